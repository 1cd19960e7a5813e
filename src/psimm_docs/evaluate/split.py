"""What is learned from, what is tuned on, and what only measures: one rule for texts of our own and for the facts of the digests.

The idea: a part follows from a checksum of the id alone, so that training, tuning and measuring can't disagree about it, whatever is
added later. The facts of one article stay together.
"""

from __future__ import annotations

import zlib
from typing import Literal

Part = Literal["train", "dev", "test"]


def checksum(key: str) -> int:
    """Return the CRC-32 of a key."""
    return zlib.crc32(key.encode())


def part_of_item(item: str) -> Part:
    """Return the part of a model provision, article or query by its id: four fifths train, a tenth each tunes and tests."""
    number = checksum(item)
    if number % 5:
        return "train"
    return "test" if number // 5 % 2 else "dev"


def part_of_home(work: str, article: str) -> Part:
    """Return the part of the facts of an article: three fifths train, a fifth each tunes and tests.

    >>> part_of_home("rs/law-on-foreigners", "5") in ("train", "dev", "test")
    True
    """
    number = checksum(f"{work}#{article}") % 5
    return "dev" if number == 0 else "test" if number == 1 else "train"


def is_held_out(item: str) -> bool:
    """Say whether a model item is never trained on."""
    return part_of_item(item) != "train"
