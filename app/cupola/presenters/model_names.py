"""Names of language models as they are read."""

from __future__ import annotations

import re
from typing import Final

from cupola.domain.text import plain

_MAKER: Final = "claude-"
_DATE: Final = re.compile(r"[-@]20\d{6}$")


def short_model(name: str) -> str:
    """`opus-4-6` for `claude-opus-4-6-20250929`: without what all names have, and without the day."""
    shown = plain(name)
    return _DATE.sub("", shown.removeprefix(_MAKER)) or shown
