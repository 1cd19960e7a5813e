"""The numbers that Word prints and the file's text does not hold: list numbering resolved from its definitions.

A paragraph (or its style) names a list and a level; the list's definition says how each level counts and looks (`Član %1.`). Invariant:
counters run as Word runs them: a paragraph of a level counts up and starts all deeper levels anew, a level that names another
restart keeps to it, an override sets its start. What can't be resolved gives no number, never a wrong one.

Source: ECMA-376 part 1, section 17.9 (numbering).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
CYRILLIC = "абвгдежзиклмнопрстуфхцчшщэюя"
SYMBOLS = {"bullet": "–"}


@dataclass(frozen=True, slots=True)
class Level:
    """How one level counts (`decimal`, `lowerLetter`, ...), looks (`%1.%2)`), begins, and after which level it starts anew (-1: any higher)."""

    form: str
    text: str
    start: int
    restart: int
    style: str


@dataclass
class Numbering:
    """The lists of a document and how far each has counted."""

    levels: Mapping[str, Mapping[int, Level]]
    abstract: Mapping[str, str]
    styles: Mapping[str, tuple[str, int]]
    counts: dict[str, dict[int, int]] = field(default_factory=dict)

    def label(self, paragraph: Any) -> str:
        """Return the number that Word prints before a paragraph (an element `w:p`), counting it; empty where there is none."""
        number, level = self.place(paragraph)
        shape = self.levels.get(number, {}).get(level)
        if shape is None or shape.form == "none":
            return ""
        counts = self.counts.setdefault(self.abstract.get(number, number), {})
        counts[level] = counts[level] + 1 if level in counts else shape.start
        for deeper in [one for one in counts if one > level]:
            after = self.levels[number][deeper].restart if deeper in self.levels[number] else -1
            if after < 0 or level < after:
                del counts[deeper]
        if shape.form in SYMBOLS:
            return SYMBOLS[shape.form]
        text = shape.text
        for one in range(9):
            if f"%{one + 1}" in text:
                other = self.levels[number].get(one)
                value = counts.get(one, other.start if other else 1)
                text = text.replace(f"%{one + 1}", written(value, other.form if other else "decimal"))
        return text.strip()

    def place(self, paragraph: Any) -> tuple[str, int]:
        """Return the list and level of a paragraph: its own, else its style's; an empty list where it has none."""
        own = paragraph.find(f"{W}pPr/{W}numPr")
        style = paragraph.find(f"{W}pPr/{W}pStyle")
        inherited = self.styles.get(style.get(f"{W}val", ""), ("", 0)) if style is not None else ("", 0)
        if own is None:
            return inherited
        number, level = value_of(own, "numId"), value_of(own, "ilvl")
        if number == "0":
            return "", 0
        return number or inherited[0], int(level) if level.isdigit() else inherited[1]


def value_of(element: Any, name: str, default: str = "") -> str:
    """Return the `w:val` of a child element."""
    child = element.find(f"{W}{name}")
    return str(child.get(f"{W}val", default)) if child is not None else default


def read_numbering(numbering: Any, styles: Any) -> Numbering:
    """Read `numbering.xml` and `styles.xml` (their roots, either may be None) into the lists of a document."""
    if numbering is None:
        return Numbering({}, {}, {})
    shapes: dict[str, dict[int, Level]] = {}
    linked: dict[str, str] = {}
    for one in numbering.findall(f"{W}abstractNum"):
        key = one.get(f"{W}abstractNumId", "")
        shapes[key] = dict(read_level(level) for level in one.findall(f"{W}lvl"))
        if link := value_of(one, "numStyleLink"):
            linked[key] = link
    owners = {
        value_of(one, "styleLink"): one.get(f"{W}abstractNumId", "")
        for one in numbering.findall(f"{W}abstractNum")
        if value_of(one, "styleLink")
    }
    levels: dict[str, dict[int, Level]] = {}
    abstract: dict[str, str] = {}
    for one in numbering.findall(f"{W}num"):
        number, key = one.get(f"{W}numId", ""), value_of(one, "abstractNumId")
        key = owners.get(linked.get(key, ""), key)
        own = dict(shapes.get(key, {}))
        changed = False
        for override in one.findall(f"{W}lvlOverride"):
            at = int(override.get(f"{W}ilvl", "0"))
            if (whole := override.find(f"{W}lvl")) is not None:
                own[at] = read_level(whole)[1]
                changed = True
            if (start := value_of(override, "startOverride")).isdigit() and at in own:
                own[at] = Level(own[at].form, own[at].text, int(start), own[at].restart, own[at].style)
                changed = True
        levels[number] = own
        abstract[number] = f"own {number}" if changed else key
    return Numbering(levels, abstract, read_styles(styles, levels))


def read_level(level: Any) -> tuple[int, Level]:
    """Return a level's place and how it counts."""
    start, restart = value_of(level, "start", "1"), value_of(level, "lvlRestart")
    shape = Level(
        value_of(level, "numFmt", "decimal"),
        value_of(level, "lvlText"),
        int(start) if start.isdigit() else 1,
        int(restart) if restart.isdigit() else -1,
        value_of(level, "pStyle"),
    )
    return int(level.get(f"{W}ilvl", "0")), shape


def read_styles(styles: Any, levels: Mapping[str, Mapping[int, Level]]) -> dict[str, tuple[str, int]]:
    """Return the list and level that each paragraph style brings with it, inherited ones included."""
    if styles is None:
        return {}
    own: dict[str, tuple[str, str]] = {}
    parents: dict[str, str] = {}
    for style in styles.findall(f"{W}style"):
        name = style.get(f"{W}styleId", "")
        parents[name] = value_of(style, "basedOn")
        found = style.find(f"{W}pPr/{W}numPr")
        if found is not None:
            own[name] = (value_of(found, "numId"), value_of(found, "ilvl"))
    made: dict[str, tuple[str, int]] = {}
    for name in parents:
        at, steps = name, 0
        while at and at not in own and steps < 20:
            at, steps = parents.get(at, ""), steps + 1
        if at in own and own[at][0] not in ("", "0"):
            number, level = own[at]
            tied = next((place for place, shape in levels.get(number, {}).items() if shape.style == name), None)
            made[name] = (number, tied if tied is not None else int(level) if level.isdigit() else 0)
    return made


def written(value: int, form: str) -> str:
    """Return a count in a level's form.

    >>> [written(4, form) for form in ("decimal", "lowerLetter", "upperRoman", "russianLower", "decimalZero")]
    ['4', 'd', 'IV', 'г', '04']
    """
    if form in ("lowerLetter", "upperLetter"):
        letter = chr(ord("a") + (value - 1) % 26) * ((value - 1) // 26 + 1)
        return letter.upper() if form == "upperLetter" else letter
    if form in ("lowerRoman", "upperRoman"):
        roman = (
            "".join(
                table[int(digit)]
                for digit, table in zip(
                    f"{value:04d}"[-4:],
                    (
                        ("", "m", "mm", "mmm"),
                        ("", "c", "cc", "ccc", "cd", "d", "dc", "dcc", "dccc", "cm"),
                        ("", "x", "xx", "xxx", "xl", "l", "lx", "lxx", "lxxx", "xc"),
                        ("", "i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix"),
                    ),
                    strict=True,
                )
            )
            if 0 < value < 4000
            else str(value)
        )
        return roman.upper() if form == "upperRoman" else roman
    if form in ("russianLower", "russianUpper"):
        letter = CYRILLIC[(value - 1) % len(CYRILLIC)]
        return letter.upper() if form == "russianUpper" else letter
    return f"{value:02d}" if form == "decimalZero" else str(value)
