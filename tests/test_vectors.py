"""Passages with windows: exact likeness, filters before the cut, and the same from the file."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from psimm_docs.chunks import LONG_WORDS, WINDOW_WORDS, windows
from psimm_docs.vectors import Part, Vectors, build, read

SIZE = 16


def unit_rows(random: np.random.Generator, count: int) -> NDArray[np.float32]:
    rows = random.standard_normal((count, SIZE)).astype(np.float32)
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), np.float32)


def made(seed: int, shapes: list[tuple[int, int]]) -> tuple[list[Part], Vectors]:
    """Return documents of some passages, with windows owned at random, and their vectors."""
    random = np.random.default_rng(seed)
    parts, first = [], 3
    for passages, inside in shapes:
        owners = np.sort(random.integers(0, passages, inside)).astype(np.int32)
        rows, held = unit_rows(random, passages).astype(np.float16), unit_rows(random, inside).astype(np.float16)
        parts.append(Part(first, rows, held, owners))
        first += passages + 2
    return parts, build(SIZE, parts)


def by_hand(parts: list[Part], query: NDArray[np.float32]) -> dict[int, float]:
    """Return every passage's likeness, one by one."""
    out = {}
    for part in parts:
        for place, row in enumerate(part.rows.astype(np.float32)):
            inside = [float(part.windows[at].astype(np.float32) @ query) for at in np.flatnonzero(part.owners == place)]
            own = float(row @ query)
            out[part.first + place] = (own + max(inside)) / 2 if inside else own
    return out


SHAPES = st.lists(st.tuples(st.integers(1, 6), st.integers(0, 9)), min_size=1, max_size=4)


@given(SHAPES, st.integers(0, 99))
def test_likeness_is_what_one_gets_by_hand(shapes: list[tuple[int, int]], seed: int) -> None:
    parts, vectors = made(seed, shapes)
    query = unit_rows(np.random.default_rng(seed + 1), 1)[0]
    wanted = by_hand(parts, query)
    near = vectors.nearest(query, 100)
    assert dict(zip(near.numbers, near.cosines, strict=True)) == pytest.approx(wanted, abs=1e-3)
    assert list(near.cosines) == sorted(near.cosines, reverse=True)


@given(SHAPES, st.integers(0, 99), st.integers(1, 5))
def test_filters_apply_before_the_cut(shapes: list[tuple[int, int]], seed: int, limit: int) -> None:
    parts, vectors = made(seed, shapes)
    query = unit_rows(np.random.default_rng(seed + 1), 1)[0]
    numbers = sorted(by_hand(parts, query))
    allowed = np.zeros(max(numbers) + 1, np.bool_)
    allowed[numbers[::2]] = True
    near = vectors.nearest(query, limit, allowed)
    assert set(near.numbers) <= set(numbers[::2])
    assert len(near.numbers) == min(limit, len(numbers[::2]))


def test_the_file_holds_everything(tmp_path: Path) -> None:
    _, vectors = made(1, [(4, 6), (2, 0), (3, 5)])
    vectors.write(tmp_path / "vectors.faiss")
    again = read(tmp_path / "vectors.faiss", vectors.checksum, vectors.codebooks)
    assert again is not None
    query = unit_rows(np.random.default_rng(9), 1)[0]
    assert again.nearest(query, 9) == vectors.nearest(query, 9)
    assert again.checksum == vectors.checksum
    assert read(tmp_path / "vectors.faiss", "0" * 64, vectors.codebooks) is None
    assert read(tmp_path / "none", vectors.checksum, vectors.codebooks) is None


def test_nothing_is_near_in_an_empty_index() -> None:
    assert build(SIZE, []).nearest(np.ones(SIZE, np.float32), 5).numbers == ()


@given(st.integers(0, 400))
def test_windows_cover_a_long_text(count: int) -> None:
    words = [f"w{at}" for at in range(count)]
    found = windows(" ".join(words))
    if count <= LONG_WORDS:
        assert found == []
        return
    assert {word for window in found for word in window.split()} == set(words)
    assert all(len(window.split()) <= WINDOW_WORDS for window in found)
