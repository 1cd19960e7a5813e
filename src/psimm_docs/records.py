"""Every record that is stored or handed from one step to the next.

All are frozen, slotted dataclasses with no behaviour but validation and derived properties; this file imports the standard library only.
Offsets are half-open `[start, end)` and count characters of `Document.text`, which is fixed at extraction for ever: everything downstream
points into it. Scores are 0..1 and higher is better. Times are aware UTC in ISO 8601. Identity is position (ids say where), staleness is
content (fingerprints say what).
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import Literal

BlockKind = Literal["heading", "paragraph", "list", "table", "note", "furniture"]
ProvisionKind = Literal[
    "preface",
    "part",
    "title",
    "chapter",
    "section",
    "article",
    "paragraph",
    "point",
    "indent",
    "annex",
    "act",
    "unplaced",
]
Verdict = Literal["accept", "reject", "skip", "undo"]
SampleKind = Literal["missed", "bulk"]
Correcting = Literal["confirm", "number", "begins", "part", "undo"]
Severity = Literal["error", "warning", "note"]
SourceStatus = Literal["official", "unofficial", "digest", "unknown"]


def fingerprint(*parts: str) -> str:
    """Return a 16-digit hex digest of the parts, each prefixed by its length so that no two splits collide.

    >>> fingerprint("ab", "c") == fingerprint("a", "bc")
    False
    """
    digest = hashlib.sha256()
    for part in parts:
        data = part.encode("utf-8", "surrogatepass")
        digest.update(str(len(data)).encode() + b":" + data)
    return digest.hexdigest()[:16]


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Characters `[start, end)` of a document's text."""

    start: int
    end: int

    def __post_init__(self) -> None:
        if not 0 <= self.start <= self.end:
            raise ValueError(f"a span must have 0 <= start <= end, not {self.start}..{self.end}")

    def __len__(self) -> int:
        return self.end - self.start

    def of(self, text: str) -> str:
        """Return the characters of `text` that the span covers."""
        return text[self.start : self.end]

    def holds(self, other: Span) -> bool:
        """Say whether `other` lies wholly inside this span."""
        return self.start <= other.start and other.end <= self.end

    def overlaps(self, other: Span) -> bool:
        """Say whether the two share a character."""
        return self.start < other.end and other.start < self.end


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle on a page: points (1/72 inch), origin at the top left, y downwards; pages count from 1."""

    page: int
    x0: float
    y0: float
    x1: float
    y1: float


@dataclass(frozen=True, slots=True)
class Problem:
    """Something a person should know about one document: what, where, and what to do.

    `code` is stable and kebab-case (`no-text-layer`, `encrypted`, `fallback-encoding`, `numbering-gap`); `stage` is the
    pipeline stage that saw it. A fallback taken is a problem of severity `note` or `warning`, never silent.
    """

    code: str
    stage: str
    severity: Severity
    message: str
    todo: str = ""
    page: int | None = None
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """One file of the corpus as the manifest has it: whose, what, from where, and which bytes.

    `id` is an ELI-like path `<jurisdiction>/<work>/<version>` in lower case, e.g. `rs/law-on-foreigners-2018/digest.sr-Cyrl`;
    `path` is relative to `corpus/documents`; `language` is the declared BCP 47 tag or empty; `date` is the date of this
    version (ISO 8601 at the precision known); `status` says whether it is an official text.
    """

    id: str
    path: str
    sha256: str
    size: int
    media_type: str
    jurisdiction: str
    title: str
    work_id: str = ""
    title_en: str = ""
    type: str = ""
    language: str = ""
    gazette: str = ""
    gazette_number: str = ""
    date: str = ""
    version_of: str = ""
    official_url: str = ""
    retrieved: str = ""
    added: str = ""
    status: SourceStatus = "unknown"
    translation: bool = False
    note: str = ""

    @property
    def digest(self) -> bool:
        """Whether this is one of our paraphrasing digests and not a text of law."""
        return self.status == "digest"


@dataclass(frozen=True, slots=True)
class Tally:
    """How many characters of a page met one fate; `reason` is kebab-case and stable (`outside-page`, `line-end-hyphen`)."""

    reason: str
    count: int


@dataclass(frozen=True, slots=True)
class Page:
    """A page as it was read: `method` is where its text came from; width and height are points (0 where there is no page).

    The counts are of characters that are no blanks: `held` by the file's own text, `recognised` by OCR, `dropped` on the way
    into the document and `added` there. What the document holds of the page is `held + recognised + added - dropped`; formats
    without pages are one page. A document read before there were counts has none (`held` is then 0 on every page).
    """

    number: int
    width: float
    height: float
    method: Literal["text", "ocr", "none"]
    held: int = 0
    recognised: int = 0
    dropped: tuple[Tally, ...] = ()
    added: tuple[Tally, ...] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text and where it stands on paper. `box` is None for formats without pages; `confidence` is OCR's, 0..1."""

    span: Span
    page: int
    box: Box | None = None
    confidence: float | None = None


@dataclass(frozen=True, slots=True)
class Block:
    """A run of text of one kind. `level` is a heading's level where the format says it (1 is the highest), else 0."""

    span: Span
    kind: BlockKind
    page: int
    level: int = 0


@dataclass(frozen=True, slots=True)
class Repair:
    """A change made to the letters that the file held: where in the fixed text, what kind, and what stood there before."""

    span: Span
    kind: str
    before: str


@dataclass(frozen=True, slots=True)
class Document:
    """One file's text, fixed for ever, and where each part of it came from.

    `text[:body_end]` is the running text in reading order; `text[body_end:]` holds what was set apart (running heads,
    page numbers), each as a `furniture` block, so that no letter is lost and none stands inside an article.
    Blocks are in text order and do not overlap; lines are in text order.
    """

    source_id: str
    sha256: str
    text: str
    body_end: int
    pages: tuple[Page, ...] = ()
    blocks: tuple[Block, ...] = ()
    lines: tuple[Line, ...] = ()
    repairs: tuple[Repair, ...] = ()
    title: str = ""

    def __post_init__(self) -> None:
        if not 0 <= self.body_end <= len(self.text):
            raise ValueError("body_end lies outside the text")


@dataclass(frozen=True, slots=True)
class LanguageTag:
    """A BCP 47 tag with how it was reached. `macro` is one of sq, hbs, mk, en, und; `evidence` is readable by a person."""

    tag: str
    script: Literal["Latn", "Cyrl", "Zyyy"]
    macro: str
    confidence: float
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LanguageReading:
    """The language of a document and of each of its blocks (same order and length as `Document.blocks`)."""

    document: LanguageTag
    blocks: tuple[LanguageTag, ...] = ()


@dataclass(frozen=True, slots=True)
class Provision:
    """A node of a document's tree: a chapter, an article, a paragraph, a point.

    `eid` is its Akoma Ntoso eId (`art_43__para_2__point_3`), unique in the document; `id` is `<source id>#<eid>`.
    `number` is as printed (`13a`, `12/1`, `28-а`), or the count where the text numbers nothing (`printed` is then False).
    `label` is readable in the document's own language (`Član 43. stav 2. tačka 3`). `span` covers the whole provision with its
    heading and its children; a child's span lies inside its parent's. `heading_span` covers the heading's words. `note` is empty
    in what is built; where a person corrected the number it says so, and what the source prints.
    """

    id: str
    source_id: str
    eid: str
    kind: ProvisionKind
    number: str
    heading: str
    label: str
    span: Span
    parent: str
    order: int
    depth: int
    printed: bool
    language: str
    fingerprint: str
    heading_span: Span | None = None
    number_span: Span | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Chunk:
    """A unit of search: a piece of exactly one provision, with the law, chapter and article heading that frame it."""

    id: str
    source_id: str
    provision_id: str
    span: Span
    context: str
    language: str


@dataclass(frozen=True, slots=True)
class Concept:
    """A concept of the taxonomy. Labels are by language tag; the first of each list is the preferred one."""

    id: str
    stage: str
    labels: dict[str, tuple[str, ...]]
    negatives: dict[str, tuple[str, ...]]
    definition: str
    scope: str = ""
    confusions: tuple[str, ...] = ()
    related: tuple[str, ...] = ()
    eu: tuple[str, ...] = ()

    def label(self, language: str = "en") -> str:
        """Return the preferred label in a language, else in English."""
        return self.labels.get(language, self.labels["en"])[0]


@dataclass(frozen=True, slots=True)
class Vote:
    """One method's opinion on a tag: `label`, `similarity` or `answers` (0.5: they leave it as it was); score 0..1."""

    method: str
    score: float


@dataclass(frozen=True, slots=True)
class Tag:
    """The machine's suggestion that a provision concerns a concept. Never an answer: that is a `Decision`."""

    provision_id: str
    concept: str
    score: float
    votes: tuple[Vote, ...]
    evidence: tuple[Span, ...]
    taxonomy_version: str
    tagger_version: str
    fingerprint: str


@dataclass(frozen=True, slots=True)
class Decision:
    """A person's answer about one provision and one concept; appended, never changed.

    `fingerprint` is the provision's at the time; `hash` covers every other field and `previous` (the hash of the line before
    in the same file), so that a changed, lost or inserted line shows. `undoes` is the hash of the decision taken back.
    `translated`: he decided from a translation, which counts as weaker. `way` says how it was made when not one by one:
    `bulk:<mark>`, `sample:<mark>`, `import:<file>`. `settles` are the hashes of the answers to which this is the final label. `tagger`
    is the version of the tagger whose suggestion was answered.
    Lines written before these fields were there are read without them.
    """

    reviewer: str
    time: str
    provision_id: str
    concept: str
    verdict: Verdict
    fingerprint: str
    taxonomy_version: str
    note: str = ""
    suggested: bool = True
    undoes: str = ""
    previous: str = ""
    hash: str = ""
    translated: bool = False
    way: str = ""
    settles: tuple[str, ...] = ()
    tagger: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """A person says: I read this provision, and of the concepts that were shown these do not fit. Appended, never changed.

    `concepts` are those that were shown with it, `refused` those of them on which he had said nothing: each is a "no" of his.
    The other fields are as in `Decision`.
    """

    reviewer: str
    time: str
    provision_id: str
    concepts: tuple[str, ...]
    refused: tuple[str, ...]
    fingerprint: str
    taxonomy_version: str
    translated: bool = False
    tagger: str = ""
    note: str = ""
    undoes: str = ""
    previous: str = ""
    hash: str = ""


@dataclass(frozen=True, slots=True)
class Sample:
    """A random sample that was drawn to be answered one by one; appended, never changed. The answers are decisions.

    `kind` is `missed` (provisions that the tagger did not suggest for `concept`, drawn from `population` of them) or `bulk` (of
    `population` decisions made at once). `drawn` are pairs of provision id and concept, in the order of the draw; `about` says in words what was
    drawn from; `mark` names the sample. `threshold` is that below which the tagger suggested nothing.
    """

    reviewer: str
    time: str
    kind: SampleKind
    mark: str
    concept: str
    population: int
    drawn: tuple[tuple[str, str], ...]
    seed: int
    about: str
    threshold: float
    taxonomy_version: str
    tagger_version: str = ""
    note: str = ""
    undoes: str = ""
    previous: str = ""
    hash: str = ""


@dataclass(frozen=True, slots=True)
class Correction:
    """A person's answer about one provision's number; appended, never changed. It never touches the source or the fixed text.

    `action` is what he says: `confirm` (the source prints it as it is read), `number` (the number is `number`), `begins` (an
    article, `number`, begins at the provision's line `line`, counted from 1), `part` (this is no article of its own but text of the one before) or `undo`.
    `fingerprint` is that of the number's place at the time (`audit.places`); `undoes`, `previous` and `hash` are as in `Decision`.
    """

    reviewer: str
    time: str
    provision_id: str
    action: Correcting
    number: str
    fingerprint: str
    line: int = 1
    note: str = ""
    undoes: str = ""
    previous: str = ""
    hash: str = ""


@dataclass(frozen=True, slots=True)
class Hit:
    """A provision that answers a query, with why.

    `score` is the fused score (0..1 within one search, not a probability). Ranks count from 1, 0 where a leg did not find it;
    `lexical_score` is BM25 (higher is better), `vector_score` is a cosine. `highlights` point into the document's text.
    `note` says so where a person corrected the provision's number. `matched` are the query's words as typed, `words` the passage's
    own letters that matched, `exact` says how it carries the exact parts of the query, and `concept` is the one that is suggested
    for the provision (or what it lies in) most surely; empty where none is. `concept_score` (0..1) says how far the provision concerns
    the concepts that the query seems to be about; `bridged` are the labels in other words or languages that it has of the query's terms.
    """

    provision_id: str
    source_id: str
    chunk_id: str
    span: Span
    text: str
    label: str
    heading: str
    context: str
    title: str
    jurisdiction: str
    language: str
    type: str
    status: str
    page: int
    score: float
    lexical_rank: int = 0
    lexical_score: float = 0.0
    vector_rank: int = 0
    vector_score: float = 0.0
    highlights: tuple[Span, ...] = ()
    matched: tuple[str, ...] = ()
    note: str = ""
    words: tuple[str, ...] = ()
    exact: tuple[str, ...] = ()
    concept: str = ""
    concept_score: float = 0.0
    bridged: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Citation:
    """What is needed to cite a provision, already checked: every field is data, styles only arrange it.

    `pinpoint` is in the jurisdiction's own form, `pinpoint_en` in English, `quote` the fixed text letter for letter, `record_languages` (BCP 47) the law's.
    """

    provision_id: str
    work_id: str
    title: str
    title_en: str
    jurisdiction: str
    jurisdiction_name: str
    type: str
    pinpoint: str
    pinpoint_en: str
    gazette: str
    gazette_number: str
    date: str
    page: int
    language: str
    status: SourceStatus
    translation: bool
    official_url: str
    retrieved: str
    sha256: str
    quote: str
    notes: tuple[str, ...] = field(default_factory=tuple)
    record_languages: tuple[str, ...] = ()

    @property
    def of_record(self) -> bool:
        """Whether the text cited is in a language of record; a tag without a script stands for any."""
        return any(self.language in (one, one.split("-")[0]) for one in self.record_languages)
