"""The jurisdiction tree, official names, and how each writes itself: data that every printed table needs.

Codes are ISO 3166 (entities of Bosnia and Herzegovina by ISO 3166-2; XK is the user-assigned code in common use).
`RS` is Serbia; Republika Srpska is `BA-SRP`. Invariant: Kosovo* is never printed without its footnote; whoever prints a
name takes it from here and, where `needs_note` says so, prints `KOSOVO_NOTE` on the same page, table, file or export.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from psimm_docs.errors import PsimmError

KOSOVO_NOTE = (
    "* This designation is without prejudice to positions on status, and is in line with UNSCR 1244/1999 and the ICJ "
    "Opinion on the Kosovo declaration of independence."
)


@dataclass(frozen=True, slots=True)
class Jurisdiction:
    """A jurisdiction: code, English name, parent code, languages of record (BCP 47), gazette in its own words."""

    code: str
    name: str
    parent: str
    languages: tuple[str, ...]
    gazette: str
    gazette_en: str


def canton(number: int, name: str) -> Jurisdiction:
    """Return a canton of the Federation of Bosnia and Herzegovina (codes BA-01 to BA-10)."""
    gazette = f"Službene novine ({name})"
    return Jurisdiction(
        f"BA-{number:02d}", name, "BA-BIH", ("bs", "hr", "sr-Latn"), gazette, f"Official Gazette of {name}"
    )


JURISDICTIONS: dict[str, Jurisdiction] = {
    one.code: one
    for one in (
        Jurisdiction("AL", "Albania", "", ("sq",), "Fletorja Zyrtare", "Official Gazette of the Republic of Albania"),
        Jurisdiction(
            "BA",
            "Bosnia and Herzegovina",
            "",
            ("bs", "hr", "sr-Cyrl"),
            "Službeni glasnik BiH",
            "Official Gazette of BiH",
        ),
        Jurisdiction(
            "BA-BIH",
            "Federation of Bosnia and Herzegovina",
            "BA",
            ("bs", "hr", "sr-Cyrl"),
            "Službene novine Federacije BiH",
            "Official Gazette of the Federation of BiH",
        ),
        Jurisdiction(
            "BA-SRP",
            "Republika Srpska",
            "BA",
            ("sr-Cyrl",),
            "Службени гласник Републике Српске",
            "Official Gazette of Republika Srpska",
        ),
        Jurisdiction(
            "BA-BRC",
            "Brčko District",
            "BA",
            ("bs", "hr", "sr-Cyrl"),
            "Službeni glasnik Brčko distrikta BiH",
            "Official Gazette of Brčko District of BiH",
        ),
        canton(1, "Una-Sana Canton"),
        canton(2, "Posavina Canton"),
        canton(3, "Tuzla Canton"),
        canton(4, "Zenica-Doboj Canton"),
        canton(5, "Bosnian-Podrinje Canton Goražde"),
        canton(6, "Central Bosnia Canton"),
        canton(7, "Herzegovina-Neretva Canton"),
        canton(8, "West Herzegovina Canton"),
        canton(9, "Sarajevo Canton"),
        canton(10, "Canton 10"),
        Jurisdiction(
            "XK",
            "Kosovo*",
            "",
            ("sq", "sr-Latn"),
            "Gazeta Zyrtare e Republikës së Kosovës",
            "Official Gazette of the Republic of Kosovo*",
        ),
        Jurisdiction("ME", "Montenegro", "", ("cnr",), "Službeni list Crne Gore", "Official Gazette of Montenegro"),
        Jurisdiction(
            "MK",
            "North Macedonia",
            "",
            ("mk", "sq"),
            "Службен весник на Република Северна Македонија",
            "Official Gazette of the Republic of North Macedonia",
        ),
        Jurisdiction(
            "RS",
            "Serbia",
            "",
            ("sr-Cyrl",),
            "Службени гласник Републике Србије",
            "Official Gazette of the Republic of Serbia",
        ),
        # not one of the six; held where its law is compared or its language tested
        Jurisdiction("HR", "Croatia", "", ("hr",), "Narodne novine", "Official Gazette of Croatia"),
    )
}

LANGUAGE_NAMES = {
    "sq": "Albanian",
    "bs": "Bosnian",
    "hr": "Croatian",
    "cnr": "Montenegrin",
    "sr-Cyrl": "Serbian (Cyrillic)",
    "sr-Latn": "Serbian (Latin)",
    "sr": "Serbian",
    "mk": "Macedonian",
    "en": "English",
}
"""English names of the languages by tag."""

SIX = ("AL", "BA", "XK", "ME", "MK", "RS")
"""The six jurisdictions of the project, in the order of every table."""


def jurisdiction(code: str) -> Jurisdiction:
    """Return a jurisdiction by its code, any case; raises PsimmError listing the codes for an unknown one.

    >>> jurisdiction("xk").name
    'Kosovo*'
    """
    found = JURISDICTIONS.get(code.upper().replace("_", "-"))
    if found is None:
        raise PsimmError(f"jurisdiction {code!r} is not known; use one of {', '.join(JURISDICTIONS)}")
    return found


def root(code: str) -> str:
    """Return the code of the state-level jurisdiction above a code.

    >>> root("BA-01"), root("RS")
    ('BA', 'RS')
    """
    one = jurisdiction(code)
    while one.parent:
        one = JURISDICTIONS[one.parent]
    return one.code


def within(code: str) -> frozenset[str]:
    """Return a code and all codes below it.

    >>> sorted(within("BA"))[:3]
    ['BA', 'BA-01', 'BA-02']
    """
    top = jurisdiction(code).code
    found = {top}
    grew = True
    while grew:
        below = {one.code for one in JURISDICTIONS.values() if one.parent in found} - found
        grew = bool(below)
        found |= below
    return frozenset(found)


def needs_note(codes: Iterable[str]) -> bool:
    """Say whether a table with these jurisdictions has to carry `KOSOVO_NOTE`."""
    return any(code.upper() == "XK" for code in codes)
