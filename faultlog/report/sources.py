"""Where two sources meet: what `ampcli status` and the console say beside the logs, and where they differ."""

from collections.abc import Iterable

from rich.text import Text

from faultlog.report.page import DIM
from faultlog.report.rows import ConsoleClock, Contradiction, Snapshot
from faultlog.report.view import View
from faultlog.wording import safe

MOST_CONTRADICTIONS = 6
"""Contradictions that get headlines, the worst first. Tool default."""


def contradictions(view: View) -> None:
    """A headline for each difference between two sources, with what it may mean."""
    found = sorted(view.doc.contradictions, key=lambda one: one.level != "warning")
    for one in found[:MOST_CONTRADICTIONS]:
        view.page.line()
        contradiction(view, one)
        _detail(view, f"{_name_of(view, one.fault_id)} · {view.explain(safe(one.id))}")
    if len(found) > MOST_CONTRADICTIONS:
        _detail(view, view.wording.counted("contradiction.more", len(found) - MOST_CONTRADICTIONS))
    _listed_only(view)


def contradiction(view: View, one: Contradiction) -> None:
    """What two sources say, and what it may mean."""
    say = view.wording
    mark = "warning" if one.level == "warning" else "note"
    view.page.marked(mark, Text(say.say(one.headline), style="bold"))
    unknown = "" if one.at is not None else f" {say.words('contradiction.when_unknown')}"
    _detail(view, say.words(f"contradiction.{one.kind}.means") + unknown)


def _listed_only(view: View) -> None:
    """Faults that a status lists where there is no log to compare it with: the connector's own word all the same."""
    told = {one.fault_id for one in view.doc.contradictions} | {one.fault_id for one in view.whole.intervals}
    for snapshot in view.doc.snapshots:
        for fault in snapshot.fault_ids:
            if fault not in told:
                name = _name_of(view, fault)
                blank = f" ({name})" if name else ""
                said = view.wording.words("headline.snapshot", file=safe(snapshot.file), fault=fault, name=blank)
                view.page.marked("note", Text(said, style="bold"))


def _name_of(view: View, fault: int) -> str:
    known = view.wording.rules_of(fault, view.doc.host.os)
    return view.wording.choose(known[0].file.name) if known else ""


def _detail(view: View, said: str) -> None:
    view.page.hang(" " * view.page.label_width, said, DIM)


def sources(view: View) -> None:
    """What else was asked, when, and whether it agrees; how far the console's clock is from the host's."""
    clock = view.doc.console_clock
    said = [*(_snapshot(view, one) for one in view.doc.snapshots), *(_clock(view, clock) if clock else ())]
    if not said:
        return
    view.page.heading(view.wording.words("title.sources"))
    for one in said:
        view.page.hang("  ", one)


def _snapshot(view: View, one: Snapshot) -> str:
    say = view.wording
    listed = ", ".join(map(str, one.fault_ids))
    faults = say.words("source.faults", faults=listed) if listed else say.words("source.no_fault")
    key = {True: "agrees", False: "differs", None: "uncompared"}[one.agrees]
    times = {} if one.at is None else {"time": view.times.both(one.at)}
    return say.words(f"source.snapshot.{key}", file=safe(one.file.rpartition("/")[2]), faults=faults, **times)


def _clock(view: View, clock: ConsoleClock) -> Iterable[str]:
    say = view.wording
    key = "same" if abs(clock.ahead_s) < 1 else "ahead" if clock.ahead_s > 0 else "behind"
    yield say.counted(
        f"source.clock.{key}", clock.pairs, ahead_s=abs(clock.ahead_s), spread=say.duration(clock.spread_s)
    )
    if clock.hint is not None:
        yield say.say(clock.hint)
    yield say.counted("source.seen_twice", view.doc.audit.seen_twice)
