"""Frozen grids: what every cell said on a day, with all that it rested on, and why each cell moved between two of them.

One file of JSON lines a snapshot: the head, then a line a cell (levels too). It is written once, never over another, and its head carries a
checksum of the lines, so that what a paper cites is what was frozen. Invariant: a cell that moved has a reason, told from what the two snapshots
hold: the text, the tag, the taxonomy, a reviewer, the documents, the search.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

from psimm_docs.cells import CELL_WORDS, CellState, HeldText, Look, Place, Said, counted
from psimm_docs.corpus import slug
from psimm_docs.errors import NotFoundError, PsimmError, TamperedError
from psimm_docs.jsonl import adapter, dumps, first_line, write_text
from psimm_docs.jurisdictions import KOSOVO_NOTE, jurisdiction, needs_note, within
from psimm_docs.logfiles import locked

Why = Literal["text", "tag", "taxonomy", "reviewer", "documents", "search"]

WHY_WORDS: Mapping[Why, str] = {
    "text": "the text of a provision is another one",
    "tag": "the tagger suggests otherwise",
    "taxonomy": "the concept was changed in the taxonomy",
    "reviewer": "a person said something else",
    "documents": "documents came, went or were exchanged",
    "search": "the searches of an empty cell brought something else (another index or encoder)",
}
"""What each reason means."""

FORMAT = 1


@dataclass(frozen=True, slots=True)
class InForce:
    """A decision in force on one version of a provision."""

    hash: str
    reviewer: str
    verdict: str
    time: str
    provision_id: str
    fingerprint: str


@dataclass(frozen=True, slots=True)
class FrozenItem:
    """A provision in a frozen cell, shown in one language version, and what its state rests on in all of them.

    `texts` are (provision id, fingerprint) of each version that was suggested or decided, the fingerprint empty where it was gone;
    `tags` are (provision id, score, taxonomy version, tagger version) of each version that was suggested.
    """

    provision_id: str
    label: str
    language: str
    state: str
    score: float
    texts: tuple[tuple[str, str], ...]
    tags: tuple[tuple[str, float, str, str], ...]
    decisions: tuple[InForce, ...]


@dataclass(frozen=True, slots=True)
class FrozenCell:
    """One cell as it was: its state, its provisions (refused ones too), the searches, and what people said of it."""

    concept: str
    jurisdiction: str
    alone: bool
    state: CellState
    items: tuple[FrozenItem, ...]
    looks: tuple[Look, ...] = ()
    said: tuple[Said, ...] = ()

    @property
    def place(self) -> Place:
        """Which cell it is; unlike a statement's place it tells a state's level from the whole even where nothing lies below."""
        return (self.concept, self.jurisdiction, self.alone)


@dataclass(frozen=True, slots=True)
class FrozenText:
    """A document that was held: whose, and its checksum."""

    jurisdiction: str
    text: HeldText


@dataclass(frozen=True, slots=True)
class Head:
    """What a snapshot as a whole rests on; `concepts` are fingerprints by id, `sha256` is that of all lines after this one."""

    name: str
    time: str
    note: str
    concepts: dict[str, str]
    names: dict[str, str]
    jurisdictions: tuple[str, ...]
    documents: tuple[FrozenText, ...]
    taxonomy_version: str
    tagger_versions: tuple[str, ...]
    encoder: str
    index: str
    notes: tuple[str, ...]
    cells: int
    format: int = FORMAT
    sha256: str = ""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A frozen grid."""

    head: Head
    cells: tuple[FrozenCell, ...]


@dataclass(frozen=True, slots=True)
class Moved:
    """A cell that is not what it was: its state before and after (empty where it wasn't in the grid), why, and each difference in words."""

    concept: str
    jurisdiction: str
    alone: bool
    before: str
    after: str
    why: tuple[Why, ...]
    told: tuple[str, ...]

    @property
    def line(self) -> str:
        """The move in a line, e.g. `text not held -> found, unreviewed (documents, tag)`."""
        return f"{word(self.before)} -> {word(self.after)} ({', '.join(self.why)})"


def word(state: str) -> str:
    """Return a state in words; a cell that was in no grid is told so."""
    return next((words for one, words in CELL_WORDS.items() if one == state), "not in the grid")


# --- the file ----------------------------------------------------------------------------------------------------------


def snapshot_path(folder: Path, name: str) -> Path:
    """Return the file of a name; raises PsimmError where the name isn't plain, and says a plain one.

    >>> snapshot_path(Path("s"), "draft-2030").name
    'draft-2030.jsonl'
    """
    plain = slug(name, limit=60)
    if not plain or plain != name:
        raise PsimmError(f"{name!r}: a snapshot is named by small letters, digits and hyphens; for example {plain!r}")
    return folder / f"{plain}.jsonl"


def write_snapshot(folder: Path, snapshot: Snapshot) -> Path:
    """Write a snapshot's file and return its path; raises PsimmError where the name is taken."""
    path = snapshot_path(folder, snapshot.head.name)
    lines = "".join(dumps(cell) + "\n" for cell in snapshot.cells)
    head = asdict(snapshot.head) | {"sha256": checksum(lines)}
    with locked(folder, "snapshot"):
        if path.exists():
            raise PsimmError(
                f"{path}: a snapshot has this name already, and none is ever overwritten; choose another name"
            )
        write_text(path, dumps(head) + "\n" + lines)
    return path


def checksum(lines: str) -> str:
    """Return the SHA-256 of a snapshot's lines after the head."""
    return hashlib.sha256(lines.encode("utf-8", "surrogatepass")).hexdigest()


def read_snapshot(folder: Path, name: str) -> Snapshot:
    """Read a snapshot; raises NotFoundError that lists the names, TamperedError where a line was changed after it was frozen."""
    path = snapshot_path(folder, name)
    if not path.is_file():
        raise NotFoundError(f"{name}: no such snapshot; there are: {', '.join(names(folder)) or 'none'}")
    try:
        first, _, rest = path.read_bytes().decode("utf-8", "surrogatepass").partition("\n")
        made_by = json.loads(first).get("format", FORMAT)
        if made_by != FORMAT:
            raise PsimmError(
                f"{path}: was frozen by another version of psimm-docs (form {made_by}); read it with that one"
            )
        head: Head = adapter(Head).validate_json(first)
        if head.sha256 != checksum(rest):
            raise TamperedError(f"{path}: was changed after it was frozen; get it back from a copy")
        cells: list[FrozenCell] = [adapter(FrozenCell).validate_json(line) for line in rest.split("\n") if line]
    except (OSError, ValueError, AttributeError) as error:
        raise PsimmError(f"{path}: not a readable snapshot ({first_line(error)}); get it back from a copy") from error
    return Snapshot(head, tuple(cells))


def names(folder: Path) -> list[str]:
    """Return the names of the snapshots of a folder."""
    return sorted(path.stem for path in folder.glob("*.jsonl"))


# --- what moved --------------------------------------------------------------------------------------------------------


def diff(before: Snapshot, after: Snapshot) -> list[Moved]:
    """Return the cells whose state, provisions or statements differ, in the later snapshot's order, with why.

    A cell that only one of the two has is compared by what its snapshot was made of, and told as not in the other grid.
    """
    then = {cell.place: cell for cell in before.cells}
    now = {cell.place: cell for cell in after.cells}
    moved = []
    for place in dict.fromkeys([*now, *then]):
        if place not in then or place not in now:
            states = [each[place].state if place in each else "" for each in (then, now)]
            reason, told = alone_in_one(place, before.head, after.head)
            moved.append(Moved(*place, states[0], states[1], (reason,), (told,)))
            continue
        a, b = then[place], now[place]
        found = list(reasons(a, b, before.head, after.head))
        if found:
            why = tuple(dict.fromkeys(reason for reason, _ in found))
            moved.append(Moved(*place, a.state, b.state, why, tuple(dict.fromkeys(told for _, told in found))))
    return moved


def alone_in_one(place: Place, then: Head, now: Head) -> tuple[Why, str]:
    """Return why a cell stands in one snapshot only: the other was made of less, or the level holds a text only then."""
    concept, code, _ = place
    for head, when in ((then, "then"), (now, "now")):
        if concept not in head.concepts:
            return "taxonomy", f"the concept was not in the grid {when}"
        if not any(code in within(each) for each in head.jurisdictions):
            return "documents", f"the jurisdiction was not in the grid {when}"
    return "documents", "the level is shown where it holds a text"


def reasons(a: FrozenCell, b: FrozenCell, then: Head, now: Head) -> Iterator[tuple[Why, str]]:
    """Yield why a cell is another one, with each difference in words; nothing where it is the same."""
    own = [*item_reasons(a, b, then, now), *said_reasons(a.said, b.said)]
    yield from own
    leads = held_leads(a), held_leads(b)
    # what a search brings is only there where nothing stands in the cell
    searched_twice = bool(a.looks and b.looks)
    if own and (leads[0] == leads[1] or not searched_twice):
        return
    if leads[0] == leads[1] and a.state == b.state:
        return
    documents = "; ".join(documents_told(a, then, now))
    relabelled = then.concepts.get(a.concept) != now.concepts.get(a.concept)
    if relabelled:
        yield "taxonomy", "the concept's labels or definition were changed"
    if documents:
        yield "documents", documents
    if not (relabelled or documents):
        yield "search", f"the searches brought {counted(len(leads[0]), 'provision')}, then {len(leads[1])}"


def held_leads(cell: FrozenCell) -> tuple[str, ...]:
    """Return what a cell's searches brought, in the order of the ids."""
    return tuple(sorted({one for look in cell.looks for one in look.leads}))


def item_reasons(a: FrozenCell, b: FrozenCell, then: Head, now: Head) -> Iterator[tuple[Why, str]]:
    """Yield what is different about the provisions of a cell."""
    relabelled = then.concepts.get(a.concept) != now.concepts.get(a.concept)
    for old, new in paired(a.items, b.items):
        one = new or old
        if one is None or facts(old) == facts(new):
            continue
        label = f"{one.label} ({one.provision_id})"
        found = list(documents_of(old, new, then, now))
        yield from (("documents", f"{label}: {told}") for told in found)
        was, is_ = dict(old.texts if old else ()), dict(new.texts if new else ())
        for name in was.keys() & is_.keys():
            if was[name] != is_[name] and not found:
                yield "text", f"{label}: {'its wording is another one' if is_[name] else 'is gone from its document'}"
        if old and new and was == is_ and decided(old) == decided(new):
            stale = old.state == "stale", new.state == "stale"
            if stale[0] != stale[1]:
                how = "reads otherwise" if stale[1] else "is held no more"
                yield "text", f"{label}: a later version of the law {how}"
        if decided(old) != decided(new):
            yield "reviewer", f"{label}: {told_decisions(old)}, now {told_decisions(new)}"
        tags = suggested(old), suggested(new)
        if tags[0] != tags[1] and not found:
            how = "otherwise" if tags[0] and tags[1] else "now" if tags[1] else "no longer"
            yield ("taxonomy" if relabelled else "tag"), f"{label}: suggested {how}"


def paired(
    was: Iterable[FrozenItem], is_: Iterable[FrozenItem]
) -> Iterator[tuple[FrozenItem | None, FrozenItem | None]]:
    """Yield the items of two times in pairs: the same one, in whichever language versions, or one that the other time has not."""
    by_version = {name: one for one in was for name, _ in one.texts}
    met: set[str] = set()
    for new in is_:
        old = next((by_version[name] for name, _ in new.texts if name in by_version), None)
        met.update(name for name, _ in old.texts) if old else None
        yield old, new
    for old in dict.fromkeys(by_version.values()):
        if not any(name in met for name, _ in old.texts):
            yield old, None


def documents_of(old: FrozenItem | None, new: FrozenItem | None, then: Head, now: Head) -> Iterator[str]:
    """Yield what became of the documents of an item's versions."""
    was, is_ = ({one.text.source_id: one.text.sha256 for one in head.documents} for head in (then, now))
    ids = dict.fromkeys(name.partition("#")[0] for one in (old, new) if one for name, _ in one.texts)
    for name in ids:
        if was.get(name) != is_.get(name):
            yield f"{name} {'came' if name not in was else 'is gone' if name not in is_ else 'was exchanged'}"


def facts(item: FrozenItem | None) -> tuple[object, ...]:
    """Return what makes an item what it is, its scores to two digits."""
    return (item.state, item.texts, suggested(item), decided(item)) if item else ()


def decided(item: FrozenItem | None) -> tuple[str, ...]:
    """Return the decisions in force on an item."""
    return tuple(sorted(one.hash for one in item.decisions)) if item else ()


def told_decisions(item: FrozenItem | None) -> str:
    """Return the decisions on an item in words."""
    words = {"accept": "accepted", "reject": "rejected", "skip": "skipped"}
    said = [f"{words.get(one.verdict, one.verdict)} by {one.reviewer}" for one in item.decisions] if item else []
    return ", ".join(said) or "not answered"


def suggested(item: FrozenItem | None) -> tuple[tuple[str, float], ...]:
    """Return which versions of an item were suggested and how surely, to two digits."""
    return tuple(sorted((name, round(score, 2)) for name, score, _, _ in item.tags)) if item else ()


def said_reasons(a: Sequence[Said], b: Sequence[Said]) -> Iterator[tuple[Why, str]]:
    """Yield what people said of a cell in one snapshot only, and what became out of date."""
    was, is_ = {one.id: one for one in a}, {one.id: one for one in b}
    for name, one in is_.items():
        if name not in was:
            yield "reviewer", f"said since: {one.told}"
        elif one.changed != was[name].changed:
            yield from (
                (
                    "taxonomy" if "taxonomy" in each else "documents" if "documents" in each else "search",
                    f"{name} is out of date: {each}",
                )
                for each in one.changed
                if each not in was[name].changed
            )
    for name, one in was.items():
        if name not in is_:
            yield "reviewer", f"taken back or said anew: {one.told}"


def documents_told(cell: FrozenCell, then: Head, now: Head) -> Iterator[str]:
    """Yield the documents of a cell's place that came, went, were exchanged or were read in between."""
    codes = {cell.jurisdiction} if cell.alone else within(cell.jurisdiction)
    was, is_ = (
        {one.text.source_id: one.text for one in head.documents if one.jurisdiction in codes} for head in (then, now)
    )
    for name in dict.fromkeys([*is_, *was]):
        if name not in was:
            yield f"{name} came"
        elif name not in is_:
            yield f"{name} went"
        elif was[name].sha256 != is_[name].sha256:
            yield f"{name} was exchanged"
        elif was[name].read != is_[name].read:
            yield f"{name} was {'read' if is_[name].read else 'not read any more'}"


def notes_of(moved: Iterable[Moved]) -> tuple[str, ...]:
    """Return the notes that have to be printed with a list of moves."""
    return (KOSOVO_NOTE,) if needs_note(one.jurisdiction for one in moved) else ()


def where(moved: Moved) -> str:
    """Return the name of a move's jurisdiction, and that only its own level is meant."""
    name = jurisdiction(moved.jurisdiction).name
    return f"{name} (this level alone)" if moved.alone else name
