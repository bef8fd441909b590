"""What a case says, without where it was found: to compare cases whose logs differ only in what must not matter."""

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

from faultlog.case import Case
from faultlog.model import NS, Instant
from faultlog.report.document import to_json

PLACES = frozenset({"file", "files", "line", "offset", "date_at"})
"""Keys that say where something stands, or which date of a file was taken."""

_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")


def essence(case: Case, *beside: str) -> dict[str, Any]:
    """The case document without paths, places, hashes, sizes and warnings.

    Of the files the sums of what became of their lines are left; of the coverage what was observed, whatever file it
    stands in.

    Args:
        case: any case.
        beside: further keys that are left out wherever they stand.
    """
    document = json.loads(to_json(case))
    del document["tool"], document["bundle"], document["warnings"]
    counted = ("events", "continuations", "unread")
    document["counts"] = {name: sum(file[name] for file in document["files"]) for name in counted}
    document["coverage"] = _observed(document["coverage"])
    return _without(document, PLACES.union(beside))


def _observed(spans: Iterable[Mapping[str, Any]]) -> list[list[str]]:
    """Spans of one kind that touch are one."""
    found: list[list[str]] = []
    for span in spans:
        if found and span["kind"] == found[-1][2] == "live" and span["from"] <= found[-1][1]:
            found[-1][1] = max(found[-1][1], span["to"])
        else:
            found.append([span["from"], span["to"], span["kind"]])
    return found


def _without(value: Any, keys: frozenset[str]) -> Any:
    if isinstance(value, dict):
        return {key: _without(one, keys) for key, one in value.items() if key not in keys}
    return [_without(one, keys) for one in value] if isinstance(value, list) else value


def moved(said: Any, seconds: int) -> Any:
    """An essence with every instant that much later."""
    if isinstance(said, dict):
        return {key: moved(one, seconds) for key, one in said.items()}
    if isinstance(said, str) and _INSTANT.fullmatch(said):
        at = Instant.of(said)
        return str(Instant(at.ns + seconds * NS, at.digits))
    return [moved(one, seconds) for one in said] if isinstance(said, list) else said


def differences(one: Any, other: Any, place: str = "") -> list[str]:
    """Where two essences differ, in sentences."""
    if isinstance(one, dict) and isinstance(other, dict):
        keys = sorted(one.keys() | other.keys())
        return [said for key in keys for said in differences(one.get(key), other.get(key), f"{place}.{key}")]
    if isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        pairs = enumerate(zip(one, other, strict=True))
        return [said for number, pair in pairs for said in differences(*pair, f"{place}[{number}]")]
    return [] if one == other else [f"{place}: {one} is not {other}"]
