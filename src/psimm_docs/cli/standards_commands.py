"""Commands that give what is held to other programs in their standards."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from psimm_docs.cli.surface import WorkspaceOption, app, bench, print_note, say


@app.command()
def akn(
    documents: Annotated[
        list[str] | None, typer.Argument(help="Ids of documents; all that are built where none is given.")
    ] = None,
    out: Annotated[Path, typer.Option("--out", "-o", help="The folder to write into.")] = Path("akn"),
    workspace: WorkspaceOption = None,
) -> None:
    """Write documents as Akoma Ntoso XML, one file each, with the eIds that citations use.

    Example: psimm-docs akn rs/law-on-foreigners-2018/digest.sr-Cyrl --out akn
    """
    from psimm_docs.akoma import problems, to_akoma
    from psimm_docs.jsonl import write_bytes

    work = bench(workspace)
    ids = documents or [one for one in work.sources if work.is_built(one)]
    for one in ids:
        source = work.source(one)
        data = to_akoma(
            source, work.document(source.id), work.provisions(source.id), work=work.works.get(source.work_id)
        )
        for wrong in problems(data):
            say(f"{source.id}: {wrong}")
        path = out / f"{source.id}.akn.xml"
        write_bytes(path, data)
        typer.echo(path)
    print_note(work.source(one).jurisdiction for one in ids)
