"""Disagreements: two answers side by side with their notes, and the final label by a third person or by agreement."""

from html import escape

import streamlit as st

import frame
import review_card
from psimm_docs import reviewing
from psimm_docs.decisions import OPINIONS, State
from psimm_docs.errors import PsimmError
from psimm_docs.queues import Item
from psimm_docs.records import Decision, Verdict
from psimm_docs.reviewers import Reviewer
from psimm_docs.workbench import Workbench

WORDS = {"accept": "Yes, it concerns the concept", "reject": "No, it does not"}
SHOWN = 40
"""Settled items that are listed."""


def settle(bench: Workbench, me: str, item: Item, verdict: Verdict) -> None:
    """Write the final label."""
    note = st.session_state.get("note", "").strip()
    try:
        made = reviewing.settle(bench, me, item.key, verdict, note=note)
    except PsimmError as error:
        st.session_state[review_card.TROUBLE] = f"Nothing was recorded: {error}"
        return
    review_card.said(f"Settled by {made.reviewer}: {WORDS[verdict].lower()}.")


def answer_html(one: Decision) -> str:
    """Return one answer as HTML: who, what, when, on which basis, and his note."""
    how = ["from a translation"] if one.translated else []
    if one.way:
        how.append({"read": "read and not accepted"}.get(one.way, one.way))
    return (
        f'<div class="near"><b>{escape(one.reviewer)}</b>: {escape(WORDS[one.verdict])}'
        f'<div class="quiet">{escape(one.time[:16].replace("T", " "))} UTC {escape("; ".join(how))}</div>'
        + (f"<div>{escape(one.note)}</div>" if one.note else "")
        + "</div>"
    )


def answers_html(answers: list[Decision]) -> str:
    """Return answers side by side."""
    return "".join(map(answer_html, answers))


def provenance_html(bench: Workbench, key: tuple[str, str], state: State) -> str:
    """Return a settled item as HTML: the final label, who gave it, when, and from which answers."""
    final = state.final
    if final is None:
        return ""
    from_these = [one for one in state.history if one.hash in final.settles]
    lost = len(final.settles) - len(from_these)
    label = bench.taxonomy.by_id[key[1]].label() if key[1] in bench.taxonomy.by_id else key[1]
    held = bench.some_provisions([key[0]]).get(key[0])
    place = frame.place_of(bench, held) if held else f"{key[0]} (not held here any more)"
    agreed = any(one.reviewer == final.reviewer for one in from_these)
    return (
        f"<div><b>{escape(label)}</b> · {escape(place)}</div>"
        f"<div>{escape(WORDS[final.verdict])}: {escape(final.reviewer)}, {escape(final.time[:10])}, "
        f"{'one of the two, by agreement' if agreed else 'a third reader'}. {escape(final.note)}</div>"
        + answers_html(from_these)
        + (f'<div class="quiet">{lost} of the answers are not held here.</div>' if lost else "")
    )


def page() -> None:
    """Show the page."""
    bench = frame.begin(
        "Disagreements",
        "Reviewers say different things. A third reader, or one of them by agreement, gives the final label.",
    )
    me = review_card.who(bench)
    with frame.told():
        standing = bench.states()
        every = reviewing.items(bench, standing)
        waiting = reviewing.queue(bench, every, "disagreement", me.name)
        st.caption(f"Waiting: {len(waiting)}. Keys: Y yes, N no, U undo.")
        review_card.show_last()
        if not me.name:
            st.info("Type your name at the left to settle a disagreement.")
        if waiting:
            open_one(bench, me, standing, waiting)
        else:
            st.success("Nobody disagrees about anything.")
        settled = [(key, state) for key, state in standing.items() if state.final is not None]
        if settled:
            with st.expander(f"Settled: {len(settled)}"):
                for key, state in sorted(settled, key=lambda pair: pair[1].time, reverse=True)[:SHOWN]:
                    st.html(provenance_html(bench, key, state))


def named(bench: Workbench, item: Item) -> str:
    """Return what a disagreement is called in the list."""
    place = frame.place_of(bench, bench.provision(item.provision_id))
    return f"{bench.taxonomy.concept(item.concept).label()} · {frame.name_of(item.jurisdiction)} · {place}"


def open_one(bench: Workbench, me: Reviewer, standing: dict[tuple[str, str], State], waiting: list[Item]) -> None:
    """Show one disagreement: the evidence at the left, the answers and the final label at the right."""
    ids = {one.key: one for one in waiting}
    chosen = st.selectbox(
        "Disagreement",
        list(ids),
        format_func=lambda key: named(bench, ids[key]),
        key="adjudicate-which",
    )
    item = ids.get(chosen, waiting[0])
    assert item.state is not None
    card = review_card.made(bench, item.key, standing)
    left, right = st.columns([3, 2], gap="large")
    with right:
        st.subheader(card.concept.label(), anchor=False)
        said = [one for one in item.state.decisions if one.verdict in OPINIONS]
        st.html(answers_html(said))
        st.text_input("Why (kept with the final label)", key="note")
        for verdict, key in (("accept", "y"), ("reject", "n")):
            st.button(
                WORDS[verdict],
                key=f"settle-{verdict}-{item.provision_id}-{item.concept}",
                shortcut=key,
                disabled=not me.name,
                width="stretch",
                on_click=settle,
                args=(bench, me.name, item, verdict),
            )
        st.button(
            "Undo",
            key=f"settle-undo-{item.provision_id}-{item.concept}",
            shortcut="u",
            disabled=not me.name,
            width="stretch",
            on_click=review_card.take_back,
            args=(bench, me.name),
        )
        if any(one.reviewer == me.name for one in said):
            st.caption("You are one of them: settle it only when you agree with the other now.")
        review_card.show_concept(bench, card, None)
        review_card.show_neighbours(bench, card)
    with left:
        review_card.show_text(bench, card, me)
    frame.footnote(review_card.codes(card))


page()
