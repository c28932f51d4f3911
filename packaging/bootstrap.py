"""Two commands on a fresh machine, with nothing but Python.

    python3 packaging/bootstrap.py run [-- ARGUMENTS OF CUPOLA]
    python3 packaging/bootstrap.py test [-- ARGUMENTS OF PYTEST, paths relative to the checkout]

Each makes what it lacks (the environment, the locked packages, Qt's shared libraries), says so in a line per
step, and then becomes Cupola or pytest. CUPOLA_VENV names another place for the environment than `.venv` in
the checkout.

Kept runnable by Python 3.8, so that an old one can say what is wrong or hand over to a newer one.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

sys.path.insert(0, str(Path(__file__).resolve().parent))  # not there by itself under PYTHONSAFEPATH

import bootstrap_env as env
import bootstrap_libs as libs
from bootstrap_say import Trouble, complain, say

ROOT = Path(__file__).resolve().parent.parent
USAGE = (__doc__ or "").split("\n\n")[1]


class Command:
    """What one of the two commands installs and then becomes."""

    def __init__(self, name: str, lock: str, module: Sequence[str], folder: Path | None) -> None:
        self.name = name
        self.lock = lock
        self.module = list(module)
        self.folder = folder  # where it runs; None is the caller's own folder


COMMANDS: dict[str, Command] = {
    "run": Command("run", "requirements.lock", ["cupola"], None),
    "test": Command("test", "requirements-dev.lock", ["pytest"], ROOT),
}


def parse(arguments: Sequence[str]) -> tuple[Command, list[str]]:
    """The command and what is passed on to it; the first `--` is ours."""
    if not arguments or arguments[0] not in COMMANDS:
        asked = bool(arguments) and arguments[0] in ("-h", "--help")
        print("usage:\n" + USAGE, file=sys.stdout if asked else sys.stderr)
        raise SystemExit(0 if asked else 2)
    rest = list(arguments[1:])
    return COMMANDS[arguments[0]], rest[1:] if rest[:1] == ["--"] else rest


def become(program: Sequence[str]) -> NoReturn:
    """End as that program: signals reach it and its exit code is ours."""
    sys.stdout.flush()
    if os.name == "posix":
        os.execv(program[0], list(program))  # noqa: S606 - to become the program is the purpose
    import signal
    import subprocess

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C reaches both; the answer is the program's
    raise SystemExit(subprocess.call(list(program)))


def need_python(arguments: Sequence[str]) -> None:
    """Go on with this Python if it is new enough, else become a newer one; Trouble when there is none."""
    if sys.version_info[:2] >= env.OLDEST:
        return
    found = env.newer_python()
    if not found:
        raise Trouble(env.too_old(sys.version_info[:2]))
    say(f"Python {sys.version_info[0]}.{sys.version_info[1]} is too old, going on with {found}")
    become([found, str(Path(__file__).resolve()), *arguments])


def check_libraries(venv: env.Venv, command: Command) -> None:
    """Install or name the shared libraries Qt lacks.

    Tests do not start without them (Trouble); Cupola does, and has its terminal.
    """
    missing = libs.provide(venv.python)
    if not missing:
        venv.remember_libraries()
    elif command.name == "test":
        raise Trouble("the tests need these libraries")


def prepare(command: Command) -> env.Venv:
    """An environment that has what the command needs."""
    venv = env.choose(ROOT, command.name, command.lock)
    if not venv.is_ready():
        with venv.lock():
            if not venv.is_ready():  # another call may have made it while this one waited
                venv.make()
    if not venv.has_libraries():
        check_libraries(venv, command)
    return venv


def main(arguments: Sequence[str]) -> int:
    """Prepare, then become the program; returns only when that fails."""
    command, rest = parse(arguments)
    try:
        need_python(arguments)
        venv = prepare(command)
    except Trouble as trouble:
        complain(str(trouble))
        return 1
    except KeyboardInterrupt:
        return 130
    if command.folder:
        os.chdir(str(command.folder))
    # -P: a json.py or a folder named cupola in the caller's own folder is not taken for the real one.
    become([str(venv.python), "-P", "-m", *command.module, *rest])


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
