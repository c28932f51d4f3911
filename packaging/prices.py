"""Refresh `resources/prices.json` from genai-prices: `python3 packaging/prices.py`.

It installs the package into a folder of its own, takes Anthropic's list prices out of it and writes them with
its version and today's date. Nothing of it is needed at run time.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

TARGET = Path(__file__).parents[1] / "resources" / "prices.json"

# Runs where genai-prices is installed; prints the models as JSON.
TAKE = r"""
import json, re
from datetime import UTC, datetime
from genai_prices.data import providers

def pattern(match):
    kind, value = next(iter((name, getattr(match, name)) for name in
        ("or_", "and_", "equals", "starts_with", "ends_with", "contains", "regex") if hasattr(match, name)))
    if kind == "or_":
        return "|".join(pattern(one) for one in value)
    known = {"equals": re.escape(str(value)), "starts_with": re.escape(str(value)) + ".*",
             "ends_with": ".*" + re.escape(str(value)), "contains": ".*" + re.escape(str(value)) + ".*",
             "regex": str(value).strip("^$")}
    return known[kind]

def at(price, tier):
    if price is None:
        return None
    if not hasattr(price, "base"):
        return float(price)
    return float(price.tiers[0].price if tier and price.tiers else price.base)

def rates(prices, tier):
    given = {name: at(getattr(prices, name + "_mtok", None), tier) for name in
             ("input", "output", "cache_write", "cache_write_1h", "cache_read")}
    put, out = given["input"], given["output"]
    short, long = given["cache_write"], given["cache_write_1h"]
    read = given["cache_read"]
    return [put, out, 1.25 * put if short is None else short, 2 * put if long is None else long,
            0.1 * put if read is None else read]

def tariff(since, prices):
    found = {"since": since, "rates": rates(prices, False)}
    if hasattr(prices.input_mtok, "tiers") and prices.input_mtok.tiers:
        found |= {"threshold": prices.input_mtok.tiers[0].start, "above": rates(prices, True)}
    return found

def day(constraint):
    start = getattr(constraint, "start_date", None)
    return datetime(start.year, start.month, start.day, tzinfo=UTC).timestamp() if start else 0.0

anthropic = next(one for one in providers if one.id == "anthropic")
models = []
for model in anthropic.models:
    several = model.prices if isinstance(model.prices, list) else None
    tariffs = ([tariff(day(one.constraint), one.prices) for one in several] if several
               else [tariff(0.0, model.prices)])
    models.append({"name": model.id, "pattern": pattern(model.match), "window": model.context_window,
                   "tariffs": sorted(tariffs, key=lambda one: one["since"])})
print(json.dumps(models))
"""


def main() -> int:
    """Write the snapshot; the exit code."""
    with tempfile.TemporaryDirectory() as folder:
        venv.create(folder, with_pip=True)
        python = Path(folder) / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
        subprocess.run([python, "-m", "pip", "install", "-q", "genai-prices"], check=True)
        version = _printed(python, "from importlib.metadata import version as v; print(v('genai-prices'))")
        today = _printed(python, "from datetime import date; print(date.today())")
        models = json.loads(_printed(python, TAKE))
    document = {"date": today, "source": f"genai-prices {version}", "models": models}
    TARGET.write_text(json.dumps(document, indent=1) + "\n", "utf-8")
    print(f"{TARGET}: {len(models)} models, {document['source']}, {today}")
    return 0


def _printed(python: Path, code: str) -> str:
    done = subprocess.run([python, "-c", code], check=True, capture_output=True, text=True)
    return done.stdout.strip()


if __name__ == "__main__":
    raise SystemExit(main())
