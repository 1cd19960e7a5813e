"""Visual lines to paragraphs: where a line only wraps, and where something new begins.

The one strong sign of a paragraph's end is that the next line's first word would still have fitted; openings (articles,
points), a gap, an indent and a change of type are the others. Invariant: no letter changes here but the hyphen of a
word broken at a line's end, and only where the document shows that it breaks words so.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from statistics import median

from psimm_docs.extract.columns import PageLine
from psimm_docs.extract.draft import DraftBlock, Joint
from psimm_docs.extract.openings import (
    BULLET,
    PART,
    POINT,
    REFERENCE_WORDS,
    article_start,
    opens_article,
    opens_provision,
    succeeds,
)
from psimm_docs.records import BlockKind

TERMINAL = re.compile(r"[.;:!?…][\"'”“»)\]’]*\s*$|[\"”“»]\s*$")
FIGURE_END = re.compile(r"[^\W\d_]\.? (?:\d{1,3}[a-z]?\. i )?\d{1,3}[a-z]?\.$")
FIRST_WORD = re.compile(r"\S+")
WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
LEADER = re.compile(r"(?:\.{4,}|(?:\. ){3,})\s*\d{1,4}(?:\s?[-–]\s?\d{1,4})?$")
WIDE_HOLE = 2.5  # type heights
SOFT = "\u00ad\ufffe"
FEW_STEPS = 12
NOTE_LINES = 12
NEARLY_ARTICLE = re.compile(r"[^\W\d_]{4,7}\.?\s?[\dЗбОO]{1,4}\s?[-–]?\s?[a-zа-ш]?\.?\s*")
"""A word and a number alone on a line: an article's line, though its word may be damaged."""
MONTHS = re.compile(
    r"\d{1,2}\.\s*(?:jan|feb|mar|apr|maj|svib|jun|lip|srp|jul|avg|aug|kolov|sep|ruj|okt|list|nov|stud|dec|pros|sij|velj|ož|trav|"
    r"јан|феб|мар|апр|мај|јун|јул|авг|сеп|окт|нов|дек|god|год)",
    re.IGNORECASE,
)
LOWER_AFTER_NUMBER = re.compile(r"(?:\(\s?\d{1,4}\s?\)|\d{1,4}(?:\.\d{1,2}){0,3}\.?)\s+[^\W\d_A-ZČĆŠĐŽЀ-Я]")


class Hyphens:
    """What a document shows about its hyphens: which words it writes with one, which without, and whether it breaks words."""

    def __init__(self, lines: Sequence[PageLine]) -> None:
        self.words: Counter[str] = Counter()
        cut = False  # the line before ended inside a word
        for line in lines:
            words = WORD.findall(line.text)
            now = line.text.rstrip()[-1:] in {"-", *SOFT}
            self.words.update(word.casefold() for word in words[int(cut) : len(words) - now])
            cut = now
        broken = sum(line.text.rstrip()[-1:] in {"-", *SOFT} for line in lines if line.text.strip())
        self.breaks = broken >= 5 and broken > 0.01 * len(lines)

    def joint(self, before: str, after: str) -> Joint:
        """Return how two lines of one paragraph are joined: by a blank, directly, or without the hyphen at the end of the first."""
        end = before[-1]
        if end not in {"-", *SOFT} or len(before) < 2 or before[-2].isspace():
            return " "
        left = re.search(r"[^\W_]*\Z", before[:-1])
        right = re.match(r"[^\W_]*", after)
        a, b = left[0] if left else "", right[0] if right else ""
        if not a or not b:
            return "" if end == "-" and a else " "
        if len(a) < 2 or (len(b) < 2 and end == "-") or any(c.isdigit() for c in a + b):
            return "hyphen" if end in SOFT and a.isalpha() and b.isalpha() else ""
        same_case = (b.islower() and not (a.isupper() and len(a) > 1)) or (a.isupper() and b.isupper())
        if not same_case:
            return ""
        whole, hyphened = self.words[(a + b).casefold()], self.words[f"{a}-{b}".casefold()]
        if end in SOFT:
            return "hyphen"
        if whole or hyphened:
            return "hyphen" if whole >= hyphened else ""
        if len(a) >= 4 and len(b) >= 4 and self.words[a.casefold()] and self.words[b.casefold()]:
            return ""  # two whole words: a compound
        return "hyphen" if self.breaks else ""


def paragraphs(lines: Sequence[PageLine], *, body_size: float) -> list[DraftBlock]:
    """Group body lines (in reading order over all pages) to blocks: headings, paragraphs, list points, notes and tables.

    Notes at a page's foot come after the paragraph that runs over the page's end, so that they cut nothing in two.
    """
    hyphens = Hyphens(lines)
    pitch = line_pitch(lines)
    blocks: list[DraftBlock] = []
    waiting: list[DraftBlock] = []
    current: list[PageLine] = []
    notes: list[PageLine] = []
    foot = note_lines(lines, body_size)

    def close() -> None:
        nonlocal current
        if current:
            blocks.append(DraftBlock(kind_of(current, body_size), list(current)))
        current = []
        blocks.extend(waiting)
        waiting.clear()

    def close_notes() -> None:
        nonlocal notes
        group: list[PageLine] = []
        for line in notes:
            if group and (NOTE_MARK.match(line.text) or line.page != group[0].page):
                waiting.append(DraftBlock("note", list(group)))
                group = []
            if group:
                group[-1].joint = hyphens.joint(group[-1].text, line.text)
            group.append(line)
        if group:
            waiting.append(DraftBlock("note", list(group)))
        notes = []

    for line in lines:
        if id(line) in foot:
            notes.append(line)
            continue
        if notes:
            close_notes()
            if not current:
                close()
        if line.table >= 0:
            if not (current and current[-1].table == line.table):
                close()
            elif current:
                current[-1].joint = "\n"
            current.append(line)
            continue
        if current and current[-1].table < 0 and continues(current, line, pitch=pitch, body_size=body_size):
            current[-1].joint = hyphens.joint(current[-1].text, line.text)
        else:
            close()
        current.append(line)
    close_notes()
    close()
    return blocks


NOTE_MARK = re.compile(r"(?:[⁰¹²³⁴⁵⁶⁷⁸⁹]{1,3}|\d{1,3}(?=\s|[^\W\d_.)])|\*{1,3}|\(\*\))\s?")


def note_lines(lines: Sequence[PageLine], body_size: float) -> set[int]:
    """Return the `id` of the lines of footnotes: the small lines at the foot of a page's columns, from a mark on."""
    found: set[int] = set()
    by_page: dict[tuple[int, int], list[PageLine]] = {}
    for line in lines:
        by_page.setdefault((line.page, line.column), []).append(line)
    for held in by_page.values():
        tail: list[PageLine] = []
        for line in sorted(held, key=lambda one: -one.y0):
            if line.size < 0.9 * body_size and line.table < 0:
                tail.append(line)
            else:
                break
        if len(tail) == len(held):
            continue
        tail.reverse()
        starts = [at for at, line in enumerate(tail) if NOTE_MARK.match(line.text)]
        if starts:
            found.update(id(line) for line in tail[starts[0] :])
    return found


def line_pitch(lines: Sequence[PageLine]) -> float:
    """Return the usual distance between the tops of the lines of a paragraph.

    Lines that begin with a small letter go on from the line before; where there are too few of them all lines are asked.
    """
    near = [
        (b.y0 - a.y0, b.text[:1].islower())
        for a, b in pairwise(lines)
        if a.page == b.page and a.column == b.column and 0 < b.y0 - a.y0 < 4 * max(a.size, 1)
    ]
    inner = [step for step, small in near if small]
    steps = inner if len(inner) >= FEW_STEPS else [step for step, _ in near]
    return median(steps) if steps else 12.0


def centred(line: PageLine) -> bool:
    """Say whether a line stands in the middle of its column, clear of both edges."""
    left, right = line.x0 - line.left, line.right - line.x1
    width = line.right - line.left
    return left > 0.08 * width and right > 0.08 * width and abs(left - right) < 0.08 * width + 4


def capitals(text: str) -> bool:
    """Say whether a text has three letters or more and all are capitals."""
    letters = [letter for letter in text if letter.isalpha()]
    return len(letters) >= 3 and sum(letter.isupper() for letter in letters) >= 0.95 * len(letters)


def is_heading(line: PageLine, body_size: float) -> bool:
    """Say whether a line looks like a heading: an article's, or centred, large, or short and in bold or capitals."""
    text = line.text.strip()
    if opens_article(text):
        return True
    ended = TERMINAL.search(text) and not FIGURE_END.search(text)
    titled = line.bold or (centred(line) and not ended)
    if len(text) > 160 or (POINT.match(text) and not titled):
        return False
    if line.confidence is not None:  # recognised: places and sizes are too rough to go by
        return capitals(text) and centred(line)
    if centred(line) and not ended:
        return True
    short = line.width < 0.85 * (line.right - line.left)
    return (line.bold or capitals(text) or line.size > 1.15 * body_size) and (short or line.bold or capitals(text))


def fits(before: PageLine, line: PageLine) -> bool:
    """Say whether the first word of `line` would have fitted at the end of `before`: then the break was meant."""
    word = FIRST_WORD.search(line.text)
    if word is None:
        return True
    letter = line.width / max(len(line.text), 1)
    need = letter * (len(word[0]) + 1)
    if centred(before):
        return before.width + need < 0.97 * (before.right - before.left)
    # a first-line indent or a hanging point shortens the line at its left, not at its right
    return before.x1 + need < before.right - 0.3 * before.size


def continues(block: Sequence[PageLine], line: PageLine, *, pitch: float, body_size: float) -> bool:
    """Say whether a line goes on with the paragraph of the lines before it."""
    before = block[-1]
    text, ahead = line.text.lstrip(), before.text.rstrip()
    if not ahead or not text:
        return False
    if opens_article(ahead) or article_start(text) or NEARLY_ARTICLE.fullmatch(text):
        return False
    hyphen = ahead[-1] in {"-", *SOFT} and len(ahead) > 1 and ahead[-2].isalpha() and text[0].isalpha()
    same_column = line.page == before.page and line.column == before.column
    broken = not TERMINAL.search(ahead) or ahead.count("(") > ahead.count(")")
    if hyphen and text[0].islower():
        return True
    if bracketed := brackets(block):
        if bracketed > 0 and not text[0].isupper() and 0 < line.y0 - before.y0 < 2 * pitch:
            return True
        if bracketed < 0 and text[0].isupper():
            return False
    roomy = fits(before, line)
    if LEADER.search(ahead) or (max(before.hole, line.hole) > WIDE_HOLE and not text[0].islower()):
        return False
    if opens_provision(text):
        if not broken or (succeeds(block[0].text.lstrip(), text) and not MONTHS.match(text)):
            return False
        near = same_column and 0 < line.y0 - before.y0 < 1.2 * pitch
        if roomy and not (near and LOWER_AFTER_NUMBER.match(text)):
            return False
        return wraps_before_number(ahead, text)
    if PART.match(ahead) and len(ahead) < 40 and capitals(text):
        return False
    if abs(line.size - before.size) > 0.12 * before.size and not (0.85 < line.size / max(body_size, 1) < 1.15):
        return False
    if same_column:
        step = line.y0 - before.y0
        if broken and text[0].islower() and 0 < step < 3 * line.size and both_headings(before, line, body_size):
            return line.bold == before.bold  # a heading of several lines, broken by its sense
        if step > 1.55 * max(pitch, before.size * 0.9) or step < -2:
            return False
        if line.bold != before.bold and (is_heading(before, body_size) or is_heading(line, body_size)):
            return not roomy and broken and text[0].islower()
        if centred(before) != centred(line) and (roomy or (centred(line) and not broken and text[0].isupper())):
            return False
        indent = line.x0 - before.x0
        opened = opens_provision(block[0].text.lstrip())
        if not broken and text[0].isupper() and not centred(line) and both_indented(before, line):
            return False  # each of the two begins with a first-line indent
        if (
            indent > 0.9 * line.size
            and len(block) == 1
            and not opened
            and not centred(line)
            and not BULLET.match(ahead)
        ):
            # a first-line indent, unless the line before hangs
            return broken and text[0].islower()
        if indent > 0.9 * line.size and len(block) > 1 and not centred(line):
            return broken and text[0].islower() and not roomy
        return not roomy or (broken and text[0].islower() and not is_heading(before, body_size))
    if is_heading(before, body_size) and not (is_heading(line, body_size) and not roomy):
        return False
    if is_heading(line, body_size):
        return False
    return broken and (not roomy or text[0].islower())


def both_indented(before: PageLine, line: PageLine) -> bool:
    """Say whether two lines begin at one place, inside of where the column's lines begin."""
    return abs(before.x0 - line.x0) < 2 and min(before.x0, line.x0) - line.left > 0.9 * line.size


def brackets(block: Sequence[PageLine]) -> int:
    """Say where a paragraph that begins with a bracket, as an editor's note does, stands: 1 in it, -1 at its end, 0 for others."""
    first, last = block[0].text.lstrip(), block[-1].text.rstrip()
    if not first.startswith("(") or POINT.match(first) or len(block) > NOTE_LINES:
        return 0
    depth = sum(line.text.count("(") - line.text.count(")") for line in block)
    return 1 if depth > 0 else -1 if depth == 0 and last.rstrip(".;").endswith(")") else 0


def both_headings(before: PageLine, line: PageLine, body_size: float) -> bool:
    """Say whether two lines look like headings of one size."""
    alike = abs(line.size - before.size) <= 0.12 * before.size
    return alike and is_heading(before, body_size) and is_heading(line, body_size)


def wraps_before_number(ahead: str, text: str) -> bool:
    """Say whether a line that begins like a point only wraps: the line before ends in a word that wants a number."""
    words = ahead.split()
    last = words[-1].strip("(„\"'").casefold() if words else ""
    if text[:1].isdigit() and MONTHS.match(text):
        return True
    if last in REFERENCE_WORDS or last.rstrip(",") in REFERENCE_WORDS:
        return text[:1].isdigit() or text[:1] == "(" or len(last) > 2
    if LOWER_AFTER_NUMBER.match(text):
        return True
    return text[:1] in "-–—" and bool(re.match(r"[-–—]\s?[^\W\d_A-Z]", text)) and not ahead.endswith(",")


def kind_of(lines: Sequence[PageLine], body_size: float) -> BlockKind:
    """Return what a group of lines is."""
    first = lines[0]
    if first.table >= 0:
        return "table"
    text = first.text.lstrip()
    if opens_article(text):
        return "heading"
    if PART.match(text) and len(lines) <= 3 and all(is_heading(line, body_size) for line in lines):
        return "heading"
    titled = len(lines) <= 4 and all(is_heading(line, body_size) for line in lines)
    if BULLET.match(text) or (POINT.match(text) and not (titled and all(centred(line) for line in lines))):
        return "list"
    return "heading" if titled else "paragraph"
