"""Pinpoints in each jurisdiction's own form, sealed quotes, warnings, and what other programs read back."""

import json
from dataclasses import replace

import bibtexparser
import pytest
import rispy
from hypothesis import given
from hypothesis import strategies as st

from psimm_docs import references, styles
from psimm_docs.citations import DIGEST_NOTE, TRANSLATION_NOTE, UNPLACED_NOTE, cite, quoted_span, seal
from psimm_docs.errors import PsimmError
from psimm_docs.jurisdictions import KOSOVO_NOTE
from psimm_docs.pinpoints import MANNERS, english_pinpoint, own_pinpoint
from psimm_docs.records import Citation, Document, Line, Page, Provision, Repair, Source, Span

TEXT = "Члан 43.\n(2) Први ред.\n3) други ред, са ѕвездом\nкрај"


def steps(*levels: str, language: str = "sr-Cyrl", text: str = TEXT) -> list[Provision]:
    """Make a path: `article 43`, `paragraph 2`, `counted 2` (a paragraph without a printed number), `point 3`, ..."""
    path: list[Provision] = []
    for level in levels:
        kind, _, number = level.partition(" ")
        printed = kind not in ("counted", "indent", "preface") and number != "-"
        eid = "__".join([*([path[-1].eid] if path else []), f"{kind}_{number}"])
        path.append(
            Provision(
                f"s#{eid}",
                "s",
                eid,
                "paragraph" if kind == "counted" else kind,  # type: ignore[arg-type]
                number,
                "",
                f"{kind} {number}",
                Span(0, len(text)),
                path[-1].id if path else "",
                len(path),
                len(path),
                printed,
                language,
                "f",
            )
        )
    return path


def source(**changes: object) -> Source:
    base = Source("s", "p", "x" * 64, 1, "application/pdf", "RS", "Закон о странцима", title_en="Law on Foreigners")
    return replace(base, gazette="Службени гласник Републике Србије", gazette_number="24/2018", **changes)  # type: ignore[arg-type]


def document(text: str = TEXT, **changes: object) -> Document:
    return replace(Document("s", "x" * 64, text, len(text)), **changes)  # type: ignore[arg-type]


def cited(*levels: str, code: str = "RS", language: str = "sr-Cyrl", **changes: object) -> Citation:
    *above, last = steps(*levels, language=language)
    return cite(last, source(jurisdiction=code, language=language, **changes), document(), ancestors=above)


# --- pinpoints


@pytest.mark.parametrize(
    ("code", "language", "levels", "own", "english"),
    [
        ("RS", "sr-Cyrl", ("article 43", "paragraph 2", "point 3"), "члан 43. став 2. тачка 3)", "Art. 43(2)(3)"),
        ("RS", "sr-Latn", ("article 13а", "counted 1"), "član 13а stav 1.", "Art. 13a(1)"),
        ("ME", "cnr", ("article 43", "counted 1", "point 3"), "član 43 stav 1 tačka 3", "Art. 43(1)(3)"),
        ("MK", "mk", ("article 28-а", "counted 2", "indent 1"), "член 28-а став 2 алинеја 1", "Art. 28-a(2), indent 1"),
        ("AL", "sq", ("article 74", "paragraph 7", "point ç"), "neni 74, pika 7, shkronja ç", "Art. 74(7)(ç)"),
        ("AL", "sq", ("article 4/1",), "neni 4/1", "Art. 4/1"),
        ("XK", "sq", ("article 65", "paragraph 1", "point 1.1"), "neni 65 (1.1)", "Art. 65(1.1)"),
        ("XK", "sr-Latn", ("article 65", "paragraph 1"), "član 65 (1)", "Art. 65(1)"),
        ("BA", "bs", ("article 6", "paragraph 1", "point d"), "član 6. stav (1) tačka d)", "Art. 6(1)(d)"),
        ("BA", "hr", ("article 6", "paragraph 1", "point d"), "članak 6. stavak (1) točka d)", "Art. 6(1)(d)"),
        ("BA-SRP", "sr-Cyrl", ("article 6", "paragraph 1", "point д"), "члан 6. став (1) тачка д)", "Art. 6(1)(d)"),
        ("RS", "en", ("article 43", "paragraph 2"), "Article 43(2)", "Art. 43(2)"),
        ("RS", "sr-Cyrl", ("annex 2", "article 3", "paragraph 1"), "annex 2: члан 3. став 1.", "Annex 2, Art. 3(1)"),
        ("RS", "sr-Cyrl", ("annex -", "article 3"), "annex -: члан 3.", "“annex -”, Art. 3"),
        ("RS", "sr-Cyrl", ("annex 2", "point 4"), "annex 2 тачка 4)", "Annex 2, point 4"),
        ("RS", "sr-Cyrl", ("chapter II", "article 3"), "члан 3.", "Art. 3"),
        ("RS", "sr-Cyrl", ("chapter II",), "chapter II", "Chapter II"),
        ("RS", "sr-Cyrl", ("chapter II", "section -"), "chapter II, section -", "Chapter II, “section -”"),
    ],
)
def test_pinpoints(code: str, language: str, levels: tuple[str, ...], own: str, english: str) -> None:
    path = steps(*levels, language=language)
    assert own_pinpoint(path, code) == own
    assert english_pinpoint(path, code) == english


@given(
    st.sampled_from(["RS", "ME", "MK", "AL", "XK", "BA", "BA-SRP", "HR"]), st.sampled_from(["sq", "bs", "mk", "en", ""])
)
def test_every_number_of_the_path_stands_in_the_pinpoint(code: str, language: str) -> None:
    path = steps("article 431", "paragraph 52", "point 63", language=language)
    for pinpoint in (own_pinpoint(path, code), english_pinpoint(path, code)):
        at = [pinpoint.index(number) for number in ("431", "52", "63")]
        assert at == sorted(at)


def test_manners_are_whole() -> None:
    for name, manner in MANNERS.items():
        forms = (manner.article, manner.indent) if manner.nested else (manner.article, manner.paragraph, manner.point)
        assert all("{n}" in form or "{d}" in form for form in forms), name


# --- the quote


def test_the_quote_is_the_text_and_the_seal_holds() -> None:
    one = cited("article 43", "paragraph 2")
    assert one.quote == TEXT
    seal(one, document())
    wrong = replace(one, quote=TEXT.replace("ѕ", "s"))
    with pytest.raises(PsimmError, match=r"not the text.*са "):
        seal(wrong, document())
    with pytest.raises(PsimmError, match="another file"):
        seal(one, document(sha256="y" * 64))
    with pytest.raises(PsimmError, match="empty"):
        seal(replace(one, quote=" "), document())
    with pytest.raises(PsimmError):
        seal(replace(one, quote="крај"), document(), span=Span(0, 4))
    seal(replace(one, quote="крај"), document(), span=Span(len(TEXT) - 4, len(TEXT)))


@given(st.text(min_size=2, max_size=40), st.data())
def test_any_other_letter_breaks_the_seal(text: str, data: st.DataObject) -> None:
    one = replace(cited("article 1"), quote=text)
    fixed = document("<" + text + ">")
    if text.strip():
        seal(one, fixed)
    at = data.draw(st.integers(0, len(text) - 1))
    letter = data.draw(st.characters().filter(lambda other: other != text[at]))
    with pytest.raises(PsimmError):
        seal(replace(one, quote=text[:at] + letter + text[at + 1 :]), fixed, span=Span(1, 1 + len(text)))


@given(st.text(alphabet="аб \n", min_size=1, max_size=30), st.integers(1, 30))
def test_a_cut_quote_is_the_beginning(text: str, limit: int) -> None:
    span = quoted_span(text, Span(0, len(text)), limit)
    assert span.start == 0
    assert len(span) <= max(limit, 0) or span.end == len(text)
    assert len(span)


def test_a_cut_quote_ends_with_a_word_and_says_so() -> None:
    (last,) = steps("article 43")
    one = cite(last, source(), document(), max_quote=18)
    assert one.quote == "Члан 43.\n(2) Први"
    assert any("cut" in note for note in one.notes)


def test_what_does_not_belong_together_is_refused() -> None:
    article, paragraph = steps("article 43", "paragraph 2")
    with pytest.raises(ValueError, match="ancestors"):
        cite(paragraph, source(), document())
    with pytest.raises(ValueError, match="belong"):
        cite(article, source(id="t"), document())
    with pytest.raises(PsimmError, match="psimm-docs build"):
        cite(article, source(), document(sha256="y" * 64))


# --- warnings


def test_a_digest_is_cited_by_article_at_most() -> None:
    one = cited("article 43", "counted 2", status="digest")
    assert (one.pinpoint, one.pinpoint_en, one.notes) == ("члан 43.", "Art. 43", (DIGEST_NOTE,))
    assert cited("article 43", "paragraph 2", status="digest").pinpoint_en == "Art. 43(2)"
    lost = cited("section -", "indent 3", status="digest")
    assert (lost.pinpoint, lost.pinpoint_en) == ("", "")
    assert UNPLACED_NOTE in lost.notes


def test_counted_paragraphs_of_a_law_are_said_to_be_counted() -> None:
    one = cited("article 43", "counted 2", "indent 1")
    assert one.pinpoint_en == "Art. 43(2), indent 1"
    assert "paragraph 2 and indent 1 counted" in " ".join(one.notes)
    assert cited("article 43", "paragraph 2").notes == ()


def test_a_number_that_stands_twice_is_said_to() -> None:
    (first,) = steps("article 43")
    second = replace(first, id="s#article_43~2", eid="article_43~2")
    for one in (first, second):
        assert any("more than once" in note for note in cite(one, source(), document(), tree=[first, second]).notes)
    assert cite(first, source(), document(), tree=[first, *steps("article 44")]).notes == ()


def test_translations_repairs_and_scans_are_noted() -> None:
    assert TRANSLATION_NOTE in cited("article 43", translation=True).notes
    (last,) = steps("article 43")
    mended = cite(last, source(), document(repairs=(Repair(Span(3, 4), "homoglyph", "a"),)))
    assert any("repaired (homoglyph)" in note for note in mended.notes)
    pages = (Page(1, 600, 800, "text"), Page(2, 600, 800, "ocr"))
    lines = (Line(Span(0, 8), 2, confidence=0.71), Line(Span(9, len(TEXT)), 2, confidence=0.93))
    scanned = cite(last, source(), document(pages=pages, lines=lines))
    assert scanned.page == 2
    assert any("71%" in note for note in scanned.notes)


def test_gazette_and_number_come_from_one_entry() -> None:
    assert cited("article 1").gazette_number == "24/2018"
    (last,) = steps("article 1")
    bare_source = replace(source(), gazette="", gazette_number="")
    assert cite(last, bare_source, document()).gazette_number == ""


# --- styles


def test_house_style_and_its_short_form() -> None:
    one = cited("article 43", "paragraph 2", "point 3", date="2018-03-26")
    assert styles.house(one) == (
        "Law on Foreigners (Serbia), Art. 43(2)(3), Official Gazette of the Republic of Serbia 24/2018"
    )
    assert styles.short(one) == "Law on Foreigners (Serbia) 24/2018, Art. 43(2)(3)"
    assert (
        styles.original(one)
        == "Закон о странцима, члан 43. став 2. тачка 3), Службени гласник Републике Србије, бр. 24/2018"
    )
    assert styles.oscola(one).endswith("24/2018, art 43(2)(3) (Serbia).")
    assert styles.short(one, style="oscola", first=3) == "Law on Foreigners (Serbia) (n 3), art 43(2)(3)"
    with pytest.raises(PsimmError, match="house, oscola"):
        styles.short(one, style="mla")


def test_a_later_version_says_its_date_and_a_digest_gives_no_date_to_the_law() -> None:
    assert "[version of 2024-02-03]" in styles.house(cited("article 1", date="2024-02-03"))
    digest = cited("article 1", status="digest", date="2026-11-22")
    assert styles.issued(digest) == "2018"
    assert styles.issued(replace(digest, gazette_number="")) == ""


@pytest.mark.parametrize("style", styles.STYLES)
def test_every_style_warns_and_prints_the_kosovo_footnote(style: str) -> None:
    one = cited("article 65", code="XK", language="sq", status="digest", translation=True)
    text = styles.STYLES[style](one)
    assert text.endswith(KOSOVO_NOTE)
    assert "Kosovo*" in text.removesuffix(KOSOVO_NOTE)
    assert ("jo teksti zyrtar" if style == "original" else DIGEST_NOTE) in text
    named = replace(cited("article 1", code="AL"), title_en="Agreement between Albania and Kosovo*")
    assert styles.footnotes([named], style="house").count(KOSOVO_NOTE) == 1
    notes = styles.footnotes([one, one, replace(one, notes=("other",))], style=style)
    assert notes.count(KOSOVO_NOTE) == 1
    assert [line[:3] for line in notes.splitlines()[:3]] == ["1. ", "2. ", "3. "]
    assert "other" in notes


# --- files for reference managers

NASTY = "50 % {a} \\cmd $x$ #1 & b_c ~ ^ \" 'q'\r\nER  - \r\nTY  - BOOK\u2028@misc{x, y={z}}\x00\x0b}"


def nasty() -> Citation:
    one = cited("article 43", "paragraph 2", code="XK", language="sq")
    return replace(
        one,
        title=NASTY,
        gazette=NASTY,
        quote=NASTY,
        notes=(NASTY,),
        official_url="https://e.org/a b{c}?x=%20&y_z#t",
        retrieved="2026-11-01",
    )


def test_bibtex_is_read_back() -> None:
    for render, kind, field in (
        (references.to_bibtex, "misc", "annote"),
        (references.to_biblatex, "legislation", "annotation"),
    ):
        text = render([nasty(), cited("article 1")])
        entries = read_bibtex(text)
        assert [entry["ENTRYTYPE"] for entry in entries] == [kind, kind]
        assert r"50 \% \textbraceleft{}a\textbraceright{} \textbackslash{}cmd" in entries[0][field]
        assert entries[0]["url"] == "https://e.org/a%20b%7Bc%7D?x=%20&y_z#t"
        assert entries[1][field].startswith("Члан 43. (2)")
        assert KOSOVO_NOTE in entries[0]["note"]


def read_bibtex(text: str) -> list[dict[str, str]]:
    """Read with either generation of bibtexparser (1: loads; 2: parse_string)."""
    if hasattr(bibtexparser, "parse_string"):
        library = bibtexparser.parse_string(text)
        assert not library.failed_blocks
        return [
            {"ENTRYTYPE": entry.entry_type, "ID": entry.key, **{field.key: field.value for field in entry.fields}}
            for entry in library.entries
        ]
    parser = bibtexparser.bparser.BibTexParser(ignore_nonstandard_types=False)
    return list(bibtexparser.loads(text, parser=parser).entries)


def test_ris_is_read_back() -> None:
    one, two = rispy.loads(references.to_ris([nasty(), cited("article 1")]))
    assert one["type_of_reference"] == two["type_of_reference"] == "STAT"
    assert one["abstract"].startswith("50 % {a}")
    assert two["year"] == "2018"
    assert two["section"] == "Art. 1"
    assert KOSOVO_NOTE in " ".join(one["notes"])


def test_csl_holds_every_field_and_the_exact_quote() -> None:
    citation = nasty()
    one, _ = json.loads(references.to_csl_json([citation, cited("article 1")]))
    assert one["type"] == "legislation"
    assert one["annote"] == NASTY
    assert one["accessed"] == {"date-parts": [[2026, 11, 1]]}
    assert one["issued"] == {"date-parts": [[2018]]}
    assert (one["container-title"], one["number"], one["section"]) == (NASTY, "24/2018", "Art. 43(2)")
    assert one["custom"]["pinpoint"] == citation.pinpoint
    assert one["custom"]["sha256"] == citation.sha256


def note_of(form: str, citation: Citation) -> str:
    """The remark of a citation as the library that reads the format gives it back."""
    text = references.FILES[form]([citation])
    if form == "ris":
        return " ".join(rispy.loads(text)[0]["notes"])
    if form == "csl-json":
        return str(json.loads(text)[0]["note"])
    return read_bibtex(text)[0]["note"].replace("\\", "")


@pytest.mark.parametrize("form", references.FILES)
def test_no_fact_of_a_citation_is_lost_in_a_format(form: str) -> None:
    one = cited("article 43", "paragraph 2", date="2024-02-03", retrieved="2026-11-01T10:00:00Z")
    told = note_of(form, replace(one, page=12, notes=("a warning",)))
    for fact in (
        *("Art. 43(2)", "члан 43. став 2.", "version of 2024-02-03", "a warning", "p. 12 of the file"),
        *(
            "text in Serbian (Cyrillic), a language of record",
            "retrieved 2026-11-01",
            f"id {one.provision_id}",
            one.sha256,
        ),
    ):
        assert fact.replace("_", "") in told.replace("_", ""), fact


def test_a_text_in_another_language_says_which_is_of_record() -> None:
    english = cited("article 43", language="en", translation=True)
    assert english.notes == (TRANSLATION_NOTE, "language of record: Serbian (Cyrillic)")
    assert "language of record: Serbian (Cyrillic)" in styles.house(english)
    assert not english.of_record
    assert "a language of record" not in references.remarks(english)
    assert cited("article 43", language="sr").notes == ()
    assert cited("article 43", code="BA", language="hr").of_record
    assert "languages of record: Macedonian, Albanian" in cited("article 43", code="MK", language="en").notes


def test_keys_are_unique_and_repeated_citations_come_once() -> None:
    ids = ["a/b#art_1", "a/b#art~1", "A/b#art-1", "a/b#art_č", "a/b#art_c"]
    some = [replace(cited("article 1"), provision_id=one) for one in ids]
    assert len(set(references.keys(some))) == len(ids)
    assert len(json.loads(references.to_csl_json([*some, *some]))) == len(ids)


@given(st.text(max_size=60))
def test_any_text_stays_inside_its_field(text: str) -> None:
    one = replace(cited("article 1"), quote=text, title="t" + text)
    assert len(rispy.loads(references.to_ris([one]))) == 1
    (entry,) = read_bibtex(references.to_bibtex([one]))
    assert entry["year"] == "2018"
    assert json.loads(references.to_csl_json([one]))[0].get("annote", "") == text
