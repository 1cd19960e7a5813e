"""References from provision to provision and to other acts: found, taken apart into places, and led to their target.

`find` is a pure function of a document, its provisions, its language and the facts of its act. A reference that names no act is to the
document's own, in an amending act to the one it amends; one that names no article (`stav 2.`) is to the article it stands in.

Invariants: every span lies in the document's running text; `target` is the id of a provision of the same document or empty, and `state`
says which of the two and why; numbers are as printed. Which catalogue work another act is, is told by `workbench`.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Literal

from psimm_docs.acts import Act
from psimm_docs.crossref_acts import Named
from psimm_docs.crossref_chains import THIS, Chain, chains, spread
from psimm_docs.crossref_targets import Targets, own_number, plain
from psimm_docs.crossref_words import LEVELS, MACROS, words_of
from psimm_docs.fold import fold, fold_with_map
from psimm_docs.gazettes import same_issue
from psimm_docs.records import Document, LanguageReading, Provision, Span

CROSSREFS_VERSION = "1"
MINOR = 0.05
"""The share of a document's letters below which a language is not looked for."""

State = Literal["found", "partly", "missing", "elsewhere"]


@dataclass(frozen=True, slots=True)
class Reference:
    """One place that a text refers to; a list or range of places is one record a place, with the same span.

    `provision_id` is the innermost provision in which the words stand. `law` is `own` or `other`; for another act `title` is what is
    printed, `issues` its places in a gazette (`24/18`), `number` its number. The levels are as printed, empty where not named; a
    paragraph or article that the words leave out (`stav 2. ovog člana`) is filled in. `state`: `found` (the target is the place),
    `partly` (the target is the nearest that is there, its inner levels are not), `missing` (own law, not in this document),
    `elsewhere` (another act).
    """

    source_id: str
    provision_id: str
    span: Span
    law: Literal["own", "other"]
    title: str
    issues: tuple[str, ...]
    number: str
    article: str
    paragraph: str
    point: str
    letter: str
    indent: str
    target: str
    state: State

    @property
    def place(self) -> tuple[str, str, str, str, str]:
        """The five levels, outermost first."""
        return self.article, self.paragraph, self.point, self.letter, self.indent


def find(
    document: Document, provisions: Sequence[Provision], reading: LanguageReading, act: Act, *, jurisdiction: str
) -> list[Reference]:
    """Return the references of a document in text order; never raises for a text."""
    return list(Finder(document, provisions, act, jurisdiction=jurisdiction).find(reading))


def stretches(document: Document, reading: LanguageReading) -> Iterator[tuple[str, Span]]:
    """Yield the running text in stretches of one macro-language; what is of a language that hardly occurs counts to the document's."""
    main = reading.document.macro if reading.document.macro in MACROS else "hbs"
    letters: dict[str, int] = {}
    for block, tag in zip(document.blocks, reading.blocks, strict=False):
        letters[tag.macro] = letters.get(tag.macro, 0) + len(block.span)
    total = sum(letters.values())
    held = {name for name in MACROS if letters.get(name, 0) > MINOR * total} | {main}
    at, macro = 0, main
    for block, tag in zip(document.blocks, reading.blocks, strict=False):
        if block.span.start >= document.body_end:
            break
        name = tag.macro if tag.macro in held else main
        if name != macro and block.span.start > at:
            yield macro, Span(at, block.span.start)
            at = block.span.start
        macro = name
    if at < document.body_end:
        yield macro, Span(at, document.body_end)


class Finder:
    """Finds the references of one document."""

    def __init__(self, document: Document, provisions: Sequence[Provision], act: Act, *, jurisdiction: str) -> None:
        self.document = document
        self.act = act
        self.jurisdiction = jurisdiction
        self.targets = Targets(provisions)
        self.title = stems(act.title)
        self.headings = sorted(self.heading_lines(provisions))
        self.last_other: Named | None = None
        self.amended: tuple[str, dict[str, str]] = ("", {})
        """In which article an amending act spoke last of the amended law's places, and of which."""

    def heading_lines(self, provisions: Sequence[Provision]) -> Iterator[tuple[int, int]]:
        """Yield the stretches where articles name themselves: no references."""
        for one in provisions:
            if one.kind == "article" and one.number_span:
                start = self.document.text.rfind("\n", 0, one.number_span.start) + 1
                yield start, one.number_span.end

    def find(self, reading: LanguageReading) -> Iterator[Reference]:
        """Yield the references in text order."""
        for macro, stretch in stretches(self.document, reading):
            text = stretch.of(self.document.text)
            folded = fold_with_map(text)
            heading = partial(self.in_heading, stretch.start)
            for chain in chains(folded, text, words_of(macro), heading):
                inner = folded.span(chain.start, chain.end)
                span = Span(stretch.start + inner.start, stretch.start + min(inner.end, len(text)))
                yield from self.references(chain, span, macro)

    # -- one chain -------------------------------------------------------------------------------------------------

    def references(self, chain: Chain, span: Span, macro: str) -> Iterator[Reference]:
        """Yield the places of a chain."""
        act = chain.act
        if act is not None and act.whose == "other":
            self.last_other = act
        if self.heads(chain, span):
            return
        home = self.targets.home(span.start)
        if not chain.branches:
            if act is not None and act.whose == "other" and self.worth(act, home):
                yield self.reference(span, home, act, {})
            return
        if not any(number != THIS for branch in chain.branches for held in branch.values() for number in held):
            return
        act = self.meant(act, span, home)
        for branch in chain.branches:
            if not any(number != THIS for held in branch.values() for number in held):
                continue
            for place in spread(branch):
                quoted = home is not None and self.quoted(span, home)
                yield self.reference(span, home, act, self.filled(place, act, home, macro, quoted=quoted))

    def in_heading(self, start: int, inner: int) -> bool:
        """Say whether the character at `inner` of a stretch that begins at `start` stands where an article names itself."""
        at = start + inner
        place = bisect_right(self.headings, (at, len(self.document.text))) - 1
        return place >= 0 and self.headings[place][0] <= at < self.headings[place][1]

    def heads(self, chain: Chain, span: Span) -> bool:
        """Say whether an article's bare number is a heading: a quoted article's, or an entry in a table of contents."""
        if chain.act is not None or len(chain.branches) != 1 or list(chain.branches[0]) != ["article"]:
            return False
        text = self.document.text
        start, end = text.rfind("\n", 0, span.start) + 1, text.find("\n", span.end)
        before, after = text[start : span.start], text[span.end : end if end >= 0 else len(text)]
        if before.strip(" \t„“”\"»«,'") or not text[span.start].isupper():
            return False
        return not self.act.amending or not after.strip(" \t.„“”\"»«,'")

    def worth(self, act: Named, home: Provision | None) -> bool:
        """Say whether an act named without a place is another act: not this one, and not in a heading or title above the articles."""
        if self.is_own(act):
            return False
        return bool(act.issues) or (home is not None and home.kind not in ("preface", "unplaced"))

    def is_own(self, act: Named) -> bool:
        """Say whether a named act is the document's own."""
        if act.number and self.act.number:
            return act.number == self.act.number
        if act.issues and self.act.issues and not any(same_issue(one, self.act.issues[0]) for one in act.issues):
            return False
        named = stems(act.title)
        return len(named) > 1 and named == self.title

    def meant(self, act: Named | None, span: Span, home: Provision | None) -> Named | None:
        """Return the other act that places belong to, None for the document's own."""
        amends = self.act.amends
        if act is not None and act.whose == "same":
            return self.last_other
        if act is not None and act.whose == "other":
            return None if self.is_own(act) else act
        if amends is None or home is None or home.kind in ("preface", "unplaced"):
            return None if act is None or act.whose == "own" else act
        if act is None or act.whose == "basic" or self.quoted(span, home):
            return Named(span.start, span.end, "other", amends.title, amends.issues, amends.number)
        return None

    def quoted(self, span: Span, home: Provision) -> bool:
        """Say whether words stand inside a quotation: an odd number of marks before them in their article."""
        article = self.targets.article_of(home) or home
        before = self.document.text[article.span.start : span.start]
        return sum(before.count(mark) for mark in '„“”"»«') % 2 == 1

    def filled(
        self, place: dict[str, str], act: Named | None, home: Provision | None, macro: str, *, quoted: bool
    ) -> dict[str, str]:
        """Return a place with what its words leave out: the article it stands in, the paragraph a decimal number says."""
        place = dict(place)
        counted = place.get("point", "").isdigit() or place.get("point") == THIS
        if macro == "sq" and self.jurisdiction == "AL" and counted and "paragraph" not in place:
            place["paragraph"] = place.pop("point")  # in Albania an article's numbered paragraph is a `pika`
        for level in ("paragraph", "point"):
            first = place.get(level, "").partition(".")
            if first[1] and first[0].isdigit():
                place["point"] = place[level]
                place["paragraph"] = first[0]
                break
        article = self.targets.article_of(home) if home else None
        amended = act is not None and self.act.amends is not None and act.title == self.act.amends.title
        amending = amended or (
            act is not None and self.act.amends is not None and bool(set(act.issues) & set(self.act.amends.issues))
        )
        here = article.id if article else ""
        if amending:
            place = {level: number for level, number in place.items() if level != "article" or number != THIS}
            if self.amended[0] == here:
                outermost = min(LEVELS.index(level) for level in place) if place else 0
                place = {
                    **{level: self.amended[1][level] for level in LEVELS[:outermost] if level in self.amended[1]},
                    **place,
                }
            if not quoted:
                self.amended = (here, place)
        elif place.get("article", THIS) == THIS:
            place.pop("article", None)
            if act is None and article is not None:
                place["article"] = own_number(article)
        for level in ("paragraph", "point", "letter", "indent"):
            if place.get(level) == THIS:
                above = self.targets.above(home, level) if act is None and home else None
                if above is not None:
                    place[level] = own_number(above)
                else:
                    place.pop(level)
        return place

    def reference(self, span: Span, home: Provision | None, act: Named | None, place: Mapping[str, str]) -> Reference:
        """Return the record of one place."""
        target, state = ("", "elsewhere") if act is not None else self.targets.lead(place, home)
        return Reference(
            source_id=self.document.source_id,
            provision_id=home.id if home else "",
            span=span,
            law="own" if act is None else "other",
            title=act.title if act else "",
            issues=act.issues if act else (),
            number=act.number if act else "",
            article=place.get("article", ""),
            paragraph=place.get("paragraph", ""),
            point=place.get("point", ""),
            letter=place.get("letter", ""),
            indent=place.get("indent", ""),
            target=target,
            state=state,  # type: ignore[arg-type]
        )


def stems(title: str) -> frozenset[str]:
    """Return the beginnings of a title's words, so that its cases compare equal.

    >>> stems("Zakona o radu") == stems("ZAKON O RADU")
    True
    """
    return frozenset(plain(word)[:4] for word in fold(title).replace("/", " ").split() if len(plain(word)) > 2)
