"""Numbers as people read them."""

import math

import pytest

from cupola.domain import formatting
from cupola.domain.figures import Figure
from cupola.domain.words import Bound, Provenance


@pytest.mark.parametrize(
    ("seconds", "written"),
    [
        (-3, "0s"), (0.9, "0s"), (59.9, "59s"), (64, "1m 04s"), (1458, "24m 18s"), (7500, "2h 05m"),
        (86400 * 3 + 4 * 3600, "3d 4h"), (math.nan, "0s"), (math.inf, "0s"),
    ],
)  # fmt: skip
def test_durations_show_their_two_largest_units(seconds: float, written: str) -> None:
    assert formatting.duration(seconds) == written


@pytest.mark.parametrize(
    ("seconds", "written"),
    [(-1, "0 s"), (2.7, "2 s"), (11, "11 s"), (300, "5 m"), (7300, "2 h"), (3e5, "3 d")],
)
def test_ages_show_their_largest_unit(seconds: float, written: str) -> None:
    assert formatting.age(seconds) == written


@pytest.mark.parametrize(
    ("figure", "written"),
    [
        (Figure.none("why"), "–"),
        (Figure(0, Provenance.REPORTED), "0"),
        (Figure(12345, Provenance.MEASURED), "12,345"),
        (Figure(12345.5, Provenance.ESTIMATED), "≈ 12,345.5"),
        (Figure(7, Provenance.OBSERVED, Bound.LOWER), "≥ 7"),
        (Figure(7, Provenance.ESTIMATED, Bound.LOWER), "≥≈ 7"),
    ],
)
def test_a_figure_says_how_sure_it_is(figure: Figure, written: str) -> None:
    assert formatting.figure(figure) == written


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (0, "$0.00"),
        (0.004, "<$0.01"),
        (0.01, "$0.01"),
        (1204.5, "$1,204.50"),
        (math.nan, "–"),
    ],
)
def test_dollars_are_told_to_the_cent_and_a_part_of_one_is_not_nothing(value: float, written: str) -> None:
    assert formatting.dollars(value) == written


@pytest.mark.parametrize(
    ("seconds", "written"),
    [
        (0, "0.0 s"),
        (3.14, "3.1 s"),
        (9.96, "10 s"),
        (64, "1m 04s"),
        (-1, "0s"),
        (math.nan, "0s"),
    ],
)
def test_a_latency_has_a_tenth_where_a_tenth_matters(seconds: float, written: str) -> None:
    assert formatting.latency(seconds) == written


def test_a_share_is_whole_only_when_it_is() -> None:
    shown = [formatting.percent(value) for value in (0, 0.001, 0.57, 0.999, 1)]
    assert shown == ["0%", "1%", "57%", "99%", "100%"]
    assert formatting.percent(math.nan) == "–"


@pytest.mark.parametrize(
    ("at", "written"),
    [
        (1763770915.25, "2025-11-22T00:21:55.250Z"),
        (math.nan, "1970-01-01T00:00:00.000Z"),
        (-5.0, "1970-01-01T00:00:00.000Z"),
        (1e300, "9999-12-31T23:59:59.000Z"),
    ],
)
def test_an_absurd_instant_is_clamped_and_not_an_error(at: float, written: str) -> None:
    assert formatting.rfc3339(at) == written


def test_the_progress_of_a_completed_build_is_no_estimate() -> None:
    assert formatting.progress(Figure(0.426, Provenance.ESTIMATED)) == "≈ 43%"
    assert formatting.progress(Figure(1, Provenance.ESTIMATED)) == "100%"
    assert formatting.progress(Figure.none("not known")) == formatting.DASH
