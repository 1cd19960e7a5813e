"""The app in a real browser (Debian's chromium): a walk (search, open, accept by key, cite), and a look at every page at two widths."""

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

from psimm_docs import baskets, freezing, reviewing, sampling, silence
from psimm_docs.jurisdictions import KOSOVO_NOTE
from psimm_docs.workbench import Workbench, open_workbench

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync"),
]
REVIEWER = "Browser Test"
PROVISION = "ba/law-on-foreigners-2015/digest.bs%23art_65"
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
    lived_in(open_workbench(folder))
    return folder


def lived_in(bench: Workbench) -> None:
    """Put there what people make: answers that agree and differ, a sample, a frozen grid, a signed silence, a basket with folders."""
    freezing.freeze(bench, "draft-1", concepts=["quota"])
    some = [
        tag for tag in bench.suggestions(concepts=["quota"], order="document") if tag.provision_id.startswith("xk/")
    ]
    assert some
    for name, verdict in (("Ana", "accept"), ("Besa", "reject")):
        for tag in some[:2]:
            reviewing.decide(bench, name, tag.provision_id, "quota", verdict)
    sampling.draw_missed(bench, "Ana", "quota", size=5)
    silence.sign(bench, "Ana", "criminal-record", "RS")
    for place, tag in enumerate(some[:2]):
        baskets.add(bench.workspace.baskets, "seen", tag.provision_id)
        baskets.file_under(bench.workspace.baskets, "seen", tag.provision_id, "Quotas" if place else "")


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
    page.wait_for_timeout(300)
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
    saved = json.loads((space / "annotations" / "baskets" / "basket.json").read_text("utf-8"))
    assert len(saved["items"]) == 1
    page.get_by_text("Writing").click()
    page.get_by_role("menuitem", name="Cite").click()
    page.get_by_text("Quote, letter for letter").first.wait_for()
    settle(page)
    page.get_by_role("tab", name="All footnotes").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="RIS", exact=True).click()
    assert "TY  - " in Path(download.value.path()).read_text("utf-8")


def test_a_passage_is_marked_on_the_picture_of_its_page(page: Any, address: str) -> None:
    page.goto(f"{address}/provision?id={PROVISION}")
    settle(page)
    page.get_by_role("tab", name="Page").click()
    page.locator('[data-testid="stImage"] img').wait_for()


def recorded(space: Path) -> list[dict[str, Any]]:
    """The decisions of this test's reviewer on the disk."""
    lines = (
        json.loads(line)
        for log in sorted((space / "annotations" / "decisions").glob("*.jsonl"))
        for line in log.read_text("utf-8").splitlines()
    )
    return [one for one in lines if one["reviewer"] == REVIEWER]


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
    page.goto(f"{address}/review?reviewer={REVIEWER}")
    settle(page)
    page.locator("h2").click()
    press(page, space, "a", "Accepted:")
    press(page, space, "x", "Rejected:")
    press(page, space, "u", "taken back")
    assert [one["verdict"] for one in recorded(space)] == ["accept", "reject", "undo"]


VIEWS = [
    ("", "Or try one of these", ()),
    ("search?q=entry+ban", "Why:", ()),
    ("search?q=zxqv+wvutq", "Searched, not found", ()),
    (f"provision?id={PROVISION}", "Footnote in English", ("Page", "Values", "Similar", "References", "Source")),
    ("provision?id=nothing", "not in this workspace", ()),
    ("corpus", "Only documents with problems", ()),
    ("compare?concept=criminal-record", "searched, not found", ()),
    ("compare?view=grid&jurisdiction=XK", "A number says", ()),
    ("compare?view=side&concept=fees", "By element", ()),
    ("compare?view=ledger", "nothing found in", ()),
    ("compare?view=snapshots", "cells moved", ()),
    ("compare?view=charts&concept=quota", "When acts were amended", ()),
    ("institutions", "hears the appeal", ()),
    ("procedures", "no step in the facts", ()),
    ("review?reviewer=Ana", "Waiting", ("Provision by provision", "Many at once")),
    ("disagreements?reviewer=Cana", "Yes, it concerns the concept", ()),
    ("audit?reviewer=Cana", "Nothing read yet", ()),
    ("progress?reviewer=Ana", "Krippendorff", ("Concepts", "Concept by jurisdiction", "How good", "Answers out")),
    ("cite?basket=seen", "Quote, letter for letter", ("All footnotes",)),
    ("cite?basket=nothing", "The basket is empty", ()),
    ("papers", "Every footnote", ("Begin a paper",)),
]
"""Each page with a word that it has when it is there, and the tabs or modes to be opened on it."""
CODES = re.compile(
    r"\b(found-(un)?confirmed|found-unreviewed|not-found|not-held|BA-(SRP|BIH|BRC)|None|nan|sr-(Cyrl|Latn))\b|\*\*"
)
"""Words of the program that are none of the reader's."""


@pytest.mark.parametrize(("place", "words", "opened"), VIEWS)
def test_every_page_fits_and_speaks_plainly(
    page: Any, address: str, place: str, words: str, opened: tuple[str, ...]
) -> None:
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    # Streamlit itself looks for its health page below a deep address first
    page.on(
        "console", lambda said: faults.append(said.text) if said.type == "error" and "404" not in said.text else None
    )
    page.set_viewport_size({"width": 1440, "height": 900})
    page.goto(f"{address}/{place}")
    page.get_by_test_id("stMain").get_by_text(words).first.wait_for(state="attached")
    looked_at(page)
    for name in opened:
        page.get_by_test_id("stMain").get_by_text(name, exact=name == "Page").first.click()
        looked_at(page)
    assert not faults


def looked_at(page: Any) -> None:
    """See at both widths that nothing runs out of the page, and that what is said is a reader's."""
    settle(page)
    assert not page.get_by_text("Page not found").count()
    for width in (1440, 1100):
        page.set_viewport_size({"width": width, "height": 900})
        page.wait_for_timeout(80)
        over = page.evaluate(
            "() => [document.documentElement, document.querySelector('[data-testid=stMain]')].map(e => e.scrollWidth - e.clientWidth)"
        )
        assert over == [0, 0], width
    text = page.get_by_test_id("stMain").inner_text()
    assert not CODES.search(re.sub(r"https?://\S+", "", text)), CODES.search(text)
    noted = KOSOVO_NOTE.lstrip("* ")[:40]
    if "Kosovo*" in text:
        assert noted in text
