"""From a provision to a citation: everything that is needed to cite it, checked, with the quote sealed.

Invariant: the quote is letter for letter the fixed text (`seal` proves it); a level that the text does not number is said to be counted,
and in a digest is not cited at all; what is no official text says so. How a citation looks is left to `styles`, how a jurisdiction points
at a place to `pinpoints`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from psimm_docs.errors import PsimmError
from psimm_docs.jurisdictions import jurisdiction
from psimm_docs.pinpoints import english_pinpoint, own_pinpoint, split_path
from psimm_docs.places import lines_of, page_of
from psimm_docs.records import Citation, Document, Provision, Source

LONGEST_QUOTE = 6000
"""Letters that a quote has at most; a longer provision is cited without one."""

SURE_LETTERS = 0.85
"""OCR confidence below which a line is said to be uncertain."""


class HasTitles(Protocol):
    """What is asked of a catalogue entry here."""

    def title(self, language: str = "") -> str:
        """Return the title in a language."""


def cite(
    provision: Provision,
    *,
    source: Source,
    document: Document,
    ancestors: Sequence[Provision],
    work: HasTitles | None = None,
) -> Citation:
    """Return the citation of a provision; `ancestors` are the provisions above it, the highest first.

    Titles come from the catalogue's entry of the work where there is one, else from the source.
    """
    path = cited_path([*ancestors, provision], digest=source.digest)
    placed = split_path(path)[0] is not None
    unplaced = source.digest and not placed
    return Citation(
        provision_id=provision.id,
        work_id=source.work_id,
        title=work.title(provision.language) if work else source.title,
        title_en=(work.title("en") if work else source.title_en) or source.title,
        jurisdiction=source.jurisdiction,
        jurisdiction_name=jurisdiction(source.jurisdiction).name,
        type=source.type,
        pinpoint="" if unplaced else own_pinpoint(path, source.jurisdiction),
        pinpoint_en="" if unplaced else english_pinpoint(path, source.jurisdiction),
        gazette=source.gazette or jurisdiction(source.jurisdiction).gazette
        if source.gazette_number
        else source.gazette,
        gazette_number=source.gazette_number,
        date=source.date,
        page=page_of(document, provision.span),
        language=provision.language,
        status=source.status,
        translation=source.translation,
        official_url=source.official_url,
        retrieved=source.retrieved or source.added,
        sha256=source.sha256,
        quote=quote_of(provision, document),
        notes=tuple(notes(provision, source, document, path, unplaced=unplaced)),
    )


def cited_path(path: Sequence[Provision], *, digest: bool) -> list[Provision]:
    """Return the levels that may be cited: in a digest the counted ones say nothing about the law and are left out."""
    if not digest:
        return list(path)
    kept = []
    for step in path:
        if step.kind in ("paragraph", "point", "indent") and not step.printed:
            break
        kept.append(step)
    return kept or [path[0]]


def quote_of(provision: Provision, document: Document) -> str:
    """Return a provision's own words, letter for letter; the empty string for one too long to quote."""
    text = provision.span.of(document.text)
    return text if len(text) <= LONGEST_QUOTE else ""


def notes(
    provision: Provision, source: Source, document: Document, path: Sequence[Provision], *, unplaced: bool
) -> list[str]:
    """Return what a reader of the citation has to know about it."""
    told = []
    if source.digest:
        told.append("digest; not the official text")
    if unplaced:
        told.append("article number not verified")
    if source.translation:
        told.append("unofficial translation")
    if not source.digest and any(not step.printed and step.kind in ("paragraph", "indent") for step in path):
        told.append("paragraphs are counted; the text does not number them")
    repairs = [one for one in document.repairs if one.span.overlaps(provision.span)]
    if repairs:
        kinds = ", ".join(sorted({one.kind for one in repairs}))
        told.append(f"{len(repairs)} places in the quote were mended while reading ({kinds}); compare with the page")
    doubtful = [
        line
        for line in lines_of(document, provision.span)
        if line.confidence is not None and line.confidence < SURE_LETTERS
    ]
    if doubtful:
        told.append(f"{len(doubtful)} lines of the quote were recognised from a picture and are uncertain")
    if not quote_of(provision, document):
        told.append(f"longer than {LONGEST_QUOTE} letters: cited without its text")
    return told


def seal(citation: Citation, provision: Provision, document: Document) -> None:
    """Check a quote letter by letter against the fixed text; raises PsimmError with the first place that differs."""
    text = provision.span.of(document.text)
    if not citation.quote or citation.quote == text:
        return
    at = next(
        (at for at, (one, two) in enumerate(zip(citation.quote, text, strict=False)) if one != two),
        min(len(citation.quote), len(text)),
    )
    raise PsimmError(
        f"{citation.provision_id}: the quote differs from the text at letter {at + 1} "
        f"({citation.quote[at : at + 20]!r} for {text[at : at + 20]!r}); quote it again"
    )
