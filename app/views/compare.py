"""Compare: a concept across the six jurisdictions, each cell with one honest state."""

from collections.abc import Sequence
from html import escape

import altair as alt
import pandas as pd
import streamlit as st

import frame
from psimm_docs.compare import CELL_WORDS, ITEM_WORDS, Cell
from psimm_docs.exports import to_csv, to_xlsx
from psimm_docs.jurisdictions import SIX, jurisdiction
from psimm_docs.reports import grid, tables
from psimm_docs.workbench import Workbench

COLOURS = {
    "found-confirmed": "#2E7D4F",
    "found-unreviewed": "#8CBF9F",
    "rejected": "#D9A441",
    "not-found": "#C9CED6",
    "not-read": "#DCE4F2",
    "not-held": "#F1F3F5",
}
SHOWN = 5
"""Provisions of one jurisdiction that are shown at once."""


def heat_map(bench: Workbench, cells: Sequence[Cell]) -> None:
    """Draw the grid: a square a cell, coloured by state."""
    order = [jurisdiction(code).name for code in SIX]
    rows = pd.DataFrame(
        {
            "Concept": bench.taxonomy.concept(cell.concept).label(),
            "Jurisdiction": jurisdiction(cell.jurisdiction).name,
            "State": CELL_WORDS[cell.state],
            "Provisions": len(cell.provisions),
            "Remark": cell.told,
        }
        for cell in cells
    )
    base = alt.Chart(rows).encode(
        x=alt.X("Jurisdiction:N", sort=order, title=None, axis=alt.Axis(orient="top", labelAngle=0, labelLimit=200)),
        y=alt.Y("Concept:N", sort=list(dict.fromkeys(rows["Concept"])), title=None, axis=alt.Axis(labelLimit=320)),
    )
    squares = base.mark_rect(stroke="white", strokeWidth=2).encode(
        color=alt.Color(
            "State:N",
            scale=alt.Scale(domain=list(CELL_WORDS.values()), range=[COLOURS[state] for state in CELL_WORDS]),
            legend=alt.Legend(orient="bottom", title=None, labelLimit=300, columns=3),
        ),
        tooltip=["Concept", "Jurisdiction", "State", "Provisions", "Remark"],
    )
    counts = (
        base.transform_filter("datum.Provisions > 0")
        .mark_text(fontSize=12, color="#14202B")
        .encode(text="Provisions:Q")
    )
    st.altair_chart(
        (squares + counts).properties(height=max(160, 30 * rows["Concept"].nunique() + 90)), width="stretch"
    )


def show_cell(bench: Workbench, cell: Cell) -> None:
    """Show what one jurisdiction says: state, and its best provisions in the original with English under them."""
    st.html(
        f"<div><b>{escape(jurisdiction(cell.jurisdiction).name)}</b></div>"
        f'<div style="border-left: 6px solid {COLOURS[cell.state]}; padding-left: .5em">{cell.words}</div>'
    )
    st.caption(frame.plain(cell.told))
    for level in cell.levels:
        if level.documents or level.provisions:
            st.caption(frame.plain(f"{jurisdiction(level.jurisdiction).name}: {level.words}"))
    for item in cell.provisions[:SHOWN]:
        provision = bench.provision(item.provision_id)
        source = bench.source(item.source_id)
        with st.container(border=True):
            st.html(
                f"<div>{escape(frame.place_of(bench, provision))}</div><div>{frame.badges(source, item.language)}"
                f'<span class="badge">{ITEM_WORDS[item.state]}</span></div>'
                + (f'<div class="quiet">{escape(provision.note)}</div>' if provision.note else "")
            )
            text = bench.text(provision)
            frame.law(text if len(text) < 700 else text[:700].rsplit(" ", 1)[0] + " …")
            english = next((one for one in bench.counterparts(provision) if one.language == "en"), None)
            if english is not None:
                st.html(f'<div class="quiet">{escape(bench.text(english)[:700])} <i>(unofficial translation)</i></div>')
            with st.container(horizontal=True):
                if st.button("Open", key=f"open-{cell.concept}-{item.provision_id}"):
                    frame.open_provision(item.provision_id)
                frame.basket_button(bench, item.provision_id, key=f"pin-{cell.concept}-{item.provision_id}")


def downloads(bench: Workbench, concepts: list[str], codes: list[str]) -> None:
    """Offer the grid as files."""
    made = tables(bench, "grid", concepts=concepts, jurisdictions=codes)
    with st.container(horizontal=True):
        st.download_button("Download Excel", to_xlsx(made), "grid.xlsx", key="grid-xlsx")
        for one in made:
            st.download_button(f"Download CSV: {one.name}", to_csv(one), f"grid-{one.name}.csv", key=f"grid-{one.name}")


def page() -> None:
    """Show the page."""
    bench = frame.begin(
        "Compare",
        "One concept, six jurisdictions. Each cell says in words what it is; a silence says what was searched.",
    )
    codes = st.sidebar.multiselect("Jurisdictions", list(SIX), default=list(SIX), format_func=frame.name_of) or list(
        SIX
    )
    with st.sidebar:
        chosen = frame.concepts(bench, "Concepts in the grid", key="compare-concepts")
    with frame.told():
        [concept] = frame.concepts(bench, "Side by side", key="compare-one", several=False)
        one = bench.taxonomy.concept(concept)
        st.text(one.definition)
        cells = grid(bench, [concept], jurisdictions=codes).row(concept)
        for start in range(0, len(cells), 3):
            for column, cell in zip(st.columns(3, gap="medium"), cells[start : start + 3], strict=False):
                with column:
                    show_cell(bench, cell)
        st.subheader("The grid", anchor=False)
        heat_map(bench, grid(bench, chosen or ["all"], jurisdictions=codes).cells)
        downloads(bench, chosen or ["all"], codes)
    frame.footnote(codes)


page()
