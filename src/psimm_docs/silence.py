"""The silence ledger: a person signs that nothing was found in a cell, or says that the concept doesn't apply there.

Wiring: runs the queries afresh, gathers what the silence rests on and adds the statement to the person's log (`statements`). Invariant: nobody signs over
a provision that stands in the cell, nor over passages that a search brought and nobody has read.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from psimm_docs.cells import Cell
from psimm_docs.compare import in_scope
from psimm_docs.errors import PsimmError
from psimm_docs.exports import Table
from psimm_docs.grids import basis_of, grid, looking
from psimm_docs.jurisdictions import KOSOVO_NOTE, jurisdiction, needs_note, root
from psimm_docs.statements import (
    BOOK,
    Statement,
    append,
    changed_since,
    cited,
    concept_print,
    find,
    in_force,
    undo,
)

if TYPE_CHECKING:
    from psimm_docs.workbench import Workbench


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the ledger: a statement, what changed since, its form for a footnote, and the notes to be printed with it."""

    id: str
    statement: Statement
    changed: tuple[str, ...]
    cited: str
    notes: tuple[str, ...]


def cell_at(bench: Workbench, concept: str, code: str, *, alone: bool = False) -> Cell:
    """Return the cell of a jurisdiction (with everything below it, or its own level `alone`)."""
    [cell] = grid(bench, [concept], jurisdictions=[code]).cells
    return next((one for one in cell.levels if one.jurisdiction == cell.jurisdiction), cell) if alone else cell


def sign(
    bench: Workbench,
    reviewer: str,
    concept: str,
    code: str,
    *,
    alone: bool = False,
    leads_read: bool = False,
    note: str = "",
) -> Statement:
    """Sign that nothing was found in a cell; the queries are run again now and go into the statement with what came.

    Raises PsimmError where a provision stands in the cell, where no text was searched, and where a query brought provisions and the person
    doesn't say that they were read (`leads_read`).
    """
    cell = cell_at(bench, concept, code, alone=alone)
    where = f"{bench.taxonomy.concept(concept).label()} in {jurisdiction(code).name}"
    if cell.provisions:
        raise PsimmError(
            f"{where}: {len(cell.provisions)} provisions stand there; accept or reject each before a silence can be signed"
        )
    if not cell.documents:
        raise PsimmError(f"{where}: {cell.rests_on} A silence can only be signed where texts were searched")
    found = bench.taxonomy.concept(concept)
    read = bench.searched()
    own = [one for one in in_scope(bench.sources.values(), cell.jurisdiction, alone=alone) if one.id in read]
    looks = looking(bench, afresh=True)(found, own)
    leads = len({one for look in looks for one in look.leads})
    if leads and not leads_read:
        raise PsimmError(
            f"{where}: the searches brought {leads} provisions; read them (psimm-docs compare silence {concept} -j {cell.jurisdiction} "
            "lists them), then sign with --leads-read, or accept the one that answers"
        )
    basis = basis_of(bench, cell.place)
    if basis is None:
        raise PsimmError(f"{concept}: is no longer in the taxonomy")
    return append(
        bench.workspace.statements,
        Statement(
            reviewer,
            "",
            *cell.place,
            "silent",
            note,
            found.label(),
            basis.concept,
            bench.taxonomy.version,
            looks,
            basis.documents,
            basis.index,
            basis.encoder,
        ),
    )


def not_applicable(
    bench: Workbench, reviewer: str, concept: str, code: str, *, reason: str, alone: bool = False
) -> Statement:
    """Say that a concept doesn't apply in a jurisdiction, and why. Raises PsimmError without a reason, and where a person accepted a provision."""
    cell = cell_at(bench, concept, code, alone=alone)
    found = bench.taxonomy.concept(concept)
    if any(one.state != "unreviewed" for one in cell.provisions):
        raise PsimmError(
            f"{found.label()} in {jurisdiction(code).name}: a reviewer decided on a provision there; take that decision back first"
        )
    return append(
        bench.workspace.statements,
        Statement(
            reviewer,
            "",
            *cell.place,
            "not-applicable",
            " ".join(reason.split()),
            found.label(),
            concept_print(found),
            bench.taxonomy.version,
        ),
    )


def take_back(bench: Workbench, reviewer: str, concept: str = "", code: str = "", *, alone: bool = False) -> Statement:
    """Take back the person's last statement (about one cell, where it is named); raises NotFoundError where there is none."""
    place = cell_at(bench, concept, code, alone=alone).place if concept and code else None
    return undo(bench.workspace.statements, reviewer, place=place)


def ledger(bench: Workbench, *, jurisdictions: tuple[str, ...] | list[str] = ()) -> list[Entry]:
    """Return the statements that stand, by time; those that something has overtaken say so."""
    codes = {jurisdiction(code).code for code in jurisdictions}
    entries = []
    for some in in_force(BOOK.read_all(bench.workspace.statements)).values():
        for one in some:
            if not codes or one.jurisdiction in codes or root(one.jurisdiction) in codes:
                entries.append(entry_of(bench, one))
    return sorted(entries, key=lambda one: one.statement.time)


def entry(bench: Workbench, wanted: str) -> Entry:
    """Return one statement by its id, whether it still stands or not; raises NotFoundError."""
    return entry_of(bench, find(BOOK.read_all(bench.workspace.statements), wanted))


def entry_of(bench: Workbench, one: Statement) -> Entry:
    """Return a statement with what changed since."""
    basis = basis_of(bench, one.place)
    changed = changed_since(one, basis) if basis else ("the concept in the taxonomy",)
    notes = (KOSOVO_NOTE,) if needs_note([one.jurisdiction]) else ()
    return Entry(one.id, one, changed, cited(one, changed), notes)


def ledger_table(entries: list[Entry]) -> Table:
    """Return the ledger as a table: one row a statement, with its queries, documents and fingerprints."""
    columns = (
        *(
            "id",
            "action",
            "concept",
            "name",
            "jurisdiction",
            "jurisdiction_name",
            "own_level_only",
            "signed_by",
            "time",
        ),
        *("reason", "queries", "results", "documents", "checksums", "index", "encoder", "taxonomy_version"),
        *("out_of_date", "footnote", "hash"),
    )
    rows = tuple(
        (
            *(
                each.id,
                one.action,
                one.concept,
                one.concept_name,
                one.jurisdiction,
                jurisdiction(one.jurisdiction).name,
            ),
            *(one.alone, one.reviewer, one.time, one.reason),
            "; ".join(f"{look.text} ({look.language}: {', '.join(look.folded)})" for look in one.queries),
            "; ".join(f"{look.state}, {look.results}" for look in one.queries),
            "; ".join(text.source_id for text in one.documents),
            "; ".join(text.sha256 for text in one.documents),
            *(one.index, one.encoder, one.taxonomy_version, "; ".join(each.changed), each.cited, one.hash),
        )
        for each in entries
        for one in [each.statement]
    )
    return Table("silence ledger", columns, rows)
