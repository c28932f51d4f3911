"""The collector makes no full pass while a start reads, and leaves what was read alone from then on."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest

from cupola.domain.models import HealthModel
from cupola.engine.feed import Publisher
from cupola.engine.memory import sparing_collector


@pytest.fixture(autouse=True)
def _collector() -> Iterator[None]:
    thresholds = gc.get_threshold()
    yield
    gc.set_threshold(*thresholds)
    gc.unfreeze()


def full_passes() -> int:
    return int(gc.get_stats()[2]["collections"])


def test_no_full_pass_is_made_until_all_is_read_and_none_of_it_later() -> None:
    before, feed = gc.get_threshold(), Publisher()
    with sparing_collector(feed):
        passes, frozen = full_passes(), gc.get_freeze_count()
        kept = [[number] for number in range(200_000)]
        assert full_passes() == passes
        feed.ready(1.0)
        assert gc.get_freeze_count() >= frozen + len(kept)
        assert gc.get_threshold() == before


def test_no_full_pass_is_made_while_much_is_read_later_and_none_of_it_then() -> None:
    before, feed = gc.get_threshold(), Publisher()
    with sparing_collector(feed):
        feed.ready(1.0)
        feed.health(HealthModel(reading=True))
        passes, frozen = full_passes(), gc.get_freeze_count()
        kept = [[number] for number in range(200_000)]
        feed.health(HealthModel(watches=1, reading=True))
        assert (full_passes(), gc.get_freeze_count()) == (passes, frozen)
        feed.health(HealthModel())
        assert gc.get_freeze_count() >= frozen + len(kept)
        assert gc.get_threshold() == before


def test_what_a_start_reads_bit_by_bit_is_spared_until_all_is_ready() -> None:
    before, feed = gc.get_threshold(), Publisher()
    with sparing_collector(feed):
        feed.health(HealthModel(reading=True))
        feed.health(HealthModel())
        assert gc.get_threshold() != before
        feed.ready(1.0)
        assert gc.get_threshold() == before


def test_a_start_that_never_comes_to_its_end_leaves_the_collector_as_it_was() -> None:
    before = gc.get_threshold()
    with sparing_collector(Publisher()):
        assert gc.get_threshold() != before
    assert gc.get_threshold() == before
