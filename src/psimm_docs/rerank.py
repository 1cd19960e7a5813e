"""A cross-encoder that reads the query together with each of the best passages and puts them in a new order.

Off unless `psimm.toml` names one ([search] reranker): it takes seconds where the search takes milliseconds. What it says orders the first
hits and changes nothing else: neither their scores nor whether there is an answer. Torch is imported only here and by other models.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from psimm_docs.errors import PsimmError
from psimm_docs.models import load_model, model_folder
from psimm_docs.records import Hit


class Reranker:
    """A cross-encoder of sentence-transformers, from a folder or by its id on the hub; only safetensors, none of its code."""

    def __init__(self, model: str | Path, *, download: bool = False) -> None:
        """Load a model; raises PsimmError where there is none, or none with safetensors weights and one score a pair."""
        folder = model_folder(str(model), download=download)
        from sentence_transformers import CrossEncoder

        what = "a cross-encoder: give the folder of a sequence-classification model with one label, or its id"
        self._model: Any = load_model(CrossEncoder, folder, what)
        if self._model.config.num_labels != 1:
            raise PsimmError(
                f"{folder}: a re-ranker gives one score a pair, this model {self._model.config.num_labels}"
            )
        self.name = str(model)

    def order(self, query: str, hits: Sequence[Hit], *, depth: int) -> tuple[Hit, ...]:
        """Return the hits with the first `depth` of them in the order of the model's scores; equal ones keep their places."""
        first = list(hits[:depth])
        if not first:
            return tuple(hits)
        pairs = [(query, f"{hit.heading}\n{hit.text}".strip()) for hit in first]
        scores = self._model.predict(pairs, show_progress_bar=False, convert_to_numpy=True)
        order = sorted(range(len(first)), key=lambda place: (-float(scores[place]), place))
        return (*(first[place] for place in order), *hits[depth:])
