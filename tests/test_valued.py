"""Values and checklists of a built corpus: where they stand, on the command line, and on the page of a provision."""

import json
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest
from typer.testing import CliRunner

from psimm_docs.cli import app
from psimm_docs.intake import Description, add_files
from psimm_docs.jurisdictions import KOSOVO_NOTE
from psimm_docs.pipeline import build
from psimm_docs.valued import elements_of, in_days, in_euro, rates_of, told, valued_on, values_of
from psimm_docs.workbench import Workbench, open_workbench
from psimm_docs.workspace import init_workspace

APP = Path(__file__).resolve().parents[1] / "app"
LAW = (
    "Zakon o gostima\nČlan 1.\nObavještenje poslodavca o prestanku rada\n(1) Poslodavac obavještava ministarstvo o prestanku rada stranca u roku od 8 dana.\n"
    "(2) Za potvrdu se plaća taksa od 10 KM.\n(3) Kaznom od 1.000 do 2.000 dinara kazniće se <b>poslodavac</b> koji ne obavijesti.\n"
    "Član 2.\nGost čeka mirno i ne pita ništa.\n"
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("valued")
    workspace = init_workspace(root / "space")
    for code in ("BA", "XK"):
        law = root / f"{code}.txt"
        law.write_text(f"{LAW}Član 3.\nGost iz {code} čeka mirno.\n", "utf-8")
        add_files(workspace, [law], Description(jurisdiction=code, title=f"Zakon o gostima {code}"))
    build(workspace)
    return workspace.root


@pytest.fixture
def bench(folder: Path) -> Workbench:
    return open_workbench(folder)


def article(bench: Workbench, code: str = "BA", eid: str = "art_1") -> str:
    return next(f"{source.id}#{eid}" for source in bench.sources.values() if source.jurisdiction == code)


def test_values_of_an_article_name_the_innermost_provision(bench: Workbench) -> None:
    found = values_of(bench, article(bench))
    assert [(one.kind, one.provision_id.partition("#")[2]) for one in found] == [
        ("deadline", "art_1__para_1"),
        ("fee", "art_1__para_2"),
        ("fine", "art_1__para_3"),
    ]
    text = bench.document(article(bench).partition("#")[0]).text
    assert [one.span.of(text) for one in found] == ["8 dana", "10 KM", "1.000 do 2.000 dinara"]
    assert [told(one) for one in found] == ["at most 8 days", "10 BAM", "1,000 to 2,000 RSD"]


def test_a_paragraph_has_only_its_own(bench: Workbench) -> None:
    [fee] = values_of(bench, f"{article(bench)}__para_2")
    assert fee.kind == "fee"
    assert values_of(bench, article(bench, eid="art_2")) == ()


def test_euro_only_where_a_rate_is_known(bench: Workbench) -> None:
    deadline, fee, fine = values_of(bench, article(bench))
    known = rates_of(bench)
    assert in_days(deadline) == "8"
    assert in_euro(fee, known) == "5.11 EUR (1999-01-01)"
    assert in_euro(fine, known) == ""


def test_a_checklist_says_what_is_missing(bench: Workbench) -> None:
    states = {one.name: one.state for one in elements_of(bench, f"{article(bench)}__para_2", "employer-notification")}
    assert states["deadline"] == "not found in this provision"
    whole = elements_of(bench, article(bench), "employer-notification")
    assert {one.name for one in whole} == {"who", "deadline", "authority", "sanction"}
    assert all(one.state == "found" for one in whole)


def test_all_on_a_concept(bench: Workbench) -> None:
    accepted = article(bench)
    bench.decide("Ana", accepted, "employer-notification", "accept")
    bench.decide("Ana", article(bench, "XK"), "employer-notification", "reject")
    found = valued_on(bench, "employer-notification")
    assert accepted in [one.provision.id for one in found]
    assert article(bench, "XK") not in [one.provision.id for one in found]
    assert "employer-notification" in found[0].values[0].concepts
    assert valued_on(bench, "employer-notification", jurisdictions=["MK"]) == []
    bench.undo("Ana")
    bench.undo("Ana")


def test_the_command_prints_tables_and_json(folder: Path, bench: Workbench) -> None:
    run = CliRunner().invoke
    out = run(app, ["values", article(bench, "XK"), "-c", "employer-notification", "-w", str(folder)]).stdout
    assert "at most 8 days" in out
    assert "5.11 EUR (1999-01-01)" in out
    assert "No rate for RSD" in out
    assert "sanction" in out
    assert KOSOVO_NOTE[1:60] in out
    [made] = json.loads(run(app, ["values", article(bench), "--json", "-w", str(folder)]).stdout)
    assert [one["iso"] for one in made["values"]] == ["P8D", "", ""]
    assert run(app, ["values", "-w", str(folder)]).exit_code == 2


def test_the_page_of_a_provision_shows_them_as_text(
    folder: Path, bench: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PSIMM_WORKSPACE", str(folder))
    monkeypatch.syspath_prepend(str(APP))
    test = AppTest.from_file(str(APP / "views" / "provision.py"), default_timeout=60)
    test.query_params["id"] = article(bench)
    test.run()
    assert not test.exception
    shown = " ".join(str(getattr(one, "value", "") or getattr(one.proto, "body", "")) for one in test.main)
    assert "at most 8 days" in shown
    assert "<b>poslodavac</b>" not in shown
