r"""A glance at a line: what a format makes of its bytes, in a fraction of the time that reading it takes.

A **glance** is a pattern of the standard library over bytes, made of those of a format and of the formats that are
asked before it: it matches what the format reads and they refuse. It is made only of what both pattern languages read
alike, and is for lines of ASCII without the four bytes that they take for different things.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from faultlog import layouts
from faultlog.formats import LogFormat
from faultlog.literals import tokens

NAMES = ("host", "process", "pid", "module", "level")
"""Parts of a line that a glance finds, besides its stamp and its message."""
MESSAGES = ("message", "message2", "message3")
"""What its message is called, of which one is found."""
INNER = ("inner", "inner2", "inner3")
UNEQUAL = re.compile(rb"[\x1c-\x1f\x80-\xff]")
"""Bytes that the two pattern languages may take for different things."""

_ESCAPES = {
    r"\d": "[0-9]", r"\w": r"\w", r"\s": r"[\t\v\f\r ]", r"\S": r"[^\t-\r ]", r"\t": r"\t", r"\b": r"\b",
}  # fmt: skip
_IN_SETS = frozenset({r"\d", r"\w", r"\t"})
_CLOSED = frozenset("$^")


class Form(NamedTuple):
    """What a format reads by."""

    pattern: str | None
    layout: str | None
    inner: bool

    @classmethod
    def of(cls, one: LogFormat) -> "Form":
        """That of a format."""
        return cls(None if one.pattern is None else one.pattern.pattern, one.layout, one.inner)


def glance_of(one: LogFormat, before: Sequence[LogFormat]) -> "re.Pattern[bytes] | None":
    """The glance of a format; `None` where there is none.

    A line that prints the machine's uptime, or whose message may itself be a line of the format, is not matched.

    Args:
        one: the format.
        before: those that are asked before it.
    """
    return _made(Form.of(one), tuple(map(Form.of, before)))


def in_bytes(pattern: str) -> str | None:
    r"""A format's pattern for bytes, its groups without their names; `None` where it cannot be said.

    >>> in_bytes(r"(?P<host>[^\s:]+) .*")
    '(?:[^\\n\\s:]+) .*'
    >>> in_bytes(r"\p{L}+ .*") is None
    True
    """
    return _translated(pattern, {})


@lru_cache(maxsize=256)
def _made(one: Form, before: tuple[Form, ...]) -> "re.Pattern[bytes] | None":
    text = None if one.pattern is None else _translated(one.pattern, _groups(one))
    refused = [None if other.pattern is None else in_bytes(other.pattern) for other in before]
    if text is None or None in refused or one.layout == "any":
        return None
    others = "".join(rf"(?!{other}\r?\Z)" for other in refused)
    marks = [name for name in ("uptime", *INNER) if f"(?P<{name}>" in text]
    unmarked = "".join(f"(?({mark})(?!))" for mark in marks)
    try:
        return re.compile(rf"{others}(?>{text}){unmarked}\r?\Z".encode("ascii"))
    except (re.error, OverflowError, RecursionError):
        return None


def _groups(one: Form) -> dict[str, Iterator[str]]:
    """What the groups of a format begin with; only messages may stand in a pattern more than once."""
    named = {name: iter([f"(?P<{name}>"]) for name in ("stamp", "uptime", *NAMES)}
    stamp = in_bytes(layouts.pattern_of(one.layout)) if one.inner and one.layout is not None else None
    inner = [f"(?P<{name}>(?={stamp}))?" if stamp is not None else "" for name in INNER]
    named["message"] = iter([f"(?P<{name}>{within}" for name, within in zip(MESSAGES, inner, strict=True)])
    return named


def _translated(pattern: str, groups: Mapping[str, Iterator[str]]) -> str | None:
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
        return next(groups[name], None) if name in groups else "(?:"
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
    return rf"[^\n{part[2:]}" if inverted else part
