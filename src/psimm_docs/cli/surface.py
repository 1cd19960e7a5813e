"""What all commands share: the app, the common options, and how things are printed."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from psimm_docs.jsonl import dumps

if TYPE_CHECKING:
    from psimm_docs.workbench import Workbench

app = typer.Typer(
    name="psimm-docs",
    help="From a folder of laws in seven languages to a searched, tagged and reviewed corpus.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)

WorkspaceOption = Annotated[
    Path | None,
    typer.Option(
        "--workspace", "-w", help="The workspace's folder; else $PSIMM_WORKSPACE, else the nearest one upwards."
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON.")]
JurisdictionsOption = Annotated[
    list[str] | None, typer.Option("--jurisdiction", "-j", help="Only these (AL, BA, BA-BIH, BA-SRP, XK, ME, MK, RS).")
]
LanguagesOption = Annotated[
    list[str] | None,
    typer.Option("--language", "-l", help="Only these languages (sq, bs, hr, cnr, sr-Cyrl, sr-Latn, mk, en)."),
]


def bench(folder: Path | None) -> Workbench:
    """Open the workspace for reading."""
    from psimm_docs.workbench import open_workbench

    return open_workbench(folder)


def say(text: str = "") -> None:
    """Print a remark for a person on stderr."""
    typer.echo(text, err=True)


KOSOVO = re.compile(r'Kosovo\*|"XK["-]|"xk/')
"""What names Kosovo* in JSON: its name, its code, the id of one of its texts."""


def print_json(value: Any) -> None:
    """Print a record, a list of records or a plain value as JSON; an object that names Kosovo* has its footnote in `footnote`."""
    if isinstance(value, (list, tuple)):
        typer.echo("[" + ",\n ".join(map(with_footnote, value)) + "]")
    else:
        typer.echo(with_footnote(value))


def with_footnote(value: Any) -> str:
    """Return a value as a line of JSON, with the footnote of Kosovo* where it is an object that names it and has none."""
    from psimm_docs.jurisdictions import KOSOVO_NOTE

    text = dumps(value)
    if not text.startswith("{") or not KOSOVO.search(text) or KOSOVO_NOTE in text:
        return text
    return dumps({**json.loads(text), "footnote": KOSOVO_NOTE})


def print_table(rows: Iterable[Sequence[object]], heads: Sequence[str]) -> None:
    """Print rows as aligned columns; the last column takes what room is left."""
    cells = [[str(cell) for cell in row] for row in rows]
    widths = [max([len(head), *(len(row[at]) for row in cells)]) for at, head in enumerate(heads)]
    for row in [list(heads), *cells]:
        typer.echo("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


def print_note(codes: Iterable[str]) -> None:
    """Print the footnote of Kosovo* when a table has it."""
    from psimm_docs.jurisdictions import KOSOVO_NOTE, needs_note

    if needs_note(codes):
        typer.echo()
        typer.echo(KOSOVO_NOTE)


def workspace_of(folder: Path | None) -> Any:
    """Open the workspace without what was built."""
    from psimm_docs.workspace import open_workspace

    return open_workspace(folder)


def with_progress(about: dict[str, str], run: Callable[[Callable[[str, int, int, str], None]], Any]) -> Any:
    """Run something long with a bar a stage on a terminal, and a line now and then elsewhere."""
    if not sys.stderr.isatty():
        shown: dict[str, int] = {}

        def lines(stage: str, done: int, total: int, where: str) -> None:
            tenth = 10 * done // max(1, total)
            if done == total or tenth > shown.get(stage, 0):
                shown[stage] = tenth
                say(f"{about[stage]}: {done} of {total}")

        return run(lines)
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (
        TextColumn("{task.description:26}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("{task.fields[where]}"),
    )
    with Progress(*columns, console=Console(stderr=True)) as bars:
        tasks = {stage: bars.add_task(text, total=None, where="") for stage, text in about.items()}
        return run(
            lambda stage, done, total, where: bars.update(tasks[stage], completed=done, total=total, where=where[-40:])
        )
