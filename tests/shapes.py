"""The entries of `tests.logs` written in any line shape that `parsers/` describes."""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime

from tests.logs import on

Line = Callable[[datetime, str, str, str], str]
"""Writes an instant, the process, its pid and the message."""


def _iso(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%S}Z"


def _bsd(at: datetime) -> str:
    return f"{at:%b} {at.day:2d} {at:%H:%M:%S}"


def _tag(process: str, pid: str) -> str:
    return f"mac {process}[{pid}]:" if pid else f"mac {process}:"


def _unified(at: datetime, process: str, pid: str, message: str) -> str:
    stamp = f"{at:%Y-%m-%d %H:%M:%S}+0000"
    return (
        f"{stamp} 0x317      Default     0x0                  {pid or 0}    0    {process}: (ampcore) [amp] {message}"
    )


SHAPES: dict[str, Line] = {
    "iso-syslog": lambda at, process, pid, message: f"{_iso(at)} {_tag(process, pid)} {message}",
    "iso-debug": lambda at, process, pid, message: (
        f"{_iso(at)} {_tag(process, pid)} [core]:[info]-[core.c@1]:[7]: {message}"
    ),
    "iso-bracketed": lambda at, process, pid, message: f"{_iso(at)} [core] {message}",
    "syslog": lambda at, process, pid, message: f"{_bsd(at)} {_tag(process, pid)} {message}",
    "syslog-debug": lambda at, process, pid, message: (
        f"{_bsd(at)} {_tag(process, pid)} [core]:[info]-[core.c@1]:[7]: {message}"
    ),
    "macos-unified": _unified,
}
"""By format: how it writes a line."""


def written(entries: Iterable[str], shape: str, end: str = "\n") -> str:
    """A log of these entries in a shape, one line each."""
    return "".join(f"{line(entry, shape)}{end}" for entry in entries)


def line(entry: str, shape: str) -> str:
    """An entry as a line of a shape."""
    time, _, rest = entry.partition(" ")
    process, mark, message = rest.partition("| ")
    at = datetime.fromtimestamp(on(time).ns / 1e9, UTC)
    return SHAPES[shape](at, process, "", message) if mark else SHAPES[shape](at, "ampdaemon", "71", rest)
