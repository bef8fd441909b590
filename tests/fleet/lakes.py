"""Frames and lakes written by hand: a host in a line."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from faultlog.fleet.reading import Frames
from faultlog.fleet.tables import TABLES, schema_of

BEGIN = datetime(2026, 3, 2, tzinfo=UTC)
"""A Monday."""


def at(hours):
    return None if hours is None else BEGIN + timedelta(hours=hours)


def host(name, version="1.14.0", first=0.0, last=24.0, case=None, bundles=None):
    case = case or f"case-{name}"
    told = {
        "case": case,
        "host": name,
        "name": name.upper(),
        "bundles": bundles or [case],
        "connector_version": version,
    }
    return told | {"first_at": at(first), "last_at": at(last), "observed_s": (last - first) * 3600, "blind_s": 0.0}


def seen(name, first=0.0, last=24.0, case=None, observed=True, of_faults=True):
    told = {"case": case or f"case-{name}", "host": name, "from_at": at(first), "to_at": at(last)}
    return told | {"observed": observed, "of_faults": of_faults, "kind": "live" if observed else "blind"}


def stay(name, raised, cleared=None, fault=6, version="1.14.0", case=None, **more):
    """A stay in hours; `cleared` None: seen open until `until`, by default the 24th hour."""
    until = more.pop("until", 24.0)
    told = {"case": case or f"case-{name}", "host": name, "fault_id": fault, "connector_version": version}
    told |= {"id": f"f{fault}-{raised}", "duplicate_raises": 0, "may_be_several": False}
    told |= {"raised_kind": "observed", "raised_at": at(raised), "raised_until": None}
    end = cleared if cleared is not None else until
    told |= {"cleared_kind": "observed" if cleared is not None else "not_before", "cleared_at": at(end)}
    told |= {"state": "cleared" if cleared is not None else "open", "cleared_until": None}
    lasted = (end - raised) * 3600
    told |= {"duration_min_s": lasted, "duration_max_s": lasted if cleared is not None else None}
    return told | more


def found(name, interval, verdict, deadline, level="critical", fault=6, case=None, **more):
    told = {"case": case or f"case-{name}", "host": name, "id": f"{interval}-{verdict}", "interval": interval}
    told |= {"fault_id": fault, "expectation": "clears_within", "after": "raised", "within_s": 600.0}
    return told | {"verdict": verdict, "level": level, "deadline_at": at(deadline)} | more


def table(name, rows):
    """Rows as Arrow holds them; what they leave out is null."""
    schema = schema_of(next(one for one in TABLES if one.name == name))
    return pa.Table.from_pylist([{key: row.get(key) for key in schema.names} for row in rows], schema)


def frames_of(hosts, coverage=None, intervals=(), findings=(), patterns=()):
    """Frames of rows; each host is observed for as long as its row says, unless `coverage` says otherwise."""
    coverage = [seen(one["host"], *_hours(one), case=one["case"]) for one in hosts] if coverage is None else coverage
    rows = {"hosts": hosts, "intervals": intervals, "findings": findings, "patterns": patterns, "coverage": coverage}
    return Frames("rules", **{name: table(name, list(one)).to_pandas() for name, one in rows.items()})


def lake_of(root: Path, **rows):
    """A lake's tables, one file for each case."""
    for one in TABLES:
        folder = root / one.name / "rules=rules"
        folder.mkdir(parents=True)
        mine = list(rows.get(one.name, ()))
        for case in {row["case"] for row in mine}:
            pq.write_table(table(one.name, [row for row in mine if row["case"] == case]), folder / f"{case}.parquet")
    return root


def _hours(row):
    return [(row[name] - BEGIN) / timedelta(hours=1) for name in ("first_at", "last_at")]
