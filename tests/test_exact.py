"""Exact parts of a query: what is one, what matches it and what doesn't, and in which order provisions carry them."""

from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from psimm_docs.errors import PsimmError
from psimm_docs.exact import MACROS, levels, units
from psimm_docs.fold import fold
from psimm_docs.index import Index
from psimm_docs.index_view import Row
from psimm_docs.lexical import highlights, parse_query
from psimm_docs.records import Chunk, Span
from psimm_docs.search import search
from test_index import opened, source, vector


@pytest.mark.parametrize(
    ("query", "parts", "terms"),
    [
        ("član 43", ("član 43",), ()),
        ("taksa iz člana 43. stav 2", ("člana 43. stav 2",), ("taksa",)),
        ("neni 12/1", ("neni 12/1",), ()),
        ("член 28-а престој", ("член 28-а",), ("престој",)),
        ("Art. 43(2) fee", ("Art. 43(2)",), ("fee",)),
        ("zakon 24/2018", ("24/2018",), ("zakon",)),
        ("rok 15 dana", ("15 dana",), ("rok",)),
        ("fine of 1,000 euros", ("1,000 euros",), ("fine",)),
        ("član 43 i član 43", ("član 43",), ()),
        ("član stav dana", (), ("član", "stav", "dana")),
        ("vrijednost 43", (), ("vrijednost", "43")),
        ('"član 43" taksa', (), ("taksa",)),
        ("15 dan*", (), ("15", "dan*")),
    ],
)
def test_parts_of_a_query(query: str, parts: tuple[str, ...], terms: tuple[str, ...]) -> None:
    parsed = parse_query(query)
    assert tuple(one.typed for one in parsed.exacts) == parts
    assert tuple(one.typed for one in parsed.terms) == terms


YES = [
    ("član 43", "Prema članu 43. ovog zakona"),
    ("clan 43", "ЧЛАН 43"),
    ("член 28-а", "од членот 28а на законот"),
    ("neni 12/1", "sipas nenit 12/1 të ligjit"),
    ("Art. 43", "neni 43"),
    ("Art. 43(2)", "član 43. stav 2"),
    ("čl. 43 st. 2", "члана 43. (2)"),
    ("15 dana", "rok je 15 (petnaest) dana"),
    ("15 dana", "петнаест (15) дана"),
    ("15 days", "brenda 15 ditëve"),
    ("1000 eura", "kazna od 1.000 eura"),
    ("24/2018", "„Sl. glasnik“, br. 24 / 2018"),
    ("62/23-a 24/2018", "br. 24/2018"),
]
NO = [
    ("član 43", "član 43a"),
    ("član 43", "član 43-а"),
    ("član 43", "član 43/1"),
    ("član 43", "član 430"),
    ("član 43", "stav 43"),
    ("član 43", "neni 43"),
    ("član 43a", "član 43"),
    ("Art. 43(2)", "Article 43 (3)"),
    ("Art. 43(2)", "Article 43"),
    ("15 dana", "115 dana"),
    ("15 dana", "15 radnih dana"),
    ("15 dana", "2.15 dana"),
    ("15 dana", "15 mjeseci"),
    ("1 year", "1) vit"),
    ("24/2018", "124/2018"),
    ("24/2018", "24/20181"),
    ("24/2018", "24 2018"),
]


@pytest.mark.parametrize(("query", "text"), YES)
def test_what_matches(query: str, text: str) -> None:
    assert any(one.mentioned(text) for one in parse_query(query).exacts)
    assert highlights(parse_query(query), text, 0)


@pytest.mark.parametrize(("query", "text"), NO)
def test_what_does_not(query: str, text: str) -> None:
    [part] = parse_query(query).exacts
    assert not part.mentioned(text)


WORDS = sorted({word for held in (*levels().values(), *units().values()) for some in held.values() for word in some})
PIECES = st.lists(
    st.sampled_from([*WORDS, "12", "1", "2018", "a", "lj", "/", "-", ".", "(", ")", " ", " "]), max_size=14
)


@given(PIECES.map("".join) | PIECES.map(" ".join))
def test_a_part_matches_what_was_typed(text: str) -> None:
    try:
        parsed = parse_query(text)
    except PsimmError:
        return
    assert all(one.mentioned(one.typed) for one in parsed.exacts)


def test_the_words_are_folded_and_known_in_every_language() -> None:
    assert set(levels()["article"]) == set(MACROS)
    assert all(fold(word) == word for word in WORDS)


TEXTS = {
    "hbs/1": {
        "art_43__para_1": ("Član 43", "(1) Stranac plaća taksu."),
        "art_43__para_2": ("Član 43", "(2) Taksa se plaća u roku od 15 dana."),
        "art_44": ("Član 44", "Taksa iz člana 43. stav 2 vraća se stranci koji je plaća."),
        "art_45": ("Član 45", "Taksa iz člana 43a plaća se za 115 dana."),
        "art_43a": ("Član 43a", "Taksa, stranac, plaća: taksa stranca."),
    },
    "sq/1": {"art_43": ("Neni 43", "I huaji paguan taksë brenda 15 ditëve.")},
}


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    with opened(tmp_path_factory.mktemp("exact")) as made:
        for source_id, texts in TEXTS.items():
            language = "bs" if source_id == "hbs/1" else "sq"
            rows = []
            for eid, (label, text) in texts.items():
                provision = f"{source_id}#{eid}"
                chunk = Chunk(provision, source_id, provision, Span(0, len(text)), f"Zakon › {label}", language)
                rows.append(Row(chunk, text, label))
            about = source(source_id, language=language, jurisdiction="BA" if language == "bs" else "AL")
            made.replace(about, rows, np.stack([vector(row.text) for row in rows]), "1")
        made.commit()
        yield made


def carried(index: Index, query: str) -> list[tuple[str, tuple[str, ...]]]:
    hits = search(index, query, vector(query)).hits
    return [(hit.provision_id.partition("#")[2], hit.exact) for hit in hits]


def test_an_article_stands_before_what_mentions_it(index: Index) -> None:
    found = carried(index, "član 43")
    assert found[0][0] in ("art_43__para_1", "art_43__para_2")
    assert found[1:] == [("art_44", ("has član 43",))]
    assert found[0][1] == ("is član 43",)


def test_a_paragraph_asked_for_is_that_paragraph(index: Index) -> None:
    found = carried(index, "Art. 43(2)")
    assert found[0] == ("art_43__para_2", ("is Art. 43(2)",))
    assert dict(found) == {
        "art_43__para_2": ("is Art. 43(2)",),
        "art_43": ("is the article of Art. 43(2)",),
        "art_44": ("has Art. 43(2)",),
    }


def test_other_words_find_others_after_those(index: Index) -> None:
    found = carried(index, "taksa stranca član 43")
    assert found[0][0] in ("art_43__para_1", "art_43__para_2")
    assert found[1][0] == "art_44"
    assert {"art_43a", "art_45"} <= {eid for eid, exact in found[2:] if not exact}


def test_scores_fall_and_stay_within_one(index: Index) -> None:
    scores = [hit.score for hit in search(index, "taksa 15 dana član 43", vector("taksa")).hits]
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= score <= 1 for score in scores)


def test_a_number_that_is_not_there_is_not_found(index: Index) -> None:
    answer = search(index, "24/2018", vector("24/2018"))
    assert answer.state == "not-found"
    assert "No passage has exactly: 24/2018." in answer.explanation
    assert "No passage has exactly: 24/2018." in search(index, "taksa 24/2018", None).explanation


def test_words_are_the_original_letters(index: Index) -> None:
    [hit, *_] = search(index, "15 days", None).hits
    assert hit.words == ("15 dana",) or hit.words == ("15 ditëve",)
