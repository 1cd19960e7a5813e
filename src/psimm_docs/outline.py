"""Which lines of a document begin its own articles, and which headings belong to them.

`grammar` says what a line could be; here the whole document decides. A table of contents, an article quoted in an amending
law, a reference that stands at a line's start and a footnote mark glued to a number all look like articles: they are told
apart by quotation marks, by what the line before announces, by how much text follows and, above all, by the sequence.

Invariant: an article line that isn't taken stays text of the article before it, and a `Problem` says so. The tree is built
by `provisions`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from psimm_docs import grammar
from psimm_docs.grammar import ArticleMark
from psimm_docs.lines import ENDED, ITEM, STAGE, Line, heading_like, page_at, part_at, shouted, split
from psimm_docs.numbering import follows_letter
from psimm_docs.records import Document, Problem, Severity, Span

AHEAD = 6
"""How many article lines after a doubtful one are asked whether they go on from it."""


@dataclass(frozen=True, slots=True)
class Article:
    """An article that was taken: its line, its mark, the act it belongs to (0 the first) and where its heading stands."""

    line: int
    mark: ArticleMark
    act: int


@dataclass
class Found:
    """What the document's lines turned out to be; line numbers are indexes into `lines`."""

    lines: list[Line]
    articles: list[Article] = field(default_factory=list)
    contents: set[int] = field(default_factory=set)
    quoted: set[int] = field(default_factory=set)
    annexes: dict[int, tuple[str, tuple[int, int], int]] = field(default_factory=dict)
    acts: dict[int, Span | None] = field(default_factory=dict)
    """The lines at which further acts of the file begin, with their titles where they have one."""
    titles: set[int] = field(default_factory=set)
    """The lines of the titles of acts."""
    problems: list[Problem] = field(default_factory=list)

    def tell(
        self, document: Document, code: str, severity: Severity, message: str, *, line: int, todo: str = ""
    ) -> None:
        """Add a problem at a line."""
        held = self.lines[line]
        span = Span(held.start, held.end)
        self.problems.append(Problem(code, STAGE, severity, message, todo, page_at(document, held.start), span))


def candidates(lines: Sequence[Line]) -> list[tuple[int, ArticleMark]]:
    """Return the lines that could begin an article, in order."""
    return [
        (at, mark)
        for at, line in enumerate(lines)
        if line.kind not in ("note", "table", "furniture")
        and (mark := grammar.article_mark(line.text) or grammar.loose_mark(line.text))
    ]


def quoted_lines(lines: Sequence[Line]) -> set[int]:
    """Return the lines inside quotations that run over several lines and begin with an article or a numbered paragraph."""
    out: set[int] = set()
    at = 0
    while at < len(lines):
        text = lines[at].text
        opening = grammar.OPENING_QUOTE.match(text)
        if opening and len(grammar.QUOTES.findall(text)) % 2 and at and lines[at - 1].text.endswith(":"):
            for end in range(at + 1, min(at + 200, len(lines))):
                closing = grammar.CLOSING_QUOTE.search(lines[end].text)
                if closing and len(grammar.QUOTES.findall(lines[end].text)) % 2:
                    out.update(range(at, end + 1))
                    at = end
                    break
        at += 1
    return out


def thin(lines: Sequence[Line], start: int, end: int) -> bool:
    """Say whether what stands between two article lines is no more than an entry in a table of contents."""
    between = [line.text for line in lines[start + 1 : end]]
    return sum(map(len, between)) <= 350 and not any(
        len(text) > 200 or (text[-1] in ".;:" and not re.search(r"\.{3,}$", text)) for text in between
    )


def contents_lines(lines: Sequence[Line], found: Sequence[tuple[int, ArticleMark]]) -> set[int]:
    """Return the indexes (in `found`) of article lines that are entries of a table of contents."""
    runs: list[list[int]] = []
    for index, (_, mark) in enumerate(found):
        if not runs or mark.base < found[runs[-1][-1]][1].base - 3:
            runs.append([])
        runs[-1].append(index)
    out: set[int] = set()
    for number, run in enumerate(runs):
        if len(runs) < 2 or len(run) < 3:
            continue
        bases = {found[index][1].base for index in run}
        ends = [found[index + 1][0] if index + 1 < len(found) else len(lines) for index in run]
        thins = sum(thin(lines, found[index][0], end) for index, end in zip(run, ends, strict=True))
        others = {found[i][1].base for other, held in enumerate(runs) if other != number for i in held}
        if thins >= 0.8 * (len(run) - 1) and len(bases & others) >= 0.6 * len(bases):
            out.update(run)
    return out


def later(mark: ArticleMark, other: ArticleMark) -> bool:
    """Say whether `other` comes directly after `mark`: the next number, or the same with a further letter."""
    if other.base == mark.base + 1:
        return True
    return other.base == mark.base and follows_suffix(mark.suffix, other.suffix)


def follows_suffix(before: str, after: str) -> bool:
    """Say whether a suffix follows another: none < a < b, 1 < 2, a < a/1.

    >>> follows_suffix("", "a"), follows_suffix("b", "v"), follows_suffix("2", "1")
    (True, True, False)
    """
    if not after or before == after:
        return False
    if not before or after.startswith(before):
        return True
    if before.isdigit() and after.isdigit():
        return int(after) > int(before)
    first, second = before.split("/")[0], after.split("/")[0]
    if first == second:
        return before < after
    return follows_letter(first, second, reach=30)


def goes_on(mark: ArticleMark, following: Sequence[ArticleMark]) -> int:
    """Return how many of the next article lines go on from `mark`, each from the one before."""
    count = 0
    for other in following:
        if later(mark, other):
            count += 1
            mark = other
    return count


def find(document: Document) -> Found:
    """Return the document's lines and what they are; never raises."""
    lines = split(document)
    found = Found(lines)
    marked = candidates(lines)
    contents = contents_lines(lines, marked)
    if contents:
        found.contents = {marked[index][0] for index in contents}
        first = min(found.contents)
        found.tell(
            document,
            "table-of-contents",
            "note",
            f"{len(contents)} lines are read as a table of contents and not as articles",
            line=first,
        )
    marked = [pair for index, pair in enumerate(marked) if index not in contents]
    found.quoted = quoted_lines(lines)
    boundaries = boundary_lines(lines, marked, found)
    choose(document, found, marked, boundaries)
    find_acts(found)
    return found


def find_acts(found: Found) -> None:
    """Find the titles of the acts in the file, and the line at which each act after the first begins."""
    for index, article in enumerate(found.articles):
        first = index == 0
        if not first and found.articles[index - 1].act == article.act:
            continue
        floor = 0 if first else found.articles[index - 1].line + 1
        if any(floor <= one < article.line for one in found.annexes):
            continue
        title = title_lines(found, floor, article.line)
        found.titles.update(title)
        if first:
            continue
        begin = title.start if title else article.line
        for at in range(floor, begin):
            text = found.lines[at].text
            preamble = grammar.capital(text) and (grammar.says("preamble", text) or grammar.says("enacts", text))
            if (preamble or ITEM.match(text)) and at not in found.quoted:
                begin = at
                break
        if title or begin < article.line:
            lines = found.lines
            found.acts[begin] = Span(lines[title.start].start, lines[title.stop - 1].end) if title else None


def title_lines(found: Found, floor: int, stop: int) -> range:
    """Return the lines of an act's title between two lines: in capitals, its first run, with a word that names an act."""
    at = floor
    while at < stop:
        end = at
        while end < stop and title_like(found, end):
            end += 1
        if any(grammar.says("acts", found.lines[one].text) for one in range(at, end)):
            return range(at, end)
        at = max(end, at + 1)
    return range(stop, stop)


def title_like(found: Found, at: int) -> bool:
    """Say whether a line may belong to an act's title."""
    line = found.lines[at]
    if at in found.quoted or at in found.contents or line.kind in ("note", "table", "list"):
        return False
    return shouted(line.text) and len(line.text) < 400 and part_at(line, heading=True, macro="") is None


def boundary_lines(
    lines: Sequence[Line], marked: Sequence[tuple[int, ArticleMark]], found: Found
) -> dict[int, tuple[str, tuple[int, int], int]]:
    """Return the lines after which another numbering may begin: annexes and appended articles of other laws."""
    if not marked:
        return {}
    out: dict[int, tuple[str, tuple[int, int], int]] = {}
    for at in range(marked[0][0] + 1, len(lines)):
        line = lines[at]
        if at in found.quoted or at in found.contents or line.kind in ("note", "table"):
            continue
        if len(line.text) < 300 and grammar.says("appended", line.text):
            out[at] = ("", (0, 0), 0)
        elif (annex := grammar.annex_mark(line.text)) and (at + 1 == len(lines) or lines[at - 1].text[-1] not in ",:"):
            out[at] = annex
    return out


def choose(
    document: Document,
    found: Found,
    marked: Sequence[tuple[int, ArticleMark]],
    boundaries: dict[int, tuple[str, tuple[int, int], int]],
) -> None:
    """Take the article lines that are the law's own, in one pass with a look ahead."""
    lines = found.lines
    seen: set[tuple[int, int, str]] = set()
    previous: ArticleMark | None = None
    act = 0
    borders = sorted(boundaries)
    border = 0
    marked = [(at, mark) for at, mark in marked if not (at in found.quoted or (mark.quoted and previous))]
    index = 0
    while index < len(marked):
        at, mark = marked[index]
        if mark.loose and not (previous and later(previous, mark)):
            index += 1
            continue
        crossed = [one for one in borders[border:] if one < at]
        border += len(crossed)
        following = [other for _, other in marked[index + 1 : index + 1 + AHEAD]]
        if crossed and previous is not None:
            in_sequence = later(previous, mark)
            appended = [one for one in crossed if boundaries[one][2] == 0 and not boundaries[one][0]]
            if appended or not in_sequence:
                for one in crossed:
                    found.annexes[one] = boundaries[one]
                act += 1
                seen_before = previous
                previous = None
                if mark.base > seen_before.base + 1 and not appended and goes_on(seen_before, following):
                    previous = seen_before
        taken, mark, code, message = judge(previous, mark, following, lines, at, found, act, seen)
        if code:
            severity: Severity = "note" if code in ("quoted-article", "glued-footnote") else "warning"
            found.tell(document, code, severity, message, line=at, todo=TODO.get(code, ""))
        if code == "numbering-restart":
            act += 1
        if taken:
            found.articles.append(Article(at, mark, act))
            if code not in ("out-of-order", "duplicate-number"):
                previous = mark
            seen.add((act, mark.base, mark.suffix))
        elif code == "quoted-article":
            end = marked[index + 1][0] if index + 1 < len(marked) else len(lines)
            found.quoted.update(range(at, quote_end(lines, at, end)))
        index += 1
    if found.articles:
        last = found.articles[-1].line
        for one in borders:
            if one > last:
                found.annexes[one] = boundaries[one]


TODO = {
    "numbering-gap": "look at the page: the article may be missing from the file, or its number misread",
    "duplicate-number": "look at the page: the law may print the number twice, or it was misread",
    "out-of-order": "look at the page and check the article's number",
    "glued-footnote": "look at the page and check the article's number",
    "misread-number": "look at the page and check the article's number",
    "article-not-in-sequence": "look at the page: if it is an article of this law, its number was misread",
    "numbering-restart": "check whether the file holds more than one act",
}


def quote_end(lines: Sequence[Line], start: int, end: int) -> int:
    """Return the line after the last one of a quoted article: at its closing quotation mark, else at `end`."""
    for at in range(start, end):
        if grammar.CLOSING_QUOTE.search(lines[at].text) and len(grammar.QUOTES.findall(lines[at].text)) % 2:
            return at + 1
    # a heading of the next own article may stand above it
    while end - 1 > start and heading_like(lines[end - 1]) and not ENDED.search(lines[end - 1].text):
        end -= 1
    return end


def judge(
    previous: ArticleMark | None,
    mark: ArticleMark,
    following: Sequence[ArticleMark],
    lines: Sequence[Line],
    at: int,
    found: Found,
    act: int,
    seen: set[tuple[int, int, str]],
) -> tuple[bool, ArticleMark, str, str]:
    """Decide on one article line: (taken, the mark with its number mended, problem code, message)."""
    rest = lines[at].text[mark.rest :]
    alone = not rest or rest[0] in "([„“\"'" or rest[0].isupper() or rest[0].isdigit()
    deleted = bool(rest) and grammar.says("deleted", rest[:60])
    if previous is None:
        if not alone and not deleted:
            return False, mark, "", ""
        glued = unglue(ArticleMark("", 0, "", "", (0, 0), 0, False, False), mark, following)
        if mark.base > 1 and glued:
            return True, glued, "glued-footnote", f"{mark.number} is read as {glued.number} with a footnote mark"
        return True, mark, *misread(mark, None)
    if later(previous, mark) and (alone or deleted):
        if mark.macro == "mk" and mark.suffix == "6" and mark.number.endswith("-6"):
            mended = replace(mark, suffix="б", number=mark.number[:-1] + "б")
            return True, mended, "misread-number", f"{mark.number} is read as {mended.number}"
        glued = unglue(previous, mark, following) if mark.base != previous.base + 1 else None
        if glued:
            return True, glued, "glued-footnote", f"{mark.number} is read as {glued.number} with a footnote mark"
        return True, mark, *misread(mark, previous)
    if not alone and not deleted:
        return False, mark, "", ""
    announced = introduced(lines, at, found)
    if mark.base > previous.base + 1:
        if glued := unglue(previous, mark, following):
            return True, glued, "glued-footnote", f"{mark.number} is read as {glued.number} with a footnote mark"
        ours, theirs = goes_on(previous, following), goes_on(mark, following)
        if announced and (ours or not theirs):
            return (
                False,
                mark,
                "quoted-article",
                f"article {mark.number} stands in a quotation: text of article {previous.number}",
            )
        if ours and ours >= theirs and not rest and lines[at].kind == "heading":
            return True, mark, "out-of-order", f"article {mark.number} stands after {previous.number}"
        if ours and ours >= theirs:
            return (
                False,
                mark,
                "article-not-in-sequence",
                f"article {mark.number} between {previous.number} and {following[0].number} isn't taken as an article of this law",
            )
        missing = mark.base - previous.base - 1
        what = (
            f"article {previous.base + 1} is"
            if missing == 1
            else f"articles {previous.base + 1} to {mark.base - 1} are"
        )
        return True, mark, "numbering-gap", f"{what} missing between {previous.number} and {mark.number}"
    # a number at or before the last one
    ours, theirs = goes_on(previous, following), goes_on(mark, following)
    titled = mark.base == 1 and bool(title_lines(found, found.articles[-1].line + 1, at))
    own_act = titled and (theirs >= 3 or not announced)
    if announced and (ours or not theirs) and not own_act:
        return (
            False,
            mark,
            "quoted-article",
            f"article {mark.number} stands in a quotation: text of article {previous.number}",
        )
    if own_act:
        return True, mark, "numbering-restart", f"articles begin again at {mark.number} after {previous.number}"
    if mark.base <= 2 and (theirs >= ours or (mark.base == 1 and theirs)) and previous.base > 2:
        return True, mark, "numbering-restart", f"articles begin again at {mark.number} after {previous.number}"
    if theirs >= 3 and theirs > ours:
        return True, mark, "numbering-restart", f"articles begin again at {mark.number} after {previous.number}"
    if (act, mark.base, mark.suffix) in seen:
        if rest and not deleted and rest[0] not in "([":
            return (
                False,
                mark,
                "article-not-in-sequence",
                f"a second article {mark.number} after {previous.number} isn't taken",
            )
        return True, mark, "duplicate-number", f"there is a second article {mark.number} after {previous.number}"
    return True, mark, "out-of-order", f"article {mark.number} stands after {previous.number}"


def misread(mark: ArticleMark, previous: ArticleMark | None) -> tuple[str, str]:
    """Return the problem (code, message) of a number in which a letter was read as a digit."""
    if mark.misread:
        return "misread-number", f"the number is read as {mark.number}"
    return "", ""


def unglue(previous: ArticleMark, mark: ArticleMark, following: Sequence[ArticleMark]) -> ArticleMark | None:
    """Return the mark without the footnote digit glued to its number, where the sequence says that it is one."""
    wanted = str(previous.base + 1)
    printed = str(mark.base)
    if mark.suffix or len(printed) != len(wanted) + 1 or not printed.startswith(wanted):
        return None
    mended = replace(mark, base=int(wanted), number=wanted, number_at=(mark.number_at[0], mark.number_at[1] - 1))
    if goes_on(mended, following[:3]) and not goes_on(mark, following[:3]):
        return mended
    return None


def introduced(lines: Sequence[Line], at: int, found: Found) -> bool:
    """Say whether the lines before announce new wording (`... glasi:`) that this article line may be part of."""
    own = found.articles[-1].line if found.articles else -1
    for before in range(at - 1, max(own, at - 8), -1):
        text = lines[before].text
        if text.endswith(":") and grammar.says("introduces", text):
            return True
        if before in found.quoted:
            return True
    return own >= 0 and any(
        lines[one].text.endswith(":") and grammar.says("introduces", lines[one].text)
        for one in range(own, min(own + 6, at))
    )
