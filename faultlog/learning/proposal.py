"""What was learned of a log: a format with the lines that prove it, wordings, and what is not sure."""

from collections.abc import Iterable, Sequence

import regex

from faultlog.errors import NothingAnswerable
from faultlog.formats import LineSample, LogFormat, Reading, pattern_of_line
from faultlog.layouts import read as read_stamp
from faultlog.learning.looking import read_sample
from faultlog.learning.sample import Sample
from faultlog.learning.shape import shapes
from faultlog.learning.stampfinding import LEAST, FoundStamp, Hit
from faultlog.learning.unexplained import Unexplained
from faultlog.learning.worded import LearnedWording
from faultlog.model import Template, Text, number_of
from faultlog.templates import mask
from faultlog.values import dataclass

SAMPLES = 6
"""Lines a format proves itself with, at most; those that were pointed at come on top. Tool default."""


@dataclass(frozen=True, slots=True)
class LearnedFormat:
    """A format as its file says it."""

    name: str
    layout: str
    line: str
    samples: tuple[LineSample, ...]
    refuses: tuple[str, ...]
    yields_to: tuple[str, ...]
    """Formats that read some of the same lines better."""
    notes: tuple[Text, ...]
    """How the stamp was found, and what it leaves open."""


@dataclass(frozen=True, slots=True)
class Understood:
    """How much of a sample is read, blank lines not counted."""

    lines: int
    events: int
    continuations: int
    formats: tuple[str, ...]
    """Those that read a line, most lines first."""
    messages: tuple[str, ...]
    """First line of each event's message."""
    unread: tuple[Template, ...]

    @property
    def share(self) -> float:
        """Understood lines of all, 0 to 1."""
        return (self.events + self.continuations) / self.lines if self.lines else 0.0


@dataclass(frozen=True, slots=True)
class Learned:
    """All that was learned of one log."""

    path: str
    looked_at: int
    whole: bool
    """Whether the sample is the whole log."""
    understood: Understood
    """With the proposed format, where there is one."""
    format: LearnedFormat | None
    """`None` where the formats that exist read the log already."""
    wordings: tuple[LearnedWording, ...]
    unexplained: Unexplained
    folder: str
    files: tuple[str, ...]
    """Paths of what was written."""
    command: tuple[str, ...]
    """Words of the next command."""
    again: tuple[str, ...]
    """Words of the command that learns an unexplained line as well; none where no line is left."""


def understood(sample: Sample, formats: Sequence[LogFormat]) -> Understood:
    """How much of a sample some formats read."""
    reading = read_sample(sample, formats)
    return Understood(
        reading.lines - reading.skipped["blank"],
        reading.understood_lines,
        reading.continuations,
        tuple(name for name, _ in reading.formats.most_common()),
        tuple(event.message.partition("\n")[0] for event in reading.events),
        reading.unread.templates(),
    )


def propose(
    name: str, sample: Sample, strange: Sequence[str], found: FoundStamp, formats: Sequence[LogFormat]
) -> LearnedFormat:
    """A format for lines that none of the existing ones reads.

    Args:
        name: what it is to be called.
        sample: the log.
        strange: the lines that no format reads, in order.
        found: their stamp.
        formats: those that exist.

    Raises:
        NothingAnswerable: no shape reads enough lines.
    """
    line, readings = _best(strange, found)
    samples = _samples(strange, readings, {wanted.text for wanted in sample.wanted.values()})
    if len(samples) < LEAST:
        raise NothingAnswerable(
            f"{sample.path}: only {len(samples)} different lines; {LEAST} are needed to prove a format"
        )
    pattern = pattern_of_line(line, found.layout)
    better = sorted(one.name for one in formats if _overlaps(one, pattern))
    refuses = tuple(_refused(sample, strange, found, pattern))
    return LearnedFormat(name, found.layout, line, samples, refuses, tuple(better), found.notes)


def _best(strange: Sequence[str], found: FoundStamp) -> tuple[str, dict[int, Reading]]:
    """The most telling shape among those that read most lines, and what it reads."""
    best: tuple[str, dict[int, Reading]] = ("", {})
    for line in shapes(strange, found.hits):
        pattern = pattern_of_line(line, found.layout)
        readings = {
            hit.index: one for hit in found.hits if (one := _reading(pattern, found.layout, strange[hit.index], hit))
        }
        if len(readings) > len(best[1]):
            best = (line, readings)
        if len(readings) == len(found.hits):
            break
    if len(best[1]) < LEAST:
        raise NothingAnswerable(
            f"the {len(found.hits)} stamped lines have no shape in common; write the format by hand (parsers/README.md)"
        )
    return best


def _reading(pattern: "regex.Pattern[str]", layout: str, text: str, hit: Hit) -> Reading | None:
    """What a pattern makes of a line; `None` where it takes another place of the line for the stamp."""
    match = pattern.fullmatch(text, timeout=1.0)
    if match is None or match.start("stamp") != hit.start or (stamp := read_stamp(layout, match["stamp"])) is None:
        return None
    groups = {name: value for name, value in match.groupdict().items() if value}
    groups.setdefault("message", "")
    if "level" in groups:
        groups["level"] = groups["level"].lower()
    return Reading(stamp, groups)


def _samples(strange: Sequence[str], readings: dict[int, Reading], wanted: set[str]) -> tuple[LineSample, ...]:
    """Lines of different templates, those pointed at first; repeated templates only where there are too few."""
    by_template: dict[str, int] = {}
    for index in readings:
        by_template.setdefault(mask(strange[index]), index)
    first = [index for index in readings if strange[index] in wanted]
    order = dict.fromkeys((*first, *list(by_template.values())[:SAMPLES], *readings))
    chosen = list(dict.fromkeys(strange[index] for index in order))[: max(SAMPLES, len(wanted))]
    by_text = {strange[index]: reading for index, reading in readings.items()}
    return tuple(LineSample(line=text, fields=_fields(by_text[text])) for text in chosen)


def _fields(reading: Reading) -> dict[str, str | int]:
    pid = number_of(reading.groups.get("pid"))
    return {**reading.groups} | ({} if pid is None else {"pid": pid})


def _overlaps(one: LogFormat, pattern: "regex.Pattern[str]") -> bool:
    return any(
        isinstance(sample, LineSample) and pattern.fullmatch(sample.line, timeout=1.0) for sample in one.file.samples
    )


def _refused(sample: Sample, strange: Sequence[str], found: FoundStamp, pattern: "regex.Pattern[str]") -> Iterable[str]:
    """Lines of the log that the format leaves alone, and one of its own lines without its stamp."""
    hit = found.hits[0]
    text = strange[hit.index]
    strangers = (line.text for line in sample.lines if not pattern.fullmatch(line.text, timeout=1.0))
    yield from (one for _, one in zip(range(2), dict.fromkeys(strangers), strict=False))
    yield next(
        one for one in (text[: hit.start] + text[hit.end :], "no stamp") if not pattern.fullmatch(one, timeout=1.0)
    )
