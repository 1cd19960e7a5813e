"""What is odd about a document's numbers: gaps, doubles, numbers out of their order, words that are missing.

A pure look at a tree that is made already: articles of a law (and of each annex) in one row, paragraphs, points and points in
points by the place they stand in. Nothing is mended here; each finding is for a person, who confirms that the source prints
it so or says what the number is (`corrections`).

Invariant: a finding's span lies in the text and in its provision, and a provision has at most one finding of a kind.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from psimm_docs import numbering
from psimm_docs.number_places import first_line, line_of, printed, span_of
from psimm_docs.places import page_of
from psimm_docs.records import Document, Problem, Provision, Severity, Span
from psimm_docs.rows import REACH, Number, goes_on, later, names, numbers, shape

Kind = Literal["gap", "duplicate", "out-of-order", "restart", "odd", "missing-word", "not-taken", "in-text"]
CODES: Mapping[Kind, str] = {
    "gap": "numbering-gap",
    "duplicate": "duplicate-number",
    "out-of-order": "out-of-order",
    "restart": "numbering-restart",
    "odd": "odd-number",
    "missing-word": "missing-word",
    "not-taken": "article-not-in-sequence",
    "in-text": "number-in-text",
}
"""The code of the problem that a finding of each kind makes."""

TOLD = frozenset((*CODES.values(), "glued-footnote", "misread-number"))
"""The codes of what the reading of the outline says of numbers too: once the tree stands, only the audit speaks of them."""

AHEAD = 6
"""How many numbers after a doubtful one are asked whether they go on from it."""
AROUND = 3
QUOTED = re.compile(r"\s*[„“”\"»«]")
NUMBERED = ("paragraph", "point")
ABOVE = ("part", "title", "chapter", "annex")


@dataclass(frozen=True, slots=True)
class Finding:
    """One number that a person should look at.

    `span` is the number (where none stands, the beginning of its provision) and `page` where that is (0 for formats without
    pages). `printed` is what stands there, `expected` what the row of numbers asks for (empty where it asks for nothing);
    `before` and `after` are up to three numbers of the row on either side; `line` is the line of the provision in which it stands.
    """

    kind: Kind
    provision_id: str
    span: Span
    page: int
    printed: str
    expected: str
    message: str
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    line: int = 1

    @property
    def id(self) -> str:
        """The finding's own name: the provision's id and the kind."""
        return f"{self.provision_id}!{self.kind}"

    @property
    def article(self) -> bool:
        """Whether it is about an article's number and not about one above or inside articles."""
        return self.kind in ("missing-word", "not-taken") or self.provision_id.rpartition("_")[0].endswith(
            ("#art", "__art")
        )


def audit(document: Document, provisions: Sequence[Provision], told: Iterable[Problem] = ()) -> tuple[Finding, ...]:
    """Return what is odd about the numbers of a document's provisions, in text order; never raises.

    `told` are the problems that the reading of the document met: an article line that was left in the text of the article
    before it (`article-not-in-sequence`) is a finding too.
    """
    by_id = {one.id: one for one in provisions}
    found: dict[str, Finding] = {}
    for row, what in rows(provisions, by_id):
        for one in (*row_findings(document, row, what, provisions), *odd_numbers(document, row)):
            found.setdefault(one.id, one)
    for one in (*left_out(document, provisions, told), *passed_over(document, provisions)):
        found.setdefault(one.id, one)
    return tuple(sorted(found.values(), key=lambda one: (one.span.start, one.id)))


def problems(findings: Iterable[Finding]) -> list[Problem]:
    """Return findings as problems: an article's is a warning, one inside an article a note."""
    todo = "look at the page, then confirm or correct the number: psimm-docs doctor --numbering, or the Corpus page"
    made = []
    for one in findings:
        severity: Severity = "warning" if one.article and one.kind != "odd" else "note"
        made.append(Problem(CODES[one.kind], "provisions", severity, one.message, todo, one.page or None, one.span))
    return made


# --- rows of numbers ---------------------------------------------------------------------------------------------------


def rows(provisions: Sequence[Provision], by_id: Mapping[str, Provision]) -> Iterator[tuple[list[Provision], str]]:
    """Yield the provisions that are numbered in one row, and what one of them is called.

    A list of points may go on in the next paragraph, so the numbered points of an article are one row; where a new list begins
    in it is `row_findings`' matter. Letters are a row of their own in each place, for `i` is a letter in one and a number in another.
    """
    articles: dict[str, list[Provision]] = {}
    inner: dict[tuple[str, str, str], list[Provision]] = {}
    for one in provisions:
        if one.kind == "article":
            articles.setdefault(annex_of(one, by_id), []).append(one)
        elif one.kind in NUMBERED and one.printed:
            sort, article = shape(one.number), article_of(one, by_id)
            place = one.parent if sort == "a" or article is None else article.id
            inner.setdefault((place, one.kind, sort), []).append(one)
        elif one.kind in ABOVE and one.printed:
            inner.setdefault((one.parent, one.kind, ""), []).append(one)
    for row in articles.values():
        yield row, "article"
    for (place, kind, _), row in inner.items():
        held = article_of(by_id[place], by_id) if place and kind in NUMBERED else None
        yield row, f"{kind} of article {held.number}" if held else kind


def article_of(provision: Provision, by_id: Mapping[str, Provision]) -> Provision | None:
    """Return the article that a provision is or stands in."""
    return next((one for one in up(provision, by_id) if one.kind == "article"), None)


def up(provision: Provision | None, by_id: Mapping[str, Provision]) -> Iterator[Provision]:
    """Yield a provision and those above it."""
    while provision is not None:
        yield provision
        provision = by_id.get(provision.parent)


def annex_of(provision: Provision, by_id: Mapping[str, Provision]) -> str:
    """Return the id of the annex that a provision stands in, else nothing."""
    return next((one.id for one in up(provision, by_id) if one.kind == "annex"), "")


# --- what is odd in a row ----------------------------------------------------------------------------------------------


def row_findings(
    document: Document, row: Sequence[Provision], what: str, provisions: Sequence[Provision]
) -> Iterator[Finding]:
    """Yield what is odd in the order of one row; `what` is its word (`point`) and its place (`of article 5`)."""
    word, _, place = what.partition(" ")
    place = f" {place}" if place else ""
    held = numbers([one.number for one in row])
    if row[0].kind in ABOVE:
        # chapters count in words, in roman numbers and anew in each part: only doubles are told
        for at, one in enumerate(row):
            if one.number in {other.number for other in row[:at]}:
                message = f"There is a second {word} {one.number} in the same place."
                yield blank(document, row, at, "duplicate", message)
        return
    seen: set[tuple[int, str]] = set()
    previous: int | None = None
    own: dict[str, int] = {}
    for at, (one, number) in enumerate(zip(row, held, strict=True)):
        if number.base < 0:
            continue
        if word != "article":
            previous = own.get(one.parent, previous)
        key = (number.base, number.suffix)
        first = 0 if number.letter else 1
        fresh = previous is None or (one.parent != row[previous].parent and word != "article")
        if previous is None or (fresh and number.base <= first):
            previous, seen = at, {key}
            own[one.parent] = at
            if number.base > first:
                yield from late_start(blank(document, row, at), number, word, place, range(first, number.base))
            continue
        last = held[previous]
        following = held[at + 1 : at + 1 + AHEAD]
        ours, theirs = goes_on(last, following), goes_on(number, following)
        stands = f"{word} {number.text}{place} stands"
        if later(last, number):
            previous = at
        elif number.base > last.base and not ours > theirs:
            wanted = list(range(last.base + 1, number.base))
            made = blank(document, row, at)
            if word == "article":
                between = Span(row[previous].span.start, max(row[previous].span.start, one.span.start))
                for found in alone(document, between, wanted, row[previous], provisions):
                    wanted.remove(int(found.printed))
                    yield replace(found, before=made.before, after=(number.text, *made.after[: AROUND - 1]))
            yield from gap(made, number, word, place, wanted, f"{number.text} stands after {last.text}")
            previous = at
        elif begins_again(number, last, first, ours, theirs, inner=word != "article"):
            yield blank(document, row, at, "restart", f"The numbers begin again: {stands} after {last.text}.")
            previous, seen = at, set()
        else:
            twice = key in seen
            behind = f"between {last.text} and {following[0].text}" if ours and following else f"after {last.text}"
            message = (
                f"There is a second {stands[: -len(' stands')]}; it stands {behind}."
                if twice
                else f"{stands} {behind}."
            )
            kind: Kind = "duplicate" if twice else "out-of-order"
            expected = names(last, [last.base + 1])[0]
            yield blank(document, row, at, kind, message[:1].upper() + message[1:], expected)
        seen.add(key)
        own[one.parent] = previous


def blank(
    document: Document, row: Sequence[Provision], at: int, kind: Kind = "gap", message: str = "", expected: str = ""
) -> Finding:
    """Return a finding about one provision of a row, with where it stands and what stands beside it."""
    one, span = row[at], span_of(row[at])
    before = tuple(other.number for other in row[max(0, at - AROUND) : at])
    after = tuple(other.number for other in row[at + 1 : at + 1 + AROUND])
    page = page_of(document, span)
    return Finding(kind, one.id, span, page, printed(document.text, one), expected, message, before, after)


def begins_again(number: Number, last: Number, first: int, ours: int, theirs: int, *, inner: bool) -> bool:
    """Say whether a number begins a row anew: it is the first, or goes back and the next ones go on from it."""
    if number.base <= first and last.base > number.base:
        return inner or theirs > 0
    return theirs >= REACH and theirs > ours and number.base < last.base


def late_start(made: Finding, number: Number, word: str, place: str, wanted: Sequence[int]) -> Iterator[Finding]:
    """Yield the finding of a row that doesn't begin with its first number; `4.2` without `4.1` may be a heading's number."""
    if shape(number.text) not in ("1", "a"):
        message = f"{number.text} stands{place.replace(' of ', ' in ', 1)} without {names(number, wanted[:1])[0]}; it may be the number of a heading."
        yield replace(made, kind="odd", message=message)
    else:
        yield from gap(made, number, word, place, wanted, f"{number.text} is the first")


def gap(made: Finding, number: Number, word: str, place: str, wanted: Sequence[int], stands: str) -> Iterator[Finding]:
    """Yield the finding of missing numbers, where there are any; `stands` says what is there."""
    lost = names(number, wanted)
    if not lost:
        return
    run = len(lost) > 2 and wanted[-1] - wanted[0] == len(wanted) - 1
    said = f"{lost[0]} to {lost[-1]}" if run else " and ".join(filter(None, (", ".join(lost[:-1]), lost[-1])))
    some = f"{word.capitalize()} {said}{place} is" if len(lost) == 1 else f"{word.capitalize()}s {said}{place} are"
    yield replace(made, expected=said, message=f"{some} missing: {stands}.")


def alone(
    document: Document, span: Span, wanted: Sequence[int], before: Provision, provisions: Sequence[Provision]
) -> Iterator[Finding]:
    """Yield the lines of an article that hold a missing number and next to nothing else: its word may be missing there."""
    at = span.start
    left = list(wanted)
    for line in span.of(document.text).split("\n"):
        held = re.fullmatch(r"\s*(\W*[^\W\d]{0,7}\W{0,3}?)\s?(\d{1,4})\s*\.?\s*", line)
        if held and int(held[2]) in left and at > span.start:
            left.remove(int(held[2]))
            number = Span(at + held.start(2), at + held.end(2))
            provision = inmost(provisions, number.start) or before
            message = f"A line that says only {line.strip()!r} stands after article {before.number}: article {held[2]} may begin here."
            page = page_of(document, number)
            made = Finding("missing-word", provision.id, clipped(number, provision), page, held[2], held[2], message)
            yield replace(made, line=line_of(document.text, provision, at))
        at += len(line) + 1


def inmost(provisions: Sequence[Provision], offset: int) -> Provision | None:
    """Return the innermost provision that holds a character."""
    return max(
        (one for one in provisions if one.span.start <= offset < one.span.end), key=lambda one: one.depth, default=None
    )


# --- what is odd about one number --------------------------------------------------------------------------------------


def odd_numbers(document: Document, row: Sequence[Provision]) -> Iterator[Finding]:
    """Yield numbers of a row that are read otherwise than they are printed, and articles that begin without their word."""
    if row[0].kind in ABOVE:
        return
    bare = {one.id for one in row if one.kind == "article" and one.number_span and not worded(document.text, one)}
    for at, one in enumerate(row):
        if one.number_span is None or one.note:  # a person has said what it is
            continue
        stands = printed(document.text, one)
        if plain(stands) != plain(one.number):
            message = f"The source prints {stands}; it is read as {one.kind} {one.number}."
            yield blank(document, row, at, "odd", message, one.number)
        elif one.kind == "article" and numbering.base(one.number) == 0:
            yield blank(document, row, at, "odd", f"{one.number} is no number of an article.")
        elif one.id in bare and 2 * len(bare) < len(row):
            message = f"Article {one.number} begins without the word that the other articles have."
            yield blank(document, row, at, "missing-word", message, one.number)


def plain(number: str) -> str:
    """Return a number without blanks and full stops, to compare.

    >>> plain("28 - а") == plain("28-а"), plain("562") == plain("56")
    (True, False)
    """
    return re.sub(r"[\s.]", "", number).replace("–", "-")


def worded(text: str, article: Provision) -> bool:
    """Say whether letters stand before (or right after) the number in an article's own line."""
    assert article.number_span is not None
    start = text.rfind("\n", 0, article.number_span.start) + 1
    return any(letter.isalpha() for letter in text[max(start, article.span.start) : article.number_span.start])


def left_out(document: Document, provisions: Sequence[Provision], told: Iterable[Problem]) -> Iterator[Finding]:
    """Yield the article lines that were left in the text of the article before them."""
    for problem in told:
        if problem.code == CODES["not-taken"] and problem.span and problem.span.end <= len(document.text):
            provision = inmost(provisions, problem.span.start)
            held = re.search(r"\d+", problem.span.of(document.text))
            if provision is not None and held:
                start = problem.span.start
                span = clipped(Span(start + held.start(), start + held.end()), provision)
                message = problem.message[:1].upper() + problem.message[1:].rstrip(".") + "."
                wanted = lost_between(provisions, start)
                made = Finding("not-taken", provision.id, span, page_of(document, span), held[0], wanted, message)
                yield replace(made, line=line_of(document.text, provision, start))


def lost_between(provisions: Sequence[Provision], offset: int) -> str:
    """Return the one number that is missing between the articles around a character; nothing where it isn't one."""
    articles = [one for one in provisions if one.kind == "article"]
    before = next((one for one in reversed(articles) if one.span.start <= offset), None)
    after = next((one for one in articles if one.span.start > offset), None)
    if before is None or after is None or numbering.base(after.number) != numbering.base(before.number) + 2:
        return ""
    return str(numbering.base(before.number) + 1)


def passed_over(document: Document, provisions: Sequence[Provision]) -> Iterator[Finding]:
    """Yield lines that begin with a number like that of the paragraph or point they stand in, and are read as its text."""
    text = document.text
    begun = {span_of(one).start for one in provisions} | {one.span.start for one in provisions}
    marked = {span_of(one).start for one in provisions if one.kind in NUMBERED and one.printed}
    at = 0
    for line in text[: document.body_end].split("\n"):
        mark = next(iter(numbering.marks(line)), None)
        start, at = at, at + len(line) + 1
        if mark is None or mark.shape not in ("(1)", "1.", "1)") or {start, start + mark.at[0]} & begun:
            continue
        held = inmost(provisions, start)
        if held is None or span_of(held).start not in marked:
            continue
        own = next(iter(numbering.marks(first_line(text, held))), None)
        before = text[held.span.start : start]
        quoted = sum(before.count(sign) for sign in '„“”"»«') % 2 or QUOTED.match(line)
        if own is None or own.shape != mark.shape or quoted:
            continue
        if numbering.base(mark.number) <= numbering.base(own.number):
            span = clipped(Span(start + mark.at[0], start + mark.at[1]), held)
            sign = line[: mark.rest].strip()
            message = f"A line begins with {sign} and is read as text of {held.kind} {held.number}."
            made = Finding("in-text", held.id, span, page_of(document, span), mark.number, "", message)
            yield replace(made, line=line_of(text, held, start))


def clipped(span: Span, provision: Provision) -> Span:
    """Return what of a span lies in a provision that holds its beginning."""
    return Span(span.start, max(span.start, min(span.end, provision.span.end)))
