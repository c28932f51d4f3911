"""Rows that name their parents, put in the order of the tree, whatever they say."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace

from cupola.domain.models import AgentRow


def unique_keys(rows: Sequence[AgentRow]) -> list[AgentRow]:
    """The same rows; a key that was used before gets `#2`, `#3`, and so on."""
    used: dict[str, int] = {}
    found = []
    for row in rows:
        key, count = row.key, used.get(row.key, 0) + 1
        used[row.key] = count
        while count > 1 and (key := f"{row.key}#{count}") in used:
            count += 1
        used.setdefault(key, 1)
        found.append(row if key == row.key else replace(row, key=key))
    return found


def in_tree_order(rows: Sequence[AgentRow]) -> Iterator[AgentRow]:
    """Each row after its parent and beside its own, which keep their order.

    A parent that is not there is taken away, and so is that of a row which is its own ancestor.
    """
    keys = {row.key for row in rows}
    children: dict[str | None, list[AgentRow]] = defaultdict(list)
    for row in rows:
        children[row.parent if row.parent in keys else None].append(row)
    given: set[str] = set()
    yield from _walk(children, children[None], given)
    for row in rows:
        if row.key not in given:
            yield from _walk(children, [row], given)


def _walk(
    children: dict[str | None, list[AgentRow]], first: Sequence[AgentRow], given: set[str]
) -> Iterator[AgentRow]:
    waiting = list(reversed(first))
    while waiting:
        row = waiting.pop()
        if row.key in given:
            continue
        yield row if row.parent is None or row.parent in given else replace(row, parent=None)
        given.add(row.key)
        waiting += reversed(children.get(row.key, ()))
