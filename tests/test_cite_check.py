"""The cite-check: every footnote and quotation of a draft finds its place, or is told why not; the draft itself stays as it is."""

import contextlib
import io
import shutil
import subprocess
import zipfile
from pathlib import Path

import docx
import pytest
from typer.testing import CliRunner

from made_laws import make
from psimm_docs.archives import pack, unpack
from psimm_docs.catalogue import COLUMNS
from psimm_docs.checked_papers import write_commented, write_findings
from psimm_docs.cite_check import check
from psimm_docs.cited_laws import Laws, citations_in
from psimm_docs.cli import app
from psimm_docs.drafts import W, paragraphs, quotations, read_draft, read_markdown, safe_part
from psimm_docs.errors import PsimmError, RefusalError
from psimm_docs.intake import Description, add_files
from psimm_docs.jurisdictions import KOSOVO_NOTE
from psimm_docs.papers import Finding
from psimm_docs.pipeline import build
from psimm_docs.quoting import compare
from psimm_docs.reports import cite
from psimm_docs.styles import STYLES, short
from psimm_docs.wordfile import Note, Para, Words, para, word_file
from psimm_docs.workbench import Workbench, open_workbench
from psimm_docs.workspace import init_workspace

TIME = "2026-01-01T00:00:00Z"


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Workbench:
    return open_workbench(make(tmp_path_factory.mktemp("made")))


def source_of(bench: Workbench, code: str, date: str = "") -> str:
    return next(one.id for one in bench.sources.values() if one.jurisdiction == code and one.date.startswith(date))


def findings(bench: Workbench, tmp_path: Path, text: str, code: str = "ME") -> list[Finding]:
    path = tmp_path / "draft.md"
    path.write_text(text, "utf-8")
    return check(bench, path, code=code)


def one(bench: Workbench, tmp_path: Path, text: str, code: str = "ME") -> Finding:
    [found] = findings(bench, tmp_path, text, code)
    return found


# --- states


@pytest.mark.parametrize(
    ("quote", "note", "state", "said"),
    [
        ("Upis je javan i besplatan", "Law on Trial Work of Foreigners (Montenegro), Art. 1(2)", "holds", "Art. 1(2)"),
        ("Stranac [...] u roku od petnaest dana", "Law on Trial Work of Foreigners (Montenegro), Art. 1", "holds", ""),
        ("[s]e upisuje u probni registar", "Law on Trial Work of Foreigners (Montenegro), Art. 1(1).", "holds", ""),
        (
            "Upis je tajan i besplatan",
            "Law on Trial Work of Foreigners (Montenegro), Art. 1(2)",
            "quote-differs",
            "“tajan”",
        ),
        (
            "у року од петнаест дана од доласка",
            "Law on Trial Work of Foreigners (Montenegro), Art. 1",
            "quote-differs",
            "Cyrillic",
        ),
        (
            "u roku od osam dana od dolaska",
            "Law on Trial Work of Foreigners (Montenegro), Art. 1(1)",
            "changed-since",
            "petnaest",
        ),
        (
            "čuva probnu knjigu tri godine",
            "Law on Trial Work of Foreigners (Montenegro), Art. 2",
            "renumbered",
            "Art. 3",
        ),
        (
            "dobija nešto drugo, što nigdje ne stoji",
            "Law on Trial Work of Foreigners (Montenegro), Art. 1",
            "quote-differs",
            "",
        ),
        (
            "The foreigner shall register within fifteen days",
            "Law on Trial Work of Foreigners (Montenegro), Art. 1",
            "not-in-corpus",
            "language",
        ),
        ("Regjistrimi është falas", "Law on Trial Work of Foreigners (Kosovo*), Art. 1(2)", "holds", ""),
        ("добија пробну дозволу за рад", "Law on Trial Permits (Serbia), Art. 1, 77/2016", "repealed", "is repealed"),
    ],
)
def test_what_becomes_of_a_quotation(
    bench: Workbench, tmp_path: Path, quote: str, note: str, state: str, said: str
) -> None:
    found = one(bench, tmp_path, f"The law says „{quote}“.[^1]\n\n[^1]: {note}\n")
    assert found.state in ((state, "unreviewed-tag") if state == "holds" else (state,)), found
    assert said in found.told + found.nearest
    assert found.quote == quote


@pytest.mark.parametrize(
    ("note", "state", "said"),
    [
        ("Law on Trial Work of Foreigners (Montenegro), Art. 3", "holds", "Art. 3 is there"),
        ("Law on Trial Work of Foreigners (Montenegro), Art. 9", "not-in-corpus", "no Art. 9"),
        ("Law on Trial Work of Foreigners (Montenegro), Art. 1(7)", "not-in-corpus", "inner place"),
        (
            "Law on Trial Work of Foreigners (Montenegro), Art. 2, Official Gazette of Montenegro 10/2019",
            "renumbered",
            "Art. 3 in",
        ),
        (
            "Law on Trial Work of Foreigners (Montenegro), Art. 1, Official Gazette 10/2019",
            "changed-since",
            "otherwise",
        ),
        ("Law on Trial Work of Foreigners (Montenegro), Art. 2 [version of 2019-02-01]", "renumbered", "Art. 3 in"),
        ("Law on Unknown Matters (Montenegro), Art. 2", "not-in-corpus", "No law"),
        ("Smith, Migration Today (2010) 15", "not-a-law", "No law"),
        ("Law on Trial Permits (Serbia), Art. 2", "repealed", "is repealed"),
    ],
)
def test_what_becomes_of_a_place(bench: Workbench, tmp_path: Path, note: str, state: str, said: str) -> None:
    found = one(bench, tmp_path, f"So it is.[^1]\n\n[^1]: {note}\n", code="")
    assert found.state in ((state, "unreviewed-tag") if state == "holds" else (state,)), found
    assert said in found.told


def test_a_tag_that_nobody_reviewed_is_told_until_somebody_did(bench: Workbench, tmp_path: Path) -> None:
    space = tmp_path / "space"
    shutil.copytree(bench.workspace.root, space)
    mine = open_workbench(space)
    tags = [tag for tag in mine.tags() if tag.provision_id.startswith("me/") and "2023" in tag.provision_id]
    assert tags, "no tag is suggested for the made-up law: the test needs one"
    article = tags[0].provision_id
    number = mine.provision(article).number.strip(" .")
    text = f"So it is.[^1]\n\n[^1]: Law on Trial Work of Foreigners (Montenegro), Art. {number}\n"
    assert one(mine, tmp_path, text).state == "unreviewed-tag"
    for tag in tags:
        mine.decide("Ana", tag.provision_id, tag.concept, "accept")
    assert one(open_workbench(space), tmp_path, text).state == "holds"


def test_two_laws_of_one_title_are_not_chosen_between(bench: Workbench, tmp_path: Path) -> None:
    found = one(bench, tmp_path, "So.[^1]\n\n[^1]: Law on Trial Work of Foreigners, Art. 1\n", code="")
    assert found.state == "not-clear"
    assert "Kosovo*" in found.told
    chosen = one(bench, tmp_path, "So.[^1]\n\n[^1]: Law on Trial Work of Foreigners, Art. 1\n", code="XK")
    assert chosen.provision_id.startswith("xk/")
    assert KOSOVO_NOTE in chosen.remark


def test_nothing_is_skipped(bench: Workbench, tmp_path: Path) -> None:
    text = (
        "# Montenegro\n\nA “term”, and “Upis je javan i besplatan, kaže se” without a note. “Inspektor rada pregleda probnu knjigu” too.\n\n"
        "> Poslodavac čuva probnu knjigu tri godine[^b]\n\nInline: Law on Trial Work of Foreigners, Art. 4.\n\n"
        "[^b]: Law on Trial Work of Foreigners (Montenegro), Art. 3; Law on Trial Permits (Serbia), Art. 1.\n\n"
        "[^c]: Ibid., Art. 2.\n"
    )
    found = findings(bench, tmp_path, text, code="")
    assert [(one.where, one.state) for one in found] == [
        ("line 3", "not-a-law"),
        ("line 3", "not-a-law"),
        ("line 3", "not-clear"),
        ("line 5", found[3].state),
        ("footnote 1", "repealed"),
        ("line 7", found[5].state),
        ("footnote 2 (not called in the text)", "repealed"),
    ]
    assert {found[3].state, found[5].state} <= {"holds", "unreviewed-tag"}
    assert found[2].place == "Art. 4"


# --- recognising


@pytest.mark.parametrize("style", STYLES)
def test_every_style_of_the_house_is_recognised(bench: Workbench, style: str) -> None:
    laws = Laws(bench)
    for code, eid in (("ME", "art_1__para_2"), ("XK", "art_1__para_2"), ("RS", "art_2")):
        source = source_of(bench, code, "2023" if code == "ME" else "")
        made = cite(bench, f"{source}#{eid}")
        for text in (STYLES[style](made), short(made, style=style, first=1)):
            [found] = citations_in(text, laws, note=True)
            assert len(found.laws) == 1, text
            assert source in [one.id for one in laws.by_key[found.laws[0]].sources], text
            assert found.place["article"] == eid[4], text
            assert ("2" in list(found.place.values())[1:]) == ("para" in eid), text


@pytest.mark.parametrize(
    ("text", "law", "place"),
    [
        ("Law on Trial Permits (Serbia), Art. 43(2)(3)", "rs/", {"article": "43", "paragraph": "2", "point": "3"}),
        ("čl. 43 st. 2 Zakona o probnim dozvolama", "rs/", {"article": "43", "paragraph": "2"}),
        ("čl. 43 st. 2 ZoPD", "rs/", {"article": "43", "paragraph": "2"}),
        ("Службени гласник РС, бр. 77/2016, члан 5. став 1.", "rs/", {"article": "5", "paragraph": "1"}),
        ("neni 2 i Ligjit për punën provuese të të huajve", "xk/", {"article": "2"}),
        ("Article 2, paragraph 1 of the Law on Trial Permits", "rs/", {"article": "2", "paragraph": "1"}),
    ],
)
def test_free_forms_are_recognised(bench: Workbench, text: str, law: str, place: dict[str, str]) -> None:
    [found] = citations_in(text, Laws(bench), note=True)
    assert [one for one in found.laws if one.startswith(law)] == list(found.laws)
    assert found.laws
    assert dict(found.place) == place


def test_an_abbreviation_that_the_draft_introduces_is_learned(bench: Workbench, tmp_path: Path) -> None:
    text = "The Law on Trial Permits of Serbia (hereinafter: LTPX) rules. “Пробна дозвола се одузима” (Art. 2 LTPX).\n"
    assert [one.state for one in findings(bench, tmp_path, text, code="")] == ["repealed"]


@pytest.mark.parametrize(
    "text", ["„osam dana“", "“osam dana”", '"osam dana"', "«osam dana»", "»osam dana«", "„osam dana”", "‘osam dana’"]
)
def test_quotation_marks_of_all_kinds(text: str) -> None:
    assert [span.of(text) for span in quotations(text)] == ["osam dana"]


def test_apostrophes_and_open_marks_are_no_quotations() -> None:
    assert quotations("the employers' duty and the state’s law; 5\" and “open") == []


def test_a_quotation_inside_a_quotation_is_part_of_it() -> None:
    text = "“Izraz „gost” znači osobu” je ovdje, a „prvo “drugo” treće“ tamo; “samo „jedan” kraj."
    assert [one.of(text) for one in quotations(text)] == [
        "Izraz „gost” znači osobu",
        "prvo “drugo” treće",
        "samo „jedan",
    ]


@pytest.mark.parametrize(
    ("quote", "text"),
    [
        ("kazna od 500.", "kazna od 500.000 dinara"),
        ("000 dinara", "kazna od 500.000 dinara"),
        ("kazna od 1", "kazna od 1 000 eura"),
        ("člana 12", "člana 12/1 ovog zakona"),
        ("u roku od 12", "u roku od 12-15 dana"),
        ("iz člana 12", "iz člana 12-a ovog zakona"),
        ("[s]e čeka osam", "on se čeka osamnaest dana"),
        ("čeka [se] osam", "čeka u redu osamnaest dana"),
        ("[u]pis traje kratk", "Upis traje kratko"),
    ],
)
def test_a_piece_of_a_number_or_word_is_no_quotation(quote: str, text: str) -> None:
    made = compare(quote, text)
    assert made.verdict == "differs"
    assert made.told


@pytest.mark.parametrize(
    ("quote", "text"),
    [
        ("kazna od 500.", "kazna od 500. To je sve"),
        ("kazna od 500", "kazna od 500, a tada"),
        ("[s]tranac", "Stranac čeka"),
        ("gost[a] čeka", "gost svuda čeka"),
        ("od 1. januara 2030", "od 1. januara 2030. godine"),
        ("član 12 - novi", "član 12 - novi i stari"),
    ],
)
def test_whole_numbers_and_words_hold(quote: str, text: str) -> None:
    assert compare(quote, text).verdict == "exact"


FILL = "".join(f"Član {at}\nProbni spis broj {at} ima omot {at} za posebne bilješke.\n\n" for at in range(2, 10))
SPEECH = "Gost predaje probni obrazac u roku od osam dana pisaru."
AGAIN = "Omot se otvara jednom i zatvara se svake godine."
BEFORE = f"Zakon o probnim spisima\n\nČlan 1\n{SPEECH}\n\n{FILL}Član 10\n{AGAIN}\n"
AFTER = (
    f"Zakon o probnim spisima\n\nČlan 1\nOvaj zakon uređuje probne spise.\n\n{FILL}Član 10\n{SPEECH}\n\n"
    f"Član 11\n{AGAIN} Tako i ovdje.\n\nČlan 12\n{AGAIN}\n"
)


@pytest.fixture(scope="module")
def spisi(tmp_path_factory: pytest.TempPathFactory) -> Workbench:
    """A law in two versions: what was Art. 1 is Art. 10, and one sentence stands in two articles."""
    folder = tmp_path_factory.mktemp("spisi")
    workspace = init_workspace(folder / "space")
    row = {
        "work_id": "me/law-on-trial-files",
        "jurisdiction": "ME",
        "type": "law",
        "title_cnr": "Zakon o probnim spisima",
    }
    row |= {"title_en": "Law on Trial Files", "languages": "cnr", "status": "in-force", "basis": "recalled"}
    line = ",".join(row.get(column, "") for column in COLUMNS)
    workspace.catalogue.write_text(f"{','.join(COLUMNS)}\n{line}\n", "utf-8")
    for name, text, number, date in (
        ("old", BEFORE, "10/2019", "2019-02-01"),
        ("new", AFTER, "10/2019, 5/2023", "2023-03-01"),
    ):
        (folder / f"{name}.txt").write_text(text, "utf-8")
        about = Description(
            jurisdiction="ME",
            title="Zakon o probnim spisima",
            work_id="me/law-on-trial-files",
            language="cnr",
            status="official",
            gazette_number=number,
            date=date,
        )
        add_files(workspace, [folder / f"{name}.txt"], about)
    build(workspace)
    return open_workbench(workspace.root)


@pytest.mark.parametrize(
    ("quote", "place", "state", "said"),
    [
        (SPEECH, "čl. 1, Sl. list CG 10/2019", "renumbered", "The words stand in Art. 10 in"),
        (AGAIN, "čl. 12", "holds", "Art. 12 is there"),
        ("Gost predaje [...] probni spis broj 4", "čl. 4", "quote-differs", ""),
        ("Tako [...] jednom i zatvara", "čl. 3", "quote-differs", ""),
    ],
)
def test_a_quotation_holds_only_at_the_article_that_is_cited(
    spisi: Workbench, tmp_path: Path, quote: str, place: str, state: str, said: str
) -> None:
    found = one(spisi, tmp_path, f"Kaže se „{quote}“.[^1]\n\n[^1]: Zakon o probnim spisima (Crna Gora), {place}\n")
    assert found.state in ((state, "unreviewed-tag") if state == "holds" else (state,)), found
    assert said in found.told


def test_pieces_are_looked_for_in_one_article_after_the_other(spisi: Workbench, tmp_path: Path) -> None:
    quote = "se [...] Tako i ovdje"
    found = one(spisi, tmp_path, f"Kaže se „{quote}“.[^1]\n\n[^1]: Zakon o probnim spisima (Crna Gora), čl. 3\n")
    assert (found.state, found.place) == ("renumbered", "Art. 11")


def test_a_word_file_with_changed_bytes_never_crashes(tmp_path: Path) -> None:
    good = bytearray(word_file([para("Riječi. " * 400)], title="t", time=TIME))
    path = tmp_path / "a.docx"
    for at in range(30, len(good), 29):
        held, good[at] = good[at], good[at] ^ 0x5A
        path.write_bytes(good)
        with contextlib.suppress(RefusalError):
            read_draft(path)
        good[at] = held


def test_a_number_that_only_contains_the_other_is_another() -> None:
    assert compare("u roku od 5 dana", "Rok: u roku od 15 dana.").verdict == "differs"
    assert compare("od 5 dana", "od 5 danas").verdict == "differs"


# --- Word


def draft_of(tmp_path: Path) -> Path:
    path = tmp_path / "draft.docx"
    blocks = [
        para("Montenegro", "Title"),
        Para(
            (
                Words("The law says „Upis je "),
                Words("tajan", bold=True),
                Words(" i besplatan“."),
                Note("Law on Trial Work of Foreigners (Montenegro), Art. 1(2)"),
                Words(" And nothing more."),
                Note("Law on Trial Work of Foreigners (Montenegro), Art. 44"),
            )
        ),
        para("Poslodavac čuva probnu knjigu (Law on Trial Work of Foreigners, Art. 2).", "Quote"),
    ]
    path.write_bytes(word_file(blocks, title="Draft", time=TIME))
    return path


def runs(parts: dict[str, bytes]) -> list[str]:
    from lxml import etree

    body = safe_part(parts, "word/document.xml")
    return [
        etree.tostring(run, with_tail=False, encoding="unicode")
        for node in paragraphs(body)
        for run in node.iter(f"{W}r")
        if run.find(f"{W}commentReference") is None
    ]


def test_comments_stand_at_the_places_and_no_run_is_touched(bench: Workbench, tmp_path: Path) -> None:
    draft, copy = draft_of(tmp_path), tmp_path / "copy.docx"
    before = draft.read_bytes()
    found = check(bench, draft)
    assert [one.state for one in found][:2] == ["quote-differs", "not-in-corpus"]
    assert [one.where for one in found][:2] == ["paragraph 2", "footnote 2"]
    number = write_commented(draft, copy, found)
    assert draft.read_bytes() == before
    old, new = unpack(draft), unpack(copy)
    assert runs(old) == runs(new)
    changed = {name for name in new if old.get(name) != new[name]}
    assert changed == {"word/document.xml", "word/comments.xml", "word/_rels/document.xml.rels", "[Content_Types].xml"}
    read = docx.Document(str(copy))
    comments = list(read.comments)
    assert len(comments) == number == 3
    assert "tajan" in comments[0].text
    body = safe_part(new, "word/document.xml")
    starts = body.findall(f".//{W}commentRangeStart")
    first = starts[0].getnext()
    assert "Upis je" in "".join(first.itertext())
    call = starts[1].getnext()
    assert call.find(f"{W}footnoteReference") is not None
    again = tmp_path / "again.docx"
    write_commented(copy, again, found)
    assert len(list(docx.Document(str(again)).comments)) == 6
    with pytest.raises(PsimmError, match="draft itself"):
        write_commented(draft, draft, found)


def test_a_word_draft_reads_like_the_paragraphs_of_a_careful_reader(tmp_path: Path) -> None:
    draft = read_draft(draft_of(tmp_path))
    assert [(one.where, one.kind) for one in draft.passages] == [
        ("paragraph 1", "heading"),
        ("paragraph 2", "text"),
        ("paragraph 3", "quote"),
        ("footnote 1", "note"),
        ("footnote 2", "note"),
    ]
    assert draft.body[1].text == "The law says „Upis je tajan i besplatan“. And nothing more."
    assert [offset for offset, _ in draft.body[1].marks] == [41, 59]


def test_hostile_word_files_are_refused(tmp_path: Path) -> None:
    good = unpack(draft_of(tmp_path))
    secret = tmp_path / "secret.txt"
    secret.write_text("tajna", "utf-8")
    entity = f'<?xml version="1.0"?><!DOCTYPE d [<!ENTITY s SYSTEM "file://{secret}">]>'.encode()
    body = good["word/document.xml"].split(b"?>", 1)[1].replace(b"And nothing more.", b"&s;")
    bad = tmp_path / "bad.docx"
    bad.write_bytes(pack({**good, "word/document.xml": entity + body}))
    with pytest.raises(RefusalError, match="document type"):
        read_draft(bad)
    with zipfile.ZipFile(bad, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b" " * 30_000_000)
    with pytest.raises(RefusalError, match="beyond reason"):
        read_draft(bad)
    with zipfile.ZipFile(bad, "w") as archive:
        archive.writestr("../out.xml", "<x/>")
    with pytest.raises(RefusalError, match="outside"):
        read_draft(bad)
    bad.write_bytes(b"no archive")
    with pytest.raises(RefusalError, match=r"bad\.docx"):
        read_draft(bad)
    with pytest.raises(RefusalError, match="neither"):
        read_draft(tmp_path / "draft.odt")


def test_markdown_notes_and_emphasis() -> None:
    draft = read_markdown("Uno *due*[^a] of Kosovo*.^[Inline, Art. 5]\n\n```\n“code”\n```\n\n[^a]: Primo\n")
    assert [one.text for one in draft.body] == ["Uno due of Kosovo*."]
    assert [(note.where, note.text) for note in draft.notes.values()] == [
        ("footnote 1", "Primo"),
        ("footnote 2", "Inline, Art. 5"),
    ]


# --- tables and the command


def test_tables_in_three_formats(bench: Workbench, tmp_path: Path) -> None:
    from openpyxl import load_workbook

    found = findings(
        bench,
        tmp_path,
        "„Regjistrimi është pagesë“.[^1]\n\n[^1]: Law on Trial Work of Foreigners (Kosovo*), Art. 1(2)\n",
    )
    for ending in ("csv", "xlsx", "jsonl"):
        [path] = write_findings(tmp_path / f"out.{ending}", found)
        data = path.read_bytes()
        if ending == "xlsx":
            rows = list(load_workbook(io.BytesIO(data)).worksheets[0].values)
            text = "\n".join(str(value) for row in rows for value in row)
        else:
            text = data.decode("utf-8-sig")
        assert "quote differs" in text
        assert KOSOVO_NOTE[2:50] in text


def test_the_command(bench: Workbench, tmp_path: Path) -> None:
    out = CliRunner().invoke(
        app,
        [
            *("paper", "check", str(draft_of(tmp_path)), "-w", str(bench.workspace.root)),
            *("-t", str(tmp_path / "t.csv"), "-c", str(tmp_path / "c.docx"), "-j", "ME"),
        ],
    )
    assert out.exit_code == 0, out.output
    assert "quote differs" in out.stdout
    assert "the draft has “tajan”, the text has “javan”" in out.stdout
    assert (tmp_path / "t.csv").is_file()


@pytest.mark.skipif(shutil.which("soffice") is None, reason="no soffice: apt install libreoffice-writer-nogui")
def test_libreoffice_opens_the_copy(bench: Workbench, tmp_path: Path) -> None:
    draft, copy = draft_of(tmp_path), tmp_path / "copy.docx"
    write_commented(draft, copy, check(bench, draft))
    home = f"-env:UserInstallation=file://{tmp_path}/office"
    subprocess.run(
        ["soffice", home, "--headless", "--convert-to", "txt:Text", "--outdir", str(tmp_path), str(copy)],
        check=True,
        capture_output=True,
        timeout=120,
    )
    assert "Upis je tajan i besplatan" in (tmp_path / "copy.txt").read_text("utf-8-sig")


def test_the_page_checks_a_draft(bench: Workbench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from streamlit.testing.v1 import AppTest

    folder = Path(__file__).resolve().parents[1] / "app"
    monkeypatch.setenv("PSIMM_WORKSPACE", str(bench.workspace.root))
    monkeypatch.syspath_prepend(str(folder))
    test = AppTest.from_file(str(folder / "views" / "papers.py"), default_timeout=60).run()
    assert not test.exception
    test.file_uploader(key="draft").upload("draft.docx", draft_of(tmp_path).read_bytes())
    test.selectbox(key="draft-code").select("ME")
    test.run()
    assert not test.exception
    assert not test.error
    assert any("quote differs" in head.value for head in test.subheader)
    assert any("tajan" in text.value for text in test.text)
    test.button(key="skeleton-make").click().run()
    assert not test.exception
