"""Commands for baskets: list them, share one as a file, take one in."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from psimm_docs.cli.surface import JsonOption, WorkspaceOption, app, bench, print_json, print_note, say

basket = typer.Typer(
    name="basket",
    help="Baskets of chosen provisions: list them, share one as a file, take one in.",
    no_args_is_help=True,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.add_typer(basket)


@basket.command("list")
def list_all(workspace: WorkspaceOption = None, as_json: JsonOption = False) -> None:
    """List the baskets with what is in them, folder by folder.

    Example: psimm-docs basket list
    """
    from psimm_docs.baskets import list_baskets

    held = list_baskets(bench(workspace).workspace.baskets)
    if as_json:
        print_json(held)
        return
    for one in held:
        typer.echo(f"{one.name}: {len(one.items)}")
        for folder in one.folders:
            typer.echo(f"  {folder or '(no folder)'}")
            for item in one.items:
                if item.folder == folder:
                    typer.echo(f"    {item.provision_id}{'  ' + item.note if item.note else ''}")
    print_note(item.provision_id.partition("/")[0] for one in held for item in one.items)


@basket.command("export")
def export_one(
    name: Annotated[str, typer.Argument(help="The basket's name.")],
    out: Annotated[Path, typer.Option("--out", "-o", help="The file to write (.json).")],
    workspace: WorkspaceOption = None,
) -> None:
    """Write a basket as a file that another copy of the corpus can take in.

    Example: psimm-docs basket export quotas --out quotas.json
    """
    from psimm_docs.jsonl import write_text
    from psimm_docs.sharing import share

    write_text(out, share(bench(workspace), name))
    typer.echo(out)


@basket.command("import")
def import_one(
    path: Annotated[Path, typer.Argument(help="A file that `basket export` or the Cite page wrote.")],
    name: Annotated[str, typer.Option(help="The basket to put it into; else the one of its own name.")] = "",
    workspace: WorkspaceOption = None,
) -> None:
    """Take in a shared basket; what is in yours stays, and what is not held here or reads otherwise is told.

    Example: psimm-docs basket import quotas.json
    """
    from psimm_docs.errors import PsimmError
    from psimm_docs.sharing import take_in

    try:
        text = path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise PsimmError(f"{path}: can't be read as UTF-8; check its name and export it again") from error
    made, told = take_in(bench(workspace), text, name=name)
    for line in told:
        say(line)
    typer.echo(f"{made.name}: {len(made.items)}")
