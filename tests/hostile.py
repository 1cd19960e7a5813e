"""Small files made by hand for the tests of reading: well-formed PDFs of known letters, and files that mean harm.

Every builder returns bytes. Letters beyond ASCII are given their meaning by a ToUnicode table, as real PDFs do.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 595, 842
ADVANCE = 0.5  # of the type's size, for every letter
PLACES = ("1 0 0 1 {x} {top}", "0 1 -1 0 {y} {x}", "-1 0 0 -1 {right} {y}", "0 -1 1 0 {below} {far}")


@dataclass(frozen=True)
class Text:
    """Words at a place: points from the left and from the top to the baseline."""

    x: float
    y: float
    words: str
    size: float = 11.0
    bold: bool = False


def pdf(
    pages: Sequence[Sequence[Text]],
    *,
    crop: tuple[float, float, float, float] | None = None,
    rotate: int = 0,
    turn: int = 0,
    drawings: Sequence[str] = (),
    title: str = "",
) -> bytes:
    """Return a PDF with the texts of each page; `drawings` are content operators added to the pages in turn.

    `turn` lays the texts on their side on the page (quarter turns against the clock) as if the sheet had been turned.
    """
    letters = sorted({letter for page in pages for text in page for letter in text.words if ord(letter) > 126})
    codes = {letter: code for code, letter in enumerate(letters, start=128)}
    contents = []
    for at, page in enumerate(pages):
        parts = ["BT"]
        for text in page:
            data = bytes(codes.get(letter, ord(letter)) for letter in text.words).hex()
            place = PLACES[turn % 4].format(
                x=text.x, y=text.y, right=WIDTH - text.x, top=HEIGHT - text.y, below=WIDTH - text.y, far=HEIGHT - text.x
            )
            parts.append(f"/F{2 if text.bold else 1} {text.size} Tf {place} Tm <{data}> Tj")
        parts.append("ET")
        parts += drawings[at : at + 1]
        contents.append("\n".join(parts).encode())
    first = 8
    kids = [f"{first + 2 * at} 0 R" for at in range(len(pages))]
    box = f" /CropBox [{' '.join(map(str, crop))}]" if crop else ""
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Count {len(pages)} /Kids [{' '.join(kids)}] >>".encode(),
        font("Helvetica"),
        font("Helvetica-Bold"),
        stream(to_unicode(codes)),
        f"<< /Title ({title}) >>".encode(),
        b"<< >>",
    ]
    for at, content in enumerate(contents):
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {WIDTH} {HEIGHT}]{box} /Rotate {rotate} "
            f"/Resources << /Font << /F1 3 0 R /F2 4 0 R >> >> /Contents {first + 2 * at + 1} 0 R >>".encode()
        )
        objects.append(stream(content))
    return assemble(objects, info=6)


def font(name: str) -> bytes:
    """Return a font whose letters all have one width."""
    widths = " ".join(["500"] * 224)
    return (
        f"<< /Type /Font /Subtype /Type1 /BaseFont /{name} /FirstChar 32 /LastChar 255 /Widths [{widths}] "
        "/ToUnicode 5 0 R >>"
    ).encode()


def to_unicode(codes: dict[str, int]) -> bytes:
    """Return a table that gives the letters' codes their meaning; ASCII stands for itself."""
    meant = {code: chr(code) for code in range(32, 127)} | {code: letter for letter, code in codes.items()}
    lines = [f"<{code:02x}> <{letter.encode('utf-16-be').hex()}>" for code, letter in meant.items()]
    blocks = [lines[at : at + 100] for at in range(0, len(lines), 100)]
    body = "\n".join(f"{len(block)} beginbfchar\n" + "\n".join(block) + "\nendbfchar" for block in blocks)
    return (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /T def /CMapType 2 def\n"
        f"1 begincodespacerange <00> <ff> endcodespacerange\n{body}\nendcmap end end"
    ).encode()


def stream(data: bytes, extra: str = "") -> bytes:
    """Return a stream object."""
    return f"<< /Length {len(data)} {extra} >>\nstream\n".encode() + data + b"\nendstream"


def assemble(objects: Sequence[bytes], *, info: int = 0, trailer: str = "") -> bytes:
    """Return numbered objects as a PDF with its cross-reference table; the first is the catalogue."""
    out = bytearray(b"%PDF-1.5\n")
    offsets = []
    for number, body in enumerate(objects, start=1):
        offsets.append(len(out))
        out += f"{number} 0 obj\n".encode() + body + b"\nendobj\n"
    start = len(out)
    out += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode()
    out += b"".join(f"{offset:010d} 00000 n \n".encode() for offset in offsets)
    known = f"/Info {info} 0 R" if info else ""
    out += f"trailer << /Size {len(objects) + 1} /Root 1 0 R {known} {trailer} >>\nstartxref\n{start}\n%%EOF\n".encode()
    return bytes(out)


def paragraph(x: float, y: float, words: str, *, width: float, size: float = 11.0, pitch: float = 13.0) -> list[Text]:
    """Return words set in lines of at most a width."""
    room = int(width / (size * ADVANCE))
    lines: list[str] = []
    for word in words.split():
        if lines and len(lines[-1]) + 1 + len(word) <= room:
            lines[-1] += " " + word
        else:
            lines.append(word)
    return [Text(x, y + at * pitch, line, size) for at, line in enumerate(lines)]


def long_pdf(pages: int) -> bytes:
    """Return a PDF of many pages that share one content."""
    kids = " ".join(f"{6 + at} 0 R" for at in range(pages))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Count {pages} /Kids [{kids}] >>".encode(),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        stream(b"BT /F1 11 Tf 72 700 Td (A page of a very long file.) Tj ET"),
        b"<< >>",
    ]
    page = f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {WIDTH} {HEIGHT}] /Resources << /Font << /F1 3 0 R >> >> /Contents 4 0 R >>"
    return assemble(objects + [page.encode()] * pages)


def looping_pdf() -> bytes:
    """Return a PDF whose page tree leads back into itself."""
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Count 1000000 /Kids [3 0 R 2 0 R 3 0 R] >>",
        b"<< /Type /Pages /Parent 2 0 R /Count 1000000 /Kids [2 0 R 3 0 R] >>",
    ]
    return assemble(objects)


def bomb_pdf(megabytes: int) -> bytes:
    """Return a PDF whose one page is a content of many megabytes, packed small."""
    packer = zlib.compressobj(9)
    piece = b"0 0 m 9 9 l S\n" * 75_000  # about a megabyte
    data = b"".join(packer.compress(piece) for _ in range(megabytes)) + packer.flush()
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Count 1 /Kids [3 0 R] >>",
        f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {WIDTH} {HEIGHT}] /Contents 4 0 R >>".encode(),
        stream(data, "/Filter /FlateDecode"),
    ]
    return assemble(objects)


def encrypted_pdf() -> bytes:
    """Return a PDF that opens with a password only."""
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Count 1 /Kids [3 0 R] >>",
        f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {WIDTH} {HEIGHT}] >>".encode(),
        f"<< /Filter /Standard /V 1 /R 2 /P -44 /O <{'5a' * 32}> /U <{'a5' * 32}> >>".encode(),
    ]
    return assemble(objects, trailer=f"/Encrypt 4 0 R /ID [<{'00' * 16}> <{'00' * 16}>]")


def huge_page_pdf() -> bytes:
    """Return a PDF with a page of a hundred kilometres."""
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Count 1 /Kids [3 0 R] >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 300000000 300000000] >>",
    ]
    return assemble(objects)


def picture_pdf(pages: int = 1) -> bytes:
    """Return a PDF whose pages are a grey picture and no text."""
    kids = " ".join(f"{5 + at} 0 R" for at in range(pages))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Count {pages} /Kids [{kids}] >>".encode(),
        stream(
            bytes([200]) * 100,
            "/Type /XObject /Subtype /Image /Width 10 /Height 10 /BitsPerComponent 8 /ColorSpace /DeviceGray",
        ),
        stream(f"q {WIDTH} 0 0 {HEIGHT} 0 0 cm /I Do Q".encode()),
    ]
    page = f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {WIDTH} {HEIGHT}] /Resources << /XObject << /I 3 0 R >> >> /Contents 4 0 R >>"
    return assemble(objects + [page.encode()] * pages)


def docx(members: dict[str, bytes]) -> bytes:
    """Return a zip with a Word document's names and the members given."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in {"[Content_Types].xml": b"<Types/>", **members}.items():
            archive.writestr(name, data)
    return out.getvalue()


def bomb_docx(megabytes: int) -> bytes:
    """Return a Word document whose one part unpacks to many megabytes."""
    return docx({"word/document.xml": b"<w>" + b" " * (megabytes * 1_000_000) + b"</w>"})


def climbing_docx() -> bytes:
    """Return a Word document with a member that would be written outside the folder it is unpacked in."""
    return docx({"word/document.xml": b"<w/>", "../../outside.txt": b"outside"})


def entity_html() -> bytes:
    """Return a web page with a script, an external entity and an entity that grows."""
    return (
        b'<!DOCTYPE html [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;"><!ENTITY f SYSTEM "file:///etc/hostname">]>'
        b"<html><head><script>alert('script')</script><style>p{}</style></head>"
        b"<body><p>Article 1</p><p>Text &b; &f;</p><script>steal()</script></body></html>"
    )
