"""Bombs: archives that declare or produce at least ten times what may be produced. None is ever unpacked to its end."""

import bz2
import gzip
import lzma
import struct
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.hostile.archives import tars, zips
from tests.hostile.archives.streams import gz
from tests.hostile.archives.zips import FULL, LOG, M, deflated, end64, sharing, zipped

MIB = 1 << 20
BUDGET = 256 * MIB
"""What those may produce that are unpacked until they are cut."""
_QUINE = """
    504b03041400000008000803643cf9f4896448010000b801000007000000722f722e7a6970002500daff504b03041400000008000803643c
    f9f4896448010000b801000007000000722f722e7a6970002f00d0ff002500daff504b03041400000008000803643cf9f4896448010000b8
    01000007000000722f722e7a6970002f00d0ffc2548e5739000500faffc2548e5739000500faff000500faff001400ebffc2548e57390005
    00faff000500faff001400ebff428821c400001400ebff428821c400001400ebff428821c400001400ebff428821c400001400ebff428821
    c400000000ffff000000ffff003400cbff428821c400000000ffff000000ffff003400cbff42e8215e0f000000ffff0af066641261c015dc
    e8a048bf48af2ab320c09b950dc46704425306060640000600f9ff6d010000000042e8215e0f000000ffff0af066641261c015dce8a048bf
    48af2ab320c09b950dc46704425306060640000600f9ff6d0100000000504b010214001400000008000803643cf9f4896448010000b80100
    00070000000000000000000000000000000000722f722e7a6970504b05060000000001000100350000006d0100000000
"""
"""r.zip: a zip that holds itself. R. Cox, "Zip files all the way down" (2010)."""
TEN = 10 * (BUDGET // (64 * MIB))
"""Times 64 MiB."""
Pieces = Iterator[bytes]
BOMBS: dict[str, tuple[Callable[[], Pieces], str]] = {}
"""What makes each of them, and the code that it ends with."""


def bomb(code: str) -> Callable[[Callable[[], Pieces]], Callable[[], Pieces]]:
    """Adds a bomb, under the name of what makes it."""

    def add(make: Callable[[], Pieces]) -> Callable[[], Pieces]:
        BOMBS[make.__name__] = make, code
        return make

    return add


def written(path: Path, pieces: Pieces) -> int:
    """Writes a bomb piece by piece; its size in bytes."""
    with path.open("wb") as file:
        return sum(file.write(piece) for piece in pieces)


def zeros(pack: Callable[[bytes], bytes]) -> bytes:
    return pack(bytes(64 * MIB))


def endless_deflate() -> Pieces:
    """64 MiB of zeros at a time, with no end: a block that is flushed in full can stand there again and again."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    block = packer.compress(bytes(64 * MIB)) + packer.flush(zlib.Z_FULL_FLUSH)
    for _ in range(TEN):
        yield block


@bomb("zip_overlap")
def zip_overlap_full() -> Pieces:
    yield sharing(40_000, False, deflated(bytes(8 * MIB), 9), 8 * MIB)


@bomb("zip_overlap")
def zip_overlap_quoted() -> Pieces:
    yield sharing(1_500, True, deflated(bytes(64 * MIB), 6), 64 * MIB)


@bomb("zip_overlap")
def zip_overlap_in_giant_steps() -> Pieces:
    yield sharing(250, True, deflated(bytes(32 * MIB), 9), FULL - 1)


@bomb("bomb_members")
def zip_of_a_million_members() -> Pieces:
    yield from _many(1_000_000, 1_000_000)


@bomb("bomb_header")
def zip_of_a_million_that_says_one() -> Pieces:
    yield from _many(1_000_000, 1)


@bomb("bomb_members")
def zip_of_a_million_that_says_2_to_the_63() -> Pieces:
    yield from _many(100, 1 << 63)


def _many(count: int, said: int) -> Pieces:
    one = M(b"", b"", 0)
    yield zips.local(one, b"")
    directory = zips.listed(one, b"", 0) * 1000
    for _ in range(max(1, count // 1000)):
        yield directory
    length = len(directory) * max(1, count // 1000)
    yield end64(said, length, 30, 30 + length)


def _one_member(said: int) -> Pieces:
    """A zip of one member that has no end, with this size declared."""
    packed = b"".join(endless_deflate())
    wide = {"size": said, "packed": len(packed), "crc": 0}
    yield zips.local(M(b"big.log", b"", local=wide), packed)
    directory = zips.listed(M(b"big.log", b"", listed=wide), packed, 0)
    yield directory
    yield zips.end(1, len(directory), len(packed) + 37)


@bomb("bomb_size")
def zip_that_declares_4_gb() -> Pieces:
    yield from _one_member(FULL - 1)


@bomb("bomb_size")
def zip_that_declares_0() -> Pieces:
    yield from _one_member(0)


@bomb("bomb_size")
def zip_that_declares_1() -> Pieces:
    yield from _one_member(1)


@bomb("bomb_size")
def zip_of_a_thousand_bombs() -> Pieces:
    big = bytes(4 * MIB)
    packed, body, directory = deflated(big, 9), [], []
    at = 0
    for n in range(1000):
        one = M(b"%04d.log" % n, b"", local={"size": len(big), "crc": 0}, listed={"size": len(big), "crc": 0})
        body.append(zips.local(one, packed))
        directory.append(zips.listed(one, packed, at))
        at += len(body[-1])
    listed = b"".join(directory)
    yield from (*body, listed, zips.end(1000, len(listed), at))


def _nested(levels: int, wide: int) -> bytes:
    data = zipped(
        [M(b"zeros", b"", packed=deflated(bytes(4 * MIB), 9), local={"size": 4 * MIB}, listed={"size": 4 * MIB})]
    )
    for level in range(levels):
        data = zipped([M(b"lib %d%x.zip" % (level, n), data, packed=deflated(data, 9)) for n in range(wide)])
    return data


@bomb("bomb_depth")
def zip_like_42() -> Pieces:
    yield _nested(5, 16)


@bomb("bomb_size")
def zip_like_42_of_3_levels() -> Pieces:
    yield _nested(2, 16)


@bomb("bomb_depth")
def zip_of_itself() -> Pieces:
    yield bytes.fromhex(_QUINE)


@bomb("bomb_size")
def gz_of_zeros() -> Pieces:
    yield b"\x1f\x8b\x08\0\0\0\0\0\0\xff"
    yield from endless_deflate()


@bomb("bomb_size")
def gz_joined() -> Pieces:
    yield from [zeros(gzip.compress)] * TEN


@bomb("bomb_members")
def gz_of_a_million_streams() -> Pieces:
    yield from [gz(b"") * 10_000] * 100


@bomb("bomb_size")
def gz_in_gz_in_gz() -> Pieces:
    inner = zeros(gzip.compress) * TEN
    yield gzip.compress(gzip.compress(inner))


@bomb("bomb_size")
def bz2_joined() -> Pieces:
    yield from [zeros(bz2.compress)] * TEN


@bomb("bomb_size")
def xz_of_zeros() -> Pieces:
    yield from [zeros(lambda data: lzma.compress(data, preset=0))] * TEN


@bomb("bomb_members")
def xz_of_a_million_streams() -> Pieces:
    yield from [lzma.compress(b"") * 10_000] * 100


@bomb("corrupt")
def xz_with_a_dictionary_of_4_gb() -> Pieces:
    whole = lzma.compress(bytes(MIB), lzma.FORMAT_XZ, filters=[{"id": lzma.FILTER_LZMA2, "dict_size": 4096}])
    head = bytearray(whole[12:24])
    head[4] = 40
    head[8:12] = struct.pack("<L", zlib.crc32(bytes(head[:8])))
    yield whole[:12] + bytes(head) + whole[24:]


@bomb("bomb_size")
def xz_three_deep_with_dictionaries_of_192_mb() -> Pieces:
    filters = [{"id": lzma.FILTER_LZMA2, "preset": 0, "dict_size": 192 * MIB}]

    def pack(data: bytes) -> bytes:
        return lzma.compress(data, filters=filters)

    yield pack(pack(zeros(pack) * TEN))


def _tgz(first: bytes, block: bytes) -> Pieces:
    """A compressed tar of a beginning, and a block again and again, ten times the budget in all."""
    yield b"\x1f\x8b\x08\0\0\0\0\0\0\xff"
    packer = zlib.compressobj(6, zlib.DEFLATED, -15)
    yield packer.compress(first) + packer.flush(zlib.Z_FULL_FLUSH)
    packed = packer.compress(block) + packer.flush(zlib.Z_FULL_FLUSH)
    for _ in range(10 * BUDGET // len(block)):
        yield packed


def _header_bomb(kind: bytes) -> Pieces:
    yield from _tgz(tars.A + tars.header(b"x", 2560 * MIB, kind), bytes(16 * MIB))


@bomb("bomb_header")
def tar_header_pax() -> Pieces:
    yield from _header_bomb(b"x")


@bomb("bomb_header")
def tar_header_pax_of_all() -> Pieces:
    yield from _header_bomb(b"g")


@bomb("bomb_header")
def tar_header_long_name() -> Pieces:
    yield from _header_bomb(b"L")


@bomb("bomb_header")
def tar_of_extended_headers() -> Pieces:
    records = tars.record(b"path", b"x") * (MIB // 10 - 1)
    yield from _tgz(b"", tars.extended(records[: MIB - MIB % 10]))


@bomb("bomb_header")
def tar_of_long_names() -> Pieces:
    name = tars.header(b"x", MIB, b"L") + tars.padded(b"\x1b" * MIB)
    yield from _tgz(b"", name + tars.header(b"x"))


@bomb("bomb_members")
def tar_of_a_sparse_map_without_end() -> Pieces:
    more = (bytes(504) + b"\1" + bytes(7)) * 2048
    yield from _tgz(tars.header(b"s", 0, b"S", tail=bytes(96) + b"\1"), more)


@bomb("bomb_members")
def tar_of_a_million_members() -> Pieces:
    yield from _tgz(b"", tars.header(b"x") * 2000)


@bomb("bomb_members")
def tar_of_a_million_links() -> Pieces:
    yield from _tgz(b"", b"".join(tars.header(b"l%d" % n, 0, b"2", b"l%d" % (n + 1)) for n in range(2000)))


@bomb("bomb_members")
def tar_of_a_million_folders() -> Pieces:
    yield from _tgz(b"", tars.header(b"d/", 0, b"5") * 2000)


@bomb("bomb_size")
def tar_of_honest_logs_and_a_bomb() -> Pieces:
    body = zeros(bz2.compress) * TEN
    yield tars.member(b"honest.log", LOG * 1000) + tars.member(b"bomb.log", body) + tars.B + tars.END


@bomb("bomb_members")
def tar_of_nested_zips() -> Pieces:
    inner = zipped([M(b"x", b"", 0)] * 50)
    yield from _tgz(b"", tars.member(b"x.zip", inner) * 200)
