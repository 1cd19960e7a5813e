"""What people said in another copy of the workspace, taken into this one: decisions, corrections, readings, samples, statements; nothing twice.

Wiring: knows all books. Invariant: no file that another copy writes is written here. What comes goes to the end of a log of this
copy that is the beginning of the same chain, else whole into a new file; so two chains of one person are both kept, and git, which
may bring the other copy's own files as well, finds nothing to merge in them. An entry that is here already (by its hash, in
whichever file) brings nothing. All that comes is verified before anything is written: one broken chain and nothing is taken.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from contextlib import nullcontext
from dataclasses import MISSING, dataclass, fields
from pathlib import Path
from typing import Any

from psimm_docs.corrections import BOOK as CORRECTIONS
from psimm_docs.decisions import BOOK as DECISIONS
from psimm_docs.errors import PsimmError, StorageError, TamperedError
from psimm_docs.logbook import Book, Entry
from psimm_docs.logfiles import copy_mark, file_stem, locked, logs, read_log, reviewer_name, split_log
from psimm_docs.readings import BOOK as READINGS
from psimm_docs.samples import BOOK as SAMPLES
from psimm_docs.statements import BOOK as STATEMENTS
from psimm_docs.workspace import Workspace

SORTS: tuple[Book[Any], ...] = (DECISIONS, CORRECTIONS, READINGS, SAMPLES, STATEMENTS)


def kept(workspace: Workspace) -> tuple[tuple[Book[Any], Path], ...]:
    """Return each sort of log with the folder in which the workspace keeps it."""
    return (
        (DECISIONS, workspace.decisions),
        (CORRECTIONS, workspace.corrections),
        (READINGS, workspace.readings),
        (SAMPLES, workspace.samples),
        (STATEMENTS, workspace.statements),
    )


@dataclass(frozen=True, slots=True)
class Coming:
    """What one log of another copy brings: `new` of its `count` entries, into the file `into` here (empty where none are new).

    `torn`: its last line was cut off while it was written; it was never confirmed and doesn't come.
    """

    file: str
    noun: str
    reviewer: str
    count: int
    new: int
    into: str
    torn: bool


@dataclass(frozen=True, slots=True)
class Chain:
    """A verified log of another copy: its lines as they stand there, and their hashes."""

    path: Path
    book: Book[Any]
    reviewer: str
    lines: tuple[bytes, ...]
    hashes: tuple[str, ...]
    torn: bool


def merge(workspace: Workspace, places: Iterable[Path], *, dry_run: bool = False) -> list[Coming]:
    """Take the logs at these places (workspaces, their annotations, folders of logs, single logs) into this workspace.

    Returns what each brought, in order; with `dry_run` what it would bring, and nothing is written. Can be run again at any time, also
    after a crash: what is here already is not taken twice. Raises PsimmError where there is no log, TamperedError for a broken chain
    (there or here; nothing is then taken), BusyError, and StorageError when the disk is full.
    """
    chains = [one for path in found_logs(places) if (one := read_chain(path)) is not None]
    come: list[Coming] = []
    for book, folder in kept(workspace):
        of_sort = [one for one in chains if one.book is book]
        with nullcontext() if dry_run or not of_sort else locked(folder, book.noun):
            come += take(book, folder, of_sort, dry_run=dry_run)
    return come


def found_logs(places: Iterable[Path]) -> list[Path]:
    """Return the logs at these places, each once; raises PsimmError where there is none."""
    found: list[Path] = []
    for place in places:
        if place.is_file():
            found.append(place)
            continue
        inner = place / "annotations" if (place / "annotations").is_dir() else place
        below = [inner / f"{book.noun}s" for book in SORTS if (inner / f"{book.noun}s").is_dir()]
        here = [path for folder in below or [inner] for path in logs(folder)]
        if not here:
            raise PsimmError(
                f"{place}: no logs of decisions, corrections or statements; name another copy's folder, its annotations, or a .jsonl log"
            )
        found += here
    return list(dict.fromkeys(path.resolve() for path in found))


def read_chain(path: Path) -> Chain | None:
    """Return a log of any sort, every line checked; None for one without a whole line. Raises TamperedError."""
    lines, tail = split_log(read_log(path))
    if not lines:
        return None
    book = book_of(lines[0], path)
    entries: Sequence[Entry] = book.verify(path)
    name = entries[0].reviewer
    if reviewer_name(name) != name:
        raise TamperedError(f"{path}, line 1: {name!r} is no name that is written into a log; nothing was taken")
    # the file may have grown between the two readings: what was checked is what is taken
    lines = lines[: len(entries)]
    return Chain(path, book, name, tuple(lines), tuple(one.hash for one in entries[: len(lines)]), bool(tail))


def book_of(line: bytes, path: Path) -> Book[Any]:
    """Return the book to whose records a log's first line has the fields; raises TamperedError where there is none.

    Fields with a default may be missing: the line may be older than they are.
    """
    try:
        given = json.loads(line)
    except (ValueError, RecursionError):
        given = None
    names = set(given) if isinstance(given, dict) else set()
    for book in SORTS:
        known = {one.name: one.default is MISSING for one in fields(book.record)}
        if {name for name, needed in known.items() if needed} <= names <= known.keys() and names:
            return book
    raise TamperedError(f"{path}, line 1: none of {', '.join(book.noun for book in SORTS)}; nothing was taken")


def take(book: Book[Any], folder: Path, chains: Iterable[Chain], *, dry_run: bool) -> list[Coming]:
    """Take verified chains into a folder; the caller holds its lock. Raises TamperedError when a log that is here is broken."""
    held = {path: tuple(one.hash for one in book.verify(path)) for path in logs(folder)}
    known = {one for hashes in held.values() for one in hashes}
    come = []
    for chain in chains:
        new = set(chain.hashes) - known
        into = ""
        if new:
            target = place_for(chain, folder, held)
            if not dry_run:
                write(chain, target, len(held.get(target, ())))
            held[target] = chain.hashes
            known |= new
            into = target.name
        count = len(chain.hashes)
        come.append(Coming(str(chain.path), book.noun, chain.reviewer, count, len(new), into, chain.torn))
    return come


def place_for(chain: Chain, folder: Path, held: dict[Path, tuple[str, ...]]) -> Path:
    """Return this copy's log that is the longest beginning of a chain, else a new file named by the chain's last hash."""
    mark = copy_mark(folder)
    begun = [
        path
        for path, hashes in held.items()
        if hashes and path.name.split(".")[1] == mark and chain.hashes[: len(hashes)] == hashes
    ]
    new = folder / f"{file_stem(chain.reviewer)}.{mark}.{chain.hashes[-1][:16]}.jsonl"
    return max(begun, key=lambda path: (len(held[path]), path.name), default=new)


def write(chain: Chain, target: Path, from_line: int) -> None:
    """Add a chain's lines from one on (counted from 0) to a log of this copy; raises StorageError, and nothing of it is then added."""
    try:
        data = target.read_bytes() if target.exists() else b""
        chain.book.add_lines(target, data, b"".join(line + b"\n" for line in chain.lines[from_line:]))
    except OSError as error:
        raise StorageError(
            f"{target}: the {chain.book.noun}s of {chain.path} were NOT taken ({error.strerror}); free space or mend the folder's "
            "rights, then merge again"
        ) from error
