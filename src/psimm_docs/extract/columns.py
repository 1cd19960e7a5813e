"""Runs of letters to lines in reading order, on pages of one column or several.

Columns are told by pairs: where many rows hold two wide runs with a blank between them at the same place, there is a gutter.
Lines that cross the gutter split the page into bands; within a band each column is read down to its end. Invariant: every
run ends up in exactly one line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from psimm_docs.extract.draft import DraftLine
from psimm_docs.extract.glyphs import Run
from psimm_docs.extract.openings import POINT, opens_article
from psimm_docs.records import Box

BIN = 2.0  # points
BLANK_STRIP = 24.0  # points
CLEAR_LINES = 20
LARGER = 1.2
SENTENCE_END = re.compile(r"[.;:!?][\"”“»)\]]?\s*$")
SUPERSCRIPT = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


@dataclass(slots=True)
class PageLine(DraftLine):
    """A line of a page and what its place says about it. `column` counts from 0; -1 crosses the columns."""

    x0: float = 0.0
    y0: float = 0.0
    x1: float = 0.0
    y1: float = 0.0
    size: float = 0.0
    bold: bool = False
    column: int = 0
    columns: int = 1
    left: float = 0.0
    right: float = 0.0
    table: int = -1
    hole: float = 0.0
    """The widest blank inside the line, in its type's heights."""

    @property
    def width(self) -> float:
        """The line's width in points."""
        return self.x1 - self.x0


def rows(runs: Sequence[Run]) -> list[list[Run]]:
    """Group runs to visual rows, top to bottom, each from left to right.

    Runs of small type are placed last, each in the row that it overlaps most: a raised note mark touches the row above too.
    """
    if not runs:
        return []
    usual = median(run.height for run in runs)
    found: list[list[Run]] = []
    ends: list[tuple[float, float, float]] = []  # y0, y1, width of each row's widest run
    small: list[Run] = []
    for run in sorted(runs, key=lambda one: (one.y0 + one.y1, one.x0)):
        if run.height < 0.75 * usual and len(run.text) <= 4:
            small.append(run)
            continue
        place(run, found, ends, range(max(0, len(found) - 4), len(found)))
    for run in small:
        place(run, found, ends, range(len(found)))
    order = sorted(range(len(found)), key=lambda at: ends[at][0] + ends[at][1])
    for row in found:
        row.sort(key=lambda one: one.x0)
    return [found[at] for at in order]


def place(run: Run, found: list[list[Run]], ends: list[tuple[float, float, float]], among: range) -> None:
    """Add a run to the row that it overlaps most, else begin a row."""
    best, most = -1, 0.0
    middle = (run.y0 + run.y1) / 2
    for at in among:
        y0, y1, _ = ends[at]
        overlap = min(y1, run.y1) - max(y0, run.y0)
        if y0 <= middle <= y1 and overlap >= 0.5 * min(y1 - y0, run.height) and overlap > most:
            best, most = at, overlap
    if best < 0:
        found.append([run])
        ends.append((run.y0, run.y1, run.x1 - run.x0))
        return
    found[best].append(run)
    if run.x1 - run.x0 > ends[best][2]:
        ends[best] = (run.y0, run.y1, run.x1 - run.x0)


def gutter(runs: Sequence[Run], *, width: float, prior: Sequence[float] = ()) -> float | None:
    """Return the x of the clearest gutter among runs, or None.

    A gutter needs six rows with a wide run on either side, and at least as many such rows as lines that run across. Two rows
    are enough where other pages of the document have a gutter at the same place (`prior`), or where it stands in the middle
    of a full column that no line crosses (the last column of a gazette may hold a few lines only).
    """
    wide = [run for run in runs if run.x1 - run.x0 >= 0.14 * width]
    pairs: list[tuple[float, float]] = []
    wide.sort(key=lambda run: run.y0)
    for index, run in enumerate(wide):
        beside = None
        for step in (-1, 1):
            at = index + step
            while 0 <= at < len(wide) and abs(wide[at].y0 - run.y0) < run.height:
                other = wide[at]
                if other.x0 >= run.x1 + 4 and min(run.y1, other.y1) - max(run.y0, other.y0) > 0.25 * run.height:
                    beside = other.x0 if beside is None else min(beside, other.x0)
                at += step
        if beside is not None:
            pairs.append((run.x1, beside))
    if len(pairs) < 2:
        return None
    votes = [0] * (int(max(width, 1) / BIN) + 2)
    for start, end in pairs:
        for at in range(max(0, int(start / BIN) + 1), min(len(votes), int(end / BIN) + 1)):
            votes[at] += 1
    most = max(votes)
    if most < 2:
        return None
    best = [at for at, count in enumerate(votes) if count >= 0.9 * most]
    # the longest stretch of best bins
    stretches: list[list[int]] = [[best[0]]]
    for at in best[1:]:
        if at == stretches[-1][-1] + 1:
            stretches[-1].append(at)
        else:
            stretches.append([at])
    stretch = max(stretches, key=len)
    x = (stretch[0] + stretch[-1] + 1) / 2 * BIN
    across = sum(run.x0 < x - 4 and run.x1 > x + 4 for run in wide)
    known = any(abs(x - other) < 12 for other in prior)
    bare = across == 0 and len(wide) >= CLEAR_LINES and 0.4 * width <= x <= 0.6 * width
    if most < across or (most < 6 and not known and not bare):
        return None
    return x


def gutters(runs: Sequence[Run], *, width: float, prior: Sequence[float] = ()) -> list[float]:
    """Return the x of all gutters of a page, left to right; empty for one column."""
    x = gutter(runs, width=width, prior=prior)
    if x is None:
        return []
    left = [run for run in runs if run.x1 <= x + 4]
    right = [run for run in runs if run.x0 >= x - 4]
    more: list[float] = []
    for side in (left, right):
        inner = gutter(side, width=width)
        if inner is not None and abs(inner - x) > 0.15 * width:
            more.append(inner)
    return sorted([x, *more])


def read_order(runs: Sequence[Run], *, page: int, gaps: Sequence[float]) -> list[PageLine]:
    """Return the lines of a page in reading order; `gaps` are its gutters."""
    if not gaps:
        return margins([line_of(row, page=page, column=0, columns=1) for whole in rows(runs) for row in headed(whole)])
    edges = [float("-inf"), *gaps, float("inf")]
    crossing = [run for run in runs if any(run.x0 < x - 4 and run.x1 > x + 4 for x in gaps)]
    separators = rows(crossing) if crossing else []
    spans = [(min(run.y0 for run in row), max(run.y1 for run in row)) for row in separators]
    inside: list[Run] = []
    crossed = {id(run) for run in crossing}
    for run in runs:
        if id(run) in crossed:
            continue
        for at, (y0, y1) in enumerate(spans):
            if min(y1, run.y1) - max(y0, run.y0) > 0.6 * run.height:
                separators[at].append(run)
                break
        else:
            inside.append(run)
    out: list[PageLine] = []

    def flush(band: list[Run]) -> None:
        for strip in strips(band):
            flush_strip(strip)

    def flush_strip(band: list[Run]) -> None:
        for column in range(len(gaps) + 1):
            held = [run for run in band if edges[column] <= (run.x0 + run.x1) / 2 < edges[column + 1]]
            out.extend(
                line_of(row, page=page, column=column, columns=len(gaps) + 1)
                for whole in rows(held)
                for row in headed(whole)
            )

    inside.sort(key=lambda run: run.y0 + run.y1)
    at = 0
    for (y0, y1), row in sorted(zip(spans, separators, strict=True), key=lambda pair: pair[0]):
        band = []
        while at < len(inside) and inside[at].y0 + inside[at].y1 < y0 + y1:
            band.append(inside[at])
            at += 1
        flush(band)
        row.sort(key=lambda run: run.x0)
        out.append(line_of(row, page=page, column=-1, columns=len(gaps) + 1))
    flush(inside[at:])
    return margins(out)


def strips(runs: Sequence[Run]) -> list[list[Run]]:
    """Part runs (by height on the page) where a blank strip of some lines' height runs across all columns."""
    parts: list[list[Run]] = []
    reached = 0.0
    for run in sorted(runs, key=lambda one: one.y0):
        if parts and run.y0 - reached < max(BLANK_STRIP, 2.3 * run.height):
            parts[-1].append(run)
        else:
            parts.append([run])
        reached = max(reached, run.y1)
    return parts


def headed(row: Sequence[Run]) -> Iterator[Sequence[Run]]:
    """Part a row into a heading and text, where the row holds both.

    Either a bold article line with the text that begins beside it, or the end of a sentence with the next article's heading,
    in larger letters, set after it.
    """
    if len(row) > 1 and row[0].bold and not row[1].bold:
        rest = "".join(run.text for run in row[1:]).lstrip(" .")
        if opens_article(row[0].text) and (rest[:1].isupper() or POINT.match(rest)):
            yield row[:1]
            yield row[1:]
            return
    for at in range(1, len(row)):
        before, after = row[:at], row[at:]
        larger = min(run.height for run in after) >= LARGER * max(run.height for run in before)
        opens = after[0].text[:1].isupper() or POINT.match(after[0].text)
        article = after[0].bold and opens_article("".join(run.text for run in after))
        if (larger or article) and opens and SENTENCE_END.search(before[-1].text):
            yield before
            yield after
            return
    yield row


def line_of(row: Sequence[Run], *, page: int, column: int, columns: int) -> PageLine:
    """Join the runs of a row to one line: a space where there was a space or a gap, raised small digits as superscripts."""
    main = max(row, key=lambda run: len(run.text) * run.height)
    parts: list[str] = []
    spaced = len(row) > 3 and sum(len(run.text) == 1 for run in row) > 0.7 * len(row)
    usual = median(b.x0 - a.x1 for a, b in pairwise(row)) if spaced else 0.0
    before: Run | None = None
    hole = 0.0
    for run in row:
        text = run.text
        if before is not None:
            gap = run.x0 - before.x1
            if sum(map(str.isalpha, "".join(parts))) > 2:
                hole = max(hole, gap / max(main.height, 1.0))
            raised = run.height < 0.8 * main.height and run.y1 < main.y1 - 0.12 * main.height
            mark = raised and text.isdigit() and text.isascii() and len(text) <= 3
            if mark:
                text = text.translate(SUPERSCRIPT)
            if gap > (0.4 if mark else 0.22) * main.height or (run.gap_before and not mark):
                parts.append("  " if spaced and gap > 1.6 * usual else " ")
        parts.append(text)
        before = run
    x0, y0 = min(run.x0 for run in row), min(run.y0 for run in row)
    x1, y1 = max(run.x1 for run in row), max(run.y1 for run in row)
    letters = sum(len(run.text) for run in row)
    bold = sum(len(run.text) for run in row if run.bold) > 0.6 * letters
    box = Box(page, round(x0, 1), round(y0, 1), round(x1, 1), round(y1, 1))
    return PageLine(
        "".join(parts),
        page,
        box,
        x0=x0,
        y0=y0,
        x1=x1,
        y1=y1,
        size=main.height,
        bold=bold,
        column=column,
        columns=columns,
    )


def margins(lines: list[PageLine]) -> list[PageLine]:
    """Set on each line the left and right edge of its column: where most of the column's lines begin and end."""
    for column in {line.column for line in lines}:
        held = [line for line in lines if line.column == column]
        starts, ends = sorted(line.x0 for line in held), sorted(line.x1 for line in held)
        left, right = starts[len(starts) // 10], ends[-1 - len(ends) // 20]
        for line in held:
            line.left, line.right = left, max(right, left + 1)
    return lines
