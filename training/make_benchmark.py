"""Write the held-out model provisions and queries of the search benchmark to annotations/gold/search, each provision in one language.

    python training/make_benchmark.py --shared ../shared

Takes the items of ../shared/parallel and training/own that `psimm_docs.evaluate.split` holds out. The language follows from the
drafting style; where several fit, from a checksum of the id. Running it again changes nothing but what was added.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from evaluate_encoder import read_own, read_parallel
from psimm_docs.evaluate.split import checksum, is_held_out, part_of_item
from psimm_docs.fold import fold
from psimm_docs.taxonomy import serbian_latin

STYLES = {
    "RS": ("RS", ("sr-Cyrl", "sr-Latn")),
    "BA": ("BA", ("bs", "hr")),
    "ME": ("ME", ("cnr",)),
    "XK": ("XK", ("sq",)),
    "AL": ("AL", ("sq",)),
    "MK": ("MK", ("mk",)),
}
ANY = tuple(STYLES)


TAGS = ("en", "sq", "bs", "hr", "cnr", "sr-Cyrl", "sr-Latn", "mk")
QUERIES = 2
"""Queries of one concept that are taken."""


def written(texts: dict[str, Any], language: str) -> str:
    """Return the text of a language tag; `sr-Latn` is the Cyrillic text, letter by letter."""
    text = str(texts.get(language.split("-")[0], ""))
    return serbian_latin(text) if language == "sr-Latn" else text


def provision(item: dict[str, Any]) -> dict[str, str]:
    """Return an item as a provision of the benchmark."""
    number = checksum(item["id"]) // 10
    place, languages = STYLES[item["style"] or ANY[number % len(ANY)]]
    language = languages[number // 7 % len(languages)]
    heading = written(item.get("heading") or {}, language)
    return {
        "id": item["id"],
        "jurisdiction": place,
        "language": language,
        "concept": item["concept"] or "",
        "heading": heading,
        "text": written(item, language),
    }


def query(item: dict[str, Any]) -> dict[str, Any]:
    """Return an item as a query of the benchmark, in one language, with its text in all; some are typed without diacritics."""
    number = checksum(item["id"]) // 10
    language = TAGS[number % len(TAGS)]
    text, kind = written(item, language), "model"
    if number // 8 % 4 == 0 and language not in ("en", "sr-Cyrl", "mk"):
        text, kind = fold(text), "undiacritised"
    return {
        "id": item["id"],
        "text": text,
        "language": language,
        "kind": kind,
        "concepts": [item["concept"]],
        "texts": {tag: written(item, tag) for tag in TAGS},
    }


def lines(rows: list[dict[str, Any]]) -> str:
    """Return rows as JSON lines."""
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def main() -> None:
    """Write both files; queries that are no model items are kept as they are."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    parser.add_argument("--out", type=Path, default=Path("annotations/gold/search"))
    asked = parser.parse_args()
    items = [item for item in (*read_parallel(asked.shared), *read_own()) if is_held_out(item["id"])]
    models = [provision(item) for item in items if item["kind"] != "query"]
    (asked.out / "provisions.jsonl").write_text(lines(models), "utf-8")
    path = asked.out / "queries.jsonl"
    kept = [row for row in map(json.loads, path.read_text("utf-8").splitlines()) if "texts" not in row]
    taken: list[dict[str, Any]] = []
    for concept in sorted({item["concept"] for item in items if item["kind"] == "query"}):
        for part in ("dev", "test"):
            some = [
                i for i in items if i["kind"] == "query" and i["concept"] == concept and part_of_item(i["id"]) == part
            ]
            taken += [query(item) for item in sorted(some, key=lambda one: checksum(one["id"]))[: QUERIES // 2]]
    path.write_text(lines([*kept, *taken]), "utf-8")
    print(f"{len(models)} provisions, {len(kept)} queries kept, {len(taken)} model queries")


if __name__ == "__main__":
    main()
