"""Which passages carry the exact parts of a query: as their own number, as a mention, or not at all.

Invariant: FTS5 only proposes; a mention counts where the original letters have the part, separators and all. A passage's own number
is read off its id and needs its article's word beside it, so that `član 43` is no `neni 43`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from psimm_docs.exact import Exact

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from psimm_docs.index_view import View

OWN, AROUND, MENTION = 3, 2, 1
"""What an exact part counts in the order of the hits: an article asked for stands before those that mention it.

`AROUND` is the whole article of a paragraph asked for, where no line of it begins with that paragraph's number.
"""


Carried = Mapping[int, tuple[int, ...]]
"""What each exact part of the query counts in a passage, by its number."""


def carriers(view: View, exacts: Sequence[Exact], allowed: NDArray[np.bool_]) -> Carried:
    """Return, by number of a passage that carries any part, what each part counts there: `OWN`, `AROUND`, `MENTION` or 0."""
    found: dict[int, list[int]] = {}
    for place, one in enumerate(exacts):
        proposed = [number for number in view.matching(one.expression) if allowed[number]]
        own = set(view.named(one.eids)) if one.eids else set()
        whole = set(view.named(one.articles)) if one.articles else set()
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
