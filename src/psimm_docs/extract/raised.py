"""Small raised digits: the file holds `1`, the line says `¹`, and this is remembered like any change of a letter.

`columns` writes the raised digits of a row as superscripts, by which notes are told from numbers. Here each is recorded as a change
with the digit that the file holds; where such changes are not wanted, the digits are set back once the notes are found.
Invariant: a superscript that the file itself holds is no change.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from psimm_docs.extract.columns import SUPERSCRIPT, PageLine
from psimm_docs.extract.draft import Change
from psimm_docs.extract.glyphs import Run

RAISED = "raised"
DIGITS = {chr(mark): chr(digit) for digit, mark in SUPERSCRIPT.items()}


def mark_raised(lines: Iterable[PageLine], runs: Sequence[Run]) -> None:
    """Record the raised digits of lines just made of runs."""
    own = [run for run in runs if not DIGITS.keys().isdisjoint(run.text)]
    for line in lines:
        found = [at for at, letter in enumerate(line.text) if letter in DIGITS]
        if not found:
            continue
        held = "".join(run.text for run in own if inside(run, line))
        for at in found:
            if line.text[at] in held:
                held = held.replace(line.text[at], "", 1)
            else:
                line.changes.append(Change(at, at + 1, RAISED, DIGITS[line.text[at]]))


def inside(run: Run, line: PageLine) -> bool:
    """Say whether a run's middle lies on a line."""
    return line.x0 <= (run.x0 + run.x1) / 2 <= line.x1 and line.y0 <= (run.y0 + run.y1) / 2 <= line.y1


def lower(lines: Iterable[PageLine]) -> None:
    """Set raised digits back to those that the file holds."""
    for line in lines:
        for change in [one for one in line.changes if one.kind == RAISED and one.end == one.start + 1]:
            line.text = line.text[: change.start] + change.before + line.text[change.end :]
            line.changes.remove(change)
