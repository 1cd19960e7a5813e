"""What people say of numbers: the source prints it so, or the number is another; kept beside the corpus, never in it.

Each answer is an entry in its reviewer's log (`logbook`: chained, fsynced, only ever growing), taken back by another entry. Invariant:
an answer stands for the provision at a place of the source (its id) and for what stood there; once that place is read
otherwise the answer is stale, shown and not applied. Reviewers who say different things are both shown and neither is applied.

How a corrected number is shown is left to `renumbering`, which numbers are worth a look to `audit`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal, get_args

from psimm_docs.errors import PsimmError
from psimm_docs.logbook import Book, in_order, undone
from psimm_docs.records import Correcting, Correction, Provision

Standing = Literal["confirmed", "corrected", "stale", "disputed"]
BOOK = Book(Correction, "correction", lambda one: one.provision_id, "correct the number again")
"""The logs of corrections."""

LETTER = "[a-zçëčćđšžа-џѓќѕј]"
DIGITS = rf"\d{{1,3}}(?:\.\d{{1,3}})*(?:[-/]?(?:{LETTER}{{1,2}}|\d{{1,2}}))?"
NUMBERS = {
    "article": re.compile(rf"\d{{1,4}}(?:\s?[-–/.]?\s?(?:{LETTER}{{1,2}}|\d{{1,2}}))*", re.IGNORECASE),
    "paragraph": re.compile(DIGITS, re.IGNORECASE),
    "point": re.compile(rf"{DIGITS}|{LETTER}{{1,2}}|[ivx]{{1,5}}", re.IGNORECASE),
}
"""What may be the number of an article, a paragraph and a point."""

CORRECTABLE = ("article", "paragraph", "point")


@dataclass(frozen=True, slots=True)
class Answer:
    """What stands about one provision's number: each reviewer's last correction that is not taken back, by time.

    `disputed` where they don't say the same, `stale` where nobody's is about the text as it is read now.
    """

    standing: Standing
    corrections: tuple[Correction, ...]

    @property
    def last(self) -> Correction:
        """The latest of them."""
        return self.corrections[-1]

    @property
    def by(self) -> str:
        """Who said it, and the day of the latest."""
        return f"{', '.join(one.reviewer for one in self.corrections)}, {self.last.time[:10]}"


def append(
    folder: Path,
    *,
    reviewer: str,
    provision: Provision,
    action: Correcting,
    fingerprint: str,
    number: str = "",
    line: int = 1,
    note: str = "",
    now: datetime | None = None,
) -> Correction:
    """Add one answer about a provision's number to the reviewer's log and return it, only when it is on the disk.

    `provision` is as it was built, `fingerprint` that of its number's place. Raises PsimmError for an answer that makes no sense
    there (a number that no law has, an article that is one already), and what `Book.append` raises.
    """
    if action not in get_args(Correcting) or action == "undo":
        raise ValueError("an answer is confirm, number, begins or part")
    number = " ".join(number.split())
    check(provision, action, number, line)
    said = Correction(reviewer, "", provision.id, action, number, fingerprint, line, note)
    return BOOK.append(folder, said, now=now)


def check(provision: Provision, action: Correcting, number: str, line: int) -> None:
    """Check that an answer can be meant for a provision; raises PsimmError."""
    kind, where = provision.kind, provision.id
    if action == "number" and kind not in CORRECTABLE:
        raise PsimmError(f"{where}: is a {kind}; only articles, paragraphs and points can get another number")
    if action == "begins" and line == 1 and kind not in ("paragraph", "point", "indent", "unplaced"):
        raise PsimmError(f"{where}: is a {kind}; name the paragraph, or the line in it, at which the article begins")
    if action == "part" and kind != "article":
        raise PsimmError(f"{where}: is a {kind}, not an article; give its own number instead")
    if action in ("number", "begins"):
        what = "article" if action == "begins" else kind
        if not NUMBERS[what].fullmatch(number):
            raise PsimmError(
                f"{number!r} can't be the number of this {what}; give it as a law does, e.g. 56, 13a, 12/1"
            )
        if action == "number" and number == provision.number:
            raise PsimmError(f"{where}: has the number {number} already; confirm it instead")
    elif number:
        raise PsimmError(f"{where}: a number is only given when it is corrected")


def undo(folder: Path, reviewer: str, *, provision_id: str = "", now: datetime | None = None) -> Correction:
    """Take back the reviewer's last answer that stands (about one provision, where its id is given); raises NotFoundError."""
    last = BOOK.last_standing(folder, reviewer, about=provision_id or None)
    taken = Correction(
        last.reviewer, "", last.provision_id, "undo", last.number, last.fingerprint, last.line, undoes=last.hash
    )
    return BOOK.append(folder, taken, now=now)


def answers(corrections: Iterable[Correction], fingerprint_of: Callable[[Correction], str | None]) -> dict[str, Answer]:
    """Return what stands about each provision that anybody answered for; the order of what is handed in plays no part.

    `fingerprint_of` gives that of the place that a correction speaks of as it is read now, None where there is no such place.
    """
    ordered = in_order(corrections)
    gone = undone(ordered)
    held: dict[str, dict[str, Correction]] = {}
    for one in ordered:
        if not one.undoes and one.hash not in gone:
            held.setdefault(one.provision_id, {})[one.reviewer] = one
    return {key: answer(in_order(said.values()), fingerprint_of) for key, said in held.items()}


def answer(said: list[Correction], fingerprint_of: Callable[[Correction], str | None]) -> Answer:
    """Return what the standing corrections of one provision come to."""
    fresh = [one for one in said if one.fingerprint == fingerprint_of(one)]
    if not fresh:
        return Answer("stale", tuple(said))
    if len({(one.action, one.number, one.line) for one in fresh}) > 1:
        return Answer("disputed", tuple(fresh))
    return Answer("confirmed" if fresh[0].action == "confirm" else "corrected", tuple(fresh))
