"""The dated price list that Cupola ships, or the user's own in its place."""

from __future__ import annotations

import json
import re
from dataclasses import astuple
from math import isfinite
from pathlib import Path
from typing import Any, Final

from cupola.domain.prices import PricedModel, PriceList, Rates, Tariff
from cupola.resources import resource
from cupola.store.places import Standpoint, absolute
from cupola.store.settings import Settings

NAME: Final = "prices.json"


def load_prices(config_dir: Path, chosen: Path | None = None) -> PriceList:
    """The list that was `chosen`, else `prices.json` of the settings folder, else what Cupola ships.

    Raises OSError and ValueError with the file in its words.
    """
    own = config_dir / NAME
    ours = shipped()
    path = chosen or (own if own.exists() else ours)
    try:
        listed = _list(json.loads(path.read_text("utf-8")))
        if path != ours:
            _check(listed)
    except (ValueError, TypeError, KeyError, AttributeError, ArithmeticError, RecursionError) as error:
        raise ValueError(f"{path}: no usable price list ({type(error).__name__}: {error})") from error
    return listed


def chosen_prices(settings: Settings, around: Standpoint) -> Path | None:
    """The price list that the user chose, None for the usual one."""
    return absolute(settings.prices_file, around) if settings.prices_file else None


def shipped() -> Path:
    """The snapshot that Cupola ships."""
    return resource(NAME)


def _check(listed: PriceList) -> None:
    """Raise ValueError for what would only fail when something is priced by it."""
    for model in listed.models:
        texts: tuple[object, ...] = (model.name, model.pattern)
        numbers: tuple[object, ...] = (model.window, *(tariff.threshold for tariff in model.tariffs))
        sound = all(isinstance(text, str) for text in texts)
        if not sound or not all(number is None or type(number) is int for number in numbers):
            raise ValueError(f"{model.name}: name and pattern are texts, window and threshold whole numbers")
        if not model.tariffs or not all(map(_is_finite, model.tariffs)):
            raise ValueError(f"{model.name}: at least one tariff, of numbers")
        try:
            re.compile(model.pattern)
        except (re.error, OverflowError) as error:
            raise ValueError(f"{model.name}: the pattern cannot be used: {error}") from error


def _is_finite(tariff: Tariff) -> bool:
    rates = [each for each in (tariff.rates, tariff.above) if each is not None]
    return all(map(isfinite, (tariff.since, *(number for each in rates for number in astuple(each)))))


def _list(document: Any) -> PriceList:
    return PriceList(str(document["date"]), str(document["source"]), tuple(map(_model, document["models"])))


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
