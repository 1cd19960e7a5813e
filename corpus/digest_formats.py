"""How the lines of a digest are set as plain text, HTML, DOCX and PDF.

Invariant: the same lines give the same bytes on every run and every day: no clock, no random id, no order of a set. The
bytes can differ between versions of the libraries (see `TOOLS`); the text they hold can not. What the lines say is left to
`make_digests`.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from html import escape
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Literal

LineKind = Literal["title", "front", "section", "article", "heading", "text", "point", "source"]

TOOLS = {"reportlab": "5.1.0", "python-docx": "1.2.0", "lxml": "6.1.3", "zlib": "1.2.13"}
"""The versions that the shipped files were made with."""

FIXED_DATE = datetime(2026, 11, 22)
"""The date of the facts; it stands wherever a format wants a date."""

NOT_AT_A_LINE_START = re.compile(
    r" (?=\(?\d+[a-zа-я]?[.)]|\(?\w\)|[–-] |(?:Art(?:icle)?s?|[Nn]eni\w*|[Čč]lan\w*|[Чч]лан\w*|[Чч]лен\w*)\.? \d)"
)
"""Blanks before what would look like the start of an article, a paragraph or a point if a wrapped line began with it."""

FIXED_ZIP_DATE = (2026, 11, 22, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Line:
    """One paragraph of a digest and what it is. `point` is a text that stands indented, `source` is small print."""

    kind: LineKind
    text: str


@dataclass(frozen=True, slots=True)
class Format:
    """How a digest is set: the extension, the media type, and the function from (lines, language) to bytes."""

    extension: str
    media_type: str
    write: Callable[[Sequence[Line], str], bytes]


def installed_tools() -> dict[str, str]:
    """Return the versions of `TOOLS` that are installed here."""
    return {name: zlib.ZLIB_RUNTIME_VERSION if name == "zlib" else version(name) for name in TOOLS}


def as_text(lines: Sequence[Line], language: str) -> bytes:
    """Set lines as UTF-8 text: a line each, an empty one before every article and section."""
    del language
    out: list[str] = []
    before = ""
    for line in lines:
        opens = line.kind in ("section", "article", "heading") and before not in ("article", "heading", "section")
        if opens or (before == "title") or (before == "front" and line.kind != "front"):
            out.append("")
        out.append(line.text)
        before = line.kind
    return ("\n".join(out) + "\n").encode("utf-8")


HTML_STYLE = (
    "main{max-width:46em;margin:2em auto;font-family:serif;line-height:1.5}h2,h3,h4{text-align:center}"
    ".front{font-size:.9em}.source{font-size:.75em;color:#555;overflow-wrap:anywhere}.point{margin-left:2em}"
)
HTML_TAGS = {"title": "h1", "section": "h2", "article": "h3", "heading": "h4"}


def as_html(lines: Sequence[Line], language: str) -> bytes:
    """Set lines as one HTML page without scripts or anything from elsewhere."""
    title = next(line.text for line in lines if line.kind == "title")
    out = [
        "<!DOCTYPE html>",
        f'<html lang="{language}">',
        f'<head><meta charset="utf-8"><title>{escape(title)}</title><style>{HTML_STYLE}</style></head>',
        "<body><main>",
    ]
    for line in lines:
        text = escape(line.text, quote=False)
        if line.kind in HTML_TAGS:
            out.append(f"<{HTML_TAGS[line.kind]}>{text}</{HTML_TAGS[line.kind]}>")
        elif line.kind == "source":
            out.append(f'<p class="source"><small>{text}</small></p>')
        else:
            out.append(f'<p class="{line.kind}">{text}</p>')
    out.append("</main></body></html>")
    return ("\n".join(out) + "\n").encode("utf-8")


DOCX_STYLES = {"title": "Title", "section": "Heading 1", "article": "Heading 2", "heading": "Heading 3"}
DOCX_LANGUAGES = {"cnr": "sr-Latn-ME", "mk": "mk-MK", "en": "en-GB"}


def as_docx(lines: Sequence[Line], language: str) -> bytes:
    """Set lines as a Word document with real heading styles."""
    from docx import Document
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.oxml.ns import qn
    from docx.shared import Cm, Pt

    document = Document()
    for tag in document.styles.element.iter(qn("w:lang")):
        tag.set(qn("w:val"), DOCX_LANGUAGES[language])
    properties = document.core_properties
    properties.title = next(line.text for line in lines if line.kind == "title")
    properties.author = properties.last_modified_by = "psimm_docs"
    properties.comments = "digest; not the official text"
    properties.created = properties.modified = FIXED_DATE
    for line in lines:
        paragraph = document.add_paragraph(style=DOCX_STYLES.get(line.kind, "Normal"))
        run = paragraph.add_run(line.text)
        if line.kind in ("section", "article", "heading"):
            paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        if line.kind == "source":
            run.font.size = Pt(7.5)
        if line.kind == "point":
            paragraph.paragraph_format.left_indent = Cm(1)
    held = io.BytesIO()
    document.save(held)
    return packed_again(held.getvalue())


def packed_again(data: bytes) -> bytes:
    """Return a zip file with the same members at one fixed date, in order of name after the content types."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for name in sorted(old.namelist(), key=lambda one: (one != "[Content_Types].xml", one)):
            if name != "docProps/thumbnail.jpeg" and not name.startswith("customXml/"):
                member = zipfile.ZipInfo(name, FIXED_ZIP_DATE)
                member.create_system = 3
                member.external_attr = 0o644 << 16
                new.writestr(member, without_parts(name, old.read(name)), zipfile.ZIP_DEFLATED, 6)
    return out.getvalue()


def without_parts(name: str, data: bytes) -> bytes:
    """Return a member without its links to the parts that `packed_again` leaves out."""
    if not name.endswith(".rels"):
        return data
    from lxml import etree

    tree = etree.fromstring(data)
    for link in list(tree):
        if "thumbnail" in link.get("Target", "") or "customXml" in link.get("Target", ""):
            tree.remove(link)
    return etree.tostring(tree, xml_declaration=True, encoding="UTF-8", standalone=True)


@cache
def fonts() -> tuple[str, str]:
    """Register DejaVu Serif, regular and bold, as matplotlib ships it, and return their names in the PDF."""
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont

    found = find_spec("matplotlib")
    if found is None or found.origin is None:
        raise SystemExit("matplotlib is not installed (its font is used here); run: pip install -e '.[dev]'")
    folder = Path(found.origin).parent / "mpl-data" / "fonts" / "ttf"
    for name in ("DejaVuSerif", "DejaVuSerif-Bold"):
        pdfmetrics.registerFont(TTFont(name, str(folder / f"{name}.ttf"), shapable=False))
    return "DejaVuSerif", "DejaVuSerif-Bold"


def pdf_styles(*, narrow: bool) -> dict[str, Any]:
    """Return a paragraph style for each kind of line."""
    from reportlab.lib.enums import TA_CENTER
    from reportlab.lib.styles import ParagraphStyle

    plain, bold = fonts()
    size = 9.0 if narrow else 10.5
    base = ParagraphStyle("text", fontName=plain, fontSize=size, leading=size * 1.35, spaceAfter=size * 0.35)

    def style(name: str, **changes: Any) -> ParagraphStyle:
        return ParagraphStyle(name, parent=base, **changes)

    centred = {"alignment": TA_CENTER, "fontName": bold, "keepWithNext": 1}
    return {
        "title": style("title", **{**centred, "fontSize": size * 1.3, "leading": size * 1.7, "spaceAfter": size}),
        "front": style("front", fontSize=size * 0.85, leading=size * 1.15),
        "section": style("section", **centred, spaceBefore=size * 1.6),
        "article": style("article", **centred, spaceBefore=size),
        "heading": style("heading", **centred),
        "text": base,
        "point": style("point", leftIndent=size * 1.4),
        "source": style("source", fontSize=size * 0.68, leading=size * 0.9, spaceAfter=size * 0.7),
    }


def as_pdf(lines: Sequence[Line], language: str, *, columns: int = 1) -> bytes:
    """Set lines as an A4 PDF with embedded subsets of the font, in one column or, like a gazette, in two."""
    from reportlab import rl_config
    from reportlab.lib.pagesizes import A4
    from reportlab.lib.units import cm
    from reportlab.platypus import BaseDocTemplate, Frame, PageTemplate, Paragraph

    rl_config.useA85 = 0
    width, height = A4
    margin, gutter = 2 * cm, 0.9 * cm
    wide = (width - 2 * margin - (columns - 1) * gutter) / columns
    frames = [
        Frame(margin + place * (wide + gutter), margin, wide, height - 2 * margin, 0, 0, 0, 0, id=f"column{place}")
        for place in range(columns)
    ]
    held = io.BytesIO()
    document = BaseDocTemplate(
        held,
        pagesize=A4,
        pageTemplates=[PageTemplate(id="page", frames=frames)],
        title=next(line.text for line in lines if line.kind == "title"),
        author="psimm_docs",
        subject="digest; not the official text",
        lang=language,
        invariant=1,
        pageCompression=1,
    )
    styles = pdf_styles(narrow=columns > 1)
    document.build([Paragraph(escape(glued(line.text), quote=False), styles[line.kind]) for line in lines])
    return held.getvalue()


LONGEST_WORD = 34
"""Letters that stay together on a line of a narrow column; a longer run would be cut inside a number."""


def glued(text: str) -> str:
    """Return a text that no line break in it can turn into a false start; the PDF holds plain blanks again.

    >>> glued("Seen in Article 2, point 3).").replace("\\N{NO-BREAK SPACE}", "_")
    'Seen in_Article 2, point_3).'
    """
    held = NOT_AT_A_LINE_START.sub("\N{NO-BREAK SPACE}", text)
    return " ".join(
        word.replace("\N{NO-BREAK SPACE}", " ") if len(word) > LONGEST_WORD else word for word in held.split(" ")
    )


def as_two_columns(lines: Sequence[Line], language: str) -> bytes:
    """Set lines as a PDF in two columns."""
    return as_pdf(lines, language, columns=2)


TEXT = Format(".txt", "text/plain", as_text)
HTML = Format(".html", "text/html", as_html)
DOCX = Format(".docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", as_docx)
PDF = Format(".pdf", "application/pdf", as_pdf)
GAZETTE = Format(".pdf", "application/pdf", as_two_columns)
