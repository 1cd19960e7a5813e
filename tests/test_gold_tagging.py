"""The gold of tagging: who judged what is kept, figures are right on texts whose answers are known, and nothing was learned from."""

import json
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path

import pytest

from psimm_docs.encode import open_encoder
from psimm_docs.errors import PsimmError
from psimm_docs.evaluate.facts import Score
from psimm_docs.evaluate.gold_tagging import GoldText, Tagged, as_document, read_gold, suite, tagged
from psimm_docs.evaluate.split import checksum
from psimm_docs.tagging import open_tagger
from psimm_docs.taxonomy import default_folder, load_taxonomy


def gold(name: str, *concepts: str, language: str = "en", heading: str = "", text: str = "Some words.") -> GoldText:
    return GoldText(name, "new", language, "RS", heading, text, frozenset(concepts), twice=name == "a")


def figures(*held: tuple[GoldText, Mapping[str, float]]) -> dict[tuple[str, str], Score]:
    scores = suite([Tagged(one, scores) for one, scores in held], 0.2, 0.5)
    return {(one.measure, one.slice): one for one in scores}


def test_figures_of_known_answers() -> None:
    found = figures(
        (gold("a", "quota", "fees"), {"quota": 0.9, "fees": 0.3, "appeal": 0.6, "renewal": 0.1}),
        (gold("b", language="mk"), {"quota": 0.1}),
        (gold("c", language="mk"), {"quota": 0.25}),
    )
    assert found["micro F1", "all"].value == pytest.approx(2 * 2 / (4 + 2))
    assert found["macro F1", "all"].value == pytest.approx((2 / 3 + 1) / 2)
    assert found["accepted precision", "all"] == Score("tagging-gold", "accepted precision", "all", 0.5, 2)
    assert found["accepted recall", "all"] == Score("tagging-gold", "accepted recall", "all", 0.5, 2)
    assert found["nothing suggested", "all"] == Score("tagging-gold", "nothing suggested", "all", 0.5, 2)
    assert found["error: calibration", "all"].value == pytest.approx((0.1 + 0.7 + 0.6 + 0.25) / 4)
    assert found["error: calibration", "all"].count == 4
    assert found["read twice", "all"].value == pytest.approx(1 / 3)


def test_figures_by_slice_and_concept() -> None:
    found = figures(
        (gold("a", "quota"), {"quota": 0.9}), (gold("b", "quota", language="sr-Cyrl"), {"quota": 0.1, "fees": 0.4})
    )
    assert found["micro F1", "script Latn"].value == 1
    assert found["micro F1", "script Cyrl"].value == 0
    assert found["micro F1", "language sr-Cyrl"].count == 1
    assert found["concept F1", "quota"].value == pytest.approx(2 / 3)
    assert found["concept F1", "fees"] == Score("tagging-gold", "concept F1", "fees", 0.0, 0)
    assert ("nothing suggested", "all") not in found


def test_a_text_is_one_article_with_its_heading() -> None:
    document, article = as_document(gold("a", heading="Kuota", text="Kuota vjetore caktohet nga Qeveria."))
    assert article.span.of(document.text) == "Kuota\nKuota vjetore caktohet nga Qeveria."
    assert article.heading_span is not None
    assert article.heading_span.of(document.text) == article.heading
    assert as_document(gold("b"))[1].heading_span is None


def test_each_text_gets_its_own_suggestions() -> None:
    encoder = open_encoder()
    tagger = open_tagger(load_taxonomy(default_folder()), encoder)
    ban = gold("a", language="hr", text="Strancu se izriče zabrana ulaska u trajanju od tri godine. " * 30)
    milk = gold("b", language="hr", text="Mlijeko se čuva na temperaturi do osam stupnjeva i prodaje istoga dana.")
    both = tagged([milk, ban], tagger, encoder)
    assert [one.gold.id for one in both] == ["b", "a"]
    assert both[1].scores["entry-ban"] > 0.5 > both[0].scores["entry-ban"]
    assert tagged([ban], tagger, encoder)[0].scores == both[1].scores


def test_labels_that_belong_to_no_text_are_told(tmp_path: Path) -> None:
    with pytest.raises(PsimmError, match="not here"):
        read_gold(tmp_path)
    (tmp_path / "items.jsonl").write_text("", "utf-8")
    (tmp_path / "labels.jsonl").write_text('{"id": "x", "concepts": []}\n', "utf-8")
    with pytest.raises(PsimmError, match="don't belong together"):
        read_gold(tmp_path)


def test_the_gold_is_what_it_has_to_be(repo: Path) -> None:
    folder = repo / "annotations" / "gold" / "tagging"
    texts = read_gold(folder)
    known = set(load_taxonomy(default_folder()).by_id)
    assert len(texts) >= 600
    assert sum(not one.concepts for one in texts) >= 0.4 * len(texts)
    assert {concept for one in texts for concept in one.concepts} <= known
    assert len({one.text for one in texts}) == len(texts)
    assert all(one.twice for one in texts)
    for row in map(json.loads, (folder / "labels.jsonl").read_text("utf-8").splitlines()):
        assert set(row) == {"id", "concepts", "a", "b"}
        first, second = set(row["a"]), set(row["a"] if row["b"] is None else row["b"])
        assert first & second <= set(row["concepts"]) <= first | second


def test_an_article_has_the_same_concepts_in_each_language(repo: Path) -> None:
    decided = {one.id: one.concepts for one in read_gold(repo / "annotations" / "gold" / "tagging")}
    versions: dict[str, dict[str, frozenset[str]]] = defaultdict(dict)
    for path in sorted((repo / "corpus" / "digests").glob("*.jsonl")):
        for row in map(json.loads, path.read_text("utf-8").splitlines()):
            home = f"{row['work']}#{row['article'] or ''}"
            for language in row["text"]:
                key = f"g{checksum(f'digest {home} {language}'):08x}"
                if key in decided:
                    versions[home][language] = decided[key]
    pairs = [home for home, found in versions.items() if len(found) > 1]
    assert len(pairs) >= 30
    assert [home for home in pairs if len(set(versions[home].values())) > 1] == []
