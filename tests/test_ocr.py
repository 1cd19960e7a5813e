"""Recognised pages: what tesseract read is counted, judged by its letters, and marked where it was not sure."""

from __future__ import annotations

import shutil
import struct
from pathlib import Path

import pytest

from psimm_docs.citations import letter_notes
from psimm_docs.evaluate.ocr import MEASURE, can_measure, distance, ocr_suite, scan, set_page
from psimm_docs.extract import ocr, read
from psimm_docs.extract.ocr_letters import expected, letter_problems, letters_of, missing_letters, unwritable
from psimm_docs.extract.sniff import PDF
from psimm_docs.holdings import reading_problems
from psimm_docs.ledger import make_ledger
from psimm_docs.places import confidence_of, inked, poorly_recognised
from psimm_docs.records import Document, Line, Provision, Span, fingerprint
from psimm_docs.workspace import ReadSettings

ALBANIAN = (
    "Punëdhënësi paraqet kërkesën për leje pune në zyrën përkatëse të punësimit brenda tridhjetë ditëve nga nënshkrimi "
    "i kontratës, së bashku me dokumentet që vërtetojnë kualifikimin e punëtorit të huaj dhe gjendjen e tij shëndetësore. "
)
MACEDONIAN = (
    "Странецот поднесува барање за издавање дозвола за работа преку работодавачот. Надлежниот орган одлучува во рок од "
    "триесет дена од денот на приемот на уредното барање и за тоа писмено го известува подносителот. Важењето на дозволата престанува кога странецот ќе биде "
    "кажнет, а нејзиното продолжување може да се бара најмалку еден месец пред тоа. "
)
SERBIAN = (
    "Странац подноси захтев надлежном органу преко послодавца уз доказе прописане овим правилником, а орган одлучује у "
    "року од петнаест дана од дана пријема уредног захтева и о томе ће обавестити подносиоца. Важење дозволе може се продужити за још годину дана, а "
    "даље трајање зависи од уговора који је закључен међу њима. "
)

with_tesseract = pytest.mark.skipif(shutil.which("tesseract") is None, reason="tesseract is not installed")
with_models = pytest.mark.skipif(
    not {"sqi", "mkd", "srp"} <= set(ocr.installed()), reason="tesseract's models are absent"
)


def model(letters: str) -> bytes:
    """Return a model file of nothing but the list of its letters."""
    listed = "\n".join([str(len(letters)), *(f"{letter} 1 0,255 NULL" for letter in letters)]).encode()
    start = 4 + 8 * 24
    places = [-1] * 24
    places[21], places[23] = start, start + len(listed)
    return struct.pack("<i24q", 24, *places) + listed + b"5.3.0"


def test_what_a_model_can_write_is_read_from_its_file() -> None:
    assert letters_of(model("abcë")) == frozenset("abcë")
    assert letters_of(b"") == letters_of(b"\x18\x00\x00\x00") == letters_of(b"\xff" * 400) == frozenset()


@with_models
def test_debians_macedonian_model_lacks_letters_and_is_helped() -> None:
    assert unwritable("sqi") == ()
    assert unwritable("mkd") == ("ѕ", "љ")
    assert ocr.with_helpers(("mkd", "sqi")) == ("mkd", "sqi", "srp")
    (told,) = letter_problems({4: MACEDONIAN}, {4: ("mkd",)})
    assert told.code == "model-lacks-letters"
    assert "`ѕ`" in told.message
    assert "љ" not in told.message
    assert told.page == 4


@pytest.mark.parametrize(
    ("text", "languages", "letters"),
    [
        (ALBANIAN * 4, ["sqi"], set()),
        (ALBANIAN.replace("ë", "e") * 4, ["sqi"], {"ë"}),
        (ALBANIAN.replace("ë", "e") * 4, ["sqi", "srp_latn"], {"ë"}),
        (ALBANIAN.replace("ë", "e")[:140], ["sqi"], set()),  # too short to tell
        (MACEDONIAN * 8, ["mkd", "sqi"], set()),
        (MACEDONIAN.replace("ј", "j") * 12, ["mkd", "sqi"], {"ј"}),
        (SERBIAN * 8, ["srp", "srp_latn"], set()),
        (SERBIAN.replace("ј", "") * 8, ["srp", "srp_latn"], {"ј"}),
        ("The foreigner submits the application and the copy of the contract of employment. " * 20, ["sqi"], set()),
        (SERBIAN * 10, ["eng"], set()),
    ],
)
def test_letters_that_are_too_rare(text: str, languages: list[str], letters: set[str]) -> None:
    assert missing_letters(text, languages).keys() == letters


def test_pages_without_their_letters_are_one_problem() -> None:
    bare = ALBANIAN.replace("ë", "e") * 4
    found = letter_problems({2: bare, 3: ALBANIAN * 4, 7: bare}, dict.fromkeys((2, 3, 7), ("sqi",)))
    assert [one.code for one in found] == ["letters-missing"]
    assert "2 pages from page 2 on" in found[0].message
    assert "`ë`" in found[0].message
    assert found[0].severity == "warning"


def test_a_letter_too_rare_for_a_page_is_judged_over_all() -> None:
    short = {number: ALBANIAN.replace("ç", "c").replace("ë", "e")[:150] for number in range(1, 9)}
    (told,) = letter_problems(short, dict.fromkeys(short, ("sqi",)))
    assert told.code == "letters-missing"
    assert "8 pages" in told.message


def test_rates_are_of_letters_of_the_alphabet() -> None:
    assert set(expected()) <= set(ocr.LANGUAGES["xk"] + ocr.LANGUAGES["ba"] + ocr.LANGUAGES["mk"] + ("hrv",))
    for known in expected().values():
        assert set(known["per_thousand"]) <= set(known["alphabet"])


def recognised(*confidences: float | None) -> Document:
    """Return a document with a line of ten letters for each confidence."""
    text = "abcdefghij\n" * len(confidences)
    lines = tuple(Line(Span(11 * at, 11 * at + 10), 1, None, sure) for at, sure in enumerate(confidences))
    return Document("ba/law/v", "", text, len(text), lines=lines)


def provision(start: int, end: int) -> Provision:
    eid = f"art_{start}"
    return Provision(
        *("ba/law/v#" + eid, "ba/law/v", eid, "article", "1", "", f"Član {start}.", Span(start, end), ""),
        *(0, 0, True, "bs", fingerprint(eid)),
    )


def test_provisions_that_were_recognised_poorly_are_marked() -> None:
    document = recognised(0.95, 0.5, 0.6, None)
    assert confidence_of(document, Span(0, 10)) == 0.95
    assert confidence_of(document, Span(11, 32)) == 0.55
    assert confidence_of(document, Span(33, 43)) is None
    assert poorly_recognised(document, Span(11, 32)) == "recognised poorly, confidence 0.55: check the page"
    assert poorly_recognised(document, Span(0, 10)) == poorly_recognised(document, Span(33, 43)) == ""
    assert poorly_recognised(document, Span(11, 32)) in letter_notes(document, Span(11, 32))
    (told,) = reading_problems(document, [provision(0, 10), provision(11, 32)])
    assert told.code == "provisions-recognised-poorly"
    assert "Član 11." in told.message
    assert "Član 0." not in told.message


def test_edit_distance_is_exact() -> None:
    def plain(a: str, b: str) -> int:
        row = list(range(len(b) + 1))
        for count, left in enumerate(a, 1):
            new = [count]
            for at, right in enumerate(b):
                new.append(min(row[at + 1] + 1, new[at] + 1, row[at] + (left != right)))
            row = new
        return row[-1]

    for a, b in (("kitten", "sitting"), ("члан 5.", "člаn 5"), ("aaaa", "a"), ("abc", "cab"), (ALBANIAN, ALBANIAN[7:])):
        assert distance(a, b) == distance(b, a) == plain(a, b)


@with_models
@pytest.mark.skipif(not can_measure(), reason="the libraries that set a page are absent")
def test_a_made_up_scan_is_read_counted_and_measured(tmp_path: Path) -> None:
    path = tmp_path / "scan.pdf"
    path.write_bytes(scan(set_page("Neni 1\n" + ALBANIAN), 200, "worn"))
    made = read(path, source_id="al/law/v.sq", sha256="0" * 64, media_type=PDF, settings=ReadSettings())
    assert made.document is not None
    (page,) = made.document.pages
    assert (page.method, page.held) == ("ocr", 0)
    assert page.recognised >= inked(made.document.text) > 0.95 * inked(ALBANIAN)
    account = make_ledger(made.document, ())
    assert account.counted
    assert account.unbalanced == ()
    assert all(line.confidence is not None for line in made.document.lines)
    assert {problem.code for problem in made.problems} == {"recognised"}
    scores = list(ocr_suite({"sq": ALBANIAN, "mk": MACEDONIAN}, resolutions=(200,), wears=("clean",)))
    assert [(one.measure, one.slice) for one in scores] == [
        (MEASURE, "sq 200 dpi clean"),
        (MEASURE, "mk 200 dpi clean"),
        (MEASURE, "all 200 dpi clean"),
    ]
    assert all(one.value < 0.02 for one in scores)


@with_tesseract
def test_a_scan_without_words_is_told(tmp_path: Path) -> None:
    path = tmp_path / "scan.pdf"
    path.write_bytes(scan(set_page("."), 200, "clean"))
    made = read(path, source_id="al/law/v.sq", sha256="0" * 64, media_type=PDF, settings=ReadSettings())
    (told, *_) = [one for one in made.problems if one.code == "no-text-layer"]
    assert "found no words" in told.message


@with_tesseract
def test_the_models_are_found() -> None:
    assert Path(ocr.model_folder()).is_dir()
    assert all((Path(ocr.model_folder()) / f"{name}.traineddata").is_file() for name in ocr.installed())
