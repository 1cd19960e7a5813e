"""The search index on disk: one SQLite database that holds everything, and a FAISS file made from it.

The idea: `search.sqlite` has the documents, their passages in original letters, the full-text table over folded words, and
the vectors. `vectors.faiss` is made from those vectors (see `vectors`). A passage has a number that is never used
again, and a document's passages have consecutive numbers, so that a filter is a few ranges.

Invariant: whoever opens the index sees a whole one, either before or after a `commit`. The FAISS file is renamed into place
just before the database commits; the database holds its checksum. A crash between the two leaves a file that the
database doesn't know, and the vectors are then made again from the database. Nothing is written before the first `replace`
or `remove`, so that searching changes nothing.

Left to others: the lock between two builds (`Workspace.writing`), what is asked (`lexical`), how answers are fused (`search`).
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from psimm_docs.errors import BusyError, PsimmError
from psimm_docs.index_view import Row, View, stored
from psimm_docs.jurisdictions import jurisdiction
from psimm_docs.lexical import COLUMNS, columns
from psimm_docs.records import Source, Tag, fingerprint
from psimm_docs.shelves import Codebook
from psimm_docs.vectors import Codebooks, Part, Vectors, build, is_file, read, train

if TYPE_CHECKING:
    from types import TracebackType

    import numpy as np
    from numpy.typing import NDArray

FORMAT = "5"
"""Raised whenever the tables, or what stands in the full-text table for a given text, change."""

BUSY_SECONDS = 10.0
"""How long a lock of another process is waited for."""

SCHEMA = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE codebooks (shelf TEXT PRIMARY KEY, trained INTEGER NOT NULL, rows BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE documents (
    id INTEGER PRIMARY KEY, source_id TEXT NOT NULL UNIQUE, stamp TEXT NOT NULL, work_id TEXT NOT NULL,
    jurisdiction TEXT NOT NULL, language TEXT NOT NULL, type TEXT NOT NULL, status TEXT NOT NULL,
    translation INTEGER NOT NULL, title, first INTEGER NOT NULL, passages INTEGER NOT NULL,
    vectors BLOB NOT NULL, windows BLOB NOT NULL, owners BLOB NOT NULL
);
CREATE TABLE passages (
    number INTEGER PRIMARY KEY, document INTEGER NOT NULL, chunk_id, provision_id, language TEXT NOT NULL,
    start INTEGER NOT NULL, end INTEGER NOT NULL, page INTEGER NOT NULL, label, heading, context, text
);
CREATE INDEX passages_provision ON passages (provision_id);
CREATE INDEX passages_language ON passages (language);
CREATE TABLE concepts (
    concept TEXT NOT NULL, lack REAL NOT NULL, number INTEGER NOT NULL, PRIMARY KEY (concept, lack, number)
) WITHOUT ROWID;
CREATE INDEX concepts_number ON concepts (number);
"""
TABLES = ("meta", "codebooks", "documents", "passages", "concepts", "words")


class Windows(Protocol):
    """What is asked of the windows of a document: their vectors, and the place of the row that each is of (rising)."""

    @property
    def rows(self) -> NDArray[np.float16]:
        """Shape `(windows, dimensions)`."""

    @property
    def owners(self) -> NDArray[np.int32]:
        """Shape `(windows,)`."""


class Index:
    """A search index. Open it with `Index.open`, as a context manager; what isn't committed is dropped at the end.

    One index may be read by several threads. A document's vectors are unit vectors of the encoder that the index was
    opened for; an index that another encoder (or another format of ours) made counts as empty, and is emptied by the first write.
    """

    def __init__(self, folder: Path, connection: sqlite3.Connection, *, dimensions: int, version: str) -> None:
        """Wrap an open database; use `open`."""
        self._folder = folder
        self._database = connection
        self._dimensions = dimensions
        self._version = fingerprint(FORMAT, version, str(dimensions))
        self._lock = threading.RLock()
        self._changed = False
        self._vectors: Vectors | None = None
        self._vectors_of = ""
        self._known: dict[str, Any] = {}
        self._known_of = (-1, -1)

    @classmethod
    def open(cls, folder: Path, *, dimensions: int, encoder_version: str) -> Index:
        """Open the index in a folder, or make an empty one.

        Raises PsimmError when the folder can't be written or holds a damaged index.
        """
        try:
            folder.mkdir(parents=True, exist_ok=True)
            connection = sqlite3.connect(
                folder / "search.sqlite", timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False
            )
        except (OSError, sqlite3.OperationalError) as error:
            raise PsimmError(
                f"{folder}: the search index can't be opened ({error}); check the folder's rights and space"
            ) from error
        index = cls(folder, connection, dimensions=dimensions, version=encoder_version)
        try:
            with index._explained():
                connection.execute("PRAGMA journal_mode = WAL")
                connection.execute("PRAGMA synchronous = NORMAL")
                connection.execute("PRAGMA cache_size = -65536")
                index._meta()
        except BaseException:
            connection.close()
            raise
        return index

    def __enter__(self) -> Index:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the index; what isn't committed is dropped."""
        with self._lock:
            if self._database.in_transaction:
                self._database.execute("ROLLBACK")
            self._database.close()

    # --- what is held

    def stamp(self, source_id: str) -> str:
        """Return the stamp that a document was indexed under; empty when it isn't held."""
        with self.reading() as view:
            found = view.rows("SELECT stamp FROM documents WHERE source_id = ?", (source_id,))
        return str(found[0][0]) if found else ""

    def stamps(self) -> dict[str, str]:
        """Return the stamps of all documents by source id, in order of the ids."""
        with self.reading() as view:
            return dict(view.rows("SELECT source_id, stamp FROM documents ORDER BY source_id"))

    def count(self) -> int:
        """Return how many passages are held."""
        with self.reading() as view:
            return int(view.rows("SELECT coalesce(sum(passages), 0) FROM documents")[0][0]) if view.held else 0

    @contextmanager
    def reading(self) -> Iterator[View]:
        """Give a view of the index that doesn't change until the block ends, whatever another process writes."""
        with self._lock, self._explained():
            opened = not self._database.in_transaction
            if opened:
                self._database.execute("BEGIN")
            try:
                held = self._meta().get("version") == self._version
                yield View(self._database, self.vectors, self._known_now(), held=held)
            finally:
                if opened:
                    self._database.execute("ROLLBACK")

    # --- writing

    def replace(
        self,
        source: Source,
        rows: Sequence[Row],
        vectors: NDArray[np.float32],
        stamp: str,
        *,
        windows: Windows | None = None,
        tags: Sequence[Tag] = (),
    ) -> None:
        """Exchange one document for what is given; it is searched from now on here, and by others after `commit`.

        `vectors` has shape `(len(rows), dimensions)`, row by row; `windows` are those of its long rows; a tag counts for every row
        that lies in its provision. Raises ValueError when the shapes don't agree.
        """
        import numpy as np

        if vectors.shape != (len(rows), self._dimensions):
            raise ValueError(
                f"{source.id}: vectors of shape {vectors.shape} for {len(rows)} rows of {self._dimensions}"
            )
        inside, owners = (windows.rows, windows.owners) if windows else (np.zeros((0, self._dimensions)), np.zeros(0))
        if inside.shape != (len(owners), self._dimensions) or (len(owners) and not 0 <= owners.max() < len(rows)):
            raise ValueError(f"{source.id}: windows of shape {inside.shape} for {len(owners)} owners")
        with self._lock, self._explained(), self._changing():
            self._remove(source.id)
            first = int(self._meta()["next"])
            self._database.execute("UPDATE meta SET value = ? WHERE key = 'next'", (str(first + len(rows)),))
            key = self._database.execute(
                "INSERT INTO documents (source_id, stamp, work_id, jurisdiction, language, type, status, translation, title,"
                " first, passages, vectors, windows, owners) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    *(source.id, stamp, source.work_id, jurisdiction(source.jurisdiction).code, source.language),
                    *(source.type, source.status, source.translation, stored(source.title), first, len(rows)),
                    np.ascontiguousarray(vectors, np.float16).tobytes(),
                    np.ascontiguousarray(inside, np.float16).tobytes(),
                    np.ascontiguousarray(owners, np.int32).tobytes(),
                ),
            ).lastrowid
            self._database.executemany(
                "INSERT INTO passages VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (passage_values(number, key, row, source) for number, row in enumerate(rows, first)),
            )
            self._database.executemany(
                f"INSERT INTO words (rowid, {', '.join(COLUMNS)}) VALUES (?, ?, ?, ?, ?)",  # noqa: S608 - names of ours
                (
                    (number, *columns(row.text, f"{row.label} {row.heading}", f"{row.chunk.context} {source.title_en}"))
                    for number, row in enumerate(rows, first)
                ),
            )

            by_provision: dict[str, list[Tag]] = {}
            for tag in tags:
                by_provision.setdefault(tag.provision_id, []).append(tag)
            self._database.executemany(
                "INSERT INTO concepts VALUES (?, ?, ?)",
                (
                    (tag.concept, -tag.score, number)
                    for number, row in enumerate(rows, first)
                    for tag in of_provision(row.chunk.provision_id, by_provision)
                ),
            )

    def remove(self, source_id: str) -> None:
        """Take one document out; one that isn't held is no error."""
        with self._lock, self._explained(), self._changing():
            self._remove(source_id)

    def commit(self) -> None:
        """Make all changes visible to others and lasting, or none of them when this fails.

        A FAISS file that is missing or not the database's (after a crash) is written again, even where nothing was changed.
        """
        with self._lock, self._explained():
            if not self._changed and is_file(self._file, self._meta().get("checksum", "")):
                return
            self._begin()
            try:
                made = self.vectors()
                made.write(self._file)
                checksum = made.checksum
                self._database.execute("UPDATE meta SET value = ? WHERE key = 'checksum'", (checksum,))
                self._write_codebooks(made.codebooks)
                self._database.execute("COMMIT")
            except BaseException:
                self._vectors = None
                raise
            self._changed = False
            self._vectors_of = checksum

    # --- inside

    @property
    def _file(self) -> Path:
        return self._folder / "vectors.faiss"

    def _meta(self) -> dict[str, str]:
        """Return the database's own facts; none where it has no tables yet."""
        made = self._database.execute("SELECT 1 FROM sqlite_master WHERE name = 'meta'").fetchone()
        return dict(self._database.execute("SELECT key, value FROM meta")) if made else {}

    def _known_now(self) -> dict[str, Any]:
        """Return what views keep of the database's present state; empty after anything was written, here or by others."""
        state = (self._database.execute("PRAGMA data_version").fetchone()[0], self._database.total_changes)
        if state != self._known_of:
            self._known, self._known_of = {}, state
        return self._known

    def _begin(self) -> None:
        """Begin writing, and empty an index that another encoder or format made."""
        if not self._database.in_transaction:
            self._database.execute("BEGIN IMMEDIATE")
            if self._vectors_of != self._meta().get("checksum", ""):
                self._vectors = None
        self._changed, self._vectors_of = True, ""
        if self._meta().get("version") == self._version:
            return
        self._vectors = None
        for table in TABLES:
            self._database.execute(f"DROP TABLE IF EXISTS {table}")
        for statement in SCHEMA.split(";"):
            self._database.execute(statement)
        self._database.execute(
            f"CREATE VIRTUAL TABLE words USING fts5({', '.join(COLUMNS)}, tokenize = 'unicode61 remove_diacritics 0')"
        )
        self._database.executemany(
            "INSERT INTO meta VALUES (?, ?)", [("version", self._version), ("next", "1"), ("checksum", "")]
        )

    @contextmanager
    def _changing(self) -> Iterator[None]:
        """Begin writing where that isn't done yet; what the block changes is whole or undone."""
        self._begin()
        self._database.execute("SAVEPOINT change")
        try:
            yield
        except BaseException:
            self._vectors = None
            self._database.execute("ROLLBACK TO change")
            raise
        finally:
            self._database.execute("RELEASE change")

    def _remove(self, source_id: str) -> None:
        found = self._database.execute(
            "SELECT id, first, passages FROM documents WHERE source_id = ?", (source_id,)
        ).fetchone()
        if found is None:
            return
        key, first, passages = found
        for table, column in (("words", "rowid"), ("passages", "number"), ("concepts", "number")):
            self._database.execute(
                f"DELETE FROM {table} WHERE {column} BETWEEN ? AND ?",  # noqa: S608 - both names stand above
                (first, first + passages - 1),
            )
        self._database.execute("DELETE FROM documents WHERE id = ?", (key,))

    def vectors(self) -> Vectors:
        """Return the vectors of the database as it is now: from memory, else from the file, else made again."""
        checksum = self._meta().get("checksum", "")
        if not self._changed:
            if self._vectors is None or checksum != self._vectors_of:
                self._vectors, self._vectors_of = self._read(checksum) or self._made(), checksum
            return self._vectors
        base = self._vectors or self._read(checksum)
        self._vectors = (self._exchanged(base) if base else None) or self._made()
        return self._vectors

    def _read(self, checksum: str) -> Vectors | None:
        """Return the vectors of the file; None where it isn't the one with this checksum."""
        held = self._codebooks()
        return read(self._file, checksum, held) if checksum and held else None

    def _exchanged(self, base: Vectors) -> Vectors | None:
        """Return vectors at hand without the documents that are gone and with those that came; None where other codebooks are due.

        A number is never used again, so that the first number of a document says whether it is held.
        """
        import numpy as np

        if not base.codebooks.fit(*self._counts()):
            return None
        numbers = base.numbers
        gone = np.zeros(int(numbers.max(initial=0)) + 1, np.bool_)
        gone[numbers] = True
        came = []
        for first, passages in self._database.execute(
            "SELECT first, passages FROM documents WHERE passages > 0 ORDER BY first"
        ):
            if first < len(gone) and gone[first]:
                gone[first : first + passages] = False
            else:
                came.append(first)
        if gone.any():
            base.drop(gone)
        for first in came:
            base.add(next(self._parts("WHERE first = ? AND passages > 0", (first,))))
        return base

    def _made(self) -> Vectors:
        """Return vectors made from the database alone; codebooks that don't fit are trained again."""
        counts = self._counts()
        held = self._codebooks()
        if held is None or not held.fit(*counts):
            held = train(self._dimensions, *counts, self._parts)
        return build(self._dimensions, self._parts(), held)

    def _counts(self) -> tuple[int, int]:
        """Return how many passages and how many windows there are."""
        statement = "SELECT coalesce(sum(passages), 0), coalesce(sum(length(owners)), 0) FROM documents"
        passages, letters = self._database.execute(statement).fetchone()
        return passages, letters // 4

    def _parts(self, where: str = "", values: Sequence[int] = ()) -> Iterator[Part]:
        """Yield the vectors of the documents, by rising numbers."""
        import numpy as np

        def rows(blob: bytes) -> NDArray[np.float16]:
            return np.frombuffer(blob, np.float16).reshape(-1, self._dimensions)

        for first, held, windows, owners in self._database.execute(
            f"SELECT first, vectors, windows, owners FROM documents {where} ORDER BY first",  # noqa: S608 - conditions of ours
            values,
        ):
            yield Part(int(first), rows(held), rows(windows), np.frombuffer(owners, np.int32))

    def _codebooks(self) -> Codebooks | None:
        """Return the codebooks that the database keeps; None before there were any."""
        import numpy as np

        held = {
            shelf: Codebook(count, np.frombuffer(blob, np.float32).reshape(-1, self._dimensions))
            for shelf, count, blob in self._database.execute("SELECT shelf, trained, rows FROM codebooks")
        }
        return Codebooks(held["passages"], held["windows"]) if held else None

    def _write_codebooks(self, held: Codebooks) -> None:
        """Keep the codebooks with the vectors that they are for."""
        for shelf, codebook in (("passages", held.passages), ("windows", held.windows)):
            self._database.execute(
                "INSERT INTO codebooks VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET trained = excluded.trained, rows = excluded.rows"
                " WHERE rows IS NOT excluded.rows",
                (shelf, codebook.trained, codebook.rows.tobytes()),
            )

    @contextmanager
    def _explained(self) -> Iterator[None]:
        """Turn what SQLite says into what a user can do about it."""
        try:
            yield
        except sqlite3.OperationalError as error:
            if "locked" in str(error) or "busy" in str(error):
                raise BusyError(f"{self._folder}: another process is writing the search index; try again") from error
            if (
                "full" in str(error)
                or "readonly" in str(error)
                or "unable to open" in str(error)
                or "I/O" in str(error)
            ):
                raise PsimmError(
                    f"{self._folder}: the search index can't be written ({error}); check rights and space"
                ) from error
            raise
        except sqlite3.DatabaseError as error:
            if isinstance(error, sqlite3.IntegrityError | sqlite3.ProgrammingError):
                raise
            raise PsimmError(
                f"{self._folder}: the search index is damaged ({error}); delete this folder and run: psimm-docs build"
            ) from error


def of_provision(provision_id: str, tags: Mapping[str, Sequence[Tag]]) -> Iterator[Tag]:
    """Yield the tags of a provision and of what it lies in, each concept once; `tags` are a document's by provision id."""
    source_id, _, eid = provision_id.partition("#")
    steps = eid.split("__")
    seen = set()
    for count in range(len(steps), 0, -1):
        for tag in tags.get(f"{source_id}#{'__'.join(steps[:count])}", ()):
            if tag.concept not in seen:
                seen.add(tag.concept)
                yield tag


def passage_values(number: int, document: int | None, row: Row, source: Source) -> tuple[Any, ...]:
    """Return a passage's values in the order of its table."""
    chunk = row.chunk
    return (
        *(number, document, stored(chunk.id), stored(chunk.provision_id), chunk.language or source.language),
        *(chunk.span.start, chunk.span.end, row.page, stored(row.label), stored(row.heading)),
        *(stored(chunk.context), stored(row.text)),
    )
