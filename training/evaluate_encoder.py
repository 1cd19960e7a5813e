"""Measure an encoder: Tatoeba and NTREX accuracy at 1, and held-out model provisions by nDCG@10.

The idea: the public sets say how well languages are aligned, the held-out part of `../shared/parallel` whether a query
finds the provisions of its concept in another language. Items are held out by a hash of their id alone, so that
training and measuring can't disagree about the split; `../shared/eval` is read here and nowhere else but to be
excluded from training.

    python training/evaluate_encoder.py [FOLDER] [--shared ../shared]
"""

from __future__ import annotations

import argparse
import json
from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from psimm_docs.encode import BUNDLED, BundledEncoder, Encoder, SentenceTransformerEncoder
from psimm_docs.evaluate.split import is_held_out
from psimm_docs.fold import fold

Encode = Callable[[Sequence[str]], NDArray[np.float32]]

LANGUAGES = ("en", "sq", "bs", "hr", "cnr", "sr", "mk")
TATOEBA = ("sqi", "bos", "hrv", "srp", "mkd")
NTREX = ("sqi", "bos", "hrv", "srp-Cyrl", "srp-Latn", "mkd")


def read_parallel(shared: Path) -> list[dict[str, Any]]:
    """Return the items of `parallel/`: id, concept, near, kind, and the text by language."""
    return [
        json.loads(line)
        for name in ("provisions.jsonl", "articles.jsonl")
        for line in (shared / "parallel" / name).read_text(encoding="utf-8").splitlines()
    ]


def read_own() -> list[dict[str, Any]]:
    """Return the items of `training/own/`, in the same form."""
    return [
        json.loads(line)
        for path in sorted((Path(__file__).resolve().parent / "own").glob("*.jsonl"))
        for line in path.read_text(encoding="utf-8").splitlines()
    ]


def full_text(item: dict[str, Any], language: str) -> str:
    """Return an item's text with its heading, where it has one."""
    heading = item["heading"][language] + "\n" if item.get("heading") else ""
    return heading + str(item[language])


def accuracy(left: NDArray[np.float32], right: NDArray[np.float32]) -> float:
    """Return how often a row's nearest row on the other side is its own, in per cent, mean of both directions."""
    scores = left @ right.T
    own = np.arange(len(scores))
    return 50 * float((scores.argmax(1) == own).mean() + (scores.argmax(0) == own).mean())


def ndcg(scores: NDArray[np.float32], gains: NDArray[np.bool_], depth: int = 10) -> float:
    """Return the mean nDCG at a depth over the rows that have something relevant, 0 to 1."""
    discounts = 1 / np.log2(np.arange(2, depth + 2))
    order = np.argsort(-scores, axis=1, kind="stable")[:, :depth]
    found = np.take_along_axis(gains, order, axis=1) @ discounts[: order.shape[1]]
    best = np.array([discounts[: min(depth, int(row.sum()))].sum() for row in gains])
    return float((found[best > 0] / best[best > 0]).mean())


def lines(path: Path) -> list[str]:
    """Return the lines of a text file, without their ends."""
    return path.read_text(encoding="utf-8").rstrip("\n").split("\n")


def measure_alignment(encode: Encode, shared: Path) -> dict[str, dict[str, float]]:
    """Return accuracy at 1 in per cent, by set and language."""
    figures: dict[str, dict[str, float]] = {"tatoeba": {}, "ntrex": {}}
    for code in TATOEBA:
        figures["tatoeba"][code] = accuracy(*(encode(side) for side in sides_of(shared, "tatoeba", code)))
    for code in NTREX:
        figures["ntrex"][code] = accuracy(*(encode(side) for side in sides_of(shared, "ntrex", code)))
    return figures


def measure_provisions(
    encode: Encode, shared: Path, keep: Callable[[dict[str, Any]], bool] | None = None
) -> dict[str, float]:
    """Return nDCG@10 of held-out queries over held-out provisions, articles and hard negatives.

    `same` and `cross` are means over the pairs of query language and text language, equal and different; `mixed` has
    every text in all seven languages in one pool, of which only those of the query's concept in another language than
    the query count as relevant, those in its own language being taken out; a language's figure is the mean of `cross`
    over the languages of the texts. `keep` chooses the items instead of the fixed split.
    """
    keep = keep or (lambda item: is_held_out(item["id"]))
    items = [item for item in read_parallel(shared) if keep(item)]
    queries = [item for item in items if item["kind"] == "query"]
    texts = [item for item in items if item["kind"] != "query"]
    gains = np.array([[q["concept"] == t["concept"] and t["kind"] != "negative" for t in texts] for q in queries])
    asked = {code: encode([item[code] for item in queries]) for code in LANGUAGES}
    held = {code: encode([full_text(item, code) for item in texts]) for code in LANGUAGES}
    pairs = {(a, b): ndcg(asked[a] @ held[b].T, gains) for a in LANGUAGES for b in LANGUAGES}
    by_kind: dict[str, list[float]] = defaultdict(list)
    for (a, b), figure in pairs.items():
        by_kind["same" if a == b else "cross"].append(figure)
        if a != b:
            by_kind[a].append(figure)
    for a in LANGUAGES:
        others = [b for b in LANGUAGES if b != a]
        pool = np.concatenate([held[b] for b in others])
        by_kind["mixed"].append(ndcg(asked[a] @ pool.T, np.tile(gains, (1, len(others)))))
    return {kind: float(np.mean(figures)) for kind, figures in by_kind.items()}


def floor_lines(shared: Path) -> list[str]:
    """Return rows for what needs no training: character n-gram TF-IDF and BM25 over words, both on folded text, nearest both ways."""
    from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer

    def by_letters(left: Sequence[str], right: Sequence[str]) -> tuple[Any, Any]:
        made = TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 5), sublinear_tf=True).fit([*left, *right])
        scores = (made.transform(left) @ made.transform(right).T).toarray()
        return scores, scores

    def by_words(left: Sequence[str], right: Sequence[str]) -> tuple[Any, Any]:
        made = CountVectorizer(token_pattern=r"\w+").fit([*left, *right])
        sides = [made.transform(left), made.transform(right)]
        asked = [(side > 0).astype(np.float32) for side in sides]
        return (asked[0] @ bm25(sides[1]).T).toarray(), (asked[1] @ bm25(sides[0]).T).toarray().T

    rows = []
    for name, scored in (("character TF-IDF", by_letters), ("BM25", by_words)):
        for part, codes in (("tatoeba", TATOEBA), ("ntrex", NTREX)):
            by = {}
            for code in codes:
                left, right = [[fold(line) for line in side] for side in sides_of(shared, part, code)]
                forth, back = scored(left, right)
                own = np.arange(len(left))
                by[code] = 50 * float((forth.argmax(1) == own).mean() + (back.argmax(0) == own).mean())
            rows.append(
                f"| {name}, {part} accuracy@1 | {np.mean(list(by.values())):.1f} | "
                + ", ".join(f"{code} {value:.1f}" for code, value in by.items())
                + " |"
            )
    return rows


def bm25(counts: Any) -> Any:
    """Return the BM25 weights (k1 1.2, b 0.75; Robertson and Zaragoza 2009) of a sparse matrix of counts, of the same shape."""
    from scipy.sparse import csr_matrix

    found = counts.tocoo()
    lengths = np.asarray(counts.sum(axis=1)).ravel()
    held = np.asarray((counts > 0).sum(axis=0)).ravel()
    idf = np.log(1 + (counts.shape[0] - held + 0.5) / (held + 0.5))
    norm = 1.2 * (0.25 + 0.75 * lengths / lengths.mean())
    values = idf[found.col] * found.data * 2.2 / (found.data + norm[found.row])
    return csr_matrix((values.astype(np.float32), (found.row, found.col)), shape=counts.shape)


def sides_of(shared: Path, part: str, code: str) -> list[list[str]]:
    """Return the lines of a language and their English."""
    if part == "tatoeba":
        stem = shared / "eval" / "tatoeba" / f"tatoeba.{code}-eng"
        return [lines(stem.with_name(f"{stem.name}.{side}")) for side in (code, "eng")]
    folder = shared / "eval" / "ntrex"
    return [lines(folder / f"newstest2019-ref.{code}.txt"), lines(folder / "newstest2019-src.eng.txt")]


def measure(encode: Encode, shared: Path) -> dict[str, dict[str, float]]:
    """Return every figure that the model card gives."""
    return {**measure_alignment(encode, shared), "provisions": measure_provisions(encode, shared)}


def as_lines(figures: dict[str, dict[str, float]]) -> list[str]:
    """Return a Markdown table of the figures."""
    rows = ["| set | mean | by language |", "|---|---|---|"]
    for name in ("tatoeba", "ntrex"):
        by = figures[name]
        rows.append(
            f"| {name} accuracy@1 | {np.mean(list(by.values())):.1f} | "
            + ", ".join(f"{code} {value:.1f}" for code, value in by.items())
            + " |"
        )
    by = figures["provisions"]
    rows.append(
        f"| held-out provisions, nDCG@10, other language | {by['cross']:.3f} | "
        + ", ".join(f"{code} {by[code]:.3f}" for code in LANGUAGES)
        + " |"
    )
    rows.append(f"| the same, own language | {by['same']:.3f} | |")
    rows.append(f"| the same, six other languages in one pool | {by['mixed']:.3f} | |")
    return rows


def main() -> None:
    """Print the table for a folder, the bundled one by default."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("folder", nargs="?", type=Path, default=BUNDLED)
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    parser.add_argument("--sentence-transformers", action="store_true", help="load it with that library")
    parser.add_argument("--floors", action="store_true", help="measure TF-IDF and BM25 instead")
    asked = parser.parse_args()
    if asked.floors:
        print("\n".join(floor_lines(asked.shared)))
        return
    encoder: Encoder = (
        SentenceTransformerEncoder(asked.folder) if asked.sentence_transformers else BundledEncoder(asked.folder)
    )
    print(f"{asked.folder}: {encoder.dimensions} dimensions, version {encoder.version}")
    print("\n".join(as_lines(measure(encoder.encode, asked.shared))))


if __name__ == "__main__":
    main()
