"""The cite-check as files: its table, and the copy of the draft with the findings as comments.

Wiring. Invariant: the draft itself is never written to, and the copy never takes its place.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from psimm_docs.archives import pack, unpack
from psimm_docs.errors import PsimmError
from psimm_docs.exports import Table, write_tables
from psimm_docs.jsonl import write_bytes
from psimm_docs.papers import COLUMNS, QUIET, Finding, rows
from psimm_docs.word_comments import Comment, commented

AUTHOR, INITIALS = "psimm-docs cite-check", "PD"


def findings_table(findings: Sequence[Finding]) -> Table:
    """Return the findings as a table."""
    return Table("cite-check", COLUMNS, rows(findings))


def write_findings(out: Path, findings: Sequence[Finding]) -> list[Path]:
    """Write the findings as .csv, .xlsx or .jsonl; returns the files written."""
    return write_tables(out, [findings_table(findings)])


def write_commented(draft: Path, out: Path, findings: Sequence[Finding], *, now: datetime | None = None) -> int:
    """Write a copy of a Word draft with a comment for each finding that needs the author; returns how many.

    Raises PsimmError where the draft is no Word file or the copy would be written over it.
    """
    if draft.suffix.lower() != ".docx" or out.suffix.lower() != ".docx":
        raise PsimmError(f"{draft}: comments go into Word files only; give a .docx and another name for the copy")
    if out.resolve() == draft.resolve():
        raise PsimmError(f"{out}: is the draft itself, which is not changed; give the copy another name")
    comments = [
        Comment(one.paragraph, one.start, one.end, one.remark)
        for one in findings
        if one.state not in QUIET and one.paragraph >= 0
    ]
    time = (now or datetime.now(UTC)).strftime("%Y-%m-%dT%H:%M:%SZ")
    write_bytes(out, pack(commented(unpack(draft), comments, author=AUTHOR, initials=INITIALS, time=time)))
    return len(comments)
