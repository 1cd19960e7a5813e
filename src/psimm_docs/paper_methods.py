"""The annexes of a paper: which texts it rests on, and how it was made.

Wiring. Invariant: a query stands here only if it was run, with where; versions and agreement figures are those of the day, not of memory.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from psimm_docs.cells import CELL_WORDS
from psimm_docs.grids import RESULTS
from psimm_docs.jurisdictions import JURISDICTIONS, LANGUAGE_NAMES, SIX, jurisdiction, root
from psimm_docs.records import Source
from psimm_docs.skeletons import Held

if TYPE_CHECKING:
    from psimm_docs.compare import Cell, Grid
    from psimm_docs.workbench import Workbench


STATUS = {"official": "official text", "unofficial": "unofficial text", "unknown": "text of unknown standing"}
"""What the status of a text is called in the annex."""


def sources(bench: Workbench, codes: Sequence[str]) -> tuple[Held, ...]:
    """Return the texts of these jurisdictions that are held and read."""
    roots = {root(code) for code in codes}
    read = bench.searched()
    order = sorted(JURISDICTIONS, key=lambda code: SIX.index(root(code)) if root(code) in SIX else len(SIX))
    return tuple(
        Held(
            jurisdiction(one.jurisdiction).name,
            one.title,
            " ".join(part for part in (one.gazette, one.gazette_number) if part),
            "" if one.digest else one.date,
            ", ".join((kind_of(one), LANGUAGE_NAMES.get(one.language, one.language))),
            one.retrieved[:10],
            one.sha256,
        )
        for one in sorted(bench.sources.values(), key=lambda one: order.index(one.jurisdiction))
        if root(one.jurisdiction) in roots and one.id in read
    )


def kind_of(source: Source) -> str:
    """Return what kind of text that is."""
    if source.digest:
        return "digest of ours"
    return "unofficial translation" if source.translation else STATUS.get(source.status, source.status)


def states_told(cells: Sequence[Cell]) -> str:
    """Return how many cells there are in each state, in words."""
    count = Counter(one.state for one in cells)
    return "; ".join(f"{CELL_WORDS[state]}: {count[state]}" for state in CELL_WORDS if count[state])


def methods(bench: Workbench, grid: Grid) -> tuple[tuple[str, str], ...]:
    """Return how the paper was made: versions, how far it is reviewed, how far reviewers agree, and the queries that were run."""
    from importlib.metadata import version

    from psimm_docs.adopted import names
    from psimm_docs.progress import progress
    from psimm_docs.sampling import outcomes

    done = progress(bench)
    called = names(bench.workspace.tagger)
    taggers = dict.fromkeys(tag.tagger_version for tag in bench.tags())
    agreed = [
        f"{pair.agreement.first} and {pair.agreement.second}: {pair.agreement.observed:.0%} of {pair.agreement.items} alike, "
        f"Cohen’s kappa {figure(pair.agreement.kappa)}"
        for pair in done.pairs
        if not pair.concept
    ]
    if agreed:
        agreed.append(f"Krippendorff’s alpha {figure(done.alpha)}")
    audits = [one.told for one in outcomes(bench) if one.done]
    return (
        ("Date of the grid", grid.date),
        ("States of the cells", states_told(grid.cells)),
        ("psimm-docs", version("psimm-docs")),
        ("Taxonomy", f"{bench.taxonomy.version} ({len(grid.concepts)} concepts in this paper)"),
        ("Tagger", "; ".join(called.get(one, f"as shipped ({one[:6]})") for one in taggers) or "nothing was tagged"),
        ("Search model", bench.encoder.version),
        (
            "Suggestions of the tagger",
            f"{done.suggested} in all texts held; {done.answered} of them answered by a reviewer",
        ),
        ("Agreement of reviewers", "; ".join(agreed) or "no item was answered by two reviewers"),
        *([("Audits", " ".join(audits))] if audits else []),
        (
            "How empty cells were searched",
            "Where no provision is suggested, the concept’s labels in the languages of the place and in English were searched in its "
            f"documents, at most {RESULTS} provisions a query. Those queries follow.",
        ),
        *searched(bench, grid),
    )


def figure(agreement: float) -> str:
    """Return a chance-corrected agreement in words: it has no value where all answers are alike.

    >>> figure(0.5), figure(float("nan"))
    ('0.50', 'not defined (all answers alike)')
    """
    return "not defined (all answers alike)" if math.isnan(agreement) else f"{agreement:.2f}"


def searched(bench: Workbench, grid: Grid) -> list[tuple[str, str]]:
    """Return the queries that were run, a row a concept, each with the jurisdictions whose documents it was run over."""
    rows = []
    for name in grid.concepts:
        where: dict[tuple[str, str], list[str]] = {}
        for cell in grid.row(name):
            for look in cell.looks:
                where.setdefault((look.text, look.language), []).append(jurisdiction(cell.jurisdiction).name)
        if where:
            asked = (
                f"“{text}” ({LANGUAGE_NAMES.get(language, language)}"
                + (f"; {', '.join(dict.fromkeys(places))})" if len(grid.jurisdictions) > 1 else ")")
                for (text, language), places in where.items()
            )
            rows.append((f"Searched: {bench.taxonomy.concept(name).label()}", "; ".join(asked)))
    return rows
