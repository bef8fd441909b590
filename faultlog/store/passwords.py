"""Passwords: which are taken, what is kept of them, and whether one is right.

argon2id with the parameters of the library: https://argon2-cffi.readthedocs.io/en/stable/parameters.html, the second
recommendation of RFC 9106. Where those change, a password is hashed anew when its owner logs in.
"""

import unicodedata
from functools import cache
from typing import Final, Literal

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

HASHER: Final = PasswordHasher()
LEAST: Final = 12
"""Characters of a password. Tool default; NIST SP 800-63B asks for at least 8, and for 15 where nothing is added."""
MOST: Final = 1000


def flaw(name: str, password: str) -> Literal["short", "long", "name"] | None:
    """Why a password is refused; `None` where it is taken.

    >>> flaw("kim", "correct horse battery"), flaw("kim.kim.kim.kim", "Kim.Kim.Kim.Kim")
    (None, 'name')
    """
    if len(password) < LEAST:
        return "short"
    if len(password) > MOST:
        return "long"
    return "name" if password.casefold() == name.casefold() else None


def hashed(password: str) -> str:
    """What is kept of a password; takes a tenth of a second and 64 MiB."""
    return HASHER.hash(_plain(password))


def is_right(kept: str | None, password: str) -> bool:
    """Whether a password is the one that is kept. Where none is, as much work is done as if one were."""
    nobody = _of_nobody(HASHER)
    try:
        right = HASHER.verify(nobody if kept is None else kept, _plain(password))
    except (VerificationError, InvalidHashError):
        return False
    return right and kept is not None


def is_old(kept: str) -> bool:
    """Whether it was hashed with other parameters than today's."""
    return HASHER.check_needs_rehash(kept)


@cache
def _of_nobody(hasher: PasswordHasher) -> str:
    return hasher.hash("")


def _plain(password: str) -> bytes:
    """The same password typed on another machine: Korean keyboards compose syllables, or do not."""
    return unicodedata.normalize("NFKC", password).encode("utf-8", "replace")
