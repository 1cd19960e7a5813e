"""Plain text and Markdown to a document: paragraphs at blank lines and at what opens a provision, headings by Markdown's marks.

Invariant: no letter of the file is lost but Markdown's own marks (`#`, `**`, `_`, table rules), which say how a text looks. A wrapped paragraph is
joined by single blanks. There are no pages, hence no boxes. Decoding is left to `encodings`, mending to `repair`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from psimm_docs.extract.draft import DraftBlock, DraftLine, compose, counted, table_row
from psimm_docs.extract.encodings import decode
from psimm_docs.extract.job import Extraction, Job, RefusalError
from psimm_docs.extract.openings import opens_article, opens_provision
from psimm_docs.extract.repair import mend
from psimm_docs.places import inked
from psimm_docs.records import BlockKind, Page

MARK = "markdown-mark"
HEADING = re.compile(r"(#{1,6})\s+(.*?)\s*#*$")
EMPHASIS = re.compile(r"(?<!\w)(\*\*|__|\*|_)(?=\S)(.+?)(?<=\S)\1(?!\w)")
RULE = re.compile(r"\s*([-*_])\s*(\1\s*){2,}")
TABLE_RULE = re.compile(r"\s*\|?(\s*:?-{2,}:?\s*\|)+\s*:?-*:?\s*\|?\s*")
LINK = re.compile(r"\[([^\]\n]*)\]\(([^)\s]*)\)")
ENDS = re.compile(r"[.!?;:…]['”\")\]]*\s*$")
WIDEST = 200
"""A text with a longer line than this was not wrapped by a program: each of its lines is a paragraph."""

SHORT = 60
"""Letters that a line of a wrapped text has at least; a heading is shorter than twice that."""


def read(job: Job, *, markdown: bool = False) -> Extraction:
    """Read a text file. Raises RefusalError for one without a letter."""
    text, problems = decode(job.path.read_bytes())
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\x0b", "\n").replace("\x0c", "\n\n")
    page = Page(1, 0, 0, "text", inked(text))
    rules: Counter[str] = Counter()
    blocks = list(markdown_blocks(text, rules) if markdown else text_blocks(text))
    lines = [line for block in blocks for line in block.lines]
    if not any(letter.isalnum() for line in lines for letter in line.text):
        raise RefusalError("no-text", "holds no text", "get the file again")
    problems += mend(lines, kinds=job.settings.kinds)
    title = next((line.text for line in lines if line.text.strip()), "")[:200]
    document = compose(blocks, source_id=job.source_id, sha256=job.sha256, pages=(counted(page, rules),), title=title)
    return Extraction(document, tuple(problems))


def text_blocks(text: str) -> Iterator[DraftBlock]:
    """Yield the paragraphs of a plain text. Lines are joined only where a program wrapped them: see `continues`."""
    rows = [row.strip() for row in text.split("\n")]
    longest = max(map(len, rows))
    held: list[DraftLine] = []
    for row in rows:
        if held and not (row and longest <= WIDEST and continues(held[-1].text, row, longest=longest)):
            yield block_of(held)
            held = []
        if row:
            held.append(DraftLine(row))
    if held:
        yield block_of(held)


def continues(before: str, row: str, *, longest: int) -> bool:
    """Say whether a line goes on with the sentence of the line before: that one has no end, and this one begins small or that
    one is full."""
    if opens_provision(row) or opens_article(before) or ENDS.search(before) or row.startswith("["):
        return False
    return row[0].islower() or (len(before) >= SHORT and len(before) > 0.75 * longest)


def block_of(lines: list[DraftLine]) -> DraftBlock:
    """Return lines as a block: a short line of its own without a full stop is a heading."""
    first = lines[0].text
    titled = not ENDS.search(first) and not opens_provision(first) and not first.startswith("[")
    alone = len(lines) == 1 and len(first) < 2 * SHORT and (titled or opens_article(first))
    kind: BlockKind = "heading" if alone else "paragraph"
    return DraftBlock(kind, lines)


def markdown_line(row: str, plain: str) -> DraftLine:
    """Return a Markdown line without its marks, which are counted."""
    return DraftLine(plain, gone=Counter({MARK: inked(row) - inked(plain)}))


def markdown_blocks(text: str, rules: Counter[str]) -> Iterator[DraftBlock]:
    """Yield the headings, paragraphs, list items and tables of a Markdown text; `rules` counts the lines that only draw."""
    held: list[DraftLine] = []
    kind: BlockKind = "paragraph"

    def flush() -> Iterator[DraftBlock]:
        nonlocal held, kind
        if held:
            yield DraftBlock(kind, held)
        held, kind = [], "paragraph"

    for row in text.split("\n"):
        heading = HEADING.fullmatch(row.strip())
        plain = unmarked(row)
        if not row.strip() or RULE.fullmatch(row):
            rules[MARK] += inked(row)
            yield from flush()
        elif heading:
            yield from flush()
            yield DraftBlock("heading", [markdown_line(row, unmarked(heading.group(2)))], level=len(heading.group(1)))
        elif row.lstrip().startswith("|"):
            if kind != "table":
                yield from flush()
                kind = "table"
            if TABLE_RULE.fullmatch(row):
                rules[MARK] += inked(row)
            else:
                line = table_row([unmarked(cell) for cell in row.strip().strip("|").split("|")])
                line.gone = Counter({MARK: inked(row) - inked(line.text)})
                held.append(line)
        else:
            if kind == "table" or (
                held and (opens_provision(plain) or opens_article(held[-1].text) or row.endswith("  "))
            ):
                yield from flush()
            held.append(markdown_line(row, plain))
    yield from flush()


def unmarked(row: str) -> str:
    """Return a Markdown line without its marks for emphasis, quotation and links.

    >>> unmarked("> **Član 5.** _stav_ [zakon](http://x)")
    'Član 5. stav zakon'
    """
    row = LINK.sub(r"\1", row.strip().lstrip(">").strip())
    for _ in range(3):
        row = EMPHASIS.sub(r"\2", row)
    return (
        row.replace("\\.", ".")
        .replace("\\-", "-")
        .replace("\\)", ")")
        .replace("\\(", "(")
        .replace("\\*", "*")
        .rstrip("\\")
        .strip()
    )
