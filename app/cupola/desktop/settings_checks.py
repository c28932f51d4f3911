"""What only a disk can tell of a setting, before it is applied. Nothing here is for the GUI thread."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from cupola.domain.text import plain, printable_path
from cupola.presenters.settings_item import Check
from cupola.store.places import Places, absolute
from cupola.store.prices import load_prices


def why_unusable(check: Check, value: object, places: Places) -> str:
    """Why a value cannot be used, in words; "" if it can, or if it is empty."""
    match check, value:
        case Check.PRICES, str(written) if written:
            return why_no_prices(absolute(written, places), places)
        case Check.PROGRAM, (str(program), *_):
            return why_no_program(program)
    return ""


def why_no_prices(file: Path, places: Places) -> str:
    """Why a file is no price list; "" if it is one."""
    try:
        load_prices(places.config_dir, file)
    except FileNotFoundError:
        return f"there is no file {printable_path(str(file))}"
    except OSError as error:
        return f"{printable_path(str(file))} cannot be read: {error.strerror or error}"
    except ValueError as error:
        return plain(str(error))
    return ""


def why_no_program(program: str) -> str:
    """Why nothing can be run by that name; "" if something can."""
    if shutil.which(program) is not None:
        return ""
    name = printable_path(program)
    if os.path.exists(program):  # noqa: PTH110 - what was typed, not a Path made of it
        return f"{name} is no program that can be run"
    return f"there is no program {name}"


def why_no_folder(folder: Path) -> str:
    """Why a folder cannot be watched; "" if it can."""
    name = printable_path(str(folder))
    try:
        if folder.is_dir():
            return "" if os.access(folder, os.R_OK | os.X_OK) else f"{name} cannot be read"
        return f"{name} is no folder" if folder.exists() else f"there is no folder {name}"
    except OSError as error:
        return f"{name} cannot be read: {error.strerror or error}"
