"""What refers to what in a built corpus: a provision's references out and in, the facts of its act, and the catalogue's works they mean.

Wiring: reads what the stages `act` and `references` left, through the workbench. Invariant: a catalogue work is named only where one
alone fits by title, by number, or by gazette and title together; else none is.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

from psimm_docs.acts import Act
from psimm_docs.crossrefs import Reference, stems
from psimm_docs.gazettes import issues_in, plain_number, same_issue
from psimm_docs.jsonl import read_record, read_records
from psimm_docs.jurisdictions import root
from psimm_docs.records import Provision
from psimm_docs.stages import FILES
from psimm_docs.workbench import View, Workbench

if TYPE_CHECKING:
    from psimm_docs.catalogue import Work


@dataclass(frozen=True, slots=True)
class LinkedView(View):
    """A provision in its place, with the references out of it and those into it from the same document."""

    refers_to: tuple[Reference, ...] = ()
    referred_by: tuple[Reference, ...] = ()


def act_of(bench: Workbench, source_id: str) -> Act:
    """Return the facts of a document's act; an empty one before it is built."""
    path = bench.workspace.built(bench.source(source_id).id) / FILES["act"]
    return read_record(path, Act) if path.is_file() else Act()


def references_of(bench: Workbench, source_id: str) -> list[Reference]:
    """Return the references of a document in text order; none before it is built."""
    return read_records(bench.workspace.built(bench.source(source_id).id) / FILES["references"], Reference)


def linked(bench: Workbench, provision: Provision) -> tuple[list[Reference], list[Reference]]:
    """Return the references that stand in a provision, and those from elsewhere in the document to it or into it."""
    below = {provision.id}
    for one in bench.provisions(provision.source_id):
        if one.parent in below:
            below.add(one.id)
    held = references_of(bench, provision.source_id)
    out = [one for one in held if one.provision_id in below]
    return out, [one for one in held if one.target in below and one.provision_id not in below]


def linked_view(bench: Workbench, provision_id: str) -> LinkedView:
    """Return a provision in its place with its references."""
    view = bench.view(provision_id)
    out, into = linked(bench, view.provision)
    held: dict[str, Any] = {one.name: getattr(view, one.name) for one in fields(View)}
    return LinkedView(**held, refers_to=tuple(out), referred_by=tuple(into))


def words_of(bench: Workbench, reference: Reference) -> str:
    """Return a reference's own words, blanks as one."""
    return " ".join(reference.span.of(bench.document(reference.source_id).text).split())


def meant_work(
    works: Iterable[Work], *, jurisdiction: str, title: str, issues: Iterable[str], number: str
) -> Work | None:
    """Return the one catalogue work of a jurisdiction that a title, gazette or number means, None where none or several fit."""
    near = [one for one in works if root(one.jurisdiction) == root(jurisdiction)]
    named = stems(title)
    by_title = [one for one in near if any(stems(held) == named for held in one.titles.values())]
    by_number = [one for one in near if number and plain_number(one.document_number) == number]
    by_issue = [
        one
        for one in near
        if any(same_issue(mine, theirs) for mine in issues_in(one.gazette_number) for theirs in list(issues)[:1])
        and any(2 * len(stems(held) & named) >= len(named) for held in one.titles.values())
    ]
    for fitting in (by_number, by_issue, by_title):
        if len(fitting) == 1:
            return fitting[0]
    return None


def cited_work(bench: Workbench, reference: Reference) -> Work | None:
    """Return the catalogue work that a reference to another act means, where it is sure."""
    if reference.law == "own":
        return None
    return meant_work(
        bench.works.values(),
        jurisdiction=bench.source(reference.source_id).jurisdiction,
        title=reference.title,
        issues=reference.issues,
        number=reference.number,
    )


def amended_work(bench: Workbench, source_id: str) -> Work | None:
    """Return the catalogue work that an amending act changes, where it is sure."""
    amends = act_of(bench, source_id).amends
    if amends is None:
        return None
    return meant_work(
        bench.works.values(),
        jurisdiction=bench.source(source_id).jurisdiction,
        title=amends.title,
        issues=amends.issues,
        number=amends.number,
    )


def act_rows(bench: Workbench, source_id: str) -> dict[str, str]:
    """Return what the document prints about its act, by name, for a person to read; only what is there."""
    act = act_of(bench, source_id)
    rows = {
        "Title as printed": act.title,
        "Number": act.number,
        "Date of the act": act.date,
        "Published": " ".join(part for part in (act.gazette, ", ".join(act.issues), act.gazette_date) if part),
        "Consolidated text": "yes" if act.consolidated else "",
        "Changed by": ", ".join(act.amended_by),
    }
    if act.amends is not None:
        work = amended_work(bench, source_id)
        cites = ", ".join((*act.amends.issues, act.amends.number)).strip(", ")
        rows["Amends"] = " ".join(part for part in (act.amends.title, cites, f"[{work.id}]" if work else "") if part)
    return {name: value for name, value in rows.items() if value}
