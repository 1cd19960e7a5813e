"""How a citation is printed: four footnote styles, their later short forms, and files for reference managers.

`STYLES` is the list of styles. Invariant: a style only arranges the fields of a `Citation`; nothing is left out that a reader has to be
warned of (a digest, a translation, counted or mended passages), and where Kosovo* is printed its footnote follows. A law is dated by its
gazette, never by the day on which a digest was made. Every field is escaped for the format that it goes into.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from psimm_docs.corpus import slug
from psimm_docs.errors import PsimmError
from psimm_docs.fold import fold
from psimm_docs.jurisdictions import JURISDICTIONS, KOSOVO_NOTE, needs_note
from psimm_docs.records import Citation

GAZETTES_EN: Mapping[str, str] = {
    "Fletorja Zyrtare e Republikës së Shqipërisë": "Official Gazette of the Republic of Albania",
    "Službeni glasnik Bosne i Hercegovine": "Official Gazette of BiH",
    "Službeni glasnik Bosne i Hercegovine - Međunarodni ugovori": "Official Gazette of BiH, International Treaties",
    "Službene novine Federacije Bosne i Hercegovine": "Official Gazette of the Federation of BiH",
    "Službeni glasnik Brčko distrikta Bosne i Hercegovine": "Official Gazette of Brčko District of BiH",
    "Službeni list Republike Crne Gore": "Official Gazette of the Republic of Montenegro",
    "Службен весник на Република Македонија": "Official Gazette of the Republic of Macedonia",
    "Службени гласник Републике Србије – Међународни уговори": (
        "Official Gazette of the Republic of Serbia, International Treaties"
    ),
    **{one.gazette: one.gazette_en for one in JURISDICTIONS.values()},
}
"""English names of gazettes by their own; a gazette that isn't here goes by its own name."""

BY_FOLDED = {fold(own): english for own, english in GAZETTES_EN.items()}
NUMBER_WORD: Mapping[str, str] = {"sq": "nr.", "mk": "бр.", "en": "No."}
"""The word before a gazette's number by language; `br.` (in Cyrillic `бр.`) in the others."""

IN_OWN_WORDS: Mapping[str, Mapping[str, str]] = {
    "digest; not the official text": {
        "sq": "përmbledhje; jo teksti zyrtar",
        "mk": "преглед; не е службен текст",
        "Cyrl": "преглед; није службени текст",
        "Latn": "pregled; nije službeni tekst",
    },
    "unofficial translation": {
        "sq": "përkthim jozyrtar",
        "mk": "неслужбен превод",
        "Cyrl": "незванични превод",
        "Latn": "nezvanični prijevod",
    },
}
"""Warnings in the language of a text; others stay in English."""

YEAR = re.compile(r"(?:^|[/ ])(\d{4})$")
DATE = re.compile(r"\d{4}(?:-\d{2}){0,2}")


# --- parts of a citation -----------------------------------------------------------------------------------------------


def title_en(citation: Citation) -> str:
    """Return the English title, else the title as it is."""
    return citation.title_en or citation.title


def both_titles(citation: Citation) -> str:
    """Return the title in its own language with the English one in square brackets, once where they are the same."""
    if citation.title_en.startswith(citation.title):
        return citation.title_en
    if not citation.title_en:
        return citation.title
    return f"{citation.title} [{citation.title_en}]"


def gazette_en(citation: Citation) -> str:
    """Return the gazette in English with its number; empty where no number is known."""
    if not citation.gazette_number:
        return ""
    name = BY_FOLDED.get(fold(citation.gazette), citation.gazette)
    return f"{name} {citation.gazette_number}".strip()


def issued(citation: Citation) -> str:
    """Return the law's date at the precision known: by its gazette number, else by its version; a digest's own date is none.

    A version's date is used in full where it is of the gazette's year.
    """
    found = YEAR.search(citation.gazette_number)
    date = citation.date if DATE.fullmatch(citation.date) and citation.status != "digest" else ""
    if found:
        return date if date.startswith(found[1]) else found[1]
    return date


def warnings(citation: Citation) -> list[str]:
    """Return what has to be printed with a citation: the version where it isn't the published one, and all notes."""
    other = citation.status != "digest" and citation.date and citation.date != issued(citation)
    return [*([f"version of {citation.date}"] if other else []), *citation.notes]


def bracketed(parts: Sequence[str]) -> str:
    """Return parts in square brackets after a space; nothing for no parts."""
    return f" [{'; '.join(parts)}]" if parts else ""


def with_note(text: str, citation: Citation) -> str:
    """Add the Kosovo* footnote on a line of its own where the citation is of Kosovo*."""
    return f"{text}\n{KOSOVO_NOTE}" if noted(citation, text) else text


def noted(citation: Citation, text: str = "") -> bool:
    """Say whether a citation carries the Kosovo* footnote: it is of Kosovo*, or names it."""
    return needs_note([citation.jurisdiction]) or any(
        "Kosovo*" in said for said in (text, citation.title, citation.title_en)
    )


def lower_art(pinpoint: str) -> str:
    """Return an English pinpoint as it stands in the middle of a note."""
    return re.sub(r"\bArt\. ", "art ", pinpoint)


def paged(citation: Citation) -> str:
    """Return the page of the file, where it has pages."""
    return f"p. {citation.page} of the file" if citation.page else ""


# --- styles ------------------------------------------------------------------------------------------------------------


def house(citation: Citation) -> str:
    """Return `Law on Foreigners (Serbia), Art. 43(2)(3), Official Gazette of the Republic of Serbia 24/2018`."""
    parts = [short_title(citation), citation.pinpoint_en, gazette_en(citation)]
    return with_note(", ".join(part for part in parts if part) + bracketed(warnings(citation)), citation)


def oscola(citation: Citation) -> str:
    """Return a note in the manner of OSCOLA for foreign legislation: own title, gazette, `art 43(2)(3)`, jurisdiction."""
    parts = [both_titles(citation), gazette_en(citation), lower_art(citation.pinpoint_en)]
    text = ", ".join(part for part in parts if part) + f" ({citation.jurisdiction_name}){bracketed(warnings(citation))}"
    if citation.official_url:
        text += f" <{citation.official_url}>"
        if citation.retrieved:
            text += f" accessed {citation.retrieved[:10]}"
    return with_note(text + ".", citation)


def chicago(citation: Citation) -> str:
    """Return a note in the manner of the Chicago notes style: title, jurisdiction, pinpoint, gazette, address."""
    pinpoint = re.sub(r"\bArt\. ", "art. ", citation.pinpoint_en)
    head = f"{both_titles(citation)} ({citation.jurisdiction_name})"
    text = ", ".join(part for part in (head, pinpoint, gazette_en(citation)) if part) + bracketed(warnings(citation))
    if citation.retrieved:
        text += f", accessed {citation.retrieved[:10]}"
    return with_note(text + (f", {citation.official_url}" if citation.official_url else "") + ".", citation)


def original(citation: Citation) -> str:
    """Return a note in the language of the text: title, pinpoint in the jurisdiction's own form, gazette and number."""
    base = citation.language.split("-")[0]
    script = "Cyrl" if re.search(r"[а-я]", citation.title.lower()) and base not in ("sq", "mk") else "Latn"
    word = NUMBER_WORD.get(base, "бр." if script == "Cyrl" else "br.")
    place = f" ({citation.jurisdiction_name})" if needs_note([citation.jurisdiction]) else ""
    gazette = f"{citation.gazette}, {word} {citation.gazette_number}" if citation.gazette_number else ""
    said = [
        IN_OWN_WORDS.get(note, {}).get(base if base in ("sq", "mk", "en") else script, note) if base != "en" else note
        for note in warnings(citation)
    ]
    parts = [citation.title + place, citation.pinpoint, gazette]
    return with_note(", ".join(part for part in parts if part) + bracketed(said), citation)


STYLES: Mapping[str, Callable[[Citation], str]] = {
    "house": house,
    "oscola": oscola,
    "chicago": chicago,
    "original": original,
}
"""Footnote styles by name."""


def style_of(name: str) -> Callable[[Citation], str]:
    """Return a style; raises PsimmError listing the names for an unknown one."""
    found = STYLES.get(name)
    if found is None:
        raise PsimmError(f"style {name!r} is not known; use one of {', '.join(STYLES)}")
    return found


def short(citation: Citation, *, style: str = "house", first: int = 0) -> str:
    """Return the form for a later footnote to the same law; `first` is the number of the first one (OSCOLA names it).

    The gazette number stays, since a jurisdiction has laws of the same title. Warnings are short here: the first note has them all.
    """
    style_of(style)
    name = short_title(citation)
    number, digest = citation.gazette_number, ["digest"] if citation.status == "digest" else []
    if style == "original":
        parts = [citation.title, number, citation.pinpoint]
    elif style == "oscola":
        parts = [f"{name} (n {first})" if first else f"{name} {number}".strip(), lower_art(citation.pinpoint_en)]
    else:
        pinpoint = citation.pinpoint_en if style == "house" else re.sub(r"\bArt\. ", "art. ", citation.pinpoint_en)
        parts = [f"{name} {number}".strip(), pinpoint]
    text = ", ".join(part for part in parts if part) + bracketed(digest)
    return with_note(text, citation)


def footnotes(citations: Sequence[Citation], *, style: str = "house") -> str:
    """Return numbered footnotes in order: a law in full at first, in its short form later; the Kosovo* note once, at the end.

    A later citation with warnings of its own that its law's first one had not carries them.
    """
    full = style_of(style)
    first: dict[str, int] = {}
    lines = []
    seen: dict[str, set[str]] = {}
    for number, one in enumerate(citations, 1):
        source = one.provision_id.partition("#")[0]
        before = first.setdefault(source, number)
        told = seen.setdefault(source, set())
        if before == number:
            text = bare(full(one))
        else:
            fresh = [note for note in one.notes if note not in told]
            text = bare(short(one, style=style, first=before)) + bracketed(fresh)
        told.update(one.notes)
        lines.append(f"{number}. {text}")
    if any(noted(one) for one in citations):
        lines.append(KOSOVO_NOTE)
    return "".join(line + "\n" for line in lines)


def bare(text: str) -> str:
    """Return a printed citation without the Kosovo* footnote after it."""
    return text.removesuffix("\n" + KOSOVO_NOTE)


# --- files for reference managers --------------------------------------------------------------------------------------

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
    """Return pinpoint, warnings and page as one remark, with the Kosovo* footnote where it is needed."""
    parts = [citation.pinpoint_en, citation.pinpoint, *warnings(citation), paged(citation)]
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
                "status": one.status,
                "translation": one.translation,
                "sha256": one.sha256,
                "notes": list(one.notes),
            },
        }
        items.append({name: value for name, value in item.items() if value})
    return json.dumps(items, ensure_ascii=False, indent=1) + "\n"


def short_title(citation: Citation) -> str:
    """Return the title that a later reference uses."""
    return f"{title_en(citation)} ({citation.jurisdiction_name})"


FILES: Mapping[str, Callable[[Sequence[Citation]], str]] = {
    "bibtex": to_bibtex,
    "biblatex": to_biblatex,
    "ris": to_ris,
    "csl-json": to_csl_json,
}
"""Files for reference managers by name."""
