"""What was used, as a table."""

from __future__ import annotations

from collections.abc import Iterator

from rich.table import Table
from rich.text import Text

from cupola.domain.formatting import DASH, number
from cupola.domain.prices import PriceList
from cupola.domain.text import plain
from cupola.domain.usage_report import Report, Sum


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
