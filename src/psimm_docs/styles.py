"""How a citation is printed: four footnote styles and their later short forms.

`STYLES` is the list of styles. Invariant: a style only arranges the fields of a `Citation`; nothing is left out that a reader has to be
warned of (a digest, a translation, counted or mended passages), and where Kosovo* is printed its footnote follows. A law is dated by its
gazette, never by the day on which a digest was made.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from psimm_docs.errors import PsimmError
from psimm_docs.fold import fold
from psimm_docs.jurisdictions import JURISDICTIONS, KOSOVO_NOTE, needs_note
from psimm_docs.naming import named_codes
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
        "sr-Latn": "nezvanični prevod",
        "Latn": "nezvanični prijevod",
    },
}
"""Warnings in the language of a text; others stay in English."""

BRACKET = re.compile(r"\(([^()]+)\)$")
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


def short_title(citation: Citation) -> str:
    """Return the title that a later reference uses."""
    return placed(title_en(citation), citation)


def placed(title: str, citation: Citation) -> str:
    """Return a title with its jurisdiction in brackets, unless the title ends with it in brackets: `Labour Law (Republika Srpska)`."""
    last = BRACKET.search(title)
    said = {code for _, _, code in named_codes(last[1])} if last else set()
    return title if said == {citation.jurisdiction} else f"{title} ({citation.jurisdiction_name})"


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
    head = placed(both_titles(citation), citation)
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
        in_own_words(note, citation.language, base if base in ("sq", "mk", "en") else script)
        for note in warnings(citation)
    ]
    parts = [citation.title + place, citation.pinpoint, gazette]
    return with_note(", ".join(part for part in parts if part) + bracketed(said), citation)


def in_own_words(note: str, *tags: str) -> str:
    """Return a warning in the first of these languages or scripts that it is known in, else as it is."""
    known = IN_OWN_WORDS.get(note, {})
    return next((known[tag] for tag in tags if tag in known), note)


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


def notes_of(citations: Sequence[Citation], *, style: str = "house") -> list[str]:
    """Return a footnote's text for each citation in order: a law in full at first, in its short form later; no Kosovo* note.

    A later citation with warnings of its own that its law's first one had not carries them.
    """
    full = style_of(style)
    first: dict[str, int] = {}
    seen: dict[str, set[str]] = {}
    texts = []
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
        texts.append(text)
    return texts


def footnotes(citations: Sequence[Citation], *, style: str = "house") -> str:
    """Return numbered footnotes in order (`notes_of`); the Kosovo* note once, at the end."""
    lines = [f"{number}. {text}" for number, text in enumerate(notes_of(citations, style=style), 1)]
    if any(noted(one) for one in citations):
        lines.append(KOSOVO_NOTE)
    return "".join(line + "\n" for line in lines)


def quotes(citations: Sequence[Citation]) -> str:
    """Return the quotes by the numbers of their footnotes, letter for letter, each between two empty lines."""
    return "".join(f"\n[{number}]\n{one.quote}\n" for number, one in enumerate(citations, 1) if one.quote)


def bare(text: str) -> str:
    """Return a printed citation without the Kosovo* footnote after it."""
    return text.removesuffix("\n" + KOSOVO_NOTE)
