"""How far the console's clock is from the host's, as a case tells it: with what hours or years between them suggest."""

from faultlog.alignment import Difference
from faultlog.case import ConsoleClock
from faultlog.model import Text

WESTMOST_S, EASTMOST_S = -12 * 3600.0, 14 * 3600.0
"""Zones lie between these offsets from UTC."""
YEAR_S = 365.25 * 86400
DAY_S = 86400.0


def clock_of(found: Difference, offset_s: float | None, *, years_left_out: bool) -> ConsoleClock:
    """The difference of the clocks as a case tells it.

    Args:
        found: the difference.
        offset_s: in which zone lines that state none were read, in seconds east; `None` where every line states one.
        years_left_out: whether some lines state no year.
    """
    hint = None
    if offset_s is not None and found.of_zones is not None and WESTMOST_S <= offset_s - found.of_zones <= EASTMOST_S:
        hint = Text("console_clock.zone", {"zone": _zone(offset_s - found.of_zones)})
    elif years_left_out and abs(found.ahead_s) > YEAR_S / 2:
        off = abs(found.ahead_s) % YEAR_S
        hint = Text("console_clock.year") if min(off, YEAR_S - off) <= DAY_S else None
    return ConsoleClock(found.ahead_s, found.spread_s, found.pairs, hint)


def _zone(offset_s: float) -> str:
    """A fixed offset as `--tz` takes it.

    >>> _zone(9 * 3600), _zone(-34200)
    ('+09:00', '-09:30')
    """
    hours, minutes = divmod(round(abs(offset_s) / 60), 60)
    return f"{'-' if offset_s < 0 else '+'}{hours:02d}:{minutes:02d}"
