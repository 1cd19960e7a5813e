"""The command that lists the values of provisions: deadlines, fees, fines and the like, and the checklist of a concept."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

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
)

COLUMNS = ("kind", "value", "days", "in euro", "who", "words", "where")


@app.command()
def values(
    provision: Annotated[str, typer.Argument(help="A provision's id as search prints it.")] = "",
    concept: Annotated[
        str, typer.Option("--concept", "-c", help="All provisions on this concept; with a provision, its checklist.")
    ] = "",
    jurisdiction: JurisdictionsOption = None,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """List deadlines, durations, fees, fines, quotas and ages with the words they come from, and what a concept's checklist finds.

    Example: psimm-docs values --concept processing-deadline --jurisdiction RS
    """
    from psimm_docs.valued import (
        element_rows,
        elements_of,
        jsonable,
        rates_of,
        rates_used,
        row_of,
        valued_on,
        values_of,
        without_rate,
    )

    if not provision and not concept:
        raise typer.BadParameter("give a provision's id or --concept (see annotations/taxonomy)")
    work = bench(workspace)
    known = rates_of(work)
    if provision:
        checks = elements_of(work, provision, concept) if concept else ()
        held = [(work.provision(provision), values_of(work, provision), checks)]
    else:
        held = [
            (one.provision, one.values, one.elements)
            for one in valued_on(work, concept, jurisdictions=jurisdiction or ())
        ]
    if as_json:
        print_json(
            [
                {
                    "provision_id": one.id,
                    "values": [jsonable(work, value, known) for value in some],
                    "elements": [{**asdict(element), "state": element.state} for element in checks],
                }
                for one, some, checks in held
            ]
        )
        return
    for one, some, checks in held:
        source = work.source(one.source_id)
        typer.echo(f"{work.jurisdiction_name(source.jurisdiction)}: {source.title}, {one.label}")
        typer.echo(f"{one.id}\n")
        if some:
            rows = [row_of(work, value, known) for value in some]
            print_table([[row[name] for name in COLUMNS] for row in rows], COLUMNS)
        else:
            typer.echo("no value found")
        if checks:
            typer.echo()
            print_table([list(row.values()) for row in element_rows(work, checks)], ("element", "state", "words"))
        typer.echo()
    if not held:
        typer.echo("No provision on this concept.")
    everything = [value for _, some, _ in held for value in some]
    for line in rates_used(everything, known):
        typer.echo(f"Rate: {line}")
    if missing := without_rate(everything, known):
        typer.echo(f"No rate for {', '.join(missing)}: add [values] rates to psimm.toml to see euro.")
    print_note(work.source(one.source_id).jurisdiction for one, _, _ in held)
