"""Short ways to say what transcripts tell of a build; times are seconds after T0."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from cupola.domain.account import Account
from cupola.domain.facts import Observation
from cupola.domain.models import BuildSnapshot
from cupola.domain.prices import PricedModel, PriceList, Rates, Tariff
from cupola.domain.record import Run
from cupola.domain.sessions import AgentUsage, Context, OtherUsage, SessionsFact
from cupola.domain.snapshot import present
from cupola.domain.spent import Spent
from cupola.domain.state import Policy
from cupola.domain.transcript import Effort, OpenTool, Step, Turn
from cupola.domain.usage import Reply
from support.observations import T0, seen

OPUS, SONNET, NOBODY = "claude-opus-4-6", "claude-sonnet-4-5", "claude-nobody-knows"
PRICES = PriceList(
    "2026-11-01",
    "a list",
    (
        PricedModel("opus", "claude-opus.*", 200_000, (Tariff(0, Rates(5, 25, 6.25, 10, 0.5)),)),
        PricedModel("sonnet", "claude-sonnet.*", 1_000_000, (Tariff(0, Rates(3, 15, 3.75, 6, 0.3)),)),
    ),
)
Who = tuple[str, str]
OVER = Turn(Step.OVER, T0)


def price(one: Reply) -> float | None:
    """At list prices."""
    entry = PRICES.find(one.model)
    return None if entry is None else entry.cost(one.usage, one.at)


def spoke(
    number: int,
    at: float | None,
    who: Who = ("one", ""),
    model: str = OPUS,
    *,
    final: bool = True,
    out: int = 7,
) -> Reply:
    """The reply `number` of a session or of its subagent."""
    when = None if at is None else T0 + at
    agent = bool(who[1])
    return Reply(f"m{number}", "r", "u", model, when, *who, None, agent, final, 10, out, 100, 20, 1000)


def in_tool(at: float, name: str = "Bash", *, asks: bool = False) -> Turn:
    """A turn in the call of a tool."""
    return Turn(Step.TOOL, T0 + at, (OpenTool("t1", name, T0 + at),), asks=asks)


def context(tokens: int, at: float, model: str = OPUS, window: int | None = 200_000) -> Context:
    """What a session had before it at its last reply."""
    return Context(tokens, T0 + at, model, window)


def agent(
    who: Who = ("one", ""), turn: Turn = OVER, at: float = 0.0, context: Context | None = None
) -> AgentUsage:
    """A session or a subagent that changed last at `at`, before anything is counted."""
    path = f"/c/{who[0]}/{who[1] or 'main'}.jsonl"
    name = f"agent {who[1]}" if who[1] else f"session {who[0]}"
    return AgentUsage(*who, path, name, T0, T0 + at, None, Spent(), turn, Effort(), "", context)


def sessions(
    replies: Iterable[Reply], *agents: AgentUsage, others: tuple[OtherUsage, ...] = ()
) -> SessionsFact:
    """What these replies come to; `agents` say more of who made them."""
    account = Account(price)
    for one in replies:
        account.take(one)
    spent: Mapping[Who, Spent] = {who: one.spent() for who, one in account.agents.items() if one.replies}
    known = {(one.session, one.agent): one for one in (*map(agent, sorted(spent)), *agents)}
    usages = tuple(replace(known[who], spent=spent.get(who, Spent())) for who in sorted(known))
    models = tuple((name, one.spent()) for name, one in sorted(account.models.items()) if one.replies)
    return SessionsFact(
        usages, models, account.total.spent(), account.timeline(), others, "a list of 2026-11-01"
    )


def transcripts(fact: SessionsFact, at: float = 0.0) -> Observation:
    """The observation of it."""
    return seen("transcript", "/c/one/main.jsonl", fact, at)


def looked(run: Run, at: float) -> tuple[BuildSnapshot, float | None]:
    """What is shown of a run, and until how many seconds after T0 that holds."""
    shown, until = present(run, "abc", "demo", "/p/demo", T0, (), T0 + at, Policy())
    return shown, None if until is None else until - T0
