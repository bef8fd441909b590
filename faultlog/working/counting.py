"""A team's fleet counted: as a page of the site tells it, of all or of what is chosen, and as JSON."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
from sqlalchemy import Connection, select

from faultlog.fleet.lake import Lake
from faultlog.fleet.reading import Frames
from faultlog.fleet.report.gathered import Tally, of_frames
from faultlog.fleet.report.page import values
from faultlog.fleet.report.picture import Easel
from faultlog.fleet.report.pictures import pictures
from faultlog.fleet.report.telling import Telling
from faultlog.fleet.statistics.fleet import fleet_statistics
from faultlog.fleet.statistics.written import to_json
from faultlog.report.charts.font import ShippedFont
from faultlog.report.html.skeleton import block
from faultlog.rulebook import load_rules
from faultlog.store import fleets, places
from faultlog.store.opening import Store
from faultlog.store.schema import CASES, JOBS
from faultlog.wording import Wording
from faultlog.working.orders import Choice, Order


def warm() -> None:
    """Load what is loaded at its first use."""
    import scipy.stats  # type: ignore[import-untyped]  # noqa: F401


def numbers(store: Store, order: Order) -> tuple[dict[str, Any], bytes]:
    """The statistics of a team's cases, and which cases those are."""
    of, frames = store.read(_read, order.team)
    return {"of": of}, to_json(fleet_statistics(frames)).encode()


def page(store: Store, order: Order) -> tuple[dict[str, Any], bytes]:
    """What stands in the page of a team's fleet, and which cases are counted; nothing where there is no host."""
    of, frames, tally, pages = store.read(_told, order.team)
    chosen = narrowed(frames, order.choice)
    if chosen.hosts.empty:
        return {"of": of, "title": None}, b""
    gathered = of_frames(Lake(Path("fleet"), chosen.rules), (), tally, chosen)
    telling = Telling(Wording(order.language, load_rules(()), "UTC"), gathered.fleet)
    shown = values(telling, gathered, pictures(Easel(telling, ShippedFont())), pages)
    shown |= {"about": shown["about"][:1], "eyebrow": telling.words("web.entry.fleet")}  # type: ignore[index]
    return {"of": of, "title": shown["title"]}, block("fleet.html", "main", telling.wording, **shown).encode()


def _read(db: Connection, team: int) -> tuple[str, Frames]:
    return fleets.fingerprint(db, team), fleets.frames(db, team)


def _told(db: Connection, team: int) -> tuple[str, Frames, Tally, Mapping[str, str]]:
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
    tally: Any = Counter(one for one in newest.values() if one[0] in fleets.OUTCOMES)
    return *_read(db, team), tally, pages


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
    kept["findings"] = kept["findings"][pd.Series(of_stays, dtype=bool)].reset_index(drop=True)
    kept["coverage"] = _clipped(kept["coverage"], choice)
    return replace(frames, hosts=hosts.reset_index(drop=True), **kept)


def _of(frame: pd.DataFrame, cases: set[str]) -> pd.DataFrame:
    return frame[frame["case"].isin(cases)].reset_index(drop=True)


def _begun(stays: pd.DataFrame, choice: Choice) -> pd.DataFrame:
    begin = stays["raised_at"].fillna(stays["raised_until"])
    if choice.since:
        stays = stays[begin >= _day(choice.since)]
    if choice.until:
        stays = stays[begin.loc[stays.index] < _day(choice.until)]
    return stays.reset_index(drop=True)


def _clipped(coverage: pd.DataFrame, choice: Choice) -> pd.DataFrame:
    """What was observed of the time that is looked at."""
    coverage = coverage.copy()
    if choice.since:
        since = _day(choice.since)
        coverage["from_at"] = coverage["from_at"].where(coverage["from_at"] >= since, since)
    if choice.until:
        until = _day(choice.until)
        coverage["to_at"] = coverage["to_at"].where(coverage["to_at"] <= until, until)
    return coverage[~(coverage["from_at"] >= coverage["to_at"])].reset_index(drop=True)


def _day(day: str) -> pd.Timestamp:
    return pd.Timestamp(day, tz="UTC")
