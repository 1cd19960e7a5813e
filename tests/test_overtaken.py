"""A decision on an older version of a law stands only where the newest version held still reads so."""

import pytest

from made_laws import make
from psimm_docs.grids import grid
from psimm_docs.workbench import Workbench, open_workbench

CONCEPT = "residence-registration"


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Workbench:
    return open_workbench(make(tmp_path_factory.mktemp("overtaken")))


def article(bench: Workbench, words: str, *, old: bool) -> str:
    sources = [one.id for one in bench.sources.values() if one.jurisdiction == "ME" and (one.date < "2020") == old]
    [found] = [
        one.id
        for source in sources
        for one in bench.provisions(source)
        if one.kind == "article" and words in bench.text(one)
    ]
    return found


def test_a_decision_on_words_that_changed_is_stale_in_the_grid_and_one_that_was_renumbered_is_not(
    bench: Workbench,
) -> None:
    changed, renumbered = article(bench, "osam dana", old=True), article(bench, "probnu knjigu tri", old=True)
    bench.decide("Ana", changed, CONCEPT, "accept")
    bench.decide("Ana", renumbered, CONCEPT, "accept")
    [cell] = grid(bench, [CONCEPT], jurisdictions=["ME"]).cells
    states = {one.provision_id: one.state for one in cell.provisions}
    assert states[changed] == "stale"
    assert states[renumbered] == "confirmed"

    bench.decide("Ana", article(bench, "petnaest dana", old=False), CONCEPT, "accept")
    [cell] = grid(bench, [CONCEPT], jurisdictions=["ME"]).cells
    assert {one.provision_id: one.state for one in cell.provisions}[
        article(bench, "petnaest dana", old=False)
    ] == "confirmed"
