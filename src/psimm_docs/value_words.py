"""The words by which laws state figures, compiled for folded text: one table a macro-language, and one of currencies.

The tables are data (`data/values/*.json`), written with diacritics and in the language's own script; after `fold` both scripts and
text without diacritics are one. In a phrase `*` stands for any ending of a word. Invariant: a table only says what a figure and the
words around it look like; what a figure means is decided in `values`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Any

from psimm_docs.fold import fold

MACROS = ("hbs", "mk", "sq", "en")
HBS = ("bs", "hr", "cnr", "sr", "sh")
CASED = "="
"""Before a currency's name: it counts in capitals only (`KM`, for `km` is a distance)."""

Table = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Unit:
    """What a number can be followed by: a pattern from where it is asked, and what it means."""

    pattern: re.Pattern[str]
    name: str
    working: bool = False
    capitals: bool = False
    before: re.Pattern[str] | None = None


@dataclass(frozen=True, slots=True)
class Numbers:
    """How numbers are written: words with their values, words that multiply, and what joins them."""

    words: Mapping[str, float]
    scales: Mapping[str, float]
    halves: tuple[str, ...]
    word: re.Pattern[str]
    joint: re.Pattern[str]
    half: re.Pattern[str]
    half_before: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class ValueWords:
    """The compiled table of one macro-language; all patterns are for folded text.

    `times` are units of time, `money` currencies, `percent` the sign and its words; `compounds` are words that hold number and unit
    (`trodnevni`). `to`, `between` and `either` join numbers. `cues` are patterns of the words that say what a figure is for, by name;
    those of `ends` must stand right before the figure. `actors` are who may act, by name.
    """

    macro: str
    numbers: Numbers
    times: tuple[Unit, ...]
    money: tuple[Unit, ...]
    percent: re.Pattern[str]
    compounds: tuple[Unit, ...]
    compound_numbers: Mapping[str, float]
    not_compound: re.Pattern[str]
    idioms: tuple[tuple[re.Pattern[str], float, str], ...]
    wages: tuple[tuple[re.Pattern[str], str], ...]
    wage_glue: re.Pattern[str]
    multiples: tuple[tuple[re.Pattern[str], float], ...]
    to: re.Pattern[str]
    between: re.Pattern[str]
    either: re.Pattern[str]
    gap: re.Pattern[str]
    reference: re.Pattern[str]
    again: re.Pattern[str]
    goes_on: re.Pattern[str]
    calendar: re.Pattern[str]
    unit_article: re.Pattern[str] | None
    cues: Mapping[str, re.Pattern[str]]
    ends: Mapping[str, re.Pattern[str]]
    during: re.Pattern[str]
    actors: tuple[tuple[str, re.Pattern[str]], ...]


def phrase(text: str) -> str:
    """Return the pattern of a phrase of a table.

    >>> bool(re.fullmatch(phrase("minimaln* zarad*"), "minimalne zarade"))
    True
    """
    return r"\s+".join(
        r"\w+" if word == "*" else re.escape(word).replace(r"\*", r"\w*").replace(r"\?", r"\w?")
        for word in fold(text).split()
    )


def either(phrases: Iterable[str]) -> str:
    """Return a pattern of any of several phrases as whole words; none match nothing."""
    made = sorted({phrase(one) for one in phrases}, key=lambda one: (-len(one), one))
    return rf"(?<!\w)(?:{'|'.join(made)})(?!\w)" if made else "(?!)"


def any_of(words: Iterable[str]) -> str:
    """Return a pattern of any of several words, longest first, without looking at what stands beside them."""
    return "|".join(re.escape(one) for one in sorted(words, key=lambda one: (-len(one), one))) or "(?!)"


def numbers_of(table: Table) -> Numbers:
    """Compile the number words of a table."""
    words = {fold(word): float(value) for value, some in table["numbers"].items() for word in some.split()}
    scales = {fold(word): float(value) for value, some in table["scales"].items() for word in some.split()}
    joined = any_of(fold(one) for one in table["and"])
    return Numbers(
        words=words,
        scales=scales,
        halves=tuple(table["halves"]),
        word=re.compile(any_of([*words, *scales])),
        joint=re.compile(rf"(?:\s+(?:{joined})\s+|\s*-\s*|\s+|{joined}|)"),
        half=re.compile(rf"\s+(?:{'|'.join(phrase(one) for one in table['half'])})(?!\w)"),
        half_before=re.compile(rf"(?<!\w)(?:{'|'.join(phrase(one) for one in table['halves'])})$"),
    )


def times_of(table: Table) -> tuple[Unit, ...]:
    """Compile the units of time; days that are working days come first."""
    made: list[Unit] = []
    working, calendar = either(table["working"]), either(table["calendar"])
    between = either(table["between_number_and_unit"])
    after = either(table["working_after"])
    plain = either(table.get("calendar_after", []))
    for name, words in table["units"].items():
        unit = "|".join(sorted((phrase(one) for one in words), key=len, reverse=True))
        gap = rf"\s*(?:(?:{between})\s+)?"
        if name == "day":
            made += [
                Unit(re.compile(rf"{gap}(?:{working})\s+(?:{unit})(?!\w)"), name, working=True),
                Unit(re.compile(rf"{gap}(?:{unit})\s+(?:{after})"), name, working=True),
                Unit(re.compile(rf"{gap}(?:{calendar})\s+(?:{unit})(?!\w)"), name),
                Unit(re.compile(rf"{gap}(?:{unit})\s+(?:{plain})"), name),
            ]
        tail = r"(?:\s+dana(?!\w))?" if table["macro"] == "hbs" and name in ("month", "year", "week") else ""
        made.append(Unit(re.compile(rf"{gap}(?:{unit})(?!\w){tail}"), name))
    return tuple(made)


def money_of(currencies: Mapping[str, Sequence[str]]) -> tuple[Unit, ...]:
    """Compile the currencies, each as it stands behind a number and before one."""
    made = []
    for name, words in currencies.items():
        for capitals in (False, True):
            some = [one.lstrip(CASED) for one in words if one.startswith(CASED) is capitals]
            if some:
                joined = "|".join(sorted((phrase(one) for one in some), key=len, reverse=True))
                made.append(
                    Unit(
                        re.compile(rf"\s*(?:{joined})(?!\w)"),
                        name,
                        capitals=capitals,
                        before=re.compile(rf"(?<!\w)(?:{joined})\s*$"),
                    )
                )
    return tuple(made)


def compounds_of(table: Table) -> tuple[Unit, ...]:
    """Compile the words that hold a number and a unit; `number` is the part before the unit."""
    numbers = any_of(fold(word) for some in table["compound_numbers"].values() for word in some.split())
    written = any_of(word for word in map(fold, " ".join(table["numbers"].values()).split()))
    number = rf"(?P<figure>\d+)\s?[-‐–]\s?|(?P<word>{numbers})-?"
    if table["macro"] == "en":
        number = rf"(?P<figure>\d+)-|(?P<word>{written})-"
    return tuple(
        Unit(re.compile(rf"(?<![\w-])(?:{number})(?:{'|'.join(phrase(one) for one in words)})(?!\w)"), name)
        for name, words in table["compound_units"].items()
    )


def wages_of(table: Table) -> tuple[tuple[re.Pattern[str], str], ...]:
    """Compile the words for a minimum and an average wage, adjective first or noun first."""
    noun, between = either(table["wage_nouns"]), rf"(?:(?:{either(table['wage_between'])})[\s-]+){{0,3}}"
    return tuple(
        (re.compile(rf"{either(some)}[\s-]+{between}{noun}|{noun}[\s-]+{between}{either(some)}"), name)
        for name, some in table["wages"].items()
    )


CUES = (
    *(
        "last",
        "deadline_before",
        "deadline_after",
        "deadline_not",
        "given",
        "purpose",
        "process",
        "lead",
        "lead_at_most",
        "lead_at_least",
    ),
    *("validity_before", "permit", "stay", "permit_limit", "not_permit", "fine", "fee", "pay", "amount", "floor"),
    *(
        "quota",
        "quota_nouns",
        "ages_before",
        "ages_after",
        "not_ages",
        "clock",
        "months",
        "bears_on",
        "not",
        "holds",
        "which",
        "limits",
        "lasting",
    ),
)
"""Cues that are looked for in the words around a figure."""

ENDS = ("at_most", "under", "at_least", "over")
"""Cues that have to stand right before a figure, but for fillers; `under` and `over` are turned round by a "not"."""


def ends_of(table: Table, name: str) -> re.Pattern[str]:
    """Compile the cues of a bound: at the end of what stands before a figure; `not` is a word that turns them round."""
    no, filler = either(table["not"]), either(table["fillers"])
    modal = r"[\w']+" if name == "over" else either(table["modal"])
    return re.compile(
        rf"(?:(?P<not>{no})\s+(?:(?:{modal})\s+){{0,4}})?(?P<cue>{either(table[name])})\s*,?\s*(?:(?:{filler})\s+){{0,5}}$"
    )


def compiled(table: Table, common: Table) -> ValueWords:
    """Compile one table with what all languages share."""
    times = [(re.compile(either(some.split())), float(value)) for value, some in table["times"].items()]
    suffix = "|".join(phrase(one) for one in table["times_suffix"])
    times += [(re.compile(rf"(?<![\w.,])(?P<figure>\d+)\s?-?\s?(?:{suffix})(?!\w)"), 0.0)] if suffix else []
    spoken = either(table["to"])
    article = table.get("a")
    return ValueWords(
        macro=str(table["macro"]),
        numbers=numbers_of(table),
        times=times_of(table),
        money=money_of(common["currencies"]),
        percent=re.compile(rf"\s*(?:%|(?:{either(one for one in common['percent'] if one != '%')}))"),
        compounds=compounds_of(table),
        compound_numbers={
            fold(word): float(value) for value, some in table["compound_numbers"].items() for word in some.split()
        },
        not_compound=re.compile(either(table["not_compound"])),
        idioms=tuple(
            (re.compile(either([text])), float(value), unit) for text, (value, unit) in table["idioms"].items()
        ),
        wages=wages_of(table),
        wage_glue=re.compile(rf"(?:\s*(?:{either([*table['wage_glue'], *common['percent'][1:]])}|%))*\s*-?\s*"),
        multiples=tuple(times),
        to=re.compile(rf"\s*,?\s*(?:{spoken}|[-‐-―])\s*"),
        between=re.compile(rf"{either(table['between'])}\s*$"),
        either=re.compile(rf"\s*(?:,\s*)?(?:{either(table['or'])})\s*|\s*,\s*"),
        gap=re.compile(rf"\s*,\s*(?:\w{{1,2}}\s+)?(?:{either([*table['at_most'], *table['lead_at_least']])})\s*"),
        reference=re.compile(rf"(?:{either(table['references'])})\.?\s*$"),
        goes_on=re.compile(
            rf"(?:(?:^\s*|\s)(?:{either([*table['or'], *table['whereas']])})|,)\s*(?:(?:{either([*table['at_most'], *table['fillers']])})\s*)*$"
        ),
        again=re.compile(rf"\s*,?\s*(?:{either(table['or'])})[^.;:\d]{{0,30}}(?:{either(table['at_most'])})\s*"),
        calendar=re.compile(rf"\s+{either(table.get('calendar_after', []))}"),
        unit_article=re.compile(rf"(?:{either(article['after'])})\s+(?P<a>{any_of(article['words'])})(?=\s)")
        if article
        else None,
        cues={name: re.compile(either(table[name])) for name in CUES},
        ends={name: ends_of(table, name) for name in ENDS},
        during=re.compile(rf"{either(table['during'])}\s*$"),
        actors=tuple((name, re.compile(either(some))) for name, some in table["actors"].items()),
    )


def macro_of(language: str) -> str:
    """Return the macro-language of a BCP 47 tag; English for one that has no table.

    >>> macro_of("sr-Cyrl"), macro_of("sq-XK"), macro_of("und")
    ('hbs', 'sq', 'en')
    """
    plain = language.partition("-")[0]
    return "hbs" if plain in HBS else plain if plain in MACROS else "en"


def read_table(name: str) -> Table:
    """Read a table that comes with the package."""
    made: Table = json.loads(resources.files("psimm_docs").joinpath(f"data/values/{name}.json").read_text("utf-8"))
    return made


@lru_cache(maxsize=len(MACROS))
def value_words(macro: str) -> ValueWords:
    """Return the compiled table of a macro-language."""
    return compiled(read_table(macro), read_table("units"))
