"""Imports run one way: words <- ground <- steps <- wiring <- surfaces, and no step imports another step."""

import ast
from collections.abc import Iterator
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[1] / "src" / "psimm_docs"

WORDS = {"records", "value_records", "errors"}
GROUND = {
    *(
        "workspace",
        "jsonl",
        "corpus",
        "jurisdictions",
        "taxonomy",
        "skos",
        "wordings",
        "catalogue",
        "fold",
        "places",
        "basis",
        "logbook",
        "logfiles",
        "archives",
        "naming",
    ),
}
STEPS: dict[str, set[str]] = {
    "extract": {"extract"},
    "language": {"language", "scripts", "varieties", "editions"},
    "provisions": {
        *(
            "provisions",
            "lines",
            "outline",
            "headings",
            "grammar",
            "numbering",
            "eids",
            "labels",
            "paragraphs",
            "digests",
        ),
        *("audit", "rows", "number_places", "renumbering"),
    },
    "acts": {
        "acts",
        "gazettes",
        *("crossrefs", "crossref_chains", "crossref_acts", "crossref_words", "crossref_targets"),
    },
    "definitions": {"definitions", "definition_words"},
    "institutions": {"institutions", "institution_words", "institution_roles"},
    "chunks": {"chunks"},
    "encode": {"encode", "models", "rerank"},
    "search": {
        "search",
        "bridge",
        "index",
        "index_view",
        "lexical",
        "vectors",
        "shelves",
        "wording",
        "exact",
        "carriers",
        "verdicts",
        "similar",
    },
    "tagging": {"tagging", "label_votes", "foreigners", "adapting", "adopted", "measures"},
    "decisions": {"decisions", "agreement", "readings", "queues", "samples", "reviewers"},
    "corrections": {"corrections"},
    "queries": {"queries"},
    "citations": {"citations", "pinpoints", "styles", "references", "web_annotation"},
    "compare": {"compare", "cells", "statements", "snapshots", "alignment"},
    "drawings": {"drawings"},
    "exports": {"exports", "forms", "incoming", "csvw"},
    "akoma": {"akoma"},
    "baskets": {"baskets"},
    "fetch": {"fetch", "public_network"},
    "ledger": {"ledger"},
    "values": {"values", "quantities", "numerals", "value_words"},
    "elements": {"elements"},
    "rates": {"rates"},
    "papers": {"papers", "drafts", "quoting", "wordfile", "word_parts", "word_comments", "word_regions", "skeletons"},
}
WIRING = {
    *("outlines", "stages", "pipeline", "workbench", "holdings", "intake", "numbers", "reports", "evaluate", "doctor"),
    *("grids", "silence", "freezing", "side", "acquis", "charts", "value_grid"),
    *("linking", "reference_gold", "merging", "finding", "defined_terms", "retagging", "valued"),
    *("reviewing", "evidence", "sampling", "interchange", "progress", "relearning", "answered"),
    *("authorities", "authority_places", "procedures"),
    *("sealing",),
    *(
        "cited_laws",
        "cited_places",
        "held_laws",
        "draft_spots",
        "cite_check",
        "checked_papers",
        "overtaken",
        "paper_answers",
        "paper_methods",
        "paper_skeleton",
        "sharing",
    ),
}
SURFACES = {"cli", "__main__", "__init__"}
STEP_OF = {module: step for step, modules in STEPS.items() for module in modules}


def room(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def level(module: str) -> int:
    if module in WORDS:
        return 0
    if module in GROUND:
        return 1
    if module in STEP_OF:
        return 2
    if module in WIRING:
        return 3
    assert module in SURFACES, f"{module} has no place in the house: give it one in tests/test_layers.py"
    return 4


def imports(path: Path) -> Iterator[str]:
    """Yield the rooms of our own that a file imports when it runs; what only type checkers see is left out."""
    tree = ast.parse(path.read_text("utf-8"))
    unseen = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"
        for inner in ast.walk(node)
    }
    for node in ast.walk(tree):
        if id(node) in unseen:
            continue
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("psimm_docs"):
            parts = node.module.split(".")
            if len(parts) > 1:
                yield parts[1]
            else:
                yield from (name.name for name in node.names if (PACKAGE / f"{name.name}.py").exists())
        elif isinstance(node, ast.Import):
            yield from (name.name.split(".")[1] for name in node.names if name.name.startswith("psimm_docs."))


def test_imports_run_one_way() -> None:
    wrong = []
    for path in sorted(PACKAGE.rglob("*.py")):
        here = room(path)
        for there in imports(path):
            if there == here:
                continue
            steps = STEP_OF.get(here), STEP_OF.get(there)
            if level(there) > level(here) or (None not in steps and steps[0] != steps[1]):
                wrong.append(f"{path.relative_to(PACKAGE)} imports {there}")
    assert not wrong


def test_rooms_stay_small() -> None:
    large = {
        str(path.relative_to(PACKAGE)): n
        for path in PACKAGE.rglob("*.py")
        if (n := len(path.read_text("utf-8").splitlines())) > 500
    }
    assert not large
