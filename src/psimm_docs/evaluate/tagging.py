"""Tagging: the suggestions on each article of the digests against the concepts of the facts that stand in it.

Only articles of the part that tests count (`split`): the tagger learned from the others.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from psimm_docs.evaluate.facts import Fact, Score, f1, home_of, mean, result_key
from psimm_docs.evaluate.split import part_of_home

if TYPE_CHECKING:
    from psimm_docs.workbench import Workbench


def tagging_suite(bench: Workbench, facts: Sequence[Fact]) -> Iterator[Score]:
    """Compare the suggestions on each article of the digests with the concepts of the facts that stand in it."""
    wanted: dict[str, set[str]] = defaultdict(set)
    language: dict[str, str] = {}
    for fact in facts:
        if part_of_home(fact.work, fact.article) != "test":
            continue
        home = home_of(fact, bench)
        if home is not None:
            unit = result_key(bench, home)
            wanted[unit] |= set(fact.concepts)
            language[unit] = fact.language
    found: dict[str, dict[str, float]] = defaultdict(dict)
    for tag in bench.tags():
        found[tag.provision_id][tag.concept] = tag.score
    for name in ("test", *sorted(set(language.values()))):
        units = [unit for unit in wanted if name in ("test", language[unit])]
        right: dict[str, int] = defaultdict(int)
        given: dict[str, int] = defaultdict(int)
        asked: dict[str, int] = defaultdict(int)
        judged: list[tuple[float, bool]] = []
        for unit in units:
            for concept in wanted[unit]:
                asked[concept] += 1
            for concept, score in found[unit].items():
                given[concept] += 1
                right[concept] += concept in wanted[unit]
                judged.append((score, concept in wanted[unit]))
        total = sum(right.values())
        yield Score("tagging", "micro F1", name, f1(total, sum(given.values()), sum(asked.values())), len(units))
        yield Score("tagging", "precision", name, total / max(1, sum(given.values())), sum(given.values()))
        yield Score(
            "tagging", "macro F1", name, mean(f1(right[one], given[one], asked[one]) for one in asked), len(asked)
        )
        if name == "test":
            yield Score("tagging", "error: calibration", name, calibration_error(judged), len(judged))


def calibration_error(judged: Sequence[tuple[float, bool]], *, bins: int = 10) -> float:
    """Return the expected calibration error of (score, right) pairs; lower is better.

    >>> calibration_error([(0.95, True)] * 19 + [(0.95, False)])
    0.0
    """
    error = 0.0
    for step in range(bins):
        some = [one for one in judged if step <= min(one[0], 0.9999) * bins < step + 1]
        if some:
            error += abs(mean(score for score, _ in some) - mean(right for _, right in some)) * len(some) / len(judged)
    return round(error, 6)
