"""Where a provision's number stands, and what a person's answer about it rests on.

Invariant: a place's fingerprint changes when the document is read otherwise there (its line, the numbers beside it), and only then.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from psimm_docs.records import Document, Provision, Span, fingerprint

LINE = 200


def span_of(provision: Provision) -> Span:
    """Return where a provision's number stands, else its first characters."""
    return provision.number_span or Span(provision.span.start, min(provision.span.end, provision.span.start + 40))


def printed(text: str, provision: Provision) -> str:
    """Return the number that the source prints, with digits that are glued to it; nothing where it prints none."""
    if provision.number_span is None:
        return ""
    glued = re.compile(r"\d*").match(text, provision.number_span.end)
    return provision.number_span.of(text) + (glued[0] if glued and provision.number[-1:].isdigit() else "")


def line_of(text: str, provision: Provision, offset: int) -> int:
    """Return in which line of a provision a character stands, counted from 1."""
    return text.count("\n", provision.span.start, max(offset, provision.span.start)) + 1


def line_start(text: str, provision: Provision, line: int) -> int | None:
    """Return where a line of a provision (counted from 1) begins; None where it has not so many.

    >>> one = Provision("s#p", "s", "p", "paragraph", "1", "", "", Span(2, 9), "", 0, 0, True, "en", "f")
    >>> line_start("x abc\\n def", one, 1), line_start("x abc\\n def", one, 2), line_start("x abc\\n def", one, 3)
    (2, 7, None)
    """
    at = provision.span.start
    for _ in range(line - 1):
        found = text.find("\n", at, provision.span.end)
        if found < 0:
            return None
        at = found + 1
    while line > 1 and at < provision.span.end and text[at].isspace():
        at += 1
    return at if at < provision.span.end else None


def places(document: Document, provisions: Sequence[Provision]) -> dict[str, str]:
    """Return a fingerprint of the place of each provision's number, by provision id.

    It covers the line that the number stands in and the numbers beside it in its kind, so that an answer about a number no longer
    holds once the document is read otherwise there, and goes on holding when words elsewhere in the article are.
    """
    beside: dict[tuple[str, str], list[Provision]] = {}
    for one in provisions:
        beside.setdefault(("" if one.kind == "article" else one.parent, one.kind), []).append(one)
    made = {}
    for row in beside.values():
        for at, one in enumerate(row):
            before = row[at - 1].number if at else ""
            after = row[at + 1].number if at + 1 < len(row) else ""
            made[one.id] = fingerprint(first_line(document.text, one), before, after)
    return made


def first_line(text: str, provision: Provision) -> str:
    """Return the line in which a provision's number stands (or the provision begins), white space folded."""
    at = span_of(provision).start
    start = text.rfind("\n", 0, at) + 1
    end = text.find("\n", at)
    return " ".join(text[start : end if end >= 0 else len(text)].split())[:LINE]


def fingerprint_at(text: str, provision: Provision | None, place: str | None, line: int) -> str | None:
    """Return the fingerprint of what an answer is about: the place of the number, with the line where it is a later one."""
    start = line_start(text, provision, line) if provision is not None else None
    if start is None or place is None:
        return None
    return place if line == 1 else fingerprint(place, text[start : start + 500].partition("\n")[0])
