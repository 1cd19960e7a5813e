"""Commands on authorities and procedures: who does what, and the steps to a permit, side by side."""

from __future__ import annotations

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
)
from psimm_docs.jurisdictions import SIX, jurisdiction, root

if TYPE_CHECKING:
    from psimm_docs.workbench import Workbench


@app.command("institutions")
def list_institutions(
    concept: Annotated[str, typer.Option("--concept", "-c", help="Only provisions tagged with this concept.")] = "",
    jurisdiction_codes: JurisdictionsOption = None,
    register: Annotated[
        bool, typer.Option("--register", help="List the authorities that are known, with their names.")
    ] = False,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show which authority decides, gives an opinion, receives, inspects, fines or hears the appeal, and the provisions that say so.

    Where two provisions of one jurisdiction name different authorities for the same thing, both are shown.

    Example: psimm-docs institutions --concept work-permit
    """
    from psimm_docs.authorities import who_does_what
    from psimm_docs.institution_roles import ROLE_WORDS
    from psimm_docs.institutions import HOW_WORDS

    codes = [jurisdiction(code).code for code in jurisdiction_codes or SIX]
    work = bench(workspace)
    if register:
        list_register(work, codes, as_json=as_json)
        return
    table = who_does_what(work, concept, jurisdictions=codes)
    if as_json:
        print_json(table)
        return
    for code in dict.fromkeys(root(one) for one in codes):
        found = [one for role in ROLE_WORDS for one in table.of(code, role)]
        typer.echo(f"\n{work.jurisdiction_name(code)}" + ("" if found else f": {table.silence(code)}"))
        rows = []
        for one in found:
            place = one.places[0]
            more = f" (and {len(one.places) - 1} more)" if len(one.places) > 1 else ""
            level = "" if one.jurisdiction == code else f" [{work.jurisdiction_name(one.jurisdiction)}]"
            remark = "" if place.how == "name" else f" ({HOW_WORDS[place.how]})"
            rows.append((ROLE_WORDS[one.role], one.name + level, place.words + remark, place.provision_id + more))
        if rows:
            print_table(rows, ("role", "authority", "named as", "provision"))
    for clash in table.disagreements:
        label = work.taxonomy.concept(clash.concept).label()
        typer.echo(f"\nDifferent authorities: {work.jurisdiction_name(clash.jurisdiction)}, {label}: {clash.told()}")
        for entry in clash.entries:
            for place in entry.places:
                typer.echo(f"  {entry.name}: {place.words}  {place.provision_id}")
    print_note(codes)


def list_register(work: Workbench, codes: list[str], *, as_json: bool) -> None:
    """Print the authorities that are known, with what the held texts say of each."""
    from psimm_docs.authorities import register
    from psimm_docs.institution_words import institutions

    found = register(work, jurisdictions=codes)
    if as_json:
        print_json([institutions()[name] for name, _, _ in found])
        return
    print_table(
        (
            (
                name,
                institutions()[name].kind,
                institutions()[name].name(),
                institutions()[name].english,
                count,
                institutions()[name].basis,
            )
            for name, count, _ in found
        ),
        ("id", "kind", "official name", "in English", "mentions", "name was"),
    )
    print_note(codes)


@app.command("procedure")
def show_procedure(
    jurisdiction_codes: JurisdictionsOption = None,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print CSV.")] = False,
) -> None:
    """Show the steps to a work or single permit: who acts, documents, deadline, fee and legal basis; "no basis found" where there is none.

    Your own steps: corpus/procedures/*.jsonl in the workspace, in the form that --json prints under "step".

    Example: psimm-docs procedure --jurisdiction RS
    """
    from psimm_docs.exports import to_csv
    from psimm_docs.procedures import STAGES, procedure, step_table

    if as_json and as_csv:
        raise typer.BadParameter("give one of --json, --csv")
    views = procedure(bench(workspace), jurisdictions=jurisdiction_codes or ())
    if as_json:
        print_json(views)
        return
    if as_csv:
        typer.echo(to_csv(step_table(views)).decode("utf-8-sig"), nl=False)
        return
    name = ""
    for one in views:
        here = jurisdiction(root(one.step.jurisdiction)).name
        if here != name:
            name = here
            typer.echo(f"\n{name}")
        level = (
            "" if jurisdiction(one.step.jurisdiction).name == name else f" [{jurisdiction(one.step.jurisdiction).name}]"
        )
        typer.echo(f"\n  {one.step.order}. {STAGES[one.step.stage]}: {one.step.title}{level}")
        for label, text in (
            ("who", one.step.actor),
            ("authority", one.beside),
            ("documents", ", ".join(one.step.documents)),
            ("deadline", one.step.deadline),
            ("fee", one.step.fee),
            ("basis", one.told),
            ("source", one.step.source),
            ("doubt", one.step.doubt),
            ("note", one.step.note),
        ):
            if text:
                typer.echo(f"     {label}: {text}")
    print_note(one.step.jurisdiction for one in views)
