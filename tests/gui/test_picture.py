"""A picture of the window: taken when all of it is painted, and why it is not, where it cannot be."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from cupola.desktop import picture as taking
from cupola.desktop.frame import Frame
from cupola.desktop.picture import PictureTaker
from cupola.desktop.window import Desktop
from cupola.options import Options, Picture
from cupola.store.opened import open_store
from cupola.store.places import Wanted
from cupola.store.surroundings import surroundings
from support.fake_engine import FakeClock, FakeEngine, build

Take = Callable[..., PictureTaker]


@pytest.fixture
def engine() -> FakeEngine:
    return FakeEngine()


@pytest.fixture
def take(
    qapp: QApplication, qtbot: QtBot, engine: FakeEngine, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Take]:
    monkeypatch.setattr(taking, "LONGEST_MS", 500)
    font, palette, sheet = qapp.font(), qapp.palette(), qapp.styleSheet()
    opened: list[Desktop] = []

    def start(picture: Picture, after_s: float = 0.0) -> PictureTaker:
        store = open_store(Wanted(), surroundings())
        frame = Frame(qapp, store.places.state_dir, Options(picture=picture))
        frame.show()
        desktop = Desktop(frame, store, FakeClock())
        opened.append(desktop)
        qtbot.addWidget(desktop.window)
        desktop.start(engine)
        taker = PictureTaker(desktop, picture, after_s)
        with qtbot.waitSignal(taker.done, timeout=10_000):
            taker.start()
        return taker

    yield start
    for desktop in opened:
        assert desktop.close()
        desktop.deleteLater()
    qapp.setFont(font)
    qapp.setPalette(palette)
    qapp.setStyleSheet(sheet)


def test_that_the_chosen_build_is_on_it(take: Take, engine: FakeEngine, tmp_path: Path) -> None:
    for name in ("aaa", "bbb"):
        engine.put(build(name, project=name, directory=f"/x/{name}"))
    engine.ready()
    taker = take(Picture(str(tmp_path / "a.png"), size=(900, 600), select="bbb"))
    assert taker.code == 0
    assert QImage(str(tmp_path / "a.png")).size().toTuple() == (900, 600)
    assert taker._desktop.presenter.shown is not None
    assert taker._desktop.presenter.shown.project == "bbb"


def test_that_a_build_that_is_not_there_is_named(
    take: Take, engine: FakeEngine, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    engine.ready()
    assert take(Picture(str(tmp_path / "a.png"), select="nobody")).code == 1
    assert "there is no build called nobody" in capsys.readouterr().err
    assert not (tmp_path / "a.png").exists()


def test_that_what_is_never_read_is_not_waited_for_for_ever(
    take: Take, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert take(Picture(str(tmp_path / "a.png"))).code == 1
    assert "not everything was read" in capsys.readouterr().err


def test_that_its_moment_is_waited_for(take: Take, engine: FakeEngine, tmp_path: Path) -> None:
    engine.ready()
    taker = take(Picture(str(tmp_path / "a.png")), after_s=0.3)
    assert taker.code == 0
    assert taker._waited_ms >= 300
