"""Tagging on the gold: texts that readers judged, on one concept, on several or on none.

Each text of `annotations/gold/tagging` becomes a document of one article in memory, cut, encoded and tagged as a build does it, at the
workspace's threshold: what counts is what a user would be shown. Precision and recall are also given at `retagging.ACCEPT`, from which a suggestion is
called likely. Nothing of it was learned from: model provisions and digests come from the
part that tests (`split`), the rest was written for this set. The concepts that were decided on
are the truth; `read twice` says of how many texts two readers judged.

A text without concept and without suggestion is right and has no share in F1, so `nothing suggested` says how many of those there are.
Calibration is of the suggestions that were made; `calibration error of all concepts` asks every concept of every text, most of them for good reason near 0.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from psimm_docs.errors import PsimmError
from psimm_docs.evaluate.facts import Score, f1, mean
from psimm_docs.evaluate.tagging import calibration_error
from psimm_docs.records import Document, Provision, Span, fingerprint
from psimm_docs.retagging import ACCEPT

if TYPE_CHECKING:
    from psimm_docs.encode import Encoder
    from psimm_docs.tagging import Tagger
    from psimm_docs.workbench import Workbench

SUITE = "tagging-gold"
CYRILLIC = frozenset({"sr-Cyrl", "mk"})


@dataclass(frozen=True, slots=True)
class GoldText:
    """A text of the gold with the concepts that were decided on, `twice` after two readings; `origin` is `model`, `digest` or `new`."""

    id: str
    origin: str
    language: str
    jurisdiction: str
    heading: str
    text: str
    concepts: frozenset[str]
    twice: bool

    @property
    def script(self) -> str:
        """The script that the text is written in, `Cyrl` or `Latn`."""
        return "Cyrl" if self.language in CYRILLIC else "Latn"


@dataclass(frozen=True, slots=True)
class Tagged:
    """A text of the gold with the score of every concept, 0..1, whatever the threshold."""

    gold: GoldText
    scores: Mapping[str, float]

    def suggested(self, threshold: float) -> dict[str, float]:
        """Return the concepts that are suggested at a threshold, with their scores."""
        return {concept: score for concept, score in self.scores.items() if score >= threshold}


def read_gold(folder: Path) -> list[GoldText]:
    """Return the texts that have been judged; raises PsimmError where there are none or a label belongs to no text."""
    paths = [folder / name for name in ("items.jsonl", "labels.jsonl")]
    for path in paths:
        if not path.is_file():
            raise PsimmError(f"{path}: not here; run evaluate in the project's own checkout")
    items, labels = (
        {row["id"]: row for row in map(json.loads, path.read_text("utf-8").splitlines())} for path in paths
    )
    if items.keys() != labels.keys():
        raise PsimmError(f"{paths[1]}: {len(items.keys() ^ labels.keys())} texts and labels don't belong together")
    return [
        GoldText(**row, concepts=frozenset(labels[key]["concepts"]), twice=labels[key]["b"] is not None)
        for key, row in items.items()
    ]


def as_document(one: GoldText) -> tuple[Document, Provision]:
    """Return a text as a document of one article, its heading above it."""
    above = f"{one.heading}\n" if one.heading else ""
    text = f"{above}{one.text}"
    document = Document(
        source_id=one.id, sha256=fingerprint(text), text=text, body_end=len(text), title=one.heading or one.text[:80]
    )
    article = Provision(
        id=f"{one.id}#art_1",
        source_id=one.id,
        eid="art_1",
        kind="article",
        number="1",
        heading=one.heading,
        label="1",
        span=Span(0, len(text)),
        parent="",
        order=0,
        depth=0,
        printed=False,
        language=one.language,
        fingerprint=fingerprint(text),
        heading_span=Span(0, len(one.heading)) if one.heading else None,
    )
    return document, article


def tagged(texts: Sequence[GoldText], tagger: Tagger, encoder: Encoder) -> list[Tagged]:
    """Return the texts with the score of every concept, all encoded in one go."""
    import numpy as np

    from psimm_docs.chunks import cut
    from psimm_docs.chunks import windows as windows_of
    from psimm_docs.encode import encode_headed
    from psimm_docs.stages import Windows

    made = [as_document(one) for one in texts]
    chunks = [cut(document, [article], title="") for document, article in made]
    words = [chunk.span.of(made[place][0].text) for place, some in enumerate(chunks) for chunk in some]
    headings = [made[place][1].heading for place, some in enumerate(chunks) for _ in some]
    vectors = encode_headed(encoder, words, headings)
    owned = [(place, window) for place, text in enumerate(words) for window in windows_of(text)]
    pieces = encode_headed(encoder, [window for _, window in owned], [headings[place] for place, _ in owned])
    windows = Windows(pieces.astype(np.float16), np.array([place for place, _ in owned], np.int32))
    found, start = [], 0
    for one, (document, article), some in zip(texts, made, chunks, strict=True):
        rows, own = vectors[start : start + len(some)], windows.only(range(start, start + len(some)))
        start += len(some)
        digest = one.origin == "digest"
        tags = tagger.tag(document, [article], some, rows, threshold=0.0, digest=digest, windows=own)
        found.append(Tagged(one, {tag.concept: tag.score for tag in tags}))
    return found


def gold_tagging_suite(bench: Workbench) -> Iterator[Score]:
    """Tag the gold with the workspace's tagger at its threshold and yield every figure, over all and by slice."""
    from psimm_docs.tagging import open_tagger

    texts = read_gold(bench.workspace.root / "annotations" / "gold" / "tagging")
    encoder = bench.encoder
    yield from suite(
        tagged(texts, open_tagger(bench.taxonomy, encoder), encoder), bench.workspace.settings.tag.threshold
    )


def suite(held: Sequence[Tagged], threshold: float, accept: float = ACCEPT) -> Iterator[Score]:
    """Yield the figures of texts that are tagged: over all, by language, script, jurisdiction and origin, and F1 by concept."""
    slices: dict[str, list[Tagged]] = defaultdict(list)
    for one in held:
        gold = one.gold
        for name in (
            "all",
            f"language {gold.language}",
            f"script {gold.script}",
            f"jurisdiction {gold.jurisdiction}",
            f"origin {gold.origin}",
        ):
            slices[name].append(one)
    for name in ("all", *sorted(slices.keys() - {"all"})):
        yield from figures(name, slices[name], threshold, accept)
    yield Score(SUITE, "read twice", "all", mean(one.gold.twice for one in held), len(held))
    yield Score(
        SUITE,
        "calibration error of all concepts",
        "all",
        calibration_error(
            [(score, concept in one.gold.concepts) for one in held for concept, score in one.scores.items()]
        ),
        sum(len(one.scores) for one in held),
    )
    yield from by_concept(held, threshold)


def counts(held: Sequence[Tagged], threshold: float) -> tuple[Counter[str], Counter[str], Counter[str]]:
    """Return by concept how many suggestions are right, how many were made and how many were wanted."""
    right, given, wanted = Counter[str](), Counter[str](), Counter[str]()
    for one in held:
        suggested = one.suggested(threshold)
        right.update(one.gold.concepts & suggested.keys())
        given.update(suggested.keys())
        wanted.update(one.gold.concepts)
    return right, given, wanted


def figures(name: str, held: Sequence[Tagged], threshold: float, accept: float) -> Iterator[Score]:
    """Yield the figures of one slice; macro F1 is over the concepts that occur in it."""
    right, given, wanted = counts(held, threshold)
    total, made, asked = right.total(), given.total(), wanted.total()
    sure, taken, _ = (counter.total() for counter in counts(held, accept))
    judged = [
        (score, concept in one.gold.concepts) for one in held for concept, score in one.suggested(threshold).items()
    ]
    empty = [not one.suggested(threshold) for one in held if not one.gold.concepts]
    yield Score(SUITE, "micro F1", name, f1(total, made, asked), len(held))
    yield Score(SUITE, "macro F1", name, mean(f1(right[one], given[one], wanted[one]) for one in wanted), len(wanted))
    yield Score(SUITE, "accepted micro F1", name, f1(sure, taken, asked), len(held))
    yield Score(SUITE, "accepted precision", name, sure / taken if taken else 1.0, taken)
    yield Score(SUITE, "accepted recall", name, sure / asked if asked else 1.0, asked)
    yield Score(SUITE, "error: calibration", name, calibration_error(judged), len(judged))
    if empty:
        yield Score(SUITE, "nothing suggested", name, mean(empty), len(empty))


def by_concept(held: Sequence[Tagged], threshold: float) -> Iterator[Score]:
    """Yield F1 by concept; the count is how many texts are on it. Concepts that neither occur nor are suggested have none."""
    right, given, wanted = counts(held, threshold)
    for concept in sorted(wanted.keys() | given.keys()):
        value = f1(right[concept], given[concept], wanted[concept])
        yield Score(SUITE, "concept F1", concept, value, wanted[concept])
