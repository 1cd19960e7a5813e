"""What a reviewer says of himself once: the languages that he reads.

One small JSON file a reviewer, written whole, so that two people's never conflict. Invariant: names that differ never share a file.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from psimm_docs.jsonl import dumps, read_record, write_text
from psimm_docs.logfiles import file_stem, locked, reviewer_name

UNKNOWN = ("", "und")
"""Languages of texts whose language could not be told: everybody may look."""


@dataclass(frozen=True, slots=True)
class Reviewer:
    """A reviewer and the languages (BCP 47 tags) that he reads; none where he was not asked yet."""

    name: str
    languages: tuple[str, ...] = ()

    def reads(self, language: str) -> bool:
        """Say whether he reads a language: one of his or below it (`sr` is both scripts).

        >>> Reviewer("Ana", ("sr", "en")).reads("sr-Cyrl"), Reviewer("Ana", ("sr-Latn",)).reads("sr-Cyrl")
        (True, False)
        """
        tag = f"{language.lower()}-"
        return language in UNKNOWN or any(tag.startswith(f"{one.lower()}-") for one in self.languages)


def reviewer_path(folder: Path, name: str) -> Path:
    """Return a reviewer's file."""
    return folder / f"{file_stem(name)}.json"


def read_reviewer(folder: Path, name: str) -> Reviewer:
    """Return a reviewer; one who was not asked yet has no languages. Raises PsimmError when the file is damaged."""
    path = reviewer_path(folder, name)
    return read_record(path, Reviewer) if path.exists() else Reviewer(reviewer_name(name))


def write_reviewer(folder: Path, name: str, languages: Iterable[str]) -> Reviewer:
    """Keep the languages that a reviewer reads; raises BusyError, StorageError."""
    reviewer = Reviewer(reviewer_name(name), tuple(sorted(set(languages))))
    with locked(folder, "change of a reviewer"):
        write_text(reviewer_path(folder, name), dumps(reviewer) + "\n")
    return reviewer
