"""What an answer takes for granted."""

from collections.abc import Container, Iterable

from faultlog.case import Audit, Host
from faultlog.model import Signal, Text
from faultlog.values import dataclass


@dataclass(frozen=True, slots=True)
class Grounds:
    """What an answer rests on."""

    host: Host
    audit: Audit
    signals: tuple[Signal, ...]
    assumed_shapes: tuple[str, ...]
    """Names of the formats in use that no public sample confirms."""
    names: tuple[str, ...] = ()
    """Host names that lines carry."""
    sampled: tuple[str, ...] = ()
    """Files of which lines were passed over."""


def assumed(grounds: Grounds) -> Iterable[Text]:
    """What the answer takes for granted beyond its clock, most consequential first."""
    if grounds.audit.intervals:
        yield from _of_host(grounds)
    yield from _of_wordings({signal.provenance for signal in grounds.signals})
    if grounds.assumed_shapes:
        yield Text("assumption.shape", {"formats": ", ".join(grounds.assumed_shapes)})
    if grounds.audit.intervals and any(one.step.seconds < 0 for one in grounds.signals if one.step is not None):
        yield Text("assumption.right_before_step")
    if grounds.audit.intervals and any(signal.kind == "connector_started" for signal in grounds.signals):
        yield Text("assumption.raises_and_starts_are_new")
    elif grounds.audit.raises:
        yield Text("assumption.raises_are_new")
    if grounds.sampled:
        yield Text("assumption.sampled", {"files": ", ".join(grounds.sampled)})


def _of_wordings(provenances: Container[str]) -> Iterable[Text]:
    """What is taken for granted of how fault lines are worded."""
    if "assumed" in provenances:
        yield Text("assumption.wording")
    if "learned" in provenances or "user" in provenances:
        yield Text("assumption.own_wording")


def _of_host(grounds: Grounds) -> Iterable[Text]:
    """What is taken for granted of the host that the intervals belong to."""
    if _differ(grounds.names):
        yield Text("assumption.one_host", {"hosts": ", ".join(grounds.names)})
    if grounds.host.os is None:
        yield Text("assumption.os_unknown")
    if grounds.host.connector_version is None:
        yield Text("assumption.connector_unknown")


def _differ(names: Iterable[str]) -> bool:
    """Whether host names are those of several hosts; one may be written with its domain, or in capitals."""
    return len({name.casefold().partition(".")[0] for name in names}) > 1
