"""Tables that leave the product: decisions, suggestions and the grid as CSV, XLSX and JSON lines.

Invariant: text stays text. What a spreadsheet would take for a formula is made harmless, what a format can't hold is replaced by a
visible mark and never silently dropped, and a table in which Kosovo* occurs carries its footnote. JSON lines are exact. A file is
written whole or not at all. What the rows mean is left to the modules that made them.
"""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from psimm_docs.csvw import described
from psimm_docs.errors import PsimmError
from psimm_docs.jsonl import dumps, write_bytes
from psimm_docs.jurisdictions import KOSOVO_NOTE, jurisdiction
from psimm_docs.records import Decision, Provision, Reading, Source, Tag

if TYPE_CHECKING:
    from psimm_docs.cells import Cell, CellItem, Grid

Value = str | int | float | bool
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""First letters after which a spreadsheet may compute; the full-width ones are read as the plain ones by some."""

UNHELD = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
"""Characters that XML (and so XLSX) can't hold, and halves of characters that UTF-8 can't."""

MARK = "\ufffd"
"""Stands where a character could not be kept."""

CELL_LETTERS = 32_767
"""Letters that a cell of a spreadsheet holds."""

CUT = " … [cut: see the JSON lines]"
SHEET_LETTERS = 31
NOTE_SHEET = "Note"


@dataclass(frozen=True, slots=True)
class Table:
    """A named table: columns, and rows of as many values (text, whole or decimal numbers, yes/no)."""

    name: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Value, ...], ...]

    def __post_init__(self) -> None:
        if any(len(row) != len(self.columns) for row in self.rows):
            raise ValueError(f"{self.name}: a row has not {len(self.columns)} values")

    @property
    def note(self) -> str:
        """The Kosovo* footnote where the table names Kosovo* in any cell or heading, else the empty string."""
        named = any(names_kosovo(value) for row in (self.columns, *self.rows) for value in row)
        return KOSOVO_NOTE if named else ""


def names_kosovo(value: Value) -> bool:
    """Say whether a cell names Kosovo*: by code, name, or the id of one of its texts."""
    return isinstance(value, str) and (value == "XK" or "Kosovo*" in value or value.startswith("xk/"))


# --- what is exported --------------------------------------------------------------------------------------------------


def decisions_table(decisions: Iterable[Decision]) -> Table:
    """Return every decision, one a row, in the order given, with all its fields (hashes too: they prove the log)."""
    columns = (
        *("time", "reviewer", "jurisdiction", "provision_id", "concept", "verdict", "note", "suggested"),
        *("translated", "way", "settles", "tagger", "taxonomy_version", "fingerprint", "undoes", "previous", "hash"),
    )
    return Table(
        "decisions",
        columns,
        tuple(
            (
                *(one.time, one.reviewer, code_of(one.provision_id), one.provision_id, one.concept, one.verdict),
                *(
                    one.note,
                    one.suggested,
                    one.translated,
                    one.way,
                    " ".join(one.settles),
                    one.tagger,
                    one.taxonomy_version,
                ),
                *(one.fingerprint, one.undoes, one.previous, one.hash),
            )
            for one in decisions
        ),
    )


def readings_table(readings: Iterable[Reading]) -> Table:
    """Return every reading, one a row, in the order given, with the concepts that were shown and those that were refused."""
    columns = (
        *("time", "reviewer", "jurisdiction", "provision_id", "concepts", "refused", "note", "translated"),
        *("taxonomy_version", "fingerprint", "undoes", "previous", "hash"),
    )
    return Table(
        "readings",
        columns,
        tuple(
            (
                *(one.time, one.reviewer, code_of(one.provision_id), one.provision_id, " ".join(one.concepts)),
                *(" ".join(one.refused), one.note, one.translated, one.taxonomy_version, one.fingerprint),
                *(one.undoes, one.previous, one.hash),
            )
            for one in readings
        ),
    )


def code_of(provision_id: str) -> str:
    """Return the code of the jurisdiction that an id begins with."""
    return provision_id.partition("/")[0].upper()


def tags_table(
    tags: Iterable[Tag],
    *,
    sources: Mapping[str, Source],
    provisions: Mapping[str, Provision],
    states: Mapping[tuple[str, str], str] | None = None,
) -> Table:
    """Return the machine's suggestions, one a row, in the order given.

    `states` are words by (provision id, concept id): what people said about it; empty where nobody did. Votes stand as
    `method=score`. A suggestion whose provision or source isn't given keeps its id and has empty cells for the rest.
    """
    columns = (
        *("jurisdiction", "jurisdiction_name", "law", "status", "translation", "label", "heading", "language"),
        *("concept", "score", "votes", "review", "provision_id", "taxonomy_version", "tagger_version", "fingerprint"),
    )
    said = states or {}
    rows: list[tuple[Value, ...]] = []
    for tag in tags:
        source = sources.get(tag.provision_id.partition("#")[0])
        provision = provisions.get(tag.provision_id)
        code = source.jurisdiction if source else code_of(tag.provision_id)
        rows.append(
            (
                *(code, jurisdiction(code).name if source else ""),
                *((source.title, source.status, source.translation) if source else ("", "", "")),
                *((provision.label, provision.heading, provision.language) if provision else ("", "", "")),
                *(tag.concept, tag.score, "; ".join(f"{vote.method}={vote.score:.3f}" for vote in tag.votes)),
                *(said.get((tag.provision_id, tag.concept), ""), tag.provision_id),
                *(tag.taxonomy_version, tag.tagger_version, tag.fingerprint),
            )
        )
    return Table("suggestions", columns, tuple(rows))


def grid_tables(grid: Grid, *, names: Mapping[str, str]) -> list[Table]:
    """Return the grid as three tables: one row a concept in words, one row a cell (levels too), one row a provision.

    `names` are the concepts' names by id.
    """
    columns = ("concept", "name", *(jurisdiction(code).name for code in grid.jurisdictions))
    overview = tuple(
        (
            concept,
            names.get(concept, concept),
            *(f"{cell.words} ({len(cell.provisions)})" for cell in grid.row(concept)),
        )
        for concept in grid.concepts
    )
    cells = [one for cell in grid.cells for one in with_levels(cell)]
    return [
        Table("grid", columns, overview),
        Table("cells", CELL_COLUMNS, tuple(cell_row(level, one, names) for level, one in cells)),
        Table(
            "provisions",
            ITEM_COLUMNS,
            tuple(item_row(one, cell, names) for cell in grid.cells for one in (*cell.provisions, *cell.rejected)),
        ),
    ]


CELL_COLUMNS = (
    *("concept", "name", "jurisdiction", "jurisdiction_name", "level", "state", "provisions", "rejected"),
    *("documents_searched", "digests", "unread", "date", "searched_for", "leads", "answered_by", "signed", "rests_on"),
)
ITEM_COLUMNS = (
    *("concept", "name", "jurisdiction", "jurisdiction_name", "label", "heading", "language", "translation"),
    *("digest", "state", "score", "provision_id", "other_versions", "decided_on"),
)


def with_levels(cell: Cell) -> list[tuple[str, Cell]]:
    """Return a cell and its levels, each with what it is."""
    return [("whole" if cell.levels else "", cell), *(("level", one) for one in cell.levels)]


def cell_row(level: str, cell: Cell, names: Mapping[str, str]) -> tuple[Value, ...]:
    """Return the row of a cell."""
    return (
        *(cell.concept, names.get(cell.concept, cell.concept), cell.jurisdiction, jurisdiction(cell.jurisdiction).name),
        *(level, cell.words, len(cell.provisions), len(cell.rejected), cell.documents, cell.digests, cell.unread),
        *(cell.date, "; ".join(cell.queries), len(cell.leads), "; ".join(cell.answered_by)),
        *(cell.signed.id if cell.signed else "", cell.told),
    )


def item_row(item: CellItem, cell: Cell, names: Mapping[str, str]) -> tuple[Value, ...]:
    """Return the row of a provision in a cell."""
    return (
        *(cell.concept, names.get(cell.concept, cell.concept), item.jurisdiction, jurisdiction(item.jurisdiction).name),
        *(item.label, item.heading, item.language, item.translation, item.digest, item.state, item.score),
        *(item.provision_id, "; ".join(item.versions), "; ".join(item.decided)),
    )


# --- how it is written -------------------------------------------------------------------------------------------------


def holdable(text: str) -> str:
    """Return a text with a visible mark for each character that a table file can't hold."""
    return UNHELD.sub(MARK, text)


def harmless(value: Value) -> Value:
    """Return a cell for CSV: text that a spreadsheet would compute gets an apostrophe in front; numbers stay numbers.

    >>> harmless("=1+1"), harmless("  @x"), harmless(-2.5), harmless("члан 3")
    ("'=1+1", "'  @x", -2.5, 'члан 3')
    """
    if not isinstance(value, str):
        return yes_no(value) if isinstance(value, bool) else finite(value)
    text = holdable(value)
    return "'" + text if text.startswith(FORMULA) or text.lstrip(" \u00a0").startswith(FORMULA) else text


def yes_no(value: bool) -> str:
    """Return a word for a truth value."""
    return "yes" if value else "no"


def finite(value: int | float) -> Value:
    """Return a number, or the empty string for what isn't one (a figure that is not defined)."""
    return value if math.isfinite(value) else ""


def to_csv(table: Table, *, delimiter: str = ",") -> bytes:
    """Return a table as CSV: UTF-8 with a byte order mark (Excel then reads Cyrillic), lines ending in CR LF.

    The Kosovo* footnote is the last row, after an empty one. Excel in many European settings wants `delimiter=";"`; where a file goes to
    Excel, XLSX is the better choice.
    """
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=delimiter)
    for row in (table.columns, *table.rows):
        writer.writerow([harmless(value) for value in row])
    if table.note:
        writer.writerow([])
        writer.writerow(["'" + table.note if table.note.startswith(FORMULA) else table.note])
    return out.getvalue().encode("utf-8-sig")


def to_jsonl(table: Table) -> bytes:
    """Return a table as JSON lines, an object a row, values exact; the Kosovo* footnote is a last object `{"note": ...}`.

    Halves of characters are escaped, figures that are not defined are null.
    """
    rows: list[dict[str, Value | None]] = [
        {
            name: None if isinstance(value, float) and not math.isfinite(value) else value
            for name, value in zip(table.columns, row, strict=True)
        }
        for row in table.rows
    ]
    if table.note:
        rows.append({"note": table.note})
    lines = "".join(dumps(row) + "\n" for row in rows)
    return re.sub("[\ud800-\udfff]", lambda found: f"\\u{ord(found[0]):04x}", lines).encode("utf-8")


def to_xlsx(tables: Sequence[Table]) -> bytes:
    """Return a workbook, a sheet a table: header in bold and frozen, text cells of type text whatever they begin with.

    Text longer than a cell holds is cut and says so. The Kosovo* footnote stands on a sheet of its own and below each table that
    needs it.
    """
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter

    if not tables:
        raise ValueError("a workbook has a table at least")
    book = Workbook(write_only=True)
    taken: set[str] = set()

    def cell_of(sheet: object, value: Value, *, bold: bool = False) -> object:
        made = WriteOnlyCell(sheet)  # type: ignore[arg-type]
        if isinstance(value, str):
            made.value = fitting(value)
            # openpyxl takes "=..." for a formula and "#N/A" for an error
            made.data_type = "s"
            made.alignment = Alignment(wrap_text=len(value) > 40, vertical="top")
        else:
            made.value = yes_no(value) if isinstance(value, bool) else finite(value)
        if bold:
            made.font = Font(bold=True)
        return made

    for table in tables:
        sheet = book.create_sheet(sheet_name(table.name, taken))
        sheet.freeze_panes = "A2"
        for at, width in enumerate(widths(table), 1):
            sheet.column_dimensions[get_column_letter(at)].width = width
        sheet.append([cell_of(sheet, name, bold=True) for name in table.columns])
        for row in table.rows:
            sheet.append([cell_of(sheet, value) for value in row])
        if table.note:
            sheet.append([])
            sheet.append([cell_of(sheet, table.note)])
    if any(table.note for table in tables):
        sheet = book.create_sheet(sheet_name(NOTE_SHEET, taken))
        sheet.column_dimensions["A"].width = 100
        sheet.append([cell_of(sheet, KOSOVO_NOTE)])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def fitting(text: str) -> str:
    """Return a text that a cell holds, cut at its end and saying so where it is too long."""
    kept = holdable(text).replace("\r\n", "\n").replace("\r", "\n")
    return kept if len(kept) <= CELL_LETTERS else kept[: CELL_LETTERS - len(CUT)] + CUT


def widths(table: Table) -> list[int]:
    """Return a width for each column, in letters, from its header and first rows."""
    sample = (table.columns, *table.rows[:50])
    return [min(60, max(8, *(len(str(row[at])) + 2 for row in sample))) for at in range(len(table.columns))]


def sheet_name(name: str, taken: set[str]) -> str:
    """Return a name that a sheet may have and no other one has; it is added to `taken`.

    >>> sheet_name("a/b: c?", set())
    'a b c'
    """
    base = " ".join(re.sub(r"[\[\]:*?/\\']", " ", holdable(name)).split())[:SHEET_LETTERS] or "Table"
    found, number = base, 1
    while found.casefold() in taken:
        number += 1
        found = f"{base[: SHEET_LETTERS - len(str(number)) - 1]} {number}"
    taken.add(found.casefold())
    return found


FORMATS = (".csv", ".xlsx", ".jsonl")
"""Endings that `write_tables` knows."""


def write_tables(path: Path, tables: Sequence[Table]) -> list[Path]:
    """Write tables in the format that the file's ending names; returns the tables' files, each written whole or not at all.

    A CSV file has its description (CSV on the Web) beside it, `name.csv-metadata.json`. XLSX takes all tables into one file; of several tables CSV and JSON lines make one file each, `name-table.csv`. Raises
    PsimmError for another ending, StorageError when the disk is full.
    """
    ending = path.suffix.lower()
    if ending not in FORMATS:
        raise PsimmError(f"{path}: the ending must be one of {', '.join(FORMATS)}")
    if ending == ".xlsx":
        write_bytes(path, to_xlsx(tables))
        return [path]
    render = to_csv if ending == ".csv" else to_jsonl
    paths = [path if len(tables) == 1 else path.with_name(f"{path.stem}-{table.name}{ending}") for table in tables]
    for one, table in zip(paths, tables, strict=True):
        write_bytes(one, render(table))
        if ending == ".csv":
            about = described(one.name, table.columns, table.rows, table.note)
            write_bytes(one.with_name(one.name + "-metadata.json"), about)
    return paths
