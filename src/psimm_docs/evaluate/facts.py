"""What every suite needs: scores, the facts that the digests were made from, where each stands, and means."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from psimm_docs.errors import PsimmError
from psimm_docs.records import Provision

if TYPE_CHECKING:
    from psimm_docs.workbench import Workbench


@dataclass(frozen=True, slots=True)
class Score:
    """One figure: of which suite, which measure, over which slice of the cases, from how many; `floor` where there is one.

    A rate of errors has a ceiling for its floor: it may fall and never rise.
    """

    suite: str
    measure: str
    slice: str
    value: float
    count: int
    floor: float | None = None

    @property
    def falls_short(self) -> bool:
        """Whether the figure is worse than its floor allows."""
        if self.floor is None:
            return False
        return self.value > self.floor if "error" in self.measure else self.value < self.floor


@dataclass(frozen=True, slots=True)
class Fact:
    """A fact as it stands in one language's digest: where it has to be found and what it concerns."""

    number: int
    work: str
    language: str
    article: str
    text: str
    concepts: tuple[str, ...]


def read_facts(bench: Workbench) -> list[Fact]:
    """Return the facts of the digests that this workspace holds, one a language."""
    folder = bench.workspace.root / "corpus" / "digests"
    facts = [
        Fact(row["fact"], row["work"], language, row["article"] or "", text, tuple(row["concepts"]))
        for path in sorted(folder.glob("*.jsonl"))
        for row in map(json.loads, path.read_text("utf-8").splitlines())
        for language, text in row["text"].items()
        if digest_id(row["work"], language) in bench.sources
    ]
    if not facts:
        raise PsimmError(
            f"{bench.workspace.root}: no digests here to measure on; run evaluate in the project's own checkout, after psimm-docs build"
        )
    return facts


def digest_id(work: str, language: str) -> str:
    """Return the id of a work's digest in a language."""
    return f"{work}/digest.{language}"


def mean(values: Iterable[float]) -> float:
    """Return the mean; 0 of nothing."""
    held = list(values)
    return sum(held) / len(held) if held else 0.0


def f1(right: int, found: int, wanted: int) -> float:
    """Return the F1 of `right` answers among `found` against `wanted`; 1 where nothing was wanted and nothing found."""
    return 2 * right / (found + wanted) if found + wanted else 1.0


def by_language(facts: Sequence[Fact]) -> Iterator[tuple[str, list[Fact]]]:
    """Yield `all` with all facts, then each language with its own."""
    yield "all", list(facts)
    for language in sorted({fact.language for fact in facts}):
        yield language, [fact for fact in facts if fact.language == language]


def home_of(fact: Fact, bench: Workbench) -> Provision | None:
    """Return the deepest provision whose text holds the fact's text letter for letter."""
    source_id = digest_id(fact.work, fact.language)
    text = bench.document(source_id).text
    at = text.find(fact.text)
    if at < 0:
        return None
    holders = [
        one for one in bench.provisions(source_id) if one.span.start <= at and at + len(fact.text) <= one.span.end
    ]
    return max(holders, key=lambda one: one.depth, default=None)


def result_key(bench: Workbench, provision: Provision) -> str:
    """Return what counts as one result: the article, or the provision itself outside articles."""
    return bench.article_of(provision).id
