"""The quote seal at the door: what is exported is compared with the fixed text once more, letter by letter.

Wiring. A quote that differs (edited on the way, or taken from a text that is another one now) is held back, with its place; its
citation and all others go on. Invariant: no quote that leaves through here differs from the fixed text between the provision's
two ends, and the fixed text there is the one that the provision was built from (its fingerprint says so).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from psimm_docs.citations import seal
from psimm_docs.errors import PsimmError
from psimm_docs.records import Citation, fingerprint

if TYPE_CHECKING:
    from psimm_docs.workbench import Workbench

WITHHELD = "the quote is not exported: it is not the text that is held"


@dataclass(frozen=True, slots=True)
class Stop:
    """A quote that was held back: whose, and what is wrong, with the place."""

    provision_id: str
    why: str


@dataclass(frozen=True, slots=True)
class Sealed:
    """Citations that may leave, in order, and the quotes that were held back.

    A citation whose quote was held back is among them, without the quote and with a note that says so; one that can't be cited at all is
    only in `stopped`.
    """

    citations: tuple[Citation, ...]
    stopped: tuple[Stop, ...]


def check_quote(bench: Workbench, citation: Citation) -> None:
    """Compare a citation's quote with the fixed text of its provision; raises PsimmError that says what differs and where."""
    provision = bench.provision(citation.provision_id)
    document = bench.document(provision.source_id)
    seal(citation, document, span=provision.span)
    if fingerprint(" ".join(provision.span.of(document.text).split())) != provision.fingerprint:
        raise PsimmError(f"{provision.id}: the stored text was changed after it was built; run psimm-docs build")


def sealed(bench: Workbench, citations: Iterable[Citation]) -> Sealed:
    """Return citations with their quotes compared; a quote that differs is held back and the rest goes on."""
    kept, stopped = [], []
    for one in citations:
        try:
            if one.quote:
                check_quote(bench, one)
            kept.append(one)
        except PsimmError as error:
            kept.append(withheld(one))
            stopped.append(Stop(one.provision_id, str(error)))
    return Sealed(tuple(kept), tuple(stopped))


def withheld(citation: Citation) -> Citation:
    """Return a citation without its quote, with a note that says so."""
    return replace(citation, quote="", notes=(*citation.notes, WITHHELD))


def cite_sealed(bench: Workbench, provision_ids: Sequence[str]) -> Sealed:
    """Cite provisions and compare each quote; one that is gone or can't be cited is told in `stopped`, the rest goes on."""
    from psimm_docs.reports import cite

    made, stopped = [], []
    for one in provision_ids:
        try:
            made.append(cite(bench, one))
        except PsimmError as error:
            stopped.append(Stop(one, str(error)))
    checked = sealed(bench, made)
    return Sealed(checked.citations, (*stopped, *checked.stopped))
