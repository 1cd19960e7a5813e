"""How sure an answer is, and what is said about it and about each hit, in plain English.

Invariant: what is said rests on the scores that the hits carry and on nothing else. Left to others: the scores (`search`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from psimm_docs.lexical import Bridge, Query
from psimm_docs.records import Hit

if TYPE_CHECKING:
    from psimm_docs.index_view import Scope

State = Literal["found", "weak", "not-found"]

FOUND_COSINE, LONE_COSINE, WEAK_COSINE = 0.45, 0.38, 0.25
"""From these best cosines on, meaning alone makes an answer, or a weak one; further passages are not near at all.

Below `LONE_COSINE` meaning has to be borne out by a word of the query or by a concept: letters without sense are near to something, too.
They belong to the bundled encoder. A false "not-found" is worse than a weak answer that says so: `WEAK_COSINE` leans that way.
"""

FOUND_COVERAGE, WEAK_COVERAGE = 0.8, 0.5
"""From these parts of the query's words on, in one passage, words alone make an answer, or a weak one."""


WEAK_CONCEPT, SLIGHT_CONCEPT = 0.5, 0.2
"""From the first of these on a passage concerns the query's concepts: a weak answer by itself, an answer where it is not far in meaning either.

None of the gold queries without an answer comes near it.
"""


@dataclass(frozen=True, slots=True)
class Found:
    """Hits by falling score, the best cosine (0 where no vector was given), and the best part of the query's words.

    `concern` is how far the provision that does so most concerns the query's concepts.

    `lacking` are the exact parts of the query that no passage of the scope has.
    """

    hits: tuple[Hit, ...]
    cosine: float
    coverage: float
    words: int
    lacking: tuple[str, ...] = ()
    concern: float = 0.0

    @property
    def state(self) -> State:
        """How sure the answer is."""
        if not self.hits:
            return "not-found"
        concerned = self.concern >= WEAK_CONCEPT and self.cosine >= WEAK_COSINE
        if self.cosine >= FOUND_COSINE or self.coverage >= FOUND_COVERAGE or concerned:
            return "found"
        borne_out = self.coverage > 0 or self.concern >= SLIGHT_CONCEPT
        near = self.cosine >= (WEAK_COSINE if borne_out else LONE_COSINE)
        return "weak" if near or self.coverage >= WEAK_COVERAGE or self.concern >= WEAK_CONCEPT else "not-found"


def snippet(hit: Hit, letters: int) -> str:
    """Return the part of a hit's text where most words matched, in original letters, cut at words."""
    text, start = hit.text, hit.span.start
    if len(text) <= letters:
        return " ".join(text.split())
    centre = min((span.start for span in hit.highlights), default=start) - start
    begin = max(0, min(centre - letters // 3, len(text) - letters))
    end = begin + letters
    while begin > 0 and not text[begin - 1].isspace():
        begin -= 1
    while end < len(text) and not text[end].isspace():
        end += 1
    return ("… " if begin else "") + " ".join(text[begin:end].split()) + (" …" if end < len(text) else "")


def scores(hit: Hit) -> str:
    """Say a hit's scores and ranks in a line.

    >>> from dataclasses import replace
    >>> from psimm_docs.records import Span
    >>> hit = Hit("a#art_1", "a", "a#art_1/0", Span(0, 1), "", "", "", "", "", "RS", "en", "", "", 0, 0.9)
    >>> scores(replace(hit, vector_rank=1, vector_score=0.618))
    'score 0.900; words: not found by them; meaning: rank 1, cosine 0.62'
    """
    words = f"rank {hit.lexical_rank}, BM25 {hit.lexical_score:.2f}" if hit.lexical_rank else "not found by them"
    meaning = f"rank {hit.vector_rank}, cosine {hit.vector_score:.2f}" if hit.vector_rank else "not among the nearest"
    about = f"; concept: {hit.concept_score:.2f}" if hit.concept_score else ""
    return f"score {hit.score:.3f}; words: {words}; meaning: {meaning}{about}"


def why(hit: Hit) -> str:
    """Say in plain English why a passage is a hit.

    >>> from dataclasses import replace
    >>> from psimm_docs.records import Span
    >>> hit = Hit("a#art_1", "a", "a#art_1/0", Span(0, 1), "", "", "", "", "", "RS", "en", "", "", 0, 0.9)
    >>> why(replace(hit, vector_rank=1, vector_score=0.618, lexical_rank=2, matched=("permit", "fee")))
    'matches the words permit, fee; close in meaning'
    """
    reasons = list(hit.exact)
    if hit.matched:
        reasons.append(f"matches the word{'s' if len(hit.matched) > 1 else ''} {', '.join(hit.matched)}")
    if hit.bridged:
        reasons.append(f"has {', '.join(hit.bridged[:4])}")
    if hit.concept_score >= WEAK_CONCEPT:
        reasons.append("concerns what the query is about")
    if hit.vector_rank and hit.vector_score >= WEAK_COSINE:
        reasons.append(closeness(hit.vector_score))
    return "; ".join(reasons) or "another language version of a provision that was found"


def closeness(cosine: float) -> str:
    """Say how near two passages are in meaning; the figure itself looks like a probability and is none.

    >>> closeness(0.62), closeness(0.3), closeness(0.1)
    ('close in meaning', 'loosely close in meaning', 'not close in meaning')
    """
    near = "close" if cosine >= FOUND_COSINE else "loosely close" if cosine >= WEAK_COSINE else "not close"
    return f"{near} in meaning"


def also_searched(bridges: Sequence[Bridge], *, most: int = 12) -> str:
    """Say which other names of the query's terms were searched as well; empty where there were none.

    >>> from psimm_docs.lexical import Name
    >>> also_searched([Bridge("work permit", (), (Name("leje pune", "sq", ()), Name("radna dozvola", "bs", ())))])
    'Also searched for “work permit”: leje pune, radna dozvola.'
    """
    said = []
    for bridge in bridges:
        names = list(dict.fromkeys(name.text for name in bridge.names))
        more = f" and {len(names) - most} more" if len(names) > most else ""
        said.append(f"Also searched for “{bridge.typed}”: {', '.join(names[:most])}{more}.")
    return " ".join(said)


def explain(query: Query, found: Found, scope: Scope, *, empty: bool) -> str:
    """Say in plain English what was searched, what was found, and how sure that is."""
    if not scope.passages:
        return "Nothing was searched: no document passes the filters, or the index is empty (run: psimm-docs build)."
    where = f"{amount(scope.passages, 'passage')} of {amount(len(scope.documents), 'document')}"
    cut = f" Only the first {len(query.terms)} words of the query were used." if query.cut else ""
    if found.lacking:
        cut += f" No passage has exactly: {', '.join(found.lacking)}."
    if empty:
        phrases = ", ".join(f'"{one.typed}"' for one in query.phrases)
        return f"Not found: none of {where} has {phrases} word for word; search without quotation marks for what is close.{cut}"
    best = f"the best passage has {round(found.coverage * found.words)} of {amount(found.words, 'word')} of the query"
    meaning = f", and the nearest is {closeness(found.cosine)}" if found.cosine else ""
    if found.state == "found":
        return f"{amount(len(found.hits), 'provision')} from {where}.{cut}"
    if found.state == "weak":
        return f"No close match in {where}: {best}{meaning}. Read these as leads, not as an answer.{cut}"
    return f"Not found in {where}: {best}{meaning}. The corpus is silent; the law need not be.{cut}"


def amount(number: int, noun: str) -> str:
    """Return a number with its noun.

    >>> amount(1, "document"), amount(1200, "passage")
    ('1 document', '1,200 passages')
    """
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
