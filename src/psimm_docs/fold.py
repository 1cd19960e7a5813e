"""The one folding for search: script, case and diacritics, with an offset map back to the original letters.

Invariant: folding is for finding. What is shown, quoted or stored is always the original letter, which the offset map
leads back to. Serbian in Cyrillic, in Latin, and typed without diacritics fold to the same string. The bundled
encoder's tokenizer carries the same table as its own normaliser (a test compares the two).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, repeat

from psimm_docs.records import Span

CYRILLIC: dict[str, str] = dict(
    zip(
        "абвгдежзијклмнопрстуфхцчшђћљњџѓќѕй",
        [
            *("a", "b", "v", "g", "d", "e", "z", "z", "i", "j", "k", "l", "m", "n", "o", "p", "r", "s", "t"),
            *("u", "f", "h", "c", "c", "s", "d", "c", "lj", "nj", "dz", "g", "k", "dz", "j"),
        ],
        strict=True,
    )
)
"""Lower-case Serbian and Macedonian Cyrillic to undiacritised Latin."""

LATIN: dict[str, str] = {"đ": "d", "ð": "d", "ł": "l", "ø": "o", "ß": "ss", "æ": "ae", "œ": "oe", "ı": "i"}
"""Latin letters that Unicode doesn't decompose."""


WORD = re.compile(r"[^\W_]+")
"""A run of characters for which `str.isalnum` holds."""


@dataclass(frozen=True, slots=True)
class Folded:
    """Folded text and, for each of its characters, the offset of the original character that it came from."""

    text: str
    offsets: tuple[int, ...]
    length: int

    def span(self, start: int, end: int) -> Span:
        """Return the original span that folded characters `[start, end)` came from."""
        if start >= end:
            at = self.offsets[start] if start < len(self.offsets) else self.length
            return Span(at, at)
        last = self.offsets[end - 1]
        following = end
        while following < len(self.offsets) and self.offsets[following] == last:
            following += 1
        stop = self.offsets[following] if following < len(self.offsets) else self.length
        return Span(self.offsets[start], max(last + 1, stop))


@lru_cache(maxsize=65536)
def fold_letter(letter: str) -> str:
    """Return what one character folds to; the empty string for combining marks and soft hyphens.

    >>> [fold_letter(c) for c in "ЉđËš"]
    ['lj', 'd', 'e', 's']
    """
    if letter.isascii():
        return letter.lower()
    out: list[str] = []
    for plain in unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", letter).lower()):
        if unicodedata.category(plain) in ("Mn", "Cf"):
            continue
        out.append(CYRILLIC.get(plain) or LATIN.get(plain) or plain)
    # й, ѓ and ќ are decomposed above, so the table finds their base letters и, г, к
    if letter in "йЙ":
        return "j"
    return "".join(out)


class Letters(dict[int, str]):
    """What each character folds to, by its number; looked up once each."""

    def __missing__(self, number: int) -> str:
        self[number] = fold_letter(chr(number))
        return self[number]


LETTERS = Letters()


def fold(text: str) -> str:
    """Fold text for search; nothing else about it is changed.

    >>> fold("Члан 43. Ђорђе") == fold("Član 43. Đorđe") == fold("clan 43. dorde")
    True
    >>> fold("Дозвола за престој") == fold("dozvola za prestoj")
    True
    """
    if text.isascii():
        return text.lower()
    return text.translate(LETTERS)


def fold_with_map(text: str) -> Folded:
    """Fold text and keep the way back from every folded character to the original one."""
    letters = list(map(fold_letter, text))
    offsets = tuple(chain.from_iterable(map(repeat, range(len(letters)), map(len, letters))))
    return Folded("".join(letters), offsets, len(text))


def words(folded: str) -> Iterator[tuple[int, int]]:
    """Yield `(start, end)` of each run of letters and digits in a folded text.

    >>> [fold("Члан 13a.")[a:b] for a, b in words(fold("Члан 13a."))]
    ['clan', '13a']
    """
    for found in WORD.finditer(folded):
        yield found.span()
