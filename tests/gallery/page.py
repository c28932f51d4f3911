"""The page to look through: one file beside the pictures, without a script and without the network."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from html import escape
from itertools import groupby
from pathlib import Path
from string import Template
from typing import Final
from urllib.parse import quote

from PySide6.QtGui import QImageReader

from gallery.comparing import Compared, Mark
from gallery.pictures import case_of

_PAGE: Final = Template("""<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Cupola: pictures</title>
<style>
:root { color-scheme: light dark; font: 15px/1.5 system-ui, sans-serif; }
body { margin: 24px; }
nav a { margin-right: 12px; white-space: nowrap; }
h2 { margin: 40px 0 8px; }
article { margin: 0 0 28px; }
h3 { margin: 0 0 6px; font-size: 1em; overflow-wrap: anywhere; }
h3 span { font-weight: normal; opacity: .75; margin-left: 8px; }
.sides { display: flex; flex-wrap: wrap; gap: 12px; }
figure { margin: 0; flex: 1 1 480px; max-width: 960px; }
img { width: 100%; height: auto; display: block; border: 1px solid #8886; box-sizing: border-box; }
figcaption { opacity: .75; }
.over { position: relative; isolation: isolate; }
.over a + a img { position: absolute; inset: 0; mix-blend-mode: difference; }
.differs h3 b { color: #d9541e; } .new h3 b { color: #1f8a5b; } .gone h3 b { color: #c93636; }
</style>
<h1>Cupola: pictures</h1>
<p>$summary</p>
<nav>$links</nav>
$sections
</html>
""")


def page(shown: Sequence[Compared], headings: Mapping[str, str], folder: Path) -> str:
    """The HTML of `index.html` in `folder`; `shown` comes grouped by case."""
    groups = [(case, tuple(group)) for case, group in groupby(shown, key=_case)]
    links = " ".join(f'<a href="#{quote(case)}">{escape(headings.get(case, case))}</a>' for case, _ in groups)
    sections = "\n".join(
        f'<h2 id="{escape(case)}">{escape(headings.get(case, case))}</h2>\n'
        + "\n".join(_article(each, folder) for each in group)
        for case, group in groups
    )
    return _PAGE.substitute(summary=escape(summary(shown)), links=links, sections=sections)


def summary(shown: Sequence[Compared]) -> str:
    """How many pictures there are, and how many are same, differ, are new or gone."""
    counts = {mark: sum(each.mark is mark for each in shown) for mark in Mark}
    taken = sum(each.newer is not None for each in shown)
    words = [f"{taken} pictures" if taken != 1 else "1 picture"]
    if any(counts.values()):
        verbs = {Mark.DIFFERS: "differ" if counts[Mark.DIFFERS] != 1 else "differs"}
        words += [f"{count} {verbs.get(mark, mark.value)}" for mark, count in counts.items()]
    return ", ".join(words)


def _case(shown: Compared) -> str:
    return case_of(shown.name) or "other"


def _article(shown: Compared, folder: Path) -> str:
    """Name, mark and size, then the picture, the older one and where they differ."""
    mark = f"<b>{shown.mark.value}</b> " if shown.mark else ""
    note = f"<span>{escape(shown.note)}</span>" if shown.note else ""
    newer, older = (_image(file, folder) for file in (shown.newer, shown.older))
    sides = [_side(newer, "now", shown.newer), _side(older, "before", shown.older)]
    if shown.mark is Mark.DIFFERS:
        sides.append(
            f'<figure><div class="over">{newer}{older}</div><figcaption>difference</figcaption></figure>'
        )
    elif shown.mark is Mark.SAME:
        del sides[1]
    kind = shown.mark.value if shown.mark else "only"
    return (
        f'<article class="{kind}"><h3>{mark}{escape(shown.name)}{note}</h3>'
        f'<div class="sides">{"".join(sides)}</div></article>'
    )


def _side(image: str, caption: str, file: Path | None) -> str:
    if file is None:
        return ""
    size = QImageReader(str(file)).size()
    return f"<figure>{image}<figcaption>{caption}, {size.width()} × {size.height()}</figcaption></figure>"


def _image(file: Path | None, folder: Path) -> str:
    if file is None:
        return ""
    link = escape(quote(os.path.relpath(file, folder).replace(os.sep, "/")))
    return f'<a href="{link}"><img loading="lazy" src="{link}" alt="{escape(file.name)}"></a>'
