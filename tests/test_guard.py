"""Files that mean harm, and readers that fail: each costs one document a clear problem, and the batch goes on."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

import hostile
from psimm_docs.extract import sniff
from psimm_docs.extract.guard import Guard
from psimm_docs.extract.job import Extraction
from psimm_docs.workspace import ReadSettings

SETTINGS = ReadSettings(seconds=30, memory_megabytes=1500, ocr="off")
GOOD = hostile.pdf(
    [[hostile.Text(72, 100, "Article 1"), hostile.Text(72, 130, "This law governs the work of foreigners.")]]
)


@pytest.fixture(scope="module")
def guard() -> Iterator[Guard]:
    with Guard() as one:
        yield one


def read(guard: Guard, path: Path, settings: ReadSettings = SETTINGS) -> Extraction:
    kind = sniff(path)
    return guard.read(path, source_id="rs/law/v", sha256="0" * 64, media_type=kind, settings=settings)


def codes(extraction: Extraction) -> set[str]:
    return {problem.code for problem in extraction.problems}


def test_reads_a_document_as_it_is(guard: Guard, tmp_path: Path) -> None:
    path = tmp_path / "law.pdf"
    path.write_bytes(GOOD)
    extraction = read(guard, path)
    assert extraction.document is not None
    assert extraction.document.text == "Article 1\nThis law governs the work of foreigners.\n"


@pytest.mark.parametrize("name", ["a b ' \" ;$(x).pdf", "закон — č.pdf", "-rf", "law\n.pdf", "x" * 200 + ".pdf"])
def test_odd_file_names(guard: Guard, tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(GOOD)
    assert read(guard, path).document is not None


BAD: dict[str, tuple[bytes, str]] = {
    "empty": (b"", "empty"),
    "truncated": (GOOD[: len(GOOD) // 3], "damaged"),
    "encrypted": (hostile.encrypted_pdf(), "encrypted"),
    "only a head": (b"%PDF-1.7\n%%EOF", "damaged"),
    "looping": (hostile.looping_pdf(), ""),
    "huge page": (hostile.huge_page_pdf(), "page-size"),
    "zip bomb": (hostile.bomb_docx(400), ""),
    "climbing zip": (hostile.climbing_docx(), ""),
    "zip": (b"PK\x05\x06" + b"\0" * 18, "unknown-format"),
    "old word": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "unknown-format"),
    "rich text": (b"{\\rtf1 text}", "unknown-format"),
    "noise": (bytes(range(256)) * 40, "unknown-format"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_files_give_a_problem_with_something_to_do(guard: Guard, tmp_path: Path, name: str) -> None:
    data, code = BAD[name]
    path = tmp_path / "file.pdf"
    path.write_bytes(data)
    began = time.monotonic()
    extraction = read(guard, path)
    assert time.monotonic() - began < 20
    errors = [problem for problem in extraction.problems if problem.severity == "error"]
    assert errors, extraction
    assert all(problem.message and problem.todo for problem in errors)
    if code:
        assert code in codes(extraction)


def test_ten_thousand_pages_are_read_to_the_limit(guard: Guard, tmp_path: Path) -> None:
    path = tmp_path / "long.pdf"
    path.write_bytes(hostile.long_pdf(10_000))
    extraction = read(guard, path, replace(SETTINGS, max_pages=200))
    assert extraction.document is not None
    assert len(extraction.document.pages) == 200
    assert "too-many-pages" in codes(extraction)


def test_a_decompression_bomb_ends_at_a_limit(guard: Guard, tmp_path: Path) -> None:
    path = tmp_path / "bomb.pdf"
    path.write_bytes(hostile.bomb_pdf(300))
    extraction = read(guard, path, replace(SETTINGS, seconds=5, memory_megabytes=600))
    assert codes(extraction) & {"timeout", "out-of-memory", "reader-crashed", "no-text", "damaged-page"}
    path.write_bytes(GOOD)
    assert read(guard, path).document is not None


def test_a_hanging_reader_is_given_up_and_replaced(tmp_path: Path) -> None:
    path = tmp_path / "law.pdf"
    path.write_bytes(GOOD)
    with Guard() as guard:
        assert read(guard, path).document is not None
        assert guard._child is not None
        os.kill(guard._child.pid, signal.SIGSTOP)
        began = time.monotonic()
        extraction = read(guard, path, replace(SETTINGS, seconds=1))
        assert 0.9 < time.monotonic() - began < 5
        assert codes(extraction) == {"timeout"}
        assert extraction.problems[0].todo
        assert read(guard, path).document is not None


def test_a_pipe_is_not_waited_for(guard: Guard, tmp_path: Path) -> None:
    pipe = tmp_path / "pipe.pdf"
    os.mkfifo(pipe)
    extraction = guard.read(
        pipe, source_id="rs/a/b", sha256="0" * 64, media_type="application/pdf", settings=replace(SETTINGS, seconds=5)
    )
    assert codes(extraction) == {"empty"}


def test_an_interrupt_ends_the_child_and_goes_on_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "law.pdf"
    path.write_bytes(GOOD)

    def interrupted(self: Guard, deadline: float) -> bytes:
        raise KeyboardInterrupt

    with Guard() as guard:
        read(guard, path)
        child = guard._child
        assert child is not None
        monkeypatch.setattr(Guard, "_answer", interrupted)
        with pytest.raises(KeyboardInterrupt):
            read(guard, path)
        assert child.poll() is not None


def test_a_killed_child_is_a_problem_of_one_document(tmp_path: Path) -> None:
    path = tmp_path / "long.pdf"
    path.write_bytes(hostile.long_pdf(30_000))
    good = tmp_path / "law.pdf"
    good.write_bytes(GOOD)
    with Guard() as guard:
        assert read(guard, good).document is not None
        child = guard._child
        assert child is not None
        timer = threading.Timer(0.2, os.kill, (child.pid, signal.SIGSEGV))
        timer.start()
        extraction = read(guard, path, replace(SETTINGS, max_pages=30_000))
        timer.join()
        assert extraction.document is None
        assert codes(extraction) == {"reader-crashed"}
        assert "signal 11" in extraction.problems[0].message
        assert read(guard, good).document is not None


def test_a_child_that_died_between_documents_is_replaced(tmp_path: Path) -> None:
    good = tmp_path / "law.pdf"
    good.write_bytes(GOOD)
    with Guard() as guard:
        assert read(guard, good).document is not None
        assert guard._child is not None
        guard._child.kill()
        guard._child.wait()
        assert read(guard, good).document is not None


def test_no_child_outlives_the_guard(tmp_path: Path) -> None:
    good = tmp_path / "law.pdf"
    good.write_bytes(GOOD)
    with Guard() as guard:
        read(guard, good)
        assert guard._child is not None
        child = guard._child
    assert child.poll() is not None


def test_a_file_that_is_gone(guard: Guard, tmp_path: Path) -> None:
    extraction = guard.read(
        tmp_path / "gone.pdf", source_id="rs/a/b", sha256="0" * 64, media_type="application/pdf", settings=SETTINGS
    )
    assert codes(extraction) == {"unreadable"}


def test_size_is_refused_before_reading(guard: Guard, tmp_path: Path) -> None:
    path = tmp_path / "big.txt"
    path.write_bytes(b"Article 1\n" * 200_000)
    assert codes(read(guard, path, replace(SETTINGS, max_megabytes=1))) == {"too-large"}


def test_a_web_page_runs_nothing_and_fetches_nothing(guard: Guard, tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    path.write_bytes(hostile.entity_html())
    extraction = read(guard, path)
    assert extraction.document is not None
    text = extraction.document.text
    assert "Article 1" in text
    assert "steal" not in text
    assert "alert" not in text
    host = Path("/etc/hostname")
    assert not host.is_file() or host.read_text().strip() not in text
