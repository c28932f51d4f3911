"""What a command line says, as one frozen value. Nothing heavy is imported here."""

from __future__ import annotations

import argparse
import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache, partial
from typing import Any, Final

from cupola import __version__
from cupola.store.places import Wanted

LEAST_SIZE: Final = (740, 420)
"""Width and height in pixels below which the window does not go."""
_USUAL_COLUMNS: Final = 80


class Command(StrEnum):
    """What was asked for; no command means the window."""

    WINDOW = "window"
    STATUS = "status"
    WATCH = "watch"
    DEMO = "demo"
    TOKENS = "tokens"
    DOCTOR = "doctor"
    READ_ON = "read-on"
    """Cupola's own: reads for another of its processes."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture to take of the window, and how the window is to look for it; None: as usual."""

    file: str
    size: tuple[int, int] | None = None
    scale: float | None = None
    select: str | None = None


@dataclass(frozen=True, slots=True)
class Story:
    """What the writer of the demo is to do. `tied`: it ends with whoever started it."""

    into: str
    speed: float = 1.0
    seed: int = 0
    tied: bool = False


@dataclass(frozen=True, slots=True)
class Counting:
    """What of Claude Code's transcripts is to be counted: `folders` are Claude's, none for the usual ones."""

    json: bool = False
    folders: tuple[str, ...] = ()
    directory: str | None = None
    state_dir: str | None = None


@dataclass(frozen=True, slots=True)
class Options:
    """A command line; None and empty mean that nothing was said.

    `at_s` is a moment: of the demo, or since everything was read.
    """

    command: Command = Command.WINDOW
    name: str | None = None
    json: bool = False
    trace: str | None = None
    demo: bool = False
    at_s: float | None = None
    picture: Picture | None = None
    story: Story | None = None
    counting: Counting | None = None
    folder: str | None = None
    """To show the build of."""
    theme: str | None = None
    """"dark" or "light", whatever is set."""
    minimized: bool = False
    """Begin in the tray."""
    self_test: bool = False
    """Try the installation on made-up builds, and end."""
    wanted: Wanted = field(default_factory=Wanted)


def parse(arguments: Sequence[str]) -> Options:
    """Options of a command line; exits with 2 for wrong use and with 0 after --help or --version."""
    parser = _parser()
    said = vars(parser.parse_args(arguments))
    roots = [*(said.pop("roots_before", None) or []), *(said.pop("roots_after", None) or [])]
    folders = {name: said.get(name) for name in ("foundry_home", "config_dir", "state_dir")}
    options = Options(
        command=Command(said["command"] or Command.WINDOW),
        name=said.get("name"),
        json=said.get("json", False),
        trace=said.get("trace"),
        demo=said.get("demo", False),
        at_s=said.get("at"),
        folder=said["open"],
        theme=said["theme"],
        minimized=said["minimized"],
        self_test=said["self_test"],
        picture=_picture(said),
        story=_story(said),
        counting=_counting(said),
        wanted=Wanted(roots=tuple(roots), claude_dirs=tuple(said.get("claude_folders") or ()), **folders),
    )
    wrong = _contradiction(options)
    if wrong:
        parser.error(wrong)
    return options


def _picture(said: dict[str, Any]) -> Picture | None:
    how = {name: said.get(name) for name in ("size", "scale", "select")}
    return Picture(said["screenshot"], **how) if said.get("screenshot") else None


def _story(said: dict[str, Any]) -> Story | None:
    if "into" not in said:
        return None
    return Story(said["into"], said["speed"], said["seed"], said["tied"])


def _counting(said: dict[str, Any]) -> Counting | None:
    if "claude_dirs" not in said:
        return None
    return Counting(
        said.get("json", False), tuple(said["claude_dirs"] or ()), said["directory"], said.get("state_dir")
    )


def _contradiction(options: Options) -> str:
    if options.self_test and options != Options(self_test=True):
        return "--self-test goes alone"
    if options.demo and options.wanted != Wanted():
        return "--demo has folders of its own: no other option for folders goes with it"
    if options.at_s is not None and not (options.demo or options.picture or options.story):
        return "--at goes with --demo, --screenshot or the command demo"
    return ""


class _Parser(argparse.ArgumentParser):
    """argparse asks how wide the terminal is for each option that it is told of, in a slow way."""

    def __init__(self, **given: Any) -> None:
        super().__init__(formatter_class=partial(argparse.HelpFormatter, width=_columns() - 2), **given)


@cache
def _columns() -> int:
    written = os.environ.get("COLUMNS", "")
    if written.isdecimal() and int(written):
        return int(written)
    try:
        return os.get_terminal_size(1).columns or _USUAL_COLUMNS
    except OSError:
        return _USUAL_COLUMNS


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="cupola",
        description="A window onto autonomous builds. Without a command it opens the window.",
        parents=[_common("roots_before")],
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"cupola {__version__}")
    parser.add_argument("--open", type=_text, metavar="DIR", help="show the build in DIR")
    parser.add_argument("--minimized", action="store_true", help="begin in the tray, without a window")
    parser.add_argument("--theme", choices=("dark", "light"), help="instead of the one that is set")
    parser.add_argument("--self-test", action="store_true", help="try this installation on made-up builds")
    _add_picture(parser)
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", title="commands")
    _add_status(commands)
    _add_watch(commands)
    _add_demo(commands)
    _add_tokens(commands)
    _add_doctor(commands)
    commands.add_parser(Command.READ_ON.value, allow_abbrev=False)
    return parser


def _add_picture(parser: argparse.ArgumentParser) -> None:
    picture = parser.add_argument_group("a picture of the window")
    picture.add_argument(
        "--screenshot", type=_text, metavar="FILE", help="write a picture of the window there, and end"
    )
    picture.add_argument("--size", type=_size, metavar="WxH", help="how large the window is (1280x800)")
    picture.add_argument("--scale", type=_above_zero, metavar="N", help="pixels for each of the size (1)")
    picture.add_argument("--select", type=_text, metavar="NAME", help="the project to show")


def _add_demo(commands: argparse._SubParsersAction[_Parser]) -> None:
    demo = commands.add_parser(
        "demo",
        help="write the files of made-up builds",
        description="Write files of made-up builds into a new folder, as real ones do, until interrupted.",
        allow_abbrev=False,
    )
    demo.add_argument(
        "--into", required=True, type=_text, metavar="DIR", help="a folder that is new or empty"
    )
    demo.add_argument(
        "--speed", type=_from_zero, default=1.0, metavar="N", help="times as fast as real ones (1)"
    )
    demo.add_argument(
        "--seed", type=int, default=0, metavar="N", help="another number makes other figures (0)"
    )
    demo.add_argument("--at", type=float, metavar="SECONDS", help="begin at this moment of the first build")
    demo.add_argument("--tied", action="store_true", help=argparse.SUPPRESS)


def _add_status(commands: argparse._SubParsersAction[_Parser]) -> None:
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


def _add_watch(commands: argparse._SubParsersAction[_Parser]) -> None:
    watch = commands.add_parser(
        "watch",
        help="show builds as they change",
        description="Show every build in the terminal, as it changes, until interrupted.",
        parents=[_common("roots_after")],
        allow_abbrev=False,
    )
    _add_json(watch, "print one JSON object per change")


def _add_doctor(commands: argparse._SubParsersAction[_Parser]) -> None:
    doctor = commands.add_parser(
        "doctor",
        help="tell how Cupola itself is",
        description="Print versions, folders, limits, problems and the end of the log, once.",
        parents=[_common("roots_after")],
        allow_abbrev=False,
    )
    _add_json(doctor, "print one JSON object")


def _add_tokens(commands: argparse._SubParsersAction[_Parser]) -> None:
    tokens = commands.add_parser(
        "tokens",
        help="count the tokens of Claude Code's transcripts",
        description="Count each reply in Claude Code's transcripts once, with its list price.",
        allow_abbrev=False,
    )
    tokens.add_argument(
        "--config-dir",
        dest="claude_dirs",
        action="append",
        type=_text,
        metavar="DIR",
        help="Claude's folder instead of the usual ones; may be repeated",
    )
    tokens.add_argument("--directory", type=_text, metavar="DIR", help="only what was used in DIR or below")
    tokens.add_argument(
        "--state-dir", type=_text, metavar="DIR", default=argparse.SUPPRESS, help="where the ledger is kept"
    )
    _add_json(tokens, "print one JSON object")


def _add_json(parser: argparse.ArgumentParser, meaning: str) -> None:
    parser.add_argument("--json", action="store_true", default=argparse.SUPPRESS, help=meaning)


def _common(roots: str) -> _Parser:
    """Options that stand before a command as well as after it; the later one counts, roots add up."""
    common = _Parser(add_help=False, argument_default=argparse.SUPPRESS)
    common.add_argument(
        "--root",
        dest=roots,
        action="append",
        type=_text,
        metavar="DIR",
        help="watch DIR instead of the usual folders; may be repeated",
    )
    common.add_argument("--foundry-home", type=_text, metavar="DIR", help="instead of ~/.context-foundry")
    common.add_argument(
        "--claude-dir",
        dest="claude_folders",
        action="append",
        type=_text,
        metavar="DIR",
        help="Claude's folder instead of the usual ones; may be repeated",
    )
    common.add_argument("--config-dir", type=_text, metavar="DIR", help="where settings are kept")
    common.add_argument("--state-dir", type=_text, metavar="DIR", help="where runs, journal and log are kept")
    common.add_argument("--demo", action="store_true", help="watch made-up builds in a folder of their own")
    common.add_argument("--at", type=float, metavar="SECONDS", help="a moment of the demo or for a picture")
    common.add_argument("--trace", type=_text, metavar="FILE", help=argparse.SUPPRESS)
    return common


def _text(written: str) -> str:
    if not written.strip() or "\0" in written:
        raise argparse.ArgumentTypeError("must not be empty")
    return written


def _size(written: str) -> tuple[int, int]:
    width, _, height = written.lower().partition("x")
    if not (
        width.isdecimal() and height.isdecimal() and 0 < int(width) < 20_000 and 0 < int(height) < 20_000
    ):
        raise argparse.ArgumentTypeError("must be like 1280x800")
    size = int(width), int(height)
    if size[0] < LEAST_SIZE[0] or size[1] < LEAST_SIZE[1]:
        raise argparse.ArgumentTypeError("must be at least {}x{}".format(*LEAST_SIZE))
    return size


def _above_zero(written: str) -> float:
    number = _from_zero(written)
    if not number:
        raise argparse.ArgumentTypeError("must be above 0")
    return number


def _from_zero(written: str) -> float:
    number = float(written)
    if not 0 <= number < 1e6:
        raise argparse.ArgumentTypeError("must be from 0 to a million")
    return number
