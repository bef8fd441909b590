"""Reading many lines at a time makes of a log what reading line by line makes of it."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from faultlog import reading
from faultlog.before import Leads
from faultlog.engine import Interesting
from faultlog.filereading import FileReading
from faultlog.formats import LogFormat, load_formats
from faultlog.model import LogFile, Role
from faultlog.reading import read
from tests.conftest import EXAMPLES
from tests.logs import knowledge

FORMATS = load_formats()
RULES = knowledge().rules
LEADS = Leads.of(RULES)


class LineByLine:
    """The engine's interest, told in a way that leaves every line to be asked."""

    def __init__(self) -> None:
        self.inner = Interesting.of(RULES)

    def in_text(self, text: str) -> bool:
        return self.inner.in_text(text)

    def in_process(self, process: str | None, pid: int | None) -> bool:
        return self.inner.in_process(process, pid)

    def in_line(self, text: str) -> bool:
        return True

    def demands(self) -> None:
        return None


STAMPS = [
    "Mar  3 12:00:0{}",
    "Mar  3 12:00:0{}.25",
    "2026-03-03T12:00:0{}Z",
    "2026-03-03 12:00:0{},5+0100",
    "Mar 31 12:00:0{}",
    "2026-03-03T12:00:{}7.000123+01:00",
    "Mar  3 12:0{}:07",
    "Feb 31 12:00:0{}",
]
HEADS = [
    " mac ampdaemon[71]:",
    " mac ampdaemon[72]:",
    " mac ampscansvc[80]:",
    " mac ampscansvc[81]:",
    " mac kernel:",
    " mac kernel[0]:",
    " other ampdaemon[71]:",
    " mäc ampdaemon[71]:",
    "  mac ampdaemon[71]:",
    " mac sub proc[1]:",
    " mac last",
]
WORDS = [
    " heartbeat, queue length 3",
    " [policy]:[debug]-[policy.c@848]:[204679]: element 3 unchanged",
    " info: [ipc] request 12 answered",
    " [ 12.345678] uptime is printed",
    " [ 3.000001] uptime again",
    " Mar  3 11:59:59 mac inner[9]: Info: a line inside a line",
    " Fault Raised: 6",
    " Fault Cleared: 6",
    " scanning /Users/ann/a.dmg",
    " ampscansvc exited with signal 11",
    " äöü 한국어 words",
    " \u212aernel panic and \u212aelvin",
    " Fault ra\u0130sed",
    " tab\there",
    " unit\x1cseparator",
    "",
    " [not closed",
    " message repeated 3 times",
    " last message repeated 2 times",
]
OTHERS = [
    "",
    "   ",
    "\tcontinued",
    " continued Fault Raised: 7",
    "nobody reads this",
    "[logger] Set minimum reported log level to notice",
    "\0\0",
]


@st.composite
def lines(draw: st.DrawFn) -> bytes:
    """A few lines, each once or often."""
    if draw(st.integers(0, 5)) == 0:
        text = draw(st.sampled_from(OTHERS))
    else:
        stamp = draw(st.sampled_from(STAMPS)).format(draw(st.integers(0, 9)))
        text = stamp + draw(st.sampled_from(HEADS)) + draw(st.sampled_from(WORDS))
    end = draw(st.sampled_from(["\n", "\n", "\n", "\r\n"]))
    return (text + end).encode() * draw(st.sampled_from([1, 1, 2, 7]))


@st.composite
def logs(draw: st.DrawFn) -> bytes:
    """Lines of a few writers, so that runs of theirs arise, and of empty ones."""
    empty = b"\n" * draw(st.sampled_from([1, 90, 1500]))
    pieces = [empty, *draw(st.lists(lines(), min_size=1, max_size=12))]
    return b"".join(draw(st.lists(st.sampled_from(pieces), max_size=40))) + draw(st.sampled_from([b"", b"cut"]))


def whole(data: bytes, size: int, interest: reading.Interest, role: Role = "connector") -> FileReading:
    chunks = [data[at : at + size] for at in range(0, len(data), size)]
    return read(LogFile("a.log", role, "a.log"), chunks, FORMATS, interest, leads=LEADS)


@settings(max_examples=EXAMPLES // 2)
@given(logs(), st.sampled_from([50, 333, 1 << 20]), st.sampled_from(["connector", "scan_service", "system"]))
def test_many_at_a_time_is_as_one_by_one(data: bytes, size: int, role: Role) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reading, "SAMPLE_LINES", 3)
        patch.setattr(reading, "SAMPLE_GRID", 700)
        patch.setattr("faultlog.before.REACH_BYTES", 900)
        assert whole(data, size, Interesting.of(RULES), role) == whole(data, size, LineByLine(), role)


def test_empty_lines_are_counted_many_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    data = NOISE.format(1, 1, 1).encode() * 300 + b"\n" * 200_000 + NOISE.format(2, 2, 2).encode()
    asked: list[bytes] = []
    monkeypatch.setattr(reading.Line, "text", property(lambda self: asked.append(self.raw) or self.raw.decode()))
    found = whole(data, 1 << 20, Interesting.of(RULES))

    assert (found.lines, found.skipped["blank"]) == (200_301, 200_000)
    assert len(asked) < 1_000


NOISE = "Mar  3 12:00:{:02} mac ampdaemon[71]: [ipc]:[debug]-[ipc.c@848]:[20467{}]: request {} answered\n"


def test_most_of_a_chatty_log_is_not_read_line_by_line(monkeypatch: pytest.MonkeyPatch) -> None:
    data = "".join(NOISE.format(number // 150, number % 10, number) for number in range(9_000)).encode()
    asked: list[str] = []
    plain = LogFormat.read
    monkeypatch.setattr(LogFormat, "read", lambda self, text: asked.append(text) or plain(self, text))
    found = whole(data, 1 << 20, Interesting.of(RULES))
    assert found.formats == {"syslog-debug": 9_000}
    assert len(asked) < 2_500  # most of them by the head, which every format is asked to read


def test_what_stands_before_a_raise_is_known_of_lines_that_were_read_many_at_a_time() -> None:
    text = "".join(NOISE.format(number // 100, number % 10, number) for number in range(1_000))
    text += "Mar  3 12:00:11 mac ampdaemon[71]: Fault Raised: 6\n"
    (window,) = whole(text.encode(), 1 << 20, Interesting.of(RULES)).before.windows
    assert [one.line for one in window.lines] == list(range(1, 1_001))
    assert {one.template for one in window.lines} == {"request <number> answered"}
