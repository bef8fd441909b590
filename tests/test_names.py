"""Names that strangers gave to files: what is shown of them, and what is said of odd ones."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faultlog.archives import names
from faultlog.archives.names import base_of, escaped, is_finder_litter, shown, without_compression
from faultlog.archives.streams import Limits

LIMITS = Limits(name_bytes=40, component_bytes=20)


@pytest.mark.parametrize(
    ("name", "text", "why"),
    [
        ("var/log/system.log", "var/log/system.log", None),
        ("./a.log", "a.log", None),
        ("a//b/c.log", "a/b/c.log", None),
        ("a/./c.log", "a/c.log", "a name that some systems reserve"),
        ("/etc/passwd", "/etc/passwd", "an absolute path"),
        ("\\\\server\\a.log", "\\\\server\\a.log", "an absolute path"),
        ("C:a.log", "C:a.log", "an absolute path"),
        ("c:/a.log", "c:/a.log", "an absolute path"),
        ("CC:a.log", "CC:a.log", None),
        ("a/../b", "a/../b", "it leads out of the folder"),
        ("a\\..\\b", "a\\..\\b", "it leads out of the folder"),
        ("..a/b..c", "..a/b..c", None),
        ("a\\b", "a\\b", "a backslash"),
        ("a\x1b[2J", "a\\x1b[2J", "control or invisible characters"),
        ("a\u202eb", "aU+202Eb", "control or invisible characters"),
        ("a\xa0b", "a\\xa0b", None),
        ("a\udcffb", "a\\xffb", None),
        ("\udc80", "\\x80", None),
        ("\udc7f", "U+DC7F", "control or invisible characters"),
        ("\udd00", "U+DD00", "control or invisible characters"),
        ("a\u0100b", "aĀb", None),
        ("\U000e0041", "U+E0041", "control or invisible characters"),
        ("\x9b", "\\x9b", "control or invisible characters"),
        ("", "(no name)", "no name"),
        ("./.", "(no name)", "no name"),
        ("/", "/", "no name"),
        ("CON", "CON", "a name that some systems reserve"),
        ("a/lpt1.log", "a/lpt1.log", "a name that some systems reserve"),
        ("Com9", "Com9", "a name that some systems reserve"),
        ("con1", "con1", None),
        ("com", "com", None),
        ("a.", "a.", "a name that some systems reserve"),
        ("a /b", "a /b", "a name that some systems reserve"),
        ("x" * 20, "x" * 20, None),
        ("x" * 21, "x" * 21, "a very long name"),
        ("ä" * 11, "ä" * 11, "a very long name"),
        ("abcd/" * 8 + "x", "…bcd/" + "abcd/" * 7 + "x", "a very long name"),
        ("abcd/" * 7 + "abcde", "abcd/" * 7 + "abcde", None),
        ("X", "X", None),
        ("abc/" * 10, "/".join(["abc"] * 10), "the name of a folder"),
        ("ab/" * 6 + "ä" * 9 + "/" * 5, "ab/" * 6 + "ä" * 9, "the name of a folder"),
        ("abc/" * 10 + "d", "…bc/" + "abc/" * 9 + "d", "a very long name"),
    ],
)
def test_a_name_is_shown_so_that_it_cannot_hurt_and_what_is_odd_about_it_is_said(name, text, why):
    found = shown(name, LIMITS)
    assert (found.text, found.suspicious) == (text, why)


PIECES = ("con", "nul", "lpt9", "com", "a", "B-", "_", ".", "..", "/", "\\", ":", "1", " ", "é", "\n", "\x1b", "\udcff")


@given(st.lists(st.sampled_from(PIECES), max_size=12).map("".join))
def test_a_name_that_gets_no_closer_look_would_have_passed_it(name):
    quick = shown(name, LIMITS)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(names, "_PLAIN", re.compile(r"(?!)"))
        assert shown(name, LIMITS) == quick


def test_what_a_terminal_shows_stays_as_it_is():
    assert escaped("로그/日本 é.log") == "로그/日本 é.log"


def test_the_last_component_is_told_by_either_slash():
    assert [base_of(one) for one in ("a/b.log", "a\\b.log", "b.log", "a/")] == ["b.log", "b.log", "b.log", ""]


def test_the_suffix_of_a_compression_is_taken_off_once():
    names = ("a.log.gz", "a.GZ", "a.bz2", "a.xz", "a.gz.gz", "a.gzip", "gz", "a.gz.1")
    assert [without_compression(one) for one in names] == ["a.log", "a", "a", "a", "a.gz", "a.gzip", "gz", "a.gz.1"]


def test_what_the_finder_leaves_is_litter():
    litter = ("._a", "b/._a", "__MACOSX/a", "b/__MACOSX/a")
    assert [one for one in (*litter, "a._b", "._b/a", "__MACOSX", "a") if is_finder_litter(one)] == list(litter)
