"""Standards out: Akoma Ntoso with every letter and the right structure, Web Annotations, CSV on the Web."""

import csv
import io
import json
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from typer.testing import CliRunner

from made_laws import make
from psimm_docs.akoma import A, clean, problems, to_akoma, uri
from psimm_docs.cli import app
from psimm_docs.csvw import described
from psimm_docs.exports import Table, write_tables
from psimm_docs.jurisdictions import KOSOVO_NOTE
from psimm_docs.reports import cite, render
from psimm_docs.workbench import Workbench, open_workbench


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Workbench:
    return open_workbench(make(tmp_path_factory.mktemp("made")))


def xml_of(bench: Workbench, source_id: str) -> bytes:
    source = bench.source(source_id)
    work = bench.works.get(source.work_id)
    return to_akoma(source, bench.document(source_id), bench.provisions(source_id), work=work)


def inked(text: str) -> Counter[str]:
    return Counter("".join(clean(text).split()))


def letters(data: bytes) -> Counter[str]:
    kind = etree.fromstring(data)[0]
    return inked("".join("".join(child.itertext()) for child in kind if child.tag != f"{A}meta"))


def test_every_letter_and_every_eid_is_there(bench: Workbench) -> None:
    for source_id in bench.sources:
        data = xml_of(bench, source_id)
        assert problems(data) == []
        document = bench.document(source_id)
        assert letters(data) == inked(document.text[: document.body_end])
        root = etree.fromstring(data)
        for one in bench.provisions(source_id):
            [found] = [node for node in root.iter() if node.get("eId") == one.eid]
            assert letters_of(found) == inked(bench.text(one))


def letters_of(node: etree._Element) -> Counter[str]:
    return inked("".join(node.itertext()))


def test_who_and_what(bench: Workbench) -> None:
    source = next(one for one in bench.sources.values() if one.jurisdiction == "XK")
    root = etree.fromstring(xml_of(bench, source.id))
    work = root.find(f".//{A}FRBRWork/{A}FRBRuri")
    assert work is not None
    assert (
        work.get("value") == "/akn/xk/act/2020-05-01/law-on-trial-work" == uri(source, bench.works.get(source.work_id))
    )
    language = root.find(f".//{A}FRBRlanguage")
    assert language is not None
    assert language.get("language") == "sqi"
    text = "".join(root.itertext())
    assert KOSOVO_NOTE in text
    assert source.sha256 in text


def test_a_digest_is_no_act(bench: Workbench) -> None:
    source_id = next(iter(bench.sources))
    digest = replace(bench.source(source_id), status="digest", date="2026-01-01")
    data = to_akoma(digest, bench.document(source_id), bench.provisions(source_id))
    root = etree.fromstring(data)
    assert [node.tag for node in root] == [f"{A}doc"]
    assert root[0][-1].tag == f"{A}mainBody"
    assert problems(data) == []
    assert "digest; not the official text" in "".join(root.itertext())


BROKEN = (
    (b"<body ", b"<corpus ", b"</body>", b"</corpus>"),
    (b'eId="art_2"', b'eId="art_1"'),
    (b"<FRBRdate ", b"<FRBRdatum "),
    (b'eId="art_1__para_1"', b'eId="art_9__para_1"'),
    (b"<content ", b"<text ", b"</content>", b"</text>"),
    (b'date="2019-02-01"', b'date="1.2.2019"'),
    (b"<num>", b"<wrapUp>", b"</num>", b"</wrapUp>"),
)


@pytest.mark.parametrize("changes", BROKEN)
def test_a_broken_structure_is_told(bench: Workbench, changes: tuple[bytes, ...]) -> None:
    source_id = next(one.id for one in bench.sources.values() if one.date == "2019-02-01")
    data = xml_of(bench, source_id)
    broken = data
    for old, new in zip(changes[::2], changes[1::2], strict=True):
        assert old in broken
        broken = broken.replace(old, new)
    assert problems(data) == []
    assert problems(broken)


@pytest.mark.shared
@pytest.mark.parametrize("name", ["rs", "xk", "mk"])
def test_real_laws_keep_their_letters(shared: Path, tmp_path: Path, name: str) -> None:
    from psimm_docs.intake import Description, add_files
    from psimm_docs.pipeline import build
    from psimm_docs.workspace import init_workspace

    given = shared / "realdocs" / name
    path = given if given.is_file() else min(given.iterdir(), key=lambda one: one.stat().st_size)
    workspace = init_workspace(tmp_path / "space")
    code = name[:2].upper()
    add_files(workspace, [path], Description(jurisdiction=code, title="law", status="official"))
    build(workspace)
    bench = open_workbench(workspace.root)
    (source_id,) = bench.sources
    data = xml_of(bench, source_id)
    document = bench.document(source_id)
    assert problems(data) == []
    assert letters(data) == inked(document.text[: document.body_end])


def test_the_command(bench: Workbench, tmp_path: Path) -> None:
    out = CliRunner().invoke(app, ["akn", "--out", str(tmp_path), "-w", str(bench.workspace.root)])
    assert out.exit_code == 0, out.output
    files = sorted(tmp_path.rglob("*.akn.xml"))
    assert len(files) == len(bench.sources)
    assert all(problems(path.read_bytes()) == [] for path in files)


# --- Web Annotation


def test_annotations_find_the_passage_by_its_exact_words(bench: Workbench) -> None:
    source = next(one for one in bench.sources.values() if one.jurisdiction == "XK")
    made = cite(bench, f"{source.id}#art_1__para_2")
    page = json.loads(render([made, made], form="web-annotation"))
    [one] = page["items"]
    assert (page["type"], one["type"]) == ("AnnotationPage", "Annotation")
    place, quote = one["target"]["selector"]
    assert place == {"type": "FragmentSelector", "value": "art_1__para_2"}
    assert quote == {"type": "TextQuoteSelector", "exact": made.quote}
    assert KOSOVO_NOTE in one["body"][0]["value"]
    assert made.sha256 in one["body"][1]["value"]


# --- CSV on the Web


def test_a_csv_file_has_its_description_beside_it(tmp_path: Path) -> None:
    table = Table("t", ("jurisdiction", "count", "share", "sure", "Kosovo*", "XK"), (("XK", 1, 0.5, True, "a", "b"),))
    [path] = write_tables(tmp_path / "t.csv", [table])
    about = json.loads((tmp_path / "t.csv-metadata.json").read_text("utf-8"))
    assert about["url"] == "t.csv"
    columns = about["tableSchema"]["columns"]
    rows = list(csv.reader(io.StringIO(path.read_text("utf-8-sig"))))
    assert [one["titles"] for one in columns] == rows[0]
    types = [one["datatype"] for one in columns]
    assert types == ["string", "integer", "number", {"base": "boolean", "format": "yes|no"}, "string", "string"]
    assert KOSOVO_NOTE in about["rdfs:comment"]
    assert [one["name"] for one in columns][-2:] == ["XK", "XK_2"]


@given(st.lists(st.text(max_size=8), min_size=1, max_size=5))
def test_names_of_columns_are_allowed_and_their_own(titles: list[str]) -> None:
    columns = json.loads(described("x.csv", titles, [], ""))["tableSchema"]["columns"]
    names = [one["name"] for one in columns]
    assert len(set(names)) == len(titles)
    assert all(name.replace("_", "").isascii() and name.replace("_", "").isalnum() for name in names)
