"""The EU column: the acts of the Union that a concept comes from, with a link each, beside what stands in the jurisdictions.

Wiring: joins the taxonomy's EU acts with a grid. Invariant: an address is made from the act's own number by the rule of the European Legislation Identifier
(an act that names no number gets none), and a gap is told with what each jurisdiction's silence is: nothing found in digests says nothing about the law.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from psimm_docs.cells import FOUND, Cell, Grid
from psimm_docs.exports import Table
from psimm_docs.jurisdictions import jurisdiction

if TYPE_CHECKING:
    from psimm_docs.taxonomy import Taxonomy

KINDS = {
    "Implementing Regulation": "reg_impl",
    "Delegated Regulation": "reg_del",
    "Implementing Decision": "dec_impl",
    "Framework Decision": "dec_framw",
    "Directive": "dir",
    "Regulation": "reg",
    "Decision": "dec",
}
"""What acts are called, the longer names first, and their types in the identifier."""

ACT = re.compile(
    rf"(?:Council |Commission )?(?P<kind>{'|'.join(KINDS)})\s+(?:\((?P<of>[A-Z, ]+)\)\s+)?(?P<no>No\s+)?"
    r"(?P<first>\d+)/(?P<second>\d+)(?:/[A-Z]{2,4})?"
)
ADDRESS = "https://eur-lex.europa.eu/eli/{kind}/{year}/{number}/oj"


@dataclass(frozen=True, slots=True)
class EuAct:
    """An EU provision of a concept: the act's name, what is cited of it (`art. 5(1)`, empty for the whole), its address (empty where none is made)."""

    act: str
    pinpoint: str
    address: str

    @property
    def text(self) -> str:
        """What a link to it says."""
        return f"{self.act} {self.pinpoint}".rstrip()


@dataclass(frozen=True, slots=True)
class EuRow:
    """A concept's EU provisions beside its cells; `gap` says where nothing stands, empty where a provision stands everywhere."""

    concept: str
    acts: tuple[EuAct, ...]
    cells: tuple[Cell, ...]
    gap: str


def eu_act(text: str) -> EuAct:
    """Return an EU act or provision as the taxonomy names it.

    >>> eu_act("Regulation (EC) No 810/2009 art. 24").address
    'https://eur-lex.europa.eu/eli/reg/2009/810/oj'
    >>> eu_act("Directive 96/71/EC").address, eu_act("Directive (EU) 2024/1233 art. 5(1)").pinpoint
    ('https://eur-lex.europa.eu/eli/dir/1996/71/oj', 'art. 5(1)')
    >>> eu_act("Charter of Fundamental Rights").address
    ''
    """
    found = ACT.match(text)
    if found is None:
        return EuAct(text, "", "")
    year, number = found["first"], found["second"]
    if found["no"] or (found["kind"].endswith("Regulation") and found["of"] != "EU"):
        year, number = number, year
    year = f"19{year}" if len(year) == 2 else year
    address = ADDRESS.format(kind=KINDS[found["kind"]], year=year, number=int(number))
    return EuAct(found[0], text[found.end() :].strip(" ,;"), address)


def eu_rows(taxonomy: Taxonomy, grid: Grid) -> list[EuRow]:
    """Return a grid's concepts with their EU provisions and gaps, in the grid's order."""
    return [
        EuRow(
            name, tuple(eu_act(one) for one in taxonomy.concept(name).eu), grid.row(name), gap_of(taxonomy, grid, name)
        )
        for name in grid.concepts
    ]


def gap_of(taxonomy: Taxonomy, grid: Grid, concept: str) -> str:
    """Return where nothing stands beside the EU provisions of a concept, and what that silence is; empty where there is no gap to tell."""
    cells = grid.row(concept)
    silent = [cell for cell in cells if cell.state not in (*FOUND, "not-applicable")]
    if not silent or not taxonomy.concept(concept).eu:
        return ""
    places = "; ".join(f"{jurisdiction(cell.jurisdiction).name} ({cell.words})" for cell in silent)
    start = f"None of the {len(cells)} has a provision" if len(silent) == len(cells) > 1 else "No provision stands in"
    searched = [cell for cell in silent if cell.documents]
    digests = " Only digests were searched: this shows no gap in the law." if all_digests(searched) else ""
    return f"{start}{':' if start.startswith('None') else ''} {places}.{digests}"


def all_digests(cells: Sequence[Cell]) -> bool:
    """Say whether texts were searched and all of them are digests."""
    return bool(cells) and all(cell.digests == cell.documents for cell in cells)


def eu_table(rows: Sequence[EuRow], names: dict[str, str], codes: Sequence[str]) -> Table:
    """Return the EU column as a table: a row a concept, EU provisions and addresses, each jurisdiction's state, the gap."""
    columns = ("concept", "name", "eu", "eu_addresses", *(jurisdiction(code).name for code in codes), "gap")
    return Table(
        "eu",
        columns,
        tuple(
            (
                *(row.concept, names.get(row.concept, row.concept)),
                *("; ".join(one.text for one in row.acts), "; ".join(one.address for one in row.acts if one.address)),
                *(f"{cell.words} ({len(cell.provisions)})" for cell in row.cells),
                row.gap,
            )
            for row in rows
        ),
    )
