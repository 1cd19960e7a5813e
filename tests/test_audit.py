"""The audit of numbers: what it finds in made-up laws, and that any text gives findings that lie in it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from psimm_docs.audit import CODES, Finding, audit
from psimm_docs.language import identify
from psimm_docs.number_places import places
from psimm_docs.provisions import parse
from psimm_docs.records import Block, Document, Page, Problem, Provision, Span


def document(*lines: str) -> Document:
    """Return lines as extraction gives them: a block a line, and a newline at the end."""
    text = "\n".join(lines)
    blocks, at = [], 0
    for line in text.split("\n"):
        if line:
            blocks.append(Block(Span(at, at + len(line)), "paragraph", 1))
        at += len(line) + 1
    return Document("x/y/1", "0" * 64, text + "\n", len(text) + 1, (Page(1, 0, 0, "text"),), tuple(blocks))


def read(held: Document, *, digest: bool = False) -> tuple[tuple[Provision, ...], tuple[Problem, ...]]:
    made = parse(held, identify(held, jurisdiction="RS"), jurisdiction="RS", digest=digest)
    return made.provisions, made.problems


def law(*numbers: str) -> Document:
    """Return a made-up law of articles with these numbers, each with a sentence of its own."""
    lines = ["Zakon o probama"]
    for number in numbers:
        lines += [f"Član {number}.", f"Poslodavac vodi knjigu proba broj {number} i čuva je pet godina od dana upisa."]
    return document(*lines)


def found(held: Document) -> list[Finding]:
    provisions, problems = read(held)
    return list(audit(held, provisions, problems))


def short(findings: list[Finding]) -> list[tuple[str, str]]:
    return [(one.kind, one.provision_id.partition("#")[2]) for one in findings]


ROWS = [
    (("1", "2", "3", "4"), []),
    (("1", "2", "2a", "3", "3/1", "4"), []),
    (("1", "2", "3", "5", "6", "7"), [("gap", "art_5")]),
    (("1", "2", "3", "8", "9", "10", "11"), [("gap", "art_8")]),
    (("3", "4", "5"), [("gap", "art_3")]),
    (("1", "2", "3", "3", "4", "5"), [("duplicate", "art_3~2")]),
    (("11", "12", "31", "14", "15", "16"), [("gap", "art_11"), ("out-of-order", "art_31"), ("gap", "art_14")]),
    (("1", "2", "3", "4", "1", "2", "3"), [("restart", "art_1~2")]),
]


@pytest.mark.parametrize(("numbers", "expected"), ROWS)
def test_rows_of_articles(numbers: tuple[str, ...], expected: list[tuple[str, str]]) -> None:
    assert short(found(law(*numbers))) == expected


def test_a_gap_says_what_is_missing_and_what_stands_beside_it() -> None:
    [one] = found(law("1", "2", "3", "8", "9", "10", "11"))
    assert one.message == "Articles 4 to 7 are missing: 8 stands after 3."
    assert (one.expected, one.printed, one.before, one.after) == ("4 to 7", "8", ("1", "2", "3"), ("9", "10", "11"))
    assert one.id == "x/y/1#art_8!gap"
    assert one.article


def test_a_line_with_only_the_missing_number_is_where_its_article_may_begin() -> None:
    held = document(
        *("Zakon o probama", "Član 1.", "Prvi je rok osam dana.", "Član 2.", "Drugi je rok deset dana.", "3."),
        *(
            "Treći je rok dvanaest dana.",
            "Član 4.",
            "Četvrti je rok mesec dana.",
            "Član 5.",
            "Peti je rok godinu dana.",
        ),
    )
    [one] = found(held)
    assert (one.kind, one.printed, one.span.of(held.text)) == ("missing-word", "3", "3")
    assert one.provision_id.startswith("x/y/1#art_2__")
    assert (one.before[-1], one.after[0]) == ("2", "4")


def test_paragraphs_and_points_have_rows_of_their_own() -> None:
    held = document(
        *("Zakon o probama", "Član 1.", "(1) Proba se prijavljuje.", "(2) Prijava sadrži:", "1) ime;", "2) dan;"),
        *("4) mesto.", "(4) Prijava se čuva.", "Član 2.", "(1) Komisija ima članove:", "a) prvog;", "b) drugog;"),
        *("v) trećeg;", "d) četvrtog.", "(2) Komisija odlučuje.", "(2) Odluka se objavljuje."),
    )
    made = found(held)
    assert short(made) == [
        ("gap", "art_1__para_2__point_4"),
        ("gap", "art_1__para_4"),
        ("gap", "art_2__para_1__point_d"),
        ("in-text", "art_2__para_2"),
    ]
    assert made[0].message == "Point 3 of article 1 is missing: 4 stands after 2."
    assert made[2].expected == "g"
    assert not any(one.article for one in made)


def test_a_list_that_goes_on_in_the_next_paragraph_and_a_new_list_are_not_odd() -> None:
    held = document(
        *("Zakon o probama", "Član 1.", "(1) Proba obuhvata:", "1) pripremu;", "2) rad.", "(2) Ocena obuhvata:"),
        *("1) meru;", "2) opis;", "3) zaključak."),
    )
    assert found(held) == []


def test_a_number_that_is_read_otherwise_than_printed_is_odd() -> None:
    made = found(law("9", "l0", "11", "12"))
    assert ("odd", "art_10") in short(made)
    [odd] = [one for one in made if one.kind == "odd"]
    assert (odd.printed, odd.expected) == ("l0", "10")


def test_problems_of_a_document_come_from_the_audit_alone() -> None:
    held = law("1", "2", "2", "3", "6", "7", "8")
    _, problems = read(held)
    assert [one.code for one in problems] == [CODES["duplicate"], CODES["gap"]]
    assert all(one.severity == "warning" and one.todo for one in problems)


def test_the_audit_goes_on_finding_what_the_stored_problems_tell() -> None:
    held = law("1", "2", "40", "3", "4", "5", "6")
    provisions, problems = read(held)
    first = audit(held, provisions, problems)
    assert first == audit(held, provisions, [*problems, *problems])
    assert [one.provision_id for one in first]


def test_the_place_of_a_number_is_its_line_and_its_neighbours() -> None:
    before, later = law("1", "2", "3", "5", "6", "7"), law("1", "2", "3", "4", "5", "6", "7")
    reworded = document(*before.text.replace("pet godina", "deset godina").rstrip("\n").split("\n"))
    first, other, same = (places(held, read(held)[0]) for held in (before, later, reworded))
    assert first["x/y/1#art_5"] != other["x/y/1#art_5"]
    assert first["x/y/1#art_2"] == other["x/y/1#art_2"]
    assert first == same


LINES = st.lists(
    st.one_of(
        st.sampled_from(
            [
                *(
                    "Član 1.",
                    "Član 2",
                    "Član 3.",
                    "Član 7.",
                    "Члан 5.",
                    "Neni 4",
                    "4.",
                    "Чпен 6",
                    "Prilog 1",
                    "Glava II",
                ),
                *("(1) Prvi stav.", "(3) Treći stav:", "1) tačka;", "4) tačka;", "a) slovo;", "d) slovo;", "i) mala;"),
                *(
                    "ii) mala;",
                    "1.1. Podstav.",
                    "1.3. Podstav.",
                    "- alineja",
                    "Rok je osam dana.",
                    "„Član 9.",
                    "glasi:",
                ),
            ]
        ),
        st.text(max_size=12),
    ),
    max_size=25,
)


@given(LINES)
def test_any_text_gives_findings_that_lie_in_it(lines: list[str]) -> None:
    held = document(*lines)
    provisions, problems = read(held)
    by_id = {one.id: one for one in provisions}
    made = audit(held, provisions, problems)
    assert len({one.id for one in made}) == len(made)
    for one in made:
        assert one.span.end <= len(held.text)
        assert by_id[one.provision_id].span.holds(one.span)
        assert one.message
    assert set(places(held, provisions)) == set(by_id)
