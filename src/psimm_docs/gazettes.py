"""The words with which acts name themselves, their gazette, their number and their date; all for folded text.

The words are data (`data/acts/forms.json`). Both scripts, small and capital letters and text without diacritics are one here
(`fold`). Invariant: a date that the calendar doesn't have is no date.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from importlib import resources

from psimm_docs.fold import fold

ISSUE = re.compile(r"(?<![\d/-])(\d{1,3})\s?/\s?(\d{4}|\d{2})(?![\d/]|\s?l-)")

NUMBERED = re.compile(
    r"(?<!\w)(?:ligj|kod)\w*\s*(?:nr\.?|no\.?)\s*(?P<number>\d{2}/\s?l\s?-\s?\d{1,3}|\d{4}/l?-?\d{1,3}|\d{1,2}\s\d{3}(?!\d)|\d{1,5}(?:/\d{4})?)"
)
"""A law that is called by its number, in folded text."""

GOES_ON = re.compile(r"(?:cg|rs|rcg)?\W{0,4}(?:i\s|br|\d{1,3}\s?/\s?\d{2})")
"""How a line begins that goes on with the issues of the line before."""

CLOSED = re.compile(
    r"(?:^|\n)(?:(?:ligji|kodi)\s+nr\.?|(?:\w{2,6}\s+)?(?:broj|br\.?)):?\s*(?P<number>\d{2}/\s?l\s?-\s?\d{1,3}|[\d][\d/-]*[/-][\d/-]*\d)"
)
"""A line of the closing that begins with the act's number, in folded text."""


@dataclass(frozen=True, slots=True)
class Forms:
    """The compiled words of `data/acts/forms.json`, all for folded text."""

    kind: re.Pattern[str]
    proclaims: re.Pattern[str]
    preamble: re.Pattern[str]
    gazette: re.Pattern[str]
    dated_issue: re.Pattern[str]
    published: re.Pattern[str]
    note: re.Pattern[str]
    consolidated: re.Pattern[str]
    correction: re.Pattern[str]
    amending: re.Pattern[str]
    amended_by: re.Pattern[str]
    adopted: re.Pattern[str]
    day: re.Pattern[str]
    months: dict[str, int]


def either(words: Iterable[str]) -> str:
    """Return a pattern for one of several expressions, folded; blanks match any run of them."""
    folded = sorted({fold(word) for word in words}, key=lambda word: (-len(word), word))
    return "(?:" + "|".join(re.escape(word).replace(r"\ ", r"\s+") for word in folded) + ")"


@lru_cache(maxsize=1)
def forms() -> Forms:
    """Return the forms, compiled once."""
    table = json.loads(resources.files("psimm_docs").joinpath("data/acts/forms.json").read_text("utf-8"))
    months = {fold(word): int(number) for number, words in table["months"].items() for word in words}
    month = either(months)
    day = rf"(?P<day>\d{{1,2}})\s?\.?\s?(?:(?P<numeric>\d{{1,2}})\s?\.\s?|\s?(?:{month}\s?/\s?)?(?P<month>{month})\.?,?\s+)(?P<year>\d{{4}})(?!\d)"
    gazette = rf"(?<!\w)(?:{either(table['gazette'])}\w*\.?\s*{either(table['gazette_nouns'])}\w*|{either(table['gazettes'])}(?!\w))"
    issue = either(table["issue"])
    return Forms(
        kind=re.compile(rf"{either(table['kinds'])}(?!\w)"),
        proclaims=re.compile(rf"{either(table['proclaims'])}(?!\w)"),
        preamble=re.compile(rf"{either(table['preamble'])}(?!\w)"),
        gazette=re.compile(gazette),
        dated_issue=re.compile(rf"(?<!\w){issue}\.?\s*(?P<issue>\d{{1,3}})\.?\s*(?:,|/|od|\s)?\s*{day}"),
        published=re.compile(rf"(?<!\w){either(table['published'])}(?!\w)"),
        note=re.compile(rf"{either(table['note'])}"),
        consolidated=re.compile(rf"(?<!\w){either(table['consolidated'])}"),
        correction=re.compile(either(table["correction"])),
        amending=re.compile(rf"(?<!\w){either(table['amending'])}(?!\w)"),
        amended_by=re.compile(rf"(?<!\w){either(table['amended_by'])}"),
        adopted=re.compile(rf"(?<!\w){either(table['adopted'])}(?!\w)"),
        day=re.compile(rf"(?<!\d){day}"),
        months=months,
    )


def iso(found: re.Match[str]) -> str:
    """Return a matched day in ISO 8601, empty for a day that the calendar doesn't have.

    >>> [iso(one) for one in forms().day.finditer(fold("30 janar 2019; 22. маја 2007; 4. 10. 2006; 31.2.2006"))]
    ['2019-01-30', '2007-05-22', '2006-10-04', '']
    """
    month = int(found["numeric"]) if found["numeric"] else forms().months[found["month"]]
    try:
        return date(int(found["year"]), month, int(found["day"])).isoformat()
    except ValueError:
        return ""


def issues_in(text: str) -> tuple[str, ...]:
    """Return the issues of a gazette in a text, as printed without blanks, each once.

    >>> issues_in("br. 24/18, 31/19 i 100/2020")
    ('24/18', '31/19', '100/2020')
    """
    return tuple(dict.fromkeys(f"{one[1]}/{one[2]}" for one in ISSUE.finditer(text)))


def same_issue(one: str, other: str) -> bool:
    """Say whether two issues are one: the century and leading zeros don't count.

    >>> same_issue("33/97", "33/1997"), same_issue("01/2025", "1/25"), same_issue("6/02", "6/2012")
    (True, True, False)
    """
    return plain_issue(one) == plain_issue(other)


def plain_issue(issue: str) -> tuple[int, int]:
    """Return an issue as (number, year), with the century of a year of two digits."""
    number, year = (int(part) for part in issue.split("/"))
    return number, year if year > 99 else year + (1900 if year > 40 else 2000)


def plain_number(number: str) -> str:
    """Return an act's number without blanks, `L` in capitals.

    >>> plain_number("05/l -029"), plain_number("10 023")
    ('05/L-029', '10023')
    """
    return re.sub(r"\s", "", number).upper()
