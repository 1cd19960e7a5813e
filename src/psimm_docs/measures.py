"""How good scores are on answers, and how sure the change from one set of scores to another is.

The idea: whatever is measured is a function of sums over groups of answers, so that a bootstrap draws groups with putting back and adds up
again. Invariant: a group (a provision with its language versions) is drawn whole, and the same answers give the same intervals.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

BINS = 10
DRAWS = 2000
SEED = 7


@dataclass(frozen=True)
class Sums:
    """Sums over each group, one line a group: right among given, given, right in all; by bin: score, right, answers; log loss."""

    hits: NDArray[np.float64]
    given: NDArray[np.float64]
    wanted: NDArray[np.float64]
    scores: NDArray[np.float64]
    rights: NDArray[np.float64]
    counts: NDArray[np.float64]
    losses: NDArray[np.float64]


Measure = Callable[[Sums, "NDArray[np.float64]"], "NDArray[np.float64]"]
"""A figure for each line of `draws`, which says how often each group counts."""


def sums_of(scores: Sequence[float], right: Sequence[bool], groups: Sequence[str], threshold: float) -> Sums:
    """Return the sums of answers by group; a score of at least the threshold says "yes"."""
    import numpy as np

    names = {name: place for place, name in enumerate(dict.fromkeys(groups))}
    place = np.array([names[one] for one in groups], np.int64)
    score, truth = np.asarray(scores, np.float64), np.asarray(right, np.float64)
    yes = (score >= threshold).astype(np.float64)
    held = np.clip(score, 1e-3, 1 - 1e-3)
    cell = place * BINS + np.minimum(BINS - 1, (score * BINS).astype(np.int64))

    def by_group(values: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.bincount(place, values, len(names)).astype(np.float64)

    def by_bin(values: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.bincount(cell, values, len(names) * BINS).astype(np.float64).reshape(len(names), BINS)

    return Sums(
        by_group(yes * truth),
        by_group(yes),
        by_group(truth),
        by_bin(score),
        by_bin(truth),
        by_bin(np.ones_like(score)),
        by_group(-(truth * np.log(held) + (1 - truth) * np.log(1 - held))),
    )


def micro_f1(sums: Sums, draws: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return F1 over all answers together; 1 where nothing was wanted and nothing given."""
    return share(2 * (draws @ sums.hits), draws @ (sums.given + sums.wanted), 1.0)


def precision(sums: Sums, draws: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return which part of what was given is right; 1 where nothing was given."""
    return share(draws @ sums.hits, draws @ sums.given, 1.0)


def recall(sums: Sums, draws: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return which part of what was wanted was given; 1 where nothing was wanted."""
    return share(draws @ sums.hits, draws @ sums.wanted, 1.0)


def calibration_error(sums: Sums, draws: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return how far scores lie from the share that is right, bin by bin; lower is better."""
    import numpy as np

    apart = np.abs(draws @ sums.scores - draws @ sums.rights)
    return share(apart.sum(axis=1), (draws @ sums.counts).sum(axis=1), 0.0)


def log_loss(sums: Sums, draws: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the mean of minus the logarithm of what the right answers were given; lower is better."""
    return share(draws @ sums.losses, (draws @ sums.counts).sum(axis=1), 0.0)


def share(part: NDArray[np.float64], whole: NDArray[np.float64], empty: float) -> NDArray[np.float64]:
    """Return a quotient; `empty` where there is nothing to divide by."""
    import numpy as np

    return np.where(whole > 0, part / np.where(whole > 0, whole, 1.0), empty)


def once(measure: Measure, sums: Sums) -> float:
    """Return a figure on the answers as they are."""
    import numpy as np

    return float(measure(sums, np.ones((1, len(sums.hits))))[0])


def interval_of_change(measure: Measure, before: Sums, after: Sums) -> tuple[float, float]:
    """Return the 95 % bootstrap interval of a figure's change between two scorings of the same answers; groups are drawn together."""
    import numpy as np

    number = len(before.hits)
    draws = np.random.default_rng(SEED).multinomial(number, np.full(number, 1 / number), size=DRAWS).astype(np.float64)
    low, high = np.quantile(measure(after, draws) - measure(before, draws), (0.025, 0.975))
    return float(low), float(high)
