"""What several tests share: the optional folder beside the checkout, and the hypothesis profiles: the same examples every run, or new ones (explore)."""

import json
import os
import shutil
from pathlib import Path

import pytest
from hypothesis import settings

settings.register_profile("plain", deadline=None, max_examples=60, derandomize=True)
settings.register_profile("explore", deadline=None, max_examples=2000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "plain"))

REPO = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def repo() -> Path:
    return REPO


@pytest.fixture(scope="session")
def shared() -> Path:
    folder = REPO.parent / "shared"
    if not (folder / "README.md").is_file():
        pytest.skip("the folder ../shared is not here")
    return folder


def shipped_copy(target: Path, *, works: tuple[str, ...] = ()) -> Path:
    """Make a workspace with the shipped corpus (or only these works of it) in an empty folder; nothing is built."""
    (target / "corpus").mkdir(parents=True)
    (target / "psimm.toml").write_text("", "utf-8")
    lines = (REPO / "corpus" / "manifest.jsonl").read_text("utf-8").splitlines()
    kept = [line for line in lines if not works or json.loads(line)["work_id"] in works]
    (target / "corpus" / "manifest.jsonl").write_text("\n".join(kept) + "\n", "utf-8")
    for line in kept:
        path = json.loads(line)["path"]
        (target / "corpus" / "documents" / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(REPO / "corpus" / "documents" / path, target / "corpus" / "documents" / path)
    shutil.copy2(REPO / "corpus" / "catalogue.csv", target / "corpus" / "catalogue.csv")
    shutil.copytree(REPO / "corpus" / "digests", target / "corpus" / "digests")
    for part in ("taxonomy", "gold"):
        shutil.copytree(REPO / "annotations" / part, target / "annotations" / part)
    return target


@pytest.fixture(scope="session")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shipped corpus, built once for all tests that only read it (decisions go into a copy of your own)."""
    from psimm_docs.pipeline import build
    from psimm_docs.workspace import open_workspace

    folder = shipped_copy(tmp_path_factory.mktemp("shipped") / "space")
    build(open_workspace(folder))
    return folder
