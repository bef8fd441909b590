"""Where two sources meet: what `ampcli status` and the console say beside the logs, and where they differ."""

from collections.abc import Iterable

from rich.text import Text

from faultlog.model import Severity
from faultlog.report.page import DIM
from faultlog.report.rows import ConsoleClock, Contradiction, Snapshot
from faultlog.report.view import Seen, View
from faultlog.values import dataclass
from faultlog.wording import safe

MOST_CONTRADICTIONS = 6
"""Contradictions that get headlines, the worst first. Tool default."""


def contradictions(view: View) -> None:
    """A headline for each difference between two sources, with what it may mean."""
    found = sorted(view.doc.contradictions, key=lambda one: one.level != "warning")
    for one in found[:MOST_CONTRADICTIONS]:
        view.page.line()
        contradiction(view, one)
        _detail(view, f"{name_of(view, one.fault_id)} · {view.explain(safe(one.id))}")
    if len(found) > MOST_CONTRADICTIONS:
        _detail(view, view.wording.counted("contradiction.more", len(found) - MOST_CONTRADICTIONS))


def contradiction(view: View, one: Contradiction) -> None:
    """What two sources say, and what it may mean."""
    mark = "warning" if one.level == "warning" else "note"
    view.page.marked(mark, Text(view.wording.say(one.headline), style="bold"))
    _detail(view, meaning(view, one))


def meaning(view: Seen, one: Contradiction) -> str:
    """What a difference between two sources may mean."""
    unknown = "" if one.at is not None else f" {view.wording.words('contradiction.when_unknown')}"
    return view.wording.words(f"contradiction.{one.kind}.means") + unknown


@dataclass(frozen=True, slots=True)
class Listed:
    """A fault that only a status lists."""

    fault: int
    title: str
    said: str
    to_do: str
    """Where what to do stands."""


def listed_headline(view: View, one: Listed) -> None:
    """That the connector itself lists a fault, and where what to do stands."""
    view.page.marked("open", Text(one.said, style="bold"))
    _detail(view, one.to_do)


def listed_only(view: Seen) -> Iterable[Listed]:
    """Faults that a status lists where there is no log to compare it with: the connector's own word all the same."""
    told = {one.fault_id for one in view.doc.contradictions} | {one.fault_id for one in view.whole.intervals}
    for snapshot in view.doc.snapshots:
        for fault, severity in zip(snapshot.fault_ids, snapshot.severities, strict=True):
            if fault not in told:
                yield _listed(view, snapshot, fault, severity)


def _listed(view: Seen, snapshot: Snapshot, fault: int, severity: Severity | None) -> Listed:
    say, name = view.wording, name_of(view, fault)
    blank = ", ".join(part for part in (name, severity) if part)
    said = say.words("headline.snapshot", file=safe(snapshot.file), fault=fault, name=f" ({blank})" if blank else "")
    named = name if severity is None else f"{name} ({severity})".lstrip()
    key = "todo.listed" if name else "todo.none"
    to_do = say.words(key, fault=fault, command=f"faultlog rules show {fault}")
    return Listed(fault, say.words("html.fault", fault=fault, name=named), said, to_do)


def name_of(view: Seen, fault: int) -> str:
    """What a fault is called, where a rule says so."""
    known = view.wording.rules_of(fault, view.doc.host.os)
    return view.wording.choose(known[0].file.name) if known else ""


def _detail(view: View, said: str) -> None:
    view.page.hang(" " * view.page.label_width, said, DIM)


def sources(view: View) -> None:
    """What else was asked, when, and whether it agrees; how far the console's clock is from the host's."""
    said = others(view)
    if not said:
        return
    view.page.heading(view.wording.words("title.sources"))
    for one in said:
        view.page.hang("  ", one)


def others(view: Seen) -> list[str]:
    """What each other source says, one sentence each."""
    clock = view.doc.console_clock
    return [*(_snapshot(view, one) for one in view.doc.snapshots), *(_clock(view, clock) if clock else ())]


def _snapshot(view: Seen, one: Snapshot) -> str:
    say = view.wording
    listed = ", ".join(map(str, one.fault_ids))
    faults = say.words("source.faults", faults=listed) if listed else say.words("source.no_fault")
    key = {True: "agrees", False: "differs", None: "uncompared"}[one.agrees]
    times = {} if one.at is None else {"time": view.times.both(one.at)}
    return say.words(f"source.snapshot.{key}", file=safe(one.file.rpartition("/")[2]), faults=faults, **times)


def _clock(view: Seen, clock: ConsoleClock) -> Iterable[str]:
    say = view.wording
    key = "same" if abs(clock.ahead_s) < 1 else "ahead" if clock.ahead_s > 0 else "behind"
    yield say.counted(
        f"source.clock.{key}", clock.pairs, ahead_s=abs(clock.ahead_s), spread=say.duration(clock.spread_s)
    )
    if clock.hint is not None:
        yield say.say(clock.hint)
    yield say.counted("source.seen_twice", view.doc.audit.seen_twice)
