"""What language a text is in, how sure that is, and why: script by counting, macro-language by three votes, variety by marks.

No detector separates Bosnian, Croatian, Montenegrin and Serbian on sentences, so the question is cut in three. The script
is counted, letters of one script that only look like the other's apart. The macro-language (Albanian, Bosnian-Croatian-
Montenegrin-Serbian, Macedonian, English) is voted on by letters that only one of them has, by function words, and by lingua
restricted to what the script allows. The variety comes from what the manifest declares, the jurisdiction, the gazette and
marked words (`varieties`), edition by edition where an act is printed in several (`editions`).

Invariant: the tag is one of sq, bs, hr, cnr, sr-Cyrl, sr-Latn, mk, en, und; a declared language is kept unless the text
contradicts it, and then the evidence says so. Long texts are sampled evenly. What the tag is used for is left to others.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

from psimm_docs.editions import stretches
from psimm_docs.jurisdictions import root
from psimm_docs.records import Document, LanguageReading, LanguageTag
from psimm_docs.scripts import TO_LATIN, WORD, Script, in_cyrillic, script_of
from psimm_docs.varieties import VARIETIES, count_marks, marks, tag_of, variety_of

if TYPE_CHECKING:
    from lingua import LanguageDetector

LANGUAGE_VERSION = "3"

MACROS: tuple[str, ...] = ("sq", "hbs", "mk", "en")
BY_SCRIPT: Mapping[str, tuple[str, ...]] = {"Latn": ("sq", "hbs", "en"), "Cyrl": ("hbs", "mk")}

SLICES, SLICE, WHOLE = 24, 800, 20_000
"""Texts over `WHOLE` characters are read in `SLICES` pieces of `SLICE` characters."""
SHORT_LETTERS, SHORT_WORDS = 25, 4
"""Blocks below either take the language of what stands around them."""
OWN, OWN_SHARE = 2, 0.15
"""How many letters and words of a language's own, and how many a word, a block needs to be in another language than what
stands around it."""
ENDED = 5
"""Letters of a word whose ending speaks for a language."""
NEARLY = 0.8
"""An edition this long, as a part of the longest one, counts as long as it."""


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
    """A macro-language with its confidence, why, and how many letters and function words of its own the text has."""

    name: str
    confidence: float
    evidence: tuple[str, ...]
    own: int


def sample(text: str, *, start: int = 0, end: int | None = None) -> list[str]:
    """Return a text whole, or evenly spread pieces of a long one."""
    end = len(text) if end is None else end
    if end - start <= WHOLE:
        return [text[start:end]]
    step = (end - start - SLICE) / (SLICES - 1)
    return [text[start + int(at * step) : start + int(at * step) + SLICE] for at in range(SLICES)]


@dataclass(frozen=True, slots=True)
class Votes:
    """Letters and function words of each macro-language that a text has, words of all of them, and words in all."""

    letters: Mapping[str, int]
    words: Mapping[str, int]
    common: int
    length: int

    def own(self, macro: str) -> int:
        """Return how many letters and words speak for one macro-language."""
        return self.letters.get(macro, 0) + self.words.get(macro, 0)


def votes_of(text: str, script: Script) -> Votes:
    """Count what speaks for each macro-language that a script allows; a word that all of them have speaks for none."""
    table = marks()
    allowed = BY_SCRIPT[script]
    lowered = text.lower()
    letters = {name: sum(map(lowered.count, held)) for name, held in table["letters"].items() if name in allowed}
    words = WORD.findall(lowered)
    hits, common = dict.fromkeys(allowed, 0), 0
    endings = table["cyrillic_endings"] if script == "Cyrl" else {}
    for word, count in Counter(words).items():
        latin = word.translate(TO_LATIN) if script == "Cyrl" else word
        having = [name for name in allowed if (latin if name == "hbs" else word) in table["function_words"][name]]
        if len(having) == len(allowed):
            common += count
            continue
        if not having and len(word) >= ENDED:
            having = [name for name in endings if word.endswith(endings[name])]
        for name in having:
            hits[name] += count
    return Votes(letters, hits, common, len(words))


def macro_of(text: str, script: Script, *, detect: bool = True) -> Macro:
    """Return the macro-language of a text in one script.

    `detect=False` leaves lingua out; the answer then rests on letters and function words alone.
    """
    if script == "Zyyy":
        return Macro("und", 0.0, ("no letters",), 0)
    if script == "Cyrl":
        text = in_cyrillic(text)
    allowed = BY_SCRIPT[script]
    votes = votes_of(text, script)
    scores = dict.fromkeys(allowed, 0.0)
    evidence: list[str] = []
    total = sum(votes.letters.values())
    if total:
        best = max(votes.letters, key=lambda macro: votes.letters[macro])
        for macro, count in votes.letters.items():
            scores[macro] += 1.2 * count / total * min(1.0, total / 3)
        evidence.append(f"letters of {best}: {votes.letters[best]} of {total}")
    found = sum(votes.words.values())
    if found:
        for macro, count in votes.words.items():
            scores[macro] += count / found * min(1.0, found / 2)
        best = max(votes.words, key=lambda macro: votes.words[macro])
        evidence.append(f"function words of {best}: {votes.words[best]} in {votes.length} words")
    if detect:
        lingua = dict.fromkeys(allowed, 0.0)
        for value in detector().compute_language_confidence_values(text):
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
        return Macro("und", 0.0, ("no evidence",), 0)
    if votes.length >= 30 and not total and max(votes.words.values()) + votes.common < 0.05 * votes.length:
        return Macro("und", 0.3, (*evidence, "too few function words of any language of ours"), 0)
    return Macro(name, scores[name] / whole, tuple(evidence), votes.own(name))


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

    Where a file holds editions of an act in several varieties, the document has the variety of the first of its long ones.
    A block that is too short to judge takes the language before it (else after it, else the document's) with the
    evidence `short`. Raises PsimmError for a jurisdiction that isn't known.
    """
    body = document.text[: document.body_end]
    whole = identify_text(body, jurisdiction=jurisdiction, declared=declared, gazette=gazette)
    texts = [block.span.of(document.text) for block in document.blocks]
    inside = sum(block.span.start < document.body_end for block in document.blocks)
    versions = list(version_tags(texts[:inside], whole, jurisdiction=jurisdiction, gazette=gazette))
    if not declared:
        whole = longest(versions, texts[:inside], whole)
    versions.extend(whole for _ in texts[inside:])
    tags: list[LanguageTag | None] = []
    for text, version in zip(texts, versions, strict=True):
        tags.append(block_tag(text, version, jurisdiction=jurisdiction, gazette=gazette))
    return LanguageReading(whole, tuple(fill(tags, texts, whole)))


def version_tags(texts: Sequence[str], whole: LanguageTag, *, jurisdiction: str, gazette: str) -> Iterator[LanguageTag]:
    """Yield for each block the document's tag, or that of the edition which it belongs to.

    Acts of Bosnia and Herzegovina are printed in two or three versions one after another.
    """
    state = root(jurisdiction) if jurisdiction else ""
    if whole.macro != "hbs" or state not in {"BA", ""}:
        yield from (whole for _ in texts)
        return
    for one in stretches(texts, whole, jurisdiction=jurisdiction, gazette=gazette):
        tag, confidence = tag_of(one.variety, one.script), round(one.confidence, 3)
        told = LanguageTag(tag, one.script, whole.macro, confidence, one.evidence)
        yield from (whole if tag == whole.tag else told for _ in range(one.start, one.end))


def longest(versions: Sequence[LanguageTag], texts: Sequence[str], whole: LanguageTag) -> LanguageTag:
    """Return the tag of the first edition that is as long as the longest, or nearly; the document's where there are none."""
    sizes: Counter[str] = Counter()
    first: dict[str, LanguageTag] = {}
    for tag, text in zip(versions, texts, strict=True):
        sizes[tag.tag] += len(text)
        first.setdefault(tag.tag, tag)
    if len(sizes) < 2:
        return next(iter(first.values()), whole)
    most = max(sizes.values())
    name = next(name for name, size in sizes.items() if size >= NEARLY * most)
    shares = ", ".join(f"{name} {size / sizes.total():.0%}" for name, size in sizes.items())
    return replace(first[name], evidence=(*whole.evidence, f"editions: {shares}"))


def block_tag(text: str, whole: LanguageTag, *, jurisdiction: str, gazette: str) -> LanguageTag | None:
    """Return the language of one block, or None where it is too short to judge or has too little of its own."""
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
    if macro.name == "und" or macro.confidence < 0.6 or macro.own < max(OWN, OWN_SHARE * len(WORD.findall(text))):
        return None
    if macro.name != "hbs":
        return LanguageTag(macro.name, script, macro.name, round(macro.confidence, 3), macro.evidence)
    points = count_marks(text)
    tag, sure, why = variety_of(points, script, jurisdiction=jurisdiction, gazette=gazette, declared="")
    return LanguageTag(tag, script, "hbs", round(macro.confidence * sure, 3), (*macro.evidence, *why))


def fill(tags: Sequence[LanguageTag | None], texts: Sequence[str], whole: LanguageTag) -> list[LanguageTag]:
    """Give blocks that are too short the language of the block before, else after, else the document's.

    Where the block before is in the other script, the one after counts if it is in the block's own.
    """
    following: list[LanguageTag] = []
    after = whole
    for tag in reversed(tags):
        after = tag or after
        following.append(after)
    following.reverse()
    out: list[LanguageTag] = []
    before: LanguageTag | None = None
    for tag, text, after in zip(tags, texts, following, strict=True):
        if tag is not None:
            before = tag
            out.append(tag)
            continue
        script, latin, cyrillic = script_of(text)
        foreign = before is not None and before.script != script and after.script == script and latin + cyrillic > 0
        taken = after if before is None or foreign else before
        out.append(replace(taken, confidence=round(taken.confidence * 0.9, 3), evidence=("short",)))
    return out
