"""Provisions to units of search: a short article whole, a long one by its paragraphs and points.

Invariant: a chunk never crosses a provision. Each belongs to exactly one (the article, a paragraph, a point, or what stands
outside articles), no letter lies in two chunks, and only headings, which every chunk carries in its context, lie in none.
Ids are the provision's, with `~p1`, `~p2` where one provision gives several pieces (`~2` alone is an eId's own suffix).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from psimm_docs.basis import without_basis
from psimm_docs.records import Chunk, Document, Provision, Span

CHUNKS_VERSION = "4"
SEPARATOR = " › "
LONG_WORDS = 80
"""A search unit with more words than this is also compared by windows."""
WINDOW_WORDS, WINDOW_STEP = 60, 40
"""Words of a window, and how far the next one begins."""
SENTENCE = re.compile(r"(?<=[.;!?])\s+(?=[\"„“”»(\[]?[^\W\d_a-zçëčćđšžа-џѓќѕј])")
"""Blanks after the end of a sentence: the next word begins with a capital, so that `čl. 5` and `st. 2` stay whole."""
CONTAINERS = frozenset({"part", "title", "chapter", "section", "annex", "act"})


@dataclass
class Node:
    """A provision with its children, in text order."""

    provision: Provision
    children: list[Node] = field(default_factory=list)


def cut(
    document: Document, provisions: Sequence[Provision], *, title: str, digest: bool = False, max_words: int = 220
) -> list[Chunk]:
    """Return the search units of a document in text order.

    `title` opens every context; `max_words` is how many words a chunk holds at most (words are what blanks separate). The
    opening text of a digest says only what a digest is, so it gives no unit.
    """
    if max_words < 1:
        raise ValueError("max_words must be at least 1")
    cutter = Cutter(document.text, max_words)
    for node in tree(provisions):
        if not (digest and node.provision.kind == "preface"):
            cutter.container(node, title)
    return cutter.chunks


def windows(text: str, *, words: int = WINDOW_WORDS, step: int = WINDOW_STEP) -> list[str]:
    """Return overlapping windows of a text longer than `LONG_WORDS`, each of `words` words, a new one every `step`; none of a shorter one.

    A long provision speaks of several matters; each window is compared with a query by itself.

    >>> windows("a b c"), len(windows("word " * 130))
    ([], 3)
    """
    found = text.split()
    if len(found) <= LONG_WORDS:
        return []
    return [" ".join(found[at : at + words]) for at in range(0, len(found) - words + step, step)]


def tree(provisions: Sequence[Provision]) -> list[Node]:
    """Return the top-level provisions with their children."""
    nodes = {provision.id: Node(provision) for provision in provisions}
    top: list[Node] = []
    for provision in provisions:
        (nodes[provision.parent].children if provision.parent else top).append(nodes[provision.id])
    return top


class Cutter:
    """Cuts one document; `chunks` holds what it gave so far."""

    def __init__(self, text: str, max_words: int) -> None:
        self.text = text
        self.max_words = max_words
        self.chunks: list[Chunk] = []

    def size(self, start: int, end: int) -> int:
        """Return how many words stand between two offsets."""
        return len(self.text[start:end].split())

    def container(self, node: Node, context: str) -> None:
        """Cut what stands outside articles, and the articles."""
        provision = node.provision
        if provision.kind == "article":
            self.article(node, context)
            return
        if provision.kind in CONTAINERS:
            named = (
                provision.label
                if provision.heading in ("", provision.label)
                else f"{provision.label} {provision.heading}"
            )
            context += SEPARATOR + named
        numbers: list[Span] = []
        at = heading_end(provision) if provision.kind in CONTAINERS else provision.span.start
        for child in node.children:
            numbers.append(Span(at, max(at, child.provision.span.start)))
            at = child.provision.span.end
        numbers.append(Span(at, max(at, provision.span.end)))
        gaps = [piece for gap in numbers for piece in self.pieces(gap)]
        if not node.children:
            self.give(provision, gaps, context)
            return
        pieces = iter(enumerate(gaps, 1))
        pending = next(pieces, None)
        for child in node.children:
            while pending and pending[1].start < child.provision.span.start:
                self.add(provision, pending[1], context, pending[0])
                pending = next(pieces, None)
            self.container(child, context) if child.provision.kind in (*CONTAINERS, "article") else self.inside(
                child, context
            )
        while pending:
            self.add(provision, pending[1], context, pending[0])
            pending = next(pieces, None)

    def article(self, node: Node, context: str) -> None:
        """Cut an article: whole where it is short, else by paragraphs."""
        provision = node.provision
        context += SEPARATOR + " ".join(filter(None, (provision.label, provision.heading)))
        if self.size(provision.span.start, provision.span.end) <= self.max_words:
            self.give(provision, self.pieces(provision.span), context)
        else:
            self.inside(node, context, start=heading_end(provision))

    def inside(self, node: Node, context: str, *, start: int | None = None) -> None:
        """Cut a provision that may be too long: paragraphs each for themselves, points in groups of one provision."""
        provision = node.provision
        start = provision.span.start if start is None else start
        if self.size(start, provision.span.end) <= self.max_words or not node.children:
            self.give(provision, self.pieces(Span(start, provision.span.end)), context)
            return
        pieces: list[Span | Node] = []
        at = start
        for child in node.children:
            pieces.extend(self.pieces(Span(at, max(at, child.provision.span.start))))
            long = self.size(child.provision.span.start, child.provision.span.end) > self.max_words
            pieces.append(child if long or child.provision.kind == "paragraph" else child.provision.span)
            at = max(at, child.provision.span.end)
        pieces.extend(self.pieces(Span(at, max(at, provision.span.end))))
        count = 0
        for piece in self.grouped(pieces):
            if isinstance(piece, Node):
                self.inside(piece, context)
            else:
                count += 1
                self.add(provision, piece, context, count)

    def grouped(self, pieces: Sequence[Span | Node]) -> Iterator[Span | Node]:
        """Yield neighbouring spans joined as long as they hold no more than the words allowed."""
        held: Span | None = None
        for piece in pieces:
            if isinstance(piece, Node):
                if held:
                    yield held
                held = None
                yield piece
            elif held and self.size(held.start, piece.end) <= self.max_words:
                held = Span(held.start, piece.end)
            else:
                if held:
                    yield held
                held = piece
        if held:
            yield held

    def pieces(self, span: Span) -> list[Span]:
        """Return a span without the blanks around it, cut at lines, then sentences, then words where it is too long."""
        out: list[Span] = []
        for unit in self.units(span.start, span.end):
            if out and self.size(out[-1].start, unit.end) <= self.max_words:
                out[-1] = Span(out[-1].start, unit.end)
            else:
                out.append(unit)
        return [piece for piece in out if any(map(str.isalnum, piece.of(self.text))) and not self.basis(piece)]

    def basis(self, piece: Span) -> bool:
        """Say whether a piece is nothing but a digest's notes of basis, which are not searched."""
        return not any(map(str.isalnum, without_basis(piece.of(self.text))))

    def units(self, start: int, end: int) -> Iterator[Span]:
        """Yield the smallest pieces that a span needs to be cut into, without the blanks around them."""
        stripped = self.text[start:end].strip()
        if not stripped:
            return
        start += self.text[start:end].index(stripped)
        end = start + len(stripped)
        if self.size(start, end) <= self.max_words:
            yield Span(start, end)
            return
        for pattern in (re.compile(r"\n+"), SENTENCE):
            cuts = [found.end() for found in pattern.finditer(self.text, start, end)]
            if cuts:
                for first, last in zip([start, *cuts], [*cuts, end], strict=True):
                    yield from self.units(first, last)
                return
        words = list(re.finditer(r"\S+", self.text[start:end]))
        for at in range(0, len(words), self.max_words):
            last_word = words[min(at + self.max_words, len(words)) - 1]
            yield Span(start + words[at].start(), start + last_word.end())

    def give(self, provision: Provision, pieces: Sequence[Span], context: str) -> None:
        """Add the pieces of one provision; a single one takes the provision's own id."""
        for number, piece in enumerate(pieces, 1):
            self.add(provision, piece, context, number if len(pieces) > 1 else 0)

    def add(self, provision: Provision, span: Span, context: str, number: int) -> None:
        """Add a chunk; `number` 0 takes the provision's own id."""
        chunk_id = f"{provision.id}~p{number}" if number else provision.id
        self.chunks.append(Chunk(chunk_id, provision.source_id, provision.id, span, context, provision.language))


def heading_end(provision: Provision) -> int:
    """Return where a provision's own words begin after its number and heading."""
    ends = [span.end for span in (provision.number_span, provision.heading_span) if span]
    return min(max([provision.span.start, *ends]), provision.span.end)
