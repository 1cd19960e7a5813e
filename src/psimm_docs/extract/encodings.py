"""Bytes to letters: byte-order marks first, UTF-8 when it holds, then what a page declares, then a guess that is recorded.

Invariant: a decoding that was not certain is a problem that names the encoding. YUSCII and other damage that decodes without an
error is left to `repair`.
"""

from __future__ import annotations

import codecs

from psimm_docs.extract.job import problem
from psimm_docs.records import Problem

MARKS: tuple[tuple[bytes, str], ...] = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
EXPECTED = (
    "cp1250",
    "cp1251",
    "cp1252",
    "utf_16_le",
    "utf_16_be",
    "iso8859_2",
    "iso8859_5",
    "mac_cyrillic",
    "mac_latin2",
)
"""Encodings that texts of the six jurisdictions are found in, the likelier first."""

LETTERS = frozenset("čćđšžśźëçéèüößабвгдђѓежзѕијклљмнњопрстћќуфхцчџш")
"""Lower-case letters outside ASCII that our languages (and names in their texts) have."""

SIGNS = frozenset("„“”‘’«»–—…§°©®№•€ \u00a0\u00ad×·´")
"""Signs outside ASCII that are usual in their texts."""

SAMPLE = 200_000
"""Bytes that a guess looks at."""


def oddness(text: str) -> float:
    """Return the share of characters outside ASCII that a text in our languages would not have there; 0 is a good text."""
    odd = count = 0
    before = " "
    for letter in text:
        if not letter.isascii():
            count += 1
            strange = letter.lower() not in LETTERS and letter not in SIGNS
            inside = before.isalpha() and before.islower() and (letter.isupper() or letter in "„“«»…§№")
            mixed = before.isalpha() and letter.isalpha() and before.isascii() and "\u0400" <= letter <= "\u04ff"
            odd += strange or inside or mixed
        elif letter < " " and letter not in "\n\r\t\x0c":
            odd, count = odd + 1, count + 1
        before = letter
    return odd / count if count else 0.0


def guess(data: bytes) -> str:
    """Return the encoding under which the bytes look most like a text in one of our languages."""
    scores = []
    for place, encoding in enumerate(EXPECTED):
        try:
            text = data[: SAMPLE - SAMPLE % 4].decode(encoding)
        except UnicodeDecodeError:
            continue
        scores.append((round(oddness(text), 3), place, encoding))
    return min(scores)[2] if scores else "cp1250"


def decode(data: bytes, *, declared: str = "") -> tuple[str, list[Problem]]:
    """Return the text of some bytes, and a problem where the encoding was declared wrongly or guessed."""
    for mark, encoding in MARKS:
        if data.startswith(mark):
            return told(data, encoding)
    try:
        return data.decode("utf-8"), []
    except UnicodeDecodeError:
        pass
    if declared:
        try:
            text = data.decode(declared)
        except (LookupError, UnicodeDecodeError):
            pass
        else:
            return text, []
    encoding = guess(data)
    text = data.decode(encoding, "replace")
    lost = text.count("\ufffd")
    note = problem(
        "fallback-encoding",
        f"the text is not UTF-8 and was read as {encoding}"
        + (f"; {lost} characters could not be read" if lost else ""),
        "look at a page: if letters are wrong, save the file as UTF-8 and add that",
        severity="warning",
    )
    return text, [note]


def told(data: bytes, encoding: str) -> tuple[str, list[Problem]]:
    """Return the text of bytes whose mark tells their encoding; what is broken in them is a problem."""
    text = data.decode(encoding, "replace")
    lost = text.count("\ufffd")
    if not lost:
        return text, []
    return text, [problem("broken-letters", f"{lost} characters could not be read as {encoding}", "get the file again")]
