"""Where a finding of the cite-check is, in which words it is put, and which citations belong to a quotation.

Wiring between a draft's passages and its citations. Invariant: a quotation takes the first note called after it, else the inline
citations nearest to it, and none that is farther than `BESIDE`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from psimm_docs.cited_laws import Cited
from psimm_docs.drafts import Draft
from psimm_docs.jurisdictions import root
from psimm_docs.naming import named_codes
from psimm_docs.papers import Finding, State
from psimm_docs.records import Span

BESIDE = 240
"""How many characters an inline citation may stand from its quotation."""

A_TERM = 5
"""Words from which a quotation without a citation is looked for; shorter ones are terms."""

SHOWN = 300
"""How many letters of the law's text a finding shows."""


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a finding is: the passage in words, and the letters of the body that a comment is set at."""

    where: str
    paragraph: int
    start: int
    end: int


def finding_at(spot: Spot, cited: str, quote: str, state: State, told: str) -> Finding:
    """Return a finding at a spot."""
    return Finding(spot.where, spot.paragraph, spot.start, spot.end, cited, quote, state, told)


def place_words(cited: Cited) -> str:
    """Return a citation's place in short English, `the law` where it names none."""
    if not cited.place:
        return "the law as a whole"
    article, *inner = cited.place.values()
    return f"Art. {article}" + "".join(f"({one})" for one in inner)


def shortened(text: str) -> str:
    """Return a text on one line, cut at a word after `SHOWN` letters."""
    plain = " ".join(text.split())
    return plain if len(plain) <= SHOWN else plain[:SHOWN].rsplit(" ", 1)[0] + " …"


def capital(text: str) -> str:
    """Return a text with a capital letter at its beginning."""
    return text[:1].upper() + text[1:]


def main_code(draft: Draft) -> str:
    """Return the jurisdiction that a draft's headings name, where it is one alone; else the one of its first words."""
    heads = [one.text for one in draft.body if one.kind == "heading"][:3] or [one.text for one in draft.body[:1]]
    codes = {root(code) for text in heads for _, _, code in named_codes(text)}
    return codes.pop() if len(codes) == 1 else ""


def beside(
    quote: Span, text: str, inline: Sequence[tuple[Spot, Cited]], by_mark: Mapping[int, list[tuple[Spot, Cited]]]
) -> list[tuple[Spot, Cited]]:
    """Return the citations that belong to a quotation: those of the first note called after it, else inline ones near it.

    A few words may be no quotation but a term: they take only a note called right after them, or a citation in the same sentence.
    """
    term = len(quote.of(text).split()) < A_TERM
    after = min((offset for offset, some in by_mark.items() if offset >= quote.end and some), default=None)
    if after is not None and term and re.search(r"\w", text[quote.end : after]):
        after = None
    near = sorted((max(0, spot.start - quote.end, quote.start - spot.end), at) for at, (spot, _) in enumerate(inline))
    close = [(distance, inline[at]) for distance, at in near if distance <= BESIDE]
    if term:
        close = [(distance, one) for distance, one in close if not re.search(r"[.!?]\s", between(text, quote, one[0]))]
    called = list(by_mark[after]) if after is not None else []
    beside_it = [one for _, one in close[:2]]
    first_inline = bool(close) and (after is None or close[0][0] < after - quote.end)
    return [*beside_it, *called] if first_inline else [*called, *beside_it]


def between(text: str, quote: Span, spot: Spot) -> str:
    """Return the text between a quotation and a spot of the same passage."""
    return text[quote.end : spot.start] if spot.start >= quote.end else text[spot.end : quote.start]
