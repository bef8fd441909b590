"""Who has to be helped today: hosts whose last bundle ends with a fault that stands."""

from collections import defaultdict
from collections.abc import Hashable
from typing import TYPE_CHECKING, Any, Final

from faultlog.fleet.statistics.columns import instant, text
from faultlog.model import LEVELS, Level
from faultlog.values import dataclass

if TYPE_CHECKING:
    import pandas as pd

Row = dict[Hashable, Any]
"""A row of a frame."""

_SEVERITIES: Final = ("Critical", "Major", "Minor")


@dataclass(frozen=True, slots=True)
class Standing:
    """A fault that stands where the last bundle of its host ends."""

    fault_id: int
    interval: str
    severity: str | None
    since: str | None
    """Its raise; where that was not seen, since when it certainly stands."""
    since_seen: bool
    """Whether its raise was seen."""
    open: bool
    """Whether it was seen open at the end; else it was last seen open before a hole, in breach of a promise."""
    level: Level
    """The highest of its findings; `info` where nothing is promised of it."""
    breached: bool


@dataclass(frozen=True, slots=True)
class HostToHelp:
    """A host, what stands on it, and when its last bundle ends."""

    host: str
    name: str | None
    case: str
    connector_version: str | None
    last_at: str | None
    """Where its last bundle ends: what happened since, nobody knows."""
    standing: tuple[Standing, ...]
    """The worst first."""


def to_help(hosts: "pd.DataFrame", stays: "pd.DataFrame", findings: "pd.DataFrame") -> tuple[HostToHelp, ...]:
    """Hosts to help, the worst first: by level, then severity, then since when.

    A stay that cleared too late is over, and asks for nobody.

    Args:
        hosts: one row for each host: its last case.
        stays: of all cases.
        findings: of all cases.
    """
    standing = _standing(stays[stays["case"].isin(set(hosts["case"]))], findings)
    rows = hosts[hosts["case"].isin(standing.keys())].to_dict("records")
    found = [_host(row, tuple(sorted(standing[row["case"]], key=_urgency))) for row in rows]
    return tuple(sorted(found, key=lambda one: (_urgency(one.standing[0]), one.host)))


def last_cases(hosts: "pd.DataFrame") -> "pd.DataFrame":
    """Of each host the case whose logs end last."""
    ordered = hosts.sort_values(["host", "last_at", "case"], na_position="first")
    return ordered.drop_duplicates("host", keep="last").reset_index(drop=True)


def _host(row: Row, standing: tuple[Standing, ...]) -> HostToHelp:
    version = text(row["connector_version"])
    return HostToHelp(row["host"], text(row["name"]), row["case"], version, instant(row["last_at"]), standing)


def _standing(stays: "pd.DataFrame", findings: "pd.DataFrame") -> dict[str, list[Standing]]:
    """By case, what stands at its end."""
    levels, breached = _judged(findings)
    found: dict[str, list[Standing]] = defaultdict(list)
    for row in stays[stays["state"] != "cleared"].to_dict("records"):
        key = (row["case"], row["id"])
        if row["state"] == "open" or key in breached:
            found[key[0]].append(_one(row, levels.get(key, "info"), breached=key in breached))
    return found


def _one(row: Row, level: Level, *, breached: bool) -> Standing:
    seen = row["raised_kind"] != "not_after"
    since = instant(row["raised_at"] if row["raised_kind"] == "observed" else row["raised_until"])
    severity, is_open = text(row["severity"]), row["state"] == "open"
    return Standing(row["fault_id"], row["id"], severity, since, seen, is_open, level, breached)


def _judged(findings: "pd.DataFrame") -> tuple[dict[tuple[str, str], Level], set[tuple[str, str]]]:
    """The highest level of the findings on each stay, and the stays in breach."""
    levels: dict[tuple[str, str], Level] = {}
    breached = set()
    for case, interval, level, verdict in zip(
        *(findings[name] for name in ("case", "interval", "level", "verdict")), strict=True
    ):
        key = (case, interval)
        levels[key] = max(levels.get(key, LEVELS[0]), level, key=LEVELS.index)
        if verdict == "breached":
            breached.add(key)
    return levels, breached


def _urgency(one: Standing) -> tuple[int, int, str, int]:
    severity = _SEVERITIES.index(one.severity) if one.severity in _SEVERITIES else len(_SEVERITIES)
    return -LEVELS.index(one.level), severity, one.since or "", one.fault_id
