"""What Cupola is and where it keeps things."""

from __future__ import annotations

import platform

from PySide6.QtCore import Qt, qVersion
from PySide6.QtWidgets import QMessageBox, QWidget

from cupola import __version__
from cupola.desktop.identity import APP_NAME
from cupola.domain.text import printable_path
from cupola.store.places import Places


def about_box(parent: QWidget, places: Places) -> QMessageBox:
    """A dialog that deletes itself; show it with `open()`."""
    box = QMessageBox(
        QMessageBox.Icon.NoIcon, f"About {APP_NAME}", f"{APP_NAME} {__version__}", parent=parent
    )
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setInformativeText(about_text(places))
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    return box


def about_text(places: Places) -> str:
    """Versions, and the folders a user may look for."""
    return "\n".join(
        (
            "A window onto autonomous builds.",
            "",
            f"Python {platform.python_version()}, Qt {qVersion()}",
            f"Settings: {printable_path(str(places.config_dir))}",
            f"State and log: {printable_path(str(places.state_dir))}",
        )
    )
