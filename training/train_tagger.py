"""Train the tagger: a linear classifier over the bundled encoder's vectors, one for queries, and the layer that joins it with the labels.

    python training/train_tagger.py --shared ../shared

Learns from ../shared/parallel and training/own (model provisions, articles and queries in seven languages; `also.jsonl` says what else the articles are
on), from the digests' facts, from articles as laws have them (training/law, most of them on no concept) and from running legal text of ../shared/train (vezilka)
on no concept; model texts are also buried among lines of their language on no concept, as a matter stands in one paragraph of a long article.
What is held out is said by `psimm_docs.evaluate.split`; the articles of training/law and the digests are scored in turns by classifiers that have not seen their file
or work. The joining layers (one for digests, one for the rest) are fitted on the part that tunes and on those scores, and F1 is printed for the part that tests.

Real articles only measure (`real_articles.py`): ../shared says of them "test input only", so that nothing is learned, calibrated or chosen by them.
Writes src/psimm_docs/data/tagger. Takes three minutes on two cores; the
same input gives the same weights.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
from collections.abc import Callable, Iterator, Sequence
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
from psimm_docs.evaluate.split import Part, checksum, part_of_home, part_of_item
from psimm_docs.foreigners import in_text, level
from psimm_docs.label_votes import LabelMatcher
from psimm_docs.tagging import FOLDER, Setting, features, label_features, margins
from psimm_docs.taxonomy import default_folder, load_taxonomy
from tagger_report import report

STRENGTH, OF_QUERIES = 0.5, 1.0
"""How little the weights are held down (the C of logistic regression), and those of the classifier of queries."""

POSITIVE, OF_WINDOWS = 3.0, 1.5
"""What a text on a concept counts against one that is not on it: for the query's classifier and for a first look; where the best window decides."""

DOUBTFUL = -1.0
"""The logit from which an unnamed concept of a text that is known by one concept teaches nothing: nobody said no to the others."""

BURIED = {"train": 0.35, "dev": 0.5}
"""Share of the model texts that also stand buried, by part."""

MOST_LINES = (1, 2, 3, 4, 6, 8)
"""How many lines of running text make one text of the background; one of these by chance."""

STRETCH = 40
"""Lines of running text that belong to one part: of five stretches the first tunes."""

NONE_SHARE = 0.75
"""Share of the texts on no concept in what the layer outside digests is fitted on, by their weights: most of real law is on none."""

LAW, IN_LAYER, DIGEST = 5.0, 3.0, 3.0
"""What an article of `law/` counts against a model text, in the classifier and in the joining layer, and what a fact of a digest counts in the classifier."""

DIGEST_TURNS = 4
"""Parts of the digests' works, each scored by a classifier that has not seen it."""

SPEAKS = {"foreigners": 20.0, "work": 15.0, "asylum": 15.0, "border": 6.0, "other": 0.7}
"""Words about foreigners in a thousand words of an act, by its kind: what is taken to stand around an article of `law/`. Estimates, no counts."""


@dataclass(frozen=True)
class Text:
    """A text to learn from: its concepts (none for background), its language, its part, and what kind of text it is.

    Concepts in `doubt` don't count. `full`: what it is on was read for, and the rest of the concepts are not. `act`: the kind
    of act around it, a key of `SPEAKS`, or empty. `turn`: what is left out together when it is scored by what has not seen it.
    """

    concepts: frozenset[str]
    language: str
    part: Part
    heading: str
    text: str
    query: bool = False
    kind: str = "model"
    doubt: frozenset[str] = frozenset()
    full: bool = False
    act: str = ""
    turn: str = ""


def read_also() -> dict[str, dict[str, Any]]:
    """Return what a reader found model texts to be on besides the concept that they were written for, by id."""
    path = Path(__file__).resolve().parent / "also.jsonl"
    return {row["id"]: row for row in map(json.loads, path.read_text("utf-8").splitlines())}


def model_texts(shared: Path) -> list[Text]:
    """Return the model texts and queries in all languages; a heading is a query, too."""
    texts, read = [], read_also()
    for row in (*read_parallel(shared), *read_own()):
        concepts = frozenset([row["concept"]] if row["concept"] else [])
        part = part_of_item(row["id"])
        also = read.get(row["id"], {"also": (), "maybe": ()})
        for language in LANGUAGES:
            heading = (row.get("heading") or {}).get(language, "")
            texts.append(
                Text(
                    concepts | frozenset(also["also"]),
                    language,
                    part,
                    heading,
                    row[language],
                    row["kind"] == "query",
                    doubt=frozenset(also["maybe"]),
                    full=row["id"] in read or not concepts,
                )
            )
            if heading and not also["also"]:
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
                turn = f"digests {checksum(row['work']) % DIGEST_TURNS}"
                texts.append(
                    Text(frozenset(row["concepts"]), language, part, heading, text, kind="digest", full=True, turn=turn)
                )
    return texts


def law_texts() -> list[Text]:
    """Return articles as laws have them, written for this, most of them on no concept; each is scored by what has not seen its file."""
    texts = []
    for path in sorted((Path(__file__).resolve().parent / "law").glob("*.jsonl")):
        for row in map(json.loads, path.read_text("utf-8").splitlines()):
            concepts, doubt = frozenset(row["concepts"]), frozenset(row["maybe"])
            text = Text(concepts, row["language"], "train", row["heading"], row["text"], kind="law", full=True)
            texts.append(replace(text, doubt=doubt - concepts, act=row["act"], turn=path.stem))
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
        if not one.query and not one.concepts and one.kind in ("model", "background"):
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


def together(some: Encoded, more: Encoded) -> Encoded:
    """Return texts and further ones."""
    return Encoded(
        [*some.texts, *more.texts],
        np.concatenate([some.whole, more.whole]),
        np.concatenate([some.windows, more.windows]),
        np.concatenate([some.owners, more.owners + len(some.texts)]),
    )


Rows = tuple[NDArray[np.float32], NDArray[np.float32]]
"""What was fitted: rows (columns, dimensions) and constants."""


def minimised(
    loss: Callable[[torch.Tensor, torch.Tensor], torch.Tensor], columns: int, size: int, strength: float
) -> Rows:
    """Minimise a loss of rows and constants by L-BFGS, the rows held down by a ridge; `strength` is how little (the C of logistic regression)."""
    torch.manual_seed(7)
    rows = torch.zeros(columns, size, requires_grad=True)
    constants = torch.zeros(columns, requires_grad=True)
    optimiser = torch.optim.LBFGS([rows, constants], max_iter=200, history_size=10, line_search_fn="strong_wolfe")

    def value() -> Any:
        optimiser.zero_grad()
        made = loss(rows, constants) * strength + (rows**2).sum() / 2
        made.backward()
        return made

    optimiser.step(value)
    return rows.detach().numpy(), constants.detach().numpy()


def fit(
    vectors: NDArray[np.float32], wanted: NDArray[np.float32], *, weights: NDArray[np.float32] | None = None
) -> Rows:
    """Fit all concepts at once: one softmax over the columns, or with `weights` (a cell each) one logistic regression a column."""
    inputs, target = torch.from_numpy(vectors), torch.from_numpy(wanted)
    functional = torch.nn.functional

    def loss(rows: torch.Tensor, constants: torch.Tensor) -> torch.Tensor:
        logits = inputs @ rows.T + constants
        if weights is None:
            return functional.cross_entropy(logits, target, reduction="sum")
        return functional.binary_cross_entropy_with_logits(logits, target, torch.from_numpy(weights), reduction="sum")

    return minimised(loss, wanted.shape[1], vectors.shape[1], OF_QUERIES if weights is None else STRENGTH)


def fit_windows(held: Encoded, wanted: NDArray[np.float32], weights: NDArray[np.float32]) -> Rows:
    """Fit one logistic regression a concept, a text's logit being the largest of its own and its windows'."""
    inputs = torch.from_numpy(np.concatenate([held.whole, held.windows]))
    owners = np.concatenate([np.arange(len(held.texts)), held.owners])
    places = torch.from_numpy(owners)[:, None].expand(-1, wanted.shape[1])
    target, weight = torch.from_numpy(wanted), torch.from_numpy(weights)

    def loss(rows: torch.Tensor, constants: torch.Tensor) -> torch.Tensor:
        least = torch.full(wanted.shape, -1e9)
        logits = least.scatter_reduce(0, places, inputs @ rows.T + constants, "amax")
        return torch.nn.functional.binary_cross_entropy_with_logits(logits, target, weight, reduction="sum")

    return minimised(loss, wanted.shape[1], inputs.shape[1], STRENGTH)


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
    """Return a weight a text: an article of `law/` counts more, and those on no concept have their share, `NONE_SHARE`."""
    weights = np.where([one.kind == "law" for one in texts], IN_LAYER, 1.0)
    none = np.array([not one.concepts for one in texts])
    wanted = NONE_SHARE / (1 - NONE_SHARE) * weights[~none].sum()
    return np.where(none, weights * wanted / max(1.0, weights[none].sum()), weights)


def truth(texts: Sequence[Text], concepts: Sequence[str]) -> NDArray[np.bool_]:
    """Return which text is on which concept, shape (texts, concepts)."""
    return np.array([[concept in one.concepts for concept in concepts] for one in texts])


def doubted(texts: Sequence[Text], concepts: Sequence[str]) -> NDArray[np.bool_]:
    """Return of which text which concept is in doubt, shape (texts, concepts)."""
    return np.array([[concept in one.doubt for concept in concepts] for one in texts])


def main() -> None:
    """Train, measure and write."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    parser.add_argument("--digests", type=Path, default=Path("corpus/digests"))
    parser.add_argument("--out", type=Path, default=FOLDER)
    asked = parser.parse_args()
    taxonomy, encoder = load_taxonomy(default_folder()), open_encoder()
    concepts = [concept.id for concept in taxonomy.concepts]
    texts = [*model_texts(asked.shared), *digest_texts(asked.digests), *background_texts(asked.shared)]
    texts += buried_texts(texts)
    held = encoded(encoder, texts)
    law = encoded(encoder, law_texts())
    wanted = truth(texts, concepts)

    def places(part: Part, *, query: bool) -> NDArray[np.int64]:
        return np.flatnonzero([one.part == part and one.query == query for one in texts])

    learned = places("train", query=False)
    model = chosen(held, learned.tolist())
    first = wanted[learned].astype(np.float32)
    look = fit(model.whole, first, weights=np.where(first > 0, POSITIVE, 1.0).astype(np.float32))
    seen = model.whole @ look[0].T + look[1]
    weights = np.where(first > 0, OF_WINDOWS, 1.0) * ~doubted(model.texts, concepts)
    part_known = np.array([bool(one.concepts) and not one.full for one in model.texts])[:, None]
    weights[[one.kind == "digest" for one in model.texts]] *= DIGEST
    weights[(first == 0) & part_known & (seen > DOUBTFUL)] = 0
    of_law = truth(law.texts, concepts).astype(np.float32)
    law_weights = np.where(of_law > 0, OF_WINDOWS, 1.0) * LAW * ~doubted(law.texts, concepts)

    def learn(without: str = "") -> Rows:
        mine = [at for at, one in enumerate(model.texts) if not without or one.turn != without]
        some = [at for at, one in enumerate(law.texts) if one.turn != without]
        return fit_windows(
            together(chosen(model, mine), chosen(law, some)),
            np.concatenate([first[mine], of_law[some]]),
            np.concatenate([weights[mine], law_weights[some]]).astype(np.float32),
        )

    rows, constants = learn()
    plain = learned[[texts[at].kind != "buried" and len(texts[at].concepts) < 2 for at in learned]]
    heads = np.concatenate([places("train", query=True), plain])
    classes = np.concatenate([wanted, ~wanted.any(axis=1, keepdims=True)], axis=1).astype(np.float32)
    query_rows, query_constants = fit(held.whole[heads], classes[heads])
    matcher = LabelMatcher(taxonomy)

    def table(some: Encoded, made: Rows) -> Table:
        return tables(some.texts, *some.logits(*made), matcher, concepts)

    def apart() -> Iterator[tuple[Encoded, Table]]:
        for source in (law, model):
            for turn in sorted({one.turn for one in source.texts if one.turn}):
                some = chosen(source, [at for at, one in enumerate(source.texts) if one.turn == turn])
                yield some, table(some, learn(turn))

    part = chosen(held, places("dev", query=False).tolist())
    in_turns = list(apart())
    of_part = table(part, (rows, constants))
    features_of, labels, right = (np.concatenate([of_part[at], *(one[at] for _, one in in_turns)]) for at in range(3))
    tuned = [*part.texts, *(one for some, _ in in_turns for one in some.texts)]
    digests = np.repeat([one.kind == "digest" for one in tuned], len(concepts))
    sure = ~doubted(tuned, concepts).ravel()
    laws = sure & ~digests
    card = {
        "encoder": encoder.version,
        "concepts": concepts,
        "joined": layer(features_of[laws], right[laws], np.repeat(as_in_law(tuned), len(concepts))[laws]),
        "digest": layer(features_of[digests], right[digests]),
        "labels_only": layer(labels[sure], right[sure]),
    }
    test = chosen(held, places("test", query=False).tolist())
    turns = [(f"{some.texts[0].turn}, by what has not seen it", some, seen_of) for some, seen_of in in_turns]
    for name, some, (numbers, _, wanted_of) in [
        *turns,
        ("dev", part, of_part),
        ("test", test, table(test, (rows, constants))),
    ]:
        print(f"{name}:")
        cells = np.repeat([one.kind == "digest" for one in some.texts], len(concepts))
        scores = np.where(cells, scored(card["digest"], numbers), scored(card["joined"], numbers))
        scores = np.where(doubted(some.texts, concepts).ravel(), 0, scores)
        report(scores, wanted_of, [one.kind for one in some.texts], [one.language for one in some.texts])
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
        setting = Setting(len(body.split()), in_text(body), level(SPEAKS[one.act]) if one.act else None)
        for column, concept in enumerate(concepts):
            logit, window, margin = (float(numbers[place, column]) for numbers in (whole, best, apart))
            joined.append(features(matches, concept, setting, logit=logit, window=window, margin=margin))
            plain.append(label_features(matches, concept, length=setting.length))
    return np.asarray(joined), np.asarray(plain), truth(texts, concepts).ravel()


def scored(card: dict[str, Any], values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the scores that a layer gives to features."""
    scores: NDArray[np.float64] = 1 / (1 + np.exp(-(values @ np.asarray(card["weights"]) + card["constant"])))
    return scores


if __name__ == "__main__":
    main()
