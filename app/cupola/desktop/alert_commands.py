"""Runs the user's own command for an alert: a list of arguments, no shell, ten seconds at most."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import signal
from contextlib import suppress
from typing import Final

from cupola.domain.alert_words import details, headline
from cupola.domain.alerts import Occasion

LIMIT_S: Final = 10.0

log = logging.getLogger(__name__)


def facts_of(said: Occasion) -> dict[str, str | None]:
    """What a command is told, as one JSON object on its standard input."""
    return {
        "kind": said.kind.value,
        "build": said.build or None,
        "project": said.project,
        "directory": said.directory,
        "phase": said.phase,
        "reason": said.reason,
        "title": headline(said),
        "text": details(said),
    }


async def run_command(command: tuple[str, ...], said: Occasion, limit_s: float = LIMIT_S) -> bool:
    """Run `command` to its end; False, and logged, if it cannot be run, fails or takes too long.

    Whatever it started is killed with it, also when this is cancelled.
    """
    null = asyncio.subprocess.DEVNULL
    try:
        process = await asyncio.create_subprocess_exec(
            *command, stdin=asyncio.subprocess.PIPE, stdout=null, stderr=null, start_new_session=True
        )
    except (OSError, ValueError) as error:
        log.warning("The alert's command %s cannot be run: %s", command[0], error)
        return False
    try:
        async with asyncio.timeout(limit_s):
            await process.communicate(json.dumps(facts_of(said)).encode() + b"\n")
    except TimeoutError:
        log.warning("The alert's command %s took longer than %.0f s and was ended", command[0], limit_s)
        return False
    finally:
        await _end(process)
    if process.returncode:
        log.warning("The alert's command %s ended with %d", command[0], process.returncode)
    return process.returncode == 0


async def _end(process: asyncio.subprocess.Process) -> None:
    if process.returncode is not None:
        return
    with suppress(ProcessLookupError):
        if os.name == "posix":
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
    await process.wait()
