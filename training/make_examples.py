"""Pick the taxonomy's examples from our model provisions: two a concept and language, short, never a held-out one.

The idea: a provision that names the concept by a label comes first, then one in the manner of a jurisdiction of that language, then the one
that the tagger's classifier finds farthest from every other concept. Held-out items (`evaluate.split`) measure and are shown nowhere. The file that comes out is read
and changed by people; run this again only for a new concept, and compare before you keep what it writes.

    python training/make_examples.py --shared ../shared [--out annotations/taxonomy/examples.jsonl]
"""

from __future__ import annotations

import argparse
import json
from collections import defaultdict
from pathlib import Path
from typing import Any

import numpy as np

from evaluate_encoder import LANGUAGES, is_held_out, read_own, read_parallel
from psimm_docs.encode import open_encoder
from psimm_docs.jsonl import write_text
from psimm_docs.label_votes import LabelMatcher
from psimm_docs.tagging import read_weights
from psimm_docs.taxonomy import EXAMPLES, EXAMPLES_FILE, default_folder, load_taxonomy

STYLES = {"sq": ("AL", "XK"), "bs": ("BA",), "hr": ("BA",), "cnr": ("ME",), "sr": ("RS",), "mk": ("MK",)}
"""The manners of drafting that belong to a language."""

FEWEST, MOST = 14, 50
"""Words of an example: at least, at most."""


def candidates(shared: Path) -> dict[str, list[dict[str, Any]]]:
    """Return the provisions that may be shown, by concept."""
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for item in (*read_parallel(shared), *read_own()):
        if item["concept"] and item["kind"] in ("provision", "article") and not is_held_out(item["id"]):
            found[item["concept"]].append(item)
    return found


def margins(texts: list[str], concept: str) -> list[float]:
    """Return how far the classifier puts each text on this concept's side of the next one."""
    weights = read_weights()
    logits = open_encoder().encode(texts) @ weights.rows.T + weights.constants
    own = weights.concepts.index(concept)
    others = np.delete(logits, own, axis=1).max(axis=1)
    margin: list[float] = (logits[:, own] - others).tolist()
    return margin


def pick(items: list[dict[str, Any]], concept: str, language: str, matcher: LabelMatcher) -> list[dict[str, Any]]:
    """Return the best examples of a concept in a language, no two in one manner of drafting where others will do."""
    tag = "sr-Cyrl" if language == "sr" else language
    short = [one for one in items if FEWEST <= len(one[language].split()) <= MOST]
    far = dict(zip((one["id"] for one in short), margins([one[language] for one in short], concept), strict=True))

    def rank(item: dict[str, Any]) -> tuple[bool, bool, float, str]:
        named = any(match.concept == concept and not match.negative for match in matcher.find(item[language], tag))
        foreign = item["style"] not in STYLES.get(language, (item["style"],))
        return not named, foreign, -far[item["id"]], item["id"]

    short.sort(key=rank)
    chosen: list[dict[str, Any]] = []
    several = len(STYLES.get(language, ("", ""))) > 1
    for fresh in (True, False):
        for item in short:
            new_manner = not several or item["style"] not in {one["style"] for one in chosen}
            if len(chosen) < EXAMPLES and item not in chosen and (new_manner or not fresh):
                chosen.append(item)
    return chosen


def main() -> None:
    """Pick and write."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    parser.add_argument("--out", type=Path, default=default_folder() / EXAMPLES_FILE)
    asked = parser.parse_args()
    taxonomy = load_taxonomy(default_folder())
    matcher, held = LabelMatcher(taxonomy), candidates(asked.shared)
    rows = []
    for concept in taxonomy.by_id:
        for language in LANGUAGES:
            for item in pick(held[concept], concept, language, matcher):
                rows.append({"concept": concept, "language": language, "text": item[language], "item": item["id"]})
    write_text(asked.out, "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows))
    print(f"{len(rows)} examples, {len({row['item'] for row in rows})} items")


if __name__ == "__main__":
    main()
