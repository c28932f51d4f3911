"""What stands between the feed and a panel: equal content stops here, and so does content nobody can see."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, Protocol, TypeVar

Model = TypeVar("Model")
Shown_contra = TypeVar("Shown_contra", contravariant=True)

PassHook = Callable[[str, str, int], None]
"""Called as a model passes, just before it is shown: panel, digest, trace time of its cause."""


class Renders(Protocol[Shown_contra]):
    """A view that shows one model and nothing else."""

    def show_model(self, model: Shown_contra) -> None:
        """Show `model`; cheap, and called in the GUI thread only."""


class Gate(Generic[Model]):
    """Lives in the GUI thread."""

    def __init__(self, name: str, view: Renders[Model], on_pass: PassHook | None = None) -> None:
        self.name = name
        self.passed = 0
        """How often a model was shown."""
        self.stopped = 0
        """How often a model was offered that is shown already."""
        self._view = view
        self._on_pass = on_pass
        self._hidden = False
        self._shown_digest: str | None = None
        self._waiting: tuple[str, Model] | None = None

    @property
    def dirty(self) -> bool:
        """True while something newer than what the view shows waits for the view to be visible."""
        return self._waiting is not None

    def offer(self, digest: str, model: Model, seen_ns: int = 0) -> bool:
        """Show `model` unless its digest is shown already; True if the view was rendered.

        `seen_ns` is the trace time of the event that caused it, 0 for none: what has to wait loses it.
        """
        if digest == self._shown_digest:
            self._waiting = None
            self.stopped += 1
            return False
        if self._hidden:
            self._waiting = (digest, model)
            return False
        self._render(digest, model, seen_ns)
        return True

    def set_hidden(self, *, hidden: bool) -> None:
        """Hold back while hidden; show at once what came meanwhile."""
        self._hidden = hidden
        if not hidden and self._waiting is not None:
            self._render(*self._waiting, 0)

    def _render(self, digest: str, model: Model, seen_ns: int) -> None:
        self._waiting = None
        self.passed += 1
        self._shown_digest = digest
        if self._on_pass is not None:
            self._on_pass(self.name, digest, seen_ns)
        self._view.show_model(model)
