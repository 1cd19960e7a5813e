"""Commands for papers: check a draft's citations and quotations."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from psimm_docs.cli.surface import JsonOption, WorkspaceOption, app, bench, print_json, print_note, say

paper = typer.Typer(
    name="paper",
    help="Check a draft's citations, write a paper's skeleton, and refresh it.",
    no_args_is_help=True,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.add_typer(paper)


@paper.command()
def check(
    draft: Annotated[Path, typer.Argument(help="The draft: a Word file (.docx) or Markdown (.md).")],
    table: Annotated[
        Path | None, typer.Option("--table", "-t", help="Also write the findings as .csv, .xlsx or .jsonl.")
    ] = None,
    copy: Annotated[
        Path | None, typer.Option("--copy", "-c", help="Write a copy of the Word file with comments at the places.")
    ] = None,
    jurisdiction: Annotated[
        str,
        typer.Option("--jurisdiction", "-j", help="The jurisdiction meant where a citation names none (RS, XK, ...)."),
    ] = "",
    everything: Annotated[bool, typer.Option("--all", help="Also list what holds and notes without a law.")] = False,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Check every footnote and quotation of a draft against the corpus; the draft is not changed.

    Each is said to hold, to differ (where), to be renumbered, changed since, repealed, tagged but not reviewed, or not in the corpus.

    Example: psimm-docs paper check draft.docx --table findings.xlsx --copy draft-checked.docx
    """
    from psimm_docs.checked_papers import write_commented, write_findings
    from psimm_docs.cite_check import check as check_draft
    from psimm_docs.papers import QUIET, summary

    found = check_draft(bench(workspace), draft, code=jurisdiction)
    for path in write_findings(table, found) if table else ():
        say(f"Table written: {path}")
    if copy:
        say(f"Copy written: {copy} ({write_commented(draft, copy, found)} comments)")
    if as_json:
        print_json([asdict(one) for one in found])
        return
    typer.echo(summary(found))
    for one in found:
        if one.state in QUIET and not everything:
            continue
        typer.echo(f"\n{one.where}: {one.words}")
        if one.quote:
            typer.echo(f"  “{' '.join(one.quote.split())}”")
        if one.cited:
            typer.echo(f"  {one.law + ', ' if one.law else ''}{one.cited}")
        typer.echo(f"  {one.told}")
        if one.nearest:
            typer.echo(f"  text held: “{one.nearest}”")
        for also in one.also:
            typer.echo(f"  also: {also}")
        if one.provision_id:
            typer.echo(f"  {one.provision_id}")
    print_note(one.jurisdiction for one in found)


@paper.command()
def new(
    out: Annotated[Path, typer.Argument(help="The Word file to write (.docx); it may not be there yet.")],
    jurisdiction: Annotated[
        str, typer.Option("--jurisdiction", "-j", help="Whose paper: AL, BA, XK, ME, MK, RS, ...")
    ] = "",
    regional: Annotated[
        bool, typer.Option("--regional", help="The comparison of the six instead of a country's paper.")
    ] = False,
    concept: Annotated[list[str] | None, typer.Option("--concept", help="Only this concept; again for more.")] = None,
    style: Annotated[str, typer.Option(help="Footnotes: house, oscola, chicago or original.")] = "house",
    workspace: WorkspaceOption = None,
) -> None:
    """Write a paper's skeleton: per concept the state of the answer, the provisions with quotes and footnotes, open questions, the annexes.

    Example: psimm-docs paper new --jurisdiction rs serbia.docx
    """
    from psimm_docs.jurisdictions import jurisdiction as named
    from psimm_docs.paper_skeleton import Asked
    from psimm_docs.paper_skeleton import new as write

    if regional == bool(jurisdiction):
        raise typer.BadParameter("give either --jurisdiction or --regional")
    code = named(jurisdiction).code if jurisdiction else ""
    for why in write(bench(workspace), Asked(code, style), out, concepts=concept or ()):
        say(f"held back: {why}")
    typer.echo(out)


@paper.command()
def refresh(
    paper_file: Annotated[
        Path, typer.Argument(metavar="PAPER", help="A skeleton that `paper new` wrote, with your text in it.")
    ],
    concept: Annotated[list[str] | None, typer.Option("--concept", help="Add this concept; again for more.")] = None,
    style: Annotated[str, typer.Option(help="Footnotes: house, oscola, chicago or original.")] = "house",
    workspace: WorkspaceOption = None,
) -> None:
    """Make a skeleton's own regions again, in place; every byte that you wrote stays, and so does a region in which you wrote.

    Example: psimm-docs paper refresh serbia.docx
    """
    from psimm_docs.paper_skeleton import again

    done, stopped = again(bench(workspace), paper_file, style=style, concepts=concept or ())
    for why in stopped:
        say(f"held back: {why}")
    typer.echo(f"{len(done.replaced)} regions made again, {len(done.added)} added.")
    for key in done.kept:
        typer.echo(f"  {key}: left, since you wrote in it")
    if done.gone:
        typer.echo(f"  {done.gone} not made any more, left as they are")
