"""The app's pages, run without a browser: they show, escape, and write a decision before they move on."""

import shutil
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from psimm_docs.corrections import BOOK as CORRECTIONS
from psimm_docs.decisions import BOOK
from psimm_docs.intake import Description, add_files
from psimm_docs.jurisdictions import KOSOVO_NOTE
from psimm_docs.pipeline import build
from psimm_docs.queries import read_query
from psimm_docs.workbench import open_workbench
from psimm_docs.workspace import init_workspace

APP = Path(__file__).resolve().parents[1] / "app"
PAGES = ("search", "review", "compare", "institutions", "procedures", "corpus", "cite", "provision")
PROVISION = "ba/law-on-foreigners-2015/digest.bs#art_65"


@pytest.fixture
def space(shipped: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A workspace of one's own over the shipped corpus."""
    folder = tmp_path / "space"
    shutil.copytree(shipped, folder)
    monkeypatch.setenv("PSIMM_WORKSPACE", str(folder))
    monkeypatch.syspath_prepend(str(APP))
    return folder


def page(name: str, **query: str) -> AppTest:
    made = AppTest.from_file(str(APP / "views" / f"{name}.py"), default_timeout=60)
    for key, value in query.items():
        made.query_params[key] = value
    return made.run()


def shown(test: AppTest) -> str:
    """Return all HTML and text on a page; tables are left out."""
    values = ((one, getattr(one, "value", "")) for one in test.main)
    return " ".join(
        value if isinstance(value, str) and value else str(getattr(one.proto, "body", "")) for one, value in values
    )


@pytest.mark.parametrize("name", PAGES)
def test_each_page_runs(space: Path, name: str) -> None:
    test = page(name, **({"id": PROVISION} if name == "provision" else {}))
    assert not test.exception
    assert not test.error


@pytest.mark.parametrize("view", ["concept", "grid", "side", "ledger", "snapshots", "charts"])
def test_each_view_of_the_comparison_runs(space: Path, view: str) -> None:
    test = page("compare", view=view, concept="quota")
    assert not test.exception
    assert not test.error
    # nothing is named yet where nothing is signed or frozen
    assert any(KOSOVO_NOTE[1:60] in one.value for one in test.caption) == (view not in ("ledger", "snapshots"))


def test_a_silence_is_signed_on_the_page_and_stands_in_the_ledger(space: Path) -> None:
    from psimm_docs.statements import BOOK as STATEMENTS

    test = page("compare", concept="criminal-record", reviewer="Ana")
    test.button(key="sign-criminal-record-RS").click().run()
    assert not test.error
    [signed] = STATEMENTS.read_all(space / "annotations" / "statements")
    assert (signed.reviewer, signed.jurisdiction, signed.action) == ("Ana", "RS", "silent")
    assert any(signed.id in one.value for one in test.success)
    assert test.button(key="sign-criminal-record-MK").disabled
    test.checkbox(key="read-criminal-record-MK").check().run()
    assert not test.button(key="sign-criminal-record-MK").disabled
    test.button(key="na-criminal-record-MK").click().run()
    assert any("reason" in one.value for one in test.error)
    ledger = page("compare", view="ledger")
    assert any(signed.id in one.value for one in ledger.code)


def test_provisions_stand_side_by_side_on_the_page(space: Path) -> None:
    text = shown(page("compare", view="side", concept="fees"))
    assert "<table>" in text
    assert "2px dotted" in text
    assert "digest; not the official text" in text


def test_search_marks_words_and_says_what_a_text_is(space: Path) -> None:
    test = page("search", q="otisci prstiju")
    assert not test.exception
    text = shown(test)
    assert "<mark" in text
    assert "digest; not the official text" in text
    assert any(KOSOVO_NOTE[1:60] in one.value for one in test.caption)


def test_search_is_honest_about_nothing(space: Path) -> None:
    test = page("search", q="zxqv wvutq")
    assert any("Searched, not found" in one.value for one in test.warning)


def answer(test: Any, verdict: str) -> Any:
    """The button of an answer; its key carries the suggestion that is on the screen."""
    [found] = [one for one in test.button if (one.key or "").startswith(f"do-{verdict}-")]
    return found


def test_a_review_is_on_disk_before_the_next_suggestion(space: Path) -> None:
    folder = space / "annotations" / "decisions"
    test = page("review", reviewer="Ana Jovanović")
    assert not test.exception
    answer(test, "accept").click().run()
    [first] = BOOK.read_all(folder)
    assert (first.reviewer, first.verdict) == ("Ana Jovanović", "accept")
    answer(test, "reject").click().run()
    assert [one.verdict for one in BOOK.read_all(folder)] == ["accept", "reject"]
    answer(test, "undo").click().run()
    decisions = BOOK.read_all(folder)
    assert decisions[-1].verdict == "undo"
    assert decisions[-1].undoes == decisions[1].hash
    states = open_workbench(space).states()
    assert states[first.provision_id, first.concept].verdict == "accepted"


def test_without_a_name_nothing_can_be_decided(space: Path) -> None:
    test = page("review")
    assert answer(test, "accept").disabled
    assert any("Type your name" in one.value for one in test.info)


def test_a_decision_that_can_not_be_written_stays_on_screen(space: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    test = page("review", reviewer="Ana")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("psimm_docs.logbook.append_bytes", full)
    answer(test, "accept").click().run()
    assert any("Nothing was recorded" in one.value for one in test.error)
    assert BOOK.read_all(space / "annotations" / "decisions") == []


@pytest.fixture
def numbered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A workspace with a law whose articles 3 and 8 are misprinted, and whose article 5 lacks its word."""
    workspace = init_workspace(tmp_path / "numbered")
    law = tmp_path / "zakon.txt"
    heads = ("Član 1", "Član 2", "Član 43", "Član 4", "5", "Član 6", "Član 7", "Član 80")
    law.write_text(
        "Zakon o probama\n\n"
        + "".join(f"{head}\nRok je <b>osam</b> dana od dana upisa.\nUpis je javan.\n" for head in heads),
        "utf-8",
    )
    add_files(workspace, [law], Description(jurisdiction="ME", title="Zakon o probama", gazette_number="1/2020"))
    build(workspace)
    monkeypatch.setenv("PSIMM_WORKSPACE", str(workspace.root))
    monkeypatch.syspath_prepend(str(APP))
    return workspace.root


def numbers_page(**query: str) -> Any:
    """The Corpus page with the law chosen."""
    test = page("corpus", **query)
    [document] = [one for one in test.selectbox if one.label == "Document"]
    return document.set_value("me/zakon-o-probama/1-2020").run()


def number_button(test: Any, action: str) -> Any:
    [found] = [one for one in test.button if (one.key or "").startswith(f"number-{action}-")]
    return found


def test_numbers_are_answered_one_after_another(numbered: Path) -> None:
    folder = numbered / "annotations" / "corrections"
    test = numbers_page(reviewer="Ana")
    assert not test.exception
    assert number_button(test, "number").key == "number-number-me/zakon-o-probama/1-2020#art_43!out-of-order"
    [text] = [
        one.proto.body for one in test.main if "<mark" in getattr(one.proto, "body", "") and "Rok" in one.proto.body
    ]
    assert '<mark class="">43</mark>' in text
    assert "&lt;b&gt;osam" in text
    assert "<b>osam" not in text
    [number] = [one for one in test.text_input if one.label == "The right number"]
    assert number.value == "3"
    number_button(test, "number").click().run()
    [said] = CORRECTIONS.read_all(folder)
    assert (said.reviewer, said.action, said.number) == ("Ana", "number", "3")
    assert any("shown now as Član 3" in one.value for one in test.caption)
    assert number_button(test, "begins").key.endswith("!missing-word")
    number_button(test, "begins").click().run()
    assert number_button(test, "number").key.endswith("#art_80!gap")
    [number] = [one for one in test.text_input if one.label == "The right number"]
    number.set_value("8").run()
    number_button(test, "number").click().run()
    assert not test.exception
    assert not test.error
    bench = open_workbench(numbered)
    shown = bench.provisions("me/zakon-o-probama/1-2020")
    assert [one.label for one in shown if one.kind == "article"] == [f"Član {number}" for number in range(1, 9)]
    assert not any(one.open for one in bench.numbers.check("me/zakon-o-probama/1-2020"))
    opened = page("provision", id="me/zakon-o-probama/1-2020#art_80")
    assert not opened.exception
    assert any("the source prints 80" in one.value for one in opened.info)
    number_button(test, "undo").click().run()
    assert [one.action for one in CORRECTIONS.read_all(folder)] == ["number", "begins", "number", "undo"]
    assert number_button(test, "number").key.endswith("#art_80!gap")


def test_a_number_that_no_law_has_is_not_recorded(numbered: Path) -> None:
    test = numbers_page(reviewer="Ana")
    key = number_button(test, "number").key
    [number] = [one for one in test.text_input if one.label == "The right number"]
    number.set_value("three").run()
    number_button(test, "number").click().run()
    assert any("Nothing was recorded" in one.value for one in test.error)
    assert number_button(test, "number").key == key
    assert CORRECTIONS.read_all(numbered / "annotations" / "corrections") == []


def test_without_a_name_no_number_can_be_answered(numbered: Path) -> None:
    test = numbers_page()
    assert number_button(test, "confirm").disabled
    assert any("Type your name" in one.value for one in test.info)


def test_hostile_text_is_escaped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    workspace = init_workspace(tmp_path / "hostile")
    law = tmp_path / "zakon.txt"
    law.write_text(
        "Zakon <script>alert(1)</script>\n\nČlan 1\nPoslodavac <img src=x onerror=alert(1)> prijavljuje rad stranca u roku od osam dana.\n",
        "utf-8",
    )
    add_files(workspace, [law], Description(jurisdiction="ME", title="Zakon <b>o</b> probama"))
    build(workspace)
    monkeypatch.setenv("PSIMM_WORKSPACE", str(workspace.root))
    monkeypatch.syspath_prepend(str(APP))
    test = page("search", q="poslodavac prijavljuje")
    assert not test.exception
    bodies = [one.proto.body for one in test.main if hasattr(one.proto, "body")]
    assert any("&lt;img src=x" in body for body in bodies)
    assert not any("<img src=x" in body or "<script>" in body or "<b>o</b>" in body for body in bodies)


def test_the_corpus_page_says_what_became_of_every_character(space: Path) -> None:
    test = page("corpus")
    test.selectbox[0].select(PROVISION.partition("#")[0]).run()
    assert not test.exception
    assert any("none is missing" in one.value for one in test.caption)
    next(one for one in test.toggle if one.key == "ledger-pages").set_value(True).run()
    assert not test.exception
    assert any("missing" in frame.value.columns for frame in test.dataframe)


def test_a_provision_shows_what_is_similar_elsewhere(space: Path) -> None:
    test = page("provision", id=PROVISION)
    assert not test.exception
    assert "close in meaning" in shown(test)
    assert any((one.key or "").startswith("similar-") for one in test.button)


def test_a_result_shows_its_scores(space: Path) -> None:
    test = page("search", q="otisci prstiju")
    assert "Scores: score" not in shown(test)
    text = shown(test.toggle(key="search-scores").set_value(True).run())
    assert "Scores: score" in text
    assert "BM25" in text


def test_a_search_can_be_kept(space: Path) -> None:
    test = page("search", q="otisci prstiju")
    test.text_input(key="save-name").set_value("prints")
    test.button(key="save").click().run()
    assert not test.exception
    assert any("--replay prints" in one.value for one in test.success)
    assert read_query(space / "annotations" / "queries", "prints").asked.query == "otisci prstiju"
    test.button(key="save").click().run()
    assert any("choose another" in one.value for one in test.error)


def test_what_a_shared_basket_names_is_shown_as_letters(space: Path) -> None:
    from psimm_docs.baskets import Item, put_all

    hostile = "![x](http://example.invalid/pixel.png) **b** :red[r]"
    put_all(open_workbench(space).workspace.baskets, "basket", [Item(hostile, "note", hostile)])
    test = AppTest.from_file(str(APP / "views" / "cite.py"), default_timeout=60)
    test.session_state["taken-in-told"] = [f"{hostile}: is not held here"]
    test.run()
    assert not test.exception
    read_as_markdown = [
        one.value for kind in ("caption", "error", "markdown", "subheader") for one in getattr(test, kind)
    ]
    named = [one for one in read_as_markdown if "pixel" in one]
    assert len(named) >= 3
    assert not [one for one in named if "![x](" in one or "**b**" in one or ":red[" in one]
