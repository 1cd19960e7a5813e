"""Commands for what the tagger learns from people's answers: learn, status, forget."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from psimm_docs.cli.surface import JsonOption, WorkspaceOption, app, bench, print_json, print_table, with_progress

if TYPE_CHECKING:
    from psimm_docs.adopted import Card, Figure

tagger = typer.Typer(
    help="Let the tagger learn from what people answered; see first what it brings.", no_args_is_help=True
)
app.add_typer(tagger, name="tagger")

HEADS = ("on answers never learned from", "as shipped", "in use", "learned", "change (95 % interval)", "answers")


@tagger.command()
def learn(
    adopt: Annotated[bool, typer.Option("--adopt", help="Use it from the next build on.")] = False,
    anyway: Annotated[bool, typer.Option("--anyway", help="With --adopt: even where it does worse.")] = False,
    preview: Annotated[
        bool,
        typer.Option(
            "--preview", help="Count what would be suggested in the whole corpus; takes as long as tagging it."
        ),
    ] = False,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Learn from the answers of the review and say what it brings on a fixed fifth that is kept out; adopt it only when asked to.

    Example: psimm-docs tagger learn
    """
    from psimm_docs import relearning
    from psimm_docs.retagging import STAGE

    if anyway and not adopt:
        raise typer.BadParameter("--anyway goes with --adopt")
    work = bench(workspace)
    made = relearning.lesson(work)
    card = made.card
    effect = None
    if preview:
        effect = with_progress(
            {STAGE: "Comparing suggestions"}, lambda told: relearning.effect(work, made, progress=told)
        )
    if as_json:
        if adopt:
            card = relearning.adopt(work, made, anyway=anyway)
        told = {
            "effect": effect and asdict(effect),
            "worse": made.worse,
            "concepts": [asdict(one) for one in made.concepts],
            "left_out": made.left_out,
        }
        print_json({"adopted": adopt, "card": asdict(card), **told})
        return
    typer.echo(
        f"{card.answers} answers ({made.yes} yes, {card.answers - made.yes} no) on {made.provisions} provisions: "
        f"{card.learned_from} learned from, {card.held_out} kept out to measure on"
    )
    for reason, count in sorted(made.left_out.items()):
        typer.echo(f"  not used: {count} {reason}")
    typer.echo()
    print_table(map(row, card.gain), HEADS)
    if made.concepts:
        typer.echo("\nmicro F1 from 0.5 by concept")
        print_table(map(row, made.concepts), ("concept", *HEADS[1:]))
    typer.echo()
    if effect:
        typer.echo(
            f"In the corpus {effect.then} suggestions instead of {effect.now} ({effect.appear} come, {effect.vanish} go), "
            f"{effect.likely_then} of 0.5 and more instead of {effect.likely_now}."
        )
    for fault in made.worse:
        typer.echo(f"Worse: {fault}.")
    if adopt:
        relearning.adopt(work, made, anyway=anyway)
        typer.echo(f"Adopted as {card.name}. psimm-docs build now tags the corpus again with it.")
    else:
        typer.echo(f"Not adopted. To adopt it: psimm-docs tagger learn --adopt{' --anyway' if made.worse else ''}")


def row(one: Figure) -> Sequence[object]:
    """Return a figure's line in the table."""
    change = f"{one.learned - one.now:+.2f} ({one.low:+.2f} to {one.high:+.2f})"
    return [one.name, *(f"{value:.2f}" for value in (one.shipped, one.now, one.learned)), change, one.answers]


@tagger.command()
def status(workspace: WorkspaceOption = None, as_json: JsonOption = False) -> None:
    """Say which tagger makes the suggestions: the one that was shipped, or one that learned from people's answers, and from how many.

    Example: psimm-docs tagger status
    """
    from psimm_docs.relearning import standing

    found = standing(bench(workspace))
    if as_json:
        print_json(asdict(found))
        return
    if found.card is None:
        typer.echo("The tagger is as it was shipped.")
    elif found.problems:
        for problem in found.problems:
            typer.echo(f"{problem.message}; {problem.todo}")
    else:
        typer.echo(told(found.card))
        print_table(map(row, found.card.gain), HEADS)
        if found.changed:
            typer.echo("Answers were given or taken back since; psimm-docs tagger learn shows what they bring.")
    if not found.built:
        typer.echo("The suggestions in the corpus are another tagger's still; psimm-docs build makes them again.")
    for card in found.cards:
        if found.card is None or card.name != found.card.name:
            typer.echo(f"adopted before: {card.name}, from {card.answers} answers")


def told(card: Card) -> str:
    """Return a card in a line."""
    doubt = "; adopted although it did worse in part" if card.anyway else ""
    return f"The tagger learned on {card.time[:10]} from {card.answers} answers ({card.name}){doubt}."


@tagger.command()
def forget(workspace: WorkspaceOption = None) -> None:
    """Go back to the tagger as it was shipped; what was learned is kept beside, with its card.

    Example: psimm-docs tagger forget
    """
    from psimm_docs import relearning

    if relearning.forget(bench(workspace)):
        typer.echo("Back to the shipped tagger. psimm-docs build now tags the corpus again with it.")
    else:
        typer.echo("The tagger is as it was shipped; there was nothing to forget.")
