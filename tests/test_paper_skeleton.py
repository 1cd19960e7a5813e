"""The skeleton: exact quotes with real footnotes, honest silences; made again, it keeps every byte that the author wrote."""

import re
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

import docx
import pytest
from typer.testing import CliRunner

from made_laws import make
from psimm_docs.archives import pack, unpack
from psimm_docs.cite_check import check
from psimm_docs.cli import app
from psimm_docs.drafts import laid_out, paragraphs, read_draft, safe_part
from psimm_docs.errors import PsimmError, RefusalError
from psimm_docs.jurisdictions import KOSOVO_NOTE
from psimm_docs.paper_skeleton import Asked, Gatherer, again, new
from psimm_docs.word_regions import DOCUMENT, FOOTNOTES, held_regions, refresh
from psimm_docs.wordfile import Note, Para, Region, Words, digest, para, word_file
from psimm_docs.workbench import open_workbench

DAY = "2026-01-01"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make(tmp_path_factory.mktemp("made"))


@pytest.fixture
def space(made: Path, tmp_path: Path) -> Path:
    shutil.copytree(made, tmp_path / "space")
    return tmp_path / "space"


def written(space: Path, tmp_path: Path, code: str, **more: object) -> Path:
    out = tmp_path / "paper.docx"
    assert new(open_workbench(space), Asked(code, date=DAY), out, **more) == []  # type: ignore[arg-type]
    return out


def tag_of(space: Path, code: str) -> tuple[str, str]:
    """A provision of the newest version held and the concept that is most strongly suggested for it."""
    tags = [tag for tag in open_workbench(space).tags() if tag.provision_id.startswith(code)]
    newest = max(tag.provision_id.partition("#")[0] for tag in tags)
    found = max((tag for tag in tags if tag.provision_id.startswith(newest)), key=lambda tag: tag.score)
    return found.provision_id, found.concept


def test_quotes_are_exact_and_their_footnotes_real(space: Path, tmp_path: Path) -> None:
    provision, concept = tag_of(space, "me/")
    path = written(space, tmp_path, "ME", concepts=[concept])
    draft = read_draft(path)
    text = open_workbench(space).text(open_workbench(space).provision(provision))
    quotes = [one for one in draft.body if one.kind == "quote"]
    assert "“" + text + "”" in [one.text for one in quotes]
    [quote] = [one for one in quotes if text in one.text]
    [(_, name)] = quote.marks
    assert "Law on Trial Work of Foreigners (Montenegro), Art." in draft.notes[name].text
    assert docx.Document(str(path)).core_properties.title == "Montenegro: country paper"


def test_the_skeleton_passes_its_own_cite_check(space: Path, tmp_path: Path) -> None:
    states: set[str] = set()
    for code in ("ME", "XK", "RS"):
        out = tmp_path / f"{code}.docx"
        new(open_workbench(space), Asked(code, date=DAY), out)
        states |= {one.state for one in check(open_workbench(space), out) if one.quote and one.law}
    assert states <= {"holds", "unreviewed-tag", "changed-since", "renumbered", "repealed"}
    assert states


def test_silences_say_what_they_rest_on(space: Path, tmp_path: Path) -> None:
    text = "\n".join(one.text for one in read_draft(written(space, tmp_path, "ME")).body)
    assert "searched, not found" in text
    assert "Searched in 2 documents on " in text
    assert "(Montenegrin): not found" in text
    assert "Nobody has signed this silence yet." in text
    assert "Reviewed by: nobody yet" in text
    other = tmp_path / "al.docx"
    new(open_workbench(space), Asked("AL", date=DAY), other, concepts=["quota"])
    assert "text not held" in "\n".join(one.text for one in read_draft(other).body)


def test_kosovo_has_its_footnote(space: Path, tmp_path: Path) -> None:
    draft = read_draft(written(space, tmp_path, "XK", concepts=["quota"]))
    assert draft.body[0].text == "Kosovo*: country paper"
    assert draft.body[0].marks
    assert draft.notes[draft.body[0].marks[0][1]].text.strip() == KOSOVO_NOTE.lstrip("* ")
    assert any(one.text == KOSOVO_NOTE for one in draft.body)


def test_the_regional_paper_has_its_chapters_and_cells(space: Path, tmp_path: Path) -> None:
    path = tmp_path / "regional.docx"
    new(open_workbench(space), Asked("", date=DAY), path)
    draft = read_draft(path)
    heads = [one.text for one in draft.body if one.kind == "heading"]
    for name in ("Shared vulnerabilities", "Procedural gaps", "Cross-cutting trends", "Annex C. The grid"):
        assert name in heads
    assert any("not found in" in one for one in heads)
    assert draft.notes
    words = "\n".join(one.text for one in draft.body)
    assert words.count(KOSOVO_NOTE) >= 3
    sources = open_workbench(space).sources
    assert all(one.sha256 in words for one in sources.values())


def test_values_have_their_place(space: Path, tmp_path: Path) -> None:
    bench = open_workbench(space)
    name = next(
        one.id
        for source in bench.sources
        if source.startswith("me/")
        for one in bench.provisions(source)
        if one.kind == "article" and "osam dana" in bench.text(one)
    )
    here = Path(shutil.copytree(space, tmp_path / "valued"))
    open_workbench(here).decide("Ana", name, "residence-registration", "accept")
    path = written(here, tmp_path, "ME", concepts=["residence-registration"])
    words = [one.text for one in read_draft(path).body]
    assert any("at most 8 days: “osam dana" in one for one in words)
    assert any(one.startswith("Law of the Union: ") for one in words)


def test_a_paper_is_not_written_over(space: Path, tmp_path: Path) -> None:
    path = written(space, tmp_path, "ME", concepts=["quota"])
    with pytest.raises(PsimmError, match="is there already"):
        new(open_workbench(space), Asked("ME"), path)


# --- made again


def outside(parts: Mapping[str, bytes]) -> list[bytes]:
    """The bytes of a text part that lie outside our regions."""
    data = parts[DOCUMENT]
    out, at = [], 0
    for one in held_regions(data, parts[FOOTNOTES]):
        out.append(data[at : one.start])
        at = one.end
    return [*out, data[at:]]


AUTHOR = (
    '<w:p w:rsidR="00AB12CD" ><w:pPr><w:jc w:val="both"/></w:pPr><w:r><w:t>My own  words,&#160;&amp; a note</w:t></w:r>'
    '<w:r><w:footnoteReference w:id="900"/></w:r></w:p>'
)


def by_the_author(path: Path, slot: str) -> None:
    """Write into a slot, between two regions and into the footnotes, as Word would leave it."""
    parts = unpack(path)
    data = parts[DOCUMENT].decode("utf-8")
    hint = data.index("Write here.", data.index(f"psimm_{digest(slot)}"))
    begin, end = data.rindex("<w:p>", 0, hint), data.index("</w:p>", hint) + len("</w:p>")
    data = data[:begin] + AUTHOR + "<w:p><w:r><w:t>Between.</w:t></w:r></w:p>" + data[end:]
    notes = parts[FOOTNOTES].decode("utf-8")
    own = '<w:footnote w:id="900"><w:p ><w:r><w:t>My own note</w:t></w:r></w:p></w:footnote>'
    notes = notes.replace("</w:footnotes>", own + "</w:footnotes>")
    path.write_bytes(pack({**parts, DOCUMENT: data.encode("utf-8"), FOOTNOTES: notes.encode("utf-8")}))


def test_what_the_author_wrote_stays_byte_for_byte(space: Path, tmp_path: Path) -> None:
    provision, concept = tag_of(space, "me/")
    path = written(space, tmp_path, "ME", concepts=[concept])
    by_the_author(path, f"ME/{concept}")
    before = unpack(path)
    open_workbench(space).decide("Ana Jović", provision, concept, "accept")
    done, stopped = again(open_workbench(space), path, date="2026-02-02")
    after = unpack(path)
    assert not stopped
    assert not done.kept
    assert f"ME/{concept}" in done.replaced
    assert outside(after) == outside(before)
    assert AUTHOR.encode("utf-8") in after[DOCUMENT]
    assert b"My own note" in after[FOOTNOTES]
    assert {name: data for name, data in after.items() if name not in (DOCUMENT, FOOTNOTES)} == {
        name: data for name, data in before.items() if name not in (DOCUMENT, FOOTNOTES)
    }
    words = "\n".join(one.text for one in read_draft(path).body)
    assert "Ana Jović, 20" in words
    assert "found, confirmed" in words
    assert "2026-02-02" in words


def test_footnotes_are_exchanged_with_their_calls(space: Path, tmp_path: Path) -> None:
    _, concept = tag_of(space, "me/")
    path = written(space, tmp_path, "ME", concepts=[concept])
    number = len(read_draft(path).notes)
    for _ in range(3):
        again(open_workbench(space), path, date=DAY)
    parts = unpack(path)
    called = re.findall(rb'footnoteReference w:id="(\d+)"', parts[DOCUMENT])
    held = re.findall(rb'<w:footnote [^>]*w:id="([1-9]\d*)"', parts[FOOTNOTES])
    assert sorted(called) == sorted(held)
    assert len(set(called)) == len(called) == number
    docx.Document(str(path))


def test_a_region_in_which_the_author_wrote_is_left_and_told(space: Path, tmp_path: Path) -> None:
    _, concept = tag_of(space, "me/")
    path = written(space, tmp_path, "ME", concepts=[concept])
    parts = unpack(path)
    data = parts[DOCUMENT].replace(b"Reviewed by: nobody yet", b"Reviewed by me in the garden")
    path.write_bytes(pack({**parts, DOCUMENT: data}))
    done, _ = again(open_workbench(space), path, date="2026-02-02")
    assert done.kept == (f"ME/{concept}",)
    assert b"in the garden" in unpack(path)[DOCUMENT]
    draft = read_draft(path)
    assert all(name in draft.notes for one in draft.body for _, name in one.marks)


NOTE_OF_HIS = '<w:footnote w:id="77"><w:p><w:r><w:t>My remark.</w:t></w:r></w:p></w:footnote></w:footnotes>'


@pytest.mark.parametrize(
    ("part", "before", "after"),
    [
        (FOOTNOTES, "Law, Art. 1.", "Law, Art. 1 (emphasis added)."),
        (DOCUMENT, "first</w:t></w:r>", 'first</w:t></w:r><w:r><w:footnoteReference w:id="77"/></w:r>'),
        (DOCUMENT, "first</w:t></w:r>", 'first</w:t></w:r><w:r><w:commentReference w:id="0"/></w:r>'),
        (DOCUMENT, "first</w:t></w:r>", "first</w:t></w:r><w:r><w:drawing/></w:r>"),
        (DOCUMENT, '<w:t xml:space="preserve">first</w:t>', "<w:delText>first</w:delText>"),
    ],
)
def test_notes_comments_and_pictures_of_the_author_in_a_region_are_kept(part: str, before: str, after: str) -> None:
    quoted = Para((Words("“words of a law”"), Note("Law, Art. 1.")), "Quote")

    def region(words: str) -> Region:
        return Region("ME/a", "a", (para("a", "Heading2"), quoted, para(words)), ours=True)

    parts = read_parts(word_file([region("first")], title="t", time=f"{DAY}T00:00:00Z"))
    assert refresh(parts, [region("second")]).replaced == ("ME/a",)
    edited = {**parts, FOOTNOTES: parts[FOOTNOTES].replace(b"</w:footnotes>", NOTE_OF_HIS.encode())}
    edited[part] = edited[part].replace(before.encode(), after.encode())
    assert after.encode() in edited[part]
    done = refresh(edited, [region("second")])
    assert done.kept == ("ME/a",)
    assert done.parts == edited


def test_a_new_section_is_set_in_where_it_belongs() -> None:
    old = [Region(f"ME/{name}", name, (para(name),), ours=True) for name in ("a", "c")]
    slot = Region("ME/b", "slot", (para("Write here."),), ours=False)
    mine = Region("ME/b", "b", (Para((Words("b"), Note("note b"))),), ours=True)
    parts = read_parts(word_file(old, title="t", time=f"{DAY}T00:00:00Z"))
    done = refresh(parts, [old[0], mine, slot, old[1]])
    assert done.added == ("ME/b",)
    held = held_regions(done.parts[DOCUMENT], done.parts[FOOTNOTES])
    assert [one.mark for one in held] == [digest(f"ME/{name}") for name in "abc"]
    texts = [laid_out(node)[0] for node in paragraphs(safe_part(done.parts, DOCUMENT))]
    assert texts == ["a", "b", "Write here.", "c"]
    last = refresh(done.parts, [old[0], mine, slot])
    assert last.gone == 1
    assert b">c<" in last.parts[DOCUMENT]


def read_parts(data: bytes) -> dict[str, bytes]:
    import io
    import zipfile

    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_a_file_that_is_no_skeleton_is_refused(space: Path, tmp_path: Path) -> None:
    path = tmp_path / "other.docx"
    path.write_bytes(word_file([para("Mine")], title="t", time=f"{DAY}T00:00:00Z"))
    with pytest.raises(PsimmError, match="no region"):
        again(open_workbench(space), path)
    parts = unpack(path)
    utf16 = parts[DOCUMENT].decode("utf-8").replace("UTF-8", "UTF-16", 1).encode("utf-16")
    path.write_bytes(pack({**parts, DOCUMENT: utf16}))
    with pytest.raises(RefusalError, match="UTF-8"):
        again(open_workbench(space), path)


def test_a_tampered_quote_is_held_back_and_the_paper_goes_on(
    space: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dataclasses import replace

    from psimm_docs import paper_answers, reports

    provision, concept = tag_of(space, "me/")

    def tampered(bench: object, provision_id: str, **more: object) -> object:
        made = reports.cite(bench, provision_id, **more)  # type: ignore[arg-type]
        return replace(made, quote=made.quote + "!") if provision_id == provision else made

    monkeypatch.setattr(paper_answers, "cite", tampered)
    out = tmp_path / "paper.docx"
    [stopped] = new(open_workbench(space), Asked("ME", date=DAY), out, concepts=[concept])
    assert provision in stopped
    text = "\n".join(one.text for one in read_draft(out).body)
    assert "[The quote is held back.]" in text


def test_letters_that_xml_can_not_hold_are_marked() -> None:
    data = word_file([para('a\x00b\ud800 <c> & "d"\n e')], title="<t>", time=f"{DAY}T00:00:00Z")
    [node] = paragraphs(safe_part(read_parts(data), DOCUMENT))
    assert laid_out(node)[0] == 'a\ufffdb\ufffd <c> & "d"\n e'


def test_the_commands(space: Path, tmp_path: Path) -> None:
    run = CliRunner().invoke
    out = tmp_path / "me.docx"
    where = ["-w", str(space)]
    assert run(app, ["paper", "new", "-j", "me", str(out), "--concept", "quota", *where]).exit_code == 0
    again_ = run(app, ["paper", "refresh", str(out), *where])
    assert again_.exit_code == 0, again_.output
    assert "regions made again, 0 added" in again_.stdout
    assert run(app, ["paper", "new", str(out), *where]).exit_code == 2


@pytest.mark.skipif(shutil.which("soffice") is None, reason="no soffice: apt install libreoffice-writer-nogui")
def test_libreoffice_shows_quotes_and_footnotes(space: Path, tmp_path: Path) -> None:
    _, concept = tag_of(space, "me/")
    path = written(space, tmp_path, "ME", concepts=[concept])
    home = f"-env:UserInstallation=file://{tmp_path}/office"
    subprocess.run(
        [
            *("soffice", home, "--headless", "--convert-to", "docx:MS Word 2007 XML"),
            *("--outdir", str(tmp_path / "out"), str(path)),
        ],
        check=True,
        capture_output=True,
        timeout=120,
    )
    notes = read_draft(tmp_path / "out" / "paper.docx").notes
    assert any("Law on Trial Work of Foreigners (Montenegro), Art." in one.text for one in notes.values())
    # what another program saved is made again as well: its text is known to be ours, cut into runs as it may be
    done, _ = again(open_workbench(space), tmp_path / "out" / "paper.docx", date="2026-02-02")
    assert f"ME/{concept}" in done.replaced
    assert not done.kept


def test_the_life_of_a_paper(tmp_path: Path) -> None:
    """Build, review, write the skeleton, edit it, change a law, check, make it again."""
    from made_laws import ME, NEW, OLD
    from psimm_docs.intake import Description, add_files
    from psimm_docs.pipeline import build
    from psimm_docs.workspace import init_workspace

    workspace = init_workspace(tmp_path / "space")

    def take(name: str, text: str, number: str, date: str) -> None:
        (tmp_path / name).write_text(text, "utf-8")
        about = Description(**{**ME, "work_id": ""}, gazette_number=number, date=date)  # type: ignore[arg-type]
        add_files(workspace, [tmp_path / name], about)
        build(workspace)

    def accept(words: str) -> None:
        bench = open_workbench(workspace.root)
        [one] = [
            p for s in bench.sources for p in bench.provisions(s) if p.kind == "article" and words in bench.text(p)
        ]
        bench.decide("Ana", one.id, concept, "accept")

    concept = "residence-registration"
    take("old.txt", OLD, "10/2019", "2019-02-01")
    accept("osam dana")
    paper = written(workspace.root, tmp_path, "ME", concepts=[concept])
    assert {one.state for one in check(open_workbench(workspace.root), paper) if one.quote and one.law} == {"holds"}
    by_the_author(paper, f"ME/{concept}")
    draft = tmp_path / "draft.md"
    draft.write_text(
        "„Poslodavac čuva probnu knjigu“.[^1] „u roku od osam dana“.[^2]\n\n"
        "[^1]: Zakon o probnom radu stranaca (Montenegro), Art. 2\n\n[^2]: Zakon o probnom radu stranaca (Montenegro), Art. 1\n",
        "utf-8",
    )
    assert {one.state for one in check(open_workbench(workspace.root), draft)} <= {"holds", "unreviewed-tag"}
    take("new.txt", NEW, "10/2019, 5/2023", "2023-03-01")
    assert [one.state for one in check(open_workbench(workspace.root), draft)] == ["renumbered", "changed-since"]
    accept("petnaest dana")
    before = unpack(paper)
    done, stopped = again(open_workbench(workspace.root), paper, date="2026-02-02")
    assert not stopped
    assert f"ME/{concept}" in done.replaced
    assert outside(unpack(paper)) == outside(before)
    text = "\n".join(one.text for one in read_draft(paper).body)
    assert "My own  words" in text
    assert "petnaest dana" in text


def test_gathering_is_the_same_twice(space: Path) -> None:
    first, second = (Gatherer(open_workbench(space), Asked("ME", date=DAY)).regions(()) for _ in range(2))
    assert first == second
