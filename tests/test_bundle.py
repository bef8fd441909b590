import bz2
import contextlib
import gzip
import hashlib
import io
import lzma
import os
import struct
import tarfile
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from faultlog.archives.disk import open_file
from faultlog.archives.streams import Budget, DamageError, RawFile
from faultlog.archives.tar import tar_entries
from faultlog.archives.zip import zip_entries
from faultlog.bundle import Bundle, Limits, Member
from faultlog.errors import BundleError, FaultlogError, UsageError
from faultlog.model import Instant

LOG = b"Jan  1 00:00:00 host ampdaemon[1]: Fault 5 raised\n"
DAY = 1_700_000_000

Files = Sequence[tuple[str, bytes]]
Date = tuple[int, int, int, int, int, int]
Pack = Callable[[Any], bytes]


def tar_of(files: Files, mode: Any = "w", **options: Any) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(None, mode, buffer, **options) as archive:
        for name, data in files:
            info = tarfile.TarInfo(name)
            info.size, info.mtime = len(data), DAY
            archive.addfile(info, io.BytesIO(data))
    return buffer.getvalue()


def zip_of(files: Files, method: int = zipfile.ZIP_DEFLATED, date: Date = (2023, 11, 14, 22, 13, 20)) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, data in files:
            archive.writestr(zipfile.ZipInfo(name, date), data, method)
    return buffer.getvalue()


def tar_header(
    name: bytes = b"x.log",
    size: bytes = b"0" * 11,
    kind: bytes = b"0",
    magic: bytes = b"ustar\x0000",
    tail: bytes = b"",
) -> bytes:
    fields = (name, b"644", b"0", b"0", size, b"0", b" " * 8, kind, b"", magic, tail)
    block = struct.pack("100s8s8s8s12s12s8s1s100s8s247s", *fields)
    return block[:148] + b"%06o\0 " % sum(block) + block[156:]


def put(tmp_path: Path, data: bytes, name: str = "bundle") -> Path:
    path = tmp_path / name
    path.write_bytes(data)
    return path


def read(bundle: Bundle) -> dict[str, bytes]:
    return {member.path: b"".join(member.chunks()) for member in bundle.members()}


def codes(bundle: Bundle) -> list[str]:
    return [warn.code for warn in bundle.warnings]


def open_and_read(
    tmp_path: Path, data: bytes, limits: Limits | None = None, name: str = "bundle"
) -> tuple[Bundle, dict[str, bytes]]:
    bundle = Bundle([put(tmp_path, data, name)], limits or Limits())
    return bundle, read(bundle)


def refused(tmp_path: Path, data: bytes, limits: Limits | None = None) -> str:
    with pytest.raises(BundleError) as caught:
        open_and_read(tmp_path, data, limits)
    assert "bundle" in str(caught.value)
    return caught.value.reason


# --- what it is ---


def test_a_plain_file_is_one_given_member(tmp_path: Path) -> None:
    path = put(tmp_path, LOG, "system.log")
    os.utime(path, (DAY, DAY))
    bundle = Bundle([path])
    assert (bundle.kind, bundle.name) == ("file", "system.log")
    (member,) = bundle.members()
    assert (member.path, member.base, member.given) == ("system.log", "system.log", True)
    assert member.modified == Instant.at_second(DAY)
    assert member.head() == LOG
    assert bundle.sha256 == hashlib.sha256(LOG).hexdigest()


def test_an_empty_file_is_an_empty_member_and_no_error(tmp_path: Path) -> None:
    bundle, files = open_and_read(tmp_path, b"")
    assert files == {"bundle": b""}
    assert bundle.sha256 == hashlib.sha256(b"").hexdigest()
    assert not bundle.warnings


def test_a_folder_gives_its_files_sorted_and_its_digest_is_of_those_that_were_read(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    for name, data in (
        ("b/z.log", b"z"),
        ("b/a.log", b"a"),
        ("c.log", b"c"),
        ("._c.log", b"?"),
        ("a.log", b""),
    ):
        put(tmp_path, data, name)
    bundle = Bundle([tmp_path])
    seen = [member for member in bundle.members() if member.path == "c.log" or list(member.chunks()) is None]
    assert [member.given for member in seen] == [False]
    assert bundle.kind == "directory"
    lines = [
        f"{n}\0{hashlib.sha256(d).hexdigest()}\n" for n, d in (("a.log", b""), ("b/a.log", b"a"), ("b/z.log", b"z"))
    ]
    assert bundle.sha256 == hashlib.sha256("".join(lines).encode()).hexdigest()
    assert list(read(Bundle([tmp_path]))) == ["a.log", "b/a.log", "b/z.log", "c.log"]


def test_a_folder_without_files_gives_nothing(tmp_path: Path) -> None:
    bundle = Bundle([tmp_path])
    assert read(bundle) == {}
    assert bundle.sha256 == hashlib.sha256(b"").hexdigest()


@pytest.mark.parametrize("mode", ["w", "w:gz", "w:bz2", "w:xz"])
@pytest.mark.parametrize("layout", [tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])
def test_tars_of_every_layout_and_compression_are_read(tmp_path: Path, mode: str, layout: int) -> None:
    long = "d" * 90 + "/" + "e" * 60 + "/system.log"
    data = tar_of([("./a.log", LOG), (long, LOG * 22_000)], mode, format=layout)
    bundle, files = open_and_read(tmp_path, data, name="liar.txt")
    assert bundle.kind == mode.replace("w:", "tar.").replace("w", "tar")
    assert files == {"a.log": LOG, long: LOG * 22_000}
    assert bundle.warnings == []
    assert bundle.sha256 == hashlib.sha256(data).hexdigest()


def test_members_of_archives_have_their_modification_time(tmp_path: Path) -> None:
    for data in (tar_of([("a", b"")]), zip_of([("a", b"")]), tar_of([("a", b"")], format=tarfile.PAX_FORMAT)):
        (member,) = Bundle([put(tmp_path, data)]).members()
        assert member.modified == Instant.at_second(DAY)
        assert not member.given


def test_a_fraction_of_a_pax_time_and_a_stamp_in_utc_of_a_zip_are_understood(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.PAX_FORMAT) as archive:
        info = tarfile.TarInfo("a")
        info.mtime = DAY + 0.25
        archive.addfile(info)
    (member,) = Bundle([put(tmp_path, buffer.getvalue())]).members()
    assert member.modified == Instant.at_second(DAY)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        stamped = zipfile.ZipInfo("a")
        stamped.extra = struct.pack("<HHBHHBi", 0x7777, 1, 0, 0x5455, 5, 1, DAY)
        archive.writestr(stamped, b"")
    (member,) = Bundle([put(tmp_path, buffer.getvalue())]).members()
    assert member.modified == Instant.at_second(DAY)


def test_a_folder_that_holds_bytes_is_read_as_the_file_it_is(tmp_path: Path) -> None:
    for pack in (tar_of, zip_of):
        bundle, files = open_and_read(tmp_path, pack([("d/", LOG), ("e/", b""), ("a", b"")]))
        assert (files, codes(bundle)) == ({"d": LOG, "a": b""}, ["name_suspicious"])
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, data in (("d", LOG), ("e", b"")):
            info = zipfile.ZipInfo(name)
            info.create_system, info.external_attr, info.compress_type = 3, 0o040755 << 16, zipfile.ZIP_DEFLATED
            archive.writestr(info, data)
    assert open_and_read(tmp_path, buffer.getvalue())[1] == {"d": LOG}


def test_what_was_packed_from_a_pipe_is_read(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        info = zipfile.ZipInfo("-")
        info.create_system, info.external_attr = 3, 0o010600 << 16
        archive.writestr(info, LOG)
    bundle, files = open_and_read(tmp_path, buffer.getvalue())
    assert (files, codes(bundle)) == ({"-": LOG}, [])


def test_the_time_of_an_extended_header_comes_before_that_of_the_header(tmp_path: Path) -> None:
    for said, second in ((b"%d" % DAY, DAY), (b"%d.75" % DAY, DAY), (b"-5", 86_400 * 999), (b"x", 86_400 * 999)):
        record = b"%d mtime=%s\n" % (len(said) + 10, said)
        plain = tar_header()
        dated = plain[:136] + b"%011o\0" % (86_400 * 999) + b" " * 8 + plain[156:]
        dated = dated[:148] + b"%06o\0 " % sum(dated) + dated[156:]
        data = tar_header(size=b"%011o" % len(record), kind=b"x") + record.ljust(512, b"\0") + dated + bytes(1024)
        (member,) = Bundle([put(tmp_path, data)]).members()
        assert member.modified == Instant.at_second(second)


def test_times_that_are_no_dates_are_none(tmp_path: Path) -> None:
    nothing = bytearray(zip_of([("a", b"")]))
    at = nothing.index(b"PK\1\2")
    nothing[at + 12 : at + 16] = b"\0\0\0\0"
    huge = tar_header()[:136] + b"\x80" + b"\xff" * 11 + tar_header()[148:148] + b" " * 8 + tar_header()[156:]
    huge = huge[:148] + b"%06o\0 " % sum(huge) + huge[156:] + bytes(1024)
    for data in (
        zip_of([("a", b"")], date=(1980, 1, 1, 0, 0, 0)),
        bytes(nothing),
        tar_header() + bytes(1024),
        huge,
    ):
        (member,) = Bundle([put(tmp_path, data)]).members()
        assert member.modified is None
    path = put(tmp_path, LOG)
    os.utime(path, (5, 5))
    assert next(Bundle([path]).members()).modified is None


def test_old_tars_without_magic_are_known_by_their_checksum(tmp_path: Path) -> None:
    data = tar_header(b"old.log", b"%011o" % len(LOG), b"\0", b"") + LOG.ljust(512, b"\0") + bytes(1024)
    bundle, files = open_and_read(tmp_path, data)
    assert (bundle.kind, files) == ("tar", {"old.log": LOG})
    nameless = tar_header(b"", magic=b"") + bytes(1024)
    bundle, files = open_and_read(tmp_path, nameless)
    assert (bundle.kind, files) == ("file", {"bundle": nameless})


def test_a_checksum_of_signed_or_unsigned_bytes_holds_and_no_other(tmp_path: Path) -> None:
    block = tar_header(b"\xe9" * 40, tail=bytes(88) + b"\xff" * 120)
    bare = block[:148] + b" " * 8 + block[156:]
    signed = sum(bare) - 256 * sum(byte > 127 for byte in bare)
    assert sum(bare) >= 0o100000
    assert signed > 0
    for total in (sum(bare), signed):
        stated = block[:148] + b"%06o\0 " % total + block[156:]
        assert list(open_and_read(tmp_path, stated + bytes(1024))[1]) == ["\\xe9" * 40]
    for wrong in (sum(bare) + 1, sum(bare) - 0o100000):
        bundle, files = open_and_read(
            tmp_path, tar_header() + block[:148] + b"%06o\0 " % wrong + block[156:] + bytes(1024)
        )
        assert (list(files), codes(bundle)) == (["x.log"], ["corrupt"])


def test_who_may_read_a_member_is_what_its_archive_says() -> None:
    info = tarfile.TarInfo("a")
    info.mode = 0o640
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        archive.addfile(info)
    budget = Budget(Limits())
    assert [one.mode for one in tar_entries(RawFile(io.BytesIO(buffer.getvalue())), budget, lambda *_: None)] == [0o640]
    packed = zipfile.ZipInfo("a")
    packed.create_system, packed.external_attr = 3, 0o100640 << 16
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(packed, b"")
    assert [one.mode for one in zip_entries(RawFile(io.BytesIO(buffer.getvalue())), "z", budget, lambda *_: None)] == [
        0o640
    ]
    of_dos = io.BytesIO(patched(zip_of([("a", b"")]), b"PK\1\2", 5, b"\0"))
    assert [one.mode for one in zip_entries(RawFile(of_dos), "z", budget, lambda *_: None)] == [None]


@pytest.mark.parametrize(("pack", "kind"), [(gzip.compress, "gz"), (bz2.compress, "bz2"), (lzma.compress, "xz")])
def test_a_compressed_log_is_one_given_member_without_the_suffix_in_its_base(
    tmp_path: Path, pack: Pack, kind: str
) -> None:
    data = pack(LOG * 22_000) + pack(b"more") + bytes(8) + pack(b" yet")
    path = put(tmp_path, data, f"system.log.1.{kind}")
    bundle = Bundle([path])
    (member,) = bundle.members()
    assert (bundle.kind, member.path, member.base) == (kind, f"system.log.1.{kind}", "system.log.1")
    assert member.given
    bundle = Bundle([path])
    assert list(read(bundle).values()) == [LOG * 22_000 + b"more yet"]
    assert bundle.warnings == []


def test_the_time_in_a_gzip_header_comes_before_that_of_the_file(tmp_path: Path) -> None:
    path = put(tmp_path, gzip.compress(LOG, mtime=DAY))
    assert next(Bundle([path]).members()).modified == Instant.at_second(DAY)
    path = put(tmp_path, gzip.compress(LOG, mtime=0))
    os.utime(path, (DAY + 7, DAY + 7))
    assert next(Bundle([path]).members()).modified == Instant.at_second(DAY + 7)


def test_head_takes_nothing_away_and_chunks_are_at_most_a_mebibyte(tmp_path: Path) -> None:
    text = bytes(range(256)) * 12_000
    for data in (text, gzip.compress(text), zip_of([("a", text)]), tar_of([("a", text)])):
        for member in Bundle([put(tmp_path, data)]).members():
            assert member.head() == text[:512]
            pieces = list(member.chunks())
            assert max(map(len, pieces)) <= 1 << 20
            assert b"".join(pieces) == text


def test_a_member_may_be_left_unread_and_is_invalid_when_passed(tmp_path: Path) -> None:
    bundle = Bundle([put(tmp_path, tar_of([("a", LOG), ("b", LOG * 99), ("c", LOG)], "w:gz"))])
    members = bundle.members()
    first = next(members)
    chunks = next(members).chunks()
    assert b"".join(next(members).chunks()) == LOG
    with pytest.raises(RuntimeError, match="passed"):
        next(first.chunks())
    with pytest.raises(RuntimeError):
        next(chunks)


def test_members_can_be_asked_for_again_and_nothing_is_told_twice(tmp_path: Path) -> None:
    bundle = Bundle([put(tmp_path, tar_of([("a", LOG), ("a", LOG)], "w:gz")[:-9])])
    first, digest, told = read(bundle), bundle.sha256, list(bundle.warnings)
    assert codes(bundle) == ["name_duplicate", "truncated"]
    assert (read(bundle), bundle.sha256, bundle.warnings) == (first, digest, told)


def test_the_digest_is_unknown_before_the_end(tmp_path: Path) -> None:
    bundle = Bundle([put(tmp_path, LOG)])
    with pytest.raises(RuntimeError):
        bundle.sha256  # noqa: B018
    members = bundle.members()
    next(members)
    with pytest.raises(RuntimeError):
        bundle.sha256  # noqa: B018


def test_what_is_not_hashed_is_read_alike(tmp_path: Path) -> None:
    paths = [put(tmp_path, zip_of([("x", LOG)]) + b"tail", "b.zip"), put(tmp_path, gzip.compress(bytes(9_000)), "z.gz")]
    limits = Limits(ratio=20, ratio_from=100)
    hashed, plain = Bundle(paths, limits), Bundle(paths, limits, hashed=False)
    assert read(hashed) == read(plain)
    assert hashed.warnings == plain.warnings
    assert len(hashed.sha256 or "") == 64
    assert plain.sha256 is None


def test_the_digest_is_of_all_bytes_even_where_reading_ends_early(tmp_path: Path) -> None:
    data = gzip.compress(bytes(100_000)) + b"tail" * 40_000
    bundle, _ = open_and_read(tmp_path, data, Limits(produced_bytes=10))
    assert bundle.sha256 == hashlib.sha256(data).hexdigest()
    data = zip_of([("a", LOG), ("b", LOG)])
    bundle = Bundle([put(tmp_path, data)])
    list(bundle.members())
    assert bundle.sha256 == hashlib.sha256(data).hexdigest()


def test_several_paths_keep_their_names_apart(tmp_path: Path) -> None:
    (tmp_path / "d").mkdir()
    put(tmp_path, b"1", "d/x.log")
    paths = [
        tmp_path / "d",
        put(tmp_path, zip_of([("x.log", b"2")]), "b.zip"),
        tmp_path / "d/x.log",
        tmp_path / "d/x.log",
    ]
    bundle = Bundle(paths)
    assert read(bundle) == {"d/x.log": b"1", "b.zip!/x.log": b"2", "x.log": b"1", "x.log#2": b"1"}
    assert (bundle.kind, bundle.name) == ("several", "d and 3 more")
    assert len(bundle.sha256 or "") == 64
    bundle = Bundle(paths, Limits(produced_bytes=0))
    assert read(bundle) == {"d/x.log": b""}


def test_one_broken_archive_of_several_paths_is_a_warning(tmp_path: Path) -> None:
    paths = [put(tmp_path, zip_of([("x", b"2")])[:-30], "b.zip"), put(tmp_path, LOG, "a.log")]
    bundle = Bundle(paths)
    assert read(bundle) == {"a.log": LOG}
    assert [(warn.code, warn.file) for warn in bundle.warnings] == [("truncated", "b.zip")]


# --- standard input ---


@pytest.mark.parametrize("data", [LOG, gzip.compress(LOG)], ids=["plain", "gz"])
def test_standard_input_is_a_given_member_and_can_be_read_once(data: bytes) -> None:
    bundle = Bundle(["-"], stdin=io.BytesIO(data))
    (member,) = bundle.members()
    assert (bundle.kind, bundle.name, member.path, member.given) == ("stdin", "-", "-", True)
    assert bundle.sha256 == hashlib.sha256(data).hexdigest()
    with pytest.raises(UsageError, match="once"):
        bundle.members()


@pytest.mark.parametrize("pack", [zip_of, tar_of])
def test_archives_come_through_a_pipe_that_cannot_seek(pack: Pack) -> None:
    ours, theirs = os.pipe()
    with os.fdopen(ours, "rb") as source:
        with os.fdopen(theirs, "wb") as sink:
            sink.write(pack([("a.log", LOG)]))
        assert read(Bundle(["-"], stdin=source)) == {"a.log": LOG}


def test_standard_input_is_the_process_s_own_by_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(LOG)))
    assert read(Bundle(["-"])) == {"-": LOG}


def test_a_broken_zip_on_standard_input_is_refused() -> None:
    with pytest.raises(BundleError) as caught:
        read(Bundle(["-"], stdin=io.BytesIO(zip_of([("a", LOG)])[:-30])))
    assert caught.value.reason == "truncated"


# --- what cannot be opened ---


def test_no_path_and_a_missing_path_are_said(tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        Bundle([])
    with pytest.raises(BundleError, match=r"no such file or directory: .*nowhere - check the path") as caught:
        Bundle([tmp_path / "nowhere"])
    assert caught.value.reason == "missing"
    with pytest.raises(BundleError, match=r"cannot read a\\x00b: embedded null byte - check") as caught:
        Bundle(["a\0b"])
    assert caught.value.reason == "unreadable"


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(BundleError, match=r"pass - and") as caught:
        Bundle([tmp_path / "pipe"])
    assert caught.value.reason == "unreadable"


@pytest.mark.parametrize("magic", [b"7z\xbc\xaf'\x1c", b"Rar!\x1a\x07\0"])
def test_foreign_archives_are_refused_alone_and_warned_about_inside(tmp_path: Path, magic: bytes) -> None:
    assert refused(tmp_path, magic + bytes(99)) == "unsupported"
    bundle, files = open_and_read(tmp_path, tar_of([("x.7z", magic), ("a", LOG)]))
    assert (codes(bundle), files) == (["unsupported"], {"a": LOG})


def test_what_may_not_be_read_in_a_folder_is_warned_about(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "shut").mkdir()
    for name in ("a.log", "b.log"):
        put(tmp_path, LOG, name)
    whole, scan = os.open, os.scandir

    def closed(path: Any, *rest: Any) -> int:
        if str(path).endswith("a.log"):
            raise PermissionError(13, "Permission denied")
        return whole(path, *rest)

    def shut(path: Any) -> Any:
        if str(path).endswith("shut"):
            raise PermissionError(13, "Permission denied")
        return scan(path)

    monkeypatch.setattr(os, "open", closed)
    monkeypatch.setattr(os, "scandir", shut)
    bundle = Bundle([tmp_path])
    assert read(bundle) == {"b.log": LOG}
    assert [(warn.code, warn.file, warn.detail) for warn in bundle.warnings] == [
        ("unreadable", "a.log", "cannot be opened: Permission denied"),
        ("unreadable", "shut", "cannot be listed: Permission denied"),
    ]
    with pytest.raises(BundleError, match=r"cannot read .*/shut: Permission denied - check the path and your perm"):
        Bundle([tmp_path / "shut"])
    bundle = Bundle([tmp_path / "b.log"])
    (tmp_path / "b.log").rename(tmp_path / "a.log")
    with pytest.raises(BundleError, match="cannot read b"):
        read(bundle)


def test_a_disk_that_fails_cuts_the_member(tmp_path: Path) -> None:
    class Failing(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            if self.tell() >= 512:
                raise OSError(5, "Input/output error")
            return super().read(size)

    bundle = Bundle(["-"], stdin=Failing(LOG * 100))
    (member,) = bundle.members()
    bundle = Bundle(["-"], stdin=Failing(LOG * 100))
    for member in bundle.members():
        assert b"".join(member.chunks()) == (LOG * 100)[:512]
        assert member.cut == "disk"
    assert [(warn.code, warn.file, warn.detail) for warn in bundle.warnings] == [
        ("disk", "-", "reading stops at byte 512: Input/output error")
    ]


@pytest.mark.parametrize("asked", range(1, 9))
def test_a_disk_that_fails_once_is_never_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, asked: int
) -> None:
    place = tmp_path / "bundle"
    place.mkdir()
    with zipfile.ZipFile(place / "a.zip", "w") as archive:
        archive.writestr("ampdaemon.log", LOG)
    read_at, times = RawFile.read_at, 0

    def once(file: RawFile, offset: int, size: int) -> bytes:
        nonlocal times
        times += 1
        if times == asked:
            raise DamageError("disk", "reading stops")
        return read_at(file, offset, size)

    monkeypatch.setattr(RawFile, "read_at", once)
    for path in (place, place / "a.zip"):
        times = 0
        said, whole = _read_from(path)
        assert "disk" in said if times >= asked else whole


def _read_from(path: Path) -> tuple[list[str], bool]:
    """What is said of a bundle, and whether its log was read in full."""
    try:
        bundle = Bundle([path], hashed=False)
        contents = [b"".join(member.chunks()) for member in bundle.members()]
    except BundleError as error:
        return [error.reason], False
    return codes(bundle), contents == [LOG]


# --- links, devices, litter ---


def test_links_and_pipes_of_a_folder_are_not_followed_but_a_named_link_is(tmp_path: Path) -> None:
    folder = tmp_path / "bundle"
    folder.mkdir()
    put(tmp_path, LOG, "secret")
    (folder / "a").symlink_to(tmp_path / "secret")
    (folder / "b").symlink_to(tmp_path)
    os.mkfifo(folder / "c")
    bundle = Bundle([folder])
    assert read(bundle) == {}
    assert codes(bundle) == ["link", "link", "device"]
    assert read(Bundle([folder / "a"])) == {"a": LOG}


def test_a_folder_has_a_name_however_it_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert Bundle(["."]).name == Bundle([tmp_path]).name == tmp_path.name
    assert Bundle(["/"]).name == "/"


def test_a_file_that_has_become_a_link_is_not_followed(tmp_path: Path) -> None:
    """Between the look at a folder and the opening of what is in it anything may have happened."""
    (tmp_path / "a").symlink_to(put(tmp_path, LOG, "real"))
    with pytest.raises(OSError, match="symbolic links"):
        open_file(tmp_path / "a", follow=False)
    with open_file(tmp_path / "a", follow=True) as handle:
        assert handle.read() == LOG
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(OSError, match="device or a pipe"):
        open_file(tmp_path / "pipe", follow=False)


def test_links_devices_and_sparse_files_of_a_tar_are_skipped_with_a_warning(tmp_path: Path) -> None:
    kinds = [
        tarfile.SYMTYPE,
        tarfile.LNKTYPE,
        tarfile.CHRTYPE,
        tarfile.BLKTYPE,
        tarfile.FIFOTYPE,
        tarfile.DIRTYPE,
    ]
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for number, kind in enumerate(kinds):
            info = tarfile.TarInfo(f"n{number}")
            info.type, info.linkname = kind, "/etc/passwd"
            archive.addfile(info)
        sparse = tarfile.TarInfo("holes")
        sparse.pax_headers = {"GNU.sparse.major": "1", "GNU.sparse.name": "real"}
        archive.addfile(sparse)
        archive.addfile(tarfile.TarInfo("last"))
    bundle, files = open_and_read(tmp_path, buffer.getvalue())
    assert files == {"last": b""}
    assert codes(bundle) == ["link", "link", "device", "device", "device", "sparse"]
    assert bundle.warnings[-1].file == "real"


def test_an_old_sparse_map_of_many_blocks_is_passed_over(tmp_path: Path) -> None:
    head = bytearray(tar_header(b"holes", kind=b"S", magic=b"ustar  \0"))
    head[482] = 1
    head[148:156] = b" " * 8
    head[148:156] = b"%06o\0 " % sum(head)
    more = bytes(504) + b"\1" + bytes(7)
    data = bytes(head) + more + bytes(512) + tar_header() + bytes(1024)
    bundle, files = open_and_read(tmp_path, data)
    assert (files, codes(bundle)) == ({"x.log": b""}, ["sparse"])


def test_links_and_devices_of_a_zip_are_skipped_with_a_warning(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, mode in (("l", 0o120777), ("p", 0o010644), ("d", 0o040755), ("e/", 0), ("a", 0o100644)):
            info = zipfile.ZipInfo(name)
            info.create_system, info.external_attr = 3, mode << 16
            archive.writestr(info, b"")
    bundle, files = open_and_read(tmp_path, buffer.getvalue())
    assert (files, codes(bundle)) == ({"a": b""}, ["link", "device"])


def test_the_litter_of_the_finder_is_passed_over_in_silence(tmp_path: Path) -> None:
    for pack in (tar_of, zip_of):
        bundle, files = open_and_read(tmp_path, pack([("__MACOSX/a", b"1"), ("d/._a", b"2"), ("a", b"3")]))
        assert (files, bundle.warnings) == ({"a": b"3"}, [])


# --- names ---


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("../../etc/x", "../../etc/x"),
        ("/etc/x", "/etc/x"),
        ("C:/x", "C:/x"),
        ("a\\..\\x", "a\\..\\x"),
        ("a\x1b[2Jx", "a\\x1b[2Jx"),
        ("a\u202egol.x", "aU+202Egol.x"),
        ("d" * 300 + "/x", "d" * 300 + "/x"),
        ("d/" * 600 + "x", "…" + ("d/" * 600 + "x")[-1024:]),
        ("con.log", "con.log"),
        ("a. ", "a. "),
    ],
)
def test_odd_names_are_shown_escaped_and_warned_about(tmp_path: Path, name: str, path: str) -> None:
    for data in (tar_of([(name, LOG)], format=tarfile.GNU_FORMAT), zip_of([(name, LOG)])):
        bundle, files = open_and_read(tmp_path, data)
        assert files == {path: LOG}
        assert [(warn.code, warn.file) for warn in bundle.warnings] == [("name_suspicious", path)]


def test_nul_bytes_foreign_bytes_and_empty_names_are_shown(tmp_path: Path) -> None:
    data = zip_of([("aXb", b"1"), ("caf\xe9", b"2")], zipfile.ZIP_STORED).replace(b"aXb", b"a\0b")
    bundle, files = open_and_read(tmp_path, data)
    assert files == {"a\\x00b": b"1", "café": b"2"}
    assert codes(bundle) == ["name_suspicious"]
    data = zip_of([("cafX", b"2")], zipfile.ZIP_STORED).replace(b"cafX", b"caf\x82")
    assert open_and_read(tmp_path, data)[1] == {"café": b"2"}
    data = tar_header(b"caf\xe9") + tar_header(b"") + bytes(1024)
    bundle, files = open_and_read(tmp_path, data)
    assert list(files) == ["caf\\xe9", "(no name)"]


def test_members_of_one_name_are_numbered(tmp_path: Path) -> None:
    names = ["a", "a#2", "a", "a", "b"]
    bundle, files = open_and_read(tmp_path, tar_of([(name, name.encode()) for name in names]))
    assert list(files) == ["a", "a#2", "a#3", "a#4", "b"]
    assert codes(bundle) == ["name_duplicate"] * 2


def test_a_thousand_warnings_of_a_kind_are_enough(tmp_path: Path) -> None:
    bundle, files = open_and_read(tmp_path, tar_of([("a", b"")] * 1100))
    assert len(files) == 1100
    assert len(bundle.warnings) == 1001
    assert bundle.warnings[-1].file is None


# --- nesting ---


def test_archives_inside_archives_are_opened_and_joined_in_the_path(tmp_path: Path) -> None:
    inner = zip_of([("var/a.log", LOG)])
    middle = tar_of([("in.zip", inner), ("b.log.gz", gzip.compress(LOG)), ("c", b"c")], "w:xz")
    bundle, files = open_and_read(tmp_path, zip_of([("m.dat", middle)]))
    assert files == {"m.dat!/in.zip!/var/a.log": LOG, "m.dat!/b.log.gz": LOG, "m.dat!/c": b"c"}
    assert bundle.warnings == []


def test_archives_in_a_folder_are_opened(tmp_path: Path) -> None:
    put(tmp_path, zip_of([("a", LOG)]), "x.zip")
    put(tmp_path, tar_of([("a", LOG)], "w:gz"), "y.tgz")
    put(tmp_path, zip_of([("a", LOG)])[:-30], "z.zip")
    bundle = Bundle([tmp_path])
    assert read(bundle) == {"x.zip!/a": LOG, "y.tgz!/a": LOG}
    assert [(warn.code, warn.file) for warn in bundle.warnings] == [("truncated", "z.zip")]


def test_what_lies_deeper_than_three_containers_is_not_opened(tmp_path: Path) -> None:
    data = LOG
    for _ in range(3):
        data = zip_of([("x", data)])
    assert open_and_read(tmp_path, data)[1] == {"x!/x!/x": LOG}
    bundle, files = open_and_read(tmp_path, zip_of([("deep", data), ("a", LOG)]))
    assert files == {"a": LOG}
    assert [(warn.code, warn.file) for warn in bundle.warnings] == [("bomb_depth", "deep!/x!/x")]
    layered = gzip.compress(gzip.compress(gzip.compress(LOG)))
    assert open_and_read(tmp_path, layered)[1] == {"bundle": LOG}
    bundle, files = open_and_read(tmp_path, gzip.compress(layered))
    assert (files, codes(bundle)) == ({}, ["bomb_depth"])


def test_a_nested_zip_larger_than_the_memory_for_it_is_read_from_an_unnamed_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(scratch))
    noise = os.urandom(9 << 20)
    inner = zip_of([("a", noise)], zipfile.ZIP_STORED)
    bundle = Bundle([put(tmp_path, tar_of([("in.zip", inner)]))])
    for member in bundle.members():
        assert list(scratch.iterdir()) == []
        assert b"".join(member.chunks()) == noise

    class Full(io.BytesIO):
        def write(self, data: Any) -> int:
            raise OSError(28, "No space left on device")

    monkeypatch.setattr("tempfile.SpooledTemporaryFile", lambda max_size: Full())
    assert read(bundle) == {}
    assert [(warn.code, warn.file, warn.detail) for warn in bundle.warnings] == [
        ("no_space", "in.zip", "cannot be kept while it is read: No space left on device")
    ]


def test_a_nested_zip_that_is_cut_is_told_with_the_container_s_end(tmp_path: Path) -> None:
    inner = zip_of([("a", os.urandom(3000))])
    bundle, files = open_and_read(tmp_path, tar_of([("in.zip", inner)])[:2000])
    assert (files, set(codes(bundle))) == ({}, {"truncated"})


# --- bombs ---


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress])
def test_a_bomb_of_any_compression_ends_at_the_budget(tmp_path: Path, pack: Pack) -> None:
    limits = Limits(produced_bytes=100_000)
    bundle = Bundle([put(tmp_path, tar_of([("a", b"a"), ("b", pack(bytes(8 << 20))), ("c", b"c")]))], limits)
    sizes, cuts = {}, {}
    for member in bundle.members():
        sizes[member.path] = sum(map(len, member.chunks()))
        cuts[member.path] = member.cut
    assert sizes == {"a": 1, "b": 99_999}
    assert cuts == {"a": None, "b": "bomb_size"}
    assert [(warn.code, warn.file) for warn in bundle.warnings] == [("bomb_size", "b")]


def test_a_bomb_left_unread_is_passed_over_within_the_budget(tmp_path: Path) -> None:
    bundle = Bundle(
        [put(tmp_path, tar_of([("a", bytes(8 << 20)), ("b", b"")], "w:gz"))], Limits(produced_bytes=1 << 20)
    )
    assert [member.path for member in bundle.members()] == ["a"]
    assert codes(bundle) == ["bomb_size"]
    bundle = Bundle([put(tmp_path, zip_of([("a", bytes(999)), ("b", b"")]))], Limits(produced_bytes=99))
    assert [member.path for member in bundle.members()] == ["a"]
    assert [(warn.code, warn.file) for warn in bundle.warnings] == [("bomb_size", "a")]


def test_a_ratio_that_no_log_has_ends_the_reading(tmp_path: Path) -> None:
    limits = Limits(ratio_from=1 << 20)
    bundle = Bundle([put(tmp_path, bz2.compress(bytes(16 << 20)))], limits)
    for member in bundle.members():
        assert sum(map(len, member.chunks())) < 2 << 20
        assert member.cut == "bomb_ratio"
    assert codes(bundle) == ["bomb_ratio"]


def test_the_ratio_itself_is_allowed() -> None:
    budget = Budget(Limits(ratio=2, ratio_from=10))
    assert (budget.spend(10), budget.over) == (10, None)
    budget.consumed = 10
    assert (budget.spend(10), budget.over) == (10, None)
    assert budget.spend(1) == 1
    assert budget.over is not None
    assert budget.over.code == "bomb_ratio"


def test_plain_bytes_count_too_and_exactly_the_budget_is_allowed(tmp_path: Path) -> None:
    bundle, files = open_and_read(tmp_path, LOG * 9, Limits(produced_bytes=len(LOG) * 9))
    assert (files, codes(bundle)) == ({"bundle": LOG * 9}, [])
    bundle, files = open_and_read(tmp_path, LOG * 9, Limits(produced_bytes=len(LOG)))
    assert (files, codes(bundle)) == ({"bundle": LOG}, ["bomb_size"])


def test_a_member_that_is_too_long_is_cut_and_the_others_go_on(tmp_path: Path) -> None:
    limits = Limits(member_bytes=1000)
    bundle = Bundle([put(tmp_path, tar_of([("a", bytes(1001)), ("b", bytes(1000))], "w:gz"))], limits)
    cuts = {}
    for member in bundle.members():
        assert sum(map(len, member.chunks())) == 1000
        cuts[member.path] = member.cut
    assert cuts == {"a": "bomb_size", "b": None}


def test_more_members_than_allowed_end_the_reading(tmp_path: Path) -> None:
    limits = Limits(members=3)
    files = [(f"{n}", b"") for n in range(5)]
    bundle, seen = open_and_read(tmp_path, tar_of(files), limits)
    assert (list(seen), codes(bundle)) == (["0", "1", "2"], ["bomb_members"])
    assert refused(tmp_path, zip_of(files), limits) == "bomb_members"
    liar = zip_of(files)
    end = liar.index(b"PK\5\6")
    liar = liar[: end + 8] + struct.pack("<HH", 2, 2) + liar[end + 12 :]
    assert refused(tmp_path, liar, limits) == "bomb_members"
    assert refused(tmp_path, liar) == "zip_inconsistent"
    folder = tmp_path / "folder"
    folder.mkdir()
    for name, _ in files:
        put(folder, b"", name)
    bundle = Bundle([folder], limits)
    assert (list(read(bundle)), codes(bundle)) == (["0", "1", "2"], ["bomb_members"])


def test_a_directory_that_lies_is_refused_before_its_records_are_read(tmp_path: Path) -> None:
    files = [(f"{n}", b"") for n in range(20)]
    liar = zip_of(files)
    end = liar.index(b"PK\5\6")
    liar = liar[: end + 8] + struct.pack("<HH", 1, 1) + liar[end + 12 :]
    bundle, seen = open_and_read(
        tmp_path, tar_of([(f"z{n}", liar) for n in range(20)] + [("a", LOG)]), Limits(members=21)
    )
    assert (seen, codes(bundle)) == ({"a": LOG}, ["zip_inconsistent"] * 20)


def test_entries_that_are_no_members_are_counted_too(tmp_path: Path) -> None:
    folders = (tar_header(b"d/", kind=b"5") * 30) + bytes(1024)
    bundle, files = open_and_read(tmp_path, folders, Limits(members=2))
    assert (files, codes(bundle)) == ({}, ["bomb_members"])
    for number in range(20):
        (tmp_path / "outer" / "many" / str(number)).mkdir(parents=True)
    for folder, place in ((tmp_path / "outer" / "many", None), (tmp_path / "outer", "many")):
        bundle = Bundle([folder], Limits(members=2))
        assert (read(bundle), [(warn.code, warn.file) for warn in bundle.warnings]) == ({}, [("bomb_members", place)])


def test_a_gzip_of_too_many_parts_is_cut(tmp_path: Path) -> None:
    bundle, files = open_and_read(tmp_path, gzip.compress(b"x") * 9, Limits(members=5))
    assert (files, codes(bundle)) == ({"bundle": b"x" * 5}, ["bomb_members"])


@pytest.mark.parametrize("kind", [b"x", b"g", b"L", b"K"])
def test_a_header_bomb_is_not_read(tmp_path: Path, kind: bytes) -> None:
    data = tar_header() + tar_header(size=b"%011o" % (256 << 20), kind=kind) + bytes(4 << 20)
    bundle, files = open_and_read(tmp_path, gzip.compress(data))
    assert (files, codes(bundle)) == ({"x.log": b""}, ["bomb_header"])


def test_extended_headers_are_bounded_together_too(tmp_path: Path) -> None:
    records = b"10 path=x\n" * 100
    one = tar_header(size=b"%011o" % len(records), kind=b"x") + records.ljust(1024, b"\0") + tar_header()
    bundle, files = open_and_read(tmp_path, one * 20 + bytes(1024), Limits(header_bytes=1000))
    assert (len(files), codes(bundle)[-1]) == (16, "bomb_header")


def test_a_directory_of_a_zip_that_is_too_large_is_not_read(tmp_path: Path) -> None:
    assert refused(tmp_path, zip_of([("a" * 999, b"")]), Limits(directory_bytes=1000)) == "bomb_header"
    bundle, files = open_and_read(
        tmp_path, tar_of([("z", zip_of([("a" * 999, b"")])), ("a", LOG)]), Limits(directory_bytes=1000)
    )
    assert (files, codes(bundle)) == ({"a": LOG}, ["bomb_header"])


def local_header(name: bytes, size: int) -> bytes:
    return struct.pack("<4s5H3L2H", b"PK\3\4", 20, 0, 8, 0, 33, 0, size, 0, len(name), 0) + name


def overlapping(quoted: bool) -> bytes:
    """Two members over one kernel; quoted: the first one's data is the second's whole record."""
    kernel = zlib.compress(bytes(1000), 9)[2:-4]
    second = local_header(b"b", len(kernel)) + kernel
    body = local_header(b"a", len(second)) + second if quoted else second
    offsets = [(b"a", len(second), 0), (b"b", len(kernel), 31)] if quoted else [(b"b", len(kernel), 0)] * 2
    listed = b"".join(
        struct.pack("<4s6H3L5H2L", b"PK\1\2", 20, 20, 0, 8, 0, 33, 0, packed, 0, 1, 0, 0, 0, 0, 0, at) + name
        for name, packed, at in offsets
    )
    return body + listed + struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 2, 2, len(listed), len(body), 0)


@pytest.mark.parametrize("quoted", [True, False])
def test_members_that_share_bytes_are_refused_before_anything_is_read(tmp_path: Path, quoted: bool) -> None:
    assert refused(tmp_path, overlapping(quoted)) == "zip_overlap"


def test_a_member_that_reaches_into_the_directory_is_refused(tmp_path: Path) -> None:
    data = bytearray(zip_of([("a", LOG)]))
    for mark, field in ((b"PK\3\4", 18), (b"PK\1\2", 20)):
        at = data.index(mark) + field
        data[at : at + 4] = struct.pack("<L", 9999)
    assert refused(tmp_path, bytes(data)) == "zip_overlap"


# --- damage ---


@pytest.mark.parametrize(
    "pack", [gzip.compress, partial(bz2.compress, compresslevel=1), partial(lzma.compress, preset=1)]
)
@pytest.mark.parametrize("fault", ["cut", "flipped"])
def test_a_damaged_compressed_log_keeps_what_comes_before_the_damage(tmp_path: Path, pack: Pack, fault: str) -> None:
    text = b"".join(b"%d %s" % (n, LOG) for n in range(25_000))
    data = bytearray(pack(text))
    if fault == "cut":
        del data[-len(data) // 4 :]
    else:
        data[-len(data) // 4] ^= 0xFF
    bundle = Bundle([put(tmp_path, bytes(data))])
    for member in bundle.members():
        got = b"".join(member.chunks())
        assert member.cut == ("truncated" if fault == "cut" else "corrupt")
    assert len(got) > 10_000
    assert text.startswith(got[: len(text) // 2])
    assert codes(bundle) == [member.cut]


def test_a_small_gzip_with_a_wrong_checksum_keeps_all_its_bytes(tmp_path: Path) -> None:
    data = bytearray(gzip.compress(LOG))
    data[-8] ^= 0xFF
    bundle, files = open_and_read(tmp_path, bytes(data))
    assert (files, codes(bundle)) == ({"bundle": LOG}, ["corrupt"])


def test_garbage_behind_a_compressed_log_is_told(tmp_path: Path) -> None:
    for data in (
        gzip.compress(LOG) + b"garbage",
        tar_of([("bundle", LOG)]) + b"garbage",
        gzip.compress(LOG) + b"\x1f",
        gzip.compress(LOG) + bytes(1 << 17) + b"XXX",
    ):
        bundle, files = open_and_read(tmp_path, data)
        assert (files, codes(bundle)) == ({"bundle": LOG}, ["trailing_data"])


def test_a_member_may_have_the_name_of_its_archive(tmp_path: Path) -> None:
    assert open_and_read(tmp_path, tar_of([("bundle", LOG)]))[1] == {"bundle": LOG}


def test_a_joined_part_whose_mark_lies_across_two_reads_is_found(tmp_path: Path) -> None:
    first = gzip.compress(LOG)
    first += bytes(512 + (1 << 16) - 1 - len(first))
    bundle, files = open_and_read(tmp_path, first + gzip.compress(LOG))
    assert (files, bundle.warnings) == ({"bundle": LOG * 2}, [])


def test_a_gzip_of_which_only_the_beginning_is_there_is_an_empty_member_that_is_cut(tmp_path: Path) -> None:
    bundle, files = open_and_read(tmp_path, b"\x1f\x8b\x08\x00")
    assert (files, codes(bundle)) == ({"bundle": b""}, ["truncated"])


def test_xz_that_asks_for_too_much_memory_is_not_unpacked(tmp_path: Path) -> None:
    small = lzma.compress(b"x", filters=[{"id": lzma.FILTER_LZMA2, "dict_size": 4096}])
    head = bytearray(small[12:24])
    head[4] = 36  # dictionary of 1 GiB
    head[8:12] = struct.pack("<L", zlib.crc32(bytes(head[:8])))
    bundle, files = open_and_read(tmp_path, small[:12] + bytes(head) + small[24:])
    assert (files, codes(bundle)) == ({"bundle": b""}, ["corrupt"])


def test_a_truncated_tar_gives_what_is_there(tmp_path: Path) -> None:
    data = tar_of([("a", LOG), ("b", LOG * 99)])
    for cut, files in (
        (2000, {"a": LOG, "b": (LOG * 99)[: 2000 - 1536]}),
        (1100, {"a": LOG}),
        (1024, {"a": LOG}),
        (300, {}),
    ):
        for pack in (bytes, gzip.compress):
            bundle, seen = open_and_read(tmp_path, pack(data[:cut]))
            assert (seen, codes(bundle)) == (files, ["truncated"])


def test_a_truncated_tar_gz_cuts_the_member_that_is_read(tmp_path: Path) -> None:
    noise = os.urandom(50_000)
    data = tar_of([("a", noise), ("b", LOG)], "w:gz")[:30_000]
    bundle = Bundle([put(tmp_path, data)])
    for member in bundle.members():
        assert noise.startswith(b"".join(member.chunks()))
        assert (member.path, member.cut) == ("a", "truncated")
    assert [(warn.code, warn.file) for warn in bundle.warnings] == [("truncated", "a")]


@pytest.mark.parametrize("size", [b"77garbage  ", b"-0000000001", b"\xff" * 12])
def test_a_tar_header_with_a_size_that_is_none_ends_the_tar(tmp_path: Path, size: bytes) -> None:
    bundle, files = open_and_read(tmp_path, tar_header() + tar_header(b"b", size) + bytes(1024))
    assert (files, codes(bundle)) == ({"x.log": b""}, ["corrupt"])


def test_a_size_in_base_256_is_understood_and_a_huge_one_is_cut(tmp_path: Path) -> None:
    size = b"\x80" + len(LOG).to_bytes(11, "big")
    bundle, files = open_and_read(tmp_path, tar_header(size=size) + LOG.ljust(512, b"\0") + bytes(1024))
    assert (files, codes(bundle)) == ({"x.log": LOG}, [])
    bundle, files = open_and_read(tmp_path, tar_header(size=b"\x80" + b"\xff" * 11) + LOG)
    assert (files, codes(bundle)) == ({"x.log": LOG}, ["truncated"])


def test_a_tar_header_with_a_wrong_checksum_ends_the_tar(tmp_path: Path) -> None:
    data = bytearray(tar_of([("a", LOG), ("b", LOG)]))
    data[1024] ^= 1
    bundle, files = open_and_read(tmp_path, bytes(data))
    assert (files, codes(bundle)) == ({"a": LOG}, ["corrupt"])


@pytest.mark.parametrize("records", [b"nonsense", b"99 path=x\n", b"0 path=x\n", b"3 path=x\n", b"10 size=x\n"])
def test_malformed_extended_headers_end_the_tar(tmp_path: Path, records: bytes) -> None:
    data = tar_header(size=b"%011o" % len(records), kind=b"x") + records.ljust(512, b"\0") + tar_header() + bytes(1024)
    bundle, files = open_and_read(tmp_path, data)
    assert (files, codes(bundle)) == ({}, ["corrupt"])


def test_extended_headers_say_name_and_size(tmp_path: Path) -> None:
    records = b"14 path=y.log\n" + b"11 size=51\n".replace(b"51", b"%d" % len(LOG)) + b"12 mtime=xx\n\0"
    data = tar_header(size=b"%011o" % len(records), kind=b"x") + records.ljust(512, b"\0")
    data += tar_header() + LOG.ljust(512, b"\0") + bytes(1024)
    assert open_and_read(tmp_path, data)[1] == {"y.log": LOG}


def test_a_zip_without_its_directory_is_refused(tmp_path: Path) -> None:
    data = zip_of([("a", LOG)])
    assert refused(tmp_path, data[:-30]) == "truncated"
    end = data.index(b"PK\5\6")
    assert refused(tmp_path, b"PK\5\6" + data[end + 4 :]) == "truncated"


def test_a_zip_with_bytes_missing_in_the_middle_gives_the_rest(tmp_path: Path) -> None:
    data = zip_of([("a", LOG), ("b", os.urandom(5000)), ("c", LOG)])
    bundle, files = open_and_read(tmp_path, data[:1000] + data[1100:])
    assert files["a"] == LOG
    assert "c" not in files
    assert codes(bundle) == ["truncated", "corrupt", "corrupt"]


def test_a_zip_with_a_destroyed_member_gives_the_others(tmp_path: Path) -> None:
    noise = os.urandom(5000)
    data = bytearray(zip_of([("a", LOG), ("b", noise), ("c", LOG)], zipfile.ZIP_STORED))
    at = data.index(noise)
    data[at + 100] ^= 1
    bundle = Bundle([put(tmp_path, bytes(data))])
    for member in bundle.members():
        assert len(b"".join(member.chunks())) == (5000 if member.path == "b" else len(LOG))
        assert member.cut == ("corrupt" if member.path == "b" else None)
    assert [(warn.code, warn.file) for warn in bundle.warnings] == [("corrupt", "b")]


def test_bytes_before_and_behind_a_zip_are_told(tmp_path: Path) -> None:
    data = zip_of([("a", LOG)])
    bundle, files = open_and_read(tmp_path, data + b"tail")
    assert (files, codes(bundle)) == ({"a": LOG}, ["trailing_data"])
    bundle, files = open_and_read(tmp_path, b"PK\3\4" + data)
    assert (files, codes(bundle)) == ({"a": LOG}, ["prepended_data"])
    buffer = io.BytesIO(b"PK\3\4")
    with zipfile.ZipFile(buffer, "a") as archive:  # it counts from the beginning of the file
        archive.writestr("a", LOG)
    bundle, files = open_and_read(tmp_path, buffer.getvalue())
    assert (files, codes(bundle)) == ({"a": LOG}, ["prepended_data"])


DISAGREE = "a member and the directory disagree on its name, method or size"


def patched(data: bytes, mark: bytes, offset: int, value: bytes) -> bytes:
    at = data.index(mark) + offset
    return data[:at] + value + data[at + len(value) :]


@pytest.mark.parametrize(
    ("mark", "offset", "value", "why"),
    [
        (b"PK\3\4", 30, b"z", DISAGREE),  # another name
        (b"PK\3\4", 8, b"\0\0", DISAGREE),  # another method
        (b"PK\3\4", 18, b"\1\0\0\0", DISAGREE),  # another size
        (b"PK\1\2", 0, b"XX", "its directory is damaged"),  # no record
        (b"PK\3\4", 22, b"\1\0\0\0", DISAGREE),  # another size when unpacked
        (b"PK\1\2", 20, b"\xff\xff\xff\xff", "the size or place of a member is missing"),  # a size that is nowhere
        (b"PK\1\2", 28, b"\xff\xff", "its directory is damaged"),  # a name that is longer than the directory
        (b"PK\1\2", 32, b"\xff\xff", "its directory is damaged"),  # a comment that is
        (b"PK\5\6", 10, b"\2\0", "it states 2 members and lists 1"),
    ],
)
def test_a_zip_that_contradicts_itself_is_refused(
    tmp_path: Path, mark: bytes, offset: int, value: bytes, why: str
) -> None:
    with pytest.raises(BundleError) as caught:
        open_and_read(tmp_path, patched(zip_of([("a", LOG)]), mark, offset, value))
    assert caught.value.reason == "zip_inconsistent"
    assert str(caught.value) == f"bundle contradicts itself: {why}; make the zip again"


def test_a_zip_with_two_directories_is_refused(tmp_path: Path) -> None:
    data = zip_of([("a", LOG)])
    end = data.index(b"PK\5\6")
    twice = patched(data, b"PK\5\6", 20, b"\x16\0") + data[end:]
    assert refused(tmp_path, twice) == "zip_inconsistent"


def test_a_zip_of_which_every_member_is_destroyed_gives_nothing(tmp_path: Path) -> None:
    bundle, files = open_and_read(tmp_path, b"PK\3\4" + patched(zip_of([("a", LOG)]), b"PK\3\4", 0, b"X"))
    assert (files, codes(bundle)) == ({}, ["prepended_data", "corrupt"])


def test_a_part_of_a_split_zip_is_refused(tmp_path: Path) -> None:
    assert refused(tmp_path, patched(zip_of([("a", LOG)]), b"PK\5\6", 4, b"\1\0\1\0")) == "unsupported"


def zip64(count: int = 1, magic: bytes = b"PK\6\6") -> bytes:
    data = zip_of([("a", LOG)])
    end = data.index(b"PK\5\6")
    at = data.index(b"PK\1\2")
    packed, size = struct.unpack_from("<LL", data, at + 20)
    extra = struct.pack("<HHQQQ", 1, 24, size, packed, 0)
    record = data[at : at + 20] + b"\xff" * 8 + struct.pack("<HH", 1, len(extra)) + data[at + 32 : at + 42]
    record += b"\xff" * 4 + b"a" + extra
    wide = struct.pack("<4sQ2H2L4Q", magic, 44, 45, 45, 0, 0, count, count, len(record), at)
    locator = struct.pack("<4sLQL", b"PK\6\7", 0, at + len(record), 1)
    short = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 1, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0)
    assert end
    return data[:at] + record + wide + locator + short


def test_zip64_is_read_and_its_records_must_agree(tmp_path: Path) -> None:
    assert open_and_read(tmp_path, zip64())[1] == {"a": LOG}
    assert refused(tmp_path, zip64(magic=b"XXXX")) == "zip_inconsistent"
    assert refused(tmp_path, zip64(count=9**9)) == "bomb_members"
    assert refused(tmp_path, patched(zip64(), b"PK\5\6", 12, b"\0\0\0\0")) == "zip_inconsistent"
    assert refused(tmp_path, patched(zip64(), b"PK\6\7", 8, b"\1")) == "zip_inconsistent"
    assert open_and_read(tmp_path, b"PK\3\4" + zip64())[1] == {"a": LOG}


def test_a_member_placed_beyond_the_file_is_corrupt(tmp_path: Path) -> None:
    data = patched(zip_of([("a", LOG), ("b", LOG)]), b"PK\1\2", 42, b"\xfe\xff\xff\xff")
    bundle, files = open_and_read(tmp_path, data)
    assert (files, codes(bundle)) == ({"b": LOG}, ["corrupt"])


def test_encrypted_members_and_odd_methods_are_skipped_with_a_warning(tmp_path: Path) -> None:
    data = zip_of([("a", LOG)])
    locked = patched(patched(data, b"PK\3\4", 6, b"\1\0"), b"PK\1\2", 8, b"\1\0")
    bundle, files = open_and_read(tmp_path, locked)
    assert (files, codes(bundle)) == ({}, ["encrypted"])
    bundle, files = open_and_read(tmp_path, zip_of([("a", LOG)], zipfile.ZIP_BZIP2))
    assert (files, codes(bundle)) == ({}, ["unsupported_method"])


def test_a_declared_size_that_is_a_lie_makes_the_member_corrupt(tmp_path: Path) -> None:
    data = patched(patched(zip_of([("a", LOG)]), b"PK\1\2", 24, b"\1\0\0\0"), b"PK\3\4", 22, b"\1\0\0\0")
    bundle, files = open_and_read(tmp_path, data)
    assert (files, codes(bundle)) == ({"a": LOG}, ["corrupt"])


def test_a_zip_that_shrinks_while_it_is_read_is_truncated(tmp_path: Path) -> None:
    path = put(tmp_path, zip_of([("a", os.urandom(3 << 20))], zipfile.ZIP_STORED))
    bundle = Bundle([path])
    for member in bundle.members():
        os.truncate(path, 1 << 20)
        assert 0 < len(b"".join(member.chunks())) <= 1 << 20
        assert member.cut == "truncated"


def test_a_file_that_is_not_hashed_has_no_digest() -> None:
    with pytest.raises(ValueError, match="not hashed"):
        RawFile(io.BytesIO(b"")).sha256()


# --- anything at all ---

BEGINNINGS = [
    b"",
    b"\x1f\x8b\x08",
    b"BZh91AY&SY",
    b"\xfd7zXZ\0",
    b"PK\3\4",
    b"PK\5\6",
    tar_header(),
    gzip.compress(LOG),
]


def survive(tmp_path: Path, data: bytes) -> None:
    with contextlib.suppress(FaultlogError):
        bundle = Bundle([put(tmp_path, data)], Limits(produced_bytes=1 << 20))
        for member in bundle.members():
            assert isinstance(member, Member)
            for _ in member.chunks():
                pass
        assert bundle.sha256 == hashlib.sha256(data).hexdigest()


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(begin=st.sampled_from(BEGINNINGS), rest=st.binary(max_size=2000))
def test_random_bytes_raise_nothing_but_our_errors(tmp_path: Path, begin: bytes, rest: bytes) -> None:
    survive(tmp_path, begin + rest)


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    data=st.sampled_from(
        [
            zip_of([("a", LOG), ("b.gz", gzip.compress(LOG)), ("c", zip_of([("d", LOG)]))]),
            tar_of([("a", LOG), ("é" * 80, LOG)], format=tarfile.PAX_FORMAT),
            zip64(),
        ]
    ),
    faults=st.lists(st.tuples(st.integers(0, 9999), st.binary(min_size=1, max_size=8)), min_size=1, max_size=5),
)
def test_archives_with_faults_anywhere_raise_nothing_but_our_errors(
    tmp_path: Path, data: bytes, faults: list[tuple[int, bytes]]
) -> None:
    for place, patch in faults:
        at = place % len(data)
        data = data[:at] + patch + data[at + len(patch) :]
    survive(tmp_path, data)
