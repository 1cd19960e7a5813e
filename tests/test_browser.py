"""One walk through the pages in a real browser (Debian's chromium): search, open, accept by key, compare, cite."""

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync"),
]
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason="no /usr/bin/chromium: apt install chromium"),
]


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@pytest.fixture(scope="module")
def space(shipped: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("browser") / "space"
    shutil.copytree(shipped, folder)
    return folder


@pytest.fixture(scope="module")
def address(space: Path) -> Iterator[str]:
    """The app as `psimm-docs app` starts it."""
    port = free_port()
    command = [sys.executable, "-m", "psimm_docs", "app", "--port", str(port), "--workspace", str(space)]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env={**os.environ})
    try:
        for _ in range(120):
            try:
                urllib.request.urlopen(f"http://localhost:{port}/_stcore/health", timeout=2)
                break
            except OSError:
                time.sleep(0.5)
        yield f"http://localhost:{port}"
    finally:
        server.terminate()
        server.wait(timeout=20)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        made = playwright.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        yield made
        made.close()


@pytest.fixture
def page(browser: Any) -> Iterator[Any]:
    made = browser.new_page(viewport={"width": 1280, "height": 720})
    made.set_default_timeout(40_000)
    yield made
    made.close()


def settle(page: Any) -> None:
    """Wait until the page has stopped running, and see that it did not fail."""
    page.wait_for_selector("h2")
    page.wait_for_timeout(500)
    page.wait_for_selector('[data-testid="stApp"][data-test-script-state="notRunning"]')
    assert "Traceback" not in page.content()
    assert not page.locator('[data-testid="stException"]').count()


def test_an_analyst_searches_opens_and_pins(page: Any, address: str, space: Path) -> None:
    page.goto(address)
    settle(page)
    page.get_by_label("Ask in English").fill("otisci prstiju stranca")
    page.keyboard.press("Enter")
    page.wait_for_selector("mark")
    settle(page)
    assert page.locator("mark").count() > 0
    page.get_by_test_id("stMain").get_by_role("button", name="Open", exact=True).first.click()
    page.wait_for_url(re.compile(r"/provision\?id="))
    settle(page)
    page.get_by_role("button", name="Add to basket").click()
    page.get_by_role("button", name="In the basket").wait_for()
    [saved] = (space / "annotations" / "baskets").glob("*.json")
    assert len(json.loads(saved.read_text("utf-8"))["items"]) == 1
    page.get_by_role("link", name="Cite").click()
    settle(page)
    page.get_by_text("Quote, letter for letter").first.wait_for()
    with page.expect_download() as download:
        page.get_by_role("button", name="RIS").click()
    assert "TY  - " in Path(download.value.path()).read_text("utf-8")


def test_a_passage_is_marked_on_the_picture_of_its_page(page: Any, address: str) -> None:
    page.goto(f"{address}/provision?id=ba/law-on-foreigners-2015/digest.bs%23art_65")
    settle(page)
    page.get_by_role("tab", name="Page").click()
    page.locator('[data-testid="stImage"] img').wait_for()


def recorded(space: Path) -> list[dict[str, Any]]:
    """The decisions on the disk."""
    return [
        json.loads(line)
        for log in sorted((space / "annotations" / "decisions").glob("*.jsonl"))
        for line in log.read_text("utf-8").splitlines()
    ]


def press(page: Any, space: Path, key: str, words: str) -> None:
    """Press a key and see its answer; as a person would, press again where the page was not ready for the first."""
    before = len(recorded(space))
    for _ in range(5):
        settle(page)
        page.keyboard.press(key)
        for _ in range(40):
            page.wait_for_timeout(250)
            if len(recorded(space)) > before:
                page.get_by_text(words).wait_for()
                return
    raise AssertionError(f"{key} was pressed and nothing was recorded")


def test_a_reviewer_decides_by_key(page: Any, address: str, space: Path) -> None:
    page.goto(f"{address}/review?reviewer=Browser%20Test")
    settle(page)
    page.locator("h2").click()
    press(page, space, "a", "Accepted:")
    press(page, space, "x", "Rejected:")
    press(page, space, "u", "taken back")
    assert [one["verdict"] for one in recorded(space)] == ["accept", "reject", "undo"]
    assert {one["reviewer"] for one in recorded(space)} == {"Browser Test"}


@pytest.mark.parametrize(
    ("place", "words"),
    [
        ("compare?concept=criminal-record", "searched, not found"),
        ("corpus", "North Macedonia"),
        ("institutions", "hears the appeal"),
        ("procedures", "no step in the facts"),
    ],
)
def test_the_pages_that_compare(page: Any, address: str, place: str, words: str) -> None:
    page.goto(f"{address}/{place}")
    settle(page)
    page.get_by_text(words).first.wait_for(state="attached")
    page.get_by_text("This designation is without prejudice").first.wait_for()
