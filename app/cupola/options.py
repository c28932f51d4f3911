"""What a command line says, as one frozen value. Nothing heavy is imported here."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from cupola import __version__
from cupola.store.places import Wanted


class Command(StrEnum):
    """What was asked for; no command means the window."""

    WINDOW = "window"
    STATUS = "status"
    WATCH = "watch"


@dataclass(frozen=True, slots=True)
class Options:
    """A command line; None and empty mean that nothing was said."""

    command: Command = Command.WINDOW
    name: str | None = None
    json: bool = False
    trace: str | None = None
    wanted: Wanted = field(default_factory=Wanted)


def parse(arguments: Sequence[str]) -> Options:
    """Options of a command line; exits with 2 for wrong use and with 0 after --help or --version."""
    said = vars(_parser().parse_args(arguments))
    roots = [*(said.pop("roots_before", None) or []), *(said.pop("roots_after", None) or [])]
    folders = {name: said.get(name) for name in ("foundry_home", "config_dir", "state_dir")}
    return Options(
        command=Command(said["command"] or Command.WINDOW),
        name=said.get("name"),
        json=said.get("json", False),
        trace=said.get("trace"),
        wanted=Wanted(roots=tuple(roots), **folders),
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="cupola",
        description="A window onto autonomous builds. Without a command it opens the window.",
        parents=[_common("roots_before")],
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"cupola {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", title="commands")
    _add_status(commands)
    _add_watch(commands)
    return parser


def _add_status(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    status = commands.add_parser(
        "status",
        help="print every build once",
        description="Print every build, or those called NAME, once.",
        parents=[_common("roots_after")],
        allow_abbrev=False,
    )
    status.add_argument(
        "name", nargs="?", metavar="NAME", type=_text, help="a project's name or the start of a build's id"
    )
    _add_json(status, "print one JSON object")


def _add_watch(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    watch = commands.add_parser(
        "watch",
        help="show builds as they change",
        description="Show every build in the terminal, as it changes, until interrupted.",
        parents=[_common("roots_after")],
        allow_abbrev=False,
    )
    _add_json(watch, "print one JSON object per change")


def _add_json(parser: argparse.ArgumentParser, meaning: str) -> None:
    parser.add_argument("--json", action="store_true", default=argparse.SUPPRESS, help=meaning)


def _common(roots: str) -> argparse.ArgumentParser:
    """Options that stand before a command as well as after it; the later one counts, roots add up."""
    common = argparse.ArgumentParser(add_help=False, argument_default=argparse.SUPPRESS)
    common.add_argument(
        "--root",
        dest=roots,
        action="append",
        type=_text,
        metavar="DIR",
        help="watch DIR instead of the usual folders; may be repeated",
    )
    common.add_argument("--foundry-home", type=_text, metavar="DIR", help="instead of ~/.context-foundry")
    common.add_argument("--config-dir", type=_text, metavar="DIR", help="where settings are kept")
    common.add_argument("--state-dir", type=_text, metavar="DIR", help="where runs, journal and log are kept")
    common.add_argument("--trace", type=_text, metavar="FILE", help=argparse.SUPPRESS)
    return common


def _text(written: str) -> str:
    if not written.strip() or "\0" in written:
        raise argparse.ArgumentTypeError("must not be empty")
    return written
