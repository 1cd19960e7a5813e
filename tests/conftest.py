"""What several tests share: the optional folder beside the checkout, and a hypothesis profile without flaky deadlines."""

from pathlib import Path

import pytest
from hypothesis import settings

settings.register_profile("plain", deadline=None, max_examples=60)
settings.load_profile("plain")

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
