"""The inside of an article: paragraphs, points and indents, by the marks that their lines begin with.

Laws that number no paragraphs (most of Serbia, Montenegro and North Macedonia) have them counted: every line that is no list
item begins one. Quoted wording, tables and notes are text and never counted.

Invariant: nodes nest and follow each other in text order; a line that fits no list is text of what stands open.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from psimm_docs import grammar, numbering
from psimm_docs.lines import Line
from psimm_docs.numbering import Mark, Shape
from psimm_docs.records import Span

Step = Literal["paragraph", "counted", "decimal", "letter", "digit", "sub", "indent"]
RUN_ON = re.compile(r"(?<=[;.,])\s*(?=(?P<mark>\(?\d{1,3}\))\s*[^\W\d_])")
"""Where a further point may begin inside a line: `3) opomena;4) zaštitne mjere`."""
BARE = re.compile(r"(\d{1,2})\s+(?=[^\W\d_])")


@dataclass
class Node:
    """A paragraph, point or indent: characters `[start, end)`, its number without punctuation, how labels name it."""

    step: Step
    shape: Shape | None
    number: str
    start: int
    end: int
    number_span: Span | None = None
    children: list[Node] = field(default_factory=list)

    @property
    def kind(self) -> Literal["paragraph", "point", "indent"]:
        """The provision's kind."""
        if self.step in ("paragraph", "counted"):
            return "paragraph"
        return "indent" if self.step == "indent" else "point"

    @property
    def printed(self) -> bool:
        """Whether the number stands in the text."""
        return self.step not in ("counted", "indent")

    @property
    def mark(self) -> str:
        """The punctuation around the printed number."""
        if self.shape in ("(1)", "(a)"):
            return "()"
        return {"1.": ".", "a.": ".", "A.": "."}.get(self.shape or "", ")" if self.shape in ("1)", "a)", "i)") else "")


class Reader:
    """Reads the lines of one article; `nodes` holds what it found."""

    def __init__(self, lines: Sequence[Line], *, article: str, digest: bool, quoted: Sequence[bool]) -> None:
        parted = list(zip(lines, quoted, strict=True)) if digest else list(run_on(lines, quoted))
        self.lines = [line for line, _ in parted]
        self.quoted = [inside for _, inside in parted]
        self.article = article
        self.digest = digest
        self.numbered, self.lead = self.paragraph_shape()
        self.nodes: list[Node] = []
        self.stack: list[Node] = []
        self.counted = 0
        self.before = ""

    def paragraph_shape(self) -> tuple[Shape | None, bool]:
        """Return the shape of the marks that number paragraphs here (None where they are counted), and whether the first has none.

        The first list that begins decides: it numbers the paragraphs unless a line that ends in a colon leads into it, or
        another list stands open. A first line without a number before `(2)` is the first paragraph.
        """
        before = ""
        lead = False  # the first line has no number
        begun: set[Shape] = set()  # the lists of points that began so far
        for at, line in enumerate(self.lines):
            if self.skipped(at):
                continue
            found = numbering.marks(line.text)
            if not found:
                lead = lead or not before
                before = line.text
                continue
            mark = found[0]
            start = numbering.first(mark)
            led = before.endswith(":") and not self.digest
            if mark.shape == "1.1" and self.article and mark.number.split(".")[0] == self.article and not before:
                return "1.1", False
            if mark.shape == "(1)" and not begun and not led and (start or self.digest):
                return "(1)", False
            if mark.shape == "(1)" and mark.number == "2" and "(1)" not in begun and grammar.capital(line.text):
                return "(1)", lead
            if mark.shape == "1)" and start and not before and self.is_second(at):
                return "(1)", False
            if mark.shape == "1." and not begun and not led and (start or (self.digest and not before)):
                return "1.", False
            if mark.shape == "1)" and start and not before and not self.digest and line.text.endswith("."):
                return "1)", False
            begun |= {mark.shape} if start else set()
            before = line.text
        return None, False

    def skipped(self, at: int) -> bool:
        """Say whether a line is text without structure of its own."""
        line = self.lines[at]
        return self.quoted[at] or line.kind in ("note", "table") or grammar.is_note(line.text)

    def read(self) -> list[Node]:
        """Return the article's nodes."""
        for at, line in enumerate(self.lines):
            if line.kind == "note" or grammar.is_note(line.text):
                continue
            if self.skipped(at):
                self.extend(line)
            elif not self.marked(at, line):
                self.unmarked(at, line)
            self.before = line.text
        lone = len(self.nodes) == 1 and self.nodes[0].step == "counted" and not self.nodes[0].children
        return [] if lone and not self.digest else self.nodes

    def extend(self, line: Line) -> None:
        """Add a line to everything that stands open."""
        for node in self.stack:
            node.end = line.end

    def put(self, line: Line, mark: Mark | None, step: Step, depth: int) -> None:
        """Open a node below the first `depth` open ones."""
        del self.stack[depth:]
        if step == "indent":
            siblings = self.stack[-1].children if self.stack else self.nodes
            number = str(sum(one.step == "indent" for one in siblings) + 1)
        else:
            number = mark.number if mark else str(self.counted)
        span = Span(line.start + mark.at[0], line.start + mark.at[1]) if mark and step != "indent" else None
        node = Node(step, mark.shape if mark else None, number, line.start, line.end, span)
        (self.stack[-1].children if self.stack else self.nodes).append(node)
        self.stack.append(node)
        self.extend(line)

    def step_of(self, mark: Mark, depth: int) -> Step:
        """Return how labels name a mark's provision below the first `depth` open nodes."""
        if mark.shape == self.numbered and depth == 0:
            return "paragraph"
        if mark.shape == "-":
            return "indent"
        if mark.shape == "1.1":
            return "decimal"
        if depth and self.stack[depth - 1].kind == "point":
            return "sub"
        return "digit" if mark.shape in ("(1)", "1.", "1)") else "letter"

    def level(self, shape: Shape) -> int | None:
        """Return the depth of the innermost open node with marks of this shape."""
        for depth in range(len(self.stack) - 1, -1, -1):
            if self.stack[depth].shape == shape:
                return depth
        return None

    def marked(self, at: int, line: Line) -> bool:
        """Place a line by its mark; say whether it had one that fits."""
        if grammar.is_deleted(line.text):
            return False
        found = numbering.marks(line.text)
        if paragraph := self.misprinted(line, found):
            self.put(line, paragraph, "paragraph", 0)
            return True
        going = [
            (depth, mark)
            for mark in found
            if (depth := self.level(mark.shape)) is not None and numbering.follows(self.stack[depth].number, mark)
        ]
        if (
            len(found) > 1
            and found[0].number in ("i", "і")
            and (following := self.next_mark(at))
            and following.number in ("ii", "іі")
        ):
            going = []  # the first of a list of roman numbers, not the letter after h
        if going:
            depth, mark = max(going, key=lambda one: one[0])
            self.put(line, mark, self.step_of(mark, depth), depth)
            return True
        for mark in reversed(found):
            if (depth := self.opens(line, mark)) is not None:
                self.put(line, mark, self.step_of(mark, depth), depth)
                return True
        return False

    def interrupts(self, at: int) -> bool:
        """Say whether a line without a mark stands inside an open list: the next mark goes on that list."""
        for line in self.lines[at + 1 : at + 4]:
            for mark in numbering.marks(line.text):
                for node in self.stack:
                    if node.kind == "point" and node.shape == mark.shape and numbering.next_in_list(node.number, mark):
                        return True
            if numbering.marks(line.text):
                return False
        return False

    def is_second(self, at: int) -> bool:
        """Say whether the next mark after a line is `(2)`."""
        following = self.next_mark(at)
        return following is not None and following.shape == "(1)" and following.number == "2"

    def next_mark(self, at: int) -> Mark | None:
        """Return the next mark after a line, None where there is none near."""
        for line in self.lines[at + 1 : at + 30]:
            if found := numbering.marks(line.text):
                return found[0]
        return None

    def misprinted(self, line: Line, found: Sequence[Mark]) -> Mark | None:
        """Return the mark of the next numbered paragraph where the print lacks a sign: `3)` for `(3)`, `3 ` for `3.`."""
        last = next((node.number for node in reversed(self.nodes) if node.step == "paragraph"), "")
        wanted = str(numbering.base(last) + 1)
        if (self.nodes and not last) or self.digest or not grammar.capital(line.text):
            return None
        if self.numbered == "(1)" and found and found[0].shape == "1)" and found[0].number == wanted:
            depth = self.level("1)")
            open_list = depth is not None and numbering.follows(self.stack[depth].number, found[0])
            return None if open_list else replace(found[0], shape="(1)")
        if self.numbered == "1." and not found and (bare := BARE.match(line.text)) and bare[1] == wanted:
            return Mark("1.", wanted, bare.span(1), bare.end())
        return None

    def opens(self, line: Line, mark: Mark) -> int | None:
        """Return the depth at which a mark begins a list or goes on one with a gap; None where it is no mark."""
        capital = grammar.capital(line.text[mark.rest :]) or mark.rest >= len(line.text)
        depth = self.level(mark.shape)
        if mark.shape == "1.1" and self.numbered != "1.1":
            prefix = mark.number.rsplit(".", 1)[0]
            for at in range(len(self.stack) - 1, -1, -1):
                if self.stack[at].number == prefix:
                    return at + 1
            return min(len(self.stack), 1) if depth is None else depth
        if mark.shape == self.numbered:
            last = next((node.number for node in reversed(self.nodes) if node.step == "paragraph"), "0")
            gap = numbering.base(mark.number) - numbering.base(last)
            if last == "0" or (0 < gap <= 15 and capital) or (self.digest and gap >= 0):
                return 0
            return None if gap <= 0 and not (numbering.first(mark) and capital) else (0 if capital else None)
        if numbering.first(mark):
            return len(self.stack) if depth is None else depth
        if mark.shape in ("1)", "a)", "(a)", "(1)"):
            if depth is not None:
                later = numbering.base(mark.number) > numbering.base(self.stack[depth].number)
                return depth if later or self.digest or mark.shape in ("a)", "(a)") else None
            return len(self.stack) if self.before.endswith((":", ";", ",", ".")) or self.digest else None
        return None

    def unmarked(self, at: int, line: Line) -> None:
        """Place a line without a mark."""
        if not self.stack:
            if self.numbered is None or ((self.digest or self.lead) and not self.nodes):
                self.count(line)
            return
        small = not grammar.capital(line.text) and not line.text[:1].isdigit()
        ended = self.before.rstrip().endswith((".", ";", ":", "!", "?", ",", "”", "“", '"', ")"))
        if small or (not ended and self.stack[-1].step == "counted"):
            self.extend(line)
            return
        if self.interrupts(at):
            self.extend(line)
            return
        if self.numbered is not None and not self.digest:
            del self.stack[1:]
            if self.stack[0].step != "paragraph":
                self.stack.clear()
            self.extend(line)
            return
        if self.stack[-1].step == "counted" and self.before.endswith((":", ";", ",")):
            self.extend(line)
            return
        self.count(line)

    def count(self, line: Line) -> None:
        """Begin a counted paragraph."""
        self.counted += 1
        self.put(line, None, "counted", 0)


def run_on(lines: Sequence[Line], quoted: Sequence[bool]) -> Iterator[tuple[Line, bool]]:
    """Yield the lines, parted where the next point of a list begins inside one."""
    last: dict[str, int] = {}
    for line, inside in zip(lines, quoted, strict=True):
        start = 0
        if line.kind not in ("note", "table") and not inside:
            if found := numbering.marks(line.text):
                last[found[0].shape] = numbering.base(found[0].number)
            for cut in RUN_ON.finditer(line.text):
                mark = numbering.marks(line.text[cut.end() :])
                if mark and mark[0].shape in last and numbering.base(mark[0].number) == last[mark[0].shape] + 1:
                    text = line.text[start : cut.start()]
                    yield Line(line.start + start, line.start + cut.start(), text, line.kind), inside
                    start = cut.end()
                    last[mark[0].shape] += 1
        yield Line(line.start + start, line.end, line.text[start:], line.kind), inside


def read(
    lines: Sequence[Line], *, article: str = "", digest: bool = False, quoted: Sequence[bool] | None = None
) -> list[Node]:
    """Return the paragraphs, points and indents of an article's body, in text order.

    `lines` are the body's lines; `article` is the article's number; `quoted` says of each line whether it is wording quoted
    from elsewhere. A single paragraph without a number and without points is no node: it is the article itself.
    """
    return Reader(lines, article=article, digest=digest, quoted=quoted or [False] * len(lines)).read()
