"""Audit: what the threshold hid (a sample of what was not suggested), and a sample of what was answered many at once."""

from html import escape

import streamlit as st

import frame
import review_card
from psimm_docs import sampling
from psimm_docs.cells import counted
from psimm_docs.errors import PsimmError
from psimm_docs.records import Sample, Verdict
from psimm_docs.reviewers import Reviewer
from psimm_docs.samples import Outcome
from psimm_docs.workbench import Workbench

KINDS = {"missed": "What was not suggested", "bulk": "Answered many at once"}


def title(bench: Workbench, sample: Sample) -> str:
    """Return what a sample is called."""
    concept = bench.taxonomy.by_id[sample.concept].label() if sample.concept in bench.taxonomy.by_id else sample.about
    return f"{KINDS[sample.kind]}: {concept} ({sample.time[:16].replace('T', ' ')} UTC, {sample.reviewer})"


def show_outcomes(bench: Workbench, found: list[Outcome]) -> None:
    """Show what each sample's answers come to."""
    for one in found:
        st.html(
            f'<div class="near"><b>{escape(title(bench, one.sample))}</b><div>{escape(one.told)}</div>'
            f'<div class="quiet">{one.answered} of {len(one.sample.drawn)} drawn are answered; drawn from '
            f"{one.sample.population}: {escape(one.sample.about)}</div></div>"
        )


def draw(bench: Workbench, me: str, concept: str, size: int) -> None:
    """Draw a sample of what was not suggested."""
    try:
        made = sampling.draw_missed(bench, me, concept, size=size)
    except PsimmError as error:
        st.session_state[review_card.TROUBLE] = str(error)
        return
    review_card.said(f"{len(made.drawn)} of {made.population} drawn by lot.")
    st.session_state["audit-which"] = made.mark


def record(bench: Workbench, me: str, sample: Sample, key: tuple[str, str], verdict: Verdict) -> None:
    """Write an answer to an item of a sample."""
    review_card.write(bench, me, key, verdict, note=st.session_state.get("note", ""), way=f"sample:{sample.mark}")


def show_item(bench: Workbench, me: Reviewer, sample: Sample, keys: list[tuple[str, str]]) -> None:
    """Show the first item of a sample that waits. What was answered before is not shown."""
    front = st.session_state.get(review_card.FRONT)
    key = next((one for one in keys if front and one[0] == front[0]), keys[0])
    card = review_card.made(bench, key, bench.states())
    left, right = st.columns([3, 2], gap="large")
    with right:
        st.subheader(card.concept.label(), anchor=False)
        for label, verdict, letter in (
            ("Yes, it concerns it", "accept", "a"),
            ("No", "reject", "x"),
            ("Skip", "skip", "s"),
        ):
            st.button(
                label,
                key=f"audit-{verdict}-{key[0]}-{key[1]}",
                shortcut=letter,
                disabled=not me.name,
                width="stretch",
                on_click=record,
                args=(bench, me.name, sample, key, verdict),
            )
        st.button(
            "Undo",
            key=f"audit-undo-{key[0]}-{key[1]}",
            shortcut="u",
            disabled=not me.name,
            width="stretch",
            on_click=review_card.take_back,
            args=(bench, me.name),
        )
        st.text_input("Note (kept with the decision)", key="note")
        review_card.show_concept(bench, card, None)
        review_card.show_neighbours(bench, card)
    with left:
        review_card.show_text(bench, card, me, blind=True)
    frame.footnote(review_card.codes(card))


def page() -> None:
    """Show the page."""
    bench = frame.begin(
        "Audit",
        "Samples drawn by lot: what did the tagger miss, and would a reader overturn what was answered at once?",
    )
    me = review_card.who(bench)
    st.html(review_card.STYLE)
    with frame.told():
        review_card.show_last()
        with st.expander("Draw a sample of what was not suggested for a concept"):
            [concept] = frame.concepts(bench, "Concept", key="audit-concept", several=False)
            size = st.number_input("How many", 5, 500, sampling.MISSED_SAMPLE, key="audit-size")
            st.caption(
                "If none of 60 concerns the concept, at most 6 % of what was not suggested does (95 % interval)."
            )
            st.button(
                "Draw", key="audit-draw", disabled=not me.name, on_click=draw, args=(bench, me.name, concept, int(size))
            )
        found = sampling.outcomes(bench)
        if not found:
            st.info("No sample was drawn yet.")
            return
        if not me.name:
            st.info("Type your name at the left to answer.")
        by_mark = {one.sample.mark: one.sample for one in found}
        mark = st.selectbox(
            "Sample", list(by_mark), format_func=lambda one: title(bench, by_mark[one]), key="audit-which"
        )
        sample = by_mark[mark]
        keys = sampling.waiting(bench, sample, me.name)
        show_outcomes(bench, [one for one in found if one.sample.mark == mark])
        if sample.kind == "bulk" and me.name == sample.reviewer:
            st.button(
                "Take this bulk back",
                key=f"audit-back-{mark}",
                on_click=take_back,
                args=(bench, me.name, mark),
            )
        if keys:
            st.caption(f"Waiting: {len(keys)}. Keys: A yes, X no, S skip, U undo, P page, O open.")
            show_item(bench, me, sample, keys)
        else:
            st.success("Every item of this sample is answered.")
        others = [one for one in found if one.sample.mark != mark]
        if others:
            with st.expander(f"Other samples: {len(others)}"):
                show_outcomes(bench, others)


def take_back(bench: Workbench, me: str, mark: str) -> None:
    """Take back what is left of a bulk."""
    try:
        count = sampling.take_back_all(bench, me, mark)
    except PsimmError as error:
        st.session_state[review_card.TROUBLE] = str(error)
        return
    review_card.said(f"Taken back: {counted(count, 'answer')}.")


page()
