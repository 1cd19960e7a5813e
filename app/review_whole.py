"""The part of the Review page where a provision is answered as a whole: accept what fits, then "done": the rest is a "no" with a name."""

from collections.abc import Sequence
from html import escape

import streamlit as st

import frame
import review_card
from psimm_docs import reviewing
from psimm_docs.cells import counted
from psimm_docs.errors import PsimmError
from psimm_docs.queues import QUEUES, Item, answered, own
from psimm_docs.reviewers import Reviewer
from psimm_docs.workbench import Workbench

KEYS = "123456789"


def read(bench: Workbench, me: str, provision_id: str, concepts: Sequence[str]) -> None:
    """Record that the provision was read with these concepts shown."""
    try:
        made = reviewing.mark_read(bench, me, provision_id, concepts, note=st.session_state.get("note", ""))
    except PsimmError as error:
        st.session_state[review_card.TROUBLE] = f"Nothing was recorded: {error}"
        return
    no = len(made.refused)
    review_card.said(f"Read: {counted(no, 'concept')} noted as not fitting.")


def accept(bench: Workbench, me: str, key: tuple[str, str]) -> None:
    """Accept one concept and stay on the provision."""
    review_card.write(bench, me, key, "accept", note=st.session_state.get("note", ""))
    st.session_state[review_card.FRONT] = (key[0], "")


def show(bench: Workbench, me: Reviewer, name: str, every: list[Item]) -> None:
    """Show the first provision that waits, with all concepts that are suggested for it."""
    waiting = reviewing.queue(bench, every, name, me.name)
    ids = list(dict.fromkeys(one.provision_id for one in waiting))
    st.caption(
        f"Waiting: {counted(len(ids), 'provision')}. Keys: 1 to 9 accept a concept, D done: what you did not accept is a “no”."
    )
    review_card.show_last()
    if not me.name:
        st.info("Type your name at the left to record decisions.")
    if not ids:
        st.success("Nothing is waiting here. Choose another queue or other filters.")
        return
    front = st.session_state.get(review_card.FRONT)
    provision_id = front[0] if front and front[0] in ids else ids[0]
    own_items = sorted((one for one in every if one.provision_id == provision_id), key=lambda one: -one.score)
    standing = {one.key: one.state for one in every if one.state is not None}
    card = review_card.made(bench, own_items[0].key, standing)
    left, right = st.columns([3, 2], gap="large")
    with right:
        for at, item in enumerate(own_items):
            show_concept(bench, me, item, KEYS[at] if at < len(KEYS) else None)
        st.text_input("Note (kept with the answer)", key="note")
        open_ones = [one for one in own_items if own(one, me.name) is None]
        no = ", ".join(bench.taxonomy.concept(one.concept).label() for one in open_ones) or "nothing"
        st.html('<div class="quiet">“Done” notes as not fitting: ' + escape(no) + "</div>")
        st.button(
            "Done: I read it",
            key=f"read-{provision_id}",
            type="primary",
            shortcut="d",
            disabled=not me.name,
            width="stretch",
            on_click=read,
            args=(bench, me.name, provision_id, [one.concept for one in own_items]),
        )
        st.button(
            "Undo",
            key=f"read-undo-{provision_id}",
            shortcut="u",
            disabled=not me.name,
            width="stretch",
            on_click=review_card.take_back,
            args=(bench, me.name),
        )
    with left:
        review_card.show_text(bench, card, me, blind=QUEUES[name].blind)
    frame.footnote([card.source.jurisdiction])


def show_concept(bench: Workbench, me: Reviewer, item: Item, key: str | None) -> None:
    """Show one concept with its definition and the button that accepts it."""
    concept = bench.taxonomy.concept(item.concept)
    mine = own(item, me.name)
    done = (
        {"accept": " (accepted)", "reject": " (rejected)", "skip": " (skipped)"}.get(mine.verdict, "") if mine else ""
    )
    st.button(
        f"Accept: {concept.label()}{done}",
        key=f"accept-{item.provision_id}-{item.concept}",
        shortcut=key,
        disabled=not me.name or answered(item, me.name),
        width="stretch",
        on_click=accept,
        args=(bench, me.name, item.key),
    )
    st.html(f'<div class="quiet">{escape(bench.taxonomy.worded(concept.definition))} Strength {item.score:.2f}.</div>')
