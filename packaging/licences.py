"""The licences of all that the bundle contains, and what the LGPL asks for Qt."""

from __future__ import annotations

import shutil
import subprocess
import sys
import sysconfig
from importlib.metadata import Distribution, distribution
from pathlib import Path
from typing import Final

from bootstrap_say import Trouble
from facts import PACKAGING, ROOT

PACKAGES: Final = (
    "PySide6-Essentials", "shiboken6", "watchdog", "qasync", "platformdirs", "rich", "psutil", "msgspec",
    "markdown-it-py", "mdurl", "pygments", "pyinstaller",
)  # fmt: skip
ON_LINUX: Final = ("dbus-fast",)
_WORDS: Final = ("licen", "copying", "notice")
_SAID: Final = ("License-Expression", "License")
_QT: Final = ("PySide6-Essentials", "shiboken6")
_NOTICE: Final = """\
Cupola is under the MIT licence (cupola/LICENSE). It comes with the parts below, each under its own licence.

Qt {qt} and PySide6 {qt} (the libraries named libQt6* or Qt6*, PySide6 and shiboken6 in _internal) are used
under the GNU Lesser General Public License, version 3 (LGPL-3.txt, which builds on GPL-3.txt). They are
unchanged and linked dynamically: each may be replaced by a compatible version of your own by putting its
file in the place of the one here. The Qt Project offers their source code, version {qt}:
https://download.qt.io/official_releases/

{rows}
"""


def collect(bundle: Path, target: Path) -> None:
    """Write the licence files into `target`, a folder for each part, and NOTICE.txt over them.

    Raises Trouble when a part has none: nothing is shipped whose licence is not known.
    """
    shutil.rmtree(target, ignore_errors=True)
    names = [*PACKAGES, *(ON_LINUX if sys.platform == "linux" else ())]
    rows = [_of_package(distribution(name), target) for name in names]
    rows.append(_of_python(target))
    if sys.platform == "linux":
        rows += _of_system_libraries(bundle, target)
    _put(ROOT / "LICENSE", target / "cupola")
    for name in ("LGPL-3.txt", "GPL-3.txt"):
        _put(PACKAGING / "licences" / name, target)
    qt = distribution(_QT[0]).version
    notice = _NOTICE.format(qt=qt, rows="\n".join(sorted(rows)))
    (target / "NOTICE.txt").write_text(notice, "utf-8")


def _of_package(package: Distribution, target: Path) -> str:
    name = package.metadata["Name"]
    files = [
        Path(str(package.locate_file(file)))
        for file in package.files or ()
        if ".dist-info/" in str(file) and any(word in file.name.lower() for word in _WORDS)
    ]
    for file in files:
        _put(file, target / name)
    if not files and name.lower().replace("_", "-") not in {one.lower() for one in _QT}:
        raise Trouble(f"{name} comes without a licence")
    said = next((package.metadata[key] for key in _SAID if key in package.metadata), "see its files")
    return f"{name} {package.version}: {said.splitlines()[0]}"


def _of_python(target: Path) -> str:
    library = Path(sysconfig.get_paths()["stdlib"])
    candidates = (
        library / "LICENSE.txt",
        library.parent / "LICENSE.txt",
        Path(sys.base_prefix) / "LICENSE.txt",
    )
    found = next((file for file in candidates if file.exists()), None)
    if found is None:
        raise Trouble("Python comes without a licence")
    _put(found, target / "python")
    return f"Python {sys.version.split()[0]}: PSF-2.0"


def _of_system_libraries(bundle: Path, target: Path) -> list[str]:
    """Libraries that PyInstaller took from this system: the licences are those of their packages."""
    found = (bundle / "_internal").glob("lib*.so*")
    taken = [file for file in found if not file.is_symlink() and not file.name.startswith("libpython")]
    packages = sorted({_package_of(file.name) for file in taken})
    for package in packages:
        _put(Path("/usr/share/doc") / package / "copyright", target / "system" / package)
    return [f"{package} (of the system it was built on): see system/{package}" for package in packages]


def _package_of(library: str) -> str:
    found = subprocess.run(["dpkg", "-S", f"*/{library}"], capture_output=True, text=True, check=False).stdout
    package = found.partition(":")[0].partition(",")[0]
    if not package:
        raise Trouble(f"nobody knows where {library} comes from, nor its licence")
    return package


def _put(file: Path, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(file.resolve(), folder / file.name)
