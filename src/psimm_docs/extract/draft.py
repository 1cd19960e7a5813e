"""A document on its way to being fixed: lines that may still be mended, and the one step that fixes them.

Readers make draft lines and blocks; repairs edit the lines, each edit remembered; `compose` lays the blocks out as one
text and turns every offset into a span of it. Invariant: after `compose` nothing about the text changes, and each line,
block and repair points at exactly the letters it is about; each character that an edit or a joint takes away or brings in is
counted on its page. What the letters should be is left to the readers and `repair`.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from psimm_docs.places import inked
from psimm_docs.records import Block, BlockKind, Box, Document, Line, Page, Repair, Span, Tally

Joint = Literal[" ", "", "\n", "hyphen"]
HYPHENS = "-\u00ad\ufffe\u2010"
LINE_END_HYPHEN = "line-end-hyphen"
BAR = " | "
"""What stands between the cells of a table's row: ours, and counted as such."""

TABLE_BAR = "table-bar"
PART_OF_WORD = re.compile(r"\w*\Z"), re.compile(r"\w*")


@dataclass(frozen=True, slots=True)
class Edit:
    """Replace characters `[start, end)` of a line by `new`; `kind` names the repair."""

    start: int
    end: int
    new: str
    kind: str


@dataclass(frozen=True, slots=True)
class Change:
    """What an edit left behind: `[start, end)` of the line's present text and what stood there before."""

    start: int
    end: int
    kind: str
    before: str


@dataclass(slots=True)
class DraftLine:
    """One visual line. `joint` says what stands between it and the next line of its block.

    `" "` and `"\\n"` are literal, `""` joins directly, `"hyphen"` drops the line's last character and joins directly.
    `gone` counts, by reason, the characters (blanks aside) that the line lost since it was read; what it gained is negative.
    """

    text: str
    page: int = 1
    box: Box | None = None
    confidence: float | None = None
    joint: Joint = " "
    changes: list[Change] = field(default_factory=list)
    gone: Counter[str] = field(default_factory=Counter)

    @property
    def read(self) -> int:
        """How many characters (blanks aside) the line had when it was read."""
        return inked(self.text) + sum(self.gone.values())

    def edit(self, edits: Sequence[Edit]) -> None:
        """Apply edits (in order, not overlapping) and move the changes remembered so far along with the letters."""
        if not edits:
            return
        parts: list[str] = []
        made: list[Change] = []
        starts: list[int] = []
        shifts: list[tuple[int, int]] = []  # (old end, how far what follows moves)
        at = moved = 0
        for edit in edits:
            parts.append(self.text[at : edit.start])
            start = edit.start + moved
            parts.append(edit.new)
            before = self.text[edit.start : edit.end]
            made.append(Change(start, start + len(edit.new), edit.kind, before))
            self.gone[edit.kind] += inked(before) - inked(edit.new)
            moved += len(edit.new) - (edit.end - edit.start)
            starts.append(edit.start)
            shifts.append((edit.end, moved))
            at = edit.end
        parts.append(self.text[at:])

        def place(old: int, *, is_end: bool) -> int:
            index = bisect_right(starts, old - is_end) - 1
            if index < 0:
                return old
            end, shift = shifts[index]
            if old >= end:
                return old + shift
            return made[index].end if is_end else made[index].start  # inside an edited run: its edge

        kept = [Change(place(c.start, is_end=False), place(c.end, is_end=True), c.kind, c.before) for c in self.changes]
        self.changes = sorted([*kept, *made], key=lambda change: (change.start, change.end))
        self.text = "".join(parts)


def table_row(cells: Sequence[str]) -> DraftLine:
    """Return a table's row as a line, its cells parted by bars."""
    return DraftLine(BAR.join(cells), joint="\n", gone=Counter({TABLE_BAR: 1 - len(cells)}))


@dataclass(slots=True)
class DraftBlock:
    """Lines of one kind that belong together."""

    kind: BlockKind
    lines: list[DraftLine]
    level: int = 0


def compose(
    body: Iterable[DraftBlock],
    furniture: Iterable[DraftBlock] = (),
    *,
    source_id: str,
    sha256: str,
    pages: Sequence[Page] = (),
    title: str = "",
    rejoin: bool = True,
) -> Document:
    """Fix a text: the blocks one under the other, then the furniture, with every span worked out.

    Blocks are separated by one newline; blocks without a letter are left out. `body_end` lies after the body's last newline.
    Without `rejoin`, hyphens at line ends stay where they are. Pages come back with what their lines lost and gained.
    """
    parts: list[str] = []
    lines: list[Line] = []
    blocks: list[Block] = []
    repairs: list[Repair] = []
    joints: list[tuple[int, str]] = []
    gone: dict[int, Counter[str]] = {}
    length = body_end = 0

    def add(block: DraftBlock) -> None:
        nonlocal length
        for line in block.lines:
            gone.setdefault(line.page, Counter()).update(line.gone)
        held = [line for line in block.lines if line.text.strip()]
        if not held:
            return
        begin = length
        for index, line in enumerate(held):
            text = line.text
            last = index == len(held) - 1
            joined = rejoin and not last and line.joint == "hyphen" and text[-1] in HYPHENS
            if joined:
                joints.append((length + len(text) - 1, text[-1]))
                gone[line.page][LINE_END_HYPHEN] += 1
                text = text[:-1]
            lines.append(Line(Span(length, length + len(text)), line.page, line.box, line.confidence))
            for change in line.changes:
                start, end = min(change.start, len(text)), min(change.end, len(text))
                repairs.append(Repair(Span(length + start, length + end), change.kind, change.before))
            parts.append(text)
            length += len(text)
            if not last and not joined:
                glue = "" if line.joint == "hyphen" else line.joint
                parts.append(glue)
                length += len(glue)
        blocks.append(Block(Span(begin, length), block.kind, held[0].page, block.level))
        parts.append("\n")
        length += 1

    for block in body:
        add(block)
    body_end = length
    for block in furniture:
        add(block)
    text = "".join(parts)
    for at, hyphen in joints:
        left = PART_OF_WORD[0].search(text, max(0, at - 60), at)
        right = PART_OF_WORD[1].match(text, at)
        start = left.start() if left else at
        end = right.end() if right else at
        before = f"{text[start:at]}{'-' if hyphen == chr(0xFFFE) else hyphen}\n{text[at:end]}"
        repairs.append(Repair(Span(start, end), LINE_END_HYPHEN, before))
    repairs.sort(key=lambda repair: (repair.span, repair.kind))
    return Document(
        source_id,
        sha256,
        text,
        body_end,
        tuple(counted(page, gone.get(page.number, {})) for page in pages),
        tuple(blocks),
        tuple(lines),
        tuple(repairs),
        " ".join(title.split()),
    )


def counted(page: Page, gone: Mapping[str, int]) -> Page:
    """Return a page with more characters dropped (or, where the count is negative, added), each reason told once."""
    dropped = Counter({tally.reason: tally.count for tally in page.dropped})
    added = Counter({tally.reason: tally.count for tally in page.added})
    for reason, count in gone.items():
        (dropped if count > 0 else added)[reason] += abs(count)
    return replace(page, dropped=tallies(dropped), added=tallies(added))


def tallies(counts: Mapping[str, int]) -> tuple[Tally, ...]:
    """Return counts as tallies, by reason; nothing is told that did not happen.

    >>> tallies({"outside-page": 2, "invisible": 0})
    (Tally(reason='outside-page', count=2),)
    """
    return tuple(Tally(reason, count) for reason, count in sorted(counts.items()) if count)
