"""The cite-check: every note, citation and quotation of a draft, resolved against the corpus.

Wiring: a draft is read (`drafts`), its citations are recognised (`cited_laws`), the texts are asked (`held_laws`), quotations compared
(`quoting`); what comes of it is a finding each (`papers`). Invariant: nothing is skipped in silence: a note without a law, a term in quotation
marks, a citation that may mean two laws are findings too; and a quotation holds only where it stands letter for letter in the cited place.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from psimm_docs.cited_laws import Cited, Law, Laws, citations_in
from psimm_docs.draft_spots import A_TERM, Spot, beside, capital, finding_at, main_code, place_words, shortened
from psimm_docs.drafts import Draft, Passage, block_quote, quotations, read_draft
from psimm_docs.held_laws import Edition, Found, Held
from psimm_docs.jurisdictions import jurisdiction, root
from psimm_docs.language import identify_text
from psimm_docs.papers import Finding
from psimm_docs.quoting import NEAR, compare
from psimm_docs.records import Provision, Span

if TYPE_CHECKING:
    from psimm_docs.workbench import Workbench

GONE = frozenset(("repealed", "lapsed"))


def check(bench: Workbench, path: Path, *, code: str = "") -> list[Finding]:
    """Return the findings of a draft in the order of its text; `code` is the jurisdiction meant where a citation names none.

    Raises RefusalError for a file that is no draft, PsimmError for an unknown jurisdiction.
    """
    return Checker(bench, read_draft(path), code=code).run()


class Checker:
    """One draft against one corpus."""

    def __init__(self, bench: Workbench, draft: Draft, *, code: str = "") -> None:
        self.bench, self.draft = bench, draft
        self.held = Held(bench)
        self.laws = Laws(bench)
        for one in draft.passages:
            self.laws.learn(one.text)
        self.code = jurisdiction(code).code if code else main_code(draft)
        self.last: Cited | None = None

    @cached_property
    def tagged(self) -> dict[str, set[str]]:
        """The concepts suggested for each provision."""
        found: dict[str, set[str]] = {}
        for tag in self.bench.tags():
            found.setdefault(tag.provision_id, set()).add(tag.concept)
        return found

    @cached_property
    def decided(self) -> set[tuple[str, str]]:
        """What people decided on its present wording."""
        return {key for key, state in self.bench.states().items() if state.verdict != "open" and not state.stale}

    def run(self) -> list[Finding]:
        """Return the findings, passage by passage."""
        called: set[str] = set()
        found: list[Finding] = []
        before: list[tuple[Spot, Cited]] = []
        for passage in self.draft.body:
            of_passage, named = self.passage(passage, called, before)
            found += of_passage
            before = named if passage.text.rstrip().endswith(":") else []
        for name, note in self.draft.notes.items():
            if name not in called:
                spot = Spot(f"{note.where} (not called in the text)", -1, 0, 0)
                cites: list[tuple[Spot, Cited]] = []
                made, used = self.note(note, spot, cites)
                found += [*made, *(self.citation(one, spot) for _, one in cites if one not in used)]
        return found

    # --- one passage ---------------------------------------------------------------------------------------------------

    def passage(
        self, passage: Passage, called: set[str], before: Sequence[tuple[Spot, Cited]]
    ) -> tuple[list[Finding], list[tuple[Spot, Cited]]]:
        """Return the findings of a passage with the notes called in it, and its citations."""
        notes = self.draft.notes
        quotes = [block_quote(passage.text)] if passage.kind == "quote" else quotations(passage.text)
        inline = [
            (Spot(passage.where, passage.paragraph, one.start, one.end), one)
            for one in citations_in(passage.text, self.laws, note=False, last=self.last)
            if not any(quote.start <= one.start and one.end <= quote.end for quote in quotes if passage.kind != "quote")
        ]
        by_mark: dict[int, list[tuple[Spot, Cited]]] = {}
        found: list[Finding] = []
        used: set[int] = set()
        for offset, name in passage.marks:
            if name not in notes:
                continue
            called.add(name)
            spot = Spot(notes[name].where, passage.paragraph, offset, offset)
            own, cites = self.note(notes[name], spot, by_mark.setdefault(offset, []))
            found += own
            used |= {id(one) for one in cites}
        for quote in quotes:
            spot = Spot(passage.where, passage.paragraph, quote.start, quote.end)
            options = beside(quote, passage.text, inline, by_mark) or (list(before) if passage.kind == "quote" else [])
            made, cited = self.quotation(quote.of(passage.text), spot, options)
            found.append(made)
            used |= {id(cited)} if cited else set()
        every = [*inline, *(one for some in by_mark.values() for one in some)]
        found += [self.citation(one, spot) for spot, one in every if id(one) not in used]
        return sorted(found, key=lambda one: (one.start, one.end)), every

    def note(self, note: Passage, spot: Spot, cites: list[tuple[Spot, Cited]]) -> tuple[list[Finding], list[Cited]]:
        """Put a note's citations into `cites`; return the findings of its own quotations (or that it cites no law), and what they used."""
        made = citations_in(note.text, self.laws, note=True, last=self.last)
        if made:
            self.last = made[-1]
        cites += [(spot, one) for one in made]
        found, used = [], []
        for quote in quotations(note.text):
            words = quote.of(note.text)
            if len(words.split()) < A_TERM and not made:
                continue
            if any(one.start < quote.end and quote.start < one.end for one in made):
                continue  # a title in quotation marks
            options = sorted(cites, key=lambda one: abs(one[1].end - quote.start))
            finding, cited = self.quotation(words, spot, options)
            found.append(finding)
            used += [cited] if cited else []
        if not made and not found:
            told = "No law is recognised in this note; nothing was compared."
            found.append(finding_at(spot, shortened(note.text), "", "not-a-law", told))
        return found, used

    def quotation(self, quote: str, spot: Spot, options: Sequence[tuple[Spot, Cited]]) -> tuple[Finding, Cited | None]:
        """Return the finding of a quotation, by the citation beside it that fits it best, and that citation."""
        best: tuple[tuple[bool, float], Finding, Cited] | None = None
        for _, cited in options:
            for made, share in self.resolved(cited, spot, quote):
                rank = (made.state in ("holds", "unreviewed-tag", "repealed"), share)
                if best is None or rank > best[0]:
                    best = rank, made, cited
        if best is not None:
            return best[1], best[2]
        if len(quote.split()) < A_TERM:
            told = "A term in quotation marks, without a citation beside it; it was not looked for."
            return finding_at(spot, "", quote, "not-a-law", told), None
        homes = list(self.held.everywhere(self.laws.by_key.values(), quote))
        if homes:
            home = homes[0]
            more = f" and in {len(homes) - 1} more" if len(homes) > 1 else ""
            told = f"No citation beside this quotation; its words stand in {self.named(home)}{more}."
            return self.with_home(finding_at(spot, "", quote, "not-clear", told), home), None
        told = "No citation of a law beside this quotation; its words stand in no text that is held."
        return finding_at(spot, "", quote, "not-a-law", told), None

    def citation(self, cited: Cited, spot: Spot) -> Finding:
        """Return the finding of a citation without a quotation."""
        return next(iter(self.resolved(cited, spot, "")))[0]

    # --- one citation --------------------------------------------------------------------------------------------------

    def resolved(self, cited: Cited, spot: Spot, quote: str) -> Iterator[tuple[Finding, float]]:
        """Yield what comes of a citation for each law that it may mean, with the share of the quotation's words that stand there."""
        words = place_words(cited)
        keys = self.chosen(cited)
        if not keys:
            told = "No law of the corpus or of the catalogue is recognised here."
            yield finding_at(spot, words, quote, "not-in-corpus", told), 0.0
            return
        laws = [self.laws.by_key[key] for key in keys]
        if len(laws) > 1 and not quote:
            names = "; ".join(f"{law.title} ({jurisdiction(law.code).name}) [{law.key}]" for law in laws[:4])
            yield finding_at(spot, words, quote, "not-clear", f"This may mean {len(laws)} laws: {names}."), 0.0
            return
        for law in laws:
            finding, share = self.against(law, cited, spot, quote)
            if len(laws) > 1:
                also = f"the citation may mean {len(laws)} laws; this is the one that fits the quotation best"
                finding = replace(finding, also=(*finding.also, also))
            yield finding, share

    def chosen(self, cited: Cited) -> tuple[str, ...]:
        """Return the laws that a citation may mean: of the paper's jurisdiction, in force, held, where its words leave several."""
        keys = cited.laws
        tests: tuple[Callable[[Law], bool], ...] = (
            lambda law: bool(self.code) and root(law.code) == root(self.code),
            lambda law: bool(self.held.editions(law)),
            lambda law: law.work is None or law.work.status not in GONE,
        )
        for fits in tests:
            if len(keys) > 1:
                keys = tuple(key for key in keys if fits(self.laws.by_key[key])) or keys
        return keys

    def against(self, law: Law, cited: Cited, spot: Spot, quote: str) -> tuple[Finding, float]:
        """Return what comes of a citation of one law, and the share of the quotation's words that stand there."""
        name = f"{law.title} ({jurisdiction(law.code).name})"
        base = replace(finding_at(spot, place_words(cited), quote, "holds", ""), jurisdiction=law.code, law=name)
        editions = self.held.editions(law)
        gone = law.work is not None and law.work.status in GONE
        if not editions:
            told = f"{name} is in the catalogue{', as ' + law.work.status if law.work and gone else ''}; its text is not held."
            return replace(base, state="not-in-corpus", told=told), 0.0
        asked = self.held.cited_edition(editions, cited)
        if quote:
            made, share = self.quote_in(base, editions, asked, cited, quote)
        else:
            made, share = self.place_in(base, editions, asked, cited), 1.0
        also = list(made.also)
        if editions[0].digest:
            also.append("only a digest of ours is held, not the law's own text")
        if cited.issues and law.issues and not set(cited.issues) & law.issues:
            known = ", ".join(f"{number}/{year}" for number, year in sorted(law.issues))
            also.append(f"the gazette number is not one known for this law ({known})")
        if gone and law.work is not None:
            if made.state in ("holds", "unreviewed-tag"):
                made = replace(made, state="repealed", told=f"{name} is {law.work.status}. {made.told}")
            else:
                also.append(f"the law is {law.work.status}")
        return replace(made, also=tuple(also)), share

    def place_in(self, base: Finding, editions: list[Edition], asked: Edition | None, cited: Cited) -> Finding:
        """Return what comes of a place without a quotation."""
        newest, edition = editions[0], asked or editions[0]
        if not cited.place:
            return replace(base, told=f"The law is held ({newest.name}).")
        there = self.first(newest, cited)
        old = self.first(edition, cited) if edition is not newest else None
        if old is None and there is None:
            older = ((one, self.first(one, cited)) for one in editions[1:] if not one.digest)
            edition, old = next(((one, found) for one, found in older if found), (edition, None))
        if old is not None:
            twin = self.held.twin(newest, old.provision)
            if there is not None and self.held.own_words(there.provision) == self.held.own_words(old.provision):
                return self.holding(base, there)
            if twin is not None:
                told = (
                    f"{self.held.place(old.provision)} of {edition.name} is {self.held.place(twin)} in {newest.name}."
                )
                return self.with_home(replace(base, state="renumbered", told=told), twin)
            told = f"{self.held.place(old.provision)} reads otherwise in {newest.name} than in {edition.name}."
            if there is None:
                told = f"{self.held.place(old.provision)} stands in {edition.name} and is not in {newest.name}."
            home = there.provision if there else old.provision
            shown = shortened(self.held.text(home)) if there else ""
            return self.with_home(replace(base, state="changed-since", told=told, nearest=shown), home)
        if there is None:
            told = f"There is no {place_words(cited)} in {newest.name}."
            return replace(base, state="not-in-corpus", told=told)
        return self.holding(base, there)

    def first(self, edition: Edition, cited: Cited) -> Found | None:
        """Return what a citation's place leads to in an edition, in the first of its languages that has it whole."""
        found = [one for source in edition.sources for one in self.held.locate(source, cited.place)]
        return next((one for one in found if one.whole), found[0] if found else None)

    def holding(self, base: Finding, there: Found) -> Finding:
        """Return the finding of a place that is there: whole, only its article, or with a tag that nobody has reviewed."""
        one = there.provision
        if not there.whole:
            told = f"{self.held.place(one)} is there, the inner place is not."
            if self.bench.source(one.source_id).digest:
                told = f"{self.held.place(one)} is in the digest held; its inner places can't be checked in a digest."
            return self.with_home(replace(base, state="not-in-corpus", told=told), one)
        open_tags = self.unreviewed(one)
        told = f"{self.held.place(one)} is there."
        if open_tags:
            said = f"Nobody has reviewed its tag{'s' if len(open_tags) > 1 else ''}: {', '.join(sorted(open_tags))}."
            return self.with_home(replace(base, state="unreviewed-tag", told=f"{told} {said}"), one)
        return self.with_home(replace(base, told=told), one)

    def quote_in(
        self, base: Finding, editions: list[Edition], asked: Edition | None, cited: Cited, quote: str
    ) -> tuple[Finding, float]:
        """Return what comes of a quotation in a law, and the share of its words that stand there."""
        newest = editions[0]
        order = [*([asked] if asked else []), *(one for one in editions if one is not asked)]
        near: tuple[Finding, float] | None = None
        for edition in order:
            for source in edition.sources:
                for found in self.held.locate(source, cited.place) if cited.place else ():
                    made = compare(quote, self.held.text(found.provision))
                    if made.verdict == "exact":
                        return self.exact(base, found, edition, newest, cited, quote), 1.0
                    if near is None or made.share > near[1]:
                        near = self.differing(base, found.provision, made.span, made.told), made.share
        for edition in order:
            home = self.held.elsewhere(edition, quote)
            if home is not None and not cited.place:
                return self.exact(base, Found(home, whole=True), edition, newest, cited, quote), 1.0
            if home is not None:
                told = f"The words stand in {self.held.place(home)} of {edition.name}, not in {place_words(cited)}."
                return self.with_home(replace(base, state="renumbered", told=told), home), 1.0
        if near is None or near[1] < NEAR:
            far = next((one for one in (self.held.near(edition, quote) for edition in order) if one), None)
            if far is not None and (near is None or far[1].share > near[1]):
                told = f"{capital(far[1].told)} (nearest text: {self.held.place(far[0])})"
                near = self.differing(base, far[0], far[1].span, told), far[1].share
        if near is not None and near[1] >= NEAR:
            return near
        return self.other_language(base, editions, quote), near[1] if near else 0.0

    def exact(
        self, base: Finding, found: Found, edition: Edition, newest: Edition, cited: Cited, quote: str
    ) -> Finding:
        """Return the finding of a quotation that stands in an edition: it holds, unless a newer one reads otherwise."""
        if edition is newest or newest.digest or edition.digest:
            return self.holding(base, found)
        same = self.held.there(newest, cited, quote)
        if same is not None:
            return self.holding(base, same)
        now = self.held.elsewhere(newest, quote)
        if now is not None and not cited.place and self.held.place(now) == self.held.place(found.provision):
            return self.holding(base, Found(now, whole=True))
        if now is not None:
            told = f"The words stand in {self.held.place(now)} in {newest.name}; in {edition.name} it was {self.held.place(found.provision)}."
            return self.with_home(replace(base, state="renumbered", told=told), now)
        near = self.held.near(newest, quote)
        told = f"The words are those of {edition.name}; {newest.name} reads otherwise."
        if near is None:
            return self.with_home(replace(base, state="changed-since", told=told), found.provision)
        told += f" {capital(near[1].told)}."
        made = self.differing(base, near[0], near[1].span, told)
        return replace(made, state="changed-since", told=told)

    def differing(self, base: Finding, home: Provision, span: Span | None, told: str) -> Finding:
        """Return the finding of a quotation whose words differ, with the text of the law."""
        text = self.held.text(home)
        shown = shortened((span or Span(0, len(text))).of(text))
        said = f"{capital(told)}." if told and not told.endswith((".", ")")) else capital(told)
        made = replace(base, state="quote-differs", told=f"{self.held.place(home)}: {said}", nearest=shown)
        return self.with_home(made, home)

    def other_language(self, base: Finding, editions: Sequence[Edition], quote: str) -> Finding:
        """Return the finding of a quotation of which hardly a word stands in the law."""
        mine = identify_text(quote, jurisdiction=base.jurisdiction).macro
        held = {source.language for edition in editions for source in edition.sources}
        macros = {"hbs" if one.split("-")[0] in ("bs", "hr", "sr", "cnr") else one.split("-")[0] for one in held}
        if mine not in macros and mine != "und" and len(quote.split()) > A_TERM:
            told = f"The quotation is in another language ({mine}) than the text held ({', '.join(sorted(held))}); its words can't be compared."
            return replace(base, state="not-in-corpus", told=told)
        return replace(base, state="quote-differs", told="The words do not stand in the text held.")

    def unreviewed(self, provision: Provision) -> set[str]:
        """Return the concepts suggested for a provision (or what it lies in) that nobody has decided on."""
        line = [provision, *self.bench.ancestors(provision)]
        return {
            concept for one in line for concept in self.tagged.get(one.id, ()) if (one.id, concept) not in self.decided
        }

    def with_home(self, finding: Finding, home: Provision) -> Finding:
        """Return a finding with the provision it is about."""
        source = self.bench.source(home.source_id)
        return replace(
            finding,
            provision_id=home.id,
            place=self.held.place(home),
            jurisdiction=finding.jurisdiction or source.jurisdiction,
            law=finding.law or f"{source.title_en or source.title} ({jurisdiction(source.jurisdiction).name})",
        )

    def named(self, home: Provision) -> str:
        """Return a provision with its law and jurisdiction, for a sentence."""
        source = self.bench.source(home.source_id)
        return f"{source.title_en or source.title} ({jurisdiction(source.jurisdiction).name}), {self.held.place(home)}"
