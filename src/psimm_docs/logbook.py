"""Logs of what people said: entries appended one by one, never changed, each chained to the one before.

Invariant: when `Book.append` returns, the entry is on the disk; a file only ever grows. There is one file for each person and copy of the
workspace (`logfiles`), so that work done apart merges without conflict; a person's logs count as one, and an entry that stands in
several files counts once. Each line carries the hash of the line before (`previous`) and a hash over its own
fields, so that a changed, removed or inserted line shows (`verify`). Lines cut off the end can't be seen from the file alone:
`heads` gives the count and last hash of each log to be written down elsewhere. What a crash left of a last line was never
acknowledged; it is set aside beside the log and said so (`problems`).

What an entry says is its record's matter: `decisions` and `corrections` keep such logs and say what their entries come to.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import Field, asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar, Generic, Protocol, TypeVar

from psimm_docs.errors import NotFoundError, PsimmError, StorageError, TamperedError
from psimm_docs.jsonl import adapter, dumps, first_line
from psimm_docs.logfiles import (
    alike,
    append_bytes,
    locked,
    log_path,
    logs,
    name_in,
    own_logs,
    read_log,
    reviewer_name,
    set_aside,
    split_log,
    torn_path,
)
from psimm_docs.records import Problem


class Entry(Protocol):
    """What every record that is kept in a log has; `undoes` is the hash of the entry that this one takes back, or empty."""

    __dataclass_fields__: ClassVar[dict[str, Field[Any]]]

    @property
    def reviewer(self) -> str: ...
    @property
    def time(self) -> str: ...
    @property
    def undoes(self) -> str: ...
    @property
    def previous(self) -> str: ...
    @property
    def hash(self) -> str: ...


E = TypeVar("E", bound=Entry)


def entry_hash(fields: Mapping[str, Any]) -> str:
    """Return the SHA-256 over the canonical JSON (keys sorted, no spaces) of all fields but `hash`."""
    rest = {name: value for name, value in fields.items() if name != "hash"}
    text = json.dumps(rest, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


@dataclass(frozen=True, slots=True)
class Head:
    """How far a log had come: its file's name, its reviewer, its number of entries and the last one's hash."""

    file: str
    reviewer: str
    count: int
    hash: str


@dataclass(frozen=True, slots=True)
class Book(Generic[E]):
    """A sort of log: the record of its entries, what one is called, what one is about, and what to do again when it failed."""

    record: type[E]
    noun: str
    about: Callable[[E], object]
    again: str

    def read_line(self, line: bytes, previous: str, where: str) -> E:
        """Return the entry of one line, checked byte for byte; raises TamperedError saying where and why."""
        mend = "restore the file from a copy, or move it away to keep working without it"
        try:
            text = line.decode("utf-8")
            fields = json.loads(text)
            if not isinstance(fields, dict) or dumps(fields) != text or entry_hash(fields) != fields.get("hash"):
                raise TamperedError(f"{where}: this line was changed after it was written; {mend}")
            if fields.get("previous") != previous:
                raise TamperedError(f"{where}: a line before this one was changed, removed or inserted; {mend}")
            entry: E = adapter(self.record).validate_python(fields)
            if moment_of(entry).tzinfo is None:
                raise ValueError("its time has no zone")
        except (ValueError, RecursionError) as error:
            raise TamperedError(f"{where}: not a {self.noun} ({first_line(error)}); {mend}") from error
        return entry

    def verify(self, path: Path) -> tuple[E, ...]:
        """Return the entries of one log in order of writing, every line checked.

        An unfinished last line is left out (it was never acknowledged; `problems` tells of it). Raises TamperedError naming
        the file and the line, PsimmError when the file can't be read.
        """
        entries: list[E] = []
        previous = ""
        for number, line in enumerate(split_log(read_log(path))[0], 1):
            entry = self.read_line(line, previous, f"{path}, line {number}")
            if entries and entry.reviewer != entries[0].reviewer:
                raise TamperedError(f"{path}, line {number}: by {entry.reviewer}, in the log of {entries[0].reviewer}")
            entries.append(entry)
            previous = entry.hash
        return tuple(entries)

    def read_all(self, folder: Path) -> list[E]:
        """Return all reviewers' entries, every log verified, by time (ties by hash). Raises TamperedError."""
        return in_order(entry for path in logs(folder) for entry in self.verify(path))

    def heads(self, folder: Path) -> list[Head]:
        """Return each log's head, to be kept elsewhere: a log that was cut short later no longer has it."""
        held = [(path, self.verify(path)) for path in logs(folder)]
        return [Head(path.name, all_[-1].reviewer, len(all_), all_[-1].hash) for path, all_ in held if all_]

    def torn_message(self, path: Path) -> str:
        """Return what to tell of an unfinished entry."""
        return (
            f"{path}: a {self.noun} was cut off while it was being written and doesn't count; its letters are in "
            f"{torn_path(path).name}"
        )

    def problems(self, folder: Path) -> list[Problem]:
        """Return what a person should know about unfinished entries: those still in a log and those set aside."""
        found = [path for path in logs(folder) if torn_path(path).exists() or split_log(read_log(path))[1]]
        todo = f"look what it was about, {self.again}, then delete the .torn file"
        return [
            Problem(f"torn-{self.noun}", f"{self.noun}s", "warning", self.torn_message(path), todo) for path in found
        ]

    def append(self, folder: Path, entry: E, *, now: datetime | None = None) -> E:
        """Add an entry to its reviewer's log of this copy and return it with time, link and hash, only when it is on the disk; see `append_all`."""
        return self.append_all(folder, [entry], now=now)[0]

    def append_all(self, folder: Path, entries: Sequence[E], *, now: datetime | None = None) -> list[E]:
        """Add one reviewer's entries in their order, written at once: when it returns all are on the disk, when it raises none of them is.

        An entry with `undoes` has to name one of the same reviewer, in whichever log, about the same matter, and not taken back yet.
        Times of one reviewer always rise: where the clock (or `now`, aware) is not after the last one in all logs of his that are
        here, that time plus a microsecond is written. Raises NotFoundError for an `undoes` that can't be undone, PsimmError for a new name that
        differs from another reviewer's only in capitals, TamperedError when a last line is not what was written, BusyError, and
        StorageError when the disk is full.
        """
        moment = now or datetime.now(UTC)
        if moment.tzinfo is None:
            raise ValueError("times are aware")
        given = [replace(one, reviewer=reviewer_name(one.reviewer)) for one in entries]
        names = {one.reviewer for one in given}
        if len(names) > 1:
            raise ValueError("entries that are added at once are one reviewer's")
        try:
            for one in given:
                dumps(one).encode("utf-8")
        except UnicodeEncodeError as error:
            raise PsimmError("the note or name holds a broken character; type it again without it") from error
        if not given:
            return []
        [name] = names
        path = log_path(folder, name)
        with locked(folder, self.noun):
            try:
                own = {one: one.read_bytes() for one in own_logs(folder, name)}
                if not own:
                    self.check_name(folder, name)
                lasts = {one: self.last_entry(one, split_log(data)[0], name) for one, data in own.items()}
                if any(one.undoes for one in given):
                    self.check_undo([held for one in own for held in self.verify(one)], given)
                made: list[E] = []
                last, earlier = lasts.get(path), [one for one in lasts.values() if one]
                for one in given:
                    last = finish(one, last, earlier, moment.astimezone(UTC))
                    earlier = [last]
                    made.append(last)
                self.add_lines(path, own.get(path, b""), b"".join(dumps(one).encode("utf-8") + b"\n" for one in made))
            except OSError as error:
                raise StorageError(
                    f"{path}: the {self.noun} was NOT recorded ({error.strerror}); free space or mend the folder's rights, "
                    f"then {self.again}"
                ) from error
        return made

    def check_name(self, folder: Path, name: str) -> None:
        """Check that a name new here is no other reviewer's in other capitals: one person would count as two; raises PsimmError."""
        for path in alike(folder, name):
            held = name_in(path)
            if held != name and held.casefold() == name.casefold():
                raise PsimmError(f"{held} answers here already; type the name as that, or another one than {name}")

    def last_time(self, folder: Path, reviewer: str) -> datetime | None:
        """Return the time of the reviewer's last entry in all logs that are here; None where he has none."""
        name = reviewer_name(reviewer)
        lasts = [self.last_entry(one, split_log(read_log(one))[0], name) for one in own_logs(folder, name)]
        return max((moment_of(one) for one in lasts if one), default=None)

    def add_lines(self, path: Path, held: bytes, new: bytes) -> None:
        """Add whole lines to a log that holds these bytes; an unfinished last line is set aside first. The caller holds the lock."""
        lines, tail = split_log(held)
        if tail:
            set_aside(path, tail, self.torn_message(path))
        gap = b"\n" if lines and not tail and not held.endswith(b"\n") else b""
        append_bytes(path, gap + new)

    def last_entry(self, path: Path, lines: Sequence[bytes], reviewer: str) -> E | None:
        """Return the log's last entry, None for a log without any; raises when it isn't the reviewer's or was changed."""
        if not lines:
            return None
        # the chain before is checked by whoever reads; here the cost of an entry must not grow with the log
        try:
            previous = str(json.loads(lines[-1]).get("previous", ""))
        except (ValueError, RecursionError, AttributeError):
            previous = ""
        last = self.read_line(lines[-1], previous, f"{path}, line {len(lines)}")
        if last.reviewer != reviewer:
            raise PsimmError(f"{path}: holds the {self.noun}s of {last.reviewer}; choose another reviewer's name")
        return last

    def check_undo(self, held: Sequence[E], new: Iterable[E]) -> None:
        """Check that each undo names an entry that stands, and that none is named twice; raises NotFoundError."""
        known, gone = {one.hash: one for one in held}, undone(held)
        for undo in new:
            target = known.get(undo.undoes)
            if not undo.undoes:
                continue
            if target is None or self.about(target) != self.about(undo):
                raise NotFoundError(
                    f"{undo.reviewer} made no {self.noun} {undo.undoes[:12]} about this; only one's own can be undone"
                )
            if undo.undoes in gone:
                raise NotFoundError(f"the {self.noun} {undo.undoes[:12]} is undone already; nothing is left to undo")
            gone.add(undo.undoes)

    def last_standing(self, folder: Path, reviewer: str, *, about: object = None) -> E:
        """Return the reviewer's last entry (about a matter, where one is given) that is not taken back; raises NotFoundError."""
        name = reviewer_name(reviewer)
        own = [one for one in self.read_all(folder) if one.reviewer == name]
        gone = undone(own)
        for one in reversed(own):
            if not one.undoes and one.hash not in gone and (about is None or self.about(one) == about):
                return one
        raise NotFoundError(f"{name}: there is no {self.noun} to take back")


def finish(entry: E, last: E | None, earlier: Iterable[E], moment: datetime) -> E:
    """Return the entry with a time after the earlier ones', its link to the last one of its log, and its hash."""
    moment = max([moment, *(moment_of(one) + timedelta(microseconds=1) for one in earlier)])
    timed = replace(
        entry,
        time=moment.isoformat(timespec="microseconds"),
        previous=last.hash if last is not None else "",
    )
    return replace(timed, hash=entry_hash(asdict(timed)))


# --- what stands -------------------------------------------------------------------------------------------------------


def moment_of(entry: Entry) -> datetime:
    """Return an entry's time."""
    return datetime.fromisoformat(entry.time)


def in_order(entries: Iterable[E]) -> list[E]:
    """Return entries by time, ties by hash, each once."""
    return sorted(dict.fromkeys(entries), key=lambda one: (moment_of(one), one.hash))


def undone(entries: Iterable[E]) -> set[str]:
    """Return the hashes of entries that are taken back. An undo counts for the own reviewer's earlier entry only, and
    an undo can itself be undone."""
    ordered = in_order(entries)
    place = {one.hash: (at, one) for at, one in enumerate(ordered)}
    gone: set[str] = set()
    for at in range(len(ordered) - 1, -1, -1):
        one = ordered[at]
        if one.undoes in place and one.hash not in gone:
            before, target = place[one.undoes]
            if before < at and target.reviewer == one.reviewer:
                gone.add(one.undoes)
    return gone
