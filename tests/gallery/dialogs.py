"""The dialogs of the gallery: the settings page by page, full, many, long and all wrong, and About."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Final

from PySide6.QtWidgets import QApplication, QDialog

from cupola.desktop.about import about_dialog
from cupola.domain.alerts import AlertKind, QuietHours
from cupola.domain.diagnosis import AtLogin
from cupola.domain.models import HealthModel, RootModel, Watching
from cupola.presenters.settings_item import DEFAULTS, Control, Page
from cupola.presenters.settings_items import ITEMS
from cupola.presenters.settings_places import place_lines
from cupola.presenters.settings_roots import root_lines
from cupola.store.habits import OnClose
from cupola.store.places import Places
from cupola.store.settings import AlertSettings, Settings
from cupola.store.settings_reading import UnusableValueError
from cupola.views.settings_dialog import SettingsDialog
from cupola.views.theme import Theme
from cupola.views.tokens import Scheme
from support.builds import health
from support.dock_models import LONG
from support.engine_host import places

CASES: Final = ("settings-", "about")
_HOME: Final = Path("/home/ada")
_WRONG: Final = {
    "depth": "99",
    "skipped_folders": "a/b\nnode_modules",
    "quiet_limit_s": "soon",
    "token_budget": "2.000.000",
    "prices_file": "/home/ada/no\0such.json",
    "alerts.quiet_hours": "25:00-7:00",
    "font_points": "99",
}


def is_dialog(case: str) -> bool:
    """Whether a case is one of a dialog, and not of the window."""
    return case.startswith(CASES)


def made_dialog(app: QApplication, case: str, scheme: str) -> QDialog:
    """The dialog of a case, not shown yet; with nothing of this machine in it."""
    theme = Theme(app)
    theme.apply(Scheme(scheme))
    where = _long_places() if case == "settings-long-places" else places(_HOME, [])
    if case == "about":
        return about_dialog(theme, None, where)
    dialog = SettingsDialog(theme)
    _fill(dialog, case.removeprefix("settings-"), where)
    return dialog


def spoil(dialog: QDialog, case: str) -> None:
    """Type what is wrong into every field of the page, once it is shown."""
    if not isinstance(dialog, SettingsDialog) or not case.startswith("settings-wrong"):
        return
    dialog.roots.line.setText(LONG)
    dialog.roots.show_trouble(f"there is no folder /home/ada/{LONG}")
    for item in ITEMS:
        text = _WRONG.get(item.key, "say 'it" if item.below else "")
        if text and item.control is not Control.FOLDERS:
            dialog.row(item.key).field.put(text)
            try:
                item.read(text)
            except UnusableValueError as error:
                dialog.show_trouble(item.key, str(error))


def _fill(dialog: SettingsDialog, case: str, where: Places) -> None:
    settings, seen = DEFAULTS, health()
    if case in {"roots", "long-roots"}:
        settings, seen = _many_roots(long=case == "long-roots")
    elif case == "changed-alerts":
        settings = replace(settings, alerts=_alerts())
    elif case == "changed-builds":
        settings = replace(settings, token_budget=2_000_000, quiet_limit_s=5400.0, prices_file=f"~/{LONG}")
    dialog.show_settings(settings)
    dialog.show_roots(
        root_lines(settings, seen, lambda text: Path(text.replace("~", str(_HOME)))),
        differs=bool(settings.roots),
    )
    place = f"{_HOME}/.config/autostart/cupola.desktop"
    dialog.login.show_state(AtLogin(place, on=True, note=f"starts another program: /opt/{LONG}/cupola"))
    dialog.closing.show_choice(OnClose.QUIT)
    lines = place_lines(where, "cupola.log")
    dialog.places.show_places(lines)
    dialog.places.show_there(tuple(at % 3 != 2 for at in range(len(lines))))
    if case == "problems":
        dropped = "depth: should be a whole number from 0 to 8; the default is used"
        dialog.show_problems(
            (f"{_HOME}/.config/cupola/settings.json: some settings cannot be used\n    {dropped}", LONG)
        )
    page = next((page for page in Page if page.name.lower() in case), Page.FOLDERS)
    dialog.show_page(page)


def _alerts() -> AlertSettings:
    commands = ((AlertKind.FAILED, ("notify-phone", "--title", f"it failed {LONG}")),)
    off = frozenset({AlertKind.IMPAIRED, AlertKind.LIMITED})
    return AlertSettings(off, QuietHours(1320, 420), commands)


def _many_roots(*, long: bool) -> tuple[Settings, HealthModel]:
    """Read, polled, unreadable and not seen yet, in turn."""
    paths = [f"/srv/{LONG if long else 'builds'}/{number}" for number in range(60)]
    models = [
        RootModel(paths[0], True, 1_204, Watching.EVENTS, watches=31_204),
        RootModel(paths[1], True, 3, Watching.POLLING, "network folder"),
        RootModel(paths[2], False, 0, Watching.OFF, f"permission denied {LONG if long else ''}".strip()),
        RootModel("/tmp/for now", True, 1, Watching.EVENTS, watches=1),
    ]
    return Settings(roots=tuple(paths)), HealthModel(tuple(models))


def _long_places() -> Places:
    return places(Path(f"/home/ada/{LONG}/{LONG}"), [])
