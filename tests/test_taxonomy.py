"""The taxonomy: without faults, in all languages, and true SKOS for any tool that reads it."""

from pathlib import Path

import pytest
from rdflib import RDF, SKOS, Graph

from psimm_docs.errors import PsimmError
from psimm_docs.records import Concept
from psimm_docs.taxonomy import Taxonomy, default_folder, lint, load_taxonomy

SHAPES = """
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix x: <urn:x:> .
x:ConceptShape a sh:NodeShape ; sh:targetClass skos:Concept ;
  sh:property [ sh:path skos:prefLabel ; sh:minCount 8 ; sh:uniqueLang true ; sh:nodeKind sh:Literal ] ;
  sh:property [ sh:path skos:inScheme ; sh:minCount 1 ; sh:maxCount 1 ; sh:class skos:ConceptScheme ] ;
  sh:property [ sh:path skos:notation ; sh:minCount 1 ; sh:maxCount 1 ] ;
  sh:property [ sh:path skos:broader ; sh:maxCount 1 ; sh:class skos:Concept ] ;
  sh:property [ sh:path skos:related ; sh:class skos:Concept ] ;
  sh:property [ sh:path skos:prefLabel ; sh:disjoint skos:altLabel ] .
"""


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


def test_it_is_skos(taxonomy: Taxonomy) -> None:
    import pyshacl

    graph = Graph().parse(default_folder() / SKOS_FILE)
    assert len(list(graph.subjects(RDF.type, SKOS.Concept))) == len(taxonomy.concepts) + len(taxonomy.stages)
    fine, _, words = pyshacl.validate(graph, shacl_graph=Graph().parse(data=SHAPES, format="turtle"))
    assert fine, words


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
