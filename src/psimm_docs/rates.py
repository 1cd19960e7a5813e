"""Amounts in euro, at a rate that says its date and source, or not at all.

Rates that are fixed by law come with the package (`data/values/rates.json`); all others are a workspace's own (`[values] rates`). Invariant:
no rate is guessed: an amount in a currency without one is shown in its own currency only.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

from psimm_docs.errors import PsimmError

RATE = re.compile(r"(?P<currency>[A-Z]{3})\s+(?P<rate>\d+(?:\.\d+)?)\s+(?P<date>\d{4}-\d{2}-\d{2})\s+(?P<source>\S.*)")


@dataclass(frozen=True, slots=True)
class Rate:
    """How many units of a currency make one euro, since or on which day (ISO 8601), and who says so."""

    currency: str
    per_euro: float
    date: str
    source: str


@lru_cache(maxsize=1)
def fixed() -> Mapping[str, Rate]:
    """Return the rates that are fixed by law, by currency."""
    held = json.loads(resources.files("psimm_docs").joinpath("data/values/rates.json").read_text("utf-8"))
    return {name: Rate(name, float(one["per_euro"]), one["date"], one["source"]) for name, one in held.items()}


def rates(lines: Iterable[str] = ()) -> Mapping[str, Rate]:
    """Return the fixed rates and those of a workspace's settings, each `CURRENCY UNITS-PER-EURO DATE SOURCE`.

    Raises PsimmError for a line of another form and for a rate that is fixed.

    >>> rates(["XTS 2 2026-01-31 a made-up bank"])["XTS"].per_euro
    2.0
    """
    made = dict(fixed())
    for line in lines:
        found = RATE.fullmatch(line.strip())
        if found is None or not float(found["rate"]):
            raise PsimmError(
                f'psimm.toml [values] rates: {line!r} must be like "RSD 100.0 2026-01-31 National Bank of Serbia" (units for one euro)'
            )
        if found["currency"] in fixed():
            raise PsimmError(f"psimm.toml [values] rates: the rate of {found['currency']} is fixed; take the line out")
        made[found["currency"]] = Rate(found["currency"], float(found["rate"]), found["date"], found["source"])
    return made
