"""What the real rsyslogd writes and the real logrotate leaves behind, triaged.

A small life (a raise, a start, a clear, another raise) is written with `logger` over a few seconds. rsyslogd runs as an
ordinary process on a socket, a folder and a pid file of its own; nothing of the machine's own logging is touched.
Stamps are real ones of now.
"""

import gzip
import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from faultlog.case import Case
from faultlog.identity import Told
from faultlog.model import Instant
from faultlog.pipeline import Options, analyze_with
from tests.logs import fault, knowledge
from tests.waiting import until

PATH = os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", "/sbin"])
"""Debian keeps both daemons where an ordinary user's PATH does not look."""
ZONE = "Asia/Seoul"
"""The zone the daemon lives in: never the tests' own by accident."""
TEMPLATES = {"traditional": "RSYSLOG_TraditionalFileFormat", "rfc3339": "RSYSLOG_FileFormat"}


def program(name: str) -> str:
    """Where a program is; without it the test is skipped, or fails where system packages are required."""
    found = shutil.which(name, path=PATH)
    if found is None:
        told = f"{name} is not installed; `make test-system` installs it, or says what to install"
        (pytest.fail if os.environ.get("FAULTLOG_SYSTEM") == "required" else pytest.skip)(told)
    return found


class Logging:
    """One rsyslogd that writes `ampdaemon.log`, and the logrotate that turns it over."""

    def __init__(self, folder: Path, template: str, options: str, rotation: str) -> None:
        self.folder = folder / "d"
        self.logs = folder / "bundle"
        for one in (self.folder, self.logs):
            one.mkdir(mode=0o755)
        self.live = self.logs / "ampdaemon.log"
        self.socket, self.pid = self.folder / "log.sock", self.folder / "pid"
        self.sent = 0
        self.pause = 1.05 if template == "traditional" or "dateext" in rotation else 0.05
        """Seconds between the parts of a life: stamps and dated names must differ."""
        self.config = self._written(
            "rsyslog.conf",
            f'global(workDirectory="{self.folder}" processInternalMessages="on")\n'
            'module(load="imuxsock" SysSock.Use="off")\n'
            f'input(type="imuxsock" Socket="{self.socket}" {options if "ratelimit" in options else ""})\n'
            f"{options if 'ratelimit' not in options else ''}\n"
            f'action(type="omfile" file="{self.live}" template="{TEMPLATES[template]}")\n',
        )
        self.rotation = self._written("rotate.conf", f"{self.live} {{\n missingok\n {self._hup(rotation)}\n}}\n")
        self.process: subprocess.Popen[bytes] | None = None

    def _written(self, name: str, text: str) -> Path:
        path = self.folder / name
        path.write_text(text)
        path.chmod(0o644)
        return path

    def _hup(self, rotation: str) -> str:
        """The usual way to make rsyslogd open its file anew, unless the file is copied and emptied instead."""
        if "copytruncate" in rotation:
            return rotation
        return f"{rotation}\n postrotate\n  kill -HUP $(cat {self.pid})\n endscript"

    def start(self) -> None:
        """Begin to listen; the test is skipped where a program is missing."""
        for name in ("rsyslogd", "logrotate", "logger"):
            program(name)
        command = [program("rsyslogd"), "-n", "-f", str(self.config), "-i", str(self.pid)]
        self.process = subprocess.Popen(
            command, env={**os.environ, "TZ": ZONE}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        until(self.socket.exists)

    def stop(self) -> None:
        """Let it write what it holds, and end."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(10)

    def write(self, *messages: str) -> float:
        """Let the connector's daemon log; the second when it did."""
        for message in messages:
            command = [program("logger"), "--socket", str(self.socket), "--tag", "ampdaemon", "--id=71", message]
            subprocess.run(command, check=True, env={**os.environ, "TZ": ZONE})
            self.sent += 1
        return time.time()

    def settled(self, text: str) -> None:
        """Wait until the live file holds a text."""
        until(lambda: self.live.exists() and text in self.live.read_text())

    def rotate(self) -> None:
        """Turn the log over now."""
        command = [program("logrotate"), "--state", str(self.folder / "state"), "--force", str(self.rotation)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        if "copytruncate" not in self.rotation.read_text():
            until(self.live.exists)

    @property
    def names(self) -> list[str]:
        return sorted(path.name for path in self.logs.iterdir())

    def triage(self, **told: Any) -> Case:
        told = {"tz": ZONE, "os": "linux", "os_version": "9.2", "connector": "1.22.0", **told}
        return analyze_with(knowledge(), [self.logs], Options(told=Told(**told)), lambda path, size: None)


@pytest.fixture
def logging(tmp_path: Path) -> Iterator[Callable[..., Logging]]:
    """Makes an rsyslogd that has started; it ends with the test."""
    started: list[Logging] = []

    def make(template: str = "rfc3339", options: str = "", rotation: str = "rotate 9") -> Logging:
        place = tmp_path / str(len(started)) if started else tmp_path
        place.mkdir(exist_ok=True)
        started.append(Logging(place, template, options, rotation))
        started[-1].start()
        return started[-1]

    yield make
    for one in started:
        one.stop()


def part(logging: Logging, *messages: str) -> float:
    """One part of the life, in the live file before anything else happens; the second of its last line."""
    marker = f"Policy check {logging.sent}"
    at = logging.write(*messages)
    logging.write(marker)
    logging.settled(marker)
    time.sleep(logging.pause)
    return at


def live(logging: Logging) -> dict[str, float]:
    """The life, with a rotation after each part; when each thing happened."""
    times = {"raised 6": part(logging, "Policy loaded", "Fault Raised: 6 (Major)")}
    logging.rotate()
    times["started"] = part(logging, "connector started")
    logging.rotate()
    times["cleared 6"] = part(logging, "Fault Cleared: 6")
    logging.rotate()
    times["raised 18"] = part(logging, "Fault Raised: 18 (Critical)")
    logging.stop()
    return times


def near(instant: Instant | None, second: float) -> bool:
    """Whether an instant is that second, but for the digits that the log left out and what the programs took."""
    return instant is not None and -4.0 < instant.ns / 1e9 - second < 1.0


def written(case: Case) -> int:
    """Lines of all files that are no copies."""
    return sum(one.lines - one.duplicates for one in case.files)


def own_lines(folder: Path) -> int:
    """Lines that rsyslogd wrote about itself."""
    texts = [gzip.decompress(one.read_bytes()) if one.suffix == ".gz" else one.read_bytes() for one in folder.iterdir()]
    return sum(line.count(b" rsyslogd: ") for text in texts for line in text.splitlines())


ROTATIONS = {
    "numbered": ("rotate 9", ["ampdaemon.log", "ampdaemon.log.1", "ampdaemon.log.2", "ampdaemon.log.3"]),
    "compressed": (
        "rotate 9\n compress",
        ["ampdaemon.log", "ampdaemon.log.1.gz", "ampdaemon.log.2.gz", "ampdaemon.log.3.gz"],
    ),
    "compressed a turn later": (
        "rotate 9\n compress\n delaycompress",
        ["ampdaemon.log", "ampdaemon.log.1", "ampdaemon.log.2.gz", "ampdaemon.log.3.gz"],
    ),
    "copied and emptied": (
        "rotate 9\n copytruncate",
        ["ampdaemon.log", "ampdaemon.log.1", "ampdaemon.log.2", "ampdaemon.log.3"],
    ),
    "counted from zero": (
        "rotate 9\n start 0",
        ["ampdaemon.log", "ampdaemon.log.0", "ampdaemon.log.1", "ampdaemon.log.2"],
    ),
    "dated": ("rotate 9\n dateext\n dateformat -%Y%m%d-%H%M%S\n compress\n delaycompress", None),
}


@pytest.fixture(scope="module", params=[f"{kind}, {name}" for name in TEMPLATES for kind in ROTATIONS])
def life(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Logging, dict[str, float]]:
    """A life over four files, by every way to rotate and both ways to write a stamp."""
    kind, template = request.param.split(", ")
    rotation, names = ROTATIONS[kind]
    daemon = Logging(tmp_path_factory.mktemp("life"), template, "", rotation)
    try:
        daemon.start()
        times = live(daemon)
    finally:
        daemon.stop()
    assert names is None or daemon.names == names
    assert len(daemon.names) == 4
    return daemon, times


def test_a_life_over_four_files_is_one_life(life: tuple[Logging, dict[str, float]]) -> None:
    daemon, times = life
    case = daemon.triage()
    (six,), (eighteen,) = fault(case, 6), fault(case, 18)
    assert near(six.raised.at, times["raised 6"])
    assert near(six.cleared.at, times["cleared 6"])
    assert abs(six.duration_s[0] - (times["cleared 6"] - times["raised 6"])) < 2
    assert six.duration_s[0] == six.duration_s[1]
    assert near(eighteen.raised.at, times["raised 18"])
    assert (six.state, eighteen.state, six.may_be_several) == ("cleared", "open", False)
    assert [near(one.when.at, times["started"]) for one in case.signals if one.kind == "connector_started"] == [True]
    assert {one.verdict for one in case.findings if one.interval == "f6-1"} == {"met"}


def test_rotation_loses_no_line_and_counts_none_twice(life: tuple[Logging, dict[str, float]]) -> None:
    daemon, _ = life
    case = daemon.triage()
    assert written(case) == daemon.sent + own_lines(daemon.logs)
    assert sum(one.events for one in case.files) == written(case)
    audit = case.audit
    assert (audit.raises, audit.clears, audit.intervals, audit.duplicate_raises, audit.orphan_clears) == (2, 1, 2, 0, 0)
    assert [one for one in case.coverage if not one.observed] == []
    assert [one for one in case.signals if one.kind == "clock_stepped"] == []
    assert case.warnings == ()


def test_copies_in_a_folder_of_their_own_are_read(logging: Callable[..., Logging]) -> None:
    daemon = logging(rotation="rotate 9\n olddir old\n createolddir 0755")
    live(daemon)
    assert [one.name for one in daemon.logs.glob("old/*.1")] == ["ampdaemon.log.1"]
    case = daemon.triage()
    assert [(one.id, one.state) for one in case.intervals] == [("f6-1", "cleared"), ("f18-1", "open")]


UNREAD = {
    "an epoch in the name": "dateext\n dateformat -%s",
    "a time with colons in the name": "dateext\n dateformat .%Y-%m-%d_%H:%M:%S",
    "the number before the extension": "extension .log",
}


@pytest.mark.parametrize("rotation", UNREAD.values(), ids=UNREAD)
def test_no_copy_that_logrotate_can_name_is_passed_over(logging: Callable[..., Logging], rotation: str) -> None:
    daemon = logging(rotation=f"rotate 9\n {rotation}")
    live(daemon)
    assert len(daemon.names) == 4
    assert len(daemon.triage().files) == 4


def test_the_oldest_file_that_was_dropped_took_the_raise_with_it(logging: Callable[..., Logging]) -> None:
    daemon = logging(rotation="rotate 2\n compress")
    live(daemon)
    assert daemon.names == ["ampdaemon.log", "ampdaemon.log.1.gz", "ampdaemon.log.2.gz"]
    case = daemon.triage()
    (six,) = fault(case, 6)
    assert (six.raised.kind, six.raised.at, six.raised.reason) == ("not_after", None, "log_starts")
    assert six.duration_s[1] is None
    assert case.audit.raises == 1
    assert {one.verdict for one in case.findings if one.interval == "f6-1"} <= {"indeterminate"}


@pytest.mark.parametrize("template", TEMPLATES)
def test_a_file_that_is_missing_in_the_middle_is_a_hole(logging: Callable[..., Logging], template: str) -> None:
    daemon = logging(template, rotation="rotate 9\n compress")
    times = live(daemon)
    (daemon.logs / "ampdaemon.log.2.gz").unlink()
    case = daemon.triage()
    (hole,) = [one for one in case.coverage if not one.observed]
    assert hole.reason == "rotation_missing"
    assert near(hole.from_, times["raised 6"])
    assert near(hole.to, times["cleared 6"])
    (six,) = fault(case, 6)
    assert six.may_be_several
    verdicts = {one.expectation.after: one.verdict for one in case.findings if one.interval == "f6-1"}
    assert verdicts == {"raised": "met", "connector_started": "indeterminate"}


def test_raises_that_rsyslogd_folded_are_counted_one_by_one(logging: Callable[..., Logging]) -> None:
    daemon = logging("traditional", options="$RepeatedMsgReduction on")
    daemon.write(*["Fault Raised: 6"] * 4)
    part(daemon, "connector started")
    daemon.stop()
    assert "message repeated 3 times: [ Fault Raised: 6]" in daemon.live.read_text()
    audit = daemon.triage().audit
    assert (audit.raises, audit.intervals, audit.duplicate_raises) == (4, 1, 3)


def test_a_fold_that_comes_after_the_rotation_still_belongs_to_its_raise(logging: Callable[..., Logging]) -> None:
    daemon = logging("rfc3339", options="$RepeatedMsgReduction on")
    daemon.write(*["Fault Raised: 6"] * 3)
    daemon.settled("Fault Raised: 6")
    daemon.rotate()
    part(daemon, "connector started")
    daemon.stop()
    audit = daemon.triage().audit
    assert (audit.raises, audit.intervals, audit.duplicate_raises) == (3, 1, 2)


def burst(daemon: Logging, messages: Sequence[str]) -> None:
    """Many messages at once from one process: rsyslogd limits each process by itself."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as line:
        line.connect(str(daemon.socket))
        for message in messages:
            stamp = time.strftime("%b %e %H:%M:%S", time.gmtime(time.time() + 9 * 3600))
            line.send(f"<14>{stamp} ampdaemon[71]: {message}".encode())


LIMIT = 'ratelimit.interval="2" ratelimit.burst="5"'


@pytest.mark.parametrize("template", TEMPLATES)
def test_what_rsyslogd_says_of_messages_it_lost_is_understood(logging: Callable[..., Logging], template: str) -> None:
    def loses(daemon: Logging) -> bool:
        noise = [f"Policy check {number}" for number in range(4)]
        burst(daemon, ["Fault Raised: 6", *noise, "Fault Cleared: 6", "connector started", *noise])
        return _says(daemon, "begin to drop messages") and _tells_its_count(daemon, 3.1)

    daemon = _that(loses, lambda: logging(template, options=LIMIT))
    daemon.stop()
    assert "Fault Cleared" not in daemon.live.read_text()
    case = daemon.triage()
    (told,) = [one for one in case.signals if one.kind == "suppressed"]
    assert told.count == 6
    assert "6 messages lost" in told.evidence.text
    assert {one.verdict for one in case.findings} <= {"indeterminate", "pending"}


def test_the_hole_of_a_rate_limit_begins_where_dropping_began(logging: Callable[..., Logging]) -> None:
    """The limit is one process's, so others write on meanwhile; the count comes with, often after, its next message."""
    daemon = _that(lambda one: _drops(one) and _tells_its_count(one, 1.6), lambda: logging(options=LIMIT))
    daemon.stop()
    (hole,) = [one for one in daemon.triage().coverage if not one.observed]
    assert hole.to.since(hole.from_) > 3


def test_a_log_that_ends_while_messages_are_dropped_says_so(logging: Callable[..., Logging]) -> None:
    daemon = _that(_drops, lambda: logging(options=LIMIT))
    taken = daemon.live.read_bytes()
    daemon.stop()
    daemon.live.write_bytes(taken)
    assert [one.reason for one in daemon.triage().coverage if not one.observed] == ["suppressed"]


def _that(does: Callable[[Logging], bool], started: Callable[[], Logging]) -> Logging:
    """A daemon that does something: what it says of itself it seldom forgets, and then for good."""
    for _ in range(4):
        daemon = started()
        if does(daemon):
            return daemon
    pytest.fail("none of four daemons did it")


def _says(daemon: Logging, text: str) -> bool:
    with suppress(TimeoutError):
        until(lambda: daemon.live.exists() and text in daemon.live.read_text(), 10)
        return True
    return False


def _tells_its_count(daemon: Logging, pause_s: float) -> bool:
    """Whether it says how many messages it lost: with one after the interval, or later, and seldom never."""
    for _ in range(6):
        time.sleep(pause_s)
        burst(daemon, ["Policy check afterwards"])
        if "messages lost due to rate-limiting" in daemon.live.read_text():
            return True
    return _says(daemon, "messages lost due to rate-limiting")


def _drops(daemon: Logging) -> bool:
    """Whether it drops what one process writes, and says so, while another goes on."""
    burst(daemon, ["Fault Raised: 6", *[f"Policy check {number}" for number in range(8)]])
    if not _says(daemon, "begin to drop messages"):
        return False
    time.sleep(1.5)
    daemon.write("another process goes on")
    daemon.settled("another process goes on")
    return True
