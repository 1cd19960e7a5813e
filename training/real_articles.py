"""Collect the texts of the real articles that `training/real/labels.jsonl` labels; only their ids and concepts are kept in the repository, and they only measure.

    psimm-docs init WORKSPACE && psimm-docs add ../shared/realdocs -w WORKSPACE && psimm-docs build -w WORKSPACE
    python training/real_articles.py --workspace WORKSPACE                        # the tags of that build against the labels
    python training/real_articles.py --workspace WORKSPACE --shared ../shared --out build/real.jsonl

The first prints precision, recall and micro F1 of the built tags, each article in its act. The second writes a line for each article that is found: id, heading, and its text in windows as long as the search units of the package. An id is a
provision's in such a workspace, or `rsa/LAW#REF` for one of `realdocs/rs-articles.jsonl.gz`.
"""

from __future__ import annotations

import argparse
import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from psimm_docs.workbench import Workbench, open_workbench

LABELS = Path(__file__).resolve().parent / "real" / "labels.jsonl"
WHOLE, PIECE, LONGEST = 220, 120, 200
"""Words of an article that stays whole, of a window of a longer one, and of a paragraph that is a window by itself."""


def read_labels() -> list[dict[str, Any]]:
    """Return the labelled articles: id, language, concepts, and those that a second reader could defend (`maybe`)."""
    return [json.loads(line) for line in LABELS.read_text("utf-8").splitlines()]


def windows(text: str) -> list[str]:
    """Return a text whole, or a long one in groups of its lines.

    >>> windows("a b"), len(windows("word " * 100 + "\\n" + "word " * 150))
    (['a b'], 2)
    """
    if len(text.split()) <= WHOLE:
        return [text]
    made: list[list[str]] = [[]]
    for line in text.split("\n"):
        words = line.split()
        for at in range(0, len(words), LONGEST):
            piece = words[at : at + LONGEST]
            if made[-1] and len(made[-1]) + len(piece) > PIECE:
                made.append([])
            made[-1] += piece
    return [" ".join(words) for words in made if words]


def serbian(shared: Path) -> Iterator[tuple[str, str, str]]:
    """Yield id, heading and text of the articles of the Serbian collection."""
    with gzip.open(shared / "realdocs" / "rs-articles.jsonl.gz", "rt", encoding="utf-8") as lines:
        for row in map(json.loads, lines):
            yield f"rsa/{row['law']}#{row['ref']}", row["title"], f"{row['title']}\n{row['text']}"


def built(bench: Workbench, wanted: set[str]) -> Iterator[tuple[str, str, str]]:
    """Yield id, heading and text of the provisions of a workspace that are wanted."""
    for source_id in {one.partition("#")[0] for one in wanted} & bench.sources.keys():
        for provision in bench.built_provisions(source_id):
            if provision.id in wanted:
                yield provision.id, provision.heading, bench.text(provision)


def measure(bench: Workbench) -> None:
    """Print how the built tags of the labelled articles that are held agree with the labels; doubtful concepts don't count."""
    rows = [row for row in read_labels() if str(row["id"]).partition("#")[0] in bench.sources]
    scores: dict[str, dict[str, float]] = {str(row["id"]): {} for row in rows}
    for tag in bench.tags():
        if tag.provision_id in scores:
            scores[tag.provision_id][tag.concept] = tag.score
    print(f"{len(rows)} articles, {sum(bool(row['concepts']) for row in rows)} on a concept")
    for bound in (0.35, 0.5, 0.7):
        given = hit = asked = clean = 0
        for row in rows:
            some = {name for name, score in scores[str(row["id"])].items() if score >= bound} - {*row["maybe"]}
            given, hit, asked = given + len(some), hit + len(some & {*row["concepts"]}), asked + len(row["concepts"])
            clean += not some and not row["concepts"]
        precision, recall = hit / max(1, given), hit / max(1, asked)
        f1 = 2 * precision * recall / max(1e-9, precision + recall)
        none = clean / max(1, sum(not row["concepts"] for row in rows))
        print(
            f"from {bound}: precision {precision:.3f}, recall {recall:.3f}, micro F1 {f1:.3f}, none of those on no concept {none:.3f}"
        )


def main() -> None:
    """Measure, or collect and write."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--workspace", type=Path, required=True)
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    parser.add_argument("--out", type=Path)
    asked = parser.parse_args()
    if asked.out is None:
        measure(open_workbench(asked.workspace))
        return
    wanted = {str(row["id"]) for row in read_labels()}
    found = {
        name: {"id": name, "heading": heading, "windows": windows(text)}
        for name, heading, text in (*serbian(asked.shared), *built(open_workbench(asked.workspace), wanted))
        if name in wanted
    }
    asked.out.parent.mkdir(parents=True, exist_ok=True)
    lines = (json.dumps(found[name], ensure_ascii=False) + "\n" for name in sorted(found))
    asked.out.write_text("".join(lines), "utf-8")
    print(f"{len(found)} of {len(wanted)} articles found")


if __name__ == "__main__":
    main()
