"""A minimal Debian in a folder: its own mounts, no network unless asked for, and a user who is not root."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from bootstrap_say import Trouble
from facts import BUILD
from steps import run

USER_ID: Final = 4321
HOME: Final = "/home/Jörg Maß"
RUNTIME: Final = f"/run/user/{USER_ID}"
"""What a session has for as long as it lasts."""
BUILDS: Final = "/mnt/builds"
_PATH: Final = "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin"
_ENTER: Final = """
set -e
root=$1; shift
mount --bind /dev "$root/dev"
mount -t proc proc "$root/proc"
mkdir -p "$root/tmp/.X11-unix" "$root/mnt/builds"
if [ -d /tmp/.X11-unix ]; then mount --bind /tmp/.X11-unix "$root/tmp/.X11-unix"; fi
mount --bind "$1" "$root/mnt/builds"; shift
exec chroot "$root" /usr/bin/env -i "$@"
"""


class Chroot:
    """Made anew from a tar that is made once; its mounts are seen by its own processes alone."""

    def __init__(self, folder: Path, builds: Path, display: str) -> None:
        self.root = folder / "root"
        self._builds, self._display = builds, display
        base = BUILD / "check" / "minimal.tar"
        if not base.exists():
            base.parent.mkdir(parents=True, exist_ok=True)
            run("mmdebstrap", "--variant=minbase", "bookworm", base)
        shutil.rmtree(self.root, ignore_errors=True)
        self.root.mkdir(parents=True)
        run("tar", "-xf", base, "-C", self.root)
        shutil.copy("/etc/resolv.conf", self.root / "etc" / "resolv.conf")
        user = ("--create-home", "--home-dir", HOME, "--uid", str(USER_ID), "--badname", "joerg")
        self.as_root("useradd", *user)
        self.as_root("install", "-d", "-o", str(USER_ID), "-m", "700", RUNTIME)

    def as_root(self, *command: str, network: bool = False) -> str:
        """What a command prints, its complaints included. Raises Trouble when it fails."""
        names = (f"PATH={_PATH}", "HOME=/root", "LANG=C.UTF-8", "DEBIAN_FRONTEND=noninteractive")
        return self._finished([*self._entering(network=network), *names, *command])

    def as_user(self, *command: str, **more: str) -> str:
        """The same as the user, on the display, without network."""
        return self._finished(self._of_user(command, more))

    def start(self, *command: str) -> subprocess.Popen[bytes]:
        """A program of the user's that goes on; its process is the program itself."""
        log = (self.root / "tmp" / "program.log").open("ab")
        return subprocess.Popen(self._of_user(command, {}), stdout=log, stderr=log, stdin=subprocess.DEVNULL)

    def _of_user(self, command: Sequence[str], more: dict[str, str]) -> list[str]:
        given = {"PATH": _PATH, "HOME": HOME, "LANG": "C.UTF-8", "DISPLAY": self._display}
        given |= {"XDG_RUNTIME_DIR": RUNTIME, **more}
        user = ("setpriv", f"--reuid={USER_ID}", f"--regid={USER_ID}", "--clear-groups")
        return [
            *self._entering(network=False),
            *(f"{name}={value}" for name, value in given.items()),
            *user,
            *command,
        ]

    def _entering(self, *, network: bool) -> list[str]:
        apart = ["unshare", "--mount", "--propagation", "private", *(() if network else ("--net",))]
        return [*apart, "bash", "-c", _ENTER, "enter", str(self.root), str(self._builds)]

    def _finished(self, command: list[str]) -> str:
        done = subprocess.run(
            command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False, timeout=300
        )
        if done.returncode:
            raise Trouble(f"{' '.join(command[-4:])} ended with {done.returncode}:\n{done.stdout}")
        return done.stdout
