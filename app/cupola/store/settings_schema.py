"""How settings are written down, and the way from one schema to the next."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Final

from cupola.store import settings_values as values
from cupola.store.settings import Density, Settings, ThemeChoice
from cupola.store.settings_alerts import decode_alerts, encode_alerts
from cupola.store.settings_reading import Document, Reader

SCHEMA: Final = 1
"""Higher only when what stands there already means something else: a key that is new has a default where it
is missing, and a Cupola that does not know it keeps it, so that both can use the file."""


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
        roots=read.value("roots", values.folders, usual.roots),
        depth=read.value("depth", values.depth, usual.depth),
        skipped_folders=read.value("skipped_folders", values.folder_names, usual.skipped_folders),
        quiet_limit_s=read.value("quiet_limit_s", values.quiet_limit, usual.quiet_limit_s),
        alerts=decode_alerts(read),
        token_budget=read.value("token_budget", values.token_budget, usual.token_budget),
        prices_file=read.value("prices_file", values.file, usual.prices_file),
        theme=read.value("theme", partial(values.one_of, ThemeChoice), usual.theme),
        density=read.value("density", partial(values.one_of, Density), usual.density),
        font_points=read.value("font_points", values.font_points, usual.font_points),
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
        "token_budget": settings.token_budget,
        "prices_file": settings.prices_file,
        "theme": settings.theme.value,
        "density": settings.density.value,
        "font_points": settings.font_points,
    }


def migrate(document: Document, migrations: tuple[Migration, ...]) -> Document:
    """The document after every migration that is newer than it, in order."""
    for step in sorted(migrations, key=_target):
        if step.to > schema_of(document):
            document = {**step.run(dict(document)), "schema": step.to}
    return document


def _target(migration: Migration) -> int:
    return migration.to
