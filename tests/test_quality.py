"""Quality floors: what `psimm-docs evaluate` measures on the digests may rise and never fall."""

import json
from pathlib import Path

import pytest

from psimm_docs.evaluate import evaluate
from psimm_docs.evaluate.ocr import can_measure
from psimm_docs.workbench import open_workbench

MEASURES = {
    "digests": ("article F1", "exact text", "right article"),
    "laws": ("laws: ",),
    "references": ("reference ", "target ", "act facts"),
    "ocr": ("OCR ",),
    "language": ("accuracy",),
    "search": ("nDCG", "recall@", "MRR", "nothing claimed", "gain over", "error: parity", "error: said"),
    "tagging": (
        "micro F1",
        "macro F1",
        "precision",
        "accepted ",
        "error: calibration",
        "nothing suggested",
        "read twice",
    ),
    "values": ("value ", "no value claimed", "element "),
    "institutions": ("authority ",),
}
"""What each part of `evaluate` has floors for, by the beginnings of its measures."""


def floors_of(repo: Path, part: str) -> set[str]:
    held = json.loads((repo / "annotations" / "gold" / "floors.json").read_text("utf-8"))
    return {name for name in held if name.split(" | ")[1].startswith(MEASURES[part])}


@pytest.mark.timeout(1500)
@pytest.mark.parametrize("part", MEASURES)
def test_no_figure_is_below_its_floor(shipped: Path, repo: Path, part: str) -> None:
    real = repo.parent / "shared" / "realdocs"
    if part in ("laws", "references") and not real.is_dir():
        pytest.skip("the folder ../shared is not here")
    if part == "ocr" and not can_measure():
        pytest.skip("tesseract is not here")
    scores = evaluate(open_workbench(shipped), part, documents=real)
    measured = {f"{one.suite} | {one.measure} | {one.slice}" for one in scores}
    assert floors_of(repo, part)
    assert floors_of(repo, part) <= measured
    assert not [one for one in scores if one.falls_short]


def test_every_floor_belongs_to_a_part(repo: Path) -> None:
    held = json.loads((repo / "annotations" / "gold" / "floors.json").read_text("utf-8"))
    assert set(held) == {name for part in MEASURES for name in floors_of(repo, part)}


def test_a_floor_that_is_not_reached_is_seen(shipped: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("psimm_docs.evaluate.read_floors", lambda path: {"language | accuracy | all": 1.1})
    [score] = [
        one for one in evaluate(open_workbench(shipped), "language") if (one.slice, one.measure) == ("all", "accuracy")
    ]
    assert score.floor is not None
    assert score.falls_short
