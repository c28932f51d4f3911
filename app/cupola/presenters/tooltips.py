"""Tooltips that show text as text."""

from __future__ import annotations

from typing import Final

TOOLTIP_CHARS: Final = 4000
TOOLTIP_COLUMNS: Final = 100


def plain_tooltip(*parts: str | None) -> str:
    """Lines of plain text as a tooltip that Qt cannot take for markup; empty for no text."""
    text = "\n".join(part for part in parts if part)
    if not text:
        return ""
    if len(text) > TOOLTIP_CHARS:
        text = f"{text[:TOOLTIP_CHARS]} … ({len(text) - TOOLTIP_CHARS:,} more characters)"
    import html  # with its table of entities; the first paint needs no tooltip

    wraps = any(len(line) > TOOLTIP_COLUMNS for line in text.split("\n"))
    space = "pre-wrap" if wraps else "pre"
    return f"<qt><p style='white-space:{space}'>{html.escape(text)}</p></qt>"
