"""What was used, as JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Final

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
    usage = of.usage
    return {
        "input": usage.input,
        "output": usage.output,
        "cache_creation": usage.cache_creation,
        "cache_read": usage.cache_read,
        "cost_usd": None if of.cost is None else round(of.cost, 6),
        "unpriced_models": sorted(of.unpriced),
        "lower_bound": of.lower,
    }
