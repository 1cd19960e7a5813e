"""What a line of law says about itself: the words that begin articles, chapters, annexes and closings, as data.

One table a macro-language (`data/grammars/*.json`). All four are tried on every line, because a file may hold two languages
side by side and a language reading may be wrong; a word counts only at the beginning of a line, with a capital letter and
a number after it. Letters match their look-alikes, their form without diacritics and the other script.

Invariant: nothing here looks at more than one line. Which of the marked lines are the law's own is decided in `outline`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Any

MACROS = ("sq", "hbs", "mk", "en")

LETTERS: Mapping[str, str] = {
    "lj": "(?:lj|љ)",
    "nj": "(?:nj|њ)",
    "gj": "(?:gj|ѓ)",
    "dž": "(?:dž|dz|џ)",
    **{
        letter: f"[{letter}{others}]"
        for letter, others in {
            **{"a": "аáâ", "b": "б", "c": "цс", "č": "cćĉч", "ć": "cčћ", "d": "д", "đ": "dďђ", "e": "еëé", "f": "ф"},
            **{"g": "г", "h": "хн", "i": "и", "j": "јйi", "k": "к", "l": "л", "m": "м", "n": "н", "o": "о", "p": "пр"},
            **{"r": "р", "s": "сѕ", "š": "sш", "t": "т", "u": "у", "v": "в", "z": "з", "ž": "zţж", "ë": "eе", "ç": "c"},
        }.items()
    },
}
"""Each letter of the tables with what else may stand for it."""

ROMAN = r"[IVXLCDMХІ]{1,7}"
SUFFIX = r"[a-zçëčćđšžа-џѓќѕј]"
NUMBER = re.compile(
    rf"""(?P<digits>\d{{1,4}}|[lI]\d{{0,3}}|\d{{1,3}}[lOО]\b)
    (?P<suffix>
        (?:\s?/\s?(?:\d{{1,2}}|{SUFFIX}{{1,2}})(?![^\W_]))+
      | (?:\s?[-–](?:{SUFFIX}{{1,2}}|\d)|\s[-–]\s{SUFFIX})(?![^\W_])(?!\s?[-–])
      | \.?{SUFFIX}{{1,2}}(?![^\W_])(?!\))
      | \s{SUFFIX}{{1,2}}(?![^\W_])(?=\s*(?:$|[.*(\[„“"A-ZČĆĐŠŽА-Ш]))(?!\))
    )?
    (?P<mark>\s?(?:\[s?\d+\]|\*+|[¹²³⁴⁵⁶⁷⁸⁹]+))?
    \s?(?P<dot>\.?)\s*""",
    re.VERBOSE,
)
QUOTE = "„“”‟\"»«‚‘’'"
OPENING_QUOTE = re.compile(rf"^(?:[{QUOTE}]|,,)+\s*")
CLOSING_QUOTE = re.compile(rf"[{QUOTE}]\s*[.,;:]?$")
QUOTES = re.compile("[„“”‟\"»«]|,,|''")
SPACED = re.compile(r"^(?:[^\W\d_] ){2,}")


@dataclass(frozen=True, slots=True)
class ArticleMark:
    """The beginning of an article as one line has it.

    `base` and `suffix` are the number to count with, `number` is as printed without blanks; `rest` is where the words after
    the number begin in the line. `misread` says that a letter stood where a digit belongs, `loose` that the word is
    misspelt or missing, so that only its place in the sequence can make it an article.
    """

    macro: str
    base: int
    suffix: str
    number: str
    number_at: tuple[int, int]
    rest: int
    quoted: bool
    misread: bool
    loose: bool = False


@dataclass(frozen=True, slots=True)
class PartMark:
    """A line that begins a part, chapter or section: `rank` orders the levels (lower is outer).

    `named` is where its own name (`GLAVA II`) ends in the line; the rest, if any, is the title.
    """

    kind: str
    prefix: str
    rank: int
    number: str
    number_at: tuple[int, int]
    named: int
    title_at: int


@dataclass(frozen=True, slots=True)
class Grammar:
    """The compiled table of one macro-language."""

    macro: str
    heading: str
    article: re.Pattern[str]
    parts: tuple[tuple[re.Pattern[str], Mapping[str, Any]], ...]
    before: re.Pattern[str] | None
    annex: re.Pattern[str]
    appended: re.Pattern[str] | None
    closing: re.Pattern[str]
    preamble: re.Pattern[str]
    introduces: re.Pattern[str]
    deleted: re.Pattern[str]
    deleted_alone: re.Pattern[str]
    note: re.Pattern[str]
    contents: re.Pattern[str]
    acts: re.Pattern[str]
    enacts: re.Pattern[str]


def spell(word: str, *, spaced: bool = False) -> str:
    """Return a pattern that matches a word in either script, with or without diacritics, and letter-spaced if asked.

    >>> [bool(re.match(spell("član", spaced=True), text, re.I)) for text in ("Члан", "ČLAN", "Clan", "Č l a n", "Čлан")]
    [True, True, True, True, True]
    """
    out: list[str] = []
    at = 0
    while at < len(word):
        if word[at] == "\\":
            out.append(word[at : at + 2])
            at += 2
            continue
        pair = word[at : at + 2]
        take = pair if pair in LETTERS else word[at]
        out.append(LETTERS.get(take, r"\s+" if take == " " else take))
        at += len(take)
    return (r"\s?" if spaced else "").join(out)


def any_of(words: Sequence[str]) -> str:
    """Return a pattern for one of several words."""
    return "(?:" + "|".join(spell(word) for word in sorted(words, key=len, reverse=True)) + ")"


def compiled(table: Mapping[str, Any]) -> Grammar:
    """Compile one table."""
    flags = re.IGNORECASE

    def opens(words: Sequence[str]) -> re.Pattern[str]:
        return re.compile("^" + any_of(words), flags)

    def holds(words: Sequence[str]) -> re.Pattern[str]:
        return re.compile(any_of(words), flags)

    ordinal = any_of(table["ordinals"]) + r"[^\W\d_]{0,12}"
    numeral = rf"(?P<number>(?-i:{ROMAN})(?:\s?[/-]\s?\w{{1,2}})?(?![^\W_])|\d{{1,3}}(?:/\d+)?[a-z]?(?![^\W_])|{ordinal}(?:\s+(?:{ordinal}))?(?![^\W_])|(?-i:[A-ZČĆŠŽĐА-Ш])(?![^\W_]))"
    parts = tuple(
        (
            re.compile(
                rf"^(?P<word>{'|'.join(spell(word, spaced=True) for word in entry['words'])})\s*(?:br\.?\s*)?{numeral}\s*\.?\s*[-–—:]?\s*",
                flags,
            ),
            entry,
        )
        for entry in table["structure"]
    )
    part_words = next(entry["words"] for entry in table["structure"] if entry["prefix"] == "part")
    before = (
        re.compile(
            rf"^(?P<number>{any_of(table['before'])}[^\W\d_]{{0,4}})\s+(?:{'|'.join(spell(word) for word in part_words)})(?:$|\s+(?=(?-i:[^\W\d_a-zčćšđža-ш])))",
            flags,
        )
        if table["before"]
        else None
    )
    articles = "|".join(spell(word, spaced=True) for word in table["article"])
    return Grammar(
        macro=table["macro"],
        heading=table["heading"],
        article=re.compile(rf"^(?:{articles})\s?[.:]?\s?(?=[\dlI])", flags),
        parts=parts,
        before=before,
        annex=re.compile(
            rf"^{any_of(table['annex'])}(?![^\W\d_])\s*(?:(?:br|nr|бр|no)\.?\s*)?(?P<number>\d{{1,3}}[a-zа-ш]?(?![^\W_])|(?-i:{ROMAN})(?![^\W_])|(?-i:[A-ZА-Ш])(?![^\W_])|)\s*[.:)]?\s*[-–—]?\s*",
            flags,
        ),
        appended=opens(table["appended"]) if table["appended"] else None,
        closing=opens(table["closing"]),
        preamble=opens(table["preamble"]),
        introduces=holds(table["introduces"]),
        deleted=holds(table["deleted"]),
        deleted_alone=re.compile("^" + any_of(table["deleted_alone"]) + "$", flags),
        note=holds(table["note"]),
        contents=re.compile("^" + any_of(table["contents"]) + r"\s*:?$", flags),
        enacts=re.compile(r"(?<![^\W\d_])" + any_of(table["enacts"]) + r"\s*:?$", flags),
        acts=re.compile("^(?:" + "|".join(spell(word, spaced=True) for word in table["acts"]) + ")", flags),
    )


@lru_cache(maxsize=1)
def grammars() -> tuple[Grammar, ...]:
    """Return the four grammars, compiled once."""
    folder = resources.files("psimm_docs").joinpath("data/grammars")
    return tuple(compiled(json.loads(folder.joinpath(f"{macro}.json").read_text("utf-8"))) for macro in MACROS)


def capital(text: str) -> bool:
    """Say whether a text's first letter is a capital.

    >>> capital("(Predmet)"), capital("iz člana 5.")
    (True, False)
    """
    for letter in text:
        if letter.isalpha():
            return letter.isupper()
    return False


def article_mark(line: str) -> ArticleMark | None:
    """Return the article that a line may begin, or None.

    >>> mark = article_mark("Члан 28-а")
    >>> (mark.base, mark.suffix, mark.number) if mark else None
    (28, 'а', '28-а')
    >>> article_mark("člana 5. ovog zakona") is None
    True
    """
    opening = OPENING_QUOTE.match(line)
    start = opening.end() if opening else 0
    if start >= len(line) or not line[start].isupper() or len(line) < 5:
        return None
    for grammar in grammars():
        found = grammar.article.match(line[start:])
        if not found:
            continue
        number = NUMBER.match(line, start + found.end())
        if not number:
            return None
        digits = number["digits"]
        if grammar.macro != "mk" and re.search(r"-\s?\d$", number["suffix"] or ""):
            return None  # a range (`čl. 5-8`); in Macedonian a 6 misread for б
        plain = re.sub("[lI]", "1", re.sub("[OО]", "0", digits))
        suffix = re.sub(r"\s", "", number["suffix"] or "")
        end = number.end("suffix") if number["suffix"] else number.end("digits")
        rest = line[number.end() :]
        if rest and not (number["dot"] or number.end() > end) and rest[0].isalnum():
            return None
        if (
            rest
            and rest[0] in ",;:)/-–"
            and not rest.lstrip("-–,: ")[:1].isupper()
            and not grammar.deleted.search(rest[:40])
        ):
            return None
        return ArticleMark(
            macro=grammar.macro,
            base=int(plain),
            suffix=suffix.strip("-–/. "),
            number=plain + suffix.replace("–", "-"),
            number_at=(number.start("digits"), end),
            rest=number.end(),
            quoted=bool(opening),
            misread=plain != digits,
        )
    if short := SHORT.match(line):
        at = (short.start(1), short.end(2))
        return ArticleMark("hbs", int(short[1]), short[2], short[1] + short[2], at, len(line), False, False)
    return None


SHORT = re.compile(r"^(?:Čl|Чл)\.\s?(\d{1,3})([a-zčćšžđа-ш]?)\s?\.?$")
"""An abbreviated article word with its number alone on a line."""
LOOSE = re.compile(
    r"^(?P<word>[^\W\d_]{4,6}\.?\s?|)(?P<digits>[\dЗбОO]{1,4})\s?[-–]?\s?(?P<suffix>[a-zčćšđžа-ш]?)\s?\.?$"
)
DIGITS = str.maketrans("ЗбОOlI", "360011")


def loose_mark(line: str) -> ArticleMark | None:
    """Return the article of a line that holds nothing but a damaged article word, or none, and a number; None for others.

    >>> [mark.number if (mark := loose_mark(line)) else None for line in ("Чпен 83", "Член 2б7", "266-а", "295a", "83")]
    ['83', '267', '266-а', '295a', None]
    """
    found = LOOSE.match(line)
    if found is None or not found["digits"][:1].isalnum() or (not found["word"] and not found["suffix"]):
        return None
    word = found["word"].strip(". ").casefold()
    digits = found["digits"].translate(DIGITS)
    macro = "mk" if re.search("[а-шѓќџѕљњ]", word or found["suffix"]) else "hbs"
    if word and not any(nearly(word, one) for one in ("član", "члан", "член", "neni", "članak")):
        return None
    if not word and found["digits"] != digits:
        return None
    joint = line[found.end("digits") : found.start("suffix")].strip() if found["suffix"] else ""
    number = digits + joint.replace("–", "-") + found["suffix"]
    at = (found.start("digits"), found.end("suffix") if found["suffix"] else found.end("digits"))
    return ArticleMark(macro, int(digits), found["suffix"], number, at, len(line), False, True, loose=True)


def nearly(word: str, wanted: str) -> bool:
    """Say whether two words of one length differ in one letter at most."""
    return len(word) == len(wanted) and sum(a != b for a, b in zip(word, wanted, strict=True)) <= 1


def part_mark(line: str) -> PartMark | None:
    """Return the part, chapter or section with a keyword that a line begins, or None.

    >>> mark = part_mark("GLAVA I. - OSNOVNE ODREDBE")
    >>> (mark.kind, mark.number, mark.title_at) if mark else None
    ('chapter', 'I', 11)
    >>> part_mark("Kapitulli VIII i këtij Kodi.") is None
    True
    """
    if len(line) > 250 or not line[:1].isupper():
        return None
    for grammar in grammars():
        for pattern, entry in grammar.parts:
            found = pattern.match(line)
            if not found:
                continue
            title = line[found.end() :]
            if title and not capital(title) and not title[0].isdigit():
                continue
            if title and title.rstrip()[-1] in ".;," and not line.isupper():
                continue
            return PartMark(
                entry["kind"],
                entry["prefix"],
                entry["rank"],
                found["number"],
                found.span("number"),
                found.end("number"),
                found.end(),
            )
        found = grammar.before.match(line) if grammar.before and (len(line) < 60 or line.isupper()) else None
        if found and (found.end() == len(line) or line.isupper()):
            named = len(line[: found.end()].rstrip())
            return PartMark("part", "part", 20, found["number"], found.span("number"), named, found.end())
    return None


def roman_mark(line: str, *, macro: str) -> PartMark | None:
    """Return the chapter that a line begins with a roman numeral and a title in capitals, or None.

    >>> mark = roman_mark("IV - KAZNENE ODREDBE", macro="hbs")
    >>> (mark.number, mark.title_at) if mark else None
    ('IV', 5)
    """
    found = re.match(rf"({ROMAN})(?:\.\d{{1,2}})?\s?(?P<mark>\.?)\s*(?P<dash>[-–—]?)\s*(?=\S)", line)
    if not found or len(line) > 250:
        return None
    title = line[found.end() :]
    letters = [letter for letter in title if letter.isalpha()]
    separated = bool(found["mark"] or found["dash"])
    if len(letters) < 3 or not letters[0].isupper() or (macro in {"sq", "en"} and not separated):
        return None
    if not separated and not line[found.end(1) : found.end(1) + 1].isspace():
        return None
    shouted = sum(letter.isupper() for letter in letters) >= 0.7 * len(letters)
    if not shouted and (not separated or title.rstrip()[-1] in ".;:,"):
        return None
    return PartMark("chapter", "chp", 90, found[1], found.span(1), found.end(1), found.end())


def minor_mark(line: str) -> PartMark | None:
    """Return the small section that a heading begins with `A.`, `1.` or `a)`, or None; only asked of headings.

    >>> mark = minor_mark("2. Vaspitne mjere")
    >>> (mark.kind, mark.rank, mark.number) if mark else None
    ('section', 110, '2')
    """
    for pattern, rank in MINOR:
        if found := pattern.match(line):
            return PartMark("section", "sec", rank, found[1], found.span(1), found.end(1), found.end())
    return None


MINOR: tuple[tuple[re.Pattern[str], int], ...] = (
    (re.compile(r"([A-ZČĆŠŽĐА-Ш])(?:\.|\))\s?[-–—]?\s*(?=[^\W\d_]{2})"), 100),
    (re.compile(r"(?:[•▪●]\s*)?(\d{1,2}(?:\.\d{1,2})*[a-zа-ш]?)\s?[.)]?\s?[-–—]?\s*(?=[^\W\d_]{2}|[„“\"])"), 110),
    (re.compile(r"([a-zčćšžđçëа-џ]{1,2})\)\.?\s*(?=[^\W\d_]{2})"), 120),
    (re.compile(r"([a-zčćšžđçëа-џ]\.\d{1,2})\.?\s+(?=[^\W\d_]{2})"), 120),
)


def annex_mark(line: str) -> tuple[str, tuple[int, int], int] | None:
    """Return (number, where it stands, where the title begins) of an annex that a line begins, or None.

    >>> annex_mark("Prilog 2"), annex_mark("Prilog 2 ovog pravilnika čini njegov dio.") is None
    (('2', (7, 8), 8), True)
    """
    if len(line) > 160 or not line[:1].isupper():
        return None
    for grammar in grammars():
        if found := grammar.annex.match(line):
            title = line[found.end() :]
            if (title and (not capital(title) or title.rstrip()[-1] in ".;,")) or (
                title and not found["number"] and not line.isupper()
            ):
                continue
            return found["number"], found.span("number"), found.end()
    return None


def says(attribute: str, line: str) -> bool:
    """Say whether a line matches one of the word lists of any language: `closing`, `preamble`, `introduces`, `deleted`..."""
    return any(
        pattern is not None and (pattern.search(line) is not None)
        for pattern in (getattr(grammar, attribute) for grammar in grammars())
    )


def is_deleted(line: str) -> bool:
    """Say whether a line says no more than that the provision is deleted: `- brisan -`, `(Brisano)`, `Избришан`.

    >>> is_deleted("- brisan -"), is_deleted("(се брише)"), is_deleted("4) (brisana)"), is_deleted("- briše se riječ „rad“")
    (True, True, False, False)
    """
    return len(line) <= 50 and says("deleted_alone", line.strip("-–—()[]. "))


def titled(text: str) -> bool:
    """Say whether words in square brackets are a title and no editor's note: `[Përkufizimi i Shtetit]`.

    >>> titled("[Përkufizimi i Shtetit]"), titled("[s1]"), titled("[Amended by Law No. 5]")
    (True, False, False)
    """
    return text[:1] == "[" and text[-1:] == "]" and text[1:2].isupper() and not says("note", text)


def follows_number(before: str, after: str) -> bool:
    """Say whether one section's number comes directly after another's: 4 and 5, a and b.

    >>> follows_number("4", "5"), follows_number("a", "b"), follows_number("4", "1")
    (True, True, False)
    """
    if before.isdigit() and after.isdigit():
        return int(after) == int(before) + 1
    return len(before) == len(after) == 1 and before.isalpha() and ord(after) == ord(before) + 1


def is_note(line: str) -> bool:
    """Say whether a line is an editor's note on an amendment, in brackets: no words of the law.

    >>> is_note("(Ndryshuar me ligjin nr. 24/2013, datë 14.2.2013)"), is_note("(Značenje izraza)")
    (True, False)
    """
    first, last = line[:1], line.rstrip(".; ")[-1:]
    if first + last in ("[]", "{}"):
        return True
    return first == "(" and last == ")" and closes_at_end(line) and says("note", line)


def closes_at_end(line: str) -> bool:
    """Say whether the bracket that opens a line is closed by the one at its end, and by none before.

    >>> closes_at_end("(Narodne novine, br. 5 (i 7))"), closes_at_end("(1) Rok (petnaest dana)")
    (True, False)
    """
    depth = 0
    for at, letter in enumerate(line):
        depth += (letter == "(") - (letter == ")")
        if depth == 0:
            return at >= len(line.rstrip(".; ")) - 1
    return False
