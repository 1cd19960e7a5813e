"""The manifest: which sources a workspace holds, whose they are, and the checksums of their bytes.

Invariant: `corpus/documents` is only ever added to. A file taken in is copied under a name of our own, never overwritten, and
the manifest is either the old or the new one. What a file's media type is, is told by the caller (by content, in `extract`).
"""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from psimm_docs.errors import NotFoundError, PsimmError
from psimm_docs.fold import fold
from psimm_docs.jsonl import read_records, write_records
from psimm_docs.jurisdictions import jurisdiction
from psimm_docs.records import Source
from psimm_docs.workspace import Workspace

EXTENSIONS: Mapping[str, str] = {
    "application/pdf": ".pdf",
    "text/html": ".html",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
    "text/markdown": ".md",
    "text/plain": ".txt",
}
"""Media types that can be read, and the extension under which a file of each is kept."""

DATE = re.compile(r"\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?")


@dataclass(frozen=True, slots=True)
class Added:
    """What became of one file: the source it is now, and whether it was held before (`duplicate`)."""

    source: Source
    duplicate: bool


def slug(text: str, *, limit: int = 60) -> str:
    """Return a short plain name for a title in any script.

    >>> slug("Закон о странцима (пречишћен текст)")
    'zakon-o-strancima-preciscen-tekst'
    """
    plain = re.sub(r"[^a-z0-9]+", "-", fold(text)).strip("-")
    if len(plain) > limit:
        plain = plain[:limit].rsplit("-", 1)[0] or plain[:limit]
    return plain or "untitled"


def own_slug(name: str, *, limit: int = 40) -> str:
    """Return a slug that no other name has: a name that is more than its own slug gets a hash.

    >>> own_slug("ana"), own_slug("Ана")
    ('ana', 'ana-4773edd0')
    """
    plain = slug(name, limit=limit)
    if plain != name:
        plain += "-" + hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:8]
    return plain


def checksum(path: Path) -> str:
    """Return the SHA-256 of a file as hex."""
    with path.open("rb") as data:
        return hashlib.file_digest(data, "sha256").hexdigest()


def read_manifest(workspace: Workspace) -> list[Source]:
    """Return the sources in the order in which they were added."""
    return read_records(workspace.manifest, Source)


def find_source(sources: Iterable[Source], source_id: str) -> Source:
    """Return the source with this id; raises NotFoundError that names the nearest ids."""
    held = list(sources)
    for source in held:
        if source.id == source_id:
            return source
    from difflib import get_close_matches

    near = get_close_matches(source_id, [source.id for source in held], n=2)
    hint = f"; did you mean {' or '.join(near)}" if near else "; psimm-docs status --documents lists them"
    raise NotFoundError(f"document {source_id!r} is not in this workspace{hint}")


def source_path(workspace: Workspace, source: Source) -> Path:
    """Return where a source's file is; raises PsimmError when the manifest points outside `corpus/documents`."""
    path = (workspace.documents / source.path).resolve()
    if not path.is_relative_to(workspace.documents.resolve()):
        raise PsimmError(f"{workspace.manifest}: {source.id} points outside corpus/documents; mend its path")
    return path


def check_described(source: Source) -> None:
    """Check what a person said about a source; raises PsimmError naming the option that is wrong."""
    jurisdiction(source.jurisdiction)
    if source.date and not DATE.fullmatch(source.date):
        raise PsimmError(f"--date {source.date!r} must be YYYY, YYYY-MM or YYYY-MM-DD")
    if not source.title.strip():
        raise PsimmError("--title is empty; give the law's title")


def source_id(source: Source, taken: Mapping[str, Source]) -> str:
    """Return a readable id that no other source has: `<jurisdiction>/<work>/<version>`.

    The version is the gazette number, else the date, else the first letters of the checksum.
    """
    base = source.work_id or f"{source.jurisdiction.lower()}/{slug(source.title)}"
    version = slug(source.gazette_number) if source.gazette_number else source.date or source.sha256[:8]
    full = f"{base}/{version}" + (f".{source.language}" if source.language else "")
    return full if full not in taken else f"{full}-{source.sha256[:8]}"


def add_file(workspace: Workspace, path: Path, described: Source, *, max_megabytes: int) -> Added:
    """Take one file into the corpus. `described` says whose it is; its id, path, checksum and size are found here.

    The caller holds `workspace.writing()`. The bytes are copied, never moved; a file with a checksum that is held already
    is a duplicate and changes nothing. Raises PsimmError when the file can't be read, is too large, or the disk is full.
    """
    check_described(described)
    try:
        size = path.stat().st_size
        if not path.is_file():
            raise PsimmError(f"{path}: not a file; give the files themselves or a folder")
        if size > max_megabytes * 1_000_000:
            raise PsimmError(
                f"{path}: {size / 1e6:.0f} MB is over the limit of {max_megabytes} MB; raise [read] max_megabytes in psimm.toml"
            )
        sha = checksum(path)
    except OSError as error:
        raise PsimmError(f"{path}: can't be read ({error.strerror})") from error
    sources = read_manifest(workspace)
    for held in sources:
        if held.sha256 == sha:
            return Added(held, duplicate=True)
    extension = EXTENSIONS[described.media_type]
    folder = described.jurisdiction.lower()
    relative = f"{folder}/{slug(described.title)}-{sha[:8]}{extension}"
    source = replace(described, sha256=sha, size=size, path=relative)
    source = replace(source, id=source_id(source, {one.id: one for one in sources}))
    copy_whole(path, workspace.documents / relative, sha)
    write_records(workspace.manifest, [*sources, source])
    return Added(source, duplicate=False)


def copy_whole(path: Path, target: Path, sha: str) -> None:
    """Copy a file so that the target is there whole or not at all, and never replaces another file."""
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=target.parent, prefix=".", suffix=".tmp")
        temporary = Path(name)
        try:
            hasher = hashlib.sha256()
            with os.fdopen(handle, "wb") as out, path.open("rb") as data:
                while piece := data.read(1 << 20):
                    hasher.update(piece)
                    out.write(piece)
                out.flush()
                os.fsync(out.fileno())
            if hasher.hexdigest() != sha:
                raise PsimmError(f"{path}: changed while it was read; add it again")
            temporary.chmod(0o644)
            if not target.exists():
                temporary.rename(target)
        finally:
            temporary.unlink(missing_ok=True)
    except OSError as error:
        raise PsimmError(
            f"{path}: can't be copied to {target.parent} ({error.strerror}); free space and add it again"
        ) from error
