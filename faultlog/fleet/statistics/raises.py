"""Which raises count as new: those that were seen, while the host was observed."""

from collections import defaultdict
from collections.abc import Mapping
from typing import TYPE_CHECKING

from faultlog.fleet.spans import holds
from faultlog.fleet.statistics.columns import seconds
from faultlog.fleet.statistics.observed import Observed
from faultlog.values import dataclass

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True)
class Raises:
    """The raises of some stays."""

    at: Mapping[str, tuple[float, ...]]
    """Of each host those that count, in seconds since 1970. Where an instant is a range, its end."""
    unseen: int
    """Stays whose begin nobody saw: they are older than the log, and no new raise."""
    outside: int
    """Raises that were seen where the log was not observed without a break: their time is not counted, nor are they."""


def raises(stays: "pd.DataFrame", seen: Observed) -> Raises:
    """The new raises of stays: one for each stay, a raise that repeats another is none."""
    begun = stays[stays["raised_kind"] != "not_after"]
    instants = begun["raised_until"].fillna(begun["raised_at"])
    found: dict[str, list[float]] = defaultdict(list)
    outside = 0
    for host, at in zip(begun["host"], seconds(instants), strict=True):
        if holds(seen.spans.get(host, ()), at):
            found[host].append(at)
        else:
            outside += 1
    return Raises({host: tuple(sorted(some)) for host, some in found.items()}, len(stays) - len(begun), outside)
