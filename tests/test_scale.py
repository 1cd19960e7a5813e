"""What changes above a number of passages, with that number made small: codes before vectors, common words, parts that stand everywhere."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from psimm_docs import carriers, index, shelves, wording
from psimm_docs.index_view import Filters
from psimm_docs.search import search
from psimm_docs.vectors import Vectors, build, read, train
from test_index import opened, put, source, vector
from test_vectors import SIZE, by_hand, made, unit_rows

FEW = 20


@pytest.fixture(scope="module", autouse=True)
def _many_are_few() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(shelves, "EXACT_UP_TO", FEW)
        yield


def coded(seed: int, shapes: list[tuple[int, int]]) -> tuple[list, Vectors]:
    """Return documents and their vectors, with codes."""
    parts, _ = made(seed, shapes)
    passages, windows = (sum(some) for some in zip(*shapes, strict=True))
    books = train(SIZE, passages, windows, lambda: parts)
    return parts, build(SIZE, parts, books)


@given(st.integers(0, 99), st.integers(1, 30), st.sampled_from([1.0, 0.5, 0.1, 0.02]))
def test_no_filter_loses_a_result(seed: int, limit: int, density: float) -> None:
    parts, vectors = coded(seed, [(30, 40), (50, 0), (40, 70)])
    assert len(vectors.codebooks.passages.rows)
    assert len(vectors.codebooks.windows.rows)
    random = np.random.default_rng(seed + 1)
    query = unit_rows(random, 1)[0]
    likeness = by_hand(parts, query)
    numbers = np.array(sorted(likeness))
    allowed = np.zeros(numbers[-1] + 1, np.bool_)
    allowed[numbers[random.random(len(numbers)) < density]] = True
    near = vectors.nearest(query, limit, allowed)
    assert all(allowed[number] for number in near.numbers)
    assert len(set(near.numbers)) == len(near.numbers) == min(limit, int(allowed.sum()))
    assert near.cosines == pytest.approx([likeness[number] for number in near.numbers], abs=1e-3)
    assert list(near.cosines) == sorted(near.cosines, reverse=True)


def test_a_filter_far_from_the_query_gives_what_it_leaves() -> None:
    """What codes propose lies all outside the filter, so that the vectors themselves are compared."""
    random = np.random.default_rng(5)
    query = unit_rows(random, 1)[0]
    rows = unit_rows(random, 200)
    rows[:100] = query + 0.1 * rows[:100]
    rows[100:] = -query + 0.1 * rows[100:]
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    held = rows.astype(np.float16)
    shelf = shelves.Shelf.empty(shelves.trained(SIZE, 200, [held]))
    shelf.add(np.arange(200), held)
    allowed = np.arange(200) >= 100
    found = shelf.nearest(query, 10, allowed, part=0.5)
    assert len(found) == 10
    assert set(found.tolist()) == set((100 + np.argsort(-(held[100:].astype(np.float32) @ query))[:10]).tolist())


def test_codes_find_what_a_full_scan_finds() -> None:
    _, vectors = coded(3, [(300, 200), (300, 0)])
    queries = unit_rows(np.random.default_rng(8), 40)
    found = [
        len({*vectors.nearest(query, 50).numbers[:10]} & {*vectors.nearest(query, 50, exact=True).numbers[:10]}) / 10
        for query in queries
    ]
    assert np.mean(found) >= 0.95


@given(st.integers(0, 99), st.integers(0, 2))
def test_an_exchange_gives_the_file_of_a_new_build(seed: int, out: int) -> None:
    parts, vectors = coded(seed, [(30, 40), (50, 3), (40, 70)])
    later, _ = made(seed + 1, [(7, 9)])
    came = type(later[0])(1000, later[0].rows, later[0].windows, later[0].owners)
    gone = np.zeros(int(vectors.numbers.max()) + 1, np.bool_)
    gone[parts[out].first : parts[out].first + len(parts[out].rows)] = True
    vectors.drop(gone)
    vectors.add(came)
    fresh = build(SIZE, [*parts[:out], *parts[out + 1 :], came], vectors.codebooks)
    assert vectors.checksum == fresh.checksum
    query = unit_rows(np.random.default_rng(seed), 1)[0]
    assert vectors.nearest(query, 20) == fresh.nearest(query, 20)


def test_the_file_holds_the_codes(tmp_path: Path) -> None:
    _, vectors = coded(1, [(60, 80)])
    vectors.write(tmp_path / "vectors.faiss")
    again = read(tmp_path / "vectors.faiss", vectors.checksum, vectors.codebooks)
    assert again is not None
    query = unit_rows(np.random.default_rng(9), 1)[0]
    assert again.nearest(query, 9) == vectors.nearest(query, 9)


def texts(start: int, count: int) -> list[str]:
    return [f"Dozvola broj {number} za rad stranca u opstini {number % 7}." for number in range(start, start + count)]


def test_one_changed_document_trains_nothing_and_leaves_the_index_as_if_new(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with opened(tmp_path) as held:
        for at in range(4):
            put(held, source(f"rs/law-{at}/1"), texts(20 * at, 20))
        held.commit()
    with monkeypatch.context() as patch:
        patch.setattr(index, "train", None)
        patch.setattr(index, "build", None)
        with opened(tmp_path) as held:
            put(held, source("rs/law-1/1"), [*texts(300, 19), "Zabrana ulaska."], "2")
            held.commit()
            after = [hit.provision_id for hit in search(held, "zabrana ulaska", vector("zabrana ulaska")).hits]
    assert after[0] == "rs/law-1/1#art_20"
    kept = (tmp_path / "vectors.faiss").read_bytes()
    (tmp_path / "vectors.faiss").unlink()
    with opened(tmp_path) as held:
        again = [hit.provision_id for hit in search(held, "zabrana ulaska", vector("zabrana ulaska")).hits]
        held.commit()
    assert again == after
    assert (tmp_path / "vectors.faiss").read_bytes() == kept


def test_codebooks_are_made_again_when_the_number_has_doubled(tmp_path: Path) -> None:
    counts = []
    with opened(tmp_path) as held:
        for at in range(5):
            put(held, source(f"rs/law-{at}/1"), texts(20 * at, 15))
            held.commit()
            counts.append(held.vectors().codebooks.passages.trained)
        for at in range(5):
            held.remove(f"rs/law-{at}/1")
        held.commit()
        counts.append(held.vectors().codebooks.passages.trained)
    assert counts == [0, 30, 30, 30, 75, 0]


def test_what_was_dropped_before_a_commit_is_not_in_the_vectors(tmp_path: Path) -> None:
    with opened(tmp_path) as held:
        put(held, source(), texts(0, 30))
        held.commit()
        put(held, source("rs/law-2/1"), texts(50, 30))
        search(held, "dozvola", vector("dozvola"))
        with pytest.raises(ValueError, match="vectors of shape"):
            held.replace(source("rs/law-3/1"), [], np.zeros((2, 64), np.float32), "1")
        held.remove("rs/law-2/1")
        put(held, source("rs/law-4/1"), ["Zabrana ulaska."])
        held.commit()
        assert held.vectors().numbers.tolist() == [*range(1, 31), 61]


# --- words


def test_few_passages_with_the_words_are_all_scored(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with opened(tmp_path) as held:
        put(held, source(), [*texts(0, 30), "Taksa za vizu."])
        held.commit()
        whole = search(held, "taksa vizu", None)
        monkeypatch.setattr(wording, "MOST_ROWS", 5)
        assert search(held, "taksa vizu", None) == whole


@pytest.mark.parametrize("query", ["dozvola stranca", "dozvola stranca zabrana"])
def test_common_words_bring_at_most_so_many_passages_and_rare_ones_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, query: str
) -> None:
    monkeypatch.setattr(wording, "MOST_ROWS", 5)
    with opened(tmp_path) as held:
        put(held, source(), texts(0, 30))
        put(held, source("rs/law-2/1"), ["Zabrana ulaska.", "Druga zabrana i dozvola stranca.", "Taksa."])
        put(held, source("me/law-3/1", jurisdiction="ME"), texts(40, 30))
        held.commit()
        hits = search(held, query, None, limit=50).hits
        assert 0 < sum(hit.source_id != "rs/law-2/1" for hit in hits) <= 5
        rare = {hit.provision_id for hit in hits if hit.source_id == "rs/law-2/1"}
        assert "zabrana" not in query or rare == {"rs/law-2/1#art_1", "rs/law-2/1#art_2"}
        assert "zabrana" not in query or hits[0].provision_id == "rs/law-2/1#art_2"
        there = search(held, query, None, filters=Filters(jurisdictions=frozenset({"ME"}))).hits
        assert {hit.jurisdiction for hit in there} == {"ME"}


def test_an_article_asked_for_is_found_among_very_many(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(carriers, "MOST_PROPOSED", 2)
    with opened(tmp_path) as held:
        for at in range(12):
            put(held, source(f"rs/law-{at}/1"), [f"Uslov broj {at}.", "Vidi član 1. ovog zakona."])
        put(held, source("rs/law-12/1"), ["Zabrana ulaska.", "Vidi član 1."])
        held.commit()
        hits = search(held, "član 1 zabrana ulaska", vector("zabrana ulaska")).hits
    assert hits[0].provision_id == "rs/law-12/1#art_1"
    assert hits[0].exact == ("is član 1",)


@pytest.mark.parametrize("every", [7, 3])
def test_a_filter_applies_before_common_words_are_cut(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, every: int
) -> None:
    """Documents of two languages in turn, one word in all of them: the few of one language are found by the word alone."""
    monkeypatch.setattr(wording, "MOST_ROWS", 12)
    with opened(tmp_path) as made_index:
        for number in range(40):
            language = "hr" if number % every == every - 1 else "bs"
            put(made_index, source(f"ba/law-{number}/1", language=language, jurisdiction="BA"), ["Taksa se plaća."])
        made_index.commit()
        wanted = {f"ba/law-{number}/1#art_1" for number in range(40) if number % every == every - 1}
        answer = search(made_index, "taksa", None, filters=Filters(languages=frozenset(["hr"])), limit=40)
        found = {hit.provision_id for hit in answer.hits}
        assert found <= wanted
        assert len(found) == min(len(wanted), 12)
