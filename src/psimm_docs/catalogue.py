"""The catalogue: which legal instruments exist, whose they are, where they were published and how sure we are.

One row of `corpus/catalogue.csv` is one work (a law, a by-law, an agreement, a procedure), whether or not a text of it is held.
Invariant: every row that is read is sound: unique id, known jurisdiction and words, ISO dates, at most one address. What is
uncertain about a row is said in its `notes` and in `basis` (`seen` in a source, or `recalled`), never hidden.
Which texts are held is the manifest's affair (`corpus`).
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from typing import Literal, get_args

from psimm_docs.errors import PsimmError
from psimm_docs.fold import fold, words
from psimm_docs.jurisdictions import JURISDICTIONS

WorkType = Literal[
    "constitution", "law", "by-law", "decision", "instruction", "agreement", "procedure", "strategy", "bill"
]
WorkStatus = Literal["in-force", "repealed", "bill", "lapsed", "unknown"]
Basis = Literal["seen", "recalled"]

LANGUAGES = ("sq", "bs", "hr", "cnr", "sr-Cyrl", "sr-Latn", "mk", "en")
"""Language tags that a work may have; the titles are kept by language without script."""

TITLES = ("sq", "bs", "hr", "cnr", "sr", "mk", "en")

COLUMNS = (
    *("work_id", "facts_id", "jurisdiction", "type"),
    *(f"title_{language}" for language in TITLES),
    *("languages", "gazette", "gazette_number", "gazette_date", "document_number", "document_date", "in_force_from"),
    *("amended_by", "repeals", "authority", "official_url", "status", "basis", "seen_at", "notes"),
)

WORK_ID = re.compile(r"[a-z]{2}(-[a-z0-9]{2,3})?/[a-z0-9]+(-[a-z0-9]+)*")
ADDRESS = re.compile(r"https?://[^\s;]+")
NUMBER_YEAR = re.compile(r"/(\d{4})$")


@dataclass(frozen=True, slots=True)
class Work:
    """A legal instrument. Dates are ISO 8601 at the precision known (`2018`, `2018-03`, `2018-03-26`), empty when unknown.

    `titles` are by language without script (`sr` is Cyrillic, but Latin for Kosovo*). `languages` are those of record.
    `amended_by` and `repeals` hold ids of other works, or citations in plain words where the other work isn't catalogued.
    `id` names the jurisdiction first: `rs/law-on-foreigners-2018`.
    """

    id: str
    facts_id: str
    jurisdiction: str
    type: WorkType
    titles: Mapping[str, str] = field(hash=False)
    languages: tuple[str, ...]
    gazette: str
    gazette_number: str
    gazette_date: str
    document_number: str
    document_date: str
    in_force_from: str
    amended_by: tuple[str, ...]
    repeals: tuple[str, ...]
    authority: str
    official_url: str
    status: WorkStatus
    basis: Basis
    seen_at: tuple[str, ...]
    notes: str

    def title(self, language: str = "") -> str:
        """Return the title in a language (with or without script), else in the first language of record, else in English."""
        for tag in (language, *self.languages, "en", *self.titles):
            found = self.titles.get(tag.split("-")[0])
            if found:
                return found
        raise AssertionError("a work without a title can't be made")

    def has_title(self, language: str) -> bool:
        """Say whether there is a title in just this language."""
        return bool(self.titles.get(language.split("-")[0]))


def read_catalogue(path: Path) -> dict[str, Work]:
    """Return the works by id, in the file's order; an absent file is an empty catalogue.

    Raises PsimmError naming the file and the line of the first row that is not sound. References between works
    are checked too: what looks like an id in `amended_by` or `repeals` has to be one.
    """
    if not path.exists():
        return {}
    found: dict[str, Work] = {}
    lines: dict[str, int] = {}
    try:
        with path.open(encoding="utf-8-sig", newline="") as data:
            rows = csv.reader(data, strict=True)
            header = next(rows, [])
            if tuple(header) != COLUMNS:
                odd = sorted(set(header) ^ set(COLUMNS)) or ["the order"]
                raise PsimmError(
                    f"{path}, line 1: the columns differ ({', '.join(odd)}); they must be {','.join(COLUMNS)}"
                )
            for row in rows:
                line = rows.line_num
                if not row:
                    continue
                work = parse_row(row, where=f"{path}, line {line}")
                if work.id in found:
                    raise PsimmError(f"{path}, line {line}: {work.id} stands in line {lines[work.id]} too; remove one")
                found[work.id] = work
                lines[work.id] = line
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise PsimmError(f"{path}: can't be read as CSV in UTF-8 ({error}); save it again as CSV UTF-8") from error
    for work in found.values():
        for other in (*work.amended_by, *work.repeals):
            if WORK_ID.fullmatch(other) and other not in found:
                raise PsimmError(
                    f"{path}, line {lines[work.id]}: {work.id} names {other}, which is not in the catalogue; mend the id"
                )
    return found


def parse_row(row: list[str], *, where: str) -> Work:
    """Return one row as a work; raises PsimmError beginning with `where` when a cell is not sound."""
    if len(row) != len(COLUMNS):
        raise PsimmError(
            f"{where}: {len(row)} cells instead of {len(COLUMNS)}; look for a comma outside quotation marks"
        )
    cells = dict(zip(COLUMNS, (cell.strip() for cell in row), strict=True))

    def wrong(column: str, want: str) -> PsimmError:
        return PsimmError(f"{where}: {column} is {cells[column]!r}; it must be {want}")

    if not WORK_ID.fullmatch(cells["work_id"]):
        raise wrong("work_id", "like rs/law-on-foreigners-2018, in lower case")
    if cells["jurisdiction"] not in JURISDICTIONS:
        raise wrong("jurisdiction", f"one of {', '.join(JURISDICTIONS)}")
    if not cells["work_id"].startswith(cells["jurisdiction"].lower() + "/"):
        raise wrong("work_id", f"below {cells['jurisdiction'].lower()}/, the jurisdiction of the row")
    for column, kind in (("type", WorkType), ("status", WorkStatus), ("basis", Basis)):
        if cells[column] not in get_args(kind):
            raise wrong(column, f"one of {', '.join(get_args(kind))}")
    for column in ("gazette_date", "document_date", "in_force_from"):
        if cells[column] and not is_date(cells[column]):
            raise wrong(column, "YYYY, YYYY-MM or YYYY-MM-DD, or empty")
    year = NUMBER_YEAR.search(cells["gazette_number"])
    if year and cells["gazette_date"] and not cells["gazette_date"].startswith(year[1]):
        raise wrong("gazette_date", f"of the year of the gazette number, {year[1]}")
    if cells["official_url"] and not ADDRESS.fullmatch(cells["official_url"]):
        raise wrong("official_url", "one http or https address, or empty")
    languages = parts(cells["languages"], ";")
    titles = {language: cells[f"title_{language}"] for language in TITLES if cells[f"title_{language}"]}
    for language in languages:
        if language not in LANGUAGES:
            raise wrong("languages", f"some of {', '.join(LANGUAGES)}, separated by ;")
        if language.split("-")[0] not in titles:
            raise wrong(f"title_{language.split('-')[0]}", "filled: it is a language of record")
    if "en" not in titles:
        raise wrong("title_en", "filled")
    return Work(
        id=cells["work_id"],
        facts_id=cells["facts_id"],
        jurisdiction=cells["jurisdiction"],
        type=cells["type"],  # type: ignore[arg-type]
        titles=titles,
        languages=languages,
        gazette=cells["gazette"],
        gazette_number=cells["gazette_number"],
        gazette_date=cells["gazette_date"],
        document_number=cells["document_number"],
        document_date=cells["document_date"],
        in_force_from=cells["in_force_from"],
        amended_by=parts(cells["amended_by"], ";"),
        repeals=parts(cells["repeals"], ";"),
        authority=cells["authority"],
        official_url=cells["official_url"],
        status=cells["status"],  # type: ignore[arg-type]
        basis=cells["basis"],  # type: ignore[arg-type]
        seen_at=parts(cells["seen_at"], " ; "),
        notes=cells["notes"],
    )


def is_date(text: str) -> bool:
    """Say whether a text is a date of the calendar at the precision of a year, a month or a day.

    >>> is_date("2018-02"), is_date("2018-02-28"), is_date("2018-02-30"), is_date("26.3.2018")
    (True, True, False, False)
    """
    if not re.fullmatch(r"\d{4}(-\d\d(-\d\d)?)?", text):
        return False
    try:
        date.fromisoformat((text + "-01-01")[:10])
    except ValueError:
        return False
    return True


def parts(cell: str, separator: str) -> tuple[str, ...]:
    """Return the non-empty parts of a cell.

    >>> parts("sq; sr-Latn;en", ";")
    ('sq', 'sr-Latn', 'en')
    """
    return tuple(part.strip() for part in cell.split(separator) if part.strip())


@cache
def folded_words(text: str) -> frozenset[str]:
    """Return the folded words of a text."""
    plain = fold(text)
    return frozenset(plain[start:end] for start, end in words(plain))


def find(works: Mapping[str, Work] | Iterable[Work], text: str) -> list[Work]:
    """Return the works whose id, titles or numbers hold every word of `text`, the closest first.

    Script, case and diacritics don't matter; the beginning of a word is enough. Order: those whose shortest matching
    title is shorter first (a title that is little more than the words sought), then the catalogue's order. No words, no works.
    """
    sought = folded_words(text)
    if not sought:
        return []
    held = works.values() if isinstance(works, Mapping) else works
    ranked: list[tuple[int, int, Work]] = []
    for place, work in enumerate(held):
        common = f"{work.id} {work.gazette_number} {work.document_number} {work.jurisdiction}"
        sizes = [
            len(title)
            for title in work.titles.values()
            if begins_all(sought, folded_words(title) | folded_words(common))
        ]
        if sizes:
            ranked.append((min(sizes), place, work))
    return [work for _, _, work in sorted(ranked, key=lambda one: one[:2])]


def begins_all(sought: Iterable[str], held: frozenset[str]) -> bool:
    """Say whether each sought word begins one of the words held."""
    return all(word in held or any(one.startswith(word) for one in held) for word in sought)
