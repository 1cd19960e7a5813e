"""The review over an opened corpus: what stands, what waits for whom, and how an answer is recorded.

Wiring: knows all that people say (decisions, readings, final labels), the tagger's suggestions and the texts' wording. Invariant: whatever asks
what people decided asks `states` here, so that a reading's "no" and a final label count everywhere alike; an answer is on the disk
when the function that records it returns.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

from psimm_docs import decisions as decided
from psimm_docs import readings as read
from psimm_docs.errors import NotFoundError, PsimmError
from psimm_docs.jurisdictions import JURISDICTIONS, SIX, within
from psimm_docs.logbook import moment_of
from psimm_docs.logfiles import reviewer_name
from psimm_docs.queues import Item, in_queue
from psimm_docs.records import Decision, Provision, Reading, Tag, Verdict
from psimm_docs.retagging import reworded
from psimm_docs.reviewers import Reviewer, read_reviewer, write_reviewer

if TYPE_CHECKING:
    from psimm_docs.decisions import Key, State
    from psimm_docs.workbench import Workbench


# --- what people said ---


def said(bench: Workbench) -> list[Decision]:
    """Return every decision, and those that readings come to; raises TamperedError when a log was changed."""
    return [*bench.decisions(), *read.implied(read.BOOK.read_all(bench.workspace.readings))]


def states(bench: Workbench) -> dict[Key, State]:
    """Return what people's answers come to, by (provision id, concept id); read afresh at each call."""
    every = said(bench)
    now = fingerprints(bench, {one.provision_id.partition("#")[0] for one in every})
    return decided.fold_state(every, now, reworded(bench))


def fingerprints(bench: Workbench, source_ids: Iterable[str]) -> dict[str, str]:
    """Return the wording now of each provision of these documents, of those that are held and built."""
    return {one.id: one.fingerprint for name in source_ids if bench.known(name) for one in bench.provisions(name)}


# --- who reads what ---


def reviewer(bench: Workbench, name: str) -> Reviewer:
    """Return a reviewer and the languages that he reads (none where he was not asked yet)."""
    return read_reviewer(bench.workspace.reviewers, name)


def keep_languages(bench: Workbench, name: str, languages: Iterable[str]) -> Reviewer:
    """Keep the languages that a reviewer reads."""
    return write_reviewer(bench.workspace.reviewers, name, languages)


def from_translation(bench: Workbench, who: Reviewer, provision: Provision) -> bool:
    """Say whether a reviewer's answer on a provision rests on a translation: the text is one, or he doesn't read its language.

    One who was not asked for his languages is taken to read all.
    """
    return bench.source(provision.source_id).translation or bool(who.languages and not who.reads(provision.language))


# --- what waits ---


@lru_cache(maxsize=2)
def tagged(bench: Workbench) -> Mapping[str, Provision]:
    """Return the provisions that have a suggestion, by id, as they were built; looked up once for an opened corpus."""
    ids: dict[str, set[str]] = {}
    for tag in bench.tags():
        ids.setdefault(tag.provision_id.partition("#")[0], set()).add(tag.provision_id)
    return {
        one.id: one for source_id, some in ids.items() for one in bench.built_provisions(source_id) if one.id in some
    }


def items(
    bench: Workbench,
    standing: Mapping[Key, State],
    *,
    concepts: Sequence[str] = (),
    jurisdictions: Sequence[str] = (),
    languages: Reviewer | None = None,
    translations: bool = True,
) -> list[Item]:
    """Return every suggestion and every decision without one as an item, in the corpus's order; the filters are those of a queue.

    `languages` leaves only what a reviewer reads; `translations=False` leaves out texts that are translations.
    """
    wanted = {bench.taxonomy.concept(name).id for name in concepts}
    codes = {code for one in jurisdictions for code in within(one)}
    scores = {(tag.provision_id, tag.concept): tag.score for tag in bench.tags()}
    by_hand = [key for key, state in standing.items() if key not in scores and state.verdict != "open"]
    there = {**tagged(bench), **bench.some_provisions(dict.fromkeys([*(key[0] for key in by_hand)]))}
    found = []
    for key in [*scores, *by_hand]:
        provision = there.get(key[0])
        source = bench.sources.get(key[0].partition("#")[0])
        if (
            provision is None
            or source is None
            or (wanted and key[1] not in wanted)
            or key[1] not in bench.taxonomy.by_id
        ):
            continue
        if (codes and source.jurisdiction not in codes) or (source.translation and not translations):
            continue
        if languages is not None and languages.languages and not languages.reads(provision.language):
            continue
        state = standing.get(key)
        now = provision.fingerprint
        found.append(
            Item(
                *key,
                scores.get(key, 0.0),
                source.jurisdiction,
                provision.language,
                now,
                state,
                bool(state and state.reworded),
            )
        )
    return found


def queue(bench: Workbench, every: Iterable[Item], name: str, who: str) -> list[Item]:
    """Return the items of a queue (see `queues.QUEUES`) that wait for a reviewer, in its order."""
    order = [*SIX, *(code for code in JURISDICTIONS if code not in SIX)]
    return in_queue(every, name, clean(who), concepts=list(bench.taxonomy.by_id), jurisdictions=order)


def clean(name: str) -> str:
    """Return a reviewer's name as it is stored; empty where none is given."""
    return reviewer_name(name) if name.strip() else ""


def tag_of(bench: Workbench, item: Item) -> Tag | None:
    """Return the suggestion that an item is, None for one that a person brought up."""
    return bench._tags_by_key.get(item.key)


# --- answers ---


def decide(
    bench: Workbench,
    name: str,
    provision_id: str,
    concept: str,
    verdict: Verdict,
    *,
    note: str = "",
    way: str = "",
    settles: Sequence[str] = (),
) -> Decision:
    """Record a person's answer; whether it rests on a translation follows from the languages that he reads."""
    one = drafted(bench, name, bench.provision(provision_id), concept, verdict, note=note, way=way, settles=settles)
    return record(bench, name, [one])[0]


def drafted(
    bench: Workbench,
    name: str,
    provision: Provision,
    concept: str,
    verdict: Verdict,
    *,
    note: str = "",
    way: str = "",
    settles: Sequence[str] = (),
) -> Decision:
    """Return a person's answer as it would be recorded."""
    one = bench.taxonomy.concept(concept)
    tag = bench._tags_by_key.get((provision.id, one.id))
    return decided.made(
        reviewer=name,
        provision_id=provision.id,
        concept=one.id,
        verdict=verdict,
        fingerprint=provision.fingerprint,
        taxonomy_version=bench.taxonomy.version,
        note=note,
        suggested=tag is not None,
        tagger=tag.tagger_version if tag else "",
        translated=from_translation(bench, reviewer(bench, name), provision),
        way=way,
        settles=settles,
    )


def record(bench: Workbench, name: str, some: Sequence[Decision]) -> list[Decision]:
    """Write a reviewer's answers into his log, all at once or none of them."""
    return decided.BOOK.append_all(bench.workspace.decisions, some, now=now(bench, name))


def now(bench: Workbench, name: str) -> datetime:
    """Return the time for a reviewer's next answer: after his last one of either sort, even where the clock was set back between the two."""
    space = bench.workspace
    lasts = (decided.BOOK.last_time(space.decisions, name), read.BOOK.last_time(space.readings, name))
    return max([datetime.now(UTC), *(one + timedelta(microseconds=1) for one in lasts if one)])


def settle(bench: Workbench, name: str, key: Key, verdict: Verdict, *, note: str = "") -> Decision:
    """Record the final label of an item on which reviewers disagree: who, when, and from which answers.

    Raises PsimmError where nobody disagrees (any more), so that two who settle at once don't both do it.
    """
    state = states(bench).get(key)
    if state is None or state.verdict != "disputed":
        raise PsimmError(f"{key[0]}, {key[1]}: the answers don't disagree any more; open the page again")
    return decide(bench, name, *key, verdict, note=note, settles=[one.hash for one in opinions(state)])


def opinions(state: State) -> list[Decision]:
    """Return the answers that make a state, by time."""
    return [one for one in state.decisions if one.verdict in decided.OPINIONS and one.reviewer in state.by]


def mark_read(bench: Workbench, name: str, provision_id: str, concepts: Sequence[str], *, note: str = "") -> Reading:
    """Record that a person read a provision with these concepts shown; those of which he said nothing are refused.

    What he accepted, rejected or skipped before on this wording stays as it is.
    """
    provision, who = bench.provision(provision_id), reviewer(bench, name)
    shown = [bench.taxonomy.concept(one).id for one in concepts]
    mine = decided.in_force(said(bench))
    known = {
        one.concept
        for concept in shown
        for one in mine.get((provision.id, concept), {}).values()
        if one.reviewer == who.name and one.fingerprint == provision.fingerprint
    }
    return read.append(
        bench.workspace.readings,
        reviewer=name,
        provision_id=provision.id,
        concepts=shown,
        refused=[one for one in shown if one not in known],
        fingerprint=provision.fingerprint,
        taxonomy_version=bench.taxonomy.version,
        translated=from_translation(bench, who, provision),
        tagger=next((tag.tagger_version for one in shown if (tag := bench._tags_by_key.get((provision.id, one)))), ""),
        note=note,
        now=now(bench, name),
    )


def undo(bench: Workbench, name: str) -> Decision | Reading:
    """Take back the reviewer's last answer that still stands, a decision or a reading; raises NotFoundError when there is none."""
    last: list[Decision | Reading] = []
    for find in (
        lambda: decided.BOOK.last_standing(bench.workspace.decisions, name),
        lambda: read.BOOK.last_standing(bench.workspace.readings, name),
    ):
        try:
            last.append(find())
        except NotFoundError:
            continue
    if not last:
        raise NotFoundError(f"{reviewer_name(name)}: there is no answer to take back")
    return take_back(bench, max(last, key=moment_of))


def take_back(bench: Workbench, one: Decision | Reading) -> Decision | Reading:
    """Take back one answer that stands."""
    if isinstance(one, Reading):
        reading = replace(one, concepts=(), refused=(), note="", undoes=one.hash)
        return read.BOOK.append(bench.workspace.readings, reading, now=now(bench, one.reviewer))
    return record(bench, one.reviewer, [undoing(bench, one)])[0]


def undoing(bench: Workbench, one: Decision) -> Decision:
    """Return the entry that takes back a decision."""
    version = bench.taxonomy.version
    return replace(one, verdict="undo", note="", undoes=one.hash, way="", settles=(), taxonomy_version=version)
