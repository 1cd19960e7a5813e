"""The silence ledger and the snapshots of the grid."""

from collections.abc import Mapping
from html import escape

import streamlit as st

import frame
from psimm_docs import freezing, silence
from psimm_docs.cells import LOOK_WORDS, HeldText, counted
from psimm_docs.exports import to_xlsx
from psimm_docs.freezing import NOW
from psimm_docs.snapshots import WHY_WORDS, Moved, names, where, word
from psimm_docs.workbench import Workbench

SHOWN = 50
"""Cells that moved that are shown at once."""
MOVES = """<style>
.moves { border-collapse: collapse; width: 100%; font-size: .9rem; }
.moves th, .moves td { border: 1px solid #D5DBE3; padding: .35em .5em; vertical-align: top; text-align: left; overflow-wrap: anywhere; }
.moves th { background: #F3F6F9; }
</style>"""
MOVES_HEAD = "<tr><th>Concept</th><th>Jurisdiction</th><th>Before</th><th>After</th><th>Why</th></tr>"


def row(bench: Workbench, one: Moved, names_of: Mapping[str, str]) -> str:
    """Return a cell that moved as a row of the table, with its reasons in words and their details folded below them."""
    whys = "".join(f"<div>{escape(WHY_WORDS[why])}</div>" for why in one.why)
    told = "".join(f'<div class="quiet">{escape(freezing.in_words(bench, line))}</div>' for line in one.told)
    return (
        f"<tr><td>{escape(names_of[one.concept])}</td><td>{escape(where(one))}</td><td>{escape(word(one.before))}</td>"
        f"<td>{escape(word(one.after))}</td><td>{whys}<details><summary>Details</summary>{told}</details></td></tr>"
    )


def show_ledger(bench: Workbench) -> list[str]:
    """Show what was signed, each with its line for a footnote; returns the jurisdictions that are named."""
    entries = silence.ledger(bench)
    if not entries:
        st.info("Nothing is signed yet. Open a concept, and sign a cell in which nothing was found.")
        return []
    for one in entries:
        with st.container(border=True):
            if one.changed:
                st.warning(f"Out of date: {', '.join(one.changed)} changed since.")
            st.code(one.cited, language=None, wrap_lines=True)
            with st.expander(f"What it rests on ({one.id})"):
                for look in one.statement.queries:
                    st.text(
                        f"Searched “{look.text}” ({frame.language_name(look.language)}): {LOOK_WORDS[look.state]}, "
                        f"{counted(look.results, 'provision')}"
                    )
                st.dataframe(
                    [document_row(bench, text) for text in one.statement.documents], hide_index=True, width="stretch"
                )
    st.download_button(
        "Download Excel", lambda: to_xlsx([silence.ledger_table(entries)]), "silence-ledger.xlsx", key="ledger-xlsx"
    )
    return [one.statement.jurisdiction for one in entries]


def document_row(bench: Workbench, text: HeldText) -> dict[str, str]:
    """Return a document that a silence rests on: its title where it is still held, its id and the checksum of the file."""
    source = bench.sources.get(text.source_id)
    return {
        "Document": source.title if source else "not held any more",
        "Read": "yes" if text.read else "no",
        "Id": text.source_id,
        "SHA-256": text.sha256,
    }


def show_snapshots(bench: Workbench) -> list[str]:
    """Let a person freeze the grid and see what moved since; returns the jurisdictions that are named."""
    held = names(bench.workspace.snapshots)
    with st.form("freeze", border=False):
        left, right, last = st.columns([2, 2, 1], vertical_alignment="bottom")
        name = left.text_input("Name of a new snapshot", placeholder="draft-1")
        note = right.text_input("What it is for", placeholder="sent to the experts")
        if last.form_submit_button("Freeze") and name:
            with frame.told():
                made = freezing.freeze(bench, name, note=note)
                st.success(f"Frozen: {len(made.cells)} cells as {name}.")
                held = names(bench.workspace.snapshots)
    if not held:
        st.info(
            "No snapshot yet. Freeze the grid before you send a draft; later this page says which cells moved and why."
        )
        return []
    left, right = st.columns(2)
    before = left.selectbox("From", held, key="diff-from")
    after = right.selectbox(
        "To", [NOW, *held], key="diff-to", format_func=lambda one: "the grid as it is now" if one == NOW else one
    )
    then, now, moved = freezing.compare(bench, before, after)
    times = [head.time[:16].replace("T", " at ") for head in (then.head, now.head)]
    st.write(f"{len(moved)} of {len(now.cells)} cells moved from {times[0]} to {times[1]} (UTC).")
    if not moved:
        return []
    names_of = then.head.names | now.head.names
    st.html(
        f'{MOVES}<table class="moves">{MOVES_HEAD}{"".join(row(bench, one, names_of) for one in moved[:SHOWN])}</table>'
    )
    if len(moved) > SHOWN:
        st.caption(f"{len(moved) - SHOWN} more are in the Excel file.")
    table = freezing.moves_table(moved, names_of)
    st.download_button("Download Excel", lambda: to_xlsx([table]), "moved.xlsx", key="moved-xlsx")
    return [one.jurisdiction for one in moved]
