"""Logins that are tried: who tries too often has to wait.

Counted by account and address together, so that nobody locks another out by guessing; by address, so that nobody tries
one password on many accounts; and by account, so that many addresses together do not get far either. An attempt counts
before its password is looked at: many at once are not more than one after another.
"""

from collections.abc import Mapping
from ipaddress import IPv6Address, ip_address
from typing import Final, Literal

from sqlalchemy import Connection, delete, func, insert, select, text

from faultlog.store.keys import hash_of
from faultlog.store.schema import ATTEMPTS
from faultlog.store.texts import now

What = Literal["both", "address", "account"]
WINDOW_US: Final = 15 * 60_000_000
"""Microseconds for which an attempt counts. Tool default."""
MOST: Final[Mapping[What, int]] = {"both": 5, "address": 20, "account": 50}
"""Attempts in that time. Tool default."""


def admit(db: Connection, name: str, address: str) -> int:
    """Count an attempt; how many seconds to wait first: 0 where it may be made, else it was not counted.

    Args:
        db: the transaction.
        name: of the account, whether there is one or not; only a hash of it is kept.
        address: from which it is tried; of IPv6 its network counts.
    """
    if db.dialect.name == "postgresql":  # SQLite has one writer anyway
        db.execute(text("LOCK TABLE attempts IN SHARE ROW EXCLUSIVE MODE"))
    at = now()
    forget(db, at)
    keys = _keys(name, address)
    waits = [_wait(db, key, MOST[what], at) for what, key in keys.items()]
    if not any(waits):
        db.execute(insert(ATTEMPTS), [{"what": key, "at": at} for key in keys.values()])
    return max(waits)


def forget(db: Connection, at: int) -> None:
    """Remove the attempts that count no more at a time: too old, or of a time to come, since the clock went back."""
    db.execute(delete(ATTEMPTS).where((ATTEMPTS.c.at <= at - WINDOW_US) | (ATTEMPTS.c.at > at)))


def forgive(db: Connection, name: str, address: str) -> None:
    """Count no attempts on an account from an address any more: its owner is there."""
    db.execute(delete(ATTEMPTS).where(ATTEMPTS.c.what == _keys(name, address)["both"]))


def network(address: str) -> str:
    """What counts as one address: of IPv6 the first 64 bits, which are one customer's.

    >>> network("192.0.2.7"), network("2001:db8::7"), network("?")
    ('192.0.2.7', '2001:db8::', '?')
    """
    try:
        read = ip_address(address)
    except ValueError:
        return address
    if not isinstance(read, IPv6Address):
        return str(read)
    return str(read.ipv4_mapped or IPv6Address(int(read) >> 64 << 64))


def _keys(name: str, address: str) -> dict[What, str]:
    account, place = hash_of(name), network(address)[:64]
    return {"both": f"both {account} {place}", "address": f"address {place}", "account": f"account {account}"}


def _wait(db: Connection, key: str, most: int, at: int) -> int:
    """Seconds until there are fewer than as many in the window."""
    nth = select(ATTEMPTS.c.at).where(ATTEMPTS.c.what == key).order_by(ATTEMPTS.c.at.desc()).offset(most - 1).limit(1)
    oldest = db.execute(select(func.max(nth.subquery().c.at))).scalar_one()
    return 0 if oldest is None else max(1, -((at - WINDOW_US - oldest) // 1_000_000))
