"""The writing side: the stages in order, what is out of date, and what went wrong.

`STAGES` is the whole story: each stage reads what an earlier one wrote for a document and writes its own file under
`build/documents/<id>/`. A stage's key covers its code's version, its settings and the key of the stage before; a stage runs for a
document when its key is not the one stamped at its last run. Documents are finished one after another, so that a run that is
stopped loses one document's work at most and the next run goes on from there. A `PsimmError` on one document becomes a `Problem`
record and the run goes on. The index takes a document in whole or not at all.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from psimm_docs.corpus import read_manifest, source_path
from psimm_docs.errors import PsimmError, StorageError
from psimm_docs.jsonl import dumps, read_records, write_records, write_text
from psimm_docs.places import page_of
from psimm_docs.records import Document, Problem, Source, fingerprint
from psimm_docs.stages import FILES, STAGES, Desk, Tools, heading_of, keys, read_problems, read_stamps, write_result
from psimm_docs.workspace import Workspace

if TYPE_CHECKING:
    from psimm_docs.extract.worker import Request
    from psimm_docs.index import Index
    from psimm_docs.index_view import Row

INDEX_EVERY = 25
"""Documents between two commits of the index."""

INDEX_STAGE = "index"
ABOUT = {stage.name: stage.about for stage in STAGES} | {INDEX_STAGE: "Indexing"}
"""What each stage is called before a person."""

Progress = Callable[[str, int, int, str], None]
"""Called with (stage, documents done, documents in all, id of the document)."""


@dataclass(frozen=True, slots=True)
class Report:
    """What a run did: documents in all, worked on, unchanged, without text, and removed; problems by severity."""

    documents: int
    worked: int
    unchanged: int
    unread: tuple[str, ...]
    removed: int
    errors: int
    warnings: int
    chunks: int


def index_key(source: Source, made: dict[str, str]) -> str:
    """Return the stamp under which a document stands in the index: its vectors, its tags and what the manifest says of it."""
    return fingerprint(made["tags"], dumps(source))


# --- a run -----------------------------------------------------------------------------------------------------------


def run_stages(
    desk: Desk, tools: Tools, *, retry: bool, progress: Callable[[str], None]
) -> tuple[bool, dict[str, str]]:
    """Bring one document up to date; return whether anything was done, and its stage keys.

    `retry` runs every stage again that recorded an error last time.
    """
    wanted, stamps = keys(desk.source, tools), read_stamps(desk.folder)
    worked = False
    for stage in STAGES:
        if not is_fresh(stage.name, desk.folder, stamps, wanted, retry=retry):
            worked = True
            desk.problems = []
            result = stage.run(desk, tools)
            desk.made[stage.name] = result
            write_result(desk.folder, stage.name, result, desk.problems)
            stamps[stage.name] = wanted[stage.name]
            write_text(desk.folder / "stamps.json", json.dumps(stamps))
        progress(stage.name)
    return worked, wanted


def is_fresh(name: str, folder: Path, stamps: Mapping[str, str], wanted: Mapping[str, str], *, retry: bool) -> bool:
    """Say whether a stage's result is the one that is wanted; `retry` takes one that recorded an error for stale."""
    if stamps.get(name) != wanted[name] or not (folder / FILES[name]).is_file():
        return False
    log = folder / f"problems.{name}.jsonl"
    return not (retry and any(problem.severity == "error" for problem in read_records(log, Problem)))


def to_read(sources: Sequence[Source], tools: Tools, *, retry: bool) -> Iterator[Request]:
    """Yield a request for each document that will be read in this run; what is wrong with one is told when its turn comes."""
    from psimm_docs.extract.worker import Request

    for source in sources:
        folder = tools.workspace.built(source.id)
        if not is_fresh("extract", folder, read_stamps(folder), keys(source, tools), retry=retry):
            try:
                path = source_path(tools.workspace, source)
            except PsimmError:
                continue
            yield Request(str(path), source.id, source.sha256, source.media_type, tools.workspace.settings.read)


def finished(say: Progress, number: int, total: int, where: str, stage: str) -> None:
    """Tell that a document has gone through a stage."""
    say(stage, number, total, where)


def guarded_stages(
    desk: Desk, tools: Tools, *, retry: bool, progress: Callable[[str], None]
) -> tuple[bool, dict[str, str] | None]:
    """Run a document's stages; what stops this document only becomes its problem, and the keys are then None."""
    try:
        return run_stages(desk, tools, retry=retry, progress=progress)
    except StorageError:
        raise
    except PsimmError as error:
        stage = next(name for name in FILES if name not in desk.made)
        problem = Problem("stage-failed", stage, "error", str(error), "mend this and build again")
        write_records(desk.folder / f"problems.{stage}.jsonl", [*desk.problems, problem])
        return True, None


def rows(desk: Desk) -> list[Row]:
    """Return a document's chunks as the index holds them, with the label, heading and page that a hit shows."""
    from psimm_docs.index_view import Row

    document: Document = desk.get("extract")
    by_id = {provision.id: provision for provision in desk.get("provisions")}
    made = []
    for chunk in desk.get("chunks"):
        provision = by_id[chunk.provision_id]
        heading = heading_of(provision, by_id)
        made.append(Row(chunk, chunk.span.of(document.text), provision.label, heading, page_of(document, chunk.span)))
    return made


def remove_gone(workspace: Workspace, index: Index, held: set[str]) -> int:
    """Take documents that the manifest no longer lists out of the index and the build folder; return how many."""
    gone = set(index.stamps()) - held
    for source_id in gone:
        index.remove(source_id)
        shutil.rmtree(workspace.built(source_id), ignore_errors=True)
    return len(gone)


def build(
    workspace: Workspace,
    *,
    progress: Progress | None = None,
    only: Sequence[str] = (),
    retry: bool = False,
) -> Report:
    """Bring everything under `build/` up to date with the manifest, the settings and the code.

    `only` limits the work to these document ids; `retry` tries documents again that failed. Raises BusyError when another
    build is running, PsimmError for what stops the whole run (a full disk, a model that is not there).
    """
    from psimm_docs.encode import configured_encoder
    from psimm_docs.extract.readers import Readers
    from psimm_docs.index import Index
    from psimm_docs.tagging import open_tagger
    from psimm_docs.taxonomy import workspace_taxonomy

    with ExitStack() as stack:
        stack.enter_context(workspace.writing())
        sources = read_manifest(workspace)
        chosen = [source for source in sources if not only or source.id in only]
        encoder = configured_encoder(workspace.settings.encode)
        taxonomy = workspace_taxonomy(workspace.taxonomy)
        tagger = open_tagger(taxonomy, encoder, workspace.tagger)
        tools = Tools(workspace, stack.enter_context(Readers()), encoder, taxonomy, tagger)
        index = stack.enter_context(
            Index.open(workspace.index, dimensions=encoder.dimensions, encoder_version=encoder.version)
        )
        tools.readers.expect(to_read(chosen, tools, retry=retry))
        removed = remove_gone(workspace, index, {source.id for source in sources})
        worked, unread, errors, warnings, waiting = 0, [], 0, 0, 0
        say = progress or (lambda stage, done, total, where: None)
        for number, source in enumerate(chosen, 1):
            desk = Desk(source, workspace.built(source.id))
            did, made = guarded_stages(
                desk, tools, retry=retry, progress=partial(finished, say, number, len(chosen), source.id)
            )
            worked += did
            problems = read_problems(desk.folder)
            errors += sum(problem.severity == "error" for problem in problems)
            warnings += sum(problem.severity == "warning" for problem in problems)
            if made is None:
                unread.append(source.id)
                continue
            if not desk.get("reading").letters:
                unread.append(source.id)
            stamp = index_key(source, made)
            if index.stamp(source.id) != stamp:
                index.replace(
                    source, rows(desk), desk.get("vectors"), stamp, windows=desk.get("windows"), tags=desk.get("tags")
                )
                waiting += 1
                if waiting >= INDEX_EVERY:
                    index.commit()
                    waiting = 0
            say(INDEX_STAGE, number, len(chosen), source.id)
        index.commit()
        return Report(
            len(chosen), worked, len(chosen) - worked, tuple(unread), removed, errors, warnings, index.count()
        )
