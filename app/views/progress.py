"""Progress: who has answered what, how far reviewers agree, which concepts are done where, and how good the suggestions were."""

import math

import altair as alt
import pandas as pd
import streamlit as st

import exchange
import frame
from psimm_docs.jurisdictions import SIX, jurisdiction
from psimm_docs.progress import Progress, Quality, progress
from psimm_docs.samples import percent
from psimm_docs.workbench import Workbench


def figure(value: float) -> str:
    """Return a figure with two decimals; a dash where it is not defined."""
    return "–" if math.isnan(value) else f"{value:.2f}"


def show_reviewers(found: Progress) -> None:
    """Show what each reviewer has answered."""
    if not found.reviewers:
        st.caption("Nobody has answered anything yet.")
        return
    st.dataframe(
        [
            {
                "Reviewer": one.reviewer,
                "Yes": one.accepted,
                "No": one.rejected,
                "Skipped": one.skipped,
                "Whole provision": one.by_reading,
                "Many at once": one.at_once,
                "From a translation": one.translated,
                "Last answer": one.last[:16].replace("T", " "),
                "Reads": ", ".join(frame.LANGUAGES.get(tag, tag) for tag in one.languages),
            }
            for one in found.reviewers
        ],
        width="stretch",
    )


def show_agreement(bench: Workbench, found: Progress) -> None:
    """Show how far reviewers agree: all together, by pair, by concept."""
    both = [one for one in found.pairs if not one.concept]
    if not both:
        st.caption(
            "Nobody has read what another has answered yet. The queue “Second reading (blind)” on the Review page gives two answers."
        )
        return
    st.caption(
        f"Krippendorff's alpha over all reviewers: {figure(found.alpha)}. Kappa and alpha are 1 where all agree and 0 where "
        "agreement is what chance gives. Final labels and answers given to many at once don't count."
    )
    names = {concept.id: concept.label() for concept in bench.taxonomy.concepts}
    st.dataframe(
        [
            {
                "Concept": names.get(one.concept, "all together"),
                "First": one.agreement.first,
                "Second": one.agreement.second,
                "Both answered": one.agreement.items,
                "Equal": percent(one.agreement.observed),
                "Cohen's kappa": figure(one.agreement.kappa),
            }
            for one in found.pairs
        ],
        width="stretch",
    )


def show_concepts(bench: Workbench, found: Progress) -> None:
    """Show how far each concept is reviewed."""
    st.dataframe(
        [
            {
                "Concept": bench.taxonomy.concept(one.concept).label(),
                "Suggested": one.suggested,
                "Answered": one.answered,
                "Yes": one.accepted,
                "No": one.rejected,
                "Disagreement": one.disputed,
                "Text changed since": one.stale,
                "Read by two": one.twice,
                "Alpha": figure(one.alpha),
            }
            for one in found.concepts
        ],
        width="stretch",
    )


def show_heat(bench: Workbench, found: Progress) -> None:
    """Draw which part of the suggestions is answered, by concept and jurisdiction, with the numbers in words."""
    order = [jurisdiction(code).name for code in SIX]
    concepts = [concept.label() for concept in bench.taxonomy.concepts]
    rows = pd.DataFrame(
        {
            "Concept": bench.taxonomy.concept(one.concept).label(),
            "Jurisdiction": jurisdiction(one.jurisdiction).name,
            "Share": min(1.0, one.answered / one.suggested) if one.suggested else 1.0,
            "Answered": f"{one.answered}/{one.suggested}",
            "Confirmed": one.accepted,
        }
        for one in found.squares
    )
    if rows.empty:
        st.caption("Nothing is suggested yet.")
        return
    base = alt.Chart(rows).encode(
        x=alt.X("Jurisdiction:N", sort=order, title=None, axis=alt.Axis(orient="top", labelAngle=0, labelLimit=200)),
        y=alt.Y("Concept:N", sort=concepts, title=None, axis=alt.Axis(labelLimit=320)),
    )
    squares = base.mark_rect(stroke="white", strokeWidth=2).encode(
        color=alt.Color(
            "Share:Q",
            scale=alt.Scale(domain=[0, 1], range=["#F1F3F5", "#2E7D4F"]),
            legend=alt.Legend(title="answered", format=".0%", orient="bottom"),
        ),
        tooltip=["Concept", "Jurisdiction", "Answered", "Confirmed"],
    )
    numbers = base.mark_text(fontSize=11).encode(
        text="Answered:N", color=alt.condition("datum.Share > 0.6", alt.value("white"), alt.value("#14202B"))
    )
    st.caption("Answered of suggested provisions. A blank square: nothing is suggested there.")
    st.altair_chart((squares + numbers).properties(height=24 * rows["Concept"].nunique() + 90), width="stretch")


def show_quality(found: Progress) -> None:
    """Show how many suggestions were accepted, by version of the tagger, and draw it week by week."""
    if not found.quality:
        st.caption("No suggestion was answered one by one yet.")
        return
    st.caption(
        "Of the suggestions that people answered one by one, how many they accepted. What was answered depends on the queue: “least certain "
        "first” shows the weakest suggestions, so compare versions that were reviewed in the same way."
    )
    st.dataframe([quality_row(one) for one in found.taggers], width="stretch")
    rows = pd.DataFrame(
        {
            "Week": one.week,
            "Tagger": one.name,
            "Accepted": one.share,
            "Low": one.low,
            "High": one.high,
            "Answered": one.answered,
        }
        for one in found.quality
    )
    order = [one.name for one in found.taggers]
    base = alt.Chart(rows).encode(
        x=alt.X("Week:O", title=None, axis=alt.Axis(labelAngle=0)),
        xOffset=alt.XOffset("Tagger:N", sort=order),
        color=alt.Color("Tagger:N", sort=order, legend=alt.Legend(orient="bottom", labelLimit=300, title=None)),
    )
    points = base.mark_point(filled=True, size=90).encode(
        y=alt.Y("Accepted:Q", scale=alt.Scale(domain=[0, 1]), axis=alt.Axis(format="%"), title="accepted"),
        shape=alt.Shape("Tagger:N", sort=order),
        tooltip=[
            "Week",
            "Tagger",
            "Answered",
            alt.Tooltip("Accepted", format=".0%"),
            alt.Tooltip("Low", format=".0%"),
            alt.Tooltip("High", format=".0%"),
        ],
    )
    bars = base.mark_rule().encode(y="Low:Q", y2="High:Q")
    st.altair_chart((bars + points).properties(height=260), width="stretch")
    with st.expander("Week by week in figures"):
        st.dataframe([{"Week": one.week, **quality_row(one)} for one in found.quality], width="stretch")


def quality_row(one: Quality) -> dict[str, object]:
    """Return a line of the table."""
    return {
        "Tagger": one.name,
        "Answered": one.answered,
        "Accepted": one.accepted,
        "Rejected": one.rejected,
        "Precision": percent(one.share),
        "95 % interval": f"{percent(one.low)} to {percent(one.high)}",
    }


def page() -> None:
    """Show the page."""
    bench = frame.begin(
        "Progress", "Who has answered what, how far reviewers agree, and how good the suggestions were."
    )
    with frame.told():
        found = progress(bench)
        share = found.answered / found.suggested if found.suggested else 0.0
        st.progress(share, text=f"{found.answered} of {found.suggested} suggestions answered")
        people, concepts, squares, quality, files = st.tabs(
            ["Reviewers", "Concepts", "Concept by jurisdiction", "How good the suggestions were", "Answers out and in"]
        )
        with people:
            show_reviewers(found)
            st.subheader("Agreement", anchor=False)
            show_agreement(bench, found)
        with concepts:
            show_concepts(bench, found)
        with squares:
            show_heat(bench, found)
        with quality:
            show_quality(found)
        with files:
            exchange.show(bench)
    frame.footnote(SIX)


page()
