"""Under which licences what Cupola is made of is used, by the metadata of what is installed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import Distribution, PackageMetadata, PackageNotFoundError, distribution, requires
from typing import Final

OWN: Final = "cupola"
_USED: Final = (
    *("PySide6-Essentials", "watchdog", "qasync", "platformdirs"),
    *("rich", "psutil", "msgspec"),
)
"""Where Cupola is not installed itself and so says nothing of what it needs."""
_NAME: Final = re.compile(r"[A-Za-z0-9._-]+")
_EXTRA: Final = re.compile(r";.*\bextra\b")
_TEXTS: Final = re.compile(r"(?:^|/)(?:LICEN[CS]E|COPYING|NOTICE)[^/]*$", re.IGNORECASE)
_CLASS: Final = "License :: "
_LONGEST_NAME: Final = 80


@dataclass(frozen=True, slots=True)
class Licence:
    """One package: its licence as it names it, and the texts that came with it."""

    package: str
    version: str
    licence: str
    texts: tuple[str, ...] = ()


def licences() -> Iterator[Licence]:
    """Cupola's own first, then of all that it needs and that is installed, by name. Reads files."""
    packages = {name: found for name in _needed() if (found := _installed(name)) is not None}
    own = packages.pop(OWN, None)
    if own is not None:
        yield _licence(own)
    for name in sorted(packages):
        yield _licence(packages[name])


def _needed() -> set[str]:
    """Normalised names of everything that is needed, and of what that needs."""
    wanted, known = [OWN, *_USED], set[str]()
    while wanted:
        name = re.sub(r"[-_.]+", "-", wanted.pop()).lower()
        if name not in known:
            known.add(name)
            wanted += _requirements(name)
    return known


def _requirements(name: str) -> Iterator[str]:
    try:
        lines = requires(name) or []
    except PackageNotFoundError:
        return
    for line in lines:
        found = _NAME.match(line)
        if found is not None and _EXTRA.search(line) is None:
            yield found[0]


def _installed(name: str) -> Distribution | None:
    try:
        return distribution(name)
    except PackageNotFoundError:
        return None


def _licence(of: Distribution) -> Licence:
    said = of.metadata
    told = (each for each in said.get_all("Classifier") or () if each.startswith(_CLASS))
    classes = [each.rpartition(" :: ")[2] for each in told]
    written, named = (_told(said, key) for key in ("License", "License-Expression"))
    short = written if 0 < len(written) <= _LONGEST_NAME and "\n" not in written else ""
    named = named or short or " or ".join(classes) or "not named by the package"
    return Licence(said["Name"], of.version, named, tuple(_texts(of)))


def _told(said: PackageMetadata, key: str) -> str:
    return said[key] if key in said else ""  # noqa: SIM401 - it has no get


def _texts(of: Distribution) -> Iterator[str]:
    for file in of.files or ():
        if ".dist-info/" in str(file) and _TEXTS.search(str(file)) is not None:
            try:
                yield file.read_text("utf-8").strip()
            except (OSError, ValueError):
                continue  # its name stands in the list all the same
