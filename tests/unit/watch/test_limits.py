"""Limits of the kernel, in words."""

from __future__ import annotations

import errno
import os
import sys
from pathlib import Path

import pytest

from cupola.watch.limits import Limits, explain, read_limits


def test_that_limits_are_read_and_absurd_ones_left_out(tmp_path: Path) -> None:
    (tmp_path / "max_user_watches").write_text("65536\n")
    (tmp_path / "max_user_instances").write_bytes(b"\xff many")
    assert read_limits(tmp_path) == Limits(max_user_watches=65536)


@pytest.mark.skipif(sys.platform != "linux", reason="inotify")
def test_that_this_machine_has_limits() -> None:
    limits = read_limits()
    assert limits.max_user_watches
    assert limits.max_user_instances
    assert limits.max_queued_events


def test_that_used_up_watches_name_the_limit_and_the_command_that_at_least_doubles_it() -> None:
    error = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    small, large = Limits(max_user_watches=8192), Limits(max_user_watches=1_000_000)
    assert "8,192 folders" in explain(error, small)
    assert "sudo sysctl fs.inotify.max_user_watches=524288" in explain(error, small)
    assert "sudo sysctl fs.inotify.max_user_watches=2000000" in explain(error, large)
    assert "only so many folders" in explain(error, Limits())


def test_that_used_up_instances_name_their_own_command() -> None:
    said = explain(OSError(errno.EMFILE, "x"), Limits(max_user_instances=128))
    assert "128" in said
    assert "sudo sysctl fs.inotify.max_user_instances=512" in said


def test_that_other_errors_are_said_without_a_path() -> None:
    assert explain(OSError(errno.ENOENT, "No such file", "/a\n<b>")) == "It is not there."
    assert explain(OSError(errno.EIO, "Input/output error", "/a\n<b>")) == "Input/output error"
