"""Small logs: a language to write them in, files to put them into, and random ones.

`small("13:00:00 R7, 13:01:00 X, 13:05:00 C7")` raises fault 7, loses messages and clears it. `R`, `C` raise and clear;
`S`, `Q` start and stop the connector, `B` boots the machine, `U` updates definitions, `P` is noise, `X` says that
messages were suppressed, `D` that the logger begins to drop them; `---` is a rotated file that is missing, `|` a
rotation. A day before a time moves to that day.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from random import Random
from zoneinfo import ZoneInfo

from faultlog.model import Instant
from tests.oracle.evidence import Line, Log

DAY = "2026-03-03"
AFTERNOON = datetime.fromisoformat(f"{DAY}T13:00")
OUT_OF_ORDER = timedelta(seconds=2)
"""Lines that several threads write stand so far out of order."""
FIRST_SET_YEAR = 2012
"""An earlier date is one of a clock that had not been set."""
KINDS = {
    "R": "raise",
    "C": "clear",
    "S": "start",
    "Q": "stop",
    "B": "boot",
    "U": "update",
    "P": "noise",
    "X": "suppressed",
    "D": "dropping",
}
MESSAGES = {
    "raise": "Fault Raised: {fault}",
    "clear": "Fault Cleared: {fault}",
    "start": "connector started",
    "stop": "stopping connector",
    "boot": "Darwin Kernel Version 20.1.0",
    "update": "definitions updated",
    "noise": "policy check {number}",
    "suppressed": "suppressed 431 messages",
    "dropping": "imuxsock[pid: 71] from <mac:ampdaemon>: begin to drop messages due to rate-limiting",
}
PROCESSES = {"boot": "kernel", "suppressed": "rsyslogd", "dropping": "rsyslogd-2177"}
SHAPES = {
    "iso-syslog": "{iso} mac {process}[{pid}]: {message}",
    "iso-debug": "{iso} mac {process}[{pid}]: [faults]:[info]-[fault_processor.c@1180]:[202686]: {message}",
    "syslog": "{syslog} mac {process}[{pid}]: {message}",
    "syslog-debug": "{syslog} mac {process}[{pid}]: [faults]:[info]-[fault_processor.c@1180]:[202686]: {message}",
    "macos-unified-syslog": "{iso6}  mac {process}[{pid}]: {message}",
}
"""How a line is written, by the format that reads it."""


@dataclass(frozen=True)
class Small:
    """A small log and how it is written down."""

    log: Log
    rotated: frozenset[int] = frozenset()
    """Lines that begin a new file."""
    shape: str = "iso-syslog"
    copied: bool = False
    """Whether the bundle holds the newest file twice."""

    def __str__(self) -> str:
        return f"{', '.join(self._entries())}   [{self.log.zone}, {self.shape}{', copied' * self.copied}]"

    def _entries(self) -> list[str]:
        letters, day, found = {kind: letter for letter, kind in KINDS.items()}, DAY, []
        for number, line in enumerate(self.log.lines):
            found += ["---"] * line.after_lost_file + ["|"] * (number in self.rotated)
            date = f"{line.stamp.date()} " if str(line.stamp.date()) != day else ""
            day = str(line.stamp.date())
            found.append(f"{date}{line.stamp.time()} {letters[line.kind]}{line.fault or ''}")
        return found

    def simpler(self) -> Iterator["Small"]:
        """This log in simpler ways: without one of its lines, rotations, other shapes."""
        yield from (one for one in self._simpler() if not one.told_otherwise)

    def _simpler(self) -> Iterator["Small"]:
        if len(self.log.lines) > 1:
            yield from map(self._without, range(len(self.log.lines)))
        yield from (replace(self, rotated=self.rotated - {each}) for each in self.rotated)
        if self.copied:
            yield replace(self, copied=False)
        if self.shape != "iso-syslog":
            yield replace(self, shape="iso-syslog")

    def _without(self, number: int) -> "Small":
        lines = self.log.lines[:number] + self.log.lines[number + 1 :]
        if number == 0:
            lines = (replace(lines[0], after_lost_file=False), *lines[1:])
        moved = frozenset(each - (each > number) for each in self.rotated)
        return replace(self, log=replace(self.log, lines=lines), rotated=moved - {0, len(lines)})

    def taken(self) -> Instant:
        """When the bundle was taken: a minute after the last line."""
        last = max(line.stamp.replace(tzinfo=ZoneInfo(self.log.zone), fold=1) for line in self.log.lines)
        return Instant.of((last.astimezone(UTC) + timedelta(minutes=1)).strftime("%Y-%m-%dT%H:%M:%SZ"))

    def files(self) -> dict[str, str]:
        """The content of each file; the newest has no number, a missing one skips its own."""
        parts: list[list[str]] = [[]]
        for number, line in enumerate(self.log.lines):
            if number and line.after_lost_file:
                parts += [[], []]
            elif number in self.rotated:
                parts.append([])
            parts[-1].append(self._written(number, line))
        found = {}
        for age, part in enumerate(reversed(parts)):
            if part:
                found[f"ampdaemon.log{f'.{age}' if age else ''}"] = "".join(part)
        if self.copied:
            found["copy/ampdaemon.log"] = found["ampdaemon.log"]
        return found

    @property
    def told_otherwise(self) -> bool:
        """Whether the times of the files tell another order than their names, and no single setting of the clock why.

        A reader has to take names for changed then, so the order of lines here is not what the bundle says. A clock
        that had not been set tells nothing.
        """
        bounds = [0, *(number for number in range(1, len(self.log.lines)) if self._begins_file(number))]
        parts = [self.log.lines[first:end] for first, end in pairwise([*bounds, len(self.log.lines)])]
        files = [lines for lines in parts if max(line.stamp.year for line in lines) >= FIRST_SET_YEAR]
        steady = all(before.stamp <= after.stamp + OUT_OF_ORDER for lines in files for before, after in pairwise(lines))
        told = sorted(files, key=lambda lines: (lines[0].stamp, lines[-1].stamp))
        follow = all(one[-1].stamp <= other[0].stamp + OUT_OF_ORDER for one, other in pairwise(told))
        turns = (one[-1].stamp > other[0].stamp + OUT_OF_ORDER for one, other in pairwise([*files, *files[:1]]))
        return steady and follow and sum(turns) > 1

    def _begins_file(self, number: int) -> bool:
        return number in self.rotated or self.log.lines[number].after_lost_file

    def _written(self, number: int, line: Line) -> str:
        zone = "Z" if self.log.zone == "UTC" else ""
        return (
            SHAPES[self.shape].format(
                iso=f"{line.stamp:%Y-%m-%dT%H:%M:%S}{zone}",
                iso6=f"{line.stamp:%Y-%m-%d %H:%M:%S}.000000{zone}",
                syslog=f"{line.stamp:%b} {line.stamp.day:2d} {line.stamp:%H:%M:%S}",
                process=PROCESSES.get(line.kind, "ampdaemon"),
                pid=71 + number,
                message=MESSAGES[line.kind].format(fault=line.fault, number=number),
            )
            + "\n"
        )


_ENTRY = re.compile(r"(?:(\d{4}-\d\d-\d\d) )?(\d\d:\d\d:\d\d) ([RCSQBUPXD])(\d*)")


def small(text: str, zone: str = "UTC", **written: object) -> Small:
    """A log in the language of this module."""
    day, lines, rotated, lost = DAY, list[Line](), set[int](), False
    for entry in text.split(", "):
        if entry == "---":
            lost = True
        elif entry == "|":
            rotated.add(len(lines))
        else:
            found = _ENTRY.fullmatch(entry)
            assert found, entry
            day = found[1] or day
            stamp = datetime.fromisoformat(f"{day}T{found[2]}")
            lines.append(Line(stamp, KINDS[found[3]], int(found[4] or 0), lost))
            lost = False
    return Small(Log(tuple(lines), zone), frozenset(rotated), **written)  # type: ignore[arg-type]


GAPS = (0, 1, 1, 5, 28, 29, 30, 31, 60, 120, 299, 300, 301, 569, 570, 598, 599, 600, 601, 602, 630, 900, 1200)


def random_small(seed: int) -> Small:
    """A random small log; the seed says which kind of trouble it has."""
    return TROUBLES[seed % len(TROUBLES)](Random(seed))  # noqa: S311 (the same logs for the same seed)


def _lines(random: Random, begin: datetime, *, kinds: str = "RRRCCCSSPPQBX", most: int = 9) -> list[Line]:
    faults = random.choice(((6,), (6,), (7,), (6, 7), (10,)))
    at, lines = begin, list[Line]()
    for _ in range(random.randint(2, most)):
        at += timedelta(seconds=random.choice(GAPS))
        kind = KINDS[random.choice(kinds)]
        lines.append(Line(at, kind, random.choice(faults) if kind in {"raise", "clear"} else 0))
    return lines


def _dressed(random: Random, lines: list[Line], zone: str = "UTC", shapes: tuple[str, ...] = tuple(SHAPES)) -> Small:
    rotated = frozenset(number for number in range(1, len(lines)) if random.random() < 0.15)
    shape = random.choice([*shapes, shapes[0], shapes[0]])
    found = Small(Log(tuple(lines), zone), rotated, shape)
    return replace(found, rotated=frozenset()) if found.told_otherwise else found


def _plain(random: Random) -> Small:
    return _dressed(random, _lines(random, AFTERNOON, kinds="RRRCCCSSPPQB"))


def _holed(random: Random) -> Small:
    return _dressed(random, _lines(random, AFTERNOON))


def _lost(random: Random) -> Small:
    lines = _lines(random, AFTERNOON)
    place = random.randrange(1, len(lines))
    lines[place] = replace(lines[place], after_lost_file=True)
    return _dressed(random, lines)


def _dropped(random: Random) -> Small:
    return _dressed(random, _lines(random, AFTERNOON, kinds="RRRCCCSSPPQXDD"))


def _stepped(random: Random) -> Small:
    lines = _lines(random, AFTERNOON, kinds=random.choice(("RRRCCCSSPPQB", "RRRCCCSSPPQBX")), most=7)
    for _ in range(random.choice((1, 1, 1, 2))):
        place = random.randrange(1, len(lines))
        back = timedelta(seconds=random.choice((3, 32, 60, 300, 600, 601, 1800, 7200)))
        lines = lines[:place] + [replace(line, stamp=line.stamp - back) for line in lines[place:]]
    return _dressed(random, lines, shapes=("iso-syslog", "iso-debug"))


def _repeated_hour(random: Random) -> Small:
    zone, end = random.choice(
        (
            ("Europe/Berlin", datetime.fromisoformat("2026-10-25T01:00")),
            ("America/New_York", datetime.fromisoformat("2026-11-01T06:00")),
            ("Australia/Lord_Howe", datetime.fromisoformat("2026-04-04T15:00")),
        )
    )
    lines = _lines(random, end - timedelta(minutes=random.choice((5, 20, 50, 59, 60, 61))), most=6)
    place = ZoneInfo(zone)
    local = [
        replace(line, stamp=line.stamp.replace(tzinfo=UTC).astimezone(place).replace(tzinfo=None)) for line in lines
    ]
    return _dressed(random, local, zone, ("iso-syslog", "iso-debug"))


def _new_year(random: Random) -> Small:
    lines = _lines(random, datetime.fromisoformat(f"2025-12-31T23:{random.choice((20, 40, 50, 59))}"))
    return _dressed(random, lines, shapes=("syslog", "syslog-debug"))


def _copied(random: Random) -> Small:
    return replace(_holed(random), copied=True)


def _scattered(random: Random) -> Small:
    """Lines that several threads wrote: one may stand a second or two before the one above it."""
    lines = _lines(random, AFTERNOON)
    place = random.randrange(len(lines))
    lines[place] = replace(lines[place], stamp=lines[place].stamp - timedelta(seconds=random.choice((1, 2))))
    return _dressed(random, lines)


def _unset(random: Random) -> Small:
    """A clock that shows a wrong date for some lines, and is right again after them."""
    lines = _lines(random, AFTERNOON, most=7)
    first, last = sorted(random.sample(range(1, len(lines) + 1), 2)) if len(lines) > 1 else (1, 1)
    wrong = [replace(line, stamp=line.stamp - timedelta(days=9000)) for line in lines[first:last]]
    return _dressed(random, [*lines[:first], *wrong, *lines[last:]], shapes=("iso-syslog", "iso-debug"))


TROUBLES = (
    _plain,
    _holed,
    _lost,
    _dropped,
    _stepped,
    _repeated_hour,
    _new_year,
    _holed,
    _stepped,
    _copied,
    _scattered,
    _unset,
)
"""Which kinds of logs there are, in turn."""


@dataclass(frozen=True)
class Lived:
    """A life whose truth is known, and what a log shows of it."""

    small: Small
    truth: Log
    """Every line, the hidden ones as well, with true stamps."""
    shown: tuple[int, ...]
    """The number in the truth of each line of the small log."""


def lived(seed: int) -> Lived:
    """A random life: raises while nothing is raised, starts half a minute apart; a run of its lines was lost."""
    random = Random(seed)  # noqa: S311 (the same life for the same seed)
    fault, at, raised, lines = random.choice((6, 7)), AFTERNOON, False, list[Line]()
    for _ in range(random.randint(3, 11)):
        at += timedelta(seconds=random.choice(GAPS[5:]))
        kind = random.choice(("fault", "fault", "start", "start", "noise"))
        if kind == "fault":
            kind, raised = ("clear" if raised else "raise"), not raised
        lines.append(Line(at, kind, fault if kind in {"raise", "clear"} else 0))
    return _partly_lost(random, lines)


def _partly_lost(random: Random, lines: list[Line]) -> Lived:
    first = random.randrange(len(lines))
    last = min(len(lines) - 1, first + random.choice((0, 0, 1, 2)))
    shown = [number for number in range(len(lines)) if not first <= number < last]
    seen = [lines[number] for number in shown]
    place = shown.index(last)
    if first < last and random.random() < 0.5:
        seen[place] = replace(seen[place], after_lost_file=place > 0)
    elif first < last:
        lines.insert(last, Line(lines[last].stamp, "suppressed"))
        seen.insert(place, lines[last])
        shown = [*shown[:place], last, *(number + 1 for number in shown[place:])]
    if random.random() < 0.3 and len(seen) > 1:
        turn = random.randrange(1, len(seen))
        silence = seen[turn].stamp - seen[turn - 1].stamp
        back = silence + timedelta(seconds=random.choice((3, 60, 600, 3600)))  # further than the silence: it shows
        seen = [*seen[:turn], *(replace(line, stamp=line.stamp - back) for line in seen[turn:])]
    return Lived(Small(Log(tuple(seen))), Log(tuple(lines)), tuple(shown))
