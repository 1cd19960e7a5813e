"""What acts print about themselves, in each jurisdiction's manner, on made-up law."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from psimm_docs.acts import Act, read
from psimm_docs.gazettes import forms
from psimm_docs.language import identify
from psimm_docs.provisions import parse
from psimm_docs.records import Block, Document, Page, Span


def document(text: str, heads: str = "") -> Document:
    blocks, at = [], 0
    for line in text.split("\n"):
        if line:
            blocks.append(Block(Span(at, at + len(line)), "paragraph", 1))
        at += len(line) + 1
    return Document("x/y/1", "0" * 64, text + heads, len(text), (Page(1, 0, 0, "text"),), tuple(blocks))


def act(text: str, heads: str = "", code: str = "RS") -> Act:
    held = document(text, heads)
    return read(held, parse(held, identify(held, jurisdiction=code), jurisdiction=code).provisions)


MANNERS: list[tuple[str, str, str, dict[str, Any]]] = [
    (
        "RS",
        'ZAKON O PROBAMA\n("Sl. glasnik RS", br. 24/18, 31/19 - ispr. i 7/20)\nČlan 1\nTekst člana.\n',
        "",
        {"title": "ZAKON O PROBAMA", "issues": ("24/18", "31/19", "7/20"), "consolidated": True, "amending": False},
    ),
    (
        "RS",
        "ЗАКОН\nо пробама\n„Службени гласник РС”, број 35 од 29. априла 2093.\nЧлан 1.\nТекст члана.\n",
        "",
        {"title": "ЗАКОН о пробама", "issues": ("35/2093",), "gazette_date": "2093-04-29", "consolidated": False},
    ),
    (
        "ME",
        'Zakon o probama\nZakon je objavljen u "Službenom listu RCG", br.\n70/93, 13/94 i "Službenom listu\nCG", br. 40/98.\nČlan 1\nTekst člana.\n',
        "",
        {"issues": ("70/93", "13/94", "40/98"), "consolidated": True},
    ),
    (
        "BA",
        'Srijeda, 4. 10. 2096. godine\nGodina XIII — Broj 59 SARAJEVO\nNa osnovu člana 7. Zakona o cestama ("Službene novine", broj 6/02), ministar donosi\n'
        'PRAVILNIK\nO IZMJENAMA I DOPUNAMA PRAVILNIKA O PROBAMA\nČlan 1.\nU Pravilniku o probama ("Službene novine", broj 48/93), u članu 4. riječ se briše.\n'
        "Član 2.\nOvaj pravilnik stupa na snagu.\nBroj 05-27-729-1/96\n19. rujna 2096. godine\n",
        "",
        {
            "issues": ("59/2096",),
            "gazette_date": "2096-10-04",
            "amending": True,
            "number": "05-27-729-1/96",
            "date": "2096-09-19",
        },
    ),
    (
        "MK",
        "ЗАКОН ЗА ПРОБИТЕ\nПРЕЧИСТЕН ТЕКСТ\nЧлен 1\nТекст на член.\n",
        "Службен весник на РМ, бр. 158 од 09.12.2090 година\n",
        {"issues": ("158/2090",), "gazette_date": "2090-12-09", "consolidated": True},
    ),
    (
        "AL",
        "LIGJ\nNr. 79/2091, datë 24.6.2091\nPËR PROVAT\n(ndryshuar me ligjin nr. 13/2092, datë 1.2.2092; nr. 14/2093)\n(i përditësuar)\nNeni 1\nTeksti i nenit.\n",
        "",
        {"number": "79/2091", "date": "2091-06-24", "consolidated": True, "amended_by": ("13/2092", "14/2093")},
    ),
    (
        "XK",
        "LIGJI NR. 06/L -082\nPËR PROVAT\nKuvendi;\nNeni 1\nTeksti i nenit.\nLigji Nr. 06/L-082\n30 janar 2099\n",
        "GAZETA ZYRTARE E PROVËS / Nr. 6 / 25 SHKURT 2099, PRISHTINË\n",
        {
            "number": "06/L-082",
            "date": "2099-01-30",
            "issues": ("6/2099",),
            "gazette_date": "2099-02-25",
            "consolidated": False,
        },
    ),
]


@pytest.mark.parametrize(("code", "text", "heads", "wanted"), MANNERS)
def test_each_manner(code: str, text: str, heads: str, wanted: dict[str, Any]) -> None:
    made = act(text, heads, code)
    assert {name: getattr(made, name) for name in wanted} == wanted


def test_an_amending_act_names_what_it_amends() -> None:
    made = act(MANNERS[3][1], code="BA")
    assert made.amends is not None
    assert made.amends.title == "PRAVILNIKA O PROBAMA"
    assert made.amends.issues == ("48/93",)


def test_the_gazette_of_the_law_in_the_preamble_is_not_the_act_s() -> None:
    made = act(
        'Na osnovu člana 7. Zakona o cestama ("Službeni glasnik", br. 6/02 i 8/03) donosi se\nPRAVILNIK O PROBAMA\nČlan 1.\nTekst.\n'
    )
    assert made.issues == ()
    assert not made.consolidated


@given(st.text(max_size=300), st.text(max_size=60))
def test_any_text_gives_facts_whose_spans_lie_in_it(text: str, heads: str) -> None:
    made = act(text, heads)
    size = len(text + heads)
    for span in (
        made.title_span,
        made.number_span,
        made.date_span,
        made.gazette_span,
        *(one.span for one in made.marks),
    ):
        assert span is None or span.end <= size


def test_every_month_s_name_is_a_date() -> None:
    for name, number in forms().months.items():
        found = forms().day.search(f"7. {name} 2099")
        assert found, name
        assert forms().months[found["month"]] == number
