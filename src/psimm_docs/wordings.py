"""What a concept said under each version of the taxonomy, so that an old decision can be held against today's wording.

The idea: a version of the taxonomy is kept as a stamp (a hash for each concept), and each wording that ever stood under such a hash is kept
once. Two versions with the same hash say the same of a concept, whatever else changed. A wording is what a reviewer judges by: definition,
scope note, labels and negative labels. Links (confusions, related concepts, EU acts, stage) and examples are none of it.

Invariant: stamps and wordings are only added. A version that nobody stamped is unknown, and then nothing can be shown unchanged.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from psimm_docs.errors import NotFoundError
from psimm_docs.jsonl import read_records, write_records
from psimm_docs.records import Concept, fingerprint
from psimm_docs.taxonomy import CONCEPTS_FILE, Taxonomy, default_folder, load_taxonomy

VERSIONS_FILE, WORDINGS_FILE = "versions.jsonl", "wordings.jsonl"
DERIVED = "sr-Latn"
"""Labels made from others letter by letter; they say nothing of their own."""


@dataclass(frozen=True, slots=True)
class Stamp:
    """A version of the taxonomy: when it was stamped, why, and the hash of each concept's wording."""

    version: str
    date: str
    note: str
    concepts: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Wording:
    """What a concept said under a hash; labels by language tag, the preferred one first."""

    concept_version: str
    id: str
    definition: str
    scope: str
    labels: dict[str, tuple[str, ...]] = field(default_factory=dict)
    negatives: dict[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def concept(self) -> Concept:
        """The wording as a concept without a stage and without links."""
        return Concept(self.id, "", self.labels, self.negatives, self.definition, self.scope)


def concept_version(concept: Concept) -> str:
    """Return the hash of a concept's wording; the order of labels after the preferred one plays no part.

    >>> one = Concept("a", "A", {"en": ("x", "y", "z")}, {}, "what it is")
    >>> other = Concept("a", "B", {"en": ("x", "z", "y")}, {}, "what it is", related=("b",))
    >>> concept_version(one) == concept_version(other)
    True
    """
    labels = {tag: [first, *sorted(others)] for tag, (first, *others) in concept.labels.items() if tag != DERIVED}
    negatives = {tag: sorted(them) for tag, them in concept.negatives.items() if tag != DERIVED and them}
    return fingerprint(
        concept.definition, concept.scope, json.dumps(labels, sort_keys=True), json.dumps(negatives, sort_keys=True)
    )


def wording(concept: Concept) -> Wording:
    """Return a concept's wording, to be kept."""
    plain = {tag: them for tag, them in concept.labels.items() if tag != DERIVED}
    against = {tag: them for tag, them in concept.negatives.items() if tag != DERIVED}
    return Wording(concept_version(concept), concept.id, concept.definition, concept.scope, plain, against)


# --- keeping ---------------------------------------------------------------------------------------------------------


def stamp(folder: Path, taxonomy: Taxonomy, *, note: str = "", now: datetime | None = None) -> Stamp | None:
    """Keep a taxonomy's version and wordings in a folder; None where this version is stamped there already."""
    stamps = read_records(folder / VERSIONS_FILE, Stamp)
    if any(one.version == taxonomy.version for one in stamps):
        return None
    made = stamp_of(taxonomy, note=note, date=(now or datetime.now(UTC)).date().isoformat())
    held = read_records(folder / WORDINGS_FILE, Wording)
    known = {one.concept_version for one in held}
    new = [one for one in map(wording, taxonomy.concepts) if one.concept_version not in known]
    write_records(folder / WORDINGS_FILE, [*held, *new])
    write_records(folder / VERSIONS_FILE, [*stamps, made])
    return made


def stamp_of(taxonomy: Taxonomy, *, note: str = "", date: str = "") -> Stamp:
    """Return the stamp of a taxonomy."""
    return Stamp(taxonomy.version, date, note, {one.id: concept_version(one) for one in taxonomy.concepts})


@dataclass(frozen=True)
class History:
    """The versions that are known, by version, and the wordings that are kept, by hash."""

    stamps: Mapping[str, Stamp]
    wordings: Mapping[str, Wording]

    def hash_of(self, version: str, concept_id: str) -> str:
        """Return the hash of a concept's wording under a version; empty where the version is unknown or has no such concept."""
        known = self.stamps.get(version)
        return known.concepts.get(concept_id, "") if known else ""

    def concepts(self, version: str) -> dict[str, Concept]:
        """Return the concepts of a version as they were worded; `version` may be its beginning. Raises NotFoundError."""
        found = [one for one in self.stamps.values() if version and one.version.startswith(version)]
        if len(found) != 1:
            held = ", ".join(self.stamps) or "none"
            raise NotFoundError(
                f"version {version!r} is {'not kept' if not found else 'not one version'}; kept: {held}"
            )
        kept = {name: self.wordings.get(known) for name, known in found[0].concepts.items()}
        lost = [name for name, one in kept.items() if one is None]
        if lost:
            raise NotFoundError(f"version {version!r}: the wording of {lost[0]} is not in {WORDINGS_FILE}; restore it")
        return {name: one.concept for name, one in kept.items() if one is not None}


def read_history(folder: Path, *taxonomies: Taxonomy) -> History:
    """Return what is known of versions: those of a folder, those that come with the package, and these taxonomies themselves."""
    folders = list(dict.fromkeys((default_folder(), folder)))
    stamps = [one for each in folders for one in read_records(each / VERSIONS_FILE, Stamp)]
    wordings = [one for each in folders for one in read_records(each / WORDINGS_FILE, Wording)]
    stamps += [stamp_of(one) for one in taxonomies if one.version not in {held.version for held in stamps}]
    wordings += [wording(concept) for one in taxonomies for concept in one.concepts]
    return History({one.version: one for one in stamps}, {one.concept_version: one for one in wordings})


def concepts_of(name: str, history: History) -> Mapping[str, Concept]:
    """Return the concepts of a taxonomy's folder, or of a version that is kept."""
    folder = Path(name)
    return load_taxonomy(folder).by_id if (folder / CONCEPTS_FILE).is_file() else history.concepts(name)


# --- what changed ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class LabelChange:
    """A label of a language that came (`added`), went (`removed`) or went from one concept to another (`moved`).

    `kind` is `preferred`, `label` or `negative`; `concept` has it now (had it, where it is gone), `other` is where a moved one came from.
    A label that becomes the preferred one of its concept is `preferred`, and what it replaced stands in `other`.
    """

    change: str
    kind: str
    concept: str
    language: str
    label: str
    other: str = ""

    def told(self) -> str:
        """Return the change in a line."""
        sign = {"added": "+", "removed": "-", "moved": ">", "preferred": "*"}[self.change]
        tail = f" (from {self.other})" if self.change == "moved" else f" (was {self.other})" if self.other else ""
        kind = " (not it)" if self.kind == "negative" else ""
        return f"{sign} {self.concept} {self.language}{kind}: {self.label}{tail}"


@dataclass(frozen=True, slots=True)
class Changes:
    """What differs between two taxonomies: concepts, labels, and concepts whose definition or scope note reads otherwise."""

    added: tuple[str, ...]
    removed: tuple[str, ...]
    labels: tuple[LabelChange, ...]
    definitions: tuple[str, ...]
    scopes: tuple[str, ...]

    def __bool__(self) -> bool:
        """Say whether anything differs."""
        return bool(self.added or self.removed or self.labels or self.definitions or self.scopes)

    def of(self, concept_id: str) -> str:
        """Say in a few words what changed about a concept; empty where nothing did."""
        if concept_id in self.removed:
            return "no longer in the taxonomy"
        own = [
            one
            for one in self.labels
            if concept_id == one.concept or (one.change == "moved" and one.other == concept_id)
        ]
        parts = [
            *(["definition"] if concept_id in self.definitions else []),
            *(["scope note"] if concept_id in self.scopes else []),
            *([f"{len(own)} label{'s' if len(own) != 1 else ''}"] if own else []),
        ]
        return ", ".join(parts)


def diff(old: Mapping[str, Concept], new: Mapping[str, Concept]) -> Changes:
    """Return what changed from one taxonomy's wordings to another's; labels that are derived from others are left out."""
    both = [name for name in new if name in old]
    return Changes(
        tuple(name for name in new if name not in old),
        tuple(name for name in old if name not in new),
        tuple(label_changes(old, new)),
        tuple(name for name in both if old[name].definition != new[name].definition),
        tuple(name for name in both if old[name].scope != new[name].scope),
    )


def label_changes(old: Mapping[str, Concept], new: Mapping[str, Concept]) -> list[LabelChange]:
    """Return the changes of labels: moved ones once, under the concept that has them now, then added, removed and preferred ones."""
    was, now = labels_of(old.values()), labels_of(new.values())
    come, gone = sorted(now - was), sorted(was - now)
    found: list[LabelChange] = []
    left = set(gone)
    for kind, language, label, concept in come:
        origin = next((one for one in gone if one in left and one[:3] == (kind, language, label)), None)
        if origin:
            left.discard(origin)
        change = "moved" if origin else "added"
        found.append(LabelChange(change, kind, concept, language, label, origin[3] if origin else ""))
    found += [LabelChange("removed", kind, concept, language, label) for kind, language, label, concept in sorted(left)]
    for name in new:
        for language, labels in new[name].labels.items() if name in old else ():
            before = old[name].labels.get(language, ())
            if language != DERIVED and before and before[0] != labels[0]:
                found.append(LabelChange("preferred", "preferred", name, language, labels[0], before[0]))
    order: Sequence[str] = list(new) + [name for name in old if name not in new]
    place = {name: number for number, name in enumerate(order)}
    return sorted(found, key=lambda one: (place[one.concept], one.language, one.kind, one.change, one.label))


def labels_of(concepts: Iterable[Concept]) -> set[tuple[str, str, str, str]]:
    """Return every label as (kind, language, label, concept), without derived ones."""
    return {
        (kind, language, label, concept.id)
        for concept in concepts
        for kind, by_language in (("label", concept.labels), ("negative", concept.negatives))
        for language, labels in by_language.items()
        if language != DERIVED
        for label in labels
    }
