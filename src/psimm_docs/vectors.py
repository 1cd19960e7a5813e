"""The vectors of all passages in one FAISS file: made, kept, read and searched.

Invariant: the file is nothing but what the vectors in `search.sqlite` say, in a form that is quick to search. It can
be made again at any time, and a checksum tells whether the file at hand is the one that the database means.

Vectors are kept as 16-bit floats and searched exhaustively: at 200,000 passages that is still a few hundredths of a second,
exact, and free of parameters. Left to others: which passages are allowed (`index`), what a cosine means (`search`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from psimm_docs.jsonl import write_bytes

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Nearest:
    """Passages by falling cosine: their numbers and their cosines, of equal length."""

    numbers: tuple[int, ...]
    cosines: tuple[float, ...]


class Vectors:
    """The vectors of passages, each under the passage's number; `checksum` is that of its file."""

    def __init__(self, index: Any, data: bytes | None = None) -> None:
        """Wrap a FAISS index; use `build` or `read`."""
        self._index = index
        self._data = data

    @property
    def data(self) -> bytes:
        """Return the bytes of the file."""
        if self._data is None:
            import faiss

            self._data = faiss.serialize_index(self._index).tobytes()
        return self._data

    @property
    def checksum(self) -> str:
        """Return the SHA-256 of the file as hex."""
        return hashlib.sha256(self.data).hexdigest()

    def write(self, path: Path) -> None:
        """Write the file, whole or not at all; raises PsimmError when it can't be written."""
        write_bytes(path, self.data)

    def nearest(self, vector: NDArray[np.float32], limit: int, allowed: NDArray[np.bool_] | None = None) -> Nearest:
        """Return at most `limit` passages by falling cosine.

        `vector` has shape `(dimensions,)` and length 1; `allowed[n]` says whether passage `n` may be found (None: all may).
        """
        import faiss
        import numpy as np

        limit = min(limit, self._index.ntotal)
        if not limit:
            return Nearest((), ())
        parameters = None
        if allowed is not None:
            bits = np.packbits(allowed, bitorder="little")
            selector = faiss.IDSelectorBitmap(len(bits), faiss.swig_ptr(bits))
            parameters = faiss.SearchParameters()
            parameters.sel = selector
        cosines, numbers = self._index.search(vector[None, :], limit, params=parameters)
        found = numbers[0] >= 0
        return Nearest(tuple(numbers[0][found].tolist()), tuple(cosines[0][found].tolist()))


def build(dimensions: int, parts: Sequence[tuple[int, NDArray[np.float16]]]) -> Vectors:
    """Return the vectors of some documents.

    Each part is the number of a document's first passage and an array of shape `(passages, dimensions)`.
    """
    import faiss
    import numpy as np

    flat = faiss.IndexScalarQuantizer(dimensions, faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT)
    index = faiss.IndexIDMap2(flat)
    if parts:
        numbers = np.concatenate([np.arange(first, first + len(rows), dtype=np.int64) for first, rows in parts])
        index.add_with_ids(np.concatenate([rows for _, rows in parts]).astype(np.float32), numbers)
    return Vectors(index)


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

    return Vectors(faiss.deserialize_index(np.frombuffer(data, np.uint8)), data)
