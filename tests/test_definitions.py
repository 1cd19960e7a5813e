"""Definitions in every jurisdiction's manner, on made-up law: which terms are defined, where, and what is none."""

import json
import re
from importlib import resources

import pytest
from hypothesis import given
from hypothesis import strategies as st

from psimm_docs.definition_words import MACROS, defining_words
from psimm_docs.definitions import Definition, find
from psimm_docs.fold import fold
from psimm_docs.provisions import parse
from psimm_docs.records import Document, LanguageReading, LanguageTag, Provision
from test_crossrefs import ARTICLE, MACRO, TAGS, document


def read(text: str, code: str) -> tuple[Document, tuple[Provision, ...], list[Definition]]:
    held = document(text)
    tag = TAGS[code]
    one = LanguageTag(tag, "Cyrl" if tag in ("mk", "sr-Cyrl") else "Latn", MACRO.get(tag, "hbs"), 1.0)
    state = {"CY": "RS", "EN": "XK"}.get(code, code)
    provisions = parse(held, LanguageReading(one, tuple(one for _ in held.blocks)), jurisdiction=state).provisions
    return held, provisions, find(held, provisions)


def defined(text: str, code: str) -> list[str]:
    return [one.term for one in read(f"{ARTICLE[code]}\n{text}\n", code)[2] if one.kind == "defined"]


LISTS = [
    (
        "RS",
        "Pojedini izrazi upotrebljeni u ovom zakonu imaju sledeće značenje:\n1) gost je lice koje čeka red;\n"
        "2) „domaćin” jeste lice koje prima gosta;\n3) dnevni red (u daljem tekstu: red) su tačke sastanka;\n"
        "4) ručak, odnosno obed je glavni obrok;\n5) lice koje kasni je dužno da se javi;\n"
        "6) brisana je;\n7) dvorište u smislu ovog zakona jeste prostor oko kuće.",
        ["gost", "domaćin", "dnevni red", "ručak, odnosno obed", "dvorište"],
    ),
    (
        "CY",
        "Изрази употребљени у овом закону имају следеће значење:\n1) гост је лице које чека ред;\n"
        "2) „домаћин” означава лице које прима госта;",
        ["гост", "домаћин"],
    ),
    (
        "BA",
        "(1) Izrazi upotrijebljeni u ovom zakonu imaju sljedeće značenje:\na) gost je osoba koja čeka red,\n"
        "b) prijem podrazumijeva pozdrav i kafu,\nc) “kućni red” – pravila kuće;",
        ["gost", "prijem", "kućni red"],
    ),
    ("HR", "U smislu ovoga Zakona pojedini izrazi imaju sljedeća značenja:\n1. »Gost« je osoba koja čeka.", ["Gost"]),
    (
        "MK",
        "Одделни изрази употребени во овој закон го имаат следново значење:\n1. „Гостин“ е лице кое чека;\n"
        "2. ,,Домаќин“ значи лице кое прима гости;\n3. Дневен ред се точките на состанокот;\n"
        "4. Поканет, покрај гостинот, е и неговиот придружник;",
        ["Гостин", "Домаќин", "Дневен ред", "Поканет"],
    ),
    (
        "AL",
        "Në këtë ligj termat e mëposhtëm kanë këto kuptime:\n1. “Mysafir” është personi që pret radhën.\n"
        "2. “Mikpritës” janë personat që presin mysafirë.\n3. RADHA: vendi i secilit.",
        ["Mysafir", "Mikpritës", "RADHA"],
    ),
    (
        "XK",
        "1. Shprehjet e përdorura në këtë ligj kanë këtë kuptim:\n1.1. Mysafir - personi që pret radhën;\n"
        "1.2. Radhë e ditës – nënkupton pikat e takimit;\n1.3. Drekë, ose vakt - ushqimi i mesditës;",
        ["Mysafir", "Radhë e ditës", "Drekë, ose vakt"],
    ),
    (
        "EN",
        "The terms used in this Law shall have the following meanings:\n1. “Guest” means a person who waits;\n"
        "2. Host - a person who receives guests;",
        ["Guest", "Host"],
    ),
]


@pytest.mark.parametrize(("code", "text", "expected"), LISTS)
def test_a_list_of_definitions_gives_its_terms(code: str, text: str, expected: list[str]) -> None:
    assert defined(text, code) == expected


FORMULAS = [
    ("RS", "U smislu ovog zakona, gost je lice koje čeka red.", ["gost"]),
    ("RS", "Gost, u smislu ovog zakona, jeste lice koje čeka red.", ["Gost"]),
    ("HR", "Gost je, u smislu ovoga Zakona, osoba koja čeka.", ["Gost"]),
    ("MK", "Под суд, судија и совет се подразбира и гостин.", ["суд, судија и совет"]),
    ("RS", "Pod redom iz stava 1. ovog člana smatra se i čekanje.", ["redom"]),
    ("AL", "Për qëllime të këtij neni, me mysafir kuptohet personi që pret.", ["mysafir"]),
    ("ME", "Pod kućnim redom podrazumijevaju se pravila kuće.", ["kućnim redom"]),
    ("BA", "Gost čeka. Pod prijemom, u smislu ovog zakona, podrazumijeva se pozdrav.", ["prijemom"]),
    ("RS", "Izraz „gost” označava lice koje čeka red.", ["gost"]),
    ("MK", "Под куќен ред, во смисла на овој закон, се подразбираат правилата.", ["куќен ред"]),
    ("MK", "Гостин, во смисла на овој закон, е лице кое чека.", ["Гостин"]),
    ("AL", "Me mysafir kuptohet personi që pret.", ["mysafir"]),
    ("XK", "Për qëllime të këtij neni, shprehja “mysafir” nënkupton personin që pret.", ["mysafir"]),
    ("EN", "For the purposes of this Law, “guest” means a person who waits.", ["guest"]),
    ("RS", "Izraz „gost” ili „posetilac” označava lice koje čeka red.", ["gost", "posetilac"]),
]


@pytest.mark.parametrize(("code", "text", "expected"), FORMULAS)
def test_a_formula_defines_anywhere(code: str, text: str, expected: list[str]) -> None:
    assert defined(text, code) == expected


NONE = [
    ("RS", "Gost je dužan da čeka."),
    ("RS", "Domaćin je odgovoran za red: pravila su mu poznata."),
    ("RS", "Domaćin donosi: 1) red - po potrebi; 2) pravila."),
    ("RS", "Odluka iz stava 1. ovog člana je konačna."),
    ("RS", "U smislu stava 1. ovog člana, zabranjeno je čekanje."),
    ("RS", "Pod redom iz stava 1. ovog člana ne smatra se čekanje."),
    ("MK", "Барањето во смисла на ставот (1) на овој член се поднесува писмено."),
    ("MK", "Против решението во смисла на овој закон не е дозволена жалба."),
    ("AL", "Mysafiri është i detyruar të presë."),
    ("XK", "Nëse mysafiri vonohet, ai njoftohet si në vijim: me letër."),
    ("EN", "The guest is required to wait."),
    ("RS", "Isticanje zahteva u smislu stava 1. ovog člana ne smatra se odlaganjem."),
]


@pytest.mark.parametrize(("code", "text"), NONE)
def test_what_only_says_something_of_a_thing_defines_nothing(code: str, text: str) -> None:
    assert defined(text, code) == []


def test_a_heading_makes_an_article_one_of_definitions() -> None:
    text = "Значење на изразите\nЧлен 3\n(1) Јавен гостин е лице кое чека.\n(2) Како домаќин се смета лице кое прима.\n"
    assert [one.term for one in read(text, "MK")[2]] == ["Јавен гостин", "домаќин"]
    assert [one.term for one in read(text.replace("Значење на изразите", "Прием"), "MK")[2]] == []


def test_an_article_of_like_paragraphs_is_one_of_definitions() -> None:
    under = "".join(
        f"({n}) Pod {word} podrazumijeva se gost.\n" for n, word in enumerate(("redom", "domom", "danom"), 1)
    )
    text = f"Član 9\n{under}(4) Gostom se smatra lice koje čeka.\n"
    assert [one.term for one in read(text, "ME")[2]] == ["redom", "domom", "danom", "Gostom"]


def test_points_inside_a_definition_are_part_of_it() -> None:
    text = (
        "Neni 9\n1. Shprehjet e përdorura në këtë ligj kanë këtë kuptim:\n1.1. Mysafir - nënkupton:\n"
        "1.1.1. personi që pret - në radhë;\n1.1.2. personi i ftuar.\n1.2. Radhë - vendi i secilit.\n"
    )
    held, _, found = read(text, "XK")
    assert [one.term for one in found] == ["Mysafir", "Radhë"]
    assert found[0].span.of(held.text).startswith("Mysafir - nënkupton:")
    assert found[0].span.of(held.text).endswith("personi i ftuar.")


def test_a_formula_s_span_is_its_sentence() -> None:
    held, _, found = read("Član 9.\nGost čeka. Pod prijemom podrazumeva se pozdrav i kafa. Kafa je topla.\n", "RS")
    assert [one.span.of(held.text) for one in found] == ["Pod prijemom podrazumeva se pozdrav i kafa."]


SHORT = [
    (
        "RS",
        "Služba za prijem gostiju (u daljem tekstu: Služba) vodi red.",
        "Služba",
        "Služba za prijem gostiju (u daljem tekstu: Služba)",
    ),
    ("HR", "Ured za prijem (u daljnjem tekstu: Ured) vodi red.", "Ured", "Ured za prijem (u daljnjem tekstu: Ured)"),
    (
        "MK",
        "Служба за прием (во натамошниот текст: Службата) води ред.",
        "Службата",
        "Служба за прием (во натамошниот текст: Службата)",
    ),
    (
        "XK",
        "Zyra për pritje (në tekstin e mëtejmë: “Zyra”) mban radhën.",
        "Zyra",
        "Zyra për pritje (në tekstin e mëtejmë: “Zyra”)",
    ),
    ("AL", "Gosti vonohet. Zyra për pritje (në vijim Zyra) mban radhën.", "Zyra", "Zyra për pritje (në vijim Zyra)"),
    (
        "EN",
        "The Reception Office (hereinafter: the Office) keeps order.",
        "the Office",
        "The Reception Office (hereinafter: the Office)",
    ),
]


@pytest.mark.parametrize(("code", "text", "term", "whole"), SHORT)
def test_short_names(code: str, text: str, term: str, whole: str) -> None:
    held, _, found = read(f"{ARTICLE[code]}\n{text}\n", code)
    assert [(one.term, one.kind) for one in found] == [(term, "short-name")]
    assert found[0].span.of(held.text) == whole


def every_phrase(table: dict[str, object]) -> list[tuple[str, str]]:
    lists = [(name, held) for name, held in table.items() if isinstance(held, list) and name != "under"]
    return [(name, str(one)) for name, held in lists for one in held]


@pytest.mark.parametrize("macro", MACROS)
def test_every_entry_of_the_tables_can_match(macro: str) -> None:
    table = json.loads(resources.files("psimm_docs").joinpath(f"data/definitions/{macro}.json").read_text("utf-8"))
    words = defining_words(macro)
    patterns = {
        "headings": words.heading,
        "openings": words.opening,
        "relative": words.relative,
        "not_terms": words.not_terms,
    }
    for name, text in every_phrase(table):
        made = fold(re.sub(r"\*", "", text).replace("...", "xx"))
        if name in patterns:
            assert patterns[name].search(made), (name, text)
        elif name == "not_after":
            assert words.not_after.match(f" {made}"), text
        elif name == "short":
            assert words.short.search(f"({made}: xx)"), text
        elif name in ("verbs", "strong"):
            found = words.quoted.match(f'"xx yy" {made} zz')
            assert found
            assert found["verb"], text
        elif name == "names":
            assert words.quoted.match(f'{made} "xx" - zz'), text
        elif name == "tails":
            pair = table["under"][0]
            found = words.under.match(fold(f"{pair['before'][0]} xx {made} zz {pair['verbs'][0].replace('*', '')}"))
            assert found
            assert "xx" in found.groups(), text
        elif name == "frames":
            assert words.frame.match(f"{made} zz:"), text
        else:
            assert name in ("asides", "and", "weak", "breaks"), name


MARKS = '„”"«»()-–:;,. \n1aečšëЉİﬁ\u00ad'
PHRASES = (
    *("Pod ", "je ", "се ", "është ", "means ", "u smislu ovog zakona ", "(u daljem tekstu: ", "podrazumeva se "),
    *("izrazi ", "imaju značenje", "Član 1.\n", "Neni 2\n", "Член 3\n", "1) gost je lice", "kanë këto kuptime:\n1. "),
)
TEXTS = st.lists(st.one_of(st.sampled_from([*MARKS, *PHRASES]), st.text(max_size=3)), max_size=50).map("".join)


@pytest.mark.parametrize("code", ["RS", "MK", "XK", "EN"])
@given(text=TEXTS)
def test_any_text_gives_spans_inside_its_provisions(code: str, text: str) -> None:
    held, provisions, found = read(text, code)
    by_id = {one.id: one for one in provisions}
    for one in found:
        assert by_id[one.provision_id].span.holds(one.span)
        assert one.span.holds(one.term_span)
        assert one.term == " ".join(one.term_span.of(held.text).split())
        assert one.term
        assert one.span.end <= held.body_end
    assert found == sorted(found, key=lambda one: (one.term_span, one.kind))
