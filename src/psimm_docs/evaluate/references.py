"""How well references and act facts are read from real laws, measured on passages and title pages that were marked by hand.

Wiring: reads the real documents' files where their folder is at hand, and compares with `annotations/gold/references`. A found reference
is right when it shares a letter with a marked one; a target is right when act, issues and all levels are the marked ones. Everything
found in a passage counts against precision, everything marked in it against recall; a passage whose letters can't be
found again counts as missed. Act facts are right one by one: number, date, issues, day of the gazette, consolidated, amending, amended.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from psimm_docs import acts, crossrefs
from psimm_docs.acts import Act
from psimm_docs.crossref_targets import plain
from psimm_docs.crossrefs import Reference
from psimm_docs.evaluate.facts import Score
from psimm_docs.gazettes import plain_issue
from psimm_docs.records import Document, LanguageReading, Provision
from psimm_docs.reference_gold import GoldReference, Lettered, Passage, Place, read_passages

FACTS = ("number", "date", "issues", "gazette_date", "consolidated", "amending", "amends")
Target = tuple[str, tuple[str, ...], Place]


@dataclass(frozen=True, slots=True)
class Miss:
    """Something that was not read as it is marked: `kind` is missed, extra or target."""

    kind: str
    file: str
    page: int
    wanted: str
    found: str


@lru_cache(maxsize=4)
def read_document(path: Path) -> tuple[Document, LanguageReading]:
    """Return a real document and its language; the folder it stands in is its jurisdiction."""
    from psimm_docs.extract import read, sniff
    from psimm_docs.language import identify
    from psimm_docs.workspace import ReadSettings

    extraction = read(
        path,
        source_id=f"{path.parent.name}/{path.stem}/real",
        sha256=hashlib.sha256(path.read_bytes()).hexdigest(),
        media_type=sniff(path),
        settings=ReadSettings(ocr="off"),
    )
    document = extraction.document or Document(source_id="", sha256="", text="", body_end=0)
    return document, identify(document, jurisdiction=path.parent.name.upper(), declared="", gazette="")


@lru_cache(maxsize=4)
def read_act(path: Path) -> tuple[tuple[Provision, ...], Act]:
    """Return a real document's provisions and the facts of its act."""
    from psimm_docs.provisions import parse

    document, reading = read_document(path)
    provisions = parse(document, reading, jurisdiction=path.parent.name.upper()).provisions
    return provisions, acts.read(document, provisions)


def read_references(path: Path) -> list[Reference]:
    """Return the references of a real document."""
    document, reading = read_document(path)
    provisions, act = read_act(path)
    return crossrefs.find(document, provisions, reading, act, jurisdiction=path.parent.name.upper())


# --- references --------------------------------------------------------------------------------------------------------


def wanted_targets(gold: GoldReference) -> Counter[Target]:
    """Return a marked reference's targets as they are compared."""
    cites = tuple(sorted(issue_or_number(one) for one in gold.issues))
    places = gold.places or (("", "", "", "", ""),)
    return Counter((gold.law, cites, compared(one)) for one in places)


def found_targets(found: Iterable[Reference]) -> Counter[Target]:
    """Return found references' targets as they are compared."""
    return Counter(
        (
            one.law,
            tuple(sorted(issue_or_number(cite) for cite in (*one.issues, one.number) if cite)),
            compared(one.place),
        )
        for one in found
    )


def compared(place: Place) -> Place:
    """Return a place whose numbers compare equal however they are printed; letters keep their marks."""
    held = [one.lower() if one.isalpha() else plain(one) for one in place]
    return held[0], held[1], held[2], held[3], held[4]


def issue_or_number(cite: str) -> str:
    """Return an issue with the year in full, a number as it is."""
    number, _, year = cite.partition("/")
    if number.isdigit() and year.isdigit() and len(year) == 2 and len(number) < 4:
        return "/".join(str(part) for part in plain_issue(cite))
    return cite


def compare(
    passages: Sequence[Passage], document: Document, found: Sequence[Reference]
) -> Iterator[tuple[Passage, Counter[str], list[Miss]]]:
    """Yield each passage of one document with its counts and what is wrong in it."""
    seals = [
        one
        for passage in passages
        for one in (passage.begins, passage.ends, *(gold.before for gold in passage.references))
    ]
    lettered = Lettered(document, seals)
    for passage in passages:
        counts: Counter[str] = Counter()
        misses: list[Miss] = []
        stretch = lettered.stretch(passage)
        counts["wanted"] = len(passage.references)
        counts["targets wanted"] = sum(wanted_targets(gold).total() for gold in passage.references)
        if stretch is None:
            misses.append(
                Miss(
                    "missed", passage.file, passage.page, "the whole passage", "its letters are not there as they were"
                )
            )
            yield passage, counts, misses
            continue
        held = [(lettered.counted(one.span), one) for one in found]
        inside = [(at, one) for at, one in held if stretch[0] <= at[0] < stretch[1]]
        mentions = {at for at, _ in inside}
        marked = []
        last = 0
        for gold in passage.references:
            start = lettered.place_after(gold.before, max(stretch[0], last))
            marked.append((start if start is not None else -1, gold))
            last = start + 1 if start is not None else last
        home = assigned(mentions, marked)
        for place, (_, gold) in enumerate(marked):
            touching = {at for at, own in home.items() if own == place}
            want, got = wanted_targets(gold), found_targets(one for at, one in inside if at in touching)
            counts["right"] += bool(touching)
            counts["targets right"] += (want & got).total()
            if not touching:
                misses.append(Miss("missed", passage.file, passage.page, f"{gold.law} {gold.places}", ""))
            elif want != got:
                misses.append(
                    Miss("target", passage.file, passage.page, f"{sorted(want - got)}", f"{sorted(got - want)}")
                )
        hit = set(home)
        counts["found"] = len(mentions)
        counts["found right"] = len(hit)
        counts["targets found"] = len(inside)
        for at, one in inside:
            if at not in hit:
                misses.append(
                    Miss(
                        "extra",
                        passage.file,
                        passage.page,
                        "",
                        f"{one.law} {one.place} {one.span.of(document.text)[:60]}",
                    )
                )
        yield passage, counts, misses


def assigned(
    mentions: Iterable[tuple[int, int]], marked: Sequence[tuple[int, GoldReference]]
) -> dict[tuple[int, int], int]:
    """Return the marked reference (by place) with which each found one shares most letters; those that share none are left out."""
    home = {}
    for start, end in mentions:
        shared = [min(end, at + gold.letters) - max(start, at) if at >= 0 else 0 for at, gold in marked]
        if shared and max(shared) > 0:
            home[start, end] = shared.index(max(shared))
    return home


def compared_files(gold: Path, documents: Path) -> Iterator[tuple[Passage, Counter[str], list[Miss]]]:
    """Yield each marked passage of the files that are at hand with its counts and misses; a file with other bytes is left out."""
    by_file: dict[str, list[Passage]] = defaultdict(list)
    for path in sorted(gold.glob("references*.jsonl")):
        for passage in read_passages(path):
            by_file[passage.file].append(passage)
    for file, passages in by_file.items():
        path = documents / file
        if path.is_file() and hashlib.sha256(path.read_bytes()).hexdigest() == passages[0].sha256:
            yield from compare(passages, read_document(path)[0], read_references(path))


# --- acts --------------------------------------------------------------------------------------------------------------


def act_facts(act: Act) -> dict[str, object]:
    """Return an act's facts as they are compared."""
    return {
        "number": act.number,
        "date": act.date,
        "issues": sorted(plain_issue(one) for one in act.issues),
        "gazette_date": act.gazette_date,
        "consolidated": act.consolidated,
        "amending": act.amending,
        "amends": sorted(plain_issue(one) for one in act.amends.issues) if act.amends else [],
    }


def gold_acts(gold: Path, documents: Path) -> Iterator[tuple[str, dict[str, object], dict[str, object]]]:
    """Yield (file, marked facts, found facts) of the documents at hand; only marked facts are compared."""
    path = gold / "acts.jsonl"
    for line in path.read_text("utf-8").splitlines() if path.is_file() else ():
        row = json.loads(line)
        file = documents / row["file"]
        if not file.is_file() or hashlib.sha256(file.read_bytes()).hexdigest() != row["sha256"]:
            continue
        found = act_facts(read_act(file)[1])
        wanted = {name: row[name] for name in FACTS if name in row}
        for name in ("issues", "amends"):
            if name in wanted:
                wanted[name] = sorted(plain_issue(one) for one in wanted[name])
        yield row["file"], wanted, {name: found[name] for name in wanted}


# --- scores ------------------------------------------------------------------------------------------------------------


def reference_suite(gold: Path, documents: Path) -> Iterator[Score]:
    """Yield precision and recall of references and of their targets, and how many act facts are right; nothing without the documents."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for passage, one, _ in compared_files(gold, documents):
        for name in ("all", passage.language):
            counts[name] += one
    for name, held in counts.items():
        for measure, right, of in (
            ("reference precision", "found right", "found"),
            ("reference recall", "right", "wanted"),
            ("target precision", "targets right", "targets found"),
            ("target recall", "targets right", "targets wanted"),
        ):
            if held[of]:
                yield Score("reading", measure, name, held[right] / held[of], held[of])
    facts: Counter[str] = Counter()
    for _, wanted, found in gold_acts(gold, documents):
        for fact in wanted:
            for name in ("all", fact):
                facts[name] += 1
                facts[f"{name} right"] += wanted[fact] == found[fact]
    for name in ("all", *FACTS):
        if facts[name]:
            yield Score("reading", "act facts", name, facts[f"{name} right"] / facts[name], facts[name])
