"""The review over logs and corpora: final labels, readings, translations, queues, samples; old lines are read as they were."""

import json
import shutil
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from psimm_docs import decisions as d
from psimm_docs import logbook as lb
from psimm_docs import logfiles as lf
from psimm_docs import queues as q
from psimm_docs import readings as r
from psimm_docs import reviewing, sampling
from psimm_docs import samples as s
from psimm_docs.errors import NotFoundError, PsimmError, TamperedError
from psimm_docs.evidence import card, neighbours, place
from psimm_docs.jsonl import dumps
from psimm_docs.merging import merge
from psimm_docs.records import Decision, Reading, Sample
from psimm_docs.reviewers import Reviewer, read_reviewer, write_reviewer
from psimm_docs.workbench import Workbench, open_workbench
from psimm_docs.workspace import init_workspace

START = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)


def made(time: int, **given: Any) -> Decision:
    """Make a decision that is in no file."""
    plain = Decision("ana", (START + timedelta(seconds=time)).isoformat(), "p", "c", "accept", "f1", "t1")
    one = replace(plain, **given)
    return replace(one, hash=lb.entry_hash(asdict(one)))


def state(*decisions: Decision, fingerprint: str = "f1") -> d.State:
    """Fold decisions about one item."""
    return d.fold_state(decisions, {"p": fingerprint})["p", "c"]


# --- lines of older versions


def test_lines_from_before_the_new_fields_are_read_chained_and_merged(tmp_path: Path) -> None:
    space, other = init_workspace(tmp_path / "a"), init_workspace(tmp_path / "b")
    new = ("translated", "way", "settles", "tagger")
    previous, lines = "", []
    for at in range(2):
        fields = asdict(made(at, concept=f"c{at}", previous=previous))
        old = {name: value for name, value in fields.items() if name not in new and name != "hash"}
        old["hash"] = previous = lb.entry_hash(old)
        lines.append(dumps(old))
    path = lf.log_path(space.decisions, "ana")
    path.write_text("\n".join(lines) + "\n", "utf-8")
    held = d.BOOK.read_all(space.decisions)
    assert [(one.translated, one.way, one.settles) for one in held] == [(False, "", ())] * 2
    after = d.append(
        space.decisions,
        reviewer="ana",
        provision_id="p",
        concept="c0",
        verdict="reject",
        fingerprint="f1",
        taxonomy_version="t1",
        translated=True,
        settles=[held[0].hash],
    )
    assert after.previous == held[1].hash
    assert d.BOOK.verify(path) == (*held, after)
    assert path.read_text("utf-8").splitlines()[:2] == lines
    [come] = merge(other, [space.root])
    assert (come.noun, come.new) == ("decision", 3)
    assert d.BOOK.read_all(other.decisions) == [*held, after]


def test_readings_and_samples_come_with_a_merge_and_are_chained(tmp_path: Path) -> None:
    one, other = init_workspace(tmp_path / "a"), init_workspace(tmp_path / "b")
    reading = r.append(
        other.readings,
        reviewer="Ана",
        provision_id="p",
        concepts=["c"],
        refused=["c"],
        fingerprint="f",
        taxonomy_version="t",
    )
    sample = drawn(other.samples, [("p", "c"), ("q", "c")])
    assert sorted(come.noun for come in merge(one, [other.root])) == ["reading", "sample"]
    assert r.BOOK.read_all(one.readings) == [reading]
    assert s.BOOK.read_all(one.samples) == [sample]
    [path] = lf.logs(other.readings)
    path.write_bytes(path.read_bytes().replace(b'"refused":["c"]', b'"refused":[]'))
    with pytest.raises(TamperedError):
        r.BOOK.read_all(other.readings)
    assert (one.root / "annotations/readings/.gitattributes").read_text("utf-8") == "*.jsonl -text -merge\n"


# --- what stands


def test_a_translation_gives_way_to_the_original() -> None:
    weak = made(1, translated=True)
    assert state(weak).translated
    assert d.state_words(state(weak)) == "accepted, from a translation only"
    both = state(weak, made(2, reviewer="bojan", verdict="reject"))
    assert (both.verdict, both.translated, both.by) == ("rejected", False, ("bojan",))
    two = state(weak, made(2, reviewer="bojan", verdict="reject", translated=True))
    assert two.verdict == "disputed"
    stale = state(made(1, fingerprint="f0"), replace(weak, hash="x"))
    assert (stale.verdict, stale.stale, stale.translated) == ("accepted", False, True)


def test_a_final_label_settles_what_it_names_and_no_more() -> None:
    yes, no = made(1), made(2, reviewer="bojan", verdict="reject")
    final = made(3, reviewer="vera", verdict="reject", settles=(yes.hash, no.hash))
    settled = state(yes, no, final)
    assert (settled.verdict, settled.by, settled.final) == ("rejected", ("vera",), final)
    again = state(yes, no, final, made(4))
    assert again.verdict == "disputed"
    agreed = made(3, verdict="reject", settles=(yes.hash, no.hash))
    assert (state(yes, no, agreed).verdict, state(yes, no, agreed).by) == ("rejected", ("ana",))
    undone = made(5, reviewer="vera", verdict="undo", undoes=final.hash)
    assert (state(yes, no, final, undone).verdict, state(yes, no, final, undone).final) == ("disputed", None)
    assert state(yes, no, final, fingerprint="f2").stale


def test_final_labels_and_bulks_are_no_answers_for_agreement() -> None:
    yes, no = made(1), made(2, reviewer="bojan", verdict="reject")
    final = made(3, verdict="reject", settles=(yes.hash, no.hash))
    bulk = made(4, reviewer="vera", way=d.BULK + "x")
    other = made(5, provision_id="q", concept="e")
    assert d.answers([yes, no, final, bulk]) == [{"ana": "accept", "bojan": "reject"}]
    assert len(d.answers([yes, no, final, bulk, other])) == 2


def test_a_reading_is_a_no_with_an_author_until_he_says_otherwise() -> None:
    plain = Reading("ana", made(1).time, "p", ("c", "e"), ("c",), "f1", "t1", hash="h1")
    [no] = r.implied([plain])
    assert (no.reviewer, no.concept, no.verdict, no.way, no.hash) == ("ana", "c", "reject", "read", "h1#c")
    assert state(no).verdict == "rejected"
    assert state(no, made(2)).verdict == "accepted"
    assert state(no, made(2, reviewer="bojan")).verdict == "disputed"
    undo = replace(plain, time=made(3).time, concepts=(), refused=(), undoes="h1", hash="h2")
    assert r.implied([plain, undo]) == []


def test_a_reading_refuses_only_what_was_shown(tmp_path: Path) -> None:
    with pytest.raises(ValueError):
        r.append(
            tmp_path,
            reviewer="a",
            provision_id="p",
            concepts=["c"],
            refused=["e"],
            fingerprint="f",
            taxonomy_version="t",
        )
    assert r.BOOK.read_all(tmp_path) == []


# --- reviewers and queues


def test_languages_are_kept_and_cover_their_scripts(tmp_path: Path) -> None:
    assert read_reviewer(tmp_path, " Ана ") == Reviewer("Ана")
    kept = write_reviewer(tmp_path, "Ана", ["sr", "mk", "sr"])
    assert kept == read_reviewer(tmp_path, "Ана") == Reviewer("Ана", ("mk", "sr"))
    assert [kept.reads(one) for one in ("sr-Cyrl", "sr-Latn", "mk", "sq", "s", "und")] == [
        True,
        True,
        True,
        False,
        False,
        True,
    ]
    assert read_reviewer(tmp_path, "Ana").languages == ()


def item(name: str, score: float = 0.5, **given: Any) -> q.Item:
    """Make an item without answers."""
    return replace(q.Item(name, "c", score, "RS", "sr", "f1"), **given)


def with_answers(name: str, *decisions: Decision, **given: Any) -> q.Item:
    """Make an item about which people have said this."""
    said = [replace(one, provision_id=name) for one in decisions]
    return item(name, state=d.fold_state(said, {name: "f1"})[name, "c"], **given)


def names(items: list[q.Item]) -> list[str]:
    return [one.provision_id for one in items]


def test_queues_hold_and_order_what_they_say() -> None:
    items = [
        item("sure", 0.95),
        item("half", 0.52, concept="a", jurisdiction="AL"),
        item("low", 0.2),
        with_answers("done", made(1)),
        with_answers("mine", made(1, reviewer="me")),
        with_answers("old", made(1, fingerprint="f0"), score=0.7),
        with_answers("torn", made(1), made(2, reviewer="bojan", verdict="reject")),
        with_answers("skipped", made(1, reviewer="me", verdict="skip"), score=0.5),
    ]
    waiting = {"sure", "half", "low", "old", "skipped"}

    def ask(queue: str) -> list[str]:
        return names(q.in_queue(items, queue, "me", concepts=["c", "a"], jurisdictions=["AL", "RS"]))

    assert ask("uncertain") == ["half", "old", "low", "sure", "skipped"]
    assert ask("strongest") == ["sure", "old", "half", "low", "skipped"]
    assert ask("concept") == ["sure", "old", "low", "half", "skipped"]
    assert ask("jurisdiction") == ["half", "sure", "old", "low", "skipped"]
    assert ask("document") == ["sure", "half", "low", "old", "skipped"]
    assert ask("stale")[0] == "old"
    assert set(ask("stale")) == waiting
    assert ask("second") == ["done", "torn"]
    assert ask("disagreement") == ["torn"]
    assert q.QUEUES["second"].blind
    assert q.in_queue([with_answers("at once", made(1, way="bulk:m"))], "second", "me") == []


def test_a_changed_concept_comes_back_and_nobody_is_asked_twice() -> None:
    answered = with_answers("p", made(1, reviewer="me"))
    assert q.in_queue([answered], "stale", "me") == []
    changed = replace(answered, reworded=True)
    assert changed.again
    assert names(q.in_queue([changed], "stale", "me")) == ["p"]
    assert q.in_queue([changed], "second", "bojan") == []
    assert q.in_queue([with_answers("p", made(1, reviewer="me"))], "second", "me") == []


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["me", "ana"]), st.sampled_from(["accept", "reject", "skip"]), st.sampled_from(["f1", "f0"])
        ),
        max_size=4,
    ),
    st.sampled_from(list(q.QUEUES)),
)
def test_no_queue_but_the_disagreements_asks_what_one_has_answered(
    said: list[tuple[str, str, str]], queue: str
) -> None:
    decisions = [
        made(at, reviewer=who, verdict=verdict, fingerprint=print_) for at, (who, verdict, print_) in enumerate(said)
    ]
    one = with_answers("p", *decisions) if decisions else item("p")
    mine = [decision for decision in decisions if decision.reviewer == "me"]
    if mine and mine[-1].verdict in d.OPINIONS and mine[-1].fingerprint == "f1" and queue != "disagreement":
        assert q.in_queue([one], queue, "me") == []


# --- samples


def drawn(folder: Path, population: list[tuple[str, str]], **given: Any) -> Sample:
    """Draw a sample with what a test doesn't care about filled in."""
    plain: dict[str, Any] = {
        "reviewer": "ana",
        "kind": "missed",
        "concept": "c",
        "size": 5,
        "seed": 1,
        "about": "test",
        "threshold": 0.2,
        "taxonomy_version": "t",
    }
    return s.draw(folder, population=population, **(plain | given))


def test_wilson_of_published_examples() -> None:
    # Newcombe 1998, table I, method 3: 81 of 263, 15 of 148, 0 of 20, 1 of 29
    for hits, tries, low, high in (
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ):
        assert s.wilson(hits, tries) == pytest.approx((low, high), abs=5e-5)
    assert s.wilson(20, 20)[1] == 1.0
    assert s.wilson(0, 0) == (0.0, 1.0)
    with pytest.raises(ValueError):
        s.wilson(2, 1)


@given(st.integers(1, 300), st.data())
def test_wilson_holds_the_share_and_mirrors(tries: int, data: st.DataObject) -> None:
    hits = data.draw(st.integers(0, tries))
    low, high = s.wilson(hits, tries)
    assert 0 <= low <= hits / tries <= high <= 1
    assert s.wilson(tries - hits, tries) == pytest.approx((1 - high, 1 - low))


def test_a_sample_is_drawn_once_and_whatever_the_order(tmp_path: Path) -> None:
    population = [(f"p{at}", "c") for at in range(40)]
    one = drawn(tmp_path, population)
    other = drawn(tmp_path / "b", population[::-1])
    assert one.drawn == other.drawn
    assert (len(one.drawn), one.population, len(set(one.drawn))) == (5, 40, 5)
    assert drawn(tmp_path, population, seed=2).drawn != one.drawn
    assert len(drawn(tmp_path, population, size=99).drawn) == 40
    with pytest.raises(PsimmError, match="nothing to draw"):
        drawn(tmp_path, [])


def test_an_elusion_test_says_what_it_estimates(tmp_path: Path) -> None:
    sample = drawn(tmp_path, [(f"p{at}", "c") for at in range(1000)], size=100)
    answers = dict.fromkeys(sample.drawn, False)
    none = s.outcome(sample, answers, found=50)
    assert (none.answered, none.hits, none.done) == (100, 0, True)
    assert none.high == pytest.approx(0.0370, abs=1e-4)
    assert none.missed_high == pytest.approx(37.0 / 87.0, abs=1e-3)
    assert "at most 42.5 % of the provisions on this concept were missed" in none.told
    answers[sample.drawn[0]] = True
    some = s.outcome(sample, answers, found=50)
    assert some.hits == 1
    assert 0 < some.missed_low < some.missed_high
    assert "no share of all can be given" in s.outcome(sample, answers).told
    assert s.outcome(sample, {}).told.startswith("Nothing read yet of 100")


def test_the_interval_holds_the_truth_about_as_often_as_it_says(tmp_path: Path) -> None:
    population = [(f"p{at}", "c") for at in range(400)]
    hidden = set(population[::20])
    held = 0
    for seed in range(200):
        sample = drawn(tmp_path / str(seed), population, size=80, seed=seed)
        low, high = s.wilson(len(hidden & set(sample.drawn)), 80)
        held += low <= 0.05 <= high
    assert held >= 188


# --- over the shipped corpus


@pytest.fixture
def bench(shipped: Path, tmp_path: Path) -> Workbench:
    folder = tmp_path / "space"
    shutil.copytree(shipped, folder)
    return open_workbench(folder)


def test_answers_of_those_who_read_a_translation_are_weaker(bench: Workbench) -> None:
    tag = next(one for one in bench.tags() if bench.provision(one.provision_id).language == "mk")
    reviewing.keep_languages(bench, "Ana", ["sr", "en"])
    assert reviewing.decide(bench, "Ana", tag.provision_id, tag.concept, "accept").translated
    assert bench.states()[tag.provision_id, tag.concept].translated
    assert not reviewing.decide(bench, "Unasked", tag.provision_id, tag.concept, "accept").translated
    english = next(one for one in bench.tags() if bench.source(one.provision_id.partition("#")[0]).translation)
    assert reviewing.decide(bench, "Ana", english.provision_id, english.concept, "reject").translated
    mine = reviewing.items(bench, bench.states(), languages=reviewing.reviewer(bench, "Ana"))
    assert {one.language for one in mine} == {"sr-Cyrl", "sr-Latn", "en"}
    assert all(
        not one.translation
        for one in map(
            bench.source, {one.provision_id.partition("#")[0] for one in reviewing.items(bench, {}, translations=False)}
        )
    )


def test_a_reading_takes_the_rest_for_a_no_and_is_undone_like_any_answer(bench: Workbench) -> None:
    counts: dict[str, list[str]] = {}
    for tag in bench.tags():
        counts.setdefault(tag.provision_id, []).append(tag.concept)
    provision, concepts = next((one, some) for one, some in counts.items() if len(some) >= 3)
    reviewing.decide(bench, "Ana", provision, concepts[0], "accept")
    reviewing.decide(bench, "Ana", provision, concepts[1], "skip")
    reading = reviewing.mark_read(bench, "Ana", provision, concepts)
    assert reading.refused == tuple(concepts[2:])
    states = bench.states()
    assert [states[provision, one].verdict for one in concepts[:3]] == ["accepted", "open", "rejected"]
    assert states[provision, concepts[2]].by == ("Ana",)
    undone = reviewing.undo(bench, "Ana")
    assert isinstance(undone, Reading)
    assert (provision, concepts[2]) not in bench.states()
    assert isinstance(reviewing.undo(bench, "Ana"), Decision)
    assert bench.states()[provision, concepts[0]].verdict == "accepted"
    reviewing.undo(bench, "Ana")
    with pytest.raises(NotFoundError):
        reviewing.undo(bench, "Ana")


def test_a_disagreement_is_settled_once_with_its_provenance(bench: Workbench) -> None:
    tag = bench.tags()[0]
    key = (tag.provision_id, tag.concept)
    with pytest.raises(PsimmError, match="don't disagree"):
        reviewing.settle(bench, "Vera", key, "accept")
    yes = reviewing.decide(bench, "Ana", *key, "accept")
    reading = reviewing.mark_read(bench, "Bojan", key[0], [key[1]])
    assert bench.states()[key].verdict == "disputed"
    final = reviewing.settle(bench, "Vera", key, "accept", note="definition")
    assert final.settles == (yes.hash, f"{reading.hash}#{key[1]}")
    assert (bench.states()[key].verdict, bench.states()[key].final) == ("accepted", final)


def test_a_card_shows_the_nearest_answers_in_other_languages_and_none_on_the_same_place(bench: Workbench) -> None:
    by_language: dict[str, list[str]] = {}
    concept = "work-permit" if "work-permit" in bench.taxonomy.by_id else bench.tags()[0].concept
    for tag in bench.tags():
        if tag.concept == concept:
            by_language.setdefault(bench.provision(tag.provision_id).language, []).append(tag.provision_id)
    languages = sorted(by_language, key=lambda one: -len(by_language[one]))[:4]
    asked = by_language[languages[0]][0]
    for at, language in enumerate(languages):
        for one in by_language[language][:4]:
            reviewing.decide(bench, "Ana", one, concept, "reject" if at == 1 else "accept")
    for one in bench.counterparts(bench.provision(asked)):
        reviewing.decide(bench, "Ana", one.id, concept, "accept")
    shown = card(bench, (asked, concept), bench.states())
    assert shown.tag is not None
    assert shown.votes
    assert all(span.of(bench.document(shown.source.id).text) for span in shown.evidence)
    near = [*shown.confirmed, *shown.rejected]
    assert 2 <= len(near) <= 4
    assert len(shown.rejected) in (1, 2)
    for one in near:
        assert one.provision.language != shown.provision.language
        assert place(bench, one.provision.id) != place(bench, asked)
        assert -1 <= one.likeness <= 1.001
    likeness = [one.likeness for one in neighbours(bench, shown.provision, concept, bench.states()) if one.accepted]
    assert likeness == sorted(likeness, reverse=True)


def test_a_bulk_is_marked_sampled_audited_and_taken_back(bench: Workbench) -> None:
    keys = [(one.provision_id, one.concept) for one in bench.tags()[:30]]
    sample, count = sampling.decide_all(bench, "Ana", keys, "accept", about="the first thirty")
    assert (count, len(sample.drawn), sample.population) == (30, sampling.BULK_SAMPLE, 30)
    assert {one.way for one in bench.decisions()} == {f"bulk:{sample.mark}"}
    [before] = sampling.outcomes(bench)
    assert before.answered == 0
    wait = sampling.waiting(bench, sample, "Bojan")
    assert wait == list(sample.drawn)
    for at, key in enumerate(wait[:4]):
        sampling.answer(bench, "Bojan", sample, key, "reject" if at == 0 else "accept")
    sampling.answer(bench, "Ana", sample, wait[4], "accept")
    [after] = sampling.outcomes(bench)
    assert (after.answered, after.hits) == (5, 1)
    assert len(sampling.waiting(bench, sample, "Bojan")) == 15
    assert sampling.take_back_all(bench, "Ana", sample.mark) == 29
    assert sampling.take_back_all(bench, "Bojan", sample.mark) == 0
    assert len([one for one in bench.states().values() if one.verdict == "accepted"]) == 4
    with pytest.raises(PsimmError):
        sampling.decide_all(bench, "Ana", [], "accept", about="none")


def test_a_bulk_on_a_full_disk_answers_nothing_and_its_sample_says_so(
    bench: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = lb.append_bytes

    def full(path: Path, data: bytes) -> None:
        if path.parent == bench.workspace.decisions:
            raise OSError(28, "No space left on device")
        real(path, data)

    keys = [(one.provision_id, one.concept) for one in bench.tags()[:5]]
    with monkeypatch.context() as patched:
        patched.setattr(lb, "append_bytes", full)
        with pytest.raises(PsimmError, match=r"NOT recorded.*No space"):
            sampling.decide_all(bench, "Ana", keys, "reject", about="five")
    assert bench.decisions() == []
    [drawn] = sampling.samples(bench)
    reviewing.decide(bench, "Bojan", *keys[0], "accept")
    assert sampling.waiting(bench, drawn, "Bojan") == []
    assert "None of these decisions stands" in sampling.outcomes(bench)[0].told


def test_the_audit_of_a_bulk_counts_only_who_read_an_item_by_itself_after_it(bench: Workbench) -> None:
    keys = [(one.provision_id, one.concept) for one in bench.tags()[:20]]
    reviewing.decide(bench, "Bojan", *keys[0], "reject")
    sample, _ = sampling.decide_all(bench, "Ana", [*keys, keys[0]], "accept", about="twenty")
    sampling.decide_all(bench, "Cene", keys, "reject", about="the same twenty")

    def told() -> tuple[int, int, int]:
        [one] = [one for one in sampling.outcomes(bench) if one.sample.mark == sample.mark]
        return one.answered, one.hits, one.sample.population

    assert told() == (0, 0, 20)
    sampling.answer(bench, "Bojan", sample, keys[0], "reject")
    sampling.answer(bench, "Dana", sample, keys[1], "accept")
    assert told() == (2, 1, 20)
    sampling.take_back_all(bench, "Ana", sample.mark)
    assert told() == (0, 0, 0)


def test_what_is_not_held_any_more_blocks_no_audit_and_no_page(bench: Workbench) -> None:
    gone = bench.tags()[0].concept
    provision = bench.tags()[0].provision_id
    sample, _ = sampling.decide_all(
        bench,
        "Ana",
        [(one.provision_id, one.concept) for one in bench.tags() if one.concept == gone][:5],
        "accept",
        about="five",
    )
    assert len(sampling.waiting(bench, sample, "Bojan")) == 5
    path = bench.workspace.taxonomy / "concepts.jsonl"
    lines = path.read_text("utf-8").split("\n")
    path.write_text("\n".join(line for line in lines if f'"id": "{gone}"' not in line and f'"id":"{gone}"' not in line))
    later = open_workbench(bench.workspace.root)
    assert gone not in later.taxonomy.by_id
    assert sampling.waiting(later, sample, "Bojan") == []
    assert all(one.concept != gone for one in later.suggestions(provision_id=provision))
    assert len(later.decisions()) == 5


def test_an_answer_after_a_reading_counts_though_the_clock_was_set_back(
    bench: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    tag = bench.tags()[0]

    class Back(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> datetime:
            return datetime(2020, 1, 1, tzinfo=tz)

    reviewing.mark_read(bench, "Ana", tag.provision_id, [tag.concept])
    monkeypatch.setattr(reviewing, "datetime", Back)
    monkeypatch.setattr(lb, "datetime", Back)
    accepted = reviewing.decide(bench, "Ana", tag.provision_id, tag.concept, "accept")
    assert bench.states()[tag.provision_id, tag.concept].verdict == "accepted"
    taken = reviewing.undo(bench, "Ana")
    assert isinstance(taken, Decision)
    assert taken.undoes == accepted.hash
    assert bench.states()[tag.provision_id, tag.concept].verdict == "rejected"


def test_what_the_threshold_hid_is_drawn_once_a_place_and_never_from_what_was_suggested(bench: Workbench) -> None:
    concept = bench.tags()[0].concept
    reviewing.keep_languages(bench, "Ana", ["sr-Cyrl", "mk"])
    sample = sampling.draw_missed(bench, "Ana", concept, size=40, seed=3)
    suggested = {sampling.place_of(bench, one.provision_id) for one in bench.tags() if one.concept == concept}
    places = [sampling.place_of(bench, one) for one, _ in sample.drawn]
    assert len(set(places)) == len(places) == 40
    assert not suggested & set(places)
    assert all(not bench.source(one.partition("#")[0]).translation for one, _ in sample.drawn)
    only = sampling.draw_missed(bench, "Ana", concept, size=10, seed=3, jurisdictions=["BA"])
    assert only.population < sample.population
    assert {one[:2] for one, _ in only.drawn} == {"ba"}
    hit = sample.drawn[0]
    for key in sample.drawn:
        sampling.answer(bench, "Ana", sample, key, "accept" if key == hit else "reject")
    for tag in [one for one in bench.tags() if one.concept == concept][:3]:
        reviewing.decide(bench, "Ana", tag.provision_id, concept, "accept")
    found = next(one for one in sampling.outcomes(bench) if one.sample == sample)
    assert (found.answered, found.hits, found.done) == (40, 1, True)
    assert 1 <= found.found <= 3
    assert "at most" in found.told
    assert {one.way for one in bench.decisions() if (one.provision_id, one.concept) == hit} == {f"sample:{sample.mark}"}


def test_the_logs_of_the_workspace_stay_json_lines(bench: Workbench) -> None:
    reviewing.mark_read(bench, "<b>Ана</b>", bench.tags()[0].provision_id, [bench.tags()[0].concept], note="=1+1")
    [line] = [line for path in lf.logs(bench.workspace.readings) for line in path.read_text("utf-8").splitlines()]
    assert json.loads(line)["note"] == "=1+1"
