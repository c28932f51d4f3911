"""Completions for bash, zsh and fish, made from the command line's own parser."""

from __future__ import annotations

from pathlib import Path

from command_line import CommandLine, Option, command_lines
from facts import GUI_NAME, NAME


def write(share: Path) -> None:
    """The three files below a `share` folder, where each shell looks."""
    lines = command_lines()
    for place, text in (
        (f"bash-completion/completions/{NAME}", bash(lines)),
        (f"zsh/vendor-completions/_{NAME}", zsh(lines)),
        (f"fish/vendor_completions.d/{NAME}.fish", fish(lines)),
    ):
        file = share / place
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")


def bash(lines: list[CommandLine]) -> str:
    """A function that offers options by command, and folders and files where they are meant."""
    commands = " ".join(line.name for line in lines if line.name)
    cases = "\n".join(f"        {line.name}) words=({_words(line)}) ;;" for line in lines if line.name)
    values = "\n".join(
        f"        {names}) mapfile -t COMPREPLY < <({how}); return ;;"
        for names, how in _bash_values(lines).items()
    )
    return f"""\
# Completion of {NAME} for bash; made by packaging/completions.py.
_{NAME}() {{
    local current=${{COMP_WORDS[COMP_CWORD]}} before=${{COMP_WORDS[COMP_CWORD-1]}} word command="" words
    case $before in
{values}
    esac
    for word in "${{COMP_WORDS[@]:1:COMP_CWORD-1}}"; do
        case $word in {commands.replace(" ", "|")}) command=$word ;; esac
    done
    case $command in
{cases}
        *) words=({commands} {_words(lines[0])}) ;;
    esac
    mapfile -t COMPREPLY < <(compgen -W "${{words[*]}}" -- "$current")
}}
complete -o filenames -F _{NAME} {NAME} {GUI_NAME}
"""


def _words(line: CommandLine) -> str:
    return " ".join(name for option in line.options for name in option.names)


def _bash_values(lines: list[CommandLine]) -> dict[str, str]:
    """By the names of options: the command that offers their values."""
    found: dict[str, str] = {}
    for option in (option for line in lines for option in line.options if option.takes):
        how = {"folder": "compgen -d", "file": "compgen -f"}.get(option.takes)
        how = how or f'compgen -W "{" ".join(option.choices)}"'
        found["|".join(option.names)] = f'{how} -- "$current"'
    return found


def zsh(lines: list[CommandLine]) -> str:
    """A function on top of _arguments."""
    commands = "\n".join(f"        '{line.name}:{_quoted(line.help)}'" for line in lines if line.name)
    cases = "\n".join(
        f"        {line.name}) _arguments {' '.join(_zsh_option(option) for option in line.options)} ;;"
        for line in lines
        if line.name
    )
    return f"""\
#compdef {NAME} {GUI_NAME}
# Completion of {NAME} for zsh; made by packaging/completions.py.
_{NAME}() {{
    local context state state_descr line
    typeset -A opt_args
    local -a commands
    commands=(
{commands}
    )
    _arguments -C {" ".join(_zsh_option(option) for option in lines[0].options)} '1: :->command' '*:: :->rest'
    case $state in
    command) _describe command commands ;;
    rest)
        case $words[1] in
{cases}
        esac ;;
    esac
}}
_{NAME} "$@"
"""


def _zsh_option(option: Option) -> str:
    told = _quoted(option.help).replace("[", "\\[").replace("]", "\\]")
    values = {"folder": ":folder:_files -/", "file": ":file:_files", "": ""}.get(
        option.takes, f":value:({' '.join(option.choices)})"
    )
    return " ".join(f"'*{name}[{told}]{values}'" for name in option.names)


def fish(lines: list[CommandLine]) -> str:
    """One line for each option and command."""
    names = " ".join(line.name for line in lines if line.name)
    text = [f"# Completion of {NAME} for fish; made by packaging/completions.py.", f"complete -c {NAME} -f"]
    for line in lines:
        none = f"not __fish_seen_subcommand_from {names}"
        if line.name:
            text.append(f"complete -c {NAME} -n '{none}' -a {line.name} -d '{_quoted(line.help)}'")
        when = f"__fish_seen_subcommand_from {line.name}" if line.name else none
        text += [f"complete -c {NAME} -n '{when}' {_fish_option(option)}" for option in line.options]
    return "\n".join([*text, f"complete -c {GUI_NAME} -w {NAME}", ""])


def _fish_option(option: Option) -> str:
    names = " ".join(f"-l {name[2:]}" if name.startswith("--") else f"-s {name[1:]}" for name in option.names)
    values = {"": "", "folder": " -x -a '(__fish_complete_directories)'", "file": " -r -F"}.get(
        option.takes, f" -x -a '{' '.join(option.choices)}'"
    )
    return f"{names}{values} -d '{_quoted(option.help)}'"


def _quoted(text: str) -> str:
    """As it may stand between single quotes in each of the shells."""
    return text.replace("'", "’").replace(":", " -")
