"""The search: two legs asked, their ranks fused, and an answer that says how sure it is and why.

The idea: the lexical leg (BM25 over words and stems) knows names, numbers and terms; the vector leg knows meaning across
languages. Their scores can't be compared, their ranks can: reciprocal rank fusion adds `weight / (K + rank)`. Both
legs' own scores stay on every hit. Whether there is an answer at all is said by the scores themselves: the best cosine, and
the part of the query's words that one passage has. Below the thresholds the answer is "not-found", with no hits.

Invariant: a hit's letters and highlights are those of the document; every hit obeys every filter; the same index, query and
filters give the same answer. Left to others: query vectors (`encode`), storing (`index`), words (`lexical`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from psimm_docs.index import Index
from psimm_docs.index_view import Filters, Held, Passage, Row, Scope, View, by_state, marked, narrowed, scope_of
from psimm_docs.jurisdictions import JURISDICTIONS
from psimm_docs.lexical import Query, covered, highlights, matched, parse_query, required_expression, scoring_expression
from psimm_docs.records import Hit

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["Answer", "Filters", "Index", "Row", "search", "why"]

Mode = Literal["mixed", "grouped", "round-robin"]
State = Literal["found", "weak", "not-found"]

K = 60
"""The constant of reciprocal rank fusion: how little the first ranks stand out."""

LEXICAL_WEIGHT, VECTOR_WEIGHT = 0.5, 1.0
"""What a rank in each leg counts; chosen on half of the held-out model provisions, where 0.25 to 1 differ little."""

DEPTH = 200
"""Passages of each leg that are fused."""

FOUND_COSINE, WEAK_COSINE = 0.50, 0.25
"""From these best cosines on, meaning alone makes an answer, or a weak one; further passages are not near at all.

They belong to the bundled encoder. A false "not-found" is worse than a weak answer that says so: `WEAK_COSINE` leans that way.
"""

FOUND_COVERAGE, WEAK_COVERAGE = 0.8, 0.5
"""From these parts of the query's words on, in one passage, words alone make an answer, or a weak one."""


NO_FILTERS = Filters()


@dataclass(frozen=True, slots=True)
class Answer:
    """What a search found, and in what it looked.

    `searched` counts passages, `documents` documents, and `jurisdictions` are the codes of those, after the filters: what a
    "not-found" speaks about. `explanation` is one or two sentences in plain English.
    """

    state: State
    hits: tuple[Hit, ...]
    searched: int
    documents: int
    jurisdictions: tuple[str, ...]
    explanation: str


@dataclass(frozen=True, slots=True)
class Scores:
    """All passages that the lexical leg matches: numbers and BM25, best first."""

    numbers: NDArray[np.int64]
    scores: NDArray[np.float64]


class Leg:
    """What one leg found within the scope, best first; `places` is the rank (from 1) and score by number."""

    def __init__(self, numbers: Sequence[int], scores: Sequence[float]) -> None:
        """Take numbers and scores of equal length."""
        self.numbers, self.scores = numbers, scores
        self.places = dict(zip(numbers, enumerate(scores, 1), strict=True))


@dataclass(frozen=True, slots=True)
class Found:
    """Hits by falling score, the best cosine (0 where no vector was given), and the best part of the query's words."""

    hits: tuple[Hit, ...]
    cosine: float
    coverage: float
    words: int

    @property
    def state(self) -> State:
        """How sure the answer is."""
        if not self.hits:
            return "not-found"
        if self.cosine >= FOUND_COSINE or self.coverage >= FOUND_COVERAGE:
            return "found"
        return "weak" if self.cosine >= WEAK_COSINE or self.coverage >= WEAK_COVERAGE else "not-found"


def search(
    index: Index,
    query: str,
    vector: NDArray[np.float32] | None,
    *,
    filters: Filters = NO_FILTERS,
    limit: int = 20,
    mode: Mode = "mixed",
) -> Answer:
    """Return the provisions that answer a query, each once, with its best passage; at most `limit`.

    `vector` is the query's vector, of shape `(dimensions,)` or `(1, dimensions)`; None or a vector of zeros leaves the vector
    leg out. Quoted phrases have to stand in the passage or its heading. The order is by falling score ("mixed"); the same,
    but with the hits of one article together, the best first, and other language versions of a provision right after it
    ("grouped"); or the best of each jurisdiction in turn ("round-robin"; entities and cantons count with their state).

    Raises:
        PsimmError: the query has no letter and no digit, or a filter names a jurisdiction that isn't known.
        ValueError: `limit` is below 1.
    """
    if limit < 1:
        raise ValueError(f"limit must be 1 or more, not {limit}")
    parsed = parse_query(query)
    direction = unit(vector)
    with index.reading() as view:
        scope = scope_of(view, filters)
        inner = scope_with_phrases(view, parsed, scope)
        lexical = lexical_leg(view, parsed)
        if mode == "round-robin":
            parts = [ask(view, parsed, direction, one, lexical, limit) for one in by_state(inner)]
            found = in_turn(parts, limit)
        else:
            found = ask(view, parsed, direction, inner, lexical, limit)
            if mode == "grouped":
                found = replace(found, hits=grouped(view, found.hits, inner)[:limit])
    state = found.state
    return Answer(
        state,
        found.hits if state != "not-found" else (),
        scope.passages,
        len(scope.documents),
        tuple(one for one in JURISDICTIONS if any(held.jurisdiction == one for held in scope.documents.values())),
        explain(parsed, found, scope, empty=not inner.passages),
    )


def why(hit: Hit) -> str:
    """Say in plain English why a passage is a hit.

    >>> from psimm_docs.records import Span
    >>> hit = Hit("a#art_1", "a", "a#art_1/0", Span(0, 1), "", "", "", "", "", "RS", "en", "", "", 0, 0.9)
    >>> why(replace(hit, vector_rank=1, vector_score=0.618, lexical_rank=2, matched=("permit", "fee")))
    'matches the words permit, fee; close in meaning (0.62)'
    """
    reasons = []
    if hit.matched:
        reasons.append(f"matches the word{'s' if len(hit.matched) > 1 else ''} {', '.join(hit.matched)}")
    if hit.vector_rank:
        near = "close" if hit.vector_score >= FOUND_COSINE else "loosely close"
        reasons.append(f"{near} in meaning ({hit.vector_score:.2f})")
    return "; ".join(reasons) or "another language version of a provision that was found"


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


# --- the two legs and their fusion


def lexical_leg(view: View, query: Query) -> Scores:
    """Return all passages that have a word of the query, best first."""
    import numpy as np

    found = np.array(view.scored(scoring_expression(query)), np.float64).reshape(-1, 2)
    numbers, scores = found[:, 0].astype(np.int64), found[:, 1]
    order = np.lexsort((numbers, -scores))
    return Scores(numbers[order], scores[order])


def ask(
    view: View, query: Query, vector: NDArray[np.float32] | None, scope: Scope, lexical: Scores, limit: int
) -> Found:
    """Ask both legs about a scope and fuse their ranks; one hit a provision."""
    depth = max(DEPTH, 4 * limit)
    keep = scope.allowed[lexical.numbers].nonzero()[0][:depth]
    words = Leg(lexical.numbers[keep].tolist(), lexical.scores[keep].tolist())
    parts = {number: covered(query, *held) for number, held in view.words(words.numbers).items()}
    meaning = Leg((), ())
    if vector is not None and scope.passages:
        near = view.nearest(vector, depth, scope.allowed)
        meaning = Leg(near.numbers, near.cosines)
    best = meaning.scores[0] if meaning.scores else 0.0
    fused = fuse(words, parts, meaning, alone=vector is None)
    order = sorted(fused, key=lambda number: (-fused[number], number))
    passages = view.passages(order)
    best_of: dict[str, int] = {}
    for number in order:
        best_of.setdefault(passages[number].row.chunk.provision_id, number)
    hits = []
    for number in list(best_of.values())[:limit]:
        hit = hit_of(passages[number], scope.documents, query, fused[number])
        lexical_rank, lexical_score = words.places.get(number, (0, 0.0))
        vector_rank, vector_score = meaning.places.get(number, (0, 0.0))
        hits.append(
            replace(
                hit,
                lexical_rank=lexical_rank,
                lexical_score=lexical_score,
                vector_rank=vector_rank,
                vector_score=vector_score,
            )
        )
    return Found(tuple(hits), best, max(parts.values(), default=0.0), len(query.typed()))


def fuse(words: Leg, parts: Mapping[int, float], meaning: Leg, *, alone: bool) -> dict[int, float]:
    """Return the fused score of each passage, 1 for one that is first in both legs and has all the query's words.

    `parts` is the part of the query's words that a passage of the lexical leg has. It counts squared: a
    passage with one word of a long question says little, whatever its rank, and one with all words of it says much. Passages
    that are only in the vector leg, and not near, are left out. `alone` says that there was no vector to ask with.

    >>> fuse(Leg((7, 8), (9.0, 3.0)), {7: 1.0, 8: 0.5}, Leg((7,), (0.9,)), alone=False)[7]
    1.0
    """
    whole = LEXICAL_WEIGHT if alone else LEXICAL_WEIGHT + VECTOR_WEIGHT
    fused = {
        number: VECTOR_WEIGHT / (K + rank)
        for number, (rank, cosine) in meaning.places.items()
        if cosine >= WEAK_COSINE or number in parts
    }
    for number, (rank, _) in words.places.items():
        fused[number] = fused.get(number, 0.0) + LEXICAL_WEIGHT * parts[number] ** 2 / (K + rank)
    return {number: score * (K + 1) / whole for number, score in fused.items()}


def hit_of(passage: Passage, documents: dict[int, Held], query: Query, score: float) -> Hit:
    """Return a passage as a hit, without the scores of the legs."""
    row, held = passage.row, documents[passage.document]
    chunk = row.chunk
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
        highlights=highlights(query, row.text, chunk.span.start),
        matched=matched(query, (row.text, row.label, row.heading, chunk.context)),
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


# --- what is said about it


def explain(query: Query, found: Found, scope: Scope, *, empty: bool) -> str:
    """Say in plain English what was searched, what was found, and how sure that is."""
    if not scope.passages:
        return "Nothing was searched: no document passes the filters, or the index is empty (run: psimm-docs build)."
    where = f"{amount(scope.passages, 'passage')} of {amount(len(scope.documents), 'document')}"
    cut = f" Only the first {len(query.terms)} words of the query were used." if query.cut else ""
    if empty:
        phrases = ", ".join(f'"{one.typed}"' for one in query.phrases)
        return f"Not found: none of {where} has {phrases} word for word; search without quotation marks for what is close.{cut}"
    best = f"the best passage has {round(found.coverage * found.words)} of {amount(found.words, 'word')} of the query"
    meaning = f", and the nearest in meaning is at {found.cosine:.2f} (1 is the same)" if found.cosine else ""
    if found.state == "found":
        return f"{amount(len(found.hits), 'provision')} from {where}.{cut}"
    if found.state == "weak":
        return f"No close match in {where}: {best}{meaning}. Read these as leads, not as an answer.{cut}"
    return f"Not found in {where}: {best}{meaning}. The corpus is silent; the law need not be.{cut}"


def amount(number: int, noun: str) -> str:
    """Return a number with its noun.

    >>> amount(1, "document"), amount(1200, "passage")
    ('1 document', '1,200 passages')
    """
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
