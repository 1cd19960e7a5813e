"""Numbers to count with: what comes right after a number, what soon after it, and which row a doubtful one belongs to.

Digits count as digits, `13a` and `12/1` after their base, decimals by their last part, letters in the alphabet that fits their list
best. Which provisions are one row is decided in `audit`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from psimm_docs import numbering
from psimm_docs.outline import follows_suffix

REACH = 3
"""A number this far after another still goes on from it when one asks which of two rows it belongs to."""
WRITTEN = re.compile(r"(\d+)[.\s]*(.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Number:
    """A number to count with: digits and what follows them, or a letter's place in the alphabet of its list."""

    text: str
    base: int
    suffix: str = ""
    alphabet: int = -1

    @property
    def letter(self) -> bool:
        """Whether it is a letter; `alphabet` then says in which of `numbering.RANKS` it counts."""
        return self.alphabet >= 0


def shape(number: str) -> str:
    """Return what sort of number this is: `1`, `1.1` with what is before its last part, or `a`.

    >>> shape("13a"), shape("2.1.4"), shape("gj")
    ('1', '2.1.', 'a')
    """
    if re.fullmatch(r"\d+(?:\.\d+)+", number):
        return number[: number.rindex(".") + 1]
    return "1" if number[:1].isdigit() else "a"


def numbers(texts: Sequence[str]) -> list[Number]:
    """Return the numbers of a row to count with; letters count in the alphabet that fits the whole row best."""
    if all(text[:1].isdigit() for text in texts):
        return [digits(text) for text in texts]
    lower = [text.lower().strip("()./ ") for text in texts]
    if len(lower) > 1 and lower[0] == "i" and all(numbering.ROMAN.fullmatch(text) for text in lower):
        return [Number(text, numbering.roman(plain)) for text, plain in zip(texts, lower, strict=True)]
    fits = [sum(next_letter(a, b, (one,)) for a, b in pairwise(lower)) for one in numbering.RANKS]
    best = fits.index(max(fits))
    ranks = numbering.RANKS[best]
    return [Number(text, ranks.get(plain, -1), plain, best) for text, plain in zip(texts, lower, strict=True)]


def digits(text: str) -> Number:
    """Return a number that begins with digits, a decimal one by its last part.

    >>> digits("13a"), digits("2.14"), digits("12/1").suffix
    (Number(text='13a', base=13, suffix='a', alphabet=-1), Number(text='2.14', base=14, suffix='', alphabet=-1), '1')
    """
    last = text[text.rindex(".") + 1 :] if re.fullmatch(r"\d+(?:\.\d+)+", text) else text
    held = WRITTEN.match(last)
    return Number(text, int(held[1]), held[2].strip("-–/. ").lower()) if held else Number(text, 0, last)


def next_letter(before: str, after: str, alphabets: Sequence[Mapping[str, int]] = numbering.RANKS) -> bool:
    """Say whether a letter is the one after another in any of these alphabets."""
    return any(before in one and one.get(after) == one[before] + 1 for one in alphabets)


def later(before: Number, after: Number) -> bool:
    """Say whether a number comes right after another: `13a` and `14` after `13`, `б` after `а`.

    >>> later(digits("13"), digits("13a")), later(digits("13a"), digits("14")), later(digits("13"), digits("15"))
    (True, True, False)
    """
    if before.letter or after.letter:
        return next_letter(before.suffix, after.suffix)
    if after.base == before.base:
        return follows_suffix(before.suffix, after.suffix)
    return after.base == before.base + 1


def near(before: Number, after: Number) -> bool:
    """Say whether a number comes soon after another."""
    return later(before, after) or before.base < after.base <= before.base + REACH


def goes_on(number: Number, following: Sequence[Number]) -> int:
    """Return how many of the following numbers go on from this one, each from the one before."""
    count = 0
    for other in following:
        if near(number, other):
            count, number = count + 1, other
    return count


def names(beside: Number, bases: Sequence[int]) -> list[str]:
    """Return numbers as text in the manner of one of their row: letters in its alphabet, decimals with what is before them.

    >>> names(digits("2.3"), [4, 5]), names(Number("c", 2, "c", 0), [3])
    (['2.4', '2.5'], ['d'])
    """
    if beside.letter:
        letters = {rank: letter for letter, rank in numbering.RANKS[beside.alphabet].items()}
        return [letters.get(base, "") for base in bases]
    head = beside.text[: beside.text.rindex(".") + 1] if shape(beside.text) not in ("1", "a") else ""
    return [f"{head}{base}" for base in bases]
