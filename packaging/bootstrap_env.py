"""The environment Cupola runs in: which Python makes it, where it lives, what is in it."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO, Any

from bootstrap_say import Trouble, say

OLDEST = (3, 11)
CANDIDATES = ("python3.12", "python3.13", "python3.14", "python3.11")
STAMP = "cupola-stamp.json"
STAMP_FORMAT = 1


# --- which Python -------------------------------------------------------------------------------------------


def version_of(python: str) -> tuple[int, int] | None:
    """The version a program really runs as, or None: version managers leave shims that refuse."""
    import subprocess

    ask = [python, "-I", "-c", "import sys; print(*sys.version_info[:2])"]
    try:
        answer = subprocess.check_output(ask, stderr=subprocess.DEVNULL, timeout=20)
        major, minor = answer.split()
        return int(major), int(minor)
    except (OSError, ValueError, subprocess.SubprocessError):
        return None


def base_python() -> str:
    """The Python that stands behind this one: itself, or what its venv was made with."""
    return str(getattr(sys, "_base_executable", None) or sys.executable)


def newer_python() -> str | None:
    """A Python on PATH that Cupola supports, or None."""
    for name in CANDIDATES:
        path = shutil.which(name)
        version = version_of(path) if path else None
        if path and version and version >= OLDEST:
            return path
    return None


def too_old(version: Sequence[int]) -> str:
    """What to tell when no Python here will do."""
    need, have = (".".join(map(str, numbers)) for numbers in (OLDEST, version))
    return (
        f"Cupola needs Python {need} or newer. This is {have}, and none of {', '.join(CANDIDATES)} is on PATH"
    )


# --- where it lives -----------------------------------------------------------------------------------------


def cache_home() -> Path:
    """The user's cache folder by the custom of the system."""
    if os.name == "nt":
        return Path(os.environ.get("LOCALAPPDATA") or str(Path.home() / "AppData" / "Local"))
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches"
    named = Path(os.environ.get("XDG_CACHE_HOME") or "")
    return named if named.is_absolute() else Path.home() / ".cache"


def can_write(folder: Path) -> bool:
    """Whether an environment can be made or changed there."""
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    return folder.is_dir() and os.access(str(folder), os.W_OK | os.X_OK)


def choose(root: Path, kind: str, lock_name: str) -> Venv:
    """CUPOLA_VENV; else the checkout's `.venv` if ready or writable; else one in the user's cache folder."""
    named = os.environ.get("CUPOLA_VENV")
    if named:
        return Venv((root / Path(named).expanduser()).absolute(), root, kind, lock_name)
    usual = Venv(root / ".venv", root, kind, lock_name)
    if usual.is_ready() or can_write(usual.folder):
        return usual
    of_checkout = hashlib.sha256(os.fsencode(str(root))).hexdigest()[:8]
    other = Venv(cache_home() / "cupola" / ("venv-" + of_checkout), root, kind, lock_name)
    if not other.is_ready():
        say(f"{root} cannot be written, so the environment is {other.folder}")
    return other


# --- what is in it ------------------------------------------------------------------------------------------


def digest(path: Path) -> str:
    """SHA-256 of a file of the checkout, whatever line ends Git gave it."""
    return hashlib.sha256(path.read_bytes().replace(b"\r\n", b"\n")).hexdigest()


def pip_environment() -> dict[str, str]:
    """The caller's environment, less what would send pip somewhere else than into the venv."""
    unwanted = ("PIP_TARGET", "PIP_PREFIX", "PIP_ROOT", "PIP_REQUIREMENT", "PYTHONHOME", "PYTHONPATH")
    kept = {name: value for name, value in os.environ.items() if name not in unwanted}
    ours = {"USER": "0", "NO_INPUT": "1", "DISABLE_PIP_VERSION_CHECK": "1", "ROOT_USER_ACTION": "ignore"}
    return {**kept, **{f"PIP_{name}": value for name, value in ours.items()}}


def open_lock(path: Path) -> IO[str]:
    """The file that keeps two calls apart; Trouble where none can be written."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        return path.open("w")
    except OSError as error:
        text = f"{path.parent} cannot be written ({error.strerror}). Set CUPOLA_VENV to a folder that can"
        raise Trouble(text) from error


class Venv:
    """One environment for one checkout, and the stamp in it: what was installed, and that it was finished.

    `test` installs all that `run` does, so a stamp of `test` serves both.
    """

    def __init__(self, folder: Path, root: Path, kind: str, lock_name: str) -> None:
        self.folder = folder
        self.root = root
        self.kind = kind
        self.lock_file = root / "packaging" / lock_name
        self.python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")

    def _base(self) -> dict[str, Any]:
        """What only a new environment can answer a change of: scripts and links in it hold these paths."""
        python = [list(sys.version_info[:2]), sys.base_prefix]
        places = [ascii(os.fsencode(path)) for path in (self.root, self.folder)]
        return {"format": STAMP_FORMAT, "python": python, "places": places}

    def _content(self) -> str:
        """What was asked for, as one digest."""
        return digest(self.lock_file) + digest(self.root / "pyproject.toml")

    def _read(self) -> dict[str, Any]:
        """The stamp, or nothing."""
        try:
            read = json.loads((self.folder / STAMP).read_text("utf-8"))
        except (OSError, ValueError):
            return {}
        return read if isinstance(read, dict) else {}

    def _write(self, stamp: dict[str, Any]) -> None:
        """Replace the stamp whole."""
        draft = self.folder / (STAMP + ".new")
        draft.write_text(json.dumps(stamp, indent=1), "utf-8")
        draft.replace(self.folder / STAMP)

    def is_ready(self) -> bool:
        """Whether nothing has to be done before the start."""
        stamp = self._read()
        fits = stamp.get("base") == self._base() and stamp.get(self.kind) == self._content()
        return fits and os.access(str(self.python), os.X_OK)

    def has_libraries(self) -> bool:
        """Whether Qt's libraries were once found complete in this environment."""
        return self._read().get("libraries") is True

    def remember_libraries(self) -> None:
        """Never look again; without the right to write into the environment, look each time."""
        with contextlib.suppress(OSError):
            self._write({**self._read(), "libraries": True})

    @contextlib.contextmanager
    def lock(self) -> Iterator[None]:
        """Keep two calls from making the same environment at once; no lock on Windows."""
        with open_lock(self.folder.parent / (self.folder.name + ".lock")) as file:
            with contextlib.suppress(ImportError, OSError):
                import fcntl

                fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def make(self) -> None:
        """Create or update; a failure leaves no stamp, so the next call starts over."""
        old = self._read()
        with contextlib.suppress(FileNotFoundError):
            (self.folder / STAMP).unlink()
        fresh = old.get("base") != self._base() or not os.access(str(self.python), os.X_OK)
        if fresh:
            self._create()
        self._install()
        self._write(self._stamp())

    def _stamp(self) -> dict[str, Any]:
        """What a finished installation may claim."""
        stamp: dict[str, Any] = {"base": self._base(), self.kind: self._content()}
        if self.kind == "test":
            of_run = Venv(self.folder, self.root, "run", "requirements.lock")
            stamp["run"] = of_run._content()
        return stamp

    def _create(self) -> None:
        """An empty environment with pip, in place of whatever was there."""
        say(f"making {self.folder} with Python {'.'.join(map(str, sys.version_info[:3]))}")
        need_venv()
        self._remove_old()
        self._run([base_python(), "-m", "venv", str(self.folder)], "the environment could not be made")

    def _remove_old(self) -> None:
        """Empty the place, but only if it is an environment: CUPOLA_VENV may name anything."""
        if not self.folder.exists() or not any(self.folder.iterdir()):
            return
        if not (self.folder / "pyvenv.cfg").is_file():
            raise Trouble(f"{self.folder} is in the way: it is no Python environment")
        shutil.rmtree(str(self.folder))

    def _install(self) -> None:
        """The locked packages by their hashes, then the checkout itself, live."""
        pip = [str(self.python), "-I", "-m", "pip", "install", "-qq", "--no-deps"]
        say(f"installing {self.lock_file.name} (the first time about 100 MB)")
        locked_ones = [*pip, "--require-hashes", "-r", str(self.lock_file)]
        self._run(locked_ones, "the packages could not be installed")
        project = [*pip, "--no-build-isolation", "--editable", str(self.root)]
        self._run(project, "Cupola itself could not be installed")
        self._keep_paths_readable()

    def _keep_paths_readable(self) -> None:
        """Python reads .pth files by the locale: a path beyond ASCII is lost there, or stops every start."""
        source = os.fsencode(self.root / "app")
        packages = self.folder / "Lib" if os.name == "nt" else next(self.folder.glob("lib/python3*"))
        for file in (packages / "site-packages").glob("*cupola*.pth"):
            if not file.read_bytes().isascii():
                file.write_text(f"import os, sys; sys.path.append(os.fsdecode({source!a}))\n", "ascii")

    def _run(self, command: list[str], otherwise: str) -> None:
        """Run a step; raises Trouble with the reason when it fails, whose details it has printed itself."""
        import subprocess

        code = subprocess.call(command, env=pip_environment(), stdout=sys.stderr, cwd=str(self.root))
        if code:
            raise Trouble(f"{otherwise} (exit code {code}, see above)")


# --- the venv module ----------------------------------------------------------------------------------------


def has_venv() -> bool:
    """Whether this Python can make environments: Debian keeps that in a package of its own."""
    import subprocess

    ask = [base_python(), "-I", "-c", "import venv, ensurepip"]
    return subprocess.call(ask, stderr=subprocess.DEVNULL) == 0


def venv_package() -> str:
    """Debian's package with the missing part of this Python."""
    return f"python{sys.version_info[0]}.{sys.version_info[1]}-venv"


def need_venv() -> None:
    """Install the venv module where that is possible, else raise Trouble that names the way."""
    if has_venv():
        return
    import bootstrap_libs as libs

    if shutil.which("apt-get") is None:
        raise Trouble(f"this Python ({base_python()}) has no venv and ensurepip modules")
    installer = libs.Installer("debian", [venv_package()])
    if not installer.install() or not has_venv():
        raise Trouble(f"Python's venv module is missing. Install it with:  {installer.shown()}")
