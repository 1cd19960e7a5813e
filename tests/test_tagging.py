"""Suggestions: labels in every script and case form, evidence inside the provision, none where none fits."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from psimm_docs.chunks import cut
from psimm_docs.encode import open_encoder
from psimm_docs.evaluate.gold_tagging import GoldText, as_document
from psimm_docs.label_votes import LabelMatcher
from psimm_docs.stages import Windows
from psimm_docs.tagging import FEATURES, Setting, Tagger, features, margins, open_tagger, read_weights
from psimm_docs.taxonomy import Taxonomy, default_folder, load_taxonomy
from psimm_docs.workbench import open_workbench


@pytest.fixture(scope="module")
def taxonomy() -> Taxonomy:
    return load_taxonomy(default_folder())


@pytest.fixture(scope="module")
def matcher(taxonomy: Taxonomy) -> LabelMatcher:
    return LabelMatcher(taxonomy)


@pytest.mark.parametrize(
    ("text", "language", "concept"),
    [
        ("Странцу се изриче забрана уласка у трајању од три године.", "sr-Cyrl", "entry-ban"),
        ("Strancu se izriče zabrana ulaska u trajanju od tri godine.", "sr-Latn", "entry-ban"),
        ("Strancu se izrice zabrana ulaska u trajanju od tri godine.", "bs", "entry-ban"),
        ("Kërkuesi paraqet dëshminë e penalitetit të vendit të origjinës.", "sq", "criminal-record"),
        ("Странецот приложува уверение за неосудуваност.", "mk", "criminal-record"),
    ],
)
def test_labels_are_found_in_any_script_and_form(matcher: LabelMatcher, text: str, language: str, concept: str) -> None:
    matches = [match for match in matcher.find(text, language) if match.concept == concept]
    assert matches
    assert all(match.span.of(text).strip() for match in matches)


def test_each_label_is_found_in_itself(taxonomy: Taxonomy, matcher: LabelMatcher) -> None:
    lost = [
        (concept.id, tag, label)
        for concept in taxonomy.concepts
        for negative, by_tag in ((False, concept.labels), (True, concept.negatives))
        for tag, labels in by_tag.items()
        for label in labels
        if not any((one.concept, one.negative) == (concept.id, negative) for one in matcher.find(label, tag))
    ]
    assert lost == []


def test_a_text_without_words_has_no_labels(matcher: LabelMatcher) -> None:
    assert matcher.find("… — 12", "sq") == []
    assert matcher.find("", "mk") == []


def test_the_weights_are_of_the_bundled_encoder(taxonomy: Taxonomy) -> None:
    encoder = open_encoder()
    assert read_weights().encoder == encoder.version, "run training/train_tagger.py again after the encoder"
    assert not open_tagger(taxonomy, encoder).labels_only
    assert set(read_weights().concepts) <= set(taxonomy.by_id)


def test_with_another_encoder_only_labels_vote(taxonomy: Taxonomy, shipped: Path) -> None:
    class Other:
        version = "other"
        dimensions = 3

    bench = open_workbench(shipped)
    source_id = "rs/law-on-foreigners-2018/digest.sr-Cyrl"
    from psimm_docs.stages import FILES, READERS

    chunks = READERS["chunks"](bench.workspace.built(source_id) / FILES["chunks"])
    tagger = Tagger(taxonomy, Other())
    assert tagger.labels_only
    vectors = np.zeros((len(chunks), 3), np.float32)
    tags = tagger.tag(bench.document(source_id), bench.provisions(source_id), chunks, vectors, threshold=0.05)
    assert tags
    assert {vote.method for tag in tags for vote in tag.votes} == {"label"}


def test_evidence_lies_inside_the_provision(shipped: Path) -> None:
    bench = open_workbench(shipped)
    tags = bench.tags()
    assert len(tags) > 300
    for tag in tags:
        provision = bench.provision(tag.provision_id)
        assert tag.evidence
        assert all(provision.span.holds(span) for span in tag.evidence)
        assert tag.fingerprint == provision.fingerprint
        assert 0 <= tag.score <= 1


def test_a_matter_in_one_window_of_a_long_chunk_counts(taxonomy: Taxonomy) -> None:
    encoder = open_encoder()
    tagger = open_tagger(taxonomy, encoder)
    dull = "Zapisnik se čuva u pisarnici i prepisuje u knjigu na kraju svake godine. " * 12
    ban = "Strancu se rješenjem izriče zabrana ulaska u zemlju u trajanju od tri godine od dana prisilnog udaljenja."
    document, article = as_document(GoldText("w", "new", "hr", "BA", "", f"{dull}{ban}", frozenset(), twice=False))
    chunks = cut(document, [article], title="")
    vectors = encoder.encode([chunk.span.of(document.text) for chunk in chunks])
    windows = Windows(encoder.encode([ban]).astype(np.float16), np.array([len(chunks) - 1], np.int32))

    def score(windows: Windows | None) -> float:
        tags = tagger.tag(document, [article], chunks, vectors, threshold=0.0, windows=windows)
        return next(tag.score for tag in tags if tag.concept == "entry-ban")

    assert score(windows) > score(None) + 0.1
    empty = Windows(np.zeros((0, encoder.dimensions), np.float16), np.zeros(0, np.int32))
    assert score(empty) == score(None)


def test_windows_follow_the_chunks_that_are_chosen() -> None:
    windows = Windows(np.arange(8, dtype=np.float16).reshape(4, 2), np.array([0, 2, 2, 3], np.int32))
    some = windows.only([3, 2])
    assert some.owners.tolist() == [1, 1, 0]
    assert some.rows.tolist() == [[2, 3], [4, 5], [6, 7]]
    assert windows.only([1]).rows.shape == (0, 2)


def test_margins_are_to_the_best_other_column() -> None:
    assert margins(np.array([[3.0, 1.0, 2.0], [0.0, 0.0, -1.0]], np.float32)).tolist() == [[1, -2, -1], [0, 0, -1]]


def test_a_layer_has_a_weight_for_each_feature() -> None:
    weights = read_weights()
    values = features([], "entry-ban", Setting(50, 0.7, None), logit=-1.0, window=0.5, margin=-9.0)
    assert len(values) == FEATURES == len(weights.joined.weights) == len(weights.digest.weights)
    assert values[3:5] == (-1.0, 0.5)
    assert values[6] == -6.0
    assert values[9:] == (0.7, 0.0, 0.0, 0.25, -3.0)
    longer = features([], "entry-ban", Setting(500, 0.0, -1.5), logit=-1.0, window=0.5, margin=-9.0)
    assert longer[7] > values[7]
    assert longer[5] == longer[8] == 0.0
    assert longer[9:12] == (0.0, 1.0, -1.5)


def test_the_same_article_scores_less_in_an_act_that_does_not_speak_of_foreigners() -> None:
    tagger, encoder = open_tagger(load_taxonomy(default_folder()), open_encoder()), open_encoder()
    appeal = "Protiv rješenja stranka može izjaviti žalbu u roku od petnaest dana. Žalba ne odlaže izvršenje rješenja."
    scores = []
    for rest in ("Stranac podnosi zahtjev za boravak. ", "Vlasnik šume podnosi zahtjev za sječu. "):
        document, article = as_document(GoldText("g0", "model", "bs", "BA", "Žalba", appeal, frozenset(), twice=False))
        document = replace(document, text=document.text + "\n" + rest * 400)
        chunks = cut(document, [article], title="")
        vectors = encoder.encode([chunk.span.of(document.text) for chunk in chunks])
        tags = tagger.tag(document, [article], chunks, vectors, threshold=0.0)
        scores.append(next(tag.score for tag in tags if tag.concept == "appeal"))
    assert scores[0] > scores[1] + 0.1
