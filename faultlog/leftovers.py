"""What an answer takes for granted."""

from collections.abc import Iterable
from dataclasses import dataclass

from faultlog.case import Audit, Host
from faultlog.model import Signal, Text


@dataclass(frozen=True, slots=True)
class Grounds:
    """What an answer rests on."""

    host: Host
    audit: Audit
    signals: tuple[Signal, ...]
    assumed_shapes: tuple[str, ...]
    """Names of the formats in use that no public sample confirms."""


def assumed(grounds: Grounds) -> Iterable[Text]:
    """What the answer takes for granted beyond its clock, most consequential first."""
    if grounds.host.os is None and grounds.audit.intervals:
        yield Text("assumption.os_unknown")
    if grounds.host.connector_version is None and grounds.audit.intervals:
        yield Text("assumption.connector_unknown")
    if any(signal.provenance == "assumed" for signal in grounds.signals):
        yield Text("assumption.wording")
    if any(signal.provenance in {"learned", "user"} for signal in grounds.signals):
        yield Text("assumption.own_wording")
    if grounds.assumed_shapes:
        yield Text("assumption.shape", {"formats": ", ".join(grounds.assumed_shapes)})
    if grounds.audit.intervals and any(signal.kind == "connector_started" for signal in grounds.signals):
        yield Text("assumption.raises_and_starts_are_new")
    elif grounds.audit.raises:
        yield Text("assumption.raises_are_new")
