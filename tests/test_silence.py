"""The silence ledger: what was searched in an empty cell, who signed it, what makes it out of date, and which level answers."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from psimm_docs import silence
from psimm_docs.cells import Basis, HeldText, Look, Said, place_of
from psimm_docs.cli import app
from psimm_docs.compare import stated
from psimm_docs.doctor import decision_logs
from psimm_docs.errors import NotFoundError, PsimmError, TamperedError
from psimm_docs.exports import to_csv
from psimm_docs.grids import grid, labels
from psimm_docs.jsonl import read_records, write_records
from psimm_docs.jurisdictions import KOSOVO_NOTE
from psimm_docs.merging import merge
from psimm_docs.records import Source
from psimm_docs.statements import BOOK, Statement, append, changed_since, cited, find, in_force, undo
from psimm_docs.workbench import Workbench, open_workbench
from psimm_docs.workspace import init_workspace
from test_compare import CONCEPT, RS, make, provision, source, tag
from test_compare import Said as Answered

LOOK = Look("kuotë", "sq", ("kuote",), "weak", 1, 20, ("al/w/1#art_9",))
TEXT = HeldText("al/w/1", "abc", False, True)
SIGNED = Statement(
    *("Ana", "2026-11-26T10:00:00+00:00", "quota", "AL", False, "silent", "", "Quota", "c1", "t1"),
    *((LOOK,), (TEXT,), "i1", "e1"),
)
NOW = Basis((TEXT,), "c1", "i1", "e1")


# --- what a statement says, and until when


@pytest.mark.parametrize(
    ("now", "words"),
    [
        (NOW, ()),
        (replace(NOW, documents=(replace(TEXT, sha256="new"),)), ("the documents held",)),
        (replace(NOW, documents=(TEXT, replace(TEXT, source_id="al/w/2", read=False))), ("the documents held",)),
        (replace(NOW, concept="c2"), ("the concept in the taxonomy",)),
        (replace(NOW, index="i2"), ("the index",)),
        (replace(NOW, encoder="e2"), ("the encoder",)),
    ],
)
def test_a_silence_is_out_of_date_when_what_it_rests_on_is_another(now: Basis, words: tuple[str, ...]) -> None:
    assert changed_since(SIGNED, now) == words
    other = replace(SIGNED, action="not-applicable", reason="no coast")
    assert changed_since(other, now) == tuple(one for one in words if "concept" in one)
    assert ("Out of date" in cited(SIGNED, words)) == bool(words)


def test_a_statement_is_one_line_that_can_be_cited() -> None:
    line = cited(replace(SIGNED, hash="0123456789abcdef"))
    assert line == (
        "“Quota” in Albania: nothing found in 1 document, searched for “kuotë”; 1 provision that the searches brought read and found "
        "to be about something else. Signed by Ana, 26 November 2026 (silence ledger SL-0123456789ab)."
    )
    digests = cited(replace(SIGNED, documents=(replace(TEXT, digest=True),)))
    assert "all of them digests and not the law" in digests


def test_statements_are_kept_taken_back_and_found(tmp_path: Path) -> None:
    folder = tmp_path / "statements"
    first = append(folder, SIGNED)
    other = append(folder, replace(SIGNED, reviewer="Ben", action="not-applicable", reason="no coast"))
    assert [one.reviewer for one in in_force(BOOK.read_all(folder))[SIGNED.place]] == ["Ana", "Ben"]
    assert find([first, other], first.id) == first
    assert find([first, other], first.hash[:8]) == first
    undo(folder, "Ana", place=SIGNED.place)
    assert [one.reviewer for one in in_force(BOOK.read_all(folder))[SIGNED.place]] == ["Ben"]
    with pytest.raises(NotFoundError):
        undo(folder, "Ana", place=SIGNED.place)
    with pytest.raises(NotFoundError):
        find([first, other], "SL-")
    [log] = list(folder.glob("ana*.jsonl"))
    log.write_text(log.read_text("utf-8").replace('"sha256":"abc"', '"sha256":"abd"'), "utf-8")
    with pytest.raises(TamperedError):
        BOOK.read_all(folder)


def test_a_statement_that_says_too_little_is_refused(tmp_path: Path) -> None:
    for one in (
        replace(SIGNED, queries=()),
        replace(SIGNED, documents=(replace(TEXT, read=False),)),
        replace(SIGNED, action="not-applicable", reason=" "),
    ):
        with pytest.raises(PsimmError):
            append(tmp_path, one)
    with pytest.raises(ValueError):
        append(tmp_path, replace(SIGNED, action="undo"))


# --- what it makes of a cell


def said(action: str, *changed: str) -> Said:
    return Said("SL-1", action, "Ana", "2026-11-26", "why", changed)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("state", "said_of_it", "made"),
    [
        ("leads", (said("silent"),), "not-found"),
        ("rejected", (said("silent"),), "not-found"),
        ("not-found", (said("silent"),), "not-found"),
        ("leads", (said("silent", "the index"),), "leads"),
        ("not-held", (said("silent"),), "not-held"),
        ("not-held", (said("not-applicable"),), "not-applicable"),
        ("leads", (said("not-applicable"), said("silent")), "leads"),
        ("leads", (said("not-applicable", "the concept"), said("silent")), "not-found"),
        ("leads", (), "leads"),
    ],
)
def test_the_state_that_statements_make(state: str, said_of_it: tuple[Said, ...], made: str) -> None:
    assert stated(state, (), said_of_it) == made  # type: ignore[arg-type]


def test_suggestions_and_decisions_beside_statements() -> None:
    article = provision(RS)
    key = (article.id, "quota")

    def state(action: str, verdict: str = "") -> str:
        from psimm_docs.compare import grid as made

        return (
            made(
                [CONCEPT],
                sources=[RS],
                searched={RS.id},
                provisions={article.id: article},
                tags=[tag(article)],
                states={key: Answered(verdict)} if verdict else {},
                date="2026-11-26",
                jurisdictions=["RS"],
                said={("quota", "RS", False): (said(action),)},
            )
            .cells[0]
            .state
        )

    assert state("silent") == "found-unreviewed"
    assert state("not-applicable") == "not-applicable"
    assert state("not-applicable", "accepted") == "found-confirmed"
    assert state("not-applicable", "disputed") == "found-unreviewed"
    assert state("silent", "rejected") == "not-found"


def test_only_a_search_that_finds_nothing_makes_a_not_found() -> None:
    from psimm_docs.compare import grid as made

    asked: list[tuple[str, ...]] = []

    def look(concept: object, sources: object) -> tuple[Look, ...]:
        asked.append(tuple(one.id for one in sources))  # type: ignore[attr-defined]
        return (LOOK, replace(LOOK, state="not-found", results=0, leads=()))

    federation, canton = source("BA-BIH", "bs"), source("BA-03", "bs")
    sources = [RS, federation, canton, source("AL", "sq")]
    grid_made = made(
        [CONCEPT],
        sources=sources,
        searched={one.id for one in sources} - {"al/w/1.sq"},
        provisions={one.id: one for one in [provision(canton)]},
        tags=[tag(provision(canton))],
        states={},
        date="2026-11-26",
        look=look,
    )
    serbia = grid_made.cell("quota", "RS")
    assert (serbia.state, serbia.leads) == ("leads", LOOK.leads)
    assert "2 queries brought 1 provision" in serbia.told
    assert grid_made.cell("quota", "AL").state == "not-read"
    assert sorted(asked) == [("ba-bih/w/1.bs",), ("rs/w/1.sr-Cyrl",)]
    bosnia = grid_made.cell("quota", "BA")
    assert bosnia.answered_by == ("BA-03",)
    assert "Answered by: Tuzla Canton." in bosnia.told
    assert bosnia.levels[0].place == ("quota", "BA", True)
    assert place_of("quota", "RS", alone=True) == ("quota", "RS", False)


def test_a_confirmed_level_answers_before_a_suggested_one() -> None:
    state, entity = source("BA", "bs"), source("BA-SRP", "sr-Cyrl")
    tags = [tag(provision(state)), tag(provision(entity))]
    one = make([state, entity], tags, {(provision(entity).id, "quota"): Answered("accepted")}).cell("quota", "BA")
    assert one.answered_by == ("BA-SRP",)
    both = make([state, entity], tags).cell("quota", "BA")
    assert both.answered_by == ("BA", "BA-SRP")
    assert "Bosnia and Herzegovina (state level), Republika Srpska" in both.told


def test_labels_are_run_in_the_languages_of_the_place_and_of_its_texts() -> None:
    assert labels(CONCEPT, [RS]) == [("sr-Cyrl", "квота"), ("en", "quota")]
    # the Macedonian label folds to the Serbian one
    assert labels(CONCEPT, [source("MK", "mk")]) == [("mk", "квота"), ("sq", "kuotë"), ("en", "quota")]
    assert labels(CONCEPT, [RS, source("MK", "mk")]) == [("mk", "квота"), ("sq", "kuotë"), ("en", "quota")]


# --- on a built corpus


@pytest.fixture
def space(shipped: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(shipped, tmp_path / "space"))


def empty_cell(bench: Workbench, state: str) -> tuple[str, str]:
    """Return the concept and jurisdiction of a cell in a state."""
    return next((one.concept, one.jurisdiction) for one in grid(bench, ["all"]).cells if one.state == state)


def test_a_silence_is_signed_cited_and_overtaken(space: Path) -> None:
    bench = open_workbench(space)
    concept, code = empty_cell(bench, "not-found")
    signed = silence.sign(bench, "Ana", concept, code)
    assert {one.state for one in signed.queries} == {"not-found"}
    assert {one.sha256 for one in signed.documents} == {
        one.sha256 for one in bench.sources.values() if one.id in {each.source_id for each in signed.documents}
    }
    cell = silence.cell_at(bench, concept, code)
    assert cell.signed is not None
    assert cell.signed.id == signed.id
    [entry] = silence.ledger(bench)
    assert (entry.changed, silence.entry(bench, signed.id)) == ((), entry)
    assert signed.id in entry.cited
    assert silence.ledger(bench, jurisdictions=["HR"]) == []
    assert signed.documents[0].sha256 in to_csv(silence.ledger_table([entry])).decode()
    # a document comes
    manifest = bench.workspace.manifest
    sources = read_records(manifest, Source)
    write_records(manifest, [*sources, replace(sources[0], id=f"{code.lower()}/new/1", jurisdiction=code, sha256="0")])
    later = silence.ledger(open_workbench(space))
    assert later[0].changed == ("the documents held",)
    assert "OUT OF DATE" in silence.cell_at(open_workbench(space), concept, code).told
    write_records(manifest, sources)
    # the concept gets another definition
    path = bench.workspace.taxonomy / "concepts.jsonl"
    lines = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    for line in lines:
        line["definition"] += " More." if line["id"] == concept else ""
    path.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines), "utf-8")
    assert silence.ledger(open_workbench(space))[0].changed == ("the concept in the taxonomy",)
    silence.take_back(bench, "Ana", concept, code)
    assert silence.ledger(bench) == []


def test_nobody_signs_over_what_stands_or_was_not_read(space: Path) -> None:
    bench = open_workbench(space)
    with pytest.raises(PsimmError, match="accept or reject each"):
        silence.sign(bench, "Ana", *empty_cell(bench, "found-unreviewed"))
    concept, code = empty_cell(bench, "leads")
    with pytest.raises(PsimmError, match="read them"):
        silence.sign(bench, "Ana", concept, code)
    signed = silence.sign(bench, "Ana", concept, code, leads_read=True)
    assert any(one.leads for one in signed.queries)
    assert silence.cell_at(bench, concept, code).state == "not-found"
    with pytest.raises(PsimmError, match="searched"):
        silence.sign(bench, "Ana", concept, "HR")


def test_a_level_can_be_not_applicable_alone_and_both_travel_to_another_copy(space: Path, tmp_path: Path) -> None:
    bench = open_workbench(space)
    silence.not_applicable(bench, "Ana", "labour-market-test", "BA", reason="a matter of the entities", alone=True)
    cell = silence.cell_at(bench, "labour-market-test", "BA")
    assert cell.state != "not-applicable"
    assert cell.levels[0].state == "not-applicable"
    assert "a matter of the entities" in cell.levels[0].told
    with pytest.raises(PsimmError, match="reason"):
        silence.not_applicable(bench, "Ana", "quota", "HR", reason=" ")
    other = init_workspace(tmp_path / "other")
    [coming] = merge(other, [space])
    assert (coming.noun, coming.new) == ("statement", 1)
    assert BOOK.read_all(other.statements) == BOOK.read_all(bench.workspace.statements)
    assert any(one.message == "1 statements, unbroken" for one in decision_logs(other))


def test_the_command_line_shows_signs_and_lists(space: Path) -> None:
    def run(*arguments: str) -> str:
        result = CliRunner().invoke(app, ["compare", *arguments, "-w", str(space)])
        assert result.exit_code == 0, result.output
        return result.output

    bench = open_workbench(space)
    concept = next(
        one.concept for one in grid(bench, ["all"], jurisdictions=["XK"]).cells if one.state in ("leads", "not-found")
    )
    shown = run("silence", concept, "-j", "XK")
    assert "folded:" in shown
    recorded = run("silence", concept, "-j", "XK", "--sign", "--leads-read", "--reviewer", "Ana")
    assert KOSOVO_NOTE in recorded
    listed = run("ledger")
    assert listed.count(KOSOVO_NOTE) == 1
    name = json.loads(run("ledger", "--json"))[0]["id"]
    assert "sha256 " in run("ledger", name)
    assert name in run(concept, "-j", "XK")
    assert run("-j", "XK", concept) == run("grid", concept, "-j", "XK")
    assert "Taken back" in run("silence", concept, "-j", "XK", "--undo", "--reviewer", "Ana")
    assert "Nothing is signed." in run("ledger")
