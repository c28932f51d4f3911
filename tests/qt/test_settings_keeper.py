"""The settings of window and engine end up the same, whatever is asked for while answers are on their way."""

from __future__ import annotations

from dataclasses import replace

from pytestqt.qtbot import QtBot

from cupola.desktop.settings_keeper import SettingsKeeper
from cupola.engine.feed import SettingsChange
from cupola.presenters.bridge import FeedBridge
from cupola.store.settings import Settings
from cupola.store.settings_merging import merged

FIRST = Settings()


class SlowBridge(FeedBridge):
    """Its engine merges as the real one does, and answers when a test says so."""

    def __init__(self) -> None:
        super().__init__()
        self.in_force = FIRST
        self.asked: list[tuple[Settings, Settings]] = []

    @property
    def running(self) -> bool:
        return True

    def configure(self, settings: Settings, was: Settings) -> None:
        self.asked.append((settings, was))

    def answer(self) -> None:
        settings, was = self.asked.pop(0)
        self.in_force = merged(self.in_force, was, settings)
        self.after_paint.passed.emit((SettingsChange(self.in_force),))


def test_a_size_that_is_chosen_again_while_the_engine_is_busy_holds(qtbot: QtBot) -> None:
    bridge = SlowBridge()
    keeper = SettingsKeeper(FIRST, bridge)
    twelve, thirteen = replace(FIRST, font_points=12), replace(FIRST, font_points=13)
    keeper.change(twelve)
    keeper.change(thirteen)
    bridge.answer()
    keeper.change(twelve)
    while bridge.asked:
        bridge.answer()
    assert keeper.settings == bridge.in_force == twelve
    keeper.change(thirteen)
    bridge.answer()
    assert keeper.settings == bridge.in_force == thirteen
