"""All concepts at once: the grid as a heat map with a sign in each square, and as files."""

from collections.abc import Sequence
from html import escape

import altair as alt
import pandas as pd
import streamlit as st

from compare_cells import COLOURS
from psimm_docs.cells import CELL_SIGNS, CELL_WORDS, Cell
from psimm_docs.exports import to_csv, to_xlsx
from psimm_docs.jurisdictions import SIX, jurisdiction
from psimm_docs.reports import grid, tables
from psimm_docs.workbench import Workbench

FILES = {"grid": "overview", "cells": "cells", "provisions": "provisions", "eu": "EU provisions"}
"""What the tables are called on their buttons."""
DARK = "found-confirmed"
"""The state whose colour needs light letters."""


def legend() -> None:
    """Say what the colours and signs mean, above the squares."""
    boxes = "".join(
        f'<span style="white-space: nowrap; margin-right: 1.2em"><span style="display: inline-block; min-width: 1.7em; text-align: center; '
        f'background: {COLOURS[state]}; color: {"#FFFFFF" if state == DARK else "#14202B"}; border: 1px solid #B9C2CE">'
        f"{escape(CELL_SIGNS[state] or '3')}</span> {escape(words)}</span> "
        for state, words in CELL_WORDS.items()
    )
    st.html(f'<div class="quiet">{boxes}<div>A number says how many provisions were found.</div></div>')


def heat_map(bench: Workbench, cells: Sequence[Cell]) -> None:
    """Draw the grid: a square a cell, coloured by state, with the state's sign in it."""
    order = [jurisdiction(code).name for code in SIX]
    rows = pd.DataFrame(
        {
            "Concept": bench.taxonomy.concept(cell.concept).label(),
            "Jurisdiction": jurisdiction(cell.jurisdiction).name,
            "State": cell.words,
            "Colour": cell.state,
            "Sign": cell.sign,
            "Provisions": len(cell.provisions),
            "Remark": cell.told,
        }
        for cell in cells
    )
    base = alt.Chart(rows).encode(
        x=alt.X(
            "Jurisdiction:N",
            sort=order,
            title=None,
            axis=alt.Axis(
                orient="top", labelAngle=0, labelPadding=28, labelOverlap=False, labelExpr="split(datum.label, ' ')"
            ),
        ),
        y=alt.Y("Concept:N", sort=list(dict.fromkeys(rows["Concept"])), title=None, axis=alt.Axis(labelLimit=320)),
    )
    squares = base.mark_rect(stroke="#B9C2CE", strokeWidth=1).encode(
        color=alt.Color(
            "Colour:N",
            scale=alt.Scale(domain=list(CELL_WORDS), range=[COLOURS[state] for state in CELL_WORDS]),
            legend=None,
        ),
        tooltip=["Concept", "Jurisdiction", "State", "Provisions", "Remark"],
    )
    signs = base.mark_text(fontSize=12).encode(
        text="Sign:N", color=alt.condition(f"datum.Colour == '{DARK}'", alt.value("#FFFFFF"), alt.value("#14202B"))
    )
    st.altair_chart(
        (squares + signs).properties(height=max(160, 30 * rows["Concept"].nunique() + 110)), width="stretch"
    )


def show(bench: Workbench, concepts: list[str], codes: list[str]) -> None:
    """Show the grid of these concepts (all where none is chosen)."""
    legend()
    with st.spinner("Searching where nothing is suggested; the first time takes some seconds"):
        made = grid(bench, concepts or ["all"], jurisdictions=codes)
    heat_map(bench, made.cells)
    files = tables(bench, "grid", concepts=concepts, jurisdictions=codes)
    with st.container(horizontal=True):
        st.download_button("Download Excel", lambda: to_xlsx(files), "grid.xlsx", key="grid-xlsx")
        for one in files:
            words = FILES.get(one.name, one.name)
            st.download_button(f"Download CSV: {words}", to_csv(one), f"grid-{one.name}.csv", key=f"grid-{one.name}")
