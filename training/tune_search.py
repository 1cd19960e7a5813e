"""Choose the weights of the search's legs, and the thresholds of its verdicts, on the development part of the gold queries.

    python training/tune_search.py

Asks every query once, takes each hit's parts out of its score, and tries weights on them. Prints nDCG@10 on the part that tunes and, for
the chosen weights and their neighbours, on the part that tests; then the best likeness and coverage of queries with and without an answer.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path

from psimm_docs.evaluate.collection import Collection, collection
from psimm_docs.evaluate.search import DEEP, GoldQuery, measured, read_queries
from psimm_docs.finding import search
from psimm_docs.index_view import Filters
from psimm_docs.search import WEIGHTS, Weights
from psimm_docs.workbench import open_workbench

GRID = (0.0, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.6, 0.8, 1.0)


@dataclass(frozen=True, slots=True)
class Parts:
    """A result of a query: its key, likeness, concern and share of the words."""

    key: str
    meaning: float
    concepts: float
    words: float


def parts_of(held: Collection, query: GoldQuery) -> list[Parts]:
    """Return the parts of the scores of a query's hits."""
    answer = search(held.bench, query.text, Filters(translations=False), limit=DEEP)
    whole = WEIGHTS.meaning + WEIGHTS.concepts + WEIGHTS.words
    found = []
    for hit in answer.hits:
        article = held.bench.article_of(held.bench.provision(hit.provision_id)).id
        if article in held.keys:
            likeness = max(0.0, hit.vector_score)
            rest = hit.score * whole - WEIGHTS.meaning * likeness - WEIGHTS.concepts * hit.concept_score
            found.append(Parts(held.keys[article], likeness, hit.concept_score, rest / WEIGHTS.words))
    return found


def figure(cases: Sequence[tuple[GoldQuery, list[Parts]]], weights: Weights) -> tuple[float, float]:
    """Return mean nDCG@10 and recall@20 under some weights."""
    rows = []
    for query, parts in cases:
        best: dict[str, float] = {}
        for one in parts:
            score = weights.meaning * one.meaning + weights.concepts * one.concepts + weights.words * one.words
            best[one.key] = max(score, best.get(one.key, 0.0))
        row = measured(sorted(best, key=lambda key: -best[key]), query.gains)
        if row:
            rows.append(row)
    return sum(row[0] for row in rows) / len(rows), sum(row[1] for row in rows) / len(rows)


def main() -> None:
    """Ask, try, print."""
    argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0]).parse_args()
    bench = open_workbench(Path(__file__).resolve().parents[1])
    queries = read_queries(bench.workspace.root / "annotations" / "gold" / "search")
    with collection(bench) as held:
        cases = [(query, parts_of(held, query)) for query in queries]
    tuned = [case for case in cases if case[0].part == "dev" and case[0].concepts]
    tested = [case for case in cases if case[0].part == "test" and case[0].concepts]
    tried = sorted(
        ((figure(tuned, Weights(1.0, concepts, words))[0], concepts, words) for concepts, words in product(GRID, GRID)),
        reverse=True,
    )
    print("| concepts | words | dev nDCG@10 | test nDCG@10 | test recall@20 |\n|---|---|---|---|---|")
    for value, concepts, words in tried[:8]:
        test, recall = figure(tested, Weights(1.0, concepts, words))
        print(f"| {concepts} | {words} | {value:.3f} | {test:.3f} | {recall:.3f} |")
    for name, some in (
        ("with an answer", [c for c in cases if c[0].concepts]),
        ("with none", [c for c in cases if not c[0].concepts]),
    ):
        best = sorted(max((one.meaning for one in parts), default=0.0) for _, parts in some)
        print(
            f"best likeness, {name}: {[round(best[int(q * (len(best) - 1))], 2) for q in (0, 0.05, 0.25, 0.5, 0.75, 1)]}"
        )


if __name__ == "__main__":
    main()
