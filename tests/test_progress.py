"""How the review stands: counts, agreement by pair and concept, quality by week and tagger, on the page and the command line."""

import json
import math
import shutil
import subprocess
import sys
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from psimm_docs import decisions as d
from psimm_docs import logbook as lb
from psimm_docs import reviewing
from psimm_docs.exports import decisions_table, to_csv
from psimm_docs.progress import progress, quality
from psimm_docs.records import Decision
from psimm_docs.workbench import Workbench, open_workbench

APP = Path(__file__).resolve().parents[1] / "app"
MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


@pytest.fixture
def bench(shipped: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workbench:
    folder = tmp_path / "space"
    shutil.copytree(shipped, folder)
    monkeypatch.setenv("PSIMM_WORKSPACE", str(folder))
    monkeypatch.syspath_prepend(str(APP))
    return open_workbench(folder)


def made(days: int, name: str, **given: Any) -> Decision:
    """Make a decision that is in no file."""
    plain = Decision("ana", (MONDAY + timedelta(days=days)).isoformat(), name, "c", "accept", "f", "t", tagger="one")
    one = replace(plain, **given)
    return replace(one, hash=lb.entry_hash(asdict(one)))


def test_quality_goes_by_week_and_tagger_and_counts_single_answers_to_suggestions() -> None:
    said = [
        made(0, "a"),
        made(6, "b", verdict="reject"),
        made(7, "c"),
        made(8, "d", tagger="two"),
        made(8, "e", verdict="skip"),
        made(8, "f", suggested=False),
        made(8, "g", way=d.BULK + "x"),
        made(8, "h", settles=("x",)),
    ]
    found = quality(said)
    assert [(one.week, one.tagger, one.answered, one.accepted) for one in found] == [
        ("2026-W48", "one", 2, 1),
        ("2026-W49", "one", 1, 1),
        ("2026-W49", "two", 1, 1),
    ]
    assert found[0].low < found[0].share == 0.5 < found[0].high


@pytest.fixture
def reviewed(bench: Workbench) -> Workbench:
    """Two reviewers who have read four suggestions of one concept in common, one without a common concept, and a reading."""
    concept = bench.tags()[0].concept
    tags = [one for one in bench.tags() if one.concept == concept][:5]
    for at, tag in enumerate(tags[:4]):
        reviewing.decide(bench, "Ana", tag.provision_id, concept, "accept" if at < 2 else "reject")
        reviewing.decide(bench, "Bojan", tag.provision_id, concept, "accept" if at < 1 else "reject")
    reviewing.mark_read(bench, "Ana", tags[4].provision_id, [concept])
    return bench


def test_progress_counts_what_stands(reviewed: Workbench) -> None:
    concept = reviewed.tags()[0].concept
    found = progress(reviewed)
    ana, bojan = found.reviewers
    assert (ana.reviewer, ana.accepted, ana.rejected, ana.by_reading) == ("Ana", 2, 3, 1)
    assert (bojan.accepted, bojan.rejected, bojan.by_reading) == (1, 3, 0)
    one = next(each for each in found.concepts if each.concept == concept)
    assert (one.answered, one.accepted, one.rejected, one.disputed, one.twice) == (5, 1, 3, 1, 4)
    together, of_concept = found.pairs
    assert (together.concept, of_concept.concept) == ("", concept)
    assert together.agreement == of_concept.agreement
    assert (together.agreement.items, together.agreement.observed) == (4, 0.75)
    assert together.agreement.kappa == pytest.approx(0.5)
    # by hand: coincidences yy 2, nn 4, yn 2; alpha = 1 - 7 * 2 / (2 * 3 * 5)
    assert one.alpha == pytest.approx(1 - 7 * 2 / (2 * 3 * 5))
    assert sum(each.answered for each in found.squares) == found.answered == 5
    assert found.suggested == len(reviewed.tags())
    assert {each.tagger for each in found.quality} == {reviewed.tags()[0].tagger_version}
    assert sum(each.answered for each in found.quality) == 9


def test_without_answers_figures_are_not_defined(bench: Workbench) -> None:
    found = progress(bench)
    assert math.isnan(found.alpha)
    assert (found.reviewers, found.pairs, found.quality, found.answered) == ((), (), (), 0)


def page(reviewer: str = "") -> Any:
    test = AppTest.from_file(str(APP / "views" / "progress.py"), default_timeout=60)
    if reviewer:
        test.query_params["reviewer"] = reviewer
    test.run()
    assert not test.exception, test.exception[0].value
    return test


def test_the_page_shows_it_all(reviewed: Workbench) -> None:
    test = page()
    tables = [set(one.value.columns) for one in test.dataframe]
    assert any("Cohen's kappa" in one for one in tables)
    assert any("Disagreement" in one for one in tables)
    assert any("95 % interval" in one for one in tables)
    assert any("Krippendorff" in one.value for one in test.caption)


def test_the_page_of_an_untouched_corpus_says_what_to_do(bench: Workbench) -> None:
    assert any("Second reading" in one.value for one in page().caption)


def test_answers_are_taken_in_on_the_page(reviewed: Workbench) -> None:
    tag = reviewed.tags()[-1]
    row = made(
        0, tag.provision_id, concept=tag.concept, fingerprint=tag.fingerprint, reviewer="vera", note="=1 <b>x</b>"
    )
    test = page("Vera")
    upload = test.get("file_uploader")[0]
    if not hasattr(upload, "set_value"):
        pytest.skip("this Streamlit can't upload in a test")
    upload.set_value(("answers.csv", to_csv(decisions_table([row])), "text/csv")).run()
    assert not test.exception, test.exception[0].value
    test.button(key="in-go").click().run()
    assert reviewed.decisions()[-1].note == "=1 <b>x</b>"
    assert reviewed.decisions()[-1].way.startswith("import:answers.csv (vera")


def test_the_commands_say_it_too(reviewed: Workbench, tmp_path: Path) -> None:
    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "psimm_docs", *arguments, "-w", str(reviewed.workspace.root)]
        return subprocess.run(command, capture_output=True, text=True, check=False)

    told = run("progress").stdout
    assert "Ana" in told
    assert "Cohen's kappa" in told
    assert json.loads(run("progress", "--json").stdout)["answered"] == 5
    drawn = run("audit", "quota", "--size", "3", "--seed", "5", "--reviewer", "Ana")
    assert "3 of" in drawn.stdout
    assert "seed 5" in drawn.stdout
    assert "Nothing read yet of 3" in run("audit").stdout
    assert run("audit", "quota").returncode == 2
    out = tmp_path / "w.json"
    assert run("export", "decisions", "--out", str(out), "--form", "web-annotation").returncode == 0
    told = run("import", str(out), "--reviewer", "Vera", "--author", "Bojan", "--dry-run").stdout
    assert "4 answers would come under Vera" in told
    assert len(reviewed.decisions()) == 8
    assert "4 answers came" in run("import", str(out), "--reviewer", "Vera", "--author", "Bojan").stdout
    assert run("import", str(out), "--reviewer", "Vera").returncode == 1
