"""The pattern that matches lines in a row which a format reads alike."""

import pytest

from faultlog.formats import load_formats
from faultlog.runs import MAX_PATTERNS, RunPatterns, Writer, in_bytes

FORMATS = {one.name: one for one in load_formats()}
LINE = "Mar  3 12:00:00 mac ampdaemon[71]: [ipc]:[debug]-[ipc.c@848]:[204679]: request 1 answered"


def matched(*lines: str) -> int:
    """Lines of a text that the pattern made of `LINE` matches from its begin."""
    one = FORMATS["syslog-debug"]
    found = one.read(LINE)
    assert found is not None
    writer = Writer.of(LINE, found)
    assert writer is not None
    pattern = RunPatterns().of(one, writer, ())
    assert pattern is not None
    match = pattern.match("".join(line + "\n" for line in lines).encode())
    return 0 if match is None else match[0].count(b"\n")


def test_lines_of_one_writer_in_one_minute_are_a_run() -> None:
    assert matched(LINE, LINE.replace("request 1", "request 99"), LINE.replace("ipc.c@848", "net.c@1")) == 3


@pytest.mark.parametrize(
    "other",
    [
        LINE.replace("12:00:00", "12:01:00"),
        LINE.replace("12:00:00", "12:00:61"),
        LINE.replace("[71]", "[72]"),
        LINE.replace("[71]", ""),
        LINE.replace("mac", "mäc"),
        LINE.replace("ampdaemon", "orbital"),
        LINE.replace("[204679]: ", ""),
        "nobody reads this",
        "",
    ],
)
def test_another_stamp_writer_or_shape_ends_it(other: str) -> None:
    assert matched(LINE, other, LINE) == 1


def test_what_may_be_continued_is_left_out() -> None:
    assert matched(LINE, LINE, "\tcontinued") == 1


@pytest.mark.parametrize("name", ["syslog", "syslog-debug", "iso-syslog", "iso-debug", "macos-unified-syslog"])
def test_every_shipped_shape_with_a_process_can_be_said_for_bytes(name: str) -> None:
    pattern = FORMATS[name].pattern
    assert pattern is not None
    assert in_bytes(pattern.pattern) is not None


@pytest.mark.parametrize(
    "pattern", [r"\p{L}+ .*", r"[[a-z]--[b]] .*", "é.*", r"\W .*", r"[\W].*", r"^x.*", r"(?P<message>.*)\Z"]
)
def test_what_the_two_pattern_languages_read_differently_is_not_said(pattern: str) -> None:
    assert in_bytes(pattern) is None


def test_a_writer_is_told_by_host_process_and_number() -> None:
    found = FORMATS["syslog"].read("Mar  3 12:00:00 mac kernel: hello")
    assert found is not None
    assert Writer.of("Mar  3 12:00:00 mac kernel: hello", found) == Writer(
        r"[A-Za-z][A-Za-z][A-Za-z]\ \ [0-9]\ [0-9][0-9]:[0-9][0-9]:", "[0-5][0-9]", 2, "", " mac kernel:"
    )


def test_the_patterns_of_a_file_are_bounded() -> None:
    one, patterns = FORMATS["syslog"], RunPatterns()
    made = [
        patterns.of(one, Writer("[0-9]", "", 0, "", f" mac p[{number}]:"), ()) for number in range(MAX_PATTERNS + 2)
    ]
    assert [pattern is None for pattern in made].count(True) == 2
