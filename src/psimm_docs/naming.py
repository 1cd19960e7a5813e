"""The name policy as data: how jurisdictions are named in texts of any language, and what no output of ours may print.

`data/names.json` holds both. Invariant: `breaches` looks at our own words only when the caller hands in our own words: titles of
laws and quotes keep the letters of their source, whatever these are. The names that we print ourselves are those of `jurisdictions`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

from psimm_docs.fold import fold, fold_with_map
from psimm_docs.jurisdictions import KOSOVO_NOTE, needs_note


@dataclass(frozen=True, slots=True)
class Breach:
    """A name that an output may not print: where, what stands there, and what it has to be."""

    start: int
    found: str
    right: str


@dataclass(frozen=True)
class Names:
    """The compiled policy."""

    said: tuple[tuple[str, re.Pattern[str]], ...]
    never: tuple[tuple[re.Pattern[str], str], ...]
    as_published: tuple[str, ...]


@lru_cache(maxsize=1)
def names() -> Names:
    """Return the policy, compiled once."""
    table = json.loads(resources.files("psimm_docs").joinpath("data/names.json").read_text("utf-8"))
    said: dict[str, list[str]] = {code: list(some) for code, some in table["said"].items()}
    for code, some in table["gazettes"].items():
        said[code] += some
    return Names(
        tuple((code, re.compile("|".join(map(phrase, some)))) for code, some in said.items()),
        tuple((re.compile(one["pattern"]), one["right"]) for one in table["never"]),
        tuple(table["as_published"]),
    )


def phrase(words: str) -> str:
    """Return a pattern for folded text: a star stands for any ending.

    >>> bool(re.search(phrase("Crn* Gor*"), "zakon crne gore"))
    True
    """
    parts = (re.escape(fold(word.rstrip("*"))) + (r"\w*" if word.endswith("*") else "") for word in words.split())
    return r"(?<!\w)(?:" + r"\s+".join(parts) + r")(?!\w)"


def named_codes(text: str) -> list[tuple[int, int, str]]:
    """Return the jurisdictions that a text names: start, end, code, in order; of names that overlap the longest counts.

    >>> [code for _, _, code in named_codes("Federation of Bosnia and Herzegovina, Srbija, Црна Гора")]
    ['BA-BIH', 'RS', 'ME']
    """
    folded = fold_with_map(text)
    spans = [
        (folded.span(*one.span()), code) for code, pattern in names().said for one in pattern.finditer(folded.text)
    ]
    found = sorted(((span.start, span.end, code) for span, code in spans), key=lambda one: (one[0] - one[1], one[0]))
    kept: list[tuple[int, int, str]] = []
    for start, end, code in found:
        if all(end <= other[0] or other[1] <= start for other in kept):
            kept.append((start, end, code))
    return sorted(kept)


def breaches(text: str, *, quoted: Iterable[str] = ()) -> list[Breach]:
    """Return the names in an output that the policy forbids; what stands in `quoted` (titles, quotes, gazettes) is not ours.

    >>> [one.right for one in breaches("the law of Kosovo and of Macedonia")]
    ['Kosovo*', 'North Macedonia']
    """
    ours = re.sub(r"\s", " ", text)
    for other in sorted({*names().as_published, *quoted}, key=len, reverse=True):
        if other:
            ours = ours.replace(other, "\x00" * len(other))
    return sorted(
        (Breach(one.start(), one[0], right) for pattern, right in names().never for one in pattern.finditer(ours)),
        key=lambda breach: breach.start,
    )


def lacks_note(text: str, codes: Collection[str] = ()) -> bool:
    """Say whether an output names Kosovo* (or one of the `codes` does) and its footnote is not in it."""
    return ("Kosovo*" in text or needs_note(codes)) and KOSOVO_NOTE.lstrip("* ") not in text
