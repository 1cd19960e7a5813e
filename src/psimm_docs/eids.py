"""Akoma Ntoso eIds: readable, stable names of places in a document, unique in it.

Invariant: an eId is plain (letters of the Latin alphabet, digits, hyphens, underscores), says where the provision is, and
never depends on what stands before or after it except for the `~2` that a second provision of the same name takes.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

TRANSLITERATION: Mapping[str, str] = dict(
    zip(
        "абвгдђѓежзѕијклљмнњопрстћќуфхцчџшйґ",
        [
            "a",
            "b",
            "v",
            "g",
            "d",
            "đ",
            "gj",
            "e",
            "ž",
            "z",
            "dz",
            "i",
            "j",
            "k",
            "l",
            "lj",
            "m",
            "n",
            "nj",
            "o",
            "p",
            "r",
            "s",
            "t",
            "ć",
            "kj",
            "u",
            "f",
            "h",
            "c",
            "č",
            "dž",
            "š",
            "j",
            "g",
        ],
        strict=True,
    )
)
"""Serbian and Macedonian Cyrillic to Latin with diacritics, so that different letters stay different."""


def token(number: str) -> str:
    """Return the part of an eId that a printed number becomes.

    >>> token("13a"), token("12/1"), token("28-а"), token("16.a"), token("1.1"), token("E PËRGJITHSHME")
    ('13a', '12-1', '28-a', '16a', '1-1', 'e-përgjithshme')
    """
    plain = "".join(TRANSLITERATION.get(letter, letter) for letter in number.lower())
    plain = re.sub(r"(\d)\.(?=[^\W\d_])", r"\1", plain)
    plain = re.sub(r"[^\w]+", "-", plain.replace("_", "-")).strip("-")
    return plain or "0"


@dataclass
class Eids:
    """The eIds given out in one document."""

    taken: set[str] = field(default_factory=set)

    def give(self, eid: str) -> tuple[str, bool]:
        """Return this eId, or the next of the same name (`art_5~2`), and whether the name was taken.

        >>> eids = Eids()
        >>> eids.give("art_5"), eids.give("art_5")
        (('art_5', False), ('art_5~2', True))
        """
        if eid not in self.taken:
            self.taken.add(eid)
            return eid, False
        count = 2
        while f"{eid}~{count}" in self.taken:
            count += 1
        self.taken.add(f"{eid}~{count}")
        return f"{eid}~{count}", True
