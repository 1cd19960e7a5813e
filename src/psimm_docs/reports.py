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
from psimm_docs.compare import Cell, CellItem, Grid
from psimm_docs.compare import grid as make_grid
from psimm_docs.errors import PsimmError
from psimm_docs.jurisdictions import SIX, jurisdiction
from psimm_docs.records import Citation
from psimm_docs.references import FORMATS
from psimm_docs.styles import STYLES, footnotes

if TYPE_CHECKING:
    from psimm_docs.decisions import State
    from psimm_docs.workbench import Workbench

TABLES = ("decisions", "tags", "grid")


def cite(bench: Workbench, provision_id: str) -> Citation:
    """Return the citation of a provision, its quote sealed."""
    provision = bench.provision(provision_id)
    source = bench.source(provision.source_id)
    document = bench.document(source.id)
    return make_citation(
        provision,
        source,
        document,
        ancestors=bench.ancestors(provision),
        work=bench.works.get(source.work_id),
    )


def render(citations: Sequence[Citation], *, style: str = "house", form: str = "text") -> str:
    """Return citations as footnotes (`form="text"`) in a style, or in a format for reference managers."""
    if form == "text":
        if style not in STYLES:
            raise PsimmError(f"--style {style!r} must be one of {', '.join(STYLES)}")
        return footnotes(citations, style=style)
    if form not in FORMATS:
        raise PsimmError(f"--format {form!r} must be one of text, {', '.join(FORMATS)}")
    return FORMATS[form](citations)


def grid(bench: Workbench, concepts: Sequence[str], *, jurisdictions: Sequence[str] = ()) -> Grid:
    """Return the grid of these concepts (`all` for every one) and jurisdictions (the six where none is named)."""
    chosen = list(bench.taxonomy.concepts) if "all" in concepts else [bench.taxonomy.concept(one) for one in concepts]
    wanted = {concept.id for concept in chosen}
    tags = [tag for tag in bench.tags() if tag.concept in wanted]
    states = {key: state for key, state in bench.states().items() if key[1] in wanted}
    named = {*(tag.provision_id for tag in tags), *(key[0] for key in states)}
    return make_grid(
        chosen,
        sources=bench.sources.values(),
        searched={source_id for source_id in bench.sources if bench.is_built(source_id)},
        provisions=bench.some_provisions(named),
        tags=tags,
        states=states,
        date=datetime.now(UTC).date().isoformat(),
        jurisdictions=[jurisdiction(code).code for code in jurisdictions] or SIX,
    )


def review_words(state: State | None) -> str:
    """Return a state of review in a word or two."""
    from psimm_docs.workbench import state_words

    return state_words(state) if state else "not reviewed"


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
                "review": review_words(state),
                "text": bench.text(provision),
            }
        )
    return rows, columns


def cell_row(bench: Workbench, cell: Cell, above: str = "") -> dict[str, Any]:
    """Return a cell (or a level of one) as a row."""
    best: CellItem | None = cell.provisions[0] if cell.provisions else None
    name = jurisdiction(cell.jurisdiction).name
    return {
        "concept": cell.concept,
        "label": bench.taxonomy.concept(cell.concept).label(),
        "jurisdiction": above or name,
        "level": name if above else "",
        "state": cell.words,
        "provisions": len(cell.provisions),
        "best": best.provision_id if best else "",
        "place": best.label if best else "",
        "documents": cell.documents,
        "digests": cell.digests,
        "queries": "; ".join(cell.queries),
        "date": cell.date,
        "told": cell.told,
    }


def grid_rows(
    bench: Workbench, concepts: Sequence[str], jurisdictions: Sequence[str]
) -> tuple[list[dict[str, Any]], list[str]]:
    """Return every cell of the grid as a row, each followed by its levels, and the columns."""
    rows = []
    for cell in grid(bench, concepts or ["all"], jurisdictions=jurisdictions).cells:
        rows.append(cell_row(bench, cell))
        rows += [cell_row(bench, level, jurisdiction(cell.jurisdiction).name) for level in cell.levels]
    columns = [
        *("concept", "label", "jurisdiction", "level", "state", "provisions", "best", "place", "documents", "digests"),
        *("queries", "date", "told"),
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
