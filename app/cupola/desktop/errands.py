"""What is done with the shown build outside of Cupola: its folder, and the clipboard."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, QUrl, Slot
from PySide6.QtGui import QClipboard, QDesktopServices

from cupola.domain.models import BuildModel

READABLE: Final = frozenset({".json", ".jsonl", ".log", ".md", ".txt"})
"""Files that a desktop opens to be read; others it might run."""

log = logging.getLogger(__name__)


class Errands(QObject):
    """Lives in the GUI thread. Opens only folders that the search found, never a path from a build's text."""

    def __init__(self, clipboard: QClipboard, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._clipboard = clipboard
        self._build: BuildModel | None = None

    @Slot(object)
    def on_shown_changed(self, build: BuildModel | None) -> None:
        """From now on errands are for this build."""
        self._build = build

    @Slot()
    def open_folder(self) -> None:
        """Have the desktop show the build's folder."""
        if self._build is not None and self._build.directory is not None:
            url = folder_url(self._build.directory)
            if not QDesktopServices.openUrl(url):
                log.warning("The desktop opened no file manager for %s", url.toString())

    @Slot(str)
    def open_place(self, folder: str) -> None:
        """Have the desktop show one of Cupola's own folders."""
        if not QDesktopServices.openUrl(folder_url(folder)):
            log.warning("The desktop opened no file manager for %s", folder)

    @Slot(str)
    def open_file(self, path: str) -> None:
        """Have the desktop show a file that lies behind a figure, or its folder where it is no text."""
        url = file_url(path)
        if url is None:
            log.warning("%s is no local file to open", path)
        elif not QDesktopServices.openUrl(url):
            log.warning("The desktop opened nothing for %s", url.toString())

    @Slot()
    def copy_path(self) -> None:
        """Copy the path of the build's folder."""
        if self._build is not None and self._build.directory is not None:
            self.copy(self._build.directory)

    @Slot()
    def copy_session_id(self) -> None:
        """Copy the session id as the build states it."""
        if self._build is not None and self._build.session_id is not None:
            self.copy(self._build.session_id)

    @Slot(str)
    def copy(self, text: str) -> None:
        """Copy some text; bytes in it that are none as escapes."""
        self._clipboard.setText(text.encode("utf-8", "backslashreplace").decode())


def file_url(path: str) -> QUrl | None:
    """A local file's URL; of its folder unless its name says that it is text: nothing must be run."""
    file = Path(path)
    if not file.is_absolute() or path.startswith(("//", "\\\\")):
        return None
    if file.suffix.lower() not in READABLE:
        return folder_url(str(file.parent))
    return QUrl.fromEncoded(file.as_uri().encode("ascii"))


def folder_url(directory: str) -> QUrl:
    """A file URL that can mean nothing but a folder; bytes that are no text are kept."""
    return QUrl.fromEncoded(f"{Path(directory).as_uri()}/".encode("ascii"))
