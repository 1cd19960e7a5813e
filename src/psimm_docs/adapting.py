"""A correction of the tagger's scores, learned from what people answered: what moves a score, and how far.

The idea: the tagger as it was shipped stays as it is and is the prior. On top of the score that it gives stands one linear layer over the
passage's vector `v`: `logit' = slope * logit + constant + offset[c] + (shared + row[c]) . v`. All of it is pulled towards changing
nothing (slope 1, the rest 0) by a ridge penalty, so that few answers move little, and a concept that nobody answered moves only with what
holds for all of them. How hard the pull on offsets and rows is, cross-validation says; "they stay 0" is one of its choices.

Invariant: the same examples in the same order give the same numbers. numpy only: Newton's method, each step solved by conjugate
gradients. Which answers there are and what is held out is left to `relearning`, where the numbers are kept to `adopted`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from psimm_docs.records import Tag, Vote

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

LEAST = 1e-3
"""Scores are taken to lie between this and 1 minus this: further out a score says nothing more."""

SLOPE, CONSTANT = 0.5, 1.5
"""How far slope and constant are expected to move (standard deviations of their priors)."""

ROWS = 2.0
"""How much further a row may move than an offset; a row meets vectors of length one, which have most of their direction in common."""

STRENGTHS = (0.0, 0.3, 1.0, 3.0)
"""How far offsets are expected to move, to choose from; with 0 only slope and constant are learned."""

FOLDS = 5
PRECISION = 1e-6
"""By how much the slope of what is minimised has to fall."""

MOST_STEPS = 60
ANSWERS = "answers"
"""The method of the vote that says where the answers pull."""


@dataclass(frozen=True)
class Examples:
    """Answers to learn from, one a place in every array.

    `columns` are places in `concepts`; `logits` those of the tagger's own scores; `vectors` has shape (answers, dimensions); `right` is 1
    for a "yes" and 0 for a "no"; `weights` say what an answer counts; `folds` (0 to FOLDS - 1) keep together what must not be torn apart.
    """

    concepts: tuple[str, ...]
    columns: NDArray[np.int64]
    logits: NDArray[np.float64]
    vectors: NDArray[np.float64]
    right: NDArray[np.float64]
    weights: NDArray[np.float64]
    folds: NDArray[np.int64]

    def only(self, chosen: NDArray[Any]) -> Examples:
        """Return those that are chosen, by a mask or by their places."""
        names = ("columns", "logits", "vectors", "right", "weights", "folds")
        return replace(self, **{name: getattr(self, name)[chosen] for name in names})


@dataclass(frozen=True)
class Learned:
    """What was learned: see the module's first lines. `offsets` and `rows` have one line a concept of `concepts`, `shared` and a row one number a dimension."""

    concepts: tuple[str, ...]
    slope: float
    constant: float
    offsets: NDArray[np.float32]
    shared: NDArray[np.float32]
    rows: NDArray[np.float32]

    @cached_property
    def places(self) -> dict[str, int]:
        """The place of each concept in `offsets` and `rows`."""
        return {concept: place for place, concept in enumerate(self.concepts)}

    def shifts(
        self, concepts: Sequence[str], logits: NDArray[np.float64], vector: NDArray[np.float32]
    ) -> NDArray[np.float64]:
        """Return by how much a passage's logits for these concepts move; a concept that nobody answered moves as all do."""
        import numpy as np

        offsets = np.append(self.offsets + self.rows @ vector, np.float32(0))
        own = offsets[[self.places.get(concept, len(self.concepts)) for concept in concepts]]
        moved: NDArray[np.float64] = (self.slope - 1) * logits + self.constant + float(self.shared @ vector) + own
        return moved

    def rescored(self, tags: Sequence[Tag], vectors: NDArray[np.float32], threshold: float) -> list[Tag]:
        """Return one provision's tags with corrected scores, best first, without those below the threshold.

        `vectors` are those of its passages, of shape (passages, dimensions). `tags` have to be there for all concepts, else none can rise.
        """
        import numpy as np

        logits = logits_of(np.array([tag.score for tag in tags]))
        shifts = self.shifts([tag.concept for tag in tags], logits, mean_vector(vectors))
        scores, votes = (logistic(values).round(4).tolist() for values in (logits + shifts, shifts))
        made = [
            replace(tag, score=score, votes=(*tag.votes, Vote(ANSWERS, vote)))
            for tag, score, vote in zip(tags, scores, votes, strict=True)
            if score >= threshold
        ]
        return sorted(made, key=lambda tag: -tag.score)


def logistic(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the logistic function of numbers, without overflow."""
    import numpy as np

    made: NDArray[np.float64] = 1 / (1 + np.exp(-np.clip(values, -30, 30)))
    return made


def logits_of(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the logits of scores, held within `LEAST`."""
    import numpy as np

    held = np.clip(scores, LEAST, 1 - LEAST)
    made: NDArray[np.float64] = np.log(held / (1 - held))
    return made


def mean_vector(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the direction of the mean of a provision's passages: length one, or zeros."""
    import numpy as np

    mean = vectors.mean(axis=0, dtype=np.float64)
    length = float(np.linalg.norm(mean))
    made: NDArray[np.float32] = (mean / length if length else mean).astype(np.float32)
    return made


# --- learning --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Design:
    """The linear layer over examples that are sorted by concept: parameters to logits (`times`) and back (`back`).

    The parameters, all with a prior of standard deviation one: slope, constant, shared row, then an offset and a row for each concept.
    """

    examples: Examples
    strength: float
    bounds: NDArray[np.int64]

    @property
    def scales(self) -> tuple[float, float]:
        """How far an offset, and a row, moves by one."""
        return self.strength, self.strength * ROWS

    def parts(
        self, values: NDArray[np.float64]
    ) -> tuple[float, float, NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
        """Return slope's change, constant, shared row, offsets and rows that parameters stand for."""
        dimensions, concepts = self.examples.vectors.shape[1], len(self.examples.concepts)
        offset, row = self.scales
        own = values[2 + dimensions :]
        rows = own[concepts:].reshape(concepts, dimensions)
        return (
            float(values[0]) * SLOPE,
            float(values[1]) * CONSTANT,
            values[2 : 2 + dimensions] * row,
            own[:concepts] * offset,
            rows * row,
        )

    def times(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return by how much each example's logit moves."""
        slope, constant, shared, offsets, rows = self.parts(values)
        one = self.examples
        moved = slope * one.logits + constant + one.vectors @ shared
        for column, (start, end) in enumerate(zip(self.bounds, self.bounds[1:], strict=False)):
            moved[start:end] += offsets[column] + one.vectors[start:end] @ rows[column]
        made: NDArray[np.float64] = moved
        return made

    def back(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the transpose of `times` over a number an example."""
        import numpy as np

        one = self.examples
        offset, row = self.scales
        made = [np.array([values @ one.logits * SLOPE, values.sum() * CONSTANT]), values @ one.vectors * row]
        pairs = list(zip(self.bounds, self.bounds[1:], strict=False))
        made.append(np.array([values[start:end].sum() * offset for start, end in pairs]))
        made += [values[start:end] @ one.vectors[start:end] * row for start, end in pairs]
        return np.concatenate(made)


def fit(examples: Examples, strength: float) -> Learned:
    """Return what examples teach at a strength: the maximum of the posterior, found to nine digits or so."""
    import numpy as np

    held = examples.only(np.argsort(examples.columns, kind="stable"))
    bounds = np.searchsorted(held.columns, np.arange(len(held.concepts) + 1))
    design = Design(held, strength, bounds)
    values = np.zeros(2 + held.vectors.shape[1] * (len(held.concepts) + 1) + len(held.concepts))

    def loss(at: NDArray[np.float64], moved: NDArray[np.float64]) -> float:
        logits = held.logits + moved
        return float(held.weights @ (np.logaddexp(0, logits) - held.right * logits) + at @ at / 2)

    moved, enough = np.zeros(len(held.columns)), None
    for _ in range(MOST_STEPS):
        share = logistic(held.logits + moved)
        slope = design.back(held.weights * (share - held.right)) + values
        size = float(np.linalg.norm(slope))
        enough = size * PRECISION if enough is None else enough
        if size <= enough:
            break
        step = solve(design, held.weights * share * (1 - share), -slope, within=min(0.1, size**0.5))
        before, length, along = loss(values, moved), 1.0, design.times(step)
        wanted = 1e-4 * float(slope @ step)
        while length > 1e-6 and loss(values + length * step, moved + length * along) > before + length * wanted:
            length /= 2
        values, moved = values + length * step, moved + length * along
    change, constant, shared, offsets, rows = design.parts(values)
    plain = (array.astype(np.float32) for array in (offsets, shared, rows))
    return Learned(held.concepts, 1 + change, constant, *plain)


def solve(
    design: Design, curve: NDArray[np.float64], wanted: NDArray[np.float64], *, within: float
) -> NDArray[np.float64]:
    """Return the Newton step, `(1 + X' diag(curve) X) step = wanted`, by conjugate gradients; what is left is `within` times what was wanted."""
    import numpy as np

    step = np.zeros_like(wanted)
    rest, way = wanted.copy(), wanted.copy()
    size = float(rest @ rest)
    least = within * within * size
    for _ in range(MOST_STEPS):
        if size <= least:
            break
        image = way + design.back(curve * design.times(way))
        length = size / float(way @ image)
        step, rest = step + length * way, rest - length * image
        size, former = float(rest @ rest), size
        way = rest + size / former * way
    return step


def corrected(learned: Learned, examples: Examples) -> NDArray[np.float64]:
    """Return the corrected logits of examples, whose concepts have to be those that were learned."""
    import numpy as np

    rows = learned.shared + learned.rows[examples.columns]
    moved = np.einsum("ij,ij->i", examples.vectors, rows, dtype=np.float64)
    made: NDArray[np.float64] = (
        learned.slope * examples.logits + learned.constant + learned.offsets[examples.columns] + moved
    )
    return made


def log_loss(logits: NDArray[np.float64], right: NDArray[np.float64], weights: NDArray[np.float64]) -> float:
    """Return the mean of minus the logarithm of what was given to the right answers; lower is better."""
    import numpy as np

    return float(weights @ (np.logaddexp(0, logits) - right * logits) / weights.sum())


def strength_of(examples: Examples) -> float:
    """Return the strength of `STRENGTHS` that did best by cross-validation over the folds; of equal ones the smallest."""
    import numpy as np

    def error(strength: float) -> float:
        logits = np.zeros(len(examples.columns))
        for fold in np.unique(examples.folds):
            out = examples.folds == fold
            logits[out] = corrected(fit(examples.only(~out), strength), examples.only(out))
        return log_loss(logits, examples.right, examples.weights)

    return min(STRENGTHS, key=lambda strength: (round(error(strength), 6), strength))


def learn(examples: Examples) -> tuple[Learned, float]:
    """Return what examples teach, at the strength that cross-validation chose, and that strength."""
    strength = strength_of(examples)
    return fit(examples, strength), strength
