"""Charts: the six with a value, and when acts were amended."""

import streamlit as st

from psimm_docs.charts import MEASURES, act_timeline, amended_works, concept_map, measure_map
from psimm_docs.jurisdictions import jurisdiction
from psimm_docs.workbench import Workbench


def show(bench: Workbench, concept: str, codes: list[str]) -> None:
    """Show the map of a concept or of all concepts, and the amendments of chosen acts."""
    name = bench.taxonomy.concept(concept).label()
    what = st.selectbox(
        "On the map",
        ["", *MEASURES],
        key="map-what",
        format_func=lambda one: MEASURES[one] if one else f"{name}: provisions found",
    )
    drawn = measure_map(bench, what) if what else concept_map(bench, concept)
    st.image(drawn)
    st.download_button("Download the map (SVG)", drawn, "map.svg", "image/svg+xml", key="map-svg")
    st.subheader("When acts were amended", anchor=False)
    works = amended_works(bench, codes)
    acts = st.multiselect(
        "Acts",
        works,
        default=[one for one in works if "law-on-foreigners" in one and bench.works[one].status == "in-force"],
        key="timeline-acts",
        format_func=lambda one: f"{jurisdiction(bench.works[one].jurisdiction).name}: {bench.works[one].title('en')}",
    )
    if acts:
        lines = act_timeline(bench, acts)
        st.image(lines, width="stretch")
        st.download_button("Download the timeline (SVG)", lines, "amendments.svg", "image/svg+xml", key="timeline-svg")
        st.caption("From the catalogue and the texts held; an amendment without a date is told below its act.")
