"""How much a text speaks of foreigners: in what lawyers read for screening, an appeal or a fee counts where it is about them.

Words of the seven languages for foreigners, migrants, asylum, visas and trafficking, as they begin after folding. Invariant: a short text says
nothing of the act that it stands in, so `in_document` is None there and not low.
"""

from __future__ import annotations

import re
from math import log, log1p

from psimm_docs.fold import fold

ENOUGH_WORDS = 1500
"""A document with fewer words is not judged by how often it speaks of foreigners."""

USUAL = 5.0
"""Words about foreigners in a thousand, between codes that hardly mention them (below 1) and laws on them (15 and more)."""

WORDS = re.compile(
    r"\b(?:"
    r"stran(?:ac|ca|cu|cem|ce|ci|aca|cima|ec|ecot|ecu|cite|cot)"
    r"|strankinj\w*|(?:stran|inostran)(?:i|ih|im|og|oga|e) (?:drzavljan|radni)\w+"
    r"|huaj\w*|vend\w* te tret\w*"
    r"|foreigner\w*|foreign (?:worker|national|citizen|employee)s?|aliens?|third country nationals?"
    r"|drzavljan\w+ tre[ck]\w+ (?:zemal?j|drzav)\w+|drzavjan\w+ na tret\w+ zem\w+"
    r"|(?:imm?i|mi)gra\w+|azil\w*|asyl\w*"
    r"|viz(?:a|e|u|i|en|ave|es|ash|ata|ite)|visas?"
    r"|trgovin\w+ ljud\w+|trgovija so lugje|trafik(?:im|uar)\w*|trafficking"
    r"|krijumcar\w+ (?:ljud|lic|migran)\w+|krijumcarenje migranti|readmisi\w+|readmission|ripranim\w*"
    r")\b"
)


def mentions(text: str) -> int:
    """Return how many times a text speaks of foreigners.

    >>> mentions("Странац, односно strankinja ili i huaji"), mentions("Stranka u postupku ima pravo žalbe.")
    (3, 0)
    """
    return len(WORDS.findall(fold(text)))


def in_text(text: str) -> float:
    """Return the mentions in a text as a number from 0 (none) to 2 (six and more)."""
    return min(2.0, log1p(mentions(text)))


def in_document(text: str) -> float | None:
    """Return how a whole document speaks of foreigners: from -1.79 (not at all) over 0 (`USUAL`) to 1.8; None where it is too short to say.

    >>> in_document("Kratak tekst."), in_document("Stranac radi. " * 1000), in_document("Vlasnik gradi kuću. " * 1000)
    (None, 1.8, -1.7918)
    """
    words = len(text.split())
    if words < ENOUGH_WORDS:
        return None
    return level(1000 * mentions(text) / words)


def level(per_thousand: float) -> float:
    """Return a share of words, in a thousand, as `in_document` has it."""
    return round(max(-1.8, min(1.8, log((1 + per_thousand) / (1 + USUAL)))), 4)
