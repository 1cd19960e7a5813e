"""The lines of a document's running text, and what one line looks like: a heading, a part's name, words in capitals.

Invariant: a line is what stands between two newlines without the blanks around it, with the kind of its block. Which lines are
articles is decided in `outline`.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass

from psimm_docs import grammar
from psimm_docs.grammar import PartMark
from psimm_docs.records import BlockKind, Document

STAGE = "provisions"
HEADING_LENGTH = 220
MARKER = re.compile(r"^(?:\(\w{1,3}\)|\d{1,3}[a-zа-ш]?\)|[^\W\d_]{1,2}\)|\d+\.\d|[-–—•·●▪])")
ITEM = re.compile(r"\d{1,4}\.$")
"""The number of an act in an issue of a gazette, alone on its line."""
FIGURE_END = re.compile(r"\d\.$")
AT_END = re.compile(r"[.;:!?]\s+([^\W\d_]{4,8}\s\d{1,4}[a-zа-ш]?\s?\.?)$")
ENDED = re.compile(r"[.;:!?”“\"»)\]]\s*$")


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the running text without the blanks around it; `kind` is the block's it stands in."""

    start: int
    end: int
    text: str
    kind: BlockKind


def article_at_end(text: str) -> int:
    """Return where an article's line begins that was set at the end of a paragraph, else the text's length.

    >>> article_at_end("Organ odlučuje o stvari. Član 98."), article_at_end("Rok je iz člana 98.")
    (25, 19)
    """
    found = AT_END.search(text)
    return found.start(1) if found and grammar.article_mark(found[1]) else len(text)


def page_at(document: Document, offset: int) -> int | None:
    """Return the page on which a character stands, None for formats without pages."""
    at = bisect_right(document.lines, offset, key=lambda line: line.span.start) - 1
    if at < 0 or not document.lines[at].page or not document.pages:
        return None
    return document.lines[at].page


def split(document: Document) -> list[Line]:
    """Return the lines of the running text that hold anything but blanks."""
    out: list[Line] = []
    starts = [block.span.start for block in document.blocks]
    at = 0
    for raw in document.text[: document.body_end].split("\n"):
        stripped = raw.strip()
        if stripped:
            start = at + raw.index(stripped)
            block = bisect_right(starts, start) - 1
            kind: BlockKind = "paragraph"
            if block >= 0 and start < document.blocks[block].span.end:
                kind = document.blocks[block].kind
            cut = article_at_end(stripped) if kind in ("paragraph", "list") else len(stripped)
            out.append(Line(start, start + len(stripped[:cut].rstrip()), stripped[:cut].rstrip(), kind))
            if cut < len(stripped):
                out.append(Line(start + cut, start + len(stripped), stripped[cut:], "heading"))
        at += len(raw) + 1
    return out


def shouted(text: str) -> bool:
    """Say whether a text is in capitals.

    >>> shouted("ZAPOŠLJAVANjE STRANACA"), shouted("Uslovi")
    (True, False)
    """
    letters = [letter for letter in text if letter.isalpha()]
    return len(letters) > 2 and sum(letter.isupper() for letter in letters) >= 0.8 * len(letters)


def heading_like(line: Line) -> bool:
    """Say whether a line could be a heading: short, with a capital, no list item, no end of a sentence."""
    text = line.text
    if line.kind in ("note", "table", "list") or len(text) > HEADING_LENGTH or grammar.is_note(text):
        return False
    if grammar.is_deleted(text) or text[-1] in ";:," or (MARKER.match(text) and line.kind != "heading"):
        return False
    if text[-1] == "." and not (
        line.kind == "heading" and len(text) < 120 and (FIGURE_END.search(text) or shouted(text))
    ):
        return line.kind == "heading" and len(text) < 120 and grammar.minor_mark(text) is not None
    return grammar.capital(text) and (text[0].isupper() or text[0].isdigit() or text[0] in '„“"(»«')


def part_at(line: Line, *, heading: bool, macro: str) -> PartMark | None:
    """Return the part that a line begins; small sections only where the line stands among headings."""
    if line.kind in ("note", "table"):
        return None
    if mark := grammar.part_mark(line.text):
        return mark
    if mark := grammar.roman_mark(line.text, macro=macro):
        return mark
    return grammar.minor_mark(line.text) if heading else None
