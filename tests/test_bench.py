"""The parts of the bench hold: its logs are what they say, a wrong answer is caught. Nothing is timed here."""

import json
import re
import sys
from dataclasses import replace

import pytest

from bench import logs, table
from bench.answers import Answer, compared, contained, of_document, of_lnav, of_naive, of_simulator
from bench.measure import Command, Failed, in_turns, once
from bench.needles import chosen, least, needles
from bench.peers import RAISES
from bench.results import as_json, result
from bench.rows import Goal, Row, Settings, rows, share, times
from bench.scenario import NEARLY, Day
from faultlog import analyze, to_json
from faultlog.engine import Interesting
from faultlog.rulebook import load_rules

LINUX = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="memory is told in kB on Linux only")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("bench")


@pytest.fixture(scope="module")
def usual(folder):
    return logs.usual(folder, 200_000)


def share_of(log, pattern):
    lines = log.path.read_text().splitlines()
    told = {one.line for one in log.truths}
    noise = [line for number, line in enumerate(lines, 1) if number not in told]
    return sum(re.search(pattern, line) is not None for line in noise) / len(noise)


def near(messages):
    return "|".join(re.escape(text).replace(r"\{n\}", r"\d+").replace(r"\{m\}", r"\d+") + "$" for _, text in messages)


def test_the_usual_log_is_near_misses_by_fifteen_in_a_hundred_and_names_no_fault(folder):
    log = logs.usual(folder, 1_500_000)
    assert share_of(log, near(NEARLY)) == pytest.approx(0.15, abs=0.02)
    assert share_of(log, r"(?i)\bfaults?\b|raised|cleared") == 0


def test_raises_and_clears_lie_all_over_the_log(usual):
    lines = usual.path.read_text().count("\n")
    assert [one.kind for one in usual.truths] == ["fault_raised", "fault_cleared"] * 12
    assert usual.truths[0].line < lines / 50 < lines * 0.85 < usual.truths[-1].line
    assert len(usual.path.read_bytes()) == pytest.approx(200_000, rel=0.1)


@pytest.mark.parametrize("hundredths", [1, 10])
def test_so_many_lines_name_a_fault_as_they_say(folder, hundredths):
    log = logs.plain(folder, 1_500_000, f"naming-{hundredths}", Day("", naming=hundredths))
    assert share_of(log, r"(?i)\bfaults? ") == pytest.approx(hundredths / 100, rel=0.35)
    assert share_of(log, near(NEARLY)) == pytest.approx(0.15, abs=0.02)


def test_no_near_misses_and_no_raises_are_none(folder):
    log = logs.plain(folder, 200_000, "none", Day("", nearly=0, raises=0))
    assert log.truths == ()
    assert share_of(log, near(NEARLY)) == 0


def test_every_line_has_its_own_microseconds(folder):
    log = logs.plain(folder, 200_000, "own", Day("", tick=100_000, digits=6))
    stamps = [line.partition(" ")[0] for line in log.path.read_text().splitlines()]
    assert len(set(stamps)) > 0.99 * len(stamps)
    assert stamps == sorted(stamps)


def test_a_log_is_written_once(folder, usual):
    before = usual.path.stat().st_mtime_ns
    assert logs.usual(folder, 200_000) == usual
    assert usual.path.stat().st_mtime_ns == before


def test_all_tell_the_same_and_a_wrong_answer_is_caught(usual):
    told = of_document(to_json(analyze([usual.path])))
    assert told == of_simulator(usual)
    assert not compared(Answer("faultlog", told), Answer("simulator", of_simulator(usual))).differences
    last = max(told, key=lambda one: one[2])
    for wrong in (told - {last}, (told - {last}) | {(*last[:3], "other words")}, told | {("b.log", *last[1:])}):
        (difference,) = compared(Answer("faultlog", told), Answer("loop", frozenset(wrong))).differences
        assert difference.startswith(f"loop finds {len(wrong)} raises and clears, faultlog 24")
    assert not contained("rg", frozenset((one[0], one[2]) for one in told), told).differences
    assert contained("rg", frozenset(), told).differences[0].startswith("rg misses 24 lines")


def test_the_plain_pattern_finds_what_was_written_and_so_would_lnav(usual):
    lines = usual.path.read_text().splitlines()
    found = {number for number, line in enumerate(lines, 1) if re.search(RAISES, line)}
    assert found == {one.line for one in usual.truths}
    printed = "\n".join(["log_line,log_body", *(f"{one - 1},{lines[one - 1].split(']: ')[-1]}" for one in found)])
    assert of_lnav(printed, of_simulator(usual)) == of_simulator(usual)
    assert of_lnav(printed.replace("fault 6 cleared", "fault 7 cleared"), of_simulator(usual)) != of_simulator(usual)


@pytest.mark.parametrize("kind", ["gz", "tar.gz"])
def test_a_packed_log_gives_the_same_answer(usual, kind):
    assert of_document(to_json(analyze([logs.packed(usual, kind).path]))) == of_simulator(usual)


@LINUX
def test_the_plain_loop_prints_what_was_written(usual, tmp_path):
    from bench.peers import naive

    once(naive(usual.path), tmp_path / "out")
    assert of_naive((tmp_path / "out").read_text()) == of_simulator(usual)


def test_needles_meet_every_line_that_matters(usual):
    found = needles(usual.path)
    interesting = Interesting.of(load_rules())
    lines = [line for line in usual.path.read_text().splitlines() if interesting.in_line(line)]
    assert len(lines) >= 24
    assert [line for line in lines if not any(one in line.lower() for one in found)] == []
    assert len(found) == len(least(found)) > 10


def test_of_sets_that_will_do_the_rarest_is_taken():
    often, rare = frozenset({"service"}), frozenset({"\bcrashed"})
    assert chosen([(often, rare)], "the service is a service") == {"crashed"}


@LINUX
def test_a_command_tells_its_time_and_memory():
    grown = Command("grown", (sys.executable, "-c", "x = bytearray(80_000_000)"))
    idle, large = in_turns([Command("idle", ("true",)), grown], 1)
    assert idle.wall_s > 0
    assert idle.rss_mb < 40
    assert large.rss_mb > 80
    assert large.cpu_s > 0


@LINUX
def test_a_command_that_fails_is_no_measurement():
    with pytest.raises(Failed, match="ended with 3"):
        once(Command("wrong", (sys.executable, "-c", "raise SystemExit(3)")))
    with pytest.raises(Failed, match="cannot be started"):
        once(Command("none", ("no-such-program",)))
    once(Command("searched", (sys.executable, "-c", "raise SystemExit(1)"), codes=frozenset({0, 1})))


@LINUX
def test_the_table_shows_goals_met_and_missed_and_answers_that_differ(usual):
    commands = (Command("ours", ("true",)), Command("theirs", ("true",)))
    goals = (share("theirs", 1e9), times("theirs", 1e9), Goal("for all", lambda _: 120.0, 100, unit=" ms"))
    row = Row("key", "Title", usual.about, usual.bytes, commands, goals)
    wrong = compared(Answer("ours", frozenset()), Answer("theirs", of_simulator(usual)))
    found = result(row, in_turns(commands, 1), [wrong])
    text = "\n".join([*table.told(found), *table.summary([found])])
    assert "✓ met: " in text
    assert "✗ missed by a factor of " in text
    assert "✗ missed by 20%: 120 ms for all (≤ 100 ms)" in text
    assert "ANSWERS DIFFER: theirs finds 24 raises and clears, ours 0" in text
    assert found.differences == [f"key: {wrong.differences[0]}"]
    told = json.loads(json.dumps(as_json([found], {"processor": "any"}, 1)))
    assert [goal["met"] for goal in told["rows"][0]["goals"]] == [True, False, False]
    assert "| Title | " in table.markdown([found], {"processor": "any"}, 1)


def test_the_table_of_a_page_is_replaced_and_nothing_else():
    page = "above\n<!-- results -->\nold\n<!-- end -->\nbelow\n"
    assert table.placed(page, "new\n") == page.replace("old", "new")


@LINUX
def test_the_chart_is_drawn(usual, tmp_path):
    pytest.importorskip("matplotlib")
    from bench import chart

    commands = (Command("faultlog triage", ("true",)), Command("rg -F -i -c", ("true",)))
    row = Row("plain", "Title of a row", usual.about, usual.bytes, commands)
    one = result(row, in_turns(commands, 1), [])
    chart.draw([one, replace(one, key="rules", about="a user's rules")], "any machine", tmp_path / "chart.svg")
    assert (tmp_path / "chart.svg").read_bytes().startswith(b"<?xml")


def test_every_row_has_a_name_of_its_own(folder):
    keys = [key for key, _ in rows(Settings(folder, 1_000_000, 1_000_000))]
    assert len(set(keys)) == len(keys) > 10


def test_a_users_rules_are_rules(folder):
    own = logs.own_rules(folder, 4)
    assert {one.file.fault for one in load_rules((own,)).faults} > {200, 201}
    assert len(list(own.rglob("*.yaml"))) == 4
    assert "our subsystem 200 is out of order" in needles(logs.usual(folder, 200_000).path, (own,))
