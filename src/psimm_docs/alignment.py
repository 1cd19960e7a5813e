"""Provisions side by side: cut into paragraphs, put in rows by what they say with the order of each kept, their differing words marked.

The idea: rows are built column by column. Each further column is laid along the rows so far so that the sum of likenesses is greatest while
nobody's order is broken; what is like nothing gets a row of its own. Invariant: every letter of a provision (but a digest's notes of basis) stands in exactly one paragraph, every paragraph in
exactly one row, in order. Words are compared folded (script, case, diacritics) and marked in their original letters.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

from psimm_docs.basis import NOTE
from psimm_docs.fold import fold, fold_with_map, words
from psimm_docs.records import Provision, Span

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

LEAST_LIKENESS = 0.35
"""Paragraphs that are less alike than this are not put into one row."""

NEARLY_SAME = 0.6
"""From this part of words in common, in order, on two paragraphs are taken for copies whose differing words are worth a mark."""

STEM = 5

Row = tuple[int | None, ...]
"""For each column the number of its paragraph in this row, None where it has none there."""


@dataclass(frozen=True, slots=True)
class Part:
    """A paragraph of a provision: its eId where it is a provision of its own (else that of what it opens or closes), and its span."""

    eid: str
    label: str
    span: Span


def parts_of(provision: Provision, tree: Sequence[Provision], text: str) -> list[Part]:
    """Return a provision cut at its children, what stands before, between and after them too; blanks and notes of basis alone make no part.

    `tree` is the document's, `text` its fixed text. A provision without children is one part.
    """
    children = sorted((one for one in tree if one.parent == provision.id), key=lambda one: one.span)
    parts: list[Part] = []
    at = provision.span.start
    for child in children:
        if words_in(text[at : child.span.start]):
            parts.append(Part(provision.eid, "", Span(at, child.span.start)))
        parts.append(Part(child.eid, child.label, child.span))
        at = child.span.end
    if words_in(text[at : provision.span.end]):
        parts.append(Part(provision.eid, "", Span(at, provision.span.end)))
    return parts or [Part(provision.eid, "", provision.span)]


def words_in(text: str) -> bool:
    """Say whether a text holds more than blanks and a digest's notes of basis."""
    return bool(NOTE.sub("", text).strip())


# --- rows --------------------------------------------------------------------------------------------------------------


def aligned(sizes: Sequence[int], likeness: Callable[[int, int, int, int], float]) -> list[Row]:
    """Return the rows of columns with so many paragraphs each.

    `likeness(column, paragraph, other column, other paragraph)` is 0..1. The rows hold every paragraph once, each column in its order.

    >>> aligned([2, 3], lambda a, i, b, j: 1.0 if (i, j) in ((0, 0), (1, 2)) else 0.0)
    [(0, 0), (None, 1), (1, 2)]
    """
    rows: list[dict[int, int]] = [{0: at} for at in range(sizes[0])] if sizes else []
    for column in range(1, len(sizes)):
        rows = with_column(rows, column, sizes[column], likeness)
    return [tuple(row.get(column) for column in range(len(sizes))) for row in rows]


def with_column(
    rows: Sequence[dict[int, int]], column: int, size: int, likeness: Callable[[int, int, int, int], float]
) -> list[dict[int, int]]:
    """Return the rows with one more column laid along them (dynamic programming; a match is worth what it is above the least)."""
    worth = [
        [max(likeness(other, at, column, own) for other, at in row.items()) - LEAST_LIKENESS for own in range(size)]
        for row in rows
    ]
    best = [[0.0] * (size + 1) for _ in range(len(rows) + 1)]
    for i in range(len(rows) - 1, -1, -1):
        for j in range(size - 1, -1, -1):
            best[i][j] = max(best[i + 1][j], best[i][j + 1], worth[i][j] + best[i + 1][j + 1])
    made: list[dict[int, int]] = []
    i = j = 0
    while i < len(rows) or j < size:
        if i < len(rows) and j < size and worth[i][j] > 0 and best[i][j] == worth[i][j] + best[i + 1][j + 1]:
            made.append({**rows[i], column: j})
            i, j = i + 1, j + 1
        elif j == size or (i < len(rows) and best[i][j] == best[i + 1][j]):
            made.append(rows[i])
            i += 1
        else:
            made.append({column: j})
            j += 1
    return made


def by_vectors(vectors: Sequence[NDArray[np.float32]]) -> Callable[[int, int, int, int], float]:
    """Return the likeness by cosine: `vectors[column]` has shape (paragraphs, dimensions), rows of length 1 (or zero)."""

    def likeness(column: int, at: int, other: int, there: int) -> float:
        return max(0.0, float(vectors[column][at] @ vectors[other][there]))

    return likeness


def by_words(texts: Sequence[Sequence[str]]) -> Callable[[int, int, int, int], float]:
    """Return the likeness by words in common: twice their number over all, cut to their first letters."""
    sets = [[frozenset(word[:STEM] for word in folded(text)) for text in column] for column in texts]

    def likeness(column: int, at: int, other: int, there: int) -> float:
        a, b = sets[column][at], sets[other][there]
        return 2 * len(a & b) / (len(a) + len(b)) if a or b else 0.0

    return likeness


def by_place(columns: Sequence[Sequence[Part]]) -> Callable[[int, int, int, int], float]:
    """Return 1 for the openings of two provisions (number and heading, which come before the first paragraph), else 0."""
    opens = [bool(parts) and not parts[0].label for parts in columns]

    def likeness(column: int, at: int, other: int, there: int) -> float:
        return float(at == there == 0 and opens[column] and opens[other])

    return likeness


def best_of(*some: Callable[[int, int, int, int], float]) -> Callable[[int, int, int, int], float]:
    """Return the likeness that is the greatest of several."""
    return lambda column, at, other, there: max(one(column, at, other, there) for one in some)


def folded(text: str) -> list[str]:
    """Return the folded words of a text."""
    plain = fold(text)
    return [plain[start:end] for start, end in words(plain)]


# --- words -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Difference:
    """Two texts compared word by word: the part of words in common in order (0..1), and the spans of the others in each."""

    same: float
    left: tuple[Span, ...]
    right: tuple[Span, ...]


def as_it_is(word: str) -> str:
    """Return a folded word as it is compared where no spelling is to be passed over."""
    return word


def difference(left: str, right: str, form: Callable[[str], str] = as_it_is) -> Difference:
    """Return how two texts differ; the spans are in each text's own letters, and neighbours are one span.

    `form` returns what is compared of a folded word, so that two spellings of one word are no difference.

    >>> one = difference("Страни држављанин има дозволу", "Strani državljanin nema dozvolu")
    >>> round(one.same, 2), [span.of("Страни држављанин има дозволу") for span in one.left]
    (0.75, ['има'])
    """
    a, b = worded(left), worded(right)
    matcher = SequenceMatcher(None, [form(word) for word, _ in a], [form(word) for word, _ in b], autojunk=False)
    lefts, rights = [], []
    for kind, a0, a1, b0, b1 in matcher.get_opcodes():
        if kind != "equal":
            lefts += [Span(a[a0][1].start, a[a1 - 1][1].end)] if a0 < a1 else []
            rights += [Span(b[b0][1].start, b[b1 - 1][1].end)] if b0 < b1 else []
    return Difference(matcher.ratio() if a or b else 1.0, tuple(lefts), tuple(rights))


def worded(text: str) -> list[tuple[str, Span]]:
    """Return the folded words of a text, each with its span in the original letters."""
    made = fold_with_map(text)
    return [(made.text[start:end], made.span(start, end)) for start, end in words(made.text)]
