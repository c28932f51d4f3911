"""What the window knows of each build: the last model of every facet."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Final

from cupola.domain.clock import Instant
from cupola.domain.models import (
    ActivityModel,
    AgentsModel,
    BuildModel,
    DecisionsModel,
    PanelModel,
    TestsModel,
    TokensModel,
)
from cupola.domain.words import Facet
from cupola.engine.feed import Change

EMPTY_PANELS: Final[dict[Facet, PanelModel]] = {
    Facet.TOKENS: TokensModel(),
    Facet.TESTS: TestsModel(),
    Facet.AGENTS: AgentsModel(),
    Facet.DECISIONS: DecisionsModel(),
}


GONE_DIGEST: Final = "gone"
"""Of no model: one that comes back differs from it."""


@dataclass(frozen=True, slots=True)
class Part:
    """The last change of one facet; `changed_at` None: it was like this when Cupola came."""

    change: Change
    changed_at: Instant | None = None


@dataclass(slots=True)
class Known:
    """One build; `checked_at` in continuous seconds."""

    parts: dict[Facet, Part] = field(default_factory=dict)
    checked_at: float | None = None

    def take(self, change: Change, now: Instant) -> bool:
        """Keep a change; False if its digest is the one already known."""
        old = self.parts.get(change.facet)
        if old is not None and old.change.digest == change.digest:
            return False
        self.parts[change.facet] = Part(change, None if old is None else now)
        return True

    def depart(self, model: BuildModel) -> BuildModel:
        """The build is gone and shown like this from now on."""
        part = self.parts[Facet.BUILD]
        change = replace(part.change, model=model, digest=GONE_DIGEST, seen_ns=0)
        self.parts[Facet.BUILD] = Part(change, part.changed_at)
        self.checked_at = None
        return model

    def confirm(self, at: float) -> None:
        """All its files were confirmed at `at`."""
        self.checked_at = max(self.checked_at or at, at)

    @property
    def build(self) -> BuildModel | None:
        """The header, None until it came."""
        part = self.parts.get(Facet.BUILD)
        return part.change.model if part and isinstance(part.change.model, BuildModel) else None

    @property
    def activity(self) -> ActivityModel:
        """What happened to it; empty until it came."""
        part = self.parts.get(Facet.ACTIVITY)
        return part.change.model if part and isinstance(part.change.model, ActivityModel) else ActivityModel()

    def panel(self, facet: Facet) -> PanelModel:
        """What a dock shows; empty until it came."""
        part = self.parts.get(facet)
        model = None if part is None else part.change.model
        if isinstance(model, TokensModel | TestsModel | AgentsModel | DecisionsModel):
            return model
        return EMPTY_PANELS[facet]

    def digest(self, facet: Facet) -> str:
        """The digest of what is shown for a facet; "" stands for a facet that never came."""
        part = self.parts.get(facet)
        return "" if part is None else part.change.digest

    def seen_ns(self, facet: Facet) -> int:
        """The trace time of the event behind a facet, 0 for none."""
        part = self.parts.get(facet)
        return 0 if part is None else part.change.seen_ns

    def changed_at(self, facet: Facet) -> Instant | None:
        """When the data of a facet changed; of one that never changed since, when the build did.

        Transcripts may be read long after they changed, when their build is shown.
        """
        part, build = self.parts.get(facet), self.build
        model = part.change.model if part is not None else None
        if isinstance(model, TokensModel) and model.changed_at is not None:
            return model.changed_at
        if isinstance(model, AgentsModel) and model.changed_at is not None:
            return max(model.changed_at, (build.changed_at if build else None) or model.changed_at)
        if part is not None and part.changed_at is not None:
            return part.changed_at
        return None if build is None else build.changed_at


def has_data(model: PanelModel) -> bool:
    """Whether a panel has anything to show; reasons for having nothing do not count."""
    match model:
        case TokensModel():
            figures = (model.used, model.input, model.output, model.spent, model.cost)
            rows = model.by_phase or model.by_model or model.others
            return bool(rows) or any(each.value is not None for each in figures)
        case TestsModel():
            return bool(model.iterations)
        case AgentsModel():
            return bool(model.rows)
        case DecisionsModel():
            return bool(model.items or model.findings) or bool(model.count.value)
