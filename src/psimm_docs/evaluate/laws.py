"""How well real laws are read, measured on files of which people wrote down what stands on the pages.

Wiring: reads the files of the sealed outlines afresh (nothing is taken from `build/`), each in the guarded child process, as many
at once as there are processors, and counts with `outlines`. Files that aren't at hand, or are others than the outlines were
written for, are left out; without any there are no scores.

Measures: F1 over articles (number, order, first and last words right) and over the paths of paragraphs and points, the share of
aligned articles with the right heading, the share of files with the right language; over all files, by jurisdiction and, for
articles, by file.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from psimm_docs.evaluate.facts import Score
from psimm_docs.jurisdictions import JURISDICTIONS
from psimm_docs.outlines import Comparison, Outline, compare, read_outlines
from psimm_docs.workspace import ReadSettings


def read_one(outline: Outline, documents: Path) -> Comparison | None:
    """Read a file and compare it with its outline; None where the file isn't at hand, is another, or can't be read."""
    from psimm_docs.corpus import checksum
    from psimm_docs.extract import sniff
    from psimm_docs.extract.guard import Guard
    from psimm_docs.language import identify
    from psimm_docs.provisions import parse

    path = documents / outline.file
    if not path.is_file() or checksum(path) != outline.sha256:
        return None
    jurisdiction = outline.jurisdiction if outline.jurisdiction in JURISDICTIONS else ""
    with Guard() as guard:
        extraction = guard.read(
            path,
            source_id=f"{outline.jurisdiction.lower()}/gold/1",
            sha256=outline.sha256,
            media_type=sniff(path),
            settings=ReadSettings(),
        )
    if extraction.document is None:
        return None
    reading = identify(extraction.document, jurisdiction=jurisdiction)
    parsed = parse(extraction.document, reading, jurisdiction=jurisdiction)
    return compare(outline, extraction.document, parsed.provisions, language=reading.document.tag)


def comparisons(gold: Path, documents: Path) -> list[Comparison]:
    """Return the comparisons of all outlines in a folder whose files are at hand, in the outlines' order."""
    outlines = [one for one in read_outlines(gold) if (documents / one.file).is_file()] if gold.is_dir() else []
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        found = pool.map(lambda one: read_one(one, documents), outlines)
        return [one for one in found if one is not None]


def outline_suite(gold: Path, documents: Path) -> Iterator[Score]:
    """Measure the reading of real laws against the outlines in `gold`; nothing without their files."""
    found = comparisons(gold, documents)
    groups = {"all": found} if found else {}
    for code in sorted({one.jurisdiction for one in found}):
        groups[code] = [one for one in found if one.jurisdiction == code]
    for name, some in groups.items():
        yield from group_scores(name, some)
    for one in found:
        yield article_score(one.file, [one])


def group_scores(name: str, some: list[Comparison]) -> Iterator[Score]:
    """Yield the figures of a group of files."""
    yield article_score(name, some)
    right, got, wanted = totals(one.paths for one in some)
    yield Score("reading", "laws: path F1", name, harmonic(right, got, wanted), wanted)
    headed, compared = (sum(one.headings[place] for one in some) for place in (0, 1))
    yield Score("reading", "laws: headings", name, headed / max(1, compared), compared)
    yield Score("reading", "laws: language", name, sum(one.language for one in some) / len(some), len(some))


def article_score(name: str, some: list[Comparison]) -> Score:
    """Return the F1 over the articles of files."""
    right, got, wanted = totals(one.articles for one in some)
    return Score("reading", "laws: article F1", name, harmonic(right, got, wanted), wanted)


def totals(counts: Iterable[tuple[int, int, int]]) -> tuple[int, int, int]:
    """Return the sums of (right, found, wanted)."""
    held = list(counts)
    return sum(one[0] for one in held), sum(one[1] for one in held), sum(one[2] for one in held)


def harmonic(right: int, found: int, wanted: int) -> float:
    """Return F1; 1 where nothing was wanted and nothing found."""
    return 2 * right / (found + wanted) if found + wanted else 1.0
