"""A law as the cite-check asks for it: its editions, its places by number, its words anywhere.

Wiring: an edition is what was published on one day, in all its languages; a digest of ours comes last and is never the law. Texts are
squeezed and cut into articles once and kept. Invariant: whatever is said of a place names the document that it stands in.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from psimm_docs.cited_laws import Cited, Law, issues_of
from psimm_docs.cited_places import fitted
from psimm_docs.crossref_targets import Targets, plain
from psimm_docs.pinpoints import english_pinpoint
from psimm_docs.quoting import NEAR, Comparison, compare, in_order, nearest, pieces, squeezed
from psimm_docs.records import Provision, Source, Span

if TYPE_CHECKING:
    from psimm_docs.workbench import Workbench


@dataclass(frozen=True, slots=True)
class Edition:
    """One version of a law in its languages, the language of record first."""

    date: str
    digest: bool
    sources: tuple[Source, ...]

    @property
    def name(self) -> str:
        """What to call it in a sentence."""
        if self.digest:
            return "the digest held"
        return f"the version of {self.date}" if self.date else "the version held"


@dataclass(frozen=True, slots=True)
class Found:
    """A provision that a place leads to; `whole` says that every level named is there."""

    provision: Provision
    whole: bool


SHORTEST_TWIN = 20
"""Letters that a provision has at least, to be known again by its words."""


class Held:
    """The texts of a corpus, for questions of the cite-check."""

    def __init__(self, bench: Workbench) -> None:
        self.bench = bench
        self.targets = lru_cache(maxsize=64)(self._targets)
        self.squeezed = lru_cache(maxsize=256)(self._squeezed)

    def _targets(self, source_id: str) -> Targets:
        return Targets(self.bench.provisions(source_id))

    def _squeezed(self, source_id: str) -> tuple[str, list[int]]:
        document = self.bench.document(source_id)
        return squeezed(document.text[: document.body_end])

    def editions(self, law: Law) -> list[Edition]:
        """Return a law's editions that are built, the newest first, digests last."""
        groups: dict[tuple[bool, str, frozenset[tuple[int, int]]], list[Source]] = {}
        for source in law.sources:
            if self.bench.is_built(source.id):
                issues = frozenset(issues_of(source.gazette_number))
                groups.setdefault((source.digest, source.date, issues), []).append(source)
        made = [
            Edition(date, digest, tuple(sorted(some, key=lambda one: one.translation)))
            for (digest, date, _), some in groups.items()
        ]
        made.sort(key=lambda one: one.date, reverse=True)
        return sorted(made, key=lambda one: one.digest)

    def cited_edition(self, editions: list[Edition], cited: Cited) -> Edition | None:
        """Return the edition that a citation names by its day or by all its issues; None where it names none for certain."""
        for one in editions:
            if cited.date and not one.digest and one.date.startswith(cited.date):
                return one
        exact = [
            one for one in editions if not one.digest and cited.issues and editions_issues(one) == set(cited.issues)
        ]
        return exact[0] if len(exact) == 1 else None

    def locate(self, source: Source, place: Mapping[str, str]) -> list[Found]:
        """Return the provisions that a place leads to in a document: several where its articles' numbers begin anew (an annex, another act)."""
        targets = self.targets(source.id)
        wanted = fitted(place, source.jurisdiction)
        found = []
        for _, article in targets.articles.get(plain(wanted.get("article", "")), ()):
            target, state = targets.lead(wanted, article)
            if target:
                found.append(Found(targets.by_id[target], state == "found"))
        return found

    def text(self, provision: Provision) -> str:
        """Return a provision's own words."""
        return self.bench.text(provision)

    def place(self, provision: Provision) -> str:
        """Return a provision's place in English: `Art. 43(2)`."""
        code = self.bench.source(provision.source_id).jurisdiction
        return english_pinpoint([*self.bench.ancestors(provision), provision], code) or provision.label

    def at(self, source_id: str, span: Span) -> Provision | None:
        """Return the innermost provision that holds a span, None outside all."""
        one = self.targets(source_id).home(span.start)
        while one is not None and not one.span.holds(span):
            one = self.targets(source_id).by_id.get(one.parent)
        return one

    def stands(self, source_id: str, quote: str) -> Span | None:
        """Return where a quotation stands letter for letter in one passage of a document, None where it doesn't."""
        plain, offsets = self.squeezed(source_id)
        parts, at = pieces(quote), 0
        while found := in_order(parts, plain, at):
            span = Span(offsets[found[0]], offsets[found[1] - 1] + 1)
            if len(parts) == 1 or self.one_passage(source_id, span):
                return span
            at = found[0] + 1
        return None

    def one_passage(self, source_id: str, span: Span) -> bool:
        """Say whether a span lies in one article, or runs over the end of none: pieces from several are no quotation."""
        articles = (one for some in self.targets(source_id).articles.values() for _, one in some)
        return not any(one.span.overlaps(span) and not one.span.holds(span) for one in articles)

    def there(self, edition: Edition, cited: Cited, quote: str) -> Found | None:
        """Return the cited place of an edition where a quotation stands letter for letter in it."""
        places = (
            one for source in edition.sources for one in (self.locate(source, cited.place) if cited.place else ())
        )
        return next((one for one in places if compare(quote, self.text(one.provision)).verdict == "exact"), None)

    def elsewhere(self, edition: Edition, quote: str) -> Provision | None:
        """Return the provision of an edition in which a quotation stands letter for letter."""
        for source in edition.sources:
            span = self.stands(source.id, quote)
            home = self.at(source.id, span) if span else None
            if home is not None:
                return home
        return None

    def near(self, edition: Edition, quote: str) -> tuple[Provision, Comparison] | None:
        """Return the article of an edition whose words are nearest to a quotation, where enough of them stand there."""
        best: tuple[Provision, Comparison] | None = None
        for source in edition.sources:
            articles = {one.id: one for one in self.bench.provisions(source.id) if one.kind == "article"}
            texts = ((name, self.text(one)) for name, one in articles.items())
            for name in nearest(quote, texts):
                made = compare(quote, self.text(articles[name]))
                if made.share >= NEAR and (best is None or made.share > best[1].share):
                    best = articles[name], made
        return best

    def twin(self, edition: Edition, provision: Provision) -> Provision | None:
        """Return the provision of an edition that has the same words (number and heading aside) as one of another edition."""
        words = self.own_words(provision)
        if len(words) < SHORTEST_TWIN:
            return None
        for source in edition.sources:
            for one in self.bench.provisions(source.id):
                if one.kind == provision.kind and self.own_words(one) == words:
                    return one
        return None

    def own_words(self, provision: Provision) -> str:
        """Return a provision's words after its number and heading, white space folded."""
        start = max(
            [
                provision.span.start,
                *(one.end for one in (provision.number_span, provision.heading_span) if one is not None),
            ]
        )
        text = self.bench.document(provision.source_id).text[start : provision.span.end]
        return " ".join(text.split()).lstrip(" .)")

    def everywhere(self, laws: Iterable[Law], quote: str) -> Iterator[Provision]:
        """Yield the provisions in which a quotation stands letter for letter, of each law in its newest edition that has it."""
        for law in laws:
            home = next((one for edition in self.editions(law) if (one := self.elsewhere(edition, quote))), None)
            if home is not None:
                yield home


def editions_issues(edition: Edition) -> set[tuple[int, int]]:
    """Return the gazette's issues of an edition as (number, year)."""
    return {issue for one in edition.sources for issue in issues_of(one.gazette_number)}
