"""What the rounds of one run share: a folder of their own, the environment of every child, the trees."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Final

from bench.trees import Tree, TreeSpec, plant

CHECKOUT: Final = Path(__file__).resolve().parents[2]
CHILDREN: Final = Path(__file__).resolve().parent / "children"
_KEPT: Final = ("PATH", "LANG", "LC_ALL", "DISPLAY", "XAUTHORITY", "PYTHONHASHSEED")


@dataclass(slots=True)
class Setup:
    """`quick` shortens everything to what shows that a bench works; its figures say little."""

    folder: Path
    quick: bool = False
    platform: str = "offscreen"
    _numbers: count[int] = field(default_factory=count)
    _trees: dict[TreeSpec, Tree] = field(default_factory=dict)

    def scaled(self, usual: float, quick: float) -> float:
        """A length of time or a number of things."""
        return quick if self.quick else usual

    def new_folder(self, name: str) -> Path:
        """A fresh folder."""
        folder = self.folder / f"{name}-{next(self._numbers)}"
        folder.mkdir(parents=True)
        return folder

    def tree(self, spec: TreeSpec) -> Tree:
        """A tree as specified; one that was made before is used again."""
        if spec not in self._trees:
            self._trees[spec] = plant(self.new_folder("tree") / "root", spec)
        return self._trees[spec]

    def environment(self) -> Mapping[str, str]:
        """The same for Cupola and every reference: nothing of the user's, nothing of a session's."""
        home = self.folder / "home"
        home.mkdir(exist_ok=True)
        kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
        return {
            **kept,
            "HOME": str(home),
            "QT_QPA_PLATFORM": self.platform,
            "PYTHONPATH": os.pathsep.join((str(CHECKOUT / "app"), str(CHECKOUT / "tests"))),
        }


def python(script: str, *arguments: str) -> list[str]:
    """The command of a child of ours."""
    return [sys.executable, str(CHILDREN / script), *arguments]
