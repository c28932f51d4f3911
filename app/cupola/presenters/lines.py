"""What a dock shows, line by line: texts, and of each figure its tooltip and the file behind it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from enum import Enum, auto
from typing import Final

from cupola.domain.figures import Figure
from cupola.domain.formatting import DASH, dollars, figure, number
from cupola.domain.models import AgentState, Zone
from cupola.domain.text import printable_path
from cupola.domain.words import Verdict
from cupola.presenters.texts import figure_note
from cupola.presenters.tooltips import plain_tooltip


class LineKind(Enum):
    """How a line is laid out."""

    HERO = auto()
    GAUGE = auto()
    TREND = auto()
    CELLS = auto()
    HEADING = auto()
    ROW = auto()
    ITERATION = auto()
    AGENT = auto()
    DECISION = auto()
    PATH = auto()
    TABLE = auto()
    DETAIL = auto()
    NOTE = auto()


@dataclass(frozen=True, slots=True)
class Cell:
    """One figure as text: `note` says how sure it is and by which method, `file` is what lies behind it."""

    text: str
    caption: str = ""
    note: str = ""
    file: str | None = None
    short: str = ""
    """What is shown where `text` does not fit: a number that lost its end would be another number."""
    usual: str = ""
    """Of a cell in a column: the longest usual text of that column, which makes its width."""
    worded: str = ""
    """How it reads in the second line where its column has no room; empty: not at all."""

    @property
    def copied(self) -> str:
        """The cell in a line of copied text."""
        return f"{self.caption}: {self.text}" if self.caption else self.text


@dataclass(frozen=True, slots=True)
class Line:
    """`key` tells a line from the others of its dock, whatever stands in it.

    `short` is shown where `text` does not fit. `state` is drawn as a shape, `share` (0..1) as a bar,
    `squares` (0..5) as a rating, `trend` as a curve of points within 0..1, `tag` as a chip. `soft`: what
    stands beside the others and not among them. `least_chars` of the text have room before a column has.
    `more`: paragraphs that a click opens below it; `opened`: they stand there, in a line of kind DETAIL.
    """

    key: str
    kind: LineKind
    text: str = ""
    cells: tuple[Cell, ...] = ()
    under: str = ""
    note: str = ""
    file: str | None = None
    depth: int = 0
    state: AgentState | Verdict | Zone | None = None
    tag: Cell | None = None
    share: float | None = None
    squares: int | None = None
    trend: tuple[tuple[float, float], ...] = ()
    short: str = ""
    soft: bool = False
    least_chars: int = 11
    more: tuple[str, ...] = ()
    opened: bool = False

    @property
    def shape(self) -> tuple[object, ...]:
        """Two lines of the same shape take the same room."""
        paragraphs = self.more if self.kind is LineKind.DETAIL else ()
        return self.kind, self.two_rows, self.share is None, paragraphs

    @property
    def two_rows(self) -> bool:
        """Whether there is a second line: one of text, or one for the sign that more can be opened."""
        return bool(self.under or self.more)

    @property
    def files(self) -> tuple[str, ...]:
        """The files behind this line, that of its first figure first, each once."""
        named = (self.file, *(cell.file for cell in self.cells))
        return tuple(dict.fromkeys(name for name in named if name is not None))

    @property
    def copied(self) -> str:
        """The line as tab-separated plain text; empty for one that only draws."""
        if self.kind in {LineKind.GAUGE, LineKind.TREND}:
            return self.under
        if self.kind is LineKind.DETAIL:
            return "  " * self.depth + "\t".join(self.more)
        below = self.kind is LineKind.AGENT and bool(self.under)  # which begins with the state
        word = self.state.value if isinstance(self.state, AgentState | Verdict) and not below else ""
        rating = f"{self.squares}/5" if self.squares is not None else ""
        tag = self.tag.text if self.tag is not None else ""
        parts = (
            "  " * self.depth + self.text,
            word,
            *(cell.copied for cell in self.cells),
            rating,
            tag,
            self.under,
        )
        return "\t".join(part for part in parts if part)

    @property
    def spoken(self) -> str:
        """The line for a screen reader."""
        return self.copied.replace("\t", ", ").strip() or self.note

    @property
    def tooltip(self) -> str:
        """All that the line says and is not shown in full, as a tooltip."""
        notes = (f"{cell.copied}\n{cell.note}" for cell in self.cells if cell.note)
        tag = self.tag.note if self.tag is not None else ""
        return plain_tooltip(self.text, self.under, tag, self.note, *notes)


def cell(
    of: Figure,
    caption: str = "",
    write: Callable[[float], str] = number,
    *,
    unit: str = "",
    usual: str = "",
    worded: str = "",
) -> Cell:
    """A figure with its marks, its tooltip and its file; a dash has its reason.

    `{}` in `worded` stands for the text; what is only a dash has no words.
    """
    text = f"{figure(of, write)} {unit}".rstrip()
    where = printable_path(of.file) if of.file else ""
    note = "\n".join(part for part in (figure_note(of), where) if part)
    shorter = _SHORTER.get(write)
    short = text if shorter is None else f"{figure(of, shorter)} {unit}".rstrip()
    words = "" if text == DASH else worded.format(text)
    return Cell(text, caption, note, of.file, short, usual, words)


def columns(cells: Iterable[Cell], usual: Iterable[str]) -> tuple[Cell, ...]:
    """`cells`, each in a column as wide as its usual text; `usual` may have more columns."""
    return tuple(replace(each, usual=text) for each, text in zip(cells, usual, strict=False))


def compact(value: float) -> str:
    """`9,999`, `22.9k`, `1.23M`: three digits of what is too long for a column."""
    for size, unit in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if abs(value) >= size * (10 if unit == "k" else 1):
            scaled = value / size
            return f"{scaled:.{2 if abs(scaled) < 10 else 1}f}{unit}"
    return number(value)


def compact_dollars(value: float) -> str:
    """`$99.99`, `$1,212`, `$22.9k`: dollars where there is little room."""
    return dollars(value) if abs(value) < 100 else f"${compact(round(value))}"


_SHORTER: Final[dict[Callable[[float], str], Callable[[float], str]]] = {
    number: compact,
    dollars: compact_dollars,
}
"""How a number is written where it has no room as it is."""


def unique(lines: Iterable[Line]) -> tuple[Line, ...]:
    """`lines` with keys that differ: what a build says twice are two lines."""
    seen: Counter[str] = Counter()
    made: list[Line] = []
    for line in lines:
        seen[line.key] += 1
        count = seen[line.key]
        made.append(line if count == 1 else replace(line, key=f"{line.key}#{count}"))
    return tuple(made)


def copied(title: str, lines: Iterable[Line]) -> str:
    """A whole dock as plain text: one line each, columns separated by tabs."""
    return "\n".join([title, *(line.copied for line in lines if line.copied)])
