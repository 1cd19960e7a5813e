"""The skeleton of a country paper and of the regional one: gathered from the grid, the texts and the decisions, written, and made again.

Wiring: the grid says what stands, every quote is compared with the fixed text before it leaves (`sealing`), `skeletons` lays it out.
Invariant: what the author wrote is never touched (`word_regions`); a point of the regional paper is only what the grid's cells say.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from psimm_docs.acquis import eu_act
from psimm_docs.archives import pack, unpack
from psimm_docs.basis import NOTE
from psimm_docs.cells import FOUND, level_name
from psimm_docs.errors import PsimmError
from psimm_docs.jsonl import write_bytes
from psimm_docs.jurisdictions import JURISDICTIONS, SIX, jurisdiction, root
from psimm_docs.records import Citation
from psimm_docs.reports import cite
from psimm_docs.reports import grid as make_grid
from psimm_docs.sealing import sealed
from psimm_docs.skeletons import QUOTES, Annex, Answer, Held, Point, Quoted, ValueRow, country, regional
from psimm_docs.styles import notes_of
from psimm_docs.value_grid import Figures, figures_of
from psimm_docs.word_regions import Refreshed, marks_of, refresh
from psimm_docs.wordfile import Note, Region, digest, notes_in, with_notes, word_file

if TYPE_CHECKING:
    from psimm_docs.compare import Cell, Grid
    from psimm_docs.decisions import State
    from psimm_docs.workbench import Workbench

QUOTE_LETTERS = 1200
"""The most letters of a quote in a skeleton; a longer one ends at a whole word and says so."""

LATER = "\x00"
"""Marks a footnote whose text is made when the order of all is known; the number of its citation follows."""

SHARED = 4
"""In how many of the six a concept has to be found to be called shared."""

MOST_VALUES = 40
"""Rows of a values table; what is left out is told under it."""

VULNERABLE = ("A", "E", "F", "H")
"""The stages whose shared provisions bear on a worker's vulnerability: recruitment, monitoring, end of stay, rights."""

CHAPTERS = (
    (
        "vulnerabilities",
        "Shared vulnerabilities",
        f"Concepts of recruitment, monitoring, end of stay and rights that are found in {SHARED} or more of the six, or were searched for in as many and found in none: the author judges what each means.",
    ),
    (
        "gaps",
        "Procedural gaps",
        "Concepts that are found in some of the six and were searched for and not found in others: a gap in the law, or in what is held.",
    ),
    ("trends", "Cross-cutting trends", "Stage by stage, how many of the cells are found, confirmed and silent."),
)


@dataclass(frozen=True, slots=True)
class Asked:
    """What a paper is about: one jurisdiction, or none for the regional paper; the style of its footnotes; the day."""

    code: str
    style: str = "house"
    date: str = ""


def new(bench: Workbench, asked: Asked, out: Path, *, concepts: Sequence[str] = ()) -> list[str]:
    """Write a new skeleton; returns the quotes that were held back, in words. Raises PsimmError where the file is there already."""
    if out.suffix.lower() != ".docx":
        raise PsimmError(f"{out}: a skeleton is a Word file; give it the ending .docx")
    if out.exists():
        raise PsimmError(f"{out}: is there already; psimm-docs paper refresh makes it again and keeps what you wrote")
    made = Gatherer(bench, asked)
    regions = made.regions(concepts)
    title = regions[0].title
    write_bytes(out, word_file(regions, title=title, time=f"{made.date}T00:00:00Z"))
    return made.stopped


def again(
    bench: Workbench,
    path: Path,
    *,
    style: str = "house",
    date: str = "",
    concepts: Sequence[str] = (),
) -> tuple[Refreshed, list[str]]:
    """Make a skeleton again in place; returns what was done with each region, and the quotes that were held back.

    A country paper keeps the concepts that are in it (`concepts` are added), so that a section that its author took out stays out. Raises
    RefusalError for a file that can't be read, PsimmError for one that is no skeleton.
    """
    parts = unpack(path)
    marks = marks_of(parts)
    code = next((one for one in ("REG", *JURISDICTIONS) if digest(f"{one}/head") in marks), None)
    if code is None:
        raise PsimmError(f"{path}: has no region that psimm-docs made; psimm-docs paper new writes a skeleton")
    chosen = [bench.taxonomy.concept(one).id for one in concepts]
    chosen += [
        one.id for one in bench.taxonomy.concepts if digest(f"{code}/{one.id}") in marks and one.id not in chosen
    ]
    asked = Asked("" if code == "REG" else code, style, date)
    made = Gatherer(bench, asked)
    done = refresh(parts, made.regions(() if code == "REG" else chosen))
    write_bytes(path, pack(done.parts))
    return done, made.stopped


class Gatherer:
    """Gathers what a paper says."""

    def __init__(self, bench: Workbench, asked: Asked) -> None:
        self.bench, self.asked = bench, asked
        self.date = asked.date or datetime.now(UTC).date().isoformat()
        self.stopped: list[str] = []
        self.states = bench.states()
        self.citations: list[Citation] = []

    def regions(self, concepts: Sequence[str]) -> list[Region]:
        """Return the regions of the paper."""
        codes = [self.asked.code] if self.asked.code else list(SIX)
        grid = make_grid(self.bench, concepts or ["all"], jurisdictions=codes)
        figures = {name: figures_of(self.bench, grid, name) for name in grid.concepts} if self.asked.code else {}
        answers = {
            (cell.concept, cell.jurisdiction): self.answer(cell, figures.get(cell.concept)) for cell in grid.cells
        }
        rows = tuple(
            (self.bench.taxonomy.concept(name).label(), tuple(answers[name, code] for code in grid.jurisdictions))
            for name in grid.concepts
        )
        annex = Annex(self.sources(codes), self.methods(grid), rows)
        lines = [
            f"Skeleton made by psimm-docs on {self.date}. What stands beside a grey line is made again by psimm-docs paper refresh; "
            "what you write below it or anywhere else stays as it is.",
        ]
        if not self.asked.code:
            return self.with_footnotes(
                regional("The six jurisdictions compared", lines, self.chapters(grid, answers), annex)
            )
        code = grid.jurisdictions[0]
        stages = [
            (
                stage,
                self.bench.taxonomy.stage_name(stage),
                [answers[name, code] for name in grid.concepts if self.bench.taxonomy.concept(name).stage == stage],
            )
            for stage in dict.fromkeys(self.bench.taxonomy.concept(name).stage for name in grid.concepts)
        ]
        return self.with_footnotes(
            country(f"{jurisdiction(code).name}: country paper", lines, stages, annex, code=code)
        )

    # --- one answer ----------------------------------------------------------------------------------------------------

    def answer(self, cell: Cell, figures: Figures | None) -> Answer:
        """Return what stands in a cell, its quotes compared with the fixed text; footnotes come later, in the paper's order."""
        limit = QUOTES if self.asked.code else 1
        quoted = []
        for item in cell.provisions[:limit]:
            try:
                made = cite(self.bench, item.provision_id, max_quote=QUOTE_LETTERS)
            except PsimmError as error:
                self.stopped.append(str(error))
                continue
            checked = sealed(self.bench, [made])
            self.stopped += [stop.why for stop in checked.stopped]
            (one,) = checked.citations
            shown = NOTE.sub("[…]", one.quote) if item.digest else one.quote
            quoted.append(Quoted(shown, f"{LATER}{len(self.citations)}", f"review: {item.state}", one.notes))
            self.citations.append(one)
        others = tuple(f"{one.label} [{one.provision_id}]" for one in cell.provisions[limit : limit + 10])
        more = len(cell.provisions) - limit - len(others)
        return Answer(
            cell.concept,
            cell.jurisdiction,
            jurisdiction(cell.jurisdiction).name,
            self.bench.taxonomy.concept(cell.concept).label(),
            cell.state,
            cell.words,
            cell.told,
            tuple(quoted),
            (*others, *([f"and {more} more"] if more > 0 else [])),
            tuple(self.value_rows(figures)) if figures else (),
            tuple(self.questions(cell)),
            tuple(self.reviewers(cell)),
            tuple(f"{level_name(one.jurisdiction)}: {one.words}" for one in cell.levels if one.documents or one.said),
            tuple(eu_act(one).text for one in self.bench.taxonomy.concept(cell.concept).eu),
            figures.remarks if figures and figures.figures else (),
        )

    def value_rows(self, figures: Figures) -> list[ValueRow]:
        """Return the values table: sort, what it says with its own words, in days or EUR, where it stands."""
        shown = [one for kind in figures.kinds for one in figures.figures if one.kind == kind]
        rows = [
            (
                one.kind,
                f"{one.told}: “{one.words}”",
                "; ".join(part for part in (f"{one.days} days" if one.days else "", one.euro) if part),
                f"{one.label}, {one.title}",
            )
            for one in shown[:MOST_VALUES]
        ]
        left = len(shown) - len(rows)
        return [*rows, *([("", f"and {left} more (psimm-docs compare values)", "", "")] if left > 0 else [])]

    def questions(self, cell: Cell) -> list[str]:
        """Return what is left open in a cell, in words."""
        counted = Counter(item.state for item in cell.provisions)
        found = []
        if counted["unreviewed"]:
            found.append(f"{counted['unreviewed']} suggested and not reviewed: do they answer the question?")
        if counted["disputed"]:
            found.append(f"Reviewers disagree on {counted['disputed']}.")
        if counted["stale"]:
            found.append(f"{counted['stale']} decided on an older wording: read them again.")
        if cell.provisions and all(item.digest for item in cell.provisions):
            found.append("Only digests of ours say so; the law's own text has to be read.")
        if cell.provisions and all(item.translation for item in cell.provisions):
            found.append("Only translations say so; the text of record has to be read.")
        if cell.state == "leads":
            there = self.bench.some_provisions(cell.leads)
            places = "; ".join(f"{there[one].label} [{one}]" for one in cell.leads[:10] if one in there)
            found.append(f"Passages to read before this can be called silent: {places}.")
        elif not cell.provisions and cell.state != "not-applicable":
            asked = "; ".join(cell.queries[:8])
            found.append(f"Nothing stands here. Searched for: {asked}." if asked else "Nothing stands here.")
        return found

    def reviewers(self, cell: Cell) -> list[str]:
        """Return who decided on a cell's provisions, and when last."""
        said: dict[str, str] = {}
        for item in (*cell.provisions, *cell.rejected):
            for name in (item.provision_id, *item.versions):
                state: State | None = self.states.get((name, cell.concept))
                for who in state.by if state else ():
                    said[who] = max(said.get(who, ""), state.time[:10] if state else "")
        return [f"{who}, {day}" for who, day in sorted(said.items())]

    def with_footnotes(self, regions: Sequence[Region]) -> list[Region]:
        """Return the regions with their footnotes: a law in full at first, in its short form later, in the order of the paper."""
        called = [int(one.text[1:]) for one in notes_in(regions) if one.text.startswith(LATER)]
        texts = iter(notes_of([self.citations[at] for at in called], style=self.asked.style))
        return with_notes(regions, lambda one: Note(next(texts)) if one.text.startswith(LATER) else one)

    # --- the regional paper's points -----------------------------------------------------------------------------------

    def chapters(self, grid: Grid, answers: dict[tuple[str, str], Answer]) -> list[tuple[str, str, str, list[Point]]]:
        """Return the three chapters with their points."""
        points: dict[str, list[Point]] = {key: [] for key, _, _ in CHAPTERS}
        for name in grid.concepts:
            row = tuple(answers[name, code] for code in grid.jurisdictions)
            found = [one for one in row if one.state in FOUND]
            missing = [one for one in row if one.state in ("not-found", "rejected")]
            label = self.bench.taxonomy.concept(name).label()
            stage = self.bench.taxonomy.concept(name).stage
            looked = [one for one in row if one.state not in ("not-held", "not-read")]
            if stage in VULNERABLE and len(looked) >= SHARED and (len(found) >= SHARED or not found):
                told = f"{label}: found in {len(found)} of the {len(looked)} whose texts were searched"
                points["vulnerabilities"].append(Point(name, told, row))
            if found and missing:
                names = ", ".join(one.name for one in missing)
                points["gaps"].append(Point(name, f"{label}: not found in {names}", row))
        for stage in dict.fromkeys(self.bench.taxonomy.concept(name).stage for name in grid.concepts):
            points["trends"].append(self.trend(stage, grid, answers))
        return [(key, name, about, points[key]) for key, name, about in CHAPTERS]

    def trend(self, stage: str, grid: Grid, answers: dict[tuple[str, str], Answer]) -> Point:
        """Return the point of a stage: how many of its cells are found, by jurisdiction, with the strongest citation of each."""
        names = [name for name in grid.concepts if self.bench.taxonomy.concept(name).stage == stage]
        rows = []
        total = 0
        for code in grid.jurisdictions:
            held = [answers[name, code] for name in names]
            found = [one for one in held if one.state in FOUND]
            total += len(found)
            sure = sum(one.state == "found-confirmed" for one in held)
            told = f"{len(found)} of {len(held)} concepts found, {sure} confirmed."
            best = min(found, key=lambda one: FOUND.index(one.state), default=held[0])
            rows.append(replace(best, words=f"{len(found)}/{len(held)}", told=told, state=""))
        text = f"{self.bench.taxonomy.stage_name(stage)}: {total} of {len(names) * len(grid.jurisdictions)} cells found"
        return Point(f"stage-{stage}", text, tuple(rows))

    # --- annexes ---------------------------------------------------------------------------------------------------------

    def sources(self, codes: Sequence[str]) -> tuple[Held, ...]:
        """Return the texts of these jurisdictions that are held and read."""
        roots = {root(code) for code in codes}
        searched = self.bench.searched()
        return tuple(
            Held(
                one.title,
                " ".join(part for part in (one.gazette, one.gazette_number) if part),
                one.date,
                "digest of ours" if one.digest else "unofficial translation" if one.translation else one.status,
                one.retrieved[:10],
                one.sha256,
                one.id,
            )
            for one in self.bench.sources.values()
            if root(one.jurisdiction) in roots and one.id in searched
        )

    def methods(self, grid: Grid) -> tuple[tuple[str, str], ...]:
        """Return how the paper was made: versions, queries, and how far reviewers agree."""
        from importlib.metadata import version

        from psimm_docs.agreement import pairwise
        from psimm_docs.decisions import answers
        from psimm_docs.tagging import TAGGER_VERSION

        agreed = [
            f"{one.first} and {one.second}: {one.observed:.0%} of {one.items} alike, kappa {one.kappa:.2f}"
            for one in pairwise(answers(self.bench.decisions()))
        ]
        searched = [
            (f"Searched for: {self.bench.taxonomy.concept(name).label()}", "; ".join(queries))
            for name in grid.concepts
            if (queries := list(dict.fromkeys(query for cell in grid.row(name) for query in cell.queries)))
        ]
        return (
            ("Date of the grid", grid.date),
            ("psimm-docs", version("psimm-docs")),
            ("Taxonomy", f"{self.bench.taxonomy.version} ({len(grid.concepts)} concepts in this paper)"),
            ("Tagger", TAGGER_VERSION),
            ("Search model", self.bench.encoder.version),
            ("Decisions of reviewers", str(len(self.bench.decisions()))),
            ("Agreement of reviewers", "; ".join(agreed) or "no item was answered by two reviewers"),
            *searched,
        )
