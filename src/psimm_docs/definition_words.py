"""The words by which laws define, compiled for folded text: one table a macro-language.

The tables are data (`data/definitions/*.json`), written with diacritics; both scripts and text without diacritics are one after `fold`.
In a phrase `*` stands for any ending of a word and ` ... ` for a gap inside a sentence. Invariant: a table only says what a
definition looks like; which provision may hold one is decided in `definitions`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Any

from psimm_docs.fold import fold

MACROS = ("hbs", "mk", "sq", "en")

DOUBLE = r"(?:[„“”\"«»‟]|,,|''|<<|>>)"
"""A quotation mark as typesetters set it, opening and closing alike: many laws pair them wrongly."""

SINGLE = "[‚‘’']"
WITHIN = r"[^„“”\"«»‟;]{1,160}?"

BARE = r"[^\W\d_](?:[^\W_]|\s|[-/–’'.](?=\w)|\([^()\n]{0,80}\)){0,110}?"
"""A term without quotation marks: words, with hyphens and notes in brackets, no comma or full stop."""

LISTED = BARE.replace(r"\s|", r"\s|,(?=\s)|", 1).replace("110", "140")
"""The like of an item of a list, which may have commas."""

AFTER = r"(?:\s*\([^()]{0,160}\))?"


@dataclass(frozen=True, slots=True)
class DefiningWords:
    """The compiled table of one macro-language; all patterns are for folded text and match from where they are asked.

    `heading` is how a heading of definitions begins, `opening` a sentence that leads into a list of them, `frame` a lead of nothing but
    `u smislu ovog zakona:`. `quoted` and `listed` match an item of a list with and without quotation marks, `worded` a paragraph with
    a term and a verb, `formula` a definition that says of itself that it is one, `under` one of the form `pod X podrazumijeva se`, which
    counts anywhere, and `as_` the like that count among definitions only. Groups whose names begin with `quoted` or `bare` hold the term;
    `further` is the next of several quoted terms. `relative` are words of a clause, `not_terms` words that no term begins with, and
    `not_after` what makes a duty of a verb. `short` is a short name in brackets or between commas.
    """

    macro: str
    heading: re.Pattern[str]
    opening: re.Pattern[str]
    frame: re.Pattern[str]
    listed: re.Pattern[str]
    quoted: re.Pattern[str]
    worded: re.Pattern[str]
    formula: re.Pattern[str]
    under: re.Pattern[str]
    as_: re.Pattern[str]
    further: re.Pattern[str]
    relative: re.Pattern[str]
    not_after: re.Pattern[str]
    not_terms: re.Pattern[str]
    short: re.Pattern[str]


def phrase(text: str, gap: int) -> str:
    """Return the pattern of a phrase of a table.

    >>> bool(re.fullmatch(phrase("izrazi ... imaju ... značenj*", 60), "izrazi ovog zakona imaju ova znacenja"))
    True
    """
    parts = [
        r"\s+".join(re.escape(word).replace(r"\*", r"\w*") for word in part.split()) for part in fold(text).split("...")
    ]
    return rf"(?:\s[^;:]{{0,{gap}}}?\s|\s)".join(parts)


def either(phrases: Iterable[str], gap: int = 120) -> str:
    """Return a pattern of any of several phrases as whole words; none match nothing."""
    made = sorted({phrase(one, gap) for one in phrases}, key=lambda one: (-len(one), one))
    return rf"(?<!\w)(?:{'|'.join(made)})(?!\w)" if made else "(?!)"


def quoted(name: str) -> str:
    """Return the pattern of words in quotation marks, in a group of this name (or with `_single` behind it)."""
    double = rf"{DOUBLE}\s*(?P<{name}>{WITHIN})\s*{DOUBLE}"
    single = rf"{SINGLE}\s*(?P<{name}_single>[^‚‘’';]{{1,160}}?)\s*{SINGLE}"
    return rf"(?:{double}|{single})"


def compiled(table: Mapping[str, Any]) -> DefiningWords:
    """Compile one table."""
    # what may stand in a definition: its verbs, its frame, an aside, a name for the term (`izraz`), further terms, a dash
    verbs, strong = either([*table["verbs"], *table["strong"]]), either(table["strong"])
    weak = set(table["weak"])
    sure = either([one for one in table["verbs"] if one not in weak] + table["strong"])
    sure = rf"(?:{sure}|{either(weak)}(?=\s*:))"
    frame = either(table["frames"], 40) + r"\s+\w+"
    gap = rf"(?:(?!{either(table['breaks'])})[^,;:]){{0,60}}?"
    aside = rf"(?:\s*,?\s*(?={either(table['asides'])})[^;:]{{1,120}}?(?:,\s*|\s+(?={verbs})))?"
    named = rf"(?:{either(table['names'])}\s+)"
    joined = rf"\s*(?:,|/|{either(table['and'])})\s*"
    more = rf"(?:{joined}{DOUBLE}{WITHIN}{DOUBLE})*"
    dash = r"(?:\s+[-‐-―]+\s*|\s*[‒-―]\s+|(?<=[^\W\d_]{4})-\s+)"
    start = rf"{named}?{quoted('quoted')}{more}{AFTER}"
    bare = rf"(?P<bare>{BARE}){AFTER}"

    tail = rf"(?:\s+{either(table['tails'])}{gap})?"

    def under(anywhere: bool) -> str:
        made = []
        for number, one in enumerate(row for row in table["under"] if row["anywhere"] is anywhere):
            name = f"u{number}" if anywhere else f"a{number}"
            term = rf"{named}?(?:{quoted('quoted_' + name)}|(?P<bare_{name}>{LISTED})){AFTER}"
            framed = rf"{tail}(?:\s*,?\s*{frame}{gap}|{aside})"
            led = rf"(?:{frame}{gap}(?:,\s*|\s+))?"
            made.append(rf"{led}{either(one['before'])}\s+{term}{framed}\s*,?\s*(?<=\W){either(one['verbs'])}")
        return "|".join(made) or "(?!)"

    return DefiningWords(
        macro=str(table["macro"]),
        heading=re.compile(rf"\W*{either(table['headings'])}"),
        opening=re.compile(either(table["openings"], 200)),
        frame=re.compile(rf"\W*{frame}[^,;:]{{0,60}}?:\s*$"),
        listed=re.compile(rf"{named}?(?P<bare>{LISTED}){AFTER}(?:{aside}\s*,?\s*(?P<verb>{verbs})|{dash}(?=\S)|\s?:)"),
        quoted=re.compile(rf"{start}{aside}\s*(?:(?P<verb>{verbs})|[-‐-―:=])?"),
        worded=re.compile(rf"(?:{start}|{bare}){aside}\s*,?\s*(?<=\W)(?P<verb>{verbs})"),
        formula=re.compile(
            rf"(?:{frame}[^,;:]{{0,60}}?(?:,\s*|\s+)(?:{named}?{quoted('quoted_f')}{more}|{named}?(?P<bare_f>{BARE})){AFTER}\s+{sure}"
            rf"|{named}{quoted('quoted_n')}{more}{AFTER}{aside}\s*,?\s*{verbs}|{quoted('quoted_s')}{more}{AFTER}{aside}\s*,?\s*{strong}"
            rf"|(?P<bare_m>{BARE}){AFTER}\s*,?\s*{frame}{gap}\s*,?\s+{sure}"
            rf"|(?P<bare_v>{BARE}){AFTER}\s+{either(table['verbs'])}\s*,\s*{frame}[^,;:]{{0,60}}?,)"
        ),
        under=re.compile(under(True)),
        as_=re.compile(under(False)),
        further=re.compile(rf"\s*{DOUBLE}{joined}(?={DOUBLE}){quoted('quoted')}"),
        relative=re.compile(either(table["relative"])),
        not_after=re.compile(rf"\s*(?:{either(table['not_after'])})"),
        not_terms=re.compile(either(table["not_terms"])),
        short=re.compile(
            rf"\(\s*(?:{either(table['short'])})\s*[:\-–—,]?\s*(?P<inside>[^()]{{2,100}}?)\s*\)"
            rf"|,\s*{either(table['short'])}\s*:\s*(?P<between>[^(),;.:\n]{{2,80}}?)\s*(?=[,;.)])"
        ),
    )


@lru_cache(maxsize=4)
def defining_words(macro: str) -> DefiningWords:
    """Return the compiled table of a macro-language; the largest one's for an unknown language."""
    name = macro if macro in MACROS else "hbs"
    text = resources.files("psimm_docs").joinpath(f"data/definitions/{name}.json").read_text("utf-8")
    return compiled(json.loads(text))
