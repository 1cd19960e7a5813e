"""Terms of a query in other languages: what is found, what is told, and what is left alone."""

import csv
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from psimm_docs.bridge import MOST_BRIDGES, Entry, bridged, glossary, terms_of
from psimm_docs.lexical import covered, highlights, parse_query, scoring_expression, stem
from psimm_docs.taxonomy import default_folder, load_taxonomy
from psimm_docs.verdicts import also_searched


@pytest.fixture(scope="module")
def terms() -> tuple[Entry, ...]:
    return terms_of(load_taxonomy(default_folder()))


def names(query: str, terms: tuple[Entry, ...]) -> set[str]:
    return {name.text for bridge in bridged(parse_query(query), terms).bridges for name in bridge.names}


def test_the_glossary_has_every_term_in_seven_languages() -> None:
    rows = list(
        csv.DictReader(files("psimm_docs").joinpath("data/search/glossary.csv").read_text("utf-8").splitlines())
    )
    assert all(all(cell.strip() for cell in row.values()) and len(row) == 7 for row in rows)
    assert len(glossary()) == len(rows)
    cyrillic = ("sr", "mk")
    for row in rows:
        for language, cell in row.items():
            assert any("Ѐ" <= letter <= "ӿ" for letter in cell) == (language in cyrillic), (language, cell)


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("fingerprints", {"otisci prstiju", "gjurmë gishtash", "отпечатоци од прсти"}),
        ("otisci prstiju", {"fingerprints", "gjurmë gishtash"}),
        ("бизнис и договор за вработување", {"employment contract", "kontratë pune", "ugovor o radu"}),
    ],
)
def test_a_term_brings_its_names(terms: tuple[Entry, ...], query: str, wanted: set[str]) -> None:
    assert wanted <= names(query, terms)


def test_the_longer_term_stands_and_the_shorter_stands_back(terms: tuple[Entry, ...]) -> None:
    found = bridged(parse_query("labour inspector"), terms).bridges
    assert found[0].typed == "labour inspector"
    assert not any(set(bridge.stems) < {stem("labour"), stem("inspector")} for bridge in found)


def test_a_query_of_other_things_is_left_alone(terms: tuple[Entry, ...]) -> None:
    assert bridged(parse_query("bicycle lanes on the main street"), terms).bridges == ()


def test_a_name_counts_as_the_words_themselves(terms: tuple[Entry, ...]) -> None:
    query = bridged(parse_query("fingerprints"), terms)
    stems = {stem(word) for word in ("otisci", "prstiju")}
    assert covered(query, {"otisci", "prstiju"}, stems) == 1.0
    assert covered(query, {"prst"}, {stem("prst")}) == 0.0
    text = "Узимају се отисци прстију странца."
    assert [span.of(text) for span in highlights(query, text, 0)] == ["отисци", "прстију"]


def test_what_is_added_is_told(terms: tuple[Entry, ...]) -> None:
    said = also_searched(bridged(parse_query("employment contract"), terms).bridges)
    assert said.startswith("Also searched for “employment contract”: ")
    assert "kontratë pune" in said


@given(
    st.text(st.characters(exclude_categories=()), min_size=1, max_size=60).filter(
        lambda text: any(map(str.isalnum, text))
    )
)
def test_any_query_stays_a_valid_one(terms: tuple[Entry, ...], text: str) -> None:
    from psimm_docs.errors import PsimmError

    try:
        query = parse_query(text)
    except PsimmError:
        return
    found = bridged(query, terms)
    assert (found.terms, found.phrases, found.exacts) == (query.terms, query.phrases, query.exacts)
    assert len(found.bridges) <= MOST_BRIDGES
    assert scoring_expression(found).startswith(scoring_expression(query))


def test_words_of_one_stem_are_not_one_word(terms: tuple[Entry, ...]) -> None:
    assert "punëmarrës" not in names("employer", terms)
    assert "punëdhënës" in names("employers", terms)
