"""Which field a part of a line is, by its key or by its values; a part that is none of them stays without a name."""

import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType

LEVELS = frozenset(
    {
        "trace", "debug", "verbose", "fine", "info", "information", "informational", "notice", "warn", "warning",
        "error", "err", "severe", "crit", "critical", "alert", "emerg", "emergency", "fatal", "panic",
        "D", "I", "W", "E", "F", "V", "N", "C",
    }
)  # fmt: skip
"""Words for how grave a line is, in lower case, and the letters of glog."""
KEYS: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "level": frozenset({"level", "lvl", "severity", "sev", "loglevel", "priority"}),
        "host": frozenset({"host", "hostname", "computer", "device", "devname", "node"}),
        "process": frozenset(
            {"process", "proc", "procname", "app", "application", "program", "service", "ident", "tag"}
        ),
        "pid": frozenset({"pid", "procid", "process_id"}),
        "module": frozenset({"module", "mod", "component", "logger", "category", "facility", "subsystem"}),
        "message": frozenset({"message", "msg", "text", "event", "log", "description"}),
    }
)
"""Keys that name a field."""
OWN = re.compile(r"(?i)(?:amp|cisco|com\.cisco\.)[\w.-]*|kernel|systemd|launchd|bootlog")
"""Processes that wordings name."""
_HOST = re.compile(r"(?=.*[A-Za-z])[A-Za-z0-9][\w.-]*")
_WORD = re.compile(r"[A-Za-z][\w.-]*")


def of_key(key: str) -> str | None:
    """The field that a key names.

    >>> of_key("lvl"), of_key("thread")
    ('level', None)
    """
    return next((name for name, keys in KEYS.items() if key.lower() in keys), None)


def fits(field: str, values: Sequence[str]) -> bool:
    """Whether values are such as a field has."""
    known = {value for value in values if value}
    if field == "level":
        return bool(known) and all(value in LEVELS if len(value) == 1 else value.lower() in LEVELS for value in known)
    if field == "pid":
        return bool(known) and all(re.fullmatch(r"[0-9]{1,7}", value) for value in known)
    if field == "process":
        return any(OWN.fullmatch(value) for value in known) and all(re.fullmatch(r"[^\s\[\]:]+", one) for one in known)
    if field == "host":
        return bool(known) and len(known) <= 3 and all(_HOST.fullmatch(value) for value in known)
    if field == "module":
        return bool(known) and 4 * len(known) <= 3 * len(values) and all(_WORD.fullmatch(value) for value in known)
    return True


def of_values(values: Sequence[str]) -> str | None:
    """The field that values alone tell: a level or a process of ours."""
    return next((name for name in ("level", "process") if fits(name, values)), None)


PATTERNS: Mapping[str, str] = MappingProxyType(
    {
        "level": r"[A-Za-z]+",
        "host": r"[\w.-]+",
        "process": r"[^\s\[\]:]+",
        "pid": r"\d+",
        "module": r"[\w.-]+",
    }
)
"""What the values of a field may be, lines unseen included."""


def group(name: str | None, pattern: str) -> str:
    """A part of a pattern, with its field's name where it has one."""
    return f"(?P<{name}>{pattern})" if name is not None else pattern
