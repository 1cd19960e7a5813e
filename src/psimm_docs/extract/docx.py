"""A Word file to a document: paragraphs with the numbers that Word prints, tables, footnotes, tracked changes.

The archive is looked at before it is opened (`archives`). Invariant: inserted text is read and deleted text is not, and
both are told; a footnote is a note of its own and never stands inside a sentence. Word files have no pages until they are printed,
hence no boxes.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

from psimm_docs.archives import parse, unpack
from psimm_docs.extract.draft import DraftBlock, DraftLine, compose, counted, table_row
from psimm_docs.extract.job import Extraction, Job, RefusalError, problem
from psimm_docs.extract.numbering import Numbering, W, read_numbering, value_of
from psimm_docs.extract.openings import opens_article
from psimm_docs.extract.repair import mend
from psimm_docs.places import inked
from psimm_docs.records import BlockKind, Page

TEXT = (f"{W}t", "{http://schemas.openxmlformats.org/officeDocument/2006/math}t")
PARTS = frozenset(f"word/{name}.xml" for name in ("document", "numbering", "styles", "footnotes", "endnotes"))
"""The parts that hold text, or say how it is numbered."""


def read(job: Job) -> Extraction:
    """Read a Word file. Raises RefusalError for a bomb, a damaged or encrypted archive, or one without text."""
    parts = unpack(job.path, limit=job.settings.max_megabytes * 1_000_000 * 4, wanted=PARTS)
    body = part(parts, "word/document.xml")
    if body is None:
        raise RefusalError(
            "damaged", "is not a Word document (its text part is missing)", "open it in Word, save it anew and add that"
        )
    reading = Reading(
        read_numbering(part(parts, "word/numbering.xml"), part(parts, "word/styles.xml")),
        outline_levels(part(parts, "word/styles.xml")),
    )
    found = body.find(f"{W}body")
    root = found if found is not None else body
    held = letters_below(root)
    blocks = list(reading.blocks(root))
    for name in ("footnotes", "endnotes"):
        notes = part(parts, f"word/{name}.xml")
        if notes is not None:
            held += letters_below(notes)
            blocks += reading.notes(notes, name[:-1])
    lines = [line for block in blocks for line in block.lines]
    if not any(letter.isalnum() for line in lines for letter in line.text):
        raise RefusalError("no-text", "holds no text", "if it holds pictures of pages, save it as PDF and add that")
    problems = mend(lines, kinds=job.settings.kinds)
    if reading.deleted or reading.inserted:
        problems.append(
            problem(
                "tracked-changes",
                f"{reading.inserted} tracked insertions were read as text and {reading.deleted} tracked deletions left out",
                "accept or reject the changes in Word if that is not the text you mean",
            )
        )
    title = next((line.text for block in blocks if block.kind == "heading" for line in block.lines), lines[0].text)
    if reading.gone["text-box"]:
        problems.append(
            problem(
                "text-box",
                f"{reading.gone['text-box']} letters in text boxes and drawings were left out",
                "if they are part of the law, move them into the text in Word and add that",
            )
        )
    page = counted(Page(1, 0, 0, "text", held), reading.gone)
    document = compose(blocks, source_id=job.source_id, sha256=job.sha256, pages=(page,), title=title[:300])
    return Extraction(document, tuple(problems))


def part(parts: dict[str, bytes], name: str) -> Any:
    """Return the root of a part, None where it is not there."""
    return parse(parts[name], name) if name in parts else None


def outline_levels(styles: Any) -> dict[str, int]:
    """Return the heading level (1 is the highest) of each style that is a heading."""
    made: dict[str, int] = {}
    for style in styles.findall(f"{W}style") if styles is not None else ():
        level = style.find(f"{W}pPr/{W}outlineLvl")
        name = value_of(style, "name").casefold()
        if level is not None and str(level.get(f"{W}val")).isdigit() and int(level.get(f"{W}val")) < 9:
            made[style.get(f"{W}styleId", "")] = int(level.get(f"{W}val")) + 1
        elif name.startswith("heading ") and name[8:].isdigit():
            made[style.get(f"{W}styleId", "")] = int(name[8:])
        elif name in ("title", "subtitle"):
            made[style.get(f"{W}styleId", "")] = 1
    return made


class Reading:
    """One walk through a document's body."""

    def __init__(self, numbering: Numbering, outline: dict[str, int]) -> None:
        """Begin at the first paragraph."""
        self.numbering, self.outline = numbering, outline
        self.inserted = self.deleted = 0
        self.gone: Counter[str] = Counter()

    def blocks(self, container: Any) -> Iterator[DraftBlock]:
        """Yield the paragraphs and tables of a body or a content control."""
        for child in container:
            if child.tag == f"{W}p":
                yield from self.paragraph(child)
            elif child.tag == f"{W}tbl":
                yield from self.table(child)
            elif child.tag in (f"{W}sdt", f"{W}customXml", f"{W}ins", f"{W}moveTo"):
                inner = child.find(f"{W}sdtContent")
                yield from self.blocks(inner if inner is not None else child)
            else:
                self.gone["tracked-deletion" if child.tag == f"{W}moveFrom" else "not-text"] += letters_below(child)

    def paragraph(self, node: Any) -> Iterator[DraftBlock]:
        """Yield a paragraph; a line break in it parts it in two."""
        style = node.find(f"{W}pPr/{W}pStyle")
        level = self.outline.get(style.get(f"{W}val", ""), 0) if style is not None else 0
        number = self.numbering.label(node)
        words = "".join(self.words(node))
        self.gone["list-number"] -= inked(number)
        if number and words.strip():
            words = f"{number} {words.lstrip()}"
        elif number and not words.strip():
            words = number
        for row in words.split("\n"):
            text = " ".join(row.split())
            if text:
                kind: BlockKind = "heading" if level or opens_article(text) else "paragraph"
                yield DraftBlock(kind, [DraftLine(text)], level)

    def words(self, node: Any) -> Iterator[str]:
        """Yield the text of a paragraph in order; deletions are counted and left out."""
        for child in node:
            name = child.tag if isinstance(child.tag, str) else ""
            if name in TEXT:
                yield child.text or ""
            elif name == f"{W}sym":
                yield symbol(child)
            elif name in (f"{W}br", f"{W}cr"):
                yield "\n"
            elif name == f"{W}tab":
                yield " "
            elif name == f"{W}noBreakHyphen":
                self.gone["no-break-hyphen"] -= 1
                yield "-"
            elif name in (f"{W}del", f"{W}moveFrom"):
                self.deleted += 1
                self.gone["tracked-deletion"] += letters_below(child)
            elif name in (f"{W}ins", f"{W}moveTo"):
                self.inserted += 1
                yield from self.words(child)
            elif name in (f"{W}drawing", f"{W}pict", f"{W}p", f"{W}tbl"):
                self.gone["text-box"] += letters_below(child)
            elif name not in (f"{W}pPr", f"{W}rPr", f"{W}instrText"):
                yield from self.words(child)

    def table(self, node: Any) -> Iterator[DraftBlock]:
        """Yield a table: one block with a line a row; a table of one column, or with articles in it, as its paragraphs."""
        rows = [[list(self.blocks(cell)) for cell in self.below(row, "tc")] for row in self.below(node, "tr")]
        texts = [[" ".join(line.text for block in cell for line in block.lines) for cell in row] for row in rows]
        if max(map(len, rows), default=0) < 2 or any(opens_article(cell[:40]) for row in texts for cell in row):
            for row in rows:
                for cell in row:
                    yield from cell
            return
        lines = []
        for row, cells in zip(rows, texts, strict=True):
            if any(cells):
                line = table_row(cells)
                for inner in (one for cell in row for block in cell for one in block.lines):
                    line.gone.update(inner.gone)
                lines.append(line)
        if lines:
            yield DraftBlock("table", lines)

    def below(self, node: Any, name: str) -> Iterator[Any]:
        """Yield the rows of a table or the cells of a row, those in content controls too."""
        for child in node:
            if child.tag == f"{W}{name}":
                yield child
            elif child.tag in (f"{W}sdt", f"{W}sdtContent", f"{W}customXml", f"{W}ins"):
                yield from self.below(child, name)
            else:
                self.gone["not-text"] += letters_below(child)

    def notes(self, root: Any, name: str) -> Iterator[DraftBlock]:
        """Yield the foot- or endnotes; Word's own separators are left out."""
        for note in root.findall(f"{W}{name}"):
            if note.get(f"{W}type") in (None, "normal"):
                lines = [line for block in self.blocks(note) for line in block.lines]
                if lines:
                    yield DraftBlock("note", lines)
            else:
                self.gone["separator"] += letters_below(note)


def letters_below(node: Any) -> int:
    """Return how many characters (blanks aside) the text elements below an element hold, each symbol as one."""
    return sum(inked(symbol(one) if one.tag == f"{W}sym" else one.text or "") for one in node.iter(*TEXT, f"{W}sym"))


def symbol(node: Any) -> str:
    """Return the character that an element `w:sym` shows, from the private area where its font has a table of its own."""
    code = node.get(f"{W}char", "")
    return chr(int(code, 16)) if re.fullmatch(r"[2-9A-CEFa-cef][0-9A-Fa-f]{1,3}", code) else ""
