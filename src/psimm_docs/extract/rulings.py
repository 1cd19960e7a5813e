"""Tables by their ruling lines: the lines drawn on a page, the cells they make, the text in each cell.

pdfplumber's table geometry works on the lines that pdfium reports, so that no page is parsed twice. Invariant: only a grid
of two columns and two rows or more is a table; frames, underlines and the rule between two columns are not.
"""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from psimm_docs.extract.columns import PageLine, line_of, rows
from psimm_docs.extract.draft import BAR, TABLE_BAR
from psimm_docs.extract.glyphs import Frame, Run
from psimm_docs.records import Box

THIN = 2.5  # points: a filled rectangle thinner than this is a line
MAX_OBJECTS = 20_000
MAX_EDGES = 3_000

Cell = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Table:
    """A ruled table: its rectangle and its cells, row by row."""

    x0: float
    y0: float
    x1: float
    y1: float
    rows: tuple[tuple[Cell, ...], ...]

    def holds(self, run: Run) -> bool:
        """Say whether a run's middle lies in the table."""
        x, y = (run.x0 + run.x1) / 2, (run.y0 + run.y1) / 2
        return self.x0 <= x <= self.x1 and self.y0 <= y <= self.y1


def drawn_lines(page: Any, frame: Frame) -> list[tuple[float, float, float, float]]:
    """Return the horizontal and vertical lines drawn on a page, as thin rectangles on the shown page."""
    import pypdfium2.raw as pdfium

    found: list[tuple[float, float, float, float]] = []
    count = pdfium.FPDFPage_CountObjects(page.raw)
    sides = [ctypes.c_float() for _ in range(4)]
    point = ctypes.c_float(), ctypes.c_float()
    matrix = pdfium.FS_MATRIX()
    for index in range(min(count, MAX_OBJECTS)):
        thing = pdfium.FPDFPage_GetObject(page.raw, index)
        if pdfium.FPDFPageObj_GetType(thing) != pdfium.FPDF_PAGEOBJ_PATH:
            continue
        if not pdfium.FPDFPageObj_GetBounds(thing, *(ctypes.byref(side) for side in sides)):
            continue
        x0, y0, x1, y1 = (side.value for side in sides)
        if x1 - x0 < THIN or y1 - y0 < THIN:
            found.append(frame.shown(x0, y0, x1, y1))
            continue
        segments = pdfium.FPDFPath_CountSegments(thing)
        if not 2 <= segments <= 200:
            continue
        pdfium.FPDFPageObj_GetMatrix(thing, ctypes.byref(matrix))
        last: tuple[float, float] | None = None
        for at in range(segments):
            segment = pdfium.FPDFPath_GetPathSegment(thing, at)
            if not pdfium.FPDFPathSegment_GetPoint(segment, ctypes.byref(point[0]), ctypes.byref(point[1])):
                continue
            x, y = point[0].value, point[1].value
            here = matrix.a * x + matrix.c * y + matrix.e, matrix.b * x + matrix.d * y + matrix.f
            kind = pdfium.FPDFPathSegment_GetType(segment)
            if kind == pdfium.FPDF_SEGMENT_LINETO and last is not None:
                a, b = sorted((last[0], here[0])), sorted((last[1], here[1]))
                if a[1] - a[0] < THIN or b[1] - b[0] < THIN:
                    found.append(frame.shown(a[0], b[0], a[1], b[1]))
            last = here
    return found


def edges(lines: Sequence[tuple[float, float, float, float]]) -> list[dict[str, Any]]:
    """Return lines as pdfplumber's edges."""
    out: list[dict[str, Any]] = []
    for x0, y0, x1, y1 in lines:
        if x1 - x0 >= y1 - y0 and x1 - x0 > 4:
            y = (y0 + y1) / 2
            out.append(edge(x0, y, x1, y, "h"))
        elif y1 - y0 > 4:
            x = (x0 + x1) / 2
            out.append(edge(x, y0, x, y1, "v"))
    return out


def edge(x0: float, top: float, x1: float, bottom: float, orientation: str) -> dict[str, Any]:
    """Return one edge as pdfplumber has it."""
    return {
        **{"x0": x0, "x1": x1, "top": top, "bottom": bottom, "orientation": orientation},
        **{"width": x1 - x0, "height": bottom - top, "object_type": "line"},
    }


def find_tables(page: Any, frame: Frame, runs: Sequence[Run]) -> list[Table]:
    """Return the ruled tables of a page from top to bottom."""
    lines = drawn_lines(page, frame)
    given = edges(lines)
    across = sum(one["orientation"] == "h" for one in given)
    if across < 3 or len(given) - across < 3 or len(given) > MAX_EDGES:
        return []
    from pdfplumber.table import cells_to_tables, edges_to_intersections, intersections_to_cells, merge_edges

    merged = merge_edges(given, snap_x_tolerance=3, snap_y_tolerance=3, join_x_tolerance=3, join_y_tolerance=3)
    cells = intersections_to_cells(edges_to_intersections(merged, 3, 3))
    tables: list[Table] = []
    for group in cells_to_tables(cells):
        table = as_table(group)
        if table is not None and any(table.holds(run) for run in runs) and not frames_text(table, runs):
            tables.append(table)
    return sorted(tables, key=lambda table: table.y0)


def as_table(cells: Sequence[Cell]) -> Table | None:
    """Return cells as rows, or None where they are no grid of two by two."""
    by_top: dict[float, list[Cell]] = {}
    for cell in sorted(cells, key=lambda one: (one[1], one[0])):
        by_top.setdefault(round(cell[1]), []).append(cell)
    if len(by_top) < 2 or len({round(cell[0]) for cell in cells}) < 2:
        return None
    laid = tuple(tuple(sorted(row)) for _, row in sorted(by_top.items()))
    return Table(
        min(cell[0] for cell in cells),
        min(cell[1] for cell in cells),
        max(cell[2] for cell in cells),
        max(cell[3] for cell in cells),
        laid,
    )


def frames_text(table: Table, runs: Sequence[Run]) -> bool:
    """Say whether a grid is rather a frame around running text: few cells, one of them with a page's worth of letters."""
    cells = sum(len(row) for row in table.rows)
    most = max(sum(len(run.text) for run in runs if inside(cell, run)) for row in table.rows for cell in row)
    return cells <= 6 and most > 1200


def inside(cell: Cell, run: Run) -> bool:
    """Say whether a run's middle lies in a cell."""
    x, y = (run.x0 + run.x1) / 2, (run.y0 + run.y1) / 2
    return cell[0] <= x <= cell[2] and cell[1] <= y <= cell[3]


def table_lines(table: Table, runs: Sequence[Run], *, page: int, key: int) -> list[PageLine]:
    """Return a table as one line a row, its cells separated by ` | `; `key` marks the lines as one table's."""
    out: list[PageLine] = []
    left = [run for run in runs if table.holds(run)]
    for row in table.rows:
        texts: list[str] = []
        held: list[Run] = []
        for cell in row:
            here = [run for run in left if inside(cell, run)]
            left = [run for run in left if not inside(cell, run)]
            held += here
            texts.append(
                " ".join(line_of(one, page=page, column=0, columns=1).text for one in rows(here)).replace(BAR, "|")
            )
        if not held:
            continue
        line = line_of(held, page=page, column=0, columns=1)
        line.text = BAR.join(texts)
        line.gone[TABLE_BAR] -= len(texts) - 1
        line.box = Box(page, *(round(v, 1) for v in (row[0][0], row[0][1], row[-1][2], max(cell[3] for cell in row))))
        line.y0, line.y1 = row[0][1], max(cell[3] for cell in row)
        line.table = key
        out.append(line)
    for one in rows(left):  # what lies between the cells is not lost
        line = line_of(one, page=page, column=0, columns=1)
        line.table = key
        out.append(line)
    return out
