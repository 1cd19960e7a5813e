"""Freezing the grid of a built corpus, and telling why its cells moved.

Wiring: gathers for `snapshots` what each cell rests on: fingerprints of its provisions, the tags with their versions, the decisions in force.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from psimm_docs import reviewing
from psimm_docs.cells import Cell, HeldText
from psimm_docs.exports import Table
from psimm_docs.finding import state_of
from psimm_docs.grids import grid
from psimm_docs.jurisdictions import LANGUAGE_NAMES, within
from psimm_docs.snapshots import (
    FrozenCell,
    FrozenItem,
    FrozenText,
    Head,
    InForce,
    Moved,
    Snapshot,
    diff,
    read_snapshot,
    where,
    word,
    write_snapshot,
)
from psimm_docs.statements import concept_print

if TYPE_CHECKING:
    from psimm_docs.records import Decision, Provision, Tag
    from psimm_docs.workbench import Workbench

IDS = re.compile(r"\([^\s()]+/[^\s()]+\)|[^\s();,]+/[^\s();,]+")
"""What may be the id of a provision or of a document in a line on what moved."""

NOW = "now"
"""The name of the grid as it is, where a snapshot's is asked for."""


def take(
    bench: Workbench, name: str, *, concepts: Sequence[str] = (), jurisdictions: Sequence[str] = (), note: str = ""
) -> Snapshot:
    """Return the grid as it is now as a snapshot; nothing is written."""
    from psimm_docs.decisions import in_force

    made = grid(bench, list(concepts) or ["all"], jurisdictions=jurisdictions)
    wanted = set(made.concepts)
    tags: dict[tuple[str, str], Tag] = {
        (one.provision_id, one.concept): one for one in bench.tags() if one.concept in wanted
    }
    decisions = {key: tuple(by.values()) for key, by in in_force(reviewing.said(bench)).items() if key[1] in wanted}
    there = bench.some_provisions(
        name
        for cell in made.cells
        for one in (*cell.provisions, *cell.rejected)
        for name in (one.provision_id, *one.versions)
    )
    codes = frozenset(code for one in made.jurisdictions for code in within(one))
    read = bench.searched()
    cells = tuple(frozen(cell, there, tags, decisions) for cell in made.every())
    head = Head(
        name=name,
        time=datetime.now(UTC).isoformat(timespec="seconds"),
        note=note,
        concepts={one: concept_print(bench.taxonomy.concept(one)) for one in made.concepts},
        names={one: bench.taxonomy.concept(one).label() for one in made.concepts},
        jurisdictions=made.jurisdictions,
        documents=tuple(
            FrozenText(one.jurisdiction, HeldText(one.id, one.sha256, one.digest, one.id in read))
            for one in bench.sources.values()
            if one.jurisdiction in codes
        ),
        taxonomy_version=bench.taxonomy.version,
        tagger_versions=tuple(sorted({one.tagger_version for one in tags.values()})),
        encoder=bench.encoder.version,
        index=state_of(bench),
        notes=made.notes,
        cells=len(cells),
    )
    return Snapshot(head, cells)


def frozen(
    cell: Cell,
    there: Mapping[str, Provision],
    tags: Mapping[tuple[str, str], Tag],
    decisions: Mapping[tuple[str, str], tuple[Decision, ...]],
) -> FrozenCell:
    """Return a cell with what it rests on."""
    items = []
    for one in (*cell.provisions, *cell.rejected):
        versions = sorted((one.provision_id, *one.versions))
        by_version = {name: tags[name, cell.concept] for name in versions if (name, cell.concept) in tags}
        said = [each for name in versions for each in decisions.get((name, cell.concept), ())]
        items.append(
            FrozenItem(
                one.provision_id,
                one.label,
                one.language,
                one.state,
                one.score,
                tuple((name, there[name].fingerprint if name in there else "") for name in versions),
                tuple((name, tag.score, tag.taxonomy_version, tag.tagger_version) for name, tag in by_version.items()),
                tuple(
                    InForce(each.hash, each.reviewer, each.verdict, each.time, each.provision_id, each.fingerprint)
                    for each in said
                ),
            )
        )
    return FrozenCell(cell.concept, cell.jurisdiction, cell.alone, cell.state, tuple(items), cell.looks, cell.said)


def freeze(
    bench: Workbench, name: str, *, concepts: Sequence[str] = (), jurisdictions: Sequence[str] = (), note: str = ""
) -> Snapshot:
    """Freeze the grid under a name in the workspace and return it; raises PsimmError where the name is taken or no plain one."""
    snapshot = take(bench, name, concepts=concepts, jurisdictions=jurisdictions, note=note)
    write_snapshot(bench.workspace.snapshots, snapshot)
    return snapshot


def compare(bench: Workbench, before: str, after: str = NOW) -> tuple[Snapshot, Snapshot, list[Moved]]:
    """Return two snapshots and what moved between them; `now` is the grid of the same concepts and jurisdictions as it is."""
    folder = bench.workspace.snapshots
    then = read_snapshot(folder, before)
    if after != NOW:
        now = read_snapshot(folder, after)
    else:
        known = [one for one in then.head.concepts if one in bench.taxonomy.by_id]
        now = take(bench, NOW, concepts=known, jurisdictions=then.head.jurisdictions)
    return then, now, diff(then, now)


def in_words(bench: Workbench, told: str) -> str:
    """Return a line on what moved with the laws that a reader knows in the place of ids; what is not held any more keeps its id."""

    def name(found: re.Match[str]) -> str:
        source = bench.sources.get(found[0].strip("()").partition("#")[0])
        if source is None:
            return found[0]
        language = LANGUAGE_NAMES.get(source.language, source.language)
        title = f"{source.title}, {language}" if language else source.title
        return f"({title})" if found[0].startswith("(") else title

    return IDS.sub(name, told)


def moves_table(moved: Sequence[Moved], names: Mapping[str, str]) -> Table:
    """Return what moved as a table, one row a cell."""
    columns = ("concept", "name", "jurisdiction", "jurisdiction_name", "before", "after", "why", "differences")
    rows = tuple(
        (
            *(one.concept, names.get(one.concept, one.concept), one.jurisdiction, where(one)),
            *(word(one.before), word(one.after), ", ".join(one.why), "\n".join(one.told)),
        )
        for one in moved
    )
    return Table("moved", columns, rows)


def reasons_count(moved: Sequence[Moved]) -> dict[str, int]:
    """Return how many cells moved for each reason."""
    counts: defaultdict[str, int] = defaultdict(int)
    for one in moved:
        for why in one.why:
            counts[why] += 1
    return dict(counts)
