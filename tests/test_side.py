"""Side by side: paragraphs in rows with the order of each kept, nothing lost, and copied law showing itself."""

import itertools
import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html as lxml_html
from typer.testing import CliRunner

from psimm_docs.alignment import aligned, best_of, by_place, by_vectors, by_words, difference, parts_of, words_in
from psimm_docs.cli import app
from psimm_docs.errors import NotFoundError, PsimmError
from psimm_docs.exports import to_csv
from psimm_docs.intake import Description, add_files
from psimm_docs.jurisdictions import KOSOVO_NOTE
from psimm_docs.pipeline import build
from psimm_docs.records import Span
from psimm_docs.side import html_of, plain, side_by_side, table_of
from psimm_docs.workbench import Workbench, open_workbench
from psimm_docs.workspace import init_workspace

LAWS = {
    "RS": (
        "Закон о пробама\n\nЧлан 1.\nПробна дозвола\n"
        "Проба се врши у року од осам дана од дана уписа у књигу проба.\n"
        "Жалба се изјављује министарству у року од пет дана.\n\nЧлан 2.\nУпис је јаван.\n"
    ),
    "ME": (
        "Zakon o probama\n\nČlan 7\nProbna dozvola\n"
        "Uz zahtjev se prilaže <b>slika</b> ploče & taksa.\n"
        "Proba se vrši u roku od deset dana od dana upisa u knjigu proba.\n"
        "Žalba se izjavljuje ministarstvu u roku od pet dana.\n\nČlan 8\nUpis je javan.\n"
    ),
    "XK": "Ligji për provat\n\nNeni 4\nLeja e provës\nTarifa është njëzet euro dhe paguhet para provës.\n",
}


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Workbench:
    """A workspace of three made-up laws, two of them nearly the same."""
    folder = tmp_path_factory.mktemp("side")
    workspace = init_workspace(folder / "space")
    for code, text in LAWS.items():
        (folder / f"{code}.txt").write_text(text, "utf-8")
        add_files(workspace, [folder / f"{code}.txt"], Description(jurisdiction=code, title=text.splitlines()[0]))
    build(workspace)
    return open_workbench(workspace.root)


def article(bench: Workbench, code: str, number: str) -> str:
    return next(
        one.id
        for source in bench.sources.values()
        if source.jurisdiction == code
        for one in bench.provisions(source.id)
        if one.kind == "article" and one.number == number
    )


# --- rows


@given(st.lists(st.integers(0, 5), min_size=1, max_size=4), st.randoms(use_true_random=False))
def test_rows_hold_every_paragraph_once_and_in_order(sizes: list[int], random: "object") -> None:
    table: dict[tuple[int, int, int, int], float] = {}

    def likeness(column: int, at: int, other: int, there: int) -> float:
        key = (column, at, other, there)
        return table.setdefault(key, random.random())  # type: ignore[attr-defined]

    rows = aligned(sizes, likeness)
    for column, size in enumerate(sizes):
        assert [row[column] for row in rows if row[column] is not None] == list(range(size))
    assert all(any(one is not None for one in row) for row in rows)


def test_what_is_alike_stands_in_a_row_and_order_is_kept() -> None:
    texts = [["red apples", "green pears", "blue plums"], ["green pears", "red apples"], ["blue plums grow"]]
    # only one of the two that changed places can have its row
    assert aligned([3, 2, 1], by_words(texts)) == [(0, None, None), (1, 0, None), (2, None, 0), (None, 1, None)]
    unit = np.eye(3, dtype=np.float32)
    assert aligned([2, 2], by_vectors([unit[:2], unit[1:]])) == [(0, None), (1, 0), (None, 1)]
    assert best_of(lambda *_: 0.2, lambda *_: 0.7)(0, 0, 1, 0) == 0.7


def test_words_that_differ_are_found_in_their_own_letters() -> None:
    left, right = "Рок је осам дана, а такса 20 евра.", "Rok je deset dana, a taksa 20 eura."
    found = difference(left, right)
    assert [span.of(left) for span in found.left] == ["осам", "евра"]
    assert [span.of(right) for span in found.right] == ["deset", "eura"]
    assert difference("", "").same == 1
    assert difference("a b", "").left == (Span(0, 3),)


@given(st.text(alphabet="абвжčšdž ,.()њ1", max_size=40), st.text(alphabet="абвžčšdž ,.()љ1", max_size=40))
def test_differences_are_the_words_that_are_not_shared(left: str, right: str) -> None:
    from psimm_docs.alignment import folded

    found = difference(left, right)
    same = difference(left, left)
    assert (same.same, same.left, same.right) == (1.0, (), ())
    rests = []
    for text, spans in ((left, found.left), (right, found.right)):
        assert list(spans) == sorted(spans)
        kept = "".join(
            " " if any(one.start <= at < one.end for one in spans) else letter for at, letter in enumerate(text)
        )
        rests.append(folded(kept))
    assert rests[0] == rests[1]


# --- on a built corpus


def test_parts_are_the_provision_cut_at_its_paragraphs(bench: Workbench) -> None:
    one = bench.provision(article(bench, "RS", "1"))
    text = bench.document(one.source_id).text
    parts = parts_of(one, bench.provisions(one.source_id), text)
    assert [part.span.of(text).strip().splitlines()[0] for part in parts] == [
        "Члан 1.",
        "Проба се врши у року од осам дана од дана уписа у књигу проба.",
        "Жалба се изјављује министарству у року од пет дана.",
    ]
    assert all(a.span.end <= b.span.start for a, b in itertools.pairwise(parts))
    assert not words_in("  [fact 12; seen; no address]\n")
    assert by_place([parts, parts])(0, 0, 1, 0) == 1


def test_copied_law_shows_itself(bench: Workbench) -> None:
    ids = [article(bench, "RS", "1"), article(bench, "ME", "7"), article(bench, "XK", "4")]
    made = side_by_side(bench, ids)
    assert [one.jurisdiction for one in made.columns] == ["RS", "ME", "XK"]
    assert (made.columns[1].same_as, made.columns[2].same_as) == (0, -1)
    assert made.columns[1].same > 0.6
    [row] = [row for row in made.rows if row[0] is not None and "осам" in row[0].text]
    assert row[1] is not None
    assert row[0] is not None
    assert [span.of(row[0].text) for span in row[0].marks] == ["осам"]
    assert [span.of(row[1].text) for span in row[1].marks] == ["deset"]
    assert row[1].span.of(bench.document(ids[1].partition("#")[0]).text) == row[1].text
    [added] = [row for row in made.rows if row[1] is not None and "<b>slika</b>" in row[1].text]
    assert added[0] is None
    assert made.notes == (KOSOVO_NOTE,)
    swapped = side_by_side(bench, ids[1::-1])
    assert swapped.columns[1].same == pytest.approx(made.columns[1].same)


def test_what_leaves_is_escaped_marked_and_carries_the_note(bench: Workbench) -> None:
    ids = [article(bench, "RS", "1"), article(bench, "ME", "7"), article(bench, "XK", "4")]
    made = side_by_side(bench, ids)
    page = html_of(made)
    tree = lxml_html.fromstring(page)
    assert [one.text_content() for one in tree.iter("u")] == ["1", "7", "осам", "deset"]
    assert "&lt;b&gt;slika" in page
    assert KOSOVO_NOTE in tree.text_content()
    assert len(tree.findall(".//tr")) == len(made.rows) + 1
    table = table_of(made)
    assert "[осам] дана" in to_csv(table).decode("utf-8")
    assert table.note == KOSOVO_NOTE
    assert all("[" not in plain(cell) for row in made.rows for cell in row if cell is not None and not cell.marks)


def test_english_stands_below_where_it_is_held(shipped: Path) -> None:
    made = side_by_side(
        open_workbench(shipped),
        ["ba/law-on-foreigners-2015/digest.bs#art_65", "xk/law-on-foreigners-2013/digest.en#art_82"],
    )
    bosnian = [row[0] for row in made.rows if row[0] is not None]
    assert "outside the annual quota" in " ".join(one.english for one in bosnian)
    assert not any(row[1].english for row in made.rows if row[1] is not None)
    assert "unofficial translation" in made.columns[1].remark
    assert not any("[fact" in cell.text for row in made.rows for cell in row if cell is not None and not cell.label)


def test_what_can_not_be_put_side_by_side(bench: Workbench) -> None:
    one = article(bench, "RS", "1")
    for ids in ([one], [one] * 2, [f"{one}{at}" for at in range(7)]):
        with pytest.raises(PsimmError):
            side_by_side(bench, ids)
    with pytest.raises(NotFoundError):
        side_by_side(bench, [one, one + "__para_99"])


def test_the_command_line(bench: Workbench, tmp_path: Path) -> None:
    ids = [article(bench, "RS", "1"), article(bench, "XK", "4")]

    def run(*arguments: str) -> str:
        result = CliRunner().invoke(app, ["compare", "side", *ids, *arguments, "-w", str(bench.workspace.root)])
        assert result.exit_code == 0, result.output
        return result.output

    told = run("--out", str(tmp_path / "side.html"))
    assert "1. Serbia: Закон о пробама, " in told
    assert KOSOVO_NOTE in told
    assert "<table>" in (tmp_path / "side.html").read_text("utf-8")
    run("--out", str(tmp_path / "side.xlsx"))
    assert (tmp_path / "side.xlsx").read_bytes()[:2] == b"PK"
    assert json.loads(run("--json"))["notes"] == [KOSOVO_NOTE]
