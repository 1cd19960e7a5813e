"""The review log: nothing lost, every change seen, and the same state whatever the order of the files."""

import json
import math
import os
import stat
import subprocess
import sys
import unicodedata
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from psimm_docs import decisions as d
from psimm_docs import logbook as lb
from psimm_docs import logfiles as lf
from psimm_docs.agreement import cohen_kappa, krippendorff_alpha, pairwise
from psimm_docs.errors import BusyError, NotFoundError, PsimmError, StorageError, TamperedError
from psimm_docs.jsonl import dumps
from psimm_docs.records import Decision

START = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
NAMES = ["ana", "Ana", "Ана", "Ana Petrović", "Ana Petrovic", "Ана Петровић", "Ђорђе", "Dorde", "Çelnik Gjergj", "李"]

PLAIN: dict[str, Any] = {
    "reviewer": "ana",
    "provision_id": "rs/law/1#art_1",
    "concept": "quota",
    "verdict": "accept",
    "fingerprint": "f1",
    "taxonomy_version": "t1",
}


def add(folder: Path, **given: Any) -> Decision:
    """Append a decision, with what a test doesn't care about filled in."""
    return d.append(folder, **(PLAIN | given))


def made(time: int, **given: Any) -> Decision:
    """Make a decision that is in no file."""
    plain = Decision("ana", (START + timedelta(seconds=time)).isoformat(), "p", "c", "accept", "f1", "t1")
    one = replace(plain, **given)
    return replace(one, hash=lb.entry_hash({name: getattr(one, name) for name in Decision.__slots__}))


# --- the file


def test_what_is_appended_is_read_back(tmp_path: Path) -> None:
    first = add(tmp_path, note="с љубављу, „наводници“\nsecond line", suggested=False)
    second = add(tmp_path, verdict="reject", concept="visa-d")
    assert d.BOOK.read_all(tmp_path) == [first, second]
    assert second.previous == first.hash
    assert first.previous == ""
    assert first.time < second.time
    assert d.BOOK.verify(lf.log_path(tmp_path, "ana")) == (first, second)
    assert d.BOOK.heads(tmp_path) == [lb.Head(lf.log_path(tmp_path, "ana").name, "ana", 2, second.hash)]
    assert d.BOOK.read_all(tmp_path / "nowhere") == []
    assert d.BOOK.problems(tmp_path) == []


@pytest.mark.parametrize("name", NAMES)
def test_a_reviewers_real_name_is_kept(tmp_path: Path, name: str) -> None:
    add(tmp_path, reviewer=name)
    assert d.BOOK.read_all(tmp_path)[0].reviewer == name


@given(st.lists(st.text(st.characters(codec="utf-8"), min_size=1), unique=True, max_size=30))
def test_no_two_names_share_a_file(names: list[str]) -> None:
    seen = [name for name in names if any(unicodedata.category(one)[0] not in "CZ" for one in name)]
    clean = {lf.reviewer_name(name) for name in [*seen, *NAMES]}
    paths = {lf.log_path(Path("x"), name) for name in clean}
    assert len(paths) == len(clean)
    assert all(path.name.isascii() and path.parent == Path("x") and len(path.name) < 70 for path in paths)


def test_a_person_does_not_count_twice_by_capitals_or_letters_that_nobody_sees(tmp_path: Path) -> None:
    first = add(tmp_path, reviewer="Љубица Ilić")
    same = add(tmp_path, reviewer="\u202eЉубица\u200b Ilic\u0301\u00ad\x00", verdict="reject")
    assert (same.reviewer, same.previous) == (first.reviewer, first.hash)
    with pytest.raises(PsimmError, match="Љубица Ilić answers here already"):
        add(tmp_path, reviewer="љубица ilić")
    add(tmp_path, reviewer="Ljubica Ilić")
    assert len(d.BOOK.read_all(tmp_path)) == 3


def test_many_entries_are_written_whole_or_not_at_all(tmp_path: Path) -> None:
    some = [d.made(**(PLAIN | {"concept": f"c{at}"})) for at in range(5)]
    written = d.BOOK.append_all(tmp_path, some)
    assert d.BOOK.verify(lf.log_path(tmp_path, "ana")) == tuple(written)
    undo = [replace(one, verdict="undo", undoes=one.hash) for one in written[:2]]
    with pytest.raises(NotFoundError, match="undone already"):
        d.BOOK.append_all(tmp_path, [*undo, undo[0]])
    with pytest.raises(ValueError):
        d.BOOK.append_all(tmp_path, [some[0], replace(some[1], reviewer="bojan")])
    assert len(d.BOOK.read_all(tmp_path)) == 5
    d.BOOK.append_all(tmp_path, undo)
    assert {key[1] for key in d.in_force(d.BOOK.read_all(tmp_path))} == {"c2", "c3", "c4"}


def test_times_rise_even_when_the_clock_goes_back(tmp_path: Path) -> None:
    first = add(tmp_path, now=START)
    second = add(tmp_path, verdict="reject", now=START - timedelta(days=400))
    assert lb.moment_of(second) - lb.moment_of(first) == timedelta(microseconds=1)
    assert (
        d.fold_state(d.BOOK.read_all(tmp_path), {"rs/law/1#art_1": "f1"})["rs/law/1#art_1", "quota"].verdict
        == "rejected"
    )


@pytest.mark.parametrize(
    "wrong",
    [
        {"verdict": "maybe"},
        {"provision_id": ""},
        {"concept": ""},
        {"undoes": "x"},
        {"verdict": "undo"},
        {"now": datetime(2026, 1, 1)},
    ],
)
def test_what_makes_no_decision_is_refused(tmp_path: Path, wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError):
        add(tmp_path, **wrong)
    assert d.BOOK.read_all(tmp_path) == []


def test_an_empty_name_or_a_broken_letter_is_told(tmp_path: Path) -> None:
    with pytest.raises(PsimmError, match="empty"):
        add(tmp_path, reviewer=" \n ")
    with pytest.raises(PsimmError, match="broken"):
        add(tmp_path, note="\ud800")
    assert not list(tmp_path.glob("*.jsonl"))


def test_it_is_on_the_disk_before_it_returns(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[bool] = []
    real = os.fsync

    def fsync(handle: int) -> None:
        synced.append(stat.S_ISDIR(os.fstat(handle).st_mode))
        real(handle)

    monkeypatch.setattr(os, "fsync", fsync)
    add(tmp_path)
    assert synced == [False, True]


def test_a_full_disk_adds_nothing_and_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = add(tmp_path)
    real, calls = os.write, []

    def write(handle: int, data: bytes) -> int:
        calls.append(1)
        if len(calls) > 1:
            raise OSError(28, "No space left on device")
        return real(handle, bytes(data)[:20])

    monkeypatch.setattr(os, "write", write)
    with pytest.raises(StorageError, match="NOT recorded"):
        add(tmp_path, verdict="reject")
    monkeypatch.undo()
    assert d.BOOK.read_all(tmp_path) == [first]
    assert d.BOOK.problems(tmp_path) == []


def test_a_waiting_append_gives_up_with_a_word(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lf, "LOCK_SECONDS", 0.05)
    with lf.locked(tmp_path), pytest.raises(BusyError):
        add(tmp_path)


def test_many_threads_lose_nothing(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda at: add(tmp_path, reviewer=NAMES[at % 2 + 1], concept=f"c{at}"), range(40)))
    assert {one.concept for one in d.BOOK.read_all(tmp_path)} == {f"c{at}" for at in range(40)}


def test_two_processes_share_one_log(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from psimm_docs.decisions import append\n"
        "for at in range(15): append(Path(sys.argv[1]), reviewer='ana', provision_id=sys.argv[2] + str(at), concept='c',"
        " verdict='accept', fingerprint='f', taxonomy_version='t')"
    )
    running = [subprocess.Popen([sys.executable, "-c", code, str(tmp_path), name]) for name in "ab"]
    assert [one.wait(60) for one in running] == [0, 0]
    assert len(d.BOOK.read_all(tmp_path)) == 30


# --- damage


def three(folder: Path) -> tuple[Path, bytes]:
    """Write a log of three decisions; return its path and bytes."""
    for at, verdict in enumerate(("accept", "reject", "skip")):
        add(folder, verdict=verdict, concept=f"c{at}", note="ж", now=START)
    path = lf.log_path(folder, "ana")
    return path, path.read_bytes()


def test_any_flipped_byte_is_seen(tmp_path: Path) -> None:
    path, data = three(tmp_path)
    for at in range(len(data)):
        for mask in (0x01,) if at % 2 else (0x80,):
            if mask:
                path.write_bytes(data[:at] + bytes([data[at] ^ mask]) + data[at + 1 :])
                with pytest.raises(TamperedError, match=r"ana\.\w+\.jsonl, line [123]:"):
                    d.BOOK.verify(path)


@given(st.data())
def test_any_changed_run_of_bytes_is_seen(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    path, whole = three(tmp_path_factory.mktemp("log"))
    start = data.draw(st.integers(0, len(whole) - 2))
    stop = data.draw(st.integers(start + 1, len(whole) - 1))
    new = data.draw(st.binary(max_size=20))
    changed = whole[:start] + new + whole[stop:]
    path.write_bytes(changed)
    if changed != whole:
        with pytest.raises(TamperedError):
            d.BOOK.verify(path)


@pytest.mark.parametrize("last", [b" ", b"\r", b"\x0b", b"\x8a", b"}", b"\0"])
def test_a_changed_last_line_end_is_seen(tmp_path: Path, last: bytes) -> None:
    path, data = three(tmp_path)
    path.write_bytes(data[:-1] + last)
    with pytest.raises(TamperedError, match="line 3"):
        d.BOOK.verify(path)


def test_a_line_lost_doubled_moved_or_added_is_seen(tmp_path: Path) -> None:
    path, data = three(tmp_path)
    one, two, last = data.splitlines(keepends=True)
    for lines in (
        (two, last),
        (one, last),
        (one, one, two, last),
        (two, one, last),
        (one, b"\n", two, last),
        (b" " + one, two),
    ):
        path.write_bytes(b"".join(lines))
        with pytest.raises(TamperedError):
            d.BOOK.read_all(tmp_path)


def test_a_forged_line_and_a_foreign_name_are_seen(tmp_path: Path) -> None:
    path, data = three(tmp_path)
    fields = json.loads(data.splitlines()[2])
    fields["reviewer"] = "Бојан"
    fields["hash"] = lb.entry_hash(fields)
    path.write_bytes(b"".join(data.splitlines(keepends=True)[:2]) + dumps(fields).encode() + b"\n")
    with pytest.raises(TamperedError, match="line 3: by Бојан"):
        d.BOOK.verify(path)
    with pytest.raises(PsimmError, match="another reviewer"):
        add(tmp_path)


def test_nothing_is_added_to_a_log_whose_last_line_was_changed(tmp_path: Path) -> None:
    path, data = three(tmp_path)
    path.write_bytes(data.replace(b'"skip"', b'"acpt"'))
    with pytest.raises(TamperedError):
        add(tmp_path)
    assert path.read_bytes() == data.replace(b'"skip"', b'"acpt"')


def test_a_line_torn_anywhere_never_breaks_the_log(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path, data = three(tmp_path)
    before = d.BOOK.verify(path)
    start = data.rstrip(b"\n").rindex(b"\n") + 1
    for cut in [*range(start + 1, len(data) - 1, 7), len(data) - 2]:
        path.write_bytes(data[:cut])
        assert d.BOOK.verify(path) == before[:2]
        assert [one.code for one in d.BOOK.problems(tmp_path)] == ["torn-decision"]
        new = add(tmp_path, note="after")
        assert d.BOOK.verify(path) == (*before[:2], new)
        assert lf.torn_path(path).read_bytes() == data[start:cut] + b"\n"
        assert "cut off" in caplog.text
        assert lf.torn_path(path).name in d.BOOK.problems(tmp_path)[0].message
        lf.torn_path(path).unlink()


def test_zeros_of_a_power_cut_are_set_aside(tmp_path: Path) -> None:
    path, data = three(tmp_path)
    path.write_bytes(data + b"\0" * 300)
    assert len(d.BOOK.verify(path)) == 3
    add(tmp_path)
    assert len(d.BOOK.verify(path)) == 4
    assert lf.torn_path(path).read_bytes() == b"\0" * 300 + b"\n"


def test_a_whole_last_line_without_its_end_is_kept(tmp_path: Path) -> None:
    path, data = three(tmp_path)
    path.write_bytes(data[:-1])
    assert len(d.BOOK.verify(path)) == 3
    assert d.BOOK.problems(tmp_path) == []
    add(tmp_path)
    assert len(d.BOOK.verify(path)) == 4
    assert not lf.torn_path(path).exists()


def test_a_log_of_nothing_but_a_torn_line(tmp_path: Path) -> None:
    (lf.log_path(tmp_path, "ana")).write_bytes(b'{"reviewer":"an')
    assert d.BOOK.read_all(tmp_path) == []
    assert d.BOOK.heads(tmp_path) == []
    one = add(tmp_path)
    assert d.BOOK.read_all(tmp_path) == [one]
    assert one.previous == ""


# --- undoing


def test_undo_takes_back_exactly_what_it_names(tmp_path: Path) -> None:
    first = add(tmp_path)
    second = add(tmp_path, verdict="reject")
    key, prints = (first.provision_id, first.concept), {first.provision_id: "f1"}
    add(tmp_path, verdict="undo", undoes=first.hash)
    assert d.fold_state(d.BOOK.read_all(tmp_path), prints)[key].verdict == "rejected"
    again = add(tmp_path, verdict="undo", undoes=second.hash)
    state = d.fold_state(d.BOOK.read_all(tmp_path), prints)[key]
    assert (state.verdict, state.decisions, state.by, len(state.history)) == ("open", (), (), 4)
    add(tmp_path, verdict="undo", undoes=again.hash)
    assert d.fold_state(d.BOOK.read_all(tmp_path), prints)[key].verdict == "rejected"


def test_undo_of_what_is_not_ones_own_is_refused(tmp_path: Path) -> None:
    first = add(tmp_path)
    for wrong in (
        {"reviewer": "Бојан", "undoes": first.hash},
        {"undoes": "0" * 64},
        {"undoes": first.hash, "concept": "other"},
    ):
        with pytest.raises(NotFoundError):
            add(tmp_path, verdict="undo", **wrong)
    add(tmp_path, verdict="undo", undoes=first.hash)
    with pytest.raises(NotFoundError, match="already"):
        add(tmp_path, verdict="undo", undoes=first.hash)


def test_a_foreign_or_earlier_undo_counts_for_nothing() -> None:
    one = made(5)
    foreign = made(6, reviewer="bojan", verdict="undo", undoes=one.hash)
    early = made(1, verdict="undo", undoes=one.hash)
    assert d.fold_state([one, foreign, early], {"p": "f1"})["p", "c"].verdict == "accepted"


# --- what stands


def test_a_later_decision_of_the_same_reviewer_replaces_the_earlier() -> None:
    state = d.fold_state([made(2, verdict="reject", note="n"), made(1)], {"p": "f1"})["p", "c"]
    assert (state.verdict, state.note, state.by, len(state.decisions), len(state.history)) == (
        "rejected",
        "n",
        ("ana",),
        1,
        2,
    )
    assert not state.stale
    assert state.time == made(2).time


def test_skip_leaves_it_open() -> None:
    state = d.fold_state([made(1, verdict="skip")], {"p": "f1"})["p", "c"]
    assert state.verdict == "open"
    assert state.by == ()
    assert not state.stale
    assert len(state.decisions) == 1
    both = [made(1, verdict="skip"), made(2, reviewer="bojan")]
    assert d.fold_state(both, {"p": "f1"})["p", "c"].verdict == "accepted"


def test_two_who_disagree_make_it_disputed_until_one_gives_way() -> None:
    both = [made(1), made(2, reviewer="bojan", verdict="reject")]
    state = d.fold_state(both, {"p": "f1"})["p", "c"]
    assert state.verdict == "disputed"
    assert state.by == ("ana", "bojan")
    settled = d.fold_state([*both, made(3, verdict="reject")], {"p": "f1"})["p", "c"]
    assert settled.verdict == "rejected"
    assert settled.by == ("bojan", "ana")


def test_changed_and_vanished_provisions_make_a_decision_stale() -> None:
    for prints in ({"p": "f2"}, {}):
        state = d.fold_state([made(1)], prints)["p", "c"]
        assert (state.verdict, state.stale, state.by) == ("accepted", True, ("ana",))
    fresh = d.fold_state([made(1), made(2, reviewer="bojan", verdict="reject", fingerprint="f2")], {"p": "f2"})[
        "p", "c"
    ]
    assert (fresh.verdict, fresh.stale, fresh.by, len(fresh.decisions)) == ("rejected", False, ("bojan",), 2)
    skipped = d.fold_state([made(1), made(2, reviewer="bojan", verdict="skip", fingerprint="f2")], {"p": "f2"})[
        "p", "c"
    ]
    assert (skipped.verdict, skipped.stale) == ("accepted", True)


DECISIONS = st.lists(
    st.builds(
        lambda time, reviewer, provision, verdict, fingerprint: made(
            time, reviewer=reviewer, provision_id=provision, verdict=verdict, fingerprint=fingerprint
        ),
        st.integers(0, 5),
        st.sampled_from(["ana", "bojan", "çela"]),
        st.sampled_from(["p", "q"]),
        st.sampled_from(["accept", "reject", "skip"]),
        st.sampled_from(["f1", "f2"]),
    ),
    max_size=12,
)


@given(DECISIONS, st.data())
def test_the_order_of_files_and_lines_plays_no_part(decisions: list[Decision], data: st.DataObject) -> None:
    undoes = [
        made(
            data.draw(st.integers(0, 9)),
            reviewer=data.draw(st.sampled_from(["ana", "bojan"])),
            verdict="undo",
            undoes=one.hash,
        )
        for one in decisions[: data.draw(st.integers(0, 4))]
    ]
    everything = [*decisions, *undoes]
    shuffled = data.draw(st.permutations([*everything, *everything[:2]]))
    prints = {"p": "f1", "q": "f2"}
    assert d.fold_state(shuffled, prints) == d.fold_state(everything, prints)
    assert all(state.history for state in d.fold_state(everything, prints).values())


def test_ten_thousand_decisions_fold_fast() -> None:
    many = [made(at % 50, provision_id=f"p{at // 3}", reviewer=f"r{at % 3}") for at in range(10_000)]
    start = datetime.now(UTC)
    assert len(d.fold_state(many, {})) == 3334
    assert datetime.now(UTC) - start < timedelta(seconds=3)


# --- agreement


def test_kappa_of_worked_examples() -> None:
    pairs = [("y", "y")] * 45 + [("y", "n")] * 15 + [("n", "y")] * 25 + [("n", "n")] * 15
    assert cohen_kappa(pairs) == pytest.approx(0.1304, abs=1e-4)
    assert cohen_kappa([("a", "a"), ("b", "b")]) == 1.0
    assert math.isnan(cohen_kappa([]))
    assert math.isnan(cohen_kappa([("a", "a")]))


def units(raters: list[str]) -> list[list[str]]:
    return [[label for label in column if label != "*"] for column in zip(*raters, strict=True)]


def test_alpha_of_worked_examples() -> None:
    three_raters = ["*****34121133*3", "1*213343*******", "**21344*21133*4"]
    assert krippendorff_alpha(units(three_raters)) == pytest.approx(0.691, abs=5e-4)
    four_raters = ["123321412***", "1233224125*3", "*3332342251*", "12332441251*"]
    assert krippendorff_alpha(units(four_raters)) == pytest.approx(0.743, abs=5e-4)
    two_raters = ["0100000000", "1110010010"]
    assert krippendorff_alpha(units(two_raters)) == pytest.approx(0.095, abs=5e-4)
    assert math.isnan(krippendorff_alpha([["a", "a"], ["b"]]))


def test_agreement_of_reviewers_counts_answers_in_force_on_the_same_wording() -> None:
    given_ = [
        made(1),
        made(2, reviewer="bojan"),
        made(3, provision_id="q"),
        made(4, provision_id="q", reviewer="bojan", verdict="reject"),
        made(5, provision_id="r"),
        made(6, provision_id="r", reviewer="bojan", verdict="reject", fingerprint="f2"),
        made(7, provision_id="s", verdict="reject"),
        made(8, provision_id="s", reviewer="bojan", verdict="skip"),
    ]
    (one,) = pairwise(d.answers(given_))
    assert (one.first, one.second, one.items, one.observed, one.kappa) == ("ana", "bojan", 2, 0.5, 0.0)
