"""Measure the tagger on real articles that we labelled: `training/real/labels.jsonl` has their ids and concepts, never their texts.

    psimm-docs init WORKSPACE && psimm-docs add ../shared/realdocs -w WORKSPACE && psimm-docs build -w WORKSPACE
    python training/real_articles.py --workspace WORKSPACE

Prints precision, recall and micro F1 of the tags as built, each article in its act. Nothing may be learned, fitted or chosen from them. Labelled
articles whose ids begin with `rsa/` are of a collection that has no documents (`realdocs/rs-articles.jsonl.gz`), and are left out.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from psimm_docs.workbench import Workbench, open_workbench

LABELS = Path(__file__).resolve().parent / "real" / "labels.jsonl"


def read_labels() -> list[dict[str, Any]]:
    """Return the labelled articles: id, language, concepts, and those that a second reader could defend (`maybe`)."""
    return [json.loads(line) for line in LABELS.read_text("utf-8").splitlines()]


def measure(bench: Workbench) -> None:
    """Print how the built tags of the labelled articles that are held agree with the labels; doubtful concepts don't count."""
    rows = [row for row in read_labels() if row["id"].partition("#")[0] in bench.sources]
    scores: dict[str, dict[str, float]] = {row["id"]: {} for row in rows}
    for tag in bench.tags():
        if tag.provision_id in scores:
            scores[tag.provision_id][tag.concept] = tag.score
    print(f"{len(rows)} articles, {sum(bool(row['concepts']) for row in rows)} on a concept")
    for bound in (0.35, 0.5, 0.7):
        given = hit = asked = clean = 0
        for row in rows:
            some = {name for name, score in scores[row["id"]].items() if score >= bound} - {*row["maybe"]}
            given, hit, asked = given + len(some), hit + len(some & {*row["concepts"]}), asked + len(row["concepts"])
            clean += not some and not row["concepts"]
        precision, recall = hit / max(1, given), hit / max(1, asked)
        f1 = 2 * precision * recall / max(1e-9, precision + recall)
        none = clean / max(1, sum(not row["concepts"] for row in rows))
        print(
            f"from {bound}: precision {precision:.3f}, recall {recall:.3f}, micro F1 {f1:.3f}, none of those on no concept {none:.3f}"
        )


def main() -> None:
    """Measure a workspace."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--workspace", type=Path, required=True)
    measure(open_workbench(parser.parse_args().workspace))


if __name__ == "__main__":
    main()
