"""A look at the machine and the workspace: what is there, what is broken, and what to do.

Wiring: each check is a function that yields findings; none changes anything. `bad` is what has to be mended (a changed file, a log
that was tampered with), `warn` is what a person may want to know (no OCR, a document not built yet).
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from psimm_docs.corpus import checksum, read_manifest, source_path
from psimm_docs.errors import PsimmError, TamperedError
from psimm_docs.workspace import Workspace, open_workspace

if TYPE_CHECKING:
    pass

OCR_LANGUAGES = ("sqi", "bos", "hrv", "srp", "srp_latn", "mkd", "eng")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at, how it is, and what to do where something is to be done."""

    verdict: Literal["good", "warn", "bad"]
    what: str
    message: str
    todo: str = ""


def examine(folder: Path | None = None) -> list[Finding]:
    """Return what was found, the machine first; a workspace that can't be opened is a finding too."""
    found = [*machine()]
    try:
        workspace = open_workspace(folder)
    except PsimmError as error:
        return [*found, Finding("bad", "workspace", str(error))]
    for check in (documents, decision_logs, taxonomy, tagger, index):
        try:
            found += check(workspace)
        except PsimmError as error:
            found.append(Finding("bad", check.__name__.replace("_", " "), str(error)))
    return found


def machine() -> Iterator[Finding]:
    """Look at Python, the optional programs and the bundled encoder."""
    yield Finding("good", "Python", sys.version.split()[0])
    tesseract = shutil.which("tesseract")
    if tesseract is None:
        yield Finding(
            "warn",
            "OCR",
            "tesseract is not installed; scanned pages stay without text",
            "apt install tesseract-ocr tesseract-ocr-{sqi,bos,hrv,srp,srp-latn,mkd}",
        )
    else:
        listed = subprocess.run([tesseract, "--list-langs"], capture_output=True, text=True, timeout=30, check=False)
        missing = sorted(set(OCR_LANGUAGES) - set(listed.stdout.split()))
        if missing:
            packages = " ".join("tesseract-ocr-" + code.replace("_", "-") for code in missing)
            yield Finding("warn", "OCR", f"languages missing: {', '.join(missing)}", f"apt install {packages}")
        else:
            yield Finding("good", "OCR", "tesseract with all seven languages")
    from psimm_docs.encode import open_encoder

    try:
        encoder = open_encoder("bundled")
        yield Finding("good", "bundled encoder", f"{encoder.dimensions} dimensions, version {encoder.version}")
    except PsimmError as error:
        yield Finding("bad", "bundled encoder", str(error))


def documents(workspace: Workspace) -> Iterator[Finding]:
    """Compare each file with its checksum, and say which are not built."""
    sources = read_manifest(workspace)
    broken = 0
    for source in sources:
        path = source_path(workspace, source)
        if not path.is_file():
            broken += 1
            yield Finding(
                "bad", source.id, f"the file {source.path} is gone", "put it back, or remove its line in the manifest"
            )
        elif checksum(path) != source.sha256:
            broken += 1
            yield Finding(
                "bad",
                source.id,
                f"the file {source.path} is not the one that was added",
                "add the new file as a version of its own",
            )
    if not broken:
        yield Finding("good", "documents", f"{len(sources)} files, all as they were added")
    waiting = sum(not (workspace.built(source.id) / "stamps.json").is_file() for source in sources)
    if waiting:
        yield Finding("warn", "build", f"{waiting} documents are not built", "psimm-docs build")


def decision_logs(workspace: Workspace) -> Iterator[Finding]:
    """Verify the hash chain of every reviewer's logs: decisions, readings, samples, corrections of numbers, statements about cells."""
    from psimm_docs.logfiles import logs
    from psimm_docs.merging import kept

    for book, folder in kept(workspace):
        for path in logs(folder):
            try:
                yield Finding("good", path.name, f"{len(book.verify(path))} {book.noun}s, unbroken")
            except TamperedError as error:
                yield Finding("bad", path.name, str(error), "get the log back from a copy; do not edit it by hand")
        for torn in book.problems(folder):
            yield Finding("warn", book.noun, torn.message, torn.todo)


def taxonomy(workspace: Workspace) -> Iterator[Finding]:
    """Load and lint the taxonomy, and say where its version isn't kept."""
    from psimm_docs.taxonomy import lint, workspace_taxonomy
    from psimm_docs.wordings import read_history

    loaded = workspace_taxonomy(workspace.taxonomy)
    complaints = lint(loaded)
    if loaded.version not in read_history(workspace.taxonomy).stamps:
        told = (
            f"version {loaded.version} is not kept: after the next edit all decisions made under it need a second look"
        )
        yield Finding("warn", "taxonomy", told, "psimm-docs taxonomy stamp")
    for complaint in complaints:
        yield Finding("warn", "taxonomy", complaint)
    if not complaints:
        yield Finding("good", "taxonomy", f"{len(loaded.concepts)} concepts, version {loaded.version}")


def tagger(workspace: Workspace) -> Iterator[Finding]:
    """Say which tagger makes the suggestions, and whether what was learned from people's answers fits what is there."""
    from psimm_docs.adopted import in_force
    from psimm_docs.encode import configured_encoder
    from psimm_docs.tagging import open_tagger
    from psimm_docs.taxonomy import workspace_taxonomy

    card = in_force(workspace.tagger)
    if card is None:
        yield Finding("good", "tagger", "as it was shipped")
        return
    encoder = configured_encoder(workspace.settings.encode)
    opened = open_tagger(workspace_taxonomy(workspace.taxonomy), encoder, workspace.tagger)
    for problem in opened.problems:
        yield Finding("warn", "tagger", problem.message, problem.todo)
    if not opened.problems:
        yield Finding("good", "tagger", f"learned on {card.time[:10]} from {card.answers} answers")


def index(workspace: Workspace) -> Iterator[Finding]:
    """Say whether the index holds every document that has text."""
    from psimm_docs.encode import configured_encoder
    from psimm_docs.index import Index

    if not (workspace.index / "search.sqlite").is_file():
        yield Finding("warn", "index", "nothing can be searched yet", "psimm-docs build")
        return
    settings = workspace.settings.encode
    encoder = configured_encoder(settings)
    with Index.open(workspace.index, dimensions=encoder.dimensions, encoder_version=encoder.version) as opened:
        held, passages = len(opened.stamps()), opened.count()
    listed = len(read_manifest(workspace))
    verdict: Literal["good", "warn"] = "good" if held == listed else "warn"
    yield Finding(
        verdict,
        "index",
        f"{passages} passages of {held} documents ({listed} listed)",
        "" if held == listed else "psimm-docs build",
    )
