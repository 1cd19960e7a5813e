"""Tables out of the house: CSV, Excel and JSON lines that open safely in anybody's program.

Invariant: a cell that a spreadsheet would take for a formula is made plain text; control characters go; CSV carries a byte-order mark so
that Excel shows Cyrillic; a file that names Kosovo* carries its footnote as its last row; a file is written whole or not at all.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from psimm_docs.errors import PsimmError
from psimm_docs.jsonl import dumps, write_bytes
from psimm_docs.jurisdictions import KOSOVO_NOTE

FORMULA = re.compile(r"^[\s\x00-\x20]*[=+\-@\t\r＝＋－＠]")
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
LONGEST = 32_000
"""Letters that a cell of Excel holds (32,767); longer text is cut and says so."""

Row = Mapping[str, Any]


def plain(value: Any, *, quote: bool) -> Any:
    """Return a value as a cell may hold it; with `quote` a text like a formula gets an apostrophe before it.

    >>> plain("=1+1", quote=True), plain(-3, quote=True), plain("Član 5", quote=True)
    ("'=1+1", -3, 'Član 5')
    """
    if isinstance(value, bool) or value is None:
        return "" if value is None else str(value).lower()
    if isinstance(value, (int, float)):
        return value
    text = CONTROL.sub("", str(value))
    if len(text) > LONGEST:
        text = text[:LONGEST] + " [cut]"
    return f"'{text}" if quote and FORMULA.match(text) else text


def needs_footnote(rows: Sequence[Row]) -> bool:
    """Say whether a table names Kosovo*."""
    return any("Kosovo*" in str(value) or str(value) == "XK" for row in rows for value in row.values())


def to_csv(rows: Sequence[Row], columns: Sequence[str]) -> bytes:
    """Return a table as CSV in UTF-8 with a byte-order mark."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(columns)
    for row in rows:
        writer.writerow([plain(row.get(name), quote=True) for name in columns])
    if needs_footnote(rows):
        writer.writerow([KOSOVO_NOTE])
    return b"\xef\xbb\xbf" + out.getvalue().encode("utf-8")


def to_xlsx(rows: Sequence[Row], columns: Sequence[str]) -> bytes:
    """Return a table as an Excel file: one sheet, a frozen head, text cells that can't be formulas."""
    from openpyxl import Workbook
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter

    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "psimm_docs"
    sheet.append(list(columns))
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    for number, row in enumerate(rows, 2):
        for place, name in enumerate(columns, 1):
            value = plain(row.get(name), quote=False)
            cell = sheet.cell(number, place)
            cell.value = value
            if isinstance(value, str):
                cell.data_type = "s"
                cell.quotePrefix = bool(FORMULA.match(value))
                cell.alignment = Alignment(wrap_text=len(value) > 60, vertical="top")
    if needs_footnote(rows):
        sheet.cell(len(rows) + 3, 1).value = KOSOVO_NOTE
    sheet.freeze_panes = "A2"
    for place, name in enumerate(columns, 1):
        longest = max([len(name), *(len(str(row.get(name, ""))) for row in rows[:200])])
        sheet.column_dimensions[get_column_letter(place)].width = min(60, max(10, longest + 2))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def to_jsonl(rows: Sequence[Row], columns: Sequence[str]) -> bytes:
    """Return a table as JSON lines; values stay as they are, and the footnote of Kosovo* is a last line of its own."""
    lines = [dumps({name: row.get(name) for name in columns}) for row in rows]
    if needs_footnote(rows):
        lines.append(dumps({"note": KOSOVO_NOTE}))
    return "".join(line + "\n" for line in lines).encode("utf-8", "surrogatepass")


FORMATS: dict[str, Callable[[Sequence[Row], Sequence[str]], bytes]] = {
    ".csv": to_csv,
    ".xlsx": to_xlsx,
    ".jsonl": to_jsonl,
}
"""Table formats by file ending."""


def write_table(path: Path, rows: Sequence[Row], columns: Sequence[str]) -> None:
    """Write a table in the format that the file's ending names; raises PsimmError for another ending."""
    made = FORMATS.get(path.suffix.lower())
    if made is None:
        raise PsimmError(f"{path}: the ending must be one of {', '.join(FORMATS)}")
    write_bytes(path, made(rows, columns))
