"""How far reviewers agree: Cohen's kappa of two, Krippendorff's alpha of any number.

Plain statistics over labels; what counts as an answer is decided in `decisions.answers`. Invariant: a figure that the answers
don't define (nobody in common, all labels the same) is NaN, never 0 or 1.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far two reviewers agree on what both accepted or rejected: `items`, the share that is equal, Cohen's kappa."""

    first: str
    second: str
    items: int
    observed: float
    kappa: float


def cohen_kappa(pairs: Sequence[tuple[str, str]]) -> float:
    """Return Cohen's kappa of two raters' labels (1 full agreement, 0 what chance gives); NaN where chance alone gives 1.

    >>> round(cohen_kappa([("y", "y")] * 20 + [("y", "n")] * 5 + [("n", "y")] * 10 + [("n", "n")] * 15), 3)
    0.4
    """
    if not pairs:
        return float("nan")
    first, second = Counter(one for one, _ in pairs), Counter(two for _, two in pairs)
    observed = sum(one == two for one, two in pairs) / len(pairs)
    chance = sum(first[label] * second[label] for label in first) / len(pairs) ** 2
    return float("nan") if chance == 1 else (observed - chance) / (1 - chance)


def krippendorff_alpha(units: Iterable[Sequence[str]]) -> float:
    """Return Krippendorff's alpha for nominal labels; any number of raters, labels may be missing.

    Each unit is the labels given to one item; units with fewer than two say nothing. NaN where all labels are the same.

    >>> krippendorff_alpha([["a", "a"], ["b", "b"], ["a"]])
    1.0
    """
    weights: dict[tuple[str, str], float] = {}
    for labels in units:
        if len(labels) > 1:
            counts = Counter(labels)
            for one, first in counts.items():
                for two, second in counts.items():
                    share = first * (second - (one == two)) / (len(labels) - 1)
                    weights[one, two] = weights.get((one, two), 0.0) + share
    totals: dict[str, float] = {}
    for (one, _), weight in weights.items():
        totals[one] = totals.get(one, 0.0) + weight
    total = sum(totals.values())
    expected = total * total - sum(value * value for value in totals.values())
    if expected <= 0:
        return float("nan")
    observed = sum(weight for (one, two), weight in weights.items() if one != two)
    return 1.0 - (total - 1) * observed / expected


def pairwise(items: Iterable[Mapping[str, str]]) -> list[Agreement]:
    """Return the agreement of each two reviewers who have an item in common, by name.

    Each item is the answers given to it, by reviewer.
    """
    answered = list(items)
    found = []
    for first, second in combinations(sorted({name for item in answered for name in item}), 2):
        pairs = [(item[first], item[second]) for item in answered if first in item and second in item]
        if pairs:
            same = sum(one == two for one, two in pairs) / len(pairs)
            found.append(Agreement(first, second, len(pairs), same, cohen_kappa(pairs)))
    return found
