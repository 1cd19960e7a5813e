"""Commands that look after the whole: evaluate, doctor, app."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from psimm_docs.cli.surface import JsonOption, WorkspaceOption, app, bench, print_json, print_table, say
from psimm_docs.errors import PsimmError


@app.command()
def evaluate(
    suite: Annotated[str, typer.Argument(help="reading, language, search, tagging or all.")] = "all",
    documents: Annotated[
        Path | None, typer.Option(help="Folder of the real laws that the gold outlines are of (reading).")
    ] = None,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Measure the quality of each step on the digests, whose right answers are known, against floors that may only rise.

    The suite `reading` also measures on real laws where their folder is at hand.

    Example: psimm-docs evaluate search
    """
    from psimm_docs.evaluate import evaluate as run

    scores = run(bench(workspace), suite, documents=documents)
    if as_json:
        print_json(scores)
    else:
        print_table(
            (
                (
                    one.suite,
                    one.measure,
                    one.slice,
                    f"{one.value:.3f}",
                    f"{one.floor:.3f}" if one.floor is not None else "",
                    one.count,
                )
                for one in scores
            ),
            ("suite", "measure", "slice", "value", "floor", "cases"),
        )
    below = [one for one in scores if one.floor is not None and one.value < one.floor]
    if below:
        names = ", ".join(f"{one.suite} {one.measure} {one.slice}" for one in below)
        raise PsimmError(f"below the floor: {names}; find out what made it worse before the floor is touched")


@app.command()
def doctor(workspace: WorkspaceOption = None, as_json: JsonOption = False) -> None:
    """Check the machine and the workspace: Python, OCR, checksums, decision logs, index.

    Example: psimm-docs doctor
    """
    from psimm_docs.doctor import examine

    findings = examine(workspace)
    if as_json:
        print_json(findings)
    else:
        for one in findings:
            typer.echo(f"{one.verdict:5}  {one.what}: {one.message}" + (f"  -> {one.todo}" if one.todo else ""))
    broken = sum(one.verdict == "bad" for one in findings)
    if broken:
        raise PsimmError(f"{broken} things need mending; the lines marked bad say what to do")


@app.command("app")
def open_app(
    port: Annotated[int, typer.Option(help="The port on this machine.", min=1, max=65535)] = 8501,
    workspace: WorkspaceOption = None,
) -> None:
    """Open the app in the browser, on this machine only.

    Example: psimm-docs app --port 8502
    """
    from psimm_docs.workspace import open_workspace

    found = open_workspace(workspace)
    script = app_script()
    os.environ["PSIMM_WORKSPACE"] = str(found.root)
    say(f"The app opens at http://localhost:{port} (stop it with Ctrl-C)")
    os.chdir(script.parent)  # where the app's settings lie
    os.execv(
        sys.executable,
        [
            *(sys.executable, "-m", "streamlit", "run", str(script)),
            *("--server.port", str(port), "--server.address", "localhost", "--server.headless", "true"),
        ],
    )


def app_script() -> Path:
    """Return the app's main file: in the installed package, else in the checkout."""
    here = Path(__file__).resolve()
    for place in (here.parents[1] / "data" / "app" / "main.py", here.parents[3] / "app" / "main.py"):
        if place.is_file():
            return place
    raise PsimmError(f"{here.parent}: the app's files are not there; install psimm-docs again")
