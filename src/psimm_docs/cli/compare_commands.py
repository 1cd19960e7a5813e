"""Commands of the comparison: the grid, the silence ledger.

`psimm-docs compare quota` is short for `psimm-docs compare grid quota`.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperGroup

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
)

if TYPE_CHECKING:
    from psimm_docs.cells import Cell
    from psimm_docs.workbench import Workbench

DEFAULT = "grid"


class GridFirst(TyperGroup):
    """A group of commands in which anything that names none of them is meant for the grid."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Put the grid's name before arguments that begin with no command."""
        if args and args[0] not in self.commands and args[0] not in ctx.help_option_names:
            args = [DEFAULT, *args]
        return super().parse_args(ctx, args)


compare = typer.Typer(cls=GridFirst, no_args_is_help=True, rich_markup_mode=None)
app.add_typer(compare, name="compare")

ReviewerOption = Annotated[str, typer.Option(help="Your name, under which it is kept.", envvar="PSIMM_REVIEWER")]
LevelOption = Annotated[
    bool, typer.Option("--level", help="This level alone (e.g. the state level of BA), without what lies below it.")
]
OneJurisdiction = Annotated[str, typer.Option("--jurisdiction", "-j", help="The jurisdiction or level of the cell.")]


@compare.callback()
def about() -> None:
    """Compare the jurisdictions: concept by concept, with an honest "searched, not found".

    Example: psimm-docs compare quota labour-market-test
    """


@compare.command(DEFAULT)
def grid(
    concepts: Annotated[list[str], typer.Argument(help="Concept ids (see annotations/taxonomy); `all` for every one.")],
    jurisdiction: JurisdictionsOption = None,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Put the provisions on a concept side by side, jurisdiction by jurisdiction; `grid` may be left out.

    Example: psimm-docs compare quota labour-market-test
    """
    from psimm_docs.reports import grid as make

    work = bench(workspace)
    made = make(work, concepts, jurisdictions=jurisdiction or ())
    if as_json:
        print_json(made)
        return
    for name in made.concepts:
        typer.echo(f"\n{work.taxonomy.concept(name).label()} [{name}]")
        rows = []
        for cell in made.row(name):
            rows.append(grid_row(work, cell, ""))
            rows += [grid_row(work, level, "  ") for level in cell.levels if level.documents or level.said]
        print_table(rows, ("jurisdiction", "state", "provisions", "first, or what was searched"))
    print_note(made.jurisdictions)


def grid_row(work: Workbench, cell: Cell, indent: str) -> Sequence[object]:
    """Return a cell's line in the table."""
    first = f"{cell.provisions[0].label}  {cell.provisions[0].provision_id}" if cell.provisions else cell.told
    return (indent + work.jurisdiction_name(cell.jurisdiction), cell.words, len(cell.provisions), first)


@compare.command()
def silence(
    concept: Annotated[str, typer.Argument(help="The concept's id.")],
    jurisdiction: OneJurisdiction,
    level: LevelOption = False,
    sign: Annotated[bool, typer.Option("--sign", help="Sign that nothing was found.")] = False,
    leads_read: Annotated[
        bool, typer.Option("--leads-read", help="You have read what the searches brought, and none of it answers.")
    ] = False,
    reason: Annotated[
        str,
        typer.Option("--not-applicable", metavar="REASON", help="Say that the concept doesn't apply there, and why."),
    ] = "",
    undo: Annotated[bool, typer.Option("--undo", help="Take back what you said of this cell.")] = False,
    note: Annotated[str, typer.Option(help="A note with the signature.")] = "",
    reviewer: ReviewerOption = "",
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show what was searched in a cell and what came; sign its silence, or say that it doesn't apply there.

    Example: psimm-docs compare silence quota -j AL --sign --reviewer "Ana Jovanović"
    """
    from psimm_docs import silence as silences
    from psimm_docs.statements import cited

    if sign + bool(reason) + undo > 1:
        raise typer.BadParameter("give one of --sign, --not-applicable, --undo")
    work = bench(workspace)
    if not (sign or reason or undo):
        cell = silences.cell_at(work, concept, jurisdiction, alone=level)
        if as_json:
            print_json(cell)
            return
        show_searches(work, cell)
        return
    if not reviewer:
        raise typer.BadParameter("this needs --reviewer (or $PSIMM_REVIEWER)")
    if undo:
        made = silences.take_back(work, reviewer, concept, jurisdiction, alone=level)
    elif reason:
        made = silences.not_applicable(work, reviewer, concept, jurisdiction, reason=reason, alone=level)
    else:
        made = silences.sign(work, reviewer, concept, jurisdiction, alone=level, leads_read=leads_read, note=note)
    if as_json:
        print_json(made)
    else:
        typer.echo(f"Taken back by {made.reviewer}." if undo else f"Recorded {made.id}.\n{cited(made)}")
        print_note([made.jurisdiction])


def show_searches(work: Workbench, cell: Cell) -> None:
    """Print what a cell rests on: its state, the searches, and the provisions that they brought."""
    typer.echo(
        f"{work.taxonomy.concept(cell.concept).label()}, {work.jurisdiction_name(cell.jurisdiction)}: {cell.words}"
    )
    typer.echo(cell.told)
    for look in cell.looks:
        typer.echo(
            f"  {look.state:10} {look.results:3}  “{look.text}” ({look.language}; folded: {' '.join(look.folded)})"
        )
    there = work.some_provisions(cell.leads)
    if cell.leads:
        typer.echo("\nTo read:")
    for one in cell.leads:
        provision = there.get(one)
        typer.echo(f"  {provision.label if provision else ''}  {provision.heading if provision else ''}  {one}")
    print_note([cell.jurisdiction])


@compare.command()
def ledger(
    statement: Annotated[str, typer.Argument(help="The id of one statement (SL-...), to see it whole.")] = "",
    jurisdiction: JurisdictionsOption = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", help="Write it to a file; its ending (.csv, .xlsx, .jsonl) is the format."),
    ] = None,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """List the silence ledger: what was signed as not found or not applicable, by whom, and what is out of date.

    Example: psimm-docs compare ledger --out silences.xlsx
    """
    from psimm_docs import silence as silences

    work = bench(workspace)
    entries = (
        [silences.entry(work, statement)] if statement else silences.ledger(work, jurisdictions=jurisdiction or ())
    )
    if out is not None:
        from psimm_docs.exports import write_tables

        for path in write_tables(out, [silences.ledger_table(entries)]):
            say(f"Written: {path}")
    if as_json:
        print_json(entries)
        return
    if not entries:
        typer.echo("Nothing is signed.")
    for one in entries:
        typer.echo(one.cited)
        if statement:
            for look in one.statement.queries:
                typer.echo(
                    f"  searched “{look.text}” ({look.language}; folded: {' '.join(look.folded)}): {look.state}, {look.results}"
                )
            for text in one.statement.documents:
                typer.echo(f"  held {text.source_id}  sha256 {text.sha256}{'' if text.read else '  [not read]'}")
            typer.echo(
                f"  index {one.statement.index}, encoder {one.statement.encoder}, taxonomy {one.statement.taxonomy_version}"
            )
    print_note(one.statement.jurisdiction for one in entries)


@compare.command()
def freeze(
    name: Annotated[str, typer.Argument(help="The snapshot's name: small letters, digits, hyphens.")],
    concept: Annotated[list[str] | None, typer.Option("--concept", "-c", help="Only this concept.")] = None,
    jurisdiction: JurisdictionsOption = None,
    note: Annotated[str, typer.Option(help="What it is for.")] = "",
    workspace: WorkspaceOption = None,
) -> None:
    """Freeze the grid as it is today, with all that each cell rests on, in annotations/snapshots/NAME.jsonl.

    Example: psimm-docs compare freeze draft-1 --note "sent to the experts"
    """
    from psimm_docs import freezing

    work = bench(workspace)
    made = freezing.freeze(work, name, concepts=concept or (), jurisdictions=jurisdiction or (), note=note)
    typer.echo(f"Frozen: {len(made.cells)} cells of {len(made.head.concepts)} concepts as {name}, {made.head.time}.")


@compare.command()
def diff(
    before: Annotated[str, typer.Argument(help="A snapshot's name.")],
    after: Annotated[str, typer.Argument(help="A later snapshot's name; `now` for the grid as it is.")] = "now",
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", help="Write it to a file; its ending (.csv, .xlsx, .jsonl) is the format."),
    ] = None,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Say which cells moved between two snapshots and why: text, tag, taxonomy, reviewer, documents or search.

    Example: psimm-docs compare diff draft-1 draft-2
    """
    from psimm_docs import freezing
    from psimm_docs.snapshots import where

    then, now, moved = freezing.compare(bench(workspace), before, after)
    if out is not None:
        from psimm_docs.exports import write_tables

        for path in write_tables(out, [freezing.moves_table(moved, now.head.names | then.head.names)]):
            say(f"Written: {path}")
    if as_json:
        print_json(moved)
        return
    counts = ", ".join(f"{why} {count}" for why, count in freezing.reasons_count(moved).items())
    typer.echo(
        f"{len(moved)} of {len(now.cells)} cells moved from {then.head.time} to {now.head.time}. {counts}".rstrip()
    )
    for one in moved:
        typer.echo(f"\n{now.head.names.get(one.concept) or then.head.names[one.concept]}, {where(one)}: {one.line}")
        for told in one.told:
            typer.echo(f"  {told}")
    print_note(one.jurisdiction for one in moved)


@compare.command()
def side(
    provisions: Annotated[list[str], typer.Argument(help="Two to six provision ids as search prints them.")],
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", help="Write it to a file: .html (one plain table), .csv, .xlsx or .jsonl."),
    ] = None,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Put provisions side by side, paragraph by paragraph; words that differ between nearly the same ones stand in [brackets].

    Example: psimm-docs compare side "rs/law-on-foreigners-2018/digest.sr-Cyrl#art_13" "ba/law-on-foreigners-2015/digest.bs#art_65"
    """
    from psimm_docs.side import html_of, plain, side_by_side, table_of

    made = side_by_side(bench(workspace), provisions)
    if out is not None:
        if out.suffix.lower() in (".html", ".htm"):
            from psimm_docs.jsonl import write_text

            write_text(out, html_of(made))
        else:
            from psimm_docs.exports import write_tables

            write_tables(out, [table_of(made)])
        say(f"Written: {out}")
    if as_json:
        print_json(made)
        return
    for at, one in enumerate(made.columns, 1):
        typer.echo(f"{at}. {one.name}  ({one.language})" + (f"  [{one.remark}]" if one.remark else ""))
    for number, row in enumerate(made.rows, 1):
        typer.echo(f"\n--- {number}")
        for at, cell in enumerate(row, 1):
            typer.echo(f"{at}. " + ("–" if cell is None else plain(cell)))
    print_note(one.jurisdiction for one in made.columns)


@compare.command()
def eu(
    concepts: Annotated[list[str], typer.Argument(help="Concept ids; `all` for every one.")],
    jurisdiction: JurisdictionsOption = None,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show each concept's EU provisions beside the jurisdictions, and where nothing stands.

    Example: psimm-docs compare eu seasonal-work entry-ban
    """
    from psimm_docs.acquis import eu_rows
    from psimm_docs.reports import grid as make

    work = bench(workspace)
    made = make(work, concepts, jurisdictions=jurisdiction or ())
    rows = eu_rows(work.taxonomy, made)
    if as_json:
        print_json(rows)
        return
    for row in rows:
        typer.echo(f"\n{work.taxonomy.concept(row.concept).label()} [{row.concept}]")
        for act in row.acts:
            typer.echo(f"  {act.text}  {act.address}")
        if not row.acts:
            typer.echo("  No EU act is named for it in the taxonomy.")
        for cell in row.cells:
            typer.echo(f"    {work.jurisdiction_name(cell.jurisdiction)}: {cell.words} ({len(cell.provisions)})")
        if row.gap:
            typer.echo(f"  Gap: {row.gap}")
    print_note(made.jurisdictions)


@compare.command()
def chart(
    out: Annotated[Path, typer.Option("--out", "-o", help="The SVG file to write.")],
    concept: Annotated[str, typer.Option("--concept", "-c", help="Draw the six with this concept's cells.")] = "",
    measure: Annotated[str, typer.Option(help="Draw the six with found, confirmed, silent or documents.")] = "",
    act: Annotated[
        list[str] | None,
        typer.Option("--act", help="Draw the amendments of this act of the catalogue (may be repeated)."),
    ] = None,
    workspace: WorkspaceOption = None,
) -> None:
    """Draw the six with a value, or when acts were amended, as an SVG file.

    Example: psimm-docs compare chart --act rs/law-on-foreigners-2018 --out amendments.svg
    """
    from psimm_docs import charts
    from psimm_docs.jsonl import write_text

    if bool(concept) + bool(measure) + bool(act) != 1:
        raise typer.BadParameter("give one of --concept, --measure, --act")
    work = bench(workspace)
    if act:
        drawn = charts.act_timeline(work, act)
    else:
        drawn = charts.concept_map(work, concept) if concept else charts.measure_map(work, measure)
    write_text(out, drawn)
    typer.echo(out)
