"""Make the digests: one document for each work and language, and the manifest that lists them.

    python corpus/make_digests.py [--out FOLDER]

A digest restates single facts about an act in our own words, in the structure and numbering of the act. It is made from
`digests/*.jsonl` (the facts), `digests/wording.json` (the fixed words) and `catalogue.csv`. Invariant: a number of an article, a
paragraph or a point is printed only where the fact gives it; what has no verified article number stands at the end, under a
heading that says so; every text is followed by its fact, basis and address. Sources that are no digests keep their lines.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

from digest_formats import DOCX, GAZETTE, HTML, PDF, TEXT, Format, Line
from psimm_docs.catalogue import Work, read_catalogue
from psimm_docs.errors import PsimmError
from psimm_docs.jsonl import iter_records, read_records, write_bytes, write_records
from psimm_docs.jurisdictions import KOSOVO_NOTE, SIX, root
from psimm_docs.records import Source

HERE = Path(__file__).resolve().parent
DATE = "2026-11-22"
"""The date of the facts, and so of every digest."""
NOTICE = "digest; not the official text"
KOSOVO = re.compile(r"\b(Kosov(?:o|a|ë|ës|es|u|om)|Косов(?:о|а|у|ом))\b(?!\*)")
LATIN_NUMBERS = str.maketrans("абвгдѓђежзик", "abvgdgdezzik")
"""Cyrillic letters of inserted numbers as English cites them: 28-в is 28-v."""
CYRILLIC_POINTS = {"a": "а", "b": "б"}
"""The Latin letters of points that are certainly the same point in a Cyrillic version."""
MONTHS = ("January", "February", "March", "April", "May", "June", "July")
MONTHS += ("August", "September", "October", "November", "December")
OMITTED = "(...)"
RECALLED_GAZETTE = re.compile(r"gazette[^;()]*recalled")
"""How a work's notes say that its gazette number is only remembered."""
PAGES = ("procedure", "strategy")
"""Types of works that have no articles."""


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of the digests: a text in each language, where in the act it stands, and how it is known."""

    fact: int
    work: str
    article: str | None
    paragraph: str | None
    point: str | None
    cited: str
    heading: dict[str, str]
    text: dict[str, str]
    value: str
    concepts: tuple[str, ...]
    basis: str
    seen_at: str
    note: str


@dataclass(frozen=True, slots=True)
class Manner:
    """How a jurisdiction prints numbers: `heading` is below, bracketed below, or above; the rest are patterns."""

    article: str = "{word} {number}"
    heading: str = "below"
    paragraph: str = "({})"
    point: str = "{point})"


MANNERS: Mapping[str, Manner] = {
    "AL": Manner(paragraph="{}."),
    "BA": Manner(article="{word} {number}.", heading="bracketed"),
    "BA-BIH": Manner(article="{word} {number}.", heading="bracketed"),
    "BA-BRC": Manner(article="{word} {number}.", heading="bracketed"),
    "BA-SRP": Manner(article="{word} {number}.", heading="above"),
    "XK": Manner(paragraph="{}.", point="{paragraph}{point}."),
    "ME": Manner(heading="above"),
    "MK": Manner(heading="above"),
    "RS": Manner(article="{word} {number}.", heading="above"),
}


def manner_of(work: Work, language: str) -> Manner:
    """Return how a work is printed; the English version has the act's numbers under `Article 5` and the heading."""
    native = MANNERS[work.jurisdiction]
    return Manner(paragraph=native.paragraph, point=native.point) if language == "en" else native


def format_of(work: Work, language: str) -> Format:
    """Return the file format: each jurisdiction has its own, so that the corpus holds all that can be read."""
    match root(work.jurisdiction):
        case "AL":
            return PDF
        case "BA":
            return GAZETTE
        case "XK":
            return HTML
        case "ME":
            return DOCX
        case "MK":
            return DOCX if language == "mk" else PDF
        case _:
            return TEXT if language == "sr-Cyrl" else PDF


def starred(text: str) -> str:
    """Return a text in which Kosovo* bears its asterisk wherever it is named."""
    return KOSOVO.sub(r"\1*", text)


def number_in(number: str, language: str) -> str:
    """Return an inserted number as a language writes it.

    >>> number_in("28-в", "en"), number_in("28-в", "mk")
    ('28-v', '28-в')
    """
    return number.translate(LATIN_NUMBERS) if language == "en" else number


def point_in(point: str, language: str) -> str:
    """Return a point's letter as a language writes it, or nothing where that isn't known.

    The Cyrillic versions of acts of Bosnia and Herzegovina may order their letters differently from the Latin ones.

    >>> [point_in("a", "sr-Cyrl"), point_in("f", "sr-Cyrl"), point_in("2а", "en"), point_in("2а", "sr-Cyrl")]
    ['а', '', '2a', '2а']
    """
    if language == "sr-Cyrl" and re.fullmatch("[a-z]+", point):
        return CYRILLIC_POINTS.get(point, "")
    return number_in(point, language)


def numeric(number: str | None) -> tuple[int, str]:
    """Return the key that orders numbers as laws do: none, 2, 2a, 10."""
    found = re.match(r"(\d*)(.*)", number or "")
    return (int(found[1] or 0), found[2]) if found else (0, "")


def source_line(fact: Fact, *, said: str = "") -> Line:
    """Return the small print under a text: it opens with a bracket, as no line of a law does.

    `said` is a part of the note that the heading above says already.
    """
    address = fact.seen_at.split(" ; ")[0] or ("" if "address" in fact.note else "no address")
    notes = (part for part in fact.note.split("; ") if part != said)
    return Line("source", "[" + "; ".join(filter(None, (f"fact {fact.fact}", fact.basis, address, *notes))) + "]")


def numbered(facts: Iterable[Fact], *, manner: Manner, language: str) -> Iterator[Line]:
    """Yield the texts of one article: those without a paragraph number first, each paragraph's number once.

    Where only a point of a paragraph is known, the paragraph's own words are shown as left out.
    """
    order = sorted(facts, key=lambda one: (numeric(one.paragraph), numeric(one.point), one.fact))
    for paragraph, group in groupby(order, key=lambda one: one.paragraph):
        mark = manner.paragraph.format(paragraph) + " " if paragraph else ""
        for fact in group:
            text = starred(fact.text[language])
            letter = point_in(fact.point, language) if fact.point else ""
            if fact.point and mark:
                yield Line("text", mark + OMITTED)
                mark = ""
            if letter:
                before = f"{paragraph}." if paragraph else ""
                yield Line("point", manner.point.format(paragraph=before, point=letter) + " " + text)
            elif fact.point:
                yield Line("point", f"– {text}")
            else:
                yield Line("text", mark + text)
                mark = ""
            yield source_line(fact)


def article(number: str, facts: Sequence[Fact], *, manner: Manner, language: str, word: str) -> Iterator[Line]:
    """Yield one article: its line, its heading where the jurisdiction has it, and its texts."""
    line = Line("article", manner.article.format(word=word, number=number_in(number, language)))
    heading = starred(facts[0].heading[language])
    if manner.heading == "above":
        yield from (Line("heading", heading), line)
    else:
        yield from (line, Line("heading", f"({heading})" if manner.heading == "bracketed" else heading))
    yield from numbered(facts, manner=manner, language=language)


def body(work: Work, facts: Sequence[Fact], *, language: str, words: Mapping[str, str]) -> Iterator[Line]:
    """Yield the articles in the act's order, then what has no article number."""
    manner = manner_of(work, language)
    placed = sorted((one for one in facts if one.article), key=lambda one: (numeric(one.article), one.fact))
    for number, group in groupby(placed, key=lambda one: one.article or ""):
        yield from article(number, list(group), manner=manner, language=language, word=words["article"])
    rest = [one for one in facts if not one.article]
    pointed = [one for one in rest if one.paragraph or one.point]
    loose = [one for one in rest if not (one.paragraph or one.point)]
    page = work.type in PAGES
    if pointed or (page and loose):
        yield Line("section", words["unnumbered"])
        yield from numbered(pointed, manner=manner, language=language)
    if loose and not page:
        yield Line("section", words["unverified"])
    for one in loose:
        said = "" if page else "article number not verified"
        yield from (Line("point", f"– {starred(one.text[language])}"), source_line(one, said=said))


def day(iso: str, language: str) -> str:
    """Return an ISO date as a language writes it.

    >>> day("2018-03-26", "sr-Cyrl"), day("2018-03-26", "hr"), day("2018-03-26", "en"), day("2018-03", "mk")
    ('26.3.2018', '26. 3. 2018.', '26 March 2018', '3/2018')
    """
    parts = [int(part) for part in iso.split("-")]
    if len(parts) == 1:
        return str(parts[0])
    if language == "en":
        return " ".join([*(str(one) for one in parts[2:]), MONTHS[parts[1] - 1], str(parts[0])])
    if len(parts) == 2:
        return f"{parts[1]}/{parts[0]}"
    return f"{parts[2]}. {parts[1]}. {parts[0]}." if language == "hr" else f"{parts[2]}.{parts[1]}.{parts[0]}"


def is_recalled(work: Work) -> bool:
    """Say whether a work's gazette number is only remembered."""
    return bool(work.gazette and (work.basis == "recalled" or RECALLED_GAZETTE.search(work.notes)))


def gazette_line(work: Work, *, language: str, words: Mapping[str, str], names: Mapping[str, Mapping[str, str]]) -> str:
    """Return where the act was published, as far as the catalogue knows, and whether that is only remembered."""
    if not work.gazette:
        return f"{words['gazette']}: {words['none']}"
    line = starred(names[work.gazette].get(language, work.gazette))
    if work.gazette_number:
        line += f", {words['number']} {work.gazette_number}"
    if work.gazette_date and not (len(work.gazette_date) == 4 and work.gazette_number.endswith(work.gazette_date)):
        line += (
            f" ({day(work.gazette_date, language)})" if work.gazette_number else f", {day(work.gazette_date, language)}"
        )
    if is_recalled(work):
        line += f" ({words['recalled']})"
    return f"{words['gazette']}: {line}"


def front(work: Work, *, language: str, wording: Mapping[str, Any], named: bool) -> Iterator[Line]:
    """Yield what stands before the articles; `named` says that the texts name Kosovo*, which then needs its footnote."""
    words = wording_of(wording, work, language)
    yield Line("title", starred(work.title(language)))
    notice = words["digest"] if language == "en" else f"{words['digest']} ({NOTICE})"
    yield Line("front", notice[0].upper() + notice[1:])
    yield Line("front", f"{words['jurisdiction']}: {wording['jurisdictions'][work.jurisdiction][language]}")
    yield Line("front", gazette_line(work, language=language, words=words, names=wording["gazettes"]))
    if work.official_url:
        yield Line("front", f"{words['address']}: {work.official_url}")
    if work.status in words["status"]:
        yield Line("front", words["status"][work.status])
    yield Line("front", words["about"])
    if named:
        if words["kosovo"]:
            yield Line("front", words["kosovo"])
        yield Line("front", KOSOVO_NOTE)


def wording_of(wording: Mapping[str, Any], work: Work, language: str) -> Mapping[str, Any]:
    """Return the fixed words of a language; Serbian of Bosnia and Herzegovina has its own."""
    languages: Mapping[str, Mapping[str, Any]] = wording["languages"]
    return languages.get(f"{language}-{root(work.jurisdiction)}", languages[language])


def compose(work: Work, facts: Sequence[Fact], *, language: str, wording: Mapping[str, Any]) -> list[Line]:
    """Return all lines of one digest, in order."""
    words = wording_of(wording, work, language)
    lines = list(body(work, facts, language=language, words=words))
    head = list(front(work, language=language, wording=wording, named=False))
    named = work.jurisdiction == "XK" or any("*" in line.text for line in (*head, *lines) if line.kind != "source")
    return [*front(work, language=language, wording=wording, named=named), *lines]


def read_facts(folder: Path, works: Mapping[str, Work]) -> list[Fact]:
    """Return all facts in order; raises PsimmError where two files disagree with the catalogue or with each other."""
    facts = [fact for code in SIX for fact in iter_records(folder / f"{code}.jsonl", Fact)]
    numbers = [fact.fact for fact in facts]
    if len(set(numbers)) != len(numbers):
        raise PsimmError(f"{folder}: a fact's number stands twice; mend it")
    languages: dict[str, set[str]] = {}
    headings: dict[tuple[str, str], dict[str, str]] = {}
    for fact in facts:
        where = f"{folder}: fact {fact.fact}"
        if fact.work not in works:
            raise PsimmError(f"{where}: {fact.work} is not in the catalogue; mend the id")
        if languages.setdefault(fact.work, set(fact.text)) != set(fact.text) or set(fact.heading) != set(fact.text):
            raise PsimmError(
                f"{where}: its languages are not those of the other facts of {fact.work}; add or remove them"
            )
        if fact.article and headings.setdefault((fact.work, fact.article), fact.heading) != fact.heading:
            raise PsimmError(f"{where}: article {fact.article} has another heading elsewhere; write the same")
    return facts


def document(work: Work, facts: Sequence[Fact], *, language: str, wording: Mapping[str, Any]) -> tuple[Source, bytes]:
    """Return one digest: its line of the manifest and its bytes."""
    kind = format_of(work, language)
    data = kind.write(compose(work, facts, language=language, wording=wording), language)
    folder, slug = work.id.split("/")
    source = Source(
        id=f"{work.id}/digest.{language}",
        path=f"{folder}/{slug}.{language}{kind.extension}",
        sha256=hashlib.sha256(data).hexdigest(),
        size=len(data),
        media_type=kind.media_type,
        jurisdiction=work.jurisdiction,
        title=work.title(language),
        work_id=work.id,
        title_en=work.title("en"),
        type=work.type,
        language=language,
        gazette=work.gazette,
        gazette_number=work.gazette_number,
        date=DATE,
        official_url=work.official_url,
        status="digest",
        translation=language == "en",
        note=NOTICE + ("; gazette recalled, unchecked" if is_recalled(work) else ""),
    )
    return source, data


def make(corpus: Path, out: Path) -> list[Source]:
    """Make all digests of `corpus` below `out` and its manifest; return their sources, in the catalogue's order.

    Digests of an earlier run that are no longer made are removed; sources of other kinds stay as they are.
    """
    works = read_catalogue(corpus / "catalogue.csv")
    wording: Mapping[str, Any] = json.loads((corpus / "digests" / "wording.json").read_text("utf-8"))
    of_work: dict[str, list[Fact]] = {}
    for fact in read_facts(corpus / "digests", works):
        of_work.setdefault(fact.work, []).append(fact)
    made: list[Source] = []
    for work in works.values():
        facts = of_work.get(work.id, [])
        for language in facts[0].text if facts else ():
            source, data = document(work, facts, language=language, wording=wording)
            write_bytes(out / "documents" / source.path, data)
            made.append(source)
    manifest = out / "manifest.jsonl"
    held = read_records(manifest, Source)
    kept = {source.path for source in made}
    for source in held:
        if source.status == "digest" and source.path not in kept:
            (out / "documents" / source.path).unlink(missing_ok=True)
    write_records(manifest, [*made, *(source for source in held if source.status != "digest")])
    return made


def main() -> None:
    """Make the digests and say how many."""
    parser = argparse.ArgumentParser(description="Make corpus/documents and corpus/manifest.jsonl from corpus/digests.")
    parser.add_argument("--out", type=Path, default=HERE, help="the folder that gets documents/ and manifest.jsonl")
    try:
        made = make(HERE, parser.parse_args().out)
    except PsimmError as error:
        sys.exit(str(error))
    print(f"{len(made)} digests, {sum(source.size for source in made) / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
