"""Charts of a built corpus: the six with a value, and when acts were amended.

Wiring: takes what the grid, the catalogue and the manifest say and hands it to `drawings`. What the catalogue says without a date is
told in words, never put at a guessed place.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Literal, get_args

from psimm_docs.cells import FOUND, CellState, Grid, counted
from psimm_docs.drawings import Line, Mark, Tile, tile_map, timeline
from psimm_docs.errors import NotFoundError, PsimmError
from psimm_docs.grids import grid
from psimm_docs.jurisdictions import SIX, within

if TYPE_CHECKING:
    from psimm_docs.catalogue import Work
    from psimm_docs.workbench import Workbench

Measure = Literal["found", "confirmed", "silent", "documents"]
MEASURES: Mapping[Measure, str] = {
    "found": "Concepts in which a provision stands",
    "confirmed": "Concepts with a confirmed provision",
    "silent": "Concepts searched and not found",
    "documents": "Documents held and read",
}
"""What the map can show of all concepts."""

STATE_FILLS: Mapping[CellState, str] = {
    "found-confirmed": "#BFE3CC",
    "found-unreviewed": "#E3F2E8",
    "rejected": "#F6E3BF",
    "leads": "#FFF6DE",
    "not-found": "#E4E7EC",
    "not-read": "#EEF2F9",
    "not-held": "#FFFFFF",
    "not-applicable": "#FFFFFF",
}
"""A light fill for each state; the state's words stand in the tile as well, and silences are hatched."""

FULL_DATE = re.compile(r"(?<!\d)(\d{1,2})\.(\d{1,2})\.(\d{4})(?!\d)")
NUMBER = re.compile(r"(?<![\d/])(\d{1,3})/(\d{4}|\d{2})(?![\d/])")


# --- the map -----------------------------------------------------------------------------------------------------------


def concept_map(bench: Workbench, concept: str) -> str:
    """Return the map of a concept: each of the six with the state of its cell, as SVG."""
    found = bench.taxonomy.concept(concept)
    tiles = [
        Tile(
            cell.jurisdiction,
            str(len(cell.provisions)) if cell.state in FOUND else "–",
            cell.words
            + (f"; {counted(len(cell.answered_by), 'level')} of {len(cell.levels)}" if cell.answered_by else ""),
            STATE_FILLS[cell.state],
            hatched=cell.state not in FOUND,
        )
        for cell in grid(bench, [found.id]).row(found.id)
    ]
    return tile_map(tiles, title=f"{found.label()}: provisions found")


def measure_map(bench: Workbench, measure: str) -> str:
    """Return the map of one of `MEASURES`, as SVG; raises PsimmError for another."""
    if measure not in get_args(Measure):
        raise PsimmError(f"{measure!r} can't be drawn; choose one of {', '.join(MEASURES)}, or name a concept")
    if measure == "documents":
        read = bench.searched()
        numbers = {
            code: [one for one in bench.sources.values() if one.jurisdiction in within(code) and one.id in read]
            for code in SIX
        }
        tiles = [
            Tile(code, str(len(some)), f"{sum(one.digest for one in some)} of them digests", "#EEF2F9")
            for code, some in numbers.items()
        ]
    else:
        tiles = count_tiles(grid(bench, ["all"]), measure)
    return tile_map(tiles, title=next(words for name, words in MEASURES.items() if name == measure))


def count_tiles(made: Grid, measure: str) -> list[Tile]:
    """Return a tile a jurisdiction with how many of a grid's concepts are in the states that a measure counts."""
    states = {"found": FOUND, "confirmed": FOUND[:1], "silent": ("not-found",)}[measure]
    tiles = []
    for code in made.jurisdictions:
        cells = [made.cell(concept, code) for concept in made.concepts]
        count = sum(cell.state in states for cell in cells)
        signed = sum(cell.signed is not None for cell in cells if cell.state in states)
        words = f"of {counted(len(cells), 'concept')}" + (f"; {signed} signed" if measure == "silent" else "")
        tiles.append(Tile(code, str(count), words, "#E3F2E8" if measure != "silent" else "#E4E7EC"))
    return tiles


# --- the timelines -----------------------------------------------------------------------------------------------------


def act_timeline(bench: Workbench, works: Sequence[str]) -> str:
    """Return when acts of the catalogue were published, amended and in force, and which versions are held, as SVG; raises NotFoundError."""
    lines = [line_of(bench, one) for one in works]
    return timeline(lines, title="Amendments as the catalogue and the texts held tell them")


def line_of(bench: Workbench, work_id: str) -> Line:
    """Return an act's line: its dated events by time, and what is told without a date."""
    work = bench.works.get(work_id)
    if work is None:
        raise NotFoundError(f"{work_id}: is not in the catalogue (corpus/catalogue.csv)")
    marks, undated = [], []
    published = work.gazette_date or year_of(work.gazette_number)
    if published:
        marks.append(Mark(published, "published", work.gazette_number))
    if work.in_force_from and not published.startswith(work.in_force_from):
        marks.append(Mark(work.in_force_from, "in-force", ""))
    for told in work.amended_by:
        found = amendment(told, bench.works)
        if found is None:
            undated.append(told)
        else:
            marks.append(found)
    marks += [
        Mark(one.date, "held", "")
        for one in bench.sources.values()
        if one.work_id == work_id and one.date and not one.digest and not one.translation
    ]
    ordered = tuple(dict.fromkeys(sorted(marks, key=lambda one: one.date)))
    return Line(work.title("en"), work.jurisdiction, ordered, tuple(undated))


def amendment(told: str, works: Mapping[str, Work]) -> Mark | None:
    """Return an amendment as the catalogue tells it, dated by the amending work, a full date or a gazette's number; None without a date."""
    other = works.get(told)
    if other is not None:
        date = other.gazette_date or other.document_date or year_of(other.gazette_number)
        return Mark(date, "amended", other.gazette_number) if date else None
    full = FULL_DATE.search(told)
    numbered = NUMBER.search(told)
    name = numbered[0] if numbered else ""
    if full is not None:
        return Mark(f"{full[3]}-{int(full[2]):02d}-{int(full[1]):02d}", "amended", name or full[0])
    year = year_of(name)
    return Mark(year, "amended", name) if year else None


def year_of(number: str) -> str:
    """Return the year of a gazette's number, empty where it has none.

    >>> year_of("31/2019"), year_of("34/21"), year_of("8/99"), year_of("L 334")
    ('2019', '2021', '1999', '')
    """
    found = NUMBER.search(number)
    if found is None:
        return ""
    year = found[2]
    return year if len(year) == 4 else f"{'19' if int(year) > 50 else '20'}{year}"


def amended_works(bench: Workbench, codes: Sequence[str] = ()) -> list[str]:
    """Return the works that the catalogue knows amendments of (in these jurisdictions and below), in its order."""
    wanted = {one for code in codes for one in within(code)}
    return [one.id for one in bench.works.values() if one.amended_by and (not wanted or one.jurisdiction in wanted)]
