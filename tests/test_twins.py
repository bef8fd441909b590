"""Lines that differ in their digits alone are read alike, and nothing else is taken for one of them."""

import tracemalloc
from dataclasses import replace
from functools import cache
from math import inf

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from faultlog import bulk, reading
from faultlog import twins as twins_module
from faultlog.choosing import Choice
from faultlog.engine import Interesting
from faultlog.filereading import FileReading
from faultlog.formats import LogFormat, load_formats, pattern_of_line
from faultlog.model import LogFile
from faultlog.templates import mask
from faultlog.twins import Twins, is_meant, likenesses, tells_apart
from tests.conftest import EXAMPLES
from tests.test_bulk import HEADS, LEADS, RULES, STAMPS, WORDS, LineByLine

FORMATS = load_formats()
NAMES = ("host", "process", "pid")
LINE = b"Mar  3 12:00:00 mac ampdaemon[71]: [ipc]:[debug]-[ipc.c@848]:[204679]: request 1 answered"


@cache
def choice() -> Choice:
    made = Choice([one for one in FORMATS if one.pattern is not None])
    made.settle([])
    return made


def twins(name: str) -> Twins:
    return Twins.of(choice(), next(one for one in FORMATS if one.name == name))


@st.composite
def lines(draw: st.DrawFn) -> str:
    """A line of some shape with any digits."""
    text = draw(st.sampled_from(STAMPS)).format(0) + draw(st.sampled_from(HEADS))
    more = [" flags 0x1f", " at 0x11, 1x11", " Mar 45 was no day", " on Mar 15 12:00:00"]
    text += draw(st.sampled_from([*WORDS, *more]))
    return "".join(draw(st.sampled_from("0123456789")) if char.isdigit() else char for char in text)


@given(lines(), st.data(), st.sampled_from(["syslog", "syslog-debug", "iso-syslog", "iso-debug"]))
def test_a_twin_is_read_as_the_line_itself_would_be(text: str, data: st.DataObject, name: str) -> None:
    known = twins(name)
    other = "".join(data.draw(st.sampled_from("0123456789")) if char.isdigit() else char for char in text)
    for line in (text, other):
        raw = line.encode()
        (twin,) = known.look(likenesses(raw), [raw])
        if twin is None:
            continue
        stamp = known.stamp(raw[: twin.stamp])
        read = known.choice.read(line, name)
        if stamp is None:
            assert read is None or read[0].name != name
            continue
        assert read is not None
        one, reading = read
        assert (one.name, reading.stamp, reading.groups["message"]) == (name, stamp, twin.said(raw))
        assert is_meant(twin.said(raw)) or mask(twin.said(raw)) == mask(twin.said(text.encode()))
        parts = {"module": twin.part[0], "level": twin.part[1], **dict(zip(NAMES, twin.noughts, strict=True))}
        said = {name: reading.groups.get(name) for name in parts}
        assert {name: part and likenesses(part.encode())[0] for name, part in said.items()} == {
            name: part and likenesses(part.encode())[0] for name, part in parts.items()
        }


def test_one_line_tells_of_all_that_differ_in_digits(monkeypatch: pytest.MonkeyPatch) -> None:
    known = twins("syslog-debug")
    assert known.look(likenesses(LINE), [LINE])[0] is not None
    monkeypatch.delattr(LogFormat, "read")
    others = [LINE.replace(b"848", b"123"), LINE.replace(b"request 1", b"request 9")]
    assert None not in known.look([likenesses(one)[0] for one in others], others)


def test_lines_without_a_stamp_have_twins_too() -> None:
    line = b"[logger] Set level 3"
    (twin,) = twins("bracketed").look(likenesses(line), [line])
    assert twin is not None
    assert (twin.stamp, twin.names, twin.said(line)) == (0, 0, "Set level 3")


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b" ",
        b"\0",
        b" Mar  3 12:00:00 mac ampdaemon[71]: a blank first",
        b"Mar  3 12:00:00 mac kernel: [ 12.345678] the uptime is read of each line",
        b"Mar  3 12:00:00 mac x: Mar  3 11:59:59 mac y[9]: Info: a line in a line",
        b"Mar  3 12:00:00 mac x: Mar 33 11:59:59 mac y[9]: Info: no line in a line, but with other digits one",
        b"Mar  3 12:00:00 mac x: not \xff UTF-8",
        b"2026-03-03T12:00:00Z mac x: of another format",
        b"nobody reads this",
    ],
)
def test_what_has_to_be_asked_itself(line: bytes) -> None:
    assert twins("syslog").look(likenesses(line), [line]) == [None]


def test_one_shipped_format_tells_digits_apart() -> None:
    found = [one.name for one in FORMATS if one.pattern and tells_apart(one.pattern.pattern, one.layout)]
    assert found == ["macos-unified"]  # it asks for 0x


@pytest.mark.parametrize(
    ("line", "layout"),
    [
        (r"{stamp} 7 (?P<message>.*)", "iso"),
        (r"{stamp} (?P<pid>[1-9]\d*) (?P<message>.*)", "iso"),
        (r"{stamp} (?P<message>.*)", "log1 %d.%m.%Y %H:%M:%S"),
        (r"(?P<host>\w+) (?P<process>\1) (?P<message>.*)", None),
        (r"\p{L}+ (?P<message>.*)", None),
        (r"\x31 (?P<message>.*)", None),
        (r"[\w-a] (?P<message>.*)", None),  # `regex` alone reads this set
        (r"(?!{stamp} mac){stamp} (?P<message>.*)", "syslog"),
    ],
)
def test_formats_that_tell_digits_apart_have_each_line_asked(line: str, layout: str | None) -> None:
    assert tells_apart(pattern_of_line(line, layout).pattern, layout)


def shape(line: str, layout: str | None, *, name: str = "mine", inner: bool = False) -> LogFormat:
    """A user's format."""
    (like,) = [one for one in FORMATS if one.name == "syslog"]
    file = replace(like.file, format=name, specializes=[])
    return replace(like, name=name, layout=layout, pattern=pattern_of_line(line, layout), inner=inner, file=file)


def read_all(data: bytes, formats: list[LogFormat], interest: reading.Interest) -> FileReading:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reading, "SAMPLE_LINES", 3)
        return reading.read(LogFile("a.log", "connector", "a.log"), [data], formats, interest, leads=LEADS, full=inf)


def assert_as_one_by_one(data: bytes, formats: list[LogFormat]) -> None:
    many, single = (read_all(data, formats, interest) for interest in (Interesting.of(RULES), LineByLine()))
    assert many == single
    assert many.before.sample == single.before.sample


SYSLOG = [one for one in FORMATS if one.name == "syslog"]
NOBODY = "한국어 한국어 한국어 nobody reads this\n".encode()
RAISE = b"Mar  3 12:00:59 mac worker0[7]: Fault Raised: 6\n2026-03-03T12:00:59 Fault Raised: 6\n"


@pytest.mark.parametrize(
    ("formats", "line"),
    [
        (SYSLOG, "Mar  3 12:00:00 mac worker{turn}[5]: beat {number}"),
        (SYSLOG, "Mar  3 12:00:00 mac-{turn} worker[5]: beat {number}"),
        (SYSLOG, "Mar  3 12:00:00 mac worker[{turn}]: [net{turn}] beat {number}"),
        ([shape(r"{stamp} (?P<message>.*)", "iso")], "2026-03-03T12:00:00 +{zone}00 beat {number}"),
        ([shape(r"(?P<host>.*?)(?:.*){stamp} (?P<message>.*)", "syslog")], "Mar  3 12:00:00 Mar  3 12:00:0{turn} x"),
        ([shape(r"{stamp}(?P<message>.*)", "%H:%M:%S %d.%m.%y")], "12:00:0{turn} 03.03.26 한 {number}"),
        ([shape(r"{stamp} ?(?P<message>.*)", "epoch")], "177252000{turn}{wide} said {number}"),
        ([shape(r"{stamp} (?P<pid>\S+) (?P<message>.*)", "syslog")], "Mar  3 12:00:00 0x{turn} beat {number}"),
        ([shape(r"{stamp} (?P<message>.*)", "syslog", inner=True)], "Mar  3 12:00:00 Mar  3 12:00:0{turn} {number}"),
        ([shape(r"(?={stamp})(?P<host>\S+ +\S+ \S+) (?P<message>.*)", "syslog")], "Mar  3 12:00:0{turn} {number}"),
    ],
)
def test_lines_that_differ_in_a_digit_that_matters(formats: list[LogFormat], line: str) -> None:
    said = [
        line.format(turn=number // 5 % 3, number=number, zone=(99, 10)[number % 2], wide="한"[: number % 2])
        for number in range(60)
    ]
    assert_as_one_by_one("\n".join(said).encode() + b"\n" + NOBODY + RAISE, formats)


STAMP_LAYOUTS = {
    "syslog": STAMPS,
    "iso": ["2026-03-03T12:00:0{}", "2026-03-03 12:00:0{}+0100", "2026-03-03 12:00:00 +9{}00"],
    "%d.%m.%y %H:%M:%-S": ["03.03.26 12:00:{}", "03.03.26 12:00:1{}", "33.03.26 12:00:0{}"],
    "epoch": ["177252000{}", "177252000{}.5", "17725200{}"],
}
PIECES = [
    *[r" (?P<host>\S+)", r"(?: (?P<host>mac\d*|m.c))?", r" ?(?P<host>.*?)"],
    *[r" (?P<process>[a-z]+\d*+)", r"(?P<process>[^\[:]*)", r" (?P<process>\w+(?: \w+)?)"],
    *[r"(?:\[(?P<pid>\d+)\])?:", r"\[(?P<pid>[1-9]\d*)\]", r"(?: (?P<pid>\d*))?"],
    *[r"(?: \[(?P<module>(?i:NET)\d|\w+)\])?", r"(?= )", r"\b", r" ?(?P<level>info|error)?:?"],
]
MESSAGES = [
    r" (?P<message>.*)",
    r"(?P<message>.*)",
    r" ?(?P<message>\S*)",
    r"(?P<message>(?!.*5).*)",
    r"\s*(?P<message>.*?)",
]


@st.composite
def shapes(draw: st.DrawFn) -> tuple[str, str, str]:
    """A user's format, not made yet, since making a pattern may draw chances of its own: line, layout and name."""
    layout = draw(st.sampled_from(sorted(STAMP_LAYOUTS)))
    pieces = draw(st.lists(st.sampled_from(PIECES), max_size=3))
    line = "".join(["{stamp}", *pieces, draw(st.sampled_from(MESSAGES))])
    return line, layout, draw(st.sampled_from("ab"))


@settings(max_examples=EXAMPLES // 5)
@given(st.lists(shapes(), min_size=1, max_size=2, unique_by=lambda one: one[2]), st.data())
def test_whatever_a_user_s_format_looks_like_lines_are_read_as_one_by_one(
    asked: list[tuple[str, str, str]], data: st.DataObject
) -> None:
    drawn = [(shape(line, layout, name=name), STAMP_LAYOUTS[layout]) for line, layout, name in asked]
    kinds = st.tuples(
        st.sampled_from([stamp for _, stamps in drawn for stamp in stamps]),
        st.sampled_from([*HEADS, " mac7 net1[3]:", " 7 [5]", ":"]),
        st.sampled_from([*WORDS, " [net1] sent 5", "5", " foo1 foo1"]),
    )
    said: list[str] = []
    for stamp, head, word in data.draw(st.lists(kinds, min_size=1, max_size=6)):
        for number in range(data.draw(st.sampled_from([1, 4, 9]))):
            text = stamp.format(number) + head + word
            said.append(text if number % 3 else text.replace("1", str(number)).replace("7", "8"))
    with pytest.MonkeyPatch.context() as patch:
        if data.draw(st.booleans()):
            for module, name in ((twins_module, "MOST"), (twins_module, "TRIED"), (bulk, "PATIENCE")):
                patch.setattr(module, name, 2)
        assert_as_one_by_one("\n".join([*said, ""]).encode(), [one for one, _ in drawn])


WORDLESS = "Mar  3 12:{:02}:{:02} mac p{}[{}]: request {} answered {}\n"


def words_of(number: int) -> str:
    return "".join("abcdefghij"[int(digit)] for digit in str(number))


def test_lines_of_which_each_is_like_no_other_cost_little_more_than_reading_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    said = [
        WORDLESS.format(number // 200, number // 10 % 60, "abcdefg"[number % 7], number % 7, number, words_of(number))
        for number in range(6_000)
    ]
    learned: list[bytes] = []
    plain = Twins._twin
    monkeypatch.setattr(Twins, "_twin", lambda self, line: learned.append(line) or plain(self, line))
    read_all("".join(said).encode(), SYSLOG, Interesting.of(RULES))
    assert len(learned) < 2_000


def test_what_is_remembered_of_long_lines_is_bounded() -> None:
    known = twins("syslog-debug")
    tracemalloc.start()
    for number in range(300):
        line = LINE + words_of(number).encode() + b"x" * 100_000
        assert known.look(likenesses(line), [line])[0] is not None
    held, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert held < 2 * twins_module.MOST_BYTES


def test_a_format_that_runs_out_of_time_when_asked_again_is_read_line_by_line(monkeypatch: pytest.MonkeyPatch) -> None:
    def slow(*_: object) -> None:
        raise TimeoutError

    monkeypatch.setattr(twins_module, "_fits", slow)
    assert_as_one_by_one((LINE + b"\n") * 20, SYSLOG)


def test_what_stands_before_a_raise_is_read_by_what_read_it_though_another_format_reads_the_raise() -> None:
    formats = [
        shape(r"{stamp} (?P<host>\w+) (?P<message>[^!]*)", "syslog", name="a"),
        shape(r"{stamp} (?P<message>[^5]*)", "syslog", name="b"),
    ]
    data = b"Mar  3 12:00:00 mac beat 5\n" * 6 + b"Mar  3 12:01:01 mac beat\n" * 30
    assert_as_one_by_one(data + b"Mar  3 12:01:02 mac Fault Raised: 6!\n", formats)
