"""All concepts at once: the grid as a heat map with a sign in each square, and as files."""

from collections.abc import Sequence

import altair as alt
import pandas as pd
import streamlit as st

from compare_cells import COLOURS
from psimm_docs.cells import CELL_SIGNS, CELL_WORDS, Cell, CellState
from psimm_docs.exports import to_csv, to_xlsx
from psimm_docs.jurisdictions import SIX, jurisdiction
from psimm_docs.reports import grid, tables
from psimm_docs.workbench import Workbench


def legend_words(state: CellState) -> str:
    """Return a state's words with its sign."""
    return f"{CELL_WORDS[state]} ({CELL_SIGNS[state] or 'number'})"


def heat_map(bench: Workbench, cells: Sequence[Cell]) -> None:
    """Draw the grid: a square a cell, coloured by state, with the state's sign in it."""
    order = [jurisdiction(code).name for code in SIX]
    rows = pd.DataFrame(
        {
            "Concept": bench.taxonomy.concept(cell.concept).label(),
            "Jurisdiction": jurisdiction(cell.jurisdiction).name,
            "State": legend_words(cell.state),
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
            "State:N",
            scale=alt.Scale(
                domain=[legend_words(state) for state in CELL_WORDS], range=[COLOURS[state] for state in CELL_WORDS]
            ),
            legend=alt.Legend(orient="bottom", title=None, labelLimit=320, columns=3, symbolStrokeColor="#55606E"),
        ),
        tooltip=["Concept", "Jurisdiction", "State", "Provisions", "Remark"],
    )
    signs = base.mark_text(fontSize=12, color="#14202B").encode(text="Sign:N")
    st.altair_chart(
        (squares + signs).properties(height=max(160, 30 * rows["Concept"].nunique() + 110)), width="stretch"
    )


def show(bench: Workbench, concepts: list[str], codes: list[str]) -> None:
    """Show the grid of these concepts (all where none is chosen)."""
    heat_map(bench, grid(bench, concepts or ["all"], jurisdictions=codes).cells)
    made = tables(bench, "grid", concepts=concepts, jurisdictions=codes)
    with st.container(horizontal=True):
        st.download_button("Download Excel", to_xlsx(made), "grid.xlsx", key="grid-xlsx")
        for one in made:
            st.download_button(f"Download CSV: {one.name}", to_csv(one), f"grid-{one.name}.csv", key=f"grid-{one.name}")
