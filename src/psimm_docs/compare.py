"""The grid: for each concept and jurisdiction, what was found, who confirmed it, and what silence there means.

How a cell (`cells`) comes to its state. Invariant: a state follows from the cell's items, searches and counts and from what people said of it
alone; people come before the machine, a decision on an older wording is shown but not trusted, and "not found" is said only where a search
found nothing or a person signed it.

Plain data in, plain data out: tags, states, sources and provisions are handed in, no file is read. Language versions of one provision
are one item, which is shown in a language of record where there is one.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from psimm_docs.cells import (
    CELL_WORDS,
    ITEM_ORDER,
    ITEM_WORDS,
    Cell,
    CellItem,
    CellState,
    Grid,
    ItemState,
    Look,
    Place,
    Said,
    place_of,
)
from psimm_docs.jurisdictions import JURISDICTIONS, KOSOVO_NOTE, SIX, jurisdiction, needs_note, within
from psimm_docs.records import Concept, Provision, Source, Tag

__all__ = ["CELL_WORDS", "ITEM_WORDS", "Cell", "CellItem", "CellState", "Grid", "ItemState", "grid", "silences"]

NOTHING_SAID: Mapping[Place, tuple[Said, ...]] = {}

Looking = Callable[[Concept, Sequence[Source]], tuple[Look, ...]]
"""Runs a concept's labels as queries over some documents; asked only where nothing stands in a cell."""

LEVELS: Mapping[str, tuple[str, ...]] = {"BA": ("BA", "BA-BIH", "BA-SRP", "BA-BRC")}
"""Levels of a jurisdiction that are always told apart; others below it are where they hold a text."""


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
class Ground:
    """What all cells of a grid are made from: sources, which of them were read, how to search them, what people said of cells, the day."""

    held: Collection[Source]
    searched: Collection[str]
    look: Looking
    said: Mapping[Place, tuple[Said, ...]]
    date: str


def not_looked(concept: Concept, sources: Sequence[Source]) -> tuple[Look, ...]:
    """Run no query: an empty cell then rests on the tags alone."""
    return ()


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
    look: Looking = not_looked,
    said: Mapping[Place, tuple[Said, ...]] = NOTHING_SAID,
    overtaken: Collection[str] = (),
) -> Grid:
    """Return the grid of concepts and jurisdictions (each with everything below it).

    `searched` are the ids of the sources that were built and have text; `provisions` holds at least those that tags and states name
    (one that is gone is shown by its id, as stale); `states` is keyed by (provision id, concept id); `date` (ISO 8601) is
    when this was looked up. `look` is asked for each cell in which nothing stands and texts were read: what it brings makes them leads, nothing
    makes a "not found". `said` is what people said of cells. `overtaken` are the provisions whose words a later version of their law no longer
    has: what was decided on them was decided on an older wording. Raises PsimmError for an unknown jurisdiction.
    """
    held = {source.id: source for source in sources}
    codes = [jurisdiction(code).code for code in jurisdictions]
    items = gather({concept.id for concept in concepts}, held, provisions, tags, states, overtaken)
    ground = Ground(held.values(), searched, look, said, date)
    cells = tuple(make_cell(concept, code, ground, items.get(concept.id, [])) for concept in concepts for code in codes)
    notes = (KOSOVO_NOTE,) if needs_note(codes) else ()
    return Grid(tuple(concept.id for concept in concepts), tuple(codes), cells, date, notes)


def make_cell(concept: Concept, code: str, ground: Ground, items: Sequence[CellItem]) -> Cell:
    """Return the cell of a jurisdiction with everything below it, and its levels where it has any."""
    levels: list[Cell] = []
    if within(code) != {code}:
        seen = {source.jurisdiction for source in ground.held} | {one.jurisdiction for one in items}
        always = LEVELS.get(code, (code,))
        shown = [*always, *(one for one in JURISDICTIONS if one in within(code) & seen and one not in always)]
        levels = [one_cell(concept, level, ground, items, alone=True) for level in shown]
    return one_cell(concept, code, ground, items, levels=tuple(levels))


def one_cell(
    concept: Concept,
    code: str,
    ground: Ground,
    items: Sequence[CellItem],
    *,
    alone: bool = False,
    levels: tuple[Cell, ...] = (),
) -> Cell:
    """Return the cell of a jurisdiction with everything below it, or of its own level `alone`."""
    own = in_scope(ground.held, code, alone=alone)
    read = [source for source in own if source.id in ground.searched]
    here = sorted((one for one in items if one.jurisdiction in covered(code, alone=alone)), key=rank)
    found = tuple(one for one in here if one.state != "rejected")
    rejected = tuple(one for one in here if one.state == "rejected")
    tags = {tag for source in read for tag in (source.language, source.language.split("-")[0]) if tag} | {"en"}
    labels = [
        label for tag, some in concept.labels.items() if tag in tags or tag.split("-")[0] in tags for label in some
    ]
    looks = ground.look(concept, read) if read and not found else ()
    said = ground.said.get(place_of(concept.id, code, alone=alone), ())
    return Cell(
        concept.id,
        code,
        stated(state_of(found, rejected, looks, len(own), len(read)), found, said),
        found,
        rejected,
        documents=len(read),
        digests=sum(source.digest for source in read),
        unread=len(own) - len(read),
        queries=tuple(dict.fromkeys(labels)),
        date=ground.date,
        levels=levels,
        looks=looks,
        said=said,
        alone=alone,
    )


def covered(code: str, *, alone: bool) -> frozenset[str]:
    """Return the codes that a cell covers: the jurisdiction with everything below it, or its own level alone."""
    return frozenset({code}) if alone else within(code)


def in_scope(sources: Iterable[Source], code: str, *, alone: bool) -> list[Source]:
    """Return the sources that a cell is about, in the order given."""
    codes = covered(code, alone=alone)
    return [source for source in sources if source.jurisdiction in codes]


def state_of(
    found: Sequence[CellItem], rejected: Sequence[CellItem], looks: Sequence[Look], held: int, read: int
) -> CellState:
    """Return the state that a cell's items, searches and counts make."""
    if any(one.state == "confirmed" for one in found):
        return "found-confirmed"
    if found:
        return "found-unreviewed"
    if rejected:
        return "rejected"
    if not held:
        return "not-held"
    if not read:
        return "not-read"
    return "leads" if any(look.results for look in looks) else "not-found"


def stated(state: CellState, found: Sequence[CellItem], said: Sequence[Said]) -> CellState:
    """Return the state that people's statements make of a cell's own.

    Only statements count that nothing has overtaken, and only where they agree. A provision that a person accepted (or accepted once) is
    stronger than any statement; a signed silence gives way to a suggestion that came after it, "not applicable" does not.
    """
    actions = {one.action for one in said if not one.changed}
    if len(actions) != 1 or any(one.state != "unreviewed" for one in found):
        return state
    if "not-applicable" in actions:
        return "not-applicable"
    return "not-found" if state in ("leads", "rejected") else state


def rank(item: CellItem) -> tuple[bool, int, float, str]:
    """Return what items are ordered by: held in a language of record, state, score, id."""
    return (item.translation, ITEM_ORDER[item.state], -item.score, item.provision_id)


def gather(
    wanted: Collection[str],
    held: Mapping[str, Source],
    provisions: Mapping[str, Provision],
    tags: Iterable[Tag],
    states: Mapping[tuple[str, str], Standing],
    overtaken: Collection[str] = (),
) -> dict[str, list[CellItem]]:
    """Return the items of each concept: everything that is suggested or that a person decided, language versions joined."""
    scores = {(tag.provision_id, tag.concept): tag.score for tag in tags if tag.concept in wanted}
    decided = {key for key, state in states.items() if key[1] in wanted and state.verdict != "open"}
    groups: dict[tuple[str, ...], list[CellItem]] = {}
    for key in sorted(scores.keys() | decided):
        provision_id, concept = key
        one = item(provision_id, held, provisions, scores.get(key, 0.0), states.get(key))
        if provision_id in overtaken and one.state in ("confirmed", "disputed"):
            one = replace(one, state="stale")
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

    Confirmed in one and rejected (or disputed) in another is a disagreement. A translation that was rejected takes nothing from a version of
    record that nobody has answered.
    """
    first, *others = sorted(versions, key=rank)
    said = {one.state for one in versions}
    state: ItemState = min(said - {"rejected"}, key=lambda one: ITEM_ORDER[one], default="rejected")
    if state == "confirmed" and "disputed" in said:
        state = "disputed"
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
