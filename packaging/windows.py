"""The Windows installer, by NSIS: for one user, without the rights of an administrator."""

from __future__ import annotations

from pathlib import Path

import bundle
from bootstrap_say import Trouble
from facts import APP_ID, BUILD, DIST, GUI_NAME, NAME, PACKAGING, SYSTEM, TITLE, VERSION
from steps import run, step


def build() -> Path:
    """`dist/cupola-VERSION-setup.exe`. Raises Trouble on another system: a bundle is built on its own."""
    if SYSTEM != "win32":
        raise Trouble(
            "the bundle for Windows is built on Windows; the installer's script is checked by its test"
        )
    return compile_installer(bundle.built(), BUILD / "icons" / f"{NAME}.ico", DIST)


def compile_installer(folder: Path, icon: Path, target: Path) -> Path:
    """The installer of the bundle in `folder`; a warning of makensis is an error."""
    target.mkdir(parents=True, exist_ok=True)
    made = target / f"{NAME}-{VERSION}-setup.exe"
    names = {
        "TITLE": TITLE, "NAME": NAME, "GUI_NAME": GUI_NAME, "APP_ID": APP_ID, "VERSION": VERSION,
        "SOURCE": str(folder), "ICON": str(icon), "TARGET": str(made),
    }  # fmt: skip
    with step("installer for Windows"):
        defined = [f"-D{name}={value}" for name, value in names.items()]
        run("makensis", "-WX", "-V2", *defined, PACKAGING / "windows" / "installer.nsi")
    return made
