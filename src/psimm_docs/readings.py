"""The log of what people read: "I read this provision; of the concepts that were shown these do not fit".

A suggestion that nobody touched says nothing; a reading gives its "no" an author and a time. Invariant: what a reading refuses is
written into it when it is made, so that nothing said or taken back later changes what it meant. For everything that counts answers a
reading is as many decisions as it refuses concepts (`implied`); the log itself is kept as all are (`logbook`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path

from psimm_docs.logbook import Book, in_order, undone
from psimm_docs.records import Decision, Reading

BOOK = Book(Reading, "reading", lambda one: one.provision_id, "mark it as read again")
"""The logs of readings."""

READ = "read"
"""The `way` of the decisions that a reading implies."""


def append(
    folder: Path,
    *,
    reviewer: str,
    provision_id: str,
    concepts: Sequence[str],
    refused: Sequence[str],
    fingerprint: str,
    taxonomy_version: str,
    translated: bool = False,
    tagger: str = "",
    note: str = "",
    undoes: str = "",
    now: datetime | None = None,
) -> Reading:
    """Add one reading to the reviewer's log and return it, only when it is on the disk.

    Raises ValueError where a concept is refused that was not shown, and what `Book.append` raises.
    """
    if not provision_id or not set(refused) <= set(concepts):
        raise ValueError("a reading needs a provision, and refuses only concepts that were shown")
    shown, no = tuple(concepts), tuple(refused)
    reading = Reading(
        reviewer, "", provision_id, shown, no, fingerprint, taxonomy_version, translated, tagger, note, undoes
    )
    return BOOK.append(folder, reading, now=now)


def standing(readings: Iterable[Reading]) -> list[Reading]:
    """Return the readings that are not taken back, by time."""
    ordered = in_order(readings)
    gone = undone(ordered)
    return [one for one in ordered if not one.undoes and one.hash not in gone]


def implied(readings: Iterable[Reading]) -> list[Decision]:
    """Return the decisions that readings come to: a "reject" for each concept refused; their hashes name reading and concept."""
    return [
        Decision(
            one.reviewer,
            one.time,
            one.provision_id,
            concept,
            "reject",
            one.fingerprint,
            one.taxonomy_version,
            note=one.note,
            hash=f"{one.hash}#{concept}",
            translated=one.translated,
            way=READ,
            tagger=one.tagger,
        )
        for one in standing(readings)
        for concept in one.refused
    ]
