"""Two cases of one host side by side: what became of each fault between OLD and NEW, and what changed meanwhile.

What is true of a stay is what the logs of both say together, each line counted once; what OLD and NEW say by
themselves stands beside it. Nothing is said that another history would refute: where lines are missing, why it is
only as far as seen.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from itertools import chain
from typing import Literal, Protocol, TypeVar

from faultlog.case import Audit, BundleReport, Case, Coverage, FaultInterval, Finding, Host, Tool
from faultlog.case import Change as Told
from faultlog.fewer import fewer
from faultlog.model import Evidence, Instant, Moment, Role, Signal, Text, Warn
from faultlog.rotation import role_of
from faultlog.values import dataclass

Change = Literal["new", "regressed", "persisting", "undecided", "resolved", "past"]
"""What became of a fault: raised since OLD was taken, for the first time or again; still raised; nobody knows; cleared
since; over before OLD was taken."""

CHANGES: tuple[Change, ...] = ("new", "regressed", "persisting", "undecided", "resolved", "past")
"""In the order in which they ask for attention."""

SAME = Warn("same_bundle", None, "every line of OLD stands in NEW, and every line of NEW in OLD")
"""Said where both are one bundle, or copies of it."""


class OfFile(Protocol):
    """What was observed of a log that goes by its file."""

    @property
    def file(self) -> str | None:
        """The path inside the bundle."""


Spanned = TypeVar("Spanned", bound=OfFile)

Name = tuple[str, Moment | None]
"""What tells a line from others in whatever bundle it stands: its text, and its time where others read the same."""


@dataclass(frozen=True, slots=True)
class Account:
    """What one bundle by itself says of a stay."""

    interval: FaultInterval
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Stay:
    """One stay of a fault."""

    change: Change
    doubt: Text | None
    """Why the change is only as far as seen; `None` where it holds for certain."""
    together: Account | None
    """What both bundles say together; `None` where only NEW by itself takes it for a stay."""
    old: Account | None
    """What OLD says; `None` where it says nothing."""
    new: Account | None
    """What NEW says; `None` where it says nothing."""


@dataclass(frozen=True, slots=True)
class FaultChange:
    """What became of one fault: of its last stay that was not over before."""

    fault_id: int
    known: bool
    title: Text
    change: Change
    doubt: Text | None
    stays: tuple[Stay, ...]
    """In time order."""


@dataclass(frozen=True, slots=True)
class HostChange:
    """Something about the host that is otherwise in NEW."""

    what: str
    """`connector_version`, `kernel`, `policy` or `definitions`, as lines tell; `os`, `os_version` or `host`."""
    at: Instant | None
    """`None` where no line tells of it, or the line's time is not known."""
    from_: str | None
    to: str | None
    evidence: Evidence | None
    """`None` where no line tells of it: the bundles differ."""


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two bundles."""

    bundle: BundleReport
    host: Host
    first_at: Instant | None
    """First stamped line of the logs that carry fault lines."""
    last_at: Instant | None
    """Last one."""
    coverage: tuple[Coverage, ...]
    """What was observed of these logs; of very many spans only what `fewer` leaves."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """Everything said about two bundles of one host. `report.comparisons` writes it as `faultlog.comparison/1`."""

    tool: Tool
    host: Host
    """Who it is, by both together; what they say differently, as NEW says it."""
    old: Side
    new: Side
    holes: tuple[Coverage, ...]
    """Blind time that neither bundle reaches, though each is whole by itself."""
    shared_lines: int
    """Lines that stand in both bundles, counted once."""
    faults: tuple[FaultChange, ...]
    changes: tuple[HostChange, ...]
    audit: Audit
    """Of both together."""
    assumptions: tuple[Text, ...]
    warnings: tuple[Warn, ...]


def compared(old: Case, new: Case, both: Case) -> Comparison:
    """Compare two cases of one host; a pure function, linear in their lines but for sorting.

    Args:
        old: the case of the older bundle by itself.
        new: the case of the newer one.
        both: the case of the two as one host, each line counted once.
    """
    sides = _side(old), _side(new)
    known = {(span.from_, span.to) for span in (*old.coverage, *new.coverage)}
    holes = tuple(one for one in both.coverage if one.reason == "not_logged" and (one.from_, one.to) not in known)
    shared = sum(one.duplicates for one in both.files) - sum(one.duplicates for one in (*old.files, *new.files))
    found = _Stays(old, new, both, holes)
    same = both.files and shared == _lines(old) == _lines(new)
    ids = sorted({one.fault_id for case in (old, new, both) for one in case.intervals})
    faults = [_fault(stays) for fault in ids if (stays := found.of(fault))]
    return Comparison(
        tool=both.tool,
        host=both.host,
        old=sides[0],
        new=sides[1],
        holes=holes,
        shared_lines=max(0, shared),
        faults=tuple(sorted(faults, key=lambda one: (CHANGES.index(one.change), one.fault_id))),
        changes=tuple(_host_changes(old, new, both, sides[0])),
        audit=both.audit,
        assumptions=both.assumptions,
        warnings=(*both.warnings, SAME) if same else both.warnings,
    )


def _lines(case: Case) -> int:
    """How many lines a bundle holds, each counted once."""
    return sum(one.lines - one.duplicates for one in case.files)


def carrying(case: Case) -> list[Coverage]:
    """What was observed of the logs that carry fault lines; of all logs where none does."""
    return showing_faults(case) or list(case.coverage)


def showing_faults(case: Case) -> list[Coverage]:
    """What was observed of the logs whose silence about faults is evidence."""
    return of_fault_logs(case.coverage, {line.file for one in case.intervals for line in one.evidence})


def of_fault_logs(spans: Iterable[Spanned], speaking: Collection[str]) -> list[Spanned]:
    """The spans of the logs whose silence about faults is evidence.

    The connector's; else those that speak of a fault; else those of which nobody knows that they are something else.

    Args:
        spans: of all logs of a host.
        speaking: the files that speak of a fault.
    """
    roles = [(_role(span.file or ""), span) for span in spans]
    own = [span for role, span in roles if role == "connector"]
    heard = [span for _, span in roles if span.file in speaking]
    return own or heard or [span for role, span in roles if role is None]


def _role(path: str) -> Role | None:
    base = path.rpartition("/")[2]
    for suffix in (".gz", ".bz2", ".xz"):
        base = base.removesuffix(suffix)
    return role_of(base)


def _side(case: Case) -> Side:
    spans = carrying(case)
    first = min((span.from_ for span in spans), default=None)
    last = max((span.to for span in spans), default=None)
    return Side(case.bundle, case.host, first, last, fewer(spans))


def _fault(stays: Sequence[Stay]) -> FaultChange:
    last = next((one for one in reversed(stays) if one.change != "past"), stays[-1])
    account = last.together or last.new
    assert account is not None, "a stay that nobody tells of"  # noqa: S101 (an invariant of this module)
    interval = account.interval
    return FaultChange(interval.fault_id, interval.known, interval.title, last.change, last.doubt, tuple(stays))


class _Book:
    """What one case tells of faults, each part found at once."""

    def __init__(self, case: Case, names: Callable[[Signal], set[Name]]) -> None:
        self.stays: dict[int, list[FaultInterval]] = {}
        self._findings: dict[str, list[Finding]] = {}
        self._by_name: dict[tuple[int, Name], int] = {}
        self._names = names
        for interval in case.intervals:
            mine = self.stays.setdefault(interval.fault_id, [])
            self._by_name |= {(interval.fault_id, name): len(mine) for name in self._lines(interval)}
            mine.append(interval)
        for finding in case.findings:
            self._findings.setdefault(finding.interval, []).append(finding)

    def judged(self, interval: FaultInterval) -> Account:
        """One of its stays with its verdicts."""
        return Account(interval, tuple(self._findings.get(interval.id, ())))

    def account(self, stay: FaultInterval) -> Account | None:
        """What it tells of a stay of another case: the last it takes for one that shares a line with it."""
        fault = stay.fault_id
        found = [self._by_name[fault, name] for name in self._lines(stay) if (fault, name) in self._by_name]
        return self.judged(self.stays[fault][max(found)]) if found else None

    def _lines(self, interval: FaultInterval) -> set[Name]:
        signals = interval.raises if interval.clear is None else (*interval.raises, interval.clear)
        return set(chain.from_iterable(map(self._names, signals)))


class _Stays:
    """Finds what became of the stays of each fault."""

    def __init__(self, old: Case, new: Case, both: Case, holes: Sequence[Coverage]) -> None:
        names = _names(both.signals)
        self._old, self._new, self._both = (_Book(case, names) for case in (old, new, both))
        self._holes = holes
        self._seen_by_old = showing_faults(old)
        self._begin_of_old, self._end_of_old = _side(old).first_at, _side(old).last_at
        self._listed = {fault for one in old.snapshots for fault in one.fault_ids}
        self._contradicted = {one.fault_id for one in both.contradictions}
        self._blind = [span for span in carrying(both) if not span.observed]

    def of(self, fault: int) -> list[Stay]:
        """Every stay of a fault, in time order."""
        stays: list[Stay] = []
        for interval in self._both.stays.get(fault, ()):
            old, new = self._old.account(interval), self._new.account(interval)
            before = any(one.change != "new" for one in stays)
            change, doubt = self._change(interval, old, before=before)
            stays.append(Stay(change, doubt, self._both.judged(interval), old, new))
        lone = [one for one in self._new.stays.get(fault, ()) if self._is_lone(one)]
        stays += [
            Stay("undecided", Text("compare.doubt.lone_clear"), None, None, self._new.judged(one)) for one in lone
        ]
        return sorted(stays, key=_begin) if lone else stays

    def _change(self, interval: FaultInterval, old: Account | None, *, before: bool) -> tuple[Change, Text | None]:
        """What became of a stay, and why that is only as far as seen.

        Args:
            interval: the stay, as both bundles tell.
            old: what OLD tells of it.
            before: whether an earlier stay of the fault began before OLD was taken.
        """
        if old is not None and is_over(old.interval) and is_over(interval):
            return "past", None
        if old is not None or self._began_before(interval):
            return self._since(interval)
        if not before and interval.fault_id in self._listed:
            return self._since(interval)[0], Text("compare.doubt.listed")
        if before:
            return "regressed", None
        if not self._seen_by_old:
            return "new", Text("compare.doubt.old_unobserved")
        return "new", Text("compare.doubt.unseen_raise") if interval.raised.kind == "not_after" else None

    def _since(self, interval: FaultInterval) -> tuple[Change, Text | None]:
        """What became of a stay that began before OLD was taken, and of which OLD shows no end."""
        hole = Text("compare.doubt.hole") if self._may_have_come_back(interval) else None
        if is_over(interval) and self._hidden_from_old(interval.cleared.latest):
            return "past", hole
        if is_over(interval):
            return "resolved", hole
        return ("persisting", hole) if interval.state == "open" else ("undecided", Text("compare.doubt.not_seen"))

    def _may_have_come_back(self, interval: FaultInterval) -> bool:
        """Whether a stay may be several, other than behind the end of the log, where `ampcli status` lists it still."""
        if not interval.may_be_several or interval.cleared.reason != "snapshot":
            return interval.may_be_several
        begin = interval.raised.latest
        hidden = any(begin is None or span.to >= begin for span in self._blind)
        return hidden or interval.fault_id in self._contradicted

    def _began_before(self, interval: FaultInterval) -> bool:
        """Whether a stay that OLD does not show began all the same before it was taken: where OLD sees nothing."""
        latest, begin = interval.raised.latest, self._begin_of_old
        unseen = interval.raised.kind == "not_after" and latest is not None and begin is not None and latest <= begin
        return unseen or self._hidden_from_old(latest)

    def _hidden_from_old(self, at: Instant | None) -> bool:
        """Whether something lies before OLD was taken, where OLD does not see it: else OLD would show it."""
        if at is None or self._end_of_old is None or at > self._end_of_old:
            return False
        return not any(span.observed and span.from_ <= at <= span.to for span in self._seen_by_old)

    def _is_lone(self, interval: FaultInterval) -> bool:
        """Whether a clear of NEW follows nothing that both show, only a hole that may hide a raise."""
        clear = interval.clear
        if clear is None or self._both.account(interval) is not None:
            return False
        return any(hole.to <= clear.when.latest for hole in self._holes)


def is_over(interval: FaultInterval) -> bool:
    """Whether a stay is over: it cleared, or the fault was raised anew where its rule says that this ends a stay."""
    return interval.is_over or interval.cleared.reason == "restarted"


def _names(signals: Iterable[Signal]) -> Callable[[Signal], set[Name]]:
    """What names the lines of a signal in both bundles; a line's text holds its stamp, but for shapes without one."""
    times = Counter(one.evidence.text for one in signals if one.fault_id is not None)

    def names(signal: Signal) -> set[Name]:
        when = signal.when if times[signal.evidence.text] > 1 else None
        return {(signal.evidence.text, when), *((line.text, None) for line in signal.also)}

    return names


def _begin(stay: Stay) -> Instant:
    account = stay.together or stay.new
    latest = None if account is None else account.interval.raised.latest
    return Instant(0) if latest is None else latest


def _host_changes(old: Case, new: Case, both: Case, side: Side) -> Iterable[HostChange]:
    """What lines behind OLD tell, then what only differs."""
    told = [one for one in both.changes if _is_since(one, old, side)]
    yield from (HostChange(one.what, one.at, one.from_, one.to, one.evidence) for one in told)
    stated = {(one.what, one.to) for one in told}
    for what, name in (
        ("connector_version", "connector_version"),
        ("os", "os"),
        ("os_version", "os_version"),
        ("host", "name"),
    ):
        before, after = getattr(old.host, name), getattr(new.host, name)
        if before is not None and after is not None and before != after and (what, after) not in stated:
            yield HostChange(what, None, before, after, None)


def _is_since(change: Told, old: Case, side: Side) -> bool:
    """Whether a line that tells of a change is none of OLD's, nor older than it."""
    early = change.at is not None and side.first_at is not None and change.at < side.first_at
    return not early and change.evidence.text not in {one.evidence.text for one in old.changes}
