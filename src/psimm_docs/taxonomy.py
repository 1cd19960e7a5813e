"""The concepts that provisions are tagged with: read from their plain source, checked, and written out as SKOS.

The idea: `concepts.jsonl` and `stages.json` are what people read and change; everything else follows from them. Serbian is
written once, in Cyrillic, and its Latin labels are derived letter by letter. `taxonomy.ttl` is the same content as SKOS for
other tools; it is made by `skos` and never read back. `examples.jsonl` has model provisions that show what a concept covers; they are
invented and never law.

Invariant: `Taxonomy.version` is a hash of the concepts and stages, so that a tag or a decision can say under which wording it was made
(`wordings` keeps what each version said). A taxonomy that is loaded has unique ids, a known stage for each concept, and an English label;
what else could be better about it, `lint` says. Left to others: finding labels in texts (`label_votes`), and what a label is worth (`tagging`).
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from psimm_docs.errors import NotFoundError, PsimmError
from psimm_docs.fold import fold
from psimm_docs.jsonl import first_line
from psimm_docs.records import Concept, fingerprint

CONCEPTS_FILE, STAGES_FILE, EXAMPLES_FILE = "concepts.jsonl", "stages.json", "examples.jsonl"

WRITTEN = ("en", "sq", "bs", "hr", "cnr", "sr", "mk")
"""Languages in which the source has to name every concept; `sq-XK` is optional, `sr` is Cyrillic."""

CYRILLIC_TAGS = ("sr-Cyrl", "mk")
SERBIAN_LATIN: dict[str, str] = dict(
    zip(
        "абвгдђежзијклљмнњопрстћуфхцчџш",
        [
            *("a", "b", "v", "g", "d", "đ", "e", "ž", "z", "i", "j", "k", "l", "lj", "m", "n", "nj", "o", "p", "r"),
            *("s", "t", "ć", "u", "f", "h", "c", "č", "dž", "š"),
        ],
        strict=True,
    )
)

EXAMPLES = 2
"""Examples that each concept has in each language, where a taxonomy has examples."""

EU_ACT = re.compile(
    r"(?:(?:Directive|Regulation|Council Decision|Framework Decision) (?:\((?:EU|EC)\) )?(?:No )?\d{1,4}/\d{1,4}(?:/(?:EU|EC|JHA))?)"
    r"(?: arts?\. \d+[a-z]?(?:\(\d+\))?(?:(?:, | and |-)\d+[a-z]?(?:\(\d+\))?)*)?"
)
"""How an EU act is written: `Directive 2009/52/EC art. 5`."""


@dataclass(frozen=True)
class Taxonomy:
    """Concepts in the order of their source, stage names by stage and language, and the hash of all of it.

    `examples` are model provisions by concept and language tag; they are no part of the wording, so not of the version.
    """

    concepts: tuple[Concept, ...]
    stages: Mapping[str, Mapping[str, str]]
    version: str
    examples: Mapping[str, Mapping[str, tuple[str, ...]]] = field(default_factory=dict)

    @cached_property
    def by_id(self) -> Mapping[str, Concept]:
        """The concepts by id, in order."""
        return {concept.id: concept for concept in self.concepts}

    def concept(self, concept_id: str) -> Concept:
        """Return a concept; raises NotFoundError naming near ids."""
        found = self.by_id.get(concept_id)
        if found is None:
            from difflib import get_close_matches

            near = get_close_matches(concept_id, list(self.by_id), n=3) or list(self.by_id)[:3]
            raise NotFoundError(f"concept {concept_id!r} is not in the taxonomy; did you mean {' or '.join(near)}?")
        return found

    def worded(self, text: str) -> str:
        """Return a definition or scope note with the ids of other concepts in it set as their English labels.

        Only ids with a hyphen are meant for certain: `quota` and `fees` are words as well.
        """
        names = sorted((one for one in self.by_id if "-" in one), key=len, reverse=True)
        if not names:
            return text
        found = re.compile(rf"(?<![\w-])({'|'.join(map(re.escape, names))})(?![\w-])")
        return found.sub(lambda one: f"“{self.by_id[one[1]].label()}”", text)

    def stage_name(self, stage: str, language: str = "en") -> str:
        """Return a stage's name in a language, else in English."""
        names = self.stages[stage]
        return names.get(language, names["en"])

    def of_stage(self, stage: str) -> tuple[Concept, ...]:
        """Return the concepts of a stage, in order."""
        return tuple(concept for concept in self.concepts if concept.stage == stage)


def default_folder() -> Path:
    """Return the folder of the taxonomy that comes with the package, or of the checkout that it runs from."""
    packaged = Path(__file__).parent / "data" / "taxonomy"
    return packaged if (packaged / CONCEPTS_FILE).is_file() else Path(__file__).parents[2] / "annotations" / "taxonomy"


def workspace_taxonomy(folder: Path) -> Taxonomy:
    """Return a workspace's own taxonomy when its folder has a `concepts.jsonl`, else the one that comes with the package."""
    return load_taxonomy(folder if (folder / CONCEPTS_FILE).is_file() else default_folder())


def load_taxonomy(folder: Path) -> Taxonomy:
    """Read a taxonomy from `concepts.jsonl` and `stages.json`.

    Labels get the tags en, sq, sq-XK, bs, hr, cnr, sr-Cyrl, sr-Latn and mk; the first of each is the preferred one. Kosovo*'s
    Albanian has the general preferred label first where it has none of its own. Raises PsimmError with file and line.
    """
    path = folder / CONCEPTS_FILE
    stages = read_stages(folder / STAGES_FILE)
    try:
        lines = path.read_text("utf-8").split("\n")
    except (OSError, ValueError) as error:
        raise PsimmError(f"{path}: the taxonomy can't be read ({first_line(error)}); restore it") from error
    concepts: dict[str, Concept] = {}
    for number, line in enumerate(lines, 1):
        if line.strip():
            concept = read_concept(line, f"{path}, line {number}")
            if concept.id in concepts:
                raise PsimmError(f"{path}, line {number}: the id {concept.id} stands there twice; rename one")
            if concept.stage not in stages:
                raise PsimmError(
                    f"{path}, line {number}: stage {concept.stage!r} is not in {STAGES_FILE}; add it there"
                )
            concepts[concept.id] = concept
    content = fingerprint(json.dumps(stages, sort_keys=True), *(line for line in lines if line.strip()))
    return Taxonomy(tuple(concepts.values()), stages, content, read_examples(folder / EXAMPLES_FILE))


def read_examples(path: Path) -> dict[str, dict[str, tuple[str, ...]]]:
    """Read the examples (`concept`, `language`, `text` a line): by concept, then by full tag; none where there is no file."""
    gathered: dict[str, dict[str, list[str]]] = {}
    for number, line in enumerate(path.read_text("utf-8").split("\n") if path.is_file() else (), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            gathered.setdefault(row["concept"], {}).setdefault(row["language"], []).append(row["text"])
        except (ValueError, TypeError, KeyError) as error:
            raise PsimmError(f"{path}, line {number}: not an example ({first_line(error)}); mend that line") from error
    return {concept: with_latin(by_language) for concept, by_language in gathered.items()}


def read_stages(path: Path) -> dict[str, dict[str, str]]:
    """Read the stages' names: by stage, then by language with the tags of the labels."""
    try:
        given = json.loads(path.read_text("utf-8"))
        stages = {
            str(stage): with_latin({tag: [name] for tag, name in names.items()}) for stage, names in given.items()
        }
    except (OSError, ValueError, AttributeError) as error:
        raise PsimmError(f"{path}: the stages can't be read ({first_line(error)}); restore them") from error
    for stage, names in stages.items():
        if "en" not in names:
            raise PsimmError(f"{path}: stage {stage} has no English name; add it under 'en'")
    return {stage: {tag: one[0] for tag, one in names.items()} for stage, names in stages.items()}


def read_concept(line: str, where: str) -> Concept:
    """Make a concept of one line of the source; `where` opens every message."""
    try:
        given: dict[str, Any] = json.loads(line)
        preferred, others = given["pref"], given.get("alt", {})
        gathered = {tag: [one] for tag, one in preferred.items()}
        for tag, more in others.items():
            first = gathered.setdefault(tag, [preferred["sq"]] if tag == "sq-XK" else [])
            first.extend(one for one in more if one not in first)
        concept = Concept(
            id=given["id"],
            stage=given["stage"],
            labels=with_latin(gathered),
            negatives=with_latin(given.get("negative", {})),
            definition=given["definition"],
            scope=given.get("scope", ""),
            confusions=tuple(given.get("confusions", ())),
            related=tuple(given.get("related", ())),
            eu=tuple(given.get("eu", ())),
        )
    except KeyError as error:
        raise PsimmError(f"{where}: {error.args[0]!r} is missing; add it") from error
    except (ValueError, TypeError, AttributeError) as error:
        raise PsimmError(f"{where}: not a concept ({first_line(error)}); mend that line") from error
    if not concept.labels.get("en"):
        raise PsimmError(f"{where}: {concept.id} has no English label; add it under 'pref'")
    return concept


def with_latin(labels: Mapping[str, Sequence[str]]) -> dict[str, tuple[str, ...]]:
    """Return labels by full tag: `sr` becomes `sr-Cyrl` and, letter by letter, `sr-Latn`; empty lists are left out."""
    full: dict[str, tuple[str, ...]] = {}
    for tag, names in labels.items():
        if not names:
            continue
        if tag == "sr":
            full["sr-Cyrl"] = tuple(names)
            full["sr-Latn"] = tuple(serbian_latin(name) for name in names)
        else:
            full[tag] = tuple(names)
    return full


def serbian_latin(text: str) -> str:
    """Write Serbian Cyrillic in Latin letters; what isn't Serbian Cyrillic stays.

    >>> serbian_latin("Џеп, Љубав и ЊЕГА: ђак")
    'Džep, Ljubav i NJEGA: đak'
    """
    out: list[str] = []
    for at, letter in enumerate(text):
        latin = SERBIAN_LATIN.get(letter.lower())
        if latin is None:
            out.append(letter)
        elif not letter.isupper():
            out.append(latin)
        else:
            shouted = text[at + 1 : at + 2].isupper() or text[max(at - 1, 0) : at].isupper()
            out.append(latin.upper() if shouted else latin.capitalize())
    return "".join(out)


# --- checking --------------------------------------------------------------------------------------------------------


def lint(taxonomy: Taxonomy) -> list[str]:
    """Return what is wrong with a taxonomy, a line each; an empty list when nothing is.

    Looks for languages without a label, labels and examples in the wrong script or in two, the same label under two concepts of
    a language, labels that are also their own negatives, negatives in some of the languages only, ids that stand for nothing, EU
    acts written in another way than `EU_ACT`, and missing examples.
    """
    found: list[str] = []
    seen: dict[tuple[str, str], str] = {}
    wanted = [tag for language in WRITTEN for tag in (("sr-Cyrl", "sr-Latn") if language == "sr" else (language,))]
    for stage, names in taxonomy.stages.items():
        found += [f"stage {stage}: no name in {tag}" for tag in wanted if not names.get(tag)]
    for concept in taxonomy.concepts:
        found += [f"{concept.id}: no label in {tag}" for tag in wanted if not concept.labels.get(tag)]
        for name, ids in (("confusions", concept.confusions), ("related", concept.related)):
            found += [f"{concept.id}: {name} has the unknown id {one}" for one in ids if one not in taxonomy.by_id]
            if concept.id in ids:
                found.append(f"{concept.id}: {name} has its own id")
        if concept.negatives:
            found += [f"{concept.id}: no negative in {tag}" for tag in wanted if not concept.negatives.get(tag)]
        found += [
            f"{concept.id}: {act!r} is not written as an EU act" for act in concept.eu if not EU_ACT.fullmatch(act)
        ]
        for kind, tag, label in every_label(concept):
            if not label.strip() or label != " ".join(label.split()):
                found.append(f"{concept.id}: {kind} {label!r} in {tag} is empty or has stray spaces")
            elif wrong := wrong_script(label, tag):
                found.append(f"{concept.id}: {kind} {label!r} in {tag} {wrong}")
        for tag, labels in concept.labels.items():
            refused = {fold(label) for label in concept.negatives.get(tag, ())}
            for label in labels:
                plain = fold(label)
                if plain in refused:
                    found.append(f"{concept.id}: {label!r} in {tag} is a label and a negative")
                other = seen.setdefault((tag, plain), concept.id)
                if other != concept.id:
                    found.append(f"{concept.id}: {label!r} in {tag} is also a label of {other}")
    return found + (example_faults(taxonomy, wanted) if taxonomy.examples else [])


def example_faults(taxonomy: Taxonomy, wanted: Sequence[str]) -> list[str]:
    """Return what is wrong with the examples: too few in a language, one twice, the wrong script, an unknown concept."""
    found = [f"examples: {one} is not a concept" for one in taxonomy.examples if one not in taxonomy.by_id]
    for concept in taxonomy.by_id:
        held = taxonomy.examples.get(concept, {})
        found += [
            f"{concept}: {len(set(held.get(tag, ())))} examples in {tag}, not {EXAMPLES}"
            for tag in wanted
            if len(set(held.get(tag, ()))) < EXAMPLES
        ]
        for tag, texts in held.items():
            found += [f"{concept}: an example in {tag} {wrong}" for text in texts if (wrong := wrong_script(text, tag))]
    return found


def every_label(concept: Concept) -> Iterator[tuple[str, str, str]]:
    """Yield `(kind, language tag, label)` for each label and negative of a concept."""
    for kind, by_tag in (("label", concept.labels), ("negative", concept.negatives)):
        for tag, labels in by_tag.items():
            for label in labels:
                yield kind, tag, label


def wrong_script(label: str, tag: str) -> str:
    """Say what is wrong with a label's letters; the empty string when nothing is.

    Words in Latin capitals (EU, ATK, a visa's letter D) may stand in a Cyrillic label.

    >>> wrong_script("дозволa", "mk")
    'has Latin and Cyrillic letters in one word'
    """
    for word in label.replace("-", " ").split():
        scripts = {unicodedata.name(letter, "").split(" ")[0] for letter in word if letter.isalpha()}
        if {"LATIN", "CYRILLIC"} <= scripts:
            return "has Latin and Cyrillic letters in one word"
        if tag in CYRILLIC_TAGS and "LATIN" in scripts and not word.isupper():
            return "has a Latin word"
        if tag not in CYRILLIC_TAGS and "CYRILLIC" in scripts:
            return "has a Cyrillic word"
    return ""
