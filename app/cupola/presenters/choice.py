"""Which build is in the centre: the user's choice, the run that followed it, or the top of the list."""

from __future__ import annotations

from cupola.presenters.builds_filter import BuildsFilter


class Choice:
    """Lives in the GUI thread. Once all roots were read, what is chosen never moves by itself."""

    def __init__(self, listed: BuildsFilter) -> None:
        self.shown: str | None = None
        self._listed = listed
        self._by_user = False
        self._settled = False

    def choose(self, build_id: str) -> None:
        """The user chose a build."""
        self.shown, self._by_user = build_id, True

    def succeed(self, build_id: str, successor: str | None) -> None:
        """A build is no longer there; `successor` is the next run in its directory, None if there is none."""
        if build_id == self.shown:
            self.shown = successor

    def settle(self, *, ready: bool) -> None:
        """Until all roots were read (`ready`), follow the top of the list, unless the user chose."""
        if not (self._by_user or self._settled):
            top = self._listed.first()
            self.shown = None if top is None else top.id
            self._settled = ready and top is not None
