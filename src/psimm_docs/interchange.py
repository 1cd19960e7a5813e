"""Answers out to other tools and back in, over an opened corpus.

Wiring: `forms` writes, `incoming` reads, the review records. Invariant: taking in overwrites nothing. An answer is checked (provision,
concept, wording) and appended under the name that the user gives; what does not fit is told and left, and so is what would replace another
answer of that name. A file can be taken in again at any time: what is held already comes once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, cast

from psimm_docs import reviewing
from psimm_docs.decisions import IMPORTED, OPINIONS, in_force
from psimm_docs.errors import PsimmError
from psimm_docs.forms import FORMS, Answered, label_studio_config
from psimm_docs.incoming import Incoming, parse, read_answers
from psimm_docs.jsonl import write_bytes, write_text
from psimm_docs.jurisdictions import within
from psimm_docs.logfiles import reviewer_name
from psimm_docs.records import Decision, Provision, Tag, Verdict

if TYPE_CHECKING:
    from psimm_docs.workbench import Workbench


# --- out ---


def answered(
    bench: Workbench, *, concepts: Sequence[str] = (), jurisdictions: Sequence[str] = (), suggestions: bool = False
) -> list[Answered]:
    """Return the provisions that people answered on their wording now (with `suggestions` those with suggestions too), in the corpus's order."""
    wanted = {bench.taxonomy.concept(name).id for name in concepts}
    codes = {code for one in jurisdictions for code in within(one)}
    answers: dict[str, list[Decision]] = {}
    for key, by in in_force(reviewing.said(bench)).items():
        if not wanted or key[1] in wanted:
            answers.setdefault(key[0], []).extend(one for one in by.values() if one.verdict in OPINIONS)
    tags: dict[str, list[Tag]] = {}
    for tag in bench.tags():
        if not wanted or tag.concept in wanted:
            tags.setdefault(tag.provision_id, []).append(tag)
    there = bench.some_provisions([*answers, *(tags if suggestions else ())])
    found = []
    for source_id, source in bench.sources.items():
        own = [one for one in there.values() if one.source_id == source_id]
        for one in sorted(own, key=lambda each: each.order) if not codes or source.jurisdiction in codes else ():
            said = [each for each in answers.get(one.id, ()) if each.fingerprint == one.fingerprint]
            said.sort(key=lambda each: (each.time, each.concept))
            if said or suggestions:
                text = bench.document(source_id).text
                found.append(Answered(one, source, text, tuple(said), tuple(tags.get(one.id, ()))))
    return found


def write_form(
    bench: Workbench,
    form: str,
    out: Path,
    *,
    concepts: Sequence[str] = (),
    jurisdictions: Sequence[str] = (),
    suggestions: bool = False,
) -> list[Path]:
    """Write answers in the form of another tool; returns the files written (for Label Studio its labelling interface too).

    Raises PsimmError for an unknown form, StorageError when the disk is full.
    """
    if form not in FORMS:
        raise PsimmError(f"--form {form!r} must be one of {', '.join(FORMS)}")
    some = answered(bench, concepts=concepts, jurisdictions=jurisdictions, suggestions=suggestions)
    write_bytes(out, FORMS[form](some))
    if form != "label-studio":
        return [out]
    config = out.with_name(f"{out.stem}.config.xml")
    write_text(config, label_studio_config(bench.taxonomy.concepts))
    return [out, config]


# --- in ---


@dataclass(frozen=True, slots=True)
class Refused:
    """An answer of a file that was not taken, and why."""

    answer: Incoming
    reason: str


@dataclass(frozen=True, slots=True)
class Taken:
    """What a file brought: answers that were (or would be) appended, how many were held already, and what was refused."""

    file: str
    reviewer: str
    new: tuple[Incoming, ...]
    held: int
    refused: tuple[Refused, ...]


def take_file(bench: Workbench, path: Path, name: str, *, author: str = "", dry_run: bool = False) -> Taken:
    """Take the answers of a file in under a reviewer's name; see `take_in`."""
    return take_in(bench, read_answers(path), path.name, name, author=author, dry_run=dry_run)


def take_bytes(
    bench: Workbench, data: bytes, file: str, name: str, *, author: str = "", dry_run: bool = False
) -> Taken:
    """Take the answers of an uploaded file in under a reviewer's name; see `take_in`."""
    return take_in(bench, parse(data, file), file, name, author=author, dry_run=dry_run)


def take_in(
    bench: Workbench, answers: Sequence[Incoming], file: str, name: str, *, author: str = "", dry_run: bool = False
) -> Taken:
    """Append the answers that fit under a reviewer's name, each with where it came from; with `dry_run` only say what would come.

    `author` picks one of several people in the file. Raises PsimmError where there are several and none is picked, or nobody of
    that name, and what recording raises.
    """
    who = reviewer_name(name)
    authors = list(dict.fromkeys(one.author for one in answers))
    if author and author not in authors:
        raise PsimmError(f"{file}: holds no answers of {author!r}; it has those of {', '.join(map(repr, authors))}")
    if not author and len(authors) > 1:
        raise PsimmError(f"{file}: holds answers of {', '.join(map(repr, authors))}; say whose are to come (--author)")
    own = in_force(reviewing.said(bench))
    there = bench.some_provisions(one.provision_id for one in answers)
    new: list[Incoming] = []
    refused: list[Refused] = []
    held = 0
    for one in answers:
        if author and one.author != author:
            continue
        reason = misfit(bench, there.get(one.provision_id), one)
        mine = None if reason else own.get((one.provision_id, one.concept), {}).get(who)
        if mine is not None and mine.verdict in OPINIONS and mine.fingerprint == there[one.provision_id].fingerprint:
            if mine.verdict == one.verdict:
                held += 1
                continue
            reason = f"{who} has answered “{mine.verdict}” here; take that back first, or take the file in under another name"
        if reason:
            refused.append(Refused(one, reason))
        else:
            new.append(one)
    if not dry_run:
        reviewing.record(bench, who, [drafted(bench, who, there[one.provision_id], one, file) for one in new])
    return Taken(file, who, tuple(new), held, tuple(refused))


def drafted(bench: Workbench, who: str, provision: Provision, one: Incoming, file: str) -> Decision:
    """Return an answer of a file as it would be recorded, with where it came from."""
    origin = " ".join(part for part in (one.author, one.time) if part)
    way = f"{IMPORTED}{file}" + (f" ({origin})" if origin else "")
    return reviewing.drafted(bench, who, provision, one.concept, cast(Verdict, one.verdict), note=one.note, way=way)


def misfit(bench: Workbench, provision: Provision | None, one: Incoming) -> str:
    """Say why an answer can't be taken; empty where it fits."""
    if one.concept not in bench.taxonomy.by_id:
        return f"the concept {one.concept[:60]!r} is not in the taxonomy"
    if provision is None:
        return f"the provision {one.provision_id[:120]!r} is not held here"
    if one.fingerprint:
        same = one.fingerprint == provision.fingerprint
    elif one.text:
        same = one.text == bench.text(provision)
    else:
        return "it doesn't say which wording was answered (neither fingerprint nor text)"
    return "" if same else "the wording is another one here than the one that was answered"
