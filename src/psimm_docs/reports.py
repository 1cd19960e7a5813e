"""What leaves the house: citations, the comparison grid and tables, asked of a workbench.

Wiring: each function gathers what `citations`, `compare` and `exports` need from the built corpus and hands it on. Every quote is
sealed against the fixed text before it is returned.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from psimm_docs.citations import cite as make_citation
from psimm_docs.citations import seal
from psimm_docs.compare import WORDS, Cell, Review
from psimm_docs.compare import grid as make_grid
from psimm_docs.errors import PsimmError
from psimm_docs.jurisdictions import SIX, jurisdiction
from psimm_docs.records import Citation
from psimm_docs.styles import FORMATS, STYLES, footnotes

if TYPE_CHECKING:
    from psimm_docs.decisions import State
    from psimm_docs.workbench import Workbench

TABLES = ("decisions", "tags", "grid")


def cite(bench: Workbench, provision_id: str) -> Citation:
    """Return the citation of a provision, its quote sealed."""
    provision = bench.provision(provision_id)
    source = bench.source(provision.source_id)
    document = bench.document(source.id)
    made = make_citation(
        provision,
        source=source,
        document=document,
        ancestors=bench.ancestors(provision),
        work=bench.works.get(source.work_id),
    )
    seal(made, provision, document)
    return made


def render(citations: Sequence[Citation], *, style: str = "house", form: str = "text") -> str:
    """Return citations as footnotes (`form="text"`) in a style, or in a format for reference managers."""
    if form == "text":
        if style not in STYLES:
            raise PsimmError(f"--style {style!r} must be one of {', '.join(STYLES)}")
        return footnotes(citations, style)
    if form not in FORMATS:
        raise PsimmError(f"--format {form!r} must be one of text, {', '.join(FORMATS)}")
    return FORMATS[form](citations)


def review_of(state: State) -> Review:
    """Return a state of review as the grid knows it."""
    return "stale" if state.stale else state.verdict


def grid(bench: Workbench, concepts: Sequence[str], *, jurisdictions: Sequence[str] = ()) -> list[Cell]:
    """Return the cells of these concepts (`all` for every one) in these jurisdictions (the six where none is named)."""
    chosen = list(bench.taxonomy.concepts) if "all" in concepts else [bench.taxonomy.concept(one) for one in concepts]
    return make_grid(
        chosen,
        [jurisdiction(code).code for code in jurisdictions] or list(SIX),
        sources=bench.sources,
        tags=bench.tags(),
        reviews={key: review_of(state) for key, state in bench.states().items()},
        language_of=lambda provision_id: bench.provision(provision_id).language,
        built={source_id for source_id in bench.sources if bench.is_built(source_id)},
        date=datetime.now(UTC).isoformat(timespec="seconds"),
    )


def state_words(cell: Cell) -> str:
    """Return a cell's state in the words of a person."""
    return WORDS[cell.state]


def decision_rows(bench: Workbench) -> tuple[list[dict[str, Any]], list[str]]:
    """Return every decision as a row, and the columns."""
    columns = [
        *("time", "reviewer", "jurisdiction", "document", "provision", "concept", "verdict", "stale", "note"),
        *("fingerprint", "taxonomy_version", "undoes", "hash"),
    ]
    states = bench.states()
    rows = []
    for one in bench.decisions():
        source_id = one.provision_id.partition("#")[0]
        source = bench.sources.get(source_id)
        state = states.get((one.provision_id, one.concept))
        rows.append(
            {
                "time": one.time,
                "reviewer": one.reviewer,
                "jurisdiction": jurisdiction(source.jurisdiction).name if source else "no longer held",
                "document": source.title if source else source_id,
                "provision": one.provision_id,
                "concept": one.concept,
                "verdict": one.verdict,
                "stale": bool(state and state.stale),
                "note": one.note,
                "fingerprint": one.fingerprint,
                "taxonomy_version": one.taxonomy_version,
                "undoes": one.undoes,
                "hash": one.hash,
            }
        )
    return rows, columns


def tag_rows(
    bench: Workbench, concepts: Sequence[str], jurisdictions: Sequence[str]
) -> tuple[list[dict[str, Any]], list[str]]:
    """Return every suggestion with its review as a row, and the columns."""
    columns = [
        "jurisdiction",
        "document",
        "language",
        "provision",
        "place",
        "heading",
        "concept",
        "score",
        "review",
        "text",
    ]
    states = bench.states()
    rows = []
    for tag in bench.suggestions(concepts=concepts, jurisdictions=jurisdictions, order="document"):
        provision = bench.provision(tag.provision_id)
        source = bench.source(provision.source_id)
        state = states.get((tag.provision_id, tag.concept))
        rows.append(
            {
                "jurisdiction": jurisdiction(source.jurisdiction).name,
                "document": source.title + (" (digest; not the official text)" if source.digest else ""),
                "language": provision.language,
                "provision": provision.id,
                "place": provision.label,
                "heading": provision.heading,
                "concept": tag.concept,
                "score": tag.score,
                "review": review_of(state) if state else "not reviewed",
                "text": bench.text(provision),
            }
        )
    return rows, columns


def grid_rows(
    bench: Workbench, concepts: Sequence[str], jurisdictions: Sequence[str]
) -> tuple[list[dict[str, Any]], list[str]]:
    """Return every cell of the grid as a row, and the columns."""
    columns = [
        "concept",
        "label",
        "jurisdiction",
        "state",
        "provisions",
        "best",
        "documents",
        "queries",
        "date",
        "note",
    ]
    rows = [
        {
            "concept": cell.concept,
            "label": bench.taxonomy.concept(cell.concept).label(),
            "jurisdiction": jurisdiction(cell.jurisdiction).name,
            "state": state_words(cell),
            "provisions": len(cell.items),
            "best": cell.items[0].provision_id if cell.items else "",
            "documents": cell.documents,
            "queries": "; ".join(cell.queries),
            "date": cell.date,
            "note": cell.note,
        }
        for cell in grid(bench, concepts or ["all"], jurisdictions=jurisdictions)
    ]
    return rows, columns


def table(
    bench: Workbench, what: str, *, concepts: Sequence[str] = (), jurisdictions: Sequence[str] = ()
) -> tuple[list[dict[str, Any]], list[str]]:
    """Return the rows and columns of one of `TABLES`."""
    if what not in TABLES:
        raise PsimmError(f"{what!r} can't be exported; choose one of {', '.join(TABLES)}")
    if what == "decisions":
        return decision_rows(bench)
    rows = tag_rows if what == "tags" else grid_rows
    return rows(bench, concepts, jurisdictions)


def export(
    bench: Workbench, what: str, out: Path, *, concepts: Sequence[str] = (), jurisdictions: Sequence[str] = ()
) -> int:
    """Write one of `TABLES` to a file (.csv, .xlsx or .jsonl) and return how many rows it has."""
    from psimm_docs.exports import write_table

    rows, columns = table(bench, what, concepts=concepts, jurisdictions=jurisdictions)
    write_table(out, rows, columns)
    return len(rows)
