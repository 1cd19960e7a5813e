"""Values and elements: what is found in provisions of our own against what a reader marked in them.

A value counts as right where it overlaps the marked words and has the same kind, numbers, unit, bound and working days; an element
where it is found in a provision that has it. The gold is cut in two by a checksum of each text's id and language: `dev` was looked at while the
word lists were written, `test` was not. Slices by language and kind are of the test half.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from psimm_docs.elements import shown
from psimm_docs.evaluate.facts import Score
from psimm_docs.value_records import Value
from psimm_docs.values import find

PARTS = ("dev", "test")
Marked = dict[str, Any]
Pair = tuple[Marked, tuple[Value, ...]]


def gold(folder: Path, part: str) -> list[Marked]:
    """Return the marked provisions of a part; none where the workspace has no gold."""
    path = folder / f"{part}.jsonl"
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()] if path.is_file() else []


def values_suite(folder: Path) -> Iterator[Score]:
    """Measure values and elements on the gold in `values/` and `elements/` of a folder."""
    for part in PARTS:
        pairs = [(one, find(one["text"], one["language"])) for one in gold(folder / "values", part)]
        if pairs:
            yield from found_scores("value", part, pairs, lambda one: True, lambda one: True)
            untouched = [found for one, found in pairs if not one["values"]]
            yield Score("values", "no value claimed", part, share(not one for one in untouched), len(untouched))
    for language in sorted({one["language"] for one, _ in pairs}):
        some = [pair for pair in pairs if pair[0]["language"] == language]
        yield from found_scores("value", language, some, lambda one: True, lambda one: True)
    for kind in sorted({value["kind"] for one, _ in pairs for value in one["values"]}):
        yield from found_scores(
            "value", kind, pairs, lambda one, kind=kind: one["kind"] == kind, lambda one, kind=kind: one.kind == kind
        )
    for part in PARTS:
        yield from element_scores(part, gold(folder / "elements", part))


def share(answers: Iterable[bool]) -> float:
    """Return how many of some answers are yes, 0..1; 1 of none."""
    held = list(answers)
    return sum(held) / len(held) if held else 1.0


def same(marked: Marked, value: Value) -> bool:
    """Say whether a found value is the marked one: in the same place, for the same, of the same size."""
    overlaps = value.span.start < marked["start"] + len(marked["words"]) and marked["start"] < value.span.end
    names = ("kind", "low", "high", "unit", "bound", "working")
    return overlaps and all(getattr(value, name) == marked[name] for name in names)


def found_scores(what: str, name: str, pairs: Iterable[Pair], marked_too: Any, found_too: Any) -> Iterator[Score]:
    """Yield precision and recall of the values that two filters let through, one for what is marked and one for what is found."""
    precise = [
        any(same(mark, value) for mark in one["values"]) for one, found in pairs for value in found if found_too(value)
    ]
    recalled = [
        any(same(mark, value) for value in found) for one, found in pairs for mark in one["values"] if marked_too(mark)
    ]
    yield Score("values", f"{what} precision", name, share(precise), len(precise))
    yield Score("values", f"{what} recall", name, share(recalled), len(recalled))


def element_scores(part: str, provisions: Iterable[Marked]) -> Iterator[Score]:
    """Yield precision and recall of elements, all eight looked for in every provision."""
    wanted, found = [], []
    for one in provisions:
        held = shown(one["text"], one["language"], find(one["text"], one["language"]))
        found += [name in one["elements"] for name in held]
        wanted += [name in held for name in one["elements"]]
    if wanted:
        yield Score("values", "element precision", part, share(found), len(found))
        yield Score("values", "element recall", part, share(wanted), len(wanted))
