"""Alerts reach a notification service on a real bus, else the balloon, and the user's commands."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path

import pytest
import qasync
from PySide6.QtWidgets import QApplication

from cupola.desktop.alert_commands import run_command
from cupola.desktop.delivery import Delivery
from cupola.domain.alerts import Alert, AlertKind, Occasion
from cupola.domain.words import Facet
from cupola.store.settings import AlertSettings
from support.leaks import ExpectedWarnings
from support.notifications import FakeNotifications

FAILED = Occasion(AlertKind.FAILED, "aaa", "we<b>ather", "Test", "a < b & c", "/x/wetter ü")
WAITS = Occasion(AlertKind.WAITING, "aaa", "weather", "Builder", "waiting for a permission (Bash)")
OTHER = Occasion(AlertKind.FINISHED, "bbb", "other", None, "COMPLETE")
IMPAIRED = Occasion(AlertKind.IMPAIRED, "", "/mnt/x", None, "hangs")

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="D-Bus is Linux's")


class Balloons:
    """The tray's balloon."""

    def __init__(self) -> None:
        self.shown: asyncio.Queue[tuple[str, str]] = asyncio.Queue()

    def __call__(self, title: str, body: str) -> None:
        self.shown.put_nowait((title, body))


def serving(
    app: QApplication,
    work: Callable[[Delivery, Balloons], Awaitable[None]],
    settings: AlertSettings | None = None,
) -> list[tuple[str, Facet | None]]:
    """Do `work` while alerts are delivered; what clicks opened."""
    delivery, balloons = Delivery(settings or AlertSettings()), Balloons()
    delivery.set_balloon(balloons)
    opened: list[tuple[str, Facet | None]] = []
    delivery.opened.connect(lambda build, dock: opened.append((build, dock)))

    async def bounded() -> None:
        served = asyncio.create_task(delivery.serve())
        try:
            async with asyncio.timeout(20):
                await work(delivery, balloons)
        finally:
            served.cancel()
            await asyncio.gather(served, return_exceptions=True)

    with asyncio.Runner(loop_factory=partial(qasync.QEventLoop, app)) as runner:
        runner.run(bounded())
    return opened


async def until(condition: Callable[[], bool]) -> None:
    while not condition():
        await asyncio.sleep(0.005)


# --- over D-Bus ---------------------------------------------------------------------------------------------


def test_a_notification_is_replaced_by_the_next_of_its_build_and_stands_beside_others(
    qapp: QApplication, bus: str
) -> None:
    async def work(delivery: Delivery, _balloons: Balloons) -> None:
        service = await FakeNotifications.started()
        for said in (FAILED, OTHER, WAITS):
            delivery.deliver(Alert((said,)))
            await service.calls.get()
        assert [(each.number, each.replaced) for each in service.shown] == [(7, 0), (8, 0), (7, 7)]
        await service.kill()

    serving(qapp, work)


def test_a_click_opens_the_build_and_the_dock_of_the_worst(
    qapp: QApplication, bus: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("XDG_ACTIVATION_TOKEN", raising=False)
    opened: list[tuple[str, Facet | None]] = []

    async def work(delivery: Delivery, _balloons: Balloons) -> None:
        delivery.opened.connect(lambda build, dock: opened.append((build, dock)))
        service = await FakeNotifications.started()
        for alert in (Alert((WAITS,)), Alert((FAILED, OTHER)), Alert((IMPAIRED,))):
            delivery.deliver(alert)
            shown = await service.calls.get()
            assert shown.actions == ("default", "Open")
            count = len(opened)
            await service.click(999)
            await service.click(shown.number)
            await until(lambda before=count: len(opened) > before)  # type: ignore[misc] # mypy cannot type it
        assert os.environ["XDG_ACTIVATION_TOKEN"] == "token"
        delivery.deliver(Alert((WAITS,)))
        assert (await service.calls.get()).replaced == 0, "what was clicked is gone"
        await service.kill()

    assert serving(qapp, work) == opened == [("aaa", Facet.AGENTS), ("aaa", Facet.TESTS), ("", None)]
    del os.environ["XDG_ACTIVATION_TOKEN"]


@pytest.mark.parametrize(
    ("capabilities", "title", "body", "actions"),
    [
        (("body", "body-markup", "actions"), "we<b>ather failed", "Test: a &lt; b &amp; c", True),
        (("body",), "we<b>ather failed", "Test: a < b & c", False),
        ((), "we<b>ather failed – Test: a < b & c", "", False),
    ],
)
def test_text_stays_text_whatever_a_service_can_do(
    qapp: QApplication, bus: str, capabilities: tuple[str, ...], title: str, body: str, actions: bool
) -> None:
    async def work(delivery: Delivery, _balloons: Balloons) -> None:
        service = await FakeNotifications.started(capabilities)
        delivery.deliver(Alert((FAILED,)))
        shown = await service.calls.get()
        assert (shown.title, shown.body, bool(shown.actions)) == (title, body, actions)
        await service.kill()

    serving(qapp, work)


def test_a_service_that_is_killed_is_stood_in_for_by_the_balloon_until_another_comes(
    qapp: QApplication, bus: str
) -> None:
    async def work(delivery: Delivery, balloons: Balloons) -> None:
        first = await FakeNotifications.started()
        delivery.deliver(Alert((WAITS,)))
        await first.calls.get()
        await first.kill()
        delivery.deliver(Alert((FAILED,)))
        assert await balloons.shown.get() == ("we<b>ather failed", "Test: a < b & c")
        second = await FakeNotifications.started(("body",), first=70)
        delivery.deliver(Alert((WAITS,)))
        shown = await second.calls.get()
        assert (shown.number, shown.replaced) == (70, 0), "it knows nothing of the first one's numbers"
        assert balloons.shown.empty()
        delivery.deliver(Alert((WAITS,)))
        assert (await second.calls.get()).replaced == 70
        await second.kill()
        third = await FakeNotifications.started(first=170)
        delivery.deliver(Alert((WAITS,)))
        assert (await third.calls.get()).replaced == 0, "taken over between two alerts"
        await third.kill()

    serving(qapp, work)


def test_without_a_bus_the_balloon_says_it_and_its_click_opens_the_last(
    qapp: QApplication, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", f"unix:path={tmp_path / 'none'}")

    async def work(delivery: Delivery, balloons: Balloons) -> None:
        delivery.open_last()
        delivery.deliver(Alert((OTHER,)))
        delivery.deliver(Alert((WAITS,)))
        assert [(await balloons.shown.get())[0] for _ in range(2)] == [
            "other finished",
            "weather waits for you",
        ]
        delivery.open_last()
        delivery.set_balloon(None)
        delivery.deliver(Alert((OTHER,)))

    assert serving(qapp, work) == [("aaa", Facet.AGENTS)]


# --- commands -----------------------------------------------------------------------------------------------


def script(tmp_path: Path, text: str) -> tuple[str, ...]:
    path = tmp_path / "command.py"
    path.write_text(f"import json, os, sys, time\n{text}\n", encoding="utf-8")
    return (sys.executable, str(path))


def test_a_command_gets_its_arguments_as_they_are_and_the_facts_on_its_standard_input(
    qapp: QApplication, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    text = f"open({str(out)!r}, 'w').write(json.dumps([sys.argv[1:], json.load(sys.stdin)]))"
    command = (*script(tmp_path, text), "$HOME; rm -rf *", "")
    settings = AlertSettings(commands=((AlertKind.FAILED, command),))

    async def work(delivery: Delivery, _balloons: Balloons) -> None:
        delivery.deliver(Alert((FAILED, OTHER)))
        await until(lambda: out.exists() and bool(out.read_text()))

    serving(qapp, work, settings)
    arguments, facts = json.loads(out.read_text())
    assert arguments == ["$HOME; rm -rf *", ""]
    assert facts == {
        "kind": "failed",
        "build": "aaa",
        "project": "we<b>ather",
        "directory": "/x/wetter ü",
        "phase": "Test",
        "reason": "a < b & c",
        "title": "we<b>ather failed",
        "text": "Test: a < b & c",
    }


def test_commands_run_one_at_a_time(qapp: QApplication, tmp_path: Path) -> None:
    out = tmp_path / "out"
    text = (
        f"out = open({str(out)!r}, 'a', buffering=1); out.write('+'); sys.stdin.read(); time.sleep(0.05)\n"
        "out.write('-')"
    )
    settings = AlertSettings(commands=((AlertKind.FAILED, script(tmp_path, text)),))

    async def work(delivery: Delivery, _balloons: Balloons) -> None:
        for _ in range(3):
            delivery.deliver(Alert((FAILED,)))
        await until(lambda: out.exists() and out.read_text().count("-") == 3)

    serving(qapp, work, settings)
    assert out.read_text() == "+-+-+-"


def children_of(tmp_path: Path) -> tuple[str, ...]:
    """A command that starts another, says both of their numbers, and never ends."""
    text = (
        "import subprocess\n"
        "child = subprocess.Popen(['sleep', '600'])\n"
        f"open({str(tmp_path / 'new')!r}, 'w').write(f'{{os.getpid()}} {{child.pid}}')\n"
        f"os.rename({str(tmp_path / 'new')!r}, {str(tmp_path / 'pids')!r})\n"
        "time.sleep(600)"
    )
    return script(tmp_path, text)


def alive(pid: str) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def assert_dead(pids: Path) -> None:
    """Who was killed takes a moment to die."""
    asyncio.run(until(lambda: not any(map(alive, pids.read_text().split()))))


def test_a_command_ends_with_cupola_and_so_does_what_it_started(qapp: QApplication, tmp_path: Path) -> None:
    settings = AlertSettings(commands=((AlertKind.FAILED, children_of(tmp_path)),))
    pids = tmp_path / "pids"

    async def work(delivery: Delivery, _balloons: Balloons) -> None:
        delivery.deliver(Alert((FAILED,)))
        await until(pids.exists)

    serving(qapp, work, settings)
    assert_dead(pids)


def test_a_command_that_takes_too_long_is_ended_and_said(
    qapp: QApplication, tmp_path: Path, expected_warnings: ExpectedWarnings
) -> None:
    expected_warnings.add("took longer than")
    command = children_of(tmp_path)

    async def work(_delivery: Delivery, _balloons: Balloons) -> None:
        assert not await run_command(command, FAILED, limit_s=1.5)

    serving(qapp, work)
    assert_dead(tmp_path / "pids")


def test_a_command_that_cannot_run_or_fails_is_said_and_the_next_one_runs(
    qapp: QApplication, tmp_path: Path, expected_warnings: ExpectedWarnings
) -> None:
    expected_warnings.add("cannot be run")
    expected_warnings.add("ended with 3")
    out = tmp_path / "out"
    fails, works = script(tmp_path, "sys.exit(3)"), (sys.executable, "-c", f"open({str(out)!r}, 'w')")

    async def work(_delivery: Delivery, _balloons: Balloons) -> None:
        assert not await run_command((str(tmp_path / "none"),), FAILED)
        assert not await run_command(fails, FAILED)
        assert await run_command(works, FAILED)

    serving(qapp, work)
    assert out.exists()
