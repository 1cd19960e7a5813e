"""How each jurisdiction cites a place in its law, in the language of the text: `Члан 43. став 2. тачка 3)`.

The forms are data (`data/grammars/labels.json`). A label is its parent's label and one piece more, so that it always says
the whole place inside the article. What stands outside the law's own articles (an annex, appended articles of another
law) carries that in front.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from importlib import resources
from typing import Any

MARKS = ("", ".", ")", "()")
"""The punctuation that may stand around a printed number."""


@lru_cache(maxsize=1)
def forms() -> dict[str, Any]:
    """Return the table of forms."""
    text = resources.files("psimm_docs").joinpath("data/grammars/labels.json").read_text("utf-8")
    table: dict[str, Any] = json.loads(text)
    return table


@lru_cache(maxsize=64)
def form(language: str, state: str) -> Mapping[str, str]:
    """Return the pieces for a language tag and a state-level jurisdiction; English for an unknown language."""
    of_language = forms().get(language) or forms()["en"]
    return {**of_language[""], **of_language.get(state, {})}


def piece(kind: str, number: str, mark: str, *, language: str, state: str) -> str:
    """Return what one step adds to a label.

    `kind` is article, paragraph, counted, decimal, letter, digit, sub or indent; `mark` is the punctuation that stood around
    the number (`()`, `)`, `.` or nothing).

    >>> piece("article", "43", ".", language="sr-Cyrl", state="RS") + piece("counted", "2", "", language="sr-Cyrl", state="RS")
    'Члан 43. став 2.'
    >>> piece("letter", "z", ")", language="bs", state="BA"), piece("paragraph", "1", "()", language="bs", state="BA")
    (' tačka z)', ' stav (1)')
    """
    template = form(language, state)[kind]
    dotted = f"{number}." if number.isdigit() else number
    bracketed = f"({number})" if mark == "()" else f"{number}."
    marked = f"({number})" if mark == "()" else number + mark
    return template.format(n=number, d=dotted, w=bracketed, m=marked)


def renumber(label: str, before: str, after: str, *, language: str, state: str) -> str:
    """Return a label whose last step has another number, in the same form; as it is where it doesn't end in that number.

    >>> renumber("član 65. stav (2)", "2", "3", language="bs", state="BA")
    'član 65. stav (3)'
    >>> renumber("Члан 562.", "562", "56а", language="sr-Cyrl", state="RS")
    'Члан 56а'
    """
    steps = [(kind, mark) for kind in form(language, state) for mark in MARKS]
    endings = {step: piece(step[0], before, step[1], language=language, state=state) for step in steps}
    fitting = [step for step in steps if label.endswith(endings[step])]
    if not fitting:
        return label
    # the longest ending that fits is the step that made it
    best = max(fitting, key=lambda step: len(endings[step]))
    return label.removesuffix(endings[best]) + piece(best[0], after, best[1], language=language, state=state)


def word(kind: str, language: str) -> str:
    """Return the name of what has no number: `preface`, `unplaced`, and the form of an `item` outside articles.

    >>> word("preface", "mk")
    'воведен дел'
    """
    names: dict[str, str] = forms()["words"][kind]
    return names.get(language, names["en"])
