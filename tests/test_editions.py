"""Editions: an act printed two or three times in one file, each in one variety; all texts are made up."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from psimm_docs.editions import beginnings
from psimm_docs.extract import read
from psimm_docs.language import identify
from psimm_docs.workspace import ReadSettings
from test_provisions import document

BODY = [
    "Ovim pravilnikom uređuju se {uslovi} za postavljanje klupa i korpi u parkovima, kao i njihovo održavanje.",
    "Klupe postavlja vlasnik parka, u roku koji odredi {opština}, najkasnije do početka ljetne sezone.",
    "Iz {stava} 1. ovog {člana} izuzete su klupe koje služe kao dio dječijeg igrališta.",
    "Ovaj pravilnik stupa na snagu osmog dana od dana objavljivanja u službenom glasilu.",
]
BOSNIAN = {"Na osnovu člana": "Na osnovu člana", "Član": "Član", "uslovi": "uvjeti", "opština": "općina"}
CROATIAN = {"Na osnovu člana": "Na temelju članka", "Član": "Članak", "uslovi": "uvjeti", "opština": "općina"}
SERBIAN = {"Na osnovu člana": "Na osnovu člana", "Član": "Član", "uslovi": "uslovi", "opština": "opština"}
CROATIAN |= {"stava": "stavka", "člana": "članka"}


def edition(words: dict[str, str]) -> list[str]:
    lines = [f"{words['Na osnovu člana']} 7. Zakona o parkovima ministar donosi", "PRAVILNIK", "O KLUPAMA U PARKOVIMA"]
    for number, body in enumerate(BODY, 1):
        lines += [f"{words['Član']} {number}.", body.format(**({"stava": "stava", "člana": "člana"} | words))]
    return [*lines, "Broj 12/34", "Ministar"]


def tags(lines: list[str], jurisdiction: str = "BA") -> list[str]:
    return [one.tag for one in identify(document("\n".join(lines)), jurisdiction=jurisdiction).blocks]


def runs(lines: list[str]) -> list[tuple[str, int]]:
    """Return (tag, number of blocks) of each run of blocks in one language."""
    out: list[tuple[str, int]] = []
    for tag in tags(lines):
        if out and out[-1][0] == tag:
            out[-1] = (tag, out[-1][1] + 1)
        else:
            out.append((tag, 1))
    return out


def test_three_editions_one_after_another_have_one_tag_each() -> None:
    size = len(edition(BOSNIAN))
    three = [*edition(BOSNIAN), *edition(CROATIAN), *edition(SERBIAN)]
    assert runs(three) == [("bs", size), ("hr", size), ("sr-Latn", size)]


def test_of_three_editions_the_one_less_bosnian_is_serbian_wherever_it_stands() -> None:
    size = len(edition(BOSNIAN))
    three = [*edition(SERBIAN), *edition(CROATIAN), *edition(BOSNIAN)]
    assert runs(three) == [("sr-Latn", size), ("hr", size), ("bs", size)]


def test_a_serbian_edition_in_cyrillic_is_one_of_the_three() -> None:
    cyrillic = [
        "На основу члана 7. Закона о парковима министар доноси",
        "ПРАВИЛНИК",
        "Члан 1.",
        "Овим правилником уређују се услови за постављање клупа и корпи у парковима, као и њихово одржавање.",
        "Члан 2.",
        "Клупе поставља власник парка, у року који одреди општина, најкасније до почетка љетне сезоне.",
    ]
    size = len(edition(BOSNIAN))
    assert runs([*edition(BOSNIAN), *edition(CROATIAN), *cyrillic]) == [("bs", size), ("hr", size), ("sr-Cyrl", 6)]


def test_the_document_is_in_the_first_of_its_long_editions() -> None:
    told = identify(document("\n".join([*edition(BOSNIAN), *edition(CROATIAN)])), jurisdiction="BA").document
    assert told.tag == "bs"
    assert any(one.startswith("editions: bs ") for one in told.evidence)
    tail = edition(BOSNIAN)[-6:]
    told = identify(document("\n".join([*tail, *edition(CROATIAN)])), jurisdiction="BA").document
    assert told.tag == "hr"


def test_a_few_words_of_another_variety_inside_an_act_change_nothing() -> None:
    lines = edition(BOSNIAN)
    lines[6] = "Tijekom zime i ostalih razdoblja klupe se ne premještaju."
    assert set(tags(lines)) == {"bs"}


def test_the_lines_before_the_first_act_go_with_it() -> None:
    assert tags(["Petak, 26. godine", "Godina X — Broj 48 Sarajevo, cijena dva", *edition(CROATIAN)])[:2] == [
        "hr",
        "hr",
    ]


def test_alike_decisions_of_one_language_are_no_editions() -> None:
    one = edition(BOSNIAN)
    assert set(tags([*one, *one])) == {"bs"}
    assert set(tags([*one, *one, *one])) == {"bs"}
    assert set(tags([*one, *one, *one, *one])) == {"bs"}


def test_elsewhere_no_editions_are_looked_for() -> None:
    assert set(tags([*edition(SERBIAN), *edition(CROATIAN)], "RS")) == {"sr-Latn"}


@pytest.mark.parametrize(
    ("lines", "found"),
    [
        (["Na osnovu člana 4.", "ODLUKU", "Član 1.", "Član 2.", "Na temelju članka 4.", "ODLUKU", "Članak 1."], [0, 4]),
        (["ZAKON", "O ČAMCIMA", "Na osnovu člana 4.", "Član 1.", "ZAKON", "Član 1."], [0, 4]),
        (["Član 1.", "Član 2.", "Član 1."], [0, 2]),
        (["Član 1.", "Na osnovu člana 4. izdaje se dozvola.", "Član 2."], [0]),
        (["Na osnovu člana 4.", "ODLUKU", "I.", "Na osnovu člana 5.", "ODLUKU", "I."], [0, 3]),
        (["Član 11.", "U članu 5. riječi se brišu.", "Zakon se objavljuje."], []),
        (["ПРАВИЛНИК", "Члан 1.", "Члан 2.", "ПРАВИЛНИК", "Члан 1."], [0, 3]),
        (["uvod\nČl. 1."], [0]),
        ([], []),
    ],
)
def test_where_acts_begin(lines: list[str], found: list[int]) -> None:
    assert beginnings(lines) == found


@given(
    st.lists(
        st.sampled_from(["Na osnovu člana 1.", "ZAKON", "Član 1.", "Član 2.", "Članak 1.", "tekst", ""]), max_size=30
    )
)
def test_beginnings_are_blocks_in_order(lines: list[str]) -> None:
    found = beginnings(lines)
    assert found == sorted(found)
    assert all(0 <= at < len(lines) for at in found)


def test_a_by_law_printed_in_three_languages(shared: Path) -> None:
    name = "Pravilnik-o-utvrdjivanju-uslova-za-projektovanje-i-izgradnju-prikljucaka-i-prilaza-SLFBiH-48-03.pdf"
    path = shared / "realdocs" / "ba" / name
    held = read(
        path, source_id="ba/x/1", sha256="0" * 64, media_type="application/pdf", settings=ReadSettings()
    ).document
    told = identify(held, jurisdiction="BA")
    pages = {
        tag: {
            block.page
            for block, one in zip(held.blocks, told.blocks, strict=True)
            if one.tag == tag and block.span.start < held.body_end
        }
        for tag in ("bs", "hr", "sr-Latn")
    }
    assert pages == {"bs": set(range(1, 7)), "hr": set(range(6, 12)), "sr-Latn": set(range(12, 17))}
    assert told.document.tag == "bs"
