"""The command line: where to, which cases, beside which older set."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from gallery.comparing import compare
from gallery.page import page, summary
from gallery.pictures import NAMES, PICTURES, case_of
from gallery.taking import take


def main(arguments: Sequence[str]) -> int:
    """Take the pictures and write the page; 1 if one of them could not be taken."""
    options = _options(arguments)
    folder: Path = options.folder
    folder.mkdir(parents=True, exist_ok=True)
    wanted = [picture for picture in PICTURES if not options.cases or picture.case in options.cases]
    failed = 0
    for at, picture in enumerate(wanted, 1):
        print(f"{at}/{len(wanted)} {picture.name}", flush=True)
        trouble = take(picture, folder)
        if trouble:
            failed += 1
            print(f"{picture.name}: {trouble}", file=sys.stderr)
    names = _with_older([picture.name for picture in wanted], options.against, options.cases)
    shown = compare(names, folder, options.against)
    index = folder / "index.html"
    index.write_text(page(shown, NAMES, folder), "utf-8")
    print(f"{summary(shown)}: {index.resolve().as_uri()}")
    return 1 if failed else 0


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python tests/gallery",
        description="Take the pictures of the window, and a page to look through.",
    )
    parser.add_argument("folder", type=Path, metavar="FOLDER", help="where the pictures and index.html go")
    parser.add_argument("cases", nargs="*", metavar="CASE", help=f"only these: {', '.join(NAMES)}")
    parser.add_argument("--against", type=Path, metavar="OLDER_FOLDER", help="an older set to compare with")
    options = parser.parse_args(arguments)
    unknown = [case for case in options.cases if case not in NAMES]
    if unknown:
        parser.error(f"there is no case {', '.join(unknown)}; there are {', '.join(NAMES)}")
    if options.against is not None and not options.against.is_dir():
        parser.error(f"{options.against} is no folder")
    if options.against is not None and options.against.resolve() == options.folder.resolve():
        parser.error("the older set would be overwritten: name another folder")
    return options


def _with_older(names: list[str], against: Path | None, cases: Sequence[str]) -> list[str]:
    """The names, and after those of its case each one that only the older set has."""
    older = [] if against is None else sorted(file.name for file in against.glob("*.png"))
    known = set(names)
    gone = [name for name in older if name not in known and (not cases or case_of(name) in cases)]
    places = list(NAMES)
    return sorted([*names, *gone], key=lambda name: _place(places, case_of(name)))


def _place(cases: list[str], case: str) -> int:
    return cases.index(case) if case in cases else len(cases)
