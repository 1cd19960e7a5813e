"""Cite: the basket as footnotes, quotes and files for Word and Zotero."""

import streamlit as st

import frame
from psimm_docs import baskets
from psimm_docs.errors import PsimmError
from psimm_docs.records import Citation
from psimm_docs.reports import render
from psimm_docs.sealing import cite_sealed
from psimm_docs.sharing import share, take_in
from psimm_docs.styles import STYLES
from psimm_docs.workbench import Workbench

STYLE_NAMES = {"house": "House style", "oscola": "OSCOLA", "chicago": "Chicago", "original": "In the law's language"}
FILES = {
    "bibtex": ("BibTeX", "bib"),
    "biblatex": ("biblatex", "bib"),
    "ris": ("RIS", "ris"),
    "csl-json": ("CSL-JSON", "json"),
}


def show_item(bench: Workbench, place: int, item: baskets.Item, style: str) -> Citation | None:
    """Show one chosen provision: its footnote, its quote, its note; returns its citation, None where it is gone."""
    folder, name, key = bench.workspace.baskets, frame.basket_name(), item.provision_id
    with st.container(border=True):
        sealed = cite_sealed(bench, [key])
        made = next(iter(sealed.citations), None)
        if made is not None:
            st.code(STYLES[style](made), language=None, wrap_lines=True)
        if made is not None and made.quote:
            st.caption("Quote, letter for letter")
            st.code(made.quote, language=None, wrap_lines=True)
        for stop in sealed.stopped:
            st.error(frame.plain(stop.why))
        left, right = st.columns([3, 1])
        note = left.text_input("Note", value=item.note, key=f"note-{key}")
        where = right.text_input("Folder", value=item.folder, key=f"folder-{key}")
        with frame.told():
            if note != item.note:
                baskets.annotate(folder, name, key, note)
            if where != item.folder:
                baskets.file_under(folder, name, key, where)
                st.rerun()
            with st.container(horizontal=True):
                if made is not None and st.button("Open", key=f"open-{key}"):
                    frame.open_provision(key)
                if st.button("Move up", key=f"up-{key}", disabled=not place):
                    baskets.move(folder, name, key, place - 1)
                    st.rerun()
                if st.button("Move down", key=f"down-{key}"):
                    baskets.move(folder, name, key, place + 1)
                    st.rerun()
                if st.button("Remove", key=f"remove-{key}"):
                    baskets.remove(folder, name, key)
                    st.rerun()
        return made


def show_sharing(bench: Workbench, name: str) -> None:
    """Offer the basket as a file, take one in, and show the address of this view."""
    with st.sidebar.expander("Share"), frame.told():
        st.download_button("Basket as a file", share(bench, name), f"{name}.basket.json", key="share-basket")
        given = st.file_uploader("Take in a basket", type="json", key="take-in")
        if given is not None and st.session_state.get("taken-in") != given.file_id:
            try:
                made, told = take_in(bench, given.getvalue().decode("utf-8-sig"))
            except UnicodeDecodeError:
                raise PsimmError("the file is not UTF-8 text; export the basket again") from None
            st.session_state["taken-in"] = given.file_id
            st.session_state[frame.BASKET] = made.name
            st.session_state["taken-in-told"] = [f"Taken in: {made.name}.", *told]
            st.rerun()
        for line in st.session_state.pop("taken-in-told", []):
            st.caption(frame.plain(line))
        st.caption("Address of this view")
        st.code(
            frame.address("cite", {"basket": name, "style": st.query_params.get("style", "")}),
            language=None,
            wrap_lines=True,
        )


def show_files(made: list[Citation], name: str, style: str) -> None:
    """Show all footnotes and the files."""
    if not made:
        st.caption("Nothing in the basket can be cited as it stands.")
        return
    quoted = st.toggle("With quotes", key="with-quotes")
    text = render(made, style=style, with_quotes=quoted)
    with st.container(horizontal=True):
        st.download_button("Text", text, f"{name}.txt", key="file-text")
        for form, (label, ending) in FILES.items():
            st.download_button(label, render(made, form=form), f"{name}.{ending}", key=f"file-{form}")
    st.code(text, language=None, wrap_lines=True)


def page() -> None:
    """Show the page."""
    bench = frame.begin("Cite", "The basket of chosen provisions, as footnotes and for Word and Zotero.")
    if frame.BASKET not in st.session_state and "basket" in st.query_params:
        st.session_state[frame.BASKET] = st.query_params["basket"]
    name = st.sidebar.text_input("Basket", value=frame.basket_name()).strip() or "basket"
    st.session_state[frame.BASKET] = st.query_params["basket"] = name
    with frame.told():
        saved = [one.name for one in baskets.list_baskets(bench.workspace.baskets)]
        if saved:
            st.sidebar.caption("Saved: " + ", ".join(saved))
    styles = list(STYLES)
    asked = st.query_params.get("style", "")
    style = st.sidebar.radio(
        "Footnote style",
        styles,
        index=styles.index(asked) if asked in styles else 0,
        format_func=lambda one: STYLE_NAMES.get(one, one),
    )
    st.query_params["style"] = style
    show_sharing(bench, name)
    held = frame.basket(bench)
    if not held.items:
        st.info("The basket is empty. Add provisions from Search, Compare or a provision's page.")
        return
    single, together = st.tabs(["One by one", "All footnotes and files"])
    shown = []
    with single:
        for folder in held.folders:
            if held.folders != ("",):
                st.subheader(frame.plain(folder or "No folder"), anchor=False)
            shown += [
                show_item(bench, place, item, style) for place, item in enumerate(held.items) if item.folder == folder
            ]
    made = [citation for citation in shown if citation is not None]
    with together:
        show_files(made, name, style)
    frame.footnote(citation.jurisdiction for citation in made)


page()
