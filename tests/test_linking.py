"""References and act facts as they are shown: out and in, the catalogue's work where it is sure, on the command line and in the app."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from psimm_docs.catalogue import Work
from psimm_docs.cli import app
from psimm_docs.intake import Description, add_files
from psimm_docs.linking import act_rows, linked, linked_view, meant_work, words_of
from psimm_docs.pipeline import build
from psimm_docs.workbench import Workbench, open_workbench
from psimm_docs.workspace import init_workspace

LAW = """Zakon o probama
("Sl. glasnik RS", br. 24/18 i 31/19)
Član 1.
Stranac podnosi zahtev.
Organ odlučuje o zahtevu u roku.
Član 2.
Rok iz člana 1. stav 2. ovog zakona teče po Zakonu o drugim probama („Sl. glasnik RS”, br. 7/17).
"""


@pytest.fixture
def bench(tmp_path: Path) -> Workbench:
    workspace = init_workspace(tmp_path / "space")
    law = tmp_path / "zakon.txt"
    law.write_text(LAW, "utf-8")
    add_files(workspace, [law], Description(jurisdiction="RS", title="Zakon o probama"))
    build(workspace)
    return open_workbench(workspace.root)


def provision_id(bench: Workbench, eid: str) -> str:
    [source] = bench.sources
    return f"{source}#{eid}"


def test_references_lead_out_and_in(bench: Workbench) -> None:
    out, into = linked(bench, bench.provision(provision_id(bench, "art_2")))
    assert [(one.state, one.target.partition("#")[2]) for one in out] == [
        ("found", "art_1__para_2"),
        ("elsewhere", ""),
    ]
    assert into == []
    _, into = linked(bench, bench.provision(provision_id(bench, "art_1")))
    assert [words_of(bench, one) for one in into] == ["člana 1. stav 2. ovog zakona"]
    assert linked_view(bench, provision_id(bench, "art_1__para_1")).referred_by == ()


def test_act_facts_are_told(bench: Workbench) -> None:
    rows = act_rows(bench, next(iter(bench.sources)))
    assert rows["Published"] == "Sl. glasnik 24/18, 31/19"
    assert rows["Consolidated text"] == "yes"


def test_show_tells_both_ways(bench: Workbench) -> None:
    run = CliRunner()
    folder = str(bench.workspace.root)
    told = run.invoke(app, ["show", provision_id(bench, "art_2"), "-w", folder]).output
    assert "Refers to:" in told
    assert f"[{provision_id(bench, 'art_1__para_2')}]" in told
    made = json.loads(run.invoke(app, ["show", provision_id(bench, "art_1"), "-w", folder, "--json"]).output)
    assert [one["provision_id"].partition("#")[2] for one in made["referred_by"]] == ["art_2"]


def work(number: str, title: str, issue: str) -> Work:
    return Work(
        f"rs/{number}",
        number,
        "RS",
        "law",
        {"sr": title, "en": "Law"},
        ("sr-Cyrl",),
        "",
        issue,
        *("",) * 4,
        (),
        (),
        "",
        "",
        "in-force",
        "seen",
        (),
        "",
    )


def test_a_work_is_named_only_where_one_fits() -> None:
    works = [work("one", "Закон о пробама", "24/2018"), work("two", "Закон о другим пробама", "24/2018")]

    def meant(title: str, *issues: str) -> str:
        found = meant_work(works, jurisdiction="RS", title=title, issues=issues, number="")
        return found.id if found else ""

    assert meant("Zakona o probama", "24/18") == "rs/one"
    assert meant("Zakonu o drugim probama") == "rs/two"
    assert meant("Zakonu o trećim stvarima", "24/18") == ""
    assert meant_work(works, jurisdiction="ME", title="Zakon o probama", issues=(), number="") is None
