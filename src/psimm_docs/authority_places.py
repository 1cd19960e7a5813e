"""The places of a built corpus where authorities are named: each with its letters, the provision that it stands in, and what it does there.

Wiring: documents, provisions and definitions from the workbench, names from `institutions`, roles from `institution_roles`. A document is read when asked
for and kept while the workbench is open. Invariant: notes of basis name nobody; a short name of an act stands for the authority that the act gives it to.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from psimm_docs.basis import NOTE
from psimm_docs.definitions import Definition
from psimm_docs.fold import fold
from psimm_docs.institution_roles import Role, parts
from psimm_docs.institution_words import macro_of
from psimm_docs.institutions import How, Mention, find, resolved, words_key
from psimm_docs.jsonl import read_records
from psimm_docs.records import Document, Provision, Span

if TYPE_CHECKING:
    from psimm_docs.records import Source
    from psimm_docs.workbench import Workbench

LEAST_STEM = 4
ENDING = 2
"""A short name's word is compared by its stem: without so many letters at its end, of so many letters at least."""

LEAD = 40
"""Letters that may stand between an authority and its short name (`(u daljem tekstu:`)."""

DEFINED = 160
"""Letters of a definition in which it says what the term is."""

READ: WeakKeyDictionary[Workbench, dict[str, tuple[tuple[Provision, ...], tuple[Place, ...]]]] = WeakKeyDictionary()
"""What was read, by open workbench and document, each with the tree that it was read with: people's corrections change it."""

FACT = len("[fact 123;")
"""Letters of a digest's note that hold the number of its fact."""


@dataclass(frozen=True, slots=True)
class Place:
    """A place where an authority has a role (empty where the clause gives it none). `institutions` is empty where it is not named.

    `words` are the letters that name it, `clause` those that give it the role, `matter` what the clause is about. `standing` is that of the act in
    the catalogue (in-force, repealed, lapsed, bill, unknown); `digest` and `translation` say what the text is not; `fact` is the note that stands behind a digest's words.
    """

    institutions: tuple[str, ...]
    how: How
    role: Role | None
    matter: str
    words: str
    jurisdiction: str
    source_id: str
    provision_id: str
    title: str
    label: str
    language: str
    span: Span
    clause: Span
    standing: str
    digest: bool
    translation: bool
    fact: str = ""


def own_terms(bench: Workbench, source: Source, text: str) -> dict[str, tuple[str, ...]]:
    """Return the authorities that an act's own terms stand for, by `words_key`: the one before a short name, those in a definition.

    A term that stands for none of them has none: the act has said that it means somebody else.
    """
    from psimm_docs.stages import FILES

    made: dict[str, tuple[str, ...]] = {}
    for one in read_records(bench.workspace.built(source.id) / FILES["definitions"], Definition):
        key = words_key(one.term, source.jurisdiction)
        if not key:
            continue
        if one.kind == "short-name":
            meant = named_by(one.term, text[one.span.start : one.term_span.start], source.jurisdiction)
        else:
            meant = listed(text[one.term_span.end : one.span.end], source.jurisdiction)
        made.setdefault(key, meant)
    return made


def named_by(term: str, before: str, code: str) -> tuple[str, ...]:
    """Return the authority that a short name stands for: the last one before it with the term's word, else the one that ends right there.

    >>> named_by("Služba", "Piše Nacionalna služba za zapošljavanje (u daljem tekstu: ", "RS")
    ('rs/national-employment-service',)
    >>> named_by("Agencija", "Vlada osniva Agenciju za mostove (u daljem tekstu: ", "RS")
    ()
    """
    word = fold(term.split()[0])
    stem = word[: max(LEAST_STEM, len(word) - ENDING)]
    named = find(before, jurisdiction=code)
    for one in reversed(named):
        if any(part.startswith(stem) for part in fold(one.words).split()):
            return one.institutions
    another = any(part.startswith(stem) for part in re.findall(r"\w+", fold(before)))
    here = named and not another and len(before[named[-1].span.end :].strip()) <= LEAD
    return named[-1].institutions if here else ()


def listed(definition: str, code: str) -> tuple[str, ...]:
    """Return the authorities that a definition names as what the term is, and not as who else takes part."""
    named = [one for one in find(definition[:DEFINED], jurisdiction=code) if one.subject]
    return tuple(dict.fromkeys(name for one in named for name in one.institutions))


def stretches(
    document: Document, provisions: Sequence[Provision], mentions: Sequence[Mention]
) -> Iterator[tuple[Provision, Span, list[Mention]]]:
    """Yield each stretch of a provision's own words, between its heading and what lies in it, that has mentions."""
    ordered = sorted(provisions, key=lambda one: (one.span.start, one.depth))
    starts = [one.span.start for one in ordered]
    by_id = {one.id: one for one in ordered}
    edges = sorted(
        {at for one in ordered for at in (one.span.start, one.span.end)}
        | {one.heading_span.end for one in ordered if one.heading_span}
    )
    held: defaultdict[tuple[str, int, int], list[Mention]] = defaultdict(list)
    for mention in mentions:
        at = bisect_right(starts, mention.span.start) - 1
        inner = ordered[at] if at >= 0 else None
        while inner is not None and not inner.span.holds(mention.span):
            inner = by_id.get(inner.parent)
        if inner is not None:
            start = edges[max(0, bisect_right(edges, mention.span.start) - 1)]
            end = edges[min(len(edges) - 1, bisect_left(edges, mention.span.end))]
            held[inner.id, start, end].append(mention)
    for (provision_id, start, end), some in held.items():
        yield by_id[provision_id], Span(start, max(start, end)), some


def places_of(bench: Workbench, source_id: str) -> tuple[Place, ...]:
    """Return the places of one document in text order, read once for each state of its tree; none before it is built."""
    if not bench.is_built(source_id):
        return ()
    tree = bench.provisions(source_id)
    held = READ.setdefault(bench, {})
    if source_id not in held or held[source_id][0] != tree:
        held[source_id] = (tree, read_places(bench, source_id))
    return held[source_id][1]


def read_places(bench: Workbench, source_id: str) -> tuple[Place, ...]:
    """Read the places of one built document."""
    source = bench.source(source_id)
    document = bench.document(source.id)
    text = document.text[: document.body_end]
    notes = [Span(*note.span()) for note in NOTE.finditer(text)] if source.digest else []
    mentions = [
        one
        for one in resolved(text, jurisdiction=source.jurisdiction, defined=own_terms(bench, source, text))
        if not any(note.overlaps(one.span) for note in notes)
    ]
    work = bench.works.get(source.work_id)
    made: list[Place] = []
    for provision, span, some in stretches(document, bench.provisions(source.id), mentions):
        acting = parts(text, span, some, language=macro_of(provision.language or source.language))
        without = [one for one in some if not any(part.mention is one for part in acting)]
        rows: list[tuple[Mention, Role | None, str, Span]] = [
            *((part.mention, part.role, part.matter, part.clause) for part in acting),
            *((mention, None, "", mention.span) for mention in without),
        ]
        made += [
            Place(
                institutions=mention.institutions,
                how=mention.how,
                role=role,
                matter=matter,
                words=mention.words,
                jurisdiction=source.jurisdiction,
                source_id=source.id,
                provision_id=provision.id,
                title=source.title,
                label=provision.label,
                language=provision.language,
                span=mention.span,
                clause=clause,
                standing=work.status if work else "unknown",
                digest=source.digest,
                translation=source.translation,
                fact=next((note.of(text)[:FACT] for note in notes if note.start >= mention.span.end), ""),
            )
            for mention, role, matter, clause in rows
        ]
    return tuple(sorted(made, key=lambda one: one.span))
