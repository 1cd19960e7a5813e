"""Corrections of numbers: kept in chained logs, folded into what stands, and shown in a tree that stays valid."""

import shutil
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from psimm_docs.corrections import BOOK, answers, append, undo
from psimm_docs.errors import NotFoundError, PsimmError, TamperedError
from psimm_docs.intake import Description, add_files
from psimm_docs.pipeline import build
from psimm_docs.records import Correction, Provision
from psimm_docs.renumbering import renumbered
from psimm_docs.reports import cite, tables
from psimm_docs.workbench import Workbench, open_workbench
from psimm_docs.workspace import init_workspace

LAW = """Zakon o probama

GLAVA I
OSNOVNE ODREDBE

Član 1.
(1) Poslodavac prijavljuje rad stranca u roku od osam dana.
(2) Prijava sadrži:
1) ime stranca;
2) dan početka rada.

Član 2.
(1) Inspektor rada nadzire poslodavca.
(2) Poslodavac čuva ugovor.
3.
(1) Novčanom kaznom kazniće se poslodavac koji zaposli stranca bez dozvole.
(2) Kazna se izriče i odgovornom licu.

Član 40.
(1) Strancu se izdaje potvrda o prijavi rada.
(2) Potvrda se izdaje bez naknade.

GLAVA II
ZAVRŠNE ODREDBE

Član 5.
Ovaj zakon stupa na snagu osmog dana od dana objave.

Član 6.
Pravilnik donosi ministar u roku od godinu dana.
"""
ID = "me/zakon-o-probama/1-2020"
NOW = datetime(2031, 5, 6, tzinfo=UTC)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("numbers")
    workspace = init_workspace(folder / "space")
    (folder / "zakon.txt").write_text(LAW, "utf-8")
    add_files(
        workspace,
        [folder / "zakon.txt"],
        Description(jurisdiction="ME", title="Zakon o probama", gazette_number="1/2020"),
    )
    build(workspace)
    return workspace.root


@pytest.fixture
def bench(built: Path, tmp_path: Path) -> Workbench:
    """A copy of one's own, to answer in."""
    shutil.copytree(built, tmp_path / "space")
    return open_workbench(tmp_path / "space")


def at(bench: Workbench, words: str) -> Provision:
    """Return the innermost provision that begins with these words (or whose line does)."""
    place = bench.document(ID).text.index(words)
    held = [one for one in bench.built_provisions(ID) if one.span.start <= place < one.span.end]
    return max(held, key=lambda one: one.depth)


def valid(provisions: tuple[Provision, ...]) -> None:
    """Check that a tree is one: children in parents, siblings in order, ids once."""
    by_id = {one.id: one for one in provisions}
    assert len(by_id) == len(provisions)
    ends: dict[str, int] = {}
    for one in provisions:
        if one.parent:
            parent = by_id[one.parent]
            assert parent.span.holds(one.span), one.id
            assert one.depth == parent.depth + 1
        else:
            assert one.depth == 0
        assert one.span.start >= ends.get(one.parent, 0), one.id
        ends[one.parent] = one.span.end


def test_a_corrected_number_shows_everywhere_and_the_id_stays(bench: Workbench) -> None:
    [gap] = [one for one in bench.numbers.check(ID) if one.finding.provision_id == f"{ID}#art_40"]
    assert gap.open
    bench.numbers.correct("Ana", f"{ID}#art_40", "number", number="4", note="misprint")
    article, paragraph = bench.provision(f"{ID}#art_40"), bench.provision(f"{ID}#art_40__para_2")
    assert (article.label, article.number, paragraph.label) == ("Član 4", "4", "Član 4 stav 2")
    assert paragraph.id == f"{ID}#art_40__para_2"
    told = f"number corrected by Ana, {datetime.now(UTC).date().isoformat()}; the source prints 40"
    assert article.note == paragraph.note == told
    assert bench.view(paragraph.id).notes == (told,)
    assert bench.view(paragraph.id).path[-2:] == ("Član 4", "Član 4 stav 2")
    made = cite(bench, paragraph.id)
    assert made.pinpoint_en == "Art. 4(2)"
    assert made.notes.count(told) == 1
    assert bench.document(ID).text.count("Član 40.") == 1
    hits = bench.search("potvrda o prijavi rada").hits
    [hit] = [one for one in hits if one.provision_id.startswith(f"{ID}#art_40")][:1]
    assert hit.label.startswith("Član 4")
    assert not hit.label.startswith("Član 40")
    assert hit.note == told
    valid(bench.provisions(ID))


def test_a_corrected_label_is_in_what_is_exported_and_compared(bench: Workbench) -> None:
    bench.numbers.correct("Ana", f"{ID}#art_40", "number", number="4")
    bench.decide("Ana", f"{ID}#art_40", "quota", "accept")
    rows = [row for table in tables(bench, "grid", concepts=["quota"]) for row in table.rows]
    labels = [value for row in rows if f"{ID}#art_40" in row for value in row if str(value).startswith("Član")]
    assert labels == ["Član 4"]


def test_what_is_corrected_settles_what_followed_from_it(bench: Workbench) -> None:
    before = {one.finding.id: one for one in bench.numbers.check(ID)}
    assert all(one.open for one in before.values())
    bench.numbers.correct("Ana", f"{ID}#art_40", "number", number="4")
    start = at(bench, "3.\n").id
    bench.numbers.correct("Ana", start, "begins", number="3", line=bench.numbers.line_of(start, "3"))
    after = bench.numbers.check(ID)
    assert {one.finding.id for one in after} == set(before)
    assert not any(one.open for one in after)
    assert any(one.state.startswith("corrected by Ana, ") for one in after)


def test_an_article_begins_where_a_person_says(bench: Workbench) -> None:
    start = at(bench, "3.\n")
    assert start.id == f"{ID}#art_2__para_2"
    line = bench.numbers.line_of(start.id, "3")
    assert line == 2
    said = bench.numbers.correct("Ana", start.id, "begins", number="3", line=line)
    shown, before = bench.numbers.shown(said), bench.provision(f"{ID}#art_2")
    assert shown == bench.provision(f"{ID}#art_2__para_2__line_2")
    assert (shown.kind, shown.label, shown.parent, shown.depth) == ("article", "Član 3", before.parent, before.depth)
    assert bench.text(shown).startswith("3.\n(1) Novčanom")
    assert bench.text(shown).endswith("odgovornom licu.")
    assert bench.text(before).endswith("Poslodavac čuva ugovor.")
    assert bench.text(bench.provision(start.id)) == "(2) Poslodavac čuva ugovor."
    assert "article 3 begins inside" in before.note
    inner = bench.provision(at(bench, "(2) Kazna").id)
    assert bench.article_of(inner).id == shown.id
    assert inner.label == "Član 3 stav 2"
    assert cite(bench, inner.id).pinpoint_en == "Art. 3(2)"
    assert any("read as the beginning of article 3 by Ana" in note for note in cite(bench, inner.id).notes)
    valid(bench.provisions(ID))


def test_a_paragraph_can_be_an_article_and_later_ones_are_counted_anew(tmp_path: Path) -> None:
    workspace = init_workspace(tmp_path / "space")
    (tmp_path / "zakon.txt").write_text(
        "Zakon o probama\n\nČlan 1\nPoslodavac vodi knjigu.\nDrugi rok je osam dana.\nTreći rok je deset dana.\n\nČlan 2\nKraj.\n",
        "utf-8",
    )
    add_files(workspace, [tmp_path / "zakon.txt"], Description(jurisdiction="ME", title="Zakon"))
    build(workspace)
    bench = open_workbench(workspace.root)
    [source] = bench.sources
    bench.numbers.correct("Ana", f"{source}#art_1__para_2", "begins", number="1a")
    labels = {one.eid: one.label for one in bench.provisions(source) if one.eid.startswith("art_1")}
    assert labels == {
        "art_1": "Član 1",
        "art_1__para_1": "Član 1 stav 1",
        "art_1__para_2": "Član 1a",
        "art_1__para_3": "Član 1a stav 2",
    }
    valid(bench.provisions(source))


def test_text_of_the_article_before_is_cited_by_that_one(bench: Workbench) -> None:
    bench.numbers.correct("Ana", f"{ID}#art_40", "part")
    shown = bench.provision(f"{ID}#art_40")
    assert (shown.kind, shown.label, shown.parent) == ("unplaced", "Član 2", f"{ID}#art_2")
    made = cite(bench, f"{ID}#art_40__para_2")
    assert made.pinpoint_en == "Art. 2"
    assert any("the source prints Član 40 here" in note for note in made.notes)
    assert "Strancu se izdaje" in bench.text(bench.provision(f"{ID}#art_2"))
    valid(bench.provisions(ID))


def test_confirming_changes_nothing_but_the_state(bench: Workbench) -> None:
    bench.numbers.correct("Ana", f"{ID}#art_40", "confirm", note="looked at the gazette")
    assert bench.provisions(ID) == bench.built_provisions(ID)
    states = [one.state for one in bench.numbers.check(ID) if one.finding.provision_id == f"{ID}#art_40"]
    assert states
    assert all(one.startswith("confirmed by Ana, ") for one in states)


def test_an_answer_is_taken_back(bench: Workbench) -> None:
    bench.numbers.correct("Ana", f"{ID}#art_40", "number", number="4")
    bench.numbers.correct("Ana", f"{ID}#art_5", "confirm")
    with pytest.raises(NotFoundError, match="no correction to take back"):
        bench.numbers.undo("Bojan")
    assert bench.numbers.undo("Ana", f"{ID}#art_40").action == "undo"
    assert bench.provision(f"{ID}#art_40").label == "Član 40"
    assert list(bench.numbers.answers(ID)) == [f"{ID}#art_5"]
    bench.numbers.undo("Ana")
    assert bench.numbers.answers(ID) == {}
    assert len(BOOK.read_all(bench.workspace.corrections)) == 4


def test_reviewers_who_disagree_change_nothing(bench: Workbench) -> None:
    bench.numbers.correct("Ana", f"{ID}#art_40", "number", number="4")
    bench.numbers.correct("Бојан", f"{ID}#art_40", "confirm")
    assert bench.provision(f"{ID}#art_40").label == "Član 40"
    [one] = [held for held in bench.numbers.check(ID) if held.finding.provision_id == f"{ID}#art_40"][:1]
    assert one.open
    assert "reviewers disagree: Ana, Бојан" in one.state
    bench.numbers.correct("Бојан", f"{ID}#art_40", "number", number="4")
    assert bench.provision(f"{ID}#art_40").label == "Član 4"


def test_an_answer_on_an_older_reading_is_shown_and_not_applied(bench: Workbench) -> None:
    article = bench.provision(f"{ID}#art_40")
    folder = bench.workspace.corrections
    append(folder, reviewer="Ana", provision=article, action="number", fingerprint="0" * 16, number="4")
    assert bench.provision(article.id).label == "Član 40"
    [one] = [held for held in bench.numbers.check(ID) if held.finding.provision_id == article.id][:1]
    assert one.open
    assert "older reading by Ana" in one.state


def test_answers_that_make_no_sense_are_refused_in_one_line(bench: Workbench) -> None:
    wrong = [
        (f"{ID}#art_40", "number", "abc", "can't be the number of this article"),
        (f"{ID}#art_40", "number", "", "can't be the number"),
        (f"{ID}#art_40", "number", "40", "confirm it instead"),
        (f"{ID}#art_40", "begins", "3", "name the paragraph"),
        (f"{ID}#art_40", "confirm", "3", "only given when it is corrected"),
        (f"{ID}#art_1", "part", "", "no article stands before it"),
        (f"{ID}#art_5", "part", "", "no article stands before it"),
        (f"{ID}#art_1__para_2", "part", "", "not an article"),
        (f"{ID}#art_1__para_2", "number", "abc", "number of this paragraph"),
        (bench.built_provisions(ID)[0].id, "number", "1", "only articles"),
        (f"{ID}#art_999", "confirm", "", "no such place"),
        ("me/nothing#art_1", "confirm", "", "not in this workspace"),
    ]
    for provision_id, action, number, said in wrong:
        with pytest.raises(PsimmError, match=said) as raised:
            bench.numbers.correct("Ana", provision_id, action, number=number)  # type: ignore[arg-type]
        assert "\n" not in str(raised.value)
    with pytest.raises(PsimmError, match="has no line 9"):
        bench.numbers.correct("Ana", f"{ID}#art_2__para_2", "begins", number="3", line=9)
    assert BOOK.read_all(bench.workspace.corrections) == []


def test_a_changed_log_is_seen_wherever_a_number_is_shown(bench: Workbench) -> None:
    bench.numbers.correct("Ana", f"{ID}#art_40", "number", number="4")
    [path] = bench.workspace.corrections.glob("*.jsonl")
    path.write_bytes(path.read_bytes().replace(b'"number":"4"', b'"number":"9"'))
    with pytest.raises(TamperedError, match="line 1"):
        bench.provisions(ID)


def test_another_program_sees_an_answer_at_once(bench: Workbench) -> None:
    other = open_workbench(bench.workspace.root)
    assert other.provision(f"{ID}#art_40").label == "Član 40"
    bench.numbers.correct("Ana", f"{ID}#art_40", "number", number="4")
    assert other.provision(f"{ID}#art_40").label == "Član 4"


@given(st.data())
def test_the_order_of_logs_plays_no_part(
    built: Path, tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    folder = tmp_path_factory.mktemp("logs")
    articles = [one for one in open_workbench(built).built_provisions(ID) if one.kind == "article"]
    for _ in range(data.draw(st.integers(1, 8))):
        who = data.draw(st.sampled_from(["ana", "Бојан"]))
        if data.draw(st.booleans()):
            one = data.draw(st.sampled_from(articles))
            number = data.draw(st.sampled_from(["7", "8a"]))
            append(folder, reviewer=who, provision=one, action="number", fingerprint="f", number=number, now=NOW)
        elif [held for held in BOOK.read_all(folder) if held.reviewer == who and not held.undoes]:
            with suppress(NotFoundError):  # all is taken back already
                undo(folder, who, now=NOW)
    made = BOOK.read_all(folder)
    assert answers(data.draw(st.permutations(made)), lambda _: "f") == answers(made, lambda _: "f")


@given(st.data())
def test_any_corrections_leave_a_valid_tree_of_the_same_ids(built: Path, data: st.DataObject) -> None:
    bench = open_workbench(built)
    provisions = bench.built_provisions(ID)
    chosen = data.draw(st.lists(st.sampled_from(provisions), unique_by=lambda one: one.id, max_size=6))
    said = {}
    for one in chosen:
        actions = {
            "article": ["number", "part", "begins"],
            "paragraph": ["number", "begins"],
            "point": ["number", "begins"],
        }
        action = data.draw(st.sampled_from(actions.get(one.kind, ["confirm"])))
        number = data.draw(st.sampled_from(["3", "12a", "77"])) if action in ("number", "begins") else ""
        line = data.draw(st.integers(1, 3)) if action == "begins" else 1
        said[one.id] = Correction("Ana", "2031-05-06T00:00:00+00:00", one.id, action, number, "f", line)
    text = bench.document(ID).text
    made = renumbered(text, provisions, said, state="ME")
    assert [one.id for one in made if "__line_" not in one.eid] == [one.id for one in provisions]
    valid(made)
    before = {one.id: one.label for one in provisions}
    assert all(one.note for one in made if one.label != before.get(one.id))
    assert (made[0].span.start, made[-1].span.end) == (provisions[0].span.start, provisions[-1].span.end)
