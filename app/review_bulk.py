"""The part of the Review page where many suggestions are answered at once: every one is listed, and the number has to be typed."""

import streamlit as st

import frame
import review_card
from psimm_docs import sampling
from psimm_docs.errors import PsimmError
from psimm_docs.queues import Item, waits
from psimm_docs.records import Verdict
from psimm_docs.reviewers import Reviewer
from psimm_docs.workbench import Workbench

VERDICTS = {"accept": "Accept all", "reject": "Reject all"}


def show(bench: Workbench, me: Reviewer, every: list[Item]) -> None:
    """Show the filter of strength, all that it leaves, and the answer."""
    review_card.show_last()
    low, high = st.slider("Strength of the suggestions", 0.0, 1.0, (0.9, 1.0), step=0.01, key="bulk-range")
    chosen = sorted(
        (one for one in every if waits(one, me.name) and low <= one.score <= high), key=lambda one: -one.score
    )
    st.caption("The filters at the left count too. Every suggestion that would be answered is listed here.")
    provisions = bench.some_provisions(one.provision_id for one in chosen)
    st.dataframe(
        [
            {
                "Concept": bench.taxonomy.concept(one.concept).label(),
                "Words": " ".join(bench.text(provisions[one.provision_id]).split())[:200],
                "Provision": frame.place_of(bench, provisions[one.provision_id]),
                "Jurisdiction": frame.name_of(one.jurisdiction),
                "Language": frame.language_name(one.language),
                "Strength": round(one.score, 2),
            }
            for one in chosen
            if one.provision_id in provisions
        ],
        width="stretch",
        column_config={"Words": st.column_config.TextColumn(width="medium")},
    )
    if not chosen:
        st.info("No suggestion passes the filters.")
        return
    verdict = st.radio("Answer", list(VERDICTS), format_func=VERDICTS.__getitem__, horizontal=True, key="bulk-verdict")
    size = min(sampling.BULK_SAMPLE, len(chosen))
    typed = st.text_input(
        f"Type {len(chosen)} to answer all of them", key="bulk-number", placeholder=str(len(chosen)), autocomplete="off"
    )
    st.caption(f"{size} of them, drawn by lot, go to the Audit page, where another reader answers each by itself.")
    st.button(
        f"{VERDICTS[verdict]}: {len(chosen)}",
        key="bulk-go",
        disabled=not me.name or typed.strip() != str(len(chosen)),
        on_click=record,
        args=(bench, me.name, chosen, verdict, f"strength {low:.2f} to {high:.2f}"),
    )
    frame.footnote([one.jurisdiction for one in chosen])


def record(bench: Workbench, me: str, chosen: list[Item], verdict: Verdict, about: str) -> None:
    """Answer all of them."""
    try:
        sample, count = sampling.decide_all(bench, me, [one.key for one in chosen], verdict, about=about)
    except PsimmError as error:
        st.session_state[review_card.TROUBLE] = str(error)
        return
    st.session_state["bulk-number"] = ""
    review_card.said(f"{count} answered; {len(sample.drawn)} of them wait on the Audit page.")
