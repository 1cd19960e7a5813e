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
