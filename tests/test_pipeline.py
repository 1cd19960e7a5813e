"""A run of the pipeline: only what changed is done, a stopped run goes on, one bad document stops nothing."""

import json
import shutil
from pathlib import Path

import pytest

from psimm_docs import stages
from psimm_docs.errors import BusyError, PsimmError, StorageError
from psimm_docs.intake import Description, add_files
from psimm_docs.pipeline import build
from psimm_docs.records import Document
from psimm_docs.workbench import Workbench
from psimm_docs.workspace import Workspace, init_workspace, open_workspace

LAWS = {
    "rs/zakon.txt": "Закон о пробама\n\nПредмет\nЧлан 1.\nПослодавац је дужан да пријави почетак рада странца у року од 8 дана.\n\n"
    "Казне\nЧлан 2.\nНовчаном казном казниће се послодавац који запосли странца без дозволе.\n",
    "al/ligj.txt": "Ligj për provat\n\nNeni 1\nQëllimi\nPunëdhënësi njofton zyrën e punësimit brenda 8 ditëve për fillimin e punës së të huajit.\n\n"
    "Neni 2\nGjobat\nPunëdhënësi që punëson të huaj pa leje dënohet me gjobë.\n",
    "mk/zakon.html": "<html><head><meta charset='utf-8'><title>Закон</title></head><body><h1>Закон за проби</h1><p>Предмет</p><p>Член 1</p>"
    "<p>Работодавачот го пријавува почетокот на работата на странецот во рок од 8 дена.</p><script>alert(1)</script></body></html>",
}


@pytest.fixture
def space(tmp_path: Path) -> Workspace:
    workspace = init_workspace(tmp_path / "space")
    for name, text in LAWS.items():
        path = tmp_path / "in" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    add_files(workspace, [tmp_path / "in"], Description())
    return workspace


def test_a_folder_becomes_a_searched_and_tagged_corpus(space: Workspace) -> None:
    seen: list[tuple[str, int, int]] = []
    report = build(space, progress=lambda stage, done, total, where: seen.append((stage, done, total)))
    assert (report.documents, report.worked, report.errors) == (3, 3, 0)
    assert {stage for stage, _, _ in seen} == {*stages.FILES, "index"}
    bench = Workbench(space)
    answer = bench.search("poslodavac prijavljuje pocetak rada stranca")
    assert answer.state != "not-found"
    assert answer.hits[0].provision_id.endswith("#art_1")
    assert answer.hits[0].jurisdiction == "RS"
    hit = answer.hits[0]
    document = bench.document(hit.source_id)
    assert hit.span.of(document.text) == hit.text
    assert "Послодавац" in [span.of(document.text) for span in hit.highlights]
    across = bench.search("employer must report the start of work of a foreigner")
    assert across.hits, "an English question finds laws in other languages"


def test_a_second_run_does_nothing_and_a_change_only_itself(space: Workspace, tmp_path: Path) -> None:
    build(space)
    again = build(space)
    assert (again.worked, again.unchanged) == (0, 3)
    new = tmp_path / "novi.txt"
    new.write_text("Закон о новом\n\nЧлан 1.\nНово.\n", "utf-8")
    add_files(space, [new], Description(jurisdiction="RS"))
    assert build(space).worked == 1


def test_a_setting_runs_only_what_depends_on_it(space: Workspace) -> None:
    build(space)
    [folder] = [one for one in (space.build / "documents").iterdir() if "rs~" in one.name]
    before = {name: (folder / file).stat().st_mtime_ns for name, file in stages.FILES.items()}
    (space.root / "psimm.toml").write_text("[tag]\nthreshold = 0.9\n", "utf-8")
    assert build(open_workspace(space.root)).worked == 3
    changed = {name for name, file in stages.FILES.items() if (folder / file).stat().st_mtime_ns != before[name]}
    assert changed == {"tags", "reading"}
    (space.root / "psimm.toml").write_text("[tag]\nthreshold = 0.9\n[read]\nrepairs = []\n", "utf-8")
    assert build(open_workspace(space.root)).worked == 3
    assert (folder / "document.json").stat().st_mtime_ns != before["extract"]


@pytest.mark.parametrize(
    ("version", "stage"),
    [("crossrefs.CROSSREFS_VERSION", "references"), ("definitions.DEFINITIONS_VERSION", "definitions")],
)
def test_other_rules_for_one_stage_run_nothing_else(
    space: Workspace, monkeypatch: pytest.MonkeyPatch, version: str, stage: str
) -> None:
    build(space)
    [folder] = [one for one in (space.build / "documents").iterdir() if "rs~" in one.name]
    before = {name: (folder / file).stat().st_mtime_ns for name, file in stages.FILES.items()}
    monkeypatch.setattr(f"psimm_docs.{version}", "next")
    assert build(space).worked == 3
    changed = {name for name, file in stages.FILES.items() if (folder / file).stat().st_mtime_ns != before[name]}
    assert changed == {stage}


def test_a_removed_document_leaves_the_index(space: Workspace) -> None:
    build(space)
    lines = space.manifest.read_text("utf-8").splitlines()
    kept = [line for line in lines if json.loads(line)["jurisdiction"] != "AL"]
    space.manifest.write_text("\n".join(kept) + "\n", "utf-8")
    assert build(space).removed == 1
    assert all(hit.jurisdiction != "AL" for hit in Workbench(space).search("punëdhënësi njofton").hits)


def test_one_bad_document_is_a_problem_and_the_rest_goes_on(space: Workspace, tmp_path: Path) -> None:
    bad = tmp_path / "in" / "rs" / "lose.pdf"
    bad.write_bytes(b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\ntrailer << /Root 1 0 R >>\n")
    add_files(space, [bad], Description())
    report = build(space)
    assert report.documents == 4
    assert len(report.unread) == 1
    bench = Workbench(space)
    [problem, *_] = [one for source in bench.sources for one in bench.problems(source) if one.severity == "error"]
    assert problem.message
    assert problem.todo
    assert bench.search("Послодавац").hits


def test_a_failing_stage_is_told_and_tried_again(space: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(document: Document, **_: object) -> None:
        raise PsimmError(f"{document.source_id}: no luck")

    with monkeypatch.context() as patch:
        patch.setattr("psimm_docs.language.identify", fail)
        report = build(space)
        assert report.errors == 3
    assert build(space).errors == 0


def test_a_full_disk_stops_the_run_and_keeps_what_is_whole(space: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    real = stages.write_result
    count = 0

    def full(*args: object) -> None:
        nonlocal count
        count += 1
        if count == len(stages.STAGES) + 1:
            raise StorageError("disk: can't write (No space left on device); free space and run it again")
        real(*args)  # type: ignore[arg-type]

    with monkeypatch.context() as patch:
        patch.setattr("psimm_docs.pipeline.write_result", full)
        with pytest.raises(StorageError, match="No space"):
            build(space)
    report = build(space)
    assert report.errors == 0
    assert report.unchanged == 1
    assert Workbench(space).search("Послодавац").hits


def test_ctrl_c_keeps_what_was_finished(space: Workspace) -> None:
    def stop(stage: str, done: int, total: int, where: str) -> None:
        if stage == "chunks" and done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        build(space, progress=stop)
    report = build(space)
    assert report.unchanged == 1
    assert report.chunks >= 5


def test_two_builds_do_not_meet(space: Workspace) -> None:
    with space.writing(), pytest.raises(BusyError, match="another build"):
        build(open_workspace(space.root))


def test_a_lost_build_folder_is_made_again(space: Workspace) -> None:
    build(space)
    shutil.rmtree(space.build / "documents")
    assert build(space).worked == 3


def test_damaged_results_say_build_again(space: Workspace) -> None:
    build(space)
    bench = Workbench(space)
    source_id = next(iter(bench.sources))
    (space.built(source_id) / "document.json").write_text("{}", "utf-8")
    with pytest.raises(PsimmError, match="build it again"):
        bench.document(source_id)
