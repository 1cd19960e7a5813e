"""Write the items of the tagging gold to annotations/gold/tagging: test parts only, each in one language, without any label.

    python training/make_tagging_gold.py --shared ../shared [--origin FILE]

Three origins: model provisions of the part that tests (../shared/parallel and training/own), articles of the digests of that part, in
up to two languages, and the texts of `gold_texts/`, which were written for this set and are never trained on. An item's id is a checksum of
where it comes from, since a model provision's own id names its concept; `--origin` writes which is which to a file that readers don't see.
"""

from __future__ import annotations

import argparse
import json
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from evaluate_encoder import read_own, read_parallel
from psimm_docs.evaluate.split import checksum, part_of_home, part_of_item
from psimm_docs.taxonomy import serbian_latin

PLACES = {
    "AL": ("sq",),
    "XK": ("sq",),
    "BA": ("bs", "hr"),
    "ME": ("cnr",),
    "RS": ("sr-Cyrl", "sr-Latn"),
    "MK": ("mk",),
}
"""Languages of a jurisdiction; English goes with any."""

TAGS = ("sq", "bs", "hr", "cnr", "sr-Cyrl", "sr-Latn", "mk", "en")
KINDS = ("provision", "article", "negative")
VERSIONS = 2
"""Languages in which an article of a digest is taken at most."""

Item = dict[str, str]


def item(key: str, origin: str, language: str, place: str, heading: str, text: str) -> Item:
    """Return a row of the gold; its id says nothing about what it holds."""
    return {
        "id": f"g{checksum(key):08x}",
        "origin": origin,
        "language": language,
        "jurisdiction": place,
        "heading": heading,
        "text": text,
    }


def written(texts: dict[str, Any], language: str) -> str:
    """Return the text of a language tag; `sr-Latn` is the Cyrillic text, letter by letter."""
    text = str(texts.get(language.split("-")[0], ""))
    return serbian_latin(text) if language == "sr-Latn" else text


def models(shared: Path) -> Iterator[tuple[str, Item]]:
    """Yield the model items of the test part, each in the language that fewest have so far; ties go by the order of `TAGS`."""
    held = [
        one
        for one in (*read_parallel(shared), *read_own())
        if one["kind"] in KINDS and part_of_item(one["id"]) == "test"
    ]
    counts = dict.fromkeys(TAGS, 0)
    for one in sorted(held, key=lambda one: checksum("order " + one["id"])):
        language = min(TAGS, key=lambda tag: counts[tag])
        counts[language] += 1
        fits = [place for place, languages in PLACES.items() if language in (*languages, "en")]
        place = one["style"] if one["style"] in fits else fits[counts[language] % len(fits)]
        heading = written(one.get("heading") or {}, language)
        yield one["id"], item(f"model {one['id']}", "model", language, place, heading, written(one, language))


def digests(folder: Path) -> Iterator[tuple[str, Item]]:
    """Yield the articles of the test part of the digests, their facts one below the other, in up to two languages."""
    homes: dict[tuple[str, str, str], list[dict[str, Any]]] = defaultdict(list)
    for path in sorted(folder.glob("*.jsonl")):
        for row in map(json.loads, path.read_text("utf-8").splitlines()):
            article = row["article"] or ""
            if part_of_home(row["work"], article) == "test":
                homes[path.stem, row["work"], article].append(row)
    for (place, work, article), rows in homes.items():
        common = sorted(set.intersection(*(set(row["text"]) for row in rows)))
        own = [tag for tag in common if tag != "en"]
        start = checksum(f"{work}#{article}") % max(1, len(own))
        chosen = (own[start:] + own[:start] + (["en"] if "en" in common else []))[:VERSIONS]
        for language in chosen:
            heading = str((rows[0]["heading"] or {}).get(language, ""))
            text = "\n".join(dict.fromkeys(str(row["text"][language]) for row in rows))
            key = f"{work}#{article} {language}"
            yield key, item(f"digest {key}", "digest", language, place, heading, text)


def new_texts(folder: Path) -> Iterator[tuple[str, Item]]:
    """Yield the texts written for this set: a file a language, its lines `kind, jurisdiction, heading, text` between tabs."""
    for path in sorted(folder.glob("*.tsv")):
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
            kind, place, heading, text = line.split("\t")
            key = f"{path.stem} {number}"
            yield f"{kind} {key}", item(f"new {key}", "new", path.stem, place, heading, text)


def main() -> None:
    """Write the items in an order that follows from their ids."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    parser.add_argument("--out", type=Path, default=Path("annotations/gold/tagging/items.jsonl"))
    parser.add_argument("--origin", type=Path, help="file for where each item comes from; not for readers")
    asked = parser.parse_args()
    here = Path(__file__).resolve().parent
    held = [*models(asked.shared), *digests(here.parent / "corpus" / "digests"), *new_texts(here / "gold_texts")]
    held.sort(key=lambda pair: pair[1]["id"])
    if len({one["id"] for _, one in held}) != len(held):
        raise SystemExit("two items have the same checksum; change a key")
    asked.out.parent.mkdir(parents=True, exist_ok=True)
    asked.out.write_text("".join(json.dumps(one, ensure_ascii=False) + "\n" for _, one in held), "utf-8")
    if asked.origin:
        rows = [{"id": one["id"], "origin": one["origin"], "key": key} for key, one in held]
        asked.origin.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")


if __name__ == "__main__":
    main()
