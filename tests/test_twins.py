"""Lines that differ in their digits alone are read alike, and nothing else is taken for one of them."""

from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faultlog.choosing import Choice
from faultlog.formats import LogFormat, load_formats, pattern_of_line
from faultlog.templates import mask
from faultlog.twins import Twins, likenesses, tells_apart
from tests.test_bulk import HEADS, STAMPS, WORDS

FORMATS = load_formats()
LINE = b"Mar  3 12:00:00 mac ampdaemon[71]: [ipc]:[debug]-[ipc.c@848]:[204679]: request 1 answered"


@cache
def choice() -> Choice:
    made = Choice([one for one in FORMATS if one.pattern is not None])
    made.settle([])
    return made


def twins(name: str) -> Twins:
    return Twins(choice(), next(one for one in FORMATS if one.name == name))


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
        assert twin.template in {None, mask(reading.groups["message"])}
        assert {key: len(value) for key, value in reading.groups.items()} == {
            key: len(value) for key, value in twin.reading.groups.items()
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
    assert (twin.stamp, twin.names, twin.said(line), twin.template) == (0, 0, "Set level 3", "Set level <number>")


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
    ],
)
def test_formats_that_tell_digits_apart_have_each_line_asked(line: str, layout: str | None) -> None:
    assert tells_apart(pattern_of_line(line, layout).pattern, layout)
