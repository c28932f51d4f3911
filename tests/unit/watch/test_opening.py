"""A build's bytes are had only from regular files below their folder, at once, and without a trace."""

from __future__ import annotations

import os
import socket
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from cupola.sources.base import Blob, Mode, TornError
from cupola.watch import opening
from cupola.watch.opening import MissingError, RefusedError, read_blob
from cupola.watch.refusal import from_os, size_words

if sys.platform == "win32":
    pytest.skip("the POSIX way of opening", allow_module_level=True)

FILE = ".context-foundry/current-phase.json"
CAP = 1024
AT = 1_700_000_000_123_456_789
AS_NOBODY = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with one phase file and times of our own."""
    folder = tmp_path / "shop"
    (folder / FILE).parent.mkdir(parents=True)
    (folder / FILE).write_bytes(b'{"status": "testing"}')
    for path in (folder / FILE, (folder / FILE).parent, folder):
        os.utime(path, ns=(AT, AT))
    return folder


def read(base: Path, relative: str = FILE, cap: int = CAP, mode: Mode = Mode.WHOLE) -> Blob:
    return read_blob(str(base), relative, cap, mode)


def refusal(base: Path, relative: str = FILE, mode: Mode = Mode.WHOLE) -> str:
    with pytest.raises(RefusedError) as caught:
        read(base, relative, mode=mode)
    return str(caught.value)


def times(folder: Path) -> dict[str, tuple[int, ...]]:
    """All that a listing shows of every file and folder, access times where they can be kept."""
    first = 0 if hasattr(os, "O_NOATIME") else 1
    entries = {str(path): path.lstat() for path in (folder, *sorted(folder.rglob("*")))}
    return {
        name: (entry.st_atime_ns, entry.st_mtime_ns, entry.st_ctime_ns)[first:]
        for name, entry in entries.items()
    }


def test_a_file_is_read_whole_with_its_size_and_time(project: Path) -> None:
    data = b'{"status": "testing"}'
    assert read(project) == Blob(FILE, data, len(data), AT / 1e9)


def test_an_empty_file_has_no_bytes(project: Path) -> None:
    (project / FILE).write_bytes(b"")
    assert read(project).data == b""


def test_a_file_of_exactly_the_cap_is_read(project: Path) -> None:
    (project / FILE).write_bytes(b"x" * CAP)
    assert len(read(project).data) == CAP


def test_a_file_over_its_cap_is_refused_with_sizes_in_words(project: Path) -> None:
    (project / FILE).write_bytes(b"x" * 3000)
    assert refusal(project) == "current-phase.json is too large: 2.9 KiB, and at most 1 KiB are read"


def test_one_byte_over_the_cap_is_too_much(project: Path) -> None:
    (project / FILE).write_bytes(b"x" * (CAP + 1))
    assert "too large" in refusal(project)


def test_a_file_of_two_gigabytes_is_refused_unread(project: Path) -> None:
    os.truncate(project / FILE, 2 * 1024**3)
    assert refusal(project) == "current-phase.json is too large: 2 GiB, and at most 1 KiB are read"


def test_only_what_is_new_of_a_growing_file_is_read(project: Path) -> None:
    (project / FILE).write_bytes(b"0123456789")
    blob = read_blob(str(project), FILE, 4, Mode.APPEND, offset=3)
    assert (blob.data, blob.offset, blob.size_bytes) == (b"3456", 3, 10)
    assert read_blob(str(project), FILE, 4, Mode.APPEND, offset=99).data == b""


def test_only_the_end_of_a_long_file_is_read(project: Path) -> None:
    (project / FILE).write_bytes(b"0123456789")
    blob = read(project, cap=4, mode=Mode.TAIL)
    assert (blob.data, blob.offset, blob.size_bytes) == (b"6789", 6, 10)


@pytest.mark.parametrize("mode", [Mode.STAT, Mode.SQLITE])
def test_a_file_that_is_only_looked_at_gives_no_bytes(project: Path, mode: Mode) -> None:
    os.truncate(project / FILE, 2 * 1024**3)
    blob = read(project, mode=mode)
    assert (blob.data, blob.size_bytes) == (b"", 2 * 1024**3)


@pytest.mark.parametrize("relative", [FILE, "nothing/of/this", ".context-foundry/none.json"])
@pytest.mark.parametrize("mode", [Mode.WHOLE, Mode.STAT])
def test_what_is_not_there_is_missing(tmp_path: Path, relative: str, mode: Mode) -> None:
    (tmp_path / ".context-foundry").mkdir()
    with pytest.raises(MissingError):
        read(tmp_path, relative, mode=mode)
    with pytest.raises(MissingError):
        read(tmp_path / "gone", relative, mode=mode)


def make_folder(at: Path) -> None:
    at.mkdir()


def make_pipe(at: Path) -> None:
    os.mkfifo(at)


def make_socket(at: Path) -> None:
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(os.path.relpath(at))


def make_device(at: Path) -> None:
    try:
        os.mknod(at, stat.S_IFCHR | 0o666, os.makedev(1, 5))
    except PermissionError:
        pytest.skip("permission: only root makes devices")


def make_link(at: Path) -> None:
    at.symlink_to("elsewhere.json")


def make_link_to_device(at: Path) -> None:
    at.symlink_to("/dev/zero")


@pytest.mark.parametrize("mode", [Mode.WHOLE, Mode.APPEND, Mode.STAT])
@pytest.mark.parametrize(
    ("make", "message"),
    [
        (make_folder, "current-phase.json is a folder, not a file"),
        (make_pipe, "current-phase.json is a named pipe, not a file"),
        (make_socket, "current-phase.json is a socket, not a file"),
        (make_device, "current-phase.json is a device, not a file"),
        (make_link, "current-phase.json is a link, and links are not followed"),
        (make_link_to_device, "current-phase.json is a link, and links are not followed"),
    ],
)
def test_what_is_no_file_is_refused_at_once(
    project: Path, monkeypatch: pytest.MonkeyPatch, make: Callable[[Path], None], message: str, mode: Mode
) -> None:
    monkeypatch.chdir(project)  # a socket's address is short
    (project / FILE).rename(project / ".context-foundry/elsewhere.json")
    make(project / FILE)
    assert refusal(project, mode=mode) == message


def test_a_pipe_that_takes_a_files_place_after_the_look_does_not_block(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    entry = (project / FILE).lstat()
    (project / FILE).unlink()
    os.mkfifo(project / FILE)
    monkeypatch.setattr("cupola.watch.opening_posix._regular", lambda folder, name: entry)
    assert refusal(project) == "current-phase.json is a named pipe, not a file"


def test_a_link_that_takes_a_files_place_after_the_look_is_not_followed(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    entry = (project / FILE).lstat()
    (project / FILE).unlink()
    (project / FILE).symlink_to("/etc/passwd")
    monkeypatch.setattr("cupola.watch.opening_posix._regular", lambda folder, name: entry)
    assert refusal(project) == "current-phase.json is a link, and links are not followed"


@pytest.mark.parametrize("mode", [Mode.WHOLE, Mode.STAT])
@pytest.mark.parametrize("linked", ["one", "one/two", "one/two/three"])
def test_a_linked_folder_is_refused_at_every_level(tmp_path: Path, linked: str, mode: Mode) -> None:
    base = tmp_path / "base"
    (base / "one/two/three").mkdir(parents=True)
    (base / "one/two/three/file").write_text("x")
    (base / linked).rename(tmp_path / "moved")
    (base / linked).symlink_to(tmp_path / "moved")
    name = linked.rpartition("/")[2]
    assert refusal(base, "one/two/three/file", mode) == f"{name} is a link, and links are not followed"


def test_a_link_that_leads_to_itself_is_refused(tmp_path: Path) -> None:
    (tmp_path / ".context-foundry").symlink_to(".context-foundry")
    assert refusal(tmp_path) == ".context-foundry is a link, and links are not followed"


def test_the_folder_itself_may_be_reached_through_a_link(project: Path, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(project)
    assert read(tmp_path / "link").data == b'{"status": "testing"}'


def test_a_file_in_place_of_a_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / ".context-foundry").write_text("x")
    assert refusal(tmp_path) == ".context-foundry is not a folder"


@pytest.mark.parametrize("relative", ["../shop/file", "/etc/passwd", "a//b", "a/./b", "", ".", "a/"])
def test_a_path_that_leaves_its_folder_is_refused(project: Path, relative: str) -> None:
    assert refusal(project, relative).endswith(" is no path below its folder")


@pytest.mark.parametrize("mode", [Mode.WHOLE, Mode.STAT])
@pytest.mark.parametrize("relative", ["nul\0.json", "half\ud800.json"])
def test_a_name_that_no_system_takes_is_refused(project: Path, relative: str, mode: Mode) -> None:
    assert refusal(project, relative, mode).endswith(" is no usable name")


def test_a_name_of_256_bytes_is_refused_and_shown_short(project: Path) -> None:
    message = refusal(project, "x" * 256)
    assert message.endswith("x is too long")
    assert len(message) < 130


@pytest.mark.parametrize(
    "name",
    [
        b"x" * 255,
        b"two\nlines.json",
        b"<b>bold<br>.json",
        "\u202egnp.json".encode(),
        b"latin-\xe9\xff.json",
        b"\x1b[31m.json",
    ],
)
def test_any_name_that_a_system_takes_is_read(project: Path, name: bytes) -> None:
    (project / os.fsdecode(name)).write_bytes(b"here")
    assert read(project, os.fsdecode(name)).data == b"here"


def test_a_refusal_shows_a_strange_name_as_escapes(project: Path) -> None:
    name = os.fsdecode(b"a\nb\x1b\xff\xe2\x80\xae")
    (project / name).mkdir()
    assert refusal(project, name) == "a\\x0ab\\x1b\\xff\\u202e is a folder, not a file"


def test_a_file_written_to_while_it_is_read_is_torn(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    honest = opening._bytes

    def written_to(descriptor: int, start: int, limit: int) -> bytes:
        data = honest(descriptor, start, limit)
        (project / FILE).write_bytes(b"{}")
        return data

    monkeypatch.setattr(opening, "_bytes", written_to)
    with pytest.raises(TornError, match="written to while it was read"):
        read(project)


def test_a_file_replaced_while_it_is_open_is_read_as_it_was(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    honest = opening._bytes

    def replaced(descriptor: int, start: int, limit: int) -> bytes:
        (project / "new").write_bytes(b'{"status": "completed"}')
        (project / "new").replace(project / FILE)
        return honest(descriptor, start, limit)

    monkeypatch.setattr(opening, "_bytes", replaced)
    assert read(project).data == b'{"status": "testing"}'


def test_reading_leaves_no_trace_in_names_or_times(project: Path) -> None:
    old = AT - 10 * 86400 * 10**9  # an access time this old is renewed by any ordinary read
    for path in (project / FILE, (project / FILE).parent, project):
        os.utime(path, ns=(old, AT))
    before = times(project)
    for mode in (Mode.WHOLE, Mode.APPEND, Mode.TAIL, Mode.STAT):
        read(project, mode=mode)
    assert times(project) == before


def test_no_descriptor_is_left_open(project: Path) -> None:
    count = len(list(Path("/dev/fd").iterdir()))
    read(project)
    read(project, mode=Mode.STAT)
    (project / "link").symlink_to(".context-foundry")
    for relative in ("link/current-phase.json", ".context-foundry", "../x", ".context-foundry/a/b"):
        with pytest.raises((RefusedError, MissingError)):
            read(project, relative)
    assert len(list(Path("/dev/fd").iterdir())) == count


def as_nobody(project: Path) -> str:
    """What reading says to a user who owns nothing here."""
    if os.geteuid() != 0:
        pytest.skip("permission: only root can become somebody else")
    code = (
        "import sys; from cupola.watch.opening import *; from cupola.sources.base import Mode\n"
        "try: print(read_blob(sys.argv[1], sys.argv[2], 1024, Mode.WHOLE).data.decode())\n"
        "except Exception as error: print(type(error).__name__, error)"
    )
    env = {"PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "PYTHONDONTWRITEBYTECODE": "1"}
    argv = [*AS_NOBODY, sys.executable, "-c", code, str(project), FILE]
    return subprocess.run(argv, env=env, capture_output=True, text=True, check=True).stdout.strip()


@pytest.fixture
def open_project(project: Path) -> Path:
    """A project to which everybody finds the way."""
    for folder in (project, *project.parents):
        if folder.stat().st_uid == os.geteuid() and folder != Path(folder.anchor):
            folder.chmod(folder.stat().st_mode | 0o055)
    return project


def test_another_users_readable_file_is_read(open_project: Path) -> None:
    assert as_nobody(open_project) == '{"status": "testing"}'


def test_a_folder_that_may_be_entered_but_not_listed_is_no_hindrance(open_project: Path) -> None:
    (open_project / FILE).parent.chmod(0o711)
    assert as_nobody(open_project) == '{"status": "testing"}'


def test_an_unreadable_file_is_refused(open_project: Path) -> None:
    (open_project / FILE).chmod(0o600)
    assert as_nobody(open_project) == "RefusedError no permission to read current-phase.json"


def test_a_folder_that_may_not_be_entered_is_refused(open_project: Path) -> None:
    (open_project / FILE).parent.chmod(0o700)
    assert as_nobody(open_project) == "RefusedError no permission to read current-phase.json"


def test_a_project_that_may_not_be_entered_is_refused(open_project: Path) -> None:
    open_project.chmod(0o700)
    assert as_nobody(open_project) == "RefusedError no permission to read .context-foundry"


@pytest.mark.parametrize(
    ("size", "words"),
    [(0, "0 bytes"), (412, "412 bytes"), (1024, "1 KiB"), (1536, "1.5 KiB"), (2**70, "1024 EiB")],
)
def test_a_size_is_said_in_words(size: int, words: str) -> None:
    assert size_words(size) == words


def test_an_error_without_a_rule_of_its_own_keeps_the_systems_words() -> None:
    assert str(from_os(OSError(5, "Input/output error"), "x")) == "x cannot be read: Input/output error"
