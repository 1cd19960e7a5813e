"""Train the tagger: a linear classifier over the bundled encoder's vectors, and the layer that joins it with the labels.

    python training/train_tagger.py --shared ../shared

Learns from ../shared/parallel (model provisions and articles in seven languages; every item whose checksum is divisible by five is
held out) and takes running legal text of ../shared/train (vezilka) as background that concerns no concept. The joining layer is fitted
on the held-out items, which neither the encoder nor the classifier has seen, and measured by halves. Prints F1 on the held-out items and writes
src/psimm_docs/data/tagger. Takes about two minutes on two cores; the same input gives the same weights.
"""

from __future__ import annotations

import argparse
import gzip
import json
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import save
from sklearn.linear_model import LogisticRegression

from psimm_docs.encode import open_encoder
from psimm_docs.label_votes import LabelMatcher
from psimm_docs.tagging import FOLDER, features, label_features
from psimm_docs.taxonomy import default_folder, load_taxonomy

LANGUAGES = ("en", "sq", "bs", "hr", "cnr", "sr", "mk")
FOLDS = 5


@dataclass(frozen=True)
class Text:
    """A text to learn from: its concept (empty for background), its language, and the fold of its item."""

    item: str
    concept: str
    language: str
    heading: str
    text: str

    @property
    def fold(self) -> int:
        """The fold that the item belongs to; fold 0 is held out."""
        return zlib.crc32(self.item.encode()) % FOLDS


def read_texts(shared: Path, background: int) -> list[Text]:
    """Return the model texts in all languages and some background."""
    texts = []
    for name in ("provisions.jsonl", "articles.jsonl"):
        for row in map(json.loads, (shared / "parallel" / name).read_text("utf-8").splitlines()):
            if row["kind"] == "query":
                continue
            for language in LANGUAGES:
                heading = (row.get("heading") or {}).get(language, "")
                texts.append(Text(row["id"], row["concept"] or "", language, heading, row[language]))
    with gzip.open(shared / "train" / "vezilka.mk-sq.tsv.gz", "rt", encoding="utf-8") as lines:
        rows = [line.rstrip("\n").split("\t") for line in lines]
    rows = [row for row in rows if len(row) == 2 and min(len(one.split()) for one in row) >= 12]
    step = max(1, len(rows) // background)
    for number, (mk, sq) in enumerate(rows[::step][:background]):
        texts.append(Text(f"background {number}", "", "mk", "", mk))
        texts.append(Text(f"background {number}", "", "sq", "", sq))
    return texts


def fit(vectors: NDArray[np.float32], wanted: NDArray[np.bool_]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Fit one logistic regression a concept; returns rows (concepts, dimensions) and constants."""
    rows, constants = [], []
    for column in range(wanted.shape[1]):
        model = LogisticRegression(C=20.0, max_iter=300, class_weight={False: 1.0, True: 8.0})
        model.fit(vectors, wanted[:, column])
        rows.append(model.coef_[0])
        constants.append(model.intercept_[0])
    return np.asarray(rows, np.float32), np.asarray(constants, np.float32)


def layer(values: NDArray[np.float64], right: NDArray[np.bool_]) -> dict[str, Any]:
    """Fit a joining layer; returns its weights and constant."""
    model = LogisticRegression(C=1.0, max_iter=2000).fit(values, right)
    return {
        "weights": [round(float(one), 4) for one in model.coef_[0]],
        "constant": round(float(model.intercept_[0]), 4),
    }


def main() -> None:
    """Train, measure and write."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    parser.add_argument("--background", type=int, default=1500)
    parser.add_argument("--out", type=Path, default=FOLDER)
    asked = parser.parse_args()
    taxonomy = load_taxonomy(default_folder())
    encoder = open_encoder()
    texts = read_texts(asked.shared, asked.background)
    vectors = encoder.encode([f"{one.heading}\n{one.text}" for one in texts])
    concepts = [concept.id for concept in taxonomy.concepts]
    wanted = np.array([[one.concept == concept for concept in concepts] for one in texts])
    folds = np.array([one.fold for one in texts])
    rows, constants = fit(vectors[folds != 0], wanted[folds != 0])
    held = [place for place, fold in enumerate(folds) if fold == 0]
    texts, logits, wanted = [texts[place] for place in held], vectors[held] @ rows.T + constants, wanted[held]
    matcher = LabelMatcher(taxonomy)
    joined, plain, right = tables(texts, logits, wanted, matcher, concepts)
    half = np.array([zlib.crc32(one.item.encode()) // FOLDS % 2 for one in texts])
    scores = np.zeros(len(right))
    for part in (0, 1):
        inside = np.repeat(half != part, len(concepts))
        scores[~inside] = scored(layer(joined[inside], right[inside]), joined[~inside])
    report(scores, right, texts)
    card = {
        "encoder": encoder.version,
        "concepts": concepts,
        "joined": layer(joined, right),
        "labels_only": layer(plain, right),
    }
    print(card["joined"], card["labels_only"], f"taxonomy {taxonomy.version}")
    asked.out.mkdir(parents=True, exist_ok=True)
    (asked.out / "classifier.safetensors").write_bytes(save({"rows": rows.astype(np.float16), "constants": constants}))
    (asked.out / "layers.json").write_text(json.dumps(card, indent=1) + "\n", "utf-8")


def tables(
    texts: Sequence[Text],
    logits: NDArray[np.float32],
    wanted: NDArray[np.bool_],
    matcher: LabelMatcher,
    concepts: Sequence[str],
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.bool_]]:
    """Return the features of both layers and what is right, a line for each text and concept."""
    joined, plain = [], []
    for place, one in enumerate(texts):
        language = "sr-Cyrl" if one.language == "sr" else one.language
        body = f"{one.heading}\n{one.text}"
        matches = matcher.find(body, language)
        length = len(body.split())
        for column, concept in enumerate(concepts):
            joined.append(features(matches, concept, length=length, logit=float(logits[place, column])))
            plain.append(label_features(matches, concept, length=length))
    return np.asarray(joined), np.asarray(plain), wanted.ravel()


def scored(card: dict[str, Any], values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the scores that a layer gives to features."""
    scores: NDArray[np.float64] = 1 / (1 + np.exp(-(values @ np.asarray(card["weights"]) + card["constant"])))
    return scores


def report(scores: NDArray[np.float64], right: NDArray[np.bool_], texts: Sequence[Text]) -> None:
    """Print F1 at 0.5 on the held-out items, by language; each half was scored by a layer fitted on the other."""
    score, truth = scores.reshape(len(texts), -1), right.reshape(len(texts), -1)
    print("| language | texts | precision | recall | micro F1 |\n|---|---|---|---|---|")
    for name in ("all", *LANGUAGES):
        some = np.array([name in ("all", one.language) for one in texts])
        given, hit = score[some] >= 0.5, (score[some] >= 0.5) & truth[some]
        precision, recall = hit.sum() / max(1, given.sum()), hit.sum() / max(1, truth[some].sum())
        f1 = 2 * precision * recall / max(1e-9, precision + recall)
        print(f"| {name} | {some.sum()} | {precision:.3f} | {recall:.3f} | {f1:.3f} |")


if __name__ == "__main__":
    main()
