"""Write the held-out model provisions and queries of the search benchmark to annotations/gold/search, each provision in one language.

    python training/make_benchmark.py --shared ../shared

Takes the items of ../shared/parallel and training/own that `psimm_docs.evaluate.split` holds out. The language follows from the
drafting style; where several fit, from a checksum of the id. What is judged stays the benchmark: without `--grow` the texts of the items that
are in it are written again, with what was corrected in them, and nothing is added; what `--grow` adds has to be judged.
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


def read_lines(path: Path) -> list[dict[str, Any]]:
    """Return the rows of a file of JSON lines; none where there is no file."""
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()] if path.is_file() else []


def main() -> None:
    """Write both files; queries that are no model items are kept as they are."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    parser.add_argument("--out", type=Path, default=Path("annotations/gold/search"))
    parser.add_argument("--grow", action="store_true", help="add held-out items that are not in the benchmark yet")
    asked = parser.parse_args()
    items = [item for item in (*read_parallel(asked.shared), *read_own()) if is_held_out(item["id"])]
    path = asked.out / "provisions.jsonl"
    judged = {row["id"] for row in read_lines(path)}
    models = [provision(one) for one in items if one["kind"] != "query" and (asked.grow or one["id"] in judged)]
    path.write_text(lines(models), "utf-8")
    path = asked.out / "queries.jsonl"
    held = read_lines(path)
    kept = [row for row in held if "texts" not in row]
    asked_before = {row["id"] for row in held}
    queries = [one for one in items if one["kind"] == "query"]
    taken = [query(one) for one in queries if one["id"] in asked_before]
    if asked.grow:
        for concept in sorted({one["concept"] for one in queries}):
            for part in ("dev", "test"):
                some = [one for one in queries if one["concept"] == concept and part_of_item(one["id"]) == part]
                new = [one for one in some if one["id"] not in asked_before]
                room = QUERIES // 2 - (len(some) - len(new))
                taken += [query(one) for one in sorted(new, key=lambda one: checksum(one["id"]))[: max(0, room)]]
    path.write_text(lines([*kept, *taken]), "utf-8")
    print(f"{len(models)} provisions, {len(kept)} queries kept, {len(taken)} model queries")


if __name__ == "__main__":
    main()
