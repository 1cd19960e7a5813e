"""Authorities: recognised in every language and case form with exact letters, resolved by an act's own words, and what each does."""

from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from psimm_docs.fold import fold
from psimm_docs.institution_roles import ROLE_WORDS, matter_patterns, parts, role_patterns
from psimm_docs.institution_words import MACROS, institutions, lexicon, names_of, plain, table
from psimm_docs.institutions import Mention, find, resolved, words_key
from psimm_docs.jurisdictions import SIX, root
from psimm_docs.records import Span

FORMS = [
    ("BA", "Zahtjev ide Ministarstvu sigurnosti.", "Ministarstvu sigurnosti", "ba/ministry-of-security"),
    (
        "BA",
        "Питају Службу за послове са странцима.",
        "Службу за послове са странцима",
        "ba/service-for-foreigners-affairs",
    ),
    (
        "ME",
        "Pisaće Ministarstvu unutrašnjih poslova sjutra.",
        "Ministarstvu unutrašnjih poslova",
        "me/ministry-of-interior",
    ),
    ("ME", "Znaju to inspektori rada.", "inspektori rada", "me/labour-inspection"),
    (
        "RS",
        "Поднето је Националној служби за запошљавање.",
        "Националној служби за запошљавање",
        "rs/national-employment-service",
    ),
    (
        "RS",
        "podneto je nacionalnoj sluzbi za zaposljavanje",
        "nacionalnoj sluzbi za zaposljavanje",
        "rs/national-employment-service",
    ),
    ("RS", "Stiglo iz MUP-a jutros.", "MUP-a", "rs/ministry-of-interior"),
    (
        "RS",
        "Министарство надлежно за послове рада чека.",
        "Министарство надлежно за послове рада",
        "rs/ministry-of-labour",
    ),
    ("AL", "I dërgohet Ministrisë së Brendshme nesër.", "Ministrisë së Brendshme", "al/ministry-of-interior"),
    (
        "AL",
        "E pyesin Agjencinë Kombëtare të Punësimit dhe Aftësive.",
        "Agjencinë Kombëtare të Punësimit dhe Aftësive",
        "al/employment-agency",
    ),
    ("XK", "Flet Policia e Kosovës.", "Policia e Kosovës", "xk/police"),
    (
        "XK",
        "Obaveštavaju Agenciju za zapošljavanje Republike Kosovo.",
        "Agenciju za zapošljavanje Republike Kosovo",
        "xk/employment-agency",
    ),
    (
        "MK",
        "Се чека во Министерството за внатрешни работи.",
        "Министерството за внатрешни работи",
        "mk/ministry-of-interior",
    ),
    ("MK", "Го знае Државниот инспекторат за труд.", "Државниот инспекторат за труд", "mk/labour-inspectorate"),
    ("MK", "It waits for the Employment Service Agency.", "Employment Service Agency", "mk/employment-agency"),
]


@pytest.mark.parametrize(("code", "text", "words", "institution"), FORMS)
def test_an_authority_is_found_in_its_form_with_exact_letters(
    code: str, text: str, words: str, institution: str
) -> None:
    [one] = find(text, jurisdiction=code)
    assert (one.span.of(text), one.institutions) == (words, (institution,))


@pytest.mark.parametrize("institution", list(institutions()))
def test_every_name_of_the_tables_is_found_as_it_stands(institution: str) -> None:
    one = institutions()[institution]
    for name, macro in names_of(one):
        if macro not in MACROS[root(one.jurisdiction)]:
            raise AssertionError(f"{name}: no text of {one.jurisdiction} is in {macro}")
        text = f"x {plain(name)} x"
        assert [found.institutions for found in find(text, jurisdiction=one.jurisdiction)] == [(institution,)], name
    for letters in one.short:
        assert find(f"x {letters} x", jurisdiction=one.jurisdiction)[0].institutions == (institution,)


def test_what_an_authority_is_part_of_is_there_and_ends() -> None:
    for one in institutions().values():
        seen = {one.id}
        while one.part_of:
            one = institutions()[one.part_of]
            assert one.id not in seen
            seen.add(one.id)


@pytest.mark.parametrize(
    ("code", "text", "words"),
    [
        ("RS", "Надлежни орган чека.", "Надлежни орган"),
        ("BA", "Piše nadležnom tijelu.", "nadležnom tijelu"),
        ("AL", "Presin organet kompetente.", "organet kompetente"),
        ("MK", "Чека надлежниот орган.", "надлежниот орган"),
        ("XK", "It waits for the competent authority.", "competent authority"),
    ],
)
def test_a_general_word_is_an_authority_that_is_not_named(code: str, text: str, words: str) -> None:
    [one] = find(text, jurisdiction=code)
    assert (one.span.of(text), one.institutions, one.how) == (words, (), "unnamed")


def test_a_name_that_levels_share_means_the_texts_own_level() -> None:
    text = "Чека Завод за запошљавање."
    assert find(text, jurisdiction="BA-SRP")[0].institutions == ("ba-srp/employment-institute",)
    assert find(text, jurisdiction="BA-BRC")[0].institutions == ("ba-brc/employment-institute",)
    assert find(text, jurisdiction="BA")[0].institutions == ()


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("BA", "Piše diplomatskom predstavništvu države stranca."),
        ("RS", "Тако каже Закон о полицији."),
        ("AL", "Vjen Policia Rrugore."),
        ("AL", "Nevojitet policë ngarkese."),
        ("RS", "Pita Ministarstvo zdravlja."),
        ("XK", "Vjen Organi i Kujdestarisë."),
        ("BA", "Podaci Federalnog zavoda za statistiku."),
    ],
)
def test_bodies_of_others_are_left_out(code: str, text: str) -> None:
    assert find(text, jurisdiction=code) == []


def test_an_acts_own_word_and_the_word_before_are_resolved() -> None:
    text = "Nacionalna služba za zapošljavanje sluša. Služba čeka, a Ministarstvo piše."
    found = resolved(text, jurisdiction="RS", defined={words_key("Ministarstvo", "RS"): ("rs/ministry-of-labour",)})
    assert [(one.words, one.institutions, one.how) for one in found[1:]] == [
        ("Služba", ("rs/national-employment-service",), "before"),
        ("Ministarstvo", ("rs/ministry-of-labour",), "defined"),
    ]


def test_an_acts_word_for_a_body_of_its_own_is_not_the_authority_before() -> None:
    text = "Nacionalna služba za zapošljavanje sluša. Služba čeka."
    found = resolved(text, jurisdiction="RS", defined={words_key("Služba", "RS"): ()})
    assert found[1].institutions == ()


def test_a_firm_at_the_start_of_a_sentence_is_no_authority() -> None:
    assert resolved("Agencija sluša.", jurisdiction="RS", defined={}) == []
    assert resolved("Zatim Agencija sluša.", jurisdiction="RS", defined={})[0].how == "unnamed"


def test_a_word_far_from_the_name_stays_unnamed() -> None:
    text = "Nacionalna služba za zapošljavanje sluša. " + "Gosti čekaju. " * 200 + "Zatim Služba čeka."
    assert resolved(text, jurisdiction="RS", defined={})[-1].institutions == ()


@given(st.text(alphabet="абвгиЂљ Ministarstvoežš–-(1)\n.,", max_size=80), st.sampled_from(SIX))
def test_mentions_lie_in_the_text_and_never_overlap(text: str, code: str) -> None:
    found = find(text + " Влада Vlada Qeveria ", jurisdiction=code)
    assert all(one.span.end <= len(text) + 21 for one in found)
    assert all(a.span.end <= b.span.start for a, b in pairwise(found))


# --- roles -------------------------------------------------------------------------------------------------------------


def roles(text: str, code: str, language: str) -> list[tuple[str, str, str]]:
    mentions: Sequence[Mention] = resolved(text, jurisdiction=code, defined={})
    return [
        (one.mention.words, one.role, one.matter)
        for one in parts(text, Span(0, len(text)), mentions, language=language)
    ]


@pytest.mark.parametrize(
    ("code", "language", "text", "wanted"),
    [
        ("RS", "sr-Cyrl", "Визу издаје конзулат.", [("конзулат", "decides", "visa")]),
        (
            "BA-BIH",
            "bs",
            "Kantonalna služba za zapošljavanje izdaje radnu dozvolu, ako je saglasan Federalni zavod za zapošljavanje.",
            [
                ("Kantonalna služba za zapošljavanje", "decides", "work permit"),
                ("Federalni zavod za zapošljavanje", "opinion", "work permit"),
            ],
        ),
        ("BA", "hr", "O žalbi odlučuje Ministarstvo sigurnosti.", [("Ministarstvo sigurnosti", "appeal", "")]),
        ("ME", "cnr", "Zahtjev za vizu podnosi se konzulatu.", [("konzulatu", "receives", "visa")]),
        ("ME", "cnr", "Inspektor rada vrši nadzor i izriče novčanu kaznu.", [("Inspektor rada", "fines", ""), ("Inspektor rada", "inspects", "")]),
        ("XK", "sq", "Agjencia e Punësimit jep mendim për lejen e punës.", [("Agjencia e Punësimit", "opinion", "work permit")]),
        ("AL", "sq", "Kërkesa paraqitet në Ministrinë e Brendshme.", [("Ministrinë e Brendshme", "receives", "")]),
        ("AL", "sq", "Ankimi bëhet në gjykatën administrative.", [("gjykatën administrative", "appeal", "")]),
        ("MK", "mk", "Агенцијата за вработување дава мислење.", [("Агенцијата за вработување", "opinion", "")]),
        ("MK", "mk", "Жалба се поднесува до Државната комисија.", [("Државната комисија", "appeal", "")]),
        ("RS", "en", "The permit is issued by the Ministry of Interior.", [("Ministry of Interior", "decides", "")]),
        ("RS", "en", "The Government, on the proposal of the Ministry of Labour, sets the quota.", [("Government", "decides", "quota"), ("Ministry of Labour", "opinion", "quota")]),
        ("BA", "bs", "Zahtjev se podnosi Službi za strance ili policiji.", [("Službi za strance", "receives", ""), ("policiji", "receives", "")]),
        ("RS", "sr-Latn", "Ministarstvo unutrašnjih poslova dozvolu ne izdaje.", []),
        ("XK", "sq", "Ankesë kundër vendimit të Policisë së Kosovës mbahet.", []),
    ],
)  # fmt: skip
def test_a_clause_gives_a_role(code: str, language: str, text: str, wanted: list[tuple[str, str, str]]) -> None:
    assert roles(text, code, language) == wanted


@pytest.mark.parametrize("macro", ["hbs", "mk", "sq", "en"])
def test_every_role_and_matter_has_words_that_can_match(macro: str) -> None:
    assert {role for role, _ in role_patterns(macro)} == set(ROLE_WORDS)
    spoken = [text for some in table(macro)["roles"].values() for text in some]
    for text, (_, pattern) in zip(
        [
            one
            for role in ("appeal", "opinion", "fines", "inspects", "checks", "receives", "decides")
            for one in table(macro)["roles"][role]
        ],
        role_patterns(macro),
        strict=True,
    ):
        said = fold(
            " ".join(
                {"@": "\ue001", "%": "\ue000", "#": "\ue000"}.get(word, word.replace("*", ""))
                for word in text.replace("...", " ").split()
            )
        )
        assert pattern.search(said), text
        assert sum(text.count(sign) for sign in "@%#") == 1, text
    assert len(spoken) == len(set(spoken))
    for _, pattern in matter_patterns(macro):
        assert pattern.pattern


def test_a_text_of_no_one_of_the_six_names_nobody() -> None:
    assert find("Vlada odlučuje.", jurisdiction="HR") == []
    assert lexicon("HR").names == {}


def test_real_laws_name_authorities_where_they_do(shared: object) -> None:
    """The police act of Albania is about the State Police: nearly every article names it, and no mention leaves the text."""
    from pathlib import Path

    from psimm_docs.evaluate.references import read_document

    document, _ = read_document(Path(str(shared)) / "realdocs" / "al" / "ligji2.pdf")
    found = resolved(document.text, jurisdiction="AL", defined={})
    named = [one for one in found if one.institutions == ("al/state-police",)]
    assert len(named) > 400
    assert all(fold(one.span.of(document.text)).startswith(("polic", "stacion")) for one in named)
