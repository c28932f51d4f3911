"""Small things kept in the state folder, a JSON file each with a schema of its own: marks, habits."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Generic, TypeVar

from cupola.store.files import write_atomically

log = logging.getLogger(__name__)

_CAP_BYTES: Final = 1 << 22
_UNUSABLE: Final = (ValueError, TypeError, KeyError, RecursionError)

T = TypeVar("T")


class _NewerError(Exception):
    """A later version of Cupola wrote it, and knows more of it."""


@dataclass(frozen=True, slots=True)
class Kept(Generic[T]):
    """What is in a file. `decode` raises ValueError, TypeError or KeyError for what it cannot use.

    A file of a later schema is left as it is, and one that cannot be used is kept aside at the next change.
    """

    name: str
    schema: int
    decode: Callable[[Mapping[str, Any]], T]
    encode: Callable[[T], Mapping[str, Any]]

    def load(self, state_dir: Path, usual: T) -> T:
        """What earlier sessions kept, else `usual`; never raises, what is wrong is logged."""
        path = state_dir / self.name
        try:
            return self._read(path)
        except FileNotFoundError:
            return usual
        except _NewerError:
            log.warning("%s is of a later version of Cupola and is left as it is", path)
        except OSError as error:
            log.warning("%s cannot be read: %s", path, error.strerror)
        except _UNUSABLE as error:
            log.warning("%s cannot be used and begins anew: %s", path, error)
        return usual

    def save(self, state_dir: Path, value: T) -> None:
        """Write it in one step. Raises OSError."""
        path = state_dir / self.name
        try:
            self._read(path)
        except FileNotFoundError:
            pass
        except _NewerError:
            log.info("%s is of a later version and is left as it is", path)
            return
        except _UNUSABLE:
            path.replace(path.with_suffix(".unusable"))
        document = {"schema": self.schema, **self.encode(value)}
        write_atomically(path, json.dumps(document, indent=0).encode("utf-8", "backslashreplace"))

    def _read(self, path: Path) -> T:
        with path.open("rb") as file:
            document = json.loads(file.read(_CAP_BYTES))
        if document["schema"] > self.schema:
            raise _NewerError
        if document["schema"] != self.schema:
            raise ValueError(f"schema {document['schema']}")
        return self.decode(document)
