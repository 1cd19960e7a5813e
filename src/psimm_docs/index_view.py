"""What is read of a search index: what the filters leave of it, the answers of its two legs, and its passages.

Invariant: a view reads inside one transaction, so that what it says hangs together whatever another process writes. What
it returns is in original letters. Left to others: writing and opening (`index`), expressions (`lexical`), fusion (`search`).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any

from psimm_docs.jurisdictions import SIX, root, within
from psimm_docs.lexical import COLUMNS, of_law
from psimm_docs.records import Chunk, Span
from psimm_docs.vectors import Nearest, Vectors

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

WEIGHTS = {"text": 1.0, "heading": 2.0, "context": 0.4, "stems": 1.6}
"""How much a match in each column of the full-text table counts in BM25."""

AT_ONCE = 500
"""Values in one SQL list: below SQLite's smallest limit."""


Reach = tuple[int, int]
"""The least and the greatest number of a passage that is looked at."""

EVERYWHERE: Reach = (0, 2**62)


@dataclass(frozen=True, slots=True)
class Row:
    """A passage as the caller gives it: the chunk, its letters, and what a hit shows besides.

    `text` is `document.text[chunk.span.start:chunk.span.end]`, unchanged; label, heading and page are its provision's.
    """

    chunk: Chunk
    text: str
    label: str = ""
    heading: str = ""
    page: int = 0

    def __post_init__(self) -> None:
        if len(self.text) != len(self.chunk.span):
            raise ValueError(f"{self.chunk.id}: the text has {len(self.text)} letters, its span {len(self.chunk.span)}")


@dataclass(frozen=True, slots=True)
class Held:
    """A document of the index; its passages have the numbers `first` to `first + passages - 1`."""

    key: int
    source_id: str
    work_id: str
    jurisdiction: str
    language: str
    type: str
    status: str
    translation: bool
    title: str
    first: int
    passages: int


@dataclass(frozen=True, slots=True)
class Filters:
    """What may be found; an empty set lets all pass.

    `jurisdictions` are codes and take in what lies below them (`BA` the entities and cantons); `languages` are BCP 47 tags and
    take in their subtags (`sr` both scripts). `provision_ids` takes in what lies below a provision; None lets all
    pass, an empty set nothing. `translations=False` leaves out documents that are translations.
    """

    jurisdictions: frozenset[str] = frozenset()
    languages: frozenset[str] = frozenset()
    types: frozenset[str] = frozenset()
    statuses: frozenset[str] = frozenset()
    works: frozenset[str] = frozenset()
    sources: frozenset[str] = frozenset()
    provision_ids: frozenset[str] | None = None
    translations: bool = True


@dataclass(frozen=True, slots=True)
class Scope:
    """What the filters leave: documents by key, how many passages, and which (`allowed[number]`)."""

    documents: dict[int, Held]
    passages: int
    allowed: NDArray[np.bool_]

    @property
    def reach(self) -> Reach:
        """Return the least and the greatest number of a passage that is left; (0, 0) where none is."""
        if not self.passages:
            return (0, 0)
        return int(self.allowed.argmax()), len(self.allowed) - 1 - int(self.allowed[::-1].argmax())

    @property
    def sieve(self) -> bytes:
        """Return 1 or 0 for each passage number, left or not; empty where the reach says it all."""
        first, last = self.reach
        return b"" if self.passages == last - first + 1 else self.allowed.tobytes()


@dataclass(frozen=True, slots=True)
class Passage:
    """A passage as it is held: its number, its document's key, and the row."""

    number: int
    document: int
    row: Row


class View:
    """What a search reads of an index, all at one moment. `held` is false where there is nothing of ours to read."""

    def __init__(
        self, database: sqlite3.Connection, load: Callable[[], Vectors], known: dict[str, Any], *, held: bool
    ) -> None:
        """Wrap a database in a transaction, what loads its vectors, and what was read of the same state before; use `Index.reading`."""
        self._database = database
        self._known = known
        self._load = load
        self.held = held

    def rows(self, statement: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Return the rows of a SELECT; none from an index that counts as empty."""
        return self._database.execute(statement, values).fetchall() if self.held else []

    def documents(self) -> list[Held]:
        """Return the documents in order of their passages' numbers; they are read once."""
        if "documents" not in self._known:
            self._known["documents"] = self._read_documents()
        found: list[Held] = self._known["documents"]
        return found

    def _read_documents(self) -> list[Held]:
        names = "id, source_id, work_id, jurisdiction, language, type, status, translation, title, first, passages"
        return [
            Held(
                key, source_id, work, place, language, kind, status, bool(translation), restored(title), first, passages
            )
            for key, source_id, work, place, language, kind, status, translation, title, first, passages in self.rows(
                f"SELECT {names} FROM documents ORDER BY first"  # noqa: S608 - the names stand above
            )
        ]

    def within(self, provision_ids: Iterable[str]) -> list[int]:
        """Return the numbers of the passages of these provisions and of those below them (`art_4__para_1` is below `art_4`)."""
        found: list[int] = []
        for one in provision_ids:
            found += [
                row[0]
                for row in self.rows(
                    "SELECT number FROM passages WHERE provision_id = ? OR (provision_id > ? AND provision_id < ?)",
                    (stored(one), stored(one + "__"), stored(one + "_`")),  # ` is the character after _
                )
            ]
        return found

    def versions(self, provision_ids: Sequence[str]) -> list[int]:
        """Return the number of the first passage of each of these provisions that is held."""
        found: list[int] = []
        for at in range(0, len(provision_ids), AT_ONCE):
            some = [stored(one) for one in provision_ids[at : at + AT_ONCE]]
            marks = ", ".join("?" * len(some))
            found += [
                row[0]
                for row in self.rows(
                    f"SELECT min(number) FROM passages WHERE provision_id IN ({marks}) GROUP BY provision_id",  # noqa: S608 - question marks
                    some,
                )
            ]
        return found

    def by_language(self) -> dict[str, NDArray[np.int64]]:
        """Return the numbers of the passages in each language, exactly as tagged; they are read once."""
        import numpy as np

        if "languages" not in self._known:
            names = [row[0] for row in self.rows("SELECT DISTINCT language FROM passages ORDER BY language")]
            statement = "SELECT number FROM passages WHERE language = ?"
            self._known["languages"] = {
                name: np.array(self.rows(statement, (name,)), np.int64).ravel() for name in names
            }
        found: dict[str, NDArray[np.int64]] = self._known["languages"]
        return found

    def matching(self, expression: str, limit: int = -1, reach: Reach = EVERYWHERE, sieve: bytes = b"") -> list[int]:
        """Return the numbers of the passages that an FTS5 expression matches, rising; the first `limit` of them (-1: all).

        `reach` and `sieve` (see `Scope`) say which passages count, here and below; they apply before the limit.
        """
        statement = (
            f"SELECT rowid FROM words WHERE words MATCH ? AND rowid BETWEEN ? AND ?{self._sifted(sieve)} LIMIT ?"  # noqa: S608 - ours
        )
        return [row[0] for row in self.rows(statement, (expression, *reach, limit))]

    def spread(self, expression: str, limit: int, reach: Reach, sieve: bytes = b"") -> tuple[int, int]:
        """Return how many passages an FTS5 expression matches, counting to `limit`, and the number of the last one counted."""
        statement = (
            "SELECT count(*), coalesce(max(rowid), 0) FROM"  # noqa: S608 - a condition of ours
            f" (SELECT rowid FROM words WHERE words MATCH ? AND rowid BETWEEN ? AND ?{self._sifted(sieve)} LIMIT ?)"
        )
        found = self.rows(statement, (expression, *reach, limit))
        return found[0] if found else (0, 0)

    def scored(self, expression: str, reach: Reach = EVERYWHERE, sieve: bytes = b"") -> list[tuple[int, float]]:
        """Return the number and BM25 (higher is better) of every passage that an FTS5 expression matches, in no order."""
        weights = ", ".join(str(WEIGHTS[column]) for column in COLUMNS)
        statement = (
            f"SELECT rowid, -bm25(words, {weights}) FROM words"  # noqa: S608 - numbers of ours
            f" WHERE words MATCH ? AND rowid BETWEEN ? AND ?{self._sifted(sieve)}"
        )
        return self.rows(statement, (expression, *reach))

    def _sifted(self, sieve: bytes) -> str:
        """Return the condition that lets only the passages of a sieve through."""
        if not sieve:
            return ""
        self._database.create_function("sifted", 1, sieve.__getitem__, deterministic=True)
        return " AND sifted(rowid)"

    def words(self, numbers: Sequence[int]) -> dict[int, tuple[frozenset[str], frozenset[str]]]:
        """Return the folded words and the stems of passages by their numbers."""
        found: dict[int, tuple[frozenset[str], frozenset[str]]] = {}
        for at in range(0, len(numbers), AT_ONCE):
            some = list(numbers[at : at + AT_ONCE])
            marks = ", ".join("?" * len(some))
            for number, plain, stems in self.rows(
                f"SELECT rowid, text || ' ' || heading || ' ' || context, stems FROM words WHERE rowid IN ({marks})",  # noqa: S608
                some,
            ):
                found[number] = (frozenset(plain.split()), frozenset(stems.split()))
        return found

    def named(self, numbers: Sequence[int], patterns: Sequence[str]) -> set[int]:
        """Return those of some passages whose provision's id is like one of these GLOB patterns."""
        found: set[int] = set()
        likes = " OR ".join(["provision_id GLOB ?"] * len(patterns))
        for at in range(0, len(numbers) if patterns else 0, AT_ONCE):
            some = list(numbers[at : at + AT_ONCE])
            statement = f"SELECT number FROM passages WHERE number IN ({', '.join('?' * len(some))}) AND ({likes})"  # noqa: S608 - ours
            found.update(row[0] for row in self.rows(statement, [*some, *patterns]))
        return found

    def texts(self, numbers: Sequence[int]) -> dict[int, str]:
        """Return what the full-text table knows of passages, in original letters: context, label, heading and words of law."""
        found: dict[int, str] = {}
        for at in range(0, len(numbers), AT_ONCE):
            some = list(numbers[at : at + AT_ONCE])
            marks = ", ".join("?" * len(some))
            for number, *parts in self.rows(
                f"SELECT number, context, label, heading, text FROM passages WHERE number IN ({marks})",  # noqa: S608
                some,
            ):
                found[number] = "\n".join(of_law(restored(part)) for part in parts)
        return found

    def vectors(self, numbers: Sequence[int]) -> NDArray[np.float32]:
        """Return the vectors of passages by number, of shape `(len(numbers), dimensions)`, as they are kept."""
        import numpy as np

        size = "(length(d.vectors) / d.passages)"
        parts = [
            np.frombuffer(blob, np.float16)
            for number in numbers
            for (blob,) in self.rows(
                f"SELECT substr(d.vectors, (p.number - d.first) * {size} + 1, {size})"  # noqa: S608 - a name of ours
                " FROM passages p JOIN documents d ON d.id = p.document WHERE p.number = ?",
                (number,),
            )
        ]
        return np.stack(parts).astype(np.float32)

    def tagged(self, concept: str, limit: int, allowed: NDArray[np.bool_]) -> list[tuple[int, float]]:
        """Return the number and the tag's score of at most `limit` allowed passages that a concept is suggested for, best first."""
        if not self.held:
            return []
        found = self._database.execute(
            "SELECT number, -lack FROM concepts WHERE concept = ? ORDER BY lack, number", (concept,)
        )
        return list(islice(((number, score) for number, score in found if allowed[number]), limit))

    def tag_scores(self, numbers: Sequence[int], concepts: Sequence[str]) -> dict[tuple[int, str], float]:
        """Return the scores of the tags of some passages under some concepts, by number and concept."""
        found: dict[tuple[int, str], float] = {}
        names = ", ".join("?" * len(concepts))
        for at in range(0, len(numbers), AT_ONCE):
            some = list(numbers[at : at + AT_ONCE])
            marks = ", ".join("?" * len(some))
            for number, concept, score in self.rows(
                f"SELECT number, concept, -lack FROM concepts WHERE number IN ({marks}) AND concept IN ({names})",  # noqa: S608
                [*some, *concepts],
            ):
                found[number, concept] = max(score, found.get((number, concept), 0.0))
        return found

    def likeness(self, vector: NDArray[np.float32], numbers: Sequence[int]) -> list[float]:
        """Return the likeness of passages to a unit vector; see `Vectors.nearest`."""
        import numpy as np

        found: list[float] = self._load().likeness(vector, np.array(numbers, np.int64)).tolist() if numbers else []
        return found

    def nearest(
        self, vector: NDArray[np.float32], limit: int, allowed: NDArray[np.bool_] | None, *, exact: bool = False
    ) -> Nearest:
        """Return the passages nearest to a unit vector; see `Vectors.nearest`."""
        return self._load().nearest(vector, limit, allowed, exact=exact) if self.held else Nearest((), ())

    def passages(self, numbers: Sequence[int]) -> dict[int, Passage]:
        """Return passages by their numbers."""
        found: dict[int, Passage] = {}
        names = (
            "p.number, p.document, p.chunk_id, p.provision_id, p.language, p.start, p.end, p.page, p.label, p.heading"
        )
        for at in range(0, len(numbers), AT_ONCE):
            some = list(numbers[at : at + AT_ONCE])
            for row in self.rows(
                f"SELECT {names}, p.context, p.text, d.source_id FROM passages p JOIN documents d ON d.id = p.document"  # noqa: S608
                f" WHERE p.number IN ({', '.join('?' * len(some))})",
                some,
            ):
                (
                    number,
                    document,
                    chunk_id,
                    provision_id,
                    language,
                    start,
                    end,
                    page,
                    label,
                    heading,
                    context,
                    text,
                    source,
                ) = row
                chunk = Chunk(
                    restored(chunk_id), source, restored(provision_id), Span(start, end), restored(context), language
                )
                found[number] = Passage(
                    number, document, Row(chunk, restored(text), restored(label), restored(heading), page)
                )
        return found


def passes(held: Held, filters: Filters, places: frozenset[str]) -> bool:
    """Say whether a document passes the filters that are about documents; `places` are the jurisdictions with all below."""
    return (
        (not places or held.jurisdiction in places)
        and (not filters.types or held.type in filters.types)
        and (not filters.statuses or held.status in filters.statuses)
        and (not filters.works or held.work_id in filters.works)
        and (not filters.sources or held.source_id in filters.sources)
        and (filters.translations or not held.translation)
    )


def scope_of(view: View, filters: Filters) -> Scope:
    """Return what the filters leave of an index."""
    import numpy as np

    places = frozenset(code for one in filters.jurisdictions for code in within(one))
    held = view.documents()
    size = max((one.first + one.passages for one in held), default=0)
    allowed = np.zeros(size, np.bool_)
    for one in held:
        if passes(one, filters, places):
            allowed[one.first : one.first + one.passages] = True
    if filters.languages:
        spoken = np.zeros(size, np.bool_)
        for tag, numbers in view.by_language().items():
            if any(is_language(tag, one) for one in filters.languages):
                spoken[numbers] = True
        allowed &= spoken
    if filters.provision_ids is not None:
        allowed &= marked(view.within(sorted(filters.provision_ids)), size)
    return narrowed({one.key: one for one in held}, allowed)


def narrowed(documents: dict[int, Held], allowed: NDArray[np.bool_]) -> Scope:
    """Return the scope of the passages that are allowed; a document with none of them isn't in it."""
    import numpy as np

    before = np.concatenate([np.zeros(1, np.int64), np.cumsum(allowed)])
    firsts = np.array([one.first for one in documents.values()], np.int64)
    sizes = np.array([one.passages for one in documents.values()], np.int64)
    counts = before[firsts + sizes] - before[firsts] if len(firsts) else firsts
    kept = {key: one for (key, one), count in zip(documents.items(), counts.tolist(), strict=True) if count}
    return Scope(kept, int(counts.sum()), allowed)


def marked(numbers: Sequence[int], size: int) -> NDArray[np.bool_]:
    """Return an array of this size that is true at these numbers."""
    import numpy as np

    out = np.zeros(size, np.bool_)
    out[np.array(numbers, np.int64)] = True
    return out


def is_language(tag: str, wanted: str) -> bool:
    """Say whether a BCP 47 tag is the wanted one or below it.

    >>> is_language("sr-Cyrl", "sr"), is_language("sr-Cyrl", "SR-cyrl"), is_language("sr-Cyrl", "s")
    (True, True, False)
    """
    return f"{tag.lower()}-".startswith(f"{wanted.lower()}-")


def by_state(scope: Scope) -> list[Scope]:
    """Return the scope of each state-level jurisdiction, in the order of every table, others after the six."""
    import numpy as np

    roots = {root(held.jurisdiction) for held in scope.documents.values()}
    out = []
    for code in [*SIX, *sorted(roots - set(SIX))]:
        documents = {key: held for key, held in scope.documents.items() if root(held.jurisdiction) == code}
        if documents:
            allowed = np.zeros_like(scope.allowed)
            for held in documents.values():
                part = slice(held.first, held.first + held.passages)
                allowed[part] = scope.allowed[part]
            out.append(narrowed(documents, allowed))
    return out


def stored(text: str) -> str | bytes:
    """Return what SQLite is given: the text, or its bytes where damaged letters (half a surrogate pair) allow no other."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return text.encode("utf-8", "surrogatepass")
    return text


def restored(value: str | bytes) -> str:
    """Return the text that `stored` was given."""
    return value.decode("utf-8", "surrogatepass") if isinstance(value, bytes) else value
