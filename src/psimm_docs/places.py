"""From a span of the fixed text back to paper: its pages and its boxes.

Lines are in text order but need not cover every character (a joined hyphen, a separator), so a span that falls between two lines
belongs to the line before it. Formats without pages give page 0 and no boxes.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator

from psimm_docs.records import Box, Document, Line, Span

POORLY = 0.7
"""Recognised text that tesseract is less sure of (mean of its words, by letters) is marked as recognised poorly."""


def inked(text: str) -> int:
    """Return how many characters of a text are no blanks.

    >>> inked(" Član 5. ")
    6
    """
    return sum(map(len, text.split()))


def lines_of(document: Document, span: Span) -> Iterator[Line]:
    """Yield the lines that share a character with a span, in text order."""
    lines = document.lines
    at = max(0, bisect_right(lines, span.start, key=lambda line: line.span.start) - 1)
    while at < len(lines) and lines[at].span.start < span.end:
        if lines[at].span.end > span.start:
            yield lines[at]
        at += 1


def page_of(document: Document, span: Span) -> int:
    """Return the page on which a span begins, counted from 1; 0 for a format without pages."""
    if not any(page.width for page in document.pages):
        return 0
    line = next(lines_of(document, span), None)
    if line is not None:
        return line.page
    at = bisect_right(document.lines, span.start, key=lambda one: one.span.start) - 1
    return document.lines[at].page if at >= 0 else 0


def boxes_of(document: Document, span: Span) -> list[Box]:
    """Return the boxes that a span covers, a box a line; the first and last line are cut in proportion to their letters."""
    boxes = []
    for line in lines_of(document, span):
        if line.box is None or not len(line.span):
            continue
        width = line.box.x1 - line.box.x0
        left = max(0, span.start - line.span.start) / len(line.span)
        right = max(0, line.span.end - span.end) / len(line.span)
        boxes.append(Box(line.page, line.box.x0 + width * left, line.box.y0, line.box.x1 - width * right, line.box.y1))
    return boxes


def confidence_of(document: Document, span: Span) -> float | None:
    """Return how sure OCR was of a span's words, 0..1, weighed by their letters; None where nothing of it was recognised."""
    letters, sure = 0, 0.0
    for line in lines_of(document, span):
        if line.confidence is not None:
            count = min(line.span.end, span.end) - max(line.span.start, span.start)
            letters += count
            sure += count * line.confidence
    return round(sure / letters, 3) if letters else None


def poorly_recognised(document: Document, span: Span) -> str:
    """Return what to say of a span whose letters OCR was not sure of; empty where it was, or where nothing was recognised."""
    sure = confidence_of(document, span)
    return f"recognised poorly, confidence {sure:.2f}: check the page" if sure is not None and sure < POORLY else ""
