"""Bytes of a JSON file to one object, with every failure said in words (formats.md, rule 2)."""

from __future__ import annotations

import codecs
import json
from typing import Final

from cupola.sources.base import TornError, UnusableError

_BOMS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_CUT_OFF: Final = ("unexpected end of data", "truncated data")


def json_object(data: bytes) -> dict[str, object]:
    """The object that the bytes hold.

    Raises TornError for no bytes, half a character at the end or a syntax error, and UnusableError
    for what waiting does not mend: another encoding, another type, or absurd nesting.
    """
    value = _parsed(decoded(data))
    if not isinstance(value, dict):
        raise UnusableError(f"expected a JSON object, found {kind(value)}")
    return value


def decoded(data: bytes) -> str:
    """The text of UTF-8 (with or without a byte order mark) or of UTF-16 with one."""
    if not data.strip():
        raise TornError("the file is empty")
    mark, encoding = next((pair for pair in _BOMS if data.startswith(pair[0])), (b"", "utf-8"))
    try:
        return data[len(mark) :].decode(encoding)
    except UnicodeDecodeError as error:
        if error.reason in _CUT_OFF:
            raise TornError("the file stops in the middle of a character") from None
        at = error.start + len(mark)
        raise UnusableError(f"not {encoding.upper()} text: invalid byte at offset {at}") from None


def kind(value: object) -> str:
    """What a JSON value is, as a person would say it; a number of sound size is named itself."""
    match value:
        case None:
            return "nothing"
        case bool():
            return "true" if value else "false"
        case int() | float():
            return f"{value:.15g}" if abs(value) < 1e15 else "a number out of all bounds"
        case str():
            return "a text"
        case list():
            return "a list"
        case _:
            return "an object"


def _parsed(text: str) -> object:
    try:
        return _loads(text)
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise TornError(f"not whole JSON: {error.msg} ({where})") from None
    except RecursionError:
        raise UnusableError("nested too deeply") from None


def _loads(text: str) -> object:
    """As json.loads; an integer with more digits than Python converts becomes an infinite float."""
    try:
        value: object = json.loads(text)
    except json.JSONDecodeError:
        raise
    except ValueError:
        value = json.loads(text, parse_int=_integer)
    return value


def _integer(digits: str) -> int | float:
    return int(digits) if len(digits) < 1000 else float(digits)
