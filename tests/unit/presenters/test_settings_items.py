"""Every setting has an item: with a default, a way there and back, and a reset that touches nothing else."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import fields
from typing import Any, Final

import pytest

from cupola.domain.alerts import AlertKind, QuietHours
from cupola.presenters.settings_item import DEFAULTS, Control, Item, Page
from cupola.presenters.settings_items import BY_KEY, ITEMS, items_of, page_differs, reset_page
from cupola.store.settings import AlertSettings, Density, Settings, ThemeChoice
from cupola.store.settings_reading import UnusableValueError
from cupola.store.settings_schema import decode, encode

OTHER: Final = Settings(
    roots=("/srv/bücher", "~/b"),
    depth=0,
    skipped_folders=("x y",),
    quiet_limit_s=90.5,
    alerts=AlertSettings(
        frozenset(AlertKind),
        QuietHours(1320, 420),
        tuple((kind, ("/bin/say it", "a'b", '"', "", "\\")) for kind in AlertKind),
    ),
    token_budget=2_000_000,
    prices_file="~/my prices.json",
    theme=ThemeChoice.LIGHT,
    density=Density.COMPACT,
    font_points=12,
)
"""Other than the default in everything."""

every_item = pytest.mark.parametrize("item", ITEMS, ids=[item.key for item in ITEMS])


def test_no_field_of_the_settings_is_without_an_item() -> None:
    settings = OTHER
    for item in ITEMS:
        settings = item.reset(settings)
    assert settings == DEFAULTS
    assert all(getattr(OTHER, field.name) != getattr(DEFAULTS, field.name) for field in fields(Settings))


@every_item
def test_it_is_named_and_says_its_default(item: Item[Any]) -> None:
    assert item.name
    assert item.default.strip()
    assert BY_KEY[item.key] is item
    assert item.help or item.below


@every_item
def test_what_is_shown_is_read_as_the_same_value(item: Item[Any]) -> None:
    for settings in (DEFAULTS, OTHER):
        assert item.get(item.entered(DEFAULTS, item.shown(settings))) == item.get(settings)


@every_item
def test_its_reset_takes_back_this_one_alone(item: Item[Any]) -> None:
    assert item.differs(OTHER)
    assert not item.differs(DEFAULTS)
    after = item.reset(OTHER)
    assert not item.differs(after)
    assert all(other.get(after) == other.get(OTHER) for other in ITEMS if other is not item)


@every_item
def test_what_is_entered_is_kept_by_the_settings_file(item: Item[Any]) -> None:
    changed = item.put(DEFAULTS, item.get(OTHER))
    assert decode(encode(changed)) == (changed, ())


@pytest.mark.parametrize("page", list(Page))
def test_a_page_is_reset_without_the_others(page: Page) -> None:
    after = reset_page(OTHER, page)
    assert not page_differs(after, page)
    others = [other for other in Page if other is not page and items_of(other)]
    assert all(page_differs(after, other) for other in others)


@pytest.mark.parametrize("page", list(Page))
def test_no_two_settings_of_a_page_share_a_mnemonic(page: Page) -> None:
    found = Counter(re.findall(r"&(\w)", " ".join(item.title for item in items_of(page)).upper()))
    assert [letter for letter, count in found.items() if count > 1] == []


@every_item
def test_a_choice_offers_every_value_and_others_none(item: Item[Any]) -> None:
    assert bool(item.choices) == (item.control is Control.CHOICE)
    for text, name in item.choices:
        assert item.shown(item.entered(DEFAULTS, text)) == text
        assert name


def refused(key: str, text: str) -> str:
    with pytest.raises(UnusableValueError) as caught:
        BY_KEY[key].entered(DEFAULTS, text)
    return str(caught.value)


@pytest.mark.parametrize(
    ("key", "text", "says"),
    [
        ("depth", "", "whole number"),
        ("depth", "9", "from 0 to 8"),
        ("depth", "-1", "whole number"),
        ("depth", "3.5", "whole number"),
        ("depth", "9" * 5_000, "whole number"),
        ("skipped_folders", "a/b", "not paths"),
        ("quiet_limit_s", "soon", "15 min"),
        ("quiet_limit_s", "", "from 1 s to 24 h"),
        ("quiet_limit_s", "25 h", "from 1 s to 24 h"),
        ("quiet_limit_s", "15 min or so", "15 min"),
        ("quiet_limit_s", "5 months", "15 min"),
        ("token_budget", "2.000.000", "2,000,000"),
        ("token_budget", "0", "from 1"),
        ("token_budget", "1.5", "1.5M"),
        ("token_budget", "many", "number of tokens"),
        ("prices_file", "a\0b", "NUL"),
        ("alerts.quiet_hours", "25:00-7:00", "there is no 25:00"),
        ("alerts.quiet_hours", "22:60-7", "there is no 22:60"),
        ("alerts.quiet_hours", "22:00", "22:00–07:00"),
        ("alerts.quiet_hours", "7-7:00", "different times"),
        ("alerts.failed.command", "say 'it", "quote is not closed"),
        ("alerts.failed.command", "say \\", "last backslash"),
        ("alerts.failed.command", "'' it", "begin with a program"),
        ("alerts.failed.command", "a\0", "NUL"),
        ("font_points", "5", "from 6 to 32"),
        ("font_points", "big", "whole number"),
        ("theme", "blue", "system, light, dark"),
    ],
)
def test_what_cannot_be_used_is_refused_with_what_should_be_typed(key: str, text: str, says: str) -> None:
    assert says in refused(key, text)


@pytest.mark.parametrize(
    ("key", "text", "value"),
    [
        ("quiet_limit_s", "20", 1200.0),
        ("quiet_limit_s", " 1h30 ", 5400.0),
        ("quiet_limit_s", "1 hour 30 minutes", 5400.0),
        ("quiet_limit_s", "90s", 90.0),
        ("quiet_limit_s", "0.5", 30.0),
        ("token_budget", "2M", 2_000_000),
        ("token_budget", "1.5 m", 1_500_000),
        ("token_budget", "500K", 500_000),
        ("token_budget", "2 000_000", 2_000_000),
        ("token_budget", " ", None),
        ("font_points", "12 pt", 12),
        ("font_points", "", None),
        ("alerts.quiet_hours", "22-7", QuietHours(1320, 420)),
        ("alerts.quiet_hours", "22:00 to 7:30", QuietHours(1320, 450)),
        ("alerts.quiet_hours", "0:00 – 23:59", QuietHours(0, 1439)),
        ("alerts.quiet_hours", "", None),
        ("alerts.quiet.command", "ring --text 'it is quiet' # not a comment", None),
        ("skipped_folders", " a \n\n b\na", ("a", "b")),
        ("skipped_folders", "", ()),
        ("prices_file", "  ~/prices.json ", "~/prices.json"),
    ],
)
def test_what_people_type_is_understood(key: str, text: str, value: object) -> None:
    item = BY_KEY[key]
    if key.endswith("command"):
        value = ("ring", "--text", "it is quiet", "#", "not", "a", "comment")
    assert item.get(item.entered(DEFAULTS, text)) == value
