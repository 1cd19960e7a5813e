"""The part of the Progress page where answers are taken out for other tools, and those made elsewhere are taken in."""

import streamlit as st

import frame
from psimm_docs import interchange
from psimm_docs.errors import PsimmError
from psimm_docs.exports import to_csv, to_jsonl, to_xlsx
from psimm_docs.forms import FORMS
from psimm_docs.reports import tables
from psimm_docs.workbench import Workbench

NAMES = {"label-studio": "Label Studio", "argilla": "Argilla", "web-annotation": "W3C Web Annotation"}
KINDS = ["csv", "xlsx", "jsonl", "json", "jsonld"]
SHOWN = 200
"""Answers that are listed."""


def show(bench: Workbench) -> None:
    """Show the downloads and the upload."""
    made = [*tables(bench, "decisions"), *tables(bench, "readings")]
    st.caption("All answers, for a table or for another annotation tool")
    with st.container(horizontal=True):
        st.download_button("Excel", lambda: to_xlsx(made), "answers.xlsx", key="out-xlsx")
        st.download_button("CSV", to_csv(made[0]), "decisions.csv", key="out-csv")
        st.download_button("JSON lines", to_jsonl(made[0]), "decisions.jsonl", key="out-jsonl")
        some = interchange.answered(bench)
        for form, write in FORMS.items():
            st.download_button(NAMES[form], write(some), f"answers-{form}.json", key=f"out-{form}")
    name = frame.reviewer()
    file = st.file_uploader("Take in answers made elsewhere", type=KINDS, key="in-file")
    author = st.text_input("Whose answers, where the file has several people's", key="in-author").strip()
    if file is None:
        return
    if not name:
        st.info("Type your name at the left: the answers are kept under it.")
        return
    data = file.getvalue()
    would = interchange.take_bytes(bench, data, file.name, name, author=author, dry_run=True)
    st.caption(f"Fit: {len(would.new)}. Held already: {would.held}. Can't be taken: {len(would.refused)}.")
    if would.new:
        st.dataframe(
            [
                {
                    "Provision": one.provision_id,
                    "Concept": bench.taxonomy.concept(one.concept).label(),
                    "Answer": one.verdict,
                    "Note": one.note,
                }
                for one in would.new[:SHOWN]
            ],
            width="stretch",
        )
    if would.refused:
        st.dataframe(
            [{"Where": one.answer.where, "Why it can't be taken": one.reason} for one in would.refused[:SHOWN]],
            width="stretch",
        )
    st.button(
        f"Take in {len(would.new)} answers under {frame.plain(name)}",
        key="in-go",
        disabled=not would.new,
        on_click=take,
        args=(bench, data, file.name, name, author),
    )
    if st.session_state.get("in-said"):
        st.caption(frame.plain(st.session_state.pop("in-said")))


def take(bench: Workbench, data: bytes, file: str, name: str, author: str) -> None:
    """Append the answers that fit."""
    try:
        taken = interchange.take_bytes(bench, data, file, name, author=author)
        st.session_state["in-said"] = f"{len(taken.new)} answers were taken in."
    except PsimmError as error:
        st.session_state["in-said"] = f"Not all was taken in: {error}"
