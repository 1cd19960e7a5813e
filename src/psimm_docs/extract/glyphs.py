"""A PDF page's letters, put together to runs: neighbouring letters of one size on one line.

Invariants: coordinates are those of the page as it is shown (points, origin at the top left, y downwards, the page's own
rotation applied); every character that pdfium reports is in exactly one run or counted as left out. Which runs make a line, and in which order lines are read, is left to `columns`.
"""

from __future__ import annotations

import ctypes
import math
import re
from dataclasses import dataclass, replace
from typing import Any

BREAKS = frozenset((0x0A, 0x0D, 0x0B, 0x0C, 0x2028, 0x2029))
SPACES = frozenset(code for code in range(0x3001) if chr(code).isspace()) - BREAKS
SAMPLE = 60
"""Letters of a page whose angle is asked for."""
LINE_END_HYPHEN = 0x02
"""What pdfium makes of a hyphen that ends a line inside a word."""
BOLD_NAME = re.compile(rb"bold|black|heavy|semibold", re.I)
SPACED = re.compile(r"[^\W\d_](?: [^\W\d_]){3,}")


@dataclass(slots=True)
class Run:
    """Letters of one size that follow each other on a line; `gap_before` says whether a space stood before them."""

    text: str
    x0: float
    y0: float
    x1: float
    y1: float
    bold: bool
    gap_before: bool

    @property
    def height(self) -> float:
        """The height of the run's font box, in points."""
        return self.y1 - self.y0


@dataclass(frozen=True, slots=True)
class Glyphs:
    """A page's runs in the file's order, and how many characters (blanks aside) they hold.

    `letters` counts those in the runs and those without a known meaning (`unmapped`); `twice` were left out since they lie on
    themselves. The file holds `letters + twice`.
    """

    runs: list[Run]
    letters: int
    unmapped: int
    twice: int = 0


@dataclass(frozen=True, slots=True)
class Frame:
    """The visible page: its crop box in the file's coordinates and its rotation in quarter turns."""

    left: float
    bottom: float
    right: float
    top: float
    turns: int

    def shown(self, x0: float, y0: float, x1: float, y1: float) -> tuple[float, float, float, float]:
        """Return a rectangle of the file (y upwards) as it lies on the shown page (y downwards)."""
        match self.turns:
            case 1:
                return y0 - self.bottom, x0 - self.left, y1 - self.bottom, x1 - self.left
            case 2:
                return self.right - x1, y0 - self.bottom, self.right - x0, y1 - self.bottom
            case 3:
                return self.top - y1, self.right - x1, self.top - y0, self.right - x0
        return x0 - self.left, self.top - y1, x1 - self.left, self.top - y0

    def filed(self, x0: float, y0: float, x1: float, y1: float) -> tuple[float, float, float, float]:
        """Return a rectangle of the shown page as it lies in the file: the way back from `shown`."""
        match self.turns:
            case 1:
                return self.left + y0, self.bottom + x0, self.left + y1, self.bottom + x1
            case 2:
                return self.right - x1, self.bottom + y0, self.right - x0, self.bottom + y1
            case 3:
                return self.right - y1, self.top - x1, self.right - y0, self.top - x0
        return self.left + x0, self.top - y1, self.left + x1, self.top - y0

    @property
    def size(self) -> tuple[float, float]:
        """Width and height of the page as it is shown."""
        width, height = self.right - self.left, self.top - self.bottom
        return (height, width) if self.turns % 2 else (width, height)


def frame_of(page: Any) -> Frame:
    """Return the frame of a pypdfium2 page."""
    left, bottom, right, top = page.get_cropbox()
    media = page.get_mediabox()
    left, bottom = max(left, media[0]), max(bottom, media[1])
    right, top = min(right, media[2]), min(top, media[3])
    if right <= left or top <= bottom:
        left, bottom, right, top = media
    return Frame(left, bottom, right, top, page.get_rotation() // 90 % 4)


def upright(textpage: Any, frame: Frame) -> Frame:
    """Return the frame in which most letters of a page stand upright: the shown page's, unless text lies on its side."""
    import pypdfium2.raw as pdfium

    raw = textpage.raw
    count = max(0, pdfium.FPDFText_CountChars(raw))
    turns = [0, 0, 0, 0]
    for index in range(0, count, max(1, count // SAMPLE)):
        if pdfium.FPDFText_GetUnicode(raw, index) > 0x20:
            angle = pdfium.FPDFText_GetCharAngle(raw, index)  # clockwise
            turns[round(-angle / (math.pi / 2)) % 4] += 1
    best = max(range(4), key=lambda turn: turns[turn])
    return frame if turns[best] <= 2 * turns[frame.turns] else replace(frame, turns=best)


def read_glyphs(textpage: Any, frame: Frame) -> Glyphs:
    """Return the runs of a pypdfium2 text page, in the file's order; letters printed twice at one place are read once."""
    glyphs = gather(textpage, frame, once=False)
    return gather(textpage, frame, once=True) if overprinted(glyphs.runs) else glyphs


def overprinted(runs: list[Run]) -> bool:
    """Say whether a run lies on another one, as where boldness is made by printing twice."""
    ordered = sorted(runs, key=lambda run: run.y0)
    for at, run in enumerate(ordered):
        for other in ordered[at + 1 : at + 12]:
            if other.y0 > run.y0 + 2.0:
                break
            shared = min(run.x1, other.x1) - max(run.x0, other.x0)
            if shared > 0.6 * min(run.x1 - run.x0, other.x1 - other.x0) and shared > 0.3 * run.height:
                return True
    return False


def gather(textpage: Any, frame: Frame, *, once: bool) -> Glyphs:
    """Return a page's runs; `once` leaves out a letter that stands at the place of the same letter before it."""
    import pypdfium2.raw as pdfium

    raw = textpage.raw
    unicode_of, box_of, tight_of = (
        pdfium.FPDFText_GetUnicode,
        pdfium.FPDFText_GetLooseCharBox,
        pdfium.FPDFText_GetCharBox,
    )
    rect = pdfium.FS_RECTF()
    at_rect = ctypes.byref(rect)
    sides = [ctypes.c_double() for _ in range(4)]
    at_sides = [ctypes.byref(side) for side in sides]
    turned = frame.turns != 0
    left_edge, top_edge = frame.left, frame.top

    runs: list[Run] = []
    letters: list[str] = []
    boxes: list[tuple[float, float]] = []
    x0 = y0 = x1 = y1 = 0.0  # of the run
    first = 0
    space = gap = False
    unmapped = visible = twice = 0
    surrogate = 0
    places: dict[int, list[tuple[float, float]]] = {}
    skipped = False

    def close() -> None:
        nonlocal letters, boxes
        if letters:
            text = "".join(letters)
            if SPACED.search(text):
                text = widen_word_gaps(text, boxes)
            runs.append(Run(text, x0, y0, x1, y1, is_bold(raw, first, pdfium), gap))
        letters, boxes = [], []

    for index in range(max(0, pdfium.FPDFText_CountChars(raw))):
        code = unicode_of(raw, index)
        if surrogate and not 0xDC00 <= code < 0xE000:
            unmapped += 1
            visible += 1
            surrogate = 0
        if code in SPACES:
            space = True
            continue
        if code in BREAKS:
            close()
            space = False
            continue
        if code == LINE_END_HYPHEN:
            code = 0x2D
        elif 0xD800 <= code < 0xDC00:
            surrogate = code
            continue
        elif surrogate:
            code = 0x10000 + ((surrogate - 0xD800) << 10) + (code - 0xDC00)
            surrogate = 0
        elif code == 0 or code > 0x10FFFF or 0xDC00 <= code < 0xE000:
            unmapped += 1
            visible += 1
            continue
        box_of(raw, index, at_rect)
        a, b, c, d = rect.left, rect.bottom, rect.right, rect.top
        if d - b < 0.5:
            tight_of(raw, index, at_sides[0], at_sides[1], at_sides[2], at_sides[3])
            a, c, b, d = (side.value for side in sides)
        if turned:
            a, b, c, d = frame.shown(a, b, c, d)
        else:
            a, c, b, d = a - left_edge, c - left_edge, top_edge - d, top_edge - b
        if once:
            held = places.setdefault(code, [])
            near = min(0.8, 0.12 * (d - b))
            if any(abs(a - x) < near and abs(b - y) < near for x, y in held):
                skipped, space = True, False
                twice += 1
                continue
            held.append((a, b))
            if skipped and letters:
                space = a - x1 > 0.15 * (y1 - y0)
            skipped = False
        visible += 1
        if letters:
            height, tall = y1 - y0, d - b
            small = tall if tall < height else height
            overlap = (y1 if y1 < d else d) - (y0 if y0 > b else b)
            if (
                overlap < 0.5 * small
                or not -0.6 * height < a - x1 < 0.9 * height
                or (abs(tall - height) > 0.18 * height and tall > 0.5)
            ):
                close()
                gap, space = space, False
                first, x0, y0, x1, y1 = index, a, b, c, d
            else:
                if space:
                    letters.append(" ")
                    boxes.append((x1, a))
                    space = False
                if a < x0:
                    x0 = a
                if c > x1:
                    x1 = c
                if b < y0:
                    y0 = b
                if d > y1:
                    y1 = d
        else:
            gap, space = space, False
            first, x0, y0, x1, y1 = index, a, b, c, d
        letters.append(chr(code))
        boxes.append((a, c))
    close()
    lost = int(bool(surrogate))  # half a letter at the page's end
    return Glyphs(runs, visible + lost, unmapped + lost, twice)


def letters_on(textpage: Any) -> int:
    """Return how many characters (blanks aside) a pypdfium2 text page holds, however they lie."""
    import pypdfium2.raw as pdfium

    codes = (
        pdfium.FPDFText_GetUnicode(textpage.raw, at) for at in range(max(0, pdfium.FPDFText_CountChars(textpage.raw)))
    )
    blanks = SPACES | BREAKS
    return sum(code not in blanks and not 0xDC00 <= code < 0xE000 for code in codes)


def is_bold(raw: Any, index: int, pdfium: Any) -> bool:
    """Say whether a letter's font calls itself bold."""
    name = ctypes.create_string_buffer(96)
    flags = ctypes.c_int()
    length = pdfium.FPDFText_GetFontInfo(raw, index, name, 96, ctypes.byref(flags))
    if length and BOLD_NAME.search(name.value):
        return True
    return bool(flags.value & (1 << 18))


def widen_word_gaps(text: str, boxes: list[tuple[float, float]]) -> str:
    """Double the spaces between the words of letter-spaced text, where the gap is clearly wider than between its letters."""
    gaps = [
        boxes[i + 1][0] - boxes[i - 1][1] for i, letter in enumerate(text) if letter == " " and 0 < i < len(text) - 1
    ]
    if len(gaps) < 3:
        return text
    usual = sorted(gaps)[len(gaps) // 3]
    out: list[str] = []
    for i, letter in enumerate(text):
        out.append(letter)
        if letter == " " and 0 < i < len(text) - 1 and boxes[i + 1][0] - boxes[i - 1][1] > 1.6 * max(usual, 0.1):
            out.append(" ")
    return "".join(out)
