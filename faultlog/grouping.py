"""Starts, boots and definition updates are logged in several lines: a group is one thing, at its first line."""

from collections.abc import Sequence

from faultlog.model import Signal, SignalKind

GROUP_S = 30.0
"""Lines less than this after the first of their group are the same start. Source: tool default."""

_ENDS: dict[SignalKind, SignalKind] = {"connector_started": "connector_stopped"}
"""A signal between two of a kind that makes the second a new one."""


def first_of_groups(signals: Sequence[Signal], kind: SignalKind) -> tuple[Signal, ...]:
    """The first signal of each group: those less than `GROUP_S` after it, with no stop between, are the same."""
    found: list[Signal] = []
    ended = True
    for signal in signals:
        if signal.kind == _ENDS.get(kind):
            ended = True
        elif signal.kind == kind:
            if ended or signal.when.earliest.since(found[-1].when.earliest) >= GROUP_S:
                found.append(signal)
            ended = False
    return tuple(found)
