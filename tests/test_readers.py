"""Reading ahead: what comes back is each document's own, in any order of asking, and no child is left behind."""

import os
from pathlib import Path

import pytest

from psimm_docs.extract.job import Extraction
from psimm_docs.extract.readers import AHEAD, Readers
from psimm_docs.extract.worker import Request
from psimm_docs.workspace import ReadSettings

SETTINGS = ReadSettings(seconds=30)


@pytest.fixture
def requests(tmp_path: Path) -> list[Request]:
    made = []
    for number in range(9):
        path = tmp_path / f"{number}.txt"
        path.write_text(f"Član {number}.\nTekst broj {number}.\n", "utf-8")
        made.append(Request(str(path), f"x/{number}/1", f"{number}" * 64, "text/plain", SETTINGS))
    return made


def ask(readers: Readers, one: Request) -> Extraction:
    return readers.read(
        Path(one.path), source_id=one.source_id, sha256=one.sha256, media_type=one.media_type, settings=one.settings
    )


def own(extraction: Extraction, one: Request) -> bool:
    document = extraction.document
    return document is not None and document.source_id == one.source_id and f"broj {one.source_id[2]}" in document.text


def test_each_gets_its_own(requests: list[Request]) -> None:
    with Readers(2) as readers:
        readers.expect(requests)
        assert all(own(ask(readers, one), one) for one in requests)


def test_what_was_not_announced_is_read_too_and_what_is_not_asked_for_is_passed(requests: list[Request]) -> None:
    with Readers(2) as readers:
        readers.expect(requests[:6])
        for one in (requests[8], requests[5], requests[0], requests[7]):
            assert own(ask(readers, one), one)


def test_no_more_than_the_window_is_held(requests: list[Request]) -> None:
    with Readers(1) as readers:
        readers.expect(requests)
        assert len(readers._running) == AHEAD
        ask(readers, requests[0])
        assert len(readers._running) <= AHEAD


def test_a_bad_file_is_its_own_problem(requests: list[Request], tmp_path: Path) -> None:
    Path(requests[1].path).unlink()
    with Readers(2) as readers:
        readers.expect(requests[:3])
        found = [ask(readers, one) for one in requests[:3]]
    assert [one.document is not None for one in found] == [True, False, True]
    assert found[1].problems[0].severity == "error"


def test_children_end_with_the_readers_even_in_the_middle(requests: list[Request]) -> None:
    pids: list[int] = []

    def leave_in_the_middle() -> None:
        with Readers(2) as readers:
            readers.expect(requests)
            ask(readers, requests[0])
            pids.extend(guard._child.pid for guard in readers._guards if guard._child is not None)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        leave_in_the_middle()
    assert pids
    for pid in pids:
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)


def test_outside_of_a_with_statement_nothing_is_read(requests: list[Request]) -> None:
    with pytest.raises(RuntimeError, match="context manager"):
        ask(Readers(1), requests[0])
