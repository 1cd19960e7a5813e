"""Commands that look after the taxonomy: lint, diff, preview, stamp, stale."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from psimm_docs.cli.surface import (
    JsonOption,
    JurisdictionsOption,
    WorkspaceOption,
    app,
    bench,
    print_json,
    print_note,
    print_table,
    say,
    with_progress,
    workspace_of,
)
from psimm_docs.errors import PsimmError

if TYPE_CHECKING:
    from psimm_docs.retagging import Preview, Second
    from psimm_docs.wordings import Changes
    from psimm_docs.workbench import Workbench

taxonomy = typer.Typer(
    help="Look after the concepts: check them, see what an edit does, keep versions.", no_args_is_help=True
)
app.add_typer(taxonomy, name="taxonomy")

FolderArgument = Annotated[Path | None, typer.Argument(help="A taxonomy's folder; else the workspace's own.")]
LONGEST = 20
"""Lines of each kind that are printed where --all isn't given."""


def folder_of(folder: Path | None, workspace: Path | None) -> Path:
    """Return the folder that is meant: the given one, the workspace's, else that which comes with the package."""
    from psimm_docs.taxonomy import CONCEPTS_FILE, default_folder

    if folder is not None:
        return folder
    own: Path = workspace_of(workspace).taxonomy
    return own if (own / CONCEPTS_FILE).is_file() else default_folder()


@taxonomy.command()
def lint(folder: FolderArgument = None, workspace: WorkspaceOption = None, as_json: JsonOption = False) -> None:
    """Check a taxonomy: labels, scripts, languages, links, EU acts, examples, and the SHACL shapes of its SKOS form.

    Example: psimm-docs taxonomy lint
    """
    from psimm_docs.skos import shape_faults
    from psimm_docs.taxonomy import lint as check
    from psimm_docs.taxonomy import load_taxonomy

    where = folder_of(folder, workspace)
    loaded = load_taxonomy(where)
    faults = {"lint": check(loaded), "shapes": shape_faults(loaded, where)}
    if as_json:
        print_json({"version": loaded.version, "concepts": len(loaded.concepts), **faults})
    else:
        for name, found in faults.items():
            for fault in found:
                typer.echo(f"{name}: {fault}")
        typer.echo(f"{len(loaded.concepts)} concepts, version {loaded.version}")
    number = sum(map(len, faults.values()))
    if number:
        raise PsimmError(f"{where}: {number} faults; mend them in concepts.jsonl or examples.jsonl")


@taxonomy.command()
def diff(
    old: Annotated[str, typer.Argument(help="A taxonomy's folder, or a version that is kept (its beginning will do).")],
    new: Annotated[str, typer.Argument(help="The same; the workspace's own taxonomy, where it isn't given.")] = "",
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show what changed from one taxonomy to another: concepts, labels by language, definitions and scope notes.

    Example: psimm-docs taxonomy diff 3f2a91c07be4d811
    """
    from psimm_docs.taxonomy import load_taxonomy
    from psimm_docs.wordings import concepts_of, read_history
    from psimm_docs.wordings import diff as compare

    where = folder_of(None, workspace)
    history = read_history(where, load_taxonomy(where))
    changes = compare(concepts_of(old, history), concepts_of(new or str(where), history))
    if as_json:
        print_json(changes)
        return
    print_changes(changes)


def print_changes(changes: Changes) -> None:
    """Print what changed, a line each."""
    for name in changes.added:
        typer.echo(f"new concept: {name}")
    for name in changes.removed:
        typer.echo(f"concept gone: {name}")
    for name in changes.definitions:
        typer.echo(f"definition changed: {name}")
    for name in changes.scopes:
        typer.echo(f"scope note changed: {name}")
    for change in changes.labels:
        typer.echo(change.told())
    kinds = Counter(one.change for one in changes.labels)
    words = ", ".join(f"{kinds[kind]} {kind}" for kind in ("added", "removed", "moved") if kinds[kind])
    preferred = f"; {kinds['preferred']} preferred labels differ" if kinds["preferred"] else ""
    typer.echo(f"Labels: {words or 'none added, removed or moved'}{preferred}." if changes else "No wording differs.")


@taxonomy.command()
def preview(
    folder: Annotated[Path, typer.Argument(help="The folder with the changed concepts.jsonl and stages.json.")],
    accept: Annotated[float, typer.Option(min=0, max=1, help="The score from which a tag counts as likely.")] = 0.5,
    everything: Annotated[
        bool, typer.Option("--all", help=f"List every tag, not the first {LONGEST} of a kind.")
    ] = False,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show what a changed taxonomy would do to the tags and the decisions, before it is saved. Nothing is written.

    Copy annotations/taxonomy to another folder, change concepts.jsonl there, and name that folder.

    Example: psimm-docs taxonomy preview ../taxonomy-draft
    """
    from psimm_docs.retagging import STAGE
    from psimm_docs.retagging import preview as run

    work = bench(workspace)
    if as_json:
        print_json(run(work, folder, accept=accept))
        return
    print_preview(
        work,
        with_progress({STAGE: "Tagging twice"}, lambda told: run(work, folder, accept=accept, progress=told)),
        most=None if everything else LONGEST,
    )


def print_preview(work: Workbench, made: Preview, *, most: int | None) -> None:
    """Print a preview: the figures by jurisdiction, then the tags by what happens to them, then the decisions."""
    changed = len({one.concept for one in made.changes.labels} | {*made.changes.definitions, *made.changes.scopes})
    say(f"{made.documents} documents tagged under both taxonomies in {made.seconds} seconds.")
    typer.echo(
        f"{made.version} -> {made.next_version}: {changed} concepts reworded, {len(made.changes.added)} new, "
        f"{len(made.changes.removed)} gone; {len(made.moves)} of {made.tags} tags would change."
    )
    kinds = ("appears", "vanishes", "rises", "falls")
    counts = made.by_jurisdiction()
    if counts:
        typer.echo()
        print_table(
            (
                (name_of(work, code), *(one[kind] for kind in kinds), one["looks"])
                for code, one in [*counts.items(), ("all", sum(counts.values(), Counter()))]
            ),
            (
                "jurisdiction",
                "appear",
                "vanish",
                f"rise to {made.accept}",
                f"fall below {made.accept}",
                "decisions to see",
            ),
        )
    for kind in kinds:
        some = [move for move in made.moves if move.change == kind]
        if some:
            typer.echo(f"\n{kind}: {len(some)}")
            for move in some[:most]:
                scores = " -> ".join("-" if one is None else f"{one:.2f}" for one in (move.before, move.after))
                typer.echo(f"  {scores:12}  {move.concept}  {move.provision_id}")
            if most is not None and len(some) > most:
                typer.echo(f"  and {len(some) - most} more; --all lists them")
    typer.echo(f"\nDecisions that would need a second look: {len(made.looks)}")
    print_looks(made.looks[:most])
    if made.waiting:
        typer.echo(f"{made.waiting} wait for one already; psimm-docs taxonomy stale lists them.")
    print_note(counts)


def name_of(work: Workbench, code: str) -> str:
    """Return a jurisdiction's name; `all` and documents that are gone have none."""
    return work.jurisdiction_name(code) if code not in ("all", "") else code or "not in the corpus"


@taxonomy.command()
def stamp(
    note: Annotated[str, typer.Option(help="Why it was changed, in a few words.")] = "",
    folder: FolderArgument = None,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Keep the taxonomy as it is now as a version, and write its SKOS file; do it after every edit.

    Decisions remember the version they were made under. With the versions kept, those whose concept reads otherwise today are known.

    Example: psimm-docs taxonomy stamp --note "digital nomads named"
    """
    from psimm_docs.skos import shape_faults, write_skos
    from psimm_docs.taxonomy import default_folder, load_taxonomy
    from psimm_docs.taxonomy import lint as check
    from psimm_docs.wordings import stamp as keep

    where = folder_of(folder, workspace)
    if folder is None and where == default_folder() and where != workspace_of(workspace).taxonomy:
        raise PsimmError(
            f"{where}: this taxonomy comes with the program and is kept there; copy it to annotations/taxonomy first"
        )
    loaded = load_taxonomy(where)
    faults = [*check(loaded), *shape_faults(loaded, where)]
    if faults:
        raise PsimmError(f"{where}: {len(faults)} faults, the first {faults[0]!r}; psimm-docs taxonomy lint lists them")
    made = keep(where, loaded, note=note)
    write_skos(where, loaded)
    if as_json:
        print_json({"version": loaded.version, "stamped": made is not None})
    else:
        typer.echo(f"Version {loaded.version}: {'kept' if made else 'was kept already'}; taxonomy.ttl written.")


@taxonomy.command()
def stale(
    concept: Annotated[list[str] | None, typer.Option("--concept", "-c", help="Only this concept.")] = None,
    jurisdiction: JurisdictionsOption = None,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """List the decisions that were made under another wording of their concept, with what changed since.

    Decisions on concepts that read as they did are not listed. Deciding again takes a decision off the list.

    Example: psimm-docs taxonomy stale --concept quota
    """
    from psimm_docs.jurisdictions import within
    from psimm_docs.retagging import second_looks

    work = bench(workspace)
    codes = {code for one in jurisdiction or () for code in within(one)}
    wanted = set(concept or ())
    found = [
        one
        for one in second_looks(work)
        if (not wanted or one.concept in wanted) and (not codes or one.jurisdiction in codes)
    ]
    if as_json:
        print_json([asdict(one) for one in found])
        return
    print_looks(found)
    typer.echo(f"{len(found)} decisions to be looked at again.")


def print_looks(looks: list[Second] | tuple[Second, ...]) -> None:
    """Print decisions with who made them and what changed."""
    if looks:
        print_table(
            (
                (one.verdict, one.concept, ", ".join(one.by), one.time[:10], one.changed, one.provision_id)
                for one in looks
            ),
            ("verdict", "concept", "by", "on", "changed since", "provision"),
        )
