"""Damaged letters are mended where the document proves the damage, and nothing else is touched."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from psimm_docs.extract.draft import LINE_END_HYPHEN, DraftBlock, DraftLine, compose
from psimm_docs.extract.raised import RAISED
from psimm_docs.extract.repair import KINDS, close_spacing, mend, table
from psimm_docs.records import Document, Problem
from psimm_docs.workspace import REPAIRS, TEMPLATE


def mended(text: str) -> tuple[list[str], list[Problem]]:
    lines = [DraftLine(line) for line in text.split("\n")]
    problems = mend(lines)
    return [line.text for line in lines], problems


def codes(problems: list[Problem]) -> set[str]:
    return {problem.code for problem in problems}


YUSCII = """PRAVILNIK
O ZAPO[LJAVANJU STRANACA
^lan 1.
Ovim pravilnikom ure|uje se na~in izdavanja radne dozvole.
^lan 2.
Dozvola se mo`e izdati najvi{e na godinu dana, a o tome odlu~uje slu`ba (vidi e-mail: info@primjer.ba).
^lan 3.
Ne}e se izdati dozvola licu koje je ve} ka`njavano.
ME\\UNARODNI UGOVOR, ]IRILICA I @ALBA"""


def test_yuscii() -> None:
    lines, problems = mended(YUSCII)
    assert lines[1] == "O ZAPOŠLJAVANJU STRANACA"
    assert lines[2] == "Član 1."
    assert lines[3] == "Ovim pravilnikom uređuje se način izdavanja radne dozvole."
    assert "info@primjer.ba" in lines[5]
    assert "odlučuje služba" in lines[5]
    assert lines[7] == "Neće se izdati dozvola licu koje je već kažnjavano."
    assert lines[8] == "MEĐUNARODNI UGOVOR, ĆIRILICA I ŽALBA"
    assert codes(problems) == {"repaired-yuscii"}
    assert problems[0].severity == "note"


def test_yuscii_that_stands_for_cyrillic_has_its_pairs() -> None:
    lines, _ = mended(
        YUSCII + "\nZapo{qavawe i uslovqavawe, izdavawe, prijavqivawe, nedovoqno, weno, vožwa, godiwe, zemqa, KRETAWE"
    )
    assert lines[-1] == (
        "Zapošljavanje i uslovljavanje, izdavanje, prijavljivanje, nedovoljno, njeno, vožnja, godinje, zemlja, KRETANJE"
    )


MAC_C = """ZAKON
I. OP[TI ODREDBI
^len 1
So ovoj zakon se ureduva rabotniot odnos me|u rabotnikot i rabotodava~ot.
^len 2
Dr`avjanin na treta zemja mo`e da zasnova raboten odnos so rabotodava~ot.
^len 3
Re{enieto }e se izdade na baranoto na~in.
DVI@EWE, Q, W, X, Y"""


def test_mac_c_becomes_cyrillic() -> None:
    lines, problems = mended(MAC_C)
    assert lines[1] == "I. ОПШТИ ОДРЕДБИ"
    assert lines[2] == "Член 1"
    assert lines[3] == "Со овој закон се уредува работниот однос меѓу работникот и работодавачот."
    assert lines[5].startswith("Државјанин на трета земја може")
    assert lines[7].startswith("Решението ќе се издаде")
    assert lines[8].startswith("ДВИЖЕЊЕ")
    assert codes(problems) == {"repaired-mac-c"}


def test_brackets_of_an_undamaged_text_stay() -> None:
    text = "Član 1.\nIznos [u eurima] ~ 5 {vidi prilog} a|b c:\\temp info@mup.hr `kod`\nČlan 2.\nmje[to"
    lines, problems = mended(text)
    assert "\n".join(lines) == text
    assert problems == []


def test_wrong_fonts() -> None:
    lines, problems = mended(
        "Ĉlan 1.\nOvim se ureĎuju sluţbeni odnosi, ţalbe i naĉin traţenja.\nĈlan 2. MEĎUNARODNI\nmeĎu"
    )
    assert lines[0] == "Član 1."
    assert lines[1] == "Ovim se uređuju službeni odnosi, žalbe i način traženja."
    assert lines[2] == "Član 2. MEĐUNARODNI"
    assert codes(problems) == {"repaired-wrong-font"}


def test_wrong_code_page() -> None:
    lines, _ = mended("Èlan 1.\nNaèin i sluèaj, odreðuje se meðu strankama, veæ¹\nÈlan 2. taèka")
    assert lines[0] == "Član 1."
    assert lines[1].startswith("Način i slučaj, određuje se među strankama")


def test_french_letters_stay_where_right_ones_are() -> None:
    text = "Član 1. Način plaćanja i žalba određeni su.\nCafé Misère, Molière, scène, Thèse, près, après, très"
    lines, problems = mended(text)
    assert "\n".join(lines) == text
    assert problems == []


@pytest.mark.parametrize("encoding", ["cp1250", "cp1252", "latin-1", "cp1251"])
def test_misread_utf8(encoding: str) -> None:
    for text in ("Članak se može žaliti", "Нёс", "Член од закон", "Запослени имају право", "është në të huajt"):
        raw = text.encode()
        try:
            damaged = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        lines, problems = mended(damaged)
        if text == "Нёс":  # ё is no letter of ours
            continue
        assert lines == [text]
        assert codes(problems) <= {"repaired-utf-8-misread"}


def test_letters_of_the_other_script() -> None:
    lines, problems = mended(
        "работниot oднoc\nПочетак, a не крај\nUsvojеna Stratеgija\nзакон о EУ и глава ХIV\nмаj, je, Ja"
    )
    assert lines[0] == "работниот однос"
    assert lines[2] == "Usvojena Strategija"
    assert "глава XIV" in lines[3]
    assert lines[4].startswith("мај")
    assert codes(problems) == {"repaired-other-script"}


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("personave tё cilёt nuk kanë lidhje", "personave të cilët nuk kanë lidhje"),
        ("работниците кои сé уште работат", "работниците кои сѐ уште работат"),
        ("РАБОТНИЦИТЕ КОИ СÉ УШТЕ", "РАБОТНИЦИТЕ КОИ СЀ УШТЕ"),
    ],
)
def test_ambiguous_words_follow_their_line(text: str, meant: str) -> None:
    assert mended(text)[0] == [meant]


def test_two_words_glued_are_left() -> None:
    lines, _ = mended("државаLand и Википедија")
    assert lines == ["државаLand и Википедија"]


def test_single_characters() -> None:
    lines, problems = mended("\uf0b7 veri\ufb01kimi\u200b i të hua\u00adjve\ncˇ c\u030clan\nkraj ri\u00ad")
    assert lines[0] == "• verifikimi i të huajve"
    assert lines[1].endswith("član")
    assert lines[2] == "kraj ri\u00ad"  # the joining of lines decides
    assert codes(problems) == {"repaired-symbol", "repaired-ligature", "repaired-invisible", "repaired-composed"}


@pytest.mark.parametrize(
    ("spaced", "closed"),
    [
        ("Č l a n 1.", "Član 1."),
        ("Z A K O N", "ZAKON"),
        ("V E N D O S I:", "VENDOSI:"),
        ("З А К О Н  З А  С Т Р А Н Ц И Т Е", "ЗАКОН ЗА СТРАНЦИТЕ"),
        ("Č l a n  1 2 .", "Član 12."),
        ("D I O", "DIO"),
    ],
)
def test_letter_spacing(spaced: str, closed: str) -> None:
    assert mended(spaced)[0] == [closed]


@pytest.mark.parametrize("text", ["A B C D E", "a b c d", "1 2 3 4 5 6", "točka a i b u c", "A B C", "i u o s a"])
def test_what_is_not_letter_spaced(text: str) -> None:
    assert close_spacing(text) == []


def test_lost_letters_are_told_of_and_not_guessed() -> None:
    lines, problems = mended("lan 1.\nOvaj zakon ureuje\nlan 2.\nna nain")
    assert lines[0] == "lan 1."
    assert codes(problems) == {"letters-lost"}
    assert problems[0].severity == "warning"


def test_every_repair_points_at_its_letters() -> None:
    lines = [DraftLine(line) for line in YUSCII.split("\n")]
    mend(lines)
    document = compose([DraftBlock("paragraph", [line]) for line in lines], source_id="ba/a/b", sha256="0" * 64)
    assert document.repairs
    for repair in document.repairs:
        now = repair.span.of(document.text)
        assert len(now) == len(repair.before)
        assert now != repair.before
    assert undone(document) == YUSCII + "\n"


def undone(document: Document) -> str:
    """Return the text with all repairs taken back."""
    text = document.text
    for repair in reversed(document.repairs):
        text = text[: repair.span.start] + repair.before + text[repair.span.end :]
    return text


ALPHABET = "abčćž ЧчЉљaeо^~{}[]|\\@`.,1\u00ad\u200b\ufb01\ufffe\x02ţĈĎèæ\u030c"


@given(st.lists(st.text(alphabet=ALPHABET, max_size=40), max_size=8))
def test_any_text_is_mended_without_failing_and_can_be_taken_back(texts: list[str]) -> None:
    lines = [DraftLine(text) for text in texts]
    mend(lines)
    for line in lines:
        for change in line.changes:
            assert 0 <= change.start <= change.end <= len(line.text)


def test_mending_twice_changes_nothing_more() -> None:
    for text in (YUSCII, MAC_C):
        once, _ = mended(text)
        again, problems = mended("\n".join(once))
        assert again == once
        assert problems == []


def test_tables_hold_what_they_should() -> None:
    for name, held in table("seven_bit")["tables"].items():
        marked = [word for word in held["anchors"] if any(mark in word for mark in held["marks"])]
        assert len(marked) > 20, name
    for group in table("wrong_letters")["groups"]:
        wrong = {letter.casefold() for letter in group["map"]}
        assert any(wrong & set(proof.casefold()) for proof in group["proof"]), group["name"]
    looks = table("lookalikes")
    assert all(len(a) == len(b) == 1 for a, b in looks["latin_to_cyrillic"].items())
    assert set(looks["cyrillic_to_latin"].values()) <= set(looks["latin_to_cyrillic"])


PLAIN = (
    "Clan 5. Poslodavac je duzan da prijavi rad stranca, a sluzbenik odlucuje u roku iz clana 3. i moze da izda resenje o tome. "
    * 6
)
PLAIN_SQ = (
    "Neni 5. Punedhenesi eshte i detyruar qe te paraqese kerkese per kete leje, sipas ketij ligji dhe nenit 3 me nje forme. "
    * 6
)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (PLAIN, True),
        (PLAIN_SQ, True),
        (PLAIN.replace("duzan", "dužan").replace("sluzbenik", "službenik").replace("moze", "može"), False),
        ("The employer shall notify the work of a foreigner within eight days of the start of work. " * 8, False),
        ("Работодавачот е должен да го пријави работникот во рок од осум дена. " * 10, False),
    ],
)
def test_a_text_without_diacritics_is_told_of_and_not_guessed(text: str, told: bool) -> None:
    line = DraftLine(text)
    problems = mend([line])
    assert any(one.code == "no-diacritics" for one in problems) is told
    assert line.text == text


def test_a_kind_that_is_switched_off_is_not_made() -> None:
    lines = [DraftLine(line) for line in [*YUSCII.split("\n"), "Z A K O N", "ﬁrma"]]
    problems = mend(lines, kinds={"ligature"})
    assert [line.text for line in lines] == [*YUSCII.split("\n"), "Z A K O N", "firma"]
    assert codes(problems) == {"repaired-ligature"}


def test_every_kind_of_repair_can_be_named_in_the_settings() -> None:
    groups = {group["name"] for group in table("wrong_letters")["groups"]}
    assert {*KINDS, *groups, LINE_END_HYPHEN, RAISED} == set(REPAIRS)
    assert all(kind in TEMPLATE for kind in REPAIRS)
