"""Sizes, instants and browsers as people read them."""

from datetime import UTC, datetime
from typing import Final

from faultlog.model import Instant

_STEP: Final = 1000
_UNITS: Final = ("B", "kB", "MB", "GB", "TB")
_BROWSERS: Final = (
    ("Edg", "Edge"),
    ("OPR", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
"""What browsers write of themselves, and what they are called; many also write names of others, which stand later."""
_SYSTEMS: Final = (
    ("Windows", "Windows"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Mac OS X", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)


def size(count: int) -> str:
    """Bytes in the largest unit that leaves a whole number, with a digit more where it is small.

    >>> size(0), size(999), size(1000), size(1_460_000), size(999_999), size(8 << 30)
    ('0 B', '999 B', '1.0 kB', '1.5 MB', '1.0 MB', '8.6 GB')
    """
    amount, unit = float(count), 0
    while round(amount, 1) >= _STEP and unit < len(_UNITS) - 1:
        amount, unit = amount / _STEP, unit + 1
    return f"{count:,} B" if not unit else f"{amount:,.1f} {_UNITS[unit]}"


def minute(at: int) -> str:
    """An instant, microseconds since 1970 UTC, to the minute.

    >>> minute(1_772_532_059_000_000)
    '2026-03-03 10:00 UTC'
    """
    return f"{_of(at):%Y-%m-%d %H:%M} UTC"


def machine(at: int) -> str:
    """The same as a program reads it.

    >>> machine(1_772_532_059_000_000)
    '2026-03-03T10:00:59Z'
    """
    return f"{_of(at):%Y-%m-%dT%H:%M:%SZ}"


def written(at: int) -> str:
    """The same to the microsecond.

    >>> written(1_772_532_059_000_000)
    '2026-03-03T10:00:59.000000Z'
    """
    return str(Instant(at * 1000, 6))


def browser(agent: str | None) -> str:
    """A browser and its system, from what it says of itself; what is neither stands as it is.

    >>> browser("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36")
    'Chrome · Linux'
    >>> browser("curl/8.1"), browser(None)
    ('curl/8.1', '–')
    """
    found = [next((name for mark, name in known if mark in (agent or "")), None) for known in (_BROWSERS, _SYSTEMS)]
    return " · ".join(one for one in found if one) or agent or "–"


def _of(at: int) -> datetime:
    return datetime.fromtimestamp(at / 1_000_000, UTC)
