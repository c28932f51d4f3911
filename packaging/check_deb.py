"""Proves a .deb in a minimal Debian without Python and without network: `check_deb.py FILE`, as root.

Needs mmdebstrap, Xvfb, openbox, trayer, xdotool and ImageMagick's import of the machine it runs on.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from typing import Final

sys.path.insert(0, str(Path(__file__).resolve().parent))  # not there by itself under PYTHONSAFEPATH

from bootstrap_say import Trouble
from chroot import BUILDS, HOME, USER_ID, Chroot
from facts import NAME, ROOT
from steps import run, step

PATIENCE_S: Final = 30.0
WINDOW: Final = ("search", "--onlyvisible", "--name", "weather – Cupola$")
QUESTION: Final = ("search", "--onlyvisible", "--name", "^Close Cupola")
DIAGNOSTICS: Final = ("search", "--onlyvisible", "--name", "Diagnostics")
TRACE: Final = f"{HOME}/trace.jsonl"
DEMO: Final = f"{HOME}/demo"
SETTINGS: Final = '{"version": 1, "alerts": {"quiet": {"on": false}}}'


class Check:
    """One desktop on the machine, one chroot, and the package in it."""

    def __init__(self, package: Path, folder: Path, stack: ExitStack) -> None:
        self.package, self.folder = package.resolve(), folder
        self.builds = folder / "builds"
        self.phases = 1
        self.write("Scout", 0)
        number, far = os.pipe()
        screen = ("-screen", "0", "1440x900x24", "-nolisten", "tcp", "-noreset", "-ac")
        self._start(stack, ["Xvfb", "-displayfd", str(far), *screen], far)
        os.close(far)
        with os.fdopen(number) as said:
            self.display = f":{said.readline().strip()}"
        self._start(stack, ["openbox"])
        until(
            lambda: "window id" in self.says("xprop", "-root", "_NET_SUPPORTING_WM_CHECK"), "a window manager"
        )
        self._start(stack, ["trayer", "--edge", "bottom", "--align", "right", "--height", "26"])
        self.chroot = Chroot(folder, self.builds, self.display)
        self.home = self.chroot.root / HOME.lstrip("/")
        self.stack = stack

    def _start(self, stack: ExitStack, command: list[str], far: int | None = None) -> None:
        env = {**os.environ, "DISPLAY": getattr(self, "display", "")}
        quiet = subprocess.DEVNULL
        shared = () if far is None else (far,)
        process = subprocess.Popen(command, env=env, stdout=quiet, stderr=quiet, pass_fds=shared)
        stack.callback(process.wait)
        stack.callback(process.kill)

    def says(self, *command: str) -> str:
        """What a program prints on the display."""
        env = {**os.environ, "DISPLAY": self.display}
        return subprocess.run(command, env=env, capture_output=True, text=True, check=False).stdout.strip()

    def sees(self, what: tuple[str, ...]) -> list[str]:
        """The windows that are to be seen."""
        return self.says("xdotool", *what).split()

    def write(self, phase: str, tasks: int) -> None:
        """Let the build in the mounted folder go on."""
        target = self.builds / "weather" / ".context-foundry"
        target.mkdir(parents=True, exist_ok=True)
        content = {
            "session_id": "weather",
            "current_phase": phase,
            "status": "running",
            "progress_detail": f"{tasks}",
        }
        (target / "draft").write_text(json.dumps(content), "utf-8")
        (target / "draft").replace(target / "current-phase.json")

    def painted(self) -> int:
        """How often the head of the build was painted with something new, told when the program has ended."""
        lines = map(json.loads, (self.chroot.root / TRACE.lstrip("/")).read_text().splitlines())
        return sum(1 for line in lines if line["kind"] == "painted" and line.get("panel") == "build")

    def screen(self) -> str:
        """What is to be seen, as a digest."""
        command = ["import", "-window", "root", "rgb:-"]
        env = {**os.environ, "DISPLAY": self.display}
        done = subprocess.run(command, env=env, capture_output=True, check=True)
        return hashlib.sha256(done.stdout).hexdigest()

    def press(self, window: str, keys: str) -> None:
        """Keys for a window."""
        self.says("xdotool", "windowactivate", "--sync", window)
        self.says("xdotool", "key", "--clearmodifiers", keys)

    # --- the parts ------------------------------------------------------------------------------------------

    def install(self) -> None:
        """The version before, by apt, from what was downloaded; there is no Python before or after."""
        for package in (self.before(), self.package):
            run("cp", package, self.chroot.root / "root" / package.name)
        old = f"/root/{self.before().name}"
        needs = run("dpkg-deb", "-f", self.package, "Depends")
        floor = re.search(r"libc6 \(>= ([\d.]+)\)", needs)
        told = floor is not None and f"glibc {floor[1]}" in (ROOT / "README.md").read_text("utf-8")
        expect(told, f"the README names the oldest C library: {needs}")
        self.chroot.as_root("apt-get", "update", "-qq", network=True)
        apt = ("apt-get", "install", "-qq", "-y", "--no-install-recommends")
        self.chroot.as_root(*apt, "--download-only", old, network=True)
        self.chroot.as_root(*apt, old)
        expect(
            "python" not in self.chroot.as_root("dpkg-query", "-W", "-f", "${Package}\n"),
            "no package of Python",
        )

    def before(self) -> Path:
        """The same package as if it were the version before."""
        target = self.folder / f"{NAME}_before.deb"
        if not target.exists():
            tree = self.folder / "before"
            run("dpkg-deb", "-R", self.package, tree)
            control = tree / "DEBIAN" / "control"
            lines = control.read_text().splitlines()
            changed = ["Version: 0.0.1" if line.startswith("Version:") else line for line in lines]
            control.write_text("\n".join(changed) + "\n")
            run("dpkg-deb", "-Zzstd", "-z1", "--root-owner-group", "--build", tree, target)
        return target

    def self_tests(self) -> None:
        """On the display and without one."""
        said = self.chroot.as_user(NAME, "--self-test")
        expect("on xcb" in said and "FAILED" not in said, "the self-test on the display")
        self.chroot.as_user(NAME, "--self-test", QT_QPA_PLATFORM="offscreen")
        print(said, file=sys.stderr)

    def fill(self) -> None:
        """Settings and a ledger, as somebody would have them who has used it for a while."""
        config = self.home / ".config" / NAME
        config.mkdir(parents=True)
        (config / "settings.json").write_text(SETTINGS)
        run("chown", "-R", f"{USER_ID}:{USER_ID}", self.home)
        demo = self.chroot.start(NAME, "demo", "--into", DEMO, "--speed", "0")
        until((self.home / "demo" / "claude" / "projects").is_dir, "the demo's transcripts")
        self.chroot.as_user(NAME, "tokens", "--json", "--config-dir", f"{DEMO}/claude")
        demo.terminate()
        demo.wait(PATIENCE_S)
        run("rm", "-rf", self.home / "demo")

    def watch(self) -> subprocess.Popen[bytes]:
        """The window shows a build as it changes in a folder that is mounted."""
        program = self.chroot.start(f"{NAME}-gui", "--root", BUILDS, "--trace", TRACE)
        self.stack.callback(program.kill)
        until(lambda: self.sees(WINDOW), "the window with the build's name in its title")
        self.sees_writes("Architect")
        return program

    def sees_writes(self, phase: str) -> None:
        """The screen changes after each of three writes; what was painted is counted at the end."""
        self.phases += 1
        for number in range(3):
            already = self.screen()
            self.write(phase, number)
            until(partial(self._differs, already), f"{phase} is seen")

    def _differs(self, already: str) -> bool:
        return self.screen() != already

    def tray(self) -> None:
        """Closing the window goes there, and a second start brings it back."""
        until(self._closed, "the window is in the tray")
        self.chroot.as_user(f"{NAME}-gui")
        until(lambda: self.sees(WINDOW), "the window again")

    def _closed(self) -> bool:
        """Close it, and again: a panel may need a moment until it is a tray, and until then closing asks."""
        question, window = self.sees(QUESTION), self.sees(WINDOW)
        if question:
            self.press(question[-1], "Escape")
        elif window:
            self.press(window[-1], "alt+F4")
        return not self.sees(WINDOW)

    def kept(self) -> dict[str, object]:
        """What an upgrade may not change."""
        status = json.loads(self.chroot.as_user(NAME, "status", "--json", "--root", BUILDS))
        settings = (self.home / ".config" / NAME / "settings.json").read_bytes()
        tokens = json.loads(self.chroot.as_user(NAME, "tokens", "--json"))
        return {
            "settings": hashlib.sha256(settings).hexdigest(),
            "runs": [build["id"] for build in status["builds"]],
            "ledger": tokens.get("total") or tokens,
        }

    def upgrade(self, program: subprocess.Popen[bytes]) -> None:
        """Under the running program, which goes on, and opens what it had not loaded yet."""
        before = self.kept()
        said = self.chroot.as_root("apt-get", "install", "-y", f"/root/{self.package.name}")
        expect("(0.0.1)" in said or "over (0.0.1)" in said, f"an upgrade from the version before: {said}")
        expect(program.poll() is None, "the program goes on")
        expect("(deleted)" in str(Path(f"/proc/{program.pid}/exe").readlink()), "it is the old one that runs")
        self.press(self.sees(WINDOW)[-1], "ctrl+shift+d")
        until(lambda: self.sees(DIAGNOSTICS), "diagnostics, which were not loaded before")
        self.press(self.sees(DIAGNOSTICS)[-1], "Escape")
        self.sees_writes("Builder")
        program.terminate()
        expect(program.wait(PATIENCE_S) == 0, "it ends as it should")
        expect(self.painted() >= self.phases, f"{self.phases} phases were painted, not {self.painted()} only")
        after = self.kept()
        expect(before == after, f"settings, runs and ledger are the same:\n{before}\n{after}")

    def purge(self) -> None:
        """Nothing of the package is left, and what is left of the user's is named."""
        entry = self.home / ".config" / "autostart" / f"{NAME}.desktop"
        entry.parent.mkdir(parents=True)
        entry.write_text("[Desktop Entry]\n")
        said = self.chroot.as_root("apt-get", "purge", "-y", NAME)
        expect(
            f"{HOME}/.config/autostart/{NAME}.desktop" in said, f"the entry for the login is named: {said}"
        )
        found = self.chroot.as_root("find", "/", "-xdev", "-iname", f"*{NAME}*", "-not", "-path", "/proc/*")
        places = [
            line
            for line in found.splitlines()
            if not line.startswith(("/home/", "/root/", "/mnt/", "/run/user/"))
        ]
        expect(not places, f"nothing is left: {places}")


def expect(fine: object, what: str) -> None:
    """Raise Trouble unless it is so."""
    if not fine:
        raise Trouble(f"not so: {what}")


def until(condition: Callable[[], object], what: str) -> None:
    """Wait for a condition; Trouble when it never comes."""
    deadline = time.monotonic() + PATIENCE_S
    while not condition():
        expect(time.monotonic() < deadline, what)
        time.sleep(0.05)


@contextmanager
def _folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="cupola-check-") as name:
        yield Path(name)


def main(arguments: list[str]) -> int:
    """Check one package; the exit code."""
    if len(arguments) != 1:
        print("usage: check_deb.py FILE.deb", file=sys.stderr)
        return 2
    with _folder() as folder, ExitStack() as stack:
        try:
            _check(Check(Path(arguments[0]), folder, stack))
        except Trouble as trouble:
            print(f"check: error: {trouble}", file=sys.stderr)
            return 1
    print("check: all of it holds", file=sys.stderr)
    return 0


def _check(check: Check) -> None:
    with step("install without network and without Python"):
        check.install()
    with step("self-tests"):
        check.self_tests()
    with step("a build that changes"):
        check.fill()
        program = check.watch()
    with step("tray"):
        check.tray()
    with step("upgrade"):
        check.upgrade(program)
    with step("purge"):
        check.purge()


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
