"""Gold references: what a reader marked on pages of real laws, kept without their words.

    python -m psimm_docs.reference_gold MARKED.txt --documents FOLDER --out annotations/gold/references/references.jsonl

A passage is a stretch of a document all of whose references are marked. It is kept as the seals (`outlines.seal`) of its first and last
letters; a reference as the seal of the letters before it, the count of its own letters, the act and the places. A written file has a line
`F file | page` (or `F file | @start-end`, characters of the running text) for each passage, below it a line `words | act | places`
for each reference: the act is `o` (own), `x` or `x(24/18,31/19)` (another, with its issues or number); a place is
`article:paragraph:point:letter:indent`, `-` an act without a place; `_` in the words is a break.

What is marked: articles and what is in them, and other acts by title with a capital letter or by number. Not marked: a law's own title, `this
law` or `this article` without a number, laws described by their matter, chapters and annexes, provisions that an
amending act inserts or renumbers to, the list of changes under a title. Invariant: nothing of the text but numbers is kept.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import sys
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from psimm_docs.errors import PsimmError
from psimm_docs.jsonl import write_text
from psimm_docs.outlines import SEALED, checksum, letters, seal
from psimm_docs.records import Document, Span

Place = tuple[str, str, str, str, str]


@dataclass(frozen=True, slots=True)
class GoldReference:
    """A marked reference: the sealed letters before it, how many letters it has, its act and its places.

    `issues` are what is printed of another act (issues of a gazette or its number). `places` is empty for an act as a whole.
    """

    before: str
    letters: int
    law: str
    issues: tuple[str, ...]
    places: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of a document with all its references, in order; `page` is 0 for formats without pages."""

    file: str
    sha256: str
    jurisdiction: str
    language: str
    page: int
    begins: str
    ends: str
    letters: int
    references: tuple[GoldReference, ...]


def place_of(written: str) -> Place:
    """Return a written place as its five levels.

    >>> place_of("22:1:6")
    ('22', '1', '6', '', '')
    """
    parts = [*written.split(":"), "", "", "", ""][:5]
    return parts[0], parts[1], parts[2], parts[3], parts[4]


def read_passages(path: Path) -> list[Passage]:
    """Return the passages of a file of JSON lines, in order."""
    return [parse_passage(json.loads(line)) for line in path.read_text("utf-8").splitlines()]


def parse_passage(data: Mapping[str, Any]) -> Passage:
    """Return a passage from its JSON."""
    references = tuple(
        GoldReference(before, count, law, tuple(issues), tuple(place_of(one) for one in places))
        for before, count, law, issues, places in data["references"]
    )
    return Passage(
        **{
            name: data[name]
            for name in ("file", "sha256", "jurisdiction", "language", "page", "begins", "ends", "letters")
        },
        references=references,
    )


# --- finding the place again -------------------------------------------------------------------------------------------


class Lettered:
    """A document's running text as its letters alone, with the way from a seal to the place after (or before) it."""

    def __init__(self, document: Document, seals: Iterable[str]) -> None:
        wanted = {one.partition(":")[2] for one in seals if one}
        kept: list[str] = []
        offsets: list[int] = []
        for at, sign in enumerate(document.text[: document.body_end]):
            plain = letters(sign)
            kept.append(plain)
            offsets.extend([at] * len(plain))
        self.text = "".join(kept)
        self.offsets = offsets
        self.after: dict[str, list[int]] = defaultdict(list)
        for end in range(len(self.text) + 1):
            found = checksum(self.text[max(0, end - SEALED) : end])
            if found in wanted:
                self.after[found].append(end)

    def place_after(self, sealed: str, start: int) -> int | None:
        """Return the first place, counted in letters, at or after `start` before which these letters stand; None for none."""
        if not sealed:
            return 0 if start == 0 else None
        return next((end for end in self.after[sealed.partition(":")[2]] if end >= start), None)

    def stretch(self, passage: Passage) -> tuple[int, int] | None:
        """Return where a passage begins and ends, counted in letters; None where its letters are not there as they were.

        Where its first or last letters stand more than once, the pair counts whose distance is nearest to the passage's length.
        """
        count = int(passage.begins.partition(":")[0])
        starts = [after - count for after in self.after[passage.begins.partition(":")[2]]]
        ends = self.after[passage.ends.partition(":")[2]]
        pairs = [(start, end) for start in starts for end in ends if start < end]
        return min(pairs, key=lambda pair: abs(pair[1] - pair[0] - passage.letters), default=None)

    def counted(self, span: Span) -> tuple[int, int]:
        """Return a span of characters as one of letters."""
        from bisect import bisect_left

        return bisect_left(self.offsets, span.start), bisect_left(self.offsets, span.end)


# --- sealing -----------------------------------------------------------------------------------------------------------


def written_passages(path: Path) -> list[tuple[str, str, list[tuple[str, str, list[str]]]]]:
    """Return (file, where, references) of a written file; raises PsimmError for a line that is neither."""
    found: list[tuple[str, str, list[tuple[str, str, list[str]]]]] = []
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        if line.startswith("F "):
            file, _, where = line[2:].rpartition(" | ")
            found.append((file.strip(), where.strip(), []))
            continue
        parts = line.rsplit(" | ", 2)
        if len(parts) != 3 or not found:
            raise PsimmError(f"{path}, line {number}: must be `words | act | places` below a line `F file | page`")
        found[-1][2].append((parts[0].strip(), parts[1].strip(), parts[2].split()))
    return found


def sealed_passage(
    document: Document, where: str, marked: Sequence[tuple[str, str, list[str]]], described: Mapping[str, str]
) -> dict[str, object]:
    """Return a passage without its words; raises PsimmError for marked words that don't stand in it, in order."""
    text = document.text
    if where.startswith("@"):
        start, end = (int(part) for part in where[1:].split("-"))
        page = 0
    else:
        page = int(where)
        spans = [one.span for one in document.lines if one.page == page and one.span.end <= document.body_end]
        start, end = min(one.start for one in spans), max(one.end for one in spans)
    references = []
    at = start
    for words, act, places in marked:
        pattern = r"\s*".join(re.escape(word) for word in words.replace("_", " ").split())
        found = re.compile(pattern).search(text, at, end)
        if not found:
            raise PsimmError(f"{described['file']}, {where}: {words!r} does not stand here after the reference before")
        at = found.end()
        law, _, issues = act.partition("(")
        references.append(
            [
                seal(text[max(0, found.start() - 400) : found.start()], tail=True),
                len(letters(found[0])),
                "own" if law == "o" else "other",
                [one for one in issues.rstrip(")").split(",") if one],
                [one for one in places if one != "-"],
            ]
        )
    ends = seal(text[:end][-400:], tail=True)
    return {
        **described,
        "page": page,
        "begins": seal(text[start:end]),
        "ends": ends,
        "letters": len(letters(text[start:end])),
        "references": references,
    }


def main(arguments: Sequence[str]) -> int:
    """Seal a written file; return the exit status."""
    from psimm_docs.evaluate.references import read_document

    parser = argparse.ArgumentParser(
        description="Seal marked references, so that they can be compared and quote nothing."
    )
    parser.add_argument("marked", type=Path)
    parser.add_argument("--documents", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    given = parser.parse_args(arguments)
    lines = []
    for file, where, marked in written_passages(given.marked):
        path = given.documents / file
        document, reading = read_document(path)
        described = {
            "file": file,
            "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
            "jurisdiction": Path(file).parts[0].upper(),
            "language": reading.document.tag,
        }
        lines.append(json.dumps(sealed_passage(document, where, marked, described), ensure_ascii=False))
    write_text(given.out, "\n".join(lines) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
