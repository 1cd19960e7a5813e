"""What a paper says of one cell: its provisions with sealed quotes, its figures, what was searched, what is left open, who reviewed it.

Wiring: gathers for `paper_skeleton` what `skeletons` lays out. Invariant: a quote has been compared with the fixed text, or it is not there; places
are named by law and pinpoint, never by an id; a silence is told with its searches, and a signed one with the ledger's line for a footnote.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING

from psimm_docs.acquis import eu_act
from psimm_docs.basis import NOTE
from psimm_docs.cells import ITEM_WORDS, LOOK_WORDS, CellItem, counted, level_name
from psimm_docs.citations import cited_path, english_title
from psimm_docs.errors import PsimmError
from psimm_docs.jurisdictions import LANGUAGE_NAMES, jurisdiction
from psimm_docs.pinpoints import english_pinpoint
from psimm_docs.records import Citation
from psimm_docs.reports import cite
from psimm_docs.sealing import sealed
from psimm_docs.silence import entry
from psimm_docs.skeletons import QUOTES, Answer, Level, Quoted, ValueRow
from psimm_docs.value_grid import Figure, Figures

if TYPE_CHECKING:
    from psimm_docs.compare import Cell
    from psimm_docs.decisions import State
    from psimm_docs.workbench import Workbench

QUOTE_LETTERS = 1200
"""The most letters of a quote in a skeleton; a longer one ends at a whole word and says so."""

MOST_VALUES = 40
"""Rows of a values table; what is left out is told under it."""

MOST_PLACES = 10
"""Places that are named where more are meant; the number of the others is told."""

LATER = "\x00"
"""Marks a footnote whose text is made when the order of all is known; the number of its citation follows."""

DASH = re.compile(r"[–-]\s+")
"""The dash with which a digest begins a fact; it is a mark of the list, not of the fact."""


class Answers:
    """Gathers the answers of a paper; `citations` are those of its quotes, in the order gathered, `stopped` why some were held back."""

    def __init__(self, bench: Workbench, *, country: bool) -> None:
        self.bench, self.country = bench, country
        self.states = bench.states()
        self.citations: list[Citation] = []
        self.stopped: list[str] = []

    def answer(self, cell: Cell, figures: Figures | None) -> Answer:
        """Return what stands in a cell; footnotes to quotes come later, in the paper's order."""
        limit = QUOTES if self.country else 1
        quoted = [one for item in cell.provisions[:limit] if (one := self.quoted(item))]
        concept = self.bench.taxonomy.concept(cell.concept)
        return Answer(
            cell.concept,
            cell.jurisdiction,
            jurisdiction(cell.jurisdiction).name,
            concept.label(),
            cell.state,
            cell.words,
            cell.told,
            quoted=tuple(quoted),
            others=self.places(one.provision_id for one in cell.provisions[limit:]) if self.country else "",
            values=tuple(self.value_rows(figures)) if figures else (),
            searched=tuple(searches(cell)) if self.country else (),
            signed=self.signature(cell),
            open=tuple(self.questions(cell)) if self.country else (),
            reviewed=tuple(self.reviewers(cell)),
            levels=tuple(
                Level(f"{level_name(one.jurisdiction)}: {one.words}", self.signature(one)) for one in cell.levels
            ),
            eu=tuple(eu_act(one).text for one in concept.eu),
            remarks=figures.remarks if figures and figures.figures else (),
        )

    def quoted(self, item: CellItem) -> Quoted | None:
        """Return a provision's quote, compared with the fixed text, and a footnote to be made later; None where it can't be cited."""
        try:
            made = cite(self.bench, item.provision_id, max_quote=QUOTE_LETTERS if self.country else None)
        except PsimmError as error:
            self.stopped.append(str(error))
            return None
        checked = sealed(self.bench, [made])
        self.stopped += [stop.why for stop in checked.stopped]
        (one,) = checked.citations
        self.citations.append(one)
        quote = law_words(one.quote) if item.digest else one.quote
        return Quoted(quote, f"{LATER}{len(self.citations) - 1}", ITEM_WORDS[item.state], one.notes, one.language)

    # --- places ----------------------------------------------------------------------------------------------------------

    def place(self, provision_id: str) -> tuple[str, str]:
        """Return a law and a place in it as a reader knows them: `("Law on Foreigners (Serbia)", "Art. 43(2)")`."""
        provision = self.bench.provision(provision_id)
        source = self.bench.source(provision.source_id)
        law = english_title(source, self.bench.works.get(source.work_id)) or source.title
        path = cited_path([*self.bench.ancestors(provision), provision], digest=source.digest)
        if path and path[-1].kind != "unplaced":
            return law, " ".join(english_pinpoint(path, source.jurisdiction).split()) or provision.label
        return law, f"point {provision.number} (article not verified)" if provision.number else "the text"

    def places(self, provision_ids: Iterable[str]) -> str:
        """Return places by law, language versions of one place once: `Law on Foreigners: Art. 43, Art. 65; Labour Law: Art. 3`."""
        ids = list(provision_ids)
        there = self.bench.some_provisions(ids)
        found = list(dict.fromkeys(self.place(one) for one in ids if one in there))
        by_law: dict[str, list[str]] = {}
        for law, place in found[:MOST_PLACES]:
            by_law.setdefault(law, []).append(place)
        more = len(found) - MOST_PLACES
        told = [f"{law}: {', '.join(some)}" for law, some in by_law.items()]
        return "; ".join([*told, *([f"and {more} more"] if more > 0 else [])])

    # --- figures, questions, people --------------------------------------------------------------------------------------

    def value_rows(self, figures: Figures) -> list[ValueRow]:
        """Return the values table: sort, what it says with its own words, days or EUR where they say more, law and place."""
        shown = [
            (
                one.kind,
                f"{one.told}: “{one.words}”",
                "; ".join(part for part in (in_days(one), one.euro) if part),
                ", ".join(self.place(one.provision_id)),
            )
            for kind in figures.kinds
            for one in figures.figures
            if one.kind == kind
        ]
        rows = list(dict.fromkeys(shown))
        left = len(rows) - MOST_VALUES
        return [
            *rows[:MOST_VALUES],
            *([("", f"and {left} more (psimm-docs compare values)", "", "")] if left > 0 else []),
        ]

    def signature(self, cell: Cell) -> str:
        """Return the ledger's line for a footnote, where a person signed the cell's state; empty where nobody did."""
        return entry(self.bench, cell.signed.id).cited if cell.signed else ""

    def questions(self, cell: Cell) -> list[str]:
        """Return what is left open in a cell, in words."""
        states = Counter(item.state for item in cell.provisions)
        found = []
        if states["unreviewed"]:
            many = states["unreviewed"] > 1
            found.append(
                f"{states['unreviewed']} suggested and not reviewed: {'do they' if many else 'does it'} answer the question?"
            )
        if states["disputed"]:
            found.append(f"Reviewers disagree on {states['disputed']}.")
        if states["stale"]:
            found.append(f"{states['stale']} decided on an older wording: to be read again.")
        if cell.provisions and all(item.digest for item in cell.provisions):
            found.append("Only digests of ours say so; the law’s own text has to be read.")
        if cell.provisions and all(item.translation for item in cell.provisions):
            found.append("Only translations say so; the text of record has to be read.")
        if cell.state == "leads":
            found.append(f"To be read before this can be called silent: {self.places(cell.leads)}.")
        if cell.state == "not-found" and not cell.signed:
            found.append("Nobody has signed this silence yet.")
        if cell.state in ("not-held", "not-read"):
            found.append("The text has to be found and read.")
        return found

    def reviewers(self, cell: Cell) -> list[str]:
        """Return who decided on a cell's provisions, and when last."""
        said: dict[str, str] = {}
        for item in (*cell.provisions, *cell.rejected):
            for name in (item.provision_id, *item.versions):
                state: State | None = self.states.get((name, cell.concept))
                for who in state.by if state else ():
                    said[who] = max(said.get(who, ""), state.time[:10] if state else "")
        for one in cell.said:
            said[one.by] = max(said.get(one.by, ""), one.date)
        return [f"{who}, {day}" for who, day in sorted(said.items())]


def in_days(one: Figure) -> str:
    """Return a length of time in days where its own unit is another one."""
    return f"{one.days} days" if one.days and " day" not in one.told else ""


def law_words(quote: str) -> str:
    """Return a digest's quote without the dash of its list, and with what stands for a note of basis inside it.

    >>> law_words("– Rok je osam dana.\\n[fact 7; seen; http://a.b/c]")
    'Rok je osam dana.'
    >>> law_words("(1) Upis.\\n[fact 7; seen; http://a.b/c]\\n(2) Rok.")
    '(1) Upis.\\n[…]\\n(2) Rok.'
    """
    shown = NOTE.sub("[…]", quote)
    return re.sub(r"(?:\s*\[…\])+\Z", "", DASH.sub("", shown, count=1) if DASH.match(shown) else shown)


def searches(cell: Cell) -> list[str]:
    """Return the searches of an empty cell, each with its language and what came, and in how many documents; none where nothing was searched."""
    if not cell.looks:
        return []
    asked = "; ".join(
        f"“{one.text}” ({LANGUAGE_NAMES.get(one.language, one.language)}): {LOOK_WORDS.get(one.state, one.state)}"
        + (f", {counted(one.results, 'provision')}" if one.results else "")
        for one in cell.looks
    )
    return [f"Searched in {counted(cell.documents)} on {cell.date} for {asked}."]
