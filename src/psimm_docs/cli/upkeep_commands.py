"""Commands that look after the whole: evaluate, doctor, correct, merge, app."""

from __future__ import annotations

import os
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from psimm_docs.cli.surface import JsonOption, WorkspaceOption, app, bench, print_json, print_table, say, workspace_of
from psimm_docs.errors import PsimmError

if TYPE_CHECKING:
    from psimm_docs.records import Correcting
    from psimm_docs.workbench import Workbench


@app.command()
def evaluate(
    suite: Annotated[
        str,
        typer.Argument(
            help="reading (or a part: digests, laws, references, ocr), language, search, tagging (or a part: tagging-digests, tagging-gold), institutions or all."
        ),
    ] = "all",
    documents: Annotated[
        Path | None, typer.Option(help="Folder of the real laws that the gold outlines are of (reading).")
    ] = None,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Measure the quality of each step on the digests, whose right answers are known, against floors that may only rise.

    The suite `reading` also measures on real laws where their folder is at hand.

    Example: psimm-docs evaluate search
    """
    from psimm_docs.evaluate import evaluate as run

    scores = run(bench(workspace), suite, documents=documents)
    if as_json:
        print_json(scores)
    else:
        print_table(
            (
                (
                    one.suite,
                    one.measure,
                    one.slice,
                    f"{one.value:.4f}" if "error" in one.measure else f"{one.value:.3f}",
                    f"{one.floor:.3f}" if one.floor is not None else "",
                    one.count,
                )
                for one in scores
            ),
            ("suite", "measure", "slice", "value", "floor", "cases"),
        )
    below = [one for one in scores if one.falls_short]
    if below:
        names = ", ".join(f"{one.suite} {one.measure} {one.slice}" for one in below)
        raise PsimmError(f"below the floor: {names}; find out what made it worse before the floor is touched")


@app.command()
def doctor(
    document: Annotated[str, typer.Argument(help="With --numbering: only this document (its id).")] = "",
    numbering: Annotated[
        bool, typer.Option("--numbering", help="List the numbers that are worth a look: gaps, doubles, odd ones.")
    ] = False,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Check the machine and the workspace: Python, OCR, checksums, logs, index; or, with --numbering, the laws' numbers.

    Example: psimm-docs doctor --numbering rs/zakon-o-strancima/24-2018
    """
    if numbering:
        list_numbers(bench(workspace), document, as_json=as_json)
        return
    if document:
        raise typer.BadParameter("a document is only named with --numbering")
    from psimm_docs.doctor import examine

    findings = examine(workspace)
    if as_json:
        print_json(findings)
    else:
        for one in findings:
            typer.echo(f"{one.verdict:5}  {one.what}: {one.message}" + (f"  -> {one.todo}" if one.todo else ""))
    broken = sum(one.verdict == "bad" for one in findings)
    if broken:
        raise PsimmError(f"{broken} things need mending; the lines marked bad say what to do")


def list_numbers(work: Workbench, document: str, *, as_json: bool) -> None:
    """Print the numbers of a document (of all that are built, where none is named) that are worth a look."""
    ids = [work.source(document).id] if document else [one for one in work.sources if work.is_built(one)]
    found = [(source_id, one) for source_id in ids for one in work.numbers.check(source_id)]
    if as_json:
        print_json([{"document": source_id, "id": one.finding.id, **asdict(one)} for source_id, one in found])
        return
    for source_id in dict.fromkeys(source_id for source_id, _ in found):
        typer.echo(f"{work.source(source_id).title}  [{source_id}]")
        for _, one in (pair for pair in found if pair[0] == source_id):
            page = f"p. {one.finding.page}" if one.finding.page else ""
            typer.echo(f"  {page:7} {one.finding.kind:12} {one.finding.message} ({one.state})")
            typer.echo(f"  {'':20} {one.finding.provision_id}")
        typer.echo()
    waiting = sum(one.open for _, one in found)
    typer.echo(f"{len(found)} numbers worth a look in {len(ids)} documents, {waiting} of them open.")
    if waiting:
        typer.echo("Answer with psimm-docs correct PROVISION_ID, or in the app on the Corpus page.")


@app.command()
def correct(
    provision: Annotated[str, typer.Argument(help="The provision's id, as doctor --numbering prints it.")] = "",
    number: Annotated[str, typer.Option(help="Its number is this one.")] = "",
    confirm: Annotated[bool, typer.Option("--confirm", help="The source prints it as it is read.")] = False,
    begins: Annotated[str, typer.Option(help="An article begins in this provision; its number.")] = "",
    line: Annotated[
        int, typer.Option(help="With --begins: the line of the provision (else where it is found).", min=0)
    ] = 0,
    part: Annotated[
        bool, typer.Option("--part", help="It is no article of its own but text of the article before it.")
    ] = False,
    undo: Annotated[bool, typer.Option("--undo", help="Take your last answer back (about this provision).")] = False,
    reviewer: Annotated[str, typer.Option(help="Your name.", envvar="PSIMM_REVIEWER")] = "",
    note: Annotated[str, typer.Option(help="A note with the answer.")] = "",
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Say what a provision's number is, or that the source prints it so. The source is never changed.

    Example: psimm-docs correct "rs/.../24-2018#art_65" --number 56 --reviewer "Ana Jovanović" --note "misprint"
    """
    if bool(number) + confirm + bool(begins) + part + undo != 1:
        raise typer.BadParameter("give one of --number, --confirm, --begins, --part, --undo")
    if not reviewer:
        raise typer.BadParameter("an answer needs --reviewer (or $PSIMM_REVIEWER)")
    if not provision and not undo:
        raise typer.BadParameter("an answer needs a provision's id")
    work = bench(workspace)
    if undo:
        said = work.numbers.undo(reviewer, provision)
    else:
        action: Correcting = "number" if number else "begins" if begins else "part" if part else "confirm"
        at = (line or work.numbers.line_of(provision, begins)) if begins else 1
        said = work.numbers.correct(reviewer, provision, action, number=number or begins, line=at, note=note)
    if as_json:
        print_json(said)
        return
    shown = work.numbers.shown(said)
    typer.echo(f"Recorded: {said.action} {said.number} on {said.provision_id} by {said.reviewer}".replace("  ", " "))
    typer.echo(f"Shown now as: {shown.label}" + (f" ({shown.note})" if shown.note else ""))
    for one in work.numbers.check(shown.source_id):
        if one.finding.provision_id == said.provision_id:
            typer.echo(f"{one.finding.message} ({one.state})")


@app.command("merge")
def merge_logs(
    places: Annotated[
        list[Path],
        typer.Argument(help="Another copy's folder, its annotations, or single logs.", metavar="FOLDER_OR_FILE..."),
    ],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would come.")] = False,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Take decisions and corrections of another copy of the workspace (another laptop) into this one; nothing comes twice.

    Example: psimm-docs merge /media/usb/my-laws --dry-run
    """
    from psimm_docs.merging import merge

    come = merge(workspace_of(workspace), places, dry_run=dry_run)
    if as_json:
        print_json(come)
        return
    did = "would come" if dry_run else "came"
    for one in come:
        typer.echo(
            f"{one.reviewer}: {one.new} of {one.count} {one.noun}s {did}"
            + (f" into {one.into}" if one.into else " (held already)")
        )
        if one.torn:
            say(f"{one.file}: its last {one.noun} was cut off while it was being written; it doesn't come")
    if not come:
        typer.echo("The logs there are empty; nothing comes.")


@app.command("app")
def open_app(
    port: Annotated[int, typer.Option(help="The port on this machine.", min=1, max=65535)] = 8501,
    workspace: WorkspaceOption = None,
) -> None:
    """Open the app in the browser, on this machine only.

    Example: psimm-docs app --port 8502
    """
    from psimm_docs.workspace import open_workspace

    found = open_workspace(workspace)
    script = app_script()
    os.environ["PSIMM_WORKSPACE"] = str(found.root)
    say(f"The app opens at http://localhost:{port} (stop it with Ctrl-C)")
    os.chdir(script.parent)  # where the app's settings lie
    os.execv(
        sys.executable,
        [
            *(sys.executable, "-m", "streamlit", "run", str(script)),
            *("--server.port", str(port), "--server.address", "localhost", "--server.headless", "true"),
        ],
    )


def app_script() -> Path:
    """Return the app's main file: in the installed package, else in the checkout."""
    here = Path(__file__).resolve()
    for place in (here.parents[1] / "data" / "app" / "main.py", here.parents[3] / "app" / "main.py"):
        if place.is_file():
            return place
    raise PsimmError(f"{here.parent}: the app's files are not there; install psimm-docs again")
