"""The grid: for each concept and jurisdiction, what was found, who confirmed it, and what silence there means.

A cell without a provision is never just empty. It says whether no text is held, whether texts are held that nobody has read yet,
or whether so many documents were searched, for these words, on that day, and nothing was found. Invariant: a cell's state follows
from its items and counts alone; people come before the machine, and a decision on an older wording is shown but not trusted.

Plain data in, plain data out: tags, states, sources and provisions are handed in, no file is read. Language versions of one provision
are one item, which is shown in a language of record where there is one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal, Protocol

from psimm_docs.jurisdictions import JURISDICTIONS, KOSOVO_NOTE, SIX, jurisdiction, needs_note, within
from psimm_docs.records import Concept, Provision, Source, Tag

CellState = Literal["found-confirmed", "found-unreviewed", "rejected", "not-found", "not-read", "not-held"]
ItemState = Literal["confirmed", "disputed", "stale", "unreviewed", "rejected"]

CELL_WORDS: Mapping[CellState, str] = {
    "found-confirmed": "found, confirmed",
    "found-unreviewed": "found, unreviewed",
    "rejected": "suggested, all rejected",
    "not-found": "searched, not found",
    "not-read": "held, not read yet",
    "not-held": "text not held",
}
"""What each state of a cell is called, the strongest first."""

FROM_TRANSLATION = " (from a translation only)"
"""Stands after the words of a confirmed cell that rests on nothing stronger."""

ITEM_WORDS: Mapping[ItemState, str] = {
    "confirmed": "confirmed",
    "disputed": "reviewers disagree",
    "stale": "decided on an older wording",
    "unreviewed": "not reviewed",
    "rejected": "rejected",
}
"""What each state of an item is called, in the order in which items are shown."""

ITEM_ORDER: Mapping[ItemState, int] = {state: at for at, state in enumerate(ITEM_WORDS)}

LEVELS: Mapping[str, tuple[str, ...]] = {"BA": ("BA", "BA-BIH", "BA-SRP", "BA-BRC")}
"""Levels of a jurisdiction that are always told apart; others below it are where they hold a text."""


def counted(documents: int) -> str:
    """Return a number of documents in words."""
    return f"{documents} document" + ("" if documents == 1 else "s")


class Standing(Protocol):
    """What is asked of the state that people's decisions make (see `decisions.State`)."""

    @property
    def verdict(self) -> str:
        """`accepted`, `rejected`, `open` or `disputed`."""

    @property
    def stale(self) -> bool:
        """Whether the verdict was made on another wording."""

    @property
    def translated(self) -> bool:
        """Whether it rests on readers of a translation only."""


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
class Cell:
    """What stands for one concept in one jurisdiction.

    `provisions` are best first: a language of record before translations only, confirmed before unreviewed, then by score; `rejected`
    are those that people refused. `documents` were searched (`digests` of them are ours, not the law), `unread` are held
    but not read. `queries` are the labels that were looked for and `date` is the day. `levels` are the same for each level below.
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

    @property
    def words(self) -> str:
        """The state in words; a cell that was confirmed by readers of a translation only says so."""
        confirmed = [item for item in self.provisions if item.state == "confirmed"]
        weak = self.state == "found-confirmed" and all(item.weak for item in confirmed)
        return CELL_WORDS[self.state] + (FROM_TRANSLATION if weak else "")

    @property
    def told(self) -> str:
        """One line that says what the cell's state rests on.

        A silence among digests alone says nothing about the law, and the line says that.
        """
        name = jurisdiction(self.jurisdiction).name
        if self.state == "not-held":
            return f"No text of {name} is held."
        if self.state == "not-read":
            return f"{name}: {counted(self.unread)} held, not read yet."
        if self.state == "not-found":
            line = f"Searched {counted(self.documents)} of {name} on {self.date}: not found."
            if self.digests == self.documents:
                line += " Only digests are held: this says nothing about the law itself."
            return line
        if self.state == "rejected":
            return f"{len(self.rejected)} suggested in {name}; reviewers rejected all of them."
        states = Counter(item.state for item in self.provisions)
        line = ", ".join(f"{states[state]} {ITEM_WORDS[state]}" for state in ITEM_ORDER if states[state])
        weak = sum(item.weak and item.state == "confirmed" for item in self.provisions)
        return line + (f" ({weak} of the confirmed from a translation only)" if weak else "")


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


def grid(
    concepts: Sequence[Concept],
    *,
    sources: Iterable[Source],
    searched: Collection[str],
    provisions: Mapping[str, Provision],
    tags: Iterable[Tag],
    states: Mapping[tuple[str, str], Standing],
    date: str,
    jurisdictions: Sequence[str] = SIX,
) -> Grid:
    """Return the grid of concepts and jurisdictions (each with everything below it).

    `searched` are the ids of the sources that were built and have text; `provisions` holds at least those that tags and states name
    (one that is gone is shown by its id, as stale); `states` is keyed by (provision id, concept id); `date` (ISO 8601) is
    when this was looked up. Raises PsimmError for an unknown jurisdiction.
    """
    held = {source.id: source for source in sources}
    codes = [jurisdiction(code).code for code in jurisdictions]
    items = gather({concept.id for concept in concepts}, held, provisions, tags, states)
    cells = tuple(
        make_cell(concept, code, held.values(), searched, items.get(concept.id, []), date)
        for concept in concepts
        for code in codes
    )
    notes = (KOSOVO_NOTE,) if needs_note(codes) else ()
    return Grid(tuple(concept.id for concept in concepts), tuple(codes), cells, date, notes)


def make_cell(
    concept: Concept,
    code: str,
    held: Collection[Source],
    searched: Collection[str],
    items: Sequence[CellItem],
    date: str,
) -> Cell:
    """Return the cell of a jurisdiction with everything below it, and its levels where it has any."""
    below = within(code)
    levels: list[Cell] = []
    if len(below) > 1:
        seen = {source.jurisdiction for source in held} | {one.jurisdiction for one in items}
        always = LEVELS.get(code, (code,))
        shown = [*always, *(one for one in JURISDICTIONS if one in below & seen and one not in always)]
        levels = [one_cell(concept, level, {level}, held, searched, items, date, ()) for level in shown]
    return one_cell(concept, code, below, held, searched, items, date, tuple(levels))


def one_cell(
    concept: Concept,
    code: str,
    covered: Collection[str],
    held: Collection[Source],
    searched: Collection[str],
    items: Sequence[CellItem],
    date: str,
    levels: tuple[Cell, ...],
) -> Cell:
    """Return the cell of exactly these jurisdictions."""
    own = [source for source in held if source.jurisdiction in covered]
    read = [source for source in own if source.id in searched]
    here = sorted((one for one in items if one.jurisdiction in covered), key=rank)
    found = tuple(one for one in here if one.state != "rejected")
    rejected = tuple(one for one in here if one.state == "rejected")
    tags = {tag for source in read for tag in (source.language, source.language.split("-")[0]) if tag} | {"en"}
    labels = [
        label for tag, some in concept.labels.items() if tag in tags or tag.split("-")[0] in tags for label in some
    ]
    return Cell(
        concept.id,
        code,
        state_of(found, rejected, len(own), len(read)),
        found,
        rejected,
        documents=len(read),
        digests=sum(source.digest for source in read),
        unread=len(own) - len(read),
        queries=tuple(dict.fromkeys(labels)),
        date=date,
        levels=levels,
    )


def state_of(found: Sequence[CellItem], rejected: Sequence[CellItem], held: int, read: int) -> CellState:
    """Return the state that a cell's items and counts make."""
    if any(one.state == "confirmed" for one in found):
        return "found-confirmed"
    if found:
        return "found-unreviewed"
    if rejected:
        return "rejected"
    if not held:
        return "not-held"
    return "not-found" if read else "not-read"


def rank(item: CellItem) -> tuple[bool, int, float, str]:
    """Return what items are ordered by: held in a language of record, state, score, id."""
    return (item.translation, ITEM_ORDER[item.state], -item.score, item.provision_id)


def gather(
    wanted: Collection[str],
    held: Mapping[str, Source],
    provisions: Mapping[str, Provision],
    tags: Iterable[Tag],
    states: Mapping[tuple[str, str], Standing],
) -> dict[str, list[CellItem]]:
    """Return the items of each concept: everything that is suggested or that a person decided, language versions joined."""
    scores = {(tag.provision_id, tag.concept): tag.score for tag in tags if tag.concept in wanted}
    decided = {key for key, state in states.items() if key[1] in wanted and state.verdict != "open"}
    groups: dict[tuple[str, ...], list[CellItem]] = {}
    for key in sorted(scores.keys() | decided):
        provision_id, concept = key
        one = item(provision_id, held, provisions, scores.get(key, 0.0), states.get(key))
        groups.setdefault((concept, *same_place(one, held)), []).append(one)
    made: dict[str, list[CellItem]] = {}
    for place, versions in groups.items():
        made.setdefault(place[0], []).append(joined(versions))
    return made


def item(
    provision_id: str,
    held: Mapping[str, Source],
    provisions: Mapping[str, Provision],
    score: float,
    state: Standing | None,
) -> CellItem:
    """Return one version of an item. A provision that is gone keeps its id as label."""
    source_id, _, eid = provision_id.partition("#")
    source = held.get(source_id)
    provision = provisions.get(provision_id)
    code = source.jurisdiction if source else source_id.partition("/")[0].upper()
    gone = provision is None
    return CellItem(
        provision_id,
        source_id,
        code,
        label=provision.label if provision else eid or provision_id,
        heading=provision.heading if provision else "",
        language=(provision.language if provision else "") or (source.language if source else ""),
        translation=bool(source and source.translation),
        digest=bool(source and source.digest),
        score=score,
        state="stale" if gone and state else item_state(state),
        weak=bool(state and state.translated),
    )


def item_state(state: Standing | None) -> ItemState:
    """Return what people's decisions come to for an item."""
    if state is None or state.verdict == "open":
        return "unreviewed"
    if state.stale:
        return "stale"
    if state.verdict == "accepted":
        return "confirmed"
    return "rejected" if state.verdict == "rejected" else "disputed"


def same_place(one: CellItem, held: Mapping[str, Source]) -> tuple[str, ...]:
    """Return what the language versions of one provision share: work, kind of text, version, place."""
    source = held.get(one.source_id)
    if source is None or not source.work_id:
        return (one.provision_id,)
    return (source.work_id, source.status, source.date, source.gazette_number, one.provision_id.partition("#")[2])


def joined(versions: Sequence[CellItem]) -> CellItem:
    """Return the item that language versions make: the best version shown, the state that people gave to any of them.

    Confirmed in one and rejected in another is a disagreement. A translation that was rejected takes nothing from a version of
    record that nobody has answered.
    """
    first, *others = sorted(versions, key=rank)
    said = {one.state for one in versions}
    state: ItemState = min(said - {"rejected"}, key=lambda one: ITEM_ORDER[one], default="rejected")
    if "rejected" in said:
        of_record = [one for one in versions if not one.translation] or list(versions)
        refused = any(one.state == "rejected" for one in of_record)
        state = "disputed" if state == "confirmed" else "rejected" if state == "unreviewed" and refused else state
    return replace(
        first,
        state=state,
        score=max(one.score for one in versions),
        versions=tuple(sorted(one.provision_id for one in others)),
        decided=tuple(sorted(one.provision_id for one in versions if one.state != "unreviewed")),
        weak=all(one.weak for one in versions if one.state == state) and any(one.weak for one in versions),
    )


def silences(made: Grid) -> list[Cell]:
    """Return the cells in which nothing stands, in the grid's order: the ledger of what was looked for in vain, and where."""
    return [cell for cell in made.cells if not cell.provisions]
