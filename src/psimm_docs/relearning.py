"""What the tagger learns from people's answers in a workspace: learned, measured on answers that were kept out, adopted by hand, forgotten.

Wiring: what people answered (`answered`) becomes examples for `adapting`, on top of the scores of the shipped tagger; `measures` says
what it brings, `adopted` keeps it. Invariant: the answers held out are never learned from, by whichever run; and nothing is adopted that did not
do at least as well on them, unless a person says so. What is measured are answers: suggestions that nobody answered, and what was never
suggested, are not in it (`effect` counts them).
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from psimm_docs import adapting, adopted, measures
from psimm_docs.adapting import Learned, learn
from psimm_docs.adopted import Card, Figure
from psimm_docs.answered import Answer, answers, examples_of
from psimm_docs.decisions import BOOK as DECISIONS
from psimm_docs.errors import PsimmError
from psimm_docs.readings import BOOK as READINGS
from psimm_docs.records import Problem, fingerprint
from psimm_docs.retagging import ACCEPT, STAGE, Progress, scores_of
from psimm_docs.tagging import Tagger, open_tagger, version_with

if TYPE_CHECKING:
    from psimm_docs.workbench import Workbench

FEWEST, FEWEST_HELD, FEWEST_OF_CONCEPT = 40, 5, 5
"""Answers that are needed in all, among those held out, and of a concept for figures of its own."""


@dataclass(frozen=True)
class Lesson:
    """What was learned and what it brings, before anybody adopts it.

    `concepts` are the F1 figures of concepts with enough answers held out; `left_out` counts by reason the answers that can't be used;
    `worse` says in what it does worse than what is in use (empty: it may be adopted).
    """

    learned: Learned
    card: Card
    yes: int
    provisions: int
    concepts: tuple[Figure, ...]
    left_out: Mapping[str, int]
    worse: tuple[str, ...]


# --- learning and measuring ---


def lesson(bench: Workbench, *, now: datetime | None = None) -> Lesson:
    """Learn from the answers and measure on those held out; nothing is written.

    Raises PsimmError where there are too few answers, where the corpus was not built with the tagger that is there, and
    where what was adopted is broken.
    """
    shipped, used = taggers(bench)
    if any(tag.tagger_version != used.version for tag in bench.tags()):
        raise PsimmError(
            "the suggestions were made by another tagger than the one that is here; run psimm-docs build first"
        )
    found = answers(bench, shipped)
    every, left = found.asked, Counter(found.left)
    own, held = [one for one in every if not one.held], [one for one in every if one.held and one.single]
    check_enough(every, own, held)
    if at_once := len(every) - len(own) - len(held):
        left["given with many others, on the part that only measures"] += at_once
    learned, strength = learn(examples_of([*own, *found.unasked]))
    bounds = sorted({ACCEPT, bench.workspace.settings.tag.threshold}, reverse=True)
    versions = [scored(held, one) for one in (None, used.learned, learned)]
    gain = tuple(figures(held, versions, bounds))
    data = adopted.data_of(learned)
    checksum_ = hashlib.sha256(data).hexdigest()
    time = (now or datetime.now(UTC)).astimezone(UTC).isoformat(timespec="seconds")
    card = Card(
        name=f"learned-{time[:10]}-{checksum_[:8]}",
        time=time,
        answers=len(every),
        learned_from=len(own),
        held_out=len(held),
        heads=heads(bench),
        strength=strength,
        encoder=bench.encoder.version,
        shipped=shipped.version,
        weights=shipped.weights.version,
        tagger=version_with(shipped.version, checksum_),
        taxonomy_version=bench.taxonomy.version,
        slope=learned.slope,
        constant=learned.constant,
        concepts=learned.concepts,
        dimensions=len(learned.shared),
        sha256=checksum_,
        gain=gain,
    )
    return Lesson(
        learned,
        card,
        sum(one.right == 1 for one in every),
        len({one.provision_id for one in every}),
        tuple(by_concept(held, versions)),
        +left,
        tuple(faults(gain)),
    )


def taggers(bench: Workbench) -> tuple[Tagger, Tagger]:
    """Return the tagger as it was shipped and the one in use here."""
    return open_tagger(bench.taxonomy, bench.encoder), open_tagger(
        bench.taxonomy, bench.encoder, bench.workspace.tagger
    )


def check_enough(every: Sequence[Answer], own: Sequence[Answer], held: Sequence[Answer]) -> None:
    """Raise PsimmError where there are too few answers to learn from or to measure on."""
    if len(every) < FEWEST:
        raise PsimmError(f"{len(every)} answers; {FEWEST} are needed to learn from (answer more on the Review page)")
    if len(held) < FEWEST_HELD:
        raise PsimmError(
            f"{len(held)} of the {len(every)} answers lie on the fifth of the articles that only measures; {FEWEST_HELD} are needed, given one by one"
        )
    if len({one.right for one in own}) < 2:
        raise PsimmError(
            f'all {len(own)} answers to learn from are "{"yes" if own[0].right else "no"}"; both are needed'
        )


def scored(some: Iterable[Answer], learned: Learned | None) -> list[float]:
    """Return the scores of answers under what was learned; those of the shipped tagger where that is nothing."""
    import numpy as np

    if learned is None:
        return [one.score for one in some]
    made = []
    for one in some:
        logit = adapting.logits_of(np.array([one.score]))
        made.append(round(float(adapting.logistic(logit + learned.shifts([one.concept], logit, one.vector))[0]), 4))
    return made


def figures(held: Sequence[Answer], versions: Sequence[Sequence[float]], bounds: Sequence[float]) -> Iterator[Figure]:
    """Yield the figures on the answers held out: at each threshold F1, precision and recall, then how far the scores can be believed."""
    for bound in bounds:
        for name, measure in (
            ("micro F1", measures.micro_f1),
            ("precision", measures.precision),
            ("recall", measures.recall),
        ):
            yield figure(f"{name} from {bound:g}", measure, held, versions, bound)
    yield figure("calibration error", measures.calibration_error, held, versions, ACCEPT)
    yield figure("log loss", measures.log_loss, held, versions, ACCEPT)


def figure(
    name: str, measure: measures.Measure, some: Sequence[Answer], versions: Sequence[Sequence[float]], bound: float
) -> Figure:
    """Return one figure over the scores of the shipped tagger, the one in use and the one learned."""
    right, homes = [one.right == 1 for one in some], [one.home for one in some]
    shipped, now, then = (measures.sums_of(scores, right, homes, bound) for scores in versions)
    before, used, after = (round(measures.once(measure, sums), 4) for sums in (shipped, now, then))
    low, high = measures.interval_of_change(measure, now, then)
    return Figure(name, before, used, after, round(low, 4), round(high, 4), len(some))


def by_concept(held: Sequence[Answer], versions: Sequence[Sequence[float]]) -> Iterator[Figure]:
    """Yield the F1 of each concept that has enough answers held out."""
    counts = Counter(one.concept for one in held)
    for concept in sorted(one for one, count in counts.items() if count >= FEWEST_OF_CONCEPT):
        at = [place for place, one in enumerate(held) if one.concept == concept]
        some = [held[place] for place in at]
        yield figure(concept, measures.micro_f1, some, [[scores[place] for place in at] for scores in versions], ACCEPT)


def faults(gain: Iterable[Figure]) -> Iterator[str]:
    """Say in what the learned scores do worse than those in use: F1 of what is likely, or how well they fit the answers."""
    by_name = {one.name: one for one in gain}
    f1, loss = by_name[f"micro F1 from {ACCEPT:g}"], by_name["log loss"]
    if f1.learned < f1.now:
        yield f"{f1.name} falls from {f1.now:.2f} to {f1.learned:.2f}"
    if loss.learned > loss.now:
        yield f"the scores fit the answers less well (log loss {loss.now:.3f}, then {loss.learned:.3f})"


@dataclass(frozen=True, slots=True)
class Effect:
    """What a lesson would change in the corpus: suggestions now and then, those that come and go, and how many are likely (0.5 and more)."""

    now: int
    then: int
    appear: int
    vanish: int
    likely_now: int
    likely_then: int


def effect(bench: Workbench, made: Lesson, *, progress: Progress | None = None) -> Effect:
    """Run the tagger in use and the one learned over the whole corpus; nothing is written."""
    shipped, used = taggers(bench)
    shipped.learned = made.learned
    built = [source_id for source_id in bench.sources if bench.is_built(source_id)]
    counts: Counter[str] = Counter()
    for number, source_id in enumerate(built, 1):
        now, then = (scores_of(bench, source_id, tagger) for tagger in (used, shipped))
        counts.update(now=len(now), then=len(then), appear=len(then.keys() - now), vanish=len(now.keys() - then))
        counts.update(likely_now=sum(one >= ACCEPT for one in now.values()))
        counts.update(likely_then=sum(one >= ACCEPT for one in then.values()))
        if progress:
            progress(STAGE, number, len(built), source_id)
    return Effect(**{one.name: counts[one.name] for one in fields(Effect)})


# --- in force ---


def heads(bench: Workbench) -> str:
    """Return what stands for the state of the logs of decisions and readings."""
    found = [*DECISIONS.heads(bench.workspace.decisions), *READINGS.heads(bench.workspace.readings)]
    return fingerprint(*(f"{one.file} {one.count} {one.hash}" for one in found))


def adopt(bench: Workbench, made: Lesson, *, anyway: bool = False) -> Card:
    """Put a lesson in force: the next build tags again with it. Raises PsimmError where it does worse and nobody said `anyway`."""
    if made.worse and not anyway:
        raise PsimmError(
            f"not adopted: on the answers held out {'; '.join(made.worse)}. With --anyway it is adopted all the same"
        )
    card = replace(made.card, anyway=bool(made.worse))
    adopted.adopt(bench.workspace.tagger, card, made.learned)
    return card


@dataclass(frozen=True)
class Standing:
    """What the tagger is now: the card in force (None: as shipped), why it is not used, whether answers came since, and what was adopted before.

    `built`: the suggestions of the corpus are of the tagger that is in use.
    """

    card: Card | None
    problems: tuple[Problem, ...]
    changed: bool
    built: bool
    cards: tuple[Card, ...]


def standing(bench: Workbench) -> Standing:
    """Return which tagger is in use; raises PsimmError for files that are broken."""
    card = adopted.in_force(bench.workspace.tagger)
    _, used = taggers(bench)
    return Standing(
        card,
        used.problems,
        card is not None and card.heads != heads(bench),
        all(tag.tagger_version == used.version for tag in bench.tags()),
        tuple(adopted.cards(bench.workspace.tagger)),
    )


def forget(bench: Workbench) -> bool:
    """Go back to the shipped tagger; say whether anything was in force. What was learned is kept beside, with its card."""
    return adopted.forget(bench.workspace.tagger)
