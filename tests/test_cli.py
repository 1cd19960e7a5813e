"""The command line: help with an example, one-line errors, exit status, JSON, and the order of a day's work."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from psimm_docs.cli import app
from psimm_docs.jurisdictions import KOSOVO_NOTE

COMMANDS = (
    *(
        "init",
        "add",
        "fetch",
        "build",
        "status",
        "search",
        "show",
        "terms",
        "tag",
        "compare",
        "values",
        "cite",
        "export",
    ),
    *("evaluate", "doctor", "correct", "merge", "app", "audit", "import", "progress"),
)
PROVISION = "rs/law-on-foreigners-2018/digest.sr-Cyrl#art_13"
KOSOVO = "xk/law-on-foreigners-2013/digest.sq#art_82"


def run(*arguments: str, folder: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Run the program as a person does."""
    environment = {**os.environ, "PSIMM_WORKSPACE": str(folder) if folder else ""}
    command = [sys.executable, "-m", "psimm_docs", *arguments]
    return subprocess.run(command, capture_output=True, text=True, env=environment, check=False, timeout=120)


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_explains_itself_with_an_example(command: str) -> None:
    result = CliRunner().invoke(app, [command, "--help"])
    assert result.exit_code == 0
    assert f"psimm-docs {command}" in " ".join(result.output.split())


@pytest.mark.parametrize("command", ["lint", "diff", "preview", "stamp", "stale"])
def test_each_taxonomy_command_explains_itself_with_an_example(command: str) -> None:
    result = CliRunner().invoke(app, ["taxonomy", command, "--help"])
    assert result.exit_code == 0
    assert f"Example: psimm-docs taxonomy {command}" in " ".join(result.output.split())


def test_a_usage_error_is_2_and_a_user_error_is_1_with_one_line(tmp_path: Path) -> None:
    assert run("search").returncode == 2
    assert run("nonsense").returncode == 2
    result = run("search", "x", "-w", str(tmp_path))
    assert result.returncode == 1
    assert len(result.stderr.strip().splitlines()) == 1
    assert "psimm-docs init" in result.stderr


def test_help_loads_nothing_heavy() -> None:
    code = (
        "import sys; from psimm_docs.cli import app; "
        "print([one for one in ('torch','numpy','faiss','spacy','pandas','streamlit','pydantic','rich') if one in sys.modules])"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "[]"


def test_a_search_loads_no_torch(shipped: Path) -> None:
    code = (
        "import sys; from psimm_docs.workbench import open_workbench; "
        f"answer = open_workbench({str(shipped)!r}).search('quota'); "
        "print(len(answer.hits) > 0, [one for one in ('torch','spacy','pandas','sentence_transformers') if one in sys.modules])"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "True []"


def test_search_prints_why_and_the_footnote(shipped: Path) -> None:
    result = run("search", "kuotë", "--mode", "round-robin", "-n", "6", folder=shipped)
    assert result.returncode == 0, result.stderr
    assert "digest; not the official text" in result.stdout
    assert KOSOVO_NOTE in result.stdout
    told = run("search", "work permit", folder=shipped).stdout
    assert "Also searched for “work permit”: " in told
    assert "Taken to be about: " in told
    found = json.loads(run("search", "quota", "--json", folder=shipped).stdout)
    assert found["state"] in ("found", "weak")
    assert found["hits"][0]["provision_id"]


def test_nothing_found_says_what_was_searched(shipped: Path) -> None:
    result = run("search", "zxqv wvutq", folder=shipped)
    assert result.returncode == 0
    assert "Not found" in result.stdout


def test_show_cite_compare(shipped: Path) -> None:
    assert "члан 13" in run("show", PROVISION, folder=shipped).stdout.casefold()
    assert "art_13" in run("show", "rs/law-on-foreigners-2018/digest.sr-Cyrl", folder=shipped).stdout
    text = run("cite", PROVISION, KOSOVO, folder=shipped).stdout
    assert "Art. 13" in text
    assert "24/2018" in text
    assert "digest; not the official text" in text
    assert KOSOVO_NOTE in text
    items = json.loads(run("cite", PROVISION, "--format", "csl-json", folder=shipped).stdout)
    assert items[0]["type"] == "legislation"
    grid = run("compare", "quota", folder=shipped).stdout
    assert "Kosovo*" in grid
    assert KOSOVO_NOTE in grid
    wrong = run("compare", "quotas", folder=shipped)
    assert wrong.returncode == 1
    assert "quota" in wrong.stderr


def test_status_and_problems_as_json(shipped: Path) -> None:
    figures = json.loads(run("status", "--json", folder=shipped).stdout)
    assert [one["jurisdiction"] for one in figures][:6] == ["AL", "BA", "XK", "ME", "MK", "RS"]
    assert all(one["unread"] == 0 for one in figures)
    assert isinstance(json.loads(run("status", "--problems", "--json", folder=shipped).stdout), list)


def test_a_day_from_an_empty_folder(tmp_path: Path) -> None:
    law = tmp_path / "zakon.txt"
    law.write_text(
        "Zakon o probama\n\nPredmet\nČlan 1\nPoslodavac prijavljuje početak rada stranca u roku od osam dana od dana zaključenja ugovora.\n\n"
        "Kazne\nČlan 2\nNovčanom kaznom kazniće se poslodavac koji zaposli stranca bez dozvole za rad.\n",
        "utf-8",
    )
    space = tmp_path / "space"
    assert run("init", str(space)).returncode == 0
    added = run("add", str(law), "-j", "ME", "--title", "Zakon o probama", "--gazette-number", "1/2020", folder=space)
    assert added.returncode == 0, added.stderr
    assert "added" in added.stdout
    built = run("build", "--json", folder=space)
    assert json.loads(built.stdout)["worked"] == 1
    provision = "me/zakon-o-probama/1-2020#art_2"
    decided = run("tag", provision, "-c", "employer-sanctions", "--accept", "--reviewer", "Ана", folder=space)
    assert decided.returncode == 0, decided.stderr
    assert "found, confirmed" in run("compare", "employer-sanctions", "-j", "ME", folder=space).stdout
    out = tmp_path / "decisions.csv"
    assert run("export", "decisions", "--out", str(out), folder=space).returncode == 0
    assert "employer-sanctions" in out.read_text("utf-8-sig")
    assert run("tag", "--undo", "--reviewer", "Ана", folder=space).returncode == 0
    assert "found, confirmed" not in run("compare", "employer-sanctions", "-j", "ME", folder=space).stdout
    assert run("doctor", folder=space).returncode == 0


def test_numbers_are_listed_answered_and_shown(tmp_path: Path) -> None:
    law = tmp_path / "zakon.txt"
    articles = "".join(f"Član {number}\nRok broj {number} je osam dana od dana upisa.\n\n" for number in (1, 2, 43))
    law.write_text("Zakon o probama\n\n" + articles, "utf-8")
    space = tmp_path / "space"
    run("init", str(space))
    run("add", str(law), "-j", "ME", "--title", "Zakon o probama", "--gazette-number", "1/2020", folder=space)
    assert run("build", folder=space).returncode == 0
    document = "me/zakon-o-probama/1-2020"
    [found] = json.loads(run("doctor", "--numbering", document, "--json", folder=space).stdout)
    assert (found["finding"]["kind"], found["finding"]["expected"], found["state"]) == ("gap", "3 to 42", "open")
    provision = found["finding"]["provision_id"]
    assert provision == f"{document}#art_43"
    listed = run("doctor", "--numbering", folder=space)
    assert "Articles 3 to 42 are missing: 43 stands after 2. (open)" in listed.stdout
    assert "1 of them open" in listed.stdout

    answered = run("correct", provision, "--number", "3", "--reviewer", "Ана", "--note", "misprint", folder=space)
    assert answered.returncode == 0, answered.stderr
    assert "Shown now as: Član 3" in answered.stdout
    shown = run("show", provision, folder=space).stdout
    assert "number corrected by Ана" in shown
    assert "the source prints 43" in shown
    assert "Član 43" in shown  # the words of the source stay
    cited = run("cite", provision, folder=space).stdout
    assert "Art. 3," in cited
    assert "the source prints 43" in cited
    [after] = json.loads(run("doctor", "--numbering", "--json", folder=space).stdout)
    assert after["state"].startswith("corrected by Ана, ")
    assert "1 corrections, unbroken" in run("doctor", folder=space).stdout

    assert run("correct", "--undo", "--reviewer", "Ана", folder=space).returncode == 0
    assert run("correct", provision, "--confirm", "--reviewer", "Ана", folder=space).returncode == 0
    [last] = json.loads(run("doctor", "--numbering", document, "--json", folder=space).stdout)
    assert last["state"].startswith("confirmed by Ана, ")

    for arguments, status in (
        (["correct", f"{document}#art_99", "--confirm", "--reviewer", "A"], 1),
        (["correct", "me/none/1#art_1", "--confirm", "--reviewer", "A"], 1),
        (["correct", provision, "--number", "x-y", "--reviewer", "A"], 1),
        (["doctor", "--numbering", "me/none/1"], 1),
    ):
        result = run(*arguments, folder=space)
        assert result.returncode == status, result.stderr
        assert len(result.stderr.strip().splitlines()) == 1
    for arguments in (
        ["correct", provision, "--confirm"],
        ["correct", provision, "--confirm", "--number", "3", "--reviewer", "A"],
        ["correct", "--confirm", "--reviewer", "A"],
        ["doctor", document],
    ):
        assert run(*arguments, folder=space).returncode == 2


def test_doctor_sees_a_changed_file(tmp_path: Path) -> None:
    law = tmp_path / "zakon.txt"
    law.write_text("Zakon\n\nČlan 1\nTekst.\n", "utf-8")
    space = tmp_path / "space"
    run("init", str(space))
    run("add", str(law), "-j", "ME", folder=space)
    [held] = (space / "corpus" / "documents").rglob("*.txt")
    held.write_text("changed", "utf-8")
    result = run("doctor", folder=space)
    assert result.returncode == 1
    assert "not the one that was added" in result.stdout


def test_the_ledger_of_all_documents_and_of_one(shipped: Path) -> None:
    source = PROVISION.partition("#")[0]
    accounts = {
        one["document"]: one["ledger"] for one in json.loads(run("status", "--ledger", "--json", folder=shipped).stdout)
    }
    assert all(one["missing"] == 0 for one in accounts.values())
    pages = json.loads(run("status", source, "--ledger", "--json", folder=shipped).stdout)
    assert pages["total"] == accounts[source]
    assert sum(page["held"] for page in pages["pages"]) == accounts[source]["held"] > 0
    table = run("status", source, "--ledger", folder=shipped).stdout
    assert "provision" in table.splitlines()[0]
    assert table.splitlines()[-1].startswith("all")
    assert run("status", source, folder=shipped).returncode == 2
