"""From a place (`člana 5. stav 2.`) to the provision of the same document that it names.

A file may hold several acts one after another, so an article is looked for among the articles of the same run first: a run ends where
the numbers begin anew. Invariant: a target is a provision of this document; where an inner level is not there the
nearest one above it is the target, and the state says so.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Mapping, Sequence

from psimm_docs.fold import fold
from psimm_docs.records import Provision

BELOW = ("paragraph", "point", "letter", "indent")


def plain(number: str) -> str:
    """Return a number as it is compared: folded, without signs between digits and letters; `12/1` and `121` differ.

    >>> plain("28-а"), plain("16.a"), plain("12/1"), plain("(2)")
    ('28a', '16a', '12-1', '2')
    """
    held = re.sub(r"[^\w]+", "-", fold(number)).strip("-")
    return re.sub(r"(?<=\d)-(?=[^\W\d])", "", held)


def own_number(provision: Provision) -> str:
    """Return a provision's number without signs around it."""
    return provision.number.strip(" ().")


class Targets:
    """The provisions of one document, to be asked for places."""

    def __init__(self, provisions: Sequence[Provision]) -> None:
        self.by_id = {one.id: one for one in provisions}
        self.in_order = sorted(provisions, key=lambda one: (one.span.start, one.depth))
        self.starts = [one.span.start for one in self.in_order]
        self.children: dict[str, list[Provision]] = defaultdict(list)
        self.articles: dict[str, list[tuple[int, Provision]]] = defaultdict(list)
        self.run_of: dict[str, int] = {}
        run, last = 0, 0
        for one in self.in_order:
            self.children[one.parent].append(one)
            if one.kind == "article":
                digits = re.match(r"\d+", one.number)
                base = int(digits[0]) if digits else last
                run += base == 1 and last > 1
                last = base
                self.run_of[one.id] = run
                self.articles[plain(one.number)].append((run, one))

    def home(self, offset: int) -> Provision | None:
        """Return the innermost provision that holds a character, None outside all."""
        at = bisect_right(self.starts, offset) - 1
        one = self.in_order[at] if at >= 0 else None
        while one is not None and not one.span.start <= offset < one.span.end:
            one = self.by_id.get(one.parent)
        return one

    def article_of(self, provision: Provision | None) -> Provision | None:
        """Return the article that a provision is or stands in."""
        while provision is not None and provision.kind != "article":
            provision = self.by_id.get(provision.parent)
        return provision

    def above(self, provision: Provision | None, level: str) -> Provision | None:
        """Return the paragraph (point, letter, indent) that a provision is or stands in."""
        kinds = {"paragraph": ("paragraph",), "indent": ("indent",)}.get(level, ("point",))
        while provision is not None and provision.kind not in kinds:
            provision = None if provision.kind == "article" else self.by_id.get(provision.parent)
        return provision

    def lead(self, place: Mapping[str, str], home: Provision | None) -> tuple[str, str]:
        """Return the target's id and the state of a place in the document's own act."""
        article = self.article(place.get("article", ""), home)
        if article is None:
            return "", "missing"
        at = article
        paragraph = self.above(home, "paragraph") if home else None
        inside = paragraph is not None and self.article_of(paragraph) is article
        wanted = [(level, place[level]) for level in BELOW if place.get(level)]
        if (
            inside
            and paragraph is not None
            and wanted
            and wanted[0][0] != "paragraph"
            and self.below(paragraph, *wanted[0])
        ):
            at = paragraph
        for step, (level, number) in enumerate(wanted):
            found = self.below(at, level, number)
            if found is None:
                # an unnumbered only paragraph is often left out, and often named where the tree has none
                if level == "paragraph" and number == "1" and step + 1 < len(wanted):
                    continue
                return at.id, "partly"
            at = found
        return at.id, "found"

    def article(self, number: str, home: Provision | None) -> Provision | None:
        """Return the article of a number: in the same run, else the only one there is."""
        held = self.articles.get(plain(number), []) if number else []
        own = self.article_of(home)
        if own is not None and any(one is own for _, one in held):
            return own
        run = self.run_of.get(own.id, -1) if own else 0
        near = [one for of_run, one in held if of_run == run]
        if near:
            return near[0]
        return held[0][1] if len(held) == 1 else None

    def below(self, above: Provision, level: str, number: str) -> Provision | None:
        """Return the provision of a number below another one, the nearest level first; a kind that fits goes before others."""
        kinds = ("indent",) if level == "indent" else ("paragraph",) if level == "paragraph" else ("point", "indent")
        layer = self.children[above.id]
        other: Provision | None = None
        while layer:
            for one in layer:
                if same_number(one.number, number):
                    if one.kind in kinds:
                        return one
                    other = other or one
            layer = [inner for one in layer for inner in self.children[one.id]]
        return other if level != "indent" else None


def same_number(one: str, other: str) -> bool:
    """Say whether two printed numbers are one: letters by their own form first, so that `č` and `c` differ.

    >>> same_number("2", "(2)"), same_number("č", "c"), same_number("а", "a"), same_number("1.2", "1.2.")
    (True, False, True, True)
    """
    left, right = one.strip(" ().").lower(), other.strip(" ().").lower()
    if left == right:
        return True
    if left.isalpha() and right.isalpha() and left.isascii() != right.isascii():
        return fold(left) == fold(right) and ("\u0400" <= max(left, right)[0] <= "\u04ff")
    return plain(left) == plain(right) and not left.isalpha()
