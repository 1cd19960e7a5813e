"""Citations for Word and Zotero: BibTeX, biblatex, RIS and CSL-JSON.

`FILES` is the whole list. Invariant: a format arranges what `citations` checked and adds no fact; a digest and a translation say so in the
entry, and Kosovo* carries its footnote there. CSL cannot print these gazette references, so each part has a field of its own and the
finished pinpoint stands beside it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from psimm_docs.corpus import slug
from psimm_docs.jurisdictions import KOSOVO_NOTE, LANGUAGE_NAMES
from psimm_docs.records import Citation
from psimm_docs.styles import DATE, both_titles, gazette_en, issued, noted, paged, short_title, warnings

LATEX = str.maketrans(
    {
        "\\": r"\textbackslash{}",
        "{": r"\textbraceleft{}",
        "}": r"\textbraceright{}",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
        **{letter: "\\" + letter for letter in "$&#%_"},
    }
)
"""Letters that LaTeX reads as commands. Braces become words, since a reader of .bib files counts them even when escaped."""

LANGID: Mapping[str, str] = {
    "sq": "albanian",
    "bs": "bosnian",
    "hr": "croatian",
    "cnr": "serbian",
    "sr-Cyrl": "serbianc",
    "sr-Latn": "serbian",
    "mk": "macedonian",
    "en": "english",
}
"""Names of languages in babel, which BibLaTeX asks for."""


def plain(text: str) -> str:
    """Return a text on one line: white space folded, control characters taken out (these formats know no others)."""
    spaced = " ".join(text.split())
    return "".join(letter for letter in spaced if letter.isprintable() or letter in "\u200c\u200d\u00ad")


def latex(text: str) -> str:
    r"""Return a text on one line with LaTeX's special letters escaped.

    >>> print(latex("5 % {of} A&B_c"))
    5 \% \textbraceleft{}of\textbraceright{} A\&B\_c
    """
    return plain(text).translate(LATEX)


def address(url: str) -> str:
    """Return an address without the letters that would end a field."""
    marks = {" ": "%20", "{": "%7B", "}": "%7D", "\\": "%5C", '"': "%22"}
    return "".join(marks.get(letter, letter) for letter in plain(url))


def keys(citations: Sequence[Citation]) -> list[str]:
    """Return a key for each citation: plain ASCII from its provision id; ids that come to the same get `-2`, `-3` and so on."""
    found: list[str] = []
    taken: set[str] = set()
    for one in citations:
        base = slug(one.provision_id, limit=200)
        key, number = base, 1
        while key in taken:
            number += 1
            key = f"{base}-{number}"
        taken.add(key)
        found.append(key)
    return found


def once(citations: Sequence[Citation]) -> list[Citation]:
    """Return citations without repeated ones, in order."""
    return list(dict.fromkeys(citations))


def remarks(citation: Citation) -> str:
    """Return as one remark what these formats have no field for, with the Kosovo* footnote where it is needed.

    Both pinpoints, all warnings, page, the language and whether it is one of record, the version's and the retrieval's day, the id of the
    provision and the checksum of the file.
    """
    language = LANGUAGE_NAMES.get(citation.language, citation.language)
    parts = [
        *(citation.pinpoint_en, citation.pinpoint, *warnings(citation), paged(citation)),
        f"text in {language}" + (", a language of record" if citation.of_record else "") if language else "",
        f"file of {citation.date}" if citation.date else "",
        f"retrieved {citation.retrieved[:10]}" if citation.retrieved else "",
        f"id {citation.provision_id}",
        f"SHA-256 {citation.sha256}",
    ]
    text = "; ".join(dict.fromkeys(part for part in parts if part))
    return f"{text}. {KOSOVO_NOTE}" if noted(citation, text) else text


def bib_entries(citations: Sequence[Citation], kind: str, fields: Callable[[Citation], Mapping[str, str]]) -> str:
    """Return the entries of a .bib file. Fields that are empty are left out."""
    out = []
    unique = once(citations)
    for key, one in zip(keys(unique), unique, strict=True):
        lines = [f"  {name} = {{{value}}},\n" for name, value in fields(one).items() if value]
        out.append(f"@{kind}{{{key},\n{''.join(lines)}}}\n")
    return "\n".join(out)


def to_bibtex(citations: Sequence[Citation]) -> str:
    """Return a BibTeX file: one `@misc` a citation, read by every BibTeX style.

    The gazette stands in `howpublished`, pinpoint and warnings in `note`, the quote in `annote` (white space folded; the exact letters
    are in the CSL file). Repeated citations come once.
    """

    def fields(one: Citation) -> Mapping[str, str]:
        return {
            "title": f"{{{latex(both_titles(one))}}}",
            "howpublished": latex(gazette_en(one)),
            "year": issued(one)[:4],
            "address": latex(one.jurisdiction_name),
            "note": latex(remarks(one)),
            "language": latex(one.language),
            "url": address(one.official_url),
            "urldate": one.retrieved[:10],
            "annote": latex(one.quote),
        }

    return bib_entries(citations, "misc", fields)


def to_biblatex(citations: Sequence[Citation]) -> str:
    """Return a BibLaTeX file: one `@legislation` a citation with gazette, number, date and `langid` in fields of their own."""

    def fields(one: Citation) -> Mapping[str, str]:
        tag = one.language if one.language in LANGID else one.language.split("-")[0]
        return {
            "title": f"{{{latex(one.title)}}}",
            "titleaddon": latex(f"[{one.title_en}]") if one.title_en not in ("", one.title) else "",
            "journaltitle": latex(one.gazette),
            "number": latex(one.gazette_number),
            "date": issued(one),
            "location": latex(one.jurisdiction_name),
            "pages": latex(one.pinpoint_en),
            "note": latex(remarks(one)),
            "language": latex(one.language),
            "langid": LANGID.get(tag, ""),
            "url": address(one.official_url),
            "urldate": one.retrieved[:10],
            "annotation": latex(one.quote),
        }

    return bib_entries(citations, "legislation", fields)


def to_ris(citations: Sequence[Citation]) -> str:
    """Return a RIS file: one `STAT` record a citation; lines end in CR LF. The quote is in `AB`, white space folded."""
    out = []
    unique = once(citations)
    for key, one in zip(keys(unique), unique, strict=True):
        date = issued(one).split("-")
        fields = [
            ("TY", "STAT"),
            ("ID", key),
            ("TI", one.title),
            ("TT", one.title_en),
            ("T2", one.gazette),
            ("M1", one.gazette_number),
            ("PY", date[0]),
            ("DA", "/".join([*date, "", "", ""][:3]) + "/" if date[0] else ""),
            ("SE", one.pinpoint_en),
            ("CY", one.jurisdiction_name),
            ("LA", one.language),
            ("N1", remarks(one)),
            ("AB", one.quote),
            ("UR", address(one.official_url)),
            ("Y2", one.retrieved[:10].replace("-", "/")),
        ]
        out += [f"{tag}  - {plain(value)}\r\n" for tag, value in fields if plain(value)]
        out.append("ER  - \r\n\r\n")
    return "".join(out)


def csl_date(date: str) -> dict[str, list[list[int]]] | None:
    """Return an ISO date at its precision in CSL's form; None for what isn't a date."""
    return {"date-parts": [[int(part) for part in date.split("-")]]} if DATE.fullmatch(date) else None


def to_csl_json(citations: Sequence[Citation]) -> str:
    """Return a CSL-JSON file (type `legislation`), every field of each citation in it; the quote is exact, in `annote`.

    What CSL has no field for stands in `custom`. Repeated citations come once.
    """
    items: list[dict[str, Any]] = []
    unique = once(citations)
    for key, one in zip(keys(unique), unique, strict=True):
        item: dict[str, Any] = {
            "id": key,
            "type": "legislation",
            "title": one.title_en or one.title,
            "original-title": one.title if one.title != one.title_en else "",
            "title-short": short_title(one),
            "container-title": one.gazette,
            "number": one.gazette_number,
            "section": one.pinpoint_en,
            "jurisdiction": one.jurisdiction_name,
            "language": one.language,
            "URL": one.official_url,
            "issued": csl_date(issued(one)),
            "accessed": csl_date(one.retrieved[:10]),
            "note": remarks(one),
            "annote": one.quote,
            "custom": {
                "provision-id": one.provision_id,
                "work-id": one.work_id,
                "jurisdiction-code": one.jurisdiction,
                "kind": one.type,
                "pinpoint": one.pinpoint,
                "version-date": one.date,
                "page-of-file": one.page,
                "record-languages": list(one.record_languages),
                "status": one.status,
                "translation": one.translation,
                "sha256": one.sha256,
                "notes": list(one.notes),
            },
        }
        items.append({name: value for name, value in item.items() if value})
    return json.dumps(items, ensure_ascii=False, indent=1) + "\n"


FILES: Mapping[str, Callable[[Sequence[Citation]], str]] = {
    "bibtex": to_bibtex,
    "biblatex": to_biblatex,
    "ris": to_ris,
    "csl-json": to_csl_json,
}
"""Files for reference managers by name."""
