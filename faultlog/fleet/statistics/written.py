"""The statistics of a fleet as JSON, `faultlog.fleet/1`: the same frames give the same bytes, without language."""

import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass

from faultlog.fleet.statistics.fleet import FleetStatistics
from faultlog.fleet.statistics.rates import Rate
from faultlog.fleet.statistics.recurrence import Rise
from faultlog.fleet.statistics.shares import LEVEL, Share


def to_json(statistics: FleetStatistics) -> str:
    """The document, in a line for each thing said; a share and a rate stand with their interval of 95 %."""
    told = {"schema": statistics.schema_, "level": LEVEL} | _plain(statistics)
    del told["schema_"]
    return json.dumps(told, indent=1, allow_nan=False) + "\n"


def _plain(value: object) -> dict[str, object]:
    told = {one.name: _told(getattr(value, one.name)) for one in fields(value)}  # type: ignore[arg-type]
    if isinstance(value, Share):
        told |= {"share": value.value, "interval": _told(value.interval)}
    elif isinstance(value, Rate):
        told |= {"host_months": value.host_months, "rate": value.value, "interval": _told(value.interval)}
    elif isinstance(value, Rise):
        told |= {"band": _told(value.band)}
    return told


def _told(value: object) -> object:
    if is_dataclass(value):
        return _plain(value)
    if isinstance(value, tuple | list):
        return [_told(one) for one in value]
    if isinstance(value, Mapping):
        return {str(key): _told(one) for key, one in value.items()}
    return value
