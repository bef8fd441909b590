"""The stamped lines of one file as they follow each other: what years, zone and clock steps are found from.

Only the marks that matter are kept: the first and the last, turns of how years are written, New Year, leap days and
changes of the offset that lines state, and the ways between lines that may show a clock that was set. All lines
between two neighbouring marks share one year.
"""

from collections.abc import Mapping
from dataclasses import field
from datetime import UTC, datetime

from faultlog.model import NS, Mark, Stamp
from faultlog.values import dataclass

STEP_S = 2.0
"""A stamp at most this much before the one above it was written out of order; more is a step. Tool default."""

AHEAD_S = 5.0
"""Stamps that advance this much more than the machine's uptime show a clock set forward. Tool default."""

WOBBLE_S = 86_400.0
"""New Year may be taken back by a step of at most this, as on a journey: likelier than a silence of a whole year.

Tool default."""

RETURN_S = 86_400.0
"""A clock set back by at least this had a wrong date, and may be set right again. Tool default."""

ZONES_S = 2 * 86_400.0
"""Dates that lie further apart do so in all zones: no two of them differ by more than 26 hours."""

UNSET_S = 30 * 86_400.0
"""A leap of more than this out of a date at which clocks start shows a clock that had not been set. Tool default."""

SILENCE_S = 60.0
"""A leap of this much may set a clock right that had not been set, though no day lies between. Tool default."""

YEAR_S = 366 * 86_400.0
"""Seconds of the year in which stamps without one are compared."""

FIRST_SET_YEAR = 2012
"""No connector wrote a line before this year: an earlier one is a clock that had not been set."""

MAX_WAYS = 10_000
"""Ways of one file that are kept apart; further steps back are kept as one that may be anywhere. Tool default."""

MAX_RUNS = 1_000
"""Changes of stated offset that are kept of one file. Tool default."""


@dataclass(frozen=True, slots=True)
class Way:
    """Two stamped lines between which the clock may have been set; neighbours unless their uptimes show it."""

    before: Mark
    after: Mark
    offset: int = 0
    """Byte offset of the line after."""
    text: str = ""
    """The line after, as it stands."""
    elapsed_s: float | None = None
    """Seconds that the machine's uptime advanced between the lines, where it is what shows it."""


@dataclass(frozen=True, slots=True)
class Written:
    """What a stamped line writes besides its stamp that bears on time."""

    offset: int = 0
    """Byte offset of the line."""
    text: str = ""
    uptime_s: float | None = None
    """Seconds since the machine started, where the line prints them."""
    local: bool = False
    """Whether its offset is stated as local time: `Z` is not."""

    @classmethod
    def of(cls, offset: int, text: str, groups: Mapping[str, str]) -> "Written":
        """What a line writes, from what a format made of it."""
        uptime, stamp = groups.get("uptime"), groups["stamp"]
        local = stamp[-5:-4] in {"+", "-"} or stamp[-6:-5] in {"+", "-"}
        return cls(offset, text, None if uptime is None else _seconds(uptime), local)


def _seconds(text: str) -> float | None:
    """Seconds that a line writes, as in `123.456789`."""
    whole, _, fraction = text.partition(".")
    return float(text) if len(text) <= 20 and (whole + fraction).isdecimal() and text.isascii() else None


_NOTHING = Written()

Kind = tuple[bool, bool, bool]
"""What a stamp leaves out: year, offset, abbreviation."""


@dataclass(frozen=True, slots=True)
class Ends:
    """First and last line of a kind in one file."""

    first: Way
    """It is the line after."""
    last: Mark


@dataclass(slots=True)
class Trail:
    """The marks of one file."""

    marks: list[Mark] = field(default_factory=list)
    last: Mark | None = None
    ways: list[Way] = field(default_factory=list)
    """Where stamps do not just go on from line to line: what was set, following and earlier files show as well."""
    uptimes: list[Way] = field(default_factory=list)
    """Where stamps advance more than the machine's uptime."""
    lump: Way | None = None
    """The last of those that were too many to keep: it stands for all of them, anywhere in the file."""
    runs: list[tuple[Mark, Mark]] = field(default_factory=list)
    """First and last line of each run that states one offset as local time."""
    taken_back: set[int] = field(default_factory=set)
    """Lines where New Year was taken back by a step of minutes."""
    disordered: int = 0
    """Lines whose stamps lie at most `STEP_S` before the line above: taken for lines out of order, not for steps."""
    first_line: Written = _NOTHING
    """What the first stamped line writes."""
    meetings: dict[tuple[int, ...], Way] = field(default_factory=dict)
    """Neighbours that write different things of year or zone: of each kind and day those that lie closest together.

    They cannot be compared before zone and years are known; then they show whether these can be right.
    """
    returns: list[Way] = field(default_factory=list)
    """Lines that write the same of year and zone and go back, with lines between that write something else."""
    kinds: dict[Kind, Ends] = field(default_factory=dict)
    """First and last line of each kind; the last line's kind as far as its last line but one of another kind."""
    _leap: bool = False
    """Whether a 29 February stands among the marks since the last turn; one is enough."""
    _running: tuple[Mark, float] | None = None
    """The last line that printed the machine's uptime."""

    def add(self, mark: Mark, written: Written = _NOTHING) -> None:
        """Note the next stamped line, in file order."""
        previous, self.last = self.last, mark
        if previous is None:
            self.marks.append(mark)
            self.first_line = written
        elif previous.stamp != mark.stamp:  # a chatty log writes thousands of lines in one second
            self._note(previous, mark, written)
        if written.uptime_s is not None:
            self._up(mark, written, written.uptime_s)
        if written.local:
            self._local(mark)

    def _note(self, previous: Mark, mark: Mark, written: Written) -> None:
        before, after = previous.stamp, mark.stamp
        turned = years_between(before, after)
        if turned < 0:
            self.taken_back.add(mark.line)
        if self._matters(before, after, turned):
            self._keep(previous, mark)
        if not are_alike(before, after):
            self._meet(Way(previous, mark, written.offset, written.text))
        back = stepped_back(before, after)
        self.disordered += not back and is_earlier(after, before)
        if back or turned or _may_turn(before, after):
            self._turn(Way(previous, mark, written.offset, written.text), back=bool(back))

    def _turn(self, way: Way, *, back: bool) -> None:
        """Note two neighbouring lines between which stamps do not just go on."""
        before, after = way.before.stamp, way.after.stamp
        if not back and not are_alike(before, after):
            return
        if len(self.ways) < MAX_WAYS:
            self.ways.append(way)
            if after.year is None:
                self._keep(way.before, way.after)
        elif back:
            self.lump = way

    def _meet(self, way: Way) -> None:
        """Note two neighbours that write different things of year or zone, and what came back to the later one's."""
        before, after = kind_of(way.before.stamp), kind_of(way.after.stamp)
        self._close(way, (*before, *after))
        first = self.kinds[before].first if before in self.kinds else self.first_way
        self.kinds[before] = Ends(first, way.before)
        if after not in self.kinds:
            self.kinds[after] = Ends(way, way.after)
            return
        back = Way(self.kinds[after].last, way.after, way.offset, way.text)
        if stepped_back(back.before.stamp, back.after.stamp) and len(self.returns) < MAX_WAYS:
            self.returns.append(back)

    def _close(self, way: Way, kinds: tuple[bool, ...]) -> None:
        """Keep two neighbours if none of these kinds and of that day lie closer together."""
        before, after = way.before.stamp, way.after.stamp
        key = (*kinds, before.year or 0, after.year or 0, after.month, after.day)
        known = self.meetings.get(key)
        closer = known is not None and forward_s(before, after) < forward_s(known.before.stamp, known.after.stamp)
        if closer or (known is None and len(self.meetings) < MAX_WAYS):
            self.meetings[key] = way

    @property
    def first_way(self) -> Way:
        """The first stamped line, after nothing."""
        return Way(self.marks[0], self.marks[0], self.first_line.offset, self.first_line.text)

    def _matters(self, before: Stamp, after: Stamp, turned: int) -> bool:
        """Whether a line turns the way years are found: written or not, New Year, or the first 29 February since."""
        if (before.year is None) != (after.year is None) or turned:
            self._leap = is_leap_day(after)
            return True
        first = after.year is None and is_leap_day(after) and not self._leap
        self._leap = self._leap or first
        return first

    def _keep(self, *marks: Mark) -> None:
        """Keep marks, in file order, each once."""
        self.marks += [one for one in marks if one.line > self.marks[-1].line]

    def _up(self, mark: Mark, written: Written, uptime_s: float) -> None:
        """Compare how far stamps and uptime advanced; an uptime that did not advance is another boot."""
        running, self._running = self._running, (mark, uptime_s)
        if running is None or uptime_s <= running[1]:
            return
        elapsed = uptime_s - running[1]
        ahead = forward_s(running[0].stamp, mark.stamp) - elapsed
        if ahead <= AHEAD_S:
            return
        way = Way(running[0], mark, written.offset, written.text, elapsed)
        if len(self.uptimes) < MAX_WAYS:
            self.uptimes.append(way)
        else:
            self.lump = way

    def _local(self, mark: Mark) -> None:
        if self.runs and self.runs[-1][1].stamp.offset_s == mark.stamp.offset_s:
            self.runs[-1] = (self.runs[-1][0], mark)
        elif len(self.runs) < MAX_RUNS:
            self.runs.append((mark, mark))

    def all(self) -> list[Mark]:
        """Every mark that years are found from, the last stamped line included."""
        if self.last is None or self.marks[-1] is self.last:
            return self.marks
        return [*self.marks, self.last]

    def turn(self, before: Stamp, after: Mark) -> int:
        """Years that begin between a line and the next mark of this file, as they seem."""
        turned = years_between(before, after.stamp)
        neighbours = turned > 0 or after is self.marks[0] or after.line in self.taken_back
        return turned if neighbours else 0


def _may_turn(before: Stamp, after: Stamp) -> bool:
    """Whether stamps leap by a day or more, or come to a time that a clock shows which was not set, or leap from it.

    Asked of every line.
    """
    if may_be_unset(after) and (not may_be_unset(before) or (is_unset(after) and not is_unset(before))):
        return True
    if may_be_unset(before):
        return forward_s(before, after) >= SILENCE_S
    same_day = before.day == after.day and before.month == after.month and before.year == after.year
    return not same_day and forward_s(before, after) >= RETURN_S


def stepped_back(before: Stamp, after: Stamp) -> float:
    """Seconds by which the clock was set back between two neighbouring lines; 0 where it was not.

    December after January, without years, is a step of months, not a New Year, unless New Year lies between them by
    minutes; of lines that write different things about their zone only days are compared, and none without a year.
    """
    if not is_earlier(after, before):
        return 0.0
    back = -forward_s(before, after)
    return back if back > STEP_S else 0.0


def is_earlier(after: Stamp, before: Stamp) -> bool:
    """Whether a line's stamp lies before that of the line above, where the two can be compared."""
    if before.offset_s == after.offset_s and _parts(before) <= _parts(after) and not years_between(before, after):
        return False
    if are_alike(before, after):
        return forward_s(before, after) < 0
    return before.year is not None and after.year is not None and forward_s(before, after) < -ZONES_S


def years_between(before: Stamp, after: Stamp) -> int:
    """How many years later a line is than the one above it, where neither writes one: 1 across New Year, else 0.

    It is -1 where a clock was set back across New Year: January right after midnight, then December right before it.
    """
    if before.year is not None or after.year is not None:
        return 0
    if before.month == 12 and after.month == 1:
        return 1
    if before.month == 1 and after.month == 12 and civil_ns(after, 2000) + WOBBLE_S * NS > civil_ns(before, 2001):
        return -1
    return 0


def left_january(before: Stamp, after: Stamp) -> bool:
    """Whether stamps without a year leap from January to December: months of silence, or a wrong date."""
    return after.year is None and (before.month, after.month) == (1, 12) and years_between(before, after) == 0


def is_return(left: Stamp, after: Stamp) -> bool:
    """Whether a line goes on, within a day, where a date was left."""
    return are_alike(left, after) and 0 <= same_year_s(left, after) < RETURN_S


def is_leap_day(stamp: Stamp) -> bool:
    """Whether it is a 29 February."""
    return (stamp.month, stamp.day) == (2, 29)


def may_be_unset(stamp: Stamp) -> bool:
    """Whether clocks that were never set show such a time in some zone: around the New Year of Greenwich.

    Asked of every line.
    """
    if stamp.day == 31:
        return stamp.month == 12 and stamp.hour >= 10
    return (stamp.day == 1 and stamp.month == 1 and stamp.hour < 15) or is_too_early(stamp)


def is_unset(stamp: Stamp) -> bool:
    """Whether clocks that were never set show such a time: before any connector, or the first hour of a year."""
    return (stamp.month, stamp.day, stamp.hour) == (1, 1, 0) or is_too_early(stamp)


def is_too_early(stamp: Stamp) -> bool:
    """Whether no connector can have written it."""
    return stamp.year is not None and stamp.year < FIRST_SET_YEAR


def are_alike(one: Stamp, other: Stamp) -> bool:
    """Whether two stamps write the same things of their year and zone, and can be compared as written.

    Asked of every line.
    """
    return (
        (one.offset_s is None) == (other.offset_s is None)
        and (one.year is None) == (other.year is None)
        and (one.abbreviation is None) == (other.abbreviation is None)
    )


def kind_of(stamp: Stamp) -> Kind:
    """What a stamp leaves out: year, offset, abbreviation."""
    return (stamp.year is None, stamp.offset_s is None, stamp.abbreviation is None)


def _parts(stamp: Stamp) -> tuple[int, ...]:
    """The parts of a stamp that order it among stamps of one zone: cheap, since every line is asked."""
    return (stamp.year or 0, stamp.month, stamp.day, stamp.hour, stamp.minute, stamp.second, stamp.nanosecond)


def forward_s(before: Stamp, after: Stamp) -> float:
    """Seconds from a stamp to the one after it, as they are written; negative where it is earlier."""
    if before.day == after.day and before.month == after.month and _year_and_zone(before) == _year_and_zone(after):
        return (_of_day_ns(after) - _of_day_ns(before)) / NS
    later = 2000 + years_between(before, after)
    return (civil_ns(after, later) - civil_ns(before, 2000)) / NS


def _year_and_zone(stamp: Stamp) -> tuple[int | None, int | None]:
    return stamp.year, stamp.offset_s


def _of_day_ns(stamp: Stamp) -> int:
    return (stamp.hour * 3600 + stamp.minute * 60 + stamp.second) * NS + stamp.nanosecond


def same_year_s(before: Stamp, after: Stamp) -> float:
    """Seconds from a stamp to another one of the same year, where they write none."""
    return (civil_ns(after, 2000) - civil_ns(before, 2000)) / NS


def civil_ns(stamp: Stamp, year: int) -> int:
    """Nanoseconds of a stamp as written, in this year where it writes none."""
    written = year if stamp.year is None else stamp.year
    day = 28 if is_leap_day(stamp) and written % 4 else stamp.day
    civil = datetime(written, stamp.month, day, stamp.hour, stamp.minute, stamp.second, tzinfo=UTC)
    return (int(civil.timestamp()) - (stamp.offset_s or 0)) * NS + stamp.nanosecond
