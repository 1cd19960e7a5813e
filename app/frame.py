"""What all pages share: the opened corpus, how a text is shown with marks in it, the footnote, the basket.

Invariant: every letter of a document is escaped before it becomes HTML. Errors that a person can mend are shown in one line.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from html import escape
from pathlib import Path

import streamlit as st

from psimm_docs import baskets, sharing
from psimm_docs.basis import NOTE
from psimm_docs.errors import PsimmError
from psimm_docs.jurisdictions import JURISDICTIONS, KOSOVO_NOTE, LANGUAGE_NAMES, SIX, needs_note
from psimm_docs.records import Provision, Source, Span
from psimm_docs.workbench import Workbench, open_workbench

LANGUAGES = {tag: name for tag, name in LANGUAGE_NAMES.items() if tag != "sr"}
BASKET = "basket"
STYLE = """
<style>
mark { background: #FFE58A; color: inherit; padding: 0 .1em; border-radius: 2px; }
mark.evidence { background: #CFE8D5; }
.law { font-size: 1.02rem; line-height: 1.55; white-space: pre-wrap; overflow-wrap: anywhere; }
.quiet { color: #55606E; font-size: .88rem; overflow-wrap: anywhere; }
.badge { display: inline-block; border: 1px solid #B9C2CE; border-radius: 3px; padding: 0 .4em; font-size: .8rem; color: #33404F;
         margin-right: .3em; background: #F8FAFC; }
.badge.warn { border-color: #B7791F; color: #7A4B00; background: #FFF8E8; }
.stMainBlockContainer { padding: 4rem 2.5rem 3rem; }
.stMainBlockContainer h2 { font-size: 1.9rem; padding: .3rem 0; }
.stMainBlockContainer h3 { font-size: 1.35rem; }
.stButton button p, .stDownloadButton button p { white-space: normal; }
</style>
"""


@st.cache_resource(max_entries=2, show_spinner="Opening the corpus")
def opened(folder: str, stamp: tuple[int, ...]) -> Workbench:
    """Open the workbench once for each state of the corpus."""
    del stamp  # it is only the key of the cache
    return open_workbench(folder or None)


def get_bench() -> Workbench:
    """Return the workbench of $PSIMM_WORKSPACE (else the nearest workspace), opened anew after a build."""
    folder = os.environ.get("PSIMM_WORKSPACE", "")
    try:
        root = open_workbench(folder or None).workspace
        files = (
            root.index / "search.sqlite",
            root.manifest,
            root.root / "psimm.toml",
            root.taxonomy / "concepts.jsonl",
        )
        stamp = tuple(file.stat().st_mtime_ns if file.is_file() else 0 for file in files)
        bench = opened(str(root.root), stamp)
    except PsimmError as error:
        st.error(plain(str(error)))
        st.stop()
    return bench


@contextmanager
def told() -> Iterator[None]:
    """Show an error that a person can mend in one line, and go on with the page below it."""
    try:
        yield
    except PsimmError as error:
        st.error(plain(str(error)))


MARKDOWN = re.compile(r"[\\`*_{}\[\]()#.!|~$<>:&@]|^[-+=]")
"""What Markdown (with Streamlit's own marks) may take for more than a letter."""


def plain(text: str) -> str:
    r"""Return a text for a widget that reads Markdown, so that it is shown as it stands, on one line.

    >>> plain("a *b* $c$")
    'a \\*b\\* \\$c\\$'
    """
    return MARKDOWN.sub(lambda found: "\\" + found[0], " ".join(text.split()))


def begin(title: str, about: str) -> Workbench:
    """Begin a page: style, heading, one line on what it is for; returns the workbench."""
    st.html(STYLE)
    bench = get_bench()
    st.header(plain(title), anchor=False)
    if about:
        st.caption(about)
    return bench


def footnote(codes: Iterable[str]) -> None:
    """Print the footnote of Kosovo* where a page names it."""
    if needs_note(codes):
        st.caption(KOSOVO_NOTE.replace("*", "\\*", 1))


def name_of(code: str) -> str:
    """Return a jurisdiction's name for plain text; entities are set in under their state."""
    one = JURISDICTIONS[code]
    return f"{JURISDICTIONS[one.parent].name}: {one.name}" if one.parent else one.name


def marked(text: str, start: int, spans: Sequence[Span], *, kind: str = "") -> str:
    """Return a text as HTML, escaped, with document spans marked; `start` is the text's offset in the document."""
    out, at = [], 0
    notes = [Span(start + note.start(), start + note.end()) for note in NOTE.finditer(text)]
    for span in sorted(one for one in spans if not any(note.overlaps(one) for note in notes)):
        a, b = max(at, span.start - start), min(len(text), span.end - start)
        if a < b:
            out += [escape(text[at:a]), f'<mark class="{kind}">', escape(text[a:b]), "</mark>"]
            at = b
    return NOTE.sub(lambda note: f'<span class="quiet">{note[0]}</span>', "".join([*out, escape(text[at:])]))


def language_name(tag: str) -> str:
    """Return a language's English name."""
    return LANGUAGE_NAMES.get(tag, "not known" if tag in ("", "und") else tag)


def law(text: str, start: int = 0, spans: Sequence[Span] = (), *, kind: str = "") -> None:
    """Show a text of law in its own letters, with marks."""
    st.html(f'<div class="law">{marked(text, start, spans, kind=kind)}</div>')


def badges(source: Source, language: str, page: int = 0) -> str:
    """Return the small signs of a text as HTML: language, page, and what it is not."""
    signs = [f'<span class="badge">{escape(language_name(language))}</span>']
    if page:
        signs.append(f'<span class="badge">page {page}</span>')
    if source.digest:
        signs.append('<span class="badge warn">digest; not the official text</span>')
    if source.translation:
        signs.append('<span class="badge warn">unofficial translation</span>')
    return "".join(signs)


def open_provision(provision_id: str, *, blind: bool = False) -> None:
    """Go to the page of a provision; `blind`: for a reader who must not know what others answered."""
    st.switch_page("views/provision.py", query_params={"id": provision_id, **({"blind": "1"} if blind else {})})


def address(page: str, query: Mapping[str, str | Sequence[str]]) -> str:
    """Return the address that opens the app at a page with just this view."""
    return sharing.address(st.context.url or "http://localhost:8501", page, query)


def basket_name() -> str:
    """Return the name of the basket that is in use."""
    return str(st.session_state.get(BASKET) or "basket")


def basket(bench: Workbench) -> baskets.Basket:
    """Return the basket that is in use."""
    return baskets.read_basket(bench.workspace.baskets, basket_name())


def basket_button(bench: Workbench, provision_id: str, *, key: str) -> None:
    """Show the button that puts a provision into the basket, or that it is in it."""
    held = basket(bench)
    inside = any(one.provision_id == provision_id for one in held.items)
    if st.button("In the basket" if inside else "Add to basket", key=key, disabled=inside):
        with told():
            baskets.add(bench.workspace.baskets, basket_name(), provision_id)
            st.rerun()


def reviewer() -> str:
    """Ask for the reviewer's name in the sidebar and return it; it is kept for the session and in the address."""
    kept = st.query_params.get("reviewer", "") or st.session_state.get("reviewer-kept", "")
    st.session_state.setdefault("reviewer", kept)
    name = st.sidebar.text_input("Your name", key="reviewer", placeholder="needed for an answer").strip()
    if name:
        st.query_params["reviewer"] = st.session_state["reviewer-kept"] = name
    return name


def filters(bench: Workbench, *, key: str) -> tuple[list[str], list[str]]:
    """Show the filters for jurisdiction and language in the sidebar and return what is chosen."""
    held = {source.jurisdiction for source in bench.sources.values()}
    codes = [code for code in JURISDICTIONS if code in SIX or code in held]
    chosen = kept_choice("Jurisdiction", codes, name_of, key=f"{key}-jurisdictions", name="jurisdiction")
    languages = kept_choice("Language", list(LANGUAGES), LANGUAGES.__getitem__, key=f"{key}-languages", name="language")
    return chosen, languages


def kept_choice(label: str, options: Sequence[str], shown: Callable[[str], str], *, key: str, name: str) -> list[str]:
    """Show a filter in the sidebar that the page's address keeps, and return what is chosen."""
    if key not in st.session_state:
        st.session_state[key] = [one for one in st.query_params.get_all(name) if one in options]
    chosen = st.sidebar.multiselect(label, options, format_func=shown, key=key, placeholder="All")
    if chosen:
        st.query_params[name] = chosen
    elif name in st.query_params:
        del st.query_params[name]
    return list(chosen)


def concepts(bench: Workbench, label: str, *, key: str, several: bool = True) -> list[str]:
    """Show the choice of concepts, in the taxonomy's order, and return the chosen ids."""
    names = {concept.id: concept.label() for concept in bench.taxonomy.concepts}
    ids = list(names)
    if several:
        return st.multiselect(label, ids, format_func=names.__getitem__, key=key, placeholder="All")
    return [st.selectbox(label, ids, format_func=names.__getitem__, key=key)]


def six(*, key: str) -> list[str]:
    """Show the choice among the six above a wide page, which then needs no sidebar, and return what is chosen; all where nothing is."""
    chosen = st.pills(
        "Jurisdictions", list(SIX), selection_mode="multi", default=list(SIX), format_func=pill_name, key=key
    )
    return [code for code in SIX if code in chosen] or list(SIX)


def pill_name(code: str) -> str:
    """Return a jurisdiction's name for a control that reads Markdown."""
    return name_of(code).replace("*", "\\*")


def place_of(bench: Workbench, provision: Provision) -> str:
    """Return where a provision stands: law, label, heading."""
    source = bench.source(provision.source_id)
    parts = [source.title, provision.label, "" if provision.label.startswith(provision.heading) else provision.heading]
    return ", ".join(part for part in parts if part)


def script_folder() -> Path:
    """Return the folder of the app's files."""
    return Path(__file__).parent
