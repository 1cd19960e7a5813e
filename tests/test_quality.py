"""Quality floors: what `psimm-docs evaluate` measures on the digests may rise and never fall."""

import json
from pathlib import Path

import pytest

from psimm_docs.evaluate import evaluate
from psimm_docs.evaluate.ocr import can_measure
from psimm_docs.workbench import open_workbench

NEEDS_SHARED = ("laws:", "reference", "target", "act facts")
"""Measures on real laws, whose folder may not be here."""


def test_no_figure_is_below_its_floor(shipped: Path, repo: Path) -> None:
    real = repo.parent / "shared" / "realdocs"
    scores = evaluate(open_workbench(shipped), documents=real)
    floors = json.loads((repo / "annotations" / "gold" / "floors.json").read_text("utf-8"))
    if not real.is_dir():
        floors = {name: floor for name, floor in floors.items() if not any(word in name for word in NEEDS_SHARED)}
    if not can_measure():
        floors = {name: floor for name, floor in floors.items() if "OCR" not in name}
    assert set(floors) <= {f"{one.suite} | {one.measure} | {one.slice}" for one in scores}
    assert not [one for one in scores if one.falls_short]


def test_a_floor_that_is_not_reached_is_seen(shipped: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("psimm_docs.evaluate.read_floors", lambda path: {"language | accuracy | all": 1.1})
    [score] = [
        one for one in evaluate(open_workbench(shipped), "language") if (one.slice, one.measure) == ("all", "accuracy")
    ]
    assert score.floor is not None
    assert score.falls_short
