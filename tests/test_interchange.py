"""Answers out in every form and back in: the same answers, as text, checked, and never over what is there."""

import contextlib
import io
import json
import shutil
import xml.etree.ElementTree as ElementTree
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from psimm_docs import interchange, logbook, reviewing
from psimm_docs.decisions import in_force
from psimm_docs.errors import PsimmError
from psimm_docs.exports import Table, decisions_table, readings_table, to_csv, to_jsonl, to_xlsx
from psimm_docs.forms import FORMS, Answered, label_studio_config, web_annotation
from psimm_docs.incoming import Incoming, parse
from psimm_docs.interchange import answered, take_bytes, take_file, write_form
from psimm_docs.jurisdictions import KOSOVO_NOTE
from psimm_docs.records import Decision, Provision, Reading, Source, Span
from psimm_docs.workbench import Workbench, open_workbench

NASTY = (
    "=1+1",
    "<script>alert(1)</script>",
    "**b** $x$ [a](b)",
    "„ж“\nsecond: line",
    "+cmd",
    "quota: x",
    'a"b\\c',
    "\u2028",
)
HOSTILE = "=Ана <b>x</b>"


@pytest.fixture
def bench(shipped: Path, tmp_path: Path) -> Workbench:
    """A workspace with answers of two people, in all jurisdictions, with notes that hold markup and formulas."""
    folder = tmp_path / "space"
    shutil.copytree(shipped, folder)
    made = open_workbench(folder)
    seen: dict[str, int] = {}
    for tag in made.tags():
        code = tag.provision_id.partition("/")[0]
        seen[code] = seen.get(code, 0) + 1
        if seen[code] <= 4:
            note = NASTY[len(made.decisions()) % len(NASTY)]
            verdict = "reject" if seen[code] % 3 == 0 else "accept"
            reviewing.decide(made, HOSTILE, tag.provision_id, tag.concept, verdict, note=note)  # type: ignore[arg-type]
    tag = made.tags()[0]
    reviewing.decide(made, "bojan", tag.provision_id, tag.concept, "reject")
    return made


def fresh(bench: Workbench, tmp_path: Path) -> Workbench:
    """The same corpus without anybody's answers."""
    folder = tmp_path / "fresh"
    shutil.copytree(bench.workspace.root, folder)
    shutil.rmtree(folder / "annotations" / "decisions")
    return open_workbench(folder)


def answers(bench: Workbench, name: str) -> dict[tuple[str, str], tuple[str, str]]:
    """Each answer in force of a reviewer with its note."""
    return {key: (by[name].verdict, by[name].note) for key, by in in_force(bench.decisions()).items() if name in by}


def exported(bench: Workbench, form: str) -> tuple[bytes, str]:
    """The bytes and the file name of an export."""
    if form in FORMS:
        return FORMS[form](answered(bench)), "answers.json"
    table = decisions_table(bench.decisions())
    return {
        "csv": to_csv(table),
        "semicolons": to_csv(table, delimiter=";"),
        "xlsx": to_xlsx([table]),
        "jsonl": to_jsonl(table),
    }[form], "answers." + form.replace("semicolons", "csv")


@pytest.mark.parametrize("form", [*FORMS, "csv", "semicolons", "xlsx", "jsonl"])
def test_answers_go_out_and_come_back_the_same(bench: Workbench, tmp_path: Path, form: str) -> None:
    data, name = exported(bench, form)
    other = fresh(bench, tmp_path)
    with pytest.raises(PsimmError, match="say whose"):
        take_bytes(other, data, name, "Vera")
    would = take_bytes(other, data, name, "Vera", author=HOSTILE, dry_run=True)
    assert other.decisions() == []
    taken = take_bytes(other, data, name, "Vera", author=HOSTILE)
    assert (taken.new, taken.refused, taken.held) == (would.new, (), 0)
    mine = answers(bench, HOSTILE)
    assert len(mine) > 20
    assert answers(other, "Vera") == mine
    first = other.decisions()[0]
    assert first.way.startswith(f"import:{name} ({HOSTILE}")
    again = take_bytes(other, data, name, "Vera", author=HOSTILE)
    assert (len(again.new), again.held) == (0, len(mine))
    assert len(other.decisions()) == len(mine)


def test_nothing_is_overwritten_and_what_does_not_fit_is_told(bench: Workbench, tmp_path: Path) -> None:
    tag, other_tag = bench.tags()[0], bench.tags()[1]
    wording = bench.provision(tag.provision_id).fingerprint
    rows = [
        (tag.provision_id, tag.concept, "reject", wording),
        ("xx/none/1#art_1", tag.concept, "accept", "f"),
        (tag.provision_id, "no-such-concept", "accept", wording),
        (other_tag.provision_id, other_tag.concept, "accept", "0123456789abcdef"),
        (other_tag.provision_id, "quota", "accept", ""),
        (other_tag.provision_id, "entry-ban", "accept", bench.provision(other_tag.provision_id).fingerprint),
    ]
    path = tmp_path / "a.csv"
    path.write_text(
        "provision_id,concept,verdict,fingerprint\n" + "".join(",".join(row) + "\n" for row in rows), "utf-8"
    )
    before = bench.decisions()
    taken = take_file(bench, path, HOSTILE)
    assert [one.reason.split(";")[0] for one in taken.refused] == [
        f"{HOSTILE} has answered “accept” here",
        "the provision 'xx/none/1#art_1' is not held here",
        "the concept 'no-such-concept' is not in the taxonomy",
        "the wording is another one here than the one that was answered",
        "it doesn't say which wording was answered (neither fingerprint nor text)",
    ]
    assert taken.refused[1].answer.where == "a.csv, row 3"
    assert [one.concept for one in taken.new] == ["entry-ban"]
    assert bench.decisions()[: len(before)] == before
    assert len(bench.decisions()) == len(before) + 1


def test_what_was_taken_back_or_replaced_in_a_file_does_not_come(bench: Workbench, tmp_path: Path) -> None:
    tag = next(one for one in bench.tags() if (one.provision_id, one.concept) not in answers(bench, HOSTILE))
    reviewing.decide(bench, "bojan", tag.provision_id, tag.concept, "accept")
    reviewing.decide(bench, "bojan", tag.provision_id, tag.concept, "skip")
    last = bench.tags()[-1]
    reviewing.decide(bench, "bojan", last.provision_id, last.concept, "accept")
    reviewing.undo(bench, "bojan")
    data, name = exported(bench, "jsonl")
    other = fresh(bench, tmp_path)
    taken = take_bytes(other, data, name, "bojan", author="bojan")
    assert [(one.provision_id, one.concept) for one in taken.new] == [
        (bench.tags()[0].provision_id, bench.tags()[0].concept)
    ]


def test_an_undo_that_was_taken_back_takes_nothing_back() -> None:
    columns = ("provision_id", "concept", "verdict", "time", "hash", "undoes")
    rows = (("p", "c", "accept", "1", "a", ""), ("p", "c", "undo", "2", "b", "a"), ("p", "c", "undo", "3", "d", "b"))
    [one] = parse(to_csv(Table("decisions", columns, rows)), "a.csv")
    assert one.verdict == "accept"


def test_a_label_studio_task_answered_there_comes_in(bench: Workbench) -> None:
    [task, *_] = json.loads(exported(bench, "label-studio")[0])
    task["annotations"] = [
        {
            "completed_by": {"id": 7, "email": "vera@example.org"},
            "was_cancelled": False,
            "result": [
                {
                    "from_name": "concerns",
                    "to_name": "text",
                    "type": "choices",
                    "value": {"choices": ["quota", "entry-ban"]},
                },
                {"from_name": "note", "to_name": "text", "type": "textarea", "value": {"text": ["see: nothing"]}},
            ],
        },
        {
            "completed_by": 8,
            "was_cancelled": True,
            "result": [{"from_name": "concerns", "value": {"choices": ["visa-d"]}}],
        },
    ]
    taken = take_bytes(bench, json.dumps([task]).encode(), "t.json", "Vera")
    assert {(one.concept, one.author, one.note) for one in taken.new} == {
        ("quota", "vera@example.org", "see: nothing"),
        ("entry-ban", "vera@example.org", "see: nothing"),
    }


def test_the_forms_are_as_documented(bench: Workbench) -> None:
    for task in json.loads(exported(bench, "label-studio")[0]):
        assert set(task) == {"id", "data", "annotations", "predictions"}
        for annotation in task["annotations"]:
            for result in annotation["result"]:
                assert result["type"] in ("choices", "textarea")
                assert set(result) == {"from_name", "to_name", "type", "value"}
    for record in json.loads(exported(bench, "argilla")[0]):
        assert {"id", "fields", "metadata", "suggestions", "responses", "vectors"} == set(record)
        for responses in record["responses"].values():
            assert all(set(one) == {"value", "user_id"} for one in responses)
    made = json.loads(exported(bench, "web-annotation")[0])
    assert made["total"] == len(made["first"]["items"])
    assert made["label"].endswith(KOSOVO_NOTE)
    for one in made["first"]["items"]:
        quoted, placed = one["target"]["selector"]
        provision = bench.provision(next(iter(parse(json.dumps(one).encode(), "a.json"))).provision_id)
        text = bench.document(provision.source_id).text
        assert text[placed["start"] : placed["end"]] == quoted["exact"] == bench.text(provision)
        assert text[: placed["start"]].endswith(quoted["prefix"])
        assert text[placed["end"] :].startswith(quoted["suffix"])
        assert all(body.get("format", "text/plain") == "text/plain" for body in one["body"])
    view = ElementTree.fromstring(label_studio_config(bench.taxonomy.concepts))
    assert len(view.findall("./Choices[@name='concerns']/Choice")) == len(bench.taxonomy.concepts)
    assert {one.get("toName") for one in view.iter() if one.get("toName")} == {"text"}


def test_kosovo_carries_its_footnote_in_every_form(bench: Workbench) -> None:
    for form in FORMS:
        assert KOSOVO_NOTE in exported(bench, form)[0].decode("utf-8")
    only = FORMS["web-annotation"](answered(bench, jurisdictions=["RS"])).decode("utf-8")
    assert KOSOVO_NOTE not in only


def test_files_are_written_whole_with_the_interface(bench: Workbench, tmp_path: Path) -> None:
    out = tmp_path / "x.json"
    assert [one.name for one in write_form(bench, "label-studio", out, suggestions=True)] == ["x.json", "x.config.xml"]
    assert len(json.loads(out.read_bytes())) == len({one.provision_id for one in bench.tags()})
    with pytest.raises(PsimmError, match="must be one of"):
        write_form(bench, "doccano", out)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.json", b"{"),
        ("a.json", b"[" * 5000),
        ("a.json", b'[{"a":1}]'),
        ("a.json", b"[3]"),
        ("a.json", b'{"type":"AnnotationCollection","first":"http://elsewhere"}'),
        ("a.json", b'[{"type":"Annotation","target":{"id":"urn:psimm:provision:x"},"body":[]}]'),
        ("a.csv", b"a,b\n1,2\n"),
        ("a.csv", b"provision_id,concept,verdict\np,c,maybe\n"),
        ("a.csv", b"\xff\xfe\x00"),
        ("a.csv", b""),
        ("a.jsonl", b'{"provision_id":"p"}\n'),
        ("a.csv", b'provision_id,concept,verdict,note\np,c,accept,"never closed\nq,c,reject,\n'),
        ("a.csv", b'provision_id,concept,verdict,note\np,c,accept,"' + b"x" * 200_000 + b'"\n'),
        ("a.xlsx", b"PK\x03\x04 no"),
        ("a.doc", b""),
    ],
)
def test_a_file_that_is_not_what_it_seems_is_one_clear_error(name: str, data: bytes) -> None:
    with pytest.raises(PsimmError, match=r"a\.\w+") as caught:
        parse(data, name)
    assert "\n" not in str(caught.value)


def workbook_with(part: str, data: bytes) -> bytes:
    """Make a workbook of answers in which one part is other bytes."""
    good = to_xlsx([Table("answers", ("provision_id", "concept", "verdict"), (("p", "c", "accept"),))])
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(good)) as packed, zipfile.ZipFile(out, "w") as made:
        for name in packed.namelist():
            made.writestr(name, data if name == part else packed.read(name))
    return out.getvalue()


ENTITIES = b"".join(b'<!ENTITY e%d "%s">' % (at, b"&e%d;" % (at - 1) * 10) for at in range(1, 10))


@pytest.mark.parametrize("part", ["xl/workbook.xml", "xl/worksheets/sheet1.xml", "xl/styles.xml", "docProps/core.xml"])
@pytest.mark.parametrize("data", [b"<broken", b'<!DOCTYPE x [<!ENTITY e0 "aaaa">' + ENTITIES + b"]><x>&e9;</x>"])
def test_a_workbook_with_broken_or_swelling_xml_is_one_clear_error(part: str, data: bytes) -> None:
    with pytest.raises(PsimmError, match=r"a\.xlsx"):
        parse(workbook_with(part, data), "a.xlsx")


def test_bytes_changed_in_a_workbook_never_crash() -> None:
    good = bytearray(to_xlsx([Table("answers", ("provision_id", "concept", "verdict"), (("p", "c", "accept"),))]))
    assert parse(bytes(good), "a.xlsx")
    for at in range(0, len(good), 13):
        held, good[at] = good[at], good[at] ^ 0x5A
        with contextlib.suppress(PsimmError):
            parse(bytes(good), "a.xlsx")
        good[at] = held


def test_many_answers_are_taken_in_by_one_write(bench: Workbench, monkeypatch: pytest.MonkeyPatch) -> None:
    answers = [
        Incoming("", one.provision_id, one.concept, "accept", fingerprint=one.fingerprint) for one in bench.tags()[:50]
    ]
    calls: list[int] = []
    real = logbook.append_bytes
    monkeypatch.setattr(logbook, "append_bytes", lambda path, data: (calls.append(1), real(path, data))[1])
    taken = interchange.take_in(bench, answers, "many.csv", "Cene")
    assert (len(taken.new), len(calls)) == (50, 1)
    assert len([one for one in bench.decisions() if one.reviewer == "Cene"]) == 50


def test_a_workbook_that_swells_is_refused_and_formulas_are_not_computed(monkeypatch: pytest.MonkeyPatch) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["provision_id", "concept", "verdict", "note"])
    sheet.append(["p", "c", "accept", "=1+1"])
    out = io.BytesIO()
    book.save(out)
    assert load_workbook(io.BytesIO(out.getvalue())).active is not None
    [one] = parse(out.getvalue(), "a.xlsx")
    assert one.note == "=1+1"
    swollen = io.BytesIO()
    with zipfile.ZipFile(swollen, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/workbook.xml", b"0" * 3_000_000)
    monkeypatch.setattr("psimm_docs.incoming.MOST_BYTES", 1_000_000)
    with pytest.raises(PsimmError, match="unpacks to more"):
        parse(swollen.getvalue(), "a.xlsx")


def answer(text: str, note: str, name: str) -> Answered:
    """An answered provision that holds any text."""
    provision = Provision(
        "rs/law/1#art_1",
        "rs/law/1",
        "art_1",
        "article",
        "1",
        "",
        "čl. 1",
        Span(0, len(text)),
        "",
        0,
        0,
        True,
        "sr",
        "f1",
    )
    source = Source("rs/law/1", "p", "x", 1, "text/plain", "RS", text)
    said = Decision(name, "2026-11-22T10:00:00+00:00", provision.id, "quota", "reject", "f1", "t", note, hash="h")
    return Answered(provision, source, text, (said, replace(said, concept="visa-d", verdict="accept", note="")), ())


@given(
    st.text(st.characters(codec="utf-8")),
    st.text(st.characters(codec="utf-8")),
    st.text(st.characters(codec="utf-8"), min_size=1),
)
def test_any_text_note_and_name_come_back_letter_for_letter(text: str, note: str, name: str) -> None:
    for form, write in FORMS.items():
        made = parse(write([answer(text, note, name)]), "a.json")
        assert {(one.concept, one.verdict, one.author) for one in made} == {
            ("quota", "reject", name),
            ("visa-d", "accept", name),
        }
        assert all(one.text == text for one in made)
        if form == "web-annotation" or not any(
            line.partition(": ")[0] in ("quota", "visa-d") for line in note.split("\n")
        ):
            assert next(one.note for one in made if one.concept == "quota") == note


def test_broken_letters_of_a_damaged_document_can_be_exported() -> None:
    data = web_annotation([answer("a\ud800b", "", "Ana")])
    assert json.loads(data)["first"]["items"][0]["target"]["selector"][0]["exact"] == "a\ud800b"


def test_readings_are_a_table() -> None:
    made: Any = readings_table([Reading("Ана", "t", "xk/l/1#art_1", ("a", "b"), ("b",), "f", "v", note="=x")])
    row = dict(zip(made.columns, made.rows[0], strict=True))
    assert (row["concepts"], row["refused"], row["jurisdiction"]) == ("a b", "b", "XK")
    assert made.note == KOSOVO_NOTE
    assert b"'=x" in to_csv(made)
