"""How a digest of ours ends: the facts whose article is not verified, each a provision of its own.

A digest gives a law's articles first and then, under a heading of its own, what could not be placed; a line in brackets after each text
says on what it rests. Invariant: what could not be placed never falls into the last article, and a basis line never counts as a paragraph.
"""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache
from importlib import resources

from psimm_docs.basis import NOTE
from psimm_docs.records import Block, Document, Span

DASH = "–"
BASIS = "[fact "


@cache
def headings() -> frozenset[str]:
    """Return the headings, in all languages, under which a digest puts what it could not place."""
    table = json.loads((resources.files("psimm_docs") / "data" / "grammars" / "digest.json").read_text("utf-8"))
    return frozenset(table["sections"])


def sections(document: Document) -> list[tuple[Span, Span]]:
    """Return the sections of unplaced facts: the heading's span, and the section's from its heading to the next one's or the end."""
    found = []
    at = 0
    for line in document.text[: document.body_end].split("\n"):
        plain = line.strip()
        head = next((one for one in headings() if plain.startswith(one)), "")
        if head and (plain == head or plain[len(head) :].lstrip().startswith(DASH)):
            start = at + line.index(head)
            found.append(Span(start, start + len(head)))
        at += len(line) + 1
    if not found:
        return []
    ends = [*(one.start for one in found[1:]), len(document.text[: document.body_end].rstrip())]
    return [(head, Span(head.start, end)) for head, end in zip(found, ends, strict=True)]


def items(document: Document, head: Span, section: Span) -> list[Span]:
    """Return the facts of a section, each with its own words alone: what stands between the heading and the notes of basis."""
    text = section.of(document.text)
    made = []
    at = head.end - section.start
    for note in NOTE.finditer(text, at):
        words = text[at : note.start()]
        if words.strip():
            start = section.start + at + len(words) - len(words.lstrip())
            made.append(Span(start, start + len(words.strip())))
        at = note.end()
    return made


def placed_part(document: Document) -> Document:
    """Return the document up to its first section of unplaced facts, with basis lines as notes."""
    found = sections(document)
    end = found[0][0].start if found else document.body_end
    blocks = tuple(as_note(block, document.text) for block in document.blocks)
    return replace(document, body_end=end, blocks=blocks)


def as_note(block: Block, text: str) -> Block:
    """Return a block that holds a basis line as a note, any other as it is."""
    return replace(block, kind="note") if block.span.of(text).startswith(BASIS) else block
