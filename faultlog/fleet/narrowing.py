"""A part of a fleet: some hosts of it, some of what they had, some of the time; every number then speaks of that part.

Hosts are chosen by what their cases say, and stays, with their verdicts, among what those hosts had: shares of hosts
are out of the hosts that are chosen, whatever they had. Of some days those hosts are left that have lines of them.
"""

import unicodedata
from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from faultlog.fleet.reading import Frames
from faultlog.fleet.spans import length, united
from faultlog.values import dataclass

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True)
class Choice:
    """What of a fleet is looked at; all of it where nothing is chosen."""

    fault: int | None = None
    verdict: str = ""
    """Stays with a finding of that verdict, and those findings."""
    version: str = ""
    """Of the connector."""
    os: str = ""
    os_version: str = ""
    host: str = ""
    """What the name of a host holds, or what else names it, in small letters or large."""
    since: str = ""
    until: str = ""
    """Days, UTC: stays that began from the one on, before the other, and what was observed then."""

    @property
    def is_of_stays(self) -> bool:
        """Whether not all is meant that the hosts had."""
        return bool(self.verdict or self.since or self.until)


def narrowed(frames: Frames, choice: Choice) -> Frames:
    """The frames of what is looked at."""
    coverage = _clipped(frames.coverage, choice)
    hosts = _within(_hosts(frames.hosts, choice), coverage, choice)
    cases = set(hosts["case"])
    kept: dict[str, Any] = {name: _of(getattr(frames, name), cases) for name in ("intervals", "findings", "patterns")}
    if choice.fault is not None:
        kept = {name: frame[frame["fault_id"] == choice.fault] for name, frame in kept.items()}
    kept["intervals"] = _begun(kept["intervals"], choice)
    kept["findings"] = _about(kept["findings"], "interval", kept["intervals"], "id")
    if choice.verdict:
        kept["findings"] = kept["findings"][kept["findings"]["verdict"] == choice.verdict]
        kept["intervals"] = _about(kept["intervals"], "id", kept["findings"], "interval")
    if choice.is_of_stays:
        kept["patterns"] = _about(kept["patterns"], "fault_id", kept["intervals"], "fault_id")
    kept |= {"hosts": hosts, "coverage": _of(coverage, cases)}
    whole = {name: frame.reset_index(drop=True) for name, frame in kept.items()}
    return replace(frames, strangers=_strangers(hosts) if frames.strangers else 0, **whole)


def _hosts(hosts: "pd.DataFrame", choice: Choice) -> "pd.DataFrame":
    told = {"connector_version": choice.version, "os": choice.os, "os_version": choice.os_version}
    for column, value in told.items():
        if value:
            hosts = hosts[hosts[column] == value]
    if choice.host:
        wanted = _folded(choice.host)
        names = zip(hosts["name"], hosts["host"], strict=True)
        hosts = _where(hosts, (any(wanted in _folded(one) for one in pair if isinstance(one, str)) for pair in names))
    return hosts


def _folded(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold()


def _within(hosts: "pd.DataFrame", coverage: "pd.DataFrame", choice: Choice) -> "pd.DataFrame":
    """Hosts that have lines of the days that are looked at, as far as they are of those."""
    if not (choice.since or choice.until):
        return hosts
    hosts = hosts.copy()
    if choice.since:
        hosts = hosts[hosts["last_at"] >= _day(choice.since)]
        hosts["first_at"] = _not_before(hosts["first_at"], _day(choice.since))
    if choice.until:
        hosts = hosts[hosts["first_at"] < _day(choice.until)]
        hosts["last_at"] = _not_after(hosts["last_at"], _day(choice.until))
    mine = coverage[coverage["of_faults"].fillna(value=False).astype(bool)]
    for column, inside in (
        ("observed_s", mine["observed"].fillna(value=False).astype(bool)),
        ("blind_s", mine["kind"] == "blind"),
    ):
        hosts[column] = hosts["case"].map(_lengths(mine[inside])).astype("float64").fillna(0.0)
    return hosts


def _lengths(coverage: "pd.DataFrame") -> dict[str, float]:
    """By case the seconds that spans cover together."""
    ends = coverage.dropna(subset=["from_at", "to_at"])
    return {
        str(case): length(
            united((a.timestamp(), b.timestamp()) for a, b in zip(one["from_at"], one["to_at"], strict=True))
        )
        for case, one in ends.groupby("case")
    }


def _of(frame: "pd.DataFrame", cases: set[str]) -> "pd.DataFrame":
    return frame[frame["case"].isin(cases)]


def _about(frame: "pd.DataFrame", column: str, others: "pd.DataFrame", theirs: str) -> "pd.DataFrame":
    """Rows that say of their case what some other row says of it."""
    told = set(zip(others["case"], others[theirs], strict=True))
    return _where(frame, (one in told for one in zip(frame["case"], frame[column], strict=True)))


def _where(frame: "pd.DataFrame", meant: Iterable[bool]) -> "pd.DataFrame":
    """The rows that are meant; of a list of flags that is empty pandas makes columns."""
    return frame.take([place for place, flag in enumerate(meant) if flag])


def _begun(stays: "pd.DataFrame", choice: Choice) -> "pd.DataFrame":
    begin = stays["raised_at"].fillna(stays["raised_until"])
    if choice.since:
        stays = stays[begin >= _day(choice.since)]
    if choice.until:
        stays = stays[begin.loc[stays.index] < _day(choice.until)]
    return stays


def _clipped(coverage: "pd.DataFrame", choice: Choice) -> "pd.DataFrame":
    """What was observed of the time that is looked at."""
    if not (choice.since or choice.until):
        return coverage
    coverage = coverage.copy()
    if choice.since:
        coverage["from_at"] = _not_before(coverage["from_at"], _day(choice.since))
    if choice.until:
        coverage["to_at"] = _not_after(coverage["to_at"], _day(choice.until))
    return coverage[~(coverage["from_at"] >= coverage["to_at"])]


def _not_before(at: "pd.Series[Any]", day: "pd.Timestamp") -> "pd.Series[Any]":
    return at.mask(at < day, day)


def _not_after(at: "pd.Series[Any]", day: "pd.Timestamp") -> "pd.Series[Any]":
    return at.mask(at > day, day)


def _strangers(hosts: "pd.DataFrame") -> int:
    """Cases that have a name and do not go by it."""
    return int((hosts["host"].str.startswith("case:") & hosts["name"].notna()).sum())


def _day(day: str) -> "pd.Timestamp":
    import pandas as pd

    return pd.Timestamp(day, tz="UTC")
