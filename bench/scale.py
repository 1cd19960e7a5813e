"""Search at scale: real articles multiplied, indexed with the bundled encoder, and asked in seven languages.

    python bench/scale.py [--shared ../shared] [--sizes 10000 100000]

For each size a process of its own fills an index in a temporary folder through `Index.replace`, asks the questions of the search
benchmark with everything that a search does (words, query vector, terms, concepts), exchanges one document, and compares the vector
leg with a full scan. The peers are asked the same questions in the same run: FTS5 alone, a flat FAISS index alone, and bm25s where it
is installed. Prints a Markdown table; figures in the documentation come from here. Nothing of the articles is kept.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from psimm_docs.bridge import bridged, terms_of
from psimm_docs.chunks import Cutter, windows
from psimm_docs.encode import Encoder, encode_headed, open_encoder
from psimm_docs.index import Index
from psimm_docs.index_view import Filters, Row
from psimm_docs.jurisdictions import SIX
from psimm_docs.lexical import columns, parse_query, scoring_expression
from psimm_docs.records import Chunk, Source, Span, Tag
from psimm_docs.search import search
from psimm_docs.tagging import logistic, query_concepts, read_weights
from psimm_docs.taxonomy import default_folder, load_taxonomy

ROOT = Path(__file__).resolve().parents[1]
QUERIES = ROOT / "annotations" / "gold" / "search" / "queries.jsonl"

PASSAGES = 300
"""Passages of a document."""

MOST_WORDS = 220
"""Words of a passage, as a build cuts them."""

CHANGED = 0.2
"""Part of a copy's words that are exchanged for other words of the corpus, so that no two copies have one vector."""

TAG_FROM = 0.3
"""Score from which a passage gets the tag of its likeliest concept."""

TOP = 10


@dataclass(frozen=True, slots=True)
class Filling:
    """A document as it goes into the index."""

    source: Source
    rows: list[Row]
    vectors: NDArray[np.float32]
    windows: NDArray[np.float16]
    owners: NDArray[np.int32]
    tags: list[Tag]


@dataclass(frozen=True, slots=True)
class Inside:
    """The windows of a document, as `Index.replace` takes them."""

    rows: NDArray[np.float16]
    owners: NDArray[np.int32]


# --- text


def articles(path: Path) -> list[tuple[str, str]]:
    """Return the heading and the text of every piece that a build would make of the articles."""
    found = []
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            one = json.loads(line)
            for span in Cutter(one["text"], MOST_WORDS).pieces(Span(0, len(one["text"]))):
                found.append((one["title"], span.of(one["text"])))
    return found


def multiplied(pieces: Sequence[tuple[str, str]], count: int) -> Iterator[tuple[str, str]]:
    """Yield `count` pieces: the articles as they are, then copies with other numbers and a part of their words exchanged."""
    rng = random.Random(7)
    stock = [word for _, text in pieces[::7] for word in text.split()]
    for number in range(count):
        heading, text = pieces[number % len(pieces)]
        if number >= len(pieces):
            text = " ".join(changed(word, rng, stock) for word in text.split())
        yield heading, text


def changed(word: str, rng: random.Random, stock: Sequence[str]) -> str:
    """Return a word of a copy."""
    if word[:1].isdigit():
        return str(rng.randrange(1, 400)) + word.lstrip("0123456789")
    return stock[int(rng.random() * len(stock))] if rng.random() < CHANGED else word


def documents(pieces: Iterator[tuple[str, str]], encoder: Encoder, *, mark: str = "") -> Iterator[Filling]:
    """Yield documents of `PASSAGES` passages, in the six jurisdictions in turn."""
    number = 0
    while some := list(islice(pieces, PASSAGES)):
        yield filling(some, f"bench/law-{number}{mark}/1", SIX[number % len(SIX)], encoder)
        number += 1


def filling(pieces: Sequence[tuple[str, str]], name: str, place: str, encoder: Encoder) -> Filling:
    """Return a document of some pieces, with its vectors and the tags that they give."""
    source = Source(
        name,
        f"{name}.txt",
        "0" * 64,
        1,
        "text/plain",
        title=f"Zakon {name}",
        jurisdiction=place,
        language="sr-Cyrl",
        work_id=name.rpartition("/")[0],
    )
    rows, at = [], 0
    for number, (heading, text) in enumerate(pieces, 1):
        provision = f"{name}#art_{number}"
        chunk = Chunk(provision, name, provision, Span(at, at + len(text)), source.title, "sr-Cyrl")
        rows.append(Row(chunk, text, f"Član {number}.", heading, 1))
        at += len(text) + 1
    headings = [heading for heading, _ in pieces]
    vectors = encode_headed(encoder, [text for _, text in pieces], headings)
    owned = [(place, window) for place, (_, text) in enumerate(pieces) for window in windows(text)]
    inside = encode_headed(encoder, [window for _, window in owned], [headings[place] for place, _ in owned])
    owners = np.array([place for place, _ in owned], np.int32)
    return Filling(source, rows, vectors, inside.astype(np.float16), owners, tags_of(rows, vectors, encoder))


def tags_of(rows: Sequence[Row], vectors: NDArray[np.float32], encoder: Encoder) -> list[Tag]:
    """Return the likeliest concept of each passage by the shipped classifier; none where it was learned with another encoder."""
    weights = read_weights()
    if weights.encoder != encoder.version:
        return []
    logits = vectors @ weights.rows.T + weights.constants
    best = logits.argmax(axis=1)
    scores = [logistic(float(logits[row, column])) for row, column in enumerate(best)]
    return [
        Tag(row.chunk.provision_id, weights.concepts[column], round(score, 4), (), (row.chunk.span,), "", "", "")
        for row, column, score in zip(rows, best.tolist(), scores, strict=True)
        if score >= TAG_FROM
    ]


# --- measuring


def put(index: Index, one: Filling) -> None:
    """Give the index a document."""
    index.replace(one.source, one.rows, one.vectors, "bench", windows=Inside(one.windows, one.owners), tags=one.tags)


def timed(ask: Callable[[Any], object], queries: Sequence[Any]) -> tuple[float, float, float, float]:
    """Ask every query after a few to warm up; return the median and the 95th percentile of the milliseconds and of the processor's."""
    for query in queries[:20]:
        ask(query)
    spent = []
    for query in queries:
        begin, busy = time.perf_counter(), time.thread_time()
        ask(query)
        spent.append((1000 * (time.perf_counter() - begin), 1000 * (time.thread_time() - busy)))
    return tuple(float(value) for value in np.percentile(spent, [50, 95], axis=0).T.ravel())


def peak() -> float:
    """Return the largest memory that this process had, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def measure(shared: Path, size: int, folder: Path, *, peers: bool = True) -> dict[str, Any]:
    """Fill an index with `size` passages and return what was measured."""
    encoder = open_encoder()
    pieces = articles(shared / "realdocs" / "rs-articles.jsonl.gz")
    queries = [json.loads(line)["text"] for line in QUERIES.read_text("utf-8").splitlines()]
    terms = terms_of(load_taxonomy(default_folder()))
    out: dict[str, Any] = {"size": size, "queries": len(queries), "dimensions": encoder.dimensions}
    encoding = indexing = 0.0
    with Index.open(folder, dimensions=encoder.dimensions, encoder_version=encoder.version) as index:
        made = documents(multiplied(pieces, size), encoder)
        begin = time.perf_counter()
        for one in made:
            encoding += time.perf_counter() - begin
            begin = time.perf_counter()
            put(index, one)
            indexing += time.perf_counter() - begin
            begin = time.perf_counter()
        index.commit()
        indexing += time.perf_counter() - begin
    out |= {"encoding": encoding, "indexing": indexing, "build_peak": peak()}
    out["disk"] = sum(path.stat().st_size for path in folder.iterdir()) / 1e6
    with Index.open(folder, dimensions=encoder.dimensions, encoder_version=encoder.version) as index:
        begin = time.perf_counter()
        with index.reading() as view:
            view.nearest(encoder.encode_query("viza"), TOP, None)
        out["cold"] = time.perf_counter() - begin

        def whole(query: str, filters: Filters = Filters()) -> object:  # noqa: B008 - frozen
            vector = encoder.encode_query(query)
            return search(
                index,
                bridged(parse_query(query), terms),
                vector,
                concepts=query_concepts(vector, encoder),
                filters=filters,
            )

        out["all"] = timed(whole, queries)
        one_place = Filters(jurisdictions=frozenset({SIX[0]}))
        out["filtered"] = timed(lambda query: whole(query, one_place), queries)
        vectors = [encoder.encode_query(query) for query in queries]
        with index.reading() as view:
            out["recall"] = recall(view, vectors)
        rng = random.Random(3)
        some = [pieces[rng.randrange(len(pieces))] for _ in range(PASSAGES)]
        changed_one = filling(some, "bench/law-1/1", SIX[1], encoder)
        begin = time.perf_counter()
        put(index, changed_one)
        index.commit()
        out["exchange"] = time.perf_counter() - begin
        out["peak"] = peak()
        if peers:
            out |= run_peers(index, encoder, queries)
    return out


def recall(view: Any, vectors: Sequence[NDArray[np.float32]]) -> float:
    """Return which part of the ten passages nearest to each query by a full scan the vector leg finds among its ten."""
    found = []
    for vector in vectors:
        exact = set(view.nearest(vector, 200, None, exact=True).numbers[:TOP])
        found.append(len(exact.intersection(view.nearest(vector, 200, None).numbers[:TOP])) / max(1, len(exact)))
    return float(np.mean(found))


def run_peers(index: Index, encoder: Encoder, queries: Sequence[str]) -> dict[str, Any]:
    """Ask the peers the same questions; return their milliseconds (p50, p95), or None for one that isn't installed."""
    import faiss

    out: dict[str, Any] = {}
    with index.reading() as view:

        def fts(query: str) -> object:
            return view.rows(
                "SELECT rowid FROM words WHERE words MATCH ? ORDER BY rank LIMIT 10",
                (scoring_expression(parse_query(query)),),
            )

        out["fts5"] = timed(fts, queries)
        flat = faiss.IndexFlatIP(encoder.dimensions)
        for (blob,) in view.rows("SELECT vectors FROM documents ORDER BY first"):
            flat.add(np.frombuffer(blob, np.float16).reshape(-1, encoder.dimensions).astype(np.float32))
        out["flat"] = timed(lambda query: flat.search(encoder.encode_query(query)[None], TOP), queries)
        try:
            import bm25s
        except ImportError:
            out["bm25s"] = None
            return out
        texts = [stems.split() for (stems,) in view.rows("SELECT stems FROM words")]
        retriever = bm25s.BM25()
        retriever.index(texts, show_progress=False)

        def ask(query: str) -> object:
            asked = [columns(query, "", "")[3].split()]
            return retriever.retrieve(asked, k=TOP, show_progress=False)

        out["bm25s"] = timed(ask, queries)
    return out


# --- telling


def table(results: Sequence[dict[str, Any]]) -> str:
    """Return the results as a Markdown table, one column a size; in brackets the time of the searching thread on the processor."""

    def pair(key: str) -> Callable[[dict[str, Any]], str]:
        return lambda one: "{:.1f} / {:.1f} ({:.1f} / {:.1f})".format(*one[key]) if one.get(key) else "not installed"

    lines: list[tuple[str, Callable[[dict[str, Any]], str]]] = [
        ("encoding, s", lambda one: f"{one['encoding']:.0f}"),
        ("indexing, s", lambda one: f"{one['indexing']:.0f}"),
        ("peak memory of the build, MB", lambda one: f"{one['build_peak']:.0f}"),
        ("disk, MB", lambda one: f"{one['disk']:.0f}"),
        ("first vector search of a process, s", lambda one: f"{one['cold']:.2f}"),
        ("whole search, ms, p50 / p95 (processor)", pair("all")),
        ("the same in one jurisdiction", pair("filtered")),
        ("recall@10 of the vector leg", lambda one: f"{one['recall']:.4f}"),
        ("exchange of one document, s", lambda one: f"{one['exchange']:.2f}"),
        ("FTS5 alone, ms, p50 / p95", pair("fts5")),
        ("FAISS flat alone, ms, p50 / p95", pair("flat")),
        ("bm25s alone, ms, p50 / p95", pair("bm25s")),
    ]
    head = ["passages", *(f"{one['size']:,}" for one in results)]
    body = [[name, *(say(one) for one in results)] for name, say in lines]
    return "\n".join(
        ["| " + " | ".join(head) + " |", "|---" * len(head) + "|", *("| " + " | ".join(row) + " |" for row in body)]
    )


def main() -> int:
    """Measure every size in a process of its own and print the table; returns the exit status."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--shared", type=Path, default=ROOT.parent / "shared")
    parser.add_argument("--sizes", type=int, nargs="+", default=[10_000, 100_000])
    parser.add_argument("--folder", type=Path, help="where the indexes are made; a temporary folder without it")
    parser.add_argument("--one", type=int, default=0, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if not (asked.shared / "realdocs" / "rs-articles.jsonl.gz").is_file():
        print(f"{asked.shared}: the articles are not here; nothing is measured (give the folder with --shared)")
        return 0
    if asked.one:
        print(json.dumps(measure(asked.shared, asked.one, asked.folder)))
        return 0
    results = []
    for size in asked.sizes:
        with tempfile.TemporaryDirectory(dir=asked.folder) as folder:
            command = [sys.executable, __file__, "--shared", str(asked.shared), "--one", str(size), "--folder", folder]
            run = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
        results.append(json.loads(run.stdout.splitlines()[-1]))
        print(table(results), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
