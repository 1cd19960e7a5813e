"""Two laptops that work apart: their logs come together by git or by `merge`, nothing lost, nothing twice, no conflict."""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
import sys
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from psimm_docs import corrections as c
from psimm_docs import decisions as d
from psimm_docs import logbook as lb
from psimm_docs import logfiles as lf
from psimm_docs import snapshots
from psimm_docs.errors import NotFoundError, PsimmError, StorageError, TamperedError
from psimm_docs.jsonl import dumps
from psimm_docs.merging import merge
from psimm_docs.records import Correction, Decision
from psimm_docs.workspace import Workspace, init_workspace

START = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)


def add(space: Workspace, concept: str = "quota", **given: Any) -> Decision:
    """Append a decision in a copy of the workspace."""
    plain: dict[str, Any] = {"reviewer": "Ана", "provision_id": "p", "verdict": "accept", "fingerprint": "f1"}
    return d.append(space.decisions, concept=concept, taxonomy_version="t1", **(plain | given))


def said(space: Workspace, **given: Any) -> Correction:
    """Append a correction in a copy of the workspace."""
    one = Correction(
        **({"reviewer": "Ана", "time": "", "provision_id": "p", "action": "confirm"} | given),
        number="",
        fingerprint="g",
    )
    return c.BOOK.append(space.corrections, one)


def held(space: Workspace) -> list[Decision]:
    """Return the decisions of a copy."""
    return d.BOOK.read_all(space.decisions)


@pytest.fixture
def two(tmp_path: Path) -> tuple[Workspace, Workspace]:
    """Two laptops' workspaces, empty."""
    return init_workspace(tmp_path / "one"), init_workspace(tmp_path / "two")


def test_two_chains_of_one_person_are_both_kept_and_taken_once(two: tuple[Workspace, Workspace]) -> None:
    one, other = two
    mine, theirs = [add(one, "a"), add(one, "b")], [add(other, "a", verdict="reject"), add(other, "c")]
    number = said(other)
    before = {path: path.read_bytes() for path in lf.logs(one.decisions)}
    come = merge(one, [other.root])
    assert [(log.noun, log.reviewer, log.count, log.new, log.torn) for log in come] == [
        ("decision", "Ана", 2, 2, False),
        ("correction", "Ана", 1, 1, False),
    ]
    assert held(one) == lb.in_order([*mine, *theirs])
    assert c.BOOK.read_all(one.corrections) == [number]
    assert {path: path.read_bytes() for path in before} == before
    assert len(lf.logs(one.decisions)) == 2
    whole = {path: path.read_bytes() for path in lf.logs(one.decisions)}
    again = merge(one, [other.root, other.decisions, lf.logs(other.decisions)[0]])
    assert [(log.new, log.into) for log in again] == [(0, "")] * 2
    assert {path: path.read_bytes() for path in lf.logs(one.decisions)} == whole
    assert sorted(log.new for log in merge(other, [one.root])) == [0, 0, 2]
    assert held(other) == held(one)


def test_what_was_said_since_goes_to_the_end_of_what_came(two: tuple[Workspace, Workspace]) -> None:
    one, other = two
    add(other, "a")
    merge(one, [other.root])
    add(other, "b")
    shutil.copy2(lf.logs(other.decisions)[0], other.root / "early.jsonl")
    add(other, "c")
    [come, early] = merge(one, [other.root, other.root / "early.jsonl"])
    assert (come.count, come.new, early.new) == (3, 2, 0)
    assert [path.name for path in lf.logs(one.decisions)] == [come.into]
    assert lf.logs(one.decisions)[0].read_bytes() == lf.logs(other.decisions)[0].read_bytes()
    add(one, "d")
    merge(other, [one.root])
    assert held(other) == held(one)
    assert [entry.concept for entry in held(one)] == ["a", "b", "c", "d"]


def test_a_dry_run_says_what_would_come_and_writes_nothing(two: tuple[Workspace, Workspace]) -> None:
    one, other = two
    add(other, "a")
    add(other, "b", reviewer="bojan")
    shutil.rmtree(one.decisions)
    would = merge(one, [other.root], dry_run=True)
    assert not one.decisions.exists()
    assert sorted((log.reviewer, log.new) for log in would) == [("bojan", 1), ("Ана", 1)]
    assert merge(one, [other.root]) == would


def test_one_broken_chain_and_nothing_is_taken(two: tuple[Workspace, Workspace]) -> None:
    one, other = two
    add(other, "a")
    add(other, "b", reviewer="bojan")
    path = lf.log_path(other.decisions, "Ана")
    whole = path.read_bytes()
    path.write_bytes(whole.replace(b'"accept"', b'"reject"'))
    with pytest.raises(TamperedError, match=r"ana-\w+\.\w+\.jsonl, line 1: this line was changed"):
        merge(one, [other.root])
    assert held(one) == []
    path.write_bytes(b'{"a":1}\n' + whole)
    with pytest.raises(TamperedError, match="none of decision, correction"):
        merge(one, [other.root])
    mine = asdict(add(one, "z"))
    for wrong in ({"reviewer": " ана  "}, {"time": "soon"}, {"time": "2026-11-22T10:00:00"}):
        forged = mine | wrong
        forged["hash"] = lb.entry_hash(forged)
        path.write_text(dumps(forged) + "\n", "utf-8")
        with pytest.raises(TamperedError, match="line 1"):
            merge(one, [path])
    assert len(held(one)) == 1


def test_a_broken_log_here_is_told_and_nothing_is_taken(two: tuple[Workspace, Workspace]) -> None:
    one, other = two
    add(one, "a")
    add(other, "b")
    [path] = lf.logs(one.decisions)
    path.write_bytes(path.read_bytes().replace(b'"accept"', b'"reject"'))
    with pytest.raises(TamperedError, match="line 1"):
        merge(one, [other.root])
    assert lf.logs(one.decisions) == [path]


def test_a_place_without_logs_is_told(two: tuple[Workspace, Workspace], tmp_path: Path) -> None:
    for place in (two[1].root, tmp_path / "nowhere"):
        with pytest.raises(PsimmError, match="no logs"):
            merge(two[0], [place])


def test_a_torn_line_there_does_not_come_and_is_told(two: tuple[Workspace, Workspace]) -> None:
    one, other = two
    first = add(other, "a")
    with lf.logs(other.decisions)[0].open("ab") as out:
        out.write(b'{"reviewer":"')
    lf.log_path(other.decisions, "new").write_bytes(b'{"revi')
    [come] = merge(one, [other.root])
    assert come.torn
    assert held(one) == [first]
    second = add(other, "b")
    merge(one, [other.root])
    assert held(one) == [first, second]
    assert d.BOOK.problems(one.decisions) == []


def test_a_merge_that_was_cut_off_is_made_whole_by_the_next(two: tuple[Workspace, Workspace]) -> None:
    one, other = two
    for at in range(5):
        add(other, f"c{at}")
    merge(one, [other.root])
    [path] = lf.logs(one.decisions)
    data = path.read_bytes()
    ends = [at + 1 for at, byte in enumerate(data) if byte == 10]
    for cut in (10, ends[0], ends[0] + 30, ends[2], len(data) - 1):
        path.write_bytes(data[:cut])
        merge(one, [other.root])
        assert path.read_bytes().rstrip() == data.rstrip()
        assert held(one) == held(other)
        lf.torn_path(path).unlink(missing_ok=True)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_no_room_for_what_comes_takes_nothing_of_it(two: tuple[Workspace, Workspace]) -> None:
    one, other = two
    for at in range(5):
        add(other, f"c{at}")
    child = os.fork()
    if not child:
        status = 1
        try:
            resource.setrlimit(resource.RLIMIT_FSIZE, (700, 700))
            with pytest.raises(StorageError, match="NOT taken"):
                merge(one, [other.root])
            status = 0
        finally:
            os._exit(status)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert held(one) == []
    merge(one, [other.root])
    assert held(one) == held(other)


def test_logs_from_before_copies_had_marks_are_read_and_their_forks_merge(two: tuple[Workspace, Workspace]) -> None:
    one, other = two
    old = add(one, "a")
    plain = one.decisions / f"{lf.file_stem('Ана')}.jsonl"
    lf.logs(one.decisions)[0].rename(plain)
    mine = add(one, "b")
    assert (mine.previous, len(lf.logs(one.decisions))) == ("", 2)
    forked = lf.log_path(other.decisions, "Ана")
    shutil.copy2(plain, forked)
    theirs = add(other, "c")
    forked = forked.rename(other.decisions / plain.name)
    [come] = merge(one, [forked])
    assert (come.count, come.new) == (2, 1)
    assert held(one) == [old, mine, theirs]


# --- undoing and stale work across chains


def test_what_was_said_on_the_other_laptop_can_be_taken_back_here(two: tuple[Workspace, Workspace]) -> None:
    one, other = two
    theirs = add(other, now=START + timedelta(days=1))  # its clock is a day ahead
    with pytest.raises(NotFoundError):
        add(one, verdict="undo", undoes=theirs.hash)
    merge(one, [other.root])
    assert d.BOOK.last_standing(one.decisions, "Ана") == theirs
    undo = add(one, verdict="undo", undoes=theirs.hash, now=START)
    assert undo.time > theirs.time
    assert d.fold_state(held(one), {"p": "f1"})["p", "quota"].verdict == "open"
    with pytest.raises(NotFoundError, match="already"):
        add(one, verdict="undo", undoes=theirs.hash)
    merge(other, [one.root])
    assert d.fold_state(held(other), {"p": "f1"})["p", "quota"].verdict == "open"


def test_one_decision_taken_back_on_both_laptops_is_taken_back(two: tuple[Workspace, Workspace]) -> None:
    one, other = two
    first = add(one)
    merge(other, [one.root])
    undos = [add(space, verdict="undo", undoes=first.hash) for space in two]
    merge(one, [other.root])
    merge(other, [one.root])
    assert held(one) == held(other) == lb.in_order([first, *undos])
    for space in two:
        assert d.fold_state(held(space), {"p": "f1"})["p", "quota"].verdict == "open"
    add(one, verdict="reject")
    assert d.fold_state(held(one), {"p": "f1"})["p", "quota"].verdict == "rejected"


def test_an_undo_that_comes_before_what_it_takes_back_counts_once_both_are_here(
    two: tuple[Workspace, Workspace],
) -> None:
    one, other = two
    first = add(one)
    third = init_workspace(one.root.parent / "three")
    merge(other, [one.root])
    add(other, verdict="undo", undoes=first.hash)
    merge(third, [lf.log_path(other.decisions, "Ана")])
    state = d.fold_state(held(third), {"p": "f1"})["p", "quota"]
    assert (state.verdict, len(state.history)) == ("open", 1)
    merge(third, [one.root])
    assert d.fold_state(held(third), {"p": "f1"})["p", "quota"].verdict == "open"
    assert d.BOOK.read_all(third.decisions) == d.BOOK.read_all(other.decisions)


def test_a_later_word_here_replaces_one_from_a_laptop_whose_clock_is_ahead(two: tuple[Workspace, Workspace]) -> None:
    one, other = two
    add(other, now=START + timedelta(days=400))
    merge(one, [other.root])
    add(one, verdict="reject", now=START)
    assert d.fold_state(held(one), {"p": "f1"})["p", "quota"].verdict == "rejected"


def test_work_on_an_older_wording_comes_as_stale(two: tuple[Workspace, Workspace]) -> None:
    one, other = two
    add(other, fingerprint="old", reviewer="bojan")
    merge(one, [other.root])
    state = d.fold_state(held(one), {"p": "f1"})["p", "quota"]
    assert (state.verdict, state.stale, state.by) == ("accepted", True, ("bojan",))
    add(one, verdict="reject")
    state = d.fold_state(held(one), {"p": "f1"})["p", "quota"]
    assert (state.verdict, state.stale, state.by) == ("rejected", False, ("Ана",))


# --- git


def git(folder: Path, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
    """Run git in a folder, with nobody's settings but ours."""
    plain = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", "PATH": os.environ["PATH"]}
    who = ("-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "init.defaultBranch=main")
    command = ["git", *who, *arguments]
    return subprocess.run(command, cwd=folder, env=plain, capture_output=True, text=True, check=check)


def commit(space: Workspace) -> None:
    """Commit all that is in a copy."""
    git(space.root, "add", "-A")
    git(space.root, "commit", "-qm", "work")


def pull(space: Workspace, other: Workspace, *, check: bool = True) -> subprocess.CompletedProcess[str]:
    """Fetch and merge the other copy's work."""
    git(space.root, "fetch", "-q", str(other.root), "main")
    return git(space.root, "merge", "-q", "--no-edit", "FETCH_HEAD", check=check)


@pytest.fixture
def cloned(tmp_path: Path) -> tuple[Workspace, Workspace]:
    """Two laptops' clones of one workspace in which Ana has decided once."""
    if not shutil.which("git"):
        pytest.skip("git is not here")
    one = init_workspace(tmp_path / "one")
    add(one, "shared")
    git(one.root, "init", "-q")
    commit(one)
    # as git on Windows does it: line ends changed in every file that it is not told to leave alone
    git(tmp_path, "clone", "-q", "--config", "core.autocrlf=true", str(one.root), "two")
    return one, init_workspace(tmp_path / "two")


def test_git_merges_what_two_laptops_said_without_conflict(cloned: tuple[Workspace, Workspace]) -> None:
    one, other = cloned
    every = held(one)
    assert held(other) == every
    for at in range(3):
        every += [add(space, f"c{at}-{space.root.name}") for space in cloned]
        said(one, provision_id=f"p{at}")
        said(other, provision_id=f"q{at}")
        commit(one)
        commit(other)
        pull(one, other)
        add(other, f"d{at}")
        every.append(held(other)[-1])
        commit(other)
        pull(other, one)
    pull(one, other)
    assert held(one) == held(other) == lb.in_order(every)
    assert len(c.BOOK.read_all(one.corrections)) == 6
    assert not git(one.root, "ls-files", "*.lock").stdout


def test_git_changes_no_line_end_in_what_has_a_checksum(cloned: tuple[Workspace, Workspace]) -> None:
    one, other = cloned
    head = snapshots.Head("one", "t", "", {}, {}, ("RS",), (), "t", (), "e", "i", (), 0)
    cell = snapshots.FrozenCell("quota", "RS", False, "not-held", ())
    snapshots.write_snapshot(one.snapshots, snapshots.Snapshot(head, (cell,)))
    (one.documents / "law.md").write_bytes(b"Art. 1\nWords.\n")
    commit(one)
    pull(other, one)
    assert snapshots.read_snapshot(other.snapshots, "one").cells == (cell,)
    assert (other.documents / "law.md").read_bytes() == b"Art. 1\nWords.\n"


def test_git_and_merge_may_be_mixed(cloned: tuple[Workspace, Workspace]) -> None:
    one, other = cloned
    for at in range(3):
        for space in cloned:
            add(space, f"c{at}-{space.root.name}")
        merge(one, [other.root])
        if at % 2:
            merge(other, [one.root])
        add(other, f"more{at}")
        commit(one)
        commit(other)
        pull(one, other)
        pull(other, one)
        assert held(one) == held(other)
    assert len(held(one)) == 1 + 3 * 3


def test_a_copy_set_back_to_an_old_state_breaks_no_chain_and_merges(cloned: tuple[Workspace, Workspace]) -> None:
    one, other = cloned
    path = lf.log_path(one.decisions, "Ана")
    old = path.read_bytes()
    add(one, "known to the other")
    commit(one)
    pull(other, one)
    git(one.root, "reset", "-q", "--hard", "HEAD~1")
    assert path.read_bytes() == old
    add(one, "after it was set back")
    commit(one)
    assert pull(one, other, check=False).returncode == 1
    assert [entry.concept for entry in held(one)] == ["shared", "after it was set back"]
    (one.root / "theirs.jsonl").write_text(git(one.root, "show", f":3:{path.relative_to(one.root)}").stdout, "utf-8")
    merge(one, [one.root / "theirs.jsonl"])
    assert {entry.concept for entry in held(one)} == {"shared", "known to the other", "after it was set back"}


# --- the command


def test_the_command_says_what_comes(two: tuple[Workspace, Workspace]) -> None:
    one, other = two
    add(other, "a")
    run = [sys.executable, "-m", "psimm_docs", "merge", str(other.root), "-w", str(one.root)]
    told = subprocess.run([*run, "--dry-run"], capture_output=True, text=True, check=True).stdout
    assert "Ана: 1 of 1 decisions would come" in told
    assert held(one) == []
    told = subprocess.run(run, capture_output=True, text=True, check=True).stdout
    assert "Ана: 1 of 1 decisions came" in told
    assert held(one) == held(other)
    told = subprocess.run([*run, "--json"], capture_output=True, text=True, check=True).stdout
    assert '"new":0' in told
    path = lf.logs(other.decisions)[0]
    path.write_bytes(path.read_bytes().replace(b'"accept"', b'"reject"'))
    broken = subprocess.run(run, capture_output=True, text=True, check=False)
    assert broken.returncode == 1
    assert len(broken.stderr.splitlines()) == 1
    assert "line 1: this line was changed" in broken.stderr
