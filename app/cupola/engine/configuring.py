"""The settings in force: what differs when they are others, and who else changes them."""

from __future__ import annotations

from pathlib import Path

from cupola.domain.state import Policy
from cupola.engine.builds import Builds
from cupola.engine.feed import Publisher
from cupola.engine.holders import Holders
from cupola.engine.messages import AddRoot, Configure, RootSeen
from cupola.engine.recorder import Recorder
from cupola.engine.roots import Roots
from cupola.store.places import Places, absolute
from cupola.store.prices import chosen_prices
from cupola.store.roots import roots_of, with_root
from cupola.store.settings import Settings
from cupola.store.settings_merging import merged
from cupola.watch.search import Limits


class Configuring:
    """Belongs to the control thread, which alone has settings written."""

    def __init__(
        self,
        settings: Settings,
        *,
        places: Places,
        feed: Publisher,
        recorder: Recorder,
        roots: Roots,
        holders: Holders,
        builds: Builds,
    ) -> None:
        self.settings = settings
        """Those in force."""
        self._places = places
        self._feed = feed
        self._recorder = recorder
        self._roots = roots
        self._holders = holders
        self._builds = builds
        self._added: set[str] = set()
        self._early: list[AddRoot | Configure] | None = []
        """What was asked for before anything was watched; None from then on."""

    def start(self) -> None:
        """Tell which settings are in force, and have the price list read."""
        self._feed.settings(self.settings)
        self._load_prices()

    def watch(self) -> None:
        """Watch the roots from now on, and do what was asked for before that."""
        for root in self._places.roots:
            self._roots.add(str(root))
        early, self._early = self._early or [], None
        for message in early:
            self.take(message)

    def take(self, message: AddRoot | Configure) -> None:
        """Do what somebody wants to be otherwise."""
        if self._early is not None:
            self._early.append(message)
            return
        match message:
            case AddRoot(path, keep):
                self._add(path, keep=keep)
            case Configure(settings, was):
                self._apply(merged(self.settings, was or self.settings, settings))

    def keep_root(self, message: RootSeen) -> None:
        """A folder that was added is kept once it was seen: a file that was dropped by mistake is not."""
        if message.root in self._added and message.state.identity is not None:
            self._added.discard(message.root)
            self._put(with_root(self.settings, message.root))

    def _add(self, path: str, *, keep: bool) -> None:
        path = str(absolute(path, self._places))
        if path not in self._roots:
            if keep:
                self._added.add(path)
            self._roots.add(path)
        elif keep and Path(path) not in roots_of(self.settings, self._places):
            self._put(with_root(self.settings, path))

    def _apply(self, after: Settings) -> None:
        before = self.settings
        if after == before:
            self._feed.settings(before)  # whoever asked waits for an answer
            return
        self._put(after)
        self._change_roots(before, after)
        if limits_of(before, self._places) != limits_of(after, self._places):
            self._roots.limit(limits_of(after, self._places))
        if policy_of(before) != policy_of(after):
            self._builds.judge_by(policy_of(after))
        if before.prices_file != after.prices_file:
            self._load_prices()

    def _put(self, settings: Settings) -> None:
        """In force from now on, whether they can be written or not: that is told."""
        was, self.settings = self.settings, settings
        self._recorder.keep_settings(self._places.config_dir, settings, was)
        self._feed.settings(settings)

    def _load_prices(self) -> None:
        chosen = chosen_prices(self.settings, self._places)
        self._recorder.load_prices(self._places.config_dir, chosen)

    def _change_roots(self, before: Settings, after: Settings) -> None:
        """Roots that were only named for this session are in neither, and stay."""
        was = list(map(str, roots_of(before, self._places)))
        wanted = list(map(str, roots_of(after, self._places)))
        for path in wanted:
            if path not in was and path not in self._roots:
                self._roots.add(path)
        for path in was:
            if path not in wanted and path in self._roots:
                self._remove(path)

    def _remove(self, path: str) -> None:
        """What is in no other root leaves; the folder itself may still be a project of another."""
        alone = self._roots.only_in(path)
        self._added.discard(path)
        for holder in alone:
            self._holders.close(holder)
        real = self._roots.remove(path)
        for holder in alone:
            self._builds.leave(holder, stays=False)
        if real not in alone and real not in self._roots.reals:
            self._builds.leave(real, stays=True)
            self._holders.open_project(real)


def limits_of(settings: Settings, places: Places) -> Limits:
    """How far a search for projects goes. Foundry's own home is no project of anybody."""
    never = frozenset({str(places.foundry_home.parent)})
    return Limits(settings.depth, frozenset(settings.skipped_folders), never)


def policy_of(settings: Settings) -> Policy:
    """By what builds are judged."""
    return Policy(settings.quiet_limit_s, settings.token_budget)
