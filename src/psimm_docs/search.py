"""The search: three legs asked, their scores joined, and an answer that says how sure it is and why.

The idea: the lexical leg (BM25 over words and stems, with the names of the query's terms in other languages) knows names, numbers and
terms; the vector leg knows meaning across languages; the concept leg knows what the taggers and the reviewers say that a provision
concerns. A passage's score is a weighted sum: its likeness to the query, how far it concerns the query's concepts, and its share of
the best BM25 times the part of the query's words that it has. Each leg's own score and rank stay on every hit. Passages that carry an
exact part of the query (`exact`) come before all others. An article comes once, with its best passage. Whether there is an answer at
all is said by the scores themselves: the best likeness, and the part of the query's words that one passage has. Below the thresholds
the answer is "not-found", with no hits.

Invariant: a hit's letters and highlights are those of the document; every hit obeys every filter; the same index, query and
filters give the same answer. Left to others: query vectors (`encode`), the query's concepts (`tagging`), storing (`index`), words
(`lexical`), terms (`bridge`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from psimm_docs.carriers import MENTION, OWN, Carried, carriers, told
from psimm_docs.index import Index
from psimm_docs.index_view import Filters, Held, Passage, Row, Scope, View, by_state, marked, narrowed, scope_of
from psimm_docs.jurisdictions import JURISDICTIONS
from psimm_docs.lexical import (
    Bridge,
    Query,
    covered,
    folded_words,
    highlights,
    matched,
    parse_query,
    required_expression,
    stem,
)
from psimm_docs.records import Hit
from psimm_docs.vectors import Nearest
from psimm_docs.verdicts import (
    FOUND_COSINE,
    FOUND_COVERAGE,
    WEAK_CONCEPT,
    WEAK_COSINE,
    WEAK_COVERAGE,
    Found,
    State,
    explain,
    why,
)
from psimm_docs.wording import Scores, by_words

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = [
    "FOUND_COSINE",
    "FOUND_COVERAGE",
    "WEAK_COSINE",
    "WEAK_COVERAGE",
    "Answer",
    "Filters",
    "Found",
    "Index",
    "Row",
    "Weights",
    "in_turn",
    "search",
    "why",
]

Mode = Literal["mixed", "grouped", "round-robin"]


@dataclass(frozen=True, slots=True)
class Weights:
    """What the score of each leg counts; a leg of weight 0 is not asked."""

    meaning: float = 1.0
    concepts: float = 0.6
    words: float = 0.2


WEIGHTS = Weights()
"""Chosen on the development part of the gold queries (training/tune_search.py; figures in DECISIONS)."""

CONCEPTS = 3
"""Concepts of a query that are asked for, the likeliest."""

DEPTH = 200
"""Passages of each leg whose scores are joined."""

NO_FILTERS = Filters()

Decided = Mapping[str, Mapping[str, bool]]
"""What people decided: by provision id, then concept, whether it was accepted."""

NO_DECISIONS: Decided = {}


@dataclass(frozen=True, slots=True)
class Answer:
    """What a search found, and in what it looked.

    `searched` counts passages, `documents` documents, and `jurisdictions` are the codes of those, after the filters: what a
    "not-found" speaks about. `explanation` is one or two sentences in plain English. `bridges` are the query's terms with the names that
    were searched as well, `concepts` what the query seems to be about, the likeliest first, with shares that sum up to 1 at most.
    """

    state: State
    hits: tuple[Hit, ...]
    searched: int
    documents: int
    jurisdictions: tuple[str, ...]
    explanation: str
    bridges: tuple[Bridge, ...] = ()
    concepts: tuple[tuple[str, float], ...] = ()


class Leg:
    """What one leg found within the scope, best first; `places` is the rank (from 1) and score by number."""

    def __init__(self, numbers: Sequence[int], scores: Sequence[float]) -> None:
        """Take numbers and scores of equal length."""
        self.numbers, self.scores = numbers, scores
        self.places = dict(zip(numbers, enumerate(scores, 1), strict=True))


def search(
    index: Index,
    query: str | Query,
    vector: NDArray[np.float32] | None,
    *,
    concepts: Sequence[tuple[str, float]] = (),
    decided: Decided = NO_DECISIONS,
    filters: Filters = NO_FILTERS,
    limit: int = 20,
    mode: Mode = "mixed",
    weights: Weights = WEIGHTS,
) -> Answer:
    """Return the articles that answer a query, each once, with its best passage; at most `limit`.

    `vector` is the query's vector, of shape `(dimensions,)` or `(1, dimensions)`; None or a vector of zeros leaves the vector
    leg out. `concepts` are what the query seems to be about, with their shares; none leaves the concept leg out. `decided` says what
    people decided of provisions, by provision id and concept. Quoted phrases have to stand in the passage or its heading. The order
    is by falling score ("mixed"); the same, but with all passages of one article together, the best first, and other language
    versions of a provision right after it ("grouped"); or the best of each jurisdiction in turn ("round-robin"; entities and cantons
    count with their state).

    Raises:
        PsimmError: the query has no letter and no digit, or a filter names a jurisdiction that isn't known.
        ValueError: `limit` is below 1.
    """
    if limit < 1:
        raise ValueError(f"limit must be 1 or more, not {limit}")
    parsed = parse_query(query) if isinstance(query, str) else query
    likely = tuple(sorted(concepts, key=lambda one: (-one[1], one[0]))[:CONCEPTS]) if weights.concepts else ()
    direction = unit(vector) if weights.meaning else None
    with index.reading() as view:
        scope = scope_of(view, filters)
        inner = scope_with_phrases(view, parsed, scope)
        carried = carriers(view, parsed, inner.allowed)
        words = by_words(view, parsed, carried, inner)
        asked = Question(parsed, direction, likely, decided, words, carried, weights)
        if mode == "round-robin":
            found = in_turn([ask(view, asked, one, limit) for one in by_state(inner)], limit)
        else:
            found = ask(view, asked, inner, limit, whole=mode != "grouped")
            if mode == "grouped":
                found = replace(found, hits=grouped(view, found.hits, inner)[:limit])
        there = [any(worth) for worth in zip(*carried.values(), strict=True)] or [False] * len(parsed.exacts)
        lacking = tuple(one.typed for one, held in zip(parsed.exacts, there, strict=True) if not held)
        found = replace(found, lacking=lacking)
    state = found.state
    return Answer(
        state,
        found.hits if state != "not-found" else (),
        scope.passages,
        len(scope.documents),
        tuple(one for one in JURISDICTIONS if any(held.jurisdiction == one for held in scope.documents.values())),
        explain(parsed, found, scope, empty=not inner.passages),
        parsed.bridges,
        likely,
    )


# --- what is searched


def unit(vector: NDArray[np.float32] | None) -> NDArray[np.float32] | None:
    """Return a vector of length 1, or None where there is none or all its numbers are 0."""
    if vector is None:
        return None
    import numpy as np

    flat = np.asarray(vector, np.float32).ravel()
    length = float(np.linalg.norm(flat))
    return flat / np.float32(length) if length > 0 else None


def scope_with_phrases(view: View, query: Query, scope: Scope) -> Scope:
    """Return what the quoted phrases of a query leave."""
    if not query.phrases:
        return scope
    return narrowed(
        scope.documents, scope.allowed & marked(view.matching(required_expression(query)), len(scope.allowed))
    )


# --- the legs and their fusion


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of every scope: the query in its forms, what was decided, and what the words alone found."""

    query: Query
    vector: NDArray[np.float32] | None
    concepts: tuple[tuple[str, float], ...]
    decided: Decided
    lexical: Scores
    carried: Carried
    weights: Weights


def ask(view: View, asked: Question, scope: Scope, limit: int, *, whole: bool = True) -> Found:
    """Ask the legs about a scope and join their scores; one hit an article (`whole`), or one a provision."""
    query, carried = asked.query, asked.carried
    depth = max(DEPTH, 4 * limit)
    keep = scope.allowed[asked.lexical.numbers].nonzero()[0][: depth if asked.weights.words else 0]
    words = Leg(asked.lexical.numbers[keep].tolist(), asked.lexical.scores[keep].tolist())
    parts = {
        number: covered(query, *held, sum(map(bool, carried.get(number, ()))))
        for number, held in view.words(words.numbers).items()
    }
    near = Nearest((), ())
    if asked.vector is not None and scope.passages:
        near = view.nearest(asked.vector, depth, scope.allowed)
    concerned = concept_leg(view, asked, scope, depth)
    meaning = Leg(*with_others(view, asked.vector, near, [*parts, *concerned]))
    best = meaning.scores[0] if meaning.scores else 0.0
    fused = fuse(words, parts, meaning, concerned, weights=asked.weights, alone=asked.vector is None)
    if query.exacts:
        if not query.terms and not query.phrases:  # numbers have no meaning that other passages could be near to
            best, fused = 0.0, {number: score for number, score in fused.items() if number in carried}
        fused = exact_first(fused, carried, parts, meaning, len(query.exacts))
    order = sorted(fused, key=lambda number: (-fused[number], number))
    best_of: dict[tuple[str, str], Passage] = {}
    for at in range(0, len(order), 4 * limit):
        passages = view.passages(order[at : at + 4 * limit])
        for number in order[at : at + 4 * limit]:
            chunk = passages[number].row.chunk
            key = (chunk.source_id, article(chunk.provision_id) if whole else chunk.provision_id)
            best_of.setdefault(key, passages[number])
        if len(best_of) >= limit:
            break
    hits = []
    for passage in list(best_of.values())[:limit]:
        number = passage.number
        hit = hit_of(passage, scope.documents, query, fused[number])
        lexical_rank, lexical_score = words.places.get(number, (0, 0.0))
        vector_rank, vector_score = meaning.places.get(number, (0, 0.0))
        hits.append(
            replace(
                hit,
                lexical_rank=lexical_rank,
                lexical_score=lexical_score,
                vector_rank=vector_rank,
                vector_score=vector_score,
                concept_score=concerned.get(number, 0.0),
                exact=told(query.exacts, carried.get(number, (0,) * len(query.exacts))),
            )
        )
    coverage, concern = (max(some.values(), default=0.0) for some in (parts, concerned))
    return Found(tuple(hits), best, coverage, len(query.typed()), concern=concern)


def concept_leg(view: View, asked: Question, scope: Scope, depth: int) -> dict[int, float]:
    """Return how far passages concern the query's concepts, 0..1: the tags' scores by the concepts' shares, the best `depth` of each.

    What a person decided counts as 1 or 0, whatever the tagger said.
    """
    names = [name for name, _ in asked.concepts]
    if not names or not scope.passages:
        return {}
    numbers = {number for name in names for number, _ in view.tagged(name, depth, scope.allowed)}
    accepted = {name: view.within(one for one, held in asked.decided.items() if held.get(name)) for name in names}
    refused = {
        name: view.within(one for one, held in asked.decided.items() if held.get(name) is False) for name in names
    }
    numbers |= {number for some in accepted.values() for number in some if scope.allowed[number]}
    scores = view.tag_scores(sorted(numbers), names)
    scores |= {(number, name): 0.0 for name, some in refused.items() for number in some}
    scores |= {(number, name): 1.0 for name, some in accepted.items() for number in some}
    return {
        number: sum(share * scores.get((number, name), 0.0) for name, share in asked.concepts)
        for number in sorted(numbers)
    }


def with_others(
    view: View, vector: NDArray[np.float32] | None, near: Nearest, numbers: Sequence[int]
) -> tuple[list[int], list[float]]:
    """Return the nearest passages and some others, each with its likeness, by falling likeness."""
    if vector is None:
        return [], []
    known = dict(zip(near.numbers, near.cosines, strict=True))
    others = sorted(set(numbers) - set(known))
    known |= zip(others, view.likeness(vector, others), strict=True)
    order = sorted(known, key=lambda number: (-known[number], number))
    return order, [known[number] for number in order]


def fuse(
    words: Leg,
    parts: Mapping[int, float],
    meaning: Leg,
    concerned: Mapping[int, float],
    *,
    weights: Weights = WEIGHTS,
    alone: bool,
) -> dict[int, float]:
    """Return the joined score of each passage, at most 1.

    `parts` is the part of the query's words that a passage of the lexical leg has: a passage with one word of a long question says
    little, however rare the word, and one with all words of it says much. Passages that have no word, are not near and concern none of
    the concepts are left out. `alone` says that there was no vector to ask with.

    >>> fuse(Leg((7, 8), (9.0, 3.0)), {7: 1.0, 8: 0.5}, Leg((7,), (1.0,)), {7: 1.0}, alone=False)[7]
    1.0
    """
    whole = weights.words + weights.concepts + (0.0 if alone else weights.meaning)
    top = max(words.scores, default=0.0) or 1.0
    fused = {}
    for number in {*meaning.numbers, *words.numbers, *concerned}:
        cosine = meaning.places.get(number, (0, 0.0))[1]
        about = concerned.get(number, 0.0)
        if number not in parts and cosine < WEAK_COSINE and about < WEAK_CONCEPT:
            continue
        said = max(0.0, words.places.get(number, (0, 0.0))[1]) / top * parts.get(number, 0.0)
        score = weights.meaning * max(0.0, cosine) + weights.concepts * about + weights.words * said
        fused[number] = min(1.0, score / whole)
    return fused


def exact_first(
    fused: Mapping[int, float], carried: Carried, parts: Mapping[int, float], meaning: Leg, asked: int
) -> dict[int, float]:
    """Return scores in which a passage that carries more of the query's exact parts (`asked` in all) comes before others.

    A passage that only mentions them comes first where the rest of the query leads to it, too: it has a good part of the words, or is
    not far in meaning. `15 dana` stands in too many provisions to say something by itself.

    >>> exact_first({7: 0.75, 8: 0.5, 9: 0.5}, {8: (1,), 9: (1,)}, {8: 1.0, 9: 0.25}, Leg((7,), (0.9,)), 1)
    {7: 0.1875, 8: 0.375, 9: 0.125}
    """
    out: dict[int, float] = {}
    for number, score in fused.items():
        worth = carried.get(number, ())
        near = parts.get(number, 0.0) >= WEAK_COVERAGE or meaning.places.get(number, (0, 0.0))[1] >= WEAK_COSINE
        lifted = sum(worth) if near or max(worth, default=0) > MENTION else 0
        out[number] = (score + lifted) / (1 + OWN * asked)
    return out


def hit_of(passage: Passage, documents: dict[int, Held], query: Query, score: float) -> Hit:
    """Return a passage as a hit, without the scores of the legs."""
    row, held = passage.row, documents[passage.document]
    chunk = row.chunk
    spans = highlights(query, row.text, chunk.span.start)
    at = chunk.span.start
    held_stems = {stem(word) for word in set(folded_words(f"{row.heading} {row.text}"))} if query.bridges else set()
    return Hit(
        provision_id=chunk.provision_id,
        source_id=chunk.source_id,
        chunk_id=chunk.id,
        span=chunk.span,
        text=row.text,
        label=row.label,
        heading=row.heading,
        context=chunk.context,
        title=held.title,
        jurisdiction=held.jurisdiction,
        language=chunk.language,
        type=held.type,
        status=held.status,
        page=row.page,
        score=min(score, 1.0),
        highlights=spans,
        words=tuple(dict.fromkeys(row.text[one.start - at : one.end - at] for one in spans)),
        matched=matched(query, (row.text, row.label, row.heading, chunk.context)),
        bridged=tuple(name.text for bridge in query.bridges for name in bridge.of(held_stems)),
    )


# --- the order of the hits


def in_turn(parts: Iterable[Found], limit: int) -> Found:
    """Return the best hit of each part that has an answer, then the second of each, and so on.

    The parts come in the order of their best hits.
    """
    asked = list(parts)
    answered = [part for part in asked if part.state != "not-found"]
    answered.sort(key=lambda part: -part.hits[0].score)
    longest = max((len(part.hits) for part in answered), default=0)
    turns = [part.hits[turn] for turn in range(longest) for part in answered if turn < len(part.hits)]
    return Found(
        tuple(turns[:limit]),
        max((part.cosine for part in asked), default=0.0),
        max((part.coverage for part in asked), default=0.0),
        max((part.words for part in asked), default=0),
        concern=max((part.concern for part in asked), default=0.0),
    )


def article(provision_id: str) -> str:
    """Return the eId of the article that a provision is or lies in.

    >>> article("rs/law/1#chp_2__art_4__para_1"), article("rs/law/1#annex_1")
    ('chp_2__art_4', 'annex_1')
    """
    eid = provision_id.partition("#")[2]
    parts = eid.split("__")
    for at, part in enumerate(parts, 1):
        if part.startswith("art_"):
            return "__".join(parts[:at])
    return eid


def grouped(view: View, hits: Sequence[Hit], scope: Scope) -> tuple[Hit, ...]:
    """Return the hits with those of one article together, and each provision followed by its other language versions.

    Articles come in the order of their best hits. A version that wasn't found by itself is added with score and ranks 0.
    """
    by_source = {held.source_id: held for held in scope.documents.values()}
    versions = language_versions(view, hits, scope, by_source)
    groups: dict[tuple[str, str], list[Hit]] = {}
    for hit in hits:
        held = by_source[hit.source_id]
        groups.setdefault((held.work_id or held.source_id, article(hit.provision_id)), []).append(hit)
    found = {hit.provision_id: hit for hit in hits}
    out: dict[str, Hit] = {}
    for group in groups.values():
        for hit in group:
            for one in (hit, *versions.get(hit.provision_id, ())):
                out.setdefault(one.provision_id, found.get(one.provision_id, one))
    return tuple(out.values())


def language_versions(
    view: View, hits: Sequence[Hit], scope: Scope, by_source: dict[str, Held]
) -> dict[str, tuple[Hit, ...]]:
    """Return, by provision id, the same provision of the same work in the other languages of the scope."""
    siblings: dict[str, list[Held]] = {}
    for held in scope.documents.values():
        if held.work_id:
            siblings.setdefault(held.work_id, []).append(held)
    wanted: dict[str, tuple[str, ...]] = {}
    for hit in hits:
        held, eid = by_source[hit.source_id], hit.provision_id.partition("#")[2]
        wanted[hit.provision_id] = tuple(
            f"{one.source_id}#{eid}" for one in siblings.get(held.work_id, ()) if one.language != held.language
        )
    numbers = view.versions(sorted({one for ids in wanted.values() for one in ids}))
    nothing = Query((), ())
    there = {
        passage.row.chunk.provision_id: hit_of(passage, scope.documents, nothing, 0.0)
        for number, passage in view.passages(numbers).items()
        if scope.allowed[number]
    }
    return {provision: tuple(there[one] for one in ids if one in there) for provision, ids in wanted.items()}
