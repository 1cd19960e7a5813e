"""What a change of the taxonomy does: to the machine's tags before it is saved, and to people's decisions after it.

Wiring: the tagger runs over what was built, under the taxonomy as it stands and under another one, and nothing is written. Decisions are
held against the wording that their concept had when they were made (`wordings`): `stale_keys` are those to be looked at again, `reworded` is
the question for one decision, and the workbench hands it to `decisions`, so that a `State` carries the mark.

Invariant: a decision on a concept whose wording is the same then and now is never listed, whatever else changed in the taxonomy; one made
under a version that nobody knows always is, since nothing shows that its concept is unchanged.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING

from psimm_docs.records import Concept, Decision
from psimm_docs.taxonomy import load_taxonomy
from psimm_docs.wordings import Changes, concept_version, diff, read_history

if TYPE_CHECKING:
    from psimm_docs.decisions import Key
    from psimm_docs.tagging import Tagger
    from psimm_docs.taxonomy import Taxonomy
    from psimm_docs.workbench import Workbench

ACCEPT = 0.5
"""The score from which a suggestion counts as likely, where none is asked for."""

Progress = Callable[[str, int, int, str], None]
STAGE = "preview"


# --- decisions -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Second:
    """A decision that wants a second look: on what, what stands there, by whom, under which version, and what changed since."""

    provision_id: str
    concept: str
    jurisdiction: str
    verdict: str
    by: tuple[str, ...]
    time: str
    taxonomy_version: str
    changed: str


def reworded(bench: Workbench, taxonomy: Taxonomy | None = None) -> Callable[[Decision], bool]:
    """Return whether a decision's concept reads otherwise in a taxonomy (the workspace's, where none is given) than when it was made."""
    history = read_history(bench.workspace.taxonomy, bench.taxonomy)
    now = {one.id: concept_version(one) for one in (taxonomy or bench.taxonomy).concepts}

    def asked(decision: Decision) -> bool:
        then = history.hash_of(decision.taxonomy_version, decision.concept)
        return not then or then != now.get(decision.concept)

    return asked


def stale_keys(bench: Workbench) -> frozenset[Key]:
    """Return the (provision id, concept id) whose answers were all made under another wording of the concept: the re-review list."""
    return frozenset(key for key, state in bench.states().items() if state.reworded)


def second_looks(bench: Workbench, taxonomy: Taxonomy | None = None) -> list[Second]:
    """Return the decisions to be looked at again under a taxonomy (the workspace's, where none is given), in order of their ids."""
    asked = reworded(bench, taxonomy)
    history = read_history(bench.workspace.taxonomy, bench.taxonomy)
    now = (taxonomy or bench.taxonomy).by_id
    found = []
    for (provision_id, concept), state in sorted(bench.states().items()):
        counted = [one for one in state.decisions if one.reviewer in state.by]
        if counted and all(map(asked, counted)):
            kept = history.wordings.get(history.hash_of(counted[-1].taxonomy_version, concept))
            source = bench.sources.get(provision_id.partition("#")[0])
            found.append(
                Second(
                    provision_id,
                    concept,
                    source.jurisdiction if source else "",
                    state.verdict,
                    state.by,
                    state.time,
                    counted[-1].taxonomy_version,
                    what_changed(concept, kept.concept if kept else None, now),
                )
            )
    return found


def what_changed(concept_id: str, then: Concept | None, now: Mapping[str, Concept]) -> str:
    """Say in a few words how a concept differs from what it said."""
    if concept_id not in now:
        return "the concept is gone"
    if then is None:
        return "made under a version that is not kept"
    return diff({concept_id: then}, {concept_id: now[concept_id]}).of(concept_id)


# --- tags ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Move:
    """A tag that would change: its scores now and then (None where there is no suggestion), and what happens to it.

    `change` is `appears`, `vanishes`, `rises` or `falls` (across the score asked for).
    """

    change: str
    provision_id: str
    concept: str
    jurisdiction: str
    before: float | None
    after: float | None


@dataclass(frozen=True, slots=True)
class Preview:
    """What a taxonomy would change: its wordings, tags, and decisions to be looked at again; over how much, and how long it took.

    `waiting` are decisions that want a second look already, whatever is saved now.
    """

    version: str
    next_version: str
    changes: Changes
    documents: int
    tags: int
    moves: tuple[Move, ...]
    looks: tuple[Second, ...]
    waiting: int
    threshold: float
    accept: float
    seconds: float

    def by_jurisdiction(self) -> dict[str, Counter[str]]:
        """Return how many tags appear, vanish, rise and fall, and how many decisions want a look (`looks`), by jurisdiction."""
        counted: dict[str, Counter[str]] = {}
        for move in self.moves:
            counted.setdefault(move.jurisdiction, Counter())[move.change] += 1
        for look in self.looks:
            counted.setdefault(look.jurisdiction, Counter())["looks"] += 1
        return dict(sorted(counted.items()))


def preview(bench: Workbench, folder: Path, *, accept: float = ACCEPT, progress: Progress | None = None) -> Preview:
    """Return what the taxonomy in a folder would change in the built corpus; nothing is written.

    Raises PsimmError for a folder without a readable taxonomy.
    """
    from psimm_docs.tagging import open_tagger

    started = monotonic()
    after = load_taxonomy(folder)
    taggers = [open_tagger(one, bench.encoder, bench.workspace.tagger) for one in (bench.taxonomy, after)]
    built = [source_id for source_id in bench.sources if bench.is_built(source_id)]
    moves: list[Move] = []
    tags = 0
    for number, source_id in enumerate(built, 1):
        scores = [scores_of(bench, source_id, tagger) for tagger in taggers]
        tags += len(scores[0])
        moves += moved(*scores, accept=accept, jurisdiction=bench.sources[source_id].jurisdiction)
        if progress:
            progress(STAGE, number, len(built), source_id)
    waiting = {(one.provision_id, one.concept) for one in second_looks(bench)}
    looks = [one for one in second_looks(bench, after) if (one.provision_id, one.concept) not in waiting]
    return Preview(
        bench.taxonomy.version,
        after.version,
        diff(bench.taxonomy.by_id, after.by_id),
        len(built),
        tags,
        tuple(moves),
        tuple(looks),
        len(waiting),
        bench.workspace.settings.tag.threshold,
        accept,
        round(monotonic() - started, 1),
    )


def scores_of(bench: Workbench, source_id: str, tagger: Tagger) -> dict[Key, float]:
    """Return a document's suggestions under a tagger: scores by (provision id, concept id)."""
    from psimm_docs.stages import FILES, READERS

    folder = bench.workspace.built(source_id)
    document, provisions, chunks, vectors, windows = (
        READERS[name](folder / FILES[name]) for name in ("extract", "provisions", "chunks", "vectors", "windows")
    )
    made = tagger.tag(
        document,
        provisions,
        chunks,
        vectors,
        threshold=bench.workspace.settings.tag.threshold,
        digest=bench.source(source_id).digest,
        windows=windows,
    )
    return {(tag.provision_id, tag.concept): tag.score for tag in made}


def moved(before: Mapping[Key, float], after: Mapping[Key, float], *, accept: float, jurisdiction: str) -> list[Move]:
    """Return the tags that come, go, or cross the score `accept`, in order of their ids."""
    found = []
    for key in sorted({*before, *after}):
        old, new = before.get(key), after.get(key)
        if old is None or new is None:
            change = "appears" if old is None else "vanishes"
        elif (old >= accept) != (new >= accept):
            change = "rises" if new >= accept else "falls"
        else:
            continue
        found.append(Move(change, *key, jurisdiction, old, new))
    return found


def concepts_most_moved(moves: Iterable[Move]) -> Sequence[tuple[str, Counter[str]]]:
    """Return the concepts with their changes, those with most first."""
    counted: dict[str, Counter[str]] = {}
    for move in moves:
        counted.setdefault(move.concept, Counter())[move.change] += 1
    return sorted(counted.items(), key=lambda one: (-one[1].total(), one[0]))
