"""Text of a build made fit for people: one line, visible control characters, masked secrets, a length cap."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

LIMIT: Final = 500
ELLIPSIS: Final = "…"
_KEEP: Final = 4
_SHORT_SECRET: Final = 12
_REPEATED: Final = 200
"""What is longer is seldom asked for again."""

_BREAKS: Final = re.compile(r"[\t\r\n\v\f\x85\u2028\u2029][ \t\r\n\v\f\x85\u2028\u2029]*")
_HIDDEN: Final = re.compile(
    "[\x00-\x1f\x7f-\x9f\xad\u061c\u115f\u1160\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164"
    "\ud800-\udfff\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e007f]"
)
_SECRET: Final = re.compile(
    r"(?P<block>-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----)(?s:.)*?(?:-----END [A-Z ]{0,40}PRIVATE KEY-----|\Z)"
    r"|(?P<lead>\bBearer\s+|[?&;](?:password|passwd|pwd|token|api_?key|secret|access_token)="
    r"|\b(?:password|passwd|api_?key|secret)=|://[^\s/:@]{0,200}:(?=[^\s/@]{1,200}@))"
    r"(?P<value>[^\s&;\"'@]{1,4096})"
    r"|(?P<token>\bsk-[A-Za-z0-9_-]{12,}|\b(?:gh[oprsu]_|github_pat_)[A-Za-z0-9_]{12,}|\bAKIA[0-9A-Z]{12,}"
    r"|\bxox[a-z]-[A-Za-z0-9-]{8,}|\bAIza[0-9A-Za-z_-]{20,})",
    re.IGNORECASE,
)
_HINT: Final = re.compile(r"(?i)-----BEGIN|Bearer\s|=|://|sk-|gh[oprsu]_|github_pat_|AKIA|xox|AIza")


def plain(text: str, limit: int = LIMIT) -> str:
    """`text` as one safe line of at most `limit` characters (design.md, Reading safely). Never raises."""
    return (_made_plain_before if len(text) <= _REPEATED else _made_plain)(text, limit)


def _made_plain(text: str, limit: int) -> str:
    cut = text[: limit * 2]
    shown = cut if cut.isprintable() else _HIDDEN.sub(_escape, _BREAKS.sub(" ", cut))
    masked = mask(shown).strip()
    if len(masked) <= limit and len(cut) == len(text):
        return masked
    return masked[: max(limit - 1, 0)].rstrip() + ELLIPSIS


_made_plain_before = lru_cache(1024)(_made_plain)
"""Names, states and reasons are asked for with every change, and are mostly those of the change before."""


def log_line(text: str, limit: int) -> str:
    """One line of a log as it stands, but safe: indented, control characters visible, of at most `limit`
    characters. Secrets are the caller's: some go over several lines."""
    shown = text[: limit + 1].expandtabs(4)
    if not shown.isprintable():
        shown = _HIDDEN.sub(_escape, shown)
    return shown if len(shown) <= limit else shown[: limit - 1] + ELLIPSIS


def mask(text: str) -> str:
    """`text` with known kinds of secrets cut to their first four characters (formats.md rule 9)."""
    if _HINT.search(text) is None:
        return text
    return _SECRET.sub(_masked, text)


def optional(text: str | None, limit: int = LIMIT) -> str | None:
    """`plain`, with None for nothing and for text that is empty when made plain."""
    return (plain(text, limit) or None) if text is not None else None


def printable_path(path: str | bytes, limit: int = 4096) -> str:
    r"""A path for showing, never for opening: undecodable bytes as `\xNN`, control characters as escapes."""
    text = path.decode("utf-8", "surrogateescape") if isinstance(path, bytes) else path
    if not text.isprintable():
        text = _HIDDEN.sub(_escape, text)
    return text if len(text) <= limit else ELLIPSIS + text[1 - limit :]


def file_name(path: str) -> str:
    """The last component of a `/`-separated path, made printable."""
    return printable_path(path.rstrip("/").rsplit("/", 1)[-1], 255)


def _escape(match: re.Match[str]) -> str:
    code = ord(match[0])
    if 0xDC80 <= code <= 0xDCFF:
        return f"\\x{code - 0xDC00:02x}"
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def _masked(match: re.Match[str]) -> str:
    if match["block"]:
        return match["block"] + ELLIPSIS
    if match["token"]:
        return match["token"][:_KEEP] + ELLIPSIS
    kept = match["value"][:_KEEP] if len(match["value"]) >= _SHORT_SECRET else ""
    return match["lead"] + kept + ELLIPSIS
