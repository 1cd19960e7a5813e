"""What a file is, told by its first bytes: names and extensions lie.

Invariant: only the first kilobytes are read and nothing is parsed beyond a zip's list of members. The one thing a name
decides is `.md`, because Markdown is text.
"""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

PDF = "application/pdf"
HTML = "text/html"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
MARKDOWN = "text/markdown"
TEXT = "text/plain"
UNKNOWN = "application/octet-stream"

SIGNATURES: tuple[tuple[bytes, str], ...] = (
    (b"{\\rtf", "application/rtf"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF8", "image/gif"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
    (b"%!PS", "application/postscript"),
    (b"\x1f\x8b", "application/gzip"),
    (b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (b"Rar!", "application/vnd.rar"),
    (b"AT&TFORM", "image/vnd.djvu"),
)
ZIP_KINDS: tuple[tuple[str, str], ...] = (
    ("word/", DOCX),
    ("xl/", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ("ppt/", "application/vnd.openxmlformats-officedocument.presentationml.presentation"),
    ("META-INF/container.xml", "application/epub+zip"),
    ("content.xml", "application/vnd.oasis.opendocument.text"),
)
HTML_START = re.compile(rb"<(!doctype\s+html|html|head|body|meta|title|div|p|table|h[1-6]|article|center|font)\b", re.I)
BOMS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
HEAD = 8192


def sniff(path: Path) -> str:
    """Return the media type of a file by its content; `application/octet-stream` when it is none that is known.

    An empty file is `text/plain`. Raises OSError when the file can't be opened.
    """
    with path.open("rb") as data:
        head = data.read(HEAD)
    if head.startswith(b"PK\x03\x04") or head.startswith(b"PK\x05\x06"):
        return zip_kind(path)
    for start, kind in SIGNATURES:
        if head.startswith(start):
            return kind
    if b"%PDF-" in head[:1024]:
        return PDF
    return text_kind(head, path)


def zip_kind(path: Path) -> str:
    """Return what a zip holds, by the names of its members."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()[:5000]
    except (zipfile.BadZipFile, NotImplementedError, ValueError):
        return "application/zip"
    for start, kind in ZIP_KINDS:
        if any(name.startswith(start) for name in names):
            return kind
    return "application/zip"


def text_kind(head: bytes, path: Path) -> str:
    """Return which kind of text the first bytes are, or UNKNOWN for bytes that no text holds."""
    sample = head
    if head.startswith(BOMS[1:]) or utf16(head):
        sample = head.replace(b"\x00", b"")
    elif b"\x00" in head:
        return UNKNOWN
    control = sum(byte < 32 and byte not in b"\t\n\r\f\x1b" for byte in sample)
    if control > len(sample) // 20:
        return UNKNOWN
    if path.suffix.lower() in (".md", ".markdown"):
        return MARKDOWN
    opening = sample.lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
    opening = re.sub(rb"\A(<\?xml[^>]*>|<!--.*?-->|\s)+", b"", opening, flags=re.S)
    if HTML_START.match(opening) or re.search(rb"<html[\s>]", sample, re.I):
        return HTML
    if path.suffix.lower() in (".html", ".htm", ".xhtml") and HTML_START.search(sample):
        return HTML
    return TEXT


def utf16(head: bytes) -> bool:
    """Say whether bytes without a mark look like UTF-16: zeros at nearly every second place."""
    if len(head) < 4:
        return False
    even, odd = head[0::2].count(0), head[1::2].count(0)
    return max(even, odd) > 0.3 * (len(head) // 2) and min(even, odd) < 0.02 * len(head) + 1
