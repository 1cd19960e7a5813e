"""The part of the Corpus page where a person confirms or corrects a document's numbers, one finding after another.

An answer is on the disk before the next finding comes. Each button carries its finding's own name, so that a press counts for the
finding that was on the screen or for none.
"""

from html import escape

import streamlit as st

import frame
from psimm_docs.errors import PsimmError
from psimm_docs.numbers import Checked
from psimm_docs.records import Correcting, Source, Span
from psimm_docs.workbench import Workbench

CONFIRM = {
    "gap": "Confirm: the source has no such number",
    "duplicate": "Confirm: the source prints it again",
    "out-of-order": "Confirm: the source prints it in this order",
    "restart": "Confirm: the numbers begin again here",
    "odd": "Confirm: it is read rightly",
    "missing-word": "Confirm: no article begins here",
    "not-taken": "Confirm: no article of this law",
    "in-text": "Confirm: it is text of what stands before",
}
AROUND = 170
"""Letters of the text that are shown before and after a number."""
TROUBLE, LAST = "number-trouble", "number-last"


def place_key(source_id: str) -> str:
    """Return the name under which the finding on the screen is remembered."""
    return f"number-of-{source_id}"


def record(bench: Workbench, source_id: str, one: Checked, action: Correcting, waiting: list[str]) -> None:
    """Write an answer; only when it is on the disk does the next finding come."""
    finding, reviewer = one.finding, st.session_state["reviewer"].strip()
    number = st.session_state.get(f"number-to-{finding.id}", "").strip() if action in ("number", "begins") else ""
    note = st.session_state.get(f"number-note-{finding.id}", "")
    key = place_key(source_id)
    try:
        if action == "undo":
            taken = bench.numbers.undo(reviewer)
            said = f"Taken back: your answer about {bench.provision(taken.provision_id).label}."
            here = [other.finding for other in bench.numbers.check(source_id)]
            st.session_state[key] = next((f.id for f in here if f.provision_id == taken.provision_id), finding.id)
        else:
            above = action == "begins" and st.session_state.get(f"number-above-{finding.id}", False)
            line = max(1, finding.line - above) if action == "begins" else 1
            made = bench.numbers.correct(reviewer, finding.provision_id, action, number=number, line=line, note=note)
            shown = bench.numbers.shown(made)
            said = f"Confirmed: {shown.label}." if action == "confirm" else f"Corrected; shown now as {shown.label}."
            # the answer may have settled others too
            still = [other.finding.id for other in bench.numbers.check(source_id) if other.open]
            passed = waiting[: waiting.index(finding.id) + 1] if finding.id in waiting else []
            st.session_state[key] = next((other for other in still if other not in passed), (still or [finding.id])[0])
    except PsimmError as error:
        st.session_state[TROUBLE] = f"Nothing was recorded: {error}"
        return
    st.session_state[TROUBLE], st.session_state[LAST] = "", said


def move(source_id: str, finding_id: str) -> None:
    """Go to another finding."""
    st.session_state[place_key(source_id)] = finding_id


def neighbours(one: Checked) -> str:
    """Return the numbers of the row with the one in question marked, as HTML."""
    finding = one.finding
    here = f"<mark>{escape(finding.printed or finding.expected or '?')}</mark>"
    return " · ".join([*map(escape, finding.before), here, *map(escape, finding.after)])


def show_place(bench: Workbench, source: Source, one: Checked) -> None:
    """Show the words around the number and the page, the number marked."""
    finding = one.finding
    text = bench.document(source.id).text
    # from word to word, so that no word is shown in halves
    start = text.rfind(" ", 0, max(1, finding.span.start - AROUND)) + 1
    end = text.find(" ", finding.span.end + AROUND)
    frame.law(text[start : end if end >= 0 else len(text)].rstrip(), start, [finding.span])
    if source.media_type != "application/pdf":
        st.caption("This file has no pages to picture; the words above are as they stand in it.")
        return
    with frame.told():
        span = finding.span if len(finding.span) else Span(finding.span.start, finding.span.start + 1)
        st.image(bench.picture(finding.provision_id, span=span), width="stretch")


def show_answers(bench: Workbench, source: Source, one: Checked, waiting: list[str], *, named: bool) -> None:
    """Show the answers that make sense for this finding."""
    finding, kind = one.finding, bench.provision(one.finding.provision_id).kind
    confirm = CONFIRM[finding.kind]
    if kind == "article" and finding.kind == "missing-word":
        confirm = "Confirm: the source prints it so"

    def answer(label: str, action: Correcting, **look: str) -> None:
        st.button(
            label,
            key=f"number-{action}-{finding.id}",
            disabled=not named,
            width="stretch",
            on_click=record,
            args=(bench, source.id, one, action, waiting),
            **look,  # type: ignore[arg-type]
        )

    answer(confirm, "confirm", type="primary")
    begins = finding.kind in ("missing-word", "not-taken") and (finding.line > 1 or kind not in ("article", "preface"))
    other = kind in ("article", "paragraph", "point") and finding.kind not in ("not-taken", "in-text")
    proposed = finding.expected if finding.expected.isdigit() else finding.printed if begins else ""
    if begins or other:
        label = f"number-to-{finding.id}"
        st.text_input("The right number", value=proposed, key=label, placeholder="e.g. 56, 13a, 12/1")
    else:
        st.caption("Another number can't be given here: the line has no place of its own. Say in a note what it is.")
    if begins:
        if finding.line > 1:
            st.checkbox("Its heading is the line above", key=f"number-above-{finding.id}")
        answer("Correct: an article of this number begins here", "begins")
    elif other:
        answer("Correct to this number", "number")
    if kind == "article" and other:
        answer("Correct: no article, but text of the one before", "part")
    st.text_input("Note (kept with the answer)", key=f"number-note-{finding.id}")
    answer("Undo my last answer", "undo")


def show_numbers(bench: Workbench, source: Source, *, reviewer: str) -> None:
    """Show a document's numbers that are worth a look, one at a time."""
    st.subheader("Numbers to check", anchor=False)
    found = bench.numbers.check(source.id)
    if not found:
        st.caption(
            "Nothing is odd about this document's numbers."
            if not source.digest
            else "A digest has no numbers of its own."
        )
        return
    by_id = {one.finding.id: one for one in found}
    waiting = [name for name, one in by_id.items() if one.open]
    done = len(found) - len(waiting)
    st.progress(done / len(found), text=f"{done} of {len(found)} answered or settled")
    if st.session_state.get(TROUBLE):
        st.error(frame.plain(st.session_state[TROUBLE]))
    elif st.session_state.get(LAST):
        st.caption(frame.plain(st.session_state[LAST]))
    if not reviewer:
        st.info("Type your name at the left to record answers.")
    key = place_key(source.id)
    if st.session_state.get(key) not in by_id:
        st.session_state[key] = waiting[0] if waiting else next(iter(by_id))
    names = {
        name: (f"p. {one.finding.page} · " if one.finding.page else "") + f"{one.finding.message} · {one.state}"
        for name, one in by_id.items()
    }
    st.selectbox("Finding", list(by_id), format_func=names.__getitem__, key=key)
    one = by_id[st.session_state[key]]
    left, right = st.columns([3, 2], gap="large")
    with right:
        st.write(f"**{frame.plain(one.finding.message)}**")
        st.html(
            f'<div class="law">{neighbours(one)}</div><div class="quiet">Shown as {escape(one.label)}; {escape(one.state)}</div>'
        )
        show_answers(bench, source, one, waiting, named=bool(reviewer))
        order = list(by_id)
        at = order.index(one.finding.id)
        before, after = st.columns(2)
        for column, label, other in ((before, "Before", at - 1), (after, "Next", at + 1)):
            column.button(
                label,
                key=f"number-{label}-{one.finding.id}",
                disabled=not 0 <= other < len(order),
                width="stretch",
                on_click=move,
                args=(source.id, order[other % len(order)]),
            )
        if st.button("Open the provision", key=f"number-open-{one.finding.id}"):
            frame.open_provision(one.finding.provision_id)
    with left:
        show_place(bench, source, one)
