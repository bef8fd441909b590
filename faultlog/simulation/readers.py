"""What a reader can make of a life's stamps: the instant that a line is taken for, and whether nothing else fits.

A reader knows a zone because the bundle, the lines or a person state it; else takes UTC. It cannot know by how much a
clock is wrong: a line is read as the clock showed it.
"""

from collections.abc import Iterable
from datetime import UTC, datetime, tzinfo
from typing import Literal
from zoneinfo import ZoneInfo

from faultlog.model import NS, Instant
from faultlog.simulation.chances import Dice
from faultlog.simulation.fates import Fate
from faultlog.simulation.hosttime import HostTime
from faultlog.simulation.written import Written
from faultlog.values import dataclass

FIRST_SET_NS = 1_000_000_000 * NS
"""Before this, in 2001, every shown time is that of a clock that was not set."""

Stated = Literal["bundle", "told", "lines", "nowhere"]
"""Who states the host's zone."""


@dataclass(frozen=True, slots=True)
class Read:
    """What a line is taken for."""

    at: Instant
    certain: bool
    """Whether the reader has no other choice."""


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody who reads the lines of a host."""

    time: HostTime
    stated: Stated
    zone: tzinfo
    """Of stamps that state none."""
    moved: bool
    """Whether the host's offset changes during the life: lines that state offsets then do not settle the others."""

    def read(self, one: Written) -> Read:
        """The instant that a line is taken for."""
        happening = one.line.happening
        if happening is not None and "{epoch}" in happening.message:
            return Read(Instant(one.shown.ns // NS * NS), certain=True)
        if one.marked:
            return Read(one.shown, certain=True)
        if self.stated == "lines":
            return Read(one.shown, certain=not self.moved and not _unset(one))
        choices = self._choices(one)
        shown = one.shown if one.shown in choices else choices[0]
        return Read(shown, certain=len(choices) == 1 and not _unset(one))

    def ahead_ns(self, one: Written) -> int:
        """By how much a line is read too late; negative too early."""
        unit = 10 ** (9 - one.shown.digits)
        truly: int = one.line.at.ns // unit * unit
        return self.read(one).at.ns - truly

    def _choices(self, one: Written) -> list[Instant]:
        there = datetime.fromtimestamp(one.shown.ns // NS, self.time.zone(one.line.at))
        civil = there.replace(tzinfo=self.zone)
        seconds = sorted({int(civil.replace(fold=fold).timestamp()) for fold in (0, 1)})
        return [Instant(second * NS + one.shown.ns % NS, one.shown.digits) for second in seconds]


def reader_of(fate: Fate, time: HostTime, lines: Iterable[Written], seed: int, *, alone: bool) -> Reader:
    """Who reads this host's lines.

    Args:
        fate: the life.
        time: the host's clock.
        lines: every line that the bundle holds.
        seed: decides who states the zone.
        alone: whether the bundle is one log, which states nothing about its host.
    """
    every = list(lines)
    moved = len({_offset(one, time) for one in every}) > 1
    stated = _who(every, Dice(seed, "reader"), alone=alone)
    zone = UTC if stated == "nowhere" else ZoneInfo(fate.scenario.zone)
    return Reader(time, stated, zone, moved)


def _who(lines: list[Written], dice: Dice, *, alone: bool) -> Stated:
    """Lines of a host that state no zone beside some that are UTC leave a reader lost: then a person knows it."""
    says: Stated = dice.one_of(("told", "bundle"))
    if alone and says == "bundle":
        says = "told"
    marked = {one.marked for one in lines}
    epochs = any(one.line.happening is not None and "{epoch}" in one.line.happening.message for one in lines)
    local = any(one.shape.offset in {"+hh:mm", "+hhmm"} for one in lines)
    if local and marked == {True, False} and dice.between(0, 1):
        return "lines"
    if marked == {False} and not epochs and dice.between(0, 1):
        return "nowhere"
    return says


def _offset(one: Written, time: HostTime) -> float:
    there = datetime.fromtimestamp(one.shown.ns // NS, time.zone(one.line.at)).utcoffset()
    return 0.0 if there is None else there.total_seconds()


def _unset(one: Written) -> bool:
    """Whether a clock that was not set wrote the line without its year: any year may be meant."""
    return one.shown.ns < FIRST_SET_NS and one.shape.name in {"syslog", "syslog-debug"}
