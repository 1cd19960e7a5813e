"""Running heads, footers and page numbers: what repeats at the same height of many pages.

A line is furniture when the same words stand at the same height on several pages, and any number in it is either the same
everywhere or counts with the pages. Invariant: a line that opens an article, a chapter or a point is never furniture,
however often its like stands at the top of a page.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from itertools import takewhile

from psimm_docs.extract.columns import PageLine
from psimm_docs.extract.openings import opens_article, opens_provision

NUMBER = re.compile(r"\d+")
ONLY_NUMBER = re.compile(r"[\W_]*(?:[^\W\d_]{1,9}\.?\s*)?(\d{1,4})(?:\s*(?:/|\||od|од|nga|of)\s*\d{1,4})?[\W_]*", re.I)
ROMAN_VALUES = {"i": 1, "v": 5, "x": 10, "l": 50}
ROMAN = re.compile(r"[\W_]*([ivxl]{1,7})[\W_]*", re.I)
EDGE_LINES = 4
HEIGHT_STEP = 5.0  # points


def key_of(line: PageLine) -> str:
    """Return a line's letters with each number as `#` and no blanks, so that letter-spaced heads compare equal."""
    return re.sub(r"\s+", "", NUMBER.sub("#", line.text)).casefold()


def find_furniture(pages: Sequence[Sequence[PageLine]], heights: Sequence[float]) -> set[int]:
    """Return the `id` of each line that is furniture. `pages` are the lines of each page in any order, `heights` the pages'."""
    if len(pages) < 2:
        return set()
    seen: dict[tuple[str, bool], list[PageLine]] = defaultdict(list)
    found: set[int] = set()
    for lines, height in zip(pages, heights, strict=True):
        ordered = sorted(lines, key=lambda line: line.y0)
        for top, edge in (
            (True, edge_lines(ordered, height, top=True)),
            (False, edge_lines(ordered, height, top=False)),
        ):
            for line in edge:
                if not opens_provision(line.text):
                    seen[key_of(line), top].append(line)
    for (key, _), lines in seen.items():
        for group in same_height(lines):
            if furniture_group(key, group, pages=len(pages)):
                found.update(id(line) for line in group)
    found |= page_numbers(pages, heights, found)
    return found


def edge_lines(ordered: Sequence[PageLine], height: float, *, top: bool) -> list[PageLine]:
    """Return the first (or last) lines of a page that stand within its upper (or lower) sixth, up to an article's heading."""
    if top:
        edge = [line for line in ordered[:EDGE_LINES] if line.y1 < height / 6 + 20]
    else:
        edge = [line for line in ordered[: -EDGE_LINES - 1 : -1] if line.y0 > height * 5 / 6 - 20]
    return list(takewhile(lambda line: not opens_article(line.text), edge))


def same_height(lines: Sequence[PageLine]) -> list[list[PageLine]]:
    """Split lines to groups whose heights on the page lie close together."""
    groups: list[list[PageLine]] = []
    for line in sorted(lines, key=lambda one: one.y0):
        if groups and line.y0 - groups[-1][-1].y0 <= HEIGHT_STEP:
            groups[-1].append(line)
        else:
            groups.append([line])
    return groups


def furniture_group(key: str, group: Sequence[PageLine], *, pages: int) -> bool:
    """Say whether lines alike at one height are furniture."""
    count = len({line.page for line in group})
    if count < 2 or count < min(0.15 * pages, 12) or (pages >= 4 and count < 3):
        return False
    if "#" not in key:
        return len(key) > 1
    numbers = [tuple(int(n[:9]) for n in NUMBER.findall(line.text)) for line in group]
    steady = True
    counting = False
    for place in range(len(numbers[0])):
        values = [row[place] for row in numbers]
        if len(set(values)) == 1:
            continue
        offsets = [value - line.page for value, line in zip(values, group, strict=True)]
        most = max(offsets.count(offset) for offset in set(offsets))
        if most >= 0.6 * len(group):
            counting = True
        else:
            steady = False
    return counting or steady or len(re.sub(r"\W|_", "", key)) > 14


def page_numbers(pages: Sequence[Sequence[PageLine]], heights: Sequence[float], known: set[int]) -> set[int]:
    """Return the lines that are a page number alone, first or last on their page at whatever height."""
    candidates: dict[tuple[bool, str, int], list[PageLine]] = defaultdict(list)
    for lines in pages:
        ordered = sorted((line for line in lines if id(line) not in known), key=lambda line: line.y0)
        for top, line in ((True, ordered[0]), (False, ordered[-1])) if ordered else ():
            number = ONLY_NUMBER.fullmatch(line.text)
            numeral = ROMAN.fullmatch(line.text)
            if opens_provision(line.text.lstrip(" -–—")):
                continue
            if number:
                candidates[top, "", int(number[1]) - line.page].append(line)
            elif numeral:
                candidates[top, "roman", roman(numeral[1]) - line.page].append(line)
    found: set[int] = set()
    for (_, kind, _), held in candidates.items():
        if len(held) >= (2 if kind else max(2, 0.3 * len(pages))):
            found.update(id(line) for line in held)
    return found


def roman(numeral: str) -> int:
    """Return the value of a Roman numeral.

    >>> roman("xiv")
    14
    """
    values = [ROMAN_VALUES[letter] for letter in numeral.casefold()]
    return sum(-a if a < b else a for a, b in zip(values, [*values[1:], 0], strict=True))
