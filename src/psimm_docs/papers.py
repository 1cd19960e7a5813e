"""What the cite-check says of a draft: a finding a citation or quotation, in plain words, and the table of all.

Invariant: a finding says one thing first (`state`, the gravest), every citation and quotation of the draft has one, and nothing in a
finding is the author's text changed: `cited` and `quote` are his letters. How a citation is recognised and resolved is left to others.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from psimm_docs.jurisdictions import KOSOVO_NOTE, needs_note

State = Literal[
    "quote-differs",
    "renumbered",
    "changed-since",
    "repealed",
    "not-in-corpus",
    "not-clear",
    "unreviewed-tag",
    "not-a-law",
    "holds",
]

STATE_WORDS: Mapping[State, str] = {
    "quote-differs": "quote differs",
    "renumbered": "renumbered",
    "changed-since": "changed since",
    "repealed": "repealed",
    "not-in-corpus": "not in corpus",
    "not-clear": "not clear which law or place",
    "unreviewed-tag": "holds; tag not reviewed",
    "not-a-law": "no law cited",
    "holds": "holds",
}
"""What each state is called, the gravest first."""

GRAVE: Mapping[State, int] = {state: at for at, state in enumerate(STATE_WORDS)}
QUIET: frozenset[State] = frozenset(("holds", "not-a-law"))
"""States that need nothing of the author: they are in the table and make no comment in his file."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What became of one citation or quotation of a draft.

    `where` is the passage for people, `paragraph` the Word paragraph in which a comment is set (the one that calls the note), `[start, end)`
    the letters in it. `cited` is the citation as the draft has it (`Art. 43(2)`), `quote` the quotation, empty where there is none. `told` is a
    sentence; `nearest` the text of the law where a quote differs; `also` further things to know. `provision_id` is empty where none was found.
    """

    where: str
    paragraph: int
    start: int
    end: int
    cited: str
    quote: str
    state: State
    told: str
    jurisdiction: str = ""
    law: str = ""
    provision_id: str = ""
    place: str = ""
    nearest: str = ""
    also: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        """The state in words."""
        return STATE_WORDS[self.state]

    @property
    def remark(self) -> str:
        """The comment that goes into the author's file."""
        parts = [f"{self.words[0].upper()}{self.words[1:]}. {self.told}", *self.also]
        if self.nearest:
            parts.append(f"The text held: “{self.nearest}”")
        if self.provision_id:
            parts.append(f"[{self.provision_id}]")
        text = "\n".join(parts)
        named = needs_note([self.jurisdiction]) or "Kosovo*" in text
        return f"{text}\n{KOSOVO_NOTE}" if named else text


COLUMNS = (
    *("number", "where", "state", "cited", "quote", "what_we_say", "law", "jurisdiction", "place"),
    *("text_held", "also", "provision_id"),
)


def rows(findings: Sequence[Finding]) -> tuple[tuple[str | int, ...], ...]:
    """Return findings as rows of a table with `COLUMNS`."""
    return tuple(
        (
            *(at, one.where, one.words, one.cited, one.quote, one.told, one.law, one.jurisdiction, one.place),
            *(one.nearest, "; ".join(one.also), one.provision_id),
        )
        for at, one in enumerate(findings, 1)
    )


def summary(findings: Iterable[Finding]) -> str:
    """Return how many findings there are of each state, the gravest first.

    >>> summary([])
    'No citation and no quotation found.'
    """
    counted = Counter(one.state for one in findings)
    if not counted:
        return "No citation and no quotation found."
    parts = [f"{counted[state]} {STATE_WORDS[state]}" for state in STATE_WORDS if counted[state]]
    return f"{sum(counted.values())} checked: {', '.join(parts)}."


def gravest(findings: Iterable[Finding]) -> State:
    """Return the gravest state of findings, `holds` of none."""
    return min((one.state for one in findings), key=GRAVE.__getitem__, default="holds")
