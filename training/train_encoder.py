"""Train the bundled encoder: from sentence pairs and model provisions to a table of word pieces.

The idea: (1) a Unigram tokenizer whose own normaliser folds script, case and diacritics; (2) one row a piece, learned
from translation pairs with in-batch negatives, so that seven languages share one space; (3) the same rows tuned on
model provisions, so that a query lies near the provisions of its concept in any language. The rows' lengths are left
free: they are the weights of the pieces, learned with the rest, and the mean of the rows needs no other.

Invariant: nothing that stands in `../shared/eval` and no held-out item of `../shared/parallel` reaches the tokenizer
or the table; the same seed, options and machine give the same encoder.

    python training/train_encoder.py --out src/psimm_docs/data/encoder --shared ../shared
"""

from __future__ import annotations

import argparse
import csv
import gzip
import json
import random
import re
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.numpy import save_file
from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers, trainers
from torch.nn import functional

from evaluate_encoder import (
    LANGUAGES,
    as_lines,
    full_text,
    is_held_out,
    measure,
    measure_provisions,
    read_own,
    read_parallel,
)
from psimm_docs.encode import SLAB, BundledEncoder, split_words
from psimm_docs.evaluate.split import part_of_home
from psimm_docs.fold import CYRILLIC, LATIN

UNKNOWN = "<unk>"
GROUPS = {"sq": "sq", "mk": "mk", "bs": "sh", "hr": "sh", "cnr": "sh", "sr": "sh"}
"""Language of a file to the group that shares one share of the data: after folding the four are one."""

DIGESTS = Path(__file__).resolve().parents[1] / "corpus" / "digests"

DICTIONARIES = ("apertium", "freedict", "omw", "cldr")
"""Sources whose short pairs are all kept: they are words of the language, where software has its menus."""

REPEATS = {"sq": 2.0, "mk": 2.5, "sh": 1.5, "mk-sq": 1.5, "own": 3.0}
"""How often an epoch goes through the long pairs of a group: those with the least text, and our own, again."""


# --- tokenizer ----------------------------------------------------------------------------------------------------


def folding() -> normalizers.Normalizer:
    """Return the folding of `psimm_docs.fold` as a normaliser, so that it travels in tokenizer.json."""
    table = {**CYRILLIC, **LATIN}
    return normalizers.Sequence(
        [
            normalizers.NFKC(),
            normalizers.Lowercase(),
            normalizers.Replace("й", "j"),
            normalizers.NFKD(),
            normalizers.Replace(Regex(r"[\p{Mn}\p{Cf}]"), ""),
            *(normalizers.Replace(letter, plain) for letter, plain in table.items()),
        ]
    )


def train_tokenizer(texts: Iterator[str], pieces: int) -> Tokenizer:
    """Return a Unigram tokenizer; every word starts with its own mark, digits and `?!` stand alone, other punctuation goes."""
    tokenizer = Tokenizer(models.Unigram())
    tokenizer.normalizer = folding()
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.WhitespaceSplit(),
            pre_tokenizers.Split(Regex(r"[\p{P}&&[^?!]]+"), behavior="removed"),
            pre_tokenizers.Split(Regex("[?!]"), behavior="isolated"),
            pre_tokenizers.Digits(individual_digits=True),
            pre_tokenizers.Metaspace(prepend_scheme="always", split=False),
        ]
    )
    trainer = trainers.UnigramTrainer(
        vocab_size=pieces,
        special_tokens=[UNKNOWN],
        unk_token=UNKNOWN,
        max_piece_length=20,
        show_progress=False,
    )
    tokenizer.train_from_iterator(texts, trainer)
    return rounded(tokenizer)


def rounded(tokenizer: Tokenizer) -> Tokenizer:
    """Return the tokenizer with scores of four digits: a third of the file, the same pieces."""
    content = json.loads(tokenizer.to_str())
    content["model"]["vocab"] = [[piece, round(score, 4)] for piece, score in content["model"]["vocab"]]
    return Tokenizer.from_str(compact(content))


def compact(content: Any) -> str:
    """Return JSON without white space."""
    return json.dumps(content, ensure_ascii=False, separators=(",", ":"))


# --- pairs --------------------------------------------------------------------------------------------------------

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


def read_pairs(shared: Path, *, short_cap: int, rng: random.Random) -> list[Pair]:
    """Return cleaned pairs, without evaluation lines; short ones of software are capped for each language."""
    forbidden = {
        bare(line)
        for path in (shared / "eval").rglob("*")
        if path.is_file() and path.suffix != ".md"
        for line in path.read_text(encoding="utf-8").splitlines()
    }
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


@dataclass(frozen=True, slots=True)
class Bags:
    """Texts as bags of pieces: text `i` is `pieces[starts[i]:starts[i + 1]]`."""

    pieces: NDArray[np.int32]
    starts: NDArray[np.int64]

    def take(
        self, rows: NDArray[np.int64], limit: int, keep: float = 1.0, rng: np.random.Generator | None = None
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Return the pieces of some texts and where each begins, as EmbeddingBag takes them.

        At most `limit` pieces of a text, from a random place on if `rng` is given; then each stays with the
        probability `keep`.
        """
        starts, whole = self.starts[rows], self.starts[rows + 1] - self.starts[rows]
        lengths = np.minimum(whole, limit)
        if rng is not None:
            starts = starts + (rng.random(len(rows)) * (whole - lengths + 1)).astype(np.int64)
        pieces = self.pieces[ranges(starts, lengths)]
        if keep < 1 and rng is not None:
            stays = rng.random(len(pieces)) < keep
            before = np.concatenate([[0], np.cumsum(stays)])
            ends = np.cumsum(lengths)
            lengths = before[ends] - before[ends - lengths]
            pieces = pieces[stays]
        begins = np.cumsum(lengths) - lengths
        return torch.from_numpy(pieces), torch.from_numpy(begins.astype(np.int32))


def ranges(starts: NDArray[Any], lengths: NDArray[Any]) -> NDArray[np.int64]:
    """Return the concatenation of `arange(start, start + length)` over both arrays."""
    before = np.cumsum(lengths) - lengths
    return np.repeat(starts - before, lengths) + np.arange(int(lengths.sum()))


def bags(tokenizer: Tokenizer, texts: Sequence[str]) -> Bags:
    """Run the tokenizer over texts."""
    found: list[NDArray[np.int32]] = []
    lengths: list[NDArray[np.int64]] = []
    for start in range(0, len(texts), 32 * SLAB):
        words = split_words(tokenizer, texts[start : start + 32 * SLAB])
        of_word = np.diff(words.word_starts)
        sizes = of_word[words.words]
        found.append(words.pieces[ranges(words.word_starts[words.words], sizes)].astype(np.int32))
        ends = np.concatenate([[0], np.cumsum(sizes)])
        lengths.append(np.diff(ends[words.text_starts]))
    return Bags(np.concatenate(found), np.concatenate([[0], np.cumsum(np.concatenate(lengths))]))


@dataclass(frozen=True, slots=True)
class PairBags:
    """Pairs as bags, each with how often an epoch goes through it, and a number that is equal for equal right sides."""

    left: Bags
    right: Bags
    weights: NDArray[np.float32]
    right_key: NDArray[np.int64]


def pair_bags(tokenizer: Tokenizer, pairs: Sequence[Pair]) -> PairBags:
    """Run the tokenizer over pairs; pairs equal after folding, equal on both sides, or empty get the weight zero."""
    left = bags(tokenizer, [pair.left for pair in pairs])
    right = bags(tokenizer, [pair.right for pair in pairs])
    weights = np.zeros(len(pairs), np.float32)
    right_key = np.zeros(len(pairs), np.int64)
    seen: set[int] = set()
    for row, pair in enumerate(pairs):
        a = left.pieces[left.starts[row] : left.starts[row + 1]].tobytes()
        b = right.pieces[right.starts[row] : right.starts[row + 1]].tobytes()
        both = hash((a, b))
        right_key[row] = hash(b)
        if a and b and a != b and both not in seen:
            seen.add(both)
            weights[row] = REPEATS.get(pair.group, 1.0) if len(b) > 8 or pair.group == "own" else 1.0
    return PairBags(left, right, weights, right_key)


# --- training -----------------------------------------------------------------------------------------------------


def contrast(left: torch.Tensor, right: torch.Tensor, same: torch.Tensor, temperature: float) -> torch.Tensor:
    """Return the symmetric InfoNCE loss of rows that belong together; `same` marks other cells that aren't negatives.

    `right` may have more rows than `left`: the surplus are negatives for the left side only.
    """
    rows = len(left)
    scores = functional.normalize(left) @ functional.normalize(right).T / temperature
    own = torch.eye(rows, len(right), dtype=torch.bool)
    scores = scores.masked_fill(same & ~own, -1e4)
    target = torch.arange(rows)
    forth = functional.cross_entropy(scores, target)
    return (forth + functional.cross_entropy(scores[:, :rows].T, target)) / 2


def new_table(tokenizer: Tokenizer, data: PairBags, dimensions: int, spread: float) -> torch.nn.EmbeddingBag:
    """Return a table to train: small random rows, smaller for frequent pieces (SIF), the unknown piece zero."""
    size = tokenizer.get_vocab_size()
    counts = np.bincount(data.left.pieces, minlength=size) + np.bincount(data.right.pieces, minlength=size)
    share = counts / counts.sum()
    weights = 1e-3 / (1e-3 + share)
    table = torch.nn.EmbeddingBag(size, dimensions, mode="sum", sparse=True)
    with torch.no_grad():
        table.weight *= spread * torch.from_numpy(weights).float()[:, None]
        table.weight[tokenizer.token_to_id(UNKNOWN)] = 0
    return table


def train_pairs(
    table: torch.nn.EmbeddingBag,
    data: PairBags,
    *,
    epochs: float,
    batch: int,
    rate: float,
    temperature: float,
    seed: int,
) -> None:
    """Align the languages: each text near its translation, far from the rest of the batch."""
    rng = np.random.default_rng(seed)
    optimiser = torch.optim.SparseAdam(list(table.parameters()), lr=rate)
    times = np.floor(data.weights + rng.random(len(data.weights))).astype(int)
    copies = np.repeat(np.arange(len(times)), times)
    steps = int(epochs * len(copies) / batch)
    order = np.concatenate([rng.permutation(copies) for _ in range(int(np.ceil(epochs)) + 1)])
    started = time.monotonic()
    for step in range(steps):
        rows = order[step * batch : (step + 1) * batch]
        for group in optimiser.param_groups:
            group["lr"] = rate * (1 - step / steps)
        key = torch.from_numpy(data.right_key[rows])
        left = table(*data.left.take(rows, 80))
        right = table(*data.right.take(rows, 80))
        loss = contrast(left, right, key[:, None] == key[None, :], temperature)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        if step % 100 == 0 or step == steps - 1:
            spent = time.monotonic() - started
            print(f"  pairs: step {step + 1}/{steps} loss {loss.item():.3f} {spent:.0f} s", flush=True)


@dataclass(frozen=True, slots=True)
class Domain:
    """The texts to tune on as bags, one row a text and language, with indexes by concept."""

    texts: Bags
    concepts: NDArray[np.int64]
    asks: list[NDArray[np.int64]]
    tells: list[NDArray[np.int64]]
    traps: list[NDArray[np.int64]]
    translations: list[NDArray[np.int64]]


def digest_items(folder: Path) -> list[dict[str, Any]]:
    """Return the facts of the digests that may be trained on, as items under their main concept, in the languages that they have."""
    found = []
    for path in sorted(folder.glob("*.jsonl")):
        for row in map(json.loads, path.read_text(encoding="utf-8").splitlines()):
            if row["concepts"] and part_of_home(row["work"], row["article"] or "") == "train":
                about = {"id": f"fact {row['fact']}", "concept": row["concepts"][0], "near": None, "kind": "provision"}
                texts = {tag.split("-")[0]: text for tag, text in row["text"].items()}
                headings = {tag.split("-")[0]: text for tag, text in (row.get("heading") or {}).items()}
                found.append({**about, **texts, "heading": headings if texts.keys() <= headings.keys() else None})
    return found


def domain_items(shared: Path, holdout: set[str]) -> list[dict[str, Any]]:
    """Return the items of `parallel/`, our own and the digests that may be trained on; `holdout` names concepts to leave out as well."""
    return [
        item
        for item in (*read_parallel(shared), *read_own(), *digest_items(DIGESTS))
        if not is_held_out(item["id"]) and item["concept"] not in holdout and item["near"] not in holdout
    ]


def domain(tokenizer: Tokenizer, shared: Path, items: Sequence[dict[str, Any]]) -> Domain:
    """Return the texts to tune on.

    `asks[c]` are queries, headings and the definition of concept `c`, `tells[c]` its provisions and articles,
    `traps[c]` texts that only look like it, `translations` the rows of one text in its languages.
    """
    with (shared / "taxonomy" / "concepts.csv").open(encoding="utf-8") as file:
        definitions = {row["id"]: row for row in csv.DictReader(file)}
    names = sorted({item["concept"] for item in items if item["concept"] in definitions})
    number = {name: at for at, name in enumerate(names)}
    texts: list[str] = []
    concepts: list[int] = []
    asks: list[list[int]] = [[] for _ in names]
    tells: list[list[int]] = [[] for _ in names]
    traps: list[list[int]] = [[] for _ in names]
    translations: list[list[int]] = []

    def add(text: str, concept: int) -> int:
        texts.append(text)
        concepts.append(concept)
        return len(texts) - 1

    for item in items:
        concept = number.get(item["concept"], -1)
        rows = [add(full_text(item, code), concept) for code in LANGUAGES if code in item]
        if len(rows) > 1:
            translations.append(rows)
        if item["kind"] == "negative":
            if item["near"] in number:
                traps[number[item["near"]]] += rows
        elif concept >= 0:
            (asks if item["kind"] == "query" else tells)[concept] += rows
            if item.get("heading"):
                headings = [add(item["heading"][code], concept) for code in LANGUAGES if code in item]
                if len(headings) > 1:
                    translations.append(headings)
                asks[concept] += headings
    for name, row in definitions.items():
        if name in number:
            asks[number[name]] += [
                add(row["label_en"], number[name]),
                add(row["definition_en"], number[name]),
            ]

    def arrays(lists: list[list[int]]) -> list[NDArray[np.int64]]:
        return [np.array(rows, np.int64) for rows in lists]

    return Domain(
        bags(tokenizer, texts),
        np.array(concepts, np.int64),
        arrays(asks),
        arrays(tells),
        arrays(traps),
        arrays(translations),
    )


def tune(
    table: torch.nn.EmbeddingBag,
    own: Domain,
    data: PairBags,
    *,
    steps: int,
    rate: float,
    temperature: float,
    keep: float,
    rounds: int,
    general: float,
    seed: int,
) -> None:
    """Bring queries near the provisions of their concept, without letting the languages drift apart.

    A step sees every concept `rounds` times, each time as a text that asks (or, a third of the time, another that
    tells) and one that tells, in random languages, with a text that only looks like it as a further negative; then
    translations of single texts, and general pairs.
    """
    rng = np.random.default_rng(seed)
    optimiser = torch.optim.SparseAdam(list(table.parameters()), lr=rate)
    usable = [c for c in range(len(own.asks)) if len(own.asks[c]) and len(own.tells[c])]
    weights = data.weights / data.weights.sum()
    pool = rng.choice(len(weights), size=(steps, 768), p=weights)
    started = time.monotonic()
    for step in range(steps):
        for group in optimiser.param_groups:
            group["lr"] = rate * (1 - step / steps)
        asked: list[int] = []
        told: list[int] = []
        trapped: list[int] = []
        for concept in usable * rounds:
            side = own.asks if rng.random() < 0.67 else own.tells
            asked.append(int(rng.choice(side[concept])))
            told.append(int(rng.choice(own.tells[concept])))
            if len(own.traps[concept]):
                trapped.append(int(rng.choice(own.traps[concept])))
        left_rows, right_rows = np.array(asked), np.array(told + trapped)
        same = torch.from_numpy(own.concepts[left_rows][:, None] == own.concepts[right_rows][None, :])
        # half the time a window of the text, half the time the whole: both are searched
        limit = 512 if step % 2 else 80
        loss = contrast(
            table(*own.texts.take(left_rows, limit, keep, rng)),
            table(*own.texts.take(right_rows, limit, keep, rng)),
            same,
            temperature,
        )
        chosen = rng.choice(len(own.translations), size=min(256, len(own.translations)), replace=False)
        couples = np.array([rng.choice(own.translations[item], size=2, replace=False) for item in chosen])
        nothing = torch.zeros(len(couples), len(couples), dtype=torch.bool)
        loss = loss + 0.5 * contrast(
            table(*own.texts.take(couples[:, 0], 512, keep, rng)),
            table(*own.texts.take(couples[:, 1], 512, keep, rng)),
            nothing,
            temperature,
        )
        key = torch.from_numpy(data.right_key[pool[step]])
        loss = loss + general * contrast(
            table(*data.left.take(pool[step], 80)),
            table(*data.right.take(pool[step], 80)),
            key[:, None] == key[None, :],
            temperature,
        )
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        if step % 100 == 0 or step == steps - 1:
            spent = time.monotonic() - started
            print(f"  tuning: step {step + 1}/{steps} loss {loss.item():.3f} {spent:.0f} s", flush=True)


# --- the folder ---------------------------------------------------------------------------------------------------


def write(folder: Path, tokenizer: Tokenizer, rows: NDArray[np.float32]) -> None:
    """Write the folder that `psimm_docs.encode` and sentence-transformers (6.2 or later) read.

    Rows are stored as int8 with a scale a row: a quarter of the size of float32, the same neighbours.
    """
    folder.mkdir(parents=True, exist_ok=True)
    rows = rows / np.median(np.linalg.norm(rows, axis=1))
    rows[tokenizer.token_to_id(UNKNOWN)] = 0
    scales = (np.abs(rows).max(axis=1) / 127).astype(np.float32)
    small = np.rint(rows / np.where(scales > 0, scales, 1)[:, None]).astype(np.int8)
    save_file({"embeddings": small, "weights": scales}, folder / "model.safetensors")
    (folder / "tokenizer.json").write_text(compact(json.loads(tokenizer.to_str())), encoding="utf-8")
    package = "sentence_transformers.sentence_transformer.modules"
    modules = [
        {"idx": 0, "name": "0", "path": "", "type": f"{package}.StaticEmbedding"},
        {"idx": 1, "name": "1", "path": "1_Normalize", "type": f"{package}.Normalize"},
    ]
    (folder / "modules.json").write_text(json.dumps(modules, indent=2) + "\n", encoding="utf-8")
    (folder / "1_Normalize").mkdir(exist_ok=True)
    (folder / "1_Normalize" / "config.json").write_text("{}\n", encoding="utf-8")
    config = {
        "model_type": "SentenceTransformer",
        "prompts": {},
        "default_prompt_name": None,
        "similarity_fn_name": "cosine",
    }
    (folder / "config_sentence_transformers.json").write_text(json.dumps(config, indent=2) + "\n", encoding="utf-8")


def main() -> None:
    """Train from the options, write the folder, print what it measures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--pieces", type=int, default=64000)
    parser.add_argument("--dims", type=int, default=512)
    parser.add_argument("--epochs", type=float, default=3)
    parser.add_argument("--batch", type=int, default=2048)
    parser.add_argument("--rate", type=float, default=0.08)
    parser.add_argument("--temperature", type=float, default=0.065)
    parser.add_argument("--spread", type=float, default=0.3, help="standard deviation of the rows at the start")
    parser.add_argument("--short-cap", type=int, default=60000, help="pairs of one or two words a language")
    parser.add_argument("--pivots", type=int, default=150000, help="pairs made through a shared English side")
    parser.add_argument("--tuning-steps", type=int, default=700)
    parser.add_argument("--tuning-rate", type=float, default=0.004)
    parser.add_argument("--tuning-keep", type=float, default=0.8, help="share of pieces that tuning sees of a text")
    parser.add_argument("--rounds", type=int, default=4)
    parser.add_argument("--general", type=float, default=1.0, help="weight of general pairs while tuning")
    parser.add_argument("--hold-out-concepts", action="store_true", help="a trial: leave a fifth of the concepts out")
    parser.add_argument("--state", type=Path, help="keep the data and aligned table here, and begin from it if there")
    asked = parser.parse_args()
    started = time.monotonic()

    def tell(what: str) -> None:
        print(f"[{time.monotonic() - started:.0f} s] {what}", flush=True)

    torch.manual_seed(asked.seed)
    rng = random.Random(asked.seed)
    every = {item["concept"] for item in read_parallel(asked.shared)}
    holdout = {name for name in every if is_held_out(name)} if asked.hold_out_concepts else set()
    items = domain_items(asked.shared, holdout)
    if asked.state and asked.state.exists():
        tokenizer, data, table = torch.load(asked.state, weights_only=False)
        tokenizer = Tokenizer.from_str(tokenizer)
    else:
        pairs = read_pairs(asked.shared, short_cap=asked.short_cap, rng=rng)
        tell(f"{len(pairs)} pairs read")
        own = [full_text(item, code) for item in items for code in LANGUAGES if code in item]
        tokenizer = train_tokenizer(tokenizer_texts(pairs, own, 400_000, rng), asked.pieces)
        tell(f"tokenizer trained: {tokenizer.get_vocab_size()} pieces")
        pairs += pivots(pairs, asked.pivots, rng)
        pairs += own_pairs(asked.shared, items)
        data = pair_bags(tokenizer, pairs)
        tell(f"{int((data.weights > 0).sum())} pairs tokenized")
        table = new_table(tokenizer, data, asked.dims, asked.spread)
        train_pairs(
            table,
            data,
            epochs=asked.epochs,
            batch=asked.batch,
            rate=asked.rate,
            temperature=asked.temperature,
            seed=asked.seed,
        )
        if asked.state:
            torch.save((tokenizer.to_str(), data, table), asked.state)
        tell("aligned")
    if asked.tuning_steps:
        tune(
            table,
            domain(tokenizer, asked.shared, items),
            data,
            steps=asked.tuning_steps,
            rate=asked.tuning_rate,
            temperature=asked.temperature,
            keep=asked.tuning_keep,
            rounds=asked.rounds,
            general=asked.general,
            seed=asked.seed,
        )
        tell("tuned")
    write(asked.out, tokenizer, table.weight.detach().numpy())
    encode = BundledEncoder(asked.out).encode
    print("\n".join(as_lines(measure(encode, asked.shared))))
    if holdout:
        unseen = measure_provisions(encode, asked.shared, lambda item: item["concept"] in holdout)
        print(f"concepts never seen: same {unseen['same']:.3f} cross {unseen['cross']:.3f} mixed {unseen['mixed']:.3f}")
    size = sum(path.stat().st_size for path in asked.out.rglob("*") if path.is_file())
    tell(f"{size} bytes in {asked.out}")


if __name__ == "__main__":
    main()
