"""Questions that are kept: what was asked, of which index and encoder, what came, and what changed when it is asked again.

One JSON file a question, under its name, written whole and never over another. Invariant: `asked` is all that is needed to ask
again, so that a figure in a paper can be traced to its search. Asking is left to others.
"""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import dataclass
from pathlib import Path

from psimm_docs.corpus import slug
from psimm_docs.errors import NotFoundError, PsimmError
from psimm_docs.jsonl import dumps, read_record, write_text


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with its filters, its order of hits and how many of them."""

    query: str
    jurisdictions: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    concepts: tuple[str, ...] = ()
    review: str = "any"
    translations: bool = True
    limit: int = 20
    mode: str = "mixed"


@dataclass(frozen=True, slots=True)
class Result:
    """One result: the provision and its score (0..1)."""

    provision_id: str
    score: float


@dataclass(frozen=True, slots=True)
class SavedQuery:
    """A question as it was asked once.

    `folded`, `stems`, `phrases` and `exact` are what was looked for; `index` and `encoder` are fingerprints of what was asked;
    `time` is UTC, ISO 8601; `state` and `results` are the answer.
    """

    name: str
    asked: Asked
    folded: tuple[str, ...]
    stems: tuple[str, ...]
    phrases: tuple[str, ...]
    exact: tuple[str, ...]
    index: str
    encoder: str
    time: str
    state: str
    results: tuple[Result, ...]


@dataclass(frozen=True, slots=True)
class Changes:
    """What is different when a kept question is asked again.

    `gone` were results and are none now; those of them in `removed` are no longer in the corpus at all. `new` are results now. `moved`
    says that the results of both times stand in another order among themselves.
    """

    name: str
    time: str
    index: bool
    encoder: bool
    gone: tuple[str, ...]
    removed: tuple[str, ...]
    new: tuple[str, ...]
    moved: bool

    def told(self) -> str:
        """Say it in plain English.

        >>> Changes("q", "2030-01-01", False, False, (), (), (), False).told()
        'Asked on 2030-01-01. The same results in the same order.'
        """
        parts = [f"Asked on {self.time}."]
        if self.index:
            parts.append("The index holds something else than then.")
        if self.encoder:
            parts.append("The encoder is another one.")
        parts += [
            f"{len(ids)} {what}: {', '.join(ids)}." for what, ids in (("gone", self.gone), ("new", self.new)) if ids
        ]
        if self.removed:
            parts.append(f"No longer in the corpus: {', '.join(self.removed)}.")
        if self.moved:
            parts.append("The results of both times stand in another order.")
        if not (self.gone or self.new or self.moved):
            parts.append("The same results in the same order.")
        return " ".join(parts)


def query_path(folder: Path, name: str) -> Path:
    """Return the file of a name; raises PsimmError where the name isn't plain, and says a plain one.

    >>> query_path(Path("q"), "fees-2024").name
    'fees-2024.json'
    """
    plain = slug(name, limit=60)
    if not plain or plain != name:
        advice = f"for example {plain!r}" if plain else "give it a name"
        raise PsimmError(f"{name!r}: a kept search is named by small letters, digits and hyphens; {advice}")
    return folder / f"{plain}.json"


def write_query(folder: Path, saved: SavedQuery) -> Path:
    """Write a question's file and return its path; raises PsimmError where the name is taken."""
    path = query_path(folder, saved.name)
    if path.exists():
        raise PsimmError(f"{path}: a search is kept under this name already; choose another, or delete that file")
    write_text(path, dumps(saved) + "\n")
    return path


def read_query(folder: Path, name: str) -> SavedQuery:
    """Read a kept question; raises NotFoundError that lists the names that are kept."""
    path = query_path(folder, name)
    if not path.is_file():
        kept = ", ".join(sorted(one.stem for one in folder.glob("*.json"))) or "none"
        raise NotFoundError(f"{name}: no such search is kept; kept are: {kept}")
    return read_record(path, SavedQuery)


def changes(saved: SavedQuery, ids: Sequence[str], there: Container[str], *, index: str, encoder: str) -> Changes:
    """Return what changed: `ids` are the results now, best first, `there` holds those of then that are still in the corpus."""
    then = [one.provision_id for one in saved.results]
    gone = tuple(one for one in then if one not in ids)
    return Changes(
        name=saved.name,
        time=saved.time,
        index=saved.index != index,
        encoder=saved.encoder != encoder,
        gone=gone,
        removed=tuple(one for one in gone if one not in there),
        new=tuple(one for one in ids if one not in then),
        moved=[one for one in then if one in ids] != [one for one in ids if one in then],
    )
