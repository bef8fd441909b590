"""Zips of every wrong kind, put together byte by byte: no packer writes them."""

import struct
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

LOG = b"Jan  1 00:00:00 host ampdaemon[1]: Fault 5 raised\n"
FULL, FULL16 = 0xFFFFFFFF, 0xFFFF
DATE = 43 << 9 | 11 << 5 | 14  # 2023-11-14

KINDS: dict[str, Callable[[], bytes]] = {}


@dataclass(frozen=True)
class M:
    """A member. What is `local` or `listed` stands so in its own header or the directory, instead of the truth."""

    name: bytes = b"a.log"
    data: bytes = LOG
    method: int = 8
    local: dict[str, int | bytes] = field(default_factory=dict)
    listed: dict[str, int | bytes] = field(default_factory=dict)
    mode: int = 0o100644
    packed: bytes | None = None
    header: bytes = b"PK\3\4"


def deflated(data: bytes, level: int = 0) -> bytes:
    """Bare deflate; at level 0 the same bytes from every library."""
    packer = zlib.compressobj(level, zlib.DEFLATED, -15)
    return packer.compress(data) + packer.flush()


def local(one: M, packed: bytes) -> bytes:
    """A member's own header and its bytes."""
    said = {"flags": 0, "method": one.method, "crc": zlib.crc32(one.data), "packed": len(packed), "size": len(one.data)}
    said |= {"name": one.name, "extra": b"", **one.local}
    names, extra = said["name"], said["extra"]
    return (
        struct.pack(
            "<4s5H3L2H",
            *(one.header, 20, said["flags"], said["method"], 0, DATE, said["crc"], said["packed"], said["size"]),
            *(said.get("names", len(names)), said.get("extras", len(extra))),
        )
        + names
        + extra
        + packed
    )


def listed(one: M, packed: bytes, offset: int) -> bytes:
    """A member's record in the directory."""
    said = {"flags": 0, "method": one.method, "crc": zlib.crc32(one.data), "packed": len(packed), "size": len(one.data)}
    said |= {"name": one.name, "extra": b"", "comment": b"", "offset": offset, "disk": 0, "made": 3, **one.listed}
    names, extra, comment = said["name"], said["extra"], said["comment"]
    sizes = (said.get("names", len(names)), said.get("extras", len(extra)), said.get("comments", len(comment)))
    return (
        struct.pack(
            "<4s6H3L5H2L",
            *(said.get("mark", b"PK\1\2"), said["made"] << 8 | 20, 20, said["flags"], said["method"], 0, DATE),
            *(said["crc"], said["packed"], said["size"], *sizes, said["disk"], 0, one.mode << 16, said["offset"]),
        )
        + names
        + extra
        + comment
    )


def end(count: int, size: int, offset: int, /, **said: int | bytes) -> bytes:
    """The end record."""
    comment = said.get("comment", b"")
    return (
        struct.pack(
            "<4s4H2LH",
            *(b"PK\5\6", said.get("disk", 0), said.get("disk", 0), said.get("count", count), said.get("count", count)),
            *(said.get("length", size), said.get("offset", offset), said.get("comments", len(comment))),
        )
        + comment
    )


def end64(count: int, size: int, offset: int, place: int, /, **said: int | bytes) -> bytes:
    """The zip64 end record, its locator, and an end record that points to them."""
    wide = struct.pack(
        "<4sQ2H2L4Q",
        *(said.get("mark", b"PK\6\6"), said.get("record", 44), 45, 45, 0, 0),
        *(said.get("count", count), said.get("count", count), said.get("length", size), said.get("offset", offset)),
    )
    locator = struct.pack("<4sLQL", b"PK\6\7", 0, said.get("place", place), 1)
    short = {"count": FULL16, "length": FULL, "offset": FULL} | said.get("short", {})
    return wide + locator + end(0, 0, 0, **short)


def zipped(
    members: Sequence[M], before: bytes = b"", between: bytes = b"", wide: dict | None = None, **said: int | bytes
) -> bytes:
    """A zip of these, its end record saying what is `said`."""
    body, directory = before, b""
    for one in members:
        packed = one.packed if one.packed is not None else deflated(one.data) if one.method == 8 else one.data
        directory += listed(one, packed, len(body) - said.get("shifted", 0))
        body += local(one, packed)
    body += between
    if wide is not None:
        place = len(body) + len(directory)
        return body + directory + end64(len(members), len(directory), len(body), place, **wide)
    return body + directory + end(len(members), len(directory), len(body) - said.pop("shifted", 0), **said)


def sharing(steps: int, quoted: bool, kernel: bytes, size: int) -> bytes:
    """Members that share one kernel: all of them the whole of it, or each quoting the header of the next.

    After D. Fifield, "A better zip bomb" (2019).
    """
    header = struct.Struct("<4s5H3L2H")
    crc = zlib.crc32(b"")
    names = [b"%05d" % number for number in range(steps)]

    def head(name: bytes, packed: int) -> bytes:
        return header.pack(b"PK\3\4", 20, 0, 8, 0, DATE, crc, packed, size, len(name), 0) + name

    body, records = b"", []
    if quoted:
        rest = kernel
        for name in reversed(names):
            quote = b"\0" + struct.pack("<HH", 30 + len(name), 0xFFFF ^ (30 + len(name)))
            records.append((name, len(rest), len(rest)))
            rest = quote + head(name, len(rest)) + rest
        body = rest[5:]
        records = [(name, packed, len(body) - back - 30 - len(name)) for name, packed, back in records][::-1]
    else:
        body = head(names[0], len(kernel)) + kernel
        records = [(names[0], len(kernel), 0)] * steps
    directory = b"".join(listed(M(name, b"", listed={"size": size}), b"x" * packed, at) for name, packed, at in records)
    return body + directory + end(steps, len(directory), len(body))


def kind(make: Callable[[], bytes]) -> Callable[[], bytes]:
    """Adds a kind, under the name of what makes it."""
    KINDS[make.__name__] = make
    return make


def simply(name: str, *members: M, **said: object) -> None:
    """Adds a kind that is a zip of these."""
    KINDS[name] = lambda: zipped(members, **said)


B = M(b"b.log", LOG * 3)
simply("honest", M(), B)
simply("local_name_differs", M(local={"name": b"z.log"}), B)
simply("local_name_longer", M(local={"name": b"a.log/../../x"}), B)
simply("local_method_differs", M(local={"method": 0}), B)
simply("local_packed_size_differs", M(local={"packed": 7}), B)
simply("local_size_differs", M(local={"size": 7}), B)
simply("local_checksum_differs", M(local={"crc": 7}), B)
simply("local_flags_differ", M(local={"flags": 1}), B)
simply("size_declared_0", M(listed={"size": 0}, local={"size": 0}), B)
simply("size_declared_1", M(listed={"size": 1}, local={"size": 1}), B)
simply("size_declared_4_GB", M(listed={"size": FULL - 1}, local={"size": FULL - 1}), B)
simply("packed_size_declared_0", M(listed={"packed": 0}, local={"packed": 0}), B)
simply("packed_size_too_small", M(listed={"packed": 9}, local={"packed": 9}), B)
simply("packed_size_reaches_next", M(listed={"packed": 200}, local={"packed": 200}), B)
simply("packed_size_reaches_directory", M(), M(b"b.log", listed={"packed": 999}, local={"packed": 999}))
simply("checksum_wrong", M(listed={"crc": 7}, local={"crc": 7}), B)
simply("stored_sizes_differ", M(method=0, listed={"size": 9}), B)
simply("deflate_is_garbage", M(packed=b"\xff" * 40), B)
simply("deflate_ends_early", M(packed=deflated(LOG)[:30]), B)
simply("deflate_and_more", M(packed=deflated(LOG) + b"tail"), B)
simply("method_bzip2", M(method=12), B)
simply("method_lzma", M(method=14), B)
simply("method_zstandard", M(method=93), B)
simply("method_xz", M(method=95), B)
simply("method_deflate64", M(method=9), B)
simply("method_99", M(method=99), B)
simply("method_65535", M(method=65535), B)
simply("encrypted", M(listed={"flags": 1}, local={"flags": 1}), B)
simply("encrypted_strongly", M(listed={"flags": 0x41}, local={"flags": 0x41}), B)
simply("directory_masked", M(listed={"flags": 0x2000}, local={"flags": 0x2000}), B)
simply("symbolic_link", M(b"link", b"/etc/passwd", 0, mode=0o120777), M(b"link/x", LOG), B)
simply("character_device", M(b"dev", b"", 0, mode=0o020666), B)
simply("named_pipe", M(b"pipe", b"", 0, mode=0o010644), B)
simply("set_user_id", M(mode=0o104755), B)
simply("folder_with_content", M(b"d/", LOG, mode=0o040755), B)
simply("folder_without_slash", M(b"d", b"", 0, mode=0o040755), B)
simply("offset_beyond_file", M(listed={"offset": FULL - 1}), B)
simply("offset_of_the_directory", M(listed={"offset": 175}), B)
simply("offset_of_another", M(), M(b"b.log", listed={"offset": 0}))
simply("header_destroyed", M(), M(b"b.log", header=b"PK\0\0"))
simply("record_destroyed", M(), M(b"b.log", listed={"mark": b"PK\1\0"}))
simply("name_longer_than_directory", M(), M(b"b.log", listed={"names": 60000}))
simply("local_name_beyond_file", M(b"a.log", local={"names": 65535}))
simply("extra_is_garbage", M(listed={"extra": b"\1\0\xff\xff\0"}, local={"extra": b"\1\0\xff\xff\0"}), B)
simply("zip64_extra_missing", M(listed={"size": FULL}), B)
simply("zip64_extra_of_8_EB", M(listed={"size": FULL, "extra": struct.pack("<HHQ", 1, 8, 1 << 63)}), B)
simply("zip64_offset_negative", M(listed={"offset": FULL, "extra": struct.pack("<HHQ", 1, 8, (1 << 64) - 9)}), B)
simply("unicode_path_lies", M(listed={"extra": struct.pack("<HHBL", 0x7075, 12, 1, 0) + b"../evil"}), B)
simply("count_too_small", M(), B, count=1)
simply("count_too_large", M(), B, count=3)
simply("count_0", M(), B, count=0)
simply("directory_size_0", M(), B, length=0)
simply("directory_size_too_large", M(), B, length=FULL - 1)
simply("directory_offset_0", M(), B, offset=0)
simply("directory_offset_beyond_file", M(), B, offset=FULL - 1)
simply("split", M(), B, disk=1)
simply("comment_of_65535", M(), B, comment=b"x" * 65535)
simply("comment_longer_than_file", M(), B, comments=9999)
simply("comment_holds_an_end_record", M(), B, comment=end(0, 0, 0))
simply("comment_holds_a_zip", M(), B, comment=zipped([M(b"evil.log")]))
simply("prepended_and_shifted", M(), B, before=b"PK\3\4 and something else", shifted=23)
simply("prepended_and_counted", M(), B, before=b"PK\3\4 and something else")
simply("gap_before_directory", M(), B, between=bytes(999))
simply("zip64", M(), B, wide={})
simply("zip64_count_lies", M(), B, wide={"count": 1 << 40})
simply("zip64_size_lies", M(), B, wide={"length": 1 << 60})
simply("zip64_locator_lies", M(), B, wide={"place": 4})
simply("zip64_mark_missing", M(), B, wide={"mark": b"PK\6\0"})
simply("zip64_record_too_long", M(), B, wide={"record": 1 << 50})
simply("zip64_contradicts", M(), B, wide={"short": {"count": 1}})
simply("members_none")
simply("twice_the_same_name", M(), M(data=LOG * 2), M(data=LOG * 3))
simply("names_equal_but_for_case", M(b"Log.txt"), M(b"log.txt", LOG * 2))
simply("same_record_twice", M(listed={"offset": 0}), M(listed={"offset": 0}))
simply("descriptor_lies", M(listed={"flags": 8}, local={"flags": 8, "crc": 0, "packed": 0, "size": 0}), B)


@kind
def overlap_full() -> bytes:
    return sharing(40, False, deflated(bytes(9000), 9), 9000)


@kind
def overlap_quoted() -> bytes:
    return sharing(40, True, deflated(bytes(9000), 9), 9000)


@kind
def two_zips_joined() -> bytes:
    return zipped([M()]) + zipped([B])


@kind
def trailing_bytes() -> bytes:
    return zipped([M(), B]) + b"tail" * 20


@kind
def end_missing() -> bytes:
    return zipped([M(), B])[:-22]


@kind
def cut_in_the_directory() -> bytes:
    return zipped([M(), B])[:-80]


@kind
def cut_in_a_member() -> bytes:
    return zipped([M(), B])[:60]


@kind
def middle_missing() -> bytes:
    whole = zipped([M(), B])
    return whole[:50] + whole[90:]


@kind
def only_an_end() -> bytes:
    return end(0, 0, 0)


@kind
def only_an_end_that_lies() -> bytes:
    return end(3, 999, 12)
