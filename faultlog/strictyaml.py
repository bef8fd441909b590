"""Strict YAML: a place for every mistake, and no surprise. Nothing else reads or writes YAML.

The reader refuses what has bitten rule authors elsewhere: unknown and duplicate keys, anchors and aliases (a 300-byte
file can hold 9^9 leaves), tags, and scalars that YAML 1.1 silently turns into something else (`no`, `010`, `1:30`,
`1.10`).
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import field
from pathlib import Path

import yaml

from faultlog.errors import Flaw
from faultlog.source import Key, Source
from faultlog.values import dataclass

MAX_BYTES = 256 * 1024
MAX_DEPTH = 32
MAX_NODES = 20_000
MAX_DIGITS = 18

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_INTEGER = re.compile(r"-?(0|[1-9][0-9]*)")
_NUMBER = "YAML 1.1 reads this as a number"
_SURPRISES = (
    (re.compile(r"(?i)(yes|no|on|off|y|n)"), "YAML 1.1 reads this as true or false"),
    (re.compile(r"[-+]?0[0-7_]+"), "YAML 1.1 reads this as an octal number"),
    (re.compile(r"[-+]?[0-9][0-9_]*(:[0-5]?[0-9])+(\.[0-9]*)?"), "YAML 1.1 reads this as a base-60 number"),
    (
        re.compile(r"[-+]?([0-9][0-9_]*\.[0-9_]*|\.[0-9][0-9_]*)([eE][-+]?[0-9]+)?"),
        "a number with a point loses its last zeros",
    ),
    (re.compile(r"[-+]?(0x[0-9a-fA-F_]+|0b[01_]+|[1-9][0-9_]*|0|\.(inf|Inf|INF))|\.(nan|NaN|NAN)"), _NUMBER),
    (re.compile(r"True|TRUE|False|FALSE|Null|NULL"), "YAML 1.1 reads this as true, false or null"),
    (re.compile(r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}.*"), "YAML 1.1 reads this as a date"),
)


@dataclass(slots=True)
class _Builder:
    """Makes plain data of YAML parse events, noting places and flaws."""

    path: Path
    events: Iterator[yaml.Event]
    places: dict[Key, tuple[int, int]] = field(default_factory=dict)
    flaws: list[Flaw] = field(default_factory=list)
    refused: set[Key] = field(default_factory=set)
    nodes: int = 0

    def flaw(self, event: yaml.Event, key: Key, what: str) -> None:
        name = ".".join(str(part) for part in key)
        self.flaws.append(Flaw(str(self.path), *_place(event), name, what))
        self.refused.add(key)

    def build(self, event: yaml.Event, key: Key) -> object:
        self.nodes += 1
        if self.nodes > MAX_NODES or len(key) > MAX_DEPTH:
            raise _TooMuch
        self.places.setdefault(key, _place(event))
        if isinstance(event, yaml.AliasEvent):
            self.flaw(event, key, "aliases are not allowed; write the value out")
            return None
        self.plain(event, key)
        if isinstance(event, yaml.MappingStartEvent):
            return self.mapping(key)
        if isinstance(event, yaml.SequenceStartEvent):
            return self.sequence(key)
        return self.scalar(event, key) if isinstance(event, yaml.ScalarEvent) else None

    def plain(self, event: yaml.Event, key: Key) -> None:
        """Refuse what a value or a key may carry in front of it."""
        if getattr(event, "anchor", None) is not None:
            self.flaw(event, key, "anchors are not allowed; write the value out")
        if (tag := getattr(event, "tag", None)) is not None:
            self.flaw(event, key, f"the tag {tag} is not allowed; remove it")

    def mapping(self, key: Key) -> dict[str, object]:
        result: dict[str, object] = {}
        while not isinstance(event := next(self.events), yaml.MappingEndEvent):
            name = event.value if isinstance(event, yaml.ScalarEvent) else None
            if name is None:
                self.flaw(event, key, "a key must be plain text")
                self.build(event, (*key, "?"))
                name = "?"
                self.refused.add((*key, name))
            else:
                self.plain(event, (*key, name))
            if name in result:
                line, column = self.places[(*key, name)]
                self.flaw(event, (*key, name), f"duplicate key; it stands first at {line}:{column}")
            self.places[(*key, name)] = _place(event)
            result[name] = self.build(next(self.events), (*key, name))
        return result

    def sequence(self, key: Key) -> list[object]:
        result: list[object] = []
        while not isinstance(event := next(self.events), yaml.SequenceEndEvent):
            result.append(self.build(event, (*key, len(result))))
        return result

    def scalar(self, event: yaml.ScalarEvent, key: Key) -> object:
        value = str(event.value)
        if not event.implicit[0]:
            return value
        if value in {"", "null", "~"}:
            return None
        if value in {"true", "false"}:
            return value == "true"
        if _INTEGER.fullmatch(value):
            if len(value) <= MAX_DIGITS:
                return int(value)
            self.flaw(event, key, f"a number of more than {MAX_DIGITS} digits; put it in quotes")
            return value
        for pattern, what in _SURPRISES:
            if pattern.fullmatch(value):
                self.flaw(event, key, f"{what}; put it in quotes: '{value}'")
                break
        return value


def _place(event: yaml.Event) -> tuple[int, int]:
    """Line and column, 1-based, where an event begins."""
    mark = event.start_mark
    return (mark.line + 1, mark.column + 1) if mark is not None else (1, 1)


class _TooMuch(Exception):
    """A file deeper or larger than any honest one."""


def read_source(path: Path, name: str) -> tuple[Source, list[Flaw]]:
    """Read one YAML file strictly.

    Returns:
        The source and every flaw of its YAML; `Source.whole` says whether its data can be held against a model.
    """
    empty = Source(path, name, None, {}, whole=False)
    try:
        with path.open("rb") as file:
            raw = file.read(MAX_BYTES + 1)
    except OSError as error:
        return empty, [Flaw(str(path), 0, 0, "", f"cannot be read: {error.strerror}")]
    if len(raw) > MAX_BYTES:
        return empty, [Flaw(str(path), 0, 0, "", f"is larger than {MAX_BYTES // 1024} KiB")]
    try:
        return _parse(path, name, raw.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        before = raw[: error.start]
        line, column = before.count(b"\n") + 1, len(before) - before.rfind(b"\n")
        return empty, [Flaw(str(path), line, column, "", f"is not UTF-8 (byte {error.start})")]


def _parse(path: Path, name: str, text: str) -> tuple[Source, list[Flaw]]:
    events = iter(yaml.parse(text, Loader=_LOADER))
    builder = _Builder(path, events)
    documents: list[object] = []
    whole = False
    try:
        for event in events:
            if isinstance(event, yaml.DocumentStartEvent):
                if documents:
                    builder.flaw(event, (), "a file holds one document")
                    break
                documents.append(builder.build(next(events), ()))
        whole = True
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        builder.flaws.append(Flaw(str(path), line, column, "", f"is not YAML: {error.problem}"))
    except yaml.YAMLError as error:
        builder.flaws.append(Flaw(str(path), 1, 1, "", f"is not YAML: {error}"))
    except (_TooMuch, RecursionError):
        builder.flaws.append(Flaw(str(path), 1, 1, "", f"is deeper than {MAX_DEPTH} or has over {MAX_NODES} values"))
    data = documents[0] if documents else None
    return Source(path, name, data, builder.places, frozenset(builder.refused), whole), builder.flaws


_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9_-]*(?: [A-Za-z0-9_-]+)*")


_BREAKS = frozenset("\x85\u2028\u2029")
"""Line breaks to YAML 1.1: only between double quotes they stay what they are."""


class _Writer(yaml.SafeDumper):
    """Writes what the strict reader takes back as it was: no aliases, every text in quotes that could be misread."""

    def ignore_aliases(self, data: object) -> bool:  # noqa: ARG002 (the signature is yaml's)
        return True


def _quoted(writer: _Writer, text: str) -> yaml.ScalarNode:
    surprising = any(pattern.fullmatch(text) for pattern, _ in _SURPRISES) or text.lower() in {"null", "true", "false"}
    plain = _PLAIN.fullmatch(text) is not None and not surprising
    return writer.represent_scalar(
        "tag:yaml.org,2002:str", text, style=None if plain else '"' if _BREAKS & set(text) else "'"
    )


_Writer.add_representer(str, _quoted)


def written(data: Mapping[str, object]) -> str:
    """A rule or format file as text, keys in their order; `read_source` gives the same data back."""
    return str(yaml.dump(dict(data), Dumper=_Writer, sort_keys=False, allow_unicode=True, width=4096))
