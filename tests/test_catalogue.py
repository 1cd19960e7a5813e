"""The catalogue: the shipped rows are sound and cover the facts; wrong rows are named; works are found by any spelling."""

import csv
from pathlib import Path

import pytest

from psimm_docs.catalogue import COLUMNS, find, read_catalogue
from psimm_docs.errors import PsimmError
from psimm_docs.jurisdictions import SIX, root

SOUND = {
    "work_id": "rs/law-on-tests-2020",
    "facts_id": "rs-tests-2020",
    "jurisdiction": "RS",
    "type": "law",
    "title_sr": "Закон о испитима",
    "title_en": "Law on Tests",
    "languages": "sr-Cyrl",
    "gazette": "Službeni glasnik Republike Srbije",
    "status": "in-force",
    "basis": "seen",
    "seen_at": "https://example.org/law",
}


def write(folder: Path, *rows: dict[str, str]) -> Path:
    path = folder / "catalogue.csv"
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, COLUMNS)
        writer.writeheader()
        writer.writerows(rows)
    return path


def test_the_shipped_catalogue_is_sound_and_has_all_six(repo: Path) -> None:
    works = read_catalogue(repo / "corpus" / "catalogue.csv")
    assert len(works) == 164
    assert {root(work.jurisdiction) for work in works.values()} == set(SIX)
    assert {"BA-BIH", "BA-SRP", "BA-BRC"} <= {work.jurisdiction for work in works.values()}
    for work in works.values():
        assert work.title()
        assert work.title("en")
        assert set(work.repeals) <= set(works) or any(" " in one for one in work.repeals)


def test_every_instrument_of_the_facts_is_catalogued(repo: Path, shared: Path) -> None:
    works = read_catalogue(repo / "corpus" / "catalogue.csv")
    with (shared / "facts" / "instruments.csv").open(encoding="utf-8", newline="") as rows:
        wanted = {row["instrument_id"] for row in csv.DictReader(rows)}
    assert {work.facts_id for work in works.values()} == wanted


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"work_id": "Law on Tests"}, "work_id"),
        ({"jurisdiction": "XX"}, "XX"),
        ({"type": "poem"}, "poem"),
        ({"languages": "sr"}, "sr"),
        ({"gazette_date": "3 May 2020"}, "3 May 2020"),
        ({"basis": "guessed"}, "guessed"),
        ({"official_url": "ftp://example.org"}, "ftp"),
        ({"title_sr": "", "title_en": ""}, "title"),
    ],
)
def test_a_wrong_row_is_named_with_its_line(tmp_path: Path, change: dict[str, str], words: str) -> None:
    with pytest.raises(PsimmError, match=words) as told:
        read_catalogue(write(tmp_path, SOUND | change))
    assert "catalogue.csv" in str(told.value)
    assert "2" in str(told.value)


def test_an_id_stands_once(tmp_path: Path) -> None:
    with pytest.raises(PsimmError, match="law-on-tests-2020"):
        read_catalogue(write(tmp_path, SOUND, SOUND))


@pytest.mark.parametrize("text", ["закон о испитима", "zakon o ispitima", "ZAKON ispit", "law tests"])
def test_a_work_is_found_in_any_script(tmp_path: Path, text: str) -> None:
    assert [work.id for work in find(read_catalogue(write(tmp_path, SOUND)), text)] == ["rs/law-on-tests-2020"]


def test_nothing_sought_nothing_found(tmp_path: Path) -> None:
    works = read_catalogue(write(tmp_path, SOUND))
    assert find(works, "") == find(works, "employment") == []
