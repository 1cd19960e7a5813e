"""Gold outlines: what a lawyer saw on the pages of a real law, to compare what the reader found with.

    python -m psimm_docs.outlines OUTLINE.json... --documents FOLDER --out annotations/gold/reading

An outline lists every article of every act in a file, with its heading, its first and last words and, for some articles, its
paragraphs and points. Written outlines hold words; the ones kept in the repository are sealed: each piece of text is the count of
its letters and digits with a checksum of them, so that they can be compared and quote nothing. Invariant: sealing and
comparing use the same letters (`letters`), so spacing, hyphens, signs and case never count as a difference, but every wrong letter does.

Measures: an article is right when its number, its place in the order, its first words and its last words are. Articles are
aligned by the longest common order of numbers. Paragraphs and points are
compared as paths (`para_2__point_a`) within articles; headings on all aligned articles, whether they have one or not.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path
from unicodedata import normalize

from psimm_docs.eids import token
from psimm_docs.errors import PsimmError
from psimm_docs.fold import fold
from psimm_docs.grammar import is_note
from psimm_docs.jsonl import write_text
from psimm_docs.records import Document, Provision, Span

SEALED = 24
"""How many letters of an article's beginning and end are compared."""

INNER = ("paragraph", "point", "indent")


@dataclass(frozen=True, slots=True)
class GoldArticle:
    """An article as it stands on the page; `heading`, `start` and `end` are sealed, empty where there is nothing to compare."""

    number: str
    page: int
    heading: str
    start: str
    end: str


@dataclass(frozen=True, slots=True)
class GoldAct:
    """An act of a file in one language; `paragraphs` are paths by place of the article in `articles`."""

    language: str
    articles: tuple[GoldArticle, ...]
    paragraphs: Mapping[int, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Outline:
    """The gold outline of a file, named by its path below the folder of documents and by its checksum."""

    file: str
    sha256: str
    jurisdiction: str
    languages: tuple[str, ...]
    acts: tuple[GoldAct, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is not as the outline has it; `place` counts from 0 in the act, -1 for what only the reader has."""

    kind: str
    act: int
    place: int
    number: str
    page: int
    found: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """Counts of one file, for F1 over files: right, found and wanted articles and paths, right and compared headings."""

    file: str
    jurisdiction: str
    articles: tuple[int, int, int]
    numbers: int
    paths: tuple[int, int, int]
    headings: tuple[int, int]
    language: bool
    differences: tuple[Difference, ...]


# --- sealing ---------------------------------------------------------------------------------------------------------


def letters(text: str) -> str:
    """Return the letters and digits of a text in lower case and nothing else (raised digits are marks of notes).

    >>> letters("Члан 5. — Poslo-\\ndavac")
    'члан5poslodavac'
    """
    return "".join(letter for letter in normalize("NFC", text).casefold() if letter.isalpha() or letter.isdecimal())


def seal(text: str, *, tail: bool = False, limit: int = SEALED) -> str:
    """Return the count and the checksum of a text's first (or last) letters; empty for no letters.

    >>> seal("(1) Ovaj zakon uređuje") == seal("1. OVAJ  ZAKON URE-\\nĐUJE"), seal("uređuje") == seal("uredjuje")
    (True, False)
    """
    held = letters(text)
    held = held[-limit:] if tail else held[:limit]
    return f"{len(held)}:{checksum(held)}" if held else ""


def checksum(text: str) -> str:
    """Return ten hexadecimal digits of the text's SHA-256."""
    return hashlib.sha256(text.encode()).hexdigest()[:10]


def opens(sealed: str, text: str, *, tail: bool = False, whole: bool = False) -> bool:
    """Say whether a text begins (or ends, or is `whole`) as the sealed one; an empty seal is opened by an empty text when whole."""
    held = letters(text)
    if not sealed:
        return not held if whole else True
    count, _, mark = sealed.partition(":")
    if whole and len(held) != int(count):
        return False
    piece = held[-int(count) :] if tail else held[: int(count)]
    return checksum(piece) == mark


def sealed_outline(written: Mapping[str, object], folder: Path) -> dict[str, object]:
    """Return a written outline without its words; raises PsimmError when the document isn't in the folder."""
    file = str(written["file"])
    path = folder / file
    if not path.is_file():
        raise PsimmError(f"{path}: the document of this outline is not there")
    acts = []
    for act in written["acts"]:  # type: ignore[attr-defined]
        numbers: Counter[str] = Counter()
        places: dict[str, int] = {}
        articles = []
        for place, one in enumerate(act["articles"]):
            numbers[one["num"]] += 1
            count = numbers[one["num"]]
            places[one["num"] if count == 1 else f"{one['num']}#{count}"] = place
            heading = one.get("heading") or ""
            articles.append(
                [
                    one["num"],
                    one.get("page") or 0,
                    seal(heading, limit=10_000),
                    seal(one.get("start") or ""),
                    seal(one.get("end") or "", tail=True),
                ]
            )
        unknown = set(act["paragraphs"]) - set(places)
        if unknown:
            raise PsimmError(f"{file}: paragraphs of articles that are not listed: {', '.join(sorted(unknown))}")
        paragraphs = {str(places[number]): paths for number, paths in act["paragraphs"].items()}
        acts.append({"language": act["language"], "articles": articles, "paragraphs": paragraphs})
    return {
        "file": file,
        "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        "jurisdiction": Path(file).parts[0].upper(),
        "languages": written["language"],
        "acts": acts,
    }


def parse_outline(data: Mapping[str, object]) -> Outline:
    """Return a sealed outline from its JSON."""
    acts = tuple(
        GoldAct(
            act["language"],
            tuple(GoldArticle(*one) for one in act["articles"]),
            {int(place): tuple(paths) for place, paths in act["paragraphs"].items()},
        )
        for act in data["acts"]  # type: ignore[attr-defined]
    )
    return Outline(
        str(data["file"]),
        str(data["sha256"]),
        str(data["jurisdiction"]),
        tuple(data["languages"]),  # type: ignore[arg-type]
        acts,
    )


def read_outlines(folder: Path) -> list[Outline]:
    """Return the sealed outlines of a folder, by file name."""
    return [parse_outline(json.loads(path.read_text("utf-8"))) for path in sorted(folder.glob("*.json"))]


# --- comparing -------------------------------------------------------------------------------------------------------


def own_words(provision: Provision, document: Document) -> str:
    """Return an article's text after its number and heading, without footnotes and the editor's note beside the number."""
    ends = [span.end for span in (provision.number_span, provision.heading_span) if span]
    start = max([provision.span.start, *ends])
    beside = document.text[start : provision.span.end].split("\n", 1)[0]
    start += len(beside) if is_note(beside.strip(" .")) or beside.strip(" .").isdigit() else 0
    notes = [
        block.span
        for block in document.blocks
        if block.kind == "note" and start <= block.span.start < provision.span.end
    ]
    pieces, at = [], start
    for note in notes:
        pieces.append(document.text[at : max(at, note.start)])
        at = max(at, note.end)
    words = "".join([*pieces, document.text[at : provision.span.end]])
    kept = "\n".join(line for line in words.split("\n") if not is_note(line.strip()))
    return kept if kept.strip() else words


def same(number: str) -> str:
    """Return an article's number as it is compared: `28-а`, `28a` and `28-A` are one, `12/1` and `121` are not."""
    held = token(fold(number))
    return "".join(
        sign
        for place, sign in enumerate(held)
        if sign != "-" or (held[place - 1 : place].isdigit() and held[place + 1 : place + 2].isdigit())
    )


def paths_below(article: Provision, inner: Mapping[str, Sequence[Provision]]) -> list[str]:
    """Return the paths of an article's paragraphs and points, relative to it, in text order."""
    return [one.eid.removeprefix(f"{article.eid}__") for one in inner.get(article.eid, ())]


def compare(outline: Outline, document: Document, provisions: Sequence[Provision], *, language: str) -> Comparison:
    """Compare what was read from a file with its outline."""
    articles = [one for one in provisions if one.kind == "article"]
    inner: dict[str, list[Provision]] = {}
    home = ""
    for one in provisions:
        if one.kind == "article":
            home = one.eid
        elif one.kind in INNER and home and one.eid.startswith(f"{home}__"):
            inner.setdefault(home, []).append(one)
        elif one.kind not in INNER:
            home = ""
    counts: Counter[str] = Counter()
    wanted = [(act, place) for act, held in enumerate(outline.acts) for place in range(len(held.articles))]
    differences = list(aligned(outline, document, wanted, articles, inner, counts))
    return Comparison(
        file=outline.file,
        jurisdiction=outline.jurisdiction,
        articles=(counts["right"], counts["found"], counts["wanted"]),
        numbers=counts["numbers"],
        paths=(counts["paths right"], counts["paths found"], counts["paths wanted"]),
        headings=(counts["headings right"], counts["headings"]),
        language=language in outline.languages,
        differences=tuple(differences),
    )


def aligned(
    outline: Outline,
    document: Document,
    wanted: Sequence[tuple[int, int]],
    found: Sequence[Provision],
    inner: Mapping[str, Sequence[Provision]],
    counts: Counter[str],
) -> Iterator[Difference]:
    """Count what is right of these articles, and yield what is not."""
    counts["found"] += len(found)
    counts["wanted"] += len(wanted)
    gold = [outline.acts[act].articles[place] for act, place in wanted]
    matcher = SequenceMatcher(
        None, [same(one.number) for one in gold], [same(one.number) for one in found], autojunk=False
    )
    missing, extra = set(range(len(gold))), set(range(len(found)))
    for block in matcher.get_matching_blocks():
        for step in range(block.size):
            left, right = block.a + step, block.b + step
            missing.discard(left)
            extra.discard(right)
            (act, place), one, got = wanted[left], gold[left], found[right]
            counts["numbers"] += 1
            words = own_words(got, document)
            begins, ends = opens(one.start, words), opens(one.end, words, tail=True)
            counts["right"] += begins and ends
            if not begins:
                yield Difference("start", act, place, one.number, one.page, words[:80])
            if not ends:
                yield Difference("end", act, place, one.number, one.page, words[-80:])
            headed = opens(one.heading, got.heading, whole=True)
            counts["headings"] += 1
            counts["headings right"] += headed
            if not headed:
                yield Difference("heading", act, place, one.number, one.page, got.heading)
            paths = outline.acts[act].paragraphs.get(place)
            if paths is not None:
                yield from compared_paths(paths, paths_below(got, inner), act, place, one, counts)
    for left in sorted(missing):
        act, place = wanted[left]
        yield Difference("missing", act, place, gold[left].number, gold[left].page, "")
    for right in sorted(extra):
        span = found[right].span
        yield Difference("extra", -1, -1, found[right].number, page_of(document, span), span.of(document.text)[:80])


def compared_paths(
    wanted: Iterable[str], found: Iterable[str], act: int, place: int, one: GoldArticle, counts: Counter[str]
) -> Iterator[Difference]:
    """Count the right paths of one article, and yield what is missing and what is too many."""
    want, got = Counter(wanted), Counter(found)
    counts["paths right"] += (want & got).total()
    counts["paths found"] += got.total()
    counts["paths wanted"] += want.total()
    if want != got:
        short, over = ", ".join((want - got).elements()), ", ".join((got - want).elements())
        yield Difference("paths", act, place, one.number, one.page, f"missing [{short}]; too many [{over}]")


def page_of(document: Document, span: Span) -> int:
    """Return the page on which a span begins; 0 without pages."""
    return next((line.page for line in document.lines if line.span.end > span.start), 0)


def main(arguments: Sequence[str]) -> int:
    """Seal written outlines; return the exit status."""
    parser = argparse.ArgumentParser(description="Seal gold outlines, so that they can be compared and quote nothing.")
    parser.add_argument("outlines", nargs="+", type=Path)
    parser.add_argument("--documents", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    given = parser.parse_args(arguments)
    for path in given.outlines:
        held = sealed_outline(json.loads(path.read_text("utf-8")), given.documents)
        write_text(given.out / path.name, json.dumps(held, ensure_ascii=False, separators=(",", ":")) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
