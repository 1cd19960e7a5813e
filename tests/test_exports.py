"""Tables that leave the product: nothing computes, nothing breaks the file, nothing is lost without a mark."""

import csv
import io
import json
import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from psimm_docs import exports
from psimm_docs.compare import grid
from psimm_docs.errors import PsimmError
from psimm_docs.exports import FORMULA, MARK, Table, to_csv, to_jsonl, to_xlsx, write_tables
from psimm_docs.jurisdictions import KOSOVO_NOTE
from psimm_docs.records import Concept, Decision, Provision, Source, Span, Tag, Vote

NASTY = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "  =1",
    "＝1+1",
    '=HYPERLINK("http://e.org","x")',
    "#N/A",
    "TRUE",
    'a "quoted", cell;\nwith lines',
    "Члан 43. Ђ ѕ ќ",
    "bell\x07 and nul\x00",
    "half \ud800 of a character",
    "",
]


def table(values: list[exports.Value], name: str = "t") -> Table:
    return Table(name, ("n", "value"), tuple((at, value) for at, value in enumerate(values)))


def rows_of(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def test_csv_computes_nothing_and_opens_in_cyrillic() -> None:
    data = to_csv(table([*NASTY, -5, -2.5, True, math.nan]))
    assert data.startswith(b"\xef\xbb\xbf")
    header, *rows = rows_of(data)
    assert header == ["n", "value"]
    values = [row[1] for row in rows]
    assert values[:10] == ["'" + one for one in NASTY[:10]]
    assert values[10:14] == NASTY[10:14]
    assert values[14] == f"bell{MARK} and nul{MARK}"
    assert values[15] == f"half {MARK} of a character"
    assert values[-4:] == ["-5", "-2.5", "yes", ""]


def test_xlsx_holds_text_as_text_and_numbers_as_numbers() -> None:
    (sheet,) = load_workbook(io.BytesIO(to_xlsx([table([*NASTY, -5, -2.5, math.inf])]))).worksheets
    cells = [row[1] for row in sheet.iter_rows(min_row=2)]
    assert {cell.data_type for cell in cells[: len(NASTY) - 1]} == {"s"}
    assert [cell.value for cell in cells[:5]] == NASTY[:5]
    assert cells[5].value == "\n=1"
    assert cells[14].value == f"bell{MARK} and nul{MARK}"
    assert [cell.value for cell in cells[-3:-1]] == [-5, -2.5]
    assert sheet.freeze_panes == "A2"


def test_a_cell_that_is_too_long_says_that_it_was_cut() -> None:
    (sheet,) = load_workbook(io.BytesIO(to_xlsx([table(["ж" * 40_000])]))).worksheets
    value = sheet["B2"].value
    assert len(value) == exports.CELL_LETTERS
    assert value.endswith(exports.CUT)
    assert json.loads(to_jsonl(table(["ж" * 40_000])).splitlines()[0])["value"] == "ж" * 40_000


def test_json_lines_are_exact() -> None:
    values: list[exports.Value] = [*NASTY, -5, True]
    read = [json.loads(line) for line in to_jsonl(table(values)).decode("utf-8").split("\n")[:-1]]
    assert [one["value"] for one in read] == values
    assert json.loads(to_jsonl(table([math.nan])))["value"] is None


@pytest.mark.parametrize("value", ["XK", "Kosovo*", "law of Kosovo*, found", "xk/law/1#art_1"])
def test_kosovo_carries_its_footnote(value: str) -> None:
    one = table([value])
    assert KOSOVO_NOTE in rows_of(to_csv(one))[-1][0]
    assert json.loads(to_jsonl(one).splitlines()[-1]) == {"note": KOSOVO_NOTE}
    book = load_workbook(io.BytesIO(to_xlsx([one, table(["RS"], "other")])))
    assert book.sheetnames == ["t", "other", "Note"]
    assert book["Note"]["A1"].value == KOSOVO_NOTE
    assert KOSOVO_NOTE in [row[0].value for row in book["t"].iter_rows()]
    assert KOSOVO_NOTE not in to_csv(table(["RS"])).decode("utf-8")


@given(st.lists(st.text(max_size=30), min_size=1, max_size=6), st.sampled_from([",", ";", "\t"]))
def test_any_text_stays_in_its_cell_and_is_harmless(values: list[str], delimiter: str) -> None:
    data = to_csv(table(list(values)), delimiter=delimiter).decode("utf-8-sig")
    _, *rows = list(csv.reader(io.StringIO(data, newline=""), delimiter=delimiter))
    assert len(rows) == len(values)
    for row, value in zip(rows, values, strict=True):
        assert not row[1].startswith(FORMULA)
        assert row[1].removeprefix("'") in (exports.holdable(value), exports.holdable(value).removeprefix("'"))


@given(st.lists(st.text(max_size=30), min_size=1, max_size=4))
def test_any_text_makes_a_workbook_that_opens(values: list[str]) -> None:
    book = load_workbook(
        io.BytesIO(to_xlsx([table(list(values), name=values[0]), table(list(values), name=values[0])]))
    )
    assert len(book.worksheets) == 2
    for row, value in zip(book.worksheets[0].iter_rows(min_row=2), values, strict=True):
        assert (row[1].value or "") == exports.fitting(value)


def test_rows_have_as_many_values_as_columns() -> None:
    with pytest.raises(ValueError, match="2 values"):
        Table("t", ("a", "b"), (("x",),))


SOURCE = Source("xk/law/1", "p", "x", 1, "text/plain", "XK", "Ligji", language="sq", work_id="xk/law")
PROVISION = Provision(
    "xk/law/1#art_1", "xk/law/1", "art_1", "article", "1", "=h", "neni 1", Span(0, 1), "", 0, 0, True, "sq", "f"
)
TAG = Tag(PROVISION.id, "quota", 0.25, (Vote("label", 0.5), Vote("similarity", 0.25)), (), "v1", "t1", "f")


def test_decisions_and_suggestions_are_whole() -> None:
    decision = Decision("Ана", "2026-11-25T10:00:00+00:00", PROVISION.id, "quota", "accept", "f", "v1", "=note", True)
    made = exports.decisions_table([decision])
    row = dict(zip(made.columns, made.rows[0], strict=True))
    assert (row["jurisdiction"], row["reviewer"], row["note"], row["suggested"]) == ("XK", "Ана", "=note", True)
    assert made.note == KOSOVO_NOTE
    states = {(PROVISION.id, "quota"): "accepted"}
    made = exports.tags_table([TAG], sources={SOURCE.id: SOURCE}, provisions={PROVISION.id: PROVISION}, states=states)
    row = dict(zip(made.columns, made.rows[0], strict=True))
    assert row["votes"] == "label=0.500; similarity=0.250"
    assert (row["jurisdiction_name"], row["label"], row["review"]) == ("Kosovo*", "neni 1", "accepted")
    orphan = exports.tags_table([TAG], sources={}, provisions={})
    assert dict(zip(orphan.columns, orphan.rows[0], strict=True))["provision_id"] == PROVISION.id


def test_the_grid_comes_as_words_cells_and_provisions(tmp_path: Path) -> None:
    concept = Concept("quota", "s1", {"en": ("quota",)}, {}, "d")
    made = grid(
        [concept],
        sources=[SOURCE],
        searched={SOURCE.id},
        provisions={PROVISION.id: PROVISION},
        tags=[TAG],
        states={},
        date="2026-11-25",
    )
    tables = exports.grid_tables(made, names={"quota": "Quota"})
    assert [one.name for one in tables] == ["grid", "cells", "provisions"]
    assert "Kosovo*" in tables[0].columns
    assert "found, unreviewed (1)" in tables[0].rows[0]
    assert len(tables[1].rows) == 6 + 4
    assert len(tables[2].rows) == 1
    assert all(one.note for one in tables)
    assert write_tables(tmp_path / "g.xlsx", tables) == [tmp_path / "g.xlsx"]
    written = write_tables(tmp_path / "g.csv", tables)
    assert [one.name for one in written] == ["g-grid.csv", "g-cells.csv", "g-provisions.csv"]
    assert write_tables(tmp_path / "g.jsonl", tables[:1]) == [tmp_path / "g.jsonl"]
    with pytest.raises(PsimmError, match=r"\.csv"):
        write_tables(tmp_path / "g.ods", tables)
