"""Procedures: the steps to a work or single permit in each jurisdiction, drawn as lanes that can be compared."""

from collections.abc import Sequence
from html import escape
from urllib.parse import quote

import streamlit as st

import frame
from psimm_docs.exports import to_csv, to_xlsx
from psimm_docs.jurisdictions import jurisdiction
from psimm_docs.procedures import NO_BASIS, PACKAGED, STAGES, Found, StepView, lanes, procedure, step_table

STYLE = """
<style>
.lanes { display: grid; gap: .35rem; font-size: .82rem; line-height: 1.35; }
.lanes .stage { grid-column: 1 / -1; background: #1F4E79; color: #fff; padding: .2em .6em; font-weight: 600; border-radius: 3px; }
.lanes .cell { border: 1px solid #D5DBE3; border-radius: 3px; padding: .35em .5em; overflow-wrap: anywhere; }
.lanes .cell.empty { background: #F7F8FA; color: #7A8594; }
.lanes .where { color: #55606E; font-size: .72rem; text-transform: uppercase; letter-spacing: .03em; }
.lanes .step + .step { border-top: 1px dashed #C9CED6; margin-top: .45em; padding-top: .45em; }
.lanes .label { color: #55606E; }
.lanes .doubt { color: #7A4B00; }
.lanes a { white-space: nowrap; }
</style>
"""


def basis_html(one: Found, words: str) -> str:
    """Return a basis as a link to its provision; as plain words where the text isn't held."""
    if not one.provision_id:
        return f'<span title="{escape(one.told)}">{escape(words)} (text not held)</span>'
    said = one.told + (" (digest; not the official text)" if one.digest else "")
    address = f"provision?id={quote(one.provision_id, safe='')}"
    return f'<a href="{address}" target="_self" title="{escape(said)}">{escape(words)}</a>'


def bases_html(bases: Sequence[Found]) -> str:
    """Return what a step rests on, act by act: its articles, and by a number what stands in it without a verified article."""
    acts: dict[str, dict[str, Found]] = {}
    for one in bases:
        acts.setdefault(one.title, {}).setdefault(one.provision_id or one.told, one)
    made = []
    for title, held in acts.items():
        some = list(held.values())
        bare = [one for one in some if not one.basis.article]
        links = [basis_html(one, f"Art. {one.basis.article}") for one in some if one.basis.article]
        links += [basis_html(one, f"passage {place}") for place, one in enumerate(bare, 1)]
        made.append(f"{escape(title)}: {', '.join(links)}")
    return "; ".join(made) or f'<span class="doubt">{NO_BASIS}</span>'


def step_html(view: StepView, code: str) -> str:
    """Return a step as it stands in a lane; what the facts don't say is left out."""
    step = view.step
    level = (
        "" if step.jurisdiction == code else f'<div class="where">{escape(jurisdiction(step.jurisdiction).name)}</div>'
    )
    lines = [
        f'<div><span class="label">{label}:</span> {escape(text)}</div>'
        for label, text in (
            ("Who", step.actor),
            ("Authority", view.beside),
            ("Documents", ", ".join(step.documents)),
            ("Deadline", step.deadline),
            ("Fee", step.fee),
            ("Note", step.note),
            ("Source", "" if view.bases else step.source),
        )
        if text
    ]
    basis = bases_html(view.bases)
    doubt = f'<div class="doubt">Doubt: {escape(step.doubt)}</div>' if step.doubt else ""
    own = "" if view.file == PACKAGED else f'<div class="where">from {escape(view.file)}</div>'
    return (
        f'<div class="step">{level}<div><b>{step.order}. {escape(step.title)}</b></div>{"".join(lines)}'
        f'<div><span class="label">Basis:</span> {basis}</div>{doubt}{own}</div>'
    )


def show_lanes(views: list[StepView], codes: list[str]) -> None:
    """Show a row a stage and a column a jurisdiction."""
    cells = []
    for stage, held in lanes(views).items():
        cells.append(f'<div class="stage">{escape(STAGES[stage])}</div>')
        for code in codes:
            name = f'<div class="where">{escape(jurisdiction(code).name)}</div>'
            made = "".join(step_html(one, code) for one in held.get(code, ()))
            if made:
                cells.append(f'<div class="cell">{name}{made}</div>')
            else:
                cells.append(f'<div class="cell empty">{name}no step in the facts</div>')
    columns = f"grid-template-columns: repeat({len(codes)}, minmax(0, 1fr));"
    st.html(f'{STYLE}<div class="lanes" style="{columns}">{"".join(cells)}</div>')


def page() -> None:
    """Show the page."""
    bench = frame.begin(
        "Procedures",
        "The steps to a work or single permit, as far as the facts go. The number is the step's place in its own jurisdiction; "
        "a basis opens the provision (a passage: no article is verified for it). Nearly all bases are digests: leads, and no text of law.",
    )
    codes = frame.six(key="procedures-six")
    with frame.told():
        views = procedure(bench, jurisdictions=codes)
        show_lanes(views, codes)
        with st.container(horizontal=True):
            made = step_table(views)
            st.download_button("Download Excel", lambda: to_xlsx([made]), "procedure.xlsx", key="procedure-xlsx")
            st.download_button("Download CSV", to_csv(made), "procedure.csv", key="procedure-csv")
        st.caption(
            "Your own steps: put files with one step a line into corpus/procedures of the workspace (see the README)."
        )
    frame.footnote(codes)


page()
