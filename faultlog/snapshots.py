"""When `ampcli status` was asked, and whether its answer refutes the silence of the logs.

Where the logs were observed all along, an answer other than what they show does: of that fault they do not show all.
"""

from collections.abc import Iterable, Sequence

from faultlog.coverage import Ledger
from faultlog.model import Instant, Moment, Signal
from faultlog.values import dataclass

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

    def lists(self, fault: int) -> bool | None:
        """Whether it lists a fault; `None` where it counts more faults than it names, so that this may be one."""
        return True if fault in self.listing.fault_ids else None if self.listing.unnamed else False


def asked_at(modified: Instant | None, logs: Iterable[tuple[Instant | None, Instant]]) -> Instant | None:
    """When a status was asked: its file's modification time, where that can be compared with the logs' stamps.

    It can be where every log was modified when its last line was written: then neither a copy that did not keep the
    times nor an unknown zone lies between the two clocks. One log does not show it: a zip may state local times, and
    its last line may seem to agree because the clock was set by as many hours.

    Args:
        modified: the status file's modification time.
        logs: modification time, where it is known, and last line of the logs that carry fault lines.
    """
    apart = [abs(log.since(last)) for log, last in logs if log is not None]
    return modified if apart and max(apart) <= COHERENT_S else None


def refuted(asked: Iterable[Asked], signals: Sequence[Signal], ledger: Ledger) -> Iterable[int]:
    """The faults that were open or not at the asking, other than the logs say, which were observed up to it."""
    faults: dict[int, list[Signal]] = {}
    for signal in signals:
        if signal.fault_id is not None:
            faults.setdefault(signal.fault_id, []).append(signal)
    for one in asked:
        for fault, told in faults.items():
            if _refutes(one, fault, told, ledger):
                yield fault


def _refutes(asked: Asked, fault: int, told: Sequence[Signal], ledger: Ledger) -> bool:
    at, listed = asked.at, asked.lists(fault)
    if at is None or listed is None or any(near(signal.when, at) for signal in told):
        return False
    before = [signal for signal in told if signal.when.earliest <= at]
    return (
        bool(before) and (before[-1].kind == "fault_raised") != listed and ledger.observed(before[-1].when.latest, at)
    )


def near(when: Moment, at: Instant) -> bool:
    """Whether something happened about when the status was asked."""
    return when.earliest.moved(-SLACK_S) <= at <= when.latest.moved(SLACK_S)


def comparable(asked: Asked, ledger: Ledger) -> bool:
    """Whether the logs reach the time of the asking."""
    return ledger.begin is not None and (asked.at is None or asked.at >= ledger.begin)
