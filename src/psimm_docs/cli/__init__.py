"""The command line: a command asks the library and prints; the one error boundary is `main`.

Exit status: 0 done, 1 something the user can mend (one line on stderr: what, where, what to do), 2 wrong usage. With `--json` a
command prints JSON and nothing else on stdout; progress and remarks go to stderr. Nothing heavy is imported before it is needed.
"""

from __future__ import annotations

import os
import sys

import typer

from psimm_docs.cli import (
    asking_commands,
    basket_commands,
    compare_commands,
    corpus_commands,
    figure_commands,
    institution_commands,
    paper_commands,
    review_commands,
    standards_commands,
    tagger_commands,
    taxonomy_commands,
    upkeep_commands,
    value_commands,
)
from psimm_docs.cli.surface import app
from psimm_docs.errors import PsimmError

__all__ = [
    "app",
    "asking_commands",
    "basket_commands",
    "compare_commands",
    "corpus_commands",
    "figure_commands",
    "institution_commands",
    "main",
    "paper_commands",
    "review_commands",
    "standards_commands",
    "tagger_commands",
    "taxonomy_commands",
    "upkeep_commands",
    "value_commands",
]


def main() -> None:
    """Run a command; a PsimmError is one line and exit status 1, Ctrl-C is 130."""
    try:
        app(standalone_mode=True)
    except PsimmError as error:
        typer.echo(f"psimm-docs: {error}", err=True)
        raise SystemExit(1) from None
    except KeyboardInterrupt:
        typer.echo("psimm-docs: stopped; what was finished is kept, run it again to go on", err=True)
        raise SystemExit(130) from None
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise SystemExit(0) from None
