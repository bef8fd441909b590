"""One history, one verdict: what each promise says where nothing is hidden.

A judge follows one stay of a fault: `begin`, then `started` for each start, then `cleared` or, where the observation
ends first, `ended`. Times are real seconds; an anchor is the number of its line, `None` where no line shows it.
"""

from dataclasses import dataclass, replace
from typing import Protocol

TEN_MINUTES = 600
UNSEEN = (0, None)
"""A deadline that passed whose start no line shows: when it was is left open."""


@dataclass(frozen=True)
class Outcome:
    """What one history gives; `verdict` is `None` where there is nothing to judge."""

    verdict: str | None
    anchor: int | None = None
    margin: int | None = None
    breaches: int = 0


class Judge(Protocol):
    """A promise that follows a stay."""

    def started(self, at: int, line: int | None) -> "Judge":
        """The event that the promise counts from happened."""
        ...

    def cleared(self, at: int) -> Outcome:
        """The fault cleared."""
        ...

    def ended(self, at: int) -> Outcome:
        """The observation ended, the fault still raised."""
        ...


@dataclass(frozen=True)
class WithinRaise:
    """Clears within ten minutes of its raise."""

    raised: int
    line: int | None

    def started(self, at: int, line: int | None) -> "WithinRaise":
        return self

    def cleared(self, at: int) -> Outcome:
        margin = self.raised + TEN_MINUTES - max(at, self.raised)  # the line of a clear may stand out of order
        return Outcome("met" if margin >= 0 else "breached", self.line, margin, int(margin < 0))

    def ended(self, at: int) -> Outcome:
        margin = self.raised + TEN_MINUTES - at
        return Outcome("pending", self.line) if margin >= 0 else Outcome("breached", self.line, margin, 1)


@dataclass(frozen=True)
class WithinStart:
    """Clears within ten minutes of the connector's start; a start before the deadline arms it anew."""

    armed: tuple[tuple[int, int | None], ...] = ()
    """Deadlines that are not over yet, each with the line of its start: one, or two where a start came right at one."""
    missed: tuple[int, int | None] | None = None
    breaches: int = 0

    def _by(self, at: int) -> "WithinStart":
        over = [each for each in self.armed if each[0] < at]
        left = tuple(each for each in self.armed if each[0] >= at)
        first = self.missed or (over[0] if over else None)
        if first is not None and first[1] is None:
            first = UNSEEN
        return WithinStart(left, first, self.breaches + len(over))

    def started(self, at: int, line: int | None) -> "WithinStart":
        now = self._by(at)
        kept = tuple(each for each in now.armed if each[0] == at)
        return replace(now, armed=(*kept, (at + TEN_MINUTES, line)))

    @staticmethod
    def _breached(now: "WithinStart", at: int) -> Outcome:
        assert now.missed is not None
        deadline, line = now.missed
        return Outcome("breached", line, None if line is None else deadline - at, now.breaches)

    def cleared(self, at: int) -> Outcome:
        now = self._by(at)
        if now.missed is not None:
            return self._breached(now, at)
        if not now.armed:
            return Outcome(None)
        deadline, line = now.armed[-1]
        return Outcome("met", line, deadline - at)

    def ended(self, at: int) -> Outcome:
        now = self._by(at)
        if now.missed is not None:
            return self._breached(now, at)
        return Outcome("pending", now.armed[-1][1] if now.armed else None)


@dataclass(frozen=True)
class AfterStart:
    """Clears within ten minutes of the first start after the raise; later ones change nothing."""

    first: tuple[int, int | None] | None = None

    def started(self, at: int, line: int | None) -> "AfterStart":
        return self if self.first else AfterStart((at, line))

    def cleared(self, at: int) -> Outcome:
        return WithinRaise(*self.first).cleared(at) if self.first else Outcome(None)

    def ended(self, at: int) -> Outcome:
        return WithinRaise(*self.first).ended(at) if self.first else Outcome("pending")


@dataclass(frozen=True)
class Helped:
    """What became of the last event that may clear a fault: of those that were seen, if any was."""

    last: tuple[int, int | None] | None = None

    def started(self, at: int, line: int | None) -> "Helped":
        if line is None and self.last is not None and self.last[1] is not None:
            return self
        return Helped((at, line))

    def cleared(self, at: int) -> Outcome:
        if self.last is None:
            return Outcome("not_tried")
        return Outcome("helped" if at <= self.last[0] + TEN_MINUTES else "did_not_help", self.last[1])

    def ended(self, at: int) -> Outcome:
        if self.last is None:
            return Outcome("not_tried")
        return Outcome("did_not_help" if at > self.last[0] + TEN_MINUTES else "unknown", self.last[1])


@dataclass(frozen=True)
class HalfOpen:
    """Follows with another judge; a stay is half open, so what happens at the very instant of its clear is outside."""

    now: Judge
    before: Judge
    """What stood before the events of the latest instant."""
    at: int | None
    """The latest instant; `None` where the order of lines alone says what came after it."""

    def by(self, at: int | None) -> "HalfOpen":
        """The same when time has gone on."""
        return self if at == self.at else HalfOpen(self.now, self.now, at)

    def started(self, at: int, line: int | None) -> "HalfOpen":
        return HalfOpen(self.now.started(at, line), self.by(at).before, at)

    def cleared(self, at: int) -> Outcome:
        late = self.at is not None and self.at >= at  # a line out of order may write a clear's time before another's
        return (self.before if late else self.now).cleared(at)

    def ended(self, at: int) -> Outcome:
        return self.now.ended(at)


@dataclass(frozen=True)
class Lasting:
    """How long a stay was, in seconds; without end where the observation ends first."""

    raised: int

    def started(self, at: int, line: int | None) -> "Lasting":
        return self

    def cleared(self, at: int) -> Outcome:
        return Outcome("cleared", margin=max(0, at - self.raised))

    def ended(self, at: int) -> Outcome:
        return Outcome("open", margin=max(0, at - self.raised))


def within_start(raised: int, line: int | None) -> WithinStart:
    """Begins to follow a stay for the promise that counts from the connector's starts."""
    return WithinStart()


def after_start(raised: int, line: int | None) -> AfterStart:
    """Begins to follow a stay for the promise that counts from the first start."""
    return AfterStart()


def helped(raised: int, line: int | None) -> Helped:
    """Begins to follow a stay for what may clear it."""
    return Helped()


def lasting(raised: int, line: int | None) -> Lasting:
    """Begins to measure a stay."""
    return Lasting(raised)
