"""How well authorities are recognised, measured on passages of our own texts in which a reader marked every mention.

Each line of `annotations/gold/institutions/mentions.jsonl` is a passage of a digest or of a model provision with `[[words|authority]]` for each
mention, `[[words|]]` where the authority is not named. A found mention is right when its authority is the marked one and the two share a letter;
`authority spans` counts the right ones whose letters are the marked ones. The marks of the part `dev` were set by correcting what the rules had
found, and the rules were mended by them; `test` was marked afterwards, came in at 0.88, and has been mended by since. Marked are authorities of the
jurisdiction by name, by description, by their letters or by a general word (`nadležni organ`, `Ministarstvo`, competent courts, inspectors, ministers);
not marked are officers, bodies of other states, private agencies, ministries that our list doesn't have, and `organ`, `sud` or `agencija` alone.
"""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from psimm_docs.errors import PsimmError
from psimm_docs.evaluate.facts import Score
from psimm_docs.institutions import resolved
from psimm_docs.records import Span

MARK = re.compile(r"\[\[([^|\]]*)\|([^\]]*)\]\]")


@dataclass(frozen=True, slots=True)
class Marked:
    """A passage and its marked mentions: span and authority (empty where it is not named)."""

    part: str
    jurisdiction: str
    language: str
    text: str
    mentions: tuple[tuple[Span, str], ...]


def unmarked(written: str) -> tuple[str, tuple[tuple[Span, str], ...]]:
    """Return a marked passage's text and its mentions.

    >>> unmarked("Odlučuje [[Vlada|me/government]].")
    ('Odlučuje Vlada.', ((Span(start=9, end=14), 'me/government'),))
    """
    text, at = "", 0
    mentions = []
    for mark in MARK.finditer(written):
        text += written[at : mark.start()]
        mentions.append((Span(len(text), len(text) + len(mark[1])), mark[2]))
        text += mark[1]
        at = mark.end()
    return text + written[at:], tuple(mentions)


def read_marked(path: Path) -> list[Marked]:
    """Return the marked passages; raises PsimmError for a line that is none."""
    found = []
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        try:
            row = json.loads(line)
            found.append(Marked(row["part"], row["jurisdiction"], row["language"], *unmarked(row["marked"])))
        except (ValueError, KeyError, TypeError) as error:
            raise PsimmError(f"{path}, line {number}: is no marked passage ({error})") from error
    return found


def counted(passage: Marked) -> tuple[Counter[str], list[str]]:
    """Return the counts of one passage, and what is wrong in it in words."""
    counts: Counter[str] = Counter()
    wrong = []
    found = [
        (one.span, one.institutions[0] if one.institutions else "")
        for one in resolved(passage.text, jurisdiction=passage.jurisdiction, defined={})
    ]
    counts["wanted"], counts["found"] = len(passage.mentions), len(found)
    for span, wanted in passage.mentions:
        near = next((one for one in found if one[1] == wanted and one[0].overlaps(span)), None)
        if near is None:
            wrong.append(f"missed: {span.of(passage.text)} | {wanted}")
            continue
        counts["right"] += 1
        counts["exact"] += near[0] == span
        if near[0] != span:
            wrong.append(f"span: {near[0].of(passage.text)} for {span.of(passage.text)}")
    for span, got in found:
        if not any(got == wanted and span.overlaps(one) for one, wanted in passage.mentions):
            wrong.append(f"extra: {span.of(passage.text)} | {got}")
    return counts, wrong


def institution_suite(gold: Path) -> Iterator[Score]:
    """Yield precision, recall and exact spans over all passages and by language; nothing without the file."""
    path = gold / "mentions.jsonl"
    if not path.is_file():
        return
    counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for passage in read_marked(path):
        one, _ = counted(passage)
        counts["all"] += one
        counts[passage.part] += one
        counts[passage.language] += one
    for name, held in counts.items():
        for measure, right, of in (
            ("authority precision", "right", "found"),
            ("authority recall", "right", "wanted"),
            ("authority spans", "exact", "right"),
        ):
            if held[of]:
                yield Score("institutions", measure, name, held[right] / held[of], held[of])
