"""The taxonomy as SKOS for other tools, and the shapes that say what a concept needs.

The idea: `taxonomy.ttl` is written from the concepts and never read back by us. `shapes.ttl` (SHACL) says in the language of such tools
what our lint says in Python: labels in every language, one definition, a stage, two examples a language. Whoever changes the Turtle
elsewhere can check it with any SHACL tool.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from psimm_docs.errors import PsimmError
from psimm_docs.jsonl import first_line, write_text
from psimm_docs.taxonomy import Taxonomy, default_folder

if TYPE_CHECKING:
    from rdflib import Graph, URIRef

SKOS_FILE, SHAPES_FILE = "taxonomy.ttl", "shapes.ttl"

NAMESPACE = "urn:psimm:taxonomy:"
"""SKOS identifiers are URNs: they name a concept and promise no web page."""

INVENTED = "The examples are model provisions written for this project; their figures are invented, and they are no country's law."


def to_graph(taxonomy: Taxonomy) -> Graph:
    """Return the taxonomy as a SKOS graph: a scheme, its stages as top concepts, and the concepts below them."""
    from rdflib import DCTERMS, OWL, RDF, SKOS, Graph, Literal, Namespace, URIRef

    own = Namespace(NAMESPACE)
    scheme = URIRef(NAMESPACE.rstrip(":"))
    graph = Graph()
    graph.bind("skos", SKOS)
    graph.bind("dcterms", DCTERMS)
    graph.bind("owl", OWL)
    graph.bind("psimm", own)

    def iri(concept_id: str) -> URIRef:
        return own[f"concept:{concept_id}"]

    graph.add((scheme, RDF.type, SKOS.ConceptScheme))
    graph.add((scheme, DCTERMS.title, Literal("Labour migration: stages and concepts", lang="en")))
    graph.add((scheme, OWL.versionInfo, Literal(taxonomy.version)))
    if taxonomy.examples:
        graph.add((scheme, SKOS.note, Literal(INVENTED, lang="en")))
    for stage, names in taxonomy.stages.items():
        top = own[f"stage:{stage}"]
        graph.add((top, RDF.type, SKOS.Concept))
        graph.add((top, SKOS.inScheme, scheme))
        graph.add((top, SKOS.topConceptOf, scheme))
        graph.add((scheme, SKOS.hasTopConcept, top))
        graph.add((top, SKOS.notation, Literal(stage)))
        for tag, name in names.items():
            graph.add((top, SKOS.prefLabel, Literal(name, lang=tag)))
    for concept in taxonomy.concepts:
        one = iri(concept.id)
        graph.add((one, RDF.type, SKOS.Concept))
        graph.add((one, SKOS.inScheme, scheme))
        graph.add((one, SKOS.notation, Literal(concept.id)))
        graph.add((one, SKOS.broader, own[f"stage:{concept.stage}"]))
        graph.add((own[f"stage:{concept.stage}"], SKOS.narrower, one))
        graph.add((one, SKOS.definition, Literal(concept.definition, lang="en")))
        if concept.scope:
            graph.add((one, SKOS.scopeNote, Literal(concept.scope, lang="en")))
        for tag, (preferred, *others) in concept.labels.items():
            graph.add((one, SKOS.prefLabel, Literal(preferred, lang=tag)))
            for label in others:
                graph.add((one, SKOS.altLabel, Literal(label, lang=tag)))
        for tag, labels in concept.negatives.items():
            for label in labels:
                graph.add((one, own.negativeLabel, Literal(label, lang=tag)))
        for other in concept.related:
            if other in taxonomy.by_id:
                graph.add((one, SKOS.related, iri(other)))
                graph.add((iri(other), SKOS.related, one))
        for other in concept.confusions:
            graph.add((one, own.confusedWith, iri(other)))
        for act in concept.eu:
            graph.add((one, own.euAct, Literal(act)))
        for tag, texts in taxonomy.examples.get(concept.id, {}).items():
            for text in texts:
                graph.add((one, SKOS.example, Literal(text, lang=tag)))
    return graph


def to_skos(taxonomy: Taxonomy) -> str:
    """Return the taxonomy as SKOS in Turtle.

    Stages are the top concepts. A negative label is `psimm:negativeLabel` (SKOS has no such thing, and a hidden label would
    say the opposite); `psimm:confusedWith` and `psimm:euAct` carry what is easily taken for it and the EU acts.
    """
    return to_graph(taxonomy).serialize(format="turtle")


def write_skos(folder: Path, taxonomy: Taxonomy) -> Path:
    """Write a taxonomy's Turtle file into its folder; return its path."""
    path = folder / SKOS_FILE
    write_text(path, to_skos(taxonomy))
    return path


def shape_faults(taxonomy: Taxonomy, folder: Path) -> list[str]:
    """Return where a taxonomy breaks the shapes of its folder (those that come with the package where it has none), a line each."""
    import pyshacl
    from rdflib import RDF, SH, Graph

    own = folder / SHAPES_FILE
    path = own if own.is_file() else default_folder() / SHAPES_FILE
    try:
        shapes = Graph().parse(path, format="turtle")
    except (OSError, SyntaxError) as error:
        raise PsimmError(f"{path}: the shapes can't be read ({first_line(error)}); restore them") from error
    _, report, _ = pyshacl.validate(to_graph(taxonomy), shacl_graph=shapes)
    found = []
    for result in report.subjects(RDF.type, SH.ValidationResult):
        focus = str(report.value(result, SH.focusNode)).removeprefix(NAMESPACE).removeprefix("concept:")
        found.append(f"{focus}: {report.value(result, SH.resultMessage)}")
    return sorted(set(found))
