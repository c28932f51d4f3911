"""Whether a window can be shown is asked without Qt, and the answer names what is missing."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from cupola.desktop import display
from cupola.desktop.display import why_no_display


@pytest.fixture
def compositor(isolated_home: Path) -> Iterator[Path]:
    path = isolated_home / ".run" / "wayland-7"
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(path))
        server.listen()
        yield path


@pytest.fixture(autouse=True)
def _all_libraries_are_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(display, "_why_incomplete", lambda _libraries: None)


def test_without_variables_it_names_both() -> None:
    reason = why_no_display({}, "linux")
    assert reason == "no display: WAYLAND_DISPLAY is not set, DISPLAY is not set"


def test_an_x_display_that_nobody_serves_is_no_display() -> None:
    assert "the X display :4711 does not answer" in str(why_no_display({"DISPLAY": ":4711"}, "linux"))


def test_a_wayland_socket_that_answers_is_a_display(compositor: Path) -> None:
    environment = {"WAYLAND_DISPLAY": compositor.name, "XDG_RUNTIME_DIR": str(compositor.parent)}
    assert why_no_display(environment, "linux") is None
    assert why_no_display({"WAYLAND_DISPLAY": str(compositor)}, "linux") is None
    assert (
        why_no_display({**environment, "QT_QPA_PLATFORM": "xcb"}, "linux") == "no display: DISPLAY is not set"
    )


def test_a_wayland_socket_without_its_compositor_is_no_display(isolated_home: Path) -> None:
    environment = {"WAYLAND_DISPLAY": "wayland-8", "XDG_RUNTIME_DIR": str(isolated_home)}
    assert "the Wayland display wayland-8 does not answer" in str(why_no_display(environment, "linux"))


@pytest.mark.parametrize("platform", ["offscreen", "minimal", "vnc:size=10x10", "eglfs"])
def test_other_platforms_of_qt_need_no_display(platform: str) -> None:
    assert why_no_display({"QT_QPA_PLATFORM": platform}, "linux") is None


@pytest.mark.parametrize("system", ["win32", "darwin"])
def test_other_systems_always_have_one(system: str) -> None:
    assert why_no_display({}, system) is None


def test_libraries_that_are_missing_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    assert display._why_incomplete(("libno-such-thing.so.9",)) == "missing libno-such-thing.so.9"
