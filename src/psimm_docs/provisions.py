"""Text to a tree of parts, chapters, articles, paragraphs, points and annexes, named by Akoma Ntoso eIds.

`outline` says which lines begin articles, `headings` which lines are titles, `paragraphs` what an article's body holds; here
they become one tree with spans, eIds, labels and fingerprints, whose numbers `audit` looks at.

Invariant: any text gives a valid tree. A child's span lies in its parent's, siblings are in text order and don't overlap,
eIds are unique, and every letter of the running text belongs to some top-level provision; what no grammar places is in
`preface` or `unplaced`. The words themselves are never changed.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from psimm_docs import audit, digests, grammar, headings, labels, numbering, outline, paragraphs
from psimm_docs.eids import Eids, token
from psimm_docs.headings import Head, Headings, Part
from psimm_docs.jurisdictions import root
from psimm_docs.lines import ITEM, STAGE, Line, page_at
from psimm_docs.paragraphs import Node
from psimm_docs.records import (
    Document,
    LanguageReading,
    Problem,
    Provision,
    ProvisionKind,
    Severity,
    Span,
    fingerprint,
)

PROVISIONS_VERSION = "6"


@dataclass(frozen=True, slots=True)
class Parsed:
    """A document's provisions, each before its children and in text order, and what a person should look at."""

    provisions: tuple[Provision, ...]
    problems: tuple[Problem, ...]


@dataclass
class Draft:
    """A provision in the making; `name` is the last piece of its eId, `prefixed` whether the parent's eId goes before it."""

    kind: ProvisionKind
    name: str
    start: int
    end: int
    number: str = ""
    label: str = ""
    printed: bool = True
    rank: int = 0
    prefixed: bool = True
    heading: Span | None = None
    number_span: Span | None = None
    children: list[Draft] = field(default_factory=list)


def parse(document: Document, reading: LanguageReading, *, jurisdiction: str, digest: bool = False) -> Parsed:
    """Return the provisions of a document as a tree laid out in text order, and the problems met.

    In a digest the count of paragraphs says nothing about the law, so labels stop at the article there. Raises PsimmError
    for a jurisdiction that isn't known; never for a text.
    """
    state = root(jurisdiction) if jurisdiction else ""
    return Builder(
        digests.placed_part(document) if digest else document, reading, state=state, digest=digest, whole=document
    ).parse()


class Builder:
    """Builds the tree of one document."""

    def __init__(
        self, document: Document, reading: LanguageReading, *, state: str, digest: bool, whole: Document
    ) -> None:
        self.document = document
        self.whole = whole
        self.reading = reading
        self.state = state
        self.digest = digest
        self.found = outline.find(document)
        self.lines = self.found.lines
        macro = reading.document.macro
        prior = next((one.heading for one in grammar.grammars() if one.macro == macro), "above")
        self.macro = macro
        self.headings: Headings = headings.read(self.found, macro=macro, prior=prior)
        self.problems: list[Problem] = self.found.problems
        self.starts = [block.span.start for block in document.blocks]
        self.top: list[Draft] = []
        self.open: list[Draft] = []
        self.unplaced = 0
        self.acts = 0
        self.counts: dict[tuple[int, str], int] = {}

    def parse(self) -> Parsed:
        """Return the tree."""
        if not self.lines:
            return Parsed((), tuple(self.problems))
        if self.found.articles:
            self.by_articles()
        elif self.digest:
            self.leaf("preface", "preface", 0, len(self.lines))
        else:
            self.without_articles()
        self.close(0, len(self.lines))
        if self.digest:
            self.unplaced_facts()
        eids = Eids()
        provisions: list[Provision] = []
        for draft in self.top:
            self.write(draft, "", 0, eids, provisions)
        if not self.digest:
            numbers = audit.problems(audit.audit(self.document, provisions, self.problems))
            self.problems = [one for one in self.problems if one.code not in audit.TOLD] + numbers
        return Parsed(
            tuple(provisions), tuple(sorted(self.problems, key=lambda one: one.span.start if one.span else 0))
        )

    # -- the events of a document with articles --------------------------------------------------------------------

    def events(self) -> Iterator[tuple[int, int, int, str]]:
        """Yield (line, order, index, what) for everything that begins at a line."""
        for index, part in enumerate(self.headings.parts):
            yield part.start, 1, index, "part"
        for index, head in enumerate(self.headings.heads):
            yield head.first, 2, index, "article"
        for line in self.found.annexes:
            yield line, 0, line, "annex"
        for line in self.found.acts:
            yield line, 0, line, "act"
        for line in self.loose_ends():
            yield line, 0, line, "unplaced"

    def by_articles(self) -> None:
        """Build the tree from the events in text order."""
        events = sorted(self.events())
        if events[0][0] > 0:
            self.leaf("preface", "preface", 0, events[0][0])
        for number, (line, _, index, what) in enumerate(events):
            following = events[number + 1][0] if number + 1 < len(events) else len(self.lines)
            if what == "part":
                self.begin_part(self.headings.parts[index])
            elif what == "article":
                self.begin_article(index, self.headings.heads[index], following)
            elif what == "annex":
                self.begin_annex(line)
            elif what == "act":
                self.begin_act(line, self.found.acts[line])
            else:
                self.close(0, line)
                self.unplaced += 1
                self.leaf("unplaced", f"unplaced_{self.unplaced}", line, following)

    def loose_ends(self) -> Iterator[int]:
        """Yield the lines at which signatures, new preambles and tables of contents begin after an act's last article."""
        articles = self.found.articles
        for index, article in enumerate(articles):
            last = index + 1 == len(articles) or articles[index + 1].act != article.act
            stop = self.headings.heads[index + 1].first if index + 1 < len(articles) else len(self.lines)
            stop = min(
                [
                    stop,
                    *(one for one in (*self.found.annexes, *self.found.acts) if one > article.line),
                    *(p.start for p in self.headings.parts if p.start > article.line),
                ]
            )
            first = self.headings.heads[index].body + 1
            for at in range(first, stop):
                if at in self.found.contents:
                    yield at
                    break
                text = self.lines[at].text
                if last and at not in self.found.quoted and ends_act(text):
                    yield at
                    break

    def leaf(self, kind: ProvisionKind, name: str, start: int, end: int) -> Draft:
        """Add a top-level provision without parts for lines `[start, end)`."""
        draft = Draft(kind, name, self.lines[start].start, self.lines[end - 1].end, printed=False)
        self.top.append(draft)
        return draft

    def close(self, rank: int, line: int) -> None:
        """Close the open drafts of this rank and inner ones before a line."""
        while self.open and self.open[-1].rank >= rank:
            draft = self.open.pop()
            draft.end = max(draft.end, self.lines[line - 1].end)

    def add(self, draft: Draft) -> None:
        """Put a draft below what stands open."""
        (self.open[-1].children if self.open else self.top).append(draft)

    def begin_part(self, part: Part) -> None:
        """Open a part, chapter or section."""
        mark = part.mark
        self.close(mark.rank, part.start)
        text = self.document.text
        number = mark.number
        if not number:
            key = (id(self.open[-1]) if self.open else 0, mark.prefix)
            self.counts[key] = self.counts.get(key, 0) + 1
            number = str(self.counts[key])
        label = " ".join(part.named.of(text).split()) or (part.title.of(text) if part.title else number)
        draft = Draft(
            mark.kind if mark.kind in ("part", "title", "chapter", "section") else "section",  # type: ignore[arg-type]
            f"{mark.prefix}_{part_token(mark.prefix, number)}",
            self.lines[part.start].start,
            self.lines[part.end - 1].end,
            number=number,
            label=" ".join(label.split()),
            printed=bool(mark.number),
            rank=mark.rank,
            heading=part.title,
            number_span=part.number,
        )
        self.add(draft)
        self.open.append(draft)

    def begin_annex(self, line: int) -> None:
        """Open an annex, or the articles of another law that are printed after this one's."""
        self.close(0, line)
        number, at, title = self.found.annexes[line]
        held = self.lines[line]
        named = held.text[: at[1]] if number else held.text
        key = (0, "att")
        self.counts[key] = self.counts.get(key, 0) + 1
        heading = Span(held.start + title, held.end) if number and title < len(held.text) else None
        draft = Draft(
            "annex",
            f"att_{token(number) if number else self.counts[key]}",
            held.start,
            held.end,
            number=number or str(self.counts[key]),
            label=" ".join(named.split())[:120],
            printed=bool(number),
            rank=1,
            heading=heading or (None if number else Span(held.start, held.end)),
            number_span=Span(held.start + at[0], held.start + at[1]) if number else None,
        )
        self.add(draft)
        self.open.append(draft)

    def begin_act(self, line: int, title: Span | None) -> None:
        """Open a further act of the file: its preamble, its title and its articles, which are numbered anew."""
        self.close(0, line)
        self.acts += 1
        named = " ".join(title.of(self.document.text).split()) if title else f"{self.acts + 1}"
        held = self.lines[line]
        draft = Draft(
            "act",
            f"comp_{self.acts + 1}",
            held.start,
            held.end,
            number=str(self.acts + 1),
            label=named[:200],
            printed=False,
            rank=1,
            heading=title,
        )
        self.add(draft)
        self.open.append(draft)

    def begin_article(self, index: int, head: Head, following: int) -> None:
        """Add an article with what is in it; `following` is the line at which the next thing begins."""
        article = self.found.articles[index]
        line = self.lines[article.line]
        at = article.mark.number_at
        label = labels.piece(
            "article", article.mark.number, "", language=self.language_at(line.start), state=self.state
        )
        annex = self.open[0] if self.open and self.open[0].kind in ("annex", "act") else None
        if annex:
            label = f"{annex.label}: {label}"
        draft = Draft(
            "article",
            f"{annex.name}__art_{token(article.mark.number)}" if annex else f"art_{token(article.mark.number)}",
            self.lines[head.first].start,
            self.lines[following - 1].end,
            number=article.mark.number,
            label=label,
            prefixed=False,
            heading=head.heading,
            number_span=Span(line.start + at[0], line.start + at[1]),
        )
        self.add(draft)
        body = self.body_lines(head, following)
        quoted = [head.body + number in self.found.quoted for number in range(len(body))]
        for node in paragraphs.read(body, article=article.mark.number, digest=self.digest, quoted=quoted):
            draft.children.append(self.draft_of(node, label))

    def body_lines(self, head: Head, following: int) -> list[Line]:
        """Return the lines of an article's body; the first may begin after the article's number."""
        body = list(self.lines[head.body : following])
        if body and head.offset:
            line = body[0]
            body[0] = Line(line.start + head.offset, line.end, line.text[head.offset :], line.kind)
        return body

    def draft_of(self, node: Node, above: str) -> Draft:
        """Return the draft of a paragraph, point or indent and of what is in it; `above` is the parent's label."""
        if self.digest and not node.printed:
            label = above
        else:
            piece = labels.piece(
                node.step, node.number, node.mark, language=self.language_at(node.start), state=self.state
            )
            label = above + piece
        name = {"paragraph": "para", "point": "point", "indent": "indent"}[node.kind]
        draft = Draft(
            node.kind,
            f"{name}_{token(node.number)}",
            node.start,
            node.end,
            number=node.number,
            label=label,
            printed=node.printed,
            number_span=node.number_span,
        )
        english = self.language_at(node.start) == "en"
        for child in node.children:
            # a decimal number says its parents' numbers already, `1.1.1` says `1.1`
            whole = child.step == "decimal" and (node.step == "decimal" or (english and node.step == "paragraph"))
            draft.children.append(self.draft_of(child, above if whole else label))
        return draft

    def tell(self, code: str, severity: Severity, message: str, start: int, *, todo: str = "") -> None:
        """Add a problem at a character."""
        end = self.document.text.find("\n", start)
        end = min(end if end > start else self.document.body_end, start + 80, self.document.body_end)
        span = Span(start, max(start, end))
        self.problems.append(Problem(code, STAGE, severity, message, todo, page_at(self.document, start), span))

    # -- digests -----------------------------------------------------------------------------------------------------

    def unplaced_facts(self) -> None:
        """Add the sections of facts without a verified article, an indent a fact; gaps in a digest's numbers say nothing."""
        self.problems = [
            one for one in self.problems if not one.code.startswith(("numbering-", "paragraph-", "no-articles"))
        ]
        number = 0
        for place, (head, span) in enumerate(digests.sections(self.whole), 1):
            title = head.of(self.whole.text)
            section = Draft(
                "section", f"sec_unplaced-{place}", span.start, span.end, label=title, printed=False, heading=head
            )
            for item in digests.items(self.whole, head, span):
                number += 1
                label = f"{title} ({number})"
                section.children.append(
                    Draft(
                        "indent",
                        f"indent_{number}",
                        item.start,
                        item.end,
                        number=str(number),
                        label=label,
                        printed=False,
                    )
                )
            self.top.append(section)

    # -- documents without articles --------------------------------------------------------------------------------

    def without_articles(self) -> None:
        """Take numbered items as provisions where there are at least two; else the whole text is unplaced."""
        quoted = [False] * len(self.lines)
        for first, line in enumerate(self.lines):
            if any(numbering.first(mark) and mark.shape in ("1.", "(1)", "1)") for mark in numbering.marks(line.text)):
                nodes = paragraphs.read(self.lines[first:], quoted=quoted[first:])
                nodes = [node for node in nodes if node.printed]
                if len(nodes) >= 2:
                    self.items(first, nodes)
                    return
                break
        self.leaf("unplaced", "unplaced_1", 0, len(self.lines))
        self.tell(
            "no-articles",
            "note",
            "no line begins an article; the text is held as one piece",
            self.lines[0].start,
            todo="look at the file: it may be no law, or its articles are written in a way that isn't known here",
        )

    def items(self, first: int, nodes: Sequence[Node]) -> None:
        """Add numbered items as top-level provisions; each reaches to the next."""
        if first:
            self.leaf("preface", "preface", 0, first)
        language = self.language_at(self.lines[first].start)
        for number, node in enumerate(nodes):
            draft = self.draft_of(node, "")
            draft.label = labels.word("item", language).format(n=node.number)
            stop = nodes[number + 1].start if number + 1 < len(nodes) else self.lines[-1].end + 1
            below = [line.end for line in self.lines if node.start <= line.start and line.end < stop]
            draft.end = max([draft.end, *below])
            self.top.append(draft)

    # -- records ---------------------------------------------------------------------------------------------------

    def language_at(self, offset: int) -> str:
        """Return the language tag of the block that a character stands in, else the document's."""
        whole = self.reading.document.tag
        if self.digest:
            return whole
        at = bisect_right(self.starts, offset) - 1
        if 0 <= at < len(self.reading.blocks):
            tag = self.reading.blocks[at].tag
            return whole if tag == "und" else tag
        return whole

    def write(self, draft: Draft, parent: str, depth: int, eids: Eids, out: list[Provision]) -> None:
        """Write a draft and its children as provisions."""
        name = f"{parent}__{draft.name}" if parent and draft.prefixed else draft.name
        eid, _ = eids.give(name)
        source = self.document.source_id
        text = self.document.text[draft.start : draft.end]
        language = self.language_at((draft.number_span or Span(draft.start, draft.start)).start)
        label = draft.label
        if draft.kind in ("preface", "unplaced"):
            label = labels.word(draft.kind, language)
        provision = Provision(
            id=f"{source}#{eid}",
            source_id=source,
            eid=eid,
            kind=draft.kind,
            number=draft.number,
            heading=" ".join(draft.heading.of(self.document.text).split()) if draft.heading else "",
            label=label,
            span=Span(draft.start, draft.end),
            parent=f"{source}#{parent}" if parent else "",
            order=len(out),
            depth=depth,
            printed=draft.printed,
            language=language,
            fingerprint=fingerprint(" ".join(text.split())),
            heading_span=draft.heading,
            number_span=draft.number_span,
        )
        out.append(provision)
        for child in draft.children:
            self.write(child, eid, depth + 1, eids, out)


def ends_act(text: str) -> bool:
    """Say whether a line after an act's last article is none of it: a signature, a date, a gazette's number, the next preamble.

    >>> ends_act("Broj 12/20"), ends_act("70."), ends_act("Stupanjem na snagu ovog zakona prestaje važiti")
    (True, True, False)
    """
    if ITEM.match(text):
        return True
    if not (grammar.capital(text) or text[:1].isdigit()):
        return False
    if len(text) < 200 and grammar.says("closing", text):
        return True
    return len(text) < 800 and (grammar.says("preamble", text) or grammar.says("enacts", text))


def part_token(prefix: str, number: str) -> str:
    """Return the eId piece of a part's number: roman numerals keep their capitals, the Albanian article `e` goes.

    >>> part_token("chp", "IV"), part_token("part", "E PËRGJITHSHME"), part_token("chp", "XIХ")
    ('IV', 'përgjithshme', 'XIX')
    """
    roman = number.replace("Х", "X").replace("І", "I")
    if roman and all(letter in "IVXLCDM" for letter in roman):
        return roman
    plain = token(number)
    return plain[2:] if plain[:2] in ("e-", "i-") and len(plain) > 3 else plain
