"""Folders of transcripts are named after directories (transcripts.md C.2)."""

from __future__ import annotations

import pytest

from cupola.domain.slugs import beginning, slug


@pytest.mark.parametrize(
    ("directory", "name"),
    [
        ("/home/ada/homelab/weather-web", "-home-ada-homelab-weather-web"),
        ("/srv/a_b.c/~x", "-srv-a-b-c--x"),
        ("C:\\dev\\project", "C--dev-project"),
        ("/tmp/ümlaut", "-tmp--mlaut"),
        ("/tmp/🏛", "-tmp---"),
    ],
)
def test_every_unit_that_is_no_letter_or_digit_is_a_dash(directory: str, name: str) -> None:
    assert slug(directory) == beginning(directory) == name


def test_a_long_name_is_cut_at_200_and_ends_in_the_hash_of_all() -> None:
    long = "/" + "a" * 250
    assert slug(long).startswith(beginning(long) + "-")
    assert len(beginning(long)) == 200
    assert slug(long) != slug(long + "b")


def test_the_hash_is_that_of_javascript() -> None:
    # Of node, with h = ((h << 5) - h + code) | 0 over all units.
    assert slug("/" + "a" * 250).rpartition("-")[2] == "feo44x"
