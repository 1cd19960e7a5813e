"""Which laws a draft names: by title in any language, by number, by gazette, by an abbreviation; and which places of them.

Wiring: the laws are those of the manifest and the catalogue, places are read with the words of references (`crossref_chains`), so that the
house's own styles and what authors write freely (`čl. 43 st. 2 ZoS`) are one. Invariant: a citation carries every law that it may
mean; none is chosen where the words leave two.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from importlib import resources
from typing import TYPE_CHECKING

from psimm_docs.cited_places import places_in
from psimm_docs.crossref_words import either
from psimm_docs.crossrefs import stems
from psimm_docs.fold import fold, fold_with_map, words
from psimm_docs.gazettes import ISSUE, issues_in, plain_issue, plain_number
from psimm_docs.jurisdictions import root
from psimm_docs.naming import named_codes
from psimm_docs.pinpoints import latin
from psimm_docs.records import Source

if TYPE_CHECKING:
    from psimm_docs.catalogue import Work
    from psimm_docs.workbench import Workbench

NUMBER = re.compile(r"(?<![\w/-])(\d{2}/L\s?-\s?\d{1,3}|\d{1,4}/\d{2,4})(?![\w/])", re.IGNORECASE)
NUMBERED_TITLE = re.compile(r"^(\w+\s+)(?:nr|no|br)\.?\s*[\d/\sL-]*\d(?:,?\s*dat[eë]\s+[\d.]+)?,?\s+", re.IGNORECASE)
YEAR_IN_TITLE = re.compile(r"\s*\((?:19|20)\d\d\)\s*$")
SHORT = re.compile(r"(?<![\w.])[^\W\d_a-zа-яčćžšđј][^\W\d_]{1,7}(?!\w)")
BRACKET = re.compile(r"\s*[\[(]([^()\[\]]{2,90})[\])]")
QUOTED = re.compile(r"[“”„\"«»‘’']([^“”„\"«»‘’']{2,40})[“”„\"«»‘’']")
ISO_DATE = re.compile(r"\b(\d{4}-\d\d-\d\d|\d{4}-\d\d)\b")
ONE_WORD = 8
"""Letters from which a title of one word is looked for."""

BEFORE_AFTER = 40
"""How many characters an abbreviation may stand from its place."""


@lru_cache(maxsize=1)
def forms() -> dict[str, re.Pattern[str]]:
    """Return the words of `data/papers/forms.json`, compiled for folded text."""
    table = json.loads(resources.files("psimm_docs").joinpath("data/papers/forms.json").read_text("utf-8"))
    return {name: re.compile(rf"(?<!\w){either(some)}(?!\w)") for name, some in table.items() if name != "about"}


@dataclass(frozen=True, slots=True)
class Law:
    """A law that may be cited: its titles in all languages, where it was published, its number, and the versions held (newest first)."""

    key: str
    code: str
    titles: tuple[str, ...]
    issues: frozenset[tuple[int, int]]
    numbers: frozenset[str]
    sources: tuple[Source, ...]
    work: Work | None

    @property
    def title(self) -> str:
        """What it is called in a table: in English where that is known."""
        if self.work:
            return self.work.titles.get("en") or self.work.title()
        return next((one.title_en or one.title for one in self.sources), self.key)


@dataclass(frozen=True, slots=True)
class Mention:
    """A law named at `[start, end)`: the laws it may be, and how it is named."""

    start: int
    end: int
    laws: frozenset[str]
    how: str


@dataclass(frozen=True, slots=True)
class Cited:
    """A citation in a draft's text at `[start, end)`: the laws it may mean (none where no law is recognised), its place, its version.

    `place` has the levels named, as printed (empty for a law as a whole); `issues` are the gazette's as (number, year); `codes` the jurisdictions
    named with it; `date` the version's day where it says one.
    """

    start: int
    end: int
    laws: tuple[str, ...]
    place: Mapping[str, str] = field(default_factory=dict, hash=False)
    issues: tuple[tuple[int, int], ...] = ()
    codes: tuple[str, ...] = ()
    date: str = ""


class Laws:
    """The laws of a corpus and its catalogue, to be looked for in texts."""

    def __init__(self, bench: Workbench) -> None:
        self.by_key = {law.key: law for law in gathered(bench)}
        self.defined: dict[str, frozenset[str]] = {}
        """Abbreviations that the draft itself introduces."""

    @cached_property
    def patterns(self) -> list[tuple[frozenset[str], re.Pattern[str], str]]:
        """The titles: the beginnings of their words, a pattern for folded text, the law's key."""
        found = {}
        for law in self.by_key.values():
            for title in law.titles:
                for plain in (title, YEAR_IN_TITLE.sub("", NUMBERED_TITLE.sub(r"\1", title))):
                    held = [fold(plain)[start:end] for start, end in words(fold(plain))]
                    if len(held) > 1 or len(plain) > ONE_WORD:
                        found[law.key, " ".join(held)] = (frozenset(one[:4] for one in held), titled(held), law.key)
        return list(found.values())

    @cached_property
    def initials(self) -> dict[str, frozenset[str]]:
        """Abbreviations made of a title's first letters (`ZoS`, `ZOS`), and the laws of each."""
        found: dict[str, set[str]] = {}
        for law in self.by_key.values():
            for title in law.titles:
                for one in (title, latin(title)):
                    first = re.findall(r"(?<!\w)[^\W\d_]", YEAR_IN_TITLE.sub("", NUMBERED_TITLE.sub(r"\1", one)))
                    written = "".join(first)
                    for short in (written[:1].upper() + written[1:], mixed(one), written.upper()):
                        if 2 <= len(short) <= 6:
                            found.setdefault(short, set()).add(law.key)
        return {short: frozenset(keys) for short, keys in found.items()}

    def mentions(self, text: str) -> list[Mention]:
        """Return the laws named by title, number or abbreviation, in order; of overlapping titles the longest counts."""
        folded = fold_with_map(text)
        held = frozenset(folded.text[start:end][:4] for start, end in words(folded.text))
        titles: dict[tuple[int, int], set[str]] = {}
        for needed, pattern, key in self.patterns:
            if needed <= held:
                for one in pattern.finditer(folded.text):
                    span = folded.span(*one.span())
                    titles.setdefault((span.start, span.end), set()).add(key)
        found = [
            Mention(start, end, frozenset(keys), "title")
            for (start, end), keys in titles.items()
            if not any(a <= start and end <= b and (a, b) != (start, end) for a, b in titles)
        ]
        for one in NUMBER.finditer(text):
            number = plain_number(one[1])
            keys = frozenset(law.key for law in self.by_key.values() if number in law.numbers)
            if keys:
                found.append(Mention(one.start(), one.end(), keys, "number"))
        for one in SHORT.finditer(text):
            keys = self.defined.get(one[0]) or self.initials.get(one[0]) or frozenset()
            if keys:
                found.append(Mention(one.start(), one.end(), keys, "defined" if one[0] in self.defined else "short"))
        return sorted(found, key=lambda one: (one.start, -one.end))

    def learn(self, text: str) -> None:
        """Remember the abbreviations that a text introduces: `Law on Foreigners (hereinafter: LoF)`, `(“ZoS”)`."""
        for one in self.mentions(text):
            if one.how != "title":
                continue
            bracket = BRACKET.match(text, one.end) or BRACKET.search(text, one.end, one.end + 160)
            if not bracket:
                continue
            inside = bracket[1].strip()
            quoted = QUOTED.search(inside)
            led = forms()["hereinafter"].search(fold(inside))
            name = quoted[1] if quoted else inside.split()[-1] if led or SHORT.fullmatch(inside) else ""
            name = name.strip(" .,:;")
            if SHORT.fullmatch(name) and not named_codes(name):
                near = self.narrowed(
                    one.laws, codes_near(text, one, one.end + 200), issues_of(text[one.end : one.end + 200])
                )
                self.defined[name] = frozenset(near)

    def narrowed(self, keys: Iterable[str], codes: Sequence[str], issues: Sequence[tuple[int, int]]) -> tuple[str, ...]:
        """Return those of the laws that fit the jurisdictions and the gazette's issues named with them; all where none fits."""
        kept = tuple(sorted(keys))
        tests: tuple[Callable[[Law], bool], ...] = (
            lambda law: law.code in codes,
            lambda law: any(root(law.code) == root(code) for code in codes),
            lambda law: bool(issues) and issues[0] in law.issues,
            lambda law: any(one in law.issues for one in issues),
        )
        for fits in tests:
            some = tuple(key for key in kept if fits(self.by_key[key]))
            kept = some or kept
        return kept


def mixed(title: str) -> str:
    """Return a title's initials with small words in small letters.

    >>> mixed("Zakon o strancima"), mixed("Law on Foreigners")
    ('ZoS', 'LoF')
    """
    held = re.findall(r"[^\W\d_]+", title)
    return "".join(one[0].lower() if len(one) < 4 and at else one[0].upper() for at, one in enumerate(held))


def titled(held: Sequence[str]) -> re.Pattern[str]:
    """Return a pattern for a title in any case form, an act's number allowed after its first word."""
    number = r"(?:\W{1,3}(?:no|nr|br|broj)\W{0,3}[\d/]+(?:\s?l\s?-\s?\d+)?(?:\W{1,3}dat[ae]\w*\s+[\d.]+)?)?"
    parts = [
        re.escape(one if len(one) < 5 else one[: max(4, len(one) - 2)]) + (r"\w*" if len(one) > 3 else "")
        for one in held
    ]
    if len(parts) == 1:
        return re.compile(rf"(?<!\w){parts[0]}(?!\w)")
    return re.compile(r"(?<!\w)" + parts[0] + number + r"\W{1,4}" + r"\W{1,4}".join(parts[1:]) + r"(?!\w)")


def gathered(bench: Workbench) -> Iterator[Law]:
    """Yield the laws that are held or catalogued, the versions of one together."""
    from psimm_docs.linking import act_of

    groups: dict[str, list[Source]] = {}
    for source in bench.sources.values():
        groups.setdefault(group_of(bench, source), []).append(source)
    for key in {*groups, *bench.works}:
        sources = sorted(groups.get(key, []), key=lambda one: (one.digest, one.translation))
        sources.sort(key=lambda one: "" if one.digest else one.date, reverse=True)
        work = bench.works.get(key)
        acts = [act_of(bench, one.id) for one in sources if not one.digest]
        titles = [title for one in sources for title in (one.title, one.title_en)] + [act.title for act in acts]
        issues = [one.gazette_number for one in sources] + [" ".join(act.issues) for act in acts]
        yield Law(
            key,
            work.jurisdiction if work else sources[0].jurisdiction,
            tuple(dict.fromkeys(one for one in (*titles, *(work.titles.values() if work else ())) if one)),
            frozenset(issues_of(" , ".join([*issues, work.gazette_number if work else ""]))),
            frozenset(
                plain_number(one)
                for one in (*(act.number for act in acts), work.document_number if work else "")
                if "/" in one
            ),
            tuple(sources),
            work,
        )


def group_of(bench: Workbench, source: Source) -> str:
    """Return what all versions and languages of one law share: the work, else the version that they began with, else the title."""
    seen = set()
    while source.version_of in bench.sources and source.id not in seen and not source.work_id:
        seen.add(source.id)
        source = bench.sources[source.version_of]
    return source.work_id or f"{source.jurisdiction}:{'-'.join(sorted(stems(source.title)))}"


def issues_of(text: str) -> tuple[tuple[int, int], ...]:
    """Return the issues of a gazette named in a text as (number, year)."""
    return tuple(plain_issue(one) for one in issues_in(text))


def codes_near(text: str, mention: Mention, stop: int) -> tuple[str, ...]:
    """Return the jurisdictions named from a law's name up to `stop`."""
    return tuple(dict.fromkeys(code for _, _, code in named_codes(text[mention.start : stop])))


# --- citations ---------------------------------------------------------------------------------------------------------


def citations_in(text: str, laws: Laws, *, note: bool, last: Cited | None = None) -> list[Cited]:
    """Return the citations of a passage, in order.

    In a note every law named counts; in the body only one with a place or a gazette's issue. `last` is the citation before (of the
    note before), which `ibid.` means.
    """
    found: list[Cited] = []
    for start, end in stretches(text, note=note):
        found += in_stretch(text, start, end, laws, note=note, last=found[-1] if found else last, first=not found)
    return found


def stretches(text: str, *, note: bool) -> Iterator[tuple[int, int]]:
    """Yield the parts of a passage that cite one thing: between semicolons, in the body also between sentences."""
    ends = r";" if note else r";|(?<=[\w)”“\"»]{2})[.!?]\s+(?=[\"„“«(]?[^\W\d_a-zа-я])"
    at = 0
    for one in re.finditer(ends, text):
        yield at, one.end()
        at = one.end()
    if text[at:].strip():
        yield at, len(text)


def in_stretch(
    text: str, start: int, end: int, laws: Laws, *, note: bool, last: Cited | None, first: bool
) -> list[Cited]:
    """Return the citations of one part of a passage."""
    said = text[start:end]
    places = places_in(said)
    told = [one for one in laws.mentions(said) if one.how != "short" or near_place(one, places)]
    titled = any(one.how in ("title", "defined") for one in told)
    named = [one for one in told if one.how in ("title", "defined") or not titled]
    issues = issues_of(said)
    codes = tuple(dict.fromkeys(code for _, _, code in named_codes(said)))
    dated = forms()["version"].search(fold(said))
    day = ISO_DATE.search(said, dated.end() - 1) if dated else None
    date = day[1] if day else ""
    if not named and issues:
        by_issue = [law.key for law in laws.by_key.values() if issues[0] in law.issues]
        if by_issue:
            gazette = next(ISSUE.finditer(said))
            named = [Mention(gazette.start(), gazette.end(), frozenset(by_issue), "issue")]
    again = forms()["ibid"].match(fold(said.strip(" .\n(")))
    if not named and last is not None and (again or (note and not first and places)):
        base = replace(last, start=start, end=end)
        return [replace(base, place=place, start=start + a, end=start + b) for a, b, place in places] or (
            [base] if again else []
        )
    found = []
    used = set()
    for a, b, place in places:
        nearest = min(named, key=lambda one: (gap(one, a, b), one.start), default=None)
        keys: tuple[str, ...] = ()
        if nearest is not None:
            used.add(nearest)
            keys = meant(said, nearest, told, laws, issues, codes)
        elif not note:
            continue
        low = min(a, nearest.start) if nearest else a
        high = max(b, nearest.end) if nearest else b
        found.append(Cited(start + low, start + high, keys, place, issues, codes, date))
    for one in named:
        if one not in used and one.how != "short" and (note or issues):
            keys = meant(said, one, told, laws, issues, codes)
            if any(set(keys) & set(other.laws) for other in found):
                continue
            found.append(Cited(start + one.start, start + one.end, keys, {}, issues, codes, date))
    return found


def gap(mention: Mention, start: int, end: int) -> int:
    """Return how many characters lie between a law's name and a place."""
    return max(0, mention.start - end, start - mention.end)


def near_place(mention: Mention, places: Sequence[tuple[int, int, object]]) -> bool:
    """Say whether an abbreviation stands beside a place (`čl. 43 st. 2 ZoS`)."""
    return any(gap(mention, start, end) <= BEFORE_AFTER for start, end, _ in places)


def meant(
    text: str,
    mention: Mention,
    named: Sequence[Mention],
    laws: Laws,
    issues: Sequence[tuple[int, int]],
    codes: Sequence[str],
) -> tuple[str, ...]:
    """Return the laws that a name may mean beside what is said around it: up to the next law's name, else in the whole part."""
    after = [one.start for one in named if one.start >= mention.end and not one.laws & mention.laws]
    stop = min(after, default=len(text))
    own_codes = codes_near(text, mention, stop) or tuple(codes)
    own_issues = issues_of(text[mention.start : stop]) or tuple(issues)
    keys = set(mention.laws)
    for other in named:
        if other is not mention and keys & other.laws and gap(other, mention.start, mention.end) < BEFORE_AFTER:
            keys &= other.laws
    return laws.narrowed(keys, own_codes, own_issues)
