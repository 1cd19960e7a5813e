"""How well scanned pages are read: pages made from known text, recognised as any scan is, compared letter for letter.

Wiring: a text is set on a page, pictured at the resolutions that scanners use, clean or worn (skewed, blurred, speckled), put into a
PDF as a picture, and read by `extract` like any file of a corpus. What comes out is compared with what went in.

Measure: character error rate, the edit distance (Levenshtein) between the two texts divided by the length of the known one, white
space folded. Lower is better; 0 is a page without a mistake. Needs tesseract and the developers' libraries.
"""

from __future__ import annotations

import io
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal
from xml.sax.saxutils import escape

from psimm_docs.evaluate.facts import Fact, Score

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Wear = Literal["clean", "worn"]

MEASURE = "OCR character error rate"
RESOLUTIONS = (200, 300)
WEARS: tuple[Wear, ...] = ("clean", "worn")
LETTERS = 1800
"""Letters of a page: what a page of a gazette in one column holds."""

SKEW = 0.6
"""Degrees that a worn page lies askew."""

BLUR = 0.26
"""Points that a worn page's letters are blurred by (the radius of a Gaussian)."""

NOISE, DARKEST, BRIGHTEST = 22.0, 60.0, 235.0
"""Grey steps of 256: the spread of a worn page's speckles, its faded black, its yellowed white."""


def page_texts(facts: Sequence[Fact]) -> dict[str, str]:
    """Return a page's worth of known text by language, made of the digests' facts in their order."""
    texts: dict[str, list[str]] = {}
    for fact in facts:
        held = texts.setdefault(fact.language, [])
        if sum(map(len, held)) < LETTERS and fact.text not in held:
            held.append(fact.text)
    return {language: "\n".join(held) for language, held in sorted(texts.items())}


def can_measure() -> bool:
    """Say whether tesseract and the libraries that set and fill a page are here."""
    return shutil.which("tesseract") is not None and all(map(find_spec, ("reportlab", "matplotlib")))


def ocr_suite(
    texts: Mapping[str, str], *, resolutions: Sequence[int] = RESOLUTIONS, wears: Sequence[Wear] = WEARS
) -> Iterator[Score]:
    """Yield the error rate of each language at each resolution and wear, then of all languages; nothing without tesseract.

    `texts` holds known text by BCP 47 tag, paragraphs parted by newlines, a page of each.
    """
    if not can_measure():
        return
    wrong: dict[str, int] = {}
    letters: dict[str, int] = {}
    for language, text in texts.items():
        page = set_page(text)
        known = " ".join(text.split())
        for dpi in resolutions:
            for wear in wears:
                got = read_back(scan(page, dpi, wear), language)
                name = f"{dpi} dpi {wear}"
                errors = distance(known, " ".join(got.split()))
                wrong[name] = wrong.get(name, 0) + errors
                letters[name] = letters.get(name, 0) + len(known)
                yield Score("reading", MEASURE, f"{language} {name}", round(errors / len(known), 5), len(known))
    for name, errors in wrong.items():
        yield Score("reading", MEASURE, f"all {name}", round(errors / letters[name], 5), letters[name])


def set_page(text: str) -> bytes:
    """Return a PDF of one A4 page with the text set in paragraphs, in a typeface with serifs."""
    from matplotlib import get_data_path
    from reportlab.lib.enums import TA_JUSTIFY
    from reportlab.lib.pagesizes import A4
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont
    from reportlab.platypus import Paragraph, SimpleDocTemplate

    font = "DejaVuSerif"
    pdfmetrics.registerFont(TTFont(font, str(Path(get_data_path()) / "fonts" / "ttf" / f"{font}.ttf")))
    style = ParagraphStyle("text", fontName=font, fontSize=9, leading=12, spaceAfter=6, alignment=TA_JUSTIFY)
    out = io.BytesIO()
    SimpleDocTemplate(out, pagesize=A4).build([Paragraph(escape(one), style) for one in text.split("\n")])
    return out.getvalue()


def scan(pdf: bytes, dpi: int, wear: Wear) -> bytes:
    """Return a PDF whose one page is a picture of the first page of another, as a scanner would make it."""
    import numpy as np
    import pypdfium2
    from PIL import Image, ImageFilter

    document = pypdfium2.PdfDocument(pdf)
    try:
        picture = document[0].render(scale=dpi / 72, grayscale=True).to_pil()
    finally:
        document.close()
    if wear == "worn":
        picture = picture.rotate(SKEW, resample=Image.Resampling.BICUBIC, fillcolor=255)
        picture = picture.filter(ImageFilter.GaussianBlur(BLUR * dpi / 72))
        shades = np.asarray(picture, np.float32)
        noise = np.random.default_rng(7).normal(0.0, NOISE, shades.shape)
        faded = DARKEST + shades * (BRIGHTEST - DARKEST) / 255 + noise
        picture = Image.fromarray(np.clip(faded, 0, 255).astype(np.uint8))
    out = io.BytesIO()
    picture.save(out, "PDF", resolution=dpi, quality=75)
    return out.getvalue()


def read_back(pdf: bytes, language: str) -> str:
    """Return the text that the product reads from a scanned page in a language."""
    from psimm_docs.extract import read
    from psimm_docs.extract.sniff import PDF
    from psimm_docs.workspace import ReadSettings

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "page.pdf"
        path.write_bytes(pdf)
        made = read(path, source_id=f"x/page/v.{language}", sha256="", media_type=PDF, settings=ReadSettings())
    return made.document.text if made.document is not None else ""


def distance(a: str, b: str) -> int:
    """Return the least number of letters put in, taken out or changed that makes one text the other.

    >>> distance("zakon", "zakan"), distance("član", "lan"), distance("", "ab")
    (1, 1, 2)
    """
    import numpy as np

    if not a or not b:
        return len(a) + len(b)
    other = codes(b)
    steps = np.arange(len(b) + 1)
    row = steps.copy()
    for count, letter in enumerate(codes(a), 1):
        best = np.empty_like(row)
        best[0] = count
        best[1:] = np.minimum(row[1:] + 1, row[:-1] + (other != letter))
        row = np.minimum.accumulate(best - steps) + steps  # each may be one more than its neighbour to the left
    return int(row[-1])


def codes(text: str) -> NDArray[np.uint32]:
    """Return a text's letters as numbers."""
    import numpy as np

    array: NDArray[Any] = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
    return array
