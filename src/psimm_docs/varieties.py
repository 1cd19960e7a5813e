"""Bosnian, Croatian, Montenegrin or Serbian: points that marked words, declarations and places speak for each of the four.

No detector separates the four on sentences, so nothing here is a detector. A table (`data/language/marks.json`) says for which
of them a word, a beginning, an ending or a phrase speaks, and with how many points; the state, the gazette and the manifest add
theirs. What all four share decides nothing: only the distance between the points counts, so that a long act with a few plain
marks is told as well as a short one. Invariant: every point has a reason that a person can read in the evidence.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Mapping
from functools import lru_cache
from importlib import resources
from typing import Any

from psimm_docs.fold import fold
from psimm_docs.jurisdictions import root
from psimm_docs.scripts import WORD

VARIETIES: tuple[str, ...] = ("bs", "hr", "cnr", "sr")
OF_JURISDICTION: Mapping[str, str] = {"ME": "cnr", "RS": "sr", "XK": "sr", "HR": "hr", "MK": "sr"}
"""Which variety a text in the common macro-language is in, by the state it comes from."""

DECLARED, JURISDICTION, ENTITY, MARKS = 24.0, 16.0, 5.0, 30.0
"""Weights of what speaks for a variety; marked words give the one they name most up to `MARKS` points."""
BOSNIAN = 1.0
"""What speaks for Bosnian in Bosnia and Herzegovina where nothing else decides."""
LONGEST = 12
"""Letters of the longest beginning or ending in the table."""
COUNTED = 5
"""How many occurrences of one mark count."""

ADDRESS = re.compile(r"\S*(?:://|www\.|@)\S*")


@lru_cache(maxsize=1)
def marks() -> dict[str, Any]:
    """Return the table of evidence; `words`, `beginnings`, `endings` and `phrases` hold the marks of varieties."""
    text = resources.files("psimm_docs").joinpath("data/language/marks.json").read_text("utf-8")
    table: dict[str, Any] = json.loads(text)
    table["function_words"] = {macro: frozenset(held) for macro, held in table["function_words"].items()}
    table["cyrillic_endings"] = {macro: tuple(held) for macro, held in table["cyrillic_endings"].items()}
    varieties = table["varieties"]
    table["beginnings"] = {word[:-1]: weights for word, weights in varieties.items() if word.endswith("*")}
    table["endings"] = {word[1:]: weights for word, weights in varieties.items() if word.startswith("*")}
    table["words"] = {word: weights for word, weights in varieties.items() if "*" not in word}
    table["phrases"] = {re.compile(phrase): weights for phrase, weights in table["phrases"].items()}
    return table


def marks_of(word: str) -> tuple[str, ...]:
    """Return the marks that a word in lower case bears: the word itself, else its longest beginning and its longest ending.

    >>> marks_of("člankom"), marks_of("opštinski"), marks_of("primjenjivaće"), marks_of("voda")
    (('člankom',), ('opštin*',), ('primjen*', '*ivaće'), ())
    """
    table = marks()
    if word in table["words"]:
        return (word,)
    heads = (word[:size] for size in range(min(len(word), LONGEST), 2, -1))
    tails = (word[-size:] for size in range(min(len(word) - 1, LONGEST), 2, -1))
    head = next((f"{one}*" for one in heads if one in table["beginnings"]), "")
    tail = next((f"*{one}" for one in tails if one in table["endings"]), "")
    return tuple(mark for mark in (head, tail) if mark)


def count_marks(text: str) -> dict[str, float]:
    """Return the points that a text's marks give each variety; addresses of web pages speak for none."""
    table = marks()
    lowered = ADDRESS.sub(" ", text.lower())
    counted: Counter[str] = Counter()
    for word, count in Counter(WORD.findall(lowered)).items():
        for mark in marks_of(word):
            counted[mark] += count
    points = dict.fromkeys(VARIETIES, 0.0)
    for mark, count in counted.items():
        for name, weight in table["varieties"][mark].items():
            points[name] += weight * min(count, COUNTED)
    for phrase, weights in table["phrases"].items():
        count = min(len(phrase.findall(lowered)), COUNTED)
        for name, weight in weights.items():
            points[name] += weight * count
    return points


def distances(points: Mapping[str, float]) -> dict[str, float]:
    """Return the points again, so that the best has at most `MARKS` and every other one what it is behind.

    >>> distances({"bs": 60.0, "hr": 10.0, "cnr": 55.0, "sr": 58.0})
    {'bs': 30.0, 'hr': 0.0, 'cnr': 25.0, 'sr': 28.0}
    """
    best = max(points.values())
    return {name: max(0.0, min(MARKS, best) - (best - count)) for name, count in points.items()}


def weigh(
    points: Mapping[str, float], *, jurisdiction: str, gazette: str, declared: str
) -> tuple[dict[str, float], tuple[str, ...]]:
    """Return what speaks for each variety, and the evidence in words, whatever the script."""
    scores = dict.fromkeys(VARIETIES, 0.0)
    evidence: list[str] = []
    state = root(jurisdiction) if jurisdiction else ""
    if state in OF_JURISDICTION:
        scores[OF_JURISDICTION[state]] += JURISDICTION
        evidence.append(f"jurisdiction {jurisdiction}: {OF_JURISDICTION[state]}")
    if jurisdiction == "BA-SRP":
        scores["sr"] += ENTITY
        evidence.append("jurisdiction BA-SRP: sr")
    elif state == "BA":
        scores["bs"] += BOSNIAN
    folded = fold(gazette)
    for name, weights in marks()["gazettes"].items():
        if name in folded:
            for variety, weight in weights.items():
                scores[variety] += weight
            evidence.append(f"gazette: {max(weights, key=lambda one: weights[one])}")
            break
    if declared in VARIETIES:
        scores[declared] += DECLARED
        evidence.append(f"declared: {declared}")
    if any(points.values()):
        for name, count in distances(points).items():
            scores[name] += count
        best = max(points, key=lambda one: points[one])
        other = max(count for name, count in points.items() if name != best)
        evidence.append(f"marked words: {best} {points[best]:.0f} points, the next {other:.0f}")
    if state not in {"ME", ""} and declared != "cnr":
        # ijekavian Latin without Bosnian or Croatian marks is Serbian everywhere but in Montenegro
        scores["sr"] = max(scores["sr"], scores["cnr"])
        scores["cnr"] = 0.0
    return scores, tuple(evidence)


def variety_of(
    points: Mapping[str, float], script: str, *, jurisdiction: str, gazette: str, declared: str
) -> tuple[str, float, tuple[str, ...]]:
    """Return (tag, confidence, evidence) for a text in the common macro-language."""
    scores, reasons = weigh(points, jurisdiction=jurisdiction, gazette=gazette, declared=declared)
    if script == "Cyrl":
        # Bosnian and Croatian acts are printed in Latin; Cyrillic leaves Serbian, in Montenegro Montenegrin
        if (jurisdiction and root(jurisdiction) == "ME") or declared == "cnr":
            return "cnr", 0.9, (*reasons, "Cyrillic script of Montenegro")
        return "sr-Cyrl", 0.98, (*reasons, "Cyrillic script")
    evidence = list(reasons)
    name, confidence = best_of(scores)
    if declared in VARIETIES and name != declared:
        evidence.append(f"the text contradicts the declared {declared}")
        confidence = min(confidence, 0.6)
    return tag_of(name, "Latn"), confidence, tuple(evidence)


def best_of(scores: Mapping[str, float]) -> tuple[str, float]:
    """Return the variety with most points and how sure that is; Bosnian where nothing speaks for any.

    >>> best_of({"bs": 0.0, "hr": 30.0, "cnr": 0.0, "sr": 10.0})
    ('hr', 0.75)
    """
    ranked = sorted(scores, key=lambda one: -scores[one])
    first, second = scores[ranked[0]], scores[ranked[1]]
    return (ranked[0], 0.5 + 0.5 * (first - second) / (first + second)) if first else ("bs", 0.3)


def tag_of(variety: str, script: str) -> str:
    """Return the BCP 47 tag of a variety in a script; only Serbian's names it."""
    return f"sr-{script}" if variety == "sr" else variety
