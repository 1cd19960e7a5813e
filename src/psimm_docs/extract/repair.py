"""Letters that a file holds wrongly, set right: old code pages, wrong fonts, letters of the other script, spaced headings.

Invariant: a letter is changed only where the whole document proves the fault (or, for letters of two scripts in one word,
where the word itself does), and every change is remembered with what stood there before. The tables are data
(`data/repair`). What a line is and how lines are joined is left to the readers.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from functools import cache
from importlib import resources
from itertools import pairwise
from typing import Any

from psimm_docs.extract.draft import DraftLine, Edit
from psimm_docs.extract.job import problem
from psimm_docs.records import Problem

KINDS: Mapping[str, tuple[str, str]] = {
    "utf-8-misread": ("letters whose UTF-8 was read in another encoding", "restored"),
    "yuscii": ("words in the YUSCII code page (`^lan`)", "turned to their letters"),
    "mac-c": ("words in the Macedonian MAC C code page (`^len`)", "turned to Cyrillic"),
    "wrong-font": ("words from a font with a wrong table", "given their letters"),
    "wrong-code-page": ("words read in a wrong code page", "given their letters"),
    "wrong-letter": ("words with a letter of another alphabet", "given their letters"),
    "other-script": ("words with look-alike letters of the other script", "put in one script"),
    "ligature": ("joined letters (ligatures)", "taken apart"),
    "symbol": ("symbol-font characters", "given their meaning"),
    "invisible": ("characters that show nothing", "taken out"),
    "composed": ("words with accents apart from their letters", "composed"),
    "letter-spacing": ("letter-spaced words", "closed"),
}
"""What each kind of repair is called in messages: what was found, and what was done to it."""

TOKEN = re.compile(r"\S+")
LETTERS = re.compile(r"[^\W\d_]+")
ADDRESS = re.compile(r"\S+@\S+\.\w{2,}|https?:|www\.|://")
ROMAN = re.compile(r"[IVXLC]+[.)]?|[IVXLC]+[-–][IVXLC]+[.)]?")
CYRILLIC = re.compile(r"[\u0400-\u04ff]")
LATIN = re.compile(r"[A-Za-z\u00c0-\u024f\u1e00-\u1eff]")
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
SPACED = re.compile(r"(?<![^\W_])(?:[^\W_] {1,4}){3,}[^\W_](?: \.|(?![^\W_]))")
LETTER_TO_NUMBER = re.compile(r"(?<=[^\W\d_]) (?=\d)")
SPACED_SHORT = re.compile(r"[^\W\d_](?: [^\W\d_]){2}")
EDGES = ".,;:!?()\"'„“”‘’«»…-–—0123456789"

Edits = Callable[[str], list[Edit]]


@cache
def table(name: str) -> dict[str, Any]:
    """Return a table of `data/repair`."""
    text = resources.files("psimm_docs").joinpath(f"data/repair/{name}.json").read_text("utf-8")
    loaded: dict[str, Any] = json.loads(text)
    return loaded


def mend(lines: Sequence[DraftLine], *, kinds: Container[str] = KINDS) -> list[Problem]:
    """Mend the lines of one document in place, and return one note for each kind of repair with its count.

    Only repairs of these kinds are made. A soft hyphen at a line's end is left for the joining of lines.
    """
    made: Counter[str] = Counter()
    first: dict[str, int] = {}

    def apply(edits_of: Edits, over: Iterable[DraftLine] = lines) -> None:
        for line in over:
            edits = [edit for edit in edits_of(line.text) if edit.kind in kinds]
            if edits:
                line.edit(edits)
                for edit in edits:
                    made[edit.kind] += 1
                    first.setdefault(edit.kind, line.page)

    apply(misread)
    proven = seven_bit_table(lines)
    if proven is not None:
        apply(seven_bit(proven, digraphs=has_digraphs(lines)), lines if proven == "yuscii" else mac_c_lines(lines))
    for group in wrong_groups(lines):
        apply(wrong_letters(group))
    apply(characters)
    mixed = sum(len(LETTERS.findall(line.text)) > 0 and has_mixed_word(line.text) for line in lines)
    apply(stray_cyrillic(lines))
    apply(lambda text: one_script(text, alone=mixed >= 3))
    apply(close_spacing)
    notes: list[Problem] = []
    for kind, count in made.items():
        what, done = KINDS[kind]
        todo = "compare quotations with the page's picture" if kind in CHECK else ""
        notes.append(
            problem(f"repaired-{kind}", f"{count} {what} were {done}", todo, severity="note", page=first[kind])
        )
    notes += [*lost_letters(lines), *plain_letters(lines)]
    return notes


CHECK = frozenset(("yuscii", "mac-c", "wrong-font", "wrong-code-page", "utf-8-misread"))


def by_word(text: str, change: Callable[[str], str], kind: str) -> list[Edit]:
    """Return the edits that a change of whole words makes."""
    edits = []
    for match in TOKEN.finditer(text):
        new = change(match[0])
        if new != match[0]:
            edits.append(Edit(match.start(), match.end(), new, kind))
    return edits


# UTF-8 read in another encoding


@cache
def misread_letters() -> tuple[re.Pattern[str], dict[str, str]]:
    """Return the pattern of misread letters and what each is."""
    data = table("mojibake")
    found: dict[str, str] = {}
    for encoding in data["encodings"]:
        for letter in data["letters"]:
            odd = "".join(byte_in(byte, encoding) for byte in letter.encode("utf-8"))
            found.setdefault(odd, letter)
    by_length = sorted(found, key=len, reverse=True)
    return re.compile("|".join(map(re.escape, by_length))), found


def byte_in(byte: int, encoding: str) -> str:
    """Return a byte's character in an encoding; the byte's own number where the encoding has none."""
    try:
        return bytes((byte,)).decode(encoding)
    except UnicodeDecodeError:
        return chr(byte)


def misread(text: str) -> list[Edit]:
    """Return the edits that restore UTF-8 read in another encoding, if most odd letters of the line are of that making."""
    if text.isascii():
        return []
    pattern, meant = misread_letters()
    hits = list(pattern.finditer(text))
    odd = sum(not c.isascii() for c in text)
    covered = sum(sum(not c.isascii() for c in hit[0]) for hit in hits)
    if not hits or covered < 0.7 * odd:
        return []
    starts = {match.start(): match for match in TOKEN.finditer(text)}
    if not starts:
        return []
    return by_word(text, lambda word: pattern.sub(lambda hit: meant[hit[0]], word), "utf-8-misread")


# seven-bit code pages


def seven_bit_table(lines: Sequence[DraftLine]) -> str | None:
    """Return the name of the seven-bit table that the document's words prove, or None.

    Three or more words that only that code page writes so, at least five words with its marks, and more such words than
    there are of the other table.
    """
    tables = table("seven_bit")["tables"]
    words: Counter[str] = Counter()
    marked = 0
    for line in lines:
        for token in TOKEN.findall(line.text):
            words[token.strip(EDGES)] += 1
            marked += MARKED.search(token) is not None and not ADDRESS.search(token)
    if marked < 5:
        return None
    scores = {}
    for name, held in tables.items():
        scores[name] = sum(words[word] for word in held["anchors"]) - sum(words[word] for word in held["others"])
    best = max(scores, key=lambda name: scores[name])
    own = sum(words[word] for word in tables[best]["anchors"] if MARKED.search(word))
    return best if own >= 3 and scores[best] > 0 else None


MARKED = re.compile(r"[^\W\d_][\^~\]}\[{\\|@`]|[\^~\]}\[{\\|@`][^\W\d_]")


def has_digraphs(lines: Sequence[DraftLine]) -> bool:
    """Say whether the document's words write lj and nj as Cyrillic code pages do, with one letter (`uslovqeno`)."""
    return sum(len(ONE_FOR_TWO.findall(line.text)) for line in lines if not ADDRESS.search(line.text)) >= 8


ONE_FOR_TWO = re.compile(r"(?i:[aeiourpd][wq][aeiou]|\b[wq][aeiou]\w)")


def seven_bit(name: str, *, digraphs: bool) -> Edits:
    """Return the mending of lines in a seven-bit code page; `digraphs` has one letter stand for lj and nj too."""
    held = table("seven_bit")["tables"][name]
    marks: dict[str, str] = held["marks"]
    letters: dict[str, str] = held["letters"]
    pairs: dict[str, str] = held["digraphs"] if digraphs else {}
    touching = re.compile(
        rf"(?<=[^\W\d_])[{re.escape(''.join(marks))}]+|[{re.escape(''.join(marks))}]+(?=[^\W\d_])", re.UNICODE
    )

    def word(token: str, *, opening: bool) -> str:
        if ADDRESS.search(token):
            return token
        if token[0] == "[" and token.rstrip(".,;:")[-1] == "]" and token[1:-1].islower():
            return token
        if letters and ROMAN.fullmatch(token) and (opening or len(token.rstrip(".)")) > 1):
            return token
        new = touching.sub(lambda match: "".join(marks[mark] for mark in match[0]), token)
        if pairs and len(new.strip(EDGES)) > 1 and not pairs.keys().isdisjoint(new) and "ww" not in new.casefold():
            capitals = new.upper() == new
            new = "".join(pairs[c].upper() if capitals and c in pairs else pairs.get(c, c) for c in new)
        if letters:
            new = "".join(letters.get(c, c) for c in new)
        return new

    def edits(text: str) -> list[Edit]:
        out = []
        for match in TOKEN.finditer(text):
            new = word(match[0], opening=not text[: match.start()].strip())
            if new != match[0]:
                out.append(Edit(match.start(), match.end(), new, name))
        return out

    return edits


def mac_c_lines(lines: Sequence[DraftLine]) -> list[DraftLine]:
    """Return the lines that are in MAC C: those without Cyrillic that hold a mark, and those between such."""
    marked = [MARKED.search(line.text) is not None and not CYRILLIC.search(line.text) for line in lines]
    return [
        line
        for at, line in enumerate(lines)
        if any(marked[max(0, at - 3) : at + 4]) and not CYRILLIC.search(line.text) and not NATIVE.search(line.text)
    ]


NATIVE = re.compile(r"[ëçčćšđžËÇČĆŠĐŽ]")


# fonts and code pages with a wrong table


def wrong_groups(lines: Sequence[DraftLine]) -> list[dict[str, Any]]:
    """Return the groups of wrong letters that the document proves."""
    counts: Counter[str] = Counter()
    for line in lines:
        if not line.text.isascii():
            counts.update(line.text)
    found = []
    for group in table("wrong_letters")["groups"]:
        swaps: dict[str, str] = group["map"]
        wrong = sum(counts[c] for c in swaps)
        if wrong < 3:
            continue
        right = sum(counts[c] for c in set(swaps.values()))
        if not group["exclusive"] and right > 0.2 * wrong:
            continue
        proofs = sum(proof in line.text.casefold() for line in lines for proof in casefolded(tuple(group["proof"])))
        if proofs >= min(2, wrong):
            found.append(group)
    return found


@cache
def casefolded(words: tuple[str, ...]) -> tuple[str, ...]:
    """Return words for comparison without case."""
    return tuple(dict.fromkeys(word.casefold() for word in words))


def wrong_letters(group: Mapping[str, Any]) -> Edits:
    """Return the mending of words with the wrong letters of one group."""
    swaps: dict[str, str] = group["map"]
    wrong = frozenset(swaps)
    script = CYRILLIC if group["script"] == "Cyrl" else LATIN

    def word(token: str) -> str:
        if wrong.isdisjoint(token) or ADDRESS.search(token):
            return token
        rest = "".join(c for c in token if c not in wrong and c.isalpha())
        if rest and not script.search(rest):
            return token
        if not rest and not all(c.isalpha() for c in token.strip(EDGES)):
            return token
        capitals = len(rest) > 1 and rest.isupper()
        return "".join((swaps[c].upper() if capitals else swaps[c]) if c in wrong else c for c in token)

    return lambda text: [] if wrong.isdisjoint(text) else by_word(text, word, str(group["name"]))


# single characters


@cache
def single_characters() -> dict[str, tuple[str, str]]:
    """Return what single characters become, and the kind of that repair."""
    data = table("marks")
    found = {c: (new, "symbol") for c, new in data["symbols"].items()}
    found |= {c: (new, "ligature") for c, new in data["ligatures"].items()}
    found |= dict.fromkeys(data["invisible"], ("", "invisible"))
    return found


def characters(text: str) -> list[Edit]:
    """Return the edits for symbols, ligatures, invisible characters and accents apart from their letters."""
    if text.isascii() and text.isprintable():
        return []
    known = single_characters()
    last = len(text.rstrip()) - 1
    edits: list[Edit] = []
    for at, c in enumerate(text):
        if c in known:
            if at == last and c in "\u00ad\ufffe":
                continue
            new, kind = known[c]
            edits.append(Edit(at, at + 1, new, kind))
        elif CONTROL.match(c):
            edits.append(Edit(at, at + 1, "", "invisible"))
    touched = {edit.start for edit in edits}
    if not unicodedata.is_normalized("NFC", text):
        for match in TOKEN.finditer(text):
            new = unicodedata.normalize("NFC", match[0])
            if new != match[0] and touched.isdisjoint(range(match.start(), match.end())):
                edits.append(Edit(match.start(), match.end(), new, "composed"))
        edits.sort(key=lambda edit: edit.start)
    return edits


# letters of the other script


STRAY = 0.03
"""The largest share of Cyrillic letters in a text that is taken for Latin with slips."""


def has_mixed_word(text: str) -> bool:
    """Say whether a word of the text holds letters of both scripts."""
    return any(CYRILLIC.search(word[0]) and LATIN.search(word[0]) for word in LETTERS.finditer(text))


def one_script(text: str, *, alone: bool) -> list[Edit]:
    """Return the edits that put words with letters of both scripts in one; `alone` adds whole words of look-alikes."""
    if text.isascii() or not (CYRILLIC.search(text) and LATIN.search(text)):
        return []
    data = table("lookalikes")
    never = frozenset(data["never"])
    to_cyrillic = {a: b for a, b in data["latin_to_cyrillic"].items() if a not in never}
    to_latin = {a: b for a, b in data["cyrillic_to_latin"].items() if a not in never}
    mostly_cyrillic = len(CYRILLIC.findall(text)) >= len(LATIN.findall(text))
    fully_cyrillic = len(LATIN.findall(text)) <= 0.3 * len(CYRILLIC.findall(text))
    edits = []
    for match in LETTERS.finditer(text):
        word = match[0]
        cyrillic, latin = CYRILLIC.findall(word), LATIN.findall(word)
        if cyrillic and latin:
            new = mixed_word(word, cyrillic, latin, to_cyrillic, to_latin, mostly_cyrillic=mostly_cyrillic)
        elif alone and fully_cyrillic and latin and word in data["alone"] and stands_alone(text, match):
            new = "".join(to_cyrillic.get(c, c) for c in word)
        else:
            continue
        if new != word:
            edits.append(Edit(match.start(), match.end(), new, "other-script"))
    return edits


def stray_cyrillic(lines: Sequence[DraftLine]) -> Edits:
    """Return the mending of Cyrillic letters typed into a text in Latin script, by their sound and not by their shape.

    Only where nearly all of the document is Latin, and only to words that it also writes wholly in Latin.
    """
    known: Counter[str] = Counter()
    cyrillic = latin = 0
    for line in lines:
        cyrillic += len(CYRILLIC.findall(line.text))
        latin += len(LATIN.findall(line.text))
        known.update(word.casefold() for word in LETTERS.findall(line.text) if not CYRILLIC.search(word))
    if not cyrillic or cyrillic > STRAY * latin:
        return lambda text: []
    sound: dict[str, str] = table("lookalikes")["sound"]

    def edits(text: str) -> list[Edit]:
        out = []
        for match in LETTERS.finditer(text):
            word = match[0]
            if CYRILLIC.search(word) and LATIN.search(text):
                new = "".join(sound.get(c, c) for c in word)
                if not CYRILLIC.search(new) and known[new.casefold()]:
                    out.append(Edit(match.start(), match.end(), new, "other-script"))
        return out

    return edits


def mixed_word(
    word: str,
    cyrillic: Sequence[str],
    latin: Sequence[str],
    to_cyrillic: Mapping[str, str],
    to_latin: Mapping[str, str],
    *,
    mostly_cyrillic: bool,
) -> str:
    """Return a word of two scripts in one, or as it is where letters of both stand for themselves (two words glued)."""
    as_latin = "".join(to_latin.get(c, c) for c in word)
    if ROMAN.fullmatch(as_latin):
        return as_latin
    sure_cyrillic = sum(c not in to_latin for c in cyrillic)
    sure_latin = sum(c not in to_cyrillic for c in latin)
    if sure_cyrillic and sure_latin:
        return word
    if sure_cyrillic or (not sure_latin and mostly_cyrillic):
        return "".join(to_cyrillic.get(c, c) for c in word)
    return as_latin


def stands_alone(text: str, match: re.Match[str]) -> bool:
    """Say whether a word is no part of a number, a name or an abbreviation with dots or hyphens."""
    before, after = text[: match.start()][-1:], text[match.end() :][:1]
    return before in ("", " ", "(", "„") and after in ("", " ", ")", ",")


# letter-spaced words


def close_spacing(text: str) -> list[Edit]:
    """Return the edits that close letter-spaced words; wider blanks part the words.

    >>> [edit.new for edit in close_spacing("Z A K O N")], [edit.new for edit in close_spacing("Č l a n  1 2 .")]
    (['ZAKON'], ['Član 12.'])
    """
    stripped = text.strip()
    if SPACED_SHORT.fullmatch(stripped) and stripped.isupper() and not is_sequence(stripped):
        start = text.index(stripped)
        return [Edit(start, start + len(stripped), stripped.replace(" ", ""), "letter-spacing")]
    edits = []
    for match in SPACED.finditer(text):
        held = match[0]
        if sum(c.isalpha() for c in held) < 4 or not any(c.isupper() for c in held) or is_sequence(held):
            continue
        words = [part.replace(" ", "") for part in re.split(r" {2,}", LETTER_TO_NUMBER.sub("  ", held))]
        if max(map(len, words)) < 3:
            continue
        edits.append(Edit(match.start(), match.end(), " ".join(words), "letter-spacing"))
    return edits


def is_sequence(text: str) -> bool:
    """Say whether letters are a row of labels (`A B C D`), not a word."""
    letters = [c.casefold() for c in text if c.isalpha()]
    following = sum(0 <= ord(b) - ord(a) <= 2 for a, b in pairwise(letters))
    return len(letters) < 2 or following >= 0.75 * (len(letters) - 1)


# letters that are gone

ENOUGH_LETTERS = 400
PLAIN_KINDS, PLAIN_WORDS, PLAIN_SHARE = 4, 6, 0.01
"""What proves the fault: so many different words without their diacritics, so many in all, and this share of all words."""

LOST = re.compile(r"\s*(?:[;<>:?!#$%&*\x00-\x1f\ufffd]?lan(?:ak)?|len)\s+\d{1,3}\.?\s*")


def lost_letters(lines: Sequence[DraftLine]) -> list[Problem]:
    """Return a warning when article headings lack the letter that they begin with: then others are lost too."""
    held = [line for line in lines if LOST.fullmatch(line.text)]
    if len(held) < 2:
        return []
    return [
        problem(
            "letters-lost",
            f"letters with diacritics are lost in this file ({len(held)} headings read like `{held[0].text.strip()}`)",
            "find another copy of the text; quotations from this one would be wrong",
            page=held[0].page,
        )
    ]


def plain_letters(lines: Sequence[DraftLine]) -> list[Problem]:
    """Return a warning when a text is written without its diacritics; they are never guessed."""
    words = Counter(word.casefold() for line in lines for word in LETTERS.findall(line.text))
    letters = sum(len(word) * count for word, count in words.items() if LATIN.match(word))
    if letters < ENOUGH_LETTERS:
        return []
    found = []
    for language, held in table("plain")["languages"].items():
        own = sum(word.count(letter) * count for word, count in words.items() for letter in held["letters"])
        plain = sum(words[word] for word in held["words"])
        kinds = sum(word in words for word in held["words"])
        enough = kinds >= PLAIN_KINDS and plain >= max(PLAIN_WORDS, PLAIN_SHARE * words.total())
        if own < held["least"] * letters and enough:
            found.append(
                problem(
                    "no-diacritics",
                    f"the text is {language} without its diacritics ({held['letters']} are missing; they were not guessed)",
                    "find another copy of the text before you quote; searching works as it is",
                )
            )
    return found
