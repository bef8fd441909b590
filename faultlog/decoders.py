"""Decoders: formats that no line pattern can describe, each named by a file of `parsers/`. `TABLE` is all there is."""

import json
import re
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import field
from itertools import islice
from types import MappingProxyType
from typing import TypeGuard

from faultlog import stamps
from faultlog.formats import Decoder
from faultlog.model import NS, SEVERITIES, Instant, Severity, Stamp
from faultlog.values import dataclass

MAX_BYTES = 64 * 1024 * 1024
"""A decoder reads a whole text; a larger one is left unread. Tool default."""
MAX_TEXT = 300
"""Characters read of one text of a console event. Tool default."""
MAX_EVIDENCE = 2_000
"""Bytes of a line that are kept as an event's evidence: an API answers with all events on one line. Tool default."""
MAX_LEAVES = 256
"""Values read of one console event. Tool default."""

_EVENT_WORDS = re.compile(r"(?i)\bfault\b.*\b(?:raised|cleared)\b")
_FAULT_KEY = re.compile(r"(?:^|[^A-Za-z]|(?<=[a-z])(?=F))(?i:faults?_?ids?)$")
_FAULT_WORDS = re.compile(r"(?i)\bfault(?: id)?(?: ?[#:=] ?| {1,2})([0-9]{1,5})\b")
_IDS = frozenset({"id", "ids", "Id", "ID"})
_SURROGATE = re.compile(r"[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Decoded:
    """One event of a decoded text."""

    line: int
    """1-based line where it begins."""
    message: str
    stamp: Stamp | None = None
    host: str | None = None
    fault_ids: tuple[int, ...] = ()
    severities: Mapping[int, Severity] = field(default_factory=lambda: MappingProxyType({}))
    """By fault id, where a status snapshot states one."""
    unnamed: int = 0
    """Faults that a status snapshot counts and does not name."""
    guid: str | None = None
    """The connector that a console event is about."""


def status_snapshot(text: str) -> list[Decoded] | None:
    """Read the output of `ampcli status` (Cisco document 220575); `None` where it is none.

    Several faults at once are separated in a way that is not public: every number after `Fault IDs:` counts, and
    every `ID n -`.
    """
    lines = [line.removesuffix("\r") for line in text.split("\n")]
    status = next((number for number, line in enumerate(lines, 1) if re.match(r"Status: [A-Z]", line)), None)
    if status is None or not any(line.startswith("Faults:") for line in lines):
        return None
    listed = " ".join(line.partition(":")[2] for line in lines if line.startswith("Fault IDs:"))
    described = [found for line in lines if (found := re.match(r"\s*ID ([0-9]{1,5}) - (?:(\w+):)?", line))]
    numbers = (*re.findall(r"(?<![0-9])[0-9]{1,5}(?![0-9])", listed), *(found[1] for found in described))
    stated = ((int(found[1]), SEVERITIES.get((found[2] or "").lower())) for found in described)
    severities = {fault: severity for fault, severity in stated if severity is not None}
    ids = tuple(sorted({int(number) for number in numbers}))
    counted = next(line.partition(":")[2] for line in lines if line.startswith("Faults:"))
    unnamed = max(0, sum(map(int, re.findall(r"[0-9]{1,5}", counted))) - len(ids))
    return [Decoded(status, lines[status - 1], fault_ids=ids, severities=MappingProxyType(severities), unnamed=unnamed)]


def console_events(text: str) -> list[Decoded] | None:
    """Read events of the vendor's API: one object, one a line, or a list under `data`; `None` where it is none."""
    objects = list(_objects(text))
    if not any("event_type" in found for _, found in objects):
        return None
    return [_event(line, found) for line, found in objects if _is_fault_event(found)]


def _is_fault_event(found: Mapping[str, object]) -> bool:
    kind = found.get("event_type_id")
    low = kind & 0xFFFF if isinstance(kind, int) else None
    return low in {0x43, 0x44} or _EVENT_WORDS.search(str(found.get("event_type"))[:MAX_TEXT]) is not None


def _objects(text: str) -> Iterator[tuple[int, Mapping[str, object]]]:
    """Every JSON object, with its line; inside a list, or inside the list under `data` of an answer."""
    decoder = json.JSONDecoder()
    answer = re.match(r'\s*\{(?:[^"]|"(?!event_type)[^"]*")*?"data"\s*:\s*\[', text)
    position = answer.end() if answer else 0
    line, counted = 1, 0
    while (start := text.find("{", position)) >= 0:
        line += text.count("\n", counted, start)
        counted = start
        try:
            found, position = decoder.raw_decode(text, start)
        except (ValueError, RecursionError):
            position = text.find("\n", start) + 1 or len(text)
            continue
        if isinstance(found, dict):
            yield line, found


def _event(line: int, found: Mapping[str, object]) -> Decoded:
    name = str(found.get("event_type"))[:MAX_TEXT]
    computer = found.get("computer")
    host = computer.get("hostname") if isinstance(computer, dict) else None
    about_it = {key: value for key, value in found.items() if key not in {"event_type", "event_type_id"}}
    leaves = list(islice(_leaves(about_it), MAX_LEAVES))
    ids = {number for key, value in leaves for number in _fault_id(key, value)}
    texts = [value[:MAX_TEXT] for _, value in leaves if isinstance(value, str) and re.match(r"[A-Za-z]", value)]
    about = [str(number) for number in sorted(ids)] or texts
    message = "\n".join(f"{name}: {one}" for one in about) or name
    guid = found.get("connector_guid", computer.get("connector_guid") if isinstance(computer, dict) else None)
    return Decoded(line, _writable(message), _stamp(found), _text(host), guid=_text(guid))


def _text(value: object) -> str | None:
    """A short text that can be written; `None` where it is none."""
    return _writable(value[:MAX_TEXT]) or None if isinstance(value, str) else None


def _writable(text: str) -> str:
    """A text that can be written as UTF-8: JSON can name half of a surrogate pair, which is no character."""
    return _SURROGATE.sub("\ufffd", text)


def _leaves(value: object, key: str = "") -> Iterator[tuple[str, object]]:
    """Every scalar below a value, with the key it stands under; an id with the key of the object it is the id of."""
    waiting = deque([(key, value)])
    while waiting:
        name, found = waiting.popleft()
        if isinstance(found, dict):
            waiting += [(f"{name}_{inner}" if inner in _IDS else inner, one) for inner, one in found.items()]
        elif isinstance(found, list):
            waiting += [(name, one) for one in found]
        else:
            yield name, found


def _fault_id(key: str, value: object) -> Iterator[int]:
    if _FAULT_KEY.search(key) and re.fullmatch(r"[0-9]{1,5}", str(value)):
        yield int(str(value))
    elif isinstance(value, str):
        yield from map(int, _FAULT_WORDS.findall(value[:MAX_TEXT]))


def _stamp(found: Mapping[str, object]) -> Stamp | None:
    seconds, nanoseconds = found.get("timestamp"), found.get("timestamp_nanoseconds")
    if _is_number(seconds) and 0 < seconds < 10**10:
        fraction = nanoseconds if _is_number(nanoseconds) and 0 <= nanoseconds < NS else None
        return stamps.stamp_of(Instant(seconds * NS + (fraction or 0), 0 if fraction is None else 9))
    return stamps.read_stamp("iso", str(found.get("date")))


def _is_number(value: object) -> TypeGuard[int]:
    """Whether JSON says a whole number; `true` is an `int` in Python only."""
    return isinstance(value, int) and not isinstance(value, bool)


TABLE: Mapping[Decoder, Callable[[str], list[Decoded] | None]] = {
    "ampcli-status": status_snapshot,
    "console-events": console_events,
}
"""Every decoder a format file can name: text → events, or `None` where the text is nothing of the kind."""
