"""Corpus: what is held, what was read from it, and what went wrong."""

import pandas as pd
import streamlit as st

import frame
from number_check import show_numbers
from psimm_docs.audit import TOLD
from psimm_docs.cells import counted
from psimm_docs.errors import PsimmError
from psimm_docs.holdings import Holding, holdings, ledger_of, summary
from psimm_docs.ledger import ABOUT, CLASSES
from psimm_docs.logfiles import logs
from psimm_docs.merging import kept
from psimm_docs.workbench import Workbench

ROW = 35
"""Height of a row of a table, in pixels."""


def show_summary(bench: Workbench) -> None:
    """Show the figures by jurisdiction."""
    figures = summary(bench)
    rows = pd.DataFrame(
        {
            "Jurisdiction": one.name,
            "Documents": one.documents,
            "Pages": one.pages,
            "Articles": one.articles,
            "Passages that can be searched": one.chunks,
            "Decisions": one.decided,
            "Errors": one.errors,
        }
        for one in figures
    )
    st.dataframe(rows, hide_index=True, width="stretch")
    frame.footnote(one.jurisdiction for one in figures)


def document_rows(held: list[Holding]) -> pd.DataFrame:
    """Return the documents as a table."""
    return pd.DataFrame(
        {
            "Jurisdiction": frame.name_of(one.source.jurisdiction),
            "Title": one.source.title,
            "Language": frame.language_name(one.reading.language) if one.reading else "not built",
            "Pages": one.reading.pages if one.reading else None,
            "Articles": one.reading.articles if one.reading else None,
            "Passages": one.reading.chunks if one.reading else None,
            "Errors": one.errors,
            "Warnings": one.warnings,
            "What it is": kind_of(one),
        }
        for one in held
    )


def kind_of(one: Holding) -> str:
    """Return what a document is beside the official text."""
    kind = "digest" if one.source.digest else "not told" if one.source.status == "unknown" else one.source.status
    return f"{kind}, translation" if one.source.translation else kind


def document_name(one: Holding) -> str:
    """Return what a document is called in the choice: whose, title, gazette number, language."""
    language = frame.language_name(one.reading.language) if one.reading else "not built"
    kind = kind_of(one) if one.source.digest or one.source.translation else ""
    parts = (
        frame.name_of(one.source.jurisdiction),
        one.source.title,
        one.source.gazette_number,
        language,
        kind,
    )
    return " · ".join(part for part in parts if part)


def show_document(bench: Workbench, one: Holding) -> None:
    """Show what was read from one document: figures, problems, outline."""
    reading = one.reading
    st.subheader(frame.plain(one.source.title), anchor=False)
    if one.source.digest:
        st.caption("digest; not the official text")
    if reading is None:
        st.info("Not built yet: run psimm-docs build.")
        return
    read = counted(reading.pages, "page") + (
        f", {reading.pages_ocr} recognised from pictures" if reading.pages_ocr else ""
    )
    read += f", {reading.pages_unread} unread" if reading.pages_unread else ""
    about = f"{read}; {counted(reading.letters, 'letter')}; language: {frame.language_name(reading.language)}"
    st.caption(frame.plain(about), help=frame.plain("; ".join(reading.evidence)) or None)
    for kind, count in reading.repairs.items():
        st.caption(f"Mended: {kind}, {counted(count, 'place')}")
    # what is odd about numbers has a part of its own below
    for problem in [held for held in bench.problems(one.source.id) if held.code not in TOLD]:
        todo = f". {problem.todo[:1].upper()}{problem.todo[1:]}." if problem.todo else ""
        line = frame.plain(problem.message + (f", page {problem.page}" if problem.page else "") + todo)
        (st.error if problem.severity == "error" else st.warning if problem.severity == "warning" else st.caption)(line)
    if not reading.letters:
        return
    show_ledger(bench, one)
    outline = [
        provision
        for provision in bench.provisions(one.source.id)
        if provision.kind not in ("paragraph", "point", "indent")
    ]
    names = {provision.id: f"{'   ' * provision.depth}{provision.label}  {provision.heading}" for provision in outline}
    chosen = st.selectbox(
        "Outline", list(names), format_func=names.__getitem__, index=None, placeholder="Choose a place to open"
    )
    if chosen and st.button("Open this place"):
        frame.open_provision(chosen)


def show_ledger(bench: Workbench, one: Holding) -> None:
    """Show what became of every character of a document, and page by page where a person asks."""
    account = one.reading.ledger if one.reading else None
    if account is None:
        return
    st.caption(
        f"{account.held + account.recognised} characters (blanks aside) were found, {account.kept} stand in the text, "
        + (f"{account.missing} are missing" if account.missing else "none is missing")
    )
    rows = [
        *((ABOUT[name], account.classes[name], "in the text") for name in CLASSES if name in account.classes),
        *((reason, count, "dropped") for reason, count in account.dropped.items()),
        *((reason, count, "added") for reason, count in account.added.items()),
    ]
    st.dataframe(
        pd.DataFrame(
            {
                "What": what,
                "Characters": count,
                "Share of the text": f"{100 * count / max(1, account.kept):.1f} %",
                "Fate": fate,
            }
            for what, count, fate in rows
        ),
        hide_index=True,
        width="stretch",
    )
    if st.toggle("Page by page", key="ledger-pages"):
        pages = ledger_of(bench, one.source.id).pages
        st.dataframe(
            pd.DataFrame(
                {
                    "Page": page.page,
                    "Characters": page.held + page.recognised,
                    **{name: page.classes.get(name, 0) for name in CLASSES},
                    "dropped": sum(page.dropped.values()),
                    "added": sum(page.added.values()),
                    "missing": page.missing,
                }
                for page in pages
            ),
            hide_index=True,
            width="stretch",
        )


def show_logs(bench: Workbench) -> None:
    """Show whether each reviewer's logs are unbroken."""
    held = [(book, path) for book, folder in kept(bench.workspace) for path in logs(folder)]
    if not held:
        st.caption("Nobody has decided or corrected anything yet.")
    for book, path in held:
        try:
            entries = book.verify(path)
            name = entries[0].reviewer if entries else path.name
            st.caption(frame.plain(f"{name}: {counted(len(entries), book.noun)}, complete and unchanged ({path.name})"))
        except PsimmError as error:
            st.error(frame.plain(str(error)))
    for book, folder in kept(bench.workspace):
        for torn in book.problems(folder):
            st.warning(frame.plain(f"{torn.message}. {torn.todo}."))


def page() -> None:
    """Show the page."""
    bench = frame.begin("Corpus", "The documents held, what was read from each, and what to look at.")
    reviewer = frame.reviewer()
    with frame.told():
        show_summary(bench)
        held = holdings(bench)
        only = st.toggle("Only documents with problems")
        shown = [one for one in held if not only or one.errors or one.warnings]
        if only and not shown:
            st.success("No document has a problem.")
        rows = document_rows(shown)
        tall = min(len(rows) + 1, 9) * ROW + 3
        widths = {"Title": st.column_config.TextColumn(width="medium")}
        st.dataframe(rows, hide_index=True, width="stretch", height=tall, column_config=widths)
        ids = {one.source.id: one for one in shown}
        chosen = st.selectbox(
            "Document",
            list(ids),
            index=None,
            placeholder="Choose a document: type a part of its title",
            format_func=lambda name: document_name(ids[name]),
        )
        if chosen:
            show_document(bench, ids[chosen])
            reading = ids[chosen].reading
            if reading is not None and reading.letters:
                show_numbers(bench, ids[chosen].source, reviewer=reviewer)
        st.subheader("Logs of decisions and corrections", anchor=False)
        show_logs(bench)


page()
