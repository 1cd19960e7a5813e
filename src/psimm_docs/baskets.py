"""Baskets: the provisions that an author has put together to cite, in his order, each with a note.

One JSON file a basket, written whole or not at all. Invariant: names that differ never share a file, a provision is in a basket
once, and two programs that change the same basket do so one after the other. Whether a provision still stands, and how it
is cited, is left to the caller.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from psimm_docs.corpus import own_slug
from psimm_docs.errors import NotFoundError, PsimmError, StorageError
from psimm_docs.jsonl import dumps, read_record, write_text
from psimm_docs.logfiles import locked


@dataclass(frozen=True, slots=True)
class Item:
    """A provision in a basket, what the author noted about it, and the folder in which he put it (empty for none)."""

    provision_id: str
    note: str = ""
    folder: str = ""


@dataclass(frozen=True, slots=True)
class Basket:
    """A named list of provisions, in the author's order."""

    name: str
    items: tuple[Item, ...] = ()

    @property
    def folders(self) -> tuple[str, ...]:
        """The folders in use, in the order in which they come first; the empty one is what lies in none."""
        return tuple(dict.fromkeys(one.folder for one in self.items))


def basket_name(name: str) -> str:
    """Return a basket's name in the one form in which it is stored; raises PsimmError for an empty or broken one."""
    clean = " ".join(unicodedata.normalize("NFC", name).split())
    if not clean or not clean.isprintable():
        raise PsimmError("the basket's name is empty or holds an unprintable character; give it a name")
    return clean


def basket_path(folder: Path, name: str) -> Path:
    """Return a basket's file; a name that is more than its own slug gets a hash.

    >>> basket_path(Path("b"), "quotas").name, basket_path(Path("b"), "Квоте").name
    ('quotas.json', 'kvote-4756b189.json')
    """
    return folder / f"{own_slug(basket_name(name))}.json"


def read_basket(folder: Path, name: str) -> Basket:
    """Return a basket; one that isn't there is empty. Raises PsimmError when its file is damaged."""
    path = basket_path(folder, name)
    return read_record(path, Basket) if path.exists() else Basket(basket_name(name))


def list_baskets(folder: Path) -> list[Basket]:
    """Return all baskets by name. Raises PsimmError naming the first damaged file."""
    held = [read_record(path, Basket) for path in sorted(folder.glob("*.json"))]
    return sorted(held, key=lambda one: (one.name.casefold(), one.name))


def add(folder: Path, name: str, provision_id: str, *, note: str = "") -> Basket:
    """Put a provision at the end of a basket, or give the one that is in it already this note; returns the basket as saved.

    An empty note leaves an existing note as it is. Raises BusyError, StorageError.
    """
    if not provision_id:
        raise ValueError("a basket holds provision ids")

    def added(basket: Basket) -> Basket:
        items = list(basket.items)
        at = next((at for at, one in enumerate(items) if one.provision_id == provision_id), None)
        if at is None:
            items.append(Item(provision_id, note))
        elif note:
            items[at] = replace(items[at], note=note)
        return replace(basket, items=tuple(items))

    return change(folder, name, added)


def annotate(folder: Path, name: str, provision_id: str, note: str) -> Basket:
    """Set (or, with an empty text, clear) the note of a provision in a basket; raises NotFoundError when it isn't in it."""

    def noted(basket: Basket) -> Basket:
        at = place(basket, provision_id)
        items = list(basket.items)
        items[at] = replace(items[at], note=note)
        return replace(basket, items=tuple(items))

    return change(folder, name, noted)


def file_under(folder: Path, name: str, provision_id: str, where: str) -> Basket:
    """Put a provision of a basket into one of its folders (the empty text is none); raises NotFoundError when it isn't in the basket."""
    clean = " ".join(unicodedata.normalize("NFC", where).split())
    if not clean.isprintable():
        raise PsimmError("the folder's name holds an unprintable character; give it another name")

    def filed(basket: Basket) -> Basket:
        at = place(basket, provision_id)
        items = list(basket.items)
        items[at] = replace(items[at], folder=clean)
        return replace(basket, items=tuple(items))

    return change(folder, name, filed)


def put_all(folder: Path, name: str, some: Iterable[Item]) -> Basket:
    """Put items at the end of a basket, in order; one that is in it already stays as it is, and takes a note that it had not."""

    def joined(basket: Basket) -> Basket:
        items = {one.provision_id: one for one in basket.items}
        for one in some:
            here = items.setdefault(one.provision_id, one)
            if not here.note:
                items[one.provision_id] = replace(here, note=one.note)
        return replace(basket, items=tuple(items.values()))

    return change(folder, name, joined)


def remove(folder: Path, name: str, provision_id: str) -> Basket:
    """Take a provision out of a basket; raises NotFoundError when it isn't in it."""

    def removed(basket: Basket) -> Basket:
        at = place(basket, provision_id)
        return replace(basket, items=basket.items[:at] + basket.items[at + 1 :])

    return change(folder, name, removed)


def move(folder: Path, name: str, provision_id: str, to: int) -> Basket:
    """Put a provision of a basket at another place (0 is the first; beyond the end is the last)."""

    def moved(basket: Basket) -> Basket:
        items = list(basket.items)
        items.insert(max(0, to), items.pop(place(basket, provision_id)))
        return replace(basket, items=tuple(items))

    return change(folder, name, moved)


def delete(folder: Path, name: str) -> None:
    """Delete a basket; one that isn't there is deleted already."""
    with locked(folder, "change of a basket"):
        try:
            basket_path(folder, name).unlink(missing_ok=True)
        except OSError as error:
            raise StorageError(f"{folder}: can't delete the basket ({error.strerror}); check its rights") from error


def place(basket: Basket, provision_id: str) -> int:
    """Return where a provision stands in a basket; raises NotFoundError."""
    for at, one in enumerate(basket.items):
        if one.provision_id == provision_id:
            return at
    raise NotFoundError(f"{provision_id}: is not in the basket {basket.name!r}; nothing was changed")


def change(folder: Path, name: str, how: Callable[[Basket], Basket]) -> Basket:
    """Read, change and save a basket under the folder's lock; returns it as saved."""
    with locked(folder, "change of a basket"):
        basket = how(read_basket(folder, name))
        try:
            text = dumps(basket) + "\n"
            text.encode("utf-8")
        except UnicodeEncodeError as error:
            raise PsimmError("the note holds a broken character; type it again without it") from error
        write_text(basket_path(folder, name), text)
        return basket
