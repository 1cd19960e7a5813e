"""Figures side by side: days, euro only at a rate with its date, own words; checklists beside chosen provisions."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from psimm_docs.cli import app
from psimm_docs.exports import to_csv
from psimm_docs.intake import Description, add_files
from psimm_docs.jurisdictions import KOSOVO_NOTE
from psimm_docs.pipeline import build
from psimm_docs.reports import grid
from psimm_docs.side import html_of, side_by_side
from psimm_docs.value_grid import elements_table, figures_of, figures_tables, line_of, with_figures
from psimm_docs.workbench import Workbench, open_workbench
from psimm_docs.workspace import init_workspace

LAWS = {
    "RS": "Закон о пробама\n\nЧлан 1.\nТакса\nТакса за дозволу износи 200 динара и плаћа се у року од осам дана.\n",
    "BA": "Zakon o probama\n\nČlan 2.\nTaksa\nTaksa za dozvolu iznosi 100 KM i plaća se u roku od 15 radnih dana.\n",
    "XK": "Ligji për provat\n\nNeni 3\nTarifa\nTarifa për lejen është 20 euro.\n",
}


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Workbench:
    """Three made-up laws whose fee articles a person accepted; a rate is set for none but the fixed ones."""
    folder = tmp_path_factory.mktemp("figures")
    workspace = init_workspace(folder / "space")
    for code, text in LAWS.items():
        (folder / f"{code}.txt").write_text(text, "utf-8")
        add_files(workspace, [folder / f"{code}.txt"], Description(jurisdiction=code, title=text.splitlines()[0]))
    build(workspace)
    made = open_workbench(workspace.root)
    for one in articles(made):
        made.decide("Ana", one, "fees", "accept")
    return made


def articles(bench: Workbench) -> list[str]:
    return [one.id for source in bench.sources for one in bench.provisions(source) if one.kind == "article"]


def test_figures_stand_by_jurisdiction_with_days_and_euro(bench: Workbench) -> None:
    found = figures_of(bench, grid(bench, ["fees"]), "fees")
    [serbia] = found.of("fee", "RS")
    [bosnia] = found.of("fee", "BA")
    [kosovo] = found.of("fee", "XK")
    assert (serbia.told, serbia.euro, serbia.review) == ("200 RSD", "", "confirmed")
    assert bosnia.euro.startswith("51.13 EUR (")
    assert (kosovo.told, kosovo.euro) == ("20 EUR", "")
    assert [one.days for one in found.of("deadline", "RS")] == ["8"]
    assert [one.days for one in found.of("deadline", "BA")] == ["15 working"]
    assert any("No rate is set for RSD" in one for one in found.remarks)
    assert any(one.startswith("Rate: BAM: 1.95583") for one in found.remarks)
    assert not any("digests" in one for one in found.remarks)
    assert found.notes == (KOSOVO_NOTE,)
    assert "“200 динара”, Закон о пробама, " in line_of(serbia)
    side, rows, rates = figures_tables(found)
    assert len(rows.rows) == len(found.figures)
    assert [row[0] for row in side.rows] == list(found.kinds)
    assert KOSOVO_NOTE[2:] in to_csv(side).decode("utf-8")
    assert rates.rows


def test_a_rate_that_is_set_is_used_with_its_date(bench: Workbench) -> None:
    settings = bench.workspace.root / "psimm.toml"
    before = settings.read_text("utf-8")
    try:
        settings.write_text('[values]\nrates = ["RSD 100 2026-01-31 a made-up bank"]\n', "utf-8")
        again = open_workbench(bench.workspace.root)
        found = figures_of(again, grid(again, ["fees"]), "fees")
        assert [one.euro for one in found.of("fee", "RS")] == ["2.00 EUR (2026-01-31)"]
        assert any("a made-up bank" in one for one in found.remarks)
    finally:
        settings.write_text(before, "utf-8")


def test_figures_are_highlighted_in_their_own_letters(bench: Workbench) -> None:
    made = with_figures(bench, side_by_side(bench, articles(bench)))
    cells = [cell for row in made.rows for cell in row if cell is not None]
    shown = [span.of(cell.text) for cell in cells for span in cell.figures]
    assert {"200 динара", "100 KM", "20 euro"} <= set(shown)
    assert html_of(made).count("2px dotted") >= len(shown)


def test_the_checklist_stands_beside_each_provision(bench: Workbench) -> None:
    ids = articles(bench)
    table = elements_table(bench, ids, "fees")
    assert len(table.columns) == 1 + len(ids)
    assert "fee" in [row[0] for row in table.rows]
    [fee] = [row for row in table.rows if row[0] == "fee"]
    texts = [bench.text(bench.provision(one)) for one in ids]
    for words, text in zip(fee[1:], texts, strict=True):
        assert str(words) in " ".join(text.split()) or words == "not found in this provision"


def test_the_command_line(bench: Workbench, tmp_path: Path) -> None:
    def run(*arguments: str) -> str:
        result = CliRunner().invoke(app, ["compare", "values", "fees", *arguments, "-w", str(bench.workspace.root)])
        assert result.exit_code == 0, result.output
        return result.output

    told = run("--out", str(tmp_path / "v.xlsx"))
    assert "20 EUR: “20 euro”" in told
    assert KOSOVO_NOTE in told
    assert "none found in the provisions of its cell" in told
    assert json.loads(run("--json"))["concept"] == "fees"
    assert (tmp_path / "v.xlsx").is_file()
