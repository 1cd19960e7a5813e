"""Figures in provisions: found in each language and script, normalised, tied to who acts; and nothing where a number is only a number."""

import json
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from psimm_docs.errors import PsimmError
from psimm_docs.numerals import in_words, of_digits
from psimm_docs.rates import rates
from psimm_docs.records import Span
from psimm_docs.value_records import Value
from psimm_docs.value_words import MACROS, read_table, value_words
from psimm_docs.values import find

CASES = [
    (
        "bs",
        "Zahtjev se podnosi u roku od 15 dana od prijema.",
        ("deadline", 15, 15, "day", "at-most", False),
        "15 dana",
    ),
    (
        "sq",
        "Ankesa paraqitet brenda tridhjetë (30) ditëve.",
        ("deadline", 30, 30, "day", "at-most", False),
        "tridhjetë (30) ditëve",
    ),
    ("mk", "Одлуката се носи во рок од 30 дена.", ("deadline", 30, 30, "day", "at-most", False), "30 дена"),
    (
        "sr-Cyrl",
        "Најкасније осам дана пре истека подноси се молба.",
        ("deadline", 8, 8, "day", "at-least", False),
        "осам дана",
    ),
    (
        "sr-Latn",
        "Odlučuje se u roku od osam (8) radnih dana.",
        ("deadline", 8, 8, "day", "at-most", True),
        "osam (8) radnih dana",
    ),
    ("sq", "Leja jepet për një periudhë deri në 1 vit.", ("validity", 1, 1, "year", "at-most", False), "1 vit"),
    ("hr", "Dozvola se izdaje na godinu dana.", ("validity", 1, 1, "year", "exactly", False), "godinu dana"),
    (
        "en",
        "The guest may stay for no longer than six months.",
        ("duration", 6, 6, "month", "at-most", False),
        "six months",
    ),
    (
        "mk",
        "Казнува се со затвор од три месеци до две години.",
        ("duration", 3, 24, "month", "range", False),
        "три месеци до две години",
    ),
    (
        "sr-Latn",
        "Kažnjava se novčanom kaznom od 50.000 do 150.000 dinara.",
        ("fine", 50000, 150000, "RSD", "range", False),
        "50.000 do 150.000 dinara",
    ),
    (
        "sr-Latn",
        "Kazniće se novčanom kaznom od pet do deset hiljada din.",
        ("fine", 5000, 10000, "RSD", "range", False),
        "pet do deset hiljada din.",
    ),
    (
        "sq",
        "Dënohet me gjobë sa trefishi i pagës minimale.",
        ("fine", 3, 3, "minimum-wage", "exactly", False),
        "trefishi i pagës minimale",
    ),
    ("sq", "Tarifa është 1 300 lekë.", ("fee", 1300, 1300, "ALL", "exactly", False), "1 300 lekë"),
    ("bs", "Plaća se taksa od 10 KM.", ("fee", 10, 10, "BAM", "exactly", False), "10 KM"),
    ("en", "A fee of EUR 60 is paid.", ("fee", 60, 60, "EUR", "exactly", False), "EUR 60"),
    (
        "mk",
        "Приходот изнесува најмалку две просечни нето-плати.",
        ("wage", 2, 2, "average-wage", "at-least", False),
        "две просечни нето-плати",
    ),
    ("cnr", "Lice je navršilo osamnaest godina života.", ("age", 18, 18, "year", "exactly", False), "osamnaest godina"),
    ("sq", "Fëmijët nën moshën 6 vjeç udhëtojnë falas.", ("age", 6, 6, "year", "at-most", False), "6 vjeç"),
    ("mk", "Годишната квота изнесува 5.000 дозволи.", ("quota", 5000, 5000, "place", "exactly", False), "5.000"),
    (
        "sr-Cyrl",
        "Удео не може бити већи од десет одсто (10%).",
        ("share", 10, 10, "%", "at-most", False),
        "десет одсто (10%)",
    ),
    (
        "hr",
        "Uvjerenje ne smije biti starije od dvadeset i pet dana.",
        ("duration", 25, 25, "day", "at-most", False),
        "dvadeset i pet dana",
    ),
]


@pytest.mark.parametrize(("language", "text", "wanted", "words"), CASES)
def test_a_value_is_found_with_its_words(language: str, text: str, wanted: tuple[object, ...], words: str) -> None:
    [found] = find(text, language)
    assert (found.kind, found.low, found.high, found.unit, found.bound, found.working) == wanted
    assert found.span.of(text) == words


@pytest.mark.parametrize(
    ("language", "text"),
    [
        (
            "bs",
            "U skladu sa članom 15. stav 2. ovog zakona (\u201eSl. glasnik\u201c, br. 24/18 i 31/19) i od 2018. godine.",
        ),
        ("sq", "Sipas nenit 30, paragrafi 2, të ligjit nr. 79/2021, nga viti 2022."),
        ("mk", "Согласно со член 8 став 3 од законот од 2015 година и два прилога."),
        ("en", "Under Article 12(3) of Law No. 43/2018 of 1 January 2020, with two copies and three rooms."),
        ("sr-Latn", "Stranka dolazi između 8 i 12 časova i donosi 3 fotografije; udaljena je 5 km."),
    ],
)
def test_a_number_that_binds_nobody_is_no_value(language: str, text: str) -> None:
    assert find(text, language) == ()


def test_a_list_shares_its_unit_and_a_reference_period_is_no_deadline() -> None:
    assert [(one.low, one.unit) for one in find("Potvrda važi 30, 60 ili 90 dana.", "bs")] == [
        (30, "day"),
        (60, "day"),
        (90, "day"),
    ]
    first, second = find("A guest may stay up to 90 days within 180 days.", "en")
    assert (first.low, second.low) == (90, 180)
    assert (second.kind, second.bound) == ("duration", "exactly")


def test_who_must_act_and_what_it_counts_from() -> None:
    text = "Poslodavac obavještava službu u roku od 8 dana od dana prestanka rada, a služba ćuti."
    [found] = find(text, "bs", provision_id="x#art_1", offset=100)
    assert found.actor == "employer"
    assert found.actor_span is not None
    assert Span(found.actor_span.start - 100, found.actor_span.end - 100).of(text) == "Poslodavac"
    assert found.bears_on is not None
    assert Span(found.bears_on.start - 100, found.bears_on.end - 100).of(text) == "od dana prestanka rada"


def test_a_negative_turns_a_bound_round() -> None:
    bounds = [
        find(text, "bs")[0].bound
        for text in ("Traje duže od 3 dana.", "Ne traje duže od 3 dana.", "Ne može biti kraće od 3 dana.")
    ]
    assert bounds == ["at-least", "at-most", "at-least"]


def test_a_length_of_time_is_iso_8601_and_a_range_has_two_ends() -> None:
    assert Value("x", "deadline", Span(0, 1), 15, 15, "day").iso == "P15D"
    assert Value("x", "deadline", Span(0, 1), 48, 48, "hour").iso == "PT48H"
    assert Value("x", "duration", Span(0, 1), 3, 24, "month").iso == "P3M..P24M"
    assert Value("x", "fee", Span(0, 1), 3, 3, "EUR").iso == ""
    with pytest.raises(ValueError, match="low"):
        Value("x", "fee", Span(0, 1), 3, 2, "EUR")


@pytest.mark.parametrize(
    ("macro", "words", "value"),
    [
        ("hbs", "sto dvadeset i pet", 125),
        ("hbs", "dve hiljade petsto", 2500),
        ("hbs", "sezdesetpet", 65),
        ("mk", "tri iljadi i dveste", 3200),
        ("sq", "njeqind e tetedhjete", 180),
        ("sq", "pese mije", 5000),
        ("en", "two hundred and fifty", 250),
        ("en", "forty-eight", 48),
    ],
)
def test_numbers_in_words(macro: str, words: str, value: float) -> None:
    number = in_words(words, 0, value_words(macro).numbers)
    assert number is not None
    assert (number.value, number.end) == (value, len(words))


@given(st.integers(1000, 999_999_999))
def test_any_thousands_sign_is_read(number: int) -> None:
    for sign in (".", ",", " "):
        assert of_digits(f"{number:,}".replace(",", sign)) == number


@given(st.text("0123456789 danagodirku€%.,()-\nšću", max_size=120), st.sampled_from(["bs", "mk", "sq", "en"]))
def test_any_text_gives_values_inside_it(text: str, language: str) -> None:
    found = find(text, language)
    assert all(0 <= one.span.start < one.span.end <= len(text) for one in found)
    assert all(one.span.end <= other.span.start for one, other in pairwise(found))


@pytest.mark.parametrize("macro", MACROS)
def test_the_tables_have_the_same_lists(macro: str) -> None:
    optional = {"a", "calendar_after"}
    assert set(read_table(macro)) - optional == set(read_table("hbs")) - optional


def test_a_rate_says_its_date_and_source_and_none_is_invented() -> None:
    assert set(rates()) == {"EUR", "BAM", "HRK"}
    made = rates(["XTS 4.5 2026-01-31 a made-up bank"])["XTS"]
    assert (made.per_euro, made.date, made.source) == (4.5, "2026-01-31", "a made-up bank")
    for wrong in ("XTS 4.5", "BAM 2 2026-01-31 somebody", "XTS 0 2026-01-31 nobody"):
        with pytest.raises(PsimmError, match="rates"):
            rates([wrong])


def test_the_gold_points_at_its_own_words(repo: Path) -> None:
    for part in ("dev", "test"):
        for line in (repo / "annotations" / "gold" / "values" / f"{part}.jsonl").read_text("utf-8").splitlines():
            one = json.loads(line)
            for value in one["values"]:
                assert one["text"][value["start"] :].startswith(value["words"])
