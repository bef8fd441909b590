"""What a triage report stands on: remedies, patterns, unexplained lines, assumptions and the audit."""

from collections.abc import Iterable, Sequence

from rich.text import Text

from faultlog.report.page import DIM
from faultlog.report.rows import Remedy
from faultlog.report.rows import Text as Said
from faultlog.report.times import common_folder
from faultlog.report.view import Seen, View, pattern_words, recurs
from faultlog.report.yields import templates
from faultlog.wording import Wording, safe

MOST_STEPS = 5
"""Clock steps that are written out. Tool default."""


def remedies_and_patterns(view: View) -> None:
    """One line per remedy's outcome and per pattern that is present."""
    shown = [one for one in view.doc.patterns if one.outcome == "present" and not recurs(view, one)]
    said = [*remedies(view), *(f"{pattern_words(view, one)} · {safe(one.id)}" for one in shown)]
    if not said:
        return
    view.page.heading(view.wording.words("title.remedies_and_patterns"))
    for one in said:
        view.page.hang("  ", one)


def undecided(view: Seen) -> Iterable[str]:
    """How many patterns nobody can tell from this bundle, of which faults, and what is missing for it."""
    unknown = [one for one in view.doc.patterns if one.outcome == "unknown"]
    if unknown:
        faults = sorted({one.fault_id for one in unknown})
        listed = ", ".join(map(str, faults))
        said = view.wording.counted("pattern.undecided", len(faults), patterns=f"{len(unknown):,}", faults=listed)
        missing = dict.fromkeys(view.wording.say(one.missing) for one in unknown if one.missing is not None)
        yield " ".join((f"{said}.", *missing))


def clock_steps(view: View) -> None:
    """Where the clock was set: what it showed before and after, with the line."""
    steps, say = view.doc.clock_steps, view.wording
    if not steps:
        return
    view.page.heading(say.words("title.clock_steps"), say.words("clock_step.note"))
    for step in steps[:MOST_STEPS]:
        times = {"before": view.times.both(step.before), "after": view.times.both(step.after)}
        view.page.hang("  ", say.words("clock_step.row", place=safe(f"{step.file}:{step.line}"), **times))
    if len(steps) > MOST_STEPS:
        view.page.hang("  ", say.words("clock_step.more", count=len(steps) - MOST_STEPS))


def remedies(view: Seen) -> Iterable[str]:
    """Outcomes that are the same for several intervals in one line, with the last instant."""
    groups: dict[tuple[int, str, str, str], list[Remedy]] = {}
    for remedy in view.doc.remedies:
        missing = "" if remedy.missing is None else view.wording.say(remedy.missing)
        groups.setdefault((remedy.fault_id, remedy.event, remedy.outcome, missing), []).append(remedy)
    for (fault, event, outcome, missing), found in groups.items():
        at = found[-1].at
        times = {} if at is None else {"time": view.times.both(at)}
        said = view.wording.words(f"remedy.{outcome}", fault=fault, event=view.wording.words(f"event.{event}"), **times)
        counted = said if len(found) == 1 else view.wording.words("list.times", said=said, count=len(found))
        named = f"{counted} · {safe(found[-1].id)}"
        yield f"{named}. {missing}" if missing else named


def unexplained(view: View) -> None:
    """The most frequent shapes of lines that name a fault and that no rule explains."""
    rows = view.doc.unexplained
    if not rows:
        return
    total = sum(one.count for one in rows)
    note = view.wording.words("unexplained.total", count=f"{total:,}", shapes=f"{len(rows):,}")
    view.page.heading(view.wording.words("title.unexplained"), note)
    templates(view, [(one.count, one.template) for one in rows])


def assumptions(view: View) -> None:
    """What the answer takes for granted, each kind once."""
    said = assumed(view)
    if not said:
        return
    view.page.heading(view.wording.words("title.assumptions"))
    for number, one in enumerate(said, 1):
        view.page.hang(f"  {number:>{len(str(len(said)))}}. ", one)


def assumed(view: Seen) -> list[str]:
    """The assumptions as sentences; those of one kind are one sentence with their number."""
    return said_once(view.wording, view.doc.assumptions, common_folder(file.path for file in view.doc.files))


def said_once(say: Wording, texts: Iterable[Said], folder: str = "") -> list[str]:
    """Sentences, those of one kind as one with their number; paths without the folder that all begin with."""
    groups: dict[str, list[Said]] = {}
    for one in texts:
        groups.setdefault(one.key, []).append(one)
    return [_kind(say, key, found, folder) for key, found in groups.items()]


def _kind(say: Wording, key: str, found: Sequence[Said], folder: str) -> str:
    several = f"{key}.several"
    first = {name: str(value).removeprefix(folder) for name, value in found[0].params.items()}
    if len(found) == 1:
        return say.say(Said(key=key, params=first))
    if say.has(several):
        return say.words(several, **first, count=len(found))
    return say.words("list.times", said=say.say(found[0]), count=len(found))


def laws(view: Seen) -> list[str]:
    """The conservation laws, counted."""
    found, say = view.doc.audit, view.wording
    begun = sum(one.raised.kind != "not_after" for one in view.whole.intervals)
    ended = sum(one.state == "cleared" for one in view.whole.intervals)
    raises = (found.raises, begun, found.duplicate_raises)
    clears = (found.clears, ended, found.orphan_clears)
    said = [_law(view, "raises", raises), _law(view, "clears", clears)]
    if found.unknown_faults:
        said.append(say.counted("audit.unknown_faults", found.unknown_faults))
    return said


def audit(view: View) -> None:
    """The conservation laws, in one line where there is room."""
    say, said = view.wording, laws(view)
    view.page.line()
    for one in undecided(view):
        view.page.hang("", one, DIM)
    head = Text.assemble((say.words("title.audit"), "bold"), "  ")
    fits = head.cell_len + Text(" · ".join(said)).cell_len <= view.page.width
    for place, part in enumerate([" · ".join(said)] if fits else said):
        view.page.hang(head if place == 0 else " " * head.cell_len, part)


def _law(view: Seen, name: str, counts: tuple[int, int, int]) -> str:
    """One law: what was counted, and the two parts that it must be the sum of."""
    whole, paired, rest = counts
    said = view.wording.words(f"audit.{name}", whole=f"{whole:,}", paired=f"{paired:,}", rest=f"{rest:,}")
    return said if whole == paired + rest else f"✗ {said}: {view.wording.words('audit.does_not_add_up')}"
