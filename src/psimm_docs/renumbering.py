"""A document's tree as people corrected it: other numbers and labels, articles that begin or end elsewhere.

Invariant: every provision keeps its id (identity is position in the source) and every letter its place; an article that begins
inside a provision is one more, named by its line there. The result is as valid a tree as the one that was built. Each provision that is shown otherwise than it was read carries a note that says who said so,
when, and what the source prints. Nothing here is written to disk: `workbench` asks for it whenever it shows a document.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from psimm_docs import labels
from psimm_docs.number_places import line_start, printed
from psimm_docs.records import Correction, Provision, Span, fingerprint

STARTS = ("paragraph", "point", "indent", "unplaced")
"""Kinds that can turn out to be an article from their first line on."""
OUTSIDE = ("unplaced", "preface")
CONTAINERS = ("part", "title", "chapter", "section", "annex")
HEAD = 200
"""Letters at an article's beginning in which its number is looked for."""


def renumbered(
    text: str, provisions: Sequence[Provision], corrections: Mapping[str, Correction], *, state: str
) -> tuple[Provision, ...]:
    """Return the provisions with these corrections (by provision id) applied, in text order.

    `text` is the document's, `state` the state-level jurisdiction, whose way of writing labels is kept. A correction that has no
    place to work in (a part of an article where no article stands before it) is left out.
    """
    tree = Tree(text, provisions, state)
    for one in provisions:
        said = corrections.get(one.id)
        if said is None:
            continue
        if said.action == "number":
            tree.renumber(one.id, said)
        elif said.action == "begins":
            tree.begin(one.id, said)
        elif said.action == "part":
            tree.join(one.id, said)
    return tree.provisions()


def article_before(provisions: Sequence[Provision], article: Provision) -> Provision | None:
    """Return the article that stands before one in the same chapter (or the same law, where there are no chapters)."""
    before = [one for one in provisions if one.kind == "article" and one.parent == article.parent]
    at = next((place for place, one in enumerate(before) if one.id == article.id), 0)
    return before[at - 1] if at else None


class Tree:
    """The provisions in the making; `shown` holds each as it stands after the corrections applied so far."""

    def __init__(self, text: str, provisions: Sequence[Provision], state: str) -> None:
        self.text = text
        self.state = state
        self.shown: dict[str, Provision] = {one.id: one for one in provisions}

    def provisions(self) -> tuple[Provision, ...]:
        """Return the tree, depths and order counted anew."""
        depths: dict[str, int] = {}
        for one in self.shown.values():
            depths[one.id] = depths[one.parent] + 1 if one.parent else 0
        return tuple(
            one if (one.depth, one.order) == (depths[one.id], at) else replace(one, depth=depths[one.id], order=at)
            for at, one in enumerate(self.shown.values())
        )

    def up(self, provision_id: str) -> Iterator[Provision]:
        """Yield what stands above a provision, the nearest first."""
        above = self.shown[provision_id].parent
        while above:
            yield self.shown[above]
            above = self.shown[above].parent

    def below(self, provision_id: str) -> list[Provision]:
        """Return what stands below a provision, in text order."""
        under, found = {provision_id}, []
        for one in self.shown.values():
            if one.parent in under:
                under.add(one.id)
                found.append(one)
        return found

    def put(self, provision: Provision, *, note: str = "", **changes: object) -> Provision:
        """Store a provision with changes; a note is added to what it carries, a new span gives a new fingerprint."""
        notes = [one for one in (provision.note, note) if one]
        made: Provision = replace(provision, note="; ".join(dict.fromkeys(notes)), **changes)  # type: ignore[arg-type]
        if made.span != provision.span:
            made = replace(made, fingerprint=fingerprint(" ".join(made.span.of(self.text).split())))
        self.shown[made.id] = made
        return made

    def relabel(self, before: str, after: str, provision_id: str, note: str) -> None:
        """Give everything below a provision the label that begins with `after` where it began with `before`."""
        for one in self.below(provision_id):
            if one.label.startswith(before):
                self.put(one, label=after + one.label[len(before) :], note=note)

    def renumber(self, provision_id: str, said: Correction) -> None:
        """Give a provision another number."""
        one = self.shown[provision_id]
        note = f"number corrected by {signed(said)}; the source prints {printed(self.text, one) or 'no number'}"
        label = labels.renumber(one.label, one.number, said.number, language=one.language, state=self.state)
        self.put(one, number=said.number, label=label, note=note)
        self.relabel(one.label, label, provision_id, note)

    def begin(self, provision_id: str, said: Correction) -> None:
        """Let an article begin at a line of a provision: what follows it in the article that held it is its own now.

        Where that is not the provision's first line, the article is a provision more, named by its line.
        """
        one = self.shown[provision_id]
        start = line_start(self.text, one, said.line)
        if start is None or (start == one.span.start and one.kind not in STARTS):
            return
        new = f"{one.id}__line_{said.line}" if start > one.span.start else one.id
        chain = [one, *self.up(provision_id)] if start > one.span.start else list(self.up(provision_id))
        at = next((place for place, held in enumerate(chain) if held.kind == "article"), None)
        annex = next((held for held in chain if held.kind == "annex"), None)
        # what ends where the new article begins: all up to the article that held it, or a text outside articles
        path = chain[: at + 1] if at is not None else [one] if one.kind in OUTSIDE and new != one.id else []
        outer = path[-1] if path else one
        below = [held for held in self.below(outer.id) if held.span.start >= start and held.id != one.id]
        inside = one.kind in CONTAINERS
        end = min([one.span.end, *(held.span.start for held in below)]) if inside else outer.span.end
        if not self.text[start:end].strip():
            return
        note = f"read as the beginning of article {said.number} by {signed(said)}; the source marks no article here"
        label = labels.piece("article", said.number, "", language=one.language, state=self.state)
        label = f"{annex.label}: {label}" if annex else label
        number = self.number_at(said.number, start, end)
        made = replace(
            one,
            id=new,
            eid=new.partition("#")[2],
            kind="article",
            number=said.number,
            printed=True,
            label=label,
            parent=one.id if inside else outer.parent,
            number_span=number,
            heading="",
            heading_span=None,
            note="",
        )
        if not inside:
            moved = {held.id for held in path}
            for other in below:
                if other.parent in moved:
                    self.put(other, parent=new)
        told = f"article {said.number} begins inside what is read as this article ({signed(said)})"
        for held in path:
            cut = Span(held.span.start, max(held.span.start, min(held.span.end, self.trimmed(start))))
            self.put(self.shown[held.id], span=cut, note=told if held is outer else "")
        self.insert(self.put(made, span=Span(start, self.trimmed(end)), note=note))
        self.relabel(outer.label if at is not None else one.label, label, new, note)
        self.count(new, worded=any(map(str.isalpha, self.first_words(made, number, start))))

    def insert(self, made: Provision) -> None:
        """Put a new article at its place in the order of the text (one that was there already stays where it is)."""
        self.shown.pop(made.id) if "__line_" in made.eid else None
        if made.id not in self.shown:
            before = [one for one in self.shown.values() if one.span.start < made.span.start]
            after = [one for one in self.shown.values() if one.span.start >= made.span.start]
            self.shown = {one.id: one for one in (*before, made, *after)}

    def trimmed(self, end: int) -> int:
        """Return an end without the white space before it."""
        return len(self.text[:end].rstrip())

    def number_at(self, number: str, start: int, end: int) -> Span | None:
        """Return where a number stands in the first lines of an article, if it does."""
        held = re.compile(rf"(?<!\d){re.escape(number)}(?!\d)").search(self.text, start, min(end, start + HEAD))
        return Span(held.start(), held.end()) if held else None

    def first_words(self, made: Provision, number: Span | None, start: int) -> str:
        """Return the words that follow an article's number in its line: they are its first paragraph then."""
        after = number.end if number else start
        stop = self.text.find("\n", after)
        return self.text[after : stop if stop >= 0 else len(self.text)]

    def count(self, article_id: str, *, worded: bool) -> None:
        """Count the paragraphs without a printed number of a new article."""
        number = int(worded)
        for one in [held for held in self.shown.values() if held.parent == article_id]:
            if one.kind == "paragraph" and not one.printed:
                number += 1
                label = labels.renumber(one.label, one.number, str(number), language=one.language, state=self.state)
                self.put(one, number=str(number), label=label)
                self.relabel(one.label, label, one.id, one.note)

    def join(self, article_id: str, said: Correction) -> None:
        """Make an article text of the article before it; what is inside goes by that article's number only."""
        one = self.shown[article_id]
        before = article_before(tuple(self.shown.values()), one)
        if before is None:
            return
        note = f"read as text of {before.label} by {signed(said)}; the source prints {one.label} here"
        self.put(
            before,
            span=Span(before.span.start, max(before.span.end, one.span.end)),
            note=f"holds what the source prints as {one.label} ({signed(said)})",
        )
        for inner in self.below(article_id):
            self.put(inner, label=before.label, note=note)
        self.put(one, kind="unplaced", number="", printed=False, parent=before.id, label=before.label, note=note)


def signed(said: Correction) -> str:
    """Return who said it and on which day."""
    return f"{said.reviewer}, {said.time[:10]}"
