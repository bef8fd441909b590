"""Log formats: what a log line looks like, read from `parsers/*.yaml`.

A format is data that proves itself: it carries sample lines with the exact fields they give and lines it must refuse.
A format that a line pattern cannot describe names a **decoder** from the table in `reading`.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import regex

from faultlog import layouts, packs, prebuilt
from faultlog.budget import TIMEOUT_S, TimedPattern
from faultlog.errors import Flaw, PackError
from faultlog.limits import Limit, Strict
from faultlog.model import Provenance, Stamp
from faultlog.patternsize import UNUSABLE, too_large, too_long
from faultlog.source import Source
from faultlog.values import dataclass

if TYPE_CHECKING:
    from pydantic import GetCoreSchemaHandler

MOST_INSIDE = 20
"""Lines inside each other that are unwrapped; what is deeper stays part of the message. Tool default."""
_OUTER = ("stamp", "host")

Slug = Annotated[str, Limit(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
Decoder = Literal["ampcli-status", "console-events"]
Layout = Annotated[
    str,
    Limit(
        after=layouts.known,
        described={"anyOf": [{"enum": list(layouts.NAMED), "type": "string"}, {"pattern": "%", "type": "string"}]},
    ),
]
"""How stamps are written: a name, or directives such as `%d.%m.%Y %H:%M:%S`."""

_WORDS = (
    r"(?:(?P<level>(?i:emergency|alert|critical|error|warning|warn|notice|info|debug)): )?"
    r"(?:\[(?P<module>[A-Za-z][\w.-]*)\] )?(?P<message>.*)"
)
"""What `{words}` in a line pattern stands for: perhaps a level, perhaps a module in brackets, the message."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LineSample(Strict):
    """A line and exactly what it gives."""

    line: str
    fields: dict[str, str | int]
    """Every field that is not empty: `stamp` as written, `host`, `process`, `pid`, `module`, `level`, `message`, …"""


@dataclass(frozen=True, slots=True, kw_only=True)
class TextSample(Strict):
    """A whole text and the events a decoder makes of it."""

    text: str
    events: Annotated[list[dict[str, str | int]], Limit(min_length=1)]


def _kind_of_sample(value: object) -> str:
    """Which kind of sample is meant: a mistake in it is told against that kind alone."""
    whole = bool({"text", "events"} & value.keys()) if isinstance(value, dict) else isinstance(value, TextSample)
    return _TEXT if whole else _LINE


_LINE, _TEXT = f"{packs.TAG}line", f"{packs.TAG}text"


class _Either:
    """Tells pydantic which kind of sample is meant."""

    @staticmethod
    def __get_pydantic_core_schema__(_: object, handler: "GetCoreSchemaHandler") -> object:
        from pydantic import Discriminator, Tag

        kinds = Annotated[LineSample, Tag(_LINE)] | Annotated[TextSample, Tag(_TEXT)]
        return handler.generate_schema(Annotated[kinds, Discriminator(_kind_of_sample)])


Sample = Annotated[LineSample | TextSample, _Either]


@dataclass(frozen=True, slots=True, kw_only=True)
class FormatFile(Strict):
    """A file of `parsers/`."""

    format: Slug
    title: str
    description: str
    provenance: Provenance
    source: str
    stamp: Layout | None = None
    line: str | None = None
    line_of: Slug | None = None
    decoder: Decoder | None = None
    inner: bool = False
    """Whether the message may itself be a line of this shape."""
    specializes: list[Slug] = field(default_factory=list)
    """Formats that also read such lines, less well: this one is taken."""
    yields_to: list[Slug] = field(default_factory=list)
    """Formats that read some such lines better: those are taken, as if they declared it."""
    samples: Annotated[list[Sample], Limit(min_length=3)]
    refuses: Annotated[list[str], Limit(min_length=1)]

    def __post_init__(self) -> None:
        if sum(way is not None for way in (self.line, self.line_of, self.decoder)) != 1:
            raise ValueError("give exactly one of line, line_of and decoder")
        wanted = LineSample if self.decoder is None else TextSample
        if any(not isinstance(sample, wanted) for sample in self.samples):
            raise ValueError(
                "a line format has samples with line and fields, a decoder has samples with text and events"
            )


Voice = tuple[str | None, str | None, str | None]
"""Who writes a line: process, module and level, each as written; `None` where a line does not say."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a format makes of one line."""

    stamp: Stamp | None
    groups: Mapping[str, str]
    """Every named part that is not empty, `stamp` as written included."""

    @property
    def voice(self) -> Voice:
        """Who writes the line."""
        return self.groups.get("process"), self.groups.get("module"), self.groups.get("level")


@dataclass(frozen=True, slots=True)
class LogFormat:
    """A line shape, ready to read."""

    name: str
    provenance: Provenance
    layout: str | None
    pattern: "regex.Pattern[str] | TimedPattern | None"
    """`None` for a decoder."""
    decoder: Decoder | None
    inner: bool
    file: FormatFile
    source: Source
    shipped: bool = False
    """Whether it stands in the built-in pack, whose patterns take time in proportion to a line."""

    @property
    def is_metered(self) -> bool:
        """Whether it has a budget of time."""
        return isinstance(self.pattern, TimedPattern)

    def metered(self) -> "LogFormat":
        """The format for one log: the pattern of a stranger gets a budget of time."""
        pattern = self.pattern
        if pattern is None or self.shipped or isinstance(pattern, TimedPattern):
            return self
        return replace(self, pattern=TimedPattern(pattern))

    def read(self, line: str) -> Reading | None:
        """What the line says, or `None` where this format does not understand it (an impossible date included).

        Raises:
            TimeoutError: the pattern took longer than `TIMEOUT_S`.
        """
        reading = self._shallow(line)
        return self._inside(reading) if self.inner and reading is not None else reading

    def _shallow(self, line: str) -> Reading | None:
        """What the line says, whatever stands inside it."""
        found = self.pattern.fullmatch(line, timeout=TIMEOUT_S, concurrent=False) if self.pattern is not None else None
        if found is None:
            return None
        groups = {name: text for name, text in found.groupdict().items() if text}
        groups.setdefault("message", "")
        stamp = None
        if self.layout is not None:
            stamp = layouts.read(self.layout, groups.get("stamp", ""))
            if stamp is None:
                return None
        if "level" in groups:
            groups["level"] = groups["level"].lower()
        return Reading(stamp, groups)

    def _inside(self, outer: Reading) -> Reading:
        """A stamped line inside the message gives the words; the outer line keeps its stamp and host."""
        groups = dict(outer.groups)
        for _ in range(MOST_INSIDE):
            within = self._shallow(groups["message"])
            if within is None:
                break
            groups |= within.groups
        return Reading(outer.stamp, groups | {name: text for name, text in outer.groups.items() if name in _OUTER})


def load_formats(folders: Sequence[Path] = ()) -> tuple[LogFormat, ...]:
    """The built-in formats and those of the user's folders, more special ones first.

    Raises:
        PackError: every mistake of every file, at once.
    """
    flaws: list[Flaw] = []
    files: dict[str, tuple[Source, FormatFile]] = {}
    for folder in (packs.builtin("parsers"), *folders):
        sources, wrong = packs.read_pack(folder)
        flaws += wrong
        mine: dict[str, tuple[Source, FormatFile]] = {}
        for source in sources:
            file, wrong = packs.understand(source, FormatFile)
            flaws += wrong
            if file is not None:
                flaws += _misplaced(source, file, mine)
                mine[file.format] = (source, file)
        files |= mine
    flaws += _unknown_names(files)
    _yield(files)
    formats = [_compile(source, file, files, flaws) for source, file in files.values()]
    if flaws:
        raise PackError(flaws)
    return _special_first([one for one in formats if one is not None])


def _misplaced(source: Source, file: FormatFile, mine: Mapping[str, tuple[Source, FormatFile]]) -> Iterable[Flaw]:
    if source.path.stem != file.format:
        yield source.flaw(
            ("format",), f"the file is named {source.path.name}: name and format must agree", source.path.stem
        )
    if file.format in mine:
        yield source.flaw(("format",), f"format {file.format!r} has two files: also {mine[file.format][0].path}")


def _unknown_names(files: Mapping[str, tuple[Source, FormatFile]]) -> Iterable[Flaw]:
    for source, file in files.values():
        named = [("specializes", place) for place in enumerate(file.specializes)]
        named += [("yields_to", place) for place in enumerate(file.yields_to)]
        for key, (index, name) in named:
            if name not in files:
                yield source.flaw((key, index), f"no format is named {name!r}")
            if name == file.format:
                yield source.flaw((key, index), "is the format itself; name others that read such lines too")


def _yield(files: dict[str, tuple[Source, FormatFile]]) -> None:
    """Let a format specialize those that yield to it."""
    for _, file in list(files.values()):
        for name in file.yields_to:
            if name in files:
                source, special = files[name]
                wider = [*special.specializes, file.format]
                files[name] = (source, replace(special, specializes=wider))


def _compile(
    source: Source, file: FormatFile, files: Mapping[str, tuple[Source, FormatFile]], flaws: list[Flaw]
) -> LogFormat | None:
    key, text = "line", file.line
    if file.line_of is not None:
        key, shape = "line_of", files.get(file.line_of)
        text = shape[1].line if shape is not None else None
        if text is None:
            flaws.append(source.flaw((key,), f"no line format is named {file.line_of!r}"))
            return None
    try:
        pattern = None if text is None else pattern_of_line(text, file.stamp)
    except (regex.error, *UNUSABLE) as error:
        flaws.append(source.flaw((key,), f"is no usable pattern: {error}"))
        return None
    inner = file.inner or (file.line_of is not None and files[file.line_of][1].inner)
    shipped = source.path.is_relative_to(packs.builtin("parsers"))
    return LogFormat(file.format, file.provenance, file.stamp, pattern, file.decoder, inner, file, source, shipped)


def pattern_of_line(line: str, layout: str | None) -> "regex.Pattern[str]":
    """The pattern of a line format, ready to match a whole line.

    Raises:
        ValueError: it cannot be one; says why.
        regex.error: it is no pattern.
    """
    if (layout is None) == ("{stamp}" in line):
        raise ValueError("{stamp} and the key stamp go together")
    text = line.replace("{words}", _WORDS)
    if layout is not None:
        text = text.replace("{stamp}", f"(?P<stamp>{layouts.pattern_of(layout)})")
    if (excess := too_long(line) or too_large(text)) is not None:
        raise ValueError(excess)
    pattern = prebuilt.pattern(text) or regex.compile(text)
    if "message" not in pattern.groupindex:
        raise ValueError("it names no group (?P<message>…)")
    if pattern.fullmatch("", timeout=TIMEOUT_S):
        raise ValueError("it matches an empty line")
    return pattern


def _special_first(formats: Iterable[LogFormat]) -> tuple[LogFormat, ...]:
    """Order so that a format stands before those it specializes; otherwise by name, which decides nothing."""
    by_name = {one.name: one for one in sorted(formats, key=lambda one: one.name)}
    ordered: dict[str, LogFormat] = {}

    def place(one: LogFormat, above: tuple[str, ...]) -> None:
        for other in by_name.values():
            if one.name in other.file.specializes and other.name not in above:
                place(other, (*above, one.name))
        ordered.setdefault(one.name, one)

    for one in by_name.values():
        place(one, ())
    return tuple(ordered.values())


def specializes(special: LogFormat, general: LogFormat, formats: Mapping[str, LogFormat]) -> bool:
    """Whether `special` declares, directly or through others, that it reads lines of `general` better."""
    seen: set[str] = set()
    waiting = list(special.file.specializes)
    while waiting:
        name = waiting.pop()
        if name == general.name:
            return True
        if name not in seen and name in formats:
            seen.add(name)
            waiting += formats[name].file.specializes
    return False
