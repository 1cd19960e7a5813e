"""Editions of one act in one file: where they begin, and in which of the four varieties each is.

Acts of Bosnia and Herzegovina are printed in two or three versions one after another, alike but for a few words. An edition
begins where an act begins again: with its words of basis, its title in capitals, or Article 1. From one beginning to the next
reaches one stretch, and a stretch has one variety: it never changes inside. Three stretches with nearly the same words, of
which one is plainly Croatian, are the three editions of one act; the other two are Bosnian and Serbian, and the one that is
less Bosnian is the Serbian one. Invariant: the stretches cover all blocks without a gap. Scripts and macro-languages are told
in `language`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise

from psimm_docs.fold import fold
from psimm_docs.records import LanguageTag
from psimm_docs.scripts import WORD, Script, script_of
from psimm_docs.varieties import MARKS, VARIETIES, best_of, count_marks, marks, weigh

PLAIN = 6.0
"""A stretch whose marks give no variety this many points goes with its neighbour."""
WHOLE = 3.0
"""What speaks for the variety of the whole document in each of its stretches."""
ALIKE = 0.6
"""What share of the shorter stretch's long words stands in the other one too where both are editions of one act."""
CUT_SHORT = 0.25
"""What part of the longer of two editions the shorter one has at least, where a file breaks off."""
LONG = 5
"""Letters of a word that counts when two stretches are compared."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """Blocks `[start, end)` from one beginning of an act to the next, with their variety, script, how sure it is, and why."""

    start: int
    end: int
    variety: str
    script: Script
    confidence: float
    evidence: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Openings:
    """How the beginnings of acts look: words of basis, a title's first word, and an article's line with its number."""

    basis: re.Pattern[str]
    title: re.Pattern[str]
    article: re.Pattern[str]


@lru_cache(maxsize=1)
def openings() -> Openings:
    """Return the patterns of `data/language/marks.json`."""
    held = marks()["openings"]
    either = {
        name: "|".join(form for word in held[name] for form in (word.capitalize(), word.upper())) for name in held
    }
    return Openings(
        basis=re.compile(rf"(?:{either['basis']})\b"),
        title=re.compile("|".join(word.upper() for word in held["titles"])),
        article=re.compile(rf"^(?:{either['articles']})\.?\s*(\d+)", re.MULTILINE),
    )


def signs(text: str) -> Iterator[str]:
    """Yield what a block holds of an act's beginning: `basis`, `title`, `first` (Article 1), or `article` (another one)."""
    patterns = openings()
    if patterns.basis.match(text):
        yield "basis"
    if text.isupper() and patterns.title.match(text):
        yield "title"
    for article in patterns.article.finditer(text):
        yield "first" if article[1] == "1" else "article"


def beginnings(texts: Sequence[str]) -> list[int]:
    """Return the blocks at which an act begins, in order.

    Basis, title and Article 1 that follow one another are one beginning. Words of basis after which the count of articles goes
    on are a paragraph's.

    >>> beginnings(["Na osnovu člana 4. donosim", "ODLUKU", "Član 1.", "Član 2.", "Na osnovu nje", "Član 3.", "ODLUKU"])
    [0, 6]
    """
    found: list[int] = []
    held: set[str] = set()
    for at, text in enumerate(texts):
        for sign in signs(text):
            if sign == "article":
                if held == {"basis"}:
                    found.pop()
                held = set()
            elif held and sign not in held and "first" not in held:
                held.add(sign)
            else:
                found.append(at)
                held = {sign}
    return found


def stretches(texts: Sequence[str], whole: LanguageTag, *, jurisdiction: str, gazette: str) -> list[Stretch]:
    """Return the stretches of a document whose blocks hold `texts` and whose own tag is `whole`.

    What stands in Cyrillic is Serbian. Raises PsimmError for a jurisdiction that isn't known.
    """
    if not texts:
        return []
    main = whole.tag.split("-")[0]
    edges = sorted({0, *beginnings(texts), len(texts)})
    parts = ["\n".join(texts[start:end]) for start, end in pairwise(edges)]
    told: list[Stretch] = []
    weights: list[dict[str, float]] = []
    for (start, end), part in zip(pairwise(edges), parts, strict=True):
        script = script_of(part)[0]
        if script == "Cyrl":
            weights.append(dict.fromkeys(VARIETIES, 0.0) | {"sr": MARKS})
            told.append(Stretch(start, end, "sr", script, 0.98, ("Cyrillic script",)))
            continue
        points = count_marks(part)
        scores, evidence = weigh(points, jurisdiction=jurisdiction, gazette=gazette, declared="")
        if script == whole.script:
            scores[main] += WHOLE
        name, sure = best_of(scores)
        weights.append(scores)
        told.append(Stretch(start, end, name if max(points.values()) >= PLAIN else "", "Latn", sure, evidence))
    told = neighbourly(told, main)
    for at in threes(parts):
        told[at : at + 3] = shared_out(told[at : at + 3], weights[at : at + 3])
    return told


def neighbourly(told: Sequence[Stretch], main: str) -> list[Stretch]:
    """Give a stretch that says too little the variety of the one before it, else of the one after it, else the document's."""
    out: list[Stretch] = []
    for at, one in enumerate(told):
        if one.variety:
            out.append(one)
            continue
        plain = [
            other.variety for other in (*reversed(out), *told[at + 1 :]) if other.variety and other.script == one.script
        ]
        name = plain[0] if plain else main
        out.append(replace(one, variety=name, confidence=0.5, evidence=("says too little; as its neighbour",)))
    return out


def threes(texts: Sequence[str]) -> Iterator[int]:
    """Yield where three texts of nearly the same words follow one another, but for longer runs of such texts."""
    counts = [Counter(word for word in WORD.findall(fold(text)) if len(word) >= LONG) for text in texts]
    at = 0
    while at < len(texts):
        end = at + 1
        while end < len(texts) and alike(counts[at], counts[end]):
            end += 1
        if end - at == 3:
            yield at
        at = end


def alike(one: Mapping[str, int], other: Mapping[str, int]) -> bool:
    """Say whether two counts of long words are those of two editions of one act."""
    shorter, longer = sorted((sum(one.values()), sum(other.values())))
    shared = sum(min(count, other.get(word, 0)) for word, count in one.items())
    return shorter >= CUT_SHORT * longer and shared >= ALIKE * shorter > 0


def shared_out(three: Sequence[Stretch], weights: Sequence[Mapping[str, float]]) -> list[Stretch]:
    """Return three editions of one act with a variety each, where exactly one of them is Croatian by its own words."""
    croatian = [at for at, one in enumerate(three) if one.variety == "hr"]
    others = [at for at in range(3) if at not in croatian]
    if len(others) != 2:
        return list(three)
    first, second = sorted(others, key=lambda at: weights[at]["sr"] - weights[at]["bs"])
    why = "three editions of one act, one a variety"
    out = list(three)
    for at, name in ((first, "bs"), (second, "sr")):
        out[at] = replace(three[at], variety=name, evidence=(*three[at].evidence, why))
    return out
