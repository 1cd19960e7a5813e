"""Baskets with folders, shared as a file; addresses that open one view."""

import json
import shutil
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from streamlit.testing.v1 import AppTest
from typer.testing import CliRunner

from made_laws import make
from psimm_docs import baskets
from psimm_docs.baskets import Basket, Item
from psimm_docs.cli import app
from psimm_docs.errors import PsimmError
from psimm_docs.jsonl import write_text
from psimm_docs.jurisdictions import KOSOVO_NOTE
from psimm_docs.sharing import address, share, take_in
from psimm_docs.workbench import open_workbench

APP = Path(__file__).resolve().parents[1] / "app"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make(tmp_path_factory.mktemp("made"))


@pytest.fixture
def space(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    shutil.copytree(made, tmp_path / "space")
    monkeypatch.setenv("PSIMM_WORKSPACE", str(tmp_path / "space"))
    monkeypatch.syspath_prepend(str(APP))
    return tmp_path / "space"


def ids(space: Path) -> list[str]:
    bench = open_workbench(space)
    return [one.id for source in bench.sources for one in bench.provisions(source) if one.kind == "article"]


def test_folders_are_kept_and_an_old_basket_is_read(tmp_path: Path) -> None:
    write_text(baskets.basket_path(tmp_path, "old"), '{"name":"old","items":[{"provision_id":"a#1","note":"n"}]}\n')
    assert baskets.read_basket(tmp_path, "old") == Basket("old", (Item("a#1", "n"),))
    baskets.add(tmp_path, "old", "b#2")
    made = baskets.file_under(tmp_path, "old", "a#1", "  Квоте  2024 ")
    assert made.items[0] == Item("a#1", "n", "Квоте 2024")
    assert made.folders == ("Квоте 2024", "")
    assert baskets.annotate(tmp_path, "old", "a#1", "new").items[0] == Item("a#1", "new", "Квоте 2024")
    assert baskets.file_under(tmp_path, "old", "a#1", "").folders == ("",)
    with pytest.raises(PsimmError, match="unprintable"):
        baskets.file_under(tmp_path, "old", "a#1", "a\x00b")


def test_a_shared_basket_is_taken_in_and_differences_are_told(space: Path) -> None:
    folder = open_workbench(space).workspace.baskets
    some = ids(space)
    kosovo = next(one for one in some if one.startswith("xk/"))
    for one in (some[0], some[1], kosovo):
        baskets.add(folder, "mine", one, note="n")
    baskets.file_under(folder, "mine", some[0], "fees")
    text = share(open_workbench(space), "mine")
    assert KOSOVO_NOTE in text
    data = json.loads(text)
    data["items"][1]["fingerprint"] = "0" * 16
    data["items"].append({"provision_id": "al/x/1#art_1"})
    baskets.add(folder, "theirs", kosovo, note="my own note")
    made, told = take_in(open_workbench(space), json.dumps(data), name="theirs")
    assert made.items == (
        Item(kosovo, "my own note"),
        Item(some[0], "n", "fees"),
        Item(some[1], "n"),
        Item("al/x/1#art_1"),
    )
    assert told == [f"{some[1]}: reads otherwise here", "al/x/1#art_1: is not held here"]
    assert take_in(open_workbench(space), text)[1] == []


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        '{"psimm_basket":2,"name":"x","items":[]}',
        '{"psimm_basket":1,"name":"x","items":[{"provision_id":" "}]}',
    ],
)
def test_what_is_no_shared_basket_is_refused(space: Path, text: str) -> None:
    with pytest.raises(PsimmError, match="file"):
        take_in(open_workbench(space), text)
    assert baskets.list_baskets(open_workbench(space).workspace.baskets) == []


def test_the_commands(space: Path, tmp_path: Path) -> None:
    run, where = CliRunner().invoke, ["-w", str(space)]
    baskets.add(open_workbench(space).workspace.baskets, "mine", ids(space)[0])
    out = tmp_path / "mine.json"
    assert run(app, ["basket", "export", "mine", "-o", str(out), *where]).exit_code == 0
    assert "other: 1" in run(app, ["basket", "import", str(out), "--name", "other", *where]).stdout
    listed = run(app, ["basket", "list", *where]).stdout
    assert ids(space)[0] in listed


@pytest.mark.parametrize("base", ["http://h:1/", "http://h:1/cite?basket=b", "https://h/tools/psimm/search"])
def test_an_address_says_exactly_one_view(base: str) -> None:
    made = address(base, "provision", {"id": "rs/z a/1#art_3~2", "style": ""})
    parts = urlsplit(made)
    assert parts.fragment == ""
    assert parse_qs(parts.query) == {"id": ["rs/z a/1#art_3~2"]}
    assert parts.path.endswith("/provision")
    assert parts.path.count("/cite") == parts.path.count("/search") == 0


def view(name: str, **query: str | list[str]) -> AppTest:
    test = AppTest.from_file(str(APP / "views" / f"{name}.py"), default_timeout=60)
    for key, value in query.items():
        test.query_params[key] = value
    return test.run()


def test_the_address_of_a_view_opens_it(space: Path) -> None:
    one = ids(space)[0]
    folder = open_workbench(space).workspace.baskets
    baskets.add(folder, "fees", one)
    baskets.file_under(folder, "fees", one, "deadlines")
    cite = view("cite", basket="fees", style="original")
    assert not cite.exception
    assert cite.sidebar.radio[0].value == "original"
    assert "deadlines" in [head.value for head in cite.subheader]
    assert any("basket=fees" in code.value for code in cite.sidebar.code)
    search = view("search", q="upis", jurisdiction=["ME"], language=["cnr"])
    assert not search.exception
    assert [box.value for box in search.sidebar.multiselect[:2]] == [["ME"], ["cnr"]]
    shown = view("provision", id=one)
    text = " ".join(str(getattr(body.proto, "body", "")) for body in shown.main)
    assert "/provision?id=" in text
