"""The text of a log made fit for people: colours taken out, secrets masked, every line capped."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from cupola.domain.text import log_line, mask

MOST_LINES: Final = 2000
LINE_CHARS: Final = 2000

_ANSI: Final = re.compile(
    r"\x1b(?:\[[0-?]{0,64}[ -/]{0,8}[@-~]?|\][^\x07\x1b\n]{0,4096}(?:\x07|\x1b\\)?"
    r"|[PX^_][^\x1b\n]{0,4096}(?:\x1b\\)?|[ -/]{0,8}[0-~])"
)
_BEGIN: Final = re.compile(r"-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----")
_END: Final = re.compile(r"-----END [A-Z ]{0,40}PRIVATE KEY-----")
_MASKED_KEY: Final = "…"


@dataclass(frozen=True, slots=True)
class Cleaned:
    """Lines, and whether they end inside a private key, whose rest is still to come."""

    lines: tuple[str, ...]
    in_key: bool = False


def clean(data: bytes, *, in_key: bool = False, cut: bool = False) -> Cleaned:
    """The last lines of `data`; `cut`: it begins in the middle of a file, so its first line is left out."""
    text = data.decode("utf-8", "replace").replace("\r\n", "\n")
    if cut:
        text = text.partition("\n")[2]
    text = _ANSI.sub("", text)
    if in_key and _END.search(text) is None:
        return Cleaned((_MASKED_KEY,), in_key=True)
    text = _without_rest_of_key(text, in_key=in_key) if in_key or cut else text
    ends_in_key = _BEGIN.search(text, _last_end(text)) is not None
    lines = mask(text).split("\n")[-MOST_LINES - 1 :]
    shown = tuple(log_line(line.rstrip("\r").rpartition("\r")[2], LINE_CHARS) for line in lines)
    return Cleaned(shown, ends_in_key)


def _without_rest_of_key(text: str, *, in_key: bool) -> str:
    """Without the rest of a key that began before `text`: surely if `in_key`, else if an end comes first."""
    end, begin = _END.search(text), _BEGIN.search(text)
    if end is None or (not in_key and begin is not None and begin.start() < end.start()):
        return text
    return _MASKED_KEY + text[end.end() :]


def _last_end(text: str) -> int:
    ends = [match.end() for match in _END.finditer(text)]
    return ends[-1] if ends else 0
