"""The stamped lines of one file as they follow each other: what years, zone and clock steps are found from.

Only the marks that matter are kept: the first and the last, turns of how years are written, New Year, leap days,
jumps of the clock and changes of the offset that lines state. All lines between two neighbouring marks share one year.
"""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import pairwise

from faultlog.model import NS, Mark, Stamp

STEP_S = 2.0
"""A stamp at most this much before the one above it was written out of order; more is a step. Tool default."""

AHEAD_S = 5.0
"""Stamps that advance this much more than the machine's uptime show a clock set forward. Tool default."""

WOBBLE_S = 86_400.0
"""New Year may be taken back by a step of at most this, as on a journey: likelier than a silence of a whole year.

Tool default."""

RETURN_S = 86_400.0
"""A clock set back by at least this had a wrong date, and may be set right again. Tool default."""

UNSET_S = 30 * 86_400.0
"""A leap of more than this out of a date at which clocks start shows a clock that had not been set. Tool default."""

YEAR_S = 366 * 86_400.0
"""Seconds of the year in which stamps without one are compared."""

FIRST_SET_YEAR = 2012
"""No connector wrote a line before this year: an earlier one is a clock that had not been set."""

MAX_JUMPS = 10_000
"""Jumps of one file that are kept apart; further ones are kept as one that may be anywhere. Tool default."""

MAX_RUNS = 1_000
"""Changes of stated offset that are kept of one file. Tool default."""


@dataclass(frozen=True, slots=True)
class Jump:
    """Two stamped lines between which the clock was set, as far as their stamps show."""

    before: Mark
    after: Mark
    seconds: float
    """Negative: set back by this, by the stamps alone; positive: set forward by at most this."""
    offset: int = 0
    """Byte offset of the line after."""
    text: str = ""
    """The line after, as it stands."""
    elapsed_s: float | None = None
    """Seconds that the machine's uptime advanced between the lines, where both print it."""
    since: Mark | None = None
    until: Mark | None = None
    """A clock set back and right again: the last line before and the first after, the same for both jumps."""
    scattered: bool = False
    """Whether it stands for several, anywhere in the file."""


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


_NOTHING = Written()


@dataclass(slots=True)
class Trail:
    """The marks of one file."""

    marks: list[Mark] = field(default_factory=list)
    last: Mark | None = None
    jumps: list[Jump] = field(default_factory=list)
    leaps: list[Jump] = field(default_factory=list)
    """Where stamps leap forward by a day or more, or into a new year: the way on after a silence, or a clock that was
    set, as earlier or later files show."""
    runs: list[tuple[Mark, Mark]] = field(default_factory=list)
    """First and last line of each run that states one offset as local time."""
    turned: dict[int, int] = field(default_factory=dict)
    """By line: years that begin before it where a clock that had not been set makes them other than they seem."""
    taken_back: set[int] = field(default_factory=set)
    """Lines where New Year was taken back by a step of minutes."""
    disordered: int = 0
    """Lines whose stamps lie at most `STEP_S` before the line above: taken for lines out of order, not for steps."""
    first_line: Written = _NOTHING
    """What the first stamped line writes."""
    _leap: bool = False
    """Whether a 29 February stands among the marks since the last turn; one is enough."""
    _running: tuple[Mark, float] | None = None
    """The last line that printed the machine's uptime."""
    _behind: Jump | None = None
    """The last jump back, until stamps have come to where it began."""
    _unset: tuple[Mark, Jump | None] | None = None
    """The line before those of a clock that was not set, and the jump between if New Year only seems to lie there."""
    _leapt: Jump | None = None
    """The last leap forward of a day or more, which may have been to a wrong date."""

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
        back = jump_back(previous, mark, written)
        self.disordered += back is None and is_earlier(after, before)
        if back is None and self._behind is not None:
            self._return(self._behind, previous, mark, written)
        elif back is not None and not self._wrong_since(back):
            self._jump(back)
            self._behind = self.jumps[-1]
        if before.day != after.day or before.month != after.month:
            self._leap_to(previous, mark, written)
        self._unset_clock(previous, mark, written, ahead=back is None)

    def _leap_to(self, previous: Mark, mark: Mark, written: Written) -> None:
        """Note a leap forward that may turn out to have been one to a wrong date."""
        leap = forward_s(previous.stamp, mark.stamp)
        new_year = years_between(previous.stamp, mark.stamp) > 0
        if leap < RETURN_S and not new_year:
            return
        found = Jump(previous, mark, leap, written.offset, written.text)
        self._leapt = found if leap >= RETURN_S else self._leapt
        if left_january(previous.stamp, mark.stamp):
            self._keep(previous, mark)
        if len(self.leaps) < MAX_RUNS:
            self.leaps.append(found)

    def _unset_clock(self, previous: Mark, mark: Mark, written: Written, *, ahead: bool) -> None:
        """Follow lines of a clock that was not set, where they may begin and where they end."""
        if ahead and _may_be_unset(previous.stamp):
            self._wake(previous, mark, written)
        if _may_be_unset(mark.stamp):
            self._fall_asleep(previous, mark, written)

    def _fall_asleep(self, previous: Mark, mark: Mark, written: Written) -> None:
        """Note where lines of a clock that was not set may begin, unless such lines are waiting for their end."""
        before, after = previous.stamp, mark.stamp
        turned = years_between(before, after)
        began = turned > 0 or not _may_be_unset(before) or (is_unset(after) and not is_unset(before))
        if not began or (self._unset is not None and self._unset[1] is not None):
            return
        if turned:
            turn = Jump(previous, mark, -forward_s(after, before), written.offset, written.text)
            self._unset = (previous, turn)
        elif after.month == 12 and after.year is None and forward_s(before, after) > UNSET_S:
            turn = Jump(previous, mark, forward_s(before, after) - YEAR_S, written.offset, written.text)
            self._unset = (previous, turn)
            self._keep(previous, mark)
        else:
            self._unset = (previous, None)

    def _wrong_since(self, back: Jump) -> bool:
        """Whether a jump back sets right a clock that had leapt to a wrong date: it lands where the leap began."""
        leap, self._leapt = self._leapt, None
        if leap is None or not is_return(leap.before.stamp, back.after.stamp):
            return False
        self._unset = None
        self._set_right(leap, leap.before, back)
        return True

    def _set_right(self, turn: Jump, before: Mark, leap: Jump) -> None:
        """A clock that was wrong between two jumps, and right before and after them."""
        self._jump(replace(turn, since=before, until=leap.after))
        self._jump(replace(leap, since=before, until=leap.after))

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

    def _jump(self, jump: Jump) -> None:
        if len(self.jumps) < MAX_JUMPS:
            self.jumps.append(jump)
            return
        lump = self.jumps[-1]
        before = lump.before if lump.scattered else self.marks[0]
        self.jumps[-1] = replace(jump, before=before, scattered=True)

    def _return(self, back: Jump, previous: Mark, mark: Mark, written: Written) -> None:
        """After a jump back: whether stamps have come to where it began, and leapt there."""
        if not has_returned(back, mark):
            return
        self._behind = None
        leap = leap_right(back, previous, mark)
        if leap is None:
            return
        self.jumps[self.jumps.index(back)] = replace(back, since=back.before, until=mark)
        self._jump(Jump(previous, mark, leap, written.offset, written.text, None, back.before, mark))

    def _wake(self, previous: Mark, mark: Mark, written: Written) -> None:
        """After lines of a clock that was not set: whether the next one has leapt to another date."""
        leap = forward_s(previous.stamp, mark.stamp)
        began, self._unset = self._unset, None
        if _may_be_unset(mark.stamp) and leap <= UNSET_S:
            self._unset = began
            return
        if _kind(previous.stamp) != _kind(mark.stamp):
            return
        forward = Jump(previous, mark, leap, written.offset, written.text)
        if began is not None and began[1] is not None and began[1].after.stamp.month == 12:
            self._wake_in_january(began[0], began[1], forward)
        elif leap > (RETURN_S if is_unset(previous.stamp) else UNSET_S) and not any(
            one.after is mark and one.seconds > 0 for one in self.jumps[-1:]
        ):
            self._wake_late(began, forward)

    def _wake_in_january(self, before: Mark, turn: Jump, forward: Jump) -> None:
        """A clock that was not set showed a New Year: its lines before that are those of the year before."""
        if 0 <= _same_year_s(before.stamp, forward.after.stamp) < RETURN_S:
            self.turned[turn.after.line] = -1
            self._set_right(turn, before, forward)

    def _wake_late(self, began: tuple[Mark, Jump | None] | None, forward: Jump) -> None:
        if began is None or _is_too_early(forward.before.stamp):
            self._jump(forward)
            return
        before, turn = began
        if turn is not None and _same_year_s(before.stamp, forward.after.stamp) > 0:
            self.turned[turn.after.line] = 0
            self._set_right(turn, before, forward)

    def _up(self, mark: Mark, written: Written, uptime_s: float) -> None:
        """Compare how far stamps and uptime advanced; an uptime that did not advance is another boot."""
        running, self._running = self._running, (mark, uptime_s)
        if running is None or uptime_s <= running[1]:
            return
        elapsed = uptime_s - running[1]
        ahead = forward_s(running[0].stamp, mark.stamp) - elapsed
        if ahead > AHEAD_S and not any(one.after.line > running[0].line for one in self.jumps[-1:]):
            self._jump(Jump(running[0], mark, ahead, written.offset, written.text, elapsed))

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

    def neighbours(self) -> list[tuple[Mark, Mark]]:
        """The neighbouring lines between which stamps without a year leap out of January, or New Year lies."""
        leaps = {leap.after.line for leap in self.leaps}
        return [
            (before, after)
            for before, after in pairwise(self.marks)
            if after.line in leaps or years_between(before.stamp, after.stamp) > 0
        ]

    def turn(self, before: Stamp, after: Mark) -> int:
        """Years that begin between a line and the next mark of this file."""
        if after.line in self.turned:
            return self.turned[after.line]
        turned = years_between(before, after.stamp)
        neighbours = turned > 0 or after is self.marks[0] or after.line in self.taken_back
        return turned if neighbours else 0


def has_returned(back: Jump, mark: Mark) -> bool:
    """Whether a later line has come to where the clock was set back."""
    if mark.stamp.month == 12 and left_january(back.before.stamp, back.after.stamp):
        return False
    return forward_s(back.before.stamp, mark.stamp) >= 0


def leap_right(back: Jump, previous: Mark, mark: Mark) -> float | None:
    """Seconds of the leap that sets a clock right which had been set back to a wrong date; `None` if it is none."""
    leap = forward_s(previous.stamp, mark.stamp)
    wrong = -back.seconds >= RETURN_S and leap >= -back.seconds / 2 and not back.scattered
    return leap if wrong and has_returned(back, mark) else None


def stepped_back(before: Stamp, after: Stamp) -> float:
    """Seconds by which the clock was set back between two neighbouring lines; 0 where it was not.

    December after January, without years, is a step of months, not a New Year, unless New Year lies between them by
    minutes; lines that write different things about their year or zone cannot be compared here.
    """
    if not is_earlier(after, before):
        return 0.0
    back = -forward_s(before, after)
    return back if back > STEP_S else 0.0


def is_earlier(after: Stamp, before: Stamp) -> bool:
    """Whether a line's stamp lies before that of the line above, where the two can be compared."""
    if before.offset_s == after.offset_s and _parts(before) <= _parts(after) and not years_between(before, after):
        return False
    return _kind(before) == _kind(after) and forward_s(before, after) < 0


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
    return _kind(left) == _kind(after) and 0 <= _same_year_s(left, after) < RETURN_S


def is_leap_day(stamp: Stamp) -> bool:
    """Whether it is a 29 February."""
    return (stamp.month, stamp.day) == (2, 29)


def _may_be_unset(stamp: Stamp) -> bool:
    """Whether clocks that were never set show such a time in some zone: around the New Year of Greenwich.

    Asked of every line.
    """
    if stamp.day == 31:
        return stamp.month == 12 and stamp.hour >= 10
    return (stamp.day == 1 and stamp.month == 1 and stamp.hour < 15) or _is_too_early(stamp)


def is_unset(stamp: Stamp) -> bool:
    """Whether clocks that were never set show such a time: before any connector, or the first hour of a year."""
    return (stamp.month, stamp.day, stamp.hour) == (1, 1, 0) or _is_too_early(stamp)


def _is_too_early(stamp: Stamp) -> bool:
    return stamp.year is not None and stamp.year < FIRST_SET_YEAR


def _kind(stamp: Stamp) -> tuple[bool, bool, bool]:
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


def _same_year_s(before: Stamp, after: Stamp) -> float:
    """Seconds from a stamp to another one of the same year, where they write none."""
    return (civil_ns(after, 2000) - civil_ns(before, 2000)) / NS


def civil_ns(stamp: Stamp, year: int) -> int:
    """Nanoseconds of a stamp as written, in this year where it writes none."""
    written = year if stamp.year is None else stamp.year
    day = 28 if is_leap_day(stamp) and written % 4 else stamp.day
    civil = datetime(written, stamp.month, day, stamp.hour, stamp.minute, stamp.second, tzinfo=UTC)
    return (int(civil.timestamp()) - (stamp.offset_s or 0)) * NS + stamp.nanosecond


def jump_back(before: Mark, after: Mark, written: Written) -> Jump | None:
    """The jump between two neighbouring lines, of one file or two, where the clock was set back."""
    back = stepped_back(before.stamp, after.stamp)
    return Jump(before, after, -back, written.offset, written.text) if back else None


def in_year(jump: Jump, trail: Trail) -> Jump:
    """A leap forward as what it is once a December is known as a wrong date: a jump back from January."""
    wrong = jump.seconds > 0 and trail.turned.get(jump.after.line) == -1
    return replace(jump, seconds=jump.seconds - YEAR_S) if wrong else jump


def jump_ahead(before: Mark, after: Mark, written: Written) -> Jump:
    """The way between the last line of a file and the first of the next, as a jump forward."""
    return Jump(before, after, forward_s(before.stamp, after.stamp), written.offset, written.text)
