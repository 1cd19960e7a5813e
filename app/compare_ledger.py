"""The silence ledger and the snapshots of the grid."""

from html import escape

import streamlit as st

import frame
from psimm_docs import freezing, silence
from psimm_docs.exports import to_xlsx
from psimm_docs.freezing import NOW
from psimm_docs.snapshots import WHY_WORDS, names, where, word
from psimm_docs.workbench import Workbench

SHOWN = 50
"""Cells that moved that are shown at once."""


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
                        f"searched “{look.text}” ({look.language}; as {' '.join(look.folded)}): {look.state}, {look.results}"
                    )
                for text in one.statement.documents:
                    st.text(f"held {text.source_id}  sha256 {text.sha256}{'' if text.read else '  [not read]'}")
    st.download_button(
        "Download Excel", to_xlsx([silence.ledger_table(entries)]), "silence-ledger.xlsx", key="ledger-xlsx"
    )
    return [one.statement.jurisdiction for one in entries]


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
    for one in moved[:SHOWN]:
        with st.container(border=True):
            st.html(
                f"<b>{escape(names_of[one.concept])}, {escape(where(one))}</b>: {escape(word(one.before))} → {escape(word(one.after))} "
                + "".join(f'<span class="badge">{why}</span>' for why in one.why)
            )
            for told in one.told:
                st.html(f'<div class="quiet">{escape(told)}</div>')
    if len(moved) > SHOWN:
        st.caption(f"{len(moved) - SHOWN} more are in the Excel file.")
    table = freezing.moves_table(moved, names_of)
    st.caption("; ".join(f"{why}: {words}" for why, words in WHY_WORDS.items()) + ".")
    st.download_button("Download Excel", to_xlsx([table]), "moved.xlsx", key="moved-xlsx")
    return [one.jurisdiction for one in moved]
