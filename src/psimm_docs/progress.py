"""How the review stands: by reviewer, by concept, by jurisdiction; how far reviewers agree; how good the tagger's suggestions were.

Wiring: counts over the answers in force and the suggestions. Invariant: every share says of how many it is one; a figure that isn't defined is
NaN, never 0. What counts as an answer for agreement is `decisions.answers`' matter; for the tagger only suggestions answered one by one count.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from psimm_docs import reviewing
from psimm_docs.adopted import names
from psimm_docs.agreement import Agreement, krippendorff_alpha, pairwise
from psimm_docs.decisions import BULK, OPINIONS, answers, in_force
from psimm_docs.jurisdictions import root
from psimm_docs.logbook import in_order, moment_of
from psimm_docs.readings import READ
from psimm_docs.records import Decision
from psimm_docs.reviewers import read_reviewer
from psimm_docs.samples import wilson

if TYPE_CHECKING:
    from psimm_docs.decisions import Key, State
    from psimm_docs.workbench import Workbench


@dataclass(frozen=True, slots=True)
class ByReviewer:
    """What one reviewer has answered, as it stands: items accepted, rejected, skipped; how many of these by a reading, at once, from a translation."""

    reviewer: str
    accepted: int
    rejected: int
    skipped: int
    by_reading: int
    at_once: int
    translated: int
    last: str
    languages: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ByConcept:
    """How far a concept is reviewed: its suggestions, those of them answered, what was said of any provision; how far reviewers agree (alpha, items with two answers)."""

    concept: str
    suggested: int
    answered: int
    accepted: int
    rejected: int
    disputed: int
    stale: int
    twice: int
    alpha: float


@dataclass(frozen=True, slots=True)
class Pair:
    """How far two reviewers agree on a concept (empty: on all together)."""

    concept: str
    agreement: Agreement


@dataclass(frozen=True, slots=True)
class Square:
    """One concept in one state-level jurisdiction: suggestions, how many of them are answered; `accepted` counts provisions without a suggestion too."""

    concept: str
    jurisdiction: str
    suggested: int
    answered: int
    accepted: int


@dataclass(frozen=True, slots=True)
class Quality:
    """Suggestions answered one by one, of one tagger version (empty: not recorded): accepted of answered, Wilson's interval.

    `week` (`2026-W48`) is that of the answers, empty for all of them. `name` is what the version is called before a person.
    """

    week: str
    tagger: str
    answered: int
    accepted: int
    low: float
    high: float
    name: str = ""

    @property
    def share(self) -> float:
        """The share accepted: the precision of what was suggested and answered."""
        return self.accepted / self.answered

    @property
    def rejected(self) -> int:
        """How many were rejected."""
        return self.answered - self.accepted


@dataclass(frozen=True, slots=True)
class Progress:
    """All of it, each in its natural order."""

    reviewers: tuple[ByReviewer, ...]
    concepts: tuple[ByConcept, ...]
    pairs: tuple[Pair, ...]
    squares: tuple[Square, ...]
    quality: tuple[Quality, ...]
    taggers: tuple[Quality, ...]
    alpha: float
    suggested: int
    answered: int


def progress(bench: Workbench) -> Progress:
    """Return how the review stands; raises TamperedError when a log was changed."""
    said, states = reviewing.said(bench), reviewing.states(bench)
    suggested = {(tag.provision_id, tag.concept) for tag in bench.tags()}
    every = answers(said)
    given = by_concept_answers(said)
    called = names(bench.workspace.tagger)
    return Progress(
        reviewers=by_reviewer(bench, said),
        concepts=by_concept(bench, given, states, suggested),
        pairs=tuple(pairs(bench, every, given)),
        squares=squares(bench, states, suggested),
        quality=quality(said, called),
        taggers=by_tagger(said, called),
        alpha=krippendorff_alpha([list(one.values()) for one in every]),
        suggested=len(suggested),
        answered=sum(settled(states.get(key)) for key in suggested),
    )


def settled(state: State | None) -> bool:
    """Say whether somebody answered an item on its wording now."""
    return state is not None and state.verdict != "open" and not state.stale


def by_reviewer(bench: Workbench, said: Iterable[Decision]) -> tuple[ByReviewer, ...]:
    """Return each reviewer's count, by name."""
    own: dict[str, list[Decision]] = {}
    for by in in_force(said).values():
        for name, one in by.items():
            own.setdefault(name, []).append(one)
    found = []
    for name, some in sorted(own.items()):
        verdicts = Counter(one.verdict for one in some)
        found.append(
            ByReviewer(
                name,
                verdicts["accept"],
                verdicts["reject"],
                verdicts["skip"],
                by_reading=sum(one.way == READ for one in some),
                at_once=sum(one.way.startswith(BULK) for one in some),
                translated=sum(one.translated and one.verdict in OPINIONS for one in some),
                last=max(some, key=moment_of).time,
                languages=read_reviewer(bench.workspace.reviewers, name).languages,
            )
        )
    return tuple(found)


Answers = Sequence[Mapping[str, str]]
"""Of each item, each reviewer's answer."""


def by_concept_answers(said: Iterable[Decision]) -> dict[str, list[dict[str, str]]]:
    """Return the answers that agreement is measured on, by concept; an undo names an answer of its own concept."""
    own: dict[str, list[Decision]] = {}
    for one in said:
        own.setdefault(one.concept, []).append(one)
    return {concept: answers(some) for concept, some in own.items()}


def by_concept(
    bench: Workbench, given: Mapping[str, Answers], states: Mapping[Key, State], suggested: Iterable[Key]
) -> tuple[ByConcept, ...]:
    """Return each concept's count, in the taxonomy's order; those with neither a suggestion nor an answer are left out."""
    keys = dict.fromkeys([*suggested, *states])
    own: dict[str, list[Key]] = {}
    for key in keys:
        own.setdefault(key[1], []).append(key)
    asked = set(suggested)
    hints = Counter(key[1] for key in asked)
    found = []
    for concept in bench.taxonomy.by_id:
        held = [state for key in own.get(concept, ()) if (state := states.get(key)) is not None]
        verdicts = Counter(state.verdict for state in held if not state.stale)
        if not own.get(concept):
            continue
        both = [list(one.values()) for one in given.get(concept, ()) if len(one) > 1]
        found.append(
            ByConcept(
                concept,
                hints[concept],
                sum(settled(states.get(key)) for key in own[concept] if key in asked),
                verdicts["accepted"],
                verdicts["rejected"],
                verdicts["disputed"],
                sum(state.stale for state in held),
                len(both),
                krippendorff_alpha(both),
            )
        )
    return tuple(found)


def pairs(bench: Workbench, every: Answers, given: Mapping[str, Answers]) -> Iterable[Pair]:
    """Yield the agreement of each two reviewers, over all concepts and then by concept."""
    yield from (Pair("", one) for one in pairwise(every))
    for concept in bench.taxonomy.by_id:
        yield from (Pair(concept, one) for one in pairwise(given.get(concept, ())))


def squares(bench: Workbench, states: Mapping[Key, State], suggested: Iterable[Key]) -> tuple[Square, ...]:
    """Return the heat map's squares that have a suggestion or an answer, entities counting with their state."""
    counts: dict[tuple[str, str], Counter[str]] = {}
    hints = set(suggested)
    for key in {**dict.fromkeys(hints), **dict.fromkeys(states)}:
        source = bench.sources.get(key[0].partition("#")[0])
        if source is None or key[1] not in bench.taxonomy.by_id:
            continue
        count = counts.setdefault((key[1], root(source.jurisdiction)), Counter())
        state = states.get(key)
        count["suggested"] += key in hints
        count["answered"] += key in hints and settled(state)
        count["accepted"] += settled(state) and state is not None and state.verdict == "accepted"
    return tuple(
        Square(concept, code, count["suggested"], count["answered"], count["accepted"])
        for (concept, code), count in sorted(counts.items())
    )


def judged(said: Iterable[Decision]) -> list[Decision]:
    """Return the answers in force to suggestions that were answered one by one, by time."""
    return in_order(
        one
        for by in in_force(one for one in said if not one.settles).values()
        for one in by.values()
        if one.suggested and one.verdict in OPINIONS and not one.way.startswith(BULK)
    )


def quality(said: Iterable[Decision], called: Mapping[str, str] | None = None) -> tuple[Quality, ...]:
    """Return, by week and tagger version, how many of the suggestions that were answered one by one were accepted."""
    counts: dict[tuple[str, str], Counter[str]] = {}
    for one in judged(said):
        year, week, _ = moment_of(one).isocalendar()
        counts.setdefault((f"{year}-W{week:02}", one.tagger), Counter())[one.verdict] += 1
    return tuple(quality_of(*key, count, called or {}) for key, count in sorted(counts.items()))


def by_tagger(said: Iterable[Decision], called: Mapping[str, str] | None = None) -> tuple[Quality, ...]:
    """Return the same for each tagger version over all weeks, in the order in which their suggestions were first answered."""
    counts: dict[str, Counter[str]] = {}
    for one in judged(said):
        counts.setdefault(one.tagger, Counter())[one.verdict] += 1
    return tuple(quality_of("", tagger, count, called or {}) for tagger, count in counts.items())


def quality_of(week: str, tagger: str, count: Counter[str], called: Mapping[str, str]) -> Quality:
    """Return what counted answers come to."""
    total = count["accept"] + count["reject"]
    name = called.get(tagger, tagger[:6]) or "not recorded"
    return Quality(week, tagger, total, count["accept"], *wilson(count["accept"], total), name)
