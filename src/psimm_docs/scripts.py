"""Latin or Cyrillic: the letters of each, those that look alike, and Serbian Cyrillic in Latin letters.

A letter that looks like one of the other script says nothing about a word's script, so a word is what its other letters are.
Invariant: nothing here changes what is shown; the texts made here are read and thrown away.
"""

from __future__ import annotations

import re
from typing import Literal

Script = Literal["Latn", "Cyrl", "Zyyy"]
WORD = re.compile(r"[^\W\d_]+")
CYRILLIC = re.compile(r"[\u0400-\u04ff]")
LATIN = re.compile(r"[A-Za-z\u00c0-\u024f]")
ALIKE = str.maketrans("aceijopsxyABCEHIJKMOPSTXY", "асеіјорѕхуАВСЕНІЈКМОРЅТХУ")
"""Latin letters that look like Cyrillic ones."""
ALIKE_LATIN, ALIKE_CYRILLIC = frozenset(map(chr, ALIKE)), frozenset(map(chr, ALIKE.values()))
TO_LATIN = str.maketrans(
    dict(
        zip(
            "абвгдђежзијклљмнњопрстћуфхцчџш",
            [*"abvgdđežzijkl", "lj", "m", "n", "nj", *"oprstćufhcč", "dž", "š"],
            strict=True,
        )
    )
)
"""Serbian Cyrillic in lower case to Latin; the function words of `hbs` are kept in Latin letters."""


def script_of(text: str) -> tuple[Script, int, int]:
    """Return the script with most letters, and how many Latin and Cyrillic letters there are.

    In a text of both, a word counts whole for the script that it has a letter of which no letter of the other looks like;
    words without such a letter count for the script of most of the others.

    >>> script_of("Закон on labour")[0], script_of("12 %")[0], script_of("To je oд прe")[0]
    ('Latn', 'Zyyy', 'Cyrl')
    """
    cyrillic, latin = len(CYRILLIC.findall(text)), len(LATIN.findall(text))
    if not cyrillic and not latin:
        return "Zyyy", 0, 0
    if cyrillic and latin:
        cyrillic, latin = 0, 0
        unsaid = 0
        for word in WORD.findall(text):
            own_cyrillic = any(letter not in ALIKE_CYRILLIC for letter in CYRILLIC.findall(word))
            own_latin = any(letter not in ALIKE_LATIN for letter in LATIN.findall(word))
            if own_cyrillic and not own_latin:
                cyrillic += len(word)
            elif own_latin and not own_cyrillic:
                latin += len(word)
            else:
                unsaid += len(word)
        if cyrillic >= latin:
            cyrillic += unsaid
        else:
            latin += unsaid
    return ("Cyrl" if cyrillic > latin else "Latn"), latin, cyrillic


def in_cyrillic(text: str) -> str:
    """Return a Cyrillic text with the look-alike Latin letters of its Cyrillic words set right; Latin words stay.

    >>> in_cyrillic("To je oд прe, rekao je Smith") == "То је од пре, rekao је Smith"
    True
    """
    if not LATIN.search(text):
        return text
    return WORD.sub(
        lambda word: (
            word[0].translate(ALIKE) if all(x in ALIKE_LATIN or CYRILLIC.match(x) for x in word[0]) else word[0]
        ),
        text,
    )
