"""Texts as bags of word pieces, on the processor or a graphics card: what the encoder's training goes through.

The idea: a text is a run in one long array of piece numbers, so that a batch is cut out of it in one step wherever the
array lies. Pairs of bags are kept in a file, since tokenizing takes longer than an epoch on a graphics card.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer

from encoder_pairs import REPEATS, Pair
from psimm_docs.encode import SLAB, split_words

Rows = NDArray[np.int64] | torch.Tensor


@dataclass(frozen=True, slots=True)
class Bags:
    """Texts as bags of pieces: text `i` is `pieces[starts[i]:starts[i + 1]]`; both arrays lie on one device."""

    pieces: torch.Tensor
    starts: torch.Tensor

    def to(self, device: torch.device) -> Bags:
        """Return the same bags on a device."""
        return Bags(self.pieces.to(device), self.starts.to(device))

    def key(self, row: int) -> bytes:
        """Return a text's pieces as bytes, to tell equal texts by."""
        return self.pieces[self.starts[row] : self.starts[row + 1]].numpy().tobytes()

    def take(self, rows: Rows, limit: int, keep: float = 1.0) -> tuple[torch.Tensor, torch.Tensor]:
        """Return the pieces of some texts and where each begins, as EmbeddingBag takes them.

        At most `limit` pieces of a text, from a random place on; each stays with the probability `keep`.
        """
        device = self.pieces.device
        rows = torch.as_tensor(rows, device=device)
        starts, whole = self.starts[rows], self.starts[rows + 1] - self.starts[rows]
        lengths = whole.clamp(max=limit)
        starts = starts + (torch.rand(len(rows), device=device) * (whole - lengths + 1)).long()
        ends = lengths.cumsum(0)
        begins = ends - lengths
        pieces = self.pieces[
            torch.repeat_interleave(starts - begins, lengths) + torch.arange(int(ends[-1]), device=device)
        ]
        if keep < 1:
            stays = torch.rand(len(pieces), device=device) < keep
            before = torch.cat([torch.zeros(1, dtype=torch.int64, device=device), stays.cumsum(0)])
            pieces, begins = pieces[stays], before[begins]
        return pieces, begins.int()


def bags(tokenizer: Tokenizer, texts: Sequence[str]) -> Bags:
    """Run the tokenizer over texts."""
    found: list[NDArray[np.int32]] = []
    lengths: list[NDArray[np.int64]] = []
    for start in range(0, len(texts), 32 * SLAB):
        words = split_words(tokenizer, texts[start : start + 32 * SLAB])
        of_word = np.diff(words.word_starts)
        sizes = of_word[words.words]
        before = np.cumsum(sizes) - sizes
        found.append(
            words.pieces[np.repeat(words.word_starts[words.words] - before, sizes) + np.arange(sizes.sum())].astype(
                np.int32
            )
        )
        ends = np.concatenate([[0], np.cumsum(sizes)])
        lengths.append(np.diff(ends[words.text_starts]))
    starts = np.concatenate([[0], np.cumsum(np.concatenate(lengths))])
    return Bags(torch.from_numpy(np.concatenate(found)), torch.from_numpy(starts))


@dataclass(frozen=True, slots=True)
class PairBags:
    """Pairs as bags: for each pair its rows among the unlike left and right sides, and how often an epoch goes through it.

    Sides of one row are the same text, and never each other's negatives.
    """

    left: Bags
    right: Bags
    left_rows: torch.Tensor
    right_rows: torch.Tensor
    weights: torch.Tensor

    def to(self, device: torch.device) -> PairBags:
        """Return the same pairs on a device."""
        parts = (self.left, self.right, self.left_rows, self.right_rows, self.weights)
        return PairBags(*(part.to(device) for part in parts))

    def same(self, pairs: torch.Tensor) -> torch.Tensor:
        """Return which pairs of a batch share a side, as a square."""
        left, right = self.left_rows[pairs], self.right_rows[pairs]
        return (left[:, None] == left[None, :]) | (right[:, None] == right[None, :])


def unlike(texts: Bags) -> tuple[Bags, NDArray[np.int64]]:
    """Return each text once, in the order of their first places, and for every text its row among them."""
    pieces, starts = texts.pieces.numpy(), texts.starts.numpy()
    number: dict[bytes, int] = {}
    rows = np.zeros(len(starts) - 1, np.int64)
    firsts: list[int] = []
    for at in range(len(rows)):
        key = pieces[starts[at] : starts[at + 1]].tobytes()
        row = number.setdefault(key, len(firsts))
        if row == len(firsts):
            firsts.append(at)
        rows[at] = row
    lengths = np.diff(starts)[firsts]
    ends = np.cumsum(lengths)
    kept = pieces[np.repeat(starts[firsts] - (ends - lengths), lengths) + np.arange(lengths.sum())]
    return Bags(torch.from_numpy(kept), torch.from_numpy(np.concatenate([[0], ends]))), rows


def pair_bags(tokenizer: Tokenizer, pairs: Sequence[Pair]) -> PairBags:
    """Run the tokenizer over pairs, without those that are equal to an earlier one after folding, equal on both sides, or empty."""
    left, left_rows = unlike(bags(tokenizer, [pair.left for pair in pairs]))
    right, right_rows = unlike(bags(tokenizer, [pair.right for pair in pairs]))
    left_sizes, right_sizes = left.starts.diff().numpy(), right.starts.diff().numpy()
    said = {left.key(row): row for row in range(len(left_sizes))}
    alike = np.array([said.get(right.key(row), -1) for row in range(len(right_sizes))])
    empty = (left_sizes[left_rows] == 0) | (right_sizes[right_rows] == 0)
    _, first = np.unique(left_rows * len(right_sizes) + right_rows, return_index=True)
    fresh = np.zeros(len(pairs), bool)
    fresh[first] = True
    weights = np.zeros(len(pairs), np.float32)
    for at, pair in enumerate(pairs):
        if fresh[at] and not empty[at] and alike[right_rows[at]] != left_rows[at]:
            long = right_sizes[right_rows[at]] > 2 or pair.group in ("own", "sentence")
            weights[at] = REPEATS.get(pair.group, 1.0) if long else 1.0
    kept = np.flatnonzero(weights)
    return PairBags(left, right, *(torch.from_numpy(part[kept]) for part in (left_rows, right_rows, weights)))


def save_pairs(path: Path, data: PairBags) -> None:
    """Keep pairs in a file of arrays."""
    np.savez_compressed(
        path,
        left=data.left.pieces.numpy().astype(np.uint16),
        left_sizes=data.left.starts.diff().numpy().astype(np.uint16),
        right=data.right.pieces.numpy().astype(np.uint16),
        right_sizes=data.right.starts.diff().numpy().astype(np.uint16),
        left_rows=data.left_rows.numpy().astype(np.uint32),
        right_rows=data.right_rows.numpy().astype(np.uint32),
        weights=data.weights.numpy().astype(np.float16),
    )


def load_pairs(path: Path) -> PairBags:
    """Return the pairs that `save_pairs` kept."""

    def texts(pieces: NDArray[np.uint16], sizes: NDArray[np.uint16]) -> Bags:
        starts = np.concatenate([[0], np.cumsum(sizes, dtype=np.int64)])
        return Bags(torch.from_numpy(pieces.astype(np.int32)), torch.from_numpy(starts))

    with np.load(path, allow_pickle=False) as held:
        return PairBags(
            texts(held["left"], held["left_sizes"]),
            texts(held["right"], held["right_sizes"]),
            torch.from_numpy(held["left_rows"].astype(np.int64)),
            torch.from_numpy(held["right_rows"].astype(np.int64)),
            torch.from_numpy(held["weights"].astype(np.float32)),
        )
