"""Drawings for papers and pages: a schematic map of the six and timelines of acts, as SVG that stands alone.

Plain data in, SVG out; nothing in it is loaded from elsewhere. Invariant: no meaning is carried by colour alone (every tile has its value and
words in it, every sort of event its own shape and a legend), every text is escaped, and a drawing that names Kosovo* carries its footnote.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Literal

from psimm_docs.jurisdictions import KOSOVO_NOTE, jurisdiction, needs_note

Event = Literal["published", "in-force", "amended", "held"]

EVENT_WORDS: Mapping[Event, str] = {
    "published": "published",
    "in-force": "in force",
    "amended": "amended or corrected",
    "held": "text of this version held",
}
"""What each sort of event is called, in the legend's order."""

PLACES: Mapping[str, tuple[int, int]] = {
    "BA": (0, 0),
    "RS": (1, 0),
    "ME": (0, 1),
    "XK": (1, 1),
    "AL": (0, 2),
    "MK": (1, 2),
}
"""Column and row of each of the six: who lies north, south, east or west of whom, and no more; a scheme, not a map."""

TILE_WIDTH, TILE_HEIGHT, GAP = 230, 104, 8
FONT = 'font-family="DejaVu Sans, Arial, sans-serif"'
INK, QUIET = "#14202B", "#55606E"

YEAR = re.compile(r"\d{4}")


@dataclass(frozen=True, slots=True)
class Tile:
    """One jurisdiction of the map: a value in large letters, words below it, and its fill (a colour) and whether it is hatched."""

    jurisdiction: str
    value: str
    words: str
    fill: str = "#FFFFFF"
    hatched: bool = False


@dataclass(frozen=True, slots=True)
class Mark:
    """Something that happened to an act: when (ISO 8601 at the precision known), what sort, and its short name (`62/2023`)."""

    date: str
    event: Event
    name: str


@dataclass(frozen=True, slots=True)
class Line:
    """An act with what happened to it, dated; `undated` is told in words below it."""

    name: str
    jurisdiction: str
    marks: tuple[Mark, ...]
    undated: tuple[str, ...] = ()


def tile_map(tiles: Sequence[Tile], *, title: str) -> str:
    """Return a schematic map of the six with a value each, as SVG; a jurisdiction without a tile stays an empty frame."""
    by_code = {one.jurisdiction: one for one in tiles}
    width = 2 * TILE_WIDTH + 3 * GAP
    parts = [text_at(GAP, 22, title, size=15, bold=True)]
    for code, (column, row) in PLACES.items():
        x, y = GAP + column * (TILE_WIDTH + GAP), 36 + row * (TILE_HEIGHT + GAP)
        one = by_code.get(code) or Tile(code, "", "not in the comparison")
        parts.append(box(x, y, one.fill))
        if one.hatched:
            parts.append(box(x, y, "url(#hatch)"))
        parts.append(text_at(x + 10, y + 24, jurisdiction(code).name, size=14, bold=True))
        parts.append(text_at(x + 10, y + 56, one.value, size=22))
        for at, line in enumerate(textwrap.wrap(one.words, 36)[:2]):
            parts.append(text_at(x + 10, y + 76 + 15 * at, line, size=11))
    foot = 36 + 3 * (TILE_HEIGHT + GAP) + 12
    return framed(parts, width, foot, title, note=True)


def box(x: float, y: float, fill: str) -> str:
    """Return a tile's frame."""
    return f'<rect x="{x}" y="{y}" width="{TILE_WIDTH}" height="{TILE_HEIGHT}" fill="{escape(fill)}" stroke="{QUIET}"/>'


def timeline(lines: Sequence[Line], *, title: str, width: int = 960) -> str:
    """Return acts one below another along the years, as SVG: a shape for each sort of event, its short name above it where there is room."""
    years = [int(mark.date[:4]) for line in lines for mark in line.marks]
    first, last = (min(years), max(years) + 1) if years else (2000, 2001)
    left, right = 16.0, width - 24.0
    scale = (right - left) / max(1, last - first)
    parts = [text_at(left, 22, title, size=15, bold=True)]
    parts += legend(left, 44)
    y = 64.0
    for line in lines:
        y += 26
        for at, piece in enumerate(
            textwrap.wrap(f"{jurisdiction(line.jurisdiction).name}: {line.name}", int(width / 7.4))
        ):
            y += 16 * bool(at)
            parts.append(text_at(left, y, piece, size=12, bold=True))
        y += 42
        parts.append(f'<line x1="{left}" y1="{y}" x2="{right}" y2="{y}" stroke="{QUIET}"/>')
        ends = [-1e9, -1e9]
        for mark, place in placed(line.marks):
            x = left + (place - first) * scale
            parts.append(shape(mark, x, y))
            size = 6.2 * len(mark.name) + 6
            level = next((at for at, end in enumerate(ends) if x - size / 2 > end), None)
            if mark.name and level is not None:
                ends[level] = x + size / 2
                middle = max(left + size / 2, min(x, right - size / 2))
                parts.append(text_at(middle, y - 12 - 12 * level, mark.name, size=10, anchor="middle"))
        parts += ticks(first, last, left, y, scale)
        y += 26
        for piece in (
            textwrap.wrap("Without a date: " + "; ".join(line.undated), int(width / 6.4)) if line.undated else []
        ):
            parts.append(text_at(left, y + 8, piece, size=10, colour=QUIET))
            y += 14
    return framed(parts, width, y + 16, title, note=needs_note(line.jurisdiction for line in lines))


def placed(marks: Sequence[Mark]) -> list[tuple[Mark, float]]:
    """Return marks with their places (years with fractions), in time; those dated by a year only are spread over it in the order given.

    >>> [place for _, place in placed([Mark("2018", "amended", "a"), Mark("2018", "amended", "b"), Mark("2018-01", "held", "")])]
    [2018.0, 2018.3333333333333, 2018.6666666666667]
    """
    found = []
    for mark in marks:
        place = when(mark.date)
        if len(mark.date) == 4:
            same = [one for one in marks if one.date == mark.date]
            place = int(mark.date) + (same.index(mark) + 1) / (len(same) + 1)
        found.append((mark, place))
    return sorted(found, key=lambda one: one[1])


def when(date: str) -> float:
    """Return a date as a year with its fraction; a year alone stands at its middle.

    >>> when("2018"), when("2018-01-01"), when("2018-07")
    (2018.5, 2018.0, 2018.5)
    """
    year, _, rest = date.partition("-")
    if not rest:
        return int(year) + 0.5
    month, _, day = rest.partition("-")
    return int(year) + (int(month) - 1) / 12 + (int(day or 1) - 1) / 372


def ticks(first: int, last: int, left: float, y: float, scale: float) -> list[str]:
    """Return the years under a line, as many as there is room for."""
    step = next(one for one in (1, 2, 5, 10, 20, 50, 100) if one * scale > 34 or one == 100)
    years = [year for year in range(first, last + 1) if year % step == 0]
    return [
        f'<line x1="{left + (year - first) * scale:.1f}" y1="{y}" x2="{left + (year - first) * scale:.1f}" y2="{y + 4}" stroke="{QUIET}"/>'
        + text_at(left + (year - first) * scale, y + 18, str(year), size=10, anchor="middle", colour=QUIET)
        for year in years
    ]


def shape(mark: Mark, x: float, y: float) -> str:
    """Return an event's shape, with its words as what a pointer shows: square, circle, triangle, diamond."""
    told = (
        f"<title>{escape(' '.join(part for part in (mark.date, EVENT_WORDS[mark.event], mark.name) if part))}</title>"
    )
    if mark.event == "in-force":
        return f'<circle cx="{x:.1f}" cy="{y}" r="5" fill="#FFFFFF" stroke="{INK}" stroke-width="2">{told}</circle>'
    points = {
        "published": ((-5, -5), (5, -5), (5, 5), (-5, 5)),
        "amended": ((0, -7), (6, 5), (-6, 5)),
        "held": ((0, -7), (7, 0), (0, 7), (-7, 0)),
    }[mark.event]
    fill = {"published": INK, "amended": "#B7791F", "held": "#8CBF9F"}[mark.event]
    corners = " ".join(f"{x + dx:.1f},{y + dy:.1f}" for dx, dy in points)
    return f'<polygon points="{corners}" fill="{fill}" stroke="{INK}">{told}</polygon>'


def legend(left: float, y: float) -> list[str]:
    """Return what each shape means."""
    parts, x = [], left + 8
    for event, words in EVENT_WORDS.items():
        parts += [shape(Mark("", event, ""), x, y), text_at(x + 12, y + 4, words, size=11)]
        x += 40 + 6.6 * len(words)
    return [*parts, text_at(x, y + 4, "dated by year only: somewhere in it", size=11, colour=QUIET)]


def text_at(
    x: float, y: float, text: str, *, size: int, bold: bool = False, anchor: str = "start", colour: str = INK
) -> str:
    """Return a line of text."""
    weight = ' font-weight="bold"' if bold else ""
    return f'<text x="{x:.1f}" y="{y:.1f}" {FONT} font-size="{size}"{weight} text-anchor="{anchor}" fill="{colour}">{escape(text)}</text>'


def framed(parts: Sequence[str], width: float, height: float, title: str, *, note: bool) -> str:
    """Return the whole drawing, with the footnote of Kosovo* below it where it is named."""
    lines = textwrap.wrap(KOSOVO_NOTE, int(width / 5.6)) if note else []
    foot = [text_at(8, height + 12 + 13 * at, line, size=10, colour=QUIET) for at, line in enumerate(lines)]
    total = height + 13 * len(lines) + 12
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{total:.0f}" viewBox="0 0 {width} {total:.0f}" role="img">'
        f"<title>{escape(title)}</title>"
        f'<defs><pattern id="hatch" width="8" height="8" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
        f'<line x1="0" y1="0" x2="0" y2="8" stroke="{QUIET}" stroke-opacity="0.35" stroke-width="2"/></pattern></defs>'
        f'<rect width="{width}" height="{total:.0f}" fill="#FFFFFF"/>{"".join([*parts, *foot])}</svg>\n'
    )
