"""Marks of the time axes: full hours, days or months of the host's clock, with what UTC shows then."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from faultlog.model import NS, Instant
from faultlog.report.charts.frame import Frame
from faultlog.values import dataclass
from faultlog.wording import Wording, zone_label, zone_named

MOST = 8
"""Marks of an axis, so that their times never touch. Tool default."""

_MINUTE, _HOUR, _DAY = 60, 3600, 86400
STEPS = (
    1, 2, 5, 10, 15, 30, _MINUTE, 2 * _MINUTE, 5 * _MINUTE, 10 * _MINUTE, 15 * _MINUTE, 30 * _MINUTE, _HOUR, 2 * _HOUR,
    3 * _HOUR, 6 * _HOUR, 12 * _HOUR, _DAY, 2 * _DAY, 7 * _DAY, 14 * _DAY,
)  # fmt: skip
"""Seconds between two marks."""
MONTHS = (1, 2, 3, 6, 12, 24, 60, 120, 240, 600, 1200, 12_000, 120_000)
"""Months between two marks, where that is more than weeks: full quarters, years, decades."""


@dataclass(frozen=True, slots=True)
class Tick:
    """A mark, with two lines of a label by the host's clock and by UTC; the second is empty where it repeats."""

    ns: int
    local: tuple[str, str]
    utc: tuple[str, str]


def ticks(frame: Frame, wording: Wording) -> list[Tick]:
    """The marks inside a frame, in order, at most `MOST`."""
    step = next((one for one in STEPS if frame.span / (one * NS) <= MOST - 1), None)
    found = _months(frame, wording) if step is None else _even(frame, wording, step)
    inside = [local for local in found if frame.holds(_ns(local))]
    patterns = _patterns(step)
    made: list[Tick] = []
    shown = ("", "")
    for local in inside:
        both = local, local.astimezone(UTC)
        below = tuple(one.strftime(lower) for one, (_, lower) in zip(both, patterns, strict=True))
        said = [
            (one.strftime(patterns[at][0]), "" if below[at] == shown[at] else below[at]) for at, one in enumerate(both)
        ]
        made.append(Tick(_ns(local), said[0], said[1]))
        shown = below[0], below[1]
    return made


def _patterns(step: int | None) -> tuple[tuple[str, str], tuple[str, str]]:
    """How marks are written, local and UTC: a local day begins at some time of a day of UTC."""
    if step is not None and step < _DAY:
        both = ("%H:%M:%S" if step < _MINUTE else "%H:%M", "%Y-%m-%d")
        return both, both
    return ("%Y-%m", "") if step is None else ("%m-%d", "%Y"), ("%m-%d", "%H:%M")


def _even(frame: Frame, wording: Wording, step: int) -> Iterator[datetime]:
    """Times that are whole multiples of a step by the host's clock."""
    return _within_hours(frame, wording, step) if step <= _HOUR else _over_days(frame, wording, step)


def _within_hours(frame: Frame, wording: Wording, step: int) -> Iterator[datetime]:
    """Every step counts alike, also where summer time repeats an hour."""
    ahead = _local(frame.begin, wording).utcoffset() or timedelta()
    offset = round(ahead.total_seconds())
    first = -(-(frame.begin // NS + offset) // step) * step - offset
    for second in range(first, frame.end // NS + 1, step):
        yield _local(second * NS, wording)


def _over_days(frame: Frame, wording: Wording, step: int) -> Iterator[datetime]:
    """Counted from midnight of each day, weeks from a Monday: where summer time changes, one step is longer."""
    first, last = (_local(ns, wording).replace(tzinfo=None) for ns in (frame.begin, frame.end))
    midnight = datetime(first.year, first.month, first.day)  # noqa: DTZ001 (a civil time: the zone is put to it below)
    begun = midnight if step <= _DAY else midnight - timedelta(days=midnight.weekday())
    for number in range(int((last - begun).total_seconds() // step) + 1):
        yield (begun + timedelta(seconds=step * number)).replace(tzinfo=zone_named(wording.zone))


def _months(frame: Frame, wording: Wording) -> Iterator[datetime]:
    first, last = _local(frame.begin, wording), _local(frame.end, wording)
    months = (last.year - first.year) * 12 + last.month - first.month
    every = next(one for one in MONTHS if months <= one * (MOST - 1))
    begun = first.year * 12 + first.month - 1
    for number in range(-(-begun // every) * every, begun + months + 1, every):
        year, month = divmod(number, 12)
        yield datetime(year, month + 1, 1, tzinfo=zone_named(wording.zone))


def _local(ns: int, wording: Wording) -> datetime:
    return Instant(ns).utc().astimezone(zone_named(wording.zone))


def _ns(local: datetime) -> int:
    return round(local.timestamp()) * NS


def zones(frame: Frame, wording: Wording) -> tuple[str, bool]:
    """The name of the host's zone with its abbreviations in this frame, and whether it is UTC all along."""
    ends = [_local(ns, wording) for ns in (frame.begin, frame.end)]
    labels = "/".join(dict.fromkeys(zone_label(one) for one in ends))
    named = wording.zone if labels == wording.zone else f"{wording.zone} ({labels})"
    return named, all(not one.utcoffset() for one in ends)
