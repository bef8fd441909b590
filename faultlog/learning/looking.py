"""The messages that wordings are learned from: those of the sample, and all others of the log that show signs."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

from faultlog.engine import Demands
from faultlog.filereading import FileReading
from faultlog.formats import LogFormat
from faultlog.learning.sample import Sample, again
from faultlog.learning.signs import Signs
from faultlog.model import Event, LogFile
from faultlog.reading import read
from faultlog.templates import mask
from faultlog.values import dataclass

MOST_ALIKE = 50
"""Lines of one shape behind the sample that are looked at; further ones are counted. Tool default."""


class _All:
    """Every event is of interest."""

    def in_text(self, text: str) -> bool:  # noqa: ARG002 (the signature is Interest's)
        return True

    def in_line(self, text: str) -> bool:  # noqa: ARG002 (likewise)
        return True

    def in_process(self, process: str | None, pid: int | None) -> bool:  # noqa: ARG002 (likewise)
        return False

    def demands(self) -> None:
        return None


@dataclass(frozen=True, slots=True)
class _Telling:
    """Events that show signs are of interest."""

    signs: Signs

    def in_text(self, text: str) -> bool:
        return self.signs.weight(text) > 0

    def in_line(self, text: str) -> bool:
        return self.in_text(text)

    def in_process(self, process: str | None, pid: int | None) -> bool:  # noqa: ARG002 (the signature is Interest's)
        return False

    def demands(self) -> tuple[Demands, ...] | None:
        words = self.signs.words()
        return None if words is None else tuple((frozenset([word]),) for word in words)


@dataclass(frozen=True, slots=True)
class Looked:
    """What was looked at."""

    events: tuple[Event, ...]
    """In file order; their evidence names the line of the log."""
    further: Mapping[str, int]
    """By template how many more lines show signs, which are taken to mean what those of their shape mean."""
    complete: bool
    """Whether every line that shows signs is among them."""

    @property
    def messages(self) -> list[str]:
        """First line of each event's message."""
        return [event.message.partition("\n")[0] for event in self.events]


def read_sample(sample: Sample, formats: Sequence[LogFormat]) -> FileReading:
    """A sample as some formats read it; the evidence of its events counts the lines of the sample."""
    log = LogFile(sample.path, "connector", sample.path)
    return read(log, (line.text.encode("utf-8", "replace") + b"\n" for line in sample.lines), formats, _All())


def events_of(sample: Sample, formats: Sequence[LogFormat]) -> dict[int, Event]:
    """The events of a sample by the number of their line in the log."""
    numbered = ((sample.lines[one.evidence.line - 1], one) for one in read_sample(sample, formats).events)
    return {
        line.number: replace(one, evidence=replace(one.evidence, line=line.number, offset=line.offset))
        for line, one in numbered
    }


def look(log: str, sample: Sample, found: Mapping[int, Event], formats: Sequence[LogFormat], signs: Signs) -> Looked:
    """The events of a sample and, of the lines behind it, those that may concern a fault.

    Args:
        log: the path of the log, as it was given; what flowed by once is not looked at again.
        sample: what was looked at of it.
        found: the events of the sample, by line number.
        formats: every format.
        signs: how a line is noticed that may concern a fault.
    """
    if sample.whole:
        return Looked(tuple(found.values()), {}, complete=True)
    source = LogFile(sample.path, "connector", sample.path)
    behind = read(source, again(log, sample), formats, _Telling(signs))
    kept, counts = dict(found), Counter[str]()
    for event in behind.events:
        if event.evidence.line not in found:
            template = mask(event.message.partition("\n")[0])
            counts[template] += 1
            if counts[template] <= MOST_ALIKE:
                kept[event.evidence.line] = event
    further = {template: count - MOST_ALIKE for template, count in counts.items() if count > MOST_ALIKE}
    return Looked(tuple(kept[line] for line in sorted(kept)), further, complete=behind.lines > 0)
