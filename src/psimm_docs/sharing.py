"""A basket as a file that another copy of the corpus can take in, and addresses that open the app at one place.

Wiring. The file names provisions, notes and folders, and for each the checksum of its document and the fingerprint of its wording, so that
who takes it in is told what he holds otherwise or not at all. It holds no text of a law. Invariant: taking in changes nothing that is in the basket.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlencode, urlsplit, urlunsplit

from psimm_docs.baskets import Basket, Item, put_all, read_basket
from psimm_docs.errors import PsimmError
from psimm_docs.jsonl import adapter, dumps, first_line
from psimm_docs.jurisdictions import KOSOVO_NOTE, needs_note

if TYPE_CHECKING:
    from psimm_docs.workbench import Workbench

VERSION = 1
PAGES = ("search", "review", "compare", "corpus", "cite", "papers", "provision")
MOST = 10_000
"""The most items that a shared basket may have."""


@dataclass(frozen=True, slots=True)
class SharedItem:
    """A provision in a shared basket; the checksum and the fingerprint are empty where it wasn't held when it was shared."""

    provision_id: str
    label: str = ""
    law: str = ""
    note: str = ""
    folder: str = ""
    sha256: str = ""
    fingerprint: str = ""


@dataclass(frozen=True, slots=True)
class Shared:
    """A basket in a file; `footnote` is the Kosovo* one where an item needs it."""

    psimm_basket: int
    name: str
    items: tuple[SharedItem, ...]
    footnote: str = ""


def share(bench: Workbench, name: str) -> str:
    """Return a basket as the text of a file (JSON)."""
    basket = read_basket(bench.workspace.baskets, name)
    items = tuple(shared_item(bench, one) for one in basket.items)
    codes = [one.provision_id.partition("/")[0].upper() for one in basket.items]
    return dumps(Shared(VERSION, basket.name, items, KOSOVO_NOTE if needs_note(codes) else "")) + "\n"


def shared_item(bench: Workbench, one: Item) -> SharedItem:
    """Return an item with what says which wording was meant."""
    found = bench.some_provisions([one.provision_id]).get(one.provision_id)
    if found is None:
        return SharedItem(one.provision_id, note=one.note, folder=one.folder)
    source = bench.source(found.source_id)
    law = source.title_en or source.title
    return SharedItem(one.provision_id, found.label, law, one.note, one.folder, source.sha256, found.fingerprint)


def take_in(bench: Workbench, text: str, *, name: str = "") -> tuple[Basket, list[str]]:
    """Put a shared basket into one of this workspace (of its own name, or `name`); returns it, and what is otherwise here.

    Raises PsimmError for a text that is no shared basket.
    """
    from pydantic import ValidationError

    try:
        shared: Shared = adapter(Shared).validate_json(text)
    except ValidationError as error:
        raise PsimmError(f"the file is no shared basket ({first_line(error)}); export it again") from error
    if shared.psimm_basket != VERSION or len(shared.items) > MOST:
        raise PsimmError(
            "the file is a basket of another version, or too large; update psimm-docs or share a smaller one"
        )
    if any(not one.provision_id.strip() or not one.provision_id.isprintable() for one in shared.items):
        raise PsimmError("the file has an item without a provision; export it again")
    here = bench.some_provisions(one.provision_id for one in shared.items)
    told = []
    for one in shared.items:
        held = here.get(one.provision_id)
        if held is None:
            told.append(f"{one.provision_id}: is not held here")
        elif one.fingerprint and held.fingerprint != one.fingerprint:
            told.append(f"{one.provision_id}: reads otherwise here")
    items = [Item(one.provision_id, one.note, one.folder) for one in shared.items]
    return put_all(bench.workspace.baskets, name or shared.name, items), told


def address(base: str, page: str, query: Mapping[str, str | Sequence[str]]) -> str:
    """Return the address that opens the app at a page with just this view; `base` is any address of the app.

    >>> address("http://localhost:8501/search?q=x", "provision", {"id": "rs/a/1#art_3"})
    'http://localhost:8501/provision?id=rs%2Fa%2F1%23art_3'
    """
    if page not in PAGES:
        raise ValueError(f"there is no page {page!r}")
    parts = urlsplit(base)
    path = parts.path
    for one in PAGES:
        path = path.removesuffix(f"/{one}")
    kept = {name: held for name, held in query.items() if held}
    return urlunsplit((parts.scheme, parts.netloc, f"{path.rstrip('/')}/{page}", urlencode(kept, doseq=True), ""))
