"""Learning from people's answers: which way scores move, what is held out, and that nothing is used that nobody adopted."""

import json
import shutil
from collections.abc import Sequence
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from typer.testing import CliRunner, Result

from psimm_docs import adapting, adopted, answered, measures, relearning, reviewing
from psimm_docs.cli import app
from psimm_docs.decisions import BULK
from psimm_docs.doctor import tagger as doctor_of_tagger
from psimm_docs.errors import PsimmError
from psimm_docs.evaluate.tagging import calibration_error
from psimm_docs.pipeline import build
from psimm_docs.progress import progress
from psimm_docs.records import Tag
from psimm_docs.tagging import open_tagger
from psimm_docs.workbench import Workbench, open_workbench
from psimm_docs.workspace import open_workspace

WANTED, UNWANTED = "work-permit", "quota"


@pytest.fixture
def bench(shipped: Path, tmp_path: Path) -> Workbench:
    return open_workbench(shutil.copytree(shipped, tmp_path / "space"))


def run(bench: Workbench, *arguments: str) -> Result:
    return CliRunner().invoke(app, ["tagger", *arguments, "-w", str(bench.workspace.root)])


def answer(bench: Workbench, tags: Sequence[Tag], **given: str) -> None:
    """Answer suggestions as a reviewer would who finds all of one concept right and all of another wrong."""
    for tag in tags:
        reviewing.decide(
            bench, "Ana", tag.provision_id, tag.concept, "accept" if tag.concept == WANTED else "reject", **given
        )


def tags_of(bench: Workbench) -> list[Tag]:
    return [tag for tag in bench.tags() if tag.concept in (WANTED, UNWANTED)]


@pytest.fixture
def reviewed(bench: Workbench) -> Workbench:
    answer(bench, tags_of(bench))
    return bench


def held(bench: Workbench, tag: Tag) -> bool:
    return answered.home_of(bench, tag.provision_id)[1]


# --- the steps' own sums


def made(number: int, *, seed: int = 1, dimensions: int = 6) -> adapting.Examples:
    """Make answers that follow the score, all the more strongly, and one concept that is always less often right."""
    draw = np.random.default_rng(seed)
    vectors = draw.normal(size=(number, dimensions))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    columns, logits = draw.integers(0, 2, number), draw.normal(size=number)
    truth = 2 * logits + np.where(columns == 0, 2.0, -2.0) + 3 * vectors[:, 0]
    right = (draw.random(number) < 1 / (1 + np.exp(-truth))).astype(float)
    return adapting.Examples(
        ("a", "b"), columns, logits, vectors, right, np.ones(number), draw.integers(0, adapting.FOLDS, number)
    )


def test_the_maximum_is_one() -> None:
    examples = made(60)
    learned = adapting.fit(examples, 1.0)

    def loss(one: adapting.Learned) -> float:
        prior = (
            ((one.slope - 1) / adapting.SLOPE) ** 2
            + (one.constant / adapting.CONSTANT) ** 2
            + float((one.offsets**2).sum())
            + float((one.shared**2).sum() + (one.rows**2).sum()) / adapting.ROWS**2
        )
        return 60 * adapting.log_loss(adapting.corrected(one, examples), examples.right, examples.weights) + prior / 2

    least = loss(learned)
    moved = [replace(learned, slope=learned.slope + way) for way in (-0.01, 0.01)]
    moved += [replace(learned, constant=learned.constant + way) for way in (-0.01, 0.01)]
    for name in ("offsets", "shared", "rows"):
        numbers = getattr(learned, name)
        for at in np.ndindex(numbers.shape):
            for way in (-0.01, 0.01):
                other = numbers.copy()
                other[at] += way
                moved.append(replace(learned, **{name: other}))
    assert all(loss(one) > least for one in moved)


def test_what_was_learned_is_what_made_the_answers() -> None:
    learned, strength = adapting.learn(made(2000))
    assert strength >= 1
    assert learned.slope == pytest.approx(2, abs=0.3)
    assert learned.offsets[0] - learned.offsets[1] == pytest.approx(4, abs=1)
    assert learned.rows[:, 0] + learned.shared[0] == pytest.approx(3, abs=1)


def test_few_answers_move_little_and_noise_moves_no_concept() -> None:
    one = made(3)
    few = adapting.fit(replace(one, weights=np.full(3, 1e-3)), 1.0)
    assert abs(few.slope - 1) < 0.01
    assert float(np.abs(few.rows).max()) < 0.01
    draw = np.random.default_rng(3)
    noise = replace(made(400), right=(draw.random(400) < 0.5).astype(float))
    learned, strength = adapting.learn(noise)
    assert strength <= 0.3
    assert float(np.abs(learned.offsets).max()) < 0.5


def test_the_same_answers_give_the_same_bytes() -> None:
    assert adopted.data_of(adapting.learn(made(80))[0]) == adopted.data_of(adapting.learn(made(80))[0])


def test_figures_are_those_of_plain_counting() -> None:
    draw = np.random.default_rng(5)
    scores, right = draw.random(200).tolist(), (draw.random(200) < 0.6).tolist()
    groups = [f"g{at // 3}" for at in range(200)]
    sums = measures.sums_of(scores, right, groups, 0.5)
    given = [one >= 0.5 for one in scores]
    hits = sum(a and b for a, b in zip(given, right, strict=True))
    assert measures.once(measures.precision, sums) == pytest.approx(hits / sum(given))
    assert measures.once(measures.recall, sums) == pytest.approx(hits / sum(right))
    assert measures.once(measures.micro_f1, sums) == pytest.approx(2 * hits / (sum(given) + sum(right)))
    plain = calibration_error(list(zip(scores, right, strict=True)))
    assert measures.once(measures.calibration_error, sums) == pytest.approx(plain, abs=1e-6)
    better = measures.sums_of([0.9 if one else 0.1 for one in right], right, groups, 0.5)
    low, high = measures.interval_of_change(measures.micro_f1, sums, better)
    assert 0 < low < measures.once(measures.micro_f1, better) - measures.once(measures.micro_f1, sums) < high
    assert measures.interval_of_change(measures.log_loss, sums, sums) == (0, 0)


# --- what is learned from


def test_an_unanswered_corpus_is_refused(bench: Workbench) -> None:
    assert run(bench, "learn").exception is not None
    with pytest.raises(PsimmError, match=r"^0 answers; 40 are needed"):
        relearning.lesson(bench)


def test_too_few_answers_are_refused_in_plain_words(bench: Workbench) -> None:
    answer(bench, tags_of(bench)[:12])
    with pytest.raises(PsimmError, match=r"^12 answers; 40 are needed"):
        relearning.lesson(bench)


def test_answers_all_alike_or_with_none_held_out_are_refused(bench: Workbench) -> None:
    tags = [tag for tag in bench.tags() if tag.concept == WANTED]
    assert len(tags) >= relearning.FEWEST
    answer(bench, tags)
    with pytest.raises(PsimmError, match='are "yes"; both are needed'):
        relearning.lesson(bench)
    for tag in tags:
        if held(bench, tag):
            reviewing.decide(bench, "Ana", tag.provision_id, tag.concept, "skip")
    answer(bench, [tag for tag in bench.tags() if tag.concept == UNWANTED and not held(bench, tag)])
    with pytest.raises(PsimmError, match=r"^0 of the .* only measures; 5 are needed"):
        relearning.lesson(bench)


def test_what_an_answer_counts(bench: Workbench) -> None:
    own = [tag for tag in tags_of(bench) if not bench.source(tag.provision_id.partition("#")[0]).translation]
    one, two, three, four, five = own[:5]
    reviewing.decide(bench, "Ana", one.provision_id, one.concept, "accept")
    reviewing.decide(bench, "Ana", two.provision_id, two.concept, "accept", way=BULK + "x")
    reviewing.keep_languages(bench, "Bojan", ["mk" if bench.provision(three.provision_id).language == "en" else "en"])
    reviewing.decide(bench, "Bojan", three.provision_id, three.concept, "reject")
    reviewing.decide(bench, "Ana", four.provision_id, four.concept, "accept")
    reviewing.decide(bench, "Vera", four.provision_id, four.concept, "reject")
    reviewing.mark_read(bench, "Ana", five.provision_id, [five.concept])
    found = answered.answers(bench, open_tagger(bench.taxonomy, bench.encoder))
    counted = {(one.provision_id, one.concept): (one.right, one.weight, one.single) for one in found.asked}
    assert counted == {
        (one.provision_id, one.concept): (1, 1, True),
        (two.provision_id, two.concept): (1, answered.AT_ONCE, False),
        (three.provision_id, three.concept): (0, answered.TRANSLATED, True),
        (five.provision_id, five.concept): (0, 1, True),
    }
    assert found.left == {"open or disputed": 1, "too short to be judged": 0}


def test_scores_are_those_that_the_tagger_gave_and_the_rest_is_held_to_them(reviewed: Workbench) -> None:
    found = answered.answers(reviewed, open_tagger(reviewed.taxonomy, reviewed.encoder))
    built = {(tag.provision_id, tag.concept): tag.score for tag in reviewed.tags()}
    assert {(one.provision_id, one.concept): one.score for one in found.asked} == {
        (tag.provision_id, tag.concept): built[tag.provision_id, tag.concept] for tag in tags_of(reviewed)
    }
    assert found.unasked
    least = reviewed.workspace.settings.tag.threshold
    assert all(one.right == one.score < least and not one.held for one in found.unasked)
    assert not {(one.provision_id, one.concept) for one in found.unasked} & {
        (one.provision_id, one.concept) for one in found.asked
    }


def test_a_yes_on_a_part_is_one_on_its_article_and_a_no_is_none(bench: Workbench) -> None:
    parts = [
        (part, article)
        for name in bench.sources
        for part in bench.built_provisions(name)
        if part.depth and part.kind != "article" and (article := bench.article_of(part)).kind == "article"
    ]
    (part, article), (other, _) = parts[0], next(one for one in parts if one[1].id != parts[0][1].id)
    reviewing.decide(bench, "Ana", part.id, WANTED, "accept")
    reviewing.decide(bench, "Ana", other.id, WANTED, "reject")
    found = answered.answers(bench, open_tagger(bench.taxonomy, bench.encoder))
    assert [(one.provision_id, one.right) for one in found.asked] == [(article.id, 1)]
    assert found.left["on a part that is not judged by itself"] == 1


def test_language_versions_are_held_out_together(bench: Workbench) -> None:
    parts: dict[tuple[str, str], set[bool]] = {}
    for source in bench.sources.values():
        for one in bench.built_provisions(source.id):
            if one.kind == "article":
                parts.setdefault((source.work_id, one.eid), set()).add(answered.home_of(bench, one.id)[1])
    assert all(len(one) == 1 for one in parts.values())
    share = sum(map(any, parts.values())) / len(parts)
    assert 0.1 < share < 0.3


def test_nothing_that_is_held_out_is_learned_from(reviewed: Workbench) -> None:
    before = relearning.lesson(reviewed)
    for tag in tags_of(reviewed):
        if held(reviewed, tag):
            reviewing.decide(
                reviewed, "Ana", tag.provision_id, tag.concept, "reject" if tag.concept == WANTED else "accept"
            )
    after = relearning.lesson(reviewed)
    assert before.card.held_out >= relearning.FEWEST_HELD
    assert after.card.sha256 == before.card.sha256
    assert after.card.gain != before.card.gain
    assert not before.worse
    assert after.worse, "the answers held out now say the opposite"


# --- adopted and forgotten


def test_learning_moves_scores_the_right_way_and_only_when_adopted(reviewed: Workbench) -> None:
    bench, root = reviewed, reviewed.workspace.root
    before = {(tag.provision_id, tag.concept): tag for tag in bench.tags()}
    told = run(bench, "learn")
    assert told.exit_code == 0, told.output
    assert "Not adopted. To adopt it: psimm-docs tagger learn --adopt" in told.output
    assert "micro F1 from 0.5" in told.output
    assert not bench.workspace.tagger.exists()
    assert build(open_workspace(root)).worked == 0

    told = run(bench, "learn", "--adopt", "--preview")
    assert "Adopted as learned-" in told.output
    assert "suggestions instead of" in told.output
    assert "psimm-docs build makes them again" in run(bench, "status").output
    with pytest.raises(PsimmError, match="run psimm-docs build first"):
        relearning.lesson(open_workbench(root))

    assert build(open_workspace(root)).worked == len(bench.sources)
    bench = open_workbench(root)
    after = {(tag.provision_id, tag.concept): tag for tag in bench.tags()}
    unseen = [tag for tag in before.values() if held(bench, tag)]

    def mean(concept: str, tags: dict[tuple[str, str], Tag]) -> float:
        keys = [(tag.provision_id, tag.concept) for tag in unseen if tag.concept == concept]
        return float(np.mean([tags[key].score if key in tags else 0.0 for key in keys]))

    assert mean(WANTED, after) > mean(WANTED, before)
    assert mean(UNWANTED, after) < mean(UNWANTED, before)
    assert {tag.tagger_version for tag in after.values()}.isdisjoint(tag.tagger_version for tag in before.values())
    assert all(tag.votes[-1].method == adapting.ANSWERS for tag in after.values())
    assert run(bench, "status").output.startswith("The tagger learned on 20")
    assert [one.verdict for one in doctor_of_tagger(bench.workspace)] == ["good"]

    tag = next(one for one in bench.tags() if one.concept not in (WANTED, UNWANTED))
    reviewing.decide(bench, "Ana", tag.provision_id, tag.concept, "accept")
    assert "Answers were given or taken back since" in run(bench, "status").output
    first, second = progress(bench).taggers
    assert first.name.startswith("as shipped (")
    assert second.name.startswith("learned 20")
    assert (second.answered, second.accepted, second.rejected) == (1, 1, 0)
    assert second.low < second.share == 1 == second.high

    assert "Back to the shipped tagger" in run(bench, "forget").output
    assert "nothing to forget" in run(bench, "forget").output
    assert build(open_workspace(root)).worked == len(bench.sources)
    again = {(tag.provision_id, tag.concept): tag for tag in open_workbench(root).tags()}
    assert again == before
    assert "adopted before: learned-" in run(bench, "status").output


def test_what_does_worse_needs_a_second_word(reviewed: Workbench) -> None:
    for tag in tags_of(reviewed):
        if held(reviewed, tag):
            reviewing.decide(
                reviewed, "Ana", tag.provision_id, tag.concept, "reject" if tag.concept == WANTED else "accept"
            )
    refused = run(reviewed, "learn", "--adopt")
    assert isinstance(refused.exception, PsimmError)
    assert "With --anyway it is adopted all the same" in str(refused.exception)
    assert adopted.in_force(reviewed.workspace.tagger) is None
    assert run(reviewed, "learn", "--anyway").exit_code == 2
    told = json.loads(run(reviewed, "learn", "--adopt", "--anyway", "--json").stdout)
    assert told["adopted"]
    assert told["card"]["anyway"]
    card = adopted.in_force(reviewed.workspace.tagger)
    assert card is not None
    assert card.anyway
    assert "although it did worse" in run(reviewed, "status").output


def keep(folder: Path, *, encoder: str, shipped: str, **given: Any) -> adopted.Card:
    """Put numbers in force that were learned from made-up answers, for an encoder of six dimensions unless said otherwise."""
    learned = adapting.fit(made(20, dimensions=given.pop("numbers", 6)), 1.0)
    plain = adopted.Card(
        name="learned-2026-11-26-x",
        time="2026-11-26T10:00:00+00:00",
        answers=20,
        learned_from=20,
        held_out=0,
        heads="",
        strength=1.0,
        encoder=encoder,
        shipped=shipped,
        weights="w",
        tagger="t",
        taxonomy_version="",
        slope=1.0,
        constant=0.0,
        concepts=("a", "b"),
        dimensions=len(learned.shared),
        sha256=sha256(adopted.data_of(learned)).hexdigest(),
        gain=(),
    )
    card = replace(plain, **given)
    adopted.adopt(folder, card, learned)
    return card


@pytest.mark.parametrize("change", ["encoder", "shipped"])
def test_what_was_learned_for_another_tagger_is_left_aside_and_told(bench: Workbench, change: str) -> None:
    shipped = open_tagger(bench.taxonomy, bench.encoder)
    fitting = {"encoder": bench.encoder.version, "shipped": shipped.version, change: "other"}
    keep(bench.workspace.tagger, **fitting, numbers=bench.encoder.dimensions)
    before, name = bench.tags(), next(iter(bench.sources))
    assert build(open_workspace(bench.workspace.root), only=[name]).warnings == 1
    bench = open_workbench(bench.workspace.root)
    assert bench.tags() == before
    (problem,) = [one for one in bench.problems(name) if one.stage == "tags"]
    assert problem.code == "learned-tagger-aside"
    assert ("another encoder" if change == "encoder" else "other shipped weights") in problem.message
    assert [one.verdict for one in doctor_of_tagger(bench.workspace)] == ["warn"]
    assert problem.message in run(bench, "status").output
    assert run(bench, "forget").exit_code == 0
    assert build(open_workspace(bench.workspace.root), only=[name]).warnings == 0


@pytest.mark.parametrize(
    ("file", "data", "message"),
    [
        (".safetensors", b"broken", "another checksum"),
        (".safetensors", None, "can't be read"),
        (".json", b"{}", "not a readable Card"),
        (".json", None, "not a readable Card"),
        ("adopted.json", b"[", "not a readable InForce"),
        ("adopted.json", b'{"name":"../x"}', "which is no card"),
    ],
)
def test_a_broken_file_is_a_clear_error_and_can_be_forgotten(
    tmp_path: Path, file: str, data: bytes | None, message: str
) -> None:
    card = keep(tmp_path, encoder="e", shipped="s")
    assert adopted.choose(tmp_path, encoder="e", shipped="s", dimensions=6).learned is not None
    path = tmp_path / (file if file == adopted.IN_FORCE else card.name + file)
    if data is None:
        path.unlink()
    else:
        path.write_bytes(data)
    with pytest.raises(PsimmError, match=message) as error:
        adopted.choose(tmp_path, encoder="e", shipped="s", dimensions=6)
    assert "psimm-docs tagger forget" in str(error.value)
    assert adopted.forget(tmp_path)
    assert adopted.choose(tmp_path, encoder="e", shipped="s", dimensions=6) == adopted.Choice()


def test_a_build_stops_at_a_broken_file(bench: Workbench) -> None:
    shipped = open_tagger(bench.taxonomy, bench.encoder)
    folder = bench.workspace.tagger
    card = keep(folder, encoder=bench.encoder.version, shipped=shipped.version, numbers=bench.encoder.dimensions)
    (folder / f"{card.name}.safetensors").write_bytes(b"broken")
    with pytest.raises(PsimmError, match="another checksum"):
        build(open_workspace(bench.workspace.root))
    assert run(bench, "forget").exit_code == 0
    assert build(open_workspace(bench.workspace.root)).worked == 0


def test_numbers_of_another_shape_are_refused(tmp_path: Path) -> None:
    def choose(dimensions: int = 6) -> adopted.Choice:
        return adopted.choose(tmp_path, encoder="e", shipped="s", dimensions=dimensions)

    keep(tmp_path, encoder="e", shipped="s")
    assert choose(7).learned is None
    keep(tmp_path, encoder="e", shipped="s", concepts=("a", "b", "c"))
    with pytest.raises(PsimmError, match="shape"):
        choose()
    keep(tmp_path, encoder="e", shipped="s", slope=float("inf"))
    with pytest.raises(PsimmError, match=r"no number|not a readable Card"):
        choose()
