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
from psimm_docs.ledger import Ledger, PageLedger, make_ledger
from psimm_docs.places import page_of, poorly_recognised
from psimm_docs.records import Chunk, Document, LanguageReading, Problem, Provision, Source, Tag

if TYPE_CHECKING:
    from psimm_docs.workbench import Workbench

READING_FILE = "reading.json"


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read from one document: counts, its language and how sure that is, how its pages were read, and what became of
    its characters (`ledger`: all pages together; None where they were not counted)."""

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
    ledger: PageLedger | None = None


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
    account = make_ledger(document, provisions)
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
        ledger=account.total if account.counted else None,
    )


def reading_problems(document: Document, provisions: Sequence[Provision]) -> list[Problem]:
    """Return what is to be told once a document is cut: pages whose characters don't add up, provisions recognised poorly."""
    found = []
    wrong = make_ledger(document, provisions).unbalanced
    if wrong:
        found.append(
            Problem(
                "ledger-unbalanced",
                "reading",
                "warning",
                f"the characters of {len(wrong)} pages don't add up to what the file holds, the first on page {wrong[0]}",
                "psimm-docs status --ledger shows them; please report it to us",
                wrong[0],
            )
        )
    inner = {one.parent for one in provisions}
    poor = [one for one in provisions if one.id not in inner and poorly_recognised(document, one.span)]
    if poor:
        names = "; ".join(one.label for one in poor[:5]) + (f" and {len(poor) - 5} more" if len(poor) > 5 else "")
        found.append(
            Problem(
                "provisions-recognised-poorly",
                "reading",
                "warning",
                f"{len(poor)} provisions were recognised poorly: {names}",
                "read them on the page before you rely on their words",
                page_of(document, poor[0].span),
            )
        )
    return found


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


def ledger_of(bench: Workbench, source_id: str) -> Ledger:
    """Return what became of each character of a built document, page by page."""
    return make_ledger(bench.document(source_id), bench.provisions(source_id))


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
