"""What an authority does in a sentence: decides, gives an opinion, checks, receives, inspects, fines, hears the appeal.

The verbs are data (`data/institutions/words`): phrases with `@` for an authority that stands as a subject, `%` for one that doesn't, `#` for either, `*` for any
ending of a word and ` ... ` for a gap inside the clause: behind a subject no other subject stands in it, elsewhere no other authority. Invariant: a role rests on a phrase that is there; a mention without one
has no role, and nothing is guessed from what the authority usually does.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal

from psimm_docs.fold import fold
from psimm_docs.institution_words import table
from psimm_docs.institutions import Mention
from psimm_docs.records import Span

ROLES_VERSION = "1"

Role = Literal["appeal", "opinion", "checks", "inspects", "fines", "receives", "decides"]
ROLE_WORDS: Mapping[Role, str] = {
    "receives": "receives the request or report",
    "checks": "checks or assesses",
    "opinion": "gives an opinion, consent or proposal",
    "decides": "decides",
    "inspects": "inspects",
    "fines": "fines",
    "appeal": "hears the appeal",
}
"""The roles in the order in which a case meets them."""

BEATS: Mapping[Role, frozenset[Role]] = {
    "appeal": frozenset({"decides", "receives", "opinion"}),
    "opinion": frozenset({"decides", "checks", "receives"}),
    "fines": frozenset({"decides"}),
    "inspects": frozenset({"checks"}),
}
"""A role that a more telling one leaves out where both fit one mention: who decides on the appeal also `decides`."""

SUBJECT, OTHER = "\ue001", "\ue000"
GAP = rf"(?:[\s,(][^;{SUBJECT}{OTHER}]{{0,110}}?\s|\s)"
AFTER_SUBJECT = rf"(?:[\s,(][^;{SUBJECT}]{{0,140}}?\s|\s)"
SENTENCE = re.compile(r"(?<=[^\W\d_]{3}[.;:])\s+|\n\s*\n")


@dataclass(frozen=True, slots=True)
class Part:
    """What a mention does in its clause: `clause` are the words it rests on, `matter` what it is about, where the clause says so."""

    mention: Mention
    role: Role
    matter: str
    clause: Span


def spelt(text: str) -> str:
    """Return the pattern of a phrase of the tables in a clause whose authorities are marked."""
    parts = []
    for piece in text.split("..."):
        words = []
        for word in piece.split():
            core = word.rstrip(",")
            made = {"@": SUBJECT, "%": OTHER, "#": f"[{SUBJECT}{OTHER}]"}.get(core) or re.escape(fold(core)).replace(
                r"\*", r"\w*"
            )
            words.append(made if core in "@%#" else rf"(?<!\w){made}(?!\w)")
        parts.append(r"\s+".join(words))
    return (AFTER_SUBJECT if text.startswith("@") else GAP).join(parts)


@cache
def role_patterns(macro: str) -> tuple[tuple[Role, re.Pattern[str]], ...]:
    """Return the patterns of all roles of a macro-language, the more telling roles first."""
    held: Mapping[Role, Sequence[str]] = table(macro)["roles"]
    order: tuple[Role, ...] = ("appeal", "opinion", "fines", "inspects", "checks", "receives", "decides")
    return tuple((role, re.compile(spelt(text))) for role in order for text in held[role])


@cache
def matter_patterns(macro: str) -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Return the patterns of what a clause may be about, the narrower first."""
    held: Mapping[str, Sequence[str]] = table(macro)["matters"]
    return tuple((name, re.compile("|".join(spelt(text) for text in some))) for name, some in held.items())


@cache
def negated(macro: str) -> re.Pattern[str]:
    """Return the pattern of a phrase whose last word is denied."""
    return re.compile(rf"\b(?:{'|'.join(fold(word) for word in table(macro)['not'])})\s+\S+$")


@cache
def against(macro: str) -> re.Pattern[str]:
    """Return the pattern of the words that name what an appeal is against, and not who hears it."""
    return re.compile(rf"\b(?:{'|'.join(fold(word) for word in table(macro)['against'])})\b")


@cache
def joined(macro: str) -> re.Pattern[str]:
    """Return the pattern of several authorities in a row: with a comma, a conjunction, or letters in brackets."""
    ands = "|".join(re.escape(fold(word)).replace(r"\ ", r"\s+") for word in table(macro)["and"])
    before = "|".join(re.escape(fold(word)) for word in (*table(macro)["oblique_after"], *table(macro)["articles"]))
    one = f"[{SUBJECT}{OTHER}]"
    return re.compile(rf"{one}(?:\s*(?:,\s*(?:{ands})?|\b(?:{ands})\b|\()\s*(?:(?:{before})\s+){{0,2}}{one}\)?)+")


def sentences(text: str, span: Span) -> Iterator[Span]:
    """Yield the sentences of a stretch of a document."""
    at = span.start
    for found in SENTENCE.finditer(text, span.start, span.end):
        if found.start() > at:
            yield Span(at, found.start())
        at = found.end()
    if at < span.end:
        yield Span(at, span.end)


def parts(text: str, span: Span, mentions: Sequence[Mention], *, language: str) -> list[Part]:
    """Return what the mentions in a provision's own words do, in order; `language` is a tag (bs, sr-Cyrl) or a macro-language."""
    main = language.partition("-")[0]
    macro = main if main in ("sq", "mk", "en") else "hbs"
    made: list[Part] = []
    for sentence in sentences(text, span):
        inside = [one for one in mentions if sentence.holds(one.span)]
        if inside:
            made += sentence_parts(text, sentence, inside, macro)
    return made


def sentence_parts(text: str, sentence: Span, inside: Sequence[Mention], macro: str) -> Iterator[Part]:
    """Yield what the mentions of one sentence do."""
    clause, groups = marked(text, sentence, inside, macro)
    roles: list[dict[Role, None]] = [{} for _ in groups]
    for role, pattern in role_patterns(macro):
        for found in pattern.finditer(clause):
            # the authority is the sign that a phrase begins or ends with, else the one sign inside it
            ahead = found.end() if found[0][-1] in (SUBJECT, OTHER) else found.start() + 1
            at = signs(clause[:ahead]) - 1 if clause[ahead - 1] in (SUBJECT, OTHER) else signs(clause[: found.start()])
            if negated(macro).search(found[0]) or (role == "appeal" and against(macro).search(found[0])):
                continue
            if not any(role in BEATS.get(held, ()) for held in roles[at]):
                roles[at].setdefault(role)
    matter = first_matter(clause, macro)
    for group, some in zip(groups, roles, strict=True):
        for mention in group:
            for role in some:
                yield Part(mention, role, matter, sentence)


def signs(text: str) -> int:
    """Return how many signs of authorities stand in a text."""
    return text.count(SUBJECT) + text.count(OTHER)


def first_matter(clause: str, macro: str) -> str:
    """Return what a clause is about: the matter that it speaks of first, the narrower of two at one place; empty where it says nothing."""
    found = [
        (hit.start(), place, name)
        for place, (name, pattern) in enumerate(matter_patterns(macro))
        if (hit := pattern.search(clause))
    ]
    return min(found)[2] if found else ""


def marked(text: str, sentence: Span, inside: Sequence[Mention], macro: str) -> tuple[str, list[list[Mention]]]:
    """Return a sentence, folded, with one sign for each group of authorities, and the groups in order."""
    out, at = [], sentence.start
    for one in inside:
        out += [fold(text[at : one.span.start]), SUBJECT if one.subject else OTHER]
        at = one.span.end
    clause = " ".join("".join([*out, fold(text[at : sentence.end])]).split())
    groups: list[list[Mention]] = []
    rest = list(inside)
    merged, last = [], 0
    for found in joined(macro).finditer(clause):
        for _ in range(signs(clause[last : found.start()])):
            groups.append([rest.pop(0)])
        size = signs(found[0])
        groups.append([rest.pop(0) for _ in range(size)])
        merged += [clause[last : found.start()], SUBJECT if SUBJECT in found[0] else OTHER]
        last = found.end()
    groups += [[one] for one in rest]
    return "".join([*merged, clause[last:]]), groups
