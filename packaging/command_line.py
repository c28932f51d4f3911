"""What the command line offers, read from its own parser: for the manual page and for completions."""

from __future__ import annotations

import argparse
from dataclasses import dataclass

import facts  # noqa: F401 - puts the checkout's own Cupola on the path
from cupola import options


@dataclass(frozen=True, slots=True)
class Option:
    """One option: its names, the name of its value ("" for none), what it takes, and its help."""

    names: tuple[str, ...]
    value: str
    choices: tuple[str, ...]
    help: str

    @property
    def takes(self) -> str:
        """`folder`, `file`, `other`, or "" for no value."""
        return {"": "", "DIR": "folder", "FILE": "file"}.get(self.value, "other")


@dataclass(frozen=True, slots=True)
class CommandLine:
    """A command ("" for none) with its options and the name of its argument ("" for none)."""

    name: str
    help: str
    options: tuple[Option, ...]
    argument: str


def command_lines() -> list[CommandLine]:
    """The command line without a command first, then each command that is told of."""
    parser = options._parser()
    lines = [_line("", parser.description or "", parser)]
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            told = {choice.dest: choice.help or "" for choice in action._choices_actions}
            lines += [_line(name, told[name], action.choices[name]) for name in told]
    return lines


def _line(name: str, text: str, parser: argparse.ArgumentParser) -> CommandLine:
    found = [action for action in parser._actions if action.help is not argparse.SUPPRESS]
    argument = next((str(action.metavar) for action in found if not action.option_strings and action.metavar
                     and not isinstance(action, argparse._SubParsersAction)), "")  # fmt: skip
    return CommandLine(
        name, text, tuple(_option(action) for action in found if action.option_strings), argument
    )


def _option(action: argparse.Action) -> Option:
    choices = tuple(map(str, action.choices or ()))
    takes = "" if action.nargs == 0 else str(action.metavar or "|".join(choices))
    return Option(tuple(action.option_strings), takes, choices, action.help or "")
