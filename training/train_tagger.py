"""Train the tagger: a linear classifier over the bundled encoder's vectors, one for queries, and the layer that joins it with the labels.

    python training/train_tagger.py --shared ../shared --real build/real.jsonl

Learns from ../shared/parallel and training/own (model provisions, articles and queries in seven languages), from the digests' facts,
from running legal text of ../shared/train (vezilka) as background that concerns no concept; what is held out is said by
`psimm_docs.evaluate.split`. `--real` measures on real articles that we labelled (`real_articles.py` collects their texts); nothing is learned, fitted or
chosen from them, since they are test input only. The joining layers (one for digests, one for the rest) are fitted on the part that tunes, and F1 is
printed for the part that tests. Writes
src/psimm_docs/data/tagger. Takes two to four minutes on two cores; the same input gives the same weights.
"""

from __future__ import annotations

import argparse
import gzip
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.numpy import save
from sklearn.linear_model import LogisticRegression

from evaluate_encoder import LANGUAGES, read_own, read_parallel
from psimm_docs.encode import Encoder, encode_headed, open_encoder
from psimm_docs.evaluate.split import Part, part_of_home, part_of_item
from psimm_docs.evaluate.tagging import calibration_error
from psimm_docs.label_votes import LabelMatcher
from psimm_docs.tagging import FOLDER, features, label_features
from psimm_docs.taxonomy import default_folder, load_taxonomy
from real_articles import read_labels

STRENGTH = 1.0
"""How little the classifier's weights are held down (the C of logistic regression)."""

POSITIVE = 8.0
"""What a text on a concept counts against one that is not on it."""


SHOWN = 0.3
"""The score from which a suggestion is shown, as the settings have it."""


@dataclass(frozen=True)
class Text:
    """A text to learn from: its concepts (none for background), its language, its part, and whether it is a query.

    A real article has its windows and the concepts that are in doubt, which do not count.
    """

    concepts: frozenset[str]
    language: str
    part: Part
    heading: str
    text: str
    query: bool = False
    digest: bool = False
    windows: tuple[str, ...] = ()
    doubt: frozenset[str] = frozenset()


def model_texts(shared: Path) -> list[Text]:
    """Return the model texts and queries in all languages; a heading is a query, too."""
    texts = []
    for row in (*read_parallel(shared), *read_own()):
        concepts = frozenset([row["concept"]] if row["concept"] else [])
        part = part_of_item(row["id"])
        for language in LANGUAGES:
            heading = (row.get("heading") or {}).get(language, "")
            texts.append(Text(concepts, language, part, heading, row[language], row["kind"] == "query"))
            if heading:
                texts.append(Text(concepts, language, part, "", heading, query=True))
    return texts


def digest_texts(folder: Path) -> list[Text]:
    """Return the facts of the digests in their languages."""
    texts = []
    for path in sorted(folder.glob("*.jsonl")):
        for row in map(json.loads, path.read_text("utf-8").splitlines()):
            part = part_of_home(row["work"], row["article"] or "")
            for language, text in row["text"].items():
                heading = (row.get("heading") or {}).get(language, "")
                texts.append(Text(frozenset(row["concepts"]), language, part, heading, text, digest=True))
    return texts


def background_texts(shared: Path, count: int) -> list[Text]:
    """Return running legal text on no concept, and its beginnings as queries."""
    with gzip.open(shared / "train" / "vezilka.mk-sq.tsv.gz", "rt", encoding="utf-8") as lines:
        rows = [line.rstrip("\n").split("\t") for line in lines]
    rows = [row for row in rows if len(row) == 2 and min(len(one.split()) for one in row) >= 12]
    texts = []
    for mk, sq in rows[:: max(1, len(rows) // count)][:count]:
        for language, text in (("mk", mk), ("sq", sq)):
            texts.append(Text(frozenset(), language, "train", "", text))
            texts.append(Text(frozenset(), language, "train", "", " ".join(text.split()[:7]), query=True))
    return texts


def real_texts(path: Path | None) -> list[Text]:
    """Return the labelled real articles whose texts were collected, each with its windows and its turn."""
    if path is None:
        return []
    labels = {row["id"]: row for row in read_labels()}
    texts = []
    for found in map(json.loads, path.read_text("utf-8").splitlines()):
        row = labels[found["id"]]
        texts.append(
            Text(
                frozenset(row["concepts"]),
                row["language"],
                "train",
                found["heading"],
                "\n".join(found["windows"]),
                windows=tuple(found["windows"]),
                doubt=frozenset(row["maybe"]),
            )
        )
    return texts


@dataclass(frozen=True)
class Real:
    """The real articles as they are measured: a row a window, `home` the article of each."""

    texts: list[Text]
    vectors: NDArray[np.float32]
    home: NDArray[np.int64]
    wanted: NDArray[np.bool_]
    doubt: NDArray[np.bool_]

    def logits(self, rows: NDArray[np.float32], constants: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return each article's logits: of its windows the largest."""
        made = self.vectors @ rows.T + constants
        best = np.full((len(self.texts), made.shape[1]), -np.inf, np.float32)
        np.maximum.at(best, self.home, made)
        return best


def gathered(texts: list[Text], encoder: Encoder, concepts: Sequence[str]) -> Real:
    """Return real articles ready to be measured."""
    home = np.array([at for at, one in enumerate(texts) for _ in one.windows], np.int64)
    vectors = encode_headed(
        encoder, [window for one in texts for window in one.windows], [texts[at].heading for at in home]
    )
    wanted = np.array([[concept in one.concepts for concept in concepts] for one in texts])
    doubt = np.array([[concept in one.doubt for concept in concepts] for one in texts])
    return Real(texts, vectors, home, wanted, doubt)


def fit(
    vectors: NDArray[np.float32],
    wanted: NDArray[np.float32],
    *,
    exclusive: bool,
    weights: NDArray[np.float32] | None = None,
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Fit all concepts at once, by L-BFGS; returns rows (columns of `wanted`, dimensions) and constants.

    `exclusive` fits one softmax over the columns, else one logistic regression a column, each cell with its weight.
    """
    torch.manual_seed(7)
    inputs, target = torch.from_numpy(vectors), torch.from_numpy(wanted)
    rows = torch.zeros(wanted.shape[1], vectors.shape[1], requires_grad=True)
    constants = torch.zeros(wanted.shape[1], requires_grad=True)
    weight = torch.where(target > 0, POSITIVE, 1.0) if weights is None else torch.from_numpy(weights)
    optimiser = torch.optim.LBFGS([rows, constants], max_iter=200, history_size=10, line_search_fn="strong_wolfe")

    def loss() -> Any:
        optimiser.zero_grad()
        logits = inputs @ rows.T + constants
        if exclusive:
            errors = torch.nn.functional.cross_entropy(logits, target, reduction="sum")
        else:
            errors = torch.nn.functional.binary_cross_entropy_with_logits(logits, target, weight, reduction="sum")
        value = errors * STRENGTH + (rows**2).sum() / 2
        value.backward()
        return value

    optimiser.step(loss)
    return rows.detach().numpy(), constants.detach().numpy()


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
    parser.add_argument("--digests", type=Path, default=Path("corpus/digests"))
    parser.add_argument("--background", type=int, default=2500)
    parser.add_argument(
        "--doubtful",
        type=float,
        default=-1.0,
        help="logit from which an unnamed concept of a model text teaches nothing",
    )
    parser.add_argument("--real", type=Path, help="texts of the real articles, as real_articles.py writes them")
    parser.add_argument("--out", type=Path, default=FOLDER)
    asked = parser.parse_args()
    taxonomy = load_taxonomy(default_folder())
    encoder = open_encoder()
    texts = [
        *model_texts(asked.shared),
        *digest_texts(asked.digests),
        *background_texts(asked.shared, asked.background),
    ]
    vectors = encode_headed(encoder, [one.text for one in texts], [one.heading for one in texts])
    concepts = [concept.id for concept in taxonomy.concepts]
    wanted = np.array([[concept in one.concepts for concept in concepts] for one in texts])

    def places(part: Part, *, query: bool) -> NDArray[np.int64]:
        return np.flatnonzero([one.part == part and one.query == query for one in texts])

    learned = places("train", query=False)
    model = vectors[learned], wanted[learned].astype(np.float32)
    model_weights = np.where(model[1] > 0, POSITIVE, 1.0).astype(np.float32)
    real = gathered(real_texts(asked.real), encoder, concepts) if asked.real else None

    rows, constants = fit(*model, exclusive=False, weights=model_weights)
    if asked.doubtful < 30:
        # a model text is known by one concept; where the classifier sees another, nobody said no
        seen = vectors[learned] @ rows.T + constants
        named = model[1].any(axis=1, keepdims=True)
        model_weights[(model[1] == 0) & named & (seen > asked.doubtful)] = 0
        rows, constants = fit(*model, exclusive=False, weights=model_weights)
    heads = np.concatenate(
        [places("train", query=True), learned[np.array([len(texts[at].concepts) < 2 for at in learned])]]
    )
    classes = np.concatenate([wanted, ~wanted.any(axis=1, keepdims=True)], axis=1).astype(np.float32)
    query_rows, query_constants = fit(vectors[heads], classes[heads], exclusive=True)
    matcher = LabelMatcher(taxonomy)

    def table(part: Part) -> tuple[list[Text], NDArray[np.float64], NDArray[np.float64], NDArray[np.bool_]]:
        at = places(part, query=False)
        some = [texts[one] for one in at]
        return some, *tables(some, vectors[at] @ rows.T + constants, wanted[at], matcher, concepts)

    some, joined, plain, right = table("dev")
    cells = np.repeat([one.digest for one in some], len(concepts))
    values, targets = joined[~cells], right[~cells]
    card = {
        "encoder": encoder.version,
        "concepts": concepts,
        "joined": layer(values, targets),
        "digest": layer(joined[cells], right[cells]),
        "labels_only": layer(plain, right),
    }
    some, joined, _, right = table("test")
    cells = np.repeat([one.digest for one in some], len(concepts))
    report(np.where(cells, scored(card["digest"], joined), scored(card["joined"], joined)), right, some)
    if real is not None:
        of_real, _, right_real = tables(real.texts, real.logits(rows, constants), real.wanted, matcher, concepts)
        sure = ~real.doubt.ravel()
        print("real articles, of which nothing was learned, doubtful cells left out:")
        report(np.where(sure, scored(card["joined"], of_real), 0), right_real & sure, real.texts)
    for part in ("dev", "test"):
        at = places(part, query=True)  # type: ignore[arg-type]
        at = at[wanted[at].any(axis=1)]
        best = (vectors[at] @ query_rows.T + query_constants).argsort(axis=1)[:, ::-1]
        ranks = [
            min(int(np.flatnonzero(row == column)[0]) for column in np.flatnonzero(wanted[one]))
            for row, one in zip(best, at, strict=True)
        ]
        print(
            f"queries ({part}): right concept first {np.mean(np.array(ranks) == 0):.3f}, in three {np.mean(np.array(ranks) < 3):.3f} of {len(at)}"
        )
    print(card["joined"], card["labels_only"], f"taxonomy {taxonomy.version}")
    asked.out.mkdir(parents=True, exist_ok=True)
    arrays = {"rows": rows, "query_rows": query_rows}
    (asked.out / "classifier.safetensors").write_bytes(
        save(
            {name: array.astype(np.float16) for name, array in arrays.items()}
            | {"constants": constants, "query_constants": query_constants}
        )
    )
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
    """Print F1 at 0.5 on the part that tests, by language and by kind."""
    score, truth = scores.reshape(len(texts), -1), right.reshape(len(texts), -1)
    print("| texts | count | precision | recall | micro F1 | calibration error |\n|---|---|---|---|---|---|")
    groups = {
        "all": [True] * len(texts),
        "model": [not one.digest for one in texts],
        "digests": [one.digest for one in texts],
    }
    groups |= {name: [one.language == name for one in texts] for name in dict.fromkeys(one.language for one in texts)}
    for name, members in groups.items():
        some = np.array(members)
        given, hit = score[some] >= 0.5, (score[some] >= 0.5) & truth[some]
        precision, recall = hit.sum() / max(1, given.sum()), hit.sum() / max(1, truth[some].sum())
        f1 = 2 * precision * recall / max(1e-9, precision + recall)
        shown = score[some] >= SHOWN
        error = calibration_error(list(zip(score[some][shown].tolist(), truth[some][shown].tolist(), strict=True)))
        print(f"| {name} | {some.sum()} | {precision:.3f} | {recall:.3f} | {f1:.3f} | {error:.3f} |")


if __name__ == "__main__":
    main()
