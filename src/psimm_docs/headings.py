"""Which lines are headings of parts, chapters, sections and articles, and to which of them they belong.

Albania, Kosovo*, Croatia and English texts print an article's heading below its line; Serbia, Montenegro and North
Macedonia print it above, where the chapter's title stands too. Which of the two a document does is counted, not assumed.

Invariant: a heading line belongs to exactly one thing, and a line that looks like a sentence's end never is one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from psimm_docs import grammar, numbering
from psimm_docs.grammar import PartMark
from psimm_docs.lines import ENDED, FIGURE_END, HEADING_LENGTH, Line, heading_like, part_at, shouted
from psimm_docs.outline import Found
from psimm_docs.records import Span

UNNUMBERED, UNNUMBERED_SMALL, ROMAN = 95, 130, 90
NONE = (0, 0)
FEW_HEADINGS = 0.35
LOUD = 0.2
MANY_HEADINGS = 0.8
LEADS = ":,"
"""What a line ends with that leads into the next: that one is no heading."""


@dataclass(frozen=True, slots=True)
class Part:
    """A part, chapter or section: lines `[start, end)`, its own name and number, and where its title stands."""

    start: int
    end: int
    mark: PartMark
    named: Span
    title: Span | None
    number: Span | None


@dataclass(frozen=True, slots=True)
class Head:
    """An article's head: the first line that belongs to it, its heading, and where its body begins (line, offset)."""

    first: int
    heading: Span | None
    body: int
    offset: int


@dataclass
class Headings:
    """All parts in order, and the head of each article (same order as `Found.articles`)."""

    parts: list[Part] = field(default_factory=list)
    heads: list[Head] = field(default_factory=list)


def below(found: Found, index: int) -> bool:
    """Say whether the line after an article's line looks like its heading, with text after it."""
    articles, lines = found.articles, found.lines
    at = articles[index].line
    stop = articles[index + 1].line if index + 1 < len(articles) else len(lines)
    if lines[at].text[articles[index].mark.rest :] and not grammar.is_note(lines[at].text[articles[index].mark.rest :]):
        return False
    after = at + 1
    return (
        after + 1 < stop
        and heading_like(lines[after])
        and len(lines[after].text) <= 150
        and not bracketed(lines[after].text)
    )


def above(found: Found, index: int, macro: str) -> bool:
    """Say whether the line before an article's line looks like its heading, and not like a chapter's."""
    lines = found.lines
    before = found.articles[index].line - 1
    floor = found.articles[index - 1].line if index else -1
    if before <= floor + 1 or not heading_like(lines[before]) or part_at(lines[before], heading=False, macro=macro):
        return False
    return bool(ENDED.search(lines[before - 1].text)) and not part_at(lines[before - 1], heading=False, macro=macro)


def bracketed(text: str) -> bool:
    """Say whether a line is wholly in brackets and so a heading in the manner of Bosnia and Herzegovina."""
    return (text[:1] == "(" and text[-1:] == ")" and len(text) < 200 and text[1:2].isupper()) and not (
        grammar.is_note(text) or grammar.is_deleted(text)
    )


def place(found: Found, *, macro: str, prior: str) -> str:
    """Return `above` or `below`: where this document prints the headings of its articles."""
    count = len(found.articles)
    if not count:
        return prior
    lows = sum(below(found, index) for index in range(count))
    highs = sum(above(found, index, macro) for index in range(count))
    if lows >= 0.5 * count or (lows > highs and lows >= 0.2 * count):
        return "below"
    if highs > lows:
        return "above"
    return prior


def run_before(found: Found, at: int, floor: int, *, macro: str) -> int:
    """Return the first line of the run of headings that ends just before line `at`; `at` itself where there is none."""
    lines = found.lines
    start = at
    while start - 1 >= floor:
        line = lines[start - 1]
        if any(start - 1 in those for those in (found.contents, found.quoted, found.annexes, found.titles)):
            break
        keyed = part_at(line, heading=False, macro=macro)
        titled = keyed or heading_like(line) or section_title(lines, start - 1, floor, macro=macro)
        if contents_entry(line.text) or not titled or (start - 1 > floor and lines[start - 2].text[-1] in LEADS):
            break
        start -= 1
    # what follows a sentence without its end is more of that sentence
    while start < at and start > floor:
        line = lines[start]
        if part_at(line, heading=False, macro=macro) or line.kind == "heading":
            break
        if start - 1 < floor or start - 1 in found.quoted:
            break
        if ENDED.search(lines[start - 1].text) or grammar.is_deleted(lines[start - 1].text):
            break
        if lines[start - 1].kind in ("note", "table", "heading"):
            break
        if at - start == 1 and len(line.text) < 90 and not grammar.MINOR[1][0].match(line.text):
            break
        start += 1
    return start


def section_title(lines: Sequence[Line], at: int, floor: int, *, macro: str) -> bool:
    """Say whether a line that begins like a list item is the title of a small section: `a) Dozvola za rad`, `2. Pozivanje`.

    It stands after the end of a sentence or below another title, ends without a full stop, and does not go on a list of the
    same kind above it.
    """
    line = lines[at]
    mark = grammar.minor_mark(line.text)
    if mark is None or line.kind in ("note", "table") or len(line.text) > HEADING_LENGTH or line.text[-1] in ".;:,":
        return False
    if at <= floor or not (grammar.capital(line.text[mark.title_at :]) or line.kind == "heading"):
        return False
    above = lines[at - 1]
    if part_at(above, heading=False, macro=macro) or above.kind == "heading":
        return True
    if section_title(lines, at - 1, floor, macro=macro):
        return True
    if not (ENDED.search(above.text) or grammar.is_deleted(above.text) or line.text[0] in "•▪●"):
        return False
    sign = line.text[mark.number_at[1] : mark.number_at[1] + 1]
    for before in range(at - 1, floor - 1, -1):
        other = grammar.minor_mark(lines[before].text)
        if other and other.rank == mark.rank and lines[before].text[other.number_at[1] :][:1] == sign:
            return not grammar.follows_number(other.number, mark.number)
    return True


def contents_entry(text: str) -> bool:
    """Say whether a line is an entry in a table of contents: a title and a page number at its end."""
    last = text.rsplit(" ", 1)
    return (
        len(last) == 2
        and last[1].isdigit()
        and (len(last[0]) > 12 or "-" in last[0])
        and not grammar.article_mark(text)
        and ("..." in text or part_at(Line(0, 0, last[0], "heading"), heading=False, macro="") is not None)
    )


def read(found: Found, *, macro: str, prior: str) -> Headings:
    """Give every heading line to a part or an article."""
    out = Headings()
    mode = place(found, macro=macro, prior=prior)
    floor = 0
    for index, article in enumerate(found.articles):
        start = run_before(found, article.line, floor, macro=macro)
        if start == floor < article.line and index and not out.heads[-1].offset and mode == "above":
            start += 1  # an article has some text of its own
        first_run = index == 0 or any(one < article.line for one in found.annexes if one >= floor)
        lone_parts(found, floor, start, out, macro=macro, skip=first_run)
        heading_above, first = take_run(found, start, article.line, out, macro=macro, mode=mode)
        head = head_of(found, index, first, heading_above, mode)
        out.heads.append(head)
        floor = max(article.line + 1, head.body if head.offset == 0 else article.line + 1)
    if mode == "above":
        demote(found, out)
        recover(found, out)
    has_chapters = any(40 <= part.mark.rank <= 55 for part in out.parts)
    has_parts = any(part.mark.rank <= ROMAN for part in out.parts)
    out.parts = [level(part, has_chapters=has_chapters, has_parts=has_parts) for part in out.parts]
    return out


def demote(found: Found, out: Headings) -> None:
    """Make section titles of headings that are none of an article's own.

    Those in capitals where nearly all are in small letters; and those that several articles share, in a document whose
    articles mostly have none.
    """
    headed = [head for head in out.heads if head.heading is not None]
    loud = [head for head in headed if shouted(found.lines[head.first].text)]
    if len(headed) >= FEW_HEADINGS * len(out.heads):
        for index, head in enumerate(out.heads):
            if head in loud and len(loud) < LOUD * len(headed) and head.first < found.articles[index].line:
                make_section(found, out, index)
        out.parts.sort(key=lambda one: one.start)
        return
    starts = [part.start for part in out.parts]
    for index in range(len(out.heads) - 1):
        head, following = out.heads[index], out.heads[index + 1]
        line, stop = found.articles[index].line, found.articles[index + 1].line
        own = head.heading is not None and head.first < line
        if own and following.heading is None and not any(line < start < stop for start in starts):
            make_section(found, out, index)
    out.parts.sort(key=lambda one: one.start)


def recover(found: Found, out: Headings) -> None:
    """Give an article the line above it as its heading where nearly all articles have one and the line ends in a number.

    Such a heading (`Primena odredaba čl. 38. i 39.`) looks like the end of a sentence.
    """
    headed = sum(head.heading is not None for head in out.heads)
    if headed < MANY_HEADINGS * len(out.heads):
        return
    for index, head in enumerate(out.heads):
        line = found.articles[index].line
        floor = out.heads[index - 1].body + 1 if index else 1
        if head.heading is not None or head.first < line or line - 1 < floor:
            continue
        above = found.lines[line - 1]
        fits = above.kind in ("paragraph", "heading") and len(above.text) <= 100 and grammar.capital(above.text)
        alone = FIGURE_END.search(above.text) and not numbering.marks(above.text)
        if fits and alone and ENDED.search(found.lines[line - 2].text):
            out.heads[index] = replace(head, first=line - 1, heading=Span(above.start, above.end))


def make_section(found: Found, out: Headings, index: int) -> None:
    """Make the heading above an article the title of a section."""
    head, line = out.heads[index], found.articles[index].line
    rank = UNNUMBERED if shouted(found.lines[head.first].text) else UNNUMBERED_SMALL
    start = found.lines[head.first].start
    mark = PartMark("section", "sec", rank, "", NONE, 0, 0)
    out.parts.append(Part(head.first, line, mark, Span(start, start), head.heading, None))
    out.heads[index] = replace(head, first=line, heading=None)


def level(part: Part, *, has_chapters: bool, has_parts: bool) -> Part:
    """Return a part with the kind that it has in this document: a roman number is a chapter where no chapter has a name."""
    section = (part.mark.rank == ROMAN and has_chapters) or (part.mark.rank == UNNUMBERED and has_parts)
    return replace(part, mark=replace(part.mark, kind="section", prefix="sec")) if section else part


def lone_parts(found: Found, floor: int, end: int, out: Headings, *, macro: str, skip: bool) -> None:
    """Take the chapters that stand before text and not before an article."""
    if skip:
        return
    at = floor
    while at < end:
        line = found.lines[at]
        mark = grammar.part_mark(line.text) if line.kind not in ("note", "table") and at not in found.quoted else None
        if mark and at not in found.contents and not contents_entry(line.text) and len(line.text) <= 120:
            plain = mark.title_at >= len(line.text)
            if plain or line.kind == "heading" or shouted(line.text):
                taken = 1
                title: Span | None = Span(line.start + mark.title_at, line.end) if not plain else None
                if plain and at + 1 < end and heading_like(found.lines[at + 1]):
                    title, taken = Span(found.lines[at + 1].start, found.lines[at + 1].end), 2
                out.parts.append(part(found, at, at + taken, mark, title))
                at += taken
                continue
        at += 1


def part(found: Found, start: int, end: int, mark: PartMark, title: Span | None) -> Part:
    """Return a part whose own name stands in its first line."""
    line = found.lines[start]
    number = Span(line.start + mark.number_at[0], line.start + mark.number_at[1]) if mark.number else None
    return Part(start, end, mark, Span(line.start, line.start + mark.named), title, number)


def take_run(found: Found, start: int, end: int, out: Headings, *, macro: str, mode: str) -> tuple[Span | None, int]:
    """Give the lines of a run of headings to parts and to the article after it.

    Returns the article's heading (or None) and the first line that belongs to the article.
    """
    lines = found.lines
    at = start
    while at < end:
        mark = part_at(lines[at], heading=True, macro=macro)
        if mark is None:
            break_at = group_end(lines, at, end)
            last = break_at == end
            if mode == "above" and last:
                return Span(lines[at].start, lines[end - 1].end), at
            if shouted(lines[at].text) or lines[at].kind == "heading" or mode == "above":
                rank = UNNUMBERED if shouted(lines[at].text) else UNNUMBERED_SMALL
                kind = "chapter" if rank == UNNUMBERED else "section"
                plain = PartMark(kind, "chp" if kind == "chapter" else "sec", rank, "", NONE, 0, 0)
                title = Span(lines[at].start, lines[break_at - 1].end)
                out.parts.append(Part(at, break_at, plain, Span(lines[at].start, lines[at].start), title, None))
            at = break_at
            continue
        line = lines[at]
        title_line: Span | None = Span(line.start + mark.title_at, line.end) if mark.title_at < len(line.text) else None
        stop = at + 1
        if title_line is None and stop < end and not part_at(lines[stop], heading=True, macro=macro):
            stop = group_end(lines, stop, end) if mode == "above" else title_end(lines, stop, end, macro)
            title_line = Span(lines[at + 1].start, lines[stop - 1].end)
        elif title_line is not None:
            while (
                stop < end
                and continues(lines[stop - 1].text, lines[stop].text)
                and not part_at(lines[stop], heading=True, macro=macro)
            ):
                title_line = Span(title_line.start, lines[stop].end)
                stop += 1
        out.parts.append(part(found, at, stop, mark, title_line))
        at = stop
    return None, end


def title_end(lines: Sequence[Line], at: int, end: int, macro: str) -> int:
    """Return the line after a title where nothing but titles can follow."""
    while at < end and not part_at(lines[at], heading=True, macro=macro):
        at += 1
    return at


def continues(before: str, after: str) -> bool:
    """Say whether a heading's line goes on the line before: in small letters, or both in capitals."""
    return not grammar.capital(after) or after[:1].islower() or (shouted(before) and shouted(after))


def group_end(lines: Sequence[Line], at: int, end: int) -> int:
    """Return the line after a heading that runs over several lines."""
    stop = at + 1
    while stop < end and continues(lines[stop - 1].text, lines[stop].text) and not grammar.part_mark(lines[stop].text):
        stop += 1
    return stop


def head_of(found: Found, index: int, first: int, heading: Span | None, mode: str) -> Head:
    """Return an article's head with the heading that stands above, beside or below its line."""
    articles, lines = found.articles, found.lines
    article = articles[index]
    line = lines[article.line]
    stop = articles[index + 1].line if index + 1 < len(articles) else len(lines)
    rest = line.text[article.mark.rest :]
    after = article.line + 1
    while after < stop and lines[after].kind == "note":  # a footnote at the page's end
        after += 1
    if rest and (rest.isdigit() or (grammar.is_note(rest) and not grammar.titled(rest))):
        rest = ""  # the mark of a footnote, or an editor's note
    if rest:
        beside = Span(line.start + article.mark.rest, line.end)
        inner = rest.strip()
        framed = inner[0] + inner[-1] in ("()", "[]") and not grammar.is_deleted(inner)
        title = not ENDED.search(inner) and heading_like(Line(0, 0, inner, "paragraph")) and len(inner) <= 150
        if framed or (title and after < stop and heading is None and not grammar.says("deleted", inner[:40])):
            return Head(first, trim(beside, line, framed), after, 0)
        return Head(first, heading, article.line, article.mark.rest)
    if after < stop and bracketed(lines[after].text) and (heading is None or shouted(lines[first].text)):
        span = Span(lines[after].start, lines[after].end)
        return Head(first, trim(span, lines[after], True), after + 1, 0)
    if untitled(found, after, stop) and heading is None:
        return Head(first, Span(lines[after].start, lines[after].end), after + 1, 0)
    if (
        (mode == "below" or (after < stop and lines[after].kind == "heading" and first == article.line))
        and heading is None
        and after < stop
        and heading_like(lines[after])
        and not grammar.part_mark(lines[after].text)
    ):
        end = after + 1
        while (
            end < stop - 1
            and end - after < 3
            and (
                (heading_like(lines[end]) and continues(lines[end - 1].text, lines[end].text))
                or (lines[end].kind == "heading" and bracketed(lines[end].text))
            )
        ):
            end += 1
        body = end < stop and not (index + 1 < len(articles) and articles[index + 1].line == end)
        if (body or len(lines[after].text) < 120) and not grammar.says("deleted", lines[after].text[:40]):
            return Head(first, Span(lines[after].start, lines[end - 1].end), end, 0)
    return Head(first, heading, after, 0)


def untitled(found: Found, after: int, stop: int) -> bool:
    """Say whether the line below an article's line is its heading: a short one without an end before a paragraph numbered (1)."""
    lines = found.lines
    if after + 1 >= stop or not heading_like(lines[after]) or len(lines[after].text) > 150:
        return False
    marks = numbering.marks(lines[after + 1].text)
    return bool(marks) and marks[0].shape == "(1)" and numbering.first(marks[0])


def trim(span: Span, line: Line, framed: bool) -> Span:
    """Return a span without the brackets around it."""
    text = line.text[span.start - line.start :]
    if not framed:
        return span
    return Span(span.start + 1, span.end - 1) if len(text) > 2 else span
