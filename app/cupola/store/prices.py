"""The dated price list that Cupola ships, or the user's own in its place."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

from cupola.domain.prices import PricedModel, PriceList, Rates, Tariff
from cupola.resources import resource

NAME: Final = "prices.json"


def load_prices(config_dir: Path) -> PriceList:
    """`prices.json` of the settings folder where there is one, else the snapshot that Cupola ships.

    Raises OSError and ValueError with the file in its words.
    """
    own = config_dir / NAME
    path = own if own.exists() else shipped()
    try:
        return _list(json.loads(path.read_text("utf-8")))
    except (ValueError, TypeError, KeyError) as error:
        raise ValueError(f"{path}: no usable price list ({type(error).__name__}: {error})") from error


def shipped() -> Path:
    """The snapshot that Cupola ships."""
    return resource(NAME)


def _list(document: Any) -> PriceList:
    return PriceList(document["date"], document["source"], tuple(map(_model, document["models"])))


def _model(entry: Any) -> PricedModel:
    return PricedModel(
        entry["name"], entry["pattern"], entry["window"], tuple(map(_tariff, entry["tariffs"]))
    )


def _tariff(entry: Any) -> Tariff:
    above = entry.get("above")
    return Tariff(
        float(entry["since"]),
        Rates(*map(float, entry["rates"])),
        entry.get("threshold"),
        None if above is None else Rates(*map(float, above)),
    )
