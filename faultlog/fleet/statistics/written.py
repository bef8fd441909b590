"""The statistics of a fleet as JSON, `faultlog.fleet/1`: the same frames give the same bytes, without language.

Keys are the fields of the values that are written, and what some of them derive: a share stands with its interval.
"""

import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any, Final, get_type_hints

from faultlog.fleet.statistics.fleet import SCHEMA, FleetStatistics
from faultlog.fleet.statistics.rates import Rate
from faultlog.fleet.statistics.recurrence import Rise
from faultlog.fleet.statistics.shares import LEVEL, Share
from faultlog.fleet.statistics.survival import Curve

_DERIVED: Final[Mapping[type, Mapping[str, str]]] = {
    Share: {"share": "value", "interval": "interval"},
    Rate: {"host_months": "host_months", "rate": "value", "interval": "interval"},
    Rise: {"band": "band"},
    Curve: {"censored": "censored"},
}
"""By kind of value the keys that are no fields, and the property that each is."""


def to_json(statistics: FleetStatistics) -> str:
    """The document."""
    told = {"schema": SCHEMA, "level": LEVEL} | _plain(statistics)
    del told["schema_"]
    return json.dumps(told, indent=1, allow_nan=False) + "\n"


def fleet_schema() -> dict[str, object]:
    """The JSON Schema of the document."""
    from pydantic import TypeAdapter

    whole = TypeAdapter(FleetStatistics).json_schema()
    kinds: dict[str, dict[str, Any]] = whole.pop("$defs")
    whole["properties"] = {"schema": whole["properties"].pop("schema_"), "level": {"const": LEVEL}} | whole[
        "properties"
    ]
    for kind, derived in _DERIVED.items():
        for key, name in derived.items():
            returned = get_type_hints(getattr(kind, name).fget)["return"]
            kinds[kind.__name__]["properties"][key] = TypeAdapter(returned).json_schema()
    for one in (whole, *kinds.values()):
        one |= {"required": list(one["properties"]), "additionalProperties": False}
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **whole, "title": SCHEMA, "$defs": kinds}


def _plain(value: object) -> dict[str, object]:
    told = {one.name: _told(getattr(value, one.name)) for one in fields(value)}  # type: ignore[arg-type]
    derived = _DERIVED.get(type(value), {})
    return told | {key: _told(getattr(value, name)) for key, name in derived.items()}


def _told(value: object) -> object:
    if is_dataclass(value):
        return _plain(value)
    return [_told(one) for one in value] if isinstance(value, tuple | list) else value
