"""The way from the engine's thread into the window's: one queued signal, however many changes wait."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import replace
from typing import Final, Protocol

from PySide6.QtCore import QObject, Qt, QThread, Signal, Slot

from cupola.domain.models import HealthModel
from cupola.domain.problems import Problem
from cupola.engine.feed import Feed, FeedEvent, HealthChange, SettingsChange
from cupola.engine.mailbox import Mailbox
from cupola.presenters.after_paint import AfterPaint
from cupola.store.settings import Settings

STOP_MS: Final = 1_000

log = logging.getLogger(__name__)

_abandoned: list[QObject] = []
"""Threads that did not end: a QThread that is destroyed while it runs would abort the process."""


class RunsEngine(Protocol):
    """What the bridge needs of an engine."""

    @property
    def feed(self) -> Feed: ...

    def run(self) -> None: ...

    def stop(self) -> None: ...

    def show(self, build: str | None, *, visible: bool) -> None: ...

    def add_root(self, path: str, *, keep: bool = True) -> None: ...

    def configure(self, settings: Settings, *, was: Settings | None = None) -> None: ...

    def pause(self, paused: bool) -> None: ...

    def refresh(self) -> None: ...


class EngineHost(QObject):
    """Lives in the bridge's QThread and gives it to the engine until the engine returns."""

    mail = Signal()
    failed = Signal(str)

    def __init__(self, engine: RunsEngine, mailbox: Mailbox, thread: QThread) -> None:
        super().__init__()
        self._engine = engine
        self._mailbox = mailbox
        self._thread = thread

    @Slot()
    def run(self) -> None:
        """Run the engine to its end, then end the thread."""
        unsubscribe = self._engine.feed.subscribe(self._receive)
        try:
            self._engine.run()
        except Exception as error:
            log.exception("The engine ended by an error")
            self.failed.emit(f"{type(error).__name__}: {error}")
        finally:
            unsubscribe()
            self._thread.quit()

    def _receive(self, event: FeedEvent) -> None:
        """Called in the engine's control thread."""
        if self._mailbox.put(event):
            self.mail.emit()


class FeedBridge(QObject):
    """Lives in the GUI thread: starts and stops the engine, and hands out what it says in turns."""

    arrived = Signal(object)
    """`tuple[FeedEvent, ...]`: only the last change of each facet, in the order things happened."""

    failed = Signal(str)
    """The engine ended by an error; nothing more will arrive."""

    _more = Signal()

    def __init__(self, own_problems: tuple[Problem, ...] = (), parent: QObject | None = None) -> None:
        """`own_problems` of the settings are added to those that the engine names, until others count."""
        super().__init__(parent)
        self._own_problems = own_problems
        self._mailbox = Mailbox()
        self._thread: QThread | None = None
        self._host: EngineHost | None = None
        self._engine: RunsEngine | None = None
        self._told: Settings | None = None
        """The last that the engine told of."""
        self._health = HealthModel()
        self.after_paint = AfterPaint(self)
        """The same batches, once more, for those who draw nothing in the window."""
        self.arrived.connect(self.after_paint.take)
        self._more.connect(self._on_mail, Qt.ConnectionType.QueuedConnection)

    @property
    def running(self) -> bool:
        """True from `start` until `stop`."""
        return self._thread is not None

    def start(self, engine: RunsEngine) -> None:
        """Run `engine` in a thread of its own; once per bridge."""
        if self._thread is not None:
            raise RuntimeError("this bridge has an engine already")
        thread = QThread()
        thread.setObjectName("cupola-engine")
        host = EngineHost(engine, self._mailbox, thread)
        host.moveToThread(thread)
        host.mail.connect(self._on_mail, Qt.ConnectionType.QueuedConnection)
        host.failed.connect(self._on_failed, Qt.ConnectionType.QueuedConnection)
        thread.started.connect(host.run)
        self._engine, self._thread, self._host = engine, thread, host
        thread.start()

    def stop(self, at_most_ms: int = STOP_MS) -> bool:
        """End the engine and its thread; False, and logged, if they did not end in time."""
        self.after_paint.stop()
        if self._engine is None or self._thread is None or self._host is None:
            return True
        engine, thread, host = self._engine, self._thread, self._host
        self._engine = self._thread = self._host = None
        host.mail.disconnect(self._on_mail)
        host.failed.disconnect(self._on_failed)
        engine.stop()
        if thread.wait(at_most_ms):
            return True
        log.error("The engine did not end within %d ms and is abandoned", at_most_ms)
        _abandoned.extend((thread, host))
        return False

    @Slot(object, bool)
    def show_build(self, build: str | None, visible: bool) -> None:
        """Tell the engine which build the window shows, and whether anybody can see it."""
        if self._engine is not None:
            self._engine.show(build, visible=visible)

    @Slot(str)
    def add_root(self, path: str) -> None:
        """Have another folder watched, now and in later sessions."""
        if self._engine is not None:
            self._engine.add_root(path)

    @Slot(str)
    def watch(self, path: str) -> None:
        """Have another folder watched, until this session ends."""
        if self._engine is not None:
            self._engine.add_root(path, keep=False)

    def configure(self, settings: Settings, was: Settings) -> None:
        """Let what differs from `was` be in force now and in later sessions; a `SettingsChange` answers.

        What the engine changed by itself meanwhile, as by keeping a folder that was dropped, is kept.
        """
        if self._engine is not None:
            self._engine.configure(settings, was=was)

    @Slot(bool)
    def pause(self, paused: bool) -> None:
        """Have nothing watched from now on, or have everything looked at again; `HealthModel.paused` says."""
        if self._engine is not None:
            self._engine.pause(paused)

    @Slot()
    def refresh(self) -> None:
        """Have everything looked at again now."""
        if self._engine is not None:
            self._engine.refresh()

    @Slot()
    def _on_mail(self) -> None:
        events, more = self._mailbox.take()
        if more:
            self._more.emit()
        if events:
            self.arrived.emit(tuple(self._noted(events)))

    def _noted(self, events: tuple[FeedEvent, ...]) -> Iterator[FeedEvent]:
        """The events as the window gets them: with the problems of the settings as long as these stand."""
        for event in events:
            match event:
                case HealthChange(model):
                    self._health = model
                    yield HealthChange(replace(model, problems=self._own_problems + model.problems))
                case SettingsChange(settings):
                    yield event
                    if self._own_problems and self._told not in {None, settings}:
                        self._own_problems = ()  # from now on the engine says how the file is
                        yield HealthChange(self._health)
                    self._told = settings
                case _:
                    yield event

    @Slot(str)
    def _on_failed(self, why: str) -> None:
        self.failed.emit(why)
