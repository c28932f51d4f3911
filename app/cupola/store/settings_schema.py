"""How settings are written down: which values are usable, and the way from one schema to the next."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from cupola.store.settings import Settings
from cupola.store.settings_alerts import decode_alerts, encode_alerts
from cupola.store.settings_reading import Document, Reader, UnusableValueError, texts

SCHEMA: Final = 1

_DEPTHS: Final = range(9)
_QUIET_S: Final = (1.0, 86_400.0)
_NAMES_AT_MOST: Final = 1_000


@dataclass(frozen=True, slots=True)
class Migration:
    """Turns a document of schema `to - 1` into one of `to`; may raise to say that it cannot."""

    to: int
    run: Callable[[Document], Document]


MIGRATIONS: Final[tuple[Migration, ...]] = ()
"""One for each schema after 1, in order."""


def schema_of(document: Document) -> int:
    """The schema a document says it has; 1 where it says none or nothing sensible."""
    written = document.get("schema")
    return written if type(written) is int and written > 0 else 1


def decode(document: Mapping[str, object]) -> tuple[Settings, tuple[str, ...]]:
    """Settings out of a document of this schema, and in words which values were not usable."""
    read = Reader(document)
    usual = Settings()
    settings = Settings(
        roots=read.value("roots", _folders, usual.roots),
        depth=read.value("depth", _depth, usual.depth),
        skipped_folders=read.value("skipped_folders", _folder_names, usual.skipped_folders),
        quiet_limit_s=read.value("quiet_limit_s", _quiet_limit, usual.quiet_limit_s),
        alerts=decode_alerts(read),
    )
    return settings, tuple(read.dropped)


def encode(settings: Settings) -> Document:
    """The document of this schema for `settings`."""
    return {
        "schema": SCHEMA,
        "roots": list(settings.roots),
        "depth": settings.depth,
        "skipped_folders": list(settings.skipped_folders),
        "quiet_limit_s": settings.quiet_limit_s,
        "alerts": encode_alerts(settings.alerts),
    }


def migrate(document: Document, migrations: tuple[Migration, ...]) -> Document:
    """The document after every migration that is newer than it, in order."""
    for step in sorted(migrations, key=_target):
        if step.to > schema_of(document):
            document = {**step.run(dict(document)), "schema": step.to}
    return document


def _target(migration: Migration) -> int:
    return migration.to


def _folders(value: object) -> tuple[str, ...]:
    names = _names(value)
    if any("\0" in name for name in names):
        raise UnusableValueError("a folder's path has no NUL in it")
    return names


def _folder_names(value: object) -> tuple[str, ...]:
    names = _names(value)
    if any("/" in name or "\\" in name for name in names):
        raise UnusableValueError("should be names of folders, not paths")
    return names


def _names(value: object) -> tuple[str, ...]:
    names = texts(value, _NAMES_AT_MOST)
    if not all(name.strip() for name in names):
        raise UnusableValueError("should be a list of texts, none of them empty")
    return tuple(dict.fromkeys(names))


def _depth(value: object) -> int:
    if type(value) is not int or value not in _DEPTHS:
        raise UnusableValueError(f"should be a whole number from {_DEPTHS[0]} to {_DEPTHS[-1]}")
    return value


def _quiet_limit(value: object) -> float:
    low, high = _QUIET_S
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise UnusableValueError("should be a number of seconds")
    if not low <= value <= high:
        raise UnusableValueError(f"should be from {low:.0f} to {high:.0f} seconds")
    return float(value)
