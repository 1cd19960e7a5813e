"""What an act says of itself: its number and date, its gazette, whether it is consolidated, whether it amends another.

Read from the front matter (what stands before the first article), the running heads that were set apart, and the closing. The words
are data (`gazettes`) and are compared folded, so both scripts and text without diacritics are read alike.

How this maps to FRBR: the *work* is the law, `Source.work_id` and the catalogue's row; an *expression* is one version in one
language, which is a `Source` with its `date`, `language` and `version_of`; a *manifestation* is the file with its checksum. An `Act`
is what one expression prints about its work: `issues` with more than one entry, or a mark in `marks`, says that the
expression is a consolidation (the first issue is the work's own, the later ones those of its amendments); `amends` names the other
work that an amending act changes. Which catalogue row that is, is told by `workbench`, only where it is sure.

Invariant: every span lies in the document's text; what the text does not print is empty, never guessed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from psimm_docs.fold import Folded, fold_with_map
from psimm_docs.gazettes import CLOSED, GOES_ON, NUMBERED, forms, iso, issues_in, plain_number
from psimm_docs.records import Document, Provision, Span

ACTS_VERSION = "1"
FRONT = 6000
"""The most characters before the first article that are looked at."""
CLOSING = 1800
"""The characters of the running text's end that are looked at for a number and a date."""

STRUCTURE = ("part", "title", "chapter", "section")


@dataclass(frozen=True, slots=True)
class Mark:
    """Words that say something of the act, and where: `kind` is consolidated, amending or amended."""

    kind: str
    words: str
    span: Span


@dataclass(frozen=True, slots=True)
class Cited:
    """Another act as it is named: its title, its issues of a gazette (`24/18`) and its number, each empty where not printed."""

    title: str
    issues: tuple[str, ...]
    number: str
    span: Span


@dataclass(frozen=True, slots=True)
class Act:
    """The facts of one document. Dates are ISO 8601; `issues` are as printed, the act's own first.

    `amends` is the law that an amending act changes; `amended_by` are the numbered acts that a consolidated text lists.
    The spans are where the title, the number, the date and the gazette stand; None where they don't.
    """

    title: str = ""
    number: str = ""
    date: str = ""
    gazette: str = ""
    issues: tuple[str, ...] = ()
    gazette_date: str = ""
    consolidated: bool = False
    amending: bool = False
    amends: Cited | None = None
    amended_by: tuple[str, ...] = ()
    marks: tuple[Mark, ...] = ()
    title_span: Span | None = None
    number_span: Span | None = None
    date_span: Span | None = None
    gazette_span: Span | None = None


def read(document: Document, provisions: Sequence[Provision]) -> Act:
    """Return the facts that a document prints about its act; never raises for a text."""
    return Reader(document, provisions).read()


@dataclass(frozen=True, slots=True)
class Piece:
    """A line of the front matter, folded; `at` is where it begins in the folded text."""

    text: str
    at: int


class Reader:
    """Reads one document's front matter, running heads and closing."""

    def __init__(self, document: Document, provisions: Sequence[Provision]) -> None:
        self.document = document
        self.first = next((one for one in provisions if one.kind == "article"), None)
        body = document.body_end
        if self.first is not None:
            # its heading may stand above the number, and a title that the tree took for a heading is a title still
            number = self.first.number_span or self.first.span
            body = document.text.rfind("\n", 0, number.start) + 1
        part = next((one.span.start for one in provisions if one.kind in STRUCTURE), body)
        self.end = min(body, FRONT, document.body_end)
        self.front = fold_with_map(document.text[: self.end])
        self.lines = list(pieces(self.front.text))
        self.title_end = min(part, self.end)
        self.forms = forms()

    def read(self) -> Act:
        """Return the facts."""
        title_span = self.title()
        title = " ".join(title_span.of(self.document.text).split()) if title_span else ""
        gazette, issues, gazette_date, gazette_span = self.publication()
        number, number_span = self.number()
        day, day_span = self.day(number)
        marks = tuple(self.marks(title_span))
        own = [one for one in issues if not self.corrected(one)]
        amending = any(one.kind == "amending" for one in marks)
        return Act(
            title=title,
            number=number,
            date=day,
            gazette=gazette,
            issues=issues,
            gazette_date=gazette_date,
            consolidated=not amending and (len(own) > 1 or any(one.kind == "consolidated" for one in marks)),
            amending=amending,
            amends=self.amends(title, title_span) if amending else None,
            amended_by=tuple(self.amended_by()),
            marks=marks,
            title_span=title_span,
            number_span=number_span,
            date_span=day_span,
            gazette_span=gazette_span,
        )

    # -- the title -------------------------------------------------------------------------------------------------

    def title(self) -> Span | None:
        """Return where the title stands: the line that begins with the kind of act, and what belongs to it."""
        for at, line in enumerate(self.lines):
            if not self.forms.kind.match(line.text) or len(line.text) > 400:
                continue
            last = at
            for following in range(at + 1, min(at + 6, len(self.lines))):
                if not self.goes_on(line, self.lines[last], self.lines[following]):
                    break
                last = following
            end = self.lines[last].at + len(self.lines[last].text)
            bracket = re.compile(r"\s*\(\s*[\"„“,«]").search(self.front.text, line.at, end)
            return self.front.span(line.at, bracket.start() if bracket else end)
        return None

    def goes_on(self, first: Piece, before: Piece, line: Piece) -> bool:
        """Say whether a line still belongs to the title that `first` began."""
        text = line.text
        if text[:1] in '("„“' or self.forms.gazette.search(text) or self.forms.preamble.match(text):
            return False
        if self.forms.note.match(text) or re.match(r"(?:[ivxl]+|[a-z])\s?[.–-]\s", text):
            return False
        written = self.front.span(line.at, line.at + len(text)).of(self.document.text)
        began = self.front.span(first.at, first.at + len(first.text)).of(self.document.text)
        bare = bool(self.forms.kind.fullmatch(before.text.strip(" .:")))
        numbered = bool(re.match(r"(?:ligj|kod|nr)\w*\W*(?:nr)?\W*\d", before.text))
        inside = self.front.span(line.at, line.at + 1).start < self.title_end
        return bare or numbered or (inside and began.isupper() and written.isupper() and len(text) < 200)

    def marks(self, title: Span | None) -> Iterator[Mark]:
        """Yield the marks of consolidation in the front matter and of amending in the title."""
        for found in self.forms.consolidated.finditer(self.front.text):
            line = self.front.text.rfind("\n", 0, found.start()) + 1
            if not self.forms.preamble.match(self.front.text, line) or "prec" in found[0]:
                yield self.mark("consolidated", found)
        if title is None:
            return
        head = fold_with_map(title.of(self.document.text))
        found_in = self.forms.amending.search(head.text)
        if found_in:
            span = head.span(*found_in.span())
            yield Mark(
                "amending", " ".join(found_in[0].split()), Span(title.start + span.start, title.start + span.end)
            )

    def mark(self, kind: str, found: re.Match[str]) -> Mark:
        """Return the mark of a match in the front matter."""
        return Mark(kind, " ".join(found[0].split()), self.front.span(*found.span()))

    # -- the gazette -----------------------------------------------------------------------------------------------

    def publication(self) -> tuple[str, tuple[str, ...], str, Span | None]:
        """Return the gazette, its issues, the day of the first, and where that stands."""
        heads = fold_with_map(self.document.text[self.document.body_end : self.document.body_end + 400])
        for folded, offset in ((heads, self.document.body_end), (self.opening(), 0)):
            found = self.headed(folded)
            if found:
                span = folded.span(*found.span())
                name = self.forms.gazette.search(folded.text)
                where = Span(span.start + offset, span.end + offset)
                called = self.written(folded, name, offset)
                return called, (f"{found['issue']}/{found['year']}",), iso(found), where
        for name in self.forms.gazette.finditer(self.front.text):
            stated = self.stated(name)
            if stated:
                return stated
        return self.masthead()

    def opening(self) -> Folded:
        """Return the first lines, where a gazette prints its head, up to the first preamble."""
        end = next((line.at for line in self.lines if self.forms.preamble.match(line.text)), len(self.front.text))
        return fold_with_map(self.document.text[: self.front.span(end, end).start if end else 0][:500])

    def headed(self, folded: Folded) -> re.Match[str] | None:
        """Return an issue with its day (`Nr. 6 / 25 shkurt 2019`, `broj 35 od 29. aprila 2023`) in a head of a gazette."""
        return self.forms.dated_issue.search(folded.text) if folded.text else None

    def written(self, folded: Folded, found: re.Match[str] | None, offset: int) -> str:
        """Return the gazette's name as it is printed."""
        if found is None:
            return ""
        span = folded.span(*found.span())
        return " ".join(self.document.text[span.start + offset : span.end + offset].split())

    def stated(self, name: re.Match[str]) -> tuple[str, tuple[str, ...], str, Span | None] | None:
        """Return what is said of the publication at a gazette's name, None where it is another law's or names no issue."""
        text = self.front.text
        start = text.rfind("\n", 0, name.start()) + 1
        line = text[start : name.start()].lstrip()
        if (
            self.forms.preamble.match(line)
            or self.forms.note.match(line)
            or re.search(r"(?:clan|clen|nen)\w*\s+\d", line)
        ):
            return None
        end = self.statement_end(start, name)
        held = issues_in(text[name.end() : end])
        if not held:
            return None
        dated = self.forms.day.search(text, name.end(), end)
        day = iso(dated) if dated and len(held) == 1 else ""
        return self.written(self.front, name, 0), held, day, self.front.span(name.start(), end)

    def statement_end(self, start: int, name: re.Match[str]) -> int:
        """Return where a statement ends: at its bracket, else at its line's end, with the lines that go on with issues."""
        text = self.front.text
        if "(" in text[start : name.start()]:
            close = text.find(")", name.end(), name.end() + 900)
            if close > 0:
                return close
        end = text.find("\n", name.end())
        while end >= 0 and GOES_ON.match(text, end + 1):
            end = text.find("\n", end + 1)
        return end if end >= 0 else len(text)

    def masthead(self) -> tuple[str, tuple[str, ...], str, Span | None]:
        """Return issue and day of a gazette's first page whose head was printed in pieces, else nothing."""
        head = self.opening()
        number = re.search(r"godina\s+[ivxlc]+\W*(?:broj\W+)?(?P<issue>\d{1,3})(?!\d)", head.text) or re.search(
            r"broj/broj[\s\S]{0,160}?\n(?P<issue>\d{1,3})\n", head.text
        )
        if number is None:
            return "", (), "", None
        day = self.forms.day.search(head.text) or self.split_day(head.text)
        year = day["year"] if day else ""
        if day is None or not year:
            return "", (), "", None
        return "", (f"{number['issue']}/{year}",), iso(day), head.span(*number.span("issue"))

    def split_day(self, text: str) -> re.Match[str] | None:
        """Return a day whose year stands some words further on, as columns of a head are read one after the other."""
        month = "|".join(sorted(map(re.escape, self.forms.months), key=len, reverse=True))
        return re.search(
            rf"(?P<day>\d{{1,2}})\.(?P<numeric>)\s?(?:(?:{month})\s?/\s?)?(?P<month>{month})(?!\w)[\s\S]{{0,140}}?(?P<year>\d{{4}})\.?\s+god",
            text,
        )

    def corrected(self, issue: str) -> bool:
        """Say whether an issue only corrected the print (`88/2005 - ispr.`)."""
        number, year = issue.split("/")
        found = re.search(rf"(?<!\d){number}\s?/\s?{year}\s*[-–]?\s*(?P<after>\w+)", self.front.text)
        return bool(found and self.forms.correction.match(found["after"]))

    # -- number and date -------------------------------------------------------------------------------------------

    def number(self) -> tuple[str, Span | None]:
        """Return the act's number: of a numbered law in front, else the one in the closing."""
        for found in NUMBERED.finditer(self.front.text):
            before = self.front.text[max(0, found.start() - 25) : found.start()]
            if re.search(r"(?:nen\w*\s+[\d, ]+\s*(?:te|i)|ndryshuar me:?)\s*$", before):
                continue
            return plain_number(found["number"]), self.front.span(*found.span("number"))
        closing, offset = self.closing()
        for found in CLOSED.finditer(closing.text):
            span = closing.span(*found.span("number"))
            return plain_number(found["number"]), Span(span.start + offset, span.end + offset)
        return "", None

    def closing(self) -> tuple[Folded, int]:
        """Return the end of the running text, folded, and where it begins."""
        start = max(self.end, self.document.body_end - CLOSING)
        return fold_with_map(self.document.text[start : self.document.body_end]), start

    def day(self, number: str) -> tuple[str, Span | None]:
        """Return the act's date: after its number in front, else where it was adopted, else after its number in the closing."""
        for found in NUMBERED.finditer(self.front.text):
            if number and plain_number(found["number"]) == number:
                dated = re.compile(rf"\W*(?:date|dt\.?)\W*{self.forms.day.pattern}").match(
                    self.front.text, found.end("number")
                )
                if dated and iso(dated):
                    return iso(dated), self.front.span(dated.start("day"), dated.end("year"))
        closing, offset = self.closing()
        for text, start in ((self.front, 0), (closing, offset)):
            for found in self.forms.adopted.finditer(text.text):
                dated = self.forms.day.search(text.text, found.end(), found.end() + 220)
                if dated and iso(dated) and "\n" not in text.text[found.end() : dated.start()].strip("\n"):
                    span = text.span(*dated.span())
                    return iso(dated), Span(span.start + start, span.end + start)
        for found in CLOSED.finditer(closing.text):
            if plain_number(found["number"]) == number:
                dated = self.forms.day.match(
                    closing.text,
                    found.end() + len(closing.text[found.end() :]) - len(closing.text[found.end() :].lstrip(" \n.,")),
                )
                if dated and iso(dated):
                    span = closing.span(*dated.span())
                    return iso(dated), Span(span.start + offset, span.end + offset)
        return "", None

    # -- other acts ------------------------------------------------------------------------------------------------

    def amends(self, title: str, title_span: Span | None) -> Cited | None:
        """Return the law that an amending act changes: its title from this one's, its gazette or number from the first article."""
        if title_span is None:
            return None
        head = fold_with_map(title)
        last = list(self.forms.amending.finditer(head.text))[-1]
        rest = title[head.span(*last.span()).end :].strip(" ,.:;")
        opening_at = self.first.span.start if self.first else self.end
        start = max(opening_at, self.end)
        opening = fold_with_map(self.document.text[start : min(start + 900, self.document.body_end)])
        name = self.forms.gazette.search(opening.text)
        numbered = NUMBERED.search(opening.text) or NUMBERED.search(head.text, last.end())
        issues: tuple[str, ...] = ()
        if name:
            close = opening.text.find(")", name.end())
            issues = issues_in(opening.text[name.end() : close if close > 0 else name.end() + 200])
        return Cited(rest, issues, plain_number(numbered["number"]) if numbered else "", title_span)

    def amended_by(self) -> Iterator[str]:
        """Yield the numbers of the acts that a consolidated text says it was changed with."""
        for found in self.forms.amended_by.finditer(self.front.text):
            end = self.front.text.find(")", found.end())
            listed = self.front.text[found.end() : end if end > 0 else found.end() + 200]
            for one in re.finditer(r"nr\.?\s*(\d{1,2}\s\d{3}(?!\d)|\d+(?:/\d{4})?)", listed):
                yield one[1].replace(" ", "")
            return


def pieces(text: str) -> Iterator[Piece]:
    """Yield the lines of a folded text that hold anything, without the blanks around them."""
    at = 0
    for raw in text.split("\n"):
        stripped = raw.strip()
        if stripped:
            yield Piece(stripped, at + raw.index(stripped))
        at += len(raw) + 1
