"""How much is written, minute by minute, once every line is read."""

from hypothesis import given, settings
from hypothesis import strategies as st

from faultlog.activity import NOBODY, Activity
from faultlog.before import Leads
from faultlog.engine import Interesting
from faultlog.identity import Told
from faultlog.model import Instant, LogFile
from faultlog.pipeline import Options, analyze_with
from faultlog.reading import read
from tests.conftest import EXAMPLES
from tests.lives import silent
from tests.logs import knowledge
from tests.test_bulk import FORMATS, RULES

LINE = "Mar  3 12:{:02}:{:02} mac ampdaemon[71]: [ipc]:[{}]-[ipc.c@848]:[204]: request {} answered\n"


def log(levels):
    """A line a second."""
    return "".join(LINE.format(at // 60, at % 60, level, at) for at, level in enumerate(levels)).encode()


@settings(max_examples=EXAMPLES // 5)
@given(st.lists(st.sampled_from(["debug", "debug", "debug", "info", "warning", "error", "crit"]), max_size=300))
def test_every_line_counts_in_its_minute_by_its_level(levels):
    levels = ["debug"] * 200 + levels
    leads = Leads.of(RULES)
    found = read(
        LogFile("a", "connector", "a"), [log(levels)], FORMATS, Interesting.of(RULES), leads=leads, full=float("inf")
    )
    by_minute = [levels[at : at + 60] for at in range(0, len(levels), 60)]
    assert [(one.lines, one.warnings, one.errors) for one in found.activity.minutes] == [
        (len(minute), minute.count("warning"), minute.count("error") + minute.count("crit")) for minute in by_minute
    ]


def test_it_is_counted_only_where_every_line_is_read(tmp_path):
    (tmp_path / "ampdaemon.log").write_bytes(log(["debug"] * 90 + ["error"] * 30))
    told = Told(taken=Instant.of("2026-03-09T00:00:00Z"))

    def asked(*, full):
        return analyze_with(knowledge(), [tmp_path], Options(told=told, full=full), silent).activity

    assert asked(full=False) == ()
    assert [(str(one.at), one.log, one.lines, one.warnings, one.errors) for one in asked(full=True)] == [
        ("2026-03-03T12:00:00Z", "connector", 60, 0, 0),
        ("2026-03-03T12:01:00Z", "connector", 60, 0, 30),
    ]


def test_who_writes_is_counted_by_process_module_and_level(tmp_path):
    text = log(["debug"] * 300 + ["error"] * 20)
    text += b"".join(b"Mar  3 12:06:00 mac kernel: [%d.5] up\n" % at for at in range(5))
    text += b"Mar  3 12:06:00 mac ampdaemon[71]: [net0]:[info]-[n.c@1]:[2]: a\n"
    text += b"Mar  3 12:06:00 mac ampdaemon[71]: [net1]:[info]-[n.c@1]:[2]: a\n"
    text += b"[logger] Set minimum reported log level to error\n"
    (tmp_path / "ampdaemon.log").write_bytes(text)
    told = Told(taken=Instant.of("2026-03-09T00:00:00Z"))
    case = analyze_with(knowledge(), [tmp_path], Options(told=told, full=True), silent)
    assert [(one.process, one.module, one.level, one.lines) for one in case.voices] == [
        ("ampdaemon", "ipc", "debug", 300),
        ("ampdaemon", "ipc", "error", 20),
        ("kernel", None, None, 5),
        (None, "logger", None, 1),
        ("ampdaemon", "net0", "info", 1),
        ("ampdaemon", "net1", "info", 1),
    ]
    assert sum(one.lines for one in case.voices) == case.files[0].events


def test_voices_are_bounded(monkeypatch):
    monkeypatch.setattr("faultlog.activity.MOST_VOICES", 2)
    heard = Activity()
    for name in "abcab":
        heard.hear({(name, None, None): 1})
    assert heard.voices == {("a", None, None): 2, ("b", None, None): 2, NOBODY: 1}
