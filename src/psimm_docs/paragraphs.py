"""The inside of an article: paragraphs, points and indents, by the marks that their lines begin with.

Laws that number no paragraphs (most of Serbia, Montenegro and North Macedonia) have them counted: every line that is no list
item begins one. Quoted wording, tables and notes are text and never counted.

Invariant: nodes nest and follow each other in text order; a line that fits no list is text of what stands open.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from psimm_docs import grammar, numbering
from psimm_docs.numbering import Mark, Shape
from psimm_docs.outline import Line
from psimm_docs.records import Span

Step = Literal["paragraph", "counted", "decimal", "letter", "digit", "sub", "indent"]
NUMBERED_AFTER_COLON = frozenset({"sq", "en"})
"""Languages in which `1.` numbers paragraphs even after a colon; elsewhere it then numbers points."""


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

    def __init__(self, lines: Sequence[Line], *, macro: str, digest: bool, quoted: Sequence[bool]) -> None:
        self.lines = lines
        self.quoted = quoted
        self.digest = digest
        self.numbered = self.paragraph_shape(macro)
        self.nodes: list[Node] = []
        self.stack: list[Node] = []
        self.counted = 0
        self.before = ""

    def paragraph_shape(self, macro: str) -> Shape | None:
        """Return the shape of the marks that number paragraphs here, None where paragraphs are counted."""
        before = ""
        dotted: Shape | None = None
        for at, line in enumerate(self.lines):
            if self.skipped(at):
                continue
            found = numbering.marks(line.text)
            if (
                found
                and found[0].shape == "(1)"
                and (numbering.first(found[0]) or self.digest or grammar.capital(line.text))
            ):
                return "(1)"
            if found and found[0].shape == "1." and (numbering.first(found[0]) or (self.digest and not before)):
                points = before.endswith(":") and macro not in NUMBERED_AFTER_COLON and not self.digest
                dotted = dotted or (None if points else "1.")
            before = line.text
        return dotted

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
            elif not self.marked(line):
                self.unmarked(line)
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

    def marked(self, line: Line) -> bool:
        """Place a line by its mark; say whether it had one that fits."""
        found = numbering.marks(line.text)
        for mark in found:
            depth = self.level(mark.shape)
            if depth is not None and numbering.follows(self.stack[depth].number, mark):
                self.put(line, mark, self.step_of(mark, depth), depth)
                return True
        for mark in reversed(found):
            if (depth := self.opens(line, mark)) is not None:
                self.put(line, mark, self.step_of(mark, depth), depth)
                return True
        return False

    def opens(self, line: Line, mark: Mark) -> int | None:
        """Return the depth at which a mark begins a list or goes on one with a gap; None where it is no mark."""
        capital = grammar.capital(line.text[mark.rest :]) or mark.rest >= len(line.text)
        depth = self.level(mark.shape)
        if mark.shape == "1.1":
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

    def unmarked(self, line: Line) -> None:
        """Place a line without a mark."""
        if not self.stack:
            if self.numbered is None or (self.digest and not self.nodes):
                self.count(line)
            return
        small = not grammar.capital(line.text) and not line.text[:1].isdigit()
        ended = self.before.rstrip().endswith((".", ";", ":", "!", "?", ",", "”", "“", '"', ")"))
        if small or (not ended and self.stack[-1].step == "counted"):
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


def read(
    lines: Sequence[Line], *, macro: str, digest: bool = False, quoted: Sequence[bool] | None = None
) -> list[Node]:
    """Return the paragraphs, points and indents of an article's body, in text order.

    `lines` are the body's lines; `quoted` says of each whether it is wording quoted from elsewhere. A single paragraph
    without a number and without points is no node: it is the article itself.
    """
    return Reader(lines, macro=macro, digest=digest, quoted=quoted or [False] * len(lines)).read()
