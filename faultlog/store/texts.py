"""Text and time as both databases take them."""

import time
import unicodedata

from sqlalchemy import BigInteger, Connection, cast, func, select

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


def folded(text: str) -> str:
    """A text as it is looked for: small letters or large, and Korean in whole syllables or in parts, are the same.

    >>> folded("SCAN") == folded("scan"), folded("\u1100\u1167\u11ab") == folded("견")
    (True, True)
    """
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).casefold())


def written_as(text: str) -> list[str]:
    """A text in each of the ways that letters are put together, as names of files may have it."""
    return sorted({text, *(unicodedata.normalize(form, text) for form in ("NFC", "NFD"))})


def clock(db: Connection) -> int:
    """The same by the clock that all have who use a database: those of their machines may differ."""
    if db.dialect.name != "postgresql":
        return now()
    return int(
        db.execute(select(cast(func.extract("epoch", func.clock_timestamp()) * 1_000_000, BigInteger))).scalar_one()
    )
