"""Institutions: which authority does what, side by side over the six, with the provisions that say so."""

from html import escape
from urllib.parse import quote

import pandas as pd
import streamlit as st

import frame
from psimm_docs.authorities import Disagreement, Entry, Table, entry_table, register, who_does_what
from psimm_docs.authority_places import Place
from psimm_docs.exports import to_csv, to_xlsx
from psimm_docs.institution_roles import ROLE_WORDS
from psimm_docs.institution_words import institutions
from psimm_docs.institutions import HOW_WORDS
from psimm_docs.jurisdictions import jurisdiction
from psimm_docs.workbench import Workbench

SHOWN = 3
"""Places of one authority that a cell links to."""

NONE = '<span class="none">–</span>'
STYLE = """
<style>
table.who { border-collapse: collapse; width: 100%; table-layout: fixed; font-size: .86rem; }
table.who th, table.who td { border: 1px solid #D5DBE3; padding: .35em .45em; vertical-align: top; overflow-wrap: anywhere; }
table.who th { background: #F3F6F9; text-align: left; font-weight: 600; }
table.who th.role { width: 11%; }
table.who .level { color: #55606E; font-size: .78rem; }
table.who a { font-size: .78rem; margin-right: .4em; }
table.who .one { margin-bottom: .45em; }
table.who .none { color: #7A8594; }
</style>
"""


def link(place: Place, text: str) -> str:
    """Return a link to a place's provision, with what it says of itself."""
    said = f"{place.title}, {place.label}: {place.words} ({HOW_WORDS[place.how]})"
    past = "" if place.standing in ("in-force", "unknown") else f", {place.standing}"
    return (
        f'<a href="provision?id={quote(place.provision_id, safe="")}" target="_self" title="{escape(said)}">'
        f"{escape(text)}{escape(past)}</a>"
    )


def entry_html(entry: Entry, code: str) -> str:
    """Return an authority in a cell: its name, its level where it is another one, its places."""
    level = (
        ""
        if entry.jurisdiction == code
        else f'<div class="level">{escape(jurisdiction(entry.jurisdiction).name)}</div>'
    )
    links = "".join(link(place, str(number)) for number, place in enumerate(entry.places[:SHOWN], 1))
    more = f'<span class="level">+{len(entry.places) - SHOWN}</span>' if len(entry.places) > SHOWN else ""
    quiet = "" if entry.institution else ' class="none"'
    return f'<div class="one"><span{quiet}>{escape(entry.name)}</span>{level}<div>{links}{more}</div></div>'


def show_table(table: Table, codes: list[str]) -> None:
    """Show the roles by jurisdiction; a number leads to the provision."""
    head = "".join(f"<th>{escape(jurisdiction(code).name)}</th>" for code in codes)
    rows = []
    for role, words in ROLE_WORDS.items():
        cells = []
        for code in codes:
            found = table.of(code, role)
            made = "".join(entry_html(one, code) for one in found)
            cells.append(f"<td>{made or NONE}</td>")
        rows.append(f'<tr><th class="role">{escape(words)}</th>{"".join(cells)}</tr>')
    st.html(f'{STYLE}<table class="who"><tr><th class="role"></th>{head}</tr>{"".join(rows)}</table>')
    silent = [code for code in codes if not any(table.of(code, role) for role in ROLE_WORDS)]
    for code in silent:
        st.caption(f"{jurisdiction(code).name}: {table.silence(code)}.".replace("*", "\\*"))


def show_disagreement(bench: Workbench, one: Disagreement, *, key: str) -> None:
    """Show provisions that name different authorities for the same thing, each in its own words."""
    concept = bench.taxonomy.concept(one.concept).label()
    with st.expander(f"{frame.name_of(one.jurisdiction)}, {concept}: {one.told()}".replace("*", "\\*")):
        for entry in one.entries:
            for number, place in enumerate(entry.places):
                source = bench.source(place.source_id)
                provision = bench.provision(place.provision_id)
                st.html(
                    f"<div><b>{escape(entry.name)}</b>, {escape(frame.place_of(bench, provision))}</div>"
                    f"<div>{frame.badges(source, place.language)}</div>"
                )
                text = bench.document(source.id).text
                frame.law(place.clause.of(text), place.clause.start, [place.span])
                if st.button("Open", key=f"open-{key}-{entry.institution}-{number}"):
                    frame.open_provision(place.provision_id)


def show_register(bench: Workbench, codes: list[str]) -> None:
    """Show the authorities that are known, with what they are called and how often the texts name them."""
    st.dataframe(
        pd.DataFrame(
            {
                "Jurisdiction": frame.name_of(institutions()[name].jurisdiction),
                "Authority": institutions()[name].english,
                "Official name": " / ".join(plain_names(name)),
                "Kind": institutions()[name].kind,
                "Mentions": count,
                "Roles found": ", ".join(ROLE_WORDS[role] for role in roles),
                "The name is": "seen in a source" if institutions()[name].basis == "seen" else "from memory",
            }
            for name, count, roles in register(bench, jurisdictions=codes)
        ),
        hide_index=True,
        width="stretch",
    )


def plain_names(name: str) -> list[str]:
    """Return an authority's official names, one a language."""
    held = institutions()[name]
    return list(dict.fromkeys(held.name(language) for language in held.names))


def page() -> None:
    """Show the page."""
    bench = frame.begin(
        "Institutions",
        "Which authority decides, gives an opinion, receives, inspects, fines or hears the appeal, as the provisions name it. "
        "A number opens the provision; +5 says how many more there are.",
    )
    codes = frame.six(key="institutions-six")
    names = {"": "All provisions", **{one.id: one.label() for one in bench.taxonomy.concepts}}
    with frame.told():
        concept = st.selectbox("Provisions on", list(names), format_func=names.__getitem__, key="institutions-concept")
        with st.spinner("Reading who does what; the first time takes a while"):
            table = who_does_what(bench, concept, jurisdictions=codes)
        show_table(table, codes)
        st.subheader("Different authorities for the same thing", anchor=False)
        if table.disagreements:
            st.caption("Two cases, a change over time or a contradiction: read both places.")
        else:
            st.caption("Nothing of the kind among provisions in force that say what they are about.")
        for number, one in enumerate(table.disagreements):
            show_disagreement(bench, one, key=str(number))
        with st.container(horizontal=True):
            made = entry_table(table)
            st.download_button("Download Excel", lambda: to_xlsx([made]), "institutions.xlsx", key="institutions-xlsx")
            st.download_button("Download CSV", to_csv(made), "institutions.csv", key="institutions-csv")
        if st.toggle("All authorities we know", key="institutions-register"):
            show_register(bench, codes)
    frame.footnote(codes)


page()
