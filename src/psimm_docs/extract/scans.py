"""The pages of a PDF that are pictures: recognised one after another, as far as tesseract and the time allow.

Invariant: each page asked for is either recognised or named in a problem, and what of it was left out is counted. How a page is
recognised is `ocr`, what its letters say of the recognition is `ocr_letters`, which pages need it is the reader's matter.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from psimm_docs.extract import ocr
from psimm_docs.extract.columns import PageLine
from psimm_docs.extract.job import Job, problem
from psimm_docs.extract.ocr_letters import letter_problems
from psimm_docs.places import POORLY
from psimm_docs.records import Problem


@dataclass(slots=True)
class Recognised:
    """What came of a document's scanned pages: their lines, and the characters in lines too unsure to keep, by page."""

    lines: dict[int, list[PageLine]] = field(default_factory=dict)
    unsure: dict[int, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


def recognise_pages(document: Any, pages: Sequence[int], *, job: Job, until: float, known: str) -> Recognised:
    """Recognise pages (counted from 1) of a pypdfium2 document until a time; `known` is what text it has otherwise."""
    found = Recognised()
    missing = ocr.missing(job.source_id)
    if job.settings.ocr == "off":
        found.problems = [no_text(pages, "recognition is off", 'set [read] ocr = "auto" in psimm.toml')]
    elif missing is not None:
        found.problems = [no_text(pages, missing.what, missing.todo)]
    if found.problems:
        return found
    left: list[int] = []
    doubtful: list[int] = []
    failed: dict[str, list[int]] = {}
    names: dict[int, tuple[str, ...]] = {}
    for number in pages:
        if time.monotonic() > until:
            left.append(number)
            continue
        names[number] = ocr.languages(job.source_id, known)
        page = document[number - 1]
        try:
            result = ocr.recognise(page, number, languages=names[number], seconds=max(5.0, until - time.monotonic()))
        finally:
            page.close()
        if isinstance(result, str):
            failed.setdefault(result, []).append(number)
            continue
        if ocr.confidence(result) < POORLY:
            doubtful.append(number)
        kept = [line for line in result if (line.confidence or 0.0) >= ocr.UNSURE]
        found.lines[number] = kept
        found.unsure[number] = sum(line.read for line in result) - sum(line.read for line in kept)
        known += " " + " ".join(line.text for line in kept)
    for why, some in failed.items():
        found.problems.append(no_text(some, why, "compare the page with its picture"))
    if left:
        found.problems.append(
            no_text(left, "there was no time left to recognise them", "raise [read] seconds in psimm.toml")
        )
    if doubtful:
        found.problems.append(
            problem(
                "poorly-recognised",
                f"pages {numbers(doubtful)} could not be recognised well; lines that are mere guesses were left out",
                "read these pages in the file itself, and quote nothing from their recognised text unchecked",
                page=doubtful[0],
            )
        )
    texts = {number: " ".join(line.text for line in lines) for number, lines in found.lines.items()}
    found.problems += letter_problems(texts, names)
    done = [number for number, lines in found.lines.items() if lines]
    if done:
        found.problems.append(
            problem(
                "recognised",
                f"{len(done)} scanned pages were recognised by tesseract ({numbers(done)})",
                "compare quotations with the page's picture",
                severity="note",
                page=done[0],
            )
        )
    return found


def no_text(pages: Sequence[int], why: str, todo: str) -> Problem:
    """Return the problem of pages that have a picture and no text."""
    what = "page" if len(pages) == 1 else "pages"
    return problem("no-text-layer", f"{what} {numbers(pages)}: a picture without text; {why}", todo, page=pages[0])


def numbers(values: Sequence[int]) -> str:
    """Return page numbers as ranges.

    >>> numbers([1, 2, 3, 7])
    '1-3, 7'
    """
    parts: list[list[int]] = []
    for value in values:
        if parts and value == parts[-1][-1] + 1:
            parts[-1].append(value)
        else:
            parts.append([value])
    shown = [f"{part[0]}-{part[-1]}" if len(part) > 1 else str(part[0]) for part in parts]
    return ", ".join(shown[:12]) + (f" and {len(shown) - 12} more" if len(shown) > 12 else "")
