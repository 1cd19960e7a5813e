"""The training texts of our own: whole, in their scripts, with the same figures in every language."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from psimm_docs.evaluate.split import part_of_item

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


def test_articles_of_law_stand_once_in_their_script_and_in_none_of_the_gold(repo: Path) -> None:
    known = {
        json.loads(line)["id"]
        for line in (repo / "annotations" / "taxonomy" / "concepts.jsonl").read_text("utf-8").splitlines()
    }
    rows = [
        json.loads(line)
        for path in sorted((repo / "training" / "law").glob("*.jsonl"))
        for line in path.read_text("utf-8").splitlines()
    ]
    gold = {
        json.loads(line)["text"]
        for line in (repo / "annotations" / "gold" / "tagging" / "items.jsonl").read_text("utf-8").splitlines()
    }
    texts = [row["text"] for row in rows]
    assert len(set(texts)) == len(texts) == len({row["id"] for row in rows})
    assert not gold & set(texts)
    for row in rows:
        assert {*row["concepts"], *row["maybe"]} <= known, row["id"]
        assert not {*row["concepts"]} & {*row["maybe"]}, row["id"]
        assert bool(CYRILLIC.search(row["text"])) == (row["language"] in ("sr", "mk")), row["id"]
    assert sum(not row["concepts"] for row in rows) > len(rows) / 2


def test_what_model_texts_are_also_on_is_of_texts_that_are_held_out_of_no_measure(
    items: list[dict[str, Any]], repo: Path
) -> None:
    rows = [json.loads(line) for line in (repo / "training" / "also.jsonl").read_text("utf-8").splitlines()]
    named = {one["id"]: one["concept"] for one in items}
    assert len({row["id"] for row in rows}) == len(rows)
    for row in rows:
        assert part_of_item(row["id"]) != "test", row["id"]
        assert named.get(row["id"]) not in row["also"], row["id"]
