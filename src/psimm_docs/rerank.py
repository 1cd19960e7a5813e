"""A cross-encoder that reads the query together with each of the best passages and puts them in a new order.

Off unless `psimm.toml` names one ([search] reranker): it takes seconds where the search takes milliseconds. What it says orders the first
hits and changes nothing else: neither their scores nor whether there is an answer. Torch is imported only here and by other models.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from psimm_docs.errors import PsimmError
from psimm_docs.models import model_folder, refuse_pickles
from psimm_docs.records import Hit


class Reranker:
    """A cross-encoder of sentence-transformers, from a folder or by its id on the hub; only safetensors, none of its code."""

    def __init__(self, model: str | Path, *, download: bool = False) -> None:
        """Load a model; raises PsimmError where there is none, or none with safetensors weights and one score a pair."""
        folder = model_folder(str(model), download=download)
        refuse_pickles(folder)
        from sentence_transformers import CrossEncoder

        try:
            self._model: Any = CrossEncoder(
                str(folder),
                device="cpu",
                trust_remote_code=False,
                local_files_only=True,
                model_kwargs={"use_safetensors": True},
            )
        except (OSError, ValueError, KeyError) as error:
            raise PsimmError(
                f"{folder} can't be loaded as a cross-encoder ({error}). Give the folder of a sequence-classification model "
                "with one label, or its id from the Hugging Face hub."
            ) from error
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
