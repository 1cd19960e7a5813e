"""The child process that reads documents for `guard`: a request in, an extraction out, one after another.

Messages are JSON behind a length of four bytes; no object is unpickled. Limits on memory and on files written are set before the
first document is opened. What a reader raises is not caught here: the process ends, and `guard` tells of it. Running out of
memory is the one exception, since there is then still something true to say.
"""

from __future__ import annotations

import resource
import struct
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from psimm_docs.extract import read
from psimm_docs.extract.job import failed
from psimm_docs.jsonl import adapter, dumps
from psimm_docs.workspace import ReadSettings

LENGTH = struct.Struct(">I")
LARGEST_FILE = 1 << 30
"""Bytes that a child may write into one file (OCR's pictures)."""


@dataclass(frozen=True, slots=True)
class Request:
    """One file to read."""

    path: str
    source_id: str
    sha256: str
    media_type: str
    settings: ReadSettings


def send(stream: IO[bytes], text: str) -> None:
    """Write one message."""
    data = text.encode("utf-8", "surrogatepass")
    stream.write(LENGTH.pack(len(data)))
    stream.write(data)
    stream.flush()


def receive(stream: IO[bytes]) -> bytes | None:
    """Read one message; None at the end of the stream."""
    head = stream.read(LENGTH.size)
    if len(head) < LENGTH.size:
        return None
    return stream.read(LENGTH.unpack(head)[0])


def serve(requests: IO[bytes], answers: IO[bytes]) -> None:
    """Answer requests until the stream ends."""
    while (data := receive(requests)) is not None:
        request: Request = adapter(Request).validate_json(data)
        limit = request.settings.memory_megabytes * 1_000_000
        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        resource.setrlimit(resource.RLIMIT_AS, (limit if hard < 0 else min(limit, hard), hard))
        resource.setrlimit(resource.RLIMIT_FSIZE, (LARGEST_FILE, LARGEST_FILE))
        try:
            extraction = read(
                Path(request.path),
                source_id=request.source_id,
                sha256=request.sha256,
                media_type=request.media_type,
                settings=request.settings,
            )
        except MemoryError:
            extraction = failed(
                "out-of-memory",
                f"{Path(request.path).name} needs more than {request.settings.memory_megabytes} MB of memory",
                "raise [read] memory_megabytes in psimm.toml, or split the file",
            )
        send(answers, dumps(extraction))


if __name__ == "__main__":
    serve(sys.stdin.buffer, sys.stdout.buffer)
