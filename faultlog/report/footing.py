"""What a triage report stands on: remedies and patterns, unexplained lines, assumptions, what was read, and the audit."""

from collections import Counter
from collections.abc import Iterable, Sequence

from rich.text import Text

from faultlog.report.document import File, Remedy
from faultlog.report.document import Text as Said
from faultlog.report.page import DIM, cut, grid
from faultlog.report.times import common_folder
from faultlog.report.view import View, pattern_words, recurs
from faultlog.wording import safe

MOST_TEMPLATES = 5
MOST_FILES = 12
MOST_WARNINGS = 8


def remedies_and_patterns(view: View) -> None:
    """One line per remedy's outcome and per pattern that is present."""
    shown = [one for one in view.doc.patterns if one.outcome == "present" and not recurs(view, one)]
    said = [*_remedies(view), *(pattern_words(view, one) for one in shown)]
    if not said:
        return
    view.page.heading(view.wording.words("title.remedies_and_patterns"))
    for one in said:
        view.page.hang("  ", one)


def _remedies(view: View) -> Iterable[str]:
    """Outcomes that are the same for several intervals in one line, with the last instant."""
    groups: dict[tuple[int, str, str], list[Remedy]] = {}
    for remedy in view.doc.remedies:
        groups.setdefault((remedy.fault_id, remedy.event, remedy.outcome), []).append(remedy)
    for (fault, event, outcome), found in groups.items():
        at = found[-1].at
        times = {} if at is None else {"time": view.times.both(at)}
        said = view.wording.words(
            f"remedy.{outcome}", fault=fault, event=view.wording.words(f"event.{event}"), **times
        )
        yield said if len(found) == 1 else view.wording.words("list.times", said=said, count=len(found))


def unexplained(view: View) -> None:
    """The most frequent shapes of lines that name a fault and that no rule explains."""
    rows = view.doc.unexplained
    if not rows:
        return
    total = sum(one.count for one in rows)
    note = view.wording.words("unexplained.total", count=f"{total:,}", shapes=f"{len(rows):,}")
    view.page.heading(view.wording.words("title.unexplained"), note)
    _templates(view, [(one.count, one.template) for one in rows])


def _templates(view: View, rows: Sequence[tuple[int, str]]) -> None:
    width = max((len(f"{count:,}") for count, _ in rows[:MOST_TEMPLATES]), default=1)
    for count, template in rows[:MOST_TEMPLATES]:
        head = f"  {count:>{width},} × "
        view.page.line(Text.assemble(head, cut(template, view.page.width - len(head))))
    rest = sum(count for count, _ in rows[MOST_TEMPLATES:])
    if rest:
        shapes = len(rows) - MOST_TEMPLATES
        view.page.hang("  ", view.wording.words("templates.more", count=f"{rest:,}", shapes=f"{shapes:,}"), DIM)


def assumptions(view: View) -> None:
    """What the answer takes for granted, each kind once."""
    said = assumed(view)
    if not said:
        return
    view.page.heading(view.wording.words("title.assumptions"))
    for number, one in enumerate(said, 1):
        view.page.hang(f"  {number:>{len(str(len(said)))}}. ", one)


def assumed(view: View) -> list[str]:
    """The assumptions as sentences; those of one kind are one sentence with their number."""
    groups: dict[str, list[Said]] = {}
    for one in view.doc.assumptions:
        groups.setdefault(one.key, []).append(one)
    folder = common_folder(file.path for file in view.doc.files)
    return [_assumption(view, key, found, folder) for key, found in groups.items()]


def _assumption(view: View, key: str, found: Sequence[Said], folder: str) -> str:
    say, several = view.wording, f"{key}.several"
    first = {name: str(value).removeprefix(folder) for name, value in found[0].params.items()}
    if len(found) == 1:
        return say.say(Said(key=key, params=first))
    if say.has(several):
        return say.words(several, **first, count=len(found))
    return say.words("list.times", said=say.say(found[0]), count=len(found))


def read_files(view: View) -> None:
    """What was read of each file, and what went wrong."""
    page, say = view.page, view.wording
    ordered = sorted(view.doc.files, key=_share)
    folder = common_folder(file.path for file in ordered)
    page.heading(say.words("title.files"), say.words("files.below", folder=folder) if folder else "")
    names = ("path", "format", "lines", "understood", "unread")
    table = grid(*(say.words(f"column.{name}") for name in names))
    for column in table.columns[2:]:
        column.justify, column.no_wrap = "right", True
    for file in ordered[:MOST_FILES]:
        table.add_row(*_file(view, file, folder))
    if ordered:
        page.table(table)
    if len(ordered) > MOST_FILES:
        page.hang("  ", say.counted("files.more", len(ordered) - MOST_FILES), DIM)
    _unread(view)
    _warnings(view, folder)


def _share(file: File) -> tuple[float, str]:
    return (file.understood / file.sampled if file.sampled else 1.0, file.path)


def _file(view: View, file: File, folder: str) -> tuple[Text, ...]:
    say = view.wording
    share = f"{100 * file.understood // file.sampled} % · {file.sampled:,}" if file.sampled else "–"
    form = file.format if file.format is not None else say.words(f"status.{file.status}")
    return (
        Text(safe(file.path.removeprefix(folder))), Text(safe(form)), Text(f"{file.lines:,}"), Text(share), Text(f"{file.unread:,}"),
    )  # fmt: skip


def _unread(view: View) -> None:
    """The most frequent unread shapes."""
    rows = [(one.count, one.template) for one in view.doc.unread]
    if rows:
        view.page.hang("  ", view.wording.counted("files.unread", sum(count for count, _ in rows)))
        _templates(view, rows)


def _warnings(view: View, folder: str) -> None:
    page, rows = view.page, view.doc.warnings
    for one in rows[:MOST_WARNINGS]:
        place = f"{one.file.removeprefix(folder)}: " if one.file is not None else ""
        page.hang(Text("  ! ", style="bold yellow"), safe(f"{place}{one.detail} [{one.code}]"))
    if len(rows) > MOST_WARNINGS:
        kinds = Counter(one.code for one in rows[MOST_WARNINGS:])
        listed = ", ".join(f"{safe(code)} {count:,}" for code, count in kinds.most_common(5))
        page.hang("    ", view.wording.counted("files.more_warnings", len(rows) - MOST_WARNINGS, kinds=listed), DIM)


def audit(view: View) -> None:
    """The conservation laws in one line."""
    found, say = view.doc.audit, view.wording
    begun = sum(one.raised.kind != "not_after" for one in view.doc.intervals)
    ended = sum(one.state == "cleared" for one in view.doc.intervals)
    adds_up = found.raises == begun + found.duplicate_raises and found.clears == ended + found.orphan_clears
    said = say.words(
        "audit", raises=f"{found.raises:,}", begun=f"{begun:,}", duplicates=f"{found.duplicate_raises:,}",
        clears=f"{found.clears:,}", ended=f"{ended:,}", orphans=f"{found.orphan_clears:,}",
    )  # fmt: skip
    if found.unknown_faults:
        said += say.counted("audit.unknown_faults", found.unknown_faults)
    view.page.heading(say.words("title.audit"), said if adds_up else f"{said}  ✗ {say.words('audit.does_not_add_up')}")
