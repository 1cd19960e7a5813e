"""Suggested concepts for provisions: two votes, one calibrated score, and evidence for a person to judge.

The idea: labels of the taxonomy found in the text (`label_votes`), and a linear classifier over the passages' vectors, are joined by a
logistic layer. The unit is the article, since that is what a lawyer tags; text outside articles is tagged as it was cut for search. Many
concepts a provision, none where none fits.

Invariant: a `Tag` is a suggestion and never touches what a person decided; its evidence lies inside its provision. The score was
calibrated on held-out texts that the project wrote, some of them buried among lines of running legal text, which is also the background of
no concept: on real law, which is longer and duller, it orders suggestions but is no probability. The weights belong to one encoder; with another encoder only
the labels vote, and `Tagger.labels_only` says so. What a workspace learned from people's answers corrects the scores at the very end (`adapting`).
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import exp, log1p
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from psimm_docs import foreigners
from psimm_docs.adopted import choose
from psimm_docs.label_votes import LabelMatcher, Match
from psimm_docs.records import Chunk, Document, Provision, Span, Tag, Vote, fingerprint

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from psimm_docs.taxonomy import Taxonomy

TAGGER_VERSION = "4"
FOLDER = Path(__file__).parent / "data" / "tagger"
FEWEST_WORDS = 6
"""Shorter texts are not tagged: there is nothing to judge."""

MOST_EVIDENCE = 8
"""Spans of evidence that a suggestion carries at most."""


class HasVersion(Protocol):
    """What is asked of an encoder here: its version and its size."""

    @property
    def version(self) -> str:
        """Changes with the model."""

    @property
    def dimensions(self) -> int:
        """Numbers in a vector."""


class HasWindows(Protocol):
    """What is asked of windows here: their vectors, of shape (windows, dimensions), and the place of the chunk that each is of."""

    @property
    def rows(self) -> NDArray[Any]:
        """One row a window."""

    @property
    def owners(self) -> NDArray[np.int32]:
        """One place of a chunk a window."""


@dataclass(frozen=True, slots=True)
class Layer:
    """The logistic layer: weights of the features (see `features`) and the constant."""

    weights: tuple[float, ...]
    constant: float

    def score(self, values: Sequence[float]) -> float:
        """Return the joined score, 0..1."""
        return logistic(self.constant + sum(w * v for w, v in zip(self.weights, values, strict=True)))


@dataclass(frozen=True)
class Weights:
    """What was learned: the classifier's rows (concepts, dimensions) with constants, and the layers.

    `digest` joins where the text is one of our digests, which say one matter a line and where a score is right more often than in a law;
    `joined` joins elsewhere. The rows for queries have one line more, the last: a query on none of the concepts.
    """

    encoder: str
    concepts: tuple[str, ...]
    rows: NDArray[np.float32]
    constants: NDArray[np.float32]
    joined: Layer
    digest: Layer
    labels_only: Layer
    version: str
    query_rows: NDArray[np.float32]
    query_constants: NDArray[np.float32]


def logistic(value: float) -> float:
    """Return the logistic function of a number, without overflow."""
    return 1 / (1 + exp(-max(-30.0, min(30.0, value))))


@lru_cache(maxsize=1)
def read_weights() -> Weights:
    """Read the weights that come with the package (safetensors and JSON)."""
    import hashlib

    from safetensors.numpy import load

    data = (FOLDER / "classifier.safetensors").read_bytes()
    card = json.loads((FOLDER / "layers.json").read_text("utf-8"))
    arrays = load(data)
    return Weights(
        encoder=card["encoder"],
        concepts=tuple(card["concepts"]),
        rows=arrays["rows"].astype("float32"),
        constants=arrays["constants"].astype("float32"),
        **{
            name: Layer(tuple(card[name]["weights"]), card[name]["constant"])
            for name in ("joined", "digest", "labels_only")
        },
        version=hashlib.sha256(data + json.dumps(card, sort_keys=True).encode()).hexdigest()[:12],
        query_rows=arrays["query_rows"].astype("float32"),
        query_constants=arrays["query_constants"].astype("float32"),
    )


LEAST_SHARE = 0.08
"""Concepts with a smaller share of a query are not named."""


def query_concepts(vector: NDArray[np.float32], encoder: HasVersion) -> tuple[tuple[str, float], ...]:
    """Return what a query seems to be about, from its vector: concepts with their shares, the largest first, in sum at most 1.

    The shares order concepts and are no probabilities. Nothing is returned for vectors of another encoder or a vector of zeros.
    """
    import numpy as np

    weights = read_weights()
    if weights.encoder != encoder.version or not vector.any():
        return ()
    logits = weights.query_rows @ vector + weights.query_constants
    shares = np.exp(logits - logits.max())
    shares /= shares.sum()
    order = np.argsort(-shares[:-1], kind="stable")
    return tuple((weights.concepts[at], float(shares[at])) for at in order.tolist() if shares[at] >= LEAST_SHARE)


def label_features(matches: Sequence[Match], concept: str, *, length: int) -> tuple[float, float, float]:
    """Return what the labels say of a concept: longest label (words, up to 4), different places (up to 3, less in long texts), negatives."""
    own = [match for match in matches if match.concept == concept and not match.negative]
    against = sum(match.concept == concept and match.negative for match in matches)
    if not own:
        return 0.0, 0.0, float(min(2, against))
    places = min(3.0, float(len({match.span.start for match in own})))
    return float(min(4, max(match.words for match in own))), places / (1.0 + length / 300.0), float(min(2, against))


FEATURES = 14
"""Numbers that `features` gives."""


@dataclass(frozen=True, slots=True)
class Setting:
    """What is the same for all concepts of a text: its length in words, and how it and its document speak of foreigners (`foreigners.in_text`, `.in_document`)."""

    length: int
    text: float
    document: float | None

    def numbers(self, *, found: bool) -> tuple[float, ...]:
        """Return these as features; `found` says whether a label was found."""
        long = log1p(self.length) - 4
        known = self.document is not None
        return long, long * found, self.text, float(known), self.document or 0.0


def features(
    matches: Sequence[Match], concept: str, setting: Setting, *, logit: float, window: float, margin: float
) -> tuple[float, ...]:
    """Return the joined layer's features.

    The labels' three; the classifier's logit of the best chunk; that of the best chunk or window, alone and where a label was found; by how
    much that is above the best other concept's (-6..6); what `Setting.numbers` gives; the window's logit squared with its sign, and times the margin.
    """
    label = label_features(matches, concept, length=setting.length)
    found = bool(label[0])
    above = max(-6.0, min(6.0, margin))
    seen = (logit, window, window * found, above)
    return (*label, *seen, *setting.numbers(found=found), window * abs(window), window * above)


def margins(logits: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return by how much each of a row's numbers is above the largest of the others; shape as given, at least two columns.

    >>> import numpy as np
    >>> margins(np.array([[3.0, 1.0, 2.0]])).tolist()
    [[1.0, -2.0, -1.0]]
    """
    import numpy as np

    second, first = np.partition(logits, -2, axis=1)[:, -2:].T
    made: NDArray[np.float32] = logits - np.where(logits == first[:, None], second[:, None], first[:, None])
    return made


@dataclass(frozen=True, slots=True)
class Seen:
    """What the classifier says of a unit, a number a concept of the weights: logits of the best chunk, of the best chunk or window, the latter's margins, and the place of the chunk that won."""

    logits: Sequence[float]
    windows: Sequence[float]
    margins: Sequence[float]
    best: Sequence[int]


class Tagger:
    """A taxonomy and what was learned, ready to tag."""

    def __init__(self, taxonomy: Taxonomy, encoder: HasVersion, adopted: Path | None = None) -> None:
        """Read the weights; they count only for the encoder that they were learned with. `adopted` is the folder of what was learned from people."""
        self.taxonomy = taxonomy
        self.matcher = LabelMatcher(taxonomy)
        self.weights = read_weights()
        self.labels_only = self.weights.encoder != encoder.version
        self.shipped = fingerprint(TAGGER_VERSION, self.weights.version, encoder.version)
        chosen = choose(adopted, encoder=encoder.version, shipped=self.shipped, dimensions=encoder.dimensions)
        self.learned, self.problems = chosen.learned, chosen.problems
        self.version = version_with(self.shipped, chosen.sha256)

    def tag(
        self,
        document: Document,
        provisions: Sequence[Provision],
        chunks: Sequence[Chunk],
        vectors: NDArray[np.float32],
        *,
        threshold: float,
        digest: bool = False,
        windows: HasWindows | None = None,
    ) -> list[Tag]:
        """Return the suggestions for a document, by provision in text order and then best first.

        `vectors` has one row a chunk; `windows` are those of the long chunks, where a matter can stand in one paragraph; `digest` says that the text is one of our digests. Suggestions below `threshold` (0..1) are not made.
        """
        by_id = {provision.id: provision for provision in provisions}
        units: dict[str, list[int]] = {}
        for place, chunk in enumerate(chunks):
            units.setdefault(unit_of(by_id[chunk.provision_id], by_id).id, []).append(place)
        logits = self._logits(vectors)
        widest = self._widest(logits, windows)
        act = foreigners.in_document(document.text)
        made: list[Tag] = []
        least = 0.0 if self.learned else threshold
        for unit_id, places in units.items():
            some = [chunks[place] for place in places]
            tags = self._tag_unit(
                document,
                by_id[unit_id],
                some,
                self._of_unit(logits, widest, places),
                least,
                digest=digest,
                act=act,
            )
            made += self.learned.rescored(tags, vectors[places], threshold) if self.learned else tags
        return made

    def _logits(self, vectors: NDArray[np.float32]) -> NDArray[np.float32] | None:
        """Return the classifier's logits, shape (chunks, concepts of the weights); None for another encoder's vectors."""
        if self.labels_only or not len(vectors):
            return None
        made: NDArray[np.float32] = vectors @ self.weights.rows.T + self.weights.constants
        return made

    def _widest(self, logits: NDArray[np.float32] | None, windows: HasWindows | None) -> NDArray[np.float32] | None:
        """Return each chunk's logits or its windows', whichever are larger; shape as the logits."""
        import numpy as np

        if logits is None or windows is None or not len(windows.owners):
            return logits
        made = logits.copy()
        rows = windows.rows.astype(np.float32) @ self.weights.rows.T + self.weights.constants
        np.maximum.at(made, windows.owners, rows)
        return made

    def _of_unit(
        self, logits: NDArray[np.float32] | None, widest: NDArray[np.float32] | None, places: Sequence[int]
    ) -> Seen | None:
        """Return what the classifier says of one unit, whose chunks lie at these places."""
        if logits is None or widest is None:
            return None
        whole, wide = logits[list(places)], widest[list(places)]
        window = wide.max(axis=0)
        return Seen(
            whole.max(axis=0).tolist(), window.tolist(), margins(window[None])[0].tolist(), wide.argmax(axis=0).tolist()
        )

    def _tag_unit(
        self,
        document: Document,
        unit: Provision,
        chunks: Sequence[Chunk],
        seen: Seen | None,
        threshold: float,
        *,
        digest: bool,
        act: float | None,
    ) -> list[Tag]:
        text = unit.span.of(document.text)
        length = len(text.split())
        if length < FEWEST_WORDS:
            return []
        setting = Setting(length, foreigners.in_text(text), act)
        matches = self.matcher.find(text, unit.language)
        columns = {concept: place for place, concept in enumerate(self.weights.concepts)}
        layer = self.weights.digest if digest else self.weights.joined
        tags = []
        for concept in self.taxonomy.concepts:
            column = columns.get(concept.id)
            best, logit = 0, None
            if seen is None or column is None:
                labels = label_features(matches, concept.id, length=length)
                score = self.weights.labels_only.score(labels)
            else:
                best, logit = seen.best[column], seen.windows[column]
                values = features(
                    matches,
                    concept.id,
                    setting,
                    logit=seen.logits[column],
                    window=logit,
                    margin=seen.margins[column],
                )
                score = layer.score(values)
            if score < threshold:
                continue
            named = [match for match in matches if match.concept == concept.id and not match.negative]
            votes = (
                [Vote("label", self.weights.labels_only.score(label_features(matches, concept.id, length=length)))]
                if named
                else []
            )
            votes += [Vote("similarity", logistic(logit))] if logit is not None else []
            evidence = [Span(unit.span.start + m.span.start, unit.span.start + m.span.end) for m in named][
                :MOST_EVIDENCE
            ]
            tags.append(
                Tag(
                    unit.id,
                    concept.id,
                    round(score, 4),
                    tuple(Vote(vote.method, round(vote.score, 4)) for vote in votes),
                    tuple(evidence or [trimmed(chunks[best].span, document.text)]),
                    self.taxonomy.version,
                    self.version,
                    unit.fingerprint,
                )
            )
        return sorted(tags, key=lambda tag: -tag.score)


def unit_of(provision: Provision, by_id: Mapping[str, Provision]) -> Provision:
    """Return what is tagged for a provision: the article that it is or stands in, else itself."""
    at = provision
    while at.kind != "article" and at.parent:
        at = by_id[at.parent]
    return at if at.kind == "article" else provision


def trimmed(span: Span, text: str, *, letters: int = 240) -> Span:
    """Return the beginning of a span, cut at a word, without blanks at its ends."""
    start, end = span.start, span.end
    while start < end and text[start].isspace():
        start += 1
    if end - start > letters:
        end = start + letters
        while end > start and not text[end].isspace():
            end -= 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return Span(start, max(start, end))


def version_with(shipped: str, sha256: str) -> str:
    """Return the version of a shipped tagger with adopted numbers of this checksum on top; its own where there are none."""
    return fingerprint(shipped, sha256) if sha256 else shipped


def open_tagger(taxonomy: Taxonomy, encoder: HasVersion, adopted: Path | None = None) -> Tagger:
    """Return a tagger for a taxonomy and an encoder (any that has a version and dimensions), with what was adopted in a folder.

    Raises PsimmError where what was adopted is broken.
    """
    return Tagger(taxonomy, encoder, adopted)
