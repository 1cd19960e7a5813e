"""A document's tree as people corrected it: other numbers and labels, articles that begin or end elsewhere.

Invariant: every provision keeps its id (identity is position in the source) and every letter its place; the result is as valid a
tree as the one that was built. Each provision that is shown otherwise than it was read carries a note that says who said so,
when, and what the source prints. Nothing here is written to disk: `workbench` asks for it whenever it shows a document.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from psimm_docs import labels
from psimm_docs.records import Correction, Provision, Span, fingerprint


def renumbered(
    text: str, provisions: Sequence[Provision], corrections: Mapping[str, Correction], *, state: str
) -> tuple[Provision, ...]:
    """Return the provisions with these corrections (by provision id) applied, in the same order.

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
        """Return the tree, depths counted anew."""
        depths: dict[str, int] = {}
        for one in self.shown.values():
            depths[one.id] = depths[one.parent] + 1 if one.parent else 0
        return tuple(
            replace(one, depth=depths[one.id]) if depths[one.id] != one.depth else one for one in self.shown.values()
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

    def printed(self, provision: Provision) -> str:
        """Return what the source prints as a provision's number, in words."""
        return provision.number_span.of(self.text) if provision.number_span else "no number"

    def renumber(self, provision_id: str, said: Correction) -> None:
        """Give a provision another number."""
        one = self.shown[provision_id]
        note = f"number corrected by {signed(said)}; the source prints {self.printed(one)}"
        label = labels.renumber(one.label, one.number, said.number, language=one.language, state=self.state)
        self.put(one, number=said.number, label=label, note=note)
        self.relabel(one.label, label, provision_id, note)

    def begin(self, provision_id: str, said: Correction) -> None:
        """Let an article begin at a provision: what follows it in the article that held it is its own now."""
        one = self.shown[provision_id]
        note = f"read as the beginning of article {said.number} by {signed(said)}; the source marks no article here"
        above = list(self.up(provision_id))
        at = next((place for place, held in enumerate(above) if held.kind == "article"), None)
        label = labels.piece("article", said.number, "", language=one.language, state=self.state)
        end, parent, before = one.span.end, one.parent, one.label
        if at is not None:
            article, path = above[at], above[: at + 1]
            annex = next((held for held in above[at:] if held.kind == "annex"), None)
            label = f"{annex.label}: {label}" if annex else label
            end, parent, before = article.span.end, article.parent, article.label
            self.move(one, path)
            cut = one.span.start - len(self.text[: one.span.start]) + len(self.text[: one.span.start].rstrip())
            for held in path:
                told = f"article {said.number} begins inside what the source marks as this article ({signed(said)})"
                stop = max(held.span.start, min(held.span.end, cut))
                self.put(held, span=Span(held.span.start, stop), note=told if held is article else "")
        digits = self.text.find(said.number, one.span.start, one.span.end)
        stands = 0 <= digits < one.span.start + 20
        self.put(
            one,
            kind="article",
            number=said.number,
            printed=True,
            label=label,
            parent=parent,
            span=Span(one.span.start, end),
            number_span=Span(digits, digits + len(said.number)) if stands else None,
            heading="",
            heading_span=None,
            note=note,
        )
        self.relabel(before, label, provision_id, note)
        self.count(provision_id, worded=self.worded(one, said.number))

    def move(self, one: Provision, path: Sequence[Provision]) -> None:
        """Put what follows a provision in the article that held it below the provision; `path` leads up to that article."""
        ids = {held.id for held in path}
        for other in self.below(path[-1].id):
            if other.parent in ids and other.span.start >= one.span.end and other.id != one.id:
                self.put(other, parent=one.id)

    def worded(self, one: Provision, number: str) -> bool:
        """Say whether words follow the number in the provision at which an article begins: they are its first paragraph then."""
        words = one.span.of(self.text)
        return any(letter.isalpha() for letter in words[words.find(number) + len(number) :])

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
