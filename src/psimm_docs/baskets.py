"""The basket: provisions chosen for citing, in an order, with a note each, saved by name.

A basket is a person's: it lies under `annotations/baskets`, one JSON file a name, written whole. A provision that the corpus no longer
has stays in the basket and is shown as gone.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from psimm_docs.corpus import slug
from psimm_docs.jsonl import dumps, read_record, write_text
from psimm_docs.records import fingerprint


@dataclass(frozen=True, slots=True)
class Pin:
    """A chosen provision and what its chooser notes about it."""

    provision_id: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Basket:
    """A named list of pins in the order in which they are cited."""

    name: str
    pins: tuple[Pin, ...] = ()


def basket_path(folder: Path, name: str) -> Path:
    """Return a basket's file; names that look alike in plain letters get files of their own."""
    plain = slug(name)
    return folder / (f"{plain}.json" if plain == name else f"{plain}-{fingerprint(name)[:6]}.json")


def read_basket(folder: Path, name: str) -> Basket:
    """Return a basket, an empty one where none was saved; raises PsimmError for a damaged file."""
    path = basket_path(folder, name)
    return read_record(path, Basket) if path.is_file() else Basket(name)


def save(folder: Path, basket: Basket) -> None:
    """Write a basket whole."""
    write_text(basket_path(folder, basket.name), dumps(basket) + "\n")


def add(basket: Basket, provision_id: str, note: str = "") -> Basket:
    """Return the basket with a provision at its end; one that is in it already stays where it is."""
    if any(pin.provision_id == provision_id for pin in basket.pins):
        return basket
    return replace(basket, pins=(*basket.pins, Pin(provision_id, note)))


def remove(basket: Basket, provision_id: str) -> Basket:
    """Return the basket without a provision."""
    return replace(basket, pins=tuple(pin for pin in basket.pins if pin.provision_id != provision_id))


def move(basket: Basket, provision_id: str, steps: int) -> Basket:
    """Return the basket with a provision moved up (negative) or down."""
    pins = list(basket.pins)
    at = next((at for at, pin in enumerate(pins) if pin.provision_id == provision_id), None)
    if at is None:
        return basket
    pin = pins.pop(at)
    pins.insert(max(0, min(len(pins), at + steps)), pin)
    return replace(basket, pins=tuple(pins))


def annotate(basket: Basket, provision_id: str, note: str) -> Basket:
    """Return the basket with another note on a provision."""
    return replace(
        basket, pins=tuple(replace(pin, note=note) if pin.provision_id == provision_id else pin for pin in basket.pins)
    )


def names(folder: Path) -> list[str]:
    """Return the names of the saved baskets in order."""
    return sorted(read_record(path, Basket).name for path in folder.glob("*.json"))
