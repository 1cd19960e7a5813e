"""The training texts of our own: whole, in their scripts, with the same figures in every language."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

LANGUAGES = ("en", "sq", "bs", "hr", "cnr", "sr", "mk")
CYRILLIC = re.compile(r"[\u0400-\u04ff]")
FIGURES = re.compile(r"(?<![^\W\d_])\d+")


@pytest.fixture(scope="module")
def items(repo: Path) -> list[dict[str, Any]]:
    return [
        json.loads(line)
        for path in sorted((repo / "training" / "own").glob("*.jsonl"))
        for line in path.read_text("utf-8").splitlines()
    ]


def test_every_concept_has_articles_and_queries_in_all_languages(items: list[dict[str, Any]], repo: Path) -> None:
    concepts = {
        json.loads(line)["id"]
        for line in (repo / "annotations" / "taxonomy" / "concepts.jsonl").read_text("utf-8").splitlines()
    }
    assert len({one["id"] for one in items}) == len(items)
    for kind in ("article", "query"):
        assert {one["concept"] for one in items if one["kind"] == kind} == concepts
    assert all(one[language].strip() for one in items for language in LANGUAGES)
    assert all(one["heading"][language] for one in items if one["kind"] == "article" for language in LANGUAGES)


def test_each_language_keeps_to_its_script(items: list[dict[str, Any]]) -> None:
    for one in items:
        for language in LANGUAGES:
            share = len(CYRILLIC.findall(one[language])) / max(1, sum(map(str.isalpha, one[language])))
            assert share > 0.9 if language in ("sr", "mk") else share == 0, (one["id"], language)


def test_an_article_has_the_same_figures_in_every_language(items: list[dict[str, Any]]) -> None:
    for one in items:
        if one["kind"] == "article":
            wanted = sorted(FIGURES.findall(one["en"]))
            for language in LANGUAGES:
                assert sorted(FIGURES.findall(one[language])) == wanted, (one["id"], language)


def test_dull_provisions_stand_in_each_file_once_and_in_none_of_the_gold(repo: Path) -> None:
    files = {path.stem: path.read_text("utf-8").splitlines() for path in (repo / "training" / "dull").glob("*.tsv")}
    rows = {language: [line.split("\t") for line in lines] for language, lines in files.items()}
    ids = [row[0] for row in rows["mk"]]
    assert len(set(ids)) == len(ids) >= 40
    gold = {
        json.loads(line)["text"]
        for line in (repo / "annotations" / "gold" / "tagging" / "items.jsonl").read_text("utf-8").splitlines()
    }
    for language, some in rows.items():
        assert [row[0] for row in some] == ids, language
        assert all(heading and text for _, heading, text in some), language
        assert not gold & {text for _, _, text in some}
        assert all(bool(CYRILLIC.search(text)) == (language in ("sr", "mk")) for _, _, text in some)
