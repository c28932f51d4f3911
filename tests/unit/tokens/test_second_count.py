"""Cupola's totals equal those of a second counter that shares nothing with it."""

from __future__ import annotations

from collections import Counter
from datetime import datetime

import pytest
from hypothesis import given, settings

from cupola.domain.prices import PriceList
from cupola.domain.usage import Usage, counted
from cupola.domain.usage_report import Report, report
from cupola.engine.transcripts import bring_up
from cupola.store.ledger import Ledger
from support.claude_folders import DIRECTORIES, Folder, folders
from support.corpus import corpus
from support.second_count import FIELDS, count

NO_PRICES = PriceList("2026-11-23", "none", ())


def used(of: Usage) -> Counter[str]:
    return Counter({name: getattr(of, name) for name in FIELDS})


def as_counted(made: Report) -> dict[str, dict[object, Counter[str]]]:
    agents = ((name, *one) for name, session in made.sessions.items() for one in session.agents.items())
    return {
        "totals": {"": used(made.total.usage)},
        "models": {name: used(one.usage) for name, one in made.models.items()},
        "sessions": {name: used(one.total.usage) for name, one in made.sessions.items()},
        "agents": {(name, agent): used(one.usage) for name, agent, one in agents},
    }


@settings(deadline=None, max_examples=200, print_blob=True)
@given(made=folders())
def test_that_made_up_folders_are_counted_as_a_second_counter_does(
    tmp_path_factory: pytest.TempPathFactory, made: Folder
) -> None:
    folder = tmp_path_factory.mktemp("claude")
    made.plant(folder)
    ledger = Ledger(folder / "ledger.db")
    try:
        assert bring_up(ledger, [str(folder)]) == ()
        replies = counted(ledger.replies())
    finally:
        ledger.close()
    assert as_counted(report(replies, NO_PRICES)) == count(folder)
    for directory in DIRECTORIES:
        below = report(replies, NO_PRICES, directory)
        assert as_counted(below) == count(folder, directory=directory)
    middle = datetime.fromisoformat("2026-11-23T09:00:20.000Z").timestamp()
    early = [reply for reply in replies if reply.at is not None and reply.at < middle]
    assert as_counted(report(early, NO_PRICES)) == count(folder, (0.0, middle))


def test_that_the_second_counter_finds_what_is_known_of_a_real_session() -> None:
    totals = count(corpus() / "transcripts")["totals"][""]
    assert [totals[name] for name in ("input", "output", "cache_read")] == [198, 38_908, 14_972_534]
    assert totals["cache_5m"] + totals["cache_1h"] == 394_137
