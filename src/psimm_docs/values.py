"""Deadlines, durations, validity, ages, fees, fines, quotas, shares and multiples of a wage: what the figures of a provision are for.

The idea: `quantities` finds the figures; the words around each, in its sentence, say what it is for and how it binds. `u roku od 15 dana`
is a deadline of at most 15 days, `najkasnije 15 dana prije isteka` one of at least 15 days before. Invariant: a value's span lies in the
text that was read, its numbers are those that stand there, and what is said to bear on it are the text's own words. Left to others: which
concepts the provision concerns (`valued`), and amounts in another currency (`rates`).
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass

from psimm_docs.fold import Folded, fold_with_map
from psimm_docs.quantities import Quantity, quantities
from psimm_docs.records import Span
from psimm_docs.value_records import Bound, Value, ValueKind
from psimm_docs.value_words import ValueWords, macro_of, value_words

VALUES_VERSION = "1"

NEAR = 60
"""Folded letters before a figure in which a cue is near it."""

AFTER = 45
FULL_STOP = re.compile(r"[.!?;:]\s+|\n\s*\n|\n\s*(?=(?:\(?\d{1,2}[.)]|[-–—•])\s)")
ENUMERATED = re.compile(r"\d{1,2}[.)]\s")
FARTHER = 400
"""Folded letters before a sentence that are looked at for what an amount is for where the sentence doesn't say."""

PAID = ("fine", "fee", "pay")
FEWEST_PLACES = 10
"""A smaller number is not taken as a quota."""


@dataclass(frozen=True, slots=True)
class Around:
    """A figure with the folded text and the sentence `[first, last)` that it stands in."""

    held: str
    one: Quantity
    first: int
    last: int
    words: ValueWords
    follows: Quantity | None

    def near(self, letters: int = NEAR) -> str:
        """Return what stands before the figure in its sentence, not farther than some letters; no part of a word."""
        at = max(self.first, self.one.start - letters)
        while self.first < at < self.one.start and self.held[at - 1].isalnum() and self.held[at].isalnum():
            at += 1
        return self.held[at : self.one.start]

    def since(self, letters: int) -> int:
        """Return where the words before the figure begin that no other figure of its sentence has between it and them."""
        return max(self.first, self.one.start - letters, self.follows.end if self.follows else 0)

    def before(self) -> str:
        """Return all that stands before the figure in its sentence."""
        return self.held[self.first : self.one.start]

    def after(self, letters: int = AFTER) -> str:
        """Return what stands behind the figure in its sentence, not farther than some letters and a word's end."""
        at = min(self.last, self.one.end + letters)
        while self.one.end < at < self.last and self.held[at - 1].isalnum() and self.held[at].isalnum():
            at += 1
        return self.held[self.one.end : at]

    def has(self, cue: str, where: str) -> bool:
        """Say whether a text has one of a cue's words."""
        return self.words.cues[cue].search(where) is not None

    def farthest(self, cue: str, where: str) -> int:
        """Return where the last of a cue's words in a text ends, -1 where it has none."""
        return max((found.end() for found in self.words.cues[cue].finditer(where)), default=-1)


def sentences(text: str, folded: Folded) -> list[int]:
    """Return where the sentences of a folded text begin, the first at 0."""
    begins = [0]
    for found in FULL_STOP.finditer(folded.text):
        after = folded.text[found.end() : found.end() + 1]
        if not after:
            continue
        letter = text[folded.span(found.end(), found.end() + 1).start]
        mark = folded.text[found.start()]
        word = re.search(r"(\w+)$", folded.text[max(0, found.start() - 12) : found.start()])
        short = word is not None and (word[1].isdigit() or len(word[1]) <= 2)
        opens = letter.isupper() or not letter.isalnum() or ENUMERATED.match(folded.text, found.end())
        if mark == ":" or (mark == "." and (short or not opens)):
            continue
        begins.append(found.end())
    return begins


def find(text: str, language: str, *, provision_id: str = "", offset: int = 0) -> tuple[Value, ...]:
    """Return the values of a text in order. `offset` is where the text begins in its document; spans are the document's."""
    words = value_words(macro_of(language))
    folded = fold_with_map(text)
    found = quantities(folded, text, words)
    begins = sentences(text, folded)
    made: list[Value] = []
    previous: Quantity | None = None
    former: ValueKind | None = None
    for one in found:
        at = bisect_right(begins, one.start) - 1
        last = begins[at + 1] if at + 1 < len(begins) else len(folded.text)
        around = Around(
            folded.text, one, begins[at], last, words, previous if previous and previous.start >= begins[at] else None
        )
        kind = kind_of(around)
        if previous is not None and former is not None and goes_on(around, previous, former, kind):
            kind = former
        previous, former = one, kind
        if kind is None:
            continue
        made.append(value_of(around, kind, folded, provision_id, offset))
    return tuple(made)


def goes_on(around: Around, previous: Quantity, former: ValueKind, kind: ValueKind | None) -> bool:
    """Say whether a figure goes on from the one before it (`1 % of the value, at most 20,000 euro`; `3 years, and for trainees 1 year`)."""
    one = around.one
    if previous.start < around.first:
        return False
    between = around.held[previous.end : one.start]
    if one.family == "money" and previous.family in ("money", "%"):
        return former in ("fine", "fee") and len(between) < 45 and not any(around.has(name, between) for name in PAID)
    if one.family == "time" == previous.family and kind == "duration" and former in ("deadline", "validity"):
        return len(between) < NEAR and around.words.goes_on.search(between) is not None
    return False


def value_of(around: Around, kind: ValueKind, folded: Folded, provision_id: str, offset: int) -> Value:
    """Return the value that a figure of a kind is."""
    one = around.one
    bound = bound_of(around, kind)
    actor, who = actor_of(around)
    bearing = bearing_of(around)

    def place(pair: tuple[int, int] | None) -> Span | None:
        if pair is None:
            return None
        span = folded.span(*pair)
        return Span(span.start + offset, span.end + offset)

    span = folded.span(one.start, one.end)
    return Value(
        provision_id=provision_id,
        kind=kind,
        span=Span(span.start + offset, span.end + offset),
        low=one.low,
        high=one.high,
        unit="place" if one.family == "number" and kind == "quota" else "year" if one.family == "number" else one.unit,
        bound=bound,
        working=one.working,
        actor=actor,
        actor_span=place(who),
        bears_on=place(bearing),
    )


# --- what for --------------------------------------------------------------------------------------------------------


def kind_of(around: Around) -> ValueKind | None:
    """Return what a figure is for, None for a number that is no value."""
    family = around.one.family
    if family == "number":
        return kind_of_number(around)
    if family == "time":
        return kind_of_time(around)
    if family == "money":
        return kind_of_money(around, "amount")
    if family == "wage":
        return "fine" if kind_of_money(around, "wage") == "fine" else "wage"
    sentence = around.held[around.first : around.last]
    if around.has("quota", sentence):
        return "quota"
    return "fee" if around.has("fee", around.near(40)) and kind_of_money(around, "share") == "fee" else "share"


def kind_of_number(around: Around) -> ValueKind | None:
    """Return quota or age for a number without a unit, None for all others."""
    one = around.one
    head = around.near(22).rstrip()
    if around.words.macro == "en" and one.high < 100 and around.farthest("ages_before", head) == len(head) > 0:
        return "age"
    rest = around.held[one.end : one.end + 14]
    if around.words.cues["months"].match(rest.lstrip(" .")):
        return None
    if one.bare and 1900 <= one.low <= 2100:
        return None
    sentence = around.held[around.first : around.last]
    noun = around.has("quota_nouns", around.after(24))
    grouped = not one.bare and one.low >= 1000
    if one.low < FEWEST_PLACES or not any(letter.isdigit() for letter in around.held[one.start : one.end]):
        return None
    if around.has("quota", sentence) or (around.has("quota", around.held[: around.first]) and (noun or grouped)):
        return "quota"
    return "quota" if noun and grouped else None


def is_age(around: Around) -> bool:
    """Say whether years are those of a person."""
    one = around.one
    if one.attributive or around.has("not_ages", around.near(35)):
        return False
    held = around.held[one.start : min(around.last, one.end + 20)]
    after = around.words.cues["ages_after"].search(held)
    return (after is not None and after.start() <= one.end - one.start + 1) or around.has(
        "ages_before", around.near(22)
    )


def kind_of_time(around: Around) -> ValueKind:
    """Return what a length of time is for."""
    one, near = around.one, around.near()
    if one.unit == "year" and is_age(around):
        return "age"
    if around.follows is not None and around.follows.family == "time" and around.follows.end < one.start:
        # `90 days within 180 days`: what the first is counted in
        between = around.held[around.follows.end : one.start]
        if (
            len(between) < 40
            and not around.words.either.match(between)
            and "," not in between
            and not around.has("lead", between)
        ):
            return "duration"
    if around.has("last", f"{around.near(16)} {around.after(14)}"):
        return "duration"
    if one.attributive and around.has("deadline_before", around.after(16)):
        return "deadline"
    rest = around.after().lstrip()
    if around.words.cues["deadline_after"].match(rest) or around.words.cues["limits"].match(rest):
        return "deadline"
    if around.has("given", near[-30:]) and around.words.cues["purpose"].match(rest):
        return "deadline"
    if around.has("lead", around.after(14)) and not around.has("validity_before", near[-25:]):
        return "duration" if around.words.during.search(near) else "deadline"
    clause = last_clause(around.held[around.since(110) : one.start])
    if around.has("deadline_before", clause) and not around.has(
        "deadline_not", around.held[around.since(80) : one.start]
    ):
        near_cue, noun = around.farthest("deadline_before", clause), around.farthest("limits", clause)
        if len(clause[near_cue:].split()) <= 4 or (noun >= 0 and len(clause[noun:].split()) <= 8):
            return "deadline"
    aside = around.farthest("which", near)
    if aside >= 0 and around.has("limits", around.before()) and len(near[aside:].split()) <= 7 and not around.follows:
        return "deadline"
    work, limit = around.farthest("process", near), around.farthest("permit_limit", near)
    if 0 <= work <= limit and len(near[work:].split()) <= 9 and not around.has("not", near[work:]):
        return "deadline"
    return "validity" if is_validity(around) else "duration"


def last_clause(text: str) -> str:
    """Return the words behind the last comma of a text, or the last three clauses' words where that is short."""
    parts = re.split(r"[;:]\s", text)
    return parts[-1]


def is_validity(around: Around) -> bool:
    """Say whether a length of time is how long a paper or a right holds."""
    near = around.near(90)
    sentence = around.held[around.first : around.last]
    if around.has("not_permit", near) or around.one.unit in ("minute", "hour"):
        return False
    if around.one.attributive:
        return around.has("permit", f"{around.near(30)} {around.after(40)}")
    holds = around.farthest("holds", near)
    if holds >= 0 and len(near[holds:].split()) <= 5:
        return True
    verb = around.farthest("validity_before", near)
    if verb >= 0 and len(near[verb:].split()) <= 7 and (around.has("permit", sentence) or around.has("stay", sentence)):
        return True
    limit, paper = around.farthest("permit_limit", near), around.farthest("permit", near)
    if limit >= 0 and 0 <= paper <= limit and len(near[limit:].split()) <= 4 and len(near[paper:limit].split()) <= 5:
        return True
    lasting, stay = around.farthest("lasting", near), max(paper, around.farthest("stay", near))
    return lasting >= 0 and 0 <= stay <= lasting and len(near[lasting:].split()) <= 5


def kind_of_money(around: Around, otherwise: ValueKind) -> ValueKind:
    """Return fine or fee by the nearest word before an amount, else by the first behind it in its sentence."""
    names: dict[str, ValueKind] = {"fine": "fine", "fee": "fee", "pay": "fee", "amount": otherwise}
    before, after = around.before(), around.held[around.one.end : around.last]
    places = {name: around.farthest(name, before) for name in names}
    if max(places.values()) >= 0:
        return names[max(places, key=places.__getitem__)]
    first = {name: found.start() for name in names if (found := around.words.cues[name].search(after)) is not None}
    if first:
        return names[min(first, key=first.__getitem__)]
    wider = around.held[max(0, around.first - FARTHER) : around.first]
    places = {name: around.farthest(name, wider) for name in names}
    return names[max(places, key=places.__getitem__)] if max(places.values()) >= 0 else otherwise


# --- how it binds ----------------------------------------------------------------------------------------------------


def bound_of(around: Around, kind: ValueKind) -> Bound:
    """Return how a value binds: a range, at most, at least or exactly."""
    one = around.one
    if one.ranged:
        return "range"
    said = said_bound(around)
    if kind == "deadline" and around.has("lead", around.after(14)):
        head = around.near(40)
        early, late = around.farthest("lead_at_most", head), around.farthest("lead_at_least", head)
        return "at-most" if early > late or (said == "at-most" and late < 0) else "at-least"
    if said is None and around.has("floor", around.before()):
        return "at-least"
    return said or ("at-most" if kind == "deadline" else "exactly")


def said_bound(around: Around) -> Bound | None:
    """Return the bound that the words right before a figure say; None where they say none."""
    before = around.near(70)
    found = {name: match for name, cue in around.words.ends.items() if (match := cue.search(before)) is not None}
    if not found:
        return None
    # `no more than`: the words that begin first hold the others
    name = min(found, key=lambda one: found[one].start("cue"))
    turned = name in ("over", "under") and found[name]["not"] is not None
    upper = name in ("at_most", "under")
    return "at-most" if upper is not turned else "at-least"


# --- who and what ----------------------------------------------------------------------------------------------------


def actor_of(around: Around) -> tuple[str, tuple[int, int] | None]:
    """Return who must act by the sentence of a figure, and where it says so; the nearest before the figure, else the first behind."""
    mentions: list[tuple[int, int, str]] = []
    for name, pattern in around.words.actors:
        mentions += [
            (found.start(), found.end(), name) for found in pattern.finditer(around.held, around.first, around.last)
        ]
    mentions = [
        one
        for one in mentions
        if not any(a <= one[0] and one[1] <= b and (b - a) > (one[1] - one[0]) for a, b, _ in mentions)
    ]
    before = sorted(one for one in mentions if one[1] <= around.one.start)
    behind = sorted(one for one in mentions if one[0] >= around.one.end)
    chosen = before[0] if before else behind[0] if behind else None
    return (chosen[2], (chosen[0], chosen[1])) if chosen else ("", None)


def bearing_of(around: Around) -> tuple[int, int] | None:
    """Return the words right behind a figure that say what it counts from or is for, up to the next mark; None where there are none."""
    begins = around.one.end + len(around.after()) - len(around.after().lstrip())
    found = around.words.cues["bears_on"].match(around.held, begins, around.last)
    if found is None:
        return None
    stop = re.compile(r"[,;:()]|\.(?=\s|$)").search(around.held, found.end(), around.last)
    end = stop.start() if stop else around.last
    while end > begins and around.held[end - 1].isspace():
        end -= 1
    return (begins, end) if end > found.end() else None
