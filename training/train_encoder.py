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
import json
import random
import time
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

from encoder_bags import Bags, PairBags, bags, load_pairs, pair_bags, save_pairs
from encoder_pairs import own_pairs, pivots, read_pairs, sentence_pairs, tokenizer_texts
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
from psimm_docs.encode import BundledEncoder
from psimm_docs.evaluate.split import part_of_home
from psimm_docs.fold import CYRILLIC, LATIN

UNKNOWN = "<unk>"

DIGESTS = Path(__file__).resolve().parents[1] / "corpus" / "digests"

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


# --- training -----------------------------------------------------------------------------------------------------


def contrast(left: torch.Tensor, right: torch.Tensor, same: torch.Tensor, temperature: float) -> torch.Tensor:
    """Return the symmetric InfoNCE loss of rows that belong together; `same` marks other cells that aren't negatives.

    `right` may have more rows than `left`: the surplus are negatives for the left side only.
    """
    rows = len(left)
    scores = functional.normalize(left) @ functional.normalize(right).T / temperature
    own = torch.eye(rows, len(right), dtype=torch.bool, device=left.device)
    scores = scores.masked_fill(same & ~own, -1e4)
    target = torch.arange(rows, device=left.device)
    forth = functional.cross_entropy(scores, target)
    return (forth + functional.cross_entropy(scores[:, :rows].T, target)) / 2


def new_table(tokenizer: Tokenizer, data: PairBags, dimensions: int, spread: float) -> torch.nn.EmbeddingBag:
    """Return a table to train: small random rows, smaller for frequent pieces (SIF), the unknown piece zero."""
    size = tokenizer.get_vocab_size()
    counts = np.zeros(size)
    for texts, rows in ((data.left, data.left_rows), (data.right, data.right_rows)):
        times = torch.bincount(rows, minlength=len(texts.starts) - 1)
        counts += np.bincount(texts.pieces, weights=torch.repeat_interleave(times, texts.starts.diff()), minlength=size)
    weights = 1e-3 / (1e-3 + counts / counts.sum())
    table = torch.nn.EmbeddingBag(size, dimensions, mode="sum", sparse=True)
    with torch.no_grad():
        table.weight *= spread * torch.from_numpy(weights).float()[:, None]
        table.weight[tokenizer.token_to_id(UNKNOWN)] = 0
    return table


def near_first(table: torch.nn.EmbeddingBag, data: PairBags, groups: int, rounds: int = 5) -> torch.Tensor:
    """Return for each pair the group of its right side, by k-means over the vectors that the table gives now."""
    with torch.no_grad():
        texts = torch.arange(len(data.right.starts) - 1, device=table.weight.device)
        made = torch.cat([functional.normalize(table(*data.right.take(part, 80))) for part in texts.split(65536)])
        drawn = made[torch.randperm(len(made), device=made.device)[: 40 * groups]]
        centres = drawn[:groups]
        for _ in range(rounds):
            nearest = torch.cat([(part @ centres.T).argmax(1) for part in drawn.split(16384)])
            centres = functional.normalize(torch.zeros_like(centres).index_add_(0, nearest, drawn) + 1e-6)
        return torch.cat([(part @ centres.T).argmax(1) for part in made.split(16384)])[data.right_rows]


def one_pass(data: PairBags, groups: torch.Tensor | None, run: int) -> torch.Tensor:
    """Return the pairs of one epoch in random order, or in random runs of pairs of one group, which are hard to tell apart."""
    device = data.weights.device
    times = (data.weights + torch.rand(len(data.weights), device=device)).long()
    order = torch.repeat_interleave(torch.arange(len(times), device=device), times)
    order = order[torch.randperm(len(order), device=device)]
    if groups is None:
        return order
    order = order[torch.argsort(groups[order], stable=True)]
    runs = order[: len(order) // run * run].view(-1, run)
    return runs[torch.randperm(len(runs), device=device)].reshape(-1)


def train_pairs(
    table: torch.nn.EmbeddingBag,
    data: PairBags,
    *,
    epochs: float,
    batch: int,
    rate: float,
    temperature: float,
    keep: float,
    hard: float,
) -> None:
    """Align the languages: each text near its translation, far from the rest of the batch.

    A text is shown without some of its pieces (`keep` is the share that stays), so that no single piece carries it; in
    the last share `hard` of the epochs a batch is made of runs of 64 pairs that are near each other.
    """
    optimiser = torch.optim.SparseAdam(list(table.parameters()), lr=rate)
    steps = int(epochs * float(data.weights.sum()) / batch)
    started, step, passes = time.monotonic(), 0, 0
    while step < steps:
        groups = near_first(table, data, 4000) if hard and passes >= epochs * (1 - hard) else None
        passes += 1
        for pairs in one_pass(data, groups, 64).split(batch)[:-1]:
            if step == steps:
                break
            for group in optimiser.param_groups:
                group["lr"] = rate * (1 - step / steps)
            left = table(*data.left.take(data.left_rows[pairs], 80, keep))
            right = table(*data.right.take(data.right_rows[pairs], 80, keep))
            loss = contrast(left, right, data.same(pairs), temperature)
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            step += 1
            if step % 100 == 0 or step == steps:
                spent = time.monotonic() - started
                print(f"  pairs: step {step}/{steps} loss {loss.item():.3f} {spent:.0f} s", flush=True)


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


def domain(tokenizer: Tokenizer, shared: Path, items: Sequence[dict[str, Any]], device: torch.device) -> Domain:
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
        bags(tokenizer, texts).to(device),
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
    rng, device = np.random.default_rng(seed), table.weight.device
    optimiser = torch.optim.SparseAdam(list(table.parameters()), lr=rate)
    usable = [c for c in range(len(own.asks)) if len(own.asks[c]) and len(own.tells[c])]
    pool = torch.multinomial(data.weights, steps * 768, replacement=True).view(steps, 768)
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
        same = torch.from_numpy(own.concepts[left_rows][:, None] == own.concepts[right_rows][None, :]).to(device)
        # half the time a window of the text, half the time the whole: both are searched
        limit = 512 if step % 2 else 80
        loss = contrast(
            table(*own.texts.take(left_rows, limit, keep)),
            table(*own.texts.take(right_rows, limit, keep)),
            same,
            temperature,
        )
        chosen = rng.choice(len(own.translations), size=min(256, len(own.translations)), replace=False)
        couples = np.array([rng.choice(own.translations[item], size=2, replace=False) for item in chosen])
        nothing = torch.zeros(len(couples), len(couples), dtype=torch.bool, device=device)
        loss = loss + 0.5 * contrast(
            table(*own.texts.take(couples[:, 0], 512, keep)),
            table(*own.texts.take(couples[:, 1], 512, keep)),
            nothing,
            temperature,
        )
        loss = loss + general * contrast(
            table(*data.left.take(data.left_rows[pool[step]], 80)),
            table(*data.right.take(data.right_rows[pool[step]], 80)),
            data.same(pool[step]),
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
    parser.add_argument("--epochs", type=float, default=8, help="0 only prepares the pairs")
    parser.add_argument("--batch", type=int, default=8192)
    parser.add_argument("--keep", type=float, default=0.9, help="share of pieces that aligning sees of a text")
    parser.add_argument("--hard", type=float, default=0.5, help="share of the epochs with batches of near pairs")
    parser.add_argument("--rate", type=float, default=0.08)
    parser.add_argument("--temperature", type=float, default=0.065)
    parser.add_argument("--spread", type=float, default=0.3, help="standard deviation of the rows at the start")
    parser.add_argument("--short-cap", type=int, default=60000, help="pairs of one or two words a language")
    parser.add_argument("--pivots", type=int, default=150000, help="pairs made through a shared English side")
    parser.add_argument("--tuning-steps", type=int, default=2500)
    parser.add_argument("--tuning-rate", type=float, default=0.004)
    parser.add_argument("--tuning-keep", type=float, default=0.8, help="share of pieces that tuning sees of a text")
    parser.add_argument("--rounds", type=int, default=4)
    parser.add_argument(
        "--blend", type=float, default=0.8, help="share of the tuned table; the rest is the table as aligned"
    )
    parser.add_argument("--general", type=float, default=2.0, help="weight of general pairs while tuning")
    parser.add_argument("--hold-out-concepts", action="store_true", help="a trial: leave a fifth of the concepts out")
    parser.add_argument(
        "--state", type=Path, help="keep the tokenized pairs in this folder, and begin from them if there"
    )
    parser.add_argument("--device", default="cpu", help="cuda trains in minutes")
    asked = parser.parse_args()
    started = time.monotonic()

    def tell(what: str) -> None:
        print(f"[{time.monotonic() - started:.0f} s] {what}", flush=True)

    torch.manual_seed(asked.seed)
    device = torch.device(asked.device)
    rng = random.Random(asked.seed)
    every = {item["concept"] for item in read_parallel(asked.shared)}
    holdout = {name for name in every if is_held_out(name)} if asked.hold_out_concepts else set()
    items = domain_items(asked.shared, holdout)
    state = asked.state
    if state and (state / "pairs.npz").exists():
        tokenizer, data = Tokenizer.from_file(str(state / "tokenizer.json")), load_pairs(state / "pairs.npz")
    else:
        pairs = read_pairs(asked.shared, short_cap=asked.short_cap, rng=rng)
        tell(f"{len(pairs)} pairs read")
        sentences = sentence_pairs(asked.shared)
        own = [full_text(item, code) for item in items for code in LANGUAGES if code in item]
        own += [text for pair in sentences for text in (pair.left, pair.right)]
        tokenizer = train_tokenizer(tokenizer_texts(pairs, own, 400_000, rng), asked.pieces)
        tell(f"tokenizer trained: {tokenizer.get_vocab_size()} pieces")
        pairs += pivots(pairs, asked.pivots, rng)
        pairs += own_pairs(asked.shared, items) + sentences
        data = pair_bags(tokenizer, pairs)
        tell(f"{len(data.weights)} pairs tokenized")
        if state:
            state.mkdir(parents=True, exist_ok=True)
            tokenizer.save(str(state / "tokenizer.json"))
            save_pairs(state / "pairs.npz", data)
    if not asked.epochs:
        return
    table = new_table(tokenizer, data, asked.dims, asked.spread).to(device)
    data = data.to(device)
    train_pairs(
        table,
        data,
        epochs=asked.epochs,
        batch=asked.batch,
        rate=asked.rate,
        temperature=asked.temperature,
        keep=asked.keep,
        hard=asked.hard,
    )
    tell("aligned")
    aligned = table.weight.detach().clone()
    if asked.tuning_steps:
        tune(
            table,
            domain(tokenizer, asked.shared, items, device),
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
    rows = asked.blend * table.weight.detach() + (1 - asked.blend) * aligned
    write(asked.out, tokenizer, rows.cpu().numpy())
    encode = BundledEncoder(asked.out).encode
    print("\n".join(as_lines(measure(encode, asked.shared))))
    if holdout:
        unseen = measure_provisions(encode, asked.shared, lambda item: item["concept"] in holdout)
        print(f"concepts never seen: same {unseen['same']:.3f} cross {unseen['cross']:.3f} mixed {unseen['mixed']:.3f}")
    size = sum(path.stat().st_size for path in asked.out.rglob("*") if path.is_file())
    tell(f"{size} bytes in {asked.out}")


if __name__ == "__main__":
    main()
