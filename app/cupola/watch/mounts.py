"""File systems whose changes the kernel does not report, because they are made elsewhere."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import psutil

_NETWORK: Final = frozenset(
    {"9p", "acfs", "afp", "afpfs", "afs", "autofs", "beegfs", "ceph", "cifs", "coda", "davfs", "gfs2"}
    | {"glusterfs", "gpfs", "lustre", "ncpfs", "ocfs2", "orangefs", "panfs", "smb", "smb2", "smb3"}
    | {"smbfs", "sshfs", "webdav"}
)
_SHARED: Final = frozenset(
    {"drvfs", "fakeowner", "grpcfuse", "hgfs", "osxfs", "prl_fs", "prl_fs_host", "vboxsf", "virtiofs"}
    | {"vmhgfs"}
)


@dataclass(frozen=True, slots=True)
class Mount:
    """Where a file system is mounted. `options` are comma-separated."""

    point: str
    kind: str
    options: str = ""


def mounts() -> list[Mount]:
    """What is mounted now, in order of mounting; asks the kernel, no disk."""
    return [Mount(part.mountpoint, part.fstype, part.opts) for part in psutil.disk_partitions(all=True)]


def needs_polling(path: str, mounted: Iterable[Mount] | None = None) -> str | None:
    """Where `path` lies, in words, if changes made elsewhere would not be told of; else None.

    Resolves links, so it may block as long as the disk of `path` does.
    """
    real = os.path.realpath(path)
    if real.startswith("\\\\"):
        return "network folder"
    mount = mount_of(real, mounts() if mounted is None else mounted)
    return in_words(mount) if mount else None


def mount_of(real: str, mounted: Iterable[Mount]) -> Mount | None:
    """The mount that a real path lies on: the longest point, of equal ones the last mounted."""
    found = None
    for mount in mounted:
        longer = found is None or len(mount.point) >= len(found.point)
        if longer and _is_inside(real, mount.point):
            found = mount
    return found


def in_words(mount: Mount) -> str | None:
    """What a mount is to a person, if it needs polling."""
    kind = mount.kind.lower()
    if kind in _SHARED:
        return f"folder shared by a virtual machine's host ({kind})"
    if kind in _NETWORK or kind.startswith("nfs") or "remote" in mount.options.split(","):
        return f"network folder ({kind})" if kind else "network folder"
    if kind == "fuse" or kind.startswith(("fuse.", "macfuse", "osxfuse")):
        return f"FUSE folder ({kind.removeprefix('fuse.')})"
    return None


def _is_inside(real: str, point: str) -> bool:
    path, folder = os.path.normcase(real), os.path.normcase(point).rstrip(os.sep)
    return path == folder or path.startswith(folder + os.sep)
