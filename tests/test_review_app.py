"""The pages of the review, run without a browser: queues, blind readings, whole provisions, many at once, disagreements, audit."""

import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from psimm_docs import reviewing, sampling
from psimm_docs.baskets import add
from psimm_docs.intake import Description, add_files
from psimm_docs.pipeline import build
from psimm_docs.workbench import Workbench, open_workbench
from psimm_docs.workspace import init_workspace, open_workspace

APP = Path(__file__).resolve().parents[1] / "app"
HOSTILE = "<img src=x onerror=alert(1)> **b** $x^2$ :red[r] =1+1 <script>alert(1)</script>"


@pytest.fixture
def bench(shipped: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workbench:
    """A workspace of one's own over the shipped corpus, which the app opens too."""
    folder = tmp_path / "space"
    shutil.copytree(shipped, folder)
    monkeypatch.setenv("PSIMM_WORKSPACE", str(folder))
    monkeypatch.syspath_prepend(str(APP))
    return open_workbench(folder)


def page(name: str, reviewer: str = "") -> Any:
    made = AppTest.from_file(str(APP / "views" / f"{name}.py"), default_timeout=60)
    if reviewer:
        made.query_params["reviewer"] = reviewer
    return fine(made.run())


def fine(test: Any) -> Any:
    """See that a page did not fail."""
    assert not test.exception, test.exception[0].value
    return test


def button(test: Any, begins: str) -> Any:
    """The one button whose key begins like this."""
    [found] = [one for one in test.button if (one.key or "").startswith(begins)]
    return found


def text(test: Any) -> str:
    """All that a page shows, HTML as it stands."""
    return " ".join(
        str(getattr(one, "value", "") or getattr(one.proto, "body", "")) for one in [*test.main, *test.sidebar]
    )


def choose(test: Any, queue: str) -> Any:
    [select] = [one for one in test.selectbox if one.key == "review-queue"]
    return fine(select.set_value(queue).run())


def shown_key(test: Any) -> tuple[str, str]:
    """Provision and concept of the item on the screen."""
    provision, _, concept = button(test, "do-accept-").key.removeprefix("do-accept-").rpartition("-")
    known = open_workbench().taxonomy.by_id
    while concept not in known:
        provision, _, more = provision.rpartition("-")
        concept = f"{more}-{concept}"
    return provision, concept


def test_languages_are_asked_once_and_only_these_are_shown(bench: Workbench) -> None:
    test = page("review", "Ана")
    assert any("which languages you read" in one.value for one in test.info)
    [reads] = [one for one in test.multiselect if one.key == "reads-Ана"]
    reads.set_value(["mk"]).run()
    fine(test.button(key="keep-languages").click().run())
    assert reviewing.reviewer(bench, "Ана").languages == ("mk",)
    test = page("review", "Ана")
    assert not test.info
    assert bench.provision(shown_key(test)[0]).language == "mk"
    button(test, "do-accept-").click().run()
    [one] = bench.decisions()
    assert not one.translated
    foreign = next(one for one in test.toggle if one.label.startswith("Also languages"))
    foreign.set_value(True).run()
    choose(test, "document")
    key = shown_key(test)
    assert bench.provision(key[0]).language != "mk"
    assert any("from a translation" in one.value for one in test.caption)
    button(test, "do-accept-").click().run()
    assert bench.decisions()[-1].translated
    assert bench.states()[key].translated


def test_a_second_reader_does_not_see_the_first_answer(bench: Workbench) -> None:
    tag = bench.tags()[0]
    reviewing.decide(bench, "Ana Secret", tag.provision_id, tag.concept, "reject", note="because of paragraph two")
    test = choose(page("review", "Bojan"), "second")
    toggle = next(one for one in test.toggle if one.label.startswith("Languages of record"))
    fine(toggle.set_value(False).run())
    assert shown_key(test) == (tag.provision_id, tag.concept)
    seen = text(test)
    assert "Ana Secret" not in seen
    assert "paragraph two" not in seen
    assert "rejected" not in seen.lower().replace("rejected elsewhere", "").replace("was confirmed or rejected", "")
    open_page = AppTest.from_file(str(APP / "views" / "provision.py"), default_timeout=60)
    open_page.query_params.update({"id": tag.provision_id, "blind": "1"})
    seen = text(fine(open_page.run()))
    assert "so that your answer is your own" in seen
    assert "rejected" not in seen
    button(test, "do-accept-").click().run()
    assert bench.states()[tag.provision_id, tag.concept].verdict == "disputed"
    assert any("Nothing is waiting" in one.value for one in test.success)


def test_what_is_taken_back_comes_to_the_front(bench: Workbench) -> None:
    test = page("review", "Ana")
    first = shown_key(test)
    button(test, "do-accept-").click().run()
    assert shown_key(test) != first
    button(test, "do-skip-").click().run()
    fine(button(test, "do-undo-").click().run())
    fine(button(test, "do-undo-").click().run())
    assert shown_key(test) == first
    assert not bench.states().get(first, None) or bench.states()[first].verdict == "open"


def test_a_changed_text_comes_back_first(bench: Workbench) -> None:
    from psimm_docs.decisions import append

    tag = next(one for one in bench.tags() if not bench.source(one.provision_id.partition("#")[0]).translation)
    append(
        bench.workspace.decisions,
        reviewer="Ana",
        provision_id=tag.provision_id,
        concept=tag.concept,
        verdict="accept",
        fingerprint="older",
        taxonomy_version="t",
    )
    test = choose(page("review", "Ana"), "stale")
    assert shown_key(test) == (tag.provision_id, tag.concept)
    assert any("another wording" in one.value for one in test.caption)


def test_a_provision_is_answered_as_a_whole(bench: Workbench) -> None:
    test = page("review", "Ana")
    fine(test.segmented_control(key="review-mode").set_value("whole").run())
    concepts: dict[str, list[str]] = {}
    for tag in bench.tags():
        concepts.setdefault(tag.provision_id, []).append(tag.concept)
    while True:
        [done] = [one for one in test.button if (one.key or "").startswith("read-") and "undo" not in one.key]
        provision = done.key.removeprefix("read-")
        if len(concepts[provision]) > 1:
            break
        fine(done.click().run())
    for concept in concepts[provision][:-1]:
        fine(test.button(key=f"accept-{provision}-{concept}").click().run())
    fine(test.button(key=f"read-{provision}").click().run())
    assert any("1 concept noted" in one.value for one in test.caption)
    verdicts = [one.verdict for key, one in bench.states().items() if key[0] == provision]
    assert sorted(verdicts) == ["accepted"] * (len(verdicts) - 1) + ["rejected"]
    assert len(verdicts) > 1
    fine(button(test, "read-undo-").click().run())
    assert test.button(key=f"read-{provision}")
    assert len([key for key in bench.states() if key[0] == provision]) == len(verdicts) - 1


def test_many_at_once_needs_the_number_and_lists_every_one(bench: Workbench) -> None:
    test = page("review", "Ana")
    fine(test.segmented_control(key="review-mode").set_value("bulk").run())
    fine(test.slider(key="bulk-range").set_value((0.97, 1.0)).run())
    [table] = test.dataframe
    count = len(table.value)
    assert count > 3
    assert test.button(key="bulk-go").disabled
    test.text_input(key="bulk-number").set_value(str(count + 1)).run()
    assert test.button(key="bulk-go").disabled
    test.text_input(key="bulk-number").set_value(str(count)).run()
    fine(test.button(key="bulk-go").click().run())
    assert len(bench.decisions()) == count
    [sample] = sampling.samples(bench)
    assert sample.population == count
    assert set(sample.drawn) <= {(one.provision_id, one.concept) for one in bench.decisions()}


def test_a_disagreement_is_settled_on_its_page_with_provenance(bench: Workbench) -> None:
    tag = bench.tags()[0]
    key = (tag.provision_id, tag.concept)
    reviewing.decide(bench, "Ana", *key, "accept", note=HOSTILE)
    reviewing.decide(bench, f"Bojan {HOSTILE}", *key, "reject", note="no <b>deadline</b>")
    test = page("adjudicate", "Vera")
    seen = text(test)
    assert "&lt;img src=x" in seen
    assert "&lt;b&gt;deadline" in seen
    assert "<img src=x" not in seen
    assert "<b>deadline" not in seen
    test.text_input(key="note").set_value("see article 3").run()
    fine(button(test, "settle-accept-").click().run())
    state = bench.states()[key]
    assert (state.verdict, state.by, state.note) == ("accepted", ("Vera",), "see article 3")
    assert len(state.final.settles if state.final else ()) == 2
    seen = text(test)
    assert "a third reader" in seen
    assert "Nobody disagrees" in " ".join(one.value for one in test.success)
    test = page("adjudicate", "Vera")
    reviewing.undo(bench, "Vera")
    test = fine(page("adjudicate", "Ana"))
    assert any("one of them" in one.value for one in test.caption)


def test_names_and_notes_are_shown_as_text_on_the_review_page(bench: Workbench) -> None:
    tag = bench.tags()[0]
    reviewing.decide(bench, HOSTILE, tag.provision_id, tag.concept, "skip", note=HOSTILE)
    test = page("review", HOSTILE)
    choose(test, "document")
    button(test, "do-accept-").click().run()
    fine(test)
    bodies = [one.proto.body for one in test.main if hasattr(one.proto, "body")]
    assert not any("<img src=x" in body or "<script>" in body for body in bodies)
    assert not any("**b**" in one.value or "$x^2$" in one.value for one in [*test.caption, *test.info, *test.success])


def test_a_sample_is_drawn_and_answered_on_the_audit_page(bench: Workbench) -> None:
    test = page("audit", "Ana")
    assert any("No sample" in one.value for one in test.info)
    test.number_input(key="audit-size").set_value(5).run()
    fine(test.button(key="audit-draw").click().run())
    [sample] = sampling.samples(bench)
    assert (sample.kind, len(sample.drawn)) == ("missed", 5)
    for at in range(5):
        fine(button(test, "audit-reject-" if at else "audit-accept-").click().run())
    assert any("Every item" in one.value for one in test.success)
    assert "1 of 5 provisions read concern the concept" in text(test)
    [outcome] = sampling.outcomes(bench)
    assert (outcome.done, outcome.hits) == (True, 1)


def test_a_bulk_is_read_again_without_its_answer_and_can_be_taken_back(bench: Workbench) -> None:
    keys = [(one.provision_id, one.concept) for one in bench.tags()[:6]]
    sample, _ = sampling.decide_all(bench, "Ana", keys, "accept", about=f"all {HOSTILE}")
    test = page("audit", "Bojan")
    assert "accepted" not in text(test).lower().replace("confirmed", "")
    assert "<img src=x" not in text(test)
    fine(button(test, "audit-reject-").click().run())
    assert "1 of 1 decisions read again were overturned" in text(test)
    assert not [one for one in test.button if (one.key or "").startswith("audit-back-")]
    test = page("audit", "Ana")
    fine(test.button(key=f"audit-back-{sample.mark}").click().run())
    assert [one.verdict for one in bench.states().values() if one.verdict == "accepted"] == []


PAGES = ("search", "review", "adjudicate", "audit", "progress", "compare", "corpus", "cite", "provision")
MARKS = ("**b**", "$x^2$", ":red[r]")


@pytest.fixture
def hostile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workbench:
    """A corpus of one law whose title, headings and text hold markup, with answers whose names and notes do too."""
    settings = init_workspace(tmp_path / "hostile").root / "psimm.toml"
    # the markup drowns the words: keep every suggestion, however weak
    settings.write_text(re.sub(r"(?m)^threshold = [\d.]+", "threshold = 0.001", settings.read_text("utf-8")), "utf-8")
    workspace = open_workspace(settings.parent)
    law = tmp_path / "zakon.txt"
    articles = "".join(
        f"Član {at}\nRadna dozvola {HOSTILE}\nRadna dozvola {HOSTILE} izdaje se strancu za rad; zahtjev podnosi poslodavac.\n"
        for at in range(1, 9)
    )
    law.write_text(f"Zakon o radu stranaca {HOSTILE}\n\n{articles}", "utf-8")
    add_files(workspace, [law], Description(jurisdiction="ME", title=f"Zakon {HOSTILE}", gazette=HOSTILE))
    build(workspace)
    monkeypatch.setenv("PSIMM_WORKSPACE", str(workspace.root))
    monkeypatch.syspath_prepend(str(APP))
    bench = open_workbench(workspace.root)
    tags = bench.tags()
    assert len(tags) > 4
    for at, tag in enumerate(tags[:4]):
        reviewing.decide(bench, HOSTILE, tag.provision_id, tag.concept, "accept", note=HOSTILE)
        reviewing.decide(
            bench, f"B {HOSTILE}", tag.provision_id, tag.concept, "reject" if at else "accept", note=HOSTILE
        )
    key = (tags[1].provision_id, tags[1].concept)
    reviewing.settle(bench, f"V {HOSTILE}", key, "accept", note=HOSTILE)
    reviewing.mark_read(bench, HOSTILE, tags[4].provision_id, [tags[4].concept], note=HOSTILE)
    sampling.decide_all(
        bench, HOSTILE, [(tags[-1].provision_id, tags[-1].concept)], "accept", about=HOSTILE, note=HOSTILE
    )
    add(bench.workspace.baskets, "basket", tags[0].provision_id, note=HOSTILE)
    return bench


def marked(test: Any) -> list[str]:
    """Everything on a page that a browser would take for HTML, or Streamlit for Markdown, and that is more than text."""
    found = []
    for one in [*test.main, *test.sidebar]:
        body = str(
            getattr(one.proto, "body", "")
            if one.type in ("html", "markdown", "caption", "header", "subheader", "alert")
            else ""
        )
        read = [body] if one.type != "html" else []
        read += (
            [str(getattr(one, "label", "") or "")] if one.type in ("button", "toggle", "checkbox", "expander") else []
        )
        read += (
            [str(one.value)]
            if one.type in ("markdown", "caption", "info", "warning", "error", "success", "header", "subheader")
            else []
        )
        if one.type == "html":
            found += [body for mark in ("<img src=x", "<script>") if mark in body]
        found += [text for text in read if any(mark in text for mark in MARKS)]
    return found


@pytest.mark.parametrize("name", PAGES)
def test_markup_in_names_notes_and_texts_is_shown_as_text(hostile: Workbench, name: str) -> None:
    provision = hostile.tags()[0].provision_id
    test = AppTest.from_file(str(APP / "views" / f"{name}.py"), default_timeout=60)
    test.query_params["reviewer"] = HOSTILE
    if name == "provision":
        test.query_params["id"] = provision
    if name == "search":
        test.query_params["q"] = "radna dozvola stranca"
    fine(test.run())
    assert marked(test) == []
    if name == "review":
        for mode in ("whole", "bulk"):
            fine(test.segmented_control(key="review-mode").set_value(mode).run())
            assert marked(test) == []
        fine(test.segmented_control(key="review-mode").set_value("one").run())
        choose(test, "disagreement")
        assert marked(test) == []
        button(test, "do-accept-").click().run()
        assert marked(fine(test)) == []
    if name == "corpus":
        [document] = [one for one in test.selectbox if one.label == "Document"]
        assert marked(fine(document.set_value(provision.partition("#")[0]).run())) == []
