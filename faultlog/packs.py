"""Where the knowledge is and how it is read: strict YAML, a place for every mistake. Nothing else reads YAML.

A **pack** is a folder of YAML files: `parsers/` or `rules/`. The strict reader refuses what has bitten rule authors
elsewhere: unknown and duplicate keys, anchors and aliases (a 300-byte file can hold 9^9 leaves), tags, and scalars
that YAML 1.1 silently turns into something else (`no`, `010`, `1:30`, `1.10`).
"""

import difflib
import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from faultlog.errors import Flaw, PackError

MAX_BYTES = 256 * 1024
MAX_DEPTH = 32
MAX_NODES = 20_000
MAX_DIGITS = 18

Key = tuple[str | int, ...]
"""The way from a file's root to a value: mapping keys and list indices."""

Model = TypeVar("Model", bound=BaseModel)

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


@dataclass(frozen=True, slots=True)
class Source:
    """One YAML file, read but not yet understood."""

    path: Path
    name: str
    """The path below the pack's folder, with `/`."""
    data: object
    places: Mapping[Key, tuple[int, int]]
    """Line and column, 1-based, of every key and list item."""
    refused: frozenset[Key] = frozenset()
    """Keys whose values the strict reader has refused: what `data` holds there says nothing."""
    whole: bool = True
    """Whether all of it could be read, flaws or not."""

    def flaw(self, key: Key, what: str, meant: str | None = None) -> Flaw:
        """A flaw at the place of `key`, or of the nearest place above it that is in the file."""
        known = key
        while known and known not in self.places:
            known = known[:-1]
        line, column = self.places.get(known, (1, 1))
        return Flaw(str(self.path), line, column, ".".join(str(part) for part in key), what, meant)


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
            self.flaw(event, key, f"the tag {tag} is not allowed")

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
                self.flaw(event, (*key, name), "duplicate key")
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
        raw = path.read_bytes()
    except OSError as error:
        return empty, [Flaw(str(path), 0, 0, "", f"cannot be read: {error.strerror}")]
    if len(raw) > MAX_BYTES:
        return empty, [Flaw(str(path), 0, 0, "", f"is larger than {MAX_BYTES // 1024} KiB")]
    try:
        return _parse(path, name, raw.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        return empty, [Flaw(str(path), 0, 0, "", f"is not UTF-8 (byte {error.start})")]


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


def understand(source: Source, model: type[Model]) -> tuple[Model | None, list[Flaw]]:
    """Validate a source against its model; every mistake becomes a flaw with its place.

    A key that is misspelt is not said to be missing as well, and what the strict reader refused is not judged again.
    """
    try:
        return model.model_validate(source.data), []
    except ValidationError as error:
        details = error.errors(include_url=False, include_context=False)
    found = [(_key_of(one["loc"]), one["type"], one["msg"]) for one in details]
    names = _field_names(model)
    meant = {key: _meant(key, names) for key, kind, _ in found if kind == "extra_forbidden"}
    misspelt = {(*key[:-1], name) for key, name in meant.items() if name is not None}
    return None, [
        source.flaw(key, _WHAT.get(kind) or message.removeprefix("Value error, "), meant.get(key))
        for key, kind, message in found
        if key not in source.refused and not (kind == "missing" and key in misspelt)
    ]


_WHAT = {"extra_forbidden": "unknown key", "missing": "is missing"}

TAG = "~"
"""What the tag of a kind in a union begins with: no part of a key."""


def _key_of(place: Key) -> Key:
    """The key that pydantic names, without the steps that stand in no file."""
    return tuple(part for part in place if isinstance(part, int) or not part.startswith(("function-", TAG)))


def _meant(key: Key, names: frozenset[str]) -> str | None:
    close = difflib.get_close_matches(str(key[-1]), names, n=1) if key else []
    return close[0] if close else None


def _field_names(model: type[BaseModel]) -> frozenset[str]:
    """Every field name that the model or a model inside it knows: what a misspelt key may have meant."""
    schema = model.model_json_schema()
    parts = [schema, *schema.get("$defs", {}).values()]
    return frozenset(name for part in parts for name in part.get("properties", {}))


_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9_-]*(?: [A-Za-z0-9_-]+)*")


class _Writer(yaml.SafeDumper):
    """Writes what the strict reader takes back as it was: no aliases, every text in quotes that could be misread."""

    def ignore_aliases(self, data: object) -> bool:  # noqa: ARG002 (the signature is yaml's)
        return True


def _quoted(writer: _Writer, text: str) -> yaml.ScalarNode:
    surprising = any(pattern.fullmatch(text) for pattern, _ in _SURPRISES) or text.lower() in {"null", "true", "false"}
    plain = _PLAIN.fullmatch(text) is not None and not surprising
    return writer.represent_scalar("tag:yaml.org,2002:str", text, style=None if plain else "'")


_Writer.add_representer(str, _quoted)


def written(data: Mapping[str, object]) -> str:
    """A rule or format file as text, keys in their order; `read_source` gives the same data back."""
    return str(yaml.dump(dict(data), Dumper=_Writer, sort_keys=False, allow_unicode=True, width=4096))


def within(folder: Path) -> tuple[Path, ...]:
    """The packs in a folder: its `parsers` and `rules` where it has such, else the folder itself."""
    return tuple(one for name in ("parsers", "rules") if (one := folder / name).is_dir()) or (folder,)


def builtin(pack: str) -> Path:
    """The built-in pack's folder: beside the package in a checkout or an editable install, inside it in a wheel."""
    package = Path(__file__).resolve().parent
    checkout = package.parent / pack
    return checkout if (package.parent / "pyproject.toml").is_file() else package / "_data" / pack


def files_of(folder: Path) -> list[Path]:
    """The YAML files of a pack, in name order.

    Raises:
        PackError: the folder does not exist.
    """
    if not folder.is_dir():
        raise PackError([Flaw(str(folder), 0, 0, "", "no such folder; give a folder of YAML files")])
    return sorted(path for path in folder.rglob("*.yaml") if path.is_file())


def read_pack(folder: Path) -> tuple[list[Source], list[Flaw]]:
    """Read every file of a pack: those that could be read as a whole, and the flaws of all files together."""
    sources, flaws = [], []
    files = files_of(folder)
    if not files and not list(_misnamed(folder)):
        flaws.append(Flaw(str(folder), 0, 0, "", "holds no YAML file; give a folder of rules or formats"))
    for path in files:
        source, wrong = read_source(path, path.relative_to(folder).as_posix())
        flaws += wrong
        if source.whole:
            sources.append(source)
    return sources, [*flaws, *_misnamed(folder)]


def _misnamed(folder: Path) -> Iterable[Flaw]:
    """YAML files that would be passed over for their suffix."""
    for path in sorted(folder.rglob("*")):
        if path.suffix.lower() in {".yml", ".yaml"} and path.suffix != ".yaml" and path.is_file():
            yield Flaw(str(path), 0, 0, "", "is not read; name it .yaml")


def fingerprint(folders: Iterable[Path]) -> str:
    """SHA-256 (hex) over the names and bytes of the packs' files: which knowledge answered."""
    digest = hashlib.sha256()
    for folder in folders:
        for path in files_of(folder):
            digest.update(path.relative_to(folder).as_posix().encode() + b"\0")
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()
