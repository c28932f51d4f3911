"""The parts of the desktop on their own: signals, logs, errands, the kept place of the window."""

from __future__ import annotations

import logging
import os
import signal
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QObject, QUrl, Slot, qWarning
from PySide6.QtGui import QDesktopServices, QGuiApplication, QKeySequence
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from cupola.desktop import logs
from cupola.desktop.actions import RECORDS, Act, Actions
from cupola.desktop.errands import Errands, file_url, folder_url
from cupola.desktop.first_paint import FirstPaint
from cupola.desktop.interrupts import Interrupts
from cupola.desktop.logs import logging_to
from cupola.desktop.window_state import NAME, WindowState
from support.fake_engine import build
from support.leaks import ExpectedWarnings


class Opener(QObject):
    """Stands for the desktop's file manager."""

    def __init__(self) -> None:
        super().__init__()
        self.opened: list[QUrl] = []

    @Slot(QUrl)
    def open(self, url: QUrl) -> None:
        self.opened.append(url)


class Place:
    """A window that only remembers its place."""

    def __init__(self) -> None:
        self.place = b"here"

    def save_state(self) -> bytes:
        return self.place

    def restore_state(self, data: bytes) -> bool:
        self.place = data
        return data != b"broken"


@pytest.fixture
def opener(qapp: QObject) -> Iterator[Opener]:
    opener = Opener()
    QDesktopServices.setUrlHandler("file", opener, "open")  # type: ignore[arg-type] # its stub is wrong
    yield opener
    QDesktopServices.unsetUrlHandler("file")


def read(folder: Path) -> str:
    return (folder / "cupola.log").read_text(encoding="utf-8")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_arrives_as_a_qt_signal_and_handlers_are_given_back(qtbot: QtBot, number: int) -> None:
    before = signal.getsignal(number)
    interrupts = Interrupts()
    with qtbot.waitSignal(interrupts.requested):
        os.kill(os.getpid(), number)
    assert interrupts.came
    interrupts.close()
    assert signal.getsignal(number) is before
    assert signal.set_wakeup_fd(-1) == -1


def test_other_signals_are_none_of_its_business(qtbot: QtBot) -> None:
    interrupts = Interrupts()
    old = signal.signal(signal.SIGUSR1, lambda *_: None)
    with qtbot.assertNotEmitted(interrupts.requested, wait=50):
        os.kill(os.getpid(), signal.SIGUSR1)
    signal.signal(signal.SIGUSR1, old)
    interrupts.close()


def test_the_log_holds_our_words_and_qts_as_one_safe_line_each(
    qapp: QObject, tmp_path: Path, expected_warnings: ExpectedWarnings, qtlog: pytest.LogCaptureFixture
) -> None:
    expected_warnings.add("evil")
    expected_warnings.add("from Qt")
    with logging_to(tmp_path):
        logging.getLogger("x").warning("evil\x1b[31m\nname")
        qWarning("from Qt")
    text = read(tmp_path)
    assert "evil\\x1b[31m name" in text
    assert "qt: from Qt" in text
    assert len(text.splitlines()) == 2


def test_uncaught_errors_of_every_kind_end_in_the_log_and_hooks_are_given_back(
    qapp: QObject, tmp_path: Path, expected_warnings: ExpectedWarnings
) -> None:
    expected_warnings.add("Uncaught error")
    expected_warnings.add("Weakling.__del__")
    before = sys.excepthook, threading.excepthook, sys.unraisablehook

    class Weakling:
        def __del__(self) -> None:
            raise ValueError("in del")

    def fail() -> None:
        raise ValueError("in thread")

    with logging_to(tmp_path):
        sys.excepthook(ValueError, ValueError("in main"), None)
        thread = threading.Thread(target=fail)
        thread.start()
        thread.join()
        weakling = Weakling()
        del weakling
    assert (sys.excepthook, threading.excepthook, sys.unraisablehook) == before
    assert "in main" in read(tmp_path)
    assert "in thread" in read(tmp_path)
    assert "in del" in read(tmp_path)


def test_the_log_turns_over_at_its_limit_and_keeps_three(
    tmp_path: Path, qapp: QObject, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert logs.LOG_BYTES == 1_000_000
    monkeypatch.setattr(logs, "LOG_BYTES", 200)
    with logging_to(tmp_path):
        for number in range(12):
            logging.getLogger("x").info("line %02d %s", number, "x" * 150)
    kept = [tmp_path / name for name in ("cupola.log.3", "cupola.log.2", "cupola.log.1")]
    assert ["line" in path.read_text(encoding="utf-8") for path in kept] == [True] * 3
    assert [path.read_text(encoding="utf-8").split("line ")[1][:2] for path in kept] == ["09", "10", "11"]
    assert len(list(tmp_path.glob("cupola.log*"))) == 4


def test_a_state_folder_that_cannot_be_written_is_said_and_ends_nothing(
    qapp: QObject, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with logging_to(tmp_path / "file"):
        logging.getLogger("x").info("nothing")
    assert "no log is written" in capsys.readouterr().err


def test_without_an_error_stream_there_is_still_a_log(
    qapp: QObject, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stderr", None)
    with logging_to(tmp_path):
        logging.getLogger("x").info("here")
    assert "here" in read(tmp_path)


def test_errands_are_for_the_shown_build_only(opener: Opener) -> None:
    errands = Errands(QGuiApplication.clipboard())
    errands.open_folder()
    errands.on_shown_changed(build(directory="/home/x/my project", session_id="id-1"))
    errands.open_folder()
    errands.copy_session_id()
    assert QGuiApplication.clipboard().text() == "id-1"
    errands.copy_path()
    assert QGuiApplication.clipboard().text() == "/home/x/my project"
    errands.on_shown_changed(build(directory=None, session_id=None))
    for errand in (errands.open_folder, errands.copy_path, errands.copy_session_id):
        errand()
    assert QGuiApplication.clipboard().text() == "/home/x/my project"
    assert opener.opened == [QUrl.fromLocalFile("/home/x/my project/")]


@pytest.mark.parametrize("name", ["a b", "50%20", "#x?y=1", "ümlaut", "http:", "new\nline"])
def test_a_folder_stays_a_local_folder_whatever_its_name(name: str) -> None:
    url = folder_url(f"/srv/{name}")
    assert url.isLocalFile()
    assert url.toLocalFile() == f"/srv/{name}/"


def test_a_name_that_is_no_text_keeps_its_bytes() -> None:
    assert folder_url("/srv/caf\udce9").toEncoded().data() == b"file:///srv/caf%E9/"


def test_the_place_of_the_window_is_kept_and_written_only_when_it_moved(tmp_path: Path) -> None:
    window, state = Place(), WindowState(tmp_path)
    assert not state.restore(window)
    state.save(window)
    (tmp_path / NAME).unlink()
    state.save(window)
    assert not (tmp_path / NAME).exists()
    window.place = b"there"
    state.save(window)
    window.place = b"elsewhere"
    assert WindowState(tmp_path).restore(window)
    assert window.place == b"there"


def test_a_place_that_cannot_be_kept_or_read_is_only_logged(
    tmp_path: Path, expected_warnings: ExpectedWarnings
) -> None:
    expected_warnings.add("place is not kept")
    expected_warnings.add("place cannot be read")
    (tmp_path / NAME).mkdir()
    WindowState(tmp_path).save(Place())
    assert not WindowState(tmp_path).restore(Place())


def test_no_two_actions_share_a_shortcut_and_each_is_named(qapp: QObject) -> None:
    actions = Actions(qapp)
    keys = [QKeySequence(record.keys).toString() for record in RECORDS.values() if record.keys]
    assert len(keys) == len(set(keys))
    assert {actions[act].objectName() for act in Act} == {act.value for act in Act}
    assert all(actions[act].text() and actions[act].toolTip() for act in Act)
    for act in Act:
        actions[act].deleteLater()


def test_the_first_paint_is_waited_for_and_a_hidden_window_given_up(qtbot: QtBot) -> None:
    shown, hidden = QWidget(), QWidget()
    for widget in (shown, hidden):
        qtbot.addWidget(widget)
    painting = FirstPaint(shown)
    shown.show()
    assert painting.wait(5_000)
    assert painting.wait(0)
    assert not FirstPaint(hidden).wait(10)


# --- files behind figures -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "url"),
    [
        (
            "/p/.context-foundry/test-results-iteration-1.md",
            "file:///p/.context-foundry/test-results-iteration-1.md",
        ),
        ("/p/a b#c?.json", "file:///p/a%20b%23c%3F.json"),
        ("/p/metrics.db", "file:///p/"),
        ("/p/run.sh", "file:///p/"),
        ("/p/task-1.desktop", "file:///p/"),
        ("//server/share/a.md", None),
        ("\\\\server\\share\\a.md", None),
        ("https://example.org/a.md", None),
        ("a.md", None),
        ("", None),
    ],
)
def test_only_local_text_is_opened_and_else_its_folder(path: str, url: str | None) -> None:
    made = file_url(path)
    assert (None if made is None else made.toString(QUrl.ComponentFormattingOption.FullyEncoded)) == url
