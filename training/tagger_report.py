"""The tables that training the tagger prints: F1 at several thresholds and calibration, by kind of text and language."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from psimm_docs.evaluate.tagging import calibration_error
from psimm_docs.workspace import TagSettings


def report(
    scores: NDArray[np.float64], right: NDArray[np.bool_], kinds: Sequence[str], languages: Sequence[str]
) -> None:
    """Print F1 at 0.5, at what is suggested and at the best threshold, how often the first concept is right, and calibration; by kind and language.

    `scores` and `right` have a number a text and concept; `kinds` and `languages` one a text.
    """
    score, wanted = scores.reshape(len(kinds), -1), right.reshape(len(kinds), -1)
    print(
        "| texts | count | precision at 0.5 | recall | micro F1 | shown: precision | recall | micro F1 | macro F1 | best micro F1 | first right | calibration error |"
    )
    print("|" + "---|" * 12)
    groups = {"all": [True] * len(kinds)}
    for names in (kinds, languages):
        groups |= {name: [one == name for one in names] for name in dict.fromkeys(names)}
    for name, members in groups.items():
        given, asked = score[np.array(members)], wanted[np.array(members)]
        at = given >= TagSettings().threshold
        macro = np.mean([f1_of(at[:, one], asked[:, one])[2] for one in np.flatnonzero(asked.any(axis=0))] or [0.0])
        best = max(f1_of(given >= bound, asked)[2] for bound in np.arange(0.02, 0.99, 0.02))
        some = asked.any(axis=1)
        first = np.mean(asked[some, given[some].argmax(axis=1)]) if some.any() else 0.0
        error = calibration_error(list(zip(given[at].tolist(), asked[at].tolist(), strict=True)))
        figures = (*f1_of(given >= 0.5, asked), *f1_of(at, asked), macro, best, first, error)
        print(f"| {name} | {len(given)} | " + " | ".join(f"{one:.3f}" for one in figures) + " |")


def f1_of(given: NDArray[np.bool_], asked: NDArray[np.bool_]) -> tuple[float, float, float]:
    """Return precision, recall and F1."""
    hit = float((given & asked).sum())
    precision, recall = hit / max(1, given.sum()), hit / max(1, asked.sum())
    return precision, recall, 2 * precision * recall / max(1e-9, precision + recall)
