"""What a rule needs to be whole: for each concept a checklist, and in each provision the words that show an element.

The idea: the taxonomy's folder says which elements apply to which concept (`elements.json`); word lists by language, and the values of
the provision, say where each stands. An element that is not found is shown as such, so that "has a provision" does not hide that the
deadline is missing. Invariant: a span lies in the text that was read and begins with the words that were found; nothing is said of what
stands in other provisions.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import get_args

from psimm_docs.errors import PsimmError
from psimm_docs.fold import Folded, fold, fold_with_map
from psimm_docs.jsonl import first_line
from psimm_docs.records import Span
from psimm_docs.taxonomy import default_folder
from psimm_docs.value_records import Element, ElementName, Value

ELEMENTS_VERSION = "1"
ELEMENTS_FILE = "elements.json"
ELEMENTS: tuple[ElementName, ...] = get_args(ElementName)
"""All elements, in the order of every checklist."""

BY_VALUE: Mapping[ElementName, str] = {"deadline": "deadline", "fee": "fee", "sanction": "fine"}
"""Elements that a value of a kind shows."""

HBS = ("bs", "hr", "cnr", "sr", "sh")
MACROS = ("hbs", "mk", "sq", "en")
LONGEST = 90
"""Folded letters of the words that are given as evidence, up to the next mark."""

MARK = re.compile(r"[,;:.(\n]")


def macro_of(language: str) -> str:
    """Return the macro-language of a BCP 47 tag; English for one that has no table."""
    plain = language.partition("-")[0]
    return "hbs" if plain in HBS else plain if plain in MACROS else "en"


@lru_cache(maxsize=len(MACROS))
def words(macro: str) -> Mapping[ElementName, re.Pattern[str]]:
    """Return the patterns of a macro-language's word lists for folded text; `*` is any ending of a word."""
    table = json.loads(resources.files("psimm_docs").joinpath(f"data/elements/{macro}.json").read_text("utf-8"))
    return {name: re.compile(either(table[name])) for name in ELEMENTS}


def either(phrases: Iterable[str]) -> str:
    """Return a pattern of any of several phrases as whole words."""
    made = {
        r"\s+".join(r"\w+" if word == "*" else re.escape(word).replace(r"\*", r"\w*") for word in fold(one).split())
        for one in phrases
    }
    return rf"(?<!\w)(?:{'|'.join(sorted(made, key=lambda one: (-len(one), one)))})(?!\w)"


def checklists(folder: Path) -> Mapping[str, tuple[ElementName, ...]]:
    """Return the elements of each concept: the workspace's file where it has one, else the one that comes with the package.

    Raises PsimmError for a file that can't be read or names an element that there isn't.
    """
    path = folder / ELEMENTS_FILE
    if not path.is_file():
        path = default_folder() / ELEMENTS_FILE
    try:
        given = json.loads(path.read_text("utf-8"))
        lists = {str(concept): [str(name) for name in some] for concept, some in given.items()}
    except (OSError, ValueError, AttributeError, TypeError) as error:
        raise PsimmError(f"{path}: the checklists can't be read ({first_line(error)}); restore them") from error
    for concept, some in lists.items():
        unknown = [name for name in some if name not in ELEMENTS]
        if unknown:
            raise PsimmError(f"{path}: {concept} names {unknown[0]!r}; known elements are {', '.join(ELEMENTS)}")
    return {concept: tuple(name for name in ELEMENTS if name in some) for concept, some in lists.items()}


def shown(text: str, language: str, values: Sequence[Value] = (), *, offset: int = 0) -> dict[ElementName, Span]:
    """Return where each element first stands in a text, those that are found only. `offset` is where the text begins in its document."""
    folded = fold_with_map(text)
    found: dict[ElementName, Span] = {}
    table = words(macro_of(language))
    for name in ELEMENTS:
        spans = [value.span for value in values if value.kind == BY_VALUE.get(name)]
        match = table[name].search(folded.text)
        if spans:
            found[name] = spans[0]
        elif match is not None:
            found[name] = evidence(folded, match.start(), match.end(), offset)
    return found


def evidence(folded: Folded, start: int, end: int, offset: int) -> Span:
    """Return the words from a place to the next mark, cut at a word where that is far."""
    held = folded.text
    mark = MARK.search(held, end)
    stop = min(mark.start() if mark else len(held), max(end, start + LONGEST))
    while stop > end and stop < len(held) and held[stop - 1].isalnum() and held[stop].isalnum():
        stop -= 1
    while stop > end and held[stop - 1].isspace():
        stop -= 1
    span = folded.span(start, stop)
    return Span(span.start + offset, span.end + offset)


def checklist(
    provision_id: str, concept: str, wanted: Sequence[ElementName], found: Mapping[ElementName, Span]
) -> tuple[Element, ...]:
    """Return the lines of a checklist for one provision, in order."""
    return tuple(Element(provision_id, concept, name, found.get(name)) for name in wanted)
