"""The picture of a PDF page, with passages marked, so that a person sees where a quotation stands.

Invariant: nothing of the file is changed and no more than `MAX_PIXELS` are drawn. Which boxes a passage has is left to `places`.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from math import sqrt
from pathlib import Path

from psimm_docs.errors import UnreadableError
from psimm_docs.records import Box

MAX_PIXELS = 12_000_000
MARK = (255, 214, 0, 90)
"""Colour of a marked passage: a translucent yellow (red, green, blue, opacity)."""


def page_png(path: Path, page: int, *, scale: float = 2.0, boxes: Sequence[Box] = ()) -> bytes:
    """Return a PNG of a page (counted from 1) at `scale` times 72 dots an inch, with the boxes on that page marked.

    A page too large to draw at that scale is drawn smaller. Raises UnreadableError when the file or the page can't be drawn.
    """
    import pypdfium2
    from PIL import Image, ImageDraw

    try:
        document = pypdfium2.PdfDocument(path)
    except (pypdfium2.PdfiumError, OSError) as error:
        raise UnreadableError(f"{path.name}: can't be opened for a picture; get the file again") from error
    try:
        if not 1 <= page <= len(document):
            raise UnreadableError(f"{path.name}: has no page {page} (it has {len(document)})")
        drawn = document[page - 1]
        width, height = drawn.get_size()
        if width <= 0 or height <= 0:
            raise UnreadableError(f"{path.name}: page {page} has no size; get the file again")
        scale = min(scale, sqrt(MAX_PIXELS / (width * height)))
        picture = drawn.render(scale=scale).to_pil().convert("RGBA")
    except pypdfium2.PdfiumError as error:
        raise UnreadableError(f"{path.name}: page {page} can't be drawn; the file may be damaged") from error
    finally:
        document.close()
    marks = Image.new("RGBA", picture.size, (0, 0, 0, 0))
    pen = ImageDraw.Draw(marks)
    for box in boxes:
        if box.page == page:
            pen.rectangle(
                [scale * (box.x0 - 1), scale * (box.y0 - 1), scale * (box.x1 + 1), scale * (box.y1 + 1)], fill=MARK
            )
    out = io.BytesIO()
    Image.alpha_composite(picture, marks).convert("RGB").save(out, "PNG")
    return out.getvalue()
