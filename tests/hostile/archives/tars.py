"""Tars of every wrong kind, put together header by header."""

import struct
from collections.abc import Callable

from tests.hostile.archives.zips import LOG

KINDS: dict[str, Callable[[], bytes]] = {}
END = bytes(1024)


def header(  # noqa: PLR0917 - the fields of the format, in its order
    name: bytes = b"a.log",
    size: bytes | int = 0,
    kind: bytes = b"0",
    link: bytes = b"",
    mtime: bytes = b"14524770305",
    magic: bytes = b"ustar\x0000",
    prefix: bytes = b"",
    mode: bytes = b"0000644",
    tail: bytes = b"",
    checksum: bytes | None = None,
) -> bytes:
    """A header of 512 bytes."""
    written = b"%011o" % size if isinstance(size, int) else size
    fields = (name, mode, b"0", b"0", written, mtime, b" " * 8, kind, link, magic)
    block = struct.pack("100s8s8s8s12s12s8s1s100s8s", *fields).ljust(345, b"\0") + prefix
    block = (block[:386] if tail else block).ljust(386 if tail else 512, b"\0") + tail
    block = block[:512].ljust(512, b"\0")
    return block[:148] + (checksum or b"%06o\0 " % sum(block)) + block[156:]


def member(name: bytes = b"a.log", data: bytes = LOG, **said: object) -> bytes:
    """A header and its content."""
    return header(name, said.pop("size", len(data)), **said) + padded(data)


def padded(data: bytes) -> bytes:
    """Up to the next block."""
    return data + bytes(-len(data) % 512)


def record(key: bytes, value: bytes) -> bytes:
    """A record of an extended header, which states its own length."""
    rest = len(b" %s=%s\n" % (key, value))
    length = rest + len(str(rest))
    length = rest + len(str(length))
    return b"%d %s=%s\n" % (length, key, value)


def extended(records: bytes, kind: bytes = b"x") -> bytes:
    """An extended header."""
    return header(b"PaxHeaders/a", len(records), kind) + padded(records)


B = member(b"b.log", LOG * 3)
A = member()


def simply(name: str, *parts: bytes) -> None:
    """Adds a kind that is a tar of these."""
    KINDS[name] = lambda: b"".join(parts)


def one_link(kind: bytes, name: bytes, link: bytes) -> bytes:
    return header(name, 0, kind, link)


simply("honest", A, B, END)
simply("size_negative", A, header(b"n", b"-0000000100"), B, END)
simply("size_negative_base_256", A, header(b"n", b"\xff" * 12), B, END)
simply("size_garbage", A, header(b"n", b"12garbage12"), B, END)
simply("size_blank", A, header(b"n", b" " * 12), B, END)
simply("size_8_GB", A, header(b"n", b"77777777777"), B, END)
simply("size_base_256", member(size=b"\x80" + len(LOG).to_bytes(11, "big")), B, END)
simply("size_2_to_the_88", A, header(b"n", b"\x80" + b"\xff" * 11), B, END)
simply("size_base_256_of_a_later_tar", A, header(b"n", b"\x81" + bytes(11)), B, END)
simply("checksum_wrong_in_the_middle", A, header(b"n", checksum=b"000001\0 "), B, END)
simply("checksum_garbage_in_the_middle", A, header(b"n", checksum=b"garbage!"), B, END)
simply("checksum_wrong_at_once", header(b"n", checksum=b"000001\0 "), B, END)
simply("noise_in_the_middle", A, b"\xa5" * 512, B, END)
simply("end_mark_missing", A, B)
simply("end_mark_of_one_block", A, B, bytes(512))
simply("end_mark_in_the_middle", A, END, B, END)
simply("two_tars_joined", A, END, B, END)
simply("garbage_behind", A, B, END, b"tail")
simply("cut_in_a_header", A, B[:300])
simply("cut_in_content", A, B[:560])
simply("cut_in_padding", A, B[:-100])
simply("magic_missing", header(b"old.log", len(LOG), b"\0", magic=b"\0" * 8), padded(LOG), END)
simply("mtime_negative", member(mtime=b"\xff" * 12), B, END)
simply("mtime_huge", member(mtime=b"\x80" + b"\xff" * 11), B, END)
simply("mtime_garbage", member(mtime=b"tomorrow"), B, END)
simply("name_without_nul", member(b"n" * 100), B, END)
simply("prefix", member(b"x.log", prefix=b"../.."), B, END)
simply("prefix_absolute", member(b"x.log", prefix=b"/etc"), B, END)
simply("hard_link_outside", one_link(b"1", b"passwd", b"/etc/passwd"), B, END)
simply("hard_link_to_itself", one_link(b"1", b"a.log", b"a.log"), B, END)
simply("hard_link_with_content", A, header(b"h", len(LOG), b"1", b"a.log"), B, END)
simply("symbolic_link_outside", one_link(b"2", b"l", b"../../../../etc/passwd"), B, END)
simply("file_through_a_link", one_link(b"2", b"d", b"/etc"), member(b"d/passwd"), B, END)
simply("link_over_a_file", A, one_link(b"2", b"a.log", b"/etc/passwd"), member(data=LOG * 2), END)
simply("link_to_itself", one_link(b"2", b"l", b"l"), B, END)
simply("links_in_a_circle", one_link(b"2", b"l", b"m"), one_link(b"2", b"m", b"l"), B, END)
simply("chain_of_links", *(one_link(b"2", b"l%d" % n, b"l%d" % (n + 1)) for n in range(200)), B, END)
simply("character_device", header(b"c", 0, b"3"), B, END)
simply("block_device", header(b"d", 0, b"4"), B, END)
simply("named_pipe", header(b"p", 0, b"6"), B, END)
simply("device_with_content", header(b"c", len(LOG), b"3"), B, END)
simply("set_user_id", member(mode=b"0006755"), B, END)
simply("mode_garbage", member(mode=b"rwxrwxr"), B, END)
simply("type_contiguous", member(kind=b"7"), B, END)
simply("type_unknown", member(b"z", kind=b"Z"), B, END)
simply("type_old", member(kind=b"\0"), B, END)
simply("old_folder", header(b"d/", 0, b"\0", magic=b"\0" * 8), B, END)
simply("folder_with_size", header(b"d", 512, b"5"), B, END)
simply("volume_label", header(b"label", 0, b"V"), B, END)
simply("further_volume", A, member(b"m.log", kind=b"M"), END)
simply("list_of_a_folder", member(b"d/", b"Ya.log\0\0", kind=b"D"), B, END)
simply("header_bomb_pax", A, header(b"x", 256 << 20, b"x"), bytes(4096), B, END)
simply("header_bomb_pax_of_all", A, header(b"x", 256 << 20, b"g"), bytes(4096), B, END)
simply("header_bomb_name", A, header(b"x", 256 << 20, b"L"), bytes(4096), B, END)
simply("header_bomb_link", A, header(b"x", 256 << 20, b"K"), bytes(4096), B, END)
simply("header_bomb_solaris", A, header(b"x", 256 << 20, b"X"), bytes(4096), B, END)
simply("header_of_negative_size", A, header(b"x", b"\xff" * 12, b"x"), B, END)
simply("pax_nonsense", A, extended(b"nonsense"), B, END)
simply("pax_length_0", A, extended(b"0 path=x\n"), B, END)
simply("pax_length_too_large", A, extended(b"99999999 path=x\n"), B, END)
simply("pax_length_negative", A, extended(b"-9 path=x\n"), B, END)
simply("pax_length_of_400_digits", A, extended(b"9" * 400 + b" path=x\n"), B, END)
simply("pax_size_2_to_the_62", A, extended(record(b"size", b"4611686018427387904")), member(b"n"), END)
simply("pax_size_negative", A, extended(record(b"size", b"-1")), member(b"n"), END)
simply("pax_size_garbage", A, extended(record(b"size", b"many")), member(b"n"), END)
simply("pax_size_0", A, extended(record(b"size", b"0")), member(b"n"), END)
simply("pax_path_of_parents", extended(record(b"path", b"../../x")), A, B, END)
simply("pax_path_empty", extended(record(b"path", b"")), A, B, END)
simply("pax_path_with_nul", extended(record(b"path", b"a\0b")), A, B, END)
simply("pax_path_with_line_feed", extended(record(b"path", b"a\nb")), A, B, END)
simply("pax_path_of_300_000", extended(record(b"path", b"d/" * 150_000 + b"x")), A, B, END)
simply("pax_link_outside", extended(record(b"linkpath", b"/etc/passwd")), one_link(b"2", b"l", b"x"), B, END)
simply("pax_charset", extended(record(b"hdrcharset", b"BINARY") + record(b"path", b"\xff")), A, B, END)
simply("pax_mtime_nan", extended(record(b"mtime", b"nan")), A, B, END)
simply("pax_mtime_of_18_digits", extended(record(b"mtime", b"9" * 18)), A, B, END)
simply("pax_of_all_says_size", extended(record(b"size", b"1"), b"g"), A, B, END)
simply("pax_twice", extended(record(b"path", b"p")), extended(record(b"path", b"q")), A, END)
simply("pax_and_no_member", A, extended(record(b"path", b"p")), END)
simply("pax_a_thousand", *[extended(record(b"path", b"p"))] * 1000, A, END)
simply("long_name", header(b"././@LongLink", 200, b"L"), padded(b"n" * 199 + b"\0"), A, END)
simply("long_name_of_parents", header(b"././@LongLink", 12, b"L"), padded(b"../../../x\0"), A, END)
simply("long_name_empty", header(b"././@LongLink", 0, b"L"), A, END)
simply("long_name_a_thousand", *(header(b"x", 2, b"L") + padded(b"%d\0" % (n % 10)) for n in range(1000)), A, END)
simply("long_name_cut", A, header(b"x", 900, b"L"), bytes(512))
simply("sparse_old", header(b"s", len(LOG), b"S", magic=b"ustar  \0"), padded(LOG), B, END)
simply("sparse_map_endless", A, header(b"s", 0, b"S", tail=bytes(96) + b"\1"), *[bytes(504) + b"\1" + bytes(7)] * 900)
simply("sparse_pax", extended(record(b"GNU.sparse.major", b"1") + record(b"GNU.sparse.realsize", b"9" * 15)), A, B, END)
simply("sparse_pax_name", extended(record(b"GNU.sparse.name", b"../../x")), A, B, END)
simply("same_name_thrice", A, A, A, END)
simply("only_zeros", bytes(10240))
simply("finder_litter", member(b"._a.log"), member(b"__MACOSX/x"), A, END)
