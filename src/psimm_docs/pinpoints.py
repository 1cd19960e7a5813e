"""How each jurisdiction points at a place in its law, and the English form of it.

`MANNERS` is data: the words, full stops, brackets and commas of each jurisdiction and language version; the functions only
choose a manner and fill it in. Invariant: every number is the one of the provision, in its own letters in the own form, with
Cyrillic letters transliterated in the English one. Which levels may be cited at all (a digest's counted paragraphs may not) is
decided in `citations`.

Source of the forms: the project's notes on how law is written in the six jurisdictions.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from psimm_docs.jurisdictions import jurisdiction, root
from psimm_docs.records import Provision, ProvisionKind

APPENDED: frozenset[ProvisionKind] = frozenset(("annex", "act"))
STRUCTURE: frozenset[ProvisionKind] = frozenset(("part", "title", "chapter", "section"))
"""Kinds above the article, which are cited by their own label."""

LATIN: dict[str, str] = dict(
    zip(
        "абвгдђѓежзѕијклљмнњопрстћќуфхцчџш",
        [
            *("a", "b", "v", "g", "d", "đ", "gj", "e", "ž", "z", "dz", "i", "j", "k", "l", "lj", "m", "n", "nj", "o"),
            *("p", "r", "s", "t", "ć", "kj", "u", "f", "h", "c", "č", "dž", "š"),
        ],
        strict=True,
    )
)
"""Serbian and Macedonian letters in Latin, for the numbers of inserted articles and lettered points."""


@dataclass(frozen=True, slots=True)
class Manner:
    """One way of pointing. In each form `{n}` is the number, `{d}` the number with a full stop where it is all digits.

    `counted` is a paragraph without a printed number; `letter` and `subletter` are points with a letter; `nested` says that the
    levels below the article stand in brackets as one decimal number (`65 (1.1)`); `first` is a numbered point right below
    an article, where that has a form of its own.
    """

    article: str
    paragraph: str
    counted: str
    point: str
    letter: str
    subpoint: str
    subletter: str
    indent: str
    joiner: str = " "
    nested: bool = False
    first: str = ""


MANNERS: dict[str, Manner] = {
    "rs-Cyrl": Manner(
        *("члан {d}", "став {d}", "став {d}", "тачка {n})", "тачка {n})", "подтачка ({n})", "подтачка ({n})"),
        "алинеја {d}",
    ),
    "rs-Latn": Manner(
        *("član {d}", "stav {d}", "stav {d}", "tačka {n})", "tačka {n})", "podtačka ({n})", "podtačka ({n})"),
        "alineja {d}",
    ),
    "me-Latn": Manner(
        *("član {n}", "stav {n}", "stav {n}", "tačka {n}", "tačka {n})", "podtačka {n}", "podtačka {n})"), "alineja {n}"
    ),
    "me-Cyrl": Manner(
        *("члан {n}", "став {n}", "став {n}", "тачка {n}", "тачка {n})", "подтачка {n}", "подтачка {n})"), "алинеја {n}"
    ),
    "ba-Latn": Manner(
        *("član {d}", "stav ({n})", "stav {d}", "tačka {n})", "tačka {n})", "podtačka {n})", "podtačka {n})"),
        "alineja {d}",
    ),
    "ba-Cyrl": Manner(
        *("члан {d}", "став ({n})", "став {d}", "тачка {n})", "тачка {n})", "подтачка {n})", "подтачка {n})"),
        "алинеја {d}",
    ),
    "ba-hr": Manner(
        *("članak {d}", "stavak ({n})", "stavak {d}", "točka {n})", "točka {n})", "podtočka {n})", "podtočka {n})"),
        "alineja {d}",
    ),
    "hr": Manner(
        *("članak {d}", "stavak {d}", "stavak {d}", "točka {d}", "točka {n})", "podtočka {d}", "podtočka {n})"),
        "alineja {d}",
    ),
    "mk": Manner(
        *("член {n}", "став {n}", "став {n}", "точка {n}", "точка {n})", "потточка {n}", "потточка {n})"), "алинеја {n}"
    ),
    "mk-sq": Manner(
        *("neni {n}", "paragrafi {n}", "paragrafi {n}", "pika {n}", "pika {n}", "nënpika {n}", "nënpika {n}"),
        "alineja {n}",
        joiner=", ",
    ),
    "al": Manner(
        *("neni {n}", "pika {n}", "paragrafi {n}", "nënpika {n}", "shkronja {n}", "nënpika {n}", "nënpika {n}"),
        "alineja {n}",
        joiner=", ",
        first="pika {n}",
    ),
    "xk-sq": Manner("neni {n}", "", "", "", "", "", "", "alineja {n}", nested=True),
    "xk-sr": Manner("član {n}", "", "", "", "", "", "", "alineja {n}", nested=True),
    "xk-en": Manner("Article {n}", "", "", "", "", "", "", "indent {n}", nested=True),
}
"""The manners of pointing, by jurisdiction and language version."""

ENGLISH = "en"
SERBO_CROATIAN = frozenset(("sr", "bs", "hr", "cnr", "sh", "me"))
BY_LANGUAGE = {
    "sq": "al",
    "mk": "mk",
    "en": "en",
    "sr": "rs",
    "sh": "rs",
    "bs": "ba",
    "hr": "hr",
    "cnr": "me",
    "me": "me",
}
"""The manner of a language outside the jurisdictions whose own it is."""


def bare(number: str) -> str:
    """Return a number without the brackets and full stops around it.

    >>> bare("(2)"), bare("1.1."), bare("28-а")
    ('2', '1.1', '28-а')
    """
    return number.strip().strip("().[]").strip()


def latin(number: str) -> str:
    """Return a number with its Cyrillic letters in Latin.

    >>> latin("28-в"), latin("ж")
    ('28-v', 'ž')
    """
    letters = ((LATIN.get(letter.lower(), letter), letter) for letter in number)
    return "".join(
        plain.upper() if letter != letter.lower() and plain != letter else plain for plain, letter in letters
    )


def cyrillic(language: str, *texts: str) -> bool:
    """Say whether a provision is written in Cyrillic: by its language tag, else by the letters of its label and number."""
    if "Cyrl" in language or "Latn" in language:
        return "Cyrl" in language
    return language.startswith("mk") or any("\u0400" <= letter <= "\u04ff" for text in texts for letter in text)


def manner_of(code: str, language: str, *, in_cyrillic: bool) -> str:
    """Return the name in `MANNERS` for a jurisdiction's code and a language (BCP 47; unknown: its first language of record).

    >>> manner_of("BA-SRP", "sr-Cyrl", in_cyrillic=True), manner_of("BA", "hr", in_cyrillic=False)
    ('ba-Cyrl', 'ba-hr')
    """
    top = root(code)
    base = language.split("-")[0].lower()
    if base not in BY_LANGUAGE:
        base = jurisdiction(top).languages[0].split("-")[0]
    own = {
        ("XK", "sq"): "xk-sq",
        ("XK", "en"): "xk-en",
        ("MK", "sq"): "mk-sq",
        ("BA", "hr"): "ba-hr",
        ("HR", "hr"): "hr",
    }.get((top, base))
    if own:
        return own
    if base not in SERBO_CROATIAN:
        return BY_LANGUAGE[base]
    if top == "XK":
        return "xk-sr"
    name = {"RS": "rs", "ME": "me", "BA": "ba"}.get(top, BY_LANGUAGE[base])
    return name if name == "hr" else f"{name}-{'Cyrl' if in_cyrillic else 'Latn'}"


def fill(form: str, number: str) -> str:
    """Fill a number into a form."""
    return form.format(n=number, d=f"{number}." if number.isdigit() else number)


def form_of(manner: Manner, step: Provision, before: Provision | None) -> str:
    """Return the form for one level below the article, given the level before it."""
    if step.kind == "paragraph":
        return manner.paragraph if step.printed else manner.counted
    if step.kind == "indent":
        return manner.indent
    numeric = bare(step.number).isdigit()
    if before is not None and before.kind == "point":
        return manner.subpoint if numeric else manner.subletter
    if numeric and manner.first and (before is None or before.kind == "article"):
        return manner.first
    return manner.point if numeric else manner.letter


def decimals(levels: Sequence[Provision]) -> list[str]:
    """Return bracketed numbers of nested levels: a number that carries its parent's replaces it, digits are joined to it.

    Paragraph 6 and sub-paragraph `6.2` (or `2`) give `6.2`; a lettered point stays a bracket of its own.
    """
    found: list[str] = []
    for step in levels:
        number = bare(step.number)
        if found and number.startswith(found[-1] + "."):
            found[-1] = number
        elif found and number.isdigit() and found[-1].replace(".", "").isdigit():
            found[-1] += f".{number}"
        else:
            found.append(number)
    return found


def own_pinpoint(path: Sequence[Provision], code: str) -> str:
    """Return the pinpoint of the last provision of a path in the form of its jurisdiction and language version.

    `path` runs from the outermost provision to the one that is cited. Parts and chapters, a preface and an annex go by
    their label; the empty string is a text that no number leads to.
    """
    last = path[-1]
    name = manner_of(code, last.language, in_cyrillic=cyrillic(last.language, last.label, last.number))
    if name == ENGLISH:
        return english_pinpoint(path, code).replace("Art.", "Article", 1)
    manner = MANNERS[name]
    head, below = split_path(path)
    if head is None and not below:
        labels = [step.label for step in path if step.kind in STRUCTURE or step.kind == "preface"]
        return ", ".join(label for label in labels if label)
    if head is None and manner.nested:
        return last.label
    words = []
    front = annex_of(path)
    if head is not None:
        article = head.label if head.kind in APPENDED else fill(manner.article, bare(head.number))
        words.append(article if front is None or front is head else f"{front.label}: {article}")
    if manner.nested:
        words.extend(f"({number})" for number in decimals([step for step in below if step.kind != "indent"]))
        words.extend(fill(manner.indent, bare(step.number)) for step in below if step.kind == "indent")
        return " ".join(words)
    before = head
    for step in below:
        words.append(fill(form_of(manner, step, before), bare(step.number)))
        before = step
    return manner.joiner.join(words)


def split_path(path: Sequence[Provision]) -> tuple[Provision | None, list[Provision]]:
    """Return the article of a path, else its annex (None where there is neither), and the numbered levels below it."""
    kinds = [step.kind for step in path]
    at = next((kinds.index(kind) for kind in ("article", "annex", "act") if kind in kinds), None)
    below = [step for step in path[at + 1 if at is not None else 0 :] if step.kind in ("paragraph", "point", "indent")]
    return (path[at] if at is not None else None), below


def annex_of(path: Sequence[Provision]) -> Provision | None:
    """Return the annex (or the appended articles of another law) in which a path ends, None for the law itself."""
    return next((step for step in path if step.kind in APPENDED), None)


def english_annex(annex: Provision) -> str:
    """Return an annex in English: by its number where one is printed, else by its own heading in quotation marks."""
    return f"Annex {latin(bare(annex.number))}" if annex.printed else f"“{annex.label}”"


def english_levels(below: Sequence[Provision], *, nested: bool = False, headless: bool = False) -> str:
    """Return the English form of the levels below an article: `(2)(3)`; a point without a paragraph is said to be a point."""
    if nested:
        numbers = decimals([step for step in below if step.kind != "indent"])
        words = "".join(f"({latin(number)})" for number in numbers)
        return words + "".join(f", indent {latin(bare(step.number))}" for step in below if step.kind == "indent")
    words = ""
    before: Provision | None = None
    for step in below:
        number = latin(bare(step.number))
        if step.kind == "indent":
            words += f", indent {number}"
        elif step.kind == "point" and before is None:
            words += f", point {number}"
        elif headless and before is None:
            words += f", paragraph {number}"
        else:
            words += f"({number})"
        before = step
    return words


def english_pinpoint(path: Sequence[Provision], code: str) -> str:
    """Return the English pinpoint of the last provision of a path: `Art. 43(2)(3)`, `Chapter II`, `Annex 1`."""
    head, below = split_path(path)
    if head is None and not below:
        above = [
            f"{step.kind.capitalize()} {latin(bare(step.number))}" if step.printed else f"“{step.label}”"
            for step in path
            if step.kind in STRUCTURE
        ]
        return ", ".join(above) or ("Preface" if path[-1].kind == "preface" else "")
    levels = english_levels(below, nested=root(code) == "XK" and head is not None, headless=head is None)
    if head is None:
        return levels.removeprefix(", ")
    front = annex_of(path)
    place = english_annex(head) if head.kind in APPENDED else f"Art. {latin(bare(head.number))}"
    return (place if front is None or front is head else f"{english_annex(front)}, {place}") + levels
