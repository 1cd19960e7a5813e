"""Samples over an opened corpus: answers given to many at once with their audit, and the elusion test of a concept.

Wiring: what is drawn from comes from the tagger's suggestions and the texts, the answers from the review. Invariant: a bulk's sample is
written down before its first decision, so that no bulk is without one; language versions of a provision count once in an elusion test.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from typing import TYPE_CHECKING

from psimm_docs import reviewing
from psimm_docs.decisions import BULK, SAMPLED, in_force
from psimm_docs.errors import PsimmError
from psimm_docs.jurisdictions import within
from psimm_docs.records import Decision, Provision, Sample, Verdict
from psimm_docs.samples import BOOK, Outcome, answers_of, as_made, draw, outcome, standing
from psimm_docs.tagging import FEWEST_WORDS, unit_of

if TYPE_CHECKING:
    from psimm_docs.decisions import Key
    from psimm_docs.workbench import Workbench

BULK_SAMPLE = 20
"""How many decisions of a bulk go to the audit."""

MISSED_SAMPLE = 60
"""How many provisions an elusion test draws where no number is given: with no hit at most 6 % are then missed (95 %)."""


def samples(bench: Workbench) -> list[Sample]:
    """Return the samples that stand, by time."""
    return standing(BOOK.read_all(bench.workspace.samples))


# --- many at once ---


def decide_all(
    bench: Workbench, name: str, keys: Sequence[Key], verdict: Verdict, *, about: str, note: str = ""
) -> tuple[Sample, int]:
    """Answer many suggestions with one verdict; return the sample that goes to the audit and how many were answered.

    Each is a decision of its own, marked with the sample's name. Raises PsimmError where there are none, or one is not held here; either
    all are recorded or none.
    """
    if verdict not in ("accept", "reject"):
        raise PsimmError("only accept or reject can be given to many at once")
    every = list(dict.fromkeys(keys))
    there = bench.some_provisions(key[0] for key in every)
    if lost := [key[0] for key in every if key[0] not in there]:
        raise PsimmError(f"{lost[0]}: is not held here; open the page again")
    concepts = sorted({key[1] for key in every})
    sample = draw(
        bench.workspace.samples,
        reviewer=name,
        kind="bulk",
        concept=concepts[0] if len(concepts) == 1 else "",
        population=every,
        size=BULK_SAMPLE,
        seed=secrets.randbits(32),
        about=about,
        threshold=0.0,
        taxonomy_version=bench.taxonomy.version,
        verdict=verdict,
    )
    way = BULK + sample.mark
    reviewing.record(
        bench,
        name,
        [reviewing.drafted(bench, name, there[key[0]], key[1], verdict, note=note, way=way) for key in every],
    )
    return sample, len(every)


def take_back_all(bench: Workbench, name: str, mark: str) -> int:
    """Take back every decision of one's own bulk that still stands; return how many. What was answered anew since stays."""
    way, own = BULK + mark, reviewing.clean(name)
    mine = [one for by in in_force(bench.decisions()).values() for one in by.values() if one.way == way]
    taken = [one for one in mine if one.reviewer == own]
    return len(reviewing.record(bench, name, [reviewing.undoing(bench, one) for one in taken]))


# --- what the threshold hid ---


def units(bench: Workbench, source_id: str) -> list[Provision]:
    """Return what the tagger judges in a document: its articles, and what stands outside them; short ones are not judged."""
    from psimm_docs.stages import FILES, READERS

    by_id = {one.id: one for one in bench.built_provisions(source_id)}
    chunks = READERS["chunks"](bench.workspace.built(source_id) / FILES["chunks"])
    found = {unit.id: unit for chunk in chunks if (unit := unit_of(by_id[chunk.provision_id], by_id))}
    return [one for one in found.values() if len(bench.text(one).split()) >= FEWEST_WORDS]


def draw_missed(
    bench: Workbench,
    name: str,
    concept: str,
    *,
    size: int = MISSED_SAMPLE,
    seed: int | None = None,
    threshold: float | None = None,
    jurisdictions: Sequence[str] = (),
) -> Sample:
    """Draw a sample of the provisions that were not suggested for a concept (or below `threshold`), in languages of record.

    Of a provision's language versions one stands for all, first one that the reviewer reads; where any is suggested, it is not drawn from.
    Raises PsimmError where nothing is left to draw from.
    """
    one = bench.taxonomy.concept(concept)
    least = bench.workspace.settings.tag.threshold if threshold is None else threshold
    who = reviewing.reviewer(bench, name)
    suggested = {
        place_of(bench, tag.provision_id) for tag in bench.tags() if tag.concept == one.id and tag.score >= least
    }
    codes = {code for given in jurisdictions for code in within(given)}
    places: dict[tuple[str, ...], list[Provision]] = {}
    for source in bench.sources.values():
        if not source.translation and (not codes or source.jurisdiction in codes) and bench.is_built(source.id):
            for unit in units(bench, source.id):
                if place_of(bench, unit.id) not in suggested:
                    places.setdefault(place_of(bench, unit.id), []).append(unit)
    population = [
        (next((unit for unit in some if who.reads(unit.language)), some[0]).id, one.id) for some in places.values()
    ]
    where = f" in {', '.join(jurisdictions)}" if jurisdictions else ""
    return draw(
        bench.workspace.samples,
        reviewer=name,
        kind="missed",
        concept=one.id,
        population=population,
        size=size,
        seed=secrets.randbits(32) if seed is None else seed,
        about=f"provisions{where} not suggested for {one.label()} (strength below {least:g})",
        threshold=least,
        taxonomy_version=bench.taxonomy.version,
        tagger_version=next((tag.tagger_version for tag in bench.tags()), ""),
    )


def place_of(bench: Workbench, provision_id: str) -> tuple[str, ...]:
    """Return what the language versions of a provision share: work, kind of text, version and place."""
    source_id, _, eid = provision_id.partition("#")
    source = bench.sources[source_id]
    if not source.work_id:
        return (provision_id,)
    return (source.work_id, source.status, source.date, source.gazette_number, eid)


# --- answers ---


def answer(bench: Workbench, name: str, sample: Sample, key: Key, verdict: Verdict, *, note: str = "") -> Decision:
    """Record an answer to an item of a sample."""
    return reviewing.decide(bench, name, *key, verdict, note=note, way=SAMPLED + sample.mark)


def outcomes(bench: Workbench) -> list[Outcome]:
    """Return what every sample's answers come to, the newest sample first."""
    every = reviewing.said(bench)
    said = {key: list(by.values()) for key, by in in_force(every).items()}
    states = reviewing.states(bench)
    strong = {(tag.provision_id, tag.concept): tag.score for tag in bench.tags()}
    found = []
    for drawn in reversed(samples(bench)):
        sample = as_made(drawn, every)
        confirmed = {
            place_of(bench, key[0])
            for key, state in states.items()
            if key[1] == sample.concept
            and state.verdict == "accepted"
            and not state.stale
            and strong.get(key, -1.0) >= sample.threshold
            and key[0].partition("#")[0] in bench.sources
        }
        found.append(outcome(sample, answers_of(sample, said), found=len(confirmed)))
    return found


def waiting(bench: Workbench, sample: Sample, name: str) -> list[Key]:
    """Return the items of a sample that have no answer yet (beside the bulk's own) and can still be read; of a bulk, its maker is asked like anybody."""
    every = reviewing.said(bench)
    said = {key: list(by.values()) for key, by in in_force(every).items()}
    known = answers_of(sample, said)
    mine = reviewing.clean(name)
    skipped = {key for key, by in said.items() if any(one.reviewer == mine and one.verdict == "skip" for one in by)}
    there = bench.some_provisions(key[0] for key in sample.drawn)
    waits = [
        key
        for key in as_made(sample, every).drawn
        if key not in known and key[0] in there and key[1] in bench.taxonomy.by_id
    ]
    return sorted(waits, key=lambda key: key in skipped)
