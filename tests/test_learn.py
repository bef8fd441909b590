"""A log that no format understands, learned and triaged: the answer is the life that wrote it, to the second."""

import gzip
import os
import zipfile
import zlib
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from faultlog.errors import FaultlogError, UsageError
from faultlog.formats import pattern_of_line
from faultlog.identity import Told
from faultlog.layouts import read
from faultlog.learn import Question
from faultlog.learn import learn as learned_with
from faultlog.learning.examples import Example, pointed_at
from faultlog.learning.shape import shapes
from faultlog.learning.stampfinding import find_stamp
from faultlog.learning.worded import learn_wordings
from faultlog.pipeline import Options, analyze
from faultlog.stamps import instant_of

from .conftest import EXAMPLES
from .doors import faultlog
from .logs import knowledge, verdict
from .proofs import few_test_logs

START = datetime(2026, 3, 13, 11, 58, 0, tzinfo=UTC)
RAISED, STARTED, CLEARED = 25, 30, 48
"""Minutes after `START` at which the life below raises fault 6, starts the connector and clears: too late, twice."""
NOISE = (
    "scan of /Users/ann/photo-{n}.jpg done in {n} ms",
    "heartbeat {n} acknowledged",
    "policy fetched, serial {n}, unchanged",
    "page fault {n} handled",
    "cache [{n}] flushed; {n} entries left",
    "user ann unlocked the screen",
)
BUILT_IN = {"raise": "Fault Raised: 6 (Major)", "clear": "Fault Cleared: 6", "start": "starting connector"}

Write = Callable[[datetime, str, int], str]
"""Makes a line of a time, a message and a number."""


def learn(question: Question):
    """What is learned with the built-in knowledge."""
    with few_test_logs():
        return learned_with(question, knowledge())


def life(write: Write, words: Mapping[str, str], *, minutes: int = 90) -> list[str]:
    """A log of a small life, one line a minute."""
    random = Random(6)  # noqa: S311 (repeatable on purpose)
    told = {RAISED: words["raise"], STARTED: words["start"], CLEARED: words["clear"]}
    lines = []
    for minute in range(minutes):
        message = told.get(minute) or random.choice(NOISE).format(n=random.randrange(20, 999))
        lines.append(write(START + timedelta(minutes=minute), message, minute))
    return lines


def at(minute: int) -> str:
    return f"{START + timedelta(minutes=minute):%Y-%m-%dT%H:%M:%S}"


def triaged(log: Path, learned: Path, **told: object):
    """The case of a log with what was learned of it."""
    rules, formats = ((learned / name,) if (learned / name).is_dir() else () for name in ("rules", "parsers"))
    return analyze([log], Options(Told(**told), rules, formats))


def assert_is_the_life(case) -> None:
    """The case tells the one interval of the life, to the second, and both verdicts."""
    assert [(one.fault_id, str(one.raised.at)[:19], str(one.cleared.at)[:19]) for one in case.intervals] == [
        (6, at(RAISED), at(CLEARED))
    ]
    assert [str(one.when.earliest)[:19] for one in case.signals if one.kind == "connector_started"] == [at(STARTED)]
    assert verdict(case, "raised") == verdict(case, "connector_started") == "breached"


def local(form: str, hours: int = 0) -> Callable[[datetime], str]:
    return lambda when: (when + timedelta(hours=hours)).strftime(form)


def hash_of(text: str, n: int) -> int:
    """A number that orders the same texts differently by `n`, the same on every machine."""
    return zlib.crc32(f"{text[:4]}{n}".encode())


OWN = {"raise": "FLT_SET code=6 lvl=Major", "clear": "FLT_RST code=6 lvl=Major", "start": "daemon up, build 1.14.1.767"}
GRAMMARS: dict[str, tuple[Write, Mapping[str, str]]] = {
    "logfmt": (
        lambda when, message, n: (
            f"ts={when:%Y-%m-%dT%H:%M:%S}.{n:03d}Z level={['info', 'warn'][n % 2]} host=mac proc=ampdaemon pid=71 "
            f'msg="{message}" thread={n}'
        ),
        BUILT_IN,
    ),
    "JSON lines": (
        lambda when, message, n: (
            f'{{"time":"{when:%Y-%m-%dT%H:%M:%S}Z","level":"info","proc":"ampdaemon","msg":"{message}","n":{n}}}'
        ),
        BUILT_IN,
    ),
    "bracketed German dates": (
        lambda when, message, n: f"[{when:%d.%m.%Y %H:%M:%S}] {['INFO ', 'WARN '][n % 2]} ampdaemon: {message}",
        OWN,
    ),
    "pipes": (
        lambda when, message, n: f"{when:%Y-%m-%d %H:%M:%S},{n:03d} | INFO  | mac | ampdaemon | {71 + n} | {message}",
        BUILT_IN,
    ),
    "epoch in milliseconds": (
        lambda when, message, n: f"{int(when.timestamp())}{n:03d} <info> {message}",
        OWN,
    ),
    "columns between tabs, the message in the middle": (
        lambda when, message, n: f"{n}\t{when:%Y/%m/%d %H:%M:%S}\t{message}\tampdaemon\tmac",
        OWN,
    ),
    "twelve hours, month first": (
        lambda when, message, n: f"{when:%m/%d/%Y %I:%M:%S %p} - {['INFO', 'ERROR'][n % 2]} - {message}",
        BUILT_IN,
    ),
    "JSON whose keys change their order": (
        lambda when, message, n: (
            "{"
            + ",".join(
                sorted(
                    (f'"time":"{when:%Y-%m-%dT%H:%M:%S}Z"', f'"n":{n}', f'"msg":"{message}"'),
                    key=lambda part: hash_of(part, n),
                )
            )
            + "}"
        ),
        BUILT_IN,
    ),
    "several lines, continued with blanks": (
        lambda when, message, n: (
            f"{when:%d-%b-%Y %H:%M:%S}.{n:03d} ampdaemon {message}\n    at frame {n}\n\tmore of it"
        ),
        OWN,
    ),
    "glog": (
        lambda when, message, n: f"{'IWE'[n % 3]}{when:%m%d %H:%M:%S}.{n:06d} {71 + n % 3} daemon.cc:{n}] {message}",
        OWN,
    ),
    "the stamp at the end": (
        lambda when, message, n: f"{message} (ampdaemon) @ {local('%d/%b/%Y:%H:%M:%S', 9)(when)} +0900",
        OWN,
    ),
    "quoted CSV with weekday, month name and a year at the end": (
        lambda when, message, n: f'"{when:%a %b %d %H:%M:%S %Y}","info","ampdaemon","{message}"',
        BUILT_IN,
    ),
    "Korean": (
        lambda when, message, n: (
            f"{when.year}. {when.month}. {when.day}. {'오후' if when.hour >= 12 else '오전'} "
            f"{when.hour % 12 or 12}:{when:%M:%S} [정보] {message}"
        ),
        {"raise": "결함 6 발생 (심각)", "clear": "결함 6 해제", "start": "커넥터를 시작합니다"},
    ),
}


@pytest.mark.parametrize("grammar", GRAMMARS)
def test_a_strange_log_is_learned_checked_and_triaged_to_the_truth(grammar, tmp_path):
    write, words = GRAMMARS[grammar]
    log, folder = tmp_path / "ampdaemon.log", tmp_path / "learned"
    lines = life(write, words)
    log.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    os.utime(log, (1_800_000_000, (START + timedelta(minutes=90)).timestamp()))
    pointed = {"--raise": RAISED, "--clear": CLEARED, "--start": STARTED}
    examples = {} if words is BUILT_IN else {option: [lines[n].split("\n")[0]] for option, n in pointed.items()}
    learned = learn(Question(str(log), folder, examples))
    assert learned.understood.share == 1.0
    assert [one.seen for one in learned.wordings] == [1] * len(examples)
    assert_is_the_life(triaged(log, folder))


def german(tmp_path: Path, words: Mapping[str, str] = OWN, name: str = "odd.log") -> Path:
    log = tmp_path / name
    log.write_text("\n".join(life(GRAMMARS["bracketed German dates"][0], words)) + "\n")
    return log


def test_two_commands_lead_from_the_log_to_the_answer_and_the_first_prints_the_second(tmp_path):
    german(tmp_path)
    done = faultlog("formats", "learn", "odd.log", "--raise", RAISED + 1, "--clear", CLEARED + 1, folder=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "the only order that fits all stamps" in done.stdout
    command = next(line.split() for line in done.stdout.splitlines() if line.startswith("  faultlog triage"))
    assert command == ["faultlog", "triage", "odd.log", "--parsers", "learned/parsers", "--rules", "learned/rules"]
    answer = faultlog(*command[1:], folder=tmp_path)
    assert "Fault 6 not cleared within 10 minutes of its raise: breached by 13 minutes" in answer.stdout
    assert "no flaw" in faultlog("check", "learned", folder=tmp_path).stdout


def test_the_report_is_korean_as_well(tmp_path):
    german(tmp_path)
    done = faultlog("formats", "learn", "odd.log", "--lang", "ko", folder=tmp_path)
    assert "제안하는 형식" in done.stdout
    assert "learn." not in done.stdout


def test_a_compressed_log_and_a_log_in_an_archive_are_learned_alike(tmp_path):
    raw = german(tmp_path).read_bytes()
    (tmp_path / "odd.log.gz").write_bytes(gzip.compress(raw))
    with zipfile.ZipFile(tmp_path / "bundle.zip", "w") as bundle:
        bundle.writestr("Library/Logs/Cisco/ampdaemon.log", raw)
    one = learn(Question(str(tmp_path / "odd.log.gz"), tmp_path / "one"))
    two = learn(Question(str(tmp_path / "bundle.zip"), tmp_path / "two"))
    assert one.format is not None
    assert two.format is not None
    assert (one.format.line, one.format.layout) == (two.format.line, two.format.layout)


def test_of_several_logs_one_has_to_be_named(tmp_path):
    raw = german(tmp_path).read_bytes()
    with zipfile.ZipFile(tmp_path / "bundle.zip", "w") as bundle:
        bundle.writestr("logs/ampdaemon.log", raw)
        bundle.writestr("logs/ampdaemon.log.1", raw)
    with pytest.raises(UsageError, match="--file"):
        learn(Question(str(tmp_path / "bundle.zip"), tmp_path / "out"))
    assert learn(Question(str(tmp_path / "bundle.zip"), tmp_path / "out", file="logs/ampdaemon.log")).format is not None


def refusal(tmp_path: Path, text: str | bytes, **asked: object) -> FaultlogError:
    """What learning says of a log that it refuses; it has written nothing."""
    log = tmp_path / "odd.log"
    log.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(FaultlogError) as caught:
        learn(Question(str(log), tmp_path / "out", **asked))
    assert not (tmp_path / "out").exists()
    return caught.value


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "is empty"),
        (" \n\n", "is empty"),
        (b"\x7fELF\0\0\0", "is no text"),
        ("[13.03.2026 12:00:00] only line\n", "at least 3 are needed"),
        ("one thing\nanother thing\na third one\n" * 9, "no stamp was found"),
        ("12:00:01 up\n12:00:02 down\n12:00:03 up\n" * 3, "but no date"),
        ("[13.03.2026 12:00] a\n[13.03.2026 12:01] b\n[13.03.2026 12:02] c\n", "but no date with seconds"),
    ],
)
def test_a_log_with_nothing_to_learn_is_refused_with_a_sentence(text, says, tmp_path):
    error = refusal(tmp_path, text)
    assert says in str(error)
    assert error.exit_code == 3


def dated(form: str, *days: tuple[int, int]) -> str:
    return "".join(
        f"{datetime(2026, month, day, 8, minute, tzinfo=UTC).strftime(form)} | x{minute} went by\n"
        for month, day in days
        for minute in range(4)
    )


@pytest.mark.parametrize("form", ["%d/%m/%Y %H:%M:%S", "%m/%d/%Y %H:%M:%S", "%d.%m.%y %H:%M:%S", "%d-%m %H:%M:%S"])
def test_day_and_month_are_never_guessed(form, tmp_path):
    error = refusal(tmp_path, dated(form, (4, 3), (4, 4), (4, 5)))
    assert "which number is the day" in str(error)
    assert f"--stamp {form!r}" in str(error)
    assert error.exit_code == 2


def test_day_and_month_are_asked_about_even_where_they_are_equal(tmp_path):
    assert "which number is the day" in str(refusal(tmp_path, dated("%d/%m/%Y %H:%M:%S", (3, 3))))


@pytest.mark.parametrize(
    ("form", "days", "why"),
    [
        ("%d/%m/%Y %H:%M:%S", [(3, 12), (3, 13)], "learn.order.number"),
        ("%m/%d/%Y %H:%M:%S", [(3, 12), (3, 13)], "learn.order.number"),
        ("%d/%m/%Y %H:%M:%S", [(3, 12), (4, 2)], "learn.order.time"),
        ("%m/%d/%Y %H:%M:%S", [(3, 12), (4, 2)], "learn.order.time"),
        ("%y/%m/%d %H:%M:%S", [(3, 3), (3, 4)], "learn.order.number"),
    ],
)
def test_day_and_month_are_decided_by_evidence(form, days, why):
    found = find_stamp(dated(form, *days).splitlines(), None, "odd.log")
    assert found.notes[0].key == why
    assert (found.hits[0].stamp.month, found.hits[0].stamp.day) == days[0]
    assert (found.hits[-1].stamp.month, found.hits[-1].stamp.day) == days[-1]


def test_stamp_settles_which_number_is_the_day(tmp_path):
    log = tmp_path / "odd.log"
    log.write_text(dated("%d/%m/%Y %H:%M:%S", (4, 3), (4, 4)))
    learned = learn(Question(str(log), tmp_path / "out", stamp="%d/%m/%Y %H:%M:%S"))
    assert learned.format is not None
    assert str(triaged(log, tmp_path / "out").files[0].first_at) == "2026-04-03T08:00:00Z"


def test_what_stamps_leave_open_is_said():
    def keys(form: str) -> set[str]:
        lines = [f"{(START + timedelta(minutes=n)).strftime(form)} | x{n} went by" for n in range(9)]
        return {note.key for note in find_stamp(lines, None, "odd.log").notes}

    assert keys("%b %d %H:%M:%S") == {"learn.year.none", "learn.zone.none"}
    assert keys("%Y-%m-%dT%H:%M:%SZ") == set()
    assert keys("%Y-%m-%d %H:%M:%S +09") == {"learn.zone.behind"}
    assert keys("%d %b %Y %H:%M:%S IST") == {"learn.zone.ambiguous"}
    assert keys("%d %b %Y %H:%M:%S KST") == set()


def test_a_log_that_is_understood_already_says_by_which_format(tmp_path):
    def write(when: datetime, message: str, _: int) -> str:
        return f"{when:%Y-%m-%dT%H:%M:%SZ} mac ampdaemon[71]: {message}"

    log = tmp_path / "plain.log"
    lines = life(write, OWN)
    log.write_text("\n".join(lines) + "\n")
    learned = learn(Question(str(log), tmp_path / "out"))
    assert (learned.format, learned.files, learned.understood.formats) == (None, (), ("iso-syslog",))
    examples = {"--raise": [lines[RAISED]], "--clear": [lines[CLEARED]], "--start": [lines[STARTED]]}
    taught = learn(Question(str(log), tmp_path / "out", examples))
    assert "--parsers" not in taught.command
    assert_is_the_life(triaged(log, tmp_path / "out"))


def test_a_line_that_is_not_in_the_log_is_no_example(tmp_path):
    text = german(tmp_path).read_text()
    assert "no line of odd.log reads" in str(refusal(tmp_path, text, examples={"--raise": ["FLT_SET"]}))
    assert "has no line 5000" in str(refusal(tmp_path, text, examples={"--raise": ["5000"]}))


def test_nothing_is_overwritten_and_a_folder_that_cannot_be_made_is_said(tmp_path):
    log = german(tmp_path)
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "notes.txt").write_text("dear diary")
    with pytest.raises(UsageError, match="none is overwritten"):
        learn(Question(str(log), tmp_path / "mine"))
    with pytest.raises(UsageError, match="is a file"):
        learn(Question(str(log), log))
    with pytest.raises(UsageError, match="cannot be written"):
        learn(Question(str(log), log / "below"))
    assert (tmp_path / "mine" / "notes.txt").read_text() == "dear diary"


def worded(messages: list[str], fault: int | None = None, **options: list[str]):
    """The wordings that are learned of the messages of a log, of which some are examples, by option."""
    rules = knowledge().rules
    pairs = [(f"--{option}", message) for option, found in options.items() for message in found]
    examples = [Example(option, number, message) for number, (option, message) in enumerate(pairs, 1)]
    return learn_wordings(pointed_at(examples, fault, rules), messages, fault, rules)


def taught(raised: str, cleared: str, fault: int | None = None):
    """What is learned of two messages in a log."""
    messages = [message.format(n=n) for n in range(20, 60) for message in NOISE] + [raised, cleared]
    return worded(messages, fault, **{"raise": [raised], "clear": [cleared]})


@pytest.mark.parametrize(
    ("raised", "cleared"),
    [
        ("FLT_SET code=6", "FLT_RST code=6"),
        ("alarm 6 on, retry 3", "alarm 6 off, retry 9"),
        ("scan service restarting frequently: up", "scan service restarting frequently: down"),
        ("code 6: Scan service restarting frequently - SET", "code 6: Scan service restarting frequently - RST"),
        ("fault id=6 state=1", "fault id=6 state=0"),
        ("BEGIN 6", "END 6"),
        ("E-6/2 SET by daemon.cc:71 (fault 6)", "E-6/2 RST by daemon.cc:99 (fault 6)"),
    ],
)
def test_the_fault_is_read_from_the_line_where_the_line_says_it(raised, cleared):
    learned = taught(raised, cleared)
    assert [(one.signal, one.fixed, one.accepts[0].fault, one.faults, one.seen) for one in learned] == [
        ("fault_raised", None, 6, (6,), 1),
        ("fault_cleared", None, 6, (6,), 1),
    ]


def test_a_number_that_tells_raise_from_clear_stays_as_it_is(tmp_path):
    log = german(
        tmp_path, {"raise": "fault id=6 state=1", "clear": "fault id=6 state=0", "start": "starting connector"}
    )
    learn(Question(str(log), tmp_path / "out", {"--raise": [str(RAISED + 1)], "--clear": [str(CLEARED + 1)]}))
    assert_is_the_life(triaged(log, tmp_path / "out"))


@pytest.mark.parametrize(
    ("raised", "cleared"),
    [
        ("scanner is unwell", "scanner is well"),
        ("pressure 3 of 12 up", "pressure 3 of 12 down"),
        ("code 5: Scan service restarting frequently - SET", "code 5: Scan service restarting frequently - RST"),
    ],
)
def test_a_fault_that_cannot_be_told_is_asked(raised, cleared):
    with pytest.raises(UsageError, match="--fault N"):
        taught(raised, cleared)


def test_a_line_that_names_another_fault_than_fault_says_is_refused():
    with pytest.raises(UsageError, match="names fault 6, --fault says 7"):
        taught("FLT_SET code=6", "FLT_RST code=6", fault=7)


def test_a_fault_that_no_line_names_is_fixed_by_a_word(tmp_path):
    log = german(tmp_path, {"raise": "scanner is unwell", "clear": "scanner is well", "start": "starting connector"})
    learn(Question(str(log), tmp_path / "out", {"--raise": [str(RAISED + 1)], "--clear": [str(CLEARED + 1)]}, fault=6))
    assert_is_the_life(triaged(log, tmp_path / "out"))


def test_other_faults_are_read_by_the_wording_that_one_example_taught(tmp_path):
    write = GRAMMARS["bracketed German dates"][0]
    lines = life(write, OWN)
    lines[60] = write(START + timedelta(minutes=60), "FLT_SET code=11 lvl=Critical", 60)
    log = tmp_path / "odd.log"
    log.write_text("\n".join(lines) + "\n")
    learn(Question(str(log), tmp_path / "out", {"--raise": [lines[RAISED]], "--clear": [lines[CLEARED]]}))
    case = triaged(log, tmp_path / "out")
    assert [(one.fault_id, one.severity, one.state) for one in case.intervals] == [
        (6, "Major", "cleared"),
        (11, "Critical", "open"),
    ]


def test_a_word_that_varies_in_the_log_may_vary_in_the_wording():
    messages = [f"login of {name} raised alarm 11" for name in ("ann", "bob", "cyd", "dee", "eve", "fay")]
    (raised,) = worded([*messages, "login of nobody"], **{"raise": messages[:1]})
    assert (raised.seen, raised.faults) == (6, (11,))


@pytest.mark.parametrize(
    ("raised", "cleared", "says"),
    [
        ("fault 6 seen after 12 s", "fault 6 seen after 12 s", "tells them apart"),
        ("Fault Cleared: 6", "Fault Raised: 6", "swapped"),
    ],
)
def test_examples_that_contradict_are_refused(raised, cleared, says, tmp_path):
    log = german(tmp_path, {"raise": raised, "clear": cleared, "start": "up"})
    with pytest.raises(FaultlogError, match=says):
        learn(Question(str(log), tmp_path / "out", {"--raise": [str(RAISED + 1)], "--clear": [str(CLEARED + 1)]}))
    assert not (tmp_path / "out").exists()


def test_fault_alone_teaches_nothing(tmp_path):
    with pytest.raises(UsageError, match="--raise LINE"):
        learn(Question(str(german(tmp_path)), tmp_path / "out", fault=6))


def test_lines_of_other_formats_keep_their_format(tmp_path):
    """A learned shape that says little leaves lines that another format reads better to it."""
    log = tmp_path / "odd.log"
    log.write_text("\n".join(life(lambda when, message, n: f"{when:%Y-%m-%dT%H:%M:%SZ} {message}", BUILT_IN)) + "\n")
    learned = learn(Question(str(log), tmp_path / "out"))
    assert learned.format is not None
    assert "iso-syslog" in learned.format.yields_to
    system = tmp_path / "system.log"
    system.write_text(
        "".join(f"2026-03-13T12:0{n}:00Z mac kernel[0]: Darwin Kernel Version 20.1.0\n" for n in range(9))
    )
    case = analyze([log, system], Options(format_folders=(tmp_path / "out" / "parsers",)))
    assert {file.path: file.format for file in case.files}["system.log"] == "iso-syslog"


def test_a_large_log_is_sampled_and_the_number_is_said(tmp_path):
    write = GRAMMARS["pipes"][0]
    lines = [write(START + timedelta(seconds=n), f"heartbeat {n}", n % 1000) for n in range(9_000)]
    lines[7_000] = write(START + timedelta(seconds=7_000), "FLT_SET code=6 lvl=Major", 0)
    log = tmp_path / "odd.log"
    log.write_text("\n".join(lines) + "\n")
    learned = learn(Question(str(log), tmp_path / "out", {"--raise": ["7001"]}))
    assert not learned.whole
    assert 2_000 < learned.looked_at < 2_100
    assert [one.accepts[0].message for one in learned.wordings] == ["FLT_SET code=6 lvl=Major"]


STAMPS = (
    "%Y-%m-%dT%H:%M:%SZ", "%Y-%m-%d %H:%M:%S.250", "%d.%m.%Y %H:%M:%S", "%m/%d/%Y %I:%M:%S %p",
    "%d/%b/%Y:%H:%M:%S +0000",
    "%b %d %H:%M:%S", "%a %b %d %H:%M:%S %Y", "%Y%m%dT%H%M%S", "%H:%M:%S %d-%m-%Y", "%d %B %Y %H:%M:%S",
    "%y/%m/%d %H:%M:%S,125", "%B %d, %Y at %I:%M:%S %p UTC", "%Y-%m-%d time=%H:%M:%S",
)  # fmt: skip
BEFORE = ("", "[", "<", "{level} ", "[{level}] ", "{n} ", "app/{n}: ", 'time="', "| ", '{{"t":"')
BEHIND = (" ", "] ", " | ", "\t", " - {level} - ", " ampdaemon[{n}]: ", " ({n}) ", " mac ampdaemon: ", ";", ": ")


@settings(max_examples=EXAMPLES // 3)
@given(
    stamp=st.sampled_from(STAMPS),
    before=st.sampled_from(BEFORE),
    behind=st.sampled_from(BEHIND),
    first=st.datetimes(datetime(2015, 1, 1), datetime(2030, 1, 1)),  # noqa: DTZ001 (Hypothesis wants naive bounds)
    seed=st.integers(0, 999),
)
def test_any_grammar_composed_of_parts_is_read_to_the_second_or_refused(stamp, before, behind, first, seed):
    """Every line is read as the instant and the message that wrote it; only which number is the day may be asked."""
    random = Random(seed)  # noqa: S311 (repeatable on purpose)
    whens = [first.replace(microsecond=0, tzinfo=UTC) + timedelta(hours=7 * n, seconds=n) for n in range(24)]
    texts, messages = [], []
    for n, when in enumerate(whens):
        parts = {"level": random.choice(["INFO", "WARN"]), "n": random.randrange(100, 200)}
        messages.append(random.choice([*NOISE, *BUILT_IN.values()]).format(n=n))
        texts.append(before.format(**parts) + when.strftime(stamp) + behind.format(**parts) + messages[-1])
    try:
        found = find_stamp(texts, None, "odd.log")
    except UsageError as error:
        event("asked")
        assert "which number is the day" in str(error)  # noqa: PT017 (it need not be raised)
        return
    for line in shapes(texts, found.hits):
        matches = [pattern_of_line(line, found.layout).fullmatch(text) for text in texts]
        if all(matches):
            break
    assert all(matches)
    for when, message, match in zip(whens, messages, matches, strict=True):
        read_as = read(found.layout, match["stamp"])
        assert read_as is not None
        assert instant_of(read_as, read_as.year or when.year, UTC).ns // 10**9 == int(when.timestamp())
        assert match["message"].strip().endswith(message)
