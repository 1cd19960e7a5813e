"""What of people's answers the tagger can learn from: on which article, what was said, what it counts, and whether it only measures.

Wiring: what stands in the review (`reviewing.states`), the shipped tagger's scores and the vectors as they were built. Invariant: the answers on a
fixed fifth of the articles only measure, by the rule of `evaluate.split` over work and article, so that an article's language versions
and versions in time stay together. What nobody was asked teaches that the shipped tagger's score stands (`asked`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from psimm_docs import adapting, reviewing
from psimm_docs.adapting import Examples, mean_vector
from psimm_docs.decisions import BULK, State
from psimm_docs.evaluate.split import checksum, part_of_home
from psimm_docs.records import Decision
from psimm_docs.tagging import Tagger, unit_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from psimm_docs.decisions import Key
    from psimm_docs.workbench import Workbench

TRANSLATED, REWORDED, AT_ONCE = 0.5, 0.5, 0.25
"""What an answer counts that rests on a translation, that was given under another wording of the concept, or with many others at once."""

UNASKED, UNASKED_COUNT = 3, 0.3
"""Of an article that was answered: how many of the strongest concepts below the threshold are held to the shipped score, and what each counts."""


@dataclass(frozen=True)
class Answer:
    """An answer that can be learned from: on which article and concept, what was said, and what it counts.

    `right` is 1 for a "yes" and 0 for a "no" (for what nobody was asked, the shipped score). `home` is what the language versions of the article share,
    `held`: it only measures. `single`: it was given by itself. `score` is the shipped tagger's, `vector` the article's.
    """

    provision_id: str
    concept: str
    right: float
    weight: float
    home: str
    held: bool
    single: bool
    score: float
    vector: NDArray[np.float32]


@dataclass(frozen=True)
class Answers:
    """What there is to learn from, in order of ids: what was answered, what nobody was asked, and by reason how many answers can't be used."""

    asked: tuple[Answer, ...]
    unasked: tuple[Answer, ...]
    left: Counter[str]


def weight_of(state: State) -> float:
    """Return what an answer counts: as much as the best of those who gave it."""
    own = max(map(weight_of_decision, reviewing.opinions(state)))
    return own * (REWORDED if state.reworded else 1.0)


def weight_of_decision(one: Decision) -> float:
    """Return what a decision counts."""
    return (TRANSLATED if one.translated else 1.0) * (AT_ONCE if one.way.startswith(BULK) else 1.0)


def reason_against(bench: Workbench, key: Key, state: State) -> str:
    """Return why an answer is not learned from; empty where it is."""
    if state.verdict not in ("accepted", "rejected"):
        return "open or disputed"
    if state.stale:
        return "on an older wording"
    if not bench.known(key[0]) or key[1] not in bench.taxonomy.by_id:
        return "on a document or concept that is gone"
    return ""


def answers(bench: Workbench, tagger: Tagger) -> Answers:
    """Return the answers that can be learned from, under the scores of the shipped tagger.

    A "yes" on a part of an article is one on the article, which is what the tagger judges, where nobody answered that itself.
    """
    left: Counter[str] = Counter()
    by_source: dict[str, dict[Key, State]] = {}
    states = reviewing.states(bench)
    for key, state in sorted(states.items()):
        if why := reason_against(bench, key, state):
            left[why] += 1
        else:
            by_source.setdefault(key[0].partition("#")[0], {})[key] = state
    asked: list[Answer] = []
    unasked: list[Answer] = []
    for source_id, some in by_source.items():
        judged, scores = judged_in(bench, tagger, source_id, some, left)
        asked += judged
        unasked += unasked_beside(judged, scores, states, below=bench.workspace.settings.tag.threshold)
    return Answers(tuple(asked), tuple(unasked), left)


def judged_in(
    bench: Workbench, tagger: Tagger, source_id: str, given: Mapping[Key, State], left: Counter[str]
) -> tuple[list[Answer], Mapping[Key, float]]:
    """Return the answers of one document, and the shipped tagger's scores of all concepts on its answered articles."""
    from psimm_docs.stages import FILES, READERS

    folder = bench.workspace.built(source_id)
    document, chunks, vectors, windows = (
        READERS[name](folder / FILES[name]) for name in ("extract", "chunks", "vectors", "windows")
    )
    by_id = {one.id: one for one in bench.built_provisions(source_id)}
    wanted: dict[Key, State] = {}
    for key, state in given.items():
        unit = unit_of(by_id[key[0]], by_id).id if key[0] in by_id else ""
        if not unit or (unit != key[0] and state.verdict == "rejected"):
            left["on a part that is not judged by itself"] += 1
        elif unit == key[0] or (unit, key[1]) not in given:
            wanted[unit, key[1]] = state
    places: dict[str, list[int]] = {unit: [] for unit, _ in wanted}
    for place, chunk in enumerate(chunks):
        unit = unit_of(by_id[chunk.provision_id], by_id).id
        if unit in places:
            places[unit].append(place)
    chosen = [place for some in places.values() for place in some]
    made = tagger.tag(
        document,
        list(by_id.values()),
        [chunks[at] for at in chosen],
        vectors[chosen],
        threshold=0.0,
        digest=bench.source(source_id).digest,
        windows=windows.only(chosen),
    )
    scores = {(tag.provision_id, tag.concept): tag.score for tag in made}
    means = {unit: mean_vector(vectors[some]) for unit, some in places.items() if some}
    left.update({"too short to be judged": sum(key not in scores for key in wanted)})
    return [
        answer_of(bench, key, state, scores[key], means[key[0]]) for key, state in wanted.items() if key in scores
    ], scores


def answer_of(bench: Workbench, key: Key, state: State, score: float, vector: NDArray[np.float32]) -> Answer:
    """Return what stands on an article and a concept as an answer to learn from."""
    home, held = home_of(bench, key[0])
    single = any(not one.way.startswith(BULK) for one in reviewing.opinions(state))
    right = float(state.verdict == "accepted")
    return Answer(*key, right, weight_of(state), home, held, single, score, vector)


def unasked_beside(
    judged: Sequence[Answer], scores: Mapping[Key, float], states: Mapping[Key, State], *, below: float
) -> Iterator[Answer]:
    """Yield, for each article that is learned from, the strongest concepts below the threshold on which nobody said anything.

    They are held to the shipped score: what people were asked was suggested to them, and says little of what was not.
    """
    own = {one.provision_id: one for one in judged if not one.held}
    rest: dict[str, list[tuple[float, str]]] = {}
    for (unit, concept), score in scores.items():
        if unit in own and score < below and (unit, concept) not in states:
            rest.setdefault(unit, []).append((-score, concept))
    for unit, some in rest.items():
        for less, concept in sorted(some)[:UNASKED]:
            beside = own[unit]
            yield replace(beside, concept=concept, right=-less, weight=UNASKED_COUNT, single=False, score=-less)


def home_of(bench: Workbench, provision_id: str) -> tuple[str, bool]:
    """Return what the language versions and versions in time of an article share, and whether it belongs to the fifth that only measures.

    The rule is that of `evaluate.split` for the digests' facts, by work and article, so that there the fifth is one from which
    the shipped tagger did not learn either.
    """
    source_id, _, eid = provision_id.partition("#")
    source = bench.sources[source_id]
    article = eid.removeprefix("art_")
    if source.digest and article == eid:
        article = ""
    work = source.work_id or source_id
    return f"{work}#{article}", part_of_home(work, article) == "test"


def examples_of(some: Sequence[Answer]) -> Examples:
    """Return answers as examples, over the concepts that they are on."""
    import numpy as np

    concepts = tuple(sorted({one.concept for one in some}))
    places = {concept: place for place, concept in enumerate(concepts)}
    return Examples(
        concepts,
        np.array([places[one.concept] for one in some], np.int64),
        adapting.logits_of(np.array([one.score for one in some])),
        np.array([one.vector for one in some], np.float64),
        np.array([one.right for one in some], np.float64),
        np.array([one.weight for one in some]),
        np.array([checksum(one.home) // 5 % adapting.FOLDS for one in some], np.int64),
    )
