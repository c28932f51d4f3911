"""Every command of the window, once: menus, context menus and shortcuts are made from these records."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QKeySequence

from cupola.store.marks import Mark

Keys = QKeySequence.StandardKey
Role = QAction.MenuRole


class Act(StrEnum):
    """What can be done."""

    ADD_FOLDER = "add-folder"
    OPEN_FOLDER = "open-folder"
    COPY_PATH = "copy-path"
    COPY_SESSION = "copy-session-id"
    PIN = "pin"
    HIDE = "hide"
    ARCHIVE = "archive"
    PUT_AWAY = "show-put-away"
    PAUSE = "pause"
    MUTE = "mute"
    SETTINGS = "settings"
    QUIT = "quit"
    FIND = "find"
    REFRESH = "refresh"
    DEMO = "demo"
    DIAGNOSTICS = "diagnostics"
    ABOUT = "about"
    ABOUT_QT = "about-qt"


@dataclass(frozen=True, slots=True)
class Record:
    """One command; `&` in its text marks the mnemonic."""

    text: str
    tip: str
    keys: Keys | str | None = None
    role: Role = Role.NoRole
    checkable: bool = False


RECORDS: Final[Mapping[Act, Record]] = {
    Act.ADD_FOLDER: Record("&Add Folder…", "Watch another folder, and remember it", "Ctrl+Shift+O"),
    Act.OPEN_FOLDER: Record("&Open Folder", "Show the project's folder in the file manager", "Ctrl+O"),
    Act.COPY_PATH: Record("Copy &Path", "Copy the path of the project's folder", "Ctrl+Shift+C"),
    Act.COPY_SESSION: Record("Copy &Session Id", "Copy the session id that the build states"),
    Act.PIN: Record("P&in on Top", "Keep this project on top of the list", "Ctrl+Shift+P", checkable=True),
    Act.HIDE: Record("&Hide Project", "Do not list this project", checkable=True),
    Act.ARCHIVE: Record(
        "A&rchive Build", "Put this build away; the project's next one is listed", "Ctrl+E", checkable=True
    ),
    Act.PUT_AWAY: Record(
        "Show &Hidden and Archived", "List what was hidden or archived as well", checkable=True
    ),
    Act.PAUSE: Record("Pause &Watching", "Look at no file until it goes on", checkable=True),
    Act.MUTE: Record("&Mute for an Hour", "Tell nothing of any build until then", checkable=True),
    Act.SETTINGS: Record(
        "Se&ttings…",
        "Folders, builds, alerts, appearance and start of Cupola",
        "Ctrl+,",
        Role.PreferencesRole,
    ),
    Act.QUIT: Record("&Quit", "Stop watching and close Cupola", "Ctrl+Q", Role.QuitRole),
    Act.FIND: Record("&Find a Build", "Search the list of builds", Keys.Find),
    Act.REFRESH: Record("&Refresh", "Look at all files again now", "F5"),
    Act.DEMO: Record("Try the &Demo", "Open another window with made-up builds"),
    Act.DIAGNOSTICS: Record("Dia&gnostics…", "How Cupola itself is, as text to copy", "Ctrl+Shift+D"),
    Act.ABOUT: Record("&About Cupola", "Version, folders and licences of Cupola", None, Role.AboutRole),
    Act.ABOUT_QT: Record("About &Qt", "Version of the Qt libraries", None, Role.AboutQtRole),
}

OF_A_BUILD: Final = (
    *(Act.OPEN_FOLDER, Act.COPY_PATH, Act.COPY_SESSION),
    *(Act.PIN, Act.HIDE, Act.ARCHIVE),
)
MARKS: Final = {Act.PIN: Mark.PINNED, Act.HIDE: Mark.HIDDEN, Act.ARCHIVE: Mark.ARCHIVED}


class Actions:
    """The QActions, owned by `parent`. GUI thread only."""

    def __init__(self, parent: QObject) -> None:
        self._made = {act: _made(act, record, parent) for act, record in RECORDS.items()}
        self._has = (False, False, False)
        """What the shown build has: itself, a directory, a session."""
        for act in OF_A_BUILD:
            self._made[act].setEnabled(False)

    def __getitem__(self, act: Act) -> QAction:
        return self._made[act]

    def of_a_build(self) -> list[QAction]:
        """What can be done with the shown build, in the order of the context menu."""
        return [self._made[act] for act in OF_A_BUILD]

    def connect(self, slots: Mapping[Act, Callable[[], None]]) -> None:
        """Say what each command does; slots are methods of QObjects."""
        for act, slot in slots.items():
            self._made[act].triggered.connect(slot)

    def enable(self, *, build: bool, directory: bool, session: bool) -> None:
        """What the shown build has decides what can be done with it."""
        has = (build, directory, session)
        if has == self._has:
            return  # as with every change of the same build
        self._has = has
        for act in MARKS:
            self._made[act].setEnabled(build)
        self._made[Act.OPEN_FOLDER].setEnabled(directory)
        self._made[Act.COPY_PATH].setEnabled(directory)
        self._made[Act.COPY_SESSION].setEnabled(session)

    def check(self, has: Callable[[Mark], bool]) -> None:
        """Show which marks the shown build bears."""
        for act, mark in MARKS.items():
            self._made[act].setChecked(has(mark))


def _made(act: Act, record: Record, parent: QObject) -> QAction:
    action = QAction(record.text, parent)
    action.setObjectName(act.value)
    action.setToolTip(record.tip)
    action.setStatusTip(record.tip)
    action.setMenuRole(record.role)
    action.setCheckable(record.checkable)
    if record.keys is not None:
        action.setShortcut(QKeySequence(record.keys))
    return action
