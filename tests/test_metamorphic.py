"""What must not matter does not: the same life, written, packed and placed otherwise, gives the same case."""

import bz2
import gzip
import io
import lzma
import re
import sys
import tarfile
import zipfile
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from faultlog.case import Case
from faultlog.identity import Told
from faultlog.model import Instant
from faultlog.pipeline import Options, analyze_with
from faultlog.stamps import read_date
from tests.conftest import EXAMPLES
from tests.essence import differences, essence, moved
from tests.logs import BOOT, DAY, case_of, keys, knowledge
from tests.shapes import SHAPES, written
from tests.test_samples import SYNTHETIC, members_of, name_of, truth_of

Files = Mapping[str, bytes]

LOGS = "host-1/Library/Logs/Cisco/"

DAEMON = (
    "09:00:00 starting connector",
    "09:00:02 connector started, version 1.14.1",
    "10:00:00 page fault 7 handled",
    "12:00:00 Fault Raised: 6 (Major)",
    "12:00:30 Fault Raised: 10 (Critical)",
    "12:01:00 stopping connector",
    "12:05:00 starting connector",
    "12:05:02 connector started",
    "12:05:30 Fault Raised: 6",
    "12:06:00 fault cache has 6 entries",
    "12:20:00 Fault Cleared: 6",
    "12:30:00 definitions updated to version 7",
    "12:31:00 Fault Raised: 7",
    "12:33:00 suppressed 4 messages",
    "12:40:00 Fault Cleared: 7",
    "12:50:00 Fault Raised: 18 (Major)",
    "12:51:00 Fault Raised: 18 (Critical)",
    "13:00:00 definitions updated to version 8",
    "13:01:00 Fault Raised: 7",
    "13:30:00 heartbeat",
)
SYSTEM = ("09:30:00 sshd| session opened", f"12:04:00 {BOOT}", "13:20:00 sshd| session closed")

TAKEN = read_date("2026-03-04", "--taken")


def host(shape: str = "iso-syslog", *ends: int) -> dict[str, bytes]:
    """The logs of a host in a shape, the connector's rotated after so many lines."""
    parts = [DAEMON[first:end] for first, end in pairwise([0, *ends, len(DAEMON)])]
    names = [f"ampdaemon.log.{age}" if age else "ampdaemon.log" for age in range(len(ends), -1, -1)]
    files = {f"{LOGS}{name}": written(part, shape).encode() for name, part in zip(names, parts, strict=True)}
    return files | {"host-1/private/var/log/system.log": written(SYSTEM, "iso-syslog").encode()}


def said_of(files: Files, **told: Any) -> dict[str, Any]:
    """What the case of some files says."""
    return essence(case_of(files, **({"taken": TAKEN} | told)))


def each(change: Callable[[bytes], bytes], suffix: str = "") -> Callable[[Files], dict[str, bytes]]:
    """The same change to every file."""
    return lambda files: {name + suffix: change(content) for name, content in files.items()}


def noise(content: bytes) -> bytes:
    """Lines that no rule knows, each with the stamp of the line before, in front of and behind every line."""
    lines = content.decode().splitlines()
    stamps = [re.match(r"(\w{3}  ?\d+|\S+) ?[\d:]*\S*", line)[0] for line in lines]  # type: ignore[index]
    quiet = [f"{stamp} mac ampdaemon[71]: queue length 3" for stamp in stamps]
    return "".join(f"{line}\n{after}\n" for line, after in zip(lines, quiet, strict=True)).encode()


def gibberish(content: bytes) -> bytes:
    """Lines that no format knows between all lines."""
    return content.replace(b"\n", b"\n?? 0x7f not a log line\n")


def beside_copies(files: Files) -> dict[str, bytes]:
    """Every file twice, the second time in a folder of its own."""
    return {**files, **{f"taken-again/{name}": content for name, content in files.items()}}


def one_log(files: Files) -> dict[str, bytes]:
    """The files of the rotation set as one."""
    names = sorted((name for name in files if "ampdaemon" in name), reverse=True)
    names.sort(key=lambda name: name.endswith(".log"))
    whole = b"".join(files[name] for name in names)
    return {name: content for name, content in files.items() if name not in names} | {f"{LOGS}ampdaemon.log": whole}


def dated(files: Files) -> dict[str, bytes]:
    """Rotated copies named by dates instead of numbers."""
    return {re.sub(r"\.(\d)$", lambda one: f"-2026030{4 - int(one[1])}", name): files[name] for name in files}


def from_zero(files: Files) -> dict[str, bytes]:
    """Rotated copies numbered from 0."""
    return {re.sub(r"\.(\d)$", lambda one: f".{int(one[1]) - 1}", name): files[name] for name in files}


CHANGES: dict[str, Callable[[Files], dict[str, bytes]]] = {
    "lines that end in CR LF": each(lambda content: content.replace(b"\n", b"\r\n")),
    "a byte order mark": each(lambda content: b"\xef\xbb\xbf" + content),
    "blank lines at the end": each(lambda content: content + b"\n\n\n"),
    "blank lines in between": each(lambda content: content.replace(b"\n", b"\n\n")),
    "no line end at the end": each(lambda content: content.removesuffix(b"\n")),
    "gzip": each(lambda content: gzip.compress(content, mtime=0), ".gz"),
    "bzip2": each(bz2.compress, ".bz2"),
    "xz": each(lzma.compress, ".xz"),
    "gzip of two parts": each(lambda content: gzip.compress(content[:99]) + gzip.compress(content[99:]), ".gz"),
    "a folder around": lambda files: {f"a/b c/결함/{name}": content for name, content in files.items()},
    "no folder around": lambda files: {name.removeprefix("host-1/"): content for name, content in files.items()},
    "exact copies": beside_copies,
    "one log of the rotation set": one_log,
    "dates for numbers": dated,
    "numbers from 0": from_zero,
}


@pytest.mark.parametrize("shape", ["iso-syslog", "syslog-debug"])
@pytest.mark.parametrize("name", CHANGES)
def test_a_change_that_must_not_matter_does_not(name: str, shape: str) -> None:
    files = host(shape, 6, 13)
    changed = CHANGES[name](files)
    assert changed != files
    assert differences(said_of(changed), said_of(files)) == []


EVERYWHERE = ("lines that end in CR LF", "a folder around", "exact copies")


@pytest.mark.parametrize("path", SYNTHETIC, ids=name_of)
def test_no_sample_minds_a_change_that_must_not_matter(path: Path) -> None:
    taken = Instant.of(truth_of(path)["taken_at"])
    files = {name.removesuffix(".gz"): content for name, content in members_of(path).items()}
    plain = said_of(files, taken=taken)
    logs = {name: content for name, content in files.items() if "/log/" in name or "/Logs/" in name}
    others = {name: content for name, content in files.items() if name not in logs}
    for name in EVERYWHERE:
        assert differences(said_of(others | CHANGES[name](logs), taken=taken), plain) == [], name


def test_exact_copies_are_counted_as_duplicates() -> None:
    files = host("iso-syslog", 6, 13)
    once, twice = case_of(files, taken=TAKEN), case_of(beside_copies(files), taken=TAKEN)
    lines = sum(one.lines for one in once.files)
    assert (sum(one.lines for one in twice.files), sum(one.duplicates for one in twice.files)) == (2 * lines, lines)


def _beside_noise(case: Case) -> dict[str, Any]:
    """What a case says, but for what counts lines: those unread or understood, and those before each raise."""
    return essence(case, "unread", "events", "examined", "preceding")


@pytest.mark.parametrize("shape", ["iso-syslog", "syslog-debug"])
@pytest.mark.parametrize("change", [noise, gibberish])
def test_noise_changes_nothing_but_what_is_counted_of_it(change: Callable[[bytes], bytes], shape: str) -> None:
    files = host(shape, 6, 13)
    before, after = (_beside_noise(case_of(one, taken=TAKEN)) for one in (files, each(change)(files)))
    assert differences(after, before) == []


@settings(max_examples=EXAMPLES // 20)
@given(st.sets(st.integers(1, len(DAEMON) - 1), max_size=6), st.sampled_from(["iso-syslog", "syslog-debug"]))
def test_a_log_may_be_rotated_after_any_line(ends: set[int], shape: str) -> None:
    assert differences(said_of(host(shape, *sorted(ends))), said_of(host(shape))) == []


@pytest.mark.parametrize("shape", SHAPES)
def test_the_shape_of_the_lines_does_not_matter(shape: str) -> None:
    case, plain = (case_of(host(one), taken=TAKEN, os="macos") for one in (shape, "iso-syslog"))
    before, after = (essence(one, "text", "example", "time_zone", "assumptions") for one in (plain, case))
    assert differences(after, before) == []
    states_no_zone = {"assumption.zone"} if shape.startswith("syslog") else set()
    assert keys(case.assumptions) == keys(plain.assumptions) | states_no_zone


def test_the_name_of_the_host_does_not_matter() -> None:
    files = host()
    renamed = each(lambda content: content.replace(b" mac ", b" imac.example.org "))(files)
    before, after = (essence(case_of(one, taken=TAKEN), "text", "name", "example") for one in (files, renamed))
    assert differences(after, before) == []
    assert case_of(renamed).host.name == "imac.example.org"


@pytest.mark.parametrize("shape", ["iso-syslog", "macos-unified"])
@pytest.mark.parametrize("days", [-400, -60, 1, 362, 10_227, 146_097])
def test_stamps_on_another_day_move_every_instant(days: int, shape: str) -> None:
    day = str(date.fromisoformat(DAY) + timedelta(days=days))
    later = each(lambda content: content.replace(DAY.encode(), day.encode()))(host(shape))
    said = [essence(case_of(one), "text", "example") for one in (later, host(shape))]
    assert differences(said[0], moved(said[1], days * 86_400)) == []


@pytest.mark.parametrize("years", [-4, 4, 28])
def test_without_years_the_day_the_bundle_was_taken_moves_every_instant(years: int) -> None:
    files, taken = host("syslog-debug"), read_date(f"{2026 + years}-03-04", "--taken")
    del files["host-1/private/var/log/system.log"]
    days = (date(2026 + years, 3, 3) - date(2026, 3, 3)).days
    assert differences(said_of(files, taken=taken), moved(said_of(files), days * 86_400)) == []


@pytest.mark.parametrize(
    ("zone", "seconds"),
    [("Asia/Seoul", 9 * 3600), ("Asia/Kathmandu", 20_700), ("America/New_York", -5 * 3600), ("UTC", 0)],
)
def test_the_zone_moves_every_instant(zone: str, seconds: int) -> None:
    files = host("syslog-debug")
    del files["host-1/private/var/log/system.log"]
    before, after = (essence(case_of(files, taken=TAKEN, tz=one), "time_zone") for one in ("UTC", zone))
    assert differences(after, moved(before, -seconds)) == []


def zipped(files: Files) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name, (2026, 3, 3, 14, 0, 0)), content)
    return packed.getvalue()


def tarred(mode: str) -> Callable[[Files], bytes]:
    def pack(files: Files) -> bytes:
        packed = io.BytesIO()
        with tarfile.open(fileobj=packed, mode=mode) as archive:  # type: ignore[call-overload]
            for name, content in files.items():
                member = tarfile.TarInfo(name)
                member.size, member.mtime = len(content), Instant.of("2026-03-03T14:00:00Z").ns // 10**9
                archive.addfile(member, io.BytesIO(content))
        return packed.getvalue()

    return pack


CONTAINERS: dict[str, Callable[[Files], bytes]] = {
    "bundle.zip": zipped,
    "bundle.tar": tarred("w"),
    "bundle.tar.gz": tarred("w:gz"),
    "bundle.tar.xz": tarred("w:xz"),
    "outer.zip": lambda files: zipped({"inner.tar.gz": tarred("w:gz")(files)}),
    "without-suffix": zipped,
}


def case_at(*paths: Path | str) -> Case:
    return analyze_with(knowledge(), paths, Options(told=Told(taken=TAKEN)), lambda path, size: None)


@pytest.mark.parametrize("name", CONTAINERS)
def test_the_container_does_not_matter(name: str, tmp_path: Path) -> None:
    files = host("syslog-debug", 6, 13)
    (tmp_path / name).write_bytes(CONTAINERS[name](files))
    assert differences(essence(case_at(tmp_path / name)), said_of(files)) == []


@pytest.mark.parametrize("name", ["bundle.zip", "bundle.tar.gz"])
def test_a_bundle_may_come_by_standard_input(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    files = host("syslog-debug", 6, 13)
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(CONTAINERS[name](files))))
    assert differences(essence(case_at("-")), said_of(files)) == []


def test_several_paths_are_one_bundle(tmp_path: Path) -> None:
    files = host("syslog-debug", 6, 13)
    paths = []
    for number, (name, content) in enumerate(files.items()):
        paths.append(tmp_path / str(number) / name)
        paths[-1].parent.mkdir(parents=True)
        paths[-1].write_bytes(content)
    folders = [path.parent for path in paths]
    logs = tmp_path / "logs"
    logs.mkdir()
    for path in paths[:-1]:
        path.rename(logs / path.name)
    assert differences(essence(case_at(logs, folders[-1])), said_of(files)) == []
