"""Which shared libraries Qt lacks on this Linux, and which packages have them.

Asked of the linker, not of the package manager: PySide6's own libraries are resolved where they lie, so what
counts is what would really load. On other systems the wheels bring everything.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterable
from pathlib import Path

from bootstrap_say import say

# What Cupola loads of Qt, relative to PySide6/Qt; the plug-ins for X11, Wayland and tests.
USED = (
    "lib/libQt6Core.so.6",
    "lib/libQt6Gui.so.6",
    "lib/libQt6Widgets.so.6",
    "lib/libQt6DBus.so.6",
    "lib/libQt6Network.so.6",
    "lib/libQt6Svg.so.6",
    "plugins/platforms/libqoffscreen.so",
    "plugins/platforms/libqxcb.so",
    "plugins/platforms/libqwayland.so",
)
SYSTEMS = ("debian", "fedora", "arch")

# Library without its version: packages in the order of SYSTEMS. Debian's names hold for Ubuntu: where one was
# renamed, the new package provides the old name.
PACKAGES: dict[str, tuple[str, str, str]] = {
    "libEGL": ("libegl1", "libglvnd-egl", "libglvnd"),
    "libGL": ("libgl1", "libglvnd-glx", "libglvnd"),
    "libGLX": ("libglx0", "libglvnd-glx", "libglvnd"),
    "libOpenGL": ("libopengl0", "libglvnd-opengl", "libglvnd"),
    "libICE": ("libice6", "libICE", "libice"),
    "libSM": ("libsm6", "libSM", "libsm"),
    "libX11": ("libx11-6", "libX11", "libx11"),
    "libX11-xcb": ("libx11-xcb1", "libX11-xcb", "libx11"),
    "libdbus-1": ("libdbus-1-3", "dbus-libs", "dbus"),
    "libdrm": ("libdrm2", "libdrm", "libdrm"),
    "libfontconfig": ("libfontconfig1", "fontconfig", "fontconfig"),
    "libfreetype": ("libfreetype6", "freetype", "freetype2"),
    "libgbm": ("libgbm1", "mesa-libgbm", "mesa"),
    "libgio-2.0": ("libglib2.0-0", "glib2", "glib2"),
    "libglib-2.0": ("libglib2.0-0", "glib2", "glib2"),
    "libgobject-2.0": ("libglib2.0-0", "glib2", "glib2"),
    "libgssapi_krb5": ("libgssapi-krb5-2", "krb5-libs", "krb5"),
    "libgthread-2.0": ("libglib2.0-0", "glib2", "glib2"),
    "libstdc++": ("libstdc++6", "libstdc++", "gcc-libs"),
    "libudev": ("libudev1", "systemd-libs", "systemd-libs"),
    "libwayland-client": ("libwayland-client0", "libwayland-client", "wayland"),
    "libwayland-cursor": ("libwayland-cursor0", "libwayland-cursor", "wayland"),
    "libwayland-egl": ("libwayland-egl1", "libwayland-egl", "wayland"),
    "libxcb": ("libxcb1", "libxcb", "libxcb"),
    "libxcb-cursor": ("libxcb-cursor0", "xcb-util-cursor", "xcb-util-cursor"),
    "libxcb-glx": ("libxcb-glx0", "libxcb", "libxcb"),
    "libxcb-icccm": ("libxcb-icccm4", "xcb-util-wm", "xcb-util-wm"),
    "libxcb-image": ("libxcb-image0", "xcb-util-image", "xcb-util-image"),
    "libxcb-keysyms": ("libxcb-keysyms1", "xcb-util-keysyms", "xcb-util-keysyms"),
    "libxcb-randr": ("libxcb-randr0", "libxcb", "libxcb"),
    "libxcb-render": ("libxcb-render0", "libxcb", "libxcb"),
    "libxcb-render-util": ("libxcb-render-util0", "xcb-util-renderutil", "xcb-util-renderutil"),
    "libxcb-shape": ("libxcb-shape0", "libxcb", "libxcb"),
    "libxcb-shm": ("libxcb-shm0", "libxcb", "libxcb"),
    "libxcb-sync": ("libxcb-sync1", "libxcb", "libxcb"),
    "libxcb-util": ("libxcb-util1", "xcb-util", "xcb-util"),
    "libxcb-xfixes": ("libxcb-xfixes0", "libxcb", "libxcb"),
    "libxcb-xkb": ("libxcb-xkb1", "libxcb", "libxcb"),
    "libxkbcommon": ("libxkbcommon0", "libxkbcommon", "libxkbcommon"),
    "libxkbcommon-x11": ("libxkbcommon-x11-0", "libxkbcommon-x11", "libxkbcommon-x11"),
    "libz": ("zlib1g", "zlib", "zlib"),
    "libzstd": ("libzstd1", "libzstd", "zstd"),
}
# A library that is missing hides what it lacks in turn, so ask again after each installation.
ROUNDS = 3


# --- what is missing ----------------------------------------------------------------------------------------


def qt_folder(python: Path) -> Path | None:
    """PySide6/Qt in the environment of that Python, or None."""
    found = sorted((python.parent.parent / "lib").glob("python3*/site-packages/PySide6/Qt"))
    return found[-1] if found else None


def not_found(linker_says: str) -> list[str]:
    """The libraries that an output of `ldd` calls missing, sorted; Qt's own do not count."""
    lines = (line.split() for line in linker_says.splitlines() if line.rstrip().endswith("not found"))
    return sorted({words[0] for words in lines if words and not words[0].startswith("libQt6")})


def by_linker(files: Iterable[str]) -> list[str]:
    """What `ldd` finds missing."""
    import subprocess

    shown = subprocess.run(["ldd", *files], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False)
    return not_found(shown.stdout.decode("utf-8", "replace"))


def by_loading(python: Path, files: Iterable[str]) -> list[str]:
    """The first library each file lacks, found by loading it in a child: for systems without `ldd`."""
    import subprocess

    load = "import ctypes, sys\nfor f in sys.argv[1:]:\n try: ctypes.CDLL(f)\n except OSError as e: print(e)"
    shown = subprocess.run([str(python), "-I", "-c", load, *files], stdout=subprocess.PIPE, check=False)
    texts = shown.stdout.decode("utf-8", "replace").splitlines()
    return sorted({text.split(":")[0] for text in texts if text.startswith("lib")})


def missing_libraries(python: Path) -> list[str]:
    """Names of the shared libraries that Qt would not find now, sorted; empty where the wheels bring all."""
    if not sys.platform.startswith("linux"):
        return []
    qt = qt_folder(python)
    files = [str(qt / name) for name in USED if (qt / name).exists()] if qt else []
    if not files:
        return []
    return by_linker(files) if shutil.which("ldd") else by_loading(python, files)


# --- which packages have them -------------------------------------------------------------------------------


def this_system() -> str | None:
    """One of SYSTEMS by its package manager, or None."""
    for program, system in (("apt-get", "debian"), ("dnf", "fedora"), ("pacman", "arch")):
        if shutil.which(program):
            return system
    return None


def packages_for(libraries: Iterable[str], system: str) -> tuple[list[str], list[str]]:
    """The packages of that system that have these libraries, and those that none is known for."""
    column = SYSTEMS.index(system)
    known, unknown = set(), set()
    for library in libraries:
        names = PACKAGES.get(library.split(".so")[0])
        if names:
            known.add(names[column])
        else:
            unknown.add(library)
    return sorted(known), sorted(unknown)


class Installer:
    """Packages of one system, and the way to install them without asking."""

    def __init__(self, system: str, packages: list[str]) -> None:
        self.system = system
        self.packages = packages

    def steps(self) -> list[list[str]]:
        """The commands, without the right to run them."""
        if self.system == "debian":
            install = ["apt-get", "install", "-qq", "-y", "--no-install-recommends", *self.packages]
            return [["apt-get", "update", "-qq"], install]
        if self.system == "fedora":
            return [["dnf", "install", "-q", "-y", *self.packages]]
        return [["pacman", "-S", "--noconfirm", "--needed", *self.packages]]

    def shown(self) -> str:
        """The one command a person can paste."""
        if self.system == "arch":
            return "sudo pacman -S --needed " + " ".join(self.packages)
        program = "apt-get" if self.system == "debian" else "dnf"
        return f"sudo {program} install {' '.join(self.packages)}"

    def install(self) -> bool:
        """Run the steps if that needs no password; whether the last one succeeded."""
        right = right_to_install()
        if right is None:
            return False
        say("installing " + " ".join(self.packages))
        return [run_step(right + step) for step in self.steps()][-1]


def right_to_install() -> list[str] | None:
    """What to put before a command to run it as root without a password, or None when there is no way."""
    import subprocess

    if os.name == "posix" and os.geteuid() == 0:
        return []
    if shutil.which("sudo") is None:
        return None
    ask = subprocess.call(["sudo", "-n", "true"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return ["sudo", "-n"] if ask == 0 else None


def run_step(step: list[str]) -> bool:
    """Run one command of a package manager; it speaks only when it fails."""
    import subprocess

    kept = dict(os.environ, DEBIAN_FRONTEND="noninteractive")
    done = subprocess.run(step, env=kept, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    if done.returncode:
        sys.stderr.write(done.stdout.decode("utf-8", "replace"))
    return done.returncode == 0


def explain(libraries: list[str], system: str | None) -> str:
    """What a person has to do."""
    text = "Qt lacks " + ", ".join(libraries)
    if system is None:
        return text + ". Install the packages of your system that have them"
    packages, unknown = packages_for(libraries, system)
    if packages:
        text += ". Install with:  " + Installer(system, packages).shown()
    return text + (f"  (no package known for {', '.join(unknown)})" if unknown else "")


def provide(python: Path) -> list[str]:
    """Install what Qt lacks, or print how to; returns what is still missing."""
    missing, system = missing_libraries(python), this_system()
    for _ in range(ROUNDS):
        packages = packages_for(missing, system)[0] if system else []
        if not (system and packages and Installer(system, packages).install()):
            break
        missing = missing_libraries(python)
    if missing:
        say(explain(missing, system))
    return missing
