"""Parts of a query that must be found exactly: an article (`član 43`, `Art. 43(2)`), an amount (`15 dana`), a compound number (`24/2018`).

The idea: a number by itself says nothing, with its word it says everything. Such a part is one thing: the words that may stand for
its word (the forms of its language; an English word stands for those of every language, because English is the language that
people ask in) and the number, no letter more and no digit less. `član 43` is neither `član 43a` nor `član 43/1`.

Invariant: what FTS5 is asked is a little too wide (its words have lost their separators), and `pattern`, for folded text,
then decides. Words of levels are those of `data/references`, units are `data/search/units.json`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from psimm_docs.fold import fold

MACROS = ("hbs", "mk", "sq", "en")
MAX_EXACT = 8
"""Exact parts of one query; further ones (in a pasted paragraph) are looked up as plain words."""

LETTER = "(?:lj|nj|dz|dh|gj|ll|rr|sh|th|xh|zh|[a-z])"
SLASHED = r"(?!\s?/\s?\w)"
NUMBER = rf"(\d{{1,4}})(?:\s?/\s?(\d{{1,2}}(?!\d)|{LETTER}(?!\w))|\s?[-–]\s?({LETTER})(?!\w)|\.?({LETTER})(?!\w))?(?!\w){SLASHED}"
COMPOUND = re.compile(rf"(?<!\w)(?<!\d[./-])\d+(?:(?:[./-]\d+)+|[/-]{LETTER})(?!\w)(?![./-]\d)")
MARKED: Mapping[str, str] = {"c": "[cčć]", "d": "[dđ]", "s": "[sš]", "z": "[zž]"}
"""Letters that eIds write with a mark and folding without one."""


@dataclass(frozen=True, slots=True)
class Exact:
    """One exact part: as typed, the FTS5 expression that finds it or a little more, and the pattern that decides.

    `eids` are GLOB patterns of the ids of provisions whose own number it is (articles only). `inner` is the paragraph that was
    asked for, if any: a mention counts only where the pattern's group `inner` matched, and `articles` are the patterns of the article.
    """

    typed: str
    expression: str
    pattern: re.Pattern[str]
    eids: tuple[str, ...] = ()
    inner: str = ""
    articles: tuple[str, ...] = ()

    def places(self, folded: str) -> Iterator[tuple[int, int]]:
        """Yield where it stands in a folded text, as half-open ranges; with another paragraph where one was asked for, too."""
        return (found.span() for found in self.pattern.finditer(folded))

    def numbered(self, text: str) -> bool:
        """Say whether a line of a text begins with the number of the paragraph that was asked for."""
        return re.search(rf"(?m)^\s*(?:\({self.inner}\)|{self.inner}[.)])", text) is not None

    def mentioned(self, text: str) -> bool:
        """Say whether a text (in original letters) has it; with its paragraph where one was asked for."""
        return any(not self.inner or found["inner"] for found in self.pattern.finditer(fold(text)))


def either(words: Iterable[str]) -> str:
    """Return a pattern for one of several folded words, the longest first."""
    return "(?:" + "|".join(map(re.escape, sorted(words, key=lambda word: (-len(word), word)))) + ")"


@cache
def levels() -> dict[str, dict[str, frozenset[str]]]:
    """Return the folded words for articles and paragraphs: level, then macro-language."""
    out: dict[str, dict[str, frozenset[str]]] = {"article": {}, "paragraph": {}}
    for macro in MACROS:
        table = json.loads(files("psimm_docs").joinpath(f"data/references/{macro}.json").read_text("utf-8"))["levels"]
        for level, held in out.items():
            held[macro] = frozenset(word for word in (fold(one).rstrip(".") for one in table[level]) if word.isalpha())
    return out


@cache
def units() -> dict[str, dict[str, frozenset[str]]]:
    """Return the folded words for units: meaning, then macro-language."""
    table = json.loads(files("psimm_docs").joinpath("data/search/units.json").read_text("utf-8"))
    return {
        meaning: {macro: frozenset(map(fold, words)) for macro, words in held.items()}
        for meaning, held in table.items()
        if isinstance(held, dict)
    }


def forms(word: str, table: Mapping[str, frozenset[str]]) -> frozenset[str]:
    """Return the words that may stand for a folded word: those of its languages, of all where it is English; none if unknown.

    >>> sorted(forms("clanu", {"hbs": frozenset({"clan", "clanu"}), "sq": frozenset({"neni"})}))
    ['clan', 'clanu']
    """
    macros = [macro for macro, words in table.items() if word in words]
    return frozenset().union(*(table[macro] for macro in (table if "en" in macros else macros)))


@cache
def article_asked() -> re.Pattern[str]:
    """Return the pattern of an article in a folded query: the word, the number (base and three forms of suffix), a paragraph."""
    article, paragraph = (either(frozenset().union(*held.values())) for held in levels().values())
    inner = rf"\.?,?\s{{0,2}}(?:{paragraph}\.?\s{{0,2}}\(?|\()\s?(\d{{1,3}})(?!\w)\s?\)?"
    return re.compile(rf"(?<!\w)({article})\.?\s{{0,3}}{NUMBER}(?:{inner})?")


@cache
def amount_asked() -> re.Pattern[str]:
    """Return the pattern of a number with its unit in a folded query."""
    known = either(word for held in units().values() for words in held.values() for word in words)
    return re.compile(rf"(?<!\w)(?<!\d[.,/-])(\d{{1,3}}(?:[.,]\d{{3}})+|\d+)\s{{0,2}}({known})(?![\w*])")


def article(found: re.Match[str], typed: str) -> Exact:
    """Return an article that was asked for."""
    word, base = found[1], found[2]
    suffix, inner = found[3] or found[4] or found[5] or "", found[6]
    number = base + rf"(?!\w){SLASHED}(?!\s?[-–]\s?{LETTER}(?!\w))(?!\.{LETTER}(?!\w))"
    written, tokens = [base], [base]
    if suffix.isdigit():
        number = rf"{base}\s?/\s?{suffix}(?!\w){SLASHED}"
        written, tokens = [f"{base}-{suffix}"], [f"{base} {suffix}"]
    elif suffix:
        number = rf"{base}\s?[-–/.]?\s?{suffix}(?!\w){SLASHED}"
        marked = "".join(MARKED.get(letter, letter) for letter in suffix)
        written, tokens = [f"{base}{marked}", f"{base}-{marked}"], [f"{base}{suffix}", f"{base} {suffix}"]
    words = forms(word, levels()["article"])
    pattern = rf"(?<!\w){either(words)}\.?\s{{0,3}}{number}"
    whole = tuple(f"*[#_]art_{one}{end}" for one in written for end in ("", "~[0-9]*"))
    ends: tuple[str, ...] = ("__*",)
    if inner:
        paragraph = either(frozenset().union(*levels()["paragraph"].values()))
        pattern += rf"(?P<inner>\.?,?\s{{0,2}}(?:{paragraph}\.?\s{{0,2}}\(?|\()\s?{inner}(?!\w)\s?\)?)?"
        ends = (f"__para_{inner}", f"__para_{inner}__*")
    below = tuple(f"{one}{end}" for one in whole[::2] for end in ends)
    return Exact(
        typed,
        either_phrase(f'"{form} {token}"' for form in sorted(words) for token in tokens),
        re.compile(pattern),
        below if inner else whole + below,
        inner or "",
        whole if inner else (),
    )


def amount(found: re.Match[str], typed: str) -> Exact:
    """Return a number with its unit; a text may have the number in words, or itself, in brackets."""
    digits, unit = re.sub(r"\D", "", found[1]), found[2]
    words = frozenset().union(*(forms(unit, held) for held in units().values()))
    groups = re.findall(r"\d{1,3}(?=(?:\d{3})*$)", digits)
    numbers = {digits, " ".join(groups)}
    written = r"[.,\s]?".join(groups)
    return Exact(
        typed,
        either_phrase(f'NEAR("{number}" "{word}", 1)' for number in sorted(numbers) for word in sorted(words)),
        re.compile(
            rf"(?<!\w)(?<!\d[.,/-])(?:{written}|\(\s?{written}\s?\))\s{{0,2}}(?:\([^()]{{1,30}}\)\s?)?{either(words)}(?!\w)"
        ),
    )


def compound(found: re.Match[str], typed: str) -> Exact:
    """Return a number of several parts; blanks around its separators don't count."""
    parts = re.findall(r"[./-]|[^./-]+", found[0])
    tokens = parts[::2]
    phrases = [" ".join(tokens)] + (["".join(tokens)] if tokens[-1].isalpha() else [])
    separator = {"/": r"\s?/\s?", "-": r"\s?[-–]\s?", ".": r"\.\s?"}
    inside = "".join(separator.get(part, re.escape(part)) for part in parts)
    return Exact(
        typed,
        either_phrase(f'"{one}"' for one in phrases),
        re.compile(rf"(?<!\w)(?<!\d[./-]){inside}(?!\w)(?![./-]\d)"),
    )


def either_phrase(phrases: Iterable[str]) -> str:
    """Return the FTS5 expression of a passage that has one of these phrases in its letters, heading or context."""
    return "{text heading context} : (" + " OR ".join(phrases) + ")"


def exact_parts(folded: str, typed: Callable[[int, int], str]) -> tuple[tuple[Exact, ...], str]:
    """Return the exact parts of a folded query, each once, and the query with blanks in their place.

    `typed` gives what was typed for a range of the folded query.

    >>> parts, rest = exact_parts("taksa clan 43(2) i 15 dana", lambda start, end: "taksa clan 43(2) i 15 dana"[start:end])
    >>> [one.typed for one in parts], rest.split()
    (['clan 43(2)', '15 dana'], ['taksa', 'i'])
    """
    held: dict[str, tuple[int, Exact]] = {}
    for asked, make in ((article_asked(), article), (amount_asked(), amount), (COMPOUND, compound)):
        for found in asked.finditer(folded):
            if len(held) < MAX_EXACT:
                one = make(found, typed(*found.span()).strip())
                held.setdefault(one.pattern.pattern, (found.start(), one))
                folded = folded[: found.start()] + " " * len(found[0]) + folded[found.end() :]
    return tuple(one for _, one in sorted(held.values(), key=lambda pair: pair[0])), folded
