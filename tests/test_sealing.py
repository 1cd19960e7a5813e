"""The quote seal at the door: a tampered quote is held back with its place, and everything else goes out."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from psimm_docs.citations import letter_notes
from psimm_docs.cli import app
from psimm_docs.intake import Description, add_files
from psimm_docs.jsonl import read_record, write_records
from psimm_docs.pipeline import build
from psimm_docs.records import Document, Repair, Span
from psimm_docs.references import FILES
from psimm_docs.reports import render
from psimm_docs.sealing import WITHHELD, cite_sealed, sealed
from psimm_docs.stages import FILES as STAGE_FILES
from psimm_docs.workbench import Workbench, open_workbench
from psimm_docs.workspace import init_workspace, open_workspace

LAW = (
    "Zakon o probnom radu stranaca\n\n"
    "Član 1\nStranac se upisuje u probni registar u roku od osam dana.\n\n"
    "Član 2\nUpis u registar je javan i besplatan.\n\n"
    "Član 3\nNovčana kazna je sto eura.\n"
)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sealing")
    law = folder / "zakon.txt"
    law.write_text(LAW, "utf-8")
    workspace = init_workspace(folder / "space")
    add_files(workspace, [law], Description(jurisdiction="ME", title="Zakon o probnom radu stranaca"))
    build(workspace)
    return folder / "space"


@pytest.fixture
def space(made: Path, tmp_path: Path) -> Path:
    shutil.copytree(made, tmp_path / "space")
    return tmp_path / "space"


def articles(bench: Workbench) -> list[str]:
    (source,) = bench.sources
    return [one.id for one in bench.provisions(source) if one.kind == "article"]


def test_a_tampered_quote_stops_alone(space: Path) -> None:
    bench = open_workbench(space)
    ids = articles(bench)
    first, second, third = cite_sealed(bench, ids).citations
    changed = replace(second, quote=second.quote.replace("javan", "tajan"))
    out = sealed(bench, [first, changed, third])
    assert [one.quote for one in out.citations] == [first.quote, "", third.quote]
    assert out.citations[1].notes[-1] == WITHHELD
    [stop] = out.stopped
    assert stop.provision_id == second.provision_id
    assert "'tajan" in stop.why
    assert "javan" in stop.why
    for form in FILES:
        text = render(out.citations, form=form)
        assert "tajan" not in text
        assert "osam dana" in text
        assert "sto eura" in text


def test_a_quote_of_another_provision_is_no_quote_of_this_one(space: Path) -> None:
    bench = open_workbench(space)
    first, second, _ = cite_sealed(bench, articles(bench)).citations
    [stop] = sealed(bench, [replace(first, quote=second.quote)]).stopped
    assert stop.provision_id == first.provision_id


def test_a_text_that_was_changed_after_the_build_gives_no_quote(space: Path) -> None:
    bench = open_workbench(space)
    (source,) = bench.sources
    path = open_workspace(space).built(source) / STAGE_FILES["extract"]
    document = read_record(path, Document)
    write_records(path, [replace(document, text=document.text.replace("osam dana", "osam sati"))])
    out = cite_sealed(open_workbench(space), articles(bench))
    assert [bool(one.quote) for one in out.citations] == [False, True, True]
    assert "changed after it was built" in out.stopped[0].why


def test_the_command_goes_on_and_says_what_it_held_back(space: Path) -> None:
    ids = articles(open_workbench(space))
    asked = [ids[0], ids[1].replace("art_2", "art_99"), ids[2]]
    out = CliRunner().invoke(app, ["cite", *asked, "--quotes", "--workspace", str(space)])
    assert out.exit_code == 1
    assert "art_99" in out.stderr
    quote = cite_sealed(open_workbench(space), [ids[0]]).citations[0].quote
    assert f"\n[1]\n{quote}\n" in out.stdout
    good = CliRunner().invoke(app, ["cite", ids[0], "--json", "--workspace", str(space)])
    assert good.exit_code == 0
    assert json.loads(good.stdout)[0]["quote"] == quote


def test_a_joined_hyphen_is_told_with_its_word() -> None:
    text = "Rok za upis domaćina je osam dana."
    mended = (Repair(Span(12, 20), "line-end-hyphen", "domać-\nina"), Repair(Span(0, 3), "homoglyph", "Rоk"))
    notes = letter_notes(Document("s", "x" * 64, text, len(text), repairs=mended), Span(0, len(text)))
    assert any("hyphen: domaćina" in note for note in notes)
    assert any("repaired (homoglyph)" in note for note in notes)
    assert letter_notes(Document("s", "x" * 64, text, len(text), repairs=mended), Span(21, 30)) == []
