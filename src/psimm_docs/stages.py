"""The stages of the pipeline, in order, and the file that each leaves for a document.

`STAGES` is the whole story: a stage reads what earlier ones made for a document and makes its own result. A stage's key covers
its code's version, its settings and the key of the stage before it, so that a change runs what follows it again and nothing else.
When a stage runs, and what happens when it fails, is left to `pipeline`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from psimm_docs.acts import Act
from psimm_docs.basis import without_basis
from psimm_docs.corpus import source_path
from psimm_docs.crossrefs import Reference
from psimm_docs.definitions import Definition
from psimm_docs.errors import PsimmError
from psimm_docs.holdings import READING_FILE, Reading, reading_problems, summarise
from psimm_docs.jsonl import dumps, read_record, read_records, write_bytes, write_records, write_text
from psimm_docs.jurisdictions import root
from psimm_docs.records import (
    Chunk,
    Document,
    LanguageReading,
    Problem,
    Provision,
    Source,
    Tag,
    fingerprint,
)
from psimm_docs.workspace import Workspace

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from psimm_docs.encode import Encoder
    from psimm_docs.extract.readers import Readers
    from psimm_docs.tagging import Tagger
    from psimm_docs.taxonomy import Taxonomy

PIPELINE_VERSION = "1"
VECTORS_VERSION = "2"


@dataclass(frozen=True, slots=True)
class Windows:
    """The vectors of a document's windows, of shape `(windows, dimensions)`, and the place of the chunk that each is of (rising)."""

    rows: NDArray[np.float16]
    owners: NDArray[np.int32]

    def only(self, chosen: Sequence[int]) -> Windows:
        """Return the windows of some chunks, whose places are then those in `chosen`."""
        import numpy as np

        place = {chunk: at for at, chunk in enumerate(chosen)}
        kept = [row for row, owner in enumerate(self.owners.tolist()) if owner in place]
        return Windows(self.rows[kept], np.array([place[int(self.owners[row])] for row in kept], np.int32))


@dataclass(frozen=True, slots=True)
class Tools:
    """What the stages work with, opened once for a run."""

    workspace: Workspace
    readers: Readers
    encoder: Encoder
    taxonomy: Taxonomy
    tagger: Tagger


@dataclass
class Desk:
    """One document on its way through the stages: what was made in this run, the rest read from disk when asked for."""

    source: Source
    folder: Path
    made: dict[str, Any] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def get(self, name: str) -> Any:
        """Return a stage's result, from this run or from its file."""
        if name not in self.made:
            self.made[name] = READERS[name](self.folder / FILES[name])
        return self.made[name]


@dataclass(frozen=True, slots=True)
class Stage:
    """A step of the pipeline: its name, what its key depends on besides the stage before, and what it does with a desk.

    `after` names the stage whose key its own goes on from, where that isn't the one before it in the list.
    """

    name: str
    about: str
    depends: Callable[[Source, Tools], Sequence[str]]
    run: Callable[[Desk, Tools], Any]
    after: str = ""


# --- the stages ------------------------------------------------------------------------------------------------------


def extract_depends(source: Source, tools: Tools) -> Sequence[str]:
    """Reading depends on the bytes and on what limits it, but not on how long it may take."""
    from psimm_docs.extract import EXTRACT_VERSION

    read = tools.workspace.settings.read
    limits = (str(read.max_pages), str(read.max_megabytes), read.ocr)
    return (source.sha256, source.media_type, EXTRACT_VERSION, *limits, ",".join(sorted(read.kinds)))


def extract_run(desk: Desk, tools: Tools) -> Document:
    """Read the file in the guarded child process; a file that can't be read is an empty document with its problems."""
    source = desk.source
    extraction = tools.readers.read(
        source_path(tools.workspace, source),
        source_id=source.id,
        sha256=source.sha256,
        media_type=source.media_type,
        settings=tools.workspace.settings.read,
    )
    desk.problems.extend(extraction.problems)
    if extraction.document is None:
        return Document(source_id=source.id, sha256=source.sha256, text="", body_end=0)
    return extraction.document


def language_depends(source: Source, tools: Tools) -> Sequence[str]:
    """The variety is decided with the jurisdiction, the gazette and what was declared."""
    from psimm_docs.language import LANGUAGE_VERSION

    return (LANGUAGE_VERSION, source.jurisdiction, source.language, source.gazette)


def language_run(desk: Desk, tools: Tools) -> LanguageReading:
    """Tag the document and each block with its language."""
    from psimm_docs.language import identify

    source = desk.source
    return identify(
        desk.get("extract"), jurisdiction=source.jurisdiction, declared=source.language, gazette=source.gazette
    )


def provisions_depends(source: Source, tools: Tools) -> Sequence[str]:
    """A digest's counted paragraphs say nothing about the law, so its status counts."""
    from psimm_docs.provisions import PROVISIONS_VERSION

    return (PROVISIONS_VERSION, source.status)


def provisions_run(desk: Desk, tools: Tools) -> tuple[Provision, ...]:
    """Cut the text into its tree."""
    from psimm_docs.provisions import parse

    parsed = parse(
        desk.get("extract"),
        desk.get("language"),
        jurisdiction=desk.source.jurisdiction,
        digest=desk.source.digest,
    )
    desk.problems.extend(parsed.problems)
    return parsed.provisions


def act_depends(source: Source, tools: Tools) -> Sequence[str]:
    """What an act says of itself follows from its text and tree."""
    from psimm_docs.acts import ACTS_VERSION

    return (ACTS_VERSION,)


def act_run(desk: Desk, tools: Tools) -> Act:
    """Read the act's number, dates, gazette and marks; a digest prints none of its law's."""
    from psimm_docs.acts import read

    return Act() if desk.source.digest else read(desk.get("extract"), desk.get("provisions"))


def references_depends(source: Source, tools: Tools) -> Sequence[str]:
    """How provisions are cited depends on whose law it is, whether by a digest on its status."""
    from psimm_docs.crossrefs import CROSSREFS_VERSION

    return (CROSSREFS_VERSION, source.jurisdiction, source.status)


def references_run(desk: Desk, tools: Tools) -> tuple[Reference, ...]:
    """Find the references between provisions and to other acts; a digest's own words refer to nothing."""
    from psimm_docs.crossrefs import find

    if desk.source.digest:
        return ()
    made = (desk.get(name) for name in ("extract", "provisions", "language", "act"))
    return tuple(find(*made, jurisdiction=root(desk.source.jurisdiction)))


def definitions_depends(source: Source, tools: Tools) -> Sequence[str]:
    """Definitions follow from the text and the tree, and a digest has none."""
    from psimm_docs.definitions import DEFINITIONS_VERSION

    return (DEFINITIONS_VERSION, source.status)


def definitions_run(desk: Desk, tools: Tools) -> tuple[Definition, ...]:
    """Find the terms that the act defines; a digest's own words define nothing."""
    from psimm_docs.definitions import find

    return () if desk.source.digest else tuple(find(desk.get("extract"), desk.get("provisions")))


def chunks_depends(source: Source, tools: Tools) -> Sequence[str]:
    """The title is part of every chunk's context, and a digest's opening text is none of the law's."""
    from psimm_docs.chunks import CHUNKS_VERSION

    return (CHUNKS_VERSION, source.title, source.status)


def chunks_run(desk: Desk, tools: Tools) -> tuple[Chunk, ...]:
    """Cut the provisions into search units."""
    from psimm_docs.chunks import cut

    return tuple(cut(desk.get("extract"), desk.get("provisions"), title=desk.source.title, digest=desk.source.digest))


def vectors_depends(source: Source, tools: Tools) -> Sequence[str]:
    """Another encoder, other vectors."""
    from psimm_docs.encode import HEADING_WEIGHT

    return (tools.encoder.version, str(HEADING_WEIGHT), VECTORS_VERSION)


def vectors_run(desk: Desk, tools: Tools) -> NDArray[np.float32]:
    """Encode each chunk under its heading; shape (chunks, dimensions)."""
    from psimm_docs.encode import encode_headed

    return encode_headed(tools.encoder, *encoded(desk))


def windows_depends(source: Source, tools: Tools) -> Sequence[str]:
    """The windows follow from the chunks."""
    return ()


def windows_run(desk: Desk, tools: Tools) -> Windows:
    """Encode the windows of long chunks under their headings."""
    import numpy as np

    from psimm_docs.chunks import windows
    from psimm_docs.encode import encode_headed

    texts, headings = encoded(desk)
    owners = [(place, window) for place, text in enumerate(texts) for window in windows(text)]
    rows = encode_headed(tools.encoder, [window for _, window in owners], [headings[place] for place, _ in owners])
    return Windows(rows.astype(np.float16), np.array([place for place, _ in owners], np.int32))


def encoded(desk: Desk) -> tuple[list[str], list[str]]:
    """Return what is encoded of each chunk, its own words and its heading (the law's title would drown them, a digest's basis lines are no law)."""
    text = desk.get("extract").text
    by_id = {provision.id: provision for provision in desk.get("provisions")}
    chunks = desk.get("chunks")
    return [without_basis(chunk.span.of(text)) for chunk in chunks], [
        subject(by_id[chunk.provision_id], by_id) for chunk in chunks
    ]


def subject(provision: Provision, by_id: Mapping[str, Provision]) -> str:
    """Return the heading that says what a provision is about: its own, else its article's; a section's says too little of what stands in it."""
    at = provision
    while not at.heading and at.parent and at.kind != "article":
        at = by_id[at.parent]
    return at.heading if at is provision or at.kind == "article" else ""


def heading_of(provision: Provision, by_id: Mapping[str, Provision]) -> str:
    """Return a provision's heading, else that of what it lies in, up to its article; empty for none."""
    at = provision
    while not at.heading and at.parent and at.kind != "article":
        at = by_id[at.parent]
    return at.heading


def tags_depends(source: Source, tools: Tools) -> Sequence[str]:
    """Suggestions depend on the taxonomy and on the tagger with its weights; so does what there is to tell about adopted ones."""
    told = (problem.message for problem in tools.tagger.problems)
    threshold = str(tools.workspace.settings.tag.threshold)
    return (tools.tagger.version, tools.taxonomy.version, threshold, str(source.digest), *told)


def tags_run(desk: Desk, tools: Tools) -> tuple[Tag, ...]:
    """Suggest concepts for the provisions."""
    desk.problems.extend(tools.tagger.problems)
    return tuple(
        tools.tagger.tag(
            desk.get("extract"),
            desk.get("provisions"),
            desk.get("chunks"),
            desk.get("vectors"),
            threshold=tools.workspace.settings.tag.threshold,
            digest=desk.source.digest,
            windows=desk.get("windows"),
        )
    )


def reading_depends(source: Source, tools: Tools) -> Sequence[str]:
    """The figures follow from the other stages and from how characters are classed."""
    from psimm_docs.ledger import LEDGER_VERSION

    return (LEDGER_VERSION,)


def reading_run(desk: Desk, tools: Tools) -> Reading:
    """Sum up what was read, and tell of pages whose characters don't add up and of provisions that were recognised poorly."""
    desk.problems.extend(reading_problems(desk.get("extract"), desk.get("provisions")))
    return summarise(*(desk.get(name) for name in ("extract", "language", "provisions", "chunks", "tags")))


STAGES: tuple[Stage, ...] = (
    Stage("extract", "Reading", extract_depends, extract_run),
    Stage("language", "Telling languages", language_depends, language_run),
    Stage("provisions", "Cutting into provisions", provisions_depends, provisions_run),
    Stage("act", "Reading act facts", act_depends, act_run),
    Stage("references", "Finding references", references_depends, references_run),
    Stage("definitions", "Reading defined terms", definitions_depends, definitions_run, after="provisions"),
    Stage("chunks", "Cutting into search units", chunks_depends, chunks_run, after="provisions"),
    Stage("vectors", "Encoding", vectors_depends, vectors_run),
    Stage("windows", "Encoding windows", windows_depends, windows_run),
    Stage("tags", "Tagging", tags_depends, tags_run),
    Stage("reading", "Summing up", reading_depends, reading_run),
)


# --- what each stage leaves on disk ----------------------------------------------------------------------------------


def read_vectors(path: Path) -> NDArray[np.float32]:
    """Read an array of vectors (numpy's own format, pickling off)."""
    import numpy as np

    try:
        array: NDArray[np.float32] = np.load(path, allow_pickle=False)
    except (OSError, ValueError) as error:
        raise PsimmError(f"{path}: not readable; build it again") from error
    return array


def vectors_bytes(array: NDArray[np.float32]) -> bytes:
    """Return an array in numpy's own format."""
    import io

    import numpy as np

    out = io.BytesIO()
    np.save(out, np.asarray(array, np.float32), allow_pickle=False)
    return out.getvalue()


def read_windows(path: Path) -> Windows:
    """Read the windows of a document."""
    from safetensors import SafetensorError
    from safetensors.numpy import load

    try:
        arrays = load(path.read_bytes())
        return Windows(arrays["rows"], arrays["owners"])
    except (OSError, SafetensorError, KeyError) as error:
        raise PsimmError(f"{path}: not readable; build it again") from error


def windows_bytes(windows: Windows) -> bytes:
    """Return windows as a safetensors file."""
    from safetensors.numpy import save

    return save({"rows": windows.rows, "owners": windows.owners})


FILES = {
    "extract": "document.json",
    "language": "language.json",
    "provisions": "provisions.jsonl",
    "act": "act.json",
    "references": "references.jsonl",
    "definitions": "definitions.jsonl",
    "chunks": "chunks.jsonl",
    "vectors": "vectors.npy",
    "windows": "windows.safetensors",
    "tags": "tags.jsonl",
    "reading": READING_FILE,
}
READERS: dict[str, Callable[[Path], Any]] = {
    "extract": lambda path: read_record(path, Document),
    "language": lambda path: read_record(path, LanguageReading),
    "provisions": lambda path: tuple(read_records(path, Provision)),
    "act": lambda path: read_record(path, Act),
    "references": lambda path: tuple(read_records(path, Reference)),
    "definitions": lambda path: tuple(read_records(path, Definition)),
    "chunks": lambda path: tuple(read_records(path, Chunk)),
    "vectors": read_vectors,
    "windows": read_windows,
    "tags": lambda path: tuple(read_records(path, Tag)),
    "reading": lambda path: read_record(path, Reading),
}


def write_result(folder: Path, name: str, result: Any, problems: Sequence[Problem]) -> None:
    """Write what a stage made, and the problems it saw."""
    path = folder / FILES[name]
    if name == "vectors":
        write_bytes(path, vectors_bytes(result))
    elif name == "windows":
        write_bytes(path, windows_bytes(result))
    elif path.suffix == ".json":
        write_text(path, dumps(result) + "\n")
    else:
        write_records(path, result)
    write_records(folder / f"problems.{name}.jsonl", problems)


def read_stamps(folder: Path) -> dict[str, str]:
    """Return the keys stamped at each stage's last run; none where there is no readable stamp."""
    try:
        stamps = json.loads((folder / "stamps.json").read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return {str(name): str(key) for name, key in stamps.items()} if isinstance(stamps, dict) else {}


def read_problems(folder: Path) -> list[Problem]:
    """Return a document's problems from all its stages, in order of the stages."""
    return [problem for stage in STAGES for problem in read_records(folder / f"problems.{stage.name}.jsonl", Problem)]


def keys(source: Source, tools: Tools) -> dict[str, str]:
    """Return each stage's key for a document: its own dependencies chained to the stage before."""
    chained: dict[str, str] = {}
    before = PIPELINE_VERSION
    for stage in STAGES:
        above = chained[stage.after] if stage.after else before
        before = fingerprint(above, stage.name, *stage.depends(source, tools))
        chained[stage.name] = before
    return chained
