"""Quality in figures, on texts whose right answers are known: the digests that the project ships.

Wiring: each suite asks the built corpus through the workbench and compares with the facts that the digests were made from. Floors
stand in `annotations/gold/floors.json`; a figure below its floor fails the command. Floors may rise and never fall. The digests are
short and clean: these figures say that the house stands, not how well a scanned code of 300 pages is read.

Measures: `article F1` and `exact text` (reading), `accuracy` (language), nDCG@10, recall@20 and MRR with graded gains 2 and 1
(search; Järvelin and Kekäläinen 2002), micro and macro F1 and expected calibration error in ten bins (tagging).
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from math import log2
from pathlib import Path
from typing import TYPE_CHECKING, Any

from psimm_docs.errors import PsimmError
from psimm_docs.records import Hit, Provision

if TYPE_CHECKING:
    from psimm_docs.workbench import Workbench

SUITES = ("reading", "language", "search", "tagging")


@dataclass(frozen=True, slots=True)
class Score:
    """One figure: of which suite, which measure, over which slice of the cases, from how many; `floor` where there is one."""

    suite: str
    measure: str
    slice: str
    value: float
    count: int
    floor: float | None = None


@dataclass(frozen=True, slots=True)
class Fact:
    """A fact as it stands in one language's digest: where it has to be found and what it concerns."""

    number: int
    work: str
    language: str
    article: str
    text: str
    concepts: tuple[str, ...]


def evaluate(bench: Workbench, suite: str = "all", *, documents: Path | None = None) -> list[Score]:
    """Run one suite or all; raises PsimmError when the digests are not built in this workspace.

    `documents` is the folder of the real laws whose outlines are in `annotations/gold/reading`; without it the folder
    `shared/realdocs` beside the workspace is taken, if there is one.
    """
    if suite not in (*SUITES, "all"):
        raise PsimmError(f"suite {suite!r} is not one of {', '.join(SUITES)}, all")
    facts = read_facts(bench)
    chosen = SUITES if suite == "all" else (suite,)
    scores = [score for name in chosen for score in RUNS[name](bench, facts)]
    root = bench.workspace.root
    if "reading" in chosen:
        from psimm_docs.evaluate_outlines import outline_suite

        real = documents or root.parent / "shared" / "realdocs"
        scores += outline_suite(root / "annotations" / "gold" / "reading", real)
    floors = read_floors(bench.workspace.root / "annotations" / "gold" / "floors.json")
    return [replace(one, floor=floors.get(f"{one.suite} | {one.measure} | {one.slice}")) for one in scores]


def read_floors(path: Path) -> dict[str, float]:
    """Return the floors by `suite | measure | slice`; none where there is no file."""
    return (
        {str(key): float(value) for key, value in json.loads(path.read_text("utf-8")).items()} if path.is_file() else {}
    )


def read_facts(bench: Workbench) -> list[Fact]:
    """Return the facts of the digests that this workspace holds, one a language."""
    folder = bench.workspace.root / "corpus" / "digests"
    facts = [
        Fact(row["fact"], row["work"], language, row["article"] or "", text, tuple(row["concepts"]))
        for path in sorted(folder.glob("*.jsonl"))
        for row in map(json.loads, path.read_text("utf-8").splitlines())
        for language, text in row["text"].items()
        if digest_id(row["work"], language) in bench.sources
    ]
    if not facts:
        raise PsimmError(
            f"{bench.workspace.root}: no digests here to measure on; run evaluate in the project's own checkout, after psimm-docs build"
        )
    return facts


def digest_id(work: str, language: str) -> str:
    """Return the id of a work's digest in a language."""
    return f"{work}/digest.{language}"


def mean(values: Iterable[float]) -> float:
    """Return the mean; 0 of nothing."""
    held = list(values)
    return sum(held) / len(held) if held else 0.0


def f1(right: int, found: int, wanted: int) -> float:
    """Return the F1 of `right` answers among `found` against `wanted`; 1 where nothing was wanted and nothing found."""
    return 2 * right / (found + wanted) if found + wanted else 1.0


def by_language(facts: Sequence[Fact]) -> Iterator[tuple[str, list[Fact]]]:
    """Yield `all` with all facts, then each language with its own."""
    yield "all", list(facts)
    for language in sorted({fact.language for fact in facts}):
        yield language, [fact for fact in facts if fact.language == language]


# --- reading and language --------------------------------------------------------------------------------------------


def folded_number(number: str) -> str:
    """Return an article's number in Latin letters without dots."""
    from psimm_docs.fold import fold

    return fold(number).strip(". ")


def home_of(fact: Fact, bench: Workbench) -> Provision | None:
    """Return the deepest provision whose text holds the fact's text letter for letter."""
    source_id = digest_id(fact.work, fact.language)
    text = bench.document(source_id).text
    at = text.find(fact.text)
    if at < 0:
        return None
    holders = [
        one for one in bench.provisions(source_id) if one.span.start <= at and at + len(fact.text) <= one.span.end
    ]
    return max(holders, key=lambda one: one.depth, default=None)


def reading_suite(bench: Workbench, facts: Sequence[Fact]) -> Iterator[Score]:
    """Are the digests' articles found, and does each fact stand letter for letter in the article that it was written for?"""
    for name, some in by_language(facts):
        wanted: dict[str, set[str]] = defaultdict(set)
        exact, placed = 0, 0
        for fact in some:
            source_id = digest_id(fact.work, fact.language)
            wanted[source_id] |= {folded_number(fact.article)} if fact.article else set()
            home = home_of(fact, bench)
            exact += home is not None
            if home is not None:
                article = bench.article_of(home)
                placed += (folded_number(article.number) if article.kind == "article" else "") == folded_number(
                    fact.article
                )
        right = found = want = 0
        for source_id, numbers in wanted.items():
            got = [folded_number(one.number) for one in bench.provisions(source_id) if one.kind == "article"]
            right += sum(number in numbers for number in set(got))
            found += len(got)
            want += len(numbers)
        yield Score("reading", "article F1", name, f1(right, found, want), want)
        yield Score("reading", "exact text", name, exact / len(some), len(some))
        yield Score("reading", "right article", name, placed / len(some), len(some))


def language_suite(bench: Workbench, facts: Sequence[Fact]) -> Iterator[Score]:
    """Is each digest's language told from its text and jurisdiction alone, without what the manifest declares?"""
    from psimm_docs.language import identify

    hits: dict[str, list[bool]] = defaultdict(list)
    for source_id in sorted({digest_id(fact.work, fact.language) for fact in facts}):
        source = bench.sources[source_id]
        told = identify(
            bench.document(source_id), jurisdiction=source.jurisdiction, gazette=source.gazette
        ).document.tag
        hits["all"].append(told == source.language)
        hits[source.language].append(told == source.language)
    for name, values in hits.items():
        yield Score("language", "accuracy", name, mean(values), len(values))
    yield peer_score(bench, sorted({digest_id(fact.work, fact.language) for fact in facts}))


def peer_score(bench: Workbench, source_ids: Sequence[str]) -> Score:
    """Return what langdetect alone reaches on the same documents, scripts and varieties of one language counted as right."""
    from langdetect import DetectorFactory, LangDetectException, detect

    DetectorFactory.seed = 0
    right = 0
    for source_id in source_ids:
        try:
            told = detect(bench.document(source_id).text)
        except LangDetectException:
            told = ""
        right += told == bench.sources[source_id].language.split("-")[0]
    return Score("language", "accuracy of langdetect", "all", right / len(source_ids), len(source_ids))


# --- search ----------------------------------------------------------------------------------------------------------


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


def result_key(bench: Workbench, provision: Provision) -> str:
    """Return what counts as one result: the article, or the provision itself outside articles."""
    return bench.article_of(provision).id


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


# --- tagging ---------------------------------------------------------------------------------------------------------


def tagging_suite(bench: Workbench, facts: Sequence[Fact]) -> Iterator[Score]:
    """Compare the suggestions on each article of the digests with the concepts of the facts that stand in it."""
    wanted: dict[str, set[str]] = defaultdict(set)
    language: dict[str, str] = {}
    for fact in facts:
        home = home_of(fact, bench)
        if home is not None:
            unit = result_key(bench, home)
            wanted[unit] |= set(fact.concepts)
            language[unit] = fact.language
    found: dict[str, dict[str, float]] = defaultdict(dict)
    for tag in bench.tags():
        found[tag.provision_id][tag.concept] = tag.score
    for name in ("all", *sorted(set(language.values()))):
        units = [unit for unit in wanted if name in ("all", language[unit])]
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
        if name == "all":
            yield Score("tagging", "calibration error", name, calibration_error(judged), len(judged))


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


RUNS: dict[str, Any] = {
    "reading": reading_suite,
    "language": language_suite,
    "search": search_suite,
    "tagging": tagging_suite,
}
