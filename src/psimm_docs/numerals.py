"""Numbers in folded text, in digits or in words of any case form, with where they stand.

`15`, `10.000`, `1 300`, `0,8`, `dvadeset i pet`, `njëqind e tetëdhjetë`, `trideset (30)`, `5 miliona`, `jedne i po`. Invariant: a number
is one run of the text; parts of dates, of numbers with a slash and of numbers with a letter are none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from psimm_docs.value_words import Numbers

DIGITS = re.compile(
    r"(?<![\w/.,])(?:\d{1,3}(?:[.,]\d{3})+(?:[.,]\d{1,2})?|\d{1,3}(?:[ \u00a0\u202f]\d{3})+|\d+,\s00|\d+(?:[.,]\d+)?)(?![\w/])"
)
GROUPED = re.compile(r"\d{1,3}(?:[.,\s]\d{3})+(?:[.,]\d{1,2})?")
INSIDE = re.compile(r"\s*\(\s*")
CLOSING = re.compile(r"\s*\)")
DATE = re.compile(r"\d{1,2}\.\s?\d{1,2}\.\s?\d{2,4}")


@dataclass(frozen=True, slots=True)
class Number:
    """A number: folded characters `[start, end)`; `bare` says that it is digits without a sign of thousands, `dotted` that a full stop follows.

    `scale` is the thousand or million in words at its end, 1 where there is none.
    """

    start: int
    end: int
    value: float
    bare: bool = False
    dotted: bool = False
    scale: float = 1.0


def of_digits(text: str) -> float:
    """Return what digits with points, commas or blanks mean.

    >>> of_digits("10.000"), of_digits("1 300"), of_digits("0,8"), of_digits("50.000,00"), of_digits("7,427")
    (10000.0, 1300.0, 0.8, 50000.0, 7427.0)
    """
    if GROUPED.fullmatch(text) and not text.startswith("0"):
        parts = re.split(r"[.,\s]", text)
        cents = parts.pop() if len(parts[-1]) < 3 else ""
        return float("".join(parts) + (f".{cents}" if cents else ""))
    return float("".join(text.split()).replace(",", "."))


def in_words(text: str, start: int, numbers: Numbers) -> Number | None:
    """Return the number in words that begins at a place, None where none does."""
    total = current = 0.0
    last, ending = float("inf"), 1.0
    at = end = start
    found = False
    while (word := numbers.word.match(text, at)) is not None:
        name = word[0]
        if name in numbers.scales:
            scale = numbers.scales[name]
            if scale == 100:
                current = max(1.0, current) * scale
            else:
                total, current = total + max(1.0, current) * scale, 0.0
            last = scale
            ending = scale if scale > 100 else 1.0
        else:
            value = numbers.words[name]
            if found and not (value < last and (value < 10 <= last or value < 100 <= last or last >= 1000)):
                break
            current, last, ending = current + value, value, 1.0
        found, end = True, word.end()
        joint = numbers.joint.match(text, end)
        at = joint.end() if joint else end
    if not found or text[end : end + 1].isalnum():
        # a word that only begins like a number is none
        return None
    return Number(start, end, total + current, scale=ending)


def scaled(text: str, number: Number, numbers: Numbers) -> Number:
    """Return a number with the word behind it that multiplies it (`5 miliona`) or adds a half (`jedne i po`)."""
    blank = re.compile(r"\s+").match(text, number.end)
    word = numbers.word.match(text, blank.end()) if blank else None
    if word and word[0] in numbers.scales and not text[word.end() : word.end() + 1].isalnum():
        scale = numbers.scales[word[0]]
        number = replace(number, end=word.end(), value=number.value * scale, bare=False, scale=scale)
    half = numbers.half.match(text, number.end)
    return replace(number, end=half.end(), value=number.value + 0.5) if half else number


def single(text: str, start: int, numbers: Numbers) -> Number | None:
    """Return the number that begins at a place, without what stands in brackets behind it."""
    digits = DIGITS.match(text, start)
    if digits:
        shown = digits[0]
        end = digits.end()
        bare = not GROUPED.fullmatch(shown)
        dotted = text[end : end + 1] == "." and bare
        return scaled(text, Number(start, end, of_digits(shown), bare, dotted), numbers)
    if start and text[start - 1].isalnum():
        return None
    held = in_words(text, start, numbers)
    return scaled(text, held, numbers) if held else None


def numbers_in(text: str, numbers: Numbers) -> Iterator[Number]:
    """Yield the numbers of a folded text in order; one said twice (`trideset (30)`) is one."""
    at = 0
    dates = [found.span() for found in DATE.finditer(text)]
    places = re.compile(rf"(?<!\w)(?=\d|{numbers.word.pattern})")
    while (found := places.search(text, at)) is not None:
        start = found.start()
        at = start + 1
        if any(first <= start < last for first, last in dates):
            continue
        held = single(text, start, numbers)
        if held is None:
            continue
        opening = INSIDE.match(text, held.end)
        again = single(text, opening.end(), numbers) if opening else None
        closing = CLOSING.match(text, again.end) if again else None
        spoken = again is not None and (text[again.start].isdigit() is not text[held.start].isdigit())
        if again and closing and (spoken or again.value == held.value):
            digits = again if text[again.start].isdigit() else held
            held = Number(held.start, closing.end(), digits.value)
        yield held
        at = held.end
