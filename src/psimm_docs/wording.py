"""The lexical leg of a search: the passages that have words of the query, by BM25.

The idea: BM25 is taken of every passage with a word of the query, as long as those are few. A word that half of a large corpus has
says next to nothing and costs the most, so above `MOST_ROWS` passages the rarest words of the query are scored and the common ones only
bring passages that have several of them together. How many of the query's words a passage has is counted later for all of them (`search`).

Invariant: filters apply before anything is cut; where the words of a query are in `MOST_ROWS` passages or less, every one of them is scored. Passages that carry an exact part
come first and are never left out. Left to others: expressions (`lexical`), exact parts (`carriers`), fusion (`search`).
"""

from __future__ import annotations

from dataclasses import dataclass
from math import log
from typing import TYPE_CHECKING

from psimm_docs.carriers import Carried
from psimm_docs.index_view import Reach, Scope, View
from psimm_docs.lexical import Query, name_expressions, own_expressions, scoring_expression

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

MOST_ROWS = 3_000
"""Passages that one query takes BM25 of."""


@dataclass(frozen=True, slots=True)
class Scores:
    """The passages of the lexical leg: numbers and BM25, those with exact parts first, then by falling score."""

    numbers: NDArray[np.int64]
    scores: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Spread:
    """A part of a query and how many passages have it: the number itself up to `MOST_ROWS`, an estimate above."""

    expression: str
    rows: float


def by_words(view: View, query: Query, carried: Carried, scope: Scope) -> Scores:
    """Return the passages within a scope's reach that have words of the query, those with its exact parts first, then by BM25."""
    import numpy as np

    found = scored_rows(view, query, scope)
    held = {number for number, _ in found}
    pairs = np.array([*found, *((number, 0.0) for number in carried if number not in held)], np.float64).reshape(-1, 2)
    numbers, scores = pairs[:, 0].astype(np.int64), pairs[:, 1]
    exact = np.zeros(len(scope.allowed), np.int64)
    for number, worth in carried.items():
        exact[number] = sum(worth)
    order = np.lexsort((numbers, -scores, -exact[numbers]))
    return Scores(numbers[order], scores[order])


def scored_rows(view: View, query: Query, scope: Scope) -> list[tuple[int, float]]:
    """Return numbers and scores of passages with words of the query; of all such passages, where they are few."""
    within = scope.reach, scope.sieve
    if scope.passages <= MOST_ROWS:
        return view.scored(scoring_expression(query), *within)
    own, names = (
        [spread(view, one, *within) for one in some] for some in (own_expressions(query), name_expressions(query))
    )
    parts = sorted((one for one in (*own, *names) if one.rows), key=lambda one: one.rows)
    kept: list[str] = []
    room = float(MOST_ROWS)
    for one in parts:
        if one.rows > room:
            break
        kept.append(one.expression)
        room -= one.rows
    found = view.scored(" OR ".join(kept), *within) if kept else []
    common = sorted((one for one in own if one.rows > MOST_ROWS), key=lambda one: one.rows)
    left = parts[len(kept) :]
    if left:
        held = {number for number, _ in found}
        score, numbers = together(view, common or left[:1], scope)
        found += [(number, score) for number in numbers if number not in held]
    return found


def spread(view: View, expression: str, reach: Reach, sieve: bytes) -> Spread:
    """Return how many passages an expression matches; an estimate from the first of them where they are more than `MOST_ROWS`."""
    count, last = view.spread(expression, MOST_ROWS + 1, reach, sieve)
    whole = count <= MOST_ROWS
    return Spread(expression, count if whole else count * (reach[1] - reach[0] + 1) / (last - reach[0] + 1))


def together(view: View, parts: list[Spread], scope: Scope) -> tuple[float, list[int]]:
    """Return passages that have several common words together, at most `MOST_ROWS`, and what that is worth on the scale of BM25.

    As many words are asked for, the rarest first, as it takes to come below that number, or all that stand together anywhere.
    """
    numbers: list[int] = []
    worth = 0.0
    for count in range(1, len(parts) + 1):
        asked = " AND ".join(f"({one.expression})" for one in parts[:count])
        more = view.matching(asked, MOST_ROWS + 1, scope.reach, scope.sieve)
        if not more:
            break
        numbers = more
        worth += max(0.0, log(scope.passages / parts[count - 1].rows))
        if len(numbers) <= MOST_ROWS:
            break
    return worth, numbers[:MOST_ROWS]
