"""The app: its pages over one workbench, and a page for one provision. It asks and shows; what is true is decided in the library."""

import streamlit as st

st.set_page_config(page_title="psimm_docs", layout="wide", initial_sidebar_state="expanded")

PAGES = {
    "": [
        st.Page("views/search.py", title="Search", url_path="start", default=True),
        st.Page("views/corpus.py", title="Corpus", url_path="corpus"),
        st.Page("views/provision.py", title="Provision", url_path="provision", visibility="hidden"),
        st.Page("views/search.py", title="Search", url_path="search", visibility="hidden"),
    ],
    "Comparison": [
        st.Page("views/compare.py", title="Compare", url_path="compare"),
        st.Page("views/institutions.py", title="Institutions", url_path="institutions"),
        st.Page("views/procedures.py", title="Procedures", url_path="procedures"),
    ],
    "Reviewing": [
        st.Page("views/review.py", title="Review", url_path="review"),
        st.Page("views/adjudicate.py", title="Disagreements", url_path="disagreements"),
        st.Page("views/audit.py", title="Audit", url_path="audit"),
        st.Page("views/progress.py", title="Progress", url_path="progress"),
    ],
    "Writing": [
        st.Page("views/cite.py", title="Cite", url_path="cite"),
        st.Page("views/papers.py", title="Papers", url_path="papers"),
    ],
}
"""In the order of a day's work. The first page is at the app's own address; /search leads there too, for addresses that name it."""

st.navigation(PAGES, position="top").run()
