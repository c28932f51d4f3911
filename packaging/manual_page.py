"""The manual page, made from the command line's own parser."""

from __future__ import annotations

import time

from command_line import CommandLine, Option, command_lines
from facts import GUI_NAME, NAME, TITLE, VERSION, commit_time, summary

_ENDS = """\
.SH FILES
.TP
.I ~/.config/cupola
Settings; CUPOLA_CONFIG_DIR and \\-\\-config\\-dir name another place.
.TP
.I ~/.local/state/cupola
Known runs, journal, ledger, log and reports of crashes; CUPOLA_STATE_DIR and \\-\\-state\\-dir name another
place.
.SH EXIT STATUS
0: fine. 1: it failed, and says why. 2: wrong use. 3: a folder named by \\-\\-root is missing or unreadable.
"""


def text() -> str:
    """The page in the language of man."""
    day = time.strftime("%Y-%m-%d", time.gmtime(commit_time()))
    lines = command_lines()
    parts = [
        f'.TH {NAME.upper()} 1 "{day}" "{TITLE} {VERSION}" "User Commands"',
        f".SH NAME\n{NAME}, {GUI_NAME} \\- {_escaped(summary())}",
        f".SH SYNOPSIS\n.B {NAME}\n[\\fIOPTIONS\\fR] [\\fICOMMAND\\fR]\n.br",
        f".B {GUI_NAME}\n[\\fIOPTIONS\\fR]",
        f".SH DESCRIPTION\n{_escaped(lines[0].help)}",
        ".SH OPTIONS",
        *map(_option, lines[0].options),
        ".SH COMMANDS",
        *(_command(line) for line in lines[1:]),
        _ENDS,
    ]
    return "\n".join(parts)


def _command(line: CommandLine) -> str:
    argument = f" [\\fI{line.argument}\\fR]" if line.argument else ""
    head = f".SS {line.name}{argument}\n{_escaped(line.help[:1].upper() + line.help[1:])}."
    return "\n".join([head, *map(_option, line.options)])


def _option(option: Option) -> str:
    names = ", ".join(f"\\fB{_escaped(name)}\\fR" for name in option.names)
    value = f" \\fI{_escaped(option.value)}\\fR" if option.value else ""
    return f".TP\n{names}{value}\n{_escaped(option.help)}"


def _escaped(text: str) -> str:
    safe = text.replace("\\", "\\e").replace("-", "\\-")
    return f"\\&{safe}" if safe.startswith((".", "'")) else safe
