"""The name policy: no output of ours prints a name that it may not, and Kosovo* never stands without its footnote."""

import ast
import csv
import io
import json
import shutil
from pathlib import Path

import pytest
from openpyxl import load_workbook
from streamlit.testing.v1 import AppTest
from typer.testing import CliRunner

from made_laws import make
from psimm_docs import references
from psimm_docs.cli import app
from psimm_docs.drafts import read_draft
from psimm_docs.exports import write_tables
from psimm_docs.jurisdictions import JURISDICTIONS, KOSOVO_NOTE
from psimm_docs.naming import breaches, lacks_note, named_codes, names
from psimm_docs.paper_skeleton import Asked, new
from psimm_docs.reports import EXPORTS, cite, render, tables
from psimm_docs.styles import STYLES, short
from psimm_docs.workbench import Workbench, open_workbench

REPO = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Workbench:
    return open_workbench(make(tmp_path_factory.mktemp("made")))


def check(text: str, bench: Workbench) -> None:
    """Check an output: the letters of sources (titles, gazettes) are theirs, all else is ours."""
    theirs = [letters for one in bench.sources.values() for letters in (one.title, one.gazette)]
    assert breaches(text, quoted=theirs) == []
    assert not lacks_note(text)


def kosovo(bench: Workbench) -> str:
    return next(one.id for one in bench.sources.values() if one.jurisdiction == "XK") + "#art_1"


# --- the policy itself


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("the law of Kosovo", "Kosovo*"),
        ("FYROM", "North Macedonia"),
        ("the Macedonia law", "North Macedonia"),
        ("Bosnia's law", "Bosnia and Herzegovina"),
        ("the Serb Republic", "Republika Srpska"),
        ("Republic of Srpska", "Republika Srpska"),
        ("the Muslim-Croat Federation", "Federation of Bosnia and Herzegovina"),
        ("Brcko District", "Brčko District"),
    ],
)
def test_a_wrong_name_is_found(wrong: str, right: str) -> None:
    assert [one.right for one in breaches(wrong)] == [right]


def test_every_pattern_can_match_and_no_right_name_breaks_it() -> None:
    found = {
        one.right
        for text in ("Kosovo FYROM Bosnia", "Serb Republic", "Muslim-Croat Federation", "Brcko District")
        for one in breaches(text)
    }
    assert {right for _, right in names().never} == found
    for one in JURISDICTIONS.values():
        assert breaches(f"{one.name}, {one.gazette_en}") == []
    assert breaches("Macedonian law; Kosovo\\* and North\nMacedonia") == []
    assert [code for _, _, code in named_codes("North Macedonia, Republika Srpska, FBiH, Kosova")] == [
        "MK",
        "BA-SRP",
        "BA-BIH",
        "XK",
    ]


# --- what we wrote: code, documents, data


def test_no_sentence_of_ours_breaks_the_policy() -> None:
    wrong = []
    ours = [*(REPO / "src").rglob("*.py"), *(REPO / "app").rglob("*.py"), *(REPO / "corpus").glob("*.py")]
    for path in ours:
        if path.name == "naming.py":
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                wrong += [(path.name, node.lineno, one.found) for one in breaches(node.value)]
    for path in [*REPO.glob("*.md"), *REPO.glob("corpus/*.md"), *REPO.glob("training/*.md")]:
        wrong += [(path.name, one.start, one.found) for one in breaches(path.read_text("utf-8"))]
        if lacks_note(" ".join(path.read_text("utf-8").replace("\\*", "*").split())):
            wrong.append((path.name, 0, "no footnote"))
    assert wrong == []


def test_the_catalogue_and_the_taxonomy_keep_it() -> None:
    with (REPO / "corpus" / "catalogue.csv").open(encoding="utf-8-sig", newline="") as data:
        for row in csv.DictReader(data):
            assert breaches(f"{row['title_en']} {row['notes']}") == [], row["work_id"]
    for line in (REPO / "annotations" / "taxonomy" / "concepts.jsonl").read_text("utf-8").splitlines():
        assert breaches(line) == [], json.loads(line)["id"]


# --- what leaves


def test_citations_in_every_style_and_format(bench: Workbench) -> None:
    made = cite(bench, kosovo(bench))
    for style in STYLES:
        check(STYLES[style](made), bench)
        check(short(made, style=style), bench)
        check(render([made], style=style, with_quotes=True), bench)
    for form in references.FILES:
        text = render([made], form=form)
        assert breaches(text) == []
        assert "1244/1999" in text


def test_tables_in_every_format(bench: Workbench, tmp_path: Path) -> None:
    for what in EXPORTS:
        made = tables(bench, what)
        for ending in ("csv", "jsonl", "xlsx"):
            for path in write_tables(tmp_path / f"{what}.{ending}", made):
                if ending == "xlsx":
                    for sheet in load_workbook(io.BytesIO(path.read_bytes())).worksheets:
                        check("\n".join(str(cell) for row in sheet.values for cell in row if cell is not None), bench)
                else:
                    check(path.read_text("utf-8-sig"), bench)


def test_papers(bench: Workbench, tmp_path: Path) -> None:
    for code in ("XK", "MK", "BA", ""):
        out = tmp_path / f"{code or 'regional'}.docx"
        new(bench, Asked(code), out)
        check("\n".join(one.text for one in read_draft(out).passages), bench)


@pytest.mark.parametrize(
    "command",
    [
        ["search", "provues", "-j", "XK"],
        ["search", "register"],
        ["show", "KOSOVO"],
        ["cite", "KOSOVO", "--quotes"],
        ["compare", "quota"],
        ["terms", "foreigner"],
        ["status", "--documents"],
        ["--help"],
        ["paper", "new", "--help"],
    ],
)
def test_every_command_that_prints_names(bench: Workbench, command: list[str]) -> None:
    asked = [kosovo(bench) if one == "KOSOVO" else one for one in command]
    where = [] if "--help" in command else ["-w", str(bench.workspace.root)]
    out = CliRunner().invoke(app, [*asked, *where])
    assert out.exit_code == 0, out.output
    check(out.stdout, bench)


@pytest.mark.parametrize(
    "command",
    [
        ["search", "provues", "-j", "XK"],
        ["show", "KOSOVO"],
        ["cite", "KOSOVO", "--quotes"],
        ["compare", "quota"],
        ["compare", "silence", "quota", "-j", "XK"],
        ["compare", "eu", "quota"],
        ["terms", "i huaji", "-j", "XK"],
        ["tag", "-j", "XK"],
        ["values", "KOSOVO"],
        ["institutions", "-j", "XK"],
        ["institutions", "--register", "-j", "XK"],
        ["procedure", "-j", "XK"],
        ["status", "--documents"],
        ["progress"],
    ],
)
def test_every_object_of_json_that_names_kosovo_has_the_footnote(bench: Workbench, command: list[str]) -> None:
    asked = [kosovo(bench) if one == "KOSOVO" else one for one in command]
    out = CliRunner().invoke(app, [*asked, "--json", "-w", str(bench.workspace.root)])
    assert out.exit_code == 0, out.output
    made = json.loads(out.stdout)
    for one in made if isinstance(made, list) else [made]:
        text = json.dumps(one, ensure_ascii=False)
        named = "Kosovo*" in text or '"XK"' in text or '"xk/' in text
        assert not named or KOSOVO_NOTE in text, text[:300]


@pytest.mark.parametrize("page", ["search", "review", "compare", "corpus", "cite", "papers", "provision"])
def test_every_page(bench: Workbench, page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from psimm_docs import baskets

    space = tmp_path / "space"
    shutil.copytree(bench.workspace.root, space)
    baskets.add(open_workbench(space).workspace.baskets, "basket", kosovo(bench))
    monkeypatch.setenv("PSIMM_WORKSPACE", str(space))
    monkeypatch.syspath_prepend(str(REPO / "app"))
    test = AppTest.from_file(str(REPO / "app" / "views" / f"{page}.py"), default_timeout=60)
    for key, value in {"q": "provues", "id": kosovo(bench)}.items():
        test.query_params[key] = value
    test.run()
    assert not test.exception
    kinds = ("markdown", "caption", "code", "header", "subheader", "info", "warning", "error")
    shown = [str(one.value) for kind in kinds for one in getattr(test, kind)]
    shown += [str(getattr(one.proto, "body", "")) for one in test.main]
    text = "\n".join(shown).replace("\\*", "*")
    check(text, bench)
    if page in ("search", "cite", "provision"):
        assert KOSOVO_NOTE[2:40] in text
