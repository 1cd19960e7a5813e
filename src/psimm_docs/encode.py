"""Texts to vectors: the bundled static encoder, and any sentence-transformers model in its place.

The idea: the bundled encoder is a table with one row a word piece. A text is a bag of words, a word a bag of pieces;
their rows are added and the sum is divided by its length. There is no network to run, so that a laptop encodes a
corpus in seconds, and the tokenizer's own normaliser folds scripts, case and diacritics, so that Serbian in Cyrillic,
in Latin and typed without diacritics is one vector.

Invariant: a text's vector depends on the text alone. What else stands in the batch doesn't change a bit of it
(bundled encoder), and `version` changes whenever a vector could.

Left to others: cutting text into search units (`chunks`), storing vectors and searching them (`search`), training
(`training/train_encoder.py`). Torch is imported only by `SentenceTransformerEncoder`.
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from psimm_docs.errors import PsimmError
from psimm_docs.fold import fold
from psimm_docs.models import load_model, model_files, model_folder

if TYPE_CHECKING:
    from psimm_docs.workspace import EncodeSettings

BUNDLED = Path(__file__).parent / "data" / "encoder"
"""The folder of the bundled encoder; `SentenceTransformer(BUNDLED)` reads it too."""

SLAB = 8192
"""Texts that share one list of distinct words: bounds memory, changes no vector."""


class Encoder(Protocol):
    """Anything that turns texts into unit vectors that can be compared by their dot product."""

    @property
    def name(self) -> str:
        """Return what to call it in settings and reports."""

    @property
    def version(self) -> str:
        """Return a hash of its content; vectors made under another version must be made again."""

    @property
    def dimensions(self) -> int:
        """Return the length of a vector."""

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return an array of shape `(len(texts), dimensions)`, rows L2-normalised.

        A text with nothing in it that the encoder knows gets the zero vector.
        """

    def encode_query(self, text: str) -> NDArray[np.float32]:
        """Return the unit vector of what somebody asks, of shape `(dimensions,)`."""


@dataclass(frozen=True, slots=True)
class Words:
    """Texts as words, and each distinct word as word pieces, all in flat arrays.

    Text `i` is the words `words[text_starts[i]:text_starts[i + 1]]`, numbers of distinct words in the order of the
    text; distinct word `w` is the pieces `pieces[word_starts[w]:word_starts[w + 1]]`, row numbers of the table.
    """

    words: NDArray[np.intp]
    text_starts: NDArray[np.intp]
    pieces: NDArray[np.intp]
    word_starts: NDArray[np.intp]


def split_words(tokenizer: Tokenizer, texts: Sequence[str]) -> Words:
    """Cut texts at white space, fold each distinct word, and run the tokenizer on it once.

    It gives the tokenizer's own pieces of the whole text, in order, as long as its pre-tokenizer never joins what
    white space parts and its normaliser is `psimm_docs.fold` (tests hold both), and takes a fraction of the time:
    the more so with the normaliser taken off, which has nothing left to do.
    """
    distinct: dict[str, int] = {}
    words: list[int] = []
    text_starts = [0]
    for text in texts:
        words += [distinct.setdefault(word, len(distinct)) for word in text.split()]
        text_starts.append(len(words))
    pieces: list[int] = []
    word_starts = [0]
    folded = [fold(unicodedata.normalize("NFC", word)) for word in distinct]
    for encoding in tokenizer.encode_batch_fast(folded, add_special_tokens=False):
        pieces += encoding.ids
        word_starts.append(len(pieces))
    as_index = np.intp
    return Words(
        np.array(words, as_index),
        np.array(text_starts, as_index),
        np.array(pieces, as_index),
        np.array(word_starts, as_index),
    )


@dataclass(frozen=True, slots=True)
class Table:
    """The rows of the word pieces as they are stored: small numbers, and a scale for each row.

    `rows` has shape `(pieces, dimensions)`, int8 or a float type; the row of piece `i` is `rows[i] * scales[i]`.
    """

    rows: NDArray[Any]
    scales: NDArray[np.float32]

    def sum_words(self, words: Words) -> NDArray[np.float32]:
        """Return the sum of the rows of each distinct word's pieces, shape `(distinct words, dimensions)`."""
        starts, lengths = words.word_starts[:-1], np.diff(words.word_starts)
        sums = np.zeros((len(starts), self.rows.shape[1]), np.float32)
        for place in range(int(lengths.max(initial=0))):
            longer = np.flatnonzero(lengths > place)
            pieces = words.pieces[starts[longer] + place]
            sums[longer] += self.rows[pieces] * self.scales[pieces, None]
        return sums


class BundledEncoder:
    """The encoder that comes with the package: a tokenizer and a table, read without torch."""

    def __init__(self, folder: Path = BUNDLED) -> None:
        """Read `tokenizer.json` and `model.safetensors` from a folder.

        Raises:
            PsimmError: a file is missing or isn't what its name says.
        """
        from safetensors.numpy import load

        self.name = "bundled"
        paths = [folder / "tokenizer.json", folder / "model.safetensors"]
        for path in paths:
            if not path.is_file():
                raise PsimmError(
                    f"The bundled encoder is incomplete: {path} is missing. Reinstall psimm-docs, "
                    "or train the encoder again with training/train_encoder.py."
                )
        tokenizer_bytes, model_bytes = (path.read_bytes() for path in paths)
        self.version = hashlib.sha256(hashlib.sha256(tokenizer_bytes).digest() + model_bytes).hexdigest()[:16]
        tensors = load(model_bytes)
        rows = tensors.get("embeddings", tensors.get("embedding.weight"))
        if rows is None or rows.ndim != 2:
            raise PsimmError(
                f"{paths[1]} holds no table of word pieces (a tensor 'embeddings' or 'embedding.weight'). "
                "Reinstall psimm-docs, or train the encoder again with training/train_encoder.py."
            )
        self._table = Table(rows, tensors.get("weights", np.ones(len(rows), np.float32)).astype(np.float32))
        self._tokenizer = Tokenizer.from_buffer(tokenizer_bytes)
        self._tokenizer.normalizer = None  # split_words folds
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()
        self.dimensions = int(rows.shape[1])

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return an array of shape `(len(texts), dimensions)`, rows L2-normalised or zero."""
        vectors = np.zeros((len(texts), self.dimensions), np.float32)
        for start in range(0, len(texts), SLAB):
            words = split_words(self._tokenizer, texts[start : start + SLAB])
            of_word = self._table.sum_words(words)
            for row, (first, last) in enumerate(_spans(words.text_starts), start):
                if last > first:
                    # every text is summed alone, in its own order: its neighbours can't change a bit of it
                    of_word.take(words.words[first:last], axis=0).sum(axis=0, out=vectors[row])
        return _normalised(vectors)

    def encode_query(self, text: str) -> NDArray[np.float32]:
        """Return the vector of a query, of shape `(dimensions,)`: here a text like any other."""
        vector: NDArray[np.float32] = self.encode([text])[0]
        return vector


class SentenceTransformerEncoder:
    """Any sentence-transformers model, from a folder or by its id on the Hugging Face hub.

    Only safetensors weights are read (a pickle can run code), and a model's own code is never run. Vectors of a
    transformer may differ in their last bits with the batch that they were made in.
    """

    def __init__(
        self, model: str | Path, *, download: bool = False, query_prefix: str = "", passage_prefix: str = ""
    ) -> None:
        """Load a model from a folder or by id; the network is used only with `download=True`.

        Some models were trained with words before each text (multilingual-e5: "query: " and "passage: "); give them as prefixes.

        Raises:
            PsimmError: there is no such folder or downloaded model, or its weights aren't safetensors.
        """
        folder = model_folder(str(model), download=download)
        from sentence_transformers import SentenceTransformer

        what = "a sentence-transformers model: give the folder that holds its modules.json, or an id from the Hugging Face hub"
        self._model: Any = load_model(SentenceTransformer, folder, what)
        self.name = str(model)
        self._folder = folder
        self._query_prefix, self._passage_prefix = query_prefix, passage_prefix
        self.dimensions = int(self._model.get_embedding_dimension() or 0)

    @cached_property
    def version(self) -> str:
        """Return a hash over the names and contents of the model's files, and the prefixes."""
        digest = hashlib.sha256(f"{self._query_prefix}\0{self._passage_prefix}\0".encode())
        for path in model_files(self._folder):
            digest.update(path.relative_to(self._folder).as_posix().encode() + b"\0")
            with path.open("rb") as file:
                digest.update(hashlib.file_digest(file, "sha256").digest())
        return digest.hexdigest()[:16]

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return an array of shape `(len(texts), dimensions)`, rows L2-normalised; blank texts get zero rows."""
        return self._encoded(texts, self._passage_prefix)

    def encode_query(self, text: str) -> NDArray[np.float32]:
        """Return the vector of a query, of shape `(dimensions,)`, with the prefix for queries."""
        vector: NDArray[np.float32] = self._encoded([text], self._query_prefix)[0]
        return vector

    def _encoded(self, texts: Sequence[str], prefix: str) -> NDArray[np.float32]:
        vectors = np.zeros((len(texts), self.dimensions), np.float32)
        written = [row for row, text in enumerate(texts) if text.strip()]
        if written:
            vectors[written] = self._model.encode(
                [prefix + texts[row] for row in written], convert_to_numpy=True, show_progress_bar=False
            )
        return _normalised(vectors)


def open_encoder(
    spec: str = "bundled", *, download: bool = False, query_prefix: str = "", passage_prefix: str = ""
) -> Encoder:
    """Return the encoder that a setting names: `bundled`, a model's folder, or its id on the hub (these two with their prefixes).

    Raises:
        PsimmError: there is no such encoder; the message says what to do.
    """
    if spec == "bundled":
        return BundledEncoder()
    return SentenceTransformerEncoder(spec, download=download, query_prefix=query_prefix, passage_prefix=passage_prefix)


def configured_encoder(settings: EncodeSettings) -> Encoder:
    """Return the encoder of a workspace's settings; raises PsimmError as `open_encoder` does."""
    return open_encoder(
        settings.model,
        download=settings.download,
        query_prefix=settings.query_prefix,
        passage_prefix=settings.passage_prefix,
    )


HEADING_WEIGHT = 0.6
"""How much a heading's own vector adds to that of each passage under it, whose words drown the few words of the heading."""


def encode_headed(encoder: Encoder, texts: Sequence[str], headings: Sequence[str]) -> NDArray[np.float32]:
    """Return the vectors of texts that stand under headings (empty for none), of shape `(len(texts), dimensions)`, rows L2-normalised."""
    vectors = encoder.encode([f"{heading}\n{text}".strip() for heading, text in zip(headings, texts, strict=True)])
    distinct = sorted({heading for heading in headings if heading})
    if distinct:
        place = {heading: row for row, heading in enumerate(distinct)}
        under = [row for row, heading in enumerate(headings) if heading]
        vectors[under] += np.float32(HEADING_WEIGHT) * encoder.encode(distinct)[[place[headings[row]] for row in under]]
    return _normalised(vectors)


def _spans(starts: NDArray[np.intp]) -> Iterator[tuple[int, int]]:
    bounds: list[int] = starts.tolist()
    return pairwise(bounds)


def _normalised(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """Divide each row by its length, in place; a row of zeros stays."""
    lengths = np.sqrt(np.einsum("ij,ij->i", vectors, vectors))
    vectors /= np.where(lengths > 0, lengths, 1)[:, None].astype(np.float32)
    return vectors
