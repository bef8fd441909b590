"""When `ampcli status` was asked, and whether its answer refutes the silence of the logs.

Where the logs were observed all along, an answer other than what they show does: of that fault they do not show all.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from faultlog.coverage import Ledger
from faultlog.model import Instant, Moment, Signal

SLACK_S = 10.0
"""A status is asked, printed and written within this; what happens so near to it is compared with nothing.

Source: tool default."""
COHERENT_S = 600.0
"""File times are those of the host, not of some copying, where a log's lies this near to its last line.

Source: tool default."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One answer of `ampcli status`."""

    listing: Signal
    at: Instant | None
    """When it was given, on the host's clock; `None` where nothing says."""


def asked_at(modified: Instant | None, logs: Iterable[tuple[Instant | None, Instant]]) -> Instant | None:
    """When a status was asked: its file's modification time, where that can be compared with the logs' stamps.

    It can be where some log was modified when its last line was written: then neither a copy that did not keep the
    times nor an unknown zone lies between the two clocks.

    Args:
        modified: the status file's modification time.
        logs: modification time and last line of the logs that carry fault lines.
    """
    coherent = any(log is not None and abs(log.since(last)) <= COHERENT_S for log, last in logs)
    return modified if coherent else None


def refuted(asked: Iterable[Asked], signals: Sequence[Signal], ledger: Ledger) -> Iterable[int]:
    """The faults that were open or not at the asking, other than the logs say, which were observed up to it."""
    faults: dict[int, list[Signal]] = {}
    for signal in signals:
        if signal.fault_id is not None:
            faults.setdefault(signal.fault_id, []).append(signal)
    for one in asked:
        for fault, told in faults.items():
            if one.at is not None and _refutes(one.listing, one.at, fault, told, ledger):
                yield fault


def _refutes(listing: Signal, at: Instant, fault: int, told: Sequence[Signal], ledger: Ledger) -> bool:
    before = [signal for signal in told if signal.when.earliest <= at]
    if not before or any(near(signal.when, at) for signal in told):
        return False
    last = before[-1]
    differs = (last.kind == "fault_raised") != (fault in listing.fault_ids)
    return differs and ledger.observed(last.when.latest, at)


def near(when: Moment, at: Instant) -> bool:
    """Whether something happened about when the status was asked."""
    return when.earliest.moved(-SLACK_S) <= at <= when.latest.moved(SLACK_S)


def comparable(asked: Asked, ledger: Ledger) -> bool:
    """Whether the logs reach the time of the asking."""
    return ledger.begin is not None and (asked.at is None or asked.at >= ledger.begin)
