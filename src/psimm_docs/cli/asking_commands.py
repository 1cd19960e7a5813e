"""Commands that ask a built corpus and record what people decide: search, show, terms, tag, cite, export."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from psimm_docs.cli.surface import (
    JsonOption,
    JurisdictionsOption,
    LanguagesOption,
    WorkspaceOption,
    app,
    bench,
    print_json,
    print_note,
    print_table,
    say,
)


@app.command()
def search(
    query: Annotated[
        str, typer.Argument(help="Words or a question, in any of the languages, with or without diacritics.")
    ] = "",
    jurisdiction: JurisdictionsOption = None,
    language: LanguagesOption = None,
    kind: Annotated[
        list[str] | None, typer.Option("--type", help="Only these types (law, by-law, procedure, ...).")
    ] = None,
    concept: Annotated[
        list[str] | None, typer.Option("--concept", "-c", help="Only provisions tagged with this concept.")
    ] = None,
    review: Annotated[
        str, typer.Option(help="any, accepted, rejected, open or stale (with --concept or without).")
    ] = "any",
    mode: Annotated[
        str,
        typer.Option(
            help="mixed, grouped (language versions together) or round-robin (each jurisdiction's best in turn)."
        ),
    ] = "mixed",
    originals: Annotated[bool, typer.Option("--originals", help="Languages of record only, no translations.")] = False,
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, max=500, help="How many results.")] = 10,
    explain: Annotated[
        bool, typer.Option("--explain", help="Show the scores and ranks of each result, what matched, and its concept.")
    ] = False,
    keep: Annotated[
        str,
        typer.Option(
            "--save", metavar="NAME", help="Keep the search and its results as annotations/queries/NAME.json."
        ),
    ] = "",
    again: Annotated[
        str, typer.Option("--replay", metavar="NAME", help="Ask a kept search again, and tell what changed since.")
    ] = "",
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Search all languages at once; an honest "not found" when there is nothing.

    An article (član 43, Art. 43(2)), an amount (15 dana) or a number like 24/2018 is found exactly as it stands, and comes first.

    Example: psimm-docs search "who checks the labour market" --mode round-robin
    """
    from psimm_docs.finding import asides, ask, replay, save
    from psimm_docs.queries import Asked

    if bool(query) == bool(again):
        raise typer.BadParameter("give either words to search for or --replay NAME")
    if again and keep:
        raise typer.BadParameter("--save keeps a new search; it can't be given with --replay")
    work = bench(workspace)
    if again:
        answer, changed = replay(work, again)
        if as_json:
            print_json({"changes": asdict(changed), "answer": asdict(answer)})
            return
        typer.echo(changed.told())
        typer.echo()
    else:
        asked = Asked(
            query,
            jurisdictions=tuple(jurisdiction or ()),
            languages=tuple(language or ()),
            types=tuple(kind or ()),
            concepts=tuple(concept or ()),
            review=review,
            translations=not originals,
            limit=limit,
            mode=mode,
        )
        answer = ask(work, asked)
        if keep:
            say(f"Kept: {work.workspace.queries / save(work, keep, asked, answer).name}.json")
        if as_json:
            print_json(answer)
            return
    typer.echo(answer.explanation)
    for line in asides(work, answer):
        typer.echo(line)
    for number, hit in enumerate(answer.hits, 1):
        page = f", p. {hit.page}" if hit.page else ""
        digest = "  [digest; not the official text]" if hit.status == "digest" else ""
        typer.echo(
            f"\n{number}. {work.jurisdiction_name(hit.jurisdiction)}: {hit.title}, {hit.label}{page}  ({hit.language}){digest}"
        )
        if hit.heading:
            typer.echo(f"   {hit.heading}")
        if hit.note:
            typer.echo(f"   [{hit.note}]")
        typer.echo(f"   {work.snippet(hit)}")
        typer.echo(f"   {work.why(hit)}")
        if explain:
            typer.echo(f"   {work.scores(hit)}")
        typer.echo(f"   {hit.provision_id}")
    print_note(hit.jurisdiction for hit in answer.hits)


@app.command()
def show(
    provision: Annotated[str, typer.Argument(help="A provision's id as search prints it, or a document's id.")],
    picture: Annotated[
        Path | None, typer.Option(help="Write the page's picture with the passage marked to this PNG file.")
    ] = None,
    similar: Annotated[
        bool, typer.Option("--similar", help="Also list the provisions nearest in meaning in each other jurisdiction.")
    ] = False,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show a provision whole, with where it stands and what it refers to; or a document's outline.

    Example: psimm-docs show "rs/law-on-foreigners-2018/digest.sr-Cyrl#art_43"
    """
    work = bench(workspace)
    if "#" not in provision:
        outline = work.provisions(provision)
        if as_json:
            print_json(outline)
            return
        for one in outline:
            typer.echo(f"{'  ' * one.depth}{one.label}{'  ' + one.heading if one.heading else ''}  [{one.eid}]")
        return
    from psimm_docs.linking import linked_view, words_of

    view = linked_view(work, provision)
    if picture is not None:
        from psimm_docs.jsonl import write_bytes

        write_bytes(picture, work.picture(provision))
        say(f"Picture written: {picture}")
    others = work.similar(provision) if similar else ()
    if as_json:
        print_json({**asdict(view), "similar": [asdict(one) for one in others]} if similar else view)
        return
    typer.echo(f"{view.source.title} ({work.jurisdiction_name(view.source.jurisdiction)})")
    typer.echo(" › ".join(view.path))
    if view.source.digest:
        typer.echo("digest; not the official text")
    if view.page:
        typer.echo(f"page {view.page}")
    for told in view.notes:
        typer.echo(told)
    typer.echo()
    typer.echo(view.text)
    if view.remark:
        typer.echo(f"\nwarning: {view.remark}")
    if view.refers_to:
        typer.echo("\nRefers to:")
    for reference in view.refers_to:
        typer.echo(f"  {words_of(work, reference)}  [{reference.target or reference.state}]")
    if view.referred_by:
        typer.echo("\nReferred to by:")
    for reference in view.referred_by:
        typer.echo(f"  {reference.provision_id}  {words_of(work, reference)}")
    if similar:
        typer.echo("\nSimilar in other jurisdictions:" if others else "\nNothing similar in other jurisdictions.")
    for hit in others:
        typer.echo(f"  {hit.vector_score:.2f}  {work.jurisdiction_name(hit.jurisdiction)}: {hit.title}, {hit.label}")
        typer.echo(f"        {hit.provision_id}")
    for problem in view.problems:
        typer.echo(f"\n{problem.severity}: {problem.message}")
    print_note([view.source.jurisdiction, *(hit.jurisdiction for hit in others)])


@app.command()
def terms(
    term: Annotated[str, typer.Argument(help="A term, in any of the languages, with or without diacritics.")],
    jurisdiction: JurisdictionsOption = None,
    parts: Annotated[bool, typer.Option("--parts", help="Also longer terms that hold its words.")] = False,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show how each act defines a term, side by side in the original letters; an honest "not defined" where none does.

    Example: psimm-docs terms foreigner
    """
    from psimm_docs.defined_terms import look_up

    work = bench(workspace)
    found = look_up(work, term, jurisdictions=jurisdiction or (), parts=parts)
    if as_json:
        print_json(found)
        return
    for line in found.told():
        typer.echo(line)
    for code in found.searched:
        senses = found.of(code)
        typer.echo(f"\n{work.jurisdiction_name(code)}" + ("" if senses else f": {found.silence(code)}"))
        for one in senses:
            short = "  [short name]" if one.kind == "short-name" else ""
            page = f", p. {one.page}" if one.page else ""
            typer.echo(f"\n  {one.term}{short}")
            typer.echo(f"    {' '.join(one.text.split())}")
            typer.echo(f"    {one.title}, {one.label}{page}  ({one.language})")
            typer.echo(f"    {one.provision_id}")
    print_note(found.searched)


@app.command()
def tag(
    provision: Annotated[str, typer.Argument(help="A provision's id; without it, the suggestions are listed.")] = "",
    concept: Annotated[list[str] | None, typer.Option("--concept", "-c", help="Only this concept.")] = None,
    jurisdiction: JurisdictionsOption = None,
    language: LanguagesOption = None,
    accept: Annotated[bool, typer.Option("--accept", help="Record: the provision concerns the concept.")] = False,
    reject: Annotated[bool, typer.Option("--reject", help="Record: it does not.")] = False,
    undo: Annotated[bool, typer.Option("--undo", help="Take your last decision back.")] = False,
    reviewer: Annotated[str, typer.Option(help="Your name, for a decision.", envvar="PSIMM_REVIEWER")] = "",
    note: Annotated[str, typer.Option(help="A note with the decision.")] = "",
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, help="How many.")] = 20,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """List suggested tags, or record a decision on one.

    Example: psimm-docs tag "rs/.../digest.sr-Cyrl#art_43" --concept quota --accept --reviewer "Ana Jovanović"
    """
    work = bench(workspace)
    if accept or reject or undo:
        if accept + reject + undo > 1:
            raise typer.BadParameter("give one of --accept, --reject, --undo")
        if not reviewer:
            raise typer.BadParameter("a decision needs --reviewer (or $PSIMM_REVIEWER)")
        if undo:
            taken = work.undo(reviewer)
            if as_json:
                print_json(taken)
            else:
                typer.echo(f"Taken back: your last answer on {taken.provision_id} by {taken.reviewer}")
            return
        if not provision or len(concept or ()) != 1:
            raise typer.BadParameter("a decision needs a provision's id and one --concept")
        decision = work.decide(reviewer, provision, (concept or [""])[0], "accept" if accept else "reject", note=note)
        if as_json:
            print_json(decision)
        else:
            typer.echo(
                f"Recorded: {decision.verdict} {decision.concept} on {decision.provision_id} by {decision.reviewer}"
            )
        return
    found = work.suggestions(
        concepts=concept or (), jurisdictions=jurisdiction or (), languages=language or (), provision_id=provision
    )[:limit]
    if as_json:
        print_json(found)
        return
    print_table(
        (
            (f"{one.score:.2f}", one.concept, one.provision_id, work.state_of(one.provision_id, one.concept))
            for one in found
        ),
        ("score", "concept", "provision", "review"),
    )


@app.command()
def cite(
    provisions: Annotated[list[str], typer.Argument(help="Provision ids as search prints them.")],
    style: Annotated[str, typer.Option(help="house, oscola, chicago or original.")] = "house",
    form: Annotated[
        str, typer.Option("--format", "-f", help="text, bibtex, biblatex, ris, csl-json or web-annotation.")
    ] = "text",
    quotes: Annotated[bool, typer.Option("--quotes", help="Print the quotes below the footnotes.")] = False,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Cite provisions, as a footnote or for Zotero, with the exact quote.

    Each quote is compared letter by letter with the text that is held. One that differs is held back and its place told on stderr; the
    rest goes on, and the exit status is 1.

    Example: psimm-docs cite "rs/law-on-foreigners-2018/digest.sr-Cyrl#art_43" --format ris
    """
    from psimm_docs.reports import render
    from psimm_docs.sealing import cite_sealed

    made = cite_sealed(bench(workspace), provisions)
    if as_json:
        print_json(made.citations)
    elif made.citations:
        typer.echo(render(made.citations, style=style, form=form, with_quotes=quotes))
    for stop in made.stopped:
        say(f"psimm-docs: {stop.why}")
    if made.stopped:
        raise typer.Exit(1)


@app.command()
def export(
    what: Annotated[str, typer.Argument(help="decisions, readings, tags or grid.")],
    out: Annotated[
        Path, typer.Option("--out", "-o", help="The file to write; its ending (.csv, .xlsx, .jsonl) is the format.")
    ],
    form: Annotated[
        str,
        typer.Option(help="Decisions for another tool: label-studio, argilla or web-annotation (W3C); a .json file."),
    ] = "",
    concept: Annotated[list[str] | None, typer.Option("--concept", "-c", help="Only this concept.")] = None,
    jurisdiction: JurisdictionsOption = None,
    workspace: WorkspaceOption = None,
) -> None:
    """Write decisions, readings, tags or the comparison as CSV, Excel or JSON lines, or for another tool.

    With --form the answers in force go out by provision; `export tags --form ...` takes along what was only suggested.

    Example: psimm-docs export grid --out grid.xlsx
    """
    from psimm_docs.interchange import write_form
    from psimm_docs.reports import export as write

    if form:
        if what not in ("decisions", "tags"):
            raise typer.BadParameter("--form is for decisions or tags")
        written = write_form(
            bench(workspace),
            form,
            out,
            concepts=concept or (),
            jurisdictions=jurisdiction or (),
            suggestions=what == "tags",
        )
    else:
        written = write(bench(workspace), what, out, concepts=concept or (), jurisdictions=jurisdiction or ())
    for path in written:
        typer.echo(path)
