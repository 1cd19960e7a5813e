"""What a provision fixes in figures, and the lines of a concept's checklist; records only.

None is stored: a value follows from the text whenever it is asked for. Spans count characters of `Document.text`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from psimm_docs.records import Span

ValueKind = Literal["deadline", "duration", "validity", "age", "fee", "fine", "amount", "quota", "share", "wage"]
Bound = Literal["exactly", "at-most", "at-least", "range"]
ElementName = Literal["who", "grounds", "document", "deadline", "fee", "authority", "appeal", "sanction"]


@dataclass(frozen=True, slots=True)
class Value:
    """A figure of a provision with what it means: `kind` says what for, `unit` in what, `span` its own words with what bounds them.

    `low` and `high` are the same number but for a range. `unit` is `minute`, `hour`, `day`, `week`, `month` or `year`, a currency
    (ISO 4217), `%`, `minimum-wage` or `average-wage` (the number is then a multiple), or `place` for a quota.
    `working` says that the days are working days. A range's bound is `range`; an upper end that is missing is `at-least`.
    `actor` is who must act, by the sentence (`employer`, `foreigner`, `authority`, `court`, empty where it does not say), in the
    words `actor_span`; `bears_on` are the words that say what the figure counts from or is for; `concepts` what the provision
    concerns, by its tags and people's decisions.
    """

    provision_id: str
    kind: ValueKind
    span: Span
    low: float
    high: float
    unit: str
    bound: Bound = "exactly"
    working: bool = False
    actor: str = ""
    actor_span: Span | None = None
    bears_on: Span | None = None
    concepts: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.low > self.high:
            raise ValueError(f"a value's low must not be above its high, not {self.low}..{self.high}")

    @property
    def iso(self) -> str:
        """A length of time as ISO 8601 (`P15D`, `PT24H`; a range as `P1Y..P5Y`), empty for what is no time."""
        sign = {
            "minute": "PT{:g}M",
            "hour": "PT{:g}H",
            "day": "P{:g}D",
            "week": "P{:g}W",
            "month": "P{:g}M",
            "year": "P{:g}Y",
        }
        form = sign.get(self.unit, "")
        return "..".join(form.format(one) for one in dict.fromkeys((self.low, self.high))) if form else ""


@dataclass(frozen=True, slots=True)
class Element:
    """One line of a concept's checklist in one provision: the words that show it, `span`, or None where it was not found there."""

    provision_id: str
    concept: str
    name: ElementName
    span: Span | None = None

    @property
    def state(self) -> Literal["found", "not found in this provision"]:
        """What to tell a reader."""
        return "not found in this provision" if self.span is None else "found"
