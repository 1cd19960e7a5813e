"""Which decided provisions a later version of their law has overtaken.

Wiring: two documents of one law, both held, of different days. Invariant: a decision is overtaken only where the newest version held in its
language has no provision with the same words; a new number alone takes nothing back, and a digest of ours overtakes nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import TYPE_CHECKING

from psimm_docs.cited_laws import group_of
from psimm_docs.held_laws import SHORTEST_TWIN, Edition, Held
from psimm_docs.records import Provision, Source

if TYPE_CHECKING:
    from psimm_docs.workbench import Workbench


def overtaken(bench: Workbench, provision_ids: Iterable[str]) -> frozenset[str]:
    """Return those of these provisions that stand in an older version of their law and whose words the newest one held does not have."""
    there = bench.some_provisions(provision_ids)
    versions = versions_of(bench)
    held = Held(bench)
    found = set()
    for name, provision in there.items():
        newest = newest_of(bench, versions.get(provision.source_id, ()), provision)
        if newest and len(held.own_words(provision)) >= SHORTEST_TWIN and held.twin(newest, provision) is None:
            found.add(name)
    return frozenset(found)


def versions_of(bench: Workbench) -> dict[str, list[Source]]:
    """Return the dated texts of each document's law, by document; a law held once has none."""
    laws: defaultdict[str, list[Source]] = defaultdict(list)
    for source in bench.sources.values():
        if not source.digest and source.date and bench.is_built(source.id):
            laws[group_of(bench, source)].append(source)
    return {one.id: some for some in laws.values() if len(some) > 1 for one in some}


def newest_of(bench: Workbench, versions: Iterable[Source], provision: Provision) -> Edition | None:
    """Return the newest of these versions that is in the language of a provision and later than it; None where there is none."""
    own = bench.sources[provision.source_id]
    later = [
        one
        for one in versions
        if one.date > own.date and any(p.language == provision.language for p in bench.provisions(one.id))
    ]
    if not later:
        return None
    last = max(one.date for one in later)
    return Edition(last, digest=False, sources=tuple(one for one in later if one.date == last))
