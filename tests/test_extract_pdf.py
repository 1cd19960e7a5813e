"""PDFs: letters to lines, lines to paragraphs, columns in order, furniture apart, every line with its place."""

from __future__ import annotations

import shutil
from itertools import zip_longest
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import hostile
from hostile import Text, paragraph, pdf
from psimm_docs.extract import ocr, read, sniff
from psimm_docs.extract.columns import PageLine, read_order, rows
from psimm_docs.extract.furniture import roman
from psimm_docs.extract.glyphs import Run
from psimm_docs.extract.job import Extraction
from psimm_docs.extract.openings import ARTICLE_WORDS, PART_WORDS, opens_article, opens_provision
from psimm_docs.extract.pdf import beside
from psimm_docs.language import identify
from psimm_docs.records import Document
from psimm_docs.workspace import ReadSettings

LATIN = (
    "Stranac koji namjerava raditi na teritoriji entiteta podnosi zahtjev nadležnom organu uz dokaze "
    "propisane ovim zakonom, a organ odlučuje u roku od trideset dana od dana prijema urednog zahtjeva."
)
CYRILLIC = (
    "Странац подноси захтев надлежном органу преко послодавца уз доказе прописане овим правилником, "
    "а орган одлучује у року од петнаест дана од дана пријема уредног захтева за дозволу."
)


def extract(path: Path, data: bytes, *, recognise: str = "off") -> Extraction:
    path.write_bytes(data)
    settings = ReadSettings(ocr=recognise)
    return read(path, source_id="ba/law/v", sha256="0" * 64, media_type=sniff(path), settings=settings)


def document(path: Path, data: bytes) -> Document:
    extraction = extract(path, data)
    assert extraction.document is not None, extraction.problems
    check(extraction.document)
    return extraction.document


def check(document: Document) -> None:
    """Hold the document to what its record promises."""
    text = document.text
    end = 0
    for block in document.blocks:
        assert block.span.start >= end
        assert block.span.of(text).strip()
        assert (block.kind == "furniture") == (block.span.start >= document.body_end)
        end = block.span.end
    at = 0
    for line in document.lines:
        assert line.span.start >= at
        at = line.span.end
        assert line.box is not None
        assert line.box.page == line.page
        assert line.box.x0 < line.box.x1
        assert line.box.y0 < line.box.y1
        assert "\n" not in line.span.of(text)
    covered = sum(len(line.span) for line in document.lines)
    assert covered >= 0.9 * len(text.replace("\n", ""))


def body(document: Document) -> list[str]:
    return document.text[: document.body_end].split("\n")[:-1]


def kinds(document: Document) -> list[str]:
    return [block.kind for block in document.blocks]


@pytest.mark.parametrize("words", [LATIN, CYRILLIC])
def test_wrapped_lines_are_one_paragraph(tmp_path: Path, words: str) -> None:
    page = [
        Text(270, 80, "Član 1.", bold=True),
        *paragraph(72, 110, words, width=450),
        Text(270, 200, "Član 2.", bold=True),
        *paragraph(72, 230, words, width=450),
    ]
    found = document(tmp_path / "a.pdf", pdf([page]))
    assert body(found) == ["Član 1.", words, "Član 2.", words]
    assert kinds(found) == ["heading", "paragraph"] * 2
    assert len(found.lines) == len(page)


def test_boxes_lie_on_the_lines(tmp_path: Path) -> None:
    found = document(tmp_path / "a.pdf", pdf([[Text(72, 100, "Član 1."), Text(72, 400, "Tekst člana.")]]))
    for line, y in zip(found.lines, (100, 400), strict=True):
        assert line.box is not None
        assert line.box.x0 == pytest.approx(72, abs=1)
        assert line.box.y0 < y < line.box.y1 + 1


@pytest.mark.parametrize("turn", [0, 1, 2, 3])
@pytest.mark.parametrize("rotate", [0, 1, 2, 3])
def test_turned_pages_and_text_on_its_side(tmp_path: Path, turn: int, rotate: int) -> None:
    texts = [Text(72, 100, "Neni 1"), Text(72, 130, "Ky ligj rregullon punësimin."), Text(72, 160, "Neni 2")]
    found = document(tmp_path / "a.pdf", pdf([texts], rotate=rotate * 90, turn=turn))
    page = found.pages[0]
    assert (page.width, page.height) == ((842, 595) if rotate % 2 else (595, 842))
    assert body(found) == ["Neni 1", "Ky ligj rregullon punësimin.", "Neni 2"]
    for line in found.lines:
        assert line.box is not None
        assert 0 <= line.box.x0 <= line.box.x1 <= page.width + 1
        assert 0 <= line.box.y0 <= line.box.y1 <= page.height + 1
        wide = line.box.x1 - line.box.x0 > line.box.y1 - line.box.y0
        assert wide == ((turn - rotate) % 2 == 0)


def test_what_lies_outside_the_visible_page_is_left_out_and_told(tmp_path: Path) -> None:
    page = [Text(72, 100, "Neni 1"), Text(400, 100, "Neni 99"), *paragraph(72, 130, LATIN, width=200)]
    extraction = extract(tmp_path / "a.pdf", pdf([page], crop=(0, 0, 300, 842)))
    assert extraction.document is not None
    assert "Neni 99" not in extraction.document.text
    assert "Neni 1" in extraction.document.text
    assert "outside-page" in {problem.code for problem in extraction.problems}


def test_letters_printed_twice_are_read_once(tmp_path: Path) -> None:
    page = [
        Text(72, 100, "Član 48"),
        Text(72.3, 100.2, "Član 48"),
        Text(72, 130, "Pretplata za kuću"),
        Text(72.2, 130.1, "Pretplata"),
    ]
    found = document(tmp_path / "a.pdf", pdf([page]))
    assert body(found) == ["Član 48", "Pretplata za kuću"]


def test_two_columns_are_read_one_after_the_other(tmp_path: Path) -> None:
    left = paragraph(60, 140, LATIN * 3, width=220)
    right = paragraph(310, 140, CYRILLIC * 3, width=220)
    mixed = [text for pair in zip(left, right, strict=False) for text in pair]
    page = [Text(160, 100, "SLUŽBENI GLASNIK BOSNE I HERCEGOVINE"), *mixed]
    found = document(tmp_path / "a.pdf", pdf([page]))
    text = found.text
    assert text.startswith("SLUŽBENI GLASNIK")
    last_left = max(text.index(line.words) for line in left[:10])
    assert last_left < text.index(right[0].words)


def test_a_line_across_parts_the_columns(tmp_path: Path) -> None:
    page = [
        *paragraph(60, 100, LATIN + " KRAJLIJEVO", width=220),
        *paragraph(310, 100, LATIN + " KRAJDESNO", width=220),
        Text(120, 320, "O D L U K A  koja ide preko cijele strane i oba stupca teksta"),
        *paragraph(60, 350, CYRILLIC + " ДРУГИЛЕВО", width=220),
        *paragraph(310, 350, CYRILLIC + " ДРУГИДЕСНО", width=220),
    ]
    text = document(tmp_path / "a.pdf", pdf([page])).text
    places = [text.index(mark) for mark in ("KRAJLIJEVO", "KRAJDESNO", "koja ide preko", "ДРУГИЛЕВО", "ДРУГИДЕСНО")]
    assert places == sorted(places)


ALBANIAN = (
    "I huaji e paraqet kërkesën pranë organit kompetent nëpërmjet punëdhënësit, së bashku me provat e parashikuara, "
    "ndërsa organi vendos brenda pesëmbëdhjetë ditëve nga dita e pranimit të kërkesës së rregullt për leje pune."
)


def test_three_languages_in_columns_side_by_side_are_taken_apart(tmp_path: Path) -> None:
    columns = [
        [Text(40 + 185 * at, 100, word, bold=True), *paragraph(40 + 185 * at, 125, words * 3, width=160, size=8)]
        for at, (word, words) in enumerate((("Član 1.", LATIN), ("Члан 1.", CYRILLIC), ("Neni 1", ALBANIAN)))
    ]
    mixed = [text for row in zip_longest(*columns) for text in row if text is not None]
    found = document(tmp_path / "a.pdf", pdf([mixed]))
    flat = " ".join(found.text.split())
    places = [flat.index(words[:60]) for words in (LATIN, CYRILLIC, ALBANIAN)]
    assert places == sorted(places)
    assert flat.count(LATIN) == flat.count(CYRILLIC) == flat.count(ALBANIAN) == 3
    tags = identify(found, jurisdiction="BA").blocks
    held = {tag.script for tag, block in zip(tags, found.blocks, strict=True) if "Члан" in block.span.of(found.text)}
    assert held == {"Cyrl"}


def test_a_last_column_of_a_few_lines_is_a_column(tmp_path: Path) -> None:
    left = paragraph(60, 90, LATIN * 9, width=220)
    right = paragraph(310, 90, CYRILLIC, width=220)
    mixed = [text for row in zip_longest(left, right) for text in row if text is not None]
    flat = " ".join(document(tmp_path / "a.pdf", pdf([mixed])).text.split())
    assert LATIN * 2 in flat
    assert CYRILLIC in flat


def test_a_heading_in_larger_letters_beside_the_end_of_a_sentence(tmp_path: Path) -> None:
    page = [
        Text(270, 80, "Član 1.", bold=True),
        *paragraph(72, 110, LATIN, width=450, size=9),
        Text(72, 200, "Kazna je novčana.", size=9),
        Text(160, 200, "Granice odgovornosti", size=12),
        Text(270, 230, "Član 2.", bold=True),
        *paragraph(72, 260, LATIN, width=450, size=9),
    ]
    lines = body(document(tmp_path / "a.pdf", pdf([page])))
    assert "Kazna je novčana." in lines
    assert "Granice odgovornosti" in lines


def test_an_editors_note_of_two_lines_is_one_paragraph_and_ends_at_its_bracket(tmp_path: Path) -> None:
    page = [
        Text(270, 80, "Neni 1", bold=True),
        Text(100, 100, "(Ndryshuar me ligjin nr. 8733, datë 24.1.2001; shtuar fjalët me ligjin nr. 144;"),
        Text(100, 113, "21.5.2013 dhe me ligjin nr. 36/2017)"),
        Text(72, 126, "Kushdo që dëmton pasurinë dënohet me gjobë sipas këtij ligji."),
    ]
    lines = body(document(tmp_path / "a.pdf", pdf([page])))
    assert lines[1].startswith("(Ndryshuar")
    assert lines[1].endswith("36/2017)")
    assert lines[2].startswith("Kushdo")


def test_a_numbered_title_in_the_middle_is_a_heading_and_a_point_is_none(tmp_path: Path) -> None:
    page = [
        *paragraph(72, 80, LATIN, width=450),
        Text(255, 150, "2. Pozivanje"),
        Text(270, 180, "Član 2.", bold=True),
        Text(72, 210, "Mjere su:"),
        Text(72, 230, "1. opomena"),
        *paragraph(72, 260, LATIN * 2, width=450),
    ]
    found = document(tmp_path / "a.pdf", pdf([page]))
    by_text = {block.span.of(found.text): block.kind for block in found.blocks}
    assert by_text["2. Pozivanje"] == "heading"
    assert by_text["1. opomena"] == "list"


def test_a_point_after_and_is_no_reference(tmp_path: Path) -> None:
    page = [
        Text(72, 80, "Rešenje sadrži:"),
        Text(72, 100, "1) podatke o stranci koja je podnela zahtev organu, datum prijema zahteva i potpis i"),
        Text(72, 113, "2) navod o pravnom leku."),
        Text(72, 133, "Organ odlučuje po zahtevu iz člana 5. ovog zakona i po zahtevu iz stava prvog i stava"),
        Text(72, 146, "2. ovog člana u roku."),
    ]
    lines = body(document(tmp_path / "a.pdf", pdf([page])))
    assert "2) navod o pravnom leku." in lines
    assert lines[-1].endswith("stava 2. ovog člana u roku.")


def test_running_heads_and_page_numbers_are_set_apart(tmp_path: Path) -> None:
    pages = [
        [
            Text(150, 40, f"SLUŽBENI GLASNIK  Broj 12  {n}. maja 2020."),
            Text(270, 90, f"Član {n}."),
            *paragraph(72, 120, LATIN, width=450),
            Text(295, 800, str(n)),
        ]
        for n in range(1, 7)
    ]
    found = document(tmp_path / "a.pdf", pdf(pages))
    assert [line for line in body(found) if line.startswith("Član")] == [f"Član {n}." for n in range(1, 7)]
    assert "GLASNIK" not in found.text[: found.body_end]
    assert found.text[found.body_end :].count("GLASNIK") == 6
    assert kinds(found).count("furniture") == 12


def test_an_article_at_the_top_of_every_page_is_not_furniture(tmp_path: Path) -> None:
    pages = [[Text(270, 60, f"Neni {n}"), *paragraph(72, 90, LATIN, width=450)] for n in range(1, 8)]
    found = document(tmp_path / "a.pdf", pdf(pages))
    assert [line for line in body(found) if line.startswith("Neni")] == [f"Neni {n}" for n in range(1, 8)]


def test_a_sentence_goes_on_over_the_page(tmp_path: Path) -> None:
    lines = paragraph(72, 700, LATIN + " " + LATIN, width=450)
    first, second = lines[:4], [Text(72, 100 + 13 * at, line.words) for at, line in enumerate(lines[4:])]
    found = document(tmp_path / "a.pdf", pdf([[Text(270, 670, "Član 1."), *first], second]))
    assert body(found) == ["Član 1.", f"{LATIN} {LATIN}"]
    assert {line.page for line in found.lines} == {1, 2}


def broken(words: str, hyphen: str, times: int = 8) -> list[Text]:
    """Return lines, some of which end inside the word `words`."""
    first, second = words.split("|")
    lines = []
    for at in range(times):
        lines.append(Text(72, 100 + 40 * at, f"Organ je dužan da u propisanom roku odluči o tome {first}{hyphen}"))
        lines.append(Text(72, 113 + 40 * at, f"{second} i da stranku obavijesti."))
    return lines


def test_words_broken_at_line_ends_are_joined_and_told(tmp_path: Path) -> None:
    found = document(tmp_path / "a.pdf", pdf([broken("zapošlja|vanje", "-")]))
    assert found.text.count("zapošljavanje") == 8
    held = [repair for repair in found.repairs if repair.kind == "line-end-hyphen"]
    assert len(held) == 8
    assert {repair.span.of(found.text) for repair in held} == {"zapošljavanje"}
    assert {repair.before for repair in held} == {"zapošlja-\nvanje"}


def test_a_compound_keeps_its_hyphen(tmp_path: Path) -> None:
    page = [
        *broken("kulturno|umjetničko", "-", 1),
        Text(72, 500, "Društvo je kulturno-umjetničko."),
    ]
    text = document(tmp_path / "a.pdf", pdf([page])).text
    assert text.count("kulturno-umjetničko") == 2


def test_a_soft_hyphen_is_never_kept(tmp_path: Path) -> None:
    text = document(tmp_path / "a.pdf", pdf([broken("реципро|цитет", "\u00ad")])).text
    assert text.count("реципроцитет") == 8


def test_points_begin_new_paragraphs_and_references_do_not(tmp_path: Path) -> None:
    page = [
        Text(270, 80, "Neni 12"),
        Text(72, 110, "1. Punëdhënësi paraqet kërkesën pranë autoritetit përgjegjës:"),
        Text(72, 123, "a) me shkrim;"),
        Text(72, 136, "ç) në mënyrë elektronike, sipas rregullave të përcaktuara në ligj dhe në nenin"),
        Text(72, 149, "5 të këtij ligji;"),
        Text(72, 162, "(2) Afati është 30 ditë."),
        Text(72, 175, "- dita e parë nuk llogaritet."),
    ]
    assert body(document(tmp_path / "a.pdf", pdf([page]))) == [
        "Neni 12",
        "1. Punëdhënësi paraqet kërkesën pranë autoritetit përgjegjës:",
        "a) me shkrim;",
        "ç) në mënyrë elektronike, sipas rregullave të përcaktuara në ligj dhe në nenin 5 të këtij ligji;",
        "(2) Afati është 30 ditë.",
        "- dita e parë nuk llogaritet.",
    ]


def test_a_bold_article_beside_its_text_has_its_own_line(tmp_path: Path) -> None:
    page = [
        Text(72, 100, "Član 3", bold=True),
        Text(120, 100, "Red vožnje može se registrovati."),
        Text(72, 130, "Član 3 ovog zakona primjenjuje se."),
    ]
    lines = body(document(tmp_path / "a.pdf", pdf([page])))
    assert lines[:2] == ["Član 3", "Red vožnje može se registrovati."]


def test_a_footnote_cuts_no_paragraph(tmp_path: Path) -> None:
    lines = paragraph(72, 700, LATIN + " " + LATIN, width=450)
    first, second = lines[:4], [Text(72, 100 + 13 * at, line.words) for at, line in enumerate(lines[4:])]
    note = Text(72, 790, "1 Vidi Službeni glasnik broj 5 iz te godine.", size=7)
    page = [*paragraph(72, 100, LATIN * 4, width=450), Text(270, 670, "Član 1."), *first, note]
    found = document(tmp_path / "a.pdf", pdf([page, second]))
    assert f"{LATIN} {LATIN}" in body(found)
    notes = [block.span.of(found.text) for block in found.blocks if block.kind == "note"]
    assert notes == [note.words]


def test_a_raised_note_mark_is_no_part_of_the_number(tmp_path: Path) -> None:
    page = [
        Text(270, 100, "Член 56"),
        Text(310, 95, "2", size=6),
        *paragraph(72, 130, CYRILLIC, width=450),
    ]
    assert body(document(tmp_path / "a.pdf", pdf([page])))[0] == "Член 56²"


def test_a_ruled_table(tmp_path: Path) -> None:
    rules = " ".join(f"72 {y} m 400 {y} l S" for y in (742, 712, 682)) + " ".join(
        f" {x} 682 m {x} 742 l S" for x in (72, 240, 400)
    )
    page = [
        Text(80, 120, "Taksa"),
        Text(250, 120, "Iznos"),
        Text(80, 150, "Viza D"),
        Text(250, 150, "50 KM"),
        Text(72, 60, "Tarifa"),
    ]
    found = document(tmp_path / "a.pdf", pdf([page], drawings=[rules]))
    tables = [block.span.of(found.text) for block in found.blocks if block.kind == "table"]
    assert tables == ["Taksa | Iznos\nViza D | 50 KM"]


def test_the_title(tmp_path: Path) -> None:
    page = [
        Text(240, 80, "ZAKON", bold=True),
        Text(230, 100, "O STRANCIMA", bold=True),
        *paragraph(72, 140, LATIN, width=450),
    ]
    assert document(tmp_path / "a.pdf", pdf([page])).title == "ZAKON O STRANCIMA"
    assert document(tmp_path / "b.pdf", pdf([page], title="Law on Foreigners 2020")).title == "Law on Foreigners 2020"
    assert document(tmp_path / "c.pdf", pdf([page], title="Microsoft Word - zakon.doc")).title == "ZAKON O STRANCIMA"


def test_scans_are_named(tmp_path: Path) -> None:
    extraction = extract(tmp_path / "a.pdf", hostile.picture_pdf(3))
    found = {problem.code: problem for problem in extraction.problems}
    assert found["no-text-layer"].page == 1
    assert "1-3" in found["no-text-layer"].message
    assert found["no-text"].severity == "error"
    if extraction.document is not None:
        assert [page.method for page in extraction.document.pages] == ["none"] * 3


@pytest.mark.skipif(shutil.which("tesseract") is None, reason="tesseract is not installed")
def test_recognition_of_an_empty_picture_says_so(tmp_path: Path) -> None:
    extraction = extract(tmp_path / "a.pdf", hostile.picture_pdf(), recognise="auto")
    assert any(problem.severity == "error" for problem in extraction.problems)


@pytest.mark.skipif("eng" not in ocr.installed(), reason="tesseract or its English is not installed")
def test_a_scan_is_recognised(tmp_path: Path) -> None:
    import pypdfium2

    texts = [
        Text(250, 100, "Article 1", 14),
        *paragraph(72, 140, "This law governs the work of foreigners in the country.", width=450, size=14),
    ]
    picture = pypdfium2.PdfDocument(pdf([texts]))[0].render(scale=3).to_pil()
    picture.save(tmp_path / "scan.pdf", "PDF", resolution=216)
    extraction = read(
        tmp_path / "scan.pdf",
        source_id="eu/a/b",
        sha256="0" * 64,
        media_type="application/pdf",
        settings=ReadSettings(),
    )
    found = extraction.document
    assert found is not None
    assert found.pages[0].method == "ocr"
    assert body(found)[0] == "Article 1"
    assert "governs the work of foreigners" in found.text
    assert "recognised" in {problem.code for problem in extraction.problems}
    line = found.lines[0]
    assert line.confidence is not None
    assert line.confidence > 0.7
    assert line.box is not None
    assert line.box.x0 == pytest.approx(250, abs=8)
    assert line.box.y1 == pytest.approx(100, abs=8)


def test_recognition_takes_the_script_that_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ocr, "installed", lambda: ("bos", "srp", "osd"))
    assert ocr.languages("ba/law/v", "") == ("bos", "srp")
    assert ocr.languages("ba/law/v", LATIN * 3) == ("bos",)
    assert ocr.languages("ba/law/v", CYRILLIC * 3) == ("srp",)
    assert ocr.languages("ba/law/v", (LATIN + CYRILLIC) * 3) == ("bos", "srp")


def test_without_tesseract_the_packages_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ocr, "installed", lambda: ())
    extraction = extract(tmp_path / "a.pdf", hostile.picture_pdf(2), recognise="auto")
    found = {problem.code: problem for problem in extraction.problems}
    assert "tesseract-ocr-bos" in found["no-text-layer"].todo


def test_stamps_of_a_scan_are_not_recognised_again() -> None:
    def line(text: str, x0: float, y0: float, x1: float) -> PageLine:
        return PageLine(text, x0=x0, y0=y0, x1=x1, y1=y0 + 10)

    stamps = [line("Бр. 11", 400, 40, 500)]
    recognised = [line("6p. ll", 402, 41, 498), line("Член 1", 250, 100, 300)]
    assert [one.text for one in beside(stamps, recognised)] == ["Бр. 11", "Член 1"]


def test_the_same_file_gives_the_same_document(tmp_path: Path) -> None:
    data = pdf([[Text(270, 80, "Član 1."), *paragraph(72, 110, LATIN * 3, width=450)]])
    assert document(tmp_path / "a.pdf", data) == document(tmp_path / "a.pdf", data)


@given(
    st.lists(
        st.builds(
            lambda x, y, w, h: Run("слово", x, y, x + w, y + h, False, False),
            st.floats(0, 550),
            st.floats(0, 800),
            st.floats(1, 300),
            st.floats(2, 30),
        ),
        max_size=40,
    ),
    st.lists(st.floats(50, 500), max_size=2).map(sorted),
)
def test_every_run_is_in_one_line(runs: list[Run], gaps: list[float]) -> None:
    assert sorted(id(run) for row in rows(runs) for run in row) == sorted(map(id, runs))
    lines = read_order(runs, page=1, gaps=gaps)
    assert sum(line.text.count("слово") for line in lines) == len(runs)


def test_openings_know_every_word_of_their_tables() -> None:
    for word in ARTICLE_WORDS:
        assert opens_article(f"{word} 12"), word
        assert opens_article(f"{word} 12a."), word
        assert opens_provision(f"{word} 12"), word
    for word in PART_WORDS:
        assert opens_provision(f"{word} II"), word
        assert opens_provision(f"{word.upper()} II"), word


@pytest.mark.parametrize(("numeral", "value"), [("i", 1), ("iv", 4), ("IX", 9), ("xxxviii", 38), ("xl", 40)])
def test_roman_page_numbers(numeral: str, value: int) -> None:
    assert roman(numeral) == value


REAL = {
    "ba/Pravilnik-o-odrzavanju-javnih-cesta-SLFBiH-48-03.pdf": (186, "repaired-yuscii"),
    "rs/opsti-uslovi-prevoza-u-medjumesnom-drumskom-prevozu-putnika.pdf": (44, ""),
    "mk/Zakon-za-vozila.pdf": (101, "repaired-letter-spacing"),
    "xk/LIGJI_NR._06_L-084______PËR_MBROJTJEN_E_FËMIJËS.pdf": (65, ""),
    "ba/advokatska-tarifa-fbih.pdf": (55, ""),
}


@pytest.mark.shared
@pytest.mark.parametrize("name", REAL)
def test_real_laws(shared: Path, name: str) -> None:
    path = shared / "realdocs" / name
    articles, code = REAL[name]
    extraction = read(
        path, source_id="ba/a/b", sha256="0" * 64, media_type=sniff(path), settings=ReadSettings(ocr="off")
    )
    assert extraction.document is not None
    check(extraction.document)
    assert sum(opens_article(line) for line in body(extraction.document)) == articles
    assert not code or code in {problem.code for problem in extraction.problems}
