"""Stamps, marks and trails as tests write them: `trail("Mar  3 12:00:00", "2026-03-03T12:00:00Z")`."""

from collections.abc import Mapping
from types import MappingProxyType

from faultlog.model import Instant, Mark, Stamp
from faultlog.stamps import read_stamp
from faultlog.trails import Trail, Written

NO_UPTIMES: Mapping[int, float] = MappingProxyType({})


def at(text: str) -> Instant:
    """The instant that a text writes."""
    return Instant.of(text)


def stamped(text: str) -> Stamp:
    """A stamp with a year if it begins with a digit, else a syslog stamp."""
    stamp = read_stamp("iso" if text[0].isdigit() else "syslog", text)
    assert stamp is not None
    return stamp


def trail(*lines: str, uptimes: Mapping[int, float] = NO_UPTIMES) -> Trail:
    """The trail of a file of such lines; some print the machine's uptime, by line number."""
    found = Trail()
    for number, line in enumerate(lines, 1):
        found.add(Mark(number, stamped(line)), Written(uptime_s=uptimes.get(number)))
    return found
