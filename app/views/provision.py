"""One provision in its place: its article, its page, its other languages, what went wrong in reading it, how to cite it."""

from html import escape

import streamlit as st

import frame
import value_view
from psimm_docs.decisions import state_words
from psimm_docs.errors import PsimmError
from psimm_docs.linking import act_rows, linked, words_of
from psimm_docs.records import Provision
from psimm_docs.reports import cite
from psimm_docs.styles import house, original
from psimm_docs.verdicts import closeness
from psimm_docs.workbench import Workbench

SHOWN = 40
"""How many references are listed each way."""
STATES = {"found": "here", "partly": "here", "missing": "not in this document", "elsewhere": "another act"}


def neighbours(bench: Workbench, article: Provision) -> tuple[Provision | None, Provision | None]:
    """Return the provisions of the same level before and after."""
    level = [
        one for one in bench.provisions(article.source_id) if one.kind == article.kind and one.depth == article.depth
    ]
    at = next(place for place, one in enumerate(level) if one.id == article.id)
    return (level[at - 1] if at else None), (level[at + 1] if at + 1 < len(level) else None)


def step(label: str, provision: Provision | None, key: str) -> None:
    """Show a button to a neighbour."""
    if provision is not None and st.button(f"{label}: {frame.plain(provision.label)}", key=key):
        frame.open_provision(provision.id)


def show_text(bench: Workbench, provision: Provision) -> None:
    """Show the whole article with the passage marked, and the way to its neighbours."""
    article = bench.article_of(provision)
    whole = bench.text(article)
    frame.law(whole, article.span.start, [] if article.id == provision.id else [provision.span])
    before, after = neighbours(bench, article)
    left, right = st.columns(2)
    with left:
        step("Before", before, "before")
    with right:
        step("After", after, "after")


def show_versions(bench: Workbench, provision: Provision) -> None:
    """Show the same provision in other languages."""
    others = bench.counterparts(provision)
    if not others:
        st.caption("No other language version of this provision is held.")
    for other in others:
        source = bench.source(other.source_id)
        st.html(frame.badges(source, other.language))
        frame.law(bench.text(other), other.span.start)


def show_similar(bench: Workbench, provision: Provision) -> list[str]:
    """List the provisions nearest in meaning in the other jurisdictions; return the codes of these."""
    found = bench.similar(provision.id)
    if not found:
        st.caption("Nothing in the other jurisdictions is near in meaning.")
    for place, hit in enumerate(found):
        st.html(
            f"<div><b>{escape(frame.name_of(hit.jurisdiction))}</b> · {escape(hit.title)}</div>"
            f"<div>{escape(hit.label)} {frame.badges(bench.source(hit.source_id), hit.language, hit.page)}</div>"
            f'<div class="quiet">{closeness(hit.vector_score)}. {escape(bench.snippet(hit))}</div>'
        )
        if st.button("Open", key=f"similar-{place}"):
            frame.open_provision(hit.provision_id)
    return [hit.jurisdiction for hit in found]


def show_page(bench: Workbench, provision: Provision) -> None:
    """Show the page's picture with the passage marked."""
    with frame.told():
        st.image(bench.picture(provision.id), width="stretch")


def show_reading(bench: Workbench, provision: Provision) -> None:
    """Show where the text came from and what was mended in it."""
    source = bench.source(provision.source_id)
    view = bench.view(provision.id)
    rows = {
        "Document": source.title,
        "Jurisdiction": frame.name_of(source.jurisdiction),
        "Gazette": f"{source.gazette} {source.gazette_number}".strip(),
        "Version": source.date,
        "Retrieved": source.retrieved or source.added[:10],
        "Address": source.official_url,
        "File": f"{source.path}, SHA-256 {source.sha256[:16]}…",
        "Provision": provision.id,
        "Address here": frame.address("provision", {"id": provision.id}),
        **act_rows(bench, source.id),
    }
    st.html(
        "".join(
            f'<div><span class="quiet">{name}</span> {escape(value)}</div>' for name, value in rows.items() if value
        )
    )
    repairs = [one for one in bench.document(source.id).repairs if one.span.overlaps(provision.span)]
    for repair in repairs[:20]:
        text = repair.span.of(bench.document(source.id).text)
        st.caption(frame.plain(f"Mended ({repair.kind}): “{repair.before}” was read as “{text}”."))
    for problem in view.problems:
        st.warning(frame.plain(problem.message + (f" {problem.todo}." if problem.todo else "")))


def show_references(bench: Workbench, provision: Provision) -> None:
    """List what the provision refers to and what refers to it, each with a way there where the target is in the document."""
    out, into = linked(bench, provision)
    if not out and not into:
        st.caption("It refers to nothing, and nothing in this document refers to it.")
    for title, held, key in (("Refers to", out, "to"), ("Referred to by", into, "by")):
        if held:
            st.caption(title)
        for place, one in enumerate(held[:SHOWN]):
            there = one.target if key == "to" else one.provision_id
            words = words_of(bench, one)
            if there and st.button(frame.plain(f"{bench.provision(there).label}: {words}"), key=f"{key}-{place}"):
                frame.open_provision(there)
            elif not there:
                st.html(f'<div class="quiet">{escape(words)} ({escape(STATES[one.state])})</div>')
        if len(held) > SHOWN:
            st.caption(f"and {len(held) - SHOWN} more; psimm-docs show lists them all")


def page() -> None:
    """Show the page."""
    provision_id, bench = st.query_params.get("id", ""), frame.get_bench()
    try:
        provision = bench.provision(provision_id)
    except PsimmError as error:
        frame.begin("Provision", "One provision in its place. The address of this page opens exactly here.")
        if provision_id:
            st.error(frame.plain(str(error)))
        st.info("Open a provision from Search, Compare or Corpus.")
        return
    frame.begin(frame.place_of(bench, provision), "")
    with frame.told():
        source = bench.source(provision.source_id)
        view = bench.view(provision.id)
        st.html(
            f'<div class="quiet">{escape(frame.name_of(source.jurisdiction))} › {escape(" › ".join(view.path))}</div>'
            f"<div>{frame.badges(source, provision.language, view.page)}</div>"
        )
        for told in view.notes:
            st.info(frame.plain(told[:1].upper() + told[1:] + "."))
        if view.remark:
            st.warning(frame.plain(view.remark[0].upper() + view.remark[1:] + "."))
        left, right = st.columns([3, 2], gap="large")
        with left:
            show_text(bench, provision)
            made = cite(bench, provision.id)
            frame.basket_button(bench, provision.id, key="pin")
            st.caption("Footnote in English")
            st.code(house(made), language=None, wrap_lines=True)
            st.caption("Footnote in the law's language")
            st.code(original(made), language=None, wrap_lines=True)
            shown_tags(bench, bench.article_of(provision))
        with right:
            first = "Languages" if bench.counterparts(provision) else "Page"
            versions, picture, figures, others, references, reading = st.tabs(
                ["Languages", "Page", "Values", "Similar", "References", "Source"], default=first
            )
            with versions:
                show_versions(bench, provision)
            with figures:
                value_view.show(bench, provision)
            with others:
                alike = show_similar(bench, provision)
            with picture:
                show_page(bench, provision)
            with references:
                show_references(bench, provision)
            with reading:
                show_reading(bench, provision)
        frame.footnote([source.jurisdiction, *alike])


def shown_tags(bench: Workbench, article: Provision) -> None:
    """Show the suggested concepts of the article with their review."""
    blind = bool(st.query_params.get("blind"))
    states, lines = {} if blind else bench.states(), []
    for tag in bench.suggestions(provision_id=article.id):
        state = states.get((tag.provision_id, tag.concept))
        words = (
            state_words(state) if state else "not shown, so that your answer is your own" if blind else "not reviewed"
        )
        lines.append(f"<div>{escape(bench.taxonomy.concept(tag.concept).label())}: {escape(words)}</div>")
    st.caption("Suggested concepts" if lines else "No concept is suggested for this article.")
    if lines:
        st.html("".join(lines))


page()
