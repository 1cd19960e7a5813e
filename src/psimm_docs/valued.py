"""The values of provisions and what their concepts' checklists find in them, asked of a built corpus.

Wiring: joins the text of a provision with `values`, `elements`, the tags, and people's decisions. Values are read in whole articles, since
the words that say what a figure is for often stand in another paragraph; those that lie in the provision asked for are returned. Nothing is
stored: what is found follows from the text and the word lists, and a text is read once as long as the program runs. Invariant: the words of a
value and of an element are the document's own letters; notes of basis in a digest are never looked at.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from psimm_docs.basis import NOTE
from psimm_docs.elements import checklist, checklists, shown
from psimm_docs.rates import Rate, rates
from psimm_docs.records import Provision
from psimm_docs.value_records import Element, Value
from psimm_docs.values import find

if TYPE_CHECKING:
    from psimm_docs.decisions import State
    from psimm_docs.workbench import Workbench

DAYS: Mapping[str, float] = {"minute": 1 / 1440, "hour": 1 / 24, "day": 1, "week": 7}
ABOUT_DAYS: Mapping[str, float] = {"month": 30, "year": 365}
BOUNDS = {"exactly": "", "at-most": "at most ", "at-least": "at least ", "range": ""}
UNITS = {"minimum-wage": "minimum wage", "average-wage": "average wage", "place": "place", "%": "%"}
States = Mapping[tuple[str, str], "State"]


@dataclass(frozen=True, slots=True)
class Valued:
    """A provision on a concept with its values and the concept's checklist."""

    provision: Provision
    values: tuple[Value, ...]
    elements: tuple[Element, ...]


# --- one provision ---------------------------------------------------------------------------------------------------


@lru_cache(maxsize=4096)
def found_in(text: str, language: str) -> tuple[Value, ...]:
    """Return the values of a text, read once."""
    return find(text, language)


def law_text(bench: Workbench, provision: Provision) -> str:
    """Return a provision's text with blanks for the notes of basis, letter by letter in the same place."""
    return NOTE.sub(lambda note: " " * len(note[0]), bench.text(provision))


def readable(bench: Workbench, provision: Provision) -> list[Provision]:
    """Return what is read for a provision: its article, or each article in it, or itself."""
    article = bench.article_of(provision)
    if article.kind == "article":
        return [article]
    inside = [
        one for one in bench.provisions(provision.source_id) if one.kind == "article" and provision.span.holds(one.span)
    ]
    return inside or [provision]


def concepts_of(bench: Workbench, unit: Provision, states: States) -> tuple[str, ...]:
    """Return the concepts of a provision: accepted by a person, or suggested and not rejected."""
    suggested = [tag.concept for tag in bench.tags(unit.source_id) if tag.provision_id == unit.id]
    answers = {concept: state.verdict for (provision_id, concept), state in states.items() if provision_id == unit.id}
    kept = [one for one in suggested if answers.get(one) != "rejected"]
    return tuple(dict.fromkeys([*(one for one, verdict in answers.items() if verdict == "accepted"), *kept]))


def values_of(bench: Workbench, provision_id: str) -> tuple[Value, ...]:
    """Return the values of a provision with all that stands in it, in text order; spans are the document's.

    Each names the innermost provision that it stands in. Raises NotFoundError for an unknown provision.
    """
    return values_with(bench, bench.provision(provision_id), bench.states())


def values_with(bench: Workbench, provision: Provision, states: States) -> tuple[Value, ...]:
    """Return the values of a provision; `states` are people's answers, read once for many provisions."""
    made = []
    tree = bench.provisions(provision.source_id)
    for unit in readable(bench, provision):
        concepts = concepts_of(bench, unit, states)
        inside = [one for one in tree if unit.span.holds(one.span)]
        for value in found_in(law_text(bench, unit), unit.language):
            here = moved(value, unit.span.start)
            if provision.span.holds(here.span):
                inner = max((one for one in inside if one.span.holds(here.span)), key=lambda one: one.depth)
                made.append(replace(here, provision_id=inner.id, concepts=concepts))
    return tuple(made)


def moved(value: Value, offset: int) -> Value:
    """Return a value with its spans moved by some letters."""
    spans = {
        name: type(span)(span.start + offset, span.end + offset)
        for name in ("span", "actor_span", "bears_on")
        if (span := getattr(value, name)) is not None
    }
    return replace(value, **spans)


def elements_of(bench: Workbench, provision_id: str, concept: str) -> tuple[Element, ...]:
    """Return a concept's checklist for a provision, one line an element that applies to the concept, in the order of the list.

    Raises NotFoundError for an unknown provision or concept.
    """
    provision = bench.provision(provision_id)
    known = bench.taxonomy.concept(concept).id
    return elements_with(bench, provision, known, values_with(bench, provision, {}))


def elements_with(bench: Workbench, provision: Provision, concept: str, values: Sequence[Value]) -> tuple[Element, ...]:
    """Return a concept's checklist for a provision whose values are known."""
    wanted = checklists(bench.workspace.taxonomy).get(concept, ())
    found = shown(law_text(bench, provision), provision.language, values, offset=provision.span.start)
    return checklist(provision.id, concept, wanted, found)


# --- all on a concept ------------------------------------------------------------------------------------------------


def valued_on(bench: Workbench, concept: str, *, jurisdictions: Sequence[str] = ()) -> list[Valued]:
    """Return the provisions on a concept, accepted ones and suggestions that nobody rejected, with values and checklist, as they stand in the corpus."""
    from psimm_docs.jurisdictions import within

    known = bench.taxonomy.concept(concept).id
    codes = {code for one in jurisdictions for code in within(one)}
    states = bench.states()
    ids = [tag.provision_id for tag in bench.tags() if tag.concept == known]
    ids += [
        provision_id for (provision_id, name), state in states.items() if name == known and state.verdict == "accepted"
    ]
    rejected = {key[0] for key, state in states.items() if key[1] == known and state.verdict == "rejected"}
    found = bench.some_provisions(one for one in ids if one not in rejected)
    made = []
    for provision_id in dict.fromkeys(ids):
        provision = found.get(provision_id)
        if provision is None or (codes and bench.source(provision.source_id).jurisdiction not in codes):
            continue
        values = values_with(bench, provision, states)
        made.append(Valued(provision, values, elements_with(bench, provision, known, values)))
    return made


# --- in words --------------------------------------------------------------------------------------------------------


def rates_of(bench: Workbench) -> Mapping[str, Rate]:
    """Return the rates by which this workspace shows amounts in euro."""
    return rates(bench.workspace.settings.values.rates)


def told(value: Value) -> str:
    """Say a value in plain English.

    >>> from psimm_docs.records import Span
    >>> told(Value("x", "deadline", Span(0, 1), 15, 15, "day", "at-most", True))
    'at most 15 working days'
    >>> told(Value("x", "fine", Span(0, 1), 500, 1000, "EUR", "range"))
    '500 to 1,000 EUR'
    """
    ends = [f"{one:,.10g}" for one in dict.fromkeys((value.low, value.high))]
    unit = UNITS.get(value.unit, value.unit)
    if value.iso or value.unit in ("minimum-wage", "average-wage", "place"):
        unit = ("working " if value.working else "") + unit + ("s" if value.high != 1 else "")
    return f"{BOUNDS[value.bound]}{' to '.join(ends)}{'' if unit == '%' else ' '}{unit}"


def in_days(value: Value) -> str:
    """Return a length of time in days for a table (`15`, `about 180`), empty for what is no time; working days say so."""
    exact, about = DAYS.get(value.unit), ABOUT_DAYS.get(value.unit)
    factor = exact or about
    if factor is None:
        return ""
    ends = " to ".join(f"{one * factor:.3g}" for one in dict.fromkeys((value.low, value.high)))
    return f"{'' if exact else 'about '}{ends}{' working' if value.working else ''}"


def in_euro(value: Value, known: Mapping[str, Rate]) -> str:
    """Return an amount in euro with the rate's date, empty where there is no rate or nothing to convert."""
    rate = known.get(value.unit)
    if rate is None or value.unit == "EUR":
        return ""
    ends = " to ".join(f"{one / rate.per_euro:,.2f}" for one in dict.fromkeys((value.low, value.high)))
    return f"{ends} EUR ({rate.date})"


def row_of(bench: Workbench, value: Value, known: Mapping[str, Rate]) -> dict[str, str]:
    """Return a value as a line of a table for a person: its own words, what they mean, and where they stand."""
    text = bench.document(value.provision_id.partition("#")[0]).text
    bears_on = " ".join(value.bears_on.of(text).split()) if value.bears_on else ""
    return {
        "kind": value.kind,
        "value": told(value),
        "days": in_days(value) if value.kind == "deadline" else "",
        "in euro": in_euro(value, known),
        "who": value.actor,
        "bears on": bears_on,
        "words": " ".join(value.span.of(text).split()),
        "where": bench.provision(value.provision_id).label,
    }


def rates_used(values: Sequence[Value], known: Mapping[str, Rate]) -> list[str]:
    """Say at which rates amounts are shown in euro, one line a currency."""
    used = dict.fromkeys(value.unit for value in values if value.unit in known and value.unit != "EUR")
    return [f"{name}: {known[name].per_euro:g} for 1 EUR, {known[name].date}, {known[name].source}" for name in used]


def without_rate(values: Sequence[Value], known: Mapping[str, Rate]) -> list[str]:
    """Return the currencies of values that have no rate, sorted."""
    return sorted({one.unit for one in values if len(one.unit) == 3 and one.unit.isupper() and one.unit not in known})


def jsonable(bench: Workbench, one: Value, known: Mapping[str, Rate]) -> dict[str, Any]:
    """Return a value with all its fields, its ISO 8601 duration, its words, and what a table says of it."""
    return {**asdict(one), "iso": one.iso, **row_of(bench, one, known)}


def element_rows(bench: Workbench, elements: Sequence[Element]) -> Iterator[dict[str, str]]:
    """Yield a checklist's lines for a person: the element, whether it was found, and its words."""
    for one in elements:
        text = bench.document(one.provision_id.partition("#")[0]).text
        yield {
            "element": one.name,
            "state": one.state,
            "words": " ".join(one.span.of(text).split()) if one.span else "",
        }
