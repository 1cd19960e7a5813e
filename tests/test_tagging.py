"""Suggestions: labels in every script and case form, evidence inside the provision, none where none fits."""

from pathlib import Path

import numpy as np
import pytest

from psimm_docs.encode import open_encoder
from psimm_docs.label_votes import LabelMatcher
from psimm_docs.tagging import Tagger, open_tagger, read_weights
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
