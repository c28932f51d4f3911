"""One Cupola for a user and state folder: later starts hand over, and what they asked for is done."""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from cupola.desktop import door_posix, door_windows
from cupola.desktop import hand_over as handing
from cupola.desktop import instance as instance_module
from cupola.desktop.door_posix import MOST_VISITORS
from cupola.desktop.granting import Granting
from cupola.desktop.hand_over import ANSWER, UnansweredError, Wish, hand_over, wish_for, wish_of
from cupola.desktop.instance import Instance
from cupola.desktop.instance_place import LONGEST, instance_path
from cupola.options import parse
from cupola.presenters.bridge import FeedBridge
from cupola.presenters.window import WindowPresenter
from cupola.store.opened import open_store
from cupola.store.surroundings import surroundings
from support.fake_engine import FakeClock, FakeEngine, build
from support.leaks import ExpectedWarnings

WISH = Wish(("/some/röot", "/odd\udce9"), "/some/röot/project", "token")


@pytest.fixture
def state(tmp_path: Path) -> Path:
    folder = tmp_path / "state"
    folder.mkdir()
    return folder


@pytest.fixture(params=[door_posix, door_windows], ids=["socket", "Qt's server"])
def first(
    request: pytest.FixtureRequest, qtbot: QtBot, state: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Instance]:
    """Behind either door: Qt's, which is used on Windows, opens here as well."""
    monkeypatch.setattr(instance_module, "Door", request.param.Door)
    instance = Instance(state)
    assert instance.claim()
    yield instance
    instance.stop()


class Elsewhere:
    """A start in a thread of its own, as it is in a process of its own."""

    def __init__(self, start: Callable[[], bool]) -> None:
        self.answer: bool | None = None
        self._start = start
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def _run(self) -> None:
        self.answer = self._start()

    def is_over(self) -> bool:
        return not self._thread.is_alive()


def path_of(state: Path) -> str:
    path = instance_path(state)
    assert path is not None
    return path


def test_a_later_start_is_heard_and_answered(qtbot: QtBot, first: Instance, state: Path) -> None:
    heard: list[Wish] = []
    first.wished.connect(heard.append)
    for _ in range(3):
        later = Elsewhere(lambda: hand_over(state, WISH))
        qtbot.waitUntil(later.is_over)
        assert later.answer
    assert heard == [WISH] * 3


def test_without_a_first_one_there_is_nobody_to_hand_over_to(state: Path, tmp_path: Path) -> None:
    assert not hand_over(state, WISH)
    assert not hand_over(tmp_path / "no such folder", WISH)


def test_only_one_is_the_first_until_it_stops(first: Instance, state: Path) -> None:
    other = Instance(state)
    assert not other.claim()
    first.stop()
    assert other.claim()
    other.stop()
    assert not hand_over(state, WISH)


def test_another_state_folder_has_a_first_one_of_its_own(first: Instance, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    other = Instance(tmp_path / "other")
    assert other.claim()
    other.stop()


def test_a_state_folder_is_the_same_by_whatever_name(first: Instance, state: Path, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(state)
    assert instance_path(tmp_path / "link") == instance_path(state)


def test_a_socket_that_a_killed_one_left_is_taken_over(qtbot: QtBot, state: Path) -> None:
    with socket.socket(socket.AF_UNIX) as left:
        left.bind(path_of(state))
    assert not hand_over(state, WISH)
    instance = Instance(state)
    assert instance.claim()
    later = Elsewhere(lambda: hand_over(state, WISH))
    qtbot.waitUntil(later.is_over)
    assert later.answer
    instance.stop()


def test_one_that_listens_and_hangs_is_said(state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(handing, "ANSWER_S", 0.05)
    with socket.socket(socket.AF_UNIX) as hanging:
        hanging.bind(path_of(state))
        hanging.listen()
        with pytest.raises(UnansweredError):
            hand_over(state, WISH)


def test_one_that_ends_in_between_is_as_if_there_were_none(qtbot: QtBot, state: Path) -> None:
    with socket.socket(socket.AF_UNIX) as ending:
        ending.bind(path_of(state))
        ending.listen()
        later = Elsewhere(lambda: hand_over(state, WISH))
        near, _ = ending.accept()
        near.close()
    qtbot.waitUntil(later.is_over)
    assert later.answer is False


@pytest.mark.parametrize("said", [b"\n", b"no JSON\n", b"[1]\n", b'{"roots": [1]}\n', b"x" * (1 << 17)])
def test_what_is_no_wish_gets_no_answer_and_harms_nothing(
    qtbot: QtBot, first: Instance, state: Path, said: bytes
) -> None:
    def talk() -> bool:
        with socket.socket(socket.AF_UNIX) as later:
            later.settimeout(5)
            later.connect(path_of(state))
            try:
                later.sendall(said)
                return later.recv(16) == ANSWER
            except ConnectionError:
                return False

    with qtbot.assertNotEmitted(first.wished):
        later = Elsewhere(talk)
        qtbot.waitUntil(later.is_over)
    assert later.answer is False


def test_a_wish_may_come_in_pieces(qtbot: QtBot, first: Instance, state: Path) -> None:
    said = WISH.encoded()
    with socket.socket(socket.AF_UNIX) as later:
        later.connect(path_of(state))
        for part in (said[:5], said[5:-1]):
            with qtbot.assertNotEmitted(first.wished, wait=20):
                later.sendall(part)
        with qtbot.waitSignal(first.wished) as wished:
            later.sendall(said[-1:])
        assert wished.args == [WISH]
        answered = Elsewhere(lambda: later.recv(16) == ANSWER)
        qtbot.waitUntil(answered.is_over)
        assert answered.answer


def test_those_who_say_nothing_keep_nobody_out(qtbot: QtBot, first: Instance, state: Path) -> None:
    with ExitStack() as silent:
        for _ in range(3 * MOST_VISITORS):
            visitor = silent.enter_context(socket.socket(socket.AF_UNIX))
            with qtbot.assertNotEmitted(first.wished, wait=1):
                visitor.connect(path_of(state))
        later = Elsewhere(lambda: hand_over(state, WISH))
        qtbot.waitUntil(later.is_over)
        assert later.answer


def test_who_is_stopped_by_a_wish_answers_no_more(qtbot: QtBot, first: Instance, state: Path) -> None:
    first.wished.connect(first.stop)
    later = Elsewhere(lambda: hand_over(state, WISH))
    qtbot.waitUntil(later.is_over)
    assert not Path(path_of(state)).exists()


def test_a_wish_is_the_same_after_the_way(state: Path) -> None:
    for wish in (WISH, Wish(), Wish(show=False)):
        assert wish_of(wish.encoded()) == wish


# --- where it listens ---------------------------------------------------------------------------------------


def test_it_listens_where_only_this_user_may(state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert Path(path_of(state)).parent.stat().st_mode & 0o077 == 0
    open_to_all = Path(os.environ["XDG_RUNTIME_DIR"])
    open_to_all.chmod(0o755)
    monkeypatch.setenv("TMPDIR", str(open_to_all))
    assert Path(path_of(state)).parent.name == f"cupola-{os.getuid()}"
    monkeypatch.setattr(os, "getuid", lambda: 12345)
    (open_to_all / "cupola-12345").symlink_to(open_to_all)
    assert instance_path(state) is None, "somebody else was there before"


def test_without_such_a_place_everybody_is_the_first(
    qtbot: QtBot, state: Path, monkeypatch: pytest.MonkeyPatch, expected_warnings: ExpectedWarnings
) -> None:
    expected_warnings.add("No place to listen")
    monkeypatch.delenv("XDG_RUNTIME_DIR")
    monkeypatch.setenv("TMPDIR", "/proc/nowhere")
    assert instance_path(state) is None
    one, other = Instance(state), Instance(state)
    assert one.claim()
    assert other.claim()


def test_a_path_that_is_too_long_for_a_socket_is_passed_over(
    state: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    long = tmp_path / ("x" * LONGEST)
    long.mkdir(mode=0o700)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(long))
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    assert Path(path_of(state)).parent == tmp_path / f"cupola-{os.getuid()}"


# --- what is done -------------------------------------------------------------------------------------------


def wish(*arguments: str) -> Wish:
    options = parse(arguments)
    return wish_for(options, open_store(options.wanted, surroundings()).places)


def test_a_command_line_hands_over_the_roots_it_names_and_no_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_ACTIVATION_TOKEN", "leave")
    assert wish() == Wish(token="leave")
    assert wish("--root", "a", "--root", "/b", "--open", "c", "--minimized") == Wish(
        (f"{tmp_path}/a", "/b"), f"{tmp_path}/c", "leave", show=False
    )


@pytest.fixture
def engine() -> FakeEngine:
    return FakeEngine()


@pytest.fixture
def granting(qtbot: QtBot, engine: FakeEngine) -> Iterator[Granting]:
    bridge, presenter = FeedBridge(), WindowPresenter(FakeClock())
    bridge.arrived.connect(presenter.on_events)
    granting = Granting(bridge, presenter, (Path("/work"),))
    bridge.start(engine)
    yield granting
    assert bridge.stop()


def shown(granting: Granting) -> str | None:
    return granting._presenter.shown.id if granting._presenter.shown else None


def test_roots_are_watched_for_this_session_and_the_window_is_shown(
    qtbot: QtBot, granting: Granting, engine: FakeEngine
) -> None:
    with qtbot.waitSignal(granting.reveal_requested):
        granting.grant(Wish(roots=("/a", "/b")))
    assert (engine.watched, engine.added) == (["/a", "/b"], [])
    with qtbot.assertNotEmitted(granting.reveal_requested):
        granting.grant(Wish(show=False))


def test_a_folder_is_opened_as_soon_as_its_build_is_known_and_no_longer(
    qtbot: QtBot, granting: Granting, engine: FakeEngine
) -> None:
    engine.put(build("aaa", directory="/work/aaa"))
    engine.ready()
    qtbot.waitUntil(lambda: granting._presenter.ready)
    granting.grant(Wish(folder="/work/bbb"))
    engine.put(build("bbb", directory="/work/bbb"))
    qtbot.waitUntil(lambda: shown(granting) == "bbb")
    granting._presenter.select("aaa")
    engine.put(build("bbb", directory="/work/bbb", detail="on"), 2)
    qtbot.waitUntil(lambda: granting._presenter._known["bbb"].build.detail == "on")  # type: ignore[union-attr] # it is known
    assert shown(granting) == "aaa"
    assert engine.watched == []


def test_a_folder_below_no_root_is_watched_too(granting: Granting, engine: FakeEngine) -> None:
    granting.grant(Wish(folder="/elsewhere/project"))
    assert engine.watched == ["/elsewhere/project"]
