"""Words of a query and of a passage: safe expressions, inflection and spellings, highlights in original letters."""

import sqlite3
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from psimm_docs.errors import PsimmError
from psimm_docs.fold import fold
from psimm_docs.lexical import (
    COLUMNS,
    MAX_TERMS,
    columns,
    covered,
    folded_words,
    highlights,
    matched,
    parse_query,
    required_expression,
    scoring_expression,
    spellings,
    stem,
    stop_words,
)

ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=80)
SYNTAX = st.lists(
    st.sampled_from(
        ['"', "'", "*", "(", ")", "AND", "OR", "NOT", "NEAR", "{text}", ":", "^", "-", "+", "а", "đ", "\0"]
    ),
    max_size=30,
).map(" ".join)


@pytest.fixture(scope="module")
def table() -> sqlite3.Connection:
    made = sqlite3.connect(":memory:")
    made.execute(
        f"CREATE VIRTUAL TABLE words USING fts5({', '.join(COLUMNS)}, tokenize = 'unicode61 remove_diacritics 0')"
    )
    made.execute("INSERT INTO words VALUES (?, ?, ?, ?)", columns("Странац подноси захтев.", "Захтев", "Закон"))
    return made


@given(ANY_TEXT | SYNTAX)
def test_no_query_is_an_error_of_the_database(table: sqlite3.Connection, text: str) -> None:
    try:
        query = parse_query(text)
    except PsimmError:
        assert not folded_words(text)
        return
    for expression in filter(None, (required_expression(query), scoring_expression(query))):
        table.execute("SELECT rowid FROM words WHERE words MATCH ?", (expression,)).fetchall()


@given(ANY_TEXT, ANY_TEXT)
def test_highlights_lie_inside_the_passage_in_order_and_apart(asked: str, text: str) -> None:
    try:
        query = parse_query(asked)
    except PsimmError:
        return
    spans = highlights(query, text, 7)
    assert all(7 <= span.start < span.end <= 7 + len(text) for span in spans)
    assert all(one.end <= two.start for one, two in pairwise(spans))


@given(ANY_TEXT)
def test_a_text_finds_itself(text: str) -> None:
    if not folded_words(text):
        return
    query = parse_query(text.replace('"', " "))
    assert highlights(query, text, 0)
    plain, _, _, stems = columns(text, "", "")
    exact = sum(part.mentioned(text) for part in query.exacts)
    assert covered(query, set(plain.split()), set(stems.split()), exact) == 1.0


def operators_are_words(text: str) -> tuple[str, ...]:
    return tuple(term.spellings[0] for term in parse_query(text).terms)


def test_operators_are_words() -> None:
    assert operators_are_words("visa NEAR(permit, 2) NOT text:fee") == (
        "visa",
        "near",
        "permit",
        "2",
        "not",
        "text",
        "fee",
    )


@pytest.mark.parametrize("text", ["", "   ", '""', "*", "?!", "„“", "—"])
def test_a_query_without_letters_says_what_to_do(text: str) -> None:
    with pytest.raises(PsimmError, match="type a word"):
        parse_query(text)


def test_stop_words_are_looked_up_only_alone() -> None:
    assert [term.typed for term in parse_query("да ли је потребна виза").terms] == ["потребна", "виза"]
    assert [term.typed for term in parse_query("da li je").terms] == ["da", "li", "je"]
    assert parse_query('za "radna dozvola"').terms == ()


def test_stop_words_are_folded_words() -> None:
    assert all(folded_words(word) == [word] for word in stop_words())


def test_a_word_counts_once() -> None:
    assert parse_query("Dozvola dozvola ДОЗВОЛА dozvol*").typed() == ("Dozvola", "dozvol*")


def test_a_long_query_is_cut_and_says_so() -> None:
    query = parse_query(" ".join(f"word{number}" for number in range(200)))
    assert len(query.terms) == MAX_TERMS
    assert query.cut
    assert not parse_query("short").cut


@pytest.mark.parametrize("text", ['"a b"', "„a b“", "„a b”", "“a b”", "«a b»", "»a b«"])
def test_quotation_marks_of_all_languages_make_a_phrase(text: str) -> None:
    query = parse_query(text)
    assert [one.typed for one in query.phrases] == ["a b"]
    assert query.terms == ()


def test_a_quotation_mark_that_is_not_closed_is_nothing() -> None:
    assert parse_query('"radna dozvola').typed() == ("radna", "dozvola")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("zahtjev", "zahtevima"),
        ("захтјев", "zahtev"),
        ("dozvola", "dozvolama"),
        ("rješenje", "решењем"),
        ("takođe", "takodje"),
        ("mjera", "mere"),
        ("vrijeme", "vreme"),
        ("žalba", "žalbu"),
        ("žalbe", "žalbama"),
        ("viza", "vizu"),
        ("kvota", "kvote"),
        ("leje", "leja"),
        ("taksa", "taksë"),
        ("linija", "linije"),
    ],
)
def test_inflections_and_spellings_share_a_stem(one: str, other: str) -> None:
    assert stem(fold(one)) == stem(fold(other))


@pytest.mark.parametrize(
    ("one", "other"), [("rad", "rok"), ("viza", "vila"), ("43", "430"), ("2023", "2024"), ("13a", "13b")]
)
def test_other_words_and_numbers_do_not(one: str, other: str) -> None:
    assert stem(fold(one)) != stem(fold(other))


@given(st.text(min_size=1, max_size=12))
def test_a_word_has_a_stem(text: str) -> None:
    assert all(stem(word) for word in folded_words(text))


def test_dj_may_stand_for_one_letter() -> None:
    assert spellings(fold("građanin")) == ("gradanin",)
    assert spellings("gradjanin") == ("gradjanin", "gradanin")


def test_highlights_are_original_letters_in_both_scripts() -> None:
    text = "Сваки СТРАНАЦ или Đorđe, stranca…"
    found = highlights(parse_query("stranac djordje"), text, 100)
    assert [text[span.start - 100 : span.end - 100] for span in found] == ["СТРАНАЦ", "Đorđe", "stranca"]


def test_a_ligature_is_highlighted_whole() -> None:
    text = "њива: Njegova oﬃce"
    assert [span.of(text) for span in highlights(parse_query("njegova njiva office"), text, 0)] == [
        "њива",
        "Njegova",
        "oﬃce",
    ]


def test_a_phrase_is_one_span_and_keeps_its_order() -> None:
    text = "Радна дозвола. Дозвола радна."
    assert [span.of(text) for span in highlights(parse_query('"radna dozvola"'), text, 0)] == ["Радна дозвола"]
    assert matched(parse_query('"radna dozvola"'), ("radna", "dozvola")) == ()


def test_a_stop_word_is_found_only_by_itself() -> None:
    text = "They are in the AREA; they are."
    assert [span.of(text) for span in highlights(parse_query("area"), text, 0)] == ["AREA"]
    assert [span.of(text) for span in highlights(parse_query("are"), text, 0)] == ["are", "are"]
    assert "are" not in columns("They are", "", "")[3].split()


def test_a_number_matches_itself_only() -> None:
    text = "rok od 30 dana, 300 dana"
    assert [span.of(text) for span in highlights(parse_query("30"), text, 0)] == ["30"]


def test_matched_says_words_as_typed() -> None:
    assert matched(parse_query("Дозвола RAD taksa"), ("dozvole za rad",)) == ("Дозвола", "RAD")


def test_notes_of_basis_are_no_words_of_law() -> None:
    text = "(1) Rok je 30 dana.\n[fact 7; seen; https://a.b/zakon]\n(2) Taksa."
    query = parse_query("zakon seen fact dana")
    assert [span.of(text) for span in highlights(query, text, 0)] == ["dana"]
    assert matched(query, (text,)) == ("dana",)
    assert "seen" not in columns(text, "", "")[0]
