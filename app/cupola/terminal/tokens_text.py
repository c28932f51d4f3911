"""What was used, as a table and as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Final

from rich.table import Table
from rich.text import Text

from cupola.domain.formatting import DASH, number
from cupola.domain.prices import PriceList
from cupola.domain.text import plain
from cupola.domain.usage_report import Report, Session, Sum

SCHEMA: Final = 1


def as_json(made: Report) -> str:
    """One line of JSON (schema 1)."""
    document = {
        "schema": SCHEMA,
        "totals": _sum(made.total),
        "models": {name: _sum(one) for name, one in sorted(made.models.items())},
        "sessions": [_session(name, one) for name, one in sorted(made.sessions.items())],
    }
    return json.dumps(document, ensure_ascii=True) + "\n"


def _session(name: str, session: Session) -> Mapping[str, object]:
    agents = [{"agent": agent, "type": None, **_sum(one)} for agent, one in sorted(session.agents.items())]
    return {"session_id": name, "directory": session.directory, "agents": agents, **_sum(session.total)}


def _sum(of: Sum) -> dict[str, object]:
    return {
        "input": of.usage.input,
        "output": of.usage.output,
        "cache_creation": of.usage.cache_creation,
        "cache_read": of.usage.cache_read,
        "cost_usd": None if of.cost is None else round(of.cost, 6),
        "unpriced_models": sorted(of.unpriced),
        "lower_bound": of.lower,
    }


def as_table(made: Report, prices: PriceList) -> Table:
    """A line for each model, and the sum; the price list's date below it."""
    table = Table(box=None, pad_edge=False, header_style="dim", caption_justify="left", caption_style="dim")
    listed = f"Cost at list prices of {prices.date} ({prices.source})."
    table.caption = "\n".join((listed, *_marks(made.total)))
    for title in ("Model", "Input", "Output", "Cache write", "Cache read", "Cost"):
        table.add_column(title, justify="left" if title == "Model" else "right", no_wrap=True)
    for name, one in (*sorted(made.models.items()), ("Total", made.total)):
        table.add_row(*_cells(plain(name), one))
    return table


def _marks(total: Sum) -> Iterator[str]:
    if total.lower:
        yield "≥: at least, for some replies never said that they ended."
    if total.unpriced:
        yield f"No price is known for {', '.join(map(plain, sorted(total.unpriced)))}."


def _cells(name: str, of: Sum) -> list[Text]:
    usage, least = of.usage, "≥ " if of.lower else ""
    tokens = (usage.input, usage.output, usage.cache_creation, usage.cache_read)
    return [Text(name), *(Text(least + number(count)) for count in tokens), Text(_cost(of, least))]


def _cost(of: Sum, least: str) -> str:
    if of.cost is None:
        return "unpriced" if of.unpriced else DASH
    mark = "≥ " if of.unpriced else least or "≈ "
    return f"{mark}${of.cost:,.2f}"
