"""Times of one case, as short as the case allows: no date where everything happened on one day, no year within one."""

import math
from collections.abc import Iterable
from datetime import datetime

from faultlog.model import NS, Instant
from faultlog.report.document import CaseDocument
from faultlog.report.rows import Interval
from faultlog.values import dataclass
from faultlog.wording import Wording, zone_label

NEVER = "–"


def nanoseconds(at: str | None) -> int | None:
    """The instant's nanoseconds since 1970; `None` where there is none or no calendar has it."""
    try:
        return None if at is None else Instant.of(at).ns
    except ValueError:
        return None


def ends_of(interval: Interval) -> tuple[str | None, ...]:
    """Earliest and latest raise, earliest and latest clear, as far as they are known."""
    return (interval.raised.at, interval.raised.until, interval.cleared.at, interval.cleared.until)


NARROW_S = 2.0
"""A range of seconds at most this wide is shown as about its middle: stamps of different precision give such."""


@dataclass(frozen=True, slots=True)
class Times:
    """How times of one case are written."""

    wording: Wording
    begin: str | None
    """The first instant of any log, ISO."""
    end: str | None
    """The last instant of any log, ISO."""

    @classmethod
    def of(cls, doc: CaseDocument, wording: Wording) -> "Times":
        """The span of a document's logs; where no line has a time, that of its intervals."""
        spans = [at for file in doc.files for at in (file.first_at, file.last_at)]
        ends = [at for one in doc.intervals for at in ends_of(one)]
        known = sorted((ns, at) for at in (*spans, *ends) if at is not None and (ns := nanoseconds(at)) is not None)
        return cls(wording, known[0][1] if known else None, known[-1][1] if known else None)

    @property
    def pattern(self) -> str:
        """The shortest way to write a time that is clear within this case."""
        first, last = self._local(self.begin), self._local(self.end)
        if first is None or last is None or first.year != last.year:
            return "%Y-%m-%d %H:%M:%S"
        return "%H:%M:%S" if first.date() == last.date() else "%m-%d %H:%M:%S"

    @property
    def day(self) -> str:
        """The date that `pattern` leaves out; empty where it leaves none out."""
        first = self._local(self.begin)
        left_out = {"%H:%M:%S": "%Y-%m-%d", "%m-%d %H:%M:%S": "%Y"}.get(self.pattern)
        return "" if first is None or left_out is None else first.strftime(left_out)

    @property
    def zone(self) -> str:
        """What the host's clock calls its zone where this case begins."""
        local = self._local(self.begin)
        return zone_label(local) if local is not None else self.wording.zone

    @property
    def days(self) -> str:
        """The days of the observation, for a headline."""
        first, last = self._local(self.begin), self._local(self.end)
        if first is None or last is None:
            return self.wording.words("span.unknown")
        if first.date() == last.date():
            return f"{first:%Y-%m-%d}"
        return self.wording.words("span", begin=f"{first:%Y-%m-%d}", end=f"{last:%Y-%m-%d}")

    @property
    def span(self) -> str:
        """The observation from its first to its last line."""
        first, last = self._local(self.begin), self._local(self.end)
        if first is None or last is None:
            return self.wording.words("span.unknown")
        ending = self._zoned(last, "%H:%M:%S" if first.date() == last.date() else "%Y-%m-%d %H:%M:%S")
        return self.wording.words("span", begin=f"{first:%Y-%m-%d %H:%M:%S}", end=ending)

    def _local(self, at: str | None) -> datetime | None:
        return None if at is None else self.wording.local(at)

    def short(self, at: str | None) -> str:
        """A time on the host's own clock; with its zone where summer time has changed that since the begin."""
        local = self._local(at)
        return self._zoned(local, self.pattern) if local is not None else (at or NEVER)

    def second(self, ns: int) -> str:
        """The same of the second that holds an instant, in nanoseconds since 1970."""
        return self.short(str(Instant(ns - ns % NS)))

    def _zoned(self, local: datetime, pattern: str) -> str:
        label = zone_label(local)
        return local.strftime(pattern) + ("" if label == self.zone else f" {label}")

    def both(self, at: str | None) -> str:
        """A time on the host's own clock, and in UTC where that differs."""
        if at is None or self.wording.is_utc(at):
            return self.short(at)
        return f"{self.short(at)} ({Instant.of(at).utc().strftime(self.pattern)}Z)"

    def raised(self, interval: Interval) -> str:
        """The begin of an interval, as well as it is known."""
        end = interval.raised
        key = f"raised.{end.kind}"
        return self.wording.words(
            key, time=self.short(end.at), until=self.short(end.until), reason=self.reason(end.reason)
        )

    def cleared(self, interval: Interval) -> str:
        """The end of an interval, as well as it is known."""
        end = interval.cleared
        key = f"cleared.{end.kind}"
        if end.kind == "not_before":
            key += ".open" if interval.state == "open" else ".unknown"
        return self.wording.words(
            key, time=self.short(end.at), until=self.short(end.until), reason=self.reason(end.reason)
        )

    def reason(self, reason: str | None) -> str:
        """Why an end is not one exact instant."""
        return self.wording.words(f"reason.{reason}") if reason is not None else ""

    def duration(self, interval: Interval) -> str:
        """How long an interval lasted, as well as that is known."""
        lowest, highest = interval.duration_s
        said = self.wording.duration
        if highest is not None and (highest == lowest or said(lowest) == said(highest, rounding=math.ceil)):
            return said(lowest)
        if highest is None or not math.isfinite(highest):
            return (
                self.wording.words("duration.at_least", low=said(lowest))
                if lowest > 0
                else self.wording.words("duration.unknown")
            )
        if highest - lowest <= NARROW_S:
            return self.wording.words("duration.about", middle=said((lowest + highest) / 2, rounding=round))
        if lowest <= 0:
            return self.wording.words("duration.at_most", high=said(highest, rounding=math.ceil))
        return self.wording.words("duration.range", low=said(lowest), high=said(highest, rounding=math.ceil))

    def state(self, interval: Interval) -> str:
        """Whether it is over."""
        state = self.wording.words(f"state.{interval.state}")
        return self.wording.words("state.several", state=state) if interval.may_be_several else state


def common_folder(paths: Iterable[str]) -> str:
    """The folder, with `/` at its end, that all paths start with; empty where there is none."""
    split = [path.split("/")[:-1] for path in paths]
    shared = []
    for parts in zip(*split, strict=False):
        if len(set(parts)) != 1:
            break
        shared.append(parts[0])
    return "/".join(shared) + "/" if shared else ""
