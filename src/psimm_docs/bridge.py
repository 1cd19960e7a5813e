"""The term bridge: terms of a query that have names in other languages, and what else is therefore searched.

The idea: the taxonomy's labels and a glossary of the field give one term in seven languages. Where a query has such a term, the words
of its other names are looked for, too, and count as the query's own. Everything added is told, so that the analyst sees what was
searched. A label that is part of a longer one that matched stands back (`permit` in `work permit`).

Invariant: names are compared by stems, as passages are indexed; a query without a known term is left alone.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from psimm_docs.fold import fold
from psimm_docs.lexical import Bridge, Name, Query, folded_words, stem, stop_words

if TYPE_CHECKING:
    from psimm_docs.taxonomy import Taxonomy

OTHER_LABELS = 2
"""Labels of a concept besides the preferred one that are looked for in each language; further ones are more distant."""

MOST_BRIDGES = 4
"""Terms of one query that are bridged, the longest first."""

LEAST_LETTERS = 5
"""Letters of a term of one word: shorter ones (`fee`) mean too many things."""


@dataclass(frozen=True, slots=True)
class Key:
    """A label by which a query can mean a term: its folded content words, their stems, and its language."""

    words: tuple[str, ...]
    stems: frozenset[str]
    language: str

    def fits(self, held: Iterable[str]) -> bool:
        """Say whether each word of the label is among some folded words, in this or an inflected form."""
        there = tuple(held)
        return all(any(same(word, one, self.language) for one in there) for word in self.words)


@dataclass(frozen=True, slots=True)
class Entry:
    """One term: its names by language, and the labels by which a query can mean it."""

    names: tuple[Name, ...]
    keys: tuple[Key, ...]


def same(word: str, other: str, language: str) -> bool:
    """Say whether two folded words can be forms of one: English ones by their plural, others up to two letters at the end.

    A stem alone would take `employer` and `employee` for one word.

    >>> same("employer", "employers", "en"), same("employer", "employee", "en"), same("dozvola", "dozvolama", "bs")
    (True, False, True)
    """
    if word == other:
        return True
    if language == "en":
        return word.removesuffix("s") == other.removesuffix("s")
    common = max(len(stem(word)), min(len(word), len(other)) - 2)
    return stem(word) == stem(other) and word[:common] == other[:common]


def stems_of(text: str) -> tuple[str, ...]:
    """Return the stems of a name's content words, in order, each once."""
    return tuple(dict.fromkeys(stem(word) for word in folded_words(text) if word not in stop_words()))


def keys_of(labels: Iterable[tuple[str, str]]) -> tuple[Key, ...]:
    """Return what a query may mean a term by: labels, given as (language, text), of more than one content word, or of a long one."""
    found: dict[tuple[tuple[str, ...], str], Key] = {}
    for language, text in labels:
        some = tuple(word for word in folded_words(text) if word not in stop_words())
        if len(some) > 1 or (len(some) == 1 and len(some[0]) >= LEAST_LETTERS):
            found.setdefault((some, language), Key(some, frozenset(map(stem, some)), language))
    return tuple(found.values())


def entry(labels: Iterable[tuple[str, str]], others: Iterable[tuple[str, str]] = ()) -> Entry:
    """Return an entry of names given as (language, text); `others` only lead to it."""
    named = tuple(labels)
    names: dict[tuple[str, ...], Name] = {}
    for language, text in named:
        stems = stems_of(text)
        if stems:
            names.setdefault(stems, Name(text, language, stems))
    return Entry(tuple(names.values()), keys_of((*named, *others)))


@cache
def glossary() -> tuple[Entry, ...]:
    """Return the terms of the field that are no concepts of their own; a cell of the file may hold several names, parted by `;`."""
    data = files("psimm_docs").joinpath("data/search/glossary.csv").read_text("utf-8")
    return tuple(
        entry((language, text.strip()) for language, cell in row.items() for text in cell.split(";") if text.strip())
        for row in csv.DictReader(data.splitlines())
    )


def terms_of(taxonomy: Taxonomy) -> tuple[Entry, ...]:
    """Return the glossary's terms, and one a concept: its preferred labels and a few others in every language; all its labels lead to it."""
    made = [*glossary()]
    for concept in taxonomy.concepts:
        named = [
            (tag, text)
            for tag, texts in concept.labels.items()
            if tag != "sr-Latn"
            for text in texts[: 1 + OTHER_LABELS]
        ]
        made.append(entry(named, ((tag, text) for tag, texts in concept.labels.items() for text in texts)))
    return tuple(made)


def matches(query: Query, terms: Iterable[Entry]) -> Iterator[tuple[frozenset[str], Entry]]:
    """Yield the terms of which a query has a name, and the stems of the longest such name."""
    words = {spelling for term in query.terms if term.stem and not term.prefix for spelling in term.spellings}
    held = {stem(word) for word in words}
    for one in terms:
        fitting = [key.stems for key in one.keys if key.stems <= held and key.fits(words)]
        if fitting:
            yield max(fitting, key=lambda key: (len(key), sorted(key))), one


def bridged(query: Query, terms: Sequence[Entry]) -> Query:
    """Return a query with what is also searched for its terms.

    >>> from psimm_docs.lexical import parse_query
    >>> from psimm_docs.taxonomy import default_folder, load_taxonomy
    >>> found = bridged(parse_query("work permit"), terms_of(load_taxonomy(default_folder())))
    >>> "Leje pune" in {name.text for bridge in found.bridges for name in bridge.names}
    True
    """
    found = sorted(matches(query, terms), key=lambda one: (-len(one[0]), sorted(one[0])))
    made: list[Bridge] = []
    taken: list[frozenset[str]] = []
    for key, one in found:
        if any(key < other for other in taken) or (key not in taken and len(taken) >= MOST_BRIDGES):
            continue
        typed = " ".join(term.typed for term in query.terms if term.stem in key)
        own = {fold(typed)}
        names = tuple(name for name in one.names if not key <= frozenset(name.stems) and fold(name.text) not in own)
        if key in taken:
            place = taken.index(key)
            known = {name.stems for name in made[place].names}
            made[place] = replace(
                made[place], names=made[place].names + tuple(n for n in names if n.stems not in known)
            )
        else:
            taken.append(key)
            made.append(Bridge(typed, tuple(sorted(key)), names))
    return replace(query, bridges=tuple(one for one in made if one.names))
