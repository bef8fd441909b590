r"""Runs: lines in a row that one format reads alike, in one minute, of one writer, matched by one pattern at a time.

A **run pattern** is made of the pattern of a format and of a line that it has read: it matches whole lines that begin
with a stamp of the same shape and minute and go on with the same words up to the process and its number, and that the
format reads as it read that line. What it does not match is read line by line, so it may be too narrow but never too
wide. It is a pattern of the standard library over bytes: for text of ASCII both read alike; a byte that is none
matches only where anything does.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from faultlog import layouts
from faultlog.formats import LogFormat, Reading
from faultlog.literals import tokens

MAX_PATTERNS = 64
"""Run patterns made for one file; beyond, its lines are read one by one. Tool default."""
UNEQUAL = (b"\x1c", b"\x1d", b"\x1e", b"\x1f")
"""Bytes of ASCII that the two pattern languages take for different things."""

_ESCAPES = {
    r"\d": "[0-9]", r"\w": r"\w", r"\s": r"[\t\v\f\r ]", r"\S": r"[^\t-\r\x1c- \x80-\xff]", r"\t": r"\t",
    r"\b": r"\b(?<![\x80-\xff])(?![\x80-\xff])",
}  # fmt: skip
_IN_SETS = frozenset({r"\d", r"\w", r"\t"})
_CLOSED = frozenset("$^")


def in_bytes(pattern: str) -> str | None:
    r"""A format's pattern for bytes, its groups without their names; `None` where it cannot be said.

    >>> in_bytes(r"(?P<host>[^\s:]+) .*")
    '(?:[^\\n\\x80-\\xff\\s:]+) .*'
    >>> in_bytes(r"\p{L}+") is None
    True
    """
    return _translated(pattern, {})


def _translated(pattern: str, groups: Mapping[str, Iterator[str]]) -> str | None:
    """A pattern for bytes; what the groups of some names become is given, one after the other."""
    if not pattern.isascii():
        return None
    found = [*tokens(pattern), ""]
    parts = [_in_bytes(part, after, groups) for part, after in pairwise(found) if part is not None]
    if None in found or None in parts:
        return None
    return "".join(part for part in parts if part is not None)


def _in_bytes(part: str, after: str | None, groups: Mapping[str, Iterator[str]]) -> str | None:
    if part.startswith("(?P<"):
        name = part[4:-1]
        return next(groups[name]) if name in groups else "(?:"
    if part.startswith("["):
        return _set_in_bytes(part)
    if part.startswith("\\"):
        return _ESCAPES.get(part, None if part[1].isalnum() else part)
    if part == ".":
        return part if after in {"*", "+"} else r"[\t -~]"
    return None if part in _CLOSED else part


def _set_in_bytes(part: str) -> str | None:
    inverted = part.startswith("[^")
    known = _IN_SETS | ({r"\s"} if inverted else set())
    if any(escape not in known and escape[1].isalnum() for escape in re.findall(r"\\.", part)):
        return None
    return rf"[^\n\x80-\xff{part[2:]}" if inverted else part


@dataclass(frozen=True, slots=True)
class Writer:
    """What the lines of a run have in common."""

    minute: str
    """A pattern for the beginning of stamps of the same shape, up to their seconds; for all of them where it is not
    known where those stand."""
    second: str
    """A pattern for their seconds, fraction included, all of one width."""
    width: int
    """Characters of the seconds."""
    zone: str
    """What stamps end with, as it is written."""
    head: str
    """What follows the stamp, to the first character behind process and number."""

    @property
    def stamp(self) -> str:
        """A pattern for a whole stamp."""
        return self.minute + self.second + re.escape(self.zone)

    @classmethod
    def of(cls, text: str, reading: Reading) -> "Writer | None":
        """That of a line that was read; `None` where the line does not tell."""
        stamp, groups = reading.groups.get("stamp", ""), reading.groups
        process = groups.get("process")
        if not text.startswith(stamp) or not text.isascii() or not stamp or process is None or "host" not in groups:
            return None
        pid = f"[{groups['pid']}]" if "pid" in groups else ""
        head = f" {groups['host']} {process}{pid}:"
        if not text.startswith(head, len(stamp)):
            head = f" {head}"
        if not text.startswith(head, len(stamp)):
            return None
        found = _SECONDS.fullmatch(stamp)
        if found is None:
            return cls(_shape(stamp), "", 0, "", head)
        second = found["second"]
        return cls(_shape(found["minute"]), f"[0-5]{_shape(second[1:])}", len(second), found["zone"], head)


_SECONDS = re.compile(r"(?P<minute>.*?\d\d:\d\d:)(?P<second>[0-5]\d(?:[.,]\d+)?)(?P<zone>.*)")


def _shape(stamp: str) -> str:
    return "".join("[0-9]" if char.isdigit() else "[A-Za-z]" if char.isalpha() else re.escape(char) for char in stamp)


@dataclass(slots=True)
class RunPatterns:
    """The run patterns of one file."""

    known: "dict[tuple[str, Writer], re.Pattern[bytes] | None]" = field(default_factory=dict)
    singles: "dict[tuple[str, Writer], OneLine | None]" = field(default_factory=dict)

    def of(self, one: LogFormat, writer: Writer, before: Sequence[LogFormat]) -> "re.Pattern[bytes] | None":
        """The run pattern of a format and a writer; `None` where there is none.

        Args:
            one: reads the lines.
            writer: what they have in common.
            before: the formats that are asked before it, and must refuse them.
        """
        key = (one.name, writer)
        if key not in self.known:
            self.known[key] = (
                _compiled(_Form.of(one), writer, tuple(map(_Form.of, before)))
                if len(self.known) < MAX_PATTERNS
                else None
            )
        return self.known[key]

    def seconds(self, writer: Writer, minute: int) -> "re.Pattern[bytes]":
        """What finds the seconds of lines; `minute` is how much of their stamps stands before."""
        return re.compile(rb"(?m)^.{%d}(.{%d})" % (minute, writer.width))

    def single(self, one: LogFormat, writer: Writer, before: Sequence[LogFormat]) -> "OneLine | None":
        """What matches one line of such a run; `None` where there is nothing."""
        key = (one.name, writer)
        if key not in self.singles:
            self.singles[key] = (
                _single(_Form.of(one), writer, tuple(map(_Form.of, before)))
                if len(self.singles) < MAX_PATTERNS
                else None
            )
        return self.singles[key]


class _Form(NamedTuple):
    """What a format reads by, as a key: files of a bundle are alike, and making a pattern costs as much as a file."""

    pattern: str | None
    layout: str | None
    inner: bool

    @classmethod
    def of(cls, one: LogFormat) -> "_Form":
        return cls(None if one.pattern is None else one.pattern.pattern, one.layout, one.inner)


def _forms(one: LogFormat, writer: Writer, before: Sequence[LogFormat]) -> tuple[_Form, Writer, tuple[_Form, ...]]:
    return _Form.of(one), writer, tuple(map(_Form.of, before))


@lru_cache(maxsize=256)
def _compiled(one: _Form, writer: Writer, before: tuple[_Form, ...]) -> "re.Pattern[bytes] | None":
    first, following = _line(one, before, "first"), _line(one, before, "next")
    if first is None or following is None:
        return None
    head = writer.second + re.escape(writer.zone + writer.head)
    return _made(rf"(?=(?P<minute>{writer.minute}){head}){first}(?:(?=(?P=minute){head}){following})*+")


@dataclass(frozen=True, slots=True)
class OneLine:
    """What matches one line of a run, with its line end, and gives its message."""

    pattern: "re.Pattern[bytes]"
    messages: tuple[str, ...]
    """The groups of which one may hold it."""

    def message(self, found: "re.Match[bytes]") -> str:
        """What a line that it matched says."""
        raw = next((found[name] for name in self.messages if found[name] is not None), b"")
        return raw.decode("utf-8", "replace").removesuffix("\r")


@lru_cache(maxsize=256)
def _single(one: _Form, writer: Writer, before: tuple[_Form, ...]) -> OneLine | None:
    line = _line(one, before, "one", message="(?P<message%d>")
    pattern = None if line is None else _made(rf"(?=(?P<stamp>{writer.stamp}){re.escape(writer.head)}){line}")
    if pattern is None:
        return None
    return OneLine(pattern, tuple(name for name in pattern.groupindex if name.startswith("message")))


def _made(pattern: str) -> "re.Pattern[bytes] | None":
    try:
        return re.compile(pattern.encode("ascii"))
    except (re.error, OverflowError, RecursionError):
        return None


def _line(one: _Form, before: Sequence[_Form], name: str, message: str = "(?:") -> str | None:
    """What a line of a run must be, with its line end: read by a format, refused by those that are asked before it.

    A line that prints the machine's uptime, or whose message is itself a line of the format, is none: whether the
    format's own way of reading it finds one is asked once it has been read.

    Args:
        one: the format.
        before: the others.
        name: what groups of this line are called.
        message: how the group of its message begins; `%d` is its number.
    """
    if one.pattern is None or one.layout is None:
        return None
    text = one.pattern
    stamp = in_bytes(layouts.pattern_of(one.layout))
    inner = f"(?P<{name}in%d>(?={stamp}))?" if one.inner else ""
    uptimes, messages = (range(text.count(f"(?P<{group}>")) for group in ("uptime", "message"))
    opened = [message % number if "%d" in message else message for number in messages]
    groups = {
        "uptime": (f"(?P<{name}{number}>" for number in uptimes),
        "message": (begin + (inner % number if inner else "") for number, begin in enumerate(opened)),
    }
    general = _translated(text, groups)
    refused = [None if other.pattern is None else in_bytes(other.pattern) for other in before]
    if stamp is None or general is None or None in refused:
        return None
    marks = [f"{name}{number}" for number in uptimes] + [f"{name}in{number}" for number in messages if inner]
    ascii_only = r"(?![^\n]*[\x80-\xff])" if before else ""
    others = "".join(rf"(?!{other}\r?\n)" for other in refused)
    unmarked = "".join(f"(?({mark})(?!))" for mark in marks)
    return rf"{ascii_only}{others}(?>{general}){unmarked}\r?\n(?![ \t])"
