"""What a container is, told by its content and never by its name, and what its members have in common."""

import re
from typing import Literal

from zlib_ng import zlib_ng

from faultlog.archives.streams import Stream
from faultlog.model import NS, Instant
from faultlog.values import dataclass

Container = Literal["zip", "tar", "gz", "bz2", "xz"]
"""What can be looked into."""

_MAGIC: tuple[tuple[re.Pattern[bytes], Container], ...] = (
    (re.compile(rb"PK(\x03\x04|\x05\x06)"), "zip"),
    (re.compile(rb"\x1f\x8b\x08"), "gz"),
    (re.compile(rb"BZh[1-9](1AY&SY|\x17rE8P\x90)", re.DOTALL), "bz2"),
    (re.compile(rb"\xfd7zXZ\0"), "xz"),
)
_FOREIGN = (
    (b"7z\xbc\xaf'\x1c", "7-Zip archive"),
    (b"Rar!\x1a\x07", "RAR archive"),
    (b"\x28\xb5\x2f\xfd", "Zstandard file"),
    (b"MSCF\0\0\0\0", "Windows cabinet"),
)
_1971, _1980, _LAST_SECOND = 31_536_000, 315_532_800, 253_402_300_799
"""The first seconds of two years, and the last one of the year 9999, since 1970."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One file, link or device of an archive."""

    name: str
    """As the archive writes it; bytes that are no text are surrogates."""
    modified: Instant | None
    stream: Stream | None
    """Its content, to be read before the next entry is asked for; `None` where it cannot be read."""
    refused: tuple[str, str] | None = None
    """Code and detail of the warning that says why it cannot be read."""
    mode: int | None = None
    """Who may do what with it, as Unix counts; `None` where the archive does not say."""


def container(head: bytes) -> Container | None:
    """What begins with these bytes, 512 where there are as many; `None` for what is no container."""
    for magic, kind in _MAGIC:
        if magic.match(head):
            return kind
    return "tar" if head[257:262] == b"ustar" or _is_old_tar(head) else None


def foreign(head: bytes) -> str | None:
    """What kind of container begins with these bytes that faultlog does not read."""
    return next((label for magic, label in _FOREIGN if head.startswith(magic)), None)


def date_of(seconds: float) -> Instant | None:
    """A modification time in seconds since 1970, where it is a date: not one of 1970, not 1980-01-01."""
    if not _1971 <= seconds <= _LAST_SECOND or _1980 <= seconds < _1980 + 86_400:
        return None
    return Instant(int(seconds) * NS)


_STATED = re.compile(rb"[ \0]*([0-7]{1,7})[ \0]*")


def checksum_holds(block: bytes) -> bool:
    """The header's sum of bytes, its own field taken as blanks; old tars summed signed bytes."""
    stated = _STATED.fullmatch(block, 148, 156)
    if stated is None:
        return False
    bare = block[:148] + b" " * 8 + block[156:]
    missing = _sum(bare[:256]) + _sum(bare[256:]) - int(stated[1], 8)
    return missing == 0 or missing == 256 * sum(byte > 127 for byte in bare)


def _sum(few: bytes) -> int:
    """The sum of at most 256 bytes: what Adler-32 (RFC 1950) counts below 65521, plus one; quicker than `sum`."""
    return (zlib_ng.adler32(few) & 0xFFFF) - 1


def _is_old_tar(head: bytes) -> bool:
    return len(head) >= 512 and head[0] != 0 and checksum_holds(head[:512])
