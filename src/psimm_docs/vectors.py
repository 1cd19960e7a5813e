"""The vectors of all passages and of their windows in one file: made, kept, read and searched.

The idea: a passage has one vector of its own, and a long one has further vectors for windows of it, so that a paragraph on another
matter isn't lost in the mean. A passage's likeness to a query is the mean of its own cosine and of its best window's.

Invariant: the file is nothing but what the vectors in `search.sqlite` say, in a form that is quick to search. It can
be made again at any time, and a checksum tells whether the file at hand is the one that the database means.

Vectors are kept as 16-bit floats and searched exhaustively: exact, and free of parameters. Left to others: which passages are
allowed (`index`), what a cosine means (`search`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

from psimm_docs.jsonl import write_bytes

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Part:
    """The vectors of one document: the number of its first passage, their rows, and those of windows with the passage of each.

    `rows` has shape `(passages, dimensions)`, `windows` `(windows, dimensions)`; `owners[i]` is the place (from 0, rising) of the
    passage that window `i` is of.
    """

    first: int
    rows: NDArray[np.float16]
    windows: NDArray[np.float16]
    owners: NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Nearest:
    """Passages by falling likeness: their numbers and their likeness (see `Vectors.nearest`), of equal length."""

    numbers: tuple[int, ...]
    cosines: tuple[float, ...]


class Vectors:
    """The vectors of passages, each under the passage's number; `checksum` is that of its file."""

    def __init__(self, passages: Any, windows: Any, owners: NDArray[np.int64], data: bytes | None = None) -> None:
        """Wrap two FAISS indexes and the passage number of each window, rising; use `build` or `read`."""
        self._passages = passages
        self._windows = windows
        self._owners = owners
        self._data = data

    @property
    def data(self) -> bytes:
        """Return the bytes of the file: lengths of the two indexes, both, and the owners."""
        if self._data is None:
            import faiss

            indexes = [faiss.serialize_index(one).tobytes() for one in (self._passages, self._windows)]
            lengths = b"".join(len(one).to_bytes(8, "little") for one in indexes)
            self._data = lengths + b"".join(indexes) + self._owners.tobytes()
        return self._data

    @property
    def checksum(self) -> str:
        """Return the SHA-256 of the file as hex."""
        return hashlib.sha256(self.data).hexdigest()

    def write(self, path: Path) -> None:
        """Write the file, whole or not at all; raises PsimmError when it can't be written."""
        write_bytes(path, self.data)

    def nearest(self, vector: NDArray[np.float32], limit: int, allowed: NDArray[np.bool_] | None = None) -> Nearest:
        """Return at most `limit` passages by falling likeness: a cosine, for a long passage its mean with its best window's.

        `vector` has shape `(dimensions,)` and length 1; `allowed[n]` says whether passage `n` may be found (None: all may).
        """
        import numpy as np

        whole = asked(self._passages, vector, limit, allowed)
        inside = None if allowed is None else allowed[self._owners]
        windows = asked(self._windows, vector, 2 * limit, inside)
        numbers = np.union1d(whole[0], self._owners[windows[0]])
        if not len(numbers):
            return Nearest((), ())
        likeness = self.likeness(vector, numbers)
        order = np.lexsort((numbers, -likeness))[:limit]
        return Nearest(tuple(numbers[order].tolist()), tuple(likeness[order].tolist()))

    def likeness(self, vector: NDArray[np.float32], numbers: NDArray[np.int64]) -> NDArray[np.float32]:
        """Return the likeness of passages to a unit vector, in the order of their numbers."""
        import numpy as np

        own: NDArray[np.float32] = self._passages.reconstruct_batch(numbers) @ vector
        starts = np.searchsorted(self._owners, numbers)
        counts = np.searchsorted(self._owners, numbers, "right") - starts
        long = np.flatnonzero(counts)
        if not len(long):
            return own
        ends = np.cumsum(counts[long])
        begins = ends - counts[long]
        rows = np.repeat(starts[long] - begins, counts[long]) + np.arange(ends[-1])
        cosines = self._windows.reconstruct_batch(rows.astype(np.int64)) @ vector
        own[long] = (own[long] + np.maximum.reduceat(cosines, begins)) / 2
        return own


def asked(
    index: Any, vector: NDArray[np.float32], limit: int, allowed: NDArray[np.bool_] | None
) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Return the ids and cosines of at most `limit` vectors of a FAISS index, nearest first."""
    import faiss
    import numpy as np

    limit = min(limit, index.ntotal)
    if not limit:
        return np.zeros(0, np.int64), np.zeros(0, np.float32)
    parameters = None
    if allowed is not None:
        bits = np.packbits(allowed, bitorder="little")
        parameters = faiss.SearchParameters()
        parameters.sel = faiss.IDSelectorBitmap(len(bits), faiss.swig_ptr(bits))
    cosines, numbers = index.search(vector[None, :], limit, params=parameters)
    found = numbers[0] >= 0
    return numbers[0][found], cosines[0][found]


def build(dimensions: int, parts: Sequence[Part]) -> Vectors:
    """Return the vectors of some documents, given by rising numbers."""
    import faiss
    import numpy as np

    def flat() -> Any:
        return faiss.IndexScalarQuantizer(dimensions, faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT)

    passages, windows = faiss.IndexIDMap2(flat()), flat()
    owners = np.zeros(0, np.int64)
    if parts:
        numbers = np.concatenate([np.arange(one.first, one.first + len(one.rows), dtype=np.int64) for one in parts])
        passages.add_with_ids(np.concatenate([one.rows for one in parts]).astype(np.float32), numbers)
        owners = np.concatenate([one.first + one.owners.astype(np.int64) for one in parts])
        if len(owners):
            windows.add(np.concatenate([one.windows for one in parts]).astype(np.float32))
    return Vectors(passages, windows, owners)


def read(path: Path, checksum: str) -> Vectors | None:
    """Return the vectors of a file, or None when there is no file or it isn't the one with this checksum."""
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return None
    if hashlib.sha256(data).hexdigest() != checksum:
        return None
    import faiss
    import numpy as np

    whole = np.frombuffer(data, np.uint8)
    first, second = (int.from_bytes(data[at : at + 8], "little") for at in (0, 8))
    cuts = (16, 16 + first, 16 + first + second)
    passages, windows = (faiss.deserialize_index(whole[a:b]) for a, b in pairwise(cuts))
    return Vectors(passages, windows, np.frombuffer(data[cuts[2] :], np.int64), data)
