"""Answers from elsewhere, read out of the files of other tools: tables, Label Studio, Argilla, W3C Web Annotations.

Reading only: what is taken, and under whose name, is decided elsewhere. Invariant: a file that is not what it seems gives one clear error and
no answer; an answer that was taken back in the file, or replaced by a later one of the same author, does not come. No text of a file is ever
computed: formulas stay letters.
"""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
import zlib
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from psimm_docs.errors import PsimmError
from psimm_docs.exports import FORMULA
from psimm_docs.forms import CONCEPT_URN, CONCERNS, NOTE, PROVISION_URN, REJECTED, REVIEWER
from psimm_docs.jsonl import first_line

MOST_BYTES = 200_000_000
"""A file (or what a workbook unpacks to) that is larger is refused."""

OPINIONS = ("accept", "reject")
VERDICTS = (*OPINIONS, "skip", "undo")


DAMAGED = (
    *(ValueError, LookupError, TypeError, AttributeError, EOFError, RuntimeError),
    *(csv.Error, zipfile.BadZipFile, zlib.error, SyntaxError),
)
"""What the readers of tables, archives and JSON raise at a file that is not what it seems (broken XML is a SyntaxError)."""


@dataclass(frozen=True, slots=True)
class Incoming:
    """An answer of a file: where it stands there, and what it says. `fingerprint` or `text` tell the wording that was answered."""

    where: str
    provision_id: str
    concept: str
    verdict: str
    author: str = ""
    time: str = ""
    note: str = ""
    fingerprint: str = ""
    text: str = ""
    hash: str = ""
    undoes: str = ""


def read_answers(path: Path) -> list[Incoming]:
    """Return the answers of a file, each author's last one about an item; its form is told by its ending and content.

    Raises PsimmError for a file that can't be read or is of no known form.
    """
    try:
        if path.stat().st_size > MOST_BYTES:
            raise PsimmError(f"{path}: larger than {MOST_BYTES // 1_000_000} MB; take it in parts")
        data = path.read_bytes()
    except OSError as error:
        raise PsimmError(f"{path}: can't be read ({error.strerror}); check its name and rights") from error
    return parse(data, path.name)


def parse(data: bytes, name: str) -> list[Incoming]:
    """Return the answers of a file's bytes, see `read_answers`; `name` is the file's."""
    ending = Path(name).suffix.lower()
    readers: Mapping[str, Callable[[bytes, str], list[Incoming]]] = {
        ".csv": from_csv,
        ".xlsx": from_xlsx,
        ".jsonl": from_jsonl,
        ".json": from_json,
        ".jsonld": from_json,
    }
    if ending not in readers:
        raise PsimmError(f"{name}: the ending must be one of {', '.join(readers)}")
    try:
        return last_of_each(readers[ending](data, name))
    except DAMAGED as error:
        raise PsimmError(
            f"{name}: not a file of answers that is known here ({first_line(error)}); see the README"
        ) from error


def last_of_each(answers: Iterable[Incoming]) -> list[Incoming]:
    """Return each author's last answer on an item that is not taken back, in the file's order (by time where it says it)."""
    every = sorted(answers, key=lambda one: one.time)
    gone: set[str] = set()
    for one in reversed(every):
        if one.undoes and one.hash not in gone:  # an undo may itself be taken back
            gone.add(one.undoes)
    found: dict[tuple[str, str, str], Incoming] = {}
    for one in every:
        if not one.undoes and one.verdict != "undo" and not (one.hash and one.hash in gone):
            key = (one.author, one.provision_id, one.concept)
            found.pop(key, None)
            found[key] = one
    return [one for one in found.values() if one.verdict != "skip"]


# --- tables ---


def from_row(row: Mapping[str, Any], where: str) -> Incoming:
    """Return the answer of a row with the columns of an export."""
    cell = {name: plain(value) for name, value in row.items() if isinstance(name, str)}
    verdict = cell.get("verdict", "").strip().lower()
    if not cell.get("provision_id") or not cell.get("concept") or verdict not in VERDICTS:
        raise ValueError(f"{where}: needs provision_id, concept and a verdict (accept or reject)")
    return Incoming(
        where,
        cell["provision_id"],
        cell["concept"],
        verdict,
        author=cell.get("reviewer", ""),
        time=cell.get("time", ""),
        note=cell.get("note", ""),
        fingerprint=cell.get("fingerprint", ""),
        hash=cell.get("hash", ""),
        undoes=cell.get("undoes", ""),
    )


def plain(value: object) -> str:
    """Return a cell's text; the apostrophe that our CSV puts before what a spreadsheet would compute is taken off.

    >>> plain("'=1+1"), plain("'tis"), plain(None)
    ('=1+1', "'tis", '')
    """
    if value is None:
        return ""
    text = str(value)
    rest = text[1:]
    guarded = text.startswith("'") and (rest.startswith(FORMULA) or rest.lstrip(" \u00a0").startswith(FORMULA))
    return rest if guarded else text


def rows_of(heads: Sequence[object], rows: Iterable[tuple[int, Sequence[object]]], name: str) -> list[Incoming]:
    """Return the answers of a table's rows; empty rows and the footnote below a table are passed over."""
    columns = [str(head or "").strip() for head in heads]
    if not {"provision_id", "concept", "verdict"} <= set(columns):
        raise ValueError("a table needs the columns provision_id, concept and verdict")
    made = []
    for number, row in rows:
        if sum(value not in (None, "") for value in row) > 1:
            made.append(from_row(dict(zip(columns, row, strict=False)), f"{name}, row {number}"))
    return made


def from_csv(data: bytes, name: str) -> list[Incoming]:
    """Return the answers of a CSV file (commas or semicolons); a quotation mark that is never closed would swallow rows, and is an error."""
    text = data.decode("utf-8-sig")
    header = text.partition("\n")[0]
    delimiter = max(",;\t", key=header.count)
    rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    return rows_of(rows[0] if rows else [], list(enumerate(rows[1:], 2)), name)


def from_xlsx(data: bytes, name: str) -> list[Incoming]:
    """Return the answers of a workbook's first sheet with the right columns; formulas are not computed."""
    from openpyxl import load_workbook

    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        if sum(one.file_size for one in packed.infolist()) > MOST_BYTES:
            raise PsimmError(f"{name}: unpacks to more than {MOST_BYTES // 1_000_000} MB; take it in parts")
    book = load_workbook(io.BytesIO(data), read_only=True)
    for sheet in book.worksheets:
        rows = sheet.iter_rows(values_only=True)
        heads = next(rows, ())
        if "provision_id" in heads:
            return rows_of(heads, enumerate(rows, 2), name)
    raise ValueError("no sheet has the column provision_id")


def from_jsonl(data: bytes, name: str) -> list[Incoming]:
    """Return the answers of JSON lines; the footnote's line is passed over."""
    made = []
    for number, line in enumerate(data.decode("utf-8-sig").split("\n"), 1):
        row = json.loads(line) if line.strip() else {}
        if row and set(row) != {"note"}:
            made.append(from_row(row, f"{name}, line {number}"))
    return made


# --- JSON of other tools ---


def from_json(data: bytes, name: str) -> list[Incoming]:
    """Return the answers of a JSON file: Label Studio tasks, Argilla records, or Web Annotations."""
    value = json.loads(data.decode("utf-8-sig"))
    if isinstance(value, dict) and str(value.get("type", "")).startswith("Annotation"):
        return from_web_annotation(value, name)
    items = value if isinstance(value, list) else [value]
    made: list[Incoming] = []
    for number, one in enumerate(items, 1):
        where = f"{name}, item {number}"
        if one.get("type") == "Annotation":
            made.append(from_annotation(one, where))
        elif "data" in one:
            made += from_task(one, where)
        elif "fields" in one:
            made += from_record(one, where)
        else:
            raise ValueError(f"{where}: neither a task, a record nor an annotation")
    return made


def spread(base: Incoming, choices: Mapping[str, Iterable[object]], notes: str) -> list[Incoming]:
    """Return an answer for each concept chosen as fitting or not, with its part of the notes (else with all of them)."""
    chosen = [
        (str(concept), verdict)
        for question, verdict in ((CONCERNS, "accept"), (REJECTED, "reject"))
        for concept in choices.get(question, ())
    ]
    own = parts_of(notes, {concept for concept, _ in chosen})
    return [
        replace(base, concept=concept, verdict=verdict, note=own.get(concept, own.get("", "")))
        for concept, verdict in chosen
    ]


def parts_of(notes: str, concepts: Collection[str]) -> dict[str, str]:
    """Return notes cut where a line begins with a concept and a colon; what stands before the first is under the empty name.

    >>> parts_of("quota: see 3\\nand 4\\nvisa-d: no", {"quota", "visa-d"})
    {'quota': 'see 3\\nand 4', 'visa-d': 'no'}
    """
    found: dict[str, list[str]] = {}
    at = ""
    for line in notes.split("\n"):
        name, colon, rest = line.partition(": ")
        begins = bool(colon) and name in concepts
        at = name if begins else at
        found.setdefault(at, []).append(rest if begins else line)
    return {name: "\n".join(lines) for name, lines in found.items() if any(lines)}


def from_task(task: Mapping[str, Any], where: str) -> list[Incoming]:
    """Return the answers of a Label Studio task; cancelled annotations say nothing, predictions are the machine's."""
    data = task["data"]
    made: list[Incoming] = []
    for annotation in task.get("annotations") or ():
        if annotation.get("was_cancelled"):
            continue
        choices: dict[str, list[object]] = {}
        words: dict[str, str] = {}
        for result in annotation.get("result") or ():
            value, control = result.get("value") or {}, str(result.get("from_name", ""))
            choices.setdefault(control, []).extend(value.get("choices") or ())
            if "text" in value and control in (NOTE, REVIEWER):
                words[control] = "\n".join(value["text"]) if isinstance(value["text"], list) else str(value["text"])
        by = annotation.get("completed_by", "")
        author = words.get(REVIEWER) or str(by.get("email") or by.get("id") if isinstance(by, dict) else by)
        base = Incoming(
            where,
            str(data["provision_id"]),
            "",
            "",
            author=author,
            time=str(annotation.get("created_at") or ""),
            fingerprint=str(data.get("fingerprint", "")),
            text=str(data.get("text", "")),
        )
        made += spread(base, choices, words.get(NOTE, ""))
    return made


def from_record(record: Mapping[str, Any], where: str) -> list[Incoming]:
    """Return the answers of an Argilla record; suggestions are the machine's."""
    about, responses = record.get("metadata") or {}, record.get("responses") or {}
    names = dict(line.split(" ", 1) for line in about.get("reviewers", ()) if " " in line)
    users = dict.fromkeys(str(one.get("user_id", "")) for some in responses.values() for one in some)
    made: list[Incoming] = []
    for user in users:
        own = {
            question: [one["value"] for one in some if str(one.get("user_id", "")) == user]
            for question, some in responses.items()
        }
        choices = {
            question: [
                concept for value in own.get(question, ()) for concept in ([value] if isinstance(value, str) else value)
            ]
            for question in (CONCERNS, REJECTED)
        }
        base = Incoming(
            where,
            str(about.get("provision_id") or record["id"]),
            "",
            "",
            author=names.get(user, user),
            fingerprint=str(about.get("fingerprint", "")),
            text=str((record.get("fields") or {}).get("text", "")),
        )
        made += spread(base, choices, "\n".join(map(str, own.get(NOTE, ()))))
    return made


def from_web_annotation(value: Mapping[str, Any], name: str) -> list[Incoming]:
    """Return the answers of an annotation, a page or a collection."""
    if value["type"] == "Annotation":
        return [from_annotation(value, name)]
    page = value.get("first", value) if value["type"] == "AnnotationCollection" else value
    if not isinstance(page, dict):
        raise ValueError("the collection's pages are elsewhere; give a file that holds its annotations")
    if page.get("next"):
        raise ValueError("the collection goes on elsewhere; give a file that holds all its annotations")
    return [from_annotation(one, f"{name}, annotation {number}") for number, one in enumerate(page.get("items", ()), 1)]


def from_annotation(one: Mapping[str, Any], where: str) -> Incoming:
    """Return the answer of an annotation; without a body that assesses, a concept is an acceptance."""
    bodies = one.get("body") or []
    bodies = bodies if isinstance(bodies, list) else [bodies]
    by_purpose = {body.get("purpose"): body for body in bodies if isinstance(body, dict)}
    concept = str(by_purpose.get("classifying", {}).get("source", ""))
    target = one["target"]
    selectors = target.get("selector") or []
    selectors = selectors if isinstance(selectors, list) else [selectors]
    exact = next((str(each["exact"]) for each in selectors if each.get("type") == "TextQuoteSelector"), "")
    creator = one.get("creator") or {}
    verdict = str(by_purpose.get("assessing", {}).get("value", "accept"))
    if not concept.startswith(CONCEPT_URN) or not str(target.get("id", "")).startswith(PROVISION_URN):
        raise ValueError(f"{where}: names no concept ({CONCEPT_URN}...) or no provision ({PROVISION_URN}...)")
    if verdict not in VERDICTS:
        raise ValueError(f"{where}: {verdict[:40]!r} is no verdict (accept or reject)")
    return Incoming(
        where,
        unquote(str(target["id"]).removeprefix(PROVISION_URN)),
        unquote(concept.removeprefix(CONCEPT_URN)),
        verdict,
        author=str(creator.get("name", "") if isinstance(creator, dict) else creator),
        time=str(one.get("created", "")),
        note=str(by_purpose.get("commenting", {}).get("value", "")),
        text=exact,
        hash=re.sub(".*decision:", "", str(one.get("id", ""))),
    )
