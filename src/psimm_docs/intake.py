"""How documents come in: files from a person's disk, and official texts from a catalogue's address.

Wiring between the corpus (which copies and lists) and the readers (which tell what a file is). One file that can't be taken
is told with its reason and the rest go on; nothing that is held is ever overwritten.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal, cast

from psimm_docs.corpus import EXTENSIONS, add_file, find_source, read_manifest
from psimm_docs.errors import NotFoundError, PsimmError, StorageError
from psimm_docs.jurisdictions import JURISDICTIONS
from psimm_docs.records import Source, SourceStatus
from psimm_docs.workspace import Workspace

STATUSES = ("official", "unofficial", "unknown")


@dataclass(frozen=True, slots=True)
class Description:
    """What a person says about the files he adds; empty where he says nothing."""

    jurisdiction: str = ""
    title: str = ""
    work_id: str = ""
    type: str = ""
    language: str = ""
    gazette: str = ""
    gazette_number: str = ""
    date: str = ""
    version_of: str = ""
    official_url: str = ""
    status: str = "unknown"
    translation: bool = False
    retrieved: str = ""


@dataclass(frozen=True, slots=True)
class Intake:
    """What became of one file."""

    path: str
    outcome: Literal["added", "held", "refused"]
    source_id: str = ""
    message: str = ""


def now() -> str:
    """Return the time in UTC to the second."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def files_below(paths: Sequence[Path]) -> Iterator[Path]:
    """Yield the files themselves, and of folders all files below them in order of name; hidden ones are left out."""
    for path in paths:
        if path.is_dir():
            for one in sorted(path.rglob("*")):
                below = one.relative_to(path).parts
                if one.is_file() and not any(part.startswith(".") for part in below):
                    yield one
        else:
            yield path


def add_files(workspace: Workspace, paths: Sequence[Path], described: Description) -> list[Intake]:
    """Take files and whole folders into the corpus; one result a file, in order.

    Without a title the file's name is the title; without a jurisdiction the nearest folder above that is named like one
    (`rs/`, `BA-SRP/`) gives it. Raises PsimmError for what is wrong with the description as a whole.
    """
    files = list(files_below(paths))
    if not files:
        raise PsimmError(f"{', '.join(map(str, paths))}: no files here; give files or a folder with files")
    if described.title and len(files) > 1:
        raise PsimmError("--title goes with one file; add the files one by one, or leave it out")
    if described.status not in STATUSES:
        raise PsimmError(f"--status {described.status!r} must be one of {', '.join(STATUSES)}")
    with workspace.writing():
        if described.version_of:
            find_source(read_manifest(workspace), described.version_of)
        if described.work_id:
            described = with_work(workspace, described)
        return [take(workspace, path, described) for path in files]


def with_work(workspace: Workspace, described: Description) -> Description:
    """Fill what was left empty from the catalogue's entry of the work."""
    from psimm_docs.catalogue import read_catalogue

    work = read_catalogue(workspace.catalogue).get(described.work_id)
    if work is None:
        raise NotFoundError(f"work {described.work_id!r} is not in {workspace.catalogue}; see its first column")
    return replace(
        described,
        jurisdiction=described.jurisdiction or work.jurisdiction,
        title=described.title or work.title(described.language),
        type=described.type or work.type,
        gazette=described.gazette or work.gazette,
        gazette_number=described.gazette_number or work.gazette_number,
        official_url=described.official_url or work.official_url,
    )


def take(workspace: Workspace, path: Path, described: Description) -> Intake:
    """Take one file in; what is wrong with it is told, not raised. A full disk is raised."""
    from psimm_docs.extract.sniff import sniff

    try:
        code = described.jurisdiction or folder_jurisdiction(path)
        media_type = sniff(path)
        if media_type not in EXTENSIONS:
            raise PsimmError(f"can't be read: it is {media_type}; give a PDF, DOCX, HTML, Markdown or text file")
        source = Source(
            id="",
            path="",
            sha256="",
            size=0,
            media_type=media_type,
            jurisdiction=code.upper().replace("_", "-"),
            title=described.title or path.stem.replace("_", " ").replace("-", " ").strip(),
            work_id=described.work_id,
            type=described.type,
            language=described.language,
            gazette=described.gazette,
            gazette_number=described.gazette_number,
            date=described.date,
            version_of=described.version_of,
            official_url=described.official_url,
            retrieved=described.retrieved,
            added=now(),
            status=cast(SourceStatus, described.status),
            translation=described.translation,
            note=f"added from {path.name}",
        )
        added = add_file(workspace, path, source, max_megabytes=workspace.settings.read.max_megabytes)
    except StorageError:
        raise
    except (PsimmError, OSError) as error:
        return Intake(str(path), "refused", message=str(error))
    if added.duplicate:
        return Intake(str(path), "held", added.source.id, "the same bytes are held already")
    return Intake(str(path), "added", added.source.id)


def folder_jurisdiction(path: Path) -> str:
    """Return the jurisdiction that the nearest folder above is named after; raises PsimmError when none is."""
    for folder in path.resolve().parents:
        if folder.name.upper() in JURISDICTIONS:
            return folder.name.upper()
    raise PsimmError("whose law is it? give --jurisdiction, or put it into a folder named by its code (RS, XK, ...)")


def fetch_work(workspace: Workspace, work_id: str, *, url: str = "", language: str = "") -> Intake:
    """Get a work's text from the catalogue's address (or `url`) and take it in, with the time and the final address.

    Raises PsimmError when the work is not known, has no address, or the text can't be had (see `fetch`).
    """
    from psimm_docs.catalogue import read_catalogue
    from psimm_docs.fetch import fetch

    work = read_catalogue(workspace.catalogue).get(work_id)
    if work is None:
        raise NotFoundError(f"work {work_id!r} is not in {workspace.catalogue}; see its first column")
    address = url or work.official_url
    if not address:
        raise PsimmError(f"{work_id}: the catalogue has no address; give one with --url, or get the file and add it")
    got = fetch(address)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / ("fetched" + EXTENSIONS[got.media_type])
        path.write_bytes(got.data)
        described = Description(
            title=work.title(language),
            work_id=work_id,
            language=language,
            official_url=got.final_url,
            retrieved=got.retrieved,
            status="unknown",
        )
        result = add_files(workspace, [path], described)[0]
    if result.outcome == "refused":
        raise PsimmError(f"{address}: {result.message}")
    return replace(result, path=address)
