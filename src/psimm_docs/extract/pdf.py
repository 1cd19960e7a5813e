"""PDF to a document: letters with their places, lines in reading order, furniture apart, paragraphs whole.

Invariant: every line of the document has its page and its box; a page whose text can't be had is named in a problem. Where
the letters come from is `glyphs` and `ocr`, the order is `columns`, tables are `rulings`, the joining is `paragraphs`.
"""

from __future__ import annotations

import re
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from statistics import median
from typing import Any, Literal

from psimm_docs.extract import ocr
from psimm_docs.extract.columns import PageLine, gutters, read_order
from psimm_docs.extract.draft import LINE_END_HYPHEN, DraftBlock, compose, counted
from psimm_docs.extract.furniture import find_furniture
from psimm_docs.extract.glyphs import Frame, Glyphs, Run, frame_of, letters_on, read_glyphs, upright
from psimm_docs.extract.job import Extraction, Job, RefusalError, problem
from psimm_docs.extract.openings import opens_article
from psimm_docs.extract.paragraphs import paragraphs
from psimm_docs.extract.raised import RAISED, lower, mark_raised
from psimm_docs.extract.repair import mend
from psimm_docs.extract.rulings import find_tables, table_lines
from psimm_docs.extract.scans import numbers, recognise_pages
from psimm_docs.places import inked
from psimm_docs.records import Box, Page, Problem

MAX_SIDE = 20_000.0  # points; 14,400 is the format's own limit
MAX_LETTERS = 200_000  # of one page
FEW_LETTERS = 25
JUNK_TITLE = re.compile(
    r"^\s*(microsoft\s+word|untitled|document\d*|doc\d+|\d+|.*\.(docx?|pdf|rtf|indd|qxd|p65|odt))\b|^\W*$",
    re.IGNORECASE,
)


def read(job: Job) -> Extraction:
    """Read a PDF. Raises RefusalError for a file that is damaged, encrypted, or without pages."""
    import pypdfium2

    document = open_pdf(job, pypdfium2)
    try:
        return Reading(job, document).run()
    finally:
        document.close()


def open_pdf(job: Job, pypdfium2: Any) -> Any:
    """Open a PDF; raises RefusalError that says what is wrong with it."""
    try:
        document = pypdfium2.PdfDocument(job.path)
    except pypdfium2.PdfiumError as error:
        if "password" in str(error).lower():
            raise RefusalError("encrypted", "needs a password", "save it without a password and add that") from error
        if "security" in str(error).lower():
            raise RefusalError("encrypted", "is encrypted in an unknown way", "save it without encryption") from error
        raise RefusalError(
            "damaged", "is damaged or cut short, so no page can be read", "get the file again"
        ) from error
    if len(document) == 0:
        document.close()
        raise RefusalError("damaged", "has no pages", "get the file again")
    return document


class Reading:
    """The reading of one PDF: what its pages gave so far and the problems met."""

    def __init__(self, job: Job, document: Any) -> None:
        self.job = job
        self.document = document
        self.problems: list[Problem] = []
        self.pages: list[Page] = []
        self.lines: list[list[PageLine]] = []
        self.without_text: list[int] = []
        self.garbled: set[int] = set()
        self.outside: list[int] = []
        self.damaged: list[int] = []
        self.oversized: list[int] = []
        self.began = time.monotonic()

    def run(self) -> Extraction:
        """Read all pages and put them together."""
        count = len(self.document)
        limit = self.job.settings.max_pages
        if count > limit:
            self.problems.append(
                problem(
                    "too-many-pages",
                    f"only the first {limit} of {count} pages were read",
                    "split the file, or raise [read] max_pages in psimm.toml",
                )
            )
        seen: list[float] = []  # gutters of the pages so far
        for index in range(min(count, limit)):
            self.read_page(index, seen)
        self.pages_left_out()
        self.recognise()
        set_margins(self.lines, self.pages)
        furniture = find_furniture(self.lines, [page.height for page in self.pages])
        self.problems += mend([line for page in self.lines for line in page], kinds=self.job.settings.kinds)
        body = [line for page in self.lines for line in page if id(line) not in furniture]
        apart = [line for page in self.lines for line in page if id(line) in furniture]
        blocks = paragraphs(body, body_size=usual_size(body))
        if not blocks:
            self.problems.append(
                problem("no-text", "no text was found in it", "check that it is the right file", severity="error")
            )
        if RAISED not in self.job.settings.kinds:
            lower(line for page in self.lines for line in page)
        document = compose(
            blocks,
            [DraftBlock("furniture", [line]) for line in apart],
            source_id=self.job.source_id,
            sha256=self.job.sha256,
            pages=self.pages,
            title=self.title(blocks),
            rejoin=LINE_END_HYPHEN in self.job.settings.kinds,
        )
        return Extraction(document, tuple(self.problems))

    def pages_left_out(self) -> None:
        """Record which pages were left out, wholly or in part: one problem a cause, however many pages."""
        for pages, problem_of in (
            (self.damaged, ("damaged-page", "damaged and left out", "get the file again", "warning")),
            (self.oversized, ("page-size", f"larger than {MAX_SIDE:.0f} points or empty, and left out", "", "warning")),
            (self.outside, ("outside-page", "letters outside the visible page were left out", "", "note")),
        ):
            if pages:
                code, message, todo, severity = problem_of
                what = "page" if len(pages) == 1 else "pages"
                self.problems.append(
                    problem(code, f"{what} {numbers(pages)}: {message}", todo, severity=severity, page=pages[0])  # type: ignore[arg-type]
                )

    def read_page(self, index: int, seen: list[float]) -> None:
        """Read one page's text layer; a page without one is remembered for `recognise`."""
        import pypdfium2

        number = index + 1
        try:
            page = self.document[index]
        except pypdfium2.PdfiumError:
            self.add_page(Page(number, 0.0, 0.0, "none"), [])
            self.damaged.append(number)
            return
        try:
            width, height = page.get_size()
            textpage = page.get_textpage()
            try:
                if width > MAX_SIDE or height > MAX_SIDE or width <= 0 or height <= 0:
                    held = letters_on(textpage)
                    self.add_page(counted(Page(number, width, height, "none", held), {"page-size": held}), [])
                    self.oversized.append(number)
                    return
                shown = frame_of(page)
                frame = upright(textpage, shown)
                glyphs = read_glyphs(textpage, frame)
            finally:
                textpage.close()
            held = glyphs.letters + glyphs.twice
            gone = {"printed-twice": glyphs.twice, "unmapped": glyphs.unmapped}
            kept = [run for run in glyphs.runs if visible(run, *frame.size)]
            if len(kept) < len(glyphs.runs):
                self.outside.append(number)
                seen_letters = sum(inked(run.text) for run in kept) + glyphs.unmapped
                gone["outside-page"] = glyphs.letters - seen_letters
                glyphs = replace(glyphs, runs=kept, letters=seen_letters)
            if not usable(glyphs) and ocr.has_picture(page):
                self.without_text.append(number)
                if glyphs.unmapped > 0.1 * glyphs.letters:
                    self.garbled.add(number)
            lines = self.layout(page, frame, glyphs, number, frame.size[0], seen)
            if frame != shown:
                for line in lines:
                    line.box = turned(line.box, frame, shown)
            method: Literal["text", "none"] = "text" if lines else "none"
            self.add_page(counted(Page(number, round(width, 1), round(height, 1), method, held), gone), lines)
        finally:
            page.close()

    def layout(
        self, page: Any, frame: Frame, glyphs: Glyphs, number: int, width: float, seen: list[float]
    ) -> list[PageLine]:
        """Return a page's lines in reading order, tables in their place."""
        if glyphs.unmapped > 0.05 * max(glyphs.letters, 1) and glyphs.letters > FEW_LETTERS:
            self.problems.append(
                problem(
                    "unmapped-letters",
                    f"page {number}: {glyphs.unmapped} of {glyphs.letters} letters have no meaning in the file",
                    "compare the page with its picture",
                    page=number,
                )
            )
        runs = glyphs.runs
        tables = find_tables(page, frame, runs)
        rows: list[list[PageLine]] = []
        for at, table in enumerate(tables):
            rows.append(table_lines(table, runs, page=number, key=number * 1000 + at))
            runs = [run for run in runs if not table.holds(run)]
        gaps = gutters(runs, width=width, prior=seen[-6:])
        seen.extend(gaps)
        lines = read_order(runs, page=number, gaps=gaps)
        for table, cells in zip(tables, rows, strict=True):
            where = next((i for i, line in enumerate(lines) if line.y0 > table.y0 and line.column <= 0), len(lines))
            lines[where:where] = cells
        mark_raised(lines, glyphs.runs)
        return lines

    def add_page(self, page: Page, lines: list[PageLine]) -> None:
        """Keep what a page gave."""
        self.pages.append(page)
        self.lines.append(lines)

    def recognise(self) -> None:
        """Recognise the pages that have a picture and no text, and put what was recognised beside the text they have."""
        if not self.without_text:
            return
        known = " ".join(line.text for held in self.lines for line in held)
        until = self.began + 0.8 * self.job.settings.seconds
        found = recognise_pages(self.document, self.without_text, job=self.job, until=until, known=known)
        self.problems += found.problems
        for number, recognised in found.lines.items():
            page, held = self.pages[number - 1], self.lines[number - 1]
            stamps = [] if number in self.garbled else held
            kept = beside(stamps, recognised)
            twice = {id(line) for line in recognised} - {id(line) for line in kept}
            gone = {
                "garbled": sum(line.read for line in held) - sum(line.read for line in stamps),
                "recognised-unsure": found.unsure[number],
                "recognised-twice": sum(line.read for line in recognised if id(line) in twice),
            }
            read = sum(line.read for line in recognised) + found.unsure[number]
            method: Literal["ocr", "none"] = "ocr" if recognised else "none"
            self.lines[number - 1] = kept
            self.pages[number - 1] = counted(replace(page, method=method, recognised=read), gone)

    def title(self, blocks: Sequence[DraftBlock]) -> str:
        """Return the file's own title when it says something, else its first headings."""
        try:
            given = str(self.document.get_metadata_dict().get("Title", ""))
        except UnicodeDecodeError:
            given = ""
        if len(given) > 8 and " " in given.strip() and not JUNK_TITLE.match(given):
            return given
        return first_heading(blocks)


def first_heading(blocks: Sequence[DraftBlock]) -> str:
    """Return the headings that open a document, joined, at most 200 letters; the first line where there are none."""
    parts: list[str] = []
    for block in blocks[:12]:
        text = " ".join(line.text for line in block.lines)
        if block.kind == "heading" and not opens_article(text):
            parts.append(text)
        elif parts:
            break
    if not parts and blocks:
        parts = [blocks[0].lines[0].text]
    return " ".join(parts)[:200]


def visible(run: Run, width: float, height: float) -> bool:
    """Say whether a run's middle lies on the page that is shown."""
    return 0 <= run.x0 + run.x1 <= 2 * width and 0 <= run.y0 + run.y1 <= 2 * height


def beside(stamps: Sequence[PageLine], recognised: Sequence[PageLine]) -> list[PageLine]:
    """Return a scanned page's few lines of text with its recognised ones, less those that recognise the same again."""

    def same(line: PageLine) -> bool:
        across = sum(
            max(0.0, min(line.x1, stamp.x1) - max(line.x0, stamp.x0))
            for stamp in stamps
            if min(line.y1, stamp.y1) - max(line.y0, stamp.y0) > 0.4 * min(line.y1 - line.y0, stamp.y1 - stamp.y0)
        )
        return across > 0.3 * line.width

    return [*stamps, *(line for line in recognised if not same(line))]


def turned(box: Box | None, frame: Frame, shown: Frame) -> Box | None:
    """Return a box of the frame that was read in as it lies on the shown page."""
    if box is None:
        return None
    corners = shown.shown(*frame.filed(box.x0, box.y0, box.x1, box.y1))
    return Box(box.page, *(round(corner, 1) for corner in corners))


def usable(glyphs: Glyphs) -> bool:
    """Say whether a page's text layer is more than a stamp and made of known letters."""
    known = glyphs.letters - glyphs.unmapped
    return known >= FEW_LETTERS and glyphs.unmapped < 0.5 * glyphs.letters


def usual_size(lines: Sequence[PageLine]) -> float:
    """Return the height of the type that most letters are set in."""
    weights: dict[float, int] = defaultdict(int)
    for line in lines:
        weights[round(line.size * 2) / 2] += len(line.text)
    return max(weights, key=lambda size: weights[size]) if weights else 12.0


def set_margins(pages: Sequence[Sequence[PageLine]], sizes: Sequence[Page]) -> None:
    """Give short pages the column edges that the document's full pages have."""
    full: dict[tuple[int, int, int], list[tuple[float, float]]] = defaultdict(list)
    groups: list[tuple[tuple[int, int, int], list[PageLine]]] = []
    for lines, page in zip(pages, sizes, strict=True):
        for column in {line.column for line in lines}:
            held = [line for line in lines if line.column == column and line.table < 0]
            if held:
                key = (round(page.width), held[0].columns, column)
                groups.append((key, held))
                if len(held) >= 10:
                    full[key].append((held[0].left, held[0].right))
    for key, held in groups:
        if len(held) < 10 and full[key]:
            left = median(edge[0] for edge in full[key])
            right = median(edge[1] for edge in full[key])
            for line in held:
                line.left, line.right = min(left, line.left), max(right, line.right)
