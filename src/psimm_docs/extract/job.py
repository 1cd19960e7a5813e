"""What a reader is given and what it gives back.

Invariant: a reader returns a `Reading` or raises `RefusalError`; it never returns half a document without a problem that says so.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from psimm_docs.errors import RefusalError as RefusalError
from psimm_docs.records import Document, Problem, Severity
from psimm_docs.workspace import ReadSettings

STAGE = "extract"


@dataclass(frozen=True, slots=True)
class Extraction:
    """What became of one file: its document, or None with the problem that says why, and all that a person should know."""

    document: Document | None
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Job:
    """One file to read: where it is, whose document it becomes, and the limits."""

    path: Path
    source_id: str
    sha256: str
    settings: ReadSettings


Reader = Callable[[Job], Extraction]


def problem(
    code: str, message: str, todo: str = "", *, severity: Severity = "warning", page: int | None = None
) -> Problem:
    """Return a problem of this stage."""
    return Problem(code, STAGE, severity, message, todo, page)


def failed(code: str, message: str, todo: str) -> Extraction:
    """Return the extraction of a file that gave no document."""
    return Extraction(None, (problem(code, message, todo, severity="error"),))
