"""The evidence card on a page, and how a person's answer is recorded: shared by Review, Disagreements and Audit.

An answer is on the disk before the next item comes. Each button carries its item's own name, so that a press counts for the item that was
on the screen or for none, never for the next one that the reviewer has not yet seen.
"""

from collections.abc import Mapping
from html import escape

import streamlit as st

import frame
from psimm_docs import reviewing
from psimm_docs.decisions import Key, State, state_words
from psimm_docs.errors import PsimmError
from psimm_docs.evidence import Card, Neighbour, card
from psimm_docs.records import Verdict
from psimm_docs.reviewers import Reviewer
from psimm_docs.verdicts import closeness
from psimm_docs.workbench import Workbench

AROUND = 2500
"""Letters of an article that are shown before and after a passage in it."""
SNIPPET = 420
"""Letters that are shown of a neighbour."""
TROUBLE, LAST, FRONT, PICTURE = "trouble", "last", "front", "picture"
DONE = {"accept": "Accepted", "reject": "Rejected", "skip": "Skipped"}
STYLE = """
<style>
.passage { background: #F3F7FB; border-left: 3px solid #1F4E79; padding-left: .5em; display: block; }
.around { color: #55606E; }
.near { border-left: 3px solid #B9C2CE; padding-left: .6em; margin: .4em 0; }
</style>
"""


def who(bench: Workbench) -> Reviewer:
    """Ask for the reviewer's name, and once for the languages that he reads; return him (without a name where none is given)."""
    name = frame.reviewer()
    if not name:
        return Reviewer("")
    known = reviewing.reviewer(bench, name)
    with st.sidebar.expander("Languages that you read", expanded=not known.languages):
        chosen = st.multiselect(
            "Languages that you read",
            list(frame.LANGUAGES),
            default=[one for one in known.languages if one in frame.LANGUAGES],
            format_func=frame.LANGUAGES.__getitem__,
            key=f"reads-{known.name}",
            label_visibility="collapsed",
        )
        if st.button("Keep", key="keep-languages", disabled=not chosen):
            with frame.told():
                reviewing.keep_languages(bench, name, chosen)
                st.rerun()
    if not known.languages:
        st.info("Say at the left which languages you read. You are then shown only these.")
    return known


def write(bench: Workbench, name: str, key: Key, verdict: Verdict, *, note: str = "", way: str = "") -> None:
    """Write an answer; only when it is on the disk does the next item come."""
    try:
        made = reviewing.decide(bench, name, *key, verdict, note=note, way=way)
    except PsimmError as error:
        st.session_state[TROUBLE] = f"Nothing was recorded: {error}"
        return
    weaker = " (from a translation)" if made.translated else ""
    said(f"{DONE[verdict]}{weaker}: {bench.taxonomy.concept(key[1]).label()}")


def take_back(bench: Workbench, name: str) -> None:
    """Take the last answer back; what it was about comes to the front."""
    try:
        taken = reviewing.undo(bench, name)
    except PsimmError as error:
        st.session_state[TROUBLE] = str(error)
        return
    said("Your last answer was taken back.")
    st.session_state[FRONT] = (taken.provision_id, getattr(taken, "concept", ""))


def said(words: str) -> None:
    """Remember what was done, to be shown above the next item."""
    st.session_state[TROUBLE], st.session_state[LAST], st.session_state["note"] = "", words, ""
    st.session_state[FRONT] = None


def show_last() -> None:
    """Show what the last press did."""
    if st.session_state.get(TROUBLE):
        st.error(frame.plain(st.session_state[TROUBLE]))
    elif st.session_state.get(LAST):
        st.caption(frame.plain(st.session_state[LAST]))


def show_text(bench: Workbench, one: Card, reads: Reviewer, *, blind: bool = False) -> None:
    """Show the provision in its place with the evidence marked, its page, and its other languages; `blind` as in `open_provision`."""
    st.html(
        f"<div><b>{escape(frame.name_of(one.source.jurisdiction))}</b> · {escape(one.source.title)}</div>"
        f'<div class="quiet">{escape(" › ".join(one.path))}</div>'
        f"<div>{frame.badges(one.source, one.provision.language, one.page)}</div>"
    )
    if one.passage:
        start, [passage] = one.around.span.start, one.passage
        before = one.text[: passage.start - start][-AROUND:]
        after = one.text[passage.end - start :][:AROUND]
        inside = frame.marked(
            passage.of(bench.document(one.source.id).text), passage.start, one.evidence, kind="evidence"
        )
        st.html(
            f'<div class="law"><span class="around">{escape(before)}</span><span class="passage">{inside}</span>'
            f'<span class="around">{escape(after)}</span></div>'
        )
    else:
        frame.law(one.text, one.around.span.start, one.evidence, kind="evidence")
    others = sorted(one.versions, key=lambda other: (not reads.reads(other.language), other.language != "en"))
    if others:
        with st.expander("Other languages", expanded=any(other.language == "en" for other in others)):
            for other in others:
                st.html(frame.badges(bench.source(other.source_id), other.language))
                frame.law(bench.text(other), other.span.start)
    if one.pictured:
        if st.button(
            "Hide the page" if st.session_state.get(PICTURE) else "Show the page", key="show-page", shortcut="p"
        ):
            st.session_state[PICTURE] = not st.session_state.get(PICTURE)
            st.rerun()
        if st.session_state.get(PICTURE):
            with frame.told():
                st.image(bench.picture(one.provision.id), width="stretch")
    if st.button("Open the provision", shortcut="o", key="open-provision"):
        frame.open_provision(one.provision.id, blind=blind)


def show_concept(bench: Workbench, one: Card, state: State | None) -> None:
    """Show what is asked: the concept, what it is and is not, the votes, and (where it may be known) what was answered."""
    st.caption(bench.taxonomy.stage_name(one.concept.stage))
    st.text(bench.taxonomy.worded(one.concept.definition))
    if one.concept.scope:
        st.text(bench.taxonomy.worded(one.concept.scope))
    rows = []
    if one.confusions:
        rows.append(("Easily confused with", ", ".join(one.confusions)))
    against = dict.fromkeys(
        [*one.concept.negatives.get("en", ()), *one.concept.negatives.get(one.provision.language, ())]
    )
    if against:
        rows.append(("Not", ", ".join(against)))
    if one.tag is None:
        rows.append(("Suggestion", "none by the machine"))
    else:
        votes = "; ".join(f"{name} {score:.2f}" for name, score in one.votes)
        rows.append(("Strength", f"{one.tag.score:.2f} ({votes}). It orders suggestions and is no probability."))
    st.html("".join(f'<div><span class="quiet">{name}:</span> {escape(words)}</div>' for name, words in rows))
    if state and state.history:
        by = ", ".join(state.by) or "nobody"
        st.html(
            f'<div class="badge warn">{escape(state_words(state))}; {escape(by)} {state.time[:10]} {escape(state.note)}</div>'
        )


def show_neighbours(bench: Workbench, one: Card) -> None:
    """Show the nearest confirmed and rejected provisions in other languages."""
    for title, near in (("Confirmed elsewhere", one.confirmed), ("Rejected elsewhere", one.rejected)):
        if near:
            st.caption(title)
        for other in near:
            st.html(neighbour_html(bench, other))
    if not one.confirmed and not one.rejected:
        st.caption("No provision in another language was confirmed or rejected for this concept yet.")


def neighbour_html(bench: Workbench, near: Neighbour) -> str:
    """Return a neighbour as HTML."""
    text = near.text if len(near.text) <= SNIPPET else near.text[:SNIPPET].rsplit(" ", 1)[0] + " …"
    return (
        f'<div class="near"><b>{escape(frame.name_of(near.source.jurisdiction))}</b> · '
        f"{escape(frame.place_of(bench, near.provision))} {frame.badges(near.source, near.provision.language)}"
        f'<span class="badge">{closeness(near.likeness)}</span><div class="quiet">{escape(text)}</div></div>'
    )


def codes(one: Card) -> list[str]:
    """Return the jurisdictions that a card names."""
    return [one.source.jurisdiction, *(near.source.jurisdiction for near in (*one.confirmed, *one.rejected))]


def made(bench: Workbench, key: Key, standing: Mapping[Key, State]) -> Card:
    """Return the card of an item."""
    st.html(STYLE)
    return card(bench, key, standing)
