"""Who does what in a built corpus and the procedure maps: places, an act's own words, disagreements, bases, commands and pages."""

import json
import shutil
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest
from typer.testing import CliRunner

from psimm_docs.authorities import entry_table, register, who_does_what
from psimm_docs.authority_places import places_of
from psimm_docs.cli import app
from psimm_docs.errors import PsimmError
from psimm_docs.intake import Description, add_files
from psimm_docs.jurisdictions import KOSOVO_NOTE
from psimm_docs.pipeline import build
from psimm_docs.procedures import NO_BASIS, PACKAGED, Step, lanes, procedure, read_steps, step_table
from psimm_docs.workbench import Workbench, open_workbench
from psimm_docs.workspace import init_workspace

APP = Path(__file__).resolve().parents[1] / "app"
LAWS = {
    "gosti.txt": (
        "RS",
        "Zakon o gostima",
        "rs/law-on-foreigners-2018",
        "Član 1.\nMinistarstvo unutrašnjih poslova (u daljem tekstu: Ministarstvo) vodi knjigu gostiju.\n"
        "Član 2.\nJedinstvenu dozvolu izdaje Ministarstvo.\n"
        "Član 3.\nO žalbi odlučuje Vlada.\n"
        "Član 43.\nGost donosi hleb i so.\n",
    ),
    "pravilnik.txt": (
        "RS",
        "Pravilnik o gostima",
        "",
        "Član 1.\nJedinstvenu dozvolu izdaje Nacionalna služba za zapošljavanje.\n"
        "Član 2.\nPo jedinstvenu dozvolu se dolazi lično. Nadležni organ čeka.\n",
    ),
    "mysafire.txt": ("XK", "Ligji për mysafirët", "", "Neni 1\nRadha\nLejen unike e lëshon Policia e Kosovës.\n"),
}


@pytest.fixture(scope="module")
def made(repo: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("authorities")
    workspace = init_workspace(root / "space")
    shutil.copy2(repo / "corpus" / "catalogue.csv", workspace.catalogue)
    for name, (code, title, work, text) in LAWS.items():
        (root / name).write_text(f"{title}\n{text}", "utf-8")
        add_files(workspace, [root / name], Description(jurisdiction=code, title=title, work_id=work))
    build(workspace)
    return workspace.root


@pytest.fixture
def bench(made: Path, tmp_path: Path) -> Workbench:
    """A workspace of one's own in which a person has tagged the three provisions on the permit."""
    folder = tmp_path / "space"
    shutil.copytree(made, folder)
    bench = open_workbench(folder)
    for source in bench.sources:
        for one in bench.provisions(source):
            if one.kind == "article" and any(words in bench.text(one) for words in ("izdaje", "lëshon")):
                bench.decide("Ana", one.id, "single-permit", "accept")
    return bench


def source_of(bench: Workbench, title: str) -> str:
    return next(one.id for one in bench.sources.values() if one.title == title)


def test_a_short_name_of_the_act_is_resolved_and_the_letters_are_the_texts(bench: Workbench) -> None:
    source = source_of(bench, "Zakon o gostima")
    places = places_of(bench, source)
    text = bench.document(source).text
    assert [(one.span.of(text), one.institutions, one.how) for one in places if one.role == "decides"] == [
        ("Ministarstvo", ("rs/ministry-of-interior",), "defined")
    ]
    assert all(one.clause.holds(one.span) for one in places)
    assert {one.provision_id.partition("#")[2] for one in places} == {"art_1", "art_2", "art_3"}


def test_two_provisions_that_name_different_authorities_are_both_shown(bench: Workbench) -> None:
    table = who_does_what(bench, "single-permit")
    [found] = table.disagreements
    assert (found.jurisdiction, found.role, found.matter) == ("RS", "decides", "single permit")
    assert {
        one.institution: [place.provision_id.partition("#")[2] for place in one.places] for one in found.entries
    } == {
        "rs/ministry-of-interior": ["art_2"],
        "rs/national-employment-service": ["art_1"],
    }
    assert [one.institution for one in table.of("XK", "decides")] == ["xk/police"]
    assert table.of("AL", "decides") == []
    assert table.silence("AL") == "no text held"


def test_a_provision_that_a_person_rejects_counts_no_more(bench: Workbench) -> None:
    [one] = [one for one in bench.provisions(source_of(bench, "Pravilnik o gostima")) if one.eid == "art_1"]
    bench.decide("Ana", one.id, "single-permit", "reject")
    assert who_does_what(bench, "single-permit").disagreements == ()


def test_all_provisions_where_no_concept_is_asked(bench: Workbench) -> None:
    table = who_does_what(bench, jurisdictions=["RS"])
    assert [one.institution for one in table.of("RS", "appeal")] == ["rs/government"]
    assert table.acts == {"RS": 2}
    rows = entry_table(table).rows
    assert len(rows) == sum(len(one.places) for one in table.entries)
    counts = {name: count for name, count, _ in register(bench, jurisdictions=["RS"])}
    assert counts["rs/ministry-of-interior"] == 3
    assert counts["rs/asylum-office"] == 0


def test_an_unknown_concept_or_jurisdiction_is_told(bench: Workbench) -> None:
    with pytest.raises(PsimmError):
        who_does_what(bench, "no-such-thing")
    with pytest.raises(PsimmError):
        who_does_what(bench, jurisdictions=["ZZ"])


def test_the_digests_give_roles_at_their_level(shipped: Path) -> None:
    table = who_does_what(open_workbench(shipped))
    decides = {(one.jurisdiction, one.institution) for one in table.of("BA", "decides")}
    assert {
        ("BA-BIH", "ba-bih/cantonal-employment-services"),
        ("BA-SRP", "ba-srp/employment-institute"),
        ("BA", "ba/service-for-foreigners-affairs"),
    } <= decides
    assert [one.institution for one in table.of("MK", "inspects")] == ["mk/labour-inspectorate"]
    service = next(one for one in table.of("BA", "decides") if one.institution == "ba/service-for-foreigners-affairs")
    assert len(service.places) == 1, "the three language versions are one place"


# --- procedures --------------------------------------------------------------------------------------------------------


def test_every_step_has_a_source_and_every_basis_is_a_work_of_the_catalogue(shipped: Path) -> None:
    bench = open_workbench(shipped)
    facts = {
        row["fact"]: row
        for path in (shipped / "corpus" / "digests").glob("??.jsonl")
        for row in map(json.loads, path.read_text("utf-8").splitlines())
    }
    for step, _ in read_steps(bench):
        assert step.basis or step.source, step.title
        for basis in step.basis:
            row = facts[basis.fact]
            assert (basis.work, basis.article, basis.basis) == (row["work"], row["article"] or "", row["basis"])
            assert basis.work in bench.works
        recalled = {basis.basis for basis in step.basis} == {"recalled"}
        assert not recalled or "recalled" in step.doubt, f"{step.title}: the doubt of its facts is not told"


def test_bases_are_looked_up_in_the_held_texts(shipped: Path) -> None:
    bench = open_workbench(shipped)
    views = procedure(bench)
    facts = [one for view in views for one in view.bases]
    assert all(one.provision_id for one in facts)
    for one in facts:
        provision = bench.provision(one.provision_id)
        note = bench.document(provision.source_id).text.index(f"[fact {one.basis.fact};")
        assert provision.span.start < note
        assert one.digest
    assert [view.told for view in views if not view.bases] == [NO_BASIS, NO_BASIS]


def test_a_held_law_comes_before_the_digest_and_an_absent_one_is_told(bench: Workbench) -> None:
    views = procedure(bench, jurisdictions=["RS"])
    [request] = [one for one in views if one.step.stage == "request"]
    found = {one.basis.article: one for one in request.bases if one.basis.work == "rs/law-on-foreigners-2018"}
    assert found["43"].provision_id.endswith("#art_43")
    assert not found["43"].digest
    assert found[""].provision_id == ""
    assert found[""].told.endswith("(text not held)")


def test_lanes_and_table_hold_all_steps(shipped: Path) -> None:
    views = procedure(open_workbench(shipped))
    held = lanes(views)
    assert sum(len(some) for stage in held.values() for some in stage.values()) == len(views)
    table = step_table(views)
    assert len(table.rows) == len(views)
    assert table.note == KOSOVO_NOTE
    assert step_table(procedure(open_workbench(shipped), jurisdictions=["RS"])).note == ""


def test_a_users_own_steps_are_added_and_checked(bench: Workbench) -> None:
    folder = bench.workspace.root / "corpus" / "procedures"
    folder.mkdir(parents=True)
    mine = {"jurisdiction": "RS", "order": 1, "stage": "card", "title": "Nosi kartu", "authorities": ["rs/police"]}
    (folder / "mine.jsonl").write_text(json.dumps(mine) + "\n", "utf-8")
    [view] = [one for one in procedure(bench, jurisdictions=["RS"]) if one.file != PACKAGED]
    assert (view.file, view.step, view.told) == (
        "mine.jsonl",
        Step("RS", 1, "card", "Nosi kartu", authorities=("rs/police",)),
        NO_BASIS,
    )
    for wrong in ({**mine, "stage": "nowhere"}, {**mine, "jurisdiction": "ZZ"}, {**mine, "authorities": ["rs/nobody"]}):
        (folder / "mine.jsonl").write_text(json.dumps(wrong) + "\n", "utf-8")
        with pytest.raises(PsimmError, match=r"mine\.jsonl"):
            procedure(bench)


# --- commands and pages ------------------------------------------------------------------------------------------------


def run(bench: Workbench, *arguments: str) -> str:
    result = CliRunner().invoke(app, [*arguments, "-w", str(bench.workspace.root)])
    assert result.exit_code == 0, result.output
    return result.stdout


def test_the_commands(bench: Workbench) -> None:
    said = run(bench, "institutions", "--concept", "single-permit")
    assert "Different authorities: Serbia" in said
    assert "art_2" in said
    assert KOSOVO_NOTE in said
    assert json.loads(run(bench, "institutions", "-j", "RS", "--json"))["acts"] == {"RS": 2}
    assert "rs/asylum-office" in run(bench, "institutions", "--register", "-j", "RS")
    said = run(bench, "procedure", "-j", "BA-BRC", "-j", "XK")
    assert NO_BASIS in said
    assert KOSOVO_NOTE in said
    assert KOSOVO_NOTE not in run(bench, "procedure", "-j", "RS")
    assert run(bench, "procedure", "--csv").splitlines()[0].startswith("jurisdiction,step,stage,what")
    assert json.loads(run(bench, "procedure", "-j", "AL", "--json"))[0]["step"]["stage"] == "market"
    wrong = CliRunner().invoke(app, ["procedure", "--json", "--csv", "-w", str(bench.workspace.root)])
    assert wrong.exit_code == 2


@pytest.fixture
def page(bench: Workbench, monkeypatch: pytest.MonkeyPatch) -> Workbench:
    monkeypatch.setenv("PSIMM_WORKSPACE", str(bench.workspace.root))
    monkeypatch.syspath_prepend(str(APP))
    return bench


def html(test: AppTest) -> str:
    return " ".join(str(getattr(one.proto, "body", "")) for one in test.main)


def test_the_page_of_institutions(page: Workbench) -> None:
    test = AppTest.from_file(str(APP / "views" / "institutions.py"), default_timeout=60).run()
    assert not test.exception
    assert "Government of Serbia" in html(test)
    test.selectbox(key="institutions-concept").set_value("single-permit").run()
    assert not test.exception
    assert "Kosovo* Police" in html(test)
    assert "provision?id=" in html(test)
    [clash] = test.expander
    assert "National Employment Service" in clash.label
    assert any("Albania: no text held" in one.value for one in test.caption)
    assert any(KOSOVO_NOTE[1:60] in one.value for one in test.caption)
    test.toggle(key="institutions-register").set_value(True).run()
    assert "Asylum Office" in set(test.dataframe[0].value["Authority"])


def test_the_page_of_procedures(page: Workbench) -> None:
    folder = page.workspace.root / "corpus" / "procedures"
    folder.mkdir(parents=True)
    mine = {"jurisdiction": "RS", "order": 1, "stage": "card", "title": "<b>Nosi</b>"}
    (folder / "mine.jsonl").write_text(json.dumps(mine) + "\n", "utf-8")
    test = AppTest.from_file(str(APP / "views" / "procedures.py"), default_timeout=60).run()
    assert not test.exception
    assert "&lt;b&gt;Nosi&lt;/b&gt;" in html(test)
    assert "from mine.jsonl" in html(test)
    assert "no step in the facts" in html(test)
    assert NO_BASIS in html(test)
    assert "(text not held)" in html(test)
    assert any(KOSOVO_NOTE[1:60] in one.value for one in test.caption)
    (folder / "mine.jsonl").write_text("{}\n", "utf-8")
    assert AppTest.from_file(str(APP / "views" / "procedures.py"), default_timeout=60).run().error
