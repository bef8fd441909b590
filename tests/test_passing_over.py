"""What is passed over of a large log is a property of its text; what anybody needs of it is never passed over."""

import dataclasses
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from faultlog import lines, pipeline, reading
from faultlog.case import Case
from faultlog.cli import app
from faultlog.engine import Interesting
from faultlog.filereading import FileReading
from faultlog.identity import Told
from faultlog.model import Instant, LogFile, Role
from faultlog.pipeline import Options, analyze_with
from faultlog.reading import read
from tests.conftest import EXAMPLES, LIVES
from tests.lives import lived, silent
from tests.logs import knowledge
from tests.test_bulk import FORMATS, LEADS, RULES, LineByLine, logs

SMALL = 300
"""Bytes that are read in full here."""


@pytest.fixture(autouse=True)
def _small_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "SAMPLE_LINES", 3)
    monkeypatch.setattr(reading, "SAMPLE_GRID", 700)


def read_in(data: bytes, size: int, full: float, role: Role = "connector") -> FileReading:
    chunks = [data[at : at + size] for at in range(0, len(data), size)]
    return read(LogFile("a.log", role, "a.log"), chunks, FORMATS, Interesting.of(RULES), leads=LEADS, full=full)


SIZES = st.sampled_from([40, 333, 1 << 18])
ROLES: st.SearchStrategy[Role] = st.sampled_from(["connector", "scan_service", "system"])


@settings(max_examples=EXAMPLES // 2)
@given(logs(), SIZES, ROLES)
@example(b"\n" * 1_500, 40, "connector")  # empty lines from before the part that is read in full to behind it
def test_how_a_log_is_cut_decides_nothing(data: bytes, size: int, role: Role) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reading, "SAMPLE_LINES", 3)
        patch.setattr(reading, "SAMPLE_GRID", 700)
        patch.setattr("faultlog.before.REACH_BYTES", 900)
        one, other = read_in(data, size, SMALL, role), read_in(data, 1 << 20, SMALL, role)
        for found in (one, other):
            found.before.windows.clear()
            found.before.flights.clear()
        assert one == other


@settings(max_examples=EXAMPLES // 2)
@given(logs(), SIZES, ROLES)
def test_what_is_wanted_is_read_as_if_nothing_were_passed_over(data: bytes, size: int, role: Role) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reading, "SAMPLE_LINES", 3)
        patch.setattr(reading, "SAMPLE_GRID", 700)
        some, every = read_in(data, size, SMALL, role), read_in(data, size, float("inf"), role)
    assert every.passed_over == 0
    assert (some.bytes, some.lines) == (every.bytes, every.lines)
    assert some.bytes == len(data)
    counted = some.understood_lines + some.continuations + some.unread_lines + some.skipped.total() + some.duplicates
    assert counted == some.lines - some.passed_over
    assert [(one.evidence, one.message, one.stamp) for one in some.events] == [
        (one.evidence, one.message, one.stamp) for one in every.events
    ]


@settings(max_examples=EXAMPLES // 2)
@given(logs(), SIZES)
def test_anchors_and_runs_decide_nothing(data: bytes, size: int) -> None:
    """Rules of which one requires no text have every line read; then nothing is passed over, and as much is kept."""
    chunks = [data[at : at + size] for at in range(0, len(data), size)]
    blind = read(LogFile("a.log", "connector", "a.log"), chunks, FORMATS, LineByLine(), leads=LEADS, full=SMALL)
    assert blind.passed_over == 0
    assert [one.evidence for one in blind.events] == [one.evidence for one in read_in(data, size, SMALL).events]


NOISE = "Mar  3 12:{:02}:{:02} mac ampdaemon[71]: [ipc]:[debug]-[ipc.c@848]:[20467{}]: request {} answered\n"


def chatty(count: int, *said: tuple[int, str]) -> bytes:
    text = [NOISE.format(number // 60 % 60, number % 60, number % 10, number) for number in range(count)]
    for at, line in said:
        text[at] = f"Mar  3 12:{at // 60 % 60:02}:{at % 60:02} mac ampdaemon[71]: {line}\n"
    return "".join(text).encode()


def test_a_line_that_matters_is_read_with_the_one_before_and_the_one_after() -> None:
    found = read_in(chatty(1_000, (500, "Fault Raised: 6")), 4_000, SMALL)
    (event,) = found.events
    assert event.evidence.line == 501
    assert event.neighbours[0] is not None
    assert event.neighbours[0].line == 500
    assert found.passed_over > 900


def test_a_fault_named_in_a_line_that_goes_on_is_not_lost() -> None:
    data = chatty(400, (300, "dump follows")).replace(
        b"dump follows\n", b"dump follows\n  of state\n\tFault Raised: 6\n"
    )
    for size in (50, 1_000, 1 << 18):
        (event,) = read_in(data, size, SMALL).events
        assert (event.evidence.line, event.lines) == (301, 3)


@pytest.mark.parametrize("long", [b"x" * 700 + b"\n", b"dump follows\n" + b"\tof state\n" * 70])
def test_how_an_event_beyond_the_limit_is_cut_decides_nothing(monkeypatch: pytest.MonkeyPatch, long: bytes) -> None:
    monkeypatch.setattr(lines, "MAX_LINE", 300)
    monkeypatch.setattr(reading, "MAX_LINE", 300)
    monkeypatch.setattr(reading, "MAX_JOINED", 100)
    head = b"Mar  3 12:00:59 mac ampdaemon[71]: "
    data = chatty(60) + head + long + chatty(60, (30, "Fault Raised: 6")) + head + long
    whole = read_in(data, 1 << 20, SMALL)
    for size in (1, 50, 333, 1_000):
        found = read_in(data, size, SMALL)
        assert (found.passed_over, found.continuations, found.formats, found.warnings) == (
            whole.passed_over,
            whole.continuations,
            whole.formats,
            whole.warnings,
        )
    assert whole.continuations == 2 * (long.count(b"\n") - 1)
    assert [one.code for one in whole.warnings] == (["line_too_long"] if long.count(b"\n") == 1 else [])


def test_a_scan_service_under_another_number_is_seen_though_nothing_else_is_said_of_it() -> None:
    lines = [f"Mar  3 12:00:00 mac ampscansvc[{80 + (number >= 700)}]: [scan] idle {number}\n" for number in range(900)]
    found = read_in("".join(lines).encode(), 1 << 18, SMALL, "scan_service")
    assert [event.evidence.line for event in found.events] == [1, 701]


@pytest.mark.parametrize("full", [SMALL, float("inf")])
def test_a_scan_service_is_seen_to_come_back_though_the_other_one_was_wanted_for_its_words(full: float) -> None:
    idle = ["Mar  3 12:00:00 mac ampscansvc[80]: [scan] idle\n"] * 900
    idle[400] = "Mar  3 12:00:00 mac ampscansvc[81]: Fault Raised: 6\n"
    found = read_in("".join(idle).encode(), 1 << 18, full, "scan_service")
    assert [event.evidence.line for event in found.events] == [1, 401, 402]


def test_lines_before_a_raise_are_looked_at_though_they_were_passed_over() -> None:
    data = chatty(2_000, (1_500, "Fault Raised: 6"), (1_490, "[policy]:[debug]-[p.c@1]:[2]: element 7 unchanged"))
    (window,) = read_in(data, 1 << 18, SMALL).before.windows
    assert [said.line for said in window.lines] == list(range(901, 1501))
    assert window.lines[590].template == "element <number> unchanged"


def cases(seeds: range) -> Iterator[tuple[int, Case, Case]]:
    """Lives judged with as little read as may be, and with all."""
    for seed in seeds:
        with TemporaryDirectory() as place:
            bundle, truth = lived(seed, Path(place))
            options = Options(told=Told(**truth.document["options"]))
            yield (
                seed,
                analyze_with(knowledge(), [bundle], options, silent),
                analyze_with(knowledge(), [bundle], dataclasses.replace(options, full=True), silent),
            )


def test_reading_in_full_contradicts_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pipeline, "FULL_BYTES", 0)
    passed = 0
    for seed, some, every in cases(range(1, 1 + LIVES // 8)):
        passed += sum(one.passed_over for one in some.files)
        assert all(one.lines == one.examined + one.passed_over for one in some.files)
        assert [(one.kind, one.evidence) for one in some.signals if one.kind != "clock_stepped"] == [
            (one.kind, one.evidence) for one in every.signals if one.kind != "clock_stepped"
        ], seed
        verdicts = {(one.expectation, one.interval): one.verdict for one in every.findings}
        for one in some.findings:
            assert one.verdict in {"indeterminate", verdicts.get((one.expectation, one.interval), one.verdict)}, seed
    assert passed > 1_000


def test_the_case_says_what_was_passed_over_and_what_that_means(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(pipeline, "FULL_BYTES", 1_000)
    (tmp_path / "ampdaemon.log").write_bytes(chatty(1_000, (500, "Fault Raised: 6"), (700, "Fault Cleared: 6")))
    case = analyze_with(
        knowledge(), [tmp_path / "ampdaemon.log"], Options(told=Told(taken=Instant.of("2026-03-09T00:00:00Z"))), silent
    )
    (file,) = case.files
    assert file.passed_over > 400
    assert "assumption.sampled" in {one.key for one in case.assumptions}
    assert [one.state for one in case.intervals] == ["cleared"]
    full = analyze_with(
        knowledge(),
        [tmp_path / "ampdaemon.log"],
        Options(told=Told(taken=Instant.of("2026-03-09T00:00:00Z")), full=True),
        silent,
    )
    assert "assumption.sampled" not in {one.key for one in full.assumptions}
    assert full.findings == case.findings


def test_the_command_line_reads_in_full_when_asked_and_explains_likewise(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(pipeline, "FULL_BYTES", 1_000)
    log = tmp_path / "ampdaemon.log"
    log.write_bytes(chatty(1_000, (500, "Fault Raised: 6")))

    def told(*options: str) -> str:
        done = CliRunner().invoke(app, ["triage", str(log), "--taken", "2026-03-09", *options])
        assert done.exit_code == 0, done.output
        return " ".join(done.output.split())

    assert "lines were passed over" in told()
    assert "passed over" not in told("--full")
    assert "faultlog explain --taken 2026-03-09 --full " in told("--full", "--jobs", "2")
    assert told("--jobs", "1") == told("--jobs", "2") == told("--jobs", "4") == told()


def test_the_log_goes_until_its_last_line_though_it_was_passed_over_and_half_a_line_follows() -> None:
    data = chatty(1_000, (500, "Fault Raised: 6"))
    for tail in (b"", b"Mar  3 12:17:0", b" half of it\n\n"):
        last = read_in(data + tail, 4_000, SMALL).trail.last
        assert last is not None
        assert last.line == 1_000
