"""Compressed streams of every wrong kind: gzip, bzip2, xz."""

import bz2
import gzip
import lzma
import struct
import zlib
from collections.abc import Callable, Iterator

from tests.hostile.archives.zips import LOG

Pack = Callable[[bytes], bytes]
TEXT = LOG * 40


def gz(data: bytes) -> bytes:
    """gzip, at level 0 the same bytes from every library."""
    return gzip.compress(data, 0, mtime=0)


PACKS: dict[str, Pack] = {
    "gz": gz,
    "bz2": lambda data: bz2.compress(data, 1),
    "xz": lambda data: lzma.compress(data, preset=1),
}


def of_every_packer(pack: Pack) -> Iterator[tuple[str, bytes]]:
    """What can be done to a stream of any kind."""
    whole = pack(TEXT)
    yield "honest", whole
    yield "of_nothing", pack(b"")
    yield "cut_in_its_header", whole[:8]
    yield "cut_in_the_middle", whole[: len(whole) // 2]
    yield "cut_in_its_trailer", whole[:-3]
    yield "flipped_in_the_middle", whole[: len(whole) // 2] + b"\xff\0\xff" + whole[len(whole) // 2 + 3 :]
    yield "checksum_wrong", whole[:-8] + bytes([whole[-8] ^ 1]) + whole[-7:]
    yield "zeros_behind", whole + bytes(999)
    yield "garbage_behind", whole + b"garbage"
    yield "joined_50", pack(LOG) * 50
    yield "joined_and_broken", whole + whole[:20] + b"\xff" * 40
    yield "joined_of_nothing", pack(b"") * 500 + whole
    yield "mark_behind", whole + whole[:4]
    yield "three_deep", pack(pack(pack(TEXT)))
    yield "four_deep", pack(pack(pack(pack(TEXT))))


def of_gzip() -> Iterator[tuple[str, bytes]]:
    """What a header of gzip can say."""
    body = gz(TEXT)[10:]
    yield "name_of_parents", b"\x1f\x8b\x08\x08" + bytes(6) + b"../../x\0" + body
    yield "name_without_end", b"\x1f\x8b\x08\x08" + bytes(6) + b"x" * 9000
    yield "comment_without_end", b"\x1f\x8b\x08\x10" + bytes(6) + b"x" * 9000
    yield "extra_longer_than_file", b"\x1f\x8b\x08\x04" + bytes(6) + b"\xff\xff" + b"x" * 900
    yield "flags_reserved", b"\x1f\x8b\x08\xe0" + bytes(6) + body
    yield "header_checksum_wrong", b"\x1f\x8b\x08\x02" + bytes(6) + b"\1\2" + body
    yield "method_unknown", b"\x1f\x8b\x09\0" + bytes(6) + body
    yield "size_wrong", gz(TEXT)[:-4] + b"\1\2\3\4"
    yield "time_of_2106", b"\x1f\x8b\x08\0\xff\xff\xff\xff\0\xff" + body


def of_bzip2() -> Iterator[tuple[str, bytes]]:
    """What a header of bzip2 can say."""
    whole = bz2.compress(TEXT, 1)
    yield "level_0", b"BZh0" + whole[4:]
    yield "randomised", whole[:14] + bytes([whole[14] | 0x80]) + whole[15:]
    yield "pointer_out_of_block", whole[:14] + b"\x7f\xff\xff\xff" + whole[18:]


def of_xz() -> Iterator[tuple[str, bytes]]:
    """What a header of xz can say."""
    for name, check in (("no_check", lzma.CHECK_NONE), ("check_sha256", lzma.CHECK_SHA256)):
        yield name, lzma.compress(TEXT, lzma.FORMAT_XZ, check, 1)
    whole = lzma.compress(TEXT, lzma.FORMAT_XZ, lzma.CHECK_NONE, filters=[{"id": lzma.FILTER_LZMA2, "dict_size": 4096}])
    for name, bits in (("dictionary_of_1_GB", 36), ("dictionary_of_4_GB", 40), ("dictionary_invalid", 63)):
        head = bytearray(whole[12:24])
        head[4] = bits
        head[8:12] = struct.pack("<L", zlib.crc32(bytes(head[:8])))
        yield name, whole[:12] + bytes(head) + whole[24:]
    yield "flags_unknown", whole[:6] + b"\0\x0f" + struct.pack("<L", zlib.crc32(b"\0\x0f")) + whole[12:]
    yield (
        "filter_of_x86",
        lzma.compress(TEXT, lzma.FORMAT_XZ, filters=[{"id": lzma.FILTER_X86}, {"id": lzma.FILTER_LZMA2, "preset": 1}]),
    )
    yield "index_wrong", whole[:-20] + b"\xff" + whole[-19:]


OWN = {"gz": of_gzip, "bz2": of_bzip2, "xz": of_xz}
