"""A document as Akoma Ntoso XML (version 3.0): its tree with the same eIds, its identity by work, expression and manifestation.

The structure follows the OASIS standard: a law is an `act` with a `body`, a digest of ours is a `doc` with a `mainBody` (it is no act). Invariant:
every letter of the running text stands in the XML, in its own provision; only the heading and the number are set in the standard's
order. What the standard has no element for (an annex without a document of its own, text outside the articles) is an `hcontainer`
with its name. `problems` checks the rules of the schema that we rely on.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from psimm_docs.jurisdictions import KOSOVO_NOTE, jurisdiction, needs_note
from psimm_docs.records import Document, Provision, Source, Span

if TYPE_CHECKING:
    from psimm_docs.catalogue import Work

NAMESPACE = "http://docs.oasis-open.org/legaldocml/ns/akn/3.0"
A = f"{{{NAMESPACE}}}"
LANGUAGES: Mapping[str, str] = {
    "sq": "sqi",
    "bs": "bos",
    "hr": "hrv",
    "cnr": "cnr",
    "sr": "srp",
    "mk": "mkd",
    "en": "eng",
}
"""ISO 639-2 codes, which the standard asks for, by the first part of our tags."""

HIERARCHY = frozenset(("part", "title", "chapter", "section", "article", "paragraph", "point", "indent"))
"""Kinds that are elements of the standard; the others become an `hcontainer`."""

META = ("identification", "references", "notes")
WORK = ("FRBRthis", "FRBRuri", "FRBRdate", "FRBRauthor", "FRBRcountry", "FRBRnumber")
EXPRESSION = ("FRBRthis", "FRBRuri", "FRBRdate", "FRBRauthor", "FRBRlanguage")
MANIFESTATION = ("FRBRthis", "FRBRuri", "FRBRdate", "FRBRauthor", "FRBRformat")
UNHELD = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
DAY = re.compile(r"\d{4}(-\d\d(-\d\d)?)?")
NUMBER_ENDS = re.compile(r"[ \t]*[.):\]]*")


def uri(source: Source, work: Work | None) -> str:
    """Return a work's ELI-like address, `/akn/rs/act/2018-03-26/law-on-foreigners-2018`, without the date where none is known."""
    date = (work.document_date or work.gazette_date if work else "") or ("" if source.digest else source.date)
    name = (source.work_id or source.id.rpartition("/")[0]).partition("/")[2]
    parts = ["akn", source.jurisdiction.lower(), "act", *([date] if date else []), name]
    return "/" + "/".join(parts)


def day(said: str, other: str) -> tuple[str, str]:
    """Return a date as the schema asks for it (a whole day) and what it is: filled up, or the other one where the first isn't known.

    >>> day("2018", ""), day("", "2026-01-02T10:00:00Z"), day("", "")
    (('2018-01-01', 'only the year is known'), ('2026-01-02', 'retrieved; the date is not known'), ('1900-01-01', 'not known'))
    """
    if DAY.fullmatch(said):
        known = {4: "only the year is known", 7: "only the month is known"}.get(len(said), "publication")
        return (said + "-01-01")[:10], known
    return (
        (other[:10], "retrieved; the date is not known") if DAY.fullmatch(other[:10]) else ("1900-01-01", "not known")
    )


def to_akoma(source: Source, document: Document, provisions: Sequence[Provision], *, work: Work | None = None) -> bytes:
    """Return a document as Akoma Ntoso XML in UTF-8."""
    from lxml import etree

    root = etree.Element(f"{A}akomaNtoso", nsmap={None: NAMESPACE})  # type: ignore[dict-item]
    kind, body_name = ("doc", "mainBody") if source.digest else ("act", "body")
    name = "digest" if source.digest else source.type or "law"
    act = etree.SubElement(root, f"{A}{kind}", {"name": name, "contains": "singleVersion"})
    act.append(meta(source, work, document))
    Body(document, provisions).into(act, body_name)
    data: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=False)
    return data


def element(tag: str, /, **attributes: str) -> Any:
    """Return an element with attributes."""
    from lxml import etree

    return etree.Element(f"{A}{tag}", {key: clean(value) for key, value in attributes.items()})


def clean(text: str) -> str:
    """Return a text with a visible mark for each character that XML can't hold."""
    return UNHELD.sub("\ufffd", text)


def meta(source: Source, work: Work | None, document: Document) -> Any:
    """Return who and what: the identification on three levels, the references to us and the authority, the notes to be printed."""
    made = element("meta")
    base = uri(source, work)
    language = LANGUAGES.get(source.language.split("-")[0], "und")
    version, told = day("" if source.digest else source.date, source.retrieved or source.added)
    first, first_told = day((work.document_date or work.gazette_date if work else "") or "", "")
    expression = f"{base}/{language}@{version}"
    identification = element("identification", source="#psimm-docs")
    for level, names in (("FRBRWork", WORK), ("FRBRExpression", EXPRESSION), ("FRBRManifestation", MANIFESTATION)):
        one = element(level)
        here = {"FRBRWork": base, "FRBRExpression": expression}.get(level, f"{expression}.xml")
        date = (first, first_told) if level == "FRBRWork" and first_told != "not known" else (version, told)
        values: Mapping[str, Mapping[str, str]] = {
            "FRBRthis": {"value": f"{here}/!main"},
            "FRBRuri": {"value": here},
            "FRBRdate": {"date": date[0], "name": date[1]},
            "FRBRauthor": {"href": "#authority" if level != "FRBRManifestation" else "#psimm-docs"},
            "FRBRcountry": {"value": source.jurisdiction.lower()},
            "FRBRnumber": {"value": source.gazette_number or (work.document_number if work else "") or "not known"},
            "FRBRlanguage": {"language": language},
            "FRBRformat": {"value": "application/akn+xml"},
        }
        for name in names:
            one.append(element(name, **values[name]))
        identification.append(one)
    made.append(identification)
    references = element("references", source="#psimm-docs")
    who = (work.authority if work else "") or jurisdiction(source.jurisdiction).name
    for eid, shown in (("psimm-docs", "psimm-docs"), ("authority", who)):
        references.append(element("TLCOrganization", eId=eid, href=f"/ontology/organization/{eid}", showAs=shown))
    made.append(references)
    told_all = [f"source {source.id}", f"SHA-256 {document.sha256}"]
    told_all += ["digest; not the official text"] if source.digest else []
    told_all += ["unofficial translation"] if source.translation else []
    told_all += [KOSOVO_NOTE] if needs_note([source.jurisdiction]) else []
    notes = element("notes", source="#psimm-docs")
    for number, text in enumerate(told_all, 1):
        note = element("note", eId=f"note_{number}")
        note.append(paragraph(text))
        notes.append(note)
    made.append(notes)
    return made


def paragraph(text: str) -> Any:
    """Return a block of text."""
    made = element("p")
    made.text = clean(text)
    return made


class Body:
    """Lays a document's tree out as elements."""

    def __init__(self, document: Document, provisions: Sequence[Provision]) -> None:
        self.text, self.end = document.text, document.body_end
        self.children: dict[str, list[Provision]] = defaultdict(list)
        for one in sorted(provisions, key=lambda one: (one.span.start, one.depth)):
            self.children[one.parent].append(one)

    def into(self, act: Any, body_name: str) -> None:
        """Add the preface and the body to an act; text outside all provisions is an `hcontainer` of the body."""
        top = self.children[""]
        if top and top[0].kind == "preface":
            preface = element("preface", eId="preface")
            self.lines(preface, Span(0, top[0].span.end))
            act.append(preface)
            at, top = top[0].span.end, top[1:]
        else:
            at = 0
        body = element(body_name, eId="body")
        loose = 0
        for one in [*top, None]:
            stop = one.span.start if one else self.end
            if self.text[at:stop].strip():
                loose += 1
                body.append(self.container(f"loose_{loose}", "unplaced", Span(at, stop)))
            if one is not None:
                body.append(self.provision(one))
                at = max(at, one.span.end)
        if not len(body):
            body.append(self.container("loose_1", "unplaced", Span(at, at)))
        act.append(body)

    def container(self, eid: str, name: str, span: Span) -> Any:
        """Return text that no provision holds, as an `hcontainer`."""
        made = element("hcontainer", eId=eid, name=name)
        content = element("content", eId=f"{eid}__content")
        self.lines(content, span)
        if not len(content):
            content.append(paragraph(""))
        made.append(content)
        return made

    def lines(self, above: Any, span: Span) -> None:
        """Add the lines of a stretch as blocks."""
        for line in span.of(self.text).split("\n"):
            if line.strip():
                above.append(paragraph(line.strip()))

    def provision(self, one: Provision) -> Any:
        """Return a provision: number, heading, then its content, or its parts with what stands before, between and after them."""
        named = one.kind in HIERARCHY
        made = element(one.kind, eId=one.eid) if named else element("hcontainer", eId=one.eid, name=one.kind)
        inner = self.children[one.id]
        first = inner[0].span.start if inner else one.span.end
        taken = self.head(made, one, Span(one.span.start, first))
        if not inner:
            content = element("content", eId=f"{one.eid}__content")
            self.rest(content, Span(one.span.start, one.span.end), taken)
            if not len(content):
                content.append(paragraph(""))
            made.append(content)
            return made
        self.between(made, "intro", f"{one.eid}__intro", Span(one.span.start, first), taken)
        at, count = first, 0
        for child in inner:
            if self.text[at : child.span.start].strip():
                count += 1
                self.between(made, "interstitial", f"{one.eid}__interstitial_{count}", Span(at, child.span.start), [])
            made.append(self.provision(child))
            at = max(at, child.span.end)
        self.between(made, "wrapUp", f"{one.eid}__wrapup", Span(min(at, one.span.end), one.span.end), [])
        return made

    def head(self, made: Any, one: Provision, own: Span) -> list[Span]:
        """Add a provision's number and heading where its own text prints them; return what they take of the text."""
        taken: list[Span] = []
        if one.number_span is not None and own.holds(one.number_span):
            line = max(own.start, self.text.rfind("\n", 0, one.number_span.start) + 1)
            if one.heading_span is not None and line <= one.heading_span.start < one.number_span.start:
                line = one.heading_span.end
            ends = NUMBER_ENDS.match(self.text, one.number_span.end, own.end)
            span = Span(line, ends.end() if ends else one.number_span.end)
            if one.heading_span is None or not span.overlaps(one.heading_span):
                number = element("num")
                number.text = clean(" ".join(span.of(self.text).split()))
                made.append(number)
                taken.append(span)
        if one.heading_span is not None and own.holds(one.heading_span) and len(one.heading_span):
            heading = element("heading")
            heading.text = clean(" ".join(one.heading_span.of(self.text).split()))
            made.append(heading)
            taken.append(one.heading_span)
        return sorted(taken)

    def rest(self, above: Any, span: Span, taken: Sequence[Span]) -> None:
        """Add the lines of a stretch that number and heading have not taken."""
        at = span.start
        for one in [*taken, Span(span.end, span.end)]:
            if at < one.start:
                self.lines(above, Span(at, one.start))
            at = max(at, one.end)

    def between(self, made: Any, name: str, eid: str, span: Span, taken: Sequence[Span]) -> None:
        """Add an element for text around the parts of a provision, where there is any."""
        one = element(name, eId=eid)
        self.rest(one, span, taken)
        if len(one):
            made.append(one)


# --- the rules of the schema that we rely on -----------------------------------------------------------------------------


def problems(data: bytes) -> list[str]:
    """Return what breaks the structure of the standard: element order, content of each level, eIds unique and below their article's."""
    from lxml import etree

    root: Any = etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True))
    found = []
    if root.tag != f"{A}akomaNtoso" or len(root) != 1:
        found.append("the root is not one document")
    kind = root[0]
    order = [name_of(child) for child in kind]
    body = body_of(kind)
    if order not in (["meta", "preface", body], ["meta", body]):
        found.append(f"{name_of(kind)} holds {order}")
    heads = kind.find(f"{A}meta")
    if [name_of(child) for child in heads] != list(META):
        found.append("meta is not identification, references, notes")
    for level, names in (("FRBRWork", WORK), ("FRBRExpression", EXPRESSION), ("FRBRManifestation", MANIFESTATION)):
        one = heads.find(f"{A}identification/{A}{level}")
        if one is None or [name_of(child) for child in one] != list(names):
            found.append(f"{level} is not {', '.join(names)}")
    for date in heads.iter(f"{A}FRBRdate"):
        if not re.fullmatch(r"\d{4}-\d\d-\d\d", date.get("date", "")):
            found.append(f"{date.get('date')} is no day")
    counted = Counter(one.get("eId") for one in root.iter() if one.get("eId") is not None)
    found += [f"eId {eid} stands {count} times" for eid, count in counted.items() if count > 1]
    for one in kind.iter():
        found += level_problems(one)
    return found


def name_of(one: Any) -> str:
    """Return an element's name without its namespace."""
    return str(one.tag).rpartition("}")[2]


def body_of(kind: Any) -> str:
    """Return what the body of a kind of document is called, empty for one that we don't make."""
    return {"act": "body", "doc": "mainBody"}.get(name_of(kind), "")


def level_problems(one: Any) -> list[str]:
    """Return what is wrong with one element."""
    name = name_of(one)
    inner = [name_of(child) for child in one]
    eid = one.get("eId", "")
    if name in ("body", "mainBody", "preface", "content", "intro", "interstitial", "wrapUp"):
        wanted = HIERARCHY | {"hcontainer"} if name in ("body", "mainBody") else {"p"}
        return [] if inner and set(inner) <= wanted else [f"{name} {eid} holds {inner}"]
    if name not in HIERARCHY and name != "hcontainer":
        return []
    found = [] if eid else [f"{name} has no eId"]
    if name == "hcontainer" and not one.get("name"):
        found.append(f"hcontainer {eid} has no name")
    heads = [part for part in inner if part in ("num", "heading")]
    rest = inner[len(heads) :]
    parts = [part for part in rest if part not in ("intro", "interstitial", "wrapUp", "content")]
    if heads not in ([], ["num"], ["heading"], ["num", "heading"]) or inner[: len(heads)] != heads:
        found.append(f"{name} {eid} begins with {inner[:4]}")
    if "content" in rest and rest != ["content"]:
        found.append(f"{name} {eid} has content beside {rest}")
    if "intro" in rest[1:] or "wrapUp" in rest[:-1] or (not parts and rest != ["content"]):
        found.append(f"{name} {eid} holds {rest}")
    if set(parts) - HIERARCHY - {"hcontainer"}:
        found.append(f"{name} {eid} holds {sorted(set(parts))}")
    for child in one:
        if (
            child.get("eId")
            and name in ("article", "paragraph", "point")
            and not child.get("eId").startswith(f"{eid}__")
        ):
            found.append(f"{child.get('eId')} lies in {eid}")
    return found
