"""A quotation in a draft against a text of law: does it stand there letter for letter, and if not, where do they part.

White space and soft hyphens are not letters here, a full stop or comma that the author's sentence adds at the end is his, and an
ellipsis or words in square brackets part a quotation into pieces that have to follow each other. Invariant: `exact` is said only when
every letter, figure and sign between is the same, and each piece begins and ends where a word or number does, but at a bracket within a word.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from itertools import pairwise
from typing import Literal

from psimm_docs.fold import fold, fold_with_map, words
from psimm_docs.records import Span

CUT = re.compile(r"\s*(?:[\[(]\s*(?:\.{3,}|…|\. \. \.)\s*[\])]|\.{3,}|…|\[[^\]]{0,80}\])\s*")
"""What parts a quotation: an ellipsis with or without brackets, words of the author in square brackets."""

ELLIPSIS = re.compile(r"\s*[\[(]?\s*(?:\.{3,}|…|\. \. \.)\s*[\])]?\s*")
NUMBER_ON = re.compile(r"[.,/–-]\d|[–-][^\W\d_]\b|[ \u00a0]\d{3}(?!\d)")
"""How a number goes on after a figure: `1.000`, `1 000`, `12/1`, `12-15`, `12-a`."""
NUMBER_BEFORE = re.compile(r"\d(?:[.,/–-]|[ \u00a0](?=\d{3}(?!\d)))")
"""What stands before a figure inside a number."""

ENDS = " \t\n.,;:"
UNSEEN = frozenset("\u00ad\u200b\u200c\u200d\u2060\ufeff")
MARKS = str.maketrans({**dict.fromkeys('„“”«»‟"', '"'), **dict.fromkeys("‘’‚‹›'", "'"), **dict.fromkeys("–—‑‐−", "-")})
NEAR = 0.5
"""The share of a quotation's words from which another text is its near text."""

SHOWN = 8
"""How many words are shown on each side where two texts part."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a quotation; `within_left`, `within_right`: it may begin or end within a word, for a bracket stands there: `[s]tranac`."""

    text: str
    within_left: bool = False
    within_right: bool = False


@dataclass(frozen=True, slots=True)
class Comparison:
    """How a quotation stands to a text: the same, the same but for signs (script, case, marks), or other words.

    `span` is the place in the text, None where there is none near. `share` is how many of its words stand there in order (1 for the same).
    `told` says where they part.
    """

    verdict: Literal["exact", "signs", "differs"]
    span: Span | None
    share: float
    told: str = ""


def squeezed(text: str) -> tuple[str, list[int]]:
    """Return a text with white space as one blank and without unseen characters, and each letter's offset."""
    out: list[str] = []
    offsets: list[int] = []
    for at, letter in enumerate(text):
        if letter in UNSEEN:
            continue
        if letter.isspace():
            if not out or out[-1] == " ":
                continue
            letter = " "
        out.append(letter)
        offsets.append(at)
    return "".join(out), offsets


def pieces(quote: str) -> list[Piece]:
    """Return the pieces of a quotation that have to follow each other.

    >>> [one.text for one in pieces("Stranac [...] podnosi zahtjev.")]
    ['Stranac', 'podnosi zahtjev']
    """
    plain, _ = squeezed(quote)
    made = []
    at, glued = 0, False
    for cut in [*CUT.finditer(plain), None]:
        raw = plain[at : cut.start()] if cut else plain[at:]
        text = raw.strip(ENDS)
        bracket = cut is not None and not ELLIPSIS.fullmatch(cut[0])
        if text:
            right = bracket and cut is not None and cut[0].startswith("[") and raw.endswith(text[-1])
            made.append(Piece(text, glued and raw.startswith(text[0]), right))
        at, glued = (cut.end() if cut else len(plain)), bracket and cut is not None and cut[0].endswith("]")
    return made


def in_order(parts: Sequence[Piece], text: str, at: int = 0) -> tuple[int, int] | None:
    """Return where the pieces stand one after the other in a text, from a place on; None where they don't."""
    begin = -1
    for part in parts:
        found = text.find(part.text, at)
        while found >= 0 and not at_words(text, found, part):
            found = text.find(part.text, found + 1)
        if found < 0:
            return None
        begin = found if begin < 0 else begin
        at = found + len(part.text)
    return (begin, at) if begin >= 0 else None


def at_words(text: str, start: int, part: Piece) -> bool:
    """Say whether a piece that stands at `start` begins and ends where words and numbers do, or may do without."""
    end = start + len(part.text)
    left = start and text[start].isalnum() and text[start - 1].isalnum()
    right = end < len(text) and text[end - 1].isalnum() and text[end].isalnum()
    if start > 1 and text[start].isdigit():
        left = left or NUMBER_BEFORE.match(text, start - 2) is not None
    if text[end - 1].isdigit():
        right = right or NUMBER_ON.match(text, end) is not None
    return not (left and not part.within_left) and not (right and not part.within_right)


def compare(quote: str, text: str) -> Comparison:
    """Compare a quotation with a text."""
    parts = pieces(quote)
    if not parts:
        return Comparison("differs", None, 0.0, "there are no words in it")
    plain, offsets = squeezed(text)
    found = in_order(parts, plain)
    if found:
        return Comparison("exact", Span(offsets[found[0]], offsets[found[1] - 1] + 1), 1.0)
    folded = fold_with_map(plain.translate(MARKS))
    near = in_order([replace(one, text=fold(one.text.translate(MARKS))) for one in parts], folded.text)
    if near:
        inner = folded.span(*near)
        span = Span(offsets[inner.start], offsets[inner.end - 1] + 1)
        return Comparison("signs", span, 1.0, told_signs(" ".join(one.text for one in parts), inner.of(plain)))
    return aligned([one.text for one in parts], plain, offsets)


def told_signs(quote: str, text: str) -> str:
    """Say in what a quotation differs from a text that folds to the same."""
    cyrillic = [any("\u0400" <= letter <= "\u04ff" for letter in one) for one in (quote, text)]
    if cyrillic[0] != cyrillic[1]:
        names = ["Cyrillic" if one else "Latin" for one in cyrillic]
        return f"the words are the same, but in {names[0]} letters; the text is in {names[1]}"
    if quote.casefold() == text.casefold():
        return "only capital and small letters differ"
    pairs = zip(quote.split(), text.split(), strict=False)
    mine, theirs = next(((one, other) for one, other in pairs if one != other), (quote, text))
    return f"only diacritics, quotation marks or dashes differ: the draft has “{mine}”, the text has “{theirs}”"


def word_spans(text: str) -> list[tuple[str, int, int]]:
    """Return the words of a text, folded, with their offsets."""
    folded = fold_with_map(text)
    found = []
    for start, end in words(folded.text):
        span = folded.span(start, end)
        found.append((folded.text[start:end], span.start, span.end))
    return found


def aligned(parts: Sequence[str], plain: str, offsets: Sequence[int]) -> Comparison:
    """Return where most of a quotation's words stand in order, and the first place where they part."""
    joined = " ".join(parts)
    mine, theirs = word_spans(joined), word_spans(plain)
    matcher = SequenceMatcher(None, [one[0] for one in mine], [one[0] for one in theirs], autojunk=False)
    best = matcher.find_longest_match()
    if not best.size or not mine:
        return Comparison("differs", None, 0.0, "none of its words stand there")
    low, high = max(0, best.b - best.a - 10), min(len(theirs), best.b + (len(mine) - best.a) + 10)
    window = theirs[low:high]
    matcher = SequenceMatcher(None, [one[0] for one in mine], [one[0] for one in window], autojunk=False)
    runs = [run for run in matcher.get_matching_blocks() if run.size]
    share = sum(run.size for run in runs) / len(mine)
    first, last = window[runs[0].b], window[runs[-1].b + runs[-1].size - 1]
    span = Span(offsets[first[1]], offsets[last[2] - 1] + 1)
    told = ""
    for tag, a, b, c, d in matcher.get_opcodes():
        inside = runs[0].b <= c and d <= runs[-1].b + runs[-1].size
        if tag == "equal" or (tag == "insert" and not inside):
            continue
        if tag == "replace" and not inside:
            c, d = (max(c, runs[0].b - (b - a)), d) if c < runs[0].b else (c, min(d, c + b - a))
        told = parted(joined, mine, a, b, plain, window, c, d)
        break
    return Comparison(
        "differs", span, share, told or "its words are there, but not all of a word or number, or not in this order"
    )


def parted(
    quote: str,
    mine: Sequence[tuple[str, int, int]],
    a: int,
    b: int,
    text: str,
    theirs: Sequence[tuple[str, int, int]],
    c: int,
    d: int,
) -> str:
    """Say where two texts part: the words before, what the draft has, what the text has."""
    before = quote[mine[max(0, a - 3)][1] : mine[a - 1][2]] if a else ""
    b, d = min(b, a + SHOWN), min(d, c + SHOWN)
    draft = f"“{quote[mine[a][1] : mine[b - 1][2]]}”" if b > a else "nothing"
    law = f"“{text[theirs[c][1] : theirs[d - 1][2]]}”" if d > c else "nothing"
    return (f"after “{before}” " if before else "at its beginning ") + f"the draft has {draft}, the text has {law}"


def nearest(quote: str, texts: Iterable[tuple[str, str]]) -> list[str]:
    """Return the names of the texts that share most pairs of words with a quotation, the best first (three at most).

    `texts` are (name, text).
    """
    sought = pairs(" ".join(one.text for one in pieces(quote)))
    counted: Counter[str] = Counter()
    for name, text in texts:
        shared = len(sought & pairs(text))
        if shared:
            counted[name] = shared
    return [name for name, _ in counted.most_common(3)]


def pairs(text: str) -> frozenset[tuple[str, str]]:
    """Return the pairs of neighbouring words of a text, folded."""
    plain = fold(text)
    held = [plain[start:end] for start, end in words(plain)]
    return frozenset(pairwise(held))
