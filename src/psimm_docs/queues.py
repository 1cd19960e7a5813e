"""In which order suggestions come before a reviewer, and which of them.

Plain data in, plain data out. Invariant: nobody is asked again what he has answered on the same wording; what he skipped comes last.
A queue that is `blind` holds what another person has decided, and whoever shows it keeps that answer back.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from psimm_docs.decisions import BULK, OPINIONS, State
from psimm_docs.records import Decision


@dataclass(frozen=True, slots=True)
class Item:
    """A suggestion (or a decision without one, `score` 0) as a queue sees it.

    `fingerprint` is the provision's now; `reworded`: the concept was changed since it was decided on.
    """

    provision_id: str
    concept: str
    score: float
    jurisdiction: str
    language: str
    fingerprint: str
    state: State | None = None
    reworded: bool = False

    @property
    def key(self) -> tuple[str, str]:
        """Provision and concept."""
        return (self.provision_id, self.concept)

    @property
    def again(self) -> bool:
        """Whether it was decided on another wording of the provision or of the concept."""
        decided = self.state is not None and self.state.verdict != "open"
        return decided and (self.reworded or (self.state is not None and self.state.stale))


@dataclass(frozen=True, slots=True)
class Queue:
    """A queue: what it is called, what belongs to it, by what it is ordered; `blind` keeps other people's answers back."""

    name: str
    holds: Callable[[Item, str], bool]
    order: Callable[[Item], tuple[float, ...]]
    blind: bool = False


def own(item: Item, reviewer: str) -> Decision | None:
    """Return what a reviewer says of an item on its wording now, a skip too."""
    said = item.state.decisions if item.state else ()
    found = [one for one in said if one.reviewer == reviewer and one.fingerprint == item.fingerprint]
    return found[-1] if found and not item.reworded else None


def answered(item: Item, reviewer: str) -> bool:
    """Say whether a reviewer has answered an item on its wording now."""
    mine = own(item, reviewer)
    return mine is not None and mine.verdict in OPINIONS


def waits(item: Item, reviewer: str) -> bool:
    """Say whether an item waits for a first answer (or for one on its new wording)."""
    undecided = item.state is None or item.state.verdict == "open" or item.again
    return undecided and not answered(item, reviewer)


def waits_for_second(item: Item, reviewer: str) -> bool:
    """Say whether others have decided an item on this wording, one by one, and the reviewer has not."""
    if item.state is None or item.again or answered(item, reviewer) or item.state.final is not None:
        return False
    return any(
        one.verdict in OPINIONS and one.reviewer != reviewer and not one.way.startswith(BULK)
        for one in item.state.decisions
    )


def disputed(item: Item, reviewer: str) -> bool:
    """Say whether reviewers say different things about an item."""
    del reviewer
    return item.state is not None and item.state.verdict == "disputed" and not item.again


def uncertain(item: Item) -> tuple[float, ...]:
    """Order by how far the score is from one half."""
    return (abs(item.score - 0.5),)


QUEUES: Mapping[str, Queue] = {
    "uncertain": Queue("Least certain first", waits, uncertain),
    "strongest": Queue("Strongest first", waits, lambda item: (-item.score,)),
    "concept": Queue("Concept by concept", waits, lambda item: (-item.score,)),
    "jurisdiction": Queue("Jurisdiction by jurisdiction", waits, lambda item: (-item.score,)),
    "document": Queue("As they stand in the corpus", waits, lambda item: ()),
    "stale": Queue("Changed since decided first", waits, lambda item: (not item.again, abs(item.score - 0.5))),
    "second": Queue("Second reading (blind)", waits_for_second, uncertain, blind=True),
    "disagreement": Queue("Reviewers disagree", disputed, uncertain),
}
"""The queues by their ids, in the order in which they are offered."""


def in_queue(
    items: Iterable[Item], queue: str, reviewer: str, *, concepts: Sequence[str] = (), jurisdictions: Sequence[str] = ()
) -> list[Item]:
    """Return the items of a queue for a reviewer, in its order; ties stay as the items came, what he skipped comes last.

    `concepts` and `jurisdictions` are all that there are, in the order in which the queues that go by them take them.
    """
    chosen = QUEUES[queue]
    held = [one for one in items if chosen.holds(one, reviewer)]
    rows = {name: at for at, name in enumerate({"concept": concepts, "jurisdiction": jurisdictions}.get(queue, ()))}

    def order(item: Item) -> tuple[float, ...]:
        place = rows.get(item.concept if queue == "concept" else item.jurisdiction, len(rows)) if rows else 0
        return (own(item, reviewer) is not None, place, *chosen.order(item))

    return sorted(held, key=order)
