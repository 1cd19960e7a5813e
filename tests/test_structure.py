"""What real laws do and a simple grammar misses, each on a few made-up lines: where articles begin and end, and what is in them."""

import pytest

from psimm_docs.language import identify
from psimm_docs.provisions import parse
from psimm_docs.records import Block, BlockKind, Document, Page, Provision, Span

HEAD = "# "
"""Marks a line that extraction saw as a heading (centred, bold or larger)."""
NOTE = "^ "
"""Marks a line that extraction saw as a footnote."""


def document(text: str) -> Document:
    blocks, kept, at = [], [], 0
    for raw in text.strip("\n").split("\n"):
        kind: BlockKind = "heading" if raw.startswith(HEAD) else "note" if raw.startswith(NOTE) else "paragraph"
        line = raw.removeprefix(HEAD).removeprefix(NOTE)
        blocks.append(Block(Span(at, at + len(line)), kind, 1))
        kept.append(line)
        at += len(line) + 1
    whole = "\n".join(kept) + "\n"
    return Document("x/y/1", "0" * 64, whole, len(whole), (Page(1, 0, 0, "text"),), tuple(blocks))


def read(text: str, code: str = "RS") -> tuple[Document, tuple[Provision, ...]]:
    held = document(text)
    return held, parse(held, identify(held, jurisdiction=code), jurisdiction=code).provisions


def articles(text: str, code: str = "RS") -> list[tuple[str, str, str]]:
    """Return (eId, heading, last words) of the articles."""
    held, provisions = read(text, code)
    return [
        (one.eid, one.heading, one.span.of(held.text).strip().split("\n")[-1])
        for one in provisions
        if one.kind == "article"
    ]


def paths(text: str, code: str = "RS") -> list[str]:
    return [one.eid for one in read(text, code)[1] if one.kind in ("paragraph", "point", "indent")]


def test_a_numbered_title_before_an_article_is_a_section() -> None:
    made = articles(
        "Član 1.\nOrgan odlučuje rešenjem.\n2. Pozivanje\nČlan 2.\nOrgan poziva stranku.\n# a) Dozvola za rad\n# Uslovi\nČlan 3.\nDozvolu izdaje služba."
    )
    assert made == [
        ("art_1", "", "Organ odlučuje rešenjem."),
        ("art_2", "", "Organ poziva stranku."),
        ("art_3", "Uslovi", "Dozvolu izdaje služba."),
    ]


def test_a_list_goes_on_though_its_last_point_looks_like_a_title() -> None:
    assert (
        articles("Član 1.\nPrilaže se:\n1. pasoš\n2. Ugovor o radu\nČlan 2.\nRok je osam dana.")[0][2]
        == "2. Ugovor o radu"
    )


@pytest.mark.parametrize("words", ["(Brisano)", "- brisan -", "Brisan.", "- prestao da važi -"])
def test_a_deleted_article_keeps_its_words_as_text(words: str) -> None:
    made = articles(
        f"# Rok\nČlan 1.\nRok je osam dana.\n# Žalba\nČlan 2.\n{words}\n# Kazna\nČlan 3.\nKazna je novčana."
    )
    assert made[1] == ("art_2", "Žalba", words)
    assert made[2][1] == "Kazna"
    assert paths(f"Član 2.\n{words}\nČlan 3.\nKraj.") == []


def test_a_heading_in_square_brackets_beside_the_number() -> None:
    assert articles(
        "Neni 1 [Objekti i ligjit]\nLigji rregullon hyrjen.\nNeni 2 [Qëllimi]\nQëllimi është mbrojtja.", "XK"
    ) == [
        ("art_1", "Objekti i ligjit", "Ligji rregullon hyrjen."),
        ("art_2", "Qëllimi", "Qëllimi është mbrojtja."),
    ]


def test_the_title_of_the_act_is_no_heading_of_its_first_article() -> None:
    made = articles(
        "# PRAVILNIK\n# O PROVJERAMA\nČlan 1.\n(Predmet)\nPravilnik uređuje provjere.\nČlan 2.\n(Rok)\nRok je osam dana.",
        "BA",
    )
    assert [one[1] for one in made] == ["Predmet", "Rok"]


def test_a_quotation_after_a_colon_is_no_heading() -> None:
    made = articles(
        "Član 1.\nČlan 7. mijenja se i glasi:\n„Rok za žalbu je osam dana“\nČlan 2.\nZakon stupa na snagu.", "BA"
    )
    assert made[0][2] == "„Rok za žalbu je osam dana“"
    assert made[1][1] == ""


def test_an_article_always_keeps_some_text() -> None:
    made = articles(
        "# Krivci\nČlan 1.\nKo učini prekršaj kazniće se.\n# Saučesnici\nČlan 2.\nKo pomogne kazniće se novčano\n# Pokušaj\nČlan 3.\nPokušaj se kažnjava."
    )
    assert made[1] == ("art_2", "Saučesnici", "Ko pomogne kazniće se novčano")
    assert made[2][1] == "Pokušaj"


def test_a_damaged_article_word_in_sequence_is_an_article() -> None:
    text = "Член 82\nСудот одлучува.\nЧпен 83\nМерката трае година.\nЧлен 2б7\nОва не е во низа."
    assert [one[0] for one in articles(text, "MK")] == ["art_82", "art_83"]


def test_an_inserted_number_without_its_word() -> None:
    made = articles(
        "# Trgovina ljudima\nČlan 295\nPrvi tekst je ovde.\n# Trgovina organima\n# 295a\nDrugi tekst je ovde.\n# Otmica\nČlan 296\nTreći tekst je ovde.",
        "ME",
    )
    assert [one[0] for one in made] == ["art_295", "art_295a", "art_296"]
    assert made[1][1] == "Trgovina organima"


def test_abbreviated_article_lines() -> None:
    assert [one[0] for one in articles("Čl. 1.\nTarifa određuje nagrade.\nČl.2.\nNagrada je određena.", "BA")] == [
        "art_1",
        "art_2",
    ]


def test_the_second_act_of_a_file_has_its_own_numbers() -> None:
    text = (
        "# ZAKON O PROBI\nČlan 1.\nProba se uređuje.\nČlan 2.\nZakon stupa na snagu.\nBroj 12/20\n12. maja 2020. godine\n"
        "Na osnovu člana 5. Zakona, ministar donosi\n# PRAVILNIK O PROBI\nČlan 1.\nPravilnik uređuje način.\nČlan 2.\nPravilnik stupa na snagu.\nČlan 3.\nKraj."
    )
    held, provisions = read(text, "BA")
    assert [one.eid for one in provisions if one.kind == "article"] == [
        "art_1",
        "art_2",
        "comp_2__art_1",
        "comp_2__art_2",
        "comp_2__art_3",
    ]
    [act] = [one for one in provisions if one.kind == "act"]
    assert act.label == "PRAVILNIK O PROBI"
    assert act.span.of(held.text).startswith("Na osnovu člana 5.")
    second = next(one for one in provisions if one.eid == "art_2")
    assert second.span.of(held.text).strip().endswith("Zakon stupa na snagu.")


def test_headings_that_several_articles_share_are_sections() -> None:
    text = "Neni 1\nTeksti i parë.\n# AFATET\nNeni 2\nTeksti i dytë.\nNeni 3\nTeksti i tretë.\nNeni 4\nTeksti i katërt.\nNeni 5\nTeksti i pestë."
    assert [one[1] for one in articles(text, "XK")] == [""] * 5


# --- inside an article -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "code", "wanted"),
    [
        ("1. Kuvendi vendos:\n(1) për ligjet;\n(2) për buxhetin.\n2. Kuvendi mblidhet.", "XK", "para_1 para_1__point_1 para_1__point_2 para_2"),
        ("Kuvendi:\n(1) miraton ligje;\n(2) zgjedh qeverinë.", "XK", "para_1 para_1__point_1 para_1__point_2"),
        ("Organ odlučuje.\n(2) Rok je osam dana.\n(3) Žalba je dozvoljena.", "ME", "para_1 para_2 para_3"),
        ("(1) Organ odlučuje.\n(2) Rok je osam dana.\n3) Žalba je dozvoljena.\n(4) Kraj.", "ME", "para_1 para_2 para_3 para_4"),
        ("1. Shtetasi paraqitet.\n2. Afati fillon.\n3 Shtetasi ankohet.", "XK", "para_1 para_2 para_3"),
        ("(1) Прв став е тука.\n(2) Втор став е тука.\n(З) Трет став е тука.", "MK", "para_1 para_2 para_3"),
        ("5.1 Gjykata vendos.\n5.2 Afati është tetë ditë.", "XK", "para_5-1 para_5-2"),
        ("Mjere su:\n1) kazna;\n2) opomena;3) zaštitne mere.", "RS", "para_1 para_1__point_1 para_1__point_2 para_1__point_3"),
        ("1) Prvi uslov je ispunjen.\n2) Drugi uslov je ispunjen.", "RS", "para_1 para_2"),
        ("1. Termat:\n1.1.organi është ministria;\n1.2. afati është muaji.", "XK", "para_1 para_1__point_1-1 para_1__point_1-2"),
        ("Pasojat janë:\ngj) shkaqet:\ni) vullneti;\nii) gabimi.", "AL", "para_1 para_1__point_gj para_1__point_gj__point_i para_1__point_gj__point_ii"),
        ("Mjere su:\n(1) kazna;\nTroškove snosi organ;\n(2) opomena.", "RS", "para_1 para_1__point_1 para_1__point_2"),
        ("Nadležan je:\n1) ministar:\n(1) za prijem;\n(2) za otpust;\n2) organ.", "RS", "para_1 para_1__point_1 para_1__point_1__point_1 para_1__point_1__point_2 para_1__point_2"),
        ("U slučajevima:\n1) prvi;\n2) (brisana)\n3) treći.", "RS", "para_1 para_1__point_1 para_1__point_2 para_1__point_3"),
    ],
)  # fmt: skip
def test_paragraphs_and_points(body: str, code: str, wanted: str) -> None:
    word = {"XK": "Neni", "AL": "Neni", "MK": "Член"}.get(code, "Član")
    assert [one.removeprefix("art_5__") for one in paths(f"{word} 5\n{body}", code)] == wanted.split()


def test_a_footnote_below_the_number_hides_no_heading() -> None:
    made = articles(
        "Neni 3\n^ 1 Shih fletoren zyrtare.\n# Përkufizime\nTermat kanë kuptimin e tyre.\nNeni 4\n# Qëllimi\nQëllimi është mbrojtja.",
        "AL",
    )
    assert made[0][1] == "Përkufizime"


def test_items_without_articles_may_share_a_line() -> None:
    held, provisions = read("Odluka\n1) prvi uslov je ispunjen;2) drugi uslov je ispunjen;3) treći.\n4) četvrti uslov.")
    points = [one.span.of(held.text) for one in provisions if one.kind != "preface"]
    assert points == ["1) prvi uslov je ispunjen;", "2) drugi uslov je ispunjen;", "3) treći.", "4) četvrti uslov."]
