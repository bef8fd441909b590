"""A team's fleet as a page tells it: counted once for the same cases and the same choice, by one at a time."""

from collections import Counter, OrderedDict
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Connection, select

from faultlog.fleet.lake import Lake
from faultlog.fleet.reading import Frames
from faultlog.fleet.report.gathered import Tally, of_frames
from faultlog.fleet.report.page import values
from faultlog.fleet.report.picture import Easel
from faultlog.fleet.report.pictures import pictures
from faultlog.fleet.report.telling import Telling
from faultlog.report.charts.font import ShippedFont
from faultlog.store import fleets, places
from faultlog.store.opening import Store
from faultlog.store.schema import CASES, JOBS
from faultlog.values import dataclass
from faultlog.wording import Wording

if TYPE_CHECKING:
    import pandas as pd

_MOST: Final = 24
"""Pages that are remembered. Tool default."""
_OUTCOMES: Final = {"done": "done", "failed": "failed", "quarantined": "quarantined"}


@dataclass(frozen=True, slots=True)
class Choice:
    """What of a fleet is looked at; all of it where nothing is chosen."""

    fault: int | None = None
    version: str = ""
    os: str = ""
    since: str = ""
    until: str = ""
    """Days, UTC: stays that began from the one on, before the other."""


@dataclass(frozen=True, slots=True)
class Offered:
    """What can be chosen."""

    faults: tuple[int, ...]
    versions: tuple[str, ...]
    systems: tuple[str, ...]


class Shown:
    """What was counted and drawn, until a case changes."""

    def __init__(self) -> None:
        """Nothing yet."""
        self._lock, self._kept = Lock(), OrderedDict[Any, tuple[dict[str, object] | None, Offered]]()

    def of(self, store: Store, team: int, choice: Choice, say: Wording) -> tuple[dict[str, object] | None, Offered]:
        """What the page names, `None` where nothing is left to count; and what can be chosen."""
        with self._lock:
            key = (team, store.read(fleets.fingerprint, team), choice, say.language)
            if key not in self._kept:
                frames, tally, pages = store.read(_read, team)
                self._kept[key] = _told(frames, tally, pages, choice, say)
            self._kept.move_to_end(key)
            while len(self._kept) > _MOST:
                self._kept.popitem(last=False)
            return self._kept[key]


def _read(db: Connection, team: int) -> tuple[Frames, Tally, Mapping[str, str]]:
    asked = select(CASES.c.sha256, CASES.c.bundle_id, CASES.c.host)
    rows = db.execute(asked.where(CASES.c.team_id == team, CASES.c.joined_id.is_(None)))
    pages = {
        row.sha256: f"/cases/{row.bundle_id}" if row.bundle_id is not None else f"/hosts/{places.id_of(row.host)}"
        for row in rows
    }
    newest: dict[str, tuple[str, str | None]] = {}
    jobs = select(JOBS.c.bundle_id, JOBS.c.state, JOBS.c.reason).where(JOBS.c.team_id == team)
    for row in db.execute(jobs.where(JOBS.c.bundle_id.is_not(None)).order_by(JOBS.c.queued_at)):
        newest[row.bundle_id] = (row.state, row.reason if row.state == "quarantined" else None)
    tally: Any = Counter(one for one in newest.values() if one[0] in _OUTCOMES)
    return fleets.frames(db, team), tally, pages


def _told(
    frames: Frames, tally: Tally, pages: Mapping[str, str], choice: Choice, say: Wording
) -> tuple[dict[str, object] | None, Offered]:
    hosts = frames.hosts
    offered = Offered(
        tuple(sorted(int(one) for one in frames.intervals["fault_id"].dropna().unique())),
        tuple(sorted(str(one) for one in hosts["connector_version"].dropna().unique())),
        tuple(sorted(str(one) for one in hosts["os"].dropna().unique())),
    )
    chosen = narrowed(frames, choice)
    if chosen.hosts.empty:
        return None, offered
    gathered = of_frames(Lake(Path("fleet"), chosen.rules), (), tally, chosen)
    telling = Telling(say, gathered.fleet)
    return values(telling, gathered, pictures(Easel(telling, ShippedFont())), pages), offered


def narrowed(frames: Frames, choice: Choice) -> Frames:
    """The frames of what is looked at: hosts by what their cases say, stays by their fault and their begin."""
    hosts = frames.hosts
    if choice.version:
        hosts = hosts[hosts["connector_version"] == choice.version]
    if choice.os:
        hosts = hosts[hosts["os"] == choice.os]
    cases = set(hosts["case"])
    kept: dict[str, Any] = {
        name: _of(getattr(frames, name), cases) for name in ("intervals", "findings", "patterns", "coverage")
    }
    if choice.fault is not None:
        for name in ("intervals", "findings", "patterns"):
            kept[name] = kept[name][kept[name]["fault_id"] == choice.fault].reset_index(drop=True)
    kept["intervals"] = _begun(kept["intervals"], choice)
    told = set(zip(kept["intervals"]["case"], kept["intervals"]["id"], strict=True))
    of_stays = [one in told for one in zip(kept["findings"]["case"], kept["findings"]["interval"], strict=True)]
    kept["findings"] = kept["findings"][of_stays].reset_index(drop=True)
    kept["coverage"] = _clipped(kept["coverage"], choice)
    return replace(frames, hosts=hosts.reset_index(drop=True), **kept)


def _of(frame: "pd.DataFrame", cases: set[str]) -> "pd.DataFrame":
    return frame[frame["case"].isin(cases)].reset_index(drop=True)


def _begun(stays: "pd.DataFrame", choice: Choice) -> "pd.DataFrame":
    begin = stays["raised_at"].fillna(stays["raised_until"])
    if choice.since:
        stays = stays[begin >= _day(choice.since)]
    if choice.until:
        stays = stays[begin.loc[stays.index] < _day(choice.until)]
    return stays.reset_index(drop=True)


def _clipped(coverage: "pd.DataFrame", choice: Choice) -> "pd.DataFrame":
    """What was observed of the time that is looked at."""
    coverage = coverage.copy()
    if choice.since:
        since = _day(choice.since)
        coverage["from_at"] = coverage["from_at"].where(coverage["from_at"] >= since, since)
    if choice.until:
        until = _day(choice.until)
        coverage["to_at"] = coverage["to_at"].where(coverage["to_at"] <= until, until)
    return coverage[~(coverage["from_at"] >= coverage["to_at"])].reset_index(drop=True)


def _day(day: str) -> "pd.Timestamp":
    import pandas as pd

    return pd.Timestamp(day, tz="UTC")
