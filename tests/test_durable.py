"""Nothing is lost: writers that are really killed, many that write at once, and a disk that is really full."""

from __future__ import annotations

import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

from psimm_docs import decisions as d
from psimm_docs import logbook as lb
from psimm_docs import logfiles as lf
from psimm_docs.errors import StorageError
from psimm_docs.records import Decision

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork and SIGKILL")


@pytest.fixture
def quick(tmp_path: Path) -> Iterator[Path]:
    """A folder in memory, where there is one: a killed program leaves the same files there, and fsync takes no time."""
    memory = Path("/dev/shm")
    if not os.access(memory, os.W_OK):
        yield tmp_path
        return
    with tempfile.TemporaryDirectory(dir=memory) as folder:
        yield Path(folder)


def add(folder: Path, concept: str, reviewer: str = "ana", note: str = "") -> Decision:
    """Append one decision."""
    return d.append(
        folder,
        reviewer=reviewer,
        provision_id="rs/law/1#art_1",
        concept=concept,
        verdict="accept",
        fingerprint="f1",
        taxonomy_version="t1",
        note=note,
    )


def forked(work: Callable[[], None]) -> int:
    """Run something in a child process and return its id; the child ends with status 0 when the work is done, else 1."""
    child = os.fork()
    if child:
        return child
    status = 1
    try:
        work()
        status = 0
    finally:
        os._exit(status)


def ended(child: int) -> int:
    """Wait for a child; return its exit status, negative for a signal."""
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def slowly(chance: random.Random, *, die: float) -> Callable[[int, Any], int]:
    """Return an `os.write` that takes a few bytes at a time, as a disk may, and sometimes kills its own process between two."""
    real = os.write

    def write(handle: int, data: Any) -> int:
        if chance.random() < die:
            os.kill(os.getpid(), signal.SIGKILL)
        return real(handle, bytes(data)[: chance.randrange(1, 120)])

    return write


def write_until_killed(folder: Path, out: int, seed: int, concepts: list[str]) -> None:
    """Write decisions and tell each through a pipe once it is confirmed, as the screen would."""
    real = os.write
    if seed % 2:
        os.write = slowly(random.Random(seed), die=0.004)  # type: ignore[assignment]
    for concept in concepts:
        add(folder, concept, note="белешка " * 5)
        real(out, f"{concept}\n".encode())


def killed_writer(folder: Path, seed: int, concepts: list[str]) -> list[str]:
    """Let a child write and kill it at a random instant; return what it had confirmed."""
    back, out = os.pipe()
    child = forked(lambda: write_until_killed(folder, out, seed, concepts))
    os.close(out)
    if not seed % 2:
        time.sleep(random.Random(seed).uniform(0.0, 0.06))
        os.kill(child, signal.SIGKILL)
    with os.fdopen(back) as said:
        told = said.read().splitlines()
    ended(child)
    return told


def test_a_thousand_writes_with_kills_lose_nothing_that_was_confirmed(quick: Path) -> None:
    add(quick, "first")
    confirmed, started, kills, seen_torn, seed = ["first"], 0, 0, 0, 0
    while len(confirmed) <= 1000:
        seed += 1
        batch = [f"c{started + at}" for at in range(120)]
        started += len(batch)
        told = killed_writer(quick, seed, batch)
        kills += len(told) < len(batch)
        torn = [path for path in lf.logs(quick) if lf.split_log(path.read_bytes())[1]]
        seen_torn += bool(torn)
        held = [one.concept for one in d.BOOK.read_all(quick)]
        # the one decision in the air may be there or not; everything told is there, once, in order
        assert held[: len(confirmed)] == confirmed
        new = held[len(confirmed) :]
        assert new == batch[: len(new)]
        assert len(new) - len(told) in (0, 1)
        assert bool(torn) <= bool(d.BOOK.problems(quick))
        confirmed += new
    add(quick, "last")
    assert [one.concept for one in d.BOOK.read_all(quick)] == [*confirmed, "last"]
    assert kills >= 8
    assert seen_torn >= 1
    assert [one.code for one in d.BOOK.problems(quick)] == ["torn-decision"]


def die_at_line(number: int) -> None:
    """Kill this process before the given line of `logbook` or `logfiles` that it runs, counted from 1; the same line counts twice at most."""
    left, runs = number, Counter[tuple[str, int]]()

    def trace(frame: FrameType, event: str, argument: object) -> Any:
        del argument
        nonlocal left
        if not frame.f_code.co_filename.startswith(str(Path(lb.__file__).with_name("log"))):
            return None
        place = (frame.f_code.co_filename, frame.f_lineno)
        if event == "line" and runs[place] < 2:
            runs[place] += 1
            left -= 1
            if not left:
                os.kill(os.getpid(), signal.SIGKILL)
        return trace

    sys.settrace(trace)


@pytest.mark.parametrize("tail", [b"", b'{"reviewer":"ana","ti'])
def test_killed_at_any_line_of_an_append(quick: Path, tail: bytes) -> None:
    start = quick / "start"
    before = [add(start, f"b{at}") for at in range(2)]
    with lf.logs(start)[0].open("ab") as out:
        out.write(tail)
    for at in range(1, 2000):
        folder = quick / "log"
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(start, folder)

        def work(folder: Path = folder, at: int = at) -> None:
            die_at_line(at)
            add(folder, "new")

        status = ended(forked(work))
        held = d.BOOK.read_all(folder)
        assert held[:2] == before
        assert [one.concept for one in held[2:]] in ([], ["new"])
        if tail:
            assert [one.code for one in d.BOOK.problems(folder)] == ["torn-decision"]
        add(folder, "after")
        assert [one.concept for one in d.BOOK.read_all(folder)][-1] == "after"
        if not status:
            assert len(held) == 3
            break
        assert status == -signal.SIGKILL
    else:
        pytest.fail("the append never came to its end")
    assert at > 60


def test_twenty_reviewers_and_four_programs_of_one_write_at_once(tmp_path: Path) -> None:
    names = [f"reviewer {at}" for at in range(20)] + ["ana"] * 4
    each = 12

    def work(writer: int, name: str) -> None:
        for at in range(each):
            add(tmp_path, f"c{writer}-{at}", reviewer=name)

    children = [forked(lambda at=at, name=name: work(at, name)) for at, name in enumerate(names)]  # type: ignore[misc]
    assert [ended(child) for child in children] == [0] * len(names)
    held = Counter((one.reviewer, one.concept) for one in d.BOOK.read_all(tmp_path))
    assert held == Counter((name, f"c{writer}-{at}") for writer, name in enumerate(names) for at in range(each))
    assert sum(one.count for one in d.BOOK.heads(tmp_path)) == len(names) * each
    assert d.BOOK.problems(tmp_path) == []


# --- a full disk


@pytest.mark.parametrize("tail", [b"", b'{"reviewer":"ana","ti'])
@pytest.mark.parametrize("room", [0, 1, 100])
def test_no_more_room_in_the_file_adds_nothing(tmp_path: Path, room: int, tail: bytes) -> None:
    first = add(tmp_path, "first")
    [path] = lf.logs(tmp_path)
    with path.open("ab") as out:
        out.write(tail)
    whole = path.stat().st_size - len(tail)

    def work() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (whole + room, whole + room))
        with pytest.raises(StorageError, match="NOT recorded"):
            add(tmp_path, "second")

    assert ended(forked(work)) == 0
    assert d.BOOK.read_all(tmp_path) == [first]
    assert bool(d.BOOK.problems(tmp_path)) == bool(tail)
    second = add(tmp_path, "second")
    assert d.BOOK.read_all(tmp_path) == [first, second]


def test_a_folder_that_fails_to_last_adds_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = add(tmp_path, "first")

    def fails(folder: Path) -> None:
        raise OSError(5, "Input/output error")

    with monkeypatch.context() as broken:
        broken.setattr(lf, "fsync_folder", fails)
        with pytest.raises(StorageError, match="NOT recorded"):
            add(tmp_path, "second")
    assert d.BOOK.read_all(tmp_path) == [first]


FILL = """
import sys
from pathlib import Path
from psimm_docs import decisions as d
from psimm_docs.errors import StorageError

folder = Path(sys.argv[1]) / "decisions"
ballast = folder.with_name("ballast")

def add(at):
    d.append(folder, reviewer="ana", provision_id="p", concept=f"c{at}", verdict="accept", fingerprint="f",
             taxonomy_version="t", note="n" * 900)

ballast.write_bytes(b"x" * 8192)
done = 0
try:
    while done < 1000:
        add(done)
        done += 1
except StorageError as error:
    print(error)
assert 5 < done < 1000
assert [one.concept for one in d.BOOK.read_all(folder)] == [f"c{at}" for at in range(done)]
assert d.BOOK.problems(folder) == []
ballast.unlink()
add(done)
assert len(d.BOOK.read_all(folder)) == done + 1
"""


def test_a_full_disk_is_a_clear_error_and_loses_nothing(tmp_path: Path) -> None:
    if not shutil.which("unshare"):
        pytest.skip("no unshare: no small disk can be made here")
    apart = ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c"]
    mount = 'mount -t tmpfs -o size=64k tmpfs "$0"'
    if subprocess.run([*apart, mount, str(tmp_path)], capture_output=True, check=False).returncode:
        pytest.skip("a small disk can't be mounted here")
    command = [*apart, f'{mount} && exec "$1" -c "$2" "$0"', str(tmp_path), sys.executable, FILL]
    result = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert result.returncode == 0, result.stderr
    assert "the decision was NOT recorded (No space left on device); free space" in result.stdout
