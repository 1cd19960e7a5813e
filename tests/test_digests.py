"""The digests: the script makes the repository's bytes again, each says what it is, and no fact is lost on the way."""

import hashlib
import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from psimm_docs.jurisdictions import KOSOVO_NOTE, SIX, root
from psimm_docs.reports import cite
from psimm_docs.workbench import open_workbench

NOTICE = "digest; not the official text"


def rows(repo: Path) -> list[dict[str, object]]:
    return [
        json.loads(line)
        for path in sorted((repo / "corpus" / "digests").glob("*.jsonl"))
        for line in path.read_text("utf-8").splitlines()
    ]


def test_all_facts_are_there_in_the_languages_of_record_and_english(repo: Path) -> None:
    facts = rows(repo)
    assert len({row["fact"] for row in facts}) == 474
    assert all("en" in row["text"] and len(row["text"]) >= 2 for row in facts)  # type: ignore[arg-type, operator]
    languages = Counter(tag for row in facts for tag in row["text"])  # type: ignore[attr-defined]
    assert set(languages) == {"sq", "bs", "hr", "cnr", "sr-Cyrl", "sr-Latn", "mk", "en"}


def test_the_same_bytes_come_again(repo: Path, tmp_path: Path) -> None:
    made = subprocess.run(
        [sys.executable, repo / "corpus" / "make_digests.py", "--out", tmp_path],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert made.returncode == 0, made.stderr
    held, again = (
        {
            str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in (folder / "documents").rglob("*")
            if path.is_file()
        }
        for folder in (repo / "corpus", tmp_path)
    )
    assert again == held
    assert (tmp_path / "manifest.jsonl").read_bytes() == (repo / "corpus" / "manifest.jsonl").read_bytes()


def test_the_manifest_is_true(repo: Path, shipped: Path) -> None:
    bench = open_workbench(shipped)
    assert {root(source.jurisdiction) for source in bench.sources.values()} == set(SIX)
    kinds = Counter(source.media_type for source in bench.sources.values())
    assert len(kinds) == 4, kinds
    for source in bench.sources.values():
        data = (repo / "corpus" / "documents" / source.path).read_bytes()
        assert (hashlib.sha256(data).hexdigest(), len(data)) == (source.sha256, source.size)
        assert source.digest
        assert source.note.startswith(NOTICE)


def test_every_document_and_every_citation_says_that_it_is_a_digest(shipped: Path) -> None:
    bench = open_workbench(shipped)
    for source in bench.sources.values():
        text = " ".join(bench.document(source.id).text.split())
        assert NOTICE in text.lower(), source.id
        if root(source.jurisdiction) == "XK":
            assert KOSOVO_NOTE.lstrip("* ")[:60] in text, source.id


@pytest.mark.parametrize("code", SIX)
def test_a_citation_of_a_digest_says_so(shipped: Path, code: str) -> None:
    bench = open_workbench(shipped)
    sources = [one for one in bench.sources.values() if root(one.jurisdiction) == code]
    article = next(one for source in sources for one in bench.provisions(source.id) if one.kind == "article")
    assert NOTICE in str(cite(bench, article.id))
