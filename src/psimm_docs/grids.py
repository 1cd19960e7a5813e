"""The grid of a built corpus: its cells with what was searched in the empty ones and what people said of them.

Wiring: gathers what `compare` needs from a workbench. In a cell in which nothing stands, the concept's preferred labels in the
languages of that jurisdiction and of its documents are run through the search over just those documents; only where it finds nothing
does the cell say so. What a search brought is kept while the index, the encoder and the decisions on the concept stay the same.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from psimm_docs.cells import Basis, Grid, HeldText, Look, Place
from psimm_docs.compare import Looking, in_scope
from psimm_docs.compare import grid as make_grid
from psimm_docs.fold import fold
from psimm_docs.jurisdictions import JURISDICTIONS, SIX, jurisdiction
from psimm_docs.overtaken import overtaken
from psimm_docs.records import Concept, Source, fingerprint
from psimm_docs.statements import BOOK, concept_print, said_of

if TYPE_CHECKING:
    from psimm_docs.workbench import Workbench

RESULTS = 20
"""Provisions that a query for a cell may bring."""

Asked = tuple[str, str]
"""A query's text, and a fingerprint of its documents in the index, the encoder, and the decisions on the concept."""

KEPT: WeakKeyDictionary[Workbench, dict[Asked, tuple[str, tuple[str, ...]]]] = WeakKeyDictionary()
"""What queries for cells brought, for each opened corpus: the search's state and the provisions."""


def grid(bench: Workbench, concepts: Sequence[str], *, jurisdictions: Sequence[str] = ()) -> Grid:
    """Return the grid of these concepts (`all` for every one) and jurisdictions (the six where none is named)."""
    chosen = list(bench.taxonomy.concepts) if "all" in concepts else [bench.taxonomy.concept(one) for one in concepts]
    wanted = {concept.id for concept in chosen}
    tags = [tag for tag in bench.tags() if tag.concept in wanted]
    states = {key: state for key, state in bench.states().items() if key[1] in wanted}
    named = {*(tag.provision_id for tag in tags), *(key[0] for key in states)}
    statements = [one for one in BOOK.read_all(bench.workspace.statements) if one.concept in wanted]
    decided = {key[0] for key, state in states.items() if state.verdict != "open"}
    return make_grid(
        chosen,
        sources=bench.sources.values(),
        searched=bench.searched(),
        provisions=bench.some_provisions(named),
        tags=tags,
        states=states,
        overtaken=overtaken(bench, decided),
        date=datetime.now(UTC).date().isoformat(),
        jurisdictions=[jurisdiction(code).code for code in jurisdictions] or SIX,
        look=looking(bench),
        said=said_of(statements, lambda place: basis_of(bench, place)),
    )


# --- what is searched in an empty cell ---------------------------------------------------------------------------------


def looking(bench: Workbench, *, afresh: bool = False) -> Looking:
    """Return what runs a concept's labels over documents; `afresh` asks again what was asked before.

    It is made for one grid: the index and the decisions are those of its making.
    """
    from psimm_docs.finding import decided

    hashes: defaultdict[str, list[str]] = defaultdict(list)
    for one in bench.decisions():
        hashes[one.concept].append(one.hash)
    answers = decided(bench)
    prints: dict[tuple[str, ...], str] = {}

    def look(concept: Concept, sources: Sequence[Source]) -> tuple[Look, ...]:
        ids = tuple(one.id for one in sources)
        if ids not in prints:
            prints[ids] = index_print(bench, sources)
        state = fingerprint(prints[ids], bench.encoder.version, *hashes[concept.id])
        return tuple(
            ask(bench, text, tag, ids, state, answers, afresh=afresh) for tag, text in labels(concept, sources)
        )

    return look


def labels(concept: Concept, sources: Iterable[Source]) -> list[tuple[str, str]]:
    """Return the preferred labels, with their languages, that are run for documents: English, the languages of record, those of the texts.

    A label that folds to the same letters as another is run once.
    """
    some = list(sources)
    spoken = [tag for code in sorted({one.jurisdiction for one in some}) for tag in JURISDICTIONS[code].languages]
    tags = dict.fromkeys([*spoken, *sorted({one.language for one in some if one.language}), "en"])
    found: dict[str, tuple[str, str]] = {}
    for tag in tags:
        for name in (tag, tag.split("-")[0]):
            if concept.labels.get(name):
                label = concept.labels[name][0]
                found.setdefault(fold(label), (tag, label))
                break
    return list(found.values())


def ask(
    bench: Workbench,
    text: str,
    tag: str,
    ids: Sequence[str],
    now: str,
    answers: Mapping[str, Mapping[str, bool]],
    *,
    afresh: bool,
) -> Look:
    """Run one label over documents and return what came; `now` is a fingerprint of all that the answer rests on besides the label.

    `answers` is what people decided (`finding.decided`), read once for all labels of a grid.
    """
    from psimm_docs import finding
    from psimm_docs.index_view import Filters
    from psimm_docs.lexical import parse_query

    kept = KEPT.setdefault(bench, {})
    key = (text, now)
    if afresh or key not in kept:
        answer = finding.look(bench, text, Filters(sources=frozenset(ids)), answers, limit=RESULTS)
        kept[key] = (answer.state, tuple(hit.provision_id for hit in answer.hits))
    state, leads = kept[key]
    folded = tuple(term.spellings[0] for term in parse_query(text).terms)
    return Look(text, tag, folded, state, len(leads), RESULTS, leads)


# --- what a silence rests on -------------------------------------------------------------------------------------------


def index_print(bench: Workbench, sources: Iterable[Source]) -> str:
    """Return a fingerprint of what the index holds of these documents."""
    from psimm_docs.finding import open_index

    stamps = open_index(bench).stamps()
    return fingerprint(*(part for one in sorted(one.id for one in sources) for part in (one, stamps.get(one, ""))))


def basis_of(bench: Workbench, place: Place) -> Basis | None:
    """Return what a silence in a cell rests on now; None where its concept is no longer in the taxonomy."""
    name, code, alone = place
    concept = bench.taxonomy.by_id.get(name)
    if concept is None:
        return None
    own = in_scope(bench.sources.values(), code, alone=alone)
    read = bench.searched()
    return Basis(
        tuple(HeldText(one.id, one.sha256, one.digest, one.id in read) for one in own),
        concept_print(concept),
        index_print(bench, [one for one in own if one.id in read]) if any(one.id in read for one in own) else "",
        bench.encoder.version,
    )
