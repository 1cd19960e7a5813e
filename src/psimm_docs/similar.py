"""Provisions like a given one, from the vectors that the index holds: what the other jurisdictions say on the same matter.

The idea: a provision's vector is the mean of its passages' vectors; where it is too short to have passages of its own, those of what
it lies in. Nothing is encoded. Invariant: the provision's own jurisdiction is left out, entities and cantons counting with their
state, and each provision of a work comes once, in one language.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from psimm_docs.index import Index
from psimm_docs.index_view import Filters, Scope, View, by_state, scope_of
from psimm_docs.jurisdictions import root
from psimm_docs.lexical import Query
from psimm_docs.records import Hit
from psimm_docs.search import hit_of, in_turn
from psimm_docs.verdicts import WEAK_COSINE, Found

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

DEPTH = 20
"""Passages looked at for each result, so that language versions and passages of one provision leave enough others."""


def similar(index: Index, provision_id: str, *, limit: int = 12, translations: bool = False) -> tuple[Hit, ...]:
    """Return at most `limit` provisions of other jurisdictions, the best of each in turn; none that is not near.

    A jurisdiction comes in the order of its best; a hit's score is its cosine. Empty where the provision is not in the index.
    """
    with index.reading() as view:
        direction = vector_of(view, provision_id)
        if direction is None:
            return ()
        everything = scope_of(view, Filters(translations=translations))
        own = {root(held.jurisdiction) for held in view.documents() if held.source_id == provision_id.partition("#")[0]}
        parts = [
            nearest(view, direction, scope, limit)
            for scope in by_state(everything)
            if own.isdisjoint(root(held.jurisdiction) for held in scope.documents.values())
        ]
    return in_turn(parts, limit).hits


def among(index: Index, provision_id: str, others: Sequence[str]) -> dict[str, float]:
    """Return the likeness (cosine) of a provision to each of some others, in whichever language; those without a vector are left out."""
    with index.reading() as view:
        direction = vector_of(view, provision_id)
        if direction is None:
            return {}
        found: dict[str, float] = {}
        for other in others:
            vector = vector_of(view, other)
            if vector is not None:
                found[other] = float(direction @ vector)
    return found


def vector_of(view: View, provision_id: str) -> NDArray[np.float32] | None:
    """Return a provision's vector, of length 1; None where neither it nor anything above it has passages."""
    import numpy as np

    source_id, _, eid = provision_id.partition("#")
    steps = eid.split("__")
    for count in range(len(steps), 0, -1):
        numbers = view.within([f"{source_id}#{'__'.join(steps[:count])}"])
        if numbers:
            mean = view.vectors(numbers).mean(axis=0)
            length = float(np.linalg.norm(mean))
            return mean / np.float32(length) if length else None
    return None


def nearest(view: View, direction: NDArray[np.float32], scope: Scope, limit: int) -> Found:
    """Return the nearest provisions of a scope, each once whatever its languages."""
    near = view.nearest(direction, DEPTH * limit, scope.allowed)
    passages = view.passages(near.numbers)
    best: dict[tuple[str, str], Hit] = {}
    for rank, (number, cosine) in enumerate(zip(near.numbers, near.cosines, strict=True), 1):
        if cosine < WEAK_COSINE:
            break
        passage = passages[number]
        held = scope.documents[passage.document]
        key = (held.work_id or held.source_id, passage.row.chunk.provision_id.partition("#")[2])
        if key not in best:
            hit = hit_of(passage, scope.documents, Query((), ()), cosine)
            best[key] = replace(hit, vector_rank=rank, vector_score=cosine)
    return Found(tuple(best.values())[:limit], max(near.cosines, default=0.0), 0.0, 0)
