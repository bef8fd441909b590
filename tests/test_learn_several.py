"""Several examples of one log: faults that are worded differently, titles that differ, and what nobody pointed at."""

import io
import re
import sys
from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import Path

import pytest
from rich.console import Console

from faultlog.cli import app
from faultlog.errors import FaultlogError
from faultlog.learn import Question
from faultlog.learning import looking, sample
from faultlog.learning.proposal import Learned
from faultlog.report.learning import render_learned
from faultlog.wording import Wording

from .logs import knowledge
from .test_learn import GRAMMARS, NOISE, START, learn, triaged, worded

RAISE, CLEAR, OTHER_RAISE, OTHER_CLEAR = 10, 20, 30, 40
"""Lines, counted from 0, of the log below."""
TWO = {
    RAISE: "Fault 6 triggered (scanner trouble)",
    CLEAR: "Fault 6 is over",
    OTHER_RAISE: "Fault 3 (kernel module) came up",
    OTHER_CLEAR: "the kernel module is well again, 3 went away",
}


def written(path: Path, told: Mapping[int, str], grammar: str = "bracketed German dates", quiet: int = 60) -> Path:
    """A log, one line a minute, with some messages at their lines."""
    messages = [told.get(n) or NOISE[n % len(NOISE)].format(n=20 + n) for n in range(quiet)]
    write = GRAMMARS[grammar][0]
    lines = (write(START + timedelta(minutes=n), message, n) for n, message in enumerate(messages))
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return path


def numbers(**lines: Sequence[int]) -> dict[str, list[str]]:
    """Examples by the numbers of their lines, counted from 0 as above."""
    return {f"--{option}": [str(line + 1) for line in found] for option, found in lines.items()}


def printed(learned: Learned, language: str = "en") -> str:
    console = Console(file=io.StringIO(), width=110, color_system=None)
    render_learned(learned, Wording(language, knowledge().rules), console)
    return console.file.getvalue()


def intervals(case) -> list[tuple[int, int | None, int | None]]:
    """Fault, raise and clear of each interval, in minutes."""

    def minute(bound) -> int | None:
        return None if bound.at is None else round((bound.at.utc() - START) / timedelta(minutes=1))

    return [
        (one.fault_id, minute(one.raised), minute(one.cleared) if one.state == "cleared" else None)
        for one in case.intervals
    ]


@pytest.fixture(scope="module")
def pointed(tmp_path_factory) -> tuple[Path, Learned]:
    """A log of three faults, and what is learned of it where one raise and one clear are pointed at."""
    log = written(tmp_path_factory.mktemp("several") / "odd.log", {**TWO, 50: "Fault 11 triggered (memory short)"})
    return log, learn(Question(str(log), log.parent / "one", numbers(**{"raise": [RAISE], "clear": [CLEAR]})))


def test_a_second_fault_that_is_worded_otherwise_is_shown(pointed):
    log, learned = pointed
    assert 3 not in [fault for fault, *_ in intervals(triaged(log, log.parent / "one"))]
    assert learned.unexplained.shapes[0].example.line == OTHER_RAISE + 1
    shown = printed(learned)
    assert "Not explained, though they may concern faults" in shown
    assert f"odd.log:{OTHER_RAISE + 1}" in shown
    assert f"--raise {RAISE + 1} --clear {CLEAR + 1} --raise {OTHER_RAISE + 1}" in shown


def test_the_printed_command_learns_the_second_fault_and_shows_the_line_that_clears_it(pointed, capsys):
    log, learned = pointed
    app(list(learned.again[1:]), standalone_mode=False)
    assert f"odd.log:{OTHER_CLEAR + 1}\n" in capsys.readouterr().out
    folder = Path(learned.again[learned.again.index("-o") + 1])
    assert intervals(triaged(log, folder)) == [(6, RAISE, CLEAR), (3, OTHER_RAISE, None), (11, 50, None)]


def test_a_generalised_title_is_shown_with_its_lines_and_faults(pointed):
    log, learned = pointed
    assert intervals(triaged(log, log.parent / "one")) == [(6, RAISE, CLEAR), (11, 50, None)]
    shown = " ".join(printed(learned).split())
    assert "here 6, in all the lines looked at 6, 11" in shown
    assert "in 1 of them another text stands behind the fault's id" in shown
    assert "│ Fault 11 triggered (memory short)" in shown


def test_what_is_left_is_shown_in_korean_as_well(pointed):
    shown = printed(pointed[1], "ko")
    assert "결함과 관련될 수 있으나 설명되지 않은 줄" in shown
    assert "그중 1줄은 결함 번호 뒤의 글이 다릅니다" in shown
    assert re.search(r"learn\.\w", shown) is None


def test_two_faults_worded_differently_are_learned_from_two_examples_each(tmp_path, capsys):
    log = written(tmp_path / "odd.log", TWO, "columns between tabs, the message in the middle")
    words = [word for one in (RAISE, OTHER_RAISE) for word in ("--raise", str(one + 1))]
    words += [word for one in (CLEAR, OTHER_CLEAR) for word in ("--clear", str(one + 1))]
    app(["formats", "learn", str(log), "-o", str(tmp_path / "out"), *words], standalone_mode=False)
    shown = capsys.readouterr().out
    assert shown.count("  fault raised\n") == 2
    assert shown.splitlines()[-3].endswith("--rules " + str(tmp_path / "out" / "rules"))
    assert "--raise LINE" in shown  # page faults are left, and not likely to be this one's
    assert intervals(triaged(log, tmp_path / "out")) == [(6, RAISE, CLEAR), (3, OTHER_RAISE, OTHER_CLEAR)]


def test_examples_of_one_wording_give_one_wording():
    messages = ["set 6 on fault", "set 3 on fault", "unset 6 on fault", "idle"]
    raised, cleared = worded(messages, **{"raise": messages[:2], "clear": messages[2:3]})
    assert [proof.fault for proof in raised.accepts] == [6, 3]
    assert (raised.seen, raised.faults) == (2, (3, 6))
    assert cleared.faults == (6,)


TITLES = [
    ("{state} code={id} lvl=Major title", "FLT_SET", "FLT_RST", "{state} code={id} lvl=Major title"),
    ("{state}: {id} (title)", "Fault raised", "Fault cleared", "{state}: {id}"),
    ("trouble {id} (title) has {state}", "begun", "ended", "trouble {id} has {state}"),
    ("{id} title - {state} by daemon", "gesetzt", "behoben", "{id} title - {state} by daemon"),
    ("결함 {id} {state}: title", "발생", "해제", "결함 {id} {state}"),
]


@pytest.mark.parametrize(("line", "on", "off", "clear"), TITLES)
def test_a_title_that_differs_for_other_faults_is_generalised(line, on, off, clear):
    names = {6: "scanner trouble", 3: "kernel module not loaded", 11: "memory short"}
    raises = [line.format(state=on, id=fault).replace("title", name) for fault, name in names.items()]
    clears = [clear.format(state=off, id=fault).replace("title", name) for fault, name in names.items()]
    messages = [*raises, *clears, *(one.format(n=20) for one in NOISE)]
    raised, cleared = worded(messages, **{"raise": raises[:1], "clear": clears[:1]})
    assert (raised.seen, raised.faults) == (3, (3, 6, 11))
    assert list(raised.widened) == raises[1:]
    assert (cleared.seen, cleared.faults) == (3, (3, 6, 11))


@pytest.mark.parametrize(
    ("raised", "cleared", "others"),
    [
        ("Fault 6 raised (scanner)", "Fault 6 is over", ["Fault 3 delayed (scanner)"]),
        ("Fault 6 raised (scanner)", "no more trouble with 6", ["Fault 3 cleared (kernel)"]),
        ("Module fault 6 raised: scanner", "no more trouble with 6", ["Module fault 3 cleared: kernel"]),
        ("Fault 6 da (Scanner)", "Fault 6 weg", ["Fault 3 aufgeschoben (Scanner)"]),
        ("trouble 6: scanner", "trouble 6: well", ["trouble 3: kernel"]),
        ("FLT_SET code=6 scanner", "FLT_RST code=6", ["FLT_SET code=3 refused to be cleared"]),
        ("FLT_SET code=6 scanner", "FLT_RST code=6", ["FLT_SET code=3 kernel", "FLT_SET code=6 was a joke"]),
        ("FLT_SET code=6 scanner", "FLT_RST code=6", ["FLT_SET code=6 was a joke"]),
        ("da 6 - da", "weg 6 - weg", ["da 3 verworfen"]),
        ("da: 6 (Scanner)", "weg: 6 (Scanner)", ["da: 3, verworfen"]),
        ("fault id=6 state=1 a", "fault id=6 state=0 a", ["fault id=3 state=1 b"]),
    ],
)
def test_what_may_say_what_became_of_a_fault_is_no_title(raised, cleared, others):
    learned = worded([raised, cleared, *others], **{"raise": [raised], "clear": [cleared]})
    assert [(one.seen, one.widened) for one in learned] == [(1, ()), (1, ())]


def test_nothing_is_generalised_where_no_clear_tells_what_may_differ():
    (raised,) = worded(["FLT_SET code=6 scanner", "FLT_SET code=3 kernel"], **{"raise": ["FLT_SET code=6 scanner"]})
    assert raised.widened == ()


def refusal(log: Path, examples: Mapping[str, Sequence[str]], **asked: object) -> FaultlogError:
    """What learning says of examples that it refuses; it has written nothing."""
    folder = log.parent / "out"
    with pytest.raises(FaultlogError) as caught:
        learn(Question(str(log), folder, examples, **asked))
    assert not folder.exists()
    assert "\n" not in str(caught.value)
    return caught.value


def test_a_line_that_is_to_raise_and_to_clear_is_refused(tmp_path):
    log = written(tmp_path / "odd.log", TWO)
    text = log.read_text().splitlines()[RAISE]
    error = refusal(log, {"--raise": [str(RAISE + 1)], "--clear": [str(CLEAR + 1), text]})
    assert str(error) == (
        "line 11 of odd.log is given to --raise and to --clear, but it means one thing; leave it out where it is wrong"
    )
    assert error.exit_code == 2


@pytest.mark.parametrize(
    ("other", "says"),
    [
        ("Fault 6 triggered (scanner trouble)", "--raise, line 11, and --clear, line 31, read the same"),
        ("Fault 3 triggered (scanner trouble)", "--raise, line 11, and --clear, line 31, read the same"),
        ("Fault Raised: 3", "--clear, line 31: 'Fault Raised: 3' reads as a fault that was raised"),
    ],
)
def test_an_example_that_says_what_an_opposite_one_says_is_refused_with_both_places(other, says, tmp_path):
    log = written(tmp_path / "odd.log", {**TWO, OTHER_RAISE: other})
    assert says in str(refusal(log, numbers(**{"raise": [RAISE], "clear": [CLEAR, OTHER_RAISE]})))


def test_every_example_has_to_be_in_the_log(tmp_path):
    log = written(tmp_path / "odd.log", TWO)
    error = refusal(log, {"--raise": [str(RAISE + 1), "Fault 3 came up"], "--clear": [str(CLEAR + 1)]})
    assert "--raise: no line of odd.log reads 'Fault 3 came up'" in str(error)


def test_fault_is_refused_for_a_line_that_names_another(tmp_path):
    log = written(tmp_path / "odd.log", {**TWO, RAISE: "scanner is unwell"})
    error = refusal(log, numbers(**{"raise": [RAISE, OTHER_RAISE]}), fault=6)
    assert "--raise, line 31: the line names fault 3, --fault says 6" in str(error)
    assert "a run of its own" in str(error)


def test_each_line_is_named_by_a_clear_that_means_the_same_fault():
    messages = ["BEGIN 6", "alarm 3 rings in unit 11", "END 6", "alarm 3 is quiet in unit 11"]
    learned = worded(messages, **{"raise": messages[:2], "clear": messages[2:]})
    assert [one.accepts[0].fault for one in learned] == [6, 3, 6, 3]


def far(tmp_path: Path, monkeypatch) -> Path:
    """A log in which a fault comes up, worded otherwise, far behind the sample."""
    monkeypatch.setattr(sample, "HEAD", 40)
    monkeypatch.setattr(looking, "MOST_ALIKE", 3)
    told = {**TWO, OTHER_RAISE: "idle", 90: TWO[OTHER_RAISE], 100: "module 3 is over now"}
    return written(tmp_path / "odd.log", told, quiet=120)


def test_a_fault_far_behind_the_sample_is_not_missed(tmp_path, monkeypatch):
    log = far(tmp_path, monkeypatch)
    learned = learn(Question(str(log), tmp_path / "out", numbers(**{"raise": [RAISE], "clear": [CLEAR]})))
    assert not learned.whole
    found = {one.example.line: one.template for one in learned.unexplained.shapes}
    assert found[91] == "Fault <number> (kernel module) came up"
    assert 101 in found
    assert learned.unexplained.complete
    assert [one.count for one in learned.unexplained.shapes if "page fault" in one.template] == [20]
    assert learned.again[-2:] == ("--raise", "91")


def test_what_flows_by_once_is_looked_at_as_far_as_the_sample_and_that_is_said(tmp_path, monkeypatch):
    log = far(tmp_path, monkeypatch)
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(log.read_bytes())))
    learned = learn(Question("-", tmp_path / "out", numbers(**{"raise": [RAISE], "clear": [CLEAR]})))
    assert not learned.unexplained.complete
    assert "there may be more behind them" in printed(learned)


def test_a_log_whose_faults_are_all_explained_says_so(tmp_path):
    told = dict.fromkeys(range(60), "idle") | {RAISE: TWO[RAISE], CLEAR: TWO[CLEAR]}
    log = written(tmp_path / "odd.log", told)
    learned = learn(Question(str(log), tmp_path / "out", numbers(**{"raise": [RAISE], "clear": [CLEAR]})))
    assert (learned.unexplained.lines, learned.again) == (0, ())
    assert "None: every other line neither names a fault nor uses the words" in printed(learned)


def test_without_examples_lines_that_name_a_fault_are_shown_as_well(tmp_path):
    log = written(tmp_path / "odd.log", TWO)
    learned = learn(Question(str(log), tmp_path / "out"))
    assert {RAISE + 1, CLEAR + 1, OTHER_RAISE + 1} <= {one.example.line for one in learned.unexplained.shapes}
    assert learned.again[-2] == "--raise"
