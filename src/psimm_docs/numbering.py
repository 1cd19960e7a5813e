"""The marks with which paragraphs, points and indents begin: `(1)`, `1.`, `1.1.`, `1)`, `a)`, `(a)`, `ii.`, `-`.

Invariant: a mark is only what stands at a line's start; whether it opens a paragraph, goes on a list or is no mark at all
(`15. marta 2014`) is decided by what came before, with `follows`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Shape = Literal["(1)", "(a)", "1.1", "1.", "1)", "a)", "a.", "A.", "i)", "-"]

ALPHABETS: tuple[tuple[str, ...], ...] = tuple(
    tuple(letters.split())
    for letters in (
        "a b c d e f g h i j k l m n o p q r s t u v w x y z",
        "a b c ç d dh e ë f g gj h i j k l ll m n nj o p q r rr s sh t th u v x xh y z zh",
        "a b c č ć d dž đ e f g h i j k l lj m n nj o p r s š t u v z ž",
        "a b v g d đ e ž z i j k l lj m n nj o p r s t ć u f h c č dž š",
        "а б в г д ђ е ж з и ј к л љ м н њ о п р с т ћ у ф х ц ч џ ш",
        "а б в г д ѓ е ж з ѕ и ј к л љ м н њ о п р с т ќ у ф х ц ч џ ш",
    )
)
"""The orders in which letters count points: Latin, Albanian, Croatian, Serbian (both scripts), Macedonian."""
RANKS: tuple[Mapping[str, int], ...] = tuple({letter: at for at, letter in enumerate(one)} for one in ALPHABETS)
LETTER = "[a-zçëčćđšžа-џѓќѕј]"

PATTERNS: tuple[tuple[Shape, re.Pattern[str]], ...] = (
    ("(1)", re.compile(rf"\(\s?(\d{{1,3}}{LETTER}?|З)\s?\)\s*")),
    ("(a)", re.compile(rf"\(({LETTER}{{1,4}})\)\s*")),
    (
        "1.1",
        re.compile(
            r"(\d{1,3}(?:\.\d{1,3}){1,3}|\d{1,3}(?:\.\s?\d{1,3}){1,3}(?=\.))(?:[.)]\s*|\s+)(?=[^\W\d_]|[„“\"'(])"
        ),
    ),
    ("1.", re.compile(r"(\d{1,3}[a-zа-ш]?(?:/\d)?)\s?\.{1,2}(?![\d.])\s*(?=\S)")),
    ("1)", re.compile(rf"(\d{{1,3}}{LETTER}?(?:/\d)?)\s?\)\s*")),
    ("a)", re.compile(rf"({LETTER}{{1,4}}(?:[/.]?\d)?)\s?\)\s*")),
    ("a.", re.compile(rf"({LETTER}{{1,4}}(?:/\d)?)\.\s+(?=\S)")),
    ("A.", re.compile(r"([A-ZÇËČĆĐŠŽА-Ш])\s?[.)]\s+(?=\S)")),
    ("-", re.compile(r"([-–—•·●▪*])\s*(?=[^\W\d_]|[„“\"'(]|,,|\d+\s)")),
)
ROMAN = re.compile(r"x{0,3}(?:ix|iv|v?i{0,3})$")
ROMANS: Mapping[str, int] = {"i": 1, "v": 5, "x": 10}


@dataclass(frozen=True, slots=True)
class Mark:
    """A mark at a line's start: its shape, its number as printed without punctuation, where that stands, where text begins."""

    shape: Shape
    number: str
    at: tuple[int, int]
    rest: int


def marks(line: str) -> tuple[Mark, ...]:
    """Return the readings of a line's beginning, the likelier first; `i)` may be a letter or a roman number.

    >>> [mark.shape for mark in marks("i) podnosi zahtjev")], marks("(2) Zahtjev")[0].number
    (['a)', 'i)'], '2')
    """
    for shape, pattern in PATTERNS:
        if found := pattern.match(line):
            number = "3" if found[1] == "З" else found[1].replace(" ", "")  # the Cyrillic letter that looks like a 3
            mark = Mark(shape, number, found.span(1), found.end())
            if shape in ("(a)", "a)", "a.") and ROMAN.fullmatch(mark.number) and mark.number:
                return mark, Mark("i)", mark.number, mark.at, mark.rest)
            if shape in ("(a)", "a)", "a.") and not any(mark.number.rstrip("0123456789/.") in ranks for ranks in RANKS):
                doubled = mark.number[:1] * len(mark.number) == mark.number or mark.number[:1] in "aа"
                return (mark,) if doubled and len(mark.number) == 2 else ()
            return (mark,)
    return ()


def roman(number: str) -> int:
    """Return the value of a small roman number.

    >>> roman("xiv"), roman("ix")
    (14, 9)
    """
    values = [ROMANS[letter] for letter in number]
    return sum(-value if value < max(values[at:], default=0) else value for at, value in enumerate(values))


def follows_letter(before: str, after: str, *, reach: int = 3) -> bool:
    """Say whether a letter comes after another, at most `reach` further, in one of our alphabets; `aa` comes after `z`.

    >>> follows_letter("c", "ç"), follows_letter("b", "v"), follows_letter("z", "aa"), follows_letter("c", "a")
    (True, True, True, False)
    """
    for ranks in RANKS:
        first, second = ranks.get(before), ranks.get(after)
        if first is not None and second is not None and 0 < second - first <= reach:
            return True
    if len(after) == 2 and after[0] in "aа" and before in {"z", "ž", "ш", "zh", "š", "v", "u"} and after[1] in "aа":
        return True
    if len(before) == 2 and len(after) == 2 and (before[0] == before[1]) == (after[0] == after[1]):
        return follows_letter(before[1], after[1], reach=reach)
    return False


def first(mark: Mark) -> bool:
    """Say whether a mark is the first of a list."""
    return (
        mark.number in {"1", "a", "а", "i", "A", "А"}
        or mark.shape == "-"
        or (mark.shape == "1.1" and mark.number.endswith(".1"))
    )


def follows(before: str, mark: Mark) -> bool:
    """Say whether a mark goes on a list whose last number was `before`.

    >>> follows("2", marks("3. Zahtjev")[0]), follows("2", marks("2014. godine")[0]) if marks("2014. godine") else False
    (True, False)
    """
    if mark.shape == "-":
        return True
    if mark.shape == "i)":
        return bool(ROMAN.fullmatch(before)) and before != "" and 0 < roman(mark.number) - roman(before) <= 3
    if mark.shape == "1.1":
        old, new = before.split("."), mark.number.split(".")
        return len(old) == len(new) and old[:-1] == new[:-1] and 0 < int(new[-1]) - int(old[-1]) <= 5
    if mark.shape in ("(1)", "1.", "1)"):
        old_base, new_base = base(before), base(mark.number)
        if new_base == old_base:
            return len(mark.number) > len(before) or (len(mark.number) == len(before) > 0 and mark.number > before)
        return 0 < new_base - old_base <= 4
    plain_before, plain = before.rstrip("0123456789/."), mark.number.rstrip("0123456789/.")
    if plain == plain_before:
        return mark.number != before and mark.number > before
    return follows_letter(plain_before.lower(), plain.lower())


def next_in_list(before: str, mark: Mark) -> bool:
    """Say whether a mark is exactly the next of a list of numbers: 6 and 7, 1.1 and 1.2.

    >>> next_in_list("6", marks("(7) rok")[0]), next_in_list("6", marks("(1) rok")[0])
    (True, False)
    """
    if mark.shape == "1.1":
        return follows(before, mark) and base(mark.number.rsplit(".", 1)[-1]) == base(before.rsplit(".", 1)[-1]) + 1
    return mark.shape in ("(1)", "1.", "1)") and base(mark.number) == base(before) + 1


def base(number: str) -> int:
    """Return the digits that a number begins with, as a number.

    >>> base("13a"), base("2/1")
    (13, 2)
    """
    found = re.match(r"\d+", number)
    return int(found[0]) if found else 0
