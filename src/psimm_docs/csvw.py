"""CSV on the Web: the description that stands beside a CSV file, so that other programs know its columns.

One JSON file a table, named as the standard says (`table.csv-metadata.json`). Invariant: every column of the table is described, in order, under
a name that the standard allows; the Kosovo* footnote in the last row is told, since a reader takes it for a row of the table.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any

Value = str | int | float | bool


def column_name(title: str) -> str:
    """Return a column's name as the standard allows it: letters, digits and underscores; Kosovo* goes by its code, since no star may stand.

    >>> column_name("Kosovo*"), column_name("state of the answer")
    ('XK', 'state_of_the_answer')
    """
    return re.sub(r"[^A-Za-z0-9]+", "_", title.replace("Kosovo*", "XK")).strip("_") or "column"


def datatype(values: Sequence[Value]) -> str | dict[str, str]:
    """Return the type of a column's values: whole or decimal numbers, yes/no, else text."""
    if values and all(isinstance(one, bool) for one in values):
        return {"base": "boolean", "format": "yes|no"}
    if values and all(isinstance(one, int) and not isinstance(one, bool) for one in values):
        return "integer"
    if values and all(isinstance(one, (int, float)) and not isinstance(one, bool) for one in values):
        return "number"
    return "string"


def described(
    url: str, columns: Sequence[str], rows: Sequence[Sequence[Value]], note: str, *, delimiter: str = ","
) -> bytes:
    """Return the description of a table in the file `url` (relative); `note` is the Kosovo* footnote, empty where it has none."""
    taken: set[str] = set()
    described_columns = []
    for at, title in enumerate(columns):
        base = name = column_name(title)
        number = 1
        while name in taken:
            number += 1
            name = f"{base}_{number}"
        taken.add(name)
        described_columns.append({"name": name, "titles": title, "datatype": datatype([row[at] for row in rows])})
    made: dict[str, Any] = {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": "en"}],
        "url": url,
        "dialect": {"encoding": "utf-8", "delimiter": delimiter, "header": True},
        "tableSchema": {"columns": described_columns},
        "dc:creator": "psimm-docs",
        "dc:extent": f"{len(rows)} rows",
    }
    if note:
        made["rdfs:comment"] = f"After the {len(rows)} rows an empty row and this footnote follow: {note}"
    return (json.dumps(made, ensure_ascii=False, indent=1) + "\n").encode("utf-8", "replace")
