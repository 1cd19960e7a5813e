"""Random samples put before a person, and what their answers allow to be said of all that they were drawn from.

Two kinds: provisions that the tagger did not suggest for a concept (an elusion test: how many did it hide?), and decisions that were made
many at once (how many of them would a reader overturn?). Invariant: a sample is drawn once and written down before anybody sees an item of
it, with its seed and the size of what it was drawn from; answering can't change it. The answers are ordinary decisions.

Intervals are Wilson's for a share. The sample is drawn without putting back, so that for a small population they are wider than need be,
never narrower.
"""

from __future__ import annotations

import math
import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from psimm_docs.decisions import BULK, OPINIONS
from psimm_docs.errors import PsimmError
from psimm_docs.logbook import Book, in_order, moment_of, undone
from psimm_docs.records import Decision, Sample, SampleKind, fingerprint

BOOK = Book(Sample, "sample", lambda one: one.mark, "draw it again")
"""The logs of samples."""

CONFIDENCE = 0.95
NORMAL = {0.90: 1.6448536269514722, 0.95: 1.959963984540054, 0.99: 2.5758293035489004}
"""The normal distribution's two-sided quantiles."""


def wilson(hits: int, tries: int, *, confidence: float = CONFIDENCE) -> tuple[float, float]:
    """Return Wilson's interval for a share, two-sided, without correction for continuity; (0, 1) where nothing was tried.

    >>> low, high = wilson(0, 60)
    >>> round(low, 3), round(high, 3)
    (0.0, 0.06)
    """
    if not 0 <= hits <= tries:
        raise ValueError("a share has at most as many hits as tries")
    if not tries:
        return 0.0, 1.0
    z = NORMAL[confidence]
    share, spread = hits / tries, z * z / tries
    middle = (share + spread / 2) / (1 + spread)
    half = z / (1 + spread) * math.sqrt(share * (1 - share) / tries + spread / (4 * tries))
    return (0.0 if not hits else max(0.0, middle - half)), (1.0 if hits == tries else min(1.0, middle + half))


def draw(
    folder: Path,
    *,
    reviewer: str,
    kind: SampleKind,
    concept: str,
    population: Sequence[tuple[str, str]],
    size: int,
    seed: int,
    about: str,
    threshold: float,
    taxonomy_version: str,
    tagger_version: str = "",
    verdict: str = "",
) -> Sample:
    """Draw at most `size` items of a population at random, write the sample down, and return it when it is on the disk.

    `verdict` is what was said of all items of a bulk (kept as the sample's note). The population's order plays no part. Raises PsimmError where there is nothing to draw from, and what `Book.append` raises.
    """
    every = sorted(set(population))
    if not every or size < 1:
        raise PsimmError(f"{about}: there is nothing to draw a sample from; nothing was drawn")
    drawn = random.Random(seed).sample(every, min(size, len(every)))
    name = fingerprint(kind, concept, str(seed), *(part for pair in every for part in pair))[:8]
    sample = Sample(
        reviewer=reviewer,
        time="",
        kind=kind,
        mark=name,
        concept=concept,
        population=len(every),
        drawn=tuple(drawn),
        seed=seed,
        about=about,
        threshold=threshold,
        taxonomy_version=taxonomy_version,
        tagger_version=tagger_version,
        note=verdict,
    )
    return BOOK.append(folder, sample)


def standing(samples: Iterable[Sample]) -> list[Sample]:
    """Return the samples that are not taken back, by time."""
    ordered = in_order(samples)
    gone = undone(ordered)
    return [one for one in ordered if not one.undoes and one.hash not in gone]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the answers to a sample come to.

    `answered` of its items have an answer, `hits` of them a telling one (for `missed`: it does concern the concept; for `bulk`: the
    decision was overturned). `low` and `high` bound the share of hits in the population (Wilson, 95 %). `found` is how many provisions
    outside the population are confirmed for the concept; `missed_low` and `missed_high` bound the share of all provisions on the
    concept that lie in the population. `told` says what is estimated, in a sentence.
    """

    sample: Sample
    answered: int
    hits: int
    low: float
    high: float
    found: int
    missed_low: float
    missed_high: float
    told: str

    @property
    def done(self) -> bool:
        """Whether every item has an answer."""
        return self.answered == len(self.sample.drawn)


def outcome(sample: Sample, answers: Mapping[tuple[str, str], bool], *, found: int = 0) -> Outcome:
    """Return what the answers come to; `answers` says for each item that is answered whether it is a hit."""
    some = [answers[key] for key in sample.drawn if key in answers]
    hits = sum(some)
    low, high = wilson(hits, len(some))
    bounds = [missed_share(share, sample.population, found) for share in (low, high)]
    told = told_missed(sample, len(some), hits, low, high, found, bounds) if sample.kind == "missed" else ""
    if sample.kind == "bulk":
        told = told_bulk(sample, len(some), hits, low, high)
    return Outcome(sample, len(some), hits, low, high, found, bounds[0], bounds[1], told)


def missed_share(share: float, population: int, found: int) -> float:
    """Return which part of all provisions on a concept lies in a population of which this share concerns it; 1 where none is found.

    >>> missed_share(0.01, 1000, 90)
    0.1
    """
    missed = share * population
    return missed / (missed + found) if missed + found else 1.0


def told_missed(
    sample: Sample, answered: int, hits: int, low: float, high: float, found: int, bounds: Sequence[float]
) -> str:
    """Say what an elusion test estimates."""
    first = f"{hits} of {answered} provisions read concern the concept, drawn from {sample.population} that were not suggested"
    if not answered:
        return f"Nothing read yet of {len(sample.drawn)} drawn from {sample.population} that were not suggested for the concept."
    share = f"so {percent(low)} to {percent(high)} of those not suggested concern it (95 % interval)"
    if not found:
        return f"{first}; {share}. No suggested provision is confirmed yet, so no share of all can be given."
    return (
        f"{first}; {share}. With {found} confirmed, at most {percent(bounds[1])} of the provisions on this concept were missed"
        " (upper end of the interval; provisions counted once whatever their language versions)."
    )


def told_bulk(sample: Sample, answered: int, hits: int, low: float, high: float) -> str:
    """Say what the audit of decisions made at once estimates."""
    if not sample.population:
        return "None of these decisions stands: they were taken back, or never made."
    if not answered:
        return f"Nothing read yet of {len(sample.drawn)} drawn from {sample.population} decisions made at once."
    return (
        f"{hits} of {answered} decisions read again were overturned, drawn from {sample.population} made at once; "
        f"so {percent(low)} to {percent(high)} of them would be (95 % interval)."
    )


def percent(share: float) -> str:
    """Return a share in per cent, as a person would write it.

    >>> percent(0.0602), percent(1), percent(0.0004)
    ('6.0 %', '100 %', '0.0 %')
    """
    return "100 %" if share == 1 else f"{100 * share:.1f} %"


def answers_of(sample: Sample, decisions: Mapping[tuple[str, str], Iterable[Decision]]) -> dict[tuple[str, str], bool]:
    """Return for each item of a sample that is answered whether it is a hit; `decisions` are those in force, by item.

    The latest "accept" or "reject" counts that was given to this item by itself: what was said to many at once is no reading. For `bulk`
    it is one that came after the bulk, and it is a hit where it says something else than the bulk did (as `sample.note` has it:
    `accept` or `reject`).
    """
    found: dict[tuple[str, str], bool] = {}
    for key in sample.drawn:
        said = [one for one in in_order(decisions.get(key, ())) if one.verdict in OPINIONS]
        said = [one for one in said if not one.way.startswith(BULK)]
        if sample.kind == "bulk":
            # what its maker says now replaced his part of the bulk, so it came after it, whatever the clock says
            said = [one for one in said if one.reviewer == sample.reviewer or moment_of(one) > moment_of(sample)]
        if said:
            found[key] = (said[-1].verdict == "accept") if sample.kind == "missed" else said[-1].verdict != sample.note
    return found


def as_made(sample: Sample, decisions: Iterable[Decision]) -> Sample:
    """Return a bulk's sample without the items whose decisions were never made (it was cut off) or were taken back; others as they are."""
    if sample.kind != "bulk":
        return sample
    every = list(decisions)
    way, gone = BULK + sample.mark, undone(every)
    stands = {(one.provision_id, one.concept) for one in every if one.way == way and one.hash not in gone}
    return replace(sample, population=len(stands), drawn=tuple(key for key in sample.drawn if key in stands))
