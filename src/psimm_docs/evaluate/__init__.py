"""Quality in figures, on texts whose right answers are known: the digests that the project ships.

Wiring, one file a suite: each asks the built corpus through the workbench and compares with the facts that the digests were made from. Floors
stand in `annotations/gold/floors.json`; a figure below its floor fails the command. Floors may rise and never fall. The digests are
short and clean: these figures say that the house stands, not how well a scanned code of 300 pages is read. Where real laws lie
beside the workspace their reading is measured (`laws`), and where NTREX does, languages are told on its sentences too.

Measures: `article F1` and `exact text` (reading), `accuracy` (language), nDCG@10, recall@20 and MRR with graded gains 2 and 1
(search; Järvelin and Kekäläinen 2002), micro and macro F1 and expected calibration error in ten bins (tagging, on the digests and on a gold of its own), precision and recall (values).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from psimm_docs.errors import PsimmError
from psimm_docs.evaluate.facts import Fact, Score, read_facts
from psimm_docs.evaluate.gold_tagging import gold_tagging_suite
from psimm_docs.evaluate.institutions import institution_suite
from psimm_docs.evaluate.language import language_suite
from psimm_docs.evaluate.laws import outline_suite
from psimm_docs.evaluate.ocr import ocr_suite, page_texts
from psimm_docs.evaluate.reading import reading_suite
from psimm_docs.evaluate.references import reference_suite
from psimm_docs.evaluate.search import search_suite
from psimm_docs.evaluate.tagging import tagging_suite
from psimm_docs.evaluate.values import values_suite

if TYPE_CHECKING:
    from psimm_docs.workbench import Workbench

Suite = Callable[["Workbench", Sequence[Fact], Path], Iterator[Score]]


def laws(bench: Workbench, facts: Sequence[Fact], documents: Path) -> Iterator[Score]:
    """Measure reading on real laws; see `laws`."""
    return outline_suite(bench.workspace.root / "annotations" / "gold" / "reading", documents)


def references(bench: Workbench, facts: Sequence[Fact], documents: Path) -> Iterator[Score]:
    """Measure references and act facts on real laws; see `references`."""
    return reference_suite(bench.workspace.root / "annotations" / "gold" / "references", documents)


READING: dict[str, Suite] = {
    "digests": lambda bench, facts, documents: reading_suite(bench, facts),
    "laws": laws,
    "references": references,
    "ocr": lambda bench, facts, documents: ocr_suite(page_texts(facts)),
}
"""The parts of the suite `reading`; each can be run for itself."""

TAGGING: dict[str, Suite] = {
    "tagging-digests": lambda bench, facts, documents: tagging_suite(bench, facts),
    "tagging-gold": lambda bench, facts, documents: gold_tagging_suite(bench),
}
"""The parts of the suite `tagging`: the digests as built, and the gold that readers judged."""

RUNS: dict[str, Suite] = {
    **READING,
    **TAGGING,
    "language": lambda bench, facts, documents: language_suite(bench, facts),
    "search": lambda bench, facts, documents: search_suite(bench, facts),
    "values": lambda bench, facts, documents: values_suite(bench.workspace.root / "annotations" / "gold"),
    "institutions": lambda bench, facts, documents: institution_suite(
        bench.workspace.root / "annotations" / "gold" / "institutions"
    ),
}
PARTS: dict[str, tuple[str, ...]] = {"reading": tuple(READING), "tagging": tuple(TAGGING), "all": tuple(RUNS)}
"""What is run for a name that stands for several suites."""

SUITES = ("reading", "tagging", *RUNS)


def evaluate(bench: Workbench, suite: str = "all", *, documents: Path | None = None) -> list[Score]:
    """Run one suite or all; raises PsimmError when the digests are not built in this workspace.

    `documents` is the folder of the real laws whose outlines are in `annotations/gold/reading`; without it the folder
    `shared/realdocs` beside the workspace is taken, if there is one.
    """
    if suite not in (*SUITES, "all"):
        raise PsimmError(f"suite {suite!r} is not one of {', '.join(SUITES)}, all")
    facts = read_facts(bench)
    root = bench.workspace.root
    real = documents or root.parent / "shared" / "realdocs"
    chosen = PARTS.get(suite, (suite,))
    scores = [score for name in chosen for score in RUNS[name](bench, facts, real)]
    floors = read_floors(root / "annotations" / "gold" / "floors.json")
    return [replace(one, floor=floors.get(f"{one.suite} | {one.measure} | {one.slice}")) for one in scores]


def read_floors(path: Path) -> dict[str, float]:
    """Return the floors by `suite | measure | slice`; none where there is no file."""
    return (
        {str(key): float(value) for key, value in json.loads(path.read_text("utf-8")).items()} if path.is_file() else {}
    )
