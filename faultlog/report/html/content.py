"""What a page's answer stands on, as values that a template prints: counts, sources, holes, files, warnings."""

from collections import Counter
from collections.abc import Iterable

from faultlog.model import LEVELS
from faultlog.report import footing, ledger, yields
from faultlog.report.html.cutting import cut
from faultlog.report.stopped import warned
from faultlog.report.times import common_folder
from faultlog.report.view import Seen, pattern_words, recurs

MOST_ROWS = 60
"""Rows of a list. Tool default."""


def tiles(view: Seen) -> list[tuple[str, str]]:
    """The case in a few numbers: they count all of it, whatever is listed below."""
    say, doc = view.wording, view.whole
    verdict = Counter(one.verdict for one in doc.findings)
    numbers = (
        ("html.intervals", len(doc.intervals)),
        ("html.open", sum(one.state == "open" for one in doc.intervals)),
        ("html.breached", verdict["breached"]),
        ("html.undecided", verdict["indeterminate"] + verdict["pending"]),
        ("html.met", verdict["met"]),
        ("html.lines", sum(file.lines for file in doc.files)),
    )
    return [(f"{count:,}", say.words(key)) for key, count in numbers]


def offenders(view: Seen) -> list[tuple[str, str]]:
    """The files that were being scanned when the scan service exited: how often, and which."""
    say = view.wording
    return [
        (f"{one.count:,} ×", say.words("offenders.unnamed") if one.path is None else cut(one.path))
        for one in view.doc.offenders[:MOST_ROWS]
    ]


def told(view: Seen) -> list[str]:
    """Remedies that were tried, and patterns that are present."""
    present = [one for one in view.doc.patterns if one.outcome == "present" and not recurs(view, one)]
    said = [*footing.remedies(view), *(f"{pattern_words(view, one)} · {one.id}" for one in present)]
    return [*said, *footing.undecided(view)][:MOST_ROWS]


def holes(view: Seen) -> list[tuple[str, ...]]:
    """Every span that was not observed: from when to when, why, in which file."""
    spans = sorted((one for one in ledger.carrying(view) if one.kind != "live"), key=lambda one: (one.kind, one.from_))
    return [
        (
            view.wording.words(f"bars.{one.kind}"),
            ledger.when(view, one),
            ledger.why(view, one),
            "" if one.file is None else cut(one.file),
        )
        for one in spans
    ]


def steps(view: Seen) -> list[str]:
    """Where the clock was set."""
    say = view.wording
    return [
        say.words(
            "clock_step.row",
            place=f"{cut(one.file)}:{one.line}",
            before=view.times.both(one.before),
            after=view.times.both(one.after),
        )
        for one in view.doc.clock_steps[:MOST_ROWS]
    ]


def files(view: Seen) -> tuple[str, list[tuple[str, ...]]]:
    """The folder of all files, and of each file what was read and understood, the least understood first."""
    folder = common_folder(file.path for file in view.doc.files)
    found: list[tuple[str, ...]] = []
    for file in sorted(view.doc.files, key=yields.share)[:MOST_ROWS]:
        form = file.format if file.format is not None else view.wording.words(f"status.{file.status}")
        path, told = cut(file.path.removeprefix(folder)), yields.understood(file)
        found.append((path, form, f"{file.lines:,}", told, f"{file.unread:,}"))
    return folder, found


def reading_notes(view: Seen) -> list[str]:
    """How much was read, by whom it was written, and what went wrong on the way."""
    say, doc = view.wording, view.doc
    passed = sum(file.passed_over for file in doc.files)
    said = [say.counted("files.more", len(doc.files) - MOST_ROWS)] if len(doc.files) > MOST_ROWS else []
    said += [say.counted("files.passed_over", passed)] if passed else []
    if doc.activity:
        said += [yields.activity(view), say.words("files.voices", voices=yields.voices(view))]
    for one in doc.warnings[:MOST_ROWS]:
        place = f"{cut(one.file)}: " if one.file is not None else ""
        said.append(f"! {place}{cut(warned(say, one))}")
    return said


def shapes(counted: Iterable[tuple[int, str]]) -> list[tuple[str, str]]:
    """The most frequent shapes of some lines."""
    return [(f"{count:,} ×", cut(template)) for count, template in list(counted)[:MOST_ROWS]]


def worst(view: Seen) -> str:
    """The greatest level of anything that is told, as a class of the page."""
    levels = [*(one.level for one in view.doc.findings), *(one.level for one in view.doc.contradictions)]
    return max(levels, key=LEVELS.index, default="none")
