"""Frozen grids: written once, checked when read, and every cell that moved says why."""

import json
import shutil
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from psimm_docs import freezing, reviewing, silence
from psimm_docs.cells import HeldText, Look, Said
from psimm_docs.cli import app
from psimm_docs.errors import NotFoundError, PsimmError, TamperedError
from psimm_docs.jsonl import read_records, write_records
from psimm_docs.jurisdictions import KOSOVO_NOTE
from psimm_docs.records import Source
from psimm_docs.snapshots import (
    WHY_WORDS,
    FrozenCell,
    FrozenItem,
    FrozenText,
    Head,
    InForce,
    Snapshot,
    diff,
    read_snapshot,
    write_snapshot,
)
from psimm_docs.workbench import open_workbench

LAW = "rs/w/1"
TEXT = FrozenText("RS", HeldText(LAW, "s1", False, True))
HEAD = Head(
    *("one", "2026-11-26T10:00:00+00:00", "", {"quota": "c1"}, {"quota": "Quota"}, ("RS",), (TEXT,), "t1", ("g1",)),
    *("e1", "i1", (), 1),
)
ITEM = FrozenItem(
    f"{LAW}#art_1",
    "Član 1",
    "sr",
    "unreviewed",
    0.5,
    ((f"{LAW}#art_1", "f1"),),
    ((f"{LAW}#art_1", 0.5, "t1", "g1"),),
    (),
)
CELL = FrozenCell("quota", "RS", False, "found-unreviewed", (ITEM,))
EMPTY = replace(CELL, state="not-found", items=())
YES = InForce("h1", "Ana", "accept", "2026-11-26", ITEM.provision_id, "f1")
SAID = Said("SL-1", "silent", "Ana", "2026-11-26", "")
LEADS = (Look("квота", "sr", ("kvota",), "weak", 1, 20, (f"{LAW}#art_9",)),)


def moved(before: FrozenCell, after: FrozenCell, *, then: Head = HEAD, now: Head = HEAD) -> list[tuple[str, ...]]:
    return [one.why for one in diff(Snapshot(then, (before,)), Snapshot(now, (after,)))]


OTHER_TEXT = replace(HEAD, documents=(replace(TEXT, text=replace(TEXT.text, sha256="s2")),))
RELABELLED = replace(HEAD, concepts={"quota": "c2"})


@pytest.mark.parametrize(
    ("before", "after", "now", "why"),
    [
        (CELL, CELL, HEAD, []),
        (CELL, replace(CELL, items=(replace(ITEM, texts=((ITEM.provision_id, "f2"),)),)), HEAD, [("text",)]),
        (
            CELL,
            replace(CELL, state="found-confirmed", items=(replace(ITEM, state="confirmed", decisions=(YES,)),)),
            HEAD,
            [("reviewer",)],
        ),
        (CELL, EMPTY, HEAD, [("tag",)]),
        (CELL, EMPTY, RELABELLED, [("taxonomy",)]),
        (CELL, EMPTY, OTHER_TEXT, [("documents",)]),
        (EMPTY, CELL, HEAD, [("tag",)]),
        (EMPTY, replace(EMPTY, said=(SAID,)), HEAD, [("reviewer",)]),
        (EMPTY, replace(EMPTY, state="leads", looks=LEADS), HEAD, [("search",)]),
        (EMPTY, replace(EMPTY, state="leads", looks=LEADS), OTHER_TEXT, [("documents",)]),
        (EMPTY, replace(EMPTY, state="leads", looks=LEADS), RELABELLED, [("taxonomy",)]),
        (EMPTY, replace(EMPTY, state="not-held"), replace(HEAD, documents=()), [("documents",)]),
        (
            replace(EMPTY, said=(SAID,)),
            replace(EMPTY, said=(replace(SAID, changed=("the documents held",)),)),
            OTHER_TEXT,
            [("documents",)],
        ),
    ],
)
def test_why_a_cell_moved(before: FrozenCell, after: FrozenCell, now: Head, why: list[tuple[str, ...]]) -> None:
    assert moved(before, after, now=now) == why


def test_the_same_provision_in_another_language_version_is_the_same_item() -> None:
    both = ((f"{LAW}#art_1", "f1"), (f"{LAW}.en#art_1", "f9"))
    a = replace(CELL, items=(replace(ITEM, texts=both),))
    shown = replace(ITEM, provision_id=f"{LAW}.en#art_1", texts=both, state="confirmed", decisions=(YES,))
    [one] = diff(Snapshot(HEAD, (a,)), Snapshot(HEAD, (replace(CELL, state="found-confirmed", items=(shown,)),)))
    assert (one.why, len(one.told)) == (("reviewer",), 1)
    assert "not answered, now accepted by Ana" in one.told[0]
    assert one.line == "found, unreviewed -> found, confirmed (reviewer)"


def test_a_cell_of_one_snapshot_only() -> None:
    [one] = diff(Snapshot(replace(HEAD, concepts={}), ()), Snapshot(HEAD, (CELL,)))
    assert (one.before, one.after, one.why) == ("", "found-unreviewed", ("taxonomy",))
    [gone] = diff(Snapshot(HEAD, (CELL,)), Snapshot(replace(HEAD, jurisdictions=("AL",)), ()))
    assert (gone.after, gone.why) == ("", ("documents",))
    assert gone.line == "found, unreviewed -> not in the grid (documents)"


STATES = st.sampled_from(["found-unreviewed", "found-confirmed", "leads", "not-found", "not-held", "not-applicable"])
ITEMS = st.lists(
    st.builds(
        lambda fingerprint, tagged, decision: replace(
            ITEM,
            texts=((ITEM.provision_id, fingerprint),),
            tags=ITEM.tags if tagged else (),
            decisions=(YES,) if decision else (),
        ),
        st.sampled_from(["f1", "f2", ""]),
        st.booleans(),
        st.booleans(),
    ).filter(lambda one: one.tags or one.decisions),  # nothing else brings a provision into a cell
    max_size=1,
)
CELLS = st.builds(
    lambda state, items, said, leads: FrozenCell(
        "quota", "RS", False, state, tuple(items), LEADS if leads else (), (SAID,) if said else ()
    ),
    STATES,
    ITEMS,
    st.booleans(),
    st.booleans(),
)


@given(CELLS, CELLS, st.sampled_from([HEAD, OTHER_TEXT, RELABELLED]))
def test_whatever_moves_has_a_reason_and_what_is_the_same_none(a: FrozenCell, b: FrozenCell, now: Head) -> None:
    for one in diff(Snapshot(HEAD, (a,)), Snapshot(now, (b,))):
        assert one.why
        assert set(one.why) <= set(WHY_WORDS)
        assert all(one.told)
    if a.state != b.state or a.items != b.items:
        assert diff(Snapshot(HEAD, (a,)), Snapshot(now, (b,)))
    assert diff(Snapshot(HEAD, (a,)), Snapshot(now, (a,))) == []


def test_a_snapshot_is_written_once_and_checked_when_read(tmp_path: Path) -> None:
    path = write_snapshot(tmp_path, Snapshot(HEAD, (CELL, replace(EMPTY, said=(SAID,), looks=LEADS))))
    made = read_snapshot(tmp_path, "one")
    assert made.cells == (CELL, replace(EMPTY, said=(SAID,), looks=LEADS))
    assert replace(made.head, sha256="") == HEAD
    with pytest.raises(PsimmError, match="already"):
        write_snapshot(tmp_path, Snapshot(HEAD, ()))
    with pytest.raises(PsimmError, match="draft-one"):
        write_snapshot(tmp_path, Snapshot(replace(HEAD, name="Draft One"), ()))
    with pytest.raises(NotFoundError, match="there are: one"):
        read_snapshot(tmp_path, "two")
    path.write_text(path.read_text("utf-8").replace("not-found", "not-held"), "utf-8")
    with pytest.raises(TamperedError):
        read_snapshot(tmp_path, "one")
    path.write_text("{}\n", "utf-8")
    with pytest.raises(PsimmError, match="not a readable snapshot"):
        read_snapshot(tmp_path, "one")


def test_a_search_that_brings_something_else_is_told_in_order() -> None:
    less = replace(EMPTY, state="leads", looks=LEADS)
    [one] = diff(Snapshot(HEAD, (less,)), Snapshot(HEAD, (replace(EMPTY, looks=(replace(LEADS[0], leads=()),)),)))
    assert (one.why, one.told) == (("search",), ("the searches brought 1 provision, then 0",))
    refused = replace(ITEM, state="rejected", decisions=(replace(YES, verdict="reject"),))
    emptied = replace(CELL, state="rejected", items=(refused,), looks=LEADS)
    assert moved(CELL, emptied) == [("reviewer",)]


def test_letters_that_end_a_line_somewhere_do_not_break_a_snapshot(tmp_path: Path) -> None:
    odd = replace(SAID, reason="a\u2028b\u0085c")
    write_snapshot(tmp_path, Snapshot(HEAD, (replace(EMPTY, said=(odd,)),)))
    assert read_snapshot(tmp_path, "one").cells[0].said == (odd,)


def test_a_snapshot_of_another_form_is_not_read_as_this_one(tmp_path: Path) -> None:
    write_snapshot(tmp_path, Snapshot(replace(HEAD, format=2), (CELL,)))
    with pytest.raises(PsimmError, match="another version"):
        read_snapshot(tmp_path, "one")


def test_two_who_freeze_at_once_do_not_overwrite(tmp_path: Path) -> None:
    def freeze(at: int) -> bool:
        try:
            write_snapshot(tmp_path, Snapshot(replace(HEAD, note=str(at)), (CELL,)))
        except PsimmError:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(freeze, range(16))) == 1


def test_a_grid_is_frozen_and_what_moved_since_is_told(shipped: Path, tmp_path: Path) -> None:
    space = Path(shutil.copytree(shipped, tmp_path / "space"))
    bench = open_workbench(space)
    made = freezing.freeze(bench, "first", concepts=["quota", "biometrics", "criminal-record"])
    assert {cell.concept for cell in made.cells} == {"quota", "biometrics", "criminal-record"}
    assert freezing.compare(bench, "first")[2] == []
    cells = {cell.place: cell for cell in made.cells}
    item = cells["quota", "MK", False].items[0]
    assert item.texts[0][1]
    assert item.tags
    bench.decide("Ana", item.provision_id, "quota", "accept")
    silent = next(cell for cell in made.cells if cell.state == "not-found" and not cell.alone)
    silence.sign(bench, "Ana", silent.concept, silent.jurisdiction)
    refused = next(
        cell
        for cell in made.cells
        if cell.concept != "quota" and cell.state == "found-unreviewed" and not cell.alone and len(cell.items) < 3
    )
    for name in (name for one in refused.items for name, *_ in one.tags):
        reviewing.mark_read(bench, "Ana", name, [refused.concept])
    sources = read_records(bench.workspace.manifest, Source)
    gone = next(one for one in cells["quota", "XK", False].items).provision_id.partition("#")[0]
    write_records(bench.workspace.manifest, [one for one in sources if one.id != gone])
    _, _, moved_cells = freezing.compare(open_workbench(space), "first")
    why = {(one.concept, one.jurisdiction, one.alone): one.why for one in moved_cells}
    assert why["quota", "MK", False] == ("reviewer",)
    assert why[silent.place] == why[refused.place] == ("reviewer",)
    assert why["quota", "XK", False] == ("documents",)
    assert ("quota", "RS", False) not in why
    table = freezing.moves_table(moved_cells, made.head.names)
    assert len(table.rows) == len(moved_cells)

    def run(*arguments: str) -> str:
        result = CliRunner().invoke(app, ["compare", *arguments, "-w", str(space)])
        assert result.exit_code == 0, result.output
        return result.output

    assert "as second" in run("freeze", "second", "-c", "quota", "-c", "biometrics", "-c", "criminal-record")
    told = run("diff", "first", "second")
    assert "Quota, North Macedonia: found, unreviewed -> found, confirmed (reviewer)" in told
    assert len(json.loads(run("diff", "first", "second", "--json"))) == len(moved_cells)
    assert run("diff", "second").startswith("0 of ")
    assert KOSOVO_NOTE not in run("diff", "second")
    assert (space / "annotations" / "snapshots" / "second.jsonl").is_file()


def test_what_moved_is_told_with_the_laws_a_reader_knows(shipped: Path) -> None:
    bench = open_workbench(shipped)
    name = "ba/law-on-foreigners-2015/digest.bs"
    assert (
        freezing.in_words(bench, f"član 65. ({name}#art_65): suggested now")
        == "član 65. (Zakon o strancima, Bosnian): suggested now"
    )
    assert freezing.in_words(bench, f"{name} came; rs/gone/1 went") == "Zakon o strancima, Bosnian came; rs/gone/1 went"
