"""What a corpus holds, in figures: a document's summary is written when it is built, so that nobody has to read it again to count.

Wiring: `pipeline` writes a `Reading` a document, the command line and the app show it beside the manifest's entry and the problems.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from psimm_docs.jsonl import read_record
from psimm_docs.jurisdictions import SIX, jurisdiction, root
from psimm_docs.records import Chunk, Document, LanguageReading, Provision, Source, Tag

if TYPE_CHECKING:
    from psimm_docs.workbench import Workbench

READING_FILE = "reading.json"


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read from one document: counts, its language and how sure that is, and how its pages were read."""

    language: str
    confidence: float
    evidence: tuple[str, ...]
    letters: int
    pages: int
    pages_ocr: int
    pages_unread: int
    articles: int
    provisions: int
    chunks: int
    tags: int
    repairs: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Holding:
    """A document, what was read from it (None before it is built) and how many problems it has."""

    source: Source
    reading: Reading | None
    errors: int
    warnings: int
    notes: int


@dataclass(frozen=True, slots=True)
class Summary:
    """What is held of one jurisdiction with everything below it; `decided` counts answered suggestions."""

    jurisdiction: str
    name: str
    documents: int
    unread: int
    pages: int
    articles: int
    chunks: int
    decided: int
    errors: int


def summarise(
    document: Document,
    language: LanguageReading,
    provisions: Sequence[Provision],
    chunks: Sequence[Chunk],
    tags: Sequence[Tag],
) -> Reading:
    """Return the figures of one document."""
    methods = Counter(page.method for page in document.pages)
    kinds = Counter(one.kind for one in provisions)
    return Reading(
        language=language.document.tag,
        confidence=language.document.confidence,
        evidence=language.document.evidence,
        letters=document.body_end,
        pages=len(document.pages),
        pages_ocr=methods["ocr"],
        pages_unread=methods["none"],
        articles=kinds["article"],
        provisions=len(provisions),
        chunks=len(chunks),
        tags=len(tags),
        repairs=dict(Counter(repair.kind for repair in document.repairs)),
    )


def read_reading(folder: Path) -> Reading | None:
    """Return the figures that the last build left in a document's folder, None where there are none."""
    path = folder / READING_FILE
    return read_record(path, Reading) if path.is_file() else None


def holdings(bench: Workbench) -> list[Holding]:
    """Return each document with what was read from it, in the manifest's order."""
    made = []
    for source in bench.sources.values():
        severities = Counter(problem.severity for problem in bench.problems(source.id))
        reading = read_reading(bench.workspace.built(source.id))
        made.append(Holding(source, reading, severities["error"], severities["warning"], severities["note"]))
    return made


def summary(bench: Workbench) -> list[Summary]:
    """Return what is held of each of the six jurisdictions (entities under their state), and of others where any is."""
    held = holdings(bench)
    decided = Counter(
        root(bench.sources[key[0].partition("#")[0]].jurisdiction) for key in bench.states() if bench.known(key[0])
    )
    codes = [*SIX, *sorted({root(one.source.jurisdiction) for one in held} - set(SIX))]
    made = []
    for code in codes:
        some = [one for one in held if root(one.source.jurisdiction) == code]
        read = [one.reading for one in some if one.reading is not None]
        made.append(
            Summary(
                code,
                jurisdiction(code).name,
                documents=len(some),
                unread=len(some) - sum(one.letters > 0 for one in read),
                pages=sum(one.pages for one in read),
                articles=sum(one.articles for one in read),
                chunks=sum(one.chunks for one in read),
                decided=decided[code],
                errors=sum(one.errors for one in some),
            )
        )
    return made
