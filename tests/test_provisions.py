"""The grammar: golden outlines of model laws in each jurisdiction's manner, and a valid tree from any text."""

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from psimm_docs.chunks import cut
from psimm_docs.language import identify, identify_text
from psimm_docs.provisions import parse
from psimm_docs.records import Block, Document, LanguageReading, LanguageTag, Page, Provision, Span

GOLDEN = Path(__file__).parent / "golden"
UPDATE = os.environ.get("PSIMM_UPDATE_GOLDEN") == "1"
"""Set to write the outlines anew; look at the difference before it is committed."""

LANGUAGES = {"RS": "sr-Cyrl", "AL": "sq", "XK": "sq", "ME": "cnr", "MK": "mk", "BA": "bs"}


def document(text: str) -> Document:
    """Return a text as extraction gives it: a block a line, and a newline at the end."""
    blocks, at = [], 0
    for line in text.split("\n"):
        if line:
            blocks.append(Block(Span(at, at + len(line)), "paragraph", 1))
        at += len(line) + 1
    return Document("x/y/1", "0" * 64, text + "\n", len(text) + 1, (Page(1, 0, 0, "text"),), tuple(blocks))


def outline(provisions: tuple[Provision, ...]) -> str:
    return "".join(
        f"{one.eid} | {one.heading} | {one.label} | {'printed' if one.printed else 'counted'}\n" for one in provisions
    )


@pytest.mark.parametrize("code", sorted(LANGUAGES))
def test_model_laws_in_each_manner(code: str) -> None:
    held = document((GOLDEN / f"{code}.txt").read_text("utf-8").rstrip("\n"))
    reading = identify(held, jurisdiction=code)
    assert reading.document.tag == LANGUAGES[code]
    made = outline(parse(held, reading, jurisdiction=code).provisions)
    path = GOLDEN / f"{code}.outline"
    if UPDATE:
        path.write_text(made, "utf-8")
    assert made == path.read_text("utf-8")


def test_the_update_flag_is_off() -> None:
    assert not UPDATE, "outlines were written anew: look at the difference, then run without PSIMM_UPDATE_GOLDEN"


def read(text: str, code: str = "RS") -> tuple[Document, tuple[Provision, ...]]:
    held = document(text)
    return held, parse(held, identify(held, jurisdiction=code), jurisdiction=code).provisions


PIECES = st.sampled_from(
    [
        *("Члан 1.", "Neni 2", "Član 3", "Член 4-а", "Članak 5.", "Article 6", "Neni 2/1", "Član 3", "Члан 562"),
        *(
            "(1) Текст.",
            "1. Tekst.",
            "1) tačka;2) druga;3) treća.",
            "1) tačka;",
            "a) pikë;",
            "ç) pikë;",
            "– алинеја;",
            "1.1. nën",
            "(2)",
            "„",
            "“",
        ),
        *("ГЛАВА I", "KREU II", "I. OSNOVNE ODREDBE", "POGLAVLJE I.", "Предмет", "(Definicije)", "PRILOG 1", "Aneks"),
        *("iz člana 5. ovog zakona", "у складу са чланом 7.", "glasi:", "", "   ", "\u00ad", "…", "Neni", "Члан"),
    ]
)
ANY = st.one_of(st.lists(PIECES, max_size=25).map("\n".join), st.text(max_size=200))


@given(ANY, st.sampled_from(["RS", "AL", "XK", "ME", "MK", "BA", "BA-SRP"]))
def test_any_text_gives_a_valid_tree(text: str, code: str) -> None:
    held, provisions = read(text.replace("\r", " "), code)
    by_id = {one.id: one for one in provisions}
    assert len(by_id) == len(provisions)
    last: dict[str, Span] = {}
    for one in provisions:
        assert 0 <= one.span.start <= one.span.end <= held.body_end
        assert not one.parent or by_id[one.parent].span.holds(one.span)
        if one.parent in last:
            assert last[one.parent].end <= one.span.start
        last[one.parent] = one.span
    covered = [one.span for one in provisions if not one.parent]
    for at, letter in enumerate(held.text[: held.body_end]):
        assert not letter.isalpha() or any(span.start <= at < span.end for span in covered)


@given(ANY)
def test_search_units_never_cross_a_provision(text: str) -> None:
    held, provisions = read(text.replace("\r", " "))
    by_id = {one.id: one for one in provisions}
    chunks = cut(held, provisions, title="Закон", max_words=12)
    assert len({chunk.id for chunk in chunks}) == len(chunks)
    taken: list[Span] = []
    for chunk in chunks:
        assert by_id[chunk.provision_id].span.holds(chunk.span)
        assert not any(chunk.span.overlaps(other) for other in taken)
        taken.append(chunk.span)


def test_a_reference_is_no_article() -> None:
    _, provisions = read("Члан 1.\nУ складу са\nчланом 5. овог закона одлучује орган.\nЧлан 2.\nКрај закона.")
    assert [one.number for one in provisions if one.kind == "article"] == ["1", "2"]


def test_a_digest_counts_nothing() -> None:
    held = document(
        "Закон\n\nЧлан 4.\nПрви текст.\n[fact 1; seen; https://a.b]\nДруги текст.\n[fact 2; seen; https://a.b]"
    )
    parsed = parse(held, identify(held, jurisdiction="RS"), jurisdiction="RS", digest=True)
    article = next(one for one in parsed.provisions if one.kind == "article")
    below = [one for one in parsed.provisions if one.parent == article.id]
    assert len(below) == 2
    assert all(not one.printed and one.label == article.label for one in below)


def test_facts_without_an_article_stand_apart() -> None:
    held = document(
        "Закон\n\nЧлан 4.\nТекст члана.\n[fact 1; seen; https://a.b]\nОдредбе чији број члана није проверен\n"
        "– Прва чињеница.\n[fact 2; seen; https://a.b]\n– Друга чињеница.\n[fact 3; recalled]"
    )
    provisions = parse(held, identify(held, jurisdiction="RS"), jurisdiction="RS", digest=True).provisions
    article = next(one for one in provisions if one.kind == "article")
    assert "чињеница" not in article.span.of(held.text)
    facts = [one.span.of(held.text) for one in provisions if one.kind == "indent"]
    assert facts == ["– Прва чињеница.", "– Друга чињеница."]


# --- language


@pytest.mark.parametrize(
    ("text", "code", "tag"),
    [
        ("Странац подноси захтев за дозволу боравка надлежном органу.", "RS", "sr-Cyrl"),
        ("Stranac podnosi zahtev za dozvolu boravka nadležnom organu.", "RS", "sr-Latn"),
        ("Stranac podnosi zahtjev za dozvolu boravka nadležnom organu.", "ME", "cnr"),
        ("Странецот поднесува барање за дозвола за престој до надлежниот орган.", "MK", "mk"),
        ("I huaji paraqet kërkesën për leje qëndrimi pranë organit kompetent.", "AL", "sq"),
        ("The foreigner applies for a residence permit with the competent authority.", "RS", "en"),
        ("Странац подноси захтјев за дозволу боравка надлежном органу.", "BA-SRP", "sr-Cyrl"),
        ("Stranac podnosi zahtev za dozvolu boravka nadležnom organu.", "XK", "sr-Latn"),
    ],
)
def test_languages_and_scripts(text: str, code: str, tag: str) -> None:
    told = identify_text(text, jurisdiction=code)
    assert told.tag == tag
    assert 0 <= told.confidence <= 1
    assert told.evidence


@given(st.text(max_size=120))
def test_any_text_has_a_tag(text: str) -> None:
    held = document(text.replace("\r", " "))
    reading = identify(held, jurisdiction="BA")
    assert isinstance(reading, LanguageReading)
    assert isinstance(reading.document, LanguageTag)
    assert len(reading.blocks) == len(held.blocks)


def test_public_news_sentences(shared: Path) -> None:
    """Macro-language and script on NTREX: at least 99 of 100 right."""
    files = {"sqi": ("sq", "Latn"), "mkd": ("mk", "Cyrl"), "srp-Cyrl": ("hbs", "Cyrl"), "srp-Latn": ("hbs", "Latn")}
    files |= {"bos": ("hbs", "Latn"), "hrv": ("hbs", "Latn")}
    right = count = 0
    for name, wanted in files.items():
        lines = (shared / "eval" / "ntrex" / f"newstest2019-ref.{name}.txt").read_text("utf-8").splitlines()
        for line in lines[::25]:
            told = identify_text(line)
            right += (told.macro, told.script) == wanted
            count += 1
    assert right / count >= 0.99
