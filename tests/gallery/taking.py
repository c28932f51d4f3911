"""Has pictures taken: each by a process of its own, because Qt fixes the scale when it starts."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from gallery.pictures import Picture

_CHECKOUT: Final = Path(__file__).resolve().parents[2]
_LONGEST_S: Final = 60
_KEPT: Final = ("PATH", "SYSTEMROOT")


def take(picture: Picture, folder: Path) -> str:
    """Have the picture taken into `folder`, in place of an earlier one; why it was not, or ""."""
    (folder / picture.name).unlink(missing_ok=True)
    what = (picture.case, picture.scheme, picture.size, str(picture.percent))
    try:
        subprocess.run(
            [sys.executable, "-P", "-m", "gallery.shot", str(folder), *what],
            env=_environment(picture, folder),
            check=True,
            capture_output=True,
            text=True,
            timeout=_LONGEST_S,
        )
    except subprocess.CalledProcessError as error:
        return str(error.stderr).strip() or f"ended with {error.returncode}"
    except subprocess.TimeoutExpired:
        return f"not there after {_LONGEST_S} s"
    return ""


def _environment(picture: Picture, folder: Path) -> Mapping[str, str]:
    """Nothing of the user's, so that a picture depends on the code, Qt and the fonts alone."""
    return {
        **{name: os.environ[name] for name in _KEPT if name in os.environ},
        "HOME": str(folder),
        "LC_ALL": "C.UTF-8",
        "TZ": "UTC",
        "QT_QPA_PLATFORM": "offscreen",
        "QT_SCALE_FACTOR": str(picture.percent / 100),
        "PYTHONPATH": os.pathsep.join((str(_CHECKOUT / "app"), str(_CHECKOUT / "tests"))),
        "PYTHONDONTWRITEBYTECODE": "1",
    }
