"""Word, web pages, text and Markdown, and the picture of a page."""

import io
import zipfile
from pathlib import Path

import pytest

from psimm_docs.errors import UnreadableError
from psimm_docs.extract import Extraction, read, sniff
from psimm_docs.extract.picture import page_png
from psimm_docs.records import Box
from psimm_docs.workspace import ReadSettings

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
NAMESPACE = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
TYPES = (
    '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="xml" ContentType="application/xml"/></Types>'
)


def take(path: Path, media_type: str) -> Extraction:
    return read(path, source_id="x/y/1", sha256="0" * 64, media_type=media_type, settings=ReadSettings())


def rows(extraction: Extraction) -> list[str]:
    assert extraction.document is not None, extraction.problems
    return extraction.document.text[: extraction.document.body_end].strip().split("\n")


def word(path: Path, body: str, **parts: str) -> Path:
    """Write a Word file by hand."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", TYPES)
        archive.writestr("word/document.xml", f"<w:document {NAMESPACE}><w:body>{body}</w:body></w:document>")
        for name, text in parts.items():
            archive.writestr(f"word/{name}.xml", text)
    return path


def paragraph(text: str, *, number: tuple[int, int] | None = None) -> str:
    place = f'<w:numPr><w:ilvl w:val="{number[1]}"/><w:numId w:val="{number[0]}"/></w:numPr>' if number else ""
    return f"<w:p><w:pPr>{place}</w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>"


NUMBERING = f"""<w:numbering {NAMESPACE}>
<w:abstractNum w:abstractNumId="7">
 <w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="Član %1."/></w:lvl>
 <w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="(%2)"/></w:lvl>
 <w:lvl w:ilvl="2"><w:start w:val="1"/><w:numFmt w:val="lowerLetter"/><w:lvlText w:val="%3)"/></w:lvl>
</w:abstractNum>
<w:num w:numId="3"><w:abstractNumId w:val="7"/></w:num>
<w:num w:numId="4"><w:abstractNumId w:val="7"/><w:lvlOverride w:ilvl="0"><w:startOverride w:val="12"/></w:lvlOverride></w:num>
</w:numbering>"""


def test_word_prints_its_numbers(tmp_path: Path) -> None:
    body = "".join(
        [
            paragraph("", number=(3, 0)),
            paragraph("Prvi stav.", number=(3, 1)),
            paragraph("tačka;", number=(3, 2)),
            paragraph("druga tačka.", number=(3, 2)),
            paragraph("Drugi stav.", number=(3, 1)),
            paragraph("", number=(3, 0)),
            paragraph("Opet prvi.", number=(3, 1)),
            paragraph("Naslov", number=(4, 0)),
        ]
    )
    assert rows(take(word(tmp_path / "a.docx", body, numbering=NUMBERING), WORD)) == [
        *("Član 1.", "(1) Prvi stav.", "a) tačka;", "b) druga tačka.", "(2) Drugi stav.", "Član 2.", "(1) Opet prvi."),
        "Član 12. Naslov",
    ]


def test_tracked_changes_and_footnotes(tmp_path: Path) -> None:
    body = (
        '<w:p><w:r><w:t xml:space="preserve">Rok je </w:t></w:r><w:del><w:r><w:delText>15</w:delText></w:r></w:del>'
        "<w:ins><w:r><w:t>30</w:t></w:r></w:ins><w:r><w:t xml:space='preserve'> dana.</w:t></w:r></w:p>"
    )
    notes = f'<w:footnotes {NAMESPACE}><w:footnote w:type="separator"><w:p/></w:footnote><w:footnote>{paragraph("Napomena.")}</w:footnote></w:footnotes>'
    made = take(word(tmp_path / "a.docx", body, footnotes=notes), WORD)
    assert rows(made) == ["Rok je 30 dana.", "Napomena."]
    assert made.document is not None
    assert [block.kind for block in made.document.blocks] == ["paragraph", "note"]
    assert [one.code for one in made.problems] == ["tracked-changes"]


def test_tables_in_word_and_web(tmp_path: Path) -> None:
    table = "".join(
        "<w:tr>" + "".join(f"<w:tc>{paragraph(cell)}</w:tc>" for cell in row) + "</w:tr>"
        for row in (("A", "B"), ("1", "2"))
    )
    assert rows(take(word(tmp_path / "a.docx", f"<w:tbl>{table}</w:tbl>"), WORD)) == ["A | B", "1 | 2"]
    page = tmp_path / "a.html"
    page.write_text("<p>Tarifa</p><table><tr><td>A</td><td>B</td></tr><tr><td>1</td><td>2</td></tr></table>", "utf-8")
    assert rows(take(page, "text/html")) == ["Tarifa", "A | B", "1 | 2"]


def test_bombs_and_paths_that_lead_out(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "bomb.docx", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", TYPES)
        archive.writestr("word/document.xml", b"\0" * 30_000_000)
    with zipfile.ZipFile(tmp_path / "out.docx", "w") as archive:
        archive.writestr("word/document.xml", "<x/>")
        archive.writestr("../../etc/passwd", "x")
    assert [one.code for one in take(tmp_path / "bomb.docx", WORD).problems] == ["bomb"]
    assert [one.code for one in take(tmp_path / "out.docx", WORD).problems] == ["unsafe-archive"]


def test_entities_are_not_expanded(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("tajna", "utf-8")
    xml = (
        f'<!DOCTYPE d [<!ENTITY s SYSTEM "file://{secret}">]><w:document {NAMESPACE}><w:body>'
        "<w:p><w:r><w:t>Tekst &s; kraj.</w:t></w:r></w:p></w:body></w:document>"
    )
    with zipfile.ZipFile(tmp_path / "x.docx", "w") as archive:
        archive.writestr("word/document.xml", xml)
    made = take(tmp_path / "x.docx", WORD)
    assert made.document is None or "tajna" not in made.document.text
    page = tmp_path / "x.html"
    page.write_text(f'<!DOCTYPE html [<!ENTITY s SYSTEM "file://{secret}">]><p>Tekst &s; kraj.</p>', "utf-8")
    assert "tajna" not in "".join(rows(take(page, "text/html")))


def test_a_page_without_its_frame(tmp_path: Path) -> None:
    page = tmp_path / "a.html"
    page.write_text(
        "<html><head><title>Zakon</title><style>p {}</style></head><body><nav><p>Početna</p></nav><script>alert(1)</script>"
        "<h1>Zakon o\nprobama</h1><p>Član 1<br>Tekst sa <b>debelim</b> slovima.</p><footer>Kontakt</footer></body></html>",
        "utf-8",
    )
    made = take(page, "text/html")
    assert rows(made) == ["Zakon o probama", "Član 1", "Tekst sa debelim slovima."]
    assert made.document is not None
    assert "Početna" in made.document.text[made.document.body_end :]
    assert made.document.title == "Zakon"
    assert "alert" not in made.document.text


def test_a_deep_page_ends(tmp_path: Path) -> None:
    page = tmp_path / "deep.html"
    page.write_text("<p>Član 1</p>" + "<div>" * 5000 + "dno" + "</div>" * 5000, "utf-8")
    made = take(page, "text/html")
    assert rows(made)[0] == "Član 1"


@pytest.mark.parametrize(
    ("encoding", "text"),
    [("cp1251", "Члан 1.\nЗахтев странца за дозволу боравка."), ("utf-16", "Član 1.\nZahtjev stranca.")],
)
def test_old_encodings_are_read_and_told(tmp_path: Path, encoding: str, text: str) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes((text * (40 if encoding == "cp1251" else 1)).encode(encoding))
    made = take(path, "text/plain")
    assert rows(made)[0].startswith(text[:6])
    assert bool(made.problems) == (encoding == "cp1251")


def test_text_is_wrapped_only_where_it_was(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text(
        "ЗАКОН\n\nЧлан 1.\nОвим законом уређују се услови за улазак, кретање и боравак странаца,\nкао и надлежност и послови органа у вези са њиховим\nборавком.\n(2) Други став.\n",
        "utf-8",
    )
    assert rows(take(path, "text/plain"))[1:] == [
        "Члан 1.",
        "Овим законом уређују се услови за улазак, кретање и боравак странаца, као и надлежност и послови органа у вези са њиховим боравком.",
        "(2) Други став.",
    ]


def test_markdown_marks_go(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_text(
        "# Zakon\n\n## Član 1.\n\n**Poslodavac** prijavljuje\nrad.\n\n| A | B |\n|---|---|\n| 1 | 2 |\n", "utf-8"
    )
    assert sniff(path) == "text/markdown"
    assert rows(take(path, "text/markdown")) == ["Zakon", "Član 1.", "Poslodavac prijavljuje rad.", "A | B", "1 | 2"]


def test_a_passage_is_marked_on_the_page(repo: Path) -> None:
    from PIL import Image

    path = repo / "corpus" / "documents" / "ba" / "law-on-foreigners-2015.bs.pdf"
    plain = page_png(path, 1, scale=1)
    marked = page_png(path, 1, scale=1, boxes=[Box(1, 100, 100, 200, 120), Box(2, 0, 0, 10, 10)])
    assert plain != marked
    picture = Image.open(io.BytesIO(marked)).convert("RGB")
    red, _, blue = picture.getpixel((150, 110))  # type: ignore[misc]
    assert red > blue
    with pytest.raises(UnreadableError, match="no page 99"):
        page_png(path, 99)
