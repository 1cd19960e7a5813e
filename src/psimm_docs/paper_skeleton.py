"""The skeleton of a country paper and of the regional one: gathered from the grid, the texts and the decisions, written, and made again.

Wiring: the grid says what stands, `paper_answers` gathers what is said of a cell, `paper_methods` the annexes, `skeletons` lays it out.
Invariant: what the author wrote is never touched (`word_regions`); a point of the regional paper is only what the grid's cells say.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from psimm_docs.archives import pack, unpack
from psimm_docs.cells import FOUND
from psimm_docs.errors import PsimmError
from psimm_docs.jsonl import write_bytes
from psimm_docs.jurisdictions import JURISDICTIONS, SIX, jurisdiction
from psimm_docs.paper_answers import LATER, Answers
from psimm_docs.paper_methods import methods, sources, states_told
from psimm_docs.reports import grid as make_grid
from psimm_docs.skeletons import Annex, Answer, Point, country, regional
from psimm_docs.styles import notes_of
from psimm_docs.value_grid import figures_of
from psimm_docs.word_regions import Refreshed, marks_of, refresh
from psimm_docs.wordfile import Note, Region, digest, notes_in, with_notes, word_file

if TYPE_CHECKING:
    from psimm_docs.compare import Grid
    from psimm_docs.workbench import Workbench

SHARED = 4
"""In how many of the six a concept has to be found to be called shared."""

VULNERABLE = ("A", "E", "F", "H")
"""The stages whose shared provisions bear on a worker's vulnerability: recruitment, monitoring, end of stay, rights."""

CHAPTERS = (
    (
        "vulnerabilities",
        "Shared vulnerabilities",
        f"Concepts of recruitment, monitoring, end of stay and rights that are found in {SHARED} or more of the six, or were searched in as many and found in none. What each means is for the author to judge.",
    ),
    (
        "gaps",
        "Procedural gaps",
        "Concepts that are found in some of the six and were searched for and not found in others: a gap in the law, or in what is held.",
    ),
    (
        "trends",
        "Cross-cutting trends",
        "Stage by stage, how many of the concepts are found, confirmed and silent; the footnote names the provision with the strongest standing.",
    ),
)


SILENT = ("not-found", "rejected")
"""The states of a cell that was looked into and holds nothing; passages that nobody has read yet make none."""


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
        self.answers = Answers(bench, country=bool(asked.code))

    @property
    def stopped(self) -> list[str]:
        """The quotes that were held back, in words."""
        return self.answers.stopped

    def regions(self, concepts: Sequence[str]) -> list[Region]:
        """Return the regions of the paper."""
        codes = [self.asked.code] if self.asked.code else list(SIX)
        grid = make_grid(self.bench, concepts or ["all"], jurisdictions=codes)
        figures = {name: figures_of(self.bench, grid, name) for name in grid.concepts} if self.asked.code else {}
        answers = {
            (cell.concept, cell.jurisdiction): self.answers.answer(cell, figures.get(cell.concept))
            for cell in grid.cells
        }
        rows = tuple(
            (self.bench.taxonomy.concept(name).label(), tuple(answers[name, code] for code in grid.jurisdictions))
            for name in grid.concepts
        )
        annex = Annex(sources(self.bench, codes), methods(self.bench, grid), rows)
        lines = [
            f"Skeleton made by psimm-docs on {self.date}. What stands beside a grey line is made again by psimm-docs paper refresh; "
            "what you write below it or anywhere else stays as it is.",
            f"{len(grid.cells)} answers: {states_told(grid.cells)}.",
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

    def with_footnotes(self, regions: Sequence[Region]) -> list[Region]:
        """Return the regions with their footnotes: a law in full at first, in its short form later, in the order of the paper."""
        called = [int(one.text[1:]) for one in notes_in(regions) if one.text.startswith(LATER)]
        texts = iter(notes_of([self.answers.citations[at] for at in called], style=self.asked.style))
        return with_notes(regions, lambda one: Note(next(texts)) if one.text.startswith(LATER) else one)

    # --- the regional paper's points -----------------------------------------------------------------------------------

    def chapters(self, grid: Grid, answers: dict[tuple[str, str], Answer]) -> list[tuple[str, str, str, list[Point]]]:
        """Return the three chapters with their points."""
        points: dict[str, list[Point]] = {key: [] for key, _, _ in CHAPTERS}
        for name in grid.concepts:
            concept = self.bench.taxonomy.concept(name)
            row = tuple(answers[name, code] for code in grid.jurisdictions)
            found = [one for one in row if one.state in FOUND]
            silent = [one for one in row if one.state in SILENT]
            if concept.stage in VULNERABLE and max(len(found), 0 if found else len(silent)) >= SHARED:
                told = (
                    f"found in {number(len(found))}"
                    if found
                    else f"searched in {number(len(silent))} and found in none"
                )
                points["vulnerabilities"].append(Point(name, f"{concept.label()}: {told}", row))
            if found and silent:
                names = ", ".join(one.name for one in silent)
                points["gaps"].append(Point(name, f"{concept.label()}: not found in {names}", row))
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
            silent = sum(one.state in SILENT for one in held)
            told = f"{len(found)} of {len(held)} concepts found, {sure} of them confirmed; {silent} searched and not found."
            best = min(found, key=lambda one: FOUND.index(one.state), default=held[0])
            rows.append(replace(best, words=f"{len(found)}/{len(held)}", told=told, state=""))
        text = f"{self.bench.taxonomy.stage_name(stage)}: {total} of {len(names) * len(grid.jurisdictions)} cells found"
        return Point(f"stage-{stage}", text, tuple(rows))


def number(of_six: int) -> str:
    """Return how many of the six jurisdictions are meant.

    >>> number(6), number(4)
    ('all six', '4 of the six')
    """
    return "all six" if of_six == len(SIX) else f"{of_six} of the six"
