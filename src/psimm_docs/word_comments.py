"""A copy of a Word file with real comments in it; the author's text is not touched.

A comment is set around whole runs, so that no run is cut, changed or moved: what is added is a pair of range marks, one run with the comment's
mark, and the comments' own part. Invariant: every run of the file stands in the copy byte for byte and in the same order, and every part that
has nothing to do with comments is the same bytes.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from psimm_docs.archives import parse, written
from psimm_docs.drafts import W, laid_out, paragraphs, safe_part
from psimm_docs.errors import RefusalError

DOCUMENT = "word/document.xml"
COMMENTS = "word/comments.xml"
RELATIONS = "word/_rels/document.xml.rels"
TYPES = "[Content_Types].xml"
W_NAMESPACE = W.strip("{}")
RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/comments"
RELATIONS_NAMESPACE = "http://schemas.openxmlformats.org/package/2006/relationships"
TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.comments+xml"
TYPES_NAMESPACE = "http://schemas.openxmlformats.org/package/2006/content-types"
UNHELD = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class Comment:
    """What is said about the letters `[start, end)` of a Word paragraph (counted as `drafts.paragraphs` does)."""

    paragraph: int
    start: int
    end: int
    text: str


def commented(
    parts: Mapping[str, bytes], comments: Sequence[Comment], *, author: str, initials: str, time: str
) -> dict[str, bytes]:
    """Return a Word file's parts with comments in them; `time` is ISO 8601 in UTC.

    Comments that are in the file already stay. Raises RefusalError for a file without a text part.
    """
    from lxml import etree

    made = dict(parts)
    body = safe_part(parts, DOCUMENT)
    nodes = paragraphs(body)
    held = (
        parse(parts[COMMENTS], COMMENTS)
        if COMMENTS in parts
        else etree.Element(f"{W}comments", nsmap={"w": W_NAMESPACE})
    )
    ids = [str(one.get(f"{W}id")) for one in held.findall(f"{W}comment")]
    taken = [int(one) for one in ids if one.isdigit()]
    first = max(taken, default=-1) + 1
    for number, one in enumerate(comments, first):
        if not 0 <= one.paragraph < len(nodes):
            raise RefusalError("damaged", f"has no paragraph {one.paragraph + 1}", "check the draft again")
        mark(nodes[one.paragraph], one, str(number))
        held.append(comment(one.text, str(number), author=author, initials=initials, time=time))
    made[DOCUMENT] = written(body)
    made[COMMENTS] = written(held)
    if COMMENTS not in parts:
        made[RELATIONS] = related(parts.get(RELATIONS))
        made[TYPES] = typed(parts[TYPES])
    return made


def mark(paragraph: Any, one: Comment, number: str) -> None:
    """Set the marks of a comment around the runs that hold its letters; at its paragraph's end where none does."""
    from lxml import etree

    _, runs, _ = laid_out(paragraph)
    point = one.start == one.end
    covered = [
        run for run, start, end in runs if (start <= one.start <= end if point else start < one.end and one.start < end)
    ]
    if point:
        calls = [
            run
            for run in covered
            if any(child.tag.endswith(("footnoteReference", "endnoteReference")) for child in run)
        ]
        covered = calls[:1] or covered[:1]
    begin, end = (etree.Element(f"{W}commentRange{side}", {f"{W}id": number}) for side in ("Start", "End"))
    call = etree.Element(f"{W}r")
    etree.SubElement(call, f"{W}commentReference", {f"{W}id": number})
    if not covered:
        for element in (begin, end, call):
            paragraph.append(element)
        return
    child_of(paragraph, covered[0]).addprevious(begin)
    last = child_of(paragraph, covered[-1])
    last.addnext(end)
    end.addnext(call)


def child_of(paragraph: Any, node: Any) -> Any:
    """Return the child of a paragraph in which a run lies (itself, a link, a field)."""
    while node.getparent() is not paragraph:
        node = node.getparent()
    return node


def comment(text: str, number: str, *, author: str, initials: str, time: str) -> Any:
    """Return a comment's element, a paragraph a line."""
    from lxml import etree

    said = {"id": number, "author": author, "initials": initials, "date": time}
    made = etree.Element(f"{W}comment", {f"{W}{name}": held for name, held in said.items()})
    for line in UNHELD.sub("\ufffd", text).split("\n"):
        words = etree.SubElement(etree.SubElement(etree.SubElement(made, f"{W}p"), f"{W}r"), f"{W}t")
        words.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
        words.text = line
    return made


def related(data: bytes | None) -> bytes:
    """Return the document's relations with one to the comments."""
    from lxml import etree

    root = parse(data, RELATIONS) if data else etree.Element(f"{{{RELATIONS_NAMESPACE}}}Relationships")
    taken = {one.get("Id") for one in root}
    number = next(f"rIdComments{at}" for at in range(len(taken) + 1) if f"rIdComments{at}" not in taken)
    etree.SubElement(
        root, f"{{{RELATIONS_NAMESPACE}}}Relationship", {"Id": number, "Type": RELATION, "Target": "comments.xml"}
    )
    return written(root)


def typed(data: bytes) -> bytes:
    """Return the list of content types with the comments' one."""
    from lxml import etree

    root = parse(data, TYPES)
    etree.SubElement(root, f"{{{TYPES_NAMESPACE}}}Override", {"PartName": f"/{COMMENTS}", "ContentType": TYPE})
    return written(root)
