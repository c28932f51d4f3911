"""Made-up but believable contents of the docks of a build whose transcripts are read."""

from __future__ import annotations

from dataclasses import replace

from cupola.domain.figures import Figure
from cupola.domain.models import (
    OUTSIDE,
    Meaning,
    ModelTokens,
    OtherSession,
    PhaseTokens,
    Spending,
    TokensModel,
    TrendPoint,
    Zone,
)
from cupola.domain.words import Bound, Provenance
from support.builds import NOW

TRANSCRIPT = "/home/ada/.claude/projects/-home-ada-homelab-weather-web/1a2b3c4d.jsonl"
PRICED = "measured tokens at list prices of 2026-11-20"
OPUS, SONNET, NEW = "claude-opus-4-6-20250929", "claude-sonnet-4-5-20250929", "house-model-of-our-own-v2"
none = Figure.none


def measured(value: float, bound: Bound = Bound.EXACT) -> Figure:
    return Figure(value, Provenance.MEASURED, bound, "sum of the transcripts' replies", TRANSCRIPT)


def cost(dollars: float, bound: Bound = Bound.EXACT) -> Figure:
    return Figure(dollars, Provenance.ESTIMATED, bound, PRICED, TRANSCRIPT)


def spending(dollars: Figure) -> Spending:
    return Spending(measured(900), measured(800), measured(70_000), measured(6_000), dollars)


def phase(name: str, used: int, dollars: float) -> PhaseTokens:
    return PhaseTokens(name, measured(used), spending(cost(dollars)))


def spent_tokens() -> TokensModel:
    """A build that is over: no session is at work, so that no context is in use."""
    phases = (
        phase("Codebase Analysis", 210_400, 0.91),
        phase("Scout", 402_118, 1.87),
        phase("Architect", 611_090, 2.64),
        phase("Builder", 1_402_877, 6.72),
        phase(OUTSIDE, 18_204, 0.004),
    )
    models = (
        ModelTokens(OPUS, measured(2_204_417), spending(cost(11.02))),
        ModelTokens(SONNET, measured(440_272), spending(cost(1.124))),
    )
    others = (
        OtherSession("9f8e7d6c", "began before this run", measured(1_204_551), cost(5.31)),
        OtherSession("77aa01bc", "interactive, not started by the build", measured(38_200), cost(0.21)),
    )
    return TokensModel(
        used=measured(2_644_689),
        input=measured(41_208),
        output=measured(118_966),
        by_phase=phases,
        trend=tuple(TrendPoint(NOW - 1500 + 25 * n, 20_000 + 44_000 * n + 9000 * (n % 5)) for n in range(60)),
        spent=measured(2_644_689),
        cache_read=measured(2_370_511),
        cache_write=measured(114_004),
        cost=cost(12.144),
        rate=none("no session is at work"),
        by_model=models,
        others=others,
        prices="genai-prices, 2026-11-20",
    )


def live_tokens(used: int = 128_412, zone: Zone = Zone.WARNING) -> TokensModel:
    """A main session is at work: its context is on the gauge."""
    return replace(
        spent_tokens(),
        meaning=Meaning.CONTEXT,
        used=measured(used),
        limit=Figure(200_000, Provenance.RECORDED, note="the model's context window"),
        zone=zone,
        session="1a2b3c4d",
        rate=measured(23_118.4),
    )


def unpriced_tokens() -> TokensModel:
    """One of three models is in no price list, so that the sum is the least that it can be."""
    made = live_tokens(61_000, Zone.SAFE)
    nothing = spending(none("no price is known for it"))
    least = cost(12.144, Bound.LOWER)
    models = (*made.by_model, ModelTokens(NEW, measured(90_112), nothing))
    builder = PhaseTokens("Builder", measured(1_492_989), spending(cost(6.72, Bound.LOWER)))
    return replace(
        made,
        by_phase=(*made.by_phase[:3], builder, made.by_phase[4]),
        by_model=models,
        cost=least,
        unpriced=(NEW,),
        others=(),
    )


def lower_tokens() -> TokensModel:
    """Replies of which nobody said that they ended: all sums are lower bounds."""
    made, least = spent_tokens(), Bound.LOWER
    phases = tuple(
        replace(
            row,
            used=replace(row.used, bound=least),
            spending=replace(row.spending, cost=replace(row.spending.cost, bound=least)),
        )
        for row in made.by_phase
    )
    return replace(
        made,
        used=replace(made.used, value=184_644_689, bound=least),
        spent=replace(made.spent, value=184_644_689, bound=least),
        output=replace(made.output, bound=least),
        cache_read=replace(made.cache_read, value=1_182_370_511, bound=least),
        cost=cost(1_212.144, least),
        by_phase=phases,
        by_model=(ModelTokens(OPUS, measured(182_204_417, least), spending(cost(1_211.02, least))),),
        others=(),
    )


def unpriced_alone() -> TokensModel:
    """Not one model has a price, and two of them have no row of their own."""
    return replace(
        spent_tokens(),
        by_phase=(),
        by_model=(),
        cost=none("no model of this build has a price"),
        unpriced=(NEW, "another-model"),
        others=(),
        trend=(),
    )
