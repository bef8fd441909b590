"""What the patterns of strangers cost: each has a budget for a whole log, and is looked at before it is compiled."""

import time

import pytest
import regex

from faultlog import packs
from faultlog.budget import FREE_S, PER_CHARACTER_S, TimeBudget, TimedPattern
from faultlog.checks import check
from faultlog.formats import load_formats
from faultlog.patternsize import MAX_LENGTH, too_large, too_long
from faultlog.pipeline import Options, analyze, load_knowledge
from tests.logs import log

SLOW, CHOKES = r"(?:x|xx)+[yz]", "x" * 24
"""A pattern, and a text for which it takes a part of a second, and twice as long with each one or two letters more."""


def spent(size, seconds):
    """A match that takes so much processor time."""

    def match(_limit):
        until = time.thread_time() + seconds
        while time.thread_time() < until:
            pass
        return size

    return match


def test_a_pattern_that_takes_a_little_of_each_line_is_asked_no_more():
    budget, asked = TimeBudget(), 0
    while not budget.is_spent:
        budget.ask(100, spent(100, FREE_S / 10))
        asked += 1
    assert 5 <= asked <= 11
    with pytest.raises(TimeoutError):
        budget.ask(100, spent(100, 0))


def test_what_a_pattern_may_take_grows_with_what_it_is_asked_of():
    budget = TimeBudget()
    for _ in range(20):
        budget.ask(int(0.03 / PER_CHARACTER_S), spent(1, 0.02))
    assert not budget.is_spent


def test_many_lines_of_which_none_takes_too_long_end_in_time():
    """A time limit for each line alone would let this take 200 times as long."""
    pattern, begun, refused = TimedPattern(regex.compile(SLOW)), time.process_time(), 0
    for _ in range(2_000):
        try:
            assert pattern.fullmatch(CHOKES) is None
        except TimeoutError:
            refused += 1
    assert time.process_time() - begun < 2 * FREE_S + 1
    assert pattern.pattern == SLOW
    assert refused > 1_000


@pytest.mark.parametrize("pattern", ["[" * 50_000, "[a" * 50_000, "(" * 50_000, "(?#" * 50_000, "{1," * 50_000])
def test_what_is_never_closed_is_looked_at_in_no_time(pattern):
    begun = time.process_time()
    too_large(pattern)
    assert time.process_time() - begun < 2
    assert too_long(pattern) == f"it has {len(pattern)} characters, at most {MAX_LENGTH} are allowed"


@pytest.mark.parametrize(
    "pattern", ["(?#[)(?:a{1000}){1000}]", "(?#[a)(?:(?:a{99}){99}){99}]", r"\\(?#[)(?:a{1000}){1000}]"]
)
def test_a_bracket_in_a_comment_hides_no_repeat(pattern):
    assert too_large(pattern).startswith("repeats inside repeats make ")


@pytest.mark.parametrize("pattern", ["(?x)# [\n(?:a{1000}){1000}]", "(?ix:a)", "(?V1x)a"])
def test_patterns_with_blanks_and_comments_between_their_parts_are_refused(pattern):
    assert too_large(pattern) == "the flag x is not read here; write the pattern without it"


@pytest.mark.parametrize(
    "pattern", [r"\(?x:", r"(?i-x:a)", r"(?P<x>a)", r"[(?x)]", r"(?:x)", r"(?#)x", r"[^[]x", r"\d{1,5}"]
)
def test_others_are_not(pattern):
    assert too_large(pattern) is None
    assert too_long(pattern) is None


FORMAT = """format: mine
title: x
description: x
provenance: user
source: mine
stamp: iso
line: '{line}'
samples: [{{line: a, fields: {{}}}}, {{line: a, fields: {{}}}}, {{line: a, fields: {{}}}}]
refuses: [a]
"""


def test_a_format_of_a_stranger_that_is_slow_is_left_out_of_a_log(tmp_path):
    (tmp_path / "mine.yaml").write_text(FORMAT.format(line="{stamp} Q(?:x|xx)+[yz](?P<message>.*)"))
    (tmp_path / "ampdaemon.log").write_text("".join(f"2026-03-03T12:00:00Z Q{CHOKES}\n" for _ in range(2_000)))
    with (tmp_path / "ampdaemon.log").open("a") as file:
        file.write("2026-03-03T12:00:01Z mac ampdaemon[7]: Fault Raised: 6\n")
    begun = time.process_time()
    case = analyze([tmp_path / "ampdaemon.log"], Options(format_folders=(tmp_path,)))
    assert time.process_time() - begun < 10
    assert [one.fault_id for one in case.intervals] == [6]
    (told,) = [one.detail for one in case.warnings if one.code == "format_slow"]
    assert told == "mine ran out of time on 20 lines"


def test_only_what_is_not_built_in_has_a_budget(tmp_path):
    (tmp_path / "mine.yaml").write_text(FORMAT.format(line="{stamp} Q (?P<message>.*)"))
    metered = {one.name for one in load_formats([tmp_path]) if one.metered().is_metered}
    assert metered == {"mine"}
    assert {one.name for one in load_formats([packs.builtin("parsers")]) if one.metered().is_metered} == set()


RULE = """fault: %d
name: {en: x, ko: x}
texts: [%s]
provenance: user
source: mine
summary: {en: x, ko: x}
logs: [ampdaemon.log]
advice: [{id: a, source: mine, text: {en: x, ko: x}}]
tests: [{name: x, log: x, expect: {}}]
"""


def test_hundreds_of_texts_of_faults_and_a_line_that_resembles_them_all_stop_nothing(tmp_path):
    """Looking for all of them at each place of this line took more than the time that one look may take."""
    rules = tmp_path / "rules" / "mine" / "macos"
    rules.mkdir(parents=True)
    for fault in range(90, 95):
        texts = ", ".join(f"f x {fault}{number:03d}" for number in range(100))
        (rules / f"{fault}-x.yaml").write_text(RULE % (fault, texts))
    (tmp_path / "ampdaemon.log").write_text(
        log("12:00:00 Fault Raised: 6", "12:01:00 fault " + "f" * 60_000, "12:02:00 F X 90012", "12:02:00 f x 99013")
    )
    case = analyze([tmp_path / "ampdaemon.log"], Options(rule_folders=(tmp_path / "rules",)))
    assert [one.fault_id for one in case.intervals] == [6]
    assert sum(one.count for one in case.unexplained) == 2


SIGNAL = """signal: connector_started
summary: {en: x, ko: x}
wordings: [{pattern: '(?:x|xx)+[yz]', provenance: user, source: mine}]
accepts: [{message: %s}]
refuses: [{message: a}]
"""


def test_a_pattern_that_takes_forever_on_its_own_sample_is_told_and_not_waited_for(tmp_path):
    sample = "x" * 60
    shape = FORMAT.replace("line: a, fields: {{}}", f"line: {sample}, fields: {{{{}}}}").replace("stamp: iso\n", "")
    (tmp_path / "parsers").mkdir()
    (tmp_path / "parsers" / "mine.yaml").write_text(shape.format(line="(?:x|xx)+[yz](?P<message>.*)"))
    path = tmp_path / "rules" / "mine" / "signals" / "connector_started.yaml"
    path.parent.mkdir(parents=True)
    path.write_text(SIGNAL % sample)
    options = Options(rule_folders=(tmp_path / "rules",), format_folders=(tmp_path / "parsers",))
    told = {str(flaw).removeprefix(f"{tmp_path}/") for flaw in check(load_knowledge(options)).flaws}
    said = ":1:1: a pattern runs out of time on one of its lines; let less of it match the same text"
    assert {f"parsers/mine.yaml{said}", f"rules/mine/signals/connector_started.yaml{said}"} <= told
