"""Provisions of two to six jurisdictions side by side: paragraph by paragraph, with English where it is held, and copied words showing.

Wiring: cuts, aligns and compares what `alignment` is handed from the built corpus. Paragraphs are put in a row by their vectors or by the words they
share, whichever says more; the order of each provision is kept. Invariant: every quoted letter is the document's; marks are spans in it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from html import escape
from itertools import pairwise
from typing import TYPE_CHECKING

from psimm_docs.alignment import (
    NEARLY_SAME,
    Part,
    aligned,
    best_of,
    by_place,
    by_vectors,
    by_words,
    difference,
    parts_of,
)
from psimm_docs.errors import PsimmError
from psimm_docs.exports import Table
from psimm_docs.jurisdictions import KOSOVO_NOTE, LANGUAGE_NAMES, jurisdiction, needs_note
from psimm_docs.lexical import IJEKAVIAN
from psimm_docs.records import Provision, Span

if TYPE_CHECKING:
    from psimm_docs.workbench import Workbench

LEAST, MOST = 2, 6
DIGEST = "digest; not the official text"
UNOFFICIAL = "unofficial translation"


@dataclass(frozen=True, slots=True)
class Column:
    """One of the provisions: where it stands, in which language, and how much of it is word for word in a column to its left.

    `same` is the part of words in common with the column `same_as` (counted from 0; -1 where it is nearly the same as none), over the
    paragraphs that stand in one row.
    """

    provision_id: str
    jurisdiction: str
    title: str
    label: str
    heading: str
    language: str
    digest: bool
    translation: bool
    same: float = 0.0
    same_as: int = -1

    @property
    def name(self) -> str:
        """Whose law and which provision, e.g. `Serbia: Закон о странцима, члан 43`."""
        return f"{jurisdiction(self.jurisdiction).name}: {self.title}, {self.label}"

    @property
    def remark(self) -> str:
        """What the text is not, and that it is nearly the same as another column; empty where there is nothing to say."""
        said = [DIGEST] if self.digest else []
        said += [UNOFFICIAL] if self.translation else []
        if self.same_as >= 0:
            said.append(
                f"{round(100 * self.same)} % of the words as in column {self.same_as + 1}; words that differ in more than ekavian or ijekavian spelling are marked"
            )
        return "; ".join(said)


@dataclass(frozen=True, slots=True)
class SideCell:
    """A paragraph of one column: its letters, where it stands, what differs from the nearly same one to its left (or from those to its right).

    `span` is in the document; `marks` are spans in `text`. `english` is the same paragraph in a translation that is held, empty where none is. `figures` are
    spans in `text` to be highlighted.
    """

    eid: str
    label: str
    span: Span
    text: str
    marks: tuple[Span, ...] = ()
    english: str = ""
    figures: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class SideBySide:
    """Provisions in columns and their paragraphs in rows (None where a provision has nothing like it); `notes` are to be printed with it."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[SideCell | None, ...], ...]
    notes: tuple[str, ...]


def side_by_side(bench: Workbench, provision_ids: Sequence[str]) -> SideBySide:
    """Return two to six provisions side by side, in the order given.

    Raises PsimmError for another number of them or for one named twice, NotFoundError for one that isn't there.
    """
    if not LEAST <= len(provision_ids) <= MOST:
        raise PsimmError(f"{len(provision_ids)} provisions: name two to six to be put side by side")
    if len(set(provision_ids)) < len(provision_ids):
        raise PsimmError("a provision is named twice; name each once")
    provisions = [bench.provision(one) for one in provision_ids]
    parts = [parts_of(one, bench.provisions(one.source_id), bench.document(one.source_id).text) for one in provisions]
    texts = [
        [part.span.of(bench.document(one.source_id).text) for part in some]
        for one, some in zip(provisions, parts, strict=True)
    ]
    likeness = best_of(by_place(parts), by_vectors([bench.encoder.encode(column) for column in texts]), by_words(texts))
    english = [english_of(bench, one) for one in provisions]
    grid: list[list[SideCell | None]] = [
        [
            None
            if at is None
            else made_cell(parts[column][at], texts[column][at], english[column].get(key(parts[column], at), ""))
            for column, at in enumerate(row)
        ]
        for row in aligned([len(column) for column in parts], likeness)
    ]
    columns = mark([column_of(bench, one) for one in provisions], grid)
    notes = (KOSOVO_NOTE,) if needs_note(one.jurisdiction for one in columns) else ()
    return SideBySide(tuple(columns), tuple(tuple(row) for row in grid), notes)


def made_cell(part: Part, text: str, english: str) -> SideCell:
    """Return a paragraph's cell, without the blanks around its words."""
    start = len(text) - len(text.lstrip())
    kept = text.strip()
    begin = part.span.start + start
    return SideCell(part.eid, part.label, Span(begin, begin + len(kept)), kept, english=" ".join(english.split()))


def column_of(bench: Workbench, provision: Provision) -> Column:
    """Return what stands above a provision's column."""
    source = bench.source(provision.source_id)
    return Column(
        provision.id,
        source.jurisdiction,
        source.title,
        provision.label,
        provision.heading,
        provision.language or source.language,
        source.digest,
        source.translation,
    )


def english_of(bench: Workbench, provision: Provision) -> dict[tuple[str, int], str]:
    """Return the paragraphs of a provision's English version by eId and count; empty where none is held or it is English itself."""
    if provision.language.startswith("en"):
        return {}
    other = next((one for one in bench.counterparts(provision) if one.language.startswith("en")), None)
    if other is None:
        return {}
    text = bench.document(other.source_id).text
    parts = parts_of(other, bench.provisions(other.source_id), text)
    return {key(parts, at): part.span.of(text) for at, part in enumerate(parts)}


def key(parts: Sequence[Part], at: int) -> tuple[str, int]:
    """Return what a paragraph and its translation share: the eId, and how many with that eId stand before."""
    return parts[at].eid, sum(one.eid == parts[at].eid for one in parts[:at])


def mark(columns: Sequence[Column], grid: list[list[SideCell | None]]) -> list[Column]:
    """Mark the differing words of nearly the same provisions in the grid; return the columns with how much is the same.

    Each column is compared with the one to its left that it has most words in common with; only pairs that are nearly the same are marked.
    """
    made = [columns[0]]
    for right in range(1, len(columns)):
        scores = {left: likeness_of(grid, left, right) for left in range(right)}
        left = max(scores, key=lambda one: (scores[one], -one))
        if scores[left] < NEARLY_SAME:
            made.append(columns[right])
            continue
        for row in grid:
            a, b = row[left], row[right]
            if a is not None and b is not None:
                found = difference(a.text, b.text, spelling)
                row[left] = replace(a, marks=joined((*a.marks, *found.left)))
                row[right] = replace(b, marks=found.right)
        made.append(replace(columns[right], same=scores[left], same_as=left))
    return made


def likeness_of(grid: Sequence[Sequence[SideCell | None]], left: int, right: int) -> float:
    """Return the part of words in common of two columns, paragraphs without a partner counting as wholly different."""
    common = total = 0.0
    for row in grid:
        a, b = row[left], row[right]
        size = sum(len(one.text.split()) for one in (a, b) if one is not None)
        total += size
        if a is not None and b is not None:
            common += size * difference(a.text, b.text, spelling).same
    return common / total if total else 0.0


def spelling(word: str) -> str:
    """Return a folded word with ekavian and ijekavian spelling made one, so that `djelo` and `delo` are no difference.

    >>> spelling("djelo"), spelling("mjeseca"), spelling("namjeri")
    ('delo', 'meseca', 'nameri')
    """
    return IJEKAVIAN.sub("e", word)


def joined(spans: Sequence[Span]) -> tuple[Span, ...]:
    """Return spans in order, those that overlap as one.

    >>> joined([Span(4, 6), Span(0, 2), Span(1, 3)])
    (Span(start=0, end=3), Span(start=4, end=6))
    """
    made: list[Span] = []
    for one in sorted(spans):
        if made and one.start < made[-1].end:
            made[-1] = Span(made[-1].start, max(made[-1].end, one.end))
        else:
            made.append(one)
    return tuple(made)


# --- how it leaves -----------------------------------------------------------------------------------------------------


def marked(cell: SideCell) -> str:
    """Return a paragraph as HTML: escaped, differing words underlined and in bold, figures dotted underneath (colour alone says nothing on paper)."""
    edges = sorted(
        {0, len(cell.text), *(edge for one in (*cell.marks, *cell.figures) for edge in (one.start, one.end))}
    )
    out = []
    for start, end in pairwise(edges):
        piece, here = escape(cell.text[start:end]), Span(start, end)
        if any(one.overlaps(here) for one in cell.figures):
            piece = f'<span style="border-bottom: 2px dotted; background: #E3F2E8">{piece}</span>'
        out.append(f"<b><u>{piece}</u></b>" if any(one.overlaps(here) for one in cell.marks) else piece)
    return "".join(out)


def table_of(made: SideBySide) -> Table:
    """Return the rows as a table for CSV and Excel; words that differ stand in [brackets], English below the original."""
    columns = ("row", *(f"{at}. {one.name}" for at, one in enumerate(made.columns, 1)))
    rows: list[tuple[str | int, ...]] = [("", *(one.remark for one in made.columns))]
    rows += [(at, *("" if one is None else plain(one) for one in row)) for at, row in enumerate(made.rows, 1)]
    return Table("side by side", columns, tuple(rows))


def plain(cell: SideCell) -> str:
    """Return a paragraph as plain text with its differing words in brackets, English below it."""
    cuts = [0, *(edge for one in cell.marks for edge in (one.start, one.end)), len(cell.text)]
    pieces = [cell.text[a:b] for a, b in pairwise(cuts)]
    text = "".join(f"[{one}]" if at % 2 else one for at, one in enumerate(pieces))
    return text + (f"\n\nEnglish ({UNOFFICIAL}): {cell.english}" if cell.english else "")


def html_of(made: SideBySide) -> str:
    """Return a page with the table alone, for a browser or a word processor; nothing in it is loaded from elsewhere."""
    notes = "".join(f"<p>{escape(one)}</p>" for one in made.notes)
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><title>Side by side</title><style>'
        "body { font-family: serif; font-size: 10pt; } table { border-collapse: collapse; width: 100%; } "
        "th, td { border: 1px solid #808080; padding: 4px; vertical-align: top; text-align: left; } .small { font-size: 8pt; font-weight: normal; }"
        f"</style></head><body>\n{table_html(made)}{notes}</body></html>\n"
    )


def table_html(made: SideBySide) -> str:
    """Return the table alone, every letter escaped."""
    heads = "".join(
        f'<th>{at}. {escape(one.name)}<br><span class="small">'
        f"{escape('; '.join(part for part in (one.heading, LANGUAGE_NAMES.get(one.language, one.language), one.remark) if part))}</span></th>"
        for at, one in enumerate(made.columns, 1)
    )
    rows = "".join(f"<tr>{''.join(cell_html(one) for one in row)}</tr>\n" for row in made.rows)
    return f"<table>\n<tr>{heads}</tr>\n{rows}</table>\n"


def cell_html(cell: SideCell | None) -> str:
    """Return a cell of the page's table."""
    if cell is None:
        return "<td>–</td>"
    text = marked(cell).replace("\n", "<br>")
    english = f'<br><i class="small">{escape(cell.english)} ({UNOFFICIAL})</i>' if cell.english else ""
    return f"<td>{text}{english}</td>"
