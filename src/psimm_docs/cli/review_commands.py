"""Commands of the review beside `tag`: audit (what the threshold hid), agreement, and taking in other tools' annotations."""

from __future__ import annotations

import math
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from psimm_docs.cli.surface import JsonOption, JurisdictionsOption, WorkspaceOption, app, bench, print_json, print_table


@app.command("audit")
def audit_concept(
    concept: Annotated[str, typer.Argument(help="A concept: draw a sample of what was not suggested for it.")] = "",
    size: Annotated[int, typer.Option(help="How many provisions are drawn.", min=1)] = 60,
    seed: Annotated[
        int | None, typer.Option(help="The seed of the draw; without it one is drawn too, and kept.")
    ] = None,
    threshold: Annotated[
        float | None, typer.Option(help="What counts as suggested; else the settings' threshold.", min=0.0, max=1.0)
    ] = None,
    jurisdiction: JurisdictionsOption = None,
    reviewer: Annotated[str, typer.Option(help="Your name, for a draw.", envvar="PSIMM_REVIEWER")] = "",
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Draw a sample of the provisions that were not suggested for a concept; without one, say what each sample's answers come to.

    The sample is answered on the app's Audit page, or with psimm-docs tag. The answer bounds how many provisions were missed.

    Example: psimm-docs audit quota --size 60 --reviewer "Ana Jovanović"
    """
    from psimm_docs.sampling import draw_missed, outcomes

    work = bench(workspace)
    if concept:
        if not reviewer:
            raise typer.BadParameter("a draw needs --reviewer (or $PSIMM_REVIEWER)")
        sample = draw_missed(
            work, reviewer, concept, size=size, seed=seed, threshold=threshold, jurisdictions=jurisdiction or ()
        )
        if as_json:
            print_json(sample)
            return
        typer.echo(
            f"Sample {sample.mark}: {len(sample.drawn)} of {sample.population} {sample.about}, seed {sample.seed}"
        )
        for provision_id, _ in sample.drawn:
            typer.echo(f"  {provision_id}")
        return
    found = outcomes(work)
    if as_json:
        print_json([asdict(one) for one in found])
        return
    for one in found:
        typer.echo(f"{one.sample.mark}  {one.sample.time[:10]}  {one.sample.about}  ({one.sample.reviewer})")
        typer.echo(f"  {one.told}")
    if not found:
        typer.echo("No sample was drawn yet; name a concept to draw one.")


@app.command("import")
def import_answers(
    file: Annotated[
        Path,
        typer.Argument(help="A table (.csv, .xlsx, .jsonl) or JSON of Label Studio, Argilla or W3C Web Annotation."),
    ],
    reviewer: Annotated[
        str, typer.Option(help="The name under which the answers are kept.", envvar="PSIMM_REVIEWER")
    ] = "",
    author: Annotated[str, typer.Option(help="Whose answers, where the file has several people's.")] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would come.")] = False,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Take answers made elsewhere in, under a reviewer's name; nothing is overwritten, and what does not fit is told.

    Example: psimm-docs import answers.csv --reviewer "Ana Jovanović" --dry-run
    """
    from psimm_docs.interchange import take_file

    if not reviewer:
        raise typer.BadParameter("answers need --reviewer (or $PSIMM_REVIEWER)")
    taken = take_file(bench(workspace), file, reviewer, author=author, dry_run=dry_run)
    if as_json:
        print_json(asdict(taken))
        return
    did = "would come" if dry_run else "came"
    typer.echo(f"{len(taken.new)} answers {did} under {taken.reviewer}, {taken.held} are held already")
    for one in taken.refused:
        typer.echo(f"  not taken: {one.answer.where}: {one.reason}")


@app.command("progress")
def show_progress(workspace: WorkspaceOption = None, as_json: JsonOption = False) -> None:
    """Say how the review stands: by reviewer and concept, how far reviewers agree, how good the suggestions were.

    Example: psimm-docs progress --json
    """
    from psimm_docs.progress import progress

    found = progress(bench(workspace))
    if as_json:
        print_json(defined(asdict(found)))
        return
    typer.echo(f"{found.answered} of {found.suggested} suggestions answered\n")
    print_table(
        (
            (one.reviewer, one.accepted, one.rejected, one.skipped, one.translated, one.last[:16])
            for one in found.reviewers
        ),
        ("reviewer", "yes", "no", "skipped", "from a translation", "last answer"),
    )
    typer.echo(f"\nagreement of all (Krippendorff's alpha): {figure(found.alpha)}")
    print_table(
        (
            (
                one.concept or "all",
                one.agreement.first,
                one.agreement.second,
                one.agreement.items,
                figure(one.agreement.kappa),
            )
            for one in found.pairs
        ),
        ("concept", "first", "second", "both answered", "Cohen's kappa"),
    )
    typer.echo()
    print_table(
        (
            (one.concept, one.suggested, one.answered, one.accepted, one.rejected, one.disputed, one.stale, one.twice)
            for one in found.concepts
        ),
        ("concept", "suggested", "answered", "yes", "no", "disagreement", "text changed", "read by two"),
    )
    typer.echo()
    print_table(
        (
            (
                one.week or "all",
                one.name,
                one.answered,
                one.accepted,
                one.rejected,
                f"{one.share:.2f} ({one.low:.2f} to {one.high:.2f})",
            )
            for one in (*found.taggers, *found.quality)
        ),
        ("week", "tagger", "answered", "accepted", "rejected", "precision (95 % interval)"),
    )


def figure(value: float) -> str:
    """Return a figure with three decimals; a dash where it is not defined."""
    return "-" if math.isnan(value) else f"{value:.3f}"


def defined(value: Any) -> Any:
    """Return a value with null where a figure is not defined, as JSON has no NaN."""
    if isinstance(value, dict):
        return {name: defined(one) for name, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [defined(one) for one in value]
    return None if isinstance(value, float) and math.isnan(value) else value
