"""One concept across the jurisdictions: each cell with its state, its provisions or its silence, and the EU provisions beside it."""

from collections.abc import Sequence
from html import escape

import streamlit as st

import frame
from psimm_docs import silence
from psimm_docs.acquis import eu_rows
from psimm_docs.basis import NOTE
from psimm_docs.cells import FOUND, ITEM_WORDS, LOOK_WORDS, Cell, CellItem, Grid, counted, level_name
from psimm_docs.exports import to_xlsx
from psimm_docs.jurisdictions import jurisdiction
from psimm_docs.reports import grid
from psimm_docs.statements import cited
from psimm_docs.value_grid import figures_of, figures_tables, line_of
from psimm_docs.workbench import Workbench

COLOURS = {
    "found-confirmed": "#2E7D4F",
    "found-unreviewed": "#8CBF9F",
    "rejected": "#D9A441",
    "leads": "#E9CF8B",
    "not-found": "#C9CED6",
    "not-read": "#DCE4F2",
    "not-held": "#F1F3F5",
    "not-applicable": "#FFFFFF",
}
SHOWN, MORE = 2, 8
"""Provisions of one jurisdiction that are shown at once, and those that can be unfolded below them."""
SNIPPET = 420
"""Letters of a provision that are shown."""
OVERVIEW = """<style>
.six { display: grid; grid-template-columns: repeat(6, minmax(0, 1fr)); gap: .5rem; }
@media (max-width: 1250px) { .six { grid-template-columns: repeat(3, minmax(0, 1fr)); } }
.six div { border: 1px solid #D5DBE3; border-radius: 3px; padding: .3em .6em; font-size: .88rem; }
</style>"""


def show(bench: Workbench, concept: str, codes: Sequence[str], reviewer: str) -> None:
    """Show a concept's cells: all in a line with a word each, then three beside each other, with the EU provisions above them."""
    one = bench.taxonomy.concept(concept)
    st.text(bench.taxonomy.worded(one.definition))
    with st.spinner("Searching where nothing is suggested"):
        made = grid(bench, [concept], jurisdictions=codes)
    cells = made.row(concept)
    overview(cells)
    eu_column(bench, made)
    figures(bench, made, concept)
    for start in range(0, len(cells), 3):
        for column, cell in zip(st.columns(3, gap="medium"), cells[start : start + 3], strict=False):
            with column:
                show_cell(bench, cell, reviewer)


def overview(cells: Sequence[Cell]) -> None:
    """Show the state of each cell in a word or two, all in one line."""
    boxes = [
        f'<div style="border-left: 6px solid {COLOURS[cell.state]}"><b>{escape(jurisdiction(cell.jurisdiction).name)}</b><br>'
        f"{escape(cell.words)}{f' ({len(cell.provisions)})' if cell.provisions else ''}</div>"
        for cell in cells
    ]
    st.html(f'{OVERVIEW}<div class="six">{"".join(boxes)}</div>')


def eu_column(bench: Workbench, made: Grid) -> None:
    """Show the EU provisions of the concept with links, and where nothing stands beside them."""
    [row] = eu_rows(bench.taxonomy, made)
    links = [f"[{act.text}]({act.address})" if act.address else act.text for act in row.acts]
    st.markdown(f"**EU:** {', '.join(links) or 'no act is named for this concept'}")
    if row.gap:
        st.caption(frame.plain(row.gap))


def figures(bench: Workbench, made: Grid, concept: str) -> None:
    """Show the figures of the concept's provisions side by side, in days, and in euro where a rate is set."""
    found = figures_of(bench, made, concept)
    if not found.kinds:
        return
    with st.expander(f"Deadlines, fees, fines and other figures ({len(found.figures)})"):
        for kind in found.kinds:
            st.html(f"<b>{escape(kind.capitalize())}</b>")
            for code in found.jurisdictions:
                lines = "".join(f"<li>{escape(line_of(one))}</li>" for one in found.of(kind, code))
                if lines:
                    st.html(f"<div>{escape(jurisdiction(code).name)}<ul>{lines}</ul></div>")
        for remark in found.remarks:
            st.caption(frame.plain(remark))
        st.download_button(
            "Download Excel", lambda: to_xlsx(figures_tables(found)), "values.xlsx", key=f"values-{concept}"
        )


def show_cell(bench: Workbench, cell: Cell, reviewer: str) -> None:
    """Show what one jurisdiction says: state, its best provisions in the original with English under them, or what was searched."""
    st.html(
        f"<div><b>{escape(jurisdiction(cell.jurisdiction).name)}</b></div>"
        f'<div style="border-left: 6px solid {COLOURS[cell.state]}; padding-left: .5em">{cell.words}</div>'
    )
    st.caption(frame.plain(cell.told))
    for level in cell.levels:
        if level.documents or level.provisions or level.said:
            st.caption(frame.plain(f"{level_name(level.jurisdiction)}: {level.words}"))
    for item in cell.provisions[:SHOWN]:
        show_item(bench, cell, item)
    if more := cell.provisions[SHOWN:]:
        with st.expander(f"{len(more)} more"):
            for item in more[:MORE]:
                show_item(bench, cell, item)
            if len(more) > MORE:
                st.caption("All of them are in the Excel file under All concepts.")
    if cell.looks:
        searches(bench, cell)
    if cell.state != "found-confirmed":
        statement_form(bench, cell, reviewer)


def show_item(bench: Workbench, cell: Cell, item: CellItem) -> None:
    """Show a provision of a cell."""
    provision = bench.provision(item.provision_id)
    source = bench.source(item.source_id)
    with st.container(border=True):
        st.html(
            f"<div>{escape(frame.place_of(bench, provision))}</div><div>{frame.badges(source, item.language)}"
            f'<span class="badge">{ITEM_WORDS[item.state]}</span></div>'
            + (f'<div class="quiet">{escape(provision.note)}</div>' if provision.note else "")
        )
        frame.law(short(bench.text(provision)))
        english = next((one for one in bench.counterparts(provision) if one.language == "en"), None)
        if english is not None:
            st.html(f'<div class="quiet">{escape(short(bench.text(english)))} <i>(unofficial translation)</i></div>')
        with st.container(horizontal=True):
            if st.button("Open", key=f"open-{cell.concept}-{item.provision_id}"):
                frame.open_provision(item.provision_id)
            frame.basket_button(bench, item.provision_id, key=f"pin-{cell.concept}-{item.provision_id}")


def short(text: str) -> str:
    """Return the beginning of a provision, without the notes in which a digest says where a fact is from."""
    plain = "\n".join(line for line in NOTE.sub("", text).splitlines() if line.strip())
    return plain if len(plain) <= SNIPPET else plain[:SNIPPET].rsplit(" ", 1)[0] + " …"


def searches(bench: Workbench, cell: Cell) -> None:
    """Show the queries that were run for an empty cell and what they brought."""
    with st.expander(f"What was searched ({len(cell.looks)})"):
        for look in cell.looks:
            st.html(
                f"<div>“{escape(look.text)}” <span class='quiet'>({escape(frame.language_name(look.language))})</span>: "
                f"{escape(LOOK_WORDS[look.state])}, {counted(look.results, 'provision')}</div>"
            )
        there = bench.some_provisions(cell.leads)
        for lead in cell.leads:
            if lead in there and st.button(
                frame.plain(frame.place_of(bench, there[lead])),
                key=f"lead-{cell.concept}-{cell.jurisdiction}-{lead}",
                type="tertiary",
            ):
                frame.open_provision(lead)


def statement_form(bench: Workbench, cell: Cell, reviewer: str) -> None:
    """Let a person sign the silence, say that the concept doesn't apply, or take either back."""
    key = f"{cell.concept}-{cell.jurisdiction}"
    with st.popover(
        "Sign or mark", disabled=not reviewer, help=None if reviewer else "Type your name in the sidebar first."
    ):
        alone = bool(cell.levels) and st.checkbox(f"{level_name(cell.jurisdiction)} only", key=f"alone-{key}")
        here = cell.levels[0] if alone else cell
        note = st.text_input("Reason or note", key=f"note-{key}")
        read = (
            st.checkbox(
                f"I have read what the searches brought ({counted(len(here.leads), 'provision')}); none answers.",
                key=f"read-{key}",
            )
            if here.leads
            else False
        )
        if st.button(
            "Sign: nothing was found",
            key=f"sign-{key}",
            disabled=here.state in FOUND or (bool(here.leads) and not read),
        ):
            with frame.told():
                recorded(
                    cited(
                        silence.sign(
                            bench, reviewer, cell.concept, cell.jurisdiction, alone=alone, leads_read=read, note=note
                        )
                    )
                )
        if st.button("Not applicable", key=f"na-{key}", help="Needs a reason."):
            with frame.told():
                recorded(
                    cited(
                        silence.not_applicable(
                            bench, reviewer, cell.concept, cell.jurisdiction, reason=note, alone=alone
                        )
                    )
                )
        if here.said and st.button("Take mine back", key=f"back-{key}"):
            with frame.told():
                silence.take_back(bench, reviewer, cell.concept, cell.jurisdiction, alone=alone)
                recorded("Taken back.")


def recorded(line: str) -> None:
    """Say what was recorded and show the page anew."""
    st.session_state["recorded"] = line
    st.rerun()
