"""The comparison's command for figures: `psimm-docs compare values`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from psimm_docs.cli.compare_commands import compare
from psimm_docs.cli.surface import (
    JsonOption,
    JurisdictionsOption,
    WorkspaceOption,
    bench,
    print_json,
    print_note,
    say,
)


@compare.command()
def values(
    concept: Annotated[str, typer.Argument(help="The concept's id.")],
    jurisdiction: JurisdictionsOption = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", help="Write it to a file; its ending (.csv, .xlsx, .jsonl) is the format."),
    ] = None,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Put a concept's deadlines, validity, fees and fines side by side: in days, and in euro where a rate is set.

    Example: psimm-docs compare values fees
    """
    from psimm_docs.reports import grid as make
    from psimm_docs.value_grid import figures_of, figures_tables, line_of

    work = bench(workspace)
    name = work.taxonomy.concept(concept).id
    figures = figures_of(work, make(work, [name], jurisdictions=jurisdiction or ()), name)
    if out is not None:
        from psimm_docs.exports import write_tables

        for path in write_tables(out, figures_tables(figures)):
            say(f"Written: {path}")
    if as_json:
        print_json(figures)
        return
    typer.echo(work.taxonomy.concept(name).label())
    for kind in figures.kinds:
        typer.echo(f"\n{kind}")
        for code in figures.jurisdictions:
            some = figures.of(kind, code)
            typer.echo(
                f"  {work.jurisdiction_name(code)}{'' if some else ': none found in the provisions of its cell'}"
            )
            for one in some:
                typer.echo(f"    {line_of(one)}  [{one.review}]")
    if not figures.kinds:
        typer.echo("No figure was found in its provisions.")
    for remark in figures.remarks:
        typer.echo(f"\n{remark}")
    print_note(figures.jurisdictions)
