"""The reading side: one object that answers everything the command line and the app ask of a built corpus.

It opens what `pipeline` wrote and never writes under `build/`; the only thing it writes is a person's: decisions, corrections
of numbers, baskets. Each answer comes from the module that owns the matter (`search`, `decisions`, `compare`, `citations`); here they are only
joined. Documents are read when asked for and the last few are kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, cast

from psimm_docs.corpus import find_source, read_manifest, source_path
from psimm_docs.errors import NotFoundError, PsimmError
from psimm_docs.jurisdictions import jurisdiction, within
from psimm_docs.places import boxes_of, confidence_of, page_of, poorly_recognised
from psimm_docs.records import (
    Box,
    Decision,
    Document,
    Hit,
    LanguageReading,
    Problem,
    Provision,
    Reading,
    Source,
    Span,
    Tag,
    Verdict,
)
from psimm_docs.workspace import Workspace, open_workspace

if TYPE_CHECKING:
    from psimm_docs.bridge import Entry
    from psimm_docs.catalogue import Work
    from psimm_docs.decisions import State
    from psimm_docs.defined_terms import Glossary
    from psimm_docs.encode import Encoder
    from psimm_docs.finding import Opened
    from psimm_docs.numbers import Numbers
    from psimm_docs.rerank import Reranker
    from psimm_docs.search import Answer, Mode
    from psimm_docs.taxonomy import Taxonomy

MODES = ("mixed", "grouped", "round-robin")


@dataclass(frozen=True, slots=True)
class View:
    """A provision in its place: the path of headings above it, its own words, its page and boxes.

    `notes` say which of its numbers a person corrected, and what the source prints there.
    `confidence` is OCR's for its words (None where nothing was recognised); `remark` says so where that is low.
    """

    provision: Provision
    source: Source
    path: tuple[str, ...]
    text: str
    page: int
    boxes: tuple[Box, ...]
    problems: tuple[Problem, ...]
    notes: tuple[str, ...] = ()
    confidence: float | None = None
    remark: str = ""


class Workbench:
    """A built corpus, opened for reading and for the decisions of people."""

    def __init__(self, workspace: Workspace) -> None:
        """Wrap a workspace; use `open_workbench`."""
        self.workspace = workspace
        self.sources: dict[str, Source] = {source.id: source for source in read_manifest(workspace)}
        self.opened: Opened | None = None
        self._document = lru_cache(maxsize=8)(self._read_document)
        self._provisions = lru_cache(maxsize=256)(self._read_provisions)

    # --- what is held ----------------------------------------------------------------------------------------------

    @cached_property
    def numbers(self) -> Numbers:
        """The numbers worth a look, what people said of them, and the trees with their corrections."""
        from psimm_docs.numbers import Numbers

        return Numbers(self)

    @cached_property
    def taxonomy(self) -> Taxonomy:
        """The workspace's taxonomy, else the one that comes with the package."""
        from psimm_docs.taxonomy import workspace_taxonomy

        return workspace_taxonomy(self.workspace.taxonomy)

    @cached_property
    def terms(self) -> tuple[Entry, ...]:
        """The terms that searches know in several languages."""
        from psimm_docs.bridge import terms_of

        return terms_of(self.taxonomy)

    @cached_property
    def definitions(self) -> Glossary:
        """The terms that the acts define, see `defined_terms`."""
        from psimm_docs.defined_terms import read_glossary

        return read_glossary(self)

    @cached_property
    def reranker(self) -> Reranker | None:
        """The cross-encoder that the settings name, if any."""
        settings = self.workspace.settings
        if not settings.search.reranker:
            return None
        from psimm_docs.rerank import Reranker

        return Reranker(settings.search.reranker, download=settings.encode.download)

    @cached_property
    def works(self) -> Mapping[str, Work]:
        """The catalogue of instruments by work id."""
        from psimm_docs.catalogue import read_catalogue

        return read_catalogue(self.workspace.catalogue)

    @cached_property
    def encoder(self) -> Encoder:
        """The encoder that the settings name."""
        from psimm_docs.encode import configured_encoder

        return configured_encoder(self.workspace.settings.encode)

    def source(self, source_id: str) -> Source:
        """Return a document's entry in the manifest; raises NotFoundError naming near ids."""
        return self.sources.get(source_id) or find_source(self.sources.values(), source_id)

    def jurisdiction_name(self, code: str) -> str:
        """Return a jurisdiction's English name (Kosovo* with its asterisk)."""
        return jurisdiction(code).name

    def _built_file(self, source_id: str, name: str) -> Path:
        path = self.workspace.built(self.source(source_id).id) / name
        if not path.is_file():
            raise PsimmError(f"{source_id}: not built yet; run psimm-docs build")
        return path

    def _read_document(self, source_id: str) -> Document:
        from psimm_docs.stages import FILES, READERS

        document: Document = READERS["extract"](self._built_file(source_id, FILES["extract"]))
        return document

    def _read_provisions(self, source_id: str) -> tuple[Provision, ...]:
        from psimm_docs.stages import FILES, READERS

        provisions: tuple[Provision, ...] = READERS["provisions"](self._built_file(source_id, FILES["provisions"]))
        return provisions

    def document(self, source_id: str) -> Document:
        """Return a document's fixed text with its blocks, lines and repairs."""
        return self._document(source_id)

    def language(self, source_id: str) -> LanguageReading:
        """Return the language of a document and of each of its blocks, with the evidence."""
        from psimm_docs.stages import FILES, READERS

        reading: LanguageReading = READERS["language"](self._built_file(source_id, FILES["language"]))
        return reading

    def provisions(self, source_id: str) -> tuple[Provision, ...]:
        """Return a document's tree in text order, with the numbers that people corrected (each says so in its note).

        Whatever shows a provision asks here, so that a corrected number is the same everywhere.
        """
        return self.numbers.provisions(source_id)

    def problems(self, source_id: str) -> list[Problem]:
        """Return what went wrong or was repaired while a document was read."""
        from psimm_docs.stages import read_problems

        return read_problems(self.workspace.built(source_id))

    def built_provisions(self, source_id: str) -> tuple[Provision, ...]:
        """Return a document's tree as it was built, without anybody's corrections."""
        return self._provisions(source_id)

    def provision(self, provision_id: str) -> Provision:
        """Return a provision by its id; raises NotFoundError that says which part of the id is unknown."""
        source_id, _, eid = provision_id.partition("#")
        for one in self.provisions(source_id):
            if one.eid == eid:
                return one
        raise NotFoundError(f"{source_id}: has no provision {eid!r}; psimm-docs show {source_id!r} lists them")

    def some_provisions(self, ids: Iterable[str]) -> dict[str, Provision]:
        """Return those of these provisions that are there, by id; each document is looked through once."""
        wanted: dict[str, set[str]] = {}
        for one in ids:
            wanted.setdefault(one.partition("#")[0], set()).add(one)
        return {
            provision.id: provision
            for source_id, some in wanted.items()
            if self.known(source_id)
            for provision in self.provisions(source_id)
            if provision.id in some
        }

    def ancestors(self, provision: Provision) -> list[Provision]:
        """Return the provisions above one, the highest first."""
        by_id = {one.id: one for one in self.provisions(provision.source_id)}
        above: list[Provision] = []
        while provision.parent:
            provision = by_id[provision.parent]
            above.insert(0, provision)
        return above

    def article_of(self, provision: Provision) -> Provision:
        """Return the article that a provision is or stands in, else the provision itself."""
        return next((one for one in self.ancestors(provision) if one.kind == "article"), provision)

    def text(self, provision: Provision) -> str:
        """Return a provision's own words, letter for letter."""
        return provision.span.of(self.document(provision.source_id).text)

    def view(self, provision_id: str) -> View:
        """Return a provision in its place."""
        provision = self.provision(provision_id)
        document = self.document(provision.source_id)
        path = [
            " ".join(part for part in (one.label, one.heading) if part)
            for one in [*self.ancestors(provision), provision]
        ]
        return View(
            provision,
            self.source(provision.source_id),
            tuple(path),
            self.text(provision),
            page_of(document, provision.span),
            tuple(boxes_of(document, provision.span)),
            tuple(
                problem
                for problem in self.problems(provision.source_id)
                if problem.span is not None and problem.span.overlaps(provision.span)
            ),
            tuple(dict.fromkeys(one.note for one in [*self.ancestors(provision), provision] if one.note)),
            confidence_of(document, provision.span),
            poorly_recognised(document, provision.span),
        )

    def counterparts(self, provision: Provision) -> list[Provision]:
        """Return the same provision in the other language versions of the same work and version that are held."""
        source = self.source(provision.source_id)
        if not source.work_id:
            return []
        found = []
        for other in self.sources.values():
            same = other.work_id == source.work_id and other.status == source.status and other.id != source.id
            if same and self.is_built(other.id):
                found += [one for one in self.provisions(other.id) if one.eid == provision.eid]
        return found

    def picture(self, provision_id: str, *, span: Span | None = None, page: int | None = None) -> bytes:
        """Return a PNG of the page where a provision (or a span in it) begins, with the passage marked.

        Raises PsimmError for formats without pages.
        """
        from psimm_docs.extract.picture import page_png

        provision = self.provision(provision_id)
        source = self.source(provision.source_id)
        document = self.document(source.id)
        marked = span or provision.span
        number = page or page_of(document, marked)
        if source.media_type != "application/pdf" or not number:
            raise PsimmError(f"{source.id}: has no pages to picture; only PDF files do")
        boxes = [box for box in boxes_of(document, marked) if box.page == number]
        return page_png(source_path(self.workspace, source), number, boxes=boxes)

    def searched(self) -> set[str]:
        """Return the ids of the documents that were read and have text: what a "not found" rests on."""
        from psimm_docs.holdings import read_reading

        readings = {source_id: read_reading(self.workspace.built(source_id)) for source_id in self.sources}
        return {source_id for source_id, reading in readings.items() if reading is not None and reading.letters}

    def is_built(self, source_id: str) -> bool:
        """Say whether a document has gone through the pipeline."""
        return (self.workspace.built(source_id) / "chunks.jsonl").is_file()

    def known(self, provision_id: str) -> bool:
        """Say whether the document of a provision id is held and built."""
        source_id = provision_id.partition("#")[0]
        return source_id in self.sources and self.is_built(source_id)

    # --- search ----------------------------------------------------------------------------------------------------

    def search(
        self,
        query: str,
        *,
        jurisdictions: Sequence[str] = (),
        languages: Sequence[str] = (),
        types: Sequence[str] = (),
        concepts: Sequence[str] = (),
        review: str = "any",
        statuses: Sequence[str] = (),
        translations: bool = True,
        limit: int = 20,
        mode: str = "mixed",
    ) -> Answer:
        """Search the corpus; see `search.search` for the modes and the states of an answer.

        `concepts` keeps provisions that are suggested for or accepted under one of them (rejected ones are left out);
        `review` keeps those with a decision of that state, on these concepts or on any. Raises PsimmError for an
        unknown filter value and for a corpus that isn't built.
        """
        from psimm_docs.decisions import REVIEW_STATES
        from psimm_docs.finding import allowed, search
        from psimm_docs.search import Filters

        if mode not in MODES:
            raise PsimmError(f"--mode {mode!r} must be one of {', '.join(MODES)}")
        if review not in REVIEW_STATES:
            raise PsimmError(f"--review {review!r} must be one of {', '.join(REVIEW_STATES)}")
        filters = Filters(
            jurisdictions=frozenset(jurisdiction(code).code for code in jurisdictions),
            languages=frozenset(languages),
            types=frozenset(types),
            statuses=frozenset(statuses),
            provision_ids=allowed(self, concepts, review) if concepts or review != "any" else None,
            translations=translations,
        )
        return search(self, query, filters, limit=limit, mode=cast("Mode", mode))

    def snippet(self, hit: Hit, *, letters: int = 280) -> str:
        """Return the part of a hit's text where most words matched, in original letters, cut at words."""
        from psimm_docs.verdicts import snippet

        return snippet(hit, letters)

    def why(self, hit: Hit) -> str:
        """Say in plain English why a hit was found."""
        from psimm_docs.verdicts import why

        return why(hit)

    def scores(self, hit: Hit) -> str:
        """Say a hit's scores and ranks, the letters that matched, and the nearest concept, in a line."""
        from psimm_docs.verdicts import scores

        concept = self.taxonomy.by_id.get(hit.concept) if hit.concept else None
        matched = f"; matched: {', '.join(hit.words)}" if hit.words else ""
        return scores(hit) + matched + (f"; concept: {concept.label()}" if concept else "")

    def similar(self, provision_id: str, *, limit: int = 12, translations: bool = False) -> tuple[Hit, ...]:
        """Return the nearest provisions of the other jurisdictions by their stored vectors, the best of each in turn.

        Raises NotFoundError for an unknown provision and PsimmError for a corpus that isn't built.
        """
        from psimm_docs.finding import similar

        return similar(self, provision_id, limit=limit, translations=translations)

    # --- tags and decisions ----------------------------------------------------------------------------------------

    def tags(self, source_id: str = "") -> list[Tag]:
        """Return the machine's suggestions, of one document or of all."""
        if source_id:
            from psimm_docs.stages import FILES, READERS

            path = self.workspace.built(source_id) / FILES["tags"]
            return list(READERS["tags"](path))
        return self._all_tags

    @cached_property
    def _all_tags(self) -> list[Tag]:
        return [tag for source_id in self.sources for tag in self.tags(source_id)]

    @cached_property
    def _tags_by_key(self) -> dict[tuple[str, str], Tag]:
        return {(tag.provision_id, tag.concept): tag for tag in self._all_tags}

    def decisions(self) -> list[Decision]:
        """Return every decision of every reviewer; raises TamperedError when a log was changed."""
        from psimm_docs.decisions import BOOK

        return BOOK.read_all(self.workspace.decisions)

    def states(self) -> dict[tuple[str, str], State]:
        """Return what people's decisions come to, by (provision id, concept id); read afresh at each call."""
        from psimm_docs.reviewing import states

        return states(self)

    def state_of(self, provision_id: str, concept: str) -> str:
        """Return the review state of a suggestion in a word or two."""
        from psimm_docs.decisions import state_words

        state = self.states().get((provision_id, concept))
        return state_words(state) if state else "not reviewed"

    def suggestions(
        self,
        *,
        concepts: Sequence[str] = (),
        jurisdictions: Sequence[str] = (),
        languages: Sequence[str] = (),
        provision_id: str = "",
        undecided: bool = False,
        order: str = "score",
    ) -> list[Tag]:
        """Return suggestions that pass the filters, best first (`order="score"`), least certain first (`"uncertain"`) or as
        they stand in the corpus (`"document"`). `undecided` leaves out those that a person has answered on the same wording. A concept that
        is no longer in the taxonomy is suggested no more.
        """
        wanted = {self.taxonomy.concept(name).id for name in concepts}
        codes = {code for one in jurisdictions for code in within(one)}
        states = self.states() if undecided else {}
        kept = []
        for tag in self.tags():
            source = self.sources[tag.provision_id.partition("#")[0]]
            state = states.get((tag.provision_id, tag.concept))
            if (
                tag.concept in (wanted or self.taxonomy.by_id)
                and (not codes or source.jurisdiction in codes)
                and (not provision_id or tag.provision_id == provision_id)
                and (not languages or self.provision(tag.provision_id).language in languages)
                and not (state and (state.verdict in ("accepted", "rejected")) and not state.stale)
            ):
                kept.append(tag)
        if order == "score":
            kept.sort(key=lambda tag: -tag.score)
        elif order == "uncertain":
            kept.sort(key=lambda tag: abs(tag.score - 0.5))
        return kept

    def decide(
        self,
        reviewer: str,
        provision_id: str,
        concept: str,
        verdict: Verdict,
        *,
        note: str = "",
    ) -> Decision:
        """Record a person's answer; it is on the disk when this returns."""
        from psimm_docs.reviewing import decide

        return decide(self, reviewer, provision_id, concept, verdict, note=note)

    def undo(self, reviewer: str) -> Decision | Reading:
        """Take back the reviewer's last answer that still stands; raises PsimmError when there is none."""
        from psimm_docs.reviewing import undo

        return undo(self, reviewer)


def open_workbench(folder: Path | str | None = None) -> Workbench:
    """Open the workspace at a folder (see `workspace.open_workspace`) for reading."""
    return Workbench(open_workspace(folder))
