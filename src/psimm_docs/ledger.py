"""The extraction ledger: what became of every character of every page.

The idea: each character of the fixed text that is no blank is given exactly one class, from the blocks and the provisions; with what
the reader counted on its way (`records.Page`) this has to add up to what the file holds. Invariant: the ledger adds, it never fills
up: characters that neither stand in the text nor were dropped for a reason are `missing`, and a page where that is not 0 is told.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from itertools import groupby
from typing import Literal, get_args

from psimm_docs.records import Block, Document, Provision, Span, Tally

LEDGER_VERSION = "1"

Class = Literal["provision", "heading", "outside", "running", "note", "table", "signature", "gazette"]
CLASSES: tuple[Class, ...] = get_args(Class)
ABOUT: Mapping[Class, str] = {
    "provision": "text of provisions",
    "heading": "headings and article numbers",
    "outside": "titles, preambles and other text outside the articles",
    "running": "running heads and feet, page numbers, web page frames",
    "note": "footnotes",
    "table": "tables",
    "signature": "signatures: place, date, number, office and name at the end of an act",
    "gazette": "gazette noise: register numbers, web-print lines, editors' notes",
}
"""What each class holds, for a person."""

BLANK = 255
SHORT = 320
"""A longer block is no signature and no publisher's line."""

OWN_HAND = re.compile(r"[sс]\s?\.\s?[rр]\s?\.\W*$")
"""`s. r.`, signed by his own hand."""

BY_KIND: Mapping[str, Class] = {"heading": "heading", "furniture": "running", "note": "note", "table": "table"}


@dataclass(frozen=True, slots=True)
class PageLedger:
    """One page's account; blanks are not counted. `held + recognised + added == classes + dropped + missing`."""

    page: int
    held: int
    recognised: int
    classes: Mapping[str, int]
    dropped: Mapping[str, int]
    added: Mapping[str, int]
    missing: int

    @property
    def kept(self) -> int:
        """How many characters of the page stand in the text."""
        return sum(self.classes.values())


@dataclass(frozen=True, slots=True)
class Ledger:
    """A document's account: page by page, and all pages together (`page` is then 0). `counted` is false for an old reading."""

    source_id: str
    counted: bool
    total: PageLedger
    pages: tuple[PageLedger, ...]

    @property
    def unbalanced(self) -> tuple[int, ...]:
        """The pages whose account does not add up."""
        return tuple(page.page for page in self.pages if page.missing) if self.counted else ()


def make_ledger(document: Document, provisions: Sequence[Provision]) -> Ledger:
    """Return the ledger of a document that was cut into these provisions."""
    codes = codes_of(document, provisions)
    found: dict[int, Counter[str]] = {page.number: Counter() for page in document.pages}
    for line in document.lines:
        here = codes[line.span.start : line.span.end]
        counts = found.setdefault(line.page, Counter())
        for code, name in enumerate(CLASSES):
            if count := here.count(code):
                counts[name] += count
    pages = []
    for page in document.pages:
        dropped, added = by_reason(page.dropped), by_reason(page.added)
        classes: dict[str, int] = {name: found[page.number][name] for name in CLASSES if found[page.number][name]}
        came = page.held + page.recognised + sum(added.values())
        missing = came - sum(classes.values()) - sum(dropped.values())
        pages.append(PageLedger(page.number, page.held, page.recognised, classes, dropped, added, missing))
    counted = any(page.held or page.recognised for page in document.pages)
    return Ledger(document.source_id, counted, summed(pages), tuple(pages))


def by_reason(tallies: Sequence[Tally]) -> dict[str, int]:
    """Return tallies as a mapping."""
    return {tally.reason: tally.count for tally in tallies}


def summed(pages: Sequence[PageLedger]) -> PageLedger:
    """Return the account of several pages together."""
    classes: Counter[str] = Counter()
    dropped: Counter[str] = Counter()
    added: Counter[str] = Counter()
    for page in pages:
        classes.update(page.classes)
        dropped.update(page.dropped)
        added.update(page.added)
    return PageLedger(
        0,
        sum(page.held for page in pages),
        sum(page.recognised for page in pages),
        {name: classes[name] for name in CLASSES if classes[name]},
        dict(sorted(dropped.items())),
        dict(sorted(added.items())),
        sum(abs(page.missing) for page in pages),
    )


def classified(document: Document, provisions: Sequence[Provision]) -> list[tuple[Span, Class]]:
    """Return the runs of the text with their class, in text order; what lies between two runs is blank."""
    found: list[tuple[Span, Class]] = []
    at = 0
    for code, run in groupby(codes_of(document, provisions)):
        length = sum(1 for _ in run)
        if code != BLANK:
            found.append((Span(at, at + length), CLASSES[code]))
        at += length
    return found


def codes_of(document: Document, provisions: Sequence[Provision]) -> bytearray:
    """Return the class of each character of the text as its place in `CLASSES`; `BLANK` for blanks."""
    codes = bytearray([CLASSES.index("outside")]) * len(document.text)

    def paint(span: Span, name: Class) -> None:
        codes[span.start : span.end] = bytes([CLASSES.index(name)]) * len(span)

    for one in provisions:  # parents come before their children
        paint(one.span, "outside" if one.kind in ("preface", "unplaced") else "provision")
    headings = [one.heading_span for one in provisions if one.heading_span is not None]
    for span in headings:
        paint(span, "heading")
    for block in document.blocks:
        if block.kind in BY_KIND:
            paint(block.span, BY_KIND[block.kind])
    texts = [
        " ".join(block.span.of(document.text).split()) if len(block.span) <= SHORT else "" for block in document.blocks
    ]
    noise = {
        at
        for at, block in enumerate(document.blocks)
        if block.kind != "table" and is_noise(texts[at], edge=block.kind == "furniture")
    }
    for at in noise:
        paint(document.blocks[at].span, "gazette")
    for at in signatures(document.blocks, texts, noise, headings):
        paint(document.blocks[at].span, "signature")
    for match in re.finditer(r"\s+", document.text):
        codes[match.start() : match.end()] = bytes([BLANK]) * len(match[0])
    return codes


@cache
def marks(name: str) -> re.Pattern[str]:
    """Return the pattern of one of the lists of `data/ledger/marks.json`."""
    data = json.loads(resources.files("psimm_docs").joinpath("data/ledger/marks.json").read_text("utf-8"))
    flags = 0 if name == "name" else re.IGNORECASE
    return re.compile("|".join(f"(?:{one})" for one in data[name]), flags)


def is_noise(text: str, *, edge: bool = False) -> bool:
    """Say whether a short block is the publisher's or the browser's and not the law's; `edge` for a running head or foot.

    >>> is_noise("(„Službeni list“, br. 3/99)"), is_noise("Ovaj zakon objavljuje se u Službenom listu.")
    (True, False)
    """
    names = ("web",) if edge else ("web", "gazette")
    return bool(text) and any(marks(name).match(text) for name in names)


def parts_of_signature(text: str) -> frozenset[str]:
    """Return which parts of a signature a short block is: `office`, `name`, `date`; none for running text.

    >>> sorted(parts_of_signature("PREDSJEDNIK Ana Anić, s. r.")), sorted(parts_of_signature("Predsjednik donosi odluku."))
    (['name', 'office'], [])
    """
    if not text or len(text) > 160:
        return frozenset()
    office = marks("office").match(text)
    if office is None:
        if marks("name").fullmatch(text):
            return frozenset({"name"})
        return frozenset({"date"}) if marks("date").match(text) else frozenset()
    words = text.split()
    signed = [at for at in range(1, len(words) - 1) if marks("name").fullmatch(" ".join(words[at:]))]
    if signed and (words[signed[0] - 1].endswith(",") or OWN_HAND.search(text)):
        return frozenset({"office", "name"})
    return frozenset({"office"}) if not re.search(r"[.;:,]$", text) and len(text) <= 100 else frozenset()


def signatures(blocks: Sequence[Block], texts: Sequence[str], noise: set[int], headings: Sequence[Span]) -> list[int]:
    """Return the places of the blocks that sign an act: neighbours of which one names an office and one a person or a date."""
    starts = {span.start for span in headings}
    found: list[int] = []
    group: list[tuple[int, frozenset[str]]] = []

    def close() -> None:
        held = frozenset().union(*(parts for _, parts in group))
        if "office" in held and len(held) > 1 and (len(group) > 1 or "name" in held):
            found.extend(at for at, _ in group)
        group.clear()

    for at, block in enumerate(blocks):
        if block.kind in ("furniture", "note") or at in noise:
            continue
        parts = (
            frozenset[str]() if block.kind == "table" or block.span.start in starts else parts_of_signature(texts[at])
        )
        if parts:
            group.append((at, parts))
        else:
            close()
    close()
    return found
