"""The steps of the work-permit and single-permit procedure of each jurisdiction, each with its legal basis in the held corpus.

Wiring: the steps are data (`data/procedures`, and files of the user's own in `corpus/procedures/*.jsonl` of the workspace), compiled from the facts that the
digests were made from; a basis is looked up in the corpus when asked for. Invariant: a step says only what its facts say, with their doubt; a
step without a source says "no basis found", and a basis whose text isn't held says so. What a digest says is a lead and no text of law.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib import resources
from typing import TYPE_CHECKING, Literal

from psimm_docs.errors import PsimmError
from psimm_docs.exports import Table
from psimm_docs.fold import fold
from psimm_docs.institution_words import institutions
from psimm_docs.jsonl import adapter, iter_records
from psimm_docs.jurisdictions import JURISDICTIONS, SIX, jurisdiction, root, within

if TYPE_CHECKING:
    from psimm_docs.records import Provision, Source
    from psimm_docs.workbench import Workbench

Stage = Literal[
    "quota",
    "market",
    "request",
    "opinion",
    "security",
    "visa",
    "decision",
    "entry",
    "card",
    "after",
    "renewal",
    "control",
    "appeal",
]
STAGES: dict[Stage, str] = {
    "quota": "Quota",
    "market": "Labour market",
    "request": "Request",
    "opinion": "Employment service’s part",
    "security": "Security check",
    "visa": "Visa",
    "decision": "Decision on the permit",
    "entry": "Entry and report of stay",
    "card": "Biometrics and card",
    "after": "Start and end of work",
    "renewal": "Renewal and change",
    "control": "Control and sanctions",
    "appeal": "Appeal",
}
"""What a step is about, in the order in which the lanes are drawn; the order in each jurisdiction is the step's number."""

PAST = {"repealed": "repealed", "lapsed": "lapsed", "bill": "a bill"}
"""What is said of a basis that is no law in force."""

NO_BASIS = "no basis found"
PACKAGED = "with the package"


@dataclass(frozen=True, slots=True)
class Basis:
    """On what a step rests: a work of the catalogue, an article where it is verified, the number of a fact in the digests (0 for none).

    `basis` and `seen_at` are the fact's: seen in a source or recalled, and where.
    """

    work: str
    article: str = ""
    paragraph: str = ""
    point: str = ""
    fact: int = 0
    basis: Literal["seen", "recalled"] = "seen"
    seen_at: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """A step of a procedure. `order` counts in its jurisdiction's file, `jurisdiction` is the level that it belongs to.

    `actor` is who acts as the source says it, `authorities` are ids of `institutions`; `source` names where a step without a provision comes from;
    `doubt` is what the source leaves uncertain, `note` a condition or an exception. Empty fields are not in the facts.
    """

    jurisdiction: str
    order: int
    stage: Stage
    title: str
    actor: str = ""
    authorities: tuple[str, ...] = ()
    documents: tuple[str, ...] = ()
    deadline: str = ""
    fee: str = ""
    basis: tuple[Basis, ...] = ()
    source: str = ""
    doubt: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """A basis as it stands in the corpus: the provision, where its text is held (else `provision_id` is empty), a line that names it, the act's title."""

    basis: Basis
    provision_id: str
    told: str
    digest: bool = False
    title: str = ""


@dataclass(frozen=True, slots=True)
class StepView:
    """A step with its bases looked up; `file` says whose step it is."""

    step: Step
    bases: tuple[Found, ...]
    file: str

    @property
    def told(self) -> str:
        """What the step rests on, in a line."""
        return "; ".join(dict.fromkeys(one.told for one in self.bases)) or NO_BASIS

    @property
    def beside(self) -> str:
        """The authorities in English that the actor's own words don't name."""
        names = [institutions()[one].english for one in self.step.authorities]
        actor = self.step.actor.casefold()
        return ", ".join(
            name for name in names if name.casefold() not in actor and not (actor and actor in name.casefold())
        )


# --- reading -----------------------------------------------------------------------------------------------------------


def shipped_steps() -> Iterator[Step]:
    """Yield the steps that come with the package."""
    folder = resources.files("psimm_docs").joinpath("data/procedures")
    check = adapter(Step)
    for code in SIX:
        for line in folder.joinpath(f"{code}.jsonl").read_text("utf-8").splitlines():
            step: Step = check.validate_json(line)
            yield step


def read_steps(bench: Workbench) -> list[tuple[Step, str]]:
    """Return all steps with whose they are, the user's own behind the package's; raises PsimmError naming file and line of a bad one."""
    found = [(step, PACKAGED) for step in shipped_steps()]
    for path in sorted((bench.workspace.root / "corpus" / "procedures").glob("*.jsonl")):
        for number, step in enumerate(iter_records(path, Step), 1):
            where = f"{path}, step {number}"
            if step.jurisdiction not in JURISDICTIONS:
                raise PsimmError(
                    f"{where}: jurisdiction {step.jurisdiction!r} is not one of {', '.join(JURISDICTIONS)}"
                )
            unknown = [one for one in step.authorities if one not in institutions()]
            if unknown:
                raise PsimmError(
                    f"{where}: authority {unknown[0]!r} is not known; psimm-docs institutions --register lists them"
                )
            found.append((step, path.name))
    return found


def held_texts(bench: Workbench, work: str) -> list[Source]:
    """Return the built texts of a work, official ones first, digests and translations last."""
    some = [one for one in bench.sources.values() if one.work_id == work and bench.is_built(one.id)]
    return sorted(some, key=lambda one: (one.translation, one.digest, one.status != "official"))


def by_number(provisions: Sequence[Provision], basis: Basis) -> Provision | None:
    """Return the article of a basis, or the paragraph or point in it as far as it is there."""
    found = next((one for one in provisions if one.kind == "article" and same(one.number, basis.article)), None)
    for number in (basis.paragraph, basis.point):
        if found is None or not number:
            break
        inner = [one for one in provisions if one.parent == found.id and same(one.number, number)]
        found = inner[0] if len(inner) == 1 else found
    return found


def same(one: str, other: str) -> bool:
    """Say whether two printed numbers are the same.

    >>> same("13а", "13a"), same("43.", "43")
    (True, True)
    """
    return bool(other) and fold(one).strip(". ()") == fold(other).strip(". ()")


def by_fact(bench: Workbench, source: Source, number: int) -> Provision | None:
    """Return the provision of a digest that a fact's note stands behind."""
    note = re.search(rf"\[fact {number};", bench.document(source.id).text)
    if note is None:
        return None
    before = [one for one in bench.provisions(source.id) if one.span.start < note.start()]
    return max(before, key=lambda one: (one.span.start, one.depth), default=None)


def look_up(bench: Workbench, basis: Basis) -> Found:
    """Return a basis as the corpus has it: by article where a text of the act holds it, else by the digest's fact, else not held."""
    work = bench.works.get(basis.work)
    title = work.title("en") if work else basis.work
    past = f", {PAST[work.status]}" if work and work.status in PAST else ""
    doubt = past + (", recalled" if basis.basis == "recalled" else "")
    for source in held_texts(bench, basis.work):
        provision = by_number(bench.provisions(source.id), basis) if basis.article else None
        if provision is None and source.digest and basis.fact:
            provision = by_fact(bench, source, basis.fact)
        if provision is not None:
            place = f"Art. {basis.article}" if basis.article else "article not verified"
            return Found(basis, provision.id, f"{title}, {place}{doubt}", source.digest, title)
    place = f", Art. {basis.article}" if basis.article else ""
    return Found(basis, "", f"{title}{place}{doubt} (text not held)", title=title)


# --- asking ------------------------------------------------------------------------------------------------------------


def procedure(bench: Workbench, *, jurisdictions: Sequence[str] = ()) -> list[StepView]:
    """Return the steps of these jurisdictions and their levels (the six where none is named), in the order of every table."""
    codes = {code for one in (jurisdictions or SIX) for code in within(jurisdiction(one).code)}
    places = {code: place for place, code in enumerate(SIX)}
    some = [(step, file) for step, file in read_steps(bench) if step.jurisdiction in codes]
    some.sort(key=lambda one: (places.get(root(one[0].jurisdiction), len(SIX)), one[1] != PACKAGED, one[0].order))
    return [StepView(step, tuple(look_up(bench, one) for one in step.basis), file) for step, file in some]


def lanes(views: Sequence[StepView]) -> dict[Stage, dict[str, list[StepView]]]:
    """Return steps by stage and state, stages without a step left out; what is missing in a lane is in no fact."""
    made: dict[Stage, dict[str, list[StepView]]] = {}
    for stage in STAGES:
        some = [one for one in views if one.step.stage == stage]
        for one in some:
            made.setdefault(stage, {}).setdefault(root(one.step.jurisdiction), []).append(one)
    return made


def step_table(views: Sequence[StepView]) -> Table:
    """Return steps as a table for CSV and XLSX; the table knows where the footnote of Kosovo* belongs."""
    columns = (
        *("jurisdiction", "step", "stage", "what", "actor", "authorities", "documents", "deadline", "fee"),
        *("legal basis", "provisions", "source", "doubt", "note", "file"),
    )
    rows = tuple(
        (
            JURISDICTIONS[one.step.jurisdiction].name,
            one.step.order,
            STAGES[one.step.stage],
            one.step.title,
            one.step.actor,
            "; ".join(institutions()[name].english for name in one.step.authorities),
            "; ".join(one.step.documents),
            one.step.deadline,
            one.step.fee,
            one.told,
            "; ".join(held.provision_id for held in one.bases if held.provision_id),
            one.step.source,
            one.step.doubt,
            one.step.note,
            one.file,
        )
        for one in views
    )
    return Table("procedure", columns, rows)
