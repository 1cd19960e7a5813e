"""A paper's skeleton as blocks of a Word file: per concept the answer with its quotes and footnotes, then what was asked and how.

Plain data in, blocks out; what is true of a concept is gathered elsewhere. Invariant: every provision stands with its exact quote and a real
footnote, or with the reason why the quote is not there; every silence says what it rests on; between our regions there is a slot for the
author; and Kosovo* has its footnote in the head and under each table that names it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from psimm_docs.jurisdictions import KOSOVO_NOTE
from psimm_docs.wordfile import Grid, Note, Para, Region, Words, para

ValueRow = tuple[str, str, str, str]
"""A row of the values table: what, value, in days or EUR, provision."""

COLOURS = {
    "found-confirmed": "CFE8D5",
    "found-unreviewed": "FFF3C4",
    "leads": "FCE5CD",
    "not-found": "F3D9D6",
    "not-held": "E5E7EB",
    "not-applicable": "E3E6F1",
}
"""The colours of a cell by its state; others have none."""

QUOTES = 3
"""How many provisions are quoted for each concept; the others are named."""


@dataclass(frozen=True, slots=True)
class Quoted:
    """A provision as it goes into a paper: its exact quote (empty where it was held back), its footnote, its state of review, remarks, language."""

    quote: str
    note: str
    state: str
    remarks: tuple[str, ...] = ()
    language: str = ""


@dataclass(frozen=True, slots=True)
class Level:
    """What there is on a concept at a level of a jurisdiction, in words; `signed` is the footnote of a person's word on it."""

    told: str
    signed: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What there is on a concept in a jurisdiction.

    `others` names the provisions that are not quoted; `values` are rows (what, value, in days or EUR, provision) and `remarks` what is to be
    said of them; `searched` says what was searched where nothing stands, `signed` is the footnote of a person's word on it; `open` are the
    questions left; `reviewed` who decided and when; `levels` the states of the levels below; `eu` the Union's provisions.
    """

    concept: str
    code: str
    name: str
    label: str
    state: str
    words: str
    told: str
    quoted: tuple[Quoted, ...] = ()
    others: str = ""
    values: tuple[ValueRow, ...] = ()
    searched: tuple[str, ...] = ()
    signed: str = ""
    open: tuple[str, ...] = ()
    reviewed: tuple[str, ...] = ()
    levels: tuple[Level, ...] = ()
    eu: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Held:
    """A text in the annex of sources: whose law, title, gazette and number, date of the version, kind and language, day retrieved, checksum."""

    jurisdiction: str
    title: str
    published: str
    date: str
    kind: str
    retrieved: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Point:
    """A point of the regional paper: a sentence, and the answers that it rests on."""

    key: str
    text: str
    answers: tuple[Answer, ...]


@dataclass(frozen=True, slots=True)
class Annex:
    """What stands behind a paper: its texts, how it was made (name, value), and the grid (concept's label, the answers in order)."""

    sources: tuple[Held, ...]
    methods: tuple[tuple[str, str], ...]
    grid: tuple[tuple[str, tuple[Answer, ...]], ...]


def starred(text: str, *, bold: bool = False, first: bool = True) -> tuple[Words | Note, ...]:
    """Return a text as runs, with the Kosovo* footnote called after the name's first place."""
    head, name, tail = text.partition("Kosovo*")
    if not name or not first:
        return (Words(text, bold),)
    return (Words(head + name, bold), Note(KOSOVO_NOTE.lstrip("* ")), *((Words(tail, bold),) if tail else ()))


def slot(key: str, hint: str) -> Region:
    """Return a place for the author's own words."""
    return Region(key, "Your text", (para(hint, "Quiet", italic=True),), ours=False)


def head(key: str, title: str, lines: Sequence[str]) -> Region:
    """Return the head of a paper."""
    return Region(
        key,
        title,
        (Para(starred(title), "Title"), *(Para(starred(line, first=False), "Quiet") for line in lines)),
        ours=True,
    )


def section(answer: Answer, *, key: str) -> list[Region]:
    """Return the region of a concept, and the author's slot below it."""
    blocks: list[Para | Grid] = [
        para(answer.label, "Heading2"),
        Para((Words("State of the answer: ", True), Words(f"{answer.words}. {answer.told}"), *called(answer.signed))),
        *(Para((Words(f"– {one.told}"), *called(one.signed)), "Quiet") for one in answer.levels),
        *(para(one, "Quiet") for one in answer.searched),
        *([para(f"Law of the Union: {'; '.join(answer.eu)}.", "Quiet")] if answer.eu else []),
        *quotations(answer),
    ]
    if answer.values:
        rows = tuple(tuple((Words(cell),) for cell in row) for row in answer.values)
        blocks += [
            para("Values", "Heading3"),
            Grid(("What", "Value", "In days or EUR", "Provision"), rows, (2, 5, 3, 6)),
            *(para(one, "Quiet") for one in answer.remarks),
        ]
    if answer.open:
        blocks += [para("Open questions", "Heading3"), *(para(f"– {one}", "Open") for one in answer.open)]
    reviewed = "; ".join(answer.reviewed) or "nobody yet"
    blocks.append(para(f"Reviewed by: {reviewed}", "Quiet"))
    return [Region(key, answer.label, tuple(blocks), ours=True), slot(key, "Write here.")]


def called(note: str) -> list[Note]:
    """Return the call of a footnote, none for an empty one."""
    return [Note(note)] if note else []


def quotations(answer: Answer) -> list[Para]:
    """Return the quotes of an answer, each with its footnote, and the names of the provisions that are not quoted."""
    found: list[Para] = []
    for one in answer.quoted:
        if one.quote:
            found.append(Para((Words(f"“{one.quote}”", language=one.language), Note(one.note)), "Quote"))
        else:
            found.append(Para((Words("[The quote is held back.]", italic=True), Note(one.note)), "Quote"))
        told = "; ".join([one.state, *one.remarks])
        found.append(para(told[:1].upper() + told[1:] + ".", "Quiet"))
    if answer.others:
        found.append(para(f"Further provisions: {answer.others}.", "Quiet"))
    return found


def country(
    title: str, lines: Sequence[str], stages: Sequence[tuple[str, str, Sequence[Answer]]], annex: Annex, *, code: str
) -> list[Region]:
    """Return a country paper: `stages` are (key, name, answers)."""
    made = [head(f"{code}/head", title, lines), slot(f"{code}/head", "Write the introduction here.")]
    for key, name, answers in stages:
        made.append(Region(f"{code}/stage-{key}", name, (para(name, "Heading1"),), ours=True))
        for one in answers:
            made += section(one, key=f"{code}/{one.concept}")
    made += conclusions(code)
    return [*made, *annexes(annex, code)]


def regional(
    title: str, lines: Sequence[str], chapters: Sequence[tuple[str, str, str, Sequence[Point]]], annex: Annex
) -> list[Region]:
    """Return the regional paper: `chapters` are (key, name, what a point of it is, points)."""
    made = [head("REG/head", title, lines), slot("REG/head", "Write the introduction here.")]
    for key, name, about, points in chapters:
        nothing = () if points else (para("Nothing in the grid makes such a point.", "Normal", italic=True),)
        made.append(Region(f"REG/{key}", name, (para(name, "Heading1"), para(about, "Quiet"), *nothing), ours=True))
        for one in points:
            made += point(one, key=f"REG/{key[:8]}/{one.key}")
    made += conclusions("REG")
    return [*made, *annexes(annex, "REG")]


def conclusions(code: str) -> list[Region]:
    """Return the heading of the conclusions and the author's slot below it."""
    key = f"{code}/conclusions"
    return [
        Region(key, "Conclusions", (para("Conclusions", "Heading1"),), ours=True),
        slot(key, "Write the conclusions here."),
    ]


def point(one: Point, *, key: str) -> list[Region]:
    """Return the region of a point: its sentence, its cells with a citation each, and the author's slot."""
    rows: list[tuple[tuple[Words | Note, ...], ...]] = []
    fills = []
    for at, answer in enumerate(one.answers):
        notes = [*(item.note for item in answer.quoted[:1]), *([answer.signed] if answer.signed else [])]
        told: tuple[Words | Note, ...] = (Words(answer.told), *(Note(one) for one in notes))
        rows.append(((Words(answer.name),), (Words(answer.words),), told))
        if answer.state in COLOURS:
            fills.append((at, 1, COLOURS[answer.state]))
    blocks: list[Para | Grid] = [
        para(one.text, "Heading2"),
        Grid(("Jurisdiction", "State", "What it rests on"), tuple(rows), (2, 2, 5), tuple(fills)),
        *kosovo(answer.name for answer in one.answers),
    ]
    return [Region(key, one.text, tuple(blocks), ours=True), slot(key, "Write here.")]


def kosovo(names: Iterable[str]) -> list[Para]:
    """Return the Kosovo* footnote below a table whose names hold it."""
    return [para(KOSOVO_NOTE, "Quiet")] if any("Kosovo*" in name for name in names) else []


def held_texts(sources: Sequence[Held]) -> Grid:
    """Return the annex of sources, with a line that names the jurisdiction where it begins."""
    rows: list[tuple[tuple[Words | Note, ...], ...]] = []
    fills = []
    before = ""
    for one in sources:
        if one.jurisdiction != before:
            fills += [(len(rows), column, "F3F5F8") for column in range(6)]
            rows.append(((Words(one.jurisdiction, bold=True),), *(((Words(""),),) * 5)))
            before = one.jurisdiction
        cells = (one.title, one.published, one.kind, one.date, one.retrieved, one.sha256)
        rows.append(tuple((Words(cell),) for cell in cells))
    return Grid(
        ("Text", "Published", "Kind", "Version", "Retrieved", "SHA-256"),
        tuple(rows),
        (12, 9, 7, 6, 6, 10),
        tuple(fills),
    )


def annexes(annex: Annex, code: str) -> list[Region]:
    """Return the annexes: sources, methods, the grid."""
    methods = Grid(("What", "Which"), tuple(((Words(name),), (Words(value),)) for name, value in annex.methods), (2, 5))
    columns = [answer.name for answer in annex.grid[0][1]] if annex.grid else []
    grid = Grid(
        ("Concept", *columns),
        tuple(((Words(label),), *((Words(one.words),) for one in answers)) for label, answers in annex.grid),
        (5, *(4 for _ in columns)),
        tuple(
            (at, column, COLOURS[one.state])
            for at, (_, answers) in enumerate(annex.grid)
            for column, one in enumerate(answers, 1)
            if one.state in COLOURS
        ),
    )
    named = [
        *columns,
        *(f"{one.jurisdiction} {one.title}" for one in annex.sources),
        *(value for _, value in annex.methods),
    ]
    return [
        Region(
            f"{code}/annex-sources",
            "Annex A. Sources",
            (para("Annex A. Sources", "Heading1"), held_texts(annex.sources), *kosovo(named)),
            ours=True,
        ),
        Region(
            f"{code}/annex-methods",
            "Annex B. Methods",
            (para("Annex B. Methods", "Heading1"), methods, *kosovo(named)),
            ours=True,
        ),
        Region(
            f"{code}/annex-grid",
            "Annex C. The grid",
            (para("Annex C. The grid", "Heading1"), grid, *kosovo(columns)),
            ours=True,
        ),
    ]
