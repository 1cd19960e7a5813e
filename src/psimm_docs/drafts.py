"""A draft paper as it is read for the cite-check: its passages, its real notes, and what stands in quotation marks.

Word files keep their notes in parts of their own and mark their place in the text; Markdown has `[^1]`. Invariant: nothing is changed,
offsets count the characters of `Passage.text`, and a Word paragraph is laid out by one function (`laid_out`), so that whoever sets a
comment later finds the same letters at the same offsets. What a passage cites is left to others.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from psimm_docs.archives import parse, unpack
from psimm_docs.errors import RefusalError
from psimm_docs.records import Span

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
INDENTED = 284
"""Twentieths of a point from which a paragraph counts as set in from a side."""

QUOTE_STYLES = ("quot", "block text", "citat", "цитат", "navod", "citim")
"""What the name of a style for block quotes holds, in the languages of Word's users here."""

CLOSERS: Mapping[str, str] = {
    "„": '“”"‟',
    "“": '”"',
    "”": "”",
    "«": "»",
    "»": "«",
    '"': '"”',
    "‘": "’",
    "‚": "‘’",
    "‹": "›",
}
"""Quotation marks that open, and those that close each."""

PASSAGES = 100_000
LONGEST = 10_000
"""Letters after which a mark that nothing has closed opens nothing."""

Kind = Literal["text", "heading", "quote", "note"]


@dataclass(frozen=True, slots=True)
class Passage:
    """A paragraph or a note. `where` is for people (`paragraph 12`, `footnote 3`); `marks` are the notes called in it, by offset.

    `note` is the id of the note whose words these are. `paragraph` counts the paragraphs of a Word file's body (-1 for notes and Markdown).
    """

    where: str
    kind: Kind
    text: str
    marks: tuple[tuple[int, str], ...] = ()
    note: str = ""
    paragraph: int = -1


@dataclass(frozen=True, slots=True)
class Draft:
    """A paper's passages: the body in order, then the notes in the order in which they are called."""

    passages: tuple[Passage, ...]

    @property
    def body(self) -> tuple[Passage, ...]:
        """The passages that are no notes."""
        return tuple(one for one in self.passages if not one.note)

    @property
    def notes(self) -> dict[str, Passage]:
        """The notes by id."""
        return {one.note: one for one in self.passages if one.note}


def read_draft(path: Path) -> Draft:
    """Read a draft in Word (.docx) or Markdown (.md, .txt). Raises RefusalError that names the file and says what is wrong."""
    ending = path.suffix.lower()
    if ending == ".docx":
        try:
            return read_word(unpack(path))
        except RefusalError as error:
            raise RefusalError(error.code, f"{path}: {error.what}", error.todo) from error
        except OSError as error:
            raise RefusalError("unreadable", f"{path}: can't be read ({error.strerror})", "check its name") from error
    if ending in (".md", ".txt", ".markdown"):
        try:
            return read_markdown(path.read_text("utf-8-sig"))
        except (OSError, UnicodeDecodeError) as error:
            raise RefusalError("unreadable", f"{path}: can't be read as UTF-8", "save it as UTF-8 text") from error
    raise RefusalError("unknown-format", f"{path}: is neither .docx nor .md", "save the draft as one of these")


# --- Word --------------------------------------------------------------------------------------------------------------


def read_word(parts: Mapping[str, bytes]) -> Draft:
    """Return the draft in a Word file's parts. Raises RefusalError for one without a text part, or with entities of its own."""
    body = safe_part(parts, "word/document.xml")
    styles = style_names(safe_part(parts, "word/styles.xml")) if "word/styles.xml" in parts else {}
    found: list[Passage] = []
    called: list[str] = []
    for at, node in enumerate(paragraphs(body)):
        text, _, marks = laid_out(node)
        called += [name for _, name in marks]
        if text.strip() or marks:
            before = found[-1].text.rstrip() if found else ""
            kind = kind_of(node, styles, marks, before)
            found.append(Passage(f"paragraph {at + 1}", kind, text, tuple(marks), "", at))
    for part, letter, word in (("footnotes", "f", "footnote"), ("endnotes", "e", "endnote")):
        if f"word/{part}.xml" not in parts:
            continue
        root = safe_part(parts, f"word/{part}.xml")
        texts = {
            letter + node.get(f"{W}id", ""): "\n".join(laid_out(one)[0] for one in paragraphs(node))
            for node in root.findall(f"{W}{word}")
            if node.get(f"{W}type") in (None, "normal")
        }
        order = [name for name in dict.fromkeys(called) if name in texts]
        for number, name in enumerate([*order, *(one for one in texts if one not in order)], 1):
            found.append(Passage(f"{word} {number}", "note", texts[name], (), name))
    return Draft(tuple(found))


def safe_part(parts: Mapping[str, bytes], name: str) -> Any:
    """Return the root of a part; raises RefusalError where it is missing, or declares entities (Word never does)."""
    if name not in parts:
        raise RefusalError("damaged", "is not a Word document (its text part is missing)", "save it anew in Word")
    root = parse(parts[name], name)
    if root.getroottree().docinfo.doctype:
        raise RefusalError("unsafe-xml", f"has a document type of its own in {name}", "save it anew in Word")
    return root


def paragraphs(root: Any) -> list[Any]:
    """Return the paragraphs below an element in order, those of tables and text boxes too; a fallback's copies are left out."""
    return [
        node for node in root.iter(f"{W}p") if not any(above.tag == FALLBACK for above in node.iterancestors(FALLBACK))
    ][:PASSAGES]


def laid_out(paragraph: Any) -> tuple[str, list[tuple[Any, int, int]], list[tuple[int, str]]]:
    """Return a paragraph's text, its runs with their offsets, and the notes called in it with theirs.

    Deleted text, fields' instructions and text boxes are left out.
    """
    text = ""
    runs: list[tuple[Any, int, int]] = []
    marks: list[tuple[int, str]] = []
    for run in runs_of(paragraph):
        begin = len(text)
        for child in run:
            if child.tag == f"{W}t":
                text += child.text or ""
            elif child.tag in (f"{W}tab", f"{W}ptab"):
                text += "\t"
            elif child.tag in (f"{W}br", f"{W}cr"):
                text += "\n"
            elif child.tag == f"{W}noBreakHyphen":
                text += "-"
            elif child.tag == f"{W}footnoteReference":
                marks.append((len(text), "f" + child.get(f"{W}id", "")))
            elif child.tag == f"{W}endnoteReference":
                marks.append((len(text), "e" + child.get(f"{W}id", "")))
        runs.append((run, begin, len(text)))
    return text, runs, marks


def runs_of(node: Any) -> Iterator[Any]:
    """Yield the runs of a paragraph, those in links, fields, insertions and content controls too."""
    for child in node:
        if child.tag == f"{W}r":
            yield child
        elif isinstance(child.tag, str) and child.tag not in (f"{W}del", f"{W}moveFrom", f"{W}pPr", f"{W}p", FALLBACK):
            yield from runs_of(child)


def style_names(styles: Any) -> dict[str, str]:
    """Return the names of the paragraph styles by id, in small letters."""
    return {
        style.get(f"{W}styleId", ""): value(style, "name").casefold()
        for style in styles.findall(f"{W}style")
        if style.get(f"{W}type") == "paragraph"
    }


def value(node: Any, *path: str) -> str:
    """Return the value of an element below another one, empty where it isn't there."""
    found = node.find("/".join(W + one for one in path))
    return "" if found is None else str(found.get(f"{W}val", ""))


def kind_of(node: Any, styles: Mapping[str, str], marks: list[tuple[int, str]], before: str) -> Kind:
    """Say what a paragraph is. A block quote is known by its style, by being set in from both sides, or by being set in after a
    colon or with a note."""
    name = styles.get(value(node, "pPr", "pStyle"), value(node, "pPr", "pStyle").casefold())
    if name.startswith(("heading", "title", "naslov", "наслов")) or node.find(f"{W}pPr/{W}outlineLvl") is not None:
        return "heading"
    if any(word in name for word in QUOTE_STYLES):
        return "quote"
    indent = node.find(f"{W}pPr/{W}ind")
    if indent is None or node.find(f"{W}pPr/{W}numPr") is not None:
        return "text"
    left, right = (
        max(number(indent.get(f"{W}{side}")), number(indent.get(f"{W}{other}")))
        for side, other in (("left", "start"), ("right", "end"))
    )
    led = bool(marks) or before.endswith(":")
    return "quote" if left >= INDENTED and (right >= INDENTED or led) else "text"


def number(said: str | None) -> int:
    """Return a whole number, 0 for what isn't one."""
    return int(said) if said and re.fullmatch(r"\d{1,6}", said) else 0


# --- Markdown ----------------------------------------------------------------------------------------------------------

DEFINED = re.compile(r"\[\^([^\]\s]{1,60})\]:[ \t]*")
CALLED = re.compile(r"\[\^([^\]\s]{1,60})\]|\^\[((?:[^\[\]]|\[[^\]]*\]){1,2000})\]")
EMPHASIS = re.compile(
    r"(?<![\w*])(\*{1,3})(?=\S)([^*\n]+?)(?<=\S)\1(?!\w)|(?<!\w)(_{1,2})(?=\S)([^_\n]+?)(?<=\S)\3(?!\w)"
)


def read_markdown(text: str) -> Draft:
    """Return the draft in a Markdown text: paragraphs, `>` quotes, `[^1]` and `^[inline]` notes; code is left out."""
    body: list[Passage] = []
    defined: dict[str, str] = {}
    inline: dict[str, str] = {}
    for line, kind, words in blocks(text):
        definition = DEFINED.match(words)
        if definition:
            defined[definition[1]] = without_emphasis(words[definition.end() :])
            continue
        plain, marks = "", []
        at = 0
        words = without_emphasis(words)
        for call in CALLED.finditer(words):
            plain += words[at : call.start()]
            name = call[1] or f"inline-{len(inline) + 1}"
            if call[2]:
                inline[name] = call[2]
            marks.append((len(plain), name))
            at = call.end()
        body.append(Passage(f"line {line}", kind, plain + words[at:], tuple(marks)))
    texts = {**defined, **inline}
    order = [name for one in body for _, name in one.marks if name in texts]
    names = list(dict.fromkeys([*order, *texts]))
    notes = [Passage(f"footnote {at}", "note", texts[name], (), name) for at, name in enumerate(names, 1)]
    return Draft((*body, *notes))


def without_emphasis(text: str) -> str:
    """Return a text without the signs of emphasis; a star after a name stays.

    >>> without_emphasis("**Law** on *Foreigners* of Kosovo*")
    'Law on Foreigners of Kosovo*'
    """
    return EMPHASIS.sub(lambda found: found[2] or found[4], text)


def blocks(text: str) -> Iterator[tuple[int, Kind, str]]:
    """Yield the blocks of a Markdown text: the line they begin in, their kind, their words on one line each."""
    held: list[str] = []
    begin, kind, code = 0, "text", False

    def done() -> Iterator[tuple[int, Kind, str]]:
        if held:
            yield begin, kind, " ".join(held)  # type: ignore[misc]
        held.clear()

    for at, line in enumerate(text.splitlines(), 1):
        if line.lstrip().startswith(("```", "~~~")):
            yield from done()
            code = not code
            continue
        if code:
            continue
        quoted = re.match(r"[ \t]*>[ \t]?", line)
        heading = re.match(r"#{1,6}[ \t]+", line)
        now = "quote" if quoted else "heading" if heading else "text"
        words = line[quoted.end() if quoted else heading.end() if heading else 0 :].strip()
        if not words or heading or DEFINED.match(words) or (now != kind and held):
            yield from done()
        if words:
            begin, kind = (begin, kind) if held else (at, now)
            held.append(words)
        if heading:
            yield from done()
    yield from done()


# --- quotations --------------------------------------------------------------------------------------------------------


def quotations(text: str) -> list[Span]:
    """Return the words between quotation marks of all kinds, without the marks; one inside another is part of it.

    A mark that nothing closes opens nothing, and an apostrophe is none.

    >>> [one.of("rok je „osam dana“ ili “a ‘b’ c”") for one in quotations("rok je „osam dana“ ili “a ‘b’ c”")]
    ['osam dana', 'a ‘b’ c']
    """
    found = []
    at = 0
    while at < len(text):
        sign = text[at]
        if sign not in CLOSERS or not opens(text, at):
            at += 1
            continue
        end = closing(text, at)
        if end is None:
            at += 1
            continue
        if text[at + 1 : end].strip():
            found.append(Span(at + 1, end))
        at = end + 1
    return found


def block_quote(text: str) -> Span:
    """Return the words of a block quote without the blanks and marks around them.

    >>> block_quote(" “osam dana” ").of(" “osam dana” ")
    'osam dana'
    """
    begin, end = len(text) - len(text.lstrip()), len(text.rstrip())
    if end - begin > 2 and text[end - 1] in CLOSERS.get(text[begin], ""):
        begin, end = begin + 1, end - 1
    return Span(begin, max(begin, end))


def opens(text: str, at: int) -> bool:
    """Say whether a mark stands where a quotation begins: not after a letter, and before something other than a blank."""
    before, after = text[at - 1] if at else " ", text[at + 1] if at + 1 < len(text) else " "
    return not before.isalnum() and not after.isspace()


def closing(text: str, at: int) -> int | None:
    """Return where the quotation that a mark opens is closed, None where it is not.

    Marks inside are closed by their own (`“a „b” c”` is one quotation), unless nothing is then left to close this one.
    """
    if not any(one in CLOSERS[text[at]] for one in text[at + 1 : at + LONGEST]):
        return None
    return closed(text, at, nested=True) or closed(text, at, nested=False)


def closed(text: str, at: int, *, nested: bool) -> int | None:
    """Return where a quotation is closed; with `nested` every mark that opens inside needs its own close, else only its like."""
    open_marks = [text[at]]
    for place in range(at + 1, min(len(text), at + LONGEST)):
        sign = text[place]
        if sign == "’" and place + 1 < len(text) and text[place + 1].isalnum() and text[place - 1].isalnum():
            continue
        closers = CLOSERS[open_marks[-1]]
        inner = sign not in closers or (nested and sign == "“")
        if sign in CLOSERS and inner and (nested or sign == text[at]) and opens(text, place):
            open_marks.append(sign)
        elif sign in closers:
            open_marks.pop()
            if not open_marks:
                return place
    return None
