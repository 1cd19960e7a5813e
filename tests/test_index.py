"""The index on disk: exchange and removal of documents, whole before and after, whatever crashes in between."""

import subprocess
import sys
import textwrap
import threading
from collections.abc import Sequence
from pathlib import Path
from zlib import crc32

import numpy as np
import pytest
from numpy.typing import NDArray

from psimm_docs import vectors
from psimm_docs.errors import BusyError, PsimmError
from psimm_docs.index import Index
from psimm_docs.index_view import Filters, Row, scope_of
from psimm_docs.lexical import folded_words, stem
from psimm_docs.records import Chunk, Source, Span
from psimm_docs.search import search

DIMENSIONS = 64


def vector(text: str) -> NDArray[np.float32]:
    """Stand in for an encoder: stems hashed to directions; texts that share stems are near."""
    out = np.zeros(DIMENSIONS, np.float32)
    for word in folded_words(text):
        out += np.random.default_rng(crc32(stem(word).encode())).standard_normal(DIMENSIONS).astype(np.float32)
    length = np.linalg.norm(out)
    return out / length if length else out


def source(source_id: str = "rs/law-1/1", **more: object) -> Source:
    facts: dict[str, object] = {"jurisdiction": "RS", "language": "sr-Latn", "work_id": source_id.rpartition("/")[0]}
    return Source(
        source_id,
        f"{source_id}.txt",
        "0" * 64,
        1,
        "text/plain",
        **({"title": "Zakon"} | facts | more),  # type: ignore[arg-type]
    )


def rows_of(source_id: str, texts: Sequence[str], *, language: str = "sr-Latn") -> list[Row]:
    made, at = [], 0
    for number, text in enumerate(texts, 1):
        provision = f"{source_id}#art_{number}"
        chunk = Chunk(f"{provision}/0", source_id, provision, Span(at, at + len(text)), "Zakon", language)
        made.append(Row(chunk, text, f"Član {number}.", "", 1))
        at += len(text) + 1
    return made


def put(index: Index, one: Source, texts: Sequence[str], stamp: str = "1") -> None:
    held = np.stack([vector(text) for text in texts]) if texts else np.zeros((0, DIMENSIONS), np.float32)
    index.replace(one, rows_of(one.id, texts, language=one.language), held, stamp)


def opened(folder: Path, version: str = "encoder-1") -> Index:
    return Index.open(folder, dimensions=DIMENSIONS, encoder_version=version)


def found(index: Index, query: str) -> list[str]:
    return [hit.provision_id for hit in search(index, query, vector(query)).hits]


def test_what_is_committed_is_found_by_another(tmp_path: Path) -> None:
    with opened(tmp_path) as index:
        put(index, source(), ["Dozvola za rad.", "Taksa za vizu."])
        index.commit()
    with opened(tmp_path) as index:
        assert found(index, "dozvola")[0] == "rs/law-1/1#art_1"
        assert index.stamps() == {"rs/law-1/1": "1"}
        assert (index.stamp("rs/law-1/1"), index.stamp("rs/none/1"), index.count()) == ("1", "", 2)


def test_a_document_is_exchanged_whole(tmp_path: Path) -> None:
    with opened(tmp_path) as index:
        put(index, source(), ["Dozvola za rad.", "Taksa za vizu."])
        put(index, source("rs/law-2/1"), ["Inspekcija rada."])
        index.commit()
        put(index, source(), ["Zabrana ulaska."], "2")
        index.commit()
    with opened(tmp_path) as index:
        assert index.stamps() == {"rs/law-1/1": "2", "rs/law-2/1": "1"}
        assert index.count() == 2
        assert "rs/law-1/1#art_2" not in found(index, "taksa vizu")
        assert found(index, "zabrana ulaska")[0] == "rs/law-1/1#art_1"
        assert found(index, "inspekcija")[0] == "rs/law-2/1#art_1"


def test_a_removed_document_is_in_neither_leg(tmp_path: Path) -> None:
    with opened(tmp_path) as index:
        put(index, source(), ["Dozvola za rad."])
        put(index, source("rs/law-2/1"), ["Inspekcija rada."])
        index.commit()
        index.remove("rs/law-1/1")
        index.remove("rs/never-there/1")
        index.commit()
        assert "rs/law-1/1#art_1" not in found(index, "dozvola za rad")
        with index.reading() as view:
            assert len(view.nearest(vector("dozvola"), 10, None).numbers) == 1


def test_what_is_not_committed_is_dropped(tmp_path: Path) -> None:
    with opened(tmp_path) as index:
        put(index, source(), ["Dozvola za rad."])
        index.commit()
        put(index, source("rs/law-2/1"), ["Inspekcija rada."])
        assert index.count() == 2
    with opened(tmp_path) as index:
        assert index.count() == 1
        assert found(index, "dozvola")


def test_another_encoder_empties_the_index_at_the_first_write_only(tmp_path: Path) -> None:
    with opened(tmp_path) as index:
        put(index, source(), ["Dozvola za rad."])
        index.commit()
    with opened(tmp_path, "encoder-2") as index:
        assert index.stamps() == {}
        assert search(index, "dozvola", vector("dozvola")).searched == 0
    with opened(tmp_path) as index:
        assert index.count() == 1
    with opened(tmp_path, "encoder-2") as index:
        put(index, source("rs/law-2/1"), ["Inspekcija rada."])
        index.commit()
        assert list(index.stamps()) == ["rs/law-2/1"]


def test_searching_writes_nothing(tmp_path: Path) -> None:
    with opened(tmp_path) as index:
        put(index, source(), ["Dozvola za rad."])
        index.commit()
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    with opened(tmp_path) as index:
        found(index, "dozvola")
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


@pytest.mark.parametrize("broken", ["missing", "older", "cut"])
def test_a_vector_file_that_is_not_the_databases_is_made_again(tmp_path: Path, broken: str) -> None:
    file = tmp_path / "vectors.faiss"
    with opened(tmp_path) as index:
        put(index, source(), ["Dozvola za rad."])
        index.commit()
        older = file.read_bytes()
        put(index, source("rs/law-2/1"), ["Inspekcija rada."])
        index.commit()
    whole = file.read_bytes()
    if broken == "missing":
        file.unlink()
    else:
        file.write_bytes(older if broken == "older" else whole[: len(whole) // 2])
    with opened(tmp_path) as index:
        with index.reading() as view:
            assert len(view.nearest(vector("inspekcija rada"), 10, None).numbers) == 2
        index.commit()
    assert file.read_bytes() == whole


CRASH = """
import os, sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from test_index import opened, put, source
from psimm_docs import vectors
real = vectors.Vectors.write
def dies(self, path):
    real(self, path)
    os._exit(9)
with opened(Path(sys.argv[2])) as index:
    put(index, source("rs/law-1/1"), ["Zabrana ulaska."], "2")
    put(index, source("rs/law-2/1"), ["Inspekcija rada."])
    vectors.Vectors.write = dies
    index.commit()
"""


def test_a_crash_between_the_two_files_leaves_the_index_as_it_was(tmp_path: Path) -> None:
    with opened(tmp_path) as index:
        put(index, source(), ["Dozvola za rad."])
        index.commit()
    before = (tmp_path / "vectors.faiss").read_bytes()
    run = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(CRASH), str(Path(__file__).parent), str(tmp_path)], check=False
    )
    assert run.returncode == 9
    assert (tmp_path / "vectors.faiss").read_bytes() != before
    with opened(tmp_path) as index:
        assert index.stamps() == {"rs/law-1/1": "1"}
        assert found(index, "dozvola za rad") == ["rs/law-1/1#art_1"]
        index.commit()
    assert (tmp_path / "vectors.faiss").read_bytes() == before


def test_a_failed_write_of_the_vectors_changes_nothing_for_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(self: vectors.Vectors, path: Path) -> None:
        raise PsimmError("the disk is full")

    with opened(tmp_path) as index:
        put(index, source(), ["Dozvola za rad."])
        index.commit()
        put(index, source("rs/law-2/1"), ["Inspekcija rada."])
        monkeypatch.setattr(vectors.Vectors, "write", full)
        with pytest.raises(PsimmError, match="disk"):
            index.commit()
        monkeypatch.undo()
        with opened(tmp_path) as other:
            assert list(other.stamps()) == ["rs/law-1/1"]
        index.commit()
    with opened(tmp_path) as index:
        assert index.count() == 2


def test_a_document_that_cannot_be_taken_in_leaves_the_old_one(tmp_path: Path) -> None:
    with opened(tmp_path) as index:
        put(index, source(), ["Dozvola za rad."])
        with pytest.raises(PsimmError):
            put(index, source(jurisdiction="ZZ"), ["Nesto drugo."], "2")
        with pytest.raises(ValueError, match="vectors of shape"):
            index.replace(source(), rows_of("rs/law-1/1", ["a"]), np.zeros((2, DIMENSIONS), np.float32), "2")
        index.commit()
        assert index.stamps() == {"rs/law-1/1": "1"}
        assert found(index, "dozvola")


def test_two_writers_at_once_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("psimm_docs.index.BUSY_SECONDS", 0.05)
    with opened(tmp_path) as one, opened(tmp_path) as other:
        put(one, source(), ["Dozvola za rad."])
        with pytest.raises(BusyError, match="try again"):
            put(other, source("rs/law-2/1"), ["Inspekcija rada."])
        one.commit()
        put(other, source("rs/law-2/1"), ["Inspekcija rada."])
        other.commit()
        assert one.count() == 2


def test_a_reader_sees_a_commit_of_another_process_and_not_before(tmp_path: Path) -> None:
    with opened(tmp_path) as writer, opened(tmp_path) as reader:
        put(writer, source(), ["Dozvola za rad."])
        writer.commit()
        assert found(reader, "dozvola") == ["rs/law-1/1#art_1"]
        put(writer, source("rs/law-2/1"), ["Dozvola za rad stranca."])
        assert len(found(reader, "dozvola")) == 1
        writer.commit()
        assert len(found(reader, "dozvola")) == 2


def test_several_threads_may_search_at_once(tmp_path: Path) -> None:
    answers: list[list[str]] = []
    with opened(tmp_path) as index:
        put(index, source(), ["Dozvola za rad.", "Taksa za vizu."])
        index.commit()
        threads = [threading.Thread(target=lambda: answers.append(found(index, "dozvola"))) for _ in range(8)]
        for one in threads:
            one.start()
        for one in threads:
            one.join()
    assert len(answers) == 8
    assert all(one == answers[0] for one in answers)


def test_documents_without_passages_are_held(tmp_path: Path) -> None:
    with opened(tmp_path) as index:
        put(index, source("rs/empty/1"), [])
        index.commit()
        assert search(index, "dozvola", vector("dozvola")).state == "not-found"
        put(index, source("rs/law-1/1"), ["Dozvola za rad."])
        put(index, source("rs/empty/2"), [])
        put(index, source("rs/law-2/1"), ["Taksa za vizu."])
        put(index, source("rs/empty/0"), [])
        index.commit()
        assert found(index, "taksa vizu")[0] == "rs/law-2/1#art_1"
        with index.reading() as view:
            scope = scope_of(view, Filters())
            assert scope.passages == index.count() == 2


def test_damaged_letters_come_back_as_they_are(tmp_path: Path) -> None:
    with opened(tmp_path) as index:
        put(index, source(title="Zakon \ud800"), ["Dozvola \ud83d za rad \x00."])
        index.commit()
        [hit] = search(index, "dozvola", vector("dozvola")).hits
    assert hit.text == "Dozvola \ud83d za rad \x00."
    assert hit.title == "Zakon \ud800"


def test_a_row_is_exactly_its_span() -> None:
    with pytest.raises(ValueError, match="letters"):
        Row(Chunk("a#b/0", "a", "a#b", Span(0, 3), "", "en"), "abcd")


def test_what_is_no_database_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "search.sqlite").write_bytes(b"not a database, but long enough to be looked at" * 50)
    with pytest.raises(PsimmError, match="psimm-docs build"):
        opened(tmp_path)


def test_a_folder_that_cannot_be_made_says_where(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", "utf-8")
    with pytest.raises(PsimmError, match="file"):
        opened(tmp_path / "file" / "index")


def test_the_cosine_is_that_of_the_vectors_kept(tmp_path: Path) -> None:
    texts = ["Dozvola za rad.", "Taksa za vizu.", "Zabrana ulaska u zemlju."]
    with opened(tmp_path) as index:
        put(index, source(), texts)
        index.commit()
        with index.reading() as view:
            near = view.nearest(vector("zabrana ulaska"), 3, None)
    wanted = sorted((float(vector(text) @ vector("zabrana ulaska")) for text in texts), reverse=True)
    assert near.cosines == pytest.approx(wanted, abs=2e-3)
    assert near.numbers[0] == 3
