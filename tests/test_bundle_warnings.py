"""What is said of a bundle that is not as it should be: what, where, and what became of it, to the word."""

import gzip
import io
import os
import tarfile
import zipfile
from pathlib import Path

import pytest

from faultlog.bundle import Bundle, Limits
from faultlog.errors import BundleError, UsageError
from tests.test_bundle import LOG, overlapping, patched, put, read, tar_header, tar_of, zip_of


def said(tmp_path: Path, data: bytes, limits: Limits | None = None) -> list[tuple[str, str | None, str]]:
    """Code, place and words of each warning."""
    bundle = Bundle([put(tmp_path, data)], limits or Limits())
    read(bundle)
    return [(warn.code, warn.file, warn.detail) for warn in bundle.warnings]


def refusal(tmp_path: Path, data: bytes, limits: Limits | None = None) -> tuple[str, str]:
    """Code and words of the error."""
    with pytest.raises(BundleError) as caught:
        said(tmp_path, data, limits)
    return caught.value.reason, str(caught.value)


def extended(kind: bytes, data: bytes) -> bytes:
    return tar_header(size=b"%011o" % len(data), kind=kind) + data.ljust(-(-len(data) // 512) * 512, b"\0")


TAR_END = bytes(1024)
GZ = gzip.compress(LOG, mtime=0)
EMPTY = gzip.compress(bytes(9999), mtime=0)
TWO = zip_of([("a", LOG), ("b", LOG)])
BEHIND = TWO.rindex(b"PK\3\4")


def short(value: object) -> str | None:
    """How a case is named: by everything but its bytes."""
    return "data" if isinstance(value, bytes) else None


@pytest.mark.parametrize(
    ("data", "code", "detail"),
    [
        (tar_header() + bytes(100), "truncated", "the tar ends at byte 612 without its end mark"),
        (tar_header(), "truncated", "the tar ends at byte 512 without its end mark"),
        (
            tar_header() + b"X" * 512,
            "corrupt",
            "no valid tar header at byte 512; what follows is not read",
        ),
        (
            tar_header() + tar_header(size=b"%011o" % (2 << 20), kind=b"x"),
            "bomb_header",
            "a tar header of 2097152 bytes at byte 1024; not read on",
        ),
        (
            tar_header() + extended(b"x", b"99 path=x\n"),
            "corrupt",
            "a malformed extended tar header before byte 1536; not read on",
        ),
        (
            tar_header() + extended(b"x", b"10 size=x\n"),
            "corrupt",
            "a tar header before byte 1536 states no valid size; not read on",
        ),
        (tar_header() + TAR_END + b"x", "trailing_data", "something follows the end of the tar; not read"),
    ],
    ids=short,
)
def test_of_a_tar(tmp_path, data, code, detail):
    assert said(tmp_path, data) == [(code, "bundle", detail)]


def test_of_what_a_tar_holds_beside_files(tmp_path):
    kinds = {
        b"1": ("link", "a hard link; not followed"),
        b"2": ("link", "a symbolic link; not followed"),
        b"3": ("device", "a character device"),
        b"4": ("device", "a block device"),
        b"6": ("device", "a named pipe"),
        b"S": ("sparse", "a sparse file; its holes are not filled in"),
    }
    data = b"".join(tar_header(b"n" + kind, kind=kind) for kind in kinds) + TAR_END
    assert said(tmp_path, data) == [(code, "n" + kind.decode(), words) for kind, (code, words) in kinds.items()]


def test_of_what_a_zip_holds_beside_files(tmp_path):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, mode in (("link", 0o120777), ("pipe", 0o010644), ("disk", 0o060644), ("a", 0o100644)):
            info = zipfile.ZipInfo(name)
            info.create_system, info.external_attr = 3, mode << 16
            archive.writestr(info, b"")
    device = "neither a file nor a directory"
    assert said(tmp_path, buffer.getvalue()) == [
        ("link", "link", "a symbolic link; not followed"),
        ("device", "pipe", device),
        ("device", "disk", device),
    ]


@pytest.mark.parametrize(
    ("data", "place", "code", "detail"),
    [
        (
            patched(zip_of([("a", LOG)]), b"PK\1\2", 8, b"\1\0"),
            "a",
            "encrypted",
            "encrypted; unpack it with its password and pass the folder",
        ),
        (
            patched(patched(zip_of([("a", LOG)]), b"PK\1\2", 10, b"\x63\0"), b"PK\3\4", 8, b"\x63\0"),
            "a",
            "unsupported_method",
            "compressed by method 99; only stored and deflated are read",
        ),
        (
            TWO[:BEHIND] + b"XX" + TWO[BEHIND + 2 :],
            "b",
            "corrupt",
            f"no zip header where the directory places it, byte {BEHIND}",
        ),
        (
            patched(zip_of([("a", LOG)], zipfile.ZIP_STORED), LOG, 0, b"X"),
            "a",
            "corrupt",
            "its bytes are not those that were packed: size or checksum differ",
        ),
        (zip_of([("a", LOG)]) + b"t", "bundle", "trailing_data", "something follows the end of the zip; not read"),
        (
            b"PK\3\4" + zip_of([("a", LOG)]),
            "bundle",
            "prepended_data",
            "4 bytes stand before the zip; not read",
        ),
    ],
    ids=short,
)
def test_of_a_zip(tmp_path, data, place, code, detail):
    assert said(tmp_path, data) == [(code, place, detail)]


def test_of_a_zip_of_which_bytes_are_missing(tmp_path):
    data = zip_of([("a", LOG), ("b", bytes(range(256)))], zipfile.ZIP_STORED)
    at = data.index(bytes(range(256)))
    found = said(tmp_path, data[:at] + data[at + 100 :])
    assert found[0] == ("truncated", "bundle", "100 bytes are missing inside the zip")


@pytest.mark.parametrize(
    ("data", "limits", "code", "words"),
    [
        (
            zip_of([("a", LOG)])[:-30],
            None,
            "truncated",
            "bundle is a zip cut short: its directory is missing; copy it again",
        ),
        (
            zip_of([("a", LOG), ("b", LOG)]),
            Limits(members=1),
            "bomb_members",
            "bundle has more than the 1 members allowed; give its logs alone",
        ),
        (
            zip_of([("a" * 99, LOG)]),
            Limits(directory_bytes=100),
            "bomb_header",
            "bundle has a directory of 145 bytes, more than the 100 allowed; not opened",
        ),
        (
            overlapping(quoted=True),
            None,
            "zip_overlap",
            "bundle has members that share bytes, as a zip bomb has; not opened",
        ),
        (
            patched(zip_of([("a", LOG)]), b"PK\5\6", 4, b"\1\0"),
            None,
            "unsupported",
            "bundle is one part of a split zip; join the parts first",
        ),
        (
            patched(zip_of([("a", LOG)]), b"PK\5\6", 20, b"\x16\0") + zip_of([("a", LOG)])[-22:],
            None,
            "zip_inconsistent",
            "bundle contradicts itself: it has two directories; make the zip again",
        ),
        (
            b"7z\xbc\xaf'\x1c",
            None,
            "unsupported",
            "bundle is a 7-Zip archive, which is not opened; unpack it and pass the folder",
        ),
        (
            b"Rar!\x1a\x07",
            None,
            "unsupported",
            "bundle is a RAR archive, which is not opened; unpack it and pass the folder",
        ),
        (
            b"\x28\xb5\x2f\xfd",
            None,
            "unsupported",
            "bundle is a Zstandard file, which is not opened; unpack it and pass the folder",
        ),
        (
            b"MSCF\0\0\0\0",
            None,
            "unsupported",
            "bundle is a Windows cabinet, which is not opened; unpack it and pass the folder",
        ),
    ],
    ids=short,
)
def test_why_it_is_refused(tmp_path, data, limits, code, words):
    assert refusal(tmp_path, data, limits) == (code, words)


@pytest.mark.parametrize(
    ("data", "limits", "place", "code", "detail"),
    [
        (LOG, Limits(produced_bytes=9), "bundle", "bomb_size", "the bundle unpacks to more than 9 bytes"),
        (LOG, Limits(member_bytes=9), "bundle", "bomb_size", "it is longer than 9 bytes"),
        (
            EMPTY,
            Limits(ratio=2, ratio_from=9),
            None,
            "bomb_ratio",
            f"{len(EMPTY)} bytes unpack to 512 and more",
        ),
        (tar_of([("a", b""), ("b", b"")]), Limits(members=1), "b", "bomb_members", "more than 1 files"),
        (
            tar_header(b"d/", kind=b"5") * 9 + TAR_END,
            Limits(members=2),
            "bundle",
            "bomb_members",
            "more than 6 entries",
        ),
        (
            GZ * 3,
            Limits(members=2),
            "bundle",
            "bomb_members",
            "it joins more than 2 gz streams",
        ),
        (
            zip_of([("a", zip_of([("b", LOG)]))]),
            Limits(depth=1),
            "a",
            "bomb_depth",
            "it lies in 1 containers already; not opened: unpack it by hand and give the file that lies in it",
        ),
        (
            GZ + b"garbage",
            None,
            "bundle",
            "trailing_data",
            "something that is not gz follows its end; not read",
        ),
        (
            GZ[:-9],
            None,
            "bundle",
            "truncated",
            f"its gz stream ends early, after {len(LOG)} bytes of content",
        ),
        (
            tar_of([("a", LOG)])[: 512 + len(LOG) - 9],
            None,
            "a",
            "truncated",
            "its last 9 bytes are missing",
        ),
        (tar_of([("a", b""), ("a", b"")]), None, "a#2", "name_duplicate", "another member has the same name"),
        (tar_of([("../a", b"")]), None, "../a", "name_suspicious", "it leads out of the folder"),
        (
            tar_of([("x.7z", b"7z\xbc\xaf'\x1c")]),
            None,
            "x.7z",
            "unsupported",
            "x.7z is a 7-Zip archive, which is not opened; unpack it and pass the folder",
        ),
    ],
    ids=short,
)
def test_of_what_is_inside(tmp_path, data, limits, place, code, detail):
    assert said(tmp_path, data, limits) == [(code, place, detail)]


def test_of_a_stream_that_breaks(tmp_path):
    ((code, place, detail),) = said(tmp_path, GZ[:-8] + bytes(8))
    assert (code, place) == ("corrupt", "bundle")
    assert detail.startswith(f"its gz stream breaks, after {len(LOG)} bytes of content: Error -3")


def test_of_a_folder(tmp_path):
    (tmp_path / "a").symlink_to("/etc/passwd")
    os.mkfifo(tmp_path / "p")
    bundle = Bundle([tmp_path])
    assert read(bundle) == {}
    assert {(warn.code, warn.file, warn.detail) for warn in bundle.warnings} == {
        ("link", "a", "a symbolic link; not followed"),
        ("device", "p", "neither a file nor a folder; not opened"),
    }


def test_of_a_thousand_of_a_kind(tmp_path):
    found = said(tmp_path, tar_of([("a", b"")] * 1002, format=tarfile.USTAR_FORMAT))
    assert found[-1] == ("name_duplicate", None, "and more: only 1000 of a kind are listed")


def test_who_asks_for_what_cannot_be_is_told_why(tmp_path):
    with pytest.raises(UsageError) as caught:
        Bundle([])
    assert str(caught.value) == ("no bundle given: name a folder, an archive, a log file, or - for standard input")
    bundle = Bundle(["-"], stdin=io.BytesIO(LOG))
    with pytest.raises(RuntimeError) as unknown:
        _ = bundle.sha256
    assert str(unknown.value) == "the digest is known once all members were asked for"
    assert (read(bundle), bundle.can_be_read_again) == ({"-": LOG}, False)
    with pytest.raises(UsageError) as again:
        bundle.members()
    assert str(again.value) == "standard input can be read only once: save it to a file and pass that"
    assert Bundle([put(tmp_path, LOG)]).can_be_read_again


def test_several_paths_have_one_name(tmp_path):
    one, two, three = (put(tmp_path, LOG, name) for name in ("a.log", "b.log", "c.log"))
    assert [(Bundle(each).name, Bundle(each).kind) for each in ([one], [one, two], [one, two, three])] == [
        ("a.log", "file"),
        ("a.log and 1 more", "several"),
        ("a.log and 2 more", "several"),
    ]


def test_a_member_that_is_read_too_late_says_so(tmp_path):
    members = list(Bundle([put(tmp_path, tar_of([("a", LOG), ("b", LOG)]))]).members())
    with pytest.raises(RuntimeError, match="the next"):
        list(members[0].chunks())
