"""The ledger: every character of every page is in one class or dropped for a reason, and the sum is what the file holds."""

from __future__ import annotations

import io
import zipfile
from collections import Counter
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import docx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hostile import Text, paragraph, pdf
from psimm_docs.extract import read, sniff
from psimm_docs.extract.draft import DraftBlock, DraftLine, Joint, compose
from psimm_docs.extract.glyphs import BREAKS, SPACES
from psimm_docs.extract.repair import mend
from psimm_docs.language import identify
from psimm_docs.ledger import CLASSES, Ledger, classified, is_noise, make_ledger, parts_of_signature
from psimm_docs.places import inked
from psimm_docs.provisions import parse
from psimm_docs.records import Document, Page
from psimm_docs.workspace import REPAIRS, ReadSettings

WORDS = "Stranac podnosi zahtjev nadležnom organu uz dokaze propisane ovim pravilnikom i plaća taksu."


def read_bytes(path: Path, data: bytes, settings: ReadSettings | None = None) -> Document:
    path.write_bytes(data)
    made = read(
        path,
        source_id="ba/law/v",
        sha256="0" * 64,
        media_type=sniff(path),
        settings=settings or ReadSettings(ocr="off"),
    )
    assert made.document is not None, made.problems
    return made.document


def ledger_of(document: Document, jurisdiction: str = "BA") -> Ledger:
    language = identify(document, jurisdiction=jurisdiction)
    provisions = parse(document, language, jurisdiction=jurisdiction, digest=False).provisions
    made = make_ledger(document, provisions)
    check(document, made)
    runs = classified(document, provisions)
    assert sum(inked(span.of(document.text)) for span, _ in runs) == inked(document.text) == made.total.kept
    assert all(a.end <= b.start for (a, _), (b, _) in pairwise(runs))
    return made


def check(document: Document, made: Ledger) -> None:
    """Hold a ledger to its promise, page by page."""
    assert made.counted
    assert not made.unbalanced
    for page in (*made.pages, made.total):
        came = page.held + page.recognised + sum(page.added.values())
        assert came == page.kept + sum(page.dropped.values())
        assert set(page.classes) <= set(CLASSES)
        assert min((*page.classes.values(), *page.dropped.values(), *page.added.values()), default=1) > 0
    assert made.total.kept == inked(document.text)


def pdf_letters(path: Path) -> list[int]:
    """Return how many characters (blanks and half letters aside) pdfium reports on each page."""
    import pypdfium2
    import pypdfium2.raw as pdfium

    held = []
    document = pypdfium2.PdfDocument(path)
    for page in document:
        text = page.get_textpage()
        codes = [pdfium.FPDFText_GetUnicode(text.raw, at) for at in range(pdfium.FPDFText_CountChars(text.raw))]
        held.append(sum(code not in SPACES | BREAKS and not 0xDC00 <= code < 0xE000 for code in codes))
        text.close()
        page.close()
    document.close()
    return held


def test_each_class_is_counted(tmp_path: Path) -> None:
    pages = []
    for number in (1, 2, 3, 4):
        page = [Text(200, 40, "SLUŽBENI LIST PRIMJERA"), Text(290, 800, str(number))]
        page += [Text(270, 100, f"Član {number}.", bold=True), *paragraph(72, 130, WORDS * 3, width=450)]
        if number == 2:
            page += [Text(72, 700, "1 Napomena uz član, sitno.", size=7)]
        if number == 4:
            page += [
                Text(72, 400, "Broj 12-3/20"),
                Text(72, 430, "15. maja 2020. godine"),
                Text(350, 460, "PREDSJEDNIK"),
                Text(350, 480, "Ana Anić, s. r."),
            ]
        pages.append(page)
    grid = "60 600 m 300 600 l 60 570 m 300 570 l 60 540 m 300 540 l 60 600 m 60 540 l 180 600 m 180 540 l 300 600 m 300 540 l S"
    pages[2] += [Text(70, 262, "prvi"), Text(190, 262, "drugi"), Text(70, 292, "treći"), Text(190, 292, "četvrti")]
    made = ledger_of(read_bytes(tmp_path / "a.pdf", pdf(pages, drawings=["", "", grid])))
    assert [page.held for page in made.pages] == pdf_letters(tmp_path / "a.pdf")
    assert made.pages[2].classes["table"] == inked("prvi | drugi treći | četvrti")
    assert made.pages[2].added == {"table-bar": 2}
    assert made.pages[1].classes["note"] == inked("1 Napomena uz član, sitno.")
    assert made.pages[0].classes["running"] == inked("SLUŽBENI LIST PRIMJERA 1")
    assert made.pages[0].classes["heading"] == inked("Član 1.")
    assert made.pages[0].classes["provision"] == inked(WORDS * 3)
    signature = "Broj 12-3/20 15. maja 2020. godine PREDSJEDNIK Ana Anić, s. r."
    assert made.pages[3].classes["signature"] == inked(signature)


def test_what_a_pdf_leaves_out_has_its_reason(tmp_path: Path) -> None:
    page = [
        Text(72, 100, "Član 48 stav 1"),
        Text(72.2, 100.1, "Član 48"),
        Text(400, 100, "Neni 99"),
        *paragraph(72, 130, WORDS, width=200),
    ]
    made = ledger_of(read_bytes(tmp_path / "a.pdf", pdf([page], crop=(0, 0, 300, 842))))
    assert made.total.dropped == {"outside-page": inked("Neni 99"), "printed-twice": inked("Član 48")}
    assert [one.held for one in made.pages] == pdf_letters(tmp_path / "a.pdf")


def test_a_hyphen_dropped_at_a_line_end_is_counted_or_stays(tmp_path: Path) -> None:
    lines = ["Poslodavac koji zapo-", "šljava strance plaća", "naknadu za zapošljava-", "nje stranaca u"]
    page = [Text(72, 100 + 14 * at, line) for at, line in enumerate(lines * 4)]
    data = pdf([page])
    document = read_bytes(tmp_path / "a.pdf", data)
    dropped = ledger_of(document).total.dropped["line-end-hyphen"]
    assert dropped == sum(one.kind == "line-end-hyphen" for one in document.repairs) > 0
    kinds = tuple(kind for kind in REPAIRS if kind != "line-end-hyphen")
    kept = read_bytes(tmp_path / "b.pdf", data, ReadSettings(ocr="off", repairs=kinds))
    assert ledger_of(kept).total.dropped == {}
    assert inked(kept.text) == inked(document.text) + dropped
    assert not kept.repairs


def test_raised_digits_are_recorded_and_can_stay_as_they_are(tmp_path: Path) -> None:
    words = "Stranac ima pravo na rad"
    mark = Text(72 + len(words) * 5.5, 126, "1", size=6)
    page = [Text(270, 100, "Član 1.", bold=True), Text(72, 130, words), mark, *paragraph(72, 160, WORDS, width=450)]
    document = read_bytes(tmp_path / "a.pdf", pdf([page]))
    assert words + "¹" in document.text
    (raised,) = [one for one in document.repairs if one.kind == "raised"]
    assert (raised.span.of(document.text), raised.before) == ("¹", "1")
    plain = read_bytes(tmp_path / "a.pdf", pdf([page]), ReadSettings(ocr="off", repairs=("line-end-hyphen",)))
    assert words + "1" in plain.text
    assert not plain.repairs


HTML = """<html><head><title>Zakon</title><style>p {color: red}</style></head><body>
<nav>Početna Propisi</nav><h1>Zakon o radu stranaca</h1><p>Član 1.</p><p>Stranac ima pravo na rad.<script>var a = 1;</script></p>
<table><caption>Pregled taksi</caption><tr><th>Taksa<script>x()</script></th><th>Iznos</th></tr><tr><td>Dozvola<br>rada</td><td>50</td></tr></table>
<div hidden>skriveno</div></body></html>"""


def test_web_pages_and_markdown_add_up(tmp_path: Path) -> None:
    document = read_bytes(tmp_path / "a.html", HTML.encode())
    made = ledger_of(document)
    assert "Pregled taksi" in document.text
    assert "x()" not in document.text
    assert "Dozvola rada | 50" in document.text
    code = "Zakon p {color: red} var a = 1; x() skriveno"
    assert made.total.dropped == {"not-shown": inked(code)}
    assert made.total.added == {"table-bar": 2}
    markdown = "# Zakon\n\n**Član 1.**\n\n> Stranac _ima_ pravo [na rad](http://primjer.ba).\n\n---\n\n| a | b |\n|---|---|\n| 1 | 2 |\n"
    made = ledger_of(read_bytes(tmp_path / "a.md", markdown.encode()))
    assert made.total.dropped["markdown-mark"] == inked(markdown) - made.total.kept
    text = "Zakon o radu\n\nČlan 1.\nStranac ima pravo na rad.\n"
    made = ledger_of(read_bytes(tmp_path / "a.txt", text.encode()))
    assert made.total.kept == made.total.held == inked(text)


def test_word_files_add_up(tmp_path: Path) -> None:
    word = docx.Document()
    word.add_heading("Zakon o radu stranaca", 1)
    word.add_paragraph("Stranac ima pravo na rad.", style="List Number")
    table = word.add_table(2, 2)
    for at, cell in enumerate(cell for row in table.rows for cell in row.cells):
        cell.text = f"polje {at}"
    out = io.BytesIO()
    word.save(out)
    odd = (
        '<w:p><w:r><w:t>Ima</w:t><w:sym w:font="Symbol" w:char="F0B7"/><w:noBreakHyphen/></w:r>'
        "<w:r><w:pict><w:t>u okviru</w:t></w:pict></w:r><w:moveFrom><w:r><w:t>staro</w:t></w:r></w:moveFrom></w:p>"
    )
    changed = io.BytesIO()
    with zipfile.ZipFile(out) as old, zipfile.ZipFile(changed, "w") as new:
        for name in old.namelist():
            data = old.read(name)
            if name == "word/document.xml":
                data = data.replace(b"<w:sectPr", odd.encode() + b"<w:sectPr", 1)
            new.writestr(name, data)
    document = read_bytes(tmp_path / "a.docx", changed.getvalue())
    made = ledger_of(document)
    assert made.total.dropped == {"text-box": inked("u okviru"), "tracked-deletion": inked("staro")}
    assert made.total.added == {"list-number": 2, "no-break-hyphen": 1, "table-bar": 2}
    assert "Ima•-" in document.text


LETTERS = st.sampled_from("abčšđëаљѕ ČА1-\u00ad\ufffe\u200bﬁ^~\u0301q\ue000|·Ã©")
LINE = st.builds(
    DraftLine,
    st.text(LETTERS, max_size=14),
    page=st.integers(1, 3),
    joint=st.sampled_from([" ", "", "\n", "hyphen"]),
)


@given(
    st.lists(st.lists(LINE, max_size=5), max_size=6),
    st.sets(st.sampled_from(REPAIRS)),
    st.booleans(),
)
def test_repairs_and_joints_add_up_on_any_lines(blocks: list[list[DraftLine]], kinds: set[str], rejoin: bool) -> None:
    lines = [line for block in blocks for line in block]
    held = Counter(dict.fromkeys((1, 2, 3), 0))
    for line in lines:
        held[line.page] += inked(line.text)
    mend(lines, kinds=kinds)
    document = compose(
        [DraftBlock("paragraph", block) for block in blocks],
        source_id="ba/law/v",
        sha256="",
        pages=[Page(number, 0, 0, "text", held[number]) for number in held],
        rejoin=rejoin,
    )
    made = make_ledger(document, ())
    assert made.unbalanced == ()
    assert made.total.kept == inked(document.text)
    assert {one.kind for one in document.repairs} <= kinds | ({"line-end-hyphen"} if rejoin else set())
    for one in (*document.repairs, *document.lines):
        assert one.span.end <= len(document.text)


@given(st.lists(st.tuples(st.text(LETTERS, max_size=14), st.sampled_from([" ", "", "\n", "hyphen"])), max_size=8))
def test_without_repairs_no_letter_changes(rows: list[tuple[str, Joint]]) -> None:
    lines = [DraftLine(text, joint=joint) for text, joint in rows]
    mend(lines, kinds=())
    document = compose([DraftBlock("paragraph", lines)], source_id="ba/law/v", sha256="", rejoin=False)
    assert "".join(document.text.split()) == "".join("".join(text.split()) for text, _ in rows)
    assert not document.repairs


def test_letters_that_vanish_are_missing_and_told() -> None:
    document = compose(
        [DraftBlock("paragraph", [DraftLine("Član 1.")])],
        source_id="a/b/c",
        sha256="",
        pages=[Page(1, 0, 0, "text", 8)],
    )
    made = make_ledger(document, ())
    assert made.unbalanced == (1,)
    assert made.total.missing == 2
    old = replace(document, pages=(Page(1, 0, 0, "text"),))
    assert not make_ledger(old, ()).counted
    assert make_ledger(old, ()).unbalanced == ()


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("PREDSJEDAVAJUĆI PREDSTAVNIČKOG DOMA", {"office"}),
        ("Претседател", {"office"}),
        ("Kryetari i Kuvendit", {"office"}),
        ("Mr Ana Anić-Perić, s. r.", {"name"}),
        ("Broj: 01-02-3-45/20", {"date"}),
        ("Sarajevo, 12. maja 2020. godine", {"date"}),
        ("Ministar donosi pravilnik u roku od 30 dana.", set()),
        ("Stranac ima pravo na rad", set()),
        ("1) radnu dozvolu;", set()),
    ],
)
def test_parts_of_signatures(text: str, parts: set[str]) -> None:
    assert parts_of_signature(text) == parts


@pytest.mark.shared
@pytest.mark.parametrize(
    ("path", "jurisdiction"),
    [
        ("al/kodi_proc_admin.pdf", "AL"),
        ("ba/Pravilnik-o-minimalnim-tehnickim*.pdf", "BA"),
        ("ba/advokatska-tarifa-fbih.md", "BA"),
        ("mk/zakon za patnite ispravi.pdf", "MK"),
        ("rs/rs-electronic-communications.html", "RS"),
    ],
)
def test_real_files_add_up(shared: Path, path: str, jurisdiction: str) -> None:
    file = next((shared / "realdocs").glob(path))
    made = read(file, source_id="x/law/v", sha256="", media_type=sniff(file), settings=ReadSettings(ocr="off"))
    assert made.document is not None
    if file.suffix == ".pdf":
        assert [page.held for page in made.document.pages] == pdf_letters(file)
    found = ledger_of(made.document, jurisdiction)
    assert found.total.classes["provision"] > 0.5 * found.total.kept


@pytest.mark.parametrize(
    ("text", "inside", "edge"),
    [
        ("https://primjer.ba/zakon?id=3", True, True),
        ("12/05/2023, 14:05 Zakon o radu", True, True),
        ("(„Službeni glasnik“, br. 104/2013)", True, False),
        ("Службен весник бр. 166 од 26.12.2012", True, False),
        ("Napomena: Prečišćeni tekst sadrži izmjene.", True, False),
        ("Службени гласник", False, False),
        ("Član 5.", False, False),
        ("Napomena se unosi u registar.", False, False),
    ],
)
def test_publishers_lines_are_noise(text: str, inside: bool, edge: bool) -> None:
    assert (is_noise(text), is_noise(text, edge=True)) == (inside, edge)
