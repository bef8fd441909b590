"""Which format reads a line where several do: one declares it, or what each understands of the file's head decides.

Where two read a line differently, equally well, and neither is declared the more special one, such lines stay unread.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field

from faultlog.formats import LogFormat, Reading, specializes
from faultlog.lines import Line
from faultlog.templates import SAME_DIGITS
from faultlog.values import dataclass

MAX_TIMEOUTS = 20
"""Lines on which a format may run out of time before it is left out for the rest of a file. Tool default."""


@dataclass(slots=True)
class Choice:
    """The formats of one file, in the order in which they are asked."""

    formats: list[LogFormat]
    attempts: dict[str, list[LogFormat]] = field(default_factory=dict)
    """By the name of the format that read the line before: the order in which to try."""
    rivals: dict[str, list[LogFormat]] = field(default_factory=dict)
    """By format: others that read the same lines otherwise, equally well."""
    winners: dict[str, set[str]] = field(default_factory=dict)
    """By format: others that read the same lines otherwise, and better."""
    timeouts: Counter[str] = field(default_factory=Counter)
    """By format: lines on which it ran out of time."""

    def read(self, text: str, after: str) -> tuple[LogFormat, Reading] | None:
        """What the first format that understands a line makes of it; `None` where none does, or rivals disagree.

        Args:
            text: the line.
            after: the name of the format that read the line before; empty at a file's begin.
        """
        for one in self.attempts[after]:
            reading = self._try(one, text)
            if reading is not None:
                return None if self._disputed(one, reading, text) else (one, reading)
        return None

    def settle(self, head: Sequence[Line]) -> list[str]:
        """Find formats that read lines of a file's head differently, and decide by what each understands of it.

        Returns:
            What is ambiguous, and how it was decided, for a person.
        """
        by_name = {one.name: one for one in self.formats}
        self.rivals.clear()
        self.winners.clear()
        scores: Counter[str] = Counter()
        clashes: dict[tuple[str, str], Line] = {}
        known: dict[str, dict[str, Reading]] = {}
        for line in head:
            text = line.text
            alike = text.translate(SAME_DIGITS)  # lines of one shape are asked of every format once
            if alike not in known:
                known[alike] = self._most_special(text, by_name)
            readers = known[alike]
            scores.update(readers.keys())
            for name, other in _pairs(readers):
                clashes.setdefault((name, other), line)
        told = [self._settle(by_name[name], by_name[other], scores, line) for (name, other), line in clashes.items()]
        self.formats = self._ordered(by_name)
        self.attempts = {"": self.formats} | {one.name: self._order(one, by_name) for one in self.formats}
        return told

    def _most_special(self, text: str, by_name: Mapping[str, LogFormat]) -> dict[str, Reading]:
        """What formats make of a line: special ones first, and none that they specialize where they read it."""
        readings: dict[str, Reading] = {}
        for one in self.formats:
            if any(specializes(by_name[other], one, by_name) for other in readings):
                continue
            reading = self._try(one, text)
            if reading is not None:
                readings[one.name] = reading
        return readings

    def _settle(self, one: LogFormat, other: LogFormat, scores: Counter[str], line: Line) -> str:
        worse, better = sorted((one, other), key=lambda each: scores[each.name])
        if scores[worse.name] == scores[better.name]:
            self.rivals.setdefault(one.name, []).append(other)
            self.rivals.setdefault(other.name, []).append(one)
            taken = "lines that both read stay unread; let one of them declare that it specializes the other"
        else:
            self.winners.setdefault(worse.name, set()).add(better.name)
            taken = f"{better.name} is taken, it understands more of its first lines"
        return f"{one.name} and {other.name} read line {line.number} differently; {taken}"

    def _order(self, current: LogFormat, by_name: Mapping[str, LogFormat]) -> list[LogFormat]:
        """The current format right after those that read such lines better, and those that read their lines better."""
        better = {current.name}
        waiting = [current]
        while waiting:
            here = waiting.pop()
            found = [one for one in self.formats if one.name not in better and self._precedes(one, here, by_name)]
            better |= {one.name for one in found}
            waiting += found
        first = [one for one in self.formats[: self.formats.index(current)] if one.name in better]
        rest = [one for one in self.formats if one is not current and one not in first]
        return [*first, current, *rest]

    def _precedes(self, one: LogFormat, other: LogFormat, by_name: Mapping[str, LogFormat]) -> bool:
        return specializes(one, other, by_name) or one.name in self.winners.get(other.name, ())

    def _ordered(self, by_name: Mapping[str, LogFormat]) -> list[LogFormat]:
        """Every format after those that specialize it, and after the winners over it where that can be had as well."""
        ordered: dict[str, LogFormat] = {}

        def place(one: LogFormat, above: tuple[LogFormat, ...]) -> None:
            below = (*above, one)
            for other in self.formats:
                if other.name in ordered or other in below or not self._precedes(other, one, by_name):
                    continue
                if not any(specializes(each, other, by_name) for each in below):
                    place(other, below)
            ordered.setdefault(one.name, one)

        for one in self.formats:
            place(one, ())
        return list(ordered.values())

    def _try(self, one: LogFormat, text: str) -> Reading | None:
        if self.timeouts[one.name] >= MAX_TIMEOUTS:
            return None
        try:
            return one.read(text)
        except TimeoutError:
            self.timeouts[one.name] += 1
            return None

    def _disputed(self, one: LogFormat, reading: Reading, text: str) -> bool:
        if one.name not in self.rivals:
            return False
        others = (self._try(rival, text) for rival in self.rivals[one.name])
        return any(other is not None and _differ(reading, other) for other in others)


def _pairs(readers: Mapping[str, Reading]) -> Iterator[tuple[str, str]]:
    names = sorted(readers)
    for index, name in enumerate(names):
        for other in names[index + 1 :]:
            if _differ(readers[name], readers[other]):
                yield name, other


def _differ(one: Reading, other: Reading) -> bool:
    """Whether two readings of one line say different things about when, who and what."""
    return one.stamp != other.stamp or any(
        one.groups.get(key) != other.groups.get(key) for key in ("message", "process", "pid", "host")
    )
