"""How each act defines a term: the definitions of a built corpus, looked up in any language, in the original letters.

Wiring: reads what the stage `definitions` left. A term is the asked one where its words are the same after folding, where they are
forms of the same words, or where the term bridge knows it by that name in another language. Invariant: what is shown is read from
the document by its span; a jurisdiction without a definition is told with how many acts were searched.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Literal

from psimm_docs.definitions import Definition, Kind, innermost
from psimm_docs.errors import PsimmError
from psimm_docs.jsonl import read_records
from psimm_docs.jurisdictions import JURISDICTIONS, SIX, root, within
from psimm_docs.lexical import IJEKAVIAN, folded_words, stem, stop_words
from psimm_docs.places import page_of
from psimm_docs.records import Span

if TYPE_CHECKING:
    from psimm_docs.bridge import Entry
    from psimm_docs.workbench import Workbench

How = Literal["exact", "form", "bridge", "part"]
RANKS: dict[How, int] = {"exact": 0, "form": 1, "bridge": 1, "part": 2}

LEAST_LETTERS = 3
"""Letters that are left of a word when its endings are cut."""

LONGEST_TERM = 6
"""Words of a stretch of a query that is looked up as one term."""


@dataclass(frozen=True, slots=True)
class Held:
    """A definition with the words of its term, folded and cut."""

    definition: Definition
    source_id: str
    words: tuple[str, ...]
    forms: frozenset[str]


@dataclass(frozen=True, slots=True)
class Glossary:
    """All definitions of a corpus, by the forms of their terms' words.

    `acts` counts what was searched by jurisdiction, `unread` the documents that no build has read for definitions.
    """

    held: dict[frozenset[str], tuple[Held, ...]]
    acts: dict[str, int]
    unread: int


@dataclass(frozen=True, slots=True)
class Sense:
    """A term as one act defines it. `text` is the definition letter for letter, `how` says how the term matches the asked one."""

    term: str
    text: str
    kind: Kind
    how: How
    jurisdiction: str
    title: str
    label: str
    provision_id: str
    source_id: str
    language: str
    page: int
    span: Span
    term_span: Span


@dataclass(frozen=True, slots=True)
class Lookup:
    """What came of looking up a term: its other names that were looked for, the senses, how many acts of each jurisdiction were
    searched, how many definitions of `longer` terms were left out, and how many documents no build has read for them (`unread`)."""

    term: str
    names: tuple[str, ...]
    senses: tuple[Sense, ...]
    searched: dict[str, int]
    longer: int = 0
    unread: int = 0

    def of(self, code: str) -> tuple[Sense, ...]:
        """Return the senses in a jurisdiction or below it."""
        return tuple(one for one in self.senses if root(one.jurisdiction) == code)

    def told(self) -> list[str]:
        """Return what a reader should know of the answer as a whole."""
        named = f"Also looked for: {', '.join(self.names)}."
        said = [named if self.names else "Looked for as typed: no name of it in other languages is known here."]
        if self.longer:
            said.append(
                f"{plural(self.longer, 'definition')} of longer terms with its words left out; --parts shows them."
            )
        if self.unread:
            said.append(f"{plural(self.unread, 'document')} not read for definitions yet: run psimm-docs build.")
        return said

    def silence(self, code: str) -> str:
        """Say that a jurisdiction defines nothing, and what that rests on."""
        acts = self.searched.get(code, 0)
        return f"not defined in {plural(acts, 'act')} searched" if acts else "no text of law to search"


def plural(count: int, word: str) -> str:
    """Return a count with its word.

    >>> plural(1, "act"), plural(2, "act")
    ('1 act', '2 acts')
    """
    return f"{count} {word}{'s' * (count != 1)}"


# --- words -----------------------------------------------------------------------------------------------------------


@cache
def endings() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Return the patterns of endings that are cut and of a vowel that comes and goes before the last letter."""
    table: dict[str, list[str]] = json.loads(
        files("psimm_docs").joinpath("data/definitions/endings.json").read_text("utf-8")
    )
    cut = "|".join(sorted(table["endings"], key=lambda one: (-len(one), one)))
    return re.compile(rf"(?<=\w{{{LEAST_LETTERS}}})(?:{cut})$"), re.compile(
        rf"(?<=\w\w)(?:{'|'.join(table['fleeting'])})$"
    )


@cache
def form(word: str) -> str:
    """Return what forms of a folded word have in common, without their endings; finer than a stem, which mixes near words.

    >>> form("stranac"), form("strancem"), form("stranec"), form("stranka")
    ('stranc', 'stranc', 'stranc', 'strank')
    >>> form("punedhenesi") == form("punedhenes"), form("vrijednost") == form("vrednosti")
    (True, True)
    """
    if not word.isalpha():
        return word
    ending, fleeting = endings()
    cut = fleeting.sub(lambda found: found[0][1:], IJEKAVIAN.sub("e", word.replace("dj", "d")))
    while (shorter := ending.sub("", cut)) != cut:
        cut = shorter
    return cut


def forms_of(text: str) -> frozenset[str]:
    """Return the forms of a term's content words, of all its words where it has no others."""
    found = folded_words(text)
    return frozenset(form(word) for word in [one for one in found if one not in stop_words()] or found)


def names_of(terms: Iterable[Entry], asked: str) -> tuple[str, ...]:
    """Return the names in other words or languages that the bridge has of a term; none where it does not know the term."""
    forms = forms_of(asked)
    stems = frozenset(stem(word) for word in folded_words(asked) if word not in stop_words())
    names: dict[frozenset[str], str] = {}
    for one in terms:
        if any(forms_of(name.text) == forms for name in one.names) or (
            len(stems) > 1 and any(key.stems == stems for key in one.keys)
        ):
            for name in one.names:
                names.setdefault(forms_of(name.text), name.text)
    return tuple(text for known, text in names.items() if known != forms)


# --- what is held ----------------------------------------------------------------------------------------------------


def read_glossary(bench: Workbench) -> Glossary:
    """Read all definitions that the last build left; digests define nothing."""
    from psimm_docs.stages import FILES

    held: defaultdict[frozenset[str], list[Held]] = defaultdict(list)
    acts: defaultdict[str, set[str]] = defaultdict(set)
    read = bench.searched()
    unread = 0
    for source in bench.sources.values():
        path = bench.workspace.built(source.id) / FILES["definitions"]
        if source.digest or not path.is_file():
            unread += not source.digest
            continue
        if source.id in read:
            acts[source.jurisdiction].add(source.work_id or source.id)
        for one in read_records(path, Definition):
            forms = forms_of(one.term)
            held[forms].append(Held(one, source.id, tuple(folded_words(one.term)), forms))
    counted = {code: len(some) for code, some in acts.items()}
    return Glossary({forms: tuple(some) for forms, some in held.items()}, counted, unread)


def sense(bench: Workbench, held: Held, how: How) -> Sense:
    """Return a definition as it stands in its act, under the innermost provision that holds it now."""
    one = held.definition
    source = bench.source(held.source_id)
    document = bench.document(source.id)
    provisions = bench.provisions(source.id)
    by_id = {provision.id: provision for provision in provisions}
    inner = by_id.get(one.provision_id)
    if inner is None or not inner.span.holds(one.term_span):
        ordered = sorted(provisions, key=lambda provision: (provision.span.start, provision.depth))
        inner = innermost(ordered, [provision.span.start for provision in ordered], by_id, one.term_span)
    if inner is None:
        raise PsimmError(f"{source.id}: built before its text changed; run psimm-docs build")
    return Sense(
        term=one.term,
        text=one.span.of(document.text),
        kind=one.kind,
        how=how,
        jurisdiction=source.jurisdiction,
        title=source.title,
        label=inner.label,
        provision_id=inner.id,
        source_id=source.id,
        language=inner.language,
        page=page_of(document, one.span),
        span=one.span,
        term_span=one.term_span,
    )


# --- looking up ------------------------------------------------------------------------------------------------------


def matching(bench: Workbench, asked: str, *, parts: bool = False) -> Iterator[tuple[Held, How]]:
    """Yield the definitions of a term with how each matches; `parts` adds terms that have all its words and others."""
    words, forms = tuple(folded_words(asked)), forms_of(asked)
    if not forms:
        return
    held = bench.definitions.held
    for one in held.get(forms, ()):
        yield one, "exact" if one.words == words else "form"
    others = {forms_of(name) for name in names_of(bench.terms, asked)} - {forms}
    for other in sorted(others, key=sorted):
        for one in held.get(other, ()):
            yield one, "bridge"
    if parts:
        for known, some in held.items():
            if forms < known and known not in others:
                for one in some:
                    yield one, "part"


def ordered(
    bench: Workbench, found: Iterable[tuple[Held, How]], jurisdictions: Sequence[str]
) -> list[tuple[Held, How]]:
    """Return matches of these jurisdictions (all where none is named), exact ones first, then as jurisdictions stand in every table."""
    codes = {code for one in jurisdictions for code in within(one)}
    places = {code: place for place, code in enumerate(JURISDICTIONS)}
    order = {source_id: place for place, source_id in enumerate(bench.sources)}

    def key(match: tuple[Held, How]) -> tuple[int, int, bool, int, Span]:
        held, how = match
        code = bench.sources[held.source_id].jurisdiction
        return (
            RANKS[how],
            places[code],
            held.definition.kind != "defined",
            order[held.source_id],
            held.definition.term_span,
        )

    return sorted((one for one in found if not codes or bench.sources[one[0].source_id].jurisdiction in codes), key=key)


def definitions_of(
    bench: Workbench, term: str, *, jurisdictions: Sequence[str] = (), parts: bool = False
) -> list[Sense]:
    """Return how acts define a term: exact matches first, then by jurisdiction in the order of every table.

    The term may be in any of the languages, with or without diacritics, in any form; `parts` adds longer terms that hold its words.
    """
    return [sense(bench, held, how) for held, how in ordered(bench, matching(bench, term, parts=parts), jurisdictions)]


def look_up(bench: Workbench, term: str, *, jurisdictions: Sequence[str] = (), parts: bool = False) -> Lookup:
    """Return a term's definitions with what was searched for them. Raises PsimmError for a term without a letter."""
    if not folded_words(term):
        raise PsimmError("the term has no letter and no digit in it; type a word to look up")
    acts = bench.definitions.acts
    allowed = {code for one in jurisdictions for code in within(one)} or set(JURISDICTIONS)
    codes = [*SIX, *sorted({root(code) for code in acts} - set(SIX))]
    searched = {
        code: sum(acts.get(one, 0) for one in within(code) & allowed) for code in codes if within(code) & allowed
    }
    left = [] if parts else ordered(bench, matching(bench, term, parts=True), jurisdictions)
    return Lookup(
        term,
        names_of(bench.terms, term),
        tuple(definitions_of(bench, term, jurisdictions=jurisdictions, parts=parts)),
        searched,
        longer=sum(how == "part" for _, how in left),
        unread=bench.definitions.unread,
    )


def defined_in(
    bench: Workbench, query: str, *, jurisdictions: Sequence[str] = (), limit: int = 12
) -> tuple[list[Sense], int]:
    """Return how acts define the terms in a query, the longest terms first, and how many definitions there are beyond `limit`."""
    words = query.split()
    found: list[tuple[Held, How]] = []
    taken: set[int] = set()
    for size in range(min(LONGEST_TERM, len(words)), 0, -1):
        for at in range(len(words) - size + 1):
            places = set(range(at, at + size))
            stretch = " ".join(words[at : at + size])
            if places & taken or all(word in stop_words() for word in folded_words(stretch)):
                continue
            some = ordered(bench, matching(bench, stretch), jurisdictions)
            if some:
                taken |= places
                found += some
    distinct = list({(held.source_id, held.definition.term_span): (held, how) for held, how in found}.values())
    return [sense(bench, held, how) for held, how in distinct[:limit]], max(0, len(distinct) - limit)
