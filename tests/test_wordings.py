"""Versions of the taxonomy: what is kept of each, and what changed between two."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from psimm_docs.errors import NotFoundError
from psimm_docs.jsonl import read_records
from psimm_docs.records import Concept
from psimm_docs.taxonomy import Taxonomy, default_folder, load_taxonomy
from psimm_docs.wordings import (
    VERSIONS_FILE,
    WORDINGS_FILE,
    Stamp,
    Wording,
    concept_version,
    diff,
    read_history,
    stamp,
)

DAY = datetime(2026, 11, 26, 9, 0, tzinfo=UTC)


def concept(name: str = "fees", **changes: object) -> Concept:
    plain = Concept(
        name,
        "D",
        {"en": ("Fees", "charge", "tariff"), "sr-Cyrl": ("Такса",), "sr-Latn": ("Taksa",)},
        {"en": ("court fee",)},
        "What is paid.",
        "Not what an agency takes.",
    )
    return replace(plain, **changes)  # type: ignore[arg-type]


def taxonomy(version: str, *concepts: Concept) -> Taxonomy:
    return Taxonomy(concepts, {"D": {"en": "Permit"}}, version)


@pytest.mark.parametrize(
    "changes",
    [
        {"definition": "What is to be paid."},
        {"scope": ""},
        {"labels": {**concept().labels, "en": ("Fees", "charge")}},
        {"labels": {**concept().labels, "en": ("charge", "Fees", "tariff")}},
        {"negatives": {}},
    ],
)
def test_another_wording_is_another_version(changes: dict[str, object]) -> None:
    assert concept_version(concept(**changes)) != concept_version(concept())


@pytest.mark.parametrize(
    "changes",
    [
        {"stage": "E"},
        {"related": ("quota",), "confusions": ("quota",), "eu": ("Directive 2009/52/EC",)},
        {"labels": {**concept().labels, "en": ("Fees", "tariff", "charge")}},
        {"labels": {**concept().labels, "sr-Latn": ("Taksa!",)}},
    ],
)
def test_links_order_and_derived_letters_are_no_wording(changes: dict[str, object]) -> None:
    assert concept_version(concept(**changes)) == concept_version(concept())


def test_a_stamp_keeps_a_version_once_and_each_wording_once(tmp_path: Path) -> None:
    first = taxonomy("v1", concept(), concept("quota"))
    made = stamp(tmp_path, first, note="the first", now=DAY)
    assert made is not None
    assert (made.version, made.date, made.note) == ("v1", "2026-11-26", "the first")
    assert stamp(tmp_path, first, note="again") is None
    second = taxonomy("v2", concept(definition="What the State takes."), concept("quota"))
    assert stamp(tmp_path, second) is not None
    assert [one.version for one in read_records(tmp_path / VERSIONS_FILE, Stamp)] == ["v1", "v2"]
    kept = read_records(tmp_path / WORDINGS_FILE, Wording)
    assert [(one.id, one.definition) for one in kept] == [
        ("fees", "What is paid."),
        ("quota", "What is paid."),
        ("fees", "What the State takes."),
    ]


def test_a_version_that_is_kept_can_be_read_again(tmp_path: Path) -> None:
    first = taxonomy("v1", concept(), concept("quota", definition="How many."))
    stamp(tmp_path, first)
    stamp(tmp_path, taxonomy("v2", concept(definition="Money.")))
    history = read_history(tmp_path)
    held = history.concepts("v1")
    assert not diff(first.by_id, held)
    assert {name: concept_version(one) for name, one in held.items()} == history.stamps["v1"].concepts
    assert history.hash_of("v2", "quota") == ""
    assert history.hash_of("v0", "fees") == ""
    with pytest.raises(NotFoundError, match="not kept"):
        history.concepts("v0")
    with pytest.raises(NotFoundError, match="not one version"):
        history.concepts("v")


def test_a_lost_wording_is_named(tmp_path: Path) -> None:
    stamp(tmp_path, taxonomy("v1", concept()))
    (tmp_path / WORDINGS_FILE).unlink()
    with pytest.raises(NotFoundError, match=r"fees is not in wordings\.jsonl"):
        read_history(tmp_path).concepts("v1")


def test_what_is_open_counts_as_known(tmp_path: Path) -> None:
    assert read_history(tmp_path, taxonomy("now", concept())).hash_of("now", "fees") == concept_version(concept())


def test_the_shipped_version_is_kept() -> None:
    shipped = load_taxonomy(default_folder())
    history = read_history(default_folder())
    assert shipped.version in history.stamps, "run psimm-docs taxonomy stamp after an edit"
    assert not diff(history.concepts(shipped.version), shipped.by_id)


def test_labels_that_came_went_and_moved() -> None:
    old = {
        one.id: one
        for one in (
            concept(),
            concept("quota", labels={"en": ("Quota",), "mk": ("Квота",)}, negatives={}),
            concept("gone", labels={"en": ("Gone",)}, negatives={}),
        )
    }
    new = {
        one.id: one
        for one in (
            concept(labels={"en": ("Charges", "Fees"), "sr-Cyrl": ("Такса",)}, negatives={}, definition="Other."),
            concept("quota", labels={"en": ("Quota", "tariff"), "mk": ("Квота",)}, negatives={"en": ("court fee",)}),
            concept("fresh", labels={"en": ("Fresh",)}, negatives={}, scope=""),
        )
    }
    changes = diff(old, new)
    assert (changes.added, changes.removed, changes.definitions) == (("fresh",), ("gone",), ("fees",))
    assert [one.told() for one in changes.labels] == [
        "+ fees en: Charges",
        "- fees en: charge",
        "* fees en: Charges (was Fees)",
        "> quota en: tariff (from fees)",
        "> quota en (not it): court fee (from fees)",
        "+ fresh en: Fresh",
        "- gone en: Gone",
    ]
    assert changes.of("fees") == "definition, 5 labels"
    assert changes.of("gone") == "no longer in the taxonomy"
    assert not diff(old, old)
