"""What was spent, kept up to date row by row: each reply counted once, whatever file tells of it last.

The rules are those of `domain.usage.counted`; here a row costs the same however many came before it.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce

from cupola.domain.spent import NANO, Part, Tally
from cupola.domain.timeline import Growing, Timeline
from cupola.domain.usage import Reply

Price = Callable[[Reply], float | None]
"""Dollars of a reply; None: its model is not in the price list."""

Who = tuple[str, str]
"""Session and agent, "" for the main session."""


class Account:
    """Belongs to one thread. Rows come in any order and any number of times."""

    def __init__(self, price: Price) -> None:
        self.total = Tally()
        self.models: dict[str, Tally] = {}
        self.agents: dict[Who, Tally] = {}
        self._price = price
        self._timed = Growing()
        self._groups: dict[str, tuple[Reply, ...]] = {}
        """Rows merged by reply, by message: almost always there is one, and there may be very many."""

    def take(self, reply: Reply) -> None:
        """Let one row tell."""
        name = reply.message or reply.key
        before = self._groups.get(name, ())
        after = _with_row(before, reply)
        if after is before:
            return
        self._groups[name] = after
        for one in _standing(before):
            self._add(one, -1)
        for one in _standing(after):
            self._add(one, 1)

    def timeline(self) -> Timeline:
        """When what was spent; costs little however much it was."""
        return self._timed.look()

    def _add(self, reply: Reply, sign: int) -> None:
        part = self._part(reply)
        self.total.add(reply, part, sign)
        self.models.setdefault(reply.model, Tally()).add(reply, part, sign)
        self.agents.setdefault((reply.session, reply.agent), Tally()).add(reply, part, sign)
        if reply.at is None:
            return
        if sign > 0:
            self._timed.add((reply.at, part))
        else:
            self._timed.take_out((reply.at, part))

    def _part(self, reply: Reply) -> Part:
        cost = self._price(reply)
        nano = 0 if cost is None else round(cost * NANO)
        unended = bool(reply.agent) and not reply.final
        return (*reply[10:], nano, int(cost is not None), int(unended))


def _with_row(group: tuple[Reply, ...], reply: Reply) -> tuple[Reply, ...]:
    """The rows of a message with one more; the same ones if it says nothing new."""
    for place, held in enumerate(group):
        if held.key == reply.key:
            merged = held.merged(reply)
            return group if merged == held else (*group[:place], merged, *group[place + 1 :])
    return (*group, reply)


def _standing(same: tuple[Reply, ...]) -> tuple[Reply, ...]:
    """Of one message under several requests those of no subagent; if all are, they are one reply."""
    if len(same) < 2:
        return same
    own = tuple(reply for reply in same if not reply.sidechain)
    return own or (reduce(Reply.merged, same),)
