"""Explained hits, provisions like one in other jurisdictions, and searches that are kept and asked again."""

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner, Result

from psimm_docs import finding
from psimm_docs.cli import app
from psimm_docs.errors import NotFoundError, PsimmError
from psimm_docs.index import Index
from psimm_docs.index_view import Row
from psimm_docs.jurisdictions import root
from psimm_docs.queries import Asked, changes, query_path, read_query
from psimm_docs.records import Chunk, Span
from psimm_docs.similar import similar, vector_of
from psimm_docs.workbench import Workbench, open_workbench
from test_index import DIMENSIONS, opened, source

PROVISION = "ba/law-on-foreigners-2015/digest.bs#art_65"


def run(folder: Path, *arguments: str) -> Result:
    return CliRunner().invoke(app, [*arguments, "-w", str(folder)])


@pytest.fixture
def bench(shipped: Path) -> Workbench:
    return open_workbench(shipped)


@pytest.fixture
def space(shipped: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(shipped, tmp_path / "space"))


# --- explained hits


def test_a_hit_keeps_its_letters_scores_and_concept(bench: Workbench) -> None:
    hits = bench.search("otisci prstiju", limit=20).hits
    text = {hit.provision_id: bench.text(bench.provision(hit.provision_id)) for hit in hits}
    assert all(word in text[hit.provision_id] for hit in hits for word in hit.words)
    assert any("прст" in word for hit in hits for word in hit.words)
    both = [hit for hit in hits if hit.lexical_rank and hit.vector_rank]
    assert both
    tagged = [hit for hit in hits if hit.concept]
    assert tagged
    for hit in tagged:
        fitting = [
            tag for tag in bench.tags(hit.source_id) if f"{hit.provision_id}__".startswith(tag.provision_id + "__")
        ]
        assert hit.concept == max(fitting, key=lambda tag: tag.score).concept
    line = bench.scores(both[0])
    assert f"rank {both[0].lexical_rank}, BM25" in line
    assert f"rank {both[0].vector_rank}, cosine" in line
    assert both[0].words[0] in line


def test_the_command_line_explains(shipped: Path) -> None:
    assert "BM25" not in run(shipped, "search", "otisci prstiju", "-n", "3").stdout
    assert "BM25" in run(shipped, "search", "otisci prstiju", "-n", "3", "--explain").stdout
    [hit] = json.loads(run(shipped, "search", "čl. 43", "-j", "ME", "-l", "cnr", "-n", "1", "--json").stdout)["hits"]
    assert hit["exact"] == ["is čl. 43"]
    assert hit["words"] == ["Član 43"]
    assert hit["provision_id"] == "me/law-on-foreigners-2018/digest.cnr#art_43"


# --- provisions like one


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    """Three jurisdictions; the vectors of a provision's passages are given, so that who is near is known."""

    def toward(axis: int, part: float) -> np.ndarray:
        made = np.zeros(DIMENSIONS, np.float32)
        made[0], made[axis] = part, np.sqrt(1 - part**2)
        return made

    held = {
        "rs/law": ("RS", "", {"art_1__para_1": toward(1, 1.0), "art_2": toward(2, 0.0)}),
        "rs/other": ("RS", "", {"art_9": toward(3, 1.0)}),
        "me/law": ("ME", "", {"art_3": toward(3, 0.9), "art_4": toward(4, 0.8), "art_5": toward(5, 0.1)}),
        "ba/law.bs": ("BA", "ba/law", {"art_7": toward(3, 0.7)}),
        "ba/law.hr": ("BA", "ba/law", {"art_7": toward(3, 0.6)}),
        "ba-srp/law": ("BA-SRP", "", {"art_8": toward(6, 0.5)}),
        "xk/law.en": ("XK", "", {"art_1": toward(6, 1.0)}),
    }
    with opened(tmp_path_factory.mktemp("similar")) as made:
        for source_id, (place, work, vectors) in held.items():
            rows = [
                Row(Chunk(f"{source_id}#{eid}", source_id, f"{source_id}#{eid}", Span(0, 4), "", "bs"), "text", eid)
                for eid in vectors
            ]
            about = source(source_id, jurisdiction=place, work_id=work, translation=source_id.endswith(".en"))
            made.replace(about, rows, np.stack(list(vectors.values())), "1")
        made.commit()
        yield made


def ids(index: Index, provision: str, **options: object) -> list[str]:
    return [hit.provision_id for hit in similar(index, provision, **options)]  # type: ignore[arg-type]


def test_the_best_of_each_other_jurisdiction_in_turn(index: Index) -> None:
    assert ids(index, "rs/law#art_1__para_1") == ["me/law#art_3", "ba/law.bs#art_7", "me/law#art_4", "ba-srp/law#art_8"]
    assert ids(index, "rs/law#art_1__para_1", limit=2) == ["me/law#art_3", "ba/law.bs#art_7"]
    assert ids(index, "rs/law#art_1__para_1", translations=True)[0] == "xk/law.en#art_1"


def test_scores_of_similar_provisions_are_cosines(index: Index) -> None:
    hit = similar(index, "rs/law#art_1__para_1")[0]
    assert hit.score == hit.vector_score == pytest.approx(0.9, abs=0.01)
    assert hit.vector_rank == 1


def test_a_provision_without_passages_takes_those_around_it(index: Index) -> None:
    assert (
        ids(index, "rs/law#art_1__para_1__point_b") == ids(index, "rs/law#art_1__para_1") == ids(index, "rs/law#art_1")
    )
    assert similar(index, "rs/law#art_33") == ()
    with index.reading() as view:
        found = vector_of(view, "me/law#art_4")
        assert found is not None
        assert found[0] == pytest.approx(0.8, abs=0.01)


def test_similar_provisions_of_the_shipped_corpus(bench: Workbench) -> None:
    found = bench.similar(PROVISION)
    places = [root(hit.jurisdiction) for hit in found]
    assert "BA" not in places
    first = places[: len(set(places))]
    assert len(set(first)) == len(first)
    assert not any(bench.sources[hit.source_id].translation for hit in found)
    with pytest.raises(NotFoundError):
        bench.similar("ba/law-on-foreigners-2015/digest.bs#art_9999")


def test_similar_encodes_nothing(bench: Workbench, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("nothing is to be encoded")

    monkeypatch.setattr(type(bench.encoder), "encode", refuse)
    assert bench.similar(PROVISION)


def test_similar_loads_no_torch(shipped: Path) -> None:
    code = (
        "import sys; from psimm_docs.workbench import open_workbench; "
        f"assert open_workbench({str(shipped)!r}).similar({PROVISION!r}); assert 'torch' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_show_lists_them(shipped: Path) -> None:
    told = run(shipped, "show", PROVISION, "--similar").stdout
    assert "Similar in other jurisdictions:" in told
    assert "Similar" not in run(shipped, "show", PROVISION).stdout
    assert len(json.loads(run(shipped, "show", PROVISION, "--similar", "--json").stdout)["similar"]) > 1


# --- kept searches


def test_a_kept_search_is_asked_again_as_it_was(space: Path) -> None:
    bench = open_workbench(space)
    asked = Asked("zabrana ulaska čl. 43", jurisdictions=("ME", "RS"), translations=False, limit=5, mode="round-robin")
    saved = finding.save(bench, "bans", asked, finding.ask(bench, asked))
    assert read_query(space / "annotations" / "queries", "bans") == saved
    assert (saved.folded, saved.exact) == (("zabrana", "ulaska"), ("čl. 43",))
    assert len(saved.results) == 5
    answer, changed = finding.replay(bench, "bans")
    assert [hit.provision_id for hit in answer.hits] == [one.provision_id for one in saved.results]
    assert changed == replace(changed, gone=(), removed=(), new=(), moved=False, index=False, encoder=False)
    assert "same results in the same order" in changed.told()


def test_a_change_of_the_corpus_is_told(space: Path) -> None:
    bench = open_workbench(space)
    asked = Asked("otisci prstiju", limit=5)
    saved = finding.save(bench, "prints", asked, finding.ask(bench, asked))
    lost = saved.results[0].provision_id.partition("#")[0]
    manifest = space / "corpus" / "manifest.jsonl"
    lines = manifest.read_text("utf-8").splitlines()
    manifest.write_text("".join(f"{line}\n" for line in lines if json.loads(line)["id"] != lost), "utf-8")
    with Index.open(
        space / "build" / "index", dimensions=bench.encoder.dimensions, encoder_version=bench.encoder.version
    ) as index:
        index.remove(lost)
        index.commit()
    _, changed = finding.replay(open_workbench(space), "prints")
    assert changed.index
    assert not changed.encoder
    assert saved.results[0].provision_id in changed.removed
    assert changed.new
    assert saved.results[0].provision_id in changed.told()


def test_changes_tell_gone_from_removed_and_see_another_order(space: Path) -> None:
    bench = open_workbench(space)
    asked = Asked("otisci prstiju", limit=3)
    saved = finding.save(bench, "three", asked, finding.ask(bench, asked))
    one, two, three = (result.provision_id for result in saved.results)
    found = changes(saved, [two, one, "x#art_1"], {one, two, three}, index=saved.index, encoder="other")
    assert (found.gone, found.removed, found.new, found.moved) == ((three,), (), ("x#art_1",), True)
    assert (found.index, found.encoder) == (False, True)
    assert "encoder is another" in found.told()


@pytest.mark.parametrize("name", ["", "../x", "a/b", "Žalba", "two words", ".hidden"])
def test_a_name_that_is_no_plain_one_is_refused(name: str) -> None:
    with pytest.raises(PsimmError, match="small letters"):
        query_path(Path("q"), name)


def test_save_and_replay_on_the_command_line(space: Path) -> None:
    first = run(space, "search", "otisci prstiju", "-n", "3", "--save", "prints")
    assert first.exit_code == 0
    assert (space / "annotations" / "queries" / "prints.json").is_file()
    again = run(space, "search", "--replay", "prints")
    assert "same results" in again.stdout
    told = json.loads(run(space, "search", "--replay", "prints", "--json").stdout)
    assert told["changes"]["gone"] == []
    assert len(told["answer"]["hits"]) == 3
    taken = run(space, "search", "otisci", "--save", "prints")
    assert isinstance(taken.exception, PsimmError)
    assert "choose another" in str(taken.exception)
    absent = run(space, "search", "--replay", "none-such")
    assert isinstance(absent.exception, NotFoundError)
    assert "prints" in str(absent.exception)
    assert run(space, "search").exit_code == 2
    assert run(space, "search", "x", "--replay", "prints").exit_code == 2
    assert run(space, "search", "--replay", "prints", "--save", "more").exit_code == 2
