"""Baskets: kept in order, saved whole, never two under one file."""

from pathlib import Path
from threading import Thread

import pytest
from hypothesis import given
from hypothesis import strategies as st

from psimm_docs import baskets
from psimm_docs.baskets import Basket, Item
from psimm_docs.errors import NotFoundError, PsimmError


def ids(basket: Basket) -> list[str]:
    return [one.provision_id for one in basket.items]


def test_add_annotate_move_remove(tmp_path: Path) -> None:
    for one in ("a#1", "b#2", "c#3"):
        baskets.add(tmp_path, "Квоте", one, note=f"n {one}")
    assert ids(baskets.add(tmp_path, "Квоте", "a#1")) == ["a#1", "b#2", "c#3"]
    assert baskets.add(tmp_path, "Квоте", "a#1", note="нова").items[0] == Item("a#1", "нова")
    assert baskets.annotate(tmp_path, "Квоте", "a#1", "").items[0] == Item("a#1", "")
    assert ids(baskets.move(tmp_path, "Квоте", "c#3", 0)) == ["c#3", "a#1", "b#2"]
    assert ids(baskets.move(tmp_path, "Квоте", "c#3", 99)) == ["a#1", "b#2", "c#3"]
    assert ids(baskets.remove(tmp_path, "Квоте", "b#2")) == ["a#1", "c#3"]
    assert ids(baskets.read_basket(tmp_path, " Квоте ")) == ["a#1", "c#3"]
    assert not list(tmp_path.glob("*.tmp"))


def test_what_is_not_there_is_said(tmp_path: Path) -> None:
    assert baskets.read_basket(tmp_path, "none").items == ()
    assert baskets.list_baskets(tmp_path / "no folder") == []
    for change in (
        lambda: baskets.remove(tmp_path, "x", "a#1"),
        lambda: baskets.move(tmp_path, "x", "a#1", 0),
        lambda: baskets.annotate(tmp_path, "x", "a#1", "n"),
    ):
        with pytest.raises(NotFoundError, match="nothing was changed"):
            change()
    assert baskets.list_baskets(tmp_path) == []
    for name in ("", "  ", "a\x00b"):
        with pytest.raises(PsimmError):
            baskets.add(tmp_path, name, "a#1")
    with pytest.raises(PsimmError, match="broken character"):
        baskets.add(tmp_path, "x", "a#1", note="\ud800")
    with pytest.raises(ValueError, match="ids"):
        baskets.add(tmp_path, "x", "")


def test_names_that_differ_never_share_a_file(tmp_path: Path) -> None:
    names = ["kvote", "Kvote", "Квоте", "kvote!", "квоте", "../kvote", "kvote/2", "č", "c"]
    for one in names:
        baskets.add(tmp_path, one, f"{one}#1")
    held = baskets.list_baskets(tmp_path)
    assert sorted(one.name for one in held) == sorted(names)
    assert all(ids(one) == [f"{one.name}#1"] for one in held)
    assert all(path.parent == tmp_path for path in tmp_path.rglob("*.json"))
    baskets.delete(tmp_path, "kvote")
    baskets.delete(tmp_path, "kvote")
    assert len(baskets.list_baskets(tmp_path)) == len(names) - 1


def test_a_damaged_basket_is_named(tmp_path: Path) -> None:
    path = baskets.basket_path(tmp_path, "x")
    path.write_text("{", "utf-8")
    with pytest.raises(PsimmError, match=r"x\.json"):
        baskets.read_basket(tmp_path, "x")
    with pytest.raises(PsimmError, match=r"x\.json"):
        baskets.add(tmp_path, "x", "a#1")
    assert path.read_text("utf-8") == "{"


def test_two_writers_lose_nothing(tmp_path: Path) -> None:
    def write(who: str) -> None:
        for at in range(10):
            baskets.add(tmp_path, "both", f"{who}#{at}")

    threads = [Thread(target=write, args=(who,)) for who in "ab"]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert len(baskets.read_basket(tmp_path, "both").items) == 20


@given(st.text(), st.text())
def test_paths_tell_any_two_names_apart(one: str, two: str) -> None:
    try:
        first, second = baskets.basket_name(one), baskets.basket_name(two)
    except PsimmError:
        return
    paths = baskets.basket_path(Path("b"), one), baskets.basket_path(Path("b"), two)
    assert (paths[0] == paths[1]) == (first == second)
    assert all(path.parent == Path("b") for path in paths)
