"""What changed on a host while its logs were written: connector, kernel, policy and definitions."""

from collections.abc import Iterable, Sequence

from faultlog.case import Change
from faultlog.elapsed import Course
from faultlog.grouping import first_of_groups
from faultlog.holes import Observation
from faultlog.model import Signal


def changes(signals: Sequence[Signal], seen: Observation, course: Course) -> tuple[Change, ...]:
    """Every change that lines state, in time order.

    A connector version or a kernel is a change where it differs from what was stated before; a policy or definitions
    are one whenever a line says so, lines close together being one.

    Args:
        signals: the host's signals in time order.
        seen: what was observed of the logs that carry fault lines.
        course: where the host's clock was set.
    """
    policies = first_of_groups(signals, "policy_changed", seen, course)
    definitions = first_of_groups(signals, "definitions_updated", seen, course)
    found = [
        *_stated(signals, "connector_version", "version_changed", "to"),
        *_stated(signals, "kernel", "boot", "kernel"),
        *_told([one.signal for one in policies], "policy", "to"),
        *_told([one.signal for one in definitions], "definitions", "version"),
    ]
    place = {(one.evidence.file, one.evidence.line): one.order for one in signals}
    return tuple(sorted(found, key=lambda one: place[one.evidence.file, one.evidence.line]))


def _stated(signals: Iterable[Signal], what: str, kind: str, key: str) -> Iterable[Change]:
    """Where what lines state differs from what was stated before."""
    before: str | None = None
    for signal in signals:
        if signal.kind != kind or key not in signal.details:
            continue
        after = signal.details[key]
        origin = signal.details.get("from", before)
        if origin is not None and after not in {origin, before}:
            yield Change(signal.when.at, what, origin, after, signal.evidence)
        before = after


def _told(signals: Iterable[Signal], what: str, key: str) -> Iterable[Change]:
    """Changes that lines tell, from what the last one of the same file named."""
    before: dict[str | None, str] = {}
    for signal in signals:
        name, after = signal.details.get("file"), signal.details.get(key)
        yield Change(signal.when.at, what, before.get(name), after, signal.evidence)
        if after is not None:
            before[name] = after
