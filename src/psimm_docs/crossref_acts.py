"""Where a text names an act: its own (`ovog zakona`), another by title, number or gazette, or the one just named (`tog zakona`).

Invariant: another act is only what carries a title with a capital letter, a number, or its place in a gazette. A law described by its
matter (`zakon kojim se uređuje ...`) is no reference: nothing says which law it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from psimm_docs.crossref_words import Words
from psimm_docs.fold import Folded
from psimm_docs.gazettes import forms, issues_in, plain_number

Whose = Literal["own", "other", "same", "basic"]

LONGEST = 420
"""The most characters between an act's word and the bracket with its gazette."""
TITLE = 170
"""The most characters of a title that no bracket ends."""

NUMBERED = re.compile(
    r"\s*(?P<union>\((?:be|ke|eu|ez|ec|eez)\)\s*)?(?P<mark>(?:br|nr|no)\.?\s*|broj\s+)?"
    r"(?P<number>\d{2}/\s?l\s?-\s?\d{1,3}|\d{1,4}/\d{1,4}(?=\W*(?:ec|ez|ke|be|eu|eez)?)|\d{1,2}\s\d{3}(?!\d)|\d{2,5})(?![\d%])(?:/\s*(?:ec|ez|ke|be|eu|eez)(?!\w))?"
)
BRACKETED = re.compile(r"\(\s*(?P<number>\d{1,4}/\d{1,4})/(?:ec|ez|ke|be|eu|eez)\s*\)")
DATED = re.compile(r"\W{0,3}(?:date|dt|od|of)\W{0,2}\d{1,2}\.\s?\d{1,2}\.\s?\d{4}\.?")
QUOTATION = re.compile(r"\W{0,3}[“„\"»«]")
ENDED = re.compile(
    r"[;:()\[]|,\s|\.(?=\s|$)|\n(?=\W?\w{1,3}[.)])|\n(?=(?:clan|clen|neni|article)\w*\s*\d)|[“”\"](?!\w)"
)
CLOSED = re.compile(r"[;:]|\.\s*\n|\n(?=(?:clan|clen|neni|article)\w*\s*\d)")


@dataclass(frozen=True, slots=True)
class Named:
    """An act as it is named at `[start, end)` of the folded text; title, issues and number are empty where not printed."""

    start: int
    end: int
    whose: Whose
    title: str = ""
    issues: tuple[str, ...] = ()
    number: str = ""


def named_acts(folded: Folded, text: str, words: Words, units: list[int]) -> Iterator[Named]:
    """Yield the acts named in a text in order of their place. `units` are where provisions are named: a title ends before one."""
    taken = -1
    found: list[Named] = []
    for pattern, whose in ((words.own, "own"), (words.same, "same"), (words.basic, "basic")):
        found += [Named(one.start(), one.end(), whose) for one in pattern.finditer(folded.text)]  # type: ignore[arg-type]
    held = {one.end for one in found}
    for one in words.constitution.finditer(folded.text):
        if one.end() not in held and capital(folded, text, one.start()):
            found.append(constitution(folded, text, one))
    for one in words.act.finditer(folded.text):
        if one.end() not in held and (named := other(folded, text, words, one, units)):
            found.append(named)
    for named in sorted(found, key=lambda one: (one.start, -one.end)):
        if named.start >= taken:
            taken = named.end
            yield named


def written(folded: Folded, text: str, start: int, end: int) -> str:
    """Return the printed letters of a folded stretch, blanks as one."""
    return " ".join(folded.span(start, end).of(text).split())


def capital(folded: Folded, text: str, at: int) -> bool:
    """Say whether a word begins with a capital letter."""
    return text[folded.span(at, at + 1).start].isupper()


def constitution(folded: Folded, text: str, one: re.Match[str]) -> Named:
    """Return a constitution with the names in capital letters after it (`Ustava Bosne i Hercegovine`)."""
    end = one.end()
    for word in re.compile(r"\s+(?:(?:i|se|e|te|na)\s+)*\w+").finditer(
        folded.text, end, min(len(folded.text), end + 80)
    ):
        last = word.end() - len(re.search(r"\w+$", word[0])[0])  # type: ignore[index]
        if word.start() != end or not capital(folded, text, last):
            break
        end = word.end()
    return Named(one.start(), end, "other", written(folded, text, one.start(), end))


def other(folded: Folded, text: str, words: Words, one: re.Match[str], units: list[int]) -> Named | None:
    """Return another act that begins at a word for acts, None where nothing says which act it is."""
    plain = folded.text
    start, end = one.span()
    printed = folded.span(start, end).of(text)
    if printed.isupper() and len(printed) > 3:
        return None
    adjective = words.adjective.search(plain, max(0, start - 30), start)
    begins = adjective.start() if adjective and capital(folded, text, adjective.start()) else start
    named = capital(folded, text, begins)
    number = ""
    numbered = NUMBERED.match(plain, end)
    if numbered and (numbered["mark"] or "/" in numbered["number"]):
        number, end = plain_number(numbered["number"]), numbered.end()
        dated = DATED.match(plain, end)
        end = dated.end() if dated else end
    coded = BRACKETED.search(plain, end, end + LONGEST)
    if named and coded and not number and not CLOSED.search(plain, end, coded.start()):
        title = written(folded, text, begins, coded.start())
        return Named(begins, coded.end(), "other", title, (), plain_number(coded["number"]))
    if not number and (not named or (begins == start and not words.titled.match(plain, end))):
        return None
    bracket = gazette_bracket(plain, end)
    if bracket:
        return Named(
            begins,
            bracket[1],
            "other",
            written(folded, text, begins, bracket[0]),
            issues_in(plain[slice(*bracket)]),
            number,
        )
    if not number and words.weak.fullmatch(plain[start : one.end()]):
        return None
    if not number or named or QUOTATION.match(plain, end):
        end = title_end(plain, words, end, units)
    return Named(begins, end, "other", written(folded, text, begins, end), (), number)


def gazette_bracket(plain: str, at: int) -> tuple[int, int] | None:
    """Return where the bracket with an act's gazette begins and ends, None where none follows its title."""
    stop = CLOSED.search(plain, at, at + LONGEST)
    limit = stop.start() if stop else min(len(plain), at + LONGEST)
    opening = plain.find("(", at, limit)
    while opening >= 0:
        close = plain.find(")", opening, opening + 900)
        if close < 0:
            return None
        told = forms().gazette.search(plain, opening, close) or QUOTATION.match(plain, opening)
        if told and issues_in(plain[opening:close]):
            return opening, close + 1
        opening = plain.find("(", close, limit)
    return None


def title_end(plain: str, words: Words, at: int, units: list[int]) -> int:
    """Return where a title without a bracket ends: at a sign, at a word that no title holds, or before a provision."""
    limit = min(len(plain), at + TITLE)
    quoted = QUOTATION.match(plain, at)
    if quoted:
        close = re.compile(r"[”“\"]").search(plain, quoted.end(), limit + 100)
        if close:
            return close.end()
    ends = [limit]
    ends += [
        one.start()
        for one in (pattern.search(plain, at, limit) for pattern in (ENDED, words.stop, words.next_act))
        if one
    ]
    ends += [unit for unit in units if at < unit < limit][:1]
    end = max(at, min(ends))
    tail = words.trailing.search(plain, at, end)
    return tail.start() if tail else len(plain[:end].rstrip())
