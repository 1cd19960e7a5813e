"""Compare: concepts across the six jurisdictions, each cell with one honest state; side by side, the ledger, snapshots, charts."""

import streamlit as st

import compare_cells
import compare_charts
import compare_grid
import compare_ledger
import compare_side
import frame
from psimm_docs.jurisdictions import SIX

VIEWS = {
    "concept": "One concept",
    "grid": "All concepts",
    "side": "Side by side",
    "ledger": "Silence ledger",
    "snapshots": "Snapshots",
    "charts": "Charts",
}
OF_ONE = ("concept", "side", "charts")
"""Views of one concept."""


def page() -> None:
    """Show the page."""
    bench = frame.begin(
        "Compare",
        "Concepts across the six jurisdictions. Each cell says in words what it is; a silence says what was searched.",
    )
    chosen = frame.kept_choice("Jurisdictions", SIX, frame.name_of, key="compare-six", name="jurisdiction")
    codes = [code for code in SIX if code in chosen] or list(SIX)
    reviewer = frame.reviewer()
    asked = st.query_params.get("view", "concept")
    st.session_state.setdefault("compare-view", asked if asked in VIEWS else "concept")
    view = st.segmented_control(
        "View", list(VIEWS), format_func=VIEWS.__getitem__, key="compare-view", label_visibility="collapsed"
    )
    view = str(view or "concept")
    st.query_params["view"] = view
    if "recorded" in st.session_state:
        st.success(frame.plain(st.session_state.pop("recorded")))
    named = codes
    with frame.told():
        concept = ""
        if view in OF_ONE:
            wanted = st.query_params.get("concept", "")
            if wanted in bench.taxonomy.by_id:
                st.session_state.setdefault("compare-one", wanted)
            [concept] = frame.concepts(bench, "Concept", key="compare-one", several=False)
            st.query_params["concept"] = concept
        if view == "concept":
            compare_cells.show(bench, concept, codes, reviewer)
        elif view == "grid":
            with st.sidebar:
                chosen = frame.concepts(bench, "Concepts in the grid", key="compare-concepts")
            compare_grid.show(bench, chosen, codes)
        elif view == "side":
            compare_side.show(bench, concept, codes)
        elif view == "charts":
            compare_charts.show(bench, concept, codes)
        else:
            named = compare_ledger.show_ledger(bench) if view == "ledger" else compare_ledger.show_snapshots(bench)
    frame.footnote(named)


page()
