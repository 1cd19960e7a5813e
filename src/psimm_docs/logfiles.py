"""The files of people's logs: where they lie, who writes them, and how bytes get to their end and stay there.

Invariant: a file has one writer, the copy of the workspace whose mark stands in its name, and only ever grows. So two laptops that
work apart never change the same file, git has nothing to merge inside one, and the same person has a log in each copy. Adding
happens under the folder's lock; what can't be written whole is taken back, what a crash left is set aside and kept.

What stands in a line is left to `logbook`.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import platform
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from psimm_docs.corpus import own_slug, slug
from psimm_docs.errors import BusyError, PsimmError, StorageError

STEM_LETTERS = 40
"""Letters of a name that stand in its files' names."""

LOCK_SECONDS = 10.0
"""How long an append waits for another one in the same folder."""

log = logging.getLogger(__name__)


# --- names ---


def reviewer_name(name: str) -> str:
    """Return a reviewer's name in the one form in which it is stored, without letters that nobody sees; raises PsimmError for an empty one.

    >>> reviewer_name("  Ана   Петровић "), reviewer_name("\\u202eana\\u200b")
    ('Ана Петровић', 'ana')
    """
    seen = "".join(one for one in name if one.isspace() or unicodedata.category(one) not in ("Cc", "Cf"))
    clean = " ".join(unicodedata.normalize("NFC", seen).split())
    if not clean:
        raise PsimmError("the reviewer's name is empty; give the name under which decisions are kept")
    return clean


def file_stem(reviewer: str) -> str:
    """Return the first part of the names of a reviewer's files.

    A name that is more than its own slug gets a hash, so that no two names share a file.

    >>> file_stem("ana"), file_stem("Ана")
    ('ana', 'ana-4773edd0')
    """
    return own_slug(reviewer_name(reviewer), limit=STEM_LETTERS)


@cache
def machine() -> str:
    """Return what tells this machine from others: the id that its system keeps, where it does, and its name."""
    try:
        kept = Path("/etc/machine-id").read_text("ascii").strip()
    except (OSError, ValueError):
        kept = ""
    return f"{kept} {platform.node()}"


def copy_mark(folder: Path) -> str:
    """Return the mark of this copy of a folder: another on every machine and in every place, and nothing that could be copied along."""
    where = f"{machine()} {folder.resolve()}"
    return hashlib.sha256(where.encode("utf-8", "surrogatepass")).hexdigest()[:8]


def log_path(folder: Path, reviewer: str) -> Path:
    """Return the file in which this copy keeps what a reviewer says here: `<reviewer>.<copy>.jsonl`."""
    return folder / f"{file_stem(reviewer)}.{copy_mark(folder)}.jsonl"


def logs(folder: Path) -> list[Path]:
    """Return the folder's logs, of all reviewers and copies, by name; none where there is no folder."""
    return sorted(folder.glob("*.jsonl"))


def own_logs(folder: Path, reviewer: str) -> list[Path]:
    """Return all logs of one reviewer, from whichever copy."""
    stem = file_stem(reviewer)
    return [path for path in logs(folder) if path.name.partition(".")[0] == stem]


def alike(folder: Path, reviewer: str) -> list[Path]:
    """Return the logs of all whose names have the same plain letters as a reviewer's: his own, and those in other capitals, accents, scripts."""
    plain = slug(reviewer_name(reviewer), limit=STEM_LETTERS)
    return [path for path in logs(folder) if path.name.startswith(plain)]


def name_in(path: Path) -> str:
    """Return whose log it is by its first line; empty where that doesn't say."""
    try:
        return str(json.loads(split_log(read_log(path))[0][0])["reviewer"])
    except (ValueError, LookupError, TypeError, RecursionError):
        return ""


# --- bytes ---


def unfinished(tail: bytes) -> bool:
    """Say whether what follows the last line end is what a crash leaves: no whole JSON value (and nothing after one)."""
    try:
        json.JSONDecoder().raw_decode(tail.decode("utf-8", "replace"))
    except (ValueError, RecursionError):
        return True
    return False


def split_log(data: bytes) -> tuple[list[bytes], bytes]:
    """Return a log's lines and what a crash left after them. A whole last line without its line end counts as a line."""
    *lines, tail = data.split(b"\n")
    if tail and not unfinished(tail):
        lines.append(tail)
        tail = b""
    return lines, tail


def read_log(path: Path) -> bytes:
    """Return a log's bytes; raises PsimmError when it can't be read."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise PsimmError(f"{path}: can't be read ({error.strerror}); check the file's rights") from error


@contextmanager
def locked(folder: Path, noun: str = "decision") -> Iterator[None]:
    """Hold the folder's lock; raises BusyError when another holds it for long, StorageError when there can be none."""
    from filelock import FileLock, Timeout

    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = FileLock(folder / ".lock", timeout=LOCK_SECONDS, poll_interval=0.01)
        lock.acquire()
    except Timeout as error:
        raise BusyError(f"{folder}: another {noun} is being written; try again in a moment") from error
    except OSError as error:
        raise StorageError(f"{folder}: can't write here ({error.strerror}); check its rights and space") from error
    try:
        yield
    finally:
        lock.release()


def fsync_folder(folder: Path) -> None:
    """Make a new file's name last through a power cut (systems that can't open a folder do without)."""
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def append_bytes(path: Path, data: bytes) -> None:
    """Write bytes at a file's end and return when they are on the disk; what can't be written whole is taken back."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | getattr(os, "O_BINARY", 0), 0o644)
    try:
        size = os.fstat(handle).st_size
        try:
            left = memoryview(data)
            while left:
                left = left[os.write(handle, left) :]
            os.fsync(handle)
            fsync_folder(path.parent)
        except OSError:
            os.ftruncate(handle, size)
            raise
    finally:
        os.close(handle)


def torn_path(path: Path) -> Path:
    """Return where a log's unfinished lines are set aside."""
    return path.with_name(path.name + ".torn")


def set_aside(path: Path, tail: bytes, told: str) -> None:
    """Move an unfinished last line out of a log: first written beside it, then cut off. The caller holds the lock."""
    append_bytes(torn_path(path), tail + b"\n")
    with path.open("r+b") as out:
        out.truncate(path.stat().st_size - len(tail))
        out.flush()
        os.fsync(out.fileno())
    log.warning("%s", told)
