"""Search: one question, all languages; results with why they were found; an honest "not found"."""

from datetime import UTC, datetime
from html import escape

import streamlit as st

import frame
from psimm_docs import defined_terms, finding
from psimm_docs.cells import counted
from psimm_docs.errors import PsimmError
from psimm_docs.queries import Asked
from psimm_docs.records import Hit
from psimm_docs.search import Answer
from psimm_docs.workbench import Workbench

MODES = {
    "mixed": "Best first",
    "round-robin": "One from each jurisdiction in turn",
    "grouped": "Language versions together",
}
REVIEWS = {
    "any": "Any",
    "accepted": "Accepted",
    "rejected": "Rejected",
    "open": "Not reviewed",
    "stale": "Reviewed on an older wording",
}
SCORES = "search-scores"
EXAMPLES = ("who checks the labour market before a permit", "deshmi penaliteti", "zabrana ulaska", "рок за одлучување")


def ask(bench: Workbench) -> tuple[Asked | None, Answer | None]:
    """Show the question and the filters; return what was asked, None where nothing was, and its answer."""
    given = st.query_params.get("q", "")
    query = st.text_input(
        "Ask in English or in any of the languages, with or without diacritics",
        value=given,
        placeholder="for example: " + EXAMPLES[0],
        key="query",
    ).strip()
    jurisdictions, languages = frame.filters(bench, key="search")
    types = sorted({source.type for source in bench.sources.values() if source.type})
    chosen_types = st.sidebar.multiselect("Type of document", types, placeholder="All")
    with st.sidebar:
        concepts = frame.concepts(bench, "Concept", key="search-concepts")
    review = st.sidebar.selectbox("Review", list(REVIEWS), format_func=REVIEWS.__getitem__)
    translations = st.sidebar.toggle("Include English translations", value=True)
    mode = st.sidebar.radio("Order", list(MODES), format_func=MODES.__getitem__)
    limit = st.sidebar.slider("Results", 5, 100, 20, 5)
    st.sidebar.toggle(
        "Show scores", key=SCORES, help="Ranks and scores order the results. None of them is a probability."
    )
    if not query:
        return None, None
    st.query_params["q"] = query
    asked = Asked(
        query,
        jurisdictions=tuple(jurisdictions),
        languages=tuple(languages),
        types=tuple(chosen_types),
        concepts=tuple(concepts),
        review=review,
        translations=translations,
        mode=mode,
        limit=limit,
    )
    try:
        return asked, finding.ask(bench, asked)
    except PsimmError as error:
        st.error(frame.plain(str(error)))
        return asked, None


def take_example(example: str) -> None:
    """Ask an example."""
    st.session_state["query"] = example


def show_saving(bench: Workbench, asked: Asked, answer: Answer) -> None:
    """Offer to keep the search and its results under a name."""
    with st.popover("Save this search"):
        name = st.text_input("Name, in small letters, digits and hyphens", key="save-name").strip()
        if st.button("Save", key="save") and name:
            with frame.told():
                saved = finding.save(bench, name, asked, answer)
                st.success(f"Kept. To ask it again: psimm-docs search --replay {frame.plain(saved.name)}")


def show_hit(bench: Workbench, number: int, hit: Hit) -> None:
    """Show one result."""
    source = bench.source(hit.source_id)
    with st.container(border=True):
        heading = f" · {escape(hit.heading)}" if hit.heading and not hit.label.startswith(hit.heading) else ""
        st.html(
            f"<div><b>{number}. {escape(frame.name_of(hit.jurisdiction))}</b> · {escape(hit.title)}</div>"
            f"<div>{escape(hit.label)}{heading}</div>"
            f"<div>{frame.badges(source, hit.language, hit.page)}</div>"
            + (f'<div class="quiet">{escape(hit.note)}</div>' if hit.note else "")
        )
        frame.law(hit.text, hit.span.start, hit.highlights)
        scores = f"<div>Scores: {escape(bench.scores(hit))}</div>" if st.session_state.get(SCORES) else ""
        st.html(f'<div class="quiet">Why: {escape(bench.why(hit))}{scores}</div>')
        with st.container(horizontal=True):
            if st.button("Open", key=f"open-{hit.chunk_id}", type="primary"):
                frame.open_provision(hit.provision_id)
            frame.basket_button(bench, hit.provision_id, key=f"pin-{hit.chunk_id}")


def show_terms(bench: Workbench, asked: Asked) -> list[str]:
    """Show how acts define the terms of the query, where any do; return the jurisdictions named."""
    senses, more = defined_terms.defined_in(bench, asked.query, jurisdictions=asked.jurisdictions)
    if not senses:
        return []
    with st.expander(f"Defined terms ({len(senses) + more})"):
        for number, one in enumerate(senses):
            source = bench.source(one.source_id)
            kind = '<span class="badge">short name</span>' if one.kind == "short-name" else ""
            st.html(
                f"<div><b>{escape(one.term)}</b> · {escape(frame.name_of(one.jurisdiction))} · "
                f"{escape(one.title)}, {escape(one.label)}</div>"
                f"<div>{kind}{frame.badges(source, one.language, one.page)}</div>"
            )
            frame.law(one.text, one.span.start, (one.term_span,))
            if st.button("Open", key=f"term-{number}"):
                frame.open_provision(one.provision_id)
        if more:
            st.caption(f"{more} more: psimm-docs terms shows them all.")
    return [one.jurisdiction for one in senses]


def page() -> None:
    """Show the page."""
    bench = frame.begin("Search", "All laws held, in all their languages, with one question.")
    asked, answer = ask(bench)
    if asked is None or answer is None:
        if asked is None:
            st.info(f"{counted(len(bench.sources))} held. Type a question above; the filters are at the left.")
            st.caption("Or try one of these:")
            with st.container(horizontal=True):
                for example in EXAMPLES:
                    st.button(example, key=f"example-{example}", on_click=take_example, args=(example,))
        return
    when = datetime.now(UTC).strftime("%d %B %Y, %H:%M UTC")
    if answer.state == "not-found":
        st.warning(f"Searched, not found. {frame.plain(answer.explanation)} ({when})")
    elif answer.state == "weak":
        st.warning(f"Weak matches only: read them with care. {frame.plain(answer.explanation)}")
    else:
        st.caption(f"{frame.plain(answer.explanation)} {when}")
    for line in finding.asides(bench, answer):
        st.caption(frame.plain(line))
    defining = show_terms(bench, asked)
    show_saving(bench, asked, answer)
    for number, hit in enumerate(answer.hits, 1):
        show_hit(bench, number, hit)
    frame.footnote([*(hit.jurisdiction for hit in answer.hits), *answer.jurisdictions, *defining])


page()
