"""A folder that is watched for itself, wherever it lies: it is not searched, and may come and go."""

from __future__ import annotations

import os

from cupola.watch.paths import portable
from cupola.watch.patterns import Patterns
from cupola.watch.seeker import RootState, look_at, watch_above
from cupola.watch.watching import Watching


def arm(path: str, patterns: Patterns, watching: Watching) -> RootState:
    """Watch for a folder's coming and going, and for files in it; how it was found. Runs in a bulk lane.

    What was there before is met by whoever reads the folder after this.
    """
    watch_above(portable(os.path.realpath(path)), watching)
    state = look_at(path)
    if state.identity is not None:
        watching.root(state.real)
        watching.folder(state.real, patterns)
    return state
