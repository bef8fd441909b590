"""A log may be cut anywhere: what is left of it may tell less than the truth, and never something else."""

import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from faultlog.case import Case
from faultlog.model import Instant
from faultlog.simulation.life import repeatable
from tests.conftest import EXAMPLES
from tests.logs import BOOT, case_of, clock, log
from tests.shapes import SHAPES, line, written
from tests.test_samples import SYNTHETIC, members_of, name_of, truth_of
from tests.truth import Happening, Life, contradictions, missing

LIVES = {
    "late": (
        "12:00:00 starting connector",
        "12:00:02 connector started",
        "12:10:00 x",
        "12:20:00 Fault Raised: 6 (Major)",
        "12:21:00 stopping connector",
        "12:22:00 starting connector",
        "12:22:05 connector started",
        "12:30:00 y",
        "12:32:01 Fault Cleared: 6",
        "12:40:00 z",
    ),
    "in time, twice, beside another": (
        "12:00:00 Fault Raised: 7",
        "12:01:00 Fault Raised: 6",
        "12:10:59 Fault Cleared: 6",
        "12:11:00 starting connector",
        "12:12:00 Fault Cleared: 7",
        "12:13:00 Fault Raised: 6",
        "12:14:00 Fault Raised: 6",
        "12:15:00 connector started",
        "12:20:00 x",
        "12:23:00 Fault Cleared: 6",
        "12:50:00 Fault Raised: 18 (Critical)",
        "12:55:00 y",
    ),
    "starts that arm the deadline anew": (
        "12:00:00 Fault Raised: 6",
        "12:05:00 starting connector",
        "12:05:20 connector started",
        "12:14:00 starting connector",
        "12:14:01 Fault Raised: 7",
        "12:14:02 connector started",
        "12:23:59 Fault Cleared: 6",
        "12:24:01 Fault Cleared: 7",
        "12:24:02 x",
    ),
    "late after the first start, in time after the second": (
        "12:00:00 Fault Raised: 6",
        "12:00:30 Fault Raised: 7",
        "12:01:00 starting connector",
        "12:20:00 x",
        "12:21:00 starting connector",
        "12:25:00 Fault Cleared: 6",
        "12:25:30 Fault Cleared: 7",
        "12:26:00 y",
    ),
    "a boot that helps after one that does not": (
        "12:00:00 Fault Raised: 10",
        "12:00:10 Fault Raised: 18 (Major)",
        f"12:05:00 {BOOT}",
        "12:20:00 Fault Raised: 18 (Critical)",
        f"12:30:00 {BOOT}",
        "12:31:00 Fault Cleared: 10",
        "12:32:00 Fault Cleared: 18",
        "12:33:00 Fault Raised: 10",
        "12:34:00 Fault Cleared: 10",
        "12:35:00 Fault Raised: 10",
        "12:36:00 Fault Cleared: 10",
    ),
    "restarts and boots that do not help": (
        "12:00:00 Fault Raised: 10",
        "12:01:00 definitions updated to version 7",
        "12:02:00 Fault Raised: 7",
        "12:10:00 stopping connector",
        f"12:12:00 {BOOT}",
        "12:12:30 starting connector",
        "12:13:00 Fault Raised: 7",
        "12:40:00 definitions updated to version 8",
        "12:41:00 Fault Raised: 7",
        "12:50:00 Fault Cleared: 7",
        "12:55:00 Fault Cleared: 10",
    ),
}


def against(case: Case, life: Life, left: Iterable[str]) -> list[str]:
    """What a case of some of a life's lines says against the truth, or leaves out."""
    seen = list(map(Happening.of, left))
    return [*contradictions(case, life, [one.at for one in seen]), *missing(case, seen)]


def outcomes(case: Case, life: Life) -> dict[object, str]:
    """What became of each remedy, by the stay and the instant it speaks of; and the patterns that are present."""
    stays = {interval.id: life.stay_of(interval) for interval in case.intervals}
    found: dict[object, str] = {one.id: one.outcome for one in case.patterns if one.outcome == "present"}
    tried = {"helped", "did_not_help"}
    found |= {(stays[one.interval], one.event, one.at): one.outcome for one in case.remedies if one.outcome in tried}
    return found


@pytest.mark.parametrize("name", [name for name in LIVES if "boot" in name])
def test_whatever_lines_are_left_no_remedy_and_no_pattern_is_told_otherwise(name: str) -> None:
    entries = LIVES[name]
    life = Life.of(entries)
    whole = case_of(log(*entries), os="macos", os_version="11.2", connector="1.14.1")
    last = {
        (life.stay_of(interval), one.event): one.at
        for interval in whole.intervals
        for one in whole.remedies
        if one.interval == interval.id
    }
    known, wrong = outcomes(whole, life), {}
    for first in range(len(entries)):
        for end in range(first + 2, len(entries) + 1):
            case = case_of(log(*entries[first:end]), os="macos", os_version="11.2", connector="1.14.1")
            for key, outcome in outcomes(case, life).items():
                later = isinstance(key, tuple) and last.get(key[:2]) != key[2]
                if not later and known.get(key) != outcome:
                    wrong[f"lines {first} to {end}"] = (key, outcome, known.get(key))
    assert wrong == {}


@pytest.mark.parametrize("name", LIVES)
def test_whatever_lines_are_left_the_case_says_nothing_against_the_truth(name: str) -> None:
    entries = LIVES[name]
    life, wrong = Life.of(entries), {}
    for first in range(len(entries)):
        for end in range(first + 1, len(entries) + 1):
            said = against(case_of(log(*entries[first:end])), life, entries[first:end])
            if said:
                wrong[f"lines {first} to {end}"] = said
    assert wrong == {}


GAPS = (1, 2, 29, 30, 60, 180, 299, 300, 301, 599, 600, 601, 900, 1800)
"""Seconds between two lines: on, before and after what the rules count."""

MESSAGES = (
    *(f"Fault {what}: {fault}" for what in ("Raised", "Cleared") for fault in (6, 7, 10, 18)),
    "Fault Raised: 6",
    "Fault Cleared: 6",
    "starting connector",
    "connector started",
    "stopping connector",
    "definitions updated",
    BOOT,
    "x",
)


@st.composite
def lives(draw: st.DrawFn) -> list[str]:
    """The entries of a life's log; a fault clears only where it is raised."""
    steps = draw(st.lists(st.tuples(st.sampled_from(GAPS), st.sampled_from(MESSAGES)), min_size=2, max_size=24))
    times = accumulate((gap for gap, _ in steps), initial=3 * 3600)
    standing: set[str] = set()
    entries = []
    for time, (_, message) in zip(times, steps, strict=False):
        what, _, fault = message.partition(": ")
        if what == "Fault Cleared" and fault not in standing:
            continue
        standing = (standing - {fault}) if what == "Fault Cleared" else standing | {fault}
        entries.append(f"{clock(time)} {message}")
    return entries or ["12:00:00 x"]


@st.composite
def cut_lives(draw: st.DrawFn) -> tuple[list[str], int, int]:
    """A life and the first and last line that are left of its log."""
    entries = draw(lives())
    first = draw(st.integers(0, len(entries) - 1))
    return entries, first, draw(st.integers(first + 1, len(entries)))


@settings(max_examples=EXAMPLES // 3)
@given(cut_lives())
def test_no_life_is_told_otherwise_by_a_part_of_its_log(cut: tuple[list[str], int, int]) -> None:
    entries, first, end = cut
    assert against(case_of(log(*entries[first:end])), Life.of(entries), entries[first:end]) == []


@st.composite
def rotated_lives(draw: st.DrawFn) -> tuple[list[str], list[list[str]], set[int]]:
    """A life, the lines of each file of its rotation set, oldest first, and which of the files are lost."""
    entries = draw(lives().filter(lambda one: len(one) > 2))
    ends = sorted(draw(st.sets(st.integers(1, len(entries) - 1), min_size=1, max_size=4)))
    files = [entries[first:end] for first, end in pairwise([0, *ends, len(entries)])]
    return entries, files, draw(st.sets(st.integers(0, len(files) - 1), max_size=len(files) - 1))


def rotation_set(files: Sequence[Sequence[str]], lost: set[int]) -> dict[str, str]:
    """The files that are left of a rotation set, oldest first: `ampdaemon.log.2`, `.1`, and the live one."""
    names = [f"ampdaemon.log.{age}" if age else "ampdaemon.log" for age in range(len(files) - 1, -1, -1)]
    return {name: log(*left) for age, (name, left) in enumerate(zip(names, files, strict=True)) if age not in lost}


@settings(max_examples=EXAMPLES // 4)
@given(rotated_lives())
def test_no_life_is_told_otherwise_by_some_of_its_files(life: tuple[list[str], list[list[str]], set[int]]) -> None:
    entries, files, lost = life
    left = [entry for number, file in enumerate(files) if number not in lost for entry in file]
    assert against(case_of(rotation_set(files, lost)), Life.of(entries), left) == []


def bytes_left(text: str, first: int, end: int) -> tuple[str, list[int]]:
    """Part of a log by bytes, and the numbers of the lines that are left whole."""
    lines = text.splitlines(keepends=True)
    begins = [0, *accumulate(map(len, lines))]
    whole = [number for number, begin in enumerate(begins[:-1]) if first <= begin and begins[number + 1] <= end]
    return text[first:end], whole


def against_bytes(entries: Sequence[str], shape: str, first: int, end: int) -> list[str]:
    """What a case of some bytes of a life's log says against the truth; a line that was cut may tell its part."""
    life = Life.of(entries)
    part, whole = bytes_left(written(entries, shape), first, end)
    touched = [*whole, whole[-1] + 1] if whole and whole[-1] + 1 < len(entries) else whole
    case = case_of({"ampdaemon.log": part}, taken=life.end)
    told = contradictions(case, life, [life.happenings[number].at for number in touched])
    return [*told, *missing(case, [life.happenings[number] for number in whole])]


@pytest.mark.parametrize("side", ["front", "back"])
def test_a_log_may_be_cut_at_any_byte(side: str) -> None:
    entries = ("12:00:00 Fault Raised: 6", "12:01:00 Fault Raised: 18", "12:11:00 Fault Cleared: 18")
    size = len(written(entries, "iso-bracketed"))
    cuts = [(cut, size) if side == "front" else (0, cut) for cut in range(40, size - 40)]
    wrong = {cut: said for cut in cuts if (said := against_bytes(entries, "iso-bracketed", *cut))}
    assert wrong == {}


@st.composite
def bytes_of_lives(draw: st.DrawFn) -> tuple[list[str], str, int, int]:
    """A life, the shape of its lines, and the bytes that are left of its log, one whole line among them."""
    shape = draw(st.sampled_from(sorted(SHAPES)))
    names_processes = shape != "iso-bracketed"
    entries = [one for one in draw(lives()) if names_processes or "kernel|" not in one] or ["12:00:00 x"]
    ends = [0, *accumulate(len(line(entry, shape)) + 1 for entry in entries)]
    kept = draw(st.integers(0, len(entries) - 1))
    return entries, shape, draw(st.integers(0, ends[kept])), draw(st.integers(ends[kept + 1], ends[-1]))


@settings(max_examples=EXAMPLES // 4)
@given(bytes_of_lives())
def test_no_life_is_told_otherwise_by_some_bytes_of_its_log(cut: tuple[list[str], str, int, int]) -> None:
    assert against_bytes(*cut) == []


def compressed(lines: Iterable[str]) -> bytes:
    """A gzip file of which every part gives back the lines that stand in it."""
    packer = zlib.compressobj(wbits=31)
    parts = [packer.compress(f"{line}\n".encode()) + packer.flush(zlib.Z_SYNC_FLUSH) for line in lines]
    return b"".join([*parts, packer.flush()])


@pytest.mark.parametrize("damaged", ["ampdaemon.log.2.gz", "ampdaemon.log.1.gz", "ampdaemon.log.gz"])
@pytest.mark.parametrize("name", LIVES)
def test_a_compressed_file_may_end_anywhere(name: str, damaged: str) -> None:
    entries = LIVES[name]
    third = len(entries) // 3
    parts = {
        "ampdaemon.log.2.gz": entries[:third],
        "ampdaemon.log.1.gz": entries[third:-third],
        "ampdaemon.log.gz": entries[-third:],
    }
    files = {file: compressed(line(one, "iso-syslog") for one in left) for file, left in parts.items()}
    life, whole, wrong = Life.of(entries), [one.at for one in map(Happening.of, entries)], {}
    for size in range(20, len(files[damaged]), 23):
        case = case_of({**files, damaged: files[damaged][:size]})
        told = [str(one.when.at) for one in case.signals]
        seen = [at for at in whole if str(at) in told]
        said = [*contradictions(case, life, seen)]
        said += [] if [one.code for one in case.warnings] == ["truncated"] else ["nobody says that it is cut"]
        if said:
            wrong[size] = said
    assert wrong == {}


@dataclass(frozen=True)
class Logs:
    """The logs of a sample, the connector's as its lines."""

    truth: dict[str, Any]
    others: dict[str, bytes]
    files: dict[str, list[bytes]]
    """The rotation set of the connector's log, oldest first, decompressed."""

    @classmethod
    def of(cls, path: Path) -> "Logs":
        """A sample's logs."""
        truth, members = truth_of(path), members_of(path)
        names = [one["path"] for one in truth["files"] if "ampdaemon" in one["path"]]
        files = {name.removesuffix(".gz"): members.pop(name).splitlines(keepends=True) for name in names}
        return cls(truth, {name.removesuffix(".gz"): content for name, content in members.items()}, files)

    def left(self, first: int, end: int) -> dict[str, bytes]:
        """All files, of the connector's log only the lines from `first` to `end`, counted over all of its files."""
        begins = accumulate((len(lines) for lines in self.files.values()), initial=0)
        parts = {
            name: b"".join(lines[max(0, first - begin) : max(0, end - begin)])
            for begin, (name, lines) in zip(begins, self.files.items(), strict=False)
        }
        return self.others | {name: part for name, part in parts.items() if part}


@pytest.mark.parametrize("path", SYNTHETIC, ids=name_of)
def test_no_sample_is_told_otherwise_by_a_part_of_its_log(path: Path) -> None:
    logs = Logs.of(path)
    life, taken = Life.stated(logs.truth), Instant.of(logs.truth["taken_at"])
    size, rng = sum(map(len, logs.files.values())), repeatable(path.name)
    places = [rng.randrange(1, size) for _ in range(4)]
    cuts = [(0, places[0]), (places[1], size), tuple(sorted(places[2:]))]
    wrong = {}
    for first, end in cuts:
        case = case_of(logs.left(first, end), taken=taken)
        seen = [one.when.at for one in case.signals if one.when.at is not None]
        if said := contradictions(case, life, seen):
            wrong[first, end] = said
    assert wrong == {}
