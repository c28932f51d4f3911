"""The commands `cupola` and `cupola-gui`."""

from __future__ import annotations

import gc
import os
import signal
import sys
from collections.abc import Sequence
from dataclasses import replace
from importlib import import_module
from types import FrameType
from typing import TYPE_CHECKING, Final, NoReturn

from cupola.options import Command, Options, Picture, parse

if TYPE_CHECKING:
    from cupola.store.opened import Opened

FINE: Final = 0
FAILED: Final = 1
DEMO_SPEED: Final = 8.0
"""How much faster than real ones the builds of a demo are."""
SWITCH_INTERVAL_S: Final = 0.0005
"""A busy Python thread otherwise costs 10 to 40 ms at each hand-over to another one."""


_PURE: Final = (
    "cupola.domain.text",
    "cupola.presenters.tooltips",
    "cupola.store.trace",
    "cupola.views.tokens",
)
"""What the first paint needs and has no Qt in it."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command line, this process's own by default; the exit code."""
    options = parse(sys.argv[1:] if arguments is None else arguments)
    _end_quietly_until_taken_over()
    sys.setswitchinterval(SWITCH_INTERVAL_S)
    if options.story is not None:
        from cupola.demo.command import run_demo

        return run_demo(options.story, options.at_s)
    if options.command is Command.READ_ON:
        from cupola.watch.elsewhere import serve

        return serve()
    if options.counting is not None:
        gc.disable()  # it ends in a moment, and makes no garbage that goes in circles
        from cupola.terminal.tokens import run_tokens

        return run_tokens(options.counting)
    return _in_demo(options) if options.demo or options.self_test else _run(options)


def gui_main() -> int:
    """The same, started from a menu: there may be no console to write to."""
    return main()


def _in_demo(options: Options) -> int:
    """The same with nothing of the user's, and with builds to look at, which stand still for a picture."""
    from cupola.demo.host import DemoError, demo

    if options.self_test:
        options = replace(options, demo=True, picture=Picture(""))
    try:
        with demo(speed=0.0 if options.picture else DEMO_SPEED, at_s=options.at_s) as wanted:
            return _run(replace(options, wanted=wanted))
    except (DemoError, OSError) as error:
        print(f"cupola: {error}", file=sys.stderr)
        return FAILED


def _run(options: Options) -> int:
    if options.command is Command.WINDOW:
        return _window(options)
    from cupola.terminal.command import run_in_terminal

    return run_in_terminal(options)


def _window(options: Options) -> int:
    """The window, or the terminal where no window can be shown; a picture needs nobody to look."""
    from cupola.desktop.display import why_no_display

    reason = why_no_display()
    if reason is not None and options.picture is not None:
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
        reason = None
    if reason is None:
        gc.disable()  # the first paint is not the time to look for garbage; run_window switches it on again
        opened = _opened_before_qt(options)
        code = _handed_over(options, opened)
        if code is not None:
            return code
        try:
            from cupola.desktop.main import run_window
        except ImportError as error:
            gc.enable()
            reason = f"Qt cannot be loaded ({error})"
        else:
            return run_window(options, opened)
    from cupola.terminal.command import run_in_terminal

    if options.picture is not None:
        what = "self-test" if options.self_test else "picture"
        print(f"cupola: {reason}; there is no {what}", file=sys.stderr)
        return FAILED
    if sys.stderr is not None:
        print(f"cupola: {reason}; showing the builds in this terminal instead", file=sys.stderr)
    return run_in_terminal(options)


def _handed_over(options: Options, opened: Opened) -> int | None:
    """Let a Cupola that runs do it, but for a picture; the exit code, None if this start has to."""
    if options.picture is not None:
        return None
    from cupola.desktop.hand_over import UnansweredError, hand_over, wish_for

    try:
        return FINE if hand_over(opened.places.state_dir, wish_for(options, opened.places)) else None
    except UnansweredError as error:
        if sys.stderr is not None:
            print(f"cupola: another Cupola runs and does not answer: {error}", file=sys.stderr)
        return FAILED


def _opened_before_qt(options: Options) -> Opened:
    """Places and settings, and what the first paint needs without Qt, which reads later modules' source."""
    for name in _PURE:
        import_module(name)
    from cupola.store.opened import open_store
    from cupola.store.surroundings import surroundings

    return open_store(options.wanted, surroundings())


def _end_quietly_until_taken_over() -> None:
    """End with 0 on SIGTERM and SIGINT from the start; the commands later take the signals over."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _leave)


def _leave(_number: int, _frame: FrameType | None) -> NoReturn:
    """Nothing is begun yet that has to be ended, and an exception could come up amid Qt."""
    os._exit(0)


if __name__ == "__main__":
    raise SystemExit(main())
