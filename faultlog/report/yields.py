"""What was read of each file, how much of it was understood, and what went wrong on the way."""

from collections import Counter
from collections.abc import Sequence

from rich.text import Text

from faultlog.model import Instant
from faultlog.report.busy import by_minute
from faultlog.report.page import DIM, cut, folded, grid
from faultlog.report.rows import File
from faultlog.report.stopped import warned
from faultlog.report.times import common_folder
from faultlog.report.view import Seen, View
from faultlog.wording import safe

MOST_TEMPLATES = 5
"""Shapes of lines that are listed, the most frequent. Tool default."""
MOST_FILES = 12
"""Files that are listed, the least understood first. Tool default."""
MOST_VOICES = 6
"""Processes and modules that are listed where every line was read, the loudest. Tool default."""
MOST_WARNINGS = 8
"""Warnings that are listed. Tool default."""


def read_files(view: View) -> None:
    """What was read of each file, and what went wrong."""
    page, say = view.page, view.wording
    ordered = sorted(view.doc.files, key=share)
    folder = common_folder(file.path for file in ordered)
    page.heading(say.words("title.files"), say.words("files.below", folder=folder) if folder else "")
    if ordered:
        _table(view, [_cells(view, file, folder) for file in ordered[:MOST_FILES]])
    if len(ordered) > MOST_FILES:
        page.hang("  ", say.counted("files.more", len(ordered) - MOST_FILES), DIM)
    passed = sum(file.passed_over for file in view.doc.files)
    if passed:
        page.hang("  ", say.counted("files.passed_over", passed), DIM)
    if view.doc.activity:
        page.hang("  ", activity(view), DIM)
        page.hang("  ", view.wording.words("files.voices", voices=voices(view)), DIM)
    _unread(view)
    _warnings(view, folder)


def activity(view: Seen) -> str:
    """How much was written, by all logs together, where every line was read."""
    counted = by_minute(view.doc.activity)
    lines = counted["lines"]
    busiest = max(lines, key=lines.__getitem__, default=0)
    return view.wording.words(
        "files.activity",
        lines=f"{sum(lines.values()):,}",
        minutes=f"{len(lines):,}",
        warnings=f"{sum(counted['warnings'].values()):,}",
        errors=f"{sum(counted['errors'].values()):,}",
        most=f"{lines.get(busiest, 0):,}",
        at=view.times.short(str(Instant(busiest))),
    )


def voices(view: Seen) -> str:
    """Who wrote most of it: processes with their modules, whatever the level."""
    lines: Counter[str] = Counter()
    for one in view.doc.voices:
        lines[" ".join(filter(None, (one.process, f"[{one.module}]" if one.module else None))) or "–"] += one.lines
    shares = [f"{safe(name)} {100 * count / lines.total():.0f} %" for name, count in lines.most_common(MOST_VOICES)]
    return ", ".join([*shares, *["…"] * (len(lines) > MOST_VOICES)])


def share(file: File) -> tuple[float, str]:
    """How much of a file's sample is understood, and its path: the least understood come first."""
    return (file.understood / file.sampled if file.sampled else 1.0, file.path)


def understood(file: File) -> str:
    """How much of a file's sample is understood, and how large that is; 100 % is all of it, nothing less."""
    return f"{100 * file.understood // file.sampled} % · {file.sampled:,}" if file.sampled else "–"


def _table(view: View, rows: Sequence[Sequence[str]]) -> None:
    """The files; where a name has no room, a column's name gives way, then it is written in lines."""
    page, say = view.page, view.wording
    names = [say.words(f"column.{name}") for name in ("path", "format", "lines", "understood", "unread")]
    room = page.room([names, *rows])
    short = [name.replace(" · ", "\n· ") for name in names]
    if room < max(Text(row[0]).cell_len for row in rows) and page.room([short, *rows]) > room:
        names, room = short, page.room([short, *rows])
    table = grid(*names, gap=page.gap)
    for column in table.columns[2:]:
        column.justify, column.no_wrap = "right", True
    for path, *others in rows:
        table.add_row(folded(path, room), *map(Text, others))
    page.table(table)


def _cells(view: View, file: File, folder: str) -> tuple[str, ...]:
    form = file.format if file.format is not None else view.wording.words(f"status.{file.status}")
    cells = (file.path.removeprefix(folder), form, f"{file.lines:,}", understood(file), f"{file.unread:,}")
    return tuple(map(safe, cells))


def _unread(view: View) -> None:
    """The most frequent unread shapes."""
    rows = [(one.count, one.template) for one in view.doc.unread]
    if rows:
        view.page.hang("  ", view.wording.counted("files.unread", sum(count for count, _ in rows)))
        templates(view, rows)


def _warnings(view: View, folder: str) -> None:
    page, rows = view.page, view.doc.warnings
    for one in rows[:MOST_WARNINGS]:
        place = f"{one.file.removeprefix(folder)}: " if one.file is not None else ""
        page.hang(Text("  ! ", style="bold yellow"), safe(f"{place}{warned(view.wording, one)}"))
    if len(rows) > MOST_WARNINGS:
        kinds = Counter(one.code for one in rows[MOST_WARNINGS:])
        listed = ", ".join(f"{safe(code)} {count:,}" for code, count in kinds.most_common(5))
        page.hang("    ", view.wording.counted("files.more_warnings", len(rows) - MOST_WARNINGS, kinds=listed), DIM)


def templates(view: View, rows: Sequence[tuple[int, str]]) -> None:
    """The most frequent shapes of some lines, and how many lines have others."""
    width = max((len(f"{count:,}") for count, _ in rows[:MOST_TEMPLATES]), default=1)
    for count, template in rows[:MOST_TEMPLATES]:
        head = f"  {count:>{width},} × "
        view.page.line(Text.assemble(head, cut(template, view.page.width - len(head))))
    rest = sum(count for count, _ in rows[MOST_TEMPLATES:])
    if rest:
        shapes = len(rows) - MOST_TEMPLATES
        view.page.hang("  ", view.wording.words("templates.more", count=f"{rest:,}", shapes=f"{shapes:,}"), DIM)
