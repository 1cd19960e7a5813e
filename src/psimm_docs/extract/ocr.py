"""Scanned pages: the `tesseract` program, when it is installed, in the languages that the source's jurisdiction writes.

Invariant: recognised lines carry tesseract's own confidence and their box on the page; what can't be recognised is said.
"""

from __future__ import annotations

import csv
import io
import os
import re
import shutil
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from psimm_docs.extract.columns import PageLine, margins
from psimm_docs.records import Box

LANGUAGES: Mapping[str, tuple[str, ...]] = {
    "al": ("sqi",),
    "xk": ("sqi", "srp_latn"),
    "me": ("srp_latn", "srp"),
    "mk": ("mkd", "sqi"),
    "rs": ("srp", "srp_latn"),
    "hr": ("hrv",),
    "ba": ("bos", "srp"),
}
"""Tesseract's languages by the jurisdiction that a source's id begins with; English where it is none of these."""

TAGS: Mapping[str, str] = {
    **{"sq": "sqi", "bs": "bos", "hr": "hrv", "cnr": "srp_latn", "sr-cyrl": "srp", "sr-latn": "srp_latn", "mk": "mkd"},
    "en": "eng",
}
"""Tesseract's language by the BCP 47 tag that a source's id may end with."""

CYRILLIC = frozenset(("srp", "mkd"))
"""Tesseract's languages that are written in Cyrillic."""

HELPERS: Mapping[str, tuple[str, ...]] = {"mkd": ("srp",), "bos": ("srp_latn",)}
"""Models that help another: Debian's Macedonian one can't write `љ`, its Bosnian one no `–` and no `„`; the Serbian ones can."""

UNSURE = 0.4
"""Lines that tesseract is less sure of are left out: they are drawings, stamps and noise."""

DPI = 300
SMOOTHING = 0.3
"""Points that a speckled page is blurred by (the radius of a Gaussian)."""

MAX_PIXELS = 40_000_000


@dataclass(frozen=True, slots=True)
class Missing:
    """Why nothing can be recognised here, and what to do."""

    what: str
    todo: str


@cache
def told_languages() -> tuple[str, ...]:
    """Return what tesseract says of its languages: a line with the folder of its models, then a line each."""
    program = shutil.which("tesseract")
    if program is None:
        return ()
    try:
        done = subprocess.run([program, "--list-langs"], capture_output=True, text=True, timeout=20, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return ()
    return tuple(line.strip() for line in done.stdout.splitlines() if line.strip())


def installed() -> tuple[str, ...]:
    """Return the languages that tesseract has here; empty when there is no tesseract."""
    return told_languages()[1:]


def model_folder() -> str:
    """Return the folder of tesseract's models as it names it; empty when there is no tesseract."""
    found = re.search(r'"([^"]+)"', next(iter(told_languages()), ""))
    return found[1] if found else ""


def wanted(source_id: str) -> tuple[str, ...]:
    """Return tesseract's languages for a source, by its id.

    >>> wanted("mk/zakon-za-strancite/97-18"), wanted("rs/zakon/24-2018.sr-Cyrl")
    (('mkd', 'sqi'), ('srp',))
    """
    tag = source_id.rpartition(".")[2].lower() if "." in source_id.rpartition("/")[2] else ""
    if tag in TAGS:
        return (TAGS[tag],)
    return LANGUAGES.get(source_id[:2].lower(), ("eng",))


def languages(source_id: str, text: str) -> tuple[str, ...]:
    """Return the installed languages to recognise a source's pages in, given what of its text is known already.

    Where that is clearly in one script, the languages of the other are left out: together they give words of both.
    """
    have = tuple(name for name in wanted(source_id) if name in installed())
    cyrillic = sum("\u0400" <= c <= "\u04ff" for c in text)
    latin = sum(c.isalpha() for c in text) - cyrillic
    if cyrillic + latin < 300:
        return have
    if cyrillic < 0.15 * (cyrillic + latin):
        return tuple(name for name in have if name not in CYRILLIC) or have
    if latin < 0.15 * (cyrillic + latin):
        return tuple(name for name in have if name in CYRILLIC) or have
    return have


def with_helpers(names: Sequence[str]) -> tuple[str, ...]:
    """Return languages with the installed models that help them, the languages first."""
    helpers = (helper for name in names for helper in HELPERS.get(name, ()) if helper in installed())
    return tuple(dict.fromkeys((*names, *helpers)))


def missing(source_id: str) -> Missing | None:
    """Return what keeps a source's scans from being recognised here, or None."""
    have = installed()
    packages = " ".join("tesseract-ocr-" + name.replace("_", "-") for name in wanted(source_id))
    if not have:
        return Missing("tesseract is not installed", f"install tesseract-ocr and {packages}, then build again")
    if not set(wanted(source_id)) & set(have):
        return Missing(
            f"tesseract has no language for it (it wants {', '.join(wanted(source_id))})", f"install {packages}"
        )
    return None


def has_picture(page: Any) -> bool:
    """Say whether pictures cover a third of a page or more, or its drawing is dense enough to be outlined text."""
    import pypdfium2.raw as pdfium

    width, height = page.get_size()
    area = 0.0
    paths = 0
    for thing in page.get_objects(max_depth=3):
        if thing.type == pdfium.FPDF_PAGEOBJ_IMAGE:
            x0, y0, x1, y1 = thing.get_bounds()
            area += max(0.0, min(x1, 2 * width) - max(x0, -width)) * max(0.0, min(y1, 2 * height) - max(y0, -height))
        elif thing.type == pdfium.FPDF_PAGEOBJ_PATH:
            paths += 1
        if area > 0.33 * width * height or paths > 2000:
            return True
    return False


def recognise(page: Any, number: int, *, languages: Sequence[str], seconds: float) -> list[PageLine] | str:
    """Return the lines that tesseract reads on a pypdfium2 page, in its reading order, or why it read none.

    A page on which it finds no word is tried once more with its speckles smoothed: they can hide a few lines altogether.
    """
    from PIL import ImageFilter

    width, height = page.get_size()
    scale = DPI / 72
    while width * height * scale * scale > MAX_PIXELS:
        scale *= 0.8
    picture = page.render(scale=scale, grayscale=True).to_pil()
    until = time.monotonic() + seconds
    lines: list[PageLine] | str = []
    for smoothing in (0.0, SMOOTHING):
        seen = picture.filter(ImageFilter.GaussianBlur(smoothing * scale)) if smoothing else picture
        lines = words_of(seen, number, languages=languages, scale=scale, seconds=until - time.monotonic())
        if lines:
            break
    return lines or "tesseract found no words on it"


def words_of(
    picture: Any, number: int, *, languages: Sequence[str], scale: float, seconds: float
) -> list[PageLine] | str:
    """Return the lines that tesseract reads in a picture of a page (`scale` pixels a point), or why it failed."""
    data = io.BytesIO()
    picture.save(data, "PNG", compress_level=1)
    layout = "1" if "osd" in installed() else "3"
    names = "+".join(with_helpers(languages))
    options = ["-l", names, "--dpi", str(int(72 * scale)), "--psm", layout, "tsv"]
    try:
        done = subprocess.run(
            ["tesseract", "stdin", "stdout", *options],
            input=data.getvalue(),
            capture_output=True,
            timeout=max(1.0, min(seconds, 120.0)),
            check=False,
            env={**os.environ, "OMP_THREAD_LIMIT": "1"},
        )
    except subprocess.TimeoutExpired:
        return "tesseract took too long"
    except OSError as error:
        return f"tesseract can't be started ({error.strerror})"
    if done.returncode != 0:
        said = done.stderr.decode("utf-8", "replace").strip().splitlines()
        return f"tesseract gave up ({said[-1][:120] if said else done.returncode})"
    return lines_of(done.stdout.decode("utf-8", "replace"), number, scale)


def lines_of(tsv: str, number: int, scale: float) -> list[PageLine]:
    """Return the lines of tesseract's table of words."""
    words: dict[tuple[int, int, int], list[tuple[str, float, float, float, float, float]]] = {}
    for row in csv.DictReader(io.StringIO(tsv), delimiter="\t", quoting=csv.QUOTE_NONE):
        if row.get("level") != "5" or not (row.get("text") or "").strip():
            continue
        left, top = int(row["left"]) / scale, int(row["top"]) / scale
        right, bottom = left + int(row["width"]) / scale, top + int(row["height"]) / scale
        key = int(row["block_num"]), int(row["par_num"]), int(row["line_num"])
        words.setdefault(key, []).append((row["text"], left, top, right, bottom, float(row["conf"]) / 100))
    out: list[PageLine] = []
    for (block, _, _), held in words.items():
        x0, y0 = min(word[1] for word in held), min(word[2] for word in held)
        x1, y1 = max(word[3] for word in held), max(word[4] for word in held)
        sure = sum(word[5] * len(word[0]) for word in held) / sum(len(word[0]) for word in held)
        box = Box(number, round(x0, 1), round(y0, 1), round(x1, 1), round(y1, 1))
        line = PageLine(" ".join(word[0] for word in held), number, box, max(0.0, min(1.0, round(sure, 3))))
        line.x0, line.y0, line.x1, line.y1 = x0, y0, x1, y1
        line.column, line.columns = block, 1
        out.append(line)
    heights = sorted(line.y1 - line.y0 for line in out)
    for line in out:
        # word boxes are as high as their letters happen to be: one size for all but clear headings
        usual = heights[len(heights) // 2]
        line.size = line.y1 - line.y0 if line.y1 - line.y0 > 1.8 * usual else usual
    return margins(out)


def confidence(lines: Sequence[PageLine]) -> float:
    """Return how sure tesseract is of lines, 0..1, weighed by their letters; 1 where there are none."""
    letters = sum(len(line.text) for line in lines)
    return sum((line.confidence or 0.0) * len(line.text) for line in lines) / letters if letters else 1.0
