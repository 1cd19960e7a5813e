"""From a provision to a citation: where it stands, where it was published, what it says letter for letter, and what to beware of.

Invariant (the seal): a citation's quote is the fixed text between two offsets, not one letter else; `seal` checks it again at any
time. Nothing is cited more closely than it is known: what the text doesn't number is said to be counted, and a digest of ours
is cited by the article at most. A gazette and its number always come from the same entry. How a citation is printed is left to
`styles`, how a place is written in each jurisdiction to `pinpoints`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from psimm_docs.errors import PsimmError
from psimm_docs.jurisdictions import LANGUAGE_NAMES, jurisdiction, root
from psimm_docs.pinpoints import bare, english_pinpoint, latin, own_pinpoint
from psimm_docs.places import lines_of, page_of, poorly_recognised
from psimm_docs.records import Citation, Document, Provision, Source, Span

if TYPE_CHECKING:
    from psimm_docs.catalogue import Work

DIGEST_NOTE = "digest; not the official text"
TRANSLATION_NOTE = "unofficial translation"
UNPLACED_NOTE = "no article number is known for this passage"

BY_ACT_NUMBER = frozenset(("AL", "XK"))
"""Jurisdictions that name a law by its own number (79/2021, 04/L-219), whatever the gazette."""

REPEATED = re.compile(r"~\d+")
"""What an eId adds to tell places of the same number apart."""

JOINED = "line-end-hyphen"
"""The kind of repair that joins a word which a line's end broke."""

COUNTABLE = frozenset(("paragraph", "point", "indent"))


def cite(
    provision: Provision,
    source: Source,
    document: Document,
    *,
    ancestors: Sequence[Provision] = (),
    work: Work | None = None,
    tree: Iterable[Provision] = (),
    max_quote: int | None = None,
) -> Citation:
    """Return the citation of a provision, its quote sealed.

    `ancestors` are the provisions above it, the highest first; `work` is the catalogue's entry, which fills in what the
    manifest leaves out; `tree` is the document's provisions, by which a number that stands more than once is told. The quote is the whole provision; with `max_quote` (letters) it ends at the last whole word within, and a
    note says so. Notes come in the order: what kind of text it is, how close the pinpoint is, what was done to its letters.
    Raises PsimmError when the document was built from another file than the manifest names, ValueError when provision, source and
    document don't belong together.
    """
    check_belongs(provision, source, document, ancestors)
    quoted = quoted_span(document.text, provision.span, max_quote)
    path = cited_path([*ancestors, provision], digest=source.digest)
    named = bool(path) and (path[-1].kind != "unplaced")
    record = record_languages(source, work)
    citation = Citation(
        provision_id=provision.id,
        work_id=source.work_id or (work.id if work else ""),
        title=one_line(source.title),
        title_en=english_title(source, work),
        jurisdiction=jurisdiction(source.jurisdiction).code,
        jurisdiction_name=jurisdiction(source.jurisdiction).name,
        type=source.type or (work.type if work else ""),
        pinpoint=one_line(own_pinpoint(path, source.jurisdiction)) if named else "",
        pinpoint_en=one_line(english_pinpoint(path, source.jurisdiction)) if named else "",
        gazette=published(source, work)[0],
        gazette_number=published(source, work)[1],
        date=source.date,
        page=page_of(document, quoted),
        language=provision.language or source.language,
        status=source.status,
        translation=source.translation,
        official_url=source.official_url or (work.official_url if work else ""),
        retrieved=source.retrieved,
        sha256=source.sha256,
        quote=quoted.of(document.text),
        notes=(
            *kind_notes(source),
            *record_notes(provision.language or source.language, record),
            *pinpoint_notes(path if named else (), digest=source.digest),
            *dict.fromkeys(step.note for step in [*ancestors, provision] if step.note),
            *repeated_notes(path if named else (), tree),
            *letter_notes(document, quoted),
            *(
                [f"the quote is cut: {len(quoted)} of {len(provision.span)} letters"]
                if quoted != provision.span
                else []
            ),
        ),
        record_languages=record,
    )
    if citation.quote:
        seal(citation, document, span=quoted)
    return citation


def check_belongs(provision: Provision, source: Source, document: Document, ancestors: Sequence[Provision]) -> None:
    """Check that the parts of a citation are of the same file and the same place."""
    if not provision.source_id == source.id == document.source_id:
        raise ValueError(f"{provision.id}, {source.id} and {document.source_id} don't belong together")
    chain = [one.id for one in ancestors]
    parents = [one.parent for one in (*ancestors, provision)]
    if parents[1:] != chain or parents[0]:
        raise ValueError(f"{provision.id}: its ancestors are not {chain}")
    if provision.span.end > len(document.text):
        raise ValueError(f"{provision.id}: lies outside the text")
    if document.sha256 != source.sha256:
        raise PsimmError(f"{source.id}: was built from another file than the manifest names; run psimm-docs build")


def quoted_span(text: str, span: Span, limit: int | None) -> Span:
    """Return the span, or its beginning up to the last whole word within `limit` letters (a single longer word is cut)."""
    if limit is None or len(span) <= limit:
        return span
    if limit < 1:
        raise ValueError("max_quote is at least one letter")
    end = span.start + limit
    cut = end
    if not text[end].isspace():
        while cut > span.start and not text[cut - 1].isspace():
            cut -= 1
    while cut > span.start and text[cut - 1].isspace():
        cut -= 1
    return Span(span.start, cut if cut > span.start else end)


def cited_path(path: Sequence[Provision], *, digest: bool) -> list[Provision]:
    """Return how much of a path may be cited: all of it, but of a digest only down to the last printed number, and of an
    article only down to what a person found to be unnumbered text of it."""
    if not digest:
        at = next((at for at, step in enumerate(path) if at and step.kind == "unplaced" and step.note), len(path))
        return list(path[:at])
    at = next((at for at, step in enumerate(path) if not step.printed), len(path))
    return list(path[:at])


def one_line(text: str) -> str:
    """Return a text with its white space folded."""
    return " ".join(text.split())


def english_title(source: Source, work: Work | None) -> str:
    """Return the English title, with the act's number where the jurisdiction names laws by it; empty when none is known."""
    title = one_line(source.title_en or (work.titles.get("en", "") if work else ""))
    number = work.document_number if work and root(source.jurisdiction) in BY_ACT_NUMBER else ""
    return f"{title}, No. {number}" if title and number and number not in title else title


def published(source: Source, work: Work | None) -> tuple[str, str]:
    """Return the gazette (in its own words) and the number, both from the manifest or both from the catalogue."""
    if source.gazette_number or work is None or not work.gazette_number:
        gazette, number = source.gazette, source.gazette_number
    else:
        gazette, number = work.gazette, work.gazette_number
    if number and not gazette:
        gazette = jurisdiction(source.jurisdiction).gazette
    return one_line(gazette), one_line(number)


def kind_notes(source: Source) -> list[str]:
    """Return what to say of the kind of text."""
    notes = [DIGEST_NOTE] if source.digest else []
    return notes + ([TRANSLATION_NOTE] if source.translation else [])


def record_languages(source: Source, work: Work | None) -> tuple[str, ...]:
    """Return the languages in which a law itself is made: those of its entry in the catalogue, else its jurisdiction's."""
    return work.languages if work and work.languages else jurisdiction(source.jurisdiction).languages


def record_notes(language: str, record: Sequence[str]) -> list[str]:
    """Return which the languages of record are, where a text is in another one."""
    if not language or any(language in (one, one.split("-")[0]) for one in record):
        return []
    names = ", ".join(LANGUAGE_NAMES.get(one, one) for one in record)
    return [f"language{'s' if len(record) > 1 else ''} of record: {names}"]


def pinpoint_notes(path: Sequence[Provision], *, digest: bool) -> list[str]:
    """Return what to say of a pinpoint: that there is none, which of its numbers are counted, what stands outside the articles."""
    if not path:
        return [UNPLACED_NOTE]
    if digest:
        return []
    counted = [step for step in path if step.kind in (*COUNTABLE, "article") and not step.printed]
    notes = []
    if counted:
        places = " and ".join(f"{step.kind} {latin(bare(step.number))}" for step in counted)
        notes.append(f"{places} counted: the text prints no number there")
    if any(step.kind in ("annex", "act") and not step.printed for step in path):
        notes.append("stands after the law's own articles, under a heading without a number")
    if any(step.kind == "unplaced" for step in path):
        notes.append("stands outside the numbered articles")
    return notes


def repeated_notes(path: Sequence[Provision], tree: Iterable[Provision]) -> list[str]:
    """Return what to say of a pinpoint that leads to more than one place of the text (an eId then ends in `~2`)."""
    if not path:
        return []
    name = REPEATED.sub("", path[-1].eid)
    if name == path[-1].eid and not any(one.eid != name and REPEATED.sub("", one.eid) == name for one in tree):
        return []
    return ["the text has this number more than once: the pinpoint alone doesn't say which is meant"]


def letter_notes(document: Document, quoted: Span) -> list[str]:
    """Return what to say of a quote's letters: mended ones, and those that were recognised from a picture."""
    notes = []
    touched = [repair for repair in document.repairs if repair.span.overlaps(quoted) or lies_in(repair.span, quoted)]
    mended = [repair for repair in touched if repair.kind != JOINED]
    if mended:
        kinds = ", ".join(sorted({repair.kind for repair in mended}))
        notes.append(f"letters of the quote were repaired ({kinds}); compare with the page")
    joined = [repair.span.of(document.text) for repair in touched if repair.kind == JOINED]
    if joined:
        told = ", ".join(dict.fromkeys(joined[:3])) + (", …" if len(joined) > 3 else "")
        notes.append(f"joined over a line's end, where the page has a hyphen: {told}")
    pictured = {page.number for page in document.pages if page.method == "ocr"}
    lines = [line for line in lines_of(document, quoted) if line.page in pictured or line.confidence is not None]
    if lines:
        sure = min((line.confidence for line in lines if line.confidence is not None), default=None)
        how = f", least sure line {sure:.0%}" if sure is not None else ""
        notes.append(f"letters of the quote were recognised from a scan (OCR{how}); compare with the page")
    poorly = poorly_recognised(document, quoted)
    if poorly:
        notes.append(poorly)
    return notes


def lies_in(repair: Span, quoted: Span) -> bool:
    """Say whether an empty span (letters that were taken out) lies within the quote."""
    return not len(repair) and quoted.start < repair.start < quoted.end


def seal(citation: Citation, document: Document, *, span: Span | None = None) -> None:
    """Check that a citation's quote stands letter for letter in the fixed text; `span`, where given, is where it has to begin.

    Raises PsimmError that names the provision, the page and the first letter that differs.
    """
    quote, text = citation.quote, document.text
    where = citation.provision_id
    if citation.sha256 != document.sha256:
        raise PsimmError(f"{where}: the quote was taken from another file than the one held now; cite it again")
    if not quote.strip():
        raise PsimmError(f"{where}: the quote is empty; choose a provision with words")
    if text.startswith(quote, span.start) if span is not None else quote in text:
        return
    begin, same = nearest(quote, text, span)
    page = page_of(document, Span(begin + same, min(begin + same + 1, len(text)))) if same else 0
    place = f" on page {page}" if page else ""
    raise PsimmError(
        f"{where}: the quote is not the text{place}: after {quote[max(0, same - 40) : same]!r} it has "
        f"{quote[same : same + 20]!r}, the text has {text[begin + same : begin + same + 20]!r}; cite it again"
    )


def nearest(quote: str, text: str, span: Span | None) -> tuple[int, int]:
    """Return where the longest beginning of the quote stands that the text has, and its length."""
    if span is not None:
        here = text[span.start : span.start + len(quote)]
        return span.start, next(
            (at for at, pair in enumerate(zip(quote, here, strict=False)) if pair[0] != pair[1]), len(here)
        )
    low, high = 0, len(quote) - 1
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if quote[:middle] in text else (low, middle - 1)
    return text.find(quote[:low]), low
