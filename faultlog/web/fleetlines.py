"""The faults of a fleet as CSV: a line for each fault, every number of it a column."""

import csv
import io
import json
from collections.abc import Iterator
from typing import Any


def fleet_csv(statistics: bytes) -> str:
    """The faults that a fleet's statistics tell of; what has many values, as a curve has, is left to the JSON.

    Args:
        statistics: as JSON, `faultlog.fleet/1`.
    """
    rows = [dict(_flat("", one)) for one in json.loads(statistics)["faults"]]
    names = list(dict.fromkeys(name for row in rows for name in row)) or ["fault_id"]
    out = io.StringIO()
    lines = csv.DictWriter(out, names, restval="")
    lines.writeheader()
    lines.writerows(rows)
    return out.getvalue()


def _flat(name: str, value: Any) -> Iterator[tuple[str, Any]]:  # noqa: ANN401 (JSON)
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _flat(f"{name}.{key}" if name else key, inner)
    elif name.endswith("interval") and isinstance(value, list):
        yield from zip((f"{name}.low", f"{name}.high"), value, strict=True)
    elif not isinstance(value, list):
        yield name, "" if value is None else value
