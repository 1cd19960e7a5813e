"""The grid: a concept across jurisdictions, each cell with one honest state.

Invariant: a cell has exactly one state, and `not-found` is a state of its own that says what was searched: how many documents,
with which labels, on which day. A level of a state (an entity) stands in its state's cell and is named there. Nothing here reads files: the
caller gives the tags, what people decided, and which documents are held.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from psimm_docs.jurisdictions import root, within
from psimm_docs.records import Concept, Source, Tag

CellState = Literal["confirmed", "unreviewed", "disputed", "not-found", "not-held"]
WORDS: Mapping[str, str] = {
    "confirmed": "found, confirmed",
    "unreviewed": "found, unreviewed",
    "disputed": "found, reviewers disagree",
    "not-found": "searched, not found",
    "not-held": "text not held",
}
"""The states in the words of a person."""

Review = Literal["accepted", "rejected", "open", "disputed", "stale"]


@dataclass(frozen=True, slots=True)
class Item:
    """A provision in a cell: what is said of it, by whom it is of (an entity's code where it is one), how it is written."""

    provision_id: str
    source_id: str
    jurisdiction: str
    language: str
    score: float
    review: Review
    translation: bool
    digest: bool


@dataclass(frozen=True, slots=True)
class Cell:
    """What one jurisdiction's held documents say on one concept; `queries` are the labels searched, `date` the day."""

    concept: str
    jurisdiction: str
    state: CellState
    items: tuple[Item, ...]
    documents: int
    queries: tuple[str, ...]
    date: str
    note: str = ""


def grid(
    concepts: Sequence[Concept],
    jurisdictions: Sequence[str],
    *,
    sources: Mapping[str, Source],
    tags: Iterable[Tag],
    reviews: Mapping[tuple[str, str], Review],
    language_of: Callable[[str], str],
    built: Collection[str],
    date: str,
) -> list[Cell]:
    """Return a cell for each concept and jurisdiction, concepts first.

    `reviews` is what people decided by (provision id, concept id); `language_of` gives a provision's language; `built` are the ids of the
    documents that were read. Rejected suggestions are left out; accepted provisions stand first, then originals, then by score.
    """
    wanted = {concept.id for concept in concepts}
    scores: dict[tuple[str, str], float] = {
        (tag.provision_id, tag.concept): tag.score for tag in tags if tag.concept in wanted
    }
    for key, review in reviews.items():
        if key[1] in wanted and review in ("accepted", "disputed") and key[0].partition("#")[0] in sources:
            scores.setdefault(key, 1.0)
    by_cell: dict[tuple[str, str], list[Item]] = {}
    for (provision_id, concept_id), score in scores.items():
        source = sources[provision_id.partition("#")[0]]
        review = reviews.get((provision_id, concept_id), "open")
        if review == "rejected":
            continue
        item = Item(
            provision_id,
            source.id,
            source.jurisdiction,
            language_of(provision_id),
            score,
            review,
            source.translation,
            source.digest,
        )
        for code in jurisdictions:
            if source.jurisdiction in within(code):
                by_cell.setdefault((concept_id, code), []).append(item)
    return [
        cell(concept, code, by_cell.get((concept.id, code), []), sources=sources, built=built, date=date)
        for concept in concepts
        for code in jurisdictions
    ]


def cell(
    concept: Concept, code: str, items: list[Item], *, sources: Mapping[str, Source], built: Collection[str], date: str
) -> Cell:
    """Return one cell."""
    below = within(code)
    documents = sum(source.jurisdiction in below and source.id in built for source in sources.values())
    items.sort(key=lambda one: (one.review != "accepted", one.translation, -one.score, one.provision_id))
    queries = tuple(labels[0] for labels in concept.labels.values() if labels)
    if not documents:
        note = "no document of this jurisdiction was read"
        return Cell(concept.id, code, "not-held", (), 0, (), date, note)
    if not items:
        note = f"{documents} documents searched by label and by meaning on {date[:10]}; the corpus is silent, the law need not be"
        return Cell(concept.id, code, "not-found", (), documents, queries, date, note)
    state: CellState = "unreviewed"
    if any(one.review == "accepted" for one in items):
        state = "confirmed"
    elif any(one.review == "disputed" for one in items):
        state = "disputed"
    levels = sorted({one.jurisdiction for one in items} - {code})
    note = f"of which levels: {', '.join(levels)}" if levels and root(code) == code else ""
    return Cell(concept.id, code, state, tuple(items), documents, queries, date, note)
