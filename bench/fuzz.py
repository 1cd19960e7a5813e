"""Feed the readers with damaged copies of real files, and tell of each that made more of it than a recorded problem.

    python bench/fuzz.py [--folder ../shared/realdocs] [--minutes 10] [--seed 1] [--keep FOLDER]

Bytes are changed, cut out, doubled and swapped between files, in PDF also inside the compressed streams. Each copy goes through
reading, language and structure. Reported: a reader that crashed or timed out, an exception after reading, a span outside the
text. What is found is kept in --keep (outside of the repository: the files are other people's) and becomes a small made-up test.
"""

from __future__ import annotations

import argparse
import hashlib
import random
import re
import sys
import tempfile
import time
import traceback
import zlib
from pathlib import Path

from psimm_docs.extract import sniff
from psimm_docs.extract.guard import Guard
from psimm_docs.language import identify
from psimm_docs.provisions import parse
from psimm_docs.workspace import ReadSettings

SETTINGS = ReadSettings(seconds=60, ocr="off", max_pages=60)
BAD = {"reader-crashed", "timeout", "out-of-memory"}
STREAM = re.compile(rb"stream\r?\n(.*?)\r?\nendstream", re.S)
LARGEST = 3_000_000


def mutate(data: bytes, other: bytes, dice: random.Random) -> bytes:
    """Return a damaged copy."""
    out = bytearray(data)
    for _ in range(dice.choice((1, 1, 2, 4, 12, 60))):
        if not out:
            break
        at = dice.randrange(len(out))
        match dice.randrange(6):
            case 0:
                out[at] = dice.randrange(256)
            case 1:
                del out[at : at + dice.choice((1, 8, 200, 5000))]
            case 2:
                out[at:at] = out[at : at + dice.choice((1, 8, 200, 5000))]
            case 3:
                start = dice.randrange(max(1, len(other)))
                out[at:at] = other[start : start + dice.choice((16, 400, 8000))]
            case 4:
                del out[at:]
            case _:
                out[at : at + 4] = dice.choice(
                    (b"9999", b"-1 0", b"\xff\xff\xff\xff", b"\x00\x00\x00\x00", b"((((", b"<<<<")
                )
    return bytes(out)


def mutate_streams(data: bytes, other: bytes, dice: random.Random) -> bytes:
    """Return a copy of a PDF with one or some of its compressed streams damaged inside."""
    found = list(STREAM.finditer(data))
    if not found:
        return mutate(data, other, dice)
    out = data
    for match in sorted(dice.sample(found, min(len(found), dice.choice((1, 2, 5)))), key=lambda one: -one.start()):
        try:
            plain = zlib.decompress(match[1])
        except zlib.error:
            continue
        out = out[: match.start(1)] + zlib.compress(mutate(plain, other[:50_000], dice)) + out[match.end(1) :]
    return out


def one_round(path: Path, guard: Guard, jurisdiction: str) -> str:
    """Return what was wrong with reading one copy; empty when nothing was."""
    kind = sniff(path)
    extraction = guard.read(path, source_id="x/fuzz/1", sha256="0" * 64, media_type=kind, settings=SETTINGS)
    bad = [one for one in extraction.problems if one.code in BAD]
    if bad:
        return f"{bad[0].code}: {bad[0].message}"
    document = extraction.document
    if document is None:
        return ""
    begin = time.process_time()
    try:
        parsed = parse(document, identify(document, jurisdiction=jurisdiction), jurisdiction=jurisdiction)
    except Exception:  # noqa: BLE001 - a fuzzer wants them all
        return traceback.format_exc()
    for one in parsed.provisions:
        if not 0 <= one.span.start <= one.span.end <= document.body_end:
            return f"{one.eid}: a span outside the text"
    for line in document.lines:
        if line.span.end > len(document.text):
            return "a line outside the text"
    spent = time.process_time() - begin
    limit = 1 + 0.5 * max(1, len(document.pages)) + len(document.text) / 100_000
    return f"structure took {spent:.1f} s for {len(document.text)} letters" if spent > limit else ""


def main() -> int:
    """Fuzz for some minutes; return 1 when something was found."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--folder", type=Path, default=Path(__file__).resolve().parents[2] / "shared" / "realdocs")
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=Path)
    asked = parser.parse_args()
    files = [one for one in sorted(asked.folder.rglob("*")) if one.suffix in (".pdf", ".html", ".md", ".docx")]
    files = [one for one in files if one.stat().st_size <= LARGEST]
    if not files:
        print(f"{asked.folder}: no files to damage; give a folder with --folder", file=sys.stderr)
        return 2
    dice = random.Random(asked.seed)
    until = time.monotonic() + 60 * asked.minutes
    rounds, found = 0, {}
    with Guard() as guard, tempfile.TemporaryDirectory() as folder:
        while time.monotonic() < until:
            source, other = dice.choice(files), dice.choice(files)
            change = mutate_streams if source.suffix == ".pdf" and dice.random() < 0.6 else mutate
            data = change(source.read_bytes(), other.read_bytes(), dice)
            path = Path(folder) / f"copy{source.suffix}"
            path.write_bytes(data)
            wrong = one_round(path, guard, dice.choice(("AL", "BA", "XK", "ME", "MK", "RS", "")))
            rounds += 1
            if wrong and wrong[-200:] not in found:
                found[wrong[-200:]] = source.name
                print(f"{source.name}: {wrong}", flush=True)
                if asked.keep:
                    asked.keep.mkdir(parents=True, exist_ok=True)
                    (asked.keep / f"{hashlib.sha256(data).hexdigest()[:12]}{source.suffix}").write_bytes(data)
    print(f"{rounds} damaged copies, {len(found)} different findings")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
