"""Gold outlines: sealed words open for the same letters only, and every kind of misreading is counted and told."""

import json
from pathlib import Path

import pytest

from psimm_docs.errors import PsimmError
from psimm_docs.evaluate.laws import outline_suite
from psimm_docs.language import identify
from psimm_docs.outlines import Outline, compare, main, opens, parse_outline, read_outlines, seal, sealed_outline
from psimm_docs.provisions import parse
from psimm_docs.records import Block, Document, Page, Span

LAW = """Predmet
Član 1.
Zakon uređuje provere stranih radnika.
Rok
Član 2.
(1) Rok je osam dana.
(2) Rok teče od prijema.
"""

WRITTEN = {
    "file": "rs/zakon.txt",
    "language": ["sr-Latn"],
    "acts": [
        {
            "language": "sr-Latn",
            "articles": [
                {"num": "1", "page": 1, "heading": "Predmet", "start": "Zakon uređuje", "end": "stranih radnika."},
                {"num": "2", "page": 1, "heading": "Rok", "start": "(1) Rok je", "end": "teče od prijema."},
            ],
            "paragraphs": {"1": [], "2": ["para_1", "para_2"]},
        }
    ],
}


def sealed(tmp_path: Path, law: str = LAW) -> Outline:
    (tmp_path / "rs").mkdir(exist_ok=True)
    (tmp_path / "rs" / "zakon.txt").write_text(law, "utf-8")
    return parse_outline(sealed_outline(WRITTEN, tmp_path))


def read(text: str) -> tuple[Document, str]:
    blocks, at = [], 0
    for line in text.rstrip("\n").split("\n"):
        blocks.append(Block(Span(at, at + len(line)), "paragraph", 1))
        at += len(line) + 1
    held = Document("rs/z/1", "0" * 64, text, len(text), (Page(1, 0, 0, "text"),), tuple(blocks))
    return held, identify(held, jurisdiction="RS").document.tag


def test_a_right_reading_has_no_difference(tmp_path: Path) -> None:
    held, tag = read(LAW)
    parsed = parse(held, identify(held, jurisdiction="RS"), jurisdiction="RS")
    made = compare(sealed(tmp_path), held, parsed.provisions, language=tag)
    assert made.differences == ()
    assert (made.articles, made.paths, made.headings, made.language) == ((2, 2, 2), (2, 2, 2), (2, 2), True)


@pytest.mark.parametrize(
    ("change", "kinds"),
    [
        (("Član 2.", "Tekst"), {"missing", "end"}),
        (("radnika.\n", "radnika.\nJoš jedna rečenica.\n"), {"end", "paths"}),
        (("Zakon uređuje", "Zakon uredjuje"), {"start"}),
        (("Rok\nČlan", "Rokovi\nČlan"), {"heading"}),
        (("(2) Rok", "Rok"), {"paths"}),
        (("prijema.\n", "prijema.\nČlan 3.\nKraj.\n"), {"extra"}),
    ],
)
def test_each_misreading_is_told(tmp_path: Path, change: tuple[str, str], kinds: set[str]) -> None:
    held, tag = read(LAW.replace(*change))
    parsed = parse(held, identify(held, jurisdiction="RS"), jurisdiction="RS")
    made = compare(sealed(tmp_path), held, parsed.provisions, language=tag)
    assert kinds <= {one.kind for one in made.differences}
    assert made.articles[0] < 2 or kinds & {"heading", "paths", "extra"}


def test_a_seal_opens_for_its_letters_alone() -> None:
    mark = seal("Zakon uređuje uslove za rad stranaca u zemlji")
    assert opens(mark, "ZAKON URE-\nĐUJE uslove za rad stranaca, u zemlji i van nje")
    assert not opens(mark, "Zakon uredjuje uslove za rad stranaca u zemlji")
    assert opens(seal("u zemlji.", tail=True), "rad stranaca u zemlji", tail=True)
    assert not opens(seal("Rok"), "Rok i žalba", whole=True)
    assert opens("", "", whole=True)
    assert not opens("", "nešto", whole=True)


def test_the_script_seals_and_says_no_word(tmp_path: Path) -> None:
    sealed(tmp_path)
    (tmp_path / "rs__zakon.json").write_text(json.dumps(WRITTEN), "utf-8")
    gold = tmp_path / "gold"
    gold.mkdir()
    assert main([str(tmp_path / "rs__zakon.json"), "--documents", str(tmp_path), "--out", str(gold)]) == 0
    text = (gold / "rs__zakon.json").read_text("utf-8")
    assert "stranih" not in text
    assert "Predmet" not in text
    scores = {(one.measure, one.slice): one.value for one in outline_suite(gold, tmp_path)}
    assert scores["laws: article F1", "all"] == scores["laws: headings", "RS"] == 1.0
    (tmp_path / "rs" / "zakon.txt").write_text("Drugi tekst", "utf-8")
    assert list(outline_suite(gold, tmp_path)) == []


def test_paragraphs_of_an_article_that_is_not_listed(tmp_path: Path) -> None:
    sealed(tmp_path)
    wrong = json.loads(json.dumps(WRITTEN))
    wrong["acts"][0]["paragraphs"]["9"] = []
    with pytest.raises(PsimmError, match="9"):
        sealed_outline(wrong, tmp_path)


def test_the_outlines_in_the_repository_cover_what_they_should(repo: Path) -> None:
    held = read_outlines(repo / "annotations" / "gold" / "reading")
    assert len(held) >= 40
    assert {"AL", "BA", "XK", "ME", "MK", "RS"} <= {one.jurisdiction for one in held}
    assert {tag for one in held for act in one.acts for tag in [act.language]} >= {
        *("sq", "bs", "hr", "cnr", "sr-Latn", "sr-Cyrl", "mk")
    }
    for one in held:
        listed = sum(len(act.articles) for act in one.acts)
        assert sum(len(act.paragraphs) for act in one.acts) >= min(10, listed) - 2, one.file
