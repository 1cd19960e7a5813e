"""The grid's states, the silence of each cell, language versions as one item, and the levels of Bosnia and Herzegovina."""

from dataclasses import dataclass, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from psimm_docs.compare import CELL_WORDS, ITEM_WORDS, Cell, Grid, Standing, grid, silences
from psimm_docs.errors import PsimmError
from psimm_docs.jurisdictions import KOSOVO_NOTE
from psimm_docs.records import Concept, Provision, Source, Span, Tag

CONCEPT = Concept("quota", "s1", {"en": ("quota",), "sr-Cyrl": ("квота",), "sq": ("kuotë",), "mk": ("квота",)}, {}, "d")


@dataclass(frozen=True)
class Said:
    verdict: str
    stale: bool = False
    translated: bool = False


def source(code: str, language: str, *, translation: bool = False, status: str = "official", work: str = "w") -> Source:
    return Source(
        f"{code.lower()}/{work}/1.{language}",
        "p",
        "x",
        1,
        "text/plain",
        code,
        "t",
        work_id=f"{code.lower()}/{work}",
        language=language,
        status=status,  # type: ignore[arg-type]
        translation=translation,
    )


def provision(held: Source, eid: str = "art_1") -> Provision:
    return Provision(
        f"{held.id}#{eid}",
        held.id,
        eid,
        "article",
        "1",
        "h",
        "L " + eid,
        Span(0, 1),
        "",
        0,
        0,
        True,
        held.language,
        "f",
    )


def tag(one: Provision, score: float = 0.5, concept: str = "quota") -> Tag:
    return Tag(one.id, concept, score, (), (), "v", "v", "f")


def make(
    sources: list[Source],
    tags: list[Tag] = [],  # noqa: B006
    states: dict[tuple[str, str], Standing] | None = None,
    *,
    provisions: list[Provision] | None = None,
    searched: set[str] | None = None,
) -> Grid:
    found = (
        provisions if provisions is not None else [provision(one, f"art_{at}") for one in sources for at in range(1, 9)]
    )
    return grid(
        [CONCEPT],
        sources=sources,
        searched={one.id for one in sources} if searched is None else searched,
        provisions={one.id: one for one in found},
        tags=tags,
        states=states or {},
        date="2026-11-25",
    )


def cell(made: Grid, code: str = "RS") -> Cell:
    return made.cell("quota", code)


RS = source("RS", "sr-Cyrl")
ARTICLE = provision(RS)
KEY = (ARTICLE.id, "quota")


@pytest.mark.parametrize(
    ("tags", "states", "state", "item"),
    [
        ([tag(ARTICLE)], {}, "found-unreviewed", "unreviewed"),
        ([tag(ARTICLE)], {KEY: Said("open")}, "found-unreviewed", "unreviewed"),
        ([tag(ARTICLE)], {KEY: Said("accepted")}, "found-confirmed", "confirmed"),
        ([], {KEY: Said("accepted")}, "found-confirmed", "confirmed"),
        ([tag(ARTICLE)], {KEY: Said("accepted", stale=True)}, "found-unreviewed", "stale"),
        ([tag(ARTICLE)], {KEY: Said("rejected", stale=True)}, "found-unreviewed", "stale"),
        ([tag(ARTICLE)], {KEY: Said("disputed")}, "found-unreviewed", "disputed"),
        ([tag(ARTICLE)], {KEY: Said("rejected")}, "rejected", ""),
        ([], {KEY: Said("open")}, "not-found", ""),
        ([], {}, "not-found", ""),
        ([tag(ARTICLE, concept="other")], {(ARTICLE.id, "other"): Said("accepted")}, "not-found", ""),
    ],
)
def test_the_states_of_a_cell(tags: list[Tag], states: dict[tuple[str, str], Standing], state: str, item: str) -> None:
    one = cell(make([RS], tags, states))
    assert one.state == state
    assert [each.state for each in one.provisions] == ([item] if item else [])
    assert len(one.rejected) == (state == "rejected")
    assert one.words == CELL_WORDS[one.state]
    assert one.told


def test_what_was_confirmed_from_a_translation_only_says_so() -> None:
    weak = Said("accepted", translated=True)
    one = cell(make([RS], [tag(ARTICLE)], {KEY: weak}))
    assert one.state == "found-confirmed"
    assert one.words == "found, confirmed (from a translation only)"
    assert one.told == "Confirmed: 1 (1 of the confirmed from a translation only)."
    other = provision(RS, "art_2")
    both = cell(make([RS], [tag(ARTICLE), tag(other)], {KEY: weak, (other.id, "quota"): Said("accepted")}))
    assert both.words == "found, confirmed"
    assert both.told == "Confirmed: 2 (1 of the confirmed from a translation only)."
    latin = source("RS", "sr-Latn")
    versions = {KEY: weak, (provision(latin).id, "quota"): Said("accepted")}
    joined = cell(make([RS, latin], [tag(ARTICLE), tag(provision(latin))], versions))
    assert (joined.words, len(joined.provisions)) == ("found, confirmed", 1)


def test_each_silence_says_what_it_is() -> None:
    made = make([RS, source("MK", "mk", status="digest"), source("AL", "sq")], searched={RS.id, "mk/w/1.mk"})
    assert [one.state for one in made.cells] == [
        "not-read",
        "not-held",
        "not-held",
        "not-held",
        "not-found",
        "not-found",
    ]
    assert cell(made).told == "Searched 1 document of Serbia on 2026-11-25: not found."
    assert cell(made).queries == ("quota", "квота")
    assert "says nothing about the law" in cell(made, "MK").told
    assert "not read yet" in cell(made, "AL").told
    assert "No text of Montenegro" in cell(made, "ME").told
    assert len(silences(made)) == 6
    assert made.notes == (KOSOVO_NOTE,)


def test_language_versions_are_one_item_shown_in_a_language_of_record() -> None:
    english = source("RS", "en", translation=True)
    there = provision(english)
    both = [tag(ARTICLE, 0.3), tag(there, 0.9)]
    (one,) = cell(make([english, RS], both)).provisions
    assert (one.provision_id, one.versions, one.score, one.translation) == (ARTICLE.id, (there.id,), 0.9, False)
    confirmed = cell(make([english, RS], both, {(there.id, "quota"): Said("accepted")}))
    assert confirmed.state == "found-confirmed"
    assert confirmed.provisions[0].decided == (there.id,)
    refused = cell(make([english, RS], both, {(there.id, "quota"): Said("rejected")}))
    assert refused.state == "found-unreviewed"
    in_original = cell(make([english, RS], both, {KEY: Said("rejected")}))
    assert in_original.state == "rejected"
    at_odds = cell(make([english, RS], both, {KEY: Said("accepted"), (there.id, "quota"): Said("rejected")}))
    assert [item.state for item in at_odds.provisions] == ["disputed"]
    for one, other in ((KEY, (there.id, "quota")), ((there.id, "quota"), KEY)):
        split = cell(make([english, RS], both, {one: Said("accepted"), other: Said("disputed")}))
        assert [item.state for item in split.provisions] == ["disputed"]


def test_the_best_come_first() -> None:
    english = source("RS", "en", translation=True, work="other")
    tags = [tag(provision(RS, f"art_{at}"), score) for at, score in ((1, 0.2), (2, 0.9), (3, 0.4))]
    tags.append(tag(provision(english), 1.0))
    states = {(provision(RS, "art_1").id, "quota"): Said("accepted")}
    found = cell(make([RS, english], tags, states)).provisions
    assert [one.provision_id.partition("#")[2] for one in found] == ["art_1", "art_2", "art_3", "art_1"]
    assert found[-1].translation


def test_bosnia_and_herzegovina_shows_its_levels() -> None:
    federation, canton = source("BA-BIH", "bs"), source("BA-03", "bs")
    one = cell(make([federation, canton], [tag(provision(canton))]), "BA")
    assert one.state == "found-unreviewed"
    assert one.documents == 2
    assert [(level.jurisdiction, level.state) for level in one.levels] == [
        ("BA", "not-held"),
        ("BA-BIH", "not-found"),
        ("BA-SRP", "not-held"),
        ("BA-BRC", "not-held"),
        ("BA-03", "found-unreviewed"),
    ]
    assert cell(make([federation]), "RS").levels == ()


def test_a_decision_on_what_is_gone_is_shown_as_stale() -> None:
    gone = cell(make([RS], [], {("rs/w/1.sr-Cyrl#art_99", "quota"): Said("accepted")}))
    assert [(one.label, one.state) for one in gone.provisions] == [("art_99", "stale")]
    lost = cell(make([], [], {("me/old/1#art_5", "quota"): Said("accepted")}), "ME")
    assert (lost.state, len(lost.provisions)) == ("found-unreviewed", 1)


def test_unknown_columns_are_refused() -> None:
    with pytest.raises(PsimmError):
        grid([CONCEPT], sources=[], searched=(), provisions={}, tags=[], states={}, date="d", jurisdictions=["RZ"])
    with pytest.raises(KeyError):
        make([]).cell("quota", "HR")


CODES = ["RS", "BA", "BA-BIH", "BA-SRP", "MK", "XK"]


@given(
    st.lists(st.tuples(st.sampled_from(CODES), st.sampled_from(["sr-Cyrl", "en"]), st.integers(1, 4), st.floats(0, 1))),
    st.lists(st.sampled_from(["accepted", "rejected", "disputed", "open", ""]), min_size=8, max_size=8),
    st.booleans(),
)
def test_nothing_that_was_found_or_decided_is_lost(
    found: list[tuple[str, str, int, float]], verdicts: list[str], stale: bool
) -> None:
    sources = {(code, language): source(code, language, translation=language == "en") for code, language, _, _ in found}
    tags = {
        (code, language, at): tag(provision(sources[code, language], f"art_{at}"), score)
        for code, language, at, score in found
    }
    states: dict[tuple[str, str], Standing] = {
        (one.provision_id, "quota"): Said(verdict, stale)
        for one, verdict in zip(tags.values(), verdicts, strict=False)
        if verdict
    }
    made = make(list(sources.values()), list(tags.values()), states)
    shown = {
        each
        for one in made.cells
        for item in (*one.provisions, *one.rejected)
        for each in (item.provision_id, *item.versions)
    }
    assert shown == {one.provision_id for one in tags.values()}
    for one in made.cells:
        assert (one.state == "found-confirmed") == any(item.state == "confirmed" for item in one.provisions)
        assert all(item.state in ITEM_WORDS for item in one.provisions)
        if one.levels:
            assert sum(len(level.provisions) for level in one.levels) == len(one.provisions)
            assert sum(level.documents for level in one.levels) == one.documents
    again = make(list(sources.values())[::-1], list(tags.values())[::-1], states)
    assert again == replace(made)
