"""From the pieces of a text (`člana 22 stav 1 tačka 6`, `i stav 3`, `Zakona o putevima`) to whole references.

Pieces that stand side by side, or joined by a comma, `i` or a genitive, are one chain; a chain has one act, its last or its first
piece. Inside it each place is one branch: a deeper level goes on with the branch, a level that is there already begins a
new one that keeps what stands above it, and a higher level after a deeper one (`stav 2. člana 5`, `shkronja b, e nenit 3`) belongs to all
branches that lack it. Invariant: no piece is in two chains, and numbers are as printed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import product

from psimm_docs.crossref_acts import Named, named_acts
from psimm_docs.crossref_words import LEVELS, Words
from psimm_docs.fold import Folded

THIS = "this"
"""Stands for a number where a text says `ovog člana`."""
CLOSED = "closed"
"""The `last` of a chain that its act has ended."""
SPREAD = 300
"""The most provisions that a range is spread over."""


@dataclass(frozen=True, slots=True)
class Step:
    """A level with its numbers at `[start, end)` of the folded text; a pair is a range, `implied` an article without its word."""

    start: int
    end: int
    level: str
    numbers: tuple[str | tuple[str, str], ...]
    implied: bool = False


Branch = dict[str, tuple[str | tuple[str, str], ...]]


@dataclass
class Chain:
    """A reference in the making: its pieces' branches, the act, the level of the last piece, and what the last branch kept of the one before."""

    start: int
    end: int
    branches: list[Branch] = field(default_factory=list)
    act: Named | None = None
    last: str = ""
    kept: frozenset[str] = frozenset()


def bare(number: str) -> str:
    """Return a printed number without the brackets, signs and quotation marks around it, and without blanks.

    >>> [bare(one) for one in ("(2)", "5.", "“ç”", "28 - а", "2.1.")]
    ['2', '5', 'ç', '28-а', '2.1']
    """
    return re.sub(r"\s", "", number).strip("().,;:[]\"„“”»«‚‘’'")


def steps(folded: Folded, text: str, words: Words) -> Iterator[Step]:
    """Yield the named levels of a text with their numbers, in order."""
    for one in words.unit.finditer(folded.text):
        level = next(name for name in (*LEVELS, "roman") if one[name])
        if level == "roman":
            yield from roman_steps(folded, text, one)
            continue
        at, end = one.span(f"{level}_numbers")
        yield Step(one.start(), end, level, tuple(numbers(folded, text, words, at, end)))
        if level == "article":
            yield from bracketed(folded, text, end)
    if words.ordinal:
        for one in words.ordinal.finditer(folded.text):
            number = words.ordinals[re.sub(r"\s+", " ", one["ordinal"])]
            yield Step(one.start(), one.end(), words.level_of[one["word"]], (number,))
    for one in words.this.finditer(folded.text):
        yield Step(one.start(), one.end(), words.level_of[one["word"]], (THIS,))


def numbers(folded: Folded, text: str, words: Words, at: int, end: int) -> Iterator[str | tuple[str, str]]:
    """Yield the numbers of a list (`2, 3. i 4`) as printed, a range as a pair."""
    first = re.compile(r"(?:(?:od|nga|prej|from)\s+)?(?:(?:br|nr|no)\.\s*)?").match(folded.text, at)
    at = first.end() if first else at
    held: list[str | tuple[str, str]] = []
    ranged = False
    for split in [*words.splitter.finditer(folded.text, at, end), None]:
        stop = split.start() if split else end
        if (
            split
            and re.search(r"\d\s*$", folded.text[at:stop])
            and re.match(r"\s?[-–]\s?[a-z](?![a-z])", folded.text[split.start() :])
        ):
            continue  # `28-a` is one number
        number = bare(folded.span(at, stop).of(text)) if stop > at else ""
        if number and ranged and held and isinstance(held[-1], str):
            held[-1] = (held[-1], number)
        elif number:
            held.append(number)
        ranged = bool(split and split["range"])
        at = split.end() if split else end
    yield from held


def bracketed(folded: Folded, text: str, at: int) -> Iterator[Step]:
    """Yield the levels in brackets right after an article's number: `65 (1)`, `5(1.1)(a)`."""
    for level in ("paragraph", "point"):
        found = re.compile(r" ?\((?P<number>\d{1,3}(?:\.\d{1,2})*|[a-z])\)").match(folded.text, at)
        if not found:
            return
        yield Step(found.start(), found.end(), level, (bare(folded.span(*found.span("number")).of(text)),))
        at = found.end()


def roman_steps(folded: Folded, text: str, one: re.Match[str]) -> Iterator[Step]:
    """Yield article, paragraph and point of a number like `IV 4.a)`; nothing where the letters are no roman capitals."""
    printed = folded.span(*one.span("roman_numbers")).of(text)
    found = re.match(
        r"(?P<article>[IVX]{1,5})(?:\s?[./]?\s?(?P<paragraph>\d{1,2}))?(?:\.?\s?(?P<point>[a-z])\))?", printed
    )
    if not found:
        return
    levels = [(level, found[level]) for level in ("article", "paragraph", "point") if found[level]]
    for place, (level, number) in enumerate(levels):
        after = len(levels) - place
        yield Step(one.end() - after if place else one.start(), one.end() - after + 1, level, (number,))


def chains(folded: Folded, text: str, words: Words, heading: Callable[[int], bool]) -> Iterator[Chain]:
    """Yield the chains of a text, in order; `heading` says whether a character stands in an article's own heading."""
    found = sorted(steps(folded, text, words), key=lambda step: (step.start, -step.end))
    kept: list[Step] = []
    for step in found:
        if (not kept or step.start >= kept[-1].end) and not heading(folded.offsets[step.start]):
            kept.append(step)
    kept = list(with_implied(folded, text, words, kept))
    acts = list(named_acts(folded, text, words, [step.start for step in kept]))
    chain: Chain | None = None
    pieces: list[Step | Named] = [*acts, *outside(kept, acts)]
    for piece in sorted(pieces, key=lambda one: one.start):
        gap = words.gap.fullmatch(folded.text, chain.end, piece.start) if chain and piece.start >= chain.end else None
        if isinstance(piece, Step) and words.new.search(folded.text, max(0, piece.start - 20), piece.start):
            if chain:
                yield chain
            chain = None
            continue
        if chain is None or gap is None or not joins(chain, piece, gap, words):
            if chain:
                yield chain
            chain = Chain(piece.start, piece.end)
            begin(chain, piece)
        else:
            if chain.act is not None and isinstance(
                piece, Named
            ):  # `Pravilnik o ..., u članu 5. ovog zakona`: the first stands alone
                yield Chain(chain.act.start, chain.act.end, act=chain.act)
                chain.start = (
                    chain.act.end + len(folded.text[chain.act.end :]) - len(folded.text[chain.act.end :].lstrip(" ,\n"))
                )
            go_on(chain, piece, joined=bool(gap["and"]), comma=bool(gap["comma"]))
    if chain:
        yield chain


def with_implied(folded: Folded, text: str, words: Words, found: list[Step]) -> Iterator[Step]:
    """Yield the steps with the articles between them whose word is left out (`neneve 53, pika 2; 66, pika 2; 67`)."""
    listing, end = False, -1
    for place, step in enumerate(found):
        listing = step.level == "article" or (listing and bool(words.gap.fullmatch(folded.text, end, step.start)))
        yield step
        end = step.end
        limit = found[place + 1].start if place + 1 < len(found) else len(folded.text)
        while listing and (one := words.implied.match(folded.text, end)) and one.end() <= limit:
            at = one.span("number")
            yield Step(*at, "article", (bare(folded.span(*at).of(text)),), implied=True)
            end = one.end()


def outside(found: list[Step], acts: list[Named]) -> Iterator[Step]:
    """Yield the steps that don't stand inside an act's name."""
    covered = iter(acts)
    act = next(covered, None)
    for step in found:
        while act is not None and act.end <= step.start:
            act = next(covered, None)
        if act is None or not act.start <= step.start < act.end:
            yield step


def joins(chain: Chain, piece: Step | Named, gap: re.Match[str], words: Words) -> bool:
    """Say whether a piece goes on with a chain: an act ends a chain that has places, one that came first takes places."""
    if isinstance(piece, Named):
        own = piece.whose != "other" and not gap["and"]
        attached = not gap["and"] and gap["comma"] is None
        return (attached or own) and (chain.act is None or chain.last not in ("", CLOSED))
    if gap["comma"] == ";" and not piece.implied:
        return False
    if chain.act is None:
        return True
    return chain.last != CLOSED and (chain.last != "" or words.after_act.fullmatch(gap[0]) is not None)


def begin(chain: Chain, piece: Step | Named) -> None:
    """Put the first piece into a chain."""
    if isinstance(piece, Named):
        chain.act = piece
    else:
        chain.branches.append({piece.level: piece.numbers})
        chain.last = piece.level


def go_on(chain: Chain, piece: Step | Named, *, joined: bool, comma: bool) -> None:
    """Put one more piece into a chain; `joined` says that a word for `and` stands before it, `comma` that a comma does."""
    chain.end = piece.end
    if isinstance(piece, Named):
        chain.act = piece
        chain.last = CLOSED
        return
    rank = LEVELS.index(piece.level)
    if not chain.branches:
        begin(chain, piece)
        return
    last = LEVELS.index(chain.last)
    branch = chain.branches[-1]
    if rank > last and not joined:
        if (
            chain.last == "article" and len(branch["article"]) > 1
        ):  # `čl. 5. i 6. stav 1.`: the paragraph is the last one's
            chain.branches[-1:] = [{"article": branch["article"][:-1]}, {"article": branch["article"][-1:]}]
        chain.branches[-1][piece.level] = piece.numbers
    elif rank < last and not joined and not (above(branch, rank) - (frozenset() if comma else chain.kept)):
        for level in above(branch, rank):
            del branch[level]
        for one in chain.branches:
            if not above(one, rank):
                one[piece.level] = piece.numbers
        chain.kept = frozenset()
    else:
        kept = {level: held for level, held in branch.items() if LEVELS.index(level) < rank}
        chain.branches.append({**kept, piece.level: piece.numbers})
        chain.kept = frozenset(kept)
    chain.last = piece.level


def above(branch: Branch, rank: int) -> frozenset[str]:
    """Return the levels of a branch that are this one or stand above it."""
    return frozenset(level for level in branch if LEVELS.index(level) <= rank)


def spread(branch: Mapping[str, tuple[str | tuple[str, str], ...]]) -> Iterator[dict[str, str]]:
    """Yield the single places of a branch: lists and ranges become one place a number.

    >>> [one["article"] for one in spread({"article": ("5", ("7", "9"))})]
    ['5', '7', '8', '9']
    """
    levels = list(branch)
    several = [[number for held in branch[level] for number in between(held)] for level in levels]
    for place, picked in enumerate(product(*several)):
        if place >= SPREAD:
            return
        yield dict(zip(levels, picked, strict=True))


def between(held: str | tuple[str, str]) -> list[str]:
    """Return the numbers of a range, or the one number; a range that can't be counted is its two ends.

    >>> between(("71", "73")), between(("a", "c")), between(("5а", "5в"))
    (['71', '72', '73'], ['a', 'b', 'c'], ['5а', '5в'])
    """
    if isinstance(held, str):
        return [held]
    first, last = held
    if first.isdigit() and last.isdigit() and 0 <= int(last) - int(first) < SPREAD:
        return [str(number) for number in range(int(first), int(last) + 1)]
    if len(first) == len(last) == 1 and "a" <= first <= last <= "z":
        return [chr(code) for code in range(ord(first), ord(last) + 1)]
    return [first, last]
