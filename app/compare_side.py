"""Chosen provisions side by side, paragraph by paragraph."""

from collections.abc import Sequence
from html import escape

import streamlit as st

import frame
from psimm_docs.cells import CellItem
from psimm_docs.exports import Table, to_xlsx
from psimm_docs.jurisdictions import jurisdiction
from psimm_docs.reports import grid
from psimm_docs.side import LEAST, MOST, html_of, side_by_side, table_html, table_of
from psimm_docs.value_grid import elements_table, with_figures
from psimm_docs.workbench import Workbench

STYLE = """<style>
.side table { border-collapse: collapse; width: 100%; table-layout: fixed; }
.side th, .side td { border: 1px solid #B9C2CE; padding: .4em .5em; vertical-align: top; text-align: left; overflow-wrap: anywhere; }
.side .small { font-size: .82rem; font-weight: normal; color: #55606E; }
.side u { text-decoration-thickness: 2px; background: #FFF3D6; }
</style>"""


def show(bench: Workbench, concept: str, codes: Sequence[str]) -> None:
    """Let a person choose a provision of each jurisdiction (or take the basket's) and show them in columns."""
    from_basket = [one.provision_id for one in frame.basket(bench).items if bench.known(one.provision_id)]
    where = st.radio(
        "Provisions",
        ("of the concept", "in the basket"),
        horizontal=True,
        key="side-from",
        label_visibility="collapsed",
        format_func=lambda one: f"Provisions {one}" + (f" ({len(from_basket)})" if "basket" in one else ""),
    )
    ids = from_basket[:MOST] if "basket" in where else chosen(bench, concept, codes)
    if len(ids) < LEAST:
        st.info("Choose provisions of two jurisdictions at least.")
        return
    made = with_figures(bench, side_by_side(bench, ids))
    st.caption(
        "Paragraphs that say the same stand in one row. Words that differ between nearly the same laws are underlined, figures dotted."
    )
    st.html(f'{STYLE}<div class="side">{table_html(made)}</div>')
    elements = elements_table(bench, ids, concept)
    if elements.rows:
        st.subheader("By element", anchor=False)
        st.caption(
            "What the concept's checklist finds in each of them. Not found in a provision is not absent from the law."
        )
        st.html(f'{STYLE}<div class="side">{plain_table(elements)}</div>')
    with st.container(horizontal=True):
        st.download_button("Download HTML", html_of(made), "side-by-side.html", "text/html", key="side-html")
        st.download_button(
            "Download Excel", lambda: to_xlsx([table_of(made), elements]), "side-by-side.xlsx", key="side-xlsx"
        )


def plain_table(table: Table) -> str:
    """Return a table as HTML."""
    head = "".join(f"<th>{escape(str(one))}</th>" for one in table.columns)
    rows = ("".join(f"<td>{escape(str(value))}</td>" for value in row) for row in table.rows)
    return f"<table><tr>{head}</tr>{''.join(f'<tr>{row}</tr>' for row in rows)}</table>"


def chosen(bench: Workbench, concept: str, codes: Sequence[str]) -> list[str]:
    """Return one provision a jurisdiction, as chosen; the best one of the first three is taken until somebody chooses."""
    row = grid(bench, [concept], jurisdictions=codes).row(concept)
    cells = [cell for cell in row if cell.provisions]
    for cell in row:
        if not cell.provisions:
            st.caption(frame.plain(f"{jurisdiction(cell.jurisdiction).name}: {cell.words}."))
    ids = []
    for start in range(0, len(cells), 3):
        for column, (at, cell) in zip(st.columns(3), list(enumerate(cells))[start : start + 3], strict=False):
            options: list[CellItem | None] = [None, *cell.provisions]
            with column:
                one = st.selectbox(
                    jurisdiction(cell.jurisdiction).name.replace("*", "\\*"),
                    options,
                    index=int(at < 3),
                    format_func=lambda item: "–" if item is None else item_name(bench, item),
                    key=f"side-{concept}-{cell.jurisdiction}",
                )
            if one is not None:
                ids.append(one.provision_id)
    return ids


def item_name(bench: Workbench, item: CellItem) -> str:
    """Return a provision's name in the choice."""
    return f"{item.label} · {bench.source(item.source_id).title}"
