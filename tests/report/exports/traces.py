"""What the trace event format asks of a trace, checked without faultlog.

Source: Trace Event Format (Chromium), "JSON Object Format", "Complete Events", "Instant Events", "Metadata Events"; and
Perfetto's FAQ: slices of one thread may only nest. Perfetto itself is not run.
"""

from collections import defaultdict
from collections.abc import Mapping
from itertools import pairwise
from typing import Any

PHASES = {"X", "i", "M"}
METADATA = {
    "process_name": "name",
    "process_sort_index": "sort_index",
    "thread_name": "name",
    "thread_sort_index": "sort_index",
}


def flaws_of(trace: Mapping[str, Any]) -> list[str]:
    """Everything about a trace that the format does not allow."""
    flaws = [] if isinstance(trace.get("traceEvents"), list) else ["no list of traceEvents"]
    flaws += [] if trace.get("displayTimeUnit", "ms") in {"ms", "ns"} else ["displayTimeUnit is neither ms nor ns"]
    events = trace.get("traceEvents", [])
    for number, event in enumerate(events):
        flaws += [f"event {number}: {flaw}" for flaw in _flaws_of_event(event)]
    return flaws + _without_name(events) + _overlaps(events)


def _flaws_of_event(event: Mapping[str, Any]) -> list[str]:
    phase = event.get("ph")
    flaws = [] if phase in PHASES else [f"phase {phase!r}"]
    flaws += [f"{key} is no integer" for key in ("pid", "tid", "ts") if type(event.get(key)) is not int]
    flaws += [] if isinstance(event.get("name"), str) and event["name"] else ["no name"]
    flaws += [] if isinstance(event.get("args", {}), dict) else ["args are no object"]
    if phase == "M":
        wanted = METADATA.get(event.get("name"))
        flaws += [] if wanted in event.get("args", {}) else ["metadata without its argument"]
    if phase == "X":
        flaws += [] if type(event.get("dur")) is int and event["dur"] >= 0 else ["dur is no length"]
    if phase == "i":
        flaws += [] if event.get("s") in {"g", "p", "t"} else ["an instant without scope"]
    if phase in {"X", "i"}:
        flaws += [] if isinstance(event.get("cat"), str) else ["no category"]
    return flaws


def _without_name(events: list[Mapping[str, Any]]) -> list[str]:
    named = {event.get("tid") for event in events if event.get("name") == "thread_name"}
    used = {event.get("tid") for event in events if event.get("ph") in {"X", "i"}}
    return [f"lane {tid} has no name" for tid in used - named]


def _overlaps(events: list[Mapping[str, Any]]) -> list[str]:
    lanes = defaultdict(list)
    for event in events:
        if event.get("ph") == "X" and isinstance(event["ts"], int):
            lanes[event["pid"], event["tid"]].append((event["ts"], event["ts"] + event.get("dur", 0)))
    flaws = []
    for lane, slices in lanes.items():
        ordered = sorted(slices)
        flaws += [f"lane {lane}: {one} and {other}" for one, other in pairwise(ordered) if other[0] < one[1]]
    return flaws
