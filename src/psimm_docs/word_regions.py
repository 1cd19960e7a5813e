"""The regions of a Word file that we made: found again, made again in place, and nothing else touched.

A region begins with a bookmark `psimm_<key>_<letters>`, whose name holds a checksum of its text and footnotes as we wrote them, so that a region in
which the author wrote himself, or set a note, a comment or a picture, is known and left alone; it ends with the paragraph of a second one, `psimm_<key>_end`, since not every word processor keeps
a bookmark around a table. Invariant: every byte of the text part outside the regions that are made again is the byte that
was saved last: what is new is spliced into the file's own bytes, nothing is parsed and written anew. The same holds for footnotes.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from xml.parsers import expat

from psimm_docs.drafts import safe_part
from psimm_docs.errors import RefusalError
from psimm_docs.wordfile import FIRST_ID, Region, Writer, digest, letters

MAIN = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
OURS = re.compile(r"psimm_([0-9a-f]{8})_([0-9a-f]{8}|end)")
CALLED = re.compile(r'<(?:\w+:)?footnoteReference [^>]*?(?:\w+:)?id="(-?\d+)"')
DOCUMENT, FOOTNOTES = "word/document.xml", "word/footnotes.xml"


@dataclass(frozen=True, slots=True)
class Held:
    """A region in a file: what stands for its key, its bytes `[start, end)`, whether its text is still the one that we wrote."""

    mark: str
    start: int
    end: int
    untouched: bool


@dataclass(frozen=True, slots=True)
class Refreshed:
    """A file made again: its parts; the keys of regions made again, added, and left because the author wrote in them; how many are not made any more."""

    parts: Mapping[str, bytes]
    replaced: tuple[str, ...]
    added: tuple[str, ...]
    kept: tuple[str, ...]
    gone: int


class Finder:
    """Walks through a text part once and remembers where the regions begin and end."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.path: list[tuple[int, str]] = []
        self.begun: dict[str, tuple[str, list[tuple[int, str]]]] = {}
        self.closing: list[tuple[str, str, int, int]] = []
        self.found: list[tuple[str, str, int, int]] = []
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.StartElementHandler, self.parser.EndElementHandler = self.start, self.end

    def run(self) -> list[tuple[str, str, int, int]]:
        """Return what stands for each region's key, its checksum, and the bytes of all blocks from its first to its last."""
        parse(self.parser, self.data)
        return sorted(self.found, key=lambda one: one[2])

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Take an element's beginning."""
        self.path.append((self.parser.CurrentByteIndex, name))
        mark = OURS.fullmatch(attributes.get(f"{MAIN} name", "")) if name == f"{MAIN} bookmarkStart" else None
        if mark and mark[2] != "end":
            self.begun.setdefault(mark[1], (mark[2], list(self.path)))
        elif mark and mark[1] in self.begun:
            sum_, before = self.begun.pop(mark[1])
            common = next(at for at, pair in enumerate(zip(before, self.path, strict=False)) if pair[0] != pair[1])
            # whole paragraphs, never a part of one
            inside = next((at for at, (_, tag) in enumerate(before) if tag == f"{MAIN} p"), common)
            depth = min(common, inside)
            self.closing.append((mark[1], sum_, before[depth][0], self.path[depth][0]))

    def end(self, name: str) -> None:
        """Take an element's end; a region ends with its last block."""
        begun, _ = self.path.pop()
        for one in [one for one in self.closing if one[3] == begun]:
            self.closing.remove(one)
            self.found.append((*one[:3], closed(self.data, begun, self.parser.CurrentByteIndex)))


def closed(data: bytes, begun: int, at: int) -> int:
    """Return where an element that began at `begun` ends; `at` is where its end was met."""
    return data.index(b">", max(begun, at)) + 1


def parse(parser: expat.XMLParserType, data: bytes) -> None:
    """Run a parser over a part whose bytes are going to be spliced; raises RefusalError for one that is not UTF-8 XML."""
    declared = re.match(rb"<\?xml[^>]*encoding=[\"']([^\"']+)", data)
    if b"\x00" in data[:200] or (declared and declared[1].lower() not in (b"utf-8", b"utf8")):
        raise RefusalError("encoding", "has a text part that is not plain UTF-8", "save it anew in Word")
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        raise RefusalError("damaged", f"has a damaged text part ({error})", "save it anew in Word") from error


def held_regions(data: bytes, notes: bytes) -> list[Held]:
    """Return our regions of a text part in order, `notes` being the part of its footnotes; of two of one name (a copy) the first."""
    texts = {number: notes[start:end].decode("utf-8") for number, start, end in footnotes(notes)} if notes else {}
    found: dict[str, Held] = {}
    for mark, sum_, start, end in Finder(data).run():
        xml = data[start:end].decode("utf-8")
        same = letters(xml, [texts.get(number, "") for number in CALLED.findall(xml)]) == sum_
        found.setdefault(mark, Held(mark, start, end, same))
    return list(found.values())


def marks_of(parts: Mapping[str, bytes]) -> set[str]:
    """Return what stands for the keys of a file's regions (`digest`); raises RefusalError for a file that can't be read."""
    safe_part(parts, DOCUMENT)
    return {one.mark for one in held_regions(parts[DOCUMENT], parts.get(FOOTNOTES, b""))}


def refresh(parts: Mapping[str, bytes], regions: Sequence[Region]) -> Refreshed:
    """Return a file with its regions made again; `regions` are all that it should have, in order, with the author's slots.

    A region of ours that the author wrote in stays as it is. A new one is set in before the next that is there, with the slot that follows it.
    Raises RefusalError for a file that can't be read.
    """
    safe_part(parts, DOCUMENT)
    data = parts[DOCUMENT]
    if not re.search(rb'xmlns:w="' + MAIN.encode() + rb'"', data):
        raise RefusalError("damaged", "is written in a form that we can't add to", "save it anew in Word")
    notes = parts.get(FOOTNOTES, b"")
    if notes:
        safe_part(parts, FOOTNOTES)
    held = {one.mark: one for one in held_regions(data, notes)}
    writer = Writer(first=highest(notes) + 1, bookmark=bookmarks_above(data))
    splices: list[tuple[int, int, bytes]] = []
    replaced, added, kept = [], [], []
    ours = [one for one in regions if one.ours]
    for at, region in enumerate(ours):
        there = held.pop(digest(region.key), None)
        if there is not None and there.untouched:
            splices.append((there.start, there.end, writer.region(region).encode("utf-8")))
            replaced.append(region.key)
        elif there is not None:
            kept.append(region.key)
        else:
            later = (held.get(digest(one.key)) for one in ours[at + 1 :])
            place = next((one.start for one in later if one), body_end(data))
            slot = next((one for one in regions if one.key == region.key and not one.ours), None)
            xml = writer.block(region) + (writer.block(slot) if slot else "")
            splices.append((place, place, xml.encode("utf-8")))
            added.append(region.key)
    made = spliced(data, splices)
    out = {**parts, DOCUMENT: made}
    if notes:
        old = {number for start, end, _ in splices for number in CALLED.findall(data[start:end].decode("utf-8"))}
        left = set(CALLED.findall(made.decode("utf-8")))
        out[FOOTNOTES] = with_notes(notes, old - left, writer.notes)
    return Refreshed(out, tuple(replaced), tuple(added), tuple(kept), len(held))


def spliced(data: bytes, splices: Sequence[tuple[int, int, bytes]]) -> bytes:
    """Return bytes with stretches replaced; what lies between them stays."""
    out, at = [], 0
    for start, end, new in sorted(splices, key=lambda one: one[:2]):
        out += [data[at:start], new]
        at = end
    return b"".join([*out, data[at:]])


def body_end(data: bytes) -> int:
    """Return where the last section's properties begin, else where the body ends."""
    last = max(found.start() for found in re.finditer(rb"</(?:\w+:)?body>", data))
    before = [found.start() for found in re.finditer(rb"<(?:\w+:)?sectPr[ >]", data[:last])]
    return before[-1] if before and not re.search(rb"</(?:\w+:)?p>", data[before[-1] : last]) else last


def footnotes(data: bytes) -> list[tuple[str, int, int]]:
    """Return the footnotes of a part: their ids and bytes."""
    found: list[tuple[str, int, int]] = []
    begun: list[tuple[str, int]] = []
    parser = expat.ParserCreate(namespace_separator=" ")

    def start(name: str, attributes: dict[str, str]) -> None:
        if name == f"{MAIN} footnote":
            begun.append((attributes.get(f"{MAIN} id", ""), parser.CurrentByteIndex))

    def end(name: str) -> None:
        if name == f"{MAIN} footnote":
            number, at = begun.pop()
            found.append((number, at, closed(data, at, parser.CurrentByteIndex)))

    parser.StartElementHandler, parser.EndElementHandler = start, end
    parse(parser, data)
    return found


def highest(notes: bytes) -> int:
    """Return the highest id of a part's footnotes, 0 where there are none."""
    numbers = [number for number, _, _ in footnotes(notes)] if notes else []
    return max((int(one) for one in numbers if one.isdigit()), default=0)


def bookmarks_above(data: bytes) -> int:
    """Return a number for the next bookmark that none of the file's has."""
    taken = [int(one) for one in re.findall(rb'bookmarkStart [^>]*?id="(\d+)"', data)]
    return max((one - FIRST_ID for one in taken), default=0) + 1 if taken and max(taken) >= FIRST_ID else 1


def with_notes(data: bytes, gone: set[str], new: Sequence[str]) -> bytes:
    """Return a part of footnotes without those whose calls are gone, and with new ones at its end."""
    declared = [one.replace("<w:footnote ", f'<w:footnote xmlns:w="{MAIN}" ', 1) for one in new]
    cut = [(start, end, b"") for number, start, end in footnotes(data) if number in gone]
    last = data.rindex(b"</")
    return spliced(data, [*cut, (last, last, "".join(declared).encode("utf-8"))])
