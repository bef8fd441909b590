"""The console's events against the lines of the same host: one raise that both tell of is one raise.

What the console alone tells of did happen all the same. Where the logs were not observed it is what is known of that
time. Where they were, they should have shown it: their silence about that fault is refuted and proves nothing.
"""

import heapq
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from faultlog.alignment import Alignment, Difference, Key, align
from faultlog.case import Contradiction, FaultInterval
from faultlog.coverage import Ledger
from faultlog.model import Instant, Moment, Signal, Text
from faultlog.nearest import TOLERANCE_S
from faultlog.values import dataclass

SECOND_S = 1.0
"""Seconds that stamps without a fraction leave open. Source: tool default."""


@dataclass(frozen=True, slots=True)
class Met:
    """A host's signals, once the console has had its say."""

    signals: tuple[Signal, ...]
    """Those to judge, in time order: the logs' own, each with its twin's line, and what the console alone tells of."""
    difference: Difference | None
    """Of the clocks; `None` where no event is told by both."""
    left_out: int
    """Console events of faults that the logs speak of too, while nothing says which line tells the same."""
    lone: int
    """Console events among the signals."""
    unshown: tuple[Signal, ...]
    """Those of them that happened while the logs were observed, and that no line shows."""

    @property
    def seen_twice(self) -> int:
        """Raises and clears that both tell of."""
        return sum(len(signal.also) for signal in self.signals)


def meet(local: Sequence[Signal], console: Sequence[Signal], ledger: Ledger) -> Met:
    """Let the console's events meet the logs' signals.

    Args:
        local: the logs' signals, in time order.
        console: the console's, in time order; an event that two exports hold is one event.
        ledger: what was observed of the logs that carry fault lines.
    """
    console = list({(_key(signal), signal.when): signal for signal in reversed(console)}.values())[::-1]
    ours, theirs = _by_key(local), _by_key(console)
    found = align(_times(ours), _times(theirs))
    twins = {ours[key][here].order: theirs[key][there] for key, here, there in found.pairs}
    told = {twin.order for twin in twins.values()}
    rest = [signal for signal in console if signal.order not in told]
    sure = [signal for signal in rest if found.difference is not None or _key(signal) not in ours]
    lone = sorted((_on_hosts_clock(signal, found) for signal in sure), key=lambda signal: signal.when.earliest)
    merged = heapq.merge(_with_twins(local, twins), lone, key=lambda signal: signal.when.earliest)
    signals = tuple(replace(signal, order=order) for order, signal in enumerate(merged))
    consoles = {signal.series for signal in console}
    unshown = (one for one in signals if one.series in consoles and ledger.observed(one.when.earliest, one.when.latest))
    return Met(signals, found.difference, len(rest) - len(sure), len(lone), tuple(unshown))


def _key(signal: Signal) -> Key:
    return signal.kind, -1 if signal.fault_id is None else signal.fault_id


def _by_key(signals: Iterable[Signal]) -> dict[Key, list[Signal]]:
    """Raises and clears by kind and fault, each in time order."""
    found: dict[Key, list[Signal]] = {}
    for signal in sorted(signals, key=lambda one: one.when.earliest):
        if signal.fault_id is not None:
            found.setdefault(_key(signal), []).append(signal)
    return found


def _times(signals: Mapping[Key, Sequence[Signal]]) -> dict[Key, list[Instant]]:
    return {key: [one.when.earliest for one in found] for key, found in signals.items()}


def _with_twins(local: Iterable[Signal], twins: Mapping[int, Signal]) -> Iterable[Signal]:
    """The logs' signals; one that the console tells of too carries that line, and its severity where it has none."""
    for signal in local:
        twin = twins.get(signal.order)
        if twin is None:
            yield signal
        else:
            severity = twin.severity if signal.severity is None else signal.severity
            yield replace(signal, also=(twin.evidence,), severity=severity)


def _on_hosts_clock(signal: Signal, found: Alignment) -> Signal:
    """A console event at the time that the host's clock showed, as a range; unmoved where no difference is known."""
    if found.difference is None:
        return signal
    several = found.difference.pairs > 1
    around = max(SECOND_S, found.difference.spread_s) if several else TOLERANCE_S
    ahead = found.difference.ahead_s
    earliest, latest = signal.when.earliest.moved(-ahead - around), signal.when.latest.moved(around - ahead)
    return replace(signal, when=Moment.between(earliest, latest, "console_clock"))


def unshown_events(unshown: Iterable[Signal], intervals: Sequence[FaultInterval]) -> Iterable[Contradiction]:
    """A contradiction for each console event that the logs should show and do not."""
    counts: dict[int, int] = {}
    for signal in unshown:
        fault = -1 if signal.fault_id is None else signal.fault_id
        counts[fault] = counts.get(fault, 0) + 1
        half = signal.when.latest.since(signal.when.earliest) / 2
        at = Instant(signal.when.earliest.moved(half).ns)
        kind = "raise" if signal.kind == "fault_raised" else "clear"
        yield Contradiction(
            id=f"f{fault}-console-{counts[fault]}",
            kind="console_raise" if kind == "raise" else "console_clear",
            fault_id=fault,
            interval=next((one.id for one in intervals if _belongs(signal, one)), None),
            at=at,
            headline=Text(f"contradiction.console_{kind}", {"fault": fault, "at": str(at)}),
            level="warning",
            evidence=(signal.evidence,),
        )


def _belongs(signal: Signal, interval: FaultInterval) -> bool:
    """Whether a signal is one of those that make an interval."""
    ends = interval.raises if interval.clear is None else (*interval.raises, interval.clear)
    return any(one.order == signal.order for one in ends)
