"""Taking documents in: copied whole, never overwritten, duplicates told, one bad file does not stop the rest."""

from pathlib import Path

import pytest

from psimm_docs.corpus import find_source, read_manifest, slug, source_path
from psimm_docs.errors import NotFoundError, PsimmError
from psimm_docs.intake import Description, add_files, fetch_work
from psimm_docs.workspace import Workspace, init_workspace, open_workspace

LAW = "Закон о пробама\n\nЧлан 1.\nОвим законом уређује се проба.\n"


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return init_workspace(tmp_path / "space")


def law(folder: Path, name: str = "zakon.txt", text: str = LAW) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_text(text, "utf-8")
    return path


def test_a_file_is_copied_and_listed(workspace: Workspace, tmp_path: Path) -> None:
    path = law(tmp_path)
    described = Description(jurisdiction="rs", title="Закон о пробама", gazette_number="24/2018", date="2018-03-26")
    [result] = add_files(workspace, [path], described)
    assert (result.outcome, result.source_id) == ("added", "rs/zakon-o-probama/24-2018")
    [source] = read_manifest(workspace)
    assert source.jurisdiction == "RS"
    assert source_path(workspace, source).read_text("utf-8") == LAW
    assert path.exists()


def test_the_same_bytes_are_held_once(workspace: Workspace, tmp_path: Path) -> None:
    described = Description(jurisdiction="RS")
    add_files(workspace, [law(tmp_path, "a.txt")], described)
    [again] = add_files(workspace, [law(tmp_path, "b.txt")], described)
    assert again.outcome == "held"
    assert len(read_manifest(workspace)) == 1


def test_another_text_of_the_same_name_gets_its_own_id(workspace: Workspace, tmp_path: Path) -> None:
    described = Description(jurisdiction="RS", title="Zakon", gazette_number="1/2020")
    add_files(workspace, [law(tmp_path, "a.txt")], described)
    add_files(workspace, [law(tmp_path, "b.txt", LAW + "Члан 2.\nКрај.\n")], described)
    first, second = read_manifest(workspace)
    assert first.id != second.id
    assert first.path != second.path
    assert source_path(workspace, first).read_text("utf-8") == LAW


def test_a_folder_goes_on_past_a_bad_file(workspace: Workspace, tmp_path: Path) -> None:
    law(tmp_path / "in" / "rs", "добар, „чудан“ назив; rm -rf.txt")
    (tmp_path / "in" / "rs" / "slika.png").write_bytes(b"\x89PNG\r\n\x1a\n" + b"\0" * 64)
    law(tmp_path / "in" / "bez", "x.txt", "Ligj")
    results = add_files(workspace, [tmp_path / "in"], Description())
    assert sorted(one.outcome for one in results) == ["added", "refused", "refused"]
    assert any("--jurisdiction" in one.message for one in results)
    assert any("image/png" in one.message for one in results)


def test_a_large_file_is_refused_before_it_is_read(workspace: Workspace, tmp_path: Path) -> None:
    (workspace.root / "psimm.toml").write_text("[read]\nmax_megabytes = 1\n", "utf-8")
    path = law(tmp_path, "big.txt", LAW * 20_000)
    [result] = add_files(open_workspace(workspace.root), [path], Description(jurisdiction="RS"))
    assert result.outcome == "refused"
    assert "limit" in result.message
    assert read_manifest(workspace) == []


@pytest.mark.parametrize(
    ("described", "words"),
    [
        (Description(jurisdiction="RS", date="26.3.2018"), "YYYY"),
        (Description(jurisdiction="ZZ"), "not known"),
    ],
)
def test_what_is_said_of_a_file_is_checked(
    workspace: Workspace, tmp_path: Path, described: Description, words: str
) -> None:
    [result] = add_files(workspace, [law(tmp_path)], described)
    assert result.outcome == "refused"
    assert words in result.message


def test_what_is_wrong_as_a_whole_is_raised(workspace: Workspace, tmp_path: Path) -> None:
    with pytest.raises(PsimmError, match="no files"):
        add_files(workspace, [tmp_path / "space" / "corpus" / "documents"], Description(jurisdiction="RS"))
    with pytest.raises(PsimmError, match="--title"):
        add_files(workspace, [law(tmp_path, "a.txt"), law(tmp_path, "b.txt")], Description(title="x"))
    with pytest.raises(NotFoundError, match="rs/none"):
        add_files(workspace, [law(tmp_path)], Description(jurisdiction="RS", work_id="rs/none"))
    with pytest.raises(NotFoundError):
        add_files(workspace, [law(tmp_path)], Description(jurisdiction="RS", version_of="rs/none/1"))


def test_fetching_an_unknown_work_says_so(workspace: Workspace) -> None:
    with pytest.raises(NotFoundError, match="rs/none"):
        fetch_work(workspace, "rs/none")


def test_near_ids_are_named(workspace: Workspace, tmp_path: Path) -> None:
    add_files(workspace, [law(tmp_path)], Description(jurisdiction="RS", title="Zakon", gazette_number="1/2020"))
    with pytest.raises(NotFoundError, match="rs/zakon/1-2020"):
        find_source(read_manifest(workspace), "rs/zakon/1-2021")


def test_a_manifest_that_points_outside_is_refused(workspace: Workspace, tmp_path: Path) -> None:
    add_files(workspace, [law(tmp_path)], Description(jurisdiction="RS"))
    text = workspace.manifest.read_text("utf-8")
    path = read_manifest(workspace)[0].path
    workspace.manifest.write_text(text.replace(path, "../../../etc/passwd"), "utf-8")
    with pytest.raises(PsimmError, match="outside"):
        source_path(workspace, read_manifest(workspace)[0])


def test_slugs_are_plain() -> None:
    assert slug("Ligji Nr. 04/L-219 për të huajt") == "ligji-nr-04-l-219-per-te-huajt"
    assert slug("!!!") == "untitled"
    assert len(slug("реч " * 60)) <= 60
