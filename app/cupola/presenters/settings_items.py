"""All settings as data, one `Item` each.

Pages, reset buttons and tests are made from this table; nothing here is a widget or touches a disk.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any, Final

from cupola.domain.alerts import AlertKind
from cupola.presenters import settings_entry as entry
from cupola.presenters.settings_item import DEFAULTS, Check, Control, Item, Page
from cupola.presenters.status import counted
from cupola.store import settings_values as values
from cupola.store.roots import DEFAULT_ROOT
from cupola.store.settings import AlertSettings, Density, Settings, ThemeChoice

ALERT_WORDS: Final = {
    AlertKind.FAILED: ("A build &failed", "Its tests or its orchestrator gave up."),
    AlertKind.IMPAIRED: (
        "Watching is &impaired",
        "A folder or a disk cannot be seen, or changes in it are seen late.",
    ),
    AlertKind.LIMITED: ("Usage li&mit reached", "A session waits until the limit is over."),
    AlertKind.WAITING: ("A build &waits for you", "A session asks for a permission or an answer."),
    AlertKind.QUIET: ("A build went &quiet", "Nothing was written for the time set under Builds."),
    AlertKind.CRITICAL: ("Little context &left", "The context in use is in the critical zone."),
    AlertKind.FINISHED: ("A build finishe&d", "A minute after its end, unless it is written to again."),
}
"""Title and help of the switch of each kind."""


def switch_key(kind: AlertKind) -> str:
    """The key of the item that switches a kind."""
    return f"alerts.{kind.value}.on"


def command_key(kind: AlertKind) -> str:
    """The key of the item that is run for a kind."""
    return f"alerts.{kind.value}.command"


def _alert_items(kind: AlertKind) -> tuple[Item[Any], Item[Any]]:
    title, words = ALERT_WORDS[kind]
    switch = Item(
        key=switch_key(kind),
        page=Page.ALERTS,
        title=title,
        help=words,
        control=Control.SWITCH,
        get=partial(_is_on, kind),
        put=partial(_switched, kind),
        read=entry.read_switch,
        write=entry.write_switch,
    )
    command = Item(
        key=command_key(kind),
        page=Page.ALERTS,
        title="Command",
        help="",
        control=Control.LINE,
        get=partial(_command, kind),
        put=partial(_with_command, kind),
        read=entry.read_command,
        write=entry.write_command,
        usual="none",
        blank="no command",
        below=switch.key,
        check=Check.PROGRAM,
    )
    return switch, command


def _is_on(kind: AlertKind, settings: Settings) -> bool:
    return kind not in settings.alerts.switched_off


def _switched(kind: AlertKind, settings: Settings, on: bool) -> Settings:
    off = settings.alerts.switched_off
    return _with_alerts(settings, switched_off=off - {kind} if on else off | {kind})


def _command(kind: AlertKind, settings: Settings) -> tuple[str, ...]:
    return settings.alerts.command(kind)


def _with_command(kind: AlertKind, settings: Settings, command: tuple[str, ...]) -> Settings:
    """In the order of the kinds, as the settings file gives them back."""
    commands = {**dict(settings.alerts.commands), kind: command}
    wanted = tuple((each, commands[each]) for each in AlertKind if commands.get(each))
    return _with_alerts(settings, commands=wanted)


def _with_alerts(settings: Settings, **changed: Any) -> Settings:
    alerts: AlertSettings = replace(settings.alerts, **changed)
    return replace(settings, alerts=alerts)


ROOTS: Final = "roots"

ITEMS: Final[tuple[Item[Any], ...]] = (
    Item(
        key=ROOTS,
        page=Page.FOLDERS,
        title="&Watched folders",
        help="Cupola looks for projects in and below these.",
        control=Control.FOLDERS,
        get=lambda settings: settings.roots,
        put=lambda settings, roots: replace(settings, roots=roots),
        read=entry.read_folders,
        write=entry.write_names,
        usual=f"~/{DEFAULT_ROOT}",
    ),
    Item(
        key="depth",
        page=Page.FOLDERS,
        title="Search &depth",
        help="How many folders deep projects are looked for; 0 looks at the folder itself only.",
        control=Control.LINE,
        get=lambda settings: settings.depth,
        put=lambda settings, depth: replace(settings, depth=depth),
        read=entry.read_depth,
        write=str,
        unit="levels",
        steps=values.DEPTHS,
    ),
    Item(
        key="skipped_folders",
        page=Page.FOLDERS,
        title="&Skipped folders",
        help="The search does not look into folders of these names, one a line.",
        control=Control.LINES,
        get=lambda settings: settings.skipped_folders,
        put=lambda settings, names: replace(settings, skipped_folders=names),
        read=entry.read_names,
        write=entry.write_names,
        usual=f"{counted(len(DEFAULTS.skipped_folders), 'name')} such as node_modules",
        blank="none",
    ),
    Item(
        key="quiet_limit_s",
        page=Page.BUILDS,
        title="&Quiet after",
        help="A build of which nothing was written for so long counts as quiet.",
        control=Control.LINE,
        get=lambda settings: settings.quiet_limit_s,
        put=lambda settings, seconds: replace(settings, quiet_limit_s=seconds),
        read=entry.read_span,
        write=entry.write_span,
    ),
    Item(
        key="token_budget",
        page=Page.BUILDS,
        title="Token &budget",
        help="What a build may use in all: with one, its total has a zone as a context has.",
        control=Control.LINE,
        get=lambda settings: settings.token_budget,
        put=lambda settings, tokens: replace(settings, token_budget=tokens),
        read=entry.read_budget,
        write=entry.write_budget,
        usual="none",
        unit="tokens",
        blank="none",
    ),
    Item(
        key="prices_file",
        page=Page.BUILDS,
        title="P&rice list",
        help="A file of your own in place of the dated list that Cupola brings.",
        control=Control.FILE,
        get=lambda settings: settings.prices_file,
        put=lambda settings, file: replace(settings, prices_file=file),
        read=entry.read_path,
        write=str,
        usual="prices.json of the settings folder, else the list that Cupola brings",
        blank="the usual one",
        check=Check.PRICES,
    ),
    Item(
        key="alerts.quiet_hours",
        page=Page.ALERTS,
        title="Quiet &hours",
        help="No alert between these times of the day, such as 22:00–07:00.",
        control=Control.LINE,
        get=lambda settings: settings.alerts.quiet_hours,
        put=lambda settings, hours: _with_alerts(settings, quiet_hours=hours),
        read=entry.read_hours,
        write=entry.write_hours,
        usual="none",
        blank="none",
    ),
    *(item for kind in AlertKind for item in _alert_items(kind)),
    Item(
        key="theme",
        page=Page.APPEARANCE,
        title="&Theme",
        help="System follows the desktop's light and dark as they change.",
        control=Control.CHOICE,
        get=lambda settings: settings.theme,
        put=lambda settings, theme: replace(settings, theme=theme),
        read=partial(values.one_of, ThemeChoice),
        write=lambda theme: theme.value,
        choices=tuple((each.value, each.value.capitalize()) for each in ThemeChoice),
    ),
    Item(
        key="density",
        page=Page.APPEARANCE,
        title="&Density",
        help="How close rows lie in the list, the docks and the activity.",
        control=Control.CHOICE,
        get=lambda settings: settings.density,
        put=lambda settings, density: replace(settings, density=density),
        read=partial(values.one_of, Density),
        write=lambda density: density.value,
        choices=tuple((each.value, each.value.capitalize()) for each in Density),
    ),
    Item(
        key="font_points",
        page=Page.APPEARANCE,
        title="&Font size",
        help=f"From {values.FONT_POINTS[0]} to {values.FONT_POINTS[-1]}; the arrow keys try sizes.",
        control=Control.LINE,
        get=lambda settings: settings.font_points,
        put=lambda settings, points: replace(settings, font_points=points),
        read=entry.read_points,
        write=entry.write_points,
        usual="the system's",
        unit="points",
        blank="as the system",
        steps=values.FONT_POINTS,
    ),
)
"""All of them, in the order of their pages."""

BY_KEY: Final = {item.key: item for item in ITEMS}


def items_of(page: Page) -> tuple[Item[Any], ...]:
    """The settings of a page, in order."""
    return tuple(item for item in ITEMS if item.page is page)


def reset_page(settings: Settings, page: Page) -> Settings:
    """The settings with the defaults of a page."""
    for item in items_of(page):
        settings = item.reset(settings)
    return settings


def page_differs(settings: Settings, page: Page) -> bool:
    """Whether anything of a page is another than its default."""
    return any(item.differs(settings) for item in items_of(page))
