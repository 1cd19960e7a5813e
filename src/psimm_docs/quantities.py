"""Figures of a text before anybody asks what they are for: a number with its unit, a range, a list that shares a unit.

The idea: numbers are found first (`numerals`); what stands right behind or before each makes it a time, money, a percentage or a
multiple of a wage. Two that a word for "to" joins are a range; some with one unit behind the last share it. Numbers without a unit are
kept as such (unit empty): a quota or an age can be one. Invariant: numbers of articles, paragraphs and gazettes, dates, years and hours
of the clock are none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from psimm_docs.fold import Folded
from psimm_docs.numerals import Number, numbers_in
from psimm_docs.value_words import Unit, ValueWords

TIMES = ("minute", "hour", "day", "week", "month", "year")
IN_SMALLER = {("month", "year"): 12, ("day", "week"): 7, ("hour", "day"): 24, ("minute", "hour"): 60}
"""How many of a smaller unit make a larger one, for ranges from one to the other."""

OPENING = 6
"""From this hour on a range of hours up to 24 is one of the clock (`od 7 do 19 časova`)."""

YEARS = range(1900, 2101)
NOTE = re.compile(r"\s*\([^()\d]{1,20}\)")
AGAIN = re.compile(r"\s*\(\s*[\d.,]+\s*%\s*\)")
CLOSED = re.compile(r"\s*\)")
OPENED = re.compile(r"\s*\(\s*")
END = re.compile(r"\s*(?:[,;.)]|$)")
BEFORE = 40
"""Folded letters that are looked at before a number for what it counts."""


@dataclass(frozen=True, slots=True)
class Quantity:
    """A figure: folded characters `[start, end)`, its numbers, its unit (empty for a number alone).

    `family` is `time`, `money`, `%`, `wage` or `number`; `attributive` says that number and unit are one word (`trodnevni`).
    """

    start: int
    end: int
    low: float
    high: float
    unit: str
    family: str
    working: bool = False
    attributive: bool = False
    bare: bool = False
    scale: float = 1.0

    @property
    def ranged(self) -> bool:
        """Whether it goes from one number to another."""
        return self.low != self.high


def unit_behind(folded: Folded, text: str, end: int, words: ValueWords) -> tuple[Unit, int] | None:
    """Return the unit that stands right behind a place and where it ends; `text` is the original."""
    for unit in (*words.times, *words.money):
        found = unit.pattern.match(folded.text, end)
        if found and (not unit.capitals or folded.span(found.start(), found.end()).of(text).strip().isupper()):
            return unit, found.end()
    return None


def currency_before(folded: Folded, text: str, start: int, words: ValueWords) -> tuple[str, int] | None:
    """Return the currency that stands right before a place and where it begins."""
    for unit in words.money:
        found = unit.before.search(folded.text, max(0, start - 12), start) if unit.before else None
        if found and (not unit.capitals or folded.span(found.start(), found.end()).of(text).strip().isupper()):
            return unit.name, found.start()
    return None


def is_reference(folded: str, number: Number, words: ValueWords) -> bool:
    """Say whether a number is that of an article, a paragraph, a gazette."""
    return words.reference.search(folded, max(0, number.start - BEFORE), number.start) is not None


def of_number(folded: Folded, text: str, number: Number, words: ValueWords) -> Quantity | None:
    """Return the figure that a number makes with its unit; None where it counts something else or is part of a reference or date."""
    if is_reference(folded.text, number, words):
        return None
    percent = words.percent.match(folded.text, number.end)
    if percent:
        end = percent.end()
        return Quantity(number.start, said_again(folded.text, end), number.value, number.value, "%", "%")
    note = NOTE.match(folded.text, number.end)
    behind = unit_behind(folded, text, number.end, words) or (note and unit_behind(folded, text, note.end(), words))
    if behind:
        unit, end = behind
        if unit.name in TIMES:
            year = unit.name == "year"
            if year and ((number.bare and number.value in YEARS) or words.calendar.match(folded.text, end)):
                return None
            half = words.numbers.half.match(folded.text, end)
            value = number.value + 0.5 if half else number.value
            return Quantity(number.start, half.end() if half else end, value, value, unit.name, "time", unit.working)
        return Quantity(number.start, end, number.value, number.value, unit.name, "money", scale=number.scale)
    if number.dotted and folded.text[number.end :].startswith(". "):
        # an ordinal: a date, or a year with its full stop
        after = unit_behind(folded, text, number.end + 1, words)
        if after or number.value in YEARS:
            return None
    before = currency_before(folded, text, number.start, words)
    if before:
        return Quantity(before[1], number.end, number.value, number.value, before[0], "money")
    return Quantity(number.start, number.end, number.value, number.value, "", "number", bare=number.bare)


def said_again(folded: str, end: int) -> int:
    """Return the end of a percentage that is said again in brackets (`deset odsto (10%)`), else the same place."""
    found = AGAIN.match(folded, end)
    return found.end() if found else end


def ordinal(folded: str, quantity: Quantity) -> bool:
    """Say whether a number with a full stop and a unit is the n-th of something (`do 15. dana u mjesecu`)."""
    return folded[quantity.start : quantity.end].partition(" ")[0].endswith(".")


def joined(one: Quantity, other: Quantity) -> Quantity | None:
    """Return the range from one figure to another, None where they don't fit."""
    unit, family, low, high = other.unit, other.family, one.low, other.high
    if one.family == "number" or (one.unit == other.unit and one.family == other.family):
        if family == "number":
            return None
    elif other.family == "number" and one.family == "money":
        unit, family = one.unit, one.family
    elif one.family == other.family == "time":
        pair = next((pair for pair in IN_SMALLER if set(pair) == {one.unit, other.unit}), None)
        if pair is None:
            return None
        factor, unit = IN_SMALLER[pair], pair[0]
        low, high = (low * factor if one.unit == pair[1] else low), (high * factor if other.unit == pair[1] else high)
    else:
        return None
    if one.family == "number" and one.scale == 1 and low * other.scale < high:
        # `5 do 20 miliona`: the word for a million counts for both
        low *= other.scale
    low, high = min(low, high), max(low, high)
    return Quantity(one.start, other.end, low, high, unit, family, other.working)


def wage_of(folded: str, words: ValueWords, numbers: Sequence[Number]) -> Iterator[Quantity]:
    """Yield the multiples of a wage: a number, or a word like `trostruki`, before the words for a minimum or an average wage."""
    for pattern, name in words.wages:
        for found in pattern.finditer(folded):
            start, value = None, 0.0
            for number in numbers:
                glue = words.wage_glue.fullmatch(folded, number.end, max(number.end, found.start()))
                inside = found.start() <= number.start and number.end <= found.end()
                if (number.end <= found.start() and glue) or inside:
                    share = words.percent.match(folded, number.end)
                    start, value = number.start, number.value / 100 if share else number.value
                    value += 0.5 if words.numbers.half.search(folded, number.end, found.end()) else 0.0
            for multiple, times in words.multiples:
                for said in multiple.finditer(folded, max(0, found.start() - BEFORE), found.start()):
                    if words.wage_glue.fullmatch(folded, said.end(), found.start()):
                        start, value = said.start(), times or float(said["figure"])
            if start is None:
                continue
            low = value
            for number in numbers:
                if number.end <= start and words.to.fullmatch(folded, number.end, start):
                    start, low = number.start, min(number.value, value)
            yield Quantity(min(start, found.start()), found.end(), low, value, name, "wage")


def compounds(folded: str, words: ValueWords) -> Iterator[Quantity]:
    """Yield the words that are number and unit in one, and phrases without a number (`godinu dana`)."""
    for unit in words.compounds:
        for found in unit.pattern.finditer(folded):
            if words.not_compound.match(folded, found.start()):
                continue
            name = found["word"]
            value = (
                float(found["figure"])
                if found["figure"]
                else words.compound_numbers.get(name) or words.numbers.words[name]
            )
            yield Quantity(found.start(), found.end(), value, value, unit.name, "time", attributive=True)
    for pattern, value, unit_name in words.idioms:
        for found in pattern.finditer(folded):
            yield Quantity(found.start(), found.end(), value, value, unit_name, "time")


def articles(folded: str, words: ValueWords) -> Iterator[Number]:
    """Yield the indefinite articles that count one (`within a year`)."""
    if words.unit_article is not None:
        for found in words.unit_article.finditer(folded):
            yield Number(found.start("a"), found.end("a"), 1.0)


def quantities(folded: Folded, text: str, words: ValueWords) -> list[Quantity]:
    """Return the figures of a text in order; none overlaps another."""
    held = folded.text
    numbers = list(numbers_in(held, words.numbers))
    taken = list(wage_of(held, words, numbers)) + list(compounds(held, words))
    numbers += [one for one in articles(held, words) if unit_behind(folded, text, one.end, words)]
    numbers.sort(key=lambda one: one.start)
    free = [one for one in numbers if not any(a.start < one.end and one.start < a.end for a in taken)]
    plain: list[Quantity] = []
    for number in free:
        made = of_number(folded, text, number, words)
        if made is None or ordinal(held, made):
            continue
        plain.append(made)
    made_of = ranges(held, plain, words)
    found = [one for one in shared(held, made_of, words) if not of_the_clock(held, one, words)]
    # `trostruki iznos` of a wage and its number are one figure; the longer stands
    ordered = sorted([*taken, *found], key=lambda one: (one.start, -one.end))
    kept: list[Quantity] = []
    for one in ordered:
        if kept and one.start < kept[-1].end:
            continue
        if one.high == 0 and one.family != "%":
            continue
        again = kept and (one.low, one.high, one.unit) == (kept[-1].low, kept[-1].high, kept[-1].unit)
        closed = CLOSED.match(held, one.end)
        if again and closed and OPENED.fullmatch(held, kept[-1].end, one.start):
            kept[-1] = replace(kept[-1], end=closed.end())
            continue
        kept.append(one)
    return kept


def ranges(folded: str, plain: Sequence[Quantity], words: ValueWords) -> list[Quantity]:
    """Join neighbours that are the two ends of a range."""
    made: list[Quantity] = []
    for one in plain:
        last = made[-1] if made else None
        if last is not None and not last.ranged and last.end <= one.start:
            between = folded[last.end : one.start]
            spoken = words.to.fullmatch(between)
            framed = words.between.search(folded, max(0, last.start - 15), last.start) and words.either.fullmatch(
                between
            )
            whole = joined(last, one) if spoken or framed else None
            if whole is not None:
                made[-1] = whole
                continue
        made.append(one)
    return made


def shared(folded: str, made: Sequence[Quantity], words: ValueWords) -> list[Quantity]:
    """Give numbers without a unit that of the next figure where they stand in one list with it."""
    given = list(made)
    for at in range(len(given) - 2, -1, -1):
        one, following = given[at], given[at + 1]
        if one.family != "number" or following.family not in ("time", "money") or following.attributive or one.low <= 1:
            continue
        between = folded[one.end : following.start]
        if words.either.fullmatch(between) or words.gap.fullmatch(between) or listed_after_note(between, words):
            given[at] = replace(one, unit=following.unit, family=following.family, working=following.working)
    for at in range(1, len(given)):
        # `up to 15 days and, by way of exception, up to 30`
        former, one = given[at - 1], given[at]
        alone = one.family == "number" and one.bare and former.family in ("time", "money")
        if alone and words.again.fullmatch(folded[former.end : one.start]) and END.match(folded, one.end):
            given[at] = replace(one, unit=former.unit, family=former.family, working=former.working)
    return given


def listed_after_note(between: str, words: ValueWords) -> bool:
    """Say whether only a note in brackets and a word for "or" stand between two numbers."""
    note, closing, rest = between.partition(")")
    return bool(closing) and note.strip().startswith("(") and words.either.fullmatch(rest) is not None


def of_the_clock(folded: str, one: Quantity, words: ValueWords) -> bool:
    """Say whether hours are those of the clock (`između 22 i 6 sati`)."""
    if one.unit != "hour" or not one.ranged or one.high > 24:
        return False
    return one.low >= OPENING or words.cues["clock"].search(folded, max(0, one.start - BEFORE), one.start) is not None
