"""Which passages carry the exact parts of a query: as their own number, as a mention, or not at all.

Invariant: FTS5 only proposes; a mention counts where the original letters have the part, separators and all. A passage's own number
is read off its id and needs its article's word beside it, so that `član 43` is no `neni 43`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from psimm_docs.exact import Exact
from psimm_docs.lexical import Query, term_expression

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from psimm_docs.index_view import View

OWN, AROUND, MENTION = 3, 2, 1
"""What an exact part counts in the order of the hits: an article asked for stands before those that mention it.

`AROUND` is the whole article of a paragraph asked for, where no line of it begins with that paragraph's number.
"""


MOST_PROPOSED = 1_000
"""Passages that are looked at for one part, as many of each kind: `član 1` stands in every law of a large corpus."""

Carried = Mapping[int, tuple[int, ...]]
"""What each exact part of the query counts in a passage, by its number."""


def proposals(view: View, part: Exact, rest: str, allowed: NDArray[np.bool_]) -> list[int]:
    """Return the allowed passages that may carry a part, rising; of very many, those that have the rest of the query before others.

    `rest` is the FTS5 expression of the other words (empty for none). Then come those with the part in their heading, which may be the
    article itself, then any.
    """
    found = [number for number in view.matching(part.expression) if allowed[number]]
    if len(found) <= MOST_PROPOSED:
        return found
    asked = [f"({part.expression}) AND ({rest})"] if rest else []
    asked.append(f"{{heading}} : ({part.expression})")
    kept = set(found[:MOST_PROPOSED])
    for expression in asked:
        kept.update([number for number in view.matching(expression) if allowed[number]][:MOST_PROPOSED])
    return sorted(kept)


def carriers(view: View, query: Query, allowed: NDArray[np.bool_]) -> Carried:
    """Return, by number of a passage that carries any part, what each part counts there: `OWN`, `AROUND`, `MENTION` or 0."""
    exacts = query.exacts
    rest = " OR ".join(term_expression(term) for term in query.terms)
    found: dict[int, list[int]] = {}
    for place, one in enumerate(exacts):
        proposed = proposals(view, one, rest, allowed)
        own, whole = (view.named(proposed, patterns) for patterns in (one.eids, one.articles))
        texts = view.texts([number for number in proposed if number not in own])
        for number in proposed:
            if number in own or (number in whole and one.numbered(texts[number])):
                worth = OWN
            elif number in whole:
                worth = AROUND
            else:
                worth = MENTION if one.mentioned(texts[number]) else 0
            if worth:
                found.setdefault(number, [0] * len(exacts))[place] = worth
    return {number: tuple(worth) for number, worth in found.items()}


def told(exacts: Sequence[Exact], worth: Sequence[int]) -> tuple[str, ...]:
    """Return in words how a passage carries the parts.

    >>> import re
    >>> part = Exact("član 43", "", re.compile("clan 43"))
    >>> told([part], [OWN]), told([part], [MENTION]), told([part], [0])
    (('is član 43',), ('has član 43',), ())
    """
    words = {OWN: "is", AROUND: "is the article of", MENTION: "has"}
    return tuple(f"{words[count]} {one.typed}" for one, count in zip(exacts, worth, strict=True) if count)
