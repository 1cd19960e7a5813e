"""What people say of a cell: nothing is there (signed, with all it rests on), or the concept doesn't apply there.

Each statement is an entry in its person's log (`logbook`: chained, fsynced, only ever growing), taken back by another entry. A silence
carries the queries that were run with their folded forms and what came, the documents that were held with their checksums, and fingerprints of the concept,
the index and the encoder. Invariant: a statement is never trusted beyond that: where any of it is different now, it is shown as out of date and makes
no state. What a cell says besides is left to `compare`; running the queries to the wiring.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import get_args

from psimm_docs.cells import Basis, HeldText, Look, Place, Said, Stating, counted
from psimm_docs.errors import NotFoundError, PsimmError
from psimm_docs.jurisdictions import jurisdiction
from psimm_docs.logbook import Book, in_order, undone
from psimm_docs.records import Concept, fingerprint

PREFIX = "SL-"


@dataclass(frozen=True, slots=True)
class Statement:
    """What a person says of one cell; appended, never changed.

    `alone` is true where only the jurisdiction's own level is meant. `queries`, `documents`, `index` and `encoder` are what a silence rests on (empty
    for `not-applicable`); `concept_print` is the concept's fingerprint, `concept_name` its English name, `taxonomy_version` the whole taxonomy's.
    `undoes`, `previous` and `hash` are as in `Decision`.
    """

    reviewer: str
    time: str
    concept: str
    jurisdiction: str
    alone: bool
    action: Stating
    reason: str
    concept_name: str
    concept_print: str
    taxonomy_version: str
    queries: tuple[Look, ...] = ()
    documents: tuple[HeldText, ...] = ()
    index: str = ""
    encoder: str = ""
    undoes: str = ""
    previous: str = ""
    hash: str = ""

    @property
    def id(self) -> str:
        """The short name under which it is cited."""
        return PREFIX + self.hash[:12]

    @property
    def place(self) -> Place:
        """The cell that it is about."""
        return (self.concept, self.jurisdiction, self.alone)


BOOK = Book(Statement, "statement", lambda one: one.place, "say it again")
"""The logs of statements."""


def concept_print(concept: Concept) -> str:
    """Return a fingerprint of all that a concept's search and meaning rest on."""
    parts = [concept.id, concept.definition, concept.scope]
    for labels in (concept.labels, concept.negatives):
        for tag in sorted(labels):
            parts += [tag, *labels[tag]]
        parts.append("")
    return fingerprint(*parts)


def append(folder: Path, statement: Statement, *, now: datetime | None = None) -> Statement:
    """Add a statement to its person's log and return it, only when it is on the disk.

    Raises PsimmError for one that says too little, and what `Book.append` raises.
    """
    if statement.action not in get_args(Stating) or (statement.action == "undo") != bool(statement.undoes):
        raise ValueError("a statement is silent, not-applicable or an undo that names what it takes back")
    if statement.action == "not-applicable" and not statement.reason.strip():
        raise PsimmError("give the reason why the concept doesn't apply there; it is printed with the cell")
    if statement.action == "silent" and not (statement.queries and any(one.read for one in statement.documents)):
        raise PsimmError("a silence can only be signed where documents are held and were searched")
    return BOOK.append(folder, statement, now=now)


def undo(folder: Path, reviewer: str, *, place: Place | None = None, now: datetime | None = None) -> Statement:
    """Take back the person's last statement that stands (about one cell, where it is given); raises NotFoundError."""
    last = BOOK.last_standing(folder, reviewer, about=place)
    taken = Statement(
        last.reviewer,
        "",
        *last.place,
        "undo",
        "",
        last.concept_name,
        last.concept_print,
        last.taxonomy_version,
        undoes=last.hash,
    )
    return append(folder, taken, now=now)


def in_force(statements: Iterable[Statement]) -> dict[Place, tuple[Statement, ...]]:
    """Return each person's last statement about each cell that is not taken back, by time."""
    ordered = in_order(statements)
    gone = undone(ordered)
    found: dict[Place, dict[str, Statement]] = {}
    for one in ordered:
        if not one.undoes and one.hash not in gone:
            found.setdefault(one.place, {})[one.reviewer] = one
    return {place: tuple(in_order(by.values())) for place, by in found.items()}


def find(statements: Iterable[Statement], wanted: str) -> Statement:
    """Return the statement with an id (or the beginning of its hash); raises NotFoundError."""
    start = wanted.strip().removeprefix(PREFIX).casefold()
    found = [one for one in statements if start and one.hash.startswith(start) and not one.undoes]
    if len(found) != 1:
        raise NotFoundError(f"{wanted}: no statement has this id; psimm-docs compare ledger lists them")
    return found[0]


def changed_since(statement: Statement, now: Basis) -> tuple[str, ...]:
    """Return what a statement rests on that is different now, in words: the concept, the documents, the index, the encoder."""
    differs = []
    if statement.concept_print != now.concept:
        differs.append("the concept in the taxonomy")
    if statement.action == "silent":
        if held(statement.documents) != held(now.documents):
            differs.append("the documents held")
        if statement.index != now.index:
            differs.append("the index")
        if statement.encoder != now.encoder:
            differs.append("the encoder")
    return tuple(differs)


def held(documents: Iterable[HeldText]) -> set[tuple[str, str, bool]]:
    """Return what counts of documents when two times are compared: which, their bytes, and whether they were read."""
    return {(one.source_id, one.sha256, one.read) for one in documents}


def said_of(statements: Iterable[Statement], basis: Callable[[Place], Basis | None]) -> dict[Place, tuple[Said, ...]]:
    """Return what stands about each cell; `basis` gives what a statement about it would rest on now (None where its concept is gone)."""
    made = {}
    for place, some in in_force(statements).items():
        now = basis(place)
        made[place] = tuple(
            Said(
                one.id,
                one.action,
                one.reviewer,
                one.time[:10],
                one.reason,
                changed_since(one, now) if now else ("the concept in the taxonomy",),
            )
            for one in some
        )
    return made


def cited(statement: Statement, changed: tuple[str, ...] = ()) -> str:
    """Return a statement in a line that can stand in a footnote; whoever prints it adds the Kosovo* note."""
    one = jurisdiction(statement.jurisdiction)
    where = f"{one.name}, own level only" if statement.alone else one.name
    when = long_date(statement.time)
    if statement.action == "not-applicable":
        line = f"“{statement.concept_name}” in {where}: not applicable ({statement.reason.strip().rstrip('.')})."
        line += f" {statement.reviewer}, {when}"
    else:
        read = [each for each in statement.documents if each.read]
        digests = sum(each.digest for each in read)
        which = (
            ", all of them digests and not the law"
            if digests == len(read)
            else f", {digests} of them digests"
            if digests
            else ""
        )
        queries = ", ".join(f"“{each}”" for each in dict.fromkeys(look.text for look in statement.queries))
        leads = len({each for look in statement.queries for each in look.leads})
        read_words = (
            f"; {counted(leads, 'provision')} that the searches brought read and found to be about something else"
            if leads
            else ""
        )
        line = f"“{statement.concept_name}” in {where}: nothing found in {counted(len(read))}{which}"
        line += f", searched for {queries}{read_words}. Signed by {statement.reviewer}, {when}"
    line += f" (silence ledger {statement.id})."
    if changed:
        line += f" Out of date: {', '.join(changed)} changed since."
    return line


def long_date(time: str) -> str:
    """Return the day of a time as it is written out.

    >>> long_date("2030-03-04T10:00:00+00:00")
    '4 March 2030'
    """
    day = date.fromisoformat(time[:10])
    return f"{day.day} {day:%B %Y}"
