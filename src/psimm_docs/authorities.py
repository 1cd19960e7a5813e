"""Who does what in a built corpus: the authorities that provisions name, what each does there, side by side over the six.

Wiring: the places from `authority_places`, tags and decisions from the workbench. Invariant: every entry is a place in a text, with the letters that name the authority and the
clause that gives it the role; two places that name different authorities are both shown, and which of them is right is left to the reader.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from psimm_docs.authority_places import Place, places_of
from psimm_docs.exports import Table as ExportTable
from psimm_docs.institution_roles import ROLE_WORDS, Role
from psimm_docs.institution_words import institutions
from psimm_docs.institutions import HOW_WORDS
from psimm_docs.jurisdictions import JURISDICTIONS, SIX, jurisdiction, root, within
from psimm_docs.records import Span

if TYPE_CHECKING:
    from psimm_docs.records import Source
    from psimm_docs.workbench import Workbench

PAST = ("repealed", "lapsed", "bill")
"""Standings of an act whose authorities can't disagree with those of the law in force."""

BESIDE: tuple[Role, ...] = ("opinion", "checks")
"""Roles that several authorities may have beside each other, without any disagreement."""


@dataclass(frozen=True, slots=True)
class Entry:
    """An authority with the places that give it a role; `institution` is empty for authorities that are not named."""

    jurisdiction: str
    institution: str
    role: Role
    places: tuple[Place, ...]

    @property
    def name(self) -> str:
        """The authority in English, as a table has it."""
        return name_of(self.institution)


@dataclass(frozen=True, slots=True)
class Disagreement:
    """Provisions of one level that name different authorities for the same role and matter under one concept."""

    jurisdiction: str
    concept: str
    role: Role
    matter: str
    entries: tuple[Entry, ...]

    def told(self) -> str:
        """Say what disagrees in a line."""
        names = " / ".join(one.name for one in self.entries)
        return f"{ROLE_WORDS[self.role]}, {self.matter}: {names}"


@dataclass(frozen=True, slots=True)
class Table:
    """Who does what under a concept (empty for all texts), by role and jurisdiction, with the disagreements and what was searched.

    `acts` counts the acts that were searched by state, `held` the places that were found there with or without a role.
    """

    concept: str
    entries: tuple[Entry, ...]
    disagreements: tuple[Disagreement, ...]
    acts: dict[str, int]
    held: dict[str, int]

    def of(self, code: str, role: Role) -> list[Entry]:
        """Return the entries of a state and its levels for one role, levels in the order of every table, named authorities first."""
        return [one for one in self.entries if one.role == role and root(one.jurisdiction) == root(code)]

    def silence(self, code: str) -> str:
        """Say that no provision of a state gives an authority a role, and what that rests on."""
        if not self.acts.get(code):
            return "no text held"
        acts = f"{self.acts[code]} act{'s' * (self.acts[code] != 1)}"
        return f"no provision on this gives an authority a role in {acts}" if self.concept else f"none found in {acts}"


def name_of(institution: str) -> str:
    """Return an authority in English; what is said of one that is not named."""
    return institutions()[institution].english if institution else "an authority that is not named"


def under_concepts(bench: Workbench) -> dict[str, frozenset[str]]:
    """Return the concepts of each tagged provision, without those that a person has rejected."""
    states = bench.states()
    held: defaultdict[str, set[str]] = defaultdict(set)
    for tag in bench.tags():
        held[tag.provision_id].add(tag.concept)
    for (provision_id, concept), state in states.items():
        if state.verdict == "accepted":
            held[provision_id].add(concept)
        elif state.verdict == "rejected" and not state.stale:
            held[provision_id].discard(concept)
    return {provision_id: frozenset(some) for provision_id, some in held.items()}


def concepts_of(place: Place, tagged: dict[str, frozenset[str]]) -> frozenset[str]:
    """Return the concepts of the provision that a place stands in and of those above it."""
    source_id, _, eid = place.provision_id.partition("#")
    pieces = eid.split("__")
    return frozenset().union(
        *(tagged.get(f"{source_id}#{'__'.join(pieces[:size])}", frozenset()) for size in range(1, len(pieces) + 1))
    )


# --- asking ------------------------------------------------------------------------------------------------------------


def wanted_sources(bench: Workbench, jurisdictions: Sequence[str], *, translations: bool = False) -> list[Source]:
    """Return the sources of these jurisdictions and below (the six where none is named), without translations unless asked."""
    codes = {code for one in (jurisdictions or SIX) for code in within(jurisdiction(one).code)}
    return [
        one
        for one in bench.sources.values()
        if one.jurisdiction in codes and bench.is_built(one.id) and (translations or not one.translation)
    ]


def who_does_what(bench: Workbench, concept: str = "", *, jurisdictions: Sequence[str] = ()) -> Table:
    """Return which authority has which role in the provisions on a concept, or in all provisions where none is named.

    Raises PsimmError for an unknown concept or jurisdiction.
    """
    wanted = bench.taxonomy.concept(concept).id if concept else ""
    sources = wanted_sources(bench, jurisdictions)
    tagged = under_concepts(bench)
    with_it = {name.partition("#")[0] for name, some in tagged.items() if wanted in some}
    places = [
        one
        for source in sources
        if not wanted or source.id in with_it
        for one in places_of(bench, source.id)
        if not wanted or wanted in concepts_of(one, tagged)
    ]
    acts: defaultdict[str, set[str]] = defaultdict(set)
    held: defaultdict[str, int] = defaultdict(int)
    for source in sources:
        acts[root(source.jurisdiction)].add(source.work_id or source.id)
    for one in places:
        held[root(one.jurisdiction)] += 1
    return Table(
        wanted,
        tuple(entries(places)),
        tuple(disagreements(places, tagged, [wanted] if wanted else [each.id for each in bench.taxonomy.concepts])),
        {code: len(some) for code, some in acts.items()},
        dict(held),
    )


def same_place(one: Place) -> tuple[str, str, str, str]:
    """Return what language versions of one act have in common of a place."""
    work, _, _ = one.source_id.rpartition("/")
    return work, one.fact or one.provision_id.partition("#")[2], one.role or "", ",".join(one.institutions)


def entries(places: Iterable[Place]) -> Iterator[Entry]:
    """Yield the authorities by level and role, each place once, whatever the language versions held."""
    order = {code: at for at, code in enumerate(JURISDICTIONS)}
    roles = list(ROLE_WORDS)
    held: defaultdict[tuple[str, Role, str], dict[tuple[str, str, str, str], Place]] = defaultdict(dict)
    for one in places:
        if one.role is not None:
            for name in one.institutions or ("",):
                level = institutions()[name].jurisdiction if name else one.jurisdiction
                held[level, one.role, name].setdefault(same_place(one), one)
    keys = sorted(held, key=lambda key: (order[key[0]], roles.index(key[1]), not key[2], -len(held[key]), key[2]))
    for level, role, name in keys:
        yield Entry(level, name, role, tuple(held[level, role, name].values()))


def whole(institution: str) -> frozenset[str]:
    """Return an authority and those that it is part of."""
    found = []
    while institution:
        found.append(institution)
        institution = institutions()[institution].part_of
    return frozenset(found)


def alike(one: str, other: str) -> bool:
    """Say whether two authorities are the same or one is part of the other."""
    return one in whole(other) or other in whole(one)


def disagreements(
    places: Sequence[Place], tagged: dict[str, frozenset[str]], concepts: Sequence[str]
) -> Iterator[Disagreement]:
    """Yield where provisions in force of one level name different authorities for the same role and matter under one concept.

    Authorities that one clause names together don't disagree, nor an authority and a part of it.
    """
    held: defaultdict[tuple[str, str, Role, str], list[Place]] = defaultdict(list)
    for one in places:
        if one.role and one.role not in BESIDE and one.matter and one.institutions and one.standing not in PAST:
            for concept in concepts_of(one, tagged) & set(concepts):
                held[one.jurisdiction, concept, one.role, one.matter].append(one)
    for (level, concept, role, matter), some in held.items():
        named = list(dict.fromkeys(name for one in some for name in one.institutions))
        together = {
            (a, b)
            for one in some
            for two in some
            if (one.source_id, one.clause) == (two.source_id, two.clause)
            for a in one.institutions
            for b in two.institutions
        }
        apart = [
            name for name in named if any(not alike(name, other) and (name, other) not in together for other in named)
        ]
        if apart:
            found = tuple(one for one in entries(some) if one.institution in apart)
            yield Disagreement(level, concept, role, matter, found)


def entry_table(table: Table) -> ExportTable:
    """Return who does what as a table for CSV and XLSX, a row a place."""
    columns = (
        *("jurisdiction", "role", "authority", "named as", "how", "matter", "act", "standing", "place", "provision"),
        *("language", "digest"),
    )
    rows = tuple(
        (
            JURISDICTIONS[one.jurisdiction].name,
            ROLE_WORDS[one.role],
            one.name,
            place.words,
            HOW_WORDS[place.how],
            place.matter,
            place.title,
            place.standing,
            place.label,
            place.provision_id,
            place.language,
            place.digest,
        )
        for one in table.entries
        for place in one.places
    )
    return ExportTable("institutions", columns, rows)


def register(bench: Workbench, *, jurisdictions: Sequence[str] = ()) -> list[tuple[str, int, tuple[Role, ...]]]:
    """Return the authorities of our list with how often the held texts name each and in which roles; in the order of the tables."""
    codes = {code for one in (jurisdictions or SIX) for code in within(jurisdiction(one).code)}
    counts: defaultdict[str, set[tuple[str, Span]]] = defaultdict(set)
    roles: defaultdict[str, set[Role]] = defaultdict(set)
    for source in wanted_sources(bench, jurisdictions):
        for one in places_of(bench, source.id):
            for name in one.institutions:
                counts[name].add((one.source_id, one.span))
                if one.role:
                    roles[name].add(one.role)
    return [
        (one.id, len(counts[one.id]), tuple(role for role in ROLE_WORDS if role in roles[one.id]))
        for one in institutions().values()
        if one.jurisdiction in codes
    ]
