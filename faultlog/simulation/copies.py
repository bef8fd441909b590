"""Logs as files: rotated, compressed, missing, cut, copied; as bytes, with the place of every line that is left."""

import struct
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import field, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from faultlog.model import NS, Instant
from faultlog.simulation.chances import Dice
from faultlog.simulation.written import Written
from faultlog.values import dataclass

_STORED = 65_535
"""Bytes of a stored block of the deflate format at most."""


@dataclass(frozen=True, slots=True)
class Copy:
    """One file of a rotation set."""

    name: str
    """Base name."""
    data: bytes
    """As it stands in the bundle, compressed where its name says so."""
    modified: Instant
    """By the host's clock."""
    lines: tuple[tuple[Written, int], ...]
    """Each line it holds whole or without its line end, with its number from 1."""
    count: int
    """Its lines, those that cannot be read included."""
    size: int
    """Bytes when decompressed."""


@dataclass(slots=True)
class Rotated:
    """A rotation set, oldest copy first, and what it lost."""

    copies: list[Copy] = field(default_factory=list)
    lost: list[Written] = field(default_factory=list)
    """Lines that no copy holds, each with its reason."""


def stored_gzip(data: bytes, modified: Instant) -> bytes:
    """Gzip without compression: the same bytes with every zlib there is."""
    blocks = [data[at : at + _STORED] for at in range(0, len(data), _STORED)] or [b""]
    body = b"".join(
        struct.pack("<BHH", number == len(blocks) - 1, len(block), len(block) ^ 0xFFFF) + block
        for number, block in enumerate(blocks)
    )
    head = struct.pack("<BBBBIBB", 0x1F, 0x8B, 8, 0, max(0, modified.ns // NS) & 0xFFFFFFFF, 0, 255)
    return head + body + struct.pack("<II", zlib.crc32(data), len(data) & 0xFFFFFFFF)


_GZIP_HEAD = 15
"""Bytes of `stored_gzip` before the first of the data, where all is one block."""


def rotate(lines: Sequence[Written], name: str, end: Instant, zone: ZoneInfo, dice: Dice) -> Rotated:
    """Write one log's lines into files.

    Args:
        lines: in file order; those lost already are passed on.
        name: base name of the live file.
        end: when the bundle was taken, by the host's clock.
        zone: of dates in names.
        dice: decides.
    """
    result = Rotated(lost=[one for one in lines if one.lost is not None])
    kept = [one for one in lines if one.lost is None]
    rotates = len(kept) > 20 and dice.happens("rotated")
    parts = _parts(kept, dice) if rotates else [kept]
    parts[0], head = _headless(parts[0], result, dice)
    tail = _tailless(parts, result, dice)
    names = _names(name, parts, zone, dice)
    gone = _missing(names, dice)
    for number, (part, base) in enumerate(zip(parts, names, strict=True)):
        if number == gone:
            result.lost += [replace(one, lost="rotation_missing") for one in part]
            continue
        lead = head if number == 0 else b""
        end_cut = tail if number == len(parts) - 1 else None
        result.copies.append(_copy(part, base, (lead, end_cut), end, result, dice))
    return result


def _parts(lines: Sequence[Written], dice: Dice) -> list[list[Written]]:
    """Whole lines, until a file has grown to some size."""
    cuts = sorted({dice.between(4, len(lines) - 2) for _ in range(dice.between(1, 4))})
    if dice.happens("live log empty"):
        cuts.append(len(lines))
    return [list(lines[begin:until]) for begin, until in zip([0, *cuts], [*cuts, len(lines)], strict=True)]


def _headless(part: list[Written], result: Rotated, dice: Dice) -> tuple[list[Written], bytes]:
    """The first copy without its first lines and half of the next."""
    if len(part) < 8 or not dice.happens("starts in the middle"):
        return part, b""
    gone = dice.between(1, len(part) // 2)
    result.lost += [replace(one, lost="log_starts") for one in part[:gone]]
    text = part[gone - 1].text
    return part[gone:], text[len(text) // 2 :].encode()


def _tailless(parts: list[list[Written]], result: Rotated, dice: Dice) -> bytes | None:
    """The live file without its last lines: how its last line goes on; `None` where it ends with a line end.

    A line that is cut is noise: half a raise is a raise of another fault.
    """
    live = parts[-1]
    if len(live) >= 8 and dice.happens("ends in the middle"):
        gone = dice.between(1, len(live) // 2)
        cut = live[-gone]
        result.lost += [replace(one, lost="log_ends") for one in live[-gone:]]
        parts[-1] = live[:-gone]
        return b"" if cut.line.happening is not None else cut.text[: len(cut.text) // 2].encode()
    return b"" if live and dice.happens("last line unterminated") else None


def _names(name: str, parts: Sequence[Sequence[Written]], zone: ZoneInfo, dice: Dice) -> list[str]:
    """Base names, oldest copy first; numbers or dates, compressed or not as it comes."""
    ages = range(len(parts) - 1, 0, -1)
    style = dice.one_of(("numbers", "numbers", "from zero", "dates"))
    lasts = [part[-1].shown.ns // NS for part in parts[:-1]]
    if style == "dates" and lasts == sorted(set(lasts)) and all(last > 10**9 for last in lasts):
        suffixes = [f"-{datetime.fromtimestamp(last, zone):%Y%m%d-%H%M%S}" for last in lasts]
        suffixes = suffixes if suffixes == sorted(set(suffixes)) else [f".{age}" for age in ages]
    else:
        suffixes = [f".{age - (style == 'from zero')}" for age in ages]
    packed = [dice.one_of(("", ".gz")) for _ in suffixes]
    return [name + suffix + gz for suffix, gz in zip(suffixes, packed, strict=True)] + [name]


def _missing(names: Sequence[str], dice: Dice) -> int | None:
    """Which copy between two others is missing; only numbers can show it, and only `.0` that they count from it."""
    numbered = [one for one in range(1, len(names) - 1) if "-" not in names[one] and ".log.0" not in names[one]]
    return dice.one_of(numbered) if numbered and dice.happens("file missing") else None


def _copy(
    part: Sequence[Written], name: str, ends: tuple[bytes, bytes | None], end: Instant, result: Rotated, dice: Dice
) -> Copy:
    lead, tail = ends
    eol = b"\r\n" if dice.happens("carriage returns") else b"\n"
    rows = [lead] if lead else []
    data = b"".join(row + eol for row in [*rows, *(one.text.encode() for one in part)])
    if tail is not None:
        data = data + tail if tail else data.removesuffix(eol)
    lines = tuple((one, number) for number, one in enumerate(part, len(rows) + 1))
    modified = part[-1].shown if part else end
    count, size = len(lines) + len(rows) + bool(tail), len(data)
    if not name.endswith(".gz"):
        return Copy(name, data, modified, lines, count, size)
    packed = stored_gzip(data, modified)
    if len(part) < 4 or len(data) >= _STORED or not dice.happens("file cut short"):
        return Copy(name, packed, modified, lines, count, size)
    keep = dice.between(len(data) // 3, len(data) - 2)
    whole = data[:keep].count(b"\n")
    result.lost += [replace(one, lost="truncated") for one, number in lines if number > whole]
    left = tuple((one, number) for one, number in lines if number <= whole)
    count = whole + (not data[:keep].endswith(b"\n"))
    return Copy(name, packed[: _GZIP_HEAD + keep], modified, left, count, keep)


def written(copies: Iterable[Copy]) -> list[Written]:
    """Every line that is left, in file order."""
    return [one for copy in copies for one, _ in copy.lines]
