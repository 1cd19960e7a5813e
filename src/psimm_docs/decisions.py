"""The review log: people's answers, appended one by one, never changed, and folded into what stands now.

Invariant: when `append` returns, the decision is on the disk; a file only ever grows. There is one file a reviewer, so that two
people's work merges without conflict. Each line carries the hash of the line before (`previous`) and a hash over its own
fields, so that a changed, removed or inserted line shows (`verify`). Lines cut off the end can't be seen from the file alone:
`heads` gives the count and last hash of each log to be written down elsewhere. What a crash left of a last line was never
acknowledged; it is set aside beside the log and said so (`problems`).

Machine suggestions have no place here: a `State` is made of people's decisions only. What a provision says now is left to the
caller, who hands in the fingerprints; measuring reviewers against each other is left to `agreement`.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Literal, get_args

from psimm_docs.corpus import slug
from psimm_docs.errors import BusyError, NotFoundError, PsimmError, StorageError, TamperedError
from psimm_docs.jsonl import adapter, dumps, first_line
from psimm_docs.records import Decision, Problem, Verdict

STAGE = "decisions"
LOCK_SECONDS = 10.0
"""How long an append waits for another one in the same folder."""

Standing = Literal["accepted", "rejected", "open", "disputed"]
Key = tuple[str, str]
"""(provision id, concept id)."""

OPINIONS: Mapping[str, Standing] = {"accept": "accepted", "reject": "rejected"}
log = logging.getLogger(__name__)


# --- one file ----------------------------------------------------------------------------------------------------------


def reviewer_name(name: str) -> str:
    """Return a reviewer's name in the one form in which it is stored; raises PsimmError for an empty one.

    >>> reviewer_name("  Ана   Петровић ")
    'Ана Петровић'
    """
    clean = " ".join(unicodedata.normalize("NFC", name).split())
    if not clean:
        raise PsimmError("the reviewer's name is empty; give the name under which decisions are kept")
    return clean


def log_path(folder: Path, reviewer: str) -> Path:
    """Return a reviewer's file. A name that is more than its own slug gets a hash, so that no two names share a file.

    >>> log_path(Path("d"), "ana").name, log_path(Path("d"), "Ана").name
    ('ana.jsonl', 'ana-4773edd0.jsonl')
    """
    name = reviewer_name(reviewer)
    plain = slug(name, limit=40)
    if plain != name:
        plain += "-" + hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:8]
    return folder / f"{plain}.jsonl"


def decision_hash(fields: Mapping[str, Any]) -> str:
    """Return the SHA-256 over the canonical JSON (keys sorted, no spaces) of all fields but `hash`."""
    rest = {name: value for name, value in fields.items() if name != "hash"}
    text = json.dumps(rest, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def read_line(line: bytes, previous: str, where: str) -> Decision:
    """Return the decision of one line, checked byte for byte; raises TamperedError saying where and why."""
    mend = "restore the file from a copy, or move it away to keep working without it"
    try:
        text = line.decode("utf-8")
        fields = json.loads(text)
        if not isinstance(fields, dict) or dumps(fields) != text or decision_hash(fields) != fields.get("hash"):
            raise TamperedError(f"{where}: this line was changed after it was written; {mend}")
        if fields.get("previous") != previous:
            raise TamperedError(f"{where}: a line before this one was changed, removed or inserted; {mend}")
        decision: Decision = adapter(Decision).validate_python(fields)
    except (ValueError, RecursionError) as error:
        raise TamperedError(f"{where}: not a decision ({first_line(error)}); {mend}") from error
    return decision


def unfinished(tail: bytes) -> bool:
    """Say whether what follows the last line end is what a crash leaves: no whole JSON value (and nothing after one)."""
    try:
        json.JSONDecoder().raw_decode(tail.decode("utf-8", "replace"))
    except (ValueError, RecursionError):
        return True
    return False


def split_log(data: bytes) -> tuple[list[bytes], bytes]:
    """Return a log's lines and what a crash left after them. A whole last line without its line end counts as a line."""
    *lines, tail = data.split(b"\n")
    if tail and not unfinished(tail):
        lines.append(tail)
        tail = b""
    return lines, tail


def read_log(path: Path) -> bytes:
    """Return a log's bytes; raises PsimmError when it can't be read."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise PsimmError(f"{path}: can't be read ({error.strerror}); check the file's rights") from error


def verify(path: Path) -> tuple[Decision, ...]:
    """Return the decisions of one log in order of writing, every line checked.

    An unfinished last line is left out (it was never acknowledged; `problems` tells of it). Raises TamperedError naming
    the file and the line, PsimmError when the file can't be read.
    """
    decisions: list[Decision] = []
    previous = ""
    for number, line in enumerate(split_log(read_log(path))[0], 1):
        decision = read_line(line, previous, f"{path}, line {number}")
        if decisions and decision.reviewer != decisions[0].reviewer:
            raise TamperedError(f"{path}, line {number}: by {decision.reviewer}, in the log of {decisions[0].reviewer}")
        decisions.append(decision)
        previous = decision.hash
    return tuple(decisions)


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold the folder's lock; raises BusyError when another holds it for long, StorageError when there can be none."""
    from filelock import FileLock, Timeout

    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = FileLock(folder / ".lock", timeout=LOCK_SECONDS, poll_interval=0.01)
        lock.acquire()
    except Timeout as error:
        raise BusyError(f"{folder}: another decision is being written; try again in a moment") from error
    except OSError as error:
        raise StorageError(f"{folder}: can't write here ({error.strerror}); check its rights and space") from error
    try:
        yield
    finally:
        lock.release()


def fsync_folder(folder: Path) -> None:
    """Make a new file's name last through a power cut (systems that can't open a folder do without)."""
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def append_bytes(path: Path, data: bytes) -> None:
    """Write bytes at a file's end and return when they are on the disk; what can't be written whole is taken back."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | getattr(os, "O_BINARY", 0), 0o644)
    try:
        size = os.fstat(handle).st_size
        try:
            left = memoryview(data)
            while left:
                left = left[os.write(handle, left) :]
            os.fsync(handle)
        except OSError:
            os.ftruncate(handle, size)
            raise
    finally:
        os.close(handle)
    fsync_folder(path.parent)


def torn_path(path: Path) -> Path:
    """Return where a log's unfinished lines are set aside."""
    return path.with_name(path.name + ".torn")


def set_aside(path: Path, tail: bytes) -> None:
    """Move an unfinished last line out of a log: first written beside it, then cut off. The caller holds the lock."""
    append_bytes(torn_path(path), tail + b"\n")
    with path.open("r+b") as out:
        out.truncate(path.stat().st_size - len(tail))
        out.flush()
        os.fsync(out.fileno())
    log.warning("%s", torn_message(path))


def torn_message(path: Path) -> str:
    """Return what to tell of an unfinished decision."""
    return (
        f"{path}: a decision was cut off while it was being written and doesn't count; its letters are in "
        f"{torn_path(path).name}"
    )


# --- writing -----------------------------------------------------------------------------------------------------------


def append(
    folder: Path,
    *,
    reviewer: str,
    provision_id: str,
    concept: str,
    verdict: Verdict,
    fingerprint: str,
    taxonomy_version: str,
    note: str = "",
    suggested: bool = True,
    undoes: str = "",
    now: datetime | None = None,
) -> Decision:
    """Add one decision to the reviewer's log and return it, only when it is on the disk.

    `undoes` is the hash of the decision that an `undo` takes back: it has to be in the same reviewer's log, about the same
    provision and concept, and not taken back yet. Times in one log always rise: where the clock (or `now`, aware) is not after
    the last line's, the last line's time plus a microsecond is written. Raises ValueError for fields that make no decision,
    NotFoundError for an `undoes` that can't be undone, TamperedError when the last line is not what was written, BusyError,
    and StorageError when the disk is full (nothing is then added).
    """
    if verdict not in get_args(Verdict) or not provision_id or not concept or (verdict == "undo") != bool(undoes):
        raise ValueError(
            "a decision needs a provision, a concept, a known verdict, and `undoes` exactly when it is an undo"
        )
    name = reviewer_name(reviewer)
    moment = now or datetime.now(UTC)
    if moment.tzinfo is None:
        raise ValueError("times are aware")
    decision = Decision(
        name, "", provision_id, concept, verdict, fingerprint, taxonomy_version, note, suggested, undoes
    )
    try:
        dumps(decision).encode("utf-8")
    except UnicodeEncodeError as error:
        raise PsimmError("the note or name holds a broken character; type it again without it") from error
    path = log_path(folder, name)
    with locked(folder):
        try:
            data = path.read_bytes() if path.exists() else b""
            lines, tail = split_log(data)
            last = last_decision(path, lines, name)
            if undoes:
                check_undo(verify(path) if lines else (), decision)
            if tail:
                set_aside(path, tail)
            gap = b"\n" if lines and not tail and not data.endswith(b"\n") else b""
            decision = finish(decision, last, moment.astimezone(UTC))
            append_bytes(path, gap + dumps(decision).encode("utf-8") + b"\n")
        except OSError as error:
            raise StorageError(
                f"{path}: the decision was NOT recorded ({error.strerror}); free space or mend the folder's rights, then decide again"
            ) from error
    return decision


def last_decision(path: Path, lines: Sequence[bytes], reviewer: str) -> Decision | None:
    """Return the log's last decision, None for a log without any; raises when it isn't the reviewer's or was changed."""
    if not lines:
        return None
    # the chain before is checked by whoever reads; here the cost of a decision must not grow with the log
    try:
        previous = str(json.loads(lines[-1]).get("previous", ""))
    except (ValueError, RecursionError, AttributeError):
        previous = ""
    last = read_line(lines[-1], previous, f"{path}, line {len(lines)}")
    if last.reviewer != reviewer:
        raise PsimmError(f"{path}: holds the decisions of {last.reviewer}; choose another reviewer's name")
    return last


def finish(decision: Decision, last: Decision | None, moment: datetime) -> Decision:
    """Return the decision with its time, its link to the last one, and its hash."""
    if last is not None:
        moment = max(moment, moment_of(last) + timedelta(microseconds=1))
    timed = replace(
        decision,
        time=moment.isoformat(timespec="microseconds"),
        previous=last.hash if last is not None else "",
    )
    return replace(timed, hash=decision_hash(asdict(timed)))


def check_undo(held: Iterable[Decision], undo: Decision) -> None:
    """Check that an undo names a decision that stands; raises NotFoundError."""
    known = {one.hash: one for one in held}
    target = known.get(undo.undoes)
    if target is None or (target.provision_id, target.concept) != (undo.provision_id, undo.concept):
        raise NotFoundError(
            f"{undo.reviewer} made no decision {undo.undoes[:12]} about this provision and concept; only one's own can be undone"
        )
    if undo.undoes in undone(known.values()):
        raise NotFoundError(f"the decision {undo.undoes[:12]} is undone already; nothing is left to undo")


# --- reading -----------------------------------------------------------------------------------------------------------


def logs(folder: Path) -> list[Path]:
    """Return the folder's logs, by name; none where there is no folder."""
    return sorted(folder.glob("*.jsonl"))


def read_all(folder: Path) -> list[Decision]:
    """Return all reviewers' decisions, every log verified, by time (ties by hash). Raises TamperedError."""
    return in_order(decision for path in logs(folder) for decision in verify(path))


def problems(folder: Path) -> list[Problem]:
    """Return what a person should know about unfinished decisions: those still in a log and those set aside."""
    found = [path for path in logs(folder) if torn_path(path).exists() or split_log(read_log(path))[1]]
    todo = "look what it was about, make the decision again, then delete the .torn file"
    return [Problem("torn-decision", STAGE, "warning", torn_message(path), todo) for path in found]


@dataclass(frozen=True, slots=True)
class Head:
    """How far a log had come: its file's name, its reviewer, its number of decisions and the last one's hash."""

    file: str
    reviewer: str
    count: int
    hash: str


def heads(folder: Path) -> list[Head]:
    """Return each log's head, to be kept elsewhere: a log that was cut short later no longer has it. Raises TamperedError."""
    held = [(path, verify(path)) for path in logs(folder)]
    return [Head(path.name, all_[-1].reviewer, len(all_), all_[-1].hash) for path, all_ in held if all_]


# --- what stands now ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class State:
    """What people have said about one provision and one concept.

    `decisions` are those in force (each reviewer's last one that is not undone), `history` is every decision about it with
    the undone and replaced ones, both by time. `by` are the reviewers who made the verdict, `time` and `note` those of
    the latest of them (empty where nobody did). `stale`: the verdict was made on another wording; it is shown, not trusted.
    """

    verdict: Standing
    stale: bool
    decisions: tuple[Decision, ...]
    by: tuple[str, ...]
    time: str
    note: str
    history: tuple[Decision, ...] = ()


def moment_of(decision: Decision) -> datetime:
    """Return a decision's time."""
    return datetime.fromisoformat(decision.time)


def in_order(decisions: Iterable[Decision]) -> list[Decision]:
    """Return decisions by time, ties by hash, each once."""
    return sorted(dict.fromkeys(decisions), key=lambda one: (moment_of(one), one.hash))


def undone(decisions: Iterable[Decision]) -> set[str]:
    """Return the hashes of decisions that are taken back. An undo counts for the own reviewer's earlier decision only, and
    an undo can itself be undone."""
    ordered = in_order(decisions)
    place = {one.hash: (at, one) for at, one in enumerate(ordered)}
    gone: set[str] = set()
    for at in range(len(ordered) - 1, -1, -1):
        one = ordered[at]
        if one.verdict == "undo" and one.hash not in gone and one.undoes in place:
            before, target = place[one.undoes]
            if before < at and target.reviewer == one.reviewer:
                gone.add(one.undoes)
    return gone


def in_force(decisions: Iterable[Decision]) -> dict[Key, dict[str, Decision]]:
    """Return, for each provision and concept, each reviewer's last decision that is not undone (skips included)."""
    ordered = in_order(decisions)
    gone = undone(ordered)
    found: dict[Key, dict[str, Decision]] = {}
    for one in ordered:
        if one.verdict != "undo" and one.hash not in gone:
            found.setdefault((one.provision_id, one.concept), {})[one.reviewer] = one
    return found


def fold_state(decisions: Iterable[Decision], fingerprints: Mapping[str, str]) -> dict[Key, State]:
    """Return what stands for each (provision id, concept id) that anybody decided on.

    The order in which decisions are handed in plays no part. A reviewer's later decision replaces his earlier one; an undo
    takes back exactly the decision that it names; a skip leaves it open. Reviewers who disagree make it `disputed`.
    Decisions whose fingerprint is not the provision's in `fingerprints` (or whose provision is gone) give way to fresh ones;
    where there are only such, the verdict is theirs and the state is `stale`.
    """
    ordered = in_order(decisions)
    standing = in_force(ordered)
    history: dict[Key, list[Decision]] = {}
    for one in ordered:
        history.setdefault((one.provision_id, one.concept), []).append(one)
    return {
        key: state_of(in_order(standing.get(key, {}).values()), tuple(all_), fingerprints.get(key[0]))
        for key, all_ in history.items()
    }


def state_of(current: Sequence[Decision], history: tuple[Decision, ...], fingerprint: str | None) -> State:
    """Return the state that these decisions in force make."""
    opinions = [one for one in current if one.verdict in OPINIONS]
    fresh = [one for one in opinions if one.fingerprint == fingerprint]
    counted = fresh or opinions
    said = {OPINIONS[one.verdict] for one in counted}
    verdict: Standing = "open" if not said else "disputed" if len(said) > 1 else next(iter(said))
    stale = bool(opinions) and not fresh
    by = tuple(one.reviewer for one in counted)
    time, note = (counted[-1].time, counted[-1].note) if counted else ("", "")
    return State(verdict, stale, tuple(current), by, time, note, history)


def answers(decisions: Iterable[Decision]) -> list[dict[str, str]]:
    """Return, for each item that anybody accepted or rejected, each reviewer's answer in force (`accept`, `reject`).

    What `agreement` measures. An item is a provision, its wording and a concept: answers to different wordings aren't compared.
    """
    items: dict[tuple[str, str, str], dict[str, str]] = {}
    for key, by_reviewer in in_force(decisions).items():
        for one in by_reviewer.values():
            if one.verdict in OPINIONS:
                items.setdefault((*key, one.fingerprint), {})[one.reviewer] = one.verdict
    return list(items.values())
