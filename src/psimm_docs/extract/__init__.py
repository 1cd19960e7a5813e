"""Any file to one `Document`: the text in reading order, fixed, with where each line stood and what was mended.

Invariant: a file gives a document with the problems met on the way, or a problem of severity `error` that says what to do;
a limit reached, a guess made and a letter mended are each a `Problem` or a `Repair`. Readers trust nothing about a file, but
only `guard` keeps a hostile one from taking the process with it: batches go through `Guard`, not through `read`.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from psimm_docs.extract.job import STAGE, Extraction, Job, Reader, RefusalError, failed
from psimm_docs.extract.sniff import DOCX, HTML, MARKDOWN, PDF, TEXT, sniff
from psimm_docs.workspace import ReadSettings

__all__ = ["EXTRACT_VERSION", "READERS", "STAGE", "Extraction", "read", "sniff", "unreadable"]

EXTRACT_VERSION = "9"
"""Changes when the same file would give another text: everything built on the old text is then out of date."""


def read_pdf(job: Job) -> Extraction:
    """Read a PDF (`extract.pdf`)."""
    from psimm_docs.extract import pdf

    return pdf.read(job)


def read_html(job: Job) -> Extraction:
    """Read a web page (`extract.html`)."""
    from psimm_docs.extract import html

    return html.read(job)


def read_docx(job: Job) -> Extraction:
    """Read a Word document (`extract.docx`)."""
    from psimm_docs.extract import docx

    return docx.read(job)


def read_text(job: Job) -> Extraction:
    """Read plain text (`extract.text`)."""
    from psimm_docs.extract import text

    return text.read(job)


def read_markdown(job: Job) -> Extraction:
    """Read Markdown (`extract.text`)."""
    from psimm_docs.extract import text

    return text.read(job, markdown=True)


READERS: Mapping[str, Reader] = {
    PDF: read_pdf,
    HTML: read_html,
    DOCX: read_docx,
    MARKDOWN: read_markdown,
    TEXT: read_text,
}
"""One reader a media type."""

UNREADABLE: Mapping[str, tuple[str, str]] = {
    "application/x-ole-storage": ("an old Word or Office file (.doc)", "save it as .docx or PDF and add that"),
    "application/rtf": ("a rich text file (.rtf)", "save it as .docx or PDF and add that"),
    "application/zip": ("an archive", "unpack it and add the files in it"),
    "application/gzip": ("a compressed file", "unpack it and add the file in it"),
    "application/x-7z-compressed": ("an archive", "unpack it and add the files in it"),
    "application/vnd.rar": ("an archive", "unpack it and add the files in it"),
    "application/vnd.oasis.opendocument.text": ("an OpenDocument file", "save it as .docx or PDF and add that"),
    "application/epub+zip": ("an e-book", "save it as PDF or HTML and add that"),
    "application/postscript": ("a PostScript file", "convert it to PDF and add that"),
    "image/vnd.djvu": ("a DjVu scan", "convert it to PDF and add that"),
}
"""What files without a reader are called in messages, and what to do with them."""


def unreadable(media_type: str) -> tuple[str, str]:
    """Return what a file of a media type without a reader is, and what to do with it."""
    if media_type in UNREADABLE:
        return UNREADABLE[media_type]
    if media_type.startswith("image/"):
        return "a picture", "put it in a PDF and add that"
    return "of no kind that can be read", "give a PDF, HTML, DOCX, Markdown or text file"


def read(path: Path, *, source_id: str, sha256: str, media_type: str, settings: ReadSettings) -> Extraction:
    """Read one file in this process.

    The result has a document, or a problem of severity `error` that says what is wrong and what to do. What a damaged file
    does to a parser (time, memory, a crash) is not held off here: that is what `guard.Guard` is for.
    """
    name = path.name
    reader = READERS.get(media_type)
    if reader is None:
        what, todo = unreadable(media_type)
        return failed("unknown-format", f"{name} is {what}", todo)
    try:
        size = path.stat().st_size
        if size == 0:
            return failed("empty", f"{name} is empty", "get the file again")
        if size > settings.max_megabytes * 1_000_000:
            limit = f"{size / 1e6:.1f} MB is over the limit of {settings.max_megabytes} MB"
            return failed("too-large", f"{name}: {limit}", "raise [read] max_megabytes in psimm.toml")
        return reader(Job(path, source_id, sha256, settings))
    except RefusalError as error:
        return failed(error.code, f"{name}: {error.what}", error.todo)
    except OSError as error:
        return failed("unreadable", f"{name}: can't be opened ({error.strerror})", "check the file and its rights")
