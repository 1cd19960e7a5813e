"""The cells of the comparison: what stands for one concept in one jurisdiction, and what a silence there rests on.

Records and their words only; how a cell comes to its state is `compare`'s matter, what a person says of it `statements`'. Invariant:
a cell without a provision is never just empty. It says whether no text is held, whether texts are held that nobody has read yet, whether a
search brought passages that somebody has to read, or whether so many documents were searched, for these words, on that day, and nothing was found.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from psimm_docs.jurisdictions import jurisdiction, within

CellState = Literal[
    "found-confirmed", "found-unreviewed", "rejected", "leads", "not-found", "not-read", "not-held", "not-applicable"
]
ItemState = Literal["confirmed", "disputed", "stale", "unreviewed", "rejected"]
Stating = Literal["silent", "not-applicable", "undo"]

CELL_WORDS: Mapping[CellState, str] = {
    "found-confirmed": "found, confirmed",
    "found-unreviewed": "found, unreviewed",
    "rejected": "suggested, all rejected",
    "leads": "nothing suggested, passages to read",
    "not-found": "searched, not found",
    "not-read": "held, not read yet",
    "not-held": "text not held",
    "not-applicable": "not applicable",
}
"""What each state of a cell is called."""

CELL_SIGNS: Mapping[CellState, str] = {
    "found-confirmed": "✓",
    "found-unreviewed": "",
    "rejected": "✗",
    "leads": "?",
    "not-found": "–",
    "not-read": "…",
    "not-held": "○",
    "not-applicable": "n/a",
}
"""A sign for each state where there is no room for its words; that of a provision found is their number alone."""

Place = tuple[str, str, bool]
"""Which cell: concept id, jurisdiction code, whether that level alone is meant."""

FOUND: tuple[CellState, ...] = ("found-confirmed", "found-unreviewed")
"""The states of a cell in which a provision stands, the stronger first."""

ITEM_WORDS: Mapping[ItemState, str] = {
    "confirmed": "confirmed",
    "disputed": "reviewers disagree",
    "stale": "decided on an older wording",
    "unreviewed": "not reviewed",
    "rejected": "rejected",
}
"""What each state of an item is called, in the order in which items are shown."""

LOOK_WORDS: Mapping[str, str] = {"found": "found", "weak": "weak matches only", "not-found": "not found"}
"""What each state of a search in a cell is called."""

ITEM_ORDER: Mapping[ItemState, int] = {state: at for at, state in enumerate(ITEM_WORDS)}

FROM_TRANSLATION = " (from a translation only)"
"""Stands after the words of a confirmed cell that rests on nothing stronger."""


def counted(number: int, noun: str = "document") -> str:
    """Return a number of things in words.

    >>> counted(1), counted(3, "query")
    ('1 document', '3 queries')
    """
    many = noun[:-1] + "ies" if noun.endswith("y") else noun + "s"
    return f"{number} {noun if number == 1 else many}"


def place_of(concept: str, code: str, *, alone: bool) -> Place:
    """Return which cell that is; a level with nothing below it is the same alone or not.

    >>> place_of("quota", "BA-SRP", alone=True), place_of("quota", "BA", alone=True)
    (('quota', 'BA-SRP', False), ('quota', 'BA', True))
    """
    return (concept, code, alone and within(code) != {code})


@dataclass(frozen=True, slots=True)
class CellItem:
    """A provision in a cell: shown in the best language version that is held, its state from all of them.

    `score` is the tagger's (0..1; 0 where a person added it without a suggestion). `versions` are the ids of the other language
    versions that were tagged or decided, `decided` those of all versions on which the state rests. `digest` and `translation` are those of the version shown.
    `weak`: its state rests on readers of a translation only.
    """

    provision_id: str
    source_id: str
    jurisdiction: str
    label: str
    heading: str
    language: str
    translation: bool
    digest: bool
    score: float
    state: ItemState
    versions: tuple[str, ...] = ()
    decided: tuple[str, ...] = ()
    weak: bool = False


@dataclass(frozen=True, slots=True)
class Look:
    """One query that was run for a cell: a label in a language, as folded for the search, and what came of it.

    `state` is the search's own (found, weak, not-found), `results` how many provisions it gave (at most `limit` were asked for), `leads` their ids.
    """

    text: str
    language: str
    folded: tuple[str, ...]
    state: str
    results: int
    limit: int
    leads: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class HeldText:
    """A document as it was held when a cell was looked into: id, checksum, whether it is our digest, whether it was read."""

    source_id: str
    sha256: str
    digest: bool
    read: bool


@dataclass(frozen=True, slots=True)
class Basis:
    """What a silence rests on, to be compared later: the documents in scope, the concept, the index of those documents, the encoder."""

    documents: tuple[HeldText, ...]
    concept: str
    index: str
    encoder: str


@dataclass(frozen=True, slots=True)
class Said:
    """What a person said of a cell, as the grid shows it. `changed` names what is different since; empty where it still holds."""

    id: str
    action: Stating
    by: str
    date: str
    reason: str
    changed: tuple[str, ...] = ()

    @property
    def told(self) -> str:
        """One line: what was said, by whom, when, and whether it is out of date."""
        what = "Signed as silent" if self.action == "silent" else "Not applicable, says"
        line = f"{what}{' by' if self.action == 'silent' else ''} {self.by}, {self.date} [{self.id}]"
        line += f": {self.reason}" if self.reason else ""
        line += "" if line.endswith((".", "!", "?")) else "."
        return line + (f" OUT OF DATE: {', '.join(self.changed)} changed since." if self.changed else "")


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands for one concept in one jurisdiction.

    `provisions` are best first: a language of record before translations only, confirmed before unreviewed, then by score; `rejected`
    are those that people refused. `documents` were searched (`digests` of them are ours, not the law), `unread` are held
    but not read. `queries` are the labels that were looked for and `date` is the day; `looks` are the searches that were run for a cell in which
    nothing stands. `said` is what people said of the cell. `levels` are the same for each level below; `alone` marks such a level, which
    leaves out what lies below it.
    """

    concept: str
    jurisdiction: str
    state: CellState
    provisions: tuple[CellItem, ...]
    rejected: tuple[CellItem, ...]
    documents: int
    digests: int
    unread: int
    queries: tuple[str, ...]
    date: str
    levels: tuple[Cell, ...] = ()
    looks: tuple[Look, ...] = ()
    said: tuple[Said, ...] = ()
    alone: bool = False

    @property
    def place(self) -> Place:
        """Which cell it is."""
        return place_of(self.concept, self.jurisdiction, alone=self.alone)

    @property
    def words(self) -> str:
        """The state in words; a cell that was confirmed by readers of a translation only says so."""
        confirmed = [item for item in self.provisions if item.state == "confirmed"]
        weak = self.state == "found-confirmed" and all(item.weak for item in confirmed)
        return CELL_WORDS[self.state] + (FROM_TRANSLATION if weak else "")

    @property
    def sign(self) -> str:
        """The state in a sign, with the number of provisions where any stand; a state that a person signed says so."""
        count = str(len(self.provisions)) if self.state in FOUND else ""
        return CELL_SIGNS[self.state] + count + (" signed" if self.signed else "")

    @property
    def leads(self) -> tuple[str, ...]:
        """The provisions that the searches of an empty cell brought, each once; somebody has to read them."""
        return tuple(dict.fromkeys(one for look in self.looks for one in look.leads))

    @property
    def signed(self) -> Said | None:
        """The statement on which the cell's state rests, None where no person's does."""
        wanted = {"not-found": "silent", "not-applicable": "not-applicable"}.get(self.state)
        return next((one for one in reversed(self.said) if one.action == wanted and not one.changed), None)

    @property
    def answered_by(self) -> tuple[str, ...]:
        """The codes of the levels that answer the cell: those with a confirmed provision, else those with a suggested one."""
        for state in FOUND:
            found = tuple(one.jurisdiction for one in self.levels if one.state == state)
            if found:
                return found
        return ()

    @property
    def told(self) -> str:
        """What the cell's state rests on, in a line or two.

        A silence among digests alone says nothing about the law, and the line says that.
        """
        return " ".join([self.rests_on, *(one.told for one in self.said)])

    @property
    def rests_on(self) -> str:
        """What the state rests on, without what people said of the cell."""
        name = jurisdiction(self.jurisdiction).name
        if self.state == "not-held":
            return f"No text of {name} is held."
        if self.state == "not-read":
            return f"{name}: {counted(self.unread)} held, not read yet."
        only_digests = " Only digests are held: this says nothing about the law itself."
        if self.state == "not-found":
            line = f"Searched {counted(self.documents)} of {name} on {self.date}: not found."
            if self.leads:
                line += f" What the searches brought ({counted(len(self.leads), 'provision')}) was read and is about something else."
            return line + (only_digests if self.digests == self.documents else "")
        if self.state == "leads":
            return (
                f"Nothing is suggested in {counted(self.documents)} of {name}, but {counted(len(self.looks), 'query')} "
                f"brought {counted(len(self.leads), 'provision')} on {self.date}; read them, then accept one or sign the silence."
            )
        if self.state == "rejected":
            return f"{len(self.rejected)} suggested in {name}; reviewers rejected all of them."
        states = Counter(item.state for item in self.provisions)
        line = ", ".join(f"{ITEM_WORDS[state]}: {states[state]}" for state in ITEM_ORDER if states[state])
        line = line[:1].upper() + line[1:]
        weak = sum(item.weak and item.state == "confirmed" for item in self.provisions)
        line += f" ({weak} of the confirmed from a translation only)" if weak else ""
        if self.state == "not-applicable":
            return f"Suggested all the same. {line}." if line else ""
        answered = ", ".join(level_name(one) for one in self.answered_by)
        return f"{line}. Answered by: {answered}." if self.levels else f"{line}."


def level_name(code: str) -> str:
    """Return what a level is called beside the others: the state's own law is told as such.

    >>> level_name("BA"), level_name("BA-SRP")
    ('Bosnia and Herzegovina (state level)', 'Republika Srpska')
    """
    one = jurisdiction(code)
    return one.name if one.parent else f"{one.name} (state level)"


@dataclass(frozen=True, slots=True)
class Grid:
    """Cells by concept (rows) and jurisdiction (columns), in the orders given; `notes` have to be printed with it."""

    concepts: tuple[str, ...]
    jurisdictions: tuple[str, ...]
    cells: tuple[Cell, ...]
    date: str
    notes: tuple[str, ...]

    def cell(self, concept: str, code: str) -> Cell:
        """Return one cell; raises KeyError for a concept or jurisdiction that isn't in the grid."""
        if concept not in self.concepts or code not in self.jurisdictions:
            raise KeyError((concept, code))
        return self.cells[self.concepts.index(concept) * len(self.jurisdictions) + self.jurisdictions.index(code)]

    def row(self, concept: str) -> tuple[Cell, ...]:
        """Return the cells of a concept."""
        return tuple(self.cell(concept, code) for code in self.jurisdictions)

    def every(self) -> list[Cell]:
        """Return all cells, each followed by its levels."""
        return [one for cell in self.cells for one in (cell, *cell.levels)]
