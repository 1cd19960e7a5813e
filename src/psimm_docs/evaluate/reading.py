"""Reading: are the digests' articles found, and does each fact stand in its own, letter for letter?"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from psimm_docs.evaluate.facts import Fact, Score, by_language, digest_id, f1, home_of

if TYPE_CHECKING:
    from psimm_docs.workbench import Workbench


def folded_number(number: str) -> str:
    """Return an article's number in Latin letters without dots."""
    from psimm_docs.fold import fold

    return fold(number).strip(". ")


def reading_suite(bench: Workbench, facts: Sequence[Fact]) -> Iterator[Score]:
    """Are the digests' articles found, and does each fact stand letter for letter in the article that it was written for?"""
    for name, some in by_language(facts):
        wanted: dict[str, set[str]] = defaultdict(set)
        exact, placed = 0, 0
        for fact in some:
            source_id = digest_id(fact.work, fact.language)
            wanted[source_id] |= {folded_number(fact.article)} if fact.article else set()
            home = home_of(fact, bench)
            exact += home is not None
            if home is not None:
                article = bench.article_of(home)
                placed += (folded_number(article.number) if article.kind == "article" else "") == folded_number(
                    fact.article
                )
        right = found = want = 0
        for source_id, numbers in wanted.items():
            got = [folded_number(one.number) for one in bench.provisions(source_id) if one.kind == "article"]
            right += sum(number in numbers for number in set(got))
            found += len(got)
            want += len(numbers)
        yield Score("reading", "article F1", name, f1(right, found, want), want)
        yield Score("reading", "exact text", name, exact / len(some), len(some))
        yield Score("reading", "right article", name, placed / len(some), len(some))
