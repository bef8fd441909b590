"""Where the clock of a rotation set was set: the jumps between neighbouring lines, in one file or two.

What a jump means shows later, perhaps in a newer file: stamps that leap back to where they had left were wrong in
between, and so were those of a clock that had not been set. So all files are followed as one log.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field, replace

from faultlog.jumps import Jump, Spot, comparable, others_of, ways_of
from faultlog.model import Stamp
from faultlog.trails import (
    RETURN_S,
    STEP_S,
    UNSET_S,
    YEAR_S,
    Trail,
    forward_s,
    is_return,
    is_too_early,
    is_unset,
    left_january,
    may_be_unset,
    same_year_s,
    years_between,
)
from faultlog.values import dataclass

Turned = Mapping[tuple[int, int], int]
"""By file and line: years that begin before it where a wrong date makes them other than they seem."""


@dataclass(frozen=True, slots=True)
class Turns:
    """What the stamps of a rotation set show beside going on."""

    jumps: Sequence[Jump] = ()
    turned: Turned = field(default_factory=dict)


def turns_of(trails: Sequence[Trail]) -> Turns:
    """Follow the files of a rotation set, oldest first."""
    ways = list(ways_of(trails))
    first = _followed(ways, {})
    wrong = _wrong_dates(ways, first.turned)
    found = _followed(ways, wrong) if wrong else first
    rest = [one for number, trail in enumerate(trails) for one in others_of(number, trail, found.jumps)]
    return Turns([*found.jumps, *rest], {**wrong, **first.turned})


def _wrong_dates(ways: Iterable[Jump], turned: Turned) -> dict[tuple[int, int], int]:
    """Where January was left for a December, or December for a January, that was a wrong date.

    It was if stamps go on later, within a day, where they had left. The same stamp again is no such return, but what
    is written once a year.
    """
    found: dict[tuple[int, int], int] = {}
    left: Jump | None = None
    for way in ways:
        before, after = way.before.stamp, way.after.stamp
        january = left_january(before, after)
        if not january and years_between(before, after) < 1:
            continue
        if left is None or left.before.stamp == after or not is_return(left.before.stamp, after):
            left = way
            continue
        wrong = way.after if january else left.after
        if _key(left.after) not in turned and _key(wrong) not in turned:
            found[_key(wrong)] = -1
        left = None
    return found


def _key(spot: Spot) -> tuple[int, int]:
    return spot.file, spot.line


def _followed(ways: Iterable[Jump], wrong: Turned) -> "_Follower":
    """What some ways show, where it is known which years turned other than they seem."""
    follower = _Follower()
    for way in ways:
        known = wrong.get(_key(way.after)) == -1 and way.seconds > 0
        follower.follow(replace(way, seconds=way.seconds - YEAR_S) if known else way)
    return follower


@dataclass(slots=True)
class _Follower:
    """The state of the clock along a log."""

    jumps: list[Jump] = field(default_factory=list)
    turned: dict[tuple[int, int], int] = field(default_factory=dict)
    behind: list[int] = field(default_factory=list)
    """The numbers of the jumps back to where stamps have not come again, the last one last."""
    leapt: Jump | None = None
    """The last leap forward of a day or more, or into a new year, which may have been to a wrong date."""
    unset: tuple[Spot, Jump | None] | None = None
    """The line before those of a clock that was not set, and the jump between if New Year only seems to lie there."""

    def follow(self, way: Jump) -> None:
        """Go on to two neighbouring lines; between the last ones and these, stamps just went on."""
        if not comparable(way):
            self._go_over(way)
            return
        self._arrive(way.before.stamp)
        if way.seconds < -STEP_S:
            self._back(way)
        elif not self._return(way):
            new_year = years_between(way.before.stamp, way.after.stamp) > 0
            self.leapt = way if way.seconds >= RETURN_S or new_year else self.leapt
        if way.seconds >= -STEP_S and may_be_unset(way.before.stamp):
            self._wake(way)
        if may_be_unset(way.after.stamp):
            self._fall_asleep(way)

    def _go_over(self, way: Jump) -> None:
        """Lines that write different things of their year or zone, in two files: their instants may show a step."""
        self.behind.clear()
        self.unset = (way.before, None) if may_be_unset(way.after.stamp) else None
        self.jumps += [way] if way.seconds < -STEP_S else []

    def _arrive(self, stamp: Stamp) -> None:
        """What is over by now: stamps came line by line to where the clock was set back, or out of an unset date."""
        self._passed(stamp)
        if self.unset is not None and not may_be_unset(stamp):
            self.unset = None

    def _back(self, back: Jump) -> None:
        """A jump back: it sets the clock wrong, or right again where it lands where a leap began."""
        leap, self.leapt = self.leapt, None
        if leap is not None and is_return(leap.before.stamp, back.after.stamp):
            self.unset = None
            self._set_right(leap, leap.before, back)
            return
        self.behind.append(len(self.jumps))
        self.jumps.append(back)

    def _passed(self, stamp: Stamp) -> list[int]:
        """Forget the jumps back to where a line has come; the numbers of those."""
        found: list[int] = []
        while self.behind and has_returned(self.jumps[self.behind[-1]], stamp):
            found.append(self.behind.pop())
        return found

    def _return(self, way: Jump) -> bool:
        """After jumps back: whether stamps leap to where they began, or behind that."""
        wrong = [number for number in self._passed(way.after.stamp) if _sets_right(self.jumps[number], way)]
        if not wrong:
            return False
        since = self.jumps[wrong[-1]].before
        for number in wrong:
            self.jumps[number] = replace(self.jumps[number], since=since, until=way.after)
        self.jumps.append(replace(way, since=since, until=way.after))
        return True

    def _set_right(self, turn: Jump, before: Spot, right: Jump) -> None:
        """A clock that was wrong between two jumps, and right before and after them."""
        self.jumps += [replace(one, since=before, until=right.after) for one in (turn, right)]

    def _fall_asleep(self, way: Jump) -> None:
        """Note where lines of a clock that was not set may begin, unless such lines are waiting for their end."""
        before, after = way.before.stamp, way.after.stamp
        turned = years_between(before, after)
        began = turned > 0 or not may_be_unset(before) or (is_unset(after) and not is_unset(before))
        if not began or (self.unset is not None and self.unset[1] is not None):
            return
        if turned:
            self.unset = (way.before, replace(way, seconds=-forward_s(after, before)))
        elif after.month == 12 and after.year is None and way.seconds > UNSET_S:
            self.unset = (way.before, replace(way, seconds=way.seconds - YEAR_S))
        else:
            self.unset = (way.before, None)

    def _wake(self, way: Jump) -> None:
        """After lines of a clock that was not set: whether the next one has leapt to another date."""
        began, self.unset = self.unset, None
        if may_be_unset(way.after.stamp) and way.seconds <= UNSET_S:
            self.unset = began
            return
        if began is not None and began[1] is not None and began[1].after.stamp.month == 12:
            self._wake_in_january(began[0], began[1], way)
        elif way.seconds > (RETURN_S if is_unset(way.before.stamp) else UNSET_S) and not self._knows(way):
            self._wake_late(began, way)

    def _knows(self, way: Jump) -> bool:
        return bool(self.jumps) and self.jumps[-1].after is way.after and self.jumps[-1].seconds > 0

    def _wake_in_january(self, before: Spot, turn: Jump, right: Jump) -> None:
        """A clock that was not set showed a New Year: its lines before that are those of the year before."""
        if 0 <= same_year_s(before.stamp, right.after.stamp) < RETURN_S:
            self.turned[_key(turn.after)] = -1
            self._set_right(turn, before, right)

    def _wake_late(self, began: tuple[Spot, Jump | None] | None, right: Jump) -> None:
        if began is None or is_too_early(right.before.stamp) or self._fell_asleep():
            self.jumps.append(right)
            return
        before, turn = began
        if turn is not None and same_year_s(before.stamp, right.after.stamp) > 0:
            self.turned[_key(turn.after)] = 0
            self._set_right(turn, before, right)

    def _fell_asleep(self) -> bool:
        """Whether a jump back led to the lines of a clock that was not set."""
        return bool(self.behind) and may_be_unset(self.jumps[self.behind[-1]].after.stamp)


def _sets_right(back: Jump, way: Jump) -> bool:
    """Whether a leap to where a clock was set back, or behind it, takes that back: it had shown a wrong date."""
    wrong = -back.seconds >= RETURN_S or may_be_unset(back.after.stamp)
    return wrong and way.seconds >= -back.seconds / 2


def has_returned(back: Jump, stamp: Stamp) -> bool:
    """Whether a later line has come to where the clock was set back."""
    if stamp.month == 12 and left_january(back.before.stamp, back.after.stamp):
        return False
    return forward_s(back.before.stamp, stamp) >= 0
