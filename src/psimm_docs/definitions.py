"""The terms that a law defines: in its definitions article, by an explicit formula elsewhere, and as short names.

A definitions article is known by its heading or by the sentence that leads into its list; there a point of the form TERM, then a verb,
a dash or a colon, is a definition. Elsewhere only what says of itself that it defines is one (`u smislu ovog zakona, X je`, `pod X
podrazumijeva se`, `„X” označava`), and `(u daljem tekstu: X)` is a short name. Invariant: a term is the document's own letters, both
spans lie in the provision, and where no term can be told there is no definition. Left to others: which terms are the same in several
languages (`glossaries`), the words themselves (`definition_words`).
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from psimm_docs.definition_words import DefiningWords, defining_words
from psimm_docs.fold import Folded, fold, fold_with_map
from psimm_docs.records import Document, Provision, Span

DEFINITIONS_VERSION = "1"

MOST_WORDS = 12
"""Words of a term without quotation marks."""

LEAST_ALIKE = 3
"""Paragraphs of the form `pod X podrazumijeva se` that make an article one of definitions where its heading doesn't."""

LONGEST_OWN = 6000
"""Letters of a provision's own words that are looked through for definitions by formula."""

SENTENCE = re.compile(r"(?<=[^\W\d_]{3}[.;])\s+|(?<=[.;:,\d])\s*\n\s*")
LEADING = re.compile(r"[\s.)\]]*(?:[-–—•·*]\s*)?")
CLAUSE = re.compile(r";\s*|(?<=[.:,])\s*\n\s*|(?<=[^\W\d_]{3})\.\s+(?=[^\W\d_a-z])")
EDGES = " \t\n\r.,;:„“”\"«»‟‚‘’'"

Kind = Literal["defined", "short-name"]
Place = Literal["elsewhere", "headed", "list", "item"]


@dataclass(frozen=True, slots=True)
class Definition:
    """A term with what it means: `term` in the document's own letters (blanks as one), `span` the whole definition without its number, `term_span` the term."""

    term: str
    provision_id: str
    span: Span
    term_span: Span
    kind: Kind = "defined"


@dataclass(frozen=True, slots=True)
class Own:
    """A provision's own words, folded: without its number and heading, and up to the first provision in it.

    `first` is the place of `text` in the folded document `whole`; `followed` says that other provisions follow inside.
    """

    provision: Provision
    words: DefiningWords
    text: str
    first: int
    whole: Folded
    followed: bool

    def span(self, start: int, end: int) -> Span:
        """Return the document's span of these characters of `text`."""
        return self.whole.span(self.first + start, self.first + end)


def find(document: Document, provisions: Sequence[Provision]) -> list[Definition]:
    """Return the definitions of a document in text order, each once."""
    by_id = {one.id: one for one in provisions}
    whole = fold_with_map(document.text[: document.body_end])
    first: dict[str, int] = {}
    for one in provisions:
        if one.parent:
            first[one.parent] = min(first.get(one.parent, one.span.start), one.span.start)
    places: dict[str, Place] = {}
    found: list[Definition] = []
    owns = [own_words(document, whole, one, first.get(one.id), by_id) for one in provisions]
    alike = Counter(own.provision.parent for own in owns if own.words.under.match(own.text))
    for own in owns:
        provision = own.provision
        above = places.get(provision.parent, "elsewhere")
        direct = above == "list" or (above == "headed" and provision.kind in ("point", "indent"))
        if opens(own):
            places[provision.id] = "list"
            article = by_id.get(provision.parent)
            if article is not None and article.kind == "article" and above == "elsewhere":
                places[article.id] = "headed"
            continue
        announced = bool(provision.heading) and is_heading(own.words, provision.heading)
        if provision.kind == "article" and (announced or alike[provision.id] >= LEAST_ALIKE):
            above = "headed"
        made = list(of_provision(document, own, above, direct=direct))
        found += made
        item = bool(made) or above == "item" or direct
        places[provision.id] = "item" if item and provision.kind != "article" else above
    found += short_names(document, whole, provisions, by_id)
    distinct = {(one.term_span, one.kind): one for one in found}
    return sorted(distinct.values(), key=lambda one: (one.term_span, one.kind))


def own_words(
    document: Document, whole: Folded, provision: Provision, child: int | None, by_id: dict[str, Provision]
) -> Own:
    """Return a provision's own words; the table is that of its article's language."""
    at = provision
    while at.kind != "article" and at.parent:
        at = by_id[at.parent]
    language = (at if at.kind == "article" else provision).language.partition("-")[0]
    begins = body_start(document, provision)
    ends = max(begins, min(provision.span.end, document.body_end if child is None else child))
    first, last = (bisect_left(whole.offsets, at) for at in (begins, min(ends, begins + LONGEST_OWN)))
    return Own(provision, defining_words(language), whole.text[first:last], first, whole, child is not None)


def body_start(document: Document, provision: Provision) -> int:
    """Return where a provision's words begin, behind its number, its heading, and a dash."""
    marks = [one.end for one in (provision.number_span, provision.heading_span) if one is not None]
    begins = min(max([provision.span.start, *marks]), provision.span.end)
    lead = LEADING.match(document.text, begins, provision.span.end)
    return lead.end() if lead else begins


def is_heading(words: DefiningWords, heading: str) -> bool:
    """Say whether a heading announces definitions: nothing but its words, or those and what they are used in.

    >>> is_heading(defining_words("hbs"), "Značenje izraza u ovom zakonu"), is_heading(defining_words("sq"), "Përkufizimi")
    (True, False)
    """
    return words.heading.match(fold(heading)) is not None


def opens(own: Own) -> bool:
    """Say whether a provision's own words lead into a list of definitions."""
    if not own.followed:
        return False
    held = own.text
    return own.words.opening.search(held[-400:]) is not None or own.words.frame.match(held) is not None


def of_provision(document: Document, own: Own, place: Place, *, direct: bool) -> Iterator[Definition]:
    """Yield the definitions in a provision's own words, as its place allows."""
    held = own.text
    starts = list(sentences(document, own))
    if place != "elsewhere":
        if direct:
            match = own.words.quoted.match(held) or own.words.listed.match(held)
        elif place == "headed":
            match = own.words.worded.match(held)
        else:
            match = own.words.quoted.match(held)
            match = match if match and match["verb"] else None
        made = [
            one
            for found in (match, own.words.under.match(held), own.words.as_.match(held))
            if found
            for one in terms(document, own, found, 0, listed=direct, whole=True)
        ]
        if made:
            yield from made
            return
    for start in starts:
        for pattern in (own.words.under, own.words.formula):
            found = pattern.match(held, start)
            if found:
                yield from terms(document, own, found, start, whole=False)
                break


def sentences(document: Document, own: Own) -> Iterator[int]:
    """Yield where a provision's own words and each sentence in them begin, in folded characters."""
    yield 0
    for found in SENTENCE.finditer(own.text):
        if found.end() < len(own.text):
            letter = document.text[own.span(found.end(), found.end() + 1).start]
            if letter.isupper() or not letter.isalnum():
                yield found.end()


def terms(
    document: Document, own: Own, found: re.Match[str], start: int, *, listed: bool = False, whole: bool
) -> Iterator[Definition]:
    """Yield the definitions of a match, more than one where several quoted terms share it; none where the term is no term."""
    groups = {
        name: found.span(name)
        for name, held in found.groupdict().items()
        if held and name.startswith(("quoted", "bare"))
    }
    if not listed and own.words.not_after.match(own.text, found.end()):
        return
    for name, (first, last) in groups.items():
        ends = provision_end(document, own) if whole else sentence_end(document, own, found.end())
        places = [(first, last)]
        if name.startswith("quoted"):
            places += further(own, last)
        for one in places:
            term = trimmed(document.text, own.span(*one))
            if not is_term(own.words, term.of(document.text), quoted=name.startswith("quoted")):
                continue
            begins = min(own.span(start, start + 1).start, term.start)
            yield Definition(
                " ".join(term.of(document.text).split()), own.provision.id, Span(begins, max(ends, term.end)), term
            )


def further(own: Own, last: int) -> Iterator[tuple[int, int]]:
    """Yield the further quoted terms that go on after one which ends here (`„A” i „B” su`)."""
    while (more := own.words.further.match(own.text, last)) is not None:
        yield more.span("quoted")
        last = more.end("quoted")


def trimmed(text: str, span: Span) -> Span:
    """Return a span without blanks and marks at its edges and without a note in brackets at its end."""
    start, end = span.start, span.end
    while True:
        before = (start, end)
        while start < end and text[start] in EDGES:
            start += 1
        while start < end and text[end - 1] in EDGES:
            end -= 1
        if start < end and text[end - 1] == ")" and text.rfind("(", start, end) > start:
            end = text.rfind("(", start, end)
        if (start, end) == before:
            return Span(start, end)


def is_term(words: DefiningWords, term: str, *, quoted: bool) -> bool:
    """Say whether words can be a term: short, beginning like one, no clause of a sentence."""
    held = fold(term)
    letters = sum(letter.isalpha() for letter in held)
    if letters < 2 or len(held.split()) > (2 * MOST_WORDS if quoted else MOST_WORDS):
        return False
    return quoted or not (words.relative.search(held) or words.not_terms.match(held))


def provision_end(document: Document, own: Own) -> int:
    """Return the end of a provision's words, without blanks."""
    return own.provision.span.start + len(own.provision.span.of(document.text).rstrip())


def sentence_end(document: Document, own: Own, after: int) -> int:
    """Return where the sentence ends that goes on at a folded place; one that leads into a list takes the list with it."""
    for start in sentences(document, own):
        if start > after and own.text[:start].rstrip()[-1:] == ".":
            return own.span(0, len(own.text[:start].rstrip())).end
    return provision_end(document, own)


def short_names(
    document: Document, folded: Folded, provisions: Sequence[Provision], by_id: dict[str, Provision]
) -> Iterator[Definition]:
    """Yield the short names, each in the innermost provision that holds it; the span goes back to where its sentence or line begins."""
    starts = [one.span.start for one in provisions]
    tables: dict[str, list[Definition]] = {}
    for macro in sorted({one.language.partition("-")[0] for one in provisions}):
        words = defining_words(macro)
        if words.macro in tables:
            continue
        made = tables.setdefault(words.macro, [])
        for found in words.short.finditer(folded.text):
            group = "inside" if found["inside"] else "between"
            term = trimmed(document.text, folded.span(*found.span(group)))
            inner = innermost(provisions, starts, by_id, term)
            whole = folded.span(*found.span())
            if inner is None or not is_term(words, term.of(document.text), quoted=True) or not inner.span.holds(whole):
                continue
            begins = clause_start(document.text, body_start(document, inner), whole.start)
            made.append(
                Definition(
                    " ".join(term.of(document.text).split()), inner.id, Span(begins, whole.end), term, "short-name"
                )
            )
    for table in tables.values():
        yield from table


def innermost(
    provisions: Sequence[Provision], starts: Sequence[int], by_id: dict[str, Provision], span: Span
) -> Provision | None:
    """Return the innermost provision that holds a span; `starts` are the provisions' starts, rising."""
    at = bisect_right(starts, span.start) - 1
    one = provisions[at] if at >= 0 else None
    while one is not None and not one.span.holds(span):
        one = by_id.get(one.parent)
    return one


def clause_start(text: str, lowest: int, at: int) -> int:
    """Return where the sentence, list item or bracket begins in which a short name stands."""
    found = [one.end() for one in CLAUSE.finditer(text, lowest, max(lowest, at))]
    return found[-1] if found else min(lowest, at)
