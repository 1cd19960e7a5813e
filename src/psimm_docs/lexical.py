"""The words of a query and of a passage: what is indexed, what is asked of FTS5, and which letters matched.

The idea: a passage is indexed twice, by its folded words and by their stems. A stem here is the first letters of a word,
without vowels at their end, after the Ekavian and Ijekavian spellings, and `dj` and `đ`, have been made one. It is a rule of
thumb that stands in for inflection in all languages alike, so that nobody has to know the language of a query. Stop words
have no stem: `area` must not find `are`.

Invariant: no character of a query reaches FTS5 but as letters and digits between quotation marks, so that no query can
be a syntax error or an operator. Highlights are letters of the original text.

Left to others: folding (`fold`), numbers with their words (`exact`), storing and scoring (`index`), meaning (`encode`), and how much a match counts (`search`).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from itertools import product

from psimm_docs.basis import NOTE
from psimm_docs.errors import PsimmError
from psimm_docs.exact import Exact, exact_parts
from psimm_docs.fold import WORD, Folded, fold, fold_with_map, words
from psimm_docs.records import Span

STEM_LETTERS = 5
"""Letters of a stem; longer ones miss inflected forms, shorter ones mix words."""

LEAST_LETTERS = 3
"""Letters that are left of a stem when vowels at its end are dropped: `žalba` and `žalbu`, `viza` and `vizë` are one."""

VOWELS = "aeiou"

IJEKAVIAN = re.compile("(?<=[bcdfghklmnprstvz])i?je(?=.)")
"""`ije` and `je` where Ekavian has `e`: after a consonant and inside a word (not in `linije`, nor in Albanian `leje`)."""

MAX_TERMS = 64
"""Words of one query that are looked up; a longer query (a pasted paragraph) is cut, and `Query.cut` says so."""

MAX_SPELLINGS = 16
"""Spellings of one phrase that are tried."""

COLUMNS = ("text", "heading", "context", "stems")
"""The columns of the full-text table, in order."""

QUOTED = re.compile(r'"([^"]*)"|[„“]([^„“”]*)[“”]|«([^«»]*)»|»([^«»]*)«')


@dataclass(frozen=True, slots=True)
class Term:
    """One word of a query: as typed, its folded spellings, its stem (empty for a stop word); `prefix` is true for `dozvol*`."""

    typed: str
    spellings: tuple[str, ...]
    stem: str
    prefix: bool = False

    def matches(self, word: str) -> bool:
        """Say whether a folded word is this one, an inflection of it, or begins with it where it is a prefix."""
        if self.prefix:
            return word.startswith(self.spellings)
        return word in self.spellings or (bool(self.stem) and word not in stop_words() and stem(word) == self.stem)


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words in quotation marks: as typed, and for each word its folded spellings. The order of words counts."""

    typed: str
    words: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Name:
    """A name of a term in some language (a tag of the taxonomy's labels), and the stems of its words."""

    text: str
    language: str
    stems: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Bridge:
    """A term of a query, as typed, the stems of its words, and its other names that are searched as well (see `bridge`)."""

    typed: str
    stems: tuple[str, ...]
    names: tuple[Name, ...]

    def of(self, held: set[str] | frozenset[str]) -> tuple[Name, ...]:
        """Return the names all of whose stems are held."""
        return tuple(name for name in self.names if held.issuperset(name.stems))


@dataclass(frozen=True, slots=True)
class Query:
    """A parsed query. Every phrase has to be in a passage; terms add to its score; passages with an exact part come first.

    `cut` says that words were left out.
    """

    terms: tuple[Term, ...]
    phrases: tuple[Phrase, ...]
    cut: bool = False
    exacts: tuple[Exact, ...] = ()
    bridges: tuple[Bridge, ...] = ()

    def typed(self) -> tuple[str, ...]:
        """Return the phrases, exact parts and words that are looked for, as they were typed."""
        of_phrases, of_exacts = (one.typed for one in self.phrases), (one.typed for one in self.exacts)
        return (*of_phrases, *of_exacts, *(one.typed for one in self.terms))


@cache
def stop_words() -> frozenset[str]:
    """Return the folded words of all languages that are looked up only where a query has no others."""
    data = files("psimm_docs").joinpath("data/search/stopwords.json").read_text("utf-8")
    lists: dict[str, list[str]] = json.loads(data)
    return frozenset(word for words_of_language in lists.values() for word in words_of_language)


@lru_cache(maxsize=1 << 16)
def stem(word: str) -> str:
    """Return the stem of a folded word; a word with a digit in it is its own stem.

    >>> stem(fold("zahtjevima")), stem(fold("захтеви")), stem(fold("Đorđe")), stem(fold("Djordje"))
    ('zaht', 'zaht', 'dord', 'dord')
    >>> stem("mjera"), stem("mere"), stem("43a")
    ('mer', 'mer', '43a')
    """
    if not word.isalpha():
        return word
    cut = IJEKAVIAN.sub("e", word.replace("dj", "d"))[:STEM_LETTERS]
    return cut[:LEAST_LETTERS] + cut[LEAST_LETTERS:].rstrip(VOWELS)


def spellings(word: str) -> tuple[str, ...]:
    """Return a folded word, and what it would be if its `dj` stood for `đ`.

    >>> spellings("takodje")
    ('takodje', 'takode')
    """
    return (word, word.replace("dj", "d")) if "dj" in word else (word,)


def folded_words(text: str) -> list[str]:
    """Return the folded words of a text in order.

    >>> folded_words("Члан 43. Странац")
    ['clan', '43', 'stranac']
    """
    return WORD.findall(fold(text))


def of_law(text: str) -> str:
    """Return a text with blanks for its notes of basis, which are no words of law; every other letter keeps its place.

    >>> of_law("Rok [fact 7; seen]")
    'Rok               '
    """
    return NOTE.sub(lambda found: " " * len(found[0]), text)


def columns(text: str, heading: str, context: str) -> tuple[str, str, str, str]:
    """Return what the full-text table holds of one passage, in the order of `COLUMNS`.

    >>> columns("Захтев странца.", "Рок", "")
    ('zahtev stranca', 'rok', '', 'zaht stran rok')
    """
    of_text, of_heading = folded_words(of_law(text)), folded_words(heading)
    stems = " ".join(stem(word) for word in (*of_text, *of_heading) if word not in stop_words())
    return " ".join(of_text), " ".join(of_heading), " ".join(folded_words(context)), stems


def parse_query(text: str) -> Query:
    """Return the words, exact parts and quoted phrases of a query, each once, in the order in which they were typed.

    Stop words are left out where other words remain; a word followed by `*` is a prefix.
    Raises PsimmError when there is no letter and no digit in it.

    >>> query = parse_query('zahtjev za "radnu dozvolu" dozvol*')
    >>> query.typed()
    ('radnu dozvolu', 'zahtjev', 'dozvol*')
    >>> parse_query("taksa iz čl. 43 u roku od 15 dana").typed()
    ('čl. 43', '15 dana', 'taksa', 'roku')
    """
    phrases: dict[tuple[tuple[str, ...], ...], Phrase] = {}
    for match in QUOTED.finditer(text):
        typed = " ".join(match[match.lastindex or 0].split())
        key = tuple(spellings(word) for word in folded_words(typed))
        if key:
            phrases.setdefault(key, Phrase(typed, key))
    text = QUOTED.sub(lambda match: " " * len(match[0]), text)
    folded = fold_with_map(text)
    exacts, rest = exact_parts(folded.text, lambda start, end: folded.span(start, end).of(text))
    terms = list(plain_terms(text, folded, rest))
    content = [term for term in terms if term.prefix or term.spellings[0] not in stop_words()]
    if not terms and not phrases and not exacts:
        raise PsimmError("the query has no letter and no digit in it; type a word to search for")
    distinct = {
        (term.spellings[0], term.prefix): term for term in reversed(content if content or phrases or exacts else terms)
    }
    kept = tuple(reversed(distinct.values()))
    return Query(
        kept[:MAX_TERMS], tuple(phrases.values())[:MAX_TERMS], len(kept) > MAX_TERMS or len(phrases) > MAX_TERMS, exacts
    )


def plain_terms(text: str, folded: Folded, rest: str) -> Iterator[Term]:
    """Yield the words of a text as terms; `rest` is the folded text with blanks for what was taken already."""
    for start, end in words(rest):
        word = folded.text[start:end]
        prefix = folded.text[end : end + 1] == "*"
        typed = folded.span(start, end).of(text) + "*" * prefix
        yield Term(typed, spellings(word), "" if word in stop_words() else stem(word), prefix)


def phrase_expression(phrase: Phrase) -> str:
    """Return the FTS5 expression that finds a phrase in a passage or its heading."""
    tried = [" ".join(one) for _, one in zip(range(MAX_SPELLINGS), product(*phrase.words), strict=False)]
    return "{text heading} : (" + " OR ".join(f'"{one}"' for one in tried) + ")"


def required_expression(query: Query) -> str:
    """Return the FTS5 expression that every passage has to match; empty where the query has no phrase."""
    return " AND ".join(phrase_expression(phrase) for phrase in query.phrases)


def scoring_expression(query: Query) -> str:
    """Return the FTS5 expression whose BM25 is the lexical score: any of the phrases, words and stems.

    >>> scoring_expression(parse_query("stranaca"))
    '({text heading context} : ("stranaca")) OR ({stems} : ("stran"))'
    """
    return " OR ".join((*own_expressions(query), *name_expressions(query)))


def own_expressions(query: Query) -> tuple[str, ...]:
    """Return the FTS5 expression of each phrase, exact part and word of a query."""
    return (
        *(f"({phrase_expression(one)})" for one in query.phrases),
        *(f"({one.expression})" for one in query.exacts),
        *(term_expression(one) for one in query.terms),
    )


def name_expressions(query: Query) -> tuple[str, ...]:
    """Return the FTS5 expression of each further name of a query's terms."""
    return tuple(name_expression(name) for one in query.bridges for name in one.names)


def name_expression(name: Name) -> str:
    """Return the FTS5 expression of a name in other words: passages that have all its stems."""
    return "({stems} : (" + " AND ".join(f'"{one}"' for one in name.stems) + "))"


def term_expression(term: Term) -> str:
    """Return the FTS5 expression of one word."""
    star = " *" if term.prefix else ""
    exact = "({text heading context} : (" + " OR ".join(f'"{one}"{star}' for one in term.spellings) + "))"
    return exact if term.prefix or not term.stem else exact + ' OR ({stems} : ("' + term.stem + '"))'


def matched(query: Query, texts: Iterable[str]) -> tuple[str, ...]:
    """Return the words and phrases of a query, as typed, that are in any of the texts."""
    held: set[str] = set()
    runs: list[list[str]] = []
    for text in texts:
        run = folded_words(of_law(text))
        runs.append(run)
        held.update(run)
    found = [one.typed for one in query.phrases if any(next(phrase_places(one, run), None) is not None for run in runs)]
    wanted = looked_for(query, held)
    return tuple(found) + tuple(one.typed for one in query.terms if any(one.matches(word) for word in wanted))


def looked_for(query: Query, held: set[str]) -> set[str]:
    """Return those of some folded words that any word of a query matches.

    >>> sorted(looked_for(parse_query("stranac dozv*"), {"strancu", "dozvola", "rad"}))
    ['dozvola', 'strancu']
    """
    plain = [term for term in query.terms if not term.prefix]
    whole = {one for term in plain for one in term.spellings}
    stems = {term.stem for term in plain} - {""}
    begun = tuple(one for term in query.terms if term.prefix for one in term.spellings)
    stop = stop_words()
    return {
        word
        for word in held
        if word in whole or (stem(word) in stems and word not in stop) or (begun and word.startswith(begun))
    }


def covered(query: Query, held: frozenset[str] | set[str], stems: frozenset[str] | set[str], exact: int = 0) -> float:
    """Return the part (0..1) of a query's words that a passage with these folded words and stems has; phrases count as held.

    `exact` is how many of the query's exact parts the passage carries.

    >>> covered(parse_query("dozvola za rad"), {"dozvole", "stranca"}, {"dozv", "stran"})
    0.5
    """
    named = {one for bridge in query.bridges if bridge.of(stems) for one in bridge.stems}
    count = sum(
        any(word.startswith(term.spellings) for word in held)
        if term.prefix
        else term.stem in stems or term.stem in named or not held.isdisjoint(term.spellings)
        for term in query.terms
    )
    return (count + exact + len(query.phrases)) / (len(query.terms) + len(query.exacts) + len(query.phrases))


def phrase_places(phrase: Phrase, run: list[str]) -> Iterator[int]:
    """Yield the numbers of the words at which a phrase begins."""
    size = len(phrase.words)
    for at in range(len(run) - size + 1):
        if all(run[at + step] in phrase.words[step] for step in range(size)):
            yield at


def highlights(query: Query, text: str, start: int) -> tuple[Span, ...]:
    """Return the words of a passage that match, as spans of the document's text, in order and without overlaps.

    `start` is where the passage begins in the document. A phrase is one span.

    >>> [span.of("§ Странац") for span in highlights(parse_query("stranac"), "§ Странац", 0)]
    ['Странац']
    """
    folded = fold_with_map(of_law(text))
    places = list(words(folded.text))
    run = [folded.text[first:last] for first, last in places]
    found: list[tuple[int, int]] = []
    for phrase in query.phrases:
        found += [(places[at][0], places[at + len(phrase.words) - 1][1]) for at in phrase_places(phrase, run)]
    found += [place for one in query.exacts for place in one.places(folded.text)]
    wanted = looked_for(query, set(run))
    found += [place for place, word in zip(places, run, strict=True) if word in wanted]
    if query.bridges:
        stems = [stem(word) if word not in stop_words() else "" for word in run]
        held = set(stems)
        named = {one for bridge in query.bridges for name in bridge.of(held) for one in name.stems}
        found += [place for place, one in zip(places, stems, strict=True) if one in named]
    spans: list[Span] = []
    for first, last in sorted(found):
        local = folded.span(first, last)
        span = Span(start + local.start, start + local.end)
        if spans and span.start < spans[-1].end:
            spans[-1] = Span(spans[-1].start, max(spans[-1].end, span.end))
        else:
            spans.append(span)
    return tuple(spans)
