"""`override` for Qt virtuals, on Python 3.11 too."""

from __future__ import annotations

import sys

if sys.version_info >= (3, 12):
    from typing import override
else:
    from typing import TYPE_CHECKING

    if TYPE_CHECKING:
        from typing_extensions import override
    else:

        def override(method):
            return method


__all__ = ["override"]
