"""How much a team may keep, and for how long, as people write it: at the terminal and on a page."""

import re
from typing import Final

_SIZE: Final = re.compile(r"([0-9]{1,15})([kMGT]?)B?", re.IGNORECASE)
_TIMES: Final = {"": 1, "k": 10**3, "m": 10**6, "g": 10**9, "t": 10**12}
_LARGEST: Final = 10**18
"""What a database keeps of it."""


def bytes_of(size: str) -> int | None:
    """A size in bytes; `None` where it is none.

    >>> bytes_of("20G"), bytes_of("500 MB"), bytes_of("1,500 kB"), bytes_of("0"), bytes_of("much")
    (20000000000, 500000000, 1500000, None, None)
    """
    read = _SIZE.fullmatch(re.sub("[ ,]", "", size))
    count = 0 if read is None else int(read[1]) * _TIMES[read[2].lower()]
    return count if 0 < count <= _LARGEST else None


def days_of(days: str) -> int | None:
    """A number of days from 1 to 99999; `None` where it is none.

    >>> days_of("90"), days_of("0"), days_of("1e9")
    (90, None, None)
    """
    return int(days) or None if re.fullmatch("[0-9]{1,5}", days) else None


def exact_size(count: int) -> str:
    """Bytes in the largest unit that loses none; `bytes_of` reads it.

    >>> exact_size(20_000_000_000), exact_size(1_500_000), exact_size(1234)
    ('20 GB', '1,500 kB', '1,234 B')
    """
    units = ["B", "kB", "MB", "GB", "TB"]
    while count and count % 1000 == 0 and len(units) > 1:
        count, units = count // 1000, units[1:]
    return f"{count:,} {units[0]}"
