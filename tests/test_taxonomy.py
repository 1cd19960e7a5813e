"""The taxonomy: without faults, in all languages, and true SKOS for any tool that reads it."""

import json
import shutil
import sys
from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from rdflib import RDF, SKOS, Graph

from psimm_docs.errors import PsimmError
from psimm_docs.records import Concept
from psimm_docs.skos import SKOS_FILE, shape_faults, to_skos
from psimm_docs.taxonomy import EU_ACT, EXAMPLES_FILE, Taxonomy, default_folder, lint, load_taxonomy


@pytest.fixture(scope="module")
def taxonomy() -> Taxonomy:
    return load_taxonomy(default_folder())


def concept(**changes: object) -> Concept:
    labels = {tag: (f"label {tag}",) for tag in ("en", "sq", "bs", "hr", "cnr", "sr-Latn")}
    labels |= {"mk": ("ознака",), "sr-Cyrl": ("ознака",)}
    return Concept(**({"id": "one", "stage": "s", "labels": labels, "negatives": {}, "definition": "d"} | changes))  # type: ignore[arg-type]


def test_the_shipped_taxonomy_has_no_faults(taxonomy: Taxonomy) -> None:
    assert lint(taxonomy) == []
    assert all(concept.definition and concept.label("mk") and concept.label("sq") for concept in taxonomy.concepts)


def test_the_turtle_file_is_what_the_concepts_say(taxonomy: Taxonomy) -> None:
    held = Graph().parse(default_folder() / SKOS_FILE)
    assert held.isomorphic(Graph().parse(data=to_skos(taxonomy), format="turtle"))


def test_it_is_skos_and_keeps_to_the_shapes(taxonomy: Taxonomy) -> None:
    graph = Graph().parse(default_folder() / SKOS_FILE)
    assert len(list(graph.subjects(RDF.type, SKOS.Concept))) == len(taxonomy.concepts) + len(taxonomy.stages)
    assert shape_faults(taxonomy, default_folder()) == []


def without(concept: Concept, **changes: object) -> Concept:
    return replace(concept, **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda one: without(one, scope=""), "quota: has one scope note"),
        (
            lambda one: without(one, negatives={"en": one.negatives["en"]}),
            "quota: needs a label of what it is not in mk",
        ),
        (lambda one: without(one, confusions=()), "quota: names at least two concepts"),
        (lambda one: without(one, eu=("the Treaty",)), "quota: names an EU act by its number"),
        (
            lambda one: without(one, labels={**one.labels, "en": ("Quota", "annual quota", "Quota")}),
            "quota: has a label that is preferred and alternative",
        ),
    ],
)
def test_the_shapes_find_what_a_concept_lacks(
    taxonomy: Taxonomy, change: Callable[[Concept], Concept], words: str
) -> None:
    some = [taxonomy.concept(name) for name in ("quota", *taxonomy.concept("quota").confusions)]
    some += [taxonomy.concept(name) for one in some for name in (*one.related, *one.confusions)]
    concepts = {one.id: change(one) if one.id == "quota" else one for one in some}
    found = shape_faults(replace(taxonomy, concepts=tuple(concepts.values())), default_folder())
    assert any(fault.startswith(words) for fault in found), found


# --- examples


def examples() -> list[dict[str, str]]:
    return [json.loads(line) for line in (default_folder() / EXAMPLES_FILE).read_text("utf-8").splitlines()]


def test_each_concept_has_two_short_examples_a_language() -> None:
    held: dict[tuple[str, str], list[str]] = defaultdict(list)
    for row in examples():
        held[row["concept"], row["language"]].append(row["text"])
    assert len(held) == 64 * 7
    assert {len(texts) for texts in held.values()} == {2}
    assert all(10 <= len(text.split()) <= 60 for texts in held.values() for text in texts)


def test_no_example_is_one_that_measures(repo: Path) -> None:
    from psimm_docs.evaluate.split import is_held_out

    assert not [row["item"] for row in examples() if is_held_out(row["item"])]
    gold = (repo / "annotations" / "gold" / "search" / "provisions.jsonl").read_text("utf-8").splitlines()
    assert not {json.loads(line)["text"] for line in gold} & {row["text"] for row in examples()}


def test_the_examples_are_our_model_provisions(repo: Path, shared: Path) -> None:
    sys.path.insert(0, str(repo / "training"))
    try:
        from evaluate_encoder import read_own, read_parallel
    finally:
        sys.path.pop(0)
    items = {item["id"]: item for item in (*read_parallel(shared), *read_own())}
    for row in examples():
        item = items[row["item"]]
        assert (item["concept"], item[row["language"]]) == (row["concept"], row["text"])
        assert item["kind"] in ("provision", "article")


def test_faults_of_examples_are_found(taxonomy: Taxonomy, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(default_folder(), tmp_path / "taxonomy"))
    rows = [row for row in examples() if (row["concept"], row["language"]) != ("quota", "mk")]
    rows += [
        {"concept": "quota", "language": "mk", "text": "Kvota."},
        {"concept": "nothing", "language": "en", "text": "x"},
    ]
    (folder / EXAMPLES_FILE).write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    changed = load_taxonomy(folder)
    assert changed.version == taxonomy.version, "an example is no part of the wording"
    faults = lint(changed)
    assert "examples: nothing is not a concept" in faults
    assert "quota: 1 examples in mk, not 2" in faults
    assert "quota: an example in mk has a Latin word" in faults
    (folder / EXAMPLES_FILE).write_text('{"concept": "quota"}\n', "utf-8")
    with pytest.raises(PsimmError, match=r"examples\.jsonl, line 1"):
        load_taxonomy(folder)


@pytest.mark.parametrize(
    ("act", "fine"),
    [
        ("Directive 2009/52/EC art. 5", True),
        ("Directive 2008/115/EC arts. 15-17", True),
        ("Regulation (EC) No 810/2009 art. 32(3)", True),
        ("Directive (EU) 2024/1233", True),
        ("Council Decision 2007/817/EC", True),
        ("Directive 2009/52/EC, Article 5", False),
        ("2009/52/EC", False),
    ],
)
def test_eu_acts_are_written_in_one_way(act: str, fine: bool) -> None:
    assert bool(EU_ACT.fullmatch(act)) is fine


def test_the_concepts_of_the_shared_list_are_there(taxonomy: Taxonomy, shared: Path) -> None:
    import csv

    with (shared / "taxonomy" / "concepts.csv").open(encoding="utf-8", newline="") as rows:
        rows_held = list(csv.DictReader(rows))
    key = "concept_id" if "concept_id" in rows_held[0] else next(iter(rows_held[0]))
    assert {row[key] for row in rows_held} <= set(taxonomy.by_id)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"related": ("nowhere",)}, "unknown id nowhere"),
        ({"confusions": ("one",)}, "its own id"),
        ({"labels": {**concept().labels, "mk": ("дозволa",)}}, "Latin and Cyrillic letters"),
        ({"labels": {**concept().labels, "sq": ("дозвола",)}}, "Cyrillic word"),
        ({"negatives": {"en": ("label en",)}}, "a label and a negative"),
        ({"labels": {"en": ("only",)}}, "no label in sq"),
        ({"negatives": {"en": ("not this",)}}, "no negative in sq"),
        ({"eu": ("Directive 2009",)}, "is not written as an EU act"),
    ],
)
def test_faults_are_found(changes: dict[str, object], words: str) -> None:
    stages = {"s": {tag: "с" if tag in ("mk", "sr-Cyrl") else "s" for tag in concept().labels}}
    one = concept(**changes)
    assert any(words in fault for fault in lint(Taxonomy(concepts=(one,), stages=stages, version="1")))


def test_a_bad_line_is_named(tmp_path: Path) -> None:
    (tmp_path / "stages.json").write_text("{}", "utf-8")
    (tmp_path / "concepts.jsonl").write_text('{"id": 3}\n', "utf-8")
    with pytest.raises(PsimmError, match=r"concepts\.jsonl"):
        load_taxonomy(tmp_path)


def test_a_scope_note_names_other_concepts_by_their_labels() -> None:
    taxonomy = load_taxonomy(default_folder())
    said = taxonomy.worded("A ban is entry-ban; the quota stays, and so does a pre-entry-ban thing.")
    assert said == "A ban is “Entry ban”; the quota stays, and so does a pre-entry-ban thing."
    shown = "".join(taxonomy.worded(one.scope) for one in taxonomy.concepts)
    assert not [name for name in taxonomy.by_id if "-" in name and f" {name}" in shown]
