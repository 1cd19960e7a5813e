"""The whole life of a paper, on the command line as a user walks it: digests and real laws, review, grid, paper, a changed law, the paper again."""

import json
import shutil
import subprocess
from pathlib import Path

import bibtexparser
import docx
import pytest
import rispy
from typer.testing import CliRunner

from made_laws import NEW, OLD
from psimm_docs.archives import unpack
from psimm_docs.cli import app
from psimm_docs.drafts import read_draft
from psimm_docs.jurisdictions import KOSOVO_NOTE
from psimm_docs.workbench import Workbench, open_workbench
from test_paper_skeleton import by_the_author, outside

CONCEPT = "residence-registration"
REAL = (
    ("mk", "MK", "Zakon za prijavuvanje na zivealiste i prestojuvaliste.pdf"),
    ("ba", "BA-BIH", "zakon-o-advokaturi-fbih.md"),
)
KOSOVO = "xk/law-on-foreigners-2013/digest.sq#art_82"


class Walk:
    """A workspace and its command line."""

    def __init__(self, space: Path) -> None:
        self.space = space

    def run(self, *words: str) -> str:
        """Run a command that has to succeed; returns what it prints."""
        result = CliRunner().invoke(app, [*words, "-w", str(self.space)])
        assert result.exit_code == 0, (words, result.output)
        return result.output

    def bench(self) -> Workbench:
        """Return the corpus as it stands now."""
        return open_workbench(self.space)

    def article(self, words: str) -> str:
        """Return the id of the one article of the made-up law in which words stand."""
        bench = self.bench()
        [found] = [
            one.id
            for source in bench.sources
            if "probnom" in bench.source(source).title
            for one in bench.provisions(source)
            if one.kind == "article" and words in bench.text(one)
        ]
        return found


@pytest.fixture(scope="module")
def walk(shipped: Path, shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Walk:
    """The digests, two real laws and a made-up one, built."""
    folder = tmp_path_factory.mktemp("walk")
    walk = Walk(Path(shutil.copytree(shipped, folder / "space")))
    for below, code, name in REAL:
        walk.run("add", str(shared / "realdocs" / below / name), "-j", code, "--title", Path(name).stem)
    law = folder / "old.txt"
    law.write_text(OLD, "utf-8")
    about = ("-j", "ME", "--title", "Zakon o probnom radu stranaca")
    walk.run("add", str(law), *about, "--gazette-number", "10/2019", "--date", "2019-02-01")
    walk.run("build")
    return walk


def test_the_walk(walk: Walk, tmp_path: Path) -> None:
    # read and tagged: the digests and three laws, each with its articles
    bench = walk.bench()
    new = [one for one in bench.sources.values() if not one.digest]
    assert len(new) == 3
    assert all(any(p.kind == "article" for p in bench.provisions(one.id)) for one in new)
    assert any(tag.concept == CONCEPT and tag.provision_id.startswith("mk/") for tag in bench.tags())

    # reviewed: what a person said stands, under his name
    first = walk.article("osam dana")
    bench.decide("Ana", first, CONCEPT, "accept")
    assert walk.bench().states()[first, CONCEPT].by == ("Ana",)

    # frozen: the cell is confirmed, and nothing has moved since
    walk.run("compare", "freeze", "walk", "-c", CONCEPT, "-c", "quota")
    assert (walk.space / "annotations" / "snapshots" / "walk.jsonl").exists()
    assert "0 of" in walk.run("compare", "diff", "walk") or "no cell" in walk.run("compare", "diff", "walk").lower()

    # written: a Word file with real footnotes, the exact quote, the figure with its own words
    paper = tmp_path / "paper.docx"
    walk.run("paper", "new", str(paper), "-j", "ME", "--concept", CONCEPT)
    docx.Document(str(paper))
    draft = read_draft(paper)
    body = "\n".join(one.text for one in draft.body)
    assert draft.notes
    assert bench.text(bench.provision(first)) in body
    assert "at most 8 days: “osam dana”" in body
    assert "Ana" in body
    by_the_author(paper, f"ME/{CONCEPT}")
    quoting = tmp_path / "draft.md"
    quoting.write_text(
        "„Poslodavac čuva probnu knjigu“.[^1] „u roku od osam dana“.[^2]\n\n"
        "[^1]: Zakon o probnom radu stranaca (Montenegro), Art. 2\n\n[^2]: Zakon o probnom radu stranaca (Montenegro), Art. 1\n",
        "utf-8",
    )

    # a law changes: a new version, in which article 2 is article 3 and the deadline another
    law = tmp_path / "new.txt"
    law.write_text(NEW, "utf-8")
    about = ("-j", "ME", "--title", "Zakon o probnom radu stranaca")
    walk.run("add", str(law), *about, "--gazette-number", "10/2019, 5/2023", "--date", "2023-03-01")
    walk.run("build")
    walk.bench().decide("Ana", walk.article("petnaest dana"), CONCEPT, "accept")
    moved = walk.run("compare", "diff", "walk")
    assert "Montenegro" in moved or "ME" in moved
    assert "a later version of the law reads otherwise" in moved

    # checked: what holds, what was renumbered, what changed; the author's words are untouched in the copy with comments
    table = tmp_path / "findings.jsonl"
    walk.run("paper", "check", str(quoting), "--table", str(table))
    states = [json.loads(line)["state"] for line in table.read_text("utf-8").splitlines() if line.strip()]
    assert states == ["renumbered", "changed since"]
    copy = tmp_path / "checked.docx"
    walk.run("paper", "check", str(paper), "--copy", str(copy))
    parts = unpack(copy)
    assert "word/comments.xml" in parts
    assert [one.text for one in read_draft(copy).body] == [one.text for one in read_draft(paper).body]

    # made again: every byte of the author's stays, the new deadline is there
    before = unpack(paper)
    walk.run("paper", "refresh", str(paper))
    assert outside(unpack(paper)) == outside(before)
    again = "\n".join(one.text for one in read_draft(paper).body)
    assert "My own  words" in again
    assert "petnaest dana" in again


def test_what_zotero_reads_is_read_back(walk: Walk) -> None:
    [ris] = rispy.loads(walk.run("cite", KOSOVO, "--format", "ris"))
    [entry] = bibtexparser.parse_string(walk.run("cite", KOSOVO, "--format", "biblatex")).entries
    [csl] = json.loads(walk.run("cite", KOSOVO, "--format", "csl-json"))
    title = walk.bench().source(KOSOVO.partition("#")[0]).title
    assert title in (ris.get("title") or ris.get("primary_title") or "")
    assert title in entry["title"]
    assert title in json.dumps(csl, ensure_ascii=False)


def test_the_regional_paper_names_kosovo_with_its_footnote(walk: Walk, tmp_path: Path) -> None:
    paper = tmp_path / "regional.docx"
    walk.run("paper", "new", str(paper), "--regional", "--concept", CONCEPT, "--concept", "quota")
    draft = read_draft(paper)
    body = "\n".join(one.text for one in draft.body)
    for chapter in ("Shared vulnerabilities", "Procedural gaps", "Cross-cutting trends", "North Macedonia"):
        assert chapter in body
    assert any(KOSOVO_NOTE.lstrip("* ") in one.text for one in draft.notes.values()) or KOSOVO_NOTE in body


@pytest.mark.skipif(shutil.which("soffice") is None, reason="no soffice: apt install libreoffice-writer-nogui")
def test_libreoffice_makes_pages_of_the_paper(walk: Walk, tmp_path: Path) -> None:
    import pdfplumber

    paper = tmp_path / "pages.docx"
    walk.run("paper", "new", str(paper), "-j", "XK", "--concept", CONCEPT)
    home = f"-env:UserInstallation=file://{tmp_path}/office"
    command = ["soffice", home, "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path), str(paper)]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    with pdfplumber.open(tmp_path / "pages.pdf") as pages:
        text = "\n".join(page.extract_text() for page in pages.pages)
    assert "Kosovo*" in text
    assert "ICJ Opinion on the Kosovo declaration of independence" in text
    assert "State of the answer" in text
