"""The vectors of all passages and of their windows in one file: made, kept, read and searched.

The idea: a passage has one vector of its own, and a long one has further vectors for windows of it, so that a paragraph on another
matter isn't lost in the mean. A passage's likeness to a query is the mean of its own cosine and of its best window's. Passages
and windows stand on a shelf each (`shelves`), which proposes the nearest; the likeness that is returned is always that of the vectors.

Invariant: the file is nothing but what the vectors and the codebooks in `search.sqlite` say, in a form that is quick to search. It can
be made again at any time, and a checksum tells whether the file at hand is the one that the database means. A document that is
exchanged in vectors at hand gives the same file as making all of them again.

Left to others: which passages are allowed (`index`), what a cosine means (`search`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from io import BufferedReader
from pathlib import Path
from typing import TYPE_CHECKING

from psimm_docs.jsonl import whole_file
from psimm_docs.shelves import Codebook, Shelf, no_codes, trained

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


@dataclass(frozen=True, slots=True)
class Codebooks:
    """The codebooks of the passages and of the windows."""

    passages: Codebook
    windows: Codebook

    def fit(self, passages: int, windows: int) -> bool:
        """Say whether they serve for so many vectors."""
        return self.passages.fits(passages) and self.windows.fits(windows)


class Vectors:
    """The vectors of passages, each under the passage's number; `checksum` is that of its file."""

    def __init__(self, passages: Shelf, windows: Shelf, checksum: str = "") -> None:
        """Wrap two shelves, and the checksum of their file where it is known; use `build` or `read`."""
        self._passages = passages
        self._windows = windows
        self._checksum = checksum

    @property
    def checksum(self) -> str:
        """Return the SHA-256 of the file as hex."""
        if not self._checksum:
            self._pour(lambda data: None)
        return self._checksum

    def write(self, path: Path) -> None:
        """Write the file, whole or not at all; raises PsimmError when it can't be written."""
        with whole_file(path) as out:
            self._pour(out.write)

    def _pour(self, write: Callable[[bytes], object]) -> None:
        """Give the file's bytes to a function, piece by piece, and keep their checksum; raises the OSError that it raised.

        FAISS can't carry an error of ours, so it is held until FAISS is done.
        """
        digest = hashlib.sha256()
        failed: list[OSError] = []

        def take(data: bytes) -> None:
            digest.update(data)
            if not failed:
                try:
                    write(data)
                except OSError as error:
                    failed.append(error)

        for shelf in (self._passages, self._windows):
            shelf.write(take)
        if failed:
            raise failed[0]
        self._checksum = digest.hexdigest()

    @property
    def codebooks(self) -> Codebooks:
        """Return the codebooks of the passages and of the windows."""
        return Codebooks(self._passages.codebook, self._windows.codebook)

    # --- changing

    @property
    def numbers(self) -> NDArray[np.int64]:
        """Return the numbers of the passages, rising."""
        return self._passages.numbers

    def add(self, part: Part) -> None:
        """Put in a document; its numbers are above all that are there."""
        import numpy as np

        self._checksum = ""
        self._passages.add(np.arange(part.first, part.first + len(part.rows), dtype=np.int64), part.rows)
        self._windows.add(part.first + part.owners.astype(np.int64), part.windows)

    def drop(self, gone: NDArray[np.bool_]) -> None:
        """Take out the passages whose numbers `gone` marks, with their windows."""
        self._checksum = ""
        self._passages.drop(gone)
        self._windows.drop(gone)

    # --- asking

    def nearest(
        self,
        vector: NDArray[np.float32],
        limit: int,
        allowed: NDArray[np.bool_] | None = None,
        *,
        exact: bool = False,
    ) -> Nearest:
        """Return at most `limit` passages by falling likeness: a cosine, for a long passage its mean with its best window's.

        `vector` has shape `(dimensions,)` and length 1; `allowed[n]` says whether passage `n` may be found (None: all may). As many
        are returned as are allowed, up to `limit`. `exact` compares every vector, however many there are.
        """
        import numpy as np

        there = len(self._passages.numbers)
        part = 1.0 if allowed is None or not there else min(1.0, int(allowed.sum()) / there)
        numbers = np.union1d(
            self._passages.nearest(vector, limit, allowed, part=part, exact=exact),
            self._windows.nearest(vector, 2 * limit, allowed, part=part, exact=exact),
        )
        if not len(numbers):
            return Nearest((), ())
        likeness = self.likeness(vector, numbers)
        order = np.lexsort((numbers, -likeness))[:limit]
        return Nearest(tuple(numbers[order].tolist()), tuple(likeness[order].tolist()))

    def likeness(self, vector: NDArray[np.float32], numbers: NDArray[np.int64]) -> NDArray[np.float32]:
        """Return the likeness of passages to a unit vector, in the order of their numbers."""
        import numpy as np

        own: NDArray[np.float32] = self._passages.rows(numbers)[0] @ vector
        windows, counts = self._windows.rows(numbers)
        long = np.flatnonzero(counts)
        if not len(long):
            return own
        begins = (np.cumsum(counts) - counts)[long]
        own[long] = (own[long] + np.maximum.reduceat(windows @ vector, begins)) / 2
        return own


def build(dimensions: int, parts: Iterable[Part], codebooks: Codebooks | None = None) -> Vectors:
    """Return the vectors of some documents, given by rising numbers; without codebooks they are all compared one by one."""
    held = codebooks or Codebooks(no_codes(dimensions), no_codes(dimensions))
    made = Vectors(Shelf.empty(held.passages), Shelf.empty(held.windows))
    for part in parts:
        made.add(part)
    return made


def train(dimensions: int, passages: int, windows: int, parts: Callable[[], Iterable[Part]]) -> Codebooks:
    """Return codebooks for the vectors of some documents, of which there are so many; `parts` gives the documents, more than once."""
    return Codebooks(
        trained(dimensions, passages, (part.rows for part in parts())),
        trained(dimensions, windows, (part.windows for part in parts())),
    )


def is_file(path: Path, checksum: str) -> bool:
    """Say whether the file is there and has this checksum."""
    try:
        with path.open("rb") as file:
            return matches(file, checksum)
    except FileNotFoundError:
        return False


def matches(file: BufferedReader, checksum: str) -> bool:
    """Say whether an open file has this checksum."""
    return hashlib.file_digest(file, "sha256").hexdigest() == checksum


def read(path: Path, checksum: str, codebooks: Codebooks) -> Vectors | None:
    """Return the vectors of a file, or None when there is no file or it isn't the one with this checksum.

    `codebooks` are those that it was written with.
    """
    try:
        with path.open("rb") as file:
            if not matches(file, checksum):
                return None
            file.seek(0)
            passages, windows = (Shelf.read(file.read, one) for one in (codebooks.passages, codebooks.windows))
            return Vectors(passages, windows, checksum)
    except FileNotFoundError:
        return None
