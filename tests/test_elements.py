"""The checklist of a concept: what a provision says and what it leaves out."""

from pathlib import Path

import pytest

from psimm_docs.elements import ELEMENTS, checklist, checklists, shown
from psimm_docs.errors import PsimmError
from psimm_docs.taxonomy import default_folder, load_taxonomy
from psimm_docs.values import find

TEXT = "Poslodavac prilaže potvrdu ako ministarstvo to traži u roku od 8 dana; dopuštena je žalba, a ko ne plati taksu kazniće se."


def test_each_element_has_its_own_words() -> None:
    found = shown(TEXT, "bs", find(TEXT, "bs"))
    assert set(found) == set(ELEMENTS)
    assert found["deadline"].of(TEXT) == "8 dana"
    assert found["appeal"].of(TEXT) == "žalba"
    assert found["who"].of(TEXT).startswith("Poslodavac")


def test_what_is_not_there_is_said() -> None:
    wanted = checklists(default_folder())["employer-notification"]
    found = shown("Послодавац пријављује прекид рада министарству.", "sr-Cyrl")
    states = {one.name: one.state for one in checklist("x#art_1", "employer-notification", wanted, found)}
    assert states["who"] == states["authority"] == "found"
    assert states["deadline"] == states["sanction"] == "not found in this provision"


def test_every_concept_has_a_checklist() -> None:
    lists = checklists(default_folder())
    assert set(lists) == set(load_taxonomy(default_folder()).by_id)
    assert all(lists.values())


def test_a_workspace_has_its_own_checklists(tmp_path: Path) -> None:
    (tmp_path / "elements.json").write_text('{"one": ["fee", "who"]}', "utf-8")
    assert checklists(tmp_path) == {"one": ("who", "fee")}
    (tmp_path / "elements.json").write_text('{"one": ["colour"]}', "utf-8")
    with pytest.raises(PsimmError, match="colour"):
        checklists(tmp_path)
