"""The pairs that the bundled encoder learns from: read, cleaned, and kept apart from what it is measured on.

The idea: `../shared/train` holds software strings, dictionaries and a little running text; placeholders and menu keys go,
lines of `../shared/eval` go, short strings of software are capped. Beside them stand our own: items of `parallel/` and
`own/` with their English, everyday sentences of `sentences/`, terms and titles of the facts.
"""

from __future__ import annotations

import csv
import gzip
import json
import random
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evaluate_encoder import LANGUAGES

GROUPS = {"sq": "sq", "mk": "mk", "bs": "sh", "hr": "sh", "cnr": "sh", "sr": "sh"}
"""Language of a file to the group that shares one share of the data: after folding the four are one."""

DICTIONARIES = ("apertium", "freedict", "omw", "cldr")
"""Sources whose short pairs are all kept: they are words of the language, where software has its menus."""

SENTENCES = Path(__file__).resolve().parent / "sentences"
SIDES = (("mk", "en"), ("sq", "en"), ("sr", "en"), ("mk", "sr"), ("mk", "sq"))
"""Languages of a sentence that are paired."""

REPEATS = {"sq": 2.0, "mk": 2.5, "sh": 1.5, "mk-sq": 1.5, "own": 3.0, "sentence": 3.0}
"""How often an epoch goes through the long pairs of a group: those with the least text, and our own, again."""

NOISE = re.compile(
    r"</?[a-zA-Z][^<>]{0,80}>|&[a-zA-Z]+;|\$\{[^}]*\}|\$\([^)]*\)|\{\{[^}]*\}\}|\{[^}]{0,30}\}"
    r"|%[-+0-9.$]*(?:l{0,2}[sdifuxcgoe@]\b|\d+|n\b)|%\([^)]*\)[sd]|\$\d|\\[nrt]|https?://\S+"
)
ACCELERATOR = re.compile(r"(?<!\w)[&_~](?=\w)|(?<=\w)[&~](?=\w)")


def cleaned(text: str) -> str:
    """Return a software string without placeholders, markup and accelerators."""
    return " ".join(ACCELERATOR.sub("", NOISE.sub(" ", text)).split())


def bare(text: str) -> str:
    """Return the letters and digits of a text, for comparing lines with the evaluation sets."""
    return "".join(letter for letter in text.lower() if letter.isalnum())


@dataclass(frozen=True, slots=True)
class Pair:
    """Two texts that say the same, and the group that they count under."""

    group: str
    left: str
    right: str


def evaluation_lines(shared: Path) -> set[str]:
    """Return the bare lines of the evaluation sets, which training may not see."""
    return {
        bare(line)
        for path in (shared / "eval").rglob("*")
        if path.is_file() and path.suffix != ".md"
        for line in path.read_text(encoding="utf-8").splitlines()
    }


def sentence_pairs(shared: Path) -> list[Pair]:
    """Return our everyday sentences as pairs with English and of Macedonian with its neighbours, without evaluation lines."""
    forbidden = evaluation_lines(shared)
    found: list[Pair] = []
    for path in sorted(SENTENCES.glob("*.jsonl")):
        for row in map(json.loads, path.read_text(encoding="utf-8").splitlines()):
            if not any(bare(text) in forbidden for text in row.values()):
                found += [Pair("sentence", row[a], row[b]) for a, b in SIDES if a in row and b in row]
    return found


def read_pairs(shared: Path, *, short_cap: int, rng: random.Random) -> list[Pair]:
    """Return cleaned pairs, without evaluation lines; short ones of software are capped for each language."""
    forbidden = evaluation_lines(shared)
    kept: list[Pair] = []
    short: dict[str, list[Pair]] = defaultdict(list)
    for path in sorted((shared / "train").glob("*.tsv.gz")):
        code = path.name.split(".")[1].removesuffix("-en")
        dictionary = path.name.startswith(DICTIONARIES)
        group = GROUPS.get(code.split("-")[0], code) if code != "mk-sq" else code
        with gzip.open(path, "rt", encoding="utf-8") as file:
            for line in file:
                sides = line.rstrip("\n").split("\t")
                if len(sides) != 2:
                    continue
                left, right = cleaned(sides[0]), cleaned(sides[1])
                if not plausible(left, right):
                    continue
                few = len(right.split()) <= 2
                if (len(left) < 300 or len(right) < 300) and (bare(left) in forbidden or bare(right) in forbidden):
                    continue
                (short[code] if few and not dictionary else kept).append(Pair(group, left, right))
    for pairs in short.values():
        rng.shuffle(pairs)
        kept += pairs[:short_cap]
    return kept


def own_pairs(shared: Path, items: Sequence[dict[str, Any]]) -> list[Pair]:
    """Return pairs of our own in legal register: items and headings with their English, terms, titles of acts."""
    found: list[Pair] = []
    for item in items:
        for texts in (item, item.get("heading") or {}):
            found += [
                Pair("own", texts[code], texts["en"])
                for code in LANGUAGES
                if "en" in texts and code in texts and code != "en"
            ]
    columns = 0
    for line in (shared / "facts" / "how-law-is-written.md").read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if cells[0] == "English":
            columns = len(cells)
        elif not line.startswith("|"):
            columns = 0
        elif columns and len(cells) == columns and not cells[0].startswith("---"):
            terms = {term.strip() for cell in cells[1:] for term in cell.split(" / ") if term.strip()}
            found += [Pair("own", term, cells[0]) for term in sorted(terms)]
    with (shared / "facts" / "instruments.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    found += [Pair("own", row["title_original"], row["title_en"]) for row in rows]
    return [pair for pair in found if plausible(pair.left, pair.right)]


def plausible(left: str, right: str) -> bool:
    """Tell whether two texts can be translations of each other: letters on both sides, lengths alike."""
    if not any(map(str.isalpha, left)) or not any(map(str.isalpha, right)) or left == right:
        return False
    a, b = len(left) + 15, len(right) + 15
    return a < 2.2 * b and b < 2.2 * a


def pivots(pairs: Sequence[Pair], cap: int, rng: random.Random) -> list[Pair]:
    """Return pairs of two groups that share their English side, for the languages that have little between them."""
    by_english: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for pair in pairs:
        if pair.group != "mk-sq" and pair.right.count(" ") >= 2:
            by_english[pair.right][pair.group].append(pair.left)
    found: list[Pair] = []
    for groups in by_english.values():
        for a, b in (("mk", "sq"), ("mk", "sh"), ("sq", "sh")):
            if groups[a] and groups[b]:
                found.append(Pair(f"{a}-{b}", rng.choice(groups[a]), rng.choice(groups[b])))
    rng.shuffle(found)
    return found[:cap]


def tokenizer_texts(pairs: Sequence[Pair], own: Sequence[str], lines: int, rng: random.Random) -> Iterator[str]:
    """Yield texts to train the tokenizer on: a quarter of the lines English, the rest by group, then our own."""
    by_group: dict[str, list[str]] = defaultdict(list)
    for pair in pairs:
        if pair.group in REPEATS and pair.group != "mk-sq":
            by_group[pair.group].append(pair.left)
            by_group["en"].append(pair.right)
        elif pair.group == "mk-sq":
            by_group["mk"].append(pair.left)
            by_group["sq"].append(pair.right)
    for group, share in (("en", 0.25), ("sh", 0.33), ("sq", 0.21), ("mk", 0.21)):
        texts = by_group[group]
        yield from rng.sample(texts, min(len(texts), int(lines * share)))
    for _ in range(4):
        yield from own
