"""References in every jurisdiction's manner, on made-up law: what they name, where they lead, and what is none."""

import json
from importlib import resources
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from psimm_docs import acts
from psimm_docs.crossref_words import LEVELS, MACROS, words_of
from psimm_docs.crossrefs import Reference, find, stretches
from psimm_docs.fold import fold
from psimm_docs.language import identify
from psimm_docs.provisions import parse
from psimm_docs.records import Block, Document, LanguageReading, LanguageTag, Page, Span

TAGS = {
    "RS": "sr-Latn",
    "ME": "cnr",
    "BA": "bs",
    "HR": "hr",
    "MK": "mk",
    "AL": "sq",
    "XK": "sq",
    "CY": "sr-Cyrl",
    "EN": "en",
}
MACRO = {"mk": "mk", "sq": "sq", "en": "en"}


def document(text: str) -> Document:
    """Return a text as extraction gives it: a block a line."""
    blocks, at = [], 0
    for line in text.split("\n"):
        if line:
            blocks.append(Block(Span(at, at + len(line)), "paragraph", 1))
        at += len(line) + 1
    return Document("x/y/1", "0" * 64, text, len(text), (Page(1, 0, 0, "text"),), tuple(blocks))


def read(text: str, code: str) -> tuple[Document, list[Reference]]:
    held = document(text)
    tag = TAGS[code]
    one = LanguageTag(tag, "Cyrl" if tag in ("mk", "sr-Cyrl") else "Latn", MACRO.get(tag, "hbs"), 1.0)
    reading = LanguageReading(one, tuple(one for _ in held.blocks))
    state = {"CY": "RS", "EN": "XK"}.get(code, code)
    provisions = parse(held, reading, jurisdiction=state).provisions
    return held, find(held, provisions, reading, acts.read(held, provisions), jurisdiction=state)


def places(found: list[Reference]) -> list[str]:
    return [f"{'' if one.law == 'own' else 'x '}{':'.join(one.place).rstrip(':')}".strip() for one in found]


ARTICLE = {
    "RS": "Član 9.",
    "ME": "Član 9",
    "BA": "Član 9.",
    "HR": "Članak 9.",
    "MK": "Член 9",
    "AL": "Neni 9",
    "XK": "Neni 9",
    "CY": "Члан 9.",
    "EN": "Article 9",
}

MANNERS = [
    ("RS", "Kazna iz čl. 12. i 13. ovog zakona ne odlaže rok.", ["12", "13"]),
    ("RS", "Ko postupi suprotno članu 4. stav 2. tačka 3) ovog zakona, plaća.", ["4:2:3"]),
    ("RS", "Rok iz st. 1. i 2. ovog člana ne teče.", ["9:1", "9:2"]),
    ("RS", "Lice iz člana 5. stav 1. tač. 1) do 3) ovog zakona čeka.", ["5:1:1", "5:1:2", "5:1:3"]),
    ("RS", "Propisi iz člana 8. stav 4, člana 3. stav 1. i člana 2. ovog zakona važe.", ["8:4", "3:1", "2"]),
    ("RS", "Primenjuje se Zakon o probnom radu („Službeni glasnik RS”, br. 24/18 i 31/19).", ["x"]),
    ("RS", "Na osnovu člana 7. Zakona o probnom radu („Službeni glasnik RS”, br. 24/18) lice čeka.", ["x 7"]),
    ("CY", "Обавеза из чл. 71–73. и члана 81. овог закона престаје.", ["71", "72", "73", "81"]),
    ("CY", "Лице из става 3. овог члана чека.", ["9:3"]),
    (
        "CY",
        "Новчаном казном казниће се ко не преда списе (члан 87. став 4. и члан 12. ст. 2. и 3).",
        ["87:4", "12:2", "12:3"],
    ),
    ("ME", "Dozvola iz člana 22 stav 1 tačka 6 i stav 3 ovog zakona ističe.", ["22:1:6", "22:3"]),
    (
        "ME",
        "Gonjenje za djela iz čl.4 stav 1, 5 st. 1 i 2 i 6 stav 3 ovog zakonika traje.",
        ["4:1", "5:1", "5:2", "6:3"],
    ),
    ("BA", "Zahtjev iz stava (1) ovog člana podnosi stranac.", ["9:1"]),
    (
        "BA",
        "Po članu 25. stav (1) tačka 9), a u vezi sa članom 17. stav (3) ovog zakona stranac čeka.",
        ["25:1:9", "17:3"],
    ),
    ("BA", "Ministar donosi Pravilnik o probnim obrascima iz člana 27. stav (2) ovog zakona.", ["x", "27:2"]),
    ("HR", "Rok iz članka 5. stavka 1. – 3. i stavka 8. ovoga Zakona teče.", ["5:1", "5:2", "5:3", "5:8"]),
    ("MK", "Странецот од член 28-а став (2) од овој закон чека.", ["28-а:2"]),
    (
        "MK",
        "Се применуваат членот 85 алинеи 1, 2 и 3 и членот 14 точки од 2 до 4 од овој закон.",
        ["85::::1", "85::::2", "85::::3", "14::2", "14::3", "14::4"],
    ),
    (
        "MK",
        "Согласно член 55 став (2) од Законот за пробна работа („Службен весник на РМ“ бр. 58/00, 44/02 и „Службен весник на РСМ“ бр.96/19) странецот чека.",
        ["x 55:2"],
    ),
    ("AL", "I huaji sipas nenit 74, pika 7, shkronja ç, të këtij ligji pret.", ["74:7::ç"]),
    ("AL", "Rastet e shkronjës “b”, të pikës 8, të nenit 84 dhe të pikës 2 të këtij neni.", ["84:8::b", "9:2"]),
    (
        "AL",
        "Aktet në zbatim të neneve 53, pika 2; 66, pikat 2 dhe 3; 67; 81, pika 5.",
        ["53:2", "66:2", "66:3", "67", "81:5"],
    ),
    ("AL", "Zbatohet ligji nr. 79/2099, datë 24.6.2099 “Për provat”, neni 3.", ["x 3"]),
    ("AL", "Kërkesa e parashikuar në paragrafin e parë të nenit 4 pret.", ["4:1"]),
    ("XK", "Sipas nënparagrafëve 2.2 dhe 2.3 të këtij neni, i huaji pret.", ["9:2:2.2", "9:2:2.3"]),
    ("XK", "Në pajtim me nenin 65 (1) të Kushtetutës së Republikës së Kosovës pritet.", ["x 65:1"]),
    ("XK", "Kushtet nga paragrafi 4 i nenit 12 të këtij ligji vlejnë.", ["12:4"]),
    ("XK", "Sipas Ligjit Nr. 06/L-999 për Provat, i huaji pret.", ["x"]),
    (
        "EN",
        "The permit under Article 5(2) of this Law and paragraphs 1 and 3 of this Article ends.",
        ["5:2", "9:1", "9:3"],
    ),
]


@pytest.mark.parametrize(("code", "sentence", "wanted"), MANNERS)
def test_each_manner(code: str, sentence: str, wanted: list[str]) -> None:
    _, found = read(f"{ARTICLE[code]}\n{sentence}\n", code)
    assert places(found) == wanted


def test_text_without_diacritics_is_read_alike() -> None:
    _, found = read("Član 9.\nKazna iz cl. 12. i 13. ovog zakona i iz clana 4. tacka 2) ovog zakona.\n", "RS")
    assert places(found) == ["12", "13", "4::2"]


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        ("RS", "Ovaj zakon uređuje rad stranaca u skladu sa zakonom kojim se uređuje rad."),
        ("RS", "Član komisije 5. grupe ima rok od 15 dana ili 3 meseca."),
        ("RS", "Posle stava 1. dodaje se novi stav 2. koji glasi ovako.".replace("Posle stava 1. ", "")),
        ("AL", "Punëdhënësi njofton brenda 8 ditëve; ky nen zbatohet për të gjithë."),
        ("MK", "Овој член се применува на сите странци, 30 дена."),
    ],
)
def test_what_is_no_reference(code: str, sentence: str) -> None:
    _, found = read(f"{ARTICLE[code]}\n{sentence}\n", code)
    assert places(found) == []


def test_an_amount_after_a_list_is_no_paragraph() -> None:
    _, found = read("Član 9.\nRok iz stava 1. i 15 dana posle toga.\n", "RS")
    assert places(found) == ["9:1"]


LAW = """Zakon o probama
Član 1.
Prvi stav.
Drugi stav ima:
1) prvu tačku;
2) drugu tačku.
Član 2.
Kazna iz člana 1. stav 2. tačka 2) ovog zakona, iz člana 1. stav 7. ovog zakona i iz člana 40. ovog zakona.
"""


def test_targets_and_states() -> None:
    held, found = read(LAW, "RS")
    assert [(one.state, one.target.partition("#")[2]) for one in found] == [
        ("found", "art_1__para_2__point_2"),
        ("partly", "art_1"),
        ("missing", ""),
    ]
    assert {one.provision_id.partition("#")[2].partition("__")[0] for one in found} == {"art_2"}
    assert found[0].span.of(held.text) == "člana 1. stav 2. tačka 2) ovog zakona"


AMENDING = """ZAKON
O IZMJENAMA I DOPUNAMA ZAKONA O PROBAMA
Član 1.
(1) U Zakonu o probama ("Službeni glasnik BiH", broj 6/06) u članu 18. iza stava (4) dodaje se novi stav (5), koji glasi:
"(5) Zahtjev iz stava (4) ovog člana podnosi se u roku."
(2) Dosadašnji stavovi od (5) do (6) postaju stavovi od (6) do (7).
Član 2.
Član 42. mijenja se i glasi:
"Član 42.
Izdavanje obavlja lice iz člana 7."
"""


def test_an_amending_act_speaks_of_the_law_it_amends() -> None:
    _, found = read(AMENDING, "BA")
    assert places(found) == ["x 18:4", "x 18:4", "x 18:5", "x 18:6", "x 42", "x 7"]
    assert {one.issues for one in found} == {("6/06",)}


def test_several_acts_in_one_file_keep_their_articles_apart() -> None:
    text = "Član 1.\nPrvi.\nČlan 2.\nRok iz člana 1. ovog zakona.\nČlan 1.\nDrugi.\nČlan 2.\nRok iz člana 1. ovog zakona.\n"
    _, found = read(text, "RS")
    assert [one.target.partition("#")[2] for one in found] == ["art_1", "art_1~2"]


def test_the_law_s_own_title_is_its_own() -> None:
    _, found = read(
        "Zakon o probama\nČlan 1.\nRok iz člana 3. Zakona o probama, a po Zakonu o drugim probama se čeka.\n", "RS"
    )
    assert places(found) == ["3", "x"]


PIECES = st.lists(
    st.sampled_from(
        [
            "Član 1.",
            "Член 2",
            "Neni 3",
            "Article 4",
            "člana 5.",
            "stav 2.",
            "neneve 53, pika 2; 66",
            "чл. 7–9",
            "ovog zakona",
            "(1)",
            " i ",
            ", ",
            "\n",
            "Zakona o radu",
            "(„Sl. glasnik RS”, br. 1/02)",
            "“b”",
            "nenit 65 (1)",
            "IV 4.a)",
            "(",
            "„",
            "\u0301",
            "𝒜",
            "ß",
        ]
    )
    | st.text(max_size=8)
).map(" ".join)


@given(PIECES, st.sampled_from(sorted(TAGS)))
def test_any_text_gives_references_inside_it(text: str, code: str) -> None:
    held, found = read(text, code)
    starts = [one.span.start for one in found]
    assert starts == sorted(starts)
    for one in found:
        assert 0 <= one.span.start < one.span.end <= held.body_end
        assert (one.target != "") == (one.state in ("found", "partly"))
        assert one.law == "own" or one.state == "elsewhere"


@given(PIECES)
def test_stretches_cover_the_running_text_once(text: str) -> None:
    held = document(text)
    at = 0
    for macro, stretch in stretches(held, identify(held, jurisdiction="RS")):
        assert macro in MACROS
        assert stretch.start == at
        at = stretch.end
    assert at == held.body_end


@pytest.mark.parametrize("macro", MACROS)
def test_every_word_of_the_tables_can_match(macro: str) -> None:
    table = json.loads(resources.files("psimm_docs").joinpath(f"data/references/{macro}.json").read_text("utf-8"))
    words = words_of(macro)
    for level in LEVELS:
        for word in table["levels"][level]:
            found = words.unit.match(f"{fold(word)} 5")
            assert found, word
            assert found[level], word
    for name, sentence in (("acts", "{}"), ("constitution", "{}")):
        pattern = words.act if name == "acts" else words.constitution
        assert all(pattern.fullmatch(sentence.format(fold(word))) for word in table[name])
    for this in table["this"]:
        assert words.own.fullmatch(f"{fold(this)} {fold(table['acts'][0])}")
    for joiner in table["and"]:
        assert words.gap.fullmatch(f" {fold(joiner)} ")
    assert set(table["weak"]) <= set(table["acts"])


def test_marked_references_of_real_laws_are_found(shared: Path, repo: Path, tmp_path: Path) -> None:
    """On the short documents only, to be quick; `psimm-docs evaluate reading` measures on all."""
    from psimm_docs.evaluate.references import reference_suite

    documents = shared / "realdocs"
    lines = (repo / "annotations" / "gold" / "references" / "references.jsonl").read_text("utf-8").splitlines()
    short = [line for line in lines if (documents / json.loads(line)["file"]).stat().st_size < 300_000]
    (tmp_path / "references.jsonl").write_text("\n".join(short) + "\n", "utf-8")
    scores = {(one.measure, one.slice): one for one in reference_suite(tmp_path, documents)}
    assert scores["reference recall", "all"].count >= 60
    for measure in ("reference precision", "reference recall", "target precision", "target recall"):
        assert scores[measure, "all"].value >= 0.95, measure


def test_enough_is_marked_in_all_languages(repo: Path) -> None:
    from psimm_docs.reference_gold import read_passages

    passages = read_passages(repo / "annotations" / "gold" / "references" / "references.jsonl")
    assert sum(len(one.references) for one in passages) >= 400
    assert len({one.file for one in passages}) >= 30
    assert {one.language for one in passages} == {"sq", "bs", "hr", "cnr", "sr-Latn", "sr-Cyrl", "mk"}
