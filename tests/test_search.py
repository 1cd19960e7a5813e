"""The search: what is found in either script, filters, orders, and an honest "not found"."""

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from psimm_docs import search as module
from psimm_docs.errors import PsimmError
from psimm_docs.index import Index
from psimm_docs.index_view import Row
from psimm_docs.lexical import folded_words
from psimm_docs.records import Chunk, Span, Tag
from psimm_docs.search import (
    FOUND_COSINE,
    WEAK_COSINE,
    WEIGHTS,
    Answer,
    Filters,
    Found,
    Weights,
    in_turn,
    search,
    why,
)
from test_index import DIMENSIONS, opened, source, vector

LAWS: dict[str, tuple[dict[str, Any], dict[str, str]]] = {
    "rs/aliens/1.sr-Cyrl": (
        {"jurisdiction": "RS", "language": "sr-Cyrl", "work_id": "rs/aliens", "type": "law", "status": "official"},
        {
            "art_1__para_1": "Странац подноси захтев за дозволу за рад.",
            "art_1__para_2": "Захтев садржи личне податке и доказ о смештају.",
            "art_2": "Такса за визу плаћа се унапред.",
        },
    ),
    "rs/aliens/1.en": (
        {"jurisdiction": "RS", "language": "en", "work_id": "rs/aliens", "type": "law", "translation": True},
        {
            "art_1__para_1": "A foreigner files an application for a work permit.",
            "art_2": "The visa fee is paid in advance.",
        },
    ),
    "me/aliens/1": (
        {"jurisdiction": "ME", "language": "cnr", "work_id": "me/aliens", "type": "law", "status": "unofficial"},
        {"art_5": "Zahtjev za dozvolu za rad podnosi poslodavac.", "art_6": "Stranac prijavljuje boravište."},
    ),
    "ba-01/rulebook/1": (
        {"jurisdiction": "BA-01", "language": "bs", "work_id": "ba-01/rulebook", "type": "by-law"},
        {"art_3": "Zahtjev za radnu dozvolu rješava se u roku od 30 dana."},
    ),
    "al/aliens/1": (
        {"jurisdiction": "AL", "language": "sq", "work_id": "al/aliens", "type": "law"},
        {"art_9": "I huaji paraqet kërkesë për leje pune.", "annex_1": "Tarifa e vizës."},
    ),
}


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    with opened(tmp_path_factory.mktemp("index")) as made:
        for source_id, (facts, texts) in LAWS.items():
            rows, at = [], 40
            for eid, text in texts.items():
                provision = f"{source_id}#{eid}"
                span = Span(at, at + len(text))
                rows.append(
                    Row(Chunk(f"{provision}/0", source_id, provision, span, "", facts["language"]), text, eid, "", 2)
                )
                at += len(text) + 2
            made.replace(source(source_id, **facts), rows, np.stack([vector(row.text) for row in rows]), "1")
        made.commit()
        yield made


def ask(index: Index, query: str, *, meaning: bool = True, **options: Any) -> Answer:
    return search(index, query, vector(query) if meaning else None, **options)


def ids(answer: Answer) -> list[str]:
    return [hit.provision_id for hit in answer.hits]


@given(st.text(st.characters(exclude_categories=()), max_size=60), st.sampled_from(["mixed", "grouped", "round-robin"]))
def test_any_text_may_be_asked(index: Index, query: str, mode: Any) -> None:
    if not folded_words(query):
        with pytest.raises(PsimmError, match="type a word"):
            search(index, query, None, mode=mode)
        return
    answer = ask(index, query, mode=mode)
    assert (answer.state == "not-found") == (not answer.hits)
    assert answer.explanation
    assert len(set(ids(answer))) == len(answer.hits)
    for hit in answer.hits:
        assert 0 <= hit.score <= 1
        assert all(hit.span.holds(span) for span in hit.highlights)
        assert LAWS[hit.source_id][1][hit.provision_id.partition("#")[2]] == hit.text


@pytest.mark.parametrize("query", ["stranac", "странац", "STRANCA", "странцима"])
def test_either_script_finds_either_script(index: Index, query: str) -> None:
    answer = ask(index, query, meaning=False)
    assert set(ids(answer)) == {"rs/aliens/1.sr-Cyrl#art_1__para_1", "me/aliens/1#art_6"}
    letters = {
        hit.source_id: [hit.text[s.start - hit.span.start : s.end - hit.span.start] for s in hit.highlights]
        for hit in answer.hits
    }
    assert letters == {"rs/aliens/1.sr-Cyrl": ["Странац"], "me/aliens/1": ["Stranac"]}


def test_ekavian_finds_ijekavian(index: Index) -> None:
    found = {one.partition("#")[0] for one in ids(ask(index, "zahtev", meaning=False))}
    assert found == {"rs/aliens/1.sr-Cyrl", "me/aliens/1", "ba-01/rulebook/1"}


def test_a_prefix_finds_words_that_begin_so(index: Index) -> None:
    assert ids(ask(index, "boraviš*", meaning=False)) == ["me/aliens/1#art_6"]


def test_a_quoted_phrase_has_to_be_there(index: Index) -> None:
    assert ids(ask(index, '"radnu dozvolu"')) == ["ba-01/rulebook/1#art_3"]
    answer = ask(index, '"dozvolu radnu"')
    assert answer.state == "not-found"
    assert "word for word" in answer.explanation
    assert answer.searched == 10


def test_both_scores_are_kept_and_the_reason_is_plain(index: Index) -> None:
    [hit, *_] = ask(index, "taksa za vizu").hits
    assert hit.provision_id == "rs/aliens/1.sr-Cyrl#art_2"
    assert (hit.lexical_rank, hit.vector_rank) == (1, 1)
    assert hit.lexical_score > 0
    assert hit.vector_score > FOUND_COSINE
    assert hit.score == pytest.approx((hit.vector_score + WEIGHTS.words) / (1 + WEIGHTS.words + WEIGHTS.concepts))
    assert why(hit) == "matches the words taksa, vizu; close in meaning"
    assert hit.page == 2


def test_reasons_without_words_or_meaning(index: Index) -> None:
    [hit, *_] = ask(index, "taksa").hits
    assert why(replace(hit, matched=(), vector_rank=3, vector_score=WEAK_COSINE)).startswith("loosely close in meaning")
    assert "language version" in why(replace(hit, matched=(), vector_rank=0))


@pytest.mark.parametrize(
    ("filters", "sources"),
    [
        (Filters(jurisdictions=frozenset({"BA"})), {"ba-01/rulebook/1"}),
        (Filters(jurisdictions=frozenset({"rs", "ME"})), {"rs/aliens/1.sr-Cyrl", "rs/aliens/1.en", "me/aliens/1"}),
        (Filters(languages=frozenset({"sr"})), {"rs/aliens/1.sr-Cyrl"}),
        (Filters(types=frozenset({"by-law"})), {"ba-01/rulebook/1"}),
        (Filters(statuses=frozenset({"official", "unofficial"})), {"rs/aliens/1.sr-Cyrl", "me/aliens/1"}),
        (Filters(works=frozenset({"rs/aliens"})), {"rs/aliens/1.sr-Cyrl", "rs/aliens/1.en"}),
        (Filters(sources=frozenset({"al/aliens/1"})), {"al/aliens/1"}),
        (Filters(translations=False), set(LAWS) - {"rs/aliens/1.en"}),
        (Filters(provision_ids=frozenset({"rs/aliens/1.sr-Cyrl#art_1"})), {"rs/aliens/1.sr-Cyrl"}),
        (Filters(provision_ids=frozenset()), set()),
    ],
)
@pytest.mark.parametrize("mode", ["mixed", "grouped", "round-robin"])
def test_every_hit_obeys_the_filters(index: Index, filters: Filters, sources: set[str], mode: Any) -> None:
    everything = "zahtjev kërkesë application dozvola leje permit taksa visa stranac"
    answer = ask(index, everything, filters=filters, mode=mode, limit=50)
    assert {hit.source_id for hit in answer.hits} <= sources
    assert answer.documents == len(sources)
    assert set(answer.jurisdictions) == {LAWS[one][0]["jurisdiction"] for one in sources}
    if not sources:
        assert (answer.state, answer.searched) == ("not-found", 0)
        assert "Nothing was searched" in answer.explanation


def test_a_provision_filter_takes_in_what_lies_below_and_not_its_neighbours(index: Index) -> None:
    one = Filters(provision_ids=frozenset({"rs/aliens/1.sr-Cyrl#art_1"}))
    assert ask(index, "zahtev", filters=one).searched == 2


def test_an_unknown_jurisdiction_is_named(index: Index) -> None:
    with pytest.raises(PsimmError, match="ZZ"):
        ask(index, "visa", filters=Filters(jurisdictions=frozenset({"ZZ"})))


def test_a_limit_is_a_limit(index: Index) -> None:
    whole = ids(ask(index, "zahtjev za dozvolu", limit=50))
    assert ids(ask(index, "zahtjev za dozvolu", limit=2)) == whole[:2]
    with pytest.raises(ValueError, match="limit"):
        ask(index, "visa", limit=0)


def test_the_same_question_has_the_same_answer(index: Index) -> None:
    assert ask(index, "zahtjev za dozvolu") == ask(index, "zahtjev za dozvolu")


def test_round_robin_gives_each_jurisdiction_its_best_in_turn(index: Index) -> None:
    answer = ask(index, "zahtjev zahtev dozvolu", mode="round-robin", limit=50)
    states = [hit.jurisdiction.partition("-")[0] for hit in answer.hits]
    there = list(dict.fromkeys(states))
    assert states[: len(there)] == there
    for state in there:
        one = ask(index, "zahtjev zahtev dozvolu", filters=Filters(jurisdictions=frozenset({state})), limit=50)
        assert [hit for hit in ids(answer) if hit in ids(one)] == ids(one)


def test_turns_are_taken_in_the_order_of_the_best() -> None:
    def part(place: str, *scores: float) -> Found:
        [model] = [hit_named(place)]
        return Found(
            tuple(replace(model, chunk_id=f"{place}{at}", score=s) for at, s in enumerate(scores)), 0.9, 1.0, 1
        )

    found = in_turn([part("AL", 0.4, 0.3), part("RS", 0.9, 0.8, 0.7), part("ME")], 4)
    assert [hit.chunk_id for hit in found.hits] == ["RS0", "AL0", "RS1", "AL1"]


def hit_named(place: str) -> Any:
    from psimm_docs.records import Hit

    return Hit(place, place, place, Span(0, 1), "", "", "", "", "", place, "en", "", "", 0, 0.0)


def test_grouped_keeps_an_article_together_and_pairs_languages(index: Index) -> None:
    answer = ask(index, "zahtev za dozvolu za rad", mode="grouped", limit=20)
    order = ids(answer)
    at = order.index("rs/aliens/1.sr-Cyrl#art_1__para_1")
    assert order[at + 1] == "rs/aliens/1.en#art_1__para_1"
    assert order[at + 2] == "rs/aliens/1.sr-Cyrl#art_1__para_2"


def test_grouped_pairs_nothing_that_the_filters_leave_out(index: Index) -> None:
    answer = ask(index, "zahtev za dozvolu za rad", mode="grouped", filters=Filters(translations=False))
    assert not [one for one in ids(answer) if one.startswith("rs/aliens/1.en")]


@pytest.mark.parametrize("mode", ["mixed", "grouped", "round-robin"])
def test_what_is_not_there_is_not_found(index: Index, mode: Any) -> None:
    answer = ask(index, "zxqv wvutq", mode=mode)
    assert (answer.state, answer.hits) == ("not-found", ())
    assert answer.searched == 10
    assert answer.documents == 5
    assert "Not found in 10 passages of 5 documents" in answer.explanation


def test_a_part_of_the_words_is_weak_and_says_so(index: Index) -> None:
    answer = ask(index, "tarifa zxqv", meaning=False)
    assert answer.state == "weak"
    assert "1 of 2 words" in answer.explanation
    assert ask(index, "tarifa zxqv wvutq", meaning=False).state == "not-found"


def test_an_empty_index_says_so(tmp_path: Path) -> None:
    with opened(tmp_path) as empty:
        answer = search(empty, "visa", vector("visa"))
    assert (answer.state, answer.searched, answer.jurisdictions) == ("not-found", 0, ())
    assert "psimm-docs build" in answer.explanation


def test_a_vector_of_zeros_leaves_its_leg_out(index: Index) -> None:
    answer = search(index, "taksa", np.zeros((1, DIMENSIONS), np.float32))
    assert ids(answer) == ["rs/aliens/1.sr-Cyrl#art_2"]
    assert answer.hits[0].vector_rank == 0
    assert answer.hits[0].score == pytest.approx(WEIGHTS.words / (WEIGHTS.words + WEIGHTS.concepts))


def test_meaning_alone_finds_without_a_word(index: Index) -> None:
    answer = search(index, "qqqq", vector("taksa vizu placa unapred"))
    assert ids(answer)[0] == "rs/aliens/1.sr-Cyrl#art_2"
    assert answer.hits[0].matched == ()
    assert answer.state == "found"


def test_a_pasted_text_is_cut_and_said(index: Index) -> None:
    assert "Only the first 64 words" in ask(index, " ".join(f"zahtev{n}" for n in range(90)) + " zahtev").explanation


def test_loading_the_module_loads_no_heavy_library() -> None:
    code = "import sys, psimm_docs.search; print([m for m in ('numpy', 'faiss', 'torch') if m in sys.modules])"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"


def test_thresholds_are_in_order() -> None:
    assert 0 < module.WEAK_COSINE < module.FOUND_COSINE < 1
    assert 0 < module.WEAK_COVERAGE < module.FOUND_COVERAGE <= 1


def tagged(folder: Path) -> Index:
    """Return an index of three articles, two of them tagged."""
    made = opened(folder)
    texts = ("Taksa se placa.", "Vozilo se registruje.", "Ulica se cisti.")
    rows, at, tags = [], 0, []
    for number, text in enumerate(texts, 1):
        provision = f"rs/law/1#art_{number}"
        chunk = Chunk(
            f"{provision}__para_1", "rs/law/1", f"{provision}__para_1", Span(at, at + len(text)), "", "sr-Latn"
        )
        rows.append(Row(chunk, text))
        at += len(text)
        if number < 3:
            tags.append(Tag(provision, "fees", 0.9 - number / 10, (), (), "1", "1", ""))
    made.replace(source("rs/law/1"), rows, np.stack([vector(row.text) for row in rows]), "1", tags=tags)
    made.commit()
    return made


def test_what_a_provision_concerns_finds_it_without_its_words(tmp_path: Path) -> None:
    with tagged(tmp_path) as index:
        answer = search(index, "lemon", vector("lemon"), concepts=[("fees", 0.9), ("quota", 0.1)])
        assert ids(answer) == ["rs/law/1#art_1__para_1", "rs/law/1#art_2__para_1"]
        assert [round(hit.concept_score, 2) for hit in answer.hits] == [0.72, 0.63]
        assert answer.state == "weak"
        assert answer.concepts == (("fees", 0.9), ("quota", 0.1))
        assert search(index, "lemon", vector("lemon")).state == "not-found"


def test_what_people_decided_counts_more_than_the_tagger(tmp_path: Path) -> None:
    with tagged(tmp_path) as index:
        decided = {"rs/law/1#art_1": {"fees": False}, "rs/law/1#art_3": {"fees": True}}
        answer = search(index, "lemon", vector("lemon"), concepts=[("fees", 1.0)], decided=decided)
        assert ids(answer) == ["rs/law/1#art_3__para_1", "rs/law/1#art_2__para_1"]
        assert answer.hits[0].concept_score == 1.0


def test_an_article_comes_once_and_grouped_with_all_its_passages(index: Index) -> None:
    mixed = ask(
        index, "zahtjev za dozvolu lični podaci smještaj", filters=Filters(sources=frozenset(["rs/aliens/1.sr-Cyrl"]))
    )
    assert len({one.partition("__")[0] for one in ids(mixed)}) == len(mixed.hits)
    grouped = ask(index, "zahtev dozvola lični podaci smeštaj", mode="grouped", limit=20)
    assert {"rs/aliens/1.sr-Cyrl#art_1__para_1", "rs/aliens/1.sr-Cyrl#art_1__para_2"} <= set(ids(grouped))


def test_a_leg_of_weight_zero_is_not_asked(index: Index) -> None:
    words = ask(index, "taksa za vizu", weights=Weights(0, 0, 1))
    assert words.hits
    assert not any(hit.vector_rank for hit in words.hits)
    meaning = ask(index, "taksa za vizu", weights=Weights(1, 0, 0))
    assert meaning.hits
    assert not any(hit.lexical_rank for hit in meaning.hits)
