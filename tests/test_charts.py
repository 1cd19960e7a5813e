"""The EU column and the drawings: addresses by rule, gaps told as what they are, no meaning by colour alone, the footnote."""

import xml.etree.ElementTree as ET
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from psimm_docs.acquis import eu_act, eu_rows, eu_table
from psimm_docs.catalogue import Work
from psimm_docs.charts import MEASURES, amended_works, amendment, concept_map, line_of, measure_map
from psimm_docs.cli import app
from psimm_docs.drawings import EVENT_WORDS, PLACES, Line, Mark, Tile, tile_map, timeline
from psimm_docs.errors import NotFoundError, PsimmError
from psimm_docs.grids import grid
from psimm_docs.jurisdictions import KOSOVO_NOTE, SIX
from psimm_docs.taxonomy import default_folder, load_taxonomy
from psimm_docs.workbench import Workbench, open_workbench

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def bench(shipped: Path) -> Workbench:
    return open_workbench(shipped)


def words(svg: str) -> str:
    """Return what a drawing says, and see that it is XML."""
    return " ".join(" ".join(one.itertext()) for one in ET.fromstring(svg).iter(f"{SVG}text"))


# --- the EU column


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("Directive (EU) 2024/1233", "dir/2024/1233"),
        ("Directive 2014/36/EU", "dir/2014/36"),
        ("Directive 96/71/EC, Art. 3", "dir/1996/71"),
        ("Regulation (EC) No 810/2009", "reg/2009/810"),
        ("Regulation (EC) No 1683/95", "reg/1995/1683"),
        ("Regulation (EU) No 1231/2010", "reg/2010/1231"),
        ("Regulation (EU) 2016/399", "reg/2016/399"),
        ("Regulation (EEC) 1612/68", "reg/1968/1612"),
        ("Council Decision 2007/817/EC", "dec/2007/817"),
        ("Framework Decision 2002/946/JHA", "dec_framw/2002/946"),
        ("Commission Implementing Regulation (EU) 2018/1", "reg_impl/2018/1"),
    ],
)
def test_addresses_follow_the_identifier(text: str, address: str) -> None:
    assert eu_act(text).address == f"https://eur-lex.europa.eu/eli/{address}/oj"


def test_every_act_of_the_taxonomy_has_an_address_and_keeps_its_name() -> None:
    for concept in load_taxonomy(default_folder()).concepts:
        for text in concept.eu:
            assert eu_act(text).address, text
            assert eu_act(text).text == text
    assert eu_act("Directive 2014/36/EU, Art. 5(1)").pinpoint == "Art. 5(1)"


def test_a_gap_is_told_as_what_the_silence_is(bench: Workbench) -> None:
    made = grid(bench, ["all"])
    rows = {row.concept: row for row in eu_rows(bench.taxonomy, made)}
    assert len(rows) == 64
    for row in rows.values():
        silent = [cell for cell in row.cells if not cell.provisions]
        assert bool(row.gap) == bool(silent and row.acts)
        assert all(cell.words in row.gap for cell in silent if row.acts)
    assert any("Only digests were searched" in row.gap for row in rows.values())
    empty = replace(
        made, cells=tuple(replace(cell, provisions=(), state="not-held", documents=0) for cell in made.cells)
    )
    [none] = [row.gap for row in eu_rows(bench.taxonomy, empty) if row.concept == "quota"]
    assert none.startswith("None of the 6 has a provision: Albania (text not held); ")
    assert "digests" not in none
    table = eu_table(list(rows.values()), {}, made.jurisdictions)
    assert table.note == KOSOVO_NOTE
    assert len(table.rows) == 64


# --- the drawings


def test_the_map_says_in_words_what_it_shows(bench: Workbench) -> None:
    said = words(concept_map(bench, "quota"))
    for cell in grid(bench, ["quota"]).row("quota"):
        assert not cell.provisions or str(len(cell.provisions)) in said
    assert "found, unreviewed" in said
    assert KOSOVO_NOTE[2:40] in said
    assert set(PLACES) == set(SIX)
    assert len(set(PLACES.values())) == 6
    assert "not in the comparison" in words(tile_map([Tile("RS", "3", "<b>")], title="t"))


@pytest.mark.parametrize("measure", list(MEASURES))
def test_all_concepts_on_the_map(bench: Workbench, measure: str) -> None:
    said = words(measure_map(bench, measure))
    assert next(text for name, text in MEASURES.items() if name == measure) in said
    assert ("digests" if measure == "documents" else "of 64 concepts") in said
    with pytest.raises(PsimmError):
        measure_map(bench, "beauty")


@pytest.mark.parametrize(
    ("told", "mark"),
    [
        ("Сл. гласник РС 31/2019", Mark("2019", "amended", "31/2019")),
        ("Sl. glasnik BiH 34/21", Mark("2021", "amended", "34/21")),
        ("Ligj nr. 74/2016, datë 14.7.2016", Mark("2016-07-14", "amended", "74/2016")),
        ("amending law of 26.6.2025", Mark("2025-06-26", "amended", "26.6.2025")),
        ("several later laws", None),
        ("Ligji nr. 03/L-017", None),
        ("xk/law-amending-law-on-foreigners-2018", Mark("2018-05-03", "amended", "6/2018")),
    ],
)
def test_amendments_are_dated_by_what_is_told_or_not_at_all(bench: Workbench, told: str, mark: Mark | None) -> None:
    assert amendment(told, bench.works) == mark


def test_an_act_with_what_happened_to_it(bench: Workbench) -> None:
    line = line_of(bench, "rs/law-on-foreigners-2018")
    assert [one.event for one in line.marks] == ["published", "in-force", "amended", "amended"]
    vague = line_of(bench, "al/criminal-code-1995")
    assert "many later laws" in vague.undated
    assert set(line.marks).isdisjoint(vague.marks)
    with pytest.raises(NotFoundError):
        line_of(bench, "rs/nothing")
    works = [bench.works[one] for one in amended_works(bench, ["BA"])]
    assert {one.jurisdiction for one in works} >= {"BA", "BA-BIH", "BA-SRP"}
    assert all(isinstance(one, Work) and one.amended_by for one in works)


DATES = st.one_of(
    st.integers(1990, 2030).map(str),
    st.tuples(st.integers(1990, 2030), st.integers(1, 12), st.integers(1, 28)).map(
        lambda one: "{}-{:02d}-{:02d}".format(*one)
    ),
)
MARKS = st.lists(st.builds(Mark, DATES, st.sampled_from(list(EVENT_WORDS)), st.text(max_size=9)), max_size=12)


@given(st.lists(MARKS, max_size=3), st.sampled_from(["RS", "XK"]))
def test_a_timeline_draws_every_event_within_its_frame(lines: list[list[Mark]], code: str) -> None:
    marks = [[replace(one, name="".join(x for x in one.name if x.isprintable())) for one in line] for line in lines]
    made = timeline([Line("Act & <more>", code, tuple(line), ("later laws",)) for line in marks], title="t")
    tree = ET.fromstring(made)
    shapes = [one for tag in ("polygon", "circle") for one in tree.iter(SVG + tag)]
    assert len(shapes) == len(EVENT_WORDS) + sum(map(len, marks))
    for circle in tree.iter(f"{SVG}circle"):
        assert 0 <= float(circle.get("cx", "-1")) <= 960
    assert (KOSOVO_NOTE[2:40] in words(made)) == (code == "XK" and bool(lines))
    assert all(text in words(made) for text in EVENT_WORDS.values())


def test_the_command_line(shipped: Path, tmp_path: Path) -> None:
    def run(*arguments: str) -> str:
        result = CliRunner().invoke(app, ["compare", *arguments, "-w", str(shipped)])
        assert result.exit_code == 0, result.output
        return result.output

    run("chart", "--act", "xk/law-on-foreigners-2013", "--out", str(tmp_path / "a.svg"))
    assert KOSOVO_NOTE[2:40] in words((tmp_path / "a.svg").read_text("utf-8"))
    run("chart", "-c", "quota", "--out", str(tmp_path / "b.svg"))
    assert "https://eur-lex.europa.eu/eli/dir/2014/36/oj" in run("eu", "seasonal-work")
    result = CliRunner().invoke(app, ["compare", "chart", "--out", str(tmp_path / "c.svg"), "-w", str(shipped)])
    assert result.exit_code == 2
