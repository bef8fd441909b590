"""A glance at a line finds what its format reads in it, or nothing."""

import re

import pytest
from hypothesis import given

from faultlog.formats import load_formats
from faultlog.glance import UNEQUAL, glance_of, in_bytes
from tests.test_twins import lines

FORMATS = {one.name: one for one in load_formats()}
GLANCED = ["syslog", "syslog-debug", "iso-syslog", "iso-debug", "macos-unified-syslog"]


def glance(name: str) -> "re.Pattern[bytes]":
    made = glance_of(FORMATS[name], ())
    assert made is not None
    return made


@pytest.mark.parametrize("name", GLANCED)
def test_every_shipped_shape_with_a_process_can_be_glanced_at(name: str) -> None:
    assert glance(name)


@given(lines())
def test_what_a_glance_finds_the_format_reads(text: str) -> None:
    raw = text.encode()
    if UNEQUAL.search(raw):
        return
    for name in GLANCED:
        found, read = glance(name).match(raw), FORMATS[name].read(text)
        if found is None or read is None:  # a date that is none reads as nothing, and is asked of each line
            continue
        told = {
            key.rstrip("23"): value.decode() for key, value in found.groupdict().items() if value and "inner" not in key
        }
        if "level" in told:
            told["level"] = told["level"].lower()
        assert {"message": "", **told} == {key: read.groups[key] for key in {"message", *told}}
        assert set(read.groups) - set(told) <= {"message", "place", "thread", "activity", "ttl", "library"}


@pytest.mark.parametrize(
    "line",
    [
        "Mar  3 12:00:00 mac kernel: [ 12.345678] the uptime is read of each line",
        "Mar  3 12:00:00 mac x: Mar  3 11:59:59 mac y[9]: Info: a line in a line",
    ],
)
def test_what_has_to_be_read(line: str) -> None:
    assert FORMATS["syslog"].read(line) is not None
    assert glance("syslog").match(line.encode()) is None


def test_what_another_format_is_asked_of_before_is_left_to_it() -> None:
    line = b"Mar  3 12:00:00 mac ampdaemon[71]: [ipc]:[debug]-[ipc.c@848]:[204679]: request 1 answered"
    assert glance("syslog").match(line)
    other = glance_of(FORMATS["syslog"], [FORMATS["syslog-debug"]])
    assert other is not None
    assert other.match(line) is None


@pytest.mark.parametrize(
    "pattern", [r"\p{L}+ .*", r"[[a-z]--[b]] .*", "é.*", r"\W .*", r"[\W].*", r"^x.*", r"(?P<message>.*)\Z"]
)
def test_what_the_two_pattern_languages_read_differently_is_not_said(pattern: str) -> None:
    assert in_bytes(pattern) is None
