"""What language a text is in, how sure that is, and why: script by counting, macro-language by three votes, variety by marks.

No detector separates Bosnian, Croatian, Montenegrin and Serbian on sentences, so the question is cut in three. The script
is counted. The macro-language (Albanian, Bosnian-Croatian-Montenegrin-Serbian, Macedonian, English) is voted on by letters
that only one of them has, by function words, and by lingua restricted to what the script allows. The variety comes from
what the manifest declares, the jurisdiction, the gazette and marked words, each with a weight that a person can read in
the evidence.

Invariant: the tag is one of sq, bs, hr, cnr, sr-Cyrl, sr-Latn, mk, en, und; a declared language is kept unless the text
contradicts it, and then the evidence says so. Long texts are sampled evenly. What the tag is used for is left to others.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from importlib import resources
from typing import TYPE_CHECKING, Any, Literal

from psimm_docs.fold import fold
from psimm_docs.jurisdictions import root
from psimm_docs.records import Document, LanguageReading, LanguageTag

if TYPE_CHECKING:
    from lingua import LanguageDetector

LANGUAGE_VERSION = "1"

MACROS: tuple[str, ...] = ("sq", "hbs", "mk", "en")
BY_SCRIPT: Mapping[str, tuple[str, ...]] = {"Latn": ("sq", "hbs", "en"), "Cyrl": ("hbs", "mk")}
VARIETIES: tuple[str, ...] = ("bs", "hr", "cnr", "sr")
OF_JURISDICTION: Mapping[str, str] = {"ME": "cnr", "RS": "sr", "XK": "sr", "HR": "hr", "MK": "sr"}
"""Which variety a text in the common macro-language is in, by the state it comes from."""

DECLARED, JURISDICTION, ENTITY, MARKS = 24.0, 16.0, 5.0, 30.0
"""Weights of what speaks for a variety; marked words share up to `MARKS` points in proportion."""

SLICES, SLICE, WHOLE = 24, 800, 20_000
"""Texts over `WHOLE` characters are read in `SLICES` pieces of `SLICE` characters."""
SHORT_LETTERS, SHORT_WORDS = 25, 4
"""Blocks below either take the language of what stands around them."""
WINDOW = 4000
"""Characters over which marked words are counted when a document may hold several versions of one act."""

Script = Literal["Latn", "Cyrl", "Zyyy"]
WORD = re.compile(r"[^\W\d_]+")
CYRILLIC = re.compile(r"[\u0400-\u04ff]")
LATIN = re.compile(r"[A-Za-z\u00c0-\u024f]")


@lru_cache(maxsize=1)
def marks() -> dict[str, Any]:
    """Return the table of evidence; `stems` holds the marks that are beginnings of words."""
    text = resources.files("psimm_docs").joinpath("data/language/marks.json").read_text("utf-8")
    table: dict[str, Any] = json.loads(text)
    table["function_words"] = {macro: frozenset(held) for macro, held in table["function_words"].items()}
    varieties = table["varieties"]
    table["words"] = {word: weights for word, weights in varieties.items() if not word.endswith("*")}
    table["stems"] = {word[:-1]: weights for word, weights in varieties.items() if word.endswith("*")}
    return table


@lru_cache(maxsize=1)
def detector() -> LanguageDetector:
    """Return lingua's detector for our languages, built at first use."""
    from lingua import Language, LanguageDetectorBuilder

    return LanguageDetectorBuilder.from_languages(
        Language.ALBANIAN,
        Language.BOSNIAN,
        Language.CROATIAN,
        Language.SERBIAN,
        Language.MACEDONIAN,
        Language.ENGLISH,
    ).build()


LINGUA: Mapping[str, str] = {
    "ALBANIAN": "sq",
    "BOSNIAN": "hbs",
    "CROATIAN": "hbs",
    "SERBIAN": "hbs",
    "MACEDONIAN": "mk",
    "ENGLISH": "en",
}


@dataclass(frozen=True, slots=True)
class Macro:
    """A macro-language with its confidence and why."""

    name: str
    confidence: float
    evidence: tuple[str, ...]


def script_of(text: str) -> tuple[Script, int, int]:
    """Return the script with most letters, and how many Latin and Cyrillic letters there are.

    >>> script_of("Закон o radu")[0], script_of("12 %")[0]
    ('Latn', 'Zyyy')
    """
    cyrillic, latin = len(CYRILLIC.findall(text)), len(LATIN.findall(text))
    if not cyrillic and not latin:
        return "Zyyy", 0, 0
    return ("Cyrl" if cyrillic > latin else "Latn"), latin, cyrillic


def sample(text: str, *, start: int = 0, end: int | None = None) -> list[str]:
    """Return a text whole, or evenly spread pieces of a long one."""
    end = len(text) if end is None else end
    if end - start <= WHOLE:
        return [text[start:end]]
    step = (end - start - SLICE) / (SLICES - 1)
    return [text[start + int(at * step) : start + int(at * step) + SLICE] for at in range(SLICES)]


def macro_of(text: str, script: Script, *, detect: bool = True) -> Macro:
    """Return the macro-language of a text in one script.

    `detect=False` leaves lingua out; the answer then rests on letters and function words alone.
    """
    if script == "Zyyy":
        return Macro("und", 0.0, ("no letters",))
    table = marks()
    allowed = BY_SCRIPT[script]
    words = WORD.findall(text.lower())
    scores = dict.fromkeys(allowed, 0.0)
    evidence: list[str] = []
    lowered = text.lower()
    letters = {
        macro: sum(map(lowered.count, table["letters"][macro])) for macro in table["letters"] if macro in allowed
    }
    total = sum(letters.values())
    if total:
        best = max(letters, key=lambda macro: letters[macro])
        for macro, count in letters.items():
            scores[macro] += 1.2 * count / total * min(1.0, total / 3)
        evidence.append(f"letters of {best}: {letters[best]} of {total}")
    hits = {macro: sum(word in table["function_words"][macro] for word in words) for macro in allowed}
    found = sum(hits.values())
    if found:
        for macro, count in hits.items():
            scores[macro] += count / found * min(1.0, found / 4)
        best = max(hits, key=lambda macro: hits[macro])
        evidence.append(f"function words of {best}: {hits[best]} in {len(words)} words")
    if detect:
        values = detector().compute_language_confidence_values(text)
        lingua = dict.fromkeys(allowed, 0.0)
        for value in values:
            macro = LINGUA[value.language.name]
            if macro in lingua:
                lingua[macro] += value.value
        for macro, share in lingua.items():
            scores[macro] += share
        best = max(lingua, key=lambda macro: lingua[macro])
        evidence.append(f"lingua: {best} {lingua[best]:.2f}")
    name = max(scores, key=lambda macro: scores[macro])
    whole = sum(scores.values())
    if not whole:
        return Macro("und", 0.0, ("no evidence",))
    if len(words) >= 30 and not total and max(hits.values()) < 0.05 * len(words):
        return Macro("und", 0.3, (*evidence, "too few function words of any language of ours"))
    return Macro(name, scores[name] / whole, tuple(evidence))


def count_marks(text: str) -> dict[str, float]:
    """Return the points that marked words give each variety; at most five occurrences of one mark count."""
    table = marks()
    counted: Counter[str] = Counter()
    stems: dict[str, Any] = table["stems"]
    for word, count in Counter(WORD.findall(text.lower())).items():
        if word in table["words"]:
            counted[word] += count
            continue
        for size in range(min(len(word), 10), 2, -1):
            if word[:size] in stems:
                counted[word[:size] + "*"] += count
                break
    points = dict.fromkeys(VARIETIES, 0.0)
    for mark, count in counted.items():
        for name, weight in table["varieties"][mark].items():
            points[name] += weight * min(count, 5)
    return points


def variety_of(
    points: Mapping[str, float], script: Script, *, jurisdiction: str, gazette: str, declared: str
) -> tuple[str, float, tuple[str, ...]]:
    """Return (tag, confidence, evidence) for a text in the common macro-language."""
    scores = dict.fromkeys(VARIETIES, 0.0)
    evidence: list[str] = []
    state = root(jurisdiction) if jurisdiction else ""
    if state in OF_JURISDICTION:
        scores[OF_JURISDICTION[state]] += JURISDICTION
        evidence.append(f"jurisdiction {jurisdiction}: {OF_JURISDICTION[state]}")
    if jurisdiction == "BA-SRP":
        scores["sr"] += ENTITY
        evidence.append("jurisdiction BA-SRP: sr")
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
    whole = sum(points.values())
    if whole:
        room = min(MARKS, whole)
        for name, count in points.items():
            scores[name] += room * count / whole
        best = max(points, key=lambda one: points[one])
        evidence.append(f"marked words: {best} {points[best]:.0f} of {whole:.0f} points")
    if state not in {"ME", ""} and declared != "cnr":
        # ijekavian Latin without Bosnian or Croatian marks is Serbian everywhere but in Montenegro
        scores["sr"] = max(scores["sr"], scores["cnr"])
        scores["cnr"] = 0.0
    if script == "Cyrl":
        # Bosnian and Croatian acts are printed in Latin; Cyrillic leaves Serbian, in Montenegro Montenegrin
        scores["bs"] = scores["hr"] = 0.0
        if state == "ME" or declared == "cnr":
            return "cnr", 0.9, (*evidence, "Cyrillic script of Montenegro")
        return "sr-Cyrl", 0.98, (*evidence, "Cyrillic script")
    ranked = sorted(scores, key=lambda one: -scores[one])
    first, second = scores[ranked[0]], scores[ranked[1]]
    confidence = 0.5 + 0.5 * (first - second) / (first + second) if first else 0.3
    name = ranked[0] if first else "bs"
    if declared in VARIETIES and name != declared:
        evidence.append(f"the text contradicts the declared {declared}")
        confidence = min(confidence, 0.6)
    return ("sr-Latn" if name == "sr" else name), confidence, tuple(evidence)


def primary(tag: str) -> str:
    """Return a BCP 47 tag's language, with the macro-language's code taken as nothing said.

    >>> primary("sr-Cyrl"), primary("sq-XK"), primary("sh")
    ('sr', 'sq', '')
    """
    language = tag.lower().split("-")[0]
    return language if language in {*VARIETIES, "sq", "mk", "en"} else ""


def identify_text(text: str, *, jurisdiction: str = "", declared: str = "", gazette: str = "") -> LanguageTag:
    """Return the language of a text: tag, script, macro-language, confidence 0..1 and the evidence.

    `declared` is what the manifest says (BCP 47, or empty). Long texts are read in evenly spread pieces. Raises
    PsimmError for a jurisdiction that isn't known.

    >>> identify_text("Странац подноси захтев за дозволу за боравак.", jurisdiction="RS").tag
    'sr-Cyrl'
    >>> identify_text("I huaji paraqet kërkesën për leje qëndrimi.").tag
    'sq'
    """
    said = primary(declared)
    said_macro = "hbs" if said in VARIETIES else said
    tally: Counter[tuple[str, Script]] = Counter()
    confidences: dict[tuple[str, Script], float] = {}
    best: dict[tuple[str, Script], tuple[str, ...]] = {}
    pieces = sample(text)
    by_key: dict[tuple[str, Script], list[str]] = {}
    for piece in pieces:
        script, latin, cyrillic = script_of(piece)
        if script == "Zyyy":
            continue
        macro = macro_of(piece[:4000], script)
        key = (macro.name, script)
        tally[key] += max(latin, cyrillic)
        if macro.confidence >= confidences.get(key, 0.0):
            confidences[key], best[key] = macro.confidence, macro.evidence
        by_key.setdefault(key, []).append(piece)
    if not tally:
        return LanguageTag(said or "und", "Zyyy", said_macro or "und", 0.2 if said else 0.0, ("no letters",))
    (name, script), most = tally.most_common(1)[0]
    whole = sum(tally.values())
    confidence = confidences[(name, script)] * (most / whole)
    evidence = [f"script: {script}", *best[(name, script)]]
    evidence.extend(
        f"also {other} ({other_script}): {count / whole:.0%} of the letters read"
        for (other, other_script), count in tally.most_common()[1:]
        if count >= 0.05 * whole
    )
    if said_macro and name != said_macro:
        if name == "und" or (confidence < 0.6 and said_macro in BY_SCRIPT[script]):
            evidence.append(f"declared: {said}, and the text says little")
            name, confidence = said_macro, min(confidence, 0.5)
        else:
            evidence.append(f"the text contradicts the declared {declared}")
            confidence = min(confidence, 0.7)
            said = ""
    if name != "hbs":
        return LanguageTag(name, script, name, round(confidence, 3), tuple(evidence))
    points = count_marks(" ".join(by_key.get((name, script), pieces)))
    tag, sure, why = variety_of(points, script, jurisdiction=jurisdiction, gazette=gazette, declared=said)
    return LanguageTag(tag, script, "hbs", round(confidence * sure, 3), (*evidence, *why))


def identify(document: Document, *, jurisdiction: str = "", declared: str = "", gazette: str = "") -> LanguageReading:
    """Return the language of a document and of each of its blocks (same order and length as `document.blocks`).

    A block that is too short to judge takes the language before it (else after it, else the document's) with the
    evidence `short`. Raises PsimmError for a jurisdiction that isn't known.
    """
    body = document.text[: document.body_end]
    whole = identify_text(body, jurisdiction=jurisdiction, declared=declared, gazette=gazette)
    texts = [block.span.of(document.text) for block in document.blocks]
    tags: list[LanguageTag | None] = []
    versions = version_tags(texts, whole, jurisdiction=jurisdiction, gazette=gazette)
    for text, version in zip(texts, versions, strict=True):
        tags.append(block_tag(text, version, jurisdiction=jurisdiction, gazette=gazette))
    return LanguageReading(whole, tuple(fill(tags, whole)))


def version_tags(texts: Sequence[str], whole: LanguageTag, *, jurisdiction: str, gazette: str) -> Iterable[LanguageTag]:
    """Yield for each block the document's tag, or another variety's where marked words around it say so plainly.

    Acts of Bosnia and Herzegovina are printed in two or three versions one after another.
    """
    state = root(jurisdiction) if jurisdiction else ""
    if whole.macro != "hbs" or whole.script != "Latn" or state not in {"BA", ""}:
        yield from (whole for _ in texts)
        return
    window: list[str] = []
    size = 0
    for text in texts:
        window.append(text)
        size += len(text)
        if size >= WINDOW:
            yield from [window_tag(window, whole, jurisdiction=jurisdiction, gazette=gazette)] * len(window)
            window, size = [], 0
    if window:
        yield from [window_tag(window, whole, jurisdiction=jurisdiction, gazette=gazette)] * len(window)


def window_tag(texts: Sequence[str], whole: LanguageTag, *, jurisdiction: str, gazette: str) -> LanguageTag:
    """Return the document's tag, or the variety that the marked words of these blocks speak for plainly."""
    points = count_marks("\n".join(texts))
    tag, sure, why = variety_of(points, "Latn", jurisdiction=jurisdiction, gazette=gazette, declared="")
    if tag == whole.tag or sum(points.values()) < 8 or sure < 0.6:
        return whole
    return replace(whole, tag=tag, confidence=round(sure, 3), evidence=why)


def block_tag(text: str, whole: LanguageTag, *, jurisdiction: str, gazette: str) -> LanguageTag | None:
    """Return the language of one block, or None where it is too short to judge."""
    text = text[:2000]
    script, latin, cyrillic = script_of(text)
    if max(latin, cyrillic) < SHORT_LETTERS or text.count(" ") < SHORT_WORDS - 1:
        return None
    macro = macro_of(text, script, detect=False)
    if macro.name == whole.macro and script == whole.script and macro.confidence >= 0.5:
        return whole
    macro = macro_of(text, script)
    if macro.name == whole.macro and script == whole.script:
        return whole
    if macro.name == "und" or macro.confidence < 0.6:
        return None
    if macro.name != "hbs":
        return LanguageTag(macro.name, script, macro.name, round(macro.confidence, 3), macro.evidence)
    points = count_marks(text)
    tag, sure, why = variety_of(points, script, jurisdiction=jurisdiction, gazette=gazette, declared="")
    return LanguageTag(tag, script, "hbs", round(macro.confidence * sure, 3), (*macro.evidence, *why))


def fill(tags: Sequence[LanguageTag | None], whole: LanguageTag) -> list[LanguageTag]:
    """Give blocks that are too short the language of the block before, else after, else the document's."""
    following: list[LanguageTag] = []
    after = whole
    for tag in reversed(tags):
        after = tag or after
        following.append(after)
    following.reverse()
    out: list[LanguageTag] = []
    before: LanguageTag | None = None
    for tag, after in zip(tags, following, strict=True):
        if tag is not None:
            before = tag
            out.append(tag)
        else:
            taken = before or after
            out.append(replace(taken, confidence=round(taken.confidence * 0.9, 3), evidence=("short",)))
    return out
