"""Modules of Python that others take if they are there, and that nothing here needs."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def doing_without(name: str) -> Iterator[None]:
    """In this block there is no module of this name, unless it was imported already; afterwards there is.

    None in `sys.modules` makes an import fail (Python's own reference, section 5.3.1).
    """
    if name in sys.modules:
        yield
        return
    sys.modules[name] = None  # type: ignore[assignment]  # typeshed knows of modules only
    try:
        yield
    finally:
        del sys.modules[name]
