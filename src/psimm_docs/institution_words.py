"""The authorities of the six jurisdictions and the words of their names, compiled for folded text.

The tables are data (`data/institutions`): one file of institutions a state, one file of words a macro-language. In a name `|` stands where
case endings begin (`Nacionaln|a služb|a za zapošljavanje`): what comes before it is the stem, what comes behind it the
nominative's ending. A general word written with a capital, and a name behind `^`, count only with a capital. Invariant: a row says whether its name was seen or recalled, and a
name never matches inside a longer word.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Literal

from psimm_docs.fold import fold
from psimm_docs.jurisdictions import root

MACROS: Mapping[str, tuple[str, ...]] = {
    "AL": ("sq", "en"),
    "BA": ("hbs", "en"),
    "XK": ("sq", "hbs", "en"),
    "ME": ("hbs", "en"),
    "MK": ("mk", "sq", "en"),
    "RS": ("hbs", "en"),
}
"""The macro-languages in which a state's texts name authorities."""

KEY = 3
"""Letters of a name's first word by which it is looked up."""

Sort = Literal["name", "described", "general", "bare", "other"]


@dataclass(frozen=True, slots=True)
class Former:
    """A name that an authority no longer has, and when it had it, as far as that is known."""

    name: str
    language: str
    when: str
    basis: Literal["seen", "recalled"]


@dataclass(frozen=True, slots=True)
class Institution:
    """An authority. `names` are official by language, `usual` what laws also call it, `short` its letters; names keep the `|` of the tables.

    `matters` are what it is in charge of, for descriptions (`ministry in charge of ...`); `part_of` is the authority that it belongs to.
    `basis` says whether the name was seen in a source or is recalled, `source` where.
    """

    id: str
    jurisdiction: str
    kind: str
    english: str
    names: Mapping[str, tuple[str, ...]]
    usual: Mapping[str, tuple[str, ...]]
    short: tuple[str, ...]
    matters: tuple[str, ...]
    former: tuple[Former, ...]
    basis: Literal["seen", "recalled"]
    source: str
    part_of: str = ""

    def name(self, language: str = "") -> str:
        """Return the official name in a language, else in the first that there is.

        >>> institutions()["rs/national-employment-service"].name()
        'Национална служба за запошљавање'
        """
        found = self.names.get(language) or next(iter(self.names.values()))
        return plain(found[0])


@dataclass(frozen=True, slots=True)
class Name:
    """A compiled name: `pattern` matches at its first word in folded text, group `form` is the ending of its last word that has one.

    `institution` is empty for general words; `head` is the stem of its first word; `nominative` are the forms of a subject, None in a language
    without cases; `capital` asks for a capital in the text.
    """

    text: str
    sort: Sort
    institution: str
    head: str
    nominative: frozenset[str] | None
    capital: bool
    macro: str
    pattern: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class Lexicon:
    """All names that a state's texts use, by the first letters of their first word; `acronyms` are matched as they are written."""

    names: Mapping[str, tuple[Name, ...]]
    acronyms: Mapping[str, str]
    oblique_after: frozenset[str]
    articles: frozenset[str]


def plain(name: str) -> str:
    """Return a name of the tables as a person reads it.

    >>> plain("Управн|и суд|")
    'Управни суд'
    """
    return name.replace("|", "").removeprefix("^")


@cache
def table(macro: str) -> Mapping[str, Any]:
    """Return the words of a macro-language (sq, hbs, mk, en)."""
    text = resources.files("psimm_docs").joinpath(f"data/institutions/words/{macro}.json").read_text("utf-8")
    held: Mapping[str, Any] = json.loads(text)
    return held


@cache
def institutions() -> Mapping[str, Institution]:
    """Return all authorities by id, in the order of the files."""
    from psimm_docs.jsonl import adapter

    folder = resources.files("psimm_docs").joinpath("data/institutions")
    check = adapter(Institution)
    found: dict[str, Institution] = {}
    for code in MACROS:
        for line in folder.joinpath(f"{code}.jsonl").read_text("utf-8").splitlines():
            one: Institution = check.validate_json(line)
            found[one.id] = one
    return found


def word_pattern(word: str, macro: str, *, last: bool) -> str:
    """Return the pattern of one word of a name; `last` names the ending of the word that tells the case."""
    words = table(macro)
    for linked in words["links"]:
        if fold(word) in linked:
            return f"(?:{'|'.join(linked)})"
    stem, bar, _ = word.partition("|")
    spelt = re.escape(fold(stem)).replace(r"\-", r"\s*[-–]\s*")
    if not bar:
        return spelt
    endings = "|".join(sorted({fold(one) for one in words["endings"]}, key=lambda one: (-len(one), one)))
    return f"{spelt}{'(?P<form>' if last else '(?:'}{endings})"


def compiled(text: str, macro: str, sort: Sort, institution: str = "") -> Name:
    """Return a name of the tables as it is looked for."""
    capital = text[0] == "^" or (sort in ("general", "bare", "other") and text[0].isupper())
    parts = text.removeprefix("^").split()
    barred = [at for at, part in enumerate(parts) if "|" in part]
    last = barred[-1] if barred else -1
    pattern = r"\*?\s+".join(word_pattern(part, macro, last=at == last) for at, part in enumerate(parts))
    return Name(
        text,
        sort,
        institution,
        fold(parts[0].partition("|")[0]),
        subject_forms(parts[last].partition("|")[2] if barred else "", macro),
        capital,
        macro,
        re.compile(rf"{pattern}(?!\w)"),
    )


def subject_forms(ending: str, macro: str) -> frozenset[str] | None:
    """Return the endings that a name of this nominative has as a subject, one and several; None in a language without cases."""
    held = table(macro)["nominatives"]
    return None if held is None else frozenset(fold(one) for one in (ending, *held.get(ending, ())))


def names_of(one: Institution) -> Iterator[tuple[str, str]]:
    """Yield the names of an authority with the macro-language of each."""
    for language, texts in (*one.names.items(), *one.usual.items()):
        for text in texts:
            yield text, macro_of(language)
    for former in one.former:
        yield former.name, macro_of(former.language)


def macro_of(language: str) -> str:
    """Return the macro-language of a tag.

    >>> macro_of("sr-Cyrl"), macro_of("mk")
    ('hbs', 'mk')
    """
    main = language.partition("-")[0]
    return main if main in ("sq", "mk", "en") else "hbs"


@cache
def lexicon(code: str) -> Lexicon:
    """Return the names that texts of a state use, all its levels together; empty for a state that is not one of the six."""
    top = root(code)
    macros = MACROS.get(top, ())
    made: list[Name] = []
    acronyms: dict[str, str] = {}
    for one in institutions().values():
        if root(one.jurisdiction) != top:
            continue
        made += [compiled(text, macro, "name", one.id) for text, macro in names_of(one)]
        acronyms |= dict.fromkeys(one.short, one.id)
        for macro in macros:
            for template in table(macro)["described"]:
                made += [
                    compiled(template.replace("{matter}", matter), macro, "described", one.id) for matter in one.matters
                ]
    for macro in macros:
        held = table(macro)
        made += [compiled(text, macro, "general") for text in held["generic"]]
        made += [compiled(text, macro, "bare") for text in held["bare"]]
        made += [compiled(text, macro, "other") for text in held["others"]]
    by_key: defaultdict[str, list[Name]] = defaultdict(list)
    for name in made:
        by_key[name.head[:KEY]].append(name)
    return Lexicon(
        {key: tuple(some) for key, some in by_key.items()},
        acronyms,
        frozenset(fold(word) for macro in macros for word in table(macro)["oblique_after"]),
        frozenset(fold(word) for macro in macros for word in table(macro)["articles"]),
    )


@cache
def following(macros: tuple[str, ...], what: str) -> re.Pattern[str]:
    """Return the pattern of what stands behind a name and makes something else of it: `not_before` of a bare word (`Agencija za ...`),
    `foreign` of any name (`diplomatsko predstavništvo države stranca`)."""
    return re.compile(rf"\s+(?:{spelt(macros, what)})(?!\w)")


@cache
def titles(macros: tuple[str, ...]) -> re.Pattern[str]:
    """Return the pattern of what stands before a name in the title of a law about it (`Zakon o policiji`)."""
    return re.compile(rf"(?<!\w)(?:{spelt(macros, 'titles')})\s+$")


def spelt(macros: tuple[str, ...], what: str) -> str:
    """Return the phrases of a table, of several macro-languages together, as one pattern; `*` is any ending of a word."""
    phrases = [fold(one) for macro in macros for one in table(macro)[what]]
    return "|".join(r"\s+".join(re.escape(word).replace(r"\*", r"\w*") for word in one.split()) for one in phrases)
