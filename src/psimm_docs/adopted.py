"""The corrections of the tagger that were adopted in a workspace: where they are kept, and whether they fit the tagger that is there.

Each is two files in `annotations/tagger/`: the numbers (`<name>.safetensors`) and a card in JSON that says what they were learned from, for
which encoder and which tagger, and what they brought. `adopted.json` names the one in force; the others stay, so that one can tell later
which tagger suggested what. Invariant: numbers are used only with the tagger and the encoder that they were learned on top of, and only when they are
letter for letter those of their card; `adopted.json` is written last, so that a crash leaves the former one in force.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from psimm_docs.adapting import Learned
from psimm_docs.errors import PsimmError
from psimm_docs.jsonl import dumps, read_record, write_bytes, write_text
from psimm_docs.records import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

IN_FORCE = "adopted.json"
FORGET = "take the file back from a copy, or go back to the shipped tagger: psimm-docs tagger forget"
LARGEST = 64 * 2**20
"""Bytes of the largest file of numbers that is read."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure on the answers held out: as it was with the shipped tagger, with the one in use, and with what was learned.

    `low` and `high` bound the change from the one in use to what was learned (95 % bootstrap interval). `answers` is of how many it is one.
    """

    name: str
    shipped: float
    now: float
    learned: float
    low: float
    high: float
    answers: int


@dataclass(frozen=True, slots=True)
class Card:
    """What adopted numbers are: when they were learned, from how many answers (`learned_from` of them learned from, `held_out` measured on).

    `heads` stands for the state of people's logs, `encoder` and `shipped` for the encoder and the tagger that the numbers belong on top of,
    `tagger` for the version that the tagger has with them; `sha256` is of the numbers, whose shape is `concepts` by `dimensions`.
    """

    name: str
    time: str
    answers: int
    learned_from: int
    held_out: int
    heads: str
    strength: float
    encoder: str
    shipped: str
    weights: str
    tagger: str
    taxonomy_version: str
    slope: float
    constant: float
    concepts: tuple[str, ...]
    dimensions: int
    sha256: str
    gain: tuple[Figure, ...]
    anyway: bool = False


@dataclass(frozen=True, slots=True)
class InForce:
    """The contents of `adopted.json`: the name of the card in force."""

    name: str


@dataclass(frozen=True)
class Choice:
    """What a tagger works with: the correction that is in force (None: the shipped tagger alone), its checksum, and what went against it."""

    learned: Learned | None = None
    sha256: str = ""
    problems: tuple[Problem, ...] = ()


def data_of(learned: Learned) -> bytes:
    """Return the numbers as a safetensors file."""
    from safetensors.numpy import save

    return save({"offsets": learned.offsets, "shared": learned.shared, "rows": learned.rows})


def adopt(folder: Path, card: Card, learned: Learned) -> None:
    """Keep numbers with their card and put them in force; the numbers first, what puts them in force last."""
    write_bytes(folder / f"{card.name}.safetensors", data_of(learned))
    write_text(folder / f"{card.name}.json", dumps(card) + "\n")
    write_text(folder / IN_FORCE, dumps(InForce(card.name)) + "\n")


def forget(folder: Path) -> bool:
    """Go back to the shipped tagger, whatever state the files are in; say whether anything was in force. Cards and numbers stay."""
    try:
        (folder / IN_FORCE).unlink()
    except FileNotFoundError:
        return False
    except OSError as error:
        raise PsimmError(
            f"{folder / IN_FORCE}: can't be taken away ({error.strerror}); check the folder's rights"
        ) from error
    return True


def in_force(folder: Path) -> Card | None:
    """Return the card in force, None where the shipped tagger is; raises PsimmError for files that are broken."""
    path = folder / IN_FORCE
    if not path.exists():
        return None
    try:
        name = read_record(path, InForce).name
        if name != Path(name).name:
            raise PsimmError(f"{path}: names {name!r}, which is no card")
        card = read_record(folder / f"{name}.json", Card)
    except PsimmError as error:
        raise PsimmError(f"{str(error).removesuffix('; build it again')}; {FORGET}") from error
    if card.name != name:
        raise PsimmError(f"{folder / name}.json: is the card of {card.name!r}; {FORGET}")
    return card


def read_learned(folder: Path, card: Card) -> Learned:
    """Return a card's numbers; raises PsimmError where they are not there, not those of the card, or of another shape."""
    import numpy as np
    from safetensors import SafetensorError
    from safetensors.numpy import load

    path = folder / f"{card.name}.safetensors"
    try:
        if path.stat().st_size > LARGEST:
            raise PsimmError(f"{path}: far larger than such a file can be; {FORGET}")
        data = path.read_bytes()
        if hashlib.sha256(data).hexdigest() != card.sha256:
            raise PsimmError(f"{path}: not the numbers that its card names (another checksum); {FORGET}")
        arrays = load(data)
    except OSError as error:
        raise PsimmError(f"{path}: can't be read ({error.strerror}); {FORGET}") from error
    except SafetensorError as error:
        raise PsimmError(f"{path}: not a safetensors file; {FORGET}") from error
    concepts, dimensions = len(card.concepts), card.dimensions
    shapes = {"offsets": (concepts,), "shared": (dimensions,), "rows": (concepts, dimensions)}
    whole = all(array.dtype == np.float32 and np.isfinite(array).all() for array in arrays.values())
    if {name: array.shape for name, array in arrays.items()} != shapes or not whole:
        raise PsimmError(f"{path}: its numbers don't have the shape that its card names; {FORGET}")
    if not np.isfinite([card.slope, card.constant]).all():
        raise PsimmError(f"{folder / card.name}.json: its slope or constant is no number; {FORGET}")
    return Learned(card.concepts, card.slope, card.constant, arrays["offsets"], arrays["shared"], arrays["rows"])


def choose(folder: Path | None, *, encoder: str, shipped: str, dimensions: int) -> Choice:
    """Return what a tagger works with; numbers that don't belong on top of it are left aside, with the problem that says so.

    `encoder` and `shipped` are the versions of the encoder and of the shipped tagger that are there. Raises PsimmError for broken files.
    """
    card = in_force(folder) if folder else None
    if card is None or folder is None:
        return Choice()
    if (card.encoder, card.dimensions) != (encoder, dimensions):
        return Choice(problems=(aside(card, "another encoder"),))
    if card.shipped != shipped:
        return Choice(problems=(aside(card, "other shipped weights"),))
    return Choice(read_learned(folder, card), card.sha256)


def aside(card: Card, why: str) -> Problem:
    """Return the problem of numbers that are not used."""
    message = f"the tagger learned on {card.time[:10]} was learned with {why}; the shipped tagger made the suggestions"
    todo = "learn again (psimm-docs tagger learn --adopt), or psimm-docs tagger forget"
    return Problem("learned-tagger-aside", "tags", "warning", message, todo)


def cards(folder: Path) -> Iterator[Card]:
    """Yield every card that is kept and can be read, by name, those no longer in force as well."""
    for path in sorted(folder.glob("learned-*.json")):
        try:
            yield read_record(path, Card)
        except PsimmError as error:
            told = str(error).removesuffix("; build it again")
            raise PsimmError(
                f"{told}; take it back from a copy, or delete it: only the tagger's name is lost"
            ) from error


def names(folder: Path) -> dict[str, str]:
    """Return what tagger versions are called before a person: those that were learned by their day, those below them "as shipped"."""
    called: dict[str, str] = {}
    for card in cards(folder):
        called[card.shipped] = f"as shipped ({card.shipped[:6]})"
        called[card.tagger] = f"learned {card.time[:10]} ({card.name.rpartition('-')[2]})"
    return called
