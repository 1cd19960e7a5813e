"""The numbers of a corpus that are worth a look, what people said of them, and every document's tree with their corrections.

Wiring: `audit` finds, `corrections` keeps what people said, `renumbering` shows it; here the three meet the built corpus. Logs are
read again when a file of theirs has changed, so that an answer shows at once, here and in every other program that is open.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

from psimm_docs.audit import Finding, audit
from psimm_docs.corrections import BOOK, Answer, answers, append, undo
from psimm_docs.errors import NotFoundError, PsimmError
from psimm_docs.jurisdictions import root
from psimm_docs.logfiles import logs
from psimm_docs.number_places import fingerprint_at, places
from psimm_docs.records import Correcting, Correction, Hit, Provision
from psimm_docs.renumbering import article_before, renumbered

if TYPE_CHECKING:
    from psimm_docs.workbench import Workbench

LINE = "__line_"
"""What names an article that begins inside a provision, after the provision's own id."""


@dataclass(frozen=True, slots=True)
class Checked:
    """A number worth a look and what people said: `state` is in words, `open` says that it still waits for somebody.

    `label` is the provision's as it is shown now, `answer` what stands about its number (None where nobody said anything).
    """

    finding: Finding
    label: str
    open: bool
    state: str
    answer: Answer | None


class Numbers:
    """The numbers of an opened corpus."""

    def __init__(self, bench: Workbench) -> None:
        self.bench = bench
        self.folder = bench.workspace.corrections
        self._logs = lru_cache(maxsize=1)(self._read_logs)
        self._corrected = lru_cache(maxsize=64)(self._correct)

    def _read_logs(self, stamp: tuple[tuple[str, int, int], ...]) -> dict[str, tuple[Correction, ...]]:
        del stamp  # it is only the key of the cache
        found: dict[str, list[Correction]] = {}
        for one in BOOK.read_all(self.folder):
            found.setdefault(one.provision_id.partition("#")[0], []).append(one)
        return {source_id: tuple(said) for source_id, said in found.items()}

    def said(self, source_id: str) -> tuple[Correction, ...]:
        """Return all that anybody ever said of a document's numbers, by time; raises TamperedError when a log was changed."""
        held = [(path.name, path.stat()) for path in logs(self.folder)]
        stamp = tuple((name, stat.st_mtime_ns, stat.st_size) for name, stat in held)
        return self._logs(stamp).get(source_id, ()) if stamp else ()

    def _correct(self, source_id: str, said: tuple[Correction, ...]) -> tuple[dict[str, Answer], tuple[Provision, ...]]:
        built, document = self.bench.built_provisions(source_id), self.bench.document(source_id)
        at, by_id = places(document, built), {one.id: one for one in built}
        made = answers(
            said,
            lambda one: fingerprint_at(document.text, by_id.get(one.provision_id), at.get(one.provision_id), one.line),
        )
        applied = {key: one.last for key, one in made.items() if one.standing == "corrected"}
        state = root(self.bench.source(source_id).jurisdiction)
        return made, renumbered(document.text, built, applied, state=state) if applied else built

    def provisions(self, source_id: str) -> tuple[Provision, ...]:
        """Return a document's tree with the corrections that stand."""
        said = self.said(source_id)
        return self._corrected(source_id, said)[1] if said else self.bench.built_provisions(source_id)

    def labelled(self, hit: Hit) -> Hit:
        """Return a hit with the label that its provision is shown with; the index holds the one that was read."""
        if not self.said(hit.source_id):
            return hit
        provision = self.bench.provision(hit.provision_id)
        return replace(hit, label=provision.label, note=provision.note)

    def answers(self, source_id: str) -> dict[str, Answer]:
        """Return what stands about the numbers of a document, by provision id."""
        said = self.said(source_id)
        return self._corrected(source_id, said)[0] if said else {}

    def check(self, source_id: str) -> list[Checked]:
        """Return the numbers of a document that are worth a look, in text order, each with what people said about it.

        A finding that no longer arises once other numbers are corrected is settled; one that only arises from a correction is
        there too. A digest of ours has none: gaps in it say nothing about the law.
        """
        if self.bench.source(source_id).digest:
            return []
        document, problems = self.bench.document(source_id), self.bench.problems(source_id)
        built, shown = self.bench.built_provisions(source_id), self.provisions(source_id)
        now = {one.id: one for one in audit(document, shown, problems)}
        every = now if shown is built else now | {one.id: one for one in audit(document, built, problems)}
        said = self.answers(source_id)
        names = {one.id: one.label for one in shown}
        return [
            checked(one, names[one.provision_id], said.get(one.provision_id.partition(LINE)[0]), arises=one.id in now)
            for one in sorted(every.values(), key=lambda one: (one.span.start, one.id))
        ]

    def correct(
        self,
        reviewer: str,
        provision_id: str,
        action: Correcting,
        *,
        number: str = "",
        line: int = 1,
        note: str = "",
    ) -> Correction:
        """Record what a person says of a provision's number (see `Correction`); it is on the disk when this returns.

        Raises NotFoundError for an unknown id and PsimmError for an answer that makes no sense there.
        """
        source_id = self.bench.source(provision_id.partition("#")[0]).id
        built, document = self.bench.built_provisions(source_id), self.bench.document(source_id)
        provision = next((one for one in built if one.id == provision_id), None)
        if provision is None:
            # an article that a person let begin inside a provision is no place in the source of its own
            raise NotFoundError(
                f"{provision_id}: no such place is read in the source; see psimm-docs doctor --numbering"
            )
        if action == "part" and provision.kind == "article" and article_before(built, provision) is None:
            raise PsimmError(f"{provision_id}: no article stands before it in the same place that it could be part of")
        place = fingerprint_at(document.text, provision, places(document, built)[provision_id], line)
        if place is None:
            raise PsimmError(f"{provision_id}: has no line {line}")
        return append(
            self.folder,
            reviewer=reviewer,
            provision=provision,
            action=action,
            number=number,
            line=line,
            note=note,
            fingerprint=place,
        )

    def line_of(self, provision_id: str, number: str) -> int:
        """Return the line of a provision at which the article of this number seems to begin: where a finding sees it, else 1."""
        found = (one.finding for one in self.check(provision_id.partition("#")[0]))
        here = [one for one in found if one.provision_id == provision_id and one.printed == number]
        return here[0].line if here else 1

    def shown(self, said: Correction) -> Provision:
        """Return the provision that an answer is about as it is shown now: the article that begins there, where one does."""
        by_id = {one.id: one for one in self.provisions(said.provision_id.partition("#")[0])}
        return by_id.get(f"{said.provision_id}{LINE}{said.line}") or by_id[said.provision_id]

    def undo(self, reviewer: str, provision_id: str = "") -> Correction:
        """Take back the reviewer's last answer about a number (about one provision's, where it is named)."""
        return undo(self.folder, reviewer, provision_id=provision_id)


def checked(finding: Finding, label: str, said: Answer | None, *, arises: bool) -> Checked:
    """Return a finding with its state in words; `arises` says whether it still does from the numbers as they are shown."""
    if said is None:
        return Checked(finding, label, arises, "open" if arises else "settled by another correction", None)
    words = {
        "confirmed": f"confirmed by {said.by}",
        "corrected": f"corrected by {said.by}",
        "stale": f"open; answered on an older reading by {said.by}",
        "disputed": f"open; reviewers disagree: {said.by}",
    }[said.standing]
    return Checked(finding, label, said.standing in ("stale", "disputed"), words, said)
