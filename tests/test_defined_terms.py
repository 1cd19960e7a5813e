"""Looking up how acts define a term: across languages and scripts, in order, with an honest silence; on the command line and in the app."""

import json
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest
from typer.testing import CliRunner

from psimm_docs.cli import app
from psimm_docs.defined_terms import defined_in, definitions_of, form, forms_of, look_up, names_of
from psimm_docs.errors import PsimmError
from psimm_docs.intake import Description, add_files
from psimm_docs.jurisdictions import KOSOVO_NOTE
from psimm_docs.pipeline import build
from psimm_docs.workbench import Workbench, open_workbench
from psimm_docs.workspace import init_workspace

APP = Path(__file__).resolve().parents[1] / "app"
LAWS = {
    "RS": (
        "Zakon o gostima",
        "Značenje izraza\nČlan 1.\nPojedini izrazi upotrebljeni u ovom zakonu imaju sledeće značenje:\n"
        "1) stranac je svako lice koje dolazi izdaleka;\n2) poslodavac je lice koje daje posao;\n"
        "3) maloletni stranac je mladi gost;\n4) stranka je onaj ko pita.\n"
        "Član 2.\nKancelarija za goste (u daljem tekstu: Kancelarija) vodi red. Stranac čeka.\n",
    ),
    "MK": (
        "Закон за гостите",
        "Значење на изразите\nЧлен 1\nОдделни изрази употребени во овој закон го имаат следново значење:\n"
        "1. „Странец“ е секое лице кое доаѓа оддалеку;\n2. „Ред“ е она што го чека.\nЧлен 2\nСтранецот чека.\n",
    ),
    "XK": (
        "Ligji për mysafirët",
        "Neni 1\nPërkufizimet\n1. Shprehjet e përdorura në këtë ligj kanë këtë kuptim:\n"
        "1.1. I huaj - personi që vjen nga larg;\n1.2. Punëdhënës - personi që jep punë.\nNeni 2\nRadha\nI huaji pret.\n",
    ),
    "ME": (
        "Zakon o redu",
        "Član 1\nRed je javan i svako ga poštuje kako umije.\nČlan 2\nStranac u smislu ovog zakona je gost.\n",
    ),
    "AL": ("Ligji për radhën", "Neni 1\nQëllimi\nKy ligj cakton radhën.\nNeni 2\nRadha\nSecili pret radhën e tij.\n"),
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("terms")
    workspace = init_workspace(root / "space")
    for code, (title, text) in LAWS.items():
        law = root / f"{code}.txt"
        law.write_text(f"{title}\n{text}", "utf-8")
        add_files(workspace, [law], Description(jurisdiction=code, title=title))
    build(workspace)
    return workspace.root


@pytest.fixture
def bench(folder: Path) -> Workbench:
    return open_workbench(folder)


def places(bench: Workbench, term: str, **options: Any) -> list[tuple[str, str, str]]:
    return [(one.jurisdiction, one.term, one.how) for one in definitions_of(bench, term, **options)]


@pytest.mark.parametrize("asked", ["foreigner", "stranac", "i huaj", "странец", "STRANCI", "strancem"])
def test_a_term_is_found_in_every_language(bench: Workbench, asked: str) -> None:
    found = places(bench, asked)
    assert {(code, term) for code, term, _ in found} == {
        ("RS", "stranac"),
        ("MK", "Странец"),
        ("XK", "I huaj"),
        ("ME", "Stranac"),
    }


def test_exact_terms_come_first_then_jurisdictions_in_order(bench: Workbench) -> None:
    assert places(bench, "странец")[0] == ("MK", "Странец", "exact")
    assert [code for code, _, _ in places(bench, "foreigner")] == ["XK", "ME", "MK", "RS"]
    assert [how for _, _, how in places(bench, "странац")] == ["exact", "exact", "bridge", "form"]


def test_near_words_are_other_terms(bench: Workbench) -> None:
    assert places(bench, "stranka") == [("RS", "stranka", "exact")]
    assert form("stranka") != form("stranac")
    assert forms_of("i huaji") == forms_of("I huaj")


def test_longer_terms_come_when_asked_for(bench: Workbench) -> None:
    assert ("RS", "maloletni stranac", "part") not in places(bench, "stranac")
    assert places(bench, "stranac", parts=True)[-1] == ("RS", "maloletni stranac", "part")
    assert look_up(bench, "stranac").longer == 1
    assert look_up(bench, "stranac", parts=True).longer == 0


def test_what_is_shown_is_the_document_s_own_letters(bench: Workbench) -> None:
    for one in definitions_of(bench, "foreigner"):
        text = bench.document(one.source_id).text
        assert one.text == one.span.of(text)
        assert one.term_span.of(text) == one.term
        assert bench.provision(one.provision_id).span.holds(one.span)


def test_silence_says_what_was_searched(bench: Workbench) -> None:
    found = look_up(bench, "foreigner")
    assert found.searched == {"AL": 1, "BA": 0, "XK": 1, "ME": 1, "MK": 1, "RS": 1}
    assert found.silence("AL") == "not defined in 1 act searched"
    assert found.silence("BA") == "no text of law to search"
    assert look_up(bench, "foreigner", jurisdictions=("MK",)).searched == {"MK": 1}
    with pytest.raises(PsimmError, match="no letter"):
        look_up(bench, " – ")


def test_a_document_that_was_not_read_is_told(tmp_path: Path) -> None:
    workspace = init_workspace(tmp_path / "space")
    law = tmp_path / "law.txt"
    law.write_text("\n".join(LAWS["RS"]), "utf-8")
    add_files(workspace, [law], Description(jurisdiction="RS", title="Zakon o gostima"))
    before = look_up(open_workbench(workspace.root), "stranac")
    assert (before.unread, before.searched["RS"], before.senses) == (1, 0, ())
    assert "1 document not read for definitions yet: run psimm-docs build." in before.told()
    build(workspace)
    after = look_up(open_workbench(workspace.root), "stranac")
    assert (after.unread, after.searched["RS"], len(after.senses)) == (0, 1, 1)
    assert not any("build" in line for line in after.told())


def test_names_come_from_the_bridge(bench: Workbench) -> None:
    assert {"punëdhënës", "работодавач"} <= set(names_of(bench.terms, "employer"))
    assert names_of(bench.terms, "zxqv") == ()
    assert places(bench, "employer") == [("XK", "Punëdhënës", "bridge"), ("RS", "poslodavac", "bridge")]


def test_the_terms_of_a_query_are_found_in_it(bench: Workbench) -> None:
    found, more = defined_in(bench, "when does the employer wait for the foreigner", limit=3)
    assert len(found) == 3
    assert more == 3
    assert defined_in(bench, "zxqv of the") == ([], 0)
    assert [one.term for one in defined_in(bench, "maloletni stranac")[0]] == ["maloletni stranac"]


def test_short_names_are_told_as_such(bench: Workbench) -> None:
    [one] = definitions_of(bench, "kancelarija")
    assert (one.kind, one.text) == ("short-name", "Kancelarija za goste (u daljem tekstu: Kancelarija)")


def test_a_definition_stands_where_people_s_corrections_put_it(tmp_path: Path) -> None:
    workspace = init_workspace(tmp_path / "space")
    law = tmp_path / "law.txt"
    law.write_text(
        "Zakon o redu\nČlan 1.\nRed je javan.\n2\nGost, u smislu ovog zakona, je lice koje čeka.\nČlan 3.\nKraj.\n",
        "utf-8",
    )
    add_files(workspace, [law], Description(jurisdiction="RS", title="Zakon o redu"))
    build(workspace)
    bench = open_workbench(workspace.root)
    [before] = definitions_of(bench, "gost")
    [source] = bench.sources
    start = next(one for one in reversed(bench.provisions(source)) if "\n2\n" in f"\n{bench.text(one)}")
    bench.numbers.correct("Ana", start.id, "begins", number="2", line=bench.numbers.line_of(start.id, "2"))
    [after] = definitions_of(bench, "gost")
    assert (after.text, after.term_span) == (before.text, before.term_span)
    assert bench.article_of(bench.provision(after.provision_id)).number == "2"
    assert before.label.startswith("Član 1")
    assert after.label.startswith("Član 2")


def test_digests_define_nothing(shipped: Path) -> None:
    bench = open_workbench(shipped)
    assert bench.definitions.held == {}
    assert set(look_up(bench, "foreigner").searched.values()) == {0}


def test_the_command_prints_each_jurisdiction(folder: Path) -> None:
    told = CliRunner().invoke(app, ["terms", "foreigner", "-w", str(folder)]).output
    assert "Also looked for: alien, i huaj" in told
    assert "stranac je svako lice koje dolazi izdaleka;" in told
    assert "Albania: not defined in 1 act searched" in told
    assert "    Zakon o gostima, Član 1" in told
    assert KOSOVO_NOTE in told
    made = json.loads(CliRunner().invoke(app, ["terms", "странац", "-j", "RS", "--json", "-w", str(folder)]).output)
    assert [one["term"] for one in made["senses"]] == ["stranac"]
    assert made["searched"] == {"RS": 1}
    typed = CliRunner().invoke(app, ["terms", "zxqv", "-j", "MK", "-w", str(folder)]).output
    assert "no name of it in other languages is known" in typed
    assert KOSOVO_NOTE not in typed


def test_the_search_page_lists_the_terms_of_a_query(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PSIMM_WORKSPACE", str(folder))
    monkeypatch.syspath_prepend(str(APP))

    def asked(query: str) -> AppTest:
        test = AppTest.from_file(str(APP / "views" / "search.py"), default_timeout=60)
        test.query_params["q"] = query
        return test.run()

    test = asked("foreigner")
    assert not test.exception
    [expander] = [one for one in test.expander if one.label.startswith("Defined terms")]
    assert expander.label == "Defined terms (4)"
    assert len([one for one in expander.button if (one.key or "").startswith("term-")]) == 4
    assert any(KOSOVO_NOTE[1:60] in one.value for one in test.caption)
    assert not [one for one in asked("zxqv").expander if one.label.startswith("Defined terms")]
