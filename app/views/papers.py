"""Papers: a draft's citations checked against the corpus, and skeletons of papers to write in."""

import tempfile
from collections.abc import Sequence
from pathlib import Path

import streamlit as st

import frame
from psimm_docs.checked_papers import findings_table, write_commented
from psimm_docs.cite_check import check
from psimm_docs.exports import to_xlsx
from psimm_docs.jurisdictions import SIX
from psimm_docs.paper_skeleton import Asked, new
from psimm_docs.papers import QUIET, Finding, summary
from psimm_docs.workbench import Workbench

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def show_finding(place: int, one: Finding) -> None:
    """Show what became of one citation or quotation."""
    with st.container(border=True):
        st.html(f'<span class="badge{"" if one.state in QUIET else " warn"}">{one.words}</span> {one.where}')
        if one.quote:
            st.code(one.quote, language=None, wrap_lines=True)
        st.text(", ".join(part for part in (one.law, one.cited or one.place) if part))
        st.text(" ".join([one.told, *(f"Also: {also}." for also in one.also)]))
        if one.nearest:
            st.caption("The text held")
            st.code(one.nearest, language=None, wrap_lines=True)
        if one.provision_id and st.button("Open", key=f"finding-{place}"):
            frame.open_provision(one.provision_id)


def show_check(bench: Workbench) -> None:
    """Take a draft and show what becomes of its citations."""
    left, right = st.columns([3, 1])
    given = left.file_uploader("Your draft (Word or Markdown); it is not changed", type=["docx", "md"], key="draft")
    code = right.selectbox(
        "Where a citation names no country",
        ["", *SIX],
        format_func=lambda one: frame.name_of(one) if one else "the paper's own",
        key="draft-code",
    )
    if given is None:
        st.caption(
            "Every footnote, citation and quotation of the draft is looked up in the texts held: does it hold, do the quoted words differ, is "
            "the article changed or repealed, was its concept reviewed? You get a list, a table, and a Word copy with comments at the places."
        )
        return
    with tempfile.TemporaryDirectory() as folder, frame.told(), st.spinner("Checking"):
        draft = Path(folder) / f"draft{Path(given.name).suffix.lower()}"
        draft.write_bytes(given.getvalue())
        found = check(bench, draft, code=code)
        st.subheader(summary(found), anchor=False)
        row = st.columns([1, 1, 3])
        row[0].download_button("Table (Excel)", to_xlsx([findings_table(found)]), "cite-check.xlsx", key="check-table")
        if draft.suffix == ".docx":
            copy = Path(folder) / "checked.docx"
            write_commented(draft, copy, found)
            name = f"{Path(given.name).stem}-checked.docx"
            row[1].download_button("Copy with comments", copy.read_bytes(), name, WORD, key="check-copy")
        show_findings(found)
        frame.footnote(one.jurisdiction for one in found)


def show_findings(found: Sequence[Finding]) -> None:
    """Show the findings, those that need something first asked for."""
    everything = st.toggle("Also what holds", key="check-all")
    for place, one in enumerate(found):
        if everything or one.state not in QUIET:
            show_finding(place, one)


def show_skeleton(bench: Workbench) -> None:
    """Make a skeleton to download."""
    code = st.selectbox(
        "Whose paper",
        ["", *SIX],
        format_func=lambda one: frame.name_of(one) if one else "All six compared",
        key="skeleton-code",
    )
    st.caption(
        "A Word file to write in: for each concept what was found, with exact quotes and footnotes, open questions, then sources, methods and the grid."
    )
    if st.button("Make the skeleton", key="skeleton-make"):
        with tempfile.TemporaryDirectory() as folder, frame.told(), st.spinner("Gathering"):
            path = Path(folder) / "paper.docx"
            for why in new(bench, Asked(code), path):
                st.warning(frame.plain(f"A quote was held back: {why}"))
            name = f"paper-{code.lower() or 'regional'}.docx"
            st.download_button("Download the skeleton", path.read_bytes(), name, WORD, key="skeleton-file")
    st.caption(
        "Later, the command psimm-docs paper refresh FILE brings its marked parts up to date; what you wrote stays as it is."
    )
    frame.footnote(SIX)


def page() -> None:
    """Show the page."""
    bench = frame.begin("Papers", "Check a draft's citations and quotations, or begin a paper from what is held.")
    checking, beginning = st.tabs(["Check a draft", "Begin a paper"])
    with checking:
        show_check(bench)
    with beginning:
        show_skeleton(bench)


page()
