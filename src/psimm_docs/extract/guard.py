"""Reading at arm's length: a child process reads, and whatever happens to it happens to one document only.

A hostile or damaged file may hang a parser, eat the memory or crash the process. The child has limits on time and memory; when it
hangs or dies it is replaced, the document gets a problem that says what happened, and the batch goes on. The child lives on
between documents, so that a document costs no start.
"""

from __future__ import annotations

import contextlib
import os
import selectors
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from types import TracebackType
from typing import IO

from psimm_docs.extract.job import Extraction, failed
from psimm_docs.extract.worker import LENGTH, Request, send
from psimm_docs.jsonl import adapter, dumps
from psimm_docs.workspace import ReadSettings

PIECE = 1 << 20


class Guard:
    """A reader in a child process; use it as a context manager, so that the child is gone at the end."""

    def __init__(self) -> None:
        """Start nothing yet: the child starts with the first document."""
        self._child: subprocess.Popen[bytes] | None = None
        self._complaints: IO[bytes] | None = None

    def __enter__(self) -> Guard:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the child with everything it started."""
        if self._child is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._child.pid, signal.SIGKILL)
            self._child.wait()
            for stream in (self._child.stdin, self._child.stdout):
                if stream is not None:
                    with contextlib.suppress(BrokenPipeError):
                        stream.close()
            self._child = None
        if self._complaints is not None:
            self._complaints.close()
            self._complaints = None

    def read(self, path: Path, *, source_id: str, sha256: str, media_type: str, settings: ReadSettings) -> Extraction:
        """Read one file as `extract.read` does, within `settings.seconds` and `settings.memory_megabytes`.

        Never raises for what a file does: the extraction then has no document, and a problem with the code `timeout`,
        `out-of-memory` or `reader-crashed`.
        """
        child = self._started()
        assert child.stdin is not None
        request = Request(str(path), source_id, sha256, media_type, settings)
        try:
            send(child.stdin, dumps(request))
            answer = self._answer(time.monotonic() + settings.seconds)
        except BrokenPipeError:
            answer = b""
        except BaseException:
            self.close()
            raise
        if answer is None:
            self.close()
            return failed(
                "timeout",
                f"{path.name} was not read within {settings.seconds} s",
                "raise [read] seconds in psimm.toml, or split the file; the file may be damaged",
            )
        if not answer:
            return self._crashed(path)
        extraction: Extraction = adapter(Extraction).validate_json(answer)
        return extraction

    def _started(self) -> subprocess.Popen[bytes]:
        if self._child is None or self._child.poll() is not None:
            self.close()
            self._complaints = tempfile.TemporaryFile()  # noqa: SIM115 - it lives as long as the child
            self._child = subprocess.Popen(
                [sys.executable, "-m", "psimm_docs.extract.worker"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self._complaints,
                start_new_session=True,
            )
        return self._child

    def _answer(self, deadline: float) -> bytes | None:
        """Return the child's next message, None when the time is up, nothing when the child has gone."""
        assert self._child is not None
        assert self._child.stdout is not None
        pipe = self._child.stdout.fileno()
        data = bytearray()
        with selectors.DefaultSelector() as waiting:
            waiting.register(pipe, selectors.EVENT_READ)
            while len(data) < LENGTH.size or len(data) < LENGTH.size + LENGTH.unpack_from(data)[0]:
                if not waiting.select(max(0.0, deadline - time.monotonic())):
                    return None
                piece = os.read(pipe, PIECE)
                if not piece:
                    return b""
                data += piece
        return bytes(data[LENGTH.size :])

    def _crashed(self, path: Path) -> Extraction:
        """Return what to tell of a child that died over a file: by its signal, or by the last line it printed."""
        assert self._child is not None
        assert self._complaints is not None
        status = self._child.wait()
        self._complaints.seek(0)
        last = (self._complaints.read()[-2000:].decode("utf-8", "replace").strip().splitlines() or [""])[-1]
        self.close()
        if "MemoryError" in last or status in (-signal.SIGKILL, -signal.SIGABRT) or "bad_alloc" in last:
            return failed(
                "out-of-memory",
                f"{path.name} needs more memory than it may have",
                "raise [read] memory_megabytes in psimm.toml, or split the file",
            )
        how = f"signal {-status}" if status < 0 else last[:200] or f"exit status {status}"
        return failed(
            "reader-crashed",
            f"{path.name} made the reader fail ({how})",
            "the file may be damaged: open it in another program, save it anew and add that; please report it to us",
        )
