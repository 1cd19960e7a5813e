"""The values of provisions and what their concepts' checklists find in them, asked of a built corpus.

Wiring: joins the text of a provision with `values`, `elements`, the tags, and people's decisions.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from psimm_docs.records import Element, Value

if TYPE_CHECKING:
    from psimm_docs.workbench import Workbench


def values_of(bench: Workbench, provision_id: str) -> tuple[Value, ...]:
    """Return the values of a provision with all that stands in it, in text order; spans are the document's."""
    bench.provision(provision_id)
    return ()


def elements_of(bench: Workbench, provision_id: str, concept: str) -> tuple[Element, ...]:
    """Return a concept's checklist for a provision, one line an element that applies to the concept, in the order of the list."""
    bench.provision(provision_id)
    bench.taxonomy.concept(concept)
    return ()
