"""Commands that fill a workspace: init, add, fetch, build, status."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from psimm_docs.cli.surface import (
    JsonOption,
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
    from psimm_docs.holdings import Holding
    from psimm_docs.ledger import PageLedger
    from psimm_docs.workbench import Workbench


@app.command()
def init(folder: Annotated[Path, typer.Argument(help="The folder of the new workspace.")]) -> None:
    """Make an empty workspace.

    Example: psimm-docs init my-laws
    """
    from psimm_docs.workspace import init_workspace

    workspace = init_workspace(folder)
    say(f"Workspace ready: {workspace.root}")
    say(f"Next: psimm-docs add FILE... --jurisdiction RS --title '...' --workspace {folder}")


@app.command()
def add(
    files: Annotated[list[Path], typer.Argument(help="Files, or folders to take whole.")],
    jurisdiction: Annotated[
        str,
        typer.Option(
            "--jurisdiction",
            "-j",
            help="Whose law: AL, BA, BA-BIH, BA-SRP, BA-BRC, XK, ME, MK, RS (else by the folder's name).",
        ),
    ] = "",
    title: Annotated[str, typer.Option(help="The law's title (for one file; else the file's name).")] = "",
    work: Annotated[str, typer.Option(help="The work id in the catalogue, e.g. rs/law-on-foreigners-2018.")] = "",
    kind: Annotated[
        str, typer.Option("--type", help="law, by-law, decision, instruction, agreement, procedure, ...")
    ] = "",
    language: Annotated[
        str, typer.Option("--language", "-l", help="Its language, where you know it (e.g. sr-Cyrl).")
    ] = "",
    gazette: Annotated[str, typer.Option(help="The gazette's name.")] = "",
    gazette_number: Annotated[str, typer.Option(help="The gazette's number and year, e.g. 24/2018.")] = "",
    date: Annotated[str, typer.Option(help="Date of this version: YYYY, YYYY-MM or YYYY-MM-DD.")] = "",
    version_of: Annotated[str, typer.Option(help="The id of a document that this is another version of.")] = "",
    url: Annotated[str, typer.Option(help="Where it came from.")] = "",
    status: Annotated[str, typer.Option(help="official, unofficial or unknown.")] = "unknown",
    translation: Annotated[
        bool, typer.Option("--translation", help="It is a translation, not a language of record.")
    ] = False,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Take documents into the workspace. They are copied, never changed; one already held is not taken twice.

    Example: psimm-docs add zakon.pdf -j RS --title "Zakon o strancima" --gazette-number 24/2018 --date 2018-03-26
    """
    from psimm_docs.intake import Description, add_files

    described = Description(
        jurisdiction=jurisdiction,
        title=title,
        work_id=work,
        type=kind,
        language=language,
        gazette=gazette,
        gazette_number=gazette_number,
        date=date,
        version_of=version_of,
        official_url=url,
        status=status,
        translation=translation,
    )
    results = add_files(workspace_of(workspace), files, described)
    if as_json:
        print_json(results)
    else:
        for one in results:
            typer.echo(f"{one.outcome:9}  {one.path}  {one.source_id or one.message}")
    refused = sum(one.outcome == "refused" for one in results)
    if refused:
        raise PsimmError(f"{refused} of {len(results)} files were not taken; the lines above say why")


@app.command()
def fetch(
    work: Annotated[str, typer.Argument(help="A work id of the catalogue, e.g. rs/law-on-foreigners-2018.")],
    url: Annotated[str, typer.Option(help="Another address than the catalogue's.")] = "",
    language: Annotated[
        str, typer.Option("--language", "-l", help="The language of the text behind the address.")
    ] = "",
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Get a work's text from its official address and take it in. The only command that uses the network.

    Example: psimm-docs fetch al/law-on-foreigners-2021
    """
    from psimm_docs.intake import fetch_work

    result = fetch_work(workspace_of(workspace), work, url=url, language=language)
    if as_json:
        print_json(result)
    else:
        typer.echo(f"{result.outcome:9}  {result.path}  {result.source_id}")


@app.command()
def build(
    only: Annotated[list[str] | None, typer.Option(help="Only this document (may be repeated).")] = None,
    retry: Annotated[bool, typer.Option("--retry", help="Try documents again that failed.")] = False,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Read, cut, encode, tag and index what is new or changed. It can be stopped at any time and goes on where it was.

    Example: psimm-docs build
    """
    from psimm_docs.pipeline import ABOUT
    from psimm_docs.pipeline import build as run

    report = with_progress(
        ABOUT, lambda progress: run(workspace_of(workspace), progress=progress, only=only or (), retry=retry)
    )
    if as_json:
        print_json(report)
        return
    typer.echo(
        f"{report.documents} documents: {report.worked} worked on, {report.unchanged} unchanged, {report.removed} removed; "
        f"{report.chunks} passages can be searched."
    )
    if report.unread:
        typer.echo(
            f"{len(report.unread)} without any text: {', '.join(report.unread[:5])}{' ...' if len(report.unread) > 5 else ''}"
        )
    if report.errors or report.warnings:
        typer.echo(f"{report.errors} errors, {report.warnings} warnings; psimm-docs status --problems lists them.")


@app.command()
def status(
    document: Annotated[str, typer.Argument(help="With --ledger: a document's id, whose pages are then listed.")] = "",
    ledger: Annotated[
        bool, typer.Option("--ledger", help="Say what became of every character: by class, dropped, added, missing.")
    ] = False,
    documents: Annotated[bool, typer.Option("--documents", help="List the documents.")] = False,
    problems: Annotated[bool, typer.Option("--problems", help="List the problems.")] = False,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Say what the workspace holds, what was read from it, and what went wrong.

    Example: psimm-docs status --problems
    """
    from psimm_docs.holdings import holdings, summary

    work = bench(workspace)
    if document and not ledger:
        raise typer.BadParameter("a document goes with --ledger; psimm-docs show lists its provisions")
    if ledger:
        show_ledger(work, document, as_json=as_json)
        return
    if problems:
        found = [(source, problem) for source in work.sources.values() for problem in work.problems(source.id)]
        if as_json:
            print_json([{"document": source.id, "problem": asdict(problem)} for source, problem in found])
            return
        for source, problem in found:
            page = f", page {problem.page}" if problem.page else ""
            typer.echo(
                f"{problem.severity:7}  {source.id}{page}: {problem.message}"
                + (f" ({problem.todo})" if problem.todo else "")
            )
        return
    if documents:
        held = holdings(work)
        if as_json:
            print_json(held)
            return
        print_table(
            (holding_row(one) for one in held), ("document", "language", "pages", "articles", "passages", "problems")
        )
        return
    figures = summary(work)
    if as_json:
        print_json(figures)
        return
    print_table(
        (
            (one.name, one.documents, one.unread, one.pages, one.articles, one.chunks, one.decided, one.errors)
            for one in figures
        ),
        ("jurisdiction", "documents", "unread", "pages", "articles", "passages", "decisions", "errors"),
    )
    print_note(one.jurisdiction for one in figures)


def show_ledger(work: Workbench, document: str, *, as_json: bool) -> None:
    """Print the account of each document, or of each page of one."""
    from psimm_docs.holdings import holdings, ledger_of
    from psimm_docs.ledger import CLASSES

    heads = ("characters", *CLASSES, "dropped", "added", "missing")
    if document:
        found = ledger_of(work, document)
        if as_json:
            print_json(found)
            return
        if not found.counted:
            raise PsimmError(f"{document}: its characters were not counted when it was read; run psimm-docs build")
        rows = [(str(page.page), *account_row(page)) for page in found.pages]
        print_table([*rows, ("all", *account_row(found.total))], ("page", *heads))
        return
    accounts = {one.source.id: one.reading.ledger for one in holdings(work) if one.reading and one.reading.ledger}
    if as_json:
        print_json([{"document": name, "ledger": asdict(account)} for name, account in accounts.items()])
        return
    print_table(((name, *account_row(account)) for name, account in accounts.items()), ("document", *heads))


def account_row(account: PageLedger) -> Sequence[object]:
    """Return an account's line in the table: what came in, the share of each class in what was kept, what was dropped and why."""
    from psimm_docs.ledger import CLASSES

    def told(counts: Mapping[str, int]) -> str:
        return ", ".join(f"{count} {reason}" for reason, count in counts.items()) or "0"

    shares = (f"{100 * account.classes.get(name, 0) / max(1, account.kept):.1f} %" for name in CLASSES)
    came = account.held + account.recognised
    return (came, *shares, told(account.dropped), told(account.added), account.missing)


def holding_row(one: Holding) -> Sequence[object]:
    """Return a document's line in the table."""
    problems = f"{one.errors} errors, {one.warnings} warnings" if one.errors or one.warnings else ""
    if one.reading is None:
        return (one.source.id, "not built", "", "", "", problems)
    return (one.source.id, one.reading.language, one.reading.pages, one.reading.articles, one.reading.chunks, problems)
