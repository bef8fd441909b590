"""Text and time as both databases take them."""

import time

_NUL = str.maketrans({"\0": "␀"})


def storable(text: str) -> str:
    r"""Text that SQLite and PostgreSQL both keep: NUL is shown, half of a surrogate pair is replaced.

    >>> storable("a\0b")
    'a␀b'
    """
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace").translate(_NUL)


def now() -> int:
    """Microseconds since 1970 UTC."""
    return time.time_ns() // 1000
