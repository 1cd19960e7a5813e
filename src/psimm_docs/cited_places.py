"""Which places of a law a draft names, in the house's styles and in the usual free forms of all languages.

Wiring: the words are those of references (`crossref_words`). Invariant: numbers are as printed, and words of one language are not read
again as another's.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from psimm_docs.crossref_chains import THIS, chains, spread
from psimm_docs.crossref_words import LEVELS, MACROS, words_of
from psimm_docs.fold import fold_with_map
from psimm_docs.jurisdictions import root

OSCOLA = re.compile(r"\b([Aa])rt (?=\d)")
"""OSCOLA writes `art 5`, without the full stop that the words of references have."""


def places_in(text: str) -> list[tuple[int, int, dict[str, str]]]:
    """Return the places named in a text (start, end, levels as printed), in order; words of all languages are looked for.

    >>> [place for _, _, place in places_in("Art. 43(2)(3); čl. 5. st. 1; neni 7, pika 2; art 9")]
    ... # doctest: +NORMALIZE_WHITESPACE
    [{'article': '43', 'paragraph': '2', 'point': '3'}, {'article': '5', 'paragraph': '1'},
     {'article': '7', 'point': '2'}, {'article': '9'}]
    """
    said = OSCOLA.sub(r"\1rt.", text)
    folded = fold_with_map(said)
    found: list[tuple[int, int, dict[str, str]]] = []
    for macro in MACROS:
        for chain in chains(folded, said, words_of(macro), lambda _: False):
            inner = folded.span(chain.start, min(chain.end, len(folded.text)))
            for branch in chain.branches:
                if not branch.get("article") or THIS in branch["article"]:
                    continue
                found += [(inner.start, inner.end, dict(place)) for place in spread(branch)]
    kept: list[tuple[int, int, dict[str, str]]] = []
    for one in sorted(found, key=lambda one: (-len(one[2]), one[0] - one[1])):
        same = [other for other in kept if other[0] < one[1] and one[0] < other[1]]
        if not same or all(other[2]["article"] != one[2]["article"] and other[:2] == one[:2] for other in same):
            kept.append(one)
    return sorted(kept, key=lambda one: one[:2])


def fitted(place: Mapping[str, str], code: str) -> dict[str, str]:
    """Return a place as the tree of a jurisdiction has it: a letter is no paragraph, Albania's `pika` is a paragraph, `1.1` holds two.

    >>> fitted({"article": "65", "paragraph": "1.1"}, "XK")
    {'article': '65', 'paragraph': '1', 'point': '1.1'}
    """
    made = dict(place)
    if made.get("paragraph", "1").isalpha():
        made = {
            "point" if level == "paragraph" else "letter" if level == "point" else level: held
            for level, held in made.items()
        }
    if root(code) == "AL" and made.get("point", "").isdigit() and "paragraph" not in made:
        made["paragraph"] = made.pop("point")
    for level in ("paragraph", "point"):
        first = made.get(level, "").partition(".")
        if first[1] and first[0].isdigit():
            made["point"] = made[level]
            made["paragraph"] = first[0]
            break
    return {level: made[level] for level in LEVELS if made.get(level)}
