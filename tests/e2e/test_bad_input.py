"""Whatever stands where a phase file should be: the last good state stays, it is said why, nothing blocks.

A healthy build lies beside each bad one and goes on being updated: who blocked would be found out by it.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from cupola.domain.models import BuildModel
from cupola.domain.problems import Problem
from support.engine_host import EngineHost
from support.processes import Watch, as_nobody, cupola_command, environment, status_json
from support.project_files import PHASE, phase, put, put_phase

LONG_NAME = "n" * 255
HOSTILE_NAME = b"<img src=x>\n\x1b[31m\xe2\x80\xaegnp\xff\xfe"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A root with a healthy build and one that is going to be bad, whose last good detail is `good`."""
    root = tmp_path / "root"
    put_phase(root / "healthy", phase(detail="0"))
    put_phase(root / "bad", phase(detail="good"))
    return root


@pytest.fixture
def host(root: Path, tmp_path: Path) -> Iterator[EngineHost]:
    with EngineHost(tmp_path / "places", root) as running:
        running.ready()
        running.until("bad", detail="good")
        yield running


def goes_on(host: EngineHost, root: Path, detail: str = "1") -> None:
    """The healthy build is still updated."""
    put_phase(root / "healthy", phase(detail=detail))
    host.until("healthy", detail=detail)
    assert host.build("healthy").problems == ()  # type: ignore[union-attr]  # just seen


def named(host: EngineHost, project: str, file: Path, words: str) -> Problem:
    """The problem of that file in that build, once its message has these words."""

    def problem() -> Problem | None:
        build = host.build(project)
        found = build.problems if build else ()
        return next((one for one in found if one.path == str(file) and words in one.message), None)

    return host.wait_for(problem, f"{file}: {words}")


def stays_good(host: EngineHost) -> BuildModel:
    build = host.build("bad")
    assert build is not None
    assert (build.phase, build.detail, build.state.value) == ("Builder", "good", "running")
    return build


def heals(host: EngineHost, root: Path) -> None:
    """A good file in its place is shown, and the problem is taken back."""
    put_phase(root / "bad", phase(detail="good again"))
    assert host.until("bad", detail="good again", problems=()).problems == ()


# --- what is in the file ------------------------------------------------------------------------------------

CONTENTS: dict[str, tuple[bytes, str]] = {
    "0 bytes": (b"", "empty"),
    "only spaces": (b"  \n\n ", "empty"),
    "half a file": (json.dumps(phase(detail="half")).encode()[:120], "not whole JSON"),
    "half a character": ('{"current_phase": "Te\u00e9'.encode()[:-1], "stops in the middle"),
    "invalid UTF-8": (b'{"current_phase": "Te\xff\xfest"}', "not UTF-8"),
    "zeros": (b"\0" * 400, "not whole JSON"),
    "100,000 levels": (b'{"a":' * 100_000 + b"1" + b"}" * 100_000, "nested too deeply"),
    "100,000 lists": (b'{"current_phase": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", "nested too deeply"),
    "a list": (b'["Test"]', "expected a JSON object, found a list"),
    "a number": (b"17", "expected a JSON object, found 17"),
    "an empty object": (b"{}", "neither a phase nor a status"),
    "not a number": (b"NaN", "expected a JSON object"),
    "HTML": (b"<!doctype html><p>404", "not whole JSON"),
    "over a MiB": (b'{"current_phase": "Test", "progress_detail": "' + b"x" * 1_100_000 + b'"}', "too large"),
}


@pytest.mark.parametrize("content", CONTENTS, ids=str)
def test_that_the_last_good_state_outlives_bad_content(host: EngineHost, root: Path, content: str) -> None:
    data, words = CONTENTS[content]
    file = put(root / "bad" / PHASE, data)
    named(host, "bad", file, words)
    stays_good(host)
    goes_on(host, root)
    heals(host, root)


def test_that_wrong_types_are_dropped_and_the_rest_is_kept(host: EngineHost, root: Path) -> None:
    wrong = {
        "session_id": ["a"],
        "current_phase": "Test",
        "phase_number": {"n": 1},
        "status": 7,
        "progress_detail": [1, [2, {"x": None}]],
        "test_iteration": "many",
        "phases_completed": "Scout",
        "started_at": {"at": []},
        "last_updated": True,
    }
    file = put_phase(root / "bad", wrong)
    build = host.until("bad", phase="Test")
    dropped = [line for problem in build.problems if problem.path == str(file) for line in problem.dropped]
    assert any(line.startswith("test_iteration: expected a number") for line in dropped)
    assert any(line.startswith("phases_completed") for line in dropped)
    assert build.test_iteration is None
    goes_on(host, root)


@pytest.mark.parametrize(
    "value", [None, True, 0, -1, 1e308, "", [], {}, [[]], {"a": {}}, "9" * 5000], ids=repr
)
def test_that_any_value_in_any_place_is_lived_with(host: EngineHost, root: Path, value: object) -> None:
    put_phase(root / "bad", dict.fromkeys(phase(), value) | {"current_phase": "Test"})
    host.until("bad", phase="Test")
    goes_on(host, root)
    heals(host, root)


def test_that_numbers_without_bounds_are_lived_with(host: EngineHost, root: Path) -> None:
    digits = "9" * 10_000
    put(root / "bad" / PHASE, f'{{"current_phase": "Test", "test_iteration": {digits}, "status": -Infinity}}')
    build = host.until("bad", phase="Test")
    assert build.test_iteration is None
    goes_on(host, root)


def test_that_long_and_hostile_values_become_one_short_safe_line(host: EngineHost, root: Path) -> None:
    put_phase(
        root / "bad",
        phase(
            name="<img src=x>\x1b]0;owned\x07",
            detail="\x1b[2J\x1b[31m\u202egnp.exe\n" + "x" * 10_000,
            session_id="\ud800" + "s" * 10_000,
            phases_completed=["\x1b[31m" + "p" * 10_000] * 50,
        ),
    )
    build = host.wait_for(
        lambda: (found := host.build("bad")) and (found if "<img" in (found.phase or "") else None),
        "it is shown",
    )
    texts = [build.phase, build.detail, build.session_id, build.state_reason, *build.phases_completed]
    texts += [step.phase for step in build.pipeline]
    texts += [entry.text for entry in host.snapshots()["bad"].activity.entries]
    for text in texts:
        assert text is not None
        assert text.isprintable()
        assert len(text) <= 600
        assert "\u202e" not in text
    goes_on(host, root)


# --- what stands in its place -------------------------------------------------------------------------------


def huge(file: Path) -> None:
    with file.open("wb") as stream:
        stream.truncate(2 * 1024**3)


def device(file: Path) -> None:
    try:
        os.mknod(file, 0o020666, os.makedev(1, 5))
    except PermissionError:
        pytest.skip("permission: no device can be made here")


def locked_socket(file: Path) -> None:
    with socket.socket(socket.AF_UNIX) as listening:
        # A path in a socket's address may have 107 bytes at most.
        here = Path.cwd()
        os.chdir(file.parent)
        try:
            listening.bind(file.name)
        finally:
            os.chdir(here)


def link_to_file(file: Path) -> None:
    file.symlink_to(put(file.parents[2] / "elsewhere.json", phase(detail="through a link")))


def link_to_itself(file: Path) -> None:
    file.symlink_to(file)


def link_to_nothing(file: Path) -> None:
    file.symlink_to(file.with_name("nothing"))


THINGS: dict[str, tuple[Callable[[Path], None], str]] = {
    "2 GB": (huge, "too large: 2 GiB"),
    "a pipe": (os.mkfifo, "a named pipe, not a file"),
    "a device": (device, "a device, not a file"),
    "a socket": (locked_socket, "a socket, not a file"),
    "a folder": (Path.mkdir, "a folder, not a file"),
    "a link": (link_to_file, "a link, and links are not followed"),
    "a link to itself": (link_to_itself, "a link, and links are not followed"),
    "a link to nothing": (link_to_nothing, "a link, and links are not followed"),
}


@pytest.mark.parametrize("thing", THINGS, ids=str)
def test_that_the_last_good_state_outlives_what_takes_the_place_of_the_file(
    host: EngineHost, root: Path, thing: str
) -> None:
    make, words = THINGS[thing]
    file = root / "bad" / PHASE
    file.unlink()
    make(file)
    named(host, "bad", file, words)
    stays_good(host)
    goes_on(host, root)
    file.rmdir() if thing == "a folder" else file.unlink()
    heals(host, root)


@pytest.mark.parametrize("thing", THINGS, ids=str)
def test_that_what_never_was_a_build_is_named_among_the_general_problems(
    root: Path, tmp_path: Path, thing: str
) -> None:
    make, words = THINGS[thing]
    file = root / "never" / PHASE
    file.parent.mkdir(parents=True)
    make(file)
    document = status_json(root, state=tmp_path / "places")
    assert {build["project"] for build in document["builds"]} == {"healthy", "bad"}
    assert any(one["path"] == str(file) and words in one["message"] for one in document["problems"])


@pytest.mark.parametrize("content", [name for name in CONTENTS if "empty" not in name], ids=str)
def test_that_bad_content_without_a_build_is_named_among_the_general_problems(
    host: EngineHost, root: Path, content: str
) -> None:
    data, words = CONTENTS[content]
    file = put(root / "never" / PHASE, data)

    def problem() -> bool:
        return any(one.path == str(file) and words in one.message for one in host.health.problems)

    host.wait_for(problem, f"{file}: {words}")
    assert host.build("never") is None
    goes_on(host, root)


# --- links on the way ---------------------------------------------------------------------------------------


def test_that_a_link_in_place_of_the_folder_is_named_and_not_entered(host: EngineHost, root: Path) -> None:
    real = root.parent / "elsewhere"
    put_phase(real, phase(detail="through a link"))
    (root / "linked").mkdir()
    (root / "linked/.context-foundry").symlink_to(real / ".context-foundry")

    def problem() -> bool:
        return any(one.path == str(root / "linked/.context-foundry") for one in host.health.problems)

    host.engine.refresh()
    host.wait_for(problem, "the link is named")
    assert host.build("linked") is None
    goes_on(host, root)


def test_that_a_linked_project_is_listed_as_such_and_not_entered(root: Path, tmp_path: Path) -> None:
    real = tmp_path / "elsewhere"
    put_phase(real, phase(detail="through a link"))
    (root / "linked").symlink_to(real)
    document = status_json(root, state=tmp_path / "places")
    assert {build["project"] for build in document["builds"]} == {"healthy", "bad"}
    (problem,) = [one for one in document["problems"] if one["path"] == str(root / "linked")]
    assert "add it as a root" in problem["message"]


def test_that_a_root_that_is_a_link_is_watched(root: Path, tmp_path: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to(root)
    with EngineHost(tmp_path / "places", link) as host:
        host.ready()
        host.until("healthy", detail="0")
        goes_on(host, root)
        assert [one.readable for one in host.health.roots] == [True]


def test_that_a_project_given_as_a_root_through_a_link_is_watched(root: Path, tmp_path: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to(root / "bad")
    with EngineHost(tmp_path / "places", link) as host:
        host.ready()
        host.until("bad", detail="good")
        put_phase(root / "bad", phase(detail="better"))
        host.until("bad", detail="better")


def test_that_links_in_a_circle_end(host: EngineHost, root: Path) -> None:
    (root / "circle").mkdir()
    (root / "circle/up").symlink_to(root)
    (root / "circle/self").symlink_to(root / "circle/self")
    host.engine.refresh()
    goes_on(host, root)


# --- names --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    [
        LONG_NAME.encode(),
        HOSTILE_NAME,
        b"x" * (255 - len(HOSTILE_NAME)) + HOSTILE_NAME,
        "مشروع שלום 天気 👩‍🚀".encode(),
        b" leading and trailing ",
        b"-rf",
        b"~",
        b"a\\b",
    ],
    ids=["255 bytes", "hostile", "hostile 255 bytes", "scripts", "spaces", "option", "tilde", "backslash"],
)
def test_that_a_project_of_any_name_is_watched_and_named_safely(
    root: Path, tmp_path: Path, name: bytes
) -> None:
    project = Path(os.fsdecode(os.fsencode(root) + b"/" + name))
    put_phase(project, phase(detail="first"))
    with EngineHost(tmp_path / "places", root) as host:
        host.ready()
        put_phase(project, phase(detail="second"))

        def build() -> BuildModel | None:
            return next(
                (one.build for one in host.snapshots().values() if one.build.detail == "second"), None
            )

        found = host.wait_for(build, "the second value is shown")
        assert found.project.isprintable()
        assert found.directory is not None
        assert found.directory.isprintable()
        goes_on(host, root)
    again = status_json(root, state=tmp_path / "places")
    assert found.id in {one["id"] for one in again["builds"]}, "the id is the same after a restart"


def test_that_a_phase_file_of_a_hostile_name_beside_it_is_nothing(host: EngineHost, root: Path) -> None:
    folder = os.fsencode(root / "bad/.context-foundry")
    for number in range(300):
        Path(os.fsdecode(folder + b"/" + HOSTILE_NAME + str(number).encode())).write_text("{}")
    goes_on(host, root)
    assert stays_good(host).problems == ()


# --- the terminal -------------------------------------------------------------------------------------------


def test_that_the_table_prints_no_control_character_of_a_build(root: Path, tmp_path: Path) -> None:
    evil = "\x1b]0;owned\x07\x1b[2J\x9b31m[bold red]markup[/] \u202egnp.exe"
    put_phase(root / "bad", phase(name=evil, detail=evil, session_id=evil))
    put_phase(Path(os.fsdecode(os.fsencode(root) + b"/" + HOSTILE_NAME)), phase(name="Test", detail=evil))
    put(root / "never" / PHASE, b"[]")
    for arguments in (("status",), ("status", "bad")):
        command = cupola_command(*arguments, roots=[root], state=tmp_path / "places")
        done = subprocess.run(command, capture_output=True, env=environment(COLUMNS="200"), check=True)
        text = done.stdout.decode()
        assert "[bold red]markup[/]" in text
        assert all(line.isprintable() for line in text.splitlines()), text
        assert not done.stderr


# --- another user's files -----------------------------------------------------------------------------------


@pytest.fixture
def open_root() -> Iterator[Path]:
    """A root to which everybody finds the way, beside a folder in which everybody may write."""
    base = Path(tempfile.mkdtemp(prefix="cupola-test-", dir="/tmp"))
    base.chmod(0o755)
    root = base / "root"
    for name in ("healthy", "secret-file", "secret-folder", "secret-project"):
        put_phase(root / name, phase(detail="good"))
    (base / "places").mkdir()
    (base / "places").chmod(0o777)
    yield root
    shutil.rmtree(base)


def close(root: Path) -> dict[str, str]:
    """Take away what others may read; the paths that are to be named, with words of the reason."""
    (root / "secret-file" / PHASE).chmod(0o600)
    (root / "secret-folder/.context-foundry").chmod(0o700)
    (root / "secret-project").chmod(0o700)
    return {
        str(root / "secret-file" / PHASE): "no permission to read",
        str(root / "secret-folder/.context-foundry"): "ermission",
        str(root / "secret-project"): "ermission",
    }


def test_that_another_user_sees_what_may_be_read_and_why_not_the_rest(open_root: Path) -> None:
    closed = close(open_root)
    state = open_root.parent / "places"
    command = as_nobody(cupola_command("status", "--json", roots=[open_root], state=state))
    done = subprocess.run(command, capture_output=True, env=environment(HOME=str(state)), check=False)
    assert (done.returncode, done.stderr.decode()) == (0, "")
    document = json.loads(done.stdout)
    assert [build["project"] for build in document["builds"]] == ["healthy"]
    named = {one["path"]: one["message"] for one in document["problems"]}
    for path, words in closed.items():
        assert words in named.get(path, ""), (path, named)


def test_that_an_unreadable_root_is_told_by_the_exit_code_beside_the_others(
    open_root: Path,
) -> None:
    shut = open_root.parent / "shut"
    put_phase(shut / "project", phase())
    shut.chmod(0o700)
    state = open_root.parent / "places"
    command = as_nobody(cupola_command("status", "--json", roots=[open_root, shut], state=state))
    done = subprocess.run(command, capture_output=True, env=environment(HOME=str(state)), check=False)
    assert done.returncode == 3
    assert str(shut) in done.stderr.decode()
    document = json.loads(done.stdout)
    assert len(document["builds"]) == 4
    assert [one["readable"] for one in document["roots"] if one["path"] == str(shut)] == [False]


def test_that_a_state_folder_that_may_not_be_written_is_named_and_lived_with(open_root: Path) -> None:
    state = open_root.parent / "shut"
    state.mkdir(mode=0o755)
    command = as_nobody(cupola_command("status", "--json", roots=[open_root], state=state))
    done = subprocess.run(command, capture_output=True, env=environment(HOME=str(state)), check=False)
    document = json.loads(done.stdout)
    assert (done.returncode, len(document["builds"])) == (0, 4)
    assert any(str(state) in one["path"] for one in document["problems"]), document["problems"]


def test_that_the_last_good_state_outlives_the_loss_of_permission(open_root: Path) -> None:
    with Watch(open_root, state=open_root.parent / "places", wrap=as_nobody) as watch:
        watch.ready()
        file = open_root / "secret-file" / PHASE
        put_phase(open_root / "secret-file", phase(detail="secret"))
        watch.until("secret-file", detail="secret")
        shut = put(file.with_name("temporary"), phase(detail="not to be read"))
        shut.chmod(0o600)
        shut.replace(file)

        def problem(_: object) -> bool:
            build = watch.build("secret-file")
            return build is not None and any(one["path"] == str(file) for one in build["problems"])

        watch.wait_for(problem, "the file is named")
        build = watch.build("secret-file")
        assert build is not None
        assert (build["detail"], build["state"]) == ("secret", "running")
        put_phase(open_root / "healthy", phase(detail="goes on"))
        watch.until("healthy", detail="goes on")
        file.chmod(0o644)
        put_phase(open_root / "secret-file", phase(detail="open"))
        watch.until("secret-file", detail="open", problems=[])
