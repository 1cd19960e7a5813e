"""Review: one suggestion after another; a decision is on the disk before the screen moves on."""

from html import escape

import streamlit as st

import frame
from psimm_docs.decisions import state_words
from psimm_docs.errors import PsimmError
from psimm_docs.records import Tag
from psimm_docs.workbench import Workbench

ORDERS = {"score": "Strongest first", "uncertain": "Least certain first", "document": "As they stand in the corpus"}
METHODS = {"label": "words of the taxonomy", "similarity": "meaning"}


def queue(bench: Workbench) -> tuple[list[Tag], list[Tag]]:
    """Show the filters; return the suggestions that are open and all that pass the filters."""
    jurisdictions, languages = frame.filters(bench, key="review")
    with st.sidebar:
        concepts = frame.concepts(bench, "Concept", key="review-concepts")
    originals = st.sidebar.toggle("Languages of record only", value=True)
    order = st.sidebar.radio("Order", list(ORDERS), format_func=ORDERS.__getitem__)
    found = bench.suggestions(concepts=concepts, jurisdictions=jurisdictions, languages=languages, order=order)
    every = [tag for tag in found if not originals or not translated(bench, tag)]
    states = bench.states()
    waiting = [
        tag
        for tag in every
        if not (state := states.get((tag.provision_id, tag.concept)))
        or state.stale
        or state.verdict in ("open", "disputed")
    ]
    skipped = st.session_state.setdefault("skipped", set())
    waiting.sort(key=lambda tag: (tag.provision_id, tag.concept) in skipped)
    return waiting, every


def translated(bench: Workbench, tag: Tag) -> bool:
    """Say whether a suggestion stands on a translation."""
    return bench.source(tag.provision_id.partition("#")[0]).translation


def record(bench: Workbench, tag: Tag, verdict: str, *, other: str = "") -> None:
    """Write a decision; only when it is on the disk does the next suggestion come."""
    reviewer, note = st.session_state["reviewer"].strip(), st.session_state.get("note", "")
    try:
        if verdict == "other":
            bench.decide(
                reviewer, tag.provision_id, tag.concept, "reject", note=f"{note} (other concept: {other})".strip()
            )
            bench.decide(reviewer, tag.provision_id, other, "accept", note=note)
        elif verdict == "undo":
            undone = bench.undo(reviewer)
            st.session_state["skipped"].discard((undone.provision_id, undone.concept))
        else:
            bench.decide(reviewer, tag.provision_id, tag.concept, verdict, note=note)  # type: ignore[arg-type]
            if verdict == "skip":
                st.session_state["skipped"].add((tag.provision_id, tag.concept))
    except PsimmError as error:
        st.session_state["trouble"] = f"Nothing was recorded: {error}"
        return
    st.session_state["trouble"] = ""
    st.session_state["note"] = ""
    done = {"accept": "Accepted", "reject": "Rejected", "skip": "Skipped", "undo": "Taken back", "other": "Recorded"}
    st.session_state["last"] = (
        f"{done[verdict]}: {bench.taxonomy.concept(tag.concept).label()}"
        if verdict != "undo"
        else "Your last decision was taken back."
    )


def buttons(bench: Workbench, tag: Tag, *, named: bool) -> None:
    """Show the answers with their keys.

    Each button carries the suggestion's own name, so that a press counts for the suggestion that was on the screen
    or for none, never for the next one that the reviewer has not yet seen.
    """
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
                key=f"do-{verdict}-{tag.provision_id}-{tag.concept}",
                type=kind,  # type: ignore[arg-type]
                shortcut=key,
                disabled=not named,
                width="stretch",
                on_click=record,
                args=(bench, tag, verdict),
            )
    st.text_input("Note (kept with the decision)", key="note")
    with st.expander("Another concept fits better"):
        [other] = frame.concepts(bench, "Concept", key="other", several=False)
        st.button(
            "Reject this one, accept the other",
            key=f"do-other-{tag.provision_id}-{tag.concept}",
            disabled=not named or other == tag.concept,
            on_click=record,
            args=(bench, tag, "other"),
            kwargs={"other": other},
        )


def show_concept(bench: Workbench, tag: Tag) -> None:
    """Show what is asked: the concept, what it is, what it is not, and how the suggestion came about."""
    concept = bench.taxonomy.concept(tag.concept)
    st.caption(bench.taxonomy.stage_name(concept.stage))
    st.write(concept.definition)
    if concept.scope:
        st.write(concept.scope)
    near = ", ".join(bench.taxonomy.concept(one).label() for one in concept.confusions if one in bench.taxonomy.by_id)
    if near:
        st.caption(f"Easily confused with: {near}")
    against = concept.negatives.get("en", ())
    if against:
        st.caption(f"Not: {', '.join(against)}")
    votes = "; ".join(f"{METHODS.get(vote.method, vote.method)} {vote.score:.2f}" for vote in tag.votes)
    st.progress(min(1.0, tag.score), text=f"Strength of the suggestion {tag.score:.2f} ({votes})")
    st.caption("The strength orders suggestions; on real law it is no probability.")
    state = bench.states().get((tag.provision_id, tag.concept))
    if state and state.history:
        st.warning(
            f"{state_words(state)}; last by {', '.join(state.by) or 'nobody'} {state.time[:10]} {state.note}".strip()
        )


def show_text(bench: Workbench, tag: Tag) -> None:
    """Show the provision with the evidence marked, its page and its other languages."""
    provision = bench.provision(tag.provision_id)
    source = bench.source(provision.source_id)
    st.html(
        f"<div><b>{escape(bench.jurisdiction_name(source.jurisdiction))}</b> · {escape(frame.place_of(bench, provision))}</div>"
        f"<div>{frame.badges(source, provision.language, bench.view(provision.id).page)}</div>"
    )
    frame.law(bench.text(provision), provision.span.start, tag.evidence, kind="evidence")
    others = bench.counterparts(provision)
    if others:
        with st.expander("Other languages", expanded=any(one.language == "en" for one in others)):
            for other in sorted(others, key=lambda one: one.language != "en"):
                st.html(frame.badges(bench.source(other.source_id), other.language))
                frame.law(bench.text(other), other.span.start)
    if source.media_type == "application/pdf" and st.toggle("Show the page"):
        with frame.told():
            st.image(bench.picture(provision.id), width="stretch")
    if st.button("Open the provision"):
        frame.open_provision(provision.id)
    frame.footnote([source.jurisdiction])


def page() -> None:
    """Show the page."""
    bench = frame.begin("Review", "Does the provision concern the concept? Keys: A accept, X reject, S skip, U undo.")
    reviewer = frame.reviewer()
    with frame.told():
        waiting, every = queue(bench)
        done = len(every) - len(waiting)
        st.progress(done / len(every) if every else 1.0, text=f"{done} of {len(every)} suggestions answered")
        if st.session_state.get("trouble"):
            st.error(st.session_state["trouble"])
        elif st.session_state.get("last"):
            st.caption(st.session_state["last"])
        if not reviewer:
            st.info("Type your name at the left to record decisions.")
        if not waiting:
            st.success("Nothing is waiting here. Choose other filters, or build the corpus with more documents.")
            return
        tag = waiting[0]
        left, right = st.columns([3, 2], gap="large")
        with right:
            st.subheader(bench.taxonomy.concept(tag.concept).label(), anchor=False)
            buttons(bench, tag, named=bool(reviewer))
            show_concept(bench, tag)
        with left:
            show_text(bench, tag)


page()
