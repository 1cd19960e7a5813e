"""The ground: folding and its way back, files that are whole or absent, settings, jurisdictions."""

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from psimm_docs.errors import BusyError, PsimmError, StorageError
from psimm_docs.fold import fold, fold_with_map, words
from psimm_docs.jsonl import iter_records, read_records, write_bytes, write_records
from psimm_docs.jurisdictions import JURISDICTIONS, KOSOVO_NOTE, SIX, jurisdiction, needs_note, root, within
from psimm_docs.places import boxes_of, page_of
from psimm_docs.records import Box, Document, Line, Page, Problem, Source, Span
from psimm_docs.workspace import REPAIRS, init_workspace, open_workspace

# --- folding


@pytest.mark.parametrize(
    ("cyrillic", "latin", "typed"),
    [
        ("Држављанство треће земље", "Državljanstvo treće zemlje", "drzavljanstvo trece zemlje"),
        ("Џеп, љубав, његов, ђак, ћуран", "Džep, ljubav, njegov, đak, ćuran", "dzep, ljubav, njegov, dak, curan"),
        ("Ќе ѓон ѕвезда", "Ḱe ǵon dzvezda", "ke gon dzvezda"),
    ],
)
def test_both_scripts_and_plain_typing_fold_alike(cyrillic: str, latin: str, typed: str) -> None:
    assert fold(cyrillic) == fold(latin) == fold(typed) == typed


def test_albanian_letters_fold() -> None:
    assert fold("Çdo ËNDËRR") == "cdo enderr"


@given(st.text(max_size=80))
def test_every_folded_character_leads_back(text: str) -> None:
    folded = fold_with_map(text)
    assert folded.text == fold(text)
    assert len(folded.offsets) == len(folded.text)
    assert list(folded.offsets) == sorted(folded.offsets)
    for start, end in words(folded.text):
        span = folded.span(start, end)
        assert folded.text[start:end] in fold(span.of(text))
        assert 0 <= span.start < span.end <= len(text)


def test_a_digraph_leads_back_to_one_letter() -> None:
    folded = fold_with_map("Његош")
    assert folded.text == "njegos"
    assert folded.span(0, 1) == folded.span(0, 2) == Span(0, 1)


# --- files


def test_records_come_back(tmp_path: Path) -> None:
    problems = [Problem("no-text-layer", "extract", "error", "„страна“ 3", page=3, span=Span(1, 2))]
    write_records(tmp_path / "p.jsonl", problems)
    assert read_records(tmp_path / "p.jsonl", Problem) == problems


def test_a_bad_line_is_named(tmp_path: Path) -> None:
    path = tmp_path / "p.jsonl"
    path.write_text('{"code": "a", "stage": "b", "severity": "error", "message": "m"}\n{"code": 3}\n', "utf-8")
    with pytest.raises(PsimmError, match="line 2"):
        list(iter_records(path, Problem))


def test_a_failed_write_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "file"
    write_bytes(path, b"old")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StorageError, match="No space left"):
        write_bytes(path, b"new")
    assert path.read_bytes() == b"old"
    assert [one.name for one in tmp_path.iterdir()] == ["file"]


# --- the workspace


def test_a_new_workspace_changes_nothing_that_is_there(tmp_path: Path) -> None:
    (tmp_path / "psimm.toml").write_text("[read]\nmax_pages = 7\n", "utf-8")
    assert init_workspace(tmp_path).settings.read.max_pages == 7


@pytest.mark.parametrize(
    "text",
    [
        *("[read]\nmax_page = 7\n", "[red]\n", "[read]\nmax_pages = 'x'\n", "[read\n", "[read]\nmax_pages = true\n"),
        *("[read]\nrepairs = ['yuski']\n", "[read]\nrepairs = 'yuscii'\n", "[read]\nrepairs = [1]\n"),
    ],
)
def test_wrong_settings_are_named(tmp_path: Path, text: str) -> None:
    (tmp_path / "psimm.toml").write_text(text, "utf-8")
    with pytest.raises(PsimmError, match=r"psimm\.toml"):
        open_workspace(tmp_path)


def test_repairs_are_chosen_by_name(tmp_path: Path) -> None:
    assert init_workspace(tmp_path).settings.read.kinds == frozenset(REPAIRS)
    (tmp_path / "psimm.toml").write_text("[read]\nrepairs = ['ligature']\n", "utf-8")
    assert open_workspace(tmp_path).settings.read.kinds == {"ligature"}


def test_the_default_settings_are_the_template(tmp_path: Path) -> None:
    workspace = init_workspace(tmp_path)
    (tmp_path / "psimm.toml").write_text("", "utf-8")
    assert open_workspace(tmp_path).settings == workspace.settings


def test_no_workspace_says_how_to_make_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("PSIMM_WORKSPACE", raising=False)
    with pytest.raises(PsimmError, match="psimm-docs init"):
        open_workspace()


def test_two_writers_do_not_meet(tmp_path: Path) -> None:
    workspace = init_workspace(tmp_path)
    with workspace.writing(), pytest.raises(BusyError, match="another build"), open_workspace(tmp_path).writing():
        pass


# --- jurisdictions


def test_the_tree_hangs_together() -> None:
    for code, one in JURISDICTIONS.items():
        assert code == one.code
        assert not one.parent or one.parent in JURISDICTIONS
    assert within("BA") >= {"BA", "BA-BIH", "BA-SRP", "BA-BRC", "BA-01"}
    assert root("BA-SRP") == "BA"
    assert root("RS") == "RS"
    assert set(SIX) <= set(JURISDICTIONS)


def test_kosovo_carries_its_footnote() -> None:
    assert jurisdiction("XK").name == "Kosovo*"
    assert needs_note(["RS", "xk"])
    assert not needs_note(["RS"])
    assert KOSOVO_NOTE.startswith("*")
    assert "UNSCR 1244/1999" in KOSOVO_NOTE


def test_an_unknown_code_lists_the_known() -> None:
    with pytest.raises(PsimmError, match="BA-SRP"):
        jurisdiction("XX")


# --- places


def paper() -> Document:
    lines = (Line(Span(0, 10), 1, Box(1, 100, 50, 200, 60)), Line(Span(11, 21), 2, Box(2, 100, 70, 200, 80)))
    return Document("x", "0" * 64, "a" * 21, 21, (Page(1, 595, 842, "text"), Page(2, 595, 842, "text")), (), lines)


def test_a_span_leads_to_its_boxes() -> None:
    boxes = boxes_of(paper(), Span(5, 16))
    assert [box.page for box in boxes] == [1, 2]
    assert (boxes[0].x0, boxes[0].x1) == (150, 200)
    assert (boxes[1].x0, boxes[1].x1) == (100, 150)
    assert page_of(paper(), Span(10, 16)) == 2
    assert page_of(paper(), Span(10, 10)) == 1


def test_formats_without_pages_have_none() -> None:
    document = Document("x", "0" * 64, "abc", 3, (Page(1, 0, 0, "text"),), (), (Line(Span(0, 3), 1),))
    assert page_of(document, Span(0, 3)) == 0
    assert boxes_of(document, Span(0, 3)) == []


def test_a_source_knows_a_digest() -> None:
    source = Source("a", "p", "0", 1, "text/plain", "RS", "t", status="digest")
    assert source.digest
