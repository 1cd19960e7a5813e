"""Search: the gold queries on the test collection, against graded judgments.

Measures (Järvelin and Kekäläinen 2002; Voorhees 2001 on judging by pools): nDCG@10 with gains 1 to 3 as judged, recall@20 of what was
judged 2 or more, and MRR of the first such; by query language, kind of query, and language and script of the provisions. Intervals are
bootstrapped over queries. Parity is the difference between asking in the provision's language and asking in English. The bias of a
jurisdiction is its share of the first ten less its share of what is relevant.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import log2
from pathlib import Path
from typing import TYPE_CHECKING

from psimm_docs.evaluate.collection import Collection, collection
from psimm_docs.evaluate.facts import Fact, Score, mean
from psimm_docs.evaluate.split import Part, part_of_item
from psimm_docs.jurisdictions import root

if TYPE_CHECKING:
    from psimm_docs.search import Weights
    from psimm_docs.workbench import Workbench

DEEP = 200
"""Hits asked for: enough that twenty are left when those that were learned from are taken out."""

LEGS = {"meaning alone": (1.0, 0.0, 0.0), "words alone": (0.0, 0.0, 1.0), "concepts alone": (0.0, 1.0, 0.0)}
"""The weights of each leg by itself: meaning, concepts, words."""

RELEVANT = 2
"""From this gain on a result answers a query; 1 only touches on it."""

SAMPLES = 1000
"""Bootstrap samples of an interval."""


@dataclass(frozen=True, slots=True)
class GoldQuery:
    """A query with its judgments: gains by result key (see `collection`); none where there is nothing to find.

    `texts` is the query in each language, where it has been translated.
    """

    id: str
    text: str
    language: str
    kind: str
    concepts: tuple[str, ...]
    gains: Mapping[str, int]
    texts: Mapping[str, str] = field(default_factory=dict)

    @property
    def part(self) -> Part:
        """The half that it counts for: queries tune or test, none is learned from."""
        return "test" if part_of_item(self.id) == "test" or (not self.texts and int(self.id[1:]) % 2) else "dev"


@dataclass(frozen=True, slots=True)
class Ranked:
    """One result of a ranking: its key, language and state."""

    key: str
    language: str
    place: str


def read_queries(folder: Path) -> list[GoldQuery]:
    """Return the queries of `annotations/gold/search` with their judgments."""
    gains: dict[str, dict[str, int]] = defaultdict(dict)
    for row in map(json.loads, (folder / "judgments.jsonl").read_text("utf-8").splitlines()):
        gains[row["query"]][row["result"]] = row["gain"]
    return [
        GoldQuery(**{**row, "concepts": tuple(row["concepts"]), "gains": gains.get(row["id"], {})})
        for row in map(json.loads, (folder / "queries.jsonl").read_text("utf-8").splitlines())
    ]


def ranking(
    held: Collection, text: str, *, weights: Weights | None = None, languages: frozenset[str] = frozenset()
) -> tuple[list[Ranked], str]:
    """Return the results of a question, each once, without those that were learned from, and the state of the answer."""
    from psimm_docs.finding import search
    from psimm_docs.index_view import Filters

    filters = Filters(translations=False, languages=languages)
    answer = search(held.bench, text, filters, limit=DEEP, weights=weights)
    found: dict[str, Ranked] = {}
    for hit in answer.hits:
        article = held.bench.article_of(held.bench.provision(hit.provision_id)).id
        if article in held.keys:
            key = held.keys[article]
            found.setdefault(key, Ranked(key, hit.language, root(hit.jurisdiction)))
    return list(found.values()), answer.state


def ndcg(ranked: Sequence[str], wanted: Mapping[str, int], *, depth: int) -> float:
    """Return the normalised discounted cumulative gain of a ranking.

    >>> ndcg(["a", "b"], {"a": 2, "b": 1}, depth=10), ndcg(["x"], {"a": 2}, depth=10)
    (1.0, 0.0)
    """
    got = sum(wanted.get(key, 0) / log2(place + 2) for place, key in enumerate(ranked[:depth]))
    best = sum(gain / log2(place + 2) for place, gain in enumerate(sorted(wanted.values(), reverse=True)[:depth]))
    return got / best if best else 0.0


def measured(ranked: Sequence[str], wanted: Mapping[str, int]) -> tuple[float, float, float] | None:
    """Return nDCG@10, recall@20 and the reciprocal rank of a ranking; None where nothing answers."""
    answers = {key for key, gain in wanted.items() if gain >= RELEVANT}
    if not answers:
        return None
    first = next((place for place, key in enumerate(ranked, 1) if key in answers), 0)
    recall = len(answers.intersection(ranked[:20])) / min(20, len(answers))
    return ndcg(ranked, wanted, depth=10), recall, 1 / first if first else 0.0


def interval(values: Sequence[float]) -> tuple[float, float]:
    """Return the 95 % bootstrap interval of a mean (percentiles, the same samples every time)."""
    import numpy as np

    random = np.random.default_rng(7)
    held = np.asarray(values)
    means = held[random.integers(0, len(held), (SAMPLES, len(held)))].mean(axis=1)
    low, high = np.percentile(means, (2.5, 97.5))
    return float(low), float(high)


def search_suite(bench: Workbench, facts: Sequence[Fact]) -> Iterator[Score]:
    """Ask the gold queries; figures are those of the test part, and of the development part where it says so."""
    queries = read_queries(bench.workspace.root / "annotations" / "gold" / "search")
    with collection(bench) as held:
        yield from suite(held, queries)


def suite(held: Collection, queries: Sequence[GoldQuery]) -> Iterator[Score]:
    """Ask the queries of a collection that is built."""
    asked = [one for one in queries if one.concepts]
    versions: dict[str, set[str]] = defaultdict(set)
    for one in held.keys:
        versions[held.keys[one]].add(held.bench.provision(one).language)
    languages = {key: frozenset(tags) for key, tags in versions.items()}
    tags = sorted({tag for some in languages.values() for tag in some})
    rows: dict[str, list[tuple[float, float, float]]] = defaultdict(list)
    tops: dict[str, list[float]] = defaultdict(list)
    for query in asked:
        ranked, _ = ranking(held, query.text)
        for name, some, wanted in slices(query, ranked, languages, tags):
            row = measured(some, wanted)
            if row:
                rows[name].append(row)
        if query.part == "test" and any(gain >= RELEVANT for gain in query.gains.values()):
            for place, share in bias(query, ranked, held).items():
                tops[place].append(share)
    for name, values in rows.items():
        for column, measure in enumerate(("nDCG@10", "recall@20", "MRR")):
            yield Score("search", measure, name, mean(value[column] for value in values), len(values))
    yield from legs(held, [one for one in asked if one.part == "test"], [row[0] for row in rows["test"]])
    yield from parity(held, [one for one in asked if one.part == "test" and one.texts], languages, tags)
    for place, shares in sorted(tops.items()):
        yield Score("search", "bias of the first ten", place, mean(shares), len(shares))
    honest = [ranking(held, one.text)[1] != "found" for one in queries if not one.concepts]
    yield Score("search", "nothing claimed", "nothing to find", mean(honest), len(honest))
    missed = [ranking(held, one.text)[1] == "not-found" for one in asked if one.part == "test"]
    yield Score("search", "error: said not found", "something to find", mean(missed), len(missed))


def slices(
    query: GoldQuery, ranked: Sequence[Ranked], languages: Mapping[str, frozenset[str]], tags: Sequence[str]
) -> Iterator[tuple[str, list[str], Mapping[str, int]]]:
    """Yield the slices that a query counts for, each with the ranking and the gains that it looks at."""
    keys = [one.key for one in ranked]
    if query.part == "dev":
        yield "dev", keys, query.gains
        return
    for name in ("test", f"query {query.language}", f"kind {query.kind}"):
        yield name, keys, query.gains
    for tag in tags:
        gains = {key: gain for key, gain in query.gains.items() if tag in languages.get(key, ())}
        yield f"provisions {tag}", [key for key in keys if tag in languages[key]], gains


def bias(query: GoldQuery, ranked: Sequence[Ranked], held: Collection) -> dict[str, float]:
    """Return by state the share of the first ten results less the share of what is relevant."""
    places = {held.keys[one]: root(held.bench.source(one.partition("#")[0]).jurisdiction) for one in held.keys}
    relevant = [places[key] for key, gain in query.gains.items() if gain >= RELEVANT and key in places]
    top = [one.place for one in ranked[:10]]
    if not relevant or not top:
        return {}
    return {
        place: top.count(place) / len(top) - relevant.count(place) / len(relevant) for place in set(places.values())
    }


def legs(held: Collection, queries: Sequence[GoldQuery], joined: Sequence[float]) -> Iterator[Score]:
    """Yield the interval of the joined ranking, the figures of each leg alone, and the interval of what joining gains over it."""
    from psimm_docs.search import Weights

    low, high = interval(joined)
    yield Score("search", "nDCG@10, 95 % low", "test", low, len(joined))
    yield Score("search", "nDCG@10, 95 % high", "test", high, len(joined))
    for name, weights in LEGS.items():
        alone = []
        for query in queries:
            row = measured([one.key for one in ranking(held, query.text, weights=Weights(*weights))[0]], query.gains)
            if row:
                alone.append(row[0])
        low, _ = interval([one - other for one, other in zip(joined, alone, strict=True)])
        yield Score("search", "nDCG@10", name, mean(alone), len(alone))
        yield Score("search", "gain over it, 95 % low", name, low, len(alone))


def parity(
    held: Collection, queries: Sequence[GoldQuery], languages: Mapping[str, frozenset[str]], tags: Sequence[str]
) -> Iterator[Score]:
    """Yield, for each language of provisions, nDCG@10 asked in it and in English, and the gap over all."""
    figures: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for tag in tags:
        for query in queries:
            narrowed = replace(query, gains={k: g for k, g in query.gains.items() if tag in languages.get(k, ())})
            pair = []
            for text in (query.texts[tag], query.texts["en"]):
                ranked, _ = ranking(held, text, languages=frozenset([tag]))
                row = measured([one.key for one in ranked], narrowed.gains)
                if row:
                    pair.append(row[0])
            if len(pair) == 2:
                figures[tag].append((pair[0], pair[1]))
    for tag, pairs in figures.items():
        yield Score(
            "search", "nDCG@10 asked in its language", f"provisions {tag}", mean(a for a, _ in pairs), len(pairs)
        )
        yield Score("search", "nDCG@10 asked in English", f"provisions {tag}", mean(b for _, b in pairs), len(pairs))
    every = [pair for pairs in figures.values() for pair in pairs]
    yield Score("search", "error: parity gap", "English", mean(a - b for a, b in every), len(every))
