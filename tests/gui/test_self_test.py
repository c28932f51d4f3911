"""The self-test's own judgement: a write that nobody tells of, and an error amid its checks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from cupola.desktop import picture as taking
from cupola.desktop.frame import Frame
from cupola.desktop.self_test import SelfTest
from cupola.desktop.window import Desktop
from cupola.options import Options, Picture
from cupola.store.opened import Opened
from cupola.store.settings import Settings
from support.engine_host import places
from support.fake_engine import FakeClock, FakeEngine, build
from support.leaks import ExpectedWarnings

Run = Callable[[], SelfTest]


@pytest.fixture
def run(qapp: QApplication, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Run]:
    monkeypatch.setattr(taking, "LONGEST_MS", 500)
    font, palette, sheet = qapp.font(), qapp.palette(), qapp.styleSheet()
    opened: list[Desktop] = []

    def start() -> SelfTest:
        where = places(tmp_path / "places", (tmp_path / "root",))
        frame = Frame(qapp, where.state_dir, Options(picture=Picture("")))
        frame.show()
        desktop = Desktop(frame, Opened(where, Settings(), ()), FakeClock())
        opened.append(desktop)
        qtbot.addWidget(desktop.window)
        engine = FakeEngine()
        engine.put(build("aaa"))
        engine.ready()
        desktop.start(engine)
        test = SelfTest(desktop, Picture(""), where)
        with qtbot.waitSignal(test.done, timeout=10_000):
            test.start()
        return test

    yield start
    for desktop in opened:
        assert desktop.close()
        desktop.deleteLater()
    qapp.setFont(font)
    qapp.setPalette(palette)
    qapp.setStyleSheet(sheet)


def test_that_a_write_that_nobody_tells_of_fails_it(
    run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run().code == 1
    assert "the write of Scout was not seen" in capsys.readouterr().out
    assert (tmp_path / "root/self-test/.context-foundry/current-phase.json").exists()


def test_that_an_error_amid_the_checks_fails_it(
    run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str], expected_warnings: ExpectedWarnings
) -> None:
    expected_warnings.add("A check could not be made")
    (tmp_path / "root").write_text("a file where a folder has to be", encoding="utf-8")
    assert run().code == 1
    assert "NotADirectoryError" in capsys.readouterr().out
