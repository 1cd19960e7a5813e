"""What a change of the taxonomy does: tags before it is saved, decisions after it."""

import json
import shutil
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from conftest import shipped_copy
from psimm_docs.cli import app
from psimm_docs.decisions import state_words
from psimm_docs.retagging import moved, preview, second_looks, stale_keys
from psimm_docs.taxonomy import CONCEPTS_FILE, load_taxonomy
from psimm_docs.wordings import stamp
from psimm_docs.workbench import Workbench, open_workbench

QUOTA, FEES = "quota", "fees"


@pytest.fixture
def space(shipped: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(shipped, tmp_path / "space"))


def run(folder: Path, *arguments: str) -> Result:
    return CliRunner().invoke(app, ["taxonomy", *arguments, "-w", str(folder)])


def edit(folder: Path, change: Callable[[dict[str, Any]], object], *names: str) -> None:
    """Change these concepts in a taxonomy's source (all, where none is named)."""
    path = folder / CONCEPTS_FILE
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    for row in rows:
        if not names or row["id"] in names:
            change(row)
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows if row.get("id")), "utf-8")


def provisions(bench: Workbench, number: int, concept: str) -> list[str]:
    found = [tag.provision_id for tag in bench.suggestions(concepts=[concept])]
    assert len(found) >= number
    return found[:number]


def redefine(row: dict[str, Any]) -> None:
    row["definition"] += " And more."


# --- decisions


def test_only_decisions_on_a_reworded_concept_are_listed(space: Path) -> None:
    bench = open_workbench(space)
    one, two = provisions(bench, 2, QUOTA)
    (other,) = provisions(bench, 1, FEES)
    bench.decide("ana", one, QUOTA, "accept")
    bench.decide("ana", two, QUOTA, "reject")
    bench.decide("ana", other, FEES, "accept")
    assert stale_keys(bench) == frozenset()

    edit(bench.workspace.taxonomy, redefine, QUOTA)
    bench = open_workbench(space)
    assert stale_keys(bench) == {(one, QUOTA), (two, QUOTA)}
    assert [look.changed for look in second_looks(bench)] == ["definition", "definition"]
    states = bench.states()
    assert states[one, QUOTA].verdict == "accepted"
    assert state_words(states[one, QUOTA]).endswith("(under an older wording of the concept)")
    assert "older" not in state_words(states[other, FEES])

    bench.decide("boris", one, QUOTA, "accept")
    bench.decide("ana", two, QUOTA, "reject")
    assert stale_keys(bench) == frozenset(), "an answer under today's wording takes it off the list"


def test_links_and_white_space_make_nothing_stale(space: Path) -> None:
    bench = open_workbench(space)
    (one,) = provisions(bench, 1, QUOTA)
    made = bench.decide("ana", one, QUOTA, "accept")
    edit(bench.workspace.taxonomy, lambda row: row.update(related=[], eu=[], confusions=[]))
    bench = open_workbench(space)
    assert bench.taxonomy.version != made.taxonomy_version
    assert stale_keys(bench) == frozenset()


def test_a_version_that_nobody_knows_shows_nothing(space: Path) -> None:
    bench = open_workbench(space)
    folder = bench.workspace.taxonomy
    edit(folder, redefine, FEES)
    bench = open_workbench(space)
    (one,) = provisions(bench, 1, QUOTA)
    bench.decide("ana", one, QUOTA, "accept")
    edit(folder, lambda row: row.update(eu=[]), FEES)
    (look,) = second_looks(open_workbench(space))
    assert look.changed == "made under a version that is not kept"

    edit(folder, redefine, FEES)
    kept = load_taxonomy(folder)
    stamp(folder, kept)
    bench = open_workbench(space)
    bench.decide("ana", one, QUOTA, "accept")
    edit(folder, lambda row: row.update(eu=["Directive 2009/52/EC"]), FEES)
    assert stale_keys(open_workbench(space)) == frozenset(), "the version was stamped, and the concept says the same"


def test_a_concept_that_is_gone_is_told(space: Path) -> None:
    bench = open_workbench(space)
    (one,) = provisions(bench, 1, QUOTA)
    bench.decide("ana", one, QUOTA, "accept")
    edit(bench.workspace.taxonomy, lambda row: row.clear(), QUOTA)
    (look,) = second_looks(open_workbench(space))
    assert (look.changed, look.by, look.jurisdiction) == (
        "the concept is gone",
        ("ana",),
        look.provision_id[:2].upper(),
    )


# --- tags


def test_moves_are_told_apart() -> None:
    before = {("p", "gone"): 0.4, ("p", "up"): 0.49, ("p", "down"): 0.5, ("p", "same"): 0.3}
    after = {("p", "new"): 0.9, ("p", "up"): 0.5, ("p", "down"): 0.49, ("p", "same"): 0.4}
    found = moved(before, after, accept=0.5, jurisdiction="RS")
    assert {move.concept: move.change for move in found} == {
        "gone": "vanishes",
        "new": "appears",
        "up": "rises",
        "down": "falls",
    }


def test_the_same_taxonomy_changes_nothing(space: Path) -> None:
    bench = open_workbench(space)
    made = preview(bench, bench.workspace.taxonomy)
    assert (made.moves, made.looks, made.waiting) == ((), (), 0)
    assert made.documents == len(bench.sources)
    assert made.tags == len(bench.tags()), "what a preview calls the tags now are those that were built"


def test_a_preview_says_what_a_build_then_does(tmp_path: Path) -> None:
    from psimm_docs.pipeline import build
    from psimm_docs.workspace import open_workspace

    space = shipped_copy(
        tmp_path / "space", works=("rs/law-on-foreigners-2018", "rs/law-on-employment-of-foreigners-2014")
    )
    build(open_workspace(space))
    bench = open_workbench(space)
    before = {(tag.provision_id, tag.concept): tag.score for tag in bench.tags()}
    draft = Path(shutil.copytree(bench.workspace.taxonomy, tmp_path / "draft"))
    edit(draft, lambda row: row.update(alt={}, pref=row["pref"] | {"sr": "члан", "en": "article"}), QUOTA)
    edit(draft, lambda row: row.clear(), "long-stay-visa")
    threshold = bench.workspace.settings.tag.threshold
    made = preview(bench, draft, accept=0.6)
    assert {move.change for move in made.moves} >= {"vanishes"}

    shutil.copytree(draft, bench.workspace.taxonomy, dirs_exist_ok=True)
    build(open_workspace(space))
    after = {(tag.provision_id, tag.concept): tag.score for tag in open_workbench(space).tags()}
    assert made.threshold == threshold
    assert set(made.moves) == set(moved(before, after, accept=0.6, jurisdiction="RS"))


def test_a_preview_tells_its_progress_and_the_decisions(space: Path, tmp_path: Path) -> None:
    bench = open_workbench(space)
    (one,) = provisions(bench, 1, QUOTA)
    bench.decide("ana", one, QUOTA, "accept")
    draft = Path(shutil.copytree(bench.workspace.taxonomy, tmp_path / "draft"))
    edit(draft, redefine, QUOTA)
    told: list[tuple[int, int]] = []
    made = preview(bench, draft, progress=lambda stage, done, total, where: told.append((done, total)))
    assert told == [(number, len(bench.sources)) for number in range(1, len(bench.sources) + 1)]
    assert [(look.provision_id, look.concept) for look in made.looks] == [(one, QUOTA)]
    assert made.by_jurisdiction() == {made.looks[0].jurisdiction: Counter(looks=1)}
    assert stale_keys(bench) == frozenset(), "nothing was saved"


# --- the command line


def test_the_commands_in_order(space: Path, tmp_path: Path) -> None:
    bench = open_workbench(space)
    (one,) = provisions(bench, 1, QUOTA)
    bench.decide("<b>ana</b>", one, QUOTA, "accept")
    folder = bench.workspace.taxonomy
    was = bench.taxonomy.version
    draft = Path(shutil.copytree(folder, tmp_path / "draft"))
    edit(draft, redefine, QUOTA)
    edit(draft, lambda row: row["alt"]["en"].append("a new way of saying it"), FEES)

    result = run(space, "preview", str(draft))
    assert result.exit_code == 0, result.output
    assert "2 concepts reworded, 0 new, 0 gone" in result.output
    assert "Decisions that would need a second look: 1" in result.output
    assert one in result.output
    figures = json.loads(run(space, "preview", str(draft), "--json").output)
    assert figures["next_version"] == load_taxonomy(draft).version

    assert run(space, "lint").exit_code == 0
    result = run(space, "diff", str(folder), str(draft))
    assert "definition changed: quota" in result.output
    assert "+ fees en: a new way of saying it" in result.output
    assert "No wording differs." in run(space, "diff", was).output

    shutil.copytree(draft, folder, dirs_exist_ok=True)
    assert "0 decisions" not in run(space, "stale").output
    result = run(space, "stamp", "--note", "more of the quota")
    assert "taxonomy.ttl written" in result.output, result.output
    assert load_taxonomy(folder).version in (folder / "taxonomy.ttl").read_text("utf-8")
    assert "was kept already" in run(space, "stamp").output
    assert "definition changed: quota" in run(space, "diff", was).output
    listed = json.loads(run(space, "stale", "--json").output)
    assert [(row["provision_id"], row["by"], row["taxonomy_version"]) for row in listed] == [(one, ["<b>ana</b>"], was)]
    assert json.loads(run(space, "stale", "--json", "--concept", FEES).output) == []


def test_a_faulty_taxonomy_is_not_stamped(space: Path) -> None:
    folder = open_workbench(space).workspace.taxonomy
    edit(folder, lambda row: row["pref"].update(mk="kvota"), QUOTA)
    result = run(space, "lint")
    assert result.exit_code == 1
    assert "quota: label 'kvota' in mk has a Latin word" in result.output
    before = (folder / "versions.jsonl").read_text("utf-8")
    assert run(space, "stamp").exit_code == 1
    assert (folder / "versions.jsonl").read_text("utf-8") == before
