"""Citations for Word and Zotero: BibTeX, RIS and CSL-JSON.

`FORMATS` is the whole list. Invariant: a format arranges what `citations` checked and adds no fact; a digest and a translation say so in the
entry's note, and Kosovo* carries its footnote there. CSL cannot print these gazette references, so each part has a field of its own and
the finished pinpoint stands beside it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Sequence

from psimm_docs.fold import fold
from psimm_docs.jurisdictions import KOSOVO_NOTE, needs_note
from psimm_docs.records import Citation


def keys(citations: Iterable[Citation]) -> list[str]:
    """Return a key for each citation, unique among them: jurisdiction, first word of the title, gazette, pinpoint."""
    made: list[str] = []
    for one in citations:
        words = re.findall(
            r"[a-z0-9]+", fold(f"{one.jurisdiction} {one.work_id.rpartition('/')[2] or one.title_en} {one.pinpoint_en}")
        )
        key = "-".join(words)[:80] or "provision"
        number, unique = 1, key
        while unique in made:
            number += 1
            unique = f"{key}-{number}"
        made.append(unique)
    return made


def annote(citation: Citation) -> str:
    """Return the note that travels with an entry: what the text is, where it stands, its checksum, the footnote of Kosovo*."""
    parts = [
        *citation.notes,
        f"language: {citation.language}",
        f"page {citation.page}" if citation.page else "",
        f"provision: {citation.provision_id}",
        f"SHA-256 of the file: {citation.sha256}",
        KOSOVO_NOTE if needs_note([citation.jurisdiction]) else "",
    ]
    return "; ".join(part for part in parts if part)


def fields(citation: Citation) -> dict[str, str]:
    """Return the parts of an entry that all formats share, empty ones left out."""
    all_ = {
        "title": citation.title,
        "title_en": citation.title_en if citation.title_en != citation.title else "",
        "authority": citation.jurisdiction_name,
        "container": citation.gazette if citation.gazette_number else "",
        "number": citation.gazette_number,
        "date": citation.date[:10],
        "section": citation.pinpoint_en,
        "own_section": citation.pinpoint,
        "language": citation.language,
        "url": citation.official_url,
        "accessed": citation.retrieved[:10],
        "quote": citation.quote,
        "note": annote(citation),
    }
    return {name: value for name, value in all_.items() if value}


LATEX = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "%": r"\%",
    "&": r"\&",
    "#": r"\#",
    "_": r"\_",
    "$": r"\$",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
}
BIBTEX = {
    "title": "title",
    "title_en": "titleaddon",
    "authority": "institution",
    "container": "journal",
    "number": "number",
    "section": "pages",
    "own_section": "addendum",
    "language": "language",
    "url": "url",
    "accessed": "urldate",
    "quote": "abstract",
    "note": "note",
}


def latex(text: str) -> str:
    """Return text with LaTeX's special characters escaped and line breaks as blanks."""
    return "".join(LATEX.get(letter, letter) for letter in " ".join(text.split()))


def to_bibtex(citations: Sequence[Citation]) -> str:
    """Return BibTeX entries of type `misc` (BibTeX has no law), every part in a field."""
    entries = []
    for key, citation in zip(keys(citations), citations, strict=True):
        held = fields(citation)
        rows = [
            f"  {BIBTEX[name]} = {{{value if name == 'url' else latex(value)}}}"
            for name, value in held.items()
            if name in BIBTEX
        ]
        if citation.date:
            rows.append(f"  year = {{{citation.date[:4]}}}")
            rows.append(f"  date = {{{citation.date[:10]}}}")
        rows.append(f"  keywords = {{{latex(citation.jurisdiction_name)}, {latex(citation.type or 'law')}}}")
        entries.append(f"@misc{{{key},\n" + ",\n".join(rows) + "\n}\n")
    return "\n".join(entries)


RIS = {
    "title": "TI",
    "title_en": "TT",
    "authority": "PB",
    "container": "T2",
    "number": "M1",
    "section": "SE",
    "language": "LA",
    "url": "UR",
    "accessed": "Y2",
    "quote": "AB",
    "note": "N1",
}


def to_ris(citations: Sequence[Citation]) -> str:
    """Return RIS records of type STAT (statute), which Zotero and EndNote read."""
    records = []
    for key, citation in zip(keys(citations), citations, strict=True):
        held = fields(citation)
        rows = ["TY  - STAT"]
        rows += [
            f"{RIS[name]}  - {' '.join(value.split()).replace('-', '/') if name == 'accessed' else ' '.join(value.split())}"
            for name, value in held.items()
            if name in RIS
        ]
        if "own_section" in held:
            rows.append(f"N1  - {held['own_section']}")
        if citation.date:
            rows.append(f"PY  - {citation.date[:4]}")
            rows.append(f"DA  - {citation.date[:10].replace('-', '/')}")
        rows += [f"ID  - {key}", "ER  - "]
        records.append("\n".join(rows))
    return "\n\n".join(records) + "\n"


def to_csl_json(citations: Sequence[Citation]) -> str:
    """Return CSL-JSON items of type `legislation`."""
    items = []
    for key, citation in zip(keys(citations), citations, strict=True):
        held = fields(citation)
        item: dict[str, object] = {"id": key, "type": "legislation"}
        names = {
            "title": "title",
            "title_en": "title-short",
            "authority": "authority",
            "container": "container-title",
            "number": "number",
            "section": "section",
            "language": "language",
            "url": "URL",
            "quote": "abstract",
            "note": "note",
            "own_section": "annote",
        }
        item |= {names[name]: value for name, value in held.items() if name in names}
        item["jurisdiction"] = citation.jurisdiction_name
        if citation.date:
            item["issued"] = {"date-parts": [[int(part) for part in citation.date[:10].split("-")]]}
        if citation.retrieved:
            item["accessed"] = {"date-parts": [[int(part) for part in citation.retrieved[:10].split("-")]]}
        items.append(item)
    return json.dumps(items, ensure_ascii=False, indent=1) + "\n"


FORMATS: dict[str, Callable[[Sequence[Citation]], str]] = {"bibtex": to_bibtex, "ris": to_ris, "csl-json": to_csl_json}
"""Formats for reference managers by name."""
