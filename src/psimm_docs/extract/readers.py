"""Several guarded readers at once: while one document goes through the later stages, the next ones are being read.

The idea: a window of documents ahead of the one that is asked for is given to as many child processes as there are processors.
Invariants: what comes back is what `guard.Guard.read` gives for that document alone; no more than the window is held, so memory
does not grow with the batch; a document that nobody announced is read when it is asked for.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from queue import SimpleQueue
from types import TracebackType

from psimm_docs.extract.guard import Guard
from psimm_docs.extract.job import Extraction
from psimm_docs.extract.worker import Request
from psimm_docs.workspace import ReadSettings

AHEAD = 2
"""Documents in the window for each process."""


class Readers:
    """Reads documents in child processes; use it as a context manager, so that they are gone at the end."""

    def __init__(self, processes: int = 0) -> None:
        """Start nothing yet; `processes` 0 takes as many as there are processors."""
        self.processes = processes or len(os.sched_getaffinity(0))
        self._stack = ExitStack()
        self._free: SimpleQueue[Guard] = SimpleQueue()
        self._guards: list[Guard] = []
        self._pool: ThreadPoolExecutor | None = None
        self._waiting: deque[Request] = deque()
        self._running: dict[Request, Future[Extraction]] = {}

    def __enter__(self) -> Readers:
        for _ in range(self.processes):
            guard = self._stack.enter_context(Guard())
            self._guards.append(guard)
            self._free.put(guard)
        self._pool = ThreadPoolExecutor(self.processes, thread_name_prefix="reader")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._waiting.clear()
        if self._pool is not None:
            self._pool.shutdown(wait=False, cancel_futures=True)
        self._stack.close()  # ends the children, and with them the threads that wait for them
        if self._pool is not None:
            self._pool.shutdown(wait=True)

    def expect(self, requests: Iterable[Request]) -> None:
        """Announce the documents that will be asked for, in that order."""
        self._waiting.extend(requests)
        self._fill()

    def read(self, path: Path, *, source_id: str, sha256: str, media_type: str, settings: ReadSettings) -> Extraction:
        """Return a document's extraction, read ahead or now; see `Guard.read`."""
        request = Request(str(path), source_id, sha256, media_type, settings)
        if request not in self._running:
            while self._waiting and self._waiting[0] != request and request in self._waiting:
                self._waiting.popleft()  # announced and no longer wanted
            if self._waiting and self._waiting[0] == request:
                self._waiting.popleft()
            self._submit(request)
        self._fill()
        extraction = self._running[request].result()
        del self._running[request]
        self._fill()
        return extraction

    def _fill(self) -> None:
        while self._waiting and len(self._running) < AHEAD * self.processes:
            self._submit(self._waiting.popleft())

    def _submit(self, request: Request) -> None:
        if self._pool is None:
            raise RuntimeError("readers are used as a context manager")
        self._running[request] = self._pool.submit(self._run, request)

    def _run(self, request: Request) -> Extraction:
        guard = self._free.get()
        try:
            return guard.read(
                Path(request.path),
                source_id=request.source_id,
                sha256=request.sha256,
                media_type=request.media_type,
                settings=request.settings,
            )
        finally:
            self._free.put(guard)
