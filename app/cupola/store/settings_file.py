"""The settings file: read tolerantly, brought up to this schema, written in one step."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cupola.domain.problems import Problem
from cupola.store.files import write_atomically
from cupola.store.settings import Settings
from cupola.store.settings_merging import merged
from cupola.store.settings_reading import Document
from cupola.store.settings_schema import (
    MIGRATIONS,
    SCHEMA,
    Migration,
    decode,
    encode,
    migrate,
    schema_of,
)

NAME: Final = "settings.json"
_CAP_BYTES: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class Loaded:
    """Settings to work with, and what a person should know of how they were got."""

    settings: Settings
    problems: tuple[Problem, ...] = ()


class NewerSettingsError(Exception):
    """The file was written by a newer Cupola; it is left as it is."""


def load(config_dir: Path, *, migrations: tuple[Migration, ...] = MIGRATIONS) -> Loaded:
    """The settings of `config_dir`; never raises.

    What cannot be used gives its default and a problem that says so. A file of an older schema is brought
    up to date, and a copy of it kept beside it; where that cannot be written, it is used all the same.
    """
    path = config_dir / NAME
    try:
        document = _read(path)
        newest = max([SCHEMA, *(step.to for step in migrations)])
        if schema_of(document) > newest:
            return _defaults(path, "written by a newer Cupola: left untouched, defaults are used")
        migrated = migrate(document, migrations)
        settings, dropped = decode(migrated)
    except FileNotFoundError:
        return Loaded(Settings())
    except (OSError, ValueError, RecursionError) as error:
        return _defaults(path, f"cannot be used, defaults are: {error}")
    problems = [Problem(str(path), "some settings cannot be used", dropped)] if dropped else []
    if migrated != document:
        problems += _bring_up_to_date(path, document, migrated)
    return Loaded(settings, tuple(problems))


def save(config_dir: Path, settings: Settings, was: Settings | None = None) -> None:
    """Write `settings`, keeping keys of the file that this Cupola does not know.

    `was` is what this Cupola last read there or wrote: of a file that somebody edited meanwhile only what
    differs from it is written over; without `was`, everything.
    A file that cannot be read is kept beside it, and so is one with values that cannot be used. Raises
    OSError, and NewerSettingsError without touching anything when the file is of a newer schema.
    """
    path = config_dir / NAME
    document: Document = {}
    try:
        document = _read(path)
    except FileNotFoundError:
        pass
    except (ValueError, RecursionError):
        _keep_copy(path, "unreadable")
    if schema_of(document) > SCHEMA:
        raise NewerSettingsError(str(path))
    there, dropped = decode(document)
    if dropped:
        _keep_copy(path, "unusable")
    wanted = merged(there, was, settings) if document and was is not None else settings
    _write(path, _over(document, encode(wanted)))


def _over(document: Mapping[str, object], settings: Document) -> Document:
    """`settings` in the place of what stands in `document`, object by object; what else is in it stays."""
    merged = dict(document)
    for name, value in settings.items():
        old = document.get(name)
        merged[name] = _over(old, value) if isinstance(old, dict) and isinstance(value, dict) else value
    return merged


def _read(path: Path) -> Document:
    with path.open("rb") as file:
        data = file.read(_CAP_BYTES + 1)
    if len(data) > _CAP_BYTES:
        raise ValueError("it is far too large for a settings file")
    document = json.loads(data.decode("utf-8-sig"))
    if not isinstance(document, dict):
        raise ValueError("it is no JSON object")  # noqa: TRY004 - a wrong file, not a wrong call
    return document


def _bring_up_to_date(path: Path, document: Document, migrated: Document) -> Iterator[Problem]:
    """Keep a copy of a file of an older schema, then replace it; what is wrong with that."""
    try:
        _keep_copy(path, f"schema-{schema_of(document)}")
        _write(path, migrated)
    except OSError as error:
        yield Problem(str(path), f"used, but cannot be brought up to date: {error.strerror or error}")


def _write(path: Path, document: Document) -> None:
    text = json.dumps(document, indent=2, ensure_ascii=True)
    write_atomically(path, (text + "\n").encode())


def _keep_copy(path: Path, why: str) -> None:
    write_atomically(path.with_name(f"{path.name}.{why}"), path.read_bytes())


def _defaults(path: Path, why: str) -> Loaded:
    return Loaded(Settings(), (Problem(str(path), why),))
