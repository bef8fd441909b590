"""Lines on a console: hanging indents, headings and tables that never interpret what a bundle says.

Everything is printed as `rich.text.Text`, so that neither markup nor escape codes of a log reach the terminal. A
console that knows only ASCII gets plain stand-ins for the signs.
"""

import os
import re
import sys
from collections.abc import Iterable, Sequence

from rich.cells import chop_cells
from rich.console import Console
from rich.measure import Measurement
from rich.segment import Segment
from rich.table import Table
from rich.text import Text

from faultlog.values import dataclass
from faultlog.wording import Wording, safe

Mark = tuple[str, str, str]
"""How something stands out: sign, colour, and the catalogue key of its word."""

MARKS: dict[str, Mark] = {
    "critical": ("✗", "bold red", "mark.critical"),
    "warning": ("!", "bold yellow", "mark.warning"),
    "note": ("!", "bold cyan", "mark.note"),
    "open": ("▶", "bold magenta", "mark.open"),
    "indeterminate": ("?", "bold cyan", "mark.indeterminate"),
    "pending": ("?", "bold cyan", "mark.pending"),
    "unread": ("?", "bold yellow", "mark.unread"),
    "none_raised": ("?", "bold cyan", "mark.none_raised"),
    "cleared": ("✓", "green", "mark.cleared"),
    "met": ("✓", "green", "mark.met"),
}
"""Never by colour alone: every mark has a sign and a word."""

DIM = "dim"

SYSTEMS = {"macos": "macOS", "linux": "Linux"}
"""Operating systems as they write themselves."""

NARROW = 60
"""Columns below which a table that does not fit is told row by row. Tool default."""
WIDEST = 10_000
"""Columns in which every table fits."""
MOST_RAW = 2_000
"""Characters of a log's line that are quoted. Tool default."""

LEAST_PATH = 16
"""Columns that a path has at least, whatever stands beside it. Tool default."""

_FOLDERS = re.compile(r"[^/]*/|[^/]+")
_WORDS = re.compile(r"[._-]?[^._ -]+ ?|[._ -]")
_UNIT = re.compile(r"(?<=[\d≥≤]) (?=(?:d|h|min|s|M|days?|hours?|minutes?|seconds?|\d[\d,.]*)\b)")
_GLUE = "\ue000"
"""Stands for a blank at which no line breaks; `safe` lets none through."""

_ASCII = str.maketrans(
    {
        "✗": "x", "✓": "+", "·": "-", "…": "...", "–": "-", "≥": ">=", "≤": "<=", "×": "x", "█": "#", "▒": "~",
        "░": ":", "▶": ">", "◀": "<", "→": "->", "↑": "^", "⇡": "B", "─": "-", "│": "|",
        "━": "=", "┄": "_",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Page:
    """A console and the language that is spoken on it."""

    console: Console
    wording: Wording

    @property
    def width(self) -> int:
        """Columns there are."""
        return max(40, self.console.width)

    def line(self, text: Text | str = "", style: str = "") -> None:
        """One line, as long as it is."""
        shown = Text(text, style=style) if isinstance(text, str) else text
        shown.rstrip()
        if shown.plain != (harmless := safe(shown.plain)):
            shown = Text(harmless)
        if self.console.options.ascii_only:
            shown = Text(shown.plain.translate(_ASCII).encode("ascii", "backslashreplace").decode())
        self.console.print(shown, no_wrap=True, overflow="ignore", crop=False, highlight=False, markup=False)

    def hang(self, head: Text | str, body: Text | str, style: str = "") -> int:
        """A text that wraps beside its head, aligned; returns the lines it took."""
        first = Text(head) if isinstance(head, str) else head
        lines = self.wrapped(body, first.cell_len, style)
        for number, line in enumerate(lines):
            start = first if number == 0 else Text(" " * first.cell_len)
            self.line(Text.assemble(start, line))
        return len(lines)

    def wrapped(self, body: Text | str, indent: int, style: str = "") -> Sequence[Text]:
        """The lines of a text in the columns that an indent leaves."""
        text = Text(body, style=style) if isinstance(body, str) else body
        glued = text.copy()
        glued.plain = _UNIT.sub(_GLUE, text.plain)
        lines = glued.wrap(self.console, max(20, self.width - indent), overflow="fold") or [Text()]
        for line in lines:
            line.plain = line.plain.replace(_GLUE, " ")
        return list(lines)

    @property
    def gap(self) -> int:
        """Columns between those of a table."""
        return 2 if self.width >= 90 else 1

    def heading(self, title: str, note: str = "") -> None:
        """A section's title after a blank line, perhaps with a remark."""
        self.line()
        self.hang("", Text.assemble((title, "bold"), f"  {note}" if note else ""))

    def marked(self, mark: str, body: Text | str) -> int:
        """A verdict's line: sign, word and sentence."""
        sign, style, word = MARKS[mark]
        label = self.wording.words(word)
        head = Text(f"{sign} {label}", style=style)
        head.append(" " * max(1, self.label_width - head.cell_len))
        return self.hang(head, body)

    @property
    def label_width(self) -> int:
        """Columns that a mark takes with the gap after it; the one long word takes more."""
        short = (word for name, (_, _, word) in MARKS.items() if name != "indeterminate")
        return 4 + max(Text(self.wording.words(word)).cell_len for word in short)

    def table(self, table: Table) -> None:
        """A table, its trailing blanks cut off; told row by row where a narrow terminal would cut its words."""
        options = self.console.options.update(width=self.width - 2)
        if (
            self.width < NARROW
            and Measurement.get(self.console, options.update(width=WIDEST), table).maximum > self.width
        ):
            self._row_by_row(table)
            return
        for line in self.console.render_lines(table, options, pad=False):
            self.line(Text.assemble("  ", _joined(line)))

    def _row_by_row(self, table: Table) -> None:
        """Each cell after its column's name, the first one of a row by itself."""
        columns = [(_plain(column.header), [_plain(cell) for cell in column.cells]) for column in table.columns]
        for row in range(table.row_count):
            for place, (name, cells) in enumerate(columns):
                if cells[row]:
                    named = f"{name}: " if name and place else ""
                    self.hang("  " if place == 0 else "    ", Text.assemble((named, DIM), cells[row]))

    def room(self, rows: Sequence[Sequence[str]]) -> int:
        """Columns that the others of a table leave to its first; as many as it likes where each row is told by itself.

        Args:
            rows: the names of the columns, and the cells.
        """
        if self.width < NARROW:
            return WIDEST
        others = [
            max(Text(line).cell_len for cell in column for line in cell.split("\n"))
            for column in zip(*rows, strict=True)
        ][1:]
        return max(LEAST_PATH, self.width - 2 - sum(others) - len(others) * self.gap)

    def quote(self, raw: str, indent: int) -> None:
        """A line of a log as it stands but for controls, blanks included; a bar marks each line it takes."""
        shown = safe(raw[:MOST_RAW]) + ("…" if len(raw) > MOST_RAW else "")
        for part in chop_cells(shown, max(20, self.width - indent - 2)) or [""]:
            self.line(Text.assemble(" " * indent, "│ ", part, style=DIM))


class _Answer(Console):
    """The console of an answer; a reader that has seen enough is no error."""

    def on_broken_pipe(self) -> None:
        """Leave quietly: what was not read is not missed."""
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise SystemExit(0)


def answer_console() -> Console:
    """Where answers go: as wide as the terminal; elsewhere 100 columns, without colour."""
    console = _Answer(highlight=False, soft_wrap=False)
    return console if console.is_terminal else _Answer(highlight=False, width=100, height=25, color_system=None)


def _plain(cell: object) -> str:
    return cell.plain if isinstance(cell, Text) else str(cell)


def _joined(segments: Iterable[Segment]) -> Text:
    return Text.assemble(*((one.text, one.style or "") for one in segments if not one.control))


def grid(*columns: str, gap: int = 2) -> Table:
    """A table without lines; an empty set of names shows no header."""
    table = Table(
        box=None, padding=(0, gap, 0, 0), pad_edge=False, show_header=any(columns), header_style="dim", highlight=False
    )
    for name in columns:
        table.add_column(Text(name), overflow="fold")
    return table


def folded(path: str, width: int) -> Text:
    r"""A path in lines that end behind a folder or before a point, or are full where a name has neither.

    >>> folded("var/log/ampdaemon.log.2.gz", 16).plain.split("\n")
    ['var/log/', 'ampdaemon.log.2', '.gz']
    """
    lines = [""]
    for folder in _FOLDERS.findall(safe(path)):
        parts = [folder] if Text(folder).cell_len <= width else _WORDS.findall(folder)
        for part in (fit for one in parts for fit in chop_cells(one, width)):
            if lines[-1] and Text(lines[-1] + part).cell_len > width:
                lines.append("")
            lines[-1] += part
    return Text("\n".join(lines))


def cut(text: str, width: int) -> Text:
    """A text on one line, its end left out where it is too long."""
    shown = Text(safe(text))
    shown.truncate(max(8, width), overflow="ellipsis")
    return shown
