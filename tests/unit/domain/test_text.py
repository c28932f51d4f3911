"""Text of a build: safe, short, and without secrets."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cupola.domain.text import file_name, optional, plain, printable_path


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("Committing changes", "Committing changes"),
        ("naïve ✅ 日本語", "naïve ✅ 日本語"),
        ("two\nlines\r\n\there", "two lines here"),
        ("\x1b[31mred\x07", "\\x1b[31mred\\x07"),
        ("abc\u202egpj.exe", "abc\\u202egpj.exe"),
        ("zero\u200bwidth\ufeff", "zero\\u200bwidth\\ufeff"),
        ("line\u2028separator", "line separator"),
        ("\udce9t\ud800", "\\xe9t\\ud800"),
        ("tag\U000e0041", "tag\\U000e0041"),
        ("<b>bold</b>", "<b>bold</b>"),
        ("  ", ""),
    ],
)
def test_what_could_deceive_or_break_a_line_is_shown_as_an_escape(written: str, shown: str) -> None:
    assert plain(written) == shown


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("key sk-ant-api03-abcdefghijklmnop done", "key sk-a… done"),
        ("sk-proj_abcdefghijklmnopqrst", "sk-p…"),
        ("ghp_abcdefghijklmnopqrst0123", "ghp_…"),
        ("github_pat_11ABCDEFG0123456789", "gith…"),
        ("AKIAIOSFODNN7EXAMPLE", "AKIA…"),
        ("xoxb-1234567890-abcdef", "xoxb…"),
        ("AIzaSyA-1234567890abcdefghijklmnopqrstu", "AIza…"),
        ("Authorization: Bearer eyJhbGciOiJIUzI1NiJ9.e30", "Authorization: Bearer eyJh…"),
        ("https://me:hunter2@example.org/x", "https://me:…@example.org/x"),
        ("https://x.org/?password=correcthorsebattery&a=1", "https://x.org/?password=corr…&a=1"),
        (
            "-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----",
            "-----BEGIN RSA PRIVATE KEY-----…",
        ),
        ("task-1 and risk-management-of-things", "task-1 and risk-management-of-things"),
        ("http://localhost:8080/api", "http://localhost:8080/api"),
    ],
)
def test_secrets_are_masked_and_their_likes_are_not(written: str, shown: str) -> None:
    assert plain(written) == shown


def test_a_secret_that_a_cap_cuts_is_masked_too() -> None:
    assert "ghp_a" not in plain("x" * 490 + " ghp_" + "a" * 2000)


@given(st.text(), st.integers(min_value=1, max_value=50))
def test_plain_text_is_always_one_encodable_line_within_its_limit(text: str, limit: int) -> None:
    shown = plain(text, limit)
    assert len(shown) <= limit
    assert len(shown.splitlines()) <= 1
    shown.encode("utf-8")


def test_text_of_nothing_is_none() -> None:
    assert optional(None) is None
    assert optional(" \n") is None
    assert optional("x") == "x"


def test_paths_show_undecodable_bytes_and_line_breaks() -> None:
    assert printable_path(b"/a/caf\xe9\n") == "/a/caf\\xe9\\x0a"
    assert printable_path("/a/caf\udce9") == "/a/caf\\xe9"
    assert printable_path("/a/b c") == "/a/b c"
    assert file_name(".context-foundry/current-phase.json") == "current-phase.json"
