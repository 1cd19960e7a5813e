"""Which authorities a text names, in every language and case form, each with its exact letters.

A name is looked for word by word in the folded text, the longest at each place. Of authorities of several levels that share a name the text's
own level counts, then the levels above it, then the only one below it. General words (`nadležni organ`, `Ministarstvo`) are mentions of an
authority that is not named here; `resolved` says which one is meant where the act defines the word, or where the
act names just one authority that begins with it. Invariant: a mention's span is the document's own letters, mentions don't overlap, and
what can't be told stays unnamed. Left to others: what an authority does (`institution_roles`).
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

from psimm_docs.fold import Folded, fold, fold_with_map, words
from psimm_docs.institution_words import KEY, MACROS, Lexicon, Name, following, institutions, lexicon, table, titles
from psimm_docs.jurisdictions import JURISDICTIONS, root
from psimm_docs.records import Span

INSTITUTIONS_VERSION = "1"

NEAR = 2000
"""Letters over which a capital word still means the authority named before."""

TITLE = 40
"""Letters before a name in which the words of a law's title are looked for."""

How = Literal["name", "described", "letters", "defined", "before", "unnamed"]
HOW_WORDS: Mapping[How, str] = {
    "name": "by name",
    "described": "by what it is in charge of",
    "letters": "by its letters",
    "defined": "as the act defines the word",
    "before": "the only such authority that the act names",
    "unnamed": "not named here",
}


@dataclass(frozen=True, slots=True)
class Mention:
    """A place where a text speaks of an authority. `institutions` are the authorities meant, none where they are not named.

    `words` is what is looked up in definitions; `subject` says that it stands as a subject can (nominative, behind no preposition).
    """

    span: Span
    institutions: tuple[str, ...]
    how: How
    words: str
    subject: bool


@dataclass(frozen=True, slots=True)
class Match:
    """A name that stands in the folded text from `start` to `end`."""

    start: int
    end: int
    name: Name
    subject: bool


def matches(folded: Folded, text: str, held: Lexicon, macros: tuple[str, ...]) -> Iterator[list[Match]]:
    """Yield the longest names at each place, several where authorities share one; none overlap."""
    at, before = 0, ""
    barred, foreign, titled = following(macros, "not_before"), following(macros, "foreign"), titles(macros)
    for start, end in words(folded.text):
        word = folded.text[start:end]
        if start >= at:
            found: list[Match] = []
            for name in held.names.get(folded.text[start : start + KEY], ()):
                hit = name.pattern.match(folded.text, start)
                if hit is None or (name.capital and not folded.span(start, start + 1).of(text)[:1].isupper()):
                    continue
                if (
                    name.macro == "en"
                    and name.text.isascii()
                    and not plain_letters(folded.span(start, hit.end()).of(text))
                ):
                    continue
                if name.sort in ("general", "bare") and name.capital:
                    end = folded.span(hit.end() - 1, hit.end()).end
                    if barred.match(folded.text, hit.end()) or goes_on(text, end, name.macro):
                        continue
                form = hit.groupdict().get("form")
                subject = (
                    form is None or name.nominative is None or form in name.nominative
                ) and before not in held.oblique_after
                found.append(Match(start, hit.end(), name, subject))
            if found:
                longest = max(one.end for one in found)
                at = longest
                led = titled.search(folded.text[max(0, start - TITLE) : start])
                if not foreign.match(folded.text, longest) and not led:
                    yield [one for one in found if one.end == longest]
        before = before if word in held.articles else word


def plain_letters(said: str) -> bool:
    """Say whether words can be English; folded, the Albanian `policë` is the English `police`."""
    return all(letter.isascii() for letter in said if letter.isalpha())


def goes_on(text: str, end: int, macro: str) -> bool:
    """Say whether a capital word is only the beginning of a longer name, which is none of ours.

    >>> goes_on("Organi i Kujdestarisë", 6, "sq"), goes_on("Ministarstvo odlučuje", 12, "hbs")
    (True, False)
    """
    linked = "|".join(dict.fromkeys(one for links in table(macro)["links"] for one in (*links, "të", "së")))
    found = re.compile(rf"[ \t]+(?:(?:{linked})[ \t]+)?([^\W\d_])" if linked else r"[ \t]+([^\W\d_])").match(text, end)
    return found is not None and found[1].isupper()


def acronyms(folded: Folded, text: str, held: Lexicon) -> Iterator[tuple[Span, str]]:
    """Yield the letters by which authorities are known, with a case ending behind a hyphen (`MUP-a`), and the authority."""
    for start, end in words(folded.text):
        span = folded.span(start, end)
        known = held.acronyms.get(span.of(text))
        if known is None:
            continue
        tail = span.end
        if text[tail : tail + 1] in "-–" and text[tail : tail + 1]:
            ending = tail + 1
            while ending < len(text) and text[ending].isalpha() and text[ending].islower() and ending - tail <= 4:
                ending += 1
            tail = ending if ending > tail + 1 else tail
        yield Span(span.start, tail), known


def chosen(ids: Iterable[str], code: str) -> tuple[str, ...]:
    """Return which of the authorities that share a name is meant in a text of a level: one, or none where that can't be told.

    >>> chosen(["ba-srp/employment-institute", "ba-brc/employment-institute"], "BA-SRP")
    ('ba-srp/employment-institute',)
    >>> chosen(["ba-srp/employment-institute", "ba-brc/employment-institute"], "BA")
    ()
    """
    held = dict.fromkeys(ids)
    level = code
    while level:
        own = [one for one in held if institutions()[one].jurisdiction == level]
        if own:
            return tuple(own) if len(own) == 1 else ()
        level = JURISDICTIONS[level].parent
    return tuple(held) if len(held) == 1 else ()


@dataclass(frozen=True, slots=True)
class Sighting:
    """A place where a name stands: its mention, None for a body that is none of ours; `word` is the general word, where it is one."""

    span: Span
    mention: Mention | None
    word: Name | None = None


def find(text: str, *, jurisdiction: str) -> list[Mention]:
    """Return the mentions of authorities in a text, in order; general words are not resolved, and names of others are left out."""
    return [one.mention for one in sightings(text, jurisdiction=jurisdiction) if one.mention is not None]


def sightings(text: str, *, jurisdiction: str) -> list[Sighting]:
    """Return all names in a text in order, those of other bodies too; none for a jurisdiction that is not one of the six."""
    held = lexicon(jurisdiction)
    macros = MACROS.get(root(jurisdiction), ())
    if not macros:
        return []
    folded = fold_with_map(text)
    made = [
        sighting(some, folded.span(some[0].start, some[0].end), text, jurisdiction)
        for some in matches(folded, text, held, macros)
    ]
    starts = [one.span.start for one in made]
    letters = []
    for span, known in acronyms(folded, text, held):
        at = bisect_right(starts, span.start) - 1
        if at < 0 or not made[at].span.overlaps(span):
            bare = span.of(text)
            letters.append(Sighting(span, Mention(span, (known,), "letters", bare, not re.search("[-–]", bare))))
    return sorted([*made, *letters], key=lambda one: one.span)


def sighting(some: Sequence[Match], span: Span, text: str, code: str) -> Sighting:
    """Return what the names at one place come to."""
    subject = any(one.subject for one in some)
    named = [one.name for one in some if one.name.institution]
    said = " ".join(span.of(text).split())
    ids = chosen((one.institution for one in named), code)
    if ids:
        how: How = "name" if any(one.sort == "name" and one.institution in ids for one in named) else "described"
        return Sighting(span, Mention(span, ids, how, said, subject))
    general = next((one.name for one in some if one.name.sort in ("general", "bare")), None)
    if named or general is not None:
        return Sighting(span, Mention(span, (), "unnamed", said, subject), general)
    return Sighting(span, None)


# --- what general words mean in an act ---------------------------------------------------------------------------------


@lru_cache(maxsize=4096)
def words_key(text: str, code: str) -> str:
    """Return what a general word has in common in all its forms, for looking it up among an act's own terms; empty for other words.

    >>> words_key("Nadležnog organa", "ME") == words_key("nadležni organ", "ME") != ""
    True
    """
    folded = fold_with_map(text.strip())
    held = lexicon(code)
    for some in matches(folded, text.strip(), held, MACROS.get(root(code), ())):
        if some[0].start == 0 and some[0].end == len(folded.text):
            return min(fold(one.name.text) for one in some)
    return ""


def resolved(text: str, *, jurisdiction: str, defined: Mapping[str, tuple[str, ...]]) -> list[Mention]:
    """Return a whole act's mentions with its general words resolved.

    `defined` are the authorities by the key (`words_key`) of the act's own terms, none for a term that stands for a body that is none of ours. A capital word that the act doesn't define means the one authority
    with that word in its name that was named before, where there was no other; of the words that may also be somebody's firm (`Agencija`) those
    at the start of a sentence are left out when they stay unresolved.
    """
    kept: list[Mention] = []
    before: dict[str, tuple[str, ...]] = {}
    last: dict[str, int] = {}
    for one in sightings(text, jurisdiction=jurisdiction):
        mention = one.mention
        if mention is None or mention.institutions:
            name = fold(" ".join(one.span.of(text).split()))
            before[name], last[name] = mention.institutions if mention else (), one.span.end
            kept += [mention] if mention else []
            continue
        meant = defined.get(words_key(mention.words, jurisdiction))
        alone = meant is None and mention.words[:1].isupper() and " " not in mention.words
        near = named_before(one.word, before, last, one.span.start) if alone else ()
        if meant:
            kept.append(replace(mention, institutions=meant, how="defined"))
        elif near:
            kept.append(replace(mention, institutions=near, how="before"))
        elif one.word is None or one.word.sort != "bare" or inside_sentence(text, mention.span.start):
            kept.append(mention)
    return kept


def named_before(
    word: Name | None, before: Mapping[str, tuple[str, ...]], last: Mapping[str, int], at: int
) -> tuple[str, ...]:
    """Return the authority that the names before have with a word in them (`Služba` of `Nacionalna služba za zapošljavanje`).

    It has to be one alone in the whole text so far, and to stand not more than `NEAR` letters before.
    """
    if word is None:
        return ()
    fitting = [name for name in before if any(word.pattern.match(name, start) for start, _ in words(name))]
    ids = {before[name] for name in fitting}
    return ids.pop() if len(ids) == 1 and at - max(last[name] for name in fitting) <= NEAR else ()


def inside_sentence(text: str, at: int) -> bool:
    """Say whether a capital letter here is the writer's choice: a word stands before it in the sentence.

    >>> inside_sentence("pravo da Agencija", 9), inside_sentence("(2) Agencija", 4)
    (True, False)
    """
    before = text[:at].rstrip()
    return before[-1:].isalpha() or before[-1:] in (",", ";") if before else False
