"""The log of the shown build: which files, which lines, what is masked, and when nothing is read."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from cupola.presenters.log_files import LogFile, LogPlace, log_files
from cupola.presenters.log_follower import LogFollower, LogNews, LogReader
from cupola.presenters.log_text import LINE_CHARS, MOST_LINES, clean

KEY = "-----BEGIN RSA PRIVATE KEY-----\nMIIEpAIBAAKCAQEA\nabcdef\n-----END RSA PRIVATE KEY-----\n"


def write(path: Path, text: str, at: float) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    os.utime(path, (at, at))
    return path


def append(path: Path, text: str) -> None:
    with path.open("a", encoding="utf-8") as file:
        file.write(text)


# --- text ---------------------------------------------------------------------------------------------------


def test_colours_are_taken_out_and_other_control_characters_shown() -> None:
    cleaned = clean(b"\x1b[1;32mok\x1b[0m \x1b]0;title\x07done\x00\n\tindented \x1b(B")
    assert cleaned.lines == ("ok done\\x00", "    indented ")


def test_of_a_line_that_was_written_over_the_last_state_is_left() -> None:
    assert clean(b"10 %\r50 %\r100 %\nnext\r\nlast").lines == ("100 %", "next", "last")


def test_secrets_are_masked() -> None:
    text = clean(
        b"Authorization: Bearer abcdefghijklmnop\nghp_0123456789abcdefgh https://ada:hunter22@x.org"
    ).lines
    shown = "\n".join(text)
    assert not any(secret in shown for secret in ("efghijklmnop", "456789abcdefgh", "hunter22"))


@pytest.mark.parametrize("at", range(0, len(KEY), 7))
def test_a_private_key_is_masked_wherever_a_reading_cuts_it(at: int) -> None:
    head, tail = KEY[:at].encode(), KEY[at:].encode()
    whole = head[: head.rfind(b"\n") + 1]
    first = clean(whole)
    second = clean(KEY[len(whole) :].encode(), in_key=first.in_key)
    shown = "\n".join((*clean(head).lines, *first.lines, *second.lines))
    assert "MIIE" not in shown
    assert "abcdef" not in shown
    assert not second.in_key
    assert tail


def test_a_key_that_began_before_the_end_of_the_log_is_masked() -> None:
    assert clean(b"half a line\nabcdef\n-----END RSA PRIVATE KEY-----\nafter", cut=True).lines == (
        "…",
        "after",
    )


def test_lines_are_capped_in_length_and_number() -> None:
    lines = clean(("x" * 10_000 + "\n").encode() * (MOST_LINES + 500)).lines
    assert len(lines) == MOST_LINES + 1
    assert len(lines[0]) == LINE_CHARS


# --- files --------------------------------------------------------------------------------------------------


def test_the_logs_of_a_build_are_found_newest_first(tmp_path: Path) -> None:
    project, root = tmp_path / "app", tmp_path / "foundry"
    write(project / ".context-foundry/builder-logs/task-1.log", "", 10)
    write(project / ".context-foundry/test-logs/unit.log", "", 30)
    write(project / ".context-foundry/build-log.md", "", 20)
    write(project / ".context-foundry/architecture.md", "", 99)
    write(root / "logs/ralph_app_20251002_101112/session.jsonl", "", 40)
    write(root / "logs/ralph_other/session.jsonl", "", 99)
    write(root / "logs/overnight_20251002_101112.log", "", 50)
    write(root / "logs/overnight_20250101_000000.log", "", 99)
    place = LogPlace(str(project), "app_20251002_101112", (str(root),))
    assert [file.name for file in log_files(place)] == [
        "logs/overnight_20251002_101112.log",
        "logs/ralph_app_20251002_101112/session.jsonl",
        "test-logs/unit.log",
        "build-log.md",
        "builder-logs/task-1.log",
    ]


@pytest.mark.parametrize("session", ["..", ".", "../../etc", "a/b", "*", "", "x\0y"])
def test_no_id_leads_out_of_the_logs(tmp_path: Path, session: str) -> None:
    write(tmp_path / "logs/secret/x.log", "", 1)
    write(tmp_path / "etc/passwd", "", 1)
    assert log_files(LogPlace(None, session, (str(tmp_path),))) == ()


def test_links_are_not_followed(tmp_path: Path) -> None:
    other = write(tmp_path / "other/a.log", "secret", 1)
    logs = tmp_path / "app/.context-foundry/builder-logs"
    logs.mkdir(parents=True)
    (logs / "link.log").symlink_to(other)
    (tmp_path / "app/.context-foundry/test-logs").symlink_to(other.parent)
    assert log_files(LogPlace(str(tmp_path / "app"))) == ()


# --- reading ------------------------------------------------------------------------------------------------


def test_a_log_is_continued_from_where_it_was_read(tmp_path: Path) -> None:
    path = write(tmp_path / "a.log", "one\ntwo", 1)
    reader = LogReader(LogFile(str(tmp_path), "a.log"))
    first = reader.read()
    assert first is not None
    assert (first[0].lines, first[1]) == (("one", "two"), True)
    assert reader.read() is None
    append(path, " and a half\nthree\n")
    second = reader.read()
    assert second is not None
    assert (second[0].lines, second[1]) == (("two and a half", "three", ""), False)


def test_a_log_that_was_cut_or_replaced_is_read_anew(tmp_path: Path) -> None:
    path = write(tmp_path / "a.log", "one\ntwo\n", 1)
    reader = LogReader(LogFile(str(tmp_path), "a.log"))
    reader.read()
    write(path, "new\n", 2)
    cut = reader.read()
    assert cut is not None
    assert (cut[0].lines, cut[1]) == (("new", ""), True)
    write(tmp_path / "b.log", "other file, longer\n", 3).replace(path)
    replaced = reader.read()
    assert replaced is not None
    assert (replaced[0].lines, replaced[1]) == (("other file, longer", ""), True)


def test_only_the_end_of_a_log_of_ten_gigabytes_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.log"
    with path.open("wb") as file:
        file.truncate(10 * 1024**3)
        file.seek(0, os.SEEK_END)
        file.write(b"\nlast line\n")
    got = LogReader(LogFile(str(tmp_path), "a.log")).read()
    assert got is not None
    assert got[0].lines == ("last line", "")


def test_a_log_that_is_not_there_says_so_once(tmp_path: Path) -> None:
    reader = LogReader(LogFile(str(tmp_path), "a.log"))
    got = reader.read()
    assert got is not None
    assert got[2]
    assert reader.read() is None


# --- following ----------------------------------------------------------------------------------------------


class Heard:
    """What a follower said."""

    def __init__(self, follower: LogFollower) -> None:
        self.news: list[LogNews] = []
        follower.news.connect(self.news.append)

    def lines(self) -> tuple[str, ...]:
        return self.news[-1].lines if self.news else ()


@pytest.fixture
def follower(qtbot: QtBot) -> Iterator[LogFollower]:
    made = LogFollower()
    yield made
    made.stop()
    made.deleteLater()


def test_nothing_is_read_before_somebody_can_see_it(follower: LogFollower, tmp_path: Path) -> None:
    follower.follow(LogPlace(str(tmp_path)))
    follower.nudge()
    assert follower._lane is None


def test_the_newest_log_is_followed_as_it_grows(follower: LogFollower, qtbot: QtBot, tmp_path: Path) -> None:
    heard = Heard(follower)
    log = write(tmp_path / ".context-foundry/builder-logs/task-1.log", "one\n", 10)
    follower.follow(LogPlace(str(tmp_path)))
    follower.set_visible(visible=True)
    qtbot.waitUntil(lambda: heard.lines() == ("one", ""))
    append(log, "two\n")
    follower.nudge()
    qtbot.waitUntil(lambda: heard.lines() == ("two", ""))
    write(log.with_name("task-2.log"), "other\n", 2_000_000_000)
    follower.nudge()
    qtbot.waitUntil(lambda: heard.lines() == ("other", "") and heard.news[-1].fresh)


def test_a_chosen_log_stays_though_another_is_newer(
    follower: LogFollower, qtbot: QtBot, tmp_path: Path
) -> None:
    heard = Heard(follower)
    logs = tmp_path / ".context-foundry/builder-logs"
    write(logs / "task-1.log", "old\n", 10)
    write(logs / "task-2.log", "new\n", 20)
    follower.follow(LogPlace(str(tmp_path)))
    follower.set_visible(visible=True)
    qtbot.waitUntil(lambda: heard.lines() == ("new", ""))
    follower.choose(heard.news[-1].files[1])
    qtbot.waitUntil(lambda: heard.lines() == ("old", ""))


def test_a_hidden_log_is_not_looked_at(follower: LogFollower, qtbot: QtBot, tmp_path: Path) -> None:
    heard = Heard(follower)
    log = write(tmp_path / ".context-foundry/build-log.md", "one\n", 10)
    follower.follow(LogPlace(str(tmp_path)))
    follower.set_visible(visible=True)
    qtbot.waitUntil(lambda: heard.lines() == ("one", ""))
    follower.set_visible(visible=False)
    append(log, "two\n")
    follower.nudge()
    assert follower._tick() is None
    follower.set_visible(visible=True)
    qtbot.waitUntil(lambda: heard.lines() == ("one", "two", ""))


def test_a_build_without_logs_says_what_would_appear(
    follower: LogFollower, qtbot: QtBot, tmp_path: Path
) -> None:
    heard = Heard(follower)
    follower.follow(LogPlace(str(tmp_path)))
    follower.set_visible(visible=True)
    qtbot.waitUntil(lambda: bool(heard.news))
    assert "builder-logs" in heard.news[-1].note
