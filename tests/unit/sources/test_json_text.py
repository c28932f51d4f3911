"""Bytes that are no JSON object are told apart by whether waiting may mend them."""

from __future__ import annotations

import codecs

import pytest

from cupola.sources.base import TornError, UnusableError
from cupola.sources.json_text import json_object, kind

OBJECT = '{"status": "über"}'


@pytest.mark.parametrize(
    "data",
    [
        OBJECT.encode(),
        codecs.BOM_UTF8 + OBJECT.encode(),
        codecs.BOM_UTF16_LE + OBJECT.encode("utf-16-le"),
        codecs.BOM_UTF16_BE + OBJECT.encode("utf-16-be"),
        b'\r\n {"status": "old", "status": "\\u00fcber"} \n',
    ],
)
def test_the_usual_encodings_and_a_repeated_key_are_read(data: bytes) -> None:
    assert json_object(data) == {"status": "über"}


@pytest.mark.parametrize(
    ("data", "message"),
    [
        pytest.param(b"", "the file is empty", id="no bytes"),
        (b" \r\n\t", "the file is empty"),
        (b'{"status": "test', "not whole JSON: Unterminated string starting at (line 1, column 12)"),
        (b'{"status":\n', "not whole JSON: Expecting value (line 2, column 1)"),
        (b'{"status": 1} }', "not whole JSON: Extra data (line 1, column 15)"),
        (b"\x00\x00\x00\x00", "not whole JSON: Expecting value (line 1, column 1)"),
        ('{"status": "ü'.encode()[:-1], "the file stops in the middle of a character"),
        (
            codecs.BOM_UTF16_LE + OBJECT.encode("utf-16-le")[:-1],
            "the file stops in the middle of a character",
        ),
    ],
)
def test_an_empty_or_broken_file_is_torn_and_says_where(data: bytes, message: str) -> None:
    with pytest.raises(TornError) as caught:
        json_object(data)
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b'{"status": "\xff\xfe"}', "not UTF-8 text: invalid byte at offset 12"),
        (codecs.BOM_UTF8 + b'{"\xff"}', "not UTF-8 text: invalid byte at offset 5"),
        (b"[1, 2]", "expected a JSON object, found a list"),
        (b"null", "expected a JSON object, found nothing"),
        (b"NaN", "expected a JSON object, found a number out of all bounds"),
        (b"[" * 100_000 + b"]" * 100_000, "nested too deeply"),
        (b'{"a":' * 100_000 + b"1" + b"}" * 100_000, "nested too deeply"),
        (b"[" * 100_000, "nested too deeply"),
    ],
)
def test_what_waiting_does_not_mend_is_unusable_and_says_why(data: bytes, message: str) -> None:
    with pytest.raises(UnusableError) as caught:
        json_object(data)
    assert str(caught.value) == message


def test_an_integer_of_ten_thousand_digits_is_no_reason_to_lose_the_rest() -> None:
    found = json_object(b'{"n": ' + b"9" * 10_000 + b', "status": "testing", "m": -' + b"9" * 10_000 + b"}")
    assert found == {"n": float("inf"), "status": "testing", "m": float("-inf")}


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, "nothing"),
        (True, "true"),
        (-3, "-3"),
        (283.9, "283.9"),
        (10**400, "a number out of all bounds"),
        (float("nan"), "a number out of all bounds"),
        ("", "a text"),
        ([], "a list"),
        ({}, "an object"),
    ],
)
def test_a_value_is_named_as_a_person_would(value: object, words: str) -> None:
    assert kind(value) == words
