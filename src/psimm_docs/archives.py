"""Office files as archives of XML parts: looked at before they are opened, parsed without reaching out, packed anew.

Every such file is hostile until read. Invariant: nothing is unpacked before the archive's whole directory was looked at (sizes, ratios,
names), no entity is expanded, nothing is fetched, and a part that nobody changed is packed again byte for byte.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from psimm_docs.errors import RefusalError

MAX_UNPACKED = 400_000_000
MAX_RATIO = 200
"""A part that unpacks to more than this many times its size is a bomb (text packs 5 to 20 times)."""

MAX_PARTS = 5000
SMALL = 2_000_000
"""Parts up to this size may pack as well as they like."""

FIXED = (1980, 1, 1, 0, 0, 0)
"""The time of every part that is packed, so that the same parts make the same bytes."""


def unpack(path: Path, *, limit: int = MAX_UNPACKED, wanted: Collection[str] | None = None) -> dict[str, bytes]:
    """Return the parts of an archive by name, in its order; with `wanted` only those.

    `limit` is how many bytes all parts may have. Raises RefusalError for a bomb, a name that leads outside, a damaged or encrypted archive.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            infos = archive.infolist()
            if len(infos) > MAX_PARTS or sum(info.file_size for info in infos) > min(limit, MAX_UNPACKED):
                raise RefusalError(
                    "bomb", "unpacks to more than a document can be", "do not open it; get the file from its publisher"
                )
            for info in infos:
                check_name(info.filename)
                if info.file_size > SMALL and info.file_size > MAX_RATIO * max(1, info.compress_size):
                    raise RefusalError(
                        "bomb",
                        "holds a part that unpacks beyond reason",
                        "do not open it; get the file from its publisher",
                    )
            held = {}
            for info in infos:
                if not info.is_dir() and (wanted is None or info.filename in wanted):
                    with archive.open(info) as stream:
                        held[info.filename] = stream.read(info.file_size + 1)
            return held
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, ValueError) as error:
        raise RefusalError(
            "damaged", "is damaged or encrypted and can't be unpacked", "open it in Word, save it anew and add that"
        ) from error


def check_name(name: str) -> None:
    """Check that a part's name stays inside its archive; raises RefusalError."""
    if name.startswith(("/", "\\")) or ".." in name.replace("\\", "/").split("/"):
        raise RefusalError(
            "unsafe-archive", "holds a part whose name leads outside it", "get the file from its publisher"
        )


def parse(data: bytes, name: str) -> Any:
    """Return the root of a part. No entity is expanded and nothing is fetched; raises RefusalError for one that is not XML."""
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        return etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise RefusalError(
            "damaged", f"has a damaged part ({name})", "open it in Word, save it anew and add that"
        ) from error


def written(root: Any) -> bytes:
    """Return a part's bytes from its root."""
    from lxml import etree

    data: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
    return data


def pack(parts: Mapping[str, bytes]) -> bytes:
    """Return an archive of parts in the order given; the same parts give the same bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            info = zipfile.ZipInfo(name, FIXED)
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, data)
    return out.getvalue()
