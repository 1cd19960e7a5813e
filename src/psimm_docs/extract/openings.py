"""How the first words of a line tell that a provision opens there: articles, chapters, paragraphs, points.

The tables are words of the eight languages as they are printed, YUSCII-damaged forms included, because lines are joined to
paragraphs whatever the state of their letters. What a provision is and where it ends is left to `provisions`.
"""

from __future__ import annotations

import re

ARTICLE_WORDS = (
    "Neni",
    "Član",
    "Članak",
    "Clan",
    "Članak",
    "Члан",
    "Член",
    "Article",
    "^lan",
    "^lanak",
    "^len",
    "Ĉlan",
)
"""What opens an article when a number follows."""

SHORT_ARTICLE_WORDS = (
    "Čl.",
    "Чл.",
    "Tar. br.",
    "Tar.br.",
    "Тар. бр.",
    "Тар.бр.",
    "Tarifni broj",
    "Тарифни број",
    "Тарифен број",
)
"""What opens an article when it stands with its number alone on a line; elsewhere these are references."""

PART_WORDS = (
    *("Kreu", "Kapitulli", "Nënkapitulli", "Pjesa", "Titulli", "Seksioni", "Libri", "Aneks", "Shtojca"),
    *("Glava", "Poglavlje", "Dio", "Deo", "Odjeljak", "Odeljak", "Odsjek", "Odsek", "Prilog", "Dodatak"),
    *("Глава", "Поглавље", "Дио", "Део", "Дел", "Одељак", "Одјељак", "Одсек", "Оддел", "Прилог", "Раздел"),
    *("Chapter", "Part", "Section", "Title", "Annex"),
)
"""What opens a part, a chapter or an annex when a number follows, in capitals or with a capital."""

REFERENCE_WORDS = frozenset(
    [
        "neni",
        "nenin",
        "nenit",
        "nenet",
        "neneve",
        "pika",
        "pikat",
        "pikës",
        "pikave",
        "paragrafi",
        "paragrafin",
        "paragrafit",
        "shkronja",
        "nr",
        "nr.",
        "dhe",
        "e",
        "i",
        "të",
        "datë",
        "prej",
        "deri",
        "član",
        "člana",
        "članu",
        "članom",
        "članovi",
        "članova",
        "čl",
        "čl.",
        "članak",
        "članka",
        "članku",
        "člankom",
        "stav",
        "stava",
        "stavu",
        "stavom",
        "stavak",
        "stavka",
        "stavku",
        "tačka",
        "tačke",
        "tački",
        "tačkom",
        "tač",
        "tač.",
        "točka",
        "točke",
        "toč",
        "t.",
        "st",
        "st.",
        "alineja",
        "alineje",
        "al",
        "al.",
        "br",
        "br.",
        "broj",
        "i",
        "ili",
        "do",
        "od",
        "iz",
        "u",
        "sa",
        "na",
        "za",
        "po",
        "dana",
        "od",
        "do",
        "najmanje",
        "najviše",
        "god",
        "oko",
        "члан",
        "члана",
        "члану",
        "чланом",
        "чланови",
        "чланова",
        "чл",
        "чл.",
        "став",
        "става",
        "ставу",
        "ставом",
        "тачка",
        "тачке",
        "тачки",
        "тачком",
        "тач.",
        "т.",
        "ст",
        "ст.",
        "алинеја",
        "алинеје",
        "бр",
        "бр.",
        "број",
        "и",
        "или",
        "до",
        "од",
        "из",
        "у",
        "са",
        "на",
        "за",
        "по",
        "дана",
        "член",
        "членот",
        "членови",
        "членовите",
        "точка",
        "точката",
        "точки",
        "точките",
        "алинеја",
        "алинеи",
        "ставови",
        "ставот",
        "ст.",
        "и",
        "од",
        "до",
        "во",
        "на",
        "за",
        "article",
        "articles",
        "paragraph",
        "paragraphs",
        "point",
        "points",
        "item",
        "items",
        "no",
        "no.",
        "and",
        "or",
        "of",
        "to",
        "in",
        "~lan",
        "~lana",
        "~lanu",
        "ta~ka",
        "ta~ke",
        "~len",
    ]
)
"""Words after which a number at the start of the next line is a reference or a quantity, not a new provision."""

ROMAN = r"[IVXLCІХ]{1,7}"
NUMBER = r"\d{1,4}(?:\s?[./-]\s?(?:\d{1,3}|[a-zа-шљњћђџѓќј]{1,2})(?!\w)|[a-zа-шљњћђџѓќј]{1,2}(?!\w))?"
ARTICLE = re.compile(rf"(?:{'|'.join(re.escape(word) for word in ARTICLE_WORDS)})\s*\.?\s*{NUMBER}", re.IGNORECASE)
ARTICLE_LINE = re.compile(
    rf"(?:{'|'.join(re.escape(word) for word in (*ARTICLE_WORDS, *SHORT_ARTICLE_WORDS))})\s*\.?\s*{NUMBER}[⁰¹²³⁴⁵⁶⁷⁸⁹]*\s*\.?\s*[*]{{0,3}}",
    re.IGNORECASE,
)
PART = re.compile(
    rf"(?:{'|'.join(word.upper() for word in PART_WORDS)})\s+(?:{ROMAN}|\d+|[A-ZА-ШЏЉЊЋЂЃЌЈ]\b|[A-ZČĆŠĐŽËÇА-ШЏЉЊЋЂЃЌЈ]{{3,}})"
    rf"|(?:{'|'.join(PART_WORDS)})\s+(?:{ROMAN}|\d+)\b"
    rf"|{ROMAN}\s?[.)–-]{{1,2}}(?=\s+\S|\s*$)"
)
POINT = re.compile(
    r"\(\s?(?:\d{1,3}[a-zа-ш]?|[a-zçëčćšđžа-шљњћђџѓќј]{1,2}|[ivx]{1,5})\s?\)"
    r"|(?:\d{1,3}[a-zа-ш]?|[a-zçëčćšđžа-шљњћђџѓќј]|dh|gj|ll|nj|rr|sh|th|xh|zh|lj|dž|[ivx]{1,5}|aa|bb|cc)\)(?=\s|\w|$)"
    r"|\d{1,3}(?:\.\d{1,2}){1,3}\.?(?=\s)"
    r"|\d{1,3}[a-zа-ш]?\.(?=\s|$|[A-ZČĆŠĐŽËÇА-ШЏЉЊЋЂЃЌЈ])"
)
BULLET = re.compile(r"[-–—•▪●○■□➢*](?=\s|\w)|[•▪●○■]|\[(?=fact \d)")


def opens_article(text: str) -> bool:
    """Say whether a line is the heading of an article: the word, a number, and nothing but perhaps a mark.

    >>> [opens_article(line) for line in ("Član 12.", "Neni 4/1", "Член 28-а", "Član 12. ovog zakona")]
    [True, True, True, False]
    """
    return ARTICLE_LINE.fullmatch(text.strip()) is not None


def opens_provision(text: str) -> bool:
    """Say whether a line begins like an article, a part, a paragraph's or point's number, or an indent.

    >>> [opens_provision(line) for line in ("(2) Stranac", "ç) vizë", "Члан 43.", "ovog zakona")]
    [True, True, True, False]
    """
    text = text.lstrip()
    return bool(article_start(text) or PART.match(text) or POINT.match(text) or BULLET.match(text))


def article_start(text: str) -> bool:
    """Say whether a line begins with a capital article word and a number, alone or followed by a heading in brackets or after a dash."""
    if not text or not (text[0].isupper() or text[0] == "^"):
        return False
    match = ARTICLE.match(text)
    if match is None:
        return False
    rest = text[match.end() :].lstrip(" .*⁰¹²³⁴⁵⁶⁷⁸⁹")
    return not rest or rest[0] in "([–-:" or rest[0].isupper()


COUNTED = re.compile(r"\(?\s?(?:(\d{1,3}(?:\.\d{1,3}){0,3})|([^\W\d_]{1,2}))\s?[.)]*\s*")


def succeeds(first: str, text: str) -> bool:
    """Say whether a line's mark is the next after the mark that its paragraph began with, both texts alike in their case.

    >>> succeeds("11) odredba o odmoru i", "12) navod"), succeeds("(1) Rok iz st. (1) i", "(2) ovog člana"), succeeds("2) a", "5) b")
    (True, False, False)
    """
    before, after = COUNTED.match(first), COUNTED.match(text)
    if before is None or after is None:
        return False
    old, new = first[before.end() :], text[after.end() :]
    signs = first[before.end(1) : before.end()].strip() == text[after.end(1) : after.end()].strip()
    if not old or not new or old[0].isupper() != new[0].isupper() or first[:1].isdigit() != text[:1].isdigit():
        return False
    if before[1] and after[1]:
        one, two = before[1].split("."), after[1].split(".")
        return two in ([*one[:-1], str(int(one[-1]) + 1)], [*one, "1"]) and (signs or len(one) > 1)
    return False
