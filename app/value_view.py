"""The values of a provision, and the checklist of a concept, as two small tables."""

from html import escape

import streamlit as st

import frame
from psimm_docs.records import Provision
from psimm_docs.valued import element_rows, elements_of, rates_of, rates_used, row_of, values_of, without_rate
from psimm_docs.workbench import Workbench

STYLE = """<style>
.values { border-collapse: collapse; width: 100%; font-size: .9rem; }
.values th { text-align: left; font-weight: 600; color: #55606E; }
.values th, .values td { padding: .25em .5em .25em 0; border-bottom: 1px solid #E3E8EE; vertical-align: top; }
</style>"""


def show(bench: Workbench, provision: Provision) -> None:
    """Show the values of a provision and, where it concerns a concept, that concept's checklist."""
    show_values(bench, provision)
    show_elements(bench, provision)


def show_values(bench: Workbench, provision: Provision) -> None:
    """List deadlines, fees, fines and the like with the words they come from."""
    values, known = values_of(bench, provision.id), rates_of(bench)
    if not values:
        st.caption("No deadline, length of time, amount or other value was found in this provision.")
        return
    lines = []
    for value in values:
        row = row_of(bench, value, known)
        more = [f"{row['days']} days" if row["days"] and value.unit != "day" else "", row["in euro"]]
        quiet = "".join(f'<div class="quiet">{escape(one)}</div>' for one in more if one)
        lines.append(
            f"<tr><td>{escape(row['kind'])}</td><td>{escape(row['value'])}{quiet}</td><td>{escape(row['who'])}</td>"
            f'<td>“{escape(row["words"])}”<div class="quiet">{escape(row["bears on"])}</div></td></tr>'
        )
    heads = "<tr><th>What</th><th>Value</th><th>Who</th><th>Words</th></tr>"
    st.html(f'{STYLE}<table class="values">{heads}{"".join(lines)}</table>')
    for line in rates_used(values, known):
        st.caption(frame.plain(f"Rate: {line}"))
    if missing := without_rate(values, known):
        st.caption(f"No rate is set for {', '.join(missing)}, so no euro is shown.")


def show_elements(bench: Workbench, provision: Provision) -> None:
    """Show the checklist of a concept of the provision's article, one to choose where it has several."""
    article = bench.article_of(provision)
    concepts = [tag.concept for tag in bench.suggestions(provision_id=article.id)]
    if not concepts:
        st.caption("No concept is suggested here, so there is no checklist.")
        return
    names = {one: bench.taxonomy.concept(one).label() for one in concepts}
    chosen = st.selectbox("Checklist of", concepts, format_func=names.__getitem__, key="checklist")
    lines = []
    for row in element_rows(bench, elements_of(bench, provision.id, chosen)):
        words = f"“{escape(row['words'])}”" if row["words"] else f'<span class="quiet">{escape(row["state"])}</span>'
        lines.append(
            f"<tr><td>{'✓' if row['words'] else '–'}</td><td>{escape(row['element'])}</td><td>{words}</td></tr>"
        )
    st.html(f'{STYLE}<table class="values">{"".join(lines)}</table>')
