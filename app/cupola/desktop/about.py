"""What Cupola is, where it keeps things, and under which licences what it is made of is used."""

from __future__ import annotations

import platform
from collections.abc import Iterator, Sequence
from typing import Final

from PySide6.QtCore import qVersion
from PySide6.QtWidgets import QWidget

from cupola import __version__
from cupola.desktop.identity import APP_NAME
from cupola.domain.text import printable_path
from cupola.store.licences import Licence, licences
from cupola.store.places import Places
from cupola.views.diagnostics import ReportDialog
from cupola.views.theme import Theme

OF_QT: Final = (
    "Qt and PySide6 are used under the GNU Lesser General Public License, version 3, unchanged and as",
    "libraries of their own, which may be replaced by other versions. Its text:",
    "https://www.gnu.org/licenses/lgpl-3.0.html",
)
OF_PYTHON: Final = "PSF-2.0"


def about_dialog(theme: Theme, parent: QWidget | None, places: Places) -> ReportDialog:
    """A dialog that deletes itself; reads the metadata of what is installed, which takes some 10 ms."""
    dialog = ReportDialog(theme, f"About {APP_NAME}", parent, about_text(places))
    dialog.text.setAccessibleName("Licences")
    dialog.show_lines(licence_lines(tuple(licences())))
    return dialog


def about_text(places: Places) -> str:
    """Versions, and the folders a user may look for."""
    return "\n".join(
        (
            f"{APP_NAME} {__version__}. A window onto autonomous builds.",
            f"Python {platform.python_version()}, Qt {qVersion()}",
            f"Settings: {printable_path(str(places.config_dir))}",
            f"State and log: {printable_path(str(places.state_dir))}",
        )
    )


def licence_lines(found: Sequence[Licence]) -> Iterator[str]:
    """A table of all licences, and the texts that came with the packages."""
    rows = [(f"{one.package} {one.version}", one.licence) for one in found]
    rows.insert(min(1, len(rows)), (f"Python {platform.python_version()}", OF_PYTHON))
    rows.insert(min(2, len(rows)), (f"Qt {qVersion()}", "LGPL-3.0-only"))
    wide = max(len(name) for name, _ in rows)
    yield "Licences"
    yield from (f"  {name:<{wide}}  {licence}" for name, licence in rows)
    yield ""
    yield from OF_QT
    for one in found:
        for text in one.texts:
            yield ""
            yield f"{one.package} {one.version}"
            yield from (f"  {line}" for line in text.splitlines())
