"""The words of references, compiled for folded text: levels, joiners and names of acts, one table a macro-language.

The tables are data (`data/references/*.json`), written with diacritics and in Latin; both scripts and text without diacritics are
one after `fold`. Invariant: what is matched here is only a piece of a reference (`člana 12. i 13.`, `ovog zakona`); which pieces
belong together is decided in `crossref_chains`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

from psimm_docs.fold import fold

MACROS = ("hbs", "mk", "sq", "en")
LEVELS = ("article", "paragraph", "point", "letter", "indent")
"""The levels of a reference, the outermost first."""

QUOTED = r"[\"„“”»«‚‘’']?"
LETTER = r"(?:[a-z]|dh|gj|ll|nj|lj|rr|sh|th|xh|zh|dz)"
ROMAN = r"[ivx]{1,5}"
ARTICLE = r"\d{1,4}(?:\s?/\s?(?:\d{1,2}(?!\d)|[a-z](?![a-z]))(?:/\d{1,2})?|\s?-\s?[a-z](?![a-z])|\.?[a-z](?![a-z\d]))?(?![\d%])"
NUMBER = (
    rf"(?:\(\s?\d{{1,3}}(?:\.\d{{1,2}})*[a-z]?\s?\)|{QUOTED}\d{{1,3}}(?:\.\d{{1,2}})*[a-z]?(?![a-z\d/%]){QUOTED}\)?)"
)
LETTERED = (
    rf"(?:\(\s?{LETTER}\s?\)|[\"„“”»«‚‘’']\s?{LETTER}\s?[\"„“”»«‚‘’']\)?|{LETTER}\)|{LETTER}(?=[,;.:]|\s(?!\w)|$))"
)
BARE = rf"{LETTER}(?![\w])"


@dataclass(frozen=True, slots=True)
class Words:
    """The compiled table of one macro-language.

    `unit` matches a level's word with its numbers (groups: the level's name is the word, `numbers`); `this` one of them without a
    number (`ovog člana`); `implied` an article's number without its word in a list (`stav 1, 172 stav 2`); `weak` an act that is only one with a number or a gazette (a decision); `gap` what may stand between two pieces (groups `comma`, `and`).
    """

    macro: str
    level_of: Mapping[str, str]
    unit: re.Pattern[str]
    ordinal: re.Pattern[str] | None
    ordinals: Mapping[str, str]
    this: re.Pattern[str]
    own: re.Pattern[str]
    same: re.Pattern[str]
    basic: re.Pattern[str]
    act: re.Pattern[str]
    weak: re.Pattern[str]
    constitution: re.Pattern[str]
    titled: re.Pattern[str]
    adjective: re.Pattern[str]
    stop: re.Pattern[str]
    next_act: re.Pattern[str]
    new: re.Pattern[str]
    gap: re.Pattern[str]
    trailing: re.Pattern[str]
    after_act: re.Pattern[str]
    implied: re.Pattern[str]
    splitter: re.Pattern[str]
    quantity: re.Pattern[str]


def either(words: Iterable[str]) -> str:
    """Return a pattern for one of several expressions, folded; blanks match any run of them. No words match nothing.

    >>> bool(re.fullmatch(either(["kao i"]), "kao  i")), either([])
    (True, '(?!)')
    """
    folded = sorted({fold(word) for word in words}, key=lambda word: (-len(word), word))
    if not folded:
        return "(?!)"
    return "(?:" + "|".join(re.escape(word).replace(r"\ ", r"\s+") for word in folded) + ")"


def compiled(table: Mapping[str, object]) -> Words:
    """Compile one table."""
    levels: Mapping[str, list[str]] = table["levels"]  # type: ignore[assignment]
    level_of = {fold(word): level for level, words in levels.items() for word in words}
    ordinals: Mapping[str, str] = table["ordinals"]  # type: ignore[assignment]

    def words(name: str) -> list[str]:
        held: list[str] = table[name]  # type: ignore[assignment]
        return held

    joined, ranged = either(words("and")), either(words("range"))
    splitter = rf"(?:\s*,\s*(?:{joined}\s+)?|\s+{joined}\s+|\s*[-–—]\s*|\s+{ranged}\s+)(?:{either(words('from'))}\s+)?"
    start = rf"(?:{either(words('from'))}\s+)?(?:(?:br|nr|no)\.\s*)?"

    def numbered(level: str, number: str) -> str:
        # after a separator no amount (`i 15 dana`) and no date or issue of a gazette may follow, and no article's number (`stav 1, 172 stav 2`)
        next_article = rf"|,?\s*{either(levels[level])}" if level != "article" else ""
        further = rf"(?:{number})\.?(?!\s*{either(words('quantities'))}|\d|/\d{next_article})"
        return rf"(?<!\w)(?P<{level}>{either(levels[level])})\.?\s*{start}(?P<{level}_numbers>(?:{number})\.?(?:{splitter}{further})*)"

    whole = rf"(?:{ARTICLE})"
    point = rf"{NUMBER}|{LETTERED}"
    unit = "|".join(
        (
            numbered("article", whole),
            rf"(?<!\w)(?P<roman>{either(levels['article'])})\s+(?P<roman_numbers>{ROMAN}(?:\s?[./]?\s?\d{{1,2}}\.?\s?(?:[a-z]\))?)?)(?!\w)",
            numbered("paragraph", NUMBER),
            numbered("point", point),
            numbered("letter", rf"{point}|{BARE}"),
            numbered("indent", NUMBER),
        )
    )
    acts = words("acts")
    constitution = words("constitution")
    before = either([*words("between"), *words("genitive")])
    return Words(
        macro=str(table["macro"]),
        level_of=level_of,
        unit=re.compile(unit),
        ordinal=re.compile(rf"(?<!\w)(?P<word>{either(level_of)})\s+(?P<ordinal>{either(ordinals)})(?!\w)")
        if ordinals
        else None,
        ordinals={fold(word): number for word, number in ordinals.items()},
        this=re.compile(rf"(?<!\w){either(words('this'))}\s+(?P<word>{either(level_of)})(?!\w)"),
        own=re.compile(
            rf"(?<!\w){either(words('this'))}\s+{either([*acts, *constitution, *words('only_this')])}(?!\w)"
        ),
        same=re.compile(rf"(?<!\w){either(words('same'))}\s+{either(acts)}(?!\w)"),
        basic=re.compile(rf"(?<!\w){either(words('basic'))}(?!\w)"),
        act=re.compile(rf"(?<!\w){either(acts)}(?!\w)"),
        weak=re.compile(either(words("weak"))),
        constitution=re.compile(rf"(?<!\w){either(constitution)}(?!\w)"),
        titled=re.compile(rf"\s+(?:{either(words('titled'))}\s+(?=\w)|{either(words('named'))}(?!\w))"),
        adjective=re.compile(rf"(?<!\w){either(words('adjectives'))}\s+$"),
        stop=re.compile(rf"\s{either(words('stops'))}(?!\w)"),
        next_act=re.compile(rf"\s{joined}\s+{either([*acts, *constitution])}(?!\w)"),
        new=re.compile(rf"(?<!\w){either(words('new'))}\s+$"),
        gap=re.compile(rf"[\s)]*(?:(?P<comma>[,;])\s*)?(?:(?P<and>{joined})\s+)?(?:{before}\s+)*"),
        after_act=re.compile(rf"[\s)]*,?\s*(?:{either(words('after_act'))}\s+)*"),
        implied=re.compile(
            rf"[\s)]*(?:;|,|(?:,\s*)?{joined}(?=\s))\s*(?P<number>{ARTICLE})\.?"
            rf"(?=,?\s*{either(word for level in LEVELS[1:] for word in levels[level])}(?!\w)|\s*;)"
        ),
        trailing=re.compile(rf"(?:\s+{either([*words('and'), *words('between'), *words('genitive')])})+\s*$"),
        splitter=re.compile(rf"(?P<range>\s*[-–—]\s*|\s+{ranged}\s+)|\s*,\s*(?:{joined}\s+)?|\s+{joined}\s+"),
        quantity=re.compile(rf"\s*{either(words('quantities'))}"),
    )


@lru_cache(maxsize=4)
def words_of(macro: str) -> Words:
    """Return the compiled table of a macro-language; the largest one's for an unknown language."""
    name = macro if macro in MACROS else "hbs"
    text = resources.files("psimm_docs").joinpath(f"data/references/{name}.json").read_text("utf-8")
    return compiled(json.loads(text))
