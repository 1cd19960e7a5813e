"""Train the tagger: a linear classifier over the bundled encoder's vectors, one for queries, and the layer that joins it with the labels.

    python training/train_tagger.py --shared ../shared [--real build/real.jsonl]

Learns from ../shared/parallel and training/own (model provisions, articles and queries in seven languages), from the digests' facts,
from provisions of other fields (training/dull) and from running legal text of ../shared/train (vezilka) that concern no concept; model texts are also buried among
lines of their language on no concept, as a matter stands in one paragraph of a long article. What is held out is said by
`psimm_docs.evaluate.split`. The joining layers (one for digests, one for the rest) are fitted on the part that tunes, and F1 is printed
for the part that tests.

`--real` names the texts of labelled real articles (`real_articles.py` collects them). They only measure: ../shared says of them "test
input only", so that nothing is learned, calibrated or chosen by them. Writes src/psimm_docs/data/tagger. Takes three to six minutes on two cores; the
same input gives the same weights.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.numpy import save
from sklearn.linear_model import LogisticRegression

from evaluate_encoder import LANGUAGES, read_own, read_parallel
from psimm_docs.chunks import windows
from psimm_docs.encode import Encoder, encode_headed, open_encoder
from psimm_docs.evaluate.split import Part, part_of_home, part_of_item
from psimm_docs.label_votes import LabelMatcher
from psimm_docs.tagging import FOLDER, features, label_features, margins
from psimm_docs.taxonomy import default_folder, load_taxonomy
from real_articles import read_labels
from tagger_report import report

STRENGTH, OF_QUERIES = 0.5, 1.0
"""How little the weights are held down (the C of logistic regression), and those of the classifier of queries."""

POSITIVE = 3.0
"""What a text on a concept counts against one that is not on it."""


DOUBTFUL = -1.0
"""The logit from which an unnamed concept of a model text teaches nothing: the text is known by one concept, and nobody said no to the others."""

BURIED = {"train": 0.35, "dev": 0.5}
"""Share of the model texts that also stand buried, by part."""

MOST_LINES = (1, 2, 3, 4, 6, 8)
"""How many lines of running text make one text of the background; one of these by chance."""

STRETCH = 40
"""Lines of running text that belong to one part: of five stretches the first tunes."""

NONE_SHARE = 0.8
"""Share of the texts on no concept in what the layer outside digests is fitted on, by their weights: most of real law is on none."""

DULL = 10.0
"""What a text of `dull/` counts against a model text."""


@dataclass(frozen=True)
class Text:
    """A text to learn from: its concepts (none for background), its language, its part, and what kind of text it is.

    A real article only measures; the concepts that are in doubt there don't count.
    """

    concepts: frozenset[str]
    language: str
    part: Part
    heading: str
    text: str
    query: bool = False
    kind: str = "model"
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
                texts.append(Text(frozenset(row["concepts"]), language, part, heading, text, kind="digest"))
    return texts


def dull_texts() -> list[Text]:
    """Return provisions of other fields that we wrote for this, on no concept: a file a language, lines of id, heading, text between tabs."""
    texts = []
    for path in sorted((Path(__file__).resolve().parent / "dull").glob("*.tsv")):
        for line in path.read_text("utf-8").splitlines():
            item, heading, text = line.split("\t")
            texts.append(Text(frozenset(), path.stem, part_of_item(f"dull {item}"), heading, text, kind="dull"))
    return texts


def background_texts(shared: Path) -> list[Text]:
    """Return running legal text on no concept, one to eight lines together, and beginnings of it as queries."""
    with gzip.open(shared / "train" / "vezilka.mk-sq.tsv.gz", "rt", encoding="utf-8") as lines:
        rows = [line.rstrip("\n").split("\t") for line in lines]
    rows = [row for row in rows if len(row) == 2 and min(len(one.split()) for one in row) >= 5]
    chance = random.Random(7)
    texts, at = [], 0
    while at < len(rows):
        some = rows[at : at + chance.choice(MOST_LINES)]
        part: Part = "train" if at // STRETCH % 5 else "dev"
        at += len(some)
        for language, block in zip(("mk", "sq"), zip(*some, strict=True), strict=True):
            texts.append(Text(frozenset(), language, part, "", "\n".join(block), kind="background"))
            if chance.random() < 0.35:
                beginning = " ".join(block[0].split()[:7])
                texts.append(Text(frozenset(), language, part, "", beginning, query=True, kind="background"))
    return texts


def buried_texts(texts: Sequence[Text]) -> list[Text]:
    """Return model texts among one to three texts of their language and part that are on no concept."""
    dull: dict[tuple[str, str], list[str]] = {}
    for one in texts:
        if not one.query and not one.concepts and one.kind in ("model", "background", "dull"):
            dull.setdefault((one.language, one.part), []).append(one.text)
    chance = random.Random(7)
    made = []
    for one in texts:
        around = dull.get((one.language, one.part), [])
        if (
            one.query
            or one.kind != "model"
            or not one.concepts
            or not around
            or chance.random() >= BURIED.get(one.part, 0)
        ):
            continue
        lines = [chance.choice(around) for _ in range(chance.choice((1, 2, 3)))]
        lines.insert(chance.randrange(len(lines) + 1), one.text)
        made.append(replace(one, heading=chance.choice(("", one.heading)), text="\n".join(lines), kind="buried"))
    return made


def real_texts(path: Path) -> list[Text]:
    """Return the labelled real articles whose texts were collected; they are of the part that tests, all of them."""
    labels = {row["id"]: row for row in read_labels()}
    texts = []
    for found in map(json.loads, path.read_text("utf-8").splitlines()):
        row = labels[found["id"]]
        concepts, doubt = frozenset(row["concepts"]), frozenset(row["maybe"])
        text = "\n".join(found["windows"])
        texts.append(
            Text(concepts, row["language"], "test", found["heading"], text, kind="real", doubt=doubt - concepts)
        )
    return texts


@dataclass(frozen=True)
class Encoded:
    """Texts with their vectors: `whole` has one row a text, `windows` a row a window of a long one, `owners` the place of the text that it is of."""

    texts: Sequence[Text]
    whole: NDArray[np.float32]
    windows: NDArray[np.float32]
    owners: NDArray[np.int64]

    def logits(
        self, rows: NDArray[np.float32], constants: NDArray[np.float32]
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Return each text's logits, of the whole and of the whole or the best window."""
        whole = self.whole @ rows.T + constants
        best = whole.copy()
        np.maximum.at(best, self.owners, self.windows @ rows.T + constants)
        return whole, best


def encoded(encoder: Encoder, texts: Sequence[Text]) -> Encoded:
    """Return texts with their vectors, each under its heading; queries have no windows, as have short texts."""
    pieces = [(at, piece) for at, one in enumerate(texts) if not one.query for piece in windows(one.text)]
    return Encoded(
        texts,
        encode_headed(encoder, [one.text for one in texts], [one.heading for one in texts]),
        encode_headed(encoder, [piece for _, piece in pieces], [texts[at].heading for at, _ in pieces]),
        np.array([at for at, _ in pieces], np.int64),
    )


def chosen(held: Encoded, places: Sequence[int]) -> Encoded:
    """Return some of the texts, in order."""
    new = {old: at for at, old in enumerate(places)}
    kept = [row for row, owner in enumerate(held.owners.tolist()) if owner in new]
    owners = np.array([new[int(held.owners[row])] for row in kept], np.int64)
    return Encoded([held.texts[at] for at in places], held.whole[list(places)], held.windows[kept], owners)


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
        value = errors * (OF_QUERIES if exclusive else STRENGTH) + (rows**2).sum() / 2
        value.backward()
        return value

    optimiser.step(loss)
    return rows.detach().numpy(), constants.detach().numpy()


def layer(
    values: NDArray[np.float64], right: NDArray[np.bool_], weights: NDArray[np.float64] | None = None
) -> dict[str, Any]:
    """Fit a joining layer; returns its weights and constant."""
    model = LogisticRegression(C=1.0, max_iter=2000).fit(values, right, weights)
    return {
        "weights": [round(float(one), 4) for one in model.coef_[0]],
        "constant": round(float(model.intercept_[0]), 4),
    }


def as_in_law(texts: Sequence[Text]) -> NDArray[np.float64]:
    """Return a weight a text so that those on no concept have their share, `NONE_SHARE`; the others weigh 1."""
    none = np.array([not one.concepts for one in texts])
    return np.where(none, NONE_SHARE / (1 - NONE_SHARE) * (~none).sum() / max(1, none.sum()), 1.0)


def truth(texts: Sequence[Text], concepts: Sequence[str]) -> NDArray[np.bool_]:
    """Return which text is on which concept, shape (texts, concepts)."""
    return np.array([[concept in one.concepts for concept in concepts] for one in texts])


def main() -> None:
    """Train, measure and write."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    parser.add_argument("--digests", type=Path, default=Path("corpus/digests"))
    parser.add_argument(
        "--real", type=Path, help="texts of real articles, as real_articles.py writes them; they only measure"
    )
    parser.add_argument("--out", type=Path, default=FOLDER)
    asked = parser.parse_args()
    taxonomy, encoder = load_taxonomy(default_folder()), open_encoder()
    concepts = [concept.id for concept in taxonomy.concepts]
    texts = [*model_texts(asked.shared), *digest_texts(asked.digests), *background_texts(asked.shared), *dull_texts()]
    texts += buried_texts(texts)
    held = encoded(encoder, texts)
    wanted = truth(texts, concepts)

    def places(part: Part, *, query: bool) -> NDArray[np.int64]:
        return np.flatnonzero([one.part == part and one.query == query for one in texts])

    learned = places("train", query=False)
    target = wanted[learned].astype(np.float32)
    weights = np.where(target > 0, POSITIVE, 1.0).astype(np.float32)
    weights[[texts[at].kind == "dull" for at in learned]] *= DULL
    rows, constants = fit(held.whole[learned], target, exclusive=False, weights=weights)
    seen = held.whole[learned] @ rows.T + constants
    weights[(target == 0) & target.any(axis=1, keepdims=True) & (seen > DOUBTFUL)] = 0
    rows, constants = fit(held.whole[learned], target, exclusive=False, weights=weights)
    plain = learned[[texts[at].kind != "buried" and len(texts[at].concepts) < 2 for at in learned]]
    heads = np.concatenate([places("train", query=True), plain])
    classes = np.concatenate([wanted, ~wanted.any(axis=1, keepdims=True)], axis=1).astype(np.float32)
    query_rows, query_constants = fit(held.whole[heads], classes[heads], exclusive=True)
    matcher = LabelMatcher(taxonomy)

    def table(some: Encoded) -> Table:
        return tables(some.texts, *some.logits(rows, constants), matcher, concepts)

    part = chosen(held, places("dev", query=False).tolist())
    joined, labels, right = table(part)
    cells = np.repeat([one.kind == "digest" for one in part.texts], len(concepts))
    laws = [one for one in part.texts if one.kind != "digest"]
    card = {
        "encoder": encoder.version,
        "concepts": concepts,
        "joined": layer(joined[~cells], right[~cells], np.repeat(as_in_law(laws), len(concepts))),
        "digest": layer(joined[cells], right[cells]),
        "labels_only": layer(labels, right),
    }
    measured = {"dev": part, "test": chosen(held, places("test", query=False).tolist())}
    if asked.real:
        measured["real articles, which nothing was learned from; doubtful concepts left out"] = encoded(
            encoder, real_texts(asked.real)
        )
    for name, some in measured.items():
        joined, _, right = table(some)
        cells = np.repeat([one.kind == "digest" for one in some.texts], len(concepts))
        doubt = np.array([[concept in one.doubt for concept in concepts] for one in some.texts]).ravel()
        print(f"{name}:")
        scores = np.where(cells, scored(card["digest"], joined), scored(card["joined"], joined))
        report(np.where(doubt, 0, scores), right, some.texts)
    for which in ("dev", "test"):
        at = places(which, query=True)  # type: ignore[arg-type]
        at = at[wanted[at].any(axis=1)]
        best = (held.whole[at] @ query_rows.T + query_constants).argsort(axis=1)[:, ::-1]
        ranks = np.array(
            [
                min(int(np.flatnonzero(row == column)[0]) for column in np.flatnonzero(wanted[one]))
                for row, one in zip(best, at, strict=True)
            ]
        )
        print(
            f"queries ({which}): right concept first {np.mean(ranks == 0):.3f}, in three {np.mean(ranks < 3):.3f} of {len(at)}"
        )
    print(card["joined"], card["digest"], card["labels_only"], f"taxonomy {taxonomy.version}")
    asked.out.mkdir(parents=True, exist_ok=True)
    arrays = {"rows": rows, "query_rows": query_rows}
    (asked.out / "classifier.safetensors").write_bytes(
        save(
            {name: array.astype(np.float16) for name, array in arrays.items()}
            | {"constants": constants, "query_constants": query_constants}
        )
    )
    (asked.out / "layers.json").write_text(json.dumps(card, indent=1) + "\n", "utf-8")


Table = tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.bool_]]
"""The features of both layers and what is right, a line for each text and concept."""


def tables(
    texts: Sequence[Text],
    whole: NDArray[np.float32],
    best: NDArray[np.float32],
    matcher: LabelMatcher,
    concepts: Sequence[str],
) -> Table:
    """Return what the layers see of texts, whose logits are given of the whole and of the best window."""
    joined, plain, apart = [], [], margins(best)
    for place, one in enumerate(texts):
        language = "sr-Cyrl" if one.language == "sr" else one.language
        body = f"{one.heading}\n{one.text}"
        matches = matcher.find(body, language)
        length = len(body.split())
        for column, concept in enumerate(concepts):
            numbers = (float(numbers[place, column]) for numbers in (whole, best, apart))
            logit, window, margin = numbers
            joined.append(features(matches, concept, length=length, logit=logit, window=window, margin=margin))
            plain.append(label_features(matches, concept, length=length))
    return np.asarray(joined), np.asarray(plain), truth(texts, concepts).ravel()


def scored(card: dict[str, Any], values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the scores that a layer gives to features."""
    scores: NDArray[np.float64] = 1 / (1 + np.exp(-(values @ np.asarray(card["weights"]) + card["constant"])))
    return scores


if __name__ == "__main__":
    main()
