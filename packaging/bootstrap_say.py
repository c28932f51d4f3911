"""What the bootstrap says: steps on standard error, so that `run -- status --json` stays pure JSON."""

from __future__ import annotations

import sys


class Trouble(Exception):  # noqa: N818 - not an error of the program
    """Something the user has to know; its text is the whole message."""


def say(step: str) -> None:
    """One line for one step."""
    print(f"bootstrap: {step}", file=sys.stderr, flush=True)


def complain(message: str) -> None:
    """The last line before giving up."""
    say(f"error: {message}")
