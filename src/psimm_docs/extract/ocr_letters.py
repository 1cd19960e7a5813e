"""What recognised letters say of the recognition: letters that the model cannot write, and letters that are too rare.

A model can only give the letters that it was trained on: its list is read from the installed file. And a page of Albanian without
`ë`, or of Serbian without `ћ`, was recognised in the wrong language or from a bad picture, however sure the words are. Invariant:
no letter is changed here; a page that is too short to tell, or whose words are English, is not judged.
"""

from __future__ import annotations

import json
import re
import struct
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from psimm_docs.extract import ocr
from psimm_docs.extract.job import problem
from psimm_docs.records import Problem

ENOUGH = 15.0
"""A letter is judged where at least so many are expected: by chance alone, a fifth of them is then seen less than once in 2000 pages."""

RARE = 0.2
"""A letter that is seen less often than this share of what is expected is missing."""

ENGLISH = re.compile(r"\b(?:the|of|and)\b", re.IGNORECASE)
MODEL_LETTERS = 21
"""The place of the list of letters among the parts of a model file."""


@cache
def expected() -> dict[str, dict[str, Any]]:
    """Return script, alphabet and letter rates by tesseract's language."""
    text = resources.files("psimm_docs").joinpath("data/ocr/letters.json").read_text("utf-8")
    loaded: dict[str, dict[str, Any]] = json.loads(text)["languages"]
    return loaded


def letters_of(model: bytes) -> frozenset[str]:
    """Return what a tesseract model (a `.traineddata` file) can write; empty where the file does not say.

    The file begins with the number of its parts and the place of each; one part lists the units of text, a line each.
    """
    try:
        (count,) = struct.unpack_from("<i", model)
        places = struct.unpack_from(f"<{count}q", model, 4)
        start = places[MODEL_LETTERS]
    except (struct.error, IndexError):
        return frozenset()
    if not 0 < start < len(model):
        return frozenset()
    end = min((place for place in places if place > start), default=len(model))
    lines = model[start:end].decode("utf-8", "replace").splitlines()
    return frozenset(line.split(" ", 1)[0] for line in lines[1:])


@cache
def unwritable(language: str) -> tuple[str, ...]:
    """Return the small letters of a language's alphabet that the installed model of it cannot write."""
    folder = ocr.model_folder()
    path = Path(folder) / f"{language}.traineddata"
    if language not in expected() or not folder or not path.is_file():
        return ()
    known = letters_of(path.read_bytes())
    return tuple(letter for letter in expected()[language]["alphabet"] if letter not in known) if known else ()


def missing_letters(text: str, languages: Sequence[str]) -> dict[str, tuple[int, float]]:
    """Return the letters that a recognised text lacks, with how many it has and how many are expected.

    Empty where the text has the letters of any of these languages (of its script), is too short, or is English. Letters are judged
    one by one where enough are expected, else all of a language together.

    >>> list(missing_letters("Punedhenesi paraqet kerkesen per leje pune ne zyren e punes " * 10, ["sqi"]))
    ['ë']
    """
    words = len(text.split())
    if words and len(ENGLISH.findall(text)) > 0.08 * words:
        return {}
    letters = [letter for letter in text.casefold() if letter.isalpha()]
    cyrillic = sum("\u0400" <= letter <= "\u04ff" for letter in letters)
    script = "Cyrl" if 2 * cyrillic > len(letters) else "Latn"
    found: dict[str, tuple[int, float]] = {}
    for name in languages:
        known = expected().get(name)
        if known is None:
            if script == "Latn":
                return {}
            continue
        if known["script"] != script:
            continue
        marked = {
            letter: (letters.count(letter), rate * len(letters) / 1000)
            for letter, rate in known["per_thousand"].items()
        }
        due = sum(due for _, due in marked.values())
        if due < ENOUGH:
            return {}
        lacking = {letter: one for letter, one in marked.items() if one[1] >= ENOUGH and one[0] < RARE * one[1]}
        if not lacking and sum(seen for seen, _ in marked.values()) < RARE * due:
            lacking = marked
        if not lacking:
            return {}
        found = found or lacking
    return found


def letter_problems(texts: Mapping[int, str], languages: Mapping[int, Sequence[str]]) -> list[Problem]:
    """Return what the recognised texts of pages say of their recognition, one problem a cause.

    A letter that is too rare for one page to tell (`ћ`, `đ`) is judged over all pages of the same languages.
    """
    found: list[Problem] = []
    used = dict.fromkeys(name for number in texts for name in languages[number])
    writable = {
        letter
        for name in ocr.with_helpers(tuple(used))
        for letter in expected().get(name, {}).get("alphabet", "")
        if letter not in unwritable(name)
    }
    for name in used:
        lacking = [letter for letter in unwritable(name) if letter not in writable]
        if lacking:
            shown = ", ".join(f"`{letter}`" for letter in lacking)
            found.append(
                problem(
                    "model-lacks-letters",
                    f"tesseract's model `{name}` can't write {shown}: words with these letters are recognised wrong",
                    "compare names and quotations with the page's picture",
                    page=min(texts),
                )
            )
    pages: dict[str, list[int]] = {}
    told: set[str] = set()
    for number, text in texts.items():
        lacking_here = missing_letters(text, languages[number])
        if lacking_here:
            told |= lacking_here.keys()
            pages.setdefault(", ".join(f"`{letter}`" for letter in lacking_here), []).append(number)
    for shown, numbers in pages.items():
        found.append(letters_missing(shown, numbers))
    groups: dict[tuple[str, ...], list[int]] = {}
    for number in texts:
        groups.setdefault(tuple(languages[number]), []).append(number)
    for names, numbers in groups.items():
        lacking_there = missing_letters(" ".join(texts[number] for number in numbers), names)
        rest = [
            f"`{letter}` ({seen} of about {due:.0f})"
            for letter, (seen, due) in lacking_there.items()
            if letter not in told
        ]
        if rest:
            found.append(letters_missing(", ".join(rest), numbers))
    return found


def letters_missing(shown: str, pages: Sequence[int]) -> Problem:
    """Return the problem of pages without letters that their language needs."""
    where = f"page {pages[0]}" if len(pages) == 1 else f"{len(pages)} pages from page {pages[0]} on"
    return problem(
        "letters-missing",
        f"{where}: recognised (almost) without {shown}, which the language needs",
        "compare with the page's picture; if the page is in another language, give the source its language",
        page=pages[0],
    )
