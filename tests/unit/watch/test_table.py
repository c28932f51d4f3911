"""Watches are counted without being listed."""

from __future__ import annotations

import pytest

from cupola.watch.names import NameFilter
from cupola.watch.table import WatchTable

PATHS = ("/r", "/r/a", "/r/a/b", "/r0", "/r/", "/ra", "/s/r", "/")


@pytest.mark.parametrize("path", ["/", "/r", "/r/", "/r/a", "/r/x", "/s", "/r0", ""])
def test_as_many_are_counted_below_a_path_as_are_listed(path: str) -> None:
    table = WatchTable()
    for number, each in enumerate(PATHS):
        table.put(each.rstrip("/") or "/", number, NameFilter())
    assert table.count_below(path) == len(table.at_or_below(path))
