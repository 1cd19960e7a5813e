"""Search: the gold queries against the facts that answer them."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from math import log2
from typing import TYPE_CHECKING

from psimm_docs.evaluate.facts import Fact, Score, digest_id, home_of, mean, result_key
from psimm_docs.records import Hit

if TYPE_CHECKING:
    from psimm_docs.workbench import Workbench


def gains(concepts: Sequence[str], facts: Sequence[Fact], bench: Workbench) -> dict[str, int]:
    """Return the gain of each fact's home (as `source id#article`): 2 where a concept asked for is its main one, 1 where another."""
    found: dict[str, int] = {}
    for fact in facts:
        for concept in set(concepts) & set(fact.concepts):
            home = home_of(fact, bench)
            if home is not None:
                key = result_key(bench, home)
                found[key] = max(found.get(key, 0), 2 if fact.concepts[0] == concept else 1)
    return found


def ranked_keys(bench: Workbench, hits: Sequence[Hit]) -> list[str]:
    """Return the results of an answer, best first, each once."""
    return list(dict.fromkeys(result_key(bench, bench.provision(hit.provision_id)) for hit in hits))


def ndcg(ranked: Sequence[str], wanted: dict[str, int], *, depth: int) -> float:
    """Return the normalised discounted cumulative gain of a ranking.

    >>> ndcg(["a", "b"], {"a": 2, "b": 1}, depth=10), ndcg(["x"], {"a": 2}, depth=10)
    (1.0, 0.0)
    """
    got = sum(wanted.get(key, 0) / log2(place + 2) for place, key in enumerate(ranked[:depth]))
    best = sum(gain / log2(place + 2) for place, gain in enumerate(sorted(wanted.values(), reverse=True)[:depth]))
    return got / best if best else 0.0


def search_suite(bench: Workbench, facts: Sequence[Fact]) -> Iterator[Score]:
    """Ask the gold queries; the right answers are the digests' facts under the query's concepts, in all languages of record."""
    path = bench.workspace.root / "annotations" / "gold" / "queries.jsonl"
    originals = [fact for fact in facts if not bench.sources[digest_id(fact.work, fact.language)].translation]
    rows: dict[str, list[tuple[float, float, float]]] = defaultdict(list)
    honest: list[bool] = []
    for query in map(json.loads, path.read_text("utf-8").splitlines()):
        answer = bench.search(query["text"], limit=60, translations=False)
        if not query["concepts"]:
            honest.append(answer.state != "found")
            continue
        wanted = gains(query["concepts"], originals, bench)
        ranked = ranked_keys(bench, answer.hits)
        first = next((place for place, key in enumerate(ranked, 1) if key in wanted), 0)
        recall = len(set(ranked[:20]) & set(wanted)) / min(20, len(wanted)) if wanted else 0.0
        row = (ndcg(ranked, wanted, depth=10), recall, 1 / first if first else 0.0)
        for name in ("all", f"query {query['language']}", f"kind {query['kind']}"):
            rows[name].append(row)
    for name, values in rows.items():
        for place, measure in enumerate(("nDCG@10", "recall@20", "MRR")):
            yield Score("search", measure, name, mean(value[place] for value in values), len(values))
    yield Score("search", "nothing claimed", "nothing to find", mean(honest), len(honest))
