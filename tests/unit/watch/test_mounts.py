"""Where changes made elsewhere would not be told of."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from cupola.watch.mounts import Mount, in_words, mount_of, mounts, needs_polling

MOUNTED = [
    Mount("/", "ext4"),
    Mount("/net", "autofs"),
    Mount("/net", "nfs4"),
    Mount("/net/local", "xfs"),
    Mount("/home/me/remote", "fuse.sshfs"),
]
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the paths are of Linux")


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/home/me", None),
        ("/home/me/remote", "FUSE folder (sshfs)"),
        ("/home/me/remote/a/b", "FUSE folder (sshfs)"),
        ("/home/me/remote-control", None),
        ("/net/a", "network folder (nfs4)"),
        ("/net/local/a", None),
        ("\\\\server\\share", "network folder"),
    ],
)
def test_that_the_longest_and_last_mount_decides(
    monkeypatch: pytest.MonkeyPatch, path: str, words: str | None
) -> None:
    monkeypatch.setattr("os.path.realpath", lambda path: path)
    assert needs_polling(path, MOUNTED) == words


@pytest.mark.parametrize("kind", ["nfs", "nfs4", "cifs", "smb3", "SMBFS", "9p", "afs", "ceph", "fuse"])
def test_that_network_file_systems_need_polling(kind: str) -> None:
    assert in_words(Mount("/x", kind))


@pytest.mark.parametrize("kind", ["vboxsf", "drvfs", "virtiofs"])
def test_that_shared_folders_are_named_as_such(kind: str) -> None:
    assert in_words(Mount("/x", kind)) == f"folder shared by a virtual machine's host ({kind})"


@pytest.mark.parametrize("kind", ["ext4", "btrfs", "zfs", "tmpfs", "overlay", "fuseblk", "apfs", "NTFS", ""])
def test_that_local_file_systems_need_none(kind: str) -> None:
    assert in_words(Mount("/x", kind, "rw,fixed")) is None


def test_that_a_mapped_drive_of_windows_needs_polling() -> None:
    assert in_words(Mount("Z:\\", "NTFS", "rw,remote")) == "network folder (ntfs)"


def test_that_a_link_counts_where_it_leads(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    mounted = [Mount("/", "ext4"), Mount(str(tmp_path.resolve() / "real"), "nfs")]
    assert needs_polling(str(tmp_path / "link" / "a"), mounted) == "network folder (nfs)"


def test_that_this_machines_mounts_are_known(tmp_path: Path) -> None:
    assert mount_of(str(tmp_path.resolve()), mounts()) is not None
