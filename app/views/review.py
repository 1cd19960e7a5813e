"""Review: one suggestion after another, a provision as a whole, or many at once; an answer is on the disk before the screen moves on."""

import streamlit as st

import frame
import review_bulk
import review_card
import review_whole
from psimm_docs import reviewing
from psimm_docs.errors import PsimmError
from psimm_docs.queues import QUEUES, Item, own
from psimm_docs.reviewers import Reviewer
from psimm_docs.workbench import Workbench

MODES = {"one": "One by one", "whole": "Provision by provision", "bulk": "Many at once"}


def chosen(bench: Workbench, me: Reviewer) -> tuple[str, list[Item]]:
    """Show the filters; return the queue's id and every item that passes them."""
    name = st.sidebar.selectbox("Queue", list(QUEUES), format_func=lambda one: QUEUES[one].name, key="review-queue")
    jurisdictions, languages = frame.filters(bench, key="review")
    with st.sidebar:
        concepts = frame.concepts(bench, "Concept", key="review-concepts")
    originals = st.sidebar.toggle("Languages of record only", value=True)
    foreign = bool(me.languages) and st.sidebar.toggle(
        "Also languages that I don't read", help="Your answers there are marked “from translation” and count as weaker."
    )
    every = reviewing.items(
        bench,
        bench.states(),
        concepts=concepts,
        jurisdictions=jurisdictions,
        languages=None if foreign else me,
        translations=not originals,
    )
    return name, [one for one in every if not languages or one.language in languages]


def record(bench: Workbench, item: Item, me: str, verdict: str, other: str = "") -> None:
    """Write the answer of a button."""
    note = st.session_state.get("note", "")
    if verdict == "other":
        label = bench.taxonomy.concept(other).label()
        review_card.write(bench, me, item.key, "reject", note=f"{note} (other concept: {label})".strip())
        if not st.session_state[review_card.TROUBLE]:
            review_card.write(bench, me, (item.provision_id, other), "accept", note=note)
    elif verdict == "undo":
        review_card.take_back(bench, me)
    else:
        review_card.write(bench, me, item.key, verdict, note=note)  # type: ignore[arg-type]


def buttons(bench: Workbench, item: Item, me: str) -> None:
    """Show the answers with their keys."""
    row = [*st.columns(2), *st.columns(2)]
    for column, (label, verdict, key, kind) in zip(
        row,
        (
            ("Accept", "accept", "a", "primary"),
            ("Reject", "reject", "x", "secondary"),
            ("Skip", "skip", "s", "secondary"),
            ("Undo", "undo", "u", "secondary"),
        ),
        strict=True,
    ):
        with column:
            st.button(
                label,
                key=f"do-{verdict}-{item.provision_id}-{item.concept}",
                type=kind,  # type: ignore[arg-type]
                shortcut=key,
                disabled=not me,
                width="stretch",
                on_click=record,
                args=(bench, item, me, verdict),
            )
    st.text_input("Note (kept with the decision)", key="note")
    if st.button("Another concept fits better", shortcut="f", key="other-open", width="stretch"):
        st.session_state["other-shown"] = not st.session_state.get("other-shown")
    if st.session_state.get("other-shown"):
        [other] = frame.concepts(bench, "Concept", key="other", several=False)
        st.button(
            "Reject this one, accept the other",
            key=f"do-other-{item.provision_id}-{item.concept}",
            disabled=not me or other == item.concept,
            on_click=record,
            args=(bench, item, me, "other", other),
        )


def one_by_one(bench: Workbench, me: Reviewer, name: str, every: list[Item]) -> None:
    """Show the first item of the queue with its evidence."""
    waiting = reviewing.queue(bench, every, name, me.name)
    skipped = sum(own(one, me.name) is not None for one in waiting)
    words = f"Waiting: {len(waiting)} of {len(every)}" + (f", {skipped} of them skipped by you" if skipped else "")
    st.progress(1 - len(waiting) / len(every) if every else 1.0, text=words)
    review_card.show_last()
    if not me.name:
        st.info("Type your name at the left to record decisions.")
    if not waiting:
        st.success("Nothing is waiting here. Choose another queue or other filters.")
        return
    front = st.session_state.get(review_card.FRONT)
    item = next(
        (one for one in waiting if front and one.provision_id == front[0] and front[1] in ("", one.concept)), waiting[0]
    )
    standing = {one.key: one.state for one in every if one.state is not None}
    card = review_card.made(bench, item.key, standing)
    blind = QUEUES[name].blind
    left, right = st.columns([3, 2], gap="large")
    with right:
        st.subheader(card.concept.label(), anchor=False)
        if reviewing.from_translation(bench, me, card.provision):
            st.caption("You answer from a translation here; that is kept with the decision and counts as weaker.")
        if blind:
            st.caption("Somebody has answered this. You don't see how, so that your answer is your own.")
        if item.again:
            st.caption("This was decided on another wording; look again.")
        buttons(bench, item, me.name)
        review_card.show_concept(bench, card, None if blind else item.state)
        review_card.show_neighbours(bench, card)
    with left:
        review_card.show_text(bench, card, me, blind=blind)
    frame.footnote(review_card.codes(card))


def page() -> None:
    """Show the page."""
    bench = frame.begin(
        "Review",
        "Does the provision concern the concept? Keys: A accept, X reject, S skip, U undo, P page, O open, F another concept fits.",
    )
    try:
        me = review_card.who(bench)
        name, every = chosen(bench, me)
    except PsimmError as error:
        st.error(frame.plain(str(error)))
        return
    mode = st.segmented_control(
        "How",
        list(MODES),
        format_func=MODES.__getitem__,
        default="one",
        key="review-mode",
        label_visibility="collapsed",
    )
    with frame.told():
        if mode == "whole":
            review_whole.show(bench, me, name, every)
        elif mode == "bulk":
            review_bulk.show(bench, me, every)
        else:
            one_by_one(bench, me, name, every)


page()
