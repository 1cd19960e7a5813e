"""The figures of a concept side by side: deadlines, validity, fees, fines of each jurisdiction, and its checklist beside it.

Wiring: takes the provisions that stand in the grid's cells (each once, whatever its languages) and what `valued` finds in them. Invariant: a
figure stands with its own words and its provision; euro is shown only at a rate with its date, and no figure is added up or chosen.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from psimm_docs.cells import Cell, CellItem, Grid, ItemState
from psimm_docs.exports import Table
from psimm_docs.jurisdictions import jurisdiction
from psimm_docs.rates import Rate
from psimm_docs.records import Provision, Span
from psimm_docs.side import SideBySide, SideCell, joined
from psimm_docs.value_records import Element, Value
from psimm_docs.valued import (
    elements_with,
    in_days,
    in_euro,
    law_text,
    rates_of,
    rates_used,
    told,
    values_with,
    without_rate,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from psimm_docs.workbench import Workbench

KINDS = ("deadline", "validity", "duration", "fee", "fine", "amount", "quota", "wage", "share", "age")
"""Sorts of figures in the order in which they are shown."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure of a provision in a cell: what it says, in days and in euro where that can be said, its own words and where they stand."""

    jurisdiction: str
    kind: str
    told: str
    days: str
    euro: str
    who: str
    words: str
    label: str
    title: str
    provision_id: str
    review: ItemState
    digest: bool


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures of a concept, by the grid's jurisdictions; `remarks` say the rates that were used and the currencies without one."""

    concept: str
    jurisdictions: tuple[str, ...]
    figures: tuple[Figure, ...]
    remarks: tuple[str, ...]
    notes: tuple[str, ...]

    def of(self, kind: str, code: str) -> tuple[Figure, ...]:
        """Return the figures of one kind in one jurisdiction's cell."""
        return tuple(one for one in self.figures if (one.kind, one.jurisdiction) == (kind, code))

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of which there is a figure, in order."""
        there = {one.kind for one in self.figures}
        return tuple(one for one in KINDS if one in there)


def figures_of(bench: Workbench, made: Grid, concept: str) -> Figures:
    """Return the figures of the provisions in a concept's cells, in the order of the cells and of the text."""
    known = rates_of(bench)
    states = bench.states()
    found: list[Figure] = []
    values: list[Value] = []
    for cell in made.row(concept):
        there = bench.some_provisions(one.provision_id for one in cell.provisions)
        for item in cell.provisions:
            if item.provision_id in there:
                some = values_with(bench, there[item.provision_id], states)
                values += some
                found += [figure(bench, cell, item, value, known) for value in some]
    remarks = [f"Rate: {line}." for line in rates_used(values, known)]
    missing = without_rate(values, {**known, "EUR": Rate("EUR", 1, "", "")})
    if missing:
        remarks.append(f"No rate is set for {', '.join(missing)}: these amounts are shown in their own currency only.")
    unique = tuple(dict.fromkeys(found))
    digests = sum(one.digest for one in unique)
    if digests:
        remarks.append(f"{digests} of {len(unique)} figures are from digests; check them in the official text.")
    return Figures(concept, made.jurisdictions, unique, tuple(remarks), made.notes)


def figure(bench: Workbench, cell: Cell, item: CellItem, value: Value, known: Mapping[str, Rate]) -> Figure:
    """Return a value as it stands in the table."""
    source = bench.source(item.source_id)
    text = bench.document(source.id).text
    return Figure(
        cell.jurisdiction,
        value.kind,
        told(value),
        in_days(value),
        in_euro(value, known),
        value.actor,
        " ".join(value.span.of(text).split()),
        bench.provision(value.provision_id).label,
        source.title,
        value.provision_id,
        item.state,
        item.digest,
    )


def line_of(one: Figure) -> str:
    """Return a figure in a line: what it says, then days and euro where they say more, then where it stands."""
    days = f"{one.days} days" if one.days and " day" not in one.told else ""
    more = "; ".join(part for part in (days, one.euro) if part)
    return f"{one.told}{f' ({more})' if more else ''}: “{one.words}”, {one.title}, {one.label}"


def figures_tables(figures: Figures) -> list[Table]:
    """Return the figures as two tables: a row a kind with a column a jurisdiction, and a row a figure."""
    names = [jurisdiction(code).name for code in figures.jurisdictions]
    side = tuple(
        (kind, *("\n".join(line_of(one) for one in figures.of(kind, code)) for code in figures.jurisdictions))
        for kind in figures.kinds
    )
    columns = ("jurisdiction", "jurisdiction_name", "kind", "value", "days", "euro", "who", "words")
    rows = tuple(
        (
            *(one.jurisdiction, jurisdiction(one.jurisdiction).name, one.kind, one.told, one.days, one.euro, one.who),
            *(one.words, one.title, one.label, one.provision_id, one.review, one.digest),
        )
        for one in figures.figures
    )
    rest = ("law", "label", "provision_id", "review", "digest")
    return [
        Table("values side by side", ("kind", *names), side),
        Table("values", (*columns, *rest), rows),
        Table("rates", ("remark",), tuple((one,) for one in figures.remarks)),
    ]


# --- beside the words --------------------------------------------------------------------------------------------------


def with_figures(bench: Workbench, made: SideBySide) -> SideBySide:
    """Return provisions side by side with their figures highlighted; what a figure is stands in the figures' own table."""
    states = bench.states()
    spans = [
        [value.span for value in values_with(bench, bench.provision(one.provision_id), states)] for one in made.columns
    ]
    return replace(
        made,
        rows=tuple(
            tuple(None if cell is None else highlighted(cell, some) for cell, some in zip(row, spans, strict=True))
            for row in made.rows
        ),
    )


def highlighted(cell: SideCell, spans: Sequence[Span]) -> SideCell:
    """Return a paragraph with the document's spans that lie in it highlighted."""
    inside = [Span(one.start - cell.span.start, one.end - cell.span.start) for one in spans if cell.span.holds(one)]
    return replace(cell, figures=joined(inside))


# --- by element --------------------------------------------------------------------------------------------------------


def elements_table(bench: Workbench, provision_ids: Sequence[str], concept: str) -> Table:
    """Return the concept's checklist beside chosen provisions: a row an element, its words in each, or that it was not found there."""
    provisions = [bench.provision(one) for one in provision_ids]
    states = bench.states()
    known = bench.taxonomy.concept(concept).id
    lists = [elements_with(bench, one, known, values_with(bench, one, states)) for one in provisions]
    heads = [
        f"{at}. {jurisdiction(bench.source(one.source_id).jurisdiction).name}: {one.label}"
        for at, one in enumerate(provisions, 1)
    ]
    # every checklist of one concept has the same elements in the same order
    rows = tuple(
        (line[0].name, *(element_words(bench, one, part) for one, part in zip(provisions, line, strict=True)))
        for line in zip(*lists, strict=True)
    )
    return Table("elements", ("element", *heads), rows)


def element_words(bench: Workbench, provision: Provision, element: Element) -> str:
    """Return an element's own words in a provision, or that it was not found there."""
    if element.span is None:
        return element.state
    start = provision.span.start
    return " ".join(law_text(bench, provision)[element.span.start - start : element.span.end - start].split())
