"""Language: script, macro-language and variety of made-up texts; blocks of mixed documents; NTREX where it is at hand."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from psimm_docs.errors import PsimmError
from psimm_docs.evaluate.language import NTREX, ntrex_scores, read_lines
from psimm_docs.language import identify, identify_text, macro_of
from psimm_docs.scripts import in_cyrillic, script_of
from psimm_docs.varieties import count_marks, marks, marks_of
from test_provisions import document

ALBANIAN = "Kërkesa për leje qëndrimi paraqitet në organin kompetent brenda tridhjetë ditëve."
MACEDONIAN = "Барањето за дозвола го поднесува странецот во надлежниот орган најдоцна до истекот на рокот."
SERBIAN = "Захтев за дозволу подноси странац надлежном органу најкасније до истека рока."
ENGLISH = "The request for a permit shall be lodged with the authority before the term has expired."
BOSNIAN = "Zahtjev se podnosi općini u roku iz člana 4. stav 2. ovog zakona, a općina ga također dostavlja uposleniku."
CROATIAN = "Zahtjev se podnosi općini u roku iz članka 4. stavka 2. ovoga zakona, sukladno točki 3."
MONTENEGRIN = (
    "Zahtjev se podnosi opštini iz člana 4 stav 2 ovog zakona, a stranci koji nijesu dobili dozvolu mogu da se žale."
)


@pytest.mark.parametrize(
    ("text", "tag", "script", "macro"),
    [
        (ALBANIAN, "sq", "Latn", "sq"),
        (MACEDONIAN, "mk", "Cyrl", "mk"),
        (SERBIAN, "sr-Cyrl", "Cyrl", "hbs"),
        (ENGLISH, "en", "Latn", "en"),
        (BOSNIAN, "bs", "Latn", "hbs"),
        (CROATIAN, "hr", "Latn", "hbs"),
        (MONTENEGRIN, "cnr", "Latn", "hbs"),
        ("12 % — 3/4", "und", "Zyyy", "und"),
        ("", "und", "Zyyy", "und"),
    ],
)
def test_a_text_without_any_hint(text: str, tag: str, script: str, macro: str) -> None:
    told = identify_text(text)
    assert (told.tag, told.script, told.macro) == (tag, script, macro)


@pytest.mark.parametrize(
    ("text", "macro"),
    [
        ("Ja ovde čekam još uvek.", "hbs"),
        ("Јас го чекам веќе.", "mk"),
        ("Никога не бевме таму.", "mk"),
        ("Нисмо га видели.", "hbs"),
        ("Погледај ону стару зграду.", "hbs"),
        ("Ku është ajo?", "sq"),
        ("She said no.", "en"),
    ],
)
def test_short_sentences_are_told_by_the_words_that_only_one_language_has(text: str, macro: str) -> None:
    assert identify_text(text).macro == macro


def test_words_that_all_languages_of_a_script_have_speak_for_none() -> None:
    told = macro_of("на и да се не како", "Cyrl", detect=False)
    assert (told.name, told.own) == ("und", 0)


def test_cyrillic_typed_in_part_with_latin_letters_is_cyrillic() -> None:
    # a, e, o, j and the like are Latin here
    typed = "To je oдлукa кojу нaдлeжни oргaн дoнoси у рoку"
    assert script_of(typed)[0] == "Cyrl"
    assert identify_text(typed).tag == "sr-Cyrl"
    assert identify_text("To je tako").script == "Latn"


def test_latin_words_in_a_cyrillic_text_keep_their_letters() -> None:
    assert in_cyrillic("програм Outlook и To oни") == "програм Outlook и То они"


@given(st.text(alphabet="aбoеПpJč 1-"))
def test_setting_look_alikes_right_keeps_the_length(text: str) -> None:
    assert len(in_cyrillic(text)) == len(text)


def test_every_mark_can_be_met() -> None:
    for mark in marks()["varieties"]:
        word = f"xx{mark[1:]}" if mark.startswith("*") else mark.removesuffix("*")
        assert mark in marks_of(word), mark


def test_function_words_are_in_their_own_script() -> None:
    for macro, words in marks()["function_words"].items():
        scripts = {script_of(word)[0] for word in words}
        assert scripts == {"Cyrl" if macro == "mk" else "Latn"}, macro


def test_addresses_speak_for_no_variety() -> None:
    assert not any(count_marks("vidi https://europa.eu/tijekom i ured@odvjetnik.europa.eu").values())


def test_a_mark_counts_five_times_at_most() -> None:
    assert count_marks("tijekom " * 9) == count_marks("tijekom " * 5)


def test_what_all_varieties_share_does_not_drown_what_one_has() -> None:
    # many words that Bosnian, Montenegrin and Serbian share, and a few that Bosnian does not have
    text = (
        "Član 1. stav 2. tačka 3. obaveza saglasnost advokat " * 20
        + "bezbjednost saobraćaja, ovlašćeno lice, primjenjivaće se"
    )
    assert identify_text(text, jurisdiction="BA").tag == "sr-Latn"


@pytest.mark.parametrize(
    ("jurisdiction", "tag"), [("ME", "cnr"), ("RS", "sr-Latn"), ("BA", "bs"), ("BA-SRP", "sr-Latn"), ("XK", "sr-Latn")]
)
def test_where_words_say_nothing_the_place_decides(jurisdiction: str, tag: str) -> None:
    assert identify_text("Stranac podnosi prijavu u pisanom obliku.", jurisdiction=jurisdiction).tag == tag


def test_an_unknown_place_is_an_error() -> None:
    with pytest.raises(PsimmError, match="not known"):
        identify_text(BOSNIAN, jurisdiction="XX")


def test_a_declared_language_stands_until_the_text_contradicts_it() -> None:
    assert identify_text("Stranac podnosi prijavu.", jurisdiction="BA", declared="hr").tag == "hr"
    told = identify_text(ALBANIAN, declared="mk")
    assert told.tag == "sq"
    assert "the text contradicts the declared mk" in told.evidence


def test_acts_of_two_languages_are_told_block_by_block() -> None:
    held = document("\n".join([MACEDONIAN, "Член 1", MACEDONIAN, ALBANIAN, "Neni 1", ALBANIAN]))
    told = identify(held, jurisdiction="MK")
    assert [one.tag for one in told.blocks] == ["mk", "mk", "mk", "sq", "sq", "sq"]
    assert told.document.tag == "mk"


def test_a_block_with_no_words_of_another_language_stays_in_the_one_around_it() -> None:
    odd = "Тип на модул: поликристален панел, производител Солар Инвест Панел"
    noise = "XK NOCTOU NOBPHaHOCT HUTY EAHO AULIE NOCEHU NPABU HATYM"
    held = document("\n".join([MACEDONIAN, odd, noise, MACEDONIAN]))
    assert {one.tag for one in identify(held, jurisdiction="MK").blocks} == {"mk"}


@pytest.mark.parametrize("name", sorted(NTREX))
def test_sentences_of_news_without_any_hint(shared: Path, name: str) -> None:
    file, macro, script = NTREX[name]
    told = [identify_text(line) for line in read_lines(shared / "eval" / "ntrex" / file)]
    assert len(told) == 1997
    assert sum(one.macro == macro and one.script == script for one in told) / len(told) >= 0.995


def test_others_read_the_same_sentences(shared: Path) -> None:
    scores = {(one.measure, one.slice): one for one in ntrex_scores(shared / "eval" / "ntrex", step=50)}
    assert len(scores) == 3 * len(NTREX)
    assert {one.count for one in scores.values()} == {40}
    assert scores["NTREX macro-language by langdetect", "mk"].value > 0.9
    assert scores["NTREX macro-language by lingua", "hr"].value > 0.9
    # langdetect has no profile for Serbian in Cyrillic
    assert scores["NTREX macro-language by langdetect", "sr-Cyrl"].value < 0.1


def test_no_figures_where_the_sentences_are_not_at_hand(tmp_path: Path) -> None:
    assert not list(ntrex_scores(tmp_path))
