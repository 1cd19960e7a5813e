"""The evidence card of a suggestion: everything that a reviewer should see before he answers, in one place.

Wiring: the provision in its article, the words on which the suggestion rests, what the concept is and is not, how each method voted, and what
people answered on the provisions nearest in meaning in other languages. Invariant: no answer on the provision itself, nor on another
language version of it, is among the neighbours, so that a card can be shown to a second reader who must not know the first answer.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from psimm_docs.records import Concept, Provision, Source, Span, Tag

if TYPE_CHECKING:
    from psimm_docs.decisions import Key, State
    from psimm_docs.workbench import Workbench

NEIGHBOURS = 2
"""Confirmed and rejected provisions that a card shows, each."""

COMPARED = 400
"""Decided provisions whose vectors are compared at most, the latest first."""

METHODS = {
    "label": "words of the taxonomy",
    "similarity": "meaning",
    "classifier": "learned from examples",
    "answers": "where people's answers pull",
}
"""What the methods that vote are called."""


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A decided provision near in meaning: its law, its own words, its likeness (cosine) and whether it was accepted."""

    provision: Provision
    source: Source
    text: str
    likeness: float
    accepted: bool


@dataclass(frozen=True, slots=True)
class Card:
    """The evidence for one provision and one concept.

    `around` is the article (or the provision itself) that is shown, `passage` the provision's span in it where it is only a part. `votes`
    are (method in words, score), `tag` is None where no machine suggested it. `versions` are the provision's other language versions.
    """

    provision: Provision
    source: Source
    around: Provision
    text: str
    passage: tuple[Span, ...]
    path: tuple[str, ...]
    page: int
    concept: Concept
    tag: Tag | None
    votes: tuple[tuple[str, float], ...]
    confusions: tuple[str, ...]
    versions: tuple[Provision, ...]
    confirmed: tuple[Neighbour, ...]
    rejected: tuple[Neighbour, ...]

    @property
    def evidence(self) -> tuple[Span, ...]:
        """The words on which the suggestion rests."""
        return self.tag.evidence if self.tag else ()

    @property
    def pictured(self) -> bool:
        """Whether the file has pages to picture."""
        return self.source.media_type == "application/pdf"


def card(bench: Workbench, key: Key, standing: Mapping[Key, State]) -> Card:
    """Return the card of a provision and a concept; raises NotFoundError for unknown ones."""
    provision, concept = bench.provision(key[0]), bench.taxonomy.concept(key[1])
    view = bench.view(provision.id)
    around = bench.article_of(provision)
    tag = bench._tags_by_key.get(key)
    near = neighbours(bench, provision, concept.id, standing)
    return Card(
        provision=provision,
        source=view.source,
        around=around,
        text=bench.text(around),
        passage=() if around.id == provision.id else (provision.span,),
        path=tuple(map(named, [*bench.ancestors(provision), provision])),
        page=view.page,
        concept=concept,
        tag=tag,
        votes=tuple((METHODS.get(vote.method, vote.method), vote.score) for vote in tag.votes) if tag else (),
        confusions=tuple(
            bench.taxonomy.concept(one).label() for one in concept.confusions if one in bench.taxonomy.by_id
        ),
        versions=tuple(bench.counterparts(provision)),
        confirmed=tuple(one for one in near if one.accepted)[:NEIGHBOURS],
        rejected=tuple(one for one in near if not one.accepted)[:NEIGHBOURS],
    )


def named(provision: Provision) -> str:
    """Return a provision's label with its heading, where the label is not the heading already."""
    if provision.heading and not provision.label.startswith(provision.heading):
        return f"{provision.label} {provision.heading}".strip()
    return provision.label


def neighbours(bench: Workbench, provision: Provision, concept: str, standing: Mapping[Key, State]) -> list[Neighbour]:
    """Return the provisions in other languages that people accepted or rejected for a concept, the nearest first."""
    from psimm_docs.finding import open_index
    from psimm_docs.similar import among

    decided = sorted(
        (
            (state.time, key[0], state.verdict == "accepted")
            for key, state in standing.items()
            if key[1] == concept and state.verdict in ("accepted", "rejected") and not state.stale
        ),
        reverse=True,
    )
    own = place(bench, provision.id)
    said = {one: accepted for _, one, accepted in decided[:COMPARED] if place(bench, one) != own}
    there = {one.id: one for one in bench.some_provisions(said).values() if one.language != provision.language}
    near = among(open_index(bench), provision.id, list(there)) if there else {}
    ordered = sorted(near, key=lambda one: (-near[one], one))
    return [
        Neighbour(there[one], bench.source(there[one].source_id), bench.text(there[one]), near[one], said[one])
        for one in best_of_places(bench, ordered, said)
    ]


def place(bench: Workbench, provision_id: str) -> tuple[str, str]:
    """Return what the language versions of a provision share: the work (else the document) and the place in it."""
    source_id, _, eid = provision_id.partition("#")
    source = bench.sources.get(source_id)
    return ((source.work_id if source else "") or source_id, eid)


def best_of_places(bench: Workbench, ordered: list[str], said: Mapping[str, bool]) -> list[str]:
    """Return the first of each provision's language versions, as many as a card shows of either answer."""
    kept: dict[tuple[str, str], str] = {}
    counts = {True: 0, False: 0}
    for one in ordered:
        if counts[said[one]] < NEIGHBOURS and place(bench, one) not in kept:
            kept[place(bench, one)] = one
            counts[said[one]] += 1
    return list(kept.values())
