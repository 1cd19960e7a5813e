"""Records to JSON and back: validated on the way in, whole on the way out.

Invariant: a file written here is either the old one or the new one, never half of one (written beside, flushed, fsynced,
renamed). What is read is checked against the record's types, so a damaged file gives one clear error and no odd object.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, is_dataclass
from functools import cache
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, TypeVar, cast

from psimm_docs.errors import PsimmError, StorageError

if TYPE_CHECKING:
    from pydantic import TypeAdapter

T = TypeVar("T")


@cache
def adapter(kind: Any) -> TypeAdapter[Any]:
    """Return the (cached) validator for a record type; pydantic is imported on first use only."""
    from pydantic import TypeAdapter

    return TypeAdapter(kind)


def dumps(record: Any) -> str:
    """Return a record (or plain JSON value) as one line of JSON, letters unescaped, keys in field order."""
    value = asdict(record) if is_dataclass(record) and not isinstance(record, type) else record
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def write_text(path: Path, text: str) -> None:
    """Write a text file so that it is there whole or not at all, and only return when it is on the disk."""
    write_bytes(path, text.encode("utf-8", "surrogatepass"))


def write_bytes(path: Path, data: bytes) -> None:
    """Write a binary file so that it is there whole or not at all, and only return when it is on the disk.

    Raises StorageError when the disk is full or the folder can't be written; the old file is then still there.
    """
    with whole_file(path) as out:
        out.write(data)


@contextmanager
def whole_file(path: Path) -> Iterator[IO[bytes]]:
    """Give a file to write to; after the block it is there whole, and on the disk, or not at all. Raises as `write_bytes` does."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".tmp")
    except OSError as error:
        raise StorageError(
            f"{path.parent}: can't write here ({error.strerror}); free space or choose another folder"
        ) from error
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as out:
            yield out
            out.flush()
            os.fsync(out.fileno())
        temporary.chmod(0o644)
        temporary.replace(path)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise StorageError(f"{path}: can't write ({error.strerror}); free space and run it again") from error
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def write_records(path: Path, records: Iterable[Any]) -> None:
    """Write records as JSON lines, whole or not at all."""
    write_text(path, "".join(dumps(record) + "\n" for record in records))


def read_record(path: Path, kind: type[T]) -> T:
    """Read one record from a JSON file; raises PsimmError naming the file when it is not one."""
    try:
        record: T = adapter(cast(Any, kind)).validate_json(path.read_bytes())
    except (OSError, ValueError) as error:
        raise PsimmError(f"{path}: not a readable {kind.__name__} ({first_line(error)}); build it again") from error
    return record


def iter_records(path: Path, kind: type[T]) -> Iterator[T]:
    """Yield the records of a JSON-lines file in order; raises PsimmError with the line's number at the first bad line."""
    check: Any = adapter(cast(Any, kind))
    try:
        with path.open("rb") as lines:
            for number, line in enumerate(lines, 1):
                if line.strip():
                    try:
                        yield check.validate_json(line)
                    except ValueError as error:
                        raise PsimmError(
                            f"{path}, line {number}: not a readable {kind.__name__} ({first_line(error)}); "
                            "mend or remove that line"
                        ) from error
    except OSError as error:
        raise PsimmError(f"{path}: can't read ({error.strerror})") from error


def read_records(path: Path, kind: type[T]) -> list[T]:
    """Read a whole JSON-lines file; an absent file is an empty list."""
    return list(iter_records(path, kind)) if path.exists() else []


def first_line(error: BaseException) -> str:
    """Return an error's text cut to its first line."""
    return (str(error).splitlines() or [type(error).__name__])[0][:200]
