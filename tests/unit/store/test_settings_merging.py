"""Two who change settings at the same time lose nothing of each other."""

from __future__ import annotations

import pytest

from cupola.store.settings import Density, Settings, ThemeChoice
from cupola.store.settings_merging import merged

SEEN = Settings(roots=("/a", "/b"))


def test_what_was_left_as_it_was_stays_as_it_is_in_force() -> None:
    in_force = Settings(roots=("/a", "/b"), theme=ThemeChoice.DARK, depth=5)
    wanted = Settings(roots=("/a", "/b"), density=Density.COMPACT, depth=1)
    after = Settings(roots=("/a", "/b"), theme=ThemeChoice.DARK, density=Density.COMPACT, depth=1)
    assert merged(in_force, SEEN, wanted) == after


@pytest.mark.parametrize(
    ("in_force", "wanted", "after"),
    [
        (("/a", "/b", "/new"), ("/a", "/b"), ("/a", "/b", "/new")),
        (("/a", "/b", "/new"), ("/b",), ("/b", "/new")),
        (("/a", "/b", "/new"), ("/b", "/a", "/mine"), ("/b", "/a", "/mine", "/new")),
        (("/a", "/b", "/new"), ("/a", "/b", "/new"), ("/a", "/b", "/new")),
        (("/a",), ("/a", "/b", "/mine"), ("/a", "/mine")),
        (("/a", "/b"), (), ()),
        (("/a", "/b", "/new"), (), ()),
    ],
)
def test_roots_that_came_or_went_on_either_side_do_so(
    in_force: tuple[str, ...], wanted: tuple[str, ...], after: tuple[str, ...]
) -> None:
    assert merged(Settings(roots=in_force), SEEN, Settings(roots=wanted)).roots == after


def test_where_nothing_came_between_what_is_wanted_holds() -> None:
    wanted = Settings(roots=("/c",), depth=0, token_budget=7, font_points=9)
    assert merged(SEEN, SEEN, wanted) == wanted
