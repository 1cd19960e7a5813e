"""Vectors under numbers: compared one by one while they are few, by short codes first when they are many.

The idea: above `EXACT_UP_TO` vectors, each also has a product-quantised code of half a byte for every few dimensions. All codes are
compared with the query, which takes a fraction of the time, and the vectors themselves decide among the likeliest. Where filters leave
few vectors, or too few of the likeliest, those that are left are compared one by one, so that no filter loses a result.

Invariant: a shelf is a function of its codebook and of the vectors under their numbers, whatever was added and dropped on the way.
Vectors are 16-bit floats, as they were given. Left to others: what a number stands for (`vectors`), where codebooks are kept (`index`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from math import ceil
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

EXACT_UP_TO = 20_000
"""Vectors that are compared one by one; more of them get codes."""

CODE_BITS = 4
"""Bits for each part of a vector."""

PART = 4
"""Dimensions in a part, where that divides them."""

SAMPLE = 10_000
"""Vectors that a codebook is trained on."""

ROUNDS = 12
"""Rounds of k-means."""

LIKELIEST = 2
"""Vectors that codes propose, for each one that is wanted: recall@10 of 0.996 at 10^5 passages (bench/scale.py)."""


@dataclass(frozen=True, slots=True)
class Codebook:
    """What the codes of vectors stand for, and how many vectors there were when it was trained.

    `rows` has shape `(1 + 2**CODE_BITS, dimensions)`: what all vectors have in common, which codes leave out, and the values of the
    parts as FAISS lays them out. With no rows there are no codes.
    """

    trained: int
    rows: NDArray[np.float32]

    def fits(self, count: int) -> bool:
        """Say whether it is right for so many vectors; it serves until their number doubles or halves."""
        if not len(self.rows):
            return count <= EXACT_UP_TO
        return count > EXACT_UP_TO and self.trained <= 2 * count and count <= 2 * self.trained


def no_codes(dimensions: int) -> Codebook:
    """Return the codebook of vectors that are compared one by one."""
    import numpy as np

    return Codebook(0, np.zeros((0, dimensions), np.float32))


def quantizer(dimensions: int) -> Any:
    """Return an index of codes that has no codebook yet."""
    import faiss

    part = next(size for size in (PART, 2, 1) if dimensions % size == 0)
    return faiss.IndexPQ(dimensions, dimensions // part, CODE_BITS, faiss.METRIC_INNER_PRODUCT)


def trained(dimensions: int, count: int, rows: Iterable[NDArray[np.float16]]) -> Codebook:
    """Return a codebook for `count` vectors, given in some arrays: trained on every so many of them, always the same ones."""
    import faiss
    import numpy as np

    if count <= EXACT_UP_TO:
        return no_codes(dimensions)
    step, at, some = max(1, count // SAMPLE), 0, []
    for held in rows:
        some.append(held[-at % step :: step])
        at += len(held)
    sample = np.concatenate(some).astype(np.float32)
    centre = sample.mean(axis=0)
    index = quantizer(dimensions)
    index.pq.cp.niter, index.pq.cp.seed = ROUNDS, 7
    with one_thread():
        index.train(sample - centre)
    values = faiss.vector_to_array(index.pq.centroids).reshape(-1, dimensions)
    return Codebook(count, np.concatenate([centre[None], values]))


@contextmanager
def one_thread() -> Iterator[None]:
    """Let FAISS work in one thread: what is done here is short, and its threads burn time waiting where a processor is shared."""
    import faiss

    before = faiss.omp_get_max_threads()
    faiss.omp_set_num_threads(1)
    try:
        yield
    finally:
        faiss.omp_set_num_threads(before)


class Shelf:
    """Vectors under numbers, several under one number where need be."""

    def __init__(self, numbers: NDArray[np.int64], vectors: Any, codebook: Codebook, codes: Any) -> None:
        """Wrap rising numbers, the vectors and the codes as FAISS indexes in the same order; use `empty` or `read`."""
        self.codebook = codebook
        self._numbers = [numbers]
        self._vectors = vectors
        self._codes = codes
        self._scan: Any = None

    @classmethod
    def empty(cls, codebook: Codebook) -> Shelf:
        """Return a shelf with nothing on it."""
        import faiss
        import numpy as np

        dimensions = codebook.rows.shape[1]
        kind, metric = faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT
        codes = quantizer(dimensions)
        if len(codebook.rows):
            faiss.copy_array_to_vector(codebook.rows[1:].ravel(), codes.pq.centroids)
            codes.is_trained = True
        return cls(np.zeros(0, np.int64), faiss.IndexScalarQuantizer(dimensions, kind, metric), codebook, codes)

    @classmethod
    def read(cls, read: Callable[[int], bytes], codebook: Codebook) -> Shelf:
        """Return the shelf that `write` wrote; `read` gives the next so many bytes."""
        import faiss
        import numpy as np

        reader = faiss.PyCallbackIOReader(read)  # type: ignore[attr-defined] # FAISS's stubs lack it
        vectors, codes = faiss.read_index(reader), faiss.read_index(reader)
        numbers = np.frombuffer(read(8 * vectors.ntotal), np.int64)
        return cls(numbers, vectors, codebook, codes)

    def write(self, write: Callable[[bytes], object]) -> None:
        """Give the bytes of the shelf piece by piece to a function that doesn't raise: two indexes of FAISS and the numbers."""
        import faiss

        for index in (self._vectors, self._codes):
            faiss.write_index(index, faiss.PyCallbackIOWriter(write))  # type: ignore[attr-defined] # FAISS's stubs lack it
        write(self.numbers.tobytes())

    @property
    def numbers(self) -> NDArray[np.int64]:
        """Return the numbers of all vectors, rising."""
        import numpy as np

        if len(self._numbers) > 1:
            self._numbers = [np.concatenate(self._numbers)]
        return self._numbers[0]

    # --- changing

    def add(self, numbers: NDArray[np.int64], rows: NDArray[np.float16]) -> None:
        """Put in vectors, one for each number; the numbers rise and are above all that are there."""
        import numpy as np

        if not len(numbers):
            return
        self._scan = None
        self._numbers.append(numbers)
        wide = rows.astype(np.float32)
        with one_thread():
            self._vectors.add(wide)
            if len(self.codebook.rows):
                self._codes.add(wide - self.codebook.rows[0])

    def drop(self, gone: NDArray[np.bool_]) -> None:
        """Take out the vectors under the numbers that `gone` marks, up to the greatest number; the others keep their order."""
        import faiss
        import numpy as np

        places = np.flatnonzero(gone[self.numbers])
        if not len(places):
            return
        self._scan = None
        self._numbers = [np.delete(self.numbers, places)]
        for index in (self._vectors, self._codes) if len(self.codebook.rows) else (self._vectors,):
            index.remove_ids(faiss.IDSelectorArray(len(places), faiss.swig_ptr(places)))

    # --- asking

    def nearest(
        self,
        vector: NDArray[np.float32],
        limit: int,
        allowed: NDArray[np.bool_] | None = None,
        *,
        part: float = 1.0,
        exact: bool = False,
    ) -> NDArray[np.int64]:
        """Return the numbers of at most `limit` vectors near to one of shape `(dimensions,)`, in no order.

        `part` (0..1) is about which part of the vectors is `allowed`, by number; `exact` leaves the codes alone.
        """
        import numpy as np

        if not len(self.codebook.rows) or exact or part * len(self.numbers) <= EXACT_UP_TO:
            return self._by_vectors(vector, limit, allowed)
        wanted = min(LIKELIEST * limit, len(self.numbers))
        found = self._by_codes(vector, min(ceil(LIKELIEST * wanted / part) if part < 1 else wanted, len(self.numbers)))
        if allowed is None:
            return found
        kept = found[allowed[found]]
        if len(kept) < limit:  # what is allowed lies far from the query
            return self._by_vectors(vector, limit, allowed)
        return np.asarray(kept[:wanted], np.int64)

    def rows(self, numbers: NDArray[np.int64]) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
        """Return the vectors under some numbers, in their order, and how many each number has."""
        import numpy as np

        starts = np.searchsorted(self.numbers, numbers)
        counts = np.searchsorted(self.numbers, numbers, "right") - starts
        ends = np.cumsum(counts)
        places = np.repeat(starts - ends + counts, counts) + np.arange(counts.sum())
        return self._vectors.reconstruct_batch(places.astype(np.int64)), counts

    # --- inside

    def _by_vectors(
        self, vector: NDArray[np.float32], limit: int, allowed: NDArray[np.bool_] | None
    ) -> NDArray[np.int64]:
        """Return the numbers of the nearest vectors, each compared, nearest first."""
        import faiss
        import numpy as np

        limit = min(limit, len(self.numbers))
        if not limit:
            return np.zeros(0, np.int64)
        parameters = None
        if allowed is not None:
            bits = np.packbits(allowed[self.numbers], bitorder="little")
            parameters = faiss.SearchParameters()
            parameters.sel = faiss.IDSelectorBitmap(len(bits), faiss.swig_ptr(bits))
        with one_thread():
            return self._at(self._vectors.search(vector[None, :], limit, params=parameters)[1][0])

    def _by_codes(self, vector: NDArray[np.float32], limit: int) -> NDArray[np.int64]:
        """Return the numbers of the vectors whose codes are nearest, nearest first."""
        import faiss

        if self._scan is None:
            self._scan = faiss.IndexPQFastScan(self._codes)
        with one_thread():
            return self._at(self._scan.search(vector[None, :], limit)[1][0])

    def _at(self, places: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the numbers of vectors by their places; FAISS fills up with -1."""
        return self.numbers[places[places >= 0]]
