"""Word files made from scratch: headings, paragraphs, quotes, tables, real footnotes, and regions that can be made again.

A file is a few parts of XML, written here and nowhere else. A region (`Region`) is marked so that it is found again
(`word_regions`); what an author writes outside is his. Invariant: every letter that is handed in stands in the file (what XML
can't hold becomes a visible mark), footnotes are numbered by Word itself, and the same blocks make the same bytes.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal
from xml.sax.saxutils import escape, unescape

from psimm_docs.archives import pack
from psimm_docs.word_parts import (
    CONTENT_TYPES,
    DOCUMENT_RELATIONS,
    FOOTER,
    FOOTNOTES_HEAD,
    LANGUAGES,
    NAMESPACES,
    PACKAGE_RELATIONS,
    SETTINGS,
    STYLES,
    properties,
)

UNHELD = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
Style = Literal[
    "Normal",
    "Title",
    "Heading1",
    "Heading2",
    "Heading3",
    "Quote",
    "Quiet",
    "Open",
    "ListBullet",
    "Cell",
    "CellHead",
    "SmallCell",
    "SmallHead",
]


@dataclass(frozen=True, slots=True)
class Words:
    """A run of text; `language` (our tag) is told to Word, whose spelling check would else take it for English."""

    text: str
    bold: bool = False
    italic: bool = False
    language: str = ""


@dataclass(frozen=True, slots=True)
class Note:
    """A footnote called here."""

    text: str


@dataclass(frozen=True, slots=True)
class Para:
    """A paragraph in a style."""

    items: tuple[Words | Note, ...]
    style: Style = "Normal"


@dataclass(frozen=True, slots=True)
class Grid:
    """A table with a head row; `widths` are the columns' shares of the page; `fills` are colours (RRGGBB) by (row, column)."""

    head: tuple[str, ...]
    rows: tuple[tuple[tuple[Words | Note, ...], ...], ...]
    widths: tuple[int, ...]
    fills: tuple[tuple[int, int, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Region:
    """A stretch of a paper: `key` names it, `ours` says whether it is ours to make again or a slot for the author.

    A region of ours begins with a paragraph. It has a bookmark in its first paragraph (`psimm_<key>_<letters>`, both as eight letters), whose name
    holds a checksum of its text and footnotes, and one in its last (`psimm_<key>_end`).
    """

    key: str
    title: str
    blocks: tuple[Para | Grid, ...]
    ours: bool

    def __post_init__(self) -> None:
        if self.ours and not (self.blocks and isinstance(self.blocks[0], Para)):
            raise ValueError(f"{self.key}: a region of ours begins with a paragraph")


Block = Para | Grid | Region
FIRST_ID = 700_000
"""Ids of our bookmarks begin here."""

RULE = '<w:pBdr><w:left w:val="single" w:sz="12" w:space="{space}" w:color="B9C2CE"/></w:pBdr>'
"""The line beside what is ours to make again, so that an author sees where it ends; `space` is its distance from the text in points."""

BESIDE, INDENTED = 8, {"Quote": 22}
"""How far the line stands from the page's edge of text, and how far the text of a style is moved in (points), so that the line is one."""

WIDE = 6
"""A table of so many columns or more is set in smaller letters."""

UNRULED = frozenset(("Title", "Heading1", "Heading2", "Heading3", "Cell", "CellHead", "SmallCell", "SmallHead"))

PAGE = 9638
"""The width of the text on A4 with margins of 2 cm, in twentieths of a point."""


def para(text: str, style: Style = "Normal", *, bold: bool = False, italic: bool = False) -> Para:
    """Return a paragraph of one run."""
    return Para((Words(text, bold, italic),), style)


def notes_in(regions: Iterable[Region]) -> list[Note]:
    """Return the footnotes of regions in the order in which they are called."""
    found: list[Note] = []

    def noted(one: Note) -> Note:
        found.append(one)
        return one

    with_notes(regions, noted)
    return found


def with_notes(regions: Iterable[Region], change: Callable[[Note], Note]) -> list[Region]:
    """Return regions with each footnote changed, in the order in which they are called."""

    def items(some: tuple[Words | Note, ...]) -> tuple[Words | Note, ...]:
        return tuple(change(one) if isinstance(one, Note) else one for one in some)

    def block(one: Para | Grid) -> Para | Grid:
        if isinstance(one, Para):
            return replace(one, items=items(one.items))
        return replace(one, rows=tuple(tuple(items(cell) for cell in row) for row in one.rows))

    return [replace(one, blocks=tuple(block(inner) for inner in one.blocks)) for one in regions]


@dataclass
class Writer:
    """Turns blocks into XML and collects their footnotes; `first` is the first footnote's id, `bookmark` counts bookmarks,
    `ruled` says that a line stands beside the paragraphs (they are a region's of ours)."""

    first: int = 1
    bookmark: int = 1
    ruled: bool = False
    notes: list[str] = field(default_factory=list)

    def blocks(self, blocks: Iterable[Block]) -> str:
        """Return blocks as XML."""
        return "".join(self.block(one) for one in blocks)

    def block(self, one: Block) -> str:
        """Return a block as XML."""
        if isinstance(one, Para):
            return self.paragraph(one)
        return self.table(one) if isinstance(one, Grid) else self.region(one)

    def paragraph(self, one: Para) -> str:
        """Return a paragraph as XML."""
        rule = RULE.format(space=BESIDE + INDENTED.get(one.style, 0)) if self.ruled and one.style not in UNRULED else ""
        return f'<w:p><w:pPr><w:pStyle w:val="{one.style}"/>{rule}</w:pPr>{self.items(one.items)}</w:p>'

    def items(self, items: Sequence[Words | Note]) -> str:
        """Return runs and calls of notes as XML."""
        return "".join(self.call(one) if isinstance(one, Note) else run(one) for one in items)

    def call(self, note: Note) -> str:
        """Add a footnote and return its call."""
        number = self.first + len(self.notes)
        words = run(Words(" " + note.text))
        self.notes.append(
            f'<w:footnote w:id="{number}"><w:p><w:pPr><w:pStyle w:val="FootnoteText"/></w:pPr>'
            f'<w:r><w:rPr><w:rStyle w:val="FootnoteReference"/></w:rPr><w:footnoteRef/></w:r>{words}</w:p></w:footnote>'
        )
        return f'<w:r><w:rPr><w:rStyle w:val="FootnoteReference"/></w:rPr><w:footnoteReference w:id="{number}"/></w:r>'

    def table(self, one: Grid) -> str:
        """Return a table as XML, its head repeated on each page."""
        total = sum(one.widths)
        widths = [PAGE * width // total for width in one.widths]
        body: Style = "SmallCell" if len(widths) >= WIDE else "Cell"
        top: Style = "SmallHead" if len(widths) >= WIDE else "CellHead"
        fills = {(row, column): colour for row, column, colour in one.fills}
        lines = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
        head = "".join(
            self.cell(Para((Words(name),), top), width, "E8EDF3") for name, width in zip(one.head, widths, strict=True)
        )
        rows = "".join(
            "<w:tr><w:trPr><w:cantSplit/></w:trPr>"
            + "".join(
                self.cell(Para(items, body), width, fills.get((at, column), ""))
                for column, (items, width) in enumerate(zip(row, widths, strict=True))
            )
            + "</w:tr>"
            for at, row in enumerate(one.rows)
        )
        return (
            '<w:tbl><w:tblPr><w:tblStyle w:val="TableGrid"/>'
            f'<w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:tblLayout w:type="fixed"/></w:tblPr><w:tblGrid>{lines}</w:tblGrid>'
            f"<w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>{head}</w:tr>{rows}</w:tbl>"
            '<w:p><w:pPr><w:pStyle w:val="Quiet"/></w:pPr></w:p>'
        )

    def cell(self, words: Para, width: int, fill: str) -> str:
        """Return a cell as XML."""
        shade = f'<w:shd w:val="clear" w:color="auto" w:fill="{fill}"/>' if fill else ""
        return f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{shade}</w:tcPr>{self.paragraph(words)}</w:tc>'

    def region(self, one: Region) -> str:
        """Return a region's blocks; ours with a bookmark that names it in its first paragraph, and one in its last."""
        self.ruled = one.ours
        before = len(self.notes)
        xml = self.blocks(one.blocks)
        self.ruled = False
        if not one.ours:
            return xml
        begin = xml.index("</w:pPr>") + len("</w:pPr>")
        end = xml.rindex("</w:pPr>") + len("</w:pPr>")
        marks = [self.point(f"psimm_{digest(one.key)}_{name}") for name in (letters(xml, self.notes[before:]), "end")]
        return xml[:begin] + marks[0] + xml[begin:end] + marks[1] + xml[end:]

    def point(self, name: str) -> str:
        """Return a bookmark at one place."""
        number, self.bookmark = FIRST_ID + self.bookmark, self.bookmark + 1
        return f'<w:bookmarkStart w:id="{number}" w:name="{name}"/><w:bookmarkEnd w:id="{number}"/>'


def digest(text: str) -> str:
    """Return eight letters that stand for a text."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:8]


TEXT = re.compile(r"<(?:\w+:)?t(?: [^>]*)?>([^<]*)</(?:\w+:)?t>")


ANCHORED = re.compile(r"<(?:\w+:)?(footnoteReference|endnoteReference|commentReference|drawing|pict|object)[ />]")


def letters(xml: str, notes: Iterable[str] = ()) -> str:
    """Return a checksum of the text in a piece of XML, of what is anchored in it (notes, comments, pictures), and of the XML of its footnotes.

    White space and how the text is cut into runs play no part.

    >>> letters("<w:t>rok je</w:t>") == letters('<w:t xml:space="preserve">rok </w:t><w:t>je</w:t>')
    True
    """
    every = (one for part in (xml, *notes) for one in TEXT.findall(part))
    text = "".join(unescape(one, {"&quot;": '"', "&apos;": "'"}) for one in every)
    return digest("".join(text.split()) + "".join(f"<{name}>" for name in ANCHORED.findall(xml)))


def holdable(text: str) -> str:
    """Return a text with a visible mark for each character that XML can't hold."""
    return UNHELD.sub("\ufffd", text)


def run(one: Words) -> str:
    """Return a run as XML; a line's end is a line break, every letter stays."""
    marks = ("<w:b/>" if one.bold else "") + ("<w:i/>" if one.italic else "")
    marks += f'<w:lang w:val="{LANGUAGES[one.language]}"/>' if one.language in LANGUAGES else ""
    look = f"<w:rPr>{marks}</w:rPr>" if marks else ""
    lines = holdable(one.text).replace("\r\n", "\n").replace("\r", "\n").split("\n")
    texts = (f'<w:t xml:space="preserve">{escape(line)}</w:t>' if line else "" for line in lines)
    return f"<w:r>{look}{'<w:br/>'.join(texts)}</w:r>"


def word_file(blocks: Sequence[Block], *, title: str, time: str) -> bytes:
    """Return a Word file; `time` is ISO 8601 in UTC and is the file's own date."""
    writer = Writer()
    body = writer.blocks(blocks)
    declared = " ".join(f'xmlns:{name}="{address}"' for name, address in NAMESPACES.items())
    head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    page = (
        '<w:sectPr><w:footerReference w:type="default" r:id="rId4"/><w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="1134" w:right="1134" w:bottom="1134" w:left="1134" '
        'w:header="567" w:footer="567" w:gutter="0"/></w:sectPr>'
    )
    parts = {
        "[Content_Types].xml": CONTENT_TYPES,
        "_rels/.rels": PACKAGE_RELATIONS,
        "docProps/core.xml": properties(escape(holdable(title)), time),
        "word/document.xml": f"{head}<w:document {declared}><w:body>{body}{page}</w:body></w:document>",
        "word/_rels/document.xml.rels": DOCUMENT_RELATIONS,
        "word/styles.xml": STYLES,
        "word/settings.xml": SETTINGS,
        "word/footer.xml": FOOTER,
        "word/footnotes.xml": f"{head}<w:footnotes {declared}>{FOOTNOTES_HEAD}{''.join(writer.notes)}</w:footnotes>",
    }
    return pack({name: text.encode("utf-8") for name, text in parts.items()})
