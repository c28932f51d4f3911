"""The .app and the .dmg for macOS. Written without a Mac: nothing of it has been run yet."""

from __future__ import annotations

import shutil
from pathlib import Path

import bundle
from bootstrap_say import Trouble
from facts import BUILD, DIST, NAME, SYSTEM, TITLE, VERSION
from steps import emptied, run, step


def build() -> Path:
    """`dist/cupola-VERSION.dmg`. Raises Trouble on another system.

    Signed for this machine only: without a developer's certificate macOS asks before the first start.
    """
    if SYSTEM != "darwin":
        raise Trouble("the bundle for macOS is built on macOS")
    app = bundle.built().with_name(f"{TITLE}.app")
    target = DIST / f"{NAME}-{VERSION}.dmg"
    with step("dmg"):
        run("codesign", "--force", "--deep", "--sign", "-", app)
        tree = emptied(BUILD / "dmg")
        run("ditto", app, tree / app.name)
        shutil.copytree(bundle.FOLDER / "licenses", tree / "Licences")
        (tree / "Applications").symlink_to("/Applications")
        DIST.mkdir(exist_ok=True)
        run("hdiutil", "create", "-ov", "-format", "UDZO", "-volname", TITLE, "-srcfolder", tree, target)
    return target
