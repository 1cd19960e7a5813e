"""A web page to a document: its law without the page around it.

The idea: walk the tree once; block elements end a paragraph, scripts and controls are not text, navigation and page feet are set
aside. Where most of the text stands under one element, the page around it is set aside too, unless it holds an article.
Invariant: nothing is fetched, no entity is expanded from outside, and depth and size are bounded before anything is walked.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

from psimm_docs.extract.draft import DraftBlock, DraftLine, compose, counted, table_row
from psimm_docs.extract.encodings import decode
from psimm_docs.extract.job import Extraction, Job, RefusalError, problem
from psimm_docs.extract.openings import opens_article
from psimm_docs.extract.repair import mend
from psimm_docs.places import inked
from psimm_docs.records import BlockKind, Page, Problem

DEPTH = 250
"""Elements within elements that are walked; what lies deeper is told as a problem."""

SILENT = frozenset(
    (
        "script",
        "style",
        "noscript",
        "template",
        "svg",
        "canvas",
        "iframe",
        "object",
        "embed",
        "head",
        "select",
        "button",
        "textarea",
    )
)
"""Elements whose content is no text of the page."""

FRAME = frozenset(("nav", "header", "footer", "aside", "form", "menu"))
"""Elements around the text: set aside, unless an article stands in them."""

BREAKS = frozenset(
    (
        *(
            "p",
            "div",
            "section",
            "article",
            "main",
            "body",
            "html",
            "blockquote",
            "pre",
            "center",
            "fieldset",
            "figure",
        ),
        *(
            "h1",
            "h2",
            "h3",
            "h4",
            "h5",
            "h6",
            "ul",
            "ol",
            "dl",
            "li",
            "dt",
            "dd",
            "table",
            "tr",
            "caption",
            "hr",
            "address",
        ),
        *("nav", "header", "footer", "aside", "form", "menu", "figcaption", "details", "summary", "td", "th"),
    )
)
"""Elements that end a paragraph."""

FIELDS = 100
FORM_LETTERS = 4000
HEADINGS = {f"h{level}": level for level in range(1, 7)}


def read(job: Job) -> Extraction:
    """Read a web page. Raises RefusalError for one without a letter."""
    from lxml import html

    data = job.path.read_bytes()
    text, problems = decode(data, declared=declared_charset(data))
    parser = html.HTMLParser(no_network=True, recover=True, huge_tree=False, remove_comments=True, remove_pis=True)
    try:
        root = html.document_fromstring(without_declaration(text), parser=parser)
    except (ValueError, html.etree.ParserError) as error:
        raise RefusalError("no-text", "holds no page that can be read", "get the file again") from error
    page = Page(1, 0, 0, "text", letters_below(root))
    walk = Walk(form_parts(root))
    walk.element(root, 0, framed=False)
    walk.end()
    if walk.cut:
        problems.append(
            problem(
                "too-deep",
                f"{walk.cut} elements lie more than {DEPTH} deep and were left out",
                "save the page's text and add that",
            )
        )
    body, frame = set_aside(walk.blocks)
    lines = [line for block in (*body, *frame) for line in block.lines]
    if not any(letter.isalnum() for block in body for line in block.lines for letter in line.text):
        raise RefusalError("no-text", "holds no text", "get the page again with its content")
    problems += mend(lines, kinds=job.settings.kinds)
    if frame:
        problems.append(aside_note(frame))
    found = root.find(".//title")
    title = (found.text or "") if found is not None else ""
    document = compose(
        body,
        frame,
        source_id=job.source_id,
        sha256=job.sha256,
        pages=(counted(page, walk.gone),),
        title=title[:300],
    )
    return Extraction(document, tuple(problems))


def form_parts(root: Any) -> frozenset[Any]:
    """Return the largest elements around fields to fill in that hold little text and no article: forms without a form's tag."""
    found = set()
    for field in list(root.iter("input"))[:FIELDS]:
        part = None
        for above in field.iterancestors():
            text = above.text_content()
            if len(text) > FORM_LETTERS or any(opens_article(line) for line in text.split("\n") if line.strip()):
                break
            part = above
        if part is not None and sum(1 for _ in part.iter("input")) > 1:
            found.add(part)
    return frozenset(found)


def declared_charset(data: bytes) -> str:
    """Return the encoding that the page names in its first kilobytes, or nothing."""
    found = re.search(rb"charset\s*=\s*[\"']?\s*([A-Za-z0-9_:.-]{2,40})", data[:4096])
    return found.group(1).decode("ascii") if found else ""


def without_declaration(text: str) -> str:
    """Return the page without an XML declaration and document type, which could name entities."""
    text = re.sub(r"\A\s*<\?xml[^>]*\?>", "", text)
    return re.sub(r"<!DOCTYPE[^>\[]*(\[.*?\]\s*)?>", "", text, count=1, flags=re.S | re.I).replace("\x00", "")


class Walk:
    """One walk through a page: blocks as they end, and whether they stand in the frame around the text."""

    def __init__(self, forms: frozenset[Any]) -> None:
        """Begin with nothing; `forms` are elements that belong to the frame."""
        self.forms = forms
        self.blocks: list[tuple[DraftBlock, bool]] = []
        self.cut = 0
        self.gone: Counter[str] = Counter()
        self._words: list[str] = []
        self._kind: BlockKind = "paragraph"
        self._level = 0
        self._framed = False

    def element(self, node: Any, depth: int, *, framed: bool) -> None:
        """Take in an element and what is below it."""
        name = node.tag if isinstance(node.tag, str) else ""
        if silent(node):
            self.gone["not-shown"] += letters_below(node)
            return
        if depth > DEPTH:
            self.cut += 1
            self.gone["too-deep"] += letters_below(node)
            return
        framed = framed or name in FRAME or node in self.forms
        if name == "br":
            self._words.append("\n")
            return
        if name == "table" and self.is_data(node):
            self.table(node, framed=framed)
            return
        breaks = name in BREAKS
        if breaks:
            self.end()
            self._framed = framed
            self._level = HEADINGS.get(name, 0)
            self._kind = "heading" if self._level else "list" if name in ("li", "dt", "dd") else "paragraph"
        self._words.append(blanks(node.text))
        for child in node:
            self.element(child, depth + 1, framed=framed)
            if breaks and isinstance(child.tag, str) and child.tag in BREAKS:
                self._kind, self._level, self._framed = "paragraph", 0, framed
            self._words.append(blanks(child.tail))
        if breaks:
            self.end()

    def end(self) -> None:
        """End a paragraph: its lines (parted by <br>) become blocks of their own."""
        rows = [" ".join(row.split()) for row in "".join(self._words).split("\n")]
        for row in rows:
            if row:
                kind: BlockKind = "heading" if self._kind == "paragraph" and opens_article(row) else self._kind
                self.blocks.append((DraftBlock(kind, [DraftLine(row)], self._level), self._framed))
        self._words = []

    def is_data(self, table: Any) -> bool:
        """Say whether a table holds data: two rows and columns at least, no table in it, and no article (tables lay pages out too)."""
        rows = list(table.iter("tr"))
        if len(rows) < 2 or max(sum(cell.tag in ("td", "th") for cell in row) for row in rows) < 2:
            return False
        cells = [" ".join(cell.text_content().split()) for cell in table.iter("td", "th")]
        return (
            next(table.iterdescendants("table"), None) is None
            and max(map(len, cells), default=0) < 2000
            and not any(opens_article(cell[:40]) for cell in cells)
        )

    def table(self, node: Any, *, framed: bool) -> None:
        """Take a table in as one block, a line a row, cells parted by bars."""
        self.end()
        for caption in node.iter("caption"):
            self.blocks.append((DraftBlock("paragraph", [DraftLine(cell_text(caption))]), framed))
        lines = []
        for row in node.iter("tr"):
            cells = [cell_text(cell) for cell in row if cell.tag in ("td", "th")]
            if any(cells):
                lines.append(table_row(cells))
        if lines:
            self.blocks.append((DraftBlock("table", lines), framed))
        inside = [
            one for one in node.iter("caption", "td", "th") if one.tag == "caption" or one.getparent().tag == "tr"
        ]
        self.gone["outside-cell"] += letters_below(node) - sum(map(letters_below, inside))
        self.gone["not-shown"] += sum(letters_below(one) - inked(cell_text(one)) for one in inside)


def silent(node: Any) -> bool:
    """Say whether nothing of an element is shown."""
    return not isinstance(node.tag, str) or node.tag in SILENT or "hidden" in node.attrib


def letters_below(node: Any) -> int:
    """Return how many characters (blanks aside) an element holds, shown or not."""
    return sum(inked(text) for text in node.itertext())


def cell_text(node: Any) -> str:
    """Return what is shown of a cell's text, its blanks folded."""

    def shown(one: Any) -> Iterator[str]:
        if not silent(one):
            yield " " if one.tag == "br" or one.tag in BREAKS else ""
            yield one.text or ""
            for child in one:
                yield from shown(child)
                yield child.tail or ""

    return " ".join("".join(shown(node)).split())


def blanks(text: str | None) -> str:
    """Return text with the file's newlines as blanks: only <br> breaks a line."""
    return (text or "").replace("\n", " ")


def set_aside(blocks: list[tuple[DraftBlock, bool]]) -> tuple[list[DraftBlock], list[DraftBlock]]:
    """Part the law from the page around it: framed blocks, unless the frame is where the articles stand."""
    articles = [framed for block, framed in blocks if opens_article(block.lines[0].text)]
    if articles and sum(articles) * 2 > len(articles):
        return [block for block, _ in blocks], []
    return [block for block, framed in blocks if not framed], [block for block, framed in blocks if framed]


def aside_note(frame: list[DraftBlock]) -> Problem:
    """Return the note on what was set aside."""
    letters = sum(len(line.text) for line in words_of(frame))
    return problem(
        "page-frame", f"{letters} letters of navigation and page feet were set apart from the text", severity="note"
    )


def words_of(blocks: list[DraftBlock]) -> Iterator[DraftLine]:
    """Yield the lines of blocks."""
    for block in blocks:
        yield from block.lines
