"""One picture, in a process of its own: `python -m gallery.shot FOLDER CASE SCHEME SIZE PERCENT`."""

from __future__ import annotations

import sys
from pathlib import Path

from PySide6.QtWidgets import QApplication

from cupola.views.theme import STYLE
from gallery.cases import arrange, events
from gallery.dialogs import is_dialog, made_dialog, spoil
from gallery.pictures import SIZES, Picture
from support.stage import settle
from support.window import made_window


def take(picture: Picture, folder: Path) -> bool:
    """Save the picture under its name; False if it could not be written. Makes the one QApplication."""
    app = QApplication(["cupola", "-style", STYLE])
    return (_take_dialog if is_dialog(picture.case) else _take_window)(app, picture, folder)


def _take_dialog(app: QApplication, picture: Picture, folder: Path) -> bool:
    dialog = made_dialog(app, picture.case, picture.scheme)
    dialog.resize(*SIZES[picture.size])
    dialog.show()
    settle()
    spoil(dialog, picture.case)
    settle()
    saved = dialog.grab().save(str(folder / picture.name))
    dialog.close()
    return saved


def _take_window(app: QApplication, picture: Picture, folder: Path) -> bool:
    window, presenter = made_window(app, picture.scheme)
    window.resize(*SIZES[picture.size])
    window.show()
    presenter.on_events(events(picture.case))
    settle()
    arrange(picture.case, window, presenter)
    settle()
    saved = window.grab().save(str(folder / picture.name))
    window.close()
    return saved


if __name__ == "__main__":
    case, scheme, size, percent = sys.argv[2:]
    raise SystemExit(not take(Picture(case, scheme, size, int(percent)), Path(sys.argv[1])))
