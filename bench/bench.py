"""Speed, memory and index size on real documents, beside pdfplumber alone in the same run.

    python bench/bench.py [--folder ../shared/realdocs] [--files 12]

Takes real documents into a workspace in a temporary folder and runs the pipeline's stages one document at a time, adding up the time
of each. The peer is `pdfplumber` extracting the text of the same PDF pages. Prints a table; figures in the README come from
here. Nothing of the documents is kept.
"""

from __future__ import annotations

import argparse
import os
import resource
import sys
import tempfile
import time
from collections import defaultdict
from contextlib import ExitStack
from pathlib import Path

from psimm_docs.corpus import read_manifest, source_path
from psimm_docs.encode import open_encoder
from psimm_docs.extract.readers import Readers
from psimm_docs.extract.worker import Request
from psimm_docs.index import Index
from psimm_docs.intake import Description, add_files
from psimm_docs.language import identify
from psimm_docs.pipeline import rows
from psimm_docs.provisions import parse
from psimm_docs.records import Source
from psimm_docs.stages import FILES, READERS, STAGES, Desk, Tools, write_result
from psimm_docs.tagging import open_tagger
from psimm_docs.taxonomy import workspace_taxonomy
from psimm_docs.workspace import ReadSettings, Workspace, init_workspace


def main() -> int:
    """Run the bench and print its table; returns the exit status."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--folder", type=Path, default=Path(__file__).resolve().parents[2] / "shared" / "realdocs")
    parser.add_argument("--files", type=int, default=0, help="only this many files, spread over the folder")
    parser.add_argument("--peer-pages", type=int, default=200, help="pages that pdfplumber reads, spread over the PDFs")
    asked = parser.parse_args()
    if not asked.folder.is_dir():
        print(f"{asked.folder}: not here; give a folder of laws with --folder", file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory() as folder:
        workspace = init_workspace(Path(folder))
        files = [path for path in sorted(asked.folder.rglob("*")) if path.suffix in (".pdf", ".html", ".md")]
        files = [path for path in files if path.parent != asked.folder]
        if asked.files:
            files = files[:: max(1, len(files) // asked.files)][: asked.files]
        add_files(workspace, files, Description())
        sources = read_manifest(workspace)
        spent, pages, passages, size = run_stages(workspace, sources)
        digital = [source for source in sources if is_digital(workspace, source)]
        reading_seconds, reading_pages = run_reading(workspace, digital)
        peer_seconds, peer_pages = run_peer(workspace, digital, asked.peer_pages)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    child = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(f"{len(sources)} documents, {pages} pages, {passages} passages")
    print("| stage | seconds | pages per second |\n|---|---|---|")
    for name, seconds in spent.items():
        print(f"| {name} | {seconds:.1f} | {pages / seconds if seconds else 0:.0f} |")
    print(f"| all stages | {sum(spent.values()):.1f} | {pages / sum(spent.values()):.0f} |")
    if peer_pages:
        per_second = peer_pages / peer_seconds
        print(f"| pdfplumber alone ({peer_pages} pages) | {peer_seconds:.1f} | {per_second:.1f} |")
        fast = reading_pages / reading_seconds
        cores = len(os.sched_getaffinity(0))
        print(
            f"| whole reading, {len(digital)} born-digital PDFs, {cores} cores | {reading_seconds:.1f} | {fast:.0f} |"
        )
        print(
            f"\nWhole reading against pdfplumber on the same files: {fast / per_second:.1f} times the pages per second"
        )
    print(f"Peak memory: {peak:.0f} MB, reader's child {child:.0f} MB. Index: {size / 1e6:.1f} MB")
    return 0


def run_stages(workspace: Workspace, sources: list[Source]) -> tuple[dict[str, float], int, int, int]:
    """Run every stage over every document; return the seconds by stage, pages, passages and the index's bytes."""
    spent: dict[str, float] = defaultdict(float)
    pages = 0
    with ExitStack() as stack:
        encoder = open_encoder()
        taxonomy = workspace_taxonomy(workspace.taxonomy)
        tools = Tools(workspace, stack.enter_context(Readers(1)), encoder, taxonomy, open_tagger(taxonomy, encoder))
        index = stack.enter_context(
            Index.open(workspace.index, dimensions=encoder.dimensions, encoder_version=encoder.version)
        )
        for source in sources:
            desk = Desk(source, workspace.built(source.id))
            for stage in STAGES:
                begin = time.perf_counter()
                desk.made[stage.name] = stage.run(desk, tools)
                write_result(desk.folder, stage.name, desk.made[stage.name], desk.problems)
                spent[stage.name] += time.perf_counter() - begin
            pages += max(1, len(desk.get("extract").pages))
            begin = time.perf_counter()
            index.replace(source, rows(desk), desk.get("vectors"), "bench")
            spent["index"] += time.perf_counter() - begin
        begin = time.perf_counter()
        index.commit()
        spent["index"] += time.perf_counter() - begin
        passages = index.count()
    size = sum(path.stat().st_size for path in workspace.index.iterdir())
    return dict(spent), pages, passages, size


def is_digital(workspace: Workspace, source: Source) -> bool:
    """Say whether a document is a PDF of which every page that has text has a text layer."""
    document = READERS["extract"](workspace.built(source.id) / FILES["extract"])
    return source.media_type == "application/pdf" and all(page.method != "ocr" for page in document.pages)


def run_reading(workspace: Workspace, sources: list[Source]) -> tuple[float, int]:
    """Read PDFs anew (extraction, repair, language, structure), on all cores; return seconds and pages."""
    settings = ReadSettings(ocr="off")
    pages, begin = 0, time.perf_counter()
    with Readers() as readers:
        readers.expect(
            Request(str(source_path(workspace, one)), one.id, one.sha256, one.media_type, settings) for one in sources
        )
        for one in sources:
            path = source_path(workspace, one)
            extraction = readers.read(
                path, source_id=one.id, sha256=one.sha256, media_type=one.media_type, settings=settings
            )
            assert extraction.document is not None
            reading = identify(extraction.document, jurisdiction=one.jurisdiction)
            parse(extraction.document, reading, jurisdiction=one.jurisdiction)
            pages += len(extraction.document.pages)
    return time.perf_counter() - begin, pages


def run_peer(workspace: Workspace, sources: list[Source], limit: int) -> tuple[float, int]:
    """Let pdfplumber extract text from pages spread over the PDFs; return seconds and pages."""
    import pdfplumber

    files = [source_path(workspace, source) for source in sources if source.media_type == "application/pdf"]
    done, seconds = 0, 0.0
    for path in files:
        share = max(1, limit // max(1, len(files)))
        begin = time.perf_counter()
        with pdfplumber.open(path) as pdf:
            step = max(1, len(pdf.pages) // share)
            for page in pdf.pages[::step][:share]:
                page.extract_text()
                page.close()
                done += 1
        seconds += time.perf_counter() - begin
    return seconds, done


if __name__ == "__main__":
    sys.exit(main())
