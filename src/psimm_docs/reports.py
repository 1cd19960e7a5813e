"""What leaves the house: citations, the comparison grid and tables, asked of a workbench.

Wiring: each function gathers what `citations`, `compare` and `exports` need from the built corpus and hands it on. Every quote is
sealed against the fixed text before it is returned.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from psimm_docs.acquis import eu_rows, eu_table
from psimm_docs.citations import cite as make_citation
from psimm_docs.errors import PsimmError
from psimm_docs.grids import grid
from psimm_docs.records import Citation
from psimm_docs.references import FILES
from psimm_docs.styles import STYLES, footnotes, quotes
from psimm_docs.web_annotation import to_web_annotations

if TYPE_CHECKING:
    from psimm_docs.exports import Table
    from psimm_docs.workbench import Workbench

__all__ = ["EXPORTS", "cite", "export", "grid", "render", "tables"]

EXPORTS = ("decisions", "readings", "tags", "grid")
FORMS: Mapping[str, Callable[[Sequence[Citation]], str]] = {**FILES, "web-annotation": to_web_annotations}
"""Files of citations by name: those for reference managers, and Web Annotations."""


def cite(bench: Workbench, provision_id: str, *, max_quote: int | None = None) -> Citation:
    """Return the citation of a provision, its quote sealed; with `max_quote` (letters) a longer quote ends at a word and says so."""
    provision = bench.provision(provision_id)
    source = bench.source(provision.source_id)
    document = bench.document(source.id)
    return make_citation(
        provision,
        source,
        document,
        ancestors=bench.ancestors(provision),
        work=bench.works.get(source.work_id),
        tree=bench.provisions(source.id),
        max_quote=max_quote,
    )


def render(
    citations: Sequence[Citation], *, style: str = "house", form: str = "text", with_quotes: bool = False
) -> str:
    """Return citations as footnotes (`form="text"`) in a style, or in a format for reference managers.

    `with_quotes` sets each quote below the footnotes, letter for letter. Whoever exports compares them first (`sealing`).
    """
    if form == "text":
        if style not in STYLES:
            raise PsimmError(f"--style {style!r} must be one of {', '.join(STYLES)}")
        return footnotes(citations, style=style) + (quotes(citations) if with_quotes else "")
    if form not in FORMS:
        raise PsimmError(f"--format {form!r} must be one of text, {', '.join(FORMS)}")
    return FORMS[form](citations)


def tables(
    bench: Workbench, what: str, *, concepts: Sequence[str] = (), jurisdictions: Sequence[str] = ()
) -> list[Table]:
    """Return what `EXPORTS` names as tables: one for decisions and tags, four for the grid (overview, cells, provisions, EU)."""
    from psimm_docs.decisions import state_words
    from psimm_docs.exports import decisions_table, grid_tables, readings_table, tags_table
    from psimm_docs.readings import BOOK as READINGS

    if what not in EXPORTS:
        raise PsimmError(f"{what!r} can't be exported; choose one of {', '.join(EXPORTS)}")
    if what == "decisions":
        return [decisions_table(bench.decisions())]
    if what == "readings":
        return [readings_table(READINGS.read_all(bench.workspace.readings))]
    if what == "tags":
        tags = bench.suggestions(concepts=concepts, jurisdictions=jurisdictions, order="document")
        provisions = bench.some_provisions(tag.provision_id for tag in tags)
        states = {key: state_words(state) for key, state in bench.states().items()}
        return [tags_table(tags, sources=bench.sources, provisions=provisions, states=states)]
    names = {concept.id: concept.label() for concept in bench.taxonomy.concepts}
    made = grid(bench, concepts or ["all"], jurisdictions=jurisdictions)
    return [*grid_tables(made, names=names), eu_table(eu_rows(bench.taxonomy, made), names, made.jurisdictions)]


def export(
    bench: Workbench, what: str, out: Path, *, concepts: Sequence[str] = (), jurisdictions: Sequence[str] = ()
) -> list[Path]:
    """Write one of `EXPORTS` to a file (.csv, .xlsx or .jsonl) and return the files written: the grid makes four in CSV."""
    from psimm_docs.exports import write_tables

    return write_tables(out, tables(bench, what, concepts=concepts, jurisdictions=jurisdictions))
