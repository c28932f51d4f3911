"""What the sessions of a build do, in words: for the window and the terminal alike."""

from __future__ import annotations

from typing import Final

from cupola.domain.models import BuildModel, Work, WorkState
from cupola.domain.text import plain

ACTED_UPON: Final = frozenset({WorkState.WAITING, WorkState.STUCK, WorkState.LIMITED})
"""What goes on only if somebody does something, or waits."""
_NOTHING: Final = Work()


def work_of(build: BuildModel) -> Work:
    """What is worth saying: that sessions are over says nothing of a build that is over."""
    ended = build.state.ended and build.work.state is WorkState.ENDED
    return _NOTHING if ended else build.work


def call_of(build: BuildModel) -> str:
    """`waiting`, `stuck` or `limited` while the build goes on, else nothing: a call to do something."""
    work = build.work
    return work.state.value if work.state in ACTED_UPON and not build.state.ended else ""


def why(work: Work) -> str:
    """The reason without the word of the state: `for a permission (Bash)`."""
    reason, word = plain(work.reason), work.state.value
    return reason[len(word) :].strip() if reason.lower().startswith(f"{word} ") else reason


def work_words(work: Work) -> str:
    """`waiting for a permission (Bash)`, `stuck: silent for over 12 min`; nothing if no transcript tells."""
    if work.state is WorkState.NONE:
        return ""
    word, reason, rest = work.state.value, plain(work.reason), why(work)
    if not rest:
        return word
    return f"{word} {rest}" if rest != reason else f"{word}: {rest}"
