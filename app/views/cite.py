"""Cite: the basket as footnotes, quotes and files for Word and Zotero."""

import streamlit as st

import frame
from psimm_docs import baskets
from psimm_docs.errors import PsimmError
from psimm_docs.records import Citation
from psimm_docs.reports import cite, render
from psimm_docs.styles import STYLES
from psimm_docs.workbench import Workbench

FILES = {"bibtex": ("BibTeX", "bib"), "ris": ("RIS", "ris"), "csl-json": ("CSL-JSON", "json")}


def show_pin(bench: Workbench, held: baskets.Basket, pin: baskets.Pin, style: str) -> Citation | None:
    """Show one chosen provision: its footnote, its quote, its note; returns its citation, None where it is gone."""
    with st.container(border=True):
        try:
            made = cite(bench, pin.provision_id)
        except PsimmError as error:
            st.error(str(error))
            if st.button("Remove", key=f"gone-{pin.provision_id}"):
                frame.put(bench, baskets.remove(held, pin.provision_id))
                st.rerun()
            return None
        st.code(STYLES[style](made), language=None, wrap_lines=True)
        st.caption("Quote, letter for letter")
        st.code(made.quote or "too long to quote whole: choose a paragraph", language=None, wrap_lines=True)
        note = st.text_input("Note", value=pin.note, key=f"note-{pin.provision_id}")
        if note != pin.note:
            frame.put(bench, baskets.annotate(held, pin.provision_id, note))
        row = st.columns([1, 1, 1, 1, 4])
        actions = (("Up", -1), ("Down", 1))
        for column, (label, steps) in zip(row, actions, strict=False):
            if column.button(label, key=f"{label}-{pin.provision_id}"):
                frame.put(bench, baskets.move(held, pin.provision_id, steps))
                st.rerun()
        if row[2].button("Remove", key=f"remove-{pin.provision_id}"):
            frame.put(bench, baskets.remove(held, pin.provision_id))
            st.rerun()
        if row[3].button("Open", key=f"open-{pin.provision_id}"):
            frame.open_provision(pin.provision_id)
        return made


def page() -> None:
    """Show the page."""
    bench = frame.begin("Cite", "The basket of chosen provisions, as footnotes and for Word and Zotero.")
    name = st.sidebar.text_input("Basket", value=st.session_state.get(frame.BASKET, "basket")).strip() or "basket"
    st.session_state[frame.BASKET] = name
    with frame.told():
        saved = baskets.names(bench.workspace.baskets)
        if saved:
            st.sidebar.caption("Saved: " + ", ".join(saved))
    style = st.sidebar.radio("Footnote style", list(STYLES))
    held = frame.basket(bench)
    if not held.pins:
        st.info("The basket is empty. Add provisions from Search, Compare or a provision's page.")
        return
    made = [citation for pin in held.pins if (citation := show_pin(bench, held, pin, style))]
    if made:
        st.subheader("All footnotes", anchor=False)
        text = render(made, style=style)
        st.code(text, language=None, wrap_lines=True)
        row = st.columns([1, 1, 1, 1, 3])
        row[0].download_button("Text", text, f"{name}.txt", key="file-text")
        for column, (form, (label, ending)) in zip(row[1:], FILES.items(), strict=False):
            column.download_button(label, render(made, form=form), f"{name}.{ending}", key=f"file-{form}")
    frame.footnote(citation.jurisdiction for citation in made)


page()
