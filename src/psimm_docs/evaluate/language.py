"""Language: what the digests are told to be, and NTREX's sentences where their folder is at hand, with two others beside ours.

The digests' documents are told with their jurisdiction and gazette, without the language that the manifest declares. NTREX-128
(news of 2019, 1,997 lines a language; a folder `shared/eval/ntrex` beside the workspace) is told line by line with no hint at all:
a line is right when macro-language and script are. Bosnian, Croatian and Serbian are one macro-language. A line of mere names
or numbers that comes out as another language, or as none, counts as wrong.

langdetect and lingua read the same lines and are asked for less: the script is not asked of them, and any language of the same
macro-language is right. langdetect has no profile of Bosnian or Serbian, so Croatian is right for all lines of the group, in Latin
and in Cyrillic; lingua, restricted to the project's languages, is right there with any of its three.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from psimm_docs.evaluate.facts import Fact, Score, digest_id, mean

if TYPE_CHECKING:
    from psimm_docs.workbench import Workbench

NTREX: Mapping[str, tuple[str, str, str]] = {
    "sq": ("newstest2019-ref.sqi.txt", "sq", "Latn"),
    "mk": ("newstest2019-ref.mkd.txt", "mk", "Cyrl"),
    "sr-Cyrl": ("newstest2019-ref.srp-Cyrl.txt", "hbs", "Cyrl"),
    "bs": ("newstest2019-ref.bos.txt", "hbs", "Latn"),
    "hr": ("newstest2019-ref.hrv.txt", "hbs", "Latn"),
    "sr-Latn": ("newstest2019-ref.srp-Latn.txt", "hbs", "Latn"),
    "en": ("newstest2019-src.eng.txt", "en", "Latn"),
}
"""File, macro-language and script of each language of NTREX that the project reads."""
MACRO_OF: Mapping[str, str] = {"bs": "hbs", "hr": "hbs", "cnr": "hbs", "sr": "hbs"}
"""The macro-language of the languages that others tell apart; any other is its own."""


def language_suite(bench: Workbench, facts: Sequence[Fact]) -> Iterator[Score]:
    """Is each digest's language told from its text and jurisdiction alone, without what the manifest declares?"""
    from psimm_docs.language import identify

    hits: dict[str, list[bool]] = defaultdict(list)
    for source_id in sorted({digest_id(fact.work, fact.language) for fact in facts}):
        source = bench.sources[source_id]
        told = identify(
            bench.document(source_id), jurisdiction=source.jurisdiction, gazette=source.gazette
        ).document.tag
        hits["all"].append(told == source.language)
        hits[source.language].append(told == source.language)
    for name, values in hits.items():
        yield Score("language", "accuracy", name, mean(values), len(values))
    yield peer_score(bench, sorted({digest_id(fact.work, fact.language) for fact in facts}))
    yield from ntrex_scores(bench.workspace.root.parent / "shared" / "eval" / "ntrex")


def peer_score(bench: Workbench, source_ids: Sequence[str]) -> Score:
    """Return what langdetect alone reaches on the same documents, asked for the macro-language only."""
    right = [by_langdetect(bench.document(one).text) == macro_of_tag(bench.sources[one].language) for one in source_ids]
    return Score("language", "macro-language by langdetect", "all", mean(right), len(right))


def macro_of_tag(tag: str) -> str:
    """Return the macro-language of a BCP 47 tag.

    >>> macro_of_tag("sr-Cyrl"), macro_of_tag("sq")
    ('hbs', 'sq')
    """
    language = tag.split("-")[0]
    return MACRO_OF.get(language, language)


def ntrex_scores(folder: Path, *, step: int = 1) -> Iterator[Score]:
    """Yield how many of NTREX's lines we, langdetect and lingua tell right, a language; nothing where the folder is absent.

    `step` takes every so many lines only.
    """
    from psimm_docs.language import identify_text

    readers: Mapping[str, Callable[[str], str]] = {"langdetect": by_langdetect, "lingua": by_lingua}
    for name, (file, macro, script) in NTREX.items():
        if not (folder / file).is_file():
            continue
        lines = read_lines(folder / file)[::step]
        told = [identify_text(line) for line in lines]
        right = [one.macro == macro and one.script == script for one in told]
        yield Score("language", "NTREX macro-language and script", name, mean(right), len(right))
        for reader, tell in readers.items():
            yield Score(
                "language",
                f"NTREX macro-language by {reader}",
                name,
                mean(tell(one) == macro for one in lines),
                len(lines),
            )


def read_lines(path: Path) -> list[str]:
    """Return the lines of a file, split at line ends and nowhere else."""
    return path.read_text("utf-8-sig").removesuffix("\n").split("\n")


def by_langdetect(text: str) -> str:
    """Return the macro-language that langdetect tells; nothing where it finds no letters."""
    from langdetect import DetectorFactory, LangDetectException, detect

    DetectorFactory.seed = 0
    try:
        told: str = detect(text)
    except LangDetectException:
        return ""
    return macro_of_tag(told)


def by_lingua(text: str) -> str:
    """Return the macro-language that lingua tells among the project's languages; nothing where it finds no letters."""
    from psimm_docs.language import LINGUA, detector

    told = detector().detect_language_of(text)
    return LINGUA[told.name] if told else ""
